// Package wkb reads well-known binary with third coordinates and measures,
// which are passed over, in the ISO and the extended form.
//
// Source: OGC 06-103r4, clause 8.2; ISO/IEC 13249-3.
package wkb

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// maxDepth bounds collections in collections.
const maxDepth = 8

const (
	extendedZ   = 0x80000000
	extendedM   = 0x40000000
	extendedSRS = 0x20000000
)

// Parse reads one geometry, nil for an empty one. Counts are held against the
// bytes that are there before anything is allocated.
//
// Errors: bytes that end early or go on after the geometry; kinds other than
// points, lines, polygons, several of these, and collections; coordinates that
// are not numbers.
func Parse(b []byte) (orb.Geometry, error) {
	p := &parser{rest: b}
	g, err := p.geometry(0)
	if err == nil && len(p.rest) > 0 {
		err = fmt.Errorf("%d bytes stand after the geometry", len(p.rest))
	}
	if err != nil {
		return nil, err
	}
	return g, nil
}

// parser reads from the front of rest.
type parser struct {
	rest  []byte
	order binary.ByteOrder
	size  int // numbers of each position
}

var errShort = errors.New("the geometry ends early")

func (p *parser) uint32() (uint32, error) {
	if len(p.rest) < 4 {
		return 0, errShort
	}
	n := p.order.Uint32(p.rest)
	p.rest = p.rest[4:]
	return n, nil
}

// count reads a number of items that take at least size bytes each.
func (p *parser) count(size int) (int, error) {
	n, err := p.uint32()
	if err == nil && uint64(n)*uint64(size) > uint64(len(p.rest)) {
		err = fmt.Errorf("the geometry states %d parts and has %d bytes for them", n, len(p.rest))
	}
	return int(n), err
}

// head reads the order of bytes and the kind.
func (p *parser) head() (kind uint32, err error) {
	if len(p.rest) == 0 {
		return 0, errShort
	}
	switch p.rest[0] {
	case 0:
		p.order = binary.BigEndian
	case 1:
		p.order = binary.LittleEndian
	default:
		return 0, fmt.Errorf("no order of bytes is %d", p.rest[0])
	}
	p.rest = p.rest[1:]
	if kind, err = p.uint32(); err != nil {
		return 0, err
	}
	p.size = 2
	if kind&extendedZ != 0 {
		p.size++
	}
	if kind&extendedM != 0 {
		p.size++
	}
	if kind&extendedSRS != 0 {
		if _, err := p.uint32(); err != nil {
			return 0, err
		}
	}
	kind &^= extendedZ | extendedM | extendedSRS
	switch kind / 1000 {
	case 0:
	case 1, 2:
		p.size = 3
	case 3:
		p.size = 4
	default:
		return 0, fmt.Errorf("no geometry is of kind %d", kind)
	}
	return kind % 1000, nil
}

func (p *parser) point() (orb.Point, error) {
	if len(p.rest) < 8*p.size {
		return orb.Point{}, errShort
	}
	x := math.Float64frombits(p.order.Uint64(p.rest))
	y := math.Float64frombits(p.order.Uint64(p.rest[8:]))
	p.rest = p.rest[8*p.size:]
	return orb.Point{x, y}, nil
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

func (p *parser) points() ([]orb.Point, error) {
	n, err := p.count(8 * p.size)
	if err != nil {
		return nil, err
	}
	out := make([]orb.Point, n)
	for i := range out {
		if out[i], err = p.point(); err != nil {
			return nil, err
		}
		if !finite(out[i][0]) || !finite(out[i][1]) {
			return nil, fmt.Errorf("point %d has a coordinate that is not a number", i+1)
		}
	}
	return out, nil
}

func (p *parser) polygon() (orb.Polygon, error) {
	n, err := p.count(4)
	if err != nil {
		return nil, err
	}
	out := make(orb.Polygon, n)
	for i := range out {
		ring, err := p.points()
		if err != nil {
			return nil, err
		}
		if len(ring) < 4 || ring[0] != ring[len(ring)-1] {
			return nil, fmt.Errorf("ring %d has %d points; a ring has four or more, the last being the first", i+1, len(ring))
		}
		out[i] = ring
	}
	return out, nil
}

func (p *parser) geometry(depth int) (orb.Geometry, error) {
	kind, err := p.head()
	if err != nil {
		return nil, err
	}
	switch kind {
	case 1:
		return p.single()
	case 2:
		line, err := p.points()
		if err == nil && len(line) == 1 {
			err = errors.New("the line has one point; a line has two or more")
		}
		if err != nil || len(line) == 0 {
			return nil, err
		}
		return orb.LineString(line), nil
	case 3:
		polygon, err := p.polygon()
		if err != nil || len(polygon) == 0 {
			return nil, err
		}
		return polygon, nil
	case 4, 5, 6, 7:
		return p.several(kind, depth)
	}
	return nil, fmt.Errorf("a geometry of kind %d (a curve or a surface) is not read; convert it to lines and polygons", kind)
}

// single is a point; one of NaN is an empty one.
func (p *parser) single() (orb.Geometry, error) {
	at, err := p.point()
	switch {
	case err != nil || math.IsNaN(at[0]) && math.IsNaN(at[1]):
		return nil, err
	case !finite(at[0]) || !finite(at[1]):
		return nil, errors.New("the point has a coordinate that is not a number")
	}
	return at, nil
}

// several reads the parts of a geometry of many; empty ones are left out.
func (p *parser) several(kind uint32, depth int) (orb.Geometry, error) {
	if depth >= maxDepth {
		return nil, fmt.Errorf("collections lie in each other more than %d deep", maxDepth)
	}
	const leastPart = 5 // order of bytes and kind
	n, err := p.count(leastPart)
	if err != nil {
		return nil, err
	}
	var parts orb.Collection
	for range n {
		g, err := p.geometry(depth + 1)
		if err != nil {
			return nil, err
		}
		if g != nil {
			parts = append(parts, g)
		}
	}
	switch {
	case len(parts) == 0:
		return nil, nil
	case kind == 7:
		return parts, nil
	case kind == 4:
		return gather[orb.MultiPoint](parts)
	case kind == 5:
		return gather[orb.MultiLineString](parts)
	}
	return gather[orb.MultiPolygon](parts)
}

// multi is a geometry that is a list of others.
type multi[P any] interface {
	~[]P
	orb.Geometry
}

func gather[M multi[P], P any](parts orb.Collection) (orb.Geometry, error) {
	out := make(M, len(parts))
	for i, g := range parts {
		part, ok := g.(P)
		if !ok {
			return nil, fmt.Errorf("part %d is a %s in a %s", i+1, g.GeoJSONType(), out.GeoJSONType())
		}
		out[i] = part
	}
	return out, nil
}
