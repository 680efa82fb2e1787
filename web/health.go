package web

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"kaimen/coverage"
)

type noInput struct {
	Strict strictQuery
}

type healthOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		Status string `json:"status" doc:"Always ok." example:"ok"`
	} `nameHint:"Health"`
}

func (s *server) registerHealth(api huma.API) {
	register(api, huma.Operation{
		OperationID: "get-health", Method: http.MethodGet, Path: "/healthz", Tags: []string{tagServer},
		Summary:     "Is the server alive?",
		Description: "Answers as long as the process runs, whatever the state of its store.",
	}, nil, func(context.Context, *noInput) (*healthOutput, error) {
		return healthy(), nil
	})
	register(api, huma.Operation{
		OperationID: "get-readiness", Method: http.MethodGet, Path: "/readyz", Tags: []string{tagServer},
		Summary:     "Can the server answer questions?",
		Description: "Asks the store for its list of snapshots; 503 while that fails.",
	}, []int{http.StatusServiceUnavailable}, s.readiness)
}

func healthy() *healthOutput {
	out := &healthOutput{CacheControl: "no-store"}
	out.Body.Status = "ok"
	return out
}

func (s *server) readiness(ctx context.Context, _ *noInput) (*healthOutput, error) {
	if _, err := s.store.List(ctx); err != nil {
		p := s.internal(err)
		p.Status, p.Title, p.Code = http.StatusServiceUnavailable, http.StatusText(http.StatusServiceUnavailable), coverage.Unavailable
		p.Detail = "the store does not answer; the server's log has the details under the reference"
		return nil, p
	}
	return healthy(), nil
}
