package siting

import "math"

// Model is what a plan should achieve.
type Model string

// The models. Within is short for "travels at most Problem.Cutoff to an open
// site"; the weight of demand is what it counts for.
const (
	// SetCover: the least cost of sites, such that the demand of Problem.Target
	// is within: location set covering (LSCP), of all that can be covered unless
	// there is a target. Sites of cost 1 make it the fewest.
	SetCover Model = "lscp"
	// MaxCover: the most demand within, for a number of sites or a budget:
	// maximal covering (MCLP). With a Floor, no area may be covered less.
	MaxCover Model = "mclp"
	// Decay: demand counts by the step of travel it is within: all of it near by,
	// less farther away.
	Decay Model = "decay"
	// Median: the least travel of all demand to the nearest open site (p-median).
	Median Model = "pmedian"
	// Center: the least travel of whoever travels farthest (p-center).
	Center Model = "pcenter"
	// Backup: all that can be covered, by as few sites as may be or by Number;
	// and of such plans the one with the most demand within of two.
	Backup Model = "backup"
	// Splittable: the most demand served by sites that hold no more than their
	// Capacity; the demand of one place may be split among sites.
	Splittable Model = "capacitated"
	// SingleSource: the least travel, where all demand is served, that of one
	// place by one site, and no site beyond its Capacity.
	SingleSource Model = "single_source"
	// MaxMin: the largest rate of coverage of the area that is covered least.
	MaxMin Model = "maxmin"
)

// Models lists what may be asked for.
func Models() []Model {
	return []Model{SetCover, MaxCover, Decay, Median, Center, Backup, Splittable, SingleSource, MaxMin}
}

// Minimizes tells models whose objective is the better the smaller it is.
func (m Model) Minimizes() bool {
	return m == SetCover || m == Median || m == Center || m == SingleSource
}

// State is whether a site is there to choose.
type State uint8

// The states of a site.
const (
	Free      State = iota
	Existing        // open already: costs nothing and is none of Number; its demand is served first
	Required        // in every plan, at its cost and as one of Number
	Forbidden       // in no plan
)

// Site is a place where a facility is or may go.
type Site struct {
	Cost     int64 // in the unit of the budget; 0 or more
	Capacity int64 // in the unit of demand; of models that mind it
	State    State
}

// Demand is weight at a place.
type Demand struct {
	Weight int64 // people, or what else counts, in any one unit; 0 or more
	Load   int64 // what it takes of the capacity of a site, of SingleSource; 0 for Weight
	Area   int32 // index of the area it is counted to by Floor and MaxMin; -1 for none
}

// Reach tells, for every demand, the sites that it can travel to, nearest first.
type Reach struct {
	Start []int64  // by demand, and one more: where its sites start
	Site  []int32  // indices in Problem.Sites; none stands twice in one row
	Cost  []uint32 // of travel, rising in every row; nil where all that counts is being in it
}

// Row is the sites of demand i and what travel to them costs, which is nil where
// costs are not known.
func (r Reach) Row(i int) (sites []int32, costs []uint32) {
	from, to := r.Start[i], r.Start[i+1]
	if r.Cost != nil {
		costs = r.Cost[from:to]
	}
	return r.Site[from:to], costs
}

// Within is the sites of demand i at no more than cutoff.
func (r Reach) Within(i int, cutoff uint32) []int32 {
	sites, costs := r.Row(i)
	if costs == nil {
		return sites
	}
	n := len(costs)
	for n > 0 && costs[n-1] > cutoff {
		n--
	}
	return sites[:n]
}

// Limit is a further bound on what is chosen: of every site its use times 1 if
// it is opened, in sum at most Most. Existing sites use nothing.
type Limit struct {
	Name string
	Site []int32
	Use  []int64 // as Site; nil for 1 each
	Most int64
}

// Step is what demand counts for up to a cost of travel.
type Step struct {
	Cutoff uint32
	Share  int64 // in thousandths of its weight
}

// NoCutoff is a cutoff that all of Reach is within.
const NoCutoff = math.MaxUint32

// Problem is a choice among sites. It is only read, and may be shared.
type Problem struct {
	Model  Model
	Sites  []Site
	Demand []Demand
	Reach  Reach
	Cutoff uint32 // of covering models; 0 stands for NoCutoff
	Steps  []Step // of Decay: cutoffs rising, shares falling
	// Number is how many sites to open beside the existing ones, at most; 0 for
	// any number. Budget is what they may cost in sum, at most; NoBudget for
	// any. Median, Center and SingleSource need a number.
	Number int
	Budget int64
	Limits []Limit    // further ones, such as a number for each kind
	Apart  [][2]int32 // pairs of sites too close for both to be open; an existing site bars the other
	Target int64      // of SetCover: the weight to cover; 0 for all that can be
	Floor  float64    // of MaxCover: the least rate of coverage of any area, 0..1
	Areas  int        // how many areas there are
	// Beyond is the travel that Median and SingleSource count for demand that no
	// open site reaches; 0 for twice the largest of Reach.
	Beyond uint32
}

// NoBudget is a budget that all sites are within.
const NoBudget = math.MaxInt64
