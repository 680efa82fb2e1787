package siting

import (
	"math"
)

// fairSearch moves a choice of sites as search does, and scores it by area.
type fairSearch struct {
	*search
	t     *spread
	areas *areaSet
	rates bool      // a better plan has a larger least rate, else more weight and all needs met
	least []int64   // by area: what a better plan wins
	total int64     // and in sum, at the least
	found bool      // a better plan than the one it started with: in kept
	rate  float64   // of rates: the least of the best plan
	hope  float64   // and what may be hoped for
	price []float64 // by area: of what is lacking, to start with
}

// newFairSearch looks for plans of sites of c, in whose areas base is won
// already.
func newFairSearch(f *fairHunt, c *core, base []int64, seed uint64) *fairSearch {
	s := &fairSearch{
		search: newSearch(f.ctx, c, seed), t: newSpread(c, base), areas: f.areas, rates: f.rates,
		hope: min(f.ceiling, 1), price: make([]float64, len(base)),
	}
	s.tally = s.t
	for k := range base {
		s.price[k] = f.price(k)
	}
	if !f.rates {
		s.t.gain = 1
	}
	s.start(f.goal())
	return s
}

// start forgets what was found, for a new goal.
func (s *fairSearch) start(goal *fairGoal) {
	s.least, s.total, s.rate, s.found = goal.least, goal.total, goal.rate, false
	s.retarget(nearBy)
}

// How far from the best rate to the one hoped for a search aims. Areas that are
// lifted together get farther than with the least aim, and with the greatest the
// best of them matter as much as the worst.
const (
	nearBy = 0.1
	allWay = 1
)

// retarget aims at what a better plan wins, and at such a part of what is hoped
// for beyond.
func (s *fairSearch) retarget(part float64) {
	copy(s.t.price, s.price)
	copy(s.t.goal, s.least)
	if s.rates {
		aim := s.rate + part*(s.hope-s.rate)
		for k := range s.t.goal {
			s.t.goal[k] = max(s.t.goal[k], s.areas.within(k, aim))
		}
	}
	s.t.rescale()
}

// keepBetter remembers the choice if it is better than the best so far.
func (s *fairSearch) keepBetter() bool {
	if s.t.total < s.total || !s.t.met(s.least) {
		return false
	}
	s.found = true
	s.kept = append(s.kept[:0], s.list...)
	if !s.rates {
		s.total = s.t.total + 1
		return true
	}
	k := s.areas.least(s.t.won)
	s.least, s.rate = s.areas.beyond(k, s.t.won[k]), s.areas.rate(k, s.t.won[k])
	s.retarget(nearBy)
	return true
}

// fill opens what fits and adds to the score, with all that is hoped for in view.
func (s *fairSearch) fill(among []int32) {
	s.retarget(allWay)
	s.best = math.MaxInt64 // what is kept is for keepBetter to say
	s.greedy(among)
	s.retarget(nearBy)
	s.keepBetter()
}

// fairMove is the best move that opens a site, in place of another or beside all
// (-1).
func (s *fairSearch) fairMove(site int32) (m fairMove) {
	s.work += int64(2*len(s.c.entries(site)) + 4*len(s.list) + 20)
	worth := s.t.try(site)
	m = fairMove{move{site, -1, 0}, math.Inf(-1)}
	if s.fits(site, -1) {
		m.worth = worth
	}
	for _, out := range s.list {
		w := worth + s.t.swap(out)
		if (w > m.worth || w == m.worth && m.out >= 0 && out < m.out) && s.fits(site, out) {
			m.out, m.worth = out, w
		}
	}
	s.t.done(site)
	return m
}

type fairMove struct {
	move
	worth float64
}

// climbFair makes moves that are worth something until none is.
func (s *fairSearch) climbFair(among []int32, work int64) {
	stop := s.work + work
	idle := 0
	for at := 0; idle < len(among) && s.work < stop; at = (at + 1) % len(among) {
		idle++
		if at%64 == 0 && s.ctx.Err() != nil {
			return
		}
		if site := among[at]; !s.open[site] {
			if m := s.fairMove(site); m.worth > 1e-12 {
				s.apply(m.move)
				s.keepBetter()
				idle = 0
			}
		}
	}
}

// annealFair makes moves by their worth and by chance, as anneal does. What an
// area lacks gets dearer while it lacks it, and cheaper while it does not: so the
// search goes back and forth over the edge of what is asked for, which is where
// the best plans are.
func (s *fairSearch) annealFair(among []int32, hot, cold float64, work int64) {
	if len(among) == 0 || len(s.list) == 0 {
		return
	}
	begin, heat := s.work, hot
	for n := 0; s.work < begin+work; n++ {
		if n%64 == 0 {
			if s.ctx.Err() != nil {
				break
			}
			heat = hot * math.Pow(cold/hot, float64(s.work-begin)/float64(work))
			s.reprice()
		}
		site := among[s.rand.IntN(len(among))]
		if s.open[site] {
			s.work += 10
			continue
		}
		m := s.fairMove(site)
		if math.IsInf(m.worth, -1) || m.worth < 0 && s.rand.Float64() >= math.Exp(m.worth/heat) {
			continue
		}
		s.apply(m.move)
		s.keepBetter()
	}
	if s.found {
		s.goTo(s.kept)
	}
	s.retarget(nearBy)
	s.climbFair(among, work/4)
}

// reprice changes prices of areas by whether they meet what a better plan needs.
func (s *fairSearch) reprice() {
	const up, down, most = 1.1, 0.97, 1000
	for k := range s.t.price {
		if s.t.won[k] < s.t.goal[k] {
			s.t.price[k] = min(s.t.price[k]*up, s.price[k]*most)
		} else {
			s.t.price[k] = max(s.t.price[k]*down, s.price[k]/4)
		}
	}
}

// heat is a temperature at which a move that loses a small part of what an open
// site adds on the mean is made now and then: a smaller one of rates, where that
// is what areas lack without it.
func (s *fairSearch) heat() float64 {
	part, sum := 0.015, 0.0
	if s.rates {
		part = 0.005
	}
	for _, site := range s.list {
		sum -= s.t.swap(site)
	}
	return max(part*sum/float64(max(len(s.list), 1)), 1e-9)
}
