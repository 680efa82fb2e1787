package main

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kaimen/geo/geojson"
)

// Rings of the small street: 193 m of it, all within 5 minutes of its west end.
func TestIsochronesFromTheCommandLine(t *testing.T) {
	t.Parallel()
	manifest := small(t, nil)
	dir := filepath.Dir(manifest)
	store, out := filepath.Join(dir, "s.gpkg"), filepath.Join(dir, "rings.geojson")
	must(t, "import", manifest, "--store", store)
	ask := func(args ...string) string {
		return must(t, append([]string{"analyze", "isochrones", "small", "--store", store}, args...)...)
	}
	stdout := ask("--at", "105.0,29.5", "--cutoffs-min", "5,1.5", "-o", out)
	if total(t, stdout, "origins") != 1 || total(t, stdout, "rows") != 2 || !strings.Contains(stdout, "cutoff_s=300 ") {
		t.Errorf("stdout: %s", stdout)
	}
	file, err := os.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var reached []float64
	err = geojson.Read(file, func(f geojson.Feature) error {
		meters, err := f.Properties["reached_m"].(json.Number).Float64()
		reached = append(reached, meters)
		if f.Geometry == nil || f.Properties["id"] != "origin" || f.Properties["direction"] != "away" || f.Properties["profile"] != "walk" {
			t.Errorf("feature %s: %v", f.ID, f.Properties)
		}
		return err
	})
	// The outermost first: all of the street, then 90 s at 4 km/h, 100 m.
	if err != nil || len(reached) != 2 || math.Abs(reached[0]-193.55) > 0.1 || math.Abs(reached[1]-100) > 0.01 {
		t.Errorf("reached %v: %v", reached, err)
	}
	places := write(t, dir, "a.csv", "id,lon,lat\nw,105.0,29.5\ne,105.002,29.5\n")
	lines := filepath.Join(dir, "lines.json")
	if stdout := ask("--origins", places, "--cutoffs-m", "50", "--as", "lines", "--direction", "toward", "-o", lines); total(t, stdout, "rows") != 2 {
		t.Errorf("stdout: %s", stdout)
	}
	var answer struct {
		Rows []struct {
			ID      string
			LengthM float64 `json:"length_m"`
		}
	}
	text, err := os.ReadFile(lines)
	if err == nil {
		err = json.Unmarshal(text, &answer)
	}
	if err != nil || len(answer.Rows) != 2 || answer.Rows[1].ID != "e" || answer.Rows[1].LengthM != 50 {
		t.Errorf("%v: %s", err, text)
	}
	if stdout := ask("--kind", "school", "--min-hole-m2", "1000"); !strings.Contains(stdout, "direction=toward") || total(t, stdout, "rows") != 3 {
		t.Errorf("stdout: %s", stdout)
	}
	for name, args := range map[string][]string{
		"no origin":          {},
		"two kinds of them":  {"--at", "105,29.5", "--kind", "school"},
		"half a place":       {"--at", "105"},
		"a place of words":   {"--at", "here,there"},
		"two metrics":        {"--at", "105,29.5", "--cutoffs-min", "5", "--cutoffs-m", "5"},
		"no cutoff":          {"--at", "105,29.5", "--cutoffs-min", "5,0"},
		"an unknown form":    {"--at", "105,29.5", "--as", "cubes"},
		"another ending":     {"--at", "105,29.5", "-o", "x.doc"},
		"off the earth":      {"--at", "-190,29.5"},
		"no such file":       {"--origins", filepath.Join(dir, "none.csv")},
		"a hole below zero":  {"--at", "105,29.5", "--min-hole-m2=-1"},
		"a direction unsaid": {"--at", "105,29.5", "--direction", "up"},
	} {
		_, stderr, code := kaimen(t, append([]string{"analyze", "isochrones", "small", "--store", store}, args...)...)
		if code != exitUsage || stderr == "" {
			t.Errorf("%s: exit code %d, stderr %q", name, code, stderr)
		}
	}
	// A place in the western hemisphere is no flag, and far from the street.
	if _, stderr, code := kaimen(t, "analyze", "isochrones", "small", "--store", store, "--at", "-51.21,-30.03"); code != exitDone || !strings.Contains(stderr, "too_far") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}
