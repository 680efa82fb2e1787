package network

// stretches tries what of a built piece is open on a patched network: parts of
// its edge may be closed, and others are edges of their own.
func (s *seeker) stretches(seg segment) {
	shape := s.n.shape(seg.edge)
	for _, e := range s.n.over.on(seg.edge) {
		s.within(e, seg, &shape)
	}
}

// within tries that part of a piece of a root which an edge on it has.
func (s *seeker) within(e int32, seg segment, of *shape) {
	o, n := s.n.over, s.n
	a, b, start, end := of.piece(int(seg.piece))
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
	ax, ay := s.flat(a)
	bx, by := s.flat(b)
	if d, share := measure(ax, ay, bx, by, low, high); s.nearer(d, seg, e) {
		s.best, s.share, s.found, s.edge = d, share, seg, e
	}
}

// drawn tries all drawn roads: there are few. One that is as near as a built
// road does not win, since its number is higher.
func (s *seeker) drawn() {
	if s.n.over == nil {
		return
	}
	for i := range s.n.over.drawn {
		d := &s.n.over.drawn[i]
		for k := 0; k < d.len()-1 && d.stop; k++ {
			for _, e := range s.n.over.on(d.edge) {
				s.within(e, segment{d.edge, int32(k)}, &d.shape)
			}
		}
	}
}
