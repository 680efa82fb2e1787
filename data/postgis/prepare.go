package postgis

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"kaimen/coverage"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// startLock is "kaimen" in ASCII: the advisory lock that starters take in turn.
const startLock = 0x6b61696d656e

// prepare brings the schema up to date, and points config's search_path at it
// and at the schema that PostGIS is in.
func (s *Store) prepare(ctx context.Context, config *pgx.ConnConfig) error {
	delete(config.RuntimeParams, "search_path")
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }() // which frees the lock
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", int64(startLock)); err != nil {
		return err
	}
	home, err := s.extension(ctx, conn)
	if err != nil {
		return err
	}
	schema := pgx.Identifier{s.schema}.Sanitize()
	if err := s.makeSchema(ctx, conn, schema); err != nil {
		return err
	}
	config.RuntimeParams["search_path"] = schema + ", " + pgx.Identifier{home}.Sanitize()
	return s.migrate(ctx, config)
}

// extension makes sure that PostGIS is there, and returns its schema.
func (s *Store) extension(ctx context.Context, conn *pgx.Conn) (string, error) {
	const find = `SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'postgis'`
	var home string
	err := conn.QueryRow(ctx, find).Scan(&home)
	if !errors.Is(err, pgx.ErrNoRows) {
		return home, err
	}
	if _, err := conn.Exec(ctx, "CREATE EXTENSION postgis SCHEMA public"); err != nil {
		if ctx.Err() != nil {
			return "", err
		}
		return "", coverage.Errorf(coverage.Unsupported,
			"open %s: it has no PostGIS: install the package postgis on the server and let a superuser run CREATE EXTENSION postgis (%v)", s.name, err)
	}
	return "public", nil
}

// makeSchema asks first: CREATE SCHEMA needs a right that the owner of one
// schema in a shared database often lacks, even where there is nothing to do.
func (s *Store) makeSchema(ctx context.Context, conn *pgx.Conn, quoted string) error {
	var there bool
	err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)", s.schema).Scan(&there)
	if err != nil || there {
		return err
	}
	_, err = conn.Exec(ctx, "CREATE SCHEMA "+quoted)
	return err
}

func (s *Store) migrate(ctx context.Context, config *pgx.ConnConfig) (err error) {
	db := stdlib.OpenDB(*config)
	defer func() { err = errors.Join(err, db.Close()) }()
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db, files,
		goose.WithTableName("migrations"), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	have, known, err := provider.GetVersions(ctx)
	if err != nil {
		return err
	}
	if have > known {
		return coverage.Errorf(coverage.Unsupported,
			"open %s: its schema %s was written by a newer Kaimen (store version %d; this one knows %d); upgrade Kaimen, or name another schema",
			s.name, s.schema, have, known)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("bring the tables up to date: %w", err)
	}
	return nil
}
