package data_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"kaimen/coverage"
	"kaimen/data"
)

// faultsOf imports files that must be refused, and returns every fault.
func faultsOf(t *testing.T, files map[string]string) []coverage.Issue {
	t.Helper()
	return faultsAt(t, writeStudy(t, files))
}

// faultsAt imports a manifest that has faults and returns them.
func faultsAt(t *testing.T, manifest string) []coverage.Issue {
	t.Helper()
	s, report, err := data.Import(t.Context(), manifest, data.Options{Now: noon})
	if s != nil || err == nil {
		t.Fatalf("the import was not refused; it has\n%s", list(report.Issues))
	}
	refused, ok := errors.AsType[*coverage.Error](err)
	if !ok || refused.Code != coverage.Invalid {
		t.Fatalf("have error %v, want an invalid coverage.Error", err)
	}
	if !report.Reconciles() {
		t.Errorf("read is not used + set aside: %+v", report.Sources)
	}
	for _, i := range refused.Issues {
		equal(t, "severity of "+i.String(), i.Severity, coverage.SeverityError)
		if !slices.ContainsFunc(report.Issues, func(r coverage.Issue) bool { return r.String() == i.String() }) {
			t.Errorf("the report does not tell %s", i)
		}
	}
	return refused.Issues
}

// brief is a fault as the table below has it: code, source, row, id.
func brief(i coverage.Issue) string {
	return fmt.Sprintf("%s %s %d %s", i.Code, i.Source, i.Line, i.Feature)
}

// square is a closed ring of 0.01° with its south-west corner at lon, 0.
func square(lon float64) string {
	return fmt.Sprintf("[[%[1]g,0],[%[2]g,0],[%[2]g,0.01],[%[1]g,0.01],[%[1]g,0]]", lon, lon+0.01)
}

// feature is a GeoJSON feature; properties are JSON without braces.
func feature(properties, kind, coordinates string) string {
	return fmt.Sprintf(`{"type":"Feature","properties":{%s},"geometry":{"type":%q,"coordinates":%s}}`, properties, kind, coordinates)
}

func collection(features ...string) string {
	return `{"type":"FeatureCollection","features":[` + strings.Join(features, ",\n") + `]}`
}

// study is a manifest of these sources, in WGS 84.
func study(sources string) string { return "study: s\ncrs: EPSG:4326\nsources:\n" + sources + "\n" }

// TestFaults has one bad input each, and every fault that must be told of it.
func TestFaults(t *testing.T) {
	t.Parallel()
	const people = "  demand: [{file: people.csv}]"
	const zones = "  boundaries: [{file: zones.geojson, level: grid}]"
	for _, tc := range []struct {
		name, sources string
		files         map[string]string
		want          []string
		words         string // that the first message must hold
	}{
		{"missing file", people, nil, []string{"missing_file people.csv 0 "}, "study.yaml"},
		{
			"unknown format", "  demand: [{file: people.doc}]",
			map[string]string{"people.doc": "x"},
			[]string{"unknown_format people.doc 0 "},
			".csv",
		},
		{
			"roads that are no format", "  roads: [{file: roads.doc}]",
			map[string]string{"roads.doc": "x"},
			[]string{"unknown_format roads.doc 0 "},
			".geojson",
		},
		{
			"broken OSM", "  roads: [{file: roads.osm}]",
			map[string]string{"roads.osm": "<osm><node"},
			[]string{"unreadable roads.osm 0 "},
			"",
		},
		{
			"table of areas", "  boundaries: [{file: zones.csv, level: grid}]",
			map[string]string{"zones.csv": "id\n1\n"},
			[]string{"unknown_format zones.csv 0 "},
			"GeoJSON",
		},
		{
			"not UTF-8", people,
			map[string]string{"people.csv": "id,lon,lat,people\n\xcf\xe3,1,1,1\n"},
			[]string{"unreadable people.csv 0 "},
			"encoding: gbk",
		},
		{
			"unknown encoding", "  demand: [{file: people.csv, encoding: klingon}]",
			map[string]string{"people.csv": "id\n"},
			[]string{"unreadable people.csv 0 "},
			"klingon",
		},
		{
			"unknown crs", "  demand: [{file: people.csv, crs: \"EPSG:1\"}]",
			map[string]string{"people.csv": "id,lon,lat,people\na,500000,3000000,x\n"},
			[]string{"unknown_crs people.csv 0 ", "bad_number people.csv 2 a"},
			"EPSG:4326",
		},
		{
			"ragged row", people,
			map[string]string{"people.csv": "id,lon,lat,people\na,1,1,1\nb,1\nc,1,1,x\n"},
			[]string{"unreadable people.csv 3 ", "bad_number people.csv 4 c"},
			"2 cells",
		},
		{
			"missing column", people,
			map[string]string{"people.csv": "id,lon,lat,persons\na,1,x,1\n"},
			[]string{"missing_column people.csv 0 ", "bad_number people.csv 2 a"},
			"id, lon, lat, persons",
		},
		{
			"missing mapped column", "  demand: [{file: people.csv, fields: {people: pop, elderly: old}}]",
			map[string]string{"people.csv": "id,lon,lat,people\na,1,1,1\n"},
			[]string{"missing_column people.csv 0 ", "missing_column people.csv 0 "},
			`"old"`,
		},
		{
			"no column for x", people,
			map[string]string{"people.csv": "id,east,lat,people\na,1,1,1\n"},
			[]string{"missing_column people.csv 0 "},
			`"x"`,
		},
		{
			"bad numbers", people,
			map[string]string{"people.csv": "id,lon,lat,people,elderly\na,1,1,12a,0x10\nb,1,1,nan,1\nc,1,1,1 000,\n"},
			[]string{
				"bad_number people.csv 2 a", "bad_number people.csv 2 a",
				"bad_number people.csv 3 b", "bad_number people.csv 4 c",
			},
			`"0x10"`,
		},
		{
			"negative people", people,
			map[string]string{"people.csv": "id,lon,lat,people\na,1,1,-3\n"},
			[]string{"bad_value people.csv 2 a"},
			"negative",
		},
		{
			"swapped coordinates", people,
			map[string]string{"people.csv": "id,lon,lat,people\na,29.5,105.0,3\n"},
			[]string{"bad_coordinates people.csv 2 a"},
			"swapped",
		},
		{
			"off the earth", "  demand: [{file: people.csv, crs: \"EPSG:4544\"}]",
			map[string]string{"people.csv": "id,x,y,people\na,1e300,1,3\n"},
			[]string{"bad_coordinates people.csv 2 a"},
			"EPSG:4544",
		},
		{
			"blank id", people,
			map[string]string{"people.csv": "id,lon,lat,people\n,1,1,3\n"},
			[]string{"missing_value people.csv 2 "},
			"id is blank",
		},
		{
			"duplicate id", people,
			map[string]string{"people.csv": "id,lon,lat,people\na,1,1,3\nb,1,1,1\na,2,2,4\n"},
			[]string{"duplicate_id people.csv 4 a"},
			"people.csv, row 2",
		},
		{
			"duplicate id in two files", "  demand: [{file: people.csv}, {file: more.csv}]",
			map[string]string{"people.csv": "id,lon,lat,people\na,1,1,3\n", "more.csv": "id,lon,lat,people\na,1,1,3\n"},
			[]string{"duplicate_id more.csv 2 a"},
			"people.csv, row 2",
		},
		{
			"duplicate road", "  roads: [{file: a.osm}, {file: b.osm}]",
			map[string]string{"a.osm": townRoads, "b.osm": townRoads},
			[]string{
				"duplicate_id b.osm 0 10", "duplicate_id b.osm 0 11", "duplicate_id b.osm 0 12",
				"duplicate_id b.osm 0 13", "duplicate_id b.osm 0 14", "duplicate_id b.osm 0 16",
			},
			"a.osm",
		},
		{
			"unknown parent", zones,
			map[string]string{"zones.geojson": collection(
				feature(`"id":"a","parent":"nobody"`, "Polygon", "["+square(0)+"]"))},
			[]string{"unknown_parent zones.geojson 1 a"},
			"nobody",
		},
		{
			"parents in a circle", zones,
			map[string]string{"zones.geojson": collection(
				feature(`"id":"a","parent":"b"`, "Polygon", "["+square(0)+"]"),
				feature(`"id":"b","parent":"b"`, "Polygon", "["+square(1)+"]"))},
			[]string{"parent_cycle zones.geojson 1 a", "parent_cycle zones.geojson 2 b"},
			"",
		},
		{
			"parent with a fault of its own", "  boundaries: [{file: zones.geojson}]",
			map[string]string{"zones.geojson": collection(
				feature(`"id":"a","level":"grid","parent":"b"`, "Polygon", "["+square(0)+"]"),
				feature(`"id":"b","level":"street"`, "Point", "[0,0]"))},
			[]string{"bad_geometry zones.geojson 2 b"},
			"Polygon",
		},
		{
			"parent behind a bad where",
			"  boundaries:\n    - {file: zones.geojson, level: grid, where: \"id == 'a'\"}\n    - {file: zones.geojson, level: street, where: \"id ==\"}",
			map[string]string{"zones.geojson": collection(
				feature(`"id":"a","parent":"b"`, "Polygon", "["+square(0)+"]"),
				feature(`"id":"b"`, "Polygon", "["+square(1)+"]"))},
			[]string{"bad_manifest zones.geojson 0 "},
			"id ==",
		},
		{
			"unknown level", "  boundaries: [{file: zones.geojson}]",
			map[string]string{"zones.geojson": collection(
				feature(`"id":"a","level":"province"`, "Polygon", "["+square(0)+"]"))},
			[]string{"bad_value zones.geojson 1 a"},
			"province",
		},
		{
			"crossing ring", zones,
			map[string]string{"zones.geojson": collection(
				feature(`"id":"a"`, "Polygon", "[[[0,0],[0.02,0.02],[0.02,0],[0,0.01],[0,0]]]"))},
			[]string{"self_crossing zones.geojson 1 a"},
			"crosses",
		},
		{
			"short ring", zones,
			map[string]string{"zones.geojson": collection(
				feature(`"id":"a"`, "Polygon", "[[[0,0],[1,1],[0,0]]]"), feature(`"id":"b"`, "Polygon", "["+square(0)+"]"))},
			[]string{"bad_geometry zones.geojson 1 "},
			"four positions",
		},
		{
			"ring without area", zones,
			map[string]string{"zones.geojson": collection(
				feature(`"id":"a"`, "Polygon", "[[[0,0],[1,1],[2,2],[0,0]]]"))},
			[]string{"bad_geometry zones.geojson 1 a"},
			"no area",
		},
		{
			"ring off the earth", zones,
			map[string]string{"zones.geojson": collection(
				feature(`"id":"a"`, "Polygon", "[[[0,0],[500,0],[500,1],[0,0]]]"))},
			[]string{"bad_coordinates zones.geojson 1 a"},
			"500",
		},
		{
			"points with shapes", "  demand: [{file: people.geojson}]",
			map[string]string{"people.geojson": collection(
				feature(`"id":"a","people":1`, "Polygon", "["+square(0)+"]"))},
			[]string{"bad_geometry people.geojson 1 a"},
			"Point",
		},
		{
			"cut GeoJSON", zones,
			map[string]string{"zones.geojson": `{"type":"FeatureCollection","features":[`},
			[]string{"unreadable zones.geojson 0 "},
			"",
		},
		{
			"where of no form", "  demand: [{file: people.csv, where: \"people >\"}]",
			map[string]string{"people.csv": "id,lon,lat,people\na,1,1,x\n"},
			[]string{"bad_manifest people.csv 0 "},
			"people >",
		},
		{
			"where over no column", "  demand: [{file: people.csv, where: \"persons > 0\"}]",
			map[string]string{"people.csv": "id,lon,lat,people\na,1,1,x\n"},
			[]string{"bad_manifest people.csv 0 "},
			"no column persons",
		},
		{
			"where that cannot compare", "  demand: [{file: people.csv, where: \"people > 0\"}]",
			map[string]string{"people.csv": "id,lon,lat,people\na,1,1,many\nb,1,1,2\n"},
			[]string{"bad_value people.csv 2 ", "bad_number people.csv 2 a"},
			"order",
		},
		{
			"unknown field", "  facilities: [{file: f.csv, kind: park, fields: {nmae: x}}]",
			map[string]string{"f.csv": "id,lon,lat,x\na,1,1,x\n"},
			[]string{"bad_manifest f.csv 0 "},
			"capacity",
		},
		{
			"weight that is no name", "  demand: [{file: people.csv, fields: {Old People: people}}]",
			map[string]string{"people.csv": "id,lon,lat,people\na,1,1,1\n"},
			[]string{"bad_manifest people.csv 0 "},
			"Old People",
		},
		{
			"kind twice", "  facilities: [{file: f.csv, kind: park, kinds: {a: b}}]",
			map[string]string{"f.csv": "id,lon,lat\na,1,1\n"},
			[]string{"bad_manifest f.csv 0 "},
			"kinds",
		},
		{
			"no boolean", "  estates: [{file: e.geojson}]",
			map[string]string{"e.geojson": collection(
				feature(`"id":"a","old":"maybe","year_built":1990.5`, "Polygon", "["+square(0)+"]"))},
			[]string{"bad_value e.geojson 1 a", "bad_value e.geojson 1 a"},
			"maybe",
		},
		{
			"gate state", "  gates: [{file: g.csv}]",
			map[string]string{"g.csv": "id,lon,lat,estate,state\na,1,1,e,ajar\n"},
			[]string{"bad_value g.csv 2 a"},
			"ajar",
		},
		{
			"land cover kind", "  landcover: [{file: l.geojson}]",
			map[string]string{"l.geojson": collection(
				feature(`"id":"a","kind":"lava"`, "Polygon", "["+square(0)+"]"))},
			[]string{"bad_value l.geojson 1 a"},
			"lava",
		},
		{"no source", "  demand: []", nil, []string{"bad_manifest study.yaml 0 "}, "no file"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			files := map[string]string{"study.yaml": study(tc.sources)}
			for name, text := range tc.files {
				files[name] = text
			}
			faults := faultsOf(t, files)
			var have []string
			for _, i := range faults {
				have = append(have, brief(i))
			}
			wantLines(t, "faults", have, tc.want)
			if len(faults) > 0 && !strings.Contains(faults[0].Message, tc.words) {
				t.Errorf("%q does not hold %q", faults[0].Message, tc.words)
			}
		})
	}
}

// TestUndeclaredCRS: a table says nothing of its system, GeoJSON does (RFC 7946).
func TestUndeclaredCRS(t *testing.T) {
	t.Parallel()
	faults := faultsOf(t, map[string]string{
		"study.yaml":    "study: s\nsources:\n  demand: [{file: people.csv}]\n  boundaries: [{file: zones.geojson, level: grid}]\n",
		"people.csv":    "id,x,y,people\na,500000,3000000,1\n",
		"zones.geojson": collection(feature(`"id":"a"`, "Polygon", "["+square(0)+"]")),
	})
	equal(t, "faults", len(faults), 1)
	equal(t, "fault", brief(faults[0]), "unknown_crs people.csv 0 ")
	equal(t, "says what to write", strings.Contains(faults[0].Message, "crs: EPSG:4326"), true)
}

// TestCrossingPlace: the fault says where on the ground. The edges (0,0)-(2,2)
// and (2,0)-(0,1) of the ring, in hundredths of a degree, meet at (2/3, 2/3).
func TestCrossingPlace(t *testing.T) {
	t.Parallel()
	faults := faultsOf(t, map[string]string{
		"study.yaml": study("  boundaries: [{file: z.geojson, level: grid}]"),
		"z.geojson":  collection(feature(`"id":"a"`, "Polygon", "[[[0,0],[0.02,0.02],[0.02,0],[0,0.01],[0,0]]]")),
	})
	equal(t, "text", faults[0].String(),
		"z.geojson: row 1: a: a ring crosses or touches itself at or near [0.00667, 0.00667]")
}

// TestAllFaultsAtOnce: a source that is not there hides no fault of another,
// nor does a fault of the manifest.
func TestAllFaultsAtOnce(t *testing.T) {
	t.Parallel()
	files := town()
	delete(files, "roads.osm")
	files["study.yaml"] = strings.Replace(townManifest, "study: small-town", "study: Small Town", 1)
	files["people.csv"] = strings.Replace(townPeople, "p1,0.005,0.001,100,10", "p1,0.005,0.001,many,10", 1)
	files["communities.geojson"] = strings.Replace(townCommunities, `"parent":"s1"`, `"parent":"s9"`, 1)
	var have []string
	for _, i := range faultsOf(t, files) {
		have = append(have, brief(i))
	}
	wantLines(t, "faults", have, []string{
		"bad_manifest study.yaml 0 ", "missing_file roads.osm 0 ", "bad_number people.csv 2 p1",
		"unknown_parent communities.geojson 1 c1",
	})
}

// TestManyFaults: 1,000 of a kind are kept for each source, the rest counted.
func TestManyFaults(t *testing.T) {
	t.Parallel()
	var rows strings.Builder
	rows.WriteString("id,lon,lat,people\n")
	for i := range 1500 {
		fmt.Fprintf(&rows, "r%d,1,1,x\n", i)
	}
	rows.WriteString("last,1,100,1\n")
	faults := faultsOf(t, map[string]string{
		"study.yaml": study("  demand: [{file: people.csv}]"), "people.csv": rows.String(),
	})
	equal(t, "faults", len(faults), 1000+1+1)
	equal(t, "the other kind is told", brief(faults[1000]), "bad_coordinates people.csv 1502 last")
	equal(t, "the sum", strings.HasPrefix(faults[1001].Message, "500 more rows"), true)
}

// FuzzImport: no file panics, and all rows are accounted for.
func FuzzImport(f *testing.F) {
	f.Add(townPeople, townCommunities, "people > 0")
	f.Add("id;x;y;people\na;1e400;-0;9e99\n", collection(feature(`"id":[1],"level":"grid"`, "Polygon", "[[[0,0],[0,0],[0,0],[0,0]]]")), "id in [1, 2]")
	f.Add("id,lon,lat,people\n\"", collection(feature(`"id":1`, "MultiPolygon", "[]")), "len(id) > 1 and people / elderly > 1")
	f.Fuzz(func(t *testing.T, table, areas, where string) {
		manifest := study(fmt.Sprintf("  boundaries: [{file: a.geojson}]\n  demand: [{file: p.csv}, {file: p.csv, where: %q}]", where))
		path := writeStudy(t, map[string]string{"study.yaml": manifest, "p.csv": table, "a.geojson": areas})
		s, report, err := data.Import(t.Context(), path, data.Options{Now: noon})
		equal(t, "a snapshot comes without an error", s != nil, err == nil)
		equal(t, "the report adds up", report.Reconciles(), true)
		if err != nil {
			equal(t, "code", coverage.CodeOf(err), coverage.Invalid)
		}
	})
}
