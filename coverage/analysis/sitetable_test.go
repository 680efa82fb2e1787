package analysis_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/siting"
)

// shelf is three sites and four homes:
//
//	     x    y     z
//	a    1.5  2     –     10
//	b    –    1.25  –     20.5
//	c    –    –     3      7
//	d    9    –     –    100
func tables() analysis.SiteTable {
	cost := func(x float64) *float64 { return &x }
	return analysis.SiteTable{
		Demand: []analysis.TableDemand{{"a", 10, "n"}, {"b", 20.5, "n"}, {"c", 7, "s"}, {"d", 100, "s"}},
		Candidates: []analysis.TableCandidate{
			{ID: "x", Cost: cost(1.5), Capacity: cost(20)}, {ID: "y", Cost: cost(2), Capacity: cost(150.5)}, {ID: "z", Cost: cost(1), Capacity: cost(5)},
		},
		Pairs: []analysis.TablePair{{0, 0, 1.5}, {0, 1, 2}, {1, 1, 1.25}, {2, 2, 3}, {3, 0, 9}},
	}
}

func TestSitesOfTables(t *testing.T) {
	t.Parallel()
	five, share, budget := 5.0, 0.2, 2.5
	for _, tc := range []struct {
		name      string
		change    func(t *analysis.SiteTable)
		objective float64
		sites     string
	}{
		// Within 5: x has a, y a and b, z c.
		{"one", func(t *analysis.SiteTable) { t.Number, t.Cutoff = 1, &five }, 30.5, "y"},
		// All pairs: x has a and d.
		{"one of all", func(t *analysis.SiteTable) { t.Number = 1 }, 110, "x"},
		// x and z cost 2.5 and have 17; y alone has 30.5.
		{"budget", func(t *analysis.SiteTable) { t.Budget, t.Cutoff = &budget, &five }, 30.5, "y"},
		// Of 37.5 that can be, 20 % of 137.5 is 27.5: y.
		{"share", func(t *analysis.SiteTable) { t.Model, t.Share, t.Cutoff = siting.SetCover, &share, &five }, 2, "y"},
		{"all", func(t *analysis.SiteTable) { t.Model, t.Cutoff = siting.SetCover, &five }, 3, "y z"},
		// c reaches neither x nor y and counts twice 9: 15 + 20.5·1.25 + 7·18 + 900.
		{"median", func(t *analysis.SiteTable) { t.Model, t.Number = siting.Median, 2 }, 1066.625, "x y"},
		{"center", func(t *analysis.SiteTable) { t.Model, t.Number = siting.Center, 3 }, 9, "x y z"},
		// x: a, 10, and a quarter of 100.
		{"decay", func(t *analysis.SiteTable) {
			t.Model, t.Number, t.Steps = siting.Decay, 1, []analysis.SiteStep{{Cutoff: 2, Share: 1}, {Cutoff: 9, Share: 0.25}}
		}, 35, "x"},
		{"required", func(t *analysis.SiteTable) { t.Number, t.Cutoff, t.Candidates[2].Fixed = 1, &five, "yes" }, 7, "z"},
		// y is there: its 30.5 and what z adds.
		{"existing", func(t *analysis.SiteTable) { t.Number, t.Cutoff, t.Candidates[1].Fixed = 1, &five, "existing" }, 37.5, "z"},
		{"forbidden", func(t *analysis.SiteTable) { t.Number, t.Cutoff, t.Candidates[1].Fixed = 1, &five, "forbidden" }, 10, "x"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			table := tables()
			tc.change(&table)
			plan, err := analysis.SitesOfTable(t.Context(), table)
			if err != nil {
				t.Fatal(err)
			}
			sites := slices.Sorted(slices.Values(plan.Sites))
			if plan.Objective != tc.objective || plan.Bound != tc.objective || !plan.Proven || plan.Gap != 0 || strings.Join(sites, " ") != tc.sites {
				t.Errorf("%v by %v, not %v by %s: %+v", plan.Objective, sites, tc.objective, tc.sites, plan)
			}
			if len(plan.Reasons) != len(plan.Sites) || len(plan.GainCurve) != len(plan.Sites) || len(plan.Marks) != 3 {
				t.Errorf("%+v", plan)
			}
		})
	}
}

func TestSiteTableFaults(t *testing.T) {
	t.Parallel()
	floor, tiny, minus := 0.5, 0.1, -1.0
	for name, tc := range map[string]struct {
		change func(t *analysis.SiteTable)
		parts  []string
	}{
		"number":    {func(t *analysis.SiteTable) { t.Number = 7 }, []string{"number: 7 sites", "3 may be"}},
		"no number": {func(t *analysis.SiteTable) {}, []string{"number: ", "budget"}},
		"floor":     {func(t *analysis.SiteTable) { t.Number, t.Cutoff, t.Floor = 1, &tiny, &floor }, []string{"area n", "area s", "cover 0"}},
		"fixed":     {func(t *analysis.SiteTable) { t.Number, t.Candidates[0].Fixed = 1, "perhaps" }, []string{`"perhaps"`, "forbidden"}},
		"cost":      {func(t *analysis.SiteTable) { t.Number, t.Candidates[1].Cost = 1, &minus }, []string{"candidates: row 2", "-1"}},
		"weight":    {func(t *analysis.SiteTable) { t.Number, t.Demand[3].Weight = 1, math.NaN() }, []string{"demand: row 4", "NaN"}},
		"digits":    {func(t *analysis.SiteTable) { t.Model, t.Number, t.Pairs[0].Cost = siting.Median, 1, 1.0/3 }, []string{"6 digits", "round"}},
		"capacity": {func(t *analysis.SiteTable) {
			t.Model, t.Number, t.Candidates[0].Capacity = siting.Splittable, 1, nil
		}, []string{"capacity of x"}},
		"load":  {func(t *analysis.SiteTable) { t.Model, t.Number, t.Demand[3].Weight = siting.SingleSource, 3, 1000 }, []string{"takes 1000", "150.5"}},
		"area":  {func(t *analysis.SiteTable) { *t = withoutAreas(*t); t.Model, t.Number = siting.MaxMin, 1 }, []string{"column area"}},
		"model": {func(t *analysis.SiteTable) { t.Model = "best" }, []string{"model: ", "mclp"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			table := tables()
			tc.change(&table)
			_, err := analysis.SitesOfTable(t.Context(), table)
			known, ok := errors.AsType[*coverage.Error](err)
			if !ok || known.Code != coverage.Invalid {
				t.Fatalf("%v", err)
			}
			var told []string
			for _, i := range known.Issues {
				told = append(told, i.String())
			}
			for _, part := range tc.parts {
				if text := strings.Join(told, "\n"); !strings.Contains(text, part) {
					t.Errorf("%q is not told:\n%s", part, text)
				}
			}
		})
	}
}

func withoutAreas(t analysis.SiteTable) analysis.SiteTable {
	for i := range t.Demand {
		t.Demand[i].Area = ""
	}
	return t
}

// Figures in another unit, and rows in another order, change nothing but the unit.
func TestSiteTablesInAnyUnit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tenth := func(name string, most int) float64 { return float64(rapid.IntRange(0, most).Draw(t, name)) / 10 }
		table := analysis.SiteTable{
			Model:  rapid.SampledFrom([]siting.Model{siting.MaxCover, siting.Median}).Draw(t, "model"),
			Number: rapid.IntRange(1, 2).Draw(t, "number"),
		}
		cutoff := 3.0
		table.Cutoff = &cutoff
		for i := range 3 {
			table.Candidates = append(table.Candidates, analysis.TableCandidate{ID: string(rune('x' + i))})
		}
		for i := range rapid.IntRange(1, 6).Draw(t, "homes") {
			table.Demand = append(table.Demand, analysis.TableDemand{ID: string(rune('a' + i)), Weight: tenth("weight", 100)})
			for j := range 3 {
				table.Pairs = append(table.Pairs, analysis.TablePair{Demand: int32(i), Candidate: int32(j), Cost: tenth("cost", 60)})
			}
		}
		plan, err := analysis.SitesOfTable(t.Context(), table)
		if err != nil {
			t.Fatal(err)
		}
		other := table
		times := 1000.0
		far := cutoff * times
		other.Cutoff = &far
		other.Pairs = slices.Clone(table.Pairs)
		for i := range other.Pairs {
			other.Pairs[i].Cost = math.Round(other.Pairs[i].Cost * times)
		}
		slices.Reverse(other.Pairs)
		again, err := analysis.SitesOfTable(t.Context(), other)
		if err != nil {
			t.Fatal(err)
		}
		want := plan.Objective
		if table.Model == siting.Median {
			want *= times
		}
		if diff := cmp.Diff(plan.Sites, again.Sites); diff != "" || math.Abs(want-again.Objective) > 1e-9*math.Max(1, want) {
			t.Fatalf("%s %v became %v", diff, plan.Objective, again.Objective)
		}
	})
}
