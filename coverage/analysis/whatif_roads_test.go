package analysis_test

import (
	"testing"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/scenario"
)

// A gate that the scenario closes makes people go round; opened it lets them
// through; one for residents lets nobody pass through.
func TestGatesUnderAScenario(t *testing.T) {
	t.Parallel()
	layers, town := deadEnd(t)
	layers.Roads = town.With("de").Roads
	layers.Gates = []coverage.Gate{{ID: "b", State: "open", Node: 'b', At: town.Nodes['b']}}
	e := ask(t, layers)
	close, open := scenario.Change{Verb: scenario.CloseGate, Gate: "b"}, scenario.Change{Verb: scenario.OpenGate, Gate: "b"}
	middle := town.Between('d', 'e', 0.5)
	for _, tc := range []struct {
		name  string
		s     *scenario.Scenario
		meanS float64 // of 5 people at a and 10 at d
	}{
		{"as it is", nil, 180},
		{"closed", planned(close), (5*360 + 10*180) / 15.0},
		{"closed and opened", planned(close, open), 180},
		{"a new one on d-e", planned(scenario.Change{Verb: scenario.AddGate, At: &middle, State: "closed"}), (5*180 + 10*360) / 15.0},
		{"a new one, opened", planned(scenario.Change{Verb: scenario.AddGate, Gate: "n", At: &middle, State: "closed"}, scenario.Change{Verb: scenario.OpenGate, Gate: "n"}), 180},
	} {
		r := compare(t, e, 15, tc.s)
		near(t, tc.name, r.Totals.After.MeanS, tc.meanS)
	}
}

// A gate with hours that the scenario opens is open at any hour; closed, it is
// closed at noon, too.
func TestGatesWithHoursUnderAScenario(t *testing.T) {
	t.Parallel()
	layers, town := deadEnd(t)
	layers.Roads = town.With("de").Roads
	layers.Gates = []coverage.Gate{{ID: "b", State: "open", Hours: "06:00-22:00", Node: 'b', At: town.Nodes['b']}}
	e := ask(t, layers)
	for _, tc := range []struct {
		when  string
		verb  scenario.Verb
		meanS float64
	}{
		{"Mo 12:00", "", 180},
		{"Mo 23:00", "", (5*360 + 10*180) / 15.0},
		{"Mo 23:00", scenario.OpenGate, 180},
		{"Mo 12:00", scenario.CloseGate, (5*360 + 10*180) / 15.0},
	} {
		s := planned()
		if tc.verb != "" {
			s = planned(scenario.Change{Verb: tc.verb, Gate: "b"})
		}
		r, err := e.Coverage(t.Context(), analysis.CoverageRequest{Study: "town", Kind: "park", When: tc.when, Scenario: s})
		if err != nil {
			t.Fatal(err)
		}
		near(t, tc.when+" "+string(tc.verb), r.Totals.MeanS, tc.meanS)
	}
}

// By car nobody stops on the motorway b-P. With it closed people go round by
// c, d and e: 400 m from a instead of 200, and as before 200 from d.
func TestMotorwayIsClosed(t *testing.T) {
	t.Parallel()
	layers, town := deadEnd(t)
	layers.Roads = town.With("de").Roads
	for i := range layers.Roads {
		layers.Roads[i].Class = "residential"
		if layers.Roads[i].ID == "bP" {
			layers.Roads[i].Class = "motorway"
			layers.Roads[i].Tags = map[string]string{"oneway": "no"}
		}
	}
	cutoff, err := analysis.Meters(1000)
	if err != nil {
		t.Fatal(err)
	}
	r, err := ask(t, layers).Compare(t.Context(), analysis.CoverageRequest{
		Study: "town", Kind: "park", Profile: "car", Cutoff: cutoff, Scenario: planned(scenario.Change{Verb: scenario.CloseRoad, Road: "bP"}),
	})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "before", r.Totals.Before.MeanM, 200)
	near(t, "after", r.Totals.After.MeanM, (5*400+10*200)/15.0)
	if r.Points.Farther.Points != 1 || r.Points.Nearer.Points != 0 {
		t.Errorf("%+v", r.Points)
	}
}

// A ring under a scenario runs about the road drawn, and no more about the one
// closed.
func TestRingFollowsTheScenario(t *testing.T) {
	t.Parallel()
	layers, town := deadEnd(t)
	e := ask(t, layers)
	ring := func(s *scenario.Scenario) orb.MultiPolygon {
		r, err := e.Isochrones(t.Context(), analysis.IsochronesRequest{
			Study: "town", At: []analysis.Place{{ID: "d", At: town.Nodes['d']}}, Cutoffs: cutoffs(t, nil, []float64{150}), Scenario: s,
		})
		if err != nil {
			t.Fatal(err)
		}
		return r.Rows[0].Area
	}
	now := ring(nil)
	then := ring(planned(drawn(town.Nodes['d'], town.Nodes['e']), scenario.Change{Verb: scenario.CloseRoad, Road: "ac"}))
	for _, tc := range []struct {
		name string
		at   orb.Point
		now  bool
		then bool
	}{
		{"on c-d", town.Between('c', 'd', 0.5), true, true},
		{"on d-e, which is drawn", town.Between('d', 'e', 0.5), false, true},
		{"beyond it, toward P", town.Between('e', 'P', 0.4), false, true},
		{"on a-c, which is closed", town.Between('c', 'a', 0.4), true, false},
	} {
		if a, b := holds(now, tc.at), holds(then, tc.at); a != tc.now || b != tc.then {
			t.Errorf("%s: inside %v, then %v; want %v, %v", tc.name, a, b, tc.now, tc.then)
		}
	}
}

// holds tells whether a place lies inside an area without holes.
func holds(area orb.MultiPolygon, at orb.Point) bool {
	for _, polygon := range area {
		inside := false
		for i := 1; i < len(polygon[0]); i++ {
			a, b := polygon[0][i-1], polygon[0][i]
			if (a[1] > at[1]) != (b[1] > at[1]) && at[0] < a[0]+(at[1]-a[1])/(b[1]-a[1])*(b[0]-a[0]) {
				inside = !inside
			}
		}
		if inside {
			return true
		}
	}
	return false
}
