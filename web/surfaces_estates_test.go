package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
)

const (
	estatesAddress = "/api/v1/studies/compound/estates"
	auditAddress   = "/api/v1/studies/compound/audit"
)

// compound is the town with an old estate about h1, of 100 people: 193 m from the
// pocket park, 1,741 m from the school.
func compound(t *testing.T) *bench {
	t.Helper()
	b := setup(t)
	layers := town(t).Layers
	layers.Estates = []coverage.Estate{{ID: "e1", Name: "Old yard", Old: true, Area: box(105.051, 29.579, 105.053, 29.581)}}
	if err := b.store.Put(t.Context(), snapshot(t, coverage.Study{ID: "compound"}, layers, coverage.Report{})); err != nil {
		t.Fatal(err)
	}
	return b
}

// Of the everyday needs the study has parks and schools. Within 1,000 m the school
// is missing; one more next door is all that is needed.
func TestEstates(t *testing.T) {
	t.Parallel()
	b, c := compound(t), readContract(t)
	w := b.get(t, estatesAddress+"?cutoff_m=1000&f=json")
	c.check(t, http.MethodGet, estatesAddress, w)
	var a analysis.EstateAnswer
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil || w.Code != http.StatusOK {
		t.Fatalf("%v: status %d\n%s", err, w.Code, w.Body)
	}
	if len(a.Rows) != 1 || a.Rows[0].Unserved.Float() != 100 || len(a.Rows[0].Missing) != 1 || a.Rows[0].Missing[0] != "school:1" || a.Rows[0].Before.Unserved != nil {
		t.Errorf("rows %+v", a.Rows)
	}
	body := `{"cutoff_m":1000,"needs":["school","pocket_park:1"],"step_profile":"stroller","scenario":{"changes":[` +
		`{"change":"add_facility","kind":"school","id":"2","at":[105.052,29.58]}]}}`
	for query, parts := range map[string][]string{
		"?f=json":    {`"unserved":0`, `"unserved_change":-100`, `"before":{"rank":1,"missing":["school:1"],"unserved":100`},
		"?f=csv":     {"rank,id,name,old,", ",before_unserved,", "1,e1,Old yard,true,"},
		"?f=geojson": {`"FeatureCollection"`, `"MultiPolygon"`, `"covered_pocket_park:1":100`, `"kaimen":{`},
	} {
		w := b.send(t, http.MethodPost, estatesAddress+query, body)
		c.check(t, http.MethodPost, estatesAddress, w)
		for _, part := range parts {
			if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), part) {
				t.Errorf("%s: status %d, %q is not in\n%s", query, w.Code, part, w.Body)
			}
		}
	}
	// A study without estates, and all else that is wrong.
	w = b.get(t, "/api/v1/studies/town/estates?step_profile=bike&needs=zoo")
	for _, part := range []string{"layer_missing", "query.step_profile", "query.needs", "wheelchair, stroller"} {
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), part) {
			t.Errorf("status %d, %q is not in\n%s", w.Code, part, w.Body)
		}
	}
}

// The estate is 193 m wide; its middle is 193 m east of the park, so that 400 m hold
// all of it and 50 m nothing.
func TestAudit(t *testing.T) {
	t.Parallel()
	b, c := compound(t), readContract(t)
	for _, tc := range []struct {
		method, query, body string
		status              int
		parts               []string
	}{
		{http.MethodGet, "?radius_m=400&f=json", "", 200, []string{`"method":"straight_line"`, `"coverage_rate":1,`, `"code":"straight_line"`, `"land":"estates"`}},
		{http.MethodGet, "?radius_m=50&kinds=pocket_park&level=street&f=json", "", 200, []string{`"covered_m2":0,`}},
		{http.MethodGet, "?radius_m=50&f=csv", "", 200, []string{"id,name,level,parent,method,land_m2,covered_m2,coverage_rate,facilities_inside", "c-west,=West,community,s,straight_line,"}},
		{http.MethodGet, "?radius_m=400&land=buildings&f=geojson", "", 200, []string{`"FeatureCollection"`, `"method":"straight_line"`}},
		{http.MethodGet, "?f=json", "", 200, []string{`"area_unknown"`, `"covered_m2":0,`}}, // by classes, and the park has no area
		{http.MethodPost, "?f=json", `{"classes":[{"min_area_m2":0,"max_area_m2":100,"meters":400}]}`, 200, []string{`"max_area_m2":100`, `"used":0`}},
		{
			http.MethodPost, "?f=json", `{"radius_m":200,"scenario":{"changes":[{"change":"add_facility","kind":"park","id":"2","at":[105.052,29.58]}]}}`, 200,
			[]string{`"coverage_rate":1,`, `"used":2`, `"changes":1`},
		},
		{http.MethodGet, "?radius_m=-1&land=sea", "", 422, []string{"query.radius_m", "query.land", "estates, buildings, landcover"}},
		{http.MethodGet, "?cutoff_m=500", "", 422, []string{"query.cutoff_m", "is no parameter of this address"}}, // nobody walks here
		{http.MethodPost, "", `{"radius_m":5,"classes":[{"min_area_m2":5,"max_area_m2":5,"meters":0}]}`, 422, []string{"body.radius_m", "body.classes", "no area is", "0 is no radius"}},
	} {
		w := b.send(t, tc.method, auditAddress+tc.query, tc.body)
		for _, part := range tc.parts {
			if w.Code != tc.status || !strings.Contains(w.Body.String(), part) {
				t.Errorf("%s %s: status %d, %q is not in\n%s", tc.method, tc.query, w.Code, part, w.Body)
			}
		}
		c.check(t, tc.method, auditAddress, w)
	}
}
