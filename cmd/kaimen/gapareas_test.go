package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// gapAreasOf imports the small town and asks for its areas without a school. The
// first home walks 193 m, the second 48 m: within 100 m, 12 people of 42 have one.
func gapAreasOf(t *testing.T, name string, args ...string) (stdout, file string) {
	t.Helper()
	manifest := small(t, nil)
	store, out := filepath.Join(filepath.Dir(manifest), "s.gpkg"), filepath.Join(filepath.Dir(manifest), name)
	must(t, "import", manifest, "--store", store)
	return must(t, append([]string{"analyze", "gap-areas", "small", "--store", store, "--kind", "school", "--cutoff-m", "100", "-o", out}, args...)...), out
}

func TestGapAreasFromTheCommandLine(t *testing.T) {
	t.Parallel()
	stdout, out := gapAreasOf(t, "a.csv")
	if total(t, stdout, "uncovered") != 30 || total(t, stdout, "areas") != 1 || total(t, stdout, "rows") != 1 {
		t.Errorf("stdout: %s", stdout)
	}
	if !strings.Contains(stdout, "by_cause: cause=no_facility demand=30 points=1 areas=1\n") {
		t.Errorf("stdout: %s", stdout)
	}
	rows := readTable(t, out)
	if len(rows.rows) != 1 || rows.text(rows.rows[0], "demand") != "30" || rows.text(rows.rows[0], "cause") != "no_facility" {
		t.Errorf("%v", rows.rows)
	}
	if _, there := rows.columns["path"]; there {
		t.Error("the CSV has a column of places")
	}
	stdout, out = gapAreasOf(t, "a.json", "--no-causes", "--cell-m", "10", "--radius-m", "40", "--limit", "1")
	var answer struct {
		Options struct {
			CellM float64 `json:"cell_m"`
		}
		Rows []struct {
			Cause *string
			Path  [][2]float64
		}
	}
	text, err := os.ReadFile(out)
	if err == nil {
		err = json.Unmarshal(text, &answer)
	}
	if err != nil || answer.Options.CellM != 10 || len(answer.Rows) != 1 || answer.Rows[0].Cause != nil || len(answer.Rows[0].Path) < 2 || strings.Contains(stdout, "by_cause") {
		t.Errorf("%v: %+v\n%s", err, answer, stdout)
	}
}

func TestGapAreaFlagsAreChecked(t *testing.T) {
	t.Parallel()
	manifest := small(t, nil)
	store := filepath.Join(filepath.Dir(manifest), "s.gpkg")
	must(t, "import", manifest, "--store", store)
	_, stderr, code := kaimen(t, "analyze", "gap-areas", "small", "--store", store, "--kind", "school", "--cell-m", "0", "--radius-m", "9999", "--limit=-1")
	if code == exitDone {
		t.Error("it was answered")
	}
	for _, part := range []string{"cell_m is 0", "radius_m is 9999", "limit is -1"} {
		if !strings.Contains(stderr, part) {
			t.Errorf("stderr does not say %q:\n%s", part, stderr)
		}
	}
}

// GDAL reads the areas as polygons with their columns, the path as text.
func TestGDALReadsGapAreas(t *testing.T) {
	t.Parallel()
	ogrinfo, err := exec.LookPath("ogrinfo")
	if err != nil {
		t.Skip("ogrinfo is not on PATH: install gdal-bin to let GDAL read the areas")
	}
	_, out := gapAreasOf(t, "a.geojson")
	text, err := exec.Command(ogrinfo, "-ro", "-al", out).CombinedOutput()
	if err != nil {
		t.Fatalf("ogrinfo: %v\n%s", err, text)
	}
	for _, want := range []string{
		"Geometry: Polygon", "Feature Count: 1", "demand (Integer) = 30", "rank (Integer) = 1", "cause (String) = no_facility",
		"causes_no_facility (Integer) = 30", "path (String(JSON)) = [ [", "POLYGON ((",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("ogrinfo does not say %q in:\n%s", want, text)
		}
	}
	// Areas are valid in the OGC sense, as GEOS sees it.
	layer := strings.TrimSuffix(filepath.Base(out), ".geojson")
	text, err = exec.Command(ogrinfo, "-ro", "-q", "-dialect", "sqlite", "-sql", fmt.Sprintf("SELECT count(*) AS n FROM %q WHERE ST_IsValid(geometry)", layer), out).CombinedOutput()
	switch {
	case err != nil || strings.Contains(string(text), "no such function"):
		t.Logf("validity is not looked at: this GDAL has no SpatiaLite (%v)", err)
	case !strings.Contains(string(text), "n (Integer) = 1"):
		t.Errorf("the area is not valid:\n%s", text)
	}
}
