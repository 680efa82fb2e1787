package siting

import (
	"math"
	"slices"
)

// explainAreas tells rates of coverage by area for a swapper.
type explainAreas struct {
	s                    *explainSwapper
	all, covered, demand []int64 // weight by area, and what the floor demands of it
	gain, extra          explainAreaSums
	after                []int64 // covered by area when one site is closed
	byRate               []int32 // areas with weight, the one covered least first, likewise
	short                int64   // likewise
	delta                []int64 // by area, scratch
	touched              []bool  // by area, scratch
}

// explainAreaSums is sums by site and area of few areas for each site.
type explainAreaSums struct {
	last  []int32 // by site: its last entry, -1 for none
	entry []explainAreaSum
}

type explainAreaSum struct {
	area, before int32 // before: the entry before this one of the same site
	weight       int64
}

// add needs areas in order.
func (a *explainAreaSums) add(site, area int32, weight int64) {
	if at := a.last[site]; at >= 0 && a.entry[at].area == area {
		a.entry[at].weight += weight
		return
	}
	a.entry = append(a.entry, explainAreaSum{area, a.last[site], weight})
	a.last[site] = int32(len(a.entry) - 1)
}

func (a *explainAreaSums) reset(sites int) {
	if a.last == nil {
		a.last = make([]int32, sites)
	}
	for j := range a.last {
		a.last[j] = -1
	}
	a.entry = a.entry[:0]
}

func newExplainAreas(s *explainSwapper) *explainAreas {
	n := s.p.Areas
	a := &explainAreas{
		s: s, all: make([]int64, n), covered: make([]int64, n), demand: make([]int64, n),
		after: make([]int64, n), delta: make([]int64, n), touched: make([]bool, n),
	}
	a.gain.reset(len(s.p.Sites))
	a.extra.reset(len(s.p.Sites))
	for _, i := range s.byArea() {
		d := s.p.Demand[i]
		if d.Area < 0 {
			continue
		}
		a.all[d.Area] += d.Weight
		if s.near[i] >= 0 {
			a.covered[d.Area] += d.Weight
			continue
		}
		row, _ := s.row(int(i))
		for _, site := range row {
			a.gain.add(site, d.Area, d.Weight)
		}
	}
	for area, all := range a.all {
		if all > 0 {
			a.byRate = append(a.byRate, int32(area))
		}
		if s.p.Model == MaxCover {
			// A rate that is the floor but for its last binary digit meets it.
			a.demand[area] = int64(math.Ceil(s.p.Floor*float64(all) - 1e-9*float64(all)))
		}
	}
	return a
}

// remove takes the k-th site of the plan away.
func (a *explainAreas) remove(k int) {
	s := a.s
	copy(a.after, a.covered)
	a.extra.reset(len(s.p.Sites))
	for _, i := range s.mine[s.start[k]:s.start[k+1]] {
		d := s.p.Demand[i]
		if d.Area < 0 || s.opens[i] != 1 {
			continue
		}
		a.after[d.Area] -= d.Weight
		row, _ := s.row(int(i))
		for _, site := range row {
			a.extra.add(site, d.Area, d.Weight)
		}
	}
	slices.SortFunc(a.byRate, func(x, y int32) int {
		if rx, ry := a.rate(a.after, x), a.rate(a.after, y); rx != ry {
			if rx < ry {
				return -1
			}
			return 1
		}
		return int(x - y)
	})
	a.short = a.lacking(a.after)
}

func (a *explainAreas) rate(covered []int64, area int32) float64 {
	return float64(covered[area]) / float64(a.all[area])
}

// lacking is the weight that areas lack for the floor.
func (a *explainAreas) lacking(covered []int64) (short int64) {
	for area, demand := range a.demand {
		short += max(0, demand-covered[area])
	}
	return short
}

// set gives an outcome what is told by area.
func (a *explainAreas) set(o *explainOutcome, short int64, least float64) {
	if a.s.p.Model == MaxMin {
		o.objective = least
		return
	}
	o.short = short
}

func (a *explainAreas) now(o *explainOutcome) {
	least := math.Inf(1)
	for _, area := range a.byRate {
		least = min(least, a.rate(a.covered, area))
	}
	a.set(o, a.lacking(a.covered), explainRate(least))
}

func (a *explainAreas) without(o *explainOutcome) {
	least := math.Inf(1)
	if len(a.byRate) > 0 {
		least = a.rate(a.after, a.byRate[0])
	}
	a.set(o, a.short, explainRate(least))
}

// with looks at the areas that the opened site changes, and at the one covered
// least of the others.
func (a *explainAreas) with(o *explainOutcome) {
	for _, sums := range []*explainAreaSums{&a.gain, &a.extra} {
		for at := sums.last[o.site]; at >= 0; at = sums.entry[at].before {
			area := sums.entry[at].area
			a.delta[area] += sums.entry[at].weight
			a.touched[area] = true
		}
	}
	least, short := math.Inf(1), a.short
	for _, area := range a.byRate {
		if !a.touched[area] {
			least = a.rate(a.after, area)
			break
		}
	}
	for _, sums := range []*explainAreaSums{&a.gain, &a.extra} {
		for at := sums.last[o.site]; at >= 0; at = sums.entry[at].before {
			area := sums.entry[at].area
			if !a.touched[area] {
				continue
			}
			covered := a.after[area] + a.delta[area]
			least = min(least, float64(covered)/float64(a.all[area]))
			short += max(0, a.demand[area]-covered) - max(0, a.demand[area]-a.after[area])
			a.delta[area], a.touched[area] = 0, false
		}
	}
	a.set(o, short, explainRate(least))
}

// explainRate makes the rate of no area 0.
func explainRate(least float64) float64 {
	if math.IsInf(least, 1) {
		return 0
	}
	return least
}
