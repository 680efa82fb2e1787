package contour

import (
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// Grid is a field of values where regular lines cross. Values stand by row
// from the south, in each row from the west. They may measure anything by whole
// numbers, as only their order counts, but for the places of crossings.
type Grid struct {
	Columns, Rows int
	Values        []uint32 // Columns · Rows
	// West and South place the first value on the lattice, StepX and StepY, at
	// least 2, are the lattice units from one column or row to the next.
	West, South, StepX, StepY int64
	// PerUnit is how many lattice units one unit of the coordinates has: 1e7
	// for degrees on the raster of OSM.
	PerUnit float64
	// Weigh turns a value into the whole number by which a crossing is placed
	// between two values, in proportion. It must never fall where the value
	// rises, and stay within ±2⁴⁰.
	Weigh func(uint32) int64
}

// Bounds that keep all whole-number arithmetic within 64 bits.
const (
	maxValues = 1 << 28
	maxStep   = 1 << 20
)

// Tracer draws one grid after another, reusing its memory. The zero Tracer is
// ready. It belongs to one goroutine at a time.
type Tracer struct {
	ringAt []int32 // by crossing to the east of a value: the ring there, if at least base
	base   int32
	rings  []ring
	points []orb.Point
	parts  orb.MultiPolygon
}

// ring is a ring as it was found. Rings are numbered from Tracer.base.
type ring struct {
	first, last int   // its points
	around      int32 // of a hole, the outer ring; of an outer ring, the hole that it lies in, or -1
	part        int32 // the polygon an outer ring became, -1 if it is left out
	hole        bool
	twice       int64 // double its area, in lattice units
}

// Polygons returns the ground where the field is at most threshold. Outer rings
// run counterclockwise, holes clockwise; each hole follows its outer ring; the
// polygons come from south to north by their lowest row, then from west to
// east. Holes of an area, islands in them included, below minHole square
// lattice units are filled.
//
// Holds:   the polygons are valid and do not meet; they hold every place of the
// grid with a value within, and none of the others but those in filled holes. With a
// higher threshold, or a field that is nowhere above, the polygons hold all of
// these, filled holes included: what is not held of a filled hole lies in
// smaller holes, which are filled as well.
// Errors:  a grid whose numbers do not fit together; a value within at its rim,
// where the polygon would be cut.
// Cost:    O(values); memory beyond the Tracer's for the polygons alone.
// Source:  Lorensen and Cline (1987), Marching cubes, in two dimensions.
func (t *Tracer) Polygons(g Grid, threshold uint32, minHole int64) (orb.MultiPolygon, error) {
	if err := g.check(threshold); err != nil {
		return nil, err
	}
	t.begin(len(g.Values))
	w := walker{Grid: g, t: t, threshold: threshold, level: g.Weigh(threshold)}
	for y := 1; y < g.Rows-1; y++ {
		// The ring last crossed on this row tells on what ground we stand.
		before, within := int32(-1), false
		row := g.Values[y*g.Columns : (y+1)*g.Columns]
		for x, v := range row {
			if (v <= threshold) == within {
				continue
			}
			within = !within
			crossing := y*g.Columns + x - 1
			if t.ringAt[crossing] < t.base {
				w.trace(x-1, y, !within, t.around(before, !within))
			}
			before = t.ringAt[crossing]
		}
	}
	return t.assemble(minHole), nil
}

func (g *Grid) check(threshold uint32) error {
	switch {
	case g.Columns < 2 || g.Rows < 2 || g.Columns > maxValues/g.Rows || len(g.Values) != g.Columns*g.Rows:
		return fmt.Errorf("a grid of %d by %d has %d values; at least 2 by 2 and at most %d are taken", g.Columns, g.Rows, len(g.Values), maxValues)
	case g.StepX < 2 || g.StepY < 2 || g.StepX > maxStep || g.StepY > maxStep:
		return fmt.Errorf("steps of %d by %d lattice units; from 2 to %d are taken", g.StepX, g.StepY, maxStep)
	case !(g.PerUnit > 0) || g.Weigh == nil:
		return fmt.Errorf("the grid says not how to place its crossings")
	}
	last := len(g.Values) - g.Columns
	for x := range g.Columns {
		if g.Values[x] <= threshold || g.Values[last+x] <= threshold {
			return fmt.Errorf("the value in column %d of the rim is within %v; the grid must reach farther", x, threshold)
		}
	}
	for y := range g.Rows {
		if row := y * g.Columns; g.Values[row] <= threshold || g.Values[row+g.Columns-1] <= threshold {
			return fmt.Errorf("the value in row %d of the rim is within %v; the grid must reach farther", y, threshold)
		}
	}
	return nil
}

// begin forgets the grid before. Ring numbers go on rising, so that what is
// left in ringAt is known to be old.
func (t *Tracer) begin(values int) {
	t.base += int32(len(t.rings))
	if len(t.ringAt) < values || t.base > math.MaxInt32-maxValues {
		t.ringAt, t.base = make([]int32, max(values, len(t.ringAt))), 1
	}
	t.rings, t.points = t.rings[:0], t.points[:0]
}

// around is the ring that a new ring lies right inside of, given the ring
// crossed before it on its row: each is on one side of the same ground.
func (t *Tracer) around(before int32, hole bool) int32 {
	if before < 0 {
		return -1
	}
	if left := &t.rings[before-t.base]; left.hole == hole {
		return left.around // its neighbor on the same ground
	}
	return before
}

// walker goes round rings with the ground within on its left.
type walker struct {
	Grid
	t         *Tracer
	threshold uint32
	level     int64 // the threshold, weighed
}

// The ways a walker looks, counterclockwise.
const (
	east = iota
	north
	west
	south
)

// The cell one step ahead, by way.
var stepX, stepY = [4]int{1, 0, -1, 0}, [4]int{0, 1, 0, -1}

// The corner of a cell ahead on the left, from its southwestern one, by way;
// the one on the right is that of the way to the right.
var leftX, leftY = [4]int{1, 0, 0, 1}, [4]int{1, 1, 0, 0}

// trace records the ring that crosses row y between columns x and x+1.
func (w *walker) trace(x, y int, hole bool, around int32) {
	t := w.t
	r := ring{first: len(t.points), around: around, hole: hole, part: -1}
	number := t.base + int32(len(t.rings))
	// Around a hole the value on the left is within, so the walk goes north.
	cell, way := [2]int{x, y}, north
	if !hole {
		cell, way = [2]int{x, y - 1}, south
	}
	start := y*w.Columns + x
	px, py := w.crossing(cell[0]-stepX[way], cell[1]-stepY[way], way)
	for {
		right := (way + 3) % 4
		switch {
		case !w.within(cell[0]+leftX[way], cell[1]+leftY[way]):
			way = (way + 1) % 4
		case w.within(cell[0]+leftX[right], cell[1]+leftY[right]):
			way = right
		}
		qx, qy := w.crossing(cell[0], cell[1], way)
		r.twice += px*qy - qx*py
		px, py = qx, qy
		t.points = append(t.points, orb.Point{float64(w.West+qx) / w.PerUnit, float64(w.South+qy) / w.PerUnit})
		cell[0], cell[1] = cell[0]+stepX[way], cell[1]+stepY[way]
		if way == east || way == west {
			continue
		}
		crossing := cell[1]*w.Columns + cell[0]
		if way == south {
			crossing += w.Columns
		}
		t.ringAt[crossing] = number
		if crossing == start {
			break
		}
	}
	t.points = append(t.points, t.points[r.first])
	r.last = len(t.points)
	t.rings = append(t.rings, r)
}

func (w *walker) within(x, y int) bool { return w.Values[y*w.Columns+x] <= w.threshold }

// crossing is where a ring leaves cell x, y on a way, in lattice units from the
// first value. The corner on the left is within, that on the right is not.
func (w *walker) crossing(x, y, way int) (px, py int64) {
	right := (way + 3) % 4
	lx, ly := x+leftX[way], y+leftY[way]
	rx, ry := x+leftX[right], y+leftY[right]
	from, to := w.Weigh(w.Values[ly*w.Columns+lx]), w.Weigh(w.Values[ry*w.Columns+rx])
	px, py = int64(lx)*w.StepX, int64(ly)*w.StepY
	if lx != rx {
		return px + int64(rx-lx)*w.share(from, to, w.StepX), py
	}
	return px, py + int64(ry-ly)*w.share(from, to, w.StepY)
}

// share is how much of step, from the value within, is within: at least one
// unit, and at least one less than the step. It falls nowhere as from or to falls.
func (w *walker) share(from, to, step int64) int64 {
	return min(max((w.level-from)*step/max(to-from, 1), 1), step-1)
}

// assemble puts the holes into their polygons.
func (t *Tracer) assemble(minHole int64) orb.MultiPolygon {
	t.parts = t.parts[:0]
	points := slices.Clone(t.points)
	// 1. Rings come after those they lie in, so that one pass decides: an outer
	// ring is left out with the hole that it lies in, or that hole's polygon.
	rings, holes := 0, make([]int, 0, 64)
	for i := range t.rings {
		r := &t.rings[i]
		switch {
		case r.hole:
			outer := &t.rings[r.around-t.base]
			if r.part = outer.part; r.part >= 0 && -r.twice < 2*minHole {
				r.part = -1
			}
			if r.part < 0 {
				continue
			}
			holes[r.part]++
		case r.around >= 0 && t.rings[r.around-t.base].part < 0:
			continue
		default:
			r.part = int32(len(holes))
			holes = append(holes, 0)
		}
		rings++
	}
	// 2. Lay the rings of each polygon side by side.
	all := make([]orb.Ring, 0, rings)
	out := make(orb.MultiPolygon, len(holes))
	for i, n := range holes {
		out[i] = all[len(all) : len(all) : len(all)+1+n]
		all = all[:len(all)+1+n]
	}
	for i := range t.rings {
		if r := &t.rings[i]; r.part >= 0 {
			out[r.part] = append(out[r.part], points[r.first:r.last:r.last])
		}
	}
	return out
}
