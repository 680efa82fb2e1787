package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivermigrate"
)

// database is where the queue and our tables live.
type database interface {
	// within does all of do, or nothing of it.
	within(ctx context.Context, do func(tx) error) error
	// connect makes the queue's client; without workers it only takes orders.
	connect(config *river.Config) (client, error)
	// prepare makes what tables are missing.
	prepare(ctx context.Context, config *rivermigrate.Config) error
	close() error
}

// tx is a transaction. Its SQL has ? for arguments, and {now} for the time of
// the database in microseconds since 1970.
type tx interface {
	exec(ctx context.Context, query string, args ...any) (rows int64, err error)
	query(ctx context.Context, each func(scan func(...any) error) error, query string, args ...any) error
}

// client is the queue as we use it.
type client interface {
	insert(ctx context.Context, in tx, args river.JobArgs) (int64, error)
	start(ctx context.Context) error
	stop(ctx context.Context) error
	panel(prefix string, log *slog.Logger) (panel, error)
}

// riverClient is a client on one kind of transaction.
type riverClient[T any] struct {
	river *river.Client[T]
	of    func(tx) T
}

func connect[T any](driver riverdriver.Driver[T], config *river.Config, of func(tx) T) (client, error) {
	c, err := river.NewClient(driver, config)
	if err != nil {
		return nil, err
	}
	return &riverClient[T]{c, of}, nil
}

func (c *riverClient[T]) insert(ctx context.Context, in tx, args river.JobArgs) (int64, error) {
	inserted, err := c.river.InsertTx(ctx, c.of(in), args, nil)
	if err != nil {
		return 0, err
	}
	return inserted.Job.ID, nil
}

func (c *riverClient[T]) start(ctx context.Context) error { return c.river.Start(ctx) }
func (c *riverClient[T]) stop(ctx context.Context) error  { return c.river.StopAndCancel(ctx) }

// migrate brings the queue's own tables up to date.
func migrate[T any](ctx context.Context, driver riverdriver.Driver[T], config *rivermigrate.Config) error {
	m, err := rivermigrate.New(driver, config)
	if err != nil {
		return err
	}
	_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}

// tables are ours, with {blob} and {int} for a database's own types.
var tables = []string{
	`CREATE TABLE IF NOT EXISTS kaimen_job (
		id TEXT PRIMARY KEY, kind TEXT NOT NULL, study TEXT NOT NULL, args TEXT NOT NULL,
		same TEXT NOT NULL, state TEXT NOT NULL, stop {int} NOT NULL DEFAULT 0,
		progress {int} NOT NULL DEFAULT 0, doing TEXT NOT NULL DEFAULT '', best TEXT NOT NULL DEFAULT '',
		river {int} NOT NULL DEFAULT 0, holder TEXT NOT NULL DEFAULT '', beat {int} NOT NULL DEFAULT 0, begun {int} NOT NULL DEFAULT 0,
		created {int} NOT NULL, started {int} NOT NULL DEFAULT 0, finished {int} NOT NULL DEFAULT 0,
		result TEXT NOT NULL DEFAULT '', problem TEXT NOT NULL DEFAULT '')`,
	`CREATE UNIQUE INDEX IF NOT EXISTS kaimen_job_same ON kaimen_job (same) WHERE state IN ('accepted', 'running')`,
	`CREATE INDEX IF NOT EXISTS kaimen_job_study ON kaimen_job (study, id)`,
	`CREATE TABLE IF NOT EXISTS kaimen_key (name TEXT PRIMARY KEY, asked TEXT NOT NULL, job TEXT NOT NULL)`,
	`CREATE INDEX IF NOT EXISTS kaimen_key_job ON kaimen_key (job)`,
	`CREATE TABLE IF NOT EXISTS kaimen_file (job TEXT PRIMARY KEY, body {blob} NOT NULL)`,
	`CREATE TABLE IF NOT EXISTS kaimen_result (
		job TEXT PRIMARY KEY, id TEXT NOT NULL, content_type TEXT NOT NULL, filename TEXT NOT NULL, body {blob} NOT NULL)`,
	`CREATE INDEX IF NOT EXISTS kaimen_result_id ON kaimen_result (id)`,
	// The body stands last: what comes before it is read without it.
	`CREATE TABLE IF NOT EXISTS kaimen_rows (
		job TEXT NOT NULL, place {int} NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, study TEXT NOT NULL, basis TEXT NOT NULL,
		answered {int} NOT NULL, about TEXT NOT NULL, body {blob} NOT NULL, PRIMARY KEY (job, place))`,
	`CREATE INDEX IF NOT EXISTS kaimen_rows_id ON kaimen_rows (id, job)`,
	`CREATE INDEX IF NOT EXISTS kaimen_rows_basis ON kaimen_rows (basis)`,
}

// createTables makes our tables in a transaction.
func createTables(ctx context.Context, in tx, blob string) error {
	words := strings.NewReplacer("{blob}", blob, "{int}", "BIGINT")
	for _, table := range tables {
		if _, err := in.exec(ctx, words.Replace(table)); err != nil {
			return fmt.Errorf("make the tables of jobs: %w", err)
		}
	}
	return nil
}

// errNoRow says that there is no such row.
var errNoRow = errors.New("no such row")

// one reads the only row of a query.
func one(ctx context.Context, in tx, to []any, query string, args ...any) error {
	found := false
	err := in.query(ctx, func(scan func(...any) error) error {
		found = true
		return scan(to...)
	}, query, args...)
	if err == nil && !found {
		return errNoRow
	}
	return err
}

// sqlTx is a transaction of database/sql.
type sqlTx struct{ *sql.Tx }
