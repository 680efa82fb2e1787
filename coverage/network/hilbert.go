package network

import "github.com/paulmach/orb"

// hilbertKeys places the named points along a Hilbert curve over their box, 16
// bits a side. keys is indexed like at; only the named entries are set.
func hilbertKeys(at []orb.Point, named []int32) (keys []uint32) {
	keys = make([]uint32, len(at))
	if len(named) == 0 {
		return keys
	}
	box := orb.Bound{Min: at[named[0]], Max: at[named[0]]}
	for _, i := range named {
		box = box.Extend(at[i])
	}
	side := max(box.Max[0]-box.Min[0], box.Max[1]-box.Min[1])
	if side == 0 {
		return keys
	}
	for _, i := range named {
		x := uint32((at[i][0] - box.Min[0]) / side * 0xffff)
		y := uint32((at[i][1] - box.Min[1]) / side * 0xffff)
		keys[i] = hilbert(x, y)
	}
	return keys
}

// hilbert is the place of cell (x, y) of a 65,536-square grid along the curve.
// At each scale it adds the quadrant's rank and turns the square so that the
// curve inside runs the standard way.
func hilbert(x, y uint32) (d uint32) {
	for s := uint32(1 << 15); s > 0; s >>= 1 {
		var rx, ry uint32
		if x&s != 0 {
			rx = 1
		}
		if y&s != 0 {
			ry = 1
		}
		d += s * s * ((3 * rx) ^ ry)
		if ry == 0 {
			if rx == 1 {
				x, y = 0xffff-x, 0xffff-y
			}
			x, y = y, x
		}
	}
	return d
}
