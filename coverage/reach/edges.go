package reach

import (
	"math/bits"

	"kaimen/coverage/network"
)

// edgeSet is a set of edges, one bit each. It is empty between two uses.
type edgeSet []uint64

func newEdgeSet(n *network.Network) edgeSet { return make(edgeSet, n.EdgeCount()/64+1) }

// met calls visit once for each edge on which an origin lies or at which a node
// within cutoff of the last run of s stands, in order of the edges: what lies on
// others is out of reach. The ends of an origin's own edge may be.
func (e edgeSet) met(n *network.Network, s *Search, origins []network.Snap, cutoff network.Cost, visit func(edge int32)) {
	low, high := int32(len(e)-1), int32(0) // words with a bit
	meet := func(edge int32) {
		word := edge >> 6
		e[word] |= 1 << (edge & 63)
		low, high = min(low, word), max(high, word)
	}
	for _, o := range origins {
		if o.OK() {
			meet(o.Edge)
		}
	}
	for _, node := range s.Touched() {
		if s.Cost(node) > cutoff {
			continue
		}
		for _, edge := range n.EdgesAt(node) {
			meet(edge)
		}
	}
	for word := low; word <= high; word++ {
		for ; e[word] != 0; e[word] &= e[word] - 1 {
			visit(word<<6 + int32(bits.TrailingZeros64(e[word])))
		}
	}
}
