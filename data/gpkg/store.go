package gpkg

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"kaimen/coverage"

	_ "modernc.org/sqlite" // the driver named "sqlite"
)

// Store keeps snapshots in one GeoPackage file. Any number of goroutines may
// share it; so may any number of processes share the file. Only Open makes one.
type Store struct {
	path  string
	write *sql.DB // one connection, so that writers of this process stand in line
	read  *sql.DB
}

var _ coverage.Store = (*Store)(nil)

// readers bounds the connections that read at once; each holds its own page cache.
const readers = 8

// Open opens the GeoPackage file at path, or makes it if there is none. Its
// folder must be there, and be writable.
//
// Errors: invalid for a file that is no GeoPackage or is one of another
// program; unsupported for a file of a newer Kaimen; unavailable where the
// file or its folder cannot be used. The message says what to do.
func Open(path string) (*Store, error) {
	if err := prepare(path); err != nil {
		return nil, err
	}
	write, err := sql.Open("sqlite", dsn(path, "_txlock=immediate", "_journal_mode=WAL", "_synchronous=FULL", "_foreign_keys=1"))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	write.SetMaxOpenConns(1)
	read, err := sql.Open("sqlite", dsn(path, "_query_only=1"))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), write.Close())
	}
	read.SetMaxOpenConns(readers)
	read.SetMaxIdleConns(readers)
	s := &Store{path: path, write: write, read: read}
	if err := write.Ping(); err != nil {
		return nil, errors.Join(s.fail(context.Background(), "open", err), s.Close())
	}
	return s, nil
}

// Close ends all connections; the last one to a file folds the write-ahead
// log back into it, leaving the one file.
func (s *Store) Close() error {
	if err := errors.Join(s.read.Close(), s.write.Close()); err != nil {
		return fmt.Errorf("close %s: %w", s.path, err)
	}
	return nil
}
