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

// Rows of one's own tables, and pairs of a matrix, come as files, too; the same
// rows as in JSON.
func TestReadyMadeForms(t *testing.T) {
	t.Parallel()
	b, c := setup(t), readContract(t)
	const matrix = `{"origins":[{"id":"a","lon":105.05,"lat":29.58}],"destinations":[{"id":"b","lon":105.058,"lat":29.58}],"max_m":5000}`
	for _, tc := range []struct{ path, body, csv string }{
		{"/api/v1/accessibility", readyMade, "id,score\na,0.2\nb,0.4\n"},
		{"/api/v1/accessibility", strings.Replace(readyMade, "2sfca", "ratio", 1), "id,demand,ratio\ns,40,0.2\nr,30,0.2\n"},
		{"/api/v1/equity", `{"values":[{"value":1,"weight":10},{"value":3,"weight":10}]}`, "people_share,value_share\n0,0\n0.5,0.25\n1,1\n"},
		{"/api/v1/plans", `{"p":1,"cutoff":60,"demand":[{"id":"a","weight":10}],"candidates":[{"id":"s"}],"pairs":[{"origin":"a","destination":"s","cost":60}]}`, "id,"},
		{"/api/v1/studies/town/matrix", matrix, "origin,destination,cost_s,cost_m,synthetic\na,b,"},
	} {
		for f, magic := range map[string]string{"csv": tc.csv, "xlsx": "PK\x03\x04", "parquet": "PAR1", "gpkg": "SQLite format 3\x00", "json": "{"} {
			w := b.send(t, http.MethodPost, tc.path+"?f="+f, tc.body)
			if w.Code != 200 || !strings.HasPrefix(w.Body.String(), magic) {
				t.Errorf("%s as %s: %d %.200q", tc.path, f, w.Code, w.Body)
			}
			if name := w.Header().Get("Content-Disposition"); f != "json" && !strings.Contains(name, "."+f) {
				t.Errorf("%s as %s is saved under %q", tc.path, f, name)
			}
			c.check(t, http.MethodPost, tc.path, w)
		}
	}
	for _, body := range []string{strings.Replace(matrix, "5000", "0", 1), strings.Replace(matrix, `"max_m"`, `"scenario_id":"none","max_m"`, 1)} {
		if w := b.send(t, http.MethodPost, "/api/v1/studies/town/matrix?f=xlsx", body); w.Code != 422 || !strings.Contains(w.Body.String(), `"body.`) || w.Header().Get("Content-Disposition") != "" {
			t.Errorf("a fault, asked for as a workbook: %d %v\n%s", w.Code, w.Header(), w.Body)
		}
	}
}

// Tables of one's own are answered later, too, where that is preferred.
func TestReadyMadeAsAJob(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		for path, body := range map[string]string{
			"/api/v1/accessibility?f=csv": readyMade,
			"/api/v1/plans":               `{"p":1,"cutoff":60,"demand":[{"id":"a","weight":10}],"candidates":[{"id":"s"}],"pairs":[{"origin":"a","destination":"s","cost":60}]}`,
		} {
			_, want := o.send(http.MethodPost, path, body)
			j := o.until(o.job(http.MethodPost, path, body).ID, (*jobShown).over)
			if _, got := o.send(http.MethodGet, j.link("result"), ""); j.Study != "" || string(got) != string(want) {
				o.t.Errorf("%s: of %q, %.300s, at once %.300s", path, j.Study, got, want)
			}
		}
	})
}
