package siting

import (
	"cmp"
	"container/heap"
	"math"
	"slices"
)

// capacitySettled is one decision on a site.
type capacitySettled struct {
	site int32
	side int8
}

// capacityNode is a part of the plans: those with all that is settled in it and
// in the nodes above it.
type capacityNode struct {
	above   *capacityNode
	settled []capacitySettled
	pairs   []capacitySettled // of SingleSource: pairs of demand and site
	bound   int64
	id      int
	u       []float64 // prices to start from
}

// capacityHeap has the node with the largest bound first, the oldest of equals.
type capacityHeap []*capacityNode

func (h capacityHeap) Len() int { return len(h) }
func (h capacityHeap) Less(a, b int) bool {
	return cmp.Or(cmp.Compare(h[b].bound, h[a].bound), cmp.Compare(h[a].id, h[b].id)) < 0
}
func (h capacityHeap) Swap(a, b int) { h[a], h[b] = h[b], h[a] }
func (h *capacityHeap) Push(x any)   { *h = append(*h, x.(*capacityNode)) }
func (h *capacityHeap) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

// tree searches all plans that can be better than the best known one, and tells
// why it ended.
func (s *capacityPlanner) tree() End {
	d := newCapacityDual(s)
	root := &capacityNode{bound: s.bound, u: d.start()}
	open := &capacityHeap{root}
	ids := 0
	for len(*open) > 0 && !s.over() {
		node := heap.Pop(open).(*capacityNode)
		if node.bound <= s.value {
			break // so are all others
		}
		s.nodes++
		children := s.visit(d, node)
		if children == nil && s.over() && s.value < s.bound {
			heap.Push(open, node) // it was left before it was done
		}
		for _, child := range children {
			ids++
			child.id = ids
			heap.Push(open, child)
		}
		if s.nodes%64 == 1 {
			s.improve(s.effort() / 100)
		}
		s.lower(open)
	}
	s.lower(open)
	switch {
	case s.bound <= s.value:
		return EndProven
	case s.ctx.Err() != nil:
		return EndCanceled
	}
	return EndEffort
}

// lower takes the largest bound of an open node as that of all plans.
func (s *capacityPlanner) lower(open *capacityHeap) {
	bound := s.value
	if len(*open) > 0 {
		bound = max(bound, (*open)[0].bound)
	}
	if bound < s.bound {
		s.bound = bound
		s.watch()
	}
}

// visit bounds the plans of a node and returns its children: none if no plan in
// it can be better, or if the search has to end.
func (s *capacityPlanner) visit(d *capacityDual, node *capacityNode) []*capacityNode {
	settled, set, ok := s.settle(node)
	if !ok {
		return nil
	}
	free := slices.ContainsFunc(s.r.pool, func(j int32) bool { return settled[j] == capacityFree })
	if !free {
		s.restart(set.list)
		s.offer()
		return nil
	}
	rounds := 40
	if node.above == nil {
		rounds = 400
	}
	tags, done := d.bound(node, settled, rounds)
	if node.above == nil {
		d.note(node)
	}
	if done || s.over() {
		return nil
	}
	fixed := d.fix(node, settled)
	s.round(settled, tags)
	if node.bound <= s.value {
		return nil
	}
	j := branchOn(s.r.pool, settled, tags)
	if j < 0 {
		return []*capacityNode{{above: node, settled: fixed, bound: node.bound, u: node.u}}
	}
	in := &capacityNode{above: node, settled: append(slices.Clone(fixed), capacitySettled{j, capacityIn}), bound: node.bound, u: node.u}
	out := &capacityNode{above: node, settled: append(slices.Clone(fixed), capacitySettled{j, capacityOut}), bound: node.bound, u: node.u}
	return []*capacityNode{in, out}
}

// settle gathers what is settled at a node, and what follows from it by the
// rules. It is false if no plan is left.
func (s *capacityPlanner) settle(node *capacityNode) (settled []int8, set *capacitySet, ok bool) {
	settled, set = make([]int8, len(s.p.Sites)), s.r.newSet()
	for _, j := range s.r.must {
		settled[j] = capacityIn
	}
	for n := node; n != nil; n = n.above {
		for _, one := range n.settled {
			if settled[one.site] != capacityFree && settled[one.site] != one.side {
				return nil, nil, false
			}
			settled[one.site] = one.side
		}
	}
	for _, j := range s.r.pool {
		if settled[j] == capacityIn && !set.in[j] {
			set.add(j)
		}
	}
	if !set.ok() {
		return nil, nil, false
	}
	for _, j := range s.r.pool {
		if settled[j] == capacityFree && !set.fits(j) {
			settled[j] = capacityOut
		}
	}
	return settled, set, true
}

// round opens the sites that the relaxed problem opens most of, then fills up.
func (s *capacityPlanner) round(settled []int8, tags []capacityTag) {
	order := slices.Clone(tags)
	slices.SortStableFunc(order, func(a, b capacityTag) int { return cmp.Compare(b.part, a.part) })
	s.restart(nil)
	for _, j := range s.r.pool {
		if settled[j] == capacityIn && s.set.fits(j) {
			s.set.add(j)
			s.f.add(j)
		}
	}
	for _, tag := range order {
		if tag.part > 0.3 && s.set.fits(tag.key) {
			s.set.add(tag.key)
			s.f.add(tag.key)
		}
	}
	s.f.log = s.f.log[:0]
	s.fill(slices.Clone(s.most), false, 0)
	if s.offer() {
		s.descend(s.over)
		s.offer()
	}
}

// branchOn is the free site that is opened nearest to by half; if all are opened
// wholly or not, the first that is most, and -1 if none is free.
func branchOn(pool []int32, settled []int8, tags []capacityTag) int32 {
	part := make(map[int32]float64, len(tags))
	for _, tag := range tags {
		part[tag.key] = tag.part
	}
	best, near := int32(-1), math.Inf(1)
	for _, j := range pool {
		if settled[j] != capacityFree {
			continue
		}
		away := math.Abs(part[j] - 0.5)
		if part[j] > 0.999 {
			away = 0.49
		}
		if away < near {
			best, near = j, away
		}
	}
	return best
}
