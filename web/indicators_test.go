package web_test

import (
	"net/http"
	"strings"
	"testing"
)

// Every indicator, in each of its forms, held against the document.
func TestIndicators(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := readContract(t)
	for _, tc := range []struct {
		name, target string
		parts        []string // of the JSON
		columns      string   // the first of the CSV
	}{
		// 150.5 of 185.5 people reach the park, all of the west; the rest are east.
		{"overview", "overview?kinds=pocket_park&levels=study,community", []string{`"time":{"covered":150.5,`, `"distance":{"covered":150.5,`, `"disagree":0`, `"demand":185.5`}, "id,name,level,parent,kind,demand,time_covered,"},
		{"disagreements", "disagreements?kind=pocket_park&cutoff_min=15&other_m=700", []string{`"distance_only":0`, `"time_only":50.5`, `"covered":"time"`}, "id,lon,lat,building,"},
		{"nearest", "nearest?needs=pocket_park,school:1", []string{`"need":"pocket_park:1"`, `"need":"all"`, `"median_s":`}, "need,id,name,level,"},
		// Two steps of a quarter of an hour: as many within the first as overview tells.
		{"distribution", "distribution?kind=pocket_park&step_min=15&steps=2", []string{`"cutoff_s":900`, `"within":150.5`, `"covered":150.5`, `"unreached":5`, `"step_m":null`}, "id,name,level,parent,cutoff_s,cutoff_m,demand,within,"},
		{"catchments", "catchments?kind=pocket_park", []string{`"allotted":180.5`, `"unreached":5`, `"load":null`}, "id,kind,name,lon,lat,"},
		{"completeness", "completeness?needs=pocket_park,school&cutoff_min=15", []string{`"needs":2`, `"complete_rate":`, `"score":null`}, "id,name,level,parent,demand,complete,"},
		{"completeness of a circle", "completeness", []string{`"circle":"circle-15"`, `"standard":"GB 50180-2018"`, `"verified":`}, "id,name,level,parent,demand,complete,"},
		{"per capita", "per-capita?rules=gb50180-2018/green-15min", []string{`"rule":"gb50180-2018/green-15min"`, `"need":371`, `"have":null`}, "id,name,level,parent,rule,"},
		{"per capita by all rules", "per-capita", []string{`"rules":[]`, `"applied":[{"rule":`}, "id,name,level,parent,rule,"},
		{"accessibility", "accessibility?kind=pocket_park&method=cumulative", []string{`"method":"cumulative"`, `"supply":"facilities"`, `"unserved":35`}, "id,name,level,parent,demand,unserved,"},
		{"gravity", "accessibility?kind=pocket_park&method=gravity&decay=exponential&beta=0.001", []string{`"decay":"exponential"`}, "id,name,"},
		{"equity", "equity?kind=pocket_park&floor=0.5", []string{`"worst":"c-east"`, `"below_floor":1`, `"demand_below_floor":35`, `"lorenz":[{"people_share":0,`}, "id,name,level,parent,demand,covered,coverage_rate,rank,"},
		{"equity of cost", "equity?kind=pocket_park&of=cost", []string{`"of":"cost"`, `"left":5`}, "id,name,"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			target := "/api/v1/studies/town/" + tc.target
			path, _, _ := strings.Cut(target, "?")
			joint := "?"
			if strings.Contains(target, "?") {
				joint = "&"
			}
			w := b.get(t, target)
			if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/json" {
				t.Fatalf("status %d, type %s: %s", w.Code, w.Header().Get("Content-Type"), w.Body)
			}
			for _, part := range append(tc.parts, `"synthetic":true`, `"snapshot":"`+string(b.town.ID)) {
				if !strings.Contains(w.Body.String(), part) {
					t.Errorf("%s is not in the answer: %.2500s", part, w.Body)
				}
			}
			c.check(t, http.MethodGet, path, w)
			if again := b.get(t, target, "If-None-Match", w.Header().Get("ETag")); again.Code != http.StatusNotModified {
				t.Errorf("asked again: %d", again.Code)
			}
			csv := b.get(t, target+joint+"f=csv&bom=1")
			if csv.Code != http.StatusOK || !strings.HasPrefix(csv.Body.String(), "\ufeff"+tc.columns) || !strings.Contains(csv.Body.String(), ",synthetic\n") {
				t.Errorf("csv %d: %.300s", csv.Code, csv.Body)
			}
			geo := b.get(t, target, "Accept", "application/geo+json")
			if geo.Code != http.StatusOK || !strings.Contains(geo.Body.String(), `"kaimen":{"key":`) {
				t.Errorf("geojson %d: %.300s", geo.Code, geo.Body)
			}
			c.check(t, http.MethodGet, path, geo)
		})
	}
}

// By POST the members of the query stand in the body, with a scenario beside
// them: with a park at its door the east is covered, too.
func TestIndicatorsUnderAScenario(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := readContract(t)
	const scenario = `"scenario":{"name":{"en":"A park"},"changes":[{"change":"add_facility","kind":"pocket_park","id":"new","at":[105.066,29.58]}]}`
	for name, tc := range map[string]struct{ path, body, part string }{
		"coverage":      {"coverage?f=json", `{"kind":"pocket_park",` + scenario + `}`, `"covered":180.5`},
		"gaps":          {"gaps?f=json", `{"kind":"pocket_park","limit":1,` + scenario + `}`, `"uncovered":5`},
		"overview":      {"overview", `{"kinds":["pocket_park"],` + scenario + `}`, `"facilities":2`},
		"nearest":       {"nearest", `{"needs":["pocket_park"],"cutoff_m":700,` + scenario + `}`, `"cutoff_m":700`},
		"catchments":    {"catchments", `{"kind":"pocket_park",` + scenario + `}`, `"id":"new"`},
		"completeness":  {"completeness", `{"needs":["pocket_park"],` + scenario + `}`, `"complete":180.5`},
		"accessibility": {"accessibility", `{"kind":"pocket_park","method":"cumulative",` + scenario + `}`, `"unserved":5`},
		"equity":        {"equity", `{"kind":"pocket_park",` + scenario + `}`, `"changes":1`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target := "/api/v1/studies/town/" + tc.path
			w := b.send(t, http.MethodPost, target, tc.body)
			if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), tc.part) || !strings.Contains(w.Body.String(), `"en":"A park"`) {
				t.Fatalf("status %d, %s is not in %.2000s", w.Code, tc.part, w.Body)
			}
			path, _, _ := strings.Cut(target, "?")
			c.check(t, http.MethodPost, path, w)
		})
	}
}

// What cannot be answered is 422 with every fault, where it stands and what
// there is instead.
func TestIndicatorFaults(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := readContract(t)
	for name, tc := range map[string]struct {
		method, target, body string
		parts                []string
	}{
		"kind, level and cohort": {"GET", "catchments?kind=zoo&level=grid&cohort=ghosts&profile=fly", "", []string{`"query.kind"`, "school, pocket_park", `"query.level"`, "street, community", `"query.cohort"`, "people", `"query.profile"`, `"zoo"`}},
		"cutoff zero":            {"GET", "overview?cutoff_min=0", "", []string{`"query.cutoff_min"`, "above 0"}},
		"cutoff and the rest":    {"GET", "overview?cutoff_min=0&levels=moon&kinds=yeti", "", []string{`"query.cutoff_min"`, `"query.levels"`, "community", `"query.kind"`, "yeti"}},
		"cutoff negative":        {"GET", "equity?kind=pocket_park&cutoff_m=-5", "", []string{`"query.cutoff_m"`, "above 0"}},
		"both cutoffs":           {"GET", "overview?cutoff_min=5&cutoff_m=300", "", []string{`"query.cutoff_m"`, "not both"}},
		"other cutoff":           {"GET", "overview?other_m=0", "", []string{`"query.other_m"`, "above 0"}},
		"NaN":                    {"GET", "accessibility?kind=pocket_park&method=gravity&decay=exponential&beta=NaN", "", []string{`"query.beta"`, "above 0"}},
		"no capacity":            {"GET", "accessibility?kind=pocket_park&method=2sfca", "", []string{`"query.supply"`, "capacity", "facilities"}},
		"method":                 {"GET", "accessibility?kind=pocket_park&method=magic", "", []string{`"query.method"`, "e2sfca"}},
		"circle":                 {"GET", "completeness?circle=square&rule=luck", "", []string{`"query.circle"`, "circle-15", `"query.rule"`, "distance"}},
		"need":                   {"GET", "nearest?needs=school:0,park:x", "", []string{`"query.needs"`, "market:3", "school:0", "park:x"}},
		"need missing":           {"GET", "nearest", "", []string{`"query.needs"`, "required"}},
		"rule":                   {"GET", "per-capita?rules=none", "", []string{`"query.rules"`, "staffing/community-workers"}},
		"unknown parameter":      {"GET", "overview?kinds=school&mode=bus", "", []string{`"query.mode"`, "cutoff_min"}},
		"in a body":              {"POST", "catchments", `{"kind":"zoo","level":"moon"}`, []string{`"location":"body.kind","value":"zoo"`, `"location":"body.level","value":"moon"`}},
		"scenario":               {"POST", "overview", `{"scenario":{"changes":[{"change":"remove_facility","kind":"school","id":"none"}]}}`, []string{`body.scenario.changes[0]`, "change 1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target := "/api/v1/studies/town/" + tc.target
			w := b.send(t, tc.method, target, tc.body)
			if w.Code != http.StatusUnprocessableEntity || w.Header().Get("Content-Type") != "application/problem+json" {
				t.Fatalf("status %d: %s", w.Code, w.Body)
			}
			for _, part := range tc.parts {
				if !strings.Contains(w.Body.String(), part) {
					t.Errorf("%s is not told: %s", part, w.Body)
				}
			}
			path, _, _ := strings.Cut(target, "?")
			c.check(t, tc.method, path, w)
		})
	}
	if w := b.get(t, "/api/v1/studies/atlantis/overview"); w.Code != http.StatusNotFound {
		t.Errorf("unknown study: %d", w.Code)
	}
	if w := b.send(t, http.MethodDelete, "/api/v1/studies/town/overview", ""); w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD, POST" {
		t.Errorf("DELETE: %d, Allow %s", w.Code, w.Header().Get("Allow"))
	}
	w := b.get(t, "/api/v1/standards")
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"circle":"circle-15"`) {
		t.Errorf("standards: %d %.300s", w.Code, w.Body)
	}
	c.check(t, http.MethodGet, "/api/v1/standards", w)
}
