package processes

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"kaimen/coverage"
	"kaimen/coverage/job"
	"kaimen/web/fail"
	"kaimen/web/ogc"
)

// statusInfo is a job as the standard writes it.
type statusInfo struct {
	ProcessID string     `json:"processID"`
	Type      string     `json:"type"`
	JobID     string     `json:"jobID"`
	Status    job.State  `json:"status"`
	Message   string     `json:"message"`
	Created   time.Time  `json:"created"`
	Started   *time.Time `json:"started,omitempty"`
	Finished  *time.Time `json:"finished,omitempty"`
	Updated   time.Time  `json:"updated"` // when its status changed last
	Progress  int        `json:"progress"`
	Links     []ogc.Link `json:"links"`
}

// stateOf is where a job stands. One that is to stop is dismissed already, as the
// answer to who stopped it has to say.
func stateOf(j job.Job) job.State {
	if j.Stopping {
		return job.Dismissed
	}
	return j.State
}

func (s *server) status(c *ogc.Call, j job.Job) statusInfo {
	self := c.Base() + "/jobs/" + j.ID
	info := statusInfo{
		ProcessID: s.byKind[j.Kind].id, Type: "process", JobID: j.ID, Status: stateOf(j), Message: messageOf(j),
		Created: j.Created, Started: set(j.Started), Finished: set(j.Finished), Updated: j.Created, Progress: j.Percent,
		Links: []ogc.Link{
			{Href: self, Rel: "self", Type: typeJSON, Title: "This job / 本任务"},
			{Href: self + "?f=html", Rel: "alternate", Type: typeHTML, Title: "As a page / 网页"},
			{Href: c.Base() + "/processes/" + s.byKind[j.Kind].id, Rel: "related", Type: typeJSON, Title: "Its process / 过程"},
		},
	}
	for _, at := range []time.Time{j.Started, j.Finished} {
		if at.After(info.Updated) {
			info.Updated = at
		}
	}
	if j.Result != "" || j.State == job.Failed {
		info.Links = append(info.Links, ogc.Link{Href: self + "/results", Rel: relations + "results", Type: typeJSON, Title: "Results / 结果"})
	}
	return info
}

func set(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// messageOf says in words where a job stands.
func messageOf(j job.Job) string {
	switch {
	case j.State == job.Failed:
		p := problemOf(j.Problem)
		if len(p.Errors) > 0 {
			return p.Errors[0].Message
		}
		return p.Detail
	case stateOf(j) == job.Dismissed && j.Result != "":
		return "it was dismissed; the best found by then is its result"
	case stateOf(j) == job.Dismissed:
		return "it was dismissed"
	case j.State == job.Accepted:
		return "it waits for its turn"
	case j.State == job.Running:
		return j.Doing
	}
	return "done"
}

// found is the job that the path names. Errors: no-such-job.
func (s *server) found(c *ogc.Call) (job.Job, error) {
	id := c.Var("job")
	if s.Jobs == nil {
		return job.Job{}, missing("no-such-job", "this server keeps no jobs; processes are run at once")
	}
	j, err := s.Jobs.Get(c.Context(), id)
	if err != nil || s.byKind[j.Kind] == nil {
		return job.Job{}, noSuchJob(err, id)
	}
	return j, nil
}

// noSuchJob is why a job was not found; err may be nil where it is of no process.
func noSuchJob(err error, id string) error {
	if err != nil && coverage.CodeOf(err) != coverage.NotFound {
		return err
	}
	return missing("no-such-job", "there is no job %q; it may have been removed since", fail.Shown(id))
}

func (s *server) job(c *ogc.Call) (*ogc.Reply, error) {
	if err := c.Allow(); err != nil {
		return nil, err
	}
	j, err := s.found(c)
	if err != nil {
		return nil, err
	}
	info := s.status(c, j)
	return c.Document(info, jobPage(c, s.byKind[j.Kind], info))
}

// dismiss stops a job, or removes one that is over. Both are told as dismissed
// (/req/dismiss/job-dismiss-success).
func (s *server) dismiss(w http.ResponseWriter, c *ogc.Call) error {
	if c.URL.RawQuery != "" {
		return invalid(unknownName("query", "a job is dismissed without parameters"))
	}
	before, err := s.found(c)
	if err != nil {
		return err
	}
	j, removed, err := s.Jobs.Drop(c.Context(), before.ID)
	if err != nil {
		return noSuchJob(err, before.ID)
	}
	info := s.status(c, j)
	if removed {
		info.Status, info.Message, info.Links = job.Dismissed, "it was over, and is removed with its results", []ogc.Link{
			{Href: c.Base() + "/jobs", Rel: "up", Type: typeJSON, Title: "Jobs / 任务"},
		}
	}
	return sendJSON(w, http.StatusOK, info)
}

// results gives what a job answered, as its execution asked for it.
func (s *server) results(c *ogc.Call) (*ogc.Reply, error) {
	j, err := s.found(c)
	if err != nil {
		return nil, err
	}
	switch {
	case j.State == job.Failed:
		return nil, problemOf(j.Problem)
	case !j.State.Final():
		return nil, missing("result-not-ready", "the job is %s (%d percent); its status tells when there are results", stateOf(j), j.Percent)
	case j.Result == "":
		return nil, fail.New(http.StatusNotFound, coverage.NotFound, "the job was dismissed before it had a result; run the process again")
	}
	r, err := s.Jobs.Result(c.Context(), j.Result)
	if err != nil {
		return nil, err
	}
	out := &delivery{mediaType: r.ContentType, body: r.Body}
	if r.Filename != "" {
		out.disposition = fmt.Sprintf("attachment; filename=%q", r.Filename)
	}
	response := responseOfJob(j)
	if j.Kind != EchoKind && response == responseDocument { // echo answers in the form that was asked for
		if out, err = documentOf(r.ContentType, r.Body); err != nil {
			return nil, err
		}
	}
	c.AllowAs(out.mediaType)
	if c.HTML() {
		return c.Document(nil, resultsPage(c, s.byKind[j.Kind], j, out))
	}
	return c.Bytes(j.Result+response, out.mediaType, map[string]string{"Content-Disposition": out.disposition}, out.body), nil
}

// responseOfJob is in which form the results of a job were asked for.
func responseOfJob(j job.Job) string {
	var args struct{ Response string }
	_ = json.Unmarshal(j.Args, &args) // without one, as they are
	return args.Response
}
