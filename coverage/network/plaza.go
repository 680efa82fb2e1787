package network

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/geo"
)

// maxPlazaNodes is how many places may join a plaza for it to be crossed: the
// lines between them grow with the square.
const maxPlazaNodes = 40

// plazaClasses are the classes of a closed way that is a plaza if it has
// area=yes: open ground that people walk over as they like.
var plazaClasses = []string{"pedestrian", "footway", "path", "living_street", "corridor"}

// PlazaReport says what became of plazas. It is empty for a profile that does
// not cross them.
type PlazaReport struct {
	Crossed   int      // plazas that got at least one line across
	Lines     int      // straight lines added
	Uncrossed []string // ids of those walked around: joined at more than 40 nodes, or an edge that crosses itself
}

// isPlaza tells whether a road is the edge of open ground.
func isPlaza(r *coverage.Road) bool {
	return r.Tags["area"] == "yes" && len(r.Nodes) >= 4 && r.Nodes[0] == r.Nodes[len(r.Nodes)-1] &&
		slices.Contains(plazaClasses, r.Class)
}

// crossPlazas adds a straight link between every two nodes of a plaza at which
// other road joins it, if the line between them lies inside.
func (b *builder) crossPlazas(roads []coverage.Road, pairs []pair) []pair {
	ends := make([]int32, len(b.ids)) // of pairs, by node
	for _, p := range pairs {
		ends[p.a]++
		ends[p.b]++
	}
	visits := b.raw // of the roads that are still to come
	for _, r := range b.chosen {
		road := &roads[r]
		nodes := visits[:len(road.Nodes)]
		visits = visits[len(nodes):]
		if !isPlaza(road) {
			continue
		}
		ring, joints := b.plaza(nodes, ends)
		if len(joints) > maxPlazaNodes {
			b.plazas.Uncrossed = append(b.plazas.Uncrossed, road.ID)
			continue
		}
		if _, crosses := geo.SelfCrossing(ring); crosses {
			b.plazas.Uncrossed = append(b.plazas.Uncrossed, road.ID)
			continue
		}
		before := len(pairs)
		for i, from := range joints {
			for _, to := range joints[:i] {
				if staysInside(ring, b.at[to], b.at[from]) {
					pairs = append(pairs, pair{to, from, b.way(road), r})
				}
			}
		}
		if len(pairs) > before {
			b.plazas.Crossed++
			b.plazas.Lines += len(pairs) - before
		}
	}
	return pairs
}

// plaza is the closed edge of a plaza, and those of its nodes at which more
// than that edge ends, each once.
func (b *builder) plaza(nodes, ends []int32) (ring orb.Ring, joints []int32) {
	for _, node := range nodes {
		ring = append(ring, b.at[node])
		if ends[node] > 2 && !slices.Contains(joints, node) {
			joints = append(joints, node)
		}
	}
	return ring, joints
}

// staysInside tells whether the straight line between two vertices of a ring
// lies in what it encloses. It may touch the ring's corners and run along its
// edges on the way, but not all the way: there the edge itself is the way.
func staysInside(ring orb.Ring, a, b orb.Point) bool {
	stops := []orb.Point{a, b} // where the line touches corners
	for i := 1; i < len(ring); i++ {
		p, q := ring[i-1], ring[i]
		sideP, sideQ := geo.Side(a, b, p), geo.Side(a, b, q)
		if sideP*sideQ < 0 && geo.Side(p, q, a)*geo.Side(p, q, b) < 0 {
			return false
		}
		if sideP == 0 && between(p, a, b) && !slices.Contains(stops, p) {
			stops = append(stops, p)
		}
	}
	slices.SortFunc(stops, func(p, q orb.Point) int { return cmp.Or(cmp.Compare(p[0], q[0]), cmp.Compare(p[1], q[1])) })
	across := false
	for i := 1; i < len(stops); i++ {
		p, q := stops[i-1], stops[i]
		switch {
		case hasEdge(ring, p, q):
		case holds(ring, orb.Point{(p[0] + q[0]) / 2, (p[1] + q[1]) / 2}):
			across = true
		default:
			return false
		}
	}
	return across
}

// hasEdge tells whether a ring goes straight from p to q or from q to p.
func hasEdge(ring orb.Ring, p, q orb.Point) bool {
	for i := 1; i < len(ring); i++ {
		if ring[i-1] == p && ring[i] == q || ring[i-1] == q && ring[i] == p {
			return true
		}
	}
	return false
}

// between tells whether p, on the line through a and b, lies from a to b.
func between(p, a, b orb.Point) bool {
	return min(a[0], b[0]) <= p[0] && p[0] <= max(a[0], b[0]) && min(a[1], b[1]) <= p[1] && p[1] <= max(a[1], b[1])
}

// holds tells whether a closed ring encloses a point that is not on it.
func holds(ring orb.Ring, p orb.Point) bool {
	inside := false
	for i := 1; i < len(ring); i++ {
		a, b := ring[i-1], ring[i]
		if a[1] > b[1] {
			a, b = b, a
		}
		if a[1] <= p[1] && p[1] < b[1] && geo.Side(a, b, p) > 0 { // left of an edge that runs up: it lies east of p
			inside = !inside
		}
	}
	return inside
}
