package data_test

import (
	"testing"

	"kaimen/coverage"
	"kaimen/coverage/zonal"
)

// TestLiechtensteinCounts puts the buildings of each municipality, as its
// source counts them, along the municipality's roads. The source's sums: the
// 11 municipalities have 8,961 buildings and 2,187,682 m² of footprint, as the
// country has; the districts 6,227 and 2,734. The three levels fit exactly.
func TestLiechtensteinCounts(t *testing.T) {
	t.Parallel()
	dir := sharedData(t, "liechtenstein")
	s, report := mustImport(t, manifestBeside(t, dir, `
study: liechtenstein
crs: EPSG:4326
sources:
  roads: [{file: "$DIR/liechtenstein-2015.osm.pbf"}]
  boundaries:
    - {file: "$DIR/boundaries.geojson", level: street, where: "admin_level == 2"}
    - {file: "$DIR/boundaries.geojson", level: community, where: "admin_level == 6"}
    - {file: "$DIR/boundaries.geojson", level: grid, where: "admin_level == 8"}
  demand: [{file: "$DIR/reference/cov_by_boundary.csv", zone: grid, where: "admin_level == 8",
    fields: {id: boundary_id, people: buildings, footprint: footprint_m2}}]
`))
	zones := zonal.Divide(s)
	for level, want := range map[coverage.Level]map[string]coverage.Amount{
		coverage.LevelStreet:    {"a2311911": 8961},
		coverage.LevelCommunity: {"a2312285": 6227, "a2312283": 2734},
		coverage.LevelGrid:      {"a2311907": 1422},
	} {
		people := map[string]coverage.Amount{}
		for i := range s.Demand {
			zone, ok := zones.HoldingDemand(level, i)
			equal(t, s.Demand[i].ID+" is in a zone", ok, true)
			people[zone.ID] += s.Demand[i].Weights[coverage.WeightPeople]
		}
		for id, n := range want {
			equal(t, string(level)+" "+id, people[id], n*coverage.AmountUnit)
		}
	}
	footprint := coverage.Amount(0)
	for i := range s.Demand {
		footprint += s.Demand[i].Weights["footprint"]
	}
	equal(t, "footprint", footprint, 2_187_682*coverage.AmountUnit)
	for _, l := range report.Levels {
		equal(t, string(l.Level)+" has faults", l.Orphans+l.Gaps+l.Overlaps+l.Outside+l.Duplicates+l.Slivers, 0)
	}
	logReport(t, s, report)
}

// TestSaoPaulo is a second city: 323 cells with 517,570 people, 59 schools.
func TestSaoPaulo(t *testing.T) {
	t.Parallel()
	s, report := mustImport(t, manifestBeside(t, sharedData(t, "sao-paulo"), `
study: sao-paulo
crs: EPSG:4326
sources:
  roads: [{file: "$DIR/spo.osm.pbf"}]
  demand: [{file: "$DIR/spo_hexgrid.csv", fields: {people: population}}]
  facilities: [{file: "$DIR/spo_hexgrid.csv", kind: school, where: "schools > 0", fields: {capacity: schools}}]
`))
	people, schools := coverage.Amount(0), 0.0
	for i := range s.Demand {
		people += s.Demand[i].Weights[coverage.WeightPeople]
	}
	for i := range s.Facilities {
		schools += *s.Facilities[i].Capacity
	}
	equal(t, "cells", len(s.Demand), 323)
	equal(t, "people", people, 517_570*coverage.AmountUnit)
	equal(t, "schools", schools, 59)
	logReport(t, s, report)
}
