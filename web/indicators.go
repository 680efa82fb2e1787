package web

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/scenario"
	"kaimen/coverage/standard"
	"kaimen/data/export"
)

// QuestionMembers is what all indicators are asked by: parameters of GET, and
// members of the body of POST. Its name is exported only because parameters are
// looked for in exported fields.
type QuestionMembers struct {
	Level     string             `query:"level" json:"level,omitempty" doc:"Level of the zones: study, street, community, grid or building. Default: community, or the outermost level the study has." example:"community"`
	Profile   string             `query:"profile" json:"profile,omitempty" doc:"How people get about. Default: walk." example:"walk"`
	Cohort    string             `query:"cohort" json:"cohort,omitempty" doc:"Whom or what to count: a weight of the study's demand, or dwellings or area of its buildings. Default: people." example:"people"`
	CutoffMin optional[float64]  `query:"cutoff_min" json:"cutoff_min,omitempty" doc:"Longest way in minutes, inclusive; above 0. Default: 15, unless cutoff_m is given." example:"15"`
	CutoffM   optional[float64]  `query:"cutoff_m" json:"cutoff_m,omitempty" doc:"Longest way in meters along the network, inclusive; above 0. Not together with cutoff_min." example:"1000"`
	When      string             `query:"when" json:"when,omitempty" doc:"A moment of the week, such as Mo 14:30: gates that are shut then are not passed. Default: gates count as open at any hour." example:"Mo 14:30"`
	Scenario  *scenario.Scenario `json:"scenario,omitempty" doc:"What if: changes of facilities, roads and gates, in their order."`
}

// KindMember is what indicators of one facility kind are asked by besides.
type KindMember struct {
	Kind string `query:"kind" json:"kind" required:"true" doc:"Facility kind; the study's summary lists those it has." example:"pocket_park"`
}

// request puts the members in the Engine's words.
func (q *QuestionMembers) request(study string) (analysis.CoverageRequest, error) {
	r := analysis.CoverageRequest{
		Study: study, Level: coverage.Level(q.Level), Profile: q.Profile, Cohort: q.Cohort, When: q.When, Scenario: q.Scenario,
	}
	var err error
	switch {
	case q.CutoffMin.Set && q.CutoffM.Set:
		err = &coverage.Error{Code: coverage.Invalid, Message: "the request cannot be answered", Issues: []coverage.Issue{{
			Severity: coverage.SeverityError, Code: coverage.ReasonUnknownParameter, Source: "cutoff_m", Message: "give cutoff_min or cutoff_m, not both",
		}}}
	case q.CutoffMin.Set:
		r.Cutoff, err = analysis.Minutes(q.CutoffMin.Value)
	case q.CutoffM.Set:
		r.Cutoff, err = analysis.Meters(q.CutoffM.Value)
	}
	return r, err
}

func (q *QuestionMembers) members() *QuestionMembers { return q }

// form is how an indicator's answer is wanted.
type form struct {
	Format string `query:"f" enum:"json,geojson,csv" doc:"Form of the answer. Default: what the Accept header asks for, else json."`
	BOM    bool   `query:"bom" doc:"CSV for a spreadsheet: a byte order mark first, and an apostrophe before text that would run as a formula."`
	Accept string `header:"Accept" hidden:"true"`
	Strict strictQuery
}

type askInput[P any] struct {
	Study string `path:"study" doc:"Id of the study." example:"sample"`
	Asked P
	Form  form
}

type tellInput[P any] struct {
	Study string `path:"study" doc:"Id of the study." example:"sample"`
	Form  form
	Body  P
}

// surface is an indicator as the API offers it. P is its parameters: a struct
// of QuestionMembers and of options, each tagged both for the query of GET and
// for the body of POST.
type surface[P, O, S, R any] struct {
	path, summary, description string
	options                    func(p *P) (kind string, o O, err error)
	ask                        func(*analysis.Engine, context.Context, analysis.Request[O]) (*analysis.Answer[O, S, R], error)
}

// registerSurface offers an indicator by GET and, so that a scenario can be
// sent, by POST.
func registerSurface[P, O, S, R any](s *server, api huma.API, f surface[P, O, S, R]) {
	result := api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[analysis.Answer[O, S, R]](), true, "")
	responses := func() map[string]*huma.Response {
		return good("The answer.", map[string]*huma.MediaType{
			"application/json": {Schema: result},
			"application/geo+json": {Schema: collection(
				"The rows as properties of what they are about; the other members of the JSON form stand under kaimen.",
				&huma.Schema{Type: huma.TypeObject, AdditionalProperties: true})},
			"text/csv": csvContent("A line per row, with its members as columns; a column synthetic follows when the study is made up."),
		})
	}
	path := "/api/v1/studies/{study}/" + f.path
	register(api, huma.Operation{
		OperationID: "get-" + f.path, Method: http.MethodGet, Path: path, Tags: []string{tagIndicators},
		Summary: f.summary, Description: f.description, Responses: cached(responses()),
	}, []int{http.StatusNotFound, http.StatusNotAcceptable}, func(ctx context.Context, in *askInput[P]) (*huma.StreamResponse, error) {
		return serveIndicator(ctx, s, f, in.Study, &in.Asked, in.Form, "query")
	})
	register(api, huma.Operation{
		OperationID: "post-" + f.path, Method: http.MethodPost, Path: path, Tags: []string{tagIndicators},
		Summary: f.summary + " What if?", Description: f.description + " By POST a scenario can be sent with the question.",
		MaxBodyBytes: maxBodyBytes, BodyReadTimeout: bodyReadingMax, Responses: cached(responses()),
	}, []int{
		http.StatusNotFound, http.StatusNotAcceptable, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType,
	}, func(ctx context.Context, in *tellInput[P]) (*huma.StreamResponse, error) {
		return serveIndicator(ctx, s, f, in.Study, &in.Body, in.Form, "body")
	})
}

// serveIndicator answers from parameters, wherever they stood: part is query or
// body.
func serveIndicator[P, O, S, R any](ctx context.Context, s *server, how surface[P, O, S, R], study string, p *P, in form, part string) (*huma.StreamResponse, error) {
	f, err := chooseFormat(in.Format, in.Accept, formatJSON, formatGeoJSON, formatCSV)
	if err != nil {
		return nil, s.fail(err, "query")
	}
	question, err := any(p).(interface{ members() *QuestionMembers }).members().request(study)
	kind, options, unfit := how.options(p)
	if err := coverage.AllFaults(err, unfit); err != nil {
		return nil, s.fail(err, part)
	}
	question.Kind = kind
	result, err := how.ask(s.engine, ctx, analysis.Request[O]{CoverageRequest: question, Options: options})
	if err != nil {
		return nil, s.fail(err, part)
	}
	var shapes func(coverage.Level, string) orb.Geometry
	if f == formatGeoJSON {
		if shapes, err = s.engine.Shapes(ctx, result.Snapshot); err != nil {
			return nil, s.fail(err, part)
		}
	}
	mark := "-" + string(f)
	if in.BOM && f == formatCSV {
		mark += "-bom"
	}
	a := answer{tag: quoted(string(result.Key) + mark), contentType: f.mediaType(), cache: cacheRevalidate, negotiated: true}
	switch f {
	case formatGeoJSON:
		a.write = func(w io.Writer) error { return export.AnswerGeoJSON(w, result, shapes) }
	case formatCSV:
		a.filename = fmt.Sprintf("%s-%s.csv", result.Study, how.path)
		a.write = func(w io.Writer) error {
			return export.AnswerCSV(w, result, export.CSVOptions{BOM: in.BOM, Guard: in.BOM})
		}
	default:
		a.write = func(w io.Writer) error { return writeJSON(w, result) }
	}
	return s.stream(a), nil
}

// schemaName names the schema of a type as the library does, but an indicator's
// answer after its row: NearestRow is a row of NearestAnswer.
func schemaName(t reflect.Type, hint string) string {
	if name := t.Name(); strings.HasPrefix(name, "Answer[") {
		row := name[strings.LastIndexByte(name, '.')+1 : len(name)-1]
		return strings.TrimSuffix(row, "Row") + "Answer"
	}
	name := huma.DefaultSchemaNamer(t, hint)
	if t.PkgPath() == reflect.TypeFor[standard.Rule]().PkgPath() {
		return "Standard" + name // Rule and Need are those of an answer
	}
	return name
}
