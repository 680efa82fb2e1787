package processes_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/coveragetest"
	"kaimen/coverage/standard"
	"kaimen/data"
	"kaimen/data/jobs"
	"kaimen/data/sample"
	"kaimen/web"
)

const (
	district = "dongxing-sample"
	rel      = "http://www.opengis.net/def/rel/ogc/1.0/"
	conf     = "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/"
	notReady = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/result-not-ready"
	noJob    = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/no-such-job"
	noOne    = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/no-such-process"
)

// office is a server over the sample district, with a queue or without, and what
// it says of itself.
type office struct {
	*httptest.Server
	router routers.Router
}

// drawn is the sample district, drawn and imported once.
var drawn = sync.OnceValues(func() (*coverage.Snapshot, error) {
	dir, err := os.MkdirTemp("", "kaimen-processes-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if _, err := sample.Write(context.Background(), dir, sample.Options{}); err != nil {
		return nil, err
	}
	s, _, err := data.Import(context.Background(), filepath.Join(dir, "study.yaml"), data.Options{Now: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)})
	return s, err
})

// open serves the sample district. Without work, jobs wait for ever.
func open(t *testing.T, keepsJobs, works bool) *office {
	t.Helper()
	snapshot, err := drawn()
	if err != nil {
		t.Fatal(err)
	}
	store := &coveragetest.Memory{}
	if err := store.Put(t.Context(), snapshot); err != nil {
		t.Fatal(err)
	}
	library, err := standard.Load()
	if err != nil {
		t.Fatal(err)
	}
	options := web.Options{Engine: analysis.New(store, library), Store: store, Version: "test"}
	if keepsJobs {
		queued := jobs.Options{}
		if works {
			queued.Work = web.Work(options)
		}
		q, err := jobs.Open(t.Context(), filepath.Join(t.TempDir(), "store.gpkg"), queued)
		if err != nil {
			t.Fatal(err)
		}
		options.Jobs = q
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- q.Run(ctx) }()
		t.Cleanup(func() {
			cancel()
			if err := errors.Join(<-ended, q.Close()); err != nil {
				t.Error(err)
			}
		})
	}
	o := &office{Server: httptest.NewServer(web.New(options))}
	t.Cleanup(o.Close)
	o.router = o.contract(t)
	return o
}

// contract reads the OpenAPI document that the server gives, by another program,
// which holds it against OpenAPI 3.0.
func (o *office) contract(t *testing.T) routers.Router {
	t.Helper()
	text := o.get(t, "/ogc/api").text
	doc, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return router
}

// answer is what was answered.
type answer struct {
	status int
	header http.Header
	text   []byte
}

// send asks, and holds the answer against the document of the server.
func (o *office) send(t *testing.T, method, path, body string, headers ...string) answer {
	t.Helper()
	if !strings.HasPrefix(path, "http") {
		path = o.URL + path
	}
	r, err := http.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Body.Close() }()
	a := answer{status: w.StatusCode, header: w.Header}
	if a.text, err = io.ReadAll(w.Body); err != nil {
		t.Fatal(err)
	}
	o.check(t, r, a)
	return a
}

// check wants an answer of processes and jobs to be one that the document has.
func (o *office) check(t *testing.T, r *http.Request, a answer) {
	t.Helper()
	known := strings.HasPrefix(r.URL.Path, "/ogc/processes") || strings.HasPrefix(r.URL.Path, "/ogc/jobs")
	if o.router == nil || !known || a.status == http.StatusMethodNotAllowed {
		return
	}
	route, params, err := o.router.FindRoute(r)
	if err != nil {
		if a.status != http.StatusNotFound {
			t.Errorf("%s %s is answered %d and not in the document: %v", r.Method, r.URL.Path, a.status, err)
		}
		return
	}
	in := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, Route: route, PathParams: params},
		Status:                 a.status, Header: a.header,
		Options: &openapi3filter.Options{IncludeResponseStatus: true, ExcludeResponseBody: !strings.Contains(a.header.Get("Content-Type"), "json")},
	}
	in.SetBodyBytes(a.text)
	if err := openapi3filter.ValidateResponse(t.Context(), in); err != nil {
		t.Errorf("%s %s: %v", r.Method, r.URL.Path, err)
	}
}

func (o *office) get(t *testing.T, path string, headers ...string) answer {
	t.Helper()
	return o.send(t, http.MethodGet, path, "", headers...)
}

// run executes a process.
func (o *office) run(t *testing.T, process, body string, headers ...string) answer {
	t.Helper()
	return o.send(t, http.MethodPost, "/ogc/processes/"+process+"/execution", body, headers...)
}

// json reads a document of this status.
func (a answer) json(t *testing.T, status int) map[string]any {
	t.Helper()
	var doc map[string]any
	if err := json.Unmarshal(a.text, &doc); err != nil || a.status != status {
		t.Fatalf("status %d, want %d: %v\n%.600s", a.status, status, err, a.text)
	}
	return doc
}

// is wants a raw answer of this type.
func (a answer) is(t *testing.T, mediaType, want string) {
	t.Helper()
	if got := a.header.Get("Content-Type"); a.status != http.StatusOK || got != mediaType || string(a.text) != want {
		t.Errorf("status %d, %s %.300q; want %s %.300q", a.status, got, a.text, mediaType, want)
	}
}

// refused wants an exception: its type, and where its faults are.
func (a answer) refused(t *testing.T, status int, kind string, locations ...string) {
	t.Helper()
	var p struct {
		Type, Title, Detail string
		Status              int
		Errors              []struct{ Location, Message string }
	}
	if err := json.Unmarshal(a.text, &p); err != nil || a.status != status || a.header.Get("Content-Type") != "application/problem+json" {
		t.Fatalf("status %d of %s, want %d: %v\n%.600s", a.status, a.header.Get("Content-Type"), status, err, a.text)
	}
	var at []string
	for _, f := range p.Errors {
		if at = append(at, f.Location); f.Message == "" {
			t.Errorf("a fault at %s without a message", f.Location)
		}
	}
	if p.Type != kind || p.Status != status || p.Title != http.StatusText(status) || p.Detail == "" || fmt.Sprint(at) != fmt.Sprint(locations) {
		t.Errorf("type %q, status %d, faults at %v; want %q, %d, %v\n%s", p.Type, p.Status, at, kind, status, locations, a.text)
	}
}

// linksOf are the addresses of links by relation and type.
func linksOf(t *testing.T, doc map[string]any) map[string]string {
	t.Helper()
	out := make(map[string]string)
	for _, l := range doc["links"].([]any) {
		link := l.(map[string]any)
		out[link["rel"].(string)+" "+link["type"].(string)] = link["href"].(string)
	}
	return out
}

// job runs a process as a job and returns its address.
func (o *office) job(t *testing.T, process, body string, headers ...string) string {
	t.Helper()
	a := o.run(t, process, body, append([]string{"Prefer", "respond-async"}, headers...)...)
	info := a.json(t, http.StatusCreated)
	if want := o.URL + "/ogc/jobs/" + info["jobID"].(string); a.header.Get("Location") != want || info["processID"] != process {
		t.Fatalf("Location %q of %s", a.header.Get("Location"), a.text)
	}
	return a.header.Get("Location")
}

// until waits for a job to be in this state.
func (o *office) until(t *testing.T, job, status string) map[string]any {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(30 * time.Millisecond) {
		info := o.get(t, job).json(t, http.StatusOK)
		if info["status"] == status {
			return info
		}
		if time.Now().After(end) {
			t.Fatalf("not %s in time: %v", status, info)
		}
	}
}

// done runs a process as a job and returns its results.
func (o *office) done(t *testing.T, process, body string) answer {
	t.Helper()
	job := o.job(t, process, body)
	o.until(t, job, "successful")
	return o.get(t, job+"/results")
}

// same wants two bodies to be equal.
func same(t *testing.T, what string, got, want []byte) {
	t.Helper()
	if !bytes.Equal(got, want) {
		t.Errorf("%s: %.300q, want %.300q", what, got, want)
	}
}

// coverageOf runs coverage of pocket parks, with more members of the request.
func coverageOf(more string) string {
	return `{"inputs":{"study":"` + district + `","kind":"pocket_park","level":"street"}` + more + `}`
}

// longPlan is a search that takes far longer than a test.
const longPlan = `{"inputs":{"study":"` + district + `","kind":"pocket_park","model":"pmedian","p":12,"sources":["edge"],"every_m":250,"details":false}}`
