package siting

// tally knows what is won by the sites that are open, and what one more or one
// less would change.
type tally interface {
	value() int64 // base not counted
	add(site int32)
	drop(site int32) (visited int64) // pairs, beside the entries of the site
	// weigh is what opening a closed site wins. Where it takes the place of an
	// open one, that one's loss is less by what is put in extra.
	weigh(site int32, extra *extras) int64
	// loss is what dropping an open site loses.
	loss(site int32) int64
}

// newTally starts with no site open.
func newTally(c *core) tally {
	// Counting how many sites hold a level is fast where rows have few levels;
	// where they have many, only the two best sites of a row matter.
	const few = 4
	if c.levels() <= few*c.rows() {
		return &counts{
			c: c, cells: cellsOf(c), losses: make([]int64, c.sites()), isOpen: make([]bool, c.sites()),
		}
	}
	return newNearest(c)
}

// extras gathers amounts for open sites, and forgets them fast.
type extras struct {
	of      []int64
	touched []int32
}

func newExtras(sites int) *extras { return &extras{of: make([]int64, sites)} }

func (e *extras) put(site int32, amount int64) {
	if e.of[site] == 0 {
		e.touched = append(e.touched, site)
	}
	e.of[site] += amount
}

func (e *extras) clear() {
	for _, s := range e.touched {
		e.of[s] = 0
	}
	e.touched = e.touched[:0]
}

// counts tallies by how many open sites hold each level.
type counts struct {
	c      *core
	won    int64
	cells  []cell // by level
	losses []int64
	isOpen []bool
}

// cell is a level's count, with what is needed where it is looked at.
type cell struct {
	weight int64
	count  int32
	sole   int32 // the indices of its open sites, each other's exclusive or
}

func cellsOf(c *core) []cell {
	cells := make([]cell, c.levels())
	for l, w := range c.weight {
		cells[l].weight = w
	}
	return cells
}

func (t *counts) value() int64          { return t.won }
func (t *counts) loss(site int32) int64 { return t.losses[site] }

func (t *counts) second(l int32) int64 {
	if t.c.second == nil {
		return 0
	}
	return t.c.second[l]
}

func (t *counts) add(site int32) {
	t.isOpen[site] = true
	for _, first := range t.c.entries(site) {
		for l := first; l < t.c.last(first); l++ {
			k := &t.cells[l]
			k.sole ^= site
			k.count++
			switch k.count {
			case 1:
				t.won += k.weight
				t.losses[site] += k.weight
			case 2:
				second := t.second(l)
				t.won += second
				t.losses[k.sole^site] += second - k.weight
				t.losses[site] += second
			case 3:
				if second := t.second(l); second > 0 {
					t.both(l, site, -second)
				}
			}
		}
	}
}

func (t *counts) drop(site int32) int64 {
	for _, first := range t.c.entries(site) {
		for l := first; l < t.c.last(first); l++ {
			k := &t.cells[l]
			k.sole ^= site
			k.count--
			switch k.count {
			case 0:
				t.won -= k.weight
			case 1:
				second := t.second(l)
				t.won -= second
				t.losses[k.sole] += k.weight - second
			case 2:
				if second := t.second(l); second > 0 {
					t.both(l, site, second)
				}
			}
		}
	}
	t.losses[site] = 0
	t.isOpen[site] = false
	return 0
}

// both changes the losses of the two open sites of a level, other than one.
func (t *counts) both(l, but int32, by int64) {
	r := t.c.rowOf(l)
	for _, s := range t.c.list[t.c.start[r]:t.c.end[l]] {
		if s != but && t.isOpen[s] {
			t.losses[s] += by
		}
	}
}

func (t *counts) weigh(site int32, extra *extras) (gain int64) {
	if t.c.row == nil && t.c.second == nil {
		return t.weighFlat(site, extra)
	}
	for _, first := range t.c.entries(site) {
		for l := first; l < t.c.last(first); l++ {
			switch k := &t.cells[l]; k.count {
			case 0:
				gain += k.weight
			case 1:
				second := t.second(l)
				gain += second
				if extra != nil {
					extra.put(k.sole, k.weight-second)
				}
			case 2:
				if second := t.second(l); second > 0 && extra != nil {
					t.swapBoth(l, second, extra)
				}
			}
		}
	}
	return gain
}

// weighFlat is weigh where rows have one level and one weight, which is where
// searches spend their time.
func (t *counts) weighFlat(site int32, extra *extras) (gain int64) {
	for _, l := range t.c.entries(site) {
		k := &t.cells[l]
		if k.count > 1 {
			continue
		}
		if k.count == 0 {
			gain += k.weight
		} else if extra != nil {
			extra.put(k.sole, k.weight)
		}
	}
	return gain
}

func (t *counts) swapBoth(l int32, second int64, extra *extras) {
	r := t.c.rowOf(l)
	for _, s := range t.c.list[t.c.start[r]:t.c.end[l]] {
		if t.isOpen[s] {
			extra.put(s, second)
		}
	}
}

// nearest tallies by the two best open sites of every row.
type nearest struct {
	c      *core
	worth  []int64 // by level
	won    int64
	best   [2][]int32 // by row: the level that the best and the second-best site enter
	site   [2][]int32
	losses []int64
	isOpen []bool
}

func newNearest(c *core) *nearest {
	t := &nearest{c: c, worth: append(c.worth(), 0), losses: make([]int64, c.sites()), isOpen: make([]bool, c.sites())}
	for k := range t.best {
		t.best[k], t.site[k] = make([]int32, c.rows()), nowhere(c.rows())
		copy(t.best[k], c.firsts[1:])
	}
	return t
}

func (t *nearest) value() int64          { return t.won }
func (t *nearest) loss(site int32) int64 { return t.losses[site] }

// at is what a site that enters row r at level l wins of it.
func (t *nearest) at(r, l int32) int64 {
	if l >= t.c.firsts[r+1] {
		return 0
	}
	return t.worth[l]
}

func (t *nearest) add(site int32) {
	t.isOpen[site] = true
	for _, l := range t.c.entries(site) {
		r := t.c.rowOf(l)
		one, two := t.best[0][r], t.best[1][r]
		switch {
		case l < one:
			now, was, next := t.at(r, l), t.at(r, one), t.at(r, two)
			if old := t.site[0][r]; old >= 0 {
				t.losses[old] -= was - next
			}
			t.losses[site] += now - was
			t.won += now - was
			t.best[1][r], t.site[1][r] = one, t.site[0][r]
			t.best[0][r], t.site[0][r] = l, site
		case l < two:
			t.losses[t.site[0][r]] -= t.at(r, l) - t.at(r, two)
			t.best[1][r], t.site[1][r] = l, site
		}
	}
}

func (t *nearest) drop(site int32) (visited int64) {
	t.isOpen[site] = false
	for _, l := range t.c.entries(site) {
		r := t.c.rowOf(l)
		if t.site[0][r] != site && t.site[1][r] != site {
			continue
		}
		was := t.at(r, t.best[0][r])
		if first := t.site[0][r]; first >= 0 {
			t.losses[first] -= was - t.at(r, t.best[1][r])
		}
		visited += t.refill(r)
		now := t.at(r, t.best[0][r])
		if first := t.site[0][r]; first >= 0 {
			t.losses[first] += now - t.at(r, t.best[1][r])
		}
		t.won += now - was
	}
	t.losses[site] = 0
	return visited
}

// refill finds the two best open sites of a row, and tells how many it looked at.
func (t *nearest) refill(r int32) int64 {
	k, l, last := 0, t.c.firsts[r], t.c.firsts[r+1]
	at := t.c.start[r]
	for ; at < t.c.start[r+1] && k < 2; at++ {
		for t.c.end[l] <= at {
			l++
		}
		if s := t.c.list[at]; t.isOpen[s] {
			t.best[k][r], t.site[k][r] = l, s
			k++
		}
	}
	for ; k < 2; k++ {
		t.best[k][r], t.site[k][r] = last, -1
	}
	return int64(at - t.c.start[r])
}

func (t *nearest) weigh(site int32, extra *extras) (gain int64) {
	for _, l := range t.c.entries(site) {
		r := t.c.rowOf(l)
		one, two := t.best[0][r], t.best[1][r]
		switch {
		case l < one:
			was := t.at(r, one)
			gain += t.at(r, l) - was
			if extra != nil && t.site[0][r] >= 0 {
				extra.put(t.site[0][r], was-t.at(r, two))
			}
		case l < two && extra != nil:
			extra.put(t.site[0][r], t.at(r, l)-t.at(r, two))
		}
	}
	return gain
}
