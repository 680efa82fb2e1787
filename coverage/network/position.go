package network

// Position is a place on an edge.
type Position struct {
	Edge  int32
	Along uint32 // millimeters from the edge's tail, at most its length
}

// ToTail and ToHead are the costs from p to the ends of its edge, FromTail and
// FromHead the costs of coming the other way; Unreached where the edge is
// one-way. The cost of an edge is spread evenly over its length.
func (n *Network) ToTail(p Position, m Metric) Cost {
	e := n.Edge(p.Edge)
	return part(e.Backward(m), p.Along, e.Length)
}

// ToHead is the cost from p to the head of its edge.
func (n *Network) ToHead(p Position, m Metric) Cost {
	e := n.Edge(p.Edge)
	return part(e.Forward(m), e.Length-p.Along, e.Length)
}

// FromTail is the cost from the tail of p's edge to p.
func (n *Network) FromTail(p Position, m Metric) Cost {
	e := n.Edge(p.Edge)
	return part(e.Forward(m), p.Along, e.Length)
}

// FromHead is the cost from the head of p's edge to p.
func (n *Network) FromHead(p Position, m Metric) Cost {
	e := n.Edge(p.Edge)
	return part(e.Backward(m), e.Length-p.Along, e.Length)
}

// Direct is the cost from p to q along the one edge both lie on; false if they
// lie on different edges, or the edge is closed that way.
func (n *Network) Direct(p, q Position, m Metric) (Cost, bool) {
	if p.Edge != q.Edge {
		return Unreached, false
	}
	e := n.Edge(p.Edge)
	c := part(e.Forward(m), q.Along-p.Along, e.Length)
	if p.Along > q.Along {
		c = part(e.Backward(m), p.Along-q.Along, e.Length)
	}
	return c, c != Unreached
}

// part is the share of whole that portion is of length, rounded to the
// nearest. Who stands at the end of a one-way road is there from both sides.
func part(whole Cost, portion, length uint32) Cost {
	switch {
	case portion == 0 || length == 0:
		return 0
	case whole == Unreached:
		return Unreached
	}
	return Cost((uint64(whole)*uint64(portion) + uint64(length)/2) / uint64(length))
}
