package network

import (
	"maps"
	"slices"
)

// lineage tells what a patched network changed in the one before it, which it
// does not keep alive.
type lineage struct {
	before *lineage
	nodes  []int32 // whose rows changed, ascending
	edges  []int32 // whose ends or costs changed, ascending
}

// Since lists the nodes whose rows, and the edges whose ends or costs, may
// differ between n and a network that it was patched from; false if it was not
// patched from that one. Nodes and edges may stand in the lists more than once.
func (n *Network) Since(before *Network) (nodes, edges []int32, ok bool) {
	for l := n.line; l != before.line; l = l.before {
		if l.before == nil {
			return nil, nil, false
		}
		nodes, edges = append(nodes, l.nodes...), append(edges, l.edges...)
	}
	return nodes, edges, true
}

// finish lays what changed into arrays of the new network's own.
func (w *patcher) finish() *Network {
	w.labelIslands()
	n := w.n
	for place := range w.around {
		w.noteNodes(place)
	}
	nodes := slices.Sorted(maps.Keys(w.nodes))
	maps.Copy(n.over.around, w.around)
	w.spliceArcs(nodes)
	n.line = &lineage{before: w.base.line, nodes: nodes, edges: slices.Sorted(maps.Keys(w.edges))}
	return n
}

func (w *patcher) spliceArcs(nodes []int32) {
	n := w.n
	var out, in [2][][]Arc // by metric, then by changed node
	same := &n.firstOut[0] == &n.firstIn[0]
	for _, node := range nodes {
		place := node
		if node >= n.places {
			place = n.copyOf[node-n.places]
		}
		outRow, inRow := w.rowsAt(node, place)
		for m := range out {
			out[m], in[m] = append(out[m], outRow[m]), append(in[m], inRow[m])
			same = same && slices.Equal(outRow[m], inRow[m])
		}
	}
	firstOut, firstIn, shared := n.firstOut, n.firstIn, n.sharedArcs()
	n.firstOut = firsts(firstOut, n.NodeCount(), nodes, out[0])
	n.firstIn = n.firstOut
	if !same {
		n.firstIn = firsts(firstIn, n.NodeCount(), nodes, in[0])
	}
	for m := range out {
		before := n.in[m]
		n.out[m] = spliced(firstOut, n.firstOut, n.out[m], nodes, out[m])
		if same && shared[m] {
			n.in[m] = n.out[m]
		} else {
			n.in[m] = spliced(firstIn, n.firstIn, before, nodes, in[m])
		}
	}
}

// sharedArcs tells in which metric the arcs in and out are one array.
func (n *Network) sharedArcs() (shared [2]bool) {
	for m := range shared {
		shared[m] = len(n.out[m]) == 0 || &n.out[m][0] == &n.in[m][0]
	}
	return shared
}

// rowsAt lays the arcs out of and into a node, by metric, in the order of
// layArcs.
func (w *patcher) rowsAt(node, place int32) (out, in [2][]Arc) {
	n := w.n
	for i, e := range w.edgesAt(place) {
		if i > 0 && w.edgesAt(place)[i-1] == e {
			continue // a loop, met a second time
		}
		for _, toHead := range [2]bool{true, false} {
			cost := [2]Cost{n.Edge(e).cost(Time, toHead), n.Edge(e).cost(Length, toHead)}
			if cost[Time] == Unreached {
				continue
			}
			first, more := n.Onto(e, !toHead)
			for k := -1; k < len(more); k++ {
				from := first
				if k >= 0 {
					from = more[k]
				}
				to, ok := n.arrival(from, e, toHead)
				if !ok {
					continue
				}
				for m := range cost {
					if from == node {
						out[m] = append(out[m], Arc{uint32(to), cost[m]})
					}
					if to == node {
						in[m] = append(in[m], Arc{uint32(from), cost[m]})
					}
				}
			}
		}
	}
	return out, in
}

// firsts is where the rows of so many nodes start once those of changed nodes
// are replaced; nodes beyond the rows there are have empty ones.
func firsts[T any](first []int32, nodes int, changed []int32, rows [][]T) []int32 {
	starts := make([]int32, nodes+1)
	n := copy(starts, first)
	for i := n; i <= nodes; i++ {
		starts[i] = first[n-1]
	}
	shift := int32(0)
	for i, node := range changed {
		was := int32(0)
		if int(node)+1 < len(first) {
			was = first[node+1] - first[node]
		}
		shift += int32(len(rows[i])) - was
		until := nodes
		if i+1 < len(changed) {
			until = int(changed[i+1])
		}
		if shift != 0 {
			for k := int(node) + 1; k <= until; k++ {
				starts[k] += shift
			}
		}
	}
	return starts
}

// spliced is a list in rows with those of changed nodes replaced; starts are
// where its rows start then.
func spliced[T any](first, starts []int32, list []T, changed []int32, rows [][]T) []T {
	more, last := 0, len(first)-1
	for _, row := range rows {
		more += len(row)
	}
	out := make([]T, len(list)+more) // the copy at once, so that no more than its end is cleared before
	copy(out, list)
	for i, node := range changed {
		at := int(starts[node])
		at += copy(out[at:], rows[i])
		until := len(list)
		if i+1 < len(changed) {
			until = int(first[min(int(changed[i+1]), last)])
		}
		if from := int(first[min(int(node)+1, last)]); from != at {
			copy(out[at:], list[from:until])
		}
	}
	return out[:starts[len(starts)-1]:starts[len(starts)-1]]
}
