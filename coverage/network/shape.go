package network

import (
	"sort"

	"github.com/paulmach/orb"
)

// shape is the geometry of an edge that was built or drawn: its ends, which are
// places of nodes, and the vertices between them with their millimeters from
// the tail.
type shape struct {
	tail, head vertex
	inner      []vertex
	along      []uint32
	length     uint32
}

func (n *Network) shape(e int32) shape {
	if d, drawn := n.drawnAt(e); drawn {
		return d.shape
	}
	edge, from, to := &n.edges[e], n.firstInner[e], n.firstInner[e+1]
	return shape{n.nodeAt[edge.Tail], n.nodeAt[edge.Head], n.inner[from:to], n.innerAlong[from:to], edge.Length}
}

// len is the number of vertices, at least 2.
func (s *shape) len() int { return len(s.inner) + 2 }

// at is vertex i and its millimeters from the tail.
func (s *shape) at(i int) (v vertex, along uint32) {
	switch {
	case i == 0:
		return s.tail, 0
	case i > len(s.inner):
		return s.head, s.length
	}
	return s.inner[i-1], s.along[i-1]
}

// piece is the straight piece from vertex i to the next.
func (s *shape) piece(i int) (a, b vertex, start, end uint32) {
	a, start = s.at(i)
	b, end = s.at(i + 1)
	return a, b, start, end
}

// pieceBeyond is the first piece that ends beyond so many millimeters from the
// tail; at the head of the edge, its last.
func (s *shape) pieceBeyond(along uint32) int {
	return sort.Search(len(s.inner), func(k int) bool { return s.along[k] > along })
}

// point is the place so many millimeters from the tail.
func (s *shape) point(along uint32) orb.Point {
	va, vb, start, end := s.piece(s.pieceBeyond(along))
	a, b := va.point(), vb.point()
	switch {
	case along <= start:
		return a
	case along >= end:
		return b
	}
	share := float64(along-start) / float64(end-start)
	return orb.Point{a[0] + share*(b[0]-a[0]), a[1] + share*(b[1]-a[1])}
}
