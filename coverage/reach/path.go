package reach

import (
	"context"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage/network"
)

// Path is the way between a place and its nearest facility, in order of travel:
// from the place to the facility when people travel toward it, else from the
// facility to the place.
type Path struct {
	Facility int32        // as Hit names it
	Entrance network.Snap // where the facility is entered
	// Legs are the stretches of road, each starting where the one before ends.
	// There are none where the place and the entrance are at one spot of the road.
	Legs []Leg
	// Line is the way on the road in degrees, at least two points. The straight
	// ways between the two points and their roads are not in it.
	Line orb.LineString
	// The costs of the whole way, its two straight ways counted.
	Milliseconds, Millimeters network.Cost
}

// Leg is a stretch of an edge that is gone along from one end to the other.
type Leg struct {
	Part
	Backward bool // from To to From, toward the tail of the edge
}

// Path is the way that At tells the cost of; false where At finds nothing.
//
// Input:  places and facilities on the network as it is: one that a patch came
// after must be led onto it (Network.Moved), or there may be no path.
// Holds:  the costs of the legs and the two straight ways add up to the cost of
// At, to the unit, and to its other cost if the search keeps both. Of equally
// cheap ways it is the same each time: from each node along the lowest edge that
// makes its label what it is, and to an entrance as soon as one does.
// Cost:   the edges at the nodes passed. No second search: each label is followed
// to one that it stands on.
func (r *Nearest) Path(s network.Snap) (Path, bool) {
	hit, ok := r.At(s)
	if !ok {
		return Path{}, false
	}
	t := trail{Nearest: r, hit: hit, total: r.view.offset(s)}
	if !t.alongOneEdge(s) && !t.fromEnd(s) {
		return Path{}, false
	}
	return t.path(s), true
}

// Between is the cheapest way between two places in the metric and direction of
// o; the direction is seen from the facility, as in NearestOf. False if there is
// none within the cutoff.
//
// Units and errors: as NearestOf.
// Cost:   one search over the network within cutoff; for many places and one
// facility, NearestOf searches once for all.
func Between(ctx context.Context, n *network.Network, place, facility network.Snap, cutoff network.Cost, o Options) (Path, bool, error) {
	r, err := NearestOf(ctx, n, NewPoints(n, []network.Snap{facility}), cutoff, o)
	if err != nil {
		return Path{}, false, err
	}
	p, ok := r.Path(place)
	return p, ok, nil
}

// trail is a way that is being followed from its place to a facility, downhill
// against the search.
type trail struct {
	*Nearest
	hit   Hit
	total cost  // of the straight ways and the legs so far
	legs  []Leg // from the place on, whichever way people travel
	door  network.Snap
}

// alongOneEdge takes the way to an entrance on the edge of the place itself, if
// that is as good as any.
func (t *trail) alongOneEdge(s network.Snap) bool {
	for _, i := range t.facilities.on(s.Edge) {
		f, owner := t.facilities.door(i)
		way, open := t.view.direct(f.Position, s.Position)
		if start := t.view.offset(f); open && t.hits(owner, start, way) {
			t.door, t.total = f, t.total.plus(start).plus(way)
			from, to := s.Along, f.Along
			if t.view.d == network.Away {
				from, to = to, from
			}
			t.add(Leg{Part{s.Edge, min(from, to), max(from, to)}, to < from})
			return true
		}
	}
	return false
}

// fromEnd takes the way by an end of the edge of the place. One of the two is
// what At found when no entrance on the edge was.
func (t *trail) fromEnd(s network.Snap) bool {
	for _, head := range [2]bool{false, true} {
		node, ok := t.view.best(t.search, s.Edge, head)
		if !ok {
			continue
		}
		way := t.view.arrive(s.Position, head)
		if t.hits(int32(t.search.Owner(node)), cost{t.search.Cost(node), t.search.OtherCost(node)}, way) {
			t.total = t.total.plus(way)
			t.add(t.toEnd(s, head, t.view.d == network.Toward))
			return t.descend(node)
		}
	}
	return false
}

// hits tells whether a way, before the straight way to the place is added, is
// the one that At found.
func (t *trail) hits(owner int32, start, way cost) bool {
	sum := uint64(t.total.searched) + uint64(start.searched) + uint64(way.searched)
	return owner == t.hit.Facility && sum == uint64(t.hit.Cost) && start.other+way.other+t.total.other == t.hit.Other
}

// descend follows labels from a node to the entrance that they stand on. Where
// roads cost nothing, labels may hold each other up in a circle: no node is
// entered twice, and one that leads nowhere else is left again. False if there
// is no entrance, since it lies on an edge that is no longer there.
func (t *trail) descend(node int32) bool {
	way := []stride{{node: node}}
	seen := map[int32]bool{node: true}
	for len(way) > 0 {
		at := way[len(way)-1].node
		if f, head, ok := t.entranceAt(at); ok {
			for _, step := range way[1:] {
				t.total, t.legs = t.total.plus(step.cost), append(t.legs, step.leg)
			}
			t.door, t.total = f, t.total.plus(t.view.offset(f)).plus(t.view.leave(f.Position, head))
			t.add(t.toEnd(f, head, t.view.d == network.Away))
			return true
		}
		if next, ok := t.downhill(at, seen); ok {
			seen[next.node] = true
			way = append(way, next)
			continue
		}
		way = way[:len(way)-1]
	}
	return false
}

// stride is a whole edge gone along, and the node at its end nearer to the
// facility.
type stride struct {
	node int32
	leg  Leg
	cost cost
}

// downhill is the step from a node to one that is not seen yet and that makes
// its label what it is, over the lowest edge.
func (t *trail) downhill(node int32, seen map[int32]bool) (next stride, found bool) {
	n := t.view.n
	for _, e := range n.EdgesAt(node) {
		for _, toHead := range [2]bool{true, false} {
			step := stride{leg: Leg{Part{e, 0, n.Edge(e).Length}, !toHead}, cost: t.whole(e, toHead)}
			for _, step.node = range t.beyond(node, e, toHead) {
				if !seen[step.node] && t.standsOn(node, step) {
					return step, true
				}
			}
		}
	}
	return stride{}, false
}

// beyond lists the nodes at the other end of an edge from which a search walks
// over it to a node, when people go along it toward its head or tail.
func (t *trail) beyond(node, edge int32, toHead bool) (nodes []int32) {
	n := t.view.n
	if t.view.d == network.Toward {
		if to, ok := n.Step(node, edge, toHead); ok {
			nodes = append(nodes, to)
		}
		return nodes
	}
	first, more := n.Onto(edge, !toHead)
	for _, from := range append([]int32{first}, more...) {
		if to, ok := n.Step(from, edge, toHead); ok && to == node {
			nodes = append(nodes, from)
		}
	}
	return nodes
}

// whole is the cost of an edge from end to end.
func (t *trail) whole(edge int32, toHead bool) cost {
	e, m := t.view.n.Edge(edge), t.view.m
	if toHead {
		return cost{e.Forward(m), e.Forward(m.Other())}
	}
	return cost{e.Backward(m), e.Backward(m.Other())}
}

// standsOn tells whether the label of a node is that of the node a step leads
// to, with the step.
func (t *trail) standsOn(node int32, step stride) bool {
	s := t.search
	from := s.Cost(step.node)
	return from != network.Unreached && s.Owner(step.node) == s.Owner(node) &&
		uint64(from)+uint64(step.cost.searched) == uint64(s.Cost(node)) &&
		(!s.options.Both || s.wide[step.node].other+uint64(step.cost.other) == s.wide[node].other)
}

// entranceAt is an entrance that makes the label of a node what it is, and the
// end of its edge where the node stands.
func (t *trail) entranceAt(node int32) (f network.Snap, head, found bool) {
	s := t.search
	for _, e := range t.view.n.EdgesAt(node) {
		for _, i := range t.facilities.on(e) {
			f, owner := t.facilities.door(i)
			if uint32(owner) != s.Owner(node) {
				continue
			}
			for _, head := range [2]bool{false, true} {
				way := t.view.leave(f.Position, head)
				if first, more := t.view.starts(e, head); way.searched == network.Unreached || first != node && !slices.Contains(more, node) {
					continue
				}
				way = way.plus(t.view.offset(f))
				if way.searched == s.Cost(node) && (!s.options.Both || way.other == s.OtherCost(node)) {
					return f, head, true
				}
			}
		}
	}
	return network.Snap{}, false, false
}

// toEnd is the leg between a place and an end of its edge, gone along from the
// place if outward.
func (t *trail) toEnd(s network.Snap, head, outward bool) Leg {
	part := Part{s.Edge, 0, s.Along}
	if head {
		part = Part{s.Edge, s.Along, t.view.n.Edge(s.Edge).Length}
	}
	return Leg{part, head != outward}
}

// add appends part of an edge, unless there is nothing of it.
func (t *trail) add(leg Leg) {
	if leg.From < leg.To {
		t.legs = append(t.legs, leg)
	}
}

// path puts the way in the order of travel and draws it.
func (t *trail) path(s network.Snap) Path {
	n := t.view.n
	p := Path{Facility: t.hit.Facility, Entrance: t.door, Legs: t.legs, Milliseconds: t.total.searched, Millimeters: t.total.other}
	if t.view.m == network.Length {
		p.Milliseconds, p.Millimeters = p.Millimeters, p.Milliseconds
	}
	first, last := s.Position, t.door.Position
	if t.view.d == network.Away {
		slices.Reverse(p.Legs)
		first, last = last, first
	}
	p.Line = orb.LineString{n.PointAt(first)}
	for _, leg := range p.Legs {
		stretch := n.PartLine(leg.Edge, leg.From, leg.To, nil)
		if leg.Backward {
			stretch.Reverse()
		}
		for _, at := range stretch {
			if at != p.Line[len(p.Line)-1] {
				p.Line = append(p.Line, at)
			}
		}
	}
	if len(p.Line) == 1 {
		p.Line = append(p.Line, n.PointAt(last))
	}
	return p
}
