package siting

import (
	"context"
	"fmt"
	"slices"

	"kaimen/coverage"
)

// Explanation tells why the sites of a plan are in it.
//
// Whom a site serves depends on the model. In covering models, whoever is within
// the cutoff of it, all alike; in Decay, whoever is within a step that counts,
// the better the larger its share; in Median, Center and SingleSource, whoever
// reaches it, the better the less the travel. Demand of weight 0 counts nowhere
// but in Served.
type Explanation struct {
	Sites []Reason // as the sites were given
	// Served is, by demand, the open site that serves it, existing ones included;
	// -1 for none. It is the first in order of those within the cutoff, existing
	// ones before all, or, where the model knows nearer and farther, the nearest,
	// the first in order of equals.
	Served []int32
	// Unreachable lists the demand that no site could serve, were all open that
	// are not forbidden, and UnreachableWeight is its weight. Uncovered is the
	// weight of other demand that no open site serves.
	Unreachable                  []int32
	UnreachableWeight, Uncovered int64
	// Short is how much weight the sites fall short of what the model demands: of
	// the target in SetCover, of all that can be covered in Backup, of all that
	// can be reached in Center, of the floor, area by area, in MaxCover.
	Short int64
}

// Reason is why one site is in a plan. All weights are in the unit of demand.
type Reason struct {
	Site int32
	// NewlyDemand lists the demand that this site serves better than all existing
	// sites and those before it in order, or serves as the first; Newly is its
	// weight. In covering models nobody is served better, only as the first.
	NewlyDemand []int32
	Newly       int64
	// OnlyHere is the weight that is worse off if this site closes: in covering
	// models what is within of it alone, in Decay what then has a smaller share,
	// in models of travel what then travels farther.
	OnlyHere int64
	// Shared is the weight that this site could serve and that is no worse off if
	// it closes: in covering models and Decay all of that, in models of travel
	// only what it is the second nearest for, or one of two nearest alike.
	Shared int64
	// Removed is the plan without this site. Nil for models with capacities.
	Removed *Change
	// Substitute is the best closed site to open instead. It keeps to budget,
	// limits and distances. Nil for a required site, if no site may take its
	// place, for models with capacities, and in Center if demand would be left
	// that reaches no site.
	Substitute *Substitute
}

// Change is what becomes of a plan by a change of its sites.
type Change struct {
	// Objective is that of the changed plan, and Loss by how much it is worse
	// than before: below 0 for a better one. SetCover is better by every site that
	// closes; what that costs is in Short. In Center those who reach no site are
	// in Short alone.
	Objective, Loss float64
	Short           int64 // as in Explanation; above 0, the plan does not do what it must
}

// Substitute is a site in place of another, and the plan with it: the least
// short, then the best by objective, then with the most weight within reach,
// then the first by index.
type Substitute struct {
	Site int32
	Change
}

// Explain tells, site by site, what each adds, what is lost without it, and what
// could take its place. The sites are those to open beside the existing ones, in
// the order in which they are to be told; they need not be a good plan nor keep
// to the number or the budget.
//
// Input:  p is such as a Solver takes.
// Errors: invalid, with an issue for every site that cannot be one of a plan, and
// for an unknown model; ctx.Err().
// Cost:   some walks over all pairs of demand and site, and sites opened times
// sites in all; in Center up to pairs times sites opened, for a plan far from
// good.
// Source: Resende and Werneck (2004), A hybrid heuristic for the p-median
// problem: gain, loss and what both miss, summed by pairs.
func Explain(ctx context.Context, p *Problem, sites []int32) (Explanation, error) {
	if issues := explainFaults(p, sites); len(issues) > 0 {
		return Explanation{}, &coverage.Error{Code: coverage.Invalid, Message: "the plan cannot be explained", Issues: issues}
	}
	t, err := newExplainTally(ctx, p, sites)
	if err != nil {
		return Explanation{}, err
	}
	e := Explanation{
		Sites: t.reasons, Served: t.near,
		Unreachable: t.unreachable, UnreachableWeight: t.unreachableWeight, Uncovered: t.uncovered,
	}
	if p.Model == Splittable || p.Model == SingleSource {
		return e, nil
	}
	s, err := newExplainSwapper(ctx, t)
	if err != nil {
		return Explanation{}, err
	}
	now := s.now()
	e.Short = now.short
	for k := range e.Sites {
		if err := s.remove(ctx, k); err != nil {
			return Explanation{}, err
		}
		without := s.without().against(p.Model, now)
		e.Sites[k].Removed = &without
		if best := s.replace(1); len(best) > 0 {
			e.Sites[k].Substitute = &Substitute{best[0].site, best[0].against(p.Model, now)}
		}
	}
	return e, nil
}

// explainFaults lists what keeps sites from being those of a plan of p.
func explainFaults(p *Problem, sites []int32) (issues []coverage.Issue) {
	fault := func(format string, a ...any) {
		issues = append(issues, coverage.Issue{Severity: coverage.SeverityError, Code: coverage.ReasonBadValue, Message: fmt.Sprintf(format, a...)})
	}
	if !slices.Contains(Models(), p.Model) {
		fault("%q is no model; give one of %v", p.Model, Models())
	}
	if explainUsesCosts(p.Model) && p.Reach.Cost == nil && len(p.Reach.Site) > 0 {
		fault("%s needs costs of travel; give Reach.Cost", p.Model)
	}
	seen := make(map[int32]bool, len(sites))
	for _, site := range sites {
		switch {
		case site < 0 || int(site) >= len(p.Sites):
			fault("site %d is none of the %d sites; give indices from 0", site, len(p.Sites))
		case seen[site]:
			fault("site %d stands twice; leave one out", site)
		case p.Sites[site].State == Existing:
			fault("site %d is there already; leave it out", site)
		case p.Sites[site].State == Forbidden:
			fault("site %d is forbidden; leave it out, or allow it", site)
		}
		seen[site] = true
	}
	return issues
}

// explainUsesCosts tells models that mind how far it is, not only whether it is within.
func explainUsesCosts(m Model) bool {
	return m == Decay || m == Median || m == Center || m == SingleSource
}
