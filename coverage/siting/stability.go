package siting

import (
	"cmp"
	"context"
	"fmt"

	"kaimen/coverage"
)

// Variant is a problem with other numbers or rules for the same sites.
type Variant struct {
	Name    string
	Problem *Problem
}

// StabilityOptions are what to change. The zero value is that of the defaults.
type StabilityOptions struct {
	// Draws is how often weights are drawn anew, each evenly from within Spread of
	// what it is, as a share; 0 for 20 and 0.1. Draws below 0 are none.
	Draws  int
	Spread float64
	Seed   uint64 // of the draws
	// Step is by how much the cutoff, or in Decay all steps, are made longer and
	// shorter, in the unit of travel; 0 for 60,000, a minute in milliseconds.
	Step uint32
	// Known is the travel up to which Reach lists all sites; 0 for the largest
	// cost in it.
	Known    uint32
	Variants []Variant // further ones, such as with a road closed
}

// Stability is how well a plan holds when what it stands on changes.
type Stability struct {
	Variants []VariantResult
	// Opened is, by site, the share of variants whose best plan opens it, of the
	// Compared ones that have a plan: 1 for a site that every change leaves in.
	Opened   []float64
	Compared int
	Skipped  []SkippedVariant
}

// VariantResult is a plan in a variant, and the best plan there.
type VariantResult struct {
	Name string
	// Achieved is the objective of the plan in the variant. Short is as in
	// Explanation, and Broken a rule that the plan breaks there, empty for none.
	Achieved float64
	Short    int64
	Broken   string
	// Sites is the best plan known for the variant, and Best its objective: the
	// plan itself where nothing better was found. No plan passes Bound. Failed is
	// why there is no plan, or empty; then nothing else is told.
	Sites       []int32
	Best, Bound float64
	Proven      bool
	Failed      string
	// Regret is how much worse the plan is than the best known, and RegretMost
	// than any plan can be, as shares of the larger objective of the two, 0..1.
	// Nil where the plan is Short or Broken.
	Regret, RegretMost *float64
}

// SkippedVariant is a change that says nothing or cannot be judged.
type SkippedVariant struct{ Name, Reason string }

// Stress solves the problem again with changed weights, cutoffs and whatever else
// is handed in, and tells how the plan compares with the best plan of each
// variant.
//
// Drawn weights have hundredths, and so have objectives that count them; only
// for models with capacities, and where sums would grow too large, are they
// whole. A target of SetCover stays the same share of all weight.
//
// Input:  s decides how hard each variant is searched. There are 22 and those
// handed in, unless options say less, so give it little effort.
// Holds:  the same problem, solver and options give the same result.
// Errors: invalid, for options or variants that do not fit; those of the solver
// but for wishes that cannot be met; with ctx.Err() the variants done till then.
// Cost:   one search for each variant, and two for models with capacities.
func Stress(ctx context.Context, s Solver, p *Problem, plan *Plan, o StabilityOptions) (Stability, error) {
	if issues := stabilityFaults(p, plan, &o); len(issues) > 0 {
		return Stability{}, &coverage.Error{Code: coverage.Invalid, Message: "the plan cannot be put to the test", Issues: issues}
	}
	o.Draws, o.Spread, o.Step = cmp.Or(o.Draws, 20), cmp.Or(o.Spread, 0.1), cmp.Or(o.Step, 60_000)
	result := Stability{Opened: make([]float64, len(p.Sites))}
	changes, skipped := stabilityChanges(p, &o)
	result.Skipped = skipped
	var err error
	for _, change := range changes {
		var r VariantResult
		if r, err = change.result(ctx, s, plan.Sites); err != nil {
			break
		}
		result.Variants = append(result.Variants, r)
		if r.Failed != "" {
			continue
		}
		result.Compared++
		for _, site := range r.Sites {
			result.Opened[site]++
		}
	}
	for site := range result.Opened {
		result.Opened[site] /= float64(max(1, result.Compared))
	}
	return result, err
}

func stabilityFaults(p *Problem, plan *Plan, o *StabilityOptions) []coverage.Issue {
	issues := explainFaults(p, plan.Sites)
	fault := func(format string, a ...any) {
		issues = append(issues, coverage.Issue{Severity: coverage.SeverityError, Code: coverage.ReasonBadValue, Message: fmt.Sprintf(format, a...)})
	}
	if !(o.Spread >= 0 && o.Spread <= 1) {
		fault("weights cannot be drawn from within a share of %v; give 0 to 1, as 0.1 for 10 %%", o.Spread)
	}
	for k, v := range o.Variants {
		switch {
		case v.Problem == nil:
			fault("variant %d, %q, has no problem; give one", k, v.Name)
		case len(v.Problem.Sites) != len(p.Sites):
			fault("variant %d, %q, has %d sites and not %d; keep all, and forbid those that are not there", k, v.Name, len(v.Problem.Sites), len(p.Sites))
		case v.Problem.Model != p.Model:
			fault("variant %d, %q, is of the model %q and not %q; objectives of two models do not compare", k, v.Name, v.Problem.Model, p.Model)
		case explainUsesCosts(p.Model) && v.Problem.Reach.Cost == nil && len(v.Problem.Reach.Site) > 0:
			fault("variant %d, %q, has no costs of travel; give Reach.Cost", k, v.Name)
		}
	}
	return issues
}
