package network

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/geo"
)

// patcher makes one network out of another. Edges, nodes and labels are changed
// in copies; which edges meet at a place is kept apart for the places touched,
// and their rows are laid anew at the end.
type patcher struct {
	n        *Network
	base     *Network
	change   int // the one being made
	around   map[int32][]int32
	nodes    map[int32]bool // those whose rows may change
	edges    map[int32]bool // those whose ends or costs change
	suspects []int32        // places where a road ended
	pages    map[int32]bool // of edges, that are copies of this patch's own
	labeled  bool           // the components of places are a copy of its own
	faults   []coverage.Issue
}

// cut is a place where roads that came together were cut apart.
type cut struct {
	node    int32   // where they met; -1 if it was so built
	members []int32 // the nodes that they end at
	ends    []cutEnd
}

// cutEnd keeps how an end of an edge was joined to its node before the cut.
type cutEnd struct {
	end  int32
	off  int32 // -1 if none
	onto []int32
}

func newPatcher(base *Network) *patcher {
	n := *base
	w := &patcher{n: &n, base: base, around: map[int32][]int32{}, nodes: map[int32]bool{}, edges: map[int32]bool{}, pages: map[int32]bool{}}
	n.islands, n.millimeters = slices.Clone(n.islands), slices.Clone(n.millimeters)
	n.copyOf, n.cuts = slices.Clip(n.copyOf), slices.Clone(n.cuts)
	n.onto, n.off = maps.Clone(n.onto), maps.Clone(n.off)
	n.lanes.inside = slices.Clone(n.lanes.inside)
	n.lanes.gate, n.lanes.inner, n.lanes.only = maps.Clone(n.lanes.gate), maps.Clone(n.lanes.inner), maps.Clone(n.lanes.only)
	o := overlay{built: int32(len(base.edges)), pages: make([][]Edge, len(base.edges)>>pageBits+1)}
	if base.over != nil {
		o = *base.over
	}
	n.over = &overlay{
		built: o.built, pages: slices.Clone(o.pages), added: slices.Clone(o.added),
		nodes: slices.Clip(o.nodes), labels: slices.Clone(o.labels), around: cloned(o.around),
		places: slices.Clip(o.places), drawn: slices.Clip(o.drawn),
		pieces: cloned(o.pieces), closed: cloned(o.closed), free: cloned(o.free),
	}
	return w
}

// cloned is a copy of a map, an empty one of none.
func cloned[K comparable, V any](m map[K]V) map[K]V {
	c := make(map[K]V, len(m))
	maps.Copy(c, m)
	return c
}

func (w *patcher) fault(format string, args ...any) {
	w.faults = append(w.faults, faultIn(w.change, fmt.Sprintf(format, args...)))
}

// touch readies a place for changes.
func (w *patcher) touch(place int32) {
	if _, known := w.around[place]; known {
		return
	}
	var edges []int32
	if int(place) < w.base.NodeCount() {
		edges = slices.Clone(w.base.EdgesAt(place))
	}
	w.around[place] = edges
	w.noteNodes(place)
}

// noteNodes notes all nodes of a touched place: their rows are laid anew.
func (w *patcher) noteNodes(place int32) {
	n := w.n
	w.nodes[place] = true
	if inner, ok := n.lanes.inner[place]; ok {
		w.nodes[inner] = true
	}
	for _, end := range w.endsAt(place) {
		for _, node := range n.onto[end] {
			w.nodes[node] = true
		}
		if node, ok := n.off[end]; ok {
			w.nodes[node] = true
		}
	}
}

// endsAt lists the ends of edges at a touched place, each once.
func (w *patcher) endsAt(place int32) (ends []int32) {
	for i, e := range w.around[place] {
		if i > 0 && w.around[place][i-1] == e {
			continue // a loop, met a second time
		}
		for _, head := range [2]bool{false, true} {
			if w.n.nodeOf(e, head) == place {
				ends = append(ends, end(e, head))
			}
		}
	}
	return ends
}

// alter touches both ends of an edge that changes.
func (w *patcher) alter(e int32) {
	w.edges[e] = true
	w.touch(w.n.Edge(e).Tail)
	w.touch(w.n.Edge(e).Head)
}

// addPlace makes a node that is a place of its own.
func (w *patcher) addPlace(at vertex, component int32) int32 {
	n := w.n
	node := int32(n.NodeCount())
	n.over.nodes, n.copyOf = append(n.over.nodes, at), append(n.copyOf, node)
	n.over.labels = append(n.over.labels, component)
	w.touch(node)
	return node
}

// further makes one more node at a place.
func (w *patcher) further(place int32) int32 {
	n := w.n
	node := int32(n.NodeCount())
	n.over.nodes, n.copyOf = append(n.over.nodes, n.vertexAt(place)), append(n.copyOf, place)
	n.over.labels = append(n.over.labels, n.label(place))
	w.nodes[node] = true
	return node
}

// edge is an edge that may be changed.
func (w *patcher) edge(e int32) *Edge {
	o := w.n.over
	if page := e >> pageBits; e < o.built && !w.pages[page] {
		w.pages[page] = true
		if o.pages[page] == nil {
			from := int(page) << pageBits
			o.pages[page] = w.n.edges[from:min(from+1<<pageBits, len(w.n.edges))]
		}
		o.pages[page] = slices.Clone(o.pages[page])
	}
	return o.edge(w.n.edges, e)
}

// addEdge appends an edge that lies on a root, joined to nothing yet.
func (w *patcher) addEdge(length uint32, times [2]Cost, p piece, inside bool) int32 {
	n := w.n
	number := int32(n.EdgeCount())
	n.over.added = append(n.over.added, Edge{Tail: -1, Head: -1, Length: length, times: times})
	n.over.places = append(n.over.places, p)
	if n.lanes.inside != nil {
		n.lanes.inside = append(n.lanes.inside, inside)
	}
	w.edges[number] = true
	return number
}

// join leads an end of an edge to a node where it did not end before.
func (w *patcher) join(edge int32, head bool, node int32) {
	w.touch(node)
	if head {
		w.edge(edge).Head = node
	} else {
		w.edge(edge).Tail = node
	}
	at, _ := slices.BinarySearch(w.around[node], edge)
	w.around[node] = slices.Insert(w.around[node], at, edge)
	w.setLanes(edge, head)
}

// leave takes an end of an edge from its node.
func (w *patcher) leave(edge int32, head bool) {
	w.alter(edge)
	node := w.n.nodeOf(edge, head)
	at, _ := slices.BinarySearch(w.around[node], edge)
	w.around[node] = slices.Delete(w.around[node], at, at+1)
	delete(w.n.onto, end(edge, head))
	delete(w.n.off, end(edge, head))
}

// setLanes says from which nodes one goes onto an edge at its end: inside a
// compound from the second one too; where turn restrictions bind others, from
// theirs, save those of people who must take another road.
func (w *patcher) setLanes(edge int32, head bool) {
	n := w.n
	node, name := n.nodeOf(edge, head), end(edge, head)
	if n.lanes.inside != nil && n.lanes.inside[edge] {
		if n.lanes.gate[node] {
			return
		}
		inner, known := n.lanes.inner[node]
		if !known {
			inner = w.further(node)
			n.lanes.inner[node] = inner
		}
		n.onto[name] = []int32{inner}
		return
	}
	var bound []int32
	for _, other := range w.endsAt(node) {
		if further, ok := n.off[other]; ok && !n.lanes.only[further] {
			bound = append(bound, further)
		}
	}
	if len(bound) > 0 {
		n.onto[name] = bound
	}
}

// split returns the node at a place on a road, where its edge is two from now
// on unless it ends there.
func (w *patcher) split(p Position) (node int32) {
	n, e := w.n, *w.n.Edge(p.Edge)
	switch p.Along {
	case 0:
		return e.Tail
	case e.Length:
		return e.Head
	}
	at := n.over.pieceOf(p.Edge)
	label := n.label(e.Tail)
	if label != n.label(e.Head) {
		label = w.newLabel()
	}
	closed := n.over.isClosed(p.Edge)
	times := e.times
	if closed {
		times = n.over.closed[p.Edge]
	}
	// The first part's times are rounded, and the second has what is left.
	first := [2]Cost{part(times[0], p.Along, e.Length), part(times[1], p.Along, e.Length)}
	second := [2]Cost{rest(times[0], first[0]), rest(times[1], first[1])}
	inside := n.lanes.inside != nil && n.lanes.inside[p.Edge]
	a := w.addEdge(p.Along, first, at, inside)
	b := w.addEdge(e.Length-p.Along, second, piece{at.root, at.from + p.Along}, inside)
	w.inherit(p.Edge, a, b)
	node = w.addPlace(vertexOf(n.PointAt(p)), label)
	w.join(a, true, node)
	w.join(b, false, node)
	if closed {
		delete(n.over.closed, p.Edge)
		w.shut(a)
		w.shut(b)
	}
	w.edges[p.Edge] = true
	w.edge(p.Edge).times = [2]Cost{Unreached, Unreached}
	return node
}

func rest(whole, first Cost) Cost {
	if whole == Unreached {
		return Unreached
	}
	return whole - first
}

// inherit gives the outer ends of two parts what the ends of their edge had,
// and their place on its root.
func (w *patcher) inherit(edge, a, b int32) {
	n := w.n
	for _, outer := range [2]struct {
		part int32
		head bool
	}{{a, false}, {b, true}} {
		node, was, is := n.nodeOf(edge, outer.head), end(edge, outer.head), end(outer.part, outer.head)
		off, bound := n.off[was]
		onto := n.onto[was]
		w.leave(edge, outer.head)
		w.join(outer.part, outer.head, node)
		w.setEnd(cutEnd{is, -1, onto})
		if bound {
			n.off[is] = off
		}
		w.rename(was, is)
	}
	root := n.over.pieceOf(a).root
	pieces := slices.Clone(n.over.on(root))
	i := slices.Index(pieces, edge)
	n.over.pieces[root] = slices.Replace(pieces, i, i+1, a, b)
}

// setEnd joins an end of an edge to its node as it was joined before.
func (w *patcher) setEnd(c cutEnd) {
	delete(w.n.onto, c.end)
	if len(c.onto) > 0 {
		w.n.onto[c.end] = c.onto
	}
	if c.off >= 0 {
		w.n.off[c.end] = c.off
	}
}

// rename keeps the ends that cuts know by the edge that they are of.
func (w *patcher) rename(was, is int32) {
	for i := range w.n.cuts {
		c := &w.n.cuts[i]
		for k := range c.ends {
			if c.ends[k].end == was {
				c.ends = slices.Clone(c.ends)
				c.ends[k].end = is
			}
		}
	}
}

// stretch lists the edges of a stretch, split at its ends.
func (w *patcher) stretch(s Stretch) (edges []int32) {
	at := w.n.over.pieceOf(s.Edge)
	from, to := at.from+s.From, at.from+s.To
	for _, along := range [2]*uint32{&from, &to} {
		for _, e := range w.n.over.on(at.root) {
			start := w.n.over.pieceOf(e).from
			if start <= *along && *along <= start+w.n.Edge(e).Length {
				p := w.n.toEnd(Position{e, *along - start})
				*along = start + p.Along
				w.split(p)
				break
			}
		}
	}
	for _, e := range w.n.over.on(at.root) {
		if start := w.n.over.pieceOf(e).from; from <= start && start+w.n.Edge(e).Length <= to {
			edges = append(edges, e)
		}
	}
	return edges
}

// shut takes the ways along an edge away and keeps their times.
func (w *patcher) shut(e int32) {
	w.alter(e)
	w.n.over.closed[e] = w.n.Edge(e).times
	w.edge(e).times = [2]Cost{Unreached, Unreached}
}

func (c Close) make(w *patcher) {
	edges := w.stretch(c.Stretch)
	if len(edges) == 0 {
		w.fault("the stretch from %d to %d mm of edge %d is too short to close; cut the road there", c.From, c.To, c.Edge)
	}
	for _, e := range edges {
		if w.n.over.isClosed(e) {
			continue
		}
		w.uncount(e)
		w.shut(e)
		w.suspects = append(w.suspects, w.n.Edge(e).Tail, w.n.Edge(e).Head)
	}
}

func (c Open) make(w *patcher) {
	opened := false
	for _, e := range w.stretch(c.Stretch) {
		times, closed := w.n.over.closed[e]
		if !closed {
			continue
		}
		w.alter(e)
		delete(w.n.over.closed, e)
		w.edge(e).times = times
		w.count(e)
		opened = true
	}
	if !opened {
		w.fault("nothing of edge %d is closed between %d and %d mm", c.Edge, c.From, c.To)
	}
}

func (d Draw) make(w *patcher) {
	line, ok := d.line(w)
	if !ok {
		return
	}
	meters := lineMeters(line)
	if meters < 0.001 || meters > longestDrawn {
		w.fault("a road of %.3f m cannot be drawn; one of 1 mm to 1,000 km can", meters)
		return
	}
	n, road := w.n, d.road(line)
	way := n.profile.wayOf(&road)
	tail, head := w.endNode(d.From), w.endNode(d.To)
	shape := drawn{edge: int32(n.EdgeCount()), stop: way.stop}
	shape.tail, shape.head = vertexOf(line[0]), vertexOf(line[len(line)-1])
	sum := 0.0
	for i, p := range line {
		if i > 0 {
			sum += geo.Distance(line[i-1], p)
		}
		if i > 0 && i < len(line)-1 {
			shape.inner, shape.along = append(shape.inner, vertexOf(p)), append(shape.along, uint32(math.Round(sum*1000)))
		}
	}
	length := uint32(math.Round(sum * 1000))
	shape.length = length
	times := [2]Cost{way.time(way.along, length, 1), way.time(way.against, length, 1)}
	n.over.drawn = append(n.over.drawn, shape)
	e := w.addEdge(length, times, piece{root: shape.edge}, w.enclosed(tail, head))
	w.join(e, false, tail)
	w.join(e, true, head)
	w.count(e)
}

// line is the whole line of a drawn road; false if it cannot end where it says.
func (d *Draw) line(w *patcher) (line orb.LineString, ok bool) {
	ok = true
	end := func(e End) orb.Point {
		if e.Free {
			return e.Point
		}
		p, open := w.n.place(e.Position)
		if !open {
			w.fault("the road is closed at %d mm of edge %d: no other can end there", e.Along, e.Edge)
			ok = false
		}
		return w.n.PointAt(p)
	}
	line = append(append(orb.LineString{end(d.From)}, d.Via...), end(d.To))
	return line, ok
}

// endNode is the node that a drawn road ends at.
func (w *patcher) endNode(e End) int32 {
	if !e.Free {
		p, _ := w.n.place(e.Position)
		return w.split(p)
	}
	at := vertexOf(e.Point)
	node, known := w.n.over.free[at]
	if !known {
		node = w.addPlace(at, w.newLabel())
		w.n.over.free[at] = node
	}
	return node
}
