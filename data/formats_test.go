package data_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kaimen/coverage"
)

// formatTown is a study of every layer that has shapes, with the endings of its
// files left open.
const formatTown = `study: formats
sources:
  roads: [{file: roads%[1]s, fields: {id: rid}, meet: vertices}]
  boundaries: [{file: zones%[1]s, fields: {id: zid, name: 名称}}]
  buildings: [{file: houses%[1]s, fields: {id: bid, floors: 层数}}]
  facilities: [{file: places%[1]s, kind: school, fields: {id: pid}}]
  demand: [{file: people%[1]s, fields: {id: did, people: 人口}}]
`

func formatLayers() map[string]string {
	ring := func(west, south, side float64) string {
		return fmt.Sprintf("[[[%[1]g,%[2]g],[%[3]g,%[2]g],[%[3]g,%[4]g],[%[1]g,%[4]g],[%[1]g,%[2]g]]]", west, south, west+side, south+side)
	}
	return map[string]string{
		"roads": collection(feature(`"rid":"r1","class":"residential"`, "LineString", "[[0,0.005],[0.01,0.005]]"),
			feature(`"rid":"r2","class":"footway"`, "LineString", "[[0.01,0.005],[0.01,0.009]]")),
		"zones": collection(feature(`"zid":"z1","level":"grid","名称":"东兴一格"`, "Polygon", ring(0, 0, 0.02)),
			feature(`"zid":"z2","level":"grid","名称":"东兴二格"`, "Polygon", ring(0.02, 0, 0.02))),
		"houses": collection(feature(`"bid":"b1","层数":6`, "Polygon", ring(0.002, 0.002, 0.001))),
		"places": collection(feature(`"pid":"s1","name":"第一小学","capacity":300`, "Point", "[0.004,0.0052]"),
			feature(`"pid":"s2","name":"第二小学","capacity":450`, "Point", "[0.008,0.0048]")),
		"people": collection(feature(`"did":"d1","人口":12`, "Point", "[0.0025,0.0025]")),
	}
}

// Every format of features gives the snapshot that GeoJSON gives, from files
// that GDAL made of it.
func TestFeatureFormats(t *testing.T) {
	t.Parallel()
	ogr, err := exec.LookPath("ogr2ogr")
	if err != nil {
		t.Skip("ogr2ogr is not installed (Debian: gdal-bin)")
	}
	files := map[string]string{"study.yaml": fmt.Sprintf(formatTown, ".geojson")}
	for name, text := range formatLayers() {
		files[name+".geojson"] = text
	}
	plain := writeStudy(t, files)
	want, _ := mustImport(t, plain)
	for _, tc := range []struct {
		ending, driver, note string
		options              []string
	}{
		{".shp", "ESRI Shapefile", "", []string{"-lco", "ENCODING=GBK"}},
		{".gpkg", "GPKG", "zones.gpkg: the layer is zones", nil},
		{".parquet", "Parquet", "", nil},
		{".zip", "ESRI Shapefile", "", []string{"-lco", "ENCODING=UTF-8"}},
		{".kml", "LIBKML", "zones.kml: it was read by GDAL (ogr2ogr)", nil},
	} {
		t.Run(tc.ending, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for name := range formatLayers() {
				ending := strings.Replace(tc.ending, ".zip", ".shp", 1)
				args := append([]string{"-f", tc.driver}, tc.options...)
				args = append(args, filepath.Join(dir, name+ending), filepath.Join(filepath.Dir(plain), name+".geojson"))
				if text, err := exec.CommandContext(t.Context(), ogr, args...).CombinedOutput(); err != nil {
					if bytes.Contains(text, []byte("nable to find driver")) {
						t.Skipf("this GDAL does not write %s", tc.driver)
					}
					t.Fatalf("ogr2ogr: %v: %s", err, text)
				}
				if tc.ending == ".zip" {
					zipLayer(t, dir, name)
				}
			}
			path := filepath.Join(dir, "study.yaml")
			if err := os.WriteFile(path, fmt.Appendf(nil, formatTown, tc.ending), 0o600); err != nil {
				t.Fatal(err)
			}
			have, report := mustImport(t, path)
			equal(t, "snapshot", have.ID, want.ID)
			if tc.note != "" && !slices.Contains(report.Guesses, tc.note) {
				t.Errorf("%q is not among the guesses: %q", tc.note, report.Guesses)
			}
		})
	}
}

// zipLayer packs a shapefile.
func zipLayer(t *testing.T, dir, name string) {
	t.Helper()
	parts, err := filepath.Glob(filepath.Join(dir, name+".*"))
	if err != nil {
		t.Fatal(err)
	}
	var members []string
	for _, part := range parts {
		content, err := os.ReadFile(part)
		if err != nil {
			t.Fatal(err)
		}
		members = append(members, filepath.Base(part), string(content))
	}
	if err := os.WriteFile(filepath.Join(dir, name+".zip"), []byte(zipped(t, members...)), 0o600); err != nil {
		t.Fatal(err)
	}
}

// zipped is a .zip of files: a name, its content, and so on.
func zipped(t *testing.T, members ...string) string {
	t.Helper()
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	for i := 0; i < len(members); i += 2 {
		out, err := w.Create(members[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := out.Write([]byte(members[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.String()
}

// Of a file with several layers the manifest chooses one; without its word the
// layers are named.
func TestChosenLayer(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"all.zip": zipped(t, "old.geojson", collection(feature(`"id":"o","level":"grid"`, "Polygon", "["+square(0.5)+"]")),
			"new.geojson", collection(feature(`"id":"n","level":"grid"`, "Polygon", "["+square(0)+"]"))),
		"study.yaml": study("  boundaries: [{file: all.zip, layer: new}]"),
	}
	s, _ := mustImport(t, writeStudy(t, files))
	equal(t, "zone", s.Boundaries[0].ID, "n")
	equal(t, "zones", len(s.Boundaries), 1)

	files["study.yaml"] = study("  boundaries: [{file: all.zip}]")
	if m := faultsOf(t, files)[0].Message; !strings.Contains(m, "choose one with layer: new.geojson, old.geojson") {
		t.Error(m)
	}
	files["study.yaml"] = study("  roads: [{file: r.osm, layer: new}]")
	equal(t, "layer of OpenStreetMap", faultsOf(t, files)[0].Code, coverage.ReasonBadManifest)
}

// Areas and lines do not come from tables; the error says what they come from.
func TestTableWithoutShapes(t *testing.T) {
	t.Parallel()
	faults := faultsOf(t, map[string]string{
		"study.yaml": study("  boundaries: [{file: z.csv, level: grid}]"), "z.csv": "id,name\na,b\n",
	})
	equal(t, "fault", brief(faults[0]), "unknown_format z.csv 0 ")
	for _, format := range []string{"GeoJSON", ".shp", ".gpkg", ".parquet", ".zip"} {
		if !strings.Contains(faults[0].Message, format) {
			t.Errorf("%q does not name %s", faults[0].Message, format)
		}
	}
}

// TestChineseShapefiles: the names of both, by byte 29 of the table and by the
// bytes alone, are those that the data's readme states. One has no .prj: its
// system is not guessed.
func TestChineseShapefiles(t *testing.T) {
	t.Parallel()
	dir := sharedData(t, "cn-encoding-crs")
	const anhui = `
study: anhui
sources:
  boundaries:
    - {file: "$DIR/gbk-anhui-counties/chinese_encoding.shp", level: street, fields: {id: COUNTY_ID, name: NAME99}$CRS}
`
	issues := faultsAt(t, manifestBeside(t, dir, strings.Replace(anhui, "$CRS", "", 1)))
	equal(t, "undeclared", issues[0].Code, coverage.ReasonUnknownCRS)
	counties, _ := mustImport(t, manifestBeside(t, dir, strings.Replace(anhui, "$CRS", `, crs: "EPSG:4326"`, 1)))
	equal(t, "counties", len(counties.Boundaries), 78)
	names := map[string]string{}
	for i := range counties.Boundaries {
		names[counties.Boundaries[i].ID] = counties.Boundaries[i].Name
	}
	for id, name := range map[string]string{"1491": "天长市", "1567": "全椒县", "1591": "和县", "1595": "巢湖市市"} { // ogrinfo
		equal(t, "county "+id, names[id], name)
	}

	province, report := mustImport(t, manifestBeside(t, dir, `
study: heilongjiang
sources:
  boundaries: [{file: "$DIR/gb18030-heilongjiang/chinese_poly.shp", level: street, fields: {id: ADCODE99, name: NAME}}]
`))
	equal(t, "province", province.Boundaries[0].ID+" "+province.Boundaries[0].Name, "230000 黑龙江省")
	t.Logf("%q", report.Guesses)
}
