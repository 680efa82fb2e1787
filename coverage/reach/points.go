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
// direction of travel; arrive the same for a target.
func (v view) leave(p network.Position, tail bool) cost {
	return v.ends(p, tail, v.d == network.Away)
}

func (v view) arrive(p network.Position, tail bool) cost {
	return v.ends(p, tail, v.d == network.Toward)
}

func (v view) ends(p network.Position, tail, outward bool) cost {
	way := v.n.FromHead
	switch {
	case tail && outward:
		way = v.n.ToTail
	case tail:
		way = v.n.FromTail
	case outward:
		way = v.n.ToHead
	}
	return cost{way(p, v.m), way(p, v.m.Other())}
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

// seeds are the two ends of the edge that a point lies on.
func (v view) seeds(s network.Snap, owner uint32) [2]Seed {
	e := v.n.Edge(s.Edge)
	offset := v.offset(s)
	tail, head := offset.plus(v.leave(s.Position, true)), offset.plus(v.leave(s.Position, false))
	return [2]Seed{
		{Node: e.Tail, Cost: tail.searched, Other: tail.other, Owner: owner},
		{Node: e.Head, Cost: head.searched, Other: head.other, Owner: owner},
	}
}
