package read_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kaimen/data/read"
)

// What GDAL wrote in another format comes back with its names, numbers,
// positions and coordinate system.
func TestConverted(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ file, driver string }{{"a.fgb", "FlatGeobuf"}, {"a.tab", "MapInfo File"}} {
		t.Run(tc.file, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			in, out := filepath.Join(dir, "in.geojson"), filepath.Join(dir, tc.file)
			must(t, os.WriteFile(in, []byte(`{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"name":"dongxing","people":12},"geometry":{"type":"LineString","coordinates":[[500000,3273557],[500100,3273657]]}}]}`), 0o600))
			run(t, "ogr2ogr", "-f", tc.driver, out, in, "-a_srs", "EPSG:32648")
			s, got := all(t, out, read.Options{})
			_, want := all(t, in, read.Options{})
			if len(got) != 1 || got[0].Fields["name"] != "dongxing" || !sameValue(got[0].Fields["people"], 12) {
				t.Fatal(got)
			}
			a, b := flat(got[0].Geometry), flat(want[0].Geometry)
			if !slices.EqualFunc(a, b, func(x, y float64) bool { return x-y < 0.01 && y-x < 0.01 }) { // MapInfo rounds
				t.Errorf("%v, want %v", a, b)
			}
			if s.CRS() != "EPSG:32648" || s.Notes()[0] != "it was read by GDAL (ogr2ogr)" {
				t.Errorf("%s %q", s.CRS(), s.Notes())
			}
		})
	}
}

// A list of other files must not be followed, whatever its ending says, and
// what is no such file ends in the converter's own words.
func TestConvertedRefuses(t *testing.T) {
	t.Parallel()
	tool(t, "ogr2ogr")
	dir := t.TempDir()
	secret := filepath.Join(dir, "secret.csv")
	must(t, os.WriteFile(secret, []byte("id\n1\n"), 0o600))
	list := `<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>` + secret + `</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>`
	for _, name := range []string{"a.kml", "a.dgn", "a.tab"} {
		path := filepath.Join(dir, name)
		must(t, os.WriteFile(path, []byte(list), 0o600))
		if _, err := read.Open(path, read.Options{}); err == nil || !strings.Contains(err.Error(), "read "+name+": ogr2ogr cannot read it: ") || strings.Contains(err.Error(), dir) {
			t.Errorf("%s: %v", name, err)
		}
	}
	path := filepath.Join(dir, "a.vrt")
	must(t, os.WriteFile(path, []byte(list), 0o600))
	if _, err := read.Open(path, read.Options{}); !errors.Is(err, read.ErrFormat) {
		t.Error(err)
	}
}

// Without GDAL the error says what would help.
func TestConverterMissing(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	path := filepath.Join(t.TempDir(), "a.dxf")
	must(t, os.WriteFile(path, []byte("0\nEOF\n"), 0o600))
	if _, err := read.Open(path, read.Options{}); !errors.Is(err, read.ErrFormat) || !strings.Contains(err.Error(), "installing GDAL") {
		t.Error(err)
	}
}
