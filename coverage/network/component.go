package network

import (
	"cmp"
	"slices"

	"kaimen/coverage"
)

// Report says what became of the roads.
type Report struct {
	Roads  int                    // given
	Used   int                    // usable by the profile
	Denied []coverage.ReasonCount // the rest by reason; Used + their rows = Roads

	Nodes, Edges int
	LengthMeters float64
	Components   []Component // longest first
	Plazas       PlazaReport
	Gates        GateReport
	Turns        TurnReport
}

// Component is a piece of network within which every place leads to every other.
type Component struct {
	Edges        int
	LengthMeters float64
	Island       bool // too short for points to be tied to it when other road is near
}

// Islands is the number of components that are islands.
func (r Report) Islands() (n int) {
	for _, c := range r.Components {
		if c.Island {
			n++
		}
	}
	return n
}

// labelComponents finds the pieces within which every place leads to every
// other, and marks the islands: pieces shorter than the profile's
// IslandMeters, save the longest of all, which is never an island. Pieces are
// numbered by length, longest first; ties go to the one that was found first.
// Gates of residents and turn restrictions cut nothing off here.
//
// Source: Tarjan (1972), Depth-first search and linear graph algorithms, with a
// stack of its own in place of recursion.
func (n *Network) labelComponents() []Component {
	t := tarjan{n: n, order: make([]int32, len(n.nodeAt)), low: make([]int32, len(n.nodeAt)), label: make([]int32, len(n.nodeAt))}
	for i := range t.label {
		t.label[i] = -1
	}
	for start := range int32(len(n.nodeAt)) {
		if t.order[start] == 0 {
			t.walk(start)
		}
	}
	n.component = t.label
	pieces := make([]Component, t.pieces)
	millimeters := make([]uint64, t.pieces)
	for i := range n.edges {
		if label := n.component[n.edges[i].Tail]; label == n.component[n.edges[i].Head] {
			pieces[label].Edges++
			millimeters[label] += uint64(n.edges[i].Length)
		}
	}
	return n.rankComponents(pieces, millimeters)
}

// tarjan is the state of one search for strong components.
type tarjan struct {
	n      *Network
	order  []int32 // by node: when it was found, from 1; 0 before
	low    []int32 // the earliest node on the stack that it leads back to
	label  []int32
	stack  []int32
	path   []visiting
	found  int32
	pieces int32
}

// visiting is a node on the path from the start and the next of its edges to look at.
type visiting struct{ node, next int32 }

func (t *tarjan) enter(node int32) {
	t.found++
	t.order[node], t.low[node] = t.found, t.found
	t.stack = append(t.stack, node)
	t.path = append(t.path, visiting{node: node})
}

func (t *tarjan) walk(start int32) {
	t.enter(start)
	for len(t.path) > 0 {
		at := &t.path[len(t.path)-1]
		if around := t.n.EdgesAt(at.node); int(at.next) < len(around) {
			at.next++
			if to, ok := t.n.across(around[at.next-1], at.node); ok {
				if t.order[to] == 0 {
					t.enter(to)
				} else if t.label[to] < 0 {
					t.low[at.node] = min(t.low[at.node], t.order[to])
				}
			}
			continue
		}
		t.leave(at.node)
	}
}

// leave ends the visit to a node; the last of its piece to be left names it.
func (t *tarjan) leave(node int32) {
	t.path = t.path[:len(t.path)-1]
	if len(t.path) > 0 {
		before := t.path[len(t.path)-1].node
		t.low[before] = min(t.low[before], t.low[node])
	}
	if t.low[node] != t.order[node] {
		return
	}
	for {
		top := t.stack[len(t.stack)-1]
		t.stack = t.stack[:len(t.stack)-1]
		t.label[top] = t.pieces
		if top == node {
			break
		}
	}
	t.pieces++
}

// across is the other end of an edge, if one may go there from this one.
func (n *Network) across(edge, from int32) (to int32, ok bool) {
	e := n.Edge(edge)
	if e.Tail == from {
		return e.Head, e.times[0] != Unreached
	}
	return e.Tail, e.times[1] != Unreached
}

// onIsland tells whether an edge belongs to a piece too short to be tied to, or
// leads from one piece to another, so that who is on it cannot come back.
func (n *Network) onIsland(edge int32) bool {
	e := n.Edge(edge)
	label := n.label(e.Tail)
	return label != n.label(e.Head) || n.islands[label]
}

// label is the piece that a place belongs to.
func (n *Network) label(place int32) int32 {
	if int(place) < len(n.component) {
		return n.component[place]
	}
	return n.over.labels[int(place)-len(n.nodeAt)]
}

func (n *Network) rankComponents(pieces []Component, millimeters []uint64) []Component {
	order := make([]int32, len(pieces))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(millimeters[b], millimeters[a]) })
	rank := make([]int32, len(pieces))
	ranked := make([]Component, len(pieces))
	n.islands, n.millimeters = make([]bool, len(pieces)), make([]uint64, len(pieces))
	for r, label := range order {
		c := pieces[label]
		c.LengthMeters = float64(millimeters[label]) / 1000
		c.Island = r > 0 && c.LengthMeters < n.profile.IslandMeters
		rank[label], ranked[r], n.islands[r] = int32(r), c, c.Island
		n.millimeters[r] = millimeters[label]
	}
	for node, label := range n.component {
		n.component[node] = rank[label]
	}
	return ranked
}

func (b *builder) report(n *Network, roads int, pieces []Component) Report {
	r := Report{
		Roads: roads, Used: len(b.chosen), Denied: b.tally.Counts(),
		Nodes: n.NodeCount(), Edges: n.EdgeCount(), Components: pieces,
		Plazas: b.plazas, Gates: b.gates, Turns: b.turns,
	}
	millimeters := uint64(0)
	for i := range n.edges {
		millimeters += uint64(n.edges[i].Length)
	}
	r.LengthMeters = float64(millimeters) / 1000
	return r
}
