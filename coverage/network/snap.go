package network

import (
	"math"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/geo"
)

// Snap ties a point to the network.
type Snap struct {
	Position
	Offset uint32    // millimeters in a straight line from the point to At
	At     orb.Point // the place on the edge
	// State is coverage.ReasonSnapped; ReasonIsland for a place on an island,
	// which reaches only what lies there too; or ReasonTooFar, with nothing in
	// the other fields.
	State string
}

// OK tells whether the point is on the network.
func (s Snap) OK() bool {
	return s.State == coverage.ReasonSnapped || s.State == coverage.ReasonIsland
}

// BestState is the state of a place that has several ways in: the best of
// them, snapped before island before too far.
func BestState(snaps []Snap) string {
	best := coverage.ReasonTooFar
	for _, s := range snaps {
		if s.State == coverage.ReasonSnapped || s.State == coverage.ReasonIsland && best == coverage.ReasonTooFar {
			best = s.State
		}
	}
	return best
}

// Snap ties p to the nearest place on any edge, interiors included, within the
// profile's SnapMeters. Islands are passed over, and taken only if no other
// road is that near. Equal distances go to the lower edge.
//
// Units:  distances in the local plane at p, where a degree of longitude is
// worth its length at p's latitude.
// Cost:   the segments of the 64 m cells around p out to the nearest edge.
func (n *Network) Snap(p orb.Point) Snap {
	best := n.nearest(p, n.profile.SnapMeters, true)
	if best.State != coverage.ReasonSnapped {
		if island := n.nearest(p, n.profile.SnapMeters, false); island.State == coverage.ReasonSnapped {
			island.State = coverage.ReasonIsland
			return island
		}
	}
	return best
}

// nearest finds the nearest place on an edge within capMeters.
func (n *Network) nearest(p orb.Point, capMeters float64, skipIslands bool) Snap {
	s := seeker{n: n, best: capMeters * capMeters, skipIslands: skipIslands, found: near{edge: -1}}
	s.place(p)
	s.rings(p, capMeters)
	s.drawn()
	return s.result()
}

// rings tries what was built.
func (s *seeker) rings(p orb.Point, capMeters float64) {
	g := &s.n.grid
	if len(g.first) == 0 {
		return
	}
	// Rings of cells outward from p's own cell, which may lie off the grid. The
	// cells of ring r are at least (r-1) cells and the way to p's cell edge off.
	column := int(math.Floor((p[0] - g.west) / g.cellLon))
	row := int(math.Floor((p[1] - g.south) / g.cellLat))
	last := int(capMeters/cellMeters) + 1
	for r := s.firstRing(column, row); r <= last; r++ {
		if r > 0 {
			if nearest := float64(r-1) * cellMeters; nearest*nearest > s.best {
				break
			}
		}
		s.ring(column, row, r)
	}
}

// seeker is one search for the nearest segment.
type seeker struct {
	n           *Network
	skipIslands bool
	lon, lat    float64 // of the point, in 1e-7 degrees
	perLon      float64 // meters per 1e-7 degrees of longitude at the point
	perLat      float64
	best        float64 // square of the least distance so far, meters²
	found       near
	share       float64 // of what was found, from its first vertex
}

func (s *seeker) place(p orb.Point) {
	s.lon, s.lat = p[0]*vertexPerDegree, p[1]*vertexPerDegree
	s.perLat = geo.EarthRadiusMeters * math.Pi / 180 / vertexPerDegree
	s.perLon = s.perLat * math.Cos(p[1]*math.Pi/180)
}

// firstRing is the innermost ring that meets the grid at all.
func (s *seeker) firstRing(column, row int) int {
	g := &s.n.grid
	return max(0, -column, column-(g.columns-1), -row, row-(g.rows-1))
}

// ring tries the segments of the cells at Chebyshev distance r.
func (s *seeker) ring(column, row, r int) {
	g := &s.n.grid
	for y := max(row-r, 0); y <= min(row+r, g.rows-1); y++ {
		step := 1
		if r > 0 && y != row-r && y != row+r {
			step = 2 * r // inside rows have only their two ends in the ring
		}
		for x := column - r; x <= column+r; x += step {
			if x < 0 || x >= g.columns {
				continue
			}
			cell := y*g.columns + x
			for _, seg := range g.segments[g.first[cell]:g.first[cell+1]] {
				s.try(seg)
			}
		}
	}
}

// try measures one segment of what was built in the plane at the point. It is
// measure for a whole segment, written out: points are tied by the hundred
// thousand, and the call costs a third.
func (s *seeker) try(seg segment) {
	n, v := s.n, seg.vertex
	a, b := n.vertices[v], n.vertices[v+1]
	ax, ay := (float64(a.lon)-s.lon)*s.perLon, (float64(a.lat)-s.lat)*s.perLat
	dx, dy := (float64(b.lon)-float64(a.lon))*s.perLon, (float64(b.lat)-float64(a.lat))*s.perLat
	share := 0.0
	if square := dx*dx + dy*dy; square > 0 {
		share = min(max(-(ax*dx+ay*dy)/square, 0), 1)
	}
	x, y := ax+share*dx, ay+share*dy
	d := x*x + y*y
	if d > s.best || d == s.best && s.found.edge >= 0 && v >= s.found.order {
		return
	}
	if n.over != nil && n.over.altered(seg.edge) {
		s.stretches(seg) // what is open of it is no nearer
		return
	}
	s.take(near{seg.edge, v, a, b}, d, share)
}

// near is a straight piece of an edge, from a to b.
type near struct {
	edge  int32
	order int32 // equal distances go to the lower: the vertex, or one of a drawn road behind all of those
	a, b  vertex
}

// measure measures the part of a straight piece from one share of it to another,
// and takes it if it is nearer than what was found.
func (s *seeker) measure(c near, low, high float64) {
	ax, ay := (float64(c.a.lon)-s.lon)*s.perLon, (float64(c.a.lat)-s.lat)*s.perLat
	dx, dy := (float64(c.b.lon)-float64(c.a.lon))*s.perLon, (float64(c.b.lat)-float64(c.a.lat))*s.perLat
	share := low
	if square := dx*dx + dy*dy; square > 0 {
		share = min(max(-(ax*dx+ay*dy)/square, low), high)
	}
	x, y := ax+share*dx, ay+share*dy
	d := x*x + y*y
	if d < s.best || d == s.best && (s.found.edge < 0 || c.order < s.found.order) {
		s.take(c, d, share)
	}
}

func (s *seeker) take(c near, d, share float64) {
	if !s.skipIslands || !s.n.onIsland(c.edge) {
		s.best, s.found, s.share = d, c, share
	}
}

func (s *seeker) result() Snap {
	n, c := s.n, &s.found
	if c.edge < 0 {
		return Snap{State: coverage.ReasonTooFar}
	}
	along, at, from := n.along, int(c.order), uint32(0)
	if n.over != nil {
		from = n.over.pieceOf(c.edge).from
		if at >= len(along) {
			along, at = n.over.alongDrawn(at - len(along))
		}
	}
	a, b := c.a.point(), c.b.point()
	start, end := float64(along[at]), float64(along[at+1])
	// A share at the edge's own end may round to a millimeter beyond it.
	place := max(uint32(math.Round(start+s.share*(end-start))), from) - from
	return Snap{
		Position: Position{Edge: c.edge, Along: min(place, n.Edge(c.edge).Length)},
		Offset:   uint32(math.Round(math.Sqrt(s.best) * 1000)),
		At:       orb.Point{a[0] + s.share*(b[0]-a[0]), a[1] + s.share*(b[1]-a[1])},
		State:    coverage.ReasonSnapped,
	}
}
