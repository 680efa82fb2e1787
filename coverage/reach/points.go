package reach

import (
	"cmp"
	"slices"

	"kaimen/coverage/network"
)

// Points is a set of places tied to a network, found by the edge they lie on.
// Places that are not on the network (Snap.OK is false) are in no list. It is
// built once, then only read.
type Points struct {
	snaps []network.Snap
	owner []int32 // by place; nil where every place is its own
	first []int32 // [edges+1], into order
	order []int32 // indexes of snaps, by edge, then along it, then index
}

// NewPoints indexes snaps by edge. Points are named by their place in snaps.
func NewPoints(n *network.Network, snaps []network.Snap) *Points {
	p := &Points{snaps: snaps, first: make([]int32, n.EdgeCount()+1)}
	for i := range snaps {
		if snaps[i].OK() {
			p.first[snaps[i].Edge+1]++
			p.order = append(p.order, int32(i))
		}
	}
	for e := range n.EdgeCount() {
		p.first[e+1] += p.first[e]
	}
	slices.SortFunc(p.order, func(a, b int32) int {
		return cmp.Or(
			cmp.Compare(snaps[a].Edge, snaps[b].Edge),
			cmp.Compare(snaps[a].Along, snaps[b].Along),
			cmp.Compare(a, b),
		)
	})
	return p
}

// NewOwned is NewPoints for places of which several may belong to one owner,
// as the entrances of a park do: a Nearest names the owner, owners[i] for
// snaps[i].
func NewOwned(n *network.Network, snaps []network.Snap, owners []int32) *Points {
	p := NewPoints(n, snaps)
	p.owner = owners
	return p
}

// ownerOf is whom place i belongs to.
func (p *Points) ownerOf(i int32) int32 {
	if p.owner == nil {
		return i
	}
	return p.owner[i]
}

// Len is the number of places given, on the network or not.
func (p *Points) Len() int { return len(p.snaps) }

// Snap is place i.
func (p *Points) Snap(i int32) network.Snap { return p.snaps[i] }

// door is place i and whom it belongs to.
func (p *Points) door(i int32) (s network.Snap, owner int32) { return p.snaps[i], p.ownerOf(i) }

// on lists the places on an edge.
func (p *Points) on(edge int32) []int32 { return p.order[p.first[edge]:p.first[edge+1]] }

// cost is a travel cost in the metric searched and, of the same way, in the other.
type cost struct{ searched, other network.Cost }

func (c cost) plus(d cost) cost { return cost{c.searched + d.searched, c.other + d.other} }

// view measures the ways between points and nodes for searches in one metric
// and direction.
type view struct {
	n *network.Network
	m network.Metric
	d network.Direction
}

// offset is the straight way between a point and its road.
func (v view) offset(s network.Snap) cost {
	p := v.n.Profile()
	return cost{p.OffsetCost(v.m, s.Offset), p.OffsetCost(v.m.Other(), s.Offset)}
}

// leave is the part-edge between an origin and an end of its edge, in the
// direction of travel; arrive the same for a target. Both are Unreached where
// the edge is closed that way.
func (v view) leave(p network.Position, head bool) cost {
	return v.part(p, head, v.d == network.Away)
}

func (v view) arrive(p network.Position, head bool) cost {
	return v.part(p, head, v.d == network.Toward)
}

func (v view) part(p network.Position, head, outward bool) cost {
	way := v.n.FromTail
	switch {
	case head && outward:
		way = v.n.ToHead
	case head:
		way = v.n.FromHead
	case outward:
		way = v.n.ToTail
	}
	return cost{way(p, v.m), way(p, v.m.Other())}
}

// starts are the nodes at an end of an edge that a search from a place on it
// begins with, and stops those that one to a place on it ends with.
func (v view) starts(edge int32, head bool) (node int32, more []int32) {
	if v.d == network.Toward {
		return v.n.Onto(edge, head)
	}
	return v.n.Off(edge, head), nil
}

func (v view) stops(edge int32, head bool) (node int32, more []int32) {
	if v.d == network.Toward {
		return v.n.Off(edge, head), nil
	}
	return v.n.Onto(edge, head)
}

// best is the node at an end of an edge from which a place on it is cheapest
// to come to, false if none has a label.
func (v view) best(s *Search, edge int32, head bool) (node int32, found bool) {
	node, more := v.stops(edge, head)
	for _, further := range more {
		if s.before(further, node) {
			node = further
		}
	}
	return node, s.Cost(node) != network.Unreached
}

// direct is the way between two places of one edge, from origin to target
// when people travel away from the origin, else from target to origin.
func (v view) direct(origin, target network.Position) (cost, bool) {
	from, to := origin, target
	if v.d == network.Toward {
		from, to = target, origin
	}
	searched, ok := v.n.Direct(from, to, v.m)
	other, _ := v.n.Direct(from, to, v.m.Other())
	return cost{searched, other}, ok
}

// seeds adds those at the two ends of the edge that a point lies on.
func (v view) seeds(seeds []Seed, s network.Snap, owner uint32) []Seed {
	offset := v.offset(s)
	for _, head := range [2]bool{false, true} {
		way := v.leave(s.Position, head)
		if way.searched == network.Unreached {
			continue
		}
		way = offset.plus(way)
		node, more := v.starts(s.Edge, head)
		seeds = append(seeds, Seed{Node: node, Cost: way.searched, Other: way.other, Owner: owner})
		for _, further := range more {
			seeds = append(seeds, Seed{Node: further, Cost: way.searched, Other: way.other, Owner: owner})
		}
	}
	return seeds
}
