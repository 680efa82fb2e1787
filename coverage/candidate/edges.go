package candidate

import (
	"context"
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/coverage/reach"
	"kaimen/geo"
)

// spot is a place along a road.
type spot struct {
	road   int
	meters float64 // from the start of the road
	at     orb.Point
	snap   network.Snap
}

// edges takes places along the roads of each network that a kind uses: at the
// start of a road, every EveryMeters from there, and at its end. Of those within
// half of that along the way from one before them none is kept, so that where
// roads meet, or are cut up short, there is one.
//
// Holds: from every place of a road that is used both ways, it is EveryMeters at
// most along roads to a site, but for what is excluded or outside.
func (f *finder) edges(ctx context.Context) error {
	if len(f.layers.Roads) == 0 {
		f.note("The study has no roads: no places along them are among the sites.")
		return nil
	}
	networks := []*network.Network{f.networks.Walk}
	if f.networks.Drive != nil && f.networks.Drive != f.networks.Walk {
		networks = append(networks, f.networks.Drive)
	}
	for _, n := range networks {
		var kinds []int
		for k := range f.o.Kinds {
			if f.roads(&f.limits[k]) == n {
				kinds = append(kinds, k)
			}
		}
		if len(kinds) == 0 {
			continue
		}
		spots, err := f.spots(ctx, n)
		if err != nil {
			return err
		}
		for i := range spots {
			for _, k := range kinds {
				f.settle(f.spotOf(&spots[i], f.o.Kinds[k]), nil)
			}
		}
	}
	return nil
}

func (f *finder) spotOf(s *spot, kind string) Candidate {
	r := &f.layers.Roads[s.road]
	return Candidate{
		Site: Site{ID: fmt.Sprintf("edge:%s@%.0f", r.ID, s.meters), Kind: kind, Name: r.Name, Source: SourceEdge, Of: r.ID, At: s.at},
		Cost: f.o.cost(kind, 0, nil),
	}
}

// spots lists the places that are kept on a network, by road and place along it.
//
// Cost: a search for the nearest road for each place, and one on the network
// within half of EveryMeters for each that is kept.
func (f *finder) spots(ctx context.Context, n *network.Network) (kept []spot, err error) {
	t := newThinner(n, f.o.EveryMeters/2)
	var unused, near, out, free int
	for i := range f.layers.Roads {
		if i%1000 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		for _, s := range spotsOf(&f.layers.Roads[i], f.o.EveryMeters) {
			s.road, s.snap = i, n.Snap(s.at)
			switch {
			case s.snap.State != coverage.ReasonSnapped || s.snap.Offset > onRoad:
				unused++
			case f.outside(s.at):
				out++
			case f.excluded.holding(s.at):
				free++
			case t.near(s.snap.Position):
				near++
			default:
				kept = append(kept, s)
				if err := t.add(ctx, s.snap.Position); err != nil {
					return nil, err
				}
			}
		}
	}
	f.note("Of %d places along roads %d are sites of the profile %s; %d lie on roads that it does not use or on cut-off ones, %d outside the area asked for, %d in areas to be kept free, and %d within %v m along the way from another site.",
		len(kept)+unused+out+free+near, len(kept), n.Profile().ID, unused, out, free, near, f.o.EveryMeters/2)
	return kept, nil
}

// onRoad is how far a place of a road may lie from where a network has it, in
// millimeters: coordinates are kept to the centimeter.
const onRoad = 100

// spotsOf are the places along a road: every so many meters from its start, and
// its end.
func spotsOf(r *coverage.Road, every float64) (list []spot) {
	gone, next := 0.0, 0.0
	for i := 1; i < len(r.Line); i++ {
		a, b := r.Line[i-1], r.Line[i]
		length := geo.Distance(a, b)
		for next < gone+length {
			share := (next - gone) / length
			list = append(list, spot{meters: next, at: orb.Point{a[0] + share*(b[0]-a[0]), a[1] + share*(b[1]-a[1])}})
			next += every
		}
		gone += length
	}
	// An end within half a meter of the last place is that place.
	if n := len(list); n > 0 && gone-list[n-1].meters >= 0.5 {
		list = append(list, spot{meters: gone, at: r.Line[len(r.Line)-1]})
	}
	return list
}

// thinner tells whether a place lies near one before it, along the way.
type thinner struct {
	n      *network.Network
	within network.Cost // millimeters
	search *reach.Search
	away   []network.Cost               // by node: from the nearest place
	on     map[int32][]network.Position // by edge: the places
}

func newThinner(n *network.Network, meters float64) *thinner {
	t := &thinner{
		n: n, within: network.Cost(math.Round(meters * 1000)), search: reach.NewSearch(n, reach.Options{Metric: network.Length}),
		away: make([]network.Cost, n.NodeCount()), on: make(map[int32][]network.Position),
	}
	for i := range t.away {
		t.away[i] = network.Unreached
	}
	return t
}

// near tells whether a place is nearer than the distance to one that was added.
func (t *thinner) near(p network.Position) bool {
	for _, q := range t.on[p.Edge] {
		if away, ok := t.n.Direct(q, p, network.Length); ok && away < t.within {
			return true
		}
	}
	for _, head := range []bool{false, true} {
		onward := t.n.FromTail(p, network.Length)
		if head {
			onward = t.n.FromHead(p, network.Length)
		}
		if onward == network.Unreached {
			continue
		}
		node, more := t.n.Onto(p.Edge, head)
		if t.at(node, onward) {
			return true
		}
		for _, node := range more {
			if t.at(node, onward) {
				return true
			}
		}
	}
	return false
}

func (t *thinner) at(node int32, onward network.Cost) bool {
	away := t.away[node]
	return away != network.Unreached && away+onward < t.within
}

// add keeps a place.
func (t *thinner) add(ctx context.Context, p network.Position) error {
	t.on[p.Edge] = append(t.on[p.Edge], p)
	var seeds []reach.Seed
	if cost := t.n.ToTail(p, network.Length); cost != network.Unreached {
		seeds = append(seeds, reach.Seed{Node: t.n.Off(p.Edge, false), Cost: cost})
	}
	if cost := t.n.ToHead(p, network.Length); cost != network.Unreached {
		seeds = append(seeds, reach.Seed{Node: t.n.Off(p.Edge, true), Cost: cost})
	}
	if err := t.search.Run(ctx, seeds, t.within); err != nil {
		return err
	}
	for _, node := range t.search.Touched() {
		t.away[node] = min(t.away[node], t.search.Cost(node))
	}
	return nil
}
