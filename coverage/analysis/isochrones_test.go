package analysis_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/coveragetest"
	"kaimen/coverage/network"
)

func cutoffs(t fataler, minutes, meters []float64) []analysis.Cutoff {
	list, err := analysis.Cutoffs(minutes, meters)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// The street a-b-c-d of 100 m blocks has a park in its middle, entered at b and
// at c. Within 50 m of it lie 50 m to both sides of b and of c: all the block between,
// and half of the others, 200 m; within 500 m lies all the street, 300 m.
func TestServiceAreaOfAKind(t *testing.T) {
	t.Parallel()
	town := coveragetest.Draw(t, `a---b---c---d`)
	engine := ask(t, coverage.Layers{Roads: town.Roads, Facilities: []coverage.Facility{
		{ID: "1", Kind: "park", At: town.Nodes['b'], Entrances: []orb.Point{town.Nodes['b'], town.Nodes['c']}},
		{ID: "2", Kind: "park", At: orb.Point{106, 0}},
		{ID: "1", Kind: "school", At: town.Nodes['a']},
	}})
	r, err := engine.Isochrones(t.Context(), analysis.IsochronesRequest{Study: "town", Kind: "park", Cutoffs: cutoffs(t, nil, []float64{500, 50})})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Rows) != 2 || r.Question.Origins != 2 || *r.Question.Kind != "park" || r.Question.Direction != analysis.Toward ||
		!slices.Equal(r.Question.CutoffsM, []float64{50, 500}) || r.Question.CutoffsS != nil {
		t.Fatalf("%d rows of %+v", len(r.Rows), r.Question)
	}
	for i, want := range []struct{ cutoff, meters, area float64 }{
		{500, 300, 300*40 + math.Pi*400},
		{50, 200, 200*40 + math.Pi*400},
	} {
		row := r.Rows[i]
		if *row.CutoffM != want.cutoff || row.CutoffS != nil || math.Abs(row.ReachedM-want.meters) > 0.01 || row.ID != "park" || row.LengthM != nil ||
			row.State != coverage.ReasonSnapped || math.Abs(*row.AreaM2-want.area) > 0.02*want.area || len(row.Area) != 1 {
			t.Errorf("row %d is %+v, area %v", i, row, *row.AreaM2)
		}
	}
	var codes []string
	for _, w := range r.Warnings {
		codes = append(codes, w.Code)
	}
	if want := []string{coverage.ReasonTooFar, coverage.ReasonEdgeOfData}; !slices.Equal(codes, want) {
		t.Errorf("warnings %v, want %v", codes, want)
	}
	again, err := engine.Isochrones(t.Context(), analysis.IsochronesRequest{Study: "town", Kind: "park", Profile: "walk", As: "polygons", Direction: "toward", Cutoffs: cutoffs(t, nil, []float64{50, 500})})
	if err != nil || again != r {
		t.Errorf("the same question, defaults written out, is another answer: %v", err)
	}
}

// Places are drawn each on its own, in their order, largest cutoff first; the
// defaults are the tiers of the service circle, away.
func TestIsochronesOfPlaces(t *testing.T) {
	t.Parallel()
	town := coveragetest.Draw(t, `a---b---c---d`)
	engine := ask(t, coverage.Layers{Roads: town.Roads})
	places := []analysis.Place{{ID: "z", At: town.Nodes['d']}, {ID: "a", At: town.Between('a', 'b', 0.5)}, {ID: "off", At: orb.Point{106, 0}}}
	r, err := engine.Isochrones(t.Context(), analysis.IsochronesRequest{Study: "town", At: places, As: analysis.AsLines})
	if err != nil {
		t.Fatal(err)
	}
	var got [][2]any
	for _, row := range r.Rows {
		got = append(got, [2]any{row.ID, *row.CutoffS})
		if (row.ID == "off") != (row.Lines == nil) || row.AreaM2 != nil || *row.LengthM != row.ReachedM || row.Direction != analysis.Away {
			t.Errorf("row %+v", row)
		}
	}
	want := [][2]any{{"z", 900.0}, {"z", 600.0}, {"z", 300.0}, {"a", 900.0}, {"a", 600.0}, {"a", 300.0}, {"off", 900.0}, {"off", 600.0}, {"off", 300.0}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	// 300 s are 333.3 m: all of the 300 m.
	if math.Abs(r.Rows[2].ReachedM-300) > 0.01 {
		t.Errorf("%v m within 300 s", r.Rows[2].ReachedM)
	}
}

// All faults are told, each with the parameter it is in.
func TestIsochroneFaults(t *testing.T) {
	t.Parallel()
	town := coveragetest.Draw(t, `a---b`)
	roads, bare := ask(t, coverage.Layers{Roads: town.Roads}), ask(t, coverage.Layers{})
	here := []analysis.Place{{ID: "a", At: town.Nodes['a']}}
	for name, tc := range map[string]struct {
		engine *analysis.Engine
		r      analysis.IsochronesRequest
		want   []string // sources; a missing layer has none
	}{
		"nothing asked":          {roads, analysis.IsochronesRequest{}, []string{"at"}},
		"no roads":               {bare, analysis.IsochronesRequest{At: here}, []string{""}},
		"a kind nobody knows":    {roads, analysis.IsochronesRequest{Kind: "zoo", Profile: "fly"}, []string{"kind", "profile"}},
		"two metrics":            {roads, analysis.IsochronesRequest{At: here, Cutoffs: append(cutoffs(t, []float64{5}, nil), cutoffs(t, nil, []float64{5})...)}, []string{"cutoffs"}},
		"a cutoff of zero":       {roads, analysis.IsochronesRequest{At: here, Cutoffs: []analysis.Cutoff{{Metric: network.Length}}}, []string{"cutoffs"}},
		"too many cutoffs":       {roads, analysis.IsochronesRequest{At: here, Cutoffs: make([]analysis.Cutoff, 21)}, []string{"cutoffs"}},
		"other words":            {roads, analysis.IsochronesRequest{At: here, Direction: "up", As: "cubes"}, []string{"direction", "as"}},
		"holes without end":      {roads, analysis.IsochronesRequest{At: here, MinHoleM2: math.Inf(1)}, []string{"min_hole_m2"}},
		"holes that are none":    {roads, analysis.IsochronesRequest{At: here, MinHoleM2: math.NaN()}, []string{"min_hole_m2"}},
		"holes of lines":         {roads, analysis.IsochronesRequest{At: here, MinHoleM2: 1, As: "lines"}, []string{"min_hole_m2"}},
		"a place off the earth":  {roads, analysis.IsochronesRequest{At: []analysis.Place{{ID: "x", At: orb.Point{math.NaN(), 91}}}}, []string{"at"}},
		"one id for two places":  {roads, analysis.IsochronesRequest{At: slices.Concat(here, here)}, []string{"at"}},
		"more places than taken": {roads, analysis.IsochronesRequest{At: make([]analysis.Place, 1001)}, []string{"at"}},
	} {
		tc.r.Study = "town"
		_, err := tc.engine.Isochrones(t.Context(), tc.r)
		known, ok := errors.AsType[*coverage.Error](err)
		if !ok || known.Code != coverage.Invalid {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var sources []string
		for _, issue := range known.Issues {
			if len(sources) == 0 || sources[len(sources)-1] != issue.Source {
				sources = append(sources, issue.Source)
			}
		}
		if !slices.Equal(sources, tc.want) {
			t.Errorf("%s: faults of %q, want %q: %v", name, sources, tc.want, known.Issues)
		}
	}
	if _, err := analysis.Cutoffs([]float64{0, 5, math.NaN()}, []float64{-1}); len(err.(*coverage.Error).Issues) != 4 {
		t.Errorf("four faults: %v", err)
	}
}

// Land that is water bounds the drawing: the far bank of a canal without a
// bridge stays out.
func TestWaterOfTheStudyIsNotCrossed(t *testing.T) {
	t.Parallel()
	town := coveragetest.Draw(t, `a---b`)
	north := func(meters float64) float64 { return meters / 111194.9 }
	water := coverage.LandCover{ID: "w", Kind: "water", Area: box(orb.Point{104.99, north(6)}, orb.Point{105.01, north(12)})}
	green := coverage.LandCover{ID: "g", Kind: "green", Area: box(orb.Point{104.99, north(-12)}, orb.Point{105.01, north(-6)})}
	engine := ask(t, coverage.Layers{Roads: town.Roads, LandCover: []coverage.LandCover{green, water}})
	r, err := engine.Isochrones(t.Context(), analysis.IsochronesRequest{Study: "town", At: []analysis.Place{{ID: "a", At: town.Nodes['a']}}, Cutoffs: cutoffs(t, []float64{15}, nil)})
	if err != nil {
		t.Fatal(err)
	}
	top, bottom := r.Rows[0].Area.Bound().Max[1], r.Rows[0].Area.Bound().Min[1]
	// Across water up to a diagonal, 14.1 m and little more; else up to 20 m.
	if top > north(14.6) || bottom > north(-19) || bottom < north(-20.1) {
		t.Errorf("the ring goes from %.1f m to %.1f m", bottom*111194.9, top*111194.9)
	}
}

// A larger cutoff never has less area or road, whatever the town.
func TestIsochronesGrowWithTheCutoff(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		roads := coveragetest.Roads().Draw(t, "roads")
		engine := ask(t, coverage.Layers{Roads: roads})
		at := rapid.SampledFrom(rapid.SampledFrom(roads).Draw(t, "road").Line).Draw(t, "at")
		meters := rapid.SliceOfNDistinct(rapid.IntRange(1, 900), 1, 5, rapid.ID[int]).Draw(t, "meters")
		var list []float64
		for _, m := range meters {
			list = append(list, float64(m))
		}
		r, err := engine.Isochrones(t.Context(), analysis.IsochronesRequest{
			Study: "town", At: []analysis.Place{{ID: "a", At: at}}, Cutoffs: cutoffs(t, nil, list),
			MinHoleM2: rapid.Float64Range(0, 1e5).Draw(t, "min hole"),
		})
		if err != nil {
			t.Fatal(err)
		}
		for i := 1; i < len(r.Rows); i++ {
			outer, inner := r.Rows[i-1], r.Rows[i]
			if *inner.CutoffM >= *outer.CutoffM || inner.ReachedM > outer.ReachedM || *inner.AreaM2 > *outer.AreaM2*(1+1e-9) {
				t.Fatalf("%v m: %v m², %v m of road; %v m: %v m², %v m of road", *inner.CutoffM, *inner.AreaM2, inner.ReachedM, *outer.CutoffM, *outer.AreaM2, outer.ReachedM)
			}
		}
	})
}
