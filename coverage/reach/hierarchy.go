package reach

import (
	"context"
	"slices"

	"kaimen/coverage/network"
)

// hierarchy is a network prepared for tables within one cutoff. Its nodes stand
// in an order, and every arc joins a node to one that stands before it. Every
// cheapest way within the cutoff is as cheap as some way that first goes forward
// in that order and then back, so that one pass over the nodes, from the first
// to the last, finds the costs of all.
//
// It is made by taking nodes out of the network one by one, those with few
// neighbors first, and joining their neighbors to each other so that no cost
// changes; those taken out last stand first. An arc dearer than the cutoff, or
// than another way between its ends, is left out.
//
// Source: Geisberger et al. (2008), Contraction hierarchies; Delling et al.
// (2011), PHAST; leaving arcs out: Dibbelt, Strasser and Wagner (2016),
// Customizable contraction hierarchies, section 7.
type hierarchy struct {
	place []int32 // by node: where it stands
	node  []int32 // by place
	// In compressed rows by place: the arcs out to places before it, and the arcs
	// in from them.
	firstOut, firstIn []int32
	out, in           []network.Arc
	// The places after it that have an arc in from it.
	firstAfter []int32
	after      []int32
}

// tie joins a node to a neighbor, by the cost out to it and in from it.
type tie struct {
	node    int32
	out, in network.Cost
}

// contraction is a hierarchy in the making.
type contraction struct {
	cutoff network.Cost
	ties   [][]tie // by node: to all neighbors not taken out; of a node taken out, as it was then
	order  []int32 // nodes as they are taken out
	slot   []int32 // by node: place in the row being worked on, or -1
}

// newHierarchy prepares compressed rows of arcs.
//
// Cost: about the square of the number of neighbors a node has when it is taken
// out, which a cutoff bounds: some ten on the streets of a city.
func newHierarchy(ctx context.Context, first []int32, arcs []network.Arc, cutoff network.Cost) (*hierarchy, error) {
	c := contraction{cutoff: cutoff, slot: slices.Repeat([]int32{-1}, len(first)-1)}
	c.tieNeighbors(first, arcs)
	if err := c.takeOut(ctx); err != nil {
		return nil, err
	}
	return c.layOut(), ctx.Err()
}

// tieNeighbors starts from the arcs of the network. A loop is on no cheapest way.
func (c *contraction) tieNeighbors(first []int32, arcs []network.Arc) {
	c.ties = make([][]tie, len(c.slot))
	room := make([]tie, 2*len(arcs))
	for v := range int32(len(c.ties)) {
		// Most arcs have one that leads back, whose tie is the same.
		count := 2 * int(first[v+1]-first[v])
		c.ties[v], room = room[:0:count], room[count:]
	}
	for v := range int32(len(c.ties)) {
		for _, a := range arcs[first[v]:first[v+1]] {
			if w := int32(a.Head); w != v && a.Cost <= c.cutoff {
				c.ties[v] = joinTo(c.ties[v], tie{w, a.Cost, network.Unreached})
				c.ties[w] = joinTo(c.ties[w], tie{v, network.Unreached, a.Cost})
			}
		}
	}
}

// joinTo adds a tie to a short list, or cheapens the one that is there.
func joinTo(list []tie, t tie) []tie {
	for i := range list {
		if list[i].node == t.node {
			list[i].out, list[i].in = min(list[i].out, t.out), min(list[i].in, t.in)
			return list
		}
	}
	return append(list, t)
}

// takeOut takes one node after another out of the network, always one with the
// fewest neighbors.
func (c *contraction) takeOut(ctx context.Context) error {
	var waiting [][]int32 // nodes by number of neighbors, as it was when they were put there
	put := func(v int32) {
		for len(waiting) <= len(c.ties[v]) {
			waiting = append(waiting, nil)
		}
		waiting[len(c.ties[v])] = append(waiting[len(c.ties[v])], v)
	}
	for v := range int32(len(c.ties)) {
		put(v)
	}
	gone := make([]bool, len(c.ties))
	for fewest := 0; fewest < len(waiting); {
		last := len(waiting[fewest]) - 1
		if last < 0 {
			fewest++
			continue
		}
		v := waiting[fewest][last]
		waiting[fewest] = waiting[fewest][:last]
		if gone[v] || len(c.ties[v]) != fewest {
			continue // it stands in another list, too
		}
		if len(c.order)%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		gone[v] = true
		c.order = append(c.order, v)
		for _, t := range c.ties[v] {
			c.bridge(v, t)
			put(t.node)
			fewest = min(fewest, len(c.ties[t.node]))
		}
	}
	return nil
}

// bridge takes v from the neighbors of from.node, and joins that to the other
// neighbors of v where the way over v is within the cutoff.
func (c *contraction) bridge(v int32, from tie) {
	list := c.ties[from.node]
	list = slices.DeleteFunc(list, func(t tie) bool { return t.node == v })
	for i, t := range list {
		c.slot[t.node] = int32(i)
	}
	for _, t := range c.ties[v] {
		if t.node == from.node {
			continue
		}
		out, in := c.sum(from.in, t.out), c.sum(t.in, from.out)
		switch i := c.slot[t.node]; {
		case i >= 0:
			list[i].out, list[i].in = min(list[i].out, out), min(list[i].in, in)
		case out != network.Unreached || in != network.Unreached:
			list = append(list, tie{t.node, out, in})
		}
	}
	for _, t := range list {
		c.slot[t.node] = -1
	}
	c.ties[from.node] = list
}

// sum is the cost of two arcs, one after the other; none beyond the cutoff.
func (c *contraction) sum(a, b network.Cost) network.Cost {
	if s := uint64(a) + uint64(b); s <= uint64(c.cutoff) {
		return network.Cost(s)
	}
	return network.Unreached
}

// layOut puts the nodes in order, the last taken out first, and keeps the arcs
// that are no dearer than any way over a third node.
func (c *contraction) layOut() *hierarchy {
	h := &hierarchy{place: make([]int32, len(c.order)), node: c.order, firstOut: []int32{0}, firstIn: []int32{0}}
	slices.Reverse(h.node)
	var was []tie
	for place, v := range h.node {
		h.place[v] = int32(place)
		list := c.ties[v]
		was = append(was[:0], list...)
		c.cheapen(list)
		for i, t := range list {
			// A tie that was cheapened tells what is known of the two nodes, for
			// those that come after; the way itself is kept by other arcs.
			if head := uint32(h.place[t.node]); t.out != network.Unreached && t.out == was[i].out {
				h.out = append(h.out, network.Arc{Head: head, Cost: t.out})
			}
			if head := uint32(h.place[t.node]); t.in != network.Unreached && t.in == was[i].in {
				h.in = append(h.in, network.Arc{Head: head, Cost: t.in})
			}
		}
		h.firstOut, h.firstIn = append(h.firstOut, int32(len(h.out))), append(h.firstIn, int32(len(h.in)))
	}
	h.layAfter()
	return h
}

// cheapen takes the ways from a node over one neighbor to another, if cheaper.
// The ties between neighbors are known: they were taken out later.
func (c *contraction) cheapen(list []tie) {
	for i, t := range list {
		c.slot[t.node] = int32(i)
	}
	for i := range list {
		w := &list[i]
		for _, t := range c.ties[w.node] {
			k := c.slot[t.node]
			if k < 0 {
				continue
			}
			x := &list[k]
			x.out, x.in = min(x.out, c.sum(w.out, t.out)), min(x.in, c.sum(t.in, w.in))
			w.out, w.in = min(w.out, c.sum(x.out, t.in)), min(w.in, c.sum(t.out, x.in))
		}
	}
	for _, t := range list {
		c.slot[t.node] = -1
	}
}

// layAfter turns the arcs in round.
func (h *hierarchy) layAfter() {
	h.firstAfter, h.after = make([]int32, len(h.node)+1), make([]int32, len(h.in))
	for _, a := range h.in {
		h.firstAfter[a.Head+1]++
	}
	for i := range h.node {
		h.firstAfter[i+1] += h.firstAfter[i]
	}
	next := slices.Clone(h.firstAfter)
	for place := range h.node {
		for _, a := range h.in[h.firstIn[place]:h.firstIn[place+1]] {
			h.after[next[a.Head]] = int32(place)
			next[a.Head]++
		}
	}
}
