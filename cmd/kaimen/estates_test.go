package main

import (
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// The sample has 61 old estates of 435, and 219,400 people. All of them are in an
// estate of the list, in another one, or in none; so is the land in its zones.
func TestEstatesAndAuditOfTheSample(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	store := filepath.Join(dir, "s.gpkg")
	must(t, "sample", dir)
	must(t, "import", filepath.Join(dir, "study.yaml"), "--store", store)
	ask := func(what string, args ...string) (stdout string, rows table) {
		out := filepath.Join(dir, what+".csv")
		stdout = must(t, append([]string{"analyze", what, "dongxing-sample", "--store", store, "-o", out}, args...)...)
		return stdout, readTable(t, out)
	}
	sum := func(rows table, column string) (sum float64) {
		for _, row := range rows.rows {
			sum += rows.number(row, column)
		}
		return sum
	}

	stdout, rows := ask("estates")
	if len(rows.rows) != 61 || total(t, stdout, "old") != 61 || total(t, stdout, "estates") != 435 || total(t, stdout, "demand") != 219_400 {
		t.Errorf("%d rows: %s", len(rows.rows), stdout)
	}
	if in := total(t, stdout, "in_listed") + total(t, stdout, "in_other") + total(t, stdout, "in_none"); in != 219_400 {
		t.Errorf("%v people are somewhere", in)
	}
	for _, name := range []string{"unserved", "unserved_needs", "elderly_unserved", "step_barred"} {
		if got, want := sum(rows, name), total(t, stdout, name); got != want {
			t.Errorf("%s adds up to %v, told are %v", name, got, want)
		}
	}
	if sum(rows, "demand") != total(t, stdout, "in_listed") || sum(rows, "cohorts_people") != total(t, stdout, "in_listed") {
		t.Error("the rows do not add up to those in the list")
	}
	last := math.Inf(1)
	for i, row := range rows.rows {
		if rows.text(row, "rank") != strconv.Itoa(i+1) || rows.number(row, "unserved_needs") > last || rows.text(row, "old") != "true" || rows.text(row, "community") == "" {
			t.Errorf("row %d: %v", i+1, row)
		}
		last = rows.number(row, "unserved_needs")
	}
	stdout, rows = ask("estates", "--all", "--needs", "market:2,park+pocket_park", "--cutoff-m", "500")
	if len(rows.rows) != 435 || total(t, stdout, "in_other") != 0 || !strings.Contains(stdout, "need=market:2 ") || !strings.Contains(stdout, "need=park+pocket_park:1 ") {
		t.Errorf("all: %d rows: %s", len(rows.rows), stdout)
	}

	for _, land := range []string{"estates", "buildings", "landcover"} {
		for _, level := range []string{"street", "community", "grid"} { // all of them tile the sample
			stdout, rows = ask("audit", "--land", land, "--level", level)
			whole := total(t, stdout, "land_m2")
			if total(t, stdout, "outside_m2") != 0 || total(t, stdout, "used") != total(t, stdout, "facilities") {
				t.Errorf("%s by %s: %s", land, level, stdout)
			}
			for _, name := range []string{"land_m2", "covered_m2"} {
				if got, want := sum(rows, name), total(t, stdout, name); math.Abs(got-want) > 1e-6*whole {
					t.Errorf("%s by %s: %s adds up to %v, told are %v", land, level, name, got, want)
				}
			}
			if rate := total(t, stdout, "coverage_rate"); !(rate > 0 && rate < 1) || rows.text(rows.rows[0], "method") != "straight_line" {
				t.Errorf("%s by %s: %v", land, level, rows.rows[0])
			}
		}
	}
}

// A park of 0.004° by 0.004° and an estate at its east side, 0.0055° wide, of which
// a degree has 96,779 m here: of 532.3 m the 500 m of a large park cover 0.9393 from
// its edge, and 500 m - 0.002° = 306.4 m at most, 0.576, from its middle. The park is
// drawn clockwise, which is set right as for any area.
func TestAuditFromTheEdgeOfAPark(t *testing.T) {
	t.Parallel()
	feature := func(id, ring string) string {
		return `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":"` + id + `"},"geometry":{"type":"Polygon","coordinates":[[` + ring + `]]}}]}`
	}
	study := smallStudy + "  estates: [{file: estates.geojson}]\n"
	ask := func(facilities, file, text string) (stdout string, rate float64) {
		manifest := small(t, map[string]string{"schools.csv": "", "study.yaml": strings.Replace(study, "[{file: schools.csv}]", facilities, 1)})
		dir := filepath.Dir(manifest)
		write(t, dir, file, text)
		write(t, dir, "estates.geojson", feature("e", "[105.004,29.501],[105.0095,29.501],[105.0095,29.503],[105.004,29.503],[105.004,29.501]"))
		store := filepath.Join(dir, "s.gpkg")
		must(t, "import", manifest, "--store", store)
		stdout = must(t, "analyze", "audit", "small", "--store", store)
		return stdout, total(t, stdout, "coverage_rate")
	}
	stdout, rate := ask("[{file: parks.geojson, kind: park}]", "parks.geojson",
		feature("p", "[105.000,29.500],[105.000,29.504],[105.004,29.504],[105.004,29.500],[105.000,29.500]"))
	if math.Abs(rate-0.9393) > 0.0005 || total(t, stdout, "from_outline") != 1 || total(t, stdout, "from_points") != 0 {
		t.Errorf("from its edge: %s", stdout)
	}
	stdout, rate = ask("[{file: parks.csv, kind: park}]", "parks.csv", "id,lon,lat,area_m2\np,105.002,29.502,172000\n")
	if rate > 0.576 || rate < 0.5 || total(t, stdout, "from_outline") != 0 || total(t, stdout, "from_points") != 1 {
		t.Errorf("from its middle: %s", stdout)
	}
}

// What is wrong with a question is told, all of it, before anything is computed.
func TestBadEstatesAndAudits(t *testing.T) {
	t.Parallel()
	store := filepath.Join(t.TempDir(), "s.gpkg")
	must(t, "import", small(t, nil), "--store", store)
	for _, tc := range []struct {
		args []string
		says []string
	}{
		{[]string{"estates", "--step-profile", "car", "--needs", "school:0"}, []string{"school:0"}},
		{[]string{"estates", "--step-profile", "car", "--needs", "zoo"}, []string{"no estates layer", "car", "zoo"}},
		{[]string{"audit", "--radius-m=-3", "--land", "sea"}, []string{"-3 is no radius", `"sea" is no land`}},
		{[]string{"audit", "--radius-m=NaN"}, []string{"NaN is no radius", "no estates layer"}},
		{[]string{"audit", "--cutoff-m", "500"}, []string{"cutoff-m"}},
	} {
		_, stderr, code := kaimen(t, append([]string{"analyze", tc.args[0], "small", "--store", store}, tc.args[1:]...)...)
		for _, word := range tc.says {
			if code != exitUsage || !strings.Contains(stderr, word) {
				t.Errorf("%v: exit code %d, %q is not in\n%s", tc.args, code, word, stderr)
			}
		}
	}
}
