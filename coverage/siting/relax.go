package siting

import (
	"math"
	"sync"
)

// relaxer solves the linear relaxation of a core, in which sites may be opened
// in part, by the restarted and reflected Halpern form of the primal-dual hybrid
// gradient method. In its saddle point
//
//	max over y in Y   min over 0 ≤ u ≤ w, v ≥ 0   Σw + u·(Ay − 1) + v·(b − Dy)
//
// y are the sites, Y the box and the budget, A says which sites hold a level and
// D is the limits. Whatever u and v are, as long as they keep to their bounds,
//
//	Σ(w − u) + v·b + max over y in Y of (uA − vD)·y
//
// is no less than what any plan wins: so the method may be stopped at any time.
// The matrix is never written down: a pass runs once over the lists of the rows.
//
// Source: Applegate et al. (2021), Practical large-scale linear programming using
// primal-dual hybrid gradient; Lu and Yang (2024), Restarted Halpern PDHG for
// linear programming; preconditioning of Pock and Chambolle (2011).
type relaxer struct {
	c      *core
	w      []float64 // by level
	second []float64 // by level, nil as in core
	scale  []float64 // by level: the size of its dual, for step lengths
	column []float64 // by site: sum of the scales of its levels and limits
	steps  []float64 // by limit: step length of its dual, before omega
	uses   []float64 // by limit: sum of its uses

	y, y0, yNew, bar []float64 // by site
	s, s0, sNew      []float64 // by site: uA − vD
	u, u0, uNew      []float64 // by level
	v, v0, vNew      []float64 // by limit

	omega       float64 // weight of steps in y against those in u and v
	theta       float64 // price of the budget, where the last projection ended
	inner       int     // steps since the last restart
	total       int
	first, last float64 // residual of the first step since, and of the last one

	shards []shard
	best   dualBound
	areas  *areaPrices // nil where areas do not matter
}

// dualBound is the best bound so far and what it rests on.
type dualBound struct {
	value  float64   // no plan wins more, base not counted
	fixed  float64   // the part that does not hang on y
	margin float64   // what rounding may have cost
	u, s   []float64 // by level, by site
	v      []float64
	theta  [2]float64 // prices of the budget at which value is met, or nearly
	y      []float64
}

// shard is a share of the rows, always cut alike so that sums are the same on
// any number of processors.
type shard struct {
	from, to int32
	s        []float64
	won, du2 float64
}

// shardPairs is how many pairs are worth a share of their own.
const (
	shardPairs = 150_000
	mostShards = 2
)

func newRelaxer(c *core) *relaxer {
	n, levels := c.sites(), c.levels()
	x := &relaxer{c: c, omega: 1, w: make([]float64, levels)}
	for l, w := range c.weight {
		x.w[l] = float64(w)
	}
	x.scale = x.w
	if c.second != nil {
		x.second, x.scale = make([]float64, levels), make([]float64, levels)
		for l, w := range c.second {
			x.second[l], x.scale[l] = float64(w), math.Min(4*float64(w)+1, x.w[l])
		}
	}
	if c.priced {
		x.scale = make([]float64, levels)
		for l := range x.scale {
			x.scale[l] = x.w[l]
			for _, s := range c.list[c.start[l]:c.start[l+1]] {
				x.scale[l] = math.Min(x.scale[l], float64(c.cost[s])+1)
			}
		}
	}
	for _, field := range []*[]float64{&x.y, &x.y0, &x.yNew, &x.bar, &x.s, &x.s0, &x.sNew, &x.column, &x.best.s, &x.best.y} {
		*field = make([]float64, n)
	}
	for _, field := range []*[]float64{&x.u, &x.u0, &x.uNew, &x.best.u} {
		*field = make([]float64, levels)
	}
	for _, field := range []*[]float64{&x.v, &x.v0, &x.vNew, &x.steps, &x.uses, &x.best.v} {
		*field = make([]float64, len(c.limits))
	}
	x.best.value = math.Inf(1)
	x.columns()
	x.share()
	return x
}

// columns sums up the scales of the columns, and gives limits a scale like that
// of the levels.
func (x *relaxer) columns() {
	sum := 0.0
	for s := range x.column {
		x.column[s] = 0
		for _, first := range x.c.entries(int32(s)) {
			for l := first; l < x.c.last(first); l++ {
				x.column[s] += x.scale[l]
			}
		}
		sum += x.column[s]
	}
	mean := sum / float64(max(len(x.column), 1))
	for i := range x.c.limits {
		limit := &x.c.limits[i]
		x.uses[i] = 0
		for _, use := range limit.Use {
			x.uses[i] += float64(use)
		}
		if x.uses[i] == 0 {
			continue
		}
		a := mean * float64(len(limit.Use)) / x.uses[i]
		x.steps[i] = a / x.uses[i]
		for k, s := range limit.Site {
			x.column[s] += a * float64(limit.Use[k])
		}
	}
}

// share cuts the rows into shards of about as many pairs.
func (x *relaxer) share() {
	c := x.c
	n := min(max(c.pairs()/shardPairs, 1), mostShards)
	from := int32(0)
	for i := range n {
		to := int32(c.rows())
		if i+1 < n {
			for to = from; to < int32(c.rows()) && int(c.start[to]) < (i+1)*c.pairs()/n; to++ {
			}
		}
		x.shards = append(x.shards, shard{from: from, to: to, s: make([]float64, c.sites())})
		from = to
	}
}

// warm starts from duals of levels and, if there are any, shares of sites.
func (x *relaxer) warm(u, y []float64) {
	for l := range x.u {
		x.u[l] = math.Min(u[l], x.w[l])
	}
	copy(x.y, y)
	for s := range x.s {
		x.s[s] = 0
		for _, first := range x.c.entries(int32(s)) {
			for l := first; l < x.c.last(first); l++ {
				x.s[s] += x.u[l]
			}
		}
	}
	x.anchor()
}

// anchor starts anew from where it is.
func (x *relaxer) anchor() {
	copy(x.y0, x.y)
	copy(x.s0, x.s)
	copy(x.u0, x.u)
	copy(x.v0, x.v)
	x.inner = 0
}

// step takes one step, and restarts where that pays.
func (x *relaxer) step() {
	x.project()
	for j := range x.bar {
		x.bar[j] = 2*x.yNew[j] - x.y[j]
	}
	alpha := float64(x.inner+1) / float64(x.inner+2)
	x.pass(alpha)
	residual := x.limitStep(alpha)
	for i := range x.shards {
		residual += x.shards[i].du2
	}
	for j := range x.y {
		dy, ds := x.yNew[j]-x.y[j], x.sNew[j]-x.s[j]
		residual += dy*dy*x.omega*x.column[j] - 2*dy*ds
		x.y[j] = alpha*(2*x.yNew[j]-x.y[j]) + (1-alpha)*x.y0[j]
		x.s[j] = alpha*(2*x.sNew[j]-x.s[j]) + (1-alpha)*x.s0[j]
	}
	residual = math.Sqrt(math.Max(residual, 0))
	if x.inner == 0 {
		x.first = residual
	}
	x.inner++
	x.total++
	if x.due(residual) {
		x.restart()
	}
	x.last = residual
}

// due tells whether it is time to restart: after great progress, after some
// where it has ended, or after a long time.
func (x *relaxer) due(residual float64) bool {
	switch {
	case x.inner < 2:
		return false
	case residual <= 0.2*x.first:
		return true
	case residual <= 0.8*x.first && residual > x.last:
		return true
	}
	return float64(x.inner) >= 0.36*float64(x.total)
}

// restart anchors at the last point of the method itself, and balances the steps
// by how far both sides have come.
func (x *relaxer) restart() {
	copy(x.y, x.yNew)
	copy(x.s, x.sNew)
	copy(x.u, x.uNew)
	copy(x.v, x.vNew)
	dy, du := 0.0, 0.0
	for j := range x.y {
		d := x.y[j] - x.y0[j]
		dy += d * d * x.column[j]
	}
	for r := range x.c.rows() {
		for l := x.c.firsts[r]; l < x.c.firsts[r+1]; l++ {
			if x.scale[l] > 0 {
				d := x.u[l] - x.u0[l]
				du += d * d * float64(x.c.end[l]-x.c.start[r]) / x.scale[l]
			}
		}
	}
	for i := range x.v {
		if x.steps[i] > 0 {
			d := x.v[i] - x.v0[i]
			du += d * d / x.steps[i]
		}
	}
	if dy > 1e-20 && du > 1e-20 {
		x.omega = math.Exp(0.5*math.Log(math.Sqrt(du/dy)) + 0.5*math.Log(x.omega))
	}
	x.anchor()
}

// limitStep moves the duals of the limits, adds them to sNew, and returns their
// part of the residual.
func (x *relaxer) limitStep(alpha float64) (residual float64) {
	for i := range x.c.limits {
		limit := &x.c.limits[i]
		used := 0.0
		for k, s := range limit.Site {
			used += float64(limit.Use[k]) * x.bar[s]
		}
		x.vNew[i] = math.Max(0, x.v[i]-x.steps[i]*x.omega*(float64(limit.Most)-used))
		for k, s := range limit.Site {
			x.sNew[s] -= float64(limit.Use[k]) * x.vNew[i]
		}
		d := x.vNew[i] - x.v[i]
		if x.steps[i] > 0 {
			residual += d * d / (x.steps[i] * x.omega)
		}
		x.v[i] = alpha*(2*x.vNew[i]-x.v[i]) + (1-alpha)*x.v0[i]
	}
	return residual
}

// pass moves the duals of the levels: uNew is theirs, sNew what they add up to
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
	copy(x.sNew, x.shards[0].s)
	for i := 1; i < len(x.shards); i++ {
		for j, s := range x.shards[i].s {
			x.sNew[j] += s
		}
	}
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
		w, u, sigma := x.w[r], x.u[r], x.omega*x.scale[r]/float64(len(row))
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

// passNested is a pass over rows of several levels: forward for what is open of
// each, backward for what a site wins from its level on.
func (x *relaxer) passNested(h *shard, alpha float64) {
	c, bar, s := x.c, x.bar, h.s
	won, du2, beta := 0.0, 0.0, 1-alpha
	for r := h.from; r < h.to; r++ {
		from, at := c.start[r], c.start[r]
		first, last := c.firsts[r], c.firsts[r+1]
		a := -1.0
		for l := first; l < last; l++ {
			for end := c.end[l]; at < end; at++ {
				a += bar[c.list[at]]
			}
			w, u, sigma := x.w[l], x.u[l], x.omega*x.scale[l]/float64(at-from)
			to := min(max(u-sigma*a, 0), w)
			won += w - to
			d := to - u
			du2 += d * d / sigma
			x.uNew[l] = to
			x.u[l] = alpha*(2*to-u) + beta*x.u0[l]
		}
		sum := 0.0
		for l := last - 1; l >= first; l-- {
			sum += x.uNew[l]
			stop := from
			if l > first {
				stop = c.end[l-1]
			}
			if sum == 0 {
				at = stop
				continue
			}
			for at > stop {
				at--
				s[c.list[at]] += sum
			}
		}
	}
	h.won, h.du2 = won, du2
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
		w, w2, u, k := x.w[r], x.second[r], x.u[r], float64(len(row))
		sigma := x.omega * x.scale[r] / k
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
