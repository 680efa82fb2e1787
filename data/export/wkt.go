package export

import (
	"strconv"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"
)

// appendWKT appends a shape as well-known text (OGC 06-103r4, clause 7), its
// numbers in full and without powers of ten.
func appendWKT(b []byte, g orb.Geometry) []byte {
	switch g := g.(type) {
	case orb.Point:
		b = appendPosition(append(b, "POINT("...), g)
		return append(b, ')')
	case orb.LineString:
		return appendPositions(append(b, "LINESTRING"...), g)
	case orb.MultiLineString:
		return appendParts(append(b, "MULTILINESTRING"...), g, func(b []byte, l orb.LineString) []byte { return appendPositions(b, l) })
	case orb.Polygon:
		return appendParts(append(b, "POLYGON"...), g, func(b []byte, r orb.Ring) []byte { return appendPositions(b, r) })
	case orb.MultiPolygon:
		return appendParts(append(b, "MULTIPOLYGON"...), g, func(b []byte, p orb.Polygon) []byte {
			return appendParts(b, p, func(b []byte, r orb.Ring) []byte { return appendPositions(b, r) })
		})
	}
	return append(b, wkt.MarshalString(g)...)
}

func appendPosition(b []byte, p orb.Point) []byte {
	b = append(strconv.AppendFloat(b, p[0], 'f', -1, 64), ' ')
	return strconv.AppendFloat(b, p[1], 'f', -1, 64)
}

func appendPositions(b []byte, points []orb.Point) []byte {
	return appendParts(b, points, appendPosition)
}

// appendParts appends a list in brackets; an empty one is a word.
func appendParts[T any](b []byte, parts []T, one func([]byte, T) []byte) []byte {
	if len(parts) == 0 {
		return append(b, " EMPTY"...)
	}
	mark := byte('(')
	for _, part := range parts {
		b = one(append(b, mark), part)
		mark = ','
	}
	return append(b, ')')
}
