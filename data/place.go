package data

import (
	"math"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/geo"
	"kaimen/geo/crs"
)

// perDegree is the grain, in parts of a degree, to which converted coordinates
// are rounded: 0.1 mm, well above the noise of the formulas, so that the same
// input gives the same snapshot on any machine.
const perDegree = 1e9

func rounded(p orb.Point) orb.Point {
	return orb.Point{math.Round(p[0]*perDegree) / perDegree, math.Round(p[1]*perDegree) / perDegree}
}

// toWGS84 converts a position of the source. A position that is not on the
// earth is a fault. Without a known system it stays as it is, unjudged.
func (r *row) toWGS84(p orb.Point) (orb.Point, bool) {
	if r.unplaced {
		if len(r.loose) < keptLoose {
			r.loose = append(r.loose, p)
		}
		return p, true
	}
	if r.system.InDegrees() && !onEarth(p) {
		r.fault(coverage.ReasonBadCoordinates,
			"%v, %v is not longitude, latitude in degrees; look whether the two are swapped, and at crs", p[0], p[1])
		return p, false
	}
	out := p
	if r.system != crs.WGS84 {
		out = rounded(r.system.ToWGS84(p))
	}
	if !onEarth(out) {
		r.fault(coverage.ReasonBadCoordinates, "%v, %v is no place in %s", p[0], p[1], r.system)
		return p, false
	}
	return out, true
}

func onEarth(p orb.Point) bool { // false for NaN
	return math.Abs(p[0]) <= 180 && math.Abs(p[1]) <= 90
}

// point is where a row is: by its columns if it has them (a feature only
// where the manifest says so), else by its geometry.
func (r *row) point() orb.Point {
	switch {
	case r.has("x") && r.has("y"):
		return r.pointOfColumns()
	case !r.features:
		return orb.Point{} // the missing column is told once for the source
	}
	switch g := r.Geometry.(type) {
	case nil:
		r.noPlace("the feature has no geometry")
	case orb.Point:
		return r.settle(g)
	case orb.MultiPoint: // many a program writes every point as one of several
		if len(g) == 1 {
			return r.settle(g[0])
		}
		r.fault(coverage.ReasonBadGeometry, "a Point was expected, not %d of them", len(g))
	case orb.Polygon, orb.MultiPolygon:
		if r.layer.shape != atPlace {
			r.fault(coverage.ReasonBadGeometry, "a Point was expected, not a %s", g.GeoJSONType())
			break
		}
		if area := r.area(); len(area) > 0 {
			r.ground = area
			at := rounded(geo.InteriorPoint(area))
			r.show(at)
			return at
		}
	default:
		r.fault(coverage.ReasonBadGeometry, "a Point was expected, not a %s", g.GeoJSONType())
	}
	return orb.Point{}
}

func (r *row) pointOfColumns() orb.Point {
	blank := false
	for _, name := range positionFields {
		blank = blank || r.text(name) == ""
	}
	x, okX := r.number("x")
	y, okY := r.number("y")
	switch {
	case okX && okY:
		return r.settle(orb.Point{x, y})
	case blank:
		r.noPlace("the row has no coordinates")
	}
	return orb.Point{}
}

// noPlace sets a row without a position aside, unless something else is wrong.
func (r *row) noPlace(message string) {
	if r.outcome == "" {
		r.aside(coverage.ReasonNoCoordinates, "%s", message)
	}
}

// settle converts a position and notes it as the row's.
func (r *row) settle(p orb.Point) orb.Point {
	at, ok := r.toWGS84(p)
	if ok {
		r.show(at)
	}
	return at
}

// show notes where the row is, for messages.
func (r *row) show(at orb.Point) {
	if !r.unplaced {
		r.at = &at
	}
}

// area is the geometry of a row as polygons: converted, closed, outer rings
// counterclockwise and holes clockwise, so that equal areas have equal hashes.
// It is empty after a fault.
func (r *row) area() orb.MultiPolygon {
	var given orb.MultiPolygon
	switch g := r.Geometry.(type) {
	case nil:
		r.noPlace("the feature has no geometry")
		return nil
	case orb.Polygon:
		given = orb.MultiPolygon{g}
	case orb.MultiPolygon:
		given = g
	default:
		r.fault(coverage.ReasonBadGeometry, "a Polygon or MultiPolygon was expected, not a %s", g.GeoJSONType())
		return nil
	}
	out := make(orb.MultiPolygon, len(given))
	for i, polygon := range given {
		out[i] = make(orb.Polygon, len(polygon))
		for k, ring := range polygon {
			converted, ok := r.ring(ring)
			if !ok {
				return nil
			}
			out[i][k] = geo.WoundFor(converted, k == 0)
			if &out[i][k][0] != &converted[0] {
				r.repairs = append(r.repairs, coverage.RepairRingTurned)
			}
		}
	}
	if len(out) == 0 {
		r.fault(coverage.ReasonBadGeometry, "the area has no ring")
		return nil
	}
	return out
}

// ring converts a ring and looks for its faults. Only boundaries must not
// cross themselves, as people are counted by them; of other areas it is told.
func (r *row) ring(given orb.Ring) (orb.Ring, bool) {
	ring := make(orb.Ring, len(given))
	for i, p := range given {
		var ok bool
		if ring[i], ok = r.toWGS84(p); !ok {
			return nil, false // one place is enough of a ring
		}
	}
	if ring = geo.Closed(ring); len(ring) > len(given) {
		r.repairs = append(r.repairs, coverage.RepairRingClosed)
	}
	if len(ring) > 0 && r.at == nil {
		r.show(ring[0])
	}
	if len(ring) < 4 {
		r.fault(coverage.ReasonBadGeometry, "a ring has %d positions; it needs at least 4, the last equal to the first", len(ring))
		return nil, false
	}
	if geo.Flat(ring) {
		r.fault(coverage.ReasonBadGeometry, "a ring encloses no area")
		return nil, false
	}
	if at, crosses := geo.SelfCrossing(ring); crosses {
		before := r.at
		r.show(at)
		const message = "a ring crosses or touches itself"
		if r.layer.name == coverage.LayerBoundaries {
			r.fault(coverage.ReasonSelfCrossing, message)
			return nil, false
		}
		r.note(coverage.SeverityWarning, coverage.ReasonSelfCrossing, message)
		r.at = before
	}
	return ring, true
}
