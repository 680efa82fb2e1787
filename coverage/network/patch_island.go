package network

import "slices"

// newLabel makes the label of a piece of network, which has no road yet.
func (w *patcher) newLabel() int32 {
	n := w.n
	n.millimeters, n.islands = append(n.millimeters, 0), append(n.islands, true)
	return int32(len(n.millimeters) - 1)
}

// count adds an edge to its piece. One that is open both ways makes one piece
// of two.
func (w *patcher) count(e int32) {
	n := w.n
	edge := n.Edge(e)
	if edge.times[0] != Unreached && edge.times[1] != Unreached {
		w.merge(n.label(edge.Tail), n.label(edge.Head))
	}
	if label := n.label(edge.Tail); label == n.label(edge.Head) {
		n.millimeters[label] += uint64(edge.Length)
	}
}

// uncount takes an edge that is closed from its piece.
func (w *patcher) uncount(e int32) {
	n := w.n
	if label := n.label(n.Edge(e).Tail); label == n.label(n.Edge(e).Head) {
		n.millimeters[label] -= uint64(n.Edge(e).Length)
	}
}

// merge makes one piece of two, which keeps the lower label.
func (w *patcher) merge(a, b int32) {
	if a == b {
		return
	}
	n, keep, drop := w.n, min(a, b), max(a, b)
	n.millimeters[keep] += n.millimeters[drop]
	n.millimeters[drop] = 0
	w.ownLabels()
	for _, labels := range [2][]int32{n.component, n.over.labels} {
		for i, label := range labels {
			if label == drop {
				labels[i] = keep
			}
		}
	}
}

// labelIslands tells what is an island now.
func (w *patcher) labelIslands() {
	n := w.n
	for _, place := range w.suspects {
		w.detach(place)
	}
	longest := 0
	for label, length := range n.millimeters {
		if length > n.millimeters[longest] {
			longest = label
		}
	}
	for label, length := range n.millimeters {
		n.islands[label] = label != longest && float64(length)/1000 < n.profile.IslandMeters
	}
}

// detach gives the roads about a place a label of their own, if they are cut
// off from the rest of their piece and shorter than the limit of islands.
func (w *patcher) detach(place int32) {
	n := w.n
	label := n.label(place)
	limit := uint64(n.profile.IslandMeters * 1000)
	length := uint64(0)
	found, counted := map[int32]bool{place: true}, map[int32]bool{}
	stack := []int32{place}
	for len(stack) > 0 {
		at := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for _, e := range w.edgesAt(at) {
			if counted[e] || n.over.isClosed(e) {
				continue
			}
			counted[e] = true
			tail, head := n.Edge(e).Tail, n.Edge(e).Head
			if n.label(tail) != n.label(head) {
				continue
			}
			if length += uint64(n.Edge(e).Length); length >= limit {
				return
			}
			for _, next := range [2]int32{tail, head} {
				if !found[next] {
					found[next] = true
					stack = append(stack, next)
				}
			}
		}
	}
	if length == n.millimeters[label] && length > 0 {
		return // all of it; places left without road have none of it
	}
	own := w.newLabel()
	n.millimeters[own], n.millimeters[label] = length, n.millimeters[label]-length
	for node := range found {
		w.setLabel(node, own)
	}
}

// edgesAt lists the edges that now meet at a place.
func (w *patcher) edgesAt(place int32) []int32 {
	if edges, touched := w.around[place]; touched {
		return edges
	}
	return w.base.EdgesAt(place)
}

// setLabel says what piece a place belongs to.
func (w *patcher) setLabel(place, label int32) {
	w.ownLabels()
	if n := w.n; int(place) < len(n.component) {
		n.component[place] = label
	} else {
		n.over.labels[int(place)-len(n.nodeAt)] = label
	}
}

// ownLabels readies the labels of places that were built for changes.
func (w *patcher) ownLabels() {
	if !w.labeled {
		w.labeled, w.n.component = true, slices.Clone(w.n.component)
	}
}
