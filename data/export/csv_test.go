package export_test

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"
	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/data/export"
)

// Whatever text stands in cells, the file is, byte for byte, that of
// encoding/csv.
func TestCSVAsTheLibraryWritesIt(t *testing.T) {
	t.Parallel()
	texts := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune(" ,\"\r\n\t\\.a东"))))
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.SliceOfN(texts, 3, 3), 0, 5).Draw(t, "rows")
		table := export.Table{Columns: []coverage.Column{
			{Name: "id", Type: coverage.ColumnText}, {Name: "a,b", Type: coverage.ColumnText}, {Name: "名称", Type: coverage.ColumnText},
		}}
		table.Rows = func(yield func(export.Row) bool) {
			for _, row := range rows {
				if !yield(export.Row{Values: []any{row[0], row[1], row[2]}}) {
					return
				}
			}
		}
		var got, want bytes.Buffer
		if err := export.WriteCSV(&got, table, export.CSVOptions{}); err != nil {
			t.Fatal(err)
		}
		library := csv.NewWriter(&want)
		if err := library.WriteAll(append([][]string{{"id", "a,b", "名称"}}, rows...)); err != nil {
			t.Fatal(err)
		}
		if got.String() != want.String() {
			t.Fatalf("%q, want %q", got.String(), want.String())
		}
	})
}

// Shapes read back from their column are those that were written, to the last
// bit, and large numbers have no power of ten.
func TestShapesInCSV(t *testing.T) {
	t.Parallel()
	ring := orb.Ring{{0, 0}, {0.1, 0}, {1.0 / 3, 1}, {0, 0}}
	shapes := []orb.Geometry{
		orb.Point{506016.1939, 3.2745110588e+06},
		orb.LineString{{1, 2}, {3, 4.5}},
		orb.MultiLineString{{{1, 2}, {3, 4}}, {{5, 6}, {7, 8}}},
		orb.Polygon{ring, ring},
		orb.MultiPolygon{{ring}, {ring, ring}},
		orb.MultiPolygon{},
		nil,
	}
	table := export.Table{Shape: export.ShapeAny, WKT: true, Columns: []coverage.Column{{Name: "id", Type: coverage.ColumnText}}}
	table.Rows = func(yield func(export.Row) bool) {
		for _, g := range shapes {
			if !yield(export.Row{Geometry: g, Values: []any{"x"}}) {
				return
			}
		}
	}
	var out bytes.Buffer
	if err := export.WriteCSV(&out, table, export.CSVOptions{}); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&out).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range shapes {
		text := rows[i+1][1]
		if want == nil {
			if text != "" {
				t.Errorf("no shape is %q", text)
			}
			continue
		}
		got, err := wkt.Unmarshal(text)
		if err != nil || !orb.Equal(got, want) || strings.Contains(text, "e+") {
			t.Errorf("%v is %q: %v", want, text, err)
		}
	}
	if got := slices.Index(rows[0], "wkt"); got != 1 {
		t.Errorf("columns %v", rows[0])
	}
}
