package siting

import (
	"context"
	"slices"

	"kaimen/coverage"
)

// CurvePoint is the best plan of a number of sites.
type CurvePoint struct {
	Number           int
	Sites            []int32 // in the order of Plan.Sites
	Objective, Bound float64
	Proven           bool
	// Phased is the objective where the sites of the largest number are opened one
	// by one, in their order: what a city has on the way, if it builds that plan.
	// Nil where the first ones are no plan by themselves.
	Phased *float64
}

// Curve finds, for every number of sites from 1 to most, the best plan and its
// bound. Numbers for which there is no plan are left out: too few to hold the
// required sites, or to reach everyone.
//
// Holds: objectives get no worse with the number, as bounds do not, save where a
// search was canceled.
// Errors: as of Solve, for the largest number; invalid for a most below 1.
// Cost:  most searches, which share the effort; a search starts from nothing but
// the bound of the next larger number.
func (b Best) Curve(ctx context.Context, p *Problem, most int) ([]CurvePoint, error) {
	if most < 1 {
		return nil, infeasible("a curve of %d sites; give a number from 1 up", most)
	}
	last := b
	last.Watch, last.Effort = nil, max(int(b.effort()/1_000_000)/most, 1)
	var curve []CurvePoint
	for number := most; number >= 1; number-- {
		q := *p
		q.Number = number
		plan, err := last.Solve(ctx, &q)
		switch {
		case err != nil && (number == most || coverage.CodeOf(err) != coverage.Invalid):
			return nil, err
		case err != nil:
			number = 1 // fewer do not do either
			continue
		}
		curve = append(curve, CurvePoint{Number: number, Sites: plan.Sites, Objective: plan.Objective, Bound: plan.Bound, Proven: plan.Proven})
		if b.Watch != nil {
			b.Watch(Progress{Sites: plan.Sites, Objective: plan.Objective, Bound: plan.Bound, Done: float64(most-number+1) / float64(most)})
		}
		if ctx.Err() != nil {
			break
		}
	}
	slices.Reverse(curve)
	smooth(p, curve)
	phase(p, curve)
	return curve, nil //nolint:nilerr // a curve that was ended keeps what it has
}

// smooth takes over what neighbors know: a plan of fewer sites is one of more,
// and a bound of more sites is one of fewer.
func smooth(p *Problem, curve []CurvePoint) {
	better := func(a, b float64) bool {
		if p.Model.Minimizes() {
			return a < b
		}
		return a > b
	}
	for i := 1; i < len(curve); i++ {
		if a, b := &curve[i-1], &curve[i]; better(a.Objective, b.Objective) {
			b.Sites, b.Objective = a.Sites, a.Objective
		}
	}
	for i := len(curve) - 2; i >= 0; i-- {
		if a, b := &curve[i], &curve[i+1]; better(a.Bound, b.Bound) {
			a.Bound = b.Bound
		}
	}
	for i := range curve {
		if c := &curve[i]; c.Objective == c.Bound {
			c.Proven = true
		}
	}
}

// phase fills in what the beginnings of the largest plan achieve.
func phase(p *Problem, curve []CurvePoint) {
	if len(curve) == 0 {
		return
	}
	sites := curve[len(curve)-1].Sites
	for i := range curve {
		first := min(curve[i].Number, len(sites))
		if value, err := Value(p, sites[:first]); err == nil {
			curve[i].Phased = &value
		}
	}
}
