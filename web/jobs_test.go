package web_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/coveragetest"
	"kaimen/data/jobs"
	"kaimen/web"
)

// jobShown is of a job what these tests look at.
type jobShown struct {
	ID, Kind, Study, State string
	Progress               int
	Stopping               bool
	Best                   *analysis.SitesProgress
	Question               map[string]any
	Problem                *struct {
		Status int
		Code   string
		Errors []struct{ Code, Location, Message string }
	}
	Links []struct{ Rel, Href string }
}

func (j *jobShown) link(rel string) string {
	for _, l := range j.Links {
		if l.Rel == rel {
			return l.Href
		}
	}
	return ""
}

func (j *jobShown) over() bool { return j.State != "accepted" && j.State != "running" }

// office is a server with a queue, over a socket.
type office struct {
	t      *testing.T
	bench  *bench
	server *httptest.Server
	contract
}

// offices are servers on each kind of queue: the second only where there is a
// PostgreSQL.
func offices(t *testing.T, test func(o *office)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(openOffice(t, filepath.Join(t.TempDir(), "store.gpkg")))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		address, _ := coveragetest.Postgres(t)
		test(openOffice(t, address))
	})
}

func openOffice(t *testing.T, store string) *office {
	t.Helper()
	b := setup(t)
	if err := b.store.Put(t.Context(), squares(t)); err != nil {
		t.Fatal(err)
	}
	o := b.options
	o.Importer = importFake
	q, err := jobs.Open(t.Context(), store, jobs.Options{Work: web.Work(o)})
	if err != nil {
		t.Fatal(err)
	}
	o.Jobs = q
	b.Handler = web.New(o)
	server := httptest.NewServer(b.Handler)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- q.Run(ctx) }()
	t.Cleanup(func() {
		server.Close()
		cancel()
		if err := errors.Join(<-ended, q.Close()); err != nil {
			t.Error(err)
		}
	})
	return &office{t, b, server, readContract(t)}
}

// squares is a town of 20 by 20 crossings with homes at each, and a school in
// the corner. To choose a dozen places among hundreds of its streets takes a
// search far longer than a test.
func squares(t testing.TB) *coverage.Snapshot {
	t.Helper()
	const n, step = 20, 0.002
	at := func(i, k int) orb.Point { return orb.Point{105 + step*float64(i), 29.5 + step*float64(k)} }
	var l coverage.Layers
	for i := range n {
		var across, along coverage.Road
		across.ID, across.Class, along.ID, along.Class = fmt.Sprintf("x%02d", i), "residential", fmt.Sprintf("y%02d", i), "residential"
		for k := range n {
			across.Nodes, across.Line = append(across.Nodes, int64(1+k*n+i)), append(across.Line, at(k, i))
			along.Nodes, along.Line = append(along.Nodes, int64(1+i*n+k)), append(along.Line, at(i, k))
			people, err := coverage.AmountOf(float64(10 + (i*7919+k*104729)%97))
			if err != nil {
				t.Fatal(err)
			}
			l.Demand = append(l.Demand, coverage.Demand{ID: fmt.Sprintf("h%02d%02d", i, k), At: at(i, k), Weights: map[string]coverage.Amount{"people": people}})
		}
		l.Roads = append(l.Roads, across, along)
	}
	l.Boundaries = []coverage.Boundary{{ID: "c", Level: coverage.LevelCommunity, Area: box(104.99, 29.49, 105.05, 29.55)}}
	l.Facilities = []coverage.Facility{{ID: "1", Kind: "school", At: at(0, 0)}}
	l.Sort()
	return snapshot(t, coverage.Study{ID: "squares"}, l, coverage.Report{})
}

const longPlan = `{"kind":"school","model":"pmedian","p":12,"sources":["edge"],"every_m":50,"details":false}`

func (o *office) send(method, path, body string, headers ...string) (*http.Response, []byte) {
	o.t.Helper()
	r, err := http.NewRequestWithContext(o.t.Context(), method, o.server.URL+path, strings.NewReader(body))
	if err != nil {
		o.t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		o.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		o.t.Fatal(err)
	}
	w := httptest.NewRecorder()
	w.Code, w.Body = answer.StatusCode, bytes.NewBuffer(text)
	maps.Copy(w.Header(), answer.Header)
	o.check(o.t, method, path, w)
	return answer, text
}

// job asks with the preference to be answered later.
func (o *office) job(method, path, body string, headers ...string) *jobShown {
	o.t.Helper()
	answer, text := o.send(method, path, body, append([]string{"Prefer", "wait=1, respond-async"}, headers...)...)
	var j jobShown
	if err := json.Unmarshal(text, &j); err != nil || answer.StatusCode != http.StatusAccepted {
		o.t.Fatalf("%s %s: status %d %v\n%s", method, path, answer.StatusCode, err, text)
	}
	if answer.Header.Get("Location") != "/api/v1/jobs/"+j.ID || j.link("self") != answer.Header.Get("Location") {
		o.t.Errorf("Location %q of job %s", answer.Header.Get("Location"), j.ID)
	}
	return &j
}

// until waits for a job.
func (o *office) until(id string, fits func(*jobShown) bool) *jobShown {
	o.t.Helper()
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(30 * time.Millisecond) {
		answer, text := o.send(http.MethodGet, "/api/v1/jobs/"+id, "")
		var j jobShown
		if err := json.Unmarshal(text, &j); err != nil || answer.StatusCode != http.StatusOK {
			o.t.Fatalf("status %d %v\n%s", answer.StatusCode, err, text)
		}
		if fits(&j) {
			return &j
		}
		if time.Now().After(end) {
			o.t.Fatalf("not in time: %s", text)
		}
	}
}

// What is asked later is answered with the very bytes that are answered at once.
func TestQuestionsBecomeJobs(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		near := `{"kind":"pocket_park","p":1,"cutoff_m":850,` + placesAtHomes + `}`
		for _, tc := range []struct{ kind, method, path, body string }{
			{"plans", http.MethodPost, plansAddress, near},
			{"plans", http.MethodGet, plansAddress + "?kind=pocket_park&p=1&cutoff_m=850&sources=edge&every_m=200", ""},
			{"sensitivity", http.MethodGet, "/api/v1/studies/town/sensitivity?kind=pocket_park", ""},
			{"gap-areas", http.MethodPost, "/api/v1/studies/town/gap-areas?f=geojson", `{"kind":"pocket_park","cutoff_m":500}`},
			{"links", http.MethodGet, "/api/v1/studies/town/links?kind=pocket_park&max_m=1200&f=csv", ""},
			{"coverage", http.MethodGet, "/api/v1/studies/town/coverage?kind=pocket_park&f=csv", ""},
			{"gaps", http.MethodGet, "/api/v1/studies/town/gaps?kind=pocket_park&cutoff_m=500", ""},
			{"isochrones", http.MethodGet, "/api/v1/studies/town/isochrones?kind=pocket_park", ""},
			{"overview", http.MethodGet, "/api/v1/studies/town/overview", ""},
		} {
			at, want := o.send(tc.method, tc.path, tc.body)
			if at.StatusCode != http.StatusOK {
				o.t.Fatalf("%s: status %d: %s", tc.path, at.StatusCode, want)
			}
			j := o.until(o.job(tc.method, tc.path, tc.body).ID, (*jobShown).over)
			if j.State != "successful" || j.Kind != tc.kind || j.Study != "town" || j.Progress != 100 || j.Question["method"] != tc.method {
				o.t.Errorf("%s: %+v", tc.path, j)
				continue
			}
			result, got := o.send(http.MethodGet, j.link("result"), "")
			if string(got) != string(want) || result.Header.Get("Content-Type") != at.Header.Get("Content-Type") ||
				result.Header.Get("Content-Disposition") != at.Header.Get("Content-Disposition") {
				o.t.Errorf("%s: the result is %s %.300q, at once %s %.300q", tc.path, result.Header, got, at.Header, want)
			}
			id := j.link("result")[len("/api/v1/results/"):]
			if tag := result.Header.Get("ETag"); strings.TrimSuffix(tag, `-gzip"`) != `"`+id && tag != `"`+id+`"` {
				o.t.Errorf("%s: ETag %s of result %s", tc.path, tag, id)
			}
			if again, text := o.send(http.MethodGet, j.link("result"), "", "If-None-Match", result.Header.Get("ETag")); again.StatusCode != http.StatusNotModified || len(text) > 0 {
				o.t.Errorf("%s: asked again: status %d", tc.path, again.StatusCode)
			}
			if again := o.until(o.job(tc.method, tc.path, tc.body).ID, (*jobShown).over); again.ID == j.ID || again.link("result") != j.link("result") {
				o.t.Errorf("%s: the same question: job %s then %s, %s then %s", tc.path, j.ID, again.ID, j.link("result"), again.link("result"))
			}
		}
	})
}

// A plan tells its best and bound while it is searched, and stopping it keeps
// the best.
func TestAPlanIsWatchedAndStopped(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		j := o.job(http.MethodPost, "/api/v1/studies/squares/plans", longPlan)
		if same := o.job(http.MethodPost, "/api/v1/studies/squares/plans", " "+longPlan); same.ID != j.ID {
			o.t.Errorf("the same question, otherwise written: job %s beside %s", same.ID, j.ID)
		}
		r, err := http.NewRequestWithContext(o.t.Context(), http.MethodGet, o.server.URL+j.link("events"), nil)
		if err != nil {
			o.t.Fatal(err)
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			o.t.Fatal(err)
		}
		defer func() { _ = answer.Body.Close() }()
		if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "text/event-stream" {
			o.t.Fatalf("status %d %v", answer.StatusCode, answer.Header)
		}
		lines := bufio.NewScanner(answer.Body)
		lines.Buffer(nil, 1<<20)
		var names []string
		var last jobShown
		stopped, percent := false, 0
		for lines.Scan() {
			if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
				names = append(names, name)
			}
			text, ok := strings.CutPrefix(lines.Text(), "data: ")
			if !ok {
				continue
			}
			last = jobShown{}
			if err := json.Unmarshal([]byte(text), &last); err != nil {
				o.t.Fatal(err)
			}
			if last.Progress < percent {
				o.t.Errorf("from %d %% back to %d %%", percent, last.Progress)
			}
			percent = last.Progress
			if last.Best != nil && !stopped {
				stopped = true
				if last.Best.Objective <= 0 || len(last.Best.Sites) != 12 {
					o.t.Errorf("%+v", last.Best)
				}
				answer, text := o.send(http.MethodDelete, j.link("self"), "")
				if answer.StatusCode != http.StatusOK || !strings.Contains(string(text), `"stopping":true`) {
					o.t.Errorf("status %d: %s", answer.StatusCode, text)
				}
			}
		}
		if n := len(names); n < 2 || names[n-1] != "end" || slices.ContainsFunc(names[:n-1], func(s string) bool { return s != "progress" }) {
			o.t.Errorf("the events are %v", names)
		}
		if !stopped || last.State != "dismissed" {
			o.t.Fatalf("%+v", last)
		}
		_, text := o.send(http.MethodGet, last.link("result"), "")
		var a analysis.SitesAnswer
		if err := json.Unmarshal(text, &a); err != nil || len(a.Rows) != 12 || a.Summary.Complete || a.Summary.End != "canceled" {
			o.t.Errorf("%v %d sites, complete %v, end %q", err, len(a.Rows), a.Summary.Complete, a.Summary.End)
		}
		if answer, _ := o.send(http.MethodDelete, j.link("self"), ""); answer.StatusCode != http.StatusNoContent {
			o.t.Errorf("removed: status %d", answer.StatusCode)
		}
		for _, gone := range []string{j.link("self"), j.link("events"), last.link("result")} {
			if answer, text := o.send(http.MethodGet, gone, ""); answer.StatusCode != http.StatusNotFound || answer.Header.Get("Content-Type") != "application/problem+json" {
				o.t.Errorf("%s: status %d %s", gone, answer.StatusCode, text)
			}
		}
	})
}

func TestJobsAreListed(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		var ids []string
		for i := range 3 {
			j := o.job(http.MethodGet, fmt.Sprintf("/api/v1/studies/town/coverage?kind=pocket_park&cutoff_m=%d", 500+i), "")
			o.until(j.ID, (*jobShown).over)
			ids = append(ids, j.ID)
		}
		failed := o.until(o.job(http.MethodGet, "/api/v1/studies/wood/coverage?kind=school", "").ID, (*jobShown).over)
		list := func(path string) (got []string, next string) {
			answer, text := o.send(http.MethodGet, path, "")
			var page struct {
				Jobs []jobShown
				Next string
			}
			if err := json.Unmarshal(text, &page); err != nil || answer.StatusCode != http.StatusOK {
				o.t.Fatalf("%s: status %d %v", path, answer.StatusCode, err)
			}
			for _, j := range page.Jobs {
				got = append(got, j.ID)
			}
			return got, page.Next
		}
		first, next := list("/api/v1/jobs?study=town&limit=2")
		rest, end := list(next)
		if want := []string{ids[2], ids[1], ids[0]}; !slices.Equal(append(first, rest...), want) || len(first) != 2 || end != "" {
			o.t.Errorf("%v %v, want %v", first, rest, want)
		}
		if got, _ := list("/api/v1/jobs?state=failed"); !slices.Equal(got, []string{failed.ID}) {
			o.t.Errorf("failed: %v", got)
		}
		if got, next := list("/api/v1/jobs"); len(got) != 4 || next != "" {
			o.t.Errorf("all: %v %q", got, next)
		}
	})
}

// Faults of form are told at once; what only the answer shows is told by the job
// as it would have been told at once.
func TestJobFaults(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		const later = "respond-async"
		coverageOf := "/api/v1/studies/town/coverage?kind=pocket_park"
		o.job(http.MethodGet, coverageOf, "", "Idempotency-Key", "mine")
		for _, tc := range []struct {
			name, method, path, body string
			headers                  []string
			status                   int
			part                     string
		}{
			{"no such job", http.MethodGet, "/api/v1/jobs/none", "", nil, 404, `\"none\"`},
			{"no events of it", http.MethodGet, "/api/v1/jobs/none/events", "", nil, 404, "no job"},
			{"nothing to drop", http.MethodDelete, "/api/v1/jobs/none", "", nil, 404, "no job"},
			{"no such result", http.MethodGet, "/api/v1/results/none", "", nil, 404, "no result"},
			{"an unknown state", http.MethodGet, "/api/v1/jobs?state=asleep", "", nil, 422, "query.state"},
			{"an unknown parameter", http.MethodGet, "/api/v1/jobs?stude=town", "", nil, 422, "stude"},
			{"no such study", http.MethodGet, "/api/v1/studies/nowhere/coverage?kind=school", "", []string{"Prefer", later}, 404, "nowhere"},
			{"a fault of form", http.MethodPost, plansAddress, `{"p":-1}`, []string{"Prefer", later}, 422, "body.p"},
			{"a body that is none", http.MethodPost, plansAddress, `{`, []string{"Prefer", later}, 422, "cannot be read"},
			{"a key of another question", http.MethodGet, coverageOf + "&cutoff_m=5", "", []string{"Prefer", later, "Idempotency-Key", "mine"}, 409, "mine"},
			{"a key without end", http.MethodGet, coverageOf, "", []string{"Prefer", later, "Idempotency-Key", strings.Repeat("k", 256)}, 422, "255"},
			{"a method that is not offered", http.MethodPatch, "/api/v1/jobs/none", "", nil, 405, "DELETE"},
		} {
			answer, text := o.send(tc.method, tc.path, tc.body, tc.headers...)
			if answer.StatusCode != tc.status || answer.Header.Get("Content-Type") != "application/problem+json" || !strings.Contains(string(text), tc.part) {
				o.t.Errorf("%s: status %d %s\n%s", tc.name, answer.StatusCode, answer.Header.Get("Content-Type"), text)
			}
		}
		j := o.until(o.job(http.MethodGet, "/api/v1/studies/town/coverage?kind=zoo&level=moon", "").ID, (*jobShown).over)
		at, text := o.send(http.MethodGet, "/api/v1/studies/town/coverage?kind=zoo&level=moon", "")
		if j.State != "failed" || j.Problem == nil || j.Problem.Status != at.StatusCode || len(j.Problem.Errors) != strings.Count(string(text), `"location"`) || j.link("result") != "" {
			o.t.Errorf("%+v\nat once: %s", j, text)
		}
		again := o.job(http.MethodGet, coverageOf, "", "Idempotency-Key", "mine")
		if first := o.job(http.MethodGet, coverageOf, "", "Idempotency-Key", "mine"); first.ID != again.ID {
			o.t.Errorf("the same key: %s and %s", first.ID, again.ID)
		}
	})
}

// A server without a queue answers at once whatever is preferred, and says what
// it lacks.
func TestAServerWithoutJobs(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := readContract(t)
	if w := b.get(t, "/api/v1/studies/town/coverage?kind=pocket_park", "Prefer", "respond-async"); w.Code != http.StatusOK {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
	for _, path := range []string{"/api/v1/jobs", "/api/v1/jobs/x", "/api/v1/jobs/x/events", "/api/v1/results/x"} {
		w := b.get(t, path)
		c.check(t, http.MethodGet, path, w)
		if w.Code != http.StatusServiceUnavailable {
			t.Errorf("%s: status %d", path, w.Code)
		}
	}
}
