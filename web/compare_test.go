package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"kaimen/coverage/analysis"
)

const compareAddress = "/api/v1/studies/town/compare"

// Within 700 m of the park lives h1, 100 people. A second park where h2 stands
// serves h2 and, 774 m off, not h3: 50.5 people more. In the west.
const secondPark = `"kind":"pocket_park","cutoff_m":700,"scenario":{"name":{"en":"one more"},"changes":[` +
	`{"change":"add_facility","kind":"pocket_park","id":"2","at":[105.058,29.58]}]}`

func TestCompare(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := readContract(t)
	w := b.send(t, http.MethodPost, compareAddress, `{`+secondPark+`}`)
	if w.Code != http.StatusOK {
		t.Fatalf("status %d\n%s", w.Code, w.Body)
	}
	c.check(t, http.MethodPost, compareAddress, w)
	var r analysis.CompareResult
	if err := json.Unmarshal(w.Body.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	if r.Totals.Before.Covered.Float() != 100 || r.Totals.After.Covered.Float() != 150.5 || r.Totals.Change.Covered.Float() != 50.5 ||
		r.Points.Gained.Points != 1 || r.Question.Scenario.Name.EN != "one more" || len(r.Rows) != 2 || r.Rows[1].Change.FacilitiesInside != 1 {
		t.Errorf("%+v", r)
	}
	// The study is as it was, and the same question gives the same bytes.
	if again := b.send(t, http.MethodPost, compareAddress, `{`+secondPark+`}`); again.Body.String() != w.Body.String() {
		t.Error("the same question gives other bytes")
	}
	if now := b.get(t, coverageAddress+"&cutoff_m=700&f=json"); !strings.Contains(now.Body.String(), `"covered":100,`) || strings.Contains(now.Body.String(), "scenario") {
		t.Errorf("coverage afterwards: %s", now.Body)
	}
}

func TestCompareForms(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := readContract(t)
	for _, tc := range []struct {
		query, accept string
		parts         []string
	}{
		{"?f=csv&bom=1", "", []string{"\ufeffid,name,", "covered_before,covered_after,covered_change", "c-west,'=West,community,s,150.5,100,150.5,50.5,", ",synthetic\n"}},
		{"", "text/csv", []string{"c-west,=West,"}},
		{"?f=geojson", "", []string{`"FeatureCollection"`, `"covered_change":50.5`, `"kaimen":{`, `"gained":{"points":1,"demand":50.5}`}},
	} {
		w := b.send(t, http.MethodPost, compareAddress+tc.query, `{`+secondPark+`}`, "Accept", tc.accept)
		for _, part := range tc.parts {
			if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), part) {
				t.Errorf("%s: status %d, %q is not in\n%s", tc.query, w.Code, part, w.Body)
			}
		}
		c.check(t, http.MethodPost, compareAddress, w)
	}
	if w := b.get(t, compareAddress+"?kind=pocket_park"); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `"query.scenario"`) {
		t.Errorf("GET without a scenario: %d\n%s", w.Code, w.Body)
	}
}

func TestCompareErrors(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := readContract(t)
	with := func(changes string) string {
		return `{"kind":"pocket_park","scenario":{"changes":[` + changes + `]}}`
	}
	for _, tc := range []struct {
		name, body string
		status     int
		parts      []string
	}{
		{"no scenario", `{"kind":"pocket_park"}`, 422, []string{"scenario"}},
		{"a member unknown", with(`{"change":"close_road","road":"w1","colour":"red"}`), 422, []string{"body.scenario.changes[0].colour"}},
		{"a change unknown", with(`{"change":"paint_road","road":"w1"}`), 422, []string{"body.scenario.changes[0].change"}},
		{"no place", with(`{"change":"draw_road","class":"path","line":[[1,2],null,[1]]}`), 422, []string{"body.scenario.changes[0].line[1]", "body.scenario.changes[0].line[2]"}},
		{"both cutoffs", `{"kind":"pocket_park","cutoff_m":5,"cutoff_min":5,"scenario":{"changes":[]}}`, 422, []string{"body.cutoff_m"}},
		{
			"all faults of all changes", `{"kind":"zoo","cutoff_m":5,"scenario":{"changes":[` +
				`{"change":"close_road","road":"w9"},{"change":"close_gate"},{"change":"open_road","road":"w1"},{"change":"add_facility","kind":"park","id":"x","at":[181,0]}]}}`,
			422,
			[]string{
				`"body.scenario.changes[0]"`, `the study has no road \"w9\"`, `"body.scenario.changes[1]"`, "change 2 (close_gate): gate is missing",
				`"body.scenario.changes[2]"`, `"body.scenario.changes[3]"`, `"body.kind"`,
			},
		},
		{"what cannot be drawn", with(`{"change":"draw_road","class":"path","line":[[105.05,29.58],[105.05,29.58005]]}`), 422, []string{`"body.scenario.changes[0]"`, "both ends join"}},
		{"no study", "", 404, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			address, body := compareAddress, tc.body
			if tc.status == 404 {
				address, body = "/api/v1/studies/nowhere/compare", `{`+secondPark+`}`
			}
			w := b.send(t, http.MethodPost, address, body)
			if w.Code != tc.status {
				t.Fatalf("status %d, want %d\n%s", w.Code, tc.status, w.Body)
			}
			for _, part := range tc.parts {
				if !strings.Contains(w.Body.String(), part) {
					t.Errorf("%q is not told\n%s", part, w.Body)
				}
			}
			c.check(t, http.MethodPost, address, w)
		})
	}
}

// Roads, gates and facilities of every kind of change make their way through.
func TestCompareTakesEveryChange(t *testing.T) {
	t.Parallel()
	b := setup(t)
	w := b.send(t, http.MethodPost, compareAddress, `{"kind":"pocket_park","profile":"walk","when":"Mo 14:30","scenario":{"crs":"WGS 84","changes":[
		{"change":"draw_road","line":[[105.05,29.58],[105.05,29.585]],"class":"footway","tags":{"surface":"asphalt"}},
		{"change":"add_facility","kind":"pocket_park","id":"2","name":"new","at":[105.05,29.585],"entrances":[[105.05,29.585]],"capacity":5},
		{"change":"move_facility","kind":"pocket_park","id":"2","at":[105.05,29.584]},
		{"change":"remove_facility","kind":"pocket_park","id":"2"},
		{"change":"close_road","road":"w1","from":[105.06,29.58],"to":[105.064,29.58]},
		{"change":"open_road","road":"w1"},
		{"change":"add_gate","gate":"g","at":[105.062,29.58],"state":"closed"},
		{"change":"open_gate","gate":"g"},
		{"change":"close_gate","gate":"g"}]}}`)
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"changes":9`) || !strings.Contains(w.Body.String(), `"code":"too_far"`) {
		t.Errorf("status %d\n%s", w.Code, w.Body)
	}
}
