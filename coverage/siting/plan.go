package siting

import (
	"context"
	"math"
)

// Plan is the sites to open, and how far it can be from the best possible.
type Plan struct {
	// Sites are those to open beside the existing ones: the one that adds most
	// first, then the one that adds most to it, and so on; equals by index.
	Sites []int32
	// Objective is what the plan achieves, in the unit of its model: covered
	// weight, cost of sites, weight times travel, travel, or a rate. Bound is what
	// no plan can pass, in the same unit.
	Objective, Bound float64
	// Proven is true if no plan is better. Only then is Objective equal to Bound.
	Proven bool
	Spent  int64 // the cost of Sites
	End    End
	Work   int64 // pairs of demand and site that were visited
	Nodes  int   // of the search tree
	// With and Without bound, by site, the plans that open it and those that do
	// not: where With is worse than Objective, no plan as good opens the site;
	// where Without is, every plan as good does. Nil where nothing is known of
	// single sites.
	With, Without []float64
	// Assigned is, by demand, the site that serves it, -1 for none; of SingleSource.
	Assigned []int32
}

// End is why a search ended.
type End string

// The ends of a search.
const (
	EndProven   End = "proven"   // the plan is the best there is
	EndEffort   End = "effort"   // all of Options.Effort was spent
	EndCanceled End = "canceled" // ctx ended; the plan is the best so far
)

// Gap is how far the objective is from the bound, as a share of the larger: 0
// for a proven plan, at most 1.
func (p *Plan) Gap() float64 {
	if p.Proven || p.Objective == p.Bound {
		return 0
	}
	return math.Abs(p.Bound-p.Objective) / math.Max(math.Abs(p.Bound), math.Abs(p.Objective))
}

// Options are how hard to search. The zero value is that of the defaults. The
// same problem and options give the same plan, on any number of processors,
// unless ctx ends the search.
type Options struct {
	Seed uint64
	// Effort is how much work may be done, in millions of visited pairs of demand
	// and site; 0 for 20,000, which takes some 10 to 20 s on two processors.
	Effort int
	// Watch is called with every better plan or bound, from one goroutine at a
	// time; nil for nobody. It must not keep Sites.
	Watch func(Progress)
}

// Progress is where a search stands.
type Progress struct {
	Sites            []int32
	Objective, Bound float64
	Done             float64 // share of the effort that is spent, 0..1
}

// Solver finds a plan for a problem.
//
// Errors: invalid, with an Issue for every fault of the problem; infeasible
// wishes are such faults, told with the nearest value that can be met. If ctx
// ends first, there is no error: the plan is the best found till then, and its
// End says so; there is ctx.Err() only where there is no plan yet.
type Solver interface {
	Solve(ctx context.Context, p *Problem) (Plan, error)
	String() string
}
