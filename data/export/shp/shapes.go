package shp

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/data/export"
	"kaimen/geo"
)

// Types of shapes; a row without one has type 0.
const (
	typePoint   = 1
	typeLine    = 3
	typePolygon = 5

	headerBytes = 100
)

// shapeFile writes .shp and .shx side by side. Their headers, which hold
// lengths and the box of all, are written last.
type shapeFile struct {
	kind       uint32
	shapes     *os.File
	index      *os.File
	out, outX  *bufio.Writer
	bytes      int64
	rows       uint32
	box        orb.Bound
	any        bool
	body, line []byte
}

func newShapeFile(base string, shape coverage.Shape) (*shapeFile, error) {
	f := &shapeFile{bytes: headerBytes}
	switch shape {
	case coverage.ShapePoint:
		f.kind = typePoint
	case coverage.ShapeLineString, export.ShapeMultiLineString:
		f.kind = typeLine
	case coverage.ShapeMultiPolygon:
		f.kind = typePolygon
	default:
		return nil, fmt.Errorf("a shapefile holds no %s", shape)
	}
	var err error
	if f.shapes, err = os.Create(base + ".shp"); err != nil {
		return nil, err
	}
	if f.index, err = os.Create(base + ".shx"); err != nil {
		return nil, errors.Join(err, f.shapes.Close())
	}
	f.out, f.outX = bufio.NewWriterSize(f.shapes, 1<<16), bufio.NewWriterSize(f.index, 1<<16)
	_, err1 := f.out.Write(make([]byte, headerBytes))
	_, err2 := f.outX.Write(make([]byte, headerBytes))
	return f, errors.Join(err1, err2)
}

// write adds the shape of a row; nil and empty ones are null shapes.
func (f *shapeFile) write(g orb.Geometry) error {
	f.body = f.body[:0]
	switch g := g.(type) {
	case nil:
	case orb.Point:
		f.body = appendPoint(binary.LittleEndian.AppendUint32(f.body, typePoint), g)
	case orb.LineString:
		f.parts(typeLine, []orb.LineString{g})
	case orb.MultiLineString:
		f.parts(typeLine, g)
	case orb.Polygon:
		f.parts(typePolygon, rings(orb.MultiPolygon{g}))
	case orb.MultiPolygon:
		f.parts(typePolygon, rings(g))
	default:
		return fmt.Errorf("a shapefile holds no %s", g.GeoJSONType())
	}
	if len(f.body) == 0 {
		f.body = binary.LittleEndian.AppendUint32(f.body, 0)
	} else {
		box := g.Bound()
		if !f.any {
			f.box, f.any = box, true
		}
		f.box = f.box.Union(box)
	}
	f.rows++
	words := uint32(len(f.body) / 2)
	f.line = binary.BigEndian.AppendUint32(f.line[:0], uint32(f.bytes/2))
	f.line = binary.BigEndian.AppendUint32(f.line, words)
	if _, err := f.outX.Write(f.line); err != nil {
		return err
	}
	f.line = binary.BigEndian.AppendUint32(f.line[:0], f.rows)
	f.line = binary.BigEndian.AppendUint32(f.line, words)
	f.bytes += int64(len(f.line) + len(f.body))
	if f.bytes > maxBytes {
		return tooLarge()
	}
	_, err1 := f.out.Write(f.line)
	_, err2 := f.out.Write(f.body)
	return errors.Join(err1, err2)
}

// rings are those of areas: outer ones clockwise, holes counterclockwise.
func rings(areas orb.MultiPolygon) (list []orb.LineString) {
	for _, polygon := range areas {
		for i, ring := range polygon {
			list = append(list, orb.LineString(geo.WoundFor(geo.Closed(slices.Clone(ring)), i != 0)))
		}
	}
	return list
}

// parts appends a line or polygon; nothing where it has no point.
func (f *shapeFile) parts(kind uint32, lines []orb.LineString) {
	points := 0
	box := orb.MultiLineString(lines).Bound()
	for _, line := range lines {
		points += len(line)
	}
	if points == 0 {
		return
	}
	b := binary.LittleEndian.AppendUint32(f.body, kind)
	b = appendPoint(appendPoint(b, box.Min), box.Max)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(lines)))
	b = binary.LittleEndian.AppendUint32(b, uint32(points))
	first := 0
	for _, line := range lines {
		b = binary.LittleEndian.AppendUint32(b, uint32(first))
		first += len(line)
	}
	for _, line := range lines {
		for _, p := range line {
			b = appendPoint(b, p)
		}
	}
	f.body = b
}

func appendPoint(b []byte, p orb.Point) []byte {
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(p[0]))
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(p[1]))
}

// close writes the headers and ends both files.
func (f *shapeFile) close() error {
	err := errors.Join(f.out.Flush(), f.outX.Flush())
	for _, one := range []struct {
		file  *os.File
		bytes int64
	}{{f.shapes, f.bytes}, {f.index, headerBytes + 8*int64(f.rows)}} {
		_, errAt := one.file.WriteAt(f.header(one.bytes), 0)
		err = errors.Join(err, errAt, one.file.Close())
	}
	return err
}

func (f *shapeFile) header(size int64) []byte {
	b := binary.BigEndian.AppendUint32(nil, 9994)
	b = append(b, make([]byte, 20)...)
	b = binary.BigEndian.AppendUint32(b, uint32(size/2))
	b = binary.LittleEndian.AppendUint32(b, 1000)
	b = binary.LittleEndian.AppendUint32(b, f.kind)
	b = appendPoint(appendPoint(b, f.box.Min), f.box.Max)
	return append(b, make([]byte, headerBytes-len(b))...) // no heights, no measures
}
