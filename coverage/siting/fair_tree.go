package siting

import (
	"container/heap"
	"context"
	"math"
	"slices"
	"sync"
)

// fairGoal is what a plan has to win to be better than the best so far.
type fairGoal struct {
	areas *areaSet
	rates bool
	least []int64 // by area
	total int64   // of floors
	rate  float64 // of rates: the least of the best plan
}

func (f *fairHunt) goal() *fairGoal {
	g := &fairGoal{areas: f.areas, rates: f.rates}
	g.least, g.total = f.wanted()
	switch {
	case !f.rates:
		g.total = max(g.total, sumOf(g.least), sumOf(f.base))
	case f.kept != nil:
		g.rate = f.objective()
	}
	return g
}

// limit is what a relaxation at prices is worth at the least if it holds a plan
// that meets the goal.
func (g *fairGoal) limit(price []float64) float64 {
	if !g.rates {
		return float64(g.total)
	}
	sum := 0.0
	for k, m := range price {
		sum += m * float64(g.least[k]) * float64(g.areas.unit) / float64(g.areas.all[k])
	}
	const slack = 1e-13 // of rounding
	return sum * (1 - slack)
}

// relaxer relaxes a core made from that of all sites, in which areas have won
// base already.
func (f *fairHunt) relaxer(d *core, base []int64) *relaxer {
	n := len(base)
	a := &areaPrices{rates: f.rates, price: make([]float64, n)}
	w := make([]float64, d.levels())
	size := 1.0
	if f.rates {
		size = 1 / float64(n)
		a.won = make([]float64, n)
		for k := range base {
			a.price[k], a.won[k] = size, f.areas.rate(k, base[k])
		}
		for l := range w {
			w[l] = f.areas.rate(int(d.area[l]), d.weight[l])
		}
	} else {
		a.need = make([]float64, n)
		for k := range base {
			a.price[k], a.need[k] = 1, float64(f.areas.need[k]-base[k])
		}
		for l := range w {
			w[l] = float64(d.weight[l])
		}
	}
	x := newAreaRelaxer(d, a)
	x.weighAreas(w, size)
	return x
}

// descendFair steps until the bound is below what the goal asks for, falls too
// slowly, or most steps are taken. It tells the pairs visited, and whether no
// plan meets the goal.
func (x *relaxer) descendFair(ctx context.Context, goal *fairGoal, most int, least float64) (work int64, empty bool) {
	before, slow := math.Inf(1), 0
	for k := 1; k <= most; k++ {
		x.step()
		work += 2*int64(x.c.pairs()) + 8*int64(x.c.rows())
		if k%noteEvery != 0 && k != most {
			continue
		}
		x.note()
		left := x.best.value + x.best.margin + float64(x.c.base) - goal.limit(x.areas.best)
		if left < 0 {
			return work, true
		}
		if x.last == 0 || ctx.Err() != nil {
			return work, false
		}
		if before-x.best.value < least*left {
			slow++
		} else {
			slow = 0
		}
		if slow >= 3 {
			return work, false
		}
		before = x.best.value
	}
	return work, false
}

// fairTree is a search by branch and bound, as tree is.
type fairTree struct {
	f       *fairHunt
	root    *core
	base    []int64
	with    []float64 // by site of the root, at prices of areas
	without []float64
	prices  []float64
	nodes   fairHeap
	lanes   [nodesAtOnce]*fairSearch
	made    int
}

type fairNode struct {
	settled []choice
	bound   float64
	duals   []float32
	prices  []float64
	number  int
}

// fairHeap has the node of the largest bound on top, of equals the newest.
type fairHeap []*fairNode

func (h fairHeap) Len() int      { return len(h) }
func (h fairHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h fairHeap) Less(i, j int) bool {
	if h[i].bound != h[j].bound {
		return h[i].bound > h[j].bound
	}
	return h[i].number > h[j].number
}
func (h *fairHeap) Push(x any) { *h = append(*h, x.(*fairNode)) }
func (h *fairHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	return last
}

// branch searches the tree until it is done or the effort is spent.
func (f *fairHunt) branch() {
	if f.over() {
		return
	}
	settled := make([]choice, f.c.sites())
	if !settleBy(settled, f.with, f.without, f.goal().limit(f.prices)) || !f.c.propagate(settled) {
		f.finish()
		return
	}
	root, passage := f.c.reduced(settled, nil)
	if f.rates {
		root.base = 0
	}
	up, on := passage.upward(root), chosen(settled)
	t := &fairTree{f: f, root: root, base: f.c.wonByArea(settled, f.base)}
	t.plant(passage)
	for !f.over() {
		if len(t.nodes) == 0 {
			f.finish()
			return
		}
		if plan := t.round(); plan != nil {
			sites := slices.Clone(on)
			for _, s := range plan {
				sites = append(sites, up[s])
			}
			f.take(sites)
		}
		if f.ctx.Err() == nil && len(t.nodes) > 0 {
			f.lower(t.nodes[0].bound)
		}
	}
}

// settleBy settles sites that bounds rule out or in; false if both.
func settleBy(settled []choice, with, without []float64, limit float64) bool {
	for s, what := range settled {
		if what != open {
			continue
		}
		switch {
		case with[s] < limit && without[s] < limit:
			return false
		case with[s] < limit:
			settled[s] = out
		case without[s] < limit:
			settled[s] = in
		}
	}
	return true
}

// plant relaxes the root of the tree, from where that of all sites has come, and
// makes it the first node unless it holds nothing.
func (t *fairTree) plant(from passage) {
	f := t.f
	for i := range t.lanes {
		t.lanes[i] = newFairSearch(f, t.root, t.base, f.options.Seed)
	}
	first := &fairNode{settled: make([]choice, t.root.sites()), bound: f.ceiling}
	if t.root.sites() > 0 {
		x := f.relaxer(t.root, t.base)
		x.resume(from.down(narrow(f.root.best.u), t.root), f.prices)
		work, empty := x.descendFair(f.ctx, f.goal(), mostRootSteps, 0.01)
		f.work += work
		if empty {
			return
		}
		t.with, t.without = siteBounds(t.root, &x.best)
		t.prices = slices.Clone(x.areas.best)
		first.bound = math.Min(first.bound, x.best.value+x.best.margin+float64(t.root.base))
		first.duals, first.prices = narrow(x.best.u), t.prices
	}
	t.nodes = fairHeap{first}
}

type fairResult struct {
	plan     []int32
	children []*fairNode
	work     int64
}

// round solves the most promising nodes, and tells the best plan that they have,
// nil if none is better than the one there is.
func (t *fairTree) round() (plan []int32) {
	var batch [nodesAtOnce]*fairNode
	var results [nodesAtOnce]fairResult
	n := 0
	for n < nodesAtOnce && len(t.nodes) > 0 {
		if next := heap.Pop(&t.nodes).(*fairNode); t.f.passes(next.bound) {
			batch[n] = next
			n++
		}
	}
	goal := t.f.goal()
	var wait sync.WaitGroup
	for i := range n {
		wait.Go(func() { results[i] = t.solve(batch[i], goal, t.lanes[i]) })
	}
	wait.Wait()
	var won []int64
	for i := range n {
		r := &results[i]
		t.f.work += r.work
		t.f.nodes++
		if r.plan != nil {
			settled := make([]choice, t.root.sites())
			for _, s := range r.plan {
				settled[s] = in
			}
			if w := t.root.wonByArea(settled, t.base); plan == nil || t.better(w, won) {
				plan, won = r.plan, w
			}
		}
		for _, child := range r.children {
			t.made++
			child.number = t.made
			heap.Push(&t.nodes, child)
		}
	}
	return plan
}

// better compares plans that both meet a goal.
func (t *fairTree) better(a, b []int64) bool {
	if !t.f.rates {
		return sumOf(a) > sumOf(b)
	}
	i, j := t.f.areas.least(a), t.f.areas.least(b)
	return lessRate(b[j], t.f.areas.all[j], a[i], t.f.areas.all[i])
}

// solve bounds a node and splits it.
func (t *fairTree) solve(n *fairNode, goal *fairGoal, s *fairSearch) (r fairResult) {
	c := t.root
	r.work = int64(c.pairs())
	if c.sites() > 0 && !settleBy(n.settled, t.with, t.without, goal.limit(t.prices)) || !c.propagate(n.settled) {
		return r
	}
	base := c.wonByArea(n.settled, t.base)
	d, passage := c.reduced(n.settled, nil)
	if d.sites() == 0 {
		if meets(base, goal.least) && sumOf(base) >= goal.total {
			r.plan = chosen(n.settled)
		}
		return r
	}
	if t.f.rates {
		d.base = 0
	}
	x := t.f.relaxer(d, base)
	if !canMeet(goal.least, base, d) {
		return r
	}
	x.resume(passage.down(n.duals, d), n.prices)
	work, empty := x.descendFair(t.f.ctx, goal, mostSteps, leastFall)
	r.work += work
	if empty {
		return r
	}
	r.children = t.split(n, d, passage, x, goal)
	r.plan = t.plan(n, passage, x, goal, s)
	r.work += s.work
	return r
}

// canMeet tells whether all that is left is enough for every area.
func canMeet(least, base []int64, d *core) bool {
	most := slices.Clone(base)
	for l, w := range d.weight {
		most[d.area[l]] += w
	}
	return meets(most, least)
}

// split settles by reduced profits what it can, and makes two nodes of the rest.
func (t *fairTree) split(n *fairNode, d *core, w passage, x *relaxer, goal *fairGoal) []*fairNode {
	with, without := siteBounds(d, &x.best)
	limit := goal.limit(x.areas.best)
	bound := math.Min(n.bound, x.best.value+x.best.margin+float64(d.base))
	duals := slices.Clone(n.duals)
	w.up(x.best.u, duals)
	prices := slices.Clone(x.areas.best)
	settled := slices.Clone(n.settled)
	pick, most := int32(-1), -1.0
	for s, i := range w.site {
		switch {
		case settled[s] != open:
		case i < 0:
			settled[s] = out // nothing is left for it
		case with[i] < limit && without[i] < limit:
			return nil
		case with[i] < limit:
			settled[s] = out
		case without[i] < limit:
			settled[s] = in
		default:
			const least = 1e-3
			y := x.best.y[i]
			if score := (y*(1-y) + least) * (x.best.s[i] + least*limit); score > most {
				pick, most = int32(s), score
			}
		}
	}
	if pick < 0 {
		return []*fairNode{{settled: settled, bound: bound, duals: duals, prices: prices}}
	}
	var children []*fairNode
	for _, what := range []choice{out, in} {
		child := &fairNode{settled: slices.Clone(settled), bound: bound, duals: duals, prices: prices}
		if child.settled[pick] = what; what == in {
			child.bound = math.Min(bound, with[w.site[pick]])
		} else {
			child.bound = math.Min(bound, without[w.site[pick]])
		}
		children = append(children, child)
	}
	return children
}

// plan makes a plan of a relaxation: the sites that are open for the most part,
// then those that add most, then better ones in their place.
func (t *fairTree) plan(n *fairNode, w passage, x *relaxer, goal *fairGoal, s *fairSearch) []int32 {
	s.start(goal)
	s.work = 0
	s.goTo(chosen(n.settled))
	among := []int32{}
	up := w.upward(x.c)
	for _, j := range bySharesOf(x.best.y) {
		if x.best.y[j] > 0.01 {
			among = append(among, up[j])
		}
		if x.best.y[j] >= 0.5 && s.fits(up[j], -1) {
			s.add(up[j])
		}
	}
	s.keepBetter()
	s.fill(among)
	s.climbFair(among, int64(2*t.root.pairs()))
	s.fill(everySite(t.root))
	if !s.found {
		return nil
	}
	return slices.Clone(s.kept)
}
