package siting

import "math"

// Mark is what is known of one site from the bounds of a plan.
type Mark string

// The marks. "As good" is as good as the plan, or worse by no more than the
// share that Marks is given.
const (
	MarkIn              Mark = "in"              // every plan as good opens it
	MarkOut             Mark = "out"             // no plan as good opens it
	MarkInterchangeable Mark = "interchangeable" // plans as good may or may not; none is better by more than that share
	MarkOpen            Mark = "open"            // not known: a plan better by more than that share may be found either way
)

// Marks tells, by site, whether a plan as good as this one must open it. Within
// is how much worse than the plan still passes for as good, as a share of its
// objective: 0 for nothing worse at all. What is below 0 or no number is 0.
//
// Holds: what is in or out is proven, though the plan may not be: it is compared
// with this plan's objective, and a better plan is as good. So all that is in is
// in the best plan, and nothing that is out. A proven plan leaves no site open.
// Where nothing is known of single sites, all that may be chosen is open.
// Existing and required sites are in, forbidden ones out.
func Marks(p *Problem, plan *Plan, within float64) []Mark {
	if !(within > 0) {
		within = 0
	}
	marks := make([]Mark, len(p.Sites))
	for j := range marks {
		switch p.Sites[j].State {
		case Existing, Required:
			marks[j] = MarkIn
		case Forbidden:
			marks[j] = MarkOut
		default:
			marks[j] = markOf(p.Model, plan, j, within)
		}
	}
	return marks
}

func markOf(m Model, plan *Plan, site int, within float64) Mark {
	if site >= len(plan.With) || site >= len(plan.Without) {
		return MarkOpen
	}
	with := markWorse(m, plan, plan.With[site])
	without := markWorse(m, plan, plan.Without[site])
	switch {
	case without > within:
		return MarkIn
	case with > within:
		return MarkOut
	case with >= -within && without >= -within:
		return MarkInterchangeable
	}
	return MarkOpen
}

// markWorse is how much worse than the plan's objective a bound is, as a share of
// that: below 0 if it is better. No bound is better than that of the plan.
func markWorse(m Model, plan *Plan, bound float64) float64 {
	return max(markShare(m, plan.Objective, bound), markShare(m, plan.Objective, plan.Bound))
}

// markShare is how much worse an objective is than another, as a share of that:
// below 0 if it is better, infinite if that is 0 and this is not.
func markShare(m Model, than, is float64) float64 {
	more := than - is
	if m.Minimizes() {
		more = -more
	}
	switch {
	case more == 0:
		return 0
	case than == 0:
		return math.Inf(int(math.Copysign(1, more)))
	}
	return more / math.Abs(than)
}
