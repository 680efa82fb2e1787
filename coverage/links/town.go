package links

import (
	"cmp"
	"context"
	"math"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/geo"
)

// Place is a point and where it is tied to the network.
type Place struct {
	At   orb.Point // lon, lat
	Snap network.Snap
}

// Demand is people at a place. Those of weight 0 count nowhere.
type Demand struct {
	Place
	Weight coverage.Amount
}

// Kind is the facilities of one kind: of each, the places where it is entered.
type Kind struct {
	ID         string
	Facilities [][]Place
}

// Town is what links are looked for in. All places are tied to the network by
// its Snap. It is only read.
type Town struct {
	Network *network.Network
	Demand  []Demand
	Kinds   []Kind
	Metric  network.Metric
	Cutoff  network.Cost // inclusive; on the whole way, as reach.Nearest counts it
	Watch   func()       // if given, is called as each gain is known, from any goroutine
}

// Where candidates come from.
const (
	Gate       = "gate"        // a gate that keeps somebody out
	DeadEnd    = "dead_end"    // a road that ends near another
	Link       = "link"        // two junctions near each other
	ClosedRoad = "closed_road" // a road that is there and may not be used
)

// Candidate is a change of roads: a road drawn along Line, or a gate opened at
// its only point.
type Candidate struct {
	ID     string // of its places alone
	Source string
	Line   orb.LineString
	Class  string  // of a road drawn
	Meters float64 // of a road drawn
	// Alone tells that no other gate stands at the place of this one, so that it can
	// be opened in the network as it is; for others a town is built anew.
	Alone bool
}

// Anew makes the town with some candidates made, in their order, of what it was
// first made of.
type Anew func(ctx context.Context, made []Candidate) (*Town, error)

// KindGain is what changes for the demand with respect to one kind. Costs that
// differ by no more than Rounding count as equal.
type KindGain struct {
	NewlyCovered coverage.Amount // within the cutoff after, not before
	Lost         coverage.Amount // before, not after: tied to a new road that leads less well
	Nearer       coverage.Amount // whose way became shorter, or who have one now
	Farther      coverage.Amount // whose way became longer
	Saved        float64         // seconds or meters, times demand: what ways became shorter less what they became longer
}

// Rounding is what a cost may be off where a road is split, in milliseconds or
// millimeters.
const Rounding = 5

// Gain is what a candidate changes, by kind and in all; demand that gains in two
// kinds counts twice.
type Gain struct {
	KindGain
	Kinds []KindGain // in the order of the town's
}

// Net is the demand covered after less that before.
func (g *KindGain) Net() coverage.Amount { return g.NewlyCovered - g.Lost }

func (g *KindGain) add(o KindGain) {
	g.NewlyCovered += o.NewlyCovered
	g.Lost += o.Lost
	g.Nearer += o.Nearer
	g.Farther += o.Farther
	g.Saved += o.Saved
}

// Better orders candidates by what they do: more demand covered, then more
// saved, then the shorter road, then by id.
func Better(a *Candidate, gainA *Gain, b *Candidate, gainB *Gain) int {
	return cmp.Or(
		cmp.Compare(gainB.Net(), gainA.Net()), cmp.Compare(gainB.Saved, gainA.Saved),
		cmp.Compare(a.Meters, b.Meters), cmp.Compare(a.ID, b.ID),
	)
}

// Helps tells whether a gain is one: more demand covered or, with as much, ways
// that are shorter on the whole.
func (g *Gain) Helps() bool { return g.Net() > 0 || g.Net() == 0 && g.Saved > 0 }

// joinMeters is how far the end of a drawn road may lie from a road that it
// joins, as for a scenario.
const joinMeters = 15

// draw is the change of roads that a candidate is; false if an end meets no road.
func (c *Candidate) draw(n *network.Network) (network.Draw, bool) {
	from, to := n.Nearest(c.Line[0], joinMeters), n.Nearest(c.Line[len(c.Line)-1], joinMeters)
	return network.Draw{
		From: network.End{Position: from.Position}, To: network.End{Position: to.Position},
		Via: c.Line[1 : len(c.Line)-1], Class: c.Class,
	}, from.OK() && to.OK()
}

// change is what a candidate does to a network; false where that is not one
// change of it.
func (c *Candidate) change(n *network.Network) (network.Change, bool) {
	if c.Source == Gate {
		return c.join(n)
	}
	return c.draw(n)
}

// join is the opening of a gate; false if it is not sure that this gate would be
// opened, and not one beside it.
func (c *Candidate) join(n *network.Network) (network.Change, bool) {
	at := n.Nearest(c.Line[0], joinMeters)
	if !c.Alone || !at.OK() {
		return nil, false
	}
	gate, found := n.GateAt(at.Position)
	return network.Join{At: at.Position}, found && geo.Distance(gate, n.PointAt(at.Position)) < atGate
}

// atGate is how near the place of a road nearest to a gate lies to where the
// gate stands on it, in meters: it is the same but for rounding.
const atGate = 0.1

func rounded(p orb.Point) orb.Point {
	return orb.Point{math.Round(p[0]*1e7) / 1e7, math.Round(p[1]*1e7) / 1e7}
}
