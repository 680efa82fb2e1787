package siting

import (
	"cmp"
	"slices"
)

// construct finds a first plan by greedy choice; where sites cost unlike, by gain
// and by gain for the cost, whichever serves more.
func (s *capacityPlanner) construct() {
	s.restart(nil)
	s.most = make([]int64, len(s.p.Sites))
	for _, j := range s.r.pool {
		if s.ctx.Err() != nil {
			break // nothing is added then
		}
		s.most[j] = s.f.gain(j)
	}
	s.fill(slices.Clone(s.most), false, 0)
	s.offer()
	if !s.costly() {
		return
	}
	s.restart(nil)
	s.fill(slices.Clone(s.most), true, 0)
	s.offer()
	s.restart(s.best)
}

// costly tells whether sites use unlike parts of the rules.
func (s *capacityPlanner) costly() bool {
	return len(s.r.rows) > 1 || len(s.r.rows) == 1 && s.p.Number == 0
}

// restart makes the set that of list, with the Required ones.
func (s *capacityPlanner) restart(list []int32) {
	s.set.set(list)
	s.f.set(append(slices.Clone(s.r.open), s.set.list...))
}

// fill adds the site that gains most, or most for its cost, until none is allowed
// or gains. most bounds the gain of every site from above and is kept so. Sites
// that can gain no more than need are not looked at.
func (s *capacityPlanner) fill(most []int64, byCost bool, need int64) {
	worth := func(j int32) float64 {
		if byCost {
			return float64(most[j]) / float64(max(s.p.Sites[j].Cost, 1))
		}
		return float64(most[j])
	}
	list := make([]int32, 0, len(s.r.pool))
	for _, j := range s.r.pool {
		if most[j] > need && s.set.fits(j) {
			list = append(list, j)
		}
	}
	for len(list) > 0 && s.ctx.Err() == nil {
		slices.SortFunc(list, func(a, b int32) int { return cmp.Or(cmp.Compare(worth(b), worth(a)), cmp.Compare(a, b)) })
		best := int32(-1)
		for _, j := range list {
			if best >= 0 && worth(j) < worth(best) {
				break
			}
			most[j] = s.f.gain(j)
			if best < 0 || worth(j) > worth(best) || worth(j) == worth(best) && j < best {
				best = j
			}
		}
		if most[best] <= 0 {
			return
		}
		s.set.add(best)
		s.f.add(best)
		list = slices.DeleteFunc(list, func(j int32) bool { return most[j] <= 0 || !s.set.fits(j) })
	}
}

// improve swaps sites until no swap serves more, then shakes the plan and starts
// again, until so much work is done; less where the problem is small, and sooner
// solved by the tree.
func (s *capacityPlanner) improve(work int64) {
	const (
		passes     = 2000 // over all arcs
		leastRound = 100  // what a round takes where there are hardly any arcs
	)
	until := s.spent() + min(work, int64(passes*(len(s.net.site)+len(s.p.Sites))))
	stop := func() bool { return s.over() || s.spent() >= until }
	s.restart(s.best)
	s.descend(stop)
	s.offer()
	current, value := slices.Clone(s.set.list), s.f.served
	free := len(s.best) - len(s.r.must)
	if free == 0 {
		return
	}
	for round := 1; !stop(); round++ {
		s.work += leastRound
		s.shake(2 + s.random.IntN(1+free/4))
		s.descend(stop)
		s.offer()
		switch {
		case s.f.served >= value:
			current, value = slices.Clone(s.set.list), s.f.served
		case round%20 == 0:
			current, value = slices.Clone(s.best), s.value
		}
		s.restart(current)
	}
}

// shake closes some sites and opens others, by chance, then fills up.
func (s *capacityPlanner) shake(count int) {
	for range count {
		if j := s.set.list[s.random.IntN(len(s.set.list))]; s.p.Sites[j].State != Required {
			s.set.drop(j)
			s.f.drop(j)
		}
		if len(s.set.list) == 0 {
			break
		}
	}
	for range (count + 1) / 2 {
		if j := s.r.pool[s.random.IntN(len(s.r.pool))]; s.set.fits(j) {
			s.set.add(j)
			s.f.add(j)
		}
	}
	s.f.log = s.f.log[:0]
	s.fill(slices.Clone(s.most), s.costly() && s.random.IntN(2) == 0, 0)
	s.f.log = s.f.log[:0]
}

// descend closes one site and fills up, as long as this serves more.
func (s *capacityPlanner) descend(stop func() bool) {
	for better := true; better && !stop(); {
		better = false
		beside := make([]int64, len(s.p.Sites))
		for _, j := range s.r.pool {
			if s.ctx.Err() != nil {
				return
			}
			if !s.set.in[j] {
				beside[j] = s.f.gain(j)
			}
		}
		for _, k := range slices.Sorted(slices.Values(s.set.list)) {
			if stop() {
				return
			}
			if s.p.Sites[k].State != Required && s.swap(k, beside) {
				better = true
				break
			}
		}
	}
}

// swap closes k and fills up; if that does not serve more, it takes it back.
// beside is what other sites gain beside the set with k.
func (s *capacityPlanner) swap(k int32, beside []int64) bool {
	s.f.log = s.f.log[:0]
	before, list := s.f.served, slices.Clone(s.set.list)
	lost := s.f.drop(k)
	s.set.drop(k)
	most := make([]int64, len(beside))
	for _, j := range s.r.pool {
		// Without k a site gains at most what k did, and what it gains beside k.
		most[j] = min(s.most[j], beside[j]+lost)
	}
	need := int64(0)
	if !s.costly() {
		need = lost // only one site can come in for k
	}
	s.fill(most, false, need)
	if s.f.served > before {
		s.f.log = s.f.log[:0]
		return true
	}
	for _, j := range s.set.list {
		s.f.open[j] = false
	}
	s.f.undo(0)
	s.set.set(list)
	for _, j := range s.set.list {
		s.f.open[j] = true
	}
	return false
}
