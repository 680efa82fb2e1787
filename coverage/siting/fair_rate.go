package siting

import "math/bits"

// areaSet is the areas of a problem that have weight, with what is asked of them.
// Demand that is of none counts to one more, of which nothing is asked.
type areaSet struct {
	id   []int32 // by area: its index in the problem, -1 for the one of no area
	all  []int64 // by area: its weight, with what no site covers
	need []int64 // by area: the least that floors ask for, in units of the core
	unit int64   // of the core
}

// areasOf are the areas of p, and in place of the areas of the core's rows their
// indices in them.
func areasOf(p *Problem, c *core) *areaSet {
	weight := make([]int64, p.areas())
	for _, d := range p.Demand {
		if d.Area >= 0 {
			weight[d.Area] += d.Weight
		}
	}
	s, index := &areaSet{unit: c.unit}, nowhere(len(weight))
	for a, w := range weight {
		if w > 0 {
			index[a] = int32(len(s.id))
			s.id, s.all = append(s.id, int32(a)), append(s.all, w)
		}
	}
	if p.Model != MaxMin {
		s.id, s.all = append(s.id, -1), append(s.all, 0)
		s.need = make([]int64, len(s.id))
		for k, w := range s.all {
			s.need[k] = s.floor(p.Floor, w)
		}
	}
	none := int32(len(s.id) - 1)
	for r, a := range c.area {
		if a >= 0 {
			c.area[r] = index[a]
		} else {
			c.area[r] = none
		}
	}
	return s
}

// floor is the least that an area of such a weight wins to have a rate.
func (s *areaSet) floor(rate float64, all int64) int64 {
	w := floorWeight(rate, all)
	if w%s.unit > 0 {
		return w/s.unit + 1
	}
	return w / s.unit
}

// rate is that of weight won in area k, just as Value reckons it.
func (s *areaSet) rate(k int, won int64) float64 {
	return float64(won*s.unit) / float64(s.all[k])
}

// least is the area with the least rate, of equals the first.
func (s *areaSet) least(won []int64) (k int) {
	for other := range won {
		if lessRate(won[other], s.all[other], won[k], s.all[k]) {
			k = other
		}
	}
	return k
}

// lessRate tells whether a/all < b/of, exactly.
func lessRate(a, all, b, of int64) bool {
	high, low := bits.Mul64(uint64(a), uint64(of))
	high2, low2 := bits.Mul64(uint64(b), uint64(all))
	return high < high2 || high == high2 && low < low2
}

// beyond is, by area, the least weight whose rate is more than that of weight won
// in area k: a plan of a larger least rate wins as much in all areas. That is
// exact: rates are told apart even where they round to one number.
func (s *areaSet) beyond(k int, won int64) []int64 {
	next := make([]int64, len(s.all))
	for a, all := range s.all {
		high, low := bits.Mul64(uint64(won), uint64(all))
		quotient, _ := bits.Div64(high, low, uint64(s.all[k])) // won is no more than all of k
		next[a] = int64(quotient) + 1
	}
	return next
}

// within is the most weight in area k whose rate is at most bound.
func (s *areaSet) within(k int, bound float64) int64 {
	const slack = 1e-15 // of rounding
	most := s.all[k] / s.unit
	if w := bound * (1 + slack) * float64(s.all[k]) / float64(s.unit); w < float64(most) {
		return int64(w)
	}
	return most
}

// rounded is the largest rate, of some area, that is at most bound: the least
// rate of a plan is one of these.
func (s *areaSet) rounded(bound float64) (rate float64) {
	for k := range s.all {
		rate = max(rate, s.rate(k, s.within(k, bound)))
	}
	return rate
}
