package links_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/links"
	"kaimen/coverage/network"
	"kaimen/geo"
)

// byDrawing makes towns by drawing one road after another.
func (g *ground) byDrawing(t testing.TB, n *network.Network) links.Anew {
	return func(_ context.Context, made []links.Candidate) (*links.Town, error) {
		now := n
		for i := range made {
			now = drawn(t, now, &made[i])
		}
		return g.on(now), nil
	}
}

// Each step of a choice is the best of all that are left, by plain searches
// with those before it made, and no other step would have helped at its end.
func TestEachStepOfAChoiceIsTheBest(t *testing.T) {
	t.Parallel()
	second := 0
	inTowns(t, func() bool { return second > 0 }, func(rt *rapid.T) {
		g := randomGround(rt)
		n := g.build(t)
		found, err := links.Find(context.Background(), n, eager)
		if err != nil {
			t.Fatal(err)
		}
		list := found.Candidates[:min(len(found.Candidates), 12)]
		town, anew := g.on(n), g.byDrawing(t, n)
		scores, err := links.Gains(context.Background(), town, list, anew)
		if err != nil {
			t.Fatal(err)
		}
		steps, err := links.Choose(context.Background(), town, list, scores.Gains, 2, anew)
		if err != nil {
			t.Fatal(err)
		}
		var made []links.Candidate
		for k := range 2 {
			before, _ := anew(context.Background(), made)
			best, bestGain := -1, links.Gain{}
			for i := range list {
				if slices.ContainsFunc(made, func(c links.Candidate) bool { return c.ID == list[i].ID }) {
					continue
				}
				after, _ := anew(context.Background(), append(slices.Clone(made), list[i]))
				gain := plain(t, before, after)
				if gain.Helps() && (best < 0 || links.Better(&list[i], &gain, &list[best], &bestGain) < 0) {
					best, bestGain = i, gain
				}
			}
			if best < 0 || k == len(steps) {
				if best >= 0 || k < len(steps) {
					rt.Fatalf("step %d: best %d, chosen %+v", k+1, best, steps)
				}
				return
			}
			if diff := cmp.Diff(links.Chosen{Candidate: best, Gain: bestGain}, steps[k]); diff != "" {
				rt.Fatalf("step %d, plain (-) and ours (+):\n%s", k+1, diff)
			}
			made = append(made, list[best])
			second += k
		}
	})
}

// blocks draws a town of 4 by 4 crossings some 200 m apart, none of whose roads lie
// over each other, with gates: where roads do, which of them is nearest is by
// their numbers, which differ on a network built anew.
func blocks(t *rapid.T) *ground {
	g := randomGround(t)
	g.roads, g.gates = nil, nil
	const side = 4
	var at [side * side]orb.Point
	for i := range at {
		jitter := func() float64 { return float64(rapid.IntRange(-300, 300).Draw(t, "jitter")) / 1e6 }
		at[i] = orb.Point{105 + 0.002*float64(i%side) + jitter(), 29.5 + 0.002*float64(i/side) + jitter()}
	}
	road := func(a, b int) {
		if rapid.IntRange(0, 4).Draw(t, "kept") > 0 {
			g.roads = append(g.roads, coverage.Road{
				ID: fmt.Sprintf("%02d-%02d", a, b), Class: "footway", Nodes: []int64{int64(a + 1), int64(b + 1)}, Line: orb.LineString{at[a], at[b]},
			})
		}
	}
	for i := range at {
		if i%side < side-1 {
			road(i, i+1)
		}
		if i/side < side-1 {
			road(i, i+side)
		}
	}
	for _, k := range rapid.SliceOfNDistinct(rapid.IntRange(0, side*side-1), 0, 6, rapid.ID).Draw(t, "gates") {
		g.gates = append(g.gates, coverage.Gate{
			ID: fmt.Sprint("g", k), Node: int64(k + 1), At: at[k], State: rapid.SampledFrom([]string{"closed", "residents"}).Draw(t, "state"),
		})
	}
	place := func() orb.Point {
		return orb.Point{105 + 0.007*rapid.Float64Range(0, 1).Draw(t, "east"), 29.5 + 0.007*rapid.Float64Range(0, 1).Draw(t, "north")}
	}
	for i := range g.demand {
		g.demand[i] = place()
	}
	for k := range g.facilities {
		for f := range g.facilities[k] {
			g.facilities[k][f] = []orb.Point{place()}
		}
	}
	return g
}

// Opening a gate in the network is what a network built with the gate open says,
// but for a few milliseconds where roads meet at it.
func TestGatesAreAsBuiltOpen(t *testing.T) {
	t.Parallel()
	helped := 0
	inTowns(t, func() bool { return helped > 0 }, func(rt *rapid.T) {
		g := blocks(rt)
		town := g.on(g.build(t))
		opened := func(id string) *links.Town {
			h := *g
			h.gates = slices.Clone(g.gates)
			for i := range h.gates {
				if h.gates[i].ID == id {
					h.gates[i].State = "open"
				}
			}
			return h.on(h.build(t))
		}
		anew := func(_ context.Context, made []links.Candidate) (*links.Town, error) { return opened(made[0].ID), nil }
		var list []links.Candidate
		for i := range g.gates {
			list = append(list, links.Candidate{ID: g.gates[i].ID, Source: links.Gate, Line: orb.LineString{g.gates[i].At}, Alone: true})
		}
		scores, err := links.Gains(context.Background(), town, list, anew)
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range list {
			after := opened(c.ID)
			if knifeEdge(t, town, after) || tiedAtGate(g, town) {
				continue
			}
			want, got := plain(t, town, after), scores.Gains[i]
			if math.Abs(want.Saved-got.Saved) > 0.05*float64(1+20*len(g.demand)) {
				rt.Fatalf("gate %s: %v saved, built anew %v", c.ID, got.Saved, want.Saved)
			}
			want.Saved, got.Saved, want.Kinds, got.Kinds = 0, 0, nil, nil
			if diff := cmp.Diff(want, got); diff != "" {
				rt.Fatalf("gate %s at %v, built anew (-) and ours (+):\n%s", c.ID, c.Line[0], diff)
			}
			if want.Nearer > 0 && scores.Anew < len(list) {
				helped++
			}
		}
	})
}

// tiedAtGate tells whether a place is tied to the network right at a gate. On
// which of the roads that end at a closed gate goes by their numbers.
func tiedAtGate(g *ground, town *links.Town) bool {
	at := func(p links.Place) bool {
		return slices.ContainsFunc(g.gates, func(gate coverage.Gate) bool { return geo.Distance(gate.At, p.Snap.At) < 1 })
	}
	for i := range town.Demand {
		if at(town.Demand[i].Place) {
			return true
		}
	}
	for _, kind := range town.Kinds {
		for _, f := range kind.Facilities {
			if slices.ContainsFunc(f, at) {
				return true
			}
		}
	}
	return false
}

// knifeEdge tells whether a few milliseconds decide what a cost counts for.
func knifeEdge(t *testing.T, before, after *links.Town) bool {
	t.Helper()
	const few = 30
	for k := range before.Kinds {
		is := costs(t, after, k)
		for i, was := range costs(t, before, k) {
			for _, c := range [2]network.Cost{was, is[i]} {
				if max(c, before.Cutoff)-min(c, before.Cutoff) <= few {
					return true
				}
			}
			if d := max(was, is[i]) - min(was, is[i]); d > 0 && d <= few {
				return true
			}
		}
	}
	return false
}

func ExampleGains() {
	// A street from the homes in the west ends 50 m before the clinic's.
	at := func(x, y float64) orb.Point { return orb.Point{105 + x/96_800, 29.5 + y/111_195} }
	road := func(id string, nodes []int64, line ...orb.Point) coverage.Road {
		return coverage.Road{ID: id, Class: "footway", Nodes: nodes, Line: line}
	}
	n, _, err := network.Build(context.Background(), network.Ground{Roads: []coverage.Road{
		road("home street", []int64{1, 2}, at(0, 0), at(400, 0)),
		road("main road", []int64{1, 3, 4}, at(0, 0), at(0, 600), at(450, 600)),
		road("clinic street", []int64{4, 5}, at(450, 600), at(450, 0)),
	}}, network.Walk())
	if err != nil {
		fmt.Println(err)
		return
	}
	place := func(p orb.Point) links.Place { return links.Place{At: p, Snap: n.Snap(p)} }
	town := &links.Town{
		Network: n, Metric: network.Length, Cutoff: 1_000_000, // 1,000 m
		Demand: []links.Demand{{Place: place(at(300, 0)), Weight: 120 * coverage.AmountUnit}},
		Kinds:  []links.Kind{{ID: "clinic", Facilities: [][]links.Place{{place(at(450, 100))}}}},
	}
	found, err := links.Find(context.Background(), n, links.Options{MaxMeters: 150, MinDetourMeters: 800, SameMeters: 100, DeadEnds: true, Class: "footway"})
	if err != nil {
		fmt.Println(err)
		return
	}
	scores, err := links.Gains(context.Background(), town, found.Candidates, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, c := range found.Candidates {
		fmt.Printf("%s of %.0f m: %v more people reach a clinic\n", c.Source, c.Meters, scores.Gains[i].NewlyCovered)
	}
	// Output:
	// dead_end of 50 m: 120 more people reach a clinic
}
