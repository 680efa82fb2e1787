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
	"kaimen/data/export"
	"kaimen/web/ogc"
)

// IsochronesMembers is what isochrones are asked by: parameters of GET, and
// members of the body of POST.
type IsochronesMembers struct {
	AskHead
	At         []float64 `query:"at" json:"at,omitempty" nullable:"false" doc:"The place to start from: longitude, latitude in degrees (WGS 84). Give this, origins or kind." example:"[105.07,29.59]"`
	Origins    []place   `json:"origins,omitempty" nullable:"false" doc:"Places to start from, at most 1,000; each is drawn on its own." example:"[{\"id\":\"home-1\",\"lon\":105.0571,\"lat\":29.5823}]"`
	Kind       string    `query:"kind" json:"kind,omitempty" doc:"Facility kind: the service area of all its facilities together. Give this or a place." example:"pocket_park"`
	CutoffsMin []float64 `query:"cutoffs_min" json:"cutoffs_min,omitempty" nullable:"false" doc:"Longest ways in minutes, inclusive; above 0, at most 20. Default: 5, 10, 15, unless cutoffs_m is given." example:"[5,10,15]"`
	CutoffsM   []float64 `query:"cutoffs_m" json:"cutoffs_m,omitempty" nullable:"false" doc:"Longest ways in meters along the network, inclusive; above 0, at most 20. Not together with cutoffs_min." example:"[300,500,1000]"`
	Direction  string    `query:"direction" json:"direction,omitempty" enum:"away,toward" doc:"Ways away from the origin, or toward it. Default: away from a place, toward facilities." example:"away"`
	Profile    string    `query:"profile" json:"profile,omitempty" doc:"How people get about. Default: walk." example:"walk"`
	As         string    `query:"as" json:"as,omitempty" enum:"polygons,lines" doc:"Draw the ground about the road within reach, or that road itself. Default: polygons." example:"polygons"`
	When       string    `query:"when" json:"when,omitempty" doc:"A moment of the week, such as Mo 14:30: gates that are shut then are not passed. Default: gates count as open at any hour." example:"Mo 14:30"`
	MinHoleM2  float64   `query:"min_hole_m2" json:"min_hole_m2,omitempty" minimum:"0" doc:"Fill holes of less than so many square meters. Default: 0, none." example:"2000"`
	ScenarioMembers
}

func (s *server) registerIsochrones(api huma.API) {
	const path, summary = "/api/v1/studies/{study}/isochrones", "What is within reach?"
	const text = "Of a place, or of all facilities of a kind together: a ring about the road within reach for each cutoff, " +
		"or that road as lines. Rings are nested, and each is the same whatever others are asked for. They are drawings: " +
		"coverage is counted on the network, never from them. json, csv and xlsx are without the shapes."
	registry := api.OpenAPI().Components.Schemas
	registerLong(s, api, huma.Operation{
		OperationID: "get-isochrones", Method: http.MethodGet, Path: path, Tags: []string{tagAnswers},
		Summary: summary, Description: text, Responses: isochronesResponses(registry),
	}, append(readFailures(), http.StatusRequestEntityTooLarge), func(ctx context.Context, p *IsochronesMembers) (*huma.StreamResponse, error) {
		return s.serveIsochrones(ctx, p, &p.AskHead, "query")
	})
	registerLong(s, api, huma.Operation{
		OperationID: "post-isochrones", Method: http.MethodPost, Path: path, Tags: []string{tagAnswers},
		Summary: summary + " What if?", Description: text + " By POST several places and a scenario can be sent with the question.",
		MaxBodyBytes: maxBodyBytes, BodyReadTimeout: bodyReadingMax, Responses: isochronesResponses(registry),
	}, bodyFailures(), func(ctx context.Context, in *tellInput[IsochronesMembers]) (*huma.StreamResponse, error) {
		return s.serveIsochrones(ctx, &in.Body, &in.AskHead, "body")
	})
}

func isochronesResponses(registry huma.Registry) map[string]*huma.Response {
	result := registry.Schema(reflect.TypeFor[analysis.IsochronesResult](), true, "")
	return cached(good("The answer, the largest cutoff first.", rowContent(map[string]*huma.MediaType{
		"application/json": {Schema: result},
		"application/geo+json": {Schema: collection(
			"The rings or lines with their rows as properties, null where nothing is within reach; the other members of the JSON form stand under kaimen.",
			referenceTo("Isochrone"))},
	})))
}

// isochronesRequest puts members in the Engine's words.
//
// Errors: every fault that can be seen without the study.
func (s *server) isochronesRequest(ctx context.Context, p *IsochronesMembers, study string) (analysis.IsochronesRequest, error) {
	r := analysis.IsochronesRequest{
		Study: study, Profile: p.Profile, Kind: p.Kind, Direction: p.Direction, As: p.As, MinHoleM2: p.MinHoleM2, When: p.When, At: placesOf(p.Origins),
	}
	unfit := func(source, message string) error {
		return &coverage.Error{Code: coverage.Invalid, Message: "the request cannot be answered", Issues: []coverage.Issue{{
			Severity: coverage.SeverityError, Code: coverage.ReasonUnknownParameter, Source: source, Message: message,
		}}}
	}
	var errs [3]error
	r.Cutoffs, errs[0] = analysis.Cutoffs(p.CutoffsMin, p.CutoffsM)
	switch {
	case len(p.At) == 0:
	case len(p.At) != 2:
		errs[1] = unfit("at", fmt.Sprintf("at has %d numbers; give two: longitude, latitude", len(p.At)))
	case len(p.Origins) > 0:
		errs[1] = unfit("origins", "give a place, at, or origins, not both")
	default:
		r.At = []analysis.Place{{ID: "origin", At: orb.Point{p.At[0], p.At[1]}}}
	}
	r.Scenario, errs[2] = s.whatIf(ctx, study, &p.ScenarioMembers)
	return r, coverage.AllFaults(errs[:]...)
}

func (s *server) serveIsochrones(ctx context.Context, p *IsochronesMembers, in *AskHead, part string) (*huma.StreamResponse, error) {
	f, err := in.form(rowFormats(formatGeoJSON, formatJSON)...)
	if err != nil {
		return nil, s.fail(err, "query")
	}
	request, err := s.isochronesRequest(ctx, p, in.Study)
	var result *analysis.IsochronesResult
	if err == nil {
		result, err = s.engine.Isochrones(ctx, request)
	}
	if err != nil {
		told := s.fail(err, part)
		p.place(told, part)
		if len(p.Origins) > 0 {
			moved(told, part+".at", part+".origins")
		}
		return nil, told
	}
	if err := s.save(ctx, answered{result.Study, result.Snapshot, result.Key}, func(context.Context) (ogc.Asked, export.Table, error) {
		return s.askedIsochrones(&result.Question, p.At), export.IsochronesTable(result), nil
	}); err != nil {
		return nil, s.fail(err, part)
	}
	a := in.answer(string(result.Key), f)
	if f == formatJSON {
		a.write = func(w io.Writer) error { return export.IsochronesJSON(w, result) }
	} else {
		in.tabled(ctx, &a, f, result.Study+"-isochrones", export.IsochronesTable(result))
	}
	return s.stream(a), nil
}

// moved puts faults of one place of a request under another.
func moved(p *problem, from, to string) {
	for i := range p.Errors {
		if rest, ok := strings.CutPrefix(p.Errors[i].Location, from); ok && (rest == "" || rest[0] == '[') {
			p.Errors[i].Location = to + rest
		}
	}
}
