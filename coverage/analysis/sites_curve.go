package analysis

import (
	"context"

	"kaimen/coverage/siting"
)

// curve is the best plan for each number of sites up to most, as far as ctx lets
// it.
func (w *siteWork) curve(ctx context.Context, b siting.Best, most int) ([]SiteCurvePoint, error) {
	curve, err := b.Curve(ctx, w.p, most)
	points := []SiteCurvePoint{}
	for _, c := range curve {
		point := SiteCurvePoint{
			Number: c.Number, Objective: w.objective(c.Objective), Bound: w.objective(c.Bound), Proven: c.Proven,
			Sites: w.namesOf(c.Sites),
		}
		if c.Phased != nil {
			phased := w.objective(*c.Phased)
			point.Phased = &phased
		}
		points = append(points, point)
	}
	return points, err
}
