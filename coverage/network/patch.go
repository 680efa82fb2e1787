package network

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"kaimen/coverage"
)

// Patch is a list of changes to a network, made one after another. Places in it
// are Positions on the network that is patched, or on one that it was patched
// from: a change finds them where those before it have put them.
type Patch []Change

// Change is one of Close, Open, Draw, Cut and Join.
type Change interface {
	check(n *Network) []string // what is wrong with it, whatever came before
	make(w *patcher)
}

// Stretch is part of an edge, in millimeters from its tail: From ≤ To ≤ its
// length.
type Stretch struct {
	Edge     int32
	From, To uint32
}

// Close shuts a stretch of road. What is left of its edge on either side is a
// dead end. What was closed before stays so.
type Close struct{ Stretch }

// Open opens what of a stretch an earlier Close shut.
type Open struct{ Stretch }

// Draw adds a road, level and straight between its ends and the points of Via.
// It goes as the profile goes along a road of its class and tags, such as
// oneway; a class or tag that the profile does not use is a fault.
type Draw struct {
	From, To End
	Via      []orb.Point
	Class    string
	Tags     map[string]string
}

// End is where a drawn road ends: on a road, at a Position, or Free of any, at
// Point. Free ends at one point meet each other, and nothing else.
type End struct {
	Position
	Free  bool
	Point orb.Point // lon, lat; read only if Free
}

// Cut closes a gate at a place to everybody: every road that comes there ends.
type Cut struct{ At Position }

// Join opens a gate to everybody. Where a Cut, or a closed gate the network was
// built with, cut roads apart, they meet again as they did; a gate of residents
// is one no longer, and what lies behind it is open too. The gate is found from
// a place on a road that it stands on, within 15 m.
type Join struct{ At Position }

// Whole is the stretch that is all of an edge.
func (n *Network) Whole(edge int32) Stretch { return Stretch{edge, 0, n.Edge(edge).Length} }

// Patched returns a network with the changes of p, for the same profile. It
// shares what is the same with n, which stays as it is: who keeps n has undone
// the patch. Nodes and edges keep their numbers; an edge that was split is left
// without ways, and those it was split into have numbers of their own (Moved).
//
// Holds:  an empty patch gives n itself. Through costs do not change where an
// edge is split: its parts add up to it exactly.
// Islands: pieces joined by a road open both ways become one, and pieces that
// are cut off are told by following roads whichever way, as far as IslandMeters.
// That is exact where all roads are open both ways; a one-way road drawn or
// closed makes no other change to what counts as an island.
// Compounds behind gates of residents stay as they are when roads are closed;
// one that a drawn road or a joined gate opens to other road is one no longer.
// Errors: invalid, with an Issue for every fault of every change; there is then
// no network.
// Cost:   a copy of the rows, some 35 bytes an edge, twice that where ways differ by
// direction; and the changes made.
func (n *Network) Patched(p Patch) (*Network, error) {
	if len(p) == 0 {
		return n, nil
	}
	var faults []coverage.Issue
	for i, c := range p {
		for _, text := range c.check(n) {
			faults = append(faults, faultIn(i, text))
		}
	}
	if len(faults) == 0 {
		w := newPatcher(n)
		for i, c := range p {
			w.change = i
			c.make(w)
		}
		if faults = w.faults; len(faults) == 0 {
			return w.finish(), nil
		}
	}
	return nil, &coverage.Error{Code: coverage.Invalid, Message: "the roads cannot be changed like this", Issues: faults}
}

func faultIn(change int, text string) coverage.Issue {
	return coverage.Issue{
		Severity: coverage.SeverityError, Code: coverage.ReasonBadValue,
		Message: fmt.Sprintf("change %d: %s", change+1, text),
	}
}

func (s Stretch) check(n *Network) []string {
	switch {
	case s.Edge < 0 || int(s.Edge) >= n.EdgeCount():
		return []string{fmt.Sprintf("edge %d is not one of the network's %d", s.Edge, n.EdgeCount())}
	case s.From > s.To || s.To > n.Edge(s.Edge).Length:
		return []string{fmt.Sprintf("a stretch from %d to %d mm does not lie on edge %d, which is %d mm long", s.From, s.To, s.Edge, n.Edge(s.Edge).Length)}
	case s.From == s.To && n.Edge(s.Edge).Length > 0:
		return []string{fmt.Sprintf("the stretch at %d mm of edge %d is of no length; name its ends, or cut the road there", s.From, s.Edge)}
	}
	return nil
}

func (p Position) check(n *Network) []string {
	switch {
	case p.Edge < 0 || int(p.Edge) >= n.EdgeCount():
		return []string{fmt.Sprintf("edge %d is not one of the network's %d", p.Edge, n.EdgeCount())}
	case p.Along > n.Edge(p.Edge).Length:
		return []string{fmt.Sprintf("%d mm is beyond the end of edge %d, which is %d mm long", p.Along, p.Edge, n.Edge(p.Edge).Length)}
	}
	return nil
}

func (c Cut) check(n *Network) []string  { return c.At.check(n) }
func (c Join) check(n *Network) []string { return c.At.check(n) }

// longestDrawn keeps lengths and times in 32 bits at any speed.
const longestDrawn = 1e6 // meters

func (d Draw) check(n *Network) (faults []string) {
	line := append(orb.LineString{}, d.Via...)
	for _, e := range [2]End{d.From, d.To} {
		if e.Free {
			line = append(line, e.Point)
		} else {
			faults = append(faults, e.check(n)...)
		}
	}
	for _, at := range line {
		if !(math.Abs(at[0]) <= 180 && math.Abs(at[1]) <= 90) {
			faults = append(faults, fmt.Sprintf("[%v, %v] is not a longitude and latitude in degrees", at[0], at[1]))
		}
	}
	road := d.road(nil)
	if ok, reason := n.profile.allows(&road); !ok {
		faults = append(faults, fmt.Sprintf("profile %q does not use a road of class %q (%s); draw one of another class", n.profile.ID, d.Class, reason))
	}
	return faults
}

// road is the drawn road as a source would give it.
func (d *Draw) road(line orb.LineString) coverage.Road {
	return coverage.Road{Class: d.Class, Tags: d.Tags, Line: line}
}
