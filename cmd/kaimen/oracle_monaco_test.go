package main

import (
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Footprint of 23,327 buildings of Monaco and its hills within 417, 833 and
// 1,250 m of parks, car parks and schools; and buildings within 1,250 m.
func TestMonacoCoverageShares(t *testing.T) {
	t.Parallel()
	dir := shared(t, "monaco")
	work := t.TempDir()
	manifest := write(t, work, "study.yaml", strings.ReplaceAll(`
study: monaco
crs: EPSG:4326
sources:
  roads:      [{file: DIR/monaco-2016.osm.pbf}]
  demand:     [{file: DIR/buildings-2016.csv, fields: {id: id, x: lon, y: lat, people: weight}}]
  facilities: [{file: DIR/facilities-2016.csv, fields: {id: id, x: lon, y: lat, kind: kind, name: name}}]
`, "DIR", dir))
	store := filepath.Join(work, "s.gpkg")
	must(t, "import", manifest, "--store", store)
	for _, tc := range []struct {
		kind   string
		shares [3]float64 // of the footprint, by cutoff
	}{
		{"park", [3]float64{0.178857, 0.4238, 0.566883}},
		{"parking", [3]float64{0.47768, 0.690365, 0.819818}},
		{"school", [3]float64{0.150215, 0.422717, 0.600099}},
	} {
		for i, cutoff := range []float64{416.667, 833.333, 1250} {
			out := must(t, "analyze", "coverage", "monaco", "--store", store, "--kind", tc.kind, "--level", "study",
				"--cutoff-m", strconv.FormatFloat(cutoff, 'f', -1, 64))
			if total(t, out, "demand") != 2537300 {
				t.Fatalf("footprint %v, want 2,537,300 m²", total(t, out, "demand"))
			}
			share := total(t, out, "coverage_rate")
			t.Logf("%s within %v m: %.2f %%, reference %.2f %%", tc.kind, cutoff, 100*share, 100*tc.shares[i])
			if math.Abs(share-tc.shares[i]) > 0.005 {
				t.Errorf("%s within %v m: %.2f %%, reference %.2f %%", tc.kind, cutoff, 100*share, 100*tc.shares[i])
			}
		}
	}
}
