package gpkg

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"kaimen/coverage"
	"kaimen/data/geopackage"
)

const (
	// schemaVersion is the arrangement of our tables; a file with a larger one
	// is of a newer Kaimen.
	schemaVersion = 2

	// busyMillis is how long one process waits for another's import to end.
	busyMillis = 15_000
)

//go:embed schema.sql
var schemaSQL string

// scenariosSQL leads from version 1 to version 2.
//
//go:embed scenarios.sql
var scenariosSQL string

// dsn names the file to the driver. The path is escaped as a URI, since names
// may hold "?", "#" and "%".
func dsn(path string, options ...string) string {
	options = append([]string{fmt.Sprintf("_busy_timeout=%d", busyMillis), "_error_rc=1"}, options...)
	u := url.URL{Path: filepath.ToSlash(path)}
	return "file:" + u.EscapedPath() + "?" + strings.Join(options, "&")
}

// prepare makes sure that path holds our tables. It looks before it writes, so
// that a file of another program stays as it is to the last byte.
func prepare(path string) error {
	if err := checkPath(path); err != nil {
		return err
	}
	db, err := sql.Open("sqlite", dsn(path, "_txlock=immediate"))
	if err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	db.SetMaxOpenConns(1)
	s := &Store{path: path, write: db, read: db}
	err = s.prepareTables(context.Background())
	if err != nil {
		err = s.fail(context.Background(), "open", err)
	}
	return errors.Join(err, db.Close())
}

func checkPath(path string) error {
	if path == "" {
		return coverage.Errorf(coverage.Invalid, "open a store: the file name is empty; name one such as kaimen.gpkg")
	}
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return coverage.Errorf(coverage.Invalid, "open %s: it is a folder; name a file in it, such as %s",
			path, filepath.Join(path, "kaimen.gpkg"))
	case err == nil && info.Size() > 0:
		return checkMagic(path)
	case err == nil:
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return coverage.Errorf(coverage.Unavailable, "open %s: %v", path, errors.Unwrap(err))
	}
	folder := filepath.Dir(path)
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return coverage.Errorf(coverage.Invalid, "open %s: there is no folder %s; make it first, or name another", path, folder)
	}
	return nil
}

// checkMagic refuses what is no SQLite file. SQLite would do so itself, but for
// files of a few bytes, which it takes for empty ones and writes over.
func checkMagic(path string) error {
	const magic = "SQLite format 3\x00"
	file, err := os.Open(path)
	if err != nil {
		return coverage.Errorf(coverage.Unavailable, "open %s: %v", path, errors.Unwrap(err))
	}
	head := make([]byte, len(magic))
	_, err = io.ReadFull(file, head)
	if err := errors.Join(err, file.Close()); err != nil || string(head) != magic {
		return coverage.Errorf(coverage.Invalid, "open %s: it is no GeoPackage; name a new file, or import this one as a source", path)
	}
	return nil
}

// prepareTables checks whose file it is, and makes the tables that it lacks: all
// in an empty one, the later ones in a file of an older Kaimen. All of it is one
// transaction, so that two starters do not collide.
func (s *Store) prepareTables(ctx context.Context) error {
	version, err := s.inspect(ctx, s.read)
	if err != nil || version == schemaVersion {
		return err
	}
	// Writing to a file in write-ahead mode from the start saves the switch,
	// which needs the file for itself.
	if _, err := s.write.ExecContext(ctx, "PRAGMA journal_mode = WAL"); err != nil {
		return err
	}
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after Commit it does nothing
	if version, err = s.inspect(ctx, tx); err != nil || version == schemaVersion {
		return err
	}
	statements := scenariosSQL
	if version == 0 {
		statements = geopackage.Header() + geopackage.Tables + schemaSQL + scenariosSQL
	}
	if _, err := tx.ExecContext(ctx, statements); err != nil {
		return fmt.Errorf("make the tables: %w", err)
	}
	return tx.Commit()
}

// querier is a *sql.DB or a *sql.Tx.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// inspect is the version of our tables in the file; 0 for an empty file.
//
// Errors: a file of another program, or of a newer Kaimen.
func (s *Store) inspect(ctx context.Context, db querier) (version int, err error) {
	var application, tables, ours int
	err = db.QueryRowContext(ctx, `SELECT (SELECT application_id FROM pragma_application_id), count(*),
		count(*) FILTER (WHERE name = 'kaimen_schema') FROM sqlite_master`).Scan(&application, &tables, &ours)
	if err != nil {
		return 0, err
	}
	switch {
	case tables == 0:
		return 0, nil
	case application != geopackage.ApplicationID:
		return 0, coverage.Errorf(coverage.Invalid,
			"open %s: it is a database of another program, not a GeoPackage; name a new file", s.path)
	case ours == 0:
		return 0, coverage.Errorf(coverage.Invalid,
			"open %s: this GeoPackage was not made by Kaimen; import it as a source, and name a new file for the store", s.path)
	}
	if err := db.QueryRowContext(ctx, "SELECT version FROM kaimen_schema").Scan(&version); err != nil {
		return 0, err
	}
	if version > schemaVersion {
		return 0, coverage.Errorf(coverage.Unsupported,
			"open %s: it was written by a newer Kaimen (store version %d; this one knows %d); upgrade Kaimen, or name another file",
			s.path, version, schemaVersion)
	}
	return version, nil
}
