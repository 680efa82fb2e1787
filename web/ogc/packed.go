package ogc

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/paulmach/orb"

	"kaimen/coverage"
)

// Saved rows are packed one after the other behind a byte that tells how:
//
//	row      = id geometry blanks values
//	id       = text
//	geometry = type, then what a GeoJSON geometry of it nests: lists as their
//	           length and items, positions as steps east and north of the last
//	blanks   = a bit for each column, the lowest of a byte first, set where there
//	           is no value
//	values   = of the other columns: text, integer as a varint, real as eight
//	           bytes, boolean as one
//	text     = its length in bytes, and they
//
// Lengths are uvarints and steps are varints (encoding/binary), in units of 1e-7
// degrees, the seventh decimal, to which answers are written.

// packing tells this way of packing from later ones.
const packing = 1

// The types of geometry.
const (
	packedNone = iota
	packedPoint
	packedLine
	packedLines
	packedAreas
)

// decimals are those of degrees in GeoJSON.
const decimals = 7

// steps are degrees in units of their last decimal, rounded as they are written.
func steps(degrees float64) int64 {
	var room [32]byte
	text := strconv.AppendFloat(room[:0], degrees, 'f', decimals, 64)
	point := len(text) - decimals - 1
	n, _ := strconv.ParseInt(string(append(text[:point], text[point+1:]...)), 10, 64) // digits are a number
	return n
}

// degrees is the float64 nearest to so many steps, as if it was read.
func degrees(steps int64) float64 { return float64(steps) / 1e7 }

// appendRow appends a feature to packed rows.
//
// Errors: a number that is not finite, by its column.
func appendRow(b []byte, f Feature, columns []coverage.Column) ([]byte, error) {
	w := packer{b: appendText(b, f.ID)}
	w.geometry(f.Geometry)
	if w.err != nil {
		return b, w.err
	}
	b = w.b
	blanks := len(b)
	b = append(b, make([]byte, (len(columns)+7)/8)...)
	for i, v := range f.Values {
		if v == nil {
			b[blanks+i/8] |= 1 << (i % 8)
			continue
		}
		var err error
		if b, err = appendValue(b, v, columns[i].Type); err != nil {
			return b, fmt.Errorf("%s: %w", columns[i].Name, err)
		}
	}
	return b, nil
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendValue(b []byte, v any, as coverage.ColumnType) ([]byte, error) {
	switch v := v.(type) {
	case string:
		if as == coverage.ColumnText {
			return appendText(b, v), nil
		}
	case int64:
		if as == coverage.ColumnInteger {
			return binary.AppendVarint(b, v), nil
		}
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return b, fmt.Errorf("%v is not a finite number", v)
		}
		if as == coverage.ColumnReal {
			return binary.LittleEndian.AppendUint64(b, math.Float64bits(v)), nil
		}
	case bool:
		if as == coverage.ColumnBoolean {
			if v {
				return append(b, 1), nil
			}
			return append(b, 0), nil
		}
	}
	return b, fmt.Errorf("a %T is no value of a column of type %s", v, as)
}

// packer appends a geometry.
type packer struct {
	b    []byte
	last [2]int64
	err  error
}

func (w *packer) geometry(g orb.Geometry) {
	switch g := g.(type) {
	case nil:
		w.b = append(w.b, packedNone)
	case orb.Point:
		w.b = append(w.b, packedPoint)
		w.point(g)
	case orb.LineString:
		w.b = append(w.b, packedLine)
		w.line(g)
	case orb.MultiLineString:
		w.length(packedLines, len(g))
		for _, line := range g {
			w.line(line)
		}
	case orb.MultiPolygon:
		w.length(packedAreas, len(g))
		for _, polygon := range g {
			w.b = binary.AppendUvarint(w.b, uint64(len(polygon)))
			for _, ring := range polygon {
				w.line(orb.LineString(ring))
			}
		}
	default:
		w.err = fmt.Errorf("no collection takes a %T", g)
	}
}

func (w *packer) length(kind byte, n int) {
	w.b = binary.AppendUvarint(append(w.b, kind), uint64(n))
}

func (w *packer) line(line orb.LineString) {
	w.b = binary.AppendUvarint(w.b, uint64(len(line)))
	for _, p := range line {
		w.point(p)
	}
}

func (w *packer) point(p orb.Point) {
	for axis, x := range p {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			w.err = fmt.Errorf("the coordinate %v is not a finite number", x)
			return
		}
		at := steps(x)
		w.b = binary.AppendVarint(w.b, at-w.last[axis])
		w.last[axis] = at
	}
}

var errPacked = errors.New("saved rows are cut short or damaged")

// unpack reads packed rows.
//
// Errors: rows that were not packed so, or not whole.
func unpack(body []byte, columns []coverage.Column) ([]Feature, error) {
	if len(body) == 0 || body[0] != packing {
		return nil, fmt.Errorf("saved rows are packed otherwise than this version of the program does")
	}
	r := unpacker{b: body[1:]}
	var features []Feature
	for len(r.b) > 0 && r.err == nil {
		features = append(features, r.row(columns))
	}
	return features, r.err
}

// unpacker reads from the front of b. After an error it reads nothing more.
type unpacker struct {
	b    []byte
	last [2]int64
	err  error
}

func (r *unpacker) fail() {
	r.b, r.err = nil, errPacked
}

func (r *unpacker) row(columns []coverage.Column) Feature {
	f := Feature{ID: r.text(), Values: make([]any, len(columns))}
	r.last = [2]int64{}
	f.Geometry = r.geometry()
	blanks := r.bytes((len(columns) + 7) / 8)
	for i := range columns {
		if r.err != nil {
			return f
		}
		if blanks[i/8]&(1<<(i%8)) == 0 {
			f.Values[i] = r.value(columns[i].Type)
		}
	}
	return f
}

// bytes are the next n.
func (r *unpacker) bytes(n int) []byte {
	if n > len(r.b) {
		r.fail()
		return nil
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

// length reads how many items follow, each of at least a byte.
func (r *unpacker) length() int {
	n, size := binary.Uvarint(r.b)
	if size <= 0 || n > uint64(len(r.b)-size) {
		r.fail()
		return 0
	}
	r.b = r.b[size:]
	return int(n)
}

func (r *unpacker) integer() int64 {
	n, size := binary.Varint(r.b)
	if size <= 0 {
		r.fail()
		return 0
	}
	r.b = r.b[size:]
	return n
}

func (r *unpacker) text() string { return string(r.bytes(r.length())) }

func (r *unpacker) value(of coverage.ColumnType) any {
	switch of {
	case coverage.ColumnInteger:
		return r.integer()
	case coverage.ColumnReal:
		if eight := r.bytes(8); eight != nil {
			return math.Float64frombits(binary.LittleEndian.Uint64(eight))
		}
		return nil
	case coverage.ColumnBoolean:
		one := r.bytes(1)
		return one != nil && one[0] == 1
	}
	return r.text()
}

func (r *unpacker) geometry() orb.Geometry {
	kind := r.bytes(1)
	if kind == nil {
		return nil
	}
	switch kind[0] {
	case packedNone:
		return nil
	case packedPoint:
		return r.point()
	case packedLine:
		return r.line()
	case packedLines:
		lines := make(orb.MultiLineString, r.length())
		for i := range lines {
			lines[i] = r.line()
		}
		return lines
	case packedAreas:
		areas := make(orb.MultiPolygon, r.length())
		for i := range areas {
			areas[i] = make(orb.Polygon, r.length())
			for k := range areas[i] {
				areas[i][k] = orb.Ring(r.line())
			}
		}
		return areas
	}
	r.fail()
	return nil
}

func (r *unpacker) line() orb.LineString {
	line := make(orb.LineString, r.length())
	for i := range line {
		line[i] = r.point()
	}
	return line
}

func (r *unpacker) point() (p orb.Point) {
	for axis := range p {
		r.last[axis] += r.integer()
		p[axis] = degrees(r.last[axis])
	}
	return p
}
