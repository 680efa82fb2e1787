package siting

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"kaimen/coverage"
)

// Alternative is a plan about as good as another one.
type Alternative struct {
	// Sites are those that both plans open, in the order of the other one, then
	// those of Added.
	Sites          []int32
	Added, Removed []int32 // against the other plan, by index
	Objective      float64
}

// How much is tried for alternatives: the best swaps kept for each site of the
// plan, and the plans after one swap from which a second one is tried. Both
// bound the work; the choice is made from some thousand plans for 50 sites.
const (
	alternativeSwaps   = 8
	alternativeSeconds = 8
)

// Alternatives lists plans whose objective is worse than the plan's by no more
// than a share of it (within), at most so many: as different as possible from
// the plan and from one another, the most different first. They are found by
// changing one site or two, and by solving again with a site of the plan
// forbidden; for models with capacities only by that. There may be others.
//
// Input:  plan is one of p that does what its model demands.
// Holds:  every alternative keeps all rules of p. It may be better than the plan.
// Errors: invalid, for a share or number that is none; those of the solver but
// for wishes that cannot be met without the site; ctx.Err().
// Cost:   nine times Explain, and at most so many searches as alternatives, each
// as long as s takes.
func Alternatives(ctx context.Context, s Solver, p *Problem, plan *Plan, within float64, most int) ([]Alternative, error) {
	if issues := alternativesFaults(p, plan, within, most); len(issues) > 0 {
		return nil, &coverage.Error{Code: coverage.Invalid, Message: "no alternatives can be looked for", Issues: issues}
	}
	if most == 0 {
		return nil, nil
	}
	pool := alternativePool{p: p, plan: plan, within: within, known: make(map[string]bool)}
	pool.known[""] = true // the plan itself
	if p.Model != Splittable && p.Model != SingleSource {
		if err := pool.swaps(ctx); err != nil {
			return nil, err
		}
	}
	if err := pool.solve(ctx, s, most); err != nil {
		return nil, err
	}
	return pool.pick(most), nil
}

func alternativesFaults(p *Problem, plan *Plan, within float64, most int) []coverage.Issue {
	issues := explainFaults(p, plan.Sites)
	fault := func(message string) {
		issues = append(issues, coverage.Issue{Severity: coverage.SeverityError, Code: coverage.ReasonBadValue, Message: message})
	}
	if !(within >= 0) || math.IsInf(within, 1) {
		fault(fmt.Sprintf("a share of %v that plans may be worse by; give 0 or more, as 0.01 for 1 %%", within))
	}
	if most < 0 {
		fault(fmt.Sprintf("%d alternatives; give 0 or more", most))
	}
	return issues
}

// alternativePool is plans to choose from, as found.
type alternativePool struct {
	p      *Problem
	plan   *Plan
	within float64
	known  map[string]bool
	list   []alternativeSites
	least  []float64 // by place in the plan: how much worse the best swap for it is
}

// alternativeSites is a plan by the sites that it opens and the other does not, or the
// other way round, in order of index.
type alternativeSites struct {
	sites     []int32
	objective float64
}

// consider takes a plan up that is good enough and new.
func (a *alternativePool) consider(sites []int32, objective float64) {
	if !(markShare(a.p.Model, a.plan.Objective, objective) <= a.within) {
		return
	}
	key := fmt.Sprint(sites)
	if len(sites) == 0 || a.known[key] {
		return
	}
	a.known[key] = true
	a.list = append(a.list, alternativeSites{sites, objective})
}

// swaps tries all plans that differ by one site, and by two where one swap
// alone is good enough: from the best swap of each of the sites it is best for.
func (a *alternativePool) swaps(ctx context.Context) error {
	from := make([]alternativeSites, 0, len(a.plan.Sites))
	a.least = slices.Repeat([]float64{math.Inf(1)}, len(a.plan.Sites))
	err := a.swap(ctx, a.plan.Sites, nil, func(k int, best explainOutcome) {
		a.least[k] = markShare(a.p.Model, a.plan.Objective, best.objective)
		if a.least[k] <= a.within {
			from = append(from, alternativeSites{alternativeToggled(nil, a.plan.Sites[k], best.site), best.objective})
		}
	})
	if err != nil {
		return err
	}
	slices.SortStableFunc(from, func(x, y alternativeSites) int { return a.order(x.objective, y.objective) })
	for _, start := range from[:min(len(from), alternativeSeconds)] {
		kept, added, _ := a.apart(start.sites)
		if err := a.swap(ctx, append(kept, added...), start.sites, func(int, explainOutcome) {}); err != nil {
			return err
		}
	}
	return nil
}

// swap considers the best swaps for every site of a plan that differs so, and
// tells the best of each; it is told nothing where there is none.
func (a *alternativePool) swap(ctx context.Context, sites, differs []int32, tell func(k int, best explainOutcome)) error {
	t, err := newExplainTally(ctx, a.p, sites)
	if err != nil {
		return err
	}
	s, err := newExplainSwapper(ctx, t)
	if err != nil {
		return err
	}
	for k, site := range sites {
		if err := s.remove(ctx, k); err != nil {
			return err
		}
		best := s.replace(alternativeSwaps)
		for at, o := range best {
			if o.short > 0 {
				break // so are all after it
			}
			if at == 0 {
				tell(k, o)
			}
			a.consider(alternativeToggled(differs, site, o.site), o.objective)
		}
	}
	return nil
}

// alternativeToggled is what differs after one more swap.
func alternativeToggled(differs []int32, out, in int32) []int32 {
	now := slices.Clone(differs)
	for _, site := range []int32{out, in} {
		if at, found := slices.BinarySearch(now, site); found {
			now = slices.Delete(now, at, at+1)
		} else {
			now = slices.Insert(now, at, site)
		}
	}
	return now
}

// solve searches again without a site: for those that may be done without, by
// the bounds of the plan, those first that are replaced at the least loss.
func (a *alternativePool) solve(ctx context.Context, s Solver, most int) error {
	var order []int
	for k, site := range a.plan.Sites {
		if a.p.Sites[site].State != Required && markOf(a.p.Model, a.plan, int(site), a.within) != MarkIn {
			order = append(order, k)
		}
	}
	if a.least != nil {
		slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(a.least[x], a.least[y]) })
	}
	for _, k := range order[:min(len(order), most)] {
		without := *a.p
		without.Sites = slices.Clone(a.p.Sites)
		without.Sites[a.plan.Sites[k]].State = Forbidden
		other, err := s.Solve(ctx, &without)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && coverage.CodeOf(err) == coverage.Invalid:
			continue // it cannot be done without this site
		case err != nil:
			return fmt.Errorf("solve without site %d: %w", a.plan.Sites[k], err)
		}
		a.consider(a.differs(other.Sites), other.Objective)
	}
	return nil
}

// differs is what two plans do not have in common.
func (a *alternativePool) differs(sites []int32) (differs []int32) {
	in := make([]bool, len(a.p.Sites))
	for _, site := range a.plan.Sites {
		in[site] = true
	}
	for _, site := range sites {
		in[site] = !in[site]
	}
	for site, one := range in {
		if one {
			differs = append(differs, int32(site))
		}
	}
	return differs
}

// apart splits what differs.
func (a *alternativePool) apart(differs []int32) (kept, added, removed []int32) {
	for _, site := range a.plan.Sites {
		if _, found := slices.BinarySearch(differs, site); !found {
			kept = append(kept, site)
		}
	}
	for _, site := range differs {
		if slices.Contains(a.plan.Sites, site) {
			removed = append(removed, site)
		} else {
			added = append(added, site)
		}
	}
	return kept, added, removed
}

// pick chooses, again and again, the plan that has the least in common with the
// one it has most in common with; of equals the one that has the least in common
// with all, then the best, then the first by index.
func (a *alternativePool) pick(most int) []Alternative {
	// How far each is from the nearest of those chosen, -1 when it is one of them,
	// and from all of them in sum.
	apart, sum := make([]int, len(a.list)), make([]int, len(a.list))
	for i := range a.list {
		apart[i] = len(a.list[i].sites)
		sum[i] = apart[i]
	}
	before := func(i, j int) bool {
		x, y := &a.list[i], &a.list[j]
		return cmp.Or(apart[j]-apart[i], sum[j]-sum[i], a.order(x.objective, y.objective), slices.Compare(x.sites, y.sites)) < 0
	}
	var chosen []Alternative
	for range min(most, len(a.list)) {
		best := -1
		for i := range a.list {
			if apart[i] >= 0 && (best < 0 || before(i, best)) {
				best = i
			}
		}
		kept, added, removed := a.apart(a.list[best].sites)
		chosen = append(chosen, Alternative{Sites: append(kept, added...), Added: added, Removed: removed, Objective: a.list[best].objective})
		for i := range a.list {
			n := alternativeUnlike(a.list[i].sites, a.list[best].sites)
			apart[i], sum[i] = min(apart[i], n), sum[i]+n
		}
		apart[best] = -1
	}
	return chosen
}

// order puts the better objective first.
func (a *alternativePool) order(x, y float64) int {
	if a.p.Model.Minimizes() {
		return cmp.Compare(x, y)
	}
	return cmp.Compare(y, x)
}

// alternativeUnlike counts what is in one of two ordered lists alone.
func alternativeUnlike(a, b []int32) (n int) {
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] == b[0]:
			a, b = a[1:], b[1:]
		case a[0] < b[0]:
			a, n = a[1:], n+1
		default:
			b, n = b[1:], n+1
		}
	}
	return n + len(a) + len(b)
}
