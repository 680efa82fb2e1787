package analysis

import (
	"context"
	"fmt"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/coverage/reach"
	"kaimen/coverage/zonal"
)

// CoverageResult is who reaches a facility of a kind within the cutoff, zone
// by zone.
type CoverageResult struct {
	Key       Key                    `json:"key"`
	Study     string                 `json:"study"`
	Snapshot  coverage.SnapshotID    `json:"snapshot"`
	Synthetic bool                   `json:"synthetic"`
	Engine    string                 `json:"engine"`
	Question  Question               `json:"question"`
	Totals    zonal.Row              `json:"totals"`  // the study
	Outside   *zonal.Row             `json:"outside"` // demand of the study in no zone of the level; nil if none
	Rules     []Rule                 `json:"rules" nullable:"false"`
	Network   []coverage.ReasonCount `json:"network" nullable:"false"` // how the demand sits on the network
	Warnings  []Warning              `json:"warnings" nullable:"false"`
	Rows      []zonal.Row            `json:"rows" nullable:"false"` // by id
}

// Question is a request with its defaults filled in.
type Question struct {
	Kind      string         `json:"kind"`
	Level     coverage.Level `json:"level"`
	Profile   string         `json:"profile"`
	Cohort    string         `json:"cohort"`
	CutoffS   *float64       `json:"cutoff_s"` // one of the two is set
	CutoffM   *float64       `json:"cutoff_m"`
	Direction string         `json:"direction"`      // "toward" the facility
	When      string         `json:"when,omitempty"` // "Mo 14:30"; empty where gates count as open at any hour
}

// Rule is the study's coverage under the time or the distance rule.
type Rule struct {
	Rule         string          `json:"rule"` // "time" or "distance"
	CutoffS      *float64        `json:"cutoff_s"`
	CutoffM      *float64        `json:"cutoff_m"`
	Covered      coverage.Amount `json:"covered"`
	CoverageRate *float64        `json:"coverage_rate"`
}

// Coverage answers a request.
//
// Demand reaches a facility when the whole way, from its point straight to its
// road, along the network and straight to the facility, costs at most the
// cutoff. Demand that is tied to no road counts as demand, and is not covered.
//
// Errors: invalid with every fault of the request; not_found for the study.
// Cost:   one search of the network for nearest facilities, and one within the
// cutoff per facility.
func (e *Engine) Coverage(ctx context.Context, r CoverageRequest) (*CoverageResult, error) {
	return answer(ctx, e, e.results, "coverage", r, e.coverage)
}

func (e *Engine) coverage(ctx context.Context, b *base, g *grounds, r CoverageRequest, key Key) (*CoverageResult, error) {
	points, wanted := g.facilitiesOf(b, r.Kind)
	in := zonal.Input{Facilities: wanted, Weights: weightsOf(b.Snapshot, r.Cohort)}
	if err := b.travel(ctx, g, r, points, &in); err != nil {
		return nil, err
	}
	states := b.states(g, r.Cohort)
	result := &CoverageResult{
		Key: key, Study: b.Study.ID, Snapshot: b.ID, Synthetic: b.Study.Synthetic, Engine: EngineVersion,
		Question: question(r), Network: states, Warnings: e.warnings(b, g, r, states),
	}
	totals, _ := b.zones.Summarize(coverage.LevelStudy, in)
	result.Totals = totals[0]
	rows, outside := b.zones.Summarize(r.Level, in)
	result.Rows = rows
	if outside.Demand > 0 || outside.FacilitiesInside > 0 {
		result.Outside = &outside
	}
	var err error
	result.Rules, err = e.rules(ctx, b, g, r.Cutoff, points, in, result.Totals)
	return result, err
}

func question(r CoverageRequest) Question {
	return Question{r.Kind, r.Level, r.Profile, r.Cohort, r.Cutoff.Seconds(), r.Cutoff.Meters(), "toward", r.When}
}

// travel fills in, for every demand point, its nearest facility of the kind,
// and for every facility, the demand within the cutoff.
func (b *base) travel(ctx context.Context, g *grounds, r CoverageRequest, points *reach.Points, in *zonal.Input) (err error) {
	in.Travel, err = g.nearest(ctx, points, r.Cutoff)
	if err != nil {
		return err
	}
	in.Reached = make([][]int32, len(in.Facilities))
	scan := reach.NewScan(g.network, g.demand, reach.Options{Metric: r.Cutoff.Metric, Direction: network.Toward})
	for f, wanted := range in.Facilities {
		if !wanted {
			continue
		}
		found, err := scan.FromAny(ctx, g.facilities[f], r.Cutoff.Value)
		if err != nil {
			return err
		}
		for _, target := range found {
			in.Reached[f] = append(in.Reached[f], target.Point)
		}
	}
	return nil
}

// nearest is the way from every demand point to its nearest facility, however
// far.
func (g *grounds) nearest(ctx context.Context, facilities *reach.Points, c Cutoff) ([]zonal.Travel, error) {
	nearest, err := reach.NearestOf(ctx, g.network, facilities, network.Unreached,
		reach.Options{Metric: c.Metric, Direction: network.Toward, Both: true})
	if err != nil {
		return nil, err
	}
	travel := make([]zonal.Travel, g.demand.Len())
	for i := range travel {
		hit, ok := nearest.At(g.demand.Snap(int32(i)))
		if !ok {
			travel[i].Facility = -1
			continue
		}
		t := zonal.Travel{Facility: hit.Facility, Covered: hit.Cost <= c.Value}
		t.Milliseconds, t.Millimeters = hit.Cost, hit.Other
		if c.Metric == network.Length {
			t.Milliseconds, t.Millimeters = hit.Other, hit.Cost
		}
		travel[i] = t
	}
	return travel, nil
}

// rules sets the rule asked for beside the other: a tier's minutes beside its
// meters. A cutoff that is no tier of the service circle stands alone.
func (e *Engine) rules(ctx context.Context, b *base, g *grounds, c Cutoff, points *reach.Points, in zonal.Input, asked zonal.Row) ([]Rule, error) {
	rules := []Rule{rule(c, asked)}
	other, ok := e.otherRule(c)
	if !ok {
		return rules, nil
	}
	var err error
	in.Reached = nil // a rule tells nothing of facilities
	in.Travel, err = g.nearest(ctx, points, other)
	if err != nil {
		return nil, err
	}
	totals, _ := b.zones.Summarize(coverage.LevelStudy, in)
	rules = append(rules, rule(other, totals[0]))
	if rules[0].Rule == "distance" {
		rules[0], rules[1] = rules[1], rules[0]
	}
	return rules, nil
}

func rule(c Cutoff, row zonal.Row) Rule {
	name := "time"
	if c.Metric == network.Length {
		name = "distance"
	}
	return Rule{name, c.Seconds(), c.Meters(), row.Covered, row.CoverageRate}
}

// otherRule is the cutoff of the same tier under the other rule.
func (e *Engine) otherRule(c Cutoff) (Cutoff, bool) {
	for _, tier := range e.library.Tiers() {
		time, errTime := Minutes(tier.Minutes)
		distance, errDistance := Meters(tier.Meters)
		switch {
		case errTime != nil || errDistance != nil:
			panic(fmt.Sprintf("analysis: tier %v is no cutoff", tier))
		case c == time:
			return distance, true
		case c == distance:
			return time, true
		}
	}
	return Cutoff{}, false
}

func weightsOf(s *coverage.Snapshot, cohort string) []coverage.Amount {
	weights := make([]coverage.Amount, len(s.Demand))
	for i := range s.Demand {
		weights[i] = s.Demand[i].Weights[cohort]
	}
	return weights
}
