package ogc

import (
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/data/export"
)

// jsonType is the JSON Schema type of a column.
func jsonType(t coverage.ColumnType) string {
	switch t {
	case coverage.ColumnInteger:
		return "integer"
	case coverage.ColumnReal:
		return "number"
	case coverage.ColumnBoolean:
		return "boolean"
	}
	return "string"
}

// geometryName is the GeoJSON type of a shape; a dash for none.
func geometryName(s coverage.Shape) string {
	switch s {
	case coverage.ShapePoint:
		return "Point"
	case coverage.ShapeLineString:
		return "LineString"
	case export.ShapeMultiLineString:
		return "MultiLineString"
	case coverage.ShapeMultiPolygon:
		return "MultiPolygon"
	}
	return "—"
}

// geometryFormat is the name of a shape in a schema.
func geometryFormat(s coverage.Shape) string { return "geometry-" + strings.ToLower(geometryName(s)) }

// emptyBound holds no point.
var emptyBound = orb.Bound{Min: orb.Point{1, 1}, Max: orb.Point{-1, -1}}

func whole(n int) string { return strconv.Itoa(n) }

func numbers(list []float64) string {
	words := make([]string, len(list))
	for i, x := range list {
		words[i] = strconv.FormatFloat(x, 'f', -1, 64)
	}
	return strings.Join(words, ", ")
}

func joined(list []string) string { return strings.Join(list, "; ") }
