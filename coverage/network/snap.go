package network

import (
	"cmp"
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
// Cost:   the segments of the 48 m cells around p out to the nearest edge.
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
	s := seeker{n: n, best: capMeters * capMeters, skipIslands: skipIslands, edge: -1}
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
	s.column, s.row = (p[0]-g.west)/g.cellLon, (p[1]-g.south)/g.cellLat
	s.cellEast, s.cellNorth = g.cellLon*vertexPerDegree*s.perLon, g.cellLat*vertexPerDegree*s.perLat
	column, row := int(math.Floor(s.column)), int(math.Floor(s.row))
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

// seeker is one search for the nearest piece of road.
type seeker struct {
	n           *Network
	skipIslands bool
	lon, lat    float64 // of the point, in 1e-7 degrees
	perLon      float64 // meters per 1e-7 degrees of longitude at the point
	perLat      float64
	column, row float64 // of the point, in cells of the grid
	cellEast    float64 // meters of a cell's width at the point, and of its height
	cellNorth   float64
	best        float64 // square of the least distance so far, meters²
	edge        int32   // the edge found, -1 if none
	found       segment // the piece of it, or of the edge that it is part of
	share       float64 // of the piece, from its first vertex
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

// ring tries the segments of the cells at Chebyshev distance r, save those of
// cells that are farther off than what was found.
func (s *seeker) ring(column, row, r int) {
	g := &s.n.grid
	for y := max(row-r, 0); y <= min(row+r, g.rows-1); y++ {
		step := 1
		if r > 0 && y != row-r && y != row+r {
			step = 2 * r // inside rows have only their two ends in the ring
		}
		north := gap(s.row-float64(y)) * s.cellNorth
		for x := column - r; x <= column+r; x += step {
			if x < 0 || x >= g.columns {
				continue
			}
			east := gap(s.column-float64(x)) * s.cellEast
			if north*north+east*east > s.best+rounding {
				continue
			}
			cell := y*g.columns + x
			s.try(g.segments[g.first[cell]:g.first[cell+1]])
		}
	}
}

// rounding is more than squares of distances may be off by, in meters².
const rounding = 1e-3

// gap is how far x lies outside the interval from 0 to 1.
func gap(x float64) float64 {
	switch {
	case x < 0:
		return -x
	case x > 1:
		return x - 1
	}
	return 0
}

// try measures the segments of a cell in the plane at the point.
func (s *seeker) try(cell []stroke) {
	points := s.n.grid.points
	for _, c := range cell {
		ax, ay := s.flat(points[c.a])
		bx, by := s.flat(points[c.b])
		if d, share := measure(ax, ay, bx, by, 0, 1); d <= s.best {
			s.offer(c, d, share)
		}
	}
}

// offer takes a segment that is near enough. On a patched network only what is
// open of it counts.
func (s *seeker) offer(c stroke, d, share float64) {
	seg := s.n.segmentOf(c)
	if over := s.n.over; over != nil && over.altered(seg.edge) {
		s.stretches(seg)
		return
	}
	if s.nearer(d, seg, seg.edge) {
		s.best, s.share, s.found, s.edge = d, share, seg, seg.edge
	}
}

// flat is where a vertex lies from the point, in meters.
func (s *seeker) flat(v vertex) (x, y float64) {
	return (float64(v.lon) - s.lon) * s.perLon, (float64(v.lat) - s.lat) * s.perLat
}

// measure is the square of the distance from the origin to the part of a
// straight piece from one share of it to another, and the share at which it is
// nearest. What it may cost is measured: it is just small enough to be inlined.
func measure(ax, ay, bx, by, low, high float64) (d, share float64) {
	// Where the piece is nearest no processor foresees: dividing costs less than
	// guessing wrong. A piece of no length is nearest at low.
	const nothing = 1e-300
	bx, by = bx-ax, by-ay
	share = min(max(-(ax*bx+ay*by)/max(bx*bx+by*by, nothing), low), high)
	ax, ay = ax+share*bx, ay+share*by
	return ax*ax + ay*ay, share
}

// nearer tells whether a piece at a distance squared is better than what was
// found: equal distances go to the lower edge, and on it to the lower piece.
func (s *seeker) nearer(d float64, seg segment, edge int32) bool {
	if d > s.best || d == s.best && s.edge >= 0 && seg.compare(s.found) >= 0 {
		return false
	}
	return !s.skipIslands || !s.n.onIsland(edge)
}

func (seg segment) compare(o segment) int {
	return cmp.Or(cmp.Compare(seg.edge, o.edge), cmp.Compare(seg.piece, o.piece))
}

func (s *seeker) result() Snap {
	if s.edge < 0 {
		return Snap{State: coverage.ReasonTooFar}
	}
	n, from := s.n, uint32(0)
	if n.over != nil {
		from = n.over.pieceOf(s.edge).from
	}
	shape := n.shape(s.found.edge)
	va, vb, first, last := shape.piece(int(s.found.piece))
	a, b := va.point(), vb.point()
	start, end := float64(first), float64(last)
	// A share at the edge's own end may round to a millimeter beyond it.
	along := max(uint32(math.Round(start+s.share*(end-start))), from) - from
	return Snap{
		Position: Position{Edge: s.edge, Along: min(along, n.Edge(s.edge).Length)},
		Offset:   uint32(math.Round(math.Sqrt(s.best) * 1000)),
		At:       orb.Point{a[0] + s.share*(b[0]-a[0]), a[1] + s.share*(b[1]-a[1])},
		State:    coverage.ReasonSnapped,
	}
}
