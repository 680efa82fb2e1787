// Package geopackage writes what a GeoPackage holds beyond plain SQLite: the tables
// that every one has, geometries in their binary form, and spatial indexes packed
// whole.
package geopackage

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
)

// A geometry in a GeoPackage is a header before well-known binary
// (OGC 12-128r17, clause 2.1.3): "GP", version, flags, the number of the
// coordinate system, and an envelope that lets a reader skip the rest.
const (
	headerBytes   = 8
	envelopeBytes = 4 * 8

	flagLittleEndian = 1 << 0
	flagEnvelopeXY   = 1 << 1
	flagEmpty        = 1 << 4
)

// AppendBlob appends g in GeoPackage form, in the coordinate system srs. Points carry no envelope, since it
// would only say the same numbers twice.
func AppendBlob(b []byte, g orb.Geometry, srs uint32) ([]byte, error) {
	flags := byte(flagLittleEndian)
	_, point := g.(orb.Point)
	switch {
	case Empty(g):
		flags |= flagEmpty
	case !point:
		flags |= flagEnvelopeXY
	}
	b = append(b, 'G', 'P', 0, flags)
	b = binary.LittleEndian.AppendUint32(b, srs)
	if flags&flagEnvelopeXY != 0 {
		box := g.Bound()
		for _, x := range [...]float64{box.Min[0], box.Max[0], box.Min[1], box.Max[1]} {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
		}
	}
	body, err := wkb.Marshal(g, binary.LittleEndian)
	return append(b, body...), err
}

// ParseBlob reads what AppendBlob wrote, and any other two-dimensional
// GeoPackage geometry of the types that orb has.
func ParseBlob(b []byte) (orb.Geometry, error) {
	if len(b) < headerBytes || b[0] != 'G' || b[1] != 'P' {
		return nil, errors.New("not a GeoPackage geometry")
	}
	// The envelope's kind says how many numbers it has: none, xy, xyz, xym, xyzm.
	sizes := [...]int{0, envelopeBytes, envelopeBytes + 16, envelopeBytes + 16, envelopeBytes + 32}
	kind := int(b[3]>>1) & 7
	if kind >= len(sizes) {
		return nil, fmt.Errorf("no envelope is of kind %d", kind)
	}
	start := headerBytes + sizes[kind]
	if len(b) < start {
		return nil, errors.New("the geometry ends in its envelope")
	}
	return wkb.Unmarshal(b[start:])
}

// Empty tells whether g has no position at all.
func Empty(g orb.Geometry) bool {
	switch g := g.(type) {
	case orb.LineString:
		return len(g) == 0
	case orb.MultiLineString:
		return len(g) == 0
	case orb.MultiPolygon:
		return len(g) == 0
	}
	return false
}
