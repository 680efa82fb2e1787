package analysis_test

import (
	"encoding/json"
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
	"kaimen/coverage/analysis"
	"kaimen/coverage/coveragetest"
	"kaimen/coverage/scenario"
)

// planned is a scenario of changes.
func planned(changes ...scenario.Change) *scenario.Scenario {
	return &scenario.Scenario{Changes: changes}
}

func drawn(line ...orb.Point) scenario.Change {
	return scenario.Change{Verb: scenario.DrawRoad, Line: line, Class: "footway"}
}

func added(id, kind string, at orb.Point) scenario.Change {
	return scenario.Change{Verb: scenario.AddFacility, ID: id, Kind: kind, At: &at}
}

// deadEnd is a town with homes at a and d, one block to a side; the park is at
// P, and the road ends at d and starts again at e.
func deadEnd(t testing.TB) (coverage.Layers, coveragetest.Town) {
	town := coveragetest.Draw(t, `
        a---b---P
        |       |
        c---d   e---f
    `)
	return coverage.Layers{
		Roads:      town.Roads,
		Boundaries: []coverage.Boundary{{ID: "g", Level: coverage.LevelGrid, Area: box(orb.Point{104, -1}, orb.Point{106, 1})}},
		Facilities: []coverage.Facility{{ID: "P", Kind: "park", At: town.Nodes['P']}},
		Demand:     []coverage.Demand{people("a", town.Nodes['a'], 5), people("d", town.Nodes['d'], 10)},
	}, town
}

// compare asks for parks within so many minutes.
func compare(t *testing.T, e *analysis.Engine, m float64, s *scenario.Scenario) *analysis.CompareResult {
	t.Helper()
	r, err := e.Compare(t.Context(), analysis.CoverageRequest{Study: "town", Kind: "park", Level: coverage.LevelGrid, Cutoff: minutes(t, m), Scenario: s})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// From d it is d-c-a-b-P, four blocks of 90 s, to the park. With d-e opened it
// is d-e-P, two: within 4 minutes the ten people of d are covered too.
func TestOpeningADeadEnd(t *testing.T) {
	t.Parallel()
	layers, town := deadEnd(t)
	r := compare(t, ask(t, layers), 4, planned(drawn(town.Nodes['d'], town.Nodes['e'])))
	if r.Totals.Before.Covered != 5*coverage.AmountUnit || r.Totals.After.Covered != 15*coverage.AmountUnit || r.Totals.Change.Covered != 10*coverage.AmountUnit {
		t.Errorf("covered %v, then %v: %v more; want 5, 15, 10", r.Totals.Before.Covered, r.Totals.After.Covered, r.Totals.Change.Covered)
	}
	near(t, "before", r.Totals.Before.MeanS, (5*180+10*360)/15.0)
	near(t, "after", r.Totals.After.MeanS, 180)
	ten := analysis.PointCount{Points: 1, Demand: 10 * coverage.AmountUnit}
	if diff := cmp.Diff(analysis.PointChanges{Gained: ten, Nearer: ten}, r.Points); diff != "" {
		t.Error(diff)
	}
	if len(r.Rows) != 1 || r.Rows[0].ID != "g" || r.Rows[0].Change.Covered != r.Totals.Change.Covered {
		t.Errorf("rows %+v", r.Rows)
	}
	if w := r.Question.Scenario; w == nil || len(w.Hash) != 12 || w.Changes != 1 {
		t.Errorf("the question tells of %+v", w)
	}
}

// With d-e open both homes are two blocks from the park. With b-P closed, a
// goes round by c and d: four blocks.
func TestClosedRoad(t *testing.T) {
	t.Parallel()
	layers, town := deadEnd(t)
	layers.Roads = town.With("de").Roads
	e := ask(t, layers)
	from, to := town.Between('b', 'P', 0.75), town.Between('b', 'P', 0.25)
	north, south := orb.Point{from[0], from[1] + 0.0001}, orb.Point{to[0], to[1] - 0.0001} // 11 m off the road
	for _, tc := range []struct {
		name string
		s    *scenario.Scenario
		a    float64 // seconds from a
	}{
		{"all of b-P", planned(scenario.Change{Verb: scenario.CloseRoad, Road: "bP"}), 360},
		{"its middle, by places beside it", planned(scenario.Change{Verb: scenario.CloseRoad, Road: "bP", From: &north, To: &south}), 360},
		{"closed and opened", planned(
			scenario.Change{Verb: scenario.CloseRoad, Road: "bP", From: &from, To: &to},
			scenario.Change{Verb: scenario.CloseRoad, Road: "bP"}, scenario.Change{Verb: scenario.OpenRoad, Road: "bP"},
		), 180},
		// Another way past the part that is closed, as long: it joins the road at
		// a quarter and at three quarters, 25 m from its ends.
		{"closed in the middle, and drawn anew", planned(
			scenario.Change{Verb: scenario.CloseRoad, Road: "bP", From: &from, To: &to}, drawn(to, from),
		), 180},
	} {
		r := compare(t, e, 15, tc.s)
		near(t, tc.name, r.Totals.After.MeanS, (5*tc.a+10*180)/15.0)
	}
}

// A park at c is one block from both homes; P, two blocks from a, serves none
// the nearer. Then it is moved to d, and then the old one is removed.
func TestFacilitiesChange(t *testing.T) {
	t.Parallel()
	layers, town := deadEnd(t)
	e := ask(t, layers)
	d := town.Nodes['d']
	plan := []scenario.Change{
		added("new", "park", town.Nodes['c']),
		{Verb: scenario.MoveFacility, Kind: "park", ID: "new", At: &d},
		{Verb: scenario.RemoveFacility, Kind: "park", ID: "P"},
	}
	for i, want := range []float64{90, (5*180 + 10*0) / 15.0, (5*180 + 10*0) / 15.0} {
		r := compare(t, e, 15, planned(plan[:i+1]...))
		near(t, fmt.Sprint("after change ", i+1), r.Totals.After.MeanS, want)
		if r.Totals.After.FacilitiesInside != []int{2, 2, 1}[i] {
			t.Errorf("after change %d there are %d parks", i+1, r.Totals.After.FacilitiesInside)
		}
	}
	// A kind that only the scenario has is known under it, and no other time.
	school := analysis.CoverageRequest{Study: "town", Kind: "observatory", Scenario: planned(added("s", "observatory", d))}
	if r, err := e.Coverage(t.Context(), school); err != nil || r.Totals.Covered != 15*coverage.AmountUnit {
		t.Errorf("a new kind: %v", err)
	}
	if r, err := e.Compare(t.Context(), school); err != nil || r.Totals.Before.Covered != 0 || r.Points.Gained.Points != 2 {
		t.Errorf("a new kind compared: %v", err)
	}
	school.Scenario = nil
	if _, err := e.Coverage(t.Context(), school); err == nil {
		t.Error("the kind is known without the scenario")
	}
}

// The order counts: only what is there can be moved, and a road drawn after
// another ends on it.
func TestOrderOfChangesIsKept(t *testing.T) {
	t.Parallel()
	layers, town := deadEnd(t)
	e := ask(t, layers)
	d := town.Nodes['d']
	add, move := added("new", "park", town.Nodes['c']), scenario.Change{Verb: scenario.MoveFacility, Kind: "park", ID: "new", At: &d}
	one, other := planned(add, move), planned(move, add)
	if one.Hash() == other.Hash() {
		t.Error("the order is not part of the hash")
	}
	if _, err := e.Coverage(t.Context(), analysis.CoverageRequest{Study: "town", Kind: "park", Scenario: other}); err == nil {
		t.Error("what is not there yet was moved")
	}
	// North of the middle of d-e; a way down to it, from d's end over e's.
	middle, top := town.Between('d', 'e', 0.5), town.Between('b', 'P', 0.5)
	down, across := drawn(top, middle), drawn(d, town.Nodes['e'])
	// across, then down: it meets the road just drawn, d-middle-top-P is 2 blocks
	// as d-e-P is; down first ends on nothing, and that is told.
	meets := compare(t, e, 15, planned(across, down))
	alone := compare(t, e, 15, planned(down, across))
	if warns(meets.Warnings, coverage.ReasonTooFar) || !warns(alone.Warnings, coverage.ReasonTooFar) {
		t.Errorf("warnings %v, and in the other order %v", meets.Warnings, alone.Warnings)
	}
}

// An empty scenario gives the very bytes of none, named or not.
func TestEmptyScenarioChangesNothing(t *testing.T) {
	t.Parallel()
	layers, town := deadEnd(t)
	e := ask(t, layers)
	empty := &scenario.Scenario{Name: coverage.Name{EN: "nothing"}}
	bytes := func(s *scenario.Scenario) string {
		q := analysis.CoverageRequest{Study: "town", Kind: "park", Scenario: s}
		c, err1 := e.Coverage(t.Context(), q)
		g, err2 := e.Gaps(t.Context(), q)
		i, err3 := e.Isochrones(t.Context(), analysis.IsochronesRequest{Study: "town", Kind: "park", Scenario: s})
		p, err4 := e.Compare(t.Context(), q)
		text, err5 := json.Marshal([]any{c, g, i, p})
		if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if diff := cmp.Diff(bytes(nil), bytes(empty)); diff != "" {
		t.Error(diff)
	}
	// And one that undoes itself gives the same figures.
	undone := planned(added("x", "park", town.Nodes['c']), scenario.Change{Verb: scenario.RemoveFacility, Kind: "park", ID: "x"})
	if r := compare(t, e, 15, undone); r.Points != (analysis.PointChanges{}) || r.Totals.Before != r.Totals.After && !cmp.Equal(r.Totals.Before, r.Totals.After) {
		t.Errorf("%+v", r)
	}
}

// Rings and matrices go by the scenario, too.
func TestRingsAndMatrixUnderAScenario(t *testing.T) {
	t.Parallel()
	layers, town := deadEnd(t)
	e := ask(t, layers)
	open := planned(drawn(town.Nodes['d'], town.Nodes['e']))
	for _, tc := range []struct {
		s    *scenario.Scenario
		want float64
	}{{nil, 360}, {open, 180}} {
		var pairs []analysis.Pair
		_, err := e.Matrix(t.Context(), analysis.MatrixRequest{
			Study: "town", Cutoff: minutes(t, 15), Scenario: tc.s,
			Origins: []analysis.Place{{ID: "d", At: town.Nodes['d']}}, Destinations: []analysis.Place{{ID: "P", At: town.Nodes['P']}},
		}, func(p analysis.Pair) error { pairs = append(pairs, p); return nil })
		if err != nil || len(pairs) != 1 || math.Abs(pairs[0].CostS-tc.want) > 0.1 {
			t.Errorf("%v, %v; want %v s", pairs, err, tc.want)
		}
		// 200 m of road within two blocks of d, or with d-e 400: c-d, half of a-c
		// on, and d-e, e-P, e-f.
		r, err := e.Isochrones(t.Context(), analysis.IsochronesRequest{
			Study: "town", At: []analysis.Place{{ID: "d", At: town.Nodes['d']}}, Cutoffs: cutoffs(t, nil, []float64{200}), As: analysis.AsLines, Scenario: tc.s,
		})
		if want := 200 + 300*b2f(tc.s != nil); err != nil || math.Abs(r.Rows[0].ReachedM-want) > 0.5 {
			t.Errorf("%v m within reach, want %v: %v", r.Rows[0].ReachedM, want, err)
		}
	}
}

func b2f(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// All faults of the scenario and of the rest of the request are told at once.
func TestFaultsOfScenarios(t *testing.T) {
	t.Parallel()
	layers, town := deadEnd(t)
	far := orb.Point{105.1, 0}
	_, err := ask(t, layers).Compare(t.Context(), analysis.CoverageRequest{
		Study: "town", Kind: "zoo", Profile: "fly", Scenario: planned(
			added("new", "zoo", town.Nodes['a']),
			scenario.Change{Verb: scenario.RemoveFacility, Kind: "park", ID: "Q"},
			scenario.Change{Verb: scenario.CloseRoad, Road: "bP", From: &far, To: &far},
		),
	})
	var e *coverage.Error
	if !errors.As(err, &e) || e.Code != coverage.Invalid {
		t.Fatalf("error %v", err)
	}
	var got []string
	for _, i := range e.Issues {
		got = append(got, i.Source+strings.Repeat("!", i.Line))
	}
	if want := []string{"profile", "scenario.changes!!", "scenario.changes!!!", "scenario.changes!!!"}; !slices.Equal(got, want) {
		t.Errorf("faults of %v, want %v: %v", got, want, e.Issues)
	}
}

// What a scenario answers is what a study answers that was imported with the
// layers as the scenario leaves them: facilities added, moved and removed,
// roads closed whole, and roads drawn between nodes. Where a drawn road splits
// another, costs are rounded anew, by less than a centimeter; so is who is covered.
func TestScenarioIsAsImportedAnew(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := blocks(t)
		s, after := someChanges(t, l)
		q := analysis.CoverageRequest{Study: "town", Kind: "park", Level: coverage.LevelGrid, Cutoff: anyCutoff(t)}
		anew, e := ask(t, after), ask(t, l)
		answer := func(e *analysis.Engine, s *scenario.Scenario, more int) *analysis.CoverageResult {
			q.Scenario = s
			q := q
			q.Cutoff.Value = uint32(int(q.Cutoff.Value) + more)
			r, err := e.Coverage(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		want, got := answer(anew, nil, 0), answer(e, s, 0)
		less, more := answer(anew, nil, -10), answer(anew, nil, 10)
		for i, row := range got.Rows {
			if row.Covered < less.Rows[i].Covered || row.Covered > more.Rows[i].Covered {
				t.Fatalf("%s: %v covered, imported anew %v", row.ID, row.Covered, want.Rows[i].Covered)
			}
		}
		rounded := cmp.Options{
			cmp.FilterPath(func(p cmp.Path) bool {
				name := p.Last().String()
				return name == ".Covered" || name == ".Uncovered" || name == ".CoverageRate" || name == ".FacilitiesReachable"
			}, cmp.Ignore()),
			cmp.Comparer(func(x, y float64) bool { return math.Abs(x-y) < 0.01 }),
		}
		if diff := cmp.Diff(want.Rows, got.Rows, rounded); diff != "" {
			t.Fatalf("imported anew (-) and under the scenario (+) differ:\n%s", diff)
		}
		if diff := cmp.Diff(want.Network, got.Network); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(answer(ask(t, l), nil, 0), answer(e, nil, 0)); diff != "" {
			t.Fatalf("the snapshot is not what it was:\n%s", diff)
		}
	})
}

// Roads drawn apart are drawn at once, and others after those that they may
// meet: it makes no difference to drawing one after another, as is done where a
// road is closed and opened in between.
func TestRoadsAreDrawnInOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := blocks(t)
		e := ask(t, l)
		place := func() orb.Point { // on a raster of 10 m, so that ends often meet
			return orb.Point{105 + 0.0001*float64(rapid.IntRange(0, 80).Draw(t, "x")), 30 + 0.0001*float64(rapid.IntRange(0, 80).Draw(t, "y"))}
		}
		atOnce, apart := planned(), planned()
		for range rapid.IntRange(1, 6).Draw(t, "roads") {
			line := []orb.Point{place(), place(), place()}
			if rapid.Bool().Draw(t, "from the last") && len(atOnce.Changes) > 0 {
				line[0] = atOnce.Changes[len(atOnce.Changes)-1].Line[1]
			}
			if line[0] == line[1] && line[1] == line[2] {
				continue
			}
			atOnce.Changes = append(atOnce.Changes, drawn(line...))
			apart.Changes = append(
				apart.Changes, drawn(line...),
				scenario.Change{Verb: scenario.CloseRoad, Road: l.Roads[0].ID}, scenario.Change{Verb: scenario.OpenRoad, Road: l.Roads[0].ID},
			)
		}
		answer := func(s *scenario.Scenario) *analysis.CoverageResult {
			r, err := e.Coverage(t.Context(), analysis.CoverageRequest{Study: "town", Kind: "park", Level: coverage.LevelGrid, Scenario: s})
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		one, other := answer(atOnce), answer(apart)
		roundedAnew := cmp.Comparer(func(x, y float64) bool { return math.Abs(x-y) < 0.01 }) // where closing splits a road
		if diff := cmp.Diff(other.Rows, one.Rows, roundedAnew); diff != "" {
			t.Fatalf("one after another (-) and at once (+) differ:\n%s", diff)
		}
	})
}

// blocks is a town of 4 by 4 crossings about 200 m apart, some of the roads
// between them missing, with homes and parks anywhere.
func blocks(t *rapid.T) coverage.Layers {
	l := coverage.Layers{Boundaries: []coverage.Boundary{
		{ID: "w", Level: coverage.LevelGrid, Area: box(orb.Point{104.99, 29.99}, orb.Point{105.004, 30.02})},
		{ID: "x", Level: coverage.LevelGrid, Area: box(orb.Point{105.004, 29.99}, orb.Point{105.02, 30.02})},
	}}
	for _, pair := range sides() {
		if rapid.IntRange(0, 9).Draw(t, "road") > 1 {
			l.Roads = append(l.Roads, side(pair))
		}
	}
	if len(l.Roads) == 0 {
		l.Roads = append(l.Roads, side([2]int64{0, 1}))
	}
	place := func() orb.Point {
		return orb.Point{105 + rapid.Float64Range(-0.001, 0.008).Draw(t, "lon"), 30 + rapid.Float64Range(-0.001, 0.008).Draw(t, "lat")}
	}
	for i := range rapid.IntRange(1, 12).Draw(t, "homes") {
		l.Demand = append(l.Demand, people(fmt.Sprintf("h%d", i), place(), float64(rapid.IntRange(1, 1000).Draw(t, "people"))))
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "facilities") {
		l.Facilities = append(l.Facilities, coverage.Facility{ID: fmt.Sprintf("f%d", i), Kind: "park", At: place()})
	}
	return l
}

// crossing is where crossing i of the town lies: in no straight lines, so that
// no two ways are equally long.
func crossing(i int64) orb.Point {
	x, y := float64(i%4)*0.002+float64(i*i%7)*0.00011, float64(i/4)*0.0018+float64(i*i%5)*0.00013
	return orb.Point{math.Round((105+x)*1e7) / 1e7, math.Round((30+y)*1e7) / 1e7}
}

// sides are the pairs of crossings side by side.
func sides() (list [][2]int64) {
	for i := range int64(16) {
		if i%4 < 3 {
			list = append(list, [2]int64{i, i + 1})
		}
		if i/4 < 3 {
			list = append(list, [2]int64{i, i + 4})
		}
	}
	return list
}

func side(pair [2]int64) coverage.Road {
	return coverage.Road{
		ID: fmt.Sprintf("%02d-%02d", pair[0], pair[1]), Class: "residential",
		Nodes: []int64{pair[0] + 1, pair[1] + 1}, Line: orb.LineString{crossing(pair[0]), crossing(pair[1])},
	}
}

// someChanges draws changes and makes them in a copy of the layers.
func someChanges(t *rapid.T, l coverage.Layers) (*scenario.Scenario, coverage.Layers) {
	after := l
	after.Roads, after.Facilities = slices.Clone(l.Roads), slices.Clone(l.Facilities)
	s := planned()
	at := orb.Point{105.003, 30.003}
	for i := range rapid.IntRange(0, 5).Draw(t, "changes") {
		switch rapid.IntRange(0, 4).Draw(t, "change") {
		case 0:
			id := fmt.Sprintf("new%d", i)
			s.Changes = append(s.Changes, added(id, "park", at))
			after.Facilities = append(after.Facilities, coverage.Facility{ID: id, Kind: "park", At: at})
		case 1:
			if k := len(after.Facilities) - 1; k >= 0 {
				s.Changes = append(s.Changes, scenario.Change{Verb: scenario.RemoveFacility, Kind: "park", ID: after.Facilities[k].ID})
				after.Facilities = after.Facilities[:k]
			}
		case 2:
			if len(after.Facilities) > 0 {
				s.Changes = append(s.Changes, scenario.Change{Verb: scenario.MoveFacility, Kind: "park", ID: after.Facilities[0].ID, At: &at})
				after.Facilities[0].At = at
			}
		case 3:
			k := rapid.IntRange(0, len(after.Roads)-1).Draw(t, "closed")
			if len(after.Roads) > 1 && !strings.HasPrefix(after.Roads[k].ID, "s") {
				s.Changes = append(s.Changes, scenario.Change{Verb: scenario.CloseRoad, Road: after.Roads[k].ID})
				after.Roads = slices.Delete(after.Roads, k, k+1)
			}
		case 4:
			missing := slices.DeleteFunc(sides(), func(pair [2]int64) bool {
				lies := func(r coverage.Road) bool {
					return slices.Equal(r.Line, side(pair).Line) || slices.Equal(r.Line, side([2]int64{pair[1], pair[0]}).Line)
				}
				ends := func(node int64) bool {
					return slices.ContainsFunc(after.Roads, func(r coverage.Road) bool { return slices.Contains(r.Nodes, node+1) })
				}
				return slices.ContainsFunc(after.Roads, lies) || !ends(pair[0]) || !ends(pair[1])
			})
			if len(missing) > 0 {
				road := side(rapid.SampledFrom(missing).Draw(t, "drawn"))
				s.Changes = append(s.Changes, scenario.Change{Verb: scenario.DrawRoad, Line: road.Line, Class: road.Class})
				road.ID = fmt.Sprintf("s%d", i)
				after.Roads = append(after.Roads, road)
			}
		}
	}
	return s, after
}
