package jobs

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"kaimen/coverage"
)

// postgres is a schema of a PostgreSQL database.
type postgres struct {
	pool   *pgxpool.Pool
	schema string
}

// postgresNow is the clock of the server.
const postgresNow = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"

// connections is how many a process holds at most for its jobs, beside those of
// the store.
const connections = 8

// preparing is the lock under which tables are made, so that processes which
// start together do not make them twice.
const preparing = 0x6b61696d656e6a

// openPostgres names the pool of connections; whether the server answers shows
// with the first use. Jobs of a store in schema S have the schema S_jobs.
func openPostgres(ctx context.Context, address string) (*postgres, error) {
	config, err := pgxpool.ParseConfig(address)
	if err != nil { // its text leaves the password out
		return nil, coverage.Errorf(coverage.Invalid, "open the jobs: %v; write the store as postgres://user@host:5432/database", err)
	}
	store := config.ConnConfig.RuntimeParams["search_path"]
	if store == "" {
		store = "kaimen"
	}
	p := &postgres{schema: store + "_jobs"}
	config.ConnConfig.RuntimeParams["search_path"] = pgx.Identifier{p.schema}.Sanitize()
	config.MaxConns = connections
	p.pool, err = pgxpool.NewWithConfig(ctx, config)
	return p, err
}

func (p *postgres) close() error {
	p.pool.Close()
	return nil
}

func (p *postgres) connect(config *river.Config) (client, error) {
	config.Schema = p.schema
	return connect(riverpgxv5.New(p.pool), config, func(in tx) pgx.Tx { return in.(pgxTx).Tx })
}

func (p *postgres) prepare(ctx context.Context, config *rivermigrate.Config) error {
	config.Schema = p.schema
	return p.within(ctx, func(in tx) error {
		if _, err := in.exec(ctx, "SELECT pg_advisory_xact_lock(?)", int64(preparing)); err != nil {
			return err
		}
		// Another connection makes the tables and must see the schema.
		if _, err := p.pool.Exec(ctx, "CREATE SCHEMA IF NOT EXISTS "+pgx.Identifier{p.schema}.Sanitize()); err != nil {
			return err
		}
		if err := migrate(ctx, riverpgxv5.New(p.pool), config); err != nil {
			return err
		}
		return createTables(ctx, in, "BYTEA")
	})
}

func (p *postgres) within(ctx context.Context, do func(tx) error) error {
	t, err := p.pool.Begin(ctx)
	if err != nil {
		return err
	}
	if err := do(pgxTx{t}); err != nil {
		undone := t.Rollback(context.WithoutCancel(ctx))
		if errors.Is(undone, pgx.ErrTxClosed) {
			undone = nil
		}
		return errors.Join(err, undone)
	}
	return t.Commit(ctx)
}

// pgxTx is a transaction of pgx.
type pgxTx struct{ pgx.Tx }

// numbered writes arguments as PostgreSQL does: $1, $2…
func numbered(query string) string {
	parts := strings.Split(strings.ReplaceAll(query, "{now}", postgresNow), "?")
	var text strings.Builder
	for i, part := range parts {
		if i > 0 {
			text.WriteString("$" + strconv.Itoa(i))
		}
		text.WriteString(part)
	}
	return text.String()
}

func (t pgxTx) exec(ctx context.Context, query string, args ...any) (int64, error) {
	tag, err := t.Exec(ctx, numbered(query), args...)
	return tag.RowsAffected(), err
}

func (t pgxTx) query(ctx context.Context, each func(scan func(...any) error) error, query string, args ...any) error {
	rows, err := t.Query(ctx, numbered(query), args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}
