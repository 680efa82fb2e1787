package gpkg_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kaimen/coverage"

	"github.com/paulmach/orb"
)

// schooled is a city: the same roads, and one school that stands at x.
func schooled(t testing.TB, roads int, x float64) *coverage.Snapshot {
	t.Helper()
	layers := city(t, roads).Layers
	layers.Facilities = []coverage.Facility{{ID: "f1", Kind: "school", At: orb.Point{x, 29}}}
	s, err := coverage.NewSnapshot(coverage.Study{ID: "city"}, layers, coverage.Report{}, city(t, 0).ImportedAt)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// One facility of a city is edited. Its roads stay on the pages they are on:
// of the megabytes that a city has, the second put writes a few pages.
func TestUnchangedLayersAreNotWritten(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 20,000 roads several times: not with -short")
	}
	t.Parallel()
	const roads = 20_000
	path := filepath.Join(t.TempDir(), "store.gpkg")
	first := open(t, path)
	put(t, first, schooled(t, roads, 105))
	if err := first.Close(); err != nil { // which empties the write-ahead log
		t.Fatal(err)
	}
	whole, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	root := "SELECT rootpage FROM sqlite_master WHERE name LIKE 'roads%' AND type = 'table'"
	before := query[int](t, path, root)
	second := open(t, path)
	put(t, second, schooled(t, roads, 106))
	log, err := os.Stat(path + "-wal") // every page that was written
	if err != nil {
		t.Fatal(err)
	}
	if whole.Size() < 4<<20 || log.Size() > 256<<10 {
		t.Errorf("the city takes %d bytes, its edited school another %d; want at most 256 KiB", whole.Size(), log.Size())
	}
	if after := query[int](t, path, root); after != before {
		t.Errorf("the roads moved from page %d to %d", before, after)
	}
	if n := query[int](t, path, "SELECT count(*) FROM gpkg_contents WHERE data_type = 'features'"); n != 3 { // roads, two of facilities
		t.Errorf("%d feature tables, want 3", n)
	}
}

// What is deleted leaves no trace in any table, by our eyes and by GDAL's, and
// its room is used by what comes next.
func TestDeleteLeavesNoTrace(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "store.gpkg")
	store := open(t, path)
	old, now := village(t, 0), village(t, 1)
	put(t, store, old)
	put(t, store, now)
	if err := store.Delete(t.Context(), old.ID); err != nil {
		t.Fatal(err)
	}
	for layer, hash := range old.Hashes {
		shared := now.Hashes[layer] == hash
		name := fmt.Sprintf("%s_%s", layer, hash[:12])
		for _, place := range []string{
			"sqlite_master WHERE tbl_name = '" + name + "'", "sqlite_master WHERE name LIKE '%" + name + "%'",
			"gpkg_contents WHERE table_name = '" + name + "'", "gpkg_geometry_columns WHERE table_name = '" + name + "'",
			"gpkg_extensions WHERE table_name = '" + name + "'",
		} {
			n := query[int](t, path, "SELECT count(*) FROM "+place)
			if layer != coverage.LayerBoundaries && n != 0 || layer == coverage.LayerBoundaries && (n == 0 || !shared) {
				t.Errorf("%s: %d lines", place, n)
			}
		}
	}
	pages := query[int](t, path, "SELECT page_count FROM pragma_page_count")
	for seed := range 20 {
		s := village(t, 2+seed)
		put(t, store, s)
		if err := store.Delete(t.Context(), now.ID); err != nil {
			t.Fatal(err)
		}
		now = s
	}
	// A layer is in the file twice while one takes the other's place.
	if after := query[int](t, path, "SELECT page_count FROM pragma_page_count"); after > 2*pages {
		t.Errorf("the file grew from %d to %d pages by versions that were deleted", pages, after)
	}
	if ok := query[string](t, path, "PRAGMA integrity_check"); ok != "ok" {
		t.Errorf("integrity: %s", ok)
	}
	wantLayers(t, path, now)
}

// wantLayers asks ogrinfo for the layers with a shape, which must be those of s.
func wantLayers(t *testing.T, path string, s *coverage.Snapshot) {
	t.Helper()
	var want []string
	for _, table := range s.Tables() {
		if table.Len > 0 {
			want = append(want, fmt.Sprintf("%s_%s", table.Layer, s.Hashes[table.Layer][:12]))
		}
	}
	slices.Sort(want)
	ogrinfo, err := exec.LookPath("ogrinfo")
	if err != nil {
		t.Skip("ogrinfo is not on PATH: install gdal-bin to let GDAL read the store")
	}
	out, err := exec.Command(ogrinfo, "-ro", "-q", path).CombinedOutput()
	if err != nil {
		t.Fatalf("ogrinfo: %v\n%s", err, out)
	}
	var got []string
	for line := range strings.Lines(string(out)) {
		// "1: facilities_0123456789ab (Point)"; snapshots have no shape, and stay.
		if fields := strings.Fields(line); len(fields) > 1 && fields[1] != "kaimen_snapshots" {
			got = append(got, fields[1])
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("GDAL sees %v, want %v", got, want)
	}
}
