package siting

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"kaimen/coverage"
)

// singlePlanner solves one SingleSource problem. Values and bounds in it are below
// zero: travel times -1, the larger the better.
type singlePlanner struct {
	o      Options
	ctx    context.Context
	n      *singleNet
	random *rand.Rand

	found bool    // there is a plan
	best  []int32 // by demand of n: its site
	sites []int32 // of p
	value int64   // worse than any plan while there is none
	bound int64
	rest  int64 // the largest bound of what the tree could not settle
	dual  *singleDual
	work  int64 // besides that of dual
	nodes int

	with, without []float64
}

// singleSource finds the sites and who is served by which of them, for the least
// travel. A place may be served by a site that is not in its row of Reach, at
// Problem.Beyond; it takes of that site's capacity all the same.
//
//  1. A first assignment, then annealing: places change sites, pairs of them do,
//     and whole clusters move to another site.
//  2. A bound by prices on places, with a knapsack for every site.
//  3. A search tree, first over sites, then over who is served where.
//
// Errors: invalid if no plan can hold all load, or none was found.
func (o Options) singleSource(ctx context.Context, p *Problem) (Plan, error) {
	if err := ctx.Err(); err != nil {
		return Plan{}, err
	}
	return o.single(ctx, newSingleNet(p, singleWhole))
}

func (o Options) single(ctx context.Context, n *singleNet) (Plan, error) {
	if err := n.infeasible(); err != nil {
		return Plan{}, err
	}
	s := &singlePlanner{o: o, ctx: ctx, n: n, random: rand.New(rand.NewPCG(o.Seed, 0xa55)), bound: math.MaxInt64, dual: newSingleDual(n)}
	s.value = -n.worst()
	s.rest = s.value
	s.construct()
	end := s.tree()
	if !s.found {
		return Plan{}, s.none(end)
	}
	return s.plan(end), nil
}

// infeasible tells of loads that no choice of sites can hold.
func (n *singleNet) infeasible() error {
	var issues []coverage.Issue
	add := func(format string, args ...any) {
		issues = append(issues, coverage.Issue{Severity: coverage.SeverityError, Code: coverage.ReasonBadValue, Message: fmt.Sprintf(format, args...)})
	}
	if i, room, yes := n.tooLarge(); yes {
		add("demand %d takes %d, and the largest site holds %d: give a capacity of %d or more, or split the demand", n.demand[i], n.load[i], room, n.load[i])
	}
	count, short := n.least()
	switch {
	case short > 0:
		add("all demand takes %d, and all sites together hold %d: %d more is needed", n.total, n.total-short, short)
	case n.p.Number > 0 && count > n.p.Number:
		add("all demand takes %d, and no %d sites hold so much: the least number that does is %d", n.total, n.p.Number, count)
	}
	if issues == nil {
		return nil
	}
	return &coverage.Error{Code: coverage.Invalid, Message: "the sites cannot hold all demand", Issues: issues}
}

// none is the error where there is no plan.
func (s *singlePlanner) none(end End) error {
	if end == EndCanceled {
		return s.ctx.Err()
	}
	message := fmt.Sprintf("no %d sites were found that hold all demand, each place at one site: give a larger number or capacities, or search with more effort", s.n.p.Number)
	if end == EndProven {
		message = fmt.Sprintf("no %d sites hold all demand, each place at one site: give a larger number or capacities, or loosen the other limits", s.n.p.Number)
	}
	return &coverage.Error{Code: coverage.Invalid, Message: "the sites cannot hold all demand", Issues: []coverage.Issue{{
		Severity: coverage.SeverityError, Code: coverage.ReasonBadValue, Message: message,
	}}}
}

// spent counts a step as six pairs: it takes as long as so many in a row.
func (s *singlePlanner) spent() int64 { return 6 * (s.work + s.dual.work + s.dual.k.work) }

// over tells that the search has to end.
func (s *singlePlanner) over() bool {
	return s.value >= s.bound || s.spent() >= s.o.effort() || s.ctx.Err() != nil
}

// offer takes a state as the plan if it is better and keeps all capacities.
func (s *singlePlanner) offer(state *singleState) bool {
	if state.over > 0 || -state.cost <= s.value || !state.set.ok() {
		return false
	}
	s.found, s.value, s.best, s.sites = true, -state.cost, append(s.best[:0:0], state.at...), slices.Clone(state.set.list)
	s.watch()
	return true
}

func (s *singlePlanner) watch() {
	if s.o.Watch == nil || !s.found {
		return
	}
	bound := math.Max(-float64(s.bound), 0)
	if s.value >= s.bound {
		bound = -float64(s.value)
	}
	s.o.Watch(Progress{
		Sites: slices.Sorted(slices.Values(s.sites)), Objective: -float64(s.value), Bound: bound,
		Done: min(float64(s.spent())/float64(s.o.effort()), 1),
	})
}

// construct finds first plans: from the sites that shorten travel most, whatever
// they hold, and if that does not hold all, from the largest.
func (s *singlePlanner) construct() {
	state := newSingleState(s.n, s.greedy())
	s.offer(state)
	moves := min(100_000, int(s.o.effort()/2000))
	s.anneal(state, moves, 0.5)
	for try := 0; !s.found && try < 4 && !s.over(); try++ {
		s.anneal(newSingleState(s.n, nil), 2*moves, 0.2*float64(try+1))
	}
}

// greedy opens the site that shortens travel most, until no more are allowed.
func (s *singlePlanner) greedy() []int32 {
	n := s.n
	now := slices.Clone(n.beyond)
	serve := func(site int32) {
		for a := n.first[site]; a < n.first[site+1]; a++ {
			now[n.who[a]] = min(now[n.who[a]], n.cost[a])
		}
	}
	set := n.r.newSet()
	for _, j := range append(slices.Clone(n.r.open), set.list...) {
		serve(n.local[j])
	}
	for !s.over() {
		best, most := int32(-1), int64(-1)
		for _, j := range n.r.pool {
			if !set.fits(j) {
				continue
			}
			gain, site := int64(0), n.local[j]
			for a := n.first[site]; a < n.first[site+1]; a++ {
				gain += max(now[n.who[a]]-n.cost[a], 0)
			}
			s.work += int64(n.first[site+1] - n.first[site])
			if gain > most {
				best, most = j, gain
			}
		}
		if best < 0 {
			break
		}
		set.add(best)
		serve(n.local[best])
	}
	return set.list
}

// anneal looks for better plans from a state, for so many moves, but not for more
// than a fortieth of the effort. heat is that at the start, in mean travel of a
// place.
func (s *singlePlanner) anneal(state *singleState, moves int, heat float64) {
	if len(state.at) == 0 {
		return
	}
	mean := float64(state.cost)/float64(len(state.at)) + 1e-3
	price := mean * float64(len(state.at)) / float64(max(s.n.total, 1))
	before, until := s.work, s.spent()+s.o.effort()/40
	a := singleAnnealing{
		s: state, random: s.random, price: price, lowest: price / 20, least: -s.value,
		better: func() { s.offer(state) },
		stop: func() bool {
			s.work = before + state.work
			return s.over() || s.spent() >= until
		},
	}
	a.run(moves, heat*mean, 0.01*mean)
	state.descend(a.stop)
	s.offer(state)
	s.work = before + state.work
}

// again anneals from the sites of the best plan, each time from another heat; then
// from the same with one site changed, from little heat, many times. A run is long
// enough for every place to be moved some thousand times, and no more than a part
// of the effort.
func (s *singlePlanner) again(round int) {
	n := s.n
	if s.over() || len(n.demand) == 0 {
		return
	}
	moves := min(max(3000*len(n.demand), 200_000), 5_000_000, int(s.o.effort()/4000))
	s.anneal(newSingleState(n, s.sites), moves, []float64{1, 0.5, 2}[round%3])
	short := 50 * len(n.demand)
	for done := 0; done < moves/4 && len(s.sites) > 0 && !s.over(); done += short {
		sites := slices.Clone(s.sites)
		at := s.random.IntN(len(sites))
		sites = slices.Delete(sites, at, at+1)
		s.anneal(newSingleState(n, s.beside(sites)), short, 0.1)
	}
}

// beside adds a site by chance that the rules allow beside.
func (s *singlePlanner) beside(sites []int32) []int32 {
	set := s.n.r.newSet()
	set.set(sites)
	for range min(20, len(s.n.r.pool)) {
		if j := s.n.r.pool[s.random.IntN(len(s.n.r.pool))]; set.fits(j) {
			return append(sites, j)
		}
	}
	return sites
}

// plan is the answer: the sites that serve somebody or are required, those whose
// demand would travel most without them first.
func (s *singlePlanner) plan(end End) Plan {
	n := s.n
	plan := Plan{Objective: -float64(s.value), Bound: math.Max(-float64(s.bound), 0), Proven: s.bound <= s.value, End: end, Nodes: s.nodes, Work: s.spent()}
	plan.Assigned = slices.Repeat([]int32{-1}, len(n.p.Demand))
	saved := make([]int64, len(n.p.Sites))
	serves := make([]bool, len(n.p.Sites))
	for i, site := range s.best {
		j := n.site[site]
		plan.Assigned[n.demand[i]] = j
		serves[j] = true
		saved[j] += n.beyond[i] - n.travel(int32(i), site)
	}
	for _, j := range s.sites {
		if serves[j] || n.p.Sites[j].State == Required {
			plan.Sites = append(plan.Sites, j)
		}
	}
	slices.SortFunc(plan.Sites, func(a, b int32) int {
		switch {
		case saved[a] != saved[b] && saved[a] > saved[b]:
			return -1
		case saved[a] != saved[b]:
			return 1
		}
		return int(a - b)
	})
	if plan.Proven {
		plan.Bound, plan.End = plan.Objective, EndProven
	}
	plan.Spent = n.r.cost(plan.Sites)
	plan.With, plan.Without = s.with, s.without
	return plan
}
