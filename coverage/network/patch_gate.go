package network

import "slices"

func (c Cut) make(w *patcher) {
	n := w.n
	p, ok := n.place(c.At)
	if !ok {
		w.fault("the road is closed at %d mm of edge %d; there is nothing to cut", c.At.Along, c.At.Edge)
		return
	}
	node := w.split(p)
	w.touch(node)
	ends := w.endsAt(node)
	if len(ends) < 2 {
		w.fault("%d mm along edge %d is the end of a road already; there is nothing to cut", c.At.Along, c.At.Edge)
		return
	}
	made := cut{node: node}
	for _, e := range ends {
		was := cutEnd{e, -1, nil}
		if n.lanes.inside == nil || !n.lanes.inside[e>>1] { // else they go by the compound, which may be opened
			was.onto = n.onto[e]
		}
		if off, bound := n.off[e]; bound {
			was.off = off
		}
		made.ends = append(made.ends, was)
	}
	delete(n.lanes.inner, node)
	for _, e := range ends {
		member := w.addPlace(n.vertexAt(node), n.label(node))
		made.members = append(made.members, member)
		w.leave(e>>1, e&1 == 1)
		w.join(e>>1, e&1 == 1, member)
	}
	n.cuts = append(n.cuts, made)
	w.suspects = append(w.suspects, made.members...)
}

func (c Join) make(w *patcher) {
	n := w.n
	last := w.lastCut(c.At)
	if last < 0 {
		if !w.openToAll(c.At) {
			w.fault("no gate is closed within %d m of %d mm along edge %d", gateMeters, c.At.Along, c.At.Edge)
		}
		return
	}
	made := n.cuts[last]
	n.cuts = slices.Delete(n.cuts, last, last+1)
	node := made.node
	if node < 0 {
		node = made.members[0]
	}
	w.setLabel(node, n.label(made.members[0]))
	for i := range n.cuts {
		if slices.Contains(made.members, n.cuts[i].node) {
			n.cuts[i].node = node // a gate behind this one
		}
	}
	// First as it was before the cut, then what came to end there since.
	for _, was := range made.ends {
		if !slices.Contains(made.members, n.nodeOf(was.end>>1, was.end&1 == 1)) {
			continue // it ends at a gate behind this one
		}
		w.leave(was.end>>1, was.end&1 == 1)
		w.join(was.end>>1, was.end&1 == 1, node)
		if was.off >= 0 || len(was.onto) > 0 {
			w.setEnd(was)
		}
	}
	for _, member := range made.members {
		w.merge(n.label(node), n.label(member))
		w.touch(member)
		if member == node {
			continue
		}
		for _, e := range w.endsAt(member) {
			w.leave(e>>1, e&1 == 1)
			w.join(e>>1, e&1 == 1, node)
		}
	}
	w.mingle(node)
}

// lastCut is the last cut that an edge ends at, within gateMeters of a place on
// it; -1 if there is none. The nearer end goes first.
func (w *patcher) lastCut(p Position) int {
	for _, node := range w.endsNear(p) {
		for i, c := range slices.Backward(w.n.cuts) {
			if slices.Contains(c.members, node) {
				return i
			}
		}
	}
	return -1
}

// endsNear lists the ends of the edge of a place within gateMeters, the nearer
// first.
func (w *patcher) endsNear(p Position) (nodes []int32) {
	p, _ = w.n.Moved(p)
	e := w.n.Edge(p.Edge)
	toHead := e.Length - p.Along
	if p.Along <= gateMeters*1000 {
		nodes = append(nodes, e.Tail)
	}
	if toHead <= gateMeters*1000 {
		nodes = append(nodes, e.Head)
	}
	if toHead < p.Along {
		slices.Reverse(nodes)
	}
	return nodes
}

// openToAll opens a gate of residents at an end of the edge of a place, and the
// compounds behind it; false if there is none.
func (w *patcher) openToAll(p Position) bool {
	l := &w.n.lanes
	for _, node := range w.endsNear(p) {
		if !l.gate[node] {
			continue
		}
		w.touch(node)
		delete(l.gate, node)
		w.releaseAt(node)
		return true
	}
	return false
}

// enclosed tells whether a road drawn between two nodes lies inside a compound
// behind gates of residents. If it joins one to other road, it opens that.
func (w *patcher) enclosed(tail, head int32) bool {
	l := &w.n.lanes
	if l.inside == nil {
		return false
	}
	public, private := false, false
	for _, node := range [2]int32{tail, head} {
		w.touch(node)
		switch _, within := l.inner[node]; {
		case l.gate[node], len(w.around[node]) == 0: // as the other end is
		case within:
			private = true
		default:
			public = true
		}
	}
	if public && private {
		w.release(tail)
		w.release(head)
	}
	return !public && (private || l.gate[tail] || l.gate[head])
}

// mingle opens the compound of a node where roads inside and outside meet.
func (w *patcher) mingle(node int32) {
	l := &w.n.lanes
	if l.inside == nil || l.gate[node] {
		return
	}
	outside := func(e int32) bool { return !l.inside[e] }
	if slices.ContainsFunc(w.around[node], outside) {
		w.release(node)
	}
}

// release makes the compound that a node lies within part of what is outside:
// all roads that one comes to without passing a gate.
func (w *patcher) release(node int32) {
	if _, within := w.n.lanes.inner[node]; within {
		w.releaseAt(node)
	}
}

func (w *patcher) releaseAt(node int32) {
	l := &w.n.lanes
	stack := []int32{node}
	for len(stack) > 0 {
		node = stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		w.touch(node)
		delete(l.inner, node)
		for _, e := range w.around[node] {
			if !l.inside[e] {
				continue
			}
			l.inside[e] = false
			w.alter(e)
			for _, head := range [2]bool{false, true} {
				delete(w.n.onto, end(e, head))
				if next := w.n.nodeOf(e, head); !l.gate[next] {
					stack = append(stack, next)
				}
			}
		}
	}
}
