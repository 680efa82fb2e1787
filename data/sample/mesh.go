package sample

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// mesh is a planar subdivision that only ever gets finer. Faces and streets
// are lists of node numbers. A node put on an edge is remembered with the edge,
// so that whatever runs along it, on either side, finds the node by expand:
// neighbors share their vertices exactly, and streets their junctions.
type mesh struct {
	at     []orb.Point
	mid    map[edge]int
	street map[edge]int // index of the street that runs along an edge; absent where none does
}

// edge joins two nodes, the smaller number first.
type edge struct{ a, b int }

func edgeOf(a, b int) edge { return edge{min(a, b), max(a, b)} }

func newMesh() *mesh {
	return &mesh{mid: make(map[edge]int), street: make(map[edge]int)}
}

func (m *mesh) node(p orb.Point) int {
	m.at = append(m.at, snapped(p))
	return len(m.at) - 1
}

// put places a node on the edge ab.
func (m *mesh) put(a, b int, p orb.Point) int {
	n := m.node(p)
	m.mid[edgeOf(a, b)] = n
	if s, ok := m.street[edgeOf(a, b)]; ok {
		m.street[edgeOf(a, n)], m.street[edgeOf(n, b)] = s, s
	}
	return n
}

// expand returns the path with all nodes since put on its edges.
func (m *mesh) expand(path []int) []int {
	out := path[:1:1]
	for i := 1; i < len(path); i++ {
		out = m.between(out, path[i-1], path[i])
	}
	return out
}

func (m *mesh) between(out []int, a, b int) []int {
	if n, ok := m.mid[edgeOf(a, b)]; ok {
		return m.between(m.between(out, a, n), n, b)
	}
	return append(out, b)
}

// expandRing is expand for a closed ring.
func (m *mesh) expandRing(ring []int) []int {
	out := m.expand(append(slices.Clone(ring), ring[0]))
	return out[:len(out)-1]
}

func (m *mesh) points(nodes []int) []orb.Point {
	out := make([]orb.Point, len(nodes))
	for i, n := range nodes {
		out[i] = m.at[n]
	}
	return out
}

// corner tells whether the ring turns by more than 30 degrees at place i.
func (m *mesh) corner(ring []int, i int) bool {
	n := len(ring)
	p := m.at[ring[i]]
	before, after := unit(sub(p, m.at[ring[(i+n-1)%n]])), unit(sub(m.at[ring[(i+1)%n]], p))
	return dot(before, after) < 0.866
}

// crossing is where a cut meets the ring: at a node of it, or on its side.
type crossing struct {
	side int // index of the node before
	node int // -1: a new node is needed
	p    orb.Point
}

// nearNode is how close a cut may pass an existing node before it takes it,
// which makes crossroads of near misses.
const nearNode = 18

// cut divides a face along a line through a point. The cut bows by a share of
// its length to one side. Not ok: the line does not split the face in two
// sound parts; nothing has changed then.
func (m *mesh) cut(ring []int, through, dir orb.Point, bow float64) (one, two, path []int, ok bool) {
	ring = m.expandRing(ring)
	ends := m.crossings(ring, through, dir)
	if len(ends) != 2 {
		return nil, nil, nil, false
	}
	bends, ok := m.bends(ring, ends, bow)
	if !ok {
		return nil, nil, nil, false
	}
	var first, last int
	whole := slices.Clone(ring)
	// The later side first, so that the earlier index stays right.
	whole, last = m.place(whole, ends[1])
	whole, first = m.place(whole, ends[0])
	i, j := slices.Index(whole, first), slices.Index(whole, last)
	if i > j { // the later side ended at the ring's first node
		first, last, i, j = last, first, j, i
		slices.Reverse(bends)
	}
	path = []int{first}
	for _, p := range bends {
		path = append(path, m.node(p))
	}
	path = append(path, last)
	one = slices.Clone(whole[i : j+1])
	for k := len(path) - 2; k > 0; k-- {
		one = append(one, path[k])
	}
	two = append(slices.Clone(whole[j:]), whole[:i+1]...)
	two = append(two, path[1:len(path)-1]...)
	return one, two, path, true
}

// place puts the crossing's node in the ring unless it is there already.
func (m *mesh) place(ring []int, c crossing) ([]int, int) {
	if c.node >= 0 {
		return ring, c.node
	}
	n := m.put(ring[c.side], ring[(c.side+1)%len(ring)], c.p)
	return slices.Insert(ring, c.side+1, n), n
}

// crossings returns where the line meets the ring; nil if it does so at a place
// where no junction should be.
func (m *mesh) crossings(ring []int, through, dir orb.Point) []crossing {
	var out []crossing
	for i := range ring {
		j := (i + 1) % len(ring)
		a, b := m.at[ring[i]], m.at[ring[j]]
		s, t := cross(dir, sub(a, through)), cross(dir, sub(b, through))
		if (s < 0) == (t < 0) {
			continue
		}
		c := crossing{side: i, node: -1, p: snapped(lerp(a, b, s/(s-t)))}
		near := i
		if distance(c.p, b) < distance(c.p, a) {
			near = j
		}
		if distance(c.p, m.at[ring[near]]) < nearNode {
			if m.corner(ring, near) {
				return nil
			}
			c.node, c.p = ring[near], m.at[ring[near]]
		}
		out = append(out, c)
	}
	if len(out) == 2 && distance(out[0].p, out[1].p) < 2*nearNode {
		return nil
	}
	return out
}

// bends gives the inner points of a cut and checks that both parts are sound.
func (m *mesh) bends(ring []int, ends []crossing, bow float64) ([]orb.Point, bool) {
	a, b := ends[0].p, ends[1].p
	whole := m.points(ring)
	side := scale(left(sub(b, a)), bow)
	pieces := 1 + int(distance(a, b)/90)
	var inner []orb.Point
	for k := 1; k < pieces; k++ {
		t := float64(k) / float64(pieces)
		p := snapped(add(lerp(a, b, t), scale(side, 4*t*(1-t))))
		if !inside(whole, p) || toRing(whole, p) < 20 {
			return nil, false
		}
		inner = append(inner, p)
	}
	line := append(append([]orb.Point{a}, inner...), b)
	for i := 1; i < len(line); i++ {
		for j := range whole {
			if segmentsCross(line[i-1], line[i], whole[j], whole[(j+1)%len(whole)]) &&
				j != ends[0].side && j != ends[1].side {
				return nil, false
			}
		}
		if !inside(whole, lerp(line[i-1], line[i], 0.5)) {
			return nil, false
		}
	}
	return inner, true
}

// outline returns the rings round a group of expanded faces: the edges that no
// other face of the group runs along the other way.
func (m *mesh) outline(faces [][]int) orb.MultiPolygon {
	next := make(map[int][]int)
	ways := make(map[[2]int]bool)
	for _, f := range faces {
		for i := range f {
			ways[[2]int{f[i], f[(i+1)%len(f)]}] = true
		}
	}
	var starts []int
	for _, f := range faces {
		for i := range f {
			a, b := f[i], f[(i+1)%len(f)]
			if !ways[[2]int{b, a}] {
				next[a] = append(next[a], b)
				starts = append(starts, a)
			}
		}
	}
	var rings [][]int
	for _, s := range starts {
		if len(next[s]) > 0 {
			rings = append(rings, m.walk(next, s))
		}
	}
	return m.polygons(rings)
}

// walk follows the outline from a node until it is back. Where the outline
// touches itself it takes the sharpest left, which keeps the rings apart.
func (m *mesh) walk(next map[int][]int, start int) []int {
	ring := []int{start}
	before, here := -1, start
	for {
		choices := next[here]
		best := 0
		if len(choices) > 1 && before >= 0 {
			turn := math.Inf(-1)
			for i, c := range choices {
				in, out := unit(sub(m.at[here], m.at[before])), unit(sub(m.at[c], m.at[here]))
				t := math.Atan2(cross(in, out), dot(in, out))
				if t > turn {
					turn, best = t, i
				}
			}
		}
		to := choices[best]
		next[here] = slices.Delete(choices, best, best+1)
		if to == start {
			return ring
		}
		ring = append(ring, to)
		before, here = here, to
	}
}

// polygons sorts rings into shells and the holes inside them.
func (m *mesh) polygons(rings [][]int) orb.MultiPolygon {
	var shells orb.MultiPolygon
	for _, r := range rings {
		if p := m.points(r); areaOf(p) > 0 {
			shells = append(shells, orb.Polygon{closed(p)})
		}
	}
	for _, r := range rings {
		p := m.points(r)
		if areaOf(p) > 0 {
			continue
		}
		for i := range shells {
			if inside(shells[i][0], lerp(p[0], p[1], 0.5)) {
				shells[i] = append(shells[i], closed(p))
				break
			}
		}
	}
	return shells
}

func closed(ring []orb.Point) orb.Ring {
	return append(slices.Clone(orb.Ring(ring)), ring[0])
}
