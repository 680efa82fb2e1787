package network

import (
	"slices"

	"kaimen/coverage"
)

// A place that people do not leave as freely as they come has several nodes.
// Inside a compound behind gates of residents there are two: people set out
// from the first and never come back to it; those who came in through a gate
// go on over the second, which leads nowhere out. At a junction with turn
// restrictions there is one more for every road that they bind: those who come
// along it stand there, and find only the roads that they may take.

// lanes say why places have further nodes, and where arcs lead that start at
// one. They are all nil where nothing binds.
type lanes struct {
	inside []bool          // by edge: within a compound
	gate   map[int32]bool  // nodes that are gates of residents
	inner  map[int32]int32 // second node of a node within a compound
	only   map[int32]bool  // further nodes of those who must take one road
}

// end names an end of an edge: its number doubled, and one for the head.
func end(edge int32, head bool) int32 {
	if head {
		return edge<<1 | 1
	}
	return edge << 1
}

// layLanes makes the further nodes and lays the arcs.
func (b *builder) layLanes(n *Network, roads []coverage.Road, chains []chain) {
	if len(b.gated) > 0 {
		n.enclose(b, chains)
	}
	if b.profile.Turns {
		b.restrict(n, roads, chains)
	}
	n.layArcs()
}

// enclose gives each junction within a compound its second node.
func (n *Network) enclose(b *builder, chains []chain) {
	l := &n.lanes
	l.inside = make([]bool, len(chains))
	l.gate, l.inner = make(map[int32]bool), make(map[int32]int32)
	n.onto = make(map[int32][]int32)
	for raw := range b.gated {
		if node := b.number[raw]; node >= 0 {
			l.gate[node] = true
		}
	}
	for i, c := range chains {
		// A road from gate to gate lies inside too: else one would pass through.
		l.inside[i] = !slices.ContainsFunc(c.nodes, func(raw int32) bool { return !b.gated[raw] && !b.private[raw] })
		if !l.inside[i] {
			continue
		}
		for _, head := range []bool{false, true} {
			node := n.nodeOf(int32(i), head)
			if l.gate[node] {
				continue
			}
			if _, known := l.inner[node]; !known {
				l.inner[node] = n.further(node)
			}
			n.onto[end(int32(i), head)] = []int32{l.inner[node]}
		}
	}
}

// further makes one more node at the place of another.
func (n *Network) further(node int32) int32 {
	n.nodeAt = append(n.nodeAt, n.nodeAt[node])
	n.copyOf = append(n.copyOf, node)
	return int32(len(n.nodeAt) - 1)
}

// arrival is the node that one comes to at the other end of an edge, having
// gone onto it from a node.
func (n *Network) arrival(from, edge int32, toHead bool) (node int32, ok bool) {
	l := &n.lanes
	if l.inside == nil || !l.inside[edge] {
		return n.Off(edge, toHead), true
	}
	start, target := n.nodeOf(edge, !toHead), n.nodeOf(edge, toHead)
	leaving := from == start && !l.gate[start]
	switch {
	case leaving:
		return target, true
	case l.gate[target]:
		return 0, false // come in by one gate, out by another
	}
	return l.inner[target], true
}

// step is an arc between two nodes with its cost by time and by length.
type step struct {
	from, to int32
	cost     [2]Cost
}

// layArcs fills the compressed rows, each in edge order.
func (n *Network) layArcs() {
	steps := make([]step, 0, 2*n.EdgeCount())
	for e := range n.EdgeCount() {
		for _, toHead := range []bool{true, false} {
			cost := [2]Cost{n.Edge(int32(e)).cost(Time, toHead), n.Edge(int32(e)).cost(Length, toHead)}
			if cost[Time] == Unreached {
				continue
			}
			first, more := n.Onto(int32(e), !toHead)
			for i := -1; i < len(more); i++ {
				from := first
				if i >= 0 {
					from = more[i]
				}
				if to, ok := n.arrival(from, int32(e), toHead); ok {
					steps = append(steps, step{from, to, cost})
				}
			}
		}
	}
	n.firstOut, n.out = rowsOf(n.NodeCount(), steps, func(s *step) (row, head int32) { return s.from, s.to })
	n.firstIn, n.in = rowsOf(n.NodeCount(), steps, func(s *step) (row, head int32) { return s.to, s.from })
	n.share()
}

// rowsOf puts steps in rows, those of one row in their order.
func rowsOf(nodes int, steps []step, ends func(*step) (row, head int32)) (first []int32, arcs [2][]Arc) {
	first = make([]int32, nodes+1)
	for i := range steps {
		row, _ := ends(&steps[i])
		first[row+1]++
	}
	for i := range nodes {
		first[i+1] += first[i]
	}
	arcs = [2][]Arc{make([]Arc, len(steps)), make([]Arc, len(steps))}
	next := slices.Clone(first)
	for i := range steps {
		row, head := ends(&steps[i])
		for m := range arcs {
			arcs[m][next[row]] = Arc{uint32(head), steps[i].cost[m]}
		}
		next[row]++
	}
	return first, arcs
}

// share keeps one array where two are equal, as they are for a profile that
// goes the same both ways.
func (n *Network) share() {
	for m := range n.out {
		if slices.Equal(n.out[m], n.in[m]) && slices.Equal(n.firstOut, n.firstIn) {
			n.in[m] = n.out[m]
		}
	}
	if slices.Equal(n.firstOut, n.firstIn) {
		n.firstIn = n.firstOut
	}
	if slices.Equal(n.firstOut, n.firstIncident) {
		n.firstIncident = n.firstOut
	}
}
