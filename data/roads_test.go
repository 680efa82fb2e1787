package data_test

import (
	"fmt"
	"strings"
	"testing"

	"kaimen/coverage"
)

// lines is a GeoJSON of centerlines, one step of 0.001° being about 111 m:
//
//	a  along the equator, from 0 to 0.004; 是 is one way
//	b  crosses a at 0.001 without a vertex
//	c  a bridge over a at 0.002
//	d  two parts: one ends 0.56 m above a at 0.003, one lies apart
//	e  lies over the first half of a, both ways: no duplicate of a one-way line
//	f  lies over b
//	g  is 3 mm long
//	h  has a class that is not mapped
const drawnLines = `{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"id":"a","名称":"一路","class":"主干路","oneway":"是","width":12.5},"geometry":{"type":"LineString","coordinates":[[0,0],[0.004,0]]}},
{"type":"Feature","properties":{"id":"b","class":"支路","foot":"yes"},"geometry":{"type":"LineString","coordinates":[[0.001,-0.001],[0.001,0.001]]}},
{"type":"Feature","properties":{"id":"c","class":"支路","bridge":"是"},"geometry":{"type":"LineString","coordinates":[[0.002,-0.001],[0.002,0.001]]}},
{"type":"Feature","properties":{"id":"d"},"geometry":{"type":"MultiLineString","coordinates":[[[0.003,0.000005],[0.003,0.001]],[[0.01,0.01],[0.011,0.01]]]}},
{"type":"Feature","properties":{"id":"e","oneway":"否"},"geometry":{"type":"LineString","coordinates":[[0.002,0],[0,0]]}},
{"type":"Feature","properties":{"id":"f"},"geometry":{"type":"LineString","coordinates":[[0.001,0.001],[0.001,-0.001]]}},
{"type":"Feature","properties":{"id":"g"},"geometry":{"type":"LineString","coordinates":[[0.02,0.02],[0.02000003,0.02]]}},
{"type":"Feature","properties":{"id":"h","class":"天桥"},"geometry":{"type":"LineString","coordinates":[[0.02,0.02],[0.03,0.02]]}}]}`

const drawnSource = `  roads: [{file: lines.geojson, fields: {name: 名称}, classes: {主干路: primary, 支路: tertiary}}]`

// sprint is its values with single spaces between.
func sprint(values ...any) string { return strings.TrimSuffix(fmt.Sprintln(values...), "\n") }

func TestCenterlines(t *testing.T) {
	t.Parallel()
	s, report := mustImport(t, writeStudy(t, map[string]string{"study.yaml": study(drawnSource), "lines.geojson": drawnLines}))
	var roads []string
	at := map[string]int64{} // node by place
	for _, r := range s.Roads {
		var places []string
		for i, p := range r.Line {
			place := sprint(p[0], p[1])
			if n, ok := at[place]; ok && n != r.Nodes[i] {
				place += " again"
			}
			at[place] = r.Nodes[i]
			places = append(places, place)
		}
		roads = append(roads, r.ID+" "+r.Class+": "+strings.Join(places, ", "))
	}
	wantLines(t, "roads", roads, []string{
		"a primary: 0 0, 0.001 0, 0.002 0, 0.003 0, 0.004 0",
		"b tertiary: 0.001 -0.001, 0.001 0, 0.001 0.001",
		"c tertiary: 0.002 -0.001, 0.002 0.001",
		"d residential: 0.003 0, 0.003 5e-06, 0.003 0.001",
		"d#2 residential: 0.01 0.01, 0.011 0.01",
		"e residential: 0.002 0, 0.001 0, 0 0",
	})
	equal(t, "tags of a", sprint(s.Roads[0].Name, s.Roads[0].Tags), "一路 map[oneway:yes width:12.5]")
	equal(t, "tags of b", sprint(s.Roads[1].Tags), "map[foot:yes]")
	equal(t, "tags of c", sprint(s.Roads[2].Tags), "map[bridge:yes]")
	equal(t, "balance", sprint(report.Sources[0].Read, report.Sources[0].Used, report.Sources[0].SetAside),
		"8 5 [{duplicate 1 0} {too_short 1 0} {unmapped_kind 1 0}]")
	for _, want := range []coverage.Issue{
		{Code: coverage.ReasonJoined, Line: 4, Feature: "d"},
		{Code: coverage.ReasonDuplicate, Line: 6, Feature: "f"},
		{Code: coverage.ReasonTooShort, Line: 7, Feature: "g"},
		{Code: coverage.ReasonUnmappedKind, Line: 8, Feature: "h"},
	} {
		want.Severity, want.Source = coverage.SeverityWarning, "lines.geojson"
		wantIssue(t, report.Issues, want)
	}
	told := strings.Join(report.Guesses, "\n")
	// Cut: a and b where they cross, a where e ends at 0.002.
	for _, want := range []string{"2 places were cut", "1 ends that missed a line by up to 0.56 m", "residential", "merged"} {
		equal(t, "guesses tell "+want, strings.Contains(told, want), true)
	}

	// A tolerance below the gap leaves it open.
	s, _ = mustImport(t, writeStudy(t, map[string]string{
		"study.yaml": study(strings.Replace(drawnSource, "fields", "tolerance_m: 0.5, fields", 1)), "lines.geojson": drawnLines,
	}))
	equal(t, "vertices of d", len(s.Roads[3].Line), 2)
}

// TestCenterlineOrder: the order of features changes nothing, ids given.
func TestCenterlineOrder(t *testing.T) {
	t.Parallel()
	head, rest, _ := strings.Cut(drawnLines, "\n")
	rows := strings.Split(strings.TrimSuffix(rest, "]}"), ",\n")
	turned := make([]string, len(rows))
	for i, row := range rows {
		turned[len(rows)-1-i] = row
	}
	s, _ := mustImport(t, writeStudy(t, map[string]string{"study.yaml": study(drawnSource), "lines.geojson": drawnLines}))
	other, _ := mustImport(t, writeStudy(t, map[string]string{
		"study.yaml": study(drawnSource), "lines.geojson": head + strings.Join(turned, ",\n") + "]}",
	}))
	equal(t, "id", other.ID, s.ID)
}

func TestCenterlineFaults(t *testing.T) {
	t.Parallel()
	good := collection(feature(`"id":1`, "LineString", "[[0,0],[0.001,0]]"))
	bad := func(properties, kind, coordinates string) string {
		return collection(feature(properties, kind, coordinates))
	}
	const straight = "[[0,0],[0.001,0]]"
	const plain = "  roads: [{file: l.geojson}]"
	for _, tc := range []struct {
		name, sources, text string
		want                []string
	}{
		{"a point", plain, bad(`"id":1`, "Point", "[0,0]"), []string{"bad_geometry l.geojson 1 1"}},
		{"a leap", plain, bad(`"id":1`, "LineString", "[[0,0],[9,0]]"), []string{"bad_geometry l.geojson 1 1"}},
		{"a direction", plain, bad(`"id":1,"oneway":"F"`, "LineString", straight), []string{"bad_value l.geojson 1 1"}},
		{"a level", plain, bad(`"id":1,"level":0.5`, "LineString", straight), []string{"bad_value l.geojson 1 1"}},
		{"a width", plain, bad(`"id":1,"width":-2`, "LineString", straight), []string{"bad_value l.geojson 1 1"}},
		{"a bridge", plain, bad(`"id":1,"bridge":"7"`, "LineString", straight), []string{"bad_value l.geojson 1 1"}},
		{
			"an id twice", plain, collection(feature(`"id":1`, "LineString", straight), feature(`"id":1`, "LineString", straight)),
			[]string{"duplicate_id l.geojson 2 1"},
		},
		{"both kinds", "  roads: [{file: l.geojson}, {file: roads.osm}]", good, []string{"bad_manifest study.yaml 0 "}},
		{
			"a tolerance, a class and a rule that are none",
			"  roads: [{file: l.geojson, tolerance_m: 11, classes: {a: street}, meet: nowhere}]", good,
			[]string{"bad_manifest l.geojson 0 ", "bad_manifest l.geojson 0 ", "bad_manifest l.geojson 0 "},
		},
		{
			"said of another layer", "  parcels: [{file: p.geojson, tolerance_m: 1, classes: {a: b}, meet: vertices}]", good,
			[]string{"bad_manifest p.geojson 0 ", "bad_manifest p.geojson 0 ", "bad_manifest p.geojson 0 "},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var have []string
			for _, i := range faultsOf(t, map[string]string{
				"study.yaml": study(tc.sources), "l.geojson": tc.text, "roads.osm": townRoads,
				"p.geojson": collection(feature(`"id":1`, "Polygon", "["+square(0)+"]")),
			}) {
				have = append(have, brief(i))
			}
			wantLines(t, "faults", have, tc.want)
		})
	}
}
