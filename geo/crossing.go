package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// SelfCrossing finds a place where a ring crosses or touches itself, or runs
// back over itself. An open ring is taken as closed. Equal points one after
// the other are no fault, nor is a ring of fewer than three different points:
// it has no edges that could meet. Points that are not finite are passed over.
//
// Holds:   crosses is exact for the coordinates given. When it is true, at is
// the vertex that touches, or the crossing, rounded to float64. The same ring
// gives the same place.
// Cost:    O(n log n) for rings met on maps, by a tree of boxes over runs of
// edges; a ring whose edges nearly all have overlapping boxes (a long slanted
// comb) costs O(n²).
func SelfCrossing(ring orb.Ring) (at orb.Point, crosses bool) {
	points := distinct(ring)
	if len(points) < 3 {
		return orb.Point{}, false
	}
	t := newRunTree(points)
	crosses = t.within(1)
	return t.at, crosses
}

// distinct returns the finite points of a ring without repeats and without its
// closing point.
func distinct(ring orb.Ring) []orb.Point {
	out := make([]orb.Point, 0, len(ring))
	for _, p := range ring {
		if Finite(p) && (len(out) == 0 || out[len(out)-1] != p) {
			out = append(out, p)
		}
	}
	for len(out) > 1 && out[0] == out[len(out)-1] {
		out = out[:len(out)-1]
	}
	return out
}

// runTree is a binary tree over the edges of a ring in their order: node k has
// the children 2k and 2k+1, its leaves are the edges. Neighboring edges lie
// near each other, so the boxes are small without any sorting.
type runTree struct {
	points []orb.Point
	leaves int // a power of two
	boxes  []orb.Bound
	at     orb.Point
}

func newRunTree(points []orb.Point) *runTree {
	t := &runTree{points: points, leaves: 1}
	for t.leaves < len(points) {
		t.leaves *= 2
	}
	t.boxes = make([]orb.Bound, 2*t.leaves)
	// The box of no edge: it meets nothing and adds nothing.
	none := orb.Bound{Min: orb.Point{math.Inf(1), math.Inf(1)}, Max: orb.Point{math.Inf(-1), math.Inf(-1)}}
	for i := range t.leaves {
		t.boxes[t.leaves+i] = none
		if i < len(points) {
			a, b := t.edge(i)
			t.boxes[t.leaves+i] = orb.MultiPoint{a, b}.Bound()
		}
	}
	for k := t.leaves - 1; k > 0; k-- {
		a, b := t.boxes[2*k], t.boxes[2*k+1]
		t.boxes[k] = orb.Bound{
			Min: orb.Point{math.Min(a.Min[0], b.Min[0]), math.Min(a.Min[1], b.Min[1])},
			Max: orb.Point{math.Max(a.Max[0], b.Max[0]), math.Max(a.Max[1], b.Max[1])},
		}
	}
	return t
}

func (t *runTree) edge(i int) (a, b orb.Point) {
	return t.points[i], t.points[(i+1)%len(t.points)]
}

// within looks for a fault among the edges under node k.
func (t *runTree) within(k int) bool {
	if k >= t.leaves {
		return false
	}
	return t.within(2*k) || t.within(2*k+1) || t.between(2*k, 2*k+1)
}

// between looks for a fault of an edge under j with an edge under k. Both are
// of the same level.
func (t *runTree) between(j, k int) bool {
	a, b := t.boxes[j], t.boxes[k]
	if a.Max[0] < b.Min[0] || b.Max[0] < a.Min[0] || a.Max[1] < b.Min[1] || b.Max[1] < a.Min[1] {
		return false
	}
	if j >= t.leaves {
		return t.meet(j-t.leaves, k-t.leaves)
	}
	return t.between(2*j, 2*k) || t.between(2*j, 2*k+1) || t.between(2*j+1, 2*k) || t.between(2*j+1, 2*k+1)
}

// meet tells whether edges i < j share more than a ring allows.
func (t *runTree) meet(i, j int) bool {
	if j >= len(t.points) {
		return false
	}
	a, b := t.edge(i)
	c, d := t.edge(j)
	switch {
	case j == i+1:
		return t.folds(a, b, d)
	case i == 0 && j == len(t.points)-1:
		return t.folds(c, d, b)
	}
	sc, sd := Side(a, b, c), Side(a, b, d)
	sa, sb := Side(c, d, a), Side(c, d, b)
	if sc*sd > 0 || sa*sb > 0 {
		return false
	}
	for _, touch := range []struct {
		side    int
		p, e, f orb.Point
	}{{sc, c, a, b}, {sd, d, a, b}, {sa, a, c, d}, {sb, b, c, d}} {
		if touch.side == 0 && between(touch.p, touch.e, touch.f) {
			t.at = touch.p
			return true
		}
	}
	if sc*sd < 0 && sa*sb < 0 {
		t.at = crossing(a, b, c, d)
		return true
	}
	return false // on one line, apart
}

// folds tells whether the edge from b to c runs back over the edge from a to b.
func (t *runTree) folds(a, b, c orb.Point) bool {
	if Side(a, b, c) != 0 || between(b, a, c) {
		return false
	}
	t.at = b
	return true
}

// between tells whether p, known to be on the line through a and b, lies on
// the piece from a to b.
func between(p, a, b orb.Point) bool {
	return p[0] >= math.Min(a[0], b[0]) && p[0] <= math.Max(a[0], b[0]) &&
		p[1] >= math.Min(a[1], b[1]) && p[1] <= math.Max(a[1], b[1])
}

// crossing returns where two edges that are known to cross do so.
func crossing(a, b, c, d orb.Point) orb.Point {
	rx, ry := b[0]-a[0], b[1]-a[1]
	sx, sy := d[0]-c[0], d[1]-c[1]
	cross := rx*sy - ry*sx
	if cross == 0 {
		return a // parallel but for rounding: any point of the edge will do
	}
	f := ((c[0]-a[0])*sy - (c[1]-a[1])*sx) / cross
	f = math.Max(0, math.Min(1, f))
	return orb.Point{a[0] + f*rx, a[1] + f*ry}
}
