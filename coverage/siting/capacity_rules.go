package siting

import "slices"

// capacityRow is one rule on a set of sites: of every site its use, in sum at
// most most.
type capacityRow struct {
	use  []int64 // by site
	most int64
}

// capacityRules is what a set of sites of a problem must hold to.
type capacityRules struct {
	p     *Problem
	rows  []capacityRow // the number, the budget and the limits, as far as there are any; the first is kept exactly by relax
	apart [][]int32     // by site, those too close to it
	pool  []int32       // the sites there are to choose, Required ones too
	must  []int32       // the Required ones
	open  []int32       // the Existing ones
}

// newCapacityRules gathers the rules of p. A site too close to an existing one is
// none to choose.
func newCapacityRules(p *Problem) *capacityRules {
	r := &capacityRules{p: p, apart: make([][]int32, len(p.Sites))}
	for _, pair := range p.Apart {
		r.apart[pair[0]] = append(r.apart[pair[0]], pair[1])
		r.apart[pair[1]] = append(r.apart[pair[1]], pair[0])
	}
	for j := range p.Sites {
		switch p.Sites[j].State {
		case Existing:
			r.open = append(r.open, int32(j))
		case Required:
			r.must = append(r.must, int32(j))
			r.pool = append(r.pool, int32(j))
		case Free:
			if !r.besideExisting(int32(j)) {
				r.pool = append(r.pool, int32(j))
			}
		case Forbidden:
		}
	}
	r.addRows()
	r.pool = slices.DeleteFunc(r.pool, func(j int32) bool { return p.Sites[j].State == Free && r.tooMuch(j) })
	r.rows = slices.DeleteFunc(r.rows, func(row capacityRow) bool { return !r.binds(&row) })
	return r
}

// tooMuch tells a site that alone breaks a rule.
func (r *capacityRules) tooMuch(j int32) bool {
	return slices.ContainsFunc(r.rows, func(row capacityRow) bool { return row.use[j] > row.most })
}

// binds tells whether a rule is broken if all there is to choose is opened.
func (r *capacityRules) binds(row *capacityRow) bool {
	left := row.most
	for _, j := range r.pool {
		if left -= row.use[j]; left < 0 {
			return true
		}
	}
	return false
}

func (r *capacityRules) besideExisting(j int32) bool {
	for _, k := range r.apart[j] {
		if r.p.Sites[k].State == Existing {
			return true
		}
	}
	return false
}

func (r *capacityRules) addRows() {
	p := r.p
	if p.Number > 0 {
		row := capacityRow{use: make([]int64, len(p.Sites)), most: int64(p.Number)}
		for _, j := range r.pool {
			row.use[j] = 1
		}
		r.rows = append(r.rows, row)
	}
	if p.Budget != NoBudget {
		row := capacityRow{use: make([]int64, len(p.Sites)), most: p.Budget}
		for _, j := range r.pool {
			row.use[j] = p.Sites[j].Cost
		}
		r.rows = append(r.rows, row)
	}
	for _, limit := range p.Limits {
		row := capacityRow{use: make([]int64, len(p.Sites)), most: limit.Most}
		for at, j := range limit.Site {
			switch {
			case p.Sites[j].State == Existing:
			case limit.Use == nil:
				row.use[j]++
			default:
				row.use[j] += limit.Use[at]
			}
		}
		r.rows = append(r.rows, row)
	}
}

// capacitySet is a set of sites to open, and what the rules leave beside it.
type capacitySet struct {
	r    *capacityRules
	in   []bool
	bars []int32 // by site, how many of the set are too close to it
	left []int64 // by rule
	list []int32 // in the order of adding, but for gaps that were filled
}

// newSet is the set of the Required sites. It keeps the rules if they do.
func (r *capacityRules) newSet() *capacitySet {
	s := &capacitySet{r: r, in: make([]bool, len(r.p.Sites)), bars: make([]int32, len(r.p.Sites)), left: make([]int64, len(r.rows))}
	for at := range r.rows {
		s.left[at] = r.rows[at].most
	}
	for _, j := range r.must {
		s.add(j)
	}
	return s
}

// fits tells whether the rules allow site j of the pool beside the set.
func (s *capacitySet) fits(j int32) bool {
	if s.in[j] || s.bars[j] > 0 {
		return false
	}
	for at := range s.r.rows {
		if s.r.rows[at].use[j] > s.left[at] {
			return false
		}
	}
	return true
}

func (s *capacitySet) add(j int32) {
	s.in[j], s.list = true, append(s.list, j)
	s.count(j, 1)
}

func (s *capacitySet) drop(j int32) {
	s.in[j] = false
	for at, k := range s.list {
		if k == j {
			s.list[at] = s.list[len(s.list)-1]
			s.list = s.list[:len(s.list)-1]
			break
		}
	}
	s.count(j, -1)
}

func (s *capacitySet) count(j int32, by int64) {
	for at := range s.r.rows {
		s.left[at] -= by * s.r.rows[at].use[j]
	}
	for _, k := range s.r.apart[j] {
		s.bars[k] += int32(by)
	}
}

// ok tells whether the set keeps all rules, which only a set with too much
// required does not.
func (s *capacitySet) ok() bool {
	for _, left := range s.left {
		if left < 0 {
			return false
		}
	}
	for _, j := range s.list {
		if s.bars[j] > 0 {
			return false
		}
	}
	return true
}

// set makes the set hold just the Required sites and those of list.
func (s *capacitySet) set(list []int32) {
	for len(s.list) > 0 {
		s.drop(s.list[len(s.list)-1])
	}
	for _, j := range s.r.must {
		s.add(j)
	}
	for _, j := range list {
		if !s.in[j] {
			s.add(j)
		}
	}
}

// cost is what the sites of list cost.
func (r *capacityRules) cost(list []int32) (sum int64) {
	for _, j := range list {
		sum += r.p.Sites[j].Cost
	}
	return sum
}
