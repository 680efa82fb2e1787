package ogc

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"kaimen/coverage"
	"kaimen/web/fail"
)

type (
	// problem is the body of every error, as in the rest of the API. Here a request
	// with faults is a 400, as the standard asks.
	problem = fail.Problem
	fault   = fail.Fault
)

// problemOf turns an error of a Source into a problem. trouble keeps the text of
// one that is not the client's, and gives a reference to it.
func problemOf(err error, trouble func(error) string) *problem {
	if p, ok := errors.AsType[*problem](err); ok {
		return p
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fail.Ended()
	}
	if known, ok := errors.AsType[*coverage.Error](err); ok {
		switch known.Code {
		case coverage.NotFound:
			return fail.New(http.StatusNotFound, known.Code, known.Message)
		case coverage.Unavailable, coverage.Canceled:
			return fail.New(http.StatusServiceUnavailable, coverage.Unavailable, known.Message)
		}
	}
	return fail.Internal(trouble(err))
}

// badValue is the fault of a parameter that cannot be read.
func badValue(name, value, format string, args ...any) fault {
	return fault{Code: coverage.ReasonBadValue, Location: "query." + name, Value: given(value), Message: fmt.Sprintf(format, args...)}
}

// shown is s as it may be sent back.
func shown(s string) string { return strings.ToValidUTF8(fail.Shown(s), "\ufffd") }

// given is a value as a fault has it; nil for a blank one.
func given(s string) any {
	if s == "" {
		return nil
	}
	return shown(s)
}

// moved is the answer to a short form of an id: the address of the feature. GDAL
// asks so for what a filter names by its property id.
type moved struct{ to string }

// Error says where to.
func (m *moved) Error() string { return "moved to " + m.to }
