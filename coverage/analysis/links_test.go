package analysis_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/scenario"
)

// lacking asks which links help those without a park within 4 minutes.
func lacking(t *testing.T, o analysis.LinkOptions) analysis.LinkRequest {
	t.Helper()
	if o.Kinds == nil {
		o.Kinds = []string{"park"}
	}
	return analysis.LinkRequest{CoverageRequest: analysis.CoverageRequest{Study: "town", Level: coverage.LevelGrid, Cutoff: minutes(t, 4)}, Options: o}
}

func missing(t *testing.T, e *analysis.Engine, r analysis.LinkRequest) *analysis.LinkAnswer {
	t.Helper()
	a, err := e.Links(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func given[T any](x T) *T { return &x }

// asCompared holds each row against what compare says of its changes, and the
// last of the links chosen against what it says of all of them.
func asCompared(t *testing.T, e *analysis.Engine, a *analysis.LinkAnswer, before *scenario.Scenario) {
	t.Helper()
	changed := func(more []scenario.Change) analysis.PointChanges {
		s := scenario.Scenario{}
		if before != nil {
			s = *before
		}
		s.Changes = append(slices.Clone(s.Changes), more...)
		compared := func(s *scenario.Scenario) *analysis.CompareResult {
			r, err := e.Compare(t.Context(), analysis.CoverageRequest{Study: "town", Kind: "park", Level: coverage.LevelGrid, Cutoff: minutes(t, 4), Scenario: s})
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		after := compared(&s)
		if before == nil {
			return after.Points
		}
		// Points tells nothing of the scenario before: one point is what there is to tell.
		was := compared(before)
		return analysis.PointChanges{Gained: analysis.PointCount{Demand: after.Totals.After.Covered - was.Totals.After.Covered}}
	}
	for _, row := range a.Rows {
		c := changed(row.Changes)
		if before != nil {
			if c.Gained.Demand != row.NewlyCovered-row.Lost {
				t.Errorf("%s: %v more are covered, compare says %v", row.ID, row.NewlyCovered-row.Lost, c.Gained.Demand)
			}
			continue
		}
		want := [4]coverage.Amount{c.Gained.Demand, c.Lost.Demand, c.Nearer.Demand, c.Farther.Demand}
		if got := [4]coverage.Amount{row.NewlyCovered, row.Lost, row.Nearer, row.Farther}; got != want {
			t.Errorf("%s: gained, lost, nearer, farther %v; compare says %v", row.ID, got, want)
		}
	}
	if c := changed(a.Summary.Changes.Changes); a.Summary.Chosen > 0 && c.Gained.Demand-c.Lost.Demand != a.Summary.CoveredWith-a.Summary.Covered {
		t.Errorf("together: %v more are covered, compare says %v", a.Summary.CoveredWith-a.Summary.Covered, c.Gained.Demand-c.Lost.Demand)
	}
}

// From d the park is 360 s off by c, a and b, and 180 s by the link to e. The way
// between d and e, round by P, is five blocks: 500 m.
func TestLinksFindTheDeadEnd(t *testing.T) {
	t.Parallel()
	layers, town := deadEnd(t)
	e := ask(t, layers)
	a := missing(t, e, lacking(t, analysis.LinkOptions{MinDetourM: given(400.0)}))
	if len(a.Rows) != 1 {
		t.Fatalf("%d rows, want the link from d to e alone: %+v", len(a.Rows), a.Rows)
	}
	row := a.Rows[0]
	ends := []string{*row.FromRoad, *row.ToRoad}
	slices.Sort(ends)
	if row.Source != "dead_end" || row.NewlyCovered != 10*coverage.AmountUnit || row.Nearer != 10*coverage.AmountUnit || row.Lost+row.Farther != 0 || *row.Step != 1 ||
		!slices.Equal(ends, []string{"cd", "ef"}) && !slices.Equal(ends, []string{"Pe", "cd"}) {
		t.Errorf("%+v", row)
	}
	near(t, "saved", row.SavedPersonS, 1800)
	near(t, "length", &row.LengthM, 100)
	near(t, "way round", row.DetourM, 500)
	if row.Grid == nil || *row.Grid != "g" || row.Community != nil {
		t.Errorf("zones %v, %v", row.Grid, row.Community)
	}
	want := analysis.LinkSummary{
		Demand: 15 * coverage.AmountUnit, Covered: 5 * coverage.AmountUnit, CoveredWith: 15 * coverage.AmountUnit, Considered: 1, Candidates: 1, Helping: 1, Chosen: 1,
		BySource: []analysis.LinkSource{{Source: "gate"}, {Source: "dead_end", Candidates: 1, Helping: 1}, {Source: "link"}, {Source: "closed_road"}},
		ByKind:   []analysis.LinkKind{{Kind: "park", Covered: 5 * coverage.AmountUnit, CoveredWith: 15 * coverage.AmountUnit}},
		SetAside: []analysis.LinkAside{},
		Steps:    []analysis.LinkStep{{Step: 1, ID: row.ID, Newly: 10 * coverage.AmountUnit, CoveredWith: 15 * coverage.AmountUnit, Saved: a.Summary.Steps[0].Saved}},
		Changes:  analysis.LinkScenario{Changes: row.Changes},
	}
	if diff := cmp.Diff(want, a.Summary); diff != "" {
		t.Errorf("summary, want (-) and got (+):\n%s", diff)
	}
	asCompared(t, e, a, nil)

	// Under a scenario that draws it, it is missing no longer.
	r := lacking(t, analysis.LinkOptions{MinDetourM: given(400.0)})
	r.Scenario = planned(drawn(town.Nodes['d'], town.Nodes['e']))
	if a := missing(t, e, r); len(a.Rows) != 0 || a.Summary.Covered != 15*coverage.AmountUnit {
		t.Errorf("with the link drawn: %+v", a)
	}
}

// Of one candidate there are: its gain, going over it, which counts for thirty,
// and at most two more steps. That is told as it is known, and changes no answer.
func TestLinksTellHowFarTheyAre(t *testing.T) {
	t.Parallel()
	layers, _ := deadEnd(t)
	r := lacking(t, analysis.LinkOptions{MinDetourM: given(400.0)})
	want := missing(t, ask(t, layers), r)
	var shares []float64
	r.Options.Watch = func(share float64) { shares = append(shares, share) }
	got := missing(t, ask(t, layers), r)
	if want, got := []float64{1. / 33, 31. / 33}, shares; !slices.Equal(want, got) {
		t.Errorf("heard %v, want %v", got, want)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("unwatched (-) and watched (+):\n%s", diff)
	}
}

// What lies between d and e bars the link, by name and count, unless it is not
// to count.
func TestLinksHeedObstacles(t *testing.T) {
	t.Parallel()
	for name, bar := range map[string]func(l *coverage.Layers, area orb.MultiPolygon){
		"water": func(l *coverage.Layers, area orb.MultiPolygon) {
			l.LandCover = []coverage.LandCover{{ID: "w", Kind: "water", Area: area}}
		},
		"building": func(l *coverage.Layers, area orb.MultiPolygon) {
			l.Buildings = []coverage.Building{{ID: "b", Area: area}}
		},
		"estate": func(l *coverage.Layers, area orb.MultiPolygon) {
			l.Estates = []coverage.Estate{{ID: "x", Gated: true, Area: area}}
		},
	} {
		layers, town := deadEnd(t)
		middle := town.Between('d', 'e', 0.5)
		bar(&layers, box(orb.Point{middle[0] - 0.0001, middle[1] - 0.0001}, orb.Point{middle[0] + 0.0001, middle[1] + 0.0001}))
		e := ask(t, layers)
		a := missing(t, e, lacking(t, analysis.LinkOptions{MinDetourM: given(400.0)}))
		if diff := cmp.Diff([]analysis.LinkAside{{Reason: name, Count: 1}}, a.Summary.SetAside); diff != "" || len(a.Rows) > 0 || a.Summary.Considered != 1 {
			t.Errorf("%s: %s %+v", name, diff, a.Summary)
		}
		others := slices.DeleteFunc([]string{"water", "building", "estate", "road"}, func(o string) bool { return o == name })
		for _, obstacles := range [][]string{others, {"none"}} {
			if a := missing(t, e, lacking(t, analysis.LinkOptions{MinDetourM: given(400.0), Obstacles: obstacles})); len(a.Rows) != 1 {
				t.Errorf("%s does not count: %d rows", name, len(a.Rows))
			}
		}
	}
}

// The gate at e bars the way from d to the park: 360 s round, 180 s through it.
func TestLinksOpenGates(t *testing.T) {
	t.Parallel()
	for _, state := range []string{"closed", "residents"} {
		layers, town := deadEnd(t)
		layers.Roads = town.With("de").Roads
		layers.Gates = []coverage.Gate{
			{ID: "G1", State: state, At: town.Between('d', 'e', 0.5)},
			{ID: "G2", State: "open", At: town.Between('a', 'b', 0.5)},
			{ID: "G3", State: state, At: orb.Point{105.5, 0.5}}, // on no road
		}
		// f lies behind a second gate of the compound, if it is one.
		e := ask(t, layers)
		a := missing(t, e, lacking(t, analysis.LinkOptions{Sources: []string{"gate"}}))
		asCompared(t, e, a, nil)
		if len(a.Rows) != 1 || a.Rows[0].ID != "G1" || len(a.Rows[0].Line) != 2 {
			t.Fatalf("%s: rows %+v", state, a.Rows)
		}
		if diff := cmp.Diff([]analysis.LinkAside{{Reason: "no_road", Count: 1}}, a.Summary.SetAside); diff != "" {
			t.Error(diff)
		}
		if state == "closed" && a.Rows[0].NewlyCovered != 10*coverage.AmountUnit {
			t.Errorf("%+v", a.Rows[0])
		}
	}
}

// A road from d to e is there, and private.
func TestLinksUseClosedRoads(t *testing.T) {
	t.Parallel()
	layers, town := deadEnd(t)
	layers.Roads = town.With("de").Roads
	layers.Roads[len(layers.Roads)-1].Tags = map[string]string{"access": "private"}
	e := ask(t, layers)
	a := missing(t, e, lacking(t, analysis.LinkOptions{MinDetourM: given(400.0), Sources: []string{"closed_road"}}))
	if len(a.Rows) != 1 || a.Rows[0].Source != "closed_road" || a.Rows[0].NewlyCovered != 10*coverage.AmountUnit {
		t.Fatalf("%+v", a.Rows)
	}
	asCompared(t, e, a, nil)
}

// Two kinds gain by one link: what each gains is told, and added up.
func TestLinksOfSeveralKinds(t *testing.T) {
	t.Parallel()
	layers, town := deadEnd(t)
	layers.Facilities = append(layers.Facilities, coverage.Facility{ID: "S", Kind: "school", At: town.Nodes['f']})
	e := ask(t, layers)
	a := missing(t, e, lacking(t, analysis.LinkOptions{MinDetourM: given(400.0), Kinds: []string{"park", "school"}}))
	// To the school from d: by the link two blocks, 180 s; round by P six, 540 s.
	// From a it is a-c-d-e-f, four blocks, 360 s, as long as before by b, P, e.
	ten := 10 * coverage.AmountUnit
	if len(a.Rows) != 1 || a.Rows[0].NewlyCovered != 2*ten || a.Rows[0].ByKind["park"] != ten || a.Rows[0].ByKind["school"] != ten {
		t.Errorf("%+v", a.Rows)
	}
}

func TestLinkFaults(t *testing.T) {
	t.Parallel()
	layers, _ := deadEnd(t)
	_, err := ask(t, layers).Links(t.Context(), lacking(t, analysis.LinkOptions{
		Kinds: []string{"casino", "park", "park"}, MaxM: given(0.0), MinDetourM: given(1e9), SameM: given(-1.0), Sources: []string{"sky"},
		Obstacles: []string{"none", "air"}, Class: "motorway", P: given(-1), Limit: given(-2),
	}))
	issues, ok := err.(*coverage.Error)
	if !ok {
		t.Fatalf("error %v", err)
	}
	var told []string
	for _, i := range issues.Issues {
		told = append(told, i.Source)
	}
	for _, want := range []string{"kind", "kinds", "max_m", "min_detour_m", "same_m", "sources", "obstacles", "class", "p", "limit"} {
		if !slices.Contains(told, want) {
			t.Errorf("no fault of %s in %s", want, strings.Join(told, ", "))
		}
	}
	if _, err := ask(t, layers).Links(t.Context(), analysis.LinkRequest{CoverageRequest: analysis.CoverageRequest{Study: "town"}}); err == nil || !strings.Contains(coverageText(err), "no facility kind is named") {
		t.Errorf("without a kind: %v", err)
	}
}

// coverageText is all that an error tells.
func coverageText(err error) (text string) {
	text = err.Error()
	if e, ok := err.(*coverage.Error); ok {
		for _, i := range e.Issues {
			text += " " + i.Message
		}
	}
	return text
}
