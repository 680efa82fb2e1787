package analysis

import (
	"context"

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
	Scenario  *WhatIf        `json:"scenario,omitempty"`
}

// Rule is the study's coverage under the time or the distance rule.
type Rule struct {
	Rule         string          `json:"rule"` // "time" or "distance"
	CutoffS      *float64        `json:"cutoff_s"`
	CutoffM      *float64        `json:"cutoff_m"`
	Covered      coverage.Amount `json:"covered"`
	CoverageRate *float64        `json:"coverage_rate"`
	TierSource
}

// TierSource is where the minutes and meters of a tier of the service circle
// are from. It is empty for cutoffs that are no tier.
type TierSource struct {
	Source   string `json:"source,omitempty"`
	Verified *bool  `json:"verified,omitempty"` // they were read there
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
	found, err := g.serve(ctx, b, []string{r.Kind}, 1, r.Cutoff)
	if err != nil {
		return nil, err
	}
	sum := b.zones.Sum(found.input(weightsOf(b.Snapshot, r.Cohort)))
	states := b.states(g, r.Cohort)
	result := &CoverageResult{
		Key: key, Study: b.Study.ID, Snapshot: b.ID, Synthetic: b.Study.Synthetic, Engine: EngineVersion,
		Question: question(r), Network: states, Warnings: e.warnings(b, g, r, states),
	}
	totals, _ := sum.Rows(coverage.LevelStudy)
	result.Totals = totals[0]
	rows, outside := sum.Rows(r.Level)
	result.Rows = rows
	if outside.Demand > 0 || outside.FacilitiesInside > 0 {
		result.Outside = &outside
	}
	result.Rules, err = e.rules(ctx, b, g, r, found.points, result.Totals)
	return result, err
}

func question(r CoverageRequest) Question {
	return Question{r.Kind, r.Level, r.Profile, r.Cohort, r.Cutoff.Seconds(), r.Cutoff.Meters(), "toward", r.When, whatIfOf(r.Scenario)}
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
	one := make([]reach.Hit, 0, 1)
	for i := range travel {
		var hits []reach.Hit
		if hit, ok := nearest.At(g.demand.Snap(int32(i))); ok {
			hits = append(one[:0], hit)
		}
		travel[i] = travelOf(c, hits, 1)
	}
	return travel, nil
}

// rules sets the rule asked for beside the other: a tier's minutes beside its
// meters. A cutoff that is no tier of the service circle stands alone.
func (e *Engine) rules(ctx context.Context, b *base, g *grounds, r CoverageRequest, points *reach.Points, asked zonal.Row) ([]Rule, error) {
	other, source, ok := e.otherRule(r.Cutoff)
	rules := []Rule{rule(r.Cutoff, source, asked)}
	if !ok {
		return rules, nil
	}
	travel, err := g.nearest(ctx, points, other)
	if err != nil {
		return nil, err
	}
	totals, _ := b.zones.Summarize(coverage.LevelStudy, zonal.Input{Weights: weightsOf(b.Snapshot, r.Cohort), Travel: travel})
	rules = append(rules, rule(other, source, totals[0]))
	if rules[0].Rule == "distance" {
		rules[0], rules[1] = rules[1], rules[0]
	}
	return rules, nil
}

func rule(c Cutoff, source TierSource, row zonal.Row) Rule {
	name := "time"
	if c.Metric == network.Length {
		name = "distance"
	}
	return Rule{name, c.Seconds(), c.Meters(), row.Covered, row.CoverageRate, source}
}

// otherRule is the cutoff of the same tier under the other rule, and where that
// tier is from.
func (e *Engine) otherRule(c Cutoff) (Cutoff, TierSource, bool) {
	for _, tier := range e.library.Tiers() {
		time, errTime := Minutes(tier.Minutes)
		distance, errDistance := Meters(tier.Meters)
		source := TierSource{tier.Source, &tier.Verified}
		switch {
		case errTime != nil || errDistance != nil: // of a local file, and farther than questions go
		case c == time:
			return distance, source, true
		case c == distance:
			return time, source, true
		}
	}
	return Cutoff{}, TierSource{}, false
}

func weightsOf(s *coverage.Snapshot, cohort string) []coverage.Amount {
	weights := make([]coverage.Amount, len(s.Demand))
	for i := range s.Demand {
		weights[i] = s.Demand[i].Weights[cohort]
	}
	return weights
}
