package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kaimen/data/export/form"
	"kaimen/data/read"
)

// rowsIn counts the rows of a file.
func rowsIn(t *testing.T, path, layer string) (n int) {
	t.Helper()
	s, err := read.Open(path, read.Options{Layer: layer})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if err := s.Each(func(r read.Record) error { n++; return r.Err }); err != nil {
		t.Fatal(err)
	}
	return n
}

// Layers and answers come in every form by the ending of the file; all layers
// at once in those that take several tables.
func TestExport(t *testing.T) {
	t.Parallel()
	manifest := small(t, nil)
	dir := filepath.Dir(manifest)
	store := filepath.Join(dir, "s.gpkg")
	must(t, "import", manifest, "--store", store)
	for _, f := range form.All() {
		for _, ending := range f.Endings {
			layer, answer := filepath.Join(dir, "layer"+ending), filepath.Join(dir, "answer"+ending)
			must(t, "export", "small", "--store", store, "--layer", "demand", "-o", layer)
			must(t, "analyze", "coverage", "small", "--store", store, "--kind", "school", "-o", answer)
			if f.Name == "pmtiles" { // for maps, not to be read as rows
				for _, path := range []string{layer, answer} {
					if archive, err := os.ReadFile(path); err != nil || !strings.HasPrefix(string(archive), "PMTiles\x03") {
						t.Errorf("%s is no archive: %v", path, err)
					}
				}
				continue
			}
			if a, b := rowsIn(t, layer, ""), rowsIn(t, answer, ""); a != 2 || b != 1 {
				t.Errorf("%s: %d points of demand and %d zones, want 2 and 1", ending, a, b)
			}
		}
		all := filepath.Join(dir, "all"+f.Endings[0])
		_, stderr, code := kaimen(t, "export", "small", "--store", store, "-o", all)
		switch {
		case f.Several && code == exitDone:
			if n := rowsIn(t, all, "facilities"); n != 1 {
				t.Errorf("%s: %d facilities, want 1", all, n)
			}
		case f.Several || code != exitUsage || !strings.Contains(stderr, ".xlsx, .gpkg"):
			t.Errorf("all layers as %s: exit code %d, %s", f.Name, code, stderr)
		}
	}
	for _, args := range [][]string{{"--layer", "demand", "-o", "x.doc"}, {"--layer", "trees", "-o", filepath.Join(dir, "x.csv")}} {
		_, stderr, code := kaimen(t, append([]string{"export", "small", "--store", store}, args...)...)
		if code != exitUsage || !strings.Contains(stderr, ".parquet") && !strings.Contains(stderr, "boundaries") {
			t.Errorf("%v: exit code %d, %s", args, code, stderr)
		}
	}
}
