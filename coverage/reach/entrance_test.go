package reach_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/coverage/coveragetest"
	"kaimen/coverage/network"
	"kaimen/coverage/reach"
)

// A park with gates at a and d: from c its nearest gate is d, one block off,
// from b it is a. A second park, entered at f alone, is nearer to f.
func TestEntrances(t *testing.T) {
	t.Parallel()
	town := coveragetest.Draw(t, `
        a---b---c---d---e---f
    `)
	n := build(t, town.Roads, 0)
	gates := []network.Snap{n.Snap(town.Nodes['f']), n.Snap(town.Nodes['a']), n.Snap(town.Nodes['d'])}
	parks := reach.NewOwned(n, gates, []int32{1, 0, 0})
	nearest, err := reach.NearestOf(t.Context(), n, parks, network.Unreached, reach.Options{Metric: network.Length, Direction: network.Toward})
	if err != nil {
		t.Fatal(err)
	}
	for place, want := range map[rune]reach.Hit{
		'b': {Facility: 0, Cost: 100_000}, 'c': {Facility: 0, Cost: 100_000},
		'e': {Facility: 0, Cost: 100_000}, // as near to f: the first of the list wins
		'f': {Facility: 1, Cost: 0},
	} {
		if hit, ok := nearest.At(n.Snap(town.Nodes[place])); !ok || hit.Facility != want.Facility || (hit.Cost+500)/1000*1000 != want.Cost {
			t.Errorf("from %c: %+v, want %+v", place, hit, want)
		}
	}
}

// A facility of several entrances is as near as the nearest of them, and
// serves what any of them serves.
func TestEntrancesAreTheLeastOfThem(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := build(t, coveragetest.Roads().Draw(t, "roads"), 0)
		point := rapid.Custom(func(t *rapid.T) network.Snap {
			return n.Snap(orb.Point{105 + rapid.Float64Range(0, 0.02).Draw(t, "lon"), 29.5 + rapid.Float64Range(0, 0.02).Draw(t, "lat")})
		})
		doors := rapid.SliceOfN(point, 1, 5).Draw(t, "doors")
		homes := rapid.SliceOfN(point, 1, 8).Draw(t, "homes")
		options := reach.Options{Metric: network.Time, Direction: network.Toward}
		owned, err := reach.NearestOf(context.Background(), n, reach.NewOwned(n, doors, make([]int32, len(doors))), network.Unreached, options)
		if err != nil {
			t.Fatal(err)
		}
		single, err := reach.NearestOf(context.Background(), n, reach.NewPoints(n, doors), network.Unreached, options)
		if err != nil {
			t.Fatal(err)
		}
		for _, home := range homes {
			one, ok1 := owned.At(home)
			door, ok2 := single.At(home)
			if ok1 != ok2 || one.Cost != door.Cost || one.Facility != 0 {
				t.Fatalf("from %v: %+v, by its doors %+v", home.At, one, door)
			}
		}
		const cutoff = 600_000
		scan := reach.NewScan(n, reach.NewPoints(n, homes), options)
		least := map[int32]network.Cost{}
		for _, door := range doors {
			found, err := scan.From(context.Background(), door, cutoff)
			if err != nil {
				t.Fatal(err)
			}
			for _, target := range found {
				if old, ok := least[target.Point]; !ok || target.Cost < old {
					least[target.Point] = target.Cost
				}
			}
		}
		found, err := scan.FromAny(context.Background(), doors, cutoff)
		if err != nil {
			t.Fatal(err)
		}
		have := map[int32]network.Cost{}
		for _, target := range found {
			have[target.Point] = target.Cost
		}
		if diff := cmp.Diff(least, have); diff != "" {
			t.Fatal(diff)
		}
	})
}
