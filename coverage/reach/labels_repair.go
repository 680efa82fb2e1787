package reach

import (
	"context"
	"slices"

	"kaimen/coverage/network"
)

// How labels are repaired. What a facility, an entrance or an arc that is gone
// stood under is cleared: its label, and every label that may stand on that one,
// ties included. Each cleared node then takes the best label that its neighbors
// and the entrances give it, every new entrance and arc is offered, and what
// became better spreads.
//
// Source: Ramalingam and Reps (1996), An incremental algorithm for a
// generalization of the shortest-path problem; here a label is cleared though
// an equal way may be left, which keeps ways of no cost from holding each other
// up.

// step from one node to another, with the cost in the other metric.
type hop struct {
	from, to int32
	network.Arc
	other network.Cost
}

func (l *Labels) unreached() label { return label{key: uint64(l.nearest.search.bound) << 32} }

// begin starts a change.
func (l *Labels) begin(s step) {
	s.logged = len(l.log)
	l.steps = append(l.steps, s)
	l.cleared, l.pending = l.cleared[:0], l.pending[:0]
}

// set gives a node a label and logs what it had.
func (l *Labels) set(node int32, to label) {
	wide := l.nearest.search.wide
	l.log = append(l.log, logged{node, wide[node]})
	wide[node] = to
}

// past is a label an arc further; false if that is out of reach.
func (l *Labels) past(from label, a network.Arc, other network.Cost) (label, bool) {
	s := l.nearest.search
	cost := from.key>>32 + uint64(a.Cost)
	if cost >= uint64(s.bound) {
		return label{}, false
	}
	to := label{cost<<32 | from.key&0xffffffff, from.other}
	if s.others != nil {
		to.other += uint64(other)
	}
	return to, true
}

// labelOf is the label that a seed gives.
func (l *Labels) labelOf(s Seed) label {
	to := label{key: uint64(s.Cost)<<32 | uint64(s.Owner)}
	if l.nearest.search.options.Both {
		to.other = uint64(s.Other)
	}
	return to
}

// other is the cost of arc i in the other metric, 0 where that is not kept.
func other(others []network.Arc, i int32) network.Cost {
	if others == nil {
		return 0
	}
	return others[i].Cost
}

// clear takes away the labels that stand on seeds and arcs that are gone, and
// all that stand on those.
func (l *Labels) clear(gone []Seed, lost []hop) {
	s := l.nearest.search
	drop := func(node int32, stood label) {
		if s.wide[node] == stood {
			l.cleared = append(l.cleared, logged{node, stood})
			l.set(node, l.unreached())
		}
	}
	for _, seed := range gone {
		drop(seed.Node, l.labelOf(seed))
	}
	for _, h := range lost {
		if to, ok := l.past(s.wide[h.from], h.Arc, h.other); ok {
			drop(h.to, to)
		}
	}
	for i := 0; i < len(l.cleared); i++ {
		at := l.cleared[i]
		for k := s.first[at.node]; k < s.first[at.node+1]; k++ {
			if to, ok := l.past(at.label, s.arcs[k], other(s.others, k)); ok {
				drop(int32(s.arcs[k].Head), to)
			}
		}
	}
}

// refill gives each cleared node the best label that it can have from where it
// stands.
func (l *Labels) refill() {
	s := l.nearest.search
	for _, c := range l.cleared {
		best := s.wide[c.node]
		for k := l.back.first[c.node]; k < l.back.first[c.node+1]; k++ {
			a := l.back.arcs[k]
			if to, ok := l.past(s.wide[a.Head], a, other(l.back.others, k)); ok && to.less(best) {
				best = to
			}
		}
		if best.less(s.wide[c.node]) {
			l.set(c.node, best)
			l.pending = append(l.pending, c.node)
		}
		l.offer(l.sites.seedsAt[c.node])
	}
}

// offer lets seeds lower the labels of their nodes.
func (l *Labels) offer(seeds []Seed) {
	s := l.nearest.search
	for _, seed := range seeds {
		if to := l.labelOf(seed); to.less(s.wide[seed.Node]) {
			l.set(seed.Node, to)
			l.pending = append(l.pending, seed.Node)
		}
	}
}

// lower lets an arc lower the label of the node it leads to.
func (l *Labels) lower(node, from int32, a network.Arc, other network.Cost) {
	s := l.nearest.search
	if to, ok := l.past(s.wide[from], a, other); ok && to.less(s.wide[node]) {
		l.set(node, to)
		l.pending = append(l.pending, node)
	}
}

// longest keeps the largest cost of an arc, which the ring must be long enough
// for.
func (l *Labels) longest(c network.Cost) {
	s := l.nearest.search
	s.longestArc = max(s.longestArc, c)
}

// compare lists the arcs that nodes lose and gain with another network.
func (l *Labels) compare(n *network.Network, nodes []int32) (lost, gained []hop) {
	s := l.nearest.search
	now := rows{s.first, s.arcs, s.others}
	var then rows
	then.first, then.arcs = n.Rows(s.options.Metric, s.options.Direction)
	if s.options.Both {
		_, then.others = n.Rows(s.options.Metric.Other(), s.options.Direction)
	}
	for _, node := range nodes {
		was, is := now.hops(node), then.hops(node)
		for _, h := range was {
			if i := slices.Index(is, h); i >= 0 {
				is = slices.Delete(is, i, i+1)
			} else {
				lost = append(lost, h)
			}
		}
		gained = append(gained, is...)
	}
	return lost, gained
}

// hops are the arcs of a node; none of a node that there is not.
func (r rows) hops(node int32) (hops []hop) {
	if int(node)+1 >= len(r.first) {
		return nil
	}
	for k := r.first[node]; k < r.first[node+1]; k++ {
		hops = append(hops, hop{node, int32(r.arcs[k].Head), r.arcs[k], other(r.others, k)})
	}
	return hops
}

// rowsPerLook is how many rows are walked between two looks at a context.
const rowsPerLook = 4096

// spread searches on from the nodes whose labels became better. If ctx ends
// first it takes the whole change back.
func (l *Labels) spread(ctx context.Context) error {
	s := l.nearest.search
	low, high := network.Unreached, network.Cost(0)
	for _, node := range l.pending {
		c := network.Cost(s.wide[node].key >> 32)
		low, high = min(low, c), max(high, c)
	}
	if len(l.pending) == 0 {
		return nil
	}
	s.widen(uint64(high-low) + uint64(s.longestArc))
	s.used = 0
	s.reserve(len(l.pending))
	for _, node := range l.pending {
		s.push(node, network.Cost(s.wide[node].key>>32))
	}
	for bucket, more := s.nextBucket(s.bucketOf(low)); more; bucket, more = s.nextBucket(bucket) {
		if !l.empty(ctx, bucket) {
			s.drain()
			l.Undo(Mark(len(l.steps) - 1))
			return ctx.Err()
		}
		s.waiting[bucket>>6] &^= 1 << (bucket & 63)
	}
	return nil
}

// empty spreads the labels that wait in a bucket; false if ctx has ended.
func (l *Labels) empty(ctx context.Context, bucket int) bool {
	s := l.nearest.search
	for s.heads[bucket] != none {
		e := s.entries[s.heads[bucket]]
		s.heads[bucket] = e.next
		from := s.wide[e.node]
		if s.bucketOf(network.Cost(from.key>>32)) != bucket {
			continue
		}
		if l.look++; l.look%rowsPerLook == 0 && ctx.Err() != nil {
			return false
		}
		start, end := s.first[e.node], s.first[e.node+1]
		s.reserve(int(end - start))
		for k := start; k < end; k++ {
			head := int32(s.arcs[k].Head)
			if to, ok := l.past(from, s.arcs[k], other(s.others, k)); ok && to.less(s.wide[head]) {
				l.set(head, to)
				s.push(head, network.Cost(to.key>>32))
			}
		}
	}
	return true
}
