package web

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/zonal"
	"kaimen/data/export"
)

// QuestionInput is the parameters that coverage and gaps share. Its name is
// exported only because parameters are looked for in exported fields.
type QuestionInput struct {
	Study     string            `path:"study" doc:"Id of the study." example:"sample"`
	Kind      string            `query:"kind" required:"true" doc:"Facility kind to reach; the study's summary lists those it has." example:"pocket_park"`
	Level     string            `query:"level" doc:"Level of the zones: study, street, community, grid or building. Default: community, or the outermost level the study has." example:"community"`
	Profile   string            `query:"profile" doc:"How people get about. Default: walk." example:"walk"`
	Cohort    string            `query:"cohort" doc:"Whom to count: a weight of the study's demand. Default: people." example:"people"`
	CutoffMin optional[float64] `query:"cutoff_min" doc:"Longest way in minutes, inclusive; above 0. Default: 15, unless cutoff_m is given." example:"15"`
	CutoffM   optional[float64] `query:"cutoff_m" doc:"Longest way in meters along the network, inclusive; above 0. Not together with cutoff_min." example:"1000"`
	When      string            `query:"when" doc:"A moment of the week, such as Mo 14:30: gates that are shut then are not passed. Default: gates count as open at any hour." example:"Mo 14:30"`
	Format    string            `query:"f" enum:"json,geojson,csv" doc:"Form of the answer. Default: what the Accept header asks for, else geojson."`
	BOM       bool              `query:"bom" doc:"CSV for a spreadsheet: a byte order mark first, and an apostrophe before text that would run as a formula."`
	Accept    string            `header:"Accept" hidden:"true"`
	Strict    strictQuery
}

type gapsInput struct {
	QuestionInput
	Limit int `query:"limit" minimum:"1" doc:"Give only the largest so many gaps. Default: all." example:"500"`
}

func (s *server) registerCoverage(api huma.API) {
	failures := []int{http.StatusNotFound, http.StatusNotAcceptable}
	register(api, huma.Operation{
		OperationID: "get-coverage", Method: http.MethodGet, Path: "/api/v1/studies/{study}/coverage", Tags: []string{tagAnswers},
		Summary: "Who reaches a facility?",
		Description: "For each zone of a level: the demand, how much of it has a facility of the kind within the cutoff, and how " +
			"far it is to the nearest. The same question on the same snapshot gives the same bytes; ask again with If-None-Match.",
		Responses: coverageResponses(api.OpenAPI().Components.Schemas),
	}, failures, s.getCoverage)
	register(api, huma.Operation{
		OperationID: "get-gaps", Method: http.MethodGet, Path: "/api/v1/studies/{study}/gaps", Tags: []string{tagAnswers},
		Summary: "Who does not?",
		Description: "The demand points beyond the cutoff, the largest first, each with its nearest facility and the reason. " +
			"Without a limit, their demand adds up to the uncovered of the same question's coverage.",
		Responses: gapsResponses(api.OpenAPI().Components.Schemas),
	}, failures, s.getGaps)
}

// request puts the parameters in the Engine's words.
func (q *QuestionInput) request() (analysis.CoverageRequest, error) {
	r := analysis.CoverageRequest{
		Study: q.Study, Kind: q.Kind, Level: coverage.Level(q.Level), Profile: q.Profile, Cohort: q.Cohort, When: q.When,
	}
	var err error
	switch {
	case q.CutoffMin.Set && q.CutoffM.Set:
		return r, newProblem(http.StatusUnprocessableEntity, coverage.Invalid, "the request cannot be answered", fault{
			Code: faultBadValue, Location: "query.cutoff_m", Value: q.CutoffM.Value,
			Message: "give cutoff_min or cutoff_m, not both; the answer carries both rules for the steps of the service circle",
		})
	case q.CutoffMin.Set:
		r.Cutoff, err = analysis.Minutes(q.CutoffMin.Value)
	case q.CutoffM.Set:
		r.Cutoff, err = analysis.Meters(q.CutoffM.Value)
	}
	return r, err
}

// explain is fail for the parameters of a question, with what was given.
func (s *server) explain(err error, q *QuestionInput) *problem {
	given := map[string]string{"query.kind": q.Kind, "query.level": q.Level, "query.profile": q.Profile, "query.cohort": q.Cohort, "query.when": q.When}
	p := s.fail(err, "query")
	for i := range p.Errors {
		if value := given[p.Errors[i].Location]; value != "" {
			p.Errors[i].Value = shown(value)
		}
	}
	return p
}

func (s *server) getCoverage(ctx context.Context, in *QuestionInput) (*huma.StreamResponse, error) {
	f, err := chooseFormat(in.Format, in.Accept, formatGeoJSON, formatJSON, formatCSV)
	if err != nil {
		return nil, s.fail(err, "query")
	}
	request, err := in.request()
	if err != nil {
		return nil, s.fail(err, "query")
	}
	result, zones, err := s.ask(ctx, request, f == formatGeoJSON)
	if err != nil {
		return nil, s.explain(err, in)
	}
	a := answer{tag: quoted(string(result.Key) + in.suffix(f)), contentType: f.mediaType(), cache: cacheRevalidate, negotiated: true}
	switch f {
	case formatGeoJSON:
		a.write = func(w io.Writer) error { return export.CoverageGeoJSON(w, result, zones) }
	case formatCSV:
		a.filename = fmt.Sprintf("%s-coverage-%s.csv", result.Study, fileWord(result.Question.Kind))
		a.write = func(w io.Writer) error { return export.CoverageCSV(w, result, in.csv()) }
	default:
		a.write = func(w io.Writer) error { return writeJSON(w, result) }
	}
	return s.stream(a), nil
}

// ask gets the coverage and, if wanted, the zones of the same snapshot.
func (s *server) ask(ctx context.Context, r analysis.CoverageRequest, outlines bool) (*analysis.CoverageResult, []zonal.Zone, error) {
	result, err := s.engine.Coverage(ctx, r)
	if err != nil || !outlines {
		return result, nil, err
	}
	zones, err := s.engine.Zones(ctx, result.Snapshot, result.Question.Level)
	return result, zones, err
}

func (s *server) getGaps(ctx context.Context, in *gapsInput) (*huma.StreamResponse, error) {
	f, err := chooseFormat(in.Format, in.Accept, formatGeoJSON, formatJSON, formatCSV)
	if err != nil {
		return nil, s.fail(err, "query")
	}
	request, err := in.request()
	if err != nil {
		return nil, s.fail(err, "query")
	}
	result, err := s.engine.Gaps(ctx, request)
	if err != nil {
		return nil, s.explain(err, &in.QuestionInput)
	}
	a := answer{contentType: f.mediaType(), cache: cacheRevalidate, negotiated: true}
	a.tag = string(result.Key) + in.suffix(f)
	if in.Limit > 0 && in.Limit < len(result.Gaps) {
		first := *result
		first.Gaps = first.Gaps[:in.Limit]
		result = &first
		a.tag += "-" + strconv.Itoa(in.Limit)
	}
	a.tag = quoted(a.tag)
	switch f {
	case formatGeoJSON:
		a.write = func(w io.Writer) error { return export.GapsGeoJSON(w, result) }
	case formatCSV:
		a.filename = fmt.Sprintf("%s-gaps-%s.csv", result.Study, fileWord(result.Question.Kind))
		a.write = func(w io.Writer) error { return export.GapsCSV(w, result, in.csv()) }
	default:
		a.write = func(w io.Writer) error { return writeJSON(w, result) }
	}
	return s.stream(a), nil
}

// suffix tells the forms of one result apart in its ETag.
func (q *QuestionInput) suffix(f format) string {
	if f == formatCSV && q.BOM {
		return "-csv-bom"
	}
	return "-" + string(f)
}

func (q *QuestionInput) csv() export.CSVOptions { return export.CSVOptions{BOM: q.BOM, Guard: q.BOM} }

// fileWord keeps of a word what is safe in a file name on any system.
func fileWord(word string) string {
	safe := []byte(word)
	for i, c := range safe {
		if plain := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-'; !plain {
			safe[i] = '_'
		}
	}
	return string(safe)
}

func writeJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}
