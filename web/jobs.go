package web

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kaimen/coverage"
	"kaimen/coverage/job"
	"kaimen/web/fail"
	"kaimen/web/ogc"
)

const (
	jobsPath    = "/api/v1/jobs"
	resultsPath = "/api/v1/results"
)

// jobItem is a job as clients see it.
type jobItem struct {
	ID         string          `json:"id" example:"0006450c2e7b1ff2a94c1d03"`
	Kind       string          `json:"kind" doc:"What is done: the name of the question, import or replace-layer." example:"plans"`
	Study      string          `json:"study,omitempty" doc:"Absent for what is of no study, and for an import that names it in its file." example:"dongxing-sample"`
	State      job.State       `json:"state" enum:"accepted,running,successful,failed,dismissed" doc:"The last three are final."`
	Stopping   bool            `json:"stopping" doc:"It is running, and asked to stop."`
	Progress   int             `json:"progress" minimum:"0" maximum:"100" doc:"Percent; never goes back."`
	Doing      string          `json:"doing,omitempty" doc:"What is being done." example:"searching"`
	Best       json.RawMessage `json:"best,omitempty" doc:"Of a plan: the best so far, with objective, bound, gap, done and sites."`
	CreatedAt  time.Time       `json:"created_at"`
	StartedAt  *time.Time      `json:"started_at,omitempty"`
	FinishedAt *time.Time      `json:"finished_at,omitempty"`
	Question   json.RawMessage `json:"question" doc:"What was asked: method, path, query, accept, body; of an import, study, if_match and check; of a layer, these with its name and settings."`
	Problem    *problem        `json:"problem,omitempty" doc:"Of a failed job: what the question would have been answered with."`
	Links      []jobLink       `json:"links" nullable:"false"`
}

// jobLink is where something of a job is.
type jobLink struct {
	Rel  string `json:"rel" enum:"self,events,result,collection" doc:"result is there as soon as there is one, and with it its rows as a collection of OGC API – Features, several where they have several types of geometry."`
	Href string `json:"href" example:"/api/v1/jobs/0006450c2e7b1ff2a94c1d03"`
	Type string `json:"type" example:"application/json"`
}

// itemOf puts a job in its form for clients.
func itemOf(j job.Job) jobItem {
	item := jobItem{
		ID: j.ID, Kind: j.Kind, Study: j.Study, State: j.State, Stopping: j.Stopping, Progress: j.Percent, Doing: j.Doing, Best: j.Best,
		CreatedAt: j.Created, StartedAt: set(j.Started), FinishedAt: set(j.Finished), Question: j.Args,
		Links: []jobLink{
			{"self", jobsPath + "/" + j.ID, "application/json"},
			{"events", jobsPath + "/" + j.ID + "/events", eventStream},
		},
	}
	if j.Result != "" {
		item.Links = append(item.Links, jobLink{"result", resultsPath + "/" + j.Result, "application/json"})
	}
	for _, rows := range j.Rows {
		item.Links = append(item.Links, jobLink{"collection", collectionsPath + ogc.ResultID(j.Kind, j.Study, rows), "application/json"})
	}
	if j.Problem != nil {
		item.Problem = problemOf(j.Problem)
	}
	return item
}

func set(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// problemOf reads the problem of a job: that of a question, or what the queue
// itself has to say.
func problemOf(text json.RawMessage) *problem {
	var p problem
	if err := json.Unmarshal(text, &p); err != nil || p.Code == "" {
		p = problem{Code: coverage.Internal, Detail: "the job failed"}
	}
	if p.Status == 0 {
		p = *fail.New(statusOf(p.Code), p.Code, p.Detail)
	}
	return &p
}

// listInput chooses jobs.
type listInput struct {
	Study  string    `query:"study" doc:"Only jobs of this study." example:"dongxing-sample"`
	State  job.State `query:"state" enum:"accepted,running,successful,failed,dismissed" doc:"Only jobs in this state."`
	Limit  int       `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"How many at most."`
	Before string    `query:"before" maxLength:"64" doc:"Only jobs older than the one of this id; next has it." example:"0006450c2e7b1ff2a94c1d03"`
	Strict strictQuery
}

type listOutput struct {
	CacheControl string `header:"Cache-Control"`
	Link         string `header:"Link" doc:"The next page, as rel=next; absent on the last."`
	Body         struct {
		Jobs []jobItem `json:"jobs" nullable:"false" doc:"The newest first."`
		Next string    `json:"next,omitempty" doc:"Where older ones are; absent where there are none." example:"/api/v1/jobs?before=0006450c2e7b1ff2a94c1d03&limit=100"`
	} `nameHint:"Jobs"`
}

// jobInput names a job.
type jobInput struct {
	Job    string `path:"job" doc:"Id of the job." example:"0006450c2e7b1ff2a94c1d03"`
	Strict strictQuery
}

// resultInput names a result.
type resultInput struct {
	Result string `path:"result" doc:"Id of the result, a hash of it." example:"9f86d081884c7d659a2feaa0c55ad015"`
	Strict strictQuery
}

func (s *server) registerJobs(api huma.API) {
	registry := api.OpenAPI().Components.Schemas
	item := func(description string) map[string]*huma.Response {
		return good(description, map[string]*huma.MediaType{"application/json": {Schema: registry.Schema(reflect.TypeFor[jobItem](), true, "")}})
	}
	failures := []int{http.StatusNotFound, http.StatusServiceUnavailable}
	register(api, huma.Operation{
		OperationID: "list-jobs", Method: http.MethodGet, Path: jobsPath, Tags: []string{tagJobs},
		Summary: "List the jobs", Description: "What was asked for as a job and is kept still, the newest first.",
	}, failures[1:], ofJobs(s, s.listJobs))
	register(api, huma.Operation{
		OperationID: "get-job", Method: http.MethodGet, Path: jobsPath + "/{job}", Tags: []string{tagJobs},
		Summary: "How far is it?", Description: "Where a job stands. As soon as there is a result, it is linked.", Responses: item("The job."),
	}, failures, ofJobs(s, s.getJob))
	register(api, huma.Operation{
		OperationID: "get-job-events", Method: http.MethodGet, Path: jobsPath + "/{job}/events", Tags: []string{tagJobs},
		Summary: "Watch a job", Description: "Where a job stands, told whenever it changes, until it is over.",
		Responses: good("Server-sent events: progress (the job) again and again, then end (the job), or problem.", map[string]*huma.MediaType{
			eventStream: {Schema: &huma.Schema{Type: huma.TypeString}},
		}),
	}, failures, ofJobs(s, s.watchJob))
	dropped := item("The job, which was stopped or is about to stop.")
	dropped["204"] = &huma.Response{Description: "The job was over, and is removed with its result."}
	register(api, huma.Operation{
		OperationID: "drop-job", Method: http.MethodDelete, Path: jobsPath + "/{job}", Tags: []string{tagJobs},
		Summary: "Stop or remove a job", Description: "Stops a job that waits or runs; a plan keeps the best so far as its result. Removes a job that is over.",
		Responses: dropped,
	}, failures, ofJobs(s, s.dropJob))
	register(api, huma.Operation{
		OperationID: "get-result", Method: http.MethodGet, Path: resultsPath + "/{result}", Tags: []string{tagJobs},
		Summary: "Read a result", Description: "What a job answered, as the question would have been answered at once. Kept as long as its job.",
		Responses: cached(good("The result, in the form that was asked for.", map[string]*huma.MediaType{
			"application/json": {Schema: &huma.Schema{}}, "application/geo+json": {Schema: &huma.Schema{}},
			"text/csv": csvContent("A table."),
		})),
	}, failures, ofJobs(s, s.getResult))
}

// ofJobs is handler, for a server that keeps jobs.
func ofJobs[I, O any](s *server, handler operation[I, O]) operation[I, O] {
	return func(ctx context.Context, in *I) (*O, error) {
		if s.jobs == nil {
			return nil, fail.New(http.StatusServiceUnavailable, coverage.Unavailable, "this server keeps no jobs; ask without Prefer: respond-async")
		}
		return handler(ctx, in)
	}
}

func (s *server) listJobs(ctx context.Context, in *listInput) (*listOutput, error) {
	list, err := s.jobs.List(ctx, job.Filter{Study: in.Study, State: in.State, Before: in.Before, Limit: in.Limit + 1})
	if err != nil {
		return nil, s.fail(err, "query")
	}
	out := &listOutput{CacheControl: cacheNever}
	if len(list) > in.Limit {
		list = list[:in.Limit]
		query := url.Values{"limit": {strconv.Itoa(in.Limit)}}
		for name, value := range map[string]string{"study": in.Study, "state": string(in.State)} {
			if value != "" {
				query.Set(name, value)
			}
		}
		out.Body.Next = nextPage(jobsPath, query, "before", list[in.Limit-1].ID)
	}
	out.Link = linkNext(out.Body.Next)
	out.Body.Jobs = make([]jobItem, len(list))
	for i, j := range list {
		out.Body.Jobs[i] = itemOf(j)
	}
	return out, nil
}

func (s *server) getJob(ctx context.Context, in *jobInput) (*huma.StreamResponse, error) {
	j, err := s.jobs.Get(ctx, in.Job)
	if err != nil {
		return nil, s.fail(err, "path")
	}
	return &huma.StreamResponse{Body: func(h huma.Context) { s.tellJob(h, http.StatusOK, j) }}, nil
}

// tellJob answers with a job.
func (s *server) tellJob(h huma.Context, status int, j job.Job) {
	h.SetHeader("Cache-Control", cacheNever)
	h.SetHeader("Content-Type", "application/json")
	h.SetStatus(status)
	if err := writeJSON(h.BodyWriter(), itemOf(j)); err != nil {
		s.abort(h, err)
	}
}

func (s *server) dropJob(ctx context.Context, in *jobInput) (*huma.StreamResponse, error) {
	j, removed, err := s.jobs.Drop(ctx, in.Job)
	if err != nil {
		return nil, s.fail(err, "path")
	}
	return &huma.StreamResponse{Body: func(h huma.Context) {
		if removed {
			h.SetStatus(http.StatusNoContent)
			return
		}
		s.tellJob(h, http.StatusOK, j)
	}}, nil
}

func (s *server) getResult(ctx context.Context, in *resultInput) (*huma.StreamResponse, error) {
	r, err := s.jobs.Result(ctx, in.Result)
	if err != nil {
		return nil, s.fail(err, "path")
	}
	return s.stream(answer{
		tag: quoted(in.Result), contentType: r.ContentType, filename: r.Filename, cache: cacheRevalidate,
		write: writing(r.Body),
	}), nil
}

// filenameOf is the name under which an answer is to be saved.
func filenameOf(h http.Header) string {
	_, with, err := mime.ParseMediaType(h.Get("Content-Disposition"))
	if err != nil {
		return ""
	}
	return with["filename"]
}

// watchEvery is how often a job is looked at for who watches it; workers write
// as often.
const watchEvery = 250 * time.Millisecond

// watchJob tells where a job stands whenever that has changed.
func (s *server) watchJob(ctx context.Context, in *jobInput) (*huma.StreamResponse, error) {
	j, err := s.jobs.Get(ctx, in.Job)
	if err != nil {
		return nil, s.fail(err, "path")
	}
	return &huma.StreamResponse{Body: func(h huma.Context) {
		h.SetHeader("Content-Type", eventStream)
		h.SetHeader("Cache-Control", cacheNever)
		h.SetHeader("X-Accel-Buffering", "no")
		h.SetHeader("No-Gzip-Compression", "1") // each event is to leave at once
		h.SetStatus(http.StatusOK)
		s.watch(h, j)
	}}, nil
}

func (s *server) watch(h huma.Context, j job.Job) {
	out, ctx, told := h.BodyWriter(), h.Context(), ""
	send := func(name string, v any) {
		if err := event(out, name, func(w io.Writer) error { return writeJSON(w, v) }); err != nil {
			s.abort(h, err)
		}
		flush(out)
	}
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for quiet := 0; ; quiet++ {
		if j.State.Final() {
			send("end", itemOf(j))
			return
		}
		if now := fmt.Sprint(j.State, j.Stopping, j.Progress); now != told {
			told, quiet = now, 0
			send("progress", itemOf(j))
		} else if quiet >= quietTicks { // proxies cut a connection on which nothing comes
			quiet = 0
			if _, err := io.WriteString(out, ": still here\n\n"); err != nil {
				s.abort(h, err)
			}
			flush(out)
		}
		select {
		case <-ctx.Done():
			return
		case <-s.ending: // who watches asks again, and finds whoever serves then
			return
		case <-tick.C:
		}
		var err error
		if j, err = s.jobs.Get(ctx, j.ID); err != nil {
			if ctx.Err() == nil {
				send("problem", s.fail(err, "path"))
			}
			return
		}
	}
}

// quietTicks is after how many looks a sign of life is sent: 15 seconds.
const quietTicks = int(15 * time.Second / watchEvery)
