package web

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/data/export"
	"kaimen/web/fail"
	"kaimen/web/ogc"
)

type isochronesInput struct {
	Study      string         `path:"study" doc:"Id of the study." example:"dongxing-sample"`
	At         []float64      `query:"at" nullable:"false" doc:"The place to start from: longitude, latitude in degrees (WGS 84). Give this or kind." example:"[105.07,29.59]"`
	Kind       string         `query:"kind" doc:"Facility kind: the service area of all its facilities together. Give this or at." example:"pocket_park"`
	CutoffsMin []float64      `query:"cutoffs_min" nullable:"false" doc:"Longest ways in minutes, inclusive; above 0, at most 20. Default: 5, 10, 15, unless cutoffs_m is given." example:"[5,10,15]"`
	CutoffsM   []float64      `query:"cutoffs_m" nullable:"false" doc:"Longest ways in meters along the network, inclusive; above 0, at most 20. Not together with cutoffs_min." example:"[300,500,1000]"`
	Direction  string         `query:"direction" enum:"away,toward" doc:"Ways away from the origin, or toward it. Default: away from a place, toward facilities." example:"away"`
	Profile    string         `query:"profile" doc:"How people get about. Default: walk." example:"walk"`
	As         string         `query:"as" enum:"polygons,lines" doc:"Draw the ground about the road within reach, or that road itself. Default: polygons." example:"polygons"`
	When       string         `query:"when" doc:"A moment of the week, such as Mo 14:30: gates that are shut then are not passed. Default: gates count as open at any hour." example:"Mo 14:30"`
	MinHoleM2  float64        `query:"min_hole_m2" minimum:"0" doc:"Fill holes of less than so many square meters. Default: 0, none." example:"2000"`
	Format     string         `query:"f" enum:"json,geojson,csv,xlsx,gpkg,shp,parquet,pmtiles,geojsonseq,geojsonl" doc:"Form of the answer; json, csv and xlsx are without the shapes. Default: what the Accept header asks for, else geojson."`
	Coord      string         `query:"coord" doc:"Coordinate system of a file: wgs84, cgcs2000, gcj02, bd09, or a zone of CGCS2000 such as EPSG:4544. A file in another system than WGS 84 is named after it. Default: wgs84." example:"gcj02"`
	BOM        optional[bool] `query:"bom" doc:"CSV for a spreadsheet, as elsewhere."`
	Accept     string         `header:"Accept" hidden:"true"`
	Strict     strictQuery
}

func (s *server) registerIsochrones(api huma.API) {
	registerLong(s, api, huma.Operation{
		OperationID: "get-isochrones", Method: http.MethodGet, Path: "/api/v1/studies/{study}/isochrones", Tags: []string{tagAnswers},
		Summary: "What is within reach?",
		Description: "Of a place, or of all facilities of a kind together: a ring about the road within reach for each cutoff, " +
			"or that road as lines. Rings are nested, and each is the same whatever others are asked for. They are drawings: " +
			"coverage is counted on the network, never from them.",
		Responses: isochronesResponses(api.OpenAPI().Components.Schemas),
	}, []int{http.StatusNotFound, http.StatusNotAcceptable, http.StatusRequestEntityTooLarge}, s.getIsochrones)
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

// request puts the parameters in the Engine's words.
func (in *isochronesInput) request() (analysis.IsochronesRequest, error) {
	r := analysis.IsochronesRequest{
		Study: in.Study, Profile: in.Profile, Kind: in.Kind, Direction: in.Direction, As: in.As, MinHoleM2: in.MinHoleM2, When: in.When,
	}
	var err error
	if r.Cutoffs, err = analysis.Cutoffs(in.CutoffsMin, in.CutoffsM); err != nil {
		return r, err
	}
	switch len(in.At) {
	case 0:
	case 2:
		r.At = []analysis.Place{{ID: "origin", At: orb.Point{in.At[0], in.At[1]}}}
	default:
		return r, fail.New(http.StatusUnprocessableEntity, coverage.Invalid, "the request cannot be answered", fault{
			Code: faultBadValue, Location: "query.at", Message: fmt.Sprintf("at has %d numbers; give two: longitude, latitude", len(in.At)),
		})
	}
	return r, nil
}

func (s *server) getIsochrones(ctx context.Context, in *isochronesInput) (*huma.StreamResponse, error) {
	head := AskHead{Format: in.Format, Coord: in.Coord, BOM: in.BOM, Accept: in.Accept}
	f, err := head.form(rowFormats(formatGeoJSON, formatJSON)...)
	if err != nil {
		return nil, s.fail(err, "query")
	}
	request, err := in.request()
	if err != nil {
		return nil, s.fail(err, "query")
	}
	result, err := s.engine.Isochrones(ctx, request)
	if err != nil {
		return nil, s.fail(err, "query")
	}
	if err := s.save(ctx, answered{result.Study, result.Snapshot, result.Key}, func(context.Context) (ogc.Asked, export.Table, error) {
		return s.askedIsochrones(&result.Question, in.At), export.IsochronesTable(result), nil
	}); err != nil {
		return nil, s.fail(err, "query")
	}
	a := head.answer(string(result.Key), f)
	if f == formatJSON {
		a.write = func(w io.Writer) error { return export.IsochronesJSON(w, result) }
	} else {
		head.tabled(ctx, &a, f, result.Study+"-isochrones", export.IsochronesTable(result))
	}
	return s.stream(a), nil
}
