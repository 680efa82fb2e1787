package tile

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/geo"
)

// straight leaves out, in place, the points of a line on the straight way
// between their neighbors.
func straight(line []point) []point {
	kept := 0
	for i, p := range line {
		if kept >= 2 && i > 0 && onward(line[kept-2], line[kept-1], p) {
			kept--
		}
		line[kept] = p
		kept++
	}
	return line[:kept]
}

// onward tells whether a, b, c go straight on.
func onward(a, b, c point) bool {
	return twiceArea(a, b, c) == 0 &&
		int64(b.x-a.x)*int64(c.x-b.x)+int64(b.y-a.y)*int64(c.y-b.y) >= 0
}

// loops makes of a ring those that pass no point twice, have no spikes and no
// points on straight lines, and are large enough to see. Rounding lets a ring
// touch itself where it was narrow: what was inside stays so. The first list
// turns as outer rings do, the second as holes. The ring given is used up.
func loops(ring []point, outer bool) (outside, holes [][]point) {
	var list [][]point
	largest := int64(0)
	for _, loop := range split(untangled(trim(ring))) {
		if loop = trim(loop); len(loop) < 3 {
			continue
		}
		area := ringArea(loop)
		if max(area, -area) < minArea {
			continue
		}
		if max(area, -area) > max(largest, -largest) {
			largest = area
		}
		list = append(list, loop)
	}
	for _, loop := range list {
		if same := ringArea(loop) > 0 == (largest > 0); same && outer {
			outside = append(outside, wound(loop, true))
		} else if same {
			holes = append(holes, wound(loop, false))
		}
	}
	if !outer {
		return nil, holes // an island in a hole that touches its shore is too small to keep
	}
	for _, loop := range list {
		if ringArea(loop) > 0 == (largest > 0) {
			continue
		}
		inside := false
		for _, ring := range outside {
			inside = inside || holds(ring, loop)
		}
		if inside {
			holes = append(holes, wound(loop, false))
		} else {
			outside = append(outside, wound(loop, true))
		}
	}
	return outside, holes
}

// untangled is a ring with a point wherever it meets itself, in each of the
// sides that meet, so that it can be split there. Rounding bends lines by less
// than a unit, which makes few rings meet themselves; those alone are looked at
// side by side.
func untangled(ring []point) []point {
	for range 4 { // new points bend sides again, ever fewer
		if !tangled(ring) {
			return ring
		}
		cuts := make([][]point, len(ring))
		for i := range ring {
			for k := i + 1; k < len(ring); k++ {
				a, b, c, d := ring[i], ring[(i+1)%len(ring)], ring[k], ring[(k+1)%len(ring)]
				if q, ok := meeting(a, b, c, d); ok {
					cuts[i], cuts[k] = append(cuts[i], q), append(cuts[k], q)
				}
			}
		}
		var out []point
		for i, a := range ring {
			out = append(out, a)
			slices.SortFunc(cuts[i], func(p, q point) int { return cmp.Compare(apart(a, p), apart(a, q)) })
			for _, q := range cuts[i] {
				if q != out[len(out)-1] && q != ring[(i+1)%len(ring)] {
					out = append(out, q)
				}
			}
		}
		if len(out) == len(ring) {
			return ring
		}
		ring = out
	}
	return ring
}

// tangled tells whether a ring passes a place twice other than at a point that
// it has twice there.
func tangled(ring []point) bool {
	if len(ring) < 4 {
		return false
	}
	closed := make(orb.Ring, 0, len(ring)+1)
	for _, p := range ring {
		closed = append(closed, orb.Point{float64(p.x), float64(p.y)})
	}
	_, crosses := geo.SelfCrossing(append(closed, closed[0]))
	return crosses
}

// meeting is the whole point nearest to where two sides cross, or the end of one
// that lies on the other.
func meeting(a, b, c, d point) (point, bool) {
	if max(a.x, b.x) < min(c.x, d.x) || max(c.x, d.x) < min(a.x, b.x) || max(a.y, b.y) < min(c.y, d.y) || max(c.y, d.y) < min(a.y, b.y) {
		return point{}, false
	}
	sc, sd, sa, sb := twiceArea(a, b, c), twiceArea(a, b, d), twiceArea(c, d, a), twiceArea(c, d, b)
	switch {
	case sc == 0 && between(c, a, b):
		return c, true
	case sd == 0 && between(d, a, b):
		return d, true
	case sa == 0 && between(a, c, d):
		return a, true
	case sb == 0 && between(b, c, d):
		return b, true
	case (sc > 0) == (sd > 0) || (sa > 0) == (sb > 0):
		return point{}, false
	}
	share := float64(sa) / float64(sa-sb)
	return point{
		a.x + int32(math.Round(share*float64(b.x-a.x))),
		a.y + int32(math.Round(share*float64(b.y-a.y))),
	}, true
}

// between tells whether p, on the line through a and b, lies between them and is
// neither.
func between(p, a, b point) bool {
	return p != a && p != b && int64(p.x-a.x)*int64(p.x-b.x)+int64(p.y-a.y)*int64(p.y-b.y) < 0
}

// apart is the square of a distance.
func apart(a, b point) int64 {
	return int64(a.x-b.x)*int64(a.x-b.x) + int64(a.y-b.y)*int64(a.y-b.y)
}

// wound is a copy of a ring that turns as an outer ring, or as a hole.
func wound(ring []point, outer bool) []point {
	out := make([]point, len(ring))
	copy(out, ring)
	if (ringArea(ring) > 0) != outer {
		for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
			out[i], out[j] = out[j], out[i]
		}
	}
	return out
}

// trim leaves out, in place, points on the straight way between their neighbors
// and ends of spikes, until there are none.
func trim(ring []point) []point {
	kept := ring[:0]
	for _, p := range ring {
		for len(kept) >= 2 && twiceArea(kept[len(kept)-2], kept[len(kept)-1], p) == 0 {
			kept = kept[:len(kept)-1]
		}
		if len(kept) == 0 || kept[len(kept)-1] != p {
			kept = append(kept, p)
		}
	}
	for len(kept) >= 3 {
		last := len(kept) - 1
		switch {
		case kept[0] == kept[last] || twiceArea(kept[last-1], kept[last], kept[0]) == 0:
			kept = kept[:last]
		case twiceArea(kept[last], kept[0], kept[1]) == 0:
			kept = kept[1:]
		default:
			return kept
		}
	}
	return nil
}

// split cuts a ring at each point that it passes twice.
func split(ring []point) (list [][]point) {
	at := make(map[point]int, len(ring))
	var path []point
	for _, p := range ring {
		if i, passed := at[p]; passed {
			list = append(list, append([]point(nil), path[i:]...))
			for _, q := range path[i:] {
				delete(at, q)
			}
			path = path[:i]
		}
		at[p] = len(path)
		path = append(path, p)
	}
	return append(list, path)
}

// holds tells whether a ring that does not cross another has it inside.
func holds(ring, other []point) bool {
	for _, p := range other {
		if inside, onEdge := sideOf(ring, p); !onEdge {
			return inside
		}
	}
	return true
}

// sideOf tells where p is, by a ray to the east.
func sideOf(ring []point, p point) (inside, onEdge bool) {
	for i, b := range ring {
		a := ring[(i+len(ring)-1)%len(ring)]
		side := twiceArea(a, b, p)
		if side == 0 && p.x >= min(a.x, b.x) && p.x <= max(a.x, b.x) && p.y >= min(a.y, b.y) && p.y <= max(a.y, b.y) {
			return false, true
		}
		if (a.y > p.y) != (b.y > p.y) && (side > 0) == (b.y > a.y) {
			inside = !inside
		}
	}
	return inside, false
}
