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

// passes tells whether the segment goes through the open cell around p, of
// which p is not an end. The cell is one unit wide, so that the segment does
// if p is in its box and less than half of |dx|+|dy| off, as a cross product.
func (s *segment) passes(p place) bool {
	if p == s.a || p == s.b || !s.within(p) {
		return false
	}
	dx, dy := s.b.x-s.a.x, s.b.y-s.a.y
	off := 2 * (dx*(p.y-s.a.y) - dy*(p.x-s.a.x))
	return max(off, -off) < max(dx, -dx)+max(dy, -dy)
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
