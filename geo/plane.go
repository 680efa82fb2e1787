package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// Plane is a flat local map: meters east (x) and north (y) of a center, by the
// equirectangular projection on the sphere of EarthRadiusMeters. Lengths and
// areas in it agree with Distance to about 1 in 10,000 within 30 km of the
// center at middle latitudes; the error grows with the distance north or south.
//
// A Plane never changes and may be shared. The zero Plane maps everything to
// the origin; make one with NewPlane.
type Plane struct {
	center                   orb.Point
	metersPerLon, metersPerY float64
}

// NewPlane returns the Plane about a center in degrees.
func NewPlane(center orb.Point) Plane {
	perDegree := EarthRadiusMeters * radiansPerDegree
	return Plane{
		center:       center,
		metersPerLon: perDegree * math.Cos(center[1]*radiansPerDegree),
		metersPerY:   perDegree,
	}
}

// PlaneOf returns the Plane about the middle of a box in degrees.
func PlaneOf(b orb.Bound) Plane { return NewPlane(b.Center()) }

// Center is the point in degrees that maps to 0, 0.
func (p Plane) Center() orb.Point { return p.center }

// ToXY returns where ll, in degrees, lies in the plane: meters east and north.
// Longitudes are taken the short way round, across ±180 too.
func (p Plane) ToXY(ll orb.Point) (x, y float64) {
	lon := ll[0] - p.center[0]
	if lon > 180 {
		lon -= 360
	} else if lon < -180 {
		lon += 360
	}
	return lon * p.metersPerLon, (ll[1] - p.center[1]) * p.metersPerY
}

// ToLL is the inverse of ToXY. At a pole, where every longitude is the same
// place, the center's is given.
func (p Plane) ToLL(x, y float64) orb.Point {
	lon := p.center[0]
	if p.metersPerLon > 0 {
		lon += x / p.metersPerLon
	}
	if lon > 180 {
		lon -= 360
	} else if lon < -180 {
		lon += 360
	}
	lat := p.center[1]
	if p.metersPerY > 0 {
		lat += y / p.metersPerY
	}
	return orb.Point{lon, lat}
}

// Length returns the length of a line in meters.
func (p Plane) Length(line orb.LineString) float64 {
	sum := 0.0
	for i := 1; i < len(line); i++ {
		x0, y0 := p.ToXY(line[i-1])
		x1, y1 := p.ToXY(line[i])
		sum += math.Hypot(x1-x0, y1-y0)
	}
	return sum
}

// RingArea returns the area a ring encloses in square meters, positive when the
// ring runs counterclockwise. An open ring is taken as closed.
func (p Plane) RingArea(ring orb.Ring) float64 {
	if len(ring) < 3 {
		return 0
	}
	// Taken from the first vertex: a small ring far from the center keeps its digits.
	x0, y0 := p.ToXY(ring[0])
	var px, py, sum float64
	for _, ll := range ring[1:] {
		x, y := p.ToXY(ll)
		x, y = x-x0, y-y0
		sum += px*y - x*py
		px, py = x, y
	}
	return sum / 2
}

// Area returns the area of a polygon in square meters, its holes taken off.
// The direction of the rings does not matter.
func (p Plane) Area(polygon orb.Polygon) float64 {
	sum := 0.0
	for i, ring := range polygon {
		area := math.Abs(p.RingArea(ring))
		if i > 0 {
			area = -area
		}
		sum += area
	}
	return sum
}

// MultiArea returns the area of several polygons in square meters, their holes
// taken off. Where polygons overlap, the ground counts for each.
func (p Plane) MultiArea(polygons orb.MultiPolygon) float64 {
	sum := 0.0
	for _, polygon := range polygons {
		sum += p.Area(polygon)
	}
	return sum
}

// NearestOn is the place on the straight piece from a to b that is nearest to
// the center: its share of the way, 0 to 1, and its distance in meters.
func (p Plane) NearestOn(a, b orb.Point) (share, meters float64) {
	ax, ay := p.ToXY(a)
	bx, by := p.ToXY(b)
	dx, dy := bx-ax, by-ay
	if square := dx*dx + dy*dy; square > 0 {
		share = min(max(-(ax*dx+ay*dy)/square, 0), 1)
	}
	return share, math.Hypot(ax+share*dx, ay+share*dy)
}
