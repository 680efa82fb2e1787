package analysis_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/coveragetest"
	"kaimen/coverage/scenario"
)

// sensitive asks which conclusions on parks stand.
func sensitive(t fataler, e *analysis.Engine, c analysis.Cutoff, o analysis.SensitivityOptions) *analysis.SensitivityAnswer {
	r := analysis.SensitivityRequest{Options: o}
	r.Study, r.Kind, r.Cutoff = "town", "park", c
	a, err := e.Sensitivity(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// round is a ring of streets with parks at P and Q and homes at a, b, d and e,
// and at m in the middle of the bridge b-c. Blocks take 90 s.
//
//	a---b-m-c-+-P       + a gate beside the road
//	|           |
//	d-----------e---Q
//
// It has three gates more, none of which can be closed: one in the middle of
// a-d that is closed already, one at Q where the road ends, and one on no road;
// and a bridge of a motorway, on which nobody walks. West lie all homes but e.
func round(t testing.TB) coverage.Layers {
	town := coveragetest.Draw(t, `
        a---b---c---P
        |           |
        d-----------e---Q
    `)
	l := coverage.Layers{Roads: town.Roads}
	for i := range l.Roads {
		if l.Roads[i].ID == "bc" {
			l.Roads[i].Name, l.Roads[i].Tags = "High Bridge", map[string]string{"bridge": "viaduct"}
		}
	}
	l.Roads = append(l.Roads, coverage.Road{
		ID: "mw", Class: "motorway", Tags: map[string]string{"bridge": "yes"},
		Nodes: []int64{1, 2}, Line: orb.LineString{{105, 0.01}, {105.001, 0.01}},
	})
	beside := town.Between('c', 'P', 0.5)
	beside[1] += 0.00005 // 6 m
	l.Gates = []coverage.Gate{
		{ID: "cP", Name: "East Gate", State: "open", At: beside},
		{ID: "ad", State: "closed", At: town.Between('a', 'd', 0.5)},
		{ID: "Q", State: "open", Node: 'Q', At: town.Nodes['Q']},
		{ID: "far", State: "residents", At: orb.Point{105, 0.1}},
	}
	l.Facilities = []coverage.Facility{
		{ID: "P", Kind: "park", Name: "Park", At: town.Nodes['P']},
		{ID: "Q", Kind: "park", At: town.Nodes['Q']},
		{ID: "S", Kind: "school", At: town.Nodes['a']},
	}
	for home, count := range map[rune]float64{'a': 10, 'b': 20, 'd': 40, 'e': 80} {
		l.Demand = append(l.Demand, people(string(home), town.Nodes[home], count))
	}
	l.Demand = append(l.Demand, people("m", town.Between('b', 'c', 0.5), 5))
	middle := town.Between('b', 'c', 0.75)
	l.Boundaries = []coverage.Boundary{
		{ID: "W", Name: "West", Level: coverage.LevelCommunity, Area: box(orb.Point{104.9, -0.1}, orb.Point{middle[0], 0.1})},
		{ID: "E", Name: "East", Level: coverage.LevelCommunity, Area: box(orb.Point{middle[0], -0.1}, orb.Point{105.1, 0.1})},
	}
	return l
}

// told is a row by what it says in one line.
func told(rows []analysis.SensitivityRow) (lines []string) {
	for i := range rows {
		r := &rows[i]
		line := fmt.Sprintf("%s %s: %v, by %v", r.Family, r.ID, r.Covered, r.Change)
		if r.LosesMost.ID != nil {
			line += fmt.Sprintf(", most in %s %s: %v", *r.LosesMost.ID, *r.LosesMost.Name, *r.LosesMost.Loss)
		}
		if r.ZonesCrossing != nil {
			line += fmt.Sprintf("; zones %d, crossing %d", r.ZonesChanged, *r.ZonesCrossing)
		}
		lines = append(lines, line)
	}
	return lines
}

func at[T any](x T) *T { return &x }

// To P it is 3 blocks from a, 2 from b, 1.5 from m and 1 from e. From d it is 4,
// by e: in 300 s, which is 3 blocks and a bit, 115 of 155 are covered.
//
// At three quarters of the speed 2.5 blocks count: a is lost. At five quarters 4
// count: d comes in. With P shut a, b and m are lost: to Q it is 5, 4 and 3.5
// blocks; e has Q in 1 block. With Q shut nothing changes. With the gate between
// c and P closed, or the bridge, a and b are cut off since a-d is closed; and so
// is m, who is on the bridge, or left with the way by b.
func TestSensitivityOfADrawnTown(t *testing.T) {
	t.Parallel()
	a := sensitive(t, ask(t, round(t)), minutes(t, 5), analysis.SensitivityOptions{SpeedShare: at(0.25), Target: at(0.6)})
	if a.Summary.Demand.Float() != 155 || a.Summary.Covered.Float() != 115 || a.Summary.Variants != 6 {
		t.Errorf("summary %+v", a.Summary)
	}
	if diff := cmp.Diff([]string{
		"speed slower: 105, by -10, most in W West: 10; zones 1, crossing 0",
		"speed faster: 155, by 40; zones 1, crossing 1",
		"facility P: 80, by -35, most in W West: 35; zones 1, crossing 0",
		"facility Q: 115, by 0; zones 0, crossing 0",
		"gate cP: 80, by -35, most in W West: 35; zones 1, crossing 0",
		"bridge bc: 80, by -35, most in W West: 35; zones 1, crossing 0",
	}, told(a.Rows)); diff != "" {
		t.Error(diff)
	}
	amount := func(x float64) *coverage.Amount { return at(coverage.Amount(x * 1e6)) }
	if diff := cmp.Diff([]analysis.FamilySummary{
		{Family: "speed", Variants: 2, WorstChange: amount(-10), MeanChange: at(15.0), BestChange: amount(40)},
		{Family: "facility", Variants: 2, WorstChange: amount(-35), MeanChange: at(-17.5), BestChange: amount(0)},
		{Family: "gate", Variants: 1, LeftOut: 3, WorstChange: amount(-35), MeanChange: at(-35.0), BestChange: amount(-35)},
		{Family: "bridge", Variants: 1, LeftOut: 1, WorstChange: amount(-35), MeanChange: at(-35.0), BestChange: amount(-35)},
	}, a.Summary.Families); diff != "" {
		t.Error(diff)
	}
	// 35 of 75 in the west are covered, and all 80 in the east: the only zone that
	// anything is missing in is the west, until people go faster and none is. The
	// study, at 74 %, reaches 60 % unless 35 of its 115 are lost.
	fast, lost := []string{"speed:faster"}, []string{"facility:P", "gate:cP", "bridge:bc"}
	if diff := cmp.Diff([]analysis.Conclusion{
		{Conclusion: analysis.LowestRate, Subject: "W", Broken: 1, BrokenBy: fast, Variants: 6},
		{Conclusion: analysis.MostUncovered, Subject: "W", Broken: 1, BrokenBy: fast, Variants: 6},
		{Conclusion: analysis.LowestInOrder, Subject: "W", Broken: 1, BrokenBy: fast, Variants: 6},
		{Conclusion: analysis.StudyMeetsTarget, Subject: "town", Broken: 3, BrokenBy: lost, Variants: 6},
		{Conclusion: analysis.ZoneMeetsTarget, Subject: "E", Stands: true, BrokenBy: []string{}, Variants: 6},
		{Conclusion: analysis.ZoneBelowTarget, Subject: "W", Broken: 1, BrokenBy: fast, Variants: 6},
	}, a.Summary.Conclusions); diff != "" {
		t.Error(diff)
	}
}

// A row lies where its facility, gate or bridge does; the speed lies nowhere.
func TestSensitivityRowsArePlaced(t *testing.T) {
	t.Parallel()
	l := round(t)
	want := map[string]orb.Geometry{"slower": nil, "faster": nil, "P": l.Facilities[0].At, "Q": l.Facilities[1].At, "cP": l.Gates[0].At}
	for i := range l.Roads {
		if l.Roads[i].ID == "bc" {
			want["bc"] = orb.MultiLineString{l.Roads[i].Line}
		}
	}
	a := sensitive(t, ask(t, l), minutes(t, 5), analysis.SensitivityOptions{})
	for i := range a.Rows {
		r := &a.Rows[i]
		if diff := cmp.Diff(want[r.ID], r.Place()); diff != "" {
			t.Errorf("%s: %s", r.ID, diff)
		}
		switch {
		case r.Place() == nil:
			if r.Lon != nil || r.Lat != nil {
				t.Errorf("%s lies at %v, %v", r.ID, *r.Lon, *r.Lat)
			}
		case r.Place().Bound().Center() != orb.Point{*r.Lon, *r.Lat}:
			t.Errorf("%s lies at %v, %v", r.ID, *r.Lon, *r.Lat)
		}
	}
	if name := a.Rows[len(a.Rows)-1].Name; name != "High Bridge" {
		t.Errorf("the bridge is called %q", name)
	}
}

// By the distance rule speed changes nothing, and that is said. All else is as
// by time: 350 m are 3 blocks and a bit.
func TestSensitivityByDistance(t *testing.T) {
	t.Parallel()
	cutoff, err := analysis.Meters(350)
	if err != nil {
		t.Fatal(err)
	}
	a := sensitive(t, ask(t, round(t)), cutoff, analysis.SensitivityOptions{})
	if diff := cmp.Diff([]string{
		"speed faster: 115, by 0", "speed slower: 115, by 0",
		"facility P: 85, by -30, most in W West: 30", // m has Q in 350 m
		"facility Q: 115, by 0",
		"gate cP: 80, by -35, most in W West: 35", "bridge bc: 80, by -35, most in W West: 35",
	}, told(a.Rows)); diff != "" {
		t.Error(diff)
	}
	for _, r := range a.Rows {
		if want := r.Family == analysis.VarySpeed; (r.Note == analysis.NoteDistance) != want {
			t.Errorf("%s %s: note %q", r.Family, r.ID, r.Note)
		}
	}
}

// Roads on bridges that meet are one bridge, by the first of them; two side by
// side are two; bridge=no is none. From a to P by either bridge it is 5 blocks.
//
//	a---b---c---d---P
//	|               |
//	e---f---g---h---i
func TestBridgesAreWhatHangsTogether(t *testing.T) {
	t.Parallel()
	town := coveragetest.Draw(t, `
        a---b---c---d---P
        |               |
        e---f---g---h---i
    `)
	for i := range town.Roads {
		tags := map[string]map[string]string{"bc": {"bridge": "yes"}, "cd": {"bridge": "yes"}, "fg": {"bridge": "cantilever"}, "hi": {"bridge": "no"}}
		town.Roads[i].Tags = tags[town.Roads[i].ID]
	}
	l := coverage.Layers{
		Roads: town.Roads, Facilities: []coverage.Facility{{ID: "P", Kind: "park", At: town.Nodes['P']}},
		// From a it is 4 blocks to P, and 6 by e; from e it is 5 either way. Whoever
		// stands on b-c or c-d reaches nothing if it is closed.
		Demand: []coverage.Demand{
			people("a", town.Nodes['a'], 1), people("e", town.Nodes['e'], 10),
			people("bc", town.Between('b', 'c', 0.5), 100), people("cd", town.Between('c', 'd', 0.5), 1000),
		},
		Boundaries: []coverage.Boundary{{ID: "z", Level: coverage.LevelCommunity, Area: box(orb.Point{104.9, -0.1}, orb.Point{105.1, 0.1})}},
	}
	a := sensitive(t, ask(t, l), minutes(t, 8), analysis.SensitivityOptions{Vary: []string{"bridge"}})
	if diff := cmp.Diff([]string{"bridge bc: 10, by -1101, most in z : 1101", "bridge fg: 1111, by 0"}, told(a.Rows)); diff != "" {
		t.Error(diff)
	}
	if shape := a.Rows[0].Place().(orb.MultiLineString); len(shape) != 2 {
		t.Errorf("the bridge is drawn as %v", shape)
	}
}

// An estate with two gates of residents, at d and f: from e it is 3 blocks to P,
// by d, and 5 by f. With d closed people go by f, which takes 450 s.
//
//	P---a---b---c
//	    |       |
//	    d---e---f
func TestGatesOfResidentsAreVaried(t *testing.T) {
	t.Parallel()
	town := coveragetest.Draw(t, `
        P---a---b---c
            |       |
            d---e---f
    `)
	l := coverage.Layers{
		Roads: town.Roads, Facilities: []coverage.Facility{{ID: "P", Kind: "park", At: town.Nodes['P']}},
		Demand:     []coverage.Demand{people("e", town.Nodes['e'], 10)},
		Boundaries: []coverage.Boundary{{ID: "z", Level: coverage.LevelCommunity, Area: box(orb.Point{104.9, -0.1}, orb.Point{105.1, 0.1})}},
		Gates: []coverage.Gate{
			{ID: "d", State: "residents", Node: 'd', At: town.Nodes['d']}, {ID: "f", State: "residents", Node: 'f', At: town.Nodes['f']},
		},
	}
	e := ask(t, l)
	gates := analysis.SensitivityOptions{Vary: []string{"gate"}}
	for _, tc := range []struct {
		minutes float64
		want    []string
	}{
		{5, []string{"gate d: 0, by -10, most in z : 10", "gate f: 10, by 0"}},
		{8, []string{"gate d: 10, by 0", "gate f: 10, by 0"}},
	} {
		if diff := cmp.Diff(tc.want, told(sensitive(t, e, minutes(t, tc.minutes), gates).Rows)); diff != "" {
			t.Errorf("%v minutes: %s", tc.minutes, diff)
		}
	}
	// With f closed for good, d is the only way out. Who is behind it stays there;
	// a scenario ties them to the street b, 100 m off, and they are covered.
	l.Gates[1].State = "closed"
	e = ask(t, l)
	if diff := cmp.Diff([]string{"gate d: 0, by -10, most in z : 10"}, told(sensitive(t, e, minutes(t, 15), gates).Rows)); diff != "" {
		t.Error(diff)
	}
	r, err := e.Coverage(t.Context(), analysis.CoverageRequest{Study: "town", Kind: "park", Scenario: planned(scenario.Change{Verb: scenario.CloseGate, Gate: "d"})})
	if err != nil || r.Totals.Covered.Float() != 10 {
		t.Errorf("the scenario covers %v: %v", r.Totals.Covered, err)
	}
}

// A gate on a node stands on the roads of that node, not on one that lies above
// or below it: f-g crosses over the gate at c without meeting it. A gate that
// is shut at the moment asked for is not varied.
func TestGatesStandOnTheirNode(t *testing.T) {
	t.Parallel()
	town := coveragetest.Draw(t, `
            f
        a---c---P
            g
    `)
	over := town.With("fg")
	l := coverage.Layers{
		Roads: over.Roads, Facilities: []coverage.Facility{{ID: "P", Kind: "park", At: town.Nodes['P']}},
		Demand:     []coverage.Demand{people("a", town.Nodes['a'], 10)},
		Boundaries: []coverage.Boundary{{ID: "z", Level: coverage.LevelCommunity, Area: box(orb.Point{104.9, -0.1}, orb.Point{105.1, 0.1})}},
		Gates:      []coverage.Gate{{ID: "c", State: "open", Hours: "06:00-22:00", Node: 'c', At: town.Nodes['c']}},
	}
	e := ask(t, l)
	for _, tc := range []struct {
		when              string
		variants, leftOut int
	}{{"", 1, 0}, {"Mo 12:00", 1, 0}, {"Mo 23:00", 0, 1}} {
		r := analysis.SensitivityRequest{Options: analysis.SensitivityOptions{Vary: []string{"gate"}}}
		r.Study, r.Kind, r.When = "town", "park", tc.when
		a, err := e.Sensitivity(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		f := a.Summary.Families[0]
		if f.Variants != tc.variants || f.LeftOut != tc.leftOut || f.Variants > 0 && f.WorstChange.Float() != -10 {
			t.Errorf("at %q: %+v", tc.when, f)
		}
	}
}

// Under a scenario it is the answer of the scenario that is varied: with the gate
// on a-d opened nobody is cut off, but a and b have 5 and 6 blocks to go.
func TestSensitivityUnderAScenario(t *testing.T) {
	t.Parallel()
	e := ask(t, round(t))
	r := analysis.SensitivityRequest{Options: analysis.SensitivityOptions{Vary: []string{"bridge", "gate"}}}
	r.Study, r.Kind, r.Cutoff = "town", "park", minutes(t, 8) // 480 s: 5 blocks and a bit
	r.Scenario = planned(scenario.Change{Verb: scenario.OpenGate, Gate: "ad"})
	a, err := e.Sensitivity(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	// All are covered. With a-d closed d has P by e in 4 blocks still; with the
	// gate at P closed a, b and m have it by d in 5, 6 and 6.5.
	if diff := cmp.Diff([]string{
		"gate cP: 130, by -25, most in W West: 25", "gate ad: 155, by 0", "bridge bc: 130, by -25, most in W West: 25",
	}, told(a.Rows)); diff != "" {
		t.Error(diff)
	}
}

// All variants are computed and weighed, however few are told.
func TestSensitivityTellsTheWorst(t *testing.T) {
	t.Parallel()
	e := ask(t, round(t))
	none := sensitive(t, e, minutes(t, 5), analysis.SensitivityOptions{Limit: at(0)})
	one := sensitive(t, e, minutes(t, 5), analysis.SensitivityOptions{Limit: at(1)})
	if len(none.Rows) != 0 || len(one.Rows) != 4 || none.Summary.Variants != 6 || one.Summary.Variants != 6 {
		t.Errorf("%d and %d rows, of %d and %d variants", len(none.Rows), len(one.Rows), none.Summary.Variants, one.Summary.Variants)
	}
	if diff := cmp.Diff(none.Summary.Families, one.Summary.Families); diff != "" {
		t.Error(diff)
	}
	for i, c := range none.Summary.Conclusions {
		if other := one.Summary.Conclusions[i]; c.Broken != other.Broken || len(c.BrokenBy) != 0 || len(other.BrokenBy) > 1 {
			t.Errorf("%+v and %+v", c, other)
		}
	}
	// What is varied is a set: its order, and what stands twice, are the same request.
	twice := analysis.SensitivityOptions{Vary: []string{"gate", "speed", "gate"}}
	once := analysis.SensitivityOptions{Vary: []string{"speed", "gate"}, SpeedShare: at(0.1), Limit: at(20)}
	if a, b := sensitive(t, e, minutes(t, 5), twice), sensitive(t, e, minutes(t, 5), once); a.Key != b.Key {
		t.Errorf("keys %s and %s", a.Key, b.Key)
	}
}

// A study that is covered has no lowest zone, and one without any facility of
// the kind has every zone at 0, the one of most people first.
func TestConclusionsAtTheEnds(t *testing.T) {
	t.Parallel()
	l := round(t)
	a := sensitive(t, ask(t, l), minutes(t, 30), analysis.SensitivityOptions{Vary: []string{"speed"}})
	for _, c := range a.Summary.Conclusions {
		if c.Subject != "" || !c.Stands {
			t.Errorf("all covered: %+v", c)
		}
	}
	l.Facilities = nil
	a = sensitive(t, ask(t, l), minutes(t, 5), analysis.SensitivityOptions{})
	want := []string{"E", "E", "E;W"} // 80 in the east, 75 in the west
	for i, c := range a.Summary.Conclusions {
		if c.Subject != want[i] || !c.Stands {
			t.Errorf("none covered: %+v, want %s", c, want[i])
		}
	}
}

// Every fault is told at once, with what is valid.
func TestSensitivityRefuses(t *testing.T) {
	t.Parallel()
	e := ask(t, round(t))
	for _, x := range []float64{0, 1, -0.1, math.NaN(), math.Inf(1)} {
		r := analysis.SensitivityRequest{Options: analysis.SensitivityOptions{
			Vary: []string{"weather", "gate", "mood"}, SpeedShare: &x, Limit: at(-1), Target: at(1.01),
		}}
		r.Study, r.Kind, r.Profile = "town", "unicorn", "fly"
		_, err := e.Sensitivity(t.Context(), r)
		if coverage.CodeOf(err) != coverage.Invalid {
			t.Fatalf("%v: %v", x, err)
		}
		text, _ := json.Marshal(err)
		for _, want := range []string{
			"weather", "mood", "speed, facility, gate, bridge", fmt.Sprintf("speed_share is %v", x), "above 0 and below 1",
			"limit is -1", "0 or more", "target is 1.01", "from 0 to 1", "unicorn", "fly",
		} {
			if !strings.Contains(string(text), want) {
				t.Errorf("the faults do not say %q: %s", want, text)
			}
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := analysis.SensitivityRequest{}
	r.Study, r.Kind = "town", "park"
	if _, err := e.Sensitivity(ctx, r); err == nil {
		t.Error("an ended request is answered")
	}
}
