package tile

import (
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/planar"
	"github.com/paulmach/orb/simplify"

	"kaimen/geo"
)

const (
	// tolerance of the simplified line, in units: an eighth of a pixel on a
	// tile shown 512 pixels wide.
	tolerance = 1
	// minArea is the smallest ring drawn, in square units: an eighth of such a
	// pixel.
	minArea = 8
)

var window = orb.Bound{
	Min: orb.Point{-buffer, -buffer},
	Max: orb.Point{Extent + buffer, Extent + buffer},
}

// draw turns a shape in degrees into what is seen of it, in whole units of the
// tile; nil if that is nothing.
func (f frame) draw(g orb.Geometry) (orb.Geometry, error) {
	switch g := g.(type) {
	case orb.Point:
		return f.dots(orb.MultiPoint{g}), nil
	case orb.MultiPoint:
		return f.dots(g), nil
	case orb.LineString:
		return f.lines(orb.MultiLineString{g}), nil
	case orb.MultiLineString:
		return f.lines(g), nil
	case orb.Ring:
		return f.polygons(orb.MultiPolygon{{g}}), nil
	case orb.Bound:
		return f.polygons(orb.MultiPolygon{g.ToPolygon()}), nil
	case orb.Polygon:
		return f.polygons(orb.MultiPolygon{g}), nil
	case orb.MultiPolygon:
		return f.polygons(g), nil
	}
	return nil, fmt.Errorf("a %s has no form in a tile", g.GeoJSONType())
}

// dots are the points within the window.
func (f frame) dots(lls orb.MultiPoint) orb.Geometry {
	var seen orb.MultiPoint
	for _, q := range f.points(lls) {
		if window.Contains(q) {
			seen = append(seen, round(q))
		}
	}
	if len(seen) == 0 {
		return nil
	}
	return seen
}

func (f frame) lines(lls orb.MultiLineString) orb.Geometry {
	var seen orb.MultiLineString
	for _, line := range lls {
		for _, part := range clip.LineString(window, f.points(line)) {
			part = onGrid(simplify.DouglasPeucker(tolerance).LineString(part))
			if len(part) >= 2 {
				seen = append(seen, part)
			}
		}
	}
	if len(seen) == 0 {
		return nil
	}
	return seen
}

func (f frame) polygons(lls orb.MultiPolygon) orb.Geometry {
	var seen orb.MultiPolygon
	for _, polygon := range lls {
		if p := f.polygon(polygon); p != nil {
			seen = append(seen, p)
		}
	}
	if len(seen) == 0 {
		return nil
	}
	return seen
}

// polygon is the outer ring, which has positive area with y down, then the
// holes, which have negative area. Without its outer ring nothing is drawn.
func (f frame) polygon(lls orb.Polygon) orb.Polygon {
	var seen orb.Polygon
	for i, ring := range lls {
		drawn := f.ring(ring, i == 0)
		if drawn != nil {
			seen = append(seen, drawn)
		} else if i == 0 {
			return nil
		}
	}
	return seen
}

// ring is closed, has its least number of points or more, and turns as an
// outer ring or a hole must; nil if it is too small to see.
func (f frame) ring(lls orb.Ring, outer bool) orb.Ring {
	ring := geo.Closed(f.points(lls))
	if len(ring) < 4 {
		return nil
	}
	ring = clip.Ring(window, ring)
	if len(ring) < 4 {
		return nil
	}
	ring = onGrid(simplify.DouglasPeucker(tolerance).Ring(ring)) // closed, as clip leaves it
	if len(ring) < 4 {
		return nil
	}
	area := planar.Area(ring) // signed, and exact on the grid
	if math.Abs(area) < minArea {
		return nil
	}
	if (area > 0) != outer {
		slices.Reverse(ring)
	}
	return ring
}

// onGrid rounds points where they are and leaves out those equal to the one
// before.
func onGrid[S ~[]orb.Point](points S) S {
	for i, q := range points {
		points[i] = round(q)
	}
	return slices.Compact(points)
}

// round is only asked about points in or near the window.
func round(q orb.Point) orb.Point { return orb.Point{math.Round(q[0]), math.Round(q[1])} }
