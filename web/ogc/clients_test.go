package ogc_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/coveragetest"
	"kaimen/data"
	"kaimen/data/sample"
	"kaimen/web/ogc"
)

// imported is the snapshot of a manifest.
func imported(t *testing.T, manifest string) *coverage.Snapshot {
	t.Helper()
	s, _, err := data.Import(t.Context(), manifest, data.Options{Now: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// sampleDistrict is the district that comes with the program.
func sampleDistrict(t *testing.T) *coverage.Snapshot {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "sample")
	if _, err := sample.Write(t.Context(), dir, sample.Options{}); err != nil {
		t.Fatal(err)
	}
	return imported(t, filepath.Join(dir, "study.yaml"))
}

// portoAlegre is a whole city, or the test is skipped.
func portoAlegre(t *testing.T) *coverage.Snapshot {
	t.Helper()
	root := os.Getenv("KAIMEN_SHARED_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	dir, err := filepath.Abs(filepath.Join(root, "porto-alegre"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("the shared test data is not there (%s); set KAIMEN_SHARED_DATA to its folder", dir)
	}
	manifest := filepath.Join(t.TempDir(), "study.yaml")
	text := os.Expand(`
study: porto-alegre
name: {zh: 阿雷格里港, en: Porto Alegre}
crs: EPSG:4326
sources:
  roads: [{file: "$DIR/poa.osm.pbf"}]
  boundaries: [{file: "$DIR/poa_hexgrid.geojson", level: grid}]
  demand: [{file: "$DIR/poa_hexgrid.csv", fields: {people: population}}]
  facilities:
    - {file: "$DIR/poa_hexgrid.csv", kind: school, where: "schools > 0"}
    - {file: "$DIR/poa_points_of_interest.csv", kind: poi}
`, func(string) string { return filepath.ToSlash(dir) })
	if err := os.WriteFile(manifest, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return imported(t, manifest)
}

// seen is a collection as a client sees it, and as the store has it.
type seen struct {
	geometry string
	count    int
	fields   map[string]string // JSON type by name
	extent   orb.Bound
}

// serving serves a snapshot to clients outside of this process and returns its
// landing page, what its collections are in the store, and the limits asked for.
func serving(t *testing.T, s *coverage.Snapshot) (landing string, want map[string]seen, limits func() []int) {
	t.Helper()
	store := &coveragetest.Memory{}
	if err := store.Put(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var asked []int
	handler := ogc.New(ogc.Options{Source: ogc.NewSnapshots(store, nil), Trouble: func(err error) string { t.Error(err); return "r" }})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if limit, err := strconv.Atoi(r.URL.Query().Get("limit")); err == nil {
			mu.Lock()
			asked = append(asked, limit)
			mu.Unlock()
		}
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL + ogc.Root, storedOf(s), func() []int { mu.Lock(); defer mu.Unlock(); return slices.Clone(asked) }
}

// storedOf takes the collections straight from the layers.
func storedOf(s *coverage.Snapshot) map[string]seen {
	out := make(map[string]seen)
	for _, table := range s.Tables() {
		for row := range table.Rows {
			name := s.Study.ID + "." + string(table.Layer)
			add := func(name, geometry string, bound orb.Bound) {
				c, ok := out[name]
				if !ok {
					c = seen{geometry: geometry, fields: make(map[string]string), extent: bound}
					for _, column := range table.Columns {
						if kind := map[coverage.ColumnType]string{"text": "string", "integer": "integer", "real": "number", "boolean": "boolean"}[column.Type]; kind != "" {
							c.fields[column.Name] = kind
						}
					}
				}
				c.count++
				c.extent = c.extent.Union(bound)
				out[name] = c
			}
			if table.Layer == coverage.LayerBoundaries {
				name += "." + row.Values[1].(string)
			}
			add(name, row.Geometry.GeoJSONType(), row.Geometry.Bound())
		}
	}
	for i := range s.Facilities {
		if area := s.Facilities[i].Outline; len(area) > 0 {
			name := s.Study.ID + ".facilities.outlines"
			c, ok := out[name]
			if !ok {
				c = seen{geometry: "MultiPolygon", fields: out[s.Study.ID+".facilities"].fields, extent: area.Bound()}
			}
			c.count++
			c.extent = c.extent.Union(area.Bound())
			out[name] = c
		}
	}
	return out
}

// near tells whether two boxes are one, to the seven decimals that are written.
func near(a, b orb.Bound) bool {
	for i := range 2 {
		if math.Abs(a.Min[i]-b.Min[i]) > 1.1e-6 || math.Abs(a.Max[i]-b.Max[i]) > 1.1e-6 {
			return false
		}
	}
	return true
}

func studies() map[string]func(*testing.T) *coverage.Snapshot {
	return map[string]func(*testing.T) *coverage.Snapshot{"sample": sampleDistrict, "porto-alegre": portoAlegre}
}

const ogrinfo = "/usr/bin/ogrinfo"

// GDAL sees in every collection, page by page, all that the store has.
func TestGDAL(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath(ogrinfo); err != nil {
		t.Skip("ogrinfo is not installed (Debian package gdal-bin); GDAL does not read the collections")
	}
	for name, study := range studies() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := study(t)
			landing, want, _ := serving(t, s)
			// What it is told at first, then what it finds in a copy of all features.
			told := layersSeen(t, run(t, ogrinfo, "-ro", "-al", "-so", "OAPIF:"+landing))
			same(t, "told", told, want)
			copied := filepath.Join(t.TempDir(), "copy.gpkg")
			run(t, "/usr/bin/ogr2ogr", "-q", "-f", "GPKG", "-oo", "PAGE_SIZE=1000", copied, "OAPIF:"+landing)
			same(t, "copied", layersSeen(t, run(t, ogrinfo, "-ro", "-al", "-so", copied)), want)
			// A filter that the server takes.
			text := run(t, ogrinfo, "-ro", "-q", "-oo", "PAGE_SIZE=1000", "OAPIF:"+landing, s.Study.ID+".facilities", "-where", "kind = 'school'", "-geom=NO")
			if got, want := strings.Count(text, "kind (String) = school\n"), schoolsOf(s); got != want || want == 0 {
				t.Errorf("%d schools, want %d", got, want)
			}
		})
	}
}

func schoolsOf(s *coverage.Snapshot) (n int) {
	for i := range s.Facilities {
		if s.Facilities[i].Kind == "school" {
			n++
		}
	}
	return n
}

func run(t *testing.T, name string, arguments ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, name, arguments...)
	out, err := command.CombinedOutput()
	if err != nil || strings.Contains(string(out), "ERROR") {
		t.Fatalf("%s %s: %v\n%.2000s", name, strings.Join(arguments, " "), err, out)
	}
	return string(out)
}

func same(t *testing.T, what string, got, want map[string]seen) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d collections, want %d", what, len(got), len(want))
	}
	for id, w := range want {
		g := got[id]
		if g.geometry != w.geometry || g.count != w.count || fmt.Sprint(g.fields) != fmt.Sprint(w.fields) || !near(g.extent, w.extent) {
			t.Errorf("%s: %s is\n%v, want\n%v", what, id, g, w)
		}
	}
}

var (
	fieldLine  = regexp.MustCompile(`(?m)^(\w+): (String|Integer|Integer64|Real|Integer\(Boolean\)) \(\d+\.\d+\)`)
	countLine  = regexp.MustCompile(`(?m)^Feature Count: (\d+)$`)
	shapeLine  = regexp.MustCompile(`(?m)^Geometry: (.+)$`)
	extentLine = regexp.MustCompile(`(?m)^Extent: \((.+), (.+)\) - \((.+), (.+)\)$`)
)

// layersSeen reads the text of ogrinfo.
func layersSeen(t *testing.T, text string) map[string]seen {
	t.Helper()
	types := map[string]string{"String": "string", "Integer": "integer", "Integer64": "integer", "Real": "number", "Integer(Boolean)": "boolean"}
	out := make(map[string]seen)
	for _, part := range strings.Split(text, "Layer name: ")[1:] {
		id, part, _ := strings.Cut(part, "\n")
		count, shape, extent := countLine.FindStringSubmatch(part), shapeLine.FindStringSubmatch(part), extentLine.FindStringSubmatch(part)
		if count == nil || shape == nil || extent == nil {
			t.Fatalf("not understood: %s", part)
		}
		c := seen{geometry: strings.ReplaceAll(shape[1], " ", ""), fields: make(map[string]string)}
		c.count, _ = strconv.Atoi(count[1])
		for i, at := range []*float64{&c.extent.Min[0], &c.extent.Min[1], &c.extent.Max[0], &c.extent.Max[1]} {
			*at, _ = strconv.ParseFloat(extent[i+1], 64)
		}
		for _, field := range fieldLine.FindAllStringSubmatch(part, -1) {
			c.fields[field[1]] = types[field[2]]
		}
		if c.geometry == "LineString" || c.geometry == "Point" || c.geometry == "MultiPolygon" {
			out[id] = c
			continue
		}
		t.Errorf("%s has geometry %q", id, shape[1])
	}
	return out
}

// QGIS opens every collection, counts it, finds all fields, and asks for pages of
// a thousand features and more. Its older versions go by the first ten features
// for the types of fields, and take one that begins with blanks for text.
func TestQGIS(t *testing.T) {
	t.Parallel()
	const python = "/usr/bin/python3" // the one that the package is for
	if err := exec.CommandContext(t.Context(), python, "-c", "import qgis.core").Run(); err != nil {
		t.Skip("QGIS for Python is not installed (Debian package python3-qgis); QGIS does not open the collections")
	}
	for name, study := range studies() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			landing, want, limits := serving(t, study(t))
			ids := []string{landing}
			for id := range want {
				ids = append(ids, id)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
			defer cancel()
			command := exec.CommandContext(ctx, python, append([]string{filepath.Join("testdata", "readwithqgis.py")}, ids...)...)
			home := t.TempDir()
			command.Env = append(os.Environ(), "QT_QPA_PLATFORM=offscreen", "HOME="+home, "XDG_RUNTIME_DIR="+home)
			out, err := command.Output()
			if err != nil {
				t.Fatalf("%v\n%.2000s", err, out)
			}
			checkQGIS(t, out, want)
			if largest := slices.Max(limits()); largest < 1000 {
				t.Errorf("the largest page that it asked for has %d features", largest)
			}
		})
	}
}

func checkQGIS(t *testing.T, out []byte, want map[string]seen) {
	t.Helper()
	var got map[string]struct {
		Valid            bool
		Error            string
		Count, Read, IDs int
		CRS, Geometry    string
		Fields           map[string]string
		Extent           [4]float64
	}
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%v\n%.2000s", err, out)
	}
	for id, w := range want {
		g := got[id]
		if !g.Valid || g.Count != w.count || g.Read != w.count || g.Geometry != w.geometry {
			t.Errorf("%s: valid %v %s, counts %d, reads %d of %s, want %d of %s", id, g.Valid, g.Error, g.Count, g.Read, g.Geometry, w.count, w.geometry)
		}
		for field := range w.fields {
			if g.Fields[field] == "" {
				t.Errorf("%s has no field %s", id, field)
			}
		}
		box := orb.Bound{Min: orb.Point{g.Extent[0], g.Extent[1]}, Max: orb.Point{g.Extent[2], g.Extent[3]}}
		if len(g.Fields) != len(w.fields) || !near(box, w.extent) {
			t.Errorf("%s: fields %v within %v, want %v within %v", id, g.Fields, box, w.fields, w.extent)
		}
	}
}
