package reach

import (
	"context"
	"slices"

	"kaimen/coverage"
	"kaimen/coverage/network"
)

// MostNearest is the largest number of facilities that a KNearest keeps a place.
const MostNearest = 8

// KNearest knows the few nearest of a list of facilities from every place of a
// network. It is built once, then only read.
type KNearest struct {
	view       view
	facilities *Points
	cutoff     network.Cost
	limit      network.Cost // on the other metric
	k          int
	labels     []kLabel // [nodes·k], those of a node in order, the first count in use
	count      []uint8  // by node
	queue
}

// kLabel is one of the least costs of a node, each from another owner.
type kLabel struct {
	key     uint64 // cost<<32 | owner
	other   network.Cost
	waiting bool // its arcs are still to be walked
}

func (l kLabel) cost() network.Cost { return network.Cost(l.key >> 32) }

func (l kLabel) less(o kLabel) bool { return l.key < o.key || l.key == o.key && l.other < o.other }

// KNearestOf searches from all facilities at once for the k nearest of every
// node; several places of one owner count as one, the nearest of them.
//
// Input:    k is 1 to MostNearest; with 1 it is NearestOf, which is faster.
// Units:    as NearestOf; the other cost is always kept.
// Holds:    among equally near facilities the first of the list come first;
// a larger k or cutoff only adds to the end of what was found.
// Errors:   invalid if k is out of range; ctx.Err() if ctx ends first.
// Cost:     about k searches over the network within cutoff; 16·k bytes a node.
// Source:   a facility that is not among the k nearest of a node is among those
// of no node whose way leads through it: Dijkstra (1959) with k labels a node.
func KNearestOf(ctx context.Context, n *network.Network, facilities *Points, k int, cutoff network.Cost, o Options) (*KNearest, error) {
	if k < 1 || k > MostNearest {
		return nil, coverage.Errorf(coverage.Invalid, "the %d nearest facilities: give a number from 1 to %d", k, MostNearest)
	}
	r := &KNearest{
		view: view{n, o.Metric, o.Direction}, facilities: facilities, cutoff: cutoff, limit: o.otherLimit(), k: k,
		labels: make([]kLabel, n.NodeCount()*k), count: make([]uint8, n.NodeCount()),
	}
	var seeds []Seed
	for _, i := range facilities.order {
		seeds = r.view.seeds(seeds, facilities.snaps[i], uint32(facilities.ownerOf(i)))
	}
	r.fit(seeds, n.LongestArc(o.Metric))
	start := network.Unreached
	for _, s := range seeds {
		start = min(start, s.Cost)
		r.offer(s.Node, kLabel{uint64(s.Cost)<<32 | uint64(s.Owner), s.Other, true})
	}
	err := r.spread(ctx, r.bucketOf(start))
	r.queue = queue{} // only the labels are read from here on
	return r, err
}

// spread walks arcs from the cheapest labels on until none is waiting.
func (r *KNearest) spread(ctx context.Context, bucket int) error {
	first, arcs := r.view.n.Rows(r.view.m, r.view.d)
	_, others := r.view.n.Rows(r.view.m.Other(), r.view.d)
	for round := 1; ; round++ {
		var more bool
		if bucket, more = r.nextBucket(bucket); !more {
			return ctx.Err()
		}
		if round%roundsPerLook == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		for r.heads[bucket] != none {
			e := r.entries[r.heads[bucket]]
			r.heads[bucket] = e.next
			for i := range int(r.count[e.node]) {
				// A label that is offered to its own node again, round a loop, is no
				// better than what is there: the list stays as it is.
				l := &r.labels[int(e.node)*r.k+i]
				if !l.waiting || r.bucketOf(l.cost()) != bucket {
					continue
				}
				l.waiting = false
				from := *l
				for a := first[e.node]; a < first[e.node+1]; a++ {
					cost := uint64(from.cost()) + uint64(arcs[a].Cost)
					if cost <= uint64(r.cutoff) && cost < uint64(network.Unreached) {
						r.offer(int32(arcs[a].Head), kLabel{from.key + uint64(arcs[a].Cost)<<32, plus(from.other, others[a].Cost), true})
					}
				}
			}
		}
		r.waiting[bucket>>6] &^= 1 << (bucket & 63)
	}
}

// offer puts a label among those of its node and queues it, if it is one of the
// k least of distinct owners.
func (r *KNearest) offer(node int32, l kLabel) {
	if l.cost() > r.cutoff || l.cost() == network.Unreached {
		return
	}
	count := int(r.count[node])
	list := r.labels[int(node)*r.k : int(node)*r.k+count]
	last := count // the place that falls free: the same owner's, or one behind the end
	for i := range list {
		if uint32(list[i].key) == uint32(l.key) {
			last = i
			break
		}
	}
	switch {
	case last < count:
		if !l.less(list[last]) {
			return
		}
	case count < r.k:
		r.count[node]++
	default:
		if last--; !l.less(list[last]) {
			return
		}
	}
	list = r.labels[int(node)*r.k : int(node)*r.k+last+1]
	for ; last > 0 && l.less(list[last-1]); last-- {
		list[last] = list[last-1]
	}
	list[last] = l
	r.reserve(1)
	r.push(node, l.cost())
}

// At lists the nearest facilities from s, nearest first, at most k of them: none
// if s is not on the network. It appends to into, whose memory it may use.
func (r *KNearest) At(s network.Snap, into []Hit) []Hit {
	if !s.OK() {
		return into
	}
	start := len(into)
	offset := r.view.offset(s)
	try := func(h Hit, way cost) {
		sum := uint64(h.Cost) + uint64(way.searched) + uint64(offset.searched)
		if sum > uint64(r.cutoff) || sum >= uint64(network.Unreached) {
			return
		}
		into = append(into, Hit{h.Facility, network.Cost(sum), plus(plus(h.Other, way.other), offset.other)})
	}
	for _, head := range [2]bool{false, true} {
		way := r.view.arrive(s.Position, head)
		node, more := r.view.stops(s.Edge, head)
		for i := -1; i < len(more); i++ {
			if i >= 0 {
				node = more[i]
			}
			for _, l := range r.of(node) {
				try(Hit{int32(uint32(l.key)), l.cost(), l.other}, way)
			}
		}
	}
	for _, i := range r.facilities.on(s.Edge) {
		f := r.facilities.snaps[i]
		if way, ok := r.view.direct(f.Position, s.Position); ok {
			first := r.view.offset(f)
			try(Hit{r.facilities.ownerOf(i), first.searched, first.other}, way)
		}
	}
	return into[:start+r.chosen(into[start:])]
}

// plus is a sum in the other metric, which may be too large to be told.
func plus(a, b network.Cost) network.Cost {
	return network.Cost(min(uint64(a)+uint64(b), uint64(network.Unreached)))
}

// AtNode is At for a node.
func (r *KNearest) AtNode(node int32, into []Hit) []Hit {
	start := len(into)
	for _, l := range r.of(node) {
		into = append(into, Hit{int32(uint32(l.key)), l.cost(), l.other})
	}
	return into[:start+r.chosen(into[start:])]
}

// of are the labels of a node.
func (r *KNearest) of(node int32) []kLabel {
	return r.labels[int(node)*r.k : int(node)*r.k+int(r.count[node])]
}

// chosen puts the k nearest hits of distinct facilities first, those out that
// cost too much in the other metric, and counts what is left.
func (r *KNearest) chosen(hits []Hit) int {
	slices.SortFunc(hits, Hit.compare)
	nearest := hits[:0]
	for _, h := range hits {
		if len(nearest) == r.k {
			break
		}
		if !slices.ContainsFunc(nearest, func(n Hit) bool { return n.Facility == h.Facility }) {
			nearest = append(nearest, h)
		}
	}
	return len(slices.DeleteFunc(nearest, func(h Hit) bool { return h.Other > r.limit }))
}
