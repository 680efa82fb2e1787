package network

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage"
)

// overlay is what a patched network knows beyond the arrays it was built with.
// Every edge lies on a root, an edge that was built or drawn and has a geometry
// of its own; one that was split lies in pieces on its root.
type overlay struct {
	built  int32             // edges that were built; those behind are drawn, or pieces
	pages  [][]Edge          // of edges that were built; nil where none of a page has changed
	added  []Edge            // behind those that were built
	nodes  []vertex          // places of the nodes behind those that were built
	labels []int32           // and their components
	around map[int32][]int32 // the edges that meet at a place where that has changed
	places []piece           // by edge behind those that were built
	pieces map[int32][]int32 // the edges on a root that was split, in their order along it
	closed map[int32][2]Cost // by edge: the times it had
	drawn  []drawn           // by edge
	free   map[vertex]int32  // nodes that are free ends of drawn roads
}

// piece is where an edge lies on its root, which it starts at from.
type piece struct {
	root int32
	from uint32
}

// drawn is a road that a patch drew.
type drawn struct {
	shape
	edge int32
	stop bool // one may start and end on it
}

// pageBits makes a page of 256 edges: little to copy, and few pages.
const pageBits = 8

// edge is an edge by its number.
func (o *overlay) edge(built []Edge, e int32) *Edge {
	if e >= o.built {
		return &o.added[e-o.built]
	}
	if page := o.pages[e>>pageBits]; page != nil {
		return &page[e&(1<<pageBits-1)]
	}
	return &built[e]
}

// drawnAt is the drawn road whose geometry is that of an edge.
func (n *Network) drawnAt(e int32) (d *drawn, found bool) {
	if n.over == nil || e < n.over.built {
		return nil, false
	}
	i, found := slices.BinarySearchFunc(n.over.drawn, e, func(d drawn, e int32) int { return int(d.edge) - int(e) })
	if !found {
		return nil, false
	}
	return &n.over.drawn[i], true
}

// pieceOf is where an edge lies on its root.
func (o *overlay) pieceOf(e int32) piece {
	if e < o.built {
		return piece{root: e}
	}
	return o.places[e-o.built]
}

// isClosed tells whether an edge is closed by a patch.
func (o *overlay) isClosed(e int32) bool {
	_, closed := o.closed[e]
	return closed
}

// on lists the edges that a root is now.
func (o *overlay) on(root int32) []int32 {
	if pieces := o.pieces[root]; pieces != nil {
		return pieces
	}
	return []int32{root}
}

// Moved is the Position on n of a place on n, or on a network that n was
// patched from, and whether one may start or end there: if not, the road there
// is closed, and a point tied to it must be tied anew (Snap). Where two edges
// meet it is on one that is open, if either is.
func (n *Network) Moved(p Position) (q Position, ok bool) {
	if n.over == nil {
		return p, true
	}
	at := n.over.pieceOf(p.Edge)
	along, found := at.from+p.Along, false
	for _, e := range n.over.on(at.root) {
		from := n.over.pieceOf(e).from
		if along < from || along > from+n.Edge(e).Length {
			continue
		}
		if !n.over.isClosed(e) {
			return Position{e, along - from}, true
		}
		if !found {
			q, found = Position{e, along - from}, true
		}
	}
	return q, false
}

// place is where a change finds a Position: as Moved, and at the end of the edge
// if it is only a rounding away, so that what is meant for a junction is done
// there and no edge of a few millimeters comes to be.
func (n *Network) place(p Position) (q Position, ok bool) {
	q, ok = n.Moved(p)
	return n.toEnd(q), ok
}

func (n *Network) toEnd(p Position) Position {
	length := n.Edge(p.Edge).Length
	switch left := length - p.Along; {
	case min(p.Along, left) > roundingMM:
	case p.Along <= left:
		p.Along = 0
	default:
		p.Along = length
	}
	return p
}

// PointAt is the place of a Position on the ground.
func (n *Network) PointAt(p Position) orb.Point {
	if n.over != nil {
		at := n.over.pieceOf(p.Edge)
		p = Position{at.root, at.from + p.Along}
	}
	shape := n.shape(p.Edge)
	return shape.point(p.Along)
}

// shapeOf is the geometry of any edge; of part of one that was split, that part.
func (n *Network) shapeOf(e int32) shape {
	if n.over == nil {
		return n.shape(e)
	}
	at := n.over.pieceOf(e)
	s, length := n.shape(at.root), n.Edge(e).Length
	if at.root == e && s.length == length {
		return s
	}
	part := shape{length: length, tail: vertexOf(s.point(at.from)), head: vertexOf(s.point(at.from + length))}
	for i, v := range s.inner {
		if s.along[i] > at.from && s.along[i] < at.from+length {
			part.inner, part.along = append(part.inner, v), append(part.along, s.along[i]-at.from)
		}
	}
	return part
}

// altered tells whether parts of a root that was built are split or closed.
func (o *overlay) altered(root int32) bool { return o.pieces[root] != nil || o.isClosed(root) }

// Nearest ties p to the nearest place on any road within so many meters, islands
// not passed over: where a change is to be made, rather than where people go.
//
// Units: as Snap.
func (n *Network) Nearest(p orb.Point, withinMeters float64) Snap {
	return n.nearest(p, withinMeters, false)
}

// Along lists the stretches of n that lie under a line, such as a road that is
// to be closed, in the order met: those of road within a few centimeters of the
// middle of each of its segments. Where n has no road there is none.
//
// Cost: one search for the nearest road a segment.
func (n *Network) Along(line orb.LineString) []Stretch {
	const near = 0.05 // meters: more than rounding to 1e-7 degrees moves a line
	var list []Stretch
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		s := n.nearest(orb.Point{(a[0] + b[0]) / 2, (a[1] + b[1]) / 2}, near, false)
		if s.State != coverage.ReasonSnapped {
			continue
		}
		half := uint32(math.Round(lineMeters(line[i-1:i+1]) * 500))
		part := Stretch{s.Edge, s.Along - min(half, s.Along), min(s.Along+half, n.Edge(s.Edge).Length)}
		if k := len(list) - 1; k >= 0 && list[k].Edge == part.Edge && part.From <= list[k].To+roundingMM && list[k].From <= part.To+roundingMM {
			list[k].From, list[k].To = min(list[k].From, part.From), max(list[k].To, part.To)
			continue
		}
		list = append(list, part)
	}
	for i := range list {
		list[i] = n.toVertices(list[i])
	}
	return list
}

// toVertices is a stretch with ends that nearly lie at vertices led to them.
// Between two roads that meet there nothing is left open then.
func (n *Network) toVertices(s Stretch) Stretch {
	shape := n.shapeOf(s.Edge)
	for _, end := range [2]*uint32{&s.From, &s.To} {
		_, _, before, after := shape.piece(shape.pieceBeyond(*end))
		for _, v := range [2]uint32{before, after} {
			if max(v, *end)-min(v, *end) <= roundingMM {
				*end = v
				break
			}
		}
	}
	return s
}

// roundingMM is how far a place may be off what is meant: a few roundings of
// coordinates to 1e-7 degrees.
const roundingMM = 50
