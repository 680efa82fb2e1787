package network

import "unsafe"

// Bytes is the memory that the arrays of n take: of the graph with its
// geometry, and of the index that finds roads near a place. Arrays that a
// patched network shares with the one it was patched from count in both.
func (n *Network) Bytes() (graph, index int) {
	graph = bytesOf(n.nodeAt) + bytesOf(n.copyOf) + bytesOf(n.firstOut) + bytesOf(n.edges) + bytesOf(n.incident) +
		bytesOf(n.firstInner) + bytesOf(n.inner) + bytesOf(n.innerAlong) + bytesOf(n.component) + bytesOf(n.noStop)
	if !same(n.firstIn, n.firstOut) {
		graph += bytesOf(n.firstIn)
	}
	if !same(n.firstIncident, n.firstOut) {
		graph += bytesOf(n.firstIncident)
	}
	for m := range n.out {
		graph += bytesOf(n.out[m])
		if !same(n.in[m], n.out[m]) {
			graph += bytesOf(n.in[m])
		}
	}
	if n.over != nil {
		graph += bytesOf(n.over.added) + bytesOf(n.over.nodes) + bytesOf(n.over.labels) + bytesOf(n.over.pages)
		for _, page := range n.over.pages {
			graph += bytesOf(page)
		}
	}
	return graph, bytesOf(n.grid.first) + bytesOf(n.grid.segments)
}

func bytesOf[T any](s []T) int { return cap(s) * int(unsafe.Sizeof(*new(T))) }

// same tells whether two slices are one array.
func same[T any](a, b []T) bool {
	return unsafe.SliceData(a) == unsafe.SliceData(b) && len(a) == len(b)
}
