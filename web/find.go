package web

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"kaimen/coverage/analysis"
)

// findInput is what somebody looks for.
type findInput struct {
	Study  string `path:"study" doc:"Id of the study." example:"dongxing-sample"`
	Text   string `query:"q" required:"true" minLength:"1" maxLength:"200" doc:"A name or a part of it, in characters, in pinyin or by its first letters; the beginning of an id; or coordinates, such as 29.58, 105.05 or gcj02: 105.05, 29.58." example:"mlb"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"12" doc:"How many at most. No group takes more than half of the places that others could use." example:"12"`
	Lines  bool   `query:"lines" doc:"With the lines of the roads that are found." example:"false"`
	Strict strictQuery
}

type findOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         *analysis.Found
}

func (s *server) registerFind(api huma.API) {
	register(api, huma.Operation{
		OperationID: "find-places", Method: http.MethodGet, Path: studiesPath + "/{study}/search", Tags: []string{tagLayers},
		Summary: "Find by name",
		Description: "Zones of every level, facilities, estates, roads and facility kinds by name, and places by their coordinates. " +
			"The whole name comes before its beginning, that before what holds it, and the zone of more people before others.",
	}, []int{http.StatusNotFound}, s.findPlaces)
}

func (s *server) findPlaces(ctx context.Context, in *findInput) (*findOutput, error) {
	found, err := s.engine.Find(ctx, analysis.Find{Study: in.Study, Text: in.Text, Limit: in.Limit, Lines: in.Lines})
	if err != nil {
		return nil, s.fail(err, "path")
	}
	return &findOutput{cacheRevalidate, found}, nil
}
