package gpkg_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kaimen/coverage"
	"kaimen/data/gpkg"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
)

// village is a small snapshot whose facilities and demand are told apart by
// seed, so that villages of different seeds share their boundary alone.
func village(t testing.TB, seed int) *coverage.Snapshot {
	t.Helper()
	x := 105 + float64(seed)/100
	s, err := coverage.NewSnapshot(coverage.Study{ID: "cun", Name: coverage.Name{ZH: "村"}}, coverage.Layers{
		Boundaries: []coverage.Boundary{{
			ID: "s1", Level: coverage.LevelStreet, Name: "东兴街道",
			Area: orb.MultiPolygon{{{{105, 29}, {106, 29}, {106, 30}, {105, 30}, {105, 29}}}},
		}},
		Facilities: []coverage.Facility{{ID: "f1", Kind: "school", Name: "第一小学", At: orb.Point{x, 29.25}}},
		Demand: []coverage.Demand{
			{ID: "d1", At: orb.Point{x, 29.5}, Weights: map[string]coverage.Amount{"people": 12_500_000}},
			{ID: "d2", At: orb.Point{x + 0.5, 29.75}, Weights: map[string]coverage.Amount{"people": 1}},
		},
	}, coverage.Report{}, time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func put(t testing.TB, store *gpkg.Store, s *coverage.Snapshot) {
	t.Helper()
	if err := store.Put(t.Context(), s); err != nil {
		t.Fatal(err)
	}
}

// A path may hold what a URI or SQL would take for its own; the file that
// comes of it is the one that was named, and after Close it is one file.
func TestReopen(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a.gpkg", "门 与 100%41?x=1&_txlock=exclusive#top.gpkg", `it's "here".gpkg`} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), name)
			s := village(t, 0)
			first, err := gpkg.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			put(t, first, s)
			if err := first.Close(); err != nil {
				t.Fatal(err)
			}
			files, err := os.ReadDir(filepath.Dir(path))
			if err != nil || len(files) != 1 || files[0].Name() != name {
				t.Errorf("the folder holds %v, %v; want the one file", files, err)
			}
			got, err := open(t, path).Get(t.Context(), s.ID)
			if d := cmp.Diff(s, got); err != nil || d != "" {
				t.Errorf("after reopening: %v (-put +got):\n%s", err, d)
			}
		})
	}
}

// Equal layers are one table: of three villages that share their boundary,
// there are 1 + 3 + 3 feature tables.
func TestEqualLayersAreStoredOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "store.gpkg")
	store := open(t, path)
	for _, seed := range []int{0, 1, 2, 1} {
		put(t, store, village(t, seed))
	}
	got := query[int](t, path, "SELECT count(*) FROM gpkg_contents WHERE data_type = 'features'")
	if got != 7 {
		t.Errorf("%d feature tables, want 7", got)
	}
}

// Eight starters of one new file: all of them get a store.
func TestOpenAtOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "store.gpkg")
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			s, err := gpkg.Open(path)
			if err != nil {
				t.Errorf("open: %v", err)
				return
			}
			if err := s.Put(t.Context(), village(t, i)); err != nil {
				t.Errorf("put: %v", err)
			}
			if err := s.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
		})
	}
	all.Wait()
	infos, err := open(t, path).List(t.Context())
	if err != nil || len(infos) != 8 {
		t.Errorf("List has %d snapshots, %v; want 8", len(infos), err)
	}
}

// Open tells what a path is when it is no store, and leaves it as it was.
func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := func(name string) string { return filepath.Join(folder, name) }
	write(t, path("text.gpkg"), strings.Repeat("id,lon,lat\n", 500))
	write(t, path("short.gpkg"), "x")
	execute(t, path("other.db"), "CREATE TABLE notes (body TEXT)")
	execute(t, path("theirs.gpkg"), "PRAGMA application_id = 1196444487; CREATE TABLE gpkg_contents (table_name TEXT)")
	for _, name := range []string{"newer.gpkg", "halved.gpkg"} {
		s, err := gpkg.Open(path(name))
		if err != nil {
			t.Fatal(err)
		}
		put(t, s, village(t, 0))
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	execute(t, path("newer.gpkg"), "UPDATE kaimen_schema SET version = 1000")
	if err := os.Truncate(path("halved.gpkg"), 5000); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		path string
		code coverage.ErrorCode
		says string
	}{
		{"", coverage.Invalid, "empty"},
		{folder, coverage.Invalid, "is a folder"},
		{path("none/store.gpkg"), coverage.Invalid, "there is no folder"},
		{path("text.gpkg/store.gpkg"), coverage.Unavailable, "not a directory"},
		{path("text.gpkg"), coverage.Invalid, "no GeoPackage"},
		{path("short.gpkg"), coverage.Invalid, "no GeoPackage"},
		{path("other.db"), coverage.Invalid, "another program"},
		{path("theirs.gpkg"), coverage.Invalid, "not made by Kaimen"},
		{path("newer.gpkg"), coverage.Unsupported, "upgrade Kaimen"},
		{path("halved.gpkg"), coverage.Invalid, "damaged"},
	} {
		t.Run(filepath.Base(tc.path), func(t *testing.T) {
			before, _ := os.ReadFile(tc.path)
			s, err := gpkg.Open(tc.path)
			if err == nil {
				_ = s.Close()
			}
			if coverage.CodeOf(err) != tc.code || !strings.Contains(fmt.Sprint(err), tc.says) {
				t.Errorf("open: %v (%s); want %s and %q", err, coverage.CodeOf(err), tc.code, tc.says)
			}
			if after, _ := os.ReadFile(tc.path); !bytes.Equal(before, after) {
				t.Error("the file was changed")
			}
		})
	}
}

func TestOpenReadOnlyFolder(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("root may write anywhere: run as another user to see a read-only folder refused")
	}
	folder := t.TempDir()
	if err := os.Chmod(folder, 0o500); err != nil {
		t.Fatal(err)
	}
	_, err := gpkg.Open(filepath.Join(folder, "store.gpkg"))
	if coverage.CodeOf(err) != coverage.Unavailable || !strings.Contains(fmt.Sprint(err), "write to its folder") {
		t.Errorf("open: %v; want unavailable, and what to do", err)
	}
}

// Another program may not change a layer: SQLite refuses it with our words;
// and one that takes the guard away is found out when the layer is read.
func TestLayersAreGuarded(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "store.gpkg")
	store := open(t, path)
	s := village(t, 0)
	put(t, store, s)
	table := query[string](t, path, "SELECT table_name FROM kaimen_layers WHERE layer = 'facilities'")
	db := raw(t, path)
	for _, change := range []string{
		"UPDATE %s SET name = 'x'", "DELETE FROM %s", "INSERT INTO %s (id) VALUES ('f9')",
	} {
		if _, err := db.Exec(fmt.Sprintf(change, table)); err == nil || !strings.Contains(err.Error(), "a snapshot does not change") {
			t.Errorf("%s: %v; want it refused", change, err)
		}
	}
	execute(t, path, fmt.Sprintf("DROP TRIGGER guard_%[1]s_UPDATE; UPDATE %[1]s SET name = '第二小学'", table))
	if _, err := store.Get(t.Context(), s.ID); coverage.CodeOf(err) != coverage.Conflict || !strings.Contains(err.Error(), "facilities") {
		t.Errorf("get of a changed layer: %v; want conflict, naming the layer", err)
	}
}

// While another process holds the file for writing, readers go on.
func TestReadersDoNotWaitForWriters(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "store.gpkg")
	store := open(t, path)
	s := village(t, 0)
	put(t, store, s)
	tx, err := raw(t, path).Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.Exec("UPDATE kaimen_snapshots SET study = 'half'"); err != nil {
		t.Fatal(err)
	}
	info, err := store.Current(t.Context(), "cun")
	if err != nil || info.ID != s.ID {
		t.Errorf("current while another writes: %v, %v", info.ID, err)
	}
}

// The packed index holds every row: SQLite itself checks the tree against its
// own rules, and box queries find what a scan finds. 3,000 roads make three
// levels of nodes.
func TestIndexIsSound(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 51, 52, 3000} {
		path := filepath.Join(t.TempDir(), "store.gpkg")
		store := open(t, path)
		s := city(t, n)
		put(t, store, s)
		table := query[string](t, path, "SELECT table_name FROM kaimen_layers WHERE layer = 'roads'")
		if got := query[string](t, path, fmt.Sprintf("SELECT rtreecheck('rtree_%s_geom')", table)); got != "ok" {
			t.Errorf("%d roads: rtreecheck: %s", n, got)
		}
		window := orb.Bound{Min: orb.Point{105.05, 29.05}, Max: orb.Point{105.1, 29.12}}
		want := 0
		for _, r := range s.Roads {
			if r.Line.Bound().Intersects(window) {
				want++
			}
		}
		got := query[int](t, path, fmt.Sprintf(`SELECT count(*) FROM rtree_%s_geom
			WHERE maxx >= 105.05 AND minx <= 105.1 AND maxy >= 29.05 AND miny <= 29.12`, table))
		if got != want { // boxes grow by a meter in rounding, which the seed's roads do not straddle
			t.Errorf("%d roads: the index finds %d in the window, a scan %d", n, got, want)
		}
	}
}

// GDAL reads the store as it is: layers, counts, extents, text.
func TestGDALReadsTheFile(t *testing.T) {
	t.Parallel()
	ogrinfo, err := exec.LookPath("ogrinfo")
	if err != nil {
		t.Skip("ogrinfo is not on PATH: install gdal-bin to let GDAL read the store")
	}
	path := filepath.Join(t.TempDir(), "store.gpkg")
	put(t, open(t, path), village(t, 0))
	run := func(args ...string) string {
		out, err := exec.Command(ogrinfo, append(args, path)...).CombinedOutput()
		if err != nil {
			t.Fatalf("ogrinfo: %v\n%s", err, out)
		}
		return string(out)
	}
	all := run("-ro", "-al")
	for _, want := range []string{
		"Layer name: boundaries_", "Layer name: facilities_", "Layer name: demand_", "Layer name: kaimen_snapshots",
		"Extent: (105.000000, 29.000000) - (106.000000, 30.000000)", // the boundary
		"Extent: (105.000000, 29.500000) - (105.500000, 29.750000)", // d1 and d2
		"Geometry: Multi Polygon", "Geometry: Point", "Feature Count: 2", `ID["EPSG",4326]`,
		"name (String) = 东兴街道", "name (String) = 第一小学", "people (Real) = 12.5", "Extent: (105.000000, 29.250000) - (105.000000, 29.250000)", /* f1 */
		"MULTIPOLYGON (((105 29,106 29,106 30,105 30,105 29)))",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("ogrinfo does not say %q in:\n%s", want, all)
		}
	}
	for _, not := range []string{"Warning", "ERROR", "Layer name: kaimen_layers", "Layer name: kaimen_scenarios", "Layer name: rtree_"} {
		if strings.Contains(all, not) {
			t.Errorf("ogrinfo says %q:\n%s", not, all)
		}
	}
	// A box query goes through the spatial index.
	if near := run("-ro", "-al", "-spat", "105.4", "29.7", "105.6", "29.8"); !strings.Contains(near, "id (String) = d2") || strings.Contains(near, "id (String) = d1") {
		t.Errorf("the box round d2 finds:\n%s", near)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// raw opens a file past the store.
func raw(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func execute(t *testing.T, path, text string) {
	t.Helper()
	db := raw(t, path)
	if _, err := db.Exec(text); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func query[T any](t *testing.T, path, text string) (value T) {
	t.Helper()
	if err := raw(t, path).QueryRow(text).Scan(&value); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return value
}
