package network

import (
	"github.com/paulmach/orb"
)

// Network is a road network for one Profile. It is built once, then only
// read; any number of goroutines may share it.
//
// Nodes are junctions, dead ends and places where the road class changes, in
// Hilbert order, so that what is near on the ground is near in memory. An edge
// is the whole chain of road between two nodes. Every edge yields an arc at
// each of its ends; a loop yields two at the same node.
type Network struct {
	profile Profile

	nodeAt   []vertex // [nodes]
	firstArc []int32  // [nodes+1], into the arc arrays
	out, in  [2][]Arc // by Metric, [2·edges]; one array where costs are the same both ways
	arcEdge  []int32  // [2·edges]

	edges       []Edge
	firstVertex []int32  // [edges+1], into the vertex arrays
	vertices    []vertex // each edge from tail to head, both ends included
	along       []uint32 // millimeters from the tail, by vertex

	component []int32 // [nodes]
	islands   []bool  // by component

	grid grid
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

// Edge is a chain of road between two nodes, Tail ≤ Head.
type Edge struct {
	Tail, Head int32
	Length     uint32  // millimeters
	Forward    [2]Cost // tail to head, by Metric
	Backward   [2]Cost // head to tail, by Metric
}

// vertex is a coordinate in 1e-7 degrees, the resolution of OSM (about 1 cm).
type vertex struct{ lon, lat int32 }

const vertexPerDegree = 1e7

func (v vertex) point() orb.Point {
	return orb.Point{float64(v.lon) / vertexPerDegree, float64(v.lat) / vertexPerDegree}
}

// Profile returns the profile that n was built for.
func (n *Network) Profile() Profile { return n.profile }

// NodeCount is the number of nodes.
func (n *Network) NodeCount() int { return len(n.nodeAt) }

// EdgeCount is the number of edges.
func (n *Network) EdgeCount() int { return len(n.edges) }

// Edge returns edge e.
func (n *Network) Edge(e int32) *Edge { return &n.edges[e] }

// NodeAt is the place of a node.
func (n *Network) NodeAt(node int32) orb.Point { return n.nodeAt[node].point() }

// Rows returns the compressed rows for searches in m and d: the arcs of node v
// are arcs[first[v]:first[v+1]]. Both slices are the network's own: read only.
func (n *Network) Rows(m Metric, d Direction) (first []int32, arcs []Arc) {
	if d == Toward {
		return n.firstArc, n.in[m]
	}
	return n.firstArc, n.out[m]
}

// ArcEdges returns the edge of every arc, in the order of Rows: read only.
func (n *Network) ArcEdges() []int32 { return n.arcEdge }

// LineOf returns the geometry of an edge from its tail to its head.
func (n *Network) LineOf(e int32) orb.LineString {
	vs := n.vertices[n.firstVertex[e]:n.firstVertex[e+1]]
	line := make(orb.LineString, len(vs))
	for i, v := range vs {
		line[i] = v.point()
	}
	return line
}

// Position is a place on an edge.
type Position struct {
	Edge  int32
	Along uint32 // millimeters from the edge's tail, at most its length
}

// ToTail and ToHead are the costs from p to the ends of its edge, FromTail and
// FromHead the costs of coming the other way.
func (n *Network) ToTail(p Position, m Metric) Cost {
	e := &n.edges[p.Edge]
	return part(e.Backward[m], p.Along, e.Length)
}

// ToHead is the cost from p to the head of its edge.
func (n *Network) ToHead(p Position, m Metric) Cost {
	e := &n.edges[p.Edge]
	return part(e.Forward[m], e.Length-p.Along, e.Length)
}

// FromTail is the cost from the tail of p's edge to p.
func (n *Network) FromTail(p Position, m Metric) Cost {
	e := &n.edges[p.Edge]
	return part(e.Forward[m], p.Along, e.Length)
}

// FromHead is the cost from the head of p's edge to p.
func (n *Network) FromHead(p Position, m Metric) Cost {
	e := &n.edges[p.Edge]
	return part(e.Backward[m], e.Length-p.Along, e.Length)
}

// Direct is the cost from p to q along the one edge both lie on; false if they
// lie on different edges.
func (n *Network) Direct(p, q Position, m Metric) (Cost, bool) {
	if p.Edge != q.Edge {
		return Unreached, false
	}
	e := &n.edges[p.Edge]
	if p.Along <= q.Along {
		return part(e.Forward[m], q.Along-p.Along, e.Length), true
	}
	return part(e.Backward[m], p.Along-q.Along, e.Length), true
}

// part is the share of whole that portion is of length, rounded to the nearest.
func part(whole Cost, portion, length uint32) Cost {
	if length == 0 {
		return 0
	}
	return Cost((uint64(whole)*uint64(portion) + uint64(length)/2) / uint64(length))
}

// LongestArc is the largest cost of any arc in m, in either direction.
func (n *Network) LongestArc(m Metric) Cost {
	longest := Cost(0)
	for i := range n.edges {
		longest = max(longest, n.edges[i].Forward[m], n.edges[i].Backward[m])
	}
	return longest
}
