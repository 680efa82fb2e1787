package siting

import (
	"math"
	"math/rand/v2"
	"slices"
)

// singleState is an assignment of all demand to open sites. A site may hold more
// than it can while plans are looked for.
type singleState struct {
	n      *singleNet
	set    *capacitySet
	open   []int32 // sites, in no order
	at     []int32 // by demand: its site
	held   []int64 // by site
	member [][]int32
	place  []int32 // by demand: where it stands among the members of its site
	cost   int64
	over   int64 // load beyond capacities
	work   int64
	all    []int32 // every demand
	some   []int32 // of mates
}

// newSingleState opens the sites of list (of p), and what the rules allow beside,
// those with most capacity first: more sites never harm. It puts the demand,
// heaviest first, at the nearest site that has room, or else at the one that has
// most room left.
func newSingleState(n *singleNet, list []int32) *singleState {
	s := &singleState{
		n: n, set: n.r.newSet(), at: slices.Repeat([]int32{-1}, len(n.demand)), held: make([]int64, len(n.site)),
		member: make([][]int32, len(n.site)), place: make([]int32, len(n.demand)),
	}
	s.set.set(list)
	for _, j := range n.large {
		if s.set.fits(j) {
			s.set.add(j)
		}
	}
	for _, j := range append(slices.Clone(n.r.open), s.set.list...) {
		s.open = append(s.open, n.local[j])
	}
	order := make([]int32, len(n.demand))
	for i := range order {
		order[i] = int32(i)
	}
	s.all = slices.Clone(order)
	slices.SortStableFunc(order, func(a, b int32) int { return int(min(max(n.load[b]-n.load[a], -1), 1)) })
	for _, i := range order {
		best, key := int32(-1), int64(math.MaxInt64)
		for _, to := range s.open {
			if cost := n.travel(i, to); s.held[to]+n.load[i] <= n.room[to] && cost < key {
				best, key = to, cost
			}
		}
		if best < 0 {
			for _, to := range s.open {
				if over := s.held[to] - n.room[to]; best < 0 || over < key {
					best, key = to, over
				}
			}
		}
		s.put(i, best)
	}
	s.work += int64(len(order) * len(s.open))
	return s
}

func (s *singleState) put(i, to int32) {
	s.at[i], s.place[i] = to, int32(len(s.member[to]))
	s.member[to] = append(s.member[to], i)
	s.cost += s.n.travel(i, to)
	s.hold(to, s.n.load[i])
}

func (s *singleState) take(i int32) {
	from := s.at[i]
	last := len(s.member[from]) - 1
	moved := s.member[from][last]
	s.member[from][s.place[i]], s.place[moved] = moved, s.place[i]
	s.member[from] = s.member[from][:last]
	s.cost -= s.n.travel(i, from)
	s.hold(from, -s.n.load[i])
}

// hold changes what a site holds.
func (s *singleState) hold(site int32, by int64) {
	s.over -= max(s.held[site]-s.n.room[site], 0)
	s.held[site] += by
	s.over += max(s.held[site]-s.n.room[site], 0)
}

func (s *singleState) move(i, to int32) {
	s.take(i)
	s.put(i, to)
}

// excess is how much more load lies beyond the capacity of a site if it holds so
// much more.
func (s *singleState) excess(site int32, by int64) int64 {
	held, room := s.held[site], s.n.room[site]
	return max(held+by-room, 0) - max(held-room, 0)
}

// shifted is what cost and excess change by if demand i moves to a site.
func (s *singleState) shifted(i, to int32) (cost, over int64) {
	from, load := s.at[i], s.n.load[i]
	return s.n.travel(i, to) - s.n.travel(i, from), s.excess(from, -load) + s.excess(to, load)
}

// swapped is what they change by if two places change sites.
func (s *singleState) swapped(i, k int32) (cost, over int64) {
	a, b, by := s.at[i], s.at[k], s.n.load[k]-s.n.load[i]
	return s.n.travel(i, b) + s.n.travel(k, a) - s.n.travel(i, a) - s.n.travel(k, b), s.excess(a, by) + s.excess(b, -by)
}

// relocated is what they change by if all that site from holds moves to a closed
// one.
func (s *singleState) relocated(from, to int32) (cost, over int64) {
	for _, i := range s.member[from] {
		cost += s.n.travel(i, to) - s.n.travel(i, from)
	}
	s.work += int64(len(s.member[from]))
	held := s.held[from]
	return cost, max(held-s.n.room[to], 0) - max(held-s.n.room[from], 0)
}

// mayReplace tells whether the rules allow site to in place of from.
func (s *singleState) mayReplace(from, to int32) bool {
	out, in := s.n.site[from], s.n.site[to]
	if s.n.p.Sites[out].State != Free || s.n.p.Sites[in].State != Free || s.set.in[in] {
		return false
	}
	s.set.drop(out)
	ok := s.set.fits(in)
	s.set.add(out)
	return ok
}

func (s *singleState) replace(from, to int32) {
	s.set.drop(s.n.site[from])
	s.set.add(s.n.site[to])
	for at, site := range s.open {
		if site == from {
			s.open[at] = to
		}
	}
	for len(s.member[from]) > 0 {
		s.move(s.member[from][len(s.member[from])-1], to)
	}
}

// singleAnnealing is how a state is changed by chance, less and less often for the
// worse. Load beyond capacities has a price, which rises while there is some and
// falls while there is none.
//
// Source: the moves of Osman and Christofides (1994), Capacitated clustering
// problems by hybrid simulated annealing and tabu search, and of whole clusters.
type singleAnnealing struct {
	s      *singleState
	random *rand.Rand
	heat   float64
	price  float64
	lowest float64
	better func()      // is called with every state that is better than the last it was called with, and keeps capacities
	least  int64       // cost of the best such state
	stop   func() bool // is asked now and then
}

// run takes so many moves while the heat falls from one to the other.
func (a *singleAnnealing) run(moves int, from, to float64) {
	s := a.s
	if len(s.at) == 0 || len(s.open) == 0 {
		return
	}
	const stretch = 512
	a.heat = from
	cool := math.Pow(to/from, stretch/float64(max(moves, stretch)))
	for k := 0; k < moves && !a.stop(); k += stretch {
		for range stretch {
			a.one()
		}
		s.work += 16 * stretch // a move waits for memory, as long as so many pairs in a row take
		if s.over > 0 {
			a.price *= 1.1
		} else {
			a.price = max(a.price*0.95, a.lowest)
		}
		a.heat *= cool
	}
}

func (a *singleAnnealing) one() {
	s := a.s
	i := int32(a.random.IntN(len(s.at)))
	switch kind := a.random.IntN(100); {
	case kind < 50:
		to := a.anySite(i)
		if to == s.at[i] {
			return
		}
		if cost, over := s.shifted(i, to); a.accept(cost, over) {
			s.move(i, to)
			a.note()
		}
	case kind < 94:
		k := a.mate(i)
		if s.at[i] == s.at[k] {
			return
		}
		if cost, over := s.swapped(i, k); a.accept(cost, over) {
			to, from := s.at[k], s.at[i]
			s.move(i, to)
			s.move(k, from)
			a.note()
		}
	default:
		a.relocate(i)
	}
}

// anySite is an open site, mostly one that serves somebody near demand i.
func (a *singleAnnealing) anySite(i int32) int32 {
	if a.random.IntN(4) > 0 {
		return a.s.at[a.mate(i)]
	}
	return a.s.open[a.random.IntN(len(a.s.open))]
}

// mate is other demand, mostly some that is near i.
func (a *singleAnnealing) mate(i int32) int32 {
	n := a.s.n
	if near := n.near[i]; len(near) > 0 && a.random.IntN(8) > 0 {
		about := n.about[near[a.random.IntN(len(near))]]
		return about[a.random.IntN(len(about))]
	}
	return int32(a.random.IntN(len(n.demand)))
}

// relocate moves the cluster that i is in, or an empty one, to a site near i.
func (a *singleAnnealing) relocate(i int32) {
	s := a.s
	near := s.n.near[i]
	if len(near) == 0 {
		return
	}
	from, to := s.at[i], near[a.random.IntN(len(near))]
	if a.random.IntN(4) == 0 {
		from = s.open[a.random.IntN(len(s.open))]
	}
	if !s.mayReplace(from, to) {
		return
	}
	if cost, over := s.relocated(from, to); a.accept(cost, over) {
		s.replace(from, to)
		a.note()
	}
}

func (a *singleAnnealing) accept(cost, over int64) bool {
	worse := float64(cost) + a.price*float64(over)
	return worse <= 0 || a.random.Float64() < math.Exp(-worse/a.heat)
}

// note tells of a better state.
func (a *singleAnnealing) note() {
	if a.s.over == 0 && a.s.cost < a.least {
		a.least = a.s.cost
		a.better()
	}
}

// descend moves demand, pairs of demand and clusters as long as the cost falls and
// no more load lies beyond capacities.
func (s *singleState) descend(stop func() bool) {
	for better := true; better && !stop(); {
		better = s.descendOnce(stop)
	}
}

// mates is the demand that i is swapped with: all before it, or where there is
// much, what is about the sites nearest to it.
func (s *singleState) mates(i int32) []int32 {
	if len(s.at) <= 1000 {
		return s.all[:i]
	}
	s.some = s.some[:0]
	for _, site := range s.n.near[i][:min(len(s.n.near[i]), 6)] {
		s.some = append(s.some, s.n.about[site]...)
	}
	return s.some
}

func (s *singleState) descendOnce(stop func() bool) (better bool) {
	good := func(cost, over int64) bool { return over < 0 || over == 0 && cost < 0 }
	for i := range int32(len(s.at)) {
		if i%64 == 0 && stop() {
			return false
		}
		for _, to := range s.open {
			if to != s.at[i] && good(s.shifted(i, to)) {
				s.move(i, to)
				better = true
			}
		}
		mates := s.mates(i)
		for _, k := range mates {
			if s.at[k] != s.at[i] && good(s.swapped(i, k)) {
				to, from := s.at[k], s.at[i]
				s.move(i, to)
				s.move(k, from)
				better = true
			}
		}
		s.work += 4 * int64(len(mates)+len(s.open))
	}
	for at := range s.open {
		for to := range int32(len(s.n.site)) {
			if to%64 == 0 && stop() {
				return false
			}
			if from := s.open[at]; from != to && s.mayReplace(from, to) && good(s.relocated(from, to)) {
				s.replace(from, to)
				better = true
			}
		}
	}
	return better
}
