package analysis_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/scenario"
)

// nodesOf are places on the roads of a town, each once.
func nodesOf(l coverage.Layers) (points []analysis.SitePoint) {
	seen := make(map[int64]bool)
	for _, road := range l.Roads {
		for i, node := range road.Nodes {
			if !seen[node] {
				seen[node] = true
				points = append(points, analysis.SitePoint{ID: fmt.Sprint(node), At: road.Line[i]})
			}
		}
	}
	return points
}

// What a plan says it covers is what coverage says of the town with these parks
// in it: found by another search, from the homes to the nearest park.
func TestPlansCoverWhatCoverageSays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := town(t)
		points := nodesOf(l)
		points = points[:min(len(points), rapid.IntRange(1, 12).Draw(t, "points"))]
		e := ask(t, l)
		q := analysis.CoverageRequest{Study: "town", Kind: "park", Cutoff: anyCutoff(t)}
		a, err := e.Sites(context.Background(), analysis.SitesRequest{CoverageRequest: q, Options: analysis.SitesOptions{
			Number: rapid.IntRange(1, 3).Draw(t, "number"), Points: points,
		}})
		if err != nil {
			if coverage.CodeOf(err) == coverage.Invalid { // all points on islands, or fewer than the number
				t.Skip()
			}
			t.Fatal(err)
		}
		before, err := e.Coverage(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		s := &scenario.Scenario{}
		for _, row := range a.Rows {
			s.Changes = append(s.Changes, added(row.ID, "park", row.At))
		}
		q.Scenario = s
		after, err := e.Coverage(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		sum := a.Summary
		if before.Totals.Covered != sum.Before || after.Totals.Covered != sum.After || before.Totals.Demand != sum.Demand {
			t.Fatalf("told before %v, after %v of %v; coverage says %v, %v of %v", sum.Before, sum.After, sum.Demand,
				before.Totals.Covered, after.Totals.Covered, before.Totals.Demand)
		}
		if math.Abs(sum.Objective-sum.After.Float()) > 1e-6*math.Max(1, sum.Objective) || sum.Bound < sum.Objective {
			t.Fatalf("objective %v, bound %v, covered %v", sum.Objective, sum.Bound, sum.After)
		}
		var newly coverage.Amount
		for _, row := range a.Rows {
			newly += row.Newly
			if row.OnlyHere > row.Newly {
				t.Fatalf("%+v", row)
			}
		}
		if newly != sum.After-sum.Before || sum.After+sum.Uncovered+sum.Unreachable != sum.Demand {
			t.Fatalf("newly %v: %+v", newly, sum)
		}
	})
}

// One more candidate never makes a plan worse, nor does one more site.
func TestMoreToChooseFromIsNeverWorse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := town(t)
		points := nodesOf(l)
		n := rapid.IntRange(1, min(len(points), 10)).Draw(t, "points")
		e := ask(t, l)
		q := analysis.CoverageRequest{Study: "town", Kind: "park", Cutoff: anyCutoff(t)}
		solve := func(number, among int) float64 {
			a, err := e.Sites(context.Background(), analysis.SitesRequest{CoverageRequest: q, Options: analysis.SitesOptions{
				Number: number, Points: points[:among],
			}})
			if err != nil && coverage.CodeOf(err) == coverage.Invalid {
				return -1 // there is not so much to choose from
			}
			if err != nil {
				t.Fatal(err)
			}
			if !a.Summary.Proven {
				t.Fatalf("a dozen sites and homes are not solved: %+v", a.Summary)
			}
			return a.Summary.Objective
		}
		number := rapid.IntRange(1, 3).Draw(t, "number")
		plan := solve(number, n)
		if more := solve(number, min(n+1, len(points))); more < plan-1e-9 {
			t.Fatalf("%v with %d points, %v with one more", plan, n, more)
		}
		if more := solve(number+1, n); more >= 0 && more < plan-1e-9 {
			t.Fatalf("%v with %d sites, %v with one more", plan, number, more)
		}
	})
}
