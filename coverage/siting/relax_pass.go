package siting

import "sync"

// pass moves the duals of the rows: uNew is theirs, sNew what they add up to
// by site.
func (x *relaxer) pass(alpha float64) {
	if x.areas != nil {
		x.passAreas(alpha)
		return
	}
	run := func(h *shard) {
		clear(h.s)
		switch {
		case x.second != nil:
			x.passTwice(h, alpha)
		case x.c.row == nil:
			x.passFlat(h, alpha)
		default:
			x.passNested(h, alpha)
		}
	}
	if len(x.shards) == 1 {
		run(&x.shards[0])
	} else {
		var wait sync.WaitGroup
		for i := range x.shards {
			wait.Go(func() { run(&x.shards[i]) })
		}
		wait.Wait()
	}
	x.gather()
}

// passFlat is a pass over rows of one level.
func (x *relaxer) passFlat(h *shard, alpha float64) {
	c, bar, s := x.c, x.bar, h.s
	won, du2, beta := 0.0, 0.0, 1-alpha
	for r := h.from; r < h.to; r++ {
		row := c.list[c.start[r]:c.start[r+1]]
		a := -1.0
		for _, site := range row {
			a += bar[site]
		}
		w, u, sigma := x.w[r], x.u[r], x.omega*x.scale[r]/x.active[r]
		to := min(max(u-sigma*a, 0), w)
		if to > 0 {
			for _, site := range row {
				s[site] += to
			}
		}
		won += w - to
		d := to - u
		du2 += d * d / sigma
		x.uNew[r] = to
		x.u[r] = alpha*(2*to-u) + beta*x.u0[r]
	}
	h.won, h.du2 = won, du2
}

// passNested is a pass over rows of several levels. What is paid grows as long as
// less than a whole site is open where it is paid; it stops at the level where
// that changes, or inside, by the length of the step.
func (x *relaxer) passNested(h *shard, alpha float64) {
	c := x.c
	won, du2, beta := 0.0, 0.0, 1-alpha
	for r := h.from; r < h.to; r++ {
		first, last := c.firsts[r], c.firsts[r+1]
		w, u, sigma := x.w[r], x.u[r], x.omega*x.scale[r]/x.active[r]
		at, a, to := c.start[r], -1.0, 0.0
		for l := first; l < last; l++ { // a is what is open up to l
			for end := c.end[l]; at < end; at++ {
				a += max(x.bar[c.list[at]], 0)
			}
			// To the sites of l and before is paid from here on, to the next level.
			from, until := w-x.worth[l], w
			if l+1 < last {
				until = w - x.worth[l+1]
			}
			to = min(max(u-sigma*a, from), until)
			if to < until {
				break
			}
		}
		won += w - to
		d := to - u
		du2 += d * d / sigma
		x.uNew[r] = to
		x.u[r] = alpha*(2*to-u) + beta*x.u0[r]
		h.spread(x, r)
	}
	h.won, h.du2 = won, du2
}

// spread pays the sites of a row what they win beyond what is won.
func (h *shard) spread(x *relaxer, r int32) {
	c, won := x.c, x.w[r]-x.uNew[r]
	at := c.start[r]
	for l := c.firsts[r]; l < c.firsts[r+1]; l++ {
		pay := x.worth[l] - won
		if pay <= 0 {
			return
		}
		for end := c.end[l]; at < end; at++ {
			h.s[c.list[at]] += pay
		}
	}
}

// pay sums up in sNew what uNew pays to sites.
func (x *relaxer) pay() {
	for i := range x.shards {
		h := &x.shards[i]
		clear(h.s)
		for r := h.from; r < h.to; r++ {
			if x.worth != nil {
				h.spread(x, r)
				continue
			}
			for _, site := range x.c.list[x.c.start[r]:x.c.start[r+1]] {
				h.s[site] += x.uNew[r]
			}
		}
	}
	x.gather()
}

// gather adds up what the shards pay.
func (x *relaxer) gather() {
	copy(x.sNew, x.shards[0].s)
	for i := 1; i < len(x.shards); i++ {
		for j, s := range x.shards[i].s {
			x.sNew[j] += s
		}
	}
}

// passTwice is a pass over rows that win again with a second open site.
func (x *relaxer) passTwice(h *shard, alpha float64) {
	c, bar, s := x.c, x.bar, h.s
	won, du2 := 0.0, 0.0
	for r := h.from; r < h.to; r++ {
		row := c.list[c.start[r]:c.start[r+1]]
		a := 0.0
		for _, site := range row {
			a += bar[site]
		}
		w, w2, u, sigma := x.w[r], x.second[r], x.u[r], x.omega*x.scale[r]/x.active[r]
		to := u - sigma*(a-2)
		if to > w2 {
			to = min(max(u-sigma*(a-1), w2), w)
		}
		to = max(to, 0)
		for _, site := range row {
			s[site] += to
		}
		won += w - to + max(w2-to, 0)
		d := to - u
		du2 += d * d / sigma
		x.uNew[r] = to
		x.u[r] = alpha*(2*to-u) + (1-alpha)*x.u0[r]
	}
	h.won, h.du2 = won, du2
}
