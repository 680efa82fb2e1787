package siting

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
)

// capacityPlanner solves one Splittable problem.
type capacityPlanner struct {
	o      Options
	ctx    context.Context
	p      *Problem
	r      *capacityRules
	net    *flowNet
	f      *flow        // what is served by set, while plans are looked for
	set    *capacitySet // as f, without the existing sites
	random *rand.Rand
	step   int64 // all weights and capacities, so all objectives, are multiples of it

	best  []int32
	value int64 // of best
	bound int64
	work  int64 // besides that of f
	nodes int
	most  []int64 // by site: what it gains beside the Existing and Required ones

	with, without []float64
}

// splittable finds the sites that serve the most demand within the cutoff and
// their capacities. Objective is all that is served, by Existing sites too.
//
//  1. A plan by greedy choice and swaps: what is served is submodular in the
//     sites, so a gain once found bounds all later ones.
//  2. A bound by prices on demand: each site by itself takes the demand with most
//     left of its worth, and the rules say how many do. Any prices give a bound.
//  3. A search tree over the sites, the node with the largest bound first.
//
// Source: Minoux (1978), Accelerated greedy algorithms for maximizing submodular
// set functions; Pirkul and Schilling (1991), The maximal covering location
// problem with capacities on total workload.
func (o Options) splittable(ctx context.Context, p *Problem) (Plan, error) {
	if err := ctx.Err(); err != nil {
		return Plan{}, err
	}
	s := &capacityPlanner{o: o, ctx: ctx, p: p, r: newCapacityRules(p), net: newFlowNet(p), random: rand.New(rand.NewPCG(o.Seed, 0x5eed))}
	s.f, s.set, s.step = newFlow(s.net), s.r.newSet(), s.net.step()
	s.value, s.bound = -1, math.MaxInt64
	s.construct()
	s.upper(s.firstBound(), 0, 1)
	until := s.spent() + s.effort()/40
	s.descend(func() bool { return s.over() || s.spent() >= until })
	s.offer()
	s.improve(s.effort() / 200)
	end := s.tree()
	return s.plan(end), nil
}

func (s *capacityPlanner) effort() int64 { return s.o.effort() }

// spent counts an arc of the flow as four pairs: it takes as long, being looked at
// in no order.
func (s *capacityPlanner) spent() int64 { return s.work + 4*s.f.work }

// over tells that the search has to end.
func (s *capacityPlanner) over() bool {
	return s.value >= s.bound || s.spent() >= s.effort() || s.ctx.Err() != nil
}

// step is the greatest number that all weights and capacities are multiples of.
// The most that can be served is a sum of some of them, so a multiple too.
func (n *flowNet) step() int64 {
	d := int64(0)
	for _, w := range n.weight {
		d = gcd(d, w)
	}
	for _, w := range n.room {
		d = gcd(d, w)
	}
	return max(d, 1)
}

// firstBound is what can be served at most by the simplest reasons: all demand
// within reach, and what is served beside Existing and Required sites by the
// others alone.
func (s *capacityPlanner) firstBound() float64 {
	all := 0.0
	for _, w := range s.net.weight {
		all += float64(w)
	}
	return min(all, s.gainBound())
}

// gainBound adds to what the set serves the gains of single sites beside it: as
// many as the rules allow, for what is served is submodular.
func (s *capacityPlanner) gainBound() float64 {
	gain, settled := make([]float64, len(s.p.Sites)), make([]int8, len(s.p.Sites))
	for _, j := range s.r.pool {
		if s.ctx.Err() != nil {
			return math.Inf(1)
		}
		if !s.set.in[j] {
			gain[j] = float64(s.f.gain(j))
		}
	}
	x := newCapacityRelaxed(s.r)
	if !x.solve(gain, make([]float64, len(x.over)), settled) {
		return math.Inf(1)
	}
	return float64(s.f.served) + x.value + margin(x.size, len(gain))
}

// margin is more than what sums of floats of such magnitude can be off by.
func margin(size float64, terms int) float64 {
	return size * float64(terms+64) * 0x1p-51
}

// upper notes a bound, that is true up to rounding of a sum of so many terms.
func (s *capacityPlanner) upper(bound, size float64, terms int) {
	if whole := s.rounded(bound + margin(size, terms)); whole < s.bound {
		s.bound = whole
		s.watch()
	}
}

// rounded is the largest objective that is not beyond bound.
func (s *capacityPlanner) rounded(bound float64) int64 {
	if bound >= 0x1p62 {
		return math.MaxInt64
	}
	return int64(math.Floor(max(bound, 0)/float64(s.step)+1e-9)) * s.step
}

// offer takes what the set serves as the plan if it is better.
func (s *capacityPlanner) offer() bool {
	if s.f.served <= s.value {
		return false
	}
	s.value, s.best = s.f.served, slices.Clone(s.set.list)
	s.watch()
	return true
}

func (s *capacityPlanner) watch() {
	if s.o.Watch == nil || s.value < 0 || s.bound == math.MaxInt64 {
		return
	}
	s.o.Watch(Progress{
		Sites: slices.Sorted(slices.Values(s.best)), Objective: float64(s.value), Bound: float64(max(s.bound, s.value)),
		Done: min(float64(s.spent())/float64(s.effort()), 1),
	})
}

// plan is the answer, its sites in the order of what they add.
func (s *capacityPlanner) plan(end End) Plan {
	plan := Plan{Sites: s.ordered(), Objective: float64(s.value), Bound: float64(s.bound), Proven: s.bound <= s.value, End: end, Nodes: s.nodes}
	if plan.Proven {
		plan.Bound, plan.End = plan.Objective, EndProven
	}
	plan.Spent = s.r.cost(plan.Sites)
	plan.Work = s.spent()
	plan.With, plan.Without = s.with, s.without
	return plan
}

// ordered is the best set by what each site adds to those before it. Those that
// add nothing are left out unless they are required.
func (s *capacityPlanner) ordered() []int32 {
	s.f.set(s.r.open)
	rest := slices.Sorted(slices.Values(s.best))
	bound := make([]int64, len(s.p.Sites))
	for _, j := range rest {
		bound[j] = s.net.room[j]
	}
	var list []int32
	for len(rest) > 0 {
		at, most := 0, int64(-1)
		for k, j := range rest {
			if bound[j] <= most {
				continue
			}
			if bound[j] = s.f.gain(j); bound[j] > most {
				at, most = k, bound[j]
			}
		}
		j := rest[at]
		rest = slices.Delete(rest, at, at+1)
		if most == 0 && s.p.Sites[j].State != Required {
			continue
		}
		s.f.add(j)
		s.f.log = s.f.log[:0]
		list = append(list, j)
	}
	return list
}
