package postgis

import (
	"context"
	"strings"

	"kaimen/coverage"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Store keeps snapshots in one schema of a PostgreSQL database. Any number of
// goroutines may share it, and any number of processes the schema. Only Open
// makes one.
type Store struct {
	pool   *pgxpool.Pool
	schema string
	name   string // the server and database, without a password, for messages
}

var _ coverage.Store = (*Store)(nil)

// defaultSchema holds our tables unless the URL's search_path names another.
const defaultSchema = "kaimen"

// Open connects to the database that url names (postgres://user@host/database)
// and brings its tables up to date. Where they are missing it makes the schema,
// and enables PostGIS if it may. The schema is "kaimen"; "?search_path=other"
// names another, so that one database may hold several stores.
//
// Errors: invalid for a URL that is none and for a database that is not there;
// unsupported for a database without PostGIS or of a newer Kaimen; unavailable
// if the server does not answer. The message says what to do.
func Open(ctx context.Context, url string) (*Store, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil { // its text leaves the password out
		return nil, coverage.Errorf(coverage.Invalid, "open the store: %v; write it as postgres://user@host:5432/database", err)
	}
	s := &Store{schema: defaultSchema, name: config.ConnConfig.Host + "/" + config.ConnConfig.Database}
	if path := config.ConnConfig.RuntimeParams["search_path"]; path != "" {
		if strings.ContainsAny(path, `,"`) {
			return nil, coverage.Errorf(coverage.Invalid, "open %s: search_path=%s: name one schema, without quotes", s.name, path)
		}
		s.schema = path
	}
	if err := s.prepare(ctx, config.ConnConfig); err != nil {
		return nil, s.fail(ctx, "open", err)
	}
	config.AfterConnect = registerGeometry
	if s.pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return nil, s.fail(ctx, "open", err)
	}
	return s, nil
}

// Close ends all connections, once those in use are given back.
func (s *Store) Close() error {
	s.pool.Close()
	return nil
}

// table names one of our tables in SQL.
func (s *Store) table(name string) string { return pgx.Identifier{s.schema, name}.Sanitize() }

// registerGeometry lets geometry travel as bytes, which are EWKB.
func registerGeometry(ctx context.Context, conn *pgx.Conn) error {
	var oid uint32
	if err := conn.QueryRow(ctx, "SELECT 'geometry'::regtype::oid").Scan(&oid); err != nil {
		return err
	}
	conn.TypeMap().RegisterType(&pgtype.Type{Name: "geometry", OID: oid, Codec: pgtype.ByteaCodec{}})
	return nil
}
