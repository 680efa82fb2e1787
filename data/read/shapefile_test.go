package read_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"kaimen/data/read"
	"kaimen/geo"
	"kaimen/geo/crs"
)

// Real shapefiles are read as GDAL reads them: every column of every row, every
// position. GDAL has to be told the encoding of the first.
func TestShapefilesAgainstGDAL(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ file, gdalEncoding, crs, note string }{
		{"cn-encoding-crs/gb18030-heilongjiang/chinese_poly.shp", "GB18030", "EPSG:4326", "encoding is gb18030, as the text is not UTF-8 and nothing says what it is"},
		{"cn-encoding-crs/gbk-anhui-counties/chinese_encoding.shp", "GB18030", read.Undeclared, "encoding is gbk, as byte 29 of the .dbf (0x4D) says"},
		{"cn-osm-samples/derived-gbk-gcj02/roads_gbk_gcj02.shp", "GB18030", read.Undeclared, "encoding is GBK, as the .cpg says"},
		{"cn-shenzhen-charging/SZ_districts.shp", "UTF-8", "EPSG:3857", "encoding is UTF-8, as the .cpg says"},
	} {
		t.Run(filepath.Base(tc.file), func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(sharedData(t, filepath.Dir(tc.file)), filepath.Base(tc.file))
			s, got := all(t, path, read.Options{})
			if s.CRS() != tc.crs || !slices.Contains(s.Notes(), tc.note) {
				t.Errorf("crs %s, notes %q", s.CRS(), s.Notes())
			}
			sameAsGDAL(t, got, gdalFeatures(t, path, "-oo", "ENCODING="+tc.gdalEncoding, "-a_srs", "EPSG:4326"))
		})
	}
}

// What the sources of the files state of them.
func TestShapefileNames(t *testing.T) {
	t.Parallel()
	dir := sharedData(t, "cn-encoding-crs")
	_, got := all(t, filepath.Join(dir, "gb18030-heilongjiang/chinese_poly.shp"), read.Options{})
	if len(got) != 1 || got[0].Fields["NAME"] != "黑龙江省" || fmt.Sprint(got[0].Fields["ADCODE99"]) != "230000" {
		t.Errorf("%v", got[0].Fields)
	}
	_, got = all(t, filepath.Join(dir, "gbk-anhui-counties/chinese_encoding.shp"), read.Options{})
	if len(got) != 78 {
		t.Errorf("%d counties, want 78", len(got))
	}
	for _, r := range got {
		if r.Fields["PRO_NAME"] != "安徽" {
			t.Errorf("row %d: %v", r.Line, r.Fields["PRO_NAME"])
		}
	}
	// The user's word goes before byte 29, and text that is not of it is a fault.
	_, got = all(t, filepath.Join(dir, "gbk-anhui-counties/chinese_encoding.shp"), read.Options{Encoding: "utf-8"})
	if err := got[0].Err; err == nil || !strings.Contains(err.Error(), "PRO_NAME: the text is not utf-8") {
		t.Error(err)
	}
}

// The roads of a bureau, in GBK and GCJ-02, are the true roads within a meter.
func TestBureauRoads(t *testing.T) {
	t.Parallel()
	dir := sharedData(t, "cn-osm-samples/derived-gbk-gcj02")
	_, got := all(t, filepath.Join(dir, "roads_gbk_gcj02.shp"), read.Options{})
	_, want := all(t, filepath.Join(dir, "truth-roads-wgs84.geojson"), read.Options{})
	if len(got) != 796 || len(want) != len(got) {
		t.Fatalf("%d and %d roads, want 796", len(got), len(want))
	}
	truth := make(map[string]read.Record)
	for _, w := range want {
		truth[fmt.Sprint(w.Fields["编号"])] = w
	}
	worst := 0.0
	for _, g := range got {
		w := truth[fmt.Sprint(g.Fields["编号"])]
		for name, value := range w.Fields {
			if value == "" {
				value = nil // a blank cell
			}
			if fmt.Sprint(g.Fields[name]) != fmt.Sprint(value) {
				t.Errorf("road %v, %s: %v, want %v", g.Fields["编号"], name, g.Fields[name], value)
			}
		}
		line := crs.MustParse("GCJ-02").Geometry(g.Geometry).(orb.LineString)
		for i, p := range w.Geometry.(orb.LineString) {
			worst = max(worst, geo.Distance(line[i], p))
		}
	}
	if worst > 1 {
		t.Errorf("a point is %.2f m off", worst)
	}
}

// drawn is every kind of shape there is, with null between and third
// coordinates, written by GDAL.
func TestShapeKindsAgainstGDAL(t *testing.T) {
	t.Parallel()
	kinds := map[string]string{
		"POINT":      `{"type":"Point","coordinates":[105,29]}`,
		"MULTIPOINT": `{"type":"MultiPoint","coordinates":[[105,29],[106,30]]}`,
		"LINESTRING": `{"type":"MultiLineString","coordinates":[[[1,1],[2,2],[3,1]],[[5,5],[6,6]]]}`,
		"POLYGON": `{"type":"MultiPolygon","coordinates":[[[[0,0],[9,0],[9,9],[0,9],[0,0]],[[1,1],[1,8],[8,8],[8,1],[1,1]]],` +
			`[[[2,2],[7,2],[7,7],[2,7],[2,2]],[[3,3],[3,4],[4,4],[4,3],[3,3]],[[5,5],[5,6],[6,6],[6,5],[5,5]]],[[[20,0],[21,0],[21,1],[20,0]]]]}`,
	}
	for kind, geometry := range kinds {
		for _, more := range []string{"", "Z", "M", "ZM"} {
			t.Run(kind+more, func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				in := filepath.Join(dir, "in.geojson")
				text := `{"type":"FeatureCollection","features":[` +
					`{"type":"Feature","properties":{"name":"东兴","people":1234567890123,"share":0.25,"day":"2026/11/23","blank":null},"geometry":` + geometry + `},` +
					`{"type":"Feature","properties":{"name":null,"people":-5,"share":-1e-9,"day":null,"blank":"x"},"geometry":null},` +
					`{"type":"Feature","properties":{"name":"b","people":0,"share":1e20,"day":"1999/01/02","blank":null},"geometry":` + geometry + `}]}`
				if err := os.WriteFile(in, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
				out := filepath.Join(dir, "OUT.shp")
				run(t, "ogr2ogr", "-f", "ESRI Shapefile", "-lco", "SHPT="+strings.Replace(strings.Replace(kind, "LINESTRING", "ARC", 1), "MULTIPOINT", "MULTIPOINT", 1)+more,
					"-lco", "ENCODING=UTF-8", "-a_srs", "EPSG:4544", out, in)
				if err := os.Rename(strings.TrimSuffix(out, "shp")+"dbf", strings.TrimSuffix(out, "shp")+"DbF"); err != nil {
					t.Fatal(err)
				}
				if err := os.Remove(strings.TrimSuffix(out, "shp") + "shx"); err != nil {
					t.Fatal(err)
				}
				s, got := all(t, out, read.Options{})
				if s.CRS() != "EPSG:4544" || got[0].Fields["day"] != "2026-11-23" || got[1].Geometry != nil {
					t.Errorf("%s %v", s.CRS(), got)
				}
				_, want := all(t, in, read.Options{})
				for i := range want {
					want[i].Fields["day"] = strings.ReplaceAll(fmt.Sprint(want[i].Fields["day"]), "/", "-")
					for name, w := range want[i].Fields {
						if g := got[i].Fields[name]; !sameValue(g, w) && !(g == nil && w == "<nil>") {
							t.Errorf("record %d, %s: %v, want %v", i+1, name, g, w)
						}
					}
					if !sameNumbers(flat(got[i].Geometry), flat(want[i].Geometry)) {
						t.Errorf("record %d: %v, want %v", i+1, got[i].Geometry, want[i].Geometry)
					}
				}
			})
		}
	}
}
