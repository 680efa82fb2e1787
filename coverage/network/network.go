package network

import (
	"github.com/paulmach/orb"
)

// Network is a road network for one Profile. It is built once, then only
// read; any number of goroutines may share it.
//
// Nodes are junctions, dead ends, gates and places where steps begin or the
// speed changes, in Hilbert order, so that what is near on the ground is near
// in memory. An edge is the whole chain of road between two of them. Where
// gates of residents or turn restrictions bind, a place has further nodes,
// which stand behind all others: see Onto and Off.
type Network struct {
	profile Profile

	nodeAt   []vertex // [nodes]
	places   int32    // nodes that are places of their own; those behind are further ones
	copyOf   []int32  // [nodes - places], the place of each
	firstOut []int32  // [nodes+1], into the arcs out
	firstIn  []int32  // [nodes+1], into the arcs in; the same array where the rows are
	out, in  [2][]Arc // by Metric; one array where costs are the same both ways

	edges         []Edge
	firstIncident []int32  // [places+1]
	incident      []int32  // [2·edges], the edges that meet at a place
	firstInner    []int32  // [edges+1], into the vertex arrays
	inner         []vertex // of each edge from tail to head, its ends left out
	innerAlong    []uint32 // millimeters from the tail, by vertex
	noStop        []int32  // edges on which nobody starts or ends, ascending

	onto map[int32][]int32 // further nodes to go onto an edge from, by its end
	off  map[int32]int32   // the node come to at an end, where it is a further one

	lanes lanes
	cuts  []cut // places that gates cut apart

	component   []int32  // [places]
	islands     []bool   // by component
	millimeters []uint64 // by component

	grid grid

	over *overlay // nil until it is patched
	line *lineage
}

// Arc is a step between a node and a neighbor, Head. Its cost is that of going
// from the node to Head among the arcs out, of coming from Head among the arcs in.
type Arc struct {
	Head uint32
	Cost Cost
}

// Direction says which way people travel, seen from where a search starts.
type Direction int

// Away is travel from the start to everywhere; Toward is travel from
// everywhere to the start, as residents travel to a facility.
const (
	Away Direction = iota
	Toward
)

// Edge is a chain of road between two places; Tail ≤ Head, save where a Patch
// made it.
type Edge struct {
	Tail, Head int32
	Length     uint32  // millimeters
	times      [2]Cost // milliseconds from tail to head and back; Unreached where it is one-way
}

// Forward is the cost from tail to head, Unreached where that is closed.
func (e *Edge) Forward(m Metric) Cost { return e.cost(m, true) }

// Backward is the cost from head to tail, Unreached where that is closed.
func (e *Edge) Backward(m Metric) Cost { return e.cost(m, false) }

func (e *Edge) cost(m Metric, toHead bool) Cost {
	t := e.times[0]
	if !toHead {
		t = e.times[1]
	}
	if m == Length && t != Unreached {
		return e.Length
	}
	return t
}

// vertex is a coordinate in 1e-7 degrees, the resolution of OSM (about 1 cm).
type vertex struct{ lon, lat int32 }

const vertexPerDegree = 1e7

func (v vertex) point() orb.Point {
	return orb.Point{float64(v.lon) / vertexPerDegree, float64(v.lat) / vertexPerDegree}
}

// Profile returns the profile that n was built for: read only.
func (n *Network) Profile() *Profile { return &n.profile }

// NodeCount is the number of nodes, further ones among them.
func (n *Network) NodeCount() int {
	if n.over != nil {
		return len(n.nodeAt) + len(n.over.nodes)
	}
	return len(n.nodeAt)
}

// EdgeCount is the number of edges.
func (n *Network) EdgeCount() int {
	if n.over != nil {
		return len(n.edges) + len(n.over.added)
	}
	return len(n.edges)
}

// Edge returns edge e.
func (n *Network) Edge(e int32) *Edge {
	if n.over != nil {
		return n.over.edge(n.edges, e)
	}
	return &n.edges[e]
}

// NodeAt is the place of a node.
func (n *Network) NodeAt(node int32) orb.Point { return n.vertexAt(node).point() }

func (n *Network) vertexAt(node int32) vertex {
	if int(node) < len(n.nodeAt) {
		return n.nodeAt[node]
	}
	return n.over.nodes[int(node)-len(n.nodeAt)]
}

// Rows returns the compressed rows for searches in m and d: the arcs of node v
// are arcs[first[v]:first[v+1]]. Both slices are the network's own: read only.
func (n *Network) Rows(m Metric, d Direction) (first []int32, arcs []Arc) {
	if d == Toward {
		return n.firstIn, n.in[m]
	}
	return n.firstOut, n.out[m]
}

// EdgesAt lists the edges that meet at a node, a loop twice: read only.
func (n *Network) EdgesAt(node int32) []int32 {
	if node >= n.places {
		node = n.copyOf[node-n.places]
	}
	if n.over != nil {
		if edges, changed := n.over.around[node]; changed {
			return edges
		}
	}
	return n.incident[n.firstIncident[node]:n.firstIncident[node+1]]
}

// nodeOf is the place at an end of an edge.
func (n *Network) nodeOf(e int32, head bool) int32 {
	if head {
		return n.Edge(e).Head
	}
	return n.Edge(e).Tail
}

// Onto lists the nodes from which one goes onto an edge at its head or tail: a
// place on it is reached from the best of them. Mostly there is but one.
func (n *Network) Onto(e int32, head bool) (node int32, more []int32) {
	if n.onto != nil {
		more = n.onto[end(e, head)]
	}
	return n.nodeOf(e, head), more
}

// Off is the node that one who starts on an edge comes to at its head or tail.
func (n *Network) Off(e int32, head bool) int32 {
	if n.off != nil {
		if further, ok := n.off[end(e, head)]; ok {
			return further
		}
	}
	return n.nodeOf(e, head)
}

// LineOf returns the geometry of an edge from its tail to its head.
func (n *Network) LineOf(e int32) orb.LineString {
	shape := n.shapeOf(e)
	line := make(orb.LineString, shape.len())
	for i := range line {
		v, _ := shape.at(i)
		line[i] = v.point()
	}
	return line
}

// LongestArc is the largest cost of any arc in m, in either direction.
func (n *Network) LongestArc(m Metric) Cost {
	longest := Cost(0)
	for _, a := range n.out[m] {
		longest = max(longest, a.Cost)
	}
	return longest
}
