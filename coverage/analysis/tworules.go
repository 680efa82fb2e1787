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

// rows are those of a kind at a level.
func (p twoRules) rows(z *zonal.Zones, level coverage.Level, kind string) []OverviewRow {
	zones := z.Of(level)
	rows := make([]OverviewRow, len(zones))
	for k := range zones {
		rows[k] = OverviewRow{ZoneHead: headOf(&zones[k]), Kind: kind}
	}
	fill := func(rule *ruled, put func(to *OverviewRow, from *zonal.Row)) {
		if rule == nil {
			return
		}
		from, _ := rule.sum.Rows(level)
		for k := range from {
			rows[k].Demand, rows[k].FacilitiesInside = from[k].Demand, from[k].FacilitiesInside
			put(&rows[k], &from[k])
		}
	}
	fill(p.time, func(to *OverviewRow, r *zonal.Row) {
		to.Time = TimeFigures{&r.Covered, r.CoverageRate, r.MeanS, r.MedianS, r.P90S, r.MaxS, &r.FacilitiesReachable}
	})
	fill(p.distance, func(to *OverviewRow, r *zonal.Row) {
		to.Distance = DistanceFigures{&r.Covered, r.CoverageRate, r.MeanM, r.MedianM, r.P90M, r.MaxM, &r.FacilitiesReachable}
	})
	if p.time == nil || p.distance == nil {
		return rows
	}
	apart := z.Amounts(level, p.time.in.Weights, p.disagree)
	for k := range rows {
		rows[k].Disagree = &apart[k]
	}
	return rows
}
