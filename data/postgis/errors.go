package postgis

import (
	"context"
	"errors"
	"fmt"

	"kaimen/coverage"

	"github.com/jackc/pgx/v5/pgconn"
)

// fail says what was being done with which database, and turns PostgreSQL's
// codes into ours with the remedy. An Error of ours passes as it is; once ctx
// has ended, its error is the cause, however PostgreSQL words it.
func (s *Store) fail(ctx context.Context, doing string, err error) error {
	if ours, ok := errors.AsType[*coverage.Error](err); ok {
		return ours
	}
	if ctx.Err() != nil {
		return fmt.Errorf("%s %s: %w", doing, s.name, ctx.Err())
	}
	if told, ok := errors.AsType[*pgconn.PgError](err); ok {
		for _, r := range remedies {
			if told.Code == r.state {
				return coverage.Errorf(r.code, "%s %s: %s (%s)", doing, s.name, r.text, told.Message)
			}
		}
		return fmt.Errorf("%s %s: %w", doing, s.name, err)
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok || pgconn.SafeToRetry(err) {
		return coverage.Errorf(coverage.Unavailable, "%s %s: the server does not answer: check that it runs, and its address (%v)", doing, s.name, err)
	}
	return fmt.Errorf("%s %s: %w", doing, s.name, err)
}

// remedies is by SQLSTATE (PostgreSQL 15 documentation, appendix A).
var remedies = []struct {
	state string
	code  coverage.ErrorCode
	text  string
}{
	{"28000", coverage.Invalid, "the server does not let this user in; check the user's name and pg_hba.conf"},
	{"28P01", coverage.Invalid, "the password is wrong"},
	{"3D000", coverage.Invalid, "there is no such database; make it with createdb"},
	{"42501", coverage.Invalid, "the user lacks a right; grant it CREATE on the database, or make the schema for it"},
	{"25006", coverage.Unavailable, "the server is read-only; name the primary server"},
	{"53100", coverage.Unavailable, "the server's disk is full; free some space and try again"},
	{"53200", coverage.Unavailable, "the server is out of memory; try again later"},
	{"53300", coverage.Unavailable, "the server has no connection left; raise max_connections or lower pool_max_conns"},
	{"57P01", coverage.Unavailable, "the server is shutting down; try again later"},
	{"57P03", coverage.Unavailable, "the server is starting; try again later"},
}
