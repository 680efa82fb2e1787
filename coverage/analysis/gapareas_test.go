package analysis_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/coveragetest"
	"kaimen/coverage/scenario"
)

func ofMeters(t *testing.T, m float64) analysis.Cutoff {
	t.Helper()
	c, err := analysis.Meters(m)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// parks asks for the areas without a park.
func parks(cutoff analysis.Cutoff) analysis.GapAreaRequest {
	return analysis.GapAreaRequest{CoverageRequest: analysis.CoverageRequest{Study: "town", Kind: "park", Cutoff: cutoff}}
}

func gapAreas(t *testing.T, e *analysis.Engine, r analysis.GapAreaRequest) *analysis.GapAreaAnswer {
	t.Helper()
	a, err := e.GapAreas(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// around is a home at h, ten people and four children, and a park at P: 100 m
// off in a straight line, 300 m by the only way.
//
//	h   P
//	|   |
//	a---b
func around(t testing.TB) (coverage.Layers, coveragetest.Town) {
	town := coveragetest.Draw(t, `
        h   P
        |   |
        a---b
    `)
	home := people("home", town.Nodes['h'], 10)
	home.Weights["children"] = 4 * coverage.AmountUnit
	return coverage.Layers{
		Roads: town.Roads,
		Boundaries: []coverage.Boundary{
			{ID: "c", Level: coverage.LevelCommunity, Area: box(orb.Point{104, -1}, orb.Point{106, 1})},
			{ID: "g", Level: coverage.LevelGrid, Parent: "c", Area: box(orb.Point{104, -1}, orb.Point{106, 1})},
		},
		Facilities: []coverage.Facility{{ID: "P", Kind: "park", Name: "Park", At: town.Nodes['P']}},
		Demand:     []coverage.Demand{home},
	}, town
}

// Within 250 m h reaches nothing. The way is h-a-b-P, three blocks of 100 m and
// 90 s, three times the straight line: a link is missing.
func TestAnAreaTellsItsWay(t *testing.T) {
	t.Parallel()
	layers, town := around(t)
	a := gapAreas(t, ask(t, layers), parks(ofMeters(t, 250)))
	if len(a.Rows) != 1 {
		t.Fatalf("%d areas, want 1", len(a.Rows))
	}
	r := a.Rows[0]
	ten, four := 10*coverage.AmountUnit, 4*coverage.AmountUnit
	if r.ID != "home" || r.Rank != 1 || r.Points != 1 || r.Demand != ten || r.At != town.Nodes['h'] {
		t.Errorf("%+v", r)
	}
	if diff := cmp.Diff(map[string]coverage.Amount{"people": ten, "children": four}, r.Cohorts); diff != "" {
		t.Error(diff)
	}
	if *r.NearestID != "P" || *r.NearestName != "Park" || *r.NearestKind != "park" || *r.ClosestID != "P" || *r.Community != "c" || *r.Grid != "g" || r.Street != nil {
		t.Errorf("%+v", r)
	}
	near(t, "nearest_s", r.NearestS, 270)
	near(t, "nearest_m", r.NearestM, 300)
	near(t, "path_m", r.PathM, *r.NearestM)
	near(t, "straight_m", r.StraightM, 100)
	near(t, "closest_m", r.ClosestM, 100)
	near(t, "detour", r.Detour, 3)
	var want [][2]float64
	for _, c := range "habP" {
		at := town.Nodes[c]
		want = append(want, [2]float64{math.Round(at[0]*1e7) / 1e7, math.Round(at[1]*1e7) / 1e7})
	}
	if diff := cmp.Diff(want, r.Path); diff != "" {
		t.Error(diff)
	}
	// The ground is a disk of 120 m about h, but for a cell.
	if exact := math.Pi * 120 * 120; math.Abs(r.AreaM2-exact) > 0.05*exact || r.Place().(orb.Polygon)[0].Orientation() != orb.CCW {
		t.Errorf("area %v, want about %v", r.AreaM2, exact)
	}
	s := a.Summary
	if s.Demand != ten || s.Uncovered != ten || s.Points != 1 || s.Areas != 1 || s.Largest != ten || s.Cohorts["children"] != four {
		t.Errorf("%+v", s)
	}
	if a.Options.Causes == nil || !*a.Options.Causes || *a.Options.CellM != 20 || *a.Options.RadiusM != 120 {
		t.Errorf("options %+v", a.Options)
	}
}

// shut is a gate at a node of a drawn town.
func shut(node rune) coverage.Gate {
	return coverage.Gate{ID: "gate", State: "closed", Node: int64(node)}
}

// stepped makes steps of a road.
func stepped(roads []coverage.Road, id string) []coverage.Road {
	for i := range roads {
		if roads[i].ID == id {
			roads[i].Class = "steps"
		}
	}
	return roads
}

// lake is water between two spans of meters east and north of 105, 0.
func lake(id string, west, south, east, north float64) coverage.LandCover {
	const perMeter = 1 / 111_195.08 // degrees, on the equator of the sphere
	return coverage.LandCover{ID: id, Kind: "water", Area: box(
		orb.Point{105 + west*perMeter, south * perMeter}, orb.Point{105 + east*perMeter, north * perMeter},
	)}
}

// Each town has one home that reaches no park, for one cause.
func TestCauses(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, cause string
		change      func(l *coverage.Layers, town coveragetest.Town)
		ask         func(r *analysis.GapAreaRequest)
	}{
		{"a way of three sides", "detour", nil, nil},
		{"a river on the way", "river", func(l *coverage.Layers, _ coveragetest.Town) {
			l.LandCover = []coverage.LandCover{lake("river", 40, -50, 60, 50)}
		}, nil},
		{"water beside the way", "detour", func(l *coverage.Layers, _ coveragetest.Town) {
			l.LandCover = []coverage.LandCover{lake("pond", 40, 10, 60, 50)}
		}, nil},
		{"the park lies in a lake", "detour", func(l *coverage.Layers, _ coveragetest.Town) {
			l.LandCover = []coverage.LandCover{lake("lake", 80, -20, 120, 20)}
		}, nil},
		{"the home stands in a lake, and a river runs beyond", "river", func(l *coverage.Layers, _ coveragetest.Town) {
			l.LandCover = []coverage.LandCover{lake("lake", -20, -20, 20, 20), lake("river", 40, -50, 60, 50)}
		}, nil},
		{"green is no water", "detour", func(l *coverage.Layers, _ coveragetest.Town) {
			l.LandCover = []coverage.LandCover{lake("river", 40, -50, 60, 50)}
			l.LandCover[0].Kind = "green"
		}, nil},
		{"too far in a straight line", "no_facility", nil, func(r *analysis.GapAreaRequest) { r.Cutoff.Value = 99_000 }},
		// h-a-b is 200 m, 1.41 times the straight line of 141 m: as streets are.
		{"near in a straight line, by a way as direct as streets are", "no_facility", func(l *coverage.Layers, town coveragetest.Town) {
			l.Facilities[0].At = town.Nodes['b']
		}, func(r *analysis.GapAreaRequest) { r.Cutoff.Value = 150_000 }},
		{"no park anywhere", "no_facility", func(l *coverage.Layers, _ coveragetest.Town) { l.Facilities = nil }, nil},
		{"too far from any road", "no_road", func(l *coverage.Layers, town coveragetest.Town) {
			l.Demand[0].At = orb.Point{105, town.Nodes['h'][1] + 0.01} // 1.1 km
		}, nil},
		{"a straight way that is shut", "closed_gate", func(l *coverage.Layers, town coveragetest.Town) {
			l.Roads = town.With("hP").Roads
			l.Gates = []coverage.Gate{{ID: "gate", State: "closed", At: town.Between('h', 'P', 0.5)}}
		}, nil},
		{"a gate for residents, of a compound on the way", "closed_gate", func(l *coverage.Layers, town coveragetest.Town) {
			l.Roads = town.With("hP").Roads
			l.Gates = []coverage.Gate{
				{ID: "west", State: "residents", At: town.Between('h', 'P', 0.2)},
				{ID: "east", State: "residents", At: town.Between('h', 'P', 0.8)},
			}
		}, nil},
		{"a gate shut at night", "closed_gate", func(l *coverage.Layers, town coveragetest.Town) {
			l.Roads = town.With("hP").Roads
			l.Gates = []coverage.Gate{{ID: "gate", State: "open", Hours: "06:00-22:00", At: town.Between('h', 'P', 0.5)}}
		}, func(r *analysis.GapAreaRequest) { r.When = "Mo 23:00" }},
		// From h it is 300 m with the gate open as well, beyond the cutoff.
		{"a gate that opens nothing near", "detour", func(l *coverage.Layers, _ coveragetest.Town) { l.Gates = []coverage.Gate{shut('P')} }, nil},
		{"steps that a wheelchair cannot take", "steps", func(l *coverage.Layers, town coveragetest.Town) {
			l.Roads = stepped(town.With("hP").Roads, "hP")
			l.Roads[len(l.Roads)-1].Tags = map[string]string{"incline": "40%", "wheelchair": "no"}
		}, func(r *analysis.GapAreaRequest) { r.Profile = "wheelchair" }},
		// An elder takes 100 m of steps at the mean of 1,200 and 1,500 m/h, 270 s,
		// and level ground in 112.5 s; by the way of three sides 337.5 s.
		{"steps that an elder is slow on", "steps", func(l *coverage.Layers, town coveragetest.Town) {
			l.Roads = stepped(town.With("hP").Roads, "hP")
		}, func(r *analysis.GapAreaRequest) { r.Profile, r.Cutoff = "elder", minutes(t, 4) }},
		// 50 m of climb on 100 m slow no one down on a level way.
		{"steps up a hill", "steps", func(l *coverage.Layers, town coveragetest.Town) {
			l.Roads = stepped(town.With("hP").Roads, "hP")
			l.Roads[len(l.Roads)-1].Heights = []float64{0, 50}
		}, func(r *analysis.GapAreaRequest) { r.Profile, r.Cutoff = "elder", minutes(t, 4) }},
		{"steps beside a gate, which comes first", "closed_gate", func(l *coverage.Layers, town coveragetest.Town) {
			l.Roads = stepped(town.With("hP", "Ph").Roads, "Ph")
			l.Gates = []coverage.Gate{{ID: "gate", State: "closed", At: town.Between('h', 'P', 0.5)}}
		}, func(r *analysis.GapAreaRequest) { r.Profile = "wheelchair" }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			layers, town := around(t)
			if tc.change != nil {
				tc.change(&layers, town)
			}
			r := parks(ofMeters(t, 250))
			if tc.ask != nil {
				tc.ask(&r)
			}
			a := gapAreas(t, ask(t, layers), r)
			if len(a.Rows) != 1 {
				t.Fatalf("%d areas, want 1", len(a.Rows))
			}
			wantCause(t, a, tc.cause)
		})
	}
}

// wantCause expects one cause of all that is not served.
func wantCause(t *testing.T, a *analysis.GapAreaAnswer, cause string) {
	t.Helper()
	for k, r := range a.Rows {
		if *r.Cause != cause || r.Causes[cause] != r.Demand || len(r.Causes) != 6 {
			t.Errorf("area %d is of cause %s (%v), want %s", k, *r.Cause, r.Causes, cause)
		}
	}
	if len(a.Summary.ByCause) != 6 {
		t.Fatalf("%d causes", len(a.Summary.ByCause))
	}
	for _, c := range a.Summary.ByCause {
		want := analysis.GapCause{Cause: c.Cause}
		if c.Cause == cause {
			want = analysis.GapCause{Cause: cause, Demand: a.Summary.Uncovered, Points: a.Summary.Points, Areas: a.Summary.Areas}
		}
		if c != want {
			t.Errorf("by_cause has %+v, want %+v", c, want)
		}
	}
}

// A street of 1,300 m west of the gate at g is shorter than that of 1,500 m east
// of it: an island once the gate is shut, and h is more than 1 km from the gate.
// What cuts it off is the gate. Without any link it is a road that is missing.
func TestWhatCutsAnIslandOff(t *testing.T) {
	t.Parallel()
	town := coveragetest.Draw(t, `h---------------------------------------------------g---P-------------------------------------------------------e`)
	layers := coverage.Layers{
		Roads:      town.Roads,
		Facilities: []coverage.Facility{{ID: "P", Kind: "park", At: town.Nodes['P']}},
		Demand:     []coverage.Demand{people("h", town.Nodes['h'], 10)},
		Boundaries: []coverage.Boundary{{ID: "c", Level: coverage.LevelCommunity, Area: box(orb.Point{104, -1}, orb.Point{106, 1})}},
		Gates:      []coverage.Gate{shut('g')},
	}
	r := parks(ofMeters(t, 1500))
	wantCause(t, gapAreas(t, ask(t, layers), r), "closed_gate")
	r.Cutoff = ofMeters(t, 1399) // the gate would not help
	a := gapAreas(t, ask(t, layers), r)
	wantCause(t, a, "no_road")
	if a.Rows[0].NearestID != nil || a.Rows[0].StraightM != nil || a.Rows[0].Path != nil {
		t.Errorf("a way where there is none: %+v", a.Rows[0])
	}
	layers.Gates, layers.Roads = nil, slices.DeleteFunc(slices.Clone(layers.Roads), func(r coverage.Road) bool { return r.ID == "gP" })
	r.Cutoff = ofMeters(t, 1500)
	wantCause(t, gapAreas(t, ask(t, layers), r), "no_road")
}

// The cause of an area is that of most people: of two neighbors one is beyond a
// river for 30 people, one by a long way for 20.
func TestTheCauseOfMostPeople(t *testing.T) {
	t.Parallel()
	layers, town := around(t)
	layers.LandCover = []coverage.LandCover{lake("river", 40, -10, 60, 10)}
	south := town.Between('h', 'a', 0.3) // 30 m south: its line to P passes the river 15 m south of its north end
	layers.Demand = []coverage.Demand{people("n", town.Nodes['h'], 30), people("s", south, 20)}
	a := gapAreas(t, ask(t, layers), parks(ofMeters(t, 250)))
	if len(a.Rows) != 1 || *a.Rows[0].Cause != "river" || a.Rows[0].ID != "n" {
		t.Fatalf("%+v", a.Rows)
	}
	if r := a.Rows[0]; r.Causes["river"] != 30*coverage.AmountUnit || r.Causes["detour"] != 20*coverage.AmountUnit {
		t.Errorf("causes %v", r.Causes)
	}
	if c := a.Summary.ByCause; c[3] != (analysis.GapCause{Cause: "river", Demand: 30 * coverage.AmountUnit, Points: 1, Areas: 1}) ||
		c[4] != (analysis.GapCause{Cause: "detour", Demand: 20 * coverage.AmountUnit, Points: 1}) {
		t.Errorf("by cause %+v", c)
	}
}

// Homes 400 m apart on one street have areas of their own: the largest first,
// equals by the id of the home. A limit keeps the first ones and the summary.
func TestAreasAreRanked(t *testing.T) {
	t.Parallel()
	town := coveragetest.Draw(t, `a---------------b---------------c-------P`)
	layers := coverage.Layers{
		Roads:      town.Roads,
		Facilities: []coverage.Facility{{ID: "P", Kind: "park", At: town.Nodes['P']}},
		Boundaries: []coverage.Boundary{{ID: "c", Level: coverage.LevelCommunity, Area: box(orb.Point{104, -1}, orb.Point{106, 1})}},
		Demand: []coverage.Demand{
			people("z", town.Nodes['a'], 7), people("y", town.Nodes['b'], 7), people("x", town.Nodes['c'], 8),
			people("far", orb.Point{107, 0}, 99), people("none", town.Nodes['b'], 0),
		},
	}
	e, r := ask(t, layers), parks(ofMeters(t, 150))
	all := gapAreas(t, e, r)
	var ids []string
	for k, row := range all.Rows {
		ids = append(ids, fmt.Sprint(row.ID, row.Rank))
		if row.Rank != k+1 || row.Points != 1 {
			t.Errorf("%+v", row)
		}
	}
	if want := []string{"x1", "y2", "z3"}; !slices.Equal(ids, want) {
		t.Errorf("areas %v, want %v", ids, want)
	}
	no := false
	r.Options = analysis.GapAreaOptions{Limit: 2, Causes: &no}
	two := gapAreas(t, e, r)
	if len(two.Rows) != 2 || two.Rows[0].Cause != nil || len(two.Rows[0].Causes) != 0 || len(two.Summary.ByCause) != 0 {
		t.Errorf("%+v", two)
	}
	two.Summary.ByCause = all.Summary.ByCause
	if diff := cmp.Diff(all.Summary, two.Summary); diff != "" {
		t.Error(diff)
	}
	// A radius of 220 m joins all three.
	wide := 220.0
	r.Options = analysis.GapAreaOptions{RadiusM: &wide}
	if a := gapAreas(t, e, r); len(a.Rows) != 1 || a.Rows[0].Demand != 22*coverage.AmountUnit || a.Rows[0].ID != "x" {
		t.Errorf("%+v", a.Rows)
	}
}

// Cells of 1 m over homes a few kilometers apart that stand close enough to hang
// together would be too many.
func TestCoarserCellsAreTold(t *testing.T) {
	t.Parallel()
	layers, _ := around(t)
	layers.Demand = nil
	for i := range 8 { // corner to corner of a box of 7 by 7 km
		layers.Demand = append(layers.Demand, people(fmt.Sprint(i), orb.Point{105 + 0.009*float64(i), 0.009 * float64(i)}, 1))
	}
	fine, wide := 1.0, 1000.0
	r := parks(ofMeters(t, 10))
	r.Options = analysis.GapAreaOptions{CellM: &fine, RadiusM: &wide}
	a := gapAreas(t, ask(t, layers), r)
	told := slices.ContainsFunc(a.Warnings, func(w analysis.Warning) bool { return w.Code == analysis.CoarseCells && w.Count == len(a.Rows) })
	if !told || a.Summary.Uncovered != 8*coverage.AmountUnit {
		t.Errorf("%v of %d areas", a.Warnings, len(a.Rows))
	}
}

func TestGapAreaFaultsAreToldAtOnce(t *testing.T) {
	t.Parallel()
	layers, _ := around(t)
	e := ask(t, layers)
	for _, tc := range []struct {
		cell, radius float64
		limit        int
		want         []string
	}{
		{0, 120, 0, []string{"cell_m"}},
		{-1, 2001, -1, []string{"cell_m", "radius_m", "limit"}},
		{math.NaN(), math.NaN(), -5, []string{"cell_m", "radius_m", "limit"}},
		{1001, 0, 0, []string{"cell_m", "radius_m"}},
		{50, 49, 0, []string{"radius_m"}},
		{math.Inf(1), math.Inf(1), 0, []string{"cell_m", "radius_m"}},
	} {
		r := parks(ofMeters(t, 250))
		r.Level = "planet"
		r.Options = analysis.GapAreaOptions{CellM: &tc.cell, RadiusM: &tc.radius, Limit: tc.limit}
		_, err := e.GapAreas(t.Context(), r)
		told, ok := errors.AsType[*coverage.Error](err)
		if !ok || told.Code != coverage.Invalid {
			t.Fatalf("%v: %v", tc, err)
		}
		var sources []string
		for _, issue := range told.Issues {
			sources = append(sources, issue.Source)
		}
		if want := append([]string{"level"}, tc.want...); !slices.Equal(sources, want) {
			t.Errorf("%v: faults of %v, want %v", tc, sources, want)
		}
	}
	r := parks(ofMeters(t, 250))
	r.Kind = "casino"
	if _, err := e.GapAreas(t.Context(), r); err == nil || !strings.Contains(err.Error(), "casino") {
		t.Errorf("an unknown kind: %v", err)
	}
}

// What a scenario changes counts, also in what would be without its gates and
// steps; and buildings may stand for the demand.
func TestGapAreasWhatIf(t *testing.T) {
	t.Parallel()
	layers, town := around(t)
	layers.Roads = town.With("hP").Roads
	layers.Gates = []coverage.Gate{{ID: "gate", State: "closed", At: town.Between('h', 'P', 0.5)}}
	at := town.Nodes['h']
	layers.Buildings = []coverage.Building{{ID: "house", Households: 3, Area: box(
		orb.Point{at[0] - 0.00002, at[1] - 0.00002}, orb.Point{at[0] + 0.00002, at[1] + 0.00002},
	)}}
	e := ask(t, layers)
	opened := scenario.Change{Verb: scenario.OpenGate, Gate: "gate"}
	closed := scenario.Change{Verb: scenario.CloseRoad, Road: "hP"}
	stairs := drawn(town.Nodes['h'], town.Nodes['P'])
	stairs.Class = "steps"
	for _, tc := range []struct {
		name    string
		profile string
		changes []scenario.Change
		cause   string // empty where all are served
	}{
		{"nothing", "", nil, "closed_gate"},
		{"the gate opened", "", []scenario.Change{opened}, ""},
		{"the road behind it closed", "", []scenario.Change{closed}, "detour"},
		{"opened, and its road closed", "", []scenario.Change{opened, closed}, "detour"},
		{"steps drawn for a wheelchair", "wheelchair", []scenario.Change{closed, stairs}, "steps"},
		{"steps drawn for who can take them", "", []scenario.Change{closed, stairs}, ""},
		{"a park added", "", []scenario.Change{added("new", "park", town.Nodes['a'])}, ""},
		{"another gate shut", "", []scenario.Change{
			opened, {Verb: scenario.AddGate, Gate: "second", State: "closed", At: new(town.Between('h', 'P', 0.7))},
		}, "closed_gate"},
	} {
		for cohort, demand := range map[string]coverage.Amount{"people": 10 * coverage.AmountUnit, "dwellings": 3 * coverage.AmountUnit} {
			r := parks(ofMeters(t, 250))
			r.Profile, r.Cohort, r.Scenario = tc.profile, cohort, planned(tc.changes...)
			a := gapAreas(t, e, r)
			if tc.cause == "" {
				demand = 0
			}
			if a.Summary.Uncovered != demand || len(a.Rows) > 1 {
				t.Errorf("%s: %v %s not served, want %v", tc.name, a.Summary.Uncovered, cohort, demand)
			}
			wantCause(t, a, tc.cause)
		}
	}
}
