package siting_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"kaimen/coverage/siting"
)

// Ten thousand people are covered, and no plan covers more than 10,300. With the
// first site no more than 9,950 are, without the second no more than 9,700, and
// so on.
func TestMarksByHand(t *testing.T) {
	t.Parallel()
	sites := make([]siting.Site, 8)
	sites[5].State, sites[6].State, sites[7].State = siting.Existing, siting.Required, siting.Forbidden
	covering := siting.Plan{
		Objective: 10000, Bound: 10300,
		With:    []float64{9950, 10300, 10300, 10050, 12000, 0, 0, 99999},
		Without: []float64{10300, 9700, 9950, 10000, 10100, 99999, 99999, 0},
	}
	in, out, either, open := siting.MarkIn, siting.MarkOut, siting.MarkInterchangeable, siting.MarkOpen
	for _, tc := range []struct {
		name   string
		within float64
		want   []siting.Mark
	}{
		// Nothing worse is as good: a bound that is worse at all decides.
		{"no worse", 0, []siting.Mark{out, in, in, open, open, in, in, out}},
		{"no number", math.NaN(), []siting.Mark{out, in, in, open, open, in, in, out}},
		// 9,900 is as good: 0 may be in such plans and 2 may not. But with 2, or
		// without 0, 10,300 may be had, 3 % better. Of 3 neither way is better by
		// more than 1 %. Of 4 the bound is no better than that of all plans.
		{"1 % worse", 0.01, []siting.Mark{open, in, open, either, open, in, in, out}},
		{"3 % worse", 0.03, []siting.Mark{either, either, either, either, either, in, in, out}},
	} {
		if got := siting.Marks(&siting.Problem{Model: siting.MaxCover, Sites: sites}, &covering, tc.within); !slices.Equal(got, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
		// Travel is the mirror image.
		mirror := covering
		mirror.Objective, mirror.Bound = 10000, 9700
		mirror.With, mirror.Without = nil, nil
		for j := range covering.With {
			mirror.With = append(mirror.With, 20000-covering.With[j])
			mirror.Without = append(mirror.Without, 20000-covering.Without[j])
		}
		if got := siting.Marks(&siting.Problem{Model: siting.Median, Sites: sites}, &mirror, tc.within); !slices.Equal(got, tc.want) {
			t.Errorf("%s, travel: %v, want %v", tc.name, got, tc.want)
		}
	}
	covering.With, covering.Without = nil, nil
	want := []siting.Mark{open, open, open, open, open, in, in, out}
	if got := siting.Marks(&siting.Problem{Model: siting.MaxCover, Sites: sites}, &covering, 0.5); !slices.Equal(got, want) {
		t.Errorf("nothing known: %v, want %v", got, want)
	}
}

// A plan that covers nobody is passed by any that covers somebody.
func TestMarksOfNothing(t *testing.T) {
	t.Parallel()
	p := &siting.Problem{Model: siting.MaxCover, Sites: make([]siting.Site, 2)}
	plan := siting.Plan{Bound: 5, With: []float64{5, math.Inf(-1)}, Without: []float64{0, 5}}
	want := []siting.Mark{siting.MarkOpen, siting.MarkOut}
	if got := siting.Marks(p, &plan, 0.1); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// What is in or out is so in every plan as good, by trying all sets.
func TestMarksHoldForEveryPlanAsGood(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := explainDraw(t, explainModels)
		plan, err := explainEverySet{}.Solve(t.Context(), p)
		if err != nil {
			return // nothing to mark
		}
		within := rapid.SampledFrom([]float64{0, 0.1, 0.5}).Draw(t, "within")
		// Any plan will do to compare with, and bounds need not be the best.
		better := -1.0
		if p.Model.Minimizes() {
			better = 1
		}
		exact := plan
		plan.With, plan.Without = slices.Clone(plan.With), slices.Clone(plan.Without)
		slack := better * float64(rapid.IntRange(0, 3).Draw(t, "slack"))
		plan.Objective += slack
		plan.Proven = slack == 0
		marks := siting.Marks(p, &plan, within)
		for j, mark := range marks {
			limit := plan.Objective + better*within*math.Abs(plan.Objective)
			// Rounding may decide at the limit itself, unless that is the objective.
			asGood := func(v, rounding float64) bool { return (limit-v)*better >= rounding }
			clearly := 1e-9
			if within == 0 {
				clearly = 0
			}
			switch mark {
			case siting.MarkIn:
				if p.Sites[j].State == siting.Free && asGood(exact.Without[j], clearly) {
					t.Fatalf("site %d is in, but %v can be had without it, against %v", j, exact.Without[j], plan.Objective)
				}
			case siting.MarkOut:
				if p.Sites[j].State == siting.Free && asGood(exact.With[j], clearly) {
					t.Fatalf("site %d is out, but %v can be had with it, against %v", j, exact.With[j], plan.Objective)
				}
			case siting.MarkInterchangeable:
				if !asGood(exact.With[j], -1e-9) || !asGood(exact.Without[j], -1e-9) {
					t.Fatalf("site %d is interchangeable, but not at %v and %v against %v", j, exact.With[j], exact.Without[j], plan.Objective)
				}
			case siting.MarkOpen:
				if plan.Proven {
					t.Fatalf("site %d is open though the plan is proven", j)
				}
			}
		}
	})
}
