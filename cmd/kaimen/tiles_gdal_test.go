package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/planar"
	"github.com/paulmach/orb/project"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/coveragetest"
	"kaimen/coverage/standard"
	"kaimen/data"
	"kaimen/data/sample"
	"kaimen/web"
)

// served is the sample district behind a server of its own.
func served(t *testing.T) (*coverage.Snapshot, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "sample")
	if _, err := sample.Write(t.Context(), dir, sample.Options{}); err != nil {
		t.Fatal(err)
	}
	snapshot, _, err := data.Import(t.Context(), filepath.Join(dir, "study.yaml"), data.Options{})
	if err != nil {
		t.Fatal(err)
	}
	store := &coveragetest.Memory{}
	if err := store.Put(t.Context(), snapshot); err != nil {
		t.Fatal(err)
	}
	library, err := standard.Load()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(web.New(web.Options{Engine: analysis.New(store, library), Store: store}))
	t.Cleanup(server.Close)
	return snapshot, fmt.Sprintf("%s/tiles/%s/%s/", server.URL, snapshot.Study.ID, snapshot.ID)
}

// GDAL reads whole zooms of tiles by their address, with the TileJSON beside
// them. At the innermost zoom it finds every row, with what is told of it, no
// place further than a tile's unit from where it is, and no point missing.
func TestGDALReadsTiles(t *testing.T) {
	t.Parallel()
	tool, err := exec.LookPath("ogr2ogr")
	if err != nil {
		t.Skip("ogr2ogr of GDAL is not installed")
	}
	snapshot, address := served(t)
	for layer, zooms := range map[coverage.LayerName][]int{coverage.LayerRoads: {13, 16}, coverage.LayerBuildings: {15, 16}, coverage.LayerBoundaries: {13, 16}} {
		for _, z := range zooms {
			t.Run(fmt.Sprintf("%s/%d", layer, z), func(t *testing.T) {
				t.Parallel()
				cmd := exec.Command(tool, "-f", "GeoJSON", "-lco", "RFC7946=NO", "/vsistdout/", fmt.Sprintf("MVT:%s%s/%d", address, layer, z),
					"-oo", "TILE_EXTENSION=mvt", "-oo", "METADATA_FILE="+address+string(layer)+".json", "-oo", "CLIP=NO")
				var stderr bytes.Buffer
				cmd.Stderr = &stderr
				out, err := cmd.Output()
				if err != nil || bytes.Contains(stderr.Bytes(), []byte("ERROR")) {
					t.Fatalf("%v: %s", err, stderr.String())
				}
				table, _ := snapshot.Table(layer)
				compareTiles(t, table, out, z)
			})
		}
	}
}

// compareTiles holds what GDAL found, in meters of web Mercator, against rows.
func compareTiles(t *testing.T, table coverage.Table, found []byte, z int) {
	t.Helper()
	var list struct {
		Features []struct {
			Properties map[string]any
			Geometry   json.RawMessage
		}
	}
	if err := json.Unmarshal(found, &list); err != nil {
		t.Fatal(err)
	}
	pieces := make(map[string][]orb.Geometry)
	told := make(map[string]map[string]any)
	for _, f := range list.Features {
		g, err := geojson.UnmarshalGeometry(f.Geometry)
		if err != nil {
			t.Fatal(err)
		}
		id, _ := f.Properties["id"].(string)
		pieces[id], told[id] = append(pieces[id], g.Geometry()), f.Properties
	}
	unit := 40075016.68557849 / math.Exp2(float64(z)) / 4096
	rows, far := 0, 0.0
	for row := range table.Rows {
		rows++
		id := row.Values[0].(string)
		if table.Columns[0].Name != "id" {
			t.Fatalf("the first column is %s", table.Columns[0].Name)
		}
		if len(pieces[id]) == 0 {
			t.Errorf("row %s is not found", id)
			continue
		}
		for i, c := range table.Columns {
			value, ok := told[id][c.Name]
			if text, isText := row.Values[i].(string); ok && isText && value != text && !(text == "" && value == nil) {
				t.Errorf("row %s: %s is %v, want %q", id, c.Name, value, text)
			}
		}
		truth := project.Geometry(orb.Clone(row.Geometry), project.WGS84.ToMercator)
		for _, piece := range pieces[id] {
			far = max(far, farthest(piece, truth))
		}
		if z == 16 {
			far = max(far, farthest(truth, orb.Collection(pieces[id])))
		}
	}
	if rows != len(pieces) {
		t.Errorf("%d rows found, want %d", len(pieces), rows)
	}
	// Before the innermost zoom points are gone, a quarter of a square pixel at
	// most to a side: places that are cut at the edge of a tile lie beside the line.
	limit := unit
	if z < 16 {
		limit = 8 * unit
	}
	t.Logf("%d rows in %d pieces, no place further than %.2f units", rows, len(list.Features), far/unit)
	if far > limit {
		t.Errorf("a place is %.2f units off, more than %.0f", far/unit, limit/unit)
	}
}

// farthest is the most that a vertex of a is away from the lines of b. Where an
// area is cut, the cut runs inside it: such places count as right.
func farthest(a, b orb.Geometry) (far float64) {
	outline := borders(b)
	for _, line := range borders(a) {
		for _, p := range line {
			near := math.Inf(1)
			if areas, ok := b.(orb.MultiPolygon); ok && planar.MultiPolygonContains(areas, p) {
				near = 0
			}
			for _, other := range outline {
				near = min(near, planar.DistanceFrom(other, p))
			}
			far = max(far, near)
		}
	}
	return far
}

// borders are the lines that a shape is drawn with.
func borders(g orb.Geometry) (lines []orb.LineString) {
	switch g := g.(type) {
	case orb.LineString:
		return []orb.LineString{g}
	case orb.MultiLineString:
		return g
	case orb.Polygon:
		for _, r := range g {
			lines = append(lines, orb.LineString(r))
		}
	case orb.MultiPolygon:
		for _, p := range g {
			lines = append(lines, borders(p)...)
		}
	case orb.Collection:
		for _, part := range g {
			lines = append(lines, borders(part)...)
		}
	}
	return lines
}
