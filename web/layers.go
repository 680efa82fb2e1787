package web

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/data/export"
	"kaimen/web/fail"
)

type layerInput struct {
	Study  string         `path:"study" doc:"Id of the study." example:"dongxing-sample"`
	Layer  string         `path:"layer" doc:"One of boundaries, roads, facilities, demand, buildings, estates, parcels, gates, landcover, requests." example:"facilities"`
	Level  string         `query:"level" doc:"Only boundaries of this level." example:"community"`
	Kind   string         `query:"kind" doc:"Only rows of this kind; for layers that have kinds." example:"pocket_park"`
	BBox   []float64      `query:"bbox" nullable:"false" doc:"Only rows whose box meets this one: west, south, east, north in degrees (WGS 84). West may be greater than east: the box then crosses the antimeridian." example:"[105.04,29.57,105.08,29.61]"`
	Limit  int            `query:"limit" minimum:"1" doc:"Give only so many rows, in their order. Default: all." example:"1000"`
	After  string         `query:"after" doc:"Give only rows behind the one whose feature has this id; next has it." example:"school/F0541"`
	Format string         `query:"f" enum:"geojson,csv,xlsx,gpkg,shp,parquet,pmtiles,geojsonseq,geojsonl" doc:"Form of the answer. Default: what the Accept header asks for, else geojson."`
	Coord  string         `query:"coord" doc:"Coordinate system of a file: wgs84, cgcs2000, gcj02, bd09, or a zone of CGCS2000 such as EPSG:4544. A file in another system than WGS 84 is named after it. Default: wgs84." example:"gcj02"`
	BOM    optional[bool] `query:"bom" doc:"CSV for a spreadsheet, as elsewhere."`
	Accept string         `header:"Accept" hidden:"true"`
	Strict strictQuery
}

func (s *server) registerLayers(api huma.API) {
	register(api, huma.Operation{
		OperationID: "get-layer", Method: http.MethodGet, Path: "/api/v1/studies/{study}/layers/{layer}", Tags: []string{tagLayers},
		Summary: "Get a layer",
		Description: "The rows of a layer of the current snapshot, by id, each column a property (lists of node ids are left out). " +
			"The id of a facility feature is kind/id. A layer the study lacks is empty. The answer is streamed. " +
			"With limit, the next page is linked by next under kaimen, and in any form by the header Link.",
		Responses: layerResponses(api.OpenAPI().Components.Schemas),
	}, readFailures(), s.getLayer)
}

func (s *server) getLayer(ctx context.Context, in *layerInput) (*huma.StreamResponse, error) {
	ask := AskHead{Format: in.Format, Coord: in.Coord, BOM: in.BOM, Accept: in.Accept}
	f, err := ask.form(rowFormats(formatGeoJSON)...)
	if err != nil {
		return nil, s.fail(err, "query")
	}
	snapshot, err := s.engine.Snapshot(ctx, in.Study)
	if err != nil {
		return nil, s.fail(err, "path")
	}
	table, ok := snapshot.Table(coverage.LayerName(in.Layer))
	if !ok {
		return nil, s.fail(noLayer(in.Layer), "path")
	}
	keep, faults := in.filters(table)
	if len(faults) > 0 {
		return nil, fail.New(http.StatusUnprocessableEntity, coverage.Invalid, "the request cannot be answered", faults...)
	}
	head := export.LayerHeadOf(snapshot, table.Layer)
	what, err := json.Marshal([]any{head, in.Level, in.Kind, in.BBox, in.Limit, in.After})
	if err != nil {
		return nil, s.fail(err, "query")
	}
	table.Rows = filtered(ctx, table, keep)
	rows := export.LayerTable(head, table)
	next, known := in.page(&rows)
	if !known {
		return nil, fail.New(http.StatusUnprocessableEntity, coverage.Invalid, "the request cannot be answered", afterUnknown("query", in.After))
	}
	rows.Head = layerPage{head, next}
	a := ask.answer(strings.Trim(tagOf(what), `"`), f)
	a.next = next
	ask.tabled(ctx, &a, f, fmt.Sprintf("%s-%s", head.Study, head.Layer), rows)
	return s.stream(a), nil
}

// layerPage is the head of a page of a layer.
type layerPage struct {
	export.LayerHead
	Next string `json:"next,omitempty" doc:"Where the next rows are; absent where there are none." example:"/api/v1/studies/dongxing-sample/layers/facilities?after=school%2FF0541&limit=1000"`
}

// page cuts the rows of a layer to those of a page, and tells where the next is
// and whether the id behind which it begins is known. With a limit the rows of
// the page are gathered, one more than it has, so that it is known where it ends
// before it begins.
func (in *layerInput) page(t *export.Table) (next string, known bool) {
	if in.After != "" {
		rest, found := t.Rows, false
		for row := range rest {
			if found = row.ID == in.After; found {
				break
			}
		}
		if !found {
			return "", false
		}
		t.Rows = func(yield func(export.Row) bool) {
			behind := false
			for row := range rest {
				if behind && !yield(row) {
					return
				}
				behind = behind || row.ID == in.After
			}
		}
	}
	if in.Limit == 0 {
		return "", true
	}
	rest, n, last := t.Rows, 0, ""
	for row := range rest {
		if n == in.Limit {
			next = nextPage("/api/v1/studies/"+url.PathEscape(in.Study)+"/layers/"+in.Layer, in.Strict.asked, "after", last)
			break
		}
		n, last = n+1, row.ID
	}
	t.Rows = func(yield func(export.Row) bool) {
		given := 0
		for row := range rest {
			if given++; !yield(row) || given == in.Limit {
				return
			}
		}
	}
	return next, true
}

func names[S ~string](list []S) []string {
	words := make([]string, len(list))
	for i, s := range list {
		words[i] = string(s)
	}
	return words
}

// filters are the tests a row must pass, and what is wrong with the parameters.
func (in *layerInput) filters(t coverage.Table) (keep []func(coverage.Row) bool, faults []fault) {
	for _, c := range []struct{ column, wanted string }{{"level", in.Level}, {"kind", in.Kind}} {
		if c.wanted == "" {
			continue
		}
		place := slices.IndexFunc(t.Columns, func(have coverage.Column) bool { return have.Name == c.column })
		if place < 0 {
			faults = append(faults, fault{
				Code: faultBadValue, Location: "query." + c.column, Value: fail.Shown(c.wanted),
				Message: fmt.Sprintf("layer %s has no %s", t.Layer, c.column),
			})
			continue
		}
		keep = append(keep, func(r coverage.Row) bool { return r.Values[place] == any(c.wanted) })
	}
	if c := coverage.Level(in.Level); in.Level != "" && c.Rank() <= 0 {
		faults = append(faults, fault{
			Code: faultBadValue, Location: "query.level", Value: fail.Shown(in.Level),
			Message: fmt.Sprintf("%q is no level; there are %s", fail.Shown(in.Level), commas(names(coverage.Levels()[1:]))),
		})
	}
	if len(in.BBox) > 0 {
		boxes, problem := boxesOf(in.BBox)
		if problem != "" {
			faults = append(faults, fault{Code: faultBadValue, Location: "query.bbox", Message: problem})
		}
		keep = append(keep, func(r coverage.Row) bool {
			bound := r.Geometry.Bound()
			return slices.ContainsFunc(boxes, bound.Intersects)
		})
	}
	return keep, faults
}

// boxesOf reads west, south, east, north: one box, or two where it crosses the
// antimeridian. It says what is wrong, or nothing.
func boxesOf(v []float64) ([]orb.Bound, string) {
	if len(v) != 4 {
		return nil, fmt.Sprintf("bbox has %d numbers; give four: west, south, east, north", len(v))
	}
	for i, x := range v {
		limit := 180.0
		if i%2 == 1 {
			limit = 90
		}
		if !(math.Abs(x) <= limit) {
			return nil, fmt.Sprintf("bbox has %v where degrees within ±%v are due; give west, south, east, north", x, limit)
		}
	}
	west, south, east, north := v[0], v[1], v[2], v[3]
	if south > north {
		return nil, fmt.Sprintf("bbox has its south, %v, north of its north, %v", south, north)
	}
	if west > east {
		return []orb.Bound{
			{Min: orb.Point{west, south}, Max: orb.Point{180, north}},
			{Min: orb.Point{-180, south}, Max: orb.Point{east, north}},
		}, ""
	}
	return []orb.Bound{{Min: orb.Point{west, south}, Max: orb.Point{east, north}}}, ""
}

// rowsBetweenLooks is how many rows pass between two looks at the context.
const rowsBetweenLooks = 4096

// filtered gives the rows of t that pass every test, until ctx ends.
func filtered(ctx context.Context, t coverage.Table, keep []func(coverage.Row) bool) func(func(coverage.Row) bool) {
	rows := t.Rows
	return func(yield func(coverage.Row) bool) {
		seen := 0
		for row := range rows {
			if seen++; seen%rowsBetweenLooks == 0 && ctx.Err() != nil {
				return
			}
			if slices.ContainsFunc(keep, func(pass func(coverage.Row) bool) bool { return !pass(row) }) {
				continue
			}
			if !yield(row) {
				return
			}
		}
	}
}
