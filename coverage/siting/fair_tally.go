package siting

import "math"

// spread tallies what open sites win by area. It is scored: weight that is won
// is worth gain a unit, and what an area wants to its goal costs its price. Score
// is concave in what areas win, so what a site adds falls as others open.
type spread struct {
	c      *core
	gain   float64
	price  []float64 // by area
	goal   []int64   // by area
	won    []int64   // by area, with what was won before
	total  int64     // their sum
	cells  []spreadCell
	starts []int32 // by site, and one more: its slots
	areas  []int32 // by slot: one of the areas that the site has rows in
	losses []int64 // by slot: what dropping the open site loses there
	extra  []int64 // by slot: what of that another site would hold
	marked []int32 // slots with extra
	gains  []int64 // by area
	scale  float64 // of whole scores
}

// spreadCell is a row, as cell is a level.
type spreadCell struct {
	weight            int64
	count, sole, area int32
	slot              int32 // of its one open site, where it has one
}

func newSpread(c *core, base []int64) *spread {
	n := len(base)
	t := &spread{
		c: c, price: make([]float64, n), goal: make([]int64, n), won: append([]int64(nil), base...),
		cells: make([]spreadCell, c.rows()), starts: make([]int32, 1, c.sites()+1), gains: make([]int64, n), scale: 1,
	}
	for _, w := range base {
		t.total += w
	}
	for r := range t.cells {
		t.cells[r] = spreadCell{weight: c.weight[r], area: c.area[r]}
	}
	seen := make([]int32, n) // the last site, plus one, with rows in an area
	for s := range c.sites() {
		for _, r := range c.entries(int32(s)) {
			if a := c.area[r]; seen[a] != int32(s+1) {
				seen[a] = int32(s + 1)
				t.areas = append(t.areas, a)
			}
		}
		t.starts = append(t.starts, int32(len(t.areas)))
	}
	t.losses, t.extra = make([]int64, len(t.areas)), make([]int64, len(t.areas))
	return t
}

// slot is that of a site in one of its areas. Most sites have few.
func (t *spread) slot(site, area int32) int32 {
	k := t.starts[site]
	for t.areas[k] != area {
		k++
	}
	return k
}

// score is what an area is worth that wins so much.
func (t *spread) score(area int32, won int64) float64 {
	score := t.gain * float64(won)
	if lack := t.goal[area] - won; lack > 0 {
		score -= t.price[area] * float64(lack)
	}
	return score
}

// met tells whether every area wins its goal, or another one.
func (t *spread) met(goal []int64) bool {
	for a, w := range t.won {
		if w < goal[a] {
			return false
		}
	}
	return true
}

func (t *spread) add(site int32) {
	for _, r := range t.c.entries(site) {
		k := &t.cells[r]
		k.sole ^= site
		k.count++
		switch k.count {
		case 1:
			t.win(k.area, k.weight)
			k.slot = t.slot(site, k.area)
			t.losses[k.slot] += k.weight
		case 2:
			t.losses[k.slot] -= k.weight
		}
	}
}

func (t *spread) drop(site int32) int64 {
	for _, r := range t.c.entries(site) {
		k := &t.cells[r]
		k.sole ^= site
		k.count--
		switch k.count {
		case 0:
			t.win(k.area, -k.weight)
		case 1:
			k.slot = t.slot(k.sole, k.area)
			t.losses[k.slot] += k.weight
		}
	}
	clear(t.losses[t.starts[site]:t.starts[site+1]])
	return 0
}

func (t *spread) win(area int32, weight int64) {
	t.won[area] += weight
	t.total += weight
}

// try gathers what a closed site would win, by area, and what it would take off
// the losses of open ones; it tells what that is worth. done forgets it.
func (t *spread) try(site int32) (worth float64) {
	for _, r := range t.c.entries(site) {
		k := &t.cells[r]
		switch {
		case k.count > 1:
		case k.count == 0:
			t.gains[k.area] += k.weight
		default:
			if t.extra[k.slot] == 0 {
				t.marked = append(t.marked, k.slot)
			}
			t.extra[k.slot] += k.weight
		}
	}
	for _, a := range t.areas[t.starts[site]:t.starts[site+1]] {
		worth += t.score(a, t.won[a]+t.gains[a]) - t.score(a, t.won[a])
	}
	return worth
}

// swap is what dropping an open site is worth, less than 0, beside the site that
// is tried.
func (t *spread) swap(out int32) (worth float64) {
	for k := t.starts[out]; k < t.starts[out+1]; k++ {
		if left := t.losses[k] - t.extra[k]; left != 0 {
			a := t.areas[k]
			won := t.won[a] + t.gains[a]
			worth += t.score(a, won-left) - t.score(a, won)
		}
	}
	return worth
}

func (t *spread) done(site int32) {
	for _, a := range t.areas[t.starts[site]:t.starts[site+1]] {
		t.gains[a] = 0
	}
	for _, slot := range t.marked {
		t.extra[slot] = 0
	}
	t.marked = t.marked[:0]
}

// What follows are scores as whole numbers, for the greedy choice.

func (t *spread) whole(score float64) int64 { return int64(score * t.scale) }

// rescale makes whole scores as fine as they may be.
func (t *spread) rescale() {
	most := 1.0
	for a := range t.won {
		most += math.Abs(t.score(int32(a), 0)) + t.gain*float64(t.goal[a])
	}
	for _, w := range t.c.weight {
		most += t.gain * float64(w)
	}
	t.scale = 0x1p50 / most
}

func (t *spread) value() (sum int64) {
	for a, w := range t.won {
		sum += t.whole(t.score(int32(a), w))
	}
	return sum
}

func (t *spread) weigh(site int32, _ *extras) int64 {
	worth := t.try(site)
	t.done(site)
	return t.whole(worth)
}

// loss of a site that loses anything is above 0, so that none such is trimmed.
func (t *spread) loss(site int32) int64 {
	for _, lost := range t.losses[t.starts[site]:t.starts[site+1]] {
		if lost > 0 {
			return max(1, t.whole(-t.swap(site)))
		}
	}
	return 0
}
