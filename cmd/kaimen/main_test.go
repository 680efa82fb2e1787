package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A small real study: two blocks of street, one zone, two homes, one school.
//
//	a---b---c
const (
	smallRoads = `<?xml version="1.0"?><osm version="0.6">
<node id="1" lon="105.000" lat="29.500"/><node id="2" lon="105.001" lat="29.500"/><node id="3" lon="105.002" lat="29.500"/>
<way id="10"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="residential"/></way></osm>`
	smallZones = `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":"z","name":"一区"},"geometry":
{"type":"Polygon","coordinates":[[[104.99,29.49],[105.01,29.49],[105.01,29.51],[104.99,29.51],[104.99,29.49]]]}}]}`
	smallPeople  = "id,lon,lat,people\nh1,105.0,29.5,30\nh2,105.0015,29.5,12\n"
	smallSchools = "id,name,kind,lon,lat\ns1,小学,school,105.002,29.5\n"
	smallStudy   = `study: small
crs: EPSG:4326
sources:
  roads:      [{file: roads.osm}]
  boundaries: [{file: zones.geojson, level: community}]
  demand:     [{file: people.csv}]
  facilities: [{file: schools.csv}]
`
)

// small writes the study into a folder of its own, some files replaced; an
// empty replacement leaves the file out.
func small(t *testing.T, replaced map[string]string) (manifest string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"roads.osm": smallRoads, "zones.geojson": smallZones, "people.csv": smallPeople,
		"schools.csv": smallSchools, "study.yaml": smallStudy,
	} {
		if other, ok := replaced[name]; ok {
			text = other
		}
		if text != "" {
			write(t, dir, name, text)
		}
	}
	return filepath.Join(dir, "study.yaml")
}

func TestFromFilesToAnswer(t *testing.T) {
	t.Parallel()
	manifest := small(t, nil)
	dir := filepath.Dir(manifest)
	store := filepath.Join(dir, "s.gpkg")
	if out := must(t, "check", manifest); !strings.Contains(out, "fit to import") {
		t.Errorf("check says\n%s", out)
	}
	if _, err := os.Stat(store); err == nil {
		t.Error("check has written a store")
	}
	first := must(t, "import", manifest, "--store", store)
	if again := must(t, "import", manifest, "--store", store); again != first {
		t.Errorf("the same import says\n%s\nthen\n%s", first, again)
	}
	// h1 walks 193 m, h2 48 m: within 100 m of the school live 12 of 42.
	csv, geojson := filepath.Join(dir, "c.csv"), filepath.Join(dir, "c.geojson")
	stdout := must(t, "analyze", "coverage", "small", "--store", store, "--kind", "school", "--cutoff-m", "100", "-o", csv)
	if total(t, stdout, "demand") != 42 || total(t, stdout, "covered") != 12 {
		t.Errorf("totals: %s", stdout)
	}
	rows := readTable(t, csv)
	if len(rows.rows) != 1 || rows.text(rows.rows[0], "name") != "一区" || rows.text(rows.rows[0], "uncovered") != "30" {
		t.Errorf("rows %v", rows.rows)
	}
	must(t, "analyze", "coverage", "small", "--store", store, "--kind", "school", "--cutoff-m", "100", "-o", geojson)
	bytes, err := os.ReadFile(geojson)
	if err != nil || !json.Valid(bytes) || !strings.Contains(string(bytes), `"coverage_rate":0.285`) {
		t.Errorf("%v: %s", err, bytes)
	}
	// The same question gives the same bytes.
	again := filepath.Join(dir, "again.geojson")
	must(t, "analyze", "coverage", "small", "--store", store, "--kind", "school", "--cutoff-m", "100", "-o", again)
	if other, _ := os.ReadFile(again); string(other) != string(bytes) {
		t.Error("the same question gives other bytes")
	}
	gaps := must(t, "analyze", "gaps", "small", "--store", store, "--kind", "school", "--cutoff-m", "100", "-o", filepath.Join(dir, "g.geojson"))
	if total(t, gaps, "uncovered") != 30 || total(t, gaps, "points") != 1 {
		t.Errorf("gaps: %s", gaps)
	}
}

// Bad input: exit code 2, the file and row named, and the store as it was.
func TestBadInputLeavesTheStoreAsItWas(t *testing.T) {
	t.Parallel()
	store := filepath.Join(t.TempDir(), "s.gpkg")
	must(t, "import", small(t, nil), "--store", store)
	before := must(t, "analyze", "coverage", "small", "--store", store, "--kind", "school")
	bowTie := strings.Replace(smallZones, "[105.01,29.49],[105.01,29.51]", "[105.01,29.51],[105.01,29.49]", 1)
	pbfStudy := strings.Replace(smallStudy, "roads.osm", "roads.osm.pbf", 1)
	for _, tc := range []struct {
		name     string
		replaced map[string]string
		says     []string
	}{
		{"a missing file", map[string]string{"people.csv": ""}, []string{"people.csv", "missing_file"}},
		{"a broken PBF", map[string]string{"study.yaml": pbfStudy, "roads.osm.pbf": "\x00\x00\x00\x0dnot a pbf"}, []string{"roads.osm.pbf", "unreadable"}},
		{"a CSV without the named column", map[string]string{
			"study.yaml": strings.Replace(smallStudy, "people.csv", "people.csv, fields: {people: residents}", 1),
		}, []string{"people.csv", "residents", "missing_column", "people"}},
		{"a number that is none", map[string]string{"people.csv": "id,lon,lat,people\nh1,105,29.5,many\n"}, []string{"people.csv", "row 2", "many", "bad_number"}},
		{"a polygon that crosses itself", map[string]string{"zones.geojson": bowTie}, []string{"zones.geojson", "self_crossing", "z"}},
		{"an unknown key", map[string]string{"study.yaml": smallStudy + "colour: red\n"}, []string{"colour", "bad_manifest"}},
		{"two faults in two files", map[string]string{
			"people.csv": "id,lon,lat,people\nh1,105,29.5,-3\n", "schools.csv": "id,name,kind,lon,lat\ns1,x,school,205,29.5\n",
		}, []string{"people.csv", "-3", "schools.csv", "205"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			files := map[string]string{}
			for name, text := range tc.replaced {
				files[name] = text
			}
			manifest := small(t, files)
			if pbf, ok := tc.replaced["roads.osm.pbf"]; ok {
				write(t, filepath.Dir(manifest), "roads.osm.pbf", pbf)
			}
			for _, command := range [][]string{{"check", manifest}, {"import", manifest, "--store", store}} {
				stdout, stderr, code := kaimen(t, command...)
				if code != exitUsage {
					t.Errorf("%s: exit code %d, want 2\n%s%s", command[0], code, stdout, stderr)
				}
				for _, word := range tc.says {
					if !strings.Contains(stderr, word) {
						t.Errorf("%s does not say %q:\n%s", command[0], word, stderr)
					}
				}
			}
			if after := must(t, "analyze", "coverage", "small", "--store", store, "--kind", "school"); after != before {
				t.Errorf("the store has changed:\n%s\nwas\n%s", after, before)
			}
		})
	}
}

// Rows that cannot be used are set aside with their reason, and the rest goes in.
func TestRowsSetAsideAreTold(t *testing.T) {
	t.Parallel()
	manifest := small(t, map[string]string{
		"people.csv":  smallPeople + "h3,,,5\n",
		"schools.csv": smallSchools + "s2,远校,school,105.0,29.545\n", // 5 km north of the only street
	})
	store := filepath.Join(t.TempDir(), "s.gpkg")
	stdout, stderr, code := kaimen(t, "import", manifest, "--store", store)
	if code != exitDone {
		t.Fatalf("exit code %d\n%s%s", code, stdout, stderr)
	}
	for _, want := range []string{"people.csv: row 4", "no_coordinates", "schools.csv: row 3: s2", "too_far"} {
		if !strings.Contains(stderr, want) {
			t.Errorf("the report does not say %q:\n%s", want, stderr)
		}
	}
	if !strings.Contains(stdout, "no_coordinates 1") || !strings.Contains(stdout, "snapped 1, too_far 1") {
		t.Errorf("the balance is\n%s", stdout)
	}
	report, trouble := filepath.Join(t.TempDir(), "report.json"), filepath.Join(t.TempDir(), "spots.geojson")
	table := must(t, "check", manifest, "--report", report, "--trouble", trouble)
	if !strings.Contains(table, "community  1") || !strings.Contains(table, "parent by id") {
		t.Errorf("the levels are not in\n%s", table)
	}
	// The far school has a place, the person without one has none.
	spots, err := os.ReadFile(trouble)
	if err != nil || !json.Valid(spots) || !strings.Contains(string(spots), `[105,29.545]`) || strings.Contains(string(spots), "no_coordinates") {
		t.Errorf("spots.geojson: %v\n%s", err, spots)
	}
	text, err := os.ReadFile(report)
	if err != nil || !json.Valid(text) || !strings.Contains(string(text), `"too_far"`) {
		t.Errorf("report.json: %v\n%s", err, text)
	}
}

func TestWrongUsage(t *testing.T) {
	t.Parallel()
	store := filepath.Join(t.TempDir(), "s.gpkg")
	must(t, "import", small(t, nil), "--store", store)
	for _, args := range [][]string{
		{},
		{"fly"},
		{"analyze", "coverage", "small", "--store", store},
		{"analyze", "coverage", "small", "--store", store, "--kind", "unicorn"},
		{"analyze", "coverage", "atlantis", "--store", store, "--kind", "school"},
		{"analyze", "coverage", "small", "--store", store, "--kind", "school", "--cutoff-m", "-5"},
		{"analyze", "coverage", "small", "--store", store, "--kind", "school", "--cutoff-m", "5", "--cutoff-min", "5"},
		{"analyze", "coverage", "small", "--store", store, "--kind", "school", "-o", "x.docx"},
		{"analyze", "coverage", "small", "--store", "store.txt", "--kind", "school"},
		{"import", "nowhere.yaml", "--store", store},
	} {
		stdout, stderr, code := kaimen(t, args...)
		if code != exitUsage || stderr == "" {
			t.Errorf("kaimen %v: exit code %d, want 2 and a word on stderr\n%s%s", args, code, stdout, stderr)
		}
	}
	if _, _, code := kaimen(t, "--help"); code != exitDone {
		t.Errorf("--help: exit code %d", code)
	}
}

// The same study in a PostGIS store gives the same answer.
func TestPostGISStore(t *testing.T) {
	t.Parallel()
	address := os.Getenv("KAIMEN_TEST_POSTGRES")
	if address == "" {
		t.Skip("skipped: KAIMEN_TEST_POSTGRES names no PostgreSQL with PostGIS")
	}
	separator := "?"
	if strings.Contains(address, "?") {
		separator = "&"
	}
	address += separator + "search_path=kaimen_command_test"
	manifest := small(t, nil)
	file := filepath.Join(t.TempDir(), "s.gpkg")
	must(t, "import", manifest, "--store", file)
	must(t, "import", manifest, "--store", address)
	question := []string{"analyze", "coverage", "small", "--kind", "school", "--cutoff-m", "100", "--store"}
	if got, want := must(t, append(question, address)...), must(t, append(question, file)...); got != want {
		t.Errorf("from PostGIS\n%s\nfrom a GeoPackage\n%s", got, want)
	}
}
