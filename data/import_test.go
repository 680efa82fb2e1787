package data_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/zonal"
	"kaimen/data"
)

// noon is the clock of the tests.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// A drawn town of about 2.2 km by 1.1 km: two crossing streets, an island of
// 11 m far off, three boundaries, four homes, three facilities.
//
//	lat 0.01   ........c2.........
//	lat 0.00   a1------+------a2      lon 0 to 0.02
//	lat -.01           c1
const (
	townManifest = `
study: small-town
name: {zh: 小镇, en: Small town}
crs: EPSG:4326
synthetic: true
sources:
  roads: [{file: roads.osm}]
  boundaries:
    - {file: streets.geojson, level: street}
    - {file: communities.geojson}
  demand: [{file: people.csv}]
  facilities: [{file: facilities.csv, fields: {kind: type}, kinds: {小学: school, 公园: park}}]
`
	townRoads = `<?xml version="1.0"?>
<osm version="0.6">
 <node id="1" lon="0" lat="0"/><node id="2" lon="0.01" lat="0"/><node id="3" lon="0.02" lat="0"/>
 <node id="4" lon="0.01" lat="-0.01"/><node id="5" lon="0.01" lat="0.01"/>
 <node id="6" lon="0.0600" lat="0"/><node id="7" lon="0.0601" lat="0"/>
 <way id="10"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="residential"/></way>
 <way id="11"><nd ref="4"/><nd ref="2"/><nd ref="5"/><tag k="highway" v="footway"/></way>
 <way id="12"><nd ref="6"/><nd ref="7"/><tag k="highway" v="footway"/></way>
 <way id="13"><nd ref="1"/><nd ref="3"/><tag k="highway" v="motorway"/></way>
 <way id="14"><nd ref="1"/><nd ref="2"/><tag k="highway" v="service"/><tag k="access" v="private"/></way>
 <way id="15"><nd ref="1"/><nd ref="4"/><tag k="waterway" v="river"/></way>
 <way id="16"><nd ref="3"/><nd ref="5"/><nd ref="99"/><tag k="highway" v="path"/></way>
</osm>`
	townStreets = `{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"id":"s1","name":"东街"},"geometry":{"type":"Polygon","coordinates":[[[-0.03,-0.03],[0.07,-0.03],[0.07,0.03],[-0.03,0.03],[-0.03,-0.03]]]}}]}`
	townCommunities = `{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"id":"c1","level":"community","parent":"s1"},"geometry":{"type":"Polygon","coordinates":[[[-0.03,-0.03],[0.01,-0.03],[0.01,0.03],[-0.03,0.03],[-0.03,-0.03]]]}},
{"type":"Feature","properties":{"id":"c2","level":"community","parent":"s1"},"geometry":{"type":"Polygon","coordinates":[[[0.01,-0.03],[0.07,-0.03],[0.07,0.03],[0.01,0.03],[0.01,-0.03]]]}}]}`
	townPeople = `id,lon,lat,people,elderly
p1,0.005,0.001,100,10
p2,0.0601,0.001,40,
p3,0.03,0.025,7,1
p4,5,5,3,0
p5,0.015,0.001,,2
p6,,,9,2
`
	townFacilities = `id,name,type,经度,纬度,capacity
f1,第一小学,小学,0.015,0.0005,300
f2,Far park,公园,0.03,0.029,
f3,Island park,公园,0.06005,0.0002,
f4,Cinema,影院,0.01,0.01,
`
)

// town is the files of the drawn town.
func town() map[string]string {
	return map[string]string{
		"study.yaml": townManifest, "roads.osm": townRoads, "streets.geojson": townStreets,
		"communities.geojson": townCommunities, "people.csv": townPeople, "facilities.csv": townFacilities,
	}
}

// writeStudy writes the files of a study and returns the path of study.yaml.
func writeStudy(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "study.yaml")
}

func mustImport(t testing.TB, path string) (*coverage.Snapshot, coverage.Report) {
	t.Helper()
	s, report, err := data.Import(t.Context(), path, data.Options{Now: noon})
	if err != nil {
		t.Fatalf("import: %v\n%v", err, report.Issues)
	}
	if !report.Reconciles() {
		t.Errorf("read is not used + set aside: %+v", report.Sources)
	}
	return s, report
}

func equal[T comparable](t testing.TB, what string, have, want T) {
	t.Helper()
	if have != want {
		t.Errorf("%s: have %v, want %v", what, have, want)
	}
}

func TestImportTown(t *testing.T) {
	t.Parallel()
	s, _ := mustImport(t, writeStudy(t, town()))
	equal(t, "study", s.Study.Name.ZH, "小镇")
	equal(t, "synthetic", s.Study.Synthetic, true)
	equal(t, "time", s.ImportedAt, noon)
	equal(t, "boundaries", len(s.Boundaries), 3)
	equal(t, "parent", s.Boundaries[1].Parent, "s1")
	equal(t, "roads", len(s.Roads), 6) // all ways but the river, the cut one too

	// p5 does not know its people, p6 has no position; the rest stays.
	equal(t, "homes", len(s.Demand), 4)
	equal(t, "elderly of p1", s.Demand[0].Weights["elderly"], 10*coverage.AmountUnit)
	_, known := s.Demand[1].Weights["elderly"]
	equal(t, "elderly of p2 are known", known, false)

	// The cinema is not under kinds. By kind, then id: f2, f3, f1.
	equal(t, "facilities", len(s.Facilities), 3)
	equal(t, "school", s.Facilities[2].Kind+" "+s.Facilities[2].Name, "school 第一小学")
	equal(t, "capacity", *s.Facilities[2].Capacity, 300)
	equal(t, "capacity of a park is known", s.Facilities[0].Capacity != nil, false)
}

// TestOutside: a home is outside if it is in none of the zones there are, of
// which buildings are some; one that names its building is in it, wherever its
// point was drawn. Answers have it alike. A is 0 to 0.01° east, the road
// runs through it and on; the building is beyond A.
func TestOutside(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"areas.geojson":     collection(feature(`"id":"A","level":"grid"`, "Polygon", "["+square(0)+"]")),
		"buildings.geojson": collection(feature(`"id":"b"`, "Polygon", "[[[0.012,0],[0.013,0],[0.013,0.001],[0.012,0.001],[0.012,0]]]")),
		"roads.osm": `<osm version="0.6"><node id="1" lon="0.001" lat="0.0005"/><node id="2" lon="0.02" lat="0.0005"/>
 <way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/></way></osm>`,
		// In A; in the building; beyond both; there too, but of the building.
		"people.csv": "id,lon,lat,people,building\na,0.005,0.0006,1,\nb,0.0125,0.0005,2,\nc,0.016,0.0006,4,\nd,0.016,0.0006,8,b\n",
	}
	const roads, areas, buildings = "  roads: [{file: roads.osm}]\n  demand: [{file: people.csv}]\n", "  boundaries: [{file: areas.geojson}]\n", "  buildings: [{file: buildings.geojson}]"
	for _, tc := range []struct {
		name, sources string
		outside       string
	}{
		{"no zones", roads, "0 0"},
		{"boundaries", roads + areas, "3 14"},
		{"buildings", roads + buildings, "2 5"},
		{"both", roads + areas + buildings, "1 4"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			files := maps.Clone(files)
			files["study.yaml"] = study(tc.sources)
			s, report := mustImport(t, writeStudy(t, files))
			told := stateOf(report, coverage.LayerDemand, coverage.ReasonOutside)
			equal(t, "outside", fmt.Sprint(told.Rows, " ", told.People), tc.outside)
			rows := 0
			for _, outside := range zonal.Divide(s).Outside {
				if outside {
					rows++
				}
			}
			equal(t, "outside in answers", rows, told.Rows)
		})
	}
}

// TestReportTown works out the end state of every row of the drawn town.
func TestReportTown(t *testing.T) {
	t.Parallel()
	_, report := mustImport(t, writeStudy(t, town()))
	var balance []string
	for _, s := range report.Sources {
		balance = append(balance, fmt.Sprintf("%s %d %d %v", s.Source, s.Read, s.Used, s.SetAside))
	}
	wantLines(t, "sources", balance, []string{
		"streets.geojson 1 1 []",
		"communities.geojson 2 2 []",
		"roads.osm 7 6 [{not_road 1 0}]",
		"facilities.csv 4 3 [{unmapped_kind 1 0}]",
		"people.csv 6 4 [{missing_value 1 0} {no_coordinates 1 0}]",
	})
	var states []string
	for _, n := range report.Network {
		states = append(states, fmt.Sprintf("%s %s %v", n.Layer, n.Profile, n.States))
	}
	wantLines(t, "network", states, []string{
		// 10, 11, 12 and what is left of 16; the motorway; the private drive.
		"roads walk [{access_denied 1 0} {class_not_allowed 1 0} {used 4 0}]",
		"facilities walk [{island 1 0} {snapped 1 0} {too_far 1 0}]",
		"demand walk [{island 1 40} {outside 1 3} {snapped 1 100} {too_far 1 7}]",
	})
	for _, want := range []coverage.Issue{
		{Code: coverage.ReasonMissingNode, Source: "roads.osm", Feature: "16"},
		{Code: coverage.ReasonUnmappedKind, Source: "facilities.csv", Line: 5, Feature: "f4"},
		{Code: coverage.ReasonTooFar, Source: "facilities.csv", Line: 3, Feature: "f2"},
		{Code: coverage.ReasonIsland, Source: "facilities.csv", Line: 4, Feature: "f3"},
		{Code: coverage.ReasonMissingValue, Source: "people.csv", Line: 6, Feature: "p5"},
		{Code: coverage.ReasonNoCoordinates, Source: "people.csv", Line: 7, Feature: "p6"},
		{Code: coverage.ReasonOutside, Source: "people.csv", Line: 5, Feature: "p4"},
		{Code: coverage.ReasonIsland, Source: "people.csv", Line: 3, Feature: "p2"},
		{Code: coverage.ReasonIsland}, // of the network
		{Code: coverage.ReasonTooFar}, // of demand
	} {
		want.Severity = coverage.SeverityWarning
		wantIssue(t, report.Issues, want)
	}
	equal(t, "guesses name 经度", strings.Contains(strings.Join(report.Guesses, "\n"), "facilities.csv: x is column 经度"), true)
}

func wantLines(t *testing.T, what string, have, want []string) {
	t.Helper()
	if !slices.Equal(have, want) {
		t.Errorf("%s:\nhave %s\nwant %s", what, strings.Join(have, "\n     "), strings.Join(want, "\n     "))
	}
}

// wantIssue looks for an issue of the same severity, code, source, row and id.
func wantIssue(t *testing.T, issues []coverage.Issue, want coverage.Issue) {
	t.Helper()
	if !slices.ContainsFunc(issues, func(i coverage.Issue) bool {
		return i.Severity == want.Severity && i.Code == want.Code && i.Source == want.Source &&
			i.Line == want.Line && i.Feature == want.Feature
	}) {
		t.Errorf("no %s %s of %q row %d %q among:\n%s", want.Severity, want.Code, want.Source, want.Line, want.Feature, list(issues))
	}
}

func list(issues []coverage.Issue) string {
	var b strings.Builder
	for _, i := range issues {
		fmt.Fprintf(&b, "  %s %s %s\n", i.Severity, i.Code, i)
	}
	return b.String()
}

// TestShuffle: the order of rows is no part of a snapshot.
func TestShuffle(t *testing.T) {
	t.Parallel()
	want, _ := mustImport(t, writeStudy(t, town()))
	rapid.Check(t, func(rt *rapid.T) {
		files := town()
		for _, name := range []string{"people.csv", "facilities.csv"} {
			rows := strings.Split(strings.TrimSpace(files[name]), "\n")
			body := rapid.Permutation(rows[1:]).Draw(rt, name)
			files[name] = rows[0] + "\n" + strings.Join(body, "\n") + "\n"
		}
		ways := strings.Split(files["roads.osm"], "\n")
		copy(ways[5:12], rapid.Permutation(slices.Clone(ways[5:12])).Draw(rt, "ways"))
		files["roads.osm"] = strings.Join(ways, "\n")
		have, _ := mustImport(t, writeStudy(t, files))
		if have.ID != want.ID {
			rt.Fatalf("snapshot %s, in order %s", have.ID, want.ID)
		}
	})
}

// TestRingsEqual: an area that runs the other way round is the same area.
func TestRingsEqual(t *testing.T) {
	t.Parallel()
	want, _ := mustImport(t, writeStudy(t, town()))
	files := town()
	files["streets.geojson"] = strings.Replace(townStreets,
		"[0.07,-0.03],[0.07,0.03],[-0.03,0.03],", "[-0.03,0.03],[0.07,0.03],[0.07,-0.03],", 1)
	have, _ := mustImport(t, writeStudy(t, files))
	equal(t, "snapshot", have.ID, want.ID)
}

func TestCanceled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s, _, err := data.Import(ctx, writeStudy(t, town()), data.Options{})
	if s != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("have %v, %v", s, err)
	}
}

func TestProgress(t *testing.T) {
	t.Parallel()
	stages := map[string]bool{}
	_, _, err := data.Import(t.Context(), writeStudy(t, town()), data.Options{
		Progress: func(stage string, done, total int64) { stages[stage] = true },
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, stage := range []string{"streets.geojson", "people.csv", "network", "facilities", "demand"} {
		equal(t, stage+" is told of", stages[stage], true)
	}
}
