package reach_test

import (
	"context"
	"testing"

	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/coveragetest"
	"kaimen/coverage/network"
	"kaimen/coverage/reach"
)

// A place lies in a part just when the way to it costs at most the cutoff: for
// places all along every edge, several cutoffs of one search, both directions,
// and roads that are one-way or closed to one side by gates.
func TestPartsHoldWhatIsWithinReach(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		roads := coveragetest.Roads().Draw(t, "roads")
		for i := range roads {
			roads[i].Class = "residential"
			roads[i].Tags = map[string]string{"oneway": rapid.SampledFrom([]string{"", "yes", "-1"}).Draw(t, "oneway")}
		}
		gates := []coverage.Gate{{ID: "g", State: "residents", Node: rapid.SampledFrom(roads[0].Nodes).Draw(t, "gate")}}
		n, _ := buildFor(t, network.Ground{Roads: roads, Gates: gates}, profile(t, "car"))
		if n.EdgeCount() == 0 {
			return
		}
		var along []network.Snap // all along every edge, on the road, its ends left out
		for e := range int32(n.EdgeCount()) {
			for part := range uint32(8) {
				if n.Edge(e).Length < 16 {
					break // it has no place between its ends
				}
				along = append(along, network.Snap{
					Position: network.Position{Edge: e, Along: uint32(uint64(n.Edge(e).Length) * uint64(2*part+1) / 16)},
					State:    coverage.ReasonSnapped,
				})
			}
		}
		var origins []network.Snap
		for _, p := range places(t, "origins") {
			origins = append(origins, n.Snap(p))
		}
		o := reach.Options{
			Metric:    rapid.SampledFrom([]network.Metric{network.Time, network.Length}).Draw(t, "metric"),
			Direction: rapid.SampledFrom([]network.Direction{network.Away, network.Toward}).Draw(t, "direction"),
		}
		const widest = 3_000_000
		tree, scan := reach.NewTree(n, o), reach.NewScan(n, reach.NewPoints(n, along), o)
		if err := tree.From(context.Background(), origins, widest); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			cutoff := network.Cost(rapid.IntRange(0, widest).Draw(t, "cutoff"))
			inside := make(map[int32]bool)
			found, err := scan.FromAny(context.Background(), origins, cutoff)
			if err != nil {
				t.Fatal(err)
			}
			for _, target := range found {
				inside[target.Point] = true
			}
			compareParts(t, n, tree.Parts(cutoff), along, inside)
		}
	})
}

// compareParts holds parts, which must be in order and apart, against the
// places that they must hold.
func compareParts(t *rapid.T, n *network.Network, parts []reach.Part, along []network.Snap, inside map[int32]bool) {
	t.Helper()
	held := make(map[int32]bool)
	for k, p := range parts {
		if p.From > p.To || p.To > n.Edge(p.Edge).Length {
			t.Fatalf("part %+v of an edge of %d mm", p, n.Edge(p.Edge).Length)
		}
		if k > 0 && (p.Edge < parts[k-1].Edge || p.Edge == parts[k-1].Edge && p.From <= parts[k-1].To) {
			t.Fatalf("part %+v stands after %+v", p, parts[k-1])
		}
		for i, s := range along {
			if s.Edge == p.Edge && p.From <= s.Along && s.Along <= p.To {
				held[int32(i)] = true
			}
		}
	}
	for i, s := range along {
		if held[int32(i)] != inside[int32(i)] {
			t.Fatalf("%d mm along edge %d: in a part %v, within reach %v; parts %+v", s.Along, s.Edge, held[int32(i)], inside[int32(i)], parts)
		}
	}
}
