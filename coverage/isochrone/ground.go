package isochrone

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"kaimen/coverage/network"
)

// Options say how fine a ring is drawn. The zero value means 10 m and 20 m.
type Options struct {
	CellMeters   float64 // side of a cell, from 1 to 100
	BufferMeters float64 // how far from the road a ring runs; at least 1.5 cells, at most 500
}

// Ground is a network with the water about it, ready to be drawn on. It never
// changes and may be shared.
type Ground struct {
	n     *network.Network
	o     Options
	shore shore
}

// NewGround prepares a network for drawing. The areas of water may overlap and
// touch; they are kept by their edges near roads alone.
//
// Errors: options out of bounds.
// Cost:   without water none; else a box query for each edge of the network.
func NewGround(n *network.Network, water []orb.MultiPolygon, o Options) (*Ground, error) {
	if o.CellMeters == 0 {
		o.CellMeters = 10
	}
	if o.BufferMeters == 0 {
		o.BufferMeters = 20
	}
	// A cell may be a lattice unit longer than asked; 1.5 leaves room over √2.
	if !(o.CellMeters >= 1 && o.CellMeters <= 100) || !(o.BufferMeters >= 1.5*o.CellMeters && o.BufferMeters <= 500) {
		return nil, fmt.Errorf("cells of %v m and a buffer of %v m: cells may have 1 to 100 m, the buffer 1.5 cells to 500 m", o.CellMeters, o.BufferMeters)
	}
	return &Ground{n: n, o: o, shore: newShore(n, water, o.BufferMeters+o.CellMeters)}, nil
}

// perDegree is the raster of the network's coordinates, and of the rings'.
const perDegree = 1e7

// unit is a coordinate on that raster.
func unit(degrees float64) int64 { return int64(math.Round(degrees * perDegree)) }
