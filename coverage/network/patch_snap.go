package network

// stretches tries what of a built segment is open on a patched network: parts
// of its edge may be closed, and others are edges of their own.
func (s *seeker) stretches(seg segment) {
	n, v := s.n, seg.vertex
	for _, e := range n.over.on(seg.edge) {
		s.within(near{e, v, n.vertices[v], n.vertices[v+1]}, n.along[v], n.along[v+1])
	}
}

// within tries that part of a segment of a root, from start to end along it,
// which an edge on it has.
func (s *seeker) within(c near, start, end uint32) {
	o := s.n.over
	from := o.pieceOf(c.edge).from
	to := from + s.n.Edge(c.edge).Length
	if o.isClosed(c.edge) || from > end || to < start || end == start {
		return
	}
	low, high := 0.0, 1.0
	if from > start {
		low = float64(from-start) / float64(end-start)
	}
	if to < end {
		high = float64(to-start) / float64(end-start)
	}
	s.measure(c, low, high)
}

// drawn tries all drawn roads: there are few. One that is as near as a built
// road does not win.
func (s *seeker) drawn() {
	if s.n.over == nil {
		return
	}
	order := int32(len(s.n.vertices))
	for i := range s.n.over.drawn {
		d := &s.n.over.drawn[i]
		for v := 0; v+1 < len(d.vertices) && d.stop; v++ {
			for _, e := range s.n.over.on(d.edge) {
				s.within(near{e, order + int32(v), d.vertices[v], d.vertices[v+1]}, d.along[v], d.along[v+1])
			}
		}
		order += int32(len(d.vertices))
	}
}

// alongDrawn finds the vertex of a drawn road by its place among those of all.
func (o *overlay) alongDrawn(vertex int) (along []uint32, at int) {
	i := 0
	for ; vertex >= len(o.drawn[i].vertices); i++ {
		vertex -= len(o.drawn[i].vertices)
	}
	return o.drawn[i].along, vertex
}
