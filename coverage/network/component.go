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
}

// Component is a piece of network with no way to the others.
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

// labelComponents finds the connected pieces, taking each arc both ways, and
// marks the islands: pieces shorter than the profile's IslandMeters, save the
// longest of all, which is never an island. Pieces are numbered by length,
// longest first; ties go to the one that holds the smaller node.
func (n *Network) labelComponents() []Component {
	n.component = make([]int32, len(n.nodeAt))
	for i := range n.component {
		n.component[i] = -1
	}
	var pieces []Component
	var stack []int32
	for start := range int32(len(n.nodeAt)) {
		if n.component[start] >= 0 {
			continue
		}
		label := int32(len(pieces))
		pieces = append(pieces, Component{})
		n.component[start] = label
		stack = append(stack[:0], start)
		for len(stack) > 0 {
			node := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			for _, a := range n.out[Length][n.firstArc[node]:n.firstArc[node+1]] {
				if n.component[a.Head] < 0 {
					n.component[a.Head] = label
					stack = append(stack, int32(a.Head))
				}
			}
		}
	}
	millimeters := make([]uint64, len(pieces))
	for i := range n.edges {
		label := n.component[n.edges[i].Tail]
		pieces[label].Edges++
		millimeters[label] += uint64(n.edges[i].Length)
	}
	return n.rankComponents(pieces, millimeters)
}

func (n *Network) rankComponents(pieces []Component, millimeters []uint64) []Component {
	order := make([]int32, len(pieces))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(millimeters[b], millimeters[a]) })
	rank := make([]int32, len(pieces))
	ranked := make([]Component, len(pieces))
	n.islands = make([]bool, len(pieces))
	for r, label := range order {
		c := pieces[label]
		c.LengthMeters = float64(millimeters[label]) / 1000
		c.Island = r > 0 && c.LengthMeters < n.profile.IslandMeters
		rank[label], ranked[r], n.islands[r] = int32(r), c, c.Island
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
		Plazas: b.plazas,
	}
	for _, c := range pieces {
		r.LengthMeters += c.LengthMeters
	}
	return r
}
