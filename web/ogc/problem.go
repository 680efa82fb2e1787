package ogc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"kaimen/coverage"
)

// problem is the body of every error (RFC 9457), with every fault found, in the
// form that the rest of the API has. Here a request with faults is a 400, as the
// standard asks.
type problem struct {
	Type     string             `json:"type"`
	Title    string             `json:"title"`
	Status   int                `json:"status"`
	Detail   string             `json:"detail"`
	Code     coverage.ErrorCode `json:"code"`
	Instance string             `json:"instance,omitempty"`
	Errors   []fault            `json:"errors"`
}

// fault is one thing wrong with a request.
type fault struct {
	Code     string `json:"code"`
	Message  string `json:"message"`
	Location string `json:"location,omitempty"`
	Value    string `json:"value,omitempty"`
}

// Error is what is wrong, in a sentence.
func (p *problem) Error() string { return p.Detail }

func newProblem(status int, code coverage.ErrorCode, detail string, faults ...fault) *problem {
	return &problem{
		Type: "about:blank", Title: http.StatusText(status), Status: status, Code: code, Detail: detail,
		Errors: append([]fault{}, faults...),
	}
}

// problemOf turns an error of a Source into a problem. trouble keeps the text of
// one that is not the client's, and gives a reference to it.
func problemOf(err error, trouble func(error) string) *problem {
	if p, ok := errors.AsType[*problem](err); ok {
		return p
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return newProblem(http.StatusServiceUnavailable, coverage.Unavailable, "the request ended before its answer was ready; ask again")
	}
	if known, ok := errors.AsType[*coverage.Error](err); ok {
		switch known.Code {
		case coverage.NotFound:
			return newProblem(http.StatusNotFound, known.Code, known.Message)
		case coverage.Unavailable, coverage.Canceled:
			return newProblem(http.StatusServiceUnavailable, coverage.Unavailable, known.Message)
		}
	}
	reference := trouble(err)
	p := newProblem(http.StatusInternalServerError, coverage.Internal,
		"the server met an error it did not expect; its log has the details under reference "+reference)
	p.Instance = "urn:kaimen:reference:" + reference
	return p
}

func (p *problem) write(w http.ResponseWriter) {
	text, err := json.Marshal(p)
	if err != nil {
		panic("ogc: a problem has a JSON form: " + err.Error())
	}
	w.Header().Del("ETag")
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_, _ = w.Write(append(text, '\n')) // a client that went away is no error of ours
}

// badValue is the fault of a parameter that cannot be read.
func badValue(name, value, format string, args ...any) fault {
	return fault{Code: coverage.ReasonBadValue, Location: "query." + name, Value: shown(value), Message: fmt.Sprintf(format, args...)}
}

// shown is s, cut where it is too long to send back.
func shown(s string) string {
	const most = 200
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "") + "…"
	}
	return strings.ToValidUTF8(s, "\ufffd")
}

// moved is the answer to a short form of an id: the address of the feature. GDAL
// asks so for what a filter names by its property id.
type moved struct{ to string }

// Error says where to.
func (m *moved) Error() string { return "moved to " + m.to }
