package analysis_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/coveragetest"
	"kaimen/coverage/scenario"
)

const unit = coverage.AmountUnit

// amount is a pointer to n units.
func amount(n coverage.Amount) *coverage.Amount {
	n *= unit
	return &n
}

// homeAt is a square of 60 m about a node, a little off so that no node lies on
// an edge.
func homeAt(at orb.Point) orb.MultiPolygon {
	const half = 0.00027 // degrees, 30 m on the equator
	return box(orb.Point{at[0] - half, at[1] - half}, orb.Point{at[0] + half, at[1] + half})
}

// household is people at a place, some of them elderly.
func household(id string, at orb.Point, n, elderly float64, building string) coverage.Demand {
	d := people(id, at, n)
	d.Weights["elderly"] = people(id, at, elderly).Weights["people"]
	d.Building = building
	return d
}

// hillside is a town on two terraces, which steps join at b and d:
//
//	a---b---c---M    a clinic at a, a market and e-bike charging at M
//	    |
//	    d---e-- … 8 blocks … --f    a charging post at d
//
// Estate X has a and b and, by its building, one home at c; Y has d and e, W has
// f. Z, the rest of c, is not old. Five people at M live in none.
func hillside(t testing.TB) (coverage.Layers, coveragetest.Town) {
	town := coveragetest.Draw(t, `
        a---b---c---M
            |
            d---e-------------------------------f
    `)
	n := town.Nodes
	for i := range town.Roads {
		if town.Roads[i].ID == "bd" {
			town.Roads[i].Class = "steps"
		}
	}
	capacity := 4.0
	return coverage.Layers{
		Roads:      town.Roads,
		Boundaries: []coverage.Boundary{{ID: "k", Level: coverage.LevelCommunity, Area: box(orb.Point{104.99, -0.01}, orb.Point{105.02, 0.01})}},
		Facilities: []coverage.Facility{
			{ID: "1", Kind: "clinic", At: n['a']},
			{ID: "2", Kind: "market", At: n['M']},
			{ID: "3", Kind: "ebike_charging", At: n['M']},
			{ID: "4", Kind: "charging_post", At: n['d'], Capacity: &capacity},
		},
		Estates: []coverage.Estate{
			{ID: "W", Name: "Far", Old: true, Buildings: 7, Households: 5, Area: homeAt(n['f'])},
			{ID: "X", Name: "Upper", Old: true, Gated: true, YearBuilt: 1980, Area: append(homeAt(n['a']), homeAt(n['b'])...)},
			{ID: "Y", Name: "Lower", Old: true, Area: append(homeAt(n['d']), homeAt(n['e'])...)},
			{ID: "Z", Name: "New", Area: homeAt(n['c'])},
		},
		Buildings: []coverage.Building{
			{ID: "home", Estate: "X", Households: 12, Area: homeAt(n['c'])},
			{ID: "lane", Households: 3, Area: homeAt(n['e'])}, // of Y, by its place
		},
		Demand: []coverage.Demand{
			household("a", n['a'], 100, 20, ""), household("b", n['b'], 50, 10, ""), household("c1", n['c'], 30, 3, "home"),
			household("c2", n['c'], 7, 1, ""), household("d", n['d'], 40, 8, ""), household("e", n['e'], 60, 30, "lane"),
			household("f", n['f'], 10, 0, ""), household("M", n['M'], 5, 0, ""),
		},
	}, town
}

// estates asks with a cutoff of 5 minutes: three blocks of 90 s, not four.
func estates(t *testing.T, e *analysis.Engine, o analysis.EstateOptions, s *scenario.Scenario) *analysis.EstateAnswer {
	t.Helper()
	a, err := e.Estates(t.Context(), analysis.EstateRequest{
		CoverageRequest: analysis.CoverageRequest{Study: "town", Cutoff: minutes(t, 5), Scenario: s}, Options: o,
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// From a, b, c, d, e, f it is 0, 1, 2, 2, 3, 11 blocks to the clinic and 3, 2, 1,
// 3, 4, 12 to the market. So e lacks the market and f lacks both. Without the
// steps d and e are cut off from all that they reach: 100 people.
// Of charging, X reaches both, Y one inside and both, W none.
func TestOldEstates(t *testing.T) {
	t.Parallel()
	layers, _ := hillside(t)
	a := estates(t, ask(t, layers), analysis.EstateOptions{}, nil)
	four, built, five := 4.0, 1980, 5
	all, none := 1.0, 0.0
	most, k := 0.6, "k"
	want := []analysis.EstateRow{{
		Rank: 1, ID: "Y", Name: "Lower", Old: true, Buildings: 1, Community: &k, Demand: 100 * unit,
		Cohorts: map[string]coverage.Amount{"people": 100 * unit, "elderly": 38 * unit},
		EstateFigures: analysis.EstateFigures{
			Missing: []string{"market:1"}, Covered: map[string]coverage.Amount{"clinic:1": 100 * unit, "market:1": 40 * unit},
			Unserved: 60 * unit, UnservedRate: &most, UnservedNeeds: 60 * unit, ElderlyUnserved: amount(30), StepBarred: 100 * unit,
			ChargingInside: 1, ChargingInsideCapacity: &four, ChargingReachable: 2, ChargingReachableCapacity: &four,
		},
	}, {
		Rank: 2, ID: "W", Name: "Far", Old: true, Buildings: 7, Households: &five, Community: &k, Demand: 10 * unit,
		Cohorts: map[string]coverage.Amount{"people": 10 * unit, "elderly": 0},
		EstateFigures: analysis.EstateFigures{
			Missing: []string{"clinic:1", "market:1"}, Covered: map[string]coverage.Amount{"clinic:1": 0, "market:1": 0},
			Unserved: 10 * unit, UnservedRate: &all, UnservedNeeds: 20 * unit, ElderlyUnserved: amount(0), ChargingMissing: true,
		},
	}, {
		Rank: 3, ID: "X", Name: "Upper", Old: true, Gated: true, YearBuilt: &built, Buildings: 1, Community: &k, Demand: 180 * unit,
		Cohorts: map[string]coverage.Amount{"people": 180 * unit, "elderly": 33 * unit},
		EstateFigures: analysis.EstateFigures{
			Missing: []string{}, Covered: map[string]coverage.Amount{"clinic:1": 180 * unit, "market:1": 180 * unit},
			UnservedRate: &none, ElderlyUnserved: amount(0), ChargingReachable: 2, ChargingReachableCapacity: &four,
		},
	}}
	if diff := cmp.Diff(want, a.Rows, cmpopts.IgnoreFields(analysis.EstateRow{}, "Area")); diff != "" {
		t.Error(diff)
	}
	reached, market := 280/290.0, 220/290.0
	summary := analysis.EstateSummary{
		Estates: 4, Old: 3, Demand: 302 * unit, InListed: 290 * unit, InOther: 7 * unit, InNone: 5 * unit,
		Unserved: 70 * unit, UnservedNeeds: 80 * unit, ElderlyUnserved: amount(30), StepBarred: 100 * unit, ChargingMissing: 1,
		Needs: []analysis.EstateNeed{
			{Need: "clinic:1", Covered: 280 * unit, CoverageRate: &reached, MissingIn: 1},
			{Need: "market:1", Covered: 220 * unit, CoverageRate: &market, MissingIn: 2},
		},
	}
	if diff := cmp.Diff(summary, a.Summary); diff != "" {
		t.Error(diff)
	}
	if len(a.Warnings) > 0 && a.Warnings[len(a.Warnings)-1].Code == analysis.WarningNoOldEstate {
		t.Error("there are old estates")
	}
	if diff := cmp.Diff(layers.Estates[2].Area, a.Rows[0].Place()); diff != "" {
		t.Error(diff)
	}
	// With the new estate, too, only five people are in none.
	a = estates(t, ask(t, layers), analysis.EstateOptions{All: true, StepProfile: "stroller"}, nil)
	if len(a.Rows) != 4 || a.Summary.InListed != 297*unit || a.Summary.InOther != 0 || a.Summary.StepBarred != 100*unit {
		t.Errorf("all: %+v", a.Summary)
	}
}

// Who rolls as far as others walk is not barred: the way round counts only where
// it is longer than both the walk and the cutoff. Six people at d walk 100 m down
// the steps to the clinic at b; the ramp by c is 300 m. Within 5 minutes, 333 m,
// it is no hardship; within 3 minutes, 200 m, it is.
func TestARampIsAWay(t *testing.T) {
	t.Parallel()
	town := coveragetest.Draw(t, `
        b---c
        |   |
        d---e
    `)
	for i := range town.Roads {
		if town.Roads[i].ID == "bd" {
			town.Roads[i].Class = "steps"
		}
	}
	e := ask(t, coverage.Layers{
		Roads:      town.Roads,
		Facilities: []coverage.Facility{{ID: "1", Kind: "clinic", At: town.Nodes['b']}},
		Estates:    []coverage.Estate{{ID: "D", Old: true, Area: homeAt(town.Nodes['d'])}},
		Demand:     []coverage.Demand{people("d", town.Nodes['d'], 6)},
	})
	for m, want := range map[float64]coverage.Amount{5: 0, 3: 6 * unit} {
		a, err := e.Estates(t.Context(), analysis.EstateRequest{CoverageRequest: analysis.CoverageRequest{Study: "town", Cutoff: minutes(t, m)}})
		if err != nil {
			t.Fatal(err)
		}
		if row := a.Rows[0]; row.StepBarred != want || row.Unserved != 0 || row.ElderlyUnserved != nil {
			t.Errorf("%v minutes: %+v", m, row.EstateFigures)
		}
	}
}

// A market at e serves e; and a footway over the steps leaves nobody barred.
func TestEstatesBeforeAndAfter(t *testing.T) {
	t.Parallel()
	layers, town := hillside(t)
	e := ask(t, layers)
	a := estates(t, e, analysis.EstateOptions{}, planned(added("new", "market", town.Nodes['e'])))
	// Y lacks nothing now; the steps to the clinic still bar its 100 people.
	var ids []string
	for _, row := range a.Rows {
		ids = append(ids, row.ID)
	}
	if !slices.Equal(ids, []string{"W", "Y", "X"}) {
		t.Errorf("ranked %v", ids)
	}
	y := a.Rows[1]
	if y.Unserved != 0 || len(y.Missing) != 0 || y.StepBarred != 100*unit || *y.UnservedChange != -60*unit {
		t.Errorf("after: %+v", y)
	}
	one, inside, both, missing := 1, 1, 2, false
	if diff := cmp.Diff(analysis.EstateBefore{
		Rank: &one, Missing: []string{"market:1"}, Unserved: amount(60), UnservedNeeds: amount(60), ElderlyUnserved: amount(30),
		StepBarred: amount(100), ChargingInside: &inside, ChargingReachable: &both, ChargingMissing: &missing,
	}, y.Before); diff != "" {
		t.Error(diff)
	}
	if s := a.Summary; *s.UnservedBefore != 70*unit || *s.UnservedChange != -60*unit {
		t.Errorf("summary %+v", s)
	}
	a = estates(t, e, analysis.EstateOptions{}, planned(drawn(town.Nodes['d'], town.Nodes['b'])))
	if a.Summary.StepBarred != 0 || *a.Rows[0].Before.StepBarred != 100*unit || *a.Summary.UnservedChange != 0 {
		t.Errorf("with a ramp: %+v", a.Summary)
	}
	// Without the only market, it is still a need.
	a = estates(t, e, analysis.EstateOptions{}, planned(scenario.Change{Verb: scenario.RemoveFacility, Kind: "market", ID: "2"}))
	if len(a.Summary.Needs) != 2 || a.Summary.Unserved != 290*unit {
		t.Errorf("without the market: %+v", a.Summary)
	}
}

// Homes of buildings are counted in their place: 12 at c are of X, 3 at e of Y.
func TestEstatesByDwellings(t *testing.T) {
	t.Parallel()
	layers, _ := hillside(t)
	a, err := ask(t, layers).Estates(t.Context(), analysis.EstateRequest{
		CoverageRequest: analysis.CoverageRequest{Study: "town", Cutoff: minutes(t, 5), Cohort: "dwellings"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if s := a.Summary; s.Demand != 15*unit || s.InListed != 15*unit || s.Unserved != 3*unit || s.ElderlyUnserved != nil {
		t.Errorf("summary %+v", s)
	}
}

// Every fault of a question is told, and a study without estates says so.
func TestEstatesThatCannotBeAnswered(t *testing.T) {
	t.Parallel()
	layers, _ := hillside(t)
	layers.Estates, layers.Demand[2].Building = nil, ""
	layers.Buildings = nil
	for i := range layers.Demand {
		layers.Demand[i].Building = ""
	}
	_, err := ask(t, layers).Estates(t.Context(), analysis.EstateRequest{
		CoverageRequest: analysis.CoverageRequest{Study: "town", Profile: "broom"},
		Options: analysis.EstateOptions{
			Needs:       []analysis.Need{{Kinds: []string{"clinic"}, Count: 1}, {Kinds: []string{"clinic"}, Count: 1}, {Kinds: []string{"unicorn"}, Count: 0}},
			StepProfile: "bike",
		},
	})
	var faults *coverage.Error
	if !errors.As(err, &faults) || faults.Code != coverage.Invalid {
		t.Fatal(err)
	}
	text := ""
	for _, issue := range faults.Issues {
		text += fmt.Sprintf("%s %s %s: %s\n", issue.Code, issue.Layer, issue.Source, issue.Message)
	}
	for _, want := range []string{
		"layer_missing estates", `profile: "broom"`, `needs: "unicorn"`, "needs: 0 is no number", "needs: clinic:1 stands twice",
		`step_profile: "bike" is no profile that is held up by steps; give wheelchair, stroller`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not told:\n%s", want, text)
		}
	}
	// Where no estate is old, none is listed, and it is told why.
	layers, _ = hillside(t)
	for i := range layers.Estates {
		layers.Estates[i].Old = false
	}
	a := estates(t, ask(t, layers), analysis.EstateOptions{}, nil)
	if len(a.Rows) != 0 || a.Summary.InOther != 297*unit || a.Warnings[len(a.Warnings)-1].Code != analysis.WarningNoOldEstate {
		t.Errorf("%+v %+v", a.Summary, a.Warnings)
	}
}

// On any town: all demand is in one estate or in none, the list is in its order,
// and a facility more never leaves anybody lacking more.
func TestEstatesOfAnyTown(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		place := rapid.Custom(func(t *rapid.T) orb.Point {
			return orb.Point{105 + 0.02*rapid.Float64Range(0, 1).Draw(t, "x"), 29.5 + 0.02*rapid.Float64Range(0, 1).Draw(t, "y")}
		})
		layers := coverage.Layers{Roads: coveragetest.Roads().Draw(t, "roads")}
		for i := range rapid.IntRange(1, 8).Draw(t, "estates") {
			at := place.Draw(t, "estate")
			layers.Estates = append(layers.Estates, coverage.Estate{
				ID: fmt.Sprint("e", i), Old: rapid.Bool().Draw(t, "old"), Area: box(at, orb.Point{at[0] + 0.005, at[1] + 0.004}),
			})
		}
		var total coverage.Amount
		for i := range rapid.IntRange(1, 12).Draw(t, "homes") {
			n := rapid.IntRange(0, 50).Draw(t, "people")
			layers.Demand = append(layers.Demand, people(fmt.Sprint("h", i), place.Draw(t, "home"), float64(n)))
			total += coverage.Amount(n) * unit
		}
		kinds := []string{"clinic", "market"}
		for i := range rapid.IntRange(1, 5).Draw(t, "facilities") {
			kind := rapid.SampledFrom(kinds).Draw(t, "kind")
			layers.Facilities = append(layers.Facilities, coverage.Facility{ID: fmt.Sprint("f", i), Kind: kind, At: place.Draw(t, "facility")})
		}
		all := rapid.Bool().Draw(t, "all")
		more := planned(added("more", rapid.SampledFrom(kinds).Draw(t, "more"), place.Draw(t, "there")))
		a, err := ask(t, layers).Estates(t.Context(), analysis.EstateRequest{
			CoverageRequest: analysis.CoverageRequest{Study: "town", Scenario: more}, Options: analysis.EstateOptions{All: all},
		})
		if err != nil {
			t.Fatal(err)
		}
		s := a.Summary
		if s.Demand != total || s.InListed+s.InOther+s.InNone != total || s.InListed < 0 || s.InOther < 0 || s.InNone < 0 {
			t.Fatalf("%v people: %+v", total, s)
		}
		if s.Unserved > s.InListed || s.UnservedNeeds > s.Unserved*coverage.Amount(len(s.Needs)) || *s.UnservedChange > 0 {
			t.Fatalf("%+v", s)
		}
		var listed coverage.Amount
		for i, row := range a.Rows {
			listed += row.Demand
			if row.Rank != i+1 || i > 0 && row.UnservedNeeds > a.Rows[i-1].UnservedNeeds || *row.UnservedChange > 0 || row.UnservedNeeds > *row.Before.UnservedNeeds {
				t.Fatalf("rows %+v", a.Rows)
			}
		}
		if listed != s.InListed {
			t.Fatalf("rows hold %v of %v", listed, s.InListed)
		}
	})
}
