package siting

import (
	"math"
	"slices"

	"kaimen/coverage"
)

// rowSet gathers rows and makes equal ones into one, of all their weight.
type rowSet struct {
	start  []int32
	list   []int32
	firsts []int32
	end    []int32 // by level, as in core
	each   []int64 // by level: its weight, in those of the row
	times  []int64 // by row: its weight
	area   []int32
	seen   map[uint64]int32 // the last row of a hash
	before []int32          // by row: the one before it of the same hash, -1 for none
}

// newRowSet has room for so many rows and pairs; more are no fault.
func newRowSet(rows, pairs int) *rowSet {
	return &rowSet{
		start: append(make([]int32, 0, rows+1), 0), firsts: append(make([]int32, 0, rows+1), 0),
		list: make([]int32, 0, pairs), seen: make(map[uint64]int32, rows),
	}
}

// add gathers a row: its sites, where its levels end in them, and what a level
// wins for each unit of weight.
func (s *rowSet) add(sites, ends []int32, each []int64, weight int64, area int32) {
	h := hashOf(sites, ends, each, area)
	last, known := s.seen[h]
	if !known {
		last = -1
	}
	for r := last; r >= 0; r = s.before[r] {
		if s.same(r, sites, ends, each, area) {
			s.times[r] += weight
			return
		}
	}
	r := int32(len(s.times))
	from := int32(len(s.list))
	s.list = append(s.list, sites...)
	for i, e := range ends {
		s.end, s.each = append(s.end, from+e), append(s.each, each[i])
	}
	s.start, s.firsts = append(s.start, int32(len(s.list))), append(s.firsts, int32(len(s.end)))
	s.times, s.area = append(s.times, weight), append(s.area, area)
	s.before = append(s.before, last)
	s.seen[h] = r
}

// hash tells rows apart, but for rare ones that same does.
func hashOf(sites, ends []int32, each []int64, area int32) uint64 {
	h := uint64(area) + 0x9e3779b97f4a7c15
	mix := func(x uint64) {
		h = (h ^ x) * 0xff51afd7ed558ccd
		h ^= h >> 32
	}
	for _, x := range sites {
		mix(uint64(x))
	}
	for i, x := range ends {
		mix(uint64(x) ^ uint64(each[i])<<20)
	}
	return h
}

func (s *rowSet) same(r int32, sites, ends []int32, each []int64, area int32) bool {
	from := s.start[r]
	if s.area[r] != area || !slices.Equal(s.list[from:s.start[r+1]], sites) || int(s.firsts[r+1]-s.firsts[r]) != len(ends) {
		return false
	}
	for i, l := 0, s.firsts[r]; l < s.firsts[r+1]; i, l = i+1, l+1 {
		if s.end[l]-from != ends[i] || s.each[l] != each[i] {
			return false
		}
	}
	return true
}

// Merger makes a covering problem of demand that comes one by one, and takes no
// more memory than the sets of sites that differ: ten million places about a
// hundred sites are some thousands. It is for one goroutine.
type Merger struct {
	sites []Site
	rows  *rowSet
	sort  []int32
}

// NewMerger starts a problem over sites.
func NewMerger(sites []Site) *Merger { return &Merger{sites: sites, rows: newRowSet(0, 0)} }

// Add counts demand of a weight and an area (-1 for none) that is within of the
// sites, in any order, each once. It keeps nothing of the slice.
//
// Cost: O(k log k) for k sites.
func (m *Merger) Add(weight int64, area int32, sites []int32) {
	m.sort = append(m.sort[:0], sites...)
	slices.Sort(m.sort)
	m.rows.add(m.sort, []int32{int32(len(m.sort))}, []int64{1}, weight, area)
}

// Problem is what was added, as one demand for every set of sites and area, in
// the order in which they first came; the model and its bounds are the caller's.
func (m *Merger) Problem() *Problem {
	p := &Problem{Model: MaxCover, Sites: m.sites, Budget: NoBudget}
	p.Reach.Start = make([]int64, len(m.rows.start))
	for i, x := range m.rows.start {
		p.Reach.Start[i] = int64(x)
	}
	p.Reach.Site = m.rows.list
	p.Demand = make([]Demand, len(m.rows.times))
	for i := range p.Demand {
		p.Demand[i] = Demand{Weight: m.rows.times[i], Area: m.rows.area[i]}
		p.Areas = max(p.Areas, int(m.rows.area[i])+1)
	}
	return p
}

// coreOf is the core of a covering problem, with all but forbidden sites in it,
// and the choices that its states make.
//
// Errors: too_large, for more pairs or weight than can be counted.
func coreOf(p *Problem) (*core, []choice, error) {
	c := &core{budget: math.MaxInt64, unit: 1}
	rows, err := rowsOf(p)
	if err != nil {
		return nil, nil, err
	}
	c.start, c.list, c.firsts, c.end = rows.start, rows.list, rows.firsts, rows.end
	c.weight = rows.each
	for r := range c.rows() {
		for l := c.firsts[r]; l < c.firsts[r+1]; l++ {
			c.weight[l] *= rows.times[r]
		}
	}
	if p.Model == MaxMin || p.Floor > 0 {
		c.area = rows.area
	}
	settled := make([]choice, len(p.Sites))
	c.id, c.cost = make([]int32, len(p.Sites)), make([]int64, len(p.Sites))
	for s := range p.Sites {
		c.id[s], c.cost[s] = int32(s), p.Sites[s].Cost
		switch p.Sites[s].State {
		case Existing:
			c.cost[s], settled[s] = 0, in
		case Required:
			settled[s] = in
		case Forbidden:
			settled[s] = out
		}
	}
	c.bound(p, settled)
	if p.Model != SetCover {
		c.shrink()
	}
	if p.Model == SetCover || p.Model == Backup {
		c.coverAll(p.Model)
	}
	c.finish()
	return c, settled, nil
}

// bound takes over what bounds the choice. The budget is the one of costs where
// they differ, else the number; further bounds are limits.
func (c *core) bound(p *Problem, settled []choice) {
	number := Limit{Name: "number", Most: int64(p.Number)}
	for s := range p.Sites {
		if p.Sites[s].State != Existing && p.Sites[s].State != Forbidden {
			number.Site, number.Use = append(number.Site, int32(s)), append(number.Use, 1)
		}
	}
	switch {
	case p.Model == SetCover:
		c.priced = true
	case p.Budget != NoBudget:
		c.budget = p.Budget
	case p.Number > 0:
		c.budget = number.Most
		for _, s := range number.Site {
			c.cost[s] = 1
		}
		number.Site = nil
	}
	if p.Number > 0 && number.Site != nil {
		c.limits = append(c.limits, number)
	}
	if p.Model == SetCover && p.Budget != NoBudget {
		use := make([]int64, len(number.Site))
		for i, s := range number.Site {
			use[i] = c.cost[s]
		}
		c.limits = append(c.limits, Limit{Name: "budget", Site: number.Site, Use: use, Most: p.Budget})
	}
	for _, limit := range p.Limits {
		held := Limit{Name: limit.Name, Most: limit.Most}
		for i, s := range limit.Site {
			use := int64(1)
			if limit.Use != nil {
				use = limit.Use[i]
			}
			if p.Sites[s].State != Existing {
				held.Site, held.Use = append(held.Site, s), append(held.Use, use)
			}
		}
		c.limits = append(c.limits, held)
	}
	if len(p.Apart) > 0 {
		c.apart = make([][]int32, len(p.Sites))
		for _, pair := range p.Apart {
			c.apart[pair[0]] = append(c.apart[pair[0]], pair[1])
			c.apart[pair[1]] = append(c.apart[pair[1]], pair[0])
		}
		for s := range p.Sites { // sites beside one that is open are not to be had
			for _, other := range c.apart[s] {
				if settled[other] == in && settled[s] == open {
					settled[s] = out
				}
			}
		}
	}
}

// shrink divides weights by what all of them share.
func (c *core) shrink() {
	g := int64(0)
	for _, w := range c.weight {
		g = gcd(g, w)
	}
	if g <= 1 {
		return
	}
	c.unit = g
	for l := range c.weight {
		c.weight[l] /= g
	}
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// coverAll gives rows the weight that makes it worth to cover them: more than the
// cost of the cheapest of their sites, or more than all that a second cover can win.
func (c *core) coverAll(m Model) {
	if m == Backup {
		c.second = slices.Clone(c.weight)
		all := int64(1)
		for _, w := range c.weight {
			all += w
		}
		for l := range c.weight {
			c.weight[l] = all
		}
		return
	}
	all := int64(1)
	for _, cost := range c.cost {
		all += cost
	}
	for l := range c.weight {
		c.weight[l] = all
		if c.apart != nil || c.limits != nil { // the cheapest may not be to be had
			continue
		}
		for _, s := range c.list[c.start[l]:c.start[l+1]] {
			c.weight[l] = min(c.weight[l], c.cost[s]+1)
		}
	}
}

// rowsOf are the rows of the demand that some site may serve.
func rowsOf(p *Problem) (*rowSet, error) {
	rows := newRowSet(len(p.Demand), len(p.Reach.Site))
	b := rowBuilder{beyond: p.beyond()}
	b.barred = slices.ContainsFunc(p.Sites, func(s Site) bool { return s.State == Forbidden })
	byArea := p.Model == MaxMin || p.Floor > 0
	pairs := 0
	for i := range p.Demand {
		d := &p.Demand[i]
		b.build(p, i)
		if d.Weight == 0 || len(b.sites) == 0 {
			continue
		}
		area := int32(-1)
		if byArea {
			area = d.Area
		}
		if p.Model == MaxMin && area < 0 { // is of no rate
			continue
		}
		rows.add(b.sites, b.ends, b.each, d.Weight, area)
		if pairs = len(rows.list); pairs > math.MaxInt32-len(p.Sites) {
			return nil, &coverage.Error{Code: coverage.TooLarge, Message: "more than two thousand million pairs of demand and site; take a smaller cutoff or fewer candidates"}
		}
	}
	return rows, nil
}

// rowBuilder makes the row of one demand.
type rowBuilder struct {
	beyond      int64
	barred      bool // some sites are forbidden
	sites, ends []int32
	each        []int64
}

func (b *rowBuilder) build(p *Problem, i int) {
	b.sites, b.ends, b.each = b.sites[:0], b.ends[:0], b.each[:0]
	switch p.Model {
	case Decay:
		b.steps(p, i)
	case Median:
		b.savings(p, i)
	default:
		b.take(p, p.Reach.Within(i, p.cutoff()))
		b.level(1)
	}
	if n := len(b.ends); n > 0 { // sites that win nothing
		b.sites = b.sites[:b.ends[n-1]]
	} else {
		b.sites = b.sites[:0]
	}
}

// take adds the sites that may be open, and sorts what it added by index: the
// order within a level means nothing.
func (b *rowBuilder) take(p *Problem, sites []int32) {
	from := len(b.sites)
	if !b.barred {
		b.sites = append(b.sites, sites...)
	}
	for i := 0; b.barred && i < len(sites); i++ {
		if s := sites[i]; p.Sites[s].State != Forbidden {
			b.sites = append(b.sites, s)
		}
	}
	if !slices.IsSorted(b.sites[from:]) {
		slices.Sort(b.sites[from:])
	}
}

// level ends a level that wins so much; one that has no site of its own adds to
// the one before.
func (b *rowBuilder) level(each int64) {
	n := int32(len(b.sites))
	switch k := len(b.ends); {
	case n == 0 || each == 0:
	case k > 0 && b.ends[k-1] == n:
		b.each[k-1] += each
	default:
		b.ends, b.each = append(b.ends, n), append(b.each, each)
	}
}

func (b *rowBuilder) steps(p *Problem, i int) {
	from := 0
	for k, step := range p.Steps {
		sites := p.Reach.Within(i, step.Cutoff)
		b.take(p, sites[from:])
		from = len(sites)
		next := int64(0)
		if k+1 < len(p.Steps) {
			next = p.Steps[k+1].Share
		}
		b.level(step.Share - next)
	}
}

func (b *rowBuilder) savings(p *Problem, i int) {
	sites, costs := p.Reach.Row(i)
	for from := 0; from < len(sites) && int64(costs[from]) < b.beyond; {
		to := from + 1
		for to < len(sites) && costs[to] == costs[from] {
			to++
		}
		b.take(p, sites[from:to])
		next := b.beyond
		if to < len(sites) {
			next = min(next, int64(costs[to]))
		}
		b.level(next - int64(costs[from]))
		from = to
	}
}
