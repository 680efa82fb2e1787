package network

import (
	"cmp"
	"slices"

	"kaimen/coverage"
)

// TurnReport says what became of the turn restrictions.
type TurnReport struct {
	Applied int
	// Aside counts those that bind nobody here: a road or node of theirs is not
	// used, is inside a chain where no turn is possible, or stands at a gate.
	Aside int
}

// arm is an end of an edge at a junction.
type arm struct {
	node, edge int32
	head       bool
	road       int32 // of the last stretch to the node
}

// restrict gives junctions a further node for each road that turn
// restrictions bind.
func (b *builder) restrict(n *Network, roads []coverage.Road, chains []chain) {
	named := make(map[string]int32)
	for _, r := range b.chosen {
		named[roads[r].ID] = r
	}
	arms := armsOf(n, chains)
	for _, r := range b.chosen {
		for _, via := range viasOf(&roads[r]) {
			at := b.armsAt(&n.lanes, arms, via)
			applied := 0
			for _, from := range at {
				if from.road == r {
					applied += n.bind(&roads[r], via, from, at, named)
				}
			}
			total := 0
			for _, t := range roads[r].Turns {
				if t.Via == via {
					total++
				}
			}
			b.turns.Applied += min(applied, total)
			b.turns.Aside += total - min(applied, total)
		}
	}
}

// viasOf lists the nodes at which a road has turn restrictions.
func viasOf(r *coverage.Road) []int64 {
	var vias []int64
	for _, t := range r.Turns {
		if !slices.Contains(vias, t.Via) {
			vias = append(vias, t.Via)
		}
	}
	return vias
}

// armsOf lists the ends of all edges by node.
func armsOf(n *Network, chains []chain) []arm {
	arms := make([]arm, 0, 2*len(chains))
	for i, c := range chains {
		arms = append(arms,
			arm{n.edges[i].Tail, int32(i), false, c.roads[0]},
			arm{n.edges[i].Head, int32(i), true, c.roads[1]})
	}
	slices.SortFunc(arms, func(a, b arm) int {
		return cmp.Or(cmp.Compare(a.node, b.node), cmp.Compare(end(a.edge, a.head), end(b.edge, b.head)))
	})
	return arms
}

// armsAt lists the edges that end at a node id; none where that is no junction
// that restrictions can bind at.
func (b *builder) armsAt(l *lanes, arms []arm, via int64) []arm {
	raw, found := slices.BinarySearch(b.ids, via)
	if !found || b.number[raw] < 0 {
		return nil
	}
	node := b.number[raw]
	if _, compound := l.inner[node]; compound || l.gate[node] {
		return nil
	}
	byNode := func(a arm, node int32) int { return cmp.Compare(a.node, node) }
	from, _ := slices.BinarySearchFunc(arms, node, byNode)
	to, _ := slices.BinarySearchFunc(arms, node+1, byNode)
	return arms[from:to]
}

// bind makes the further node of one arm and returns how many restrictions it
// obeys.
func (n *Network) bind(r *coverage.Road, via int64, from arm, at []arm, named map[string]int32) (applied int) {
	allowed, only := slices.Clone(at), false
	for _, t := range r.Turns {
		to, known := named[t.To]
		if t.Via != via || !known || !slices.ContainsFunc(at, func(a arm) bool { return a.road == to }) {
			continue
		}
		allowed = slices.DeleteFunc(allowed, func(a arm) bool { return (a.road == to) != t.Only })
		only = only || t.Only
		applied++
	}
	if applied == 0 {
		return 0
	}
	if n.off == nil {
		n.off, n.lanes.only = make(map[int32]int32), make(map[int32]bool)
	}
	if n.onto == nil {
		n.onto = make(map[int32][]int32)
	}
	further := n.further(from.node)
	n.off[end(from.edge, from.head)] = further
	if only {
		n.lanes.only[further] = true
	}
	for _, a := range allowed {
		n.onto[end(a.edge, a.head)] = append(n.onto[end(a.edge, a.head)], further)
	}
	return applied
}
