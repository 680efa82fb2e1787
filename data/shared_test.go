package data_test

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"kaimen/coverage"
)

// sharedData is the folder of the shared test data, or the test is skipped.
func sharedData(t *testing.T, folder string) string {
	t.Helper()
	root := os.Getenv("KAIMEN_SHARED_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "shared", "data")
	}
	dir, err := filepath.Abs(filepath.Join(root, folder))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("the shared test data is not there (%s); set KAIMEN_SHARED_DATA to its folder", dir)
	}
	return dir
}

// manifestBeside writes a manifest whose sources lie in another folder, which
// the text calls DIR.
func manifestBeside(t *testing.T, dir, text string) string {
	t.Helper()
	return writeStudy(t, map[string]string{
		"study.yaml": os.Expand(text, func(string) string { return filepath.ToSlash(dir) }),
	})
}

// TestPortoAlegre is a city whose numbers its source states: 1,227 cells and
// 812,935 people; 177 cells with a school, 117 with a health care site (five
// cells do not know); 15 places of interest.
func TestPortoAlegre(t *testing.T) {
	t.Parallel()
	dir := sharedData(t, "porto-alegre")
	path := manifestBeside(t, dir, `
study: porto-alegre
name: {zh: 阿雷格里港, en: Porto Alegre}
crs: EPSG:4326
sources:
  roads: [{file: "$DIR/poa.osm.pbf"}]
  boundaries: [{file: "$DIR/poa_hexgrid.geojson", level: grid}]
  demand: [{file: "$DIR/poa_hexgrid.csv", fields: {people: population}}]
  facilities:
    - {file: "$DIR/poa_hexgrid.csv", kind: school, where: "schools > 0"}
    - {file: "$DIR/poa_hexgrid.csv", kind: healthcare, where: "healthcare > 0"}
    - {file: "$DIR/poa_points_of_interest.csv", kind: poi}
`)
	s, report := mustImport(t, path)
	equal(t, "cells", len(s.Boundaries), 1227)
	equal(t, "rows of demand", len(s.Demand), 1227)
	people := coverage.Amount(0)
	for _, d := range s.Demand {
		people += d.Weights[coverage.WeightPeople]
	}
	equal(t, "people", people, 812_935*coverage.AmountUnit)
	kinds := map[string]int{}
	for _, f := range s.Facilities {
		kinds[f.Kind]++
	}
	equal(t, "schools", kinds["school"], 177)
	equal(t, "health care", kinds["healthcare"], 117)
	equal(t, "places of interest", kinds["poi"], 15)
	logReport(t, s, report)

	again, _ := mustImport(t, path)
	equal(t, "id of a second import", again.ID, s.ID)
}

// TestLiechtenstein has three levels in one file: 1 country, 2 districts, 11
// municipalities. Of 8,994 buildings 33 lie beyond the country.
func TestLiechtenstein(t *testing.T) {
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
  facilities: [{file: "$DIR/facilities.csv"}]
  demand: [{file: "$DIR/buildings.csv", fields: {people: weight, building: id}}]
`))
	levels := map[coverage.Level]int{}
	for _, b := range s.Boundaries {
		levels[b.Level]++
	}
	equal(t, "countries", levels[coverage.LevelStreet], 1)
	equal(t, "districts", levels[coverage.LevelCommunity], 2)
	equal(t, "municipalities", levels[coverage.LevelGrid], 11)
	equal(t, "facilities", len(s.Facilities), 158+19+6+6+3+1+1)
	equal(t, "buildings", len(s.Demand), 8994)
	equal(t, "buildings beyond the country", stateOf(report, coverage.LayerDemand, coverage.ReasonOutside).Rows, 33)
	logReport(t, s, report)
}

// TestMonaco is a study without boundaries.
func TestMonaco(t *testing.T) {
	t.Parallel()
	dir := sharedData(t, "monaco")
	s, report := mustImport(t, manifestBeside(t, dir, `
study: monaco
crs: EPSG:4326
sources:
  roads: [{file: "$DIR/monaco-2016.osm.pbf"}]
  facilities: [{file: "$DIR/facilities-2016.csv"}]
  demand: [{file: "$DIR/buildings-2016.csv", fields: {people: weight, building: id}}]
`))
	equal(t, "facilities", len(s.Facilities), 119+23+16+16+5+2+1)
	equal(t, "buildings", len(s.Demand), 23_327)
	equal(t, "buildings outside of no boundaries", stateOf(report, coverage.LayerDemand, coverage.ReasonOutside).Rows, 0)
	logReport(t, s, report)
}

// TestChineseSources are a bureau's table of places (GBK, GCJ-02), held against
// the same places in WGS 84, and a district's boundary in GCJ-02. Both tables
// have six decimals, so that they agree to 1.5e-6 degrees.
func TestChineseSources(t *testing.T) {
	t.Parallel()
	places := filepath.Join(sharedData(t, "cn-osm-samples"), "derived-gbk-gcj02")
	s, _ := mustImport(t, manifestBeside(t, places, `
study: beijing-places
sources:
  facilities: [{file: "$DIR/poi-gbk-gcj02.csv", crs: GCJ-02, encoding: gbk, fields: {id: 编号, name: 名称, kind: 类型}}]
`))
	truth, _ := mustImport(t, manifestBeside(t, places, `
study: beijing-places
sources:
  facilities: [{file: "$DIR/truth-poi-wgs84.csv", crs: EPSG:4326, fields: {id: 编号, name: 名称, kind: 类型}}]
`))
	equal(t, "places", len(s.Facilities), 55)
	for i, want := range truth.Facilities {
		have := s.Facilities[i]
		equal(t, "name", have.Kind+" "+have.ID+" "+have.Name, want.Kind+" "+want.ID+" "+want.Name)
		if d := math.Max(math.Abs(have.At[0]-want.At[0]), math.Abs(have.At[1]-want.At[1])); d > 1.5e-6 {
			t.Errorf("%s is %g degrees off", have.Name, d)
		}
	}

	district, report := mustImport(t, manifestBeside(t, sharedData(t, "cn-dongxing-511011"), `
study: dongxing
crs: GCJ-02
sources:
  boundaries: [{file: "$DIR/511011-boundary-gcj02.geojson", level: street, fields: {id: adcode}}]
`))
	equal(t, "district", district.Boundaries[0].ID+" "+district.Boundaries[0].Name, "511011 东兴区")
	equal(t, "parent", district.Boundaries[0].Parent, "") // an object there
	equal(t, "guesses", len(report.Guesses), 1)
}

// stateOf is one line of a NetworkReport.
func stateOf(r coverage.Report, layer coverage.LayerName, code string) coverage.ReasonCount {
	for _, n := range r.Network {
		for _, c := range n.States {
			if n.Layer == layer && c.Code == code {
				return c
			}
		}
	}
	return coverage.ReasonCount{}
}

// logReport shows an import's balance with -v.
func logReport(t *testing.T, s *coverage.Snapshot, r coverage.Report) {
	t.Helper()
	t.Logf("snapshot %s: %d roads", s.ID, len(s.Roads))
	for _, source := range r.Sources {
		t.Logf("%s %s: read %d, used %d, set aside %v", source.Layer, filepath.Base(source.Source), source.Read, source.Used, source.SetAside)
	}
	for _, n := range r.Network {
		t.Logf("%s on %s: %v", n.Layer, n.Profile, n.States)
	}
	for i, issue := range r.Issues {
		if i < 5 {
			t.Logf("%s %s %s", issue.Severity, issue.Code, issue)
		}
	}
	t.Logf("%d issues, guesses %q", len(r.Issues), r.Guesses)
}
