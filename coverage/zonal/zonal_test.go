package zonal_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/zonal"
)

// box is the square from (x, y) to (x+side, y+side).
func box(x, y, side float64) orb.MultiPolygon {
	return orb.MultiPolygon{{{{x, y}, {x + side, y}, {x + side, y + side}, {x, y + side}, {x, y}}}}
}

func divide(t testing.TB, l coverage.Layers) (*zonal.Zones, *coverage.Snapshot) {
	t.Helper()
	s, err := coverage.NewSnapshot(coverage.Study{ID: "town", Name: coverage.Name{EN: "Town"}}, l, coverage.Report{}, time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	return zonal.Divide(s), s
}

func home(id string, x, y, people float64, building string) coverage.Demand {
	return coverage.Demand{
		ID: id, At: orb.Point{x, y}, Building: building,
		Weights: map[string]coverage.Amount{"people": coverage.Amount(people * float64(coverage.AmountUnit))},
	}
}

// district is a street of 4 × 4 with two communities side by side; the western
// one is cut into grids but for its north, the eastern one is not cut at all.
//
//	y 4  +-------+-------+
//	     | bare  |       |
//	  2  +---+---+ east  |
//	     | g1| g2|       |
//	  0  +---+---+-------+
//	     0   1   2       4  x
func district() coverage.Layers {
	west := orb.MultiPolygon{{{{0, 0}, {2, 0}, {2, 4}, {0, 4}, {0, 0}}}}
	east := orb.MultiPolygon{{{{2, 0}, {4, 0}, {4, 4}, {2, 4}, {2, 0}}}}
	return coverage.Layers{
		Boundaries: []coverage.Boundary{
			{ID: "street", Level: coverage.LevelStreet, Area: box(0, 0, 4)},
			{ID: "west", Level: coverage.LevelCommunity, Parent: "street", Area: west},
			{ID: "east", Level: coverage.LevelCommunity, Area: east}, // its parent is found by place
			{ID: "g1", Level: coverage.LevelGrid, Parent: "west", Area: orb.MultiPolygon{{{{0, 0}, {1, 0}, {1, 2}, {0, 2}, {0, 0}}}}},
			{ID: "g2", Level: coverage.LevelGrid, Area: orb.MultiPolygon{{{{1, 0}, {2, 0}, {2, 2}, {1, 2}, {1, 0}}}}},
		},
		Buildings: []coverage.Building{{ID: "B", Area: box(0.2, 0.2, 0.2)}},
	}
}

func TestPeopleBelongToTheInnermostZone(t *testing.T) {
	t.Parallel()
	l := district()
	l.Demand = []coverage.Demand{
		home("by-id", 3, 3, 1, "B"), // said to live in B, wherever its point lies
		home("by-place", 0.3, 0.3, 1, ""),
		home("in-grid", 1.5, 1, 1, ""),
		home("in-bare", 1, 3, 1, ""),
		home("in-east", 3, 1, 1, ""),
		home("outside", 5, 5, 1, ""),
		home("on-edge", 1, 1, 1, ""), // of g1 and g2
	}
	z, s := divide(t, l)
	got := make(map[string]string)
	for i := range s.Demand {
		chain := ""
		for _, level := range []coverage.Level{coverage.LevelBuilding, coverage.LevelGrid, coverage.LevelCommunity, coverage.LevelStreet} {
			name := "-"
			if zone, ok := z.HoldingDemand(level, i); ok {
				name = zone.ID
			}
			chain += name + " "
		}
		got[s.Demand[i].ID] = fmt.Sprint(chain, z.Outside[i])
	}
	want := map[string]string{
		"by-id":    "B g1 west street false",
		"by-place": "B g1 west street false",
		"in-grid":  "- g2 west street false",
		"in-bare":  "- - west street false",
		"in-east":  "- - east street false",
		"outside":  "- - - - true",
		"on-edge":  "- g2 west street false", // an edge belongs to the zone on its right
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	levels := []coverage.Level{coverage.LevelStudy, coverage.LevelStreet, coverage.LevelCommunity, coverage.LevelGrid, coverage.LevelBuilding}
	if diff := cmp.Diff(levels, z.Levels()); diff != "" {
		t.Error(diff)
	}
	parents := make(map[string]string)
	for _, level := range levels {
		for _, zone := range z.Of(level) {
			parents[zone.ID] = zone.Parent
		}
	}
	if diff := cmp.Diff(map[string]string{"town": "", "street": "", "west": "street", "east": "street", "g1": "west", "g2": "west", "B": "g1"}, parents); diff != "" {
		t.Error(diff)
	}
}

// ways gives every demand point a way of so many seconds; 0 means none.
func ways(seconds ...uint32) []zonal.Travel {
	var list []zonal.Travel
	for _, s := range seconds {
		t := zonal.Travel{Milliseconds: s * 1000, Millimeters: s * 1111, Covered: s > 0 && s <= 900}
		if s == 0 {
			t.Facility = -1
		}
		list = append(list, t)
	}
	return list
}

func weights(s *coverage.Snapshot) []coverage.Amount {
	var list []coverage.Amount
	for i := range s.Demand {
		list = append(list, s.Demand[i].Weights["people"])
	}
	return list
}

func TestNineTenthsByNearestRank(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		people  []float64
		seconds []uint32
		mean    float64
		p90     float64
	}{
		{[]float64{1}, []uint32{60}, 60, 60},
		{[]float64{9, 1}, []uint32{60, 600}, 114, 60}, // nine of ten arrive within 60 s
		{[]float64{8.9, 1.1}, []uint32{60, 600}, 119.4, 600},
		{[]float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, []uint32{10, 20, 30, 40, 50, 60, 70, 80, 90, 100}, 55, 90},
		{[]float64{1, 5}, []uint32{60, 0}, 60, 60}, // who has no way at all has no time
	} {
		var l coverage.Layers
		for i, n := range tc.people {
			l.Demand = append(l.Demand, home(fmt.Sprintf("%02d", i), 0, 0, n, ""))
		}
		z, s := divide(t, l)
		rows, _ := z.Summarize(coverage.LevelStudy, zonal.Input{Weights: weights(s), Travel: ways(tc.seconds...)})
		if r := rows[0]; *r.P90S != tc.p90 || *r.MeanS < tc.mean-1e-9 || *r.MeanS > tc.mean+1e-9 {
			t.Errorf("%v people at %v s: mean %v, p90 %v; want %v, %v", tc.people, tc.seconds, *r.MeanS, *r.P90S, tc.mean, tc.p90)
		}
	}
}

func TestFacilitiesInsideAndReachable(t *testing.T) {
	t.Parallel()
	l := district()
	l.Demand = []coverage.Demand{home("a", 0.5, 1, 1, ""), home("b", 1.5, 1, 1, ""), home("c", 3, 1, 0, "")}
	l.Facilities = []coverage.Facility{
		{ID: "1", Kind: "park", At: orb.Point{0.5, 0.5}},
		{ID: "2", Kind: "park", At: orb.Point{9, 9}}, // outside, but people get there
		{ID: "3", Kind: "school", At: orb.Point{0.5, 0.5}},
	}
	z, s := divide(t, l)
	in := zonal.Input{
		Weights: weights(s), Travel: ways(60, 60, 60), Facilities: []bool{true, true, false},
		Reached: [][]int32{{0, 1, 2}, {0}, nil},
	}
	rows, outside := z.Summarize(coverage.LevelGrid, in)
	type counts struct{ inside, reachable int }
	got := map[string]counts{"outside": {outside.FacilitiesInside, outside.FacilitiesReachable}}
	for _, r := range rows {
		got[r.ID] = counts{r.FacilitiesInside, r.FacilitiesReachable}
	}
	// c has no people, so that nothing is reachable for anybody there.
	want := map[string]counts{"g1": {1, 2}, "g2": {0, 1}, "outside": {0, 0}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(counts{})); diff != "" {
		t.Error(diff)
	}
	study, _ := z.Summarize(coverage.LevelStudy, in)
	if study[0].FacilitiesInside != 1 || study[0].FacilitiesReachable != 2 {
		t.Errorf("study: %+v", study[0])
	}
}

// Whatever the zones, the rows of a level and what lies in none of them add up
// to the study, to the last millionth.
func TestRowsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		l := district()
		n := rapid.IntRange(1, 30).Draw(rt, "homes")
		var seconds []uint32
		for i := range n {
			l.Demand = append(l.Demand, home(fmt.Sprintf("%02d", i),
				rapid.Float64Range(-1, 5).Draw(rt, "x"), rapid.Float64Range(-1, 5).Draw(rt, "y"), rapid.Float64Range(0, 99).Draw(rt, "people"), ""))
			seconds = append(seconds, rapid.Uint32Range(0, 2000).Draw(rt, "seconds"))
		}
		z, s := divide(t, l)
		in := zonal.Input{Weights: weights(s), Travel: ways(seconds...)}
		study, _ := z.Summarize(coverage.LevelStudy, in)
		for _, level := range z.Levels()[1:] {
			rows, outside := z.Summarize(level, in)
			sum := outside
			for _, r := range rows {
				sum.Demand, sum.Covered = sum.Demand+r.Demand, sum.Covered+r.Covered
				sum.Uncovered, sum.Unreached = sum.Uncovered+r.Uncovered, sum.Unreached+r.Unreached
			}
			want := study[0]
			if sum.Demand != want.Demand || sum.Covered != want.Covered || sum.Uncovered != want.Uncovered || sum.Unreached != want.Unreached {
				rt.Fatalf("%s adds up to %+v, the study has %+v", level, sum, want)
			}
		}
	})
}
