package siting

import (
	"context"
	"math"
	"slices"
)

// fairHunt is one search for a plan that is fair among areas: of the largest
// least rate, or of the most covered weight where every area has a rate of Floor.
type fairHunt struct {
	ctx     context.Context
	options Options
	problem *Problem
	rates   bool
	areas   *areaSet
	full    *core // with all sites
	settled []choice
	c       *core   // with the free ones
	base    []int64 // by area: what is won without them
	index   []int32 // by site of the problem: its index in c, -1 if it is not there

	kept []int32 // the best plan, of sites of c; nil for none
	won  []int64 // by area, by that plan
	// ceiling is what no plan passes: weight in units of the core, or a rate.
	ceiling float64
	done    bool // there is no better plan
	enough  []int64
	root    *relaxer
	prices  []float64 // by area: of the best bound of root
	with    []float64 // by site of c, as in hunt
	without []float64
	work    int64
	effort  int64
	nodes   int
}

func newFairHunt(ctx context.Context, o Options, p *Problem, effort int64) (*fairHunt, error) {
	full, settled, err := coreOf(p)
	if err != nil {
		return nil, err
	}
	f := &fairHunt{
		ctx: ctx, options: o, problem: p, rates: p.Model == MaxMin, full: full, settled: settled,
		areas: areasOf(p, full), effort: effort, ceiling: math.Inf(1),
	}
	f.done = !full.propagate(settled)
	f.base = full.wonByArea(settled, make([]int64, len(f.areas.all)))
	var passage passage
	f.c, passage = full.reduced(settled, nil)
	f.index = passage.site
	if f.rates { // what is won without them is told by area
		f.c.base, f.ceiling = 0, 1
	}
	return f, nil
}

// wonByArea adds to base what sites settled in win.
func (c *core) wonByArea(settled []choice, base []int64) []int64 {
	won, _ := c.wonBy(settled)
	sum := slices.Clone(base)
	for r, l := range won {
		if l < c.firsts[r+1] {
			sum[c.area[r]] += c.weight[l]
		}
	}
	return sum
}

// wanted is what a better plan than the best wins, by area and in sum.
func (f *fairHunt) wanted() (least []int64, total int64) {
	switch {
	case f.rates && f.kept == nil:
		return make([]int64, len(f.areas.all)), 0
	case f.rates:
		k := f.areas.least(f.won)
		return f.areas.beyond(k, f.won[k]), 0
	case f.kept == nil:
		return f.areas.need, 0
	}
	return f.areas.need, sumOf(f.won) + 1
}

func sumOf(all []int64) (sum int64) {
	for _, x := range all {
		sum += x
	}
	return sum
}

// price is what a unit of weight that area k lacks is to cost a search: of
// floors some times its worth, of rates what makes areas equal.
func (f *fairHunt) price(k int) float64 {
	if f.rates {
		return float64(f.areas.unit) / float64(f.areas.all[k])
	}
	if f.prices != nil {
		return 1 + 2*f.prices[k]
	}
	return 3
}

// over tells whether there is nothing more to do, or no effort left.
func (f *fairHunt) over() bool {
	return f.done || f.enough != nil && f.kept != nil && meets(f.won, f.enough) || f.ctx.Err() != nil || f.work >= f.effort
}

func meets(won, need []int64) bool {
	for k, w := range won {
		if w < need[k] {
			return false
		}
	}
	return true
}

// take takes a plan of sites of c if it is better than the best so far.
func (f *fairHunt) take(sites []int32) bool {
	settled := make([]choice, f.c.sites())
	for _, s := range sites {
		settled[s] = in
	}
	won := f.c.wonByArea(settled, f.base)
	if least, total := f.wanted(); !meets(won, least) || sumOf(won) < total {
		return false
	}
	f.kept, f.won = append([]int32{}, sites...), won
	f.tell()
	return true
}

// lower takes a bound: that of weight is a whole number, that of a rate one of
// those that there are.
func (f *fairHunt) lower(bound float64) {
	if f.rates {
		bound = f.areas.rounded(bound)
	} else {
		bound = math.Floor(bound)
	}
	if bound < f.ceiling {
		f.ceiling = bound
		f.tell()
	}
}

// finish is when there is no better plan.
func (f *fairHunt) finish() {
	f.done = true
	f.tell()
}

func (f *fairHunt) tell() {
	if f.options.Watch == nil || f.kept == nil {
		return
	}
	f.options.Watch(Progress{
		Sites: f.sites(), Objective: f.objective(), Bound: f.bound(),
		Done: min(float64(f.work)/float64(max(f.effort, 1)), 1),
	})
}

// objective is that of the best plan, in the unit of the model.
func (f *fairHunt) objective() float64 {
	if f.rates {
		k := f.areas.least(f.won)
		return f.areas.rate(k, f.won[k])
	}
	return float64(sumOf(f.won) * f.areas.unit)
}

// bound is what no plan passes, in the unit of the model.
func (f *fairHunt) bound() float64 {
	objective := f.objective()
	if f.done {
		return objective
	}
	bound := f.ceiling
	if !f.rates {
		bound = math.Min(bound, float64(f.full.total())) * float64(f.areas.unit)
	}
	if bound <= objective { // not known to be met
		bound = math.Nextafter(objective, math.Inf(1))
	}
	return bound
}

// sites are those of the problem that the best plan opens beside existing ones.
func (f *fairHunt) sites() []int32 {
	sites := []int32{}
	for s, what := range f.settled {
		if what == in && f.problem.Sites[s].State != Existing {
			sites = append(sites, int32(s))
		}
	}
	for _, s := range f.kept {
		sites = append(sites, f.c.id[s])
	}
	slices.Sort(sites)
	return sites
}

// plan is what was found.
func (f *fairHunt) plan() Plan {
	plan := Plan{Sites: f.sites(), Objective: f.objective(), Bound: f.bound(), Proven: f.done, Work: f.work, Nodes: f.nodes}
	plan.With, plan.Without = f.bySite(plan.Bound)
	return plan
}

// bySite are the bounds of plans that open a site, and of those that do not.
func (f *fairHunt) bySite(bound float64) (with, without []float64) {
	if f.with == nil {
		return nil, nil
	}
	n, worst := len(f.problem.Sites), math.Inf(-1)
	with, without = slices.Repeat([]float64{worst}, n), slices.Repeat([]float64{bound}, n)
	for s := range n {
		switch i := f.index[s]; {
		case i >= 0:
			with[s] = math.Min(bound, f.unitOf(f.with[i]))
			without[s] = math.Min(bound, f.unitOf(f.without[i]))
		case f.settled[s] == in:
			with[s], without[s] = bound, worst
		case f.settled[s] == open: // nothing is left that it could win
			with[s] = bound
		}
	}
	return with, without
}

// unitOf is a bound in the unit of the model.
func (f *fairHunt) unitOf(bound float64) float64 {
	if f.rates {
		return f.areas.rounded(bound)
	}
	return math.Floor(bound) * float64(f.areas.unit)
}
