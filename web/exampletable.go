package web

// The study that examples ask about: kaimen serve --sample has it.
const (
	exampleStudy = "dongxing-sample"
	ofSample     = studiesPath + "/" + exampleStudy
	ofDistrict   = studiesPath + "/my-district" // which the examples of imports bring
)

// What must be there before an example can be sent.
const (
	laterPlan   = ofSample + "/plans?kind=pocket_park&model=pmedian&p=12&sources=edge&every_m=50&details=false"
	laterAnswer = ofSample + "/coverage?kind=pocket_park&level=street&f=json"
)

// A park and a way to it, as the change of a plan.
const exampleScenario = `"scenario": ` + exampleChanges

// exampleChanges is the same as it is saved.
const exampleChanges = `{"name": {"zh": "口袋公园与连通道", "en": "A pocket park and a link"}, "changes": [
  {"change": "add_facility", "kind": "pocket_park", "id": "n1", "at": [105.07, 29.59]},
  {"change": "draw_road", "line": [[105.07, 29.59], [105.071, 29.59]], "class": "footway"}]}`

// exampleTable is every example of the API: what the document shows, what the
// commands of the page send, and what tests send. Each runs as it stands; the
// first of an operation is the one that says most. An operation without an
// example fails a test, as does an answer that the document declares and no
// example gets.
func exampleTable() []Example {
	return []Example{
		{Operation: "get-api", Title: "The links", Target: apiPath},
		{Operation: "get-health", Title: "Alive", Target: "/healthz"},
		{Operation: "get-readiness", Title: "Ready", Target: "/readyz"},
		{Operation: "get-coordinates", Title: "A place of the sample", Target: apiPath + "/coordinates?at=105.07,29.59"},
		{Operation: "list-basemaps", Title: "Base maps of others", Target: apiPath + "/basemaps"},

		{Operation: "list-studies", Title: "All studies", Target: studiesPath},
		{Operation: "get-study", Title: "The sample district", Target: ofSample},
		{Operation: "find-places", Title: "By the first letters of its pinyin", Target: ofSample + "/search?q=mlb&limit=3"},
		{Operation: "find-places", Title: "By coordinates of GCJ-02", Target: ofSample + "/search?q=gcj02:105.06,29.59"},
		{Operation: "get-report", Title: "What became of its rows", Target: ofSample + "/report"},
		{Operation: "import-study", Title: "A zip of your own", Target: studiesPath, File: "my-district.zip", Status: 202},
		{Operation: "put-study", Title: "A zip of your own, once more", Target: studiesPath + "/my-district", File: "my-district.zip", Status: 202},

		{
			Operation: "put-layer", Title: "Schools of a table", Target: ofDistrict + "/layers/facilities?name=schools.csv&kind=school", Type: "text/csv", Status: 202,
			Body: "id,name,lon,lat\ns1,第一小学,105.0002,29.5\ns2,第二小学,105.0008,29.5\n",
		},
		{
			Operation: "inspect-file", Title: "A table that says little of itself", Target: apiPath + "/inspect?name=学校.csv&study=" + exampleStudy, Type: "text/csv",
			Body: "编号,名称,类别,经度,纬度\ns1,第一小学,小学,105.0702,29.5902\ns2,第二小学,小学,,\n",
		},
		{Operation: "add-features", Title: "A pocket park", Target: ofDistrict + "/layers/facilities/features", Type: geoJSONType, Status: 201, Body: `{"type": "Feature",
  "properties": {"id": "n1", "kind": "pocket_park", "name": "口袋公园", "capacity": 40}, "geometry": {"type": "Point", "coordinates": [105.0005, 29.5]}}`},
		{Operation: "get-feature", Title: "A school of the sample", Target: ofSample + "/layers/facilities/features/school%2FF0541"},
		{Operation: "put-feature", Title: "The park, larger", Target: ofDistrict + "/layers/facilities/features/pocket_park%2Fn1", Type: geoJSONType, Body: `{"type": "Feature",
  "properties": {"name": "口袋公园", "capacity": 60}, "geometry": {"type": "Point", "coordinates": [105.0005, 29.5]}}`},
		{Operation: "put-feature", Title: "A second park", Target: ofDistrict + "/layers/facilities/features/pocket_park%2Fn2", Type: geoJSONType, Status: 201, Body: `{"type": "Feature",
  "properties": {"name": "街角公园"}, "geometry": {"type": "Point", "coordinates": [105.0009, 29.5]}}`},
		{
			Operation: "patch-feature", Title: "A few steps on, its capacity not known", Target: ofDistrict + "/layers/facilities/features/pocket_park%2Fn1", Type: mergePatch,
			Body: `{"properties": {"capacity": null}, "geometry": {"coordinates": [105.0006, 29.5]}}`,
		},
		{Operation: "delete-feature", Title: "The second park", Target: ofDistrict + "/layers/facilities/features/pocket_park%2Fn2"},
		{Operation: "list-snapshots", Title: "The versions of the sample", Target: ofSample + "/snapshots"},
		{Operation: "get-changes", Title: "The last change", Target: ofDistrict + "/snapshots/{newest}/changes", First: First{ofDistrict + "/snapshots", AsSnapshots}},
		{Operation: "delete-snapshot", Title: "The first version", Target: ofDistrict + "/snapshots/{oldest}", Status: 204, First: First{ofDistrict + "/snapshots", AsSnapshots}},
		{Operation: "prune-snapshots", Title: "What would go", Target: ofSample + "/snapshots/prune?keep=10&dry_run=true"},
		{Operation: "get-layer", Title: "Schools, two of them", Target: ofSample + "/layers/facilities?kind=school&limit=2"},
		{Operation: "get-layer", Title: "Streets as CSV", Target: ofSample + "/layers/boundaries?level=street&f=csv"},
		{Operation: "get-layer", Title: "The roads of a box", Target: ofSample + "/layers/roads?bbox=105.06,29.585,105.062,29.587&limit=2"},
		{Operation: "get-tileset", Title: "The tiles of roads", Target: "/tiles/" + exampleStudy + "/{snapshot}/roads.json"},
		{Operation: "get-tile", Title: "A tile in the middle", Target: "/tiles/" + exampleStudy + "/{snapshot}/roads/14/12973/6782.mvt"},
		{Operation: "get-tile", Title: "A tile far away", Target: "/tiles/" + exampleStudy + "/{snapshot}/roads/14/0/0.mvt", Status: 204},

		{Operation: "get-coverage", Title: "Pocket parks by street, as a map", Target: ofSample + "/coverage?kind=pocket_park&level=street"},
		{Operation: "get-coverage", Title: "The same as JSON", Target: ofSample + "/coverage?kind=pocket_park&level=street&f=json"},
		{Operation: "get-coverage", Title: "Elders by community within 500 m, as CSV", Target: ofSample + "/coverage?kind=pocket_park&level=community&cohort=elderly&cutoff_m=500&f=csv"},
		{Operation: "post-coverage", Title: "With a park more", Target: ofSample + "/coverage?f=json", Body: `{"kind": "pocket_park", "level": "street", "cutoff_m": 500,
  ` + exampleScenario + `}`},
		{Operation: "get-gaps", Title: "The two largest", Target: ofSample + "/gaps?kind=pocket_park&cutoff_m=500&limit=2"},
		{Operation: "get-gaps", Title: "The two largest, as JSON", Target: ofSample + "/gaps?kind=pocket_park&cutoff_m=500&limit=2&f=json"},
		{Operation: "post-gaps", Title: "With a park more", Target: ofSample + "/gaps?f=json", Body: `{"kind": "pocket_park", "cutoff_m": 500, "limit": 2,
  ` + exampleScenario + `}`},
		{Operation: "get-isochrones", Title: "Five and ten minutes about a place", Target: ofSample + "/isochrones?at=105.07,29.59&cutoffs_min=5,10&direction=away"},
		{Operation: "get-isochrones", Title: "The service area of schools, without its shape", Target: ofSample + "/isochrones?kind=school&cutoffs_m=1000&f=json"},
		{Operation: "post-matrix", Title: "From one place to two", Target: ofSample + "/matrix", Body: `{"origins": [{"id": "a", "lon": 105.07, "lat": 29.59}],
  "destinations": [{"id": "b", "lon": 105.08, "lat": 29.6}, {"id": "c", "lon": 105.075, "lat": 29.59}], "max_m": 5000}`},
		{Operation: "post-compare", Title: "A park and a link", Target: ofSample + "/compare", Body: `{"kind": "pocket_park", "level": "street", "cutoff_m": 500,
  ` + exampleScenario + `}`},

		{Operation: "put-scenario", Title: "A park and a link", Target: ofSample + "/scenarios/park-and-link", Status: 201, Body: exampleChanges},
		{Operation: "put-scenario", Title: "The same, once more", Target: ofSample + "/scenarios/park-and-link", Body: exampleChanges},
		{Operation: "save-scenario", Title: "Under an id of its content", Target: ofSample + "/scenarios", Status: 201, Body: exampleChanges},
		{Operation: "save-scenario", Title: "The same, once more", Target: ofSample + "/scenarios", Body: exampleChanges},
		{Operation: "list-scenarios", Title: "All of the sample", Target: ofSample + "/scenarios"},
		{Operation: "get-scenario", Title: "A park and a link", Target: ofSample + "/scenarios/park-and-link"},
		{Operation: "get-compare", Title: "Under a saved scenario", Target: ofSample + "/compare?kind=pocket_park&level=street&cutoff_m=500&scenario=park-and-link"},
		{Operation: "post-isochrones", Title: "About two places", Target: ofSample + "/isochrones?f=json", Body: `{"origins": [{"id": "a", "lon": 105.07, "lat": 29.59}, {"id": "b", "lon": 105.08, "lat": 29.6}], "cutoffs_min": [10]}`},

		{Operation: "get-overview", Title: "Schools and clinics by street", Target: ofSample + "/overview?kinds=school,clinic&level=street"},
		{Operation: "post-overview", Title: "Pocket parks with one more", Target: ofSample + "/overview", Body: `{"kinds": ["pocket_park"], "level": "street",
  ` + exampleScenario + `}`},
		{Operation: "get-disagreements", Title: "Schools: 15 minutes or 1,000 m", Target: ofSample + "/disagreements?kind=school&cutoff_min=15&other_m=1000"},
		{Operation: "post-disagreements", Title: "Clinics, at an elder's pace", Target: ofSample + "/disagreements", Body: `{"kind": "clinic", "profile": "elder"}`},
		{Operation: "get-nearest", Title: "Three markets and a clinic", Target: ofSample + "/nearest?needs=market:3,clinic&level=street"},
		{Operation: "post-nearest", Title: "A clinic less", Target: ofSample + "/nearest", Body: `{"needs": ["market:3", "clinic"], "profile": "elder", "level": "street",
  "scenario": {"changes": [{"change": "remove_facility", "kind": "clinic", "id": "F0427"}]}}`},
		{Operation: "get-catchments", Title: "Nurseries", Target: ofSample + "/catchments?kind=nursery"},
		{Operation: "post-catchments", Title: "Nurseries for children", Target: ofSample + "/catchments", Body: `{"kind": "nursery", "cohort": "children"}`},
		{Operation: "get-completeness", Title: "The circle by street", Target: ofSample + "/completeness?level=street"},
		{Operation: "post-completeness", Title: "A market and a park of any size", Target: ofSample + "/completeness", Body: `{"needs": ["market", "park+pocket_park"], "level": "street", "cutoff_min": 10}`},
		{Operation: "get-per-capita", Title: "Workers for residents, by street", Target: ofSample + "/per-capita?rules=staffing/community-workers&level=street"},
		{Operation: "post-per-capita", Title: "The same by POST", Target: ofSample + "/per-capita", Body: `{"rules": ["staffing/community-workers"], "level": "street"}`},
		{Operation: "get-accessibility", Title: "Nurseries for children, by 2SFCA", Target: ofSample + "/accessibility?kind=nursery&method=2sfca&cohort=children&level=street"},
		{Operation: "post-accessibility", Title: "Clinics, by gravity", Target: ofSample + "/accessibility", Body: `{"kind": "clinic", "method": "gravity", "decay": "gaussian", "sigma": 300, "level": "street"}`},
		{Operation: "get-equity", Title: "Clinics, with a floor", Target: ofSample + "/equity?kind=clinic&floor=0.6&level=street"},
		{Operation: "post-equity", Title: "The way to the nearest park", Target: ofSample + "/equity", Body: `{"kind": "park", "of": "cost", "level": "street"}`},
		{Operation: "get-links", Title: "The three best for parks, two of them together", Target: ofSample + "/links?kind=pocket_park&cutoff_m=500&sources=dead_end&limit=3&p=2"},
		{Operation: "post-links", Title: "Gates and dead ends, for two kinds", Target: ofSample + "/links", Body: `{"kinds": ["pocket_park", "clinic"], "cutoff_m": 500, "sources": ["gate", "dead_end"], "limit": 2, "p": 1}`},
		{Operation: "get-gap-areas", Title: "The three areas of most people", Target: ofSample + "/gap-areas?kind=pocket_park&cutoff_m=500&limit=3"},
		{Operation: "post-gap-areas", Title: "With a park more", Target: ofSample + "/gap-areas", Body: `{"kind": "pocket_park", "cutoff_m": 500, "limit": 3, "causes": false,
  ` + exampleScenario + `}`},
		{Operation: "get-estates", Title: "Old estates without steps in mind", Target: ofSample + "/estates?needs=clinic,park%2Bpocket_park"},
		{Operation: "post-estates", Title: "With a park more", Target: ofSample + "/estates", Body: `{"needs": ["park+pocket_park"],
  ` + exampleScenario + `}`},
		{Operation: "get-requests", Title: "What was asked for since July, by street", Target: ofSample + "/requests?level=street&since=2026-07-01"},
		{Operation: "post-requests", Title: "Lamps and parking that wait", Target: ofSample + "/requests", Body: `{"level": "street", "kinds": ["lighting", "parking"], "states": ["open", "doing"]}`},
		{Operation: "get-audit", Title: "500 m about parks", Target: ofSample + "/audit?radius_m=500&level=street"},
		{Operation: "post-audit", Title: "Large parks serve further", Target: ofSample + "/audit", Body: `{"level": "street",
  "classes": [{"min_area_m2": 0, "max_area_m2": 10000, "meters": 300}, {"min_area_m2": 10000, "meters": 800}]}`},
		{Operation: "get-sensitivity", Title: "A clinic shut, a bridge closed", Target: ofSample + "/sensitivity?kind=clinic&vary=facility,bridge&target=0.8&limit=2"},
		{Operation: "post-sensitivity", Title: "People a fifth slower or faster", Target: ofSample + "/sensitivity", Body: `{"kind": "school", "vary": ["speed"], "speed_share": 0.2, "target": 0.9}`},
		{Operation: "get-plans", Title: "Three pocket parks", Target: ofSample + "/plans?kind=pocket_park&p=3&details=false"},
		{Operation: "post-plans", Title: "One of two places", Target: ofSample + "/plans", Body: `{"kind": "pocket_park", "p": 1, "sources": ["point"], "details": false, "cutoff_m": 500,
  "points": [{"id": "north", "at": [105.07, 29.6]}, {"id": "south", "at": [105.07, 29.575]}]}`},
		{Operation: "stop-plan", Title: "A search that goes on", Target: ofSample + "/plans/my-plan-1", Status: 204, First: First{laterPlan + "&ticket=my-plan-1", AsSearch}},
		{Operation: "get-plan-model", Title: "As LP", Target: ofSample + "/plans/model?kind=pocket_park&p=1&format=lp"},
		{Operation: "post-plan-model", Title: "As MPS", Target: ofSample + "/plans/model?format=mps", Body: `{"kind": "pocket_park", "p": 1, "sources": ["point"], "cutoff_m": 500,
  "points": [{"id": "north", "at": [105.07, 29.6]}, {"id": "south", "at": [105.07, 29.575]}]}`},

		{Operation: "put-scenario", Title: "One that is not to last", Target: ofSample + "/scenarios/draft", Status: 201, Body: exampleChanges},
		{Operation: "drop-scenario", Title: "One that was not to last", Target: ofSample + "/scenarios/draft", Status: 204},

		{Operation: "get-standards", Title: "All rules and circles", Target: apiPath + "/standards"},
		{Operation: "post-accessibility-of-matrix", Title: "Two homes, one clinic", Target: apiPath + "/accessibility", Body: `{"method": "2sfca", "cutoff": 900,
  "demand": [{"id": "a", "weight": 120}, {"id": "b", "weight": 80}], "supply": [{"id": "s", "capacity": 40}],
  "pairs": [{"origin": "a", "destination": "s", "cost": 600}, {"origin": "b", "destination": "s", "cost": 1200}]}`},
		{Operation: "post-equity-of-values", Title: "Three groups", Target: apiPath + "/equity", Body: `{"line": 10,
  "values": [{"value": 8, "weight": 100}, {"value": 12, "weight": 300}, {"value": 20, "weight": 50}]}`},
		{Operation: "post-plans-of-matrix", Title: "One of two sites", Target: apiPath + "/plans", Body: `{"model": "mclp", "p": 1, "cutoff": 600,
  "demand": [{"id": "a", "weight": 120}, {"id": "b", "weight": 80}], "candidates": [{"id": "s"}, {"id": "t"}],
  "pairs": [{"origin": "a", "destination": "s", "cost": 500}, {"origin": "b", "destination": "t", "cost": 400}]}`},

		{Operation: "list-jobs", Title: "The newest job of the sample", Target: jobsPath + "?study=" + exampleStudy + "&limit=1", First: First{laterAnswer, AsFinishedJob}},
		{Operation: "get-job", Title: "A job that is over", Target: jobsPath + "/{job}", First: First{laterAnswer, AsFinishedJob}},
		{Operation: "get-job-events", Title: "A job that is over", Target: jobsPath + "/{job}/events", First: First{laterAnswer, AsFinishedJob}},
		{Operation: "drop-job", Title: "Remove a job that is over", Target: jobsPath + "/{job}", Status: 204, First: First{laterAnswer, AsFinishedJob}},
		{Operation: "drop-job", Title: "Stop a job that runs", Target: jobsPath + "/{job}", First: First{laterPlan, AsJob}},
		{Operation: "get-result", Title: "Coverage, asked for as JSON", Target: resultsPath + "/{result}", First: First{laterAnswer, AsFinishedJob}},
	}
}
