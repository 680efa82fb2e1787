package siting

import (
	"cmp"
	"math"
	"slices"
)

// sift relaxes a large problem on few sites, and asks of all the others whether
// they are worth their price by its duals: those that are join it, and it is
// relaxed again. Duals of the few are duals of all, so every round has a bound.
//
// Source: Bixby et al. (1992), Very large-scale linear programming: a case study
// in combining interior point and simplex methods (sifting).
func (h *hunt) sift(x *relaxer) {
	const (
		rounds = 16
		steps  = 250
		few    = 7    // plans to start with
		more   = 15   // times the sites of the plan join in a round, at most
		near   = 5e-4 // of the bound of the few: that of all can fall no more than to there
	)
	join := func(taken []bool, sites []int32) {
		for _, s := range sites {
			taken[s] = true
		}
	}
	taken := make([]bool, h.c.sites())
	join(taken, h.kept)
	for range few {
		join(taken, h.others(taken))
	}
	smooth := math.Inf(1)
	won, y := h.c.wonOf(fullOf(h.c, h.kept)), fullOf(h.c, h.kept)
	for range rounds {
		if h.over() {
			return
		}
		settled := make([]choice, h.c.sites())
		for s := range settled {
			if !taken[s] {
				settled[s] = out
			}
		}
		d, w := h.c.reduced(settled, nil)
		part := make([]float64, d.sites())
		for s, i := range w.site {
			if i >= 0 {
				part[i] = y[s]
			}
		}
		z := newWarmRelaxer(d, w.down(narrow(won), d), part)
		work, _ := z.descend(h.ctx, h.best, steps, rootPatience, 0.001)
		h.work += work + int64(2*h.c.pairs())
		clear(won) // of rows without a site among the few nothing is won: all is left to pay
		for r, to := range w.row {
			if to >= 0 {
				won[r] = z.w[to] - z.best.u[to] + float64(w.granted[r])
			}
		}
		clear(y)
		for s, i := range w.site {
			if i >= 0 {
				y[s] = z.best.y[i]
			}
		}
		x.priceAll(won)
		better := h.worth(x, taken, len(h.kept)*more)
		if !math.IsInf(smooth, 1) { // duals swing from round to round; between them is a better bound
			for r := range won {
				won[r] = (won[r] + x.w[r] - x.best.u[r]) / 2
			}
			x.priceAll(won)
			better = append(better, h.worth(x, taken, len(h.kept)*more)...)
		}
		smooth = x.best.value
		h.lower(x.ceiling())
		if len(better) == 0 || x.best.value-z.best.value < near*math.Abs(z.best.value) {
			break
		}
		join(taken, better)
	}
	x.restartFrom(y)
}

// fullOf is shares of sites, of which some are open in full.
func fullOf(c *core, sites []int32) []float64 {
	y := make([]float64, c.sites())
	for _, s := range sites {
		y[s] = 1
	}
	return y
}

// others is a greedy choice among the sites that are not taken yet.
func (h *hunt) others(taken []bool) []int32 {
	var left []int32
	for s := range taken {
		if !taken[s] {
			left = append(left, int32(s))
		}
	}
	s := newSearch(h.ctx, h.c, 0)
	s.greedy(left)
	h.work += s.work
	return s.list
}

// priceAll sums up what duals pay to all sites, and notes the bound.
func (x *relaxer) priceAll(won []float64) {
	for r := range x.uNew {
		x.uNew[r] = min(max(x.w[r]-won[r], 0), x.w[r])
	}
	x.pay()
	for i := range x.shards {
		h := &x.shards[i]
		h.won = 0
		for r := h.from; r < h.to; r++ {
			h.won += x.w[r] - x.uNew[r]
			if x.second != nil {
				h.won += max(x.second[r]-x.uNew[r], 0)
			}
		}
	}
	x.note()
}

// worth are the sites not taken that the duals of the last round pay more than
// their price: at most so many, the one that is paid most first, each for rows
// that are not paid to many before it.
func (h *hunt) worth(x *relaxer, taken []bool, most int) []int32 {
	_, theta := h.c.bestShares(x.sNew)
	profit := func(s int32) float64 {
		price := theta[1] * float64(h.c.cost[s])
		if h.c.priced {
			price = float64(h.c.cost[s])
		}
		return x.sNew[s] - price
	}
	var found []int32
	for s := range taken {
		if !taken[s] && profit(int32(s)) > 0 {
			found = append(found, int32(s))
		}
	}
	slices.SortStableFunc(found, func(a, b int32) int { return -cmp.Compare(profit(a), profit(b)) })
	const crowd = 4
	paid := make([]uint8, h.c.rows())
	chosen := found[:0]
	for _, s := range found {
		fresh := 0.0
		for _, l := range h.c.entries(s) {
			if r := h.c.rowOf(l); paid[r] < crowd {
				fresh += x.uNew[r]
			}
		}
		if fresh < 0.5*x.sNew[s] && h.c.row == nil {
			continue
		}
		for _, l := range h.c.entries(s) {
			if r := h.c.rowOf(l); paid[r] < crowd {
				paid[r]++
			}
		}
		if chosen = append(chosen, s); len(chosen) == most {
			break
		}
	}
	return chosen
}

// restartFrom goes on from the best duals, and the given shares of sites.
func (x *relaxer) restartFrom(y []float64) {
	copy(x.u, x.best.u)
	copy(x.s, x.best.s)
	copy(x.v, x.best.v)
	copy(x.y, y)
	x.anchor()
}
