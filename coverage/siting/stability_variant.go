package siting

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"kaimen/coverage"
)

// stabilityChange is a variant that is made when it is its turn: only one is
// held at a time.
type stabilityChange struct {
	name    string
	problem func() *Problem
	unit    int64 // of its weights, in one of the problem
}

// stabilityUnit are the unit of drawn weights: a tenth of a small weight is less
// than one.
const stabilityUnit = 100

// stabilityChanges lists what is changed, and what cannot be.
func stabilityChanges(p *Problem, o *StabilityOptions) (changes []stabilityChange, skipped []SkippedVariant) {
	if o.Draws > 0 && (p.Model == Center || p.Model == SetCover && p.Target == 0) {
		skipped = append(skipped, SkippedVariant{"weights", fmt.Sprintf("%s does not mind weights", p.Model)})
	} else {
		unit := stabilityDrawUnit(p, o.Spread)
		for draw := range max(0, o.Draws) {
			changes = append(changes, stabilityChange{fmt.Sprintf("weights %d", draw+1), func() *Problem { return stabilityWeights(p, o, draw, unit) }, unit})
		}
	}
	for _, sign := range []int64{1, -1} {
		by := sign * int64(o.Step)
		name := fmt.Sprintf("cutoff %+d", by)
		switch reason := stabilityCannotShift(p, by, o.Known); reason {
		case "":
			changes = append(changes, stabilityChange{name, func() *Problem { return stabilityShift(p, by) }, 1})
		default:
			skipped = append(skipped, SkippedVariant{name, reason})
		}
	}
	for _, v := range o.Variants {
		changes = append(changes, stabilityChange{v.Name, func() *Problem { return v.Problem }, 1})
	}
	return changes, skipped
}

// stabilityDrawUnit is hundredths, but for models with capacities, which are in whole
// units, and where sums of weight and travel would pass what integers hold.
func stabilityDrawUnit(p *Problem, spread float64) int64 {
	if p.Model == Splittable || p.Model == SingleSource {
		return 1
	}
	l := newExplainLadder(p)
	most := 0.0
	if p.Model != Center {
		most = (1 + spread) * float64(l.none) * float64(stabilityWeight(p))
	}
	if most*stabilityUnit > math.MaxInt64/2 {
		return 1
	}
	return stabilityUnit
}

// stabilityWeight is that of all demand.
func stabilityWeight(p *Problem) (sum int64) {
	for i := range p.Demand {
		sum += p.Demand[i].Weight
	}
	return sum
}

// stabilityWeights makes a problem that shares all but its demand.
func stabilityWeights(p *Problem, o *StabilityOptions, draw int, unit int64) *Problem {
	random := rand.New(rand.NewPCG(o.Seed, uint64(draw)))
	q := *p
	q.Demand = slices.Clone(p.Demand)
	for i := range q.Demand {
		factor := 1 + o.Spread*(2*random.Float64()-1)
		q.Demand[i].Weight = int64(math.Round(float64(p.Demand[i].Weight) * float64(unit) * factor))
	}
	if p.Target > 0 {
		share := float64(p.Target) / float64(max(1, stabilityWeight(p)))
		q.Target = max(1, int64(share*float64(stabilityWeight(&q))))
	}
	return &q
}

// stabilityCannotShift is why the cutoff cannot be changed by so much; empty if it can.
func stabilityCannotShift(p *Problem, by int64, known uint32) string {
	if p.Model == Median || p.Model == Center || p.Model == SingleSource {
		return fmt.Sprintf("%s has no cutoff", p.Model)
	}
	if p.Reach.Cost == nil {
		return "costs of travel are not known"
	}
	shortest, longest := int64(p.Cutoff), int64(p.Cutoff)
	if p.Model == Decay {
		if len(p.Steps) == 0 {
			return "there are no steps"
		}
		shortest, longest = int64(p.Steps[0].Cutoff), int64(p.Steps[len(p.Steps)-1].Cutoff)
	} else if p.Cutoff == 0 || p.Cutoff == NoCutoff {
		return "there is no cutoff"
	}
	if known == 0 {
		for _, cost := range p.Reach.Cost {
			known = max(known, cost)
		}
	}
	switch {
	case shortest+by <= 0:
		return fmt.Sprintf("no travel would be left of %d", shortest)
	case longest+by > int64(known):
		return fmt.Sprintf("travel is known up to %d only", known)
	}
	return ""
}

// stabilityShift makes a problem that shares all but its cutoff or steps.
func stabilityShift(p *Problem, by int64) *Problem {
	q := *p
	if p.Model != Decay {
		q.Cutoff = uint32(int64(p.Cutoff) + by)
		return &q
	}
	q.Steps = slices.Clone(p.Steps)
	for k := range q.Steps {
		q.Steps[k].Cutoff = uint32(int64(q.Steps[k].Cutoff) + by)
	}
	return &q
}

// result compares sites with the best plan of a variant.
func (c *stabilityChange) result(ctx context.Context, s Solver, sites []int32) (VariantResult, error) {
	q := c.problem()
	r := VariantResult{Name: c.name}
	best, err := s.Solve(ctx, q)
	switch {
	case ctx.Err() != nil:
		return r, ctx.Err()
	case err != nil && coverage.CodeOf(err) == coverage.Invalid:
		r.Failed = err.Error()
		return r, nil
	case err != nil:
		return r, fmt.Errorf("solve %s: %w", c.name, err)
	}
	if err := r.achieve(ctx, s, q, sites); err != nil {
		return r, err
	}
	r.compare(q, sites, &best)
	r.Short = (r.Short + c.unit - 1) / c.unit
	if q.Model == MaxCover || q.Model == Decay || q.Model == Median || q.Model == Backup {
		unit := float64(c.unit)
		r.Achieved, r.Best, r.Bound = r.Achieved/unit, r.Best/unit, r.Bound/unit
	}
	return r, nil
}

// compare sets the plan beside the best one that was found.
func (r *VariantResult) compare(q *Problem, sites []int32, best *Plan) {
	r.Sites, r.Best, r.Bound, r.Proven = best.Sites, best.Objective, best.Bound, best.Proven
	if r.Broken != "" || r.Short > 0 {
		return
	}
	// Of plans as good the one at hand is the best: it need not be changed.
	if markShare(q.Model, r.Best, r.Achieved) <= 0 {
		r.Sites, r.Best = stabilityOpens(q, sites), r.Achieved
	}
	regret, most := stabilityLost(q.Model, r.Best, r.Achieved), stabilityLost(q.Model, r.Bound, r.Achieved)
	r.Regret, r.RegretMost = &regret, &most
}

// stabilityLost is by how much an objective falls behind, as a share of the larger
// of both, and 0 if it does not.
func stabilityLost(m Model, best, is float64) float64 {
	if markShare(m, best, is) <= 0 {
		return 0
	}
	return math.Abs(best-is) / math.Max(math.Abs(best), math.Abs(is))
}

// stabilityOpens is the sites that are not there already in a variant.
func stabilityOpens(q *Problem, sites []int32) []int32 {
	return slices.DeleteFunc(slices.Clone(sites), func(site int32) bool { return q.Sites[site].State == Existing })
}

// achieve tells what sites achieve in a variant. What sites with capacities do
// depends on who is sent where, so the solver is asked with no other site to
// choose.
func (r *VariantResult) achieve(ctx context.Context, s Solver, q *Problem, sites []int32) error {
	sites = stabilityOpens(q, sites)
	if r.Broken = newExplainRules(q, sites).broken(sites); r.Broken != "" {
		return nil
	}
	if q.Model != Splittable && q.Model != SingleSource {
		t, err := newExplainTally(ctx, q, sites)
		if err != nil {
			return err
		}
		swaps, err := newExplainSwapper(ctx, t)
		if err != nil {
			return err
		}
		now := swaps.now()
		r.Achieved, r.Short = now.objective, now.short
		return nil
	}
	only := *q
	only.Sites = slices.Clone(q.Sites)
	for site := range only.Sites {
		if only.Sites[site].State == Free {
			only.Sites[site].State = Forbidden
		}
	}
	for _, site := range sites {
		only.Sites[site].State = Required
	}
	plan, err := s.Solve(ctx, &only)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil && coverage.CodeOf(err) == coverage.Invalid:
		r.Broken = err.Error()
	case err != nil:
		return fmt.Errorf("solve %s for the plan's sites: %w", r.Name, err)
	default:
		r.Achieved = plan.Objective
	}
	return nil
}
