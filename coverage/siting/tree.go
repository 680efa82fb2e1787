package siting

import (
	"cmp"
	"container/heap"
	"context"
	"math"
	"slices"
	"sync"
)

// tree is a search by branch and bound: a node settles some sites, its bound is
// that of its relaxation, and it is split by one site more.
type tree struct {
	root    *core
	nodes   nodeHeap
	floor   int64 // what a plan must surpass: the best value so far
	kept    []int32
	found   bool     // a better plan than the one it started with was found
	history []record // by site: what branching on it did to bounds
	with    []float64
	without []float64 // by site of the root: bounds on values, base counted
	work    int64
	done    int // nodes
}

// node is a part of all plans.
type node struct {
	settled []choice
	bound   int64     // on values, base counted
	won     []float32 // by row: what its relaxation takes for won
	number  int
	branch  branching
}

// branching is the split that made a node.
type branching struct {
	site  int32
	what  choice
	part  float64 // of the site that was settled
	above int64   // the bound of the node it was split from
}

// record is the mean fall of a bound for each share of a site that is settled.
type record struct {
	fall  [2]float64 // settled in, settled out
	count [2]int
}

// nodeHeap has the node of the largest bound on top, of equals the first made.
type nodeHeap []*node

func (h nodeHeap) Len() int      { return len(h) }
func (h nodeHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h nodeHeap) Less(i, j int) bool {
	if h[i].bound != h[j].bound {
		return h[i].bound > h[j].bound
	}
	return h[i].number > h[j].number // the newest: it is deepest
}
func (h *nodeHeap) Push(x any) { *h = append(*h, x.(*node)) }
func (h *nodeHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	return last
}

// newTree starts with one node, of the bound and the duals of the root's
// relaxation.
func newTree(root *core, x *relaxer, floor int64) *tree {
	t := &tree{root: root, floor: floor, history: make([]record, root.sites())}
	t.with, t.without = siteBounds(root, &x.best)
	first := &node{settled: make([]choice, root.sites()), bound: x.ceiling(), won: narrow(x.won())}
	if first.bound > floor {
		t.nodes = nodeHeap{first}
	}
	return t
}

func narrow(u []float64) []float32 {
	all := make([]float32, len(u))
	for i, x := range u {
		all[i] = float32(x)
	}
	return all
}

// siteBounds bound the value, base counted, of plans that open a site and of
// those that do not.
func siteBounds(c *core, b *dualBound) (with, without []float64) {
	with, without = make([]float64, c.sites()), make([]float64, c.sites())
	profit := make([]float64, c.sites())
	for k, theta := range b.theta {
		bound := b.profits(c, theta, profit) + b.margin + float64(c.base)
		for j, g := range profit {
			a, o := bound+min(g, 0), bound-max(g, 0)
			if k == 0 || a < with[j] {
				with[j] = a
			}
			if k == 0 || o < without[j] {
				without[j] = o
			}
		}
	}
	return with, without
}

// bound is what no plan can pass.
func (t *tree) bound() int64 {
	if len(t.nodes) == 0 {
		return t.floor
	}
	return max(t.floor, t.nodes[0].bound)
}

// nodesAtOnce is how many nodes are solved side by side, on however many
// processors.
const nodesAtOnce = 2

// round solves the most promising nodes and puts back what they are split into.
func (t *tree) round(ctx context.Context) {
	var batch [nodesAtOnce]*node
	var results [nodesAtOnce]nodeResult
	n := 0
	for n < nodesAtOnce && len(t.nodes) > 0 {
		next := heap.Pop(&t.nodes).(*node)
		if next.bound > t.floor {
			batch[n] = next
			n++
		}
	}
	floor := t.floor
	var wait sync.WaitGroup
	for i := range n {
		wait.Go(func() { results[i] = t.solve(ctx, batch[i], floor) })
	}
	wait.Wait()
	for i := range n {
		t.take(batch[i], &results[i])
	}
}

// take learns from a solved node.
func (t *tree) take(from *node, r *nodeResult) {
	t.done++
	t.work += r.work
	if r.plan != nil && r.value > t.floor {
		t.floor, t.kept, t.found = r.value, r.plan, true
	}
	if b := from.branch; b.what != open && b.part > 0 {
		rec, k := &t.history[b.site], int(b.what)-1
		rec.count[k]++
		rec.fall[k] += (float64(b.above-r.bound)/b.part - rec.fall[k]) / float64(rec.count[k])
	}
	for _, child := range r.children {
		if child.bound > t.floor {
			child.number = t.done*2 + int(child.branch.what)
			heap.Push(&t.nodes, child)
		}
	}
}

type nodeResult struct {
	bound    int64
	plan     []int32 // sites of the root; nil for none
	value    int64
	children []*node
	work     int64
}

// How long a node is worked on: its relaxation is noted every few steps, and left
// when the bound falls too slowly to be below the floor soon.
const (
	noteEvery = 8
	mostSteps = 400
	// How often in a row it may fall too slowly.
	nodePatience, rootPatience = 3, 16
	leastFall                  = 0.06 // of what is left to the floor, in noteEvery steps
)

// solve bounds a node and splits it.
func (t *tree) solve(ctx context.Context, n *node, floor int64) (r nodeResult) {
	r.bound = n.bound
	if !t.tighten(n.settled, floor) {
		r.bound = floor
		return r
	}
	d, passage := t.root.reduced(n.settled, nil)
	r.work = int64(t.root.pairs())
	if d.sites() == 0 {
		r.plan, r.value, r.bound = chosen(n.settled), d.base, d.base
		return r
	}
	x := newWarmRelaxer(d, passage.down(n.won, d), nil)
	relaxed, _ := x.descend(ctx, floor, mostSteps, nodePatience, leastFall)
	r.work += relaxed
	r.bound = min(r.bound, x.ceiling())
	if r.bound <= floor {
		return r
	}
	won := slices.Clone(n.won)
	passage.up(x.won(), won)
	r.children = t.split(n, d, passage, x, won, r.bound, floor)
	r.plan, r.value = t.rounded(n, passage, d, x)
	return r
}

// descend steps until the bound is at most the floor, has fallen too slowly
// several times in a row, or most steps are taken. It tells the pairs that it
// has visited, and whether more steps are of no use.
func (x *relaxer) descend(ctx context.Context, floor int64, most, patience int, least float64) (work int64, done bool) {
	before := math.Inf(1)
	slow := 0
	for k := 1; k <= most; k++ {
		x.step()
		work += 2 * int64(x.c.pairs())
		if k%noteEvery != 0 && k != most {
			continue
		}
		x.note()
		left := x.best.value + x.best.margin + float64(x.c.base) - float64(floor)
		if x.ceiling() <= floor || x.last == 0 || ctx.Err() != nil {
			return work, true
		}
		if before-x.best.value < least*left {
			slow++
		} else {
			slow = 0
		}
		if slow >= patience {
			return work, true
		}
		before = x.best.value
	}
	return work, false
}

// tighten settles what follows from what is settled: sites that no longer fit
// are out, and so are those that the bounds of the root rule out, or in. It tells
// whether the node can hold a plan.
func (t *tree) tighten(settled []choice, floor int64) bool {
	c := t.root
	for s := range settled {
		if settled[s] != open {
			continue
		}
		switch {
		case t.with[s] < float64(floor+1):
			settled[s] = out
		case t.without[s] < float64(floor+1):
			settled[s] = in
		}
	}
	return c.propagate(settled)
}

// propagate puts out what no longer fits; false if what is in does not.
func (c *core) propagate(settled []choice) bool {
	left := c.budget
	for s, what := range settled {
		if what != in {
			continue
		}
		if !c.priced && c.budget != math.MaxInt64 {
			left -= c.cost[s]
		}
		if c.apart == nil {
			continue
		}
		for _, other := range c.apart[s] {
			switch settled[other] {
			case in:
				return false
			case open:
				settled[other] = out
			}
		}
	}
	if left < 0 {
		return false
	}
	if !c.priced {
		for s := range settled {
			if settled[s] == open && c.cost[s] > left {
				settled[s] = out
			}
		}
	}
	for _, limit := range c.limits {
		left := limit.Most
		for i, s := range limit.Site {
			if settled[s] == in {
				left -= limit.Use[i]
			}
		}
		if left < 0 {
			return false
		}
		for i, s := range limit.Site {
			if settled[s] == open && limit.Use[i] > left {
				settled[s] = out
			}
		}
	}
	return true
}

func chosen(settled []choice) (sites []int32) {
	sites = []int32{}
	for s, what := range settled {
		if what == in {
			sites = append(sites, int32(s))
		}
	}
	return sites
}

// split settles by reduced profits what it can, and makes two nodes of the rest.
func (t *tree) split(n *node, d *core, w passage, x *relaxer, won []float32, bound, floor int64) []*node {
	with, without := siteBounds(d, &x.best)
	settled := slices.Clone(n.settled)
	pick, most := int32(-1), -1.0
	for s, i := range w.site {
		switch {
		case settled[s] != open:
		case i < 0:
			settled[s] = out // nothing is left for it
		case with[i] < float64(floor+1):
			settled[s] = out
		case without[i] < float64(floor+1):
			settled[s] = in
		default:
			if score := t.score(int32(s), x.best.y[i], x.best.s[i]); score > most {
				pick, most = int32(s), score
			}
		}
	}
	if pick < 0 {
		return []*node{{settled: settled, bound: bound, won: won}}
	}
	i := w.site[pick]
	y := x.best.y[i]
	var children []*node
	for _, what := range []choice{in, out} {
		child := &node{settled: slices.Clone(settled), won: won, branch: branching{pick, what, 1 - y, bound}}
		limit := with[i]
		if what == out {
			limit, child.branch.part = without[i], y
		}
		child.bound = min(bound, int64(math.Floor(limit)))
		child.settled[pick] = what
		children = append(children, child)
	}
	return children
}

// score is how much splitting by a site is expected to lower both bounds: by
// what it did so far, else by what the site wins.
func (t *tree) score(site int32, y, gain float64) float64 {
	rec := &t.history[site]
	guess := [2]float64{gain * 0.1, gain * 0.5}
	for k := range guess {
		if rec.count[k] > 0 {
			guess[k] = rec.fall[k]
		}
	}
	const least = 1e-6
	return max(guess[0]*(1-y), least) * max(guess[1]*y, least)
}

// rounded makes a plan of a relaxation, in sites of the root.
func (t *tree) rounded(n *node, w passage, d *core, x *relaxer) ([]int32, int64) {
	s := newSearch(context.Background(), d, 0)
	s.round(x.best.y)
	plan := chosen(n.settled)
	up := w.upward(d)
	for _, j := range s.kept {
		plan = append(plan, up[j])
	}
	return plan, d.base + s.best
}

// round opens the sites that are open for the most part, first those most open,
// and goes on greedily.
func (s *search) round(y []float64) {
	order := everySite(s.c)
	slices.SortStableFunc(order, func(a, b int32) int { return -cmp.Compare(y[a], y[b]) })
	for _, j := range order {
		if y[j] < 0.5 {
			break
		}
		if s.fits(j, -1) {
			s.add(j)
		}
	}
	s.greedy(order)
}
