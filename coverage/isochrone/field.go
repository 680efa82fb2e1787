package isochrone

import (
	"math"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/geo"
	"kaimen/geo/contour"
)

// maxCorners bounds a field: 64 MB, a square of 40 km with cells of 10 m.
const maxCorners = 1 << 24

// scale is the plane that rings are drawn in, on the raster.
type scale struct {
	plane        geo.Plane
	perX, perY   float64 // meters per unit
	stepX, stepY int64   // units per cell
	diagonal     float64 // of a cell, meters
}

// newScale anchors the plane at the tenth of a degree of latitude next to the
// middle of the origins, so that near origins share one, whatever is reached.
func newScale(origins []network.Snap, cellMeters float64) scale {
	box := orb.Bound{Min: orb.Point{math.Inf(1), math.Inf(1)}, Max: orb.Point{math.Inf(-1), math.Inf(-1)}}
	for _, o := range origins {
		box = box.Extend(o.At)
	}
	middle := box.Center()
	// The last tenths before a pole would have no width.
	lat := min(max(math.Round(middle[1]*10)/10, -89.9), 89.9)
	s := scale{plane: geo.NewPlane(orb.Point{middle[0], lat})}
	x, y := s.plane.ToXY(orb.Point{middle[0] + 0.5, lat + 0.5})
	s.perX, s.perY = x/(0.5*perDegree), y/(0.5*perDegree)
	s.stepX, s.stepY = int64(math.Round(cellMeters/s.perX)), int64(math.Round(cellMeters/s.perY))
	s.diagonal = math.Hypot(float64(s.stepX)*s.perX, float64(s.stepY)*s.perY)
	return s
}

// stroke is a straight stretch of reached road.
type stroke struct {
	ax, ay      int64     // where its whole segment starts, in units
	ux, uy      float64   // the way the segment goes, of length 1, in the plane
	first, last float64   // the stretch: meters from the start of the segment
	meters      float64   // of the segment
	a, b        orb.Point // its ends, in degrees
	piece       *piece    // nil where no water is near
}

// newStroke lays a share of a segment into the plane.
func (s *scale) newStroke(segment network.Segment, first, last float64) stroke {
	k := stroke{ax: unit(segment.A[0]), ay: unit(segment.A[1]), ux: 1, a: segment.A, b: segment.B}
	dx, dy := float64(unit(segment.B[0])-k.ax)*s.perX, float64(unit(segment.B[1])-k.ay)*s.perY
	if k.meters = math.Sqrt(float64(dx*dx) + float64(dy*dy)); k.meters > 0 {
		k.ux, k.uy = dx/k.meters, dy/k.meters
	}
	k.first, k.last = first*k.meters, last*k.meters
	return k
}

// field is the least square of a distance to a stroke, in whole square
// centimeters, by corner of the grid; far where it would be more.
type field struct {
	*Ground
	scale
	west, south   int64 // of the grid, in steps
	columns, rows int
	values        []uint32
	far           uint32
	reach         float64 // the distance that far is the square of, meters
	across        float64 // what the square of a distance across water is multiplied by
}

// lay makes a field wide enough for strokes, all of it far.
//
// Errors: too_large.
func (f *field) lay(strokes []stroke) error {
	cellX, cellY := float64(f.stepX)*f.perX, float64(f.stepY)*f.perY
	f.reach = f.o.BufferMeters + max(cellX, cellY)
	f.far = squared(f.reach)
	// A corner within a diagonal of road must stay within the buffer; a fiftieth
	// less outweighs all rounding.
	f.across = 0.98 * f.o.BufferMeters * f.o.BufferMeters / (f.diagonal * f.diagonal)
	west, south, east, north := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for i := range strokes {
		k := &strokes[i]
		for _, along := range [2]float64{k.first, k.last} {
			x, y := float64(k.ax)+along*k.ux/f.perX, float64(k.ay)+along*k.uy/f.perY
			west, east, south, north = min(west, x), max(east, x), min(south, y), max(north, y)
		}
	}
	// Two steps more than the reach, so that the rim is far.
	f.west = int64(math.Floor((west-f.reach/f.perX)/float64(f.stepX))) - 1
	f.south = int64(math.Floor((south-f.reach/f.perY)/float64(f.stepY))) - 1
	columns := int64(math.Ceil((east+f.reach/f.perX)/float64(f.stepX))) + 2 - f.west
	rows := int64(math.Ceil((north+f.reach/f.perY)/float64(f.stepY))) + 2 - f.south
	if columns > maxCorners/rows {
		return coverage.Errorf(coverage.TooLarge, "the ground within reach measures %.0f by %.0f km, too much for cells of %v m; "+
			"ask with a smaller cutoff, or for lines", float64(columns)*cellX/1000, float64(rows)*cellY/1000, f.o.CellMeters)
	}
	f.columns, f.rows = int(columns), int(rows)
	if cap(f.values) < f.columns*f.rows {
		f.values = make([]uint32, f.columns*f.rows)
	}
	f.values = f.values[:f.columns*f.rows]
	for i := range f.values {
		f.values[i] = f.far
	}
	return nil
}

// squared is the square of meters in whole square centimeters. It leaves 32
// bits beyond 655 m.
func squared(meters float64) uint32 { return uint32(meters * meters * squareCentimeters) }

const squareCentimeters = 1e4 // in a square meter

// slack widens what is looked at, in meters, so that rounding leaves nothing
// out that is nearer than far: a value then depends on the strokes alone.
const slack = 1e-3

// draw writes the distances to a stroke. What is computed of a corner depends on
// where it lies from the start of the segment alone, and not on the grid.
func (f *field) draw(k *stroke) {
	reach := f.reach + slack
	x1, x2 := k.first*k.ux, k.last*k.ux
	y1, y2 := k.first*k.uy, k.last*k.uy
	x1, x2, y1, y2 = min(x1, x2)-reach, max(x1, x2)+reach, min(y1, y2)-reach, max(y1, y2)+reach
	// Units from the start of the segment to the corner in the southwest.
	west, south := f.west*f.stepX-k.ax, f.south*f.stepY-k.ay
	stepX, stepY := float64(f.stepX), float64(f.stepY)
	bottom := int((y1/f.perY - float64(south)) / stepY)
	top := int((y2/f.perY - float64(south)) / stepY)
	alongX, acrossX := f.perX*k.ux, f.perX*k.uy
	for row := bottom; row <= top; row++ {
		y := float64(south+int64(row)*f.stepY) * f.perY
		left, right := x1, x2
		if middle := y * k.ux; math.Abs(k.uy) > 1e-6 { // |x·uy - y·ux| ≤ reach
			p, q := (middle-reach)/k.uy, (middle+reach)/k.uy
			left, right = max(left, min(p, q)), min(right, max(p, q))
		}
		from, to := int(math.Ceil((left/f.perX-float64(west))/stepX)), int((right/f.perX-float64(west))/stepX)
		if from > to {
			continue
		}
		alongY, acrossY := y*k.uy, y*k.ux
		line := f.values[row*f.columns+from : row*f.columns+to+1]
		if k.piece != nil {
			f.drawWet(k, line, west+int64(from)*f.stepX, south+int64(row)*f.stepY)
			continue
		}
		x := float64(west + int64(from)*f.stepX)
		for i := range line {
			along, across := float64(x*alongX)+alongY, float64(x*acrossX)-acrossY
			// Twice what it lies before the start or past the end: x + |x| is 2x or 0.
			before, past := k.first-along, along-k.last
			beyond := (before + math.Abs(before)) + (past + math.Abs(past))
			q := int64(float64(squareCentimeters*across*across) + float64(squareCentimeters/4*beyond*beyond))
			line[i] = uint32(min(int64(line[i]), q))
			x += stepX
		}
	}
}

// drawWet is draw for a row of corners, the first of them dx, dy units from the
// start of the segment, where water may lie between.
func (f *field) drawWet(k *stroke, line []uint32, dx, dy int64) {
	alongY, acrossY := float64(dy)*f.perY*k.uy, float64(dy)*f.perY*k.ux
	for i := range line {
		x := float64(dx+int64(i)*f.stepX) * f.perX
		along, across := float64(x*k.ux)+alongY, float64(x*k.uy)-acrossY
		beyond := max(k.first-along, along-k.last, 0)
		square := float64(across*across) + float64(beyond*beyond)
		if square*squareCentimeters >= float64(line[i]) {
			continue
		}
		corner := orb.Point{float64(k.ax+dx+int64(i)*f.stepX) / perDegree, float64(k.ay+dy) / perDegree}
		if k.piece.over || f.shore.hides(k.piece, k.a, k.b, k.meters, along/max(k.meters, slack), corner) {
			square *= f.across
		}
		line[i] = uint32(min(float64(line[i]), square*squareCentimeters))
	}
}

// grid is the field for contour.
func (f *field) grid() contour.Grid {
	return contour.Grid{
		Columns: f.columns, Rows: f.rows, Values: f.values,
		West: f.west * f.stepX, South: f.south * f.stepY, StepX: f.stepX, StepY: f.stepY, PerUnit: perDegree,
		// Crossings go by the distance, not by its square.
		Weigh: func(square uint32) int64 { return int64(math.Sqrt(float64(square)) * 1e4) },
	}
}
