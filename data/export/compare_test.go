package export_test

import (
	"encoding/csv"
	"strings"
	"testing"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/data/export"
)

// comparison is of the zones of result: one where everything differs, one where
// nothing is known.
func comparison() *analysis.CompareResult {
	before := analysis.Figures{Covered: coverage.AmountUnit, CoverageRate: number(0.25), Uncovered: 3 * coverage.AmountUnit, MeanS: number(600), FacilitiesInside: 1}
	after := analysis.Figures{Covered: 4 * coverage.AmountUnit, CoverageRate: number(1), MeanS: number(90.5), FacilitiesInside: 2}
	change := analysis.Figures{Covered: 3 * coverage.AmountUnit, CoverageRate: number(0.75), Uncovered: -3 * coverage.AmountUnit, MeanS: number(-509.5), FacilitiesInside: 1}
	full := analysis.Compared{ID: "007", Name: "=East", Level: coverage.LevelCommunity, Parent: "s", Demand: 4 * coverage.AmountUnit, Before: before, After: after, Change: change}
	return &analysis.CompareResult{
		Key: "k", Study: "town", Snapshot: "abc", Engine: "1", Totals: full, Warnings: []analysis.Warning{},
		Question: analysis.Question{Kind: "park", Scenario: &analysis.WhatIf{Hash: "0123456789ab", Name: coverage.Name{ZH: "新园"}, Changes: 2}},
		Points:   analysis.PointChanges{Gained: analysis.PointCount{Points: 1, Demand: 3 * coverage.AmountUnit}},
		Rows:     []analysis.Compared{full, {ID: "8", Level: coverage.LevelCommunity}},
	}
}

func TestCompareCSV(t *testing.T) {
	t.Parallel()
	rows, err := csv.NewReader(strings.NewReader(written(t, func(b *strings.Builder) error {
		return compareCSV(b, comparison(), export.CSVOptions{Guard: true})
	}))).ReadAll()
	if err != nil || len(rows) != 3 {
		t.Fatalf("%v, %v", rows, err)
	}
	cells := map[string]string{}
	for i, name := range rows[0] {
		cells[name] = rows[1][i]
	}
	for name, want := range map[string]string{
		"name": "'=East", "demand": "4", "covered_before": "1", "covered_after": "4", "covered_change": "3", "uncovered_change": "-3",
		"coverage_rate_change": "0.75", "mean_s_before": "600", "mean_s_change": "-509.5", "mean_m_change": "", "facilities_inside_change": "1",
	} {
		if got, there := cells[name]; got != want || !there {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func TestComparedZonesMustBeThoseOfTheRows(t *testing.T) {
	t.Parallel()
	swapped := zones()
	swapped[0], swapped[1] = swapped[1], swapped[0]
	var b strings.Builder
	if compareGeoJSON(&b, comparison(), swapped) == nil || compareGeoJSON(&b, comparison(), swapped[:0]) == nil {
		t.Error("rows were written with the outlines of others")
	}
}
