package links_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/coveragetest"
	"kaimen/coverage/links"
	"kaimen/coverage/network"
	"kaimen/coverage/reach"
)

// ground is what a town is made of: enough to make it anew.
type ground struct {
	roads      []coverage.Road
	gates      []coverage.Gate
	profile    network.Profile
	demand     []orb.Point
	weights    []coverage.Amount
	facilities [][][]orb.Point // by kind and facility: where it is entered
	metric     network.Metric
	cutoff     network.Cost
}

func (g *ground) build(t testing.TB) *network.Network {
	t.Helper()
	n, _, err := network.Build(context.Background(), network.Ground{Roads: g.roads, Gates: g.gates}, g.profile)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// on ties everything to a network.
func (g *ground) on(n *network.Network) *links.Town {
	town := &links.Town{Network: n, Metric: g.metric, Cutoff: g.cutoff}
	place := func(p orb.Point) links.Place { return links.Place{At: p, Snap: n.Snap(p)} }
	for i, p := range g.demand {
		town.Demand = append(town.Demand, links.Demand{Place: place(p), Weight: g.weights[i]})
	}
	for k, list := range g.facilities {
		kind := links.Kind{ID: fmt.Sprint(k)}
		for _, doors := range list {
			var at []links.Place
			for _, p := range doors {
				at = append(at, place(p))
			}
			kind.Facilities = append(kind.Facilities, at)
		}
		town.Kinds = append(town.Kinds, kind)
	}
	return town
}

// costs are the ways of all demand by one search from all facilities of a kind:
// nothing of what is tested has a part in them.
func costs(t testing.TB, town *links.Town, kind int) (list []network.Cost) {
	t.Helper()
	var snaps []network.Snap
	for _, f := range town.Kinds[kind].Facilities {
		for _, e := range f {
			snaps = append(snaps, e.Snap)
		}
	}
	nearest, err := reach.NearestOf(context.Background(), town.Network, reach.NewPoints(town.Network, snaps), network.Unreached,
		reach.Options{Metric: town.Metric, Direction: network.Toward})
	if err != nil {
		t.Fatal(err)
	}
	for i := range town.Demand {
		c := network.Unreached
		if hit, ok := nearest.At(town.Demand[i].Snap); ok {
			c = hit.Cost
		}
		list = append(list, c)
	}
	return list
}

// plain is what changes from one town to another, point by point.
func plain(t testing.TB, before, after *links.Town) (g links.Gain) {
	t.Helper()
	for k := range before.Kinds {
		var of links.KindGain
		is := costs(t, after, k)
		for i, was := range costs(t, before, k) {
			w, c := before.Demand[i].Weight, before.Cutoff
			if was > c && is[i] <= c {
				of.NewlyCovered += w
			}
			if was <= c && is[i] > c {
				of.Lost += w
			}
			d := int64(was) - int64(is[i])
			if d > links.Rounding {
				of.Nearer += w
			}
			if -d > links.Rounding {
				of.Farther += w
			}
			if max(d, -d) > links.Rounding && was != network.Unreached && is[i] != network.Unreached {
				of.Saved += w.Float() * float64(d) / 1000
			}
		}
		g.Kinds = append(g.Kinds, of)
		g.NewlyCovered += of.NewlyCovered
		g.Lost += of.Lost
		g.Nearer += of.Nearer
		g.Farther += of.Farther
		g.Saved += of.Saved
	}
	return g
}

// drawn is the network with the road of a candidate, each end led to the road
// nearest within 15 m, as a scenario does.
func drawn(t testing.TB, n *network.Network, c *links.Candidate) *network.Network {
	t.Helper()
	line := c.Line
	m, err := n.Patched(network.Patch{network.Draw{
		From: network.End{Position: n.Nearest(line[0], 15).Position}, To: network.End{Position: n.Nearest(line[len(line)-1], 15).Position},
		Via: line[1 : len(line)-1], Class: c.Class,
	}})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// randomGround draws a town of streets, dead ends, islands and gates.
func randomGround(t *rapid.T) *ground {
	g := &ground{roads: coveragetest.Roads().Draw(t, "roads"), profile: network.Walk()}
	g.profile.IslandMeters = float64(rapid.SampledFrom([]int{0, 500, 2000, 5000}).Draw(t, "island_m"))
	g.profile.SnapMeters = float64(rapid.SampledFrom([]int{100, 300, 1000}).Draw(t, "snap_m"))
	if rapid.IntRange(0, 2).Draw(t, "bound") == 0 {
		g.profile.OneWay, g.profile.Turns = []string{"oneway"}, true
	}
	for i := range g.roads {
		r := &g.roads[i]
		r.Tags = map[string]string{"oneway": rapid.SampledFrom([]string{"", "", "", "yes"}).Draw(t, "oneway")}
		via := rapid.SampledFrom(r.Nodes).Draw(t, "via")
		switch rapid.IntRange(0, 7).Draw(t, "what") {
		case 0:
			r.Turns = []coverage.Turn{{Via: via, To: rapid.SampledFrom(g.roads).Draw(t, "to").ID}}
		case 1:
			state := rapid.SampledFrom([]string{"residents", "closed"}).Draw(t, "state")
			at := r.Line[0]
			for k, id := range r.Nodes {
				if id == via {
					at = r.Line[k]
				}
			}
			g.gates = append(g.gates, coverage.Gate{ID: r.ID, Node: via, State: state, At: at})
		}
	}
	point := func() orb.Point {
		return orb.Point{105 + 0.02*rapid.Float64Range(0, 1).Draw(t, "x"), 29.5 + 0.02*rapid.Float64Range(0, 1).Draw(t, "y")}
	}
	for range rapid.IntRange(1, 30).Draw(t, "demand") {
		g.demand = append(g.demand, point())
		g.weights = append(g.weights, coverage.Amount(rapid.Int64Range(0, 20).Draw(t, "weight"))*coverage.AmountUnit)
	}
	for range rapid.IntRange(1, 2).Draw(t, "kinds") {
		var kind [][]orb.Point
		for range rapid.IntRange(0, 4).Draw(t, "facilities") {
			doors := []orb.Point{point()}
			if rapid.Bool().Draw(t, "two doors") {
				doors = append(doors, point())
			}
			kind = append(kind, doors)
		}
		g.facilities = append(g.facilities, kind)
	}
	g.metric = rapid.SampledFrom([]network.Metric{network.Time, network.Length}).Draw(t, "metric")
	g.cutoff = network.Cost(rapid.IntRange(100_000, 2_000_000).Draw(t, "cutoff"))
	return g
}

var eager = links.Options{MaxMeters: 400, MinDetourMeters: 500, DeadEnds: true, Links: true, Class: "footway", CrossRoads: true}

// inTowns checks what holds in random towns, in so many that they have shown
// what it is about.
func inTowns(t *testing.T, shown func() bool, holds func(*rapid.T)) {
	t.Helper()
	for range 50 {
		if rapid.Check(t, holds); t.Failed() || shown() {
			return
		}
	}
	t.Error("none of the towns shows what is looked at")
}

// Whatever the town, the gain of every candidate is that between the town and
// the one with the road drawn and everybody tied anew, found by plain searches.
func TestGainsAreThoseOfPlainSearches(t *testing.T) {
	t.Parallel()
	helped, quiet, all := 0, 0, 0
	inTowns(t, func() bool { return helped > 0 && quiet > 0 }, func(rt *rapid.T) {
		g := randomGround(rt)
		n := g.build(t)
		town := g.on(n)
		found, err := links.Find(context.Background(), n, eager)
		if err != nil {
			t.Fatal(err)
		}
		if len(found.Candidates) > 60 {
			found.Candidates = found.Candidates[:60]
		}
		scores, err := links.Gains(context.Background(), town, found.Candidates, nil)
		if err != nil {
			t.Fatal(err)
		}
		quiet, all = quiet+scores.Pruned, all+len(found.Candidates)
		for i := range found.Candidates {
			c := &found.Candidates[i]
			want := plain(t, town, g.on(drawn(t, n, c)))
			if diff := cmp.Diff(want, scores.Gains[i]); diff != "" {
				rt.Fatalf("%s %v: plain (-) and ours (+):\n%s", c.ID, c.Line, diff)
			}
			if want.Helps() {
				helped++
			}
		}
	})
	t.Logf("of %d candidates %d help, %d were known to change nothing", all, helped, quiet)
}

// Find loses nothing and invents nothing: its pairs of ends are those that a look
// at every pair finds, with the way between them by a search of its own.
func TestFindIsALookAtEveryPair(t *testing.T) {
	t.Parallel()
	some := 0
	inTowns(t, func() bool { return some > 0 }, func(rt *rapid.T) {
		g := &ground{roads: coveragetest.Roads().Draw(rt, "roads"), profile: network.Walk(), gates: nil}
		n := g.build(t)
		o := eager
		found, err := links.Find(context.Background(), n, o)
		if err != nil {
			t.Fatal(err)
		}
		got := make(map[[2]orb.Point]bool)
		for _, c := range found.Candidates {
			got[[2]orb.Point{c.Line[0], c.Line[1]}] = true
			some++
		}
		aside := 0
		for _, a := range found.Aside {
			aside += a.Rows
		}
		if len(found.Candidates)+aside != found.Considered {
			rt.Fatalf("%d candidates and %v set aside, of %d", len(found.Candidates), found.Aside, found.Considered)
		}
		if aside > 0 {
			return // which of them it was is not ours to say here
		}
		ends := ends(n)
		for i, u := range ends {
			for _, v := range ends[i+1:] {
				a, b := n.NodeAt(u), n.NodeAt(v)
				want := meters(a, b) <= o.MaxMeters && way(t, n, u, v) > o.MinDetourMeters
				if got[[2]orb.Point{a, b}] != want && math.Abs(meters(a, b)-o.MaxMeters) > 0.01 {
					rt.Fatalf("%v to %v: found %v, want %v", a, b, !want, want)
				}
			}
		}
	})
}
