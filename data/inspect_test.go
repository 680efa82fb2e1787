package data_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"

	"kaimen/coverage"
	"kaimen/data"
)

func inspect(t *testing.T, base *coverage.Snapshot, f coverage.LayerFile) coverage.Inspection {
	t.Helper()
	i, err := data.Inspect(t.Context(), base, f, 5000, data.Options{Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// readShared is a file of the shared data directory; of several parts, their zip.
func readShared(t *testing.T, dir string, names ...string) []byte {
	t.Helper()
	var parts [][]byte
	for _, name := range names {
		body, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, body)
	}
	if len(parts) == 1 {
		return parts[0]
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for i, name := range names {
		w, err := z.Create(filepath.Base(name))
		if err == nil {
			_, err = w.Write(parts[i])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func column(t *testing.T, i coverage.Inspection, name string) coverage.ColumnSeen {
	t.Helper()
	k := slices.IndexFunc(i.Columns, func(c coverage.ColumnSeen) bool { return c.Name == name })
	if k < 0 {
		t.Fatalf("there is no column %s: %+v", name, i.Columns)
	}
	return i.Columns[k]
}

func field(i coverage.Inspection, name string) coverage.FieldBound {
	for _, f := range i.Fields {
		if f.Field == name {
			return f
		}
	}
	return coverage.FieldBound{How: "no field " + name}
}

// TestInspectAnhui: 78 counties of 安徽 in GBK as byte 29 says, PRO_NAME 安徽 in
// each, nothing of a coordinate system, in 114.875,29.395 - 119.644,34.655.
func TestInspectAnhui(t *testing.T) {
	t.Parallel()
	const stem = "gbk-anhui-counties/chinese_encoding"
	body := readShared(t, sharedData(t, "cn-encoding-crs"), stem+".shp", stem+".shx", stem+".dbf")
	i := inspect(t, nil, coverage.LayerFile{Name: "counties.shp.zip", Body: body, Layer: coverage.LayerBoundaries, Level: coverage.LevelStreet})
	equal(t, "format", i.Format, ".shp.zip")
	equal(t, "rows", i.Rows, 78)
	equal(t, "encoding", i.Encoding.Value+" "+i.Encoding.How, "gbk file")
	equal(t, "shapes", strings.Join(i.Shapes, " "), "Polygon")
	equal(t, "values", fmt.Sprint(column(t, i, "PRO_NAME").Values), "[{安徽 78}]")
	equal(t, "crs", i.CRS.Value+" "+i.CRS.How, "EPSG:4326 none")
	equal(t, "systems", len(i.Systems), 3)
	equal(t, "drawn", i.Drawn, i.Report.Sources[0].Used)
	if b := *i.Bounds; i.Drawn < 70 || b.Min[0] < 114.875 || b.Min[1] < 29.395 || b.Max[0] > 119.645 || b.Max[1] > 34.656 {
		t.Errorf("%d drawn in %v", i.Drawn, b)
	}
}

// TestInspectHeilongjiang: one polygon whose table says nothing of its encoding,
// and whose .prj names a system.
func TestInspectHeilongjiang(t *testing.T) {
	t.Parallel()
	const stem = "gb18030-heilongjiang/chinese_poly"
	body := readShared(t, sharedData(t, "cn-encoding-crs"), stem+".shp", stem+".shx", stem+".dbf", stem+".prj")
	i := inspect(t, nil, coverage.LayerFile{Name: "chinese_poly.zip", Body: body, Layer: coverage.LayerLandCover, Kind: "built", Fields: map[string]string{"id": "ADCODE99"}})
	equal(t, "encoding", i.Encoding.Value+" "+i.Encoding.How, "gb18030 bytes")
	equal(t, "name", column(t, i, "NAME").Samples[0], "黑龙江省")
	equal(t, "crs", i.CRS.How, coverage.KnownFile)
	equal(t, "preview", len(i.Preview), 1)
	equal(t, "id", i.Preview[0].ID, "230000")
}

// TestInspectCities: 166 cities of which columns must be named, in GCJ-02; 内江市
// is shown within a meter of where it is.
func TestInspectCities(t *testing.T) {
	t.Parallel()
	body := readShared(t, sharedData(t, "cn-encoding-crs"), "china-cities-wgs84-gcj02-bd09.csv")
	f := coverage.LayerFile{Name: "cities.csv", Body: body, Layer: coverage.LayerFacilities, Kind: "office"}
	i := inspect(t, nil, f)
	equal(t, "encoding", i.Encoding.Value+" "+i.Encoding.How, "utf-8 bytes")
	equal(t, "x", field(i, "x"), coverage.FieldBound{Field: "x", Needed: true, How: coverage.KnownNot})
	equal(t, "set aside", i.Report.Sources[0].SetAside[0].Code, coverage.ReasonMissingColumn)
	f.Fields, f.CRS = map[string]string{"id": "name", "x": "gcj02_lon", "y": "gcj02_lat"}, "GCJ-02"
	i = inspect(t, nil, f)
	equal(t, "x", field(i, "x"), coverage.FieldBound{Field: "x", Needed: true, Column: "gcj02_lon", How: coverage.KnownGiven})
	equal(t, "rows", i.Rows, 166)
	k := slices.IndexFunc(i.Preview, func(r coverage.PreviewRow) bool { return r.ID == "内江市" })
	if k < 0 {
		t.Fatal("内江市 is not shown")
	}
	if m := geo.Distance(i.Preview[k].Geometry.(orb.Point), orb.Point{105.055217, 29.5828101}); m > 1 {
		t.Errorf("内江市 is shown %v m off", m)
	}
}

// TestInspectBureau: places in GBK and GCJ-02, of which the file says neither:
// both are found out, and each of the 55 lies within a meter of the truth.
func TestInspectBureau(t *testing.T) {
	t.Parallel()
	dir := sharedData(t, "cn-osm-samples")
	base, _ := mustImport(t, manifestBeside(t, dir, "study: beijing\nsources: {roads: [{file: \"$DIR/beijing-bupt-2025.osm.pbf\"}]}\n"))
	f := coverage.LayerFile{Name: "poi-gbk-gcj02.csv", Body: readShared(t, dir, "derived-gbk-gcj02/poi-gbk-gcj02.csv")}
	i := inspect(t, base, f)
	equal(t, "layer", i.Layer.Value+" "+i.Layer.How, "facilities guess")
	equal(t, "encoding", i.Encoding.Value+" "+i.Encoding.How, "gb18030 bytes")
	equal(t, "crs", i.CRS.Value+" "+i.CRS.How, "GCJ-02 guess")
	if s := i.Systems[0]; s.Unit != "m" || *s.Miss >= *i.Systems[1].Miss {
		t.Errorf("systems %+v", i.Systems)
	}
	for name, want := range map[string]string{"id": "编号", "name": "名称", "kind": "类型", "x": "经度", "y": "纬度"} {
		if f := field(i, name); f.Column != want || f.How != coverage.KnownGuess {
			t.Errorf("%s: %+v", name, f)
		}
	}
	truth, err := csv.NewReader(bytes.NewReader(readShared(t, dir, "derived-gbk-gcj02/truth-poi-wgs84.csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := make(map[string]orb.Point)
	for _, r := range truth[1:] {
		lon, _ := strconv.ParseFloat(r[len(r)-2], 64)
		lat, _ := strconv.ParseFloat(r[len(r)-1], 64)
		at[r[0]] = orb.Point{lon, lat}
	}
	equal(t, "shown", len(i.Preview), 55)
	for _, r := range i.Preview {
		if m := geo.Distance(r.Geometry.(orb.Point), at[r.ID]); m > 1 {
			t.Errorf("%s is shown %v m off", r.ID, m)
		}
	}

	// What it understood, an import is told, and does: nothing more is guessed wrong.
	asked := i.Settings
	asked.Body = f.Body
	s, report, err := data.ReplaceLayer(t.Context(), base, asked, data.Options{Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "facilities", len(s.Facilities), 55)
	equal(t, "balance", fmt.Sprint(report.Sources[len(report.Sources)-1]), fmt.Sprint(i.Report.Sources[0]))
}

// Rows that are set aside are told where they are, if they are anywhere, even
// where the fault is met before the position.
func TestInspectPlacesRows(t *testing.T) {
	t.Parallel()
	base, _ := mustImport(t, writeStudy(t, town()))
	i := inspect(t, base, coverage.LayerFile{
		Name: "设施.csv", Kinds: map[string]string{"小学": "school"},
		Body: []byte("编号,名称,类别,经度,纬度\na,一小,小学,0.001,0.0001\nb,茶馆,茶馆,0.002,0.0001\nc,三小,小学,,\nd,四小,小学,0.003,91\n"),
	})
	equal(t, "source", fmt.Sprint(i.Report.Sources[0]), fmt.Sprint(coverage.SourceReport{
		Layer: coverage.LayerFacilities, Source: "设施.csv", Read: 4, Used: 1, SetAside: []coverage.ReasonCount{
			{Code: coverage.ReasonBadCoordinates, Rows: 1}, {Code: coverage.ReasonNoCoordinates, Rows: 1}, {Code: coverage.ReasonUnmappedKind, Rows: 1},
		},
	}))
	equal(t, "issues", i.Issues, 3)
	b := i.Report.Issues[0]
	if b.Code != coverage.ReasonUnmappedKind || b.Line != 3 || b.At == nil || *b.At != (orb.Point{0.002, 0.0001}) {
		t.Errorf("b: %+v", b)
	}
	if c := i.Report.Issues[1]; c.Code != coverage.ReasonNoCoordinates || c.At != nil {
		t.Errorf("c: %+v", c)
	}
	equal(t, "values", fmt.Sprint(column(t, i, "类别").Values), "[{小学 3} {茶馆 1}]")
}

// Every row that is set aside is listed, more than an import lists.
func TestInspectListsAll(t *testing.T) {
	t.Parallel()
	var table strings.Builder
	table.WriteString("id,kind,x,y\n")
	for n := range 3000 {
		fmt.Fprintf(&table, "f%d,school,,\n", n)
	}
	i := inspect(t, nil, coverage.LayerFile{Name: "f.csv", Body: []byte(table.String()), CRS: "EPSG:4326"})
	equal(t, "listed", len(i.Report.Issues), 3000)
	equal(t, "drawn", i.Drawn, 0)
}

// Of many rows every so many-th is shown, never more than asked for.
func TestInspectPreviewIsSpread(t *testing.T) {
	t.Parallel()
	var table strings.Builder
	table.WriteString("id,kind,x,y\n")
	for n := range 1001 {
		fmt.Fprintf(&table, "f%04d,school,%g,0\n", n, float64(n)/1000)
	}
	i, err := data.Inspect(t.Context(), nil, coverage.LayerFile{Name: "f.csv", Body: []byte(table.String()), CRS: "EPSG:4326"}, 100, data.Options{})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "drawn", i.Drawn, 1001)
	equal(t, "first", i.Preview[0].ID, "f0000")
	if n := len(i.Preview); n > 100 || n < 50 || i.Preview[n-1].Geometry.(orb.Point)[0] < 0.98 {
		t.Errorf("%d shown, the last %v", n, i.Preview[n-1])
	}
	equal(t, "bounds", *i.Bounds, orb.Bound{Max: orb.Point{1, 0}})
}

// What a file is for is told by its name, its shapes and its columns.
func TestInspectLayer(t *testing.T) {
	t.Parallel()
	area := collection(feature(`"code":"a1","名称":"甲"`, "Polygon", "["+square(0)+"]"))
	line := collection(feature(`"id":"r1"`, "LineString", "[[0,0],[0.01,0]]"))
	for _, tc := range []struct{ name, body, want string }{
		{"人口.csv", "编号,经度,纬度,人口\na,105,29,3\n", "demand"},
		{"x.csv", "编号,经度,纬度,总人口,老人\na,105,29,3,1\n", "demand"},
		{"x.csv", "编号,经度,纬度,类别\na,105,29,小学\n", "facilities"},
		{"工单.csv", "工单编号,事项类别,受理时间,经度,纬度\na,路灯,2026-01-01,105,29\n", "requests"},
		{"社区边界.geojson", area, "boundaries"},
		{"闲置地块.geojson", area, "parcels"},
		{"小区.geojson", area, "estates"},
		{"x.geojson", line, "roads"},
		{"roads.osm", townRoads, "roads"},
	} {
		equal(t, tc.name, inspect(t, nil, coverage.LayerFile{Name: tc.name, Body: []byte(tc.body)}).Layer.Value, tc.want)
	}
	i := inspect(t, nil, coverage.LayerFile{Name: "社区边界.geojson", Body: []byte(area)})
	equal(t, "level", i.Settings.Level, coverage.LevelCommunity)
	equal(t, "how", field(i, "level").How, coverage.KnownGuess)
	equal(t, "crs", i.CRS.Value+" "+i.CRS.How, "EPSG:4326 usual")
}

// An id that has no usual name is the column that tells all rows apart.
func TestInspectID(t *testing.T) {
	t.Parallel()
	i := inspect(t, nil, coverage.LayerFile{Name: "f.csv", CRS: "EPSG:4326", Body: []byte("店名,流水号,kind,x,y\n甲,7,school,1,1\n乙,8,school,1,2\n")})
	equal(t, "id", field(i, "id"), coverage.FieldBound{Field: "id", Needed: true, Column: "流水号", How: coverage.KnownGuess})
	equal(t, "used", i.Report.Sources[0].Used, 2)
	equal(t, "settings", i.Settings.Fields["id"], "流水号")
}

// A number of a zone before the easting tells the system without any study.
func TestInspectZone(t *testing.T) {
	t.Parallel()
	i := inspect(t, nil, coverage.LayerFile{Name: "f.csv", Body: []byte("id,kind,x,y\na,school,35505300,3273000\n")})
	equal(t, "crs", i.CRS.Value+" "+i.CRS.How, "EPSG:4523 none")
	if at := i.Preview[0].Geometry.(orb.Point); at[0] < 105.05 || at[0] > 105.06 {
		t.Errorf("shown at %v", at) // 5,300 m east of 105° E
	}
}

// What cannot be read is told in the words of an import.
func TestInspectFaults(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"f.exe": "unknown_format", "f.xlsx": "unreadable", "f.csv": "unreadable", "f.shp": "unreadable", "f.zip": "unreadable"} {
		i := inspect(t, nil, coverage.LayerFile{Name: name})
		if len(i.Report.Issues) == 0 || i.Report.Issues[0].Code != want {
			t.Errorf("%s: %+v", name, i.Report.Issues)
		}
	}
	if _, err := data.Inspect(t.Context(), nil, coverage.LayerFile{Name: "../f.csv"}, 1, data.Options{}); coverage.CodeOf(err) != coverage.Invalid {
		t.Error(err)
	}
}
