package web_test

import (
	"net/http"
	"strings"
	"testing"
)

// Two places of 10 and 30 people, one site of 8 places that both reach: 0.2
// each; another of 6 that the second alone reaches: 6/30 = 0.2 more.
const readyMade = `{"method":"2sfca","cutoff":600,
	"demand":[{"id":"a","weight":10},{"id":"b","weight":30}],
	"supply":[{"id":"s","capacity":8},{"id":"r","capacity":6}],
	"pairs":[{"origin":"b","destination":"r","cost":600},{"origin":"a","destination":"s","cost":0},{"origin":"b","destination":"s","cost":300},{"origin":"a","destination":"r","cost":601}]}`

func TestReadyMadeTables(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := readContract(t)
	for name, tc := range map[string]struct {
		path, body string
		status     int
		parts      []string
	}{
		"2sfca": {
			"/api/v1/accessibility", readyMade, 200,
			[]string{`{"id":"a","score":0.2}`, `{"id":"b","score":0.4}`, `{"id":"s","demand":40,"ratio":0.2}`, `"decay":"step"`},
		},
		"nearest, where one reaches nothing": {
			"/api/v1/accessibility", `{"method":"nearest","demand":[{"id":"a"},{"id":"b"}],"supply":[{"id":"s"}],"pairs":[{"origin":"a","destination":"s","cost":7}]}`, 200,
			[]string{`{"id":"a","score":7}`, `{"id":"b","score":null}`, `"supplies":[]`},
		},
		"equity": {
			// Half of the people have 0, half have 10: Gini 1/2. The last place holds
			// more than a tenth of them, so that there is no Palma ratio: see below.
			"/api/v1/equity", `{"values":[{"value":0,"weight":5},{"value":10,"weight":5}],"line":5}`, 200,
			[]string{`"gini":0.5`, `"fgt0":0.5`, `"fgt1":0.5`, `"lorenz":[{"people_share":0,"value_share":0}`},
		},
		"every fault": {
			"/api/v1/accessibility", `{"method":"2sfca","beta":2,
				"demand":[{"id":"a","weight":1},{"id":"a","weight":1}],"supply":[{"id":"s"},{"id":"","capacity":-1}],
				"pairs":[{"origin":"a","destination":"x","cost":1},{"origin":"y","destination":"s","cost":1}]}`, 422,
			[]string{`"body.cutoff"`, `"body.beta"`, `"body.demand[1]"`, `"body.supply[0]"`, "capacity is missing", `"body.supply[1]"`, `"body.pairs[0]"`, `"x\"`, `"body.pairs[1]"`},
		},
		"pair twice": {
			"/api/v1/accessibility", strings.Replace(readyMade, `"pairs":[`, `"pairs":[{"origin":"a","destination":"s","cost":5},`, 1), 422,
			[]string{`"body.pairs[2]"`, "once"},
		},
		"negative": {"/api/v1/equity", `{"values":[{"value":-1,"weight":5}]}`, 422, []string{"body.values[0].value"}},
		"no Palma": {"/api/v1/equity", `{"values":[{"value":0,"weight":5,"order":1},{"value":10,"weight":5,"order":2}]}`, 422, []string{"richest", `"body.order"`}},
		"half an order": {
			"/api/v1/equity", `{"values":[{"value":1,"weight":5,"order":1},{"value":10,"weight":5}]}`, 422, []string{`"body.values[1]"`, "for all, or for none"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := b.send(t, http.MethodPost, tc.path, tc.body)
			if w.Code != tc.status {
				t.Fatalf("status %d: %s", w.Code, w.Body)
			}
			for _, part := range tc.parts {
				if !strings.Contains(w.Body.String(), part) {
					t.Errorf("%s is not in %s", part, w.Body)
				}
			}
			c.check(t, http.MethodPost, tc.path, w)
		})
	}
}
