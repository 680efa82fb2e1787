package read_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kaimen/data/read"
)

// drawLayers is GeoJSON that has all that GDAL writes into a GeoPackage.
const drawLayers = `{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"name":"东兴","people":1234567890123,"share":0.25,"open":true,"day":"2026/11/23"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[9,0],[9,9],[0,0]],[[3,2],[5,4],[5,2],[3,2]]]}},
{"type":"Feature","properties":{"name":null,"people":-5,"share":1e20,"open":false,"day":null},"geometry":null},
{"type":"Feature","properties":{"name":"c","people":0,"share":-1e-9,"open":null,"day":"1999/01/02"},"geometry":{"type":"MultiPolygon","coordinates":[[[[0,0],[9,0],[9,9],[0,0]]],[[[20,0],[29,0],[29,9],[20,0]]]]}}]}`

// drawGeoPackage has GDAL write the layers, in 2 or 3 dimensions.
func drawGeoPackage(t testing.TB, dimensions, srs string) string {
	t.Helper()
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.geojson"), filepath.Join(dir, "a b#.gpkg")
	must(t, os.WriteFile(in, []byte(drawLayers), 0o600))
	run(t, "ogr2ogr", "-f", "GPKG", out, in, "-nln", "区", "-a_srs", srs, "-dim", dimensions, "-nlt", "GEOMETRY")
	return out
}

func TestGeoPackageAgainstGDAL(t *testing.T) {
	t.Parallel()
	for _, dimensions := range []string{"XY", "XYZ", "XYM", "XYZM"} {
		t.Run(dimensions, func(t *testing.T) {
			t.Parallel()
			path := drawGeoPackage(t, dimensions, "EPSG:4544")
			before, err := os.ReadFile(path)
			must(t, err)
			s, got := all(t, path, read.Options{})
			if s.CRS() != "EPSG:4544" || !slices.Equal(s.Notes(), []string{"the layer is 区"}) {
				t.Errorf("%s, %q", s.CRS(), s.Notes())
			}
			if got[0].ID != "1" || got[0].Fields["day"] != "2026-11-23" || got[0].Fields["open"] != true || got[1].Geometry != nil {
				t.Errorf("%+v", got)
			}
			want := gdalFeatures(t, path, "-a_srs", "EPSG:4326", "-dim", "XY")
			for i := range got {
				delete(got[i].Fields, "fid") // GDAL keeps the key apart
			}
			sameAsGDAL(t, got, want)
			after, err := os.ReadFile(path)
			must(t, err)
			if !slices.Equal(before, after) {
				t.Error("reading changed the file")
			}
		})
	}
}

func TestGeoPackageLayers(t *testing.T) {
	t.Parallel()
	path := drawGeoPackage(t, "XY", "EPSG:2379") // Xian 1980 / 3-degree Gauss-Kruger CM 108E
	list := filepath.Join(t.TempDir(), "list.csv")
	must(t, os.WriteFile(list, []byte("id,name\n1,a\n"), 0o600))
	run(t, "ogr2ogr", "-f", "GPKG", "-update", path, list)
	s, got := all(t, path, read.Options{}) // the only one of features
	if len(got) != 3 || !strings.Contains(s.CRS(), "Xian 1980") {
		t.Errorf("%d, %s", len(got), s.CRS())
	}
	s, got = all(t, path, read.Options{Layer: "list"})
	if len(got) != 1 || got[0].Line != 2 || got[0].Fields["name"] != "a" || s.CRS() != "" || len(s.Columns()) != 3 {
		t.Errorf("%v %v %v", got, s.CRS(), s.Columns())
	}
	if _, err := read.Open(path, read.Options{Layer: "x"}); err == nil || !strings.Contains(err.Error(), `read a b#.gpkg: the GeoPackage has no layer "x"; there are: list, 区`) {
		t.Error(err)
	}
	db, err := sql.Open("sqlite", path)
	must(t, err)
	_, err = db.Exec(`CREATE VIEW "v" AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM n) SELECT x FROM n;
		INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES ('v', 'attributes', 'v', 0);
		UPDATE gpkg_geometry_columns SET srs_id = 0`)
	must(t, err)
	must(t, db.Close())
	if _, err := read.Open(path, read.Options{Layer: "v"}); err == nil || !strings.Contains(err.Error(), "is no table of the file") {
		t.Error(err)
	}
	if s, _ = all(t, path, read.Options{}); s.CRS() != read.Undeclared {
		t.Error(s.CRS())
	}
}

func TestGeoPackageFaults(t *testing.T) {
	t.Parallel()
	empty := filepath.Join(t.TempDir(), "a.gpkg")
	db, err := sql.Open("sqlite", empty)
	must(t, err)
	_, err = db.Exec(`CREATE TABLE a (id)`)
	must(t, err)
	must(t, db.Close())
	if _, err := read.Open(empty, read.Options{}); err == nil || !strings.Contains(err.Error(), "this is no GeoPackage, or a damaged one") {
		t.Error(err)
	}
	if _, _, err := records(t, "a.gpkg", "hello", read.Options{}); err == nil || !strings.Contains(err.Error(), "does not begin as an SQLite file") {
		t.Error(err)
	}
}

func FuzzGeoPackage(f *testing.F) {
	sound, err := os.ReadFile(drawGeoPackage(f, "XY", "EPSG:4326"))
	must(f, err)
	f.Add(sound)
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<18 {
			return
		}
		_, _, _ = records(t, "a.gpkg", string(text), read.Options{})
	})
}
