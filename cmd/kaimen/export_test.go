package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"kaimen/data/export/form"
	"kaimen/data/read"
	"kaimen/geo/crs"
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

// Layers written in GCJ-02, GeoPackage and GeoJSON saying so themselves, make the
// same study again: read back, each point is where it was.
func TestExportInOtherSystems(t *testing.T) {
	t.Parallel()
	dir := filepath.Dir(small(t, nil))
	store := filepath.Join(dir, "s.gpkg")
	must(t, "import", filepath.Join(dir, "study.yaml"), "--store", store)
	plain := filepath.Join(dir, "f.gpkg")
	must(t, "export", "small", "--store", store, "--layer", "facilities", "-o", plain)
	want := pointsIn(t, plain)
	for _, name := range []string{"f_gcj02.gpkg", "f_gcj02.geojson", "f_bd09.shp.zip", "f.parquet"} {
		coord := "cgcs2000"
		if _, after, ok := strings.Cut(name, "_"); ok {
			coord, _, _ = strings.Cut(after, ".")
		}
		file := filepath.Join(dir, name)
		must(t, "export", "small", "--store", store, "--layer", "facilities", "--coord", coord, "-o", file)
		got := pointsIn(t, file)
		if len(got) != len(want) || len(got) == 0 {
			t.Fatalf("%s: %d places, want %d", name, len(got), len(want))
		}
		for i := range got {
			if d := max(math.Abs(got[i][0]-want[i][0]), math.Abs(got[i][1]-want[i][1])); d > 2e-7 {
				t.Errorf("%s: %v, want %v", name, got[i], want[i])
			}
		}
	}
	for _, tc := range []struct{ coord, file, want string }{
		{"gcj02", "plain.gpkg", "plain_gcj02.gpkg"}, {"EPSG:4544", "x.geojson", "take gpkg"}, {"EPSG:27700", "x.gpkg", "EPSG:4490"}, {"gcj02", "x_gcj02.json", ".json is WGS 84"},
	} {
		_, stderr, code := kaimen(t, "analyze", "coverage", "small", "--store", store, "--kind", "school", "--coord", tc.coord, "-o", filepath.Join(dir, tc.file))
		if code != exitUsage || !strings.Contains(stderr, tc.want) {
			t.Errorf("%s to %s: exit code %d, %s", tc.coord, tc.file, code, stderr)
		}
	}
}

// pointsIn are the points of a file in WGS 84, by the system that it says.
func pointsIn(t *testing.T, path string) (list []orb.Point) {
	t.Helper()
	s, err := read.Open(path, read.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	var shapes []orb.Geometry
	if err := s.Each(func(r read.Record) error { shapes = append(shapes, r.Geometry); return r.Err }); err != nil {
		t.Fatal(err)
	}
	system, err := crs.Parse(s.CRS())
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	for _, g := range shapes {
		list = append(list, system.Geometry(g).(orb.Point))
	}
	return list
}

// cells reads a table from any file that a reader knows, as text.
func cells(t *testing.T, path string, columns ...string) (rows []string) {
	t.Helper()
	s, err := read.Open(path, read.Options{})
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	defer func() { _ = s.Close() }()
	if err := s.Each(func(r read.Record) error {
		var words []string
		for _, c := range columns {
			text := fmt.Sprint(r.Fields[c])
			if x, err := strconv.ParseFloat(text, 64); err == nil {
				text = strconv.FormatFloat(x, 'f', 6, 64)
			}
			words = append(words, text)
		}
		rows = append(rows, strings.Join(words, " "))
		return r.Err
	}); err != nil {
		t.Fatal(err)
	}
	return rows
}

// A matrix has the same pairs in every form; so have scores, and the curve of
// values, of tables of one's own.
func TestTablesInEveryForm(t *testing.T) {
	t.Parallel()
	manifest := small(t, nil)
	dir := filepath.Dir(manifest)
	store := filepath.Join(dir, "s.gpkg")
	must(t, "import", manifest, "--store", store)
	places := write(t, dir, "a.csv", "id,lon,lat\na,105.0,29.5\n甲,105.001,29.5\nz,105.002,29.5\n")
	costs := write(t, dir, "m.csv", "origin,destination,cost\na,s,60\nb,s,600\nb,r,60\n")
	demand, supply := write(t, dir, "d.csv", "id,weight\na,10\nb,30\n"), write(t, dir, "p.csv", "id,capacity\ns,8\nr,6\n")
	values := write(t, dir, "v.csv", "id,score\na,1\nb,3\n")
	for name, ask := range map[string]struct {
		args, columns []string
		rows          int
	}{
		"matrix":        {[]string{"matrix", "small", "--store", store, "--origins", places, "--destinations", places, "--max-m", "150"}, []string{"origin", "destination", "cost_s", "cost_m"}, 7},
		"accessibility": {[]string{"accessibility", "--matrix", costs, "--demand", demand, "--supply", supply, "--method", "2sfca", "--cutoff", "600"}, []string{"id", "score"}, 2},
		"equity":        {[]string{"equity", "--scores", values, "--demand", demand}, []string{"people_share", "value_share"}, 3},
	} {
		file := func(ending string) string {
			path := filepath.Join(dir, name+ending)
			must(t, append(append([]string{"analyze"}, ask.args...), "-o", path)...)
			return path
		}
		want := cells(t, file(".csv"), ask.columns...)
		if len(want) != ask.rows {
			t.Errorf("%s: %d rows, want %d: %v", name, len(want), ask.rows, want)
		}
		for _, ending := range []string{".xlsx", ".parquet", ".gpkg"} {
			if got := cells(t, file(ending), ask.columns...); !slices.Equal(got, want) {
				t.Errorf("%s%s: %v, want %v", name, ending, got, want)
			}
		}
		var whole map[string]any
		if text, err := os.ReadFile(file(".json")); err != nil || json.Unmarshal(text, &whole) != nil {
			t.Errorf("%s.json: %v %s", name, err, text)
		}
	}
}

// With --bom a spreadsheet reads Chinese, and runs no cell; gaps come as many as
// are asked for.
func TestCSVForASpreadsheet(t *testing.T) {
	t.Parallel()
	manifest := small(t, map[string]string{"people.csv": "id,lon,lat,people\n=h1,105.0,29.5,30\nh2,105.0005,29.5,12\n"})
	dir := filepath.Dir(manifest)
	store, file := filepath.Join(dir, "s.gpkg"), filepath.Join(dir, "g.csv")
	must(t, "import", manifest, "--store", store)
	gaps := func(args ...string) string {
		must(t, append([]string{"analyze", "gaps", "small", "--store", store, "--kind", "school", "--cutoff-m", "50", "-o", file}, args...)...)
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if text := gaps("--bom", "--limit", "1"); !strings.HasPrefix(text, "\ufeffid,") || !strings.Contains(text, "\n'=h1,") || strings.Count(text, "\n") != 2 {
		t.Errorf("for a spreadsheet: %q", text)
	}
	if text := gaps(); !strings.HasPrefix(text, "id,") || !strings.Contains(text, "\n=h1,") || strings.Count(text, "\n") != 3 {
		t.Errorf("as it is: %q", text)
	}
}
