package geojson

import (
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/paulmach/orb"

	"kaimen/geo"
)

// decimals of a degree that are written: 1e-7 degrees is a centimeter, and what
// OpenStreetMap keeps.
const decimals = 7

// AppendGeometry appends g as a GeoJSON geometry object, nil as null. A ring or
// a bound becomes a Polygon.
//
// Errors: a coordinate that is not finite. b is returned with what was appended
// so far.
func AppendGeometry(b []byte, g orb.Geometry) ([]byte, error) {
	if g == nil {
		return append(b, "null"...), nil
	}
	switch shape := g.(type) {
	case orb.Ring:
		g = orb.Polygon{shape}
	case orb.Bound:
		g = shape.ToPolygon()
	case orb.Collection:
		return appendCollection(b, shape)
	}
	b = append(append(append(b, `{"type":"`...), g.GeoJSONType()...), `","coordinates":`...)
	e := encoder{b: b}
	switch g := g.(type) {
	case orb.Point:
		e.point(g)
	case orb.MultiPoint:
		e.points(g)
	case orb.LineString:
		e.points(g)
	case orb.MultiLineString:
		e.list(len(g), func(i int) { e.points(g[i]) })
	case orb.Polygon:
		e.polygon(g)
	case orb.MultiPolygon:
		e.list(len(g), func(i int) { e.polygon(g[i]) })
	default:
		e.err = fmt.Errorf("a %T has no GeoJSON form", g)
	}
	return append(e.b, '}'), e.err
}

func appendCollection(b []byte, collection orb.Collection) ([]byte, error) {
	b = append(b, `{"type":"GeometryCollection","geometries":[`...)
	for i, g := range collection {
		if i > 0 {
			b = append(b, ',')
		}
		var err error
		if b, err = AppendGeometry(b, g); err != nil {
			return b, err
		}
	}
	return append(b, "]}"...), nil
}

type encoder struct {
	b   []byte
	err error
}

func (e *encoder) list(n int, item func(i int)) {
	e.b = append(e.b, '[')
	for i := range n {
		if i > 0 {
			e.b = append(e.b, ',')
		}
		item(i)
	}
	e.b = append(e.b, ']')
}

func (e *encoder) point(p orb.Point) {
	e.b = append(e.b, '[')
	e.coordinate(p[0])
	e.b = append(e.b, ',')
	e.coordinate(p[1])
	e.b = append(e.b, ']')
}

func (e *encoder) points(points []orb.Point) {
	e.list(len(points), func(i int) { e.point(points[i]) })
}

func (e *encoder) polygon(polygon orb.Polygon) {
	e.list(len(polygon), func(i int) { e.ring(polygon[i], i == 0) })
}

// ring writes a closed ring in the direction of RFC 7946, section 3.1.6.
func (e *encoder) ring(ring orb.Ring, outer bool) {
	e.points(geo.WoundFor(geo.Closed(ring), outer))
}

// coordinate writes x with no more digits than it needs, at most seven decimals.
func (e *encoder) coordinate(x float64) {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		if e.err == nil {
			e.err = fmt.Errorf("the coordinate %v is not a finite number", x)
		}
		return
	}
	start := len(e.b)
	e.b = strconv.AppendFloat(e.b, x, 'f', decimals, 64)
	end := len(e.b)
	for e.b[end-1] == '0' {
		end-- // stops at the point at the latest
	}
	if e.b[end-1] == '.' {
		end--
	}
	e.b = e.b[:end]
	if string(e.b[start:]) == "-0" {
		e.b = append(e.b[:start], '0')
	}
}

func appendInt(b []byte, v int64) []byte { return strconv.AppendInt(b, v, 10) }

// appendNumber writes v in full precision, plain up to 1e21 as JavaScript does.
func appendNumber(b []byte, v float64) ([]byte, error) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return b, fmt.Errorf("%v is not a finite number", v)
	}
	format := byte('f')
	if a := math.Abs(v); a != 0 && (a < 1e-6 || a >= 1e21) {
		format = 'e'
	}
	return strconv.AppendFloat(b, v, format, -1, 64), nil
}

const hexDigits = "0123456789abcdef"

// appendString writes s as a JSON string. Bytes that are not UTF-8 become the
// replacement character; U+2028 and U+2029 are escaped for JavaScript.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c >= ' ' && c != '"' && c != '\\' {
				i++
				continue
			}
			b = append(b, s[start:i]...)
			switch c {
			case '"', '\\':
				b = append(b, '\\', c)
			case '\n':
				b = append(b, `\n`...)
			case '\r':
				b = append(b, `\r`...)
			case '\t':
				b = append(b, `\t`...)
			default:
				b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
			}
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			b = append(append(b, s[start:i]...), `\ufffd`...)
			start = i + size
		} else if r == '\u2028' || r == '\u2029' {
			b = append(append(b, s[start:i]...), `\u202`...)
			b = append(b, hexDigits[r&15])
			start = i + size
		}
		i += size
	}
	return append(append(b, s[start:]...), '"')
}
