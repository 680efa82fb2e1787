package overlay

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/paulmach/orb"
	"github.com/peterstace/simplefeatures/geom"
)

// Intersection is the ground that a and b share; empty where they only touch.
// Neither is changed.
//
// Errors:  shapes so degenerate that the overlay does not close.
// Cost:    about O((v+k) log v) for v vertices and k crossings.
func Intersection(a, b orb.MultiPolygon) (orb.MultiPolygon, error) {
	if empty(a) || empty(b) || !a.Bound().Intersects(b.Bound()) {
		return nil, nil
	}
	g, err := geom.Intersection(toGeom(a), toGeom(b))
	return result(g, "intersect", err)
}

// Difference is the ground of a that is not in b. Neither is changed.
//
// Errors and cost: as Intersection.
func Difference(a, b orb.MultiPolygon) (orb.MultiPolygon, error) {
	switch {
	case empty(a):
		return nil, nil
	case empty(b) || !a.Bound().Intersects(b.Bound()):
		return a, nil
	}
	g, err := geom.Difference(toGeom(a), toGeom(b))
	return result(g, "subtract", err)
}

// Union is the ground of all areas together: they are joined two by two,
// neighbors first, so that the shapes stay small for long. The areas are not
// changed, and their order does not matter to the ground of the result.
//
// Errors: as Intersection.
// Cost:   O(v log² v) for areas that lie side by side.
func Union(areas ...orb.MultiPolygon) (orb.MultiPolygon, error) {
	list := slices.DeleteFunc(slices.Clone(areas), empty)
	return cascade(list)
}

// cascade halves the list across its longer side, joins each half, then both.
func cascade(list []orb.MultiPolygon) (orb.MultiPolygon, error) {
	switch len(list) {
	case 0:
		return nil, nil
	case 1:
		return list[0], nil
	}
	box := list[0].Bound()
	for _, a := range list {
		box = box.Union(a.Bound())
	}
	axis := 0
	if box.Max[1]-box.Min[1] > box.Max[0]-box.Min[0] {
		axis = 1
	}
	slices.SortStableFunc(list, func(a, b orb.MultiPolygon) int {
		return cmp.Compare(a.Bound().Center()[axis], b.Bound().Center()[axis])
	})
	left, err := cascade(list[:len(list)/2])
	if err != nil {
		return nil, err
	}
	right, err := cascade(list[len(list)/2:])
	if err != nil {
		return nil, err
	}
	g, err := geom.Union(toGeom(left), toGeom(right))
	return result(g, "join", err)
}

// Distance is the straight way between a and b, 0 where they meet; false if
// one is empty. It is in the unit of the coordinates.
func Distance(a, b orb.MultiPolygon) (float64, bool) {
	if empty(a) || empty(b) {
		return 0, false
	}
	return geom.Distance(toGeom(a), toGeom(b))
}

func empty(m orb.MultiPolygon) bool {
	return !slices.ContainsFunc(m, func(p orb.Polygon) bool { return len(p) > 0 && len(p[0]) > 0 })
}

func toGeom(m orb.MultiPolygon) geom.Geometry {
	polygons := make([]geom.Polygon, 0, len(m))
	for _, p := range m {
		rings := make([]geom.LineString, 0, len(p))
		for _, ring := range p {
			coordinates := make([]float64, 0, 2*len(ring))
			for _, point := range ring {
				coordinates = append(coordinates, point[0], point[1])
			}
			rings = append(rings, geom.NewLineString(geom.NewSequence(coordinates, geom.DimXY)))
		}
		if len(rings) > 0 {
			polygons = append(polygons, geom.NewPolygon(rings))
		}
	}
	return geom.NewMultiPolygon(polygons).AsGeometry()
}

// result takes the polygons of g; what is left of two shapes that also touch
// in lines or points is no ground.
func result(g geom.Geometry, doing string, err error) (orb.MultiPolygon, error) {
	if err != nil {
		return nil, fmt.Errorf("%s areas: %w", doing, err)
	}
	var out orb.MultiPolygon
	for _, part := range g.Dump() {
		if !part.IsPolygon() {
			continue
		}
		var polygon orb.Polygon
		for _, ring := range part.MustAsPolygon().DumpRings() {
			polygon = append(polygon, fromRing(ring))
		}
		if len(polygon) > 0 {
			out = append(out, polygon)
		}
	}
	slices.SortFunc(out, func(a, b orb.Polygon) int {
		p, q := a.Bound(), b.Bound()
		return cmp.Or(slices.Compare(p.Min[:], q.Min[:]), slices.Compare(p.Max[:], q.Max[:]))
	})
	return out, nil
}

// fromRing copies a ring so that it starts at its least point: where the
// library starts is not told by it.
func fromRing(line geom.LineString) orb.Ring {
	sequence := line.Coordinates()
	open := make([]orb.Point, 0, sequence.Length())
	for i := range max(0, sequence.Length()-1) {
		xy := sequence.GetXY(i)
		open = append(open, orb.Point{xy.X, xy.Y})
	}
	if len(open) == 0 {
		return nil
	}
	least := 0
	for i := range open {
		if slices.Compare(open[i][:], open[least][:]) < 0 {
			least = i
		}
	}
	ring := make(orb.Ring, 0, len(open)+1)
	ring = append(append(ring, open[least:]...), open[:least]...)
	return append(ring, ring[0])
}
