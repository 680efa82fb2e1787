package scenario

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/geo"
)

// stretch is part of a line, in meters from its start.
type stretch struct{ from, to float64 }

// minMeters is the shortest stretch of road that may be closed, and the
// shortest road drawn. The network merges places that are 5 cm apart.
const minMeters = 0.2

// measured is a line with the meters from its start to each vertex.
type measured struct {
	line  orb.LineString
	along []float64
}

func measure(line orb.LineString) measured {
	m := measured{line, make([]float64, len(line))}
	for i := 1; i < len(line); i++ {
		m.along[i] = m.along[i-1] + geo.Distance(line[i-1], line[i])
	}
	return m
}

func (m measured) length() float64 { return m.along[len(m.along)-1] }

// nearest is the place of the line nearest to p, in meters from its start, and
// how far p is from it. Of equally near places it is the first.
func (m measured) nearest(p orb.Point) (along, meters float64) {
	plane := geo.NewPlane(p)
	meters = math.Inf(1)
	for i := 1; i < len(m.line); i++ {
		if share, d := plane.NearestOn(m.line[i-1], m.line[i]); d < meters {
			along, meters = m.along[i-1]+share*(m.along[i]-m.along[i-1]), d
		}
	}
	return along, meters
}

// at is the place so many meters from the start.
func (m measured) at(along float64) orb.Point {
	i := min(max(1, beyond(m.along, along)), len(m.line)-1)
	a, b, length := m.line[i-1], m.line[i], m.along[i]-m.along[i-1]
	if length <= 0 {
		return a
	}
	share := min(max((along-m.along[i-1])/length, 0), 1)
	return orb.Point{a[0] + share*(b[0]-a[0]), a[1] + share*(b[1]-a[1])}
}

// beyond is the first vertex at or beyond so many meters.
func beyond(along []float64, meters float64) int {
	i, _ := slices.BinarySearch(along, meters)
	return i
}

// part is the line of a stretch: its ends and the vertices between them.
func (m measured) part(s stretch) orb.LineString {
	line := orb.LineString{m.at(s.from)}
	for i, along := range m.along {
		if along > s.from && along < s.to {
			line = append(line, m.line[i])
		}
	}
	return append(line, m.at(s.to))
}

// joined adds a stretch to a list of stretches apart, in order.
func joined(list []stretch, s stretch) []stretch {
	all := append(slices.Clone(list), s)
	slices.SortFunc(all, func(a, b stretch) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	out := all[:1]
	for _, s := range all[1:] {
		if last := &out[len(out)-1]; s.from <= last.to+minMeters {
			last.to = max(last.to, s.to)
			continue
		}
		out = append(out, s)
	}
	return out
}
