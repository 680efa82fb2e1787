package web_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kaimen/coverage/analysis"
)

const plansAddress = "/api/v1/studies/town/plans"

// Within 700 m of the park lives h1, 100 people. Of the three places at homes, that
// of h2 serves it and h3, 80.5, 580 and 0 m off its road; that of h3 the same two.
const placesAtHomes = `"points":[{"id":"h1","at":[105.052,29.58]},{"id":"h2","at":[105.058,29.58]},{"id":"h3","at":[105.066,29.58],"cost":3}]`

func TestPlans(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := readContract(t)
	body := `{"kind":"pocket_park","p":1,"cutoff_m":1600,` + placesAtHomes + `}`
	w := b.send(t, http.MethodPost, plansAddress, body)
	c.check(t, http.MethodPost, plansAddress, w)
	var a analysis.SitesAnswer
	if err := json.Unmarshal(w.Body.Bytes(), &a); w.Code != http.StatusOK || err != nil {
		t.Fatalf("status %d, %v\n%s", w.Code, err, w.Body)
	}
	// Within 1,600 m of P live h1, h2 and h3, so that nothing can be won.
	if a.Summary.Objective != 180.5 || a.Summary.Before != a.Summary.After || !a.Summary.Proven || len(a.Summary.Candidates) != 3 {
		t.Errorf("%+v", a.Summary)
	}
	if again := b.send(t, http.MethodPost, plansAddress, body, "If-None-Match", w.Header().Get("ETag")); again.Code != http.StatusNotModified {
		t.Errorf("asked again: %d", again.Code)
	}
	near := `{"kind":"pocket_park","p":1,"cutoff_m":850,"curve":2,"alternatives":1,"stability":true,` + placesAtHomes + `}`
	w = b.send(t, http.MethodPost, plansAddress, near)
	c.check(t, http.MethodPost, plansAddress, w)
	// h3 alone is left: any place within 850 m of it will do, that of h2 (774 m) or its own.
	for _, part := range []string{`"objective":180.5`, `"before":150.5`, `"newly":30`, `"proven":true`, `"curve":[{"number":1,`, `"stability":[{"name":`, `"mark":`} {
		if !strings.Contains(w.Body.String(), part) {
			t.Errorf("%s is not told: %.3000s", part, w.Body)
		}
	}
	for f, part := range map[string]string{"geojson": `"geometry":{"type":"Point"`, "csv": "rank,id,name,kind,source,of,lon,lat,required,cost,"} {
		w := b.send(t, http.MethodPost, plansAddress+"?f="+f, near)
		c.check(t, http.MethodPost, plansAddress, w)
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), part) {
			t.Errorf("%s: status %d: %.500s", f, w.Code, w.Body)
		}
	}
	w = b.get(t, plansAddress+"?kind=pocket_park&p=1&cutoff_m=850&sources=edge&every_m=200&details=false")
	c.check(t, http.MethodGet, plansAddress, w)
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"objective":180.5`) || !strings.Contains(w.Body.String(), `"candidates":[]`) {
		t.Errorf("status %d: %.2000s", w.Code, w.Body)
	}
}

// streamed reads the events of a plan.
func streamed(t *testing.T, w *httptest.ResponseRecorder) (names, data []string) {
	t.Helper()
	lines := bufio.NewScanner(w.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			names = append(names, name)
		} else if text, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			data = append(data, text)
		}
	}
	if len(names) != len(data) || len(names) == 0 {
		t.Fatalf("%d events, %d data", len(names), len(data))
	}
	return names, data
}

func TestPlansAreStreamed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	accept := []string{"Accept", "text/event-stream"}
	w := b.send(t, http.MethodPost, plansAddress, `{"kind":"pocket_park","p":1,"cutoff_m":850,`+placesAtHomes+`}`, accept...)
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "text/event-stream" || w.Header().Get("Cache-Control") != "no-store" {
		t.Fatalf("status %d %v", w.Code, w.Header())
	}
	if !w.Flushed {
		t.Error("events wait for the end of the search")
	}
	names, data := streamed(t, w)
	var a analysis.SitesAnswer
	if err := json.Unmarshal([]byte(data[len(data)-1]), &a); err != nil || names[len(names)-1] != "result" || a.Summary.Objective != 180.5 {
		t.Errorf("%v %v %.300s", err, names, data[len(data)-1])
	}
	for i, name := range names[:len(names)-1] {
		var p analysis.SitesProgress
		if err := json.Unmarshal([]byte(data[i]), &p); name != "progress" || err != nil || p.Objective > 180.5 {
			t.Errorf("%s %v %s", name, err, data[i])
		}
	}
	names, data = streamed(t, b.get(t, plansAddress+"?kind=zoo&p=1", accept...))
	if names[0] != "problem" || !strings.Contains(data[0], `"status":422`) || !strings.Contains(data[0], `"query.kind"`) {
		t.Errorf("%v %v", names, data)
	}
}

// A ticket is known while its search goes on, and no longer.
func TestPlansAreStopped(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := readContract(t)
	const ticket = plansAddress + "/mine"
	w := b.send(t, http.MethodDelete, ticket, "")
	c.check(t, http.MethodDelete, ticket, w)
	if w.Code != http.StatusNotFound {
		t.Errorf("nothing goes on, and %d", w.Code)
	}
	w = b.get(t, plansAddress+"?kind=pocket_park&p=1&sources=edge&ticket=mine")
	if w.Code != http.StatusOK {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	if w := b.send(t, http.MethodDelete, ticket, ""); w.Code != http.StatusNotFound {
		t.Errorf("the search is over, and %d", w.Code)
	}
	// A client that went away: no search goes on without it.
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, plansAddress+"?kind=pocket_park&p=2&sources=edge&ticket=gone", nil)
	b.do(r)
	if w := b.send(t, http.MethodDelete, plansAddress+"/gone", ""); w.Code != http.StatusNotFound {
		t.Errorf("a search goes on for nobody: %d", w.Code)
	}
}

func TestPlanFaults(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := readContract(t)
	for name, tc := range map[string]struct {
		method, target, body string
		parts                []string
	}{
		"all at once":     {"GET", "?kind=zoo&model=best&curve=-1&deadline_s=0&kinds=&steps=x", "", []string{"query.model", "mclp", "query.curve", "query.deadline_s", "query.steps"}},
		"size":            {"GET", "?kind=pocket_park", "", []string{`"query.p"`, "budget"}},
		"kinds":           {"GET", "?kinds=school:0,park:x", "", []string{"query.kinds", "pocket_park:3"}},
		"figures":         {"GET", "?kinds=school:1&figures=school.color=red", "", []string{"query.figures", "color"}},
		"sources":         {"GET", "?kind=pocket_park&p=1&sources=moon", "", []string{"moon", "parcel"}},
		"no candidate":    {"GET", "?kind=pocket_park&p=1", "", []string{"query.sources", "no place"}},
		"budget too low":  {"POST", "", `{"kind":"pocket_park","budget":2,"required":["point:h3"],` + placesAtHomes + `}`, []string{"body.budget", "cost 3"}},
		"negative cost":   {"POST", "", `{"per_kind":[{"kind":"school","number":1,"cost_per_m2":-2}],` + placesAtHomes + `}`, []string{"cost", "-2"}},
		"unknown member":  {"POST", "", `{"kind":"pocket_park","p":1,"color":"red"}`, []string{"body.color"}},
		"ticket":          {"GET", "?kind=pocket_park&p=1&ticket=a%20b", "", []string{"query.ticket"}},
		"format of model": {"GET", "/model?kind=pocket_park&p=1&format=xls", "", []string{"query.format"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := b.send(t, tc.method, plansAddress+tc.target, tc.body)
			path, _, _ := strings.Cut(plansAddress+tc.target, "?")
			c.check(t, tc.method, path, w)
			if w.Code != http.StatusUnprocessableEntity {
				t.Fatalf("status %d: %s", w.Code, w.Body)
			}
			for _, part := range tc.parts {
				if !strings.Contains(w.Body.String(), part) {
					t.Errorf("%s is not told: %s", part, w.Body)
				}
			}
		})
	}
}

func TestModelsOfPlans(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for form, part := range map[string]string{"lp": "Maximize", "mps": "ROWS"} {
		w := b.get(t, plansAddress+"/model?kind=pocket_park&p=1&sources=edge&format="+form)
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), part) || !strings.HasSuffix(w.Header().Get("Content-Disposition"), form+`"`) {
			t.Errorf("%s: status %d %v: %.200s", form, w.Code, w.Header(), w.Body)
		}
		w = b.send(t, http.MethodPost, plansAddress+"/model?format="+form, `{"kind":"pocket_park","p":1,`+placesAtHomes+`}`)
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), part) || !strings.Contains(w.Body.String(), "point:h2") {
			t.Errorf("%s: status %d: %.200s", form, w.Code, w.Body)
		}
	}
}

// Two homes and two sites of one's own: x is near a, y near both.
func TestPlansOfTables(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := readContract(t)
	const address = "/api/v1/plans"
	const tables = `"demand":[{"id":"a","weight":10},{"id":"b","weight":5.5}],"candidates":[{"id":"x"},{"id":"y","cost":2}],` +
		`"pairs":[{"origin":"a","destination":"x","cost":1},{"origin":"a","destination":"y","cost":2.5},{"origin":"b","destination":"y","cost":3}]`
	w := b.send(t, http.MethodPost, address, `{"p":1,"cutoff":3,`+tables+`}`)
	c.check(t, http.MethodPost, address, w)
	for _, part := range []string{`"objective":15.5`, `"bound":15.5`, `"gap":0`, `"proven":true`, `"sites":["y"]`, `"gain_curve":[{"number":1,`} {
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), part) {
			t.Errorf("status %d, %s is not told: %s", w.Code, part, w.Body)
		}
	}
	w = b.send(t, http.MethodPost, address, `{"p":5,"model":"mclp","deadline_s":0,"steps":"x","demand":[{"id":"a","weight":1},{"id":"a","weight":1}],"candidates":[{"id":"x","fixed":"perhaps"}],"pairs":[{"origin":"q","destination":"z","cost":1}]}`)
	c.check(t, http.MethodPost, address, w)
	for _, part := range []string{"body.deadline_s", "body.steps", "body.demand[1]", "perhaps", "body.pairs[0]", "no candidate"} {
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), part) {
			t.Errorf("status %d, %s is not told: %s", w.Code, part, w.Body)
		}
	}
}
