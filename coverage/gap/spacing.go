package gap

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/geo"
)

// Spacing is how far places stand apart, in meters: nine in ten of them have
// another within it. Points at one place count once. It is 0 for fewer than
// twenty places, which are too few to tell. A radius of RadiusOf(spacing) lets points of a lattice, such as the
// middles of cells, have ground that meets.
//
// Cost: a sort, and for each place a look at those about as far east or west as
// the nearest to it.
func Spacing(points []orb.Point) float64 {
	if len(points) == 0 {
		return 0
	}
	plane := geo.PlaneOf(orb.MultiPoint(points).Bound())
	places := make([]orb.Point, len(points))
	for i, ll := range points {
		x, y := plane.ToXY(ll)
		places[i] = orb.Point{x, y}
	}
	slices.SortFunc(places, func(a, b orb.Point) int { return slices.Compare(a[:], b[:]) })
	places = slices.Compact(places)
	const fewest = 20
	if len(places) < fewest {
		return 0
	}
	nearest := make([]float64, len(places))
	for i := range places {
		nearest[i] = alone(places, i)
	}
	slices.Sort(nearest)
	return nearest[(len(nearest)*9+9)/10-1]
}

// alone is the distance from place i to the nearest other, of places in order
// from west to east.
func alone(places []orb.Point, i int) float64 {
	best := math.Inf(1)
	for _, step := range []int{-1, 1} {
		for k := i + step; k >= 0 && k < len(places); k += step {
			east, north := places[k][0]-places[i][0], places[k][1]-places[i][1]
			if math.Abs(east) >= best {
				break
			}
			best = min(best, math.Hypot(east, north))
		}
	}
	return best
}

// RadiusOf is the radius for points so far apart: DefaultRadius, or more where
// they stand sparser. The corners between the middles of hexagons lie 1/√3 =
// 0.58 of their distance off, those of squares 1/√2 = 0.71.
//
// Units: meters, at most MostRadius.
func RadiusOf(spacing float64) float64 {
	const corner = 0.72
	return min(max(DefaultRadius, math.Ceil(corner*spacing)), MostRadius)
}
