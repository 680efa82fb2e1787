package reach

import (
	"context"
	"slices"

	"kaimen/coverage/network"
)

// Seed starts a search at a node with a cost already spent.
type Seed struct {
	Node  int32
	Cost  network.Cost
	Other network.Cost // the same way in the other metric
	Owner uint32       // whose seed it is
}

// Options choose what a Search adds up and keeps. The zero value is the fastest
// ways by time, away from the seeds, their costs alone.
type Options struct {
	Metric    network.Metric
	Direction network.Direction
	// Both also keeps, for every node, the cost of its way in the other metric.
	Both bool
	// Owners also keeps, for every node, the owner of the seed it is reached from.
	Owners bool
	// OtherCutoff, if not 0, is a second limit (inclusive), on what the cheapest
	// way costs in the other metric: of time and distance, say. It bounds what
	// Nearest, KNearest and Scan find, and keeps Both. A place whose cheapest way
	// is beyond it is out, even if a dearer way would keep within both limits:
	// people are taken to go the cheapest way. A Search or Tree does not look at
	// it, since what lies behind such a place may still be reached.
	OtherCutoff network.Cost
	// Safe searches with bounds-checked code alone: the same answers, about half
	// as fast again. It is there to be compared with.
	Safe bool
}

// otherLimit is OtherCutoff as a number to compare with.
func (o Options) otherLimit() network.Cost {
	if o.OtherCutoff == 0 {
		return network.Unreached
	}
	return o.OtherCutoff
}

// Search is the workspace of one search after another on one network: it is
// reused without allocating, and belongs to one goroutine at a time.
//
// Among equally cheap ways to a node the one of the smaller owner wins, and of
// those the one that costs less in the other metric, so that labels do not
// depend on the order of work.
//
// The queue is a ring of buckets, each a range of costs, and is exact for any
// integer costs: nodes of one bucket may be labeled again until it is empty. A
// label beyond the cutoff stands at cutoff+1, so that one comparison tells both
// what is better and what is near enough; and the loop over arcs has no branch
// that depends on it (sweep.go).
type Search struct {
	options Options
	first   []int32
	arcs    []network.Arc
	others  []network.Arc // the same arcs in the other metric, if Both

	narrow []uint32 // cost by node, unless Both or Owners
	wide   []label  // if Both or Owners
	bound  uint32   // the cost of what is out of reach: cutoff + 1

	touched []int32 // [nodes+1], of which reached are in use: nodes with a label
	reached int

	longestArc network.Cost
	queue
	sweep func(s *Search, bucket, rounds int) (next int, more bool)
}

// label is a node's least cost over the owner of the way, cost<<32 | owner,
// beside its cost in the other metric.
type label struct{ key, other uint64 }

// NewSearch makes a workspace for searches on n.
//
// Memory: 8 bytes a node, 20 with Both or Owners, and the queue.
func NewSearch(n *network.Network, o Options) *Search {
	o.Both = o.Both || o.OtherCutoff != 0
	s := &Search{options: o, touched: make([]int32, n.NodeCount()+1), longestArc: n.LongestArc(o.Metric)}
	s.first, s.arcs = n.Rows(o.Metric, o.Direction)
	if o.Both {
		_, s.others = n.Rows(o.Metric.Other(), o.Direction)
	}
	switch wide := o.Both || o.Owners; {
	case wide && o.Safe:
		s.sweep = (*Search).sweepWide
	case wide:
		s.sweep = (*Search).sweepWideUnchecked
	case o.Safe:
		s.sweep = (*Search).sweepNarrow
	default:
		s.sweep = (*Search).sweepNarrowUnchecked
	}
	if o.Both || o.Owners {
		s.wide = make([]label, n.NodeCount())
	} else {
		s.narrow = make([]uint32, n.NodeCount())
	}
	return s
}

// roundsPerLook is how many buckets are emptied between two looks at a context.
const roundsPerLook = 4096

// Run labels every node within cutoff (inclusive) of a seed, and forgets the
// run before. The labels do not depend on the order of the seeds.
//
// Units:  a cost that comes within one arc of 2³², 49 days or 4,295 km, counts
// as out of reach.
// Errors: ctx.Err() if ctx ends first; the labels are then unusable.
// Cost:   O((E+V)·log V) at worst over the part reached, about linear in fact;
// one pass over all nodes when the cutoff differs from that of the run before.
// Source: Dijkstra (1959); buckets after Dial (1969), Algorithm 360.
func (s *Search) Run(ctx context.Context, seeds []Seed, cutoff network.Cost) error {
	// A sum past the cutoff must still be a whole number of 32 bits.
	s.forget(min(cutoff, network.Unreached-2-s.longestArc) + 1)
	s.fit(seeds, s.longestArc)
	bucket := s.seed(seeds)
	for more := true; more; {
		if bucket, more = s.sweep(s, bucket, roundsPerLook); more && ctx.Err() != nil {
			s.drain()
			return ctx.Err()
		}
	}
	return nil
}

// forget takes all labels back and sets the bound of the next run.
func (s *Search) forget(bound uint32) {
	if bound != s.bound {
		s.bound = bound
		for i := range s.narrow {
			s.narrow[i] = bound
		}
		for i := range s.wide {
			s.wide[i] = label{key: uint64(bound) << 32}
		}
	} else if s.narrow != nil {
		for _, node := range s.touched[:s.reached] {
			s.narrow[node] = bound
		}
	} else {
		for _, node := range s.touched[:s.reached] {
			s.wide[node] = label{key: uint64(bound) << 32}
		}
	}
	s.reached, s.used = 0, 0
}

// seed labels the seeds and returns the bucket of the cheapest.
func (s *Search) seed(seeds []Seed) (bucket int) {
	s.reserve(len(seeds))
	least := s.bound
	for _, seed := range seeds {
		if seed.Cost >= s.bound {
			continue
		}
		old := s.Cost(seed.Node)
		if s.narrow != nil {
			if s.narrow[seed.Node] <= seed.Cost {
				continue
			}
			s.narrow[seed.Node] = seed.Cost
		} else {
			l := label{key: uint64(seed.Cost) << 32}
			if s.options.Owners {
				l.key |= uint64(seed.Owner)
			}
			if s.options.Both {
				l.other = uint64(seed.Other)
			}
			if !l.less(s.wide[seed.Node]) {
				continue
			}
			s.wide[seed.Node] = l
		}
		if old == network.Unreached {
			s.touched[s.reached] = seed.Node
			s.reached++
		}
		least = min(least, seed.Cost)
		s.push(seed.Node, seed.Cost)
	}
	return s.bucketOf(least)
}

func (l label) less(o label) bool { return l.key < o.key || l.key == o.key && l.other < o.other }

// Touched lists the nodes within the cutoff of the last run, in no order that
// means anything. It is the workspace's own and lasts until the next run.
func (s *Search) Touched() []int32 { return slices.Clip(s.touched[:s.reached]) }

// Cost is the least cost of a node in the last run, or Unreached.
func (s *Search) Cost(node int32) network.Cost {
	var c network.Cost
	if s.narrow != nil {
		c = s.narrow[node]
	} else {
		c = network.Cost(s.wide[node].key >> 32)
	}
	if c >= s.bound {
		return network.Unreached
	}
	return c
}

// before tells whether the label of a node is better than that of another.
func (s *Search) before(node, other int32) bool {
	if s.narrow != nil {
		return s.narrow[node] < s.narrow[other]
	}
	return s.wide[node].less(s.wide[other])
}

// OtherCost is the cost in the other metric of the path that Cost is of; 0 if
// the search does not keep both.
func (s *Search) OtherCost(node int32) network.Cost {
	if s.wide == nil {
		return 0
	}
	return network.Cost(s.wide[node].other)
}

// Owner is the owner of the seed that a labeled node was reached from; 0 if the
// search does not keep owners.
func (s *Search) Owner(node int32) uint32 {
	if s.wide == nil {
		return 0
	}
	return uint32(s.wide[node].key)
}
