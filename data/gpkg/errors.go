package gpkg

import (
	"context"
	"errors"
	"fmt"

	"kaimen/coverage"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// fail says what was being done with which file, and turns SQLite's codes into
// ours with the remedy. An Error of ours passes as it is; once ctx has ended,
// its error is the cause, however SQLite words it.
func (s *Store) fail(ctx context.Context, doing string, err error) error {
	if ours, ok := errors.AsType[*coverage.Error](err); ok {
		return ours
	}
	if ctx.Err() != nil {
		return fmt.Errorf("%s %s: %w", doing, s.path, ctx.Err())
	}
	broken, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return fmt.Errorf("%s %s: %w", doing, s.path, err)
	}
	for _, r := range remedies {
		if broken.Code()&0xff == r.primary { // the low byte is the primary code
			return coverage.Errorf(r.code, "%s %s: %s", doing, s.path, r.text)
		}
	}
	return fmt.Errorf("%s %s: %w", doing, s.path, err)
}

var remedies = []struct {
	primary int
	code    coverage.ErrorCode
	text    string
}{
	{sqlite3.SQLITE_BUSY, coverage.Unavailable, "another process is writing to it; try again when its import has ended"},
	{sqlite3.SQLITE_FULL, coverage.Unavailable, "the disk is full; free some space and try again"},
	{sqlite3.SQLITE_READONLY, coverage.Unavailable, "the file or its folder is read-only; give this user the right to write to both, or name another file"},
	{sqlite3.SQLITE_PERM, coverage.Unavailable, "this user may not use the file; give it the right to, or name another file"},
	{sqlite3.SQLITE_CANTOPEN, coverage.Unavailable, "the file cannot be opened or made; check that this user may write to its folder"},
	{sqlite3.SQLITE_IOERR, coverage.Unavailable, "the disk does not answer as it should; check it, then try again"},
	{sqlite3.SQLITE_NOTADB, coverage.Invalid, "it is no GeoPackage; name a new file, or import this one as a source"},
	{sqlite3.SQLITE_CORRUPT, coverage.Invalid, "the file is damaged; bring it back from a backup, or import the studies again into a new file"},
}
