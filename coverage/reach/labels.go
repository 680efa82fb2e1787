package reach

import (
	"context"
	"fmt"
	"slices"

	"kaimen/coverage"
	"kaimen/coverage/network"
)

// Labels are the nearest facility from every node, kept while facilities come,
// go and move and roads change: each change searches again only what it
// changes, and can be undone. They belong to one goroutine at a time.
//
// Facilities are named by number; equally near ones go by the smaller number,
// as in Nearest. One that was removed keeps its number.
type Labels struct {
	nearest Nearest
	sites   sites
	back    rows // against the direction of the search

	steps   []step // one for each change, for Undo
	log     []logged
	cleared []logged
	pending []int32 // nodes whose labels are to be spread
	look    int     // rows walked since ctx was looked at
}

// rows are the arcs of every node in the metric searched and, if both are kept,
// in the other.
type rows struct {
	first        []int32
	arcs, others []network.Arc
}

// logged is a node with the label that it had.
type logged struct {
	node int32
	label
}

// step is how things stood before a change.
type step struct {
	logged int // length of the log
	sites  sitesBefore
	n      *network.Network // nil if the roads stayed
}

// Mark is a state of Labels that can be come back to.
type Mark int

// NewLabels searches from all facilities at once.
//
// Units:  cutoff and costs in the unit of the metric, as in NearestOf.
// Errors: ctx.Err() if ctx ends first.
// Cost:   one search over the network within cutoff; 16 bytes a node are kept,
// and 24 for each label changed since Forget.
func NewLabels(ctx context.Context, n *network.Network, facilities *Points, cutoff network.Cost, o Options) (*Labels, error) {
	l := &Labels{nearest: Nearest{view: view{n, o.Metric, o.Direction}, search: NewSearch(n, owned(o)), cutoff: cutoff, limit: o.otherLimit()}}
	l.sites = newSites(facilities, l.nearest.view)
	l.nearest.facilities = &l.sites
	var seeds []Seed
	for i := range l.sites.list {
		seeds = append(seeds, l.sites.list[i].seeds...)
	}
	s := l.nearest.search
	if err := s.Run(ctx, seeds, cutoff); err != nil {
		return nil, err
	}
	const room = 64 // for nodes that a few drawn roads add
	s.wide, s.touched = slices.Grow(s.wide, room), nil
	l.setRows(n)
	return l, nil
}

func (l *Labels) setRows(n *network.Network) {
	l.nearest.view.n = n
	s, o := l.nearest.search, &l.nearest.search.options
	s.first, s.arcs = n.Rows(o.Metric, o.Direction)
	l.back.first, l.back.arcs = n.Rows(o.Metric, 1-o.Direction)
	if o.Both {
		_, s.others = n.Rows(o.Metric.Other(), o.Direction)
		_, l.back.others = n.Rows(o.Metric.Other(), 1-o.Direction)
	}
}

// Network is the network that the labels are of.
func (l *Labels) Network() *network.Network { return l.nearest.view.n }

// At is the nearest facility from s, a place on Network; false if s is not on
// it or no facility is within the cutoff.
func (l *Labels) At(s network.Snap) (Hit, bool) { return l.nearest.At(s) }

// Node is the nearest facility from a node; false if none is within the cutoff.
func (l *Labels) Node(node int32) (Hit, bool) {
	s := l.nearest.search
	c := s.Cost(node)
	if c == network.Unreached {
		return Hit{Cost: c}, false
	}
	return Hit{int32(s.Owner(node)), c, s.OtherCost(node)}, true
}

// Mark names the state as it is.
func (l *Labels) Mark() Mark { return Mark(len(l.steps)) }

// Undo takes back every change made since a mark, so that all labels are what
// they were, to the bit. A mark of a state that was itself undone changes nothing.
//
// Cost: what was logged since.
func (l *Labels) Undo(m Mark) {
	for len(l.steps) > int(m) {
		last := l.steps[len(l.steps)-1]
		l.steps = l.steps[:len(l.steps)-1]
		wide := l.nearest.search.wide
		for i := len(l.log) - 1; i >= last.logged; i-- {
			wide[l.log[i].node] = l.log[i].label
		}
		l.log = l.log[:last.logged]
		if last.n != nil {
			l.nearest.search.wide = wide[:last.n.NodeCount()]
			l.setRows(last.n)
		}
		l.sites.restore(last.sites)
	}
}

// Since appends to list the nodes whose labels were set since a mark, and returns
// it. A node may stand in it more than once, and have the label again that it had.
func (l *Labels) Since(m Mark, list []int32) []int32 {
	if int(m) < len(l.steps) {
		for _, set := range l.log[l.steps[m].logged:] {
			list = append(list, set.node)
		}
	}
	return list
}

// Forget drops what Undo would need: marks from before are of no use, and the
// networks from before are let go.
func (l *Labels) Forget() { l.steps, l.log = nil, nil }

// Add adds a facility with its entrances and returns its number, the next one
// that is free.
//
// Errors: ctx.Err() if ctx ends first; nothing is changed then.
// Cost:   a search over the nodes that come to be nearest to it.
func (l *Labels) Add(ctx context.Context, entrances ...network.Snap) (facility int32, err error) {
	facility = l.sites.next()
	return facility, l.Move(ctx, facility, entrances...)
}

// Remove takes a facility away.
//
// Errors: as Move.
func (l *Labels) Remove(ctx context.Context, facility int32) error { return l.Move(ctx, facility) }

// Move gives a facility other entrances in place of those it has, on Network.
//
// Errors: invalid for a number that no facility has had; ctx.Err() if ctx ends
// first; nothing is changed then.
// Cost:   a search over the nodes that it was nearest to, and those that it comes
// to be nearest to.
func (l *Labels) Move(ctx context.Context, facility int32, entrances ...network.Snap) error {
	if facility < 0 || facility > l.sites.next() {
		return &coverage.Error{Code: coverage.Invalid, Message: fmt.Sprintf("there is no facility %d; the last is %d", facility, l.sites.next()-1)}
	}
	l.begin(step{sites: l.sites.before(facility)})
	l.clear(l.sites.seedsOf(facility), nil)
	come := l.sites.replace(facility, entrances, l.nearest.view)
	l.refill()
	l.offer(come)
	return l.spread(ctx)
}

// To goes over to a network that Network was patched into. Entrances stay where
// they are on the ground; those on a road that is closed are out of use until
// it is opened, unless Move ties them to another (Closed).
//
// Errors: invalid if n was not patched from Network; ctx.Err() if ctx ends first;
// nothing is changed then.
// Cost:   a search over the nodes whose ways change.
func (l *Labels) To(ctx context.Context, n *network.Network) error {
	before := l.nearest.view.n
	nodes, edges, ok := n.Since(before)
	if !ok {
		return &coverage.Error{Code: coverage.Invalid, Message: "the network was not patched from the one that the labels are of"}
	}
	moving := slices.Clone(l.sites.on(nowhere))
	for _, e := range edges {
		moving = append(moving, l.sites.on(e)...)
	}
	slices.Sort(moving)
	moving = slices.Compact(moving)

	l.begin(step{sites: l.sites.before(-1), n: before})
	lost, gained := l.compare(n, nodes)
	l.clear(l.sites.unlink(moving, &l.steps[len(l.steps)-1].sites), lost)
	s := l.nearest.search
	for len(s.wide) < n.NodeCount() {
		s.wide = append(s.wide, l.unreached())
	}
	l.setRows(n)
	come := l.sites.link(moving, l.nearest.view)
	l.refill()
	l.offer(come)
	for _, a := range gained {
		l.longest(a.Cost)
		l.lower(a.to, a.from, a.Arc, a.other)
	}
	return l.spread(ctx)
}

// Closed lists the facilities with an entrance out of use, on a road that is
// closed, in order.
func (l *Labels) Closed() (facilities []int32) {
	for _, i := range l.sites.on(nowhere) {
		facilities = append(facilities, l.sites.list[i].owner)
	}
	slices.Sort(facilities)
	return slices.Compact(facilities)
}
