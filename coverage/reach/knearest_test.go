package reach_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/coveragetest"
	"kaimen/coverage/network"
	"kaimen/coverage/reach"
)

// A park with gates at a and c, and one at f. One block is 100 m.
func TestTheTwoNearestAreOfTwoOwners(t *testing.T) {
	t.Parallel()
	town := coveragetest.Draw(t, `
        a---b---c---d---e---f
    `)
	n := build(t, town.Roads, 0)
	gates := []network.Snap{n.Snap(town.Nodes['a']), n.Snap(town.Nodes['c']), n.Snap(town.Nodes['f'])}
	nearest, err := reach.KNearestOf(t.Context(), n, reach.NewOwned(n, gates, []int32{0, 0, 1}), 2, network.Unreached, reach.Options{Metric: network.Length, Direction: network.Toward})
	if err != nil {
		t.Fatal(err)
	}
	// From b the two gates of the first park are as near, and count once; e is
	// nearer to the second.
	for place, want := range map[rune]string{'b': "0 at 100, 1 at 400, ", 'e': "1 at 100, 0 at 200, "} {
		if got := inMeters(nearest.At(n.Snap(town.Nodes[place]), nil)); got != want {
			t.Errorf("from %c: %swant %s", place, got, want)
		}
	}
	// The road is one edge, from node a to node f or the other way.
	ends := []string{inMeters(nearest.AtNode(0, nil)), inMeters(nearest.AtNode(1, nil))}
	if slices.Sort(ends); !slices.Equal(ends, []string{"0 at 0, 1 at 500, ", "1 at 0, 0 at 300, "}) {
		t.Errorf("at the nodes: %q", ends)
	}
}

func inMeters(hits []reach.Hit) (text string) {
	for _, h := range hits {
		text += fmt.Sprintf("%d at %d, ", h.Facility, (h.Cost+500)/1000)
	}
	return text
}

func TestKNearestOfTooMany(t *testing.T) {
	t.Parallel()
	n := build(t, coveragetest.Draw(t, "a---b").Roads, 0)
	for _, k := range []int{0, -1, reach.MostNearest + 1} {
		if _, err := reach.KNearestOf(t.Context(), n, snaps(n), k, 1, reach.Options{}); coverage.CodeOf(err) != coverage.Invalid {
			t.Errorf("the %d nearest: error %v, want invalid", k, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := reach.KNearestOf(ctx, n, snaps(n), 1, 1, reach.Options{}); coverage.CodeOf(err) == coverage.Invalid || err == nil {
		t.Errorf("error %v, want canceled", err)
	}
}

// The k nearest are the first k of all owners, each searched from alone; and
// with a second limit, those of them whose way keeps it. The nearest of one
// search from all is the first of them.
func TestKNearestAgreesWithOneOwnerAtATime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := build(t, coveragetest.Roads().Draw(t, "roads"), 0)
		point := rapid.Custom(func(t *rapid.T) network.Snap {
			return n.Snap(orb.Point{105 + rapid.Float64Range(0, 0.02).Draw(t, "lon"), 29.5 + rapid.Float64Range(0, 0.02).Draw(t, "lat")})
		})
		doors := rapid.SliceOfN(point, 0, 12).Draw(t, "doors")
		owners := rapid.SliceOfN(rapid.Int32Range(0, 5), len(doors), len(doors)).Draw(t, "owners")
		homes := rapid.SliceOfN(point, 1, 5).Draw(t, "homes")
		if n.NodeCount() > 0 { // a node is a home, too
			homes = append(homes, n.Snap(n.NodeAt(0)))
		}
		k := rapid.IntRange(1, reach.MostNearest).Draw(t, "k")
		cutoff := network.Cost(rapid.IntRange(0, 4_000_000).Draw(t, "cutoff"))
		o := reach.Options{
			Metric:    rapid.SampledFrom([]network.Metric{network.Time, network.Length}).Draw(t, "metric"),
			Direction: rapid.SampledFrom([]network.Direction{network.Away, network.Toward}).Draw(t, "direction"),
			Both:      true,
		}
		limited := o
		limited.OtherCutoff = network.Cost(rapid.IntRange(0, 2_000_000).Draw(t, "limit"))

		want := make([][]reach.Hit, len(homes))
		for owner := range int32(6) {
			var own []network.Snap
			for i, door := range doors {
				if owners[i] == owner {
					own = append(own, door)
				}
			}
			alone, err := reach.NearestOf(context.Background(), n, reach.NewOwned(n, own, slices.Repeat([]int32{owner}, len(own))), cutoff, o)
			if err != nil {
				t.Fatal(err)
			}
			for i, home := range homes {
				if hit, ok := alone.At(home); ok {
					want[i] = append(want[i], hit)
				}
			}
		}
		points := reach.NewOwned(n, doors, owners)
		few, err := reach.KNearestOf(context.Background(), n, points, k, cutoff, o)
		if err != nil {
			t.Fatal(err)
		}
		kept, err := reach.KNearestOf(context.Background(), n, points, k, cutoff, limited)
		if err != nil {
			t.Fatal(err)
		}
		for i, home := range homes {
			slices.SortFunc(want[i], func(a, b reach.Hit) int {
				return cmp.Or(cmp.Compare(a.Cost, b.Cost), cmp.Compare(a.Facility, b.Facility))
			})
			want[i] = want[i][:min(k, len(want[i]))]
			if diff := gocmp.Diff(want[i], few.At(home, nil)); diff != "" {
				t.Fatalf("home %d, one owner at a time (-), all at once (+):\n%s", i, diff)
			}
			want[i] = slices.DeleteFunc(want[i], func(h reach.Hit) bool { return limited.OtherCutoff > 0 && h.Other > limited.OtherCutoff })
			if diff := gocmp.Diff(append([]reach.Hit{{}}, want[i]...), kept.At(home, []reach.Hit{{}})); diff != "" {
				t.Fatalf("home %d with a second limit:\n%s", i, diff)
			}
		}
	})
}

// What a second limit leaves out of a nearest facility and of a scan is what
// goes beyond it, and nothing else changes.
func TestASecondLimit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := build(t, coveragetest.Roads().Draw(t, "roads"), 0)
		homes, facilities := snaps(n, places(t, "homes")...), snaps(n, places(t, "facilities")...)
		o := reach.Options{Metric: network.Time, Direction: network.Toward, Both: true}
		limited := reach.Options{Metric: network.Time, Direction: network.Toward, OtherCutoff: network.Cost(rapid.IntRange(1, 2_000_000).Draw(t, "limit"))}
		cutoff := network.Cost(rapid.IntRange(1, 3_000_000).Draw(t, "cutoff"))
		var nearest [2]*reach.Nearest
		var found [2][]reach.Target
		for i, options := range []reach.Options{o, limited} {
			var err error
			if nearest[i], err = reach.NearestOf(context.Background(), n, facilities, cutoff, options); err != nil {
				t.Fatal(err)
			}
			if found[i], err = reach.NewScan(n, homes, options).From(context.Background(), facilities.Snap(0), cutoff); err != nil {
				t.Fatal(err)
			}
		}
		for home := range int32(homes.Len()) {
			free, ok := nearest[0].At(homes.Snap(home))
			kept, keeps := nearest[1].At(homes.Snap(home))
			if want := ok && free.Other <= limited.OtherCutoff; keeps != want || keeps && kept != free {
				t.Fatalf("home %d: %+v %v, without the limit of %d %+v %v", home, kept, keeps, limited.OtherCutoff, free, ok)
			}
		}
		want := slices.DeleteFunc(found[0], func(x reach.Target) bool { return x.Other > limited.OtherCutoff })
		if !slices.Equal(found[1], want) {
			t.Fatalf("scan: %+v, want %+v", found[1], want)
		}
	})
}
