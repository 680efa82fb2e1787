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
	"kaimen/coverage/scenario"
	"kaimen/data/export"
)

type compareBody struct {
	Kind      string            `json:"kind" doc:"Facility kind to reach: one of the study's, or one that the scenario adds." example:"pocket_park"`
	Level     string            `json:"level,omitempty" doc:"Level of the zones: study, street, community, grid or building. Default: community, or the outermost level the study has." example:"community"`
	Profile   string            `json:"profile,omitempty" doc:"How people get about. Default: walk." example:"walk"`
	Cohort    string            `json:"cohort,omitempty" doc:"Whom to count: a weight of the study's demand. Default: people." example:"people"`
	CutoffMin *float64          `json:"cutoff_min,omitempty" doc:"Longest way in minutes, inclusive; above 0. Default: 15, unless cutoff_m is given." example:"15"`
	CutoffM   *float64          `json:"cutoff_m,omitempty" doc:"Longest way in meters along the network, inclusive; above 0. Not together with cutoff_min."`
	When      string            `json:"when,omitempty" doc:"A moment of the week: gates that are shut then are not passed." example:"Mo 14:30"`
	Scenario  scenario.Scenario `json:"scenario" doc:"What if: changes of facilities, roads and gates, in their order."`
}

type compareInput struct {
	Study  string `path:"study" doc:"Id of the study." example:"sample"`
	Format string `query:"f" enum:"json,geojson,csv" doc:"Form of the answer. Default: what the Accept header asks for, else json."`
	BOM    bool   `query:"bom" doc:"CSV for a spreadsheet: a byte order mark first, and an apostrophe before text that would run as a formula."`
	Accept string `header:"Accept" hidden:"true"`
	Strict strictQuery
	Body   compareBody
}

func (s *server) registerCompare(api huma.API) {
	register(api, huma.Operation{
		OperationID: "post-compare", Method: http.MethodPost, Path: "/api/v1/studies/{study}/compare", Tags: []string{tagAnswers},
		Summary: "What if?",
		Description: "Coverage before and after the changes of a scenario: totals, a row for each zone, and the demand points that gain, " +
			"lose or get another nearest facility. The study itself stays as it is. Every fault of every change is told, with its place in the list.",
		MaxBodyBytes: maxBodyBytes, BodyReadTimeout: bodyReadingMax,
		Responses: compareResponses(api.OpenAPI().Components.Schemas),
	}, []int{
		http.StatusNotFound, http.StatusNotAcceptable, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType,
	}, s.postCompare)
}

func compareResponses(registry huma.Registry) map[string]*huma.Response {
	result := registry.Schema(reflect.TypeFor[analysis.CompareResult](), true, "")
	return good("The answer, zone by zone.", map[string]*huma.MediaType{
		"application/json": {Schema: result},
		"application/geo+json": {Schema: collection(
			"The zones; figures as properties by their names with _before, _after and _change. The other members of the JSON form stand under kaimen.",
			&huma.Schema{Type: huma.TypeObject, AdditionalProperties: true})},
		"text/csv": csvContent("A line per zone; a column for each figure with _before, _after and _change; a column synthetic follows when the study is made up."),
	})
}

// request puts the body in the Engine's words.
func (b *compareBody) request(study string) (analysis.CoverageRequest, error) {
	r := analysis.CoverageRequest{
		Study: study, Kind: b.Kind, Level: coverage.Level(b.Level), Profile: b.Profile, Cohort: b.Cohort, When: b.When, Scenario: &b.Scenario,
	}
	var err error
	switch {
	case b.CutoffMin != nil && b.CutoffM != nil:
		return r, newProblem(http.StatusUnprocessableEntity, coverage.Invalid, "the request cannot be answered", fault{
			Code: faultBadValue, Location: "body.cutoff_m", Value: *b.CutoffM, Message: "give cutoff_min or cutoff_m, not both",
		})
	case b.CutoffMin != nil:
		r.Cutoff, err = analysis.Minutes(*b.CutoffMin)
	case b.CutoffM != nil:
		r.Cutoff, err = analysis.Meters(*b.CutoffM)
	}
	return r, err
}

func (s *server) postCompare(ctx context.Context, in *compareInput) (*huma.StreamResponse, error) {
	f, err := chooseFormat(in.Format, in.Accept, formatJSON, formatGeoJSON, formatCSV)
	if err != nil {
		return nil, s.fail(err, "query")
	}
	request, err := in.Body.request(in.Study)
	if err != nil {
		return nil, s.fail(err, "body")
	}
	result, err := s.engine.Compare(ctx, request)
	if err != nil {
		return nil, s.fail(err, "body")
	}
	a := answer{contentType: f.mediaType(), cache: "no-store", negotiated: true}
	switch f {
	case formatGeoJSON:
		zones, err := s.engine.Zones(ctx, result.Snapshot, result.Question.Level)
		if err != nil {
			return nil, s.fail(err, "body")
		}
		a.write = func(w io.Writer) error { return export.CompareGeoJSON(w, result, zones) }
	case formatCSV:
		a.filename = fmt.Sprintf("%s-compare-%s.csv", result.Study, fileWord(result.Question.Kind))
		a.write = func(w io.Writer) error {
			return export.CompareCSV(w, result, export.CSVOptions{BOM: in.BOM, Guard: in.BOM})
		}
	default:
		a.write = func(w io.Writer) error { return writeJSON(w, result) }
	}
	return s.stream(a), nil
}
