package reach

import (
	"cmp"
	"context"
	"slices"

	"kaimen/coverage/network"
)

// Part is a stretch of an edge, in millimeters from its tail: From ≤ To ≤ its
// length.
type Part struct {
	Edge     int32
	From, To uint32
}

// Tree spreads from one origin after another over the network and tells all
// that is within reach, down to parts of edges. One search serves every cutoff
// up to its own. It reuses its memory and belongs to one goroutine at a time.
type Tree struct {
	view    view
	search  *Search
	origins []network.Snap
	seeds   []Seed
	met     edgeSet
	parts   []Part
}

// NewTree prepares trees on n; the direction is seen from the origin.
//
// Memory: that of its search, and a bit an edge.
func NewTree(n *network.Network, o Options) *Tree {
	return &Tree{view: view{n, o.Metric, o.Direction}, search: NewSearch(n, o), met: newEdgeSet(n)}
}

// From spreads from an origin, which may have several places, such as a park
// with its entrances. Places that are not on the network add nothing.
//
// Units:  cutoff (inclusive) in the unit of the metric, the straight ways from
// the origin to its roads counted.
// Errors: ctx.Err() if ctx ends first.
// Cost:   one search within cutoff.
func (t *Tree) From(ctx context.Context, origins []network.Snap, cutoff network.Cost) error {
	t.origins, t.seeds = t.origins[:0], t.seeds[:0]
	for _, o := range origins {
		if o.OK() {
			t.origins = append(t.origins, o)
			t.seeds = t.view.seeds(t.seeds, o, 0)
		}
	}
	return t.search.Run(ctx, t.seeds, cutoff)
}

// Cost is the least cost of a node, or Unreached beyond the cutoff of From.
func (t *Tree) Cost(node int32) network.Cost { return t.search.Cost(node) }

// Parts lists the stretches of road within cutoff, which must not be above
// that of From: in order of edge, then From, those of one edge apart from each
// other. A stretch holds every place whose cost, rounded as network.Position
// measures it, is at most cutoff; the very end of a road that is closed from
// there is left out. The list lasts until the next call.
//
// Cost: the edges met; no more than their number.
func (t *Tree) Parts(cutoff network.Cost) []Part {
	t.parts = t.parts[:0]
	t.met.met(t.view.n, t.search, t.origins, cutoff, func(edge int32) { t.look(edge, cutoff) })
	return t.parts
}

// look adds the stretches of one edge: from either end, and about the origins
// that lie on it.
func (t *Tree) look(edge int32, cutoff network.Cost) {
	first := len(t.parts)
	e := t.view.n.Edge(edge)
	onward, back := e.Forward(t.view.m), e.Backward(t.view.m)
	if t.view.d == network.Toward {
		onward, back = back, onward // as a search walks it
	}
	if c, ok := t.costAt(edge, false); ok && c <= cutoff && onward != network.Unreached {
		t.parts = append(t.parts, Part{edge, 0, within(onward, e.Length, cutoff-c)})
	}
	if c, ok := t.costAt(edge, true); ok && c <= cutoff && back != network.Unreached {
		t.parts = append(t.parts, Part{edge, e.Length - within(back, e.Length, cutoff-c), e.Length})
	}
	for _, o := range t.origins {
		if o.Edge != edge {
			continue
		}
		if spent := t.view.offset(o).searched; spent <= cutoff {
			before, after := within(back, e.Length, cutoff-spent), within(onward, e.Length, cutoff-spent)
			t.parts = append(t.parts, Part{edge, o.Along - min(before, o.Along), o.Along + min(after, e.Length-o.Along)})
		}
	}
	if added := t.parts[first:]; len(added) > 1 {
		slices.SortFunc(added, func(a, b Part) int { return cmp.Compare(a.From, b.From) })
		t.parts = t.parts[:first+len(joined(added))]
	}
}

// costAt is the cost of the best node at an end of an edge.
func (t *Tree) costAt(edge int32, head bool) (c network.Cost, ok bool) {
	node, ok := t.view.best(t.search, edge, head)
	return t.search.Cost(node), ok
}

// within is how much of an edge of a length and a whole cost may be gone for a
// budget, so that the rounded cost of that stretch stays within it.
func within(whole network.Cost, length uint32, budget network.Cost) uint32 {
	switch {
	case whole == network.Unreached:
		return 0
	case whole <= budget:
		return length
	}
	// Largest x with (whole·x + length/2) / length ≤ budget, in whole numbers.
	return uint32(((uint64(budget)+1)*uint64(length) - 1 - uint64(length)/2) / uint64(whole))
}

// joined merges parts of one edge that touch or overlap, in place; they come in
// order.
func joined(parts []Part) []Part {
	out := parts[:0]
	for _, p := range parts {
		if last := len(out) - 1; last >= 0 && p.From <= out[last].To {
			out[last].To = max(out[last].To, p.To)
			continue
		}
		out = append(out, p)
	}
	return out
}
