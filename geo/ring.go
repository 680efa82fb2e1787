package geo

import (
	"slices"

	"github.com/paulmach/orb"
)

// Winding is +1 for a ring that encloses its area on the left
// (counterclockwise), -1 for one that has it on the right, and 0 for a ring
// without area.
func Winding(ring orb.Ring) int {
	sum := 0.0
	for i := 2; i < len(ring); i++ {
		sum += (ring[i-1][0]-ring[0][0])*(ring[i][1]-ring[0][1]) -
			(ring[i][0]-ring[0][0])*(ring[i-1][1]-ring[0][1])
	}
	switch {
	case sum > 0:
		return 1
	case sum < 0:
		return -1
	}
	return 0
}

// Flat tells whether all positions of a ring lie on one line, or at one place,
// so that it encloses nothing. It is exact.
func Flat(ring orb.Ring) bool {
	for i := 1; i < len(ring); i++ {
		if ring[i] == ring[0] {
			continue
		}
		for _, p := range ring[i+1:] {
			if Side(ring[0], ring[i], p) != 0 {
				return false
			}
		}
		break
	}
	return true
}

// WoundFor returns a ring that runs counterclockwise if outer, else clockwise,
// as RFC 7946, section 3.1.6, has it. A ring that already does, or has no area,
// is returned as it is; another is turned in a copy.
func WoundFor(ring orb.Ring, outer bool) orb.Ring {
	wrong := 1
	if outer {
		wrong = -1
	}
	if Winding(ring) != wrong {
		return ring
	}
	ring = slices.Clone(ring)
	slices.Reverse(ring)
	return ring
}

// Wind returns a polygon whose outer ring runs counterclockwise and whose
// holes run clockwise. Rings that already do are shared, the others are turned
// in a copy; the polygon given is not changed.
func Wind(polygon orb.Polygon) orb.Polygon {
	out := slices.Clone(polygon)
	for i, ring := range out {
		out[i] = WoundFor(ring, i == 0)
	}
	return out
}

// WindAll is Wind for several polygons.
func WindAll(polygons orb.MultiPolygon) orb.MultiPolygon {
	out := make(orb.MultiPolygon, len(polygons))
	for i, polygon := range polygons {
		out[i] = Wind(polygon)
	}
	return out
}

// Closed returns the ring with its first point again at its end. A ring that is
// closed already, or empty, is returned as it is.
func Closed(ring orb.Ring) orb.Ring {
	if len(ring) == 0 || ring[0] == ring[len(ring)-1] {
		return ring
	}
	return append(slices.Clip(ring), ring[0])
}
