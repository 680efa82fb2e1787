package network

import "slices"

// Step is the node that one comes to who goes onto an edge from a node, toward
// its head or its tail: where the arc of that edge leads. False where there is
// no such arc: the edge is closed that way, one does not go onto it from that
// node, or it leads out of a compound by a second gate.
func (n *Network) Step(from, edge int32, toHead bool) (node int32, ok bool) {
	if n.Edge(edge).cost(Time, toHead) == Unreached {
		return 0, false
	}
	if first, more := n.Onto(edge, !toHead); from != first && !slices.Contains(more, from) {
		return 0, false
	}
	return n.arrival(from, edge, toHead)
}
