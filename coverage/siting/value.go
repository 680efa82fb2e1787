package siting

import "fmt"

// Value is what the model of p has from opening sites beside the existing ones,
// in the unit of Plan.Objective, and as an error the first rule that they break:
// nil if they are a plan. The objective is reckoned of broken plans too, save
// where it means nothing. SingleSource has no value of sites alone: it takes an
// assignment of demand.
//
// Input:  p has no Faults; sites hold the required ones, in any order.
// Holds:  it is worked out row by row from what the models mean, by nothing that
// a solver uses, so that the two check each other. That a plan of Backup without
// a number has as few sites as may be is not looked at: that takes a search.
// Cost:   O(pairs of Reach).
func Value(p *Problem, sites []int32) (objective float64, feasible error) {
	open, err := p.opened(sites)
	if err != nil {
		return 0, err
	}
	for _, broken := range rules {
		if err := broken(p, sites, open); err != nil && feasible == nil {
			feasible = err
		}
	}
	switch p.Model {
	case SetCover:
		for _, j := range sites {
			objective += float64(p.Sites[j].Cost)
		}
	case MaxCover:
		objective = float64(p.within(open, 1))
	case Backup:
		objective = float64(p.within(open, 2))
	case Decay:
		objective = p.decayed(open)
	case Median:
		objective = float64(p.traveled(open))
	case Center:
		objective = p.farthest(open)
	case MaxMin:
		objective = p.leastRate(open)
	case Splittable:
		objective = flowValue(p, sites)
	default:
		return 0, fmt.Errorf("model: the value of %s takes an assignment of demand to sites", p.Model)
	}
	return objective, feasible
}

// opened tells, by site, whether it is open with the plan.
func (p *Problem) opened(sites []int32) ([]bool, error) {
	open := make([]bool, len(p.Sites))
	for _, j := range sites {
		if j < 0 || int(j) >= len(open) {
			return nil, fmt.Errorf("sites: there is no site %d; there are %d", j, len(open))
		}
		if open[j] {
			return nil, fmt.Errorf("sites: site %d stands twice", j)
		}
		open[j] = true
	}
	for j, s := range p.Sites {
		if s.State != Existing {
			continue
		}
		if open[j] {
			return nil, fmt.Errorf("sites: site %d exists, and cannot be opened", j)
		}
		open[j] = true
	}
	return open, nil
}

// rules are what a plan has to keep, in the order in which they are told.
var rules = []func(p *Problem, sites []int32, open []bool) error{
	keepsNumber, keepsBudget, keepsLimits, keepsApart, keepsForbidden, keepsFloor, keepsTarget, keepsReached, keepsRequired,
}

func keepsNumber(p *Problem, sites []int32, _ []bool) error {
	if p.Number > 0 && len(sites) > p.Number {
		return fmt.Errorf("number: %d sites, and %d may be opened", len(sites), p.Number)
	}
	return nil
}

func keepsBudget(p *Problem, sites []int32, _ []bool) error {
	var cost int64
	for _, j := range sites {
		cost += p.Sites[j].Cost
	}
	if cost > p.Budget {
		return fmt.Errorf("budget: the sites cost %d of %d", cost, p.Budget)
	}
	return nil
}

func keepsLimits(p *Problem, _ []int32, open []bool) error {
	for _, l := range p.Limits {
		var used int64
		for k, j := range l.Site {
			if open[j] && p.Sites[j].State != Existing {
				used += l.use(k)
			}
		}
		if used > l.Most {
			return fmt.Errorf("limit %s: the sites use %d of %d", l.Name, used, l.Most)
		}
	}
	return nil
}

// keepsApart lets be what exists already.
func keepsApart(p *Problem, _ []int32, open []bool) error {
	for _, pair := range p.Apart {
		a, b := pair[0], pair[1]
		if open[a] && open[b] && (p.Sites[a].State != Existing || p.Sites[b].State != Existing) {
			return fmt.Errorf("apart: sites %d and %d are too close for both", a, b)
		}
	}
	return nil
}

func keepsForbidden(p *Problem, sites []int32, _ []bool) error {
	for _, j := range sites {
		if p.Sites[j].State == Forbidden {
			return fmt.Errorf("forbidden: site %d", j)
		}
	}
	return nil
}

func keepsFloor(p *Problem, _ []int32, open []bool) error {
	if p.Model != MaxCover || p.Floor <= 0 {
		return nil
	}
	for a, rate := range p.rates(open) {
		if rate < p.Floor {
			return fmt.Errorf("floor: the rate of area %d is %v, below %v", a, rate, p.Floor)
		}
	}
	return nil
}

// keepsTarget is of models that cover a weight: all that can be, unless
// SetCover has a target.
func keepsTarget(p *Problem, _ []int32, open []bool) error {
	if p.Model != SetCover && p.Model != Backup {
		return nil
	}
	want := p.coverable()
	if p.Model == SetCover {
		want = p.goal()
	}
	if got := p.within(open, 1); got < want {
		return fmt.Errorf("target: a weight of %d is within, of %d", got, want)
	}
	return nil
}

// keepsReached is of Center: whom some site could reach, one does.
func keepsReached(p *Problem, _ []int32, open []bool) error {
	if p.Model != Center {
		return nil
	}
	can := p.canOpen()
	for i, d := range p.Demand {
		if sites, _ := p.Reach.Row(i); d.Weight > 0 && anyOf(can, sites) && !anyOf(open, sites) {
			return fmt.Errorf("reached: no open site reaches demand %d", i)
		}
	}
	return nil
}

func keepsRequired(p *Problem, _ []int32, open []bool) error {
	for j, s := range p.Sites {
		if s.State == Required && !open[j] {
			return fmt.Errorf("required: site %d is missing", j)
		}
	}
	return nil
}

// nearest is the least travel from demand i to an open site.
func (p *Problem) nearest(i int, open []bool) (cost uint32, reached bool) {
	sites, costs := p.Reach.Row(i)
	for k, j := range sites {
		if open[j] {
			return costs[k], true
		}
	}
	return 0, false
}

// within is the weight within of least open sites or more.
func (p *Problem) within(open []bool, least int) (weight int64) {
	for i, d := range p.Demand {
		n := 0
		for _, j := range p.Reach.Within(i, p.cutoff()) {
			if open[j] {
				n++
			}
		}
		if n >= least {
			weight += d.Weight
		}
	}
	return weight
}

// decayed is the weight by the first step that it is within.
func (p *Problem) decayed(open []bool) float64 {
	var thousandths int64
	for i, d := range p.Demand {
		cost, reached := p.nearest(i, open)
		if !reached {
			continue
		}
		for _, s := range p.Steps {
			if cost <= s.Cutoff {
				thousandths += d.Weight * s.Share
				break
			}
		}
	}
	return float64(thousandths) / 1000
}

// traveled is weight times travel.
func (p *Problem) traveled(open []bool) (sum int64) {
	beyond := p.beyond()
	for i, d := range p.Demand {
		travel := beyond
		if cost, reached := p.nearest(i, open); reached {
			travel = int64(cost)
		}
		sum += d.Weight * travel
	}
	return sum
}

// farthest is the most travel of demand with weight that is reached.
func (p *Problem) farthest(open []bool) float64 {
	var most uint32
	for i, d := range p.Demand {
		if cost, reached := p.nearest(i, open); reached && d.Weight > 0 {
			most = max(most, cost)
		}
	}
	return float64(most)
}

// rates are the rates of coverage by area; 1 where there is no weight, so that
// nobody is wanting.
func (p *Problem) rates(open []bool) []float64 {
	all, covered := make([]int64, p.areas()), make([]int64, p.areas())
	for i, d := range p.Demand {
		if d.Area < 0 {
			continue
		}
		all[d.Area] += d.Weight
		if anyOf(open, p.Reach.Within(i, p.cutoff())) {
			covered[d.Area] += d.Weight
		}
	}
	rates := make([]float64, len(all))
	for a := range rates {
		rates[a] = 1
		if all[a] > 0 {
			rates[a] = float64(covered[a]) / float64(all[a])
		}
	}
	return rates
}

// leastRate is the rate of the area that is covered least.
func (p *Problem) leastRate(open []bool) float64 {
	least := 1.0
	for _, rate := range p.rates(open) {
		least = min(least, rate)
	}
	return least
}
