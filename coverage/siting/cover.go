package siting

import (
	"context"
	"math"
	"slices"
	"sort"
)

// spend is what is left of the effort of a solver that asks several questions.
type spend struct {
	Options
	left int64
	plan Plan // work and nodes so far
}

func (b Best) spend() *spend { return &spend{Options: b.Options, left: b.effort()} }

// options are those of the next question, which may take half of what is left.
func (s *spend) options() Options {
	o := s.Options
	o.Watch = nil
	o.Effort = int(max(s.left/2_000_000, 1))
	return o
}

func (s *spend) add(h *hunt) {
	s.left -= h.work
	s.plan.Work += h.work
	s.plan.Nodes += h.nodes
}

// tell reports a plan or a bound to whoever watches.
func (s *spend) tell(sites []int32, objective, bound float64) {
	if s.Watch != nil {
		all := s.plan.Work + s.left
		s.Watch(Progress{Sites: sites, Objective: objective, Bound: bound, Done: min(float64(s.plan.Work)/float64(max(all, 1)), 1)})
	}
}

// reaches asks whether a choice is worth at least so much, and finds one. The
// answer is unknown if the effort ends first.
func (s *spend) reaches(h *hunt, enough int64) (yes, known bool) {
	if h.best < enough-1 { // what is worth less does not matter
		h.best, h.enough = enough-1, enough
		h.run()
		s.add(h)
	}
	return h.best >= enough, h.best >= enough || h.ceiling < enough
}

// partial finds the least cost of covering a target: by asking, for budgets
// between what is proven too little and what is known to do, how much can be
// covered.
func (b Best) partial(ctx context.Context, p *Problem) (Plan, error) {
	s := b.spend()
	ask := func(budget int64) (*hunt, int64, error) {
		q := *p
		q.Model, q.Budget, q.Target = MaxCover, budget, 0
		h, err := newHunt(ctx, s.options(), &q)
		if err != nil {
			return nil, 0, err
		}
		return h, (p.Target + h.full.unit - 1) / h.full.unit, nil
	}
	most := int64(0)
	for i := range p.Sites {
		most += p.Sites[i].Cost
	}
	h, enough, err := ask(min(most, p.Budget))
	if err != nil {
		return Plan{}, err
	}
	low, high := int64(0), int64(math.MaxInt64)
	budget := min(most, p.Budget)
	for {
		yes, known := s.reaches(h, enough)
		if yes {
			s.plan.Sites = h.sites()
			high = p.costOf(s.plan.Sites)
		}
		low = max(low, h.leastCost(enough))
		if known && !yes {
			low = max(low, budget+1)
		}
		if s.plan.Sites != nil {
			low = min(low, high)
			s.tell(s.plan.Sites, float64(high), float64(low))
		}
		if low >= high || !known || ctx.Err() != nil {
			break
		}
		if s.plan.Sites == nil {
			return Plan{}, h.none()
		}
		budget = low + (high-1-low)*3/4
		if h, enough, err = ask(budget); err != nil {
			return Plan{}, err
		}
	}
	if s.plan.Sites == nil {
		return Plan{}, h.none()
	}
	s.plan.Objective, s.plan.Bound, s.plan.Proven = float64(high), float64(low), low >= high
	return s.plan, nil
}

func (p *Problem) costOf(sites []int32) (sum int64) {
	for _, s := range sites {
		sum += p.Sites[s].Cost
	}
	return sum
}

// leastCost is what plans that are worth at least so much cost at the least, by
// the duals of the relaxation: shares of sites must make up what is not won
// without them.
func (h *hunt) leastCost(enough int64) int64 {
	spent := int64(0)
	for s, what := range h.settled {
		if what == in {
			spent += h.full.cost[s]
		}
	}
	if h.dual == nil {
		return spent
	}
	need := float64(enough-h.c.base) - h.dual.fixed - h.dual.margin
	order := everySite(h.c)
	ratio := func(j int32) float64 { return h.dual.s[j] / float64(h.c.cost[j]) } // infinite for free sites
	slices.SortStableFunc(order, func(a, b int32) int {
		switch ra, rb := ratio(a), ratio(b); {
		case ra > rb:
			return -1
		case ra < rb:
			return 1
		}
		return 0
	})
	sum := 0.0
	for _, j := range order {
		if need <= 0 || h.dual.s[j] <= 0 {
			break
		}
		part := min(need/h.dual.s[j], 1)
		sum += part * float64(h.c.cost[j])
		need -= part * h.dual.s[j]
	}
	const slack = 1e-9 // of rounding
	return spent + int64(math.Ceil(sum*(1-slack)-slack))
}

// center finds the least cutoff within which all can be covered, by bisection
// over the costs of travel.
//
// Source: Minieka (1970), The m-center problem.
func (b Best) center(ctx context.Context, p *Problem) (Plan, error) {
	s := b.spend()
	radii := p.radii()
	if len(radii) == 0 { // nobody travels
		return Plan{Sites: chosenOf(p), Proven: true}, nil
	}
	// No plan does with less than radii[proven]; the one at hand does with
	// radii[high]; those below low are not worth another try.
	proven, low, high := 0, 0, len(radii)
	for try := len(radii) - 1; low < high; try = (low + high) / 2 {
		h, enough, err := s.cover(ctx, p, radii[try])
		if err != nil {
			return Plan{}, err
		}
		yes, known := s.reaches(h, enough)
		switch {
		case yes:
			s.plan.Sites = h.sites()
			far, err := Value(p, s.plan.Sites)
			if err != nil {
				return Plan{}, err
			}
			high = sort.Search(len(radii), func(i int) bool { return float64(radii[i]) >= far })
		case s.plan.Sites == nil && known:
			return Plan{}, b.tooFew(ctx, p)
		case s.plan.Sites == nil:
			return Plan{}, h.none()
		case known:
			low, proven = try+1, try+1
		default:
			low = try + 1
		}
		s.tell(s.plan.Sites, float64(radii[high]), float64(radii[min(proven, high)]))
		if ctx.Err() != nil || s.left <= 0 {
			break
		}
	}
	proven = min(proven, high)
	s.plan.Objective, s.plan.Bound, s.plan.Proven = float64(radii[high]), float64(radii[proven]), proven >= high
	return s.plan, nil //nolint:nilerr // a search that was ended keeps its best
}

// radii are the costs of travel that can be the largest of a plan, rising: none
// is less than what the demand worst off travels to the nearest site that may be.
func (p *Problem) radii() []uint32 {
	can := p.canOpen()
	least := uint32(0)
	var all []uint32
	for i := range p.Demand {
		if p.Demand[i].Weight == 0 {
			continue
		}
		sites, costs := p.Reach.Row(i)
		first := true
		for k, s := range sites {
			if !can[s] {
				continue
			}
			if first {
				least, first = max(least, costs[k]), false
			}
			all = append(all, costs[k])
		}
		if len(all) > 1<<20 { // keep what is kept of them small
			all = distinct(all, least)
		}
	}
	return distinct(all, least)
}

func distinct(costs []uint32, least uint32) []uint32 {
	slices.Sort(costs)
	costs = slices.Compact(costs)
	return costs[sort.Search(len(costs), func(i int) bool { return costs[i] >= least }):]
}

// chosenOf are the required sites.
func chosenOf(p *Problem) []int32 {
	sites := []int32{}
	for s := range p.Sites {
		if p.Sites[s].State == Required {
			sites = append(sites, int32(s))
		}
	}
	return sites
}

// tooFew says how many sites it takes to reach all that can be reached.
func (b Best) tooFew(ctx context.Context, p *Problem) error {
	q := *p
	q.Model, q.Cutoff, q.Target, q.Number, q.Budget, q.Sites = SetCover, NoCutoff, 0, 0, NoBudget, evenSites(p.Sites)
	fewest, err := Best{Options{Seed: b.Seed, Effort: b.Effort}}.Solve(ctx, &q)
	if err != nil {
		return err
	}
	return infeasible("the sites that may be opened do not reach everyone whom some site reaches; that takes a number of %d, and what they cost", len(fewest.Sites))
}

// cover asks for all to be within a cutoff: by how few sites, or for how little
// where there is a budget; and tells what an answer within the bounds is worth.
func (s *spend) cover(ctx context.Context, p *Problem, cutoff uint32) (*hunt, int64, error) {
	q := *p
	q.Model, q.Cutoff, q.Target = SetCover, max(cutoff, 1), 0
	if cutoff == 0 { // a cutoff of 0 stands for none
		q.Reach = p.Reach.atZero()
	}
	most, all := q.Budget, int64(0)
	if p.Budget == NoBudget {
		q.Number, most = 0, int64(p.Number)
		q.Sites = evenSites(p.Sites)
	}
	q.Budget = NoBudget
	h, err := newHunt(ctx, s.options(), &q)
	if err != nil {
		return nil, 0, err
	}
	for _, s := range q.Sites { // more than all is not needed
		if s.State != Existing {
			all += s.Cost
		}
	}
	return h, h.must - min(most, all), nil
}

// evenSites are sites that cost 1 each.
func evenSites(sites []Site) []Site {
	even := slices.Clone(sites)
	for s := range even {
		even[s].Cost = 1
	}
	return even
}

// atZero is the pairs that cost no travel.
func (r Reach) atZero() Reach {
	zero := Reach{Start: make([]int64, 1, len(r.Start)), Cost: []uint32{}}
	for i := range len(r.Start) - 1 {
		sites := r.Within(i, 0)
		zero.Site = append(zero.Site, sites...)
		zero.Cost = append(zero.Cost, make([]uint32, len(sites))...)
		zero.Start = append(zero.Start, int64(len(zero.Site)))
	}
	return zero
}
