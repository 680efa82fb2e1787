package analysis

import (
	"context"
	"errors"
	"strings"

	"kaimen/coverage"
	"kaimen/coverage/scenario"
	"kaimen/coverage/zonal"
)

// CompareResult is a coverage before and after the changes of a scenario.
type CompareResult struct {
	Key       Key                 `json:"key"`
	Study     string              `json:"study"`
	Snapshot  coverage.SnapshotID `json:"snapshot"`
	Synthetic bool                `json:"synthetic"`
	Engine    string              `json:"engine"`
	Question  Question            `json:"question"`
	From      *WhatIf             `json:"from,omitempty"` // the scenario that before is under; absent for the study as it is
	Totals    Compared            `json:"totals"`         // the study
	Points    PointChanges        `json:"points"`
	Warnings  []Warning           `json:"warnings" nullable:"false"` // of the answer after the changes
	Rows      []Compared          `json:"rows" nullable:"false"`     // by id
}

// Compared is the answer for one zone before and after.
type Compared struct {
	ID     string          `json:"id"`
	Name   string          `json:"name"`
	Level  coverage.Level  `json:"level"`
	Parent string          `json:"parent"`
	Demand coverage.Amount `json:"demand"`
	Before Figures         `json:"before"`
	After  Figures         `json:"after"`
	Change Figures         `json:"change"` // after less before; null where either is not known
}

// Figures are what may differ of a zonal.Row, in its words.
type Figures struct {
	Covered      coverage.Amount `json:"covered"`
	CoverageRate *float64        `json:"coverage_rate"`
	Uncovered    coverage.Amount `json:"uncovered"`

	MeanS *float64 `json:"mean_s"`
	P90S  *float64 `json:"p90_s"`
	MeanM *float64 `json:"mean_m"`
	P90M  *float64 `json:"p90_m"`

	Unreached           coverage.Amount `json:"unreached"`
	FacilitiesInside    int             `json:"facilities_inside"`
	FacilitiesReachable int             `json:"facilities_reachable"`
}

// PointChanges counts the demand points that a scenario changes something for.
// Points without demand, or outside all boundaries, count nowhere.
type PointChanges struct {
	Gained         PointCount `json:"gained"`          // covered after, not before
	Lost           PointCount `json:"lost"`            // covered before, not after
	Nearer         PointCount `json:"nearer"`          // the nearest facility costs less by more than 5 mm or ms, or there is one now
	Farther        PointCount `json:"farther"`         // it costs so much more, or there is none any more
	NearestChanged PointCount `json:"nearest_changed"` // another facility is nearest, or one instead of none, or none
}

// PointCount is demand points with their demand.
type PointCount struct {
	Points int             `json:"points"`
	Demand coverage.Amount `json:"demand"`
}

func (c *PointCount) add(w coverage.Amount) {
	c.Points++
	c.Demand += w
}

// Compare answers a request without its scenario and with it, and sets the two
// side by side. Costs are compared in the metric of the cutoff. Without a
// scenario nothing differs.
//
// Errors: as Coverage, with every fault of the scenario.
// Cost:   twice that of Coverage, less what is kept, and a search for nearest
// facilities each.
func (e *Engine) Compare(ctx context.Context, r CoverageRequest) (*CompareResult, error) {
	return e.CompareFrom(ctx, nil, r)
}

// CompareFrom is Compare from one scenario to another: before is the answer under
// from, and not that of the study as it is. A scenario that is nil, or without
// changes, is the study as it is.
//
// Errors: as Compare; faults of from stand under from.changes.
func (e *Engine) CompareFrom(ctx context.Context, from *scenario.Scenario, r CoverageRequest) (*CompareResult, error) {
	after, r, profile, err := e.asked(ctx, r)
	if after == nil {
		return nil, err
	}
	before, unfit := e.under(ctx, after.plain(), from)
	if err := coverage.AllFaults(err, renamedSource(unfit, "scenario", "from")); err != nil {
		return nil, err
	}
	from, before = before.scenario(), before.counted(r.Cohort)
	was := r
	was.Scenario = from
	resultBefore, err := answerOn(ctx, e.results, "coverage", before, was, profile, e.coverage)
	if err != nil {
		return nil, err
	}
	resultAfter, err := answerOn(ctx, e.results, "coverage", after, r, profile, e.coverage)
	if err != nil {
		return nil, err
	}
	result := &CompareResult{
		Key: compareKey(after.ID, from, r), From: whatIfOf(from), Study: after.Study.ID, Snapshot: after.ID, Synthetic: after.Study.Synthetic, Engine: EngineVersion,
		Question: resultAfter.Question, Totals: compared(resultBefore.Totals, resultAfter.Totals),
		Warnings: resultAfter.Warnings, Rows: []Compared{},
	}
	for i := range resultAfter.Rows { // of the same zones, in the same order
		result.Rows = append(result.Rows, compared(resultBefore.Rows[i], resultAfter.Rows[i]))
	}
	travel := make([][]zonal.Travel, 2)
	for i, b := range []*base{before, after} {
		g, err := b.grounds(ctx, profile, r.When)
		if err != nil {
			return nil, err
		}
		points, _ := g.facilitiesOf(b, r.Kind)
		if travel[i], err = g.nearest(ctx, points, r.Cutoff); err != nil {
			return nil, err
		}
	}
	result.Points = pointChanges(before, after, r, travel[0], travel[1])
	return result, nil
}

// plain is the snapshot that b was made of, as it is: under no scenario, its
// demand its own.
func (b *base) plain() *base {
	if b.countedOf != nil {
		b = b.countedOf
	}
	if b.whatIf != nil {
		b = b.whatIf.of
	}
	return b
}

// renamedSource puts another name in front of where the faults of an error stand.
func renamedSource(err error, from, to string) error {
	known, ok := errors.AsType[*coverage.Error](err)
	if !ok {
		return err
	}
	told := &coverage.Error{Code: known.Code, Message: known.Message}
	for _, i := range known.Issues {
		if rest, ok := strings.CutPrefix(i.Source, from); ok {
			i.Source = to + rest
		}
		told.Issues = append(told.Issues, i)
	}
	return told
}

// compareKey is the same without a scenario to start from as it always was.
func compareKey(id coverage.SnapshotID, from *scenario.Scenario, r CoverageRequest) Key {
	if from == nil {
		return keyOf("compare", id, r)
	}
	return keyOf("compare", id, r, from)
}

func compared(before, after zonal.Row) Compared {
	a, b := figuresOf(before), figuresOf(after)
	return Compared{
		ID: after.ID, Name: after.Name, Level: after.Level, Parent: after.Parent, Demand: after.Demand, Before: a, After: b,
		Change: Figures{
			Covered: b.Covered - a.Covered, CoverageRate: less(b.CoverageRate, a.CoverageRate), Uncovered: b.Uncovered - a.Uncovered,
			MeanS: less(b.MeanS, a.MeanS), P90S: less(b.P90S, a.P90S), MeanM: less(b.MeanM, a.MeanM), P90M: less(b.P90M, a.P90M),
			Unreached: b.Unreached - a.Unreached, FacilitiesInside: b.FacilitiesInside - a.FacilitiesInside,
			FacilitiesReachable: b.FacilitiesReachable - a.FacilitiesReachable,
		},
	}
}

func figuresOf(r zonal.Row) Figures {
	return Figures{
		r.Covered, r.CoverageRate, r.Uncovered, r.MeanS, r.P90S, r.MeanM, r.P90M, r.Unreached, r.FacilitiesInside, r.FacilitiesReachable,
	}
}

// less is x - y, nil if either is not known.
func less(x, y *float64) *float64 {
	if x == nil || y == nil {
		return nil
	}
	d := *x - *y
	return &d
}

// pointChanges looks at every demand point twice.
func pointChanges(before, after *base, r CoverageRequest, was, is []zonal.Travel) (c PointChanges) {
	name := func(b *base, t zonal.Travel) string {
		if t.Facility < 0 {
			return ""
		}
		return b.Facilities[t.Facility].ID
	}
	for i := range is {
		weight := after.Demand[i].Weights[r.Cohort]
		if weight == 0 || after.zones.Outside[i] {
			continue
		}
		a, b := was[i], is[i]
		if b.Covered && !a.Covered {
			c.Gained.add(weight)
		}
		if a.Covered && !b.Covered {
			c.Lost.add(weight)
		}
		switch x, y := costOf(a, r.Cutoff.Metric), costOf(b, r.Cutoff.Metric); {
		case y < x && x-y > roundingCost:
			c.Nearer.add(weight)
		case y > x && y-x > roundingCost:
			c.Farther.add(weight)
		}
		if name(before, a) != name(after, b) {
			c.NearestChanged.add(weight)
		}
	}
	return c
}

// roundingCost is what counts as no change: where a road is split, the cost of
// its parts is rounded anew.
const roundingCost = 5 // millimeters or milliseconds
