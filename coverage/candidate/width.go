package candidate

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// widthSlack is how far below the true radius that of a circle may be, in meters.
const widthSlack = 0.05

// square is a piece of ground in which a center is looked for.
type square struct {
	at   orb.Point
	half float64 // of its side
	most float64 // no circle about a place in it has a larger radius
}

// widest is the largest circle inside an area in meters: its center, and a radius
// that is below the true one by at most widthSlack. The radius is 0 for an area
// without ground.
//
// Cost:   the squares along the middle line of the widest part, down to the
// slack, times the vertices: some 10,000 distances for a plot of 30 by 20 m.
// Source: the distance to the edge grows by a meter a meter at most, so squares
// are halved only where they could hold a better center; after Agafonkin (2016),
// A new algorithm for finding a visual center of a polygon, level by level in
// place of best first, which needs no queue.
func widest(area orb.MultiPolygon) (center orb.Point, radius float64) {
	if len(area) == 0 {
		return orb.Point{}, 0
	}
	try := func(at orb.Point, half float64) square {
		r := depth(area, at)
		if r > radius {
			center, radius = at, r
		}
		return square{at, half, r + half*math.Sqrt2}
	}
	level := make([]square, 0, 64)
	for _, at := range firstSquares(area.Bound()) {
		level = append(level, try(at.at, at.half))
	}
	for len(level) > 0 {
		next := make([]square, 0, len(level))
		// What promises most is halved first: the better the circle known, the more
		// squares are passed over.
		slices.SortStableFunc(level, func(a, b square) int { return cmp.Compare(b.most, a.most) })
		for _, s := range level {
			if s.most <= radius+widthSlack {
				break
			}
			h := s.half / 2
			for _, d := range [4]orb.Point{{-h, -h}, {h, -h}, {-h, h}, {h, h}} {
				next = append(next, try(orb.Point{s.at[0] + d[0], s.at[1] + d[1]}, h))
			}
		}
		level = next
	}
	return center, radius
}

// firstSquares cover a box: as wide as its shorter side, but not more than some
// thousand.
func firstSquares(box orb.Bound) (list []square) {
	width, height := box.Max[0]-box.Min[0], box.Max[1]-box.Min[1]
	side := max(min(width, height), max(width, height)/1000, widthSlack)
	for y := box.Min[1]; y < box.Max[1]; y += side {
		for x := box.Min[0]; x < box.Max[0]; x += side {
			list = append(list, square{at: orb.Point{x + side/2, y + side/2}, half: side / 2})
		}
	}
	return list
}

// depth is how far a place lies from the edge of an area: above 0 inside, below
// outside.
func depth(area orb.MultiPolygon, at orb.Point) float64 {
	nearest, inside := math.Inf(1), false
	for _, polygon := range area {
		for _, ring := range polygon {
			for i := 1; i < len(ring); i++ {
				a, b := ring[i-1], ring[i]
				if (a[1] > at[1]) != (b[1] > at[1]) && at[0] < a[0]+(b[0]-a[0])*(at[1]-a[1])/(b[1]-a[1]) {
					inside = !inside
				}
				nearest = min(nearest, squareTo(a, b, at))
			}
		}
	}
	if !inside {
		return -math.Sqrt(nearest)
	}
	return math.Sqrt(nearest)
}

// squareTo is the square of the distance from a straight piece to a place.
func squareTo(a, b, at orb.Point) float64 {
	dx, dy := b[0]-a[0], b[1]-a[1]
	x, y := at[0]-a[0], at[1]-a[1]
	if length := dx*dx + dy*dy; length > 0 {
		share := min(max((x*dx+y*dy)/length, 0), 1)
		x, y = x-share*dx, y-share*dy
	}
	return x*x + y*y
}
