package reach_test

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"kaimen/coverage/coveragetest"
	"kaimen/coverage/network"
	"kaimen/coverage/reach"
)

// arrival is what a search says of a node. Arrivals are compared member by
// member: cheaper first, then by owner, then by the other metric.
type arrival struct{ cost, owner, other uint64 }

func (a arrival) compare(b arrival) int {
	return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(a.owner, b.owner), cmp.Compare(a.other, b.other))
}

// bellmanFord relaxes every arc until nothing changes.
func bellmanFord(n *network.Network, o reach.Options, seeds []reach.Seed) []arrival {
	first, arcs := n.Rows(o.Metric, o.Direction)
	_, others := n.Rows(o.Metric.Other(), o.Direction)
	best := make([]arrival, n.NodeCount())
	for i := range best {
		best[i].cost = math.MaxUint64
	}
	better := func(node int, a arrival) bool {
		if !o.Owners {
			a.owner = 0
		}
		if !o.Both {
			a.other = 0
		}
		if a.compare(best[node]) >= 0 {
			return false
		}
		best[node] = a
		return true
	}
	for _, s := range seeds {
		better(int(s.Node), arrival{uint64(s.Cost), uint64(s.Owner), uint64(s.Other)})
	}
	for changed := true; changed; {
		changed = false
		for v := range best {
			from := best[v]
			for i := first[v]; i < first[v+1] && from.cost != math.MaxUint64; i++ {
				a := arcs[i]
				if better(int(a.Head), arrival{from.cost + uint64(a.Cost), from.owner, from.other + uint64(others[i].Cost)}) {
					changed = true
				}
			}
		}
	}
	return best
}

// Every way of searching, bounds-checked and not, gives the labels of an
// algorithm that shares no idea with it.
func TestSearchAgreesWithBellmanFord(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := build(t, coveragetest.Roads().Draw(t, "roads"), 0)
		if n.NodeCount() == 0 {
			return
		}
		o := reach.Options{
			Metric:    rapid.SampledFrom([]network.Metric{network.Time, network.Length}).Draw(t, "metric"),
			Direction: rapid.SampledFrom([]network.Direction{network.Away, network.Toward}).Draw(t, "direction"),
			Both:      rapid.Bool().Draw(t, "both"),
			Owners:    rapid.Bool().Draw(t, "owners"),
			Safe:      rapid.Bool().Draw(t, "safe"),
		}
		s := reach.NewSearch(n, o)
		for range 3 { // one workspace, several runs
			var seeds []reach.Seed
			for range rapid.IntRange(0, 4).Draw(t, "seeds") {
				seeds = append(seeds, reach.Seed{
					Node:  int32(rapid.IntRange(0, n.NodeCount()-1).Draw(t, "node")),
					Cost:  network.Cost(rapid.IntRange(0, 3_000_000).Draw(t, "cost")),
					Other: network.Cost(rapid.IntRange(0, 1).Draw(t, "other")),
					Owner: uint32(rapid.IntRange(0, 2).Draw(t, "owner")),
				})
			}
			cutoff := network.Cost(rapid.IntRange(0, 9_000_000).Draw(t, "cutoff"))
			if err := s.Run(context.Background(), seeds, cutoff); err != nil {
				t.Fatal(err)
			}
			compareSearch(t, s, bellmanFord(n, o, seeds), cutoff)
		}
	})
}

// compareSearch holds a search against what it should say within a cutoff, and
// its list of nodes against its labels.
func compareSearch(t *rapid.T, s *reach.Search, want []arrival, cutoff network.Cost) {
	t.Helper()
	touched := make(map[int32]int)
	for _, node := range s.Touched() {
		touched[node]++
	}
	for v := range int32(len(want)) {
		got, times := s.Cost(v), 1
		if want[v].cost > uint64(cutoff) {
			want[v].cost, times = uint64(network.Unreached), 0
		}
		if touched[v] != times {
			t.Fatalf("node %d is listed %d times, want %d", v, touched[v], times)
		}
		if uint64(got) != want[v].cost {
			t.Fatalf("node %d costs %d, want %d", v, got, want[v].cost)
		}
		if times == 1 && (uint64(s.Owner(v)) != want[v].owner || uint64(s.OtherCost(v)) != want[v].other) {
			t.Fatalf("node %d is of owner %d at other cost %d, want %+v", v, s.Owner(v), s.OtherCost(v), want[v])
		}
	}
}

// A run whose cutoff is beyond all numbers still adds up without wrapping.
func TestCostsNearTheLargestNumber(t *testing.T) {
	t.Parallel()
	for _, owners := range []bool{false, true} {
		for _, safe := range []bool{false, true} {
			t.Run(fmt.Sprintf("owners=%v safe=%v", owners, safe), func(t *testing.T) {
				t.Parallel()
				n := build(t, coveragetest.Draw(t, "a---b---c").Roads, 0)
				s := reach.NewSearch(n, reach.Options{Owners: owners, Safe: safe})
				for _, cost := range []network.Cost{math.MaxUint32 - 1, math.MaxUint32 - 100_000} {
					if err := s.Run(t.Context(), []reach.Seed{{Node: 0, Cost: cost}}, network.Unreached); err != nil {
						t.Fatal(err)
					}
					for v := range int32(n.NodeCount()) {
						if c := s.Cost(v); c != network.Unreached && c < cost {
							t.Fatalf("node %d costs %d from a seed of %d", v, c, cost)
						}
					}
				}
			})
		}
	}
}
