package tile

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

// MaxZoom is the innermost zoom with tiles of its own: a unit of such a tile is
// 15 cm on the ground, and maps draw further in from the same tile.
const MaxZoom = 16

// Extent is the number of units along the side of a tile.
const Extent = 1 << extentBits

const extentBits = 12

// buffer is how far beyond its tile a shape is drawn, in units: ten pixels on a
// tile shown 512 pixels wide, so that the edge of a line or circle does not show.
const buffer = 80

// Check tells whether there is a tile z/x/y.
//
// Errors: z above MaxZoom, x or y not below 2^z.
func Check(z, x, y uint32) error {
	if z > MaxZoom {
		return fmt.Errorf("zoom %d is deeper than %d", z, MaxZoom)
	}
	if n := uint32(1) << z; x >= n || y >= n {
		return fmt.Errorf("there is no tile %d/%d/%d: at zoom %d, x and y go from 0 to %d", z, x, y, z, n-1)
	}
	return nil
}

// Bound is the box in degrees of a tile that Check finds sound.
func Bound(z, x, y uint32) orb.Bound {
	return maptile.New(x, y, maptile.Zoom(z)).Bound()
}

// At is the tile of zoom z that holds a place in degrees, the nearest one for a
// place beyond the ends of the map.
func At(z uint32, ll orb.Point) (x, y uint32) {
	p := project(ll)
	last := int32(1)<<z - 1
	shift := extentBits + MaxZoom - z
	return uint32(min(p.x>>shift, last)), uint32(min(p.y>>shift, last))
}

// ID numbers the tiles of all zooms: those of a zoom follow those of the zoom
// before, each zoom in the order of a Hilbert curve that begins in the north-west
// and ends in the north-east.
//
// Source: PMTiles specification 3, section 4.1.
func ID(z, x, y uint32) uint64 {
	before := (uint64(1)<<(2*z) - 1) / 3 // 1 + 4 + 16 + … tiles
	return before + along(z, x, y)
}

// along is the place of x, y on the Hilbert curve through a square of 2^order
// by 2^order: quarter by quarter, each turned so that its ends meet its
// neighbors'.
//
// Source: Hilbert (1891), Ueber die stetige Abbildung einer Linie auf ein
// Flächenstück.
func along(order, x, y uint32) (d uint64) {
	for s := order; s > 0; s-- {
		half := uint32(1) << (s - 1)
		right, low := x&half != 0, y&half != 0
		quarter := uint64(0)
		switch {
		case right && low:
			quarter = 2
		case right:
			quarter = 3
		case low:
			quarter = 1
		}
		d += quarter << (2 * (s - 1))
		x, y = x&(half-1), y&(half-1)
		if !low {
			if right {
				x, y = half-1-x, half-1-y
			}
			x, y = y, x
		}
	}
	return d
}

// maxLatitude is where the square of the web Mercator map ends.
const maxLatitude = 85.05112877980659

// worldBits: the map is 2^worldBits units of the innermost zoom wide.
const worldBits = extentBits + MaxZoom

// point is a place in whole units of a zoom, x from the west and y from the
// north.
type point struct{ x, y int32 }

// project is a place on earth in units of the innermost zoom.
func project(ll orb.Point) point {
	lat := math.Max(-maxLatitude, math.Min(maxLatitude, ll[1]))
	s := math.Sin(lat * math.Pi / 180)
	const side = 1 << worldBits
	return point{
		int32(math.Round((ll[0]/360 + 0.5) * side)),
		int32(math.Round((0.5 - math.Log((1+s)/(1-s))/(4*math.Pi)) * side)),
	}
}

// at is p in units of a zoom that is so many zooms further out.
func (p point) at(out uint32) point {
	half := int32(1) << out >> 1
	return point{(p.x + half) >> out, (p.y + half) >> out}
}

// twiceArea is twice the area of the triangle a, b, c in square units: positive
// if they turn clockwise on the screen, where y points down.
func twiceArea(a, b, c point) int64 {
	return int64(b.x-a.x)*int64(c.y-a.y) - int64(c.x-a.x)*int64(b.y-a.y)
}

// ringArea is twice the area of an open ring, signed as twiceArea.
func ringArea(ring []point) (sum int64) {
	for i := 2; i < len(ring); i++ {
		sum += twiceArea(ring[0], ring[i-1], ring[i])
	}
	return sum
}
