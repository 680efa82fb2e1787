package gap

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/geo"
	"kaimen/geo/contour"
)

// perDegree is how many units, the last digit printed, a degree has.
const perDegree = 1e7

// grid is where a group is drawn. Its lines are whole steps from 0, 0 of the
// earth.
type grid struct {
	plane         geo.Plane
	cell, radius  float64 // meters
	perX, perY    float64 // meters per unit
	stepX, stepY  int64   // units per cell
	west, south   int64   // in steps
	columns, rows int64
}

// newGrid is the grid that the ground about points in a box needs; false where
// cells are too wide to be drawn.
func newGrid(box orb.Bound, cell, radius float64) (g grid, ok bool) {
	const widest = 1 << 20 // units, what contour takes
	center := box.Center()
	center[1] = min(max(center[1], -nearestPole), nearestPole)
	g = grid{plane: geo.NewPlane(center), cell: cell, radius: radius}
	x, y := g.plane.ToXY(orb.Point{center[0] + 0.5, center[1] + 0.5})
	g.perX, g.perY = x/(0.5*perDegree), y/(0.5*perDegree)
	stepX, stepY := math.Round(cell/g.perX), math.Round(cell/g.perY)
	if max(stepX, stepY) > widest {
		return g, false
	}
	g.stepX, g.stepY = int64(stepX), int64(stepY)
	// Ground ends within the radius, or two cells, of a point; the rim is beyond.
	g.west, g.columns = span(box.Min[0]*perDegree, box.Max[0]*perDegree, radius/g.perX, stepX)
	g.south, g.rows = span(box.Min[1]*perDegree, box.Max[1]*perDegree, radius/g.perY, stepY)
	return g, true
}

// span is the first grid line and the number of lines that go three steps beyond
// some pad about a range.
func span(low, high, pad, step float64) (first, count int64) {
	first = int64(math.Floor((low-pad)/step)) - 3
	return first, int64(math.Ceil((high+pad)/step)) + 3 - first + 1
}

// site is where a point lies, in units.
type site struct{ x, y float64 }

// sitesOf lists where points lie, each place once: many households may have been
// put at one.
func sitesOf(points []Point, list []int32) []site {
	sites := make([]site, len(list))
	for i, p := range list {
		sites[i] = site{points[p].At[0] * perDegree, points[p].At[1] * perDegree}
	}
	slices.SortFunc(sites, func(a, b site) int { return cmp.Or(cmp.Compare(a.x, b.x), cmp.Compare(a.y, b.y)) })
	return slices.Compact(sites)
}

// field holds at every corner how much farther it is to the nearest uncovered
// point than to the nearest covered one or than the radius, whichever is less:
// in tenths of a millimeter, over nought.
type field struct {
	grid
	values []uint32
	arena  []site // of the blocks being looked at
	looked int    // blocks since the context was looked at
}

const (
	perMeter = 1e4 // tenths of a millimeter
	nought   = 1 << 30
	inside   = nought - 1 // the largest value of what is nearer
	far      = 1 << 31    // of what is looked at no closer
)

func (f *field) lay(g grid) {
	f.grid = g
	count := int(g.columns * g.rows)
	if cap(f.values) < count {
		f.values = make([]uint32, count)
	}
	f.values = f.values[:count]
	for i := range f.values {
		f.values[i] = far
	}
}

// fill measures all corners about uncovered points.
//
// How: a block of corners keeps, of the points that its parent kept, those that
// may be the nearest to a corner of it. With m the distance from its middle to
// the nearest point and r that to its farthest corner, the nearest to any corner
// lies within m + 2r of the middle. Blocks beyond the radius are left as they
// are, the others halved until they are small. So each distance is exact, and
// neither empty ground nor crowds of points cost much.
//
// Errors: ctx.Err() if ctx ends first.
func (f *field) fill(ctx context.Context, open, covered []site) error {
	if err := f.block(ctx, part{0, 0, f.columns, f.rows}, open, covered); err != nil {
		return err
	}
	for _, p := range open {
		column, row := int64(math.Floor(p.x/float64(f.stepX)))-f.west, int64(math.Floor(p.y/float64(f.stepY)))-f.south
		for _, at := range [4]int64{row*f.columns + column, row*f.columns + column + 1, (row+1)*f.columns + column, (row+1)*f.columns + column + 1} {
			f.values[at] = min(f.values[at], inside)
		}
	}
	return nil
}

// part is a block of corners: from a column and row on, so wide and so high.
type part struct{ x, y, wide, high int64 }

// small is how many corners a block has that is not halved.
const small = 64

func (f *field) block(ctx context.Context, p part, open, covered []site) error {
	if f.looked++; f.looked%4096 == 0 && ctx.Err() != nil {
		return ctx.Err()
	}
	mark := len(f.arena)
	defer func() { f.arena = f.arena[:mark] }()
	// Corners next to one inside lie within a cell's diagonal of the radius: their
	// values say where the ring goes.
	diagonal := math.Hypot(float64(f.stepX)*f.perX, float64(f.stepY)*f.perY)
	if open = f.near(p, open, f.radius+diagonal); len(open) == 0 {
		return nil
	}
	covered = f.near(p, covered, f.radius)
	if p.wide*p.high <= small {
		f.measure(p, open, covered)
		return nil
	}
	first, second := p, p
	if p.wide >= p.high {
		first.wide = p.wide / 2
		second.x, second.wide = p.x+first.wide, p.wide-first.wide
	} else {
		first.high = p.high / 2
		second.y, second.high = p.y+first.high, p.high-first.high
	}
	if err := f.block(ctx, first, open, covered); err != nil {
		return err
	}
	return f.block(ctx, second, open, covered)
}

// near lists the sites that may be the nearest to a corner of a block, and
// within a limit of it.
func (f *field) near(p part, sites []site, limit float64) []site {
	const slack = 1e-3 // meters, more than all rounding
	middle := f.corner(p.x, p.y)
	halfX, halfY := float64(p.wide-1)/2*float64(f.stepX), float64(p.high-1)/2*float64(f.stepY)
	middle.x, middle.y = middle.x+halfX, middle.y+halfY
	reach := math.Hypot(halfX*f.perX, halfY*f.perY)
	most := limit + reach
	for _, s := range sites {
		most = min(most, math.Sqrt(f.square(middle, s))+2*reach)
	}
	most += slack
	from := len(f.arena)
	for _, s := range sites {
		if f.square(middle, s) <= most*most {
			f.arena = append(f.arena, s)
		}
	}
	return f.arena[from:len(f.arena):len(f.arena)]
}

// measure writes the values of a block.
func (f *field) measure(p part, open, covered []site) {
	for row := p.y; row < p.y+p.high; row++ {
		for column := p.x; column < p.x+p.wide; column++ {
			at := f.corner(column, row)
			more := f.nearest(at, open) - min(f.nearest(at, covered), f.radius)
			f.values[row*f.columns+column] = uint32(min(nought+math.Floor(more*perMeter), far))
		}
	}
}

// nearest is the distance to the nearest of sites, in meters.
func (f *field) nearest(at site, sites []site) float64 {
	least := math.Inf(1)
	for _, s := range sites {
		least = min(least, f.square(at, s))
	}
	return math.Sqrt(least)
}

// corner is where a column and a row cross.
func (f *field) corner(column, row int64) site {
	return site{float64((f.west + column) * f.stepX), float64((f.south + row) * f.stepY)}
}

// square is the square of a distance. The conversions keep the products from
// being joined with the sum, so that all machines round alike.
func (f *field) square(a, b site) float64 {
	x, y := (a.x-b.x)*f.perX, (a.y-b.y)*f.perY
	return float64(x*x) + float64(y*y)
}

// contour is the field as it is drawn.
func (f *field) contour() contour.Grid {
	return contour.Grid{
		Columns: int(f.columns), Rows: int(f.rows), Values: f.values,
		West: f.west * f.stepX, South: f.south * f.stepY, StepX: f.stepX, StepY: f.stepY, PerUnit: perDegree,
		Weigh: func(value uint32) int64 { return int64(value) },
	}
}
