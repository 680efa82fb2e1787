package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kaimen/coverage"
	"kaimen/web"
)

const scenariosAddress = "/api/v1/studies/town/scenarios"

// onePark is a second park where h2 stands; oneRoad closes the way east of it.
const (
	onePark = `{"name":{"zh":"加一个公园","en":"one more <park>"},"changes":[{"change":"add_facility","kind":"pocket_park","id":"2","at":[105.058,29.58]}]}`
	oneRoad = `{"changes":[{"change":"close_road","road":"w1"}]}`
)

// savedItem is a saved scenario as the server tells it.
type savedItem struct {
	ID, Hash, Snapshot string
	Name               coverage.Name
	Changes            int
	Fits               bool
	Faults             []struct{ Location, Message string }
}

func (b *bench) mustSave(t testing.TB, id, text string) savedItem {
	t.Helper()
	w := b.send(t, http.MethodPut, scenariosAddress+"/"+id, text)
	if w.Code != http.StatusCreated && w.Code != http.StatusOK {
		t.Fatalf("save %s: status %d\n%s", id, w.Code, w.Body)
	}
	return decoded[savedItem](t, w)
}

func decoded[T any](t testing.TB, w *httptest.ResponseRecorder) (v T) {
	t.Helper()
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		t.Fatalf("%v in\n%s", err, w.Body)
	}
	return v
}

func TestScenarioIsKept(t *testing.T) {
	t.Parallel()
	b, c := setup(t), readContract(t)
	address := scenariosAddress + "/one-park"
	made := b.send(t, http.MethodPut, address, " "+strings.ReplaceAll(onePark, ":", " : "))
	c.check(t, http.MethodPut, address, made)
	tag := made.Header().Get("ETag")
	item := decoded[savedItem](t, made)
	if made.Code != http.StatusCreated || made.Header().Get("Location") != address || tag != `"`+item.Hash+`"` ||
		item.ID != "one-park" || item.Changes != 1 || item.Name.EN != "one more <park>" || !item.Fits || item.Snapshot != string(b.town.ID) {
		t.Fatalf("made: %d %v\n%s", made.Code, made.Header(), made.Body)
	}
	got := b.get(t, address)
	c.check(t, http.MethodGet, address, got)
	if got.Code != http.StatusOK || got.Body.String() != onePark || got.Header().Get("ETag") != tag {
		t.Errorf("read: %d, %s\n%s", got.Code, got.Header().Get("ETag"), got.Body)
	}
	for _, step := range []struct {
		method, body, name, value string
		status                    int
	}{
		{http.MethodGet, "", "If-None-Match", tag, 304},
		{http.MethodPut, oneRoad, "If-None-Match", "*", 412},
		{http.MethodPut, oneRoad, "If-None-Match", tag, 422},
		{http.MethodPut, oneRoad, "If-Match", `"0"`, 412},
		{http.MethodPut, oneRoad, "If-Match", "W/" + tag, 412}, // a weak tag is no promise
		{http.MethodDelete, "", "If-Match", `"0"`, 412},
		{http.MethodGet, "", "", "", 200},
		{http.MethodPut, onePark, "If-Match", tag, 200}, // which changes nothing
		{http.MethodPut, oneRoad, "If-Match", `"0", ` + strings.TrimSuffix(tag, `"`) + `-gzip"`, 200},
		{http.MethodPut, onePark, "If-Match", tag, 412}, // somebody else was faster
		{http.MethodDelete, "", "If-Match", tag, 412},
		{http.MethodDelete, "", "If-Match", "*", 204},
		{http.MethodDelete, "", "", "", 404},
		{http.MethodGet, "", "", "", 404},
		{http.MethodPut, oneRoad, "If-Match", "*", 412},
		{http.MethodPut, oneRoad, "If-None-Match", "*", 201},
	} {
		w := b.send(t, step.method, address, step.body, step.name, step.value)
		if w.Code != step.status {
			t.Fatalf("%s with %s %s: status %d, want %d\n%s", step.method, step.name, step.value, w.Code, step.status, w.Body)
		}
		c.check(t, step.method, address, w)
	}
}

func TestScenarioOfItsContent(t *testing.T) {
	t.Parallel()
	b, c := setup(t), readContract(t)
	first := b.send(t, http.MethodPost, scenariosAddress, onePark)
	c.check(t, http.MethodPost, scenariosAddress, first)
	again := b.send(t, http.MethodPost, scenariosAddress, onePark)
	c.check(t, http.MethodPost, scenariosAddress, again)
	at := first.Header().Get("Location")
	if first.Code != 201 || again.Code != 200 || again.Header().Get("Location") != at || again.Body.String() != first.Body.String() {
		t.Fatalf("%d then %d\n%s\n%s", first.Code, again.Code, first.Body, again.Body)
	}
	if w := b.get(t, at); w.Body.String() != onePark {
		t.Errorf("at %s is\n%s", at, w.Body)
	}
	if w := b.send(t, http.MethodPut, at, oneRoad); w.Code != 200 {
		t.Fatalf("change: %d", w.Code)
	}
	w := b.send(t, http.MethodPost, scenariosAddress, onePark)
	c.check(t, http.MethodPost, scenariosAddress, w)
	if w.Code != 409 {
		t.Errorf("the id has other content by now: status %d\n%s", w.Code, w.Body)
	}
}

func TestScenarioIsChecked(t *testing.T) {
	t.Parallel()
	b, c := setup(t), readContract(t)
	for _, tc := range []struct {
		name, method, address, body string
		status                      int
		parts                       []string
		headers                     []string
	}{
		{
			"all faults of all changes", http.MethodPut, "/x",
			`{"changes":[{"change":"close_road","road":"w9"},{"change":"close_gate"},{"change":"close_road","road":"w1"},{"change":"remove_facility","kind":"zoo","id":"1"}]}`, 422,
			[]string{`"body.changes[0]"`, `"body.changes[1]"`, `"body.changes[3]"`, "cannot be saved"},
			nil,
		},
		{"an id that is none", http.MethodPut, "/One-Park", onePark, 422, []string{"lower case"}, nil},
		{"a change unknown", http.MethodPost, "", `{"changes":[{"change":"paint_road"}]}`, 422, []string{"body.changes[0].change"}, nil},
		{"no changes", http.MethodPost, "", `{}`, 422, []string{"changes"}, nil},
		{"no JSON by its type", http.MethodPost, "", onePark, 415, nil, []string{"Content-Type", "text/plain"}},
		{"no type", http.MethodPost, "", onePark, 415, nil, []string{"Content-Type", ""}},
		{"nothing under the id", http.MethodGet, "/x", "", 404, []string{"it has none"}, nil},
		{"no id", http.MethodGet, "/X%00", "", 404, nil, nil},
		{"no id to delete", http.MethodDelete, "/X%00", "", 404, nil, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			w := b.send(t, tc.method, scenariosAddress+tc.address, tc.body, tc.headers...)
			if w.Code != tc.status {
				t.Fatalf("status %d, want %d\n%s", w.Code, tc.status, w.Body)
			}
			for _, part := range tc.parts {
				if !strings.Contains(w.Body.String(), part) {
					t.Errorf("%q is not in\n%s", part, w.Body)
				}
			}
			c.check(t, tc.method, scenariosAddress+tc.address, w)
		})
	}
	t.Run("no study", func(t *testing.T) {
		t.Parallel()
		for _, of := range [][2]string{{http.MethodGet, ""}, {http.MethodPost, ""}, {http.MethodGet, "/x"}, {http.MethodPut, "/x"}, {http.MethodDelete, "/x"}} {
			body := ""
			if of[0] == http.MethodPost || of[0] == http.MethodPut {
				body = onePark
			}
			if w := b.send(t, of[0], "/api/v1/studies/nowhere/scenarios"+of[1], body); w.Code != 404 {
				t.Errorf("%s %s: status %d\n%s", of[0], of[1], w.Code, w.Body)
			}
		}
	})
}

// A server that is not managed answers under scenarios, and changes none.
func TestScenariosOfOthers(t *testing.T) {
	t.Parallel()
	b, c := setup(t), readContract(t)
	b.mustSave(t, "one-park", onePark)
	o := b.options
	o.Manage = false
	b.Handler = web.New(o)
	for _, of := range []struct {
		method, address, body string
		status                int
	}{
		{http.MethodPost, "", onePark, 503},
		{http.MethodPut, "/one-park", oneRoad, 503},
		{http.MethodDelete, "/one-park", "", 503},
		{http.MethodGet, "/one-park", "", 200},
		{http.MethodGet, "", "", 200},
	} {
		w := b.send(t, of.method, scenariosAddress+of.address, of.body)
		if w.Code != of.status || of.status == 503 && !strings.Contains(w.Body.String(), "--manage on") {
			t.Errorf("%s %s: status %d\n%s", of.method, of.address, w.Code, w.Body)
		}
		c.check(t, of.method, scenariosAddress+of.address, w)
	}
}

func TestScenarioList(t *testing.T) {
	t.Parallel()
	b, c := setup(t), readContract(t)
	for i := range 5 {
		b.mustSave(t, fmt.Sprintf("s-%d", i), fmt.Sprintf(`{"name":{"zh":"第%d个"},"changes":[]}`, i))
	}
	var ids []string
	for at := scenariosAddress + "?limit=2"; at != ""; {
		w := b.get(t, at)
		c.check(t, http.MethodGet, at, w)
		page := decoded[struct {
			Scenarios []savedItem
			Next      string
		}](t, w)
		for _, item := range page.Scenarios {
			ids = append(ids, item.ID+" "+item.Name.ZH)
		}
		at = page.Next
	}
	if got := strings.Join(ids, ", "); got != "s-0 第0个, s-1 第1个, s-2 第2个, s-3 第3个, s-4 第4个" {
		t.Errorf("listed: %s", got)
	}
}

// Whatever is asked, the answer under a saved scenario is byte for byte the one
// with its changes in the body, with the same ETag; by GET and by POST.
func TestScenarioByItsID(t *testing.T) {
	t.Parallel()
	b, c := setup(t), readContract(t)
	b.mustSave(t, "one-park", onePark)
	for path, members := range map[string]string{
		"coverage":      `"kind":"pocket_park","cutoff_m":700`,
		"gaps":          `"kind":"pocket_park","cutoff_m":700`,
		"gap-areas":     `"kind":"pocket_park","cutoff_m":700`,
		"overview":      `"cutoff_m":700`,
		"disagreements": `"kind":"pocket_park","cutoff_m":500`,
		"nearest":       `"needs":"pocket_park","cutoff_m":700`,
		"distribution":  `"kind":"pocket_park","cutoff_m":700`,
		"catchments":    `"kind":"pocket_park","cutoff_m":700`,
		"completeness":  `"needs":"pocket_park","cutoff_m":700`,
		"place":         `"zone":"c-east","kind":"pocket_park","cutoff_m":700`,
		"per-capita":    `"level":"study"`,
		"accessibility": `"kind":"pocket_park","method":"cumulative","cutoff_m":700`,
		"equity":        `"kind":"pocket_park","cutoff_m":700`,
		"sensitivity":   `"kind":"pocket_park","cutoff_m":700,"vary":"speed"`,
		"compare":       `"kind":"pocket_park","cutoff_m":700`,
		"isochrones":    `"kind":"pocket_park","cutoffs_m":"700"`,
		"plans":         `"kind":"pocket_park","cutoff_m":700,"p":1,"sources":"edge"`,
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			address := "/api/v1/studies/town/" + path
			query, body := "?scenario=one-park", members
			for member := range strings.SplitSeq(members, ",") {
				name, value, _ := strings.Cut(member, ":")
				query += "&" + strings.Trim(name, `"`) + "=" + strings.Trim(value, `"`)
				if list := map[string]string{`"needs"`: `["pocket_park"]`, `"cutoffs_m"`: `[700]`, `"vary"`: `["speed"]`, `"sources"`: `["edge"]`}[name]; list != "" {
					body = strings.Replace(body, member, name+":"+list, 1)
				}
			}
			sent := b.send(t, http.MethodPost, address, `{`+body+`,"scenario":`+onePark+`}`)
			byID := b.send(t, http.MethodPost, address, `{`+body+`,"scenario_id":"one-park"}`)
			got := b.get(t, address+query)
			if sent.Code != 200 || !strings.Contains(sent.Body.String(), `one more`) {
				t.Fatalf("sent: %d\n%s", sent.Code, sent.Body)
			}
			if got.Body.String() != sent.Body.String() || byID.Body.String() != sent.Body.String() {
				t.Errorf("by GET: %d\n%s\nby id: %d\n%s\nsent:\n%s", got.Code, got.Body, byID.Code, byID.Body, sent.Body)
			}
			if tag := sent.Header().Get("ETag"); tag == "" || got.Header().Get("ETag") != tag || byID.Header().Get("ETag") != tag {
				t.Errorf("tags %s, %s, %s", tag, got.Header().Get("ETag"), byID.Header().Get("ETag"))
			}
			c.check(t, http.MethodGet, address, got)
			c.check(t, http.MethodPost, address, byID)
		})
	}
}

// The tag of an answer is of what the scenario says, not of what it is called.
func TestScenarioChanged(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.mustSave(t, "a", onePark)
	b.mustSave(t, "b", onePark)
	ask := func(id string) (string, string) {
		w := b.get(t, coverageAddress+"&cutoff_m=700&f=json&scenario="+id)
		if w.Code != 200 {
			t.Fatalf("%d\n%s", w.Code, w.Body)
		}
		return w.Header().Get("ETag"), w.Body.String()
	}
	tagA, a := ask("a")
	tagB, same := ask("b")
	if tagA != tagB || a != same || !strings.Contains(a, `"covered":150.5,`) {
		t.Errorf("two ids of one content: %s %s\n%s", tagA, tagB, a)
	}
	b.mustSave(t, "a", oneRoad)
	if tag, now := ask("a"); tag == tagA || now == a {
		t.Errorf("changed, it is answered as before: %s", now)
	}
}

// The facility that a scenario moves is gone with the next import. The list
// says so, nothing is answered under it, and it can be deleted.
func TestScenarioThatFitsNoLonger(t *testing.T) {
	t.Parallel()
	b, c := setup(t), readContract(t)
	b.mustSave(t, "still", onePark)
	if item := b.mustSave(t, "away", `{"changes":[{"change":"add_facility","kind":"zoo","id":"z","at":[105.05,29.58]},{"change":"remove_facility","kind":"pocket_park","id":"1"}]}`); !item.Fits {
		t.Fatalf("%+v", item)
	}
	layers := b.town.Layers
	layers.Facilities = nil
	next := snapshot(t, b.town.Study, layers, b.town.Report)
	if err := b.store.Put(t.Context(), next); err != nil {
		t.Fatal(err)
	}
	w := b.get(t, scenariosAddress)
	c.check(t, http.MethodGet, scenariosAddress, w)
	list := decoded[struct{ Scenarios []savedItem }](t, w).Scenarios
	if len(list) != 2 || list[0].Fits || len(list[0].Faults) != 1 || list[0].Faults[0].Location != "changes[1]" || !list[1].Fits || list[0].Snapshot != string(next.ID) {
		t.Errorf("%+v", list)
	}
	for address, location := range map[string]string{
		coverageAddress + "&scenario=away":                                       "query.scenario.changes[1]",
		compareAddress + "?kind=pocket_park&scenario=still&from=away":            "query.from.changes[1]",
		"/api/v1/studies/town/isochrones?at=105.05,29.58&scenario=away":          "query.scenario.changes[1]",
		"/api/v1/studies/town/plans?kind=pocket_park&p=1&scenario=away&points=1": "query.points",
	} {
		if w := b.get(t, address); w.Code != 422 || !strings.Contains(w.Body.String(), `"`+location+`"`) {
			t.Errorf("%s: %d, want a fault at %s\n%s", address, w.Code, location, w.Body)
		}
	}
	for address, body := range map[string]string{
		"/api/v1/studies/town/coverage": `{"kind":"pocket_park","scenario_id":"away"}`,
		"/api/v1/studies/town/matrix":   `{"origins":[{"id":"a","lon":105.05,"lat":29.58}],"destinations":[{"id":"b","lon":105.06,"lat":29.58}],"max_m":5000,"scenario_id":"away"}`,
	} {
		if w := b.send(t, http.MethodPost, address, body); w.Code != 422 || !strings.Contains(w.Body.String(), `"body.scenario_id.changes[1]"`) {
			t.Errorf("%s: %d\n%s", address, w.Code, w.Body)
		}
	}
	if w := b.send(t, http.MethodPut, scenariosAddress+"/away", `{"changes":[{"change":"remove_facility","kind":"pocket_park","id":"1"}]}`); w.Code != 422 {
		t.Errorf("saved although it does not fit: %d", w.Code)
	}
	if w := b.send(t, http.MethodDelete, scenariosAddress+"/away", ""); w.Code != 204 {
		t.Errorf("deleted: %d", w.Code)
	}
}

// What names no saved scenario is told beside all other faults.
func TestScenarioUnknown(t *testing.T) {
	t.Parallel()
	b, c := setup(t), readContract(t)
	b.mustSave(t, "one-park", onePark)
	for _, tc := range []struct {
		method, address, body string
		parts                 []string
	}{
		{http.MethodGet, coverageAddress + "x&scenario=none", "", []string{`"query.scenario"`, `"value":"none"`, "it has one-park", `"query.kind"`}},
		{http.MethodGet, coverageAddress + "&scenario=No%00ne", "", []string{`"query.scenario"`, "lower case"}},
		{http.MethodPost, "/api/v1/studies/town/coverage", `{"kind":"zoo","scenario_id":"none"}`, []string{`"body.scenario_id"`, `"body.kind"`}},
		{http.MethodPost, "/api/v1/studies/town/coverage", `{"kind":"pocket_park","scenario_id":"one-park","scenario":` + oneRoad + `}`, []string{`"body.scenario_id"`, "not both"}},
		{http.MethodPost, compareAddress, `{"kind":"zoo","scenario_id":"one-park","from_id":"none"}`, []string{`"body.from_id"`, `"body.kind"`}},
		{http.MethodPost, compareAddress, `{"kind":"zoo","scenario_id":"one-park","from":{"changes":[{"change":"close_road","road":"w9"}]}}`, []string{`"body.from.changes[0]"`, `"body.kind"`}},
		{http.MethodPost, "/api/v1/studies/town/isochrones", `{"at":[105.05],"cutoffs_m":[0],"scenario_id":"none"}`, []string{`"body.at"`, `"body.cutoffs_m"`, `"body.scenario_id"`}},
	} {
		w := b.send(t, tc.method, tc.address, tc.body)
		for _, part := range tc.parts {
			if w.Code != 422 || !strings.Contains(w.Body.String(), part) {
				t.Errorf("%s %s: status %d, %q is not in\n%s", tc.method, tc.body, w.Code, part, w.Body)
			}
		}
		c.check(t, tc.method, tc.address, w)
	}
	if w := b.get(t, "/api/v1/studies/nowhere/coverage?kind=x&scenario=one-park"); w.Code != 404 {
		t.Errorf("no study: %d\n%s", w.Code, w.Body)
	}
}

// From a scenario to itself nothing differs; from one to another the change is
// the difference of the two changes from the study as it is, each zone alike.
func TestCompareTwoScenarios(t *testing.T) {
	t.Parallel()
	b, c := setup(t), readContract(t)
	b.mustSave(t, "park", onePark)
	b.mustSave(t, "road", oneRoad)
	type figures struct{ Covered, Uncovered float64 }
	type result struct {
		From   *struct{ Changes int }
		Totals struct{ Before, After, Change figures }
		Points struct {
			Gained, Lost, Nearer, Farther struct{ Points int }
		}
		Rows []struct{ Before, After, Change figures }
	}
	ask := func(query string) result {
		address := compareAddress + "?kind=pocket_park&cutoff_m=700&" + query
		w := b.get(t, address)
		if w.Code != 200 {
			t.Fatalf("%s: %d\n%s", query, w.Code, w.Body)
		}
		c.check(t, http.MethodGet, address, w)
		return decoded[result](t, w)
	}
	park, road, between, back, same := ask("scenario=park"), ask("scenario=road"), ask("scenario=road&from=park"), ask("scenario=park&from=road"), ask("scenario=park&from=park")
	if park.From != nil || between.From == nil || between.From.Changes != 1 {
		t.Errorf("from %v and %v", park.From, between.From)
	}
	if between.Totals.Change.Covered != road.Totals.Change.Covered-park.Totals.Change.Covered || between.Totals.Before != park.Totals.After || between.Totals.After != road.Totals.After {
		t.Errorf("park %+v, road %+v, from park to road %+v", park.Totals, road.Totals, between.Totals)
	}
	for i := range between.Rows {
		if between.Rows[i].Before != park.Rows[i].After || between.Rows[i].After != road.Rows[i].After {
			t.Errorf("row %d: %+v", i, between.Rows[i])
		}
	}
	if back.Points.Gained != between.Points.Lost || back.Points.Nearer != between.Points.Farther || back.Totals.Change.Covered != -between.Totals.Change.Covered {
		t.Errorf("there %+v and back %+v", between.Points, back.Points)
	}
	if same.Totals.Change != (figures{}) || same.Points.Nearer.Points+same.Points.Farther.Points != 0 {
		t.Errorf("to itself: %+v", same)
	}
}

// Two places by POST give the rings that each gives alone, and a park that is
// added has a service area.
func TestIsochronesByPost(t *testing.T) {
	t.Parallel()
	b, c := setup(t), readContract(t)
	const address = "/api/v1/studies/town/isochrones"
	type rings struct {
		Rows []struct {
			ID      string
			AreaM2  float64 `json:"area_m2"`
			CutoffM float64 `json:"cutoff_m"`
		}
	}
	w := b.send(t, http.MethodPost, address+"?f=json", `{"origins":[{"id":"h1","lon":105.05,"lat":29.58},{"id":"h2","lon":105.058,"lat":29.58}],"cutoffs_m":[200,400]}`)
	c.check(t, http.MethodPost, address, w)
	both := decoded[rings](t, w).Rows
	if len(both) != 4 {
		t.Fatalf("%d\n%s", w.Code, w.Body)
	}
	for i, at := range []string{"105.05,29.58", "105.058,29.58"} {
		alone := decoded[rings](t, b.get(t, address+"?f=json&cutoffs_m=200,400&at="+at)).Rows
		for k, row := range alone {
			if got := both[2*i+k]; got.AreaM2 != row.AreaM2 || got.CutoffM != row.CutoffM || got.ID != []string{"h1", "h2"}[i] || got.AreaM2 <= 0 {
				t.Errorf("%s: %+v, alone %+v", at, got, row)
			}
		}
	}
	for body, part := range map[string]string{
		`{"at":[105.05,29.58],"origins":[{"id":"a","lon":105.05,"lat":29.58}]}`:                                              `"body.origins"`,
		`{"origins":[{"id":"a","lon":105.05,"lat":29.58},{"id":"a","lon":105.05,"lat":29.58},{"id":"b","lon":999,"lat":0}]}`: `"body.origins[2]"`,
	} {
		if w := b.send(t, http.MethodPost, address, body); w.Code != 422 || !strings.Contains(w.Body.String(), part) {
			t.Errorf("%s: %d\n%s", body, w.Code, w.Body)
		}
	}
}

// With the only road closed there is no way from one end to the other.
func TestMatrixWhatIf(t *testing.T) {
	t.Parallel()
	b, c := setup(t), readContract(t)
	b.mustSave(t, "road", oneRoad)
	const address = "/api/v1/studies/town/matrix"
	const places = `"origins":[{"id":"a","lon":105.05,"lat":29.58}],"destinations":[{"id":"b","lon":105.058,"lat":29.58}],"max_m":5000`
	pairs := func(more string) int {
		w := b.send(t, http.MethodPost, address, `{`+places+more+`}`)
		if w.Code != 200 {
			t.Fatalf("%d\n%s", w.Code, w.Body)
		}
		c.check(t, http.MethodPost, address, w)
		return decoded[struct{ Pairs int }](t, w).Pairs
	}
	if is, sent, saved := pairs(""), pairs(`,"scenario":`+oneRoad), pairs(`,"scenario_id":"road"`); is != 1 || sent != 0 || saved != 0 {
		t.Errorf("%d pairs as it is, %d with the changes sent, %d with them saved", is, sent, saved)
	}
}

// While a job waits, the same words ask something else once the scenario is
// another: that is another job.
func TestScenarioOfAJob(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		ask := func() *jobShown {
			return o.job(http.MethodGet, coverageAddress+"&cutoff_m=700&f=json&scenario=park", "")
		}
		results := make(map[string]bool)
		for _, text := range []string{onePark, oneRoad, onePark} {
			o.bench.mustSave(o.t, "park", text)
			_, want := o.send(http.MethodGet, coverageAddress+"&cutoff_m=700&f=json&scenario=park", "")
			j := o.until(ask().ID, (*jobShown).over)
			if _, got := o.send(http.MethodGet, j.link("result"), ""); string(got) != string(want) {
				o.t.Errorf("the result is %.300s, at once %.300s", got, want)
			}
			results[j.link("result")] = true
		}
		if len(results) != 2 {
			o.t.Errorf("%d results of two scenarios", len(results))
		}
	})
}
