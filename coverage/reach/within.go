package reach

import (
	"context"
	"slices"

	"kaimen/coverage/network"
)

// Target is a place within reach of an origin.
type Target struct {
	Point int32 // its place in the targets' list
	Cost  network.Cost
	Other network.Cost // of the same way, in the other metric, if the scan keeps both
}

// Scan finds all of a set of targets within reach of one origin after
// another. It reuses its memory and belongs to one goroutine at a time.
type Scan struct {
	view    view
	search  *Search
	targets *Points
	limit   network.Cost // on the other metric
	met     edgeSet
	found   []Target
	origins []network.Snap // of From
	seeds   []Seed
}

// NewScan prepares scans of targets on n; the direction is seen from the origin.
func NewScan(n *network.Network, targets *Points, o Options) *Scan {
	return &Scan{
		view: view{n, o.Metric, o.Direction}, search: NewSearch(n, o), targets: targets, limit: o.otherLimit(),
		met: newEdgeSet(n),
	}
}

// From lists the targets whose whole way costs at most cutoff, in the order of
// the targets' list. The list lasts until the next call. An origin that is not
// on the network reaches nothing.
//
// Errors: ctx.Err() if ctx ends first.
// Cost:   one search within cutoff, and the targets on the edges it met.
func (s *Scan) From(ctx context.Context, origin network.Snap, cutoff network.Cost) ([]Target, error) {
	s.origins = append(s.origins[:0], origin)
	return s.FromAny(ctx, s.origins, cutoff)
}

// FromAny is From for an origin of several places, such as a park with its
// entrances: the cost of a target is the least from any of them.
func (s *Scan) FromAny(ctx context.Context, origins []network.Snap, cutoff network.Cost) ([]Target, error) {
	s.found, s.seeds = s.found[:0], s.seeds[:0]
	for _, origin := range origins {
		if origin.OK() {
			s.seeds = s.view.seeds(s.seeds, origin, 0)
		}
	}
	if len(s.seeds) == 0 {
		return s.found, nil
	}
	if err := s.search.Run(ctx, s.seeds, cutoff); err != nil {
		return nil, err
	}
	s.met.met(s.view.n, s.search, origins, cutoff, func(edge int32) { s.look(edge, origins, cutoff) })
	slices.SortFunc(s.found, func(a, b Target) int { return int(a.Point) - int(b.Point) })
	return s.found, nil
}

// look measures the targets on one edge.
func (s *Scan) look(edge int32, origins []network.Snap, cutoff network.Cost) {
	for _, i := range s.targets.on(edge) {
		t := s.targets.snaps[i]
		best := Target{Point: i, Cost: network.Unreached}
		offset := s.view.offset(t)
		try := func(start, way cost) {
			sum := uint64(start.searched) + uint64(way.searched) + uint64(offset.searched)
			if sum > uint64(cutoff) || sum >= uint64(network.Unreached) {
				return
			}
			c, other := network.Cost(sum), start.other+way.other+offset.other
			if c < best.Cost || c == best.Cost && other < best.Other {
				best.Cost, best.Other = c, other
			}
		}
		for _, head := range [2]bool{false, true} {
			if node, ok := s.view.best(s.search, edge, head); ok {
				try(cost{s.search.Cost(node), s.search.OtherCost(node)}, s.view.arrive(t.Position, head))
			}
		}
		for _, origin := range origins {
			if !origin.OK() {
				continue
			}
			if way, ok := s.view.direct(origin.Position, t.Position); ok {
				try(s.view.offset(origin), way)
			}
		}
		if best.Cost != network.Unreached && best.Other <= s.limit {
			s.found = append(s.found, best)
		}
	}
}
