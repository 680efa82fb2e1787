package web

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humamux"
	"github.com/gorilla/mux"

	"kaimen/coverage"
	"kaimen/coverage/job"
	"kaimen/web/accept"
	"kaimen/web/fail"
	"kaimen/web/processes"
)

// question is a request as a job keeps it, written so that the same question is
// the same text.
type question struct {
	Method string          `json:"method" doc:"GET or POST." example:"POST"`
	Path   string          `json:"path" example:"/api/v1/studies/dongxing-sample/plans"`
	Query  string          `json:"query,omitempty" doc:"Its parameters, in the order of their names."`
	Accept string          `json:"accept,omitempty" doc:"The Accept header: in which form the result is wanted."`
	Body   json.RawMessage `json:"body,omitempty" doc:"The body, its members in the order of their names."`
	// Response is how a process wants its results: document, or nothing for raw.
	Response string `json:"response,omitempty"`
}

// recorded is the context of a request whose body is kept as it is read.
type recorded struct {
	requestContext
	body *bytes.Buffer
}

// askedKey is where the context of a handler has what was recorded.
type askedKey struct{}

// Context is the request's own, with what was recorded.
func (c *recorded) Context() context.Context {
	return context.WithValue(c.requestContext.Context(), askedKey{}, c)
}

// BodyReader keeps what is read.
func (c *recorded) BodyReader() io.Reader {
	return io.TeeReader(c.requestContext.BodyReader(), c.body)
}

// Unwrap gives the library its own context back.
func (c *recorded) Unwrap() huma.Context { return c.requestContext }

// record keeps the body of a request that prefers to be answered later.
func record(ctx huma.Context, next func(huma.Context)) {
	if r, _ := humamux.Unwrap(ctx); accept.Prefers(r.Header, "respond-async") {
		ctx = &recorded{ctx, &bytes.Buffer{}}
	}
	next(ctx)
}

// question is what was asked, for a job.
func (c *recorded) question() question {
	u := c.URL()
	q := question{Method: c.Method(), Path: u.Path, Query: u.Query().Encode(), Accept: c.Header("Accept"), Response: processes.ResponseOf(c.requestContext.Context())}
	if strings.Contains(q.Accept, eventStream) {
		q.Accept = "" // the job tells its events itself
	}
	var body any
	in := json.NewDecoder(c.body)
	in.UseNumber()
	if in.Decode(&body) == nil {
		q.Body, _ = json.Marshal(body) // what was read from JSON has a JSON form
	}
	return q
}

// acceptedResponse describes the answer of who asked for a job.
func acceptedResponse(registry huma.Registry) *huma.Response {
	return &huma.Response{
		Description: "A job was made of the question, because the client prefers so.",
		Headers: map[string]*huma.Param{
			"Location":           {Description: "Where the job is.", Schema: &huma.Schema{Type: huma.TypeString}},
			"Preference-Applied": {Description: "respond-async.", Schema: &huma.Schema{Type: huma.TypeString}},
		},
		Content: map[string]*huma.MediaType{"application/json": {Schema: registry.Schema(reflect.TypeFor[jobItem](), true, "")}},
	}
}

// keyHeader describes the header by which a client names its order.
func keyHeader() *huma.Param {
	return &huma.Param{
		Name: "Idempotency-Key", In: "header", Example: "my-order-1", Schema: &huma.Schema{Type: huma.TypeString, MaxLength: ptr(maxKeyBytes)},
		Description: "The client's own name for this order of a job: sent again with the same question it gives the same job, with another a conflict.",
	}
}

// maxKeyBytes is more than any id that clients make up.
const maxKeyBytes = 255

func ptr[T any](v T) *T { return &v }

// registerLong adds an operation that may take long: it answers at once, or as
// a job where the client prefers so and the server keeps jobs.
func registerLong[I any](s *server, api huma.API, op huma.Operation, errors []int, handler operation[I, huma.StreamResponse]) {
	kind := strings.TrimPrefix(strings.TrimPrefix(op.OperationID, "get-"), "post-")
	s.kinds = append(s.kinds, kind)
	op.Middlewares = append(op.Middlewares, record)
	op.Parameters = append(op.Parameters, &huma.Param{
		Name: "Prefer", In: "header", Schema: &huma.Schema{Type: huma.TypeString}, Example: "respond-async",
		Description: "respond-async makes a job of the question, where the server keeps jobs.",
	}, keyHeader())
	op.Responses["202"] = acceptedResponse(api.OpenAPI().Components.Schemas)
	register(api, op, append(errors, http.StatusConflict, http.StatusServiceUnavailable), func(ctx context.Context, in *I) (*huma.StreamResponse, error) {
		if asked, ok := ctx.Value(askedKey{}).(*recorded); ok && s.jobs != nil {
			return s.later(ctx, kind, asked)
		}
		return handler(ctx, in)
	})
}

// later makes a job of a question whose form is good.
func (s *server) later(ctx context.Context, kind string, asked *recorded) (*huma.StreamResponse, error) {
	o := job.Order{Kind: kind, Study: asked.Param("study"), Key: asked.Header("Idempotency-Key")}
	if o.Study != "" {
		info, err := s.store.Current(ctx, o.Study)
		if err != nil {
			return nil, s.fail(err, "path")
		}
		o.Basis = string(info.ID)
	}
	question := asked.question()
	o.Basis += s.savedIn(ctx, o.Study, question)
	var err error
	if o.Args, err = json.Marshal(question); err != nil {
		return nil, s.internal(err)
	}
	return s.order(ctx, o)
}

// savedIn names the content of the saved scenarios that a question is asked
// under: once they are changed, the same words ask something else.
func (s *server) savedIn(ctx context.Context, study string, q question) (basis string) {
	var body struct {
		ScenarioID string `json:"scenario_id"`
		FromID     string `json:"from_id"`
	}
	_ = json.Unmarshal(q.Body, &body)   // what has other types has been refused
	query, _ := url.ParseQuery(q.Query) // which was written by Encode
	for _, id := range []string{cmp.Or(body.ScenarioID, query.Get("scenario")), cmp.Or(body.FromID, query.Get("from"))} {
		if id == "" || s.scenarios == nil {
			continue
		}
		if kept, err := s.scenarios.Get(ctx, study, id); err == nil { // else the job tells what is wrong
			basis += " " + kept.Hash()
		}
	}
	return basis
}

// order takes an order and answers with its job.
func (s *server) order(ctx context.Context, o job.Order) (*huma.StreamResponse, error) {
	if len(o.Key) > maxKeyBytes {
		return nil, fail.New(http.StatusUnprocessableEntity, coverage.Invalid, "the request cannot be answered", fault{
			Code: faultBadValue, Location: "header.Idempotency-Key", Message: "the key is longer than 255 characters; choose a shorter one", Value: fail.Shown(o.Key),
		})
	}
	j, err := s.jobs.Ask(ctx, o)
	if err != nil {
		return nil, s.fail(err, "header")
	}
	return &huma.StreamResponse{Body: func(h huma.Context) {
		h.SetHeader("Location", jobsPath+"/"+j.ID)
		h.SetHeader("Preference-Applied", "respond-async")
		s.tellJob(h, http.StatusAccepted, j)
	}}, nil
}

// tellKey is where the context of a job's request has whom to tell of progress.
type tellKey struct{}

// tellOf is whom to tell of progress; nil outside of a job.
func tellOf(ctx context.Context) func(job.Progress) {
	tell, _ := ctx.Value(tellKey{}).(func(job.Progress))
	return tell
}

// Work is what a server with these options can do as jobs. It may do so in
// another process than the one that takes the orders.
func Work(o Options) job.Registry {
	s := newServer(o)
	s.jobs = nil // what is asked within a job is answered at once
	router := mux.NewRouter()
	s.operations(router)
	handler := s.rescue(router)
	r := make(job.Registry)
	for _, kind := range s.kinds {
		r[kind] = func(ctx context.Context, task job.Task, tell func(job.Progress)) (job.Result, error) {
			rows := &shelf{kind: kind}
			result, err := answerTask(context.WithValue(ctx, shelfKey{}, rows), handler, task, tell)
			result.Rows = rows.rows
			return result, err
		}
	}
	r[processes.EchoKind] = processes.Echo
	if o.Importer != nil {
		r[importKind] = s.importStudy
	}
	if o.Editor != nil {
		r[layerKind] = s.replaceLayer
	}
	return r
}

// answerTask answers a question as the handler would, into a result.
func answerTask(ctx context.Context, handler http.Handler, task job.Task, tell func(job.Progress)) (r job.Result, _ error) {
	var q question
	if err := json.Unmarshal(task.Args, &q); err != nil {
		return r, err
	}
	tell(job.Progress{Percent: 1, Doing: "preparing"})
	target := q.Path
	if q.Query != "" {
		target += "?" + q.Query
	}
	request, err := http.NewRequestWithContext(context.WithValue(ctx, tellKey{}, tell), q.Method, target, bytes.NewReader(q.Body))
	if err != nil {
		return r, err
	}
	if q.Body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if q.Accept != "" {
		request.Header.Set("Accept", q.Accept)
	}
	a, err := within(handler, request)
	if err != nil {
		return r, err
	}
	if a.Status >= http.StatusBadRequest {
		return r, &job.Failure{Problem: bytes.TrimSpace(a.Body)}
	}
	return job.Result{ContentType: a.Header.Get("Content-Type"), Filename: filenameOf(a.Header), Body: a.Body}, nil
}

// within has a request answered in this process, whole.
//
// Errors: the context's own, or that the answer broke off.
func within(handler http.Handler, r *http.Request) (a processes.Answer, err error) {
	w := &keeper{header: make(http.Header)}
	defer func() {
		if cause := recover(); cause == http.ErrAbortHandler { // the answer broke off
			err = cmp.Or(r.Context().Err(), errBroken)
		} else if cause != nil {
			panic(cause)
		}
	}()
	handler.ServeHTTP(w, r)
	return processes.Answer{Status: w.status, Header: w.header, Body: w.body.Bytes()}, nil
}

var errBroken = errors.New("the answer broke off while it was written")

// keeper keeps an answer in memory.
type keeper struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header is that of the answer.
func (k *keeper) Header() http.Header { return k.header }

// WriteHeader keeps the first status.
func (k *keeper) WriteHeader(status int) {
	if k.status == 0 {
		k.status = status
	}
}

// Write keeps b.
func (k *keeper) Write(b []byte) (int, error) {
	k.WriteHeader(http.StatusOK)
	return k.body.Write(b)
}
