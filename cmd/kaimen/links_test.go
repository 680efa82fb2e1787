package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kaimen/coverage/analysis"
	"kaimen/coverage/scenario"
)

// linksOf asks for links and reads the answer.
func linksOf(t *testing.T, store, study string, args ...string) (a analysis.LinkAnswer) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "links.json")
	must(t, append([]string{"analyze", "links", study, "--store", store, "-o", out}, args...)...)
	text, err := os.ReadFile(out)
	if err == nil {
		err = json.Unmarshal(text, &a)
	}
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// comparedTo holds a row against what compare says of its changes: covered,
// nearer, farther.
func comparedTo(t *testing.T, store, study, kind string, changes []scenario.Change, args ...string) (r analysis.CompareResult) {
	t.Helper()
	dir := t.TempDir()
	text, err := json.Marshal(scenario.Scenario{Changes: changes})
	if err != nil {
		t.Fatal(err)
	}
	plan, out := write(t, dir, "plan.json", string(text)), filepath.Join(dir, "c.json")
	must(t, append([]string{"analyze", "compare", study, "--store", store, "--kind", kind, "--scenario", plan, "-o", out}, args...)...)
	if text, err = os.ReadFile(out); err == nil {
		err = json.Unmarshal(text, &r)
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func holdToCompare(t *testing.T, store, study, kind string, a *analysis.LinkAnswer, rows []analysis.LinkRow, args ...string) {
	t.Helper()
	for _, row := range rows {
		p := comparedTo(t, store, study, kind, row.Changes, args...).Points
		if p.Gained.Demand != row.NewlyCovered || p.Lost.Demand != row.Lost || p.Nearer.Demand != row.Nearer || p.Farther.Demand != row.Farther {
			t.Errorf("%s: gained %v, lost %v, nearer %v, farther %v; compare says %+v", row.ID, row.NewlyCovered, row.Lost, row.Nearer, row.Farther, p)
		}
	}
	together := comparedTo(t, store, study, kind, a.Summary.Changes.Changes, args...)
	if got, want := a.Summary.CoveredWith-a.Summary.Covered, together.Totals.Change.Covered; got != want {
		t.Errorf("together %v more are covered, compare says %v", got, want)
	}
}

// The sample's streets were broken at 25 places, which it writes down: the ends of
// each are found, and the figures are those of compare.
func TestLinksFindTheDeadEndsOfTheSample(t *testing.T) {
	t.Parallel()
	work := t.TempDir()
	store := filepath.Join(work, "s.gpkg")
	must(t, "sample", filepath.Join(work, "sample"))
	must(t, "import", filepath.Join(work, "sample", "study.yaml"), "--store", store)
	a := linksOf(t, store, "dongxing-sample", "--kind", "school", "--source", "dead_end", "--min-detour-m", "200", "--top", "0", "--p", "0")
	ends := readTable(t, filepath.Join(work, "sample", "dead_ends.csv"))
	if len(ends.rows) != 25 {
		t.Fatalf("%d pairs of dead ends, want 25", len(ends.rows))
	}
	same := func(row []string, name string, lon, lat float64) bool {
		return math.Abs(ends.number(row, "lon_"+name)-lon) < 2e-7 && math.Abs(ends.number(row, "lat_"+name)-lat) < 2e-7
	}
	for _, row := range ends.rows {
		found := slices.ContainsFunc(a.Rows, func(r analysis.LinkRow) bool {
			line := r.Changes[0].Line
			p, q := line[0], line[1]
			return same(row, "a", p[0], p[1]) && same(row, "b", q[0], q[1]) || same(row, "b", p[0], p[1]) && same(row, "a", q[0], q[1])
		})
		if !found {
			t.Errorf("%s, a gap of %s m, is not found", ends.text(row, "id"), ends.text(row, "gap_m"))
		}
	}
	aside := 0
	for _, s := range a.Summary.SetAside {
		aside += s.Count
	}
	if a.Summary.Candidates+aside != a.Summary.Considered || len(a.Rows) != a.Summary.Candidates {
		t.Errorf("%d rows, %d candidates and %d set aside of %d", len(a.Rows), a.Summary.Candidates, aside, a.Summary.Considered)
	}
	for _, kind := range []string{"pocket_park", "school"} {
		a := linksOf(t, store, "dongxing-sample", "--kind", kind, "--top", "5")
		holdToCompare(t, store, "dongxing-sample", kind, &a, a.Rows)
	}
}

// In Porto Alegre, the best links for schools are what compare says they are.
func TestLinksOfPortoAlegre(t *testing.T) {
	t.Parallel()
	dir := filepath.Dir(shared(t, "porto-alegre", "poa.osm.pbf"))
	manifest := write(t, t.TempDir(), "study.yaml", fmt.Sprintf(`study: poa
crs: EPSG:4326
sources:
  roads:      [{file: %[1]s/poa.osm.pbf}]
  boundaries: [{file: %[1]s/poa_hexgrid.geojson, level: grid, fields: {id: id}}]
  demand:     [{file: %[1]s/poa_hexgrid.csv, fields: {id: id, x: lon, y: lat, people: population}}]
  facilities: [{file: %[1]s/poa_hexgrid.csv, kind: school, where: "schools > 0", fields: {id: id, x: lon, y: lat}}]
`, dir))
	store := filepath.Join(filepath.Dir(manifest), "s.gpkg")
	must(t, "import", manifest, "--store", store)
	a := linksOf(t, store, "poa", "--kind", "school", "--cutoff-m", "833", "--top", "6", "--p", "2")
	if a.Summary.Helping == 0 || len(a.Rows) < 6 {
		t.Fatalf("%+v", a.Summary)
	}
	t.Logf("%+v", a.Summary)
	holdToCompare(t, store, "poa", "school", &a, a.Rows, "--cutoff-m", "833")
	// Links of up to 250 m are as good at least.
	far := linksOf(t, store, "poa", "--kind", "school", "--cutoff-m", "833", "--top", "1", "--p", "0", "--max-m", "250")
	if far.Rows[0].NewlyCovered-far.Rows[0].Lost < a.Rows[0].NewlyCovered-a.Rows[0].Lost {
		t.Errorf("with longer links the best covers %v more, with short ones %v", far.Rows[0].NewlyCovered, a.Rows[0].NewlyCovered)
	}
}

func TestLinkFlagsAreChecked(t *testing.T) {
	t.Parallel()
	manifest := small(t, nil)
	store := filepath.Join(filepath.Dir(manifest), "s.gpkg")
	must(t, "import", manifest, "--store", store)
	_, stderr, code := kaimen(t, "analyze", "links", "small", "--store", store, "--max-m", "0", "--source", "gate,sky", "--top=-1")
	if code == exitDone {
		t.Error("it was answered")
	}
	for _, part := range []string{"max_m is 0", `"sky" is none of gate, dead_end`, "limit is -1", "no facility kind is named"} {
		if !strings.Contains(stderr, part) {
			t.Errorf("stderr does not say %q:\n%s", part, stderr)
		}
	}
}
