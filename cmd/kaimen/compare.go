package main

import (
	"context"
	"fmt"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/data/export"
)

// printScenario tells what a question was asked under.
func (c console) printScenario(w *analysis.WhatIf) {
	if w != nil {
		fmt.Fprintf(c.stdout, "scenario=%s changes=%d name=%s\n", w.Hash, w.Changes, nameOf(w.Name))
	}
}

// nameOf is a name in Chinese or, without, in English.
func nameOf(n coverage.Name) string {
	if n.ZH != "" {
		return n.ZH
	}
	return n.EN
}

type compareCommand struct {
	question
	From string `help:"Compare from this scenario, a .json file or the id of a saved one; default the study as it is." placeholder:"FILE|ID"`
}

// Run prints the totals before and after, then writes the rows.
func (k compareCommand) Run(ctx context.Context, c console) error {
	if k.Scenario == "" {
		return coverage.Errorf(coverage.Invalid, "--scenario is missing; give the .json file, or the id of a saved scenario, of what is to be compared")
	}
	request := k.request(ctx)
	from, err := scenarioFlag{k.From}.read(ctx, k.storeFlag, k.Study)
	request.Unfit = coverage.AllFaults(request.Unfit, err)
	return k.withEngine(ctx, func(engine *analysis.Engine) error {
		r, err := engine.CompareFrom(ctx, from, request)
		if err != nil {
			return scenarioFlag{k.From}.namedAs(k.named(err), "from")
		}
		c.printComparison(r)
		if k.Output == "" {
			return nil
		}
		return k.tableFile(ctx, asJSON(r), func(shapes bool) (export.Table, error) {
			if !shapes {
				return export.CompareTable(r, nil)
			}
			zones, err := engine.Zones(ctx, r.Snapshot, r.Question.Level)
			if err != nil {
				return export.Table{}, err
			}
			return export.CompareTable(r, zones)
		})
	})
}

// printComparison prints the totals first, in one line of names and values, and
// then the same for people.
func (c console) printComparison(r *analysis.CompareResult) {
	b, a, d := &r.Totals.Before, &r.Totals.After, &r.Totals.Change
	fmt.Fprintf(c.stdout, "totals demand=%v covered_before=%v covered_after=%v covered_change=%v coverage_rate_before=%s coverage_rate_after=%s mean_s_before=%s mean_s_after=%s mean_m_before=%s mean_m_after=%s\n",
		r.Totals.Demand, b.Covered, a.Covered, d.Covered, number(b.CoverageRate), number(a.CoverageRate),
		number(b.MeanS), number(a.MeanS), number(b.MeanM), number(a.MeanM))
	fmt.Fprintf(c.stdout, "covered %v → %v (%s), mean_s %s → %s, mean_m %s → %s, facilities %d → %d\n",
		b.Covered, a.Covered, signed(d.Covered), rounded(b.MeanS), rounded(a.MeanS), rounded(b.MeanM), rounded(a.MeanM), b.FacilitiesInside, a.FacilitiesInside)
	for _, p := range []struct {
		name  string
		count analysis.PointCount
	}{
		{"gained", r.Points.Gained},
		{"lost", r.Points.Lost},
		{"nearer", r.Points.Nearer},
		{"farther", r.Points.Farther},
		{"nearest_changed", r.Points.NearestChanged},
	} {
		fmt.Fprintf(c.stdout, "%s points=%d demand=%v\n", p.name, p.count.Points, p.count.Demand)
	}
	c.printScenario(r.Question.Scenario)
	if r.From != nil {
		fmt.Fprintf(c.stdout, "from=%s changes=%d name=%s\n", r.From.Hash, r.From.Changes, nameOf(r.From.Name))
	}
	fmt.Fprintf(c.stdout, "study=%s snapshot=%s kind=%s level=%s profile=%s cohort=%s cutoff_s=%s cutoff_m=%s key=%s\n",
		r.Study, r.Snapshot, r.Question.Kind, r.Question.Level, r.Question.Profile, r.Question.Cohort,
		number(r.Question.CutoffS), number(r.Question.CutoffM), r.Key)
	c.warnings(r.Warnings)
}

// signed is an amount with its sign, also above 0.
func signed(a coverage.Amount) string {
	if a > 0 {
		return "+" + a.String()
	}
	return a.String()
}

// rounded is a value with one decimal, or a dash if unknown.
func rounded(x *float64) string {
	if x == nil {
		return "–"
	}
	return fmt.Sprintf("%.1f", *x)
}
