package processes

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"kaimen/coverage/job"
	"kaimen/web/fail"
	"kaimen/web/ogc"
)

const (
	mostJobs    = 1000
	defaultJobs = 100
)

// choice is which jobs are to be listed.
type choice struct {
	kinds    []string // of jobs
	states   []job.State
	from, to time.Time     // when they were created, both inclusive; zero for open
	least    time.Duration // that they have run; -1 for any, as most
	most     time.Duration
	now      time.Time
}

// readChoice reads the parameters of the list (/req/job-list/*-definition).
func (s *server) readChoice(c *ogc.Call) choice {
	want := choice{least: -1, most: -1, now: time.Now()}
	given := func(name string, each func(string) bool, what string) {
		text, ok := c.Given(name)
		for word := range strings.SplitSeq(text, ",") {
			if ok && !each(word) {
				c.Bad(name, "%q is %s", fail.Shown(word), what)
			}
		}
	}
	given("type", func(word string) bool { return word == "process" }, "no type of job here; there are process")
	given("status", func(word string) bool {
		want.states = append(want.states, job.State(word))
		return slices.Contains(job.States(), job.State(word))
	}, "no status; there are accepted, running, successful, failed, dismissed")
	given("processID", func(word string) bool {
		p := s.byID[word]
		if p != nil {
			want.kinds = append(want.kinds, p.kind)
		}
		return p != nil
	}, "no process; /ogc/processes lists what there is")
	if _, ok := c.Given("processID"); !ok {
		for kind := range s.byKind {
			want.kinds = append(want.kinds, kind)
		}
		slices.Sort(want.kinds)
	}
	if text, ok := c.Given("datetime"); ok {
		if wrong := ogc.MomentsFault(text); wrong != "" {
			c.Bad("datetime", "%s", wrong)
		} else {
			want.from, want.to = momentsOf(text)
		}
	}
	want.least, want.most = seconds(c, "minDuration"), seconds(c, "maxDuration")
	return want
}

// seconds reads a duration; -1 where there is none.
func seconds(c *ogc.Call, name string) time.Duration {
	const most = int(24 * 365 * 100 * time.Hour / time.Second) // more than any job runs
	if n := c.Number(name, 0, -1); n >= 0 {
		return time.Duration(min(n, most)) * time.Second
	}
	return -1
}

// momentsOf are the ends of a datetime that is well formed. A day lasts until its
// end, a moment to the second that it names.
func momentsOf(text string) (from, to time.Time) {
	parts := strings.Split(text, "/")
	ends := func(part string) (first, last time.Time) {
		if at, err := time.Parse(time.DateOnly, part); err == nil {
			return at, at.AddDate(0, 0, 1).Add(-1)
		}
		at, err := time.Parse(time.RFC3339, part)
		if err != nil {
			return at, at // open
		}
		if last = at; at.Nanosecond() == 0 {
			last = at.Add(time.Second - 1)
		}
		return at, last
	}
	from, _ = ends(parts[0])
	_, to = ends(parts[len(parts)-1])
	return from, to
}

// takes tells whether a job is to be listed.
func (want *choice) takes(j job.Job) bool {
	state := stateOf(j)
	timed := want.least >= 0 || want.most >= 0
	switch {
	case len(want.states) > 0 && !slices.Contains(want.states, state):
		return false
	case !want.from.IsZero() && j.Created.Before(want.from), !want.to.IsZero() && j.Created.After(want.to):
		return false
	case !timed:
		return true
	case j.Started.IsZero(): // its duration cannot be told
		return false
	}
	end := j.Finished
	if end.IsZero() {
		end = want.now
	}
	ran := end.Sub(j.Started)
	return (want.least < 0 || ran >= want.least) && (want.most < 0 || ran <= want.most)
}

// chosen reads jobs, the newest first, until there are so many.
func (s *server) chosen(c *ogc.Call, want *choice, before string, limit int) (list []job.Job, err error) {
	if len(want.kinds) == 0 {
		return nil, nil
	}
	for {
		page, err := s.Jobs.List(c.Context(), job.Filter{Kinds: want.kinds, Before: before, Limit: limit})
		if err != nil {
			return nil, err
		}
		for _, j := range page {
			if want.takes(j) {
				if list = append(list, j); len(list) == limit {
					return list, nil
				}
			}
		}
		if len(page) < limit {
			return list, nil
		}
		before = page[len(page)-1].ID
	}
}

// jobs lists the jobs of all processes, whoever asked for them.
func (s *server) jobs(c *ogc.Call) (*ogc.Reply, error) {
	if err := c.Allow("limit", "before", "type", "processID", "status", "datetime", "minDuration", "maxDuration"); err != nil {
		return nil, err
	}
	want := s.readChoice(c)
	limit := min(c.Number("limit", 1, defaultJobs), mostJobs)
	before, _ := c.Given("before")
	if err := c.Faults(); err != nil {
		return nil, err
	}
	list, err := s.chosen(c, &want, before, limit+1)
	if err != nil {
		return nil, err
	}
	doc := struct {
		Jobs  []statusInfo `json:"jobs"`
		Links []ogc.Link   `json:"links"`
	}{[]statusInfo{}, c.Selves(c.Base() + "/jobs")}
	if len(list) > limit {
		list = list[:limit]
		doc.Links = append(doc.Links, ogc.Link{
			Href: c.With(c.Base()+"/jobs", url.Values{"before": {list[limit-1].ID}, "limit": {strconv.Itoa(limit)}}),
			Rel:  "next", Type: typeJSON, Title: "Older jobs / 更早的任务",
		})
	}
	for _, j := range list {
		doc.Jobs = append(doc.Jobs, s.status(c, j))
	}
	return c.Document(doc, jobsPage(c, s, doc.Jobs, doc.Links))
}
