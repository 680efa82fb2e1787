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
	meters float64 // the cutoff
	doors  []door
	near   *index.Boxes // of doors
	banks  banks
}

// door is an entrance of a facility.
type door struct {
	at       orb.Point
	facility int
}

// straightTo prepares for the facilities wanted.
func straightTo(b *base, wanted []bool, c Cutoff, p *network.Profile) *straight {
	s := &straight{meters: float64(c.Value) / 1000, banks: banksOf(b.water())}
	if c.Metric == network.Time {
		s.meters *= float64(p.SpeedMetersPerHour) / 3600
	}
	for f, ok := range wanted {
		if !ok {
			continue
		}
		for _, at := range b.Facilities[f].EnteredAt() {
			s.doors = append(s.doors, door{at, f})
		}
	}
	s.near = index.NewBoxes(len(s.doors), func(i int) orb.Bound { return s.doors[i].at.Bound() })
	return s
}

// cause is why a place is not served whose shortest way to any facility is so
// many meters: by the facility nearest in a straight line.
func (s *straight) cause(at orb.Point, way float64) cause {
	best, meters, within := s.nearestDoor(at)
	switch {
	case !within || way <= roundabout*meters:
		return noFacility
	case s.banks.between(at, s.doors[best].at):
		return river
	}
	return detour
}

// nearest is the facility nearest to a place, of equals the first; false if none
// is within the cutoff.
func (s *straight) nearest(at orb.Point) (facility int, meters float64, within bool) {
	best, meters, within := s.nearestDoor(at)
	if !within {
		return -1, 0, false
	}
	return s.doors[best].facility, meters, true
}

// nearestDoor looks for a door in ever wider boxes.
func (s *straight) nearestDoor(at orb.Point) (best int, meters float64, within bool) {
	const start = 100 // meters: few doors are within it
	var list []int
	for radius := min(start, s.meters); ; radius = min(2*radius, s.meters) {
		best, meters = -1, radius
		list = s.near.Meeting(geo.Around(at, radius), list[:0])
		for _, i := range list {
			if d := geo.Distance(at, s.doors[i].at); d < meters || d == meters && best < 0 {
				best, meters = i, d
			}
		}
		if best >= 0 || radius >= s.meters {
			return best, meters, best >= 0
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
