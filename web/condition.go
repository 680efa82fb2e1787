package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"kaimen/coverage"
	"kaimen/web/fail"
)

// condition is an If-Match header (RFC 9110, section 13.1.1): tags in quotes of
// what must be there, * for anything, empty for no condition.
type condition string

// holds tells whether something with one of these tags, which stand without
// quotes, fulfills c. A weak tag fulfills nothing.
func (c condition) holds(tags ...string) bool {
	if c == "" {
		return true
	}
	return len(tags) > 0 && slices.ContainsFunc(c.tags(), func(named string) bool { return named == "*" || slices.Contains(tags, named) })
}

// tags are those that c names, without quotes and as of the plain form. Weak ones,
// which match nothing that is to be changed, are left out.
func (c condition) tags() (list []string) {
	for part := range strings.SplitSeq(string(c), ",") {
		if part = strings.TrimSpace(part); !strings.HasPrefix(part, "W/") {
			list = append(list, strings.TrimSuffix(strings.Trim(part, `"`), compressedMark))
		}
	}
	return list
}

// checkMatch holds what a client last saw of a study against what is there, and
// returns the id of the current snapshot; empty where there is none.
//
// Errors: those of the store; a problem (412) if the condition does not hold.
func (s *server) checkMatch(ctx context.Context, study string, c condition) (coverage.SnapshotID, error) {
	if c == "" {
		return "", nil
	}
	info, err := s.store.Current(ctx, study)
	switch {
	case coverage.CodeOf(err) == coverage.NotFound:
		return "", unmatched(study, c, "")
	case err != nil:
		return "", err
	case c.holds(string(info.ID)):
		return info.ID, nil
	}
	return "", unmatched(study, c, info.ID)
}

// unmatched is the problem of a condition that does not hold.
func unmatched(study string, c condition, current coverage.SnapshotID) error {
	return fail.New(http.StatusPreconditionFailed, coverage.Conflict,
		"what is there of "+fail.Shown(study)+" is not what If-Match names; read it again and decide", fault{
			Code: faultBadValue, Location: "header.If-Match", Message: "the current snapshot is " + quoted(string(current)), Value: fail.Shown(string(c)),
		})
}

// mostTries is how often a change is begun again because somebody else's came
// between. Of those who try at once one succeeds each time.
const mostTries = 20

// errMoved says that somebody else's change came between.
var errMoved = errors.New("another snapshot is current by now")

// again calls put until it meets no change of somebody else's.
//
// Errors: those of put; unavailable when others were faster every time.
func again(study string, put func() error) error {
	for range mostTries {
		if err := put(); !errors.Is(err, errMoved) {
			return err
		}
	}
	return coverage.Errorf(coverage.Unavailable, "study %s is changed by many at once just now; try again", study)
}

// putIf stores a snapshot if another is current, or none.
//
// Errors: errMoved if that is not so.
func (s *server) putIf(ctx context.Context, next *coverage.Snapshot, current coverage.SnapshotID) error {
	err := s.store.PutIf(ctx, next, current)
	if coverage.CodeOf(err) == coverage.Conflict {
		return errMoved
	}
	return err
}

// change makes the next snapshot of a study out of its current one, and stores
// it if that is still current then; else it begins again. Nothing is stored if
// next returns none, or the one that it got.
func (s *server) change(ctx context.Context, study string, next func(base *coverage.Snapshot) (*coverage.Snapshot, error)) error {
	return again(study, func() error {
		base, err := s.engine.Snapshot(ctx, study)
		if err != nil {
			return err
		}
		made, err := next(base)
		if err != nil || made == nil || made == base {
			return err
		}
		if err := s.putIf(ctx, made, base.ID); err != nil {
			return err
		}
		s.engine.Adopt(made)
		return nil
	})
}
