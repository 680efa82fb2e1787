package analysis

import (
	"context"

	"kaimen/coverage"
	"kaimen/coverage/siting"
)

// curvePoint is the best plan for a number of sites, in the unit of the problem.
type curvePoint struct {
	number                   int
	objective, bound, phased float64
	sites                    []int32
	proven                   bool
}

// curveOf is the best plan for each number of sites up to most, as far as ctx lets
// it, and what the first so many sites of one order achieve, that of the plan for
// most. Numbers for which there is no plan are not among them.
func curveOf(ctx context.Context, b siting.Best, p *siting.Problem, most int) (points []curvePoint, err error) {
	var order []int32
	for n := 1; n <= most; n++ {
		numbered := *p
		numbered.Number = n
		plan, err := b.Solve(ctx, &numbered)
		if coverage.CodeOf(err) == coverage.Invalid && ctx.Err() == nil {
			continue // so few sites, or so many, make no plan
		}
		if err != nil {
			return points, err
		}
		points = append(points, curvePoint{n, plan.Objective, plan.Bound, plan.Objective, plan.Sites, plan.Proven})
		order = plan.Sites
	}
	for i := range points {
		points[i].phased = phasedAt(p, order, points[i].number, points[i].objective)
	}
	return points, ctx.Err()
}

// phasedAt is the objective of the first n sites of an order; that of the last, or
// of the best plan, for models that sites alone do not tell.
func phasedAt(p *siting.Problem, order []int32, n int, best float64) float64 {
	if capacitated(p.Model) {
		return best
	}
	value, _ := siting.Value(p, order[:min(n, len(order))]) // rules of the whole plan do not hold on the way
	return value
}

// curve is that of a request.
func (w *siteWork) curve(ctx context.Context, b siting.Best, most int) ([]SiteCurvePoint, error) {
	list, err := curveOf(ctx, b, w.p, most)
	points := []SiteCurvePoint{}
	for _, c := range list {
		points = append(points, SiteCurvePoint{
			Number: c.number, Objective: w.objective(c.objective), Bound: w.objective(c.bound), Proven: c.proven,
			Phased: w.objective(c.phased), Sites: w.namesOf(c.sites),
		})
	}
	return points, err
}
