package web_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"kaimen/coverage"
)

// importFake makes a snapshot of roads alone of an archive that only names its
// study, and refuses what is called bad.
func importFake(_ context.Context, archive []byte, tell func(stage string, done, total int64)) (*coverage.Snapshot, coverage.Report, error) {
	tell("network", 1, 2)
	id, version, _ := strings.Cut(strings.TrimPrefix(string(archive), "PK"), " ")
	if version == "bad" {
		return nil, coverage.Report{}, &coverage.Error{Code: coverage.Invalid, Message: "study.yaml cannot be imported", Issues: []coverage.Issue{
			{Severity: coverage.SeverityError, Code: coverage.ReasonBadValue, Source: "a.csv", Line: 3, Message: "lon is no number"},
			{Severity: coverage.SeverityError, Code: coverage.ReasonBadValue, Source: "b.csv", Line: 4, Message: "lat is no number"},
		}}
	}
	s, err := coverage.NewSnapshot(coverage.Study{ID: id, Attribution: []string{version}}, coverage.Layers{}, coverage.Report{}, day)
	return s, coverage.Report{}, err
}

func TestImports(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		zip := []string{"Content-Type", "application/zip"}
		current := func(study string) string {
			info, err := o.bench.store.Current(o.t.Context(), study)
			if err != nil {
				return ""
			}
			return string(info.ID)
		}
		type outcome struct {
			Study, Snapshot string
			Report          map[string]any
		}
		done := func(method, path, archive string, headers ...string) *jobShown {
			return o.until(o.job(method, path, archive, append(headers, zip...)...).ID, (*jobShown).over)
		}
		j := done(http.MethodPost, "/api/v1/studies", "PKvillage one")
		_, text := o.send(http.MethodGet, j.link("result"), "")
		var got outcome
		if err := json.Unmarshal(text, &got); err != nil || j.Kind != "import" || got.Study != "village" || got.Snapshot != current("village") || got.Report["issues"] == nil {
			o.t.Fatalf("%v %s %+v", err, text, j)
		}
		first := got.Snapshot
		if j := done(http.MethodPost, "/api/v1/studies", "PKvillage two"); j.State != "failed" || j.Problem.Status != http.StatusConflict || current("village") != first {
			o.t.Errorf("a study that is there: %+v", j)
		}
		j = done(http.MethodPut, "/api/v1/studies/village", "PKvillage bad")
		if j.State != "failed" || j.Problem.Status != http.StatusUnprocessableEntity || len(j.Problem.Errors) != 2 || j.Problem.Errors[1].Message != "lat is no number" || current("village") != first {
			o.t.Errorf("faults: %+v %+v", j, j.Problem)
		}
		if j := done(http.MethodPut, "/api/v1/studies/village", "PKtown two"); j.State != "failed" || j.Problem.Status != http.StatusUnprocessableEntity {
			o.t.Errorf("another study's archive: %+v", j)
		}
		j = done(http.MethodPut, "/api/v1/studies/village", "PKvillage two", "If-Match", `"`+first+`"`)
		if j.State != "successful" || current("village") == first {
			o.t.Errorf("a second snapshot: %+v %+v", j, j.Problem)
		}
		for _, tc := range []struct {
			name, method, path, body string
			headers                  []string
			status                   int
		}{
			{"a stale snapshot", http.MethodPut, "/api/v1/studies/village", "PKvillage three", []string{"If-Match", `"` + first + `"`}, 412},
			{"a snapshot of nothing", http.MethodPut, "/api/v1/studies/nowhere", "PKnowhere one", []string{"If-Match", "*"}, 412},
			{"no zip", http.MethodPut, "/api/v1/studies/village", "village", nil, 415},
			{"a zip that says it is text", http.MethodPost, "/api/v1/studies", "PKvillage three", []string{"Content-Type", "text/plain"}, 415},
		} {
			answer, text := o.send(tc.method, tc.path, tc.body, append(append([]string{}, zip...), tc.headers...)...)
			if answer.StatusCode != tc.status || answer.Header.Get("Content-Type") != "application/problem+json" {
				o.t.Errorf("%s: status %d: %s", tc.name, answer.StatusCode, text)
			}
		}
	})
}
