package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// nearHome adds a school at h1's end of the small street.
const nearHome = `{"name":{"zh":"加一所小学","en":"one more school"},"changes":[
{"change":"add_facility","id":"s2","kind":"school","at":[105.0,29.5]}]}`

// h1, 30 people, walks 193 m to the school and h2, 12 people, 48 m. With a
// school where h1 lives all are within 100 m.
func TestCompareFromTheCommandLine(t *testing.T) {
	t.Parallel()
	manifest := small(t, nil)
	dir := filepath.Dir(manifest)
	store := filepath.Join(dir, "s.gpkg")
	must(t, "import", manifest, "--store", store)
	plan, csv, geojson := write(t, dir, "plan.json", nearHome), filepath.Join(dir, "c.csv"), filepath.Join(dir, "c.geojson")
	ask := func(verb string, args ...string) string {
		return must(t, append([]string{"analyze", verb, "small", "--store", store, "--kind", "school", "--scenario", plan}, args...)...)
	}
	stdout := ask("compare", "--cutoff-m", "100", "-o", csv)
	for name, want := range map[string]float64{"demand": 42, "covered_before": 12, "covered_after": 42, "covered_change": 30} {
		if got := total(t, stdout, name); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	for _, part := range []string{"covered 12 → 42 (+30), mean_s 136.9 → ", "facilities 1 → 2\n", "gained points=1 demand=30\n", "lost points=0 demand=0\n", "changes=1 name=加一所小学\n"} {
		if !strings.Contains(stdout, part) {
			t.Errorf("%q is not told:\n%s", part, stdout)
		}
	}
	rows := readTable(t, csv)
	if len(rows.rows) != 1 || rows.number(rows.rows[0], "covered_change") != 30 || rows.text(rows.rows[0], "facilities_inside_after") != "2" {
		t.Errorf("rows %v", rows)
	}
	ask("compare", "--cutoff-m", "100", "-o", geojson)
	if text, err := os.ReadFile(geojson); err != nil || !strings.Contains(string(text), `"covered_before":12,"covered_after":42,"covered_change":30`) {
		t.Errorf("%v: %s", err, text)
	}
	// The other answers take a scenario, too.
	if out := ask("coverage", "--cutoff-m", "100"); total(t, out, "covered") != 42 || !strings.Contains(out, "scenario=") {
		t.Errorf("coverage: %s", out)
	}
	if out := ask("gaps", "--cutoff-m", "100"); total(t, out, "points") != 0 {
		t.Errorf("gaps: %s", out)
	}
	if out := ask("isochrones", "--cutoffs-m", "50"); !strings.Contains(out, "reached_m=100") {
		t.Errorf("50 m about both schools: %s", out)
	}
}

// With the only road closed, a matrix has no pair.
func TestMatrixUnderAScenario(t *testing.T) {
	t.Parallel()
	manifest := small(t, nil)
	dir := filepath.Dir(manifest)
	store, out := filepath.Join(dir, "s.gpkg"), filepath.Join(dir, "od.csv")
	must(t, "import", manifest, "--store", store)
	plan := write(t, dir, "plan.json", `{"changes":[{"change":"close_road","road":"10"}]}`)
	a, b := write(t, dir, "a.csv", "id,lon,lat\na,105.0,29.5\n"), write(t, dir, "b.csv", "id,lon,lat\nb,105.002,29.5\n")
	ask := func(args ...string) string {
		return must(t, append([]string{"analyze", "matrix", "small", "--store", store, "--origins", a, "--destinations", b, "--max-m", "500", "-o", out}, args...)...)
	}
	if before, after := total(t, ask(), "pairs"), total(t, ask("--scenario", plan), "pairs"); before != 1 || after != 0 {
		t.Errorf("%v pairs, %v with the road closed; want 1, 0", before, after)
	}
}

// Every fault of a scenario is told with its file and the number of its change.
func TestBadScenarios(t *testing.T) {
	t.Parallel()
	manifest := small(t, nil)
	dir := filepath.Dir(manifest)
	store := filepath.Join(dir, "s.gpkg")
	must(t, "import", manifest, "--store", store)
	for _, tc := range []struct {
		name, text string
		says       []string
	}{
		{"not JSON", `{"changes":`, []string{"plan.json: line 1: unexpected end"}},
		{"members", `{"changes":[{"change":"fly"},{"change":"close_road"}]}`, []string{`plan.json: change 1 (fly): "fly" is no change`, "plan.json: change 2 (close_road): road is missing"}},
		{"ids", `{"changes":[{"change":"close_road","road":"11"},{"change":"remove_facility","kind":"school","id":"s9"}]}`, []string{
			`plan.json: change 1 (close_road): the study has no road "11"`, `plan.json: change 2 (remove_facility): there is no facility "s9" of kind "school"; those of the kind are s1`,
		}},
	} {
		plan := write(t, dir, "plan.json", tc.text)
		for _, verb := range []string{"compare", "coverage", "gaps", "isochrones"} {
			_, stderr, code := kaimen(t, "analyze", verb, "small", "--store", store, "--kind", "school", "--scenario", plan)
			if code != exitUsage {
				t.Errorf("%s, %s: exit code %d", tc.name, verb, code)
			}
			for _, part := range tc.says {
				if !strings.Contains(stderr, part) {
					t.Errorf("%s, %s: %q is not told:\n%s", tc.name, verb, part, stderr)
				}
			}
		}
	}
	if _, stderr, code := kaimen(t, "analyze", "compare", "small", "--store", store, "--kind", "school"); code != exitUsage || !strings.Contains(stderr, "--scenario is missing") {
		t.Errorf("without a scenario: %d %s", code, stderr)
	}
}

// The ten roads of TestPortoAlegreTenLinks as a scenario change the same: as many
// people more, and six cells of 3,977 people come nearer. The reference ties no
// cell to a road drawn; of these cells none is near enough for it to matter.
func TestPortoAlegreTenLinksAsAScenario(t *testing.T) {
	t.Parallel()
	store := portoAlegre(t)
	links := readTable(t, shared(t, "porto-alegre", "reference", "whatif_links.csv"))
	var changes []string
	for _, row := range links.rows {
		changes = append(changes, fmt.Sprintf(`{"change":"draw_road","line":[[%s,%s],[%s,%s]],"class":"footway"}`,
			links.text(row, "lon_a"), links.text(row, "lat_a"), links.text(row, "lon_b"), links.text(row, "lat_b")))
	}
	plan := write(t, t.TempDir(), "links.json", `{"changes":[`+strings.Join(changes, ",")+`]}`)
	for _, tc := range []struct {
		cutoff        string
		before, after float64
	}{{"416.667", 299435, 299435}, {"833.333", 728994, 730314}, {"1250", 803404, 803685}} {
		out := must(t, "analyze", "compare", "porto-alegre", "--store", store, "--kind", "school", "--cutoff-m", tc.cutoff, "--level", "grid", "--scenario", plan)
		before, after := total(t, out, "covered_before"), total(t, out, "covered_after")
		if want := tc.after - tc.before; after-before != want {
			t.Errorf("within %s m: %v → %v, %v more; want %v more", tc.cutoff, before, after, after-before, want)
		}
		if share := 100 * math.Abs(after-tc.after) / total(t, out, "demand"); share > 0.5 {
			t.Errorf("within %s m: %v, reference %v: %.2f percentage points apart", tc.cutoff, after, tc.after, share)
		}
		if !strings.Contains(out, "nearer points=6 demand=3977\n") {
			t.Errorf("within %s m, six cells with 3,977 people come nearer:\n%s", tc.cutoff, out)
		}
		t.Logf("within %s m: %v → %v, reference %v → %v", tc.cutoff, before, after, tc.before, tc.after)
	}
}
