package data_test

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/data"
	"kaimen/geo/crs"
)

// A road in 东兴 from 105.05 to 105.08 E, and places 3 m north of it, written
// in one system after another without saying which. GCJ-02 is some 300 to 500
// m off there, so the right one is told each time.
func TestSuggestedSystem(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"EPSG:4326", "GCJ-02", "BD-09", "EPSG:3857", "EPSG:4544", "EPSG:4523", "EPSG:32648"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			system := crs.MustParse(name)
			var table strings.Builder
			table.WriteString("id,x,y,people\n")
			for i := range 50 {
				p := system.FromWGS84(orb.Point{105.0503 + 0.0005*float64(i), 29.580027})
				fmt.Fprintf(&table, "p%d,%.9f,%.9f,1\n", i, p[0], p[1])
			}
			faults := faultsOf(t, map[string]string{
				"study.yaml": "study: s\nsources:\n  roads: [{file: r.osm}]\n  demand: [{file: p.csv}]\n",
				"p.csv":      table.String(),
				"r.osm": `<osm version="0.6"><node id="1" lon="105.05" lat="29.58"/><node id="2" lon="105.08" lat="29.58"/>
 <way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/></way></osm>`,
			})
			equal(t, "fault", brief(faults[0]), "unknown_crs p.csv 0 ")
			for _, words := range []string{"the points lie 3 m from the roads as " + name, "; write crs: " + name} {
				if !strings.Contains(faults[0].Message, words) {
					t.Errorf("%q does not say %q", faults[0].Message, words)
				}
			}
		})
	}
}

// Without roads the boundaries tell; without either nothing is suggested.
func TestSuggestedSystemByBoundaries(t *testing.T) {
	t.Parallel()
	p := crs.MustParse("EPSG:4544").FromWGS84(orb.Point{105.05, 29.58})
	files := map[string]string{
		"study.yaml": "study: s\nsources:\n  boundaries: [{file: z.geojson, level: grid}]\n  demand: [{file: p.csv}]\n",
		"p.csv":      fmt.Sprintf("id,x,y,people\na,%f,%f,1\n", p[0], p[1]),
		"z.geojson": collection(feature(`"id":"z"`, "Polygon",
			"[[[105.049,29.579],[105.051,29.579],[105.051,29.581],[105.049,29.581],[105.049,29.579]]]")),
	}
	if m := faultsOf(t, files)[0].Message; !strings.Contains(m, "0.0 % outside the boundaries as EPSG:4544") {
		t.Error(m)
	}
	files["study.yaml"] = "study: s\nsources:\n  demand: [{file: p.csv}]\n"
	if m := faultsOf(t, files)[0].Message; !strings.Contains(m, "write crs: EPSG:4326 for longitude") {
		t.Error(m)
	}
}

// A shapefile without a .prj is told of like a table, with the system that fits
// its shapes, and not used.
func TestSuggestedForShapes(t *testing.T) {
	t.Parallel()
	ogr, err := exec.LookPath("ogr2ogr")
	if err != nil {
		t.Skip("ogr2ogr is not installed (Debian: gdal-bin)")
	}
	var table strings.Builder
	table.WriteString("id,x,y\n")
	for i := range 20 {
		p := crs.MustParse("GCJ-02").FromWGS84(orb.Point{105.0503 + 0.0005*float64(i), 29.580027})
		fmt.Fprintf(&table, "p%d,%.9f,%.9f\n", i, p[0], p[1])
	}
	path := writeStudy(t, map[string]string{
		"study.yaml": "study: s\nsources:\n  roads: [{file: r.osm}]\n  facilities: [{file: p.shp, kind: school}]\n",
		"p.csv":      table.String(),
		"r.osm": `<osm version="0.6"><node id="1" lon="105.05" lat="29.58"/><node id="2" lon="105.08" lat="29.58"/>
 <way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/></way></osm>`,
	})
	dir := filepath.Dir(path)
	run(t, ogr, "-oo", "X_POSSIBLE_NAMES=x", "-oo", "Y_POSSIBLE_NAMES=y", filepath.Join(dir, "p.shp"), filepath.Join(dir, "p.csv"))
	faults := faultsAt(t, path)
	equal(t, "faults", len(faults), 1)
	equal(t, "fault", brief(faults[0]), "unknown_crs p.shp 0 ")
	if m := faults[0].Message; !strings.HasSuffix(m, "write crs: GCJ-02") {
		t.Error(m)
	}
}

// TestSuggestedBeijing: a bureau's places in GCJ-02, as it keeps them, beside
// the roads of the place.
func TestSuggestedBeijing(t *testing.T) {
	t.Parallel()
	path := manifestBeside(t, sharedData(t, "cn-osm-samples"), `
study: beijing-places
sources:
  roads: [{file: "$DIR/beijing-bupt-2025.osm.pbf"}]
  facilities: [{file: "$DIR/derived-gbk-gcj02/poi-gbk-gcj02.csv", encoding: gbk}]
`)
	_, report, err := data.Import(t.Context(), path, data.Options{Now: noon})
	equal(t, "error", coverage.CodeOf(err), coverage.Invalid)
	i := slices.IndexFunc(report.Issues, func(i coverage.Issue) bool { return i.Code == coverage.ReasonUnknownCRS })
	if i < 0 || !strings.HasSuffix(report.Issues[i].Message, "write crs: GCJ-02") {
		t.Errorf("have %v", report.Issues)
	}
}
