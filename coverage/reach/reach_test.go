package reach_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/coveragetest"
	"kaimen/coverage/network"
	"kaimen/coverage/reach"
)

// fataler is what *testing.T and *rapid.T share.
type fataler interface{ Fatal(args ...any) }

func build(t fataler, roads []coverage.Road, islandMeters float64) *network.Network {
	profile := network.Walk()
	profile.IslandMeters = islandMeters
	n, _, err := network.Build(context.Background(), network.Ground{Roads: roads}, profile)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func snaps(n *network.Network, points ...orb.Point) *reach.Points {
	list := make([]network.Snap, len(points))
	for i, p := range points {
		list[i] = n.Snap(p)
	}
	return reach.NewPoints(n, list)
}

// nearestSeconds is the time from a place to the nearest facility, rounded.
func nearestSeconds(t *testing.T, n *network.Network, from orb.Point, facilities ...orb.Point) (seconds float64, facility int32) {
	t.Helper()
	r, err := reach.NearestOf(context.Background(), n, snaps(n, facilities...), network.Unreached, reach.Options{Metric: network.Time, Direction: network.Toward})
	if err != nil {
		t.Fatal(err)
	}
	hit, ok := r.At(n.Snap(from))
	if !ok {
		return math.Inf(1), -1
	}
	return math.Round(float64(hit.Cost) / 1000), hit.Facility
}

func TestOpeningADeadEndShortensTheWay(t *testing.T) {
	t.Parallel()
	// One block is 90 s. P is the park; the road ends at d and starts again at e.
	town := coveragetest.Draw(t, `
        a---b---P
        |       |
        c---d   e---f
    `)
	// d-c-a-b-P is four blocks = 360 s. Opening d-e makes it d-e-P, two blocks.
	closed := build(t, town.Roads, 0)
	if s, _ := nearestSeconds(t, closed, town.Nodes['d'], town.Nodes['P']); s != 360 {
		t.Errorf("closed: %v s, want 360", s)
	}
	open := build(t, town.With("de").Roads, 0)
	if s, _ := nearestSeconds(t, open, town.Nodes['d'], town.Nodes['P']); s != 180 {
		t.Errorf("opened: %v s, want 180", s)
	}
}

func TestPartEdgesCount(t *testing.T) {
	t.Parallel()
	// Between a and b, a quarter from a, somebody lives; facilities stand at
	// three quarters, at a, and beyond b.
	town := coveragetest.Draw(t, `
        a---------------b---c
        |               |
        d---------------e
    `)
	n := build(t, town.Roads, 0)
	home := town.Between('a', 'b', 0.25)
	for _, tc := range []struct {
		name       string
		facilities []orb.Point
		seconds    float64
		facility   int32
	}{
		{"the direct way along one edge", []orb.Point{town.Between('a', 'b', 0.75)}, 180, 0},
		{"back to the end", []orb.Point{town.Nodes['a']}, 90, 0},
		{"on past the other end", []orb.Point{town.Nodes['c']}, 3*90 + 90, 0},
		{"the nearer of two", []orb.Point{town.Nodes['c'], town.Between('a', 'b', 0.75)}, 180, 1},
		{"of two equally near, the first", []orb.Point{town.Between('a', 'b', 0.5), town.Nodes['a']}, 90, 0},
		{"of two equally near, the first, again", []orb.Point{town.Nodes['a'], town.Between('a', 'b', 0.5)}, 90, 0},
	} {
		if s, f := nearestSeconds(t, n, home, tc.facilities...); s != tc.seconds || f != tc.facility {
			t.Errorf("%s: %v s to %d, want %v s to %d", tc.name, s, f, tc.seconds, tc.facility)
		}
	}
}

func TestStraightWaysCountAtWalkingSpeed(t *testing.T) {
	t.Parallel()
	town := coveragetest.Draw(t, "a---b---c\n\n.   .   .\n\nx---y---z")
	n := build(t, town.Roads, 0)
	// 40 m north of b: 36 s at 4 km/h, then one block.
	home := orb.Point{town.Nodes['b'][0], town.Nodes['b'][1] + 40/111195.08}
	if s, _ := nearestSeconds(t, n, home, town.Nodes['c']); s != 126 {
		t.Errorf("%v s, want 36 + 90", s)
	}
	// The two streets do not meet.
	if s, f := nearestSeconds(t, n, home, town.Nodes['z']); f != -1 {
		t.Errorf("%v s across to another street, want no way", s)
	}
}

func TestCutoffIsInclusive(t *testing.T) {
	t.Parallel()
	town := coveragetest.Draw(t, `a---b---c`)
	n := build(t, town.Roads, 0)
	points := snaps(n, town.Nodes['a'], town.Nodes['b'], town.Nodes['c'])
	scan := reach.NewScan(n, points, reach.Options{Metric: network.Length})
	all, err := scan.From(context.Background(), points.Snap(0), 1_000_000)
	if err != nil || len(all) != 3 {
		t.Fatal(all, err)
	}
	exact := all[2].Cost
	for _, tc := range []struct {
		cutoff network.Cost
		want   int
	}{{exact, 3}, {exact - 1, 2}, {0, 1}} {
		found, err := scan.From(context.Background(), points.Snap(0), tc.cutoff)
		if err != nil || len(found) != tc.want {
			t.Errorf("within %d mm: %d places, want %d (%v)", tc.cutoff, len(found), tc.want, err)
		}
	}
}

func TestCanceledSearchLeavesTheWorkspaceUsable(t *testing.T) {
	t.Parallel()
	// Long enough for the search to look at its context: 5,000 junctions.
	var roads []coverage.Road
	for i := range int64(5000) {
		x := 105 + float64(i)*0.0001
		roads = append(roads,
			coverage.Road{ID: fmt.Sprintf("s%d", i), Class: "footway", Nodes: []int64{i, i + 1}, Line: orb.LineString{{x, 0}, {x + 0.0001, 0}}},
			coverage.Road{ID: fmt.Sprintf("n%d", i), Class: "footway", Nodes: []int64{i, i + 10000}, Line: orb.LineString{{x, 0}, {x, 0.0001}}})
	}
	n := build(t, roads, 0)
	s := reach.NewSearch(n, reach.Options{Metric: network.Length})
	seeds := []reach.Seed{{Node: 0}}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.Run(ctx, seeds, network.Unreached); !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v, want canceled", err)
	}
	if err := s.Run(context.Background(), seeds, network.Unreached); err != nil || len(s.Touched()) != n.NodeCount() {
		t.Fatalf("after that: %v, %d of %d nodes", err, len(s.Touched()), n.NodeCount())
	}
}

// places draws points near the random town.
func places(t *rapid.T, label string) []orb.Point {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) orb.Point {
		return orb.Point{
			rapid.Float64Range(104.999, 105.021).Draw(t, "lon"),
			rapid.Float64Range(29.499, 29.521).Draw(t, "lat"),
		}
	}), 1, 6).Draw(t, label)
}

// The nearest facility by one search from all is the least of the matrix of
// searches from each home, and the two directions mirror each other where
// costs are the same both ways.
func TestNearestMatrixAndScanAgree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := build(t, coveragetest.Roads().Draw(t, "roads"), 0)
		m := rapid.SampledFrom([]network.Metric{network.Time, network.Length}).Draw(t, "metric")
		homes, facilities := snaps(n, places(t, "homes")...), snaps(n, places(t, "facilities")...)
		cutoff := network.Cost(rapid.IntRange(1, 5_000_000).Draw(t, "cutoff"))

		costs := make(map[[2]int32]reach.Target)
		best := make(map[int32]reach.Target)
		err := reach.Matrix(context.Background(), n, reach.Options{Metric: m}, homes, facilities, cutoff, func(home int, row []reach.Target) error {
			for _, target := range row {
				costs[[2]int32{int32(home), target.Point}] = target
				if b, ok := best[int32(home)]; !ok || target.Cost < b.Cost {
					best[int32(home)] = target
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		nearest, err := reach.NearestOf(context.Background(), n, facilities, cutoff, reach.Options{Metric: m, Direction: network.Toward, Both: true})
		if err != nil {
			t.Fatal(err)
		}
		for home := range int32(homes.Len()) {
			hit, ok := nearest.At(homes.Snap(home))
			want, reachable := best[home]
			if ok != reachable || ok && (hit.Cost != want.Cost || hit.Facility != want.Point) {
				t.Fatalf("home %d: nearest %+v %v, matrix %+v %v", home, hit, ok, want, reachable)
			}
		}
		mirror := make(map[[2]int32]reach.Target)
		scan := reach.NewScan(n, homes, reach.Options{Metric: m, Direction: network.Toward, Both: true})
		for f := range int32(facilities.Len()) {
			found, err := scan.From(context.Background(), facilities.Snap(f), cutoff)
			if err != nil {
				t.Fatal(err)
			}
			for _, target := range found {
				mirror[[2]int32{target.Point, f}] = reach.Target{Point: f, Cost: target.Cost, Other: target.Other}
			}
		}
		if diff := cmp.Diff(costs, mirror); diff != "" {
			t.Fatalf("from homes (-) and from facilities (+) differ:\n%s", diff)
		}
	})
}

func TestLargerCutoffKeepsWhatWasFound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := build(t, coveragetest.Roads().Draw(t, "roads"), 0)
		homes := snaps(n, places(t, "homes")...)
		scan := reach.NewScan(n, homes, reach.Options{Metric: network.Length, Both: true})
		small := network.Cost(rapid.IntRange(0, 3_000_000).Draw(t, "small"))
		large := small + network.Cost(rapid.IntRange(0, 3_000_000).Draw(t, "more"))
		found, err := scan.From(context.Background(), homes.Snap(0), small)
		if err != nil {
			t.Fatal(err)
		}
		inner := append([]reach.Target{}, found...)
		outer, err := scan.From(context.Background(), homes.Snap(0), large)
		if err != nil {
			t.Fatal(err)
		}
		have := make(map[reach.Target]bool)
		for _, target := range outer {
			have[target] = true
		}
		for _, target := range inner {
			if !have[target] {
				t.Fatalf("%+v within %d is gone within %d: %+v", target, small, large, outer)
			}
		}
	})
}
