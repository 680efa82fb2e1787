package processes

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"kaimen/coverage"
	"kaimen/coverage/job"
	"kaimen/web/ogc"
)

// Options is what the processes stand on.
type Options struct {
	// Document is the OpenAPI 3.0 document of the API, in JSON.
	Document []byte
	// Ask has a request answered by the API, as that of any client.
	Ask func(*http.Request) (Answer, error)
	// Jobs is the queue that the API asks; nil for a server that answers all at
	// once.
	Jobs job.Queue
	// BodyBytes and BodyTime limit what is read of a request; 0 for no limit.
	BodyBytes int64
	BodyTime  time.Duration
	// KeyBytes is how long an Idempotency-Key may be.
	KeyBytes int
}

// Answer is what the API answered.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

const (
	conf       = "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/"
	relations  = "http://www.opengis.net/def/rel/ogc/1.0/"
	exceptions = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/"

	typeJSON    = "application/json"
	typeGeoJSON = "application/geo+json"
	typeHTML    = "text/html"
)

// server is what the resources share. All of it is built once.
type server struct {
	Options
	version string
	list    []*process
	byID    map[string]*process
	byKind  map[string]*process // by the kind of its jobs
}

// New returns the processes as a part of the OGC API. The room of each question
// is looked for in the document: those that the API does not have are left out.
//
// Errors: none; a document that is not one is a bug of this program and panics.
func New(o Options) ogc.Part {
	s := &server{Options: o, byID: make(map[string]*process), byKind: make(map[string]*process)}
	var api document
	if err := json.Unmarshal(o.Document, &api); err != nil {
		panic(fmt.Sprintf("processes: the document of the API is JSON: %v", err))
	}
	s.version = api.Info.Version
	for _, offer := range offers() {
		if p := api.process(offer); p != nil {
			s.list = append(s.list, p)
		}
	}
	s.list = append(s.list, echoProcess())
	for _, p := range s.list {
		s.byID[p.id], s.byKind[p.kind] = p, p
	}
	return s.part()
}

func (s *server) part() ogc.Part {
	part := ogc.Part{
		Conformance: []string{conf + "core", conf + "ogc-process-description", conf + "json", conf + "html", conf + "oas30"},
		Links:       []ogc.Link{{Href: "/processes", Rel: relations + "processes", Type: typeJSON, Title: "Processes / 分析过程"}},
		Pages:       [][2]string{{"/processes", "分析过程 / Processes"}},
		Rows:        [][2]string{{"/processes", "分析过程 / Processes"}},
		Paths:       s.paths(), Schemas: schemas(),
		Routes: []ogc.Route{
			{Method: http.MethodGet, Path: "/processes", Document: s.processes},
			{Method: http.MethodGet, Path: "/processes/{process}", Document: s.process},
			{Method: http.MethodPost, Path: "/processes/{process}/execution", Serve: s.execute},
			{Method: http.MethodGet, Path: "/jobs/{job}", Document: s.job},
			{Method: http.MethodGet, Path: "/jobs/{job}/results", Document: s.results},
		},
	}
	for _, p := range s.list {
		part.Rows = append(part.Rows, [2]string{"/processes/" + p.id, ogc.Both(p.title)})
	}
	if s.Jobs == nil {
		return part
	}
	part.Conformance = append(part.Conformance, conf+"job-list", conf+"dismiss")
	part.Links = append(part.Links, ogc.Link{Href: "/jobs", Rel: relations + "job-list", Type: typeJSON, Title: "Jobs / 任务"})
	part.Pages = append(part.Pages, [2]string{"/jobs", "任务 / Jobs"})
	part.Rows = append(part.Rows, [2]string{"/jobs", "任务 / Jobs"})
	part.Routes = append(part.Routes,
		ogc.Route{Method: http.MethodGet, Path: "/jobs", Document: s.jobs},
		ogc.Route{Method: http.MethodDelete, Path: "/jobs/{job}", Serve: s.dismiss})
	return part
}

// control lists how the processes may be run.
func (s *server) control() []string {
	if s.Jobs == nil {
		return []string{"sync-execute"}
	}
	return []string{"sync-execute", "async-execute", "dismiss"}
}

// named is the process that the path names. Errors: no-such-process.
func (s *server) named(c *ogc.Call) (*process, error) {
	if p := s.byID[c.Var("process")]; p != nil {
		return p, nil
	}
	return nil, missing("no-such-process", "there is no process %q; /ogc/processes lists what there is", c.Var("process"))
}

func name(zh, en string) coverage.Name { return coverage.Name{ZH: zh, EN: en} }
