package jobs

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivermigrate"

	"kaimen/coverage"
	"kaimen/coverage/job"
)

// Options is how jobs are kept and done. The zero value takes orders and does
// none.
type Options struct {
	// Work is what can be done here; without it, Run does nothing.
	Work job.Registry
	// Workers is how many jobs go on at once in this process; 0 means 2, since a
	// search takes all processors as it is.
	Workers int
	// Keep is how long finished jobs and their results stay; 0 means 14 days.
	Keep time.Duration
	// Lease is how long a worker may be silent until it is taken for dead; 0
	// means 15 seconds.
	Lease time.Duration
	// Logger takes what goes wrong; nil means none.
	Logger *slog.Logger
}

// The defaults of Options.
const (
	defaultWorkers = 2
	defaultKeep    = 14 * 24 * time.Hour
	defaultLease   = 15 * time.Second
)

// Queue keeps jobs. Any number of goroutines may share it, and any number of
// processes its database. Only Open makes one.
type Queue struct {
	o      Options
	db     database
	river  client
	name   string // of the database, for messages
	holder string // this process
}

var _ job.Queue = (*Queue)(nil)

// Open opens the jobs of a store, and makes what is missing: the file
// STORE.jobs.sqlite beside a GeoPackage, or for a postgres:// address the schema
// of the store's name with _jobs, which is kaimen_jobs.
//
// Errors: invalid for an address that is none; unavailable where the database
// does not answer.
func Open(ctx context.Context, store string, o Options) (*Queue, error) {
	o.fill()
	q := &Queue{o: o, holder: newID()}
	var err error
	if IsServer(store) {
		var p *postgres
		if p, err = openPostgres(ctx, store); p != nil {
			q.db, q.name = p, "schema "+p.schema
		}
	} else {
		q.name = FileOf(store)
		q.db, err = openSQLite(q.name)
	}
	if err != nil {
		return nil, err
	}
	if err := q.db.prepare(ctx, &rivermigrate.Config{Logger: o.Logger}); err != nil {
		return nil, errors.Join(q.unavailable(err), q.db.close())
	}
	if q.river, err = q.db.connect(q.config()); err != nil {
		return nil, errors.Join(fmt.Errorf("open the jobs in %s: %w", q.name, err), q.db.close())
	}
	return q, nil
}

func (o *Options) fill() {
	if o.Workers == 0 {
		o.Workers = defaultWorkers
	}
	if o.Keep == 0 {
		o.Keep = defaultKeep
	}
	if o.Lease == 0 {
		o.Lease = defaultLease
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
}

// IsServer tells an address of PostgreSQL from the path of a file.
func IsServer(store string) bool {
	return strings.HasPrefix(store, "postgres://") || strings.HasPrefix(store, "postgresql://")
}

// FileOf is the file of the jobs of a store that is a file.
func FileOf(store string) string { return strings.TrimSuffix(store, ".gpkg") + ".jobs.sqlite" }

// Close ends all connections. Run must have returned.
func (q *Queue) Close() error { return q.db.close() }

// unavailable says that the database cannot be used.
func (q *Queue) unavailable(err error) error {
	if ours, ok := errors.AsType[*coverage.Error](err); ok {
		return ours
	}
	return coverage.Errorf(coverage.Unavailable, "open the jobs in %s: %v; check that the file or server can be written", q.name, err)
}

// place is what the queue itself carries: where to find the rest.
type place struct {
	Job string `json:"job"`
}

// Kind names the one kind of work that the queue knows of.
func (place) Kind() string { return "kaimen_job" }

// InsertOpts leaves it to us whether a job is tried again.
func (place) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 1000} }

// newID is an id that no other job has; later ones are greater.
func newID() string {
	b := make([]byte, 5)
	_, _ = rand.Read(b) // never fails, by its documentation
	return fmt.Sprintf("%014x%s", time.Now().UnixMicro(), hex.EncodeToString(b))
}

// hashOf is a hash of parts, each ended so that no two lists are alike.
func hashOf(parts ...string) string {
	sum := sha256.New()
	for _, part := range parts {
		fmt.Fprintf(sum, "%d:%s", len(part), part)
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

// attempts is how often an order is tried where another came between.
const attempts = 5

// Ask takes an order; see job.Queue.
func (q *Queue) Ask(ctx context.Context, o job.Order) (j job.Job, err error) {
	file := ""
	if o.File != nil {
		file = hashOf(string(o.File))
	}
	asked := hashOf(o.Kind, o.Study, string(o.Args), file)
	same := hashOf(asked, o.Basis)
	for range attempts {
		id, taken := newID(), false
		err := q.db.within(ctx, func(in tx) error {
			found, err := earlier(ctx, in, o.Key, asked, same)
			if err != nil {
				return err
			}
			if found == "" {
				n, err := in.exec(ctx, `INSERT INTO kaimen_job (id, kind, study, args, same, state, created)
					VALUES (?, ?, ?, ?, ?, 'accepted', {now}) ON CONFLICT DO NOTHING`, id, o.Kind, o.Study, string(o.Args), same)
				if err != nil || n == 0 {
					return err // another process was first: look again
				}
				if found = id; o.File != nil {
					if _, err := in.exec(ctx, `INSERT INTO kaimen_file (job, body) VALUES (?, ?)`, id, o.File); err != nil {
						return err
					}
				}
				if err := q.enqueue(ctx, in, id); err != nil {
					return err
				}
			}
			if o.Key != "" {
				n, err := in.exec(ctx, `INSERT INTO kaimen_key (name, asked, job) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET job = excluded.job
					WHERE kaimen_key.asked = excluded.asked`, o.Key, asked, found)
				if err != nil {
					return err
				}
				if n == 0 {
					return otherKey(o.Key)
				}
			}
			taken = true
			j, err = read(ctx, in, found)
			return err
		})
		if err != nil || taken {
			return j, err
		}
	}
	return job.Job{}, coverage.Errorf(coverage.Unavailable, "the same job is asked for again and again; ask once more")
}

// enqueue puts a job into the queue.
func (q *Queue) enqueue(ctx context.Context, in tx, id string) error {
	place, err := q.river.insert(ctx, in, place{Job: id})
	if err != nil {
		return err
	}
	_, err = in.exec(ctx, `UPDATE kaimen_job SET river = ? WHERE id = ?`, place, id)
	return err
}

// earlier is the job that answers an order already, empty if none does.
func earlier(ctx context.Context, in tx, key, asked, same string) (id string, err error) {
	if key != "" {
		var before string
		switch err := one(ctx, in, []any{&before, &id}, `SELECT asked, job FROM kaimen_key WHERE name = ?`, key); {
		case errors.Is(err, errNoRow):
		case err != nil:
			return "", err
		case before != asked:
			return "", otherKey(key)
		default:
			return id, nil
		}
	}
	err = one(ctx, in, []any{&id}, `SELECT id FROM kaimen_job WHERE same = ? AND state IN ('accepted', 'running')`, same)
	if errors.Is(err, errNoRow) {
		return "", nil
	}
	return id, err
}

func otherKey(key string) error {
	return coverage.Errorf(coverage.Conflict, "the key %q was sent with another question; choose a new key for each question", key)
}

// columns are those of a job, in the order in which scanned reads them.
const columns = `id, kind, study, args, state, stop, progress, doing, best, created, started, finished, result, problem,
	COALESCE((SELECT string_agg(kaimen_rows.id, ' ' ORDER BY place) FROM kaimen_rows WHERE job = kaimen_job.id), '')`

// scanned reads a row of columns.
func scanned(scan func(...any) error) (j job.Job, err error) {
	var args, best, problem, rows string
	var stop, percent, created, started, finished int64
	err = scan(&j.ID, &j.Kind, &j.Study, &args, &j.State, &stop, &percent, &j.Doing, &best, &created, &started, &finished, &j.Result, &problem, &rows)
	j.Args, j.Best, j.Problem, j.Rows = raw(args), raw(best), raw(problem), strings.Fields(rows)
	j.Stopping, j.Percent = stop != 0 && !j.State.Final(), int(percent)
	j.Created, j.Started, j.Finished = moment(created), moment(started), moment(finished)
	return j, err
}

func raw(text string) json.RawMessage {
	if text == "" {
		return nil
	}
	return json.RawMessage(text)
}

func moment(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}

func read(ctx context.Context, in tx, id string) (j job.Job, err error) {
	found := false
	err = in.query(ctx, func(scan func(...any) error) error {
		found = true
		j, err = scanned(scan)
		return err
	}, `SELECT `+columns+` FROM kaimen_job WHERE id = ?`, id)
	if err == nil && !found {
		err = coverage.Errorf(coverage.NotFound, "there is no job %q; it may have been removed since", id)
	}
	return j, err
}

// Get returns a job; see job.Queue.
func (q *Queue) Get(ctx context.Context, id string) (j job.Job, err error) {
	err = q.db.within(ctx, func(in tx) error {
		j, err = read(ctx, in, id)
		return err
	})
	return j, err
}

// List returns jobs, the newest first; see job.Queue.
func (q *Queue) List(ctx context.Context, f job.Filter) (list []job.Job, err error) {
	query, args := `SELECT `+columns+` FROM kaimen_job WHERE 1 = 1`, []any{}
	for _, by := range []struct{ condition, value string }{{"study = ?", f.Study}, {"state = ?", string(f.State)}, {"id < ?", f.Before}} {
		if by.value != "" {
			query += " AND " + by.condition
			args = append(args, by.value)
		}
	}
	if len(f.Kinds) > 0 {
		query += " AND kind IN (?" + strings.Repeat(", ?", len(f.Kinds)-1) + ")"
		for _, kind := range f.Kinds {
			args = append(args, kind)
		}
	}
	limit := f.Limit
	if limit == 0 {
		limit = 100
	}
	err = q.db.within(ctx, func(in tx) error {
		return in.query(ctx, func(scan func(...any) error) error {
			j, err := scanned(scan)
			list = append(list, j)
			return err
		}, query+` ORDER BY id DESC LIMIT ?`, append(args, int64(limit))...)
	})
	return list, err
}

// Drop stops a job or removes it; see job.Queue.
func (q *Queue) Drop(ctx context.Context, id string) (j job.Job, removed bool, err error) {
	err = q.db.within(ctx, func(in tx) error {
		if j, err = read(ctx, in, id); err != nil {
			return err
		}
		if removed = j.State.Final(); removed {
			return remove(ctx, in, id)
		}
		// Who asks the same from now on wants it done: that is another job.
		if _, err := in.exec(ctx, `UPDATE kaimen_job SET state = 'dismissed', same = id, finished = {now} WHERE id = ? AND state = 'accepted'`, id); err != nil {
			return err
		}
		if _, err := in.exec(ctx, `UPDATE kaimen_job SET same = id, stop = 1 WHERE id = ? AND state = 'running'`, id); err != nil {
			return err
		}
		j, err = read(ctx, in, id)
		return err
	})
	return j, removed, err
}

// remove deletes all there is of a job.
func remove(ctx context.Context, in tx, id string) error {
	for _, from := range []string{"kaimen_job WHERE id = ?", "kaimen_key WHERE job = ?", "kaimen_file WHERE job = ?", "kaimen_result WHERE job = ?", "kaimen_rows WHERE job = ?"} {
		if _, err := in.exec(ctx, "DELETE FROM "+from, id); err != nil {
			return err
		}
	}
	return nil
}

// Result returns what a job answered; see job.Queue.
func (q *Queue) Result(ctx context.Context, id string) (r job.Result, err error) {
	err = q.db.within(ctx, func(in tx) error {
		return one(ctx, in, []any{&r.ContentType, &r.Filename, &r.Body},
			`SELECT content_type, filename, body FROM kaimen_result WHERE id = ? LIMIT 1`, id)
	})
	if errors.Is(err, errNoRow) {
		err = coverage.Errorf(coverage.NotFound, "there is no result %q; results are kept for %d days after their job, then ask again", id, int(q.o.Keep.Hours()/24))
	}
	return r, err
}
