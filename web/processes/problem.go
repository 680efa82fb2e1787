package processes

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"kaimen/coverage"
	"kaimen/web/fail"
)

// invalidParameter is the type of the problem of invalid input, by the name that
// the standard gives it.
const invalidParameter = "InvalidParameterValue"

// missing is a 404 with one of the exceptions of the standard.
func missing(exception, format string, args ...any) *fail.Problem {
	p := fail.New(http.StatusNotFound, coverage.NotFound, fmt.Sprintf(format, args...))
	p.Type = exceptions + exception
	return p
}

// invalid is the problem of an execution with faults.
func invalid(faults ...fail.Fault) *fail.Problem {
	p := fail.New(http.StatusBadRequest, coverage.Invalid, "the process cannot be run so", faults...)
	p.Type = invalidParameter
	return p
}

func badValue(where, format string, args ...any) fail.Fault {
	return fail.Fault{Code: coverage.ReasonBadValue, Location: where, Message: fmt.Sprintf(format, args...)}
}

func unknownName(where, format string, args ...any) fail.Fault {
	return fail.Fault{Code: coverage.ReasonUnknownParameter, Location: where, Message: fmt.Sprintf(format, args...)}
}

// problemOf reads a problem of the API, at once or of a job, as one of this
// standard: a request with faults is a 400, and faults are at inputs.
func problemOf(text []byte) *fail.Problem {
	var p fail.Problem
	if err := json.Unmarshal(text, &p); err != nil || p.Code == "" {
		return fail.New(http.StatusInternalServerError, coverage.Internal, "the job failed")
	}
	if p.Status == 0 { // of the queue itself
		p = *fail.New(http.StatusInternalServerError, p.Code, p.Detail, p.Errors...)
		if p.Code == coverage.Unavailable || p.Code == coverage.Canceled {
			p.Status, p.Title = http.StatusServiceUnavailable, http.StatusText(http.StatusServiceUnavailable)
		}
	}
	for i := range p.Errors {
		p.Errors[i].Location = inputLocation(p.Errors[i])
	}
	switch p.Status {
	case http.StatusNotFound: // the question is there, so it is the study
		if len(p.Errors) == 0 {
			p.Errors = append(p.Errors, unknownName(inputsAt+studyInput, "%s", p.Detail))
		}
		fallthrough
	case http.StatusUnprocessableEntity, http.StatusBadRequest:
		return invalid(p.Errors...)
	}
	return &p
}

// inputsAt is where inputs stand in a request.
const inputsAt = "body.inputs."

// inputLocation is where in the request of an execution the API's own fault is.
func inputLocation(f fail.Fault) string {
	for _, part := range []string{"body.", "query.", "path."} {
		if name, ok := strings.CutPrefix(f.Location, part); ok {
			return inputsAt + name
		}
	}
	return f.Location
}
