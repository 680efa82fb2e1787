package tile

import (
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/simplify"

	"kaimen/geo"
)

// Geometry types and commands of the specification.
const (
	kindPoint   = 1
	kindLine    = 2
	kindPolygon = 3

	moveTo    = 1
	lineTo    = 2
	closePath = 7
)

const (
	// tolerance of the simplified line, in units: an eighth of a pixel on a
	// tile shown 512 pixels wide.
	tolerance = 1
	// minArea is the smallest ring drawn, in square units: an eighth of such a
	// pixel.
	minArea = 8
)

var window = orb.Bound{
	Min: orb.Point{-buffer, -buffer},
	Max: orb.Point{Extent + buffer, Extent + buffer},
}

// draw turns a shape into commands; none if nothing of it is to be seen.
func (f frame) draw(g orb.Geometry) (kind uint64, commands []uint32, err error) {
	pen := &pen{}
	switch g := g.(type) {
	case orb.Point:
		pen.dots(f.points([]orb.Point{g}))
		return kindPoint, pen.commands, nil
	case orb.MultiPoint:
		pen.dots(f.points(g))
		return kindPoint, pen.commands, nil
	case orb.LineString:
		pen.line(f.points(g))
		return kindLine, pen.commands, nil
	case orb.MultiLineString:
		for _, line := range g {
			pen.line(f.points(line))
		}
		return kindLine, pen.commands, nil
	case orb.Ring:
		return f.draw(orb.Polygon{g})
	case orb.Bound:
		return f.draw(g.ToPolygon())
	case orb.Polygon:
		pen.polygon(f, g)
		return kindPolygon, pen.commands, nil
	case orb.MultiPolygon:
		for _, polygon := range g {
			pen.polygon(f, polygon)
		}
		return kindPolygon, pen.commands, nil
	}
	return 0, nil, fmt.Errorf("a %s has no form in a tile", g.GeoJSONType())
}

// cell is a place on the integer grid of a tile.
type cell struct{ x, y int32 }

// pen writes commands; each place is given as the step from the last.
type pen struct {
	commands []uint32
	at       cell
}

func (p *pen) command(id, count int) { p.commands = append(p.commands, uint32(id&7|count<<3)) }

func (p *pen) step(to cell) {
	dx, dy := to.x-p.at.x, to.y-p.at.y
	p.commands = append(p.commands, uint32(dx<<1^dx>>31), uint32(dy<<1^dy>>31))
	p.at = to
}

// dots draws the points within the window; one MoveTo holds them all.
func (p *pen) dots(points []orb.Point) {
	var seen []cell
	for _, q := range points {
		if window.Contains(q) {
			seen = append(seen, round(q))
		}
	}
	if len(seen) == 0 {
		return
	}
	p.command(moveTo, len(seen))
	for _, c := range seen {
		p.step(c)
	}
}

func (p *pen) line(points orb.LineString) {
	for _, part := range clip.LineString(window, points) {
		part = simplify.DouglasPeucker(tolerance).LineString(part)
		if cells := cellsOf(part); len(cells) >= 2 {
			p.path(cells)
		}
	}
}

func (p *pen) path(cells []cell) {
	p.command(moveTo, 1)
	p.step(cells[0])
	p.command(lineTo, len(cells)-1)
	for _, c := range cells[1:] {
		p.step(c)
	}
}

// polygon draws the outer ring, which has positive area with y down, then the
// holes, which have negative area. Without its outer ring nothing is drawn.
func (p *pen) polygon(f frame, polygon orb.Polygon) {
	for i, ring := range polygon {
		if drawn := p.ring(geo.Closed(f.points(ring)), i == 0); i == 0 && !drawn {
			return
		}
	}
}

func (p *pen) ring(ring orb.Ring, outer bool) (drawn bool) {
	if len(ring) < 4 {
		return false
	}
	ring = clip.Ring(window, ring)
	if len(ring) < 4 {
		return false
	}
	ring = simplify.DouglasPeucker(tolerance).Ring(ring)
	cells := cellsOf(ring)
	if len(cells) > 1 && cells[0] == cells[len(cells)-1] {
		cells = cells[:len(cells)-1] // ClosePath stands for it
	}
	area := doubleArea(cells)
	if len(cells) < 3 || area > -2*minArea && area < 2*minArea {
		return false
	}
	if (area > 0) != outer {
		slices.Reverse(cells)
	}
	p.path(cells)
	p.command(closePath, 1)
	return true
}

// doubleArea is twice the area by the surveyor's formula.
func doubleArea(cells []cell) int64 {
	sum := int64(0)
	for i, a := range cells {
		b := cells[(i+1)%len(cells)]
		sum += int64(a.x)*int64(b.y) - int64(b.x)*int64(a.y)
	}
	return sum
}

// cellsOf rounds points and leaves out those equal to the one before.
func cellsOf(points []orb.Point) []cell {
	out := make([]cell, 0, len(points))
	for _, q := range points {
		if c := round(q); len(out) == 0 || out[len(out)-1] != c {
			out = append(out, c)
		}
	}
	return out
}

// round is only asked about points in or near the window.
func round(q orb.Point) cell { return cell{int32(math.Round(q[0])), int32(math.Round(q[1]))} }
