package analysis_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/network"
	"kaimen/coverage/scenario"
	"kaimen/coverage/zonal"
	"kaimen/geo"
)

// unsure is a town of blocks with some roads on bridges, and gates on crossings
// and beside roads. It has gates of residents only where residents says so.
func unsure(t *rapid.T, residents bool) coverage.Layers {
	l := blocks(t)
	for i := range l.Roads {
		if rapid.IntRange(0, 4).Draw(t, "bridge") == 0 {
			l.Roads[i].Tags = map[string]string{"bridge": "yes"}
		}
	}
	states := []string{"open", "closed", ""}
	if residents {
		states = append(states, "residents")
	}
	for i := range rapid.IntRange(0, 4).Draw(t, "gates") {
		g := coverage.Gate{ID: fmt.Sprintf("g%d", i), State: rapid.SampledFrom(states).Draw(t, "state")}
		road := rapid.SampledFrom(l.Roads).Draw(t, "gate on")
		a, b := road.Line[0], road.Line[1]
		if rapid.Bool().Draw(t, "on a crossing") {
			g.Node, g.At = road.Nodes[0], a
		} else {
			share := rapid.Float64Range(0.1, 0.9).Draw(t, "share")
			g.At = orb.Point{a[0] + share*(b[0]-a[0]), a[1] + share*(b[1]-a[1])}
		}
		l.Gates = append(l.Gates, g)
	}
	return l
}

// anyRule is a cutoff by time or by distance.
func anyRule(t *rapid.T) analysis.Cutoff {
	c := anyCutoff(t)
	if rapid.Bool().Draw(t, "by time") {
		c.Metric = network.Time
	}
	return c
}

// Whatever is shut covers nobody, who goes slower covers less and who goes
// faster more; rows are those that lose most, and amounts add up.
func TestVariantsMoveOneWay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := unsure(t, true)
		small, large := rapid.Float64Range(0.01, 0.5).Draw(t, "share"), rapid.Float64Range(0.5, 0.99).Draw(t, "larger share")
		cutoff, e := anyRule(t), ask(t, l)
		a := sensitive(t, e, cutoff, analysis.SensitivityOptions{SpeedShare: &small, Limit: at(1000), Target: at(0.5)})
		more := sensitive(t, e, cutoff, analysis.SensitivityOptions{SpeedShare: &large, Limit: at(1000), Vary: []string{"speed"}})
		if a.Summary.Variants != len(a.Rows) {
			t.Fatalf("%d variants, %d rows", a.Summary.Variants, len(a.Rows))
		}
		for i, r := range a.Rows {
			faster := r.ID == "faster"
			switch {
			case r.Covered != a.Summary.Covered+r.Change, r.Covered < 0, r.Covered > a.Summary.Demand:
				t.Fatalf("amounts do not add up: %+v", r)
			case faster && r.Change < 0, !faster && r.Change > 0:
				t.Fatalf("%s %s changes coverage by %v", r.Family, r.ID, r.Change)
			case i > 0 && a.Rows[i-1].Family == r.Family && a.Rows[i-1].Change > r.Change:
				t.Fatalf("%s %s loses more than one before", r.Family, r.ID)
			case r.LosesMost.Loss != nil && *r.LosesMost.Loss > -r.Change && !faster:
				t.Fatalf("a zone loses more than the study: %+v", r)
			}
		}
		change := func(rows []analysis.SensitivityRow, id string) coverage.Amount {
			return rows[slices.IndexFunc(rows, func(r analysis.SensitivityRow) bool { return r.ID == id })].Change
		}
		if change(more.Rows, "slower") > change(a.Rows, "slower") || change(more.Rows, "faster") < change(a.Rows, "faster") {
			t.Fatal("a larger share moves less")
		}
		// At 1+x times the speed the cutoff counts as 1+x of it, and so on: as a
		// question of its own.
		if cutoff.Metric == network.Time {
			for _, id := range []string{"slower", "faster"} {
				longer := cutoff
				longer.Value = network.Cost(float64(cutoff.Value)*(1+map[string]float64{"slower": -small, "faster": small}[id]) + 0.5)
				r, err := e.Coverage(context.Background(), analysis.CoverageRequest{Study: "town", Kind: "park", Cutoff: longer})
				if err != nil || r.Totals.Covered != a.Summary.Covered+change(a.Rows, id) {
					t.Fatalf("%s: %v, covered in %v: %v", id, change(a.Rows, id), longer.Value, err)
				}
			}
		}
	})
}

// A conclusion stands if, and only if, no variant by itself says otherwise: here
// from coverage asked anew with each facility removed.
func TestShutFacilitiesAreAsScenarios(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := unsure(t, true)
		cutoff, e := anyRule(t), ask(t, l)
		target := 0.5
		r := analysis.SensitivityRequest{Options: analysis.SensitivityOptions{Vary: []string{"facility"}, Target: &target}}
		r.Study, r.Kind, r.Level, r.Cutoff = "town", "park", coverage.LevelGrid, cutoff
		a, err := e.Sensitivity(context.Background(), r)
		if err != nil {
			t.Fatal(err)
		}
		base := concluded(t, e, r.CoverageRequest, target)
		broken := make(map[string]int)
		for _, row := range a.Rows {
			q := r.CoverageRequest
			q.Scenario = planned(scenario.Change{Verb: scenario.RemoveFacility, Kind: "park", ID: row.ID})
			c, err := e.Compare(context.Background(), q)
			if err != nil {
				t.Fatal(err)
			}
			changed, most := 0, coverage.Amount(0)
			for _, zone := range c.Rows {
				if zone.Change.Covered != 0 {
					changed++
					most = max(most, -zone.Change.Covered)
				}
			}
			if c.Totals.After.Covered != row.Covered || changed != row.ZonesChanged || most > 0 && *row.LosesMost.Loss != most {
				t.Fatalf("%s: %+v, by a scenario %v, %d zones, most %v", row.ID, row, c.Totals.After.Covered, changed, most)
			}
			for name, subject := range concluded(t, e, q, target) {
				if base[name] != subject {
					broken[name]++
				}
			}
		}
		for _, c := range a.Summary.Conclusions {
			name, subject := c.Conclusion, c.Subject
			switch name {
			case analysis.ZoneMeetsTarget, analysis.ZoneBelowTarget:
				name, subject = c.Subject, c.Conclusion
			case analysis.StudyMeetsTarget, analysis.StudyBelowTarget:
				name, subject = "study", c.Conclusion
			}
			if base[name] != subject || c.Broken != broken[name] || c.Stands != (broken[name] == 0) {
				t.Fatalf("%+v; want %q, broken %d times", c, base[name], broken[name])
			}
		}
		if len(a.Summary.Conclusions) != len(base) {
			t.Fatalf("%d conclusions, want %v", len(a.Summary.Conclusions), base)
		}
	})
}

// concluded draws the conclusions from the rows of a coverage.
func concluded(t *rapid.T, e *analysis.Engine, q analysis.CoverageRequest, target float64) map[string]string {
	r, err := e.Coverage(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	says := map[string]string{analysis.LowestRate: "", analysis.MostUncovered: "", analysis.LowestInOrder: ""}
	rows := slices.Clone(r.Rows)
	slices.SortStableFunc(rows, func(a, b zonal.Row) int {
		switch {
		case a.CoverageRate == nil || b.CoverageRate == nil, *a.CoverageRate == *b.CoverageRate:
			return int(min(max(b.Uncovered-a.Uncovered, -1), 1))
		case *a.CoverageRate < *b.CoverageRate:
			return -1
		}
		return 1
	})
	most := coverage.Amount(0)
	for _, row := range rows {
		if row.Uncovered > 0 && says[analysis.LowestRate] == "" {
			says[analysis.LowestRate] = row.ID
		}
		if row.Uncovered > 0 && says[analysis.LowestInOrder] != "" {
			says[analysis.LowestInOrder] += ";"
		}
		if row.Uncovered > 0 {
			says[analysis.LowestInOrder] += row.ID
		}
	}
	for _, row := range r.Rows {
		if row.Uncovered > most {
			most, says[analysis.MostUncovered] = row.Uncovered, row.ID
		}
		if row.Demand > 0 {
			says[row.ID] = map[bool]string{true: analysis.ZoneMeetsTarget, false: analysis.ZoneBelowTarget}[*row.CoverageRate >= target]
		}
	}
	if r.Totals.Demand > 0 {
		says["study"] = map[bool]string{true: analysis.StudyMeetsTarget, false: analysis.StudyBelowTarget}[*r.Totals.CoverageRate >= target]
	}
	return says
}

// A gate or a bridge closed is as a scenario that closes it, wherever no point is
// tied to another place by that: the network built anew of what is left ties all
// homes and parks where they are. Where roads are split, costs are rounded anew.
func TestClosedGatesAndBridgesAreAsScenarios(t *testing.T) {
	t.Parallel()
	compared, lost := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		l := unsure(t, false)
		e := ask(t, l)
		cutoff := barely(t, e, anyRule(t))
		a := sensitive(t, e, cutoff, analysis.SensitivityOptions{Vary: []string{"gate", "bridge"}, Limit: at(1000)})
		for _, row := range a.Rows {
			after, s := withClosed(l, row)
			if !tiedAlike(t, l, after) {
				continue
			}
			compared++
			if row.Change != 0 {
				lost++
			}
			var covered [3]coverage.Amount
			for i, by := range []int{-10, 0, 10} {
				q := analysis.CoverageRequest{Study: "town", Kind: "park", Cutoff: cutoff, Scenario: s}
				q.Cutoff.Value = uint32(int(q.Cutoff.Value) + by)
				r, err := e.Coverage(context.Background(), q)
				if err != nil {
					t.Fatal(err)
				}
				covered[i] = r.Totals.Covered
			}
			if row.Covered < covered[0] || row.Covered > covered[2] {
				t.Fatalf("%s %s: %v covered, under a scenario %v", row.Family, row.ID, row.Covered, covered[1])
			}
		}
	})
	t.Logf("%d variants compared, %d of which lose somebody", compared, lost)
	if compared == 0 {
		t.Error("nothing was compared")
	}
}

// barely is a cutoff that just covers those in the middle, or farthest off: of
// these a longer way loses somebody. It is c where nobody reaches anything.
func barely(t *rapid.T, e *analysis.Engine, c analysis.Cutoff) analysis.Cutoff {
	r, err := e.Coverage(context.Background(), analysis.CoverageRequest{Study: "town", Kind: "park", Cutoff: c})
	if err != nil {
		t.Fatal(err)
	}
	far := []*float64{r.Totals.MedianM, r.Totals.P90M, r.Totals.MaxM}
	if c.Metric == network.Time {
		far = []*float64{r.Totals.MedianS, r.Totals.P90S, r.Totals.MaxS}
	}
	if at := far[rapid.IntRange(0, 2).Draw(t, "far")]; at != nil {
		c.Value = network.Cost(*at*1000) + 20 // more than is rounded
	}
	return c
}

// withClosed is a town with what a row closes closed, and the scenario of it.
func withClosed(l coverage.Layers, row analysis.SensitivityRow) (coverage.Layers, *scenario.Scenario) {
	after, s := l, planned()
	if row.Family == analysis.VaryGate {
		after.Gates = slices.Clone(l.Gates)
		for i := range after.Gates {
			if after.Gates[i].ID == row.ID {
				after.Gates[i].State = "closed"
			}
		}
		s.Changes = append(s.Changes, scenario.Change{Verb: scenario.CloseGate, Gate: row.ID})
		return after, s
	}
	shape := row.Shape.(orb.MultiLineString)
	on := func(r coverage.Road) bool {
		return slices.ContainsFunc(shape, func(line orb.LineString) bool { return slices.Equal(line, r.Line) })
	}
	for _, r := range l.Roads {
		if on(r) {
			s.Changes = append(s.Changes, scenario.Change{Verb: scenario.CloseRoad, Road: r.ID})
		}
	}
	after.Roads = slices.DeleteFunc(slices.Clone(l.Roads), on)
	return after, s
}

// tiedAlike tells whether the points of two towns lie alike on their networks,
// and none at a gate, where it is left open on which side.
func tiedAlike(t *rapid.T, l, after coverage.Layers) bool {
	var ties [2][]network.Snap
	alike := true
	for i, layers := range [2]coverage.Layers{l, after} {
		n, _, err := network.Build(context.Background(), network.Ground{Roads: layers.Roads, Gates: layers.Gates}, network.Walk())
		if err != nil {
			t.Fatal(err)
		}
		tie := func(p orb.Point) {
			s := n.Snap(p)
			alike = alike && !slices.ContainsFunc(l.Gates, func(g coverage.Gate) bool { return geo.Distance(g.At, s.At) < 1 })
			s.Position = network.Position{}
			ties[i] = append(ties[i], s)
		}
		for k := range l.Demand {
			tie(l.Demand[k].At)
		}
		for k := range l.Facilities {
			tie(l.Facilities[k].At)
		}
	}
	return alike && cmp.Equal(ties[0], ties[1])
}
