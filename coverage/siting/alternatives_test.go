package siting_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/siting"
)

// alternativesNever is a Solver that says no.
type alternativesNever struct{ explainEverySet }

func (alternativesNever) Solve(context.Context, *siting.Problem) (siting.Plan, error) {
	return siting.Plan{}, errExplainNoPlan
}

// Four pairs of places stand in a row; each pair has two sites beside it, of
// which either will do. The second site of a pair reaches one person less.
func alternativesPairs() *siting.Problem {
	p := &siting.Problem{Model: siting.MaxCover, Budget: siting.NoBudget, Number: 4, Sites: make([]siting.Site, 8), Reach: siting.Reach{Start: []int64{0}}}
	row := func(weight int64, sites ...int32) {
		p.Demand = append(p.Demand, siting.Demand{Weight: weight, Area: -1})
		p.Reach.Site = append(p.Reach.Site, sites...)
		p.Reach.Start = append(p.Reach.Start, int64(len(p.Reach.Site)))
	}
	for k := range int32(4) {
		row(99, 2*k, 2*k+1)
		row(1, 2*k)
	}
	return p
}

// The plan is the first site of each pair, 400 people. One of them less is 0.25 %,
// two are 0.5 %; three sites changed would be 0.75 %. By one or two swaps, plans
// of two changes can be had, and the second one should share none with the first.
func TestAlternativesByHand(t *testing.T) {
	t.Parallel()
	p := alternativesPairs()
	plan := siting.Plan{Sites: []int32{0, 2, 4, 6}, Objective: 400, Bound: 400, Proven: true}
	got, err := siting.Alternatives(t.Context(), alternativesNever{}, p, &plan, 0.005, 3)
	if err != nil {
		t.Fatal(err)
	}
	want := []siting.Alternative{
		{Sites: []int32{4, 6, 1, 3}, Added: []int32{1, 3}, Removed: []int32{0, 2}, Objective: 398},
		{Sites: []int32{0, 2, 5, 7}, Added: []int32{5, 7}, Removed: []int32{4, 6}, Objective: 398},
		// All other pairs have one change in common with each of the two; a single
		// change is nearer to the plan.
		{Sites: []int32{2, 6, 1, 5}, Added: []int32{1, 5}, Removed: []int32{0, 4}, Objective: 398},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if none, err := siting.Alternatives(t.Context(), alternativesNever{}, p, &plan, 0.002, 3); err != nil || len(none) > 0 {
		t.Errorf("worse by 0.2 %%: %v, %v, want none", none, err)
	}
	if none, err := siting.Alternatives(t.Context(), alternativesNever{}, p, &plan, 0.01, 0); err != nil || len(none) > 0 {
		t.Errorf("none asked for: %v, %v", none, err)
	}
}

// With capacities nothing is known of swaps: the solver alone finds alternatives.
func TestAlternativesWithCapacities(t *testing.T) {
	t.Parallel()
	p := alternativesPairs()
	p.Model = siting.Splittable
	p.Sites[4].State = siting.Required
	plan := siting.Plan{Sites: []int32{0, 2, 4, 6}, Objective: 400, Bound: 400, Proven: true}
	got, err := siting.Alternatives(t.Context(), explainEverySet{}, p, &plan, 0.01, 9)
	if err != nil {
		t.Fatal(err)
	}
	// explainEverySet takes capacities for ample. Each of four sites is forbidden once,
	// but for one that is required.
	if len(got) != 3 {
		t.Fatalf("%d alternatives, want 3: %v", len(got), got)
	}
	for _, a := range got {
		if a.Objective != 399 || len(a.Added) != 1 || len(a.Removed) != 1 || a.Added[0] != a.Removed[0]+1 {
			t.Errorf("%+v", a)
		}
	}
}

func TestAlternativesKeepAllRulesAndAreAsGood(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := explainDraw(t, explainModels)
		plan, err := explainEverySet{}.Solve(t.Context(), p)
		if err != nil {
			return // there is no plan to be like
		}
		within := rapid.SampledFrom([]float64{0, 0.2, 0.5}).Draw(t, "within")
		got, err := siting.Alternatives(t.Context(), explainEverySet{}, p, &plan, within, 4)
		if err != nil {
			t.Fatal(err)
		}
		again, err := siting.Alternatives(t.Context(), explainEverySet{}, p, &plan, within, 4)
		if diff := cmp.Diff(got, again); err != nil || diff != "" {
			t.Fatalf("another answer: %v\n%s", err, diff)
		}
		for k, a := range got {
			checkAlternative(t, p, &plan, &a, within)
			for _, b := range got[:k] {
				if slices.Equal(slices.Sorted(slices.Values(a.Sites)), slices.Sorted(slices.Values(b.Sites))) {
					t.Fatalf("%v stands twice", a.Sites)
				}
			}
		}
		// A plan as good that differs by one site is found, if there is room.
		if open := alternativesOneSwap(t, p, &plan, within); len(got) == 0 && open != nil {
			t.Fatalf("no alternative, but %v is one", open)
		}
	})
}

func checkAlternative(t *rapid.T, p *siting.Problem, plan *siting.Plan, a *siting.Alternative, within float64) {
	objective, short := explainPlainly(p, a.Sites)
	worse := objective - plan.Objective
	if !p.Model.Minimizes() {
		worse = -worse
	}
	if objective != a.Objective || short > 0 || worse > within*math.Abs(plan.Objective)+1e-9 {
		t.Fatalf("%+v: objective %v, short of %d, against %v", a, objective, short, plan.Objective)
	}
	if !explainKeeps(p, a.Sites) || p.Number > 0 && len(a.Sites) > p.Number {
		t.Fatalf("%+v breaks a rule", a)
	}
	open := explainOpen(p, a.Sites)
	for j, s := range p.Sites {
		if s.State == siting.Required && !open[j] || s.State == siting.Forbidden && open[j] {
			t.Fatalf("%+v: site %d", a, j)
		}
	}
	rebuilt := slices.DeleteFunc(slices.Clone(plan.Sites), func(j int32) bool { return slices.Contains(a.Removed, j) })
	if !slices.Equal(append(rebuilt, a.Added...), a.Sites) || len(a.Added)+len(a.Removed) == 0 {
		t.Fatalf("%+v is not told against %v", a, plan.Sites)
	}
}

// alternativesOneSwap is a plan as good by one swap; nil if there is none.
func alternativesOneSwap(t *rapid.T, p *siting.Problem, plan *siting.Plan, within float64) []int32 {
	e, err := siting.Explain(t.Context(), p, plan.Sites)
	if err != nil {
		t.Fatal(err)
	}
	for k, r := range e.Sites {
		if r.Substitute != nil && r.Substitute.Short == 0 && r.Substitute.Loss <= within*math.Abs(plan.Objective)-1e-9 {
			swapped := slices.Clone(plan.Sites)
			swapped[k] = r.Substitute.Site
			return swapped
		}
	}
	return nil
}

func TestAlternativesFaults(t *testing.T) {
	t.Parallel()
	p := alternativesPairs()
	plan := siting.Plan{Sites: []int32{0, 0, 9}}
	_, err := siting.Alternatives(t.Context(), alternativesNever{}, p, &plan, math.NaN(), -1)
	checkExplainIssues(t, err, 4)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	plan.Sites = []int32{0, 2}
	if _, err := siting.Alternatives(ctx, alternativesNever{}, p, &plan, 0.1, 1); err != context.Canceled { //nolint:errorlint // told as it is
		t.Errorf("canceled: %v", err)
	}
}

// checkExplainIssues wants an error of so many faults.
func checkExplainIssues(t *testing.T, err error, want int) {
	t.Helper()
	e, ok := err.(*coverage.Error) //nolint:errorlint // told as it is
	if !ok || e.Code != coverage.Invalid || len(e.Issues) != want {
		t.Fatalf("%v, want %d faults", err, want)
	}
	for _, issue := range e.Issues {
		if issue.Severity != coverage.SeverityError || issue.Code == "" || issue.Message == "" {
			t.Errorf("%+v", issue)
		}
	}
}
