package analysis_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/geo/index"
)

// walled is a random town with gates on its roads, and water.
func walled(t *rapid.T) coverage.Layers {
	l := town(t)
	for i := range rapid.IntRange(0, 4).Draw(t, "gates") {
		road := rapid.SampledFrom(l.Roads).Draw(t, "road")
		l.Gates = append(l.Gates, coverage.Gate{
			ID: fmt.Sprint("gate", i), Node: rapid.SampledFrom(road.Nodes).Draw(t, "node"),
			State: rapid.SampledFrom([]string{"closed", "residents", "open"}).Draw(t, "state"),
			Hours: rapid.SampledFrom([]string{"", "06:00-22:00"}).Draw(t, "hours"),
		})
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "waters") {
		west, south := 105+0.02*rapid.Float64Range(0, 1).Draw(t, "west"), 29.5+0.02*rapid.Float64Range(0, 1).Draw(t, "south")
		l.LandCover = append(l.LandCover, coverage.LandCover{
			ID: fmt.Sprint("water", i), Kind: "water", Area: box(orb.Point{west, south}, orb.Point{west + 0.003, south + 0.02}),
		})
	}
	return l
}

func anyQuestion(t *rapid.T) analysis.CoverageRequest {
	return analysis.CoverageRequest{
		Study: "town", Kind: "park", Cutoff: anyCutoff(t),
		Profile: rapid.SampledFrom([]string{"walk", "wheelchair", "elder", "car"}).Draw(t, "profile"),
		When:    rapid.SampledFrom([]string{"", "Mo 12:00", "Mo 23:00"}).Draw(t, "when"),
	}
}

func areasOf(t fataler, e *analysis.Engine, q analysis.CoverageRequest) *analysis.GapAreaAnswer {
	a, err := e.GapAreas(context.Background(), analysis.GapAreaRequest{CoverageRequest: q})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// The areas hold what Coverage and Gaps say is not served: each gap in one.
func TestAreasAreTheGaps(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e, q := ask(t, walled(t)), anyQuestion(t)
		a := areasOf(t, e, q)
		covered, err := e.Coverage(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		gaps, err := e.Gaps(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		s := a.Summary
		if s.Demand != covered.Totals.Demand || s.Uncovered != covered.Totals.Uncovered || s.Uncovered != gaps.Uncovered || s.Points != len(gaps.Gaps) || s.Areas != len(a.Rows) {
			t.Fatalf("%+v; coverage has %v of %v, gaps %v at %d points", s, covered.Totals.Uncovered, covered.Totals.Demand, gaps.Uncovered, len(gaps.Gaps))
		}
		checkAreas(t, a, gaps.Gaps)
	})
}

func checkAreas(t *rapid.T, a *analysis.GapAreaAnswer, gaps []analysis.Gap) {
	areas := index.NewAreas(len(a.Rows), func(k int) orb.MultiPolygon { return orb.MultiPolygon{a.Rows[k].Polygon} })
	inside, points := make([]coverage.Amount, len(a.Rows)), make([]int, len(a.Rows))
	byID := make(map[string]analysis.Gap)
	for _, g := range gaps {
		holding := areas.Holding(g.At, nil)
		if len(holding) != 1 {
			t.Fatalf("%s lies in areas %v", g.ID, holding)
		}
		inside[holding[0]] += g.Demand
		points[holding[0]]++
		byID[g.ID] = g
	}
	byCause := make(map[string]coverage.Amount)
	total := coverage.Amount(0)
	for k, r := range a.Rows {
		if r.Demand != inside[k] || r.Points != points[k] || r.Cohorts["people"] != r.Demand {
			t.Fatalf("area %d has %v at %d points, %v by cohort; it holds %v at %d", k, r.Demand, r.Points, r.Cohorts, inside[k], points[k])
		}
		if k > 0 && (r.Demand > a.Rows[k-1].Demand || r.Demand == a.Rows[k-1].Demand && r.ID < a.Rows[k-1].ID) {
			t.Fatalf("area %d stands behind a smaller one", k)
		}
		sum, most := coverage.Amount(0), coverage.Amount(0)
		for cause, d := range r.Causes {
			sum += d
			most = max(most, d)
			byCause[cause] += d
		}
		if sum != r.Demand || r.Causes[*r.Cause] != most {
			t.Fatalf("area %d: cause %s of %v", k, *r.Cause, r.Causes)
		}
		total += r.Demand
		checkWay(t, &r, byID[r.ID])
	}
	if total != a.Summary.Uncovered || len(a.Rows) > 0 && a.Summary.Largest != a.Rows[0].Demand {
		t.Fatalf("areas add up to %v, the summary has %+v", total, a.Summary)
	}
	for _, c := range a.Summary.ByCause {
		if c.Demand != byCause[c.Cause] {
			t.Fatalf("%s: %v, areas have %v", c.Cause, c.Demand, byCause[c.Cause])
		}
	}
}

// checkWay holds the way of an area against what Gaps says of its point.
func checkWay(t *rapid.T, r *analysis.GapAreaRow, g analysis.Gap) {
	if g.ID != r.ID || g.At != r.At || cmp.Diff(g.NearestM, r.NearestM) != "" || cmp.Diff(g.NearestS, r.NearestS) != "" || cmp.Diff(g.NearestID, r.NearestID) != "" {
		// Gaps names no facility of demand on an island, even if one is there.
		if g.Reason != coverage.ReasonIsland {
			t.Fatalf("the way from %s is %v m to %v, in gaps %v m to %v", r.ID, r.NearestM, r.NearestID, g.NearestM, g.NearestID)
		}
	}
	if r.NearestM == nil {
		return
	}
	if *r.StraightM > *r.NearestM*1.0001+0.01 || *r.PathM != *r.NearestM || len(r.Path) == 0 {
		t.Fatalf("%v m in a straight line, %v m on the way, a path of %v m and %d places", *r.StraightM, *r.NearestM, *r.PathM, len(r.Path))
	}
}

// One more park never leaves more people without one, whatever the gates; and
// the same question gives the same bytes.
func TestOneMoreFacilityNeverWidensTheGaps(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l, q := walled(t), anyQuestion(t)
		before := areasOf(t, ask(t, l), q)
		again := areasOf(t, ask(t, l), q)
		one, err := json.Marshal(before)
		two, err2 := json.Marshal(again)
		if err != nil || err2 != nil || string(one) != string(two) {
			t.Fatalf("the same question gives other bytes: %v, %v", err, err2)
		}
		l.Facilities = append(l.Facilities[:len(l.Facilities):len(l.Facilities)], coverage.Facility{ID: "new", Kind: "park", At: orb.Point{105.01, 29.51}})
		if after := areasOf(t, ask(t, l), q); after.Summary.Uncovered > before.Summary.Uncovered {
			t.Fatalf("one more park leaves %v without one, not %v", after.Summary.Uncovered, before.Summary.Uncovered)
		}
	})
}
