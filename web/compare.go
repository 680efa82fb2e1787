package web

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/zonal"
	"kaimen/data/export"
	"kaimen/web/fail"
	"kaimen/web/ogc"
)

// CompareMembers is the parameters of a comparison; of its scenario, which has
// to be there, the question's own is the one.
type CompareMembers struct {
	QuestionMembers
	KindMember
}

func (s *server) registerCompare(api huma.API) {
	registerLong(s, api, huma.Operation{
		OperationID: "post-compare", Method: http.MethodPost, Path: "/api/v1/studies/{study}/compare", Tags: []string{tagAnswers},
		Summary: "What if?",
		Description: "Coverage before and after the changes of a scenario: totals, a row for each zone, and the demand points that gain, " +
			"lose or get another nearest facility. The study itself stays as it is. Every fault of every change is told, with its place in the list.",
		MaxBodyBytes: maxBodyBytes, BodyReadTimeout: bodyReadingMax,
		Responses: compareResponses(api.OpenAPI().Components.Schemas),
	}, bodyFailures(), s.postCompare)
}

func compareResponses(registry huma.Registry) map[string]*huma.Response {
	result := registry.Schema(reflect.TypeFor[analysis.CompareResult](), true, "")
	return good("The answer, zone by zone.", rowContent(map[string]*huma.MediaType{
		"application/json": {Schema: result},
		"application/geo+json": {Schema: collection(
			"The zones; figures as properties by their names with _before, _after and _change. The other members of the JSON form stand under kaimen.",
			&huma.Schema{Type: huma.TypeObject, AdditionalProperties: true})},
		"text/csv": csvContent("A line per zone; a column for each figure with _before, _after and _change; a column synthetic follows when the study is made up."),
	}))
}

func (s *server) postCompare(ctx context.Context, in *tellInput[CompareMembers]) (*huma.StreamResponse, error) {
	f, err := in.form(rowFormats(formatJSON, formatGeoJSON, formatCSV)...)
	if err != nil {
		return nil, s.fail(err, "query")
	}
	if in.Body.Scenario == nil {
		return nil, fail.New(http.StatusUnprocessableEntity, coverage.Invalid, "the request cannot be answered", fault{
			Code: faultMissingValue, Location: "body.scenario", Message: "the scenario is missing; give the changes to compare with",
		})
	}
	request, unfit := in.Body.request(in.Study, in.Body.Kind)
	request.Unfit = unfit
	result, err := s.engine.Compare(ctx, request)
	if err != nil {
		return nil, s.explain(err, "body", in.Body.Kind, &in.Body.QuestionMembers)
	}
	if err := s.save(ctx, answered{result.Study, result.Snapshot, result.Key}, func(ctx context.Context) (ogc.Asked, export.Table, error) {
		zones, err := s.engine.Zones(ctx, result.Snapshot, result.Question.Level)
		if err != nil {
			return ogc.Asked{}, export.Table{}, err
		}
		t, err := export.CompareTable(result, zones)
		return s.asked(&result.Question, nil), t, err
	}); err != nil {
		return nil, s.fail(err, "body")
	}
	a := answer{contentType: f.mediaType(), cache: "no-store", negotiated: true}
	if f == formatJSON {
		a.write = func(w io.Writer) error { return writeJSON(w, result) }
		return s.stream(a), nil
	}
	var zones []zonal.Zone
	if f.shaped() {
		if zones, err = s.engine.Zones(ctx, result.Snapshot, result.Question.Level); err != nil {
			return nil, s.fail(err, "body")
		}
	}
	table, err := export.CompareTable(result, zones)
	if err != nil {
		return nil, s.fail(err, "body")
	}
	in.tabled(ctx, &a, f, fmt.Sprintf("%s-compare-%s", result.Study, fileWord(result.Question.Kind)), table)
	return s.stream(a), nil
}
