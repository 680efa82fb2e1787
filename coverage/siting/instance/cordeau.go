package instance

import (
	"math"
	"math/rand/v2"

	"kaimen/coverage/siting"
)

// The recipe of Cordeau, Furini and Ljubić (2019), which the published
// budget-grid files follow: all on a square, uniformly; costs of sites and
// demand of customers are whole numbers, uniform as well.
const (
	squareSide = 30
	leastCost  = 10
	mostCost   = 100
	mostDemand = 100
)

// CordeauSites draws the sites of EachCordeau for the same seed.
func CordeauSites(sites int, seed uint64) []siting.Site {
	_, drawn := cordeauSites(sites, seed)
	return drawn
}

func cordeauSites(n int, seed uint64) ([]point, []siting.Site) {
	random := rand.New(rand.NewPCG(seed, 1))
	at, sites := make([]point, max(n, 0)), make([]siting.Site, max(n, 0))
	for j := range at {
		at[j] = point{squareSide * random.Float64(), squareSide * random.Float64()}
		sites[j].Cost = leastCost + random.Int64N(mostCost-leastCost+1)
	}
	return at, sites
}

// EachCordeau draws customers and yields each one's demand and the sites within
// radius of it, by index; with none where there is none. The slice holds until
// yield returns. The square has a side of 30; the sites are those of
// CordeauSites.
//
// Holds: with more customers, the first ones stay the same.
// Cost:  some 100 ns a customer at 100 sites; memory of the sites alone.
func EachCordeau(sites, customers int, radius float64, seed uint64, yield func(weight int64, sites []int32)) {
	at, _ := cordeauSites(sites, seed)
	grid := newGrid(at, squareSide, radius)
	random := rand.New(rand.NewPCG(seed, 2))
	row := make([]int32, 0, len(at))
	for range customers {
		customer := point{squareSide * random.Float64(), squareSide * random.Float64()}
		weight := 1 + random.Int64N(mostDemand)
		row = grid.within(customer, row[:0])
		yield(weight, row)
	}
}

// Cordeau is the whole of what EachCordeau draws as one problem of maximal
// covering without limit; the caller sets a Budget, or another model.
func Cordeau(sites, customers int, radius float64, seed uint64) *siting.Problem {
	p := &siting.Problem{
		Model: siting.MaxCover, Sites: CordeauSites(sites, seed), Budget: siting.NoBudget,
		Demand: make([]siting.Demand, 0, max(customers, 0)),
		Reach:  siting.Reach{Start: make([]int64, 1, max(customers, 0)+1)},
	}
	EachCordeau(sites, customers, radius, seed, func(weight int64, near []int32) {
		p.Demand = append(p.Demand, siting.Demand{Weight: weight, Area: -1})
		p.Reach.Site = append(p.Reach.Site, near...)
		p.Reach.Start = append(p.Reach.Start, int64(len(p.Reach.Site)))
	})
	return p
}

// grid knows by cell which sites all of the cell is within reach of, and which
// some of it may be.
type grid struct {
	cells  int     // a side
	size   float64 // of a cell
	at     []point
	limit  float64 // square of the radius
	start  []int32 // by cell, and one more
	likely []int32 // sites by index; complemented where all of the cell is within
}

// gridCells is how many cells a side has: with 120, three of four sites near a
// cell at the usual radii need no look at the customer.
const gridCells = 120

func newGrid(at []point, side, radius float64) *grid {
	g := &grid{cells: gridCells, size: side / gridCells, at: at, limit: radius * radius, start: make([]int32, 1, gridCells*gridCells+1)}
	// Far more than any rounding, and far less than a cell: cells near the limit
	// are asked about, customer by customer.
	slack := side * 1e-9
	for row := range g.cells {
		for column := range g.cells {
			left, low := float64(column)*g.size, float64(row)*g.size
			for j, site := range at {
				least := point{max(left-site.x, 0, site.x-left-g.size), max(low-site.y, 0, site.y-low-g.size)}
				most := point{max(site.x-left, left+g.size-site.x), max(site.y-low, low+g.size-site.y)}
				switch {
				case math.Hypot(least.x, least.y) > radius+slack:
				case math.Hypot(most.x, most.y) < radius-slack:
					g.likely = append(g.likely, ^int32(j))
				default:
					g.likely = append(g.likely, int32(j))
				}
			}
			g.start = append(g.start, int32(len(g.likely)))
		}
	}
	return g
}

// within appends the sites within the radius of a place, by index.
func (g *grid) within(from point, row []int32) []int32 {
	column, line := min(int(from.x/g.size), g.cells-1), min(int(from.y/g.size), g.cells-1)
	cell := line*g.cells + column
	for _, j := range g.likely[g.start[cell]:g.start[cell+1]] {
		switch {
		case j < 0:
			row = append(row, ^j)
		case from.squared(g.at[j]) <= g.limit:
			row = append(row, j)
		}
	}
	return row
}
