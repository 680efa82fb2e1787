package gap

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/geo"
	"kaimen/geo/contour"
	"kaimen/geo/index"
)

// Point is a demand point.
type Point struct {
	At      orb.Point // lon, lat
	Covered bool
	Weight  coverage.Amount // people; a point of weight 0 is passed over
}

// Options say how areas are drawn. The zero value is that of the defaults.
type Options struct {
	CellMeters   float64 // of the grid; 0 for 20
	RadiusMeters float64 // how far about an uncovered point its ground goes; 0 for 120
	MaxCells     int     // the most that one grid may have; 0 for 64 million
}

// What options may be, in meters; a radius is at least that of a cell.
const (
	DefaultCell, DefaultRadius = 20.0, 120.0
	LeastCell, MostCell        = 1.0, 1000.0
	MostRadius                 = 2_000.0
)

const (
	defaultCells          = 64_000_000
	leastCells, mostCells = 10_000, 1 << 27
)

// Area is a piece of ground that hangs together and is not served.
type Area struct {
	Polygon orb.Polygon // in degrees; the outer ring counterclockwise, holes clockwise
	AreaM2  float64
	// At is a place inside: that of the point of most people, of equals the
	// first.
	At         orb.Point
	Points     []int32 // the uncovered points in it, by their place in the list, ascending
	People     coverage.Amount
	CellMeters float64 // of the grid it was drawn on
}

// Areas draws the ground of the gaps: the area of most people first, of equals
// that of the first point. See the package for what holds of them.
//
// Errors: invalid, with an Issue for every fault of the options and points;
// too_large where the ground cannot be drawn with cells of any size; ctx.Err() if
// ctx ends first.
// Cost:   O((n + c)·log c) for n points, and c cells of the boxes about groups of
// points, where few points stand in one cell; 20,000 over 10 by 10 km take some
// 0.03 s, 200,000 some 0.35 s. Memory: 8 bytes a cell of the largest grid, and
// some 100 bytes a point and a vertex.
func Areas(ctx context.Context, points []Point, o Options) ([]Area, error) {
	o = o.filled()
	if faults := append(o.faults(), faultsOf(points)...); len(faults) > 0 {
		return nil, &coverage.Error{Code: coverage.Invalid, Message: "the gaps cannot be drawn", Issues: faults}
	}
	groups, err := groupsOf(points, o)
	if err != nil {
		return nil, err
	}
	var areas []Area
	d := drawer{points: points}
	for i := range groups {
		if areas, err = d.draw(ctx, &groups[i], areas); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(areas, func(a, b Area) int {
		return cmp.Or(cmp.Compare(b.People, a.People), cmp.Compare(a.Points[0], b.Points[0]))
	})
	return areas, nil
}

func (o Options) filled() Options {
	o.CellMeters = cmp.Or(o.CellMeters, DefaultCell)
	o.RadiusMeters = cmp.Or(o.RadiusMeters, DefaultRadius)
	o.MaxCells = cmp.Or(o.MaxCells, defaultCells)
	return o
}

func (o Options) faults() (faults []coverage.Issue) {
	if !(o.CellMeters >= LeastCell && o.CellMeters <= MostCell) {
		faults = append(faults, fault(coverage.ReasonBadValue, "cells of %v m; give %v to %v", o.CellMeters, LeastCell, MostCell))
	}
	if !(o.RadiusMeters >= o.CellMeters && o.RadiusMeters <= MostRadius) {
		faults = append(faults, fault(coverage.ReasonBadValue, "a radius of %v m; give one from that of a cell, %v, to %v", o.RadiusMeters, o.CellMeters, MostRadius))
	}
	if o.MaxCells < leastCells || o.MaxCells > mostCells {
		faults = append(faults, fault(coverage.ReasonBadValue, "a grid of at most %d cells; give %d to %d", o.MaxCells, leastCells, mostCells))
	}
	return faults
}

func faultsOf(points []Point) (faults []coverage.Issue) {
	for i := range points {
		p := &points[i]
		if p.Weight < 0 {
			faults = append(faults, fault(coverage.ReasonBadValue, "point %d has a weight of %v; give 0 or more", i, p.Weight))
		}
		if p.Weight != 0 && !geo.OnEarth(p.At) {
			faults = append(faults, fault(coverage.ReasonBadCoordinates, "point %d lies at %v; give a longitude within ±180 and a latitude within ±90", i, p.At))
		}
	}
	return faults
}

func fault(code, format string, args ...any) coverage.Issue {
	return coverage.Issue{Severity: coverage.SeverityError, Code: code, Message: fmt.Sprintf(format, args...)}
}

// drawer draws one group after another, reusing its memory.
type drawer struct {
	points []Point
	field  field
	tracer contour.Tracer
}

// draw appends the areas of a group.
func (d *drawer) draw(ctx context.Context, g *group, areas []Area) ([]Area, error) {
	f := &d.field
	f.lay(g.grid)
	if err := f.fill(ctx, sitesOf(d.points, g.open), sitesOf(d.points, g.covered)); err != nil {
		return nil, err
	}
	polygons, err := d.tracer.Polygons(f.contour(), inside, 0)
	if err != nil {
		return nil, fmt.Errorf("draw the gaps about %v: %w", d.points[g.open[0]].At, err)
	}
	first := len(areas)
	at := make([]int, len(polygons)) // the area of a polygon, -1 if no point lies in it
	for i := range at {
		at[i] = -1
	}
	// Points come in order of their place in the list.
	holding := index.NewAreas(len(polygons), func(i int) orb.MultiPolygon { return polygons[i : i+1] })
	for _, p := range g.open {
		i, ok := holding.First(d.points[p].At)
		if !ok { // not to be: the cell about the point is inside
			return nil, fmt.Errorf("draw the gaps: point %d at %v lies in none", p, d.points[p].At)
		}
		if at[i] < 0 {
			at[i] = len(areas)
			areas = append(areas, Area{Polygon: polygons[i], AreaM2: g.grid.plane.Area(polygons[i]), CellMeters: g.grid.cell})
		}
		areas[at[i]].Points = append(areas[at[i]].Points, p)
	}
	for i := first; i < len(areas); i++ {
		d.count(&areas[i])
	}
	return areas, nil
}

// count adds the people of an area up and finds where most are.
func (d *drawer) count(a *Area) {
	most := coverage.Amount(math.MinInt64)
	for _, i := range a.Points {
		p := &d.points[i]
		a.People += p.Weight
		if p.Weight > most {
			most, a.At = p.Weight, p.At
		}
	}
}
