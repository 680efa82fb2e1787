package postgis

import (
	"fmt"

	"github.com/paulmach/orb"
	"github.com/twpayne/go-geom"
	"github.com/twpayne/go-geom/encoding/ewkb"
)

const srsWGS84 = 4326

// encode writes g in EWKB, the form PostGIS takes and gives.
func encode(g orb.Geometry) ([]byte, error) {
	var flat []float64
	add := func(points ...orb.Point) int {
		for _, p := range points {
			flat = append(flat, p[0], p[1])
		}
		return len(flat)
	}
	switch g := g.(type) {
	case orb.Point:
		add(g)
		return ewkb.Marshal(geom.NewPointFlat(geom.XY, flat).SetSRID(srsWGS84), ewkb.NDR)
	case orb.LineString:
		add(g...)
		return ewkb.Marshal(geom.NewLineStringFlat(geom.XY, flat).SetSRID(srsWGS84), ewkb.NDR)
	case orb.MultiPolygon:
		ends := make([][]int, len(g))
		for i, polygon := range g {
			for _, ring := range polygon {
				ends[i] = append(ends[i], add(ring...))
			}
		}
		return ewkb.Marshal(geom.NewMultiPolygonFlat(geom.XY, flat, ends).SetSRID(srsWGS84), ewkb.NDR)
	}
	return nil, fmt.Errorf("a table holds no %T", g)
}

// decode reads EWKB of a shape that a table holds.
func decode(b []byte) (orb.Geometry, error) {
	if err := guard(b); err != nil {
		return nil, err
	}
	g, err := ewkb.Unmarshal(b)
	if err != nil {
		return nil, err
	}
	flat := g.FlatCoords()
	switch g := g.(type) {
	case *geom.Point:
		if len(flat) == 2 {
			return orb.Point{flat[0], flat[1]}, nil
		}
	case *geom.LineString:
		return orb.LineString(points(flat)), nil
	case *geom.MultiPolygon:
		areas := make(orb.MultiPolygon, len(g.Endss()))
		start := 0
		for i, ends := range g.Endss() {
			areas[i] = make(orb.Polygon, len(ends))
			for j, end := range ends {
				areas[i][j] = points(flat[start:end])
				start = end
			}
		}
		return areas, nil
	}
	return nil, fmt.Errorf("a table holds no %T of %d numbers", g, len(flat))
}

func points(flat []float64) []orb.Point {
	out := make([]orb.Point, len(flat)/2)
	for i := range out {
		out[i] = orb.Point{flat[2*i], flat[2*i+1]}
	}
	return out
}
