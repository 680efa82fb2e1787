package analysis_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/coveragetest"
	"kaimen/coverage/standard"
)

// testing's T and rapid's T in what the helpers need.
type fataler interface{ Fatal(args ...any) }

// standards are read once: reading them takes longer than most of what is asked.
var standards = sync.OnceValues(func() (*standard.Library, error) { return standard.Load() })

// ask puts layers into an engine as study "town".
func ask(t fataler, layers coverage.Layers) *analysis.Engine {
	s, err := coverage.NewSnapshot(coverage.Study{ID: "town"}, layers, coverage.Report{}, time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	var store coveragetest.Memory
	if err := store.Put(context.Background(), s); err != nil {
		t.Fatal(err)
	}
	library, err := standards()
	if err != nil {
		t.Fatal(err)
	}
	return analysis.New(&store, library)
}

func people(id string, at orb.Point, n float64) coverage.Demand {
	a, err := coverage.AmountOf(n)
	if err != nil {
		panic(err)
	}
	return coverage.Demand{ID: id, At: at, Weights: map[string]coverage.Amount{"people": a}}
}

// box is a rectangle from corner to corner.
func box(a, b orb.Point) orb.MultiPolygon {
	return orb.MultiPolygon{{{
		{min(a[0], b[0]), min(a[1], b[1])},
		{max(a[0], b[0]), min(a[1], b[1])},
		{max(a[0], b[0]), max(a[1], b[1])},
		{min(a[0], b[0]), max(a[1], b[1])},
		{min(a[0], b[0]), min(a[1], b[1])},
	}}}
}

// street is four homes in a row, 100 m = 90 s apart; a park stands at P. The
// west grid holds a and b, the east grid c, d and P; both make one community.
//
//	a---b---c---d---P
func street(t testing.TB) coverage.Layers {
	town := coveragetest.Draw(t, `a---b---c---d---P`)
	west := box(orb.Point{104.9995, -0.001}, town.Between('b', 'c', 0.5))
	west[0][0][2][1], west[0][0][3][1] = 0.001, 0.001 // from the street's own latitude up to the grids' height
	east := box(orb.Point{town.Between('b', 'c', 0.5)[0], -0.001}, orb.Point{105.005, 0.001})
	return coverage.Layers{
		Roads: town.Roads,
		Boundaries: []coverage.Boundary{
			{ID: "community", Level: coverage.LevelCommunity, Area: box(orb.Point{104.9995, -0.001}, orb.Point{105.005, 0.001})},
			{ID: "west", Level: coverage.LevelGrid, Parent: "community", Area: west},
			{ID: "east", Level: coverage.LevelGrid, Area: east}, // its parent is found by place
		},
		Demand: []coverage.Demand{
			people("a", town.Nodes['a'], 100), people("b", town.Nodes['b'], 50),
			people("c", town.Nodes['c'], 30), people("d", town.Nodes['d'], 20),
		},
		Facilities: []coverage.Facility{{ID: "P", Kind: "park", Name: "Park", At: town.Nodes['P']}},
	}
}

func cover(t *testing.T, e *analysis.Engine, level coverage.Level, cutoff analysis.Cutoff) *analysis.CoverageResult {
	t.Helper()
	r, err := e.Coverage(context.Background(), analysis.CoverageRequest{Study: "town", Kind: "park", Level: level, Cutoff: cutoff})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func minutes(t *testing.T, m float64) analysis.Cutoff {
	t.Helper()
	c, err := analysis.Minutes(m)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCoverageByGrid(t *testing.T) {
	t.Parallel()
	// 5 minutes = 300 s: c (180 s) and d (90 s) reach the park, and b (270 s);
	// a (360 s) does not. 100 of 200 people are covered.
	r := cover(t, ask(t, street(t)), coverage.LevelGrid, minutes(t, 5))
	if r.Totals.Demand.Float() != 200 || r.Totals.Covered.Float() != 100 || *r.Totals.CoverageRate != 0.5 {
		t.Errorf("totals %+v", r.Totals)
	}
	if len(r.Rows) != 2 || r.Rows[0].ID != "east" || r.Rows[1].ID != "west" {
		t.Fatalf("rows %+v", r.Rows)
	}
	east, west := r.Rows[0], r.Rows[1]
	if east.Covered.Float() != 50 || east.Uncovered != 0 || east.FacilitiesInside != 1 || east.FacilitiesReachable != 1 {
		t.Errorf("east %+v", east)
	}
	if west.Covered.Float() != 50 || west.Uncovered.Float() != 100 || west.FacilitiesInside != 0 || west.FacilitiesReachable != 1 {
		t.Errorf("west %+v", west)
	}
	if east.Parent != "community" || west.Parent != "community" {
		t.Errorf("parents %q and %q", east.Parent, west.Parent)
	}
	// West: 100 people walk 360 s, 50 walk 270 s: the mean is 330 s; nine
	// tenths of 150 people, 135, arrive only with the 100 of 360 s.
	near(t, "mean_s", west.MeanS, 330)
	near(t, "p90_s", west.P90S, 360)
	near(t, "mean_m", west.MeanM, 330/0.9)
	if r.Outside != nil {
		t.Errorf("outside %+v", r.Outside)
	}
}

func near(t *testing.T, name string, got *float64, want float64) {
	t.Helper()
	if got == nil || math.Abs(*got-want) > 0.05 {
		t.Errorf("%s is %v, want %v", name, got, want)
	}
}

func TestBothRulesAreToldForATier(t *testing.T) {
	t.Parallel()
	e := ask(t, street(t))
	// The 5-minute tier: 300 s, and 300 m. Within 300 m lie b, c, d.
	r := cover(t, e, coverage.LevelStudy, minutes(t, 5))
	if len(r.Rules) != 2 || r.Rules[0].Rule != "time" || r.Rules[1].Rule != "distance" || *r.Rules[1].CutoffM != 300 {
		t.Fatalf("rules %+v", r.Rules)
	}
	if v := r.Rules[0].Verified; v == nil || *v || r.Rules[1].Source == "" {
		t.Errorf("the tier of 5 minutes was recalled, and its source is named; rules %+v", r.Rules)
	}
	if r.Rules[1].Covered.Float() != 100 {
		t.Errorf("within 300 m: %v people, want b, c and d: 100", r.Rules[1].Covered)
	}
	if r := cover(t, e, coverage.LevelStudy, minutes(t, 7)); len(r.Rules) != 1 {
		t.Errorf("7 minutes is no tier, but rules are %+v", r.Rules)
	}
}

func TestGapsAreTheUncoveredDemand(t *testing.T) {
	t.Parallel()
	layers := street(t)
	town := coveragetest.Draw(t, `a---b---c---d---P`)
	far := orb.Point{town.Nodes['a'][0], 0.0009} // 100 m from a
	layers.Demand = append(layers.Demand, people("e", far, 7), people("nobody", far, 0))
	e := ask(t, layers)
	r, err := e.Gaps(context.Background(), analysis.CoverageRequest{Study: "town", Kind: "park", Cutoff: minutes(t, 5)})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, g := range r.Gaps {
		got = append(got, fmt.Sprintf("%s %v %s %s %.0f", g.ID, g.Demand, g.Reason, *g.NearestID, *g.NearestS))
	}
	want := []string{"a 100 beyond_cutoff P 360", "e 7 beyond_cutoff P 450"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	covered := cover(t, e, coverage.LevelStudy, minutes(t, 5))
	if r.Uncovered != covered.Totals.Uncovered {
		t.Errorf("gaps hold %v, coverage leaves %v", r.Uncovered, covered.Totals.Uncovered)
	}
	if g := r.Gaps[0]; *g.Grid != "west" || *g.Community != "community" || g.Street != nil {
		t.Errorf("zones of %s: %v %v %v", g.ID, *g.Grid, *g.Community, g.Street)
	}
}

func TestDemandOffTheNetworkCountsAsUncovered(t *testing.T) {
	t.Parallel()
	layers := street(t)
	layers.Boundaries = nil
	layers.Demand = append(layers.Demand, people("hermit", orb.Point{105, 0.05}, 9)) // 5.5 km north
	r := cover(t, ask(t, layers), coverage.LevelStudy, minutes(t, 15))
	if r.Totals.Demand.Float() != 209 || r.Totals.Covered.Float() != 200 || r.Totals.Unreached.Float() != 9 {
		t.Errorf("totals %+v", r.Totals)
	}
	if !warns(r.Warnings, coverage.ReasonTooFar) {
		t.Errorf("nothing warns of the hermit: %+v", r.Warnings)
	}
}

func TestDemandOutsideAllBoundariesIsToldAndNotCounted(t *testing.T) {
	t.Parallel()
	layers := street(t)
	layers.Demand = append(layers.Demand, people("neighbor", orb.Point{105.006, 0}, 9))
	r := cover(t, ask(t, layers), coverage.LevelGrid, minutes(t, 15))
	if r.Totals.Demand.Float() != 200 || !warns(r.Warnings, coverage.ReasonOutside) {
		t.Errorf("totals %+v, warnings %+v", r.Totals, r.Warnings)
	}
	sum := coverage.Amount(0)
	for _, c := range r.Network {
		sum += c.People
	}
	if sum.Float() != 209 {
		t.Errorf("the states of the demand hold %v people, want all 209", sum)
	}
}

func warns(list []analysis.Warning, code string) bool {
	for _, w := range list {
		if w.Code == code {
			return true
		}
	}
	return false
}

func TestBadRequestsNameEveryFault(t *testing.T) {
	t.Parallel()
	e := ask(t, street(t))
	_, err := e.Coverage(context.Background(), analysis.CoverageRequest{
		Study: "town", Kind: "unicorn", Level: "planet", Profile: "swim", Cohort: "dogs",
	})
	if coverage.CodeOf(err) != coverage.Invalid {
		t.Fatalf("error %v", err)
	}
	refused, ok := errors.AsType[*coverage.Error](err)
	if !ok {
		t.Fatalf("error %v", err)
	}
	text := fmt.Sprint(refused.Issues)
	for _, want := range []string{"unicorn", "planet", "swim", "dogs", "park", "community", "walk", "people"} {
		if !strings.Contains(text, want) {
			t.Errorf("the faults do not name %s: %s", want, text)
		}
	}
	for _, x := range []float64{0, -1, math.NaN(), math.Inf(1), 1e9} {
		if _, err := analysis.Minutes(x); coverage.CodeOf(err) != coverage.Invalid {
			t.Errorf("%v minutes: %v", x, err)
		}
		if _, err := analysis.Meters(x); coverage.CodeOf(err) != coverage.Invalid {
			t.Errorf("%v meters: %v", x, err)
		}
	}
	if _, err := e.Coverage(context.Background(), analysis.CoverageRequest{Study: "atlantis", Kind: "park"}); coverage.CodeOf(err) != coverage.NotFound {
		t.Errorf("unknown study: %v", err)
	}
	roadsOnly := street(t)
	roadsOnly.Demand = nil
	_, err = ask(t, roadsOnly).Coverage(context.Background(), analysis.CoverageRequest{Study: "town", Kind: "park"})
	if refused, ok := errors.AsType[*coverage.Error](err); !ok || refused.Issues[0].Code != coverage.ReasonLayerMissing {
		t.Errorf("without demand: %v", err)
	}
}

// town is a random study: roads, two levels of zones on a raster, homes and
// facilities, some of them outside or off the network.
func town(t *rapid.T) coverage.Layers {
	l := coverage.Layers{Roads: coveragetest.Roads().Draw(t, "roads")}
	for x := range 2 {
		west := 105 + 0.01*float64(x)
		l.Boundaries = append(l.Boundaries, coverage.Boundary{
			ID: fmt.Sprintf("c%d", x), Level: coverage.LevelCommunity,
			Area: box(orb.Point{west, 29.5}, orb.Point{west + 0.01, 29.52}),
		})
		for y := range 2 {
			south := 29.5 + 0.01*float64(y)
			l.Boundaries = append(l.Boundaries, coverage.Boundary{
				ID: fmt.Sprintf("g%d%d", x, y), Level: coverage.LevelGrid,
				Area: box(orb.Point{west, south}, orb.Point{west + 0.01, south + 0.01}),
			})
		}
	}
	place := func() orb.Point {
		return orb.Point{rapid.Float64Range(104.995, 105.025).Draw(t, "lon"), rapid.Float64Range(29.495, 29.525).Draw(t, "lat")}
	}
	for i := range rapid.IntRange(1, 20).Draw(t, "homes") {
		l.Demand = append(l.Demand, people(fmt.Sprintf("h%d", i), place(), rapid.Float64Range(0, 1e4).Draw(t, "people")))
	}
	for i := range rapid.IntRange(0, 5).Draw(t, "facilities") {
		l.Facilities = append(l.Facilities, coverage.Facility{ID: fmt.Sprintf("f%d", i), Kind: "park", At: place()})
	}
	return l
}

func answer(t *rapid.T, l coverage.Layers, level coverage.Level, cutoff analysis.Cutoff) *analysis.CoverageResult {
	r, err := ask(t, l).Coverage(context.Background(), analysis.CoverageRequest{Study: "town", Kind: "park", Level: level, Cutoff: cutoff})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func anyCutoff(t *rapid.T) analysis.Cutoff {
	c, err := analysis.Meters(float64(rapid.IntRange(1, 5000).Draw(t, "meters")))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestLevelsAddUpExactly(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l, cutoff := town(t), anyCutoff(t)
		total := answer(t, l, coverage.LevelStudy, cutoff).Totals
		for _, level := range []coverage.Level{coverage.LevelCommunity, coverage.LevelGrid} {
			r := answer(t, l, level, cutoff)
			var demand, covered, uncovered, unreached coverage.Amount
			rows := r.Rows
			if r.Outside != nil {
				rows = append(rows[:len(rows):len(rows)], *r.Outside)
			}
			inside := 0
			for _, row := range rows {
				demand, covered = demand+row.Demand, covered+row.Covered
				uncovered, unreached = uncovered+row.Uncovered, unreached+row.Unreached
				inside += row.FacilitiesInside
				if row.CoverageRate != nil && (*row.CoverageRate < 0 || *row.CoverageRate > 1) {
					t.Fatalf("rate %v", *row.CoverageRate)
				}
			}
			if demand != total.Demand || covered != total.Covered || uncovered != total.Uncovered ||
				unreached != total.Unreached || inside != total.FacilitiesInside {
				t.Fatalf("%s adds up to %v %v %v %v %d, the study has %+v", level, demand, covered, uncovered, unreached, inside, total)
			}
		}
	})
}

func TestMoreNeverCoversLess(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l, cutoff := town(t), anyCutoff(t)
		before := answer(t, l, coverage.LevelStudy, cutoff).Totals.Covered
		wider := cutoff
		wider.Value += 500_000
		if after := answer(t, l, coverage.LevelStudy, wider).Totals.Covered; after < before {
			t.Fatalf("a cutoff 500 m larger covers %v instead of %v", after, before)
		}
		more := l
		more.Facilities = append(l.Facilities[:len(l.Facilities):len(l.Facilities)],
			coverage.Facility{ID: "new", Kind: "park", At: orb.Point{105.01, 29.51}})
		if after := answer(t, more, coverage.LevelStudy, cutoff).Totals.Covered; after < before {
			t.Fatalf("one more facility covers %v instead of %v", after, before)
		}
	})
}

func TestOrderOfRowsChangesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l, cutoff := town(t), anyCutoff(t)
		shuffled := coverage.Layers{
			Boundaries: rapid.Permutation(l.Boundaries).Draw(t, "boundaries"),
			Roads:      rapid.Permutation(l.Roads).Draw(t, "roads"),
			Demand:     rapid.Permutation(l.Demand).Draw(t, "demand"),
			Facilities: rapid.Permutation(l.Facilities).Draw(t, "facilities"),
		}
		want, err := json.Marshal(answer(t, l, coverage.LevelGrid, cutoff))
		if err != nil {
			t.Fatal(err)
		}
		got, err := json.Marshal(answer(t, shuffled, coverage.LevelGrid, cutoff))
		if err != nil {
			t.Fatal(err)
		}
		if string(want) != string(got) {
			t.Fatalf("shuffled rows give\n%s\ninstead of\n%s", got, want)
		}
	})
}

// The park of the street, 500 m long, is entered at b and at P: its middle does
// not matter. Within 90 s of a gate are a, b and c (one block) and d (P is one
// block off): all 200, where P alone serves d alone.
func TestEntrancesServe(t *testing.T) {
	t.Parallel()
	layers := street(t)
	town := coveragetest.Draw(t, `a---b---c---d---P`)
	if alone := cover(t, ask(t, layers), coverage.LevelStudy, minutes(t, 1.6)); alone.Totals.Covered != 20*coverage.AmountUnit {
		t.Errorf("entered at P: %v covered, want 20", alone.Totals.Covered)
	}
	layers = street(t)
	layers.Facilities[0].Entrances = []orb.Point{town.Nodes['b'], town.Nodes['P']}
	both := cover(t, ask(t, layers), coverage.LevelStudy, minutes(t, 1.6))
	if both.Totals.Covered != 200*coverage.AmountUnit || both.Totals.FacilitiesReachable != 1 {
		t.Errorf("entered at b and P: %v covered, %d facilities; want 200, 1", both.Totals.Covered, both.Totals.FacilitiesReachable)
	}
}

// A gate that shuts at night makes the way to the park longer then; the rest
// of the day, and where no moment is given, it counts as open.
func TestGatesByTheHour(t *testing.T) {
	t.Parallel()
	town := coveragetest.Draw(t, `
        a---b---P
        |       |
        c---d---e
    `)
	engine := ask(t, coverage.Layers{
		Roads:      town.Roads,
		Boundaries: []coverage.Boundary{{ID: "g", Level: coverage.LevelGrid, Area: box(orb.Point{104, -1}, orb.Point{106, 1})}},
		Facilities: []coverage.Facility{{ID: "P", Kind: "park", At: town.Nodes['P']}},
		Demand:     []coverage.Demand{people("h", town.Nodes['a'], 10)},
		Gates:      []coverage.Gate{{ID: "b", State: "open", Hours: "06:00-22:00", Node: 'b'}},
	})
	for when, seconds := range map[string]float64{"": 180, "Mo 12:00": 180, "Mo 23:00": 360} {
		r, err := engine.Coverage(t.Context(), analysis.CoverageRequest{Study: "town", Kind: "park", When: when})
		if err != nil {
			t.Fatal(err)
		}
		if r.Totals.MeanS == nil || math.Abs(*r.Totals.MeanS-seconds) > 0.1 || r.Question.When != when {
			t.Errorf("%q: %v s at %q, want %v", when, *r.Totals.MeanS, r.Question.When, seconds)
		}
	}
	_, err := engine.Coverage(t.Context(), analysis.CoverageRequest{Study: "town", Kind: "park", When: "noon"})
	var fault *coverage.Error
	if !errors.As(err, &fault) || len(fault.Issues) != 1 || fault.Issues[0].Source != "when" {
		t.Errorf("noon: %v, want a fault of when", err)
	}
}
