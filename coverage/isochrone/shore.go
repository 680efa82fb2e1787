package isochrone

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage/network"
	"kaimen/geo"
	"kaimen/geo/index"
)

// shore is the road near and over water, cut where it meets a water's edge.
type shore struct {
	first  []int32 // [edges+1], into pieces; nil without water
	pieces []piece // of each edge with water near, all, from its tail
	banks  [][2]orb.Point
}

// piece is a straight share of a segment of road that lies on land, or over
// water, as a whole.
type piece struct {
	start, end  uint32  // of the segment, millimeters from the tail of the edge
	first, last float64 // shares of the segment
	over        bool    // over water
	near        []int32 // of a piece on land: the banks that may hide ground from it
}

// of lists the pieces of an edge; none where no water is near.
func (s *shore) of(edge int32) []piece {
	if s.first == nil {
		return nil
	}
	return s.pieces[s.first[edge]:s.first[edge+1]]
}

// newShore cuts the road that has a bank within some meters, or lies in water.
func newShore(n *network.Network, water []orb.MultiPolygon, meters float64) shore {
	s := shore{}
	for _, area := range water {
		for _, polygon := range area {
			for _, ring := range polygon {
				for i := 1; i < len(ring); i++ {
					s.banks = append(s.banks, [2]orb.Point{ring[i-1], ring[i]})
				}
			}
		}
	}
	if len(s.banks) == 0 {
		return s
	}
	c := cutter{
		shore: &s, meters: meters,
		areas: index.NewAreas(len(water), func(i int) orb.MultiPolygon { return water[i] }),
		banks: index.NewBoxes(len(s.banks), func(i int) orb.Bound { return orb.MultiPoint(s.banks[i][:]).Bound() }),
	}
	s.first = make([]int32, n.EdgeCount()+1)
	for e := range int32(n.EdgeCount()) {
		begin, plain := len(s.pieces), true
		for segment := range n.Segments(e, 0, n.Edge(e).Length) {
			plain = c.cut(segment) && plain
		}
		if plain {
			s.pieces = s.pieces[:begin]
		}
		s.first[e+1] = int32(len(s.pieces))
	}
	return s
}

// cutter cuts segments.
type cutter struct {
	*shore
	meters float64
	areas  *index.Areas
	banks  *index.Boxes
	found  []int
	cuts   []float64
}

// cut adds the pieces of a segment; plain tells that it is one, on land, with
// no bank near.
func (c *cutter) cut(s network.Segment) (plain bool) {
	box := orb.MultiPoint{s.A, s.B}.Bound()
	lat := c.meters / (geo.EarthRadiusMeters * math.Pi / 180)
	// A tenth more than needed makes up for the plane drawn in, which is not
	// anchored here; beyond 89 degrees nobody walks.
	lon := 1.1 * lat / max(math.Cos(s.A[1]*math.Pi/180), 0.017)
	box.Min, box.Max = orb.Point{box.Min[0] - lon, box.Min[1] - 1.1*lat}, orb.Point{box.Max[0] + lon, box.Max[1] + 1.1*lat}
	c.found = c.banks.Meeting(box, c.found[:0])
	c.cuts = append(c.cuts[:0], 0, 1)
	var near []int32
	for _, bank := range c.found {
		near = append(near, int32(bank))
		if b := c.shore.banks[bank]; crosses(s.A, s.B, b) {
			c.cuts = append(c.cuts, share(s.A, s.B, b))
		}
	}
	slices.Sort(c.cuts)
	plain = len(near) == 0
	for i := 1; i < len(c.cuts); i++ {
		first, last := c.cuts[i-1], c.cuts[i]
		if first == last {
			continue
		}
		p := piece{start: s.Start, end: s.End, first: first, last: last}
		if _, p.over = c.areas.First(between(s.A, s.B, (first+last)/2)); p.over {
			plain = false
		} else {
			p.near = near
		}
		c.pieces = append(c.pieces, p)
	}
	return plain
}

// crosses tells whether the line from p to q, its ends apart, meets a bank.
func crosses(p, q orb.Point, bank [2]orb.Point) bool {
	return geo.Side(bank[0], bank[1], p)*geo.Side(bank[0], bank[1], q) < 0 &&
		geo.Side(p, q, bank[0])*geo.Side(p, q, bank[1]) <= 0
}

// share is where on the way from p to q the line of a bank is met, given that
// they lie on either side of it.
func share(p, q orb.Point, bank [2]orb.Point) float64 {
	dx, dy := bank[1][0]-bank[0][0], bank[1][1]-bank[0][1]
	before := float64(dx*(p[1]-bank[0][1])) - float64(dy*(p[0]-bank[0][0]))
	after := float64(dx*(q[1]-bank[0][1])) - float64(dy*(q[0]-bank[0][0]))
	if before == after {
		return 0.5
	}
	return min(max(before/(before-after), 0), 1)
}

// between is the point a share of the way from a to b.
func between(a, b orb.Point, share float64) orb.Point {
	return orb.Point{a[0] + float64(share*(b[0]-a[0])), a[1] + float64(share*(b[1]-a[1]))}
}

// lookMeters is how far from its ends a piece is looked from: at the very end
// of the road on land lies the bank.
const lookMeters = 0.5

// hides tells whether a bank lies between a place and a piece on land, of a
// segment from a to b of some meters, seen from the place's nearest point,
// given as a share of the segment.
func (s *shore) hides(p *piece, a, b orb.Point, meters, nearest float64, place orb.Point) bool {
	first, last := p.first+lookMeters/meters, p.last-lookMeters/meters
	if first > last {
		first = (p.first + p.last) / 2
		last = first
	}
	eye := between(a, b, min(max(nearest, first), last))
	box := orb.MultiPoint{eye, place}.Bound()
	for _, k := range p.near {
		bank := s.banks[k]
		if max(bank[0][0], bank[1][0]) < box.Min[0] || min(bank[0][0], bank[1][0]) > box.Max[0] ||
			max(bank[0][1], bank[1][1]) < box.Min[1] || min(bank[0][1], bank[1][1]) > box.Max[1] {
			continue
		}
		if crosses(eye, place, bank) {
			return true
		}
	}
	return false
}
