package links_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/coveragetest"
	"kaimen/coverage/links"
	"kaimen/coverage/network"
	"kaimen/coverage/reach"
	"kaimen/geo"
)

func meters(a, b orb.Point) float64 { return geo.Distance(a, b) }

// ends are the nodes that are not merely passed, in order, save where several
// lie at one point: as those that a closed gate makes of one.
func ends(n *network.Network) (list []int32) {
	at := make(map[orb.Point]int)
	for node := range int32(n.NodeCount()) {
		at[n.NodeAt(node)]++
	}
	for node := range int32(n.NodeCount()) {
		if len(n.EdgesAt(node)) != 2 && at[n.NodeAt(node)] == 1 {
			list = append(list, node)
		}
	}
	return list
}

// way is the length of the way between two nodes, however far; 1e9 without one.
func way(t testing.TB, n *network.Network, a, b int32) float64 {
	t.Helper()
	s := reach.NewSearch(n, reach.Options{Metric: network.Length})
	if err := s.Run(context.Background(), []reach.Seed{{Node: a}}, network.Unreached); err != nil {
		t.Fatal(err)
	}
	if c := s.Cost(b); c != network.Unreached {
		return float64(c) / 1000
	}
	return 1e9
}

// One block is 100 m, 90 s. The road from the homes at d ends at e, one block
// from f on the road to the school at s.
//
//	a---b---c---g
//	|           |
//	d---e   f---h---s
//
// From e: e-d-a-b-c-g-h-s is 8 blocks less one... e-d, d-a, a-b, b-c, c-g, g-h,
// h-s are 7 blocks, 630 s; by e-f: e-f, f-h, h-s, 3 blocks, 270 s.
// From d: 6 blocks, 540 s; by e-f 4 blocks, 360 s.
// From a: 5 blocks, 450 s; by e-f 5 blocks: nothing changes.
func deadEndTown(t testing.TB) (*ground, coveragetest.Town) {
	town := coveragetest.Draw(t, "a---b---c---g\n|           |\nd---e   f---h---s")
	g := &ground{
		roads: town.Roads, profile: network.Walk(), metric: network.Time, cutoff: 400_000,
		demand:     []orb.Point{town.Nodes['a'], town.Nodes['d'], town.Nodes['e']},
		weights:    []coverage.Amount{100 * coverage.AmountUnit, 10 * coverage.AmountUnit, coverage.AmountUnit},
		facilities: [][][]orb.Point{{{town.Nodes['s']}}},
	}
	return g, town
}

func TestDeadEndWorkedOutByHand(t *testing.T) {
	t.Parallel()
	g, town := deadEndTown(t)
	n := g.build(t)
	found, err := links.Find(t.Context(), n, links.Options{MaxMeters: 150, MinDetourMeters: 400, SameMeters: 100, DeadEnds: true, Links: true, Class: "footway"})
	if err != nil {
		t.Fatal(err)
	}
	if len(found.Candidates) != 1 || found.Candidates[0].Source != links.DeadEnd {
		t.Fatalf("found %+v, want the link from e to f alone", found)
	}
	c := found.Candidates[0]
	joins := []orb.Point{c.Line[0], c.Line[1]}
	if !slices.ContainsFunc(joins, func(p orb.Point) bool { return meters(p, town.Nodes['e']) < 0.02 }) ||
		!slices.ContainsFunc(joins, func(p orb.Point) bool { return meters(p, town.Nodes['f']) < 0.02 }) {
		t.Errorf("it joins %v, want e and f", c.Line)
	}
	scores, err := links.Gains(t.Context(), g.on(n), found.Candidates, nil)
	if err != nil {
		t.Fatal(err)
	}
	// d and e come within 400 s. d saves 180 s for 10 people, e 360 s for one.
	gain := scores.Gains[0]
	if gain.NewlyCovered != 11*coverage.AmountUnit || gain.Nearer != 11*coverage.AmountUnit || gain.Lost != 0 || gain.Farther != 0 ||
		gain.Saved < 2159 || gain.Saved > 2161 {
		t.Errorf("gain %+v, want 11 covered and nearer, 2160 s saved", gain)
	}
	// e-d-a-b-c-g-h-f is seven blocks.
	detours, err := links.Detours(t.Context(), n, found.Candidates)
	if err != nil || *detours[0] < 699 || *detours[0] > 701 {
		t.Errorf("the way round is %v m, %v; want 700", *detours[0], err)
	}
	// A way of 700 m is no more than 700 m.
	if found, err = links.Find(t.Context(), n, links.Options{MaxMeters: 150, MinDetourMeters: 701, DeadEnds: true, Links: true, Class: "footway"}); err != nil || len(found.Candidates) > 0 {
		t.Errorf("with a detour of 701 m: %+v, %v; want none", found, err)
	}
}

func TestWhatBlocksIsToldByReason(t *testing.T) {
	t.Parallel()
	g, _ := deadEndTown(t)
	n := g.build(t)
	o := links.Options{MaxMeters: 150, MinDetourMeters: 400, DeadEnds: true, Class: "footway", Blocked: func(orb.LineString) string { return "water" }}
	found, err := links.Find(t.Context(), n, o)
	if err != nil {
		t.Fatal(err)
	}
	want := &links.Found{Considered: 1, Aside: []coverage.ReasonCount{{Code: "water", Rows: 1}}}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
}

// Links that connect about the same two stretches: the shortest stays.
func TestTheShortestOfAPlaceStays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		g := &ground{roads: coveragetest.Roads().Draw(rt, "roads"), profile: network.Walk()}
		n := g.build(t)
		o := eager
		o.SameMeters = 200
		small, err := links.Find(context.Background(), n, o)
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range small.Candidates {
			for _, d := range small.Candidates[:i] {
				if d.Meters > c.Meters {
					rt.Fatal("candidates are not in order of length")
				}
			}
		}
		// A longer reach keeps all that was there.
		o.MaxMeters = 700
		large, err := links.Find(context.Background(), n, o)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range small.Candidates {
			if !slices.ContainsFunc(large.Candidates, func(d links.Candidate) bool { return d.ID == c.ID }) {
				rt.Fatalf("%s is lost with links of up to 700 m", c.ID)
			}
		}
	})
}
