package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// S and W in a target stand for the snapshot ids of town and wood.
func fill(b *bench, target string) string {
	return strings.NewReplacer("{S}", string(b.town.ID), "{W}", string(b.wood.ID)).Replace(target)
}

const coverageAddress = "/api/v1/studies/town/coverage?kind=pocket_park"

func TestGoodAnswers(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := readContract(t)
	for _, tc := range []struct {
		name, target, accept string
		status               int
		kind                 string // Content-Type
		parts                []string
	}{
		{"alive", "/healthz", "", 200, "application/json", []string{`{"status":"ok"}`}},
		{"ready", "/readyz", "", 200, "application/json", []string{`{"status":"ok"}`}},
		{"document", "/openapi.json", "", 200, "application/openapi+json", []string{`"openapi": "3.1.0"`, `get-coverage`}},
		{
			"studies", "/api/v1/studies", "", 200, "application/json",
			[]string{`"id":"town"`, `"zh":"小镇"`, `"synthetic":true`, `"bounds":[105.045,29.57,105.075,29.6]`, `"id":"wood"`},
		},
		{
			"study", "/api/v1/studies/town", "", 200, "application/json",
			[]string{`"roads":2`, `"level":"community"`, `"kind":"pocket_park"`, `"total":185.5`, `"code":"synthetic"`},
		},
		{"study of roads alone", "/api/v1/studies/wood", "", 200, "application/json", []string{`"kinds":[]`, `"cohorts":[]`, `"attribution":[]`}},
		{"report", "/api/v1/studies/town/report", "", 200, "application/json", []string{`"read":5`, `"lon is blank"`, `"guesses":[]`}},
		{
			"coverage as json", coverageAddress + "&f=json", "", 200, "application/json",
			[]string{`"covered":150.5`, `"cutoff_s":900`, `"outside":null`, `"id":"c-west"`},
		},
		{"coverage by accept", coverageAddress, "application/json;q=0.9, text/csv;q=0.5", 200, "application/json", []string{`"covered":150.5`}},
		{"coverage for a browser", coverageAddress, "text/html,application/xml;q=0.9,*/*;q=0.8", 200, "application/geo+json", []string{`"FeatureCollection"`}},
		{"coverage by meters", coverageAddress + "&cutoff_m=700&f=json", "", 200, "application/json", []string{`"covered":100,`, `"cutoff_m":700`}},
		{"coverage of the whole", coverageAddress + "&level=study", "", 200, "application/geo+json", []string{`"geometry":null`, `"kaimen":{`}},
		{
			"coverage as csv", coverageAddress, "text/csv", 200, "text/csv; charset=utf-8",
			[]string{"id,name,level,parent,demand,covered,coverage_rate,", "facilities_reachable,synthetic\n", "c-west,=West,community,s,150.5,150.5,1,0,"},
		},
		{"coverage for a spreadsheet", coverageAddress + "&f=csv&bom=1", "", 200, "text/csv; charset=utf-8", []string{"\ufeffid,", "c-west,'=West,"}},
		{
			"gaps", "/api/v1/studies/town/gaps?kind=pocket_park", "", 200, "application/geo+json",
			[]string{`"reason":"beyond_cutoff"`, `"reason":"island"`, `"uncovered":35`},
		},
		{"first gap", "/api/v1/studies/town/gaps?kind=pocket_park&limit=1&f=json", "", 200, "application/json", []string{`"id":"h3"`, `"uncovered":35`}},
		{
			"gaps as csv", "/api/v1/studies/town/gaps?kind=pocket_park&f=csv", "", 200, "text/csv; charset=utf-8",
			[]string{"id,lon,lat,demand,reason,nearest_id,", "h3,105.066,29.58,30,beyond_cutoff,1,P,", "h4,105.0661,29.59,5,island,,,,,,c-east,s,true\n"},
		},
		{
			"rings of a place", "/api/v1/studies/town/isochrones?at=105.05,29.58&cutoffs_m=193.4,500", "", 200, "application/geo+json",
			[]string{`"id":"origin/500"`, `"cutoff_m":193.4,`, `"cutoff_s":null`, `"direction":"away"`, `"MultiPolygon"`, `"cutoffs_m":[193.4,500]`},
		},
		{
			"service area as lines", "/api/v1/studies/town/isochrones?kind=pocket_park&as=lines", "", 200, "application/geo+json",
			[]string{`"id":"pocket_park/900"`, `"direction":"toward"`, `"length_m":1000`, `"area_m2":null`, `"MultiLineString"`},
		},
		{
			"rings without shapes", "/api/v1/studies/town/isochrones?at=105.066,29.9&f=json", "", 200, "application/json",
			[]string{`"state":"too_far"`, `"area_m2":0`, `"code":"too_far"`, `"cutoffs_s":[300,600,900]`},
		},
		{
			"facilities", "/api/v1/studies/town/layers/facilities", "", 200, "application/geo+json",
			[]string{`"id":"pocket_park/1"`, `"id":"school/1"`, `"capacity":null`, `"synthetic":true`},
		},
		{"facilities of a kind", "/api/v1/studies/town/layers/facilities?kind=school", "", 200, "application/geo+json", []string{`"school/1"`}},
		{"boundaries of a level", "/api/v1/studies/town/layers/boundaries?level=community", "", 200, "application/geo+json", []string{`"c-west"`, `"c-east"`}},
		{"roads in a box", "/api/v1/studies/town/layers/roads?bbox=105.0,29.585,105.1,29.6", "", 200, "application/geo+json", []string{`"id":"w2"`}},
		{"empty layer", "/api/v1/studies/town/layers/parcels", "", 200, "application/geo+json", []string{`"features":[]`}},
		{
			"tile set", "/tiles/town/{S}/roads.json", "", 200, "application/json",
			[]string{`"tilejson":"3.0.0"`, `"http://example.com/tiles/town/{S}/roads/{z}/{x}/{y}.mvt"`, `"maxzoom":16`, `"class":"String"`},
		},
		{"tile set of an empty layer", "/tiles/wood/{W}/buildings.json", "", 200, "application/json", []string{`"bounds":[10,50,10.01,50]`}},
		{"page", "/", "", 200, "text/html; charset=utf-8", []string{"the page"}},
		{"page of its own address", "/town/coverage", "", 200, "text/html; charset=utf-8", []string{"the page"}},
		{"file of the page", "/icon.svg", "", 200, "image/svg+xml", []string{"<svg/>"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			target := fill(b, tc.target)
			w := b.get(t, target, "Accept", tc.accept)
			if w.Code != tc.status || w.Header().Get("Content-Type") != tc.kind {
				t.Fatalf("status %d, type %s; want %d, %s\n%.600s", w.Code, w.Header().Get("Content-Type"), tc.status, tc.kind, w.Body)
			}
			for _, part := range tc.parts {
				if !strings.Contains(w.Body.String(), fill(b, part)) {
					t.Errorf("%q is not in the answer\n%.1500s", part, w.Body)
				}
			}
			path, _, _ := strings.Cut(target, "?")
			c.check(t, http.MethodGet, path, w)
			if w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Header().Get("Content-Security-Policy") == "" {
				t.Error("the security headers are missing")
			}
			if w.Header().Get("Cache-Control") == "" && !strings.HasPrefix(target, "/openapi") {
				t.Error("Cache-Control is missing")
			}
		})
	}
}

// A fault of a parameter sends back what was given.
func TestFaultsCarryTheValue(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for target, want := range map[string]string{
		"/api/v1/studies/town/coverage?kind=zoo":        `"location":"query.kind","value":"zoo"`,
		"/api/v1/studies/town/gaps?kind=school&level=x": `"location":"query.level","value":"x"`,
		coverageAddress + "&f=xml":                      `"location":"query.f","value":"xml"`,
		coverageAddress + "&colour=red":                 `"location":"query.colour","value":"red"`,
	} {
		if w := b.get(t, target); !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %s is not in\n%s", target, want, w.Body)
		}
	}
}

// Filters must leave out what does not pass.
func TestFiltersLeaveOut(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for target, absent := range map[string]string{
		"/api/v1/studies/town/layers/facilities?kind=school":                      "pocket_park",
		"/api/v1/studies/town/layers/boundaries?level=street":                     "c-west",
		"/api/v1/studies/town/layers/roads?bbox=105.0,29.585,105.1,29.6":          `"w1"`,
		"/api/v1/studies/town/layers/roads?limit=1":                               `"w2"`,
		"/api/v1/studies/town/layers/roads?bbox=170,29,-170,30":                   `"w1"`,
		"/api/v1/studies/town/layers/roads":                                       `"nodes"`,
		"/api/v1/studies/town/gaps?kind=pocket_park&limit=1":                      `"h4"`,
		"/api/v1/studies/wood/layers/roads":                                       `"synthetic":true`,
		"/api/v1/studies/town/coverage?kind=pocket_park&f=csv":                    "\r",
		"/api/v1/studies/town/gaps?kind=pocket_park&cutoff_min=30&f=csv":          "h3",
		"/api/v1/studies/town/coverage?kind=pocket_park&f=json&cutoff_min=15.000": `"cutoff_m":15`,
	} {
		w := b.get(t, target)
		if w.Code != http.StatusOK || strings.Contains(w.Body.String(), absent) {
			t.Errorf("%s: status %d, %q should be absent\n%.600s", target, w.Code, absent, w.Body)
		}
	}
}

type problemBody struct {
	Type, Title, Detail, Code, Instance string
	Status                              int
	Errors                              []struct {
		Code, Message, Location string
		Value                   any
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := readContract(t)
	for _, tc := range []struct {
		name, method, target, body string
		headers                    []string
		status                     int
		code                       string
		faults                     [][2]string // location, part of the message
	}{
		{name: "unknown study", target: "/api/v1/studies/nowhere", status: 404, code: "not_found"},
		{name: "unknown study, coverage", target: "/api/v1/studies/nowhere/coverage?kind=park", status: 404, code: "not_found"},
		{name: "unknown study, matrix", method: "POST", target: "/api/v1/studies/nowhere/matrix", body: `{"origins":[],"destinations":[]}`, status: 404, code: "not_found"},
		{name: "unknown layer", target: "/api/v1/studies/town/layers/rivers", status: 404, code: "not_found"},
		{name: "no such address", target: "/api/v1/nothing", status: 404, code: "not_found"},
		{name: "no such address of tiles", target: "/tiles/town", status: 404, code: "not_found"},
		{name: "no such address of ogc", target: "/ogc/nothing", status: 404, code: "not_found"},
		{name: "no such file of the page", target: "/assets/gone.js", status: 404, code: "not_found"},
		{name: "other method", method: "DELETE", target: "/api/v1/studies/town", status: 405, code: "unsupported"},
		{name: "matrix by GET", target: "/api/v1/studies/town/matrix", status: 405, code: "unsupported"},
		{name: "page by POST", method: "POST", target: "/somewhere", body: "x", status: 405, code: "unsupported"},
		{name: "kind missing", target: "/api/v1/studies/town/coverage", status: 422, code: "invalid", faults: [][2]string{{"query.kind", "required"}}},
		{
			name: "several at once", target: "/api/v1/studies/town/coverage?f=xml&cutoff_min=soon&mode=bus", status: 422, code: "invalid",
			faults: [][2]string{{"query.kind", "required"}, {"query.cutoff_min", ""}, {"query.f", "json"}, {"query.mode", "cutoff_min, cutoff_m"}},
		},
		{
			name: "all that the data lacks", target: "/api/v1/studies/town/coverage?kind=zoo&level=grid&profile=fly&cohort=ghosts", status: 422, code: "invalid",
			faults: [][2]string{{"query.kind", "school, pocket_park"}, {"query.level", "street, community"}, {"query.profile", "walk"}, {"query.cohort", "people"}},
		},
		{name: "layers missing", target: "/api/v1/studies/wood/coverage?kind=park", status: 422, code: "invalid", faults: [][2]string{{"layer.demand", "demand"}}},
		{name: "both cutoffs", target: coverageAddress + "&cutoff_min=15&cutoff_m=1000", status: 422, code: "invalid", faults: [][2]string{{"query.cutoff_m", "not both"}}},
		{name: "cutoff zero", target: coverageAddress + "&cutoff_min=0", status: 422, code: "invalid", faults: [][2]string{{"query.cutoff_min", "above 0"}}},
		{name: "cutoff not a number", target: coverageAddress + "&cutoff_m=NaN", status: 422, code: "invalid", faults: [][2]string{{"query.cutoff_m", "above 0"}}},
		{name: "twice", target: coverageAddress + "&kind=school", status: 422, code: "invalid", faults: [][2]string{{"query.kind", "2 times"}}},
		{name: "broken query", target: coverageAddress + "&level=%zz", status: 422, code: "invalid", faults: [][2]string{{"query", "not well formed"}}},
		{name: "limit zero", target: "/api/v1/studies/town/gaps?kind=school&limit=0", status: 422, code: "invalid", faults: [][2]string{{"query.limit", ""}}},
		{
			name: "rings of nothing", target: "/api/v1/studies/town/isochrones?profile=fly", status: 422, code: "invalid",
			faults: [][2]string{{"query.at", "or a facility kind"}, {"query.profile", "walk"}},
		},
		{
			name: "rings of too much", target: "/api/v1/studies/town/isochrones?at=105,29&kind=zoo&cutoffs_m=5,5&as=lines&min_hole_m2=5", status: 422, code: "invalid",
			faults: [][2]string{{"query.kind", "not both"}, {"query.cutoffs", "5 m stands more than once"}, {"query.min_hole_m2", "no holes"}},
		},
		{name: "rings with words", target: "/api/v1/studies/town/isochrones?at=here&direction=up", status: 422, code: "invalid", faults: [][2]string{{"query.at", ""}, {"query.direction", "away"}}},
		{name: "rings of half a place", target: "/api/v1/studies/town/isochrones?at=105", status: 422, code: "invalid", faults: [][2]string{{"query.at", "give two"}}},
		{name: "rings off the earth", target: "/api/v1/studies/town/isochrones?at=NaN,29", status: 422, code: "invalid", faults: [][2]string{{"query.at[0]", "no place"}}},
		{name: "rings of no study", target: "/api/v1/studies/nowhere/isochrones?at=105,29", status: 404, code: "not_found"},
		{name: "cutoffs out of bounds", target: "/api/v1/studies/town/isochrones?at=105,29&cutoffs_min=0,5,2000", status: 422, code: "invalid", faults: [][2]string{{"query.cutoffs_min", "0 is no cutoff"}, {"query.cutoffs_min", "2000 is no cutoff"}}},
		{name: "no form fits", target: coverageAddress, headers: []string{"Accept", "image/png, text/csv;q=0"}, status: 406, code: "unsupported"},
		{name: "parameter where none is", target: "/healthz?x=1", status: 422, code: "invalid", faults: [][2]string{{"query.x", "none"}}},
		{
			name: "level of roads", target: "/api/v1/studies/town/layers/roads?level=street&kind=a", status: 422, code: "invalid",
			faults: [][2]string{{"query.level", "has no level"}, {"query.kind", "has no kind"}},
		},
		{name: "no such level", target: "/api/v1/studies/town/layers/boundaries?level=ward", status: 422, code: "invalid", faults: [][2]string{{"query.level", "street, community, grid, building"}}},
		{name: "bbox of three", target: "/api/v1/studies/town/layers/roads?bbox=1,2,3", status: 422, code: "invalid", faults: [][2]string{{"query.bbox", "give four"}}},
		{name: "bbox upside down", target: "/api/v1/studies/town/layers/roads?bbox=1,3,2,2", status: 422, code: "invalid", faults: [][2]string{{"query.bbox", "north"}}},
		{name: "bbox off the earth", target: "/api/v1/studies/town/layers/roads?bbox=1,2,3,NaN", status: 422, code: "invalid", faults: [][2]string{{"query.bbox", "±90"}}},
		{name: "tile off the grid", target: "/tiles/town/{S}/roads/2/4/0.mvt", status: 404, code: "not_found"},
		{name: "tile too deep", target: "/tiles/town/{S}/roads/17/0/0.mvt", status: 404, code: "not_found"},
		{name: "tile zoom overflow", target: "/tiles/town/{S}/roads/64/0/0.mvt", status: 404, code: "not_found"},
		{
			name: "tile of words", target: "/tiles/town/{S}/roads/a/-1/1.5.mvt", status: 422, code: "invalid",
			faults: [][2]string{{"path.z", ""}, {"path.x", ""}, {"path.y", ""}},
		},
		{name: "tile of another study's snapshot", target: "/tiles/town/{W}/roads/3/0/0.mvt", status: 404, code: "not_found"},
		{name: "tile of no snapshot", target: "/tiles/town/0123456789abcdef0123/roads/3/0/0.mvt", status: 404, code: "not_found"},
		{name: "tile of a layer without", target: "/tiles/town/{S}/demand/3/0/0.mvt", status: 404, code: "not_found"},
		{name: "tile set of no study", target: "/tiles/nowhere/{S}/roads.json", status: 404, code: "not_found"},
		{name: "trouble inside", target: "/api/v1/studies/troubled", status: 500, code: "internal"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if tc.method == "" {
				tc.method = http.MethodGet
			}
			target := fill(b, tc.target)
			w := b.send(t, tc.method, target, tc.body, tc.headers...)
			var p problemBody
			if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
				t.Fatalf("status %d: %v\n%.300s", w.Code, err, w.Body)
			}
			if w.Code != tc.status || p.Status != tc.status || p.Code != tc.code || w.Header().Get("Content-Type") != "application/problem+json" {
				t.Fatalf("status %d, type %s, want %d %s\n%s", w.Code, w.Header().Get("Content-Type"), tc.status, tc.code, w.Body)
			}
			if p.Detail == "" || p.Title == "" || p.Type == "" || w.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("title, type, detail or Cache-Control is missing: %v\n%s", w.Header(), w.Body)
			}
			for _, want := range tc.faults {
				found := false
				for _, e := range p.Errors {
					found = found || e.Location == want[0] && strings.Contains(e.Message, want[1]) && e.Code != ""
				}
				if !found {
					t.Errorf("no fault at %s with %q\n%s", want[0], want[1], w.Body)
				}
			}
			if w.Code == http.StatusMethodNotAllowed && w.Header().Get("Allow") == "" {
				t.Error("Allow is missing")
			}
			path, _, _ := strings.Cut(target, "?")
			c.check(t, tc.method, path, w)
		})
	}
}
