// Package index answers where-questions over many shapes: which areas hold a
// point, and which boxes meet a box. What it returns are places in the caller's
// own list, in ascending order.
package index

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/tidwall/rtree"

	"kaimen/geo"
)

// Areas tells which of many areas hold a point. It never changes and may be
// shared by goroutines. Make one with NewAreas.
type Areas struct {
	tree rtree.RTreeG[*banded]
}

// NewAreas prepares n areas, asked for one after the other. Rings need not be
// closed; holes are where the rings of one polygon overlap. A polygon with a
// coordinate that is not finite holds nothing. The areas given are not kept.
//
// Cost:    O(v log v) for v vertices in all; about 100 bytes a vertex.
func NewAreas(n int, area func(i int) orb.MultiPolygon) *Areas {
	a := &Areas{}
	for i := range n {
		for _, polygon := range area(i) {
			if b := newBanded(i, polygon); b != nil {
				a.tree.Insert(b.box.Min, b.box.Max, b)
			}
		}
	}
	return a
}

// Holding appends the areas that hold p to list, in ascending order, and
// returns it; areas may overlap, so that there may be several.
//
// A point on an edge belongs to the area on its right (toward greater x), on a
// level edge to the area above (toward greater y). So of areas that share an
// edge, with the same vertices along it, exactly one holds a point on it. The
// answer is exact for the coordinates given.
//
// Cost:    O(log n + edges at the height of p), without memory beyond list.
func (a *Areas) Holding(p orb.Point, list []int) []int {
	start := len(list)
	a.tree.Search(p, p, func(_, _ [2]float64, b *banded) bool {
		if b.holds(p) {
			list = append(list, b.owner)
		}
		return true
	})
	found := list[start:]
	if len(found) < 2 {
		return list
	}
	slices.Sort(found)
	return list[:start+len(slices.Compact(found))]
}

// First returns the first area that holds p; false if none does.
func (a *Areas) First(p orb.Point) (int, bool) {
	first := math.MaxInt
	a.tree.Search(p, p, func(_, _ [2]float64, b *banded) bool {
		if b.owner < first && b.holds(p) {
			first = b.owner
		}
		return true
	})
	return first, first != math.MaxInt
}

// banded is one polygon, its edges sorted into level bands of equal height, so
// that a point is compared with the few edges at its height alone.
type banded struct {
	owner int
	box   orb.Bound
	scale float64 // bands per unit of y
	start []int32 // band k holds edges[start[k]:start[k+1]]
	edges []edge  // an edge stands once in each band that it touches
}

// edge runs upward, so that two polygons see a shared edge the same way.
type edge struct{ low, high orb.Point }

// newBanded returns nil for a polygon that holds no point.
func newBanded(owner int, polygon orb.Polygon) *banded {
	b := &banded{owner: owner, box: polygon.Bound()}
	var edges []edge
	climb := 0.0 // of all edges together
	for _, ring := range polygon {
		for i, p := range ring {
			if !geo.Finite(p) {
				return nil
			}
			q := ring[(i+1)%len(ring)]
			if p[1] > q[1] {
				p, q = q, p
			}
			if p[1] < q[1] { // a level edge is never crossed by a level ray
				edges = append(edges, edge{p, q})
				climb += q[1] - p[1]
			}
		}
	}
	if len(edges) == 0 {
		return nil
	}
	b.sort(edges, climb)
	return b
}

// sort chooses so many bands that each edge is listed about twice: a line of
// any height meets climb/height edges on the average.
func (b *banded) sort(edges []edge, climb float64) {
	height := b.box.Max[1] - b.box.Min[1]
	bands := max(1, int(float64(len(edges))*height/climb))
	b.scale = float64(bands) / height
	b.start = make([]int32, bands+1)
	for _, e := range edges {
		for k := b.band(e.low[1]); k <= b.band(e.high[1]); k++ {
			b.start[k+1]++
		}
	}
	for k := range bands {
		b.start[k+1] += b.start[k]
	}
	b.edges = make([]edge, b.start[bands])
	next := slices.Clone(b.start)
	for _, e := range edges {
		for k := b.band(e.low[1]); k <= b.band(e.high[1]); k++ {
			b.edges[next[k]] = e
			next[k]++
		}
	}
}

// band is monotone in y, rounding and all, so that a point between the ends of
// an edge finds it in its band.
func (b *banded) band(y float64) int {
	return max(0, min(len(b.start)-2, int((y-b.box.Min[1])*b.scale)))
}

// holds counts the edges that a ray from p toward greater x crosses. An edge is
// crossed if it goes from at or below p to above it, and p is strictly left.
func (b *banded) holds(p orb.Point) bool {
	inside := false
	k := b.band(p[1])
	edges := b.edges[b.start[k]:b.start[k+1]]
	for i := range edges {
		e := &edges[i]
		if p[1] < e.low[1] || p[1] >= e.high[1] {
			continue
		}
		switch {
		case p[0] < e.low[0] && p[0] < e.high[0]:
			inside = !inside
		case p[0] > e.low[0] && p[0] > e.high[0]:
		case geo.Side(e.low, e.high, p) > 0:
			inside = !inside
		}
	}
	return inside
}
