package analysis

import (
	"context"
	"math"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/coverage/zonal"
)

// ruled is how one kind serves the demand under one rule.
type ruled struct {
	cutoff Cutoff
	in     zonal.Input
	sum    *zonal.Sum
}

// twoRules is the same under the time and the distance rule; nil where a rule
// was not asked for.
type twoRules struct{ time, distance *ruled }

// bothRules serves the demand under the rules that have a cutoff.
func (w *work[O]) bothRules(ctx context.Context, kinds []string, rank int, rules Rules, weights []coverage.Amount) (p twoRules, err error) {
	rule := func(m network.Metric, value *float64) (*ruled, error) {
		if value == nil {
			return nil, nil
		}
		c := Cutoff{m, network.Cost(math.Round(*value * 1000))}
		s, err := w.grounds.serve(ctx, w.base, kinds, rank, c)
		if err != nil {
			return nil, err
		}
		in := s.input(weights)
		return &ruled{c, in, w.base.zones.Sum(in)}, nil
	}
	if p.time, err = rule(network.Time, rules.CutoffS); err != nil {
		return p, err
	}
	p.distance, err = rule(network.Length, rules.CutoffM)
	return p, err
}

// asked is the rule of a cutoff.
func (p twoRules) asked(c Cutoff) *ruled {
	if c.Metric == network.Time {
		return p.time
	}
	return p.distance
}

// disagree tells whether a demand point is covered under one rule alone.
func (p twoRules) disagree(i int) bool {
	return p.time.in.Travel[i].Covered != p.distance.in.Travel[i].Covered
}

// rows writes those of a kind at a level into rows, one for each zone.
func (p twoRules) rows(z *zonal.Zones, level coverage.Level, kind string, rows []OverviewRow) {
	zones := z.Of(level)
	for k := range rows {
		rows[k] = OverviewRow{ZoneHead: headOf(&zones[k]), Kind: kind}
	}
	// What is told of a rule by pointers: nil is that it was not asked for.
	type told struct {
		covered   coverage.Amount
		reachable int
	}
	if p.time != nil {
		p.time.sum.Each(level, func(k int, r zonal.Row) {
			x := &told{r.Covered, r.FacilitiesReachable}
			rows[k].Demand, rows[k].FacilitiesInside = r.Demand, r.FacilitiesInside
			rows[k].Time = TimeFigures{&x.covered, r.CoverageRate, r.MeanS, r.MedianS, r.P90S, r.MaxS, &x.reachable}
		})
	}
	if p.distance != nil {
		p.distance.sum.Each(level, func(k int, r zonal.Row) {
			x := &told{r.Covered, r.FacilitiesReachable}
			rows[k].Demand, rows[k].FacilitiesInside = r.Demand, r.FacilitiesInside
			rows[k].Distance = DistanceFigures{&x.covered, r.CoverageRate, r.MeanM, r.MedianM, r.P90M, r.MaxM, &x.reachable}
		})
	}
	if p.time == nil || p.distance == nil {
		return
	}
	apart := z.Amounts(level, p.time.in.Weights, p.disagree)
	for k := range rows {
		rows[k].Disagree = &apart[k]
	}
}
