package sample

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// lot is the ground of a block inside its streets, seen in a frame of its own:
// x along the axis, which runs roughly east, y to its left, roughly north.
type lot struct {
	*block
	town  *town
	nodes []int       // of the block's ring
	ring  []orb.Point // of the block, in the frame
	land  []orb.Point // inside the streets' corridors, in the frame
	axis  orb.Point
	taken [][]orb.Point // ground in use, in the frame
}

// open prepares a block for building; nil if its land is too narrow.
func (t *town) open(b *block) *lot {
	nodes := t.mesh.expandRing(b.ring)
	ring := t.mesh.points(nodes)
	depth := make([]float64, len(nodes))
	for i := range nodes {
		depth[i] = 7
		if s, ok := t.mesh.street[edgeOf(nodes[i], nodes[(i+1)%len(nodes)])]; ok {
			depth[i] = t.streets[s].corridor/2 + 1
		}
	}
	land := inset(ring, depth)
	if land == nil {
		return nil
	}
	axis, _, _ := longAxis(ring)
	for axis[0] < math.Abs(axis[1]) {
		axis = left(axis) // rows of houses look south
	}
	return &lot{
		block: b, town: t, nodes: nodes, axis: axis,
		ring: ringToFrame(ring, axis), land: ringToFrame(land, axis),
	}
}

func (l *lot) out(p orb.Point) orb.Point { return snapped(fromFrame(p, l.axis)) }

func (l *lot) outRing(r []orb.Point) []orb.Point {
	o := make([]orb.Point, len(r))
	for i, p := range r {
		o[i] = l.out(p)
	}
	return o
}

// box is a rectangle of the frame.
func box(x0, y0, x1, y1 float64) []orb.Point {
	return []orb.Point{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}}
}

// free tells whether a shape of the frame lies on the land, off all ground taken.
func (l *lot) free(shape []orb.Point) bool {
	if !within(l.land, shape) {
		return false
	}
	for _, o := range l.taken {
		if !apart(o, shape) {
			return false
		}
	}
	return true
}

// row is the stretch of the land along y = const that holds x.
func (l *lot) row(x, y float64) (from, to float64, ok bool) {
	return stretch(l.land, x, y, 0)
}

// column is the stretch along x = const that holds y.
func (l *lot) column(x, y float64) (from, to float64, ok bool) {
	return stretch(l.land, y, x, 1)
}

// stretch cuts a ring with a line parallel to coordinate k and returns the
// piece that holds at.
func stretch(ring []orb.Point, at, level float64, k int) (from, to float64, ok bool) {
	from, to = math.Inf(-1), math.Inf(1)
	for i, a := range ring {
		b := ring[(i+1)%len(ring)]
		if (a[1-k] > level) == (b[1-k] > level) {
			continue
		}
		c := a[k] + (b[k]-a[k])*(level-a[1-k])/(b[1-k]-a[1-k])
		if c <= at {
			from = max(from, c)
		} else {
			to = min(to, c)
		}
	}
	return from, to, !math.IsInf(from, 0) && !math.IsInf(to, 0) && holds(ring, at, level, k)
}

// holds tells whether the place is inside the ring.
func holds(ring []orb.Point, at, level float64, k int) bool {
	if k == 0 {
		return inside(ring, orb.Point{at, level})
	}
	return inside(ring, orb.Point{level, at})
}

// attach finds the street that a drive from p in direction dir meets first, and
// returns the junction there, a new one if need be. Not ok: there is none, or
// the block's side has no street.
func (l *lot) attach(p, dir orb.Point) (node int, ok bool) {
	side, t := -1, math.Inf(1)
	for i, a := range l.ring {
		ab := sub(l.ring[(i+1)%len(l.ring)], a)
		den := cross(dir, ab)
		if math.Abs(den) < 1e-9 {
			continue
		}
		along, on := cross(sub(a, p), ab)/den, cross(sub(a, p), dir)/den
		if along > 0 && along < t && on >= 0 && on <= 1 {
			side, t = i, along
		}
	}
	if side < 0 {
		return 0, false
	}
	a, b := l.nodes[side], l.nodes[(side+1)%len(l.nodes)]
	if _, live := l.town.mesh.street[edgeOf(a, b)]; !live {
		return 0, false
	}
	at := l.out(add(p, scale(dir, t)))
	for _, n := range []int{a, b} {
		if distance(l.town.mesh.at[n], at) < 7 {
			return n, !slices.ContainsFunc(l.town.deadEnds, func(d deadEnd) bool { return d.ends[0] == n || d.ends[1] == n })
		}
	}
	n := l.town.mesh.put(a, b, at)
	l.refresh()
	return n, true
}

// refresh takes in the nodes put on the block's sides since.
func (l *lot) refresh() {
	l.nodes = l.town.mesh.expandRing(l.block.ring)
	l.ring = ringToFrame(l.town.mesh.points(l.nodes), l.axis)
}

// node makes a node of the network at a place of the frame.
func (l *lot) node(p orb.Point) int { return l.town.mesh.node(l.out(p)) }

// way adds a way inside the lot and keeps its ground free.
func (l *lot) way(c class, nodes ...int) {
	l.town.streets = append(l.town.streets, &street{class: c, path: nodes, level: 3})
	p := ringToFrame(l.town.mesh.points(nodes), l.axis)
	for i := 1; i < len(p); i++ {
		if distance(p[i-1], p[i]) < 0.5 {
			continue
		}
		d := unit(sub(p[i], p[i-1]))
		w := scale(left(d), c.corridor/2)
		l.taken = append(l.taken, []orb.Point{sub(p[i-1], w), sub(p[i], w), add(p[i], w), add(p[i-1], w)})
	}
}
