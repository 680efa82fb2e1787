package siting

import (
	"math"
	"math/bits"

	"kaimen/coverage"
)

// maxTold is how many faults of one kind are told one by one; a table of a
// million wrong rows has one remedy.
const maxTold = 20

// Faults is all that keeps p from being solved: what is malformed, and wishes
// that no plan can meet, each with the nearest value that can be met. Nil if
// there is none; what only a search can tell, such as a center for too small a
// number, is not among them.
//
// Holds:  wishes are looked at where the lists that they need are sound. Of one
// list 20 faults are told, and how many more there are.
// Cost:   O(sites + demand + pairs of Reach).
func (p *Problem) Faults() []coverage.Issue {
	need, known := models[p.Model]
	if !known {
		return []coverage.Issue{unknown("model", "%q is no model; there are %v", p.Model, Models())}
	}
	lists := told(p.siteFaults(), p.demandFaults(need), p.limitFaults(), p.apartFaults(), p.stepFaults())
	reach := told(p.reachFaults(need))
	issues := append(lists, reach...)
	issues = append(issues, told(p.sizeFaults(need))...)
	if len(lists) == 0 {
		issues = append(issues, told(p.siteWishes(), p.capacityWishes())...)
	}
	if len(lists)+len(reach) == 0 {
		issues = append(issues, told(p.targetWishes(), p.floorWishes(), p.areaWishes(), p.travelWishes())...)
	}
	return issues
}

// check is Faults as an error, nil if there is none.
func (p *Problem) check() error {
	issues := p.Faults()
	if len(issues) == 0 {
		return nil
	}
	return &coverage.Error{Code: coverage.Invalid, Message: "sites cannot be chosen", Issues: issues}
}

// needs is what a model asks of a problem.
type needs struct {
	travel   bool // costs of travel
	size     bool // a number, a budget or limits
	number   bool // a number
	capacity bool // capacities of sites
}

// models holds all models; its keys are those of Models.
var models = map[Model]needs{
	SetCover:     {},
	MaxCover:     {size: true},
	Decay:        {travel: true, size: true},
	Median:       {travel: true, number: true},
	Center:       {travel: true, number: true},
	Backup:       {},
	Splittable:   {size: true, capacity: true},
	SingleSource: {travel: true, number: true, capacity: true},
	MaxMin:       {size: true},
}

func (p *Problem) siteFaults() (issues []coverage.Issue) {
	var costs, capacities int64
	for j, s := range p.Sites {
		if s.Cost < 0 {
			issues = append(issues, fault("sites", "the cost of site %d is %d; give 0 or more", j, s.Cost))
		}
		if s.Capacity < 0 {
			issues = append(issues, fault("sites", "the capacity of site %d is %d; give 0 or more", j, s.Capacity))
		}
		if s.State > Forbidden {
			issues = append(issues, fault("sites", "the state of site %d is %d; give free, existing, required or forbidden, 0 to %d", j, s.State, Forbidden))
		}
		costs, capacities = plus(costs, s.Cost), plus(capacities, s.Capacity)
	}
	if costs == math.MaxInt64 {
		issues = append(issues, fault("sites", "the costs of sites add up beyond %d; give them in a larger unit", int64(math.MaxInt64)))
	}
	if capacities == math.MaxInt64 {
		issues = append(issues, fault("sites", "the capacities of sites add up beyond %d; give them and the weights in a larger unit", int64(math.MaxInt64)))
	}
	return issues
}

func (p *Problem) demandFaults(need needs) (issues []coverage.Issue) {
	counted := p.countsAreas() && p.Areas > 0
	var weights, loads int64
	for i, d := range p.Demand {
		if d.Weight < 0 {
			issues = append(issues, fault("demand", "the weight of demand %d is %d; give 0 or more", i, d.Weight))
		}
		if d.Load < 0 {
			issues = append(issues, fault("demand", "the load of demand %d is %d; give 0 for its weight, or more", i, d.Load))
		}
		if counted && (d.Area < -1 || int(d.Area) >= p.Areas) {
			issues = append(issues, fault("demand", "demand %d is of area %d, and there are %d areas; give an index below that, or -1 for none", i, d.Area, p.Areas))
		}
		weights, loads = plus(weights, d.Weight), plus(loads, d.load())
	}
	// What a weight is multiplied with at most.
	by := int64(1)
	switch p.Model {
	case Decay:
		by = 1000
	case Median, SingleSource:
		by = max(by, p.beyond())
	}
	if times(weights, by) == math.MaxInt64 {
		issues = append(issues, fault("demand", "all weight, %d or more, times %d is beyond %d; give weights in a larger unit", weights, by, int64(math.MaxInt64)))
	}
	if need.capacity && loads == math.MaxInt64 {
		issues = append(issues, fault("demand", "the loads of demand add up beyond %d; give them and the capacities in a larger unit", int64(math.MaxInt64)))
	}
	return issues
}

func (p *Problem) reachFaults(need needs) (issues []coverage.Issue) {
	r := p.Reach
	if len(r.Start) != len(p.Demand)+1 {
		return []coverage.Issue{fault("reach", "there are %d starts of rows for %d demand; give one for each, and one more", len(r.Start), len(p.Demand))}
	}
	if first, last := r.Start[0], r.Start[len(p.Demand)]; first != 0 || last != int64(len(r.Site)) {
		return []coverage.Issue{fault("reach", "rows start at %d and end at %d; give 0 and the number of sites in them, %d", first, last, len(r.Site))}
	}
	if r.Cost != nil && len(r.Cost) != len(r.Site) {
		return []coverage.Issue{fault("reach", "there are %d costs for %d sites; give one for each, or none at all", len(r.Cost), len(r.Site))}
	}
	for i := range p.Demand {
		if r.Start[i] > r.Start[i+1] {
			return []coverage.Issue{fault("reach", "row %d starts at %d, after the next one at %d; give rising starts", i, r.Start[i], r.Start[i+1])}
		}
	}
	if need.travel && r.Cost == nil {
		issues = append(issues, missing("reach", "there are no costs of travel, which %s needs; give them", p.Model))
	}
	seen := make([]int, len(p.Sites)) // the last row, plus one, that a site stood in
	for i := range p.Demand {
		issues = append(issues, p.rowFaults(i, seen)...)
	}
	return issues
}

func (p *Problem) rowFaults(i int, seen []int) (issues []coverage.Issue) {
	sites, costs := p.Reach.Row(i)
	for k, j := range sites {
		switch {
		case j < 0 || int(j) >= len(p.Sites):
			issues = append(issues, fault("reach", "row %d holds site %d, and there are %d; give an index below that", i, j, len(p.Sites)))
		case seen[j] == i+1:
			issues = append(issues, fault("reach", "site %d stands twice in row %d; keep the nearer", j, i))
		default:
			seen[j] = i + 1
		}
		if k > 0 && costs != nil && costs[k] < costs[k-1] {
			issues = append(issues, fault("reach", "in row %d a cost of %d follows %d; sort rows by cost", i, costs[k], costs[k-1]))
		}
	}
	return issues
}

func (p *Problem) limitFaults() (issues []coverage.Issue) {
	for n, l := range p.Limits {
		if l.Use != nil && len(l.Use) != len(l.Site) {
			issues = append(issues, fault("limits", "limit %d (%s) has %d uses for %d sites; give one for each, or none at all", n, l.Name, len(l.Use), len(l.Site)))
			continue
		}
		if l.Most < 0 {
			issues = append(issues, fault("limits", "limit %d (%s) is %d; give 0 or more", n, l.Name, l.Most))
		}
		seen := make(map[int32]bool, len(l.Site))
		var sum int64
		for k, j := range l.Site {
			if j < 0 || int(j) >= len(p.Sites) {
				issues = append(issues, fault("limits", "limit %d (%s) is on site %d, and there are %d; give an index below that", n, l.Name, j, len(p.Sites)))
			}
			if seen[j] {
				issues = append(issues, fault("limits", "site %d stands twice in limit %d (%s); add its uses up", j, n, l.Name))
			}
			if l.use(k) < 0 {
				issues = append(issues, fault("limits", "in limit %d (%s) site %d uses %d; give 0 or more", n, l.Name, j, l.use(k)))
			}
			seen[j], sum = true, plus(sum, l.use(k))
		}
		if sum == math.MaxInt64 {
			issues = append(issues, fault("limits", "the uses of limit %d (%s) add up beyond %d; give them in a larger unit", n, l.Name, int64(math.MaxInt64)))
		}
	}
	return issues
}

func (p *Problem) apartFaults() (issues []coverage.Issue) {
	for n, pair := range p.Apart {
		a, b := pair[0], pair[1]
		if min(a, b) < 0 || int(max(a, b)) >= len(p.Sites) {
			issues = append(issues, fault("apart", "pair %d is of sites %d and %d, and there are %d; give indices below that", n, a, b, len(p.Sites)))
		} else if a == b {
			issues = append(issues, fault("apart", "pair %d is of site %d and itself; leave it out", n, a))
		}
	}
	return issues
}

func (p *Problem) stepFaults() (issues []coverage.Issue) {
	if p.Model != Decay {
		return nil
	}
	if len(p.Steps) == 0 {
		return []coverage.Issue{missing("steps", "there is no step, which %s needs; give cutoffs with the shares that count up to them", p.Model)}
	}
	for k, s := range p.Steps {
		if s.Share < 0 || s.Share > 1000 {
			issues = append(issues, fault("steps", "the share of step %d is %d; give thousandths, 0 to 1000", k, s.Share))
		}
		if k == 0 {
			continue
		}
		if last := p.Steps[k-1]; s.Cutoff <= last.Cutoff {
			issues = append(issues, fault("steps", "step %d ends at %d, no later than the step before, at %d; give rising cutoffs", k, s.Cutoff, last.Cutoff))
		} else if s.Share > last.Share {
			issues = append(issues, fault("steps", "step %d counts %d, more than the nearer step before, %d; give falling shares", k, s.Share, last.Share))
		}
	}
	return issues
}

// told joins lists of faults, each cut to those that are told one by one.
func told(lists ...[]coverage.Issue) (all []coverage.Issue) {
	for _, list := range lists {
		all = append(all, list[:min(len(list), maxTold)]...)
		if more := len(list) - maxTold; more > 0 {
			all = append(all, fault(list[0].Source, "there are %d more faults like these", more))
		}
	}
	return all
}

// plus and times are of numbers from 0 up, and MaxInt64 where they would pass
// it; what is negative counts 0, being a fault of its own.
func plus(a, b int64) int64 {
	if b > math.MaxInt64-a {
		return math.MaxInt64
	}
	return a + max(b, 0)
}

func times(a, b int64) int64 {
	if high, low := bits.Mul64(uint64(a), uint64(b)); high == 0 && low < math.MaxInt64 {
		return int64(low)
	}
	return math.MaxInt64
}

func fault(source, format string, args ...any) coverage.Issue {
	return coverage.Faultf(coverage.ReasonBadValue, source, format, args...)
}

func missing(source, format string, args ...any) coverage.Issue {
	i := fault(source, format, args...)
	i.Code = coverage.ReasonMissingValue
	return i
}

func unknown(source, format string, args ...any) coverage.Issue {
	i := fault(source, format, args...)
	i.Code = coverage.ReasonUnknownParameter
	return i
}
