package analysis

import (
	"context"

	"kaimen/coverage/siting"
)

// curve is the best plan for each number of sites up to most, as far as ctx lets
// it.
func (w *siteWork) curve(ctx context.Context, b siting.Best, most int) ([]SiteCurvePoint, error) {
	points := []SiteCurvePoint{}
	for n := 1; n <= most; n++ {
		p := *w.p
		p.Number = n
		plan, err := b.Solve(ctx, &p)
		if err != nil {
			return points, err
		}
		points = append(points, SiteCurvePoint{
			Number: n, Objective: w.objective(plan.Objective), Bound: w.objective(plan.Bound), Proven: plan.Proven,
			Phased: w.objective(plan.Objective), Sites: w.namesOf(plan.Sites),
		})
	}
	return points, nil
}
