package geo

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// InteriorPoint returns a point inside m that stands well away from its edges:
// the middle of the longest span that the level line through the middle of a
// polygon's box cuts out of it, over all polygons. The zero point for an empty m.
func InteriorPoint(m orb.MultiPolygon) orb.Point {
	best, longest := orb.Point{}, -1.0
	for _, polygon := range m {
		if len(polygon) == 0 {
			continue
		}
		box := polygon[0].Bound()
		y := levelBetweenVertices(polygon[0], (box.Min[1]+box.Max[1])/2)
		crossings := crossingsAt(polygon, y)
		for i := 0; i+1 < len(crossings); i += 2 {
			if span := crossings[i+1] - crossings[i]; span > longest {
				best, longest = orb.Point{(crossings[i] + crossings[i+1]) / 2, y}, span
			}
		}
	}
	return best
}

// levelBetweenVertices moves y halfway to the next vertex above it, so that
// the level line goes through no vertex and crosses the ring cleanly.
func levelBetweenVertices(ring orb.Ring, y float64) float64 {
	above := math.Inf(1)
	for _, p := range ring {
		if p[1] > y {
			above = min(above, p[1])
		}
	}
	if math.IsInf(above, 1) {
		return y
	}
	return (y + above) / 2
}

// crossingsAt lists, in order, the x at which a polygon's rings cross level y.
func crossingsAt(polygon orb.Polygon, y float64) []float64 {
	var xs []float64
	for _, ring := range polygon {
		for i := range ring {
			a, b := ring[i], ring[(i+1)%len(ring)]
			if (a[1] > y) != (b[1] > y) {
				xs = append(xs, a[0]+(b[0]-a[0])*(y-a[1])/(b[1]-a[1]))
			}
		}
	}
	slices.Sort(xs)
	return xs
}
