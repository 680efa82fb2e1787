package web

import (
	"context"
	"fmt"
	"math"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/geo"
	"kaimen/geo/crs"
)

// What a map needs that is of no study: a place in other coordinates, and the
// base maps of others.

type coordinatesInput struct {
	At     []float64 `query:"at" required:"true" nullable:"false" doc:"The place: longitude, latitude in degrees (WGS 84)." example:"[105.07,29.59]"`
	Strict strictQuery
}

// position is a place in one coordinate system.
type position struct {
	CRS  string  `json:"crs" doc:"The system, by its EPSG code where it has one." example:"EPSG:4544"`
	Name string  `json:"name" doc:"What the registry calls it." example:"CGCS2000 / 3-degree Gauss-Kruger CM 105E"`
	Unit string  `json:"unit" enum:"degree,meter"`
	X    float64 `json:"x" doc:"Longitude, or easting; to a millimeter." example:"506781.631"`
	Y    float64 `json:"y" doc:"Latitude, or northing; to a millimeter." example:"3274667.355"`
}

type coordinatesOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		At        [2]float64 `json:"at" doc:"The place that was asked for."`
		Positions []position `json:"positions" nullable:"false" doc:"WGS 84, CGCS2000, in China GCJ-02 and BD-09, then the plane grid of the zone: in China 3-degree Gauss-Kruger without and with the zone's number before the easting, elsewhere UTM."`
	} `nameHint:"Coordinates"`
}

type basemapsOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		Basemaps []Basemap `json:"basemaps" nullable:"false" doc:"Those that this server was told of, at most one."`
	} `nameHint:"Basemaps"`
}

func (s *server) registerMap(api huma.API) {
	register(api, huma.Operation{
		OperationID: "get-coordinates", Method: http.MethodGet, Path: apiPath + "/coordinates", Tags: []string{tagMap},
		Summary:     "Where is this in other coordinates?",
		Description: "One place in the coordinate systems that plans and maps of its region are drawn in, by the conversions that imports and exports use.",
	}, nil, s.coordinates)
	register(api, huma.Operation{
		OperationID: "list-basemaps", Method: http.MethodGet, Path: apiPath + "/basemaps", Tags: []string{tagMap},
		Summary:     "Which base maps of others may be shown?",
		Description: "Raster tiles of someone else that whoever runs this server has named. None by default: the page then asks nobody but this server.",
	}, nil, func(context.Context, *noInput) (*basemapsOutput, error) {
		out := &basemapsOutput{CacheControl: cacheRevalidate}
		out.Body.Basemaps = []Basemap{}
		if s.basemap != nil {
			out.Body.Basemaps = append(out.Body.Basemaps, *s.basemap)
		}
		return out, nil
	})
}

func (s *server) coordinates(_ context.Context, in *coordinatesInput) (*coordinatesOutput, error) {
	positions, err := positionsOf(in.At)
	if err != nil {
		return nil, s.fail(err, "query")
	}
	out := &coordinatesOutput{CacheControl: "public, max-age=86400"}
	out.Body.At = [2]float64(in.At)
	out.Body.Positions = positions
	return out, nil
}

// A millimeter, in meters and, rounded down, in degrees.
const millimeter, millimeterDegrees = 1e-3, 1e-8

// positionsOf tells a place, longitude and latitude in WGS 84 degrees, in the
// usual systems of its region.
//
// Errors: invalid for what is no place.
func positionsOf(at []float64) ([]position, error) {
	if len(at) != 2 || !geo.OnEarth(orb.Point(at)) {
		return nil, &coverage.Error{Code: coverage.Invalid, Message: "the place cannot be told", Issues: []coverage.Issue{{
			Severity: coverage.SeverityError, Code: coverage.ReasonUnknownParameter, Source: "at",
			Message: fmt.Sprintf("%v is no place; give two numbers: longitude within ±180, latitude within ±90", at),
		}}}
	}
	p := orb.Point(at)
	var list []position
	for _, system := range crs.Usual(p) {
		xy, unit, step := system.FromWGS84(p), "meter", millimeter
		if system.InDegrees() {
			unit, step = "degree", millimeterDegrees
		}
		list = append(list, position{system.Name(), system.Title(), unit, rounded(xy[0], step), rounded(xy[1], step)})
	}
	return list, nil
}

// rounded is x to a power of ten below one. It divides by a whole number, so
// that the result is the one that is shortest to write.
func rounded(x, step float64) float64 {
	n := math.Round(1 / step)
	return math.Round(x*n) / n
}
