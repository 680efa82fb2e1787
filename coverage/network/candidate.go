package network

import (
	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/hours"
)

// What those ask who look for changes worth making.

// Takes tells whether the profile uses a road of a class that has no tags.
func (p *Profile) Takes(class string) bool {
	ok, _ := p.allows(&coverage.Road{Class: class})
	return ok
}

// Denies tells why the profile does not use a road, as one of the Denied
// reasons; empty if it does.
func (p *Profile) Denies(r *coverage.Road) (reason string) {
	_, reason = p.allows(r)
	return reason
}

// Binds tells whether a gate keeps anybody of the profile out: it is closed,
// shut at the moment, if there is one, or for residents.
func (p *Profile) Binds(g *coverage.Gate, when *hours.Moment) bool {
	pass, _ := p.passageAt(g, when)
	return pass != passable
}

// GateAt is the place of the gate that a Join at p opens as a network built with
// it open would have it; false if there is none, or that is not sure: where there
// are compounds, a closed gate may make other pieces compounds, and is not told.
func (n *Network) GateAt(p Position) (at orb.Point, ok bool) {
	w := patcher{n: n}
	if last := w.lastCut(p); last >= 0 {
		return n.NodeAt(n.cuts[last].members[0]), n.lanes.inside == nil
	}
	for _, node := range w.endsNear(p) {
		if n.lanes.gate[node] {
			return n.NodeAt(node), true
		}
	}
	return at, false
}

// Plain tells whether an edge and the places at its ends are just road: no
// compound behind gates and no turn restriction bears on how one goes onto the
// edge, or off it.
func (n *Network) Plain(edge int32) bool {
	if n.lanes.inside != nil && n.lanes.inside[edge] {
		return false
	}
	for _, head := range [2]bool{false, true} {
		node := n.nodeOf(edge, head)
		_, more := n.Onto(edge, head)
		if _, within := n.lanes.inner[node]; within || n.lanes.gate[node] || len(more) > 0 || n.Off(edge, head) != node {
			return false
		}
	}
	return true
}

// Together tells whether two edges lie on one piece of network, which is no
// island.
func (n *Network) Together(a, b int32) bool {
	return !n.onIsland(a) && !n.onIsland(b) && n.label(n.Edge(a).Tail) == n.label(n.Edge(b).Tail)
}

// IslandsSince tells how islands differ between n and a network that it was
// patched from: whether road may be no island any more, and whether road may be
// one that was none.
//
// Cost: a look at every piece.
func (n *Network) IslandsSince(before *Network) (fewer, more bool) {
	// Labels are copied where pieces are joined. A new one comes of splitting a road
	// from one piece to another, which may be part of either then.
	fewer = len(n.islands) > len(before.islands) || len(n.component) > 0 && &n.component[0] != &before.component[0]
	for label, was := range before.islands {
		merged := n.millimeters[label] == 0 && before.millimeters[label] > 0
		fewer = fewer || merged || was && !n.islands[label]
		more = more || !merged && !was && n.islands[label]
	}
	return fewer, more
}
