package siting_test

import (
	"math"
	"math/bits"
	"slices"

	"kaimen/coverage/siting"
)

// This file finds the best plan by trying every set of sites. It reckons with a table
// of all demand by all sites and with sets as bits, so that it shares nothing
// with the code that it judges.

// table is a problem of at most some 12 sites, written out.
type table struct {
	*siting.Problem
	travel   [][]int64 // by demand and site; -1 where it is not reached
	existing uint
	required uint
	allowed  uint // that a plan may hold
}

func tabulate(p *siting.Problem) *table {
	t := &table{Problem: p}
	for i := range p.Demand {
		row := slices.Repeat([]int64{-1}, len(p.Sites))
		for k := p.Reach.Start[i]; k < p.Reach.Start[i+1]; k++ {
			row[p.Reach.Site[k]] = 0
			if p.Reach.Cost != nil {
				row[p.Reach.Site[k]] = int64(p.Reach.Cost[k])
			}
		}
		t.travel = append(t.travel, row)
	}
	for j, s := range p.Sites {
		switch s.State {
		case siting.Existing:
			t.existing |= 1 << j
		case siting.Required:
			t.required |= 1 << j
		}
		if s.State == siting.Free || s.State == siting.Required {
			t.allowed |= 1 << j
		}
	}
	for _, pair := range p.Apart {
		a, b := uint(1)<<pair[0], uint(1)<<pair[1]
		if (t.existing|t.required)&a != 0 {
			t.allowed &^= b &^ t.required
		}
		if (t.existing|t.required)&b != 0 {
			t.allowed &^= a &^ t.required
		}
	}
	return t
}

// reached is the sites, as bits, within a cutoff of demand i.
func (t *table) reached(i int, cutoff int64) (set uint) {
	for j, c := range t.travel[i] {
		if c >= 0 && c <= cutoff {
			set |= 1 << j
		}
	}
	return set
}

func (t *table) cutoff() int64 {
	if t.Cutoff == 0 {
		return math.MaxInt64
	}
	return int64(t.Cutoff)
}

// far is the travel of demand that no open site reaches.
func (t *table) far() int64 {
	if t.Beyond > 0 {
		return int64(t.Beyond)
	}
	most := int64(0)
	for _, row := range t.travel {
		most = max(most, slices.Max(row))
	}
	return 2 * most
}

// covered is the weight of demand that passes, by how many of open are within.
func (t *table) covered(open uint, least int, passes func(siting.Demand) bool) (weight int64) {
	for i, d := range t.Demand {
		if passes(d) && bits.OnesCount(t.reached(i, t.cutoff())&open) >= least {
			weight += d.Weight
		}
	}
	return weight
}

func anybody(siting.Demand) bool { return true }

// may tells whether a plan may hold just these sites.
func (t *table) may(plan uint) bool {
	if plan&^t.allowed != 0 || t.required&^plan != 0 || t.Number > 0 && bits.OnesCount(plan) > t.Number {
		return false
	}
	var cost int64
	for j, s := range t.Sites {
		if plan>>j&1 == 1 {
			cost += s.Cost
		}
	}
	if cost > t.Budget {
		return false
	}
	for _, l := range t.Limits {
		left := l.Most
		for k, j := range l.Site {
			if plan>>j&1 == 0 {
				continue
			}
			if l.Use == nil {
				left--
			} else {
				left -= l.Use[k]
			}
		}
		if left < 0 {
			return false
		}
	}
	for _, pair := range t.Apart {
		if plan>>pair[0]&1 == 1 && plan>>pair[1]&1 == 1 {
			return false
		}
	}
	return true
}

// value is what a plan achieves, and whether it is one.
func (t *table) value(plan uint) (objective float64, ok bool) {
	open, ok := plan|t.existing, t.may(plan)
	switch t.Model {
	case siting.SetCover:
		for j, s := range t.Sites {
			objective += float64(int64(plan>>j&1) * s.Cost)
		}
		goal := t.Target
		if goal == 0 {
			goal = t.covered(t.allowed|t.existing, 1, anybody)
		}
		return objective, ok && t.covered(open, 1, anybody) >= goal
	case siting.MaxCover:
		return float64(t.covered(open, 1, anybody)), ok && (t.Floor == 0 || t.rate(open) >= t.Floor)
	case siting.Decay:
		return t.decayed(open), ok
	case siting.Median:
		return t.traveled(open), ok
	case siting.Center:
		farthest, all := t.farthest(open)
		return farthest, ok && all
	case siting.Backup:
		all := t.covered(open, 1, anybody) == t.covered(t.allowed|t.existing, 1, anybody)
		return float64(t.covered(open, 2, anybody)), ok && all
	case siting.Splittable:
		return t.served(open), ok
	case siting.SingleSource:
		least := t.assigned(open)
		return least, ok && !math.IsInf(least, 1)
	}
	return t.rate(open), ok
}

func (t *table) rate(open uint) float64 {
	least := 1.0
	for a := range int32(t.Areas) {
		there := func(d siting.Demand) bool { return d.Area == a }
		all := int64(0)
		for _, d := range t.Demand {
			if there(d) {
				all += d.Weight
			}
		}
		if all > 0 {
			least = min(least, float64(t.covered(open, 1, there))/float64(all))
		}
	}
	return least
}

// decayed takes the best share of all pairs of an open site and a step.
func (t *table) decayed(open uint) float64 {
	sum := int64(0)
	for i, d := range t.Demand {
		best := int64(0)
		for _, s := range t.Steps {
			if t.reached(i, int64(s.Cutoff))&open != 0 {
				best = max(best, s.Share)
			}
		}
		sum += best * d.Weight
	}
	return float64(sum) / 1000
}

func (t *table) traveled(open uint) (sum float64) {
	for i, d := range t.Demand {
		least := t.far()
		for j, c := range t.travel[i] {
			if open>>j&1 == 1 && c >= 0 {
				least = min(least, c)
			}
		}
		sum += float64(d.Weight * least)
	}
	return sum
}

// farthest is the least radius in which everybody has an open site that could
// have any.
func (t *table) farthest(open uint) (radius float64, all bool) {
	all = true
	for i, d := range t.Demand {
		if d.Weight == 0 || t.reached(i, math.MaxInt64)&(t.allowed|t.existing|open) == 0 {
			continue
		}
		if t.reached(i, math.MaxInt64)&open == 0 {
			all = false
			continue
		}
		for t.reached(i, int64(radius))&open == 0 {
			radius++
		}
	}
	return radius, all
}

// served is the least cut between demand and sites: sites of a set are cut off
// by their capacity, and demand that has an open site outside it by its weight.
func (t *table) served(open uint) float64 {
	least := int64(math.MaxInt64)
	for cut := open; ; cut = (cut - 1) & open {
		sum := int64(0)
		for j, s := range t.Sites {
			if cut>>j&1 == 1 {
				sum += s.Capacity
			}
		}
		least = min(least, sum+t.covered(open&^cut, 1, anybody))
		if cut == 0 {
			return float64(least)
		}
	}
}

// assigned is the least travel of all ways to give every demand to one open site
// that has the room; infinite if there is none.
func (t *table) assigned(open uint) float64 {
	room := make([]int64, len(t.Sites))
	for j, s := range t.Sites {
		room[j] = s.Capacity
	}
	far, best := t.far(), math.Inf(1)
	var give func(i int, sum int64)
	give = func(i int, sum int64) {
		if float64(sum) >= best {
			return
		}
		if i == len(t.Demand) {
			best = float64(sum)
			return
		}
		d := t.Demand[i]
		if d.Weight == 0 {
			give(i+1, sum)
			return
		}
		load := d.Load
		if load == 0 {
			load = d.Weight
		}
		for j, c := range t.travel[i] {
			if open>>j&1 == 0 || room[j] < load {
				continue
			}
			if c < 0 {
				c = far
			}
			room[j] -= load
			give(i+1, sum+c*d.Weight)
			room[j] += load
		}
	}
	give(0, 0)
	return best
}

// best is what the best plan of all achieves.
type best struct {
	ok            bool
	objective     float64
	fewest        int       // sites of a plan of Backup without a number, else 0
	with, without []float64 // the best by site; NaN where there is no plan
}

// bruteForce tries every set of sites.
func bruteForce(p *siting.Problem) best {
	t, b := tabulate(p), best{objective: math.NaN()}
	b.with, b.without = slices.Repeat([]float64{math.NaN()}, len(p.Sites)), slices.Repeat([]float64{math.NaN()}, len(p.Sites))
	type found struct {
		plan  uint
		value float64
	}
	var plans []found
	fewest := len(p.Sites)
	for plan := t.allowed; ; plan = (plan - 1) & t.allowed {
		if value, ok := t.value(plan); ok {
			plans, fewest = append(plans, found{plan, value}), min(fewest, bits.OnesCount(plan))
		}
		if plan == 0 {
			break
		}
	}
	if p.Model == siting.Backup && p.Number == 0 {
		b.fewest = fewest
		plans = slices.DeleteFunc(plans, func(f found) bool { return bits.OnesCount(f.plan) > fewest })
	}
	better := func(to *float64, value float64) {
		if math.IsNaN(*to) || !worse(p.Model, value, *to, 0) {
			*to = value
		}
	}
	for _, f := range plans {
		b.ok = true
		better(&b.objective, f.value)
		for j := range p.Sites {
			if f.plan>>j&1 == 1 {
				better(&b.with[j], f.value)
			} else {
				better(&b.without[j], f.value)
			}
		}
	}
	return b
}
