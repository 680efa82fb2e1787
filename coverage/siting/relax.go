package siting

import (
	"math"
)

// relaxer solves the linear relaxation of a core, in which sites may be opened
// in part, by the restarted and reflected Halpern form of the primal-dual hybrid
// gradient method. In its saddle point
//
//	max over y in Y   min over 0 ≤ u ≤ w, v ≥ 0   Σ(w − u) + Σ over sites s(u, v)·y + v·b
//
// y are the sites and Y is the box and the budget; w is what a row is worth, and
// u how much of it is left to be paid for by sites: s is what that makes a site
// worth, less its use of the limits at their prices v. A row of one level pays u
// to each of its sites; one of several pays a site what it wins beyond w − u.
// Whatever u and v are, as long as they keep to their bounds,
//
//	Σ(w − u) + v·b + max over y in Y of s·y
//
// is no less than what any plan wins: so the method may be stopped at any time.
// The matrix is never written down: a pass runs once over the lists of the rows,
// and in rows of many levels no farther than to where nothing is paid.
//
// Source: Applegate et al. (2021), Practical large-scale linear programming using
// primal-dual hybrid gradient; Lu and Yang (2024), Restarted Halpern PDHG for
// linear programming; preconditioning of Pock and Chambolle (2011). For rows of
// several levels the form with a dual for each row is that of Cornuejols, Fisher
// and Nemhauser (1977), Location of bank accounts to optimize float.
type relaxer struct {
	c      *core
	w      []float64 // by row
	second []float64 // by row, nil as in core
	worth  []float64 // by level, what a site that enters there wins; nil where rows have one
	scale  []float64 // by row: the size of its dual, for step lengths
	active []float64 // by row: how many sites it pays, for step lengths
	column []float64 // by site: sum of the scales of its rows and limits
	steps  []float64 // by limit: step length of its dual, before omega
	uses   []float64 // by limit: sum of its uses
	paidBy []float64 // by site: sum of the scales of the rows that pay it now

	y, y0, yNew, bar []float64 // by site
	s, s0, sNew      []float64 // by site
	u, u0, uNew      []float64 // by row
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
	u, s   []float64 // by row, by site
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

// newRelaxer starts from a choice of sites: they are open in full, and what they
// do not win of a row is left to pay.
func newRelaxer(c *core, sites []int32) *relaxer {
	y := fullOf(c, sites)
	return newWarmRelaxer(c, c.wonOf(y), y)
}

// wonOf is what the sites that are open in full win, by row.
func (c *core) wonOf(y []float64) []float64 {
	won, worth := make([]float64, c.rows()), c.worth()
	for s := range y {
		if y[s] < 1 {
			continue
		}
		for _, l := range c.entries(int32(s)) {
			r := c.rowOf(l)
			won[r] = max(won[r], float64(worth[l]))
		}
	}
	return won
}

// newWarmRelaxer starts from what is won of rows, and shares of sites.
func newWarmRelaxer(c *core, won, y []float64) *relaxer {
	n, rows := c.sites(), c.rows()
	x := &relaxer{c: c, omega: 1, w: make([]float64, rows), scale: make([]float64, rows), active: make([]float64, rows)}
	for _, field := range []*[]float64{&x.y, &x.y0, &x.yNew, &x.bar, &x.s, &x.s0, &x.sNew, &x.column, &x.paidBy, &x.best.s, &x.best.y} {
		*field = make([]float64, n)
	}
	for _, field := range []*[]float64{&x.u, &x.u0, &x.uNew, &x.best.u} {
		*field = make([]float64, rows)
	}
	for _, field := range []*[]float64{&x.v, &x.v0, &x.vNew, &x.steps, &x.uses, &x.best.v} {
		*field = make([]float64, len(c.limits))
	}
	x.best.value = math.Inf(1)
	x.weigh()
	x.share()
	for r := range x.u {
		x.u[r] = min(max(x.w[r]-won[r], 0), x.w[r])
	}
	copy(x.y, y)
	x.scales()
	x.columns()
	copy(x.uNew, x.u)
	x.pay()
	copy(x.s, x.sNew)
	x.anchor()
	return x
}

// weigh fills in what rows are worth.
func (x *relaxer) weigh() {
	c := x.c
	if c.row == nil {
		for l, w := range c.weight {
			x.w[l] = float64(w)
		}
	} else {
		worth := c.worth()
		x.worth = make([]float64, len(worth))
		for l, w := range worth {
			x.worth[l] = float64(w)
		}
		for r := range x.w {
			x.w[r] = x.worth[c.firsts[r]]
		}
	}
	if c.second != nil {
		x.second = make([]float64, len(c.second))
		for l, w := range c.second {
			x.second[l] = float64(w)
		}
	}
}

// scales sets the size of the duals, and counts the sites that are paid now.
func (x *relaxer) scales() {
	c := x.c
	mean := 0.0
	for r := range x.scale {
		row := c.list[c.start[r]:c.start[r+1]]
		x.scale[r], x.active[r] = x.w[r], float64(len(row))
		switch {
		case c.second != nil:
			x.scale[r] = min(4*x.second[r]+1, x.w[r])
		case c.priced:
			for _, s := range row {
				x.scale[r] = min(x.scale[r], float64(c.cost[s])+1)
			}
		case c.row != nil:
			x.scale[r], x.active[r] = x.u[r], 1.5*float64(c.end[x.paid(r)]-c.start[r])+1
		}
		mean += x.scale[r]
	}
	mean /= float64(max(len(x.scale), 1))
	for r := range x.scale {
		x.scale[r] = max(x.scale[r], 0.1*mean)
	}
}

// paid is the last level of a row whose sites are paid, at least the first.
func (x *relaxer) paid(r int) int32 {
	l := x.c.firsts[r]
	for l+1 < x.c.firsts[r+1] && x.worth[l+1] > x.w[r]-x.u[r] {
		l++
	}
	return l
}

// columns sums up the scales of what pays a site, and gives limits a scale like
// that of the rows.
func (x *relaxer) columns() {
	sum := 0.0
	for r := range x.c.rows() {
		end := x.c.start[r+1]
		if x.c.row != nil {
			end = x.c.end[x.paid(r)]
		}
		for _, s := range x.c.list[x.c.start[r]:end] {
			x.column[s] += x.scale[r]
			sum += x.scale[r]
		}
	}
	mean := sum / float64(max(len(x.column), 1))
	for s := range x.column {
		x.column[s] = max(x.column[s], 0.1*mean)
	}
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
	if x.worth != nil && x.total%adaptEvery == 0 {
		x.adapt()
	}
	if x.due(residual) {
		x.restart()
	}
	x.last = residual
}

// adaptEvery is how many steps go by until it is looked whether steps are too
// long.
const adaptEvery = 4

// adapt shortens the steps where more sites are paid than they were set for.
func (x *relaxer) adapt() {
	const ample = 1.3
	c := x.c
	clear(x.paidBy)
	for r := range x.u {
		won := x.w[r] - x.uNew[r]
		at := c.start[r]
		for l := c.firsts[r]; l < c.firsts[r+1] && x.worth[l] >= won; l++ {
			for ; at < c.end[l]; at++ {
				x.paidBy[c.list[at]] += x.scale[r]
			}
		}
		if n := float64(at - c.start[r]); n > x.active[r] {
			x.active[r] = ample * n
		}
	}
	for s, sum := range x.paidBy {
		if sum > x.column[s] {
			x.column[s] = ample * sum
		}
	}
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
	for r := range x.u {
		d := x.u[r] - x.u0[r]
		du += d * d * x.active[r] / x.scale[r]
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
