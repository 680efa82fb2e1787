// Package fail holds what every error of the server looks like (RFC 9457).
package fail

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"kaimen/coverage"
)

// Problem is the body of every error, with every fault found.
type Problem struct {
	Type     string             `json:"type" format:"uri-reference" doc:"Always about:blank: the status and the code say what kind of problem it is." example:"about:blank"`
	Title    string             `json:"title" doc:"The HTTP status in words." example:"Unprocessable Entity"`
	Status   int                `json:"status" doc:"The HTTP status." example:"422"`
	Detail   string             `json:"detail" doc:"What is wrong, in a sentence." example:"the request cannot be answered"`
	Code     coverage.ErrorCode `json:"code" enum:"invalid,not_found,conflict,unsupported,too_large,unavailable,internal" doc:"What kind of problem it is; stable."`
	Instance string             `json:"instance,omitempty" doc:"Of an internal error: the reference under which the server's log has the details."`
	Errors   []Fault            `json:"errors" nullable:"false" doc:"Every fault found."`
}

// Fault is one thing wrong with a request.
type Fault struct {
	Code     string `json:"code" doc:"Stable reason code." example:"unknown_parameter"`
	Message  string `json:"message" doc:"What is wrong and what would be right." example:"\"zoo\" is no facility kind of study dongxing-sample; it has park, school"`
	Location string `json:"location,omitempty" doc:"Where in the request: query.NAME, path.NAME, body.MEMBER." example:"query.kind"`
	Value    any    `json:"value,omitempty" doc:"What was given there."`
}

// Error makes a fault an error that a resolver may return.
func (f Fault) Error() string { return f.Message }

// ErrorDetail carries the whole fault through the library's error model, which
// has no place for its code.
func (f Fault) ErrorDetail() *huma.ErrorDetail {
	return &huma.ErrorDetail{Message: f.Message, Location: f.Location, Value: f}
}

// New is a problem with these faults.
func New(status int, code coverage.ErrorCode, detail string, faults ...Fault) *Problem {
	return &Problem{
		Type: "about:blank", Title: http.StatusText(status), Status: status, Code: code, Detail: detail,
		Errors: append([]Fault{}, faults...),
	}
}

// Ended is the problem of a request that ended before its answer was ready.
func Ended() *Problem {
	return New(http.StatusServiceUnavailable, coverage.Unavailable, "the request ended before its answer was ready; ask again")
}

// Internal is the problem of an error that is not the client's: it shows only the
// reference under which the log has it.
func Internal(reference string) *Problem {
	p := New(http.StatusInternalServerError, coverage.Internal,
		"the server met an error it did not expect; its log has the details under reference "+reference)
	p.Instance = "urn:kaimen:reference:" + reference
	return p
}

// Error, GetStatus and ContentType let handlers return a problem as their error.
func (p *Problem) Error() string             { return p.Detail }
func (p *Problem) GetStatus() int            { return p.Status }
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// Write answers with p outside of any operation.
func Write(w http.ResponseWriter, p *Problem) {
	text, err := json.Marshal(p)
	if err != nil {
		panic("fail: a problem has a JSON form: " + err.Error())
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_, _ = w.Write(append(text, '\n')) // a client that went away is no error of ours
}

// MaxShownBytes is how much of a value is sent back.
const MaxShownBytes = 200

// Shown is s, cut where it is too long to send back.
func Shown(s string) string {
	if len(s) > MaxShownBytes {
		return strings.ToValidUTF8(s[:MaxShownBytes], "") + "…"
	}
	return s
}
