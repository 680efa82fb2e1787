package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"kaimen/coverage"
	"kaimen/coverage/job"
)

// How the queue is set up.
const (
	fetchCooldown = 20 * time.Millisecond  // the library's 100 ms would show in short jobs
	pollInterval  = 250 * time.Millisecond // where no notification comes through
	beatEvery     = 250 * time.Millisecond // progress is written, and wishes to stop are heard
	handInTime    = 10 * time.Second       // for the last words of a worker when the program ends
	neverRescued  = 365 * 24 * time.Hour   // silent workers are found by our own mark
	begunAtMost   = 3                      // a job that ends the program so often is given up
)

// The reasons for which work ends before it is done.
var (
	errStopped = errors.New("the job was stopped")
	errLost    = errors.New("another worker has the job")
)

// config is how the queue runs in this process.
func (q *Queue) config() *river.Config {
	c := &river.Config{Logger: q.o.Logger}
	if q.o.Work == nil {
		return c
	}
	workers := river.NewWorkers()
	river.AddWorker(workers, &worker{queue: q})
	river.AddWorker(workers, &pruner{queue: q})
	c.Workers = workers
	c.Queues = map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: q.o.Workers}}
	c.FetchCooldown, c.FetchPollInterval = fetchCooldown, pollInterval
	c.JobTimeout, c.RescueStuckJobsAfter = -1, neverRescued
	c.PeriodicJobs = []*river.PeriodicJob{pruning()}
	return c
}

// Run does the work of the registry until ctx ends, and looks after jobs whose
// worker died. What goes on then is begun again by whoever runs next.
func (q *Queue) Run(ctx context.Context) error {
	if q.o.Work == nil {
		return nil
	}
	// The queue itself is ended below, in its order.
	if err := q.river.start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("start the jobs in %s: %w", q.name, err)
	}
	tick := time.NewTicker(max(q.o.Lease/3, beatEvery))
	defer tick.Stop()
	for {
		if err := q.tend(ctx); err != nil && ctx.Err() == nil {
			q.o.Logger.Error("jobs whose worker died were not looked for", "error", err.Error())
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			end, cancel := context.WithTimeout(context.WithoutCancel(ctx), handInTime)
			defer cancel()
			return q.river.stop(end)
		}
	}
}

// worker does the jobs that the queue hands out.
type worker struct {
	river.WorkerDefaults[place]
	queue *Queue
}

// Work does one job, whose own row tells all about it. An error means that the
// database failed us; the library then tries again later.
func (w *worker) Work(ctx context.Context, r *river.Job[place]) error {
	q, id := w.queue, r.Args.Job
	holder := q.holder + "/" + newID()
	h := &held{queue: q, id: id, holder: holder}
	kind, task, err := h.take(ctx, r.ID)
	if errors.Is(err, errNoRow) {
		return nil // it was stopped before it began, or is done
	}
	if err != nil {
		return err
	}
	working, cancel := context.WithCancelCause(ctx)
	beating := make(chan struct{})
	go func() {
		defer close(beating)
		h.beats(working, cancel)
	}()
	result, err := q.do(working, kind, task, h.tell)
	cause := context.Cause(working)
	cancel(nil)
	<-beating
	last := context.WithoutCancel(ctx)
	switch {
	case errors.Is(cause, errLost):
		return nil
	case errors.Is(cause, errStopped) || errors.Is(cause, rivertype.ErrJobCancelledRemotely):
		return h.finish(last, job.Dismissed, result, err)
	case cause != nil: // the program ends: whoever runs next begins again
		if err := h.giveBack(last); err != nil {
			return err
		}
		return river.JobSnooze(0)
	case err != nil:
		return h.finish(last, job.Failed, job.Result{}, err)
	}
	return h.finish(last, job.Successful, result, nil)
}

// do calls the Func of a kind. A panic, a bug in this program, must not end it.
func (q *Queue) do(ctx context.Context, kind string, task job.Task, tell func(job.Progress)) (r job.Result, err error) {
	work := q.o.Work[kind]
	if work == nil {
		return r, coverage.Errorf(coverage.Unsupported, "this version of the program knows no work of the kind %q; run one that does", kind)
	}
	defer func() {
		if cause := recover(); cause != nil {
			q.o.Logger.Error("a job met a bug", "kind", kind, "cause", fmt.Sprint(cause), "stack", string(debug.Stack()))
			err = coverage.Errorf(coverage.Internal, "a bug of the program ended the job; its log has the details")
		}
	}()
	return work(ctx, task, tell)
}

// held is a job that this worker has.
type held struct {
	queue      *Queue
	id, holder string

	mu     sync.Mutex
	latest job.Progress
	untold bool
}

// take makes the job ours. at is its place in the queue: a job that was put
// there again has another.
//
// Errors: errNoRow where it is not to be had.
func (h *held) take(ctx context.Context, at int64) (kind string, task job.Task, err error) {
	err = h.queue.db.within(ctx, func(in tx) error {
		var args string
		err := one(ctx, in, []any{&kind, &args}, `UPDATE kaimen_job SET state = 'running', holder = ?, beat = {now}, begun = begun + 1,
			started = CASE WHEN started = 0 THEN {now} ELSE started END
			WHERE id = ? AND river = ? AND state = 'accepted' RETURNING kind, args`, h.holder, h.id, at)
		if err != nil {
			return err
		}
		task.Args = json.RawMessage(args)
		err = one(ctx, in, []any{&task.File}, `SELECT body FROM kaimen_file WHERE job = ?`, h.id)
		if errors.Is(err, errNoRow) {
			err = nil
		}
		return err
	})
	return kind, task, err
}

// tell notes progress, to be written with the next beat.
func (h *held) tell(p job.Progress) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if p.Best == nil {
		p.Best = h.latest.Best
	}
	p.Percent = min(max(p.Percent, h.latest.Percent), 100)
	h.latest, h.untold = p, true
}

// beats marks the job as ours and writes its progress until ctx ends, and ends
// the work when the job is to stop or is no longer ours.
func (h *held) beats(ctx context.Context, end context.CancelCauseFunc) {
	tick := time.NewTicker(min(beatEvery, h.queue.o.Lease/4))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		switch stop, err := h.beat(ctx); {
		case errors.Is(err, errNoRow):
			end(errLost)
			return
		case err != nil: // the database may answer again before the lease is over
			if ctx.Err() == nil {
				h.queue.o.Logger.Warn("progress of a job was not written", "job", h.id, "error", err.Error())
			}
		case stop:
			end(errStopped)
			return
		}
	}
}

func (h *held) beat(ctx context.Context) (stop bool, err error) {
	h.mu.Lock()
	p, untold := h.latest, h.untold
	h.untold = false
	h.mu.Unlock()
	set, args := "", []any{}
	if untold {
		set, args = ", progress = ?, doing = ?, best = ?", []any{int64(p.Percent), p.Doing, string(p.Best)}
	}
	var flag int64
	err = h.queue.db.within(ctx, func(in tx) error {
		return one(ctx, in, []any{&flag}, `UPDATE kaimen_job SET beat = {now}`+set+` WHERE id = ? AND holder = ? AND state = 'running' RETURNING stop`,
			append(args, h.id, h.holder)...)
	})
	return flag != 0, err
}

// giveBack puts the job where another worker finds it.
func (h *held) giveBack(ctx context.Context) error {
	return h.queue.db.within(ctx, func(in tx) error {
		_, err := in.exec(ctx, `UPDATE kaimen_job SET state = 'accepted', holder = '', begun = begun - 1 WHERE id = ? AND holder = ? AND state = 'running'`, h.id, h.holder)
		return err
	})
}

// finish writes how the job ended. A job that was stopped and has nothing to
// hand over has no result.
func (h *held) finish(ctx context.Context, state job.State, r job.Result, cause error) error {
	set, args := "", []any{string(state)}
	switch {
	case cause != nil && state == job.Failed:
		set, args = ", problem = ?", append(args, h.queue.problemOf(h.id, cause))
	case cause == nil:
		set, args = ", progress = 100, result = ?", append(args, r.ID())
	}
	h.mu.Lock()
	p := h.latest
	h.mu.Unlock()
	if p.Best != nil {
		set, args = set+", best = ?", append(args, string(p.Best))
	}
	return h.queue.db.within(ctx, func(in tx) error {
		n, err := in.exec(ctx, `UPDATE kaimen_job SET finished = {now}, same = id, doing = '', holder = '', state = ?`+set+
			` WHERE id = ? AND holder = ? AND state = 'running'`, append(args, h.id, h.holder)...)
		if err != nil || n == 0 { // it is another's by now
			return err
		}
		if _, err := in.exec(ctx, `DELETE FROM kaimen_file WHERE job = ?`, h.id); err != nil || cause != nil {
			return err
		}
		_, err = in.exec(ctx, `INSERT INTO kaimen_result (job, id, content_type, filename, body) VALUES (?, ?, ?, ?, ?)`,
			h.id, r.ID(), r.ContentType, r.Filename, append([]byte{}, r.Body...))
		if err != nil {
			return err
		}
		return h.shelve(ctx, in, r.Rows)
	})
}

// problemOf is an error as a job keeps it. What no user can act on is for the log.
func (q *Queue) problemOf(id string, err error) string {
	if f, ok := errors.AsType[*job.Failure](err); ok {
		return string(f.Problem)
	}
	known, ok := errors.AsType[*coverage.Error](err)
	if !ok {
		q.o.Logger.Error("a job failed", "job", id, "error", err.Error())
		known = coverage.Errorf(coverage.Internal, "the job met an error that was not expected; the log has the details under %s", id)
	}
	return told(known)
}

// told is an error without its issues, which kinds of work tell themselves.
func told(e *coverage.Error) string {
	text, _ := json.Marshal(map[string]string{"code": string(e.Code), "detail": e.Error()}) // strings have a JSON form
	return string(text)
}
