// Package shp reads the geometry file of a shapefile (.shp).
//
// Source: ESRI (1998), ESRI Shapefile Technical Description.
package shp

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/paulmach/orb"
)

const (
	headerBytes = 100
	fileCode    = 9994
	// leastNumber is where the format's "no data" begins: anything below is none.
	leastNumber = -1e38
	pointBytes  = 16
)

// Kinds of shape, without the 10 that is added for a third coordinate and the
// 20 for a measure.
const (
	kindNull       = 0
	kindPoint      = 1
	kindLine       = 3
	kindPolygon    = 5
	kindMultiPoint = 8
	kindMultiPatch = 31
)

// Fault is what is wrong with one shape; the next one can be read.
type Fault struct{ error }

// Reader reads shapes in the order of the file. It serves one goroutine and
// one pass. Third coordinates and measures are passed over.
type Reader struct {
	in   *bufio.Reader
	left int64 // bytes of the file after what was read
	buf  []byte

	// Shapes counts the shapes read, Closed the rings whose last point was not
	// their first and was added.
	Shapes, Closed int
}

// NewReader reads the header of a file of size bytes.
//
// Errors: a file that is too short, or that is no .shp.
func NewReader(r io.Reader, size int64) (*Reader, error) {
	s := &Reader{in: bufio.NewReaderSize(r, 1<<16), left: size - headerBytes}
	header := make([]byte, headerBytes)
	if _, err := io.ReadFull(s.in, header); err != nil {
		return nil, fmt.Errorf("the file ends in its header of %d bytes", headerBytes)
	}
	if binary.BigEndian.Uint32(header) != fileCode {
		return nil, errors.New("this is no .shp: it does not begin with the number 9994")
	}
	return s, nil
}

// Next returns the next shape, nil for a null shape, and io.EOF after the last.
//
// Errors: a Fault of this shape alone; any other error ends the reading.
func (s *Reader) Next() (orb.Geometry, error) {
	if s.left <= 0 {
		return nil, io.EOF
	}
	content, err := s.content()
	if err != nil {
		return nil, err
	}
	s.Shapes++
	g, err := s.shape(content)
	if err != nil {
		return nil, Fault{err}
	}
	return g, nil
}

// content reads one record. The length it states is held against the bytes
// that are there before any are asked for.
func (s *Reader) content() ([]byte, error) {
	var head [8]byte
	number := s.Shapes + 1
	if s.left < int64(len(head)) {
		return nil, fmt.Errorf("the file ends in the head of shape %d; it is cut off", number)
	}
	if _, err := io.ReadFull(s.in, head[:]); err != nil {
		return nil, fmt.Errorf("shape %d: %w", number, err)
	}
	s.left -= int64(len(head))
	length := 2 * int64(binary.BigEndian.Uint32(head[4:])) // stated in 16-bit words
	if length > s.left {
		return nil, fmt.Errorf("shape %d states a length of %d bytes where %d are left; the file is cut off", number, length, s.left)
	}
	s.left -= length
	if int64(cap(s.buf)) < length {
		s.buf = make([]byte, length)
	}
	s.buf = s.buf[:length]
	if _, err := io.ReadFull(s.in, s.buf); err != nil {
		return nil, fmt.Errorf("shape %d: %w", number, err)
	}
	return s.buf, nil
}

// shape reads the content of a record.
func (s *Reader) shape(b []byte) (orb.Geometry, error) {
	if len(b) < 4 {
		return nil, errors.New("the shape has no room for its kind")
	}
	kind := binary.LittleEndian.Uint32(b)
	if kind == kindNull {
		return nil, nil
	}
	if kind == kindMultiPatch {
		return nil, errors.New("the shape is a multipatch (a surface in space), which is not read; convert the layer to polygons")
	}
	b = b[4:]
	if kind > 28 {
		return nil, fmt.Errorf("no shape is of kind %d", kind)
	}
	switch kind % 10 { // 11 is a point with z, 21 one with a measure
	case kindPoint:
		points, err := readPoints(b, 1)
		if err != nil {
			return nil, err
		}
		return points[0], nil
	case kindMultiPoint:
		return multiPoint(b)
	case kindLine:
		parts, err := readParts(b)
		if err != nil {
			return nil, err
		}
		return lines(parts)
	case kindPolygon:
		parts, err := readParts(b)
		if err != nil {
			return nil, err
		}
		return s.polygons(parts)
	}
	return nil, fmt.Errorf("no shape is of kind %d", kind)
}

func multiPoint(b []byte) (orb.Geometry, error) {
	const before = 32 + 4 // a box, the number of points
	if len(b) < before {
		return nil, errors.New("the shape ends before its number of points")
	}
	points, err := readPoints(b[before:], binary.LittleEndian.Uint32(b[32:]))
	return orb.MultiPoint(points), err
}

// readPoints reads n points if the bytes hold as many.
func readPoints(b []byte, n uint32) ([]orb.Point, error) {
	if uint64(n)*pointBytes > uint64(len(b)) {
		return nil, fmt.Errorf("the shape states %d points and has bytes for %d", n, len(b)/pointBytes)
	}
	out := make([]orb.Point, n)
	for i := range out {
		at := b[i*pointBytes:]
		x := math.Float64frombits(binary.LittleEndian.Uint64(at))
		y := math.Float64frombits(binary.LittleEndian.Uint64(at[8:]))
		if !isNumber(x) || !isNumber(y) {
			return nil, fmt.Errorf("point %d has a coordinate that is not a number", i+1)
		}
		out[i] = orb.Point{x, y}
	}
	return out, nil
}

func isNumber(x float64) bool { return x > leastNumber && !math.IsInf(x, 1) }

// readParts reads the parts of a line or polygon.
func readParts(b []byte) ([][]orb.Point, error) {
	const before = 32 + 4 + 4 // a box, the numbers of parts and points
	if len(b) < before {
		return nil, errors.New("the shape ends before its numbers of parts and points")
	}
	parts, points := binary.LittleEndian.Uint32(b[32:]), binary.LittleEndian.Uint32(b[36:])
	b = b[before:]
	if uint64(parts)*4 > uint64(len(b)) {
		return nil, fmt.Errorf("the shape states %d parts and has bytes for %d", parts, len(b)/4)
	}
	starts := b[:parts*4]
	all, err := readPoints(b[parts*4:], points)
	if err != nil {
		return nil, err
	}
	out := make([][]orb.Point, parts)
	for i := range out {
		start, end := binary.LittleEndian.Uint32(starts[i*4:]), points
		if i+1 < len(out) {
			end = binary.LittleEndian.Uint32(starts[i*4+4:])
		}
		if start > end || end > points || i == 0 && start != 0 {
			return nil, fmt.Errorf("part %d runs from point %d to %d of %d", i+1, start, end, points)
		}
		out[i] = all[start:end:end]
	}
	return out, nil
}

func lines(parts [][]orb.Point) (orb.Geometry, error) {
	out := make(orb.MultiLineString, len(parts))
	for i, p := range parts {
		if len(p) < 2 {
			return nil, fmt.Errorf("part %d of the line has %d points; a line has two or more", i+1, len(p))
		}
		out[i] = p
	}
	if len(out) == 1 {
		return out[0], nil
	}
	return out, nil
}
