package tile

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"kaimen/geo"
)

// MaxZoom is the deepest zoom served: a tile of it is some 10 meters wide.
const MaxZoom = 22

// Extent is the number of units along the side of a tile.
const Extent = 4096

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

// BufferedBound is the box in degrees of all that Encode may draw of a tile:
// features that do not meet it need not be given.
func BufferedBound(z, x, y uint32) orb.Bound {
	return maptile.New(x, y, maptile.Zoom(z)).Bound(float64(buffer) / Extent)
}

// frame projects degrees to the units of one tile, x right and y down.
type frame struct{ scale, x, y float64 }

func newFrame(z, x, y uint32) frame {
	return frame{scale: float64(uint64(Extent) << z), x: float64(x) * Extent, y: float64(y) * Extent}
}

// maxLatitude is where the square of the web Mercator map ends.
const maxLatitude = 85.05112877980659

func (f frame) project(ll orb.Point) orb.Point {
	lat := math.Max(-maxLatitude, math.Min(maxLatitude, ll[1]))
	s := math.Sin(lat * math.Pi / 180)
	return orb.Point{
		(ll[0]/360+0.5)*f.scale - f.x,
		(0.5-math.Log((1+s)/(1-s))/(4*math.Pi))*f.scale - f.y,
	}
}

// points projects into a new list. A point off the earth has no place in it.
func (f frame) points(lls []orb.Point) []orb.Point {
	out := make([]orb.Point, 0, len(lls)+1) // room to close a ring
	for _, ll := range lls {
		if geo.OnEarth(ll) {
			out = append(out, f.project(ll))
		}
	}
	return out
}
