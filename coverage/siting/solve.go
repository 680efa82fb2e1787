package siting

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
)

// Best finds a plan for any model, proves how far it can be from the best one,
// and goes on until it is the best or the effort is spent.
type Best struct{ Options }

// String names the solver.
func (b Best) String() string { return "best" }

const defaultEffort = 20_000 // millions of pairs

// effort is how many pairs may be visited.
func (o Options) effort() int64 {
	if o.Effort <= 0 {
		return defaultEffort * 1e6
	}
	return int64(min(o.Effort, 1_000_000_000)) * 1e6
}

// Solve implements Solver.
//
// Holds: what a plan achieves is worked out once more, by Value, before it is
// handed over.
// Cost: memory of some 20 bytes a pair of demand and site beside the problem.
func (b Best) Solve(ctx context.Context, p *Problem) (Plan, error) {
	if err := p.check(); err != nil {
		return Plan{}, err
	}
	plan, err := b.search(ctx, p)
	if err != nil {
		return Plan{}, err
	}
	if p.Model != Splittable && p.Model != SingleSource { // these put them in order
		plan.Sites = p.byGain(plan.Sites)
	}
	if value, err := Value(p, plan.Sites); p.Model != SingleSource && (err != nil || !alike(value, plan.Objective)) {
		return Plan{}, fmt.Errorf("siting: bug: a plan of %s is said to achieve %v, and achieves %v: %w", p.Model, plan.Objective, value, err)
	}
	plan.Spent = p.costOf(plan.Sites)
	plan.End = EndEffort
	switch {
	case plan.Proven:
		plan.End = EndProven
	case ctx.Err() != nil:
		plan.End = EndCanceled
	}
	return plan, nil
}

// alike tells whether two ways of adding up came to the same.
func alike(a, b float64) bool { return math.Abs(a-b) <= 1e-9*max(math.Abs(a), math.Abs(b), 1) }

// search looks for the sites of a plan, in any order, and a bound.
func (b Best) search(ctx context.Context, p *Problem) (Plan, error) {
	switch {
	case p.Model == SetCover && p.Target > 0:
		return b.partial(ctx, p)
	case p.Model == Center:
		return b.center(ctx, p)
	case p.Model == Backup:
		return b.backup(ctx, p)
	case p.Model == Splittable:
		return b.splittable(ctx, p)
	case p.Model == SingleSource:
		return b.singleSource(ctx, p)
	case p.Model == MaxMin:
		return b.maxMin(ctx, p)
	case p.Model == MaxCover && p.Floor > 0:
		return b.floored(ctx, p)
	}
	h, err := newHunt(ctx, b.Options, p)
	if err != nil {
		return Plan{}, err
	}
	h.run()
	return h.plan()
}

// hunt is one search for the best value of a core.
type hunt struct {
	ctx     context.Context
	options Options
	problem *Problem
	full    *core // with all sites
	settled []choice
	c       *core   // with the free ones
	index   []int32 // by site of the problem: its index in c, -1 if it is not there

	best    int64 // value, base counted; the smallest number if there is no plan
	kept    []int32
	ceiling int64 // of values, base counted
	with    []float64
	without []float64
	profit  []float64 // by site of c: its reduced profit
	work    int64
	// annealed is the part of the work that went into annealing on the kernel, and
	// seed that of the last search.
	annealed int64
	seed     uint64
	nodes    int
	dual     *dualBound // of the relaxation of c
	travel   int64      // of Median: what all travel if none is reached
	must     int64      // of SetCover and Backup: what is won by covering all once
	// enough ends the search as soon as a value is met: what is asked is only
	// whether it can be.
	enough int64
}

func newHunt(ctx context.Context, o Options, p *Problem) (*hunt, error) {
	full, settled, err := coreOf(p)
	if err != nil {
		return nil, err
	}
	h := &hunt{
		ctx: ctx, options: o, problem: p, full: full, settled: settled,
		best: math.MinInt64, ceiling: math.MaxInt64 / 4, enough: math.MaxInt64, seed: o.Seed,
	}
	if !full.propagate(settled) {
		h.ceiling = h.best
	}
	h.c, h.index = full, everySite(full)
	if slices.ContainsFunc(settled, func(c choice) bool { return c != open }) {
		c, passage := full.reduced(settled, nil)
		h.c, h.index = c, passage.site
	}
	switch p.Model {
	case SetCover, Backup:
		h.must = h.mustWin()
	case Median:
		beyond := p.beyond()
		for i := range p.Demand {
			h.travel += p.Demand[i].Weight * beyond
		}
	}
	return h, nil
}

func (h *hunt) over() bool {
	return h.best >= h.ceiling || h.best >= h.enough || h.ceiling < h.enough && h.enough != math.MaxInt64 || h.ctx.Err() != nil || h.work >= h.options.effort()
}

// How the effort is divided: the first climb, then annealing beside the root's
// relaxation, then annealing on promising sites before and between nodes of the
// tree, of which it takes as much as annealShare of all work.
const (
	climbPasses   = 30 // over all pairs
	siftPairs     = 2_000_000
	turnPairs     = 400_000_000
	mostRootSteps = 4000
	rootTurns     = 3 // of annealing
	rootAnneal    = 20_000_000
	rootPasses    = 20
	kernelRounds  = 3
	kernelAnneal  = 60_000_000
	kernelPasses  = 3000
	annealShare   = 0.15
)

// run searches.
func (h *hunt) run() {
	if h.over() {
		return
	}
	all := everySite(h.c)
	s := newSearch(h.ctx, h.c, h.options.Seed)
	s.greedy(all)
	h.offer(s, nil)
	s.climb(all, int64(climbPasses*h.c.pairs()))
	h.offer(s, nil)
	h.work += s.work
	if h.c.sites() == 0 {
		h.ceiling = h.best
		return
	}
	h.lower(h.c.base + h.c.total())
	x := h.relaxRoot(s, all)
	if math.IsInf(x.best.value, 1) { // there was no need, or no time
		return
	}
	h.dual = &x.best
	h.with, h.without = siteBounds(h.c, h.dual)
	h.profit = make([]float64, h.c.sites())
	x.best.profits(h.c, x.best.theta[0], h.profit)
	h.lower(x.ceiling())
	r := newSearch(h.ctx, h.c, 0)
	r.round(x.best.y)
	r.climb(all, int64(3*h.c.pairs()))
	h.offer(r, nil)
	h.work += r.work
	for range kernelRounds {
		if h.over() {
			return
		}
		h.kernel()
	}
	if !h.over() {
		h.branch(x)
	}
}

func everySite(c *core) []int32 {
	all := make([]int32, c.sites())
	for i := range all {
		all[i] = int32(i)
	}
	return all
}

// offer takes a search's best choice, of sites of c or, with up, of a core made
// from it, if it is better than the best so far.
func (h *hunt) offer(s *search, up []int32) bool {
	if s.best == math.MinInt64 {
		return false
	}
	return h.take(s.c.base+s.best, s.kept, nil, up)
}

// take takes a choice: sites of c, or of a core made from it with up, and those
// that were settled in on the way.
func (h *hunt) take(value int64, sites, settled, up []int32) bool {
	if value <= h.best {
		return false
	}
	kept := append(make([]int32, 0, len(settled)+len(sites)), settled...)
	for _, s := range sites {
		if up != nil {
			s = up[s]
		}
		kept = append(kept, s)
	}
	if h.c.priced {
		value, kept = h.repaired(value, kept)
	}
	h.best, h.kept = value, kept
	h.tell()
	return true
}

func (h *hunt) lower(ceiling int64) {
	if ceiling < h.ceiling {
		h.ceiling = max(ceiling, h.best)
		h.tell()
	}
}

func (h *hunt) tell() {
	if h.options.Watch == nil || h.kept == nil {
		return
	}
	h.options.Watch(Progress{
		Sites: h.sites(), Objective: h.objective(h.best), Bound: h.objective(h.ceiling),
		Done: min(float64(h.work)/float64(h.options.effort()), 1),
	})
}

// relaxRoot relaxes the whole problem, and anneals beside it; by turns, so that
// who watches sees both come closer.
func (h *hunt) relaxRoot(s *search, all []int32) *relaxer {
	x := newRelaxer(h.c, s.kept)
	work := max(min(rootAnneal, int64(1000*h.c.pairs())), int64(rootPasses*h.c.pairs())) / rootTurns
	// A turn of the relaxation is short where a step is long.
	steps := min(max(turnPairs/max(h.c.pairs(), 1), 24), 200)
	if h.c.pairs() > siftPairs && len(h.c.limits) == 0 {
		h.sift(x)
	}
	stalled := false
	for turn := 0; !stalled && !h.over(); turn++ {
		var wait sync.WaitGroup
		before, relaxed := s.work, int64(0)
		wait.Go(func() { relaxed, stalled = x.descend(h.ctx, h.best, steps, rootPatience, 0.001) })
		if turn < rootTurns {
			wait.Go(func() {
				hot := h.heat(s)
				s.goTo(s.kept)
				s.anneal(all, hot, hot/50, work)
			})
		}
		wait.Wait()
		h.work += relaxed + s.work - before
		h.offer(s, nil)
		h.lower(x.ceiling())
		stalled = stalled || x.total >= mostRootSteps
	}
	return x
}

// heat is a temperature at which a move that loses what an open site adds on the
// mean, times a small part, is made now and then.
func (h *hunt) heat(s *search) float64 {
	sum := 0.0
	for _, site := range s.kept {
		sum += float64(s.tally.loss(site))
	}
	return max(0.05*sum/float64(max(len(s.kept), 1)), 0.1)
}

// kernel puts aside what the bounds rule out, and anneals on what is left, by two
// searches side by side.
func (h *hunt) kernel() {
	settled, ok := h.fixed()
	if !ok {
		h.lower(h.best)
		return
	}
	d, passage := h.c.reduced(settled, nil)
	if d.sites() == 0 {
		h.take(d.base, nil, chosen(settled), nil)
		h.lower(h.best)
		return
	}
	up := passage.upward(d)
	start := []int32{}
	for _, s := range h.kept {
		if i := passage.site[s]; i >= 0 {
			start = append(start, i)
		}
	}
	among := h.promising(d, up, start)
	work := min(kernelAnneal, int64(kernelPasses*d.pairs()))
	var searches [2]*search
	var wait sync.WaitGroup
	for i := range searches {
		h.seed++
		seed := h.seed
		wait.Go(func() {
			s := newSearch(h.ctx, d, seed)
			s.openWhatFits(start) // beside sites that are settled in there may be room for fewer
			s.greedy(everySite(d))
			hot := h.heat(s) * (0.8 + 0.8*float64(i))
			s.anneal(among, hot, hot/20, work)
			searches[i] = s
		})
	}
	wait.Wait()
	on := chosen(settled)
	for _, s := range searches {
		h.work += s.work
		h.annealed += s.work
		if s.best > math.MinInt64 {
			h.take(d.base+s.best, s.kept, on, up)
		}
	}
}

// promising are the sites of d that are open in start, or not far from being worth
// the price of the budget; no fewer than some for each that is open.
func (h *hunt) promising(d *core, up, start []int32) []int32 {
	const far = 0.02 // of the price
	sites := everySite(d)
	opened := make([]bool, len(sites))
	for _, s := range start {
		opened[s] = true
	}
	lacks := func(s int32) float64 {
		price := h.dual.theta[0] * float64(d.cost[s])
		if d.priced {
			price = float64(d.cost[s])
		}
		if opened[s] || h.profit[up[s]] >= -far*price {
			return 0
		}
		return -h.profit[up[s]]
	}
	slices.SortStableFunc(sites, func(a, b int32) int { return cmp.Compare(lacks(a), lacks(b)) })
	n := min(len(sites), 4*len(h.kept)+50)
	for n < len(sites) && lacks(sites[n]) == 0 {
		n++
	}
	return sites[:n]
}

// upward tells by site of the reduced core what it was.
func (w passage) upward(d *core) []int32 {
	up := make([]int32, d.sites())
	for site, i := range w.site {
		if i >= 0 {
			up[i] = int32(site)
		}
	}
	return up
}

// fixed settles the sites of c that the bounds rule out or in, for plans better
// than the best so far; false if there are none.
func (h *hunt) fixed() ([]choice, bool) {
	settled := make([]choice, h.c.sites())
	for s := range settled {
		switch {
		case h.with[s] < float64(h.best+1):
			settled[s] = out
		case h.without[s] < float64(h.best+1):
			settled[s] = in
		}
	}
	return settled, h.c.propagate(settled)
}

// branch searches the tree until it is done or the effort is spent.
func (h *hunt) branch(x *relaxer) {
	settled, ok := h.fixed()
	if !ok {
		h.lower(h.best)
		return
	}
	root, passage := h.c.reduced(settled, nil)
	if root.sites() == 0 {
		h.take(root.base, nil, chosen(settled), nil)
		h.lower(h.best)
		return
	}
	up, on := passage.upward(root), chosen(settled)
	y := newWarmRelaxer(root, passage.down(narrow(x.won()), root), nil)
	relaxed, _ := y.descend(h.ctx, h.best, mostRootSteps, rootPatience, 0.001)
	h.work += relaxed
	h.lower(y.ceiling())
	t := newTree(root, y, h.best)
	for !h.over() {
		if len(t.nodes) == 0 {
			h.ceiling = h.best
			h.tell()
			return
		}
		if float64(h.annealed) < annealShare*float64(h.work) {
			h.kernel()
			t.floor = max(t.floor, h.best)
		}
		before := t.work
		t.round(h.ctx)
		h.work += t.work - before
		h.nodes = t.done
		if t.found {
			t.found = false
			h.take(t.floor, t.kept, on, up)
			t.floor = h.best
		}
		if h.ctx.Err() == nil {
			h.lower(t.bound())
		}
	}
}
