package siting

import (
	"math"
	"slices"

	"kaimen/coverage"
)

// This file looks at wishes that no plan can meet, and at what they are measured
// with: which sites may be opened and what these can cover in all.

// sizeFaults looks at how much may be opened, as far as no site matters.
func (p *Problem) sizeFaults(need needs) (issues []coverage.Issue) {
	if p.Number < 0 {
		issues = append(issues, fault("number", "the number of sites is %d; give 1 or more, or 0 for any", p.Number))
	}
	if p.Budget < 0 {
		issues = append(issues, fault("budget", "the budget is %d; give 0 or more", p.Budget))
	}
	if need.number && p.Number == 0 {
		issues = append(issues, missing("number", "%s needs a number of sites to open; give 1 or more", p.Model))
	}
	if need.size && p.Number == 0 && p.Budget == NoBudget && len(p.Limits) == 0 {
		issues = append(issues, missing("number", "%s would open every site; give a number, a budget or limits", p.Model))
	}
	if p.Model == SetCover && p.Target < 0 {
		issues = append(issues, fault("target", "the target is %d; give the weight to cover, or 0 for all that can be", p.Target))
	}
	if p.Model == MaxCover && !(p.Floor >= 0 && p.Floor <= 1) {
		issues = append(issues, fault("floor", "the floor is %v; give a rate, 0 to 1", p.Floor))
	}
	if p.Areas < 0 || p.countsAreas() && p.Areas == 0 {
		issues = append(issues, missing("areas", "there are %d areas; give how many demand is counted to", p.Areas))
	}
	return issues
}

// siteWishes looks at number, budget, limits and distances against the sites
// that may be, and have to be, opened.
func (p *Problem) siteWishes() (issues []coverage.Issue) {
	var free, required, existing int
	var cost int64
	open := p.openable()
	for j, s := range p.Sites {
		if open[j] {
			free++
		}
		switch s.State {
		case Required:
			required, cost = required+1, cost+s.Cost
		case Existing:
			existing++
		}
	}
	if free == 0 {
		issues = append(issues, missing("sites", "of %d sites none may be opened: %d exist and the others are forbidden, or too close to one that exists or is required; give candidates",
			len(p.Sites), existing))
	}
	if p.Number > free && free > 0 {
		issues = append(issues, fault("number", "%d sites are to be opened, and %d may be; give at most that", p.Number, free))
	}
	if p.Number > 0 && required > p.Number {
		issues = append(issues, fault("number", "%d sites may be opened, and %d are required; give at least that", p.Number, required))
	}
	if p.Budget >= 0 && cost > p.Budget {
		issues = append(issues, fault("budget", "the budget is %d, and the required sites cost %d; give at least that", p.Budget, cost))
	}
	return append(append(issues, p.limitWishes()...), p.apartWishes()...)
}

func (p *Problem) limitWishes() (issues []coverage.Issue) {
	for n, l := range p.Limits {
		var used int64
		for k, j := range l.Site {
			if p.Sites[j].State == Required {
				used += l.use(k)
			}
		}
		if l.Most >= 0 && used > l.Most {
			issues = append(issues, fault("limits", "limit %d (%s) is %d, and the required sites use %d; give at least that", n, l.Name, l.Most, used))
		}
	}
	return issues
}

func (p *Problem) apartWishes() (issues []coverage.Issue) {
	for _, pair := range p.Apart {
		a, b := pair[0], pair[1]
		if p.Sites[a].State != Required {
			a, b = b, a
		}
		if p.Sites[a].State != Required {
			continue
		}
		switch p.Sites[b].State {
		case Required:
			issues = append(issues, fault("apart", "sites %d and %d are both required, and too close for both; require one of them", a, b))
		case Existing:
			issues = append(issues, fault("apart", "site %d is required, and too close to site %d, which exists; require another one", a, b))
		}
	}
	return issues
}

// capacityWishes looks whether all demand fits in the sites that hold most.
func (p *Problem) capacityWishes() (issues []coverage.Issue) {
	if p.Model != SingleSource {
		return nil
	}
	var load, largest, held, most int64
	for _, d := range p.Demand {
		if d.Weight > 0 {
			load, largest = load+d.load(), max(largest, d.load())
		}
	}
	open, required := p.openable(), 0
	var others []int64
	for j, s := range p.Sites {
		switch {
		case s.State == Existing:
			held, most = held+s.Capacity, max(most, s.Capacity)
		case s.State == Required:
			held, most, required = held+s.Capacity, max(most, s.Capacity), required+1
		case open[j]:
			others, most = append(others, s.Capacity), max(most, s.Capacity)
		}
	}
	if largest > most {
		issues = append(issues, fault("sites", "one place takes %d, and no site holds more than %d; give a capacity of at least that, or split the place", largest, most))
	}
	slices.SortFunc(others, func(a, b int64) int { return int(max(-1, min(1, b-a))) })
	number := required
	for len(others) > 0 && held < load {
		held, others, number = held+others[0], others[1:], number+1
	}
	switch {
	case held < load:
		issues = append(issues, fault("sites", "all sites that may be open hold %d, and demand takes %d, which is %d more; give more capacity or more sites", held, load, load-held))
	case p.Number > 0 && number > p.Number:
		issues = append(issues, fault("number", "%d sites hold too little for all demand, %d; give at least %d", p.Number, load, number))
	}
	return issues
}

func (p *Problem) targetWishes() []coverage.Issue {
	if p.Model != SetCover || p.Target <= 0 {
		return nil
	}
	if most := p.coverable(); p.Target > most {
		return []coverage.Issue{fault("target", "the target is %d, and all sites that may be open cover %d; give at most that", p.Target, most)}
	}
	return nil
}

func (p *Problem) floorWishes() (issues []coverage.Issue) {
	if p.Model != MaxCover || !(p.Floor > 0 && p.Floor <= 1) || p.Areas <= 0 {
		return nil
	}
	weight, most := make([]int64, p.areas()), make([]int64, p.areas())
	can := p.canOpen()
	for i, d := range p.Demand {
		if d.Area < 0 {
			continue
		}
		weight[d.Area] += d.Weight
		if anyOf(can, p.Reach.Within(i, p.cutoff())) {
			most[d.Area] += d.Weight
		}
	}
	for a := range weight {
		if most[a] >= floorWeight(p.Floor, weight[a]) {
			continue
		}
		rate := float64(most[a]) / float64(weight[a])
		// Rounded down, so that what is told can be met.
		issues = append(issues, fault("floor", "the floor is %v, and the rate of area %d is %.4f with every site open; give at most that", p.Floor, a, math.Floor(rate*1e4)/1e4))
	}
	return issues
}

func (p *Problem) areaWishes() []coverage.Issue {
	if p.Model != MaxMin || p.Areas <= 0 {
		return nil
	}
	for _, d := range p.Demand {
		if d.Area >= 0 && d.Weight > 0 {
			return nil
		}
	}
	return []coverage.Issue{missing("areas", "no demand with weight is counted to any of the %d areas; give areas of demand", p.Areas)}
}

// travelWishes looks at what unreached demand travels. Were it less than what a
// site can be away, one more site could make a plan worse.
func (p *Problem) travelWishes() []coverage.Issue {
	if p.Model != Median && p.Model != SingleSource || p.Beyond == 0 || len(p.Reach.Cost) == 0 {
		return nil
	}
	if far := slices.Max(p.Reach.Cost); p.Beyond < far {
		return []coverage.Issue{fault("beyond", "demand that no site reaches travels %d, less than the largest travel to a site, %d; give at least that", p.Beyond, far)}
	}
	return nil
}

// countsAreas tells whether the areas of demand matter.
func (p *Problem) countsAreas() bool {
	return p.Model == MaxMin || p.Model == MaxCover && p.Floor > 0
}

// areas is how many areas demand is counted to: the others have no weight, and
// however many there are takes no room.
func (p *Problem) areas() (n int) {
	for _, d := range p.Demand {
		n = max(n, int(d.Area)+1)
	}
	return n
}

// cutoff is Cutoff with its default.
func (p *Problem) cutoff() uint32 {
	if p.Cutoff == 0 {
		return NoCutoff
	}
	return p.Cutoff
}

// beyond is Beyond with its default.
func (p *Problem) beyond() int64 {
	if p.Beyond > 0 || len(p.Reach.Cost) == 0 {
		return int64(p.Beyond)
	}
	return 2 * int64(slices.Max(p.Reach.Cost))
}

// openable tells, by site, whether a plan may open it: it is required, or free
// and not too close to one that exists or is required.
func (p *Problem) openable() []bool {
	open := make([]bool, len(p.Sites))
	for j, s := range p.Sites {
		open[j] = s.State == Free || s.State == Required
	}
	for _, pair := range p.Apart {
		for k, j := range pair {
			other := p.Sites[pair[1-k]].State
			if p.Sites[j].State == Free && (other == Existing || other == Required) {
				open[j] = false
			}
		}
	}
	return open
}

// canOpen tells, by site, whether it exists or may be opened.
func (p *Problem) canOpen() []bool {
	can := p.openable()
	for j, s := range p.Sites {
		can[j] = can[j] || s.State == Existing
	}
	return can
}

// coverable is the weight within of all sites that exist or may be opened.
func (p *Problem) coverable() (weight int64) {
	can := p.canOpen()
	for i, d := range p.Demand {
		if anyOf(can, p.Reach.Within(i, p.cutoff())) {
			weight += d.Weight
		}
	}
	return weight
}

// goal is the weight that a plan of SetCover has to cover.
func (p *Problem) goal() int64 {
	if p.Target > 0 {
		return p.Target
	}
	return p.coverable()
}

// floorWeight is the least weight of all, such that the two as numbers have a
// ratio of floor or more.
func floorWeight(floor float64, all int64) int64 {
	if all == 0 {
		return 0
	}
	w := min(int64(math.Ceil(floor*float64(all))), all)
	for w > 0 && float64(w-1)/float64(all) >= floor {
		w--
	}
	for w < all && float64(w)/float64(all) < floor {
		w++
	}
	return w
}

// load is what d takes of a capacity where a place is served by one site.
func (d Demand) load() int64 {
	if d.Load > 0 {
		return d.Load
	}
	return d.Weight
}

// use is what the k-th site of l uses of it.
func (l Limit) use(k int) int64 {
	if l.Use == nil {
		return 1
	}
	return l.Use[k]
}

func anyOf(set []bool, sites []int32) bool {
	for _, j := range sites {
		if set[j] {
			return true
		}
	}
	return false
}
