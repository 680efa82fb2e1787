package form_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/xuri/excelize/v2"

	"kaimen/coverage"
	"kaimen/data/export"
	"kaimen/data/export/form"
	"kaimen/data/read"
)

// What a hostile or careless town has in its texts.
const (
	formula = "=HYPERLINK(\"x\")"
	longID  = "511011001001000123"
	chinese = "东兴区“老街”\n二号"
)

// table is two rows with such a shape and one without, all of every type.
func table(shape coverage.Shape, first, second orb.Geometry) export.Table {
	return export.Table{
		Name: "things", Head: map[string]string{"study": "town"}, Synthetic: true, Shape: shape,
		Columns: []coverage.Column{
			{Name: "id", Type: coverage.ColumnText},
			{Name: "名称与其他说明", Type: coverage.ColumnText},
			{Name: "coverage_rate_before", Type: coverage.ColumnReal},
			{Name: "coverage_rate_after", Type: coverage.ColumnReal},
			{Name: "people", Type: coverage.ColumnInteger},
			{Name: "old", Type: coverage.ColumnBoolean},
		},
		Rows: func(yield func(export.Row) bool) {
			_ = yield(export.Row{ID: "1", Geometry: first, Values: []any{"007", chinese, 1.0 / 3, coverage.Amount(1_500_000), 3, true}}) &&
				yield(export.Row{ID: "2", Geometry: second, Values: []any{longID, formula, nil, -0.001, int64(-1 << 40), false}}) &&
				yield(export.Row{ID: "3", Values: []any{"-3", "+a", nil, nil, nil, nil}})
		},
	}
}

func square(x, y, side float64) orb.Ring {
	return orb.Ring{{x, y}, {x + side, y}, {x + side, y + side}, {x, y + side}, {x, y}}
}

// tables are one for each shape; areas have a hole, and two parts.
func tables() map[string]export.Table {
	hole := square(105.2, 29.2, 0.1)
	hole.Reverse()
	line := orb.LineString{{105, 29}, {105.5, 29.25}}
	return map[string]export.Table{
		"points": table(coverage.ShapePoint, orb.Point{105.0712345678, 29.5}, orb.Point{-51.25, -30}),
		"lines":  table(coverage.ShapeLineString, line, orb.LineString{{105, 29}, {105, 30}, {106, 30}}),
		"multi":  table(export.ShapeMultiLineString, orb.MultiLineString{line, {{1, 1}, {2, 2}}}, orb.MultiLineString{line, {{3, 1}, {2, 2}}}),
		"areas": table(coverage.ShapeMultiPolygon, orb.MultiPolygon{{square(105, 29, 1), hole}},
			orb.MultiPolygon{{square(105, 29, 0.5)}, {square(107, 29, 1)}}),
		"plain": table("", nil, nil),
	}
}

func written(t testing.TB, name string, list ...export.Table) []byte {
	t.Helper()
	f, ok := form.ByName(name)
	if !ok {
		t.Fatalf("there is no form %s", name)
	}
	var b bytes.Buffer
	if err := f.Write(t.Context(), &b, export.CSVOptions{}, list...); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return b.Bytes()
}

// shortNames are those of columns in a shapefile: cut between characters, and
// told apart.
var shortNames = map[string]string{"名称与其他说明": "名称与", "coverage_rate_before": "coverage_r", "coverage_rate_after": "coverage_1"}

// Every form, read back, has the same rows: texts with all their characters,
// ids with all their digits, numbers to the last bit, and shapes.
func TestReadBack(t *testing.T) {
	t.Parallel()
	for shape, want := range tables() {
		for _, f := range form.All() {
			if f.Name == "pmtiles" {
				continue // for maps; data/export/pmtiles reads them back
			}
			t.Run(shape+"/"+f.Name, func(t *testing.T) {
				t.Parallel()
				s, err := read.From(bytes.NewReader(written(t, f.Name, want)), "things"+f.Endings[0], read.Options{})
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = s.Close() }()
				var got []read.Record
				if err := s.Each(func(r read.Record) error { got = append(got, r); return r.Err }); err != nil {
					t.Fatal(err)
				}
				sameRows(t, f, want, got)
				if crs := s.CRS(); f.Shapes && want.Shape != "" && crs != "EPSG:4326" && !(crs == "" && strings.HasPrefix(f.Name, "geojson")) {
					t.Errorf("the coordinate system is %q", crs)
				}
			})
		}
	}
}

// Equal tables give equal bytes, in every form.
func TestSameBytes(t *testing.T) {
	t.Parallel()
	for _, f := range form.All() {
		first := written(t, f.Name, tables()["points"])
		for range 5 {
			if again := written(t, f.Name, tables()["points"]); !bytes.Equal(first, again) {
				t.Errorf("%s differs from one time to the next", f.Name)
				break
			}
		}
	}
}

func sameRows(t *testing.T, f form.Form, want export.Table, got []read.Record) {
	t.Helper()
	i := 0
	cells := want.Cells(f.Shapes)
	for row := range cells.Rows {
		if i == len(got) {
			t.Fatalf("%d rows are left", i)
		}
		if g := got[i].Geometry; f.Shapes && !same(g, row.Geometry) {
			t.Errorf("row %d is at %v, want %v", i+1, g, row.Geometry)
		}
		for k, c := range cells.Columns {
			name := c.Name
			if short, ok := shortNames[name]; ok && f.Name == "shp" {
				name = short
			}
			if f.Name == "geojson" && c.Name == "synthetic" {
				continue // the head says it
			}
			have, ok := got[i].Fields[name]
			if a, b := text(have), text(row.Values[k]); (a != b && !(f.Name == "xlsx" && asShown(row.Values[k]) == a)) || !ok {
				t.Errorf("row %d: %s is %q (%v), want %q", i+1, name, a, ok, b)
			}
		}
		i++
	}
	if i != len(got) {
		t.Errorf("%d rows, want %d", len(got), i)
	}
}

// same compares shapes: a polygon is a list of one, and GeoJSON has seven
// decimals.
func same(a, b orb.Geometry) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	a, b = export.Multi(a), export.Multi(b)
	if pa, ok := a.(orb.Point); ok {
		pb, ok := b.(orb.Point)
		return ok && math.Abs(pa[0]-pb[0]) < 1e-7 && math.Abs(pa[1]-pb[1]) < 1e-7
	}
	return orb.Equal(a, b)
}

// text is a value as all formats can be compared: numbers in full, and blank
// for what is not known.
func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case float64:
		return fmt.Sprint(v)
	case json.Number:
		x, err := v.Float64()
		if err == nil && math.Abs(x) < 1 {
			return fmt.Sprint(x)
		}
		return v.String()
	case bool:
		return strings.ToLower(fmt.Sprint(v))
	}
	s := fmt.Sprint(v)
	if strings.EqualFold(s, "true") || strings.EqualFold(s, "false") {
		return strings.ToLower(s)
	}
	return s
}

// asShown is a number with the fifteen digits that a reader of workbooks gives,
// and a truth value as the number that it is there.
func asShown(v any) string {
	switch v := v.(type) {
	case float64:
		return strconv.FormatFloat(v, 'g', 15, 64)
	case bool:
		return map[bool]string{true: "1", false: "0"}[v]
	}
	return ""
}

// A workbook has text as text and numbers as numbers, and no formula.
func TestWorkbookTypes(t *testing.T) {
	t.Parallel()
	file := written(t, "xlsx", tables()["points"])
	f, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	for cell, want := range map[string]excelize.CellType{
		"A2": excelize.CellTypeInlineString, "A3": excelize.CellTypeInlineString, "B3": excelize.CellTypeInlineString, "C2": excelize.CellTypeUnset,
	} {
		if got, err := f.GetCellType("things", cell); err != nil || got != want {
			t.Errorf("%s is of type %v, want %v: %v", cell, got, want, err)
		}
		if text, err := f.GetCellFormula("things", cell); err != nil || text != "" {
			t.Errorf("%s runs %q: %v", cell, text, err)
		}
	}
	if about, err := f.GetCellValue("about", "B2"); err != nil || about != `{"study":"town"}` {
		t.Errorf("about: %q, %v", about, err)
	}
}

func inZip(t *testing.T, archive []byte, name string) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	text, err := fs.ReadFile(z, name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The names of fields that were cut stand whole beside the shapefile.
func TestFieldMap(t *testing.T) {
	t.Parallel()
	file := written(t, "shp", tables()["areas"])
	want := "field,name,type,cut\nid,id,text,0\n名称与,名称与其他说明,text,0\ncoverage_r,coverage_rate_before,real,0\n" +
		"coverage_1,coverage_rate_after,real,0\npeople,people,integer,0\nold,old,boolean,0\nsynthetic,synthetic,boolean,0\n"
	if got := inZip(t, file, "things_fields.csv"); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if page := inZip(t, file, "things.cpg"); page != "UTF-8" {
		t.Errorf("the text is said to be in %s", page)
	}
	// The first ring of the first shape: after 100 bytes of file header, 8 of
	// record header, 44 of type, box and counts, and two numbers of parts.
	shapes := inZip(t, file, "things.shp")
	ring := make(orb.Ring, 5)
	for i := range ring {
		for axis := range 2 {
			ring[i][axis] = math.Float64frombits(binary.LittleEndian.Uint64([]byte(shapes[100+8+44+2*4+16*i+8*axis:])))
		}
	}
	if ring.Orientation() != orb.CW {
		t.Errorf("the outer ring runs counterclockwise: %v", ring)
	}
}

// A text that a spreadsheet would run is guarded where CSV is for one.
func TestGuard(t *testing.T) {
	t.Parallel()
	f, _ := form.ByName("csv")
	var b bytes.Buffer
	if err := f.Write(t.Context(), &b, export.CSVOptions{BOM: true, Guard: true}, tables()["plain"]); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"\ufeffid,", "\"'=HYPERLINK", "'-3,'+a,"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is missing in %s", want, b.String())
		}
	}
}

// GDAL reads what is written: as many features, the Chinese, the long id.
func TestGDAL(t *testing.T) {
	t.Parallel()
	tool, err := exec.LookPath("ogr2ogr")
	if err != nil {
		t.Skip("ogr2ogr of GDAL is not installed")
	}
	formats, err := exec.Command(tool, "--formats").Output()
	if err != nil {
		t.Fatal(err)
	}
	for shape, want := range tables() {
		for _, name := range []string{"gpkg", "shp", "parquet", "geojsonseq", "geojson"} {
			t.Run(shape+"/"+name, func(t *testing.T) {
				t.Parallel()
				if name == "parquet" && !bytes.Contains(formats, []byte("Parquet")) {
					t.Skip("this GDAL has no Parquet driver")
				}
				f, _ := form.ByName(name)
				path := filepath.Join(t.TempDir(), "things"+f.Endings[0])
				if err := os.WriteFile(path, written(t, name, want), 0o600); err != nil {
					t.Fatal(err)
				}
				from := path
				if name == "shp" {
					from = "/vsizip/" + path
				}
				if name == "shp" && shape == "plain" {
					from += "/things.dbf"
				}
				cmd := exec.Command(tool, "-f", "GeoJSON", "-lco", "RFC7946=NO", "/vsistdout/", from)
				if name == "shp" {
					cmd.Args = append(cmd.Args, "things")
				}
				var stderr bytes.Buffer
				cmd.Stderr = &stderr
				out, err := cmd.Output()
				if err != nil || stderr.Len() > 0 {
					t.Fatalf("%v: %s", err, stderr.String())
				}
				if n := strings.Count(string(out), `"type": "Feature"`); n != 3 {
					t.Errorf("%d features: %s", n, out)
				}
				for _, want := range []string{`"007"`, longID, "东兴区", "=HYPERLINK", "-1099511627776"} {
					if !strings.Contains(string(out), want) {
						t.Errorf("%s is missing in %s", want, out)
					}
				}
				if strings.Contains(string(out), `"coordinates"`) != (want.Shape != "") {
					t.Errorf("shapes: %s", out)
				}
			})
		}
	}
}

// A workbook and a GeoPackage take several tables; other files take one, and
// say which do not.
func TestSeveral(t *testing.T) {
	t.Parallel()
	a, b := tables()["points"], tables()["areas"]
	b.Name = "areas"
	for _, f := range form.All() {
		err := f.Write(t.Context(), &bytes.Buffer{}, export.CSVOptions{}, a, b)
		if f.Several != (err == nil) || err != nil && coverage.CodeOf(err) != coverage.Unsupported {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
	for _, layer := range []string{"things", "areas"} {
		s, err := read.From(bytes.NewReader(written(t, "gpkg", a, b)), "x.gpkg", read.Options{Layer: layer})
		if err != nil {
			t.Fatal(err)
		}
		_ = s.Close()
	}
}

func TestByFile(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{"a.GPKG": "gpkg", "a.shp.zip": "shp", "a.zip": "", "x/a.geojsonl": "geojsonl", "a.geojsons": "geojsonseq", "gpkg": ""} {
		if f, _ := form.ByFile(path); f.Name != want {
			t.Errorf("%s is %q, want %q", path, f.Name, want)
		}
	}
}

// What ends before its last row is an error, not a short file.
func TestCanceled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, f := range form.All() {
		if err := f.Write(ctx, &bytes.Buffer{}, export.CSVOptions{}, tables()["points"]); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}

// growth is the most memory in use while something is written, above what was in
// use before.
func growth(write func()) uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC() // what is pooled goes with the second
	runtime.ReadMemStats(&m)
	before := m.HeapAlloc
	write()
	return max(sampled, before) - before
}

// sampled is the most memory that the rows have seen in use.
var sampled uint64

// Half a million rows pass in bounded memory. The rows themselves look at the
// heap, after a collection, as they are asked for; what a writer takes after the
// last of them, as the index of a GeoPackage does, is not seen here.
func TestMemory(t *testing.T) {
	rows := 500_000
	if testing.Short() {
		rows = 50_000
	}
	for _, tc := range []struct {
		name string
		mb   uint64 // for 500,000 rows
	}{{"geojson", 8}, {"geojsonseq", 8}, {"csv", 8}, {"gpkg", 64}, {"parquet", 96}, {"shp", 8}, {"pmtiles", 160}} {
		t.Run(tc.name, func(t *testing.T) {
			f, _ := form.ByName(tc.name)
			sampled = 0
			many := tables()["points"]
			many.Rows = func(yield func(export.Row) bool) {
				var m runtime.MemStats
				for i := range rows {
					if i%(rows/8) == rows/8-1 {
						runtime.GC()
						runtime.ReadMemStats(&m)
						sampled = max(sampled, m.HeapAlloc)
					}
					id := fmt.Sprintf("%018d", i)
					if !yield(export.Row{ID: id, Geometry: orb.Point{float64(i%1000) / 100, float64(i/1000) / 100}, Values: []any{id, "东兴", 0.5, 1.5, i, true}}) {
						return
					}
				}
			}
			used := growth(func() {
				if err := f.Write(t.Context(), discard{}, export.CSVOptions{}, many); err != nil {
					t.Fatal(err)
				}
			})
			t.Logf("%d rows: %.1f MB", rows, float64(used)/(1<<20))
			if used > tc.mb<<20 {
				t.Errorf("%d rows take %d MB, more than %d", rows, used>>20, tc.mb)
			}
		})
	}
}

type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }
