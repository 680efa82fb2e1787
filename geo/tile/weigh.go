package tile

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// least is twice the area, in square units of a zoom, of the smallest triangle
// between a point and its neighbors for which the point is drawn at that zoom: a
// quarter of a pixel on a tile shown 512 pixels wide.
const least = 1 << leastBits

const leastBits = 5

// zoomOf is the zoom from which a triangle of this size, in units of the
// innermost zoom, is seen. A zoom further out makes areas a fourth.
func zoomOf(twiceArea int64) uint8 {
	if twiceArea < least {
		return MaxZoom
	}
	out := (bits.Len64(uint64(twiceArea)) - 1 - leastBits) / 2
	return uint8(max(0, MaxZoom-out))
}

// tooLarge is seen at every zoom.
const tooLarge = int64(least) << (2 * MaxZoom)

// web is points with two neighbors each, from which the least needed is taken
// away again and again, its neighbors becoming neighbors (Visvalingam). A point
// whose turn comes may have to stay.
//
// Source: Visvalingam and Whyatt (1993), Line generalisation by repeated
// elimination of points. That areas stay apart if no other point lies in the
// triangle taken away is a property of plane figures.
type web struct {
	at      []point
	sides   [][2]int32         // neighbors; fixed points have none
	size    []int64            // twice the area of each point's triangle
	shows   []uint8            // the zoom from which a point is needed; 0 until it goes
	take    func(n int32) bool // takes a point away, unless it must stay
	waiting queue
}

// fixed marks a point that is never taken away.
const fixed = -1

func newWeb(at []point) *web {
	return &web{at: at, sides: make([][2]int32, len(at)), size: make([]int64, len(at)), shows: make([]uint8, len(at))}
}

// weigh takes away all points that may go.
func (w *web) weigh() {
	for n := range w.at {
		if w.sides[n][0] != fixed {
			w.size[n] = w.triangle(int32(n))
			w.waiting = append(w.waiting, turn{w.size[n], int32(n)})
		}
	}
	slices.SortFunc(w.waiting, compareTurns) // an ordered list is a heap
	for len(w.waiting) > 0 {
		t := w.waiting.pop()
		if t.size >= tooLarge {
			return
		}
		if t.size == w.size[t.of] { // else its neighbors have changed since
			w.serve(t)
		}
	}
}

// serve has the turn of a point: it goes, or waits for its neighbors to change.
func (w *web) serve(t turn) {
	n := t.of
	if !w.take(n) {
		w.wait(n, max(4*t.size, least)) // one zoom further out
		return
	}
	a, b := w.sides[n][0], w.sides[n][1]
	w.shows[n], w.size[n] = zoomOf(t.size), -1
	w.relink(a, n, b, t.size)
	w.relink(b, n, a, t.size)
}

// relink gives a another neighbor. A point is needed no less than those beside
// it that went before.
func (w *web) relink(a, gone, now int32, atLeast int64) {
	side := &w.sides[a]
	if side[0] == fixed {
		return
	}
	if side[0] == gone {
		side[0] = now
	} else {
		side[1] = now
	}
	w.wait(a, max(w.triangle(a), atLeast))
}

func (w *web) wait(n int32, size int64) {
	w.size[n] = size
	w.waiting.push(turn{size, n})
}

func (w *web) triangle(n int32) int64 {
	area := twiceArea(w.at[w.sides[n][0]], w.at[n], w.at[w.sides[n][1]])
	return max(area, -area)
}

// weighLines looks at each line for itself. Its ends stay, so that roads that
// meet at their ends still do.
func (s *Set) weighLines() {
	if !slices.ContainsFunc(s.shapes, func(at shape) bool { return at.kind == lines }) {
		return
	}
	w := newWeb(s.points)
	for n := range w.sides {
		w.sides[n] = [2]int32{fixed, fixed}
	}
	for first, end := range s.eachPart(lines) {
		for n := first + 1; n < end-1; n++ {
			w.sides[n] = [2]int32{int32(n - 1), int32(n + 1)}
		}
	}
	w.take = func(int32) bool { return true }
	w.weigh()
	copy(s.shows, w.shows)
}

// weighAreas looks at the points of all rings together, one for each place. A
// place with three neighbors or more is where lines meet, and stays. Any other
// may go if every ring keeps three points and the line changes sides with no
// other place: then no two areas come to overlap.
func (s *Set) weighAreas() {
	if !slices.ContainsFunc(s.shapes, func(at shape) bool { return at.kind == areas }) {
		return
	}
	n := s.nodes()
	w := newWeb(n.at)
	copy(w.sides, n.sides)
	standing := newGrove(n.at)
	w.take = func(node int32) bool {
		if !n.spare(node) || w.size[node] > 0 && standing.inside(w.sides[node][0], node, w.sides[node][1]) {
			return false
		}
		n.take(node)
		standing.fell(node)
		return true
	}
	w.weigh()
	for node := range n.at {
		for _, i := range n.pointsOf(int32(node)) {
			s.shows[i] = w.shows[node]
		}
	}
}

// nodes are the places of the points of all rings.
type nodes struct {
	at     []point
	sides  [][2]int32 // the two neighbors that a place has in all rings; fixed for more
	begin  []int32    // of its points in points
	points []int32    // of the set, by node
	ring   []int32    // of each of them
	left   []int32    // how many points each ring still has
}

// placed is a point of a ring with its place on a curve through all places.
type placed struct {
	along       uint64
	point, ring int32
}

// nodes finds the places of rings, in the order of a curve, so that those near
// each other mostly stand near each other in the list.
func (s *Set) nodes() *nodes {
	n := &nodes{}
	var list []placed
	for first, end := range s.eachPart(areas) {
		for i := first; i < end; i++ {
			p := s.points[i]
			list = append(list, placed{along(worldBits+1, uint32(p.x), uint32(p.y)), int32(i), int32(len(n.left))})
		}
		n.left = append(n.left, int32(end-first))
	}
	slices.SortFunc(list, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.along, b.along), cmp.Compare(a.point, b.point))
	})
	of := make([]int32, len(s.points))
	for k, p := range list {
		if k == 0 || p.along != list[k-1].along {
			n.at, n.begin = append(n.at, s.points[p.point]), append(n.begin, int32(k))
		}
		of[p.point] = int32(len(n.at) - 1)
		n.points, n.ring = append(n.points, p.point), append(n.ring, p.ring)
	}
	n.begin = append(n.begin, int32(len(list)))
	n.connect(s, of)
	return n
}

// connect finds the neighbors of each place.
func (n *nodes) connect(s *Set, of []int32) {
	const none = math.MinInt32
	n.sides = make([][2]int32, len(n.at))
	for i := range n.sides {
		n.sides[i] = [2]int32{none, none}
	}
	meet := func(a, b int32) {
		switch side := &n.sides[a]; {
		case side[0] == fixed || side[0] == b || side[1] == b:
		case side[0] == none:
			side[0] = b
		case side[1] == none:
			side[1] = b
		default:
			*side = [2]int32{fixed, fixed}
		}
	}
	for first, end := range s.eachPart(areas) {
		for i := first; i < end; i++ {
			a, b := of[i], of[first+(i+1-first)%(end-first)]
			meet(a, b)
			meet(b, a)
		}
	}
	for i, side := range n.sides {
		if side[1] == none { // the end of a spike
			n.sides[i] = [2]int32{fixed, fixed}
		}
	}
}

// pointsOf are the points of the set at a node.
func (n *nodes) pointsOf(node int32) []int32 { return n.points[n.begin[node]:n.begin[node+1]] }

// spare tells whether every ring through a node can do without it.
func (n *nodes) spare(node int32) bool {
	for _, ring := range n.ring[n.begin[node]:n.begin[node+1]] {
		if n.left[ring] <= 3 {
			return false
		}
	}
	return true
}

func (n *nodes) take(node int32) {
	for _, ring := range n.ring[n.begin[node]:n.begin[node+1]] {
		n.left[ring]--
	}
}

// turn is a point and how large its triangle was when it was put in line.
type turn struct {
	size int64
	of   int32
}

func compareTurns(a, b turn) int {
	return cmp.Or(cmp.Compare(a.size, b.size), cmp.Compare(a.of, b.of))
}

// queue is a binary heap with the smallest turn in front.
type queue []turn

func (q *queue) push(t turn) {
	*q = append(*q, t)
	for i := len(*q) - 1; i > 0; {
		up := (i - 1) / 2
		if compareTurns((*q)[up], (*q)[i]) <= 0 {
			return
		}
		(*q)[up], (*q)[i] = (*q)[i], (*q)[up]
		i = up
	}
}

func (q *queue) pop() turn {
	list := *q
	first, last := list[0], len(list)-1
	list[0] = list[last]
	list = list[:last]
	for i := 0; ; {
		down := 2*i + 1
		if down >= last {
			break
		}
		if down+1 < last && compareTurns(list[down+1], list[down]) < 0 {
			down++
		}
		if compareTurns(list[i], list[down]) <= 0 {
			break
		}
		list[i], list[down] = list[down], list[i]
		i = down
	}
	*q = list
	return first
}
