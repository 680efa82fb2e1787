package analysis

import (
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage/network"
	"kaimen/geo"
	"kaimen/geo/index"
)

// straight finds the facility that is nearest in a straight line, and the water
// on the way.
type straight struct {
	meters    float64 // the cutoff
	entrances []orb.Point
	near      *index.Boxes // of entrances
	banks     banks
}

// straightTo prepares for the facilities wanted.
func straightTo(b *base, wanted []bool, c Cutoff, p *network.Profile) *straight {
	s := &straight{meters: float64(c.Value) / 1000, banks: banksOf(b.water())}
	if c.Metric == network.Time {
		s.meters *= float64(p.SpeedMetersPerHour) / 3600
	}
	for f, ok := range wanted {
		if ok {
			s.entrances = append(s.entrances, b.Facilities[f].EnteredAt()...)
		}
	}
	s.near = index.NewBoxes(len(s.entrances), func(i int) orb.Bound { return s.entrances[i].Bound() })
	return s
}

// nearest is the entrance nearest to a place, of equals the first; false if none
// is within the cutoff.
func (s *straight) nearest(at orb.Point) (orb.Point, bool) {
	const start = 100 // meters: few entrances are within it
	var list []int
	for radius := min(start, s.meters); ; radius = min(2*radius, s.meters) {
		least, best := radius, -1
		list = s.near.Meeting(geo.Around(at, radius), list[:0])
		for _, i := range list {
			if meters := geo.Distance(at, s.entrances[i]); meters <= least && (best < 0 || meters < least) {
				least, best = meters, i
			}
		}
		if best >= 0 {
			return s.entrances[best], true
		}
		if radius >= s.meters {
			return orb.Point{}, false
		}
	}
}

// banks are the edges of water.
type banks struct {
	waters *index.Areas
	edges  [][2]orb.Point
	of     []int // the water of an edge
	near   *index.Boxes
}

func banksOf(waters []orb.MultiPolygon) banks {
	b := banks{waters: index.NewAreas(len(waters), func(i int) orb.MultiPolygon { return waters[i] })}
	for i, water := range waters {
		for _, polygon := range water {
			for _, ring := range polygon {
				ring = geo.Closed(ring)
				for k := 1; k < len(ring); k++ {
					b.edges, b.of = append(b.edges, [2]orb.Point{ring[k-1], ring[k]}), append(b.of, i)
				}
			}
		}
	}
	b.near = index.NewBoxes(len(b.edges), func(i int) orb.Bound { return orb.MultiPoint(b.edges[i][:]).Bound() })
	return b
}

// between tells whether water that holds neither of two places lies on the
// straight line between them.
func (b *banks) between(from, to orb.Point) bool {
	stood := b.waters.Holding(to, b.waters.Holding(from, nil))
	for _, i := range b.near.Meeting(orb.MultiPoint{from, to}.Bound(), nil) {
		if !slices.Contains(stood, b.of[i]) && cross(from, to, b.edges[i][0], b.edges[i][1]) {
			return true
		}
	}
	return false
}

// cross tells whether the lines from a to b and from c to d cross. A line that
// passes through a corner of a ring crosses one of the edges at it, or both or
// none where it only touches.
func cross(a, b, c, d orb.Point) bool {
	left := func(a, b, c orb.Point) bool { return geo.Side(a, b, c) > 0 }
	return left(a, b, c) != left(a, b, d) && left(c, d, a) != left(c, d, b)
}
