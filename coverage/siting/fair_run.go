package siting

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
)

// maxMin finds the plan of the largest least rate. What its bounds leave over is
// spent on sites that cover more of any area.
//
// Source: Ogryczak and Śliwiński (2003), On solving linear programs with the
// ordered weighted averaging objective, of which the least is one; bounds by
// prices of areas that add up to 1.
func (b Best) maxMin(ctx context.Context, p *Problem) (Plan, error) {
	f, err := newFairHunt(ctx, b.Options, p, b.effort())
	if err != nil {
		return Plan{}, err
	}
	f.run()
	if f.kept == nil {
		return Plan{}, f.none()
	}
	plan := f.plan()
	plan.Sites, err = p.filled(ctx, plan.Sites)
	if plan.Proven || err != nil {
		return plan, err
	}
	plan.Objective, _ = Value(p, plan.Sites)
	if plan.Objective >= plan.Bound {
		plan.Objective, plan.Proven = plan.Bound, true
	}
	return plan, nil
}

// filled adds to a plan the sites that cover more in sum, greedily, as far as
// they fit.
func (p *Problem) filled(ctx context.Context, sites []int32) ([]int32, error) {
	q := *p
	q.Model, q.Floor = MaxCover, 0
	c, settled, err := coreOf(&q)
	if err != nil {
		return nil, err
	}
	for _, s := range sites {
		settled[s] = in
	}
	c.propagate(settled)
	d, _ := c.reduced(settled, nil)
	s := newSearch(ctx, d, 0)
	s.greedy(everySite(d))
	for _, j := range s.kept {
		sites = append(sites, d.id[j])
	}
	return sites, nil
}

// floored finds the plan that covers most, of those that give every area its
// floor.
func (b Best) floored(ctx context.Context, p *Problem) (Plan, error) {
	f, err := newFairHunt(ctx, b.Options, p, b.effort())
	if err != nil {
		return Plan{}, err
	}
	f.begin()
	if f.kept == nil {
		if err := f.rescue(); err != nil {
			return Plan{}, err
		}
	}
	f.branch()
	return f.plan(), nil
}

// rescue looks for any plan that meets the floors, by raising the least rate. If
// there is none, or none is found, the error tells what rate can be met.
func (f *fairHunt) rescue() error {
	q := *f.problem
	q.Model, q.Floor = MaxMin, 0
	g, err := newFairHunt(f.ctx, Options{Seed: f.options.Seed}, &q, f.effort-f.work)
	if err != nil {
		return err
	}
	g.enough = make([]int64, len(g.areas.all))
	for k, all := range g.areas.all {
		g.enough[k] = g.areas.floor(f.problem.Floor, all)
	}
	g.run()
	f.work += g.work
	f.nodes += g.nodes
	if g.kept == nil {
		return f.none()
	}
	if meets(g.won, g.enough) {
		sites := []int32{}
		for _, s := range g.kept {
			if i := f.index[g.c.id[s]]; i >= 0 {
				sites = append(sites, i)
			}
		}
		f.take(sites)
		return nil
	}
	if err := f.ctx.Err(); err != nil {
		return err
	}
	// Rounded so that what is told holds.
	best, bound := math.Floor(g.objective()*1e4)/1e4, math.Ceil(g.bound()*1e4)/1e4
	switch {
	case g.done:
		return infeasible("no plan%s gives every area a rate of %v; the best least rate is %.4f; give at most that as a floor, or open more sites",
			f.problem.size(), f.problem.Floor, best)
	case f.done || g.bound() < f.problem.Floor:
		return infeasible("no plan%s gives every area a rate of %v; a least rate of %.4f is possible, and none above %.4f; give a lower floor, or open more sites",
			f.problem.size(), f.problem.Floor, best, bound)
	}
	return infeasible("no plan%s was found that gives every area a rate of %v; a least rate of %.4f is possible, and none above %.4f; give a lower floor, or more effort",
		f.problem.size(), f.problem.Floor, best, bound)
}

// size says how many sites may be opened.
func (p *Problem) size() string {
	switch {
	case p.Number > 0 && p.Budget != NoBudget:
		return fmt.Sprintf(" of at most %d sites and a budget of %d", p.Number, p.Budget)
	case p.Number > 0:
		return fmt.Sprintf(" of at most %d sites", p.Number)
	case p.Budget != NoBudget:
		return fmt.Sprintf(" of a budget of %d", p.Budget)
	}
	return " within the limits"
}

// none tells why there is no plan at all.
func (f *fairHunt) none() error {
	if err := f.ctx.Err(); err != nil {
		return err
	}
	return infeasible("no choice of sites keeps to the budget, the limits and the distances between sites; raise a limit, or ask for less that is required")
}

func (f *fairHunt) run() {
	f.begin()
	if f.kept != nil {
		f.branch()
	}
}

// begin finds plans and bounds the whole.
func (f *fairHunt) begin() {
	if f.done {
		return
	}
	if f.c.sites() == 0 {
		f.take(nil)
		f.finish()
		return
	}
	all := everySite(f.c)
	s := newFairSearch(f, f.c, f.base, f.options.Seed)
	s.fill(all)
	f.offer(s)
	x := f.relaxer(f.c, f.base)
	steps := min(mostRootSteps, int(max(f.effort/4/int64(2*f.c.pairs()+1), 200)))
	work, empty := x.descendFair(f.ctx, f.goal(), steps, 0.0005)
	f.work += work + s.work
	f.note(x)
	if empty {
		f.finish()
		return
	}
	for range 3 {
		if f.over() || !f.kernel(x) {
			return
		}
	}
}

// note takes down what the relaxation of c tells.
func (f *fairHunt) note(x *relaxer) {
	f.with, f.without = siteBounds(f.c, &x.best)
	f.root, f.prices = x, slices.Clone(x.areas.best)
	bound := x.best.value + x.best.margin + float64(f.c.base)
	f.lower(bound)
	if f.kept != nil && !f.passes(bound) {
		f.finish()
	}
}

// passes tells whether a bound leaves room for a plan better than the best.
func (f *fairHunt) passes(bound float64) bool {
	least, total := f.wanted()
	if !f.rates {
		return math.Floor(bound) >= float64(total)
	}
	for k, w := range least {
		if f.areas.within(k, bound) >= w {
			return true
		}
	}
	return false
}

// offer takes a search's best choice.
func (f *fairHunt) offer(s *fairSearch) bool { return s.found && f.take(s.kept) }

// fairAnneal is the part of the effort, one in so many, that one annealing takes.
const fairAnneal = 40

// kernel anneals on the sites that the bounds leave, first of those that the
// relaxation opens, at least in part; it tells whether a better plan was found.
func (f *fairHunt) kernel(x *relaxer) bool {
	limit, open := f.goal().limit(x.areas.best), 0
	order := slices.DeleteFunc(bySharesOf(x.best.y), func(s int32) bool { return f.with[s] < limit })
	for _, s := range order {
		if x.best.y[s] > 1e-6 {
			open++
		}
	}
	work := min(max(f.effort/fairAnneal, rootAnneal), kernelAnneal, int64(kernelPasses*f.c.pairs()), max(f.effort-f.work, 0))
	var searches [2]*fairSearch
	var wait sync.WaitGroup
	for i := range searches {
		wait.Go(func() {
			s := newFairSearch(f, f.c, f.base, f.options.Seed+uint64(i)+1)
			if f.kept != nil && i == 0 {
				s.goTo(f.kept)
			}
			s.fill(order)
			heat := s.heat() * float64(1+i)
			s.annealFair(order[:min(len(order), (1+i)*open+20)], heat, heat/30, work)
			searches[i] = s
		})
	}
	wait.Wait()
	better := false
	for _, s := range searches {
		f.work += s.work
		better = f.offer(s) || better
	}
	return better
}

// bySharesOf orders sites by their shares in a relaxation.
func bySharesOf(y []float64) []int32 {
	order := make([]int32, len(y))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return -cmp.Compare(y[a], y[b]) })
	return order
}
