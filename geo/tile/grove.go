package tile

// grove tells whether points stand inside a triangle, while points are taken
// away. It is a tree of boxes over points in the order of a curve.
type grove struct {
	at     []point
	gone   []bool
	layers [][]stand // from the leaves, of span points each, up to one
}

// stand is a box with the count of points that still stand in it.
type stand struct {
	min, max point
	count    int32
}

// span is how many points or boxes a box holds.
const span = 16

func newGrove(at []point) *grove {
	g := &grove{at: at, gone: make([]bool, len(at))}
	leaves := make([]stand, 0, len(at)/span+1)
	for first := 0; first < len(at); first += span {
		box := stand{min: at[first], max: at[first]}
		for _, p := range at[first:min(first+span, len(at))] {
			box.join(stand{p, p, 1})
		}
		leaves = append(leaves, box)
	}
	for g.layers = [][]stand{leaves}; len(leaves) > 1; {
		var above []stand
		for first := 0; first < len(leaves); first += span {
			box := stand{min: leaves[first].min, max: leaves[first].max}
			for _, b := range leaves[first:min(first+span, len(leaves))] {
				box.join(b)
			}
			above = append(above, box)
		}
		g.layers, leaves = append(g.layers, above), above
	}
	return g
}

func (s *stand) join(o stand) {
	s.min = point{min(s.min.x, o.min.x), min(s.min.y, o.min.y)}
	s.max = point{max(s.max.x, o.max.x), max(s.max.y, o.max.y)}
	s.count += o.count
}

// fell takes a point away.
func (g *grove) fell(n int32) {
	g.gone[n] = true
	for _, layer := range g.layers {
		n /= span
		layer[n].count--
	}
}

// inside tells whether a point stands in the triangle a, b, c or on its edge,
// other than its corners.
func (g *grove) inside(a, b, c int32) bool {
	corners := [3]point{g.at[a], g.at[b], g.at[c]}
	box := stand{min: corners[0], max: corners[0]}
	for _, p := range corners[1:] {
		box.join(stand{p, p, 0})
	}
	look := func(n int32) bool {
		return n != a && n != b && n != c && !g.gone[n] && within(g.at[n], corners)
	}
	return g.search(len(g.layers)-1, 0, int32(len(g.layers[len(g.layers)-1])), &box, look)
}

// search looks at the boxes first to end of a layer, then at what they hold.
func (g *grove) search(layer int, first, end int32, box *stand, look func(int32) bool) bool {
	for i := first; i < end; i++ {
		b := &g.layers[layer][i]
		if b.count == 0 || b.min.x > box.max.x || b.max.x < box.min.x || b.min.y > box.max.y || b.max.y < box.min.y {
			continue
		}
		if layer > 0 {
			if g.search(layer-1, i*span, min((i+1)*span, int32(len(g.layers[layer-1]))), box, look) {
				return true
			}
			continue
		}
		for n := i * span; n < min((i+1)*span, int32(len(g.at))); n++ {
			if look(n) {
				return true
			}
		}
	}
	return false
}

// within tells whether p is in a triangle or on its edge, whichever way it turns.
func within(p point, corners [3]point) bool {
	left, right := false, false
	for i, a := range corners {
		switch side := twiceArea(a, corners[(i+1)%3], p); {
		case side < 0:
			left = true
		case side > 0:
			right = true
		}
	}
	return !(left && right)
}
