// Package cmd_test keeps the house in order: who may import whom.
package cmd_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "kaimen"

// layers lists the rooms from the bottom up. A file may import rooms of lower
// layers alone; rooms of one layer do not import each other. A pattern ending
// in /* stands for the rooms right inside it that are not named elsewhere.
var layers = [][]string{
	{"geo"},
	{"geo/*"},
	{"coverage"},
	{"coverage/hours"},
	{"coverage/standard", "coverage/network", "coverage/job"},
	{"coverage/reach"},
	{"coverage/isochrone", "coverage/accessibility", "coverage/equity", "coverage/gap", "coverage/zonal", "coverage/siting", "coverage/candidate", "coverage/links", "coverage/scenario", "coverage/gazetteer"},
	{"coverage/siting/instance"},
	{"coverage/analysis"},
	{"data/geopackage"},
	{"data/read", "data/export", "data/gpkg", "data/postgis", "data/jobs", "data/sample"},
	{"data/export/*"},
	{"data/export/form"},
	{"data"},
	{"web/ui", "web/lru", "web/accept", "web/fail", "web/openapi", "web/reference"},
	{"web/ogc"},
	{"web/processes"},
	{"web"},
	{"cmd/*"},
}

// testRoom holds what tests share; no other code may import it.
const testRoom = "coverage/coveragetest"

// doors names the rooms in which a third party may be imported, where it is
// not all of them.
var doors = map[string][]string{
	"github.com/tidwall/rtree":             {"geo/index"},
	"github.com/peterstace/simplefeatures": {"geo/overlay"},
	"github.com/gorilla/mux":               {"web", "web/ogc"},
	"github.com/danielgtaylor/huma":        {"web", "web/fail"},
	"github.com/jackc/pgx":                 {"data/postgis", "data/jobs"},
	"github.com/twpayne/go-geom":           {"data/postgis"},
	"github.com/pressly/goose":             {"data/postgis"},
	"github.com/mozillazg/go-pinyin":       {"coverage/gazetteer"},
	"modernc.org/sqlite":                   {"data/gpkg", "data/read", "data/export/gpkg", "data/jobs"},
	"github.com/riverqueue/river":          {"data/jobs"},
	"riverqueue.com/riverui":               {"data/jobs"},
	"github.com/paulmach/osm":              {"data/read", "data/sample"},
	"github.com/xuri/excelize":             {"data/read", "data/export/xlsx"},
	"github.com/parquet-go/parquet-go":     {"data/read", "data/export/parquet"},
	"github.com/alecthomas/kong":           {"cmd/kaimen"},
	"github.com/schollz/progressbar":       {"cmd/kaimen"},
	"github.com/expr-lang/expr":            {"data"},
	"github.com/paulmach/orb/geojson":      {"geo/geojson", "geo/tile"},
	"github.com/paulmach/orb/encoding/mvt": {"geo/tile"},
	"github.com/paulmach/orb/encoding/wkb": {"data/geopackage", "data/export/parquet"},
	"github.com/klauspost/compress/gzhttp": {"web"},
	"github.com/getkin/kin-openapi":        {}, // of tests alone
}

// webMayUse are the only rooms of data that web may import.
var webMayUse = map[string]bool{"data/export": true, "data/export/form": true}

// testsMayUse are rooms that the tests of a room may import although they stand
// above it: searches are held against others, and measured, on real roads;
// solvers are held against published instances; clients read whole studies; what
// answers later is asked of a real queue, and what changes is changed in real
// stores.
var testsMayUse = map[string][]string{
	"coverage/reach":  {"data/read"},
	"coverage/links":  {"data/read"},
	"coverage/siting": {"coverage/siting/instance"},
	"web":             {"data", "data/gpkg", "data/jobs", "data/postgis", "data/sample"},
	"web/ogc":         {"data", "data/sample"},
	"web/processes":   {"data", "data/sample", "data/jobs", "web"},
}

// layerOf is the layer of a room, -1 if it is in none.
func layerOf(room string) int {
	for i, rooms := range layers {
		for _, r := range rooms {
			if r == room {
				return i
			}
		}
	}
	for i, rooms := range layers {
		for _, r := range rooms {
			if parent, ok := strings.CutSuffix(r, "/*"); ok && path.Dir(room) == parent {
				return i
			}
		}
	}
	return -1
}

// roomOf is the room of a package: what stands before any internal folder.
func roomOf(pkg string) string {
	room, _, _ := strings.Cut(pkg+"/", "/internal/")
	return strings.TrimSuffix(room, "/")
}

func TestLayers(t *testing.T) {
	t.Parallel()
	root := os.DirFS("..")
	files := 0
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "node_modules" || d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && name != "."):
			return fs.SkipDir
		case d.IsDir() || path.Ext(name) != ".go":
			return nil
		}
		files++
		for _, fault := range check(t, name) {
			t.Errorf("%s: %s", name, fault)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 50 {
		t.Fatalf("only %d Go files were looked at: the walk went wrong", files)
	}
}

// check returns what a file imports against the rules.
func check(t *testing.T, name string) (faults []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", name), nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	room, isTest := roomOf(path.Dir(name)), strings.HasSuffix(name, "_test.go")
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		if ours, ok := strings.CutPrefix(imported, module+"/"); ok {
			faults = append(faults, checkOurs(room, roomOf(ours), isTest)...)
			continue
		}
		for party, rooms := range doors {
			if (imported == party || strings.HasPrefix(imported, party+"/")) && !slices.Contains(rooms, room) && !isTest {
				faults = append(faults, "imports "+imported+", whose door is "+strings.Join(rooms, ", "))
			}
		}
	}
	return faults
}

func checkOurs(room, imported string, isTest bool) []string {
	switch {
	case imported == room:
		return nil
	case imported == testRoom:
		if !isTest {
			return []string{"imports " + testRoom + " outside a test"}
		}
		return nil
	case room == testRoom:
		if layerOf(imported) > layerOf("coverage") {
			return []string{testRoom + " imports " + imported + ", which stands above coverage"}
		}
		return nil
	}
	if isTest && slices.Contains(testsMayUse[room], imported) {
		return nil
	}
	from, to := layerOf(room), layerOf(imported)
	switch {
	case from < 0:
		return []string{"the room " + room + " is in no layer; add its line to layers"}
	case to < 0:
		return []string{"imports " + imported + ", which is in no layer"}
	case to >= from:
		return []string{room + " imports " + imported + ", which does not stand below it"}
	case (room == "web" || strings.HasPrefix(room, "web/")) && strings.HasPrefix(imported, "data") && !webMayUse[imported]:
		return []string{room + " imports " + imported + "; of data it may use data/export and data/export/form alone"}
	}
	return nil
}

// The rules themselves: what must be refused is refused.
func TestLayerRulesBite(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		room, imported string
		test, allowed  bool
	}{
		{"coverage/analysis", "coverage/reach", false, true},
		{"coverage/reach", "coverage/analysis", false, false},
		{"coverage/zonal", "coverage/siting", false, false},
		{"web", "data/export", false, true},
		{"web", "data/gpkg", false, false},
		{"web", "data", false, false},
		{"web", "data", true, true},
		{"web", "web/ogc", false, true},
		{"web/ogc", "web", false, false},
		{"web/ogc", "data", false, false},
		{"web/ogc", "data", true, true},
		{"web/processes", "web/ogc", false, true},
		{"web/processes", "web", false, false},
		{"coverage/reach", testRoom, false, false},
		{"coverage/reach", testRoom, true, true},
		{"coverage/reach", "data/read", false, false},
		{"coverage/reach", "data/read", true, true},
		{"coverage/network", "data/read", true, false},
		{"geo", "geo/index", false, false},
		{"cmd/kaimen", "data/gpkg", false, true},
		{"attic", "geo", false, false},
	} {
		if got := len(checkOurs(tc.room, tc.imported, tc.test)) == 0; got != tc.allowed {
			t.Errorf("%s importing %s (test %v): allowed %v, want %v", tc.room, tc.imported, tc.test, got, tc.allowed)
		}
	}
}
