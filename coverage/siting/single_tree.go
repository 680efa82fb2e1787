package siting

import (
	"cmp"
	"container/heap"
	"math"
	"slices"
)

// tree searches all plans that can be better than the best known one, and tells
// why it ended.
func (s *singlePlanner) tree() End {
	d := s.dual
	root := &capacityNode{bound: math.MaxInt64, u: s.start(len(d.scale))}
	open := &capacityHeap{root}
	for ids := 0; len(*open) > 0 && !s.over(); {
		node := heap.Pop(open).(*capacityNode)
		if node.bound <= s.value {
			break // so are all others
		}
		s.nodes++
		children, done := s.visit(d, node)
		if !done {
			heap.Push(open, node)
			continue
		}
		for _, child := range children {
			ids++
			child.id = ids
			heap.Push(open, child)
		}
		if s.nodes%32 == 1 {
			s.again(s.nodes / 32)
		}
		s.lower(open)
	}
	s.lower(open)
	// What the tree could not settle may still be searched by chance.
	for round, before := 0, int64(-1); s.found && !s.over() && s.spent() > before; round++ {
		before = s.spent()
		s.again(round)
	}
	switch {
	case s.bound <= s.value:
		return EndProven
	case s.ctx.Err() != nil:
		return EndCanceled
	}
	return EndEffort
}

// start is the prices of the first node: what travel is in the best plan.
func (s *singlePlanner) start(size int) []float64 {
	u := make([]float64, size)
	for i := range s.n.demand {
		if s.found {
			u[i] = float64(s.n.travel(int32(i), s.best[i]))
		} else if near := s.n.near[i]; len(near) > 0 {
			u[i] = float64(s.n.travel(int32(i), near[0]))
		}
	}
	return u
}

// lower takes the largest bound of what is open as that of all plans.
func (s *singlePlanner) lower(open *capacityHeap) {
	bound := max(s.value, s.rest)
	if len(*open) > 0 {
		bound = max(bound, (*open)[0].bound)
	}
	if bound < s.bound {
		s.bound = bound
		s.watch()
	}
}

// rounded is the largest value a plan can have that is not beyond bound.
func (s *singlePlanner) rounded(bound float64) int64 {
	if bound > -0.5 {
		return 0
	}
	return int64(math.Floor(bound/float64(s.n.step)+1e-9)) * s.n.step
}

// visit bounds the plans of a node and returns its children: none if no plan in
// it can be better. done is false if the search had to end before.
func (s *singlePlanner) visit(d *singleDual, node *capacityNode) (children []*capacityNode, done bool) {
	if !s.settle(d, node) {
		return nil, true
	}
	rounds := 30
	if node.above == nil {
		rounds = 500
	}
	tags, done := s.price(d, node, rounds)
	if done {
		return nil, true
	}
	if s.over() {
		return nil, false
	}
	fixed := s.fix(d, node)
	s.round(d, tags)
	if node.bound <= s.value {
		return nil, true
	}
	in, out := capacityNode{above: node, settled: fixed, bound: node.bound, u: node.u}, capacityNode{above: node, settled: fixed, bound: node.bound, u: node.u}
	if j := branchOn(s.n.r.pool, d.settled, tags); j >= 0 {
		in.settled = append(slices.Clone(fixed), capacitySettled{j, capacityIn})
		out.settled = append(slices.Clone(fixed), capacitySettled{j, capacityOut})
		return []*capacityNode{&in, &out}, true
	}
	a := s.branchPair(d, tags)
	if a < 0 {
		s.unsettled(d, node)
		return nil, true
	}
	in.pairs, out.pairs = []capacitySettled{{a, capacityIn}}, []capacitySettled{{a, capacityOut}}
	return []*capacityNode{&in, &out}, true
}

// unsettled ends a node where there is nothing left to decide: it is one plan; or
// what is left goes to sites beyond reach, wherever there is room, which the tree
// does not decide.
func (s *singlePlanner) unsettled(d *singleDual, node *capacityNode) {
	if slices.Contains(d.forced, -1) {
		s.rest = max(s.rest, node.bound)
		return
	}
	state := newSingleState(s.n, s.opened(d))
	for i, a := range d.forced {
		state.move(int32(i), s.n.arcSite(a))
	}
	s.work += state.work
	s.offer(state)
}

// opened lists the sites that are settled to be open.
func (s *singlePlanner) opened(d *singleDual) (list []int32) {
	for _, j := range s.n.r.pool {
		if d.settled[j] == capacityIn {
			list = append(list, j)
		}
	}
	return list
}

// settle tells the dual what is settled at a node. It is false if that leaves no
// plan.
func (s *singlePlanner) settle(d *singleDual, node *capacityNode) bool {
	n := s.n
	clear(d.settled)
	clear(d.banned)
	for i := range d.forced {
		d.forced[i] = -1
	}
	for site := range d.held {
		d.held[site] = d.held[site][:0]
	}
	for _, j := range n.r.must {
		d.settled[j] = capacityIn
	}
	ok := true
	side := func(j int32, side int8) {
		if n.p.Sites[j].State == Existing {
			return
		}
		ok = ok && d.settled[j]*side >= 0
		d.settled[j] = side
	}
	for at := node; at != nil; at = at.above {
		for _, one := range at.settled {
			side(one.site, one.side)
		}
		for _, one := range at.pairs {
			if one.side == capacityOut {
				d.banned[one.site] = true
				continue
			}
			site := n.arcSite(one.site)
			d.forced[n.who[one.site]] = one.site
			d.held[site] = append(d.held[site], one.site)
			side(n.site[site], capacityIn)
		}
	}
	return ok && s.follow(d) && s.holds(d) && s.served(d)
}

// follow settles what the rules say.
func (s *singlePlanner) follow(d *singleDual) bool {
	set := s.n.r.newSet()
	for _, j := range s.opened(d) {
		if !set.in[j] {
			set.add(j)
		}
	}
	if !set.ok() {
		return false
	}
	for _, j := range s.n.r.pool {
		if d.settled[j] == capacityFree && !set.fits(j) {
			d.settled[j] = capacityOut
		}
	}
	return true
}

// holds tells whether what may be opened can hold all load.
func (s *singlePlanner) holds(d *singleDual) bool {
	room, held := make([]float64, len(s.n.p.Sites)), 0.0
	for _, j := range s.n.r.open {
		held += float64(s.n.p.Sites[j].Capacity)
	}
	for _, j := range s.n.r.pool {
		room[j] = float64(s.n.p.Sites[j].Capacity)
	}
	if !d.x.solve(room, make([]float64, len(d.x.over)), d.settled) {
		return false
	}
	held += d.x.value
	return held+margin(held, len(room)) >= float64(s.n.total)
}

// served tells whether every place has a site left.
func (s *singlePlanner) served(d *singleDual) bool {
	if !s.n.all {
		return true // by one beyond reach
	}
	for i, arcs := range s.n.arcs {
		ok := d.forced[i] >= 0
		for at := 0; at < len(arcs) && !ok; at++ {
			ok = !d.banned[arcs[at]] && d.settled[s.n.site[s.n.arcSite(arcs[at])]] != capacityOut
		}
		if !ok {
			return false
		}
	}
	return true
}

// price lowers the bound of a node by so many rounds. done tells that no plan in it
// can be better than the best known.
func (s *singlePlanner) price(d *singleDual, node *capacityNode, rounds int) (tags []capacityTag, done bool) {
	b, ok := newCapacityBundle(d.value, d.scale, node.u, float64(s.value), &d.work)
	if !ok {
		return nil, true
	}
	defer func() {
		node.u = b.center
		if node.above == nil {
			s.note(d, node)
		}
	}()
	near := 5e-4
	if node.above == nil {
		near = 5e-5 // all other nodes start from it
	}
	for round := 0; ; round++ {
		if node.bound = min(node.bound, s.rounded(b.best+d.margin())); node.above == nil && node.bound < s.bound {
			s.bound = node.bound
			s.watch()
		}
		if node.bound <= s.value {
			return nil, true
		}
		if round == rounds || s.over() {
			break
		}
		drop, ok := b.next()
		if !ok {
			return nil, true
		}
		if drop < near*(b.best-float64(s.value)) || drop < 1e-7*math.Abs(b.best) {
			break // what is left to gain is little of the gap
		}
		if node.above == nil && round%25 == 24 {
			s.round(d, b.tags())
		}
	}
	return b.tags(), false
}

// fix settles the sites that every better plan of the node opens, and those that
// none does.
func (s *singlePlanner) fix(d *singleDual, node *capacityNode) (fixed []capacitySettled) {
	value, _, _, ok := d.value(node.u)
	if !ok {
		return nil
	}
	value += d.margin()
	for _, j := range s.n.r.pool {
		switch {
		case d.settled[j] != capacityFree:
		case s.rounded(value-d.x.with[j]) <= s.value:
			fixed = append(fixed, capacitySettled{j, capacityOut})
		case s.rounded(value-d.x.without[j]) <= s.value:
			fixed = append(fixed, capacitySettled{j, capacityIn})
		}
	}
	return fixed
}

// note keeps the bounds of plans with and without each site. Where there is no
// such plan, they are endless.
func (s *singlePlanner) note(d *singleDual, node *capacityNode) {
	value, _, _, ok := d.value(node.u)
	if !ok {
		return
	}
	value += d.margin()
	s.with, s.without = make([]float64, len(s.n.p.Sites)), make([]float64, len(s.n.p.Sites))
	for j := range s.with {
		s.with[j], s.without[j] = math.Inf(1), max(-value, 0)
		if s.n.p.Sites[j].State == Existing {
			s.with[j], s.without[j] = s.without[j], s.with[j]
		}
	}
	for _, j := range s.n.r.pool {
		s.with[j], s.without[j] = max(d.x.with[j]-value, 0), max(d.x.without[j]-value, 0)
	}
}

// round makes a plan of the relaxed problem's choice: it opens the sites that are
// opened most, puts each place where most of it is, and betters that.
func (s *singlePlanner) round(d *singleDual, tags []capacityTag) {
	n := s.n
	order := slices.Clone(tags)
	slices.SortStableFunc(order, func(a, b capacityTag) int { return cmp.Compare(b.part, a.part) })
	set := n.r.newSet()
	for _, tag := range order {
		if j := tag.key; int(j) < len(n.p.Sites) && tag.part > 0.1 && n.p.Sites[j].State == Free && set.fits(j) {
			set.add(j)
		}
	}
	state := newSingleState(n, set.list)
	for at := len(order) - 1; at >= 0; at-- {
		a := order[at].key - int32(len(n.p.Sites))
		if a < 0 {
			continue
		}
		site := n.arcSite(a)
		if j := n.site[site]; state.set.in[j] || n.p.Sites[j].State == Existing {
			state.move(n.who[a], site) // the last, and so the largest part, holds
		}
	}
	s.anneal(state, 20*(len(n.demand)+50), 0.1)
}

// branchPair is a pair to decide: of the place that is most divided among sites,
// the site with most of it; of places that the relaxed problem leaves out, the
// nearest site that is left. It is -1 if none is.
func (s *singlePlanner) branchPair(d *singleDual, tags []capacityTag) int32 {
	n, sites := s.n, int32(len(s.n.p.Sites))
	part := make(map[int32]float64, len(tags))
	for _, tag := range tags {
		part[tag.key] = tag.part
	}
	best, least := int32(-1), math.Inf(1)
	for i, arcs := range n.arcs {
		if d.forced[i] >= 0 {
			continue
		}
		at := int32(-1)
		for _, a := range arcs {
			j := n.site[n.arcSite(a)]
			if d.banned[a] || d.settled[j] == capacityOut {
				continue
			}
			more := at < 0 || part[sites+a] > part[sites+at]
			if more || part[sites+a] == part[sites+at] && n.cost[a] < n.cost[at] {
				at = a
			}
		}
		if at >= 0 && part[sites+at] < least {
			best, least = at, part[sites+at]
		}
	}
	return best
}
