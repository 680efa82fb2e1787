package sample

import (
	"cmp"
	"fmt"
	"slices"
)

// deadEnd is a pair of ends that a short new road could join.
type deadEnd struct {
	ends   [2]int // nodes
	detour float64
}

// span is a stretch of a street between two junctions.
type span struct {
	street *street
	nodes  []int
	meters float64
	detour float64 // the way round if the span were closed
}

const (
	stub       = 30.0 // shortest remaining end of a broken street
	shortGap   = 38.0
	longGap    = 120.0
	apartPairs = 280.0 // between the middles of two pairs
)

// breakStreets takes the middle out of deadEndPairs streets: those whose ends
// then lie farthest from each other on foot.
func (t *town) breakStreets() error {
	rng := newRandom(t.seed, "dead ends")
	spans := t.spans()
	network := t.links()
	for i := range spans {
		spans[i].detour = t.detour(network, spans[i])
	}
	slices.SortStableFunc(spans, func(a, b span) int { return cmp.Compare(b.detour, a.detour) })
	for _, s := range spans {
		if len(t.deadEnds) == deadEndPairs {
			return nil
		}
		if !s.street.broken && s.detour < 1e6 && t.farFromBroken(s) {
			t.breakSpan(rng, s)
		}
	}
	if len(t.deadEnds) < deadEndPairs {
		return fmt.Errorf("only %d pairs of dead ends fit", len(t.deadEnds))
	}
	return nil
}

func (t *town) farFromBroken(s span) bool {
	at := t.mesh.at[s.nodes[0]]
	for _, d := range t.deadEnds {
		if distance(at, t.mesh.at[d.ends[0]]) < apartPairs {
			return false
		}
	}
	return true
}

// spans lists the stretches of minor streets in town that are long enough to
// leave two ends and a gap.
func (t *town) spans() []span {
	degree := t.links()
	var out []span
	for _, s := range t.streets {
		if s.level != 1 && s.level != 2 {
			continue
		}
		path := t.mesh.expand(s.path)
		from := 0
		for i := 1; i < len(path); i++ {
			if len(degree[path[i]]) == 2 {
				continue
			}
			c := span{street: s, nodes: path[from : i+1]}
			for k := from + 1; k <= i; k++ {
				c.meters += distance(t.mesh.at[path[k-1]], t.mesh.at[path[k]])
			}
			if c.meters >= 2*stub+shortGap && density(t.mesh.at[path[from]]) > ruralBelow {
				out = append(out, c)
			}
			from = i
		}
	}
	return out
}

// detour is how far a span's ends are from each other without the span.
func (t *town) detour(network links, s span) float64 {
	a, b := s.nodes[0], s.nodes[1]
	cutOut := func(from, to int) {
		for i, l := range network[from] {
			if l.to == to {
				network[from][i].meters += 1e9
				return
			}
		}
	}
	restore := func(from, to int) {
		for i, l := range network[from] {
			if l.to == to && l.meters > 1e8 {
				network[from][i].meters = distance(t.mesh.at[from], t.mesh.at[to])
				return
			}
		}
	}
	cutOut(a, b)
	cutOut(b, a)
	d := network.walk(a, s.nodes[len(s.nodes)-1], 4000)
	restore(a, b)
	restore(b, a)
	return d
}

// breakSpan takes a piece out of the span's middle.
func (t *town) breakSpan(rng *random, s span) {
	gap := rng.between(shortGap, min(longGap, s.meters-2*stub))
	// The new ends lie on the path as it was, so the blocks beside keep a
	// common side; it only has no street on it any more.
	first := t.placeAt(s.nodes, (s.meters-gap)/2)
	last := t.placeAt(s.nodes, (s.meters+gap)/2)
	s.street.broken, s.street.gap = true, [2]int{first, last}
	path := t.mesh.expand(s.nodes)
	missing := path[slices.Index(path, first) : slices.Index(path, last)+1]
	lost := make(map[edge]bool)
	for i := 1; i < len(missing); i++ {
		lost[edgeOf(missing[i-1], missing[i])] = true
		delete(t.mesh.street, edgeOf(missing[i-1], missing[i]))
	}
	for _, b := range t.blocks {
		ring := t.mesh.expandRing(b.ring)
		for i := range ring {
			b.quiet = b.quiet || lost[edgeOf(ring[i], ring[(i+1)%len(ring)])]
		}
	}
	t.deadEnds = append(t.deadEnds, deadEnd{ends: [2]int{first, last}, detour: s.detour + s.meters - gap})
}

// placeAt puts a node on the path at a distance from its start.
func (t *town) placeAt(nodes []int, meters float64) int {
	path := t.mesh.expand(nodes)
	for i := 1; ; i++ {
		a, b := t.mesh.at[path[i-1]], t.mesh.at[path[i]]
		step := distance(a, b)
		switch {
		case meters > step && i < len(path)-1:
			meters -= step
		case meters < 1:
			return path[i-1]
		case meters > step-1:
			return path[i]
		default:
			return t.mesh.put(path[i-1], path[i], lerp(a, b, meters/step))
		}
	}
}
