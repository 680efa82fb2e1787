package network

import (
	"iter"

	"github.com/paulmach/orb"
)

// Segment is a straight piece of an edge between two of its vertices, and the
// range of it that is meant.
type Segment struct {
	A, B       orb.Point
	Start, End uint32 // millimeters from the tail of the edge, at A and at B
	From, To   uint32 // the range: Start ≤ From ≤ To ≤ End
}

// At is the place a distance along the edge, in millimeters from its tail.
func (s Segment) At(along uint32) orb.Point {
	switch {
	case along <= s.Start:
		return s.A
	case along >= s.End:
		return s.B
	}
	share := float64(along-s.Start) / float64(s.End-s.Start)
	return orb.Point{s.A[0] + float64(share*(s.B[0]-s.A[0])), s.A[1] + float64(share*(s.B[1]-s.A[1]))}
}

// Segments tells the straight pieces of an edge from its tail that have part
// in a stretch, in millimeters from the tail, from ≤ to. The pieces are whole
// and the same whatever the stretch; their ranges make it up. A stretch of no
// length has one piece.
//
// Cost: the pieces told, and a binary search for the first.
func (n *Network) Segments(edge int32, from, to uint32) iter.Seq[Segment] {
	shape := n.shapeOf(edge)
	return func(yield func(Segment) bool) {
		for i := shape.pieceBeyond(from); i < shape.len()-1; i++ {
			a, b, start, end := shape.piece(i)
			s := Segment{
				A: a.point(), B: b.point(), Start: start, End: end,
				From: min(max(from, start), end), To: max(min(to, end), start),
			}
			if !yield(s) || to <= end {
				return
			}
		}
	}
}

// PartLine appends the geometry of a stretch of an edge, in millimeters from
// its tail, from ≤ to, to a line and returns it: its ends and the vertices
// between them.
func (n *Network) PartLine(edge int32, from, to uint32, into orb.LineString) orb.LineString {
	first := true
	for s := range n.Segments(edge, from, to) {
		if first {
			into, first = append(into, s.At(s.From)), false
		}
		into = append(into, s.At(s.To))
	}
	return into
}
