package instance

import (
	"math"
	"slices"

	"kaimen/coverage/siting"
)

// point is a place on a plane, in the unit of its file.
type point struct{ x, y float64 }

// squared is the square of the distance. The products are rounded by themselves,
// so that machines that fuse them with the sum find the same.
func (a point) squared(b point) float64 {
	dx, dy := a.x-b.x, a.y-b.y
	return float64(dx*dx) + float64(dy*dy)
}

// floored is the distance rounded down. The square root of a sum of squares is
// what the authors took: math.Hypot may be less by one last digit, which makes
// it less by 1 where the distance is whole.
func (a point) floored(b point) uint32 { return uint32(math.Sqrt(a.squared(b))) }

// none is the cost of a pair that has no path.
const none = math.MaxUint32

// allPairs is the reach of n points to each other, nearest first.
func allPairs(n int, cost func(i, j int) uint32) siting.Reach {
	r := siting.Reach{Start: make([]int64, 1, n+1), Site: make([]int32, 0, n*n), Cost: make([]uint32, 0, n*n)}
	row := make([]uint64, 0, n) // cost, then index
	for i := range n {
		row = row[:0]
		for j := range n {
			if c := cost(i, j); c != none {
				row = append(row, uint64(c)<<32|uint64(j))
			}
		}
		slices.Sort(row)
		for _, pair := range row {
			r.Site = append(r.Site, int32(uint32(pair)))
			r.Cost = append(r.Cost, uint32(pair>>32))
		}
		r.Start = append(r.Start, int64(len(r.Site)))
	}
	return r
}

// within is who is in reach of what, without costs.
func within(demand, sites int, in func(i, j int) bool) siting.Reach {
	r := siting.Reach{Start: make([]int64, 1, demand+1)}
	for i := range demand {
		for j := range sites {
			if in(i, j) {
				r.Site = append(r.Site, int32(j))
			}
		}
		r.Start = append(r.Start, int64(len(r.Site)))
	}
	return r
}

// equal are n sites of cost 1.
func equal(n int) []siting.Site {
	sites := make([]siting.Site, n)
	for j := range sites {
		sites[j].Cost = 1
	}
	return sites
}

// alike are n demands of weight 1, of no area.
func alike(n int) []siting.Demand {
	demand := make([]siting.Demand, n)
	for i := range demand {
		demand[i] = siting.Demand{Weight: 1, Area: -1}
	}
	return demand
}
