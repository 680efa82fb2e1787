package jobs

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"

	_ "modernc.org/sqlite" // the driver named "sqlite"
)

// sqliteFile is a database in one file, with the one connection that its driver
// wants.
type sqliteFile struct{ db *sql.DB }

// sqliteNow is the clock of SQLite, which counts days from noon in 4714 BC, in
// microseconds since 1970.
const sqliteNow = "CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)"

func openSQLite(path string) (*sqliteFile, error) {
	u := url.URL{Path: filepath.ToSlash(path)}
	db, err := sql.Open("sqlite", "file:"+u.EscapedPath()+"?_txlock=immediate&_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return &sqliteFile{db}, nil
}

func (f *sqliteFile) close() error { return f.db.Close() }

func (f *sqliteFile) connect(config *river.Config) (client, error) {
	return connect(riversqlite.New(f.db), config, func(in tx) *sql.Tx { return in.(sqlTx).Tx })
}

func (f *sqliteFile) prepare(ctx context.Context, config *rivermigrate.Config) error {
	if err := migrate(ctx, riversqlite.New(f.db), config); err != nil {
		return err
	}
	return f.within(ctx, func(in tx) error { return createTables(ctx, in, "BLOB") })
}

func (f *sqliteFile) within(ctx context.Context, do func(tx) error) error {
	t, err := f.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(sqlTx{t}); err != nil {
		return errors.Join(err, rolledBack(t.Rollback()))
	}
	return t.Commit()
}

// rolledBack leaves out what a transaction says that is over already.
func rolledBack(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}

func (t sqlTx) exec(ctx context.Context, query string, args ...any) (int64, error) {
	result, err := t.ExecContext(ctx, strings.ReplaceAll(query, "{now}", sqliteNow), args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (t sqlTx) query(ctx context.Context, each func(scan func(...any) error) error, query string, args ...any) (err error) {
	rows, err := t.QueryContext(ctx, strings.ReplaceAll(query, "{now}", sqliteNow), args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := each(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}
