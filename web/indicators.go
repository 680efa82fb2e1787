package web

import (
	"context"
	"io"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/job"
	"kaimen/coverage/standard"
	"kaimen/data/export"
	"kaimen/data/export/form"
	"kaimen/geo/crs"
	"kaimen/web/fail"
	"kaimen/web/ogc"
)

// QuestionMembers is what all indicators are asked by: parameters of GET, and
// members of the body of POST. Its name is exported only because parameters are
// looked for in exported fields.
type QuestionMembers struct {
	AskHead
	Level     string            `query:"level" json:"level,omitempty" doc:"Level of the zones: study, street, community, grid or building. Default: community, or the outermost level the study has." example:"community"`
	Profile   string            `query:"profile" json:"profile,omitempty" doc:"How people get about. Default: walk." example:"walk"`
	Cohort    string            `query:"cohort" json:"cohort,omitempty" doc:"Whom or what to count: a weight of the study's demand, or dwellings or area of its buildings. Default: people." example:"people"`
	CutoffMin optional[float64] `query:"cutoff_min" json:"cutoff_min,omitempty" doc:"Longest way in minutes, inclusive; above 0. Default: 15, unless cutoff_m is given." example:"15"`
	CutoffM   optional[float64] `query:"cutoff_m" json:"cutoff_m,omitempty" doc:"Longest way in meters along the network, inclusive; above 0. Not together with cutoff_min." example:"1000"`
	When      string            `query:"when" json:"when,omitempty" doc:"A moment of the week, such as Mo 14:30: gates that are shut then are not passed. Default: gates count as open at any hour." example:"Mo 14:30"`
	ScenarioMembers
}

// KindMember is what indicators of one facility kind are asked by besides.
type KindMember struct {
	Kind string `query:"kind" json:"kind" required:"true" doc:"Facility kind; the study's summary lists those it has." example:"pocket_park"`
}

// request puts members in the Engine's words, with the scenario that they name.
func (s *server) request(ctx context.Context, q *QuestionMembers, study, kind string) (analysis.CoverageRequest, error) {
	r := analysis.CoverageRequest{
		Study: study, Kind: kind, Level: coverage.Level(q.Level), Profile: q.Profile, Cohort: q.Cohort, When: q.When,
	}
	var errCutoff, errScenario error
	switch {
	case q.CutoffMin.Set && q.CutoffM.Set:
		errCutoff = &coverage.Error{Code: coverage.Invalid, Message: "the request cannot be answered", Issues: []coverage.Issue{{
			Severity: coverage.SeverityError, Code: coverage.ReasonUnknownParameter, Source: "cutoff_m",
			Message: "give cutoff_min or cutoff_m, not both; for the steps of the service circle answers carry both rules",
		}}}
	case q.CutoffMin.Set:
		r.Cutoff, errCutoff = analysis.Minutes(q.CutoffMin.Value)
	case q.CutoffM.Set:
		r.Cutoff, errCutoff = analysis.Meters(q.CutoffM.Value)
	}
	r.Scenario, errScenario = s.whatIf(ctx, study, &q.ScenarioMembers)
	return r, coverage.AllFaults(errCutoff, errScenario)
}

func (q *QuestionMembers) members() *QuestionMembers { return q }

// membersOf are the members of parameters, all of which have them.
func membersOf[P any](p *P) *QuestionMembers { return any(p).(parameters).members() }

// AskHead is where a question is asked, and how its answer is wanted: never
// part of a body.
type AskHead struct {
	Study  string         `path:"study" json:"-" doc:"Id of the study." example:"dongxing-sample"`
	Format string         `query:"f" json:"-" enum:"json,geojson,csv,xlsx,gpkg,shp,parquet,pmtiles,geojsonseq,geojsonl" doc:"Form of the answer. Default: what the Accept header asks for, else the first of those below."`
	Coord  string         `query:"coord" json:"-" doc:"Coordinate system of a file: wgs84, cgcs2000, gcj02, bd09, or a zone of CGCS2000 such as EPSG:4544. A file in another system than WGS 84 is named after it. Default: wgs84." example:"gcj02"`
	BOM    optional[bool] `query:"bom" json:"-" doc:"CSV for a spreadsheet: a byte order mark first, and an apostrophe before text that would run as a formula. Default: where the Accept header names text/html, as that of a browser that follows a link does."`
	Accept string         `header:"Accept" json:"-" hidden:"true"`
	Strict strictQuery    `json:"-"`

	system crs.System // that Coord names, as form finds it
}

// parameters are those of an operation: a struct of QuestionMembers and of its
// own, each tagged both for the query of GET and for the body of POST.
type parameters interface{ members() *QuestionMembers }

// tellInput is the input of POST: the members of P as its body.
type tellInput[P any] struct {
	AskHead
	Body P
}

// answer is the head of an answer in a format; name is what tells it from
// others.
func (in *AskHead) answer(name string, f format) answer {
	mark := "-" + string(f)
	if in.system != crs.WGS84 {
		mark += "-" + export.CoordWord(in.system)
	}
	if f == formatCSV && in.csv().BOM {
		mark += "-bom"
	}
	return answer{tag: quoted(name + mark), contentType: f.mediaType(), cache: cacheRevalidate, negotiated: true}
}

func (in *AskHead) csv() export.CSVOptions { return csvFor(in.BOM, in.Accept) }

// csvFor is for a spreadsheet where that is asked for or, unless it is refused,
// where a browser follows a link: what it saves is opened with a click.
func csvFor(bom optional[bool], accept string) export.CSVOptions {
	on := bom.Value
	if !bom.Set {
		on = strings.Contains(strings.ToLower(accept), "text/html")
	}
	return export.CSVOptions{BOM: on, Guard: on}
}

// form is the form that is wanted among those offered, and settles the system.
//
// Errors: unsupported, for an Accept header that allows none; invalid for a
// system that files, or files of this form, are not written in.
func (in *AskHead) form(offered ...format) (format, error) {
	f, err := chooseFormat(in.Format, in.Accept, offered...)
	if err != nil {
		return f, err
	}
	if in.system, err = export.ParseCoord(in.Coord); err != nil {
		return f, err
	}
	known, file := form.ByName(string(f))
	unfit := known.Refuses(in.system)
	if !file && in.system != crs.WGS84 {
		unfit = string(f) + " is WGS 84 alone; leave coord out, or ask for another form, such as f=geojson"
	}
	if unfit != "" {
		return f, fail.New(http.StatusUnprocessableEntity, coverage.Invalid, "the request cannot be answered", fault{
			Code: faultBadValue, Location: "query.coord", Value: fail.Shown(in.Coord), Message: unfit,
		})
	}
	return f, nil
}

// tabled has a written as its rows in the form f, to be saved as file.
func (in *AskHead) tabled(ctx context.Context, a *answer, f format, file string, t export.Table) {
	known, _ := form.ByName(string(f))
	if f != formatGeoJSON || in.system != crs.WGS84 {
		a.filename = export.CoordFile(file, in.system) + known.Endings[0]
	}
	o := in.csv()
	t = t.In(in.system)
	a.write = func(w io.Writer) error { return known.Write(ctx, w, o, t) }
}

// readFailures and bodyFailures are how a question may fail that is asked by GET
// and by POST.
func readFailures() []int { return []int{http.StatusNotFound, http.StatusNotAcceptable} }

func bodyFailures() []int {
	return append(readFailures(), http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
}

// explain is fail for a question, with what was given.
func (s *server) explain(err error, part, kind string, q *QuestionMembers) *problem {
	given := map[string]string{"kind": kind, "level": q.Level, "profile": q.Profile, "cohort": q.Cohort, "when": q.When}
	p := s.fail(err, part)
	q.place(p, part)
	for i := range p.Errors {
		if value := given[strings.TrimPrefix(p.Errors[i].Location, part+".")]; value != "" {
			p.Errors[i].Value = fail.Shown(value)
		}
	}
	return p
}

// surface is an indicator as the API offers it. P is its parameters: a struct
// of QuestionMembers and of options, each tagged both for the query of GET and
// for the body of POST.
type surface[P, O, S, R any] struct {
	path, summary, description string
	options                    func(p *P) (kind string, o O, err error)
	watch                      func(o *O, tell func(share float64)) // tells a job how far it is; may be nil
	ask                        func(*analysis.Engine, context.Context, analysis.Request[O]) (*analysis.Answer[O, S, R], error)
}

// registerSurface offers an indicator by GET and, so that a scenario or long
// lists can be sent, by POST.
func registerSurface[P, O, S, R any](s *server, api huma.API, f surface[P, O, S, R]) {
	result := api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[analysis.Answer[O, S, R]](), true, "")
	responses := func() map[string]*huma.Response {
		return good("The answer.", rowContent(map[string]*huma.MediaType{
			"application/json": {Schema: result},
			"application/geo+json": {Schema: collection(
				"The rows as properties of what they are about; the other members of the JSON form stand under kaimen.",
				&huma.Schema{Type: huma.TypeObject, AdditionalProperties: true})},
			"text/csv": csvContent("A line per row, with its members as columns; a column synthetic follows when the study is made up."),
		}))
	}
	summary, description := f.summary, f.description+" By POST the parameters are members of the body."
	if _, whatIf := any(new(P)).(interface{ place(p *problem, part string) }); whatIf {
		summary, description = summary+" What if?", f.description+" By POST a scenario can be sent with the question."
	}
	path := "/api/v1/studies/{study}/" + f.path
	registerLong(s, api, huma.Operation{
		OperationID: "get-" + f.path, Method: http.MethodGet, Path: path, Tags: []string{tagIndicators},
		Summary: f.summary, Description: f.description, Responses: cached(responses()),
	}, readFailures(), func(ctx context.Context, p *P) (*huma.StreamResponse, error) {
		return serveIndicator(ctx, s, f, p, &membersOf(p).AskHead, "query")
	})
	registerLong(s, api, huma.Operation{
		OperationID: "post-" + f.path, Method: http.MethodPost, Path: path, Tags: []string{tagIndicators},
		Summary: summary, Description: description,
		MaxBodyBytes: maxBodyBytes, BodyReadTimeout: bodyReadingMax, Responses: cached(responses()),
	}, bodyFailures(), func(ctx context.Context, in *tellInput[P]) (*huma.StreamResponse, error) {
		return serveIndicator(ctx, s, f, &in.Body, &in.AskHead, "body")
	})
}

// serveIndicator answers from parameters, wherever they stood: part is query or
// body.
func serveIndicator[P, O, S, R any](ctx context.Context, s *server, how surface[P, O, S, R], p *P, in *AskHead, part string) (*huma.StreamResponse, error) {
	f, err := in.form(rowFormats(formatJSON, formatGeoJSON, formatCSV)...)
	if err != nil {
		return nil, s.fail(err, "query")
	}
	members := membersOf(p)
	kind, options, unfit := how.options(p)
	if tell := tellOf(ctx); tell != nil && how.watch != nil {
		how.watch(&options, func(share float64) { tell(job.Progress{Percent: int(99 * share), Doing: "searching"}) })
	}
	question, err := s.request(ctx, members, in.Study, kind)
	question.Unfit = coverage.AllFaults(err, unfit)
	result, err := how.ask(s.engine, ctx, analysis.Request[O]{CoverageRequest: question, Options: options})
	if err != nil {
		return nil, s.explain(err, part, kind, members)
	}
	if err := s.save(ctx, answered{result.Study, result.Snapshot, result.Key}, func(ctx context.Context) (ogc.Asked, export.Table, error) {
		shapes, err := s.engine.Shapes(ctx, result.Snapshot)
		return s.asked(&result.Question, result.Options), export.AnswerTable(how.path, result, shapes), err
	}); err != nil {
		return nil, s.fail(err, part)
	}
	var shapes func(coverage.Level, string) orb.Geometry
	if f.shaped() {
		if shapes, err = s.engine.Shapes(ctx, result.Snapshot); err != nil {
			return nil, s.fail(err, part)
		}
	}
	a := in.answer(string(result.Key), f)
	if f == formatJSON {
		a.write = func(w io.Writer) error { return writeJSON(w, result) }
	} else {
		in.tabled(ctx, &a, f, result.Study+"-"+how.path, export.AnswerTable(how.path, result, shapes))
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
	switch t { // Feature is a word of GeoJSON, and Change one of scenarios
	case reflect.TypeFor[coverage.Feature]():
		return "RowName"
	case reflect.TypeFor[coverage.Change]():
		return "ChangedRow"
	}
	return name
}
