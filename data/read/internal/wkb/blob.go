package wkb

import (
	"errors"
	"fmt"

	"github.com/paulmach/orb"
)

// ParseBlob reads a geometry of a GeoPackage: "GP", version, flags, the number
// of the coordinate system, an envelope, and well-known binary as Parse reads
// it. The envelope is passed over.
//
// Source: OGC 12-128r17, clause 2.1.3.
func ParseBlob(b []byte) (orb.Geometry, error) {
	const head = 8
	if len(b) < head || b[0] != 'G' || b[1] != 'P' {
		return nil, errors.New("the geometry is not of the GeoPackage form")
	}
	envelopes := [...]int{0, 32, 48, 48, 64} // none, xy, xyz, xym, xyzm
	kind := int(b[3]>>1) & 7
	if kind >= len(envelopes) {
		return nil, fmt.Errorf("the geometry has an envelope of kind %d, which there is not", kind)
	}
	start := head + envelopes[kind]
	if len(b) < start {
		return nil, errors.New("the geometry ends in its envelope")
	}
	return Parse(b[start:])
}
