package jobs

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"kaimen/coverage"
)

// tend puts jobs back into the queue whose worker is silent, and ends those that
// were taken out of the queue elsewhere.
func (q *Queue) tend(ctx context.Context) error {
	return q.db.within(ctx, func(in tx) error {
		silent := q.o.Lease.Microseconds()
		given := told(coverage.Errorf(coverage.Internal,
			"the program ended each of the %d times that it was at this job; ask for less at once, or give it more memory", begunAtMost))
		if _, err := in.exec(ctx, `UPDATE kaimen_job SET state = 'failed', same = id, doing = '', holder = '', finished = {now}, problem = ?
			WHERE state = 'running' AND stop = 0 AND beat < {now} - ? AND begun >= ?`, given, silent, int64(begunAtMost)); err != nil {
			return err
		}
		if _, err := in.exec(ctx, `UPDATE kaimen_job SET state = 'dismissed', same = id, doing = '', holder = '', finished = {now}
			WHERE state = 'running' AND stop = 1 AND beat < {now} - ?`, silent); err != nil {
			return err
		}
		if err := again(ctx, q, in, silent); err != nil {
			return err
		}
		_, err := in.exec(ctx, `UPDATE kaimen_job SET state = 'dismissed', same = id, finished = {now} WHERE state = 'accepted' AND EXISTS
			(SELECT 1 FROM river_job WHERE river_job.id = kaimen_job.river AND river_job.state IN ('cancelled', 'discarded'))`)
		return err
	})
}

// again puts silent jobs back. With a new place in the queue, the old worker and
// the old place have lost them.
func again(ctx context.Context, q *Queue, in tx, silent int64) error {
	ids, err := idsOf(ctx, in, `UPDATE kaimen_job SET state = 'accepted', holder = '' WHERE state = 'running' AND beat < {now} - ? RETURNING id`, silent)
	if err != nil {
		return err
	}
	for _, id := range ids {
		q.o.Logger.Warn("a job is begun again, its worker being silent", "job", id)
		if err := q.enqueue(ctx, in, id); err != nil {
			return err
		}
	}
	return nil
}

// idsOf reads the jobs that a query names.
func idsOf(ctx context.Context, in tx, query string, args ...any) (ids []string, err error) {
	err = in.query(ctx, func(scan func(...any) error) error {
		var id string
		err := scan(&id)
		ids = append(ids, id)
		return err
	}, query, args...)
	return ids, err
}

// prune is the regular work of removing what is over.
type prune struct{}

// Kind names it in the queue.
func (prune) Kind() string { return "kaimen_prune" }

// pruneEvery is fine enough for days.
const pruneEvery = time.Hour

func pruning() *river.PeriodicJob {
	return river.NewPeriodicJob(river.PeriodicInterval(pruneEvery), func() (river.JobArgs, *river.InsertOpts) {
		return prune{}, &river.InsertOpts{MaxAttempts: 1}
	}, &river.PeriodicJobOpts{RunOnStart: true})
}

type pruner struct {
	river.WorkerDefaults[prune]
	queue *Queue
}

// Work removes the jobs that ended before the time for which they are kept.
func (p *pruner) Work(ctx context.Context, _ *river.Job[prune]) error { return p.queue.Prune(ctx) }

// Prune removes the jobs that ended longer ago than Options.Keep, with their
// results. Running queues do so every hour.
func (q *Queue) Prune(ctx context.Context) error {
	return q.db.within(ctx, func(in tx) error {
		ids, err := idsOf(ctx, in, `SELECT id FROM kaimen_job WHERE finished > 0 AND finished < {now} - ?`, q.o.Keep.Microseconds())
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := remove(ctx, in, id); err != nil {
				return err
			}
		}
		return nil
	})
}
