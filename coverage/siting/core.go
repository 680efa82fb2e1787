package siting

import (
	"math"
	"slices"
)

// core is the one form that the covering models share. A row is demand of equal
// reach; its levels are rising sets of sites, each the beginning of one list. A
// level is won, with its weight, as soon as one of its sites is open:
//
//	maximal covering   one level: the sites within the cutoff, for the weight
//	decay              a level for each step, for what it adds to the next
//	p-median           a level for each travel cost, for what is saved against the next
//	set covering       one level, for more than the cost of the cheapest of its
//	                   sites: so it is always worth to cover a row, and a plan of
//	                   the greatest value less cost covers all
//
// What is bought is bound by a budget, or priced: then cost is taken from value.
// A core is never changed once it is built.
type core struct {
	id   []int32 // by site: its index in Problem.Sites
	cost []int64 // by site
	// Either priced, or sites of at most budget in sum may be opened.
	priced bool
	budget int64
	limits []Limit // of sites of the core
	apart  [][]int32

	start    []int32 // by row, and one more: its list
	list     []int32 // sites, those of the first level first
	firsts   []int32 // by row, and one more: its levels
	end      []int32 // by level: where its sites end in list
	weight   []int64 // by level
	second   []int64 // by level: what a second open site wins beside; nil for nothing
	area     []int32 // by row; nil where areas do not matter
	siteRows []int32 // by site, and one more: its entries
	entry    []int32 // by entry: the first level that holds the site, rising in one site
	row      []int32 // by level: its row; nil where a row has one level, which then has its number

	base int64 // value that is there already
	unit int64 // of values, in that of the problem
}

func (c *core) sites() int  { return len(c.id) }
func (c *core) rows() int   { return len(c.start) - 1 }
func (c *core) levels() int { return len(c.end) }
func (c *core) pairs() int  { return len(c.list) }

// rowOf is the row of a level.
func (c *core) rowOf(level int32) int32 {
	if c.row == nil {
		return level
	}
	return c.row[level]
}

// last is one past the last level of the row that holds level.
func (c *core) last(level int32) int32 { return c.firsts[c.rowOf(level)+1] }

// entries are the levels that opening a site wins, each with all that follow in
// its row.
func (c *core) entries(site int32) []int32 {
	return c.entry[c.siteRows[site]:c.siteRows[site+1]]
}

// finish fills in what follows from the rows: the entries of sites, and the rows
// of levels.
func (c *core) finish() {
	if c.levels() != c.rows() {
		c.row = make([]int32, c.levels())
		for r := range c.rows() {
			for l := c.firsts[r]; l < c.firsts[r+1]; l++ {
				c.row[l] = int32(r)
			}
		}
	}
	c.siteRows = make([]int32, c.sites()+1)
	for _, s := range c.list {
		c.siteRows[s+1]++
	}
	for s := range c.sites() {
		c.siteRows[s+1] += c.siteRows[s]
	}
	c.entry = make([]int32, len(c.list))
	next := slices.Clone(c.siteRows)
	at := int32(0)
	for l, end := range c.end {
		for ; at < end; at++ {
			s := c.list[at]
			c.entry[next[s]] = int32(l)
			next[s]++
		}
	}
}

// worth is, by level, what a site that enters a row there wins of a row of which
// nothing is won: its weight and that of all levels after it.
func (c *core) worth() []int64 {
	w := slices.Clone(c.weight)
	for l := len(w) - 2; l >= 0; l-- {
		if c.rowOf(int32(l)) == c.rowOf(int32(l+1)) {
			w[l] += w[l+1]
		}
	}
	return w
}

// total is the value of all levels.
func (c *core) total() (sum int64) {
	for _, w := range c.weight {
		sum += w
	}
	for _, w := range c.second {
		sum += w
	}
	return sum
}

// choice is what is settled of a site.
type choice uint8

const (
	open choice = iota // not settled
	in
	out
)

// reduced is the core that is left where some sites are settled, and levels from
// granted on, by row, are taken for won: nil for none. What is won is in its
// base. Sites that nothing is left for are not in the new core.
func (c *core) reduced(settled []choice, granted []int32) (*core, passage) {
	d := &core{
		priced: c.priced, budget: c.budget, base: c.base, unit: c.unit,
		start: make([]int32, 1, len(c.start)), firsts: make([]int32, 1, len(c.firsts)),
		list: make([]int32, 0, len(c.list)),
	}
	won, twice := c.wonBy(settled)
	w := passage{site: nowhere(c.sites()), row: nowhere(c.rows()), granted: make([]int64, c.rows())}
	index := w.site
	for r := range c.rows() {
		first, stop := c.firsts[r], won[r]
		if granted != nil {
			stop = min(stop, granted[r])
		}
		second := int64(0)
		for l := stop; l < c.firsts[r+1]; l++ {
			w.granted[r] += c.weight[l]
			if c.second != nil {
				second = c.second[l]
			}
		}
		if second > 0 && twice[r] { // rows of two weights have one level
			d.base += second
			second = 0
		}
		d.base += w.granted[r]
		from, listed := c.start[r], len(d.list)
		keep := func(l int32, weight, second int64) {
			for ; from < c.end[l]; from++ {
				if s := c.list[from]; settled[s] == open {
					if index[s] < 0 {
						index[s] = int32(len(d.id))
						d.id = append(d.id, c.id[s])
						d.cost = append(d.cost, c.cost[s])
					}
					d.list = append(d.list, index[s])
				}
			}
			// A level without a site is lost; one without sites of its own is won
			// with the one before it.
			switch n := len(d.end); {
			case len(d.list) == listed:
			case n > int(d.firsts[len(d.firsts)-1]) && d.end[n-1] == int32(len(d.list)):
				d.weight[n-1] += weight
			default:
				d.end = append(d.end, int32(len(d.list)))
				d.weight = append(d.weight, weight)
				if c.second != nil {
					d.second = append(d.second, second)
				}
			}
		}
		for l := first; l < stop; l++ {
			if c.second != nil {
				keep(l, c.weight[l], c.second[l])
			} else {
				keep(l, c.weight[l], 0)
			}
		}
		if second > 0 { // covered once: what is left is to cover it again
			keep(first, second, 0)
		}
		if len(d.list) > listed {
			w.row[r] = int32(d.rows())
			d.start = append(d.start, int32(len(d.list)))
			d.firsts = append(d.firsts, int32(len(d.end)))
			if c.area != nil {
				d.area = append(d.area, c.area[r])
			}
		}
	}
	c.settle(d, settled, index)
	d.finish()
	return d, w
}

// passage tells where sites and rows of a core are in one made from it, -1 for
// those that are not there, and how much of rows is won already.
type passage struct {
	site, row []int32
	granted   []int64
}

func nowhere(n int) []int32 {
	all := make([]int32, n)
	for i := range all {
		all[i] = -1
	}
	return all
}

// down carries what is won of rows over to the reduced core.
func (w passage) down(won []float32, d *core) []float64 {
	all := make([]float64, d.rows())
	for r, to := range w.row {
		if to >= 0 {
			all[to] = float64(won[r]) - float64(w.granted[r])
		}
	}
	return all
}

// up carries it back; rows that are not there keep what they have.
func (w passage) up(d []float64, won []float32) {
	for r, to := range w.row {
		if to >= 0 {
			won[r] = float32(d[to] + float64(w.granted[r]))
		}
	}
}

// wonBy is, by row, the first level that sites settled in have won, and whether
// two of them hold it.
func (c *core) wonBy(settled []choice) (won []int32, twice []bool) {
	won = slices.Clone(c.firsts[1:])
	if c.second != nil {
		twice = make([]bool, c.rows())
	}
	for s, what := range settled {
		if what != in {
			continue
		}
		for _, l := range c.entries(int32(s)) {
			r := c.rowOf(l)
			if c.second != nil && won[r] <= l {
				twice[r] = true
			}
			won[r] = min(won[r], l)
		}
	}
	return won, twice
}

// settle carries the costs, limits and pairs apart over to d.
func (c *core) settle(d *core, settled []choice, index []int32) {
	spent := int64(0)
	for s, what := range settled {
		if what == in {
			spent += c.cost[s]
		}
	}
	if c.priced {
		d.base -= spent
	} else if c.budget != math.MaxInt64 {
		d.budget -= spent
	}
	for _, limit := range c.limits {
		left := Limit{Name: limit.Name, Most: limit.Most}
		for i, s := range limit.Site {
			switch {
			case settled[s] == in:
				left.Most -= limit.Use[i]
			case index[s] >= 0:
				left.Site, left.Use = append(left.Site, index[s]), append(left.Use, limit.Use[i])
			}
		}
		if len(left.Site) > 0 {
			d.limits = append(d.limits, left)
		}
	}
	if c.apart == nil {
		return
	}
	d.apart = make([][]int32, len(d.id))
	for s, i := range index {
		if i < 0 {
			continue
		}
		for _, other := range c.apart[s] {
			if index[other] >= 0 {
				d.apart[i] = append(d.apart[i], index[other])
			}
		}
	}
}
