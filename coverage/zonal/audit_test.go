package zonal_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/zonal"
	"kaimen/geo"
)

// plane is where the drawn zones lie; they are given in meters. On the equator
// planes about different centers agree to the square meter.
var plane = geo.NewPlane(orb.Point{105, 0})

func zone(id string, level coverage.Level, parent string, west, south, east, north float64) coverage.Boundary {
	return coverage.Boundary{ID: id, Level: level, Parent: parent, Area: orb.MultiPolygon{{{
		plane.ToLL(west, south), plane.ToLL(east, south), plane.ToLL(east, north), plane.ToLL(west, north), plane.ToLL(west, south),
	}}}}
}

func audit(t testing.TB, zones ...coverage.Boundary) ([]coverage.LevelReport, []coverage.Issue) {
	t.Helper()
	layers := coverage.Layers{Boundaries: zones}
	layers.Sort()
	levels, issues, err := zonal.Audit(t.Context(), zonal.Arrange(layers.Boundaries, nil), zonal.Slivers)
	if err != nil {
		t.Fatal(err)
	}
	return levels, issues
}

// A street of 1,000 × 1,000 m around four communities of 500 × 500 m. Each
// case says what is moved, and what must be told of it.
func TestAudit(t *testing.T) {
	t.Parallel()
	street := zone("s", coverage.LevelStreet, "", 0, 0, 1000, 1000)
	community := func(id string, west, south, east, north float64) coverage.Boundary {
		return zone(id, coverage.LevelCommunity, "s", west, south, east, north)
	}
	c1, c2 := community("c1", 0, 0, 500, 500), community("c2", 500, 0, 1000, 500)
	c3, c4 := community("c3", 0, 500, 500, 1000), community("c4", 500, 500, 1000, 1000)
	whole := coverage.LevelReport{Level: "community", Zones: 4, ByID: 4, AreaM2: 1e6}
	with := func(change func(*coverage.LevelReport)) coverage.LevelReport {
		r := whole
		change(&r)
		return r
	}
	for _, tc := range []struct {
		name  string
		zones []coverage.Boundary
		want  coverage.LevelReport
		told  []string // code, feature and a part of the message
	}{
		{"they tile it", []coverage.Boundary{street, c1, c2, c3, c4}, whole, nil},
		{
			"one is missing", // a quarter of the street
			[]coverage.Boundary{street, c1, c2, c3},
			coverage.LevelReport{Level: "community", Zones: 3, ByID: 3, AreaM2: 750_000, Gaps: 1, GapM2: 250_000},
			[]string{"gap s 250000 m² of it lie in no community, beside c1, c2, c3"},
		},
		{
			"one is 20 m short", // 20 m × 500 m; c2, c4 and c1 touch the gap, c3 in its corner alone
			[]coverage.Boundary{street, community("c1", 0, 0, 480, 500), c2, c3, c4},
			with(func(r *coverage.LevelReport) { r.AreaM2, r.Gaps, r.GapM2 = 990_000, 1, 10_000 }),
			[]string{"gap s 10000 m² of it lie in no community, beside c1, c2, c3, c4"},
		},
		{
			"one reaches 30 m into another",
			[]coverage.Boundary{street, community("c1", 0, 0, 530, 500), c2, c3, c4},
			with(func(r *coverage.LevelReport) { r.AreaM2, r.Overlaps, r.OverlapM2 = 1_015_000, 1, 15_000 }),
			[]string{"overlap c1 it overlaps c2 by 15000 m²"},
		},
		{
			"a line is drawn twice, 1 m apart", // 1 m × 500 m, wide 2·500/1002 < 2 m
			[]coverage.Boundary{street, community("c1", 0, 0, 501, 500), c2, community("c3", 0, 500, 499, 1000), c4},
			with(func(r *coverage.LevelReport) { r.Slivers, r.SliverM2 = 2, 1000 }),
			[]string{"sliver  2 slivers between zones of level community, 1000 m² in all"},
		},
		{
			"one reaches out of the street", // 40 m × 500 m of 540 m × 500 m: 7.4 %
			[]coverage.Boundary{street, community("c1", -40, 0, 500, 500), c2, c3, c4},
			with(func(r *coverage.LevelReport) { r.AreaM2, r.Outside, r.OutsideM2 = 1_020_000, 1, 20_000 }),
			[]string{"outside_parent c1 20000 m² of it, 7.4 %, lie outside its parent s"},
		},
		{
			"one stands twice",
			[]coverage.Boundary{street, c1, c2, c3, c4, community("c5", 500, 500, 1000, 1000)},
			coverage.LevelReport{Level: "community", Zones: 5, ByID: 5, AreaM2: 1_250_000, Duplicates: 1},
			[]string{"duplicate_zone c5 c4 has the same ground"},
		},
		{
			"one lies far off and names no parent",
			[]coverage.Boundary{street, c1, c2, c3, c4, zone("c9", coverage.LevelCommunity, "", 5000, 0, 5100, 100)},
			coverage.LevelReport{Level: "community", Zones: 5, ByID: 4, Orphans: 1, AreaM2: 1_010_000},
			[]string{"orphan c9 it lies in no zone of an outer level (street)"},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			levels, issues := audit(t, tc.zones...)
			if diff := cmp.Diff(tc.want, levels[1]); diff != "" {
				t.Errorf("(-want +have)\n%s", diff)
			}
			if len(issues) != len(tc.told) {
				t.Fatalf("told: %v", issues)
			}
			for i, want := range tc.told {
				if have := fmt.Sprintf("%s %s %s", issues[i].Code, issues[i].Feature, issues[i].Message); !strings.HasPrefix(have, want) {
					t.Errorf("told %q, want %q", have, want)
				}
				if issues[i].At == nil || issues[i].Severity != coverage.SeverityWarning {
					t.Errorf("without its place, or no warning: %+v", issues[i])
				}
			}
		})
	}
}

// A ring of eight squares around a ninth that is missing: the study has no
// street, so only the hole that they enclose is a gap, and it is told where it is.
func TestHole(t *testing.T) {
	t.Parallel()
	var zones []coverage.Boundary
	for i := range 9 {
		if x, y := float64(i%3)*100, float64(i/3)*100; i != 4 {
			zones = append(zones, zone(fmt.Sprintf("g%d", i), coverage.LevelGrid, "", x, y, x+100, y+100))
		}
	}
	levels, issues := audit(t, zones...)
	if len(issues) != 1 || levels[0].Gaps != 1 || levels[0].GapM2 != 10_000 {
		t.Fatalf("%+v %v", levels, issues)
	}
	if x, y := plane.ToXY(*issues[0].At); x < 100 || x > 200 || y < 100 || y > 200 {
		t.Errorf("the hole is told at %v, %v", x, y)
	}
}

// Parents by place are told apart from parents by id; dedicated grids and
// names that stand twice in a parent are counted.
func TestParents(t *testing.T) {
	t.Parallel()
	a := zone("a", coverage.LevelGrid, "", 0, 0, 50, 100)
	b := zone("b", coverage.LevelGrid, "c", 50, 0, 100, 100)
	a.Name, b.Name, b.Kind = "第一网格", "第一网格", coverage.KindDedicated
	levels, issues := audit(t, zone("c", coverage.LevelCommunity, "", 0, 0, 100, 100), a, b)
	want := coverage.LevelReport{Level: "grid", Zones: 2, Dedicated: 1, ByID: 1, ByPlace: 1, AreaM2: 10_000, Duplicates: 1}
	if diff := cmp.Diff(want, levels[1]); diff != "" {
		t.Error(diff)
	}
	if len(issues) != 1 || issues[0].Code != coverage.ReasonDuplicateZone {
		t.Error(issues)
	}
}

// Squares cut from a street at drawn lines, then each edge moved a little:
// what all zones hold, less the overlaps and the reaches, plus the gaps, is
// the street. With only pairs overlapping the sum is exact.
func TestAuditAddsUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		const n = 4
		zones := []coverage.Boundary{zone("s", coverage.LevelStreet, "", 0, 0, 4000, 1000)}
		for i := range n {
			west, east := float64(i)*1000, float64(i+1)*1000
			west += float64(rapid.IntRange(-300, 300).Draw(t, "west"))
			east += float64(rapid.IntRange(-300, 300).Draw(t, "east"))
			zones = append(zones, zone(fmt.Sprint(i), coverage.LevelCommunity, "s", west, 0, east, 1000))
		}
		layers := coverage.Layers{Boundaries: rapid.Permutation(zones).Draw(t, "order")}
		layers.Sort()
		levels, issues, err := zonal.Audit(context.Background(), zonal.Arrange(layers.Boundaries, nil), zonal.Tolerance{})
		if err != nil {
			t.Fatal(err)
		}
		l := levels[1]
		if street := l.AreaM2 - l.OverlapM2 - l.OutsideM2 + l.GapM2; math.Abs(street-4e6) > 100 {
			t.Fatalf("%v m² in all: %+v", street, l)
		}
		if l.Gaps+l.Overlaps+l.Outside != len(issues) {
			t.Fatalf("%+v has %d issues", l, len(issues))
		}
	})
}

func TestAuditEnds(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	tree := zonal.Arrange([]coverage.Boundary{zone("a", coverage.LevelGrid, "", 0, 0, 1, 1)}, nil)
	if _, _, err := zonal.Audit(ctx, tree, zonal.Slivers); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if !slices.Equal(tree.Levels(), []coverage.Level{coverage.LevelGrid}) {
		t.Error(tree.Levels())
	}
}

// Four houses of 20 × 20 m: the second overlaps the first by half, the third
// stands wall to wall with the second and a hand's breadth into it, the fourth
// stands where the first does.
func TestBuildingsThatOverlap(t *testing.T) {
	t.Parallel()
	house := func(id string, west float64) coverage.Building {
		return coverage.Building{ID: id, Area: zone(id, coverage.LevelBuilding, "", west, 0, west+20, 20).Area}
	}
	tree := zonal.Arrange(nil, []coverage.Building{house("a", 0), house("b", 10), house("c", 29.9), house("d", 0)})
	levels, issues, err := zonal.Audit(t.Context(), tree, zonal.Slivers)
	if err != nil {
		t.Fatal(err)
	}
	// a and d, d and b, a and b: one pair is the same, two share 200 m².
	want := coverage.LevelReport{Level: "building", Zones: 4, AreaM2: 1600, Overlaps: 2, OverlapM2: 400, Duplicates: 1}
	if diff := cmp.Diff([]coverage.LevelReport{want}, levels); diff != "" {
		t.Error(diff)
	}
	var told []string
	for _, i := range issues {
		told = append(told, i.Feature+" "+i.Code)
	}
	slices.Sort(told)
	if diff := cmp.Diff([]string{"a overlap", "b overlap", "d duplicate_zone"}, told); diff != "" {
		t.Error(diff)
	}
}
