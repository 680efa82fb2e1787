package network

// stretches tries what of a built segment is open on a patched network: parts
// of its edge may be closed, and others are edges of their own.
func (s *seeker) stretches(seg segment, a, b vertex, start, end uint32) {
	for _, e := range s.n.over.on(seg.edge) {
		s.within(e, seg.vertex, a, b, start, end)
	}
}

// within tries that part of a segment of a root which an edge on it has.
func (s *seeker) within(e, order int32, a, b vertex, start, end uint32) {
	o, n := s.n.over, s.n
	from := o.pieceOf(e).from
	to := from + n.Edge(e).Length
	if o.isClosed(e) || from > end || to < start || end == start {
		return
	}
	low, high := 0.0, 1.0
	if from > start {
		low = float64(from-start) / float64(end-start)
	}
	if to < end {
		high = float64(to-start) / float64(end-start)
	}
	s.offer(near{edge: e, order: order, a: a, b: b, start: start, end: end, from: from}, low, high)
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
		for v := 1; v < len(d.vertices) && d.stop; v++ {
			for _, e := range s.n.over.on(d.edge) {
				s.within(e, order+int32(v), d.vertices[v-1], d.vertices[v], d.along[v-1], d.along[v])
			}
		}
		order += int32(len(d.vertices))
	}
}
