package reach

import (
	"context"
	"math"
	"math/bits"

	"kaimen/coverage/network"
)

// Seed starts a search at a node with a cost already spent.
type Seed struct {
	Node  int32
	Cost  network.Cost
	Other network.Cost // the same way in the other metric
	Owner uint32       // whose seed it is; returned with every node it wins
}

// Options choose what a Search adds up. The zero value is the fastest ways by
// time, away from the seeds.
type Options struct {
	Metric    network.Metric
	Direction network.Direction
	// Both also keeps, for every node, the cost of its way in the other metric.
	Both bool
}

// unlabeled is the label of a node no path has reached.
const unlabeled = math.MaxUint64

// Search is the workspace of one search after another on one network: it is
// reused without allocating, and belongs to one goroutine at a time.
//
// A node's label packs its least cost over the owner of the path,
// cost<<32 | owner, so that equal costs go to the smaller owner whatever the
// order of work. Beside it, if asked for, stands the cost of the same path in
// the other metric, the least of them where several paths tie.
//
// The queue is a ring of buckets, each a range of costs, and is exact for any
// integer costs: nodes of one bucket may be labeled again until it is empty.
type Search struct {
	first  []int32
	arcs   []network.Arc
	others []network.Arc // the same arcs in the other metric, if Both

	labels  []uint64
	other   []network.Cost // if Both
	touched []int32        // nodes with a label, in the order they first got one

	longestArc network.Cost

	heads   []int32  // by bucket, the newest entry, -1 if none
	waiting []uint64 // one bit per bucket: not empty
	entries []entry  // of this run; taken ones are not used again until the next
}

// entry is a node waiting in a bucket. It is stale, and passed over, once the
// node has a better label.
type entry struct {
	label uint64
	node  int32
	next  int32 // the entry that came before it to the bucket, -1 if none
}

// bucketShift makes a bucket about eight seconds or eight meters of walking
// wide: less than the cost of most edges, so that a node is seldom labeled
// twice, and enough that few buckets are empty.
const bucketShift = 13

// NewSearch makes a workspace for searches on n.
//
// Memory: 8 to 12 bytes a node, and the queue.
func NewSearch(n *network.Network, o Options) *Search {
	s := &Search{labels: make([]uint64, n.NodeCount()), longestArc: n.LongestArc(o.Metric)}
	s.first, s.arcs = n.Rows(o.Metric, o.Direction)
	if o.Both {
		_, s.others = n.Rows(o.Metric.Other(), o.Direction)
		s.other = make([]network.Cost, n.NodeCount())
	}
	for i := range s.labels {
		s.labels[i] = unlabeled
	}
	return s
}

// Run labels every node within cutoff (inclusive) of a seed, and forgets the
// run before. The labels do not depend on the order of the seeds.
//
// Errors: ctx.Err() if ctx ends first; the labels are then unusable.
// Cost:   O((E+V)·log V) at worst over the part reached, about linear in fact.
// Source: Dijkstra (1959); buckets after Dial (1969), Algorithm 360.
func (s *Search) Run(ctx context.Context, seeds []Seed, cutoff network.Cost) error {
	for _, node := range s.touched {
		s.labels[node] = unlabeled
	}
	s.touched, s.entries = s.touched[:0], s.entries[:0]
	s.fit(seeds)
	bucket := s.seed(seeds, cutoff)
	for steps := 1; ; steps++ {
		next, found := s.nextBucket(bucket)
		if !found {
			return nil
		}
		bucket = next
		s.empty(bucket, min(cutoff, network.Unreached-1))
		if steps%4096 == 0 && ctx.Err() != nil {
			s.drain()
			return ctx.Err()
		}
	}
}

// seed labels the seeds and returns the bucket of the cheapest.
func (s *Search) seed(seeds []Seed, cutoff network.Cost) (bucket int) {
	least := network.Unreached
	for _, seed := range seeds {
		if seed.Cost > cutoff || seed.Cost == network.Unreached {
			continue
		}
		least = min(least, seed.Cost)
		label := uint64(seed.Cost)<<32 | uint64(seed.Owner)
		old := s.labels[seed.Node]
		if label > old || label == old && (s.other == nil || seed.Other >= s.other[seed.Node]) {
			continue
		}
		if old == unlabeled {
			s.touched = append(s.touched, seed.Node)
		}
		s.labels[seed.Node] = label
		if s.other != nil {
			s.other[seed.Node] = seed.Other
		}
		s.push(seed.Node, label)
	}
	return int(least>>bucketShift) & (len(s.heads) - 1)
}

// push queues a node under its new label.
func (s *Search) push(node int32, label uint64) {
	bucket := int(label>>(32+bucketShift)) & (len(s.heads) - 1)
	s.entries = append(s.entries, entry{label, node, s.heads[bucket]})
	s.heads[bucket] = int32(len(s.entries) - 1)
	s.waiting[bucket>>6] |= 1 << (bucket & 63)
}

// empty takes nodes from a bucket until none is left, also those that come
// back to it meanwhile, and carries each one's label over its arcs. What it
// changes at every arc it keeps in local variables.
func (s *Search) empty(bucket int, cutoff network.Cost) {
	labels, heads, waiting, mask := s.labels, s.heads, s.waiting, len(s.heads)-1
	entries, touched := s.entries, s.touched
	for heads[bucket] >= 0 {
		e := entries[heads[bucket]]
		heads[bucket] = e.next
		if labels[e.node] != e.label {
			continue
		}
		owner, cost := e.label&math.MaxUint32, e.label>>32
		from, to := s.first[e.node], s.first[e.node+1]
		for k, a := range s.arcs[from:to] {
			sum := cost + uint64(a.Cost)
			label, old := sum<<32|owner, labels[a.Head]
			if label > old || sum > uint64(cutoff) {
				continue
			}
			if s.other != nil {
				other := s.other[e.node] + s.others[int(from)+k].Cost
				if label == old && other >= s.other[a.Head] {
					continue
				}
				s.other[a.Head] = other
			} else if label == old {
				continue
			}
			if old == unlabeled {
				touched = append(touched, int32(a.Head))
			}
			labels[a.Head] = label
			b := int(sum>>bucketShift) & mask
			entries = append(entries, entry{label, int32(a.Head), heads[b]})
			heads[b] = int32(len(entries) - 1)
			waiting[b>>6] |= 1 << (b & 63)
		}
	}
	waiting[bucket>>6] &^= 1 << (bucket & 63)
	s.entries, s.touched = entries, touched
}

// nextBucket is the first bucket that is not empty, round the ring from start.
func (s *Search) nextBucket(start int) (bucket int, found bool) {
	word := start >> 6
	w := s.waiting[word] >> (start & 63) << (start & 63)
	for range len(s.waiting) + 1 {
		if w != 0 {
			return word<<6 + bits.TrailingZeros64(w), true
		}
		word = (word + 1) % len(s.waiting)
		w = s.waiting[word]
	}
	return 0, false
}

// fit makes the ring long enough for all costs that can wait at one time: the
// spread of the seeds, and one arc beyond any of them.
func (s *Search) fit(seeds []Seed) {
	low, high := network.Unreached, network.Cost(0)
	for _, seed := range seeds {
		low, high = min(low, seed.Cost), max(high, seed.Cost)
	}
	span := uint64(s.longestArc)
	if high > low {
		span += uint64(high - low)
	}
	size := max(64, len(s.heads))
	for uint64(size) < span>>bucketShift+2 {
		size *= 2
	}
	if size == len(s.heads) {
		return
	}
	s.heads = make([]int32, size)
	for i := range s.heads {
		s.heads[i] = -1
	}
	s.waiting = make([]uint64, size/64)
}

// drain empties the queue after a run was broken off.
func (s *Search) drain() {
	for i := range s.heads {
		s.heads[i] = -1
	}
	clear(s.waiting)
}

// Touched lists the nodes within the cutoff of the last run, in no order that
// means anything. It is the workspace's own and lasts until the next run.
func (s *Search) Touched() []int32 { return s.touched }

// Cost is the least cost of a node in the last run, or Unreached.
func (s *Search) Cost(node int32) network.Cost { return network.Cost(s.labels[node] >> 32) }

// OtherCost is the cost in the other metric of the path that Cost is of; 0 if
// the search does not keep both.
func (s *Search) OtherCost(node int32) network.Cost {
	if s.other == nil {
		return 0
	}
	return s.other[node]
}

// Owner is the owner of the seed that a labeled node was reached from.
func (s *Search) Owner(node int32) uint32 { return uint32(s.labels[node]) }
