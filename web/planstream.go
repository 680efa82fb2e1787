package web

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/job"
)

const eventStream = "text/event-stream"

// tickets are the searches that go on and can be stopped, by study and the name
// that the client gave. The zero value has none.
type tickets struct {
	mu   sync.Mutex
	open map[[2]string]context.CancelFunc
}

// start is a context that a ticket stops, and what to call when the search is
// over. Without a ticket nothing but ctx stops it.
//
// Errors: conflict for a ticket that is in use.
func (t *tickets) start(ctx context.Context, study, ticket string) (context.Context, func(), error) {
	if ticket == "" {
		return ctx, func() {}, nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	key := [2]string{study, ticket}
	if t.open[key] != nil {
		return nil, nil, coverage.Errorf(coverage.Conflict, "a search goes on under the ticket %s already; choose another name", ticket)
	}
	if t.open == nil {
		t.open = make(map[[2]string]context.CancelFunc)
	}
	ctx, cancel := context.WithCancel(ctx)
	t.open[key] = cancel
	return ctx, func() {
		cancel()
		t.mu.Lock()
		defer t.mu.Unlock()
		delete(t.open, key)
	}, nil
}

// stop ends a search; false if there is none.
func (t *tickets) stop(study, ticket string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	cancel := t.open[[2]string{study, ticket}]
	if cancel == nil {
		return false
	}
	cancel()
	return true
}

// progressEvery is how often progress is told at most: a page draws no faster.
const progressEvery = 100 * time.Millisecond

// streamPlan searches, and tells on the way where it stands: the latest alone,
// where there is more to tell than is read.
func (s *server) streamPlan(ctx context.Context, done func(), r analysis.SitesRequest, explain func(error) *problem) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(h huma.Context) {
		defer done()
		h.SetHeader("Content-Type", eventStream)
		h.SetHeader("Cache-Control", cacheNever)
		h.AppendHeader("Vary", "Accept")
		h.SetHeader("X-Accel-Buffering", "no")
		h.SetHeader("No-Gzip-Compression", "1") // each event is to leave at once
		h.SetStatus(http.StatusOK)
		out := h.BodyWriter()
		latest := make(chan analysis.SitesProgress, 1)
		r.Options.Watch = func(p analysis.SitesProgress) {
			select {
			case <-latest: // nobody has read it
			default:
			}
			latest <- p
		}
		type outcome struct {
			answer *analysis.SitesAnswer
			err    error
		}
		ended := make(chan outcome, 1)
		go func() {
			a, err := s.searched(ctx, r)
			ended <- outcome{a, err}
		}()
		tick := time.NewTicker(progressEvery)
		defer tick.Stop()
		send := func(name string, v any) {
			if err := event(out, name, func(w io.Writer) error { return json.NewEncoder(w).Encode(v) }); err != nil {
				s.abort(h, err)
			}
			flush(out)
		}
		flush(out)
		for {
			select {
			case end := <-ended:
				select {
				case p := <-latest:
					send("progress", p)
				default:
				}
				if end.err != nil {
					send("problem", explain(end.err))
				} else {
					send("result", end.answer)
				}
				return
			case <-tick.C:
				select {
				case p := <-latest:
					send("progress", p)
				default:
				}
			}
		}
	}}
}

// planProgress tells a job where its search stands. A search that is done before
// its effort is spent ends below 100.
func planProgress(tell func(job.Progress)) func(analysis.SitesProgress) {
	return func(p analysis.SitesProgress) {
		best, err := json.Marshal(p)
		if err != nil {
			return // a figure that has no JSON form is not told
		}
		tell(job.Progress{Percent: int(99 * min(max(p.Done, 0), 1)), Doing: "searching", Best: best})
	}
}

// searched is Sites for a goroutine of our own, in which a panic, a bug in this
// program, must not end the server.
func (s *server) searched(ctx context.Context, r analysis.SitesRequest) (a *analysis.SitesAnswer, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v", cause)
		}
	}()
	return s.engine.Sites(ctx, r)
}

// flush sends what is written so far. Where that is not possible it waits for
// more, as any body does.
func flush(w io.Writer) {
	if rw, ok := w.(http.ResponseWriter); ok {
		_ = http.NewResponseController(rw).Flush()
	}
}
