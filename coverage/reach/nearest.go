package reach

import (
	"cmp"
	"context"

	"kaimen/coverage/network"
)

// Hit is the facility nearest to a place.
type Hit struct {
	Facility int32 // its place in the list searched from
	Cost     network.Cost
	Other    network.Cost // of the same way, in the other metric, if the search keeps both
}

// compare orders hits by cost, then facility, then the other cost.
func (h Hit) compare(o Hit) int {
	return cmp.Or(cmp.Compare(h.Cost, o.Cost), cmp.Compare(h.Facility, o.Facility), cmp.Compare(h.Other, o.Other))
}

// Nearest knows the nearest of a list of facilities from every place of a
// network. It is built once, then only read.
type Nearest struct {
	view       view
	search     *Search
	facilities doors
	cutoff     network.Cost
	limit      network.Cost // on the other metric
}

// doors are the places where facilities are entered.
type doors interface {
	on(edge int32) []int32
	door(i int32) (s network.Snap, owner int32)
}

// NearestOf searches from all facilities at once.
//
// Input:    the direction says which way people travel; Toward is from home to
// facility.
// Units:    cutoff and costs in the unit of the metric; costs count the straight ways
// between points and their roads.
// Holds:    among equally near facilities the first of the list wins; raising
// cutoff changes no hit already found.
// Errors:   ctx.Err() if ctx ends first.
// Cost:     one search over the network within cutoff, whatever the number of
// facilities; 12 bytes a node are kept.
func NearestOf(ctx context.Context, n *network.Network, facilities *Points, cutoff network.Cost, o Options) (*Nearest, error) {
	r := &Nearest{view: view{n, o.Metric, o.Direction}, search: NewSearch(n, owned(o)), facilities: facilities, cutoff: cutoff, limit: o.otherLimit()}
	var seeds []Seed
	for _, i := range facilities.order {
		seeds = r.view.seeds(seeds, facilities.snaps[i], uint32(facilities.ownerOf(i)))
	}
	if err := r.search.Run(ctx, seeds, cutoff); err != nil {
		return nil, err
	}
	return r, nil
}

// At is the nearest facility from s; false if s is not on the network, no
// facility is within the cutoff, or the way to it is beyond OtherCutoff.
func (r *Nearest) At(s network.Snap) (Hit, bool) {
	if !s.OK() {
		return Hit{}, false
	}
	best := Hit{Cost: network.Unreached}
	found := false
	try := func(h Hit, way, offset cost) {
		sum := uint64(h.Cost) + uint64(way.searched) + uint64(offset.searched)
		if sum > uint64(r.cutoff) || sum >= uint64(network.Unreached) {
			return
		}
		h.Cost, h.Other = network.Cost(sum), h.Other+way.other+offset.other
		if !found || h.compare(best) < 0 {
			best, found = h, true
		}
	}
	offset := r.view.offset(s)
	for _, head := range [2]bool{false, true} {
		if node, ok := r.view.best(r.search, s.Edge, head); ok {
			h := Hit{int32(r.search.Owner(node)), r.search.Cost(node), r.search.OtherCost(node)}
			try(h, r.view.arrive(s.Position, head), offset)
		}
	}
	for _, i := range r.facilities.on(s.Edge) {
		f, owner := r.facilities.door(i)
		if way, ok := r.view.direct(f.Position, s.Position); ok {
			start := r.view.offset(f)
			try(Hit{owner, start.searched, start.other}, way, offset)
		}
	}
	return best, found && best.Other <= r.limit
}

// owned are options of a search that keeps owners.
func owned(o Options) Options {
	o.Owners = true
	return o
}
