package candidate

import (
	"fmt"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"kaimen/geo/index"
	"kaimen/geo/overlay"
)

// cover tells how much of a parcel lies under the areas of a layer.
type cover struct {
	name   string // as people call them: buildings
	areas  []orb.MultiPolygon
	boxes  *index.Boxes // of small areas, and of the edges of large ones
	owners []int        // by box: its area
	large  *index.Areas // the large ones alone: which hold a place
	larges []int        // by place in large: the area
}

// largeArea is how many vertices an area may have before its edges are looked up
// one by one: the box of a river holds half a town.
const largeArea = 64

// coverOf indexes n areas in degrees.
//
// Cost: O(v log v) for the vertices of large areas, and for the number of others.
func coverOf(name string, n int, area func(i int) orb.MultiPolygon) *cover {
	c := &cover{name: name, areas: make([]orb.MultiPolygon, n)}
	var bounds []orb.Bound
	for i := range n {
		c.areas[i] = area(i)
		if vertices(c.areas[i]) <= largeArea {
			if len(c.areas[i]) > 0 {
				bounds, c.owners = append(bounds, c.areas[i].Bound()), append(c.owners, i)
			}
			continue
		}
		c.larges = append(c.larges, i)
		for _, polygon := range c.areas[i] {
			for _, ring := range polygon {
				for k := range ring {
					edge := orb.MultiPoint{ring[k], ring[(k+1)%len(ring)]}
					bounds, c.owners = append(bounds, edge.Bound()), append(c.owners, i)
				}
			}
		}
	}
	c.boxes = index.NewBoxes(len(bounds), func(i int) orb.Bound { return bounds[i] })
	c.large = index.NewAreas(len(c.larges), func(i int) orb.MultiPolygon { return c.areas[c.larges[i]] })
	return c
}

func vertices(area orb.MultiPolygon) (n int) {
	for _, polygon := range area {
		for _, ring := range polygon {
			n += len(ring)
		}
	}
	return n
}

// near lists the areas that may share ground with a box, in ascending order, and
// those of which no edge comes near it but which hold a place in it, and so all.
func (c *cover) near(box orb.Bound, at orb.Point) (partly, wholly []int) {
	for _, i := range c.boxes.Meeting(box, nil) {
		partly = append(partly, c.owners[i])
	}
	slices.Sort(partly)
	partly = slices.Compact(partly)
	for _, k := range c.large.Holding(at, nil) {
		if _, crossed := slices.BinarySearch(partly, c.larges[k]); !crossed {
			wholly = append(wholly, c.larges[k])
		}
	}
	return partly, wholly
}

// covered is what share of land lies under areas, ground under several counted
// once, and the areas that lie on it.
//
// Errors: shapes that do not overlay; the share is then that of the others.
func (c *cover) covered(l *land) (share float64, on []int, err error) {
	box := l.xy.Bound()
	low, high := l.plane.ToLL(box.Min[0], box.Min[1]), l.plane.ToLL(box.Max[0], box.Max[1])
	partly, wholly := c.near(orb.Bound{Min: low, Max: high}, l.at)
	if len(wholly) > 0 {
		return 1, wholly, nil
	}
	var parts []orb.MultiPolygon
	for _, i := range partly {
		part, fault := overlay.Intersection(l.xy, flat(c.areas[i], l.plane))
		if fault != nil {
			err = fmt.Errorf("area %d of the %s: %w", i+1, c.name, fault)
			continue
		}
		if planar.Area(part) > 0 {
			parts, on = append(parts, part), append(on, i)
		}
	}
	if len(parts) == 0 {
		return 0, nil, err
	}
	together, fault := overlay.Union(parts...)
	if fault != nil {
		// What cannot be joined is counted for each: too much rather than too little.
		together, err = slices.Concat(parts...), fmt.Errorf("the %s together: %w", c.name, fault)
	}
	return min(planar.Area(together)/l.areaM2, 1), on, err
}

// holding tells whether any area holds a place in degrees.
func (c *cover) holding(at orb.Point) bool {
	partly, wholly := c.near(at.Bound(), at)
	if len(wholly) > 0 {
		return true
	}
	areas := index.NewAreas(len(partly), func(i int) orb.MultiPolygon { return c.areas[partly[i]] })
	_, held := areas.First(at)
	return held
}
