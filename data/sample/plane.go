package sample

import (
	"math"

	"github.com/paulmach/orb"
)

// The plane of the town: meters east and north of its middle.
const (
	centerLonE7 = 1050700000
	centerLatE7 = 295900000
	// Ten-millionths of a degree per meter at latitude 29.59 on a sphere of
	// radius 6371008.8 m, written out so that no cosine is taken at run time.
	lonE7PerMeter = 103.4195
	latE7PerMeter = 89.9320
)

// toLL gives degrees, rounded to the seventh decimal.
func toLL(p orb.Point) orb.Point {
	return orb.Point{
		(centerLonE7 + math.Round(p[0]*lonE7PerMeter)) / 1e7,
		(centerLatE7 + math.Round(p[1]*latE7PerMeter)) / 1e7,
	}
}

// snap rounds to whole centimeters. Every point goes through it as it is made,
// so that a difference in the last bit of a product, which processors with
// fused multiplication have, dies there instead of growing.
func snap(x, y float64) orb.Point {
	return orb.Point{math.Round(x*100) / 100, math.Round(y*100) / 100}
}

func add(p, q orb.Point) orb.Point             { return orb.Point{p[0] + q[0], p[1] + q[1]} }
func sub(p, q orb.Point) orb.Point             { return orb.Point{p[0] - q[0], p[1] - q[1]} }
func scale(p orb.Point, k float64) orb.Point   { return orb.Point{p[0] * k, p[1] * k} }
func lerp(p, q orb.Point, t float64) orb.Point { return add(p, scale(sub(q, p), t)) }
func dot(p, q orb.Point) float64               { return p[0]*q[0] + p[1]*q[1] }
func cross(p, q orb.Point) float64             { return p[0]*q[1] - p[1]*q[0] }
func length(p orb.Point) float64               { return math.Sqrt(p[0]*p[0] + p[1]*p[1]) }
func distance(p, q orb.Point) float64          { return length(sub(p, q)) }
func unit(p orb.Point) orb.Point               { return scale(p, 1/length(p)) }
func left(p orb.Point) orb.Point               { return orb.Point{-p[1], p[0]} }
func snapped(p orb.Point) orb.Point            { return snap(p[0], p[1]) }

// heading is the direction that many degrees counterclockwise from east.
func heading(degrees float64) orb.Point {
	s, c := math.Sincos(degrees * math.Pi / 180)
	return orb.Point{c, s}
}

// toFrame turns the plane so that axis runs along x; fromFrame turns it back.
func toFrame(p, axis orb.Point) orb.Point   { return orb.Point{dot(p, axis), cross(axis, p)} }
func fromFrame(q, axis orb.Point) orb.Point { return add(scale(axis, q[0]), scale(left(axis), q[1])) }

func ringToFrame(r []orb.Point, axis orb.Point) []orb.Point {
	out := make([]orb.Point, len(r))
	for i, p := range r {
		out[i] = toFrame(p, axis)
	}
	return out
}

// Polygons inside this package are open rings: the first point is not repeated
// at the end. They run counterclockwise.

func areaOf(ring []orb.Point) float64 {
	sum := 0.0
	for i, p := range ring {
		sum += cross(sub(p, ring[0]), sub(ring[(i+1)%len(ring)], ring[0]))
	}
	return sum / 2
}

func centroidOf(ring []orb.Point) orb.Point {
	var c orb.Point
	sum := 0.0
	for i := range ring {
		p, q := sub(ring[i], ring[0]), sub(ring[(i+1)%len(ring)], ring[0])
		w := cross(p, q)
		sum += w
		c = add(c, scale(add(p, q), w/3))
	}
	return add(ring[0], scale(c, 1/sum))
}

func inside(ring []orb.Point, p orb.Point) bool {
	in := false
	for i, a := range ring {
		b := ring[(i+1)%len(ring)]
		if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < a[0]+(b[0]-a[0])*(p[1]-a[1])/(b[1]-a[1]) {
			in = !in
		}
	}
	return in
}

func toSegment(p, a, b orb.Point) float64 {
	ab := sub(b, a)
	t := dot(sub(p, a), ab) / dot(ab, ab)
	return distance(p, add(a, scale(ab, min(1, max(0, t)))))
}

func toRing(ring []orb.Point, p orb.Point) float64 {
	best := math.Inf(1)
	for i, a := range ring {
		best = min(best, toSegment(p, a, ring[(i+1)%len(ring)]))
	}
	return best
}

// segmentsCross tells whether ab and cd cross in a point inside both.
func segmentsCross(a, b, c, d orb.Point) bool {
	ab, cd := sub(b, a), sub(d, c)
	return cross(ab, sub(c, a))*cross(ab, sub(d, a)) < 0 && cross(cd, sub(a, c))*cross(cd, sub(b, c)) < 0
}

func ringsCross(r, s []orb.Point) bool {
	for i := range r {
		for j := range s {
			if segmentsCross(r[i], r[(i+1)%len(r)], s[j], s[(j+1)%len(s)]) {
				return true
			}
		}
	}
	return false
}

// within tells whether all of ring s lies inside ring r.
func within(r, s []orb.Point) bool {
	for _, p := range s {
		if !inside(r, p) {
			return false
		}
	}
	return !ringsCross(r, s)
}

// apart tells whether two rings share no ground.
func apart(r, s []orb.Point) bool {
	return !inside(r, s[0]) && !inside(s, r[0]) && !inside(r, centroidOf(s)) && !ringsCross(r, s)
}

// simple tells whether the ring neither crosses nor nearly touches itself.
func simple(ring []orb.Point) bool {
	n := len(ring)
	for i, p := range ring {
		before, after := unit(sub(p, ring[(i+n-1)%n])), unit(sub(ring[(i+1)%n], p))
		if dot(before, after) < -0.97 {
			return false // a spike
		}
		for k := i + 1; k < i+n-1; k++ {
			if toSegment(p, ring[k%n], ring[(k+1)%n]) < 1 {
				return false
			}
		}
	}
	return !ringsCross(ring, ring)
}

// inset moves each side of ring inward by its own depth. It returns nil when
// nothing sensible is left.
func inset(ring []orb.Point, depth []float64) []orb.Point {
	n := len(ring)
	out := make([]orb.Point, 0, n)
	for i, p := range ring {
		before, after := unit(sub(p, ring[(i+n-1)%n])), unit(sub(ring[(i+1)%n], p))
		d1, d2 := depth[(i+n-1)%n], depth[i]
		turn := cross(before, after)
		if math.Abs(turn) < 0.3 { // nearly straight on: the two moved lines may meet far away
			out = append(out, snapped(add(p, scale(unit(left(add(before, after))), max(d1, d2)))))
			continue
		}
		// The point at d1 left of one side and d2 left of the other.
		out = append(out, snapped(add(p, scale(sub(scale(after, d1), scale(before, d2)), 1/turn))))
	}
	out = tidy(unfold(ring, out), 4)
	if len(out) < 3 || areaOf(out) < 100 || !simple(out) || !within(ring, out) {
		return nil
	}
	return out
}

// unfold takes out the sides of a moved ring that have turned round, because
// the deeper inset of their neighbors left nothing of them.
func unfold(ring, moved []orb.Point) []orb.Point {
	type side struct{ start, dir orb.Point } // where it starts now, how it ran
	sides := make([]side, len(ring))
	for i, p := range ring {
		sides[i] = side{moved[i], sub(ring[(i+1)%len(ring)], p)}
	}
	for i := 0; i < len(sides) && len(sides) > 3; i++ {
		n := len(sides)
		next := (i + 1) % n
		if dot(sub(sides[next].start, sides[i].start), sides[i].dir) > 0 {
			continue
		}
		sides[next].start = snapped(lerp(sides[i].start, sides[next].start, 0.5))
		sides = append(sides[:i], sides[i+1:]...)
		i = max(-1, i-3) // the sides before have changed
	}
	out := make([]orb.Point, len(sides))
	for i, s := range sides {
		out[i] = s.start
	}
	return out
}

// tidy drops points closer than gap to the one before.
func tidy(ring []orb.Point, gap float64) []orb.Point {
	var out []orb.Point
	for _, p := range ring {
		if len(out) == 0 || distance(out[len(out)-1], p) >= gap {
			out = append(out, p)
		}
	}
	for len(out) > 3 && distance(out[0], out[len(out)-1]) < gap {
		out = out[:len(out)-1]
	}
	return out
}

// longAxis is the direction of the longer side of the tightest box round ring,
// with the box's two sides, the longer first.
func longAxis(ring []orb.Point) (axis orb.Point, long, short float64) {
	best := math.Inf(1)
	for step := range 36 {
		dir := heading(float64(step) * 5)
		low, high := extent(ring, dir)
		across, up := extent(ring, left(dir))
		l, s := high-low, up-across
		if l >= s && l*s < best {
			axis, long, short, best = dir, l, s, l*s
		}
	}
	return axis, long, short
}

func extent(ring []orb.Point, dir orb.Point) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, p := range ring {
		low, high = min(low, dot(p, dir)), max(high, dot(p, dir))
	}
	return low, high
}

// rectangle is a box with sides along axis and its left, from its middle.
func rectangle(middle, axis orb.Point, along, across float64) []orb.Point {
	a, b := scale(axis, along/2), scale(left(axis), across/2)
	return []orb.Point{
		snapped(sub(sub(middle, a), b)), snapped(sub(add(middle, a), b)),
		snapped(add(add(middle, a), b)), snapped(add(sub(middle, a), b)),
	}
}
