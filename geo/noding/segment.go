package noding

import "math"

// segment is the stretch of a strand from one vertex to the next.
type segment struct {
	a, b   place
	strand int32
	i      int32 // a is this vertex of the strand
	level  int
}

// within tells whether p lies in the segment's box.
func (s *segment) within(p place) bool {
	return min(s.a.x, s.b.x) <= p.x && p.x <= max(s.a.x, s.b.x) &&
		min(s.a.y, s.b.y) <= p.y && p.y <= max(s.a.y, s.b.y)
}

// capture is how near, in units, a segment must pass a vertex to be led through
// it. More than the one cell that snap rounding asks for: lines a centimeter
// apart, such as one street drawn twice, would else cross again beside every
// vertex they get, thousands of times.
const capture = 2

// passes tells whether the segment is to be led through p: it goes through the
// open cell around p, or passes p by at most capture, well away from its ends.
// The cell is one unit wide, so that a segment goes through if p is in its box
// and less than half of |dx|+|dy| off, as a cross product.
//
// In both cases p is nearer to the line than to either end, along it: that is
// why the squares of the two new lengths add up to less than that of the old.
func (s *segment) passes(p place) bool {
	if p == s.a || p == s.b {
		return false
	}
	dx, dy := s.b.x-s.a.x, s.b.y-s.a.y
	off := dx*(p.y-s.a.y) - dy*(p.x-s.a.x)
	if s.within(p) && 2*max(off, -off) < max(dx, -dx)+max(dy, -dy) {
		return true
	}
	return s.passesBy(p, capture)
}

// passesBy tells whether the segment passes p by at most so many units, and its
// ends by more than twice as many.
func (s *segment) passesBy(p place, units float64) bool {
	length := math.Hypot(float64(s.b.x-s.a.x), float64(s.b.y-s.a.y))
	back := segment{a: s.b, b: s.a} // from the other end, so that the direction makes no difference
	return math.Abs(float64(cross(s.a, s.b, p))) <= units*length &&
		float64(s.along(p)) > 2*units*length && float64(back.along(p)) > 2*units*length
}

// meeting is where two segments that cross next to a raster point are to meet:
// at an end of one that is near, if the other can be led there, else at that
// point. New places right beside old ones would breed more of them: at a narrow
// angle the crossing would creep along the lines, unit by unit.
func meeting(s, t *segment, at place) place {
	const near = capture + 1
	best, nearest := at, int64(near*near)
	for _, c := range []struct {
		end   place
		other *segment
	}{{s.a, t}, {s.b, t}, {t.a, s}, {t.b, s}} {
		dx, dy := c.end.x-at.x, c.end.y-at.y
		far := dx*dx + dy*dy
		if far > nearest || far == nearest && best != at && c.end.compare(best) >= 0 {
			continue
		}
		if !c.other.passes(c.end) && !c.other.passesBy(c.end, near) {
			continue
		}
		best, nearest = c.end, far
	}
	return best
}

// cross is twice the area of a, b, c, positive if they turn left.
func cross(a, b, c place) int64 {
	return (b.x-a.x)*(c.y-a.y) - (b.y-a.y)*(c.x-a.x)
}

// crossing is the raster point next to where the insides of two segments
// cross; false if they do not. It is computed once for the pair, and the same
// whichever segment is named first and whichever way each runs.
func crossing(s, t *segment) (place, bool) {
	if max(s.a.x, s.b.x) < min(t.a.x, t.b.x) || max(t.a.x, t.b.x) < min(s.a.x, s.b.x) ||
		max(s.a.y, s.b.y) < min(t.a.y, t.b.y) || max(t.a.y, t.b.y) < min(s.a.y, s.b.y) {
		return place{}, false
	}
	if !opposite(cross(s.a, s.b, t.a), cross(s.a, s.b, t.b)) || !opposite(cross(t.a, t.b, s.a), cross(t.a, t.b, s.b)) {
		return place{}, false
	}
	a, b := ordered(s.a, s.b)
	c, d := ordered(t.a, t.b)
	if by := a.compare(c); by > 0 || by == 0 && b.compare(d) > 0 {
		a, b, c, d = c, d, a, b
	}
	from, to := float64(cross(c, d, a)), float64(cross(c, d, b))
	share := from / (from - to)
	return place{a.x + scaled(share, b.x-a.x), a.y + scaled(share, b.y-a.y)}, true
}

func opposite(a, b int64) bool { return a > 0 && b < 0 || a < 0 && b > 0 }

func ordered(a, b place) (place, place) {
	if a.compare(b) > 0 {
		return b, a
	}
	return a, b
}

// scaled is share times length, rounded half up.
func scaled(share float64, length int64) int64 {
	product := share * float64(length)
	return int64(math.Floor(product + 0.5))
}

// along orders points by how far they lie along the segment.
func (s *segment) along(p place) int64 {
	return (p.x-s.a.x)*(s.b.x-s.a.x) + (p.y-s.a.y)*(s.b.y-s.a.y)
}
