package web

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"kaimen/coverage"
	"kaimen/web/fail"
)

type (
	problem = fail.Problem
	fault   = fail.Fault
)

// The causes that only the HTTP side can find. They are named as in coverage.
const (
	faultUnknownParameter = coverage.ReasonUnknownParameter
	faultBadValue         = coverage.ReasonBadValue
	faultMissingValue     = coverage.ReasonMissingValue
)

// statusOf is the status of each code.
func statusOf(code coverage.ErrorCode) int {
	switch code {
	case coverage.Invalid:
		return http.StatusUnprocessableEntity
	case coverage.NotFound:
		return http.StatusNotFound
	case coverage.Conflict:
		return http.StatusConflict
	case coverage.Unsupported:
		return http.StatusUnsupportedMediaType
	case coverage.TooLarge:
		return http.StatusRequestEntityTooLarge
	case coverage.Unavailable, coverage.Canceled:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// codeOfStatus is the code of a status that the library chose.
func codeOfStatus(status int) coverage.ErrorCode {
	switch status {
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		return coverage.Invalid
	case http.StatusNotFound:
		return coverage.NotFound
	case http.StatusConflict, http.StatusPreconditionFailed:
		return coverage.Conflict
	case http.StatusMethodNotAllowed, http.StatusNotAcceptable, http.StatusUnsupportedMediaType:
		return coverage.Unsupported
	case http.StatusRequestEntityTooLarge:
		return coverage.TooLarge
	case http.StatusRequestTimeout, http.StatusServiceUnavailable:
		return coverage.Unavailable
	}
	return coverage.Internal
}

// fail turns an error of the Engine or the store into a problem. part is where
// the request's parameters stand: query, path or body.
func (s *server) fail(err error, part string) *problem {
	if p, ok := errors.AsType[*problem](err); ok {
		return p
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fail.Ended()
	}
	known, ok := errors.AsType[*coverage.Error](err)
	if !ok || known.Code == coverage.Internal {
		return s.internal(err)
	}
	code := known.Code
	if code == coverage.Canceled {
		code = coverage.Unavailable
	}
	p := fail.New(statusOf(code), code, known.Message)
	for _, issue := range known.Issues {
		p.Errors = append(p.Errors, faultOf(issue, part))
	}
	return p
}

// faultOf puts an issue in the form of a fault. The Engine names a parameter in
// Source, and in Line the place in a list, counted from 1.
func faultOf(i coverage.Issue, part string) fault {
	f := fault{Code: i.Code, Message: i.Message}
	switch {
	case i.Code == coverage.ReasonUnknownParameter && i.Source != "":
		f.Location = part + "." + i.Source
		if i.Line > 0 {
			f.Location += fmt.Sprintf("[%d]", i.Line-1)
		}
	case i.Source != "" && i.Line > 0:
		f.Location = fmt.Sprintf("%s:%d", i.Source, i.Line)
	case i.Source != "":
		f.Location = i.Source
	case i.Layer != "":
		f.Location = "layer." + string(i.Layer)
	}
	if given := cmp.Or(i.Value, i.Feature); given != "" {
		f.Value = fail.Shown(given)
	}
	return f
}

// internal logs err under a new reference and gives a problem that shows only
// the reference.
func (s *server) internal(err error) *problem {
	return fail.Internal(s.keep(err))
}

// keep logs err under a new reference and returns the reference.
func (s *server) keep(err error) string {
	reference := newReference()
	s.log.Error("internal error", "reference", reference, "error", err.Error())
	return reference
}

func newReference() string {
	b := make([]byte, 6)
	_, _ = rand.Read(b) // never fails, by its documentation
	return hex.EncodeToString(b)
}

// problems turns the library's own errors, made where it checks a request, into
// problems. It runs on every body that is written.
func (s *server) problems(ctx huma.Context, _ string, body any) (any, error) {
	model, ok := body.(*huma.ErrorModel)
	if !ok {
		return body, nil
	}
	if model.Status >= http.StatusInternalServerError {
		return s.internal(fmt.Errorf("%s: %w", model.Detail, joined(model.Errors))), nil
	}
	status := plain(model.Status)
	p := fail.New(status, codeOfStatus(status), sentence(model, ctx.Operation()))
	for _, detail := range model.Errors {
		if detail != nil {
			p.Errors = append(p.Errors, faultOfDetail(detail))
		}
	}
	return p, nil
}

// sentence says in the project's words what the library found in a request to an
// operation.
func sentence(m *huma.ErrorModel, op *huma.Operation) string {
	switch m.Status {
	case http.StatusUnprocessableEntity:
		return "the request cannot be answered"
	case http.StatusBadRequest:
		if len(m.Errors) == 0 {
			return m.Detail
		}
		return "the body cannot be read"
	case http.StatusUnsupportedMediaType:
		types := []string{"application/json"}
		if op.RequestBody != nil {
			types = slices.Sorted(maps.Keys(op.RequestBody.Content))
		}
		return "the body is of a type that is not taken; send " + strings.Join(types, " or ")
	case http.StatusRequestEntityTooLarge:
		return fmt.Sprintf("the body is larger than the limit of %d MiB", maxBodyBytes>>20)
	}
	return m.Detail
}

func faultOfDetail(d *huma.ErrorDetail) fault {
	if f, ok := d.Value.(fault); ok {
		return f
	}
	f := fault{Code: faultBadValue, Message: d.Message, Location: d.Location, Value: d.Value}
	if strings.Contains(d.Message, "required") {
		f.Code = faultMissingValue
	}
	if text, err := json.Marshal(d.Value); err != nil || len(text) > fail.MaxShownBytes || d.Value == "" {
		f.Value = nil
	}
	return f
}

func joined(details []*huma.ErrorDetail) error {
	var all []error
	for _, d := range details {
		if d != nil {
			all = append(all, d)
		}
	}
	return errors.Join(all...)
}
