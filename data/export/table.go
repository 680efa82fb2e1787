package export

import (
	"fmt"
	"iter"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/geo/crs"
)

// Table is what every answer and every layer becomes on its way to a file:
// typed columns, and rows that may have a shape each. Writers know nothing
// else.
type Table struct {
	Name      string // of the table inside a file
	Head      any    // what the table is an answer to, told as JSON
	Synthetic bool
	Columns   []coverage.Column
	Shape     coverage.Shape // of all rows; empty where none has one
	System    crs.System     // of all positions
	WKT       bool           // text tables have the shapes in a column wkt
	Rows      iter.Seq[Row]  // the same rows each time they are asked for
}

// Row is a row of a Table, valid until the next one comes. Values stand in the
// order of the columns: nil, or the Go type of the column; text tables and
// GeoJSON take coverage.Amount as a real number.
type Row struct {
	ID       string // of its feature; may be empty
	Geometry orb.Geometry
	Values   []any
}

// Column types beside those of layers.
const (
	ColumnPlace coverage.ColumnType = "place" // orb.Point: two columns, lon and lat, where there are cells
	ColumnLine  coverage.ColumnType = "line"  // a list of places, which GeoJSON alone takes
)

// Shapes of tables beside those of layers.
const (
	ShapeMultiLineString coverage.Shape = "MULTILINESTRING"
	ShapeAny             coverage.Shape = "GEOMETRY" // rows have shapes of several kinds
)

// Cells is t for formats made of plain cells: a place as lon and lat (in other
// systems than WGS 84 named after them, as lon_gcj02, x_epsg4544), no lists
// of places and no bytes, amounts and whole numbers as float64 and int64; a
// column synthetic follows where the study is made up. With shapes, a place
// that is the shape of its row is left out.
func (t Table) Cells(shapes bool) Table {
	type source struct {
		at   int
		axis int // of a place; -1 for the value itself
	}
	out := t
	out.Columns = nil
	var from []source
	x, y := placeNames(t.System)
	for i, c := range t.Columns {
		switch {
		case c.Type == ColumnLine || c.Type == coverage.ColumnBlob:
		case c.Type == ColumnPlace && shapes && t.Shape == coverage.ShapePoint:
		case c.Type == ColumnPlace:
			out.Columns = append(out.Columns, coverage.Column{Name: x, Type: coverage.ColumnReal}, coverage.Column{Name: y, Type: coverage.ColumnReal})
			from = append(from, source{i, 0}, source{i, 1})
		default:
			out.Columns = append(out.Columns, c)
			from = append(from, source{i, -1})
		}
	}
	if t.Synthetic {
		out.Columns = append(out.Columns, coverage.Column{Name: "synthetic", Type: coverage.ColumnBoolean})
	}
	out.Rows = func(yield func(Row) bool) {
		values := make([]any, len(out.Columns))
		for row := range t.Rows {
			for k, f := range from {
				values[k] = plain(row.Values[f.at], f.axis)
			}
			if t.Synthetic {
				values[len(from)] = true
			}
			if !yield(Row{row.ID, row.Geometry, values}) {
				return
			}
		}
	}
	return out
}

// plain is a value as cells have it, or one axis of a place.
func plain(v any, axis int) any {
	switch v := v.(type) {
	case nil, string, float64, int64, bool:
		return v
	case int:
		return int64(v)
	case coverage.Amount:
		return v.Float()
	case orb.Point:
		return v[axis]
	}
	panic(fmt.Sprintf("export: no cell takes a %T", v)) // a bug in this program: see flatten
}

// shapeOfAll is the one shape that n geometries have, ShapeAny for several.
func shapeOfAll(n int, of func(i int) orb.Geometry) coverage.Shape {
	var seen []coverage.Shape
	for i := range n {
		s := shapeOfOne(of(i))
		if s != "" && !slices.Contains(seen, s) {
			seen = append(seen, s)
		}
	}
	switch len(seen) {
	case 0:
		return ""
	case 1:
		return seen[0]
	}
	return ShapeAny
}

func shapeOfOne(g orb.Geometry) coverage.Shape {
	switch g.(type) {
	case nil:
		return ""
	case orb.Point:
		return coverage.ShapePoint
	case orb.LineString:
		return coverage.ShapeLineString
	case orb.MultiLineString:
		return ShapeMultiLineString
	case orb.Polygon, orb.MultiPolygon:
		return coverage.ShapeMultiPolygon
	}
	return ShapeAny
}

// Multi is g as tables of areas have it: a polygon becomes a list of one, so
// that all rows are of one type.
func Multi(g orb.Geometry) orb.Geometry {
	if p, ok := g.(orb.Polygon); ok {
		return orb.MultiPolygon{p}
	}
	return g
}
