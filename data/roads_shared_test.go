package data_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/geo"
)

// bureauRoads is a manifest of the bureau's centerlines; the file and what else
// is said of it stand first.
func bureauRoads(file string) string {
	return `
study: jingan
sources:
  roads: [{file: "` + file + `, fields: {id: 编号, name: 道路名称, class: 道路等级, oneway: 单行, bridge: 桥梁, maxspeed: 限速}}]
`
}

// shape is what a road network is on the ground: its distinct stretches, their
// length, and the connected piece that each place belongs to.
type shape struct {
	stretches map[[2]orb.Point]bool
	meters    float64
	pieces    map[orb.Point]int64 // a place to the smallest node of its piece
}

func shapeOf(roads []coverage.Road) shape {
	s := shape{stretches: map[[2]orb.Point]bool{}, pieces: map[orb.Point]int64{}}
	parent := map[int64]int64{}
	var root func(int64) int64
	root = func(n int64) int64 {
		if p, ok := parent[n]; ok && p != n {
			parent[n] = root(p)
			return parent[n]
		}
		return n
	}
	for _, road := range roads {
		for i := 1; i < len(road.Line); i++ {
			a, b := road.Line[i-1], road.Line[i]
			if a[0] > b[0] || a[0] == b[0] && a[1] > b[1] {
				a, b = b, a
			}
			s.stretches[[2]orb.Point{a, b}] = true
			m, n := root(road.Nodes[i-1]), root(road.Nodes[i])
			parent[max(m, n)] = min(m, n)
		}
	}
	for _, road := range roads {
		for i, p := range road.Line {
			s.pieces[p] = root(road.Nodes[i])
		}
	}
	for stretch := range s.stretches {
		s.meters += geo.Distance(stretch[0], stretch[1])
	}
	return s
}

// connects tells whether places that are connected in t are so in s.
func (s shape) connects(t shape) bool {
	of := map[int64]int64{}
	for p, piece := range t.pieces {
		if known, ok := of[piece]; ok && known != s.pieces[p] {
			return false
		}
		of[piece] = s.pieces[p]
	}
	return true
}

// TestCenterlinesAgainstOSM holds centerlines that share vertices, not ends,
// against the OpenStreetMap file that they were made from: 796 roads.
func TestCenterlinesAgainstOSM(t *testing.T) {
	t.Parallel()
	dir := sharedData(t, "cn-osm-samples")
	osm, _ := mustImport(t, manifestBeside(t, dir, "study: jingan\nsources:\n  roads: [{file: $DIR/shanghai-jingan-2026.osm.pbf}]\n"))
	truth := shapeOf(osm.Roads)
	const file = "$DIR/derived-gbk-gcj02/truth-roads-wgs84.geojson\""

	// Drawn with a vertex at every meeting, they give exactly the roads of OSM.
	s, report := mustImport(t, manifestBeside(t, dir, bureauRoads(file+", meet: vertices")))
	have := shapeOf(s.Roads)
	equal(t, "rows used", report.Sources[0].Used, 796)
	equal(t, "stretches", len(have.stretches), len(truth.stretches))
	for stretch := range truth.stretches {
		if !have.stretches[stretch] {
			t.Fatalf("the stretch %v is missing", stretch)
		}
	}
	equal(t, "connected alike", have.connects(truth) && truth.connects(have), true)

	// Without that word, they also meet where two of one level cross without a
	// vertex; nothing that was connected is lost, and no meter.
	s, report = mustImport(t, manifestBeside(t, dir, bureauRoads(file)))
	cut := shapeOf(s.Roads)
	equal(t, "connected as before", cut.connects(truth), true)
	if d := cut.meters - truth.meters; d > 0.1 || d < -0.1 {
		t.Errorf("%f m of road, want %f", cut.meters, truth.meters)
	}
	logReport(t, s, report)
	t.Logf("%d stretches, %.1f m, OSM has %d, %.1f m", len(cut.stretches), cut.meters, len(truth.stretches), truth.meters)
}

// TestBureauShapefile reads the centerlines as a bureau hands them over: a
// shapefile in GBK and GCJ-02.
func TestBureauShapefile(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(sharedData(t, "cn-osm-samples"), "derived-gbk-gcj02")
	againstTruth(t, dir, bureauRoads("$DIR/roads_gbk_gcj02.shp\", crs: GCJ-02, encoding: gbk, meet: vertices"))
}

// TestBureauLinesByGDAL reads the same, made GeoJSON by GDAL.
func TestBureauLinesByGDAL(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(sharedData(t, "cn-osm-samples"), "derived-gbk-gcj02")
	ogr, err := exec.LookPath("ogr2ogr")
	if err != nil {
		t.Skip("ogr2ogr is not installed (Debian: gdal-bin)")
	}
	out := filepath.Join(t.TempDir(), "roads.geojson")
	if text, err := exec.CommandContext(t.Context(), ogr, "-f", "GeoJSON", "-lco", "COORDINATE_PRECISION=9",
		out, filepath.Join(dir, "roads_gbk_gcj02.shp")).CombinedOutput(); err != nil {
		t.Fatalf("ogr2ogr: %v: %s", err, text)
	}
	againstTruth(t, dir, bureauRoads(filepath.ToSlash(out)+"\", crs: GCJ-02, meet: vertices"))
}

// againstTruth compares imported centerlines with the truth file, road by road:
// names, tags, places within 2 cm, nodes one to one.
func againstTruth(t *testing.T, dir, manifest string) {
	t.Helper()
	truth, _ := mustImport(t, manifestBeside(t, dir, bureauRoads("$DIR/truth-roads-wgs84.geojson\", meet: vertices")))
	s, _ := mustImport(t, manifestBeside(t, dir, manifest))
	equal(t, "roads", len(s.Roads), len(truth.Roads))
	nodes, back := map[int64]int64{}, map[int64]int64{}
	farthest := 0.0
	for i := range s.Roads {
		have, want := &s.Roads[i], &truth.Roads[i]
		equal(t, "road", textOf(have), textOf(want))
		if len(have.Nodes) != len(want.Nodes) {
			t.Errorf("%s has %d vertices, want %d", have.ID, len(have.Nodes), len(want.Nodes))
			continue
		}
		for k, n := range have.Nodes {
			farthest = max(farthest, geo.Distance(have.Line[k], want.Line[k]))
			if first, ok := nodes[n]; ok && first != want.Nodes[k] {
				t.Errorf("%s: node %d is two nodes of the truth", have.ID, n)
			}
			if first, ok := back[want.Nodes[k]]; ok && first != n {
				t.Errorf("%s: node %d of the truth is two nodes", have.ID, want.Nodes[k])
			}
			nodes[n], back[want.Nodes[k]] = want.Nodes[k], n
		}
	}
	if farthest > 0.02 {
		t.Errorf("a vertex is %f m off", farthest)
	}
	have, want := shapeOf(s.Roads).meters, shapeOf(truth.Roads).meters
	if d := have - want; d > 0.5 || d < -0.5 {
		t.Errorf("%f m of road, want %f", have, want)
	}
	t.Logf("%d roads, %.2f m (truth %.2f m), %d nodes, the farthest vertex %.4f m off", len(s.Roads), have, want, len(nodes), farthest)
}

// textOf is a road without its place.
func textOf(r *coverage.Road) string {
	return strings.Join([]string{r.ID, r.Name, r.Class, r.Tags["oneway"], r.Tags["bridge"], r.Tags["maxspeed"]}, "|")
}
