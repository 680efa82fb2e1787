package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"kaimen/coverage"
)

// problem is the body of every error (RFC 9457), with every fault found.
type problem struct {
	Type     string             `json:"type" format:"uri-reference" doc:"Always about:blank: the status and the code say what kind of problem it is." example:"about:blank"`
	Title    string             `json:"title" doc:"The HTTP status in words." example:"Unprocessable Entity"`
	Status   int                `json:"status" doc:"The HTTP status." example:"422"`
	Detail   string             `json:"detail" doc:"What is wrong, in a sentence." example:"the request cannot be answered"`
	Code     coverage.ErrorCode `json:"code" enum:"invalid,not_found,conflict,unsupported,too_large,unavailable,internal" doc:"What kind of problem it is; stable."`
	Instance string             `json:"instance,omitempty" doc:"Of an internal error: the reference under which the server's log has the details."`
	Errors   []fault            `json:"errors" nullable:"false" doc:"Every fault found."`
}

// fault is one thing wrong with a request.
type fault struct {
	Code     string `json:"code" doc:"Stable reason code." example:"unknown_parameter"`
	Message  string `json:"message" doc:"What is wrong and what would be right." example:"\"zoo\" is no facility kind of study sample; it has park, school"`
	Location string `json:"location,omitempty" doc:"Where in the request: query.NAME, path.NAME, body.MEMBER." example:"query.kind"`
	Value    any    `json:"value,omitempty" doc:"What was given there."`
}

// The causes that only the HTTP side can find. They are named as in coverage.
const (
	faultUnknownParameter = coverage.ReasonUnknownParameter
	faultBadValue         = coverage.ReasonBadValue
	faultMissingValue     = coverage.ReasonMissingValue
)

// Error makes a fault an error that a resolver may return.
func (f fault) Error() string { return f.Message }

// ErrorDetail carries the whole fault through the library's error model, which
// has no place for its code.
func (f fault) ErrorDetail() *huma.ErrorDetail {
	return &huma.ErrorDetail{Message: f.Message, Location: f.Location, Value: f}
}

func newProblem(status int, code coverage.ErrorCode, detail string, faults ...fault) *problem {
	return &problem{
		Type: "about:blank", Title: http.StatusText(status), Status: status, Code: code, Detail: detail,
		Errors: append([]fault{}, faults...),
	}
}

// Error, GetStatus and ContentType let handlers return a problem as their error.
func (p *problem) Error() string             { return p.Detail }
func (p *problem) GetStatus() int            { return p.Status }
func (p *problem) ContentType(string) string { return "application/problem+json" }

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
		return newProblem(http.StatusServiceUnavailable, coverage.Unavailable, "the request ended before its answer was ready; ask again")
	}
	known, ok := errors.AsType[*coverage.Error](err)
	if !ok || known.Code == coverage.Internal {
		return s.internal(err)
	}
	code := known.Code
	if code == coverage.Canceled {
		code = coverage.Unavailable
	}
	p := newProblem(statusOf(code), code, known.Message)
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
	case i.Source != "":
		f.Location = i.Source
	case i.Layer != "":
		f.Location = "layer." + string(i.Layer)
	}
	if i.Feature != "" {
		f.Value = i.Feature
	}
	return f
}

// internal logs err under a new reference and gives a problem that shows only
// the reference.
func (s *server) internal(err error) *problem {
	reference := s.keep(err)
	p := newProblem(http.StatusInternalServerError, coverage.Internal,
		"the server met an error it did not expect; its log has the details under reference "+reference)
	p.Instance = "urn:kaimen:reference:" + reference
	return p
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
	p := newProblem(status, codeOfStatus(status), sentence(model))
	for _, detail := range model.Errors {
		if detail != nil {
			p.Errors = append(p.Errors, faultOfDetail(detail))
		}
	}
	return p, nil
}

// sentence says in the project's words what the library found.
func sentence(m *huma.ErrorModel) string {
	switch m.Status {
	case http.StatusUnprocessableEntity:
		return "the request cannot be answered"
	case http.StatusBadRequest:
		if len(m.Errors) == 0 {
			return m.Detail
		}
		return "the body cannot be read"
	case http.StatusUnsupportedMediaType:
		return "the body is of a type that is not taken; send application/json"
	case http.StatusRequestEntityTooLarge:
		return fmt.Sprintf("the body is larger than the limit of %d MiB", maxBodyBytes>>20)
	}
	return m.Detail
}

// maxShownBytes is how much of a value is sent back.
const maxShownBytes = 200

func faultOfDetail(d *huma.ErrorDetail) fault {
	if f, ok := d.Value.(fault); ok {
		return f
	}
	f := fault{Code: faultBadValue, Message: d.Message, Location: d.Location, Value: d.Value}
	if strings.Contains(d.Message, "required") {
		f.Code = faultMissingValue
	}
	if text, err := json.Marshal(d.Value); err != nil || len(text) > maxShownBytes || d.Value == "" {
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

// writeProblem answers outside of any operation.
func writeProblem(w http.ResponseWriter, p *problem) {
	text, err := json.Marshal(p)
	if err != nil {
		panic("web: a problem has a JSON form: " + err.Error())
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_, _ = w.Write(append(text, '\n')) // a client that went away is no error of ours
}
