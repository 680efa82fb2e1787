package network

import "kaimen/geo"

// findCompounds tells which raw nodes lie behind gates of residents. Cut at
// those gates, the roads fall into pieces; of the pieces that gates join, the
// longest is where everybody goes, and the others are compounds. A gate with
// no such piece at its side stands between two parts of one compound, and
// binds nobody.
func (b *builder) findCompounds(pairs []pair) {
	pieces := newSets(len(b.ids))
	for _, p := range pairs {
		if !b.gated[p.a] && !b.gated[p.b] {
			pieces.join(p.a, p.b)
		}
	}
	meters := make(map[int32]float64) // by piece
	whole := newSets(len(b.ids))      // pieces joined through gates
	for _, p := range pairs {
		whole.join(p.a, p.b)
		if inner, ok := b.innerNode(p); ok {
			meters[pieces.find(inner)] += geo.Distance(b.at[p.a], b.at[p.b])
		}
	}
	public := make(map[int32]int32) // piece by whole
	for _, p := range pairs {
		inner, ok := b.innerNode(p)
		if !ok {
			continue
		}
		piece, all := pieces.find(inner), whole.find(inner)
		if best, known := public[all]; !known || meters[piece] > meters[best] || meters[piece] == meters[best] && piece < best {
			public[all] = piece
		}
	}
	b.private = make(map[int32]bool)
	compounds := make(map[int32]bool)
	outside := make(map[int32]bool) // gates at which the longest piece ends
	for _, p := range pairs {
		inner, ok := b.innerNode(p)
		if !ok {
			continue
		}
		isPublic := public[whole.find(inner)] == pieces.find(inner)
		if !isPublic {
			compounds[pieces.find(inner)] = true
		}
		for _, node := range [2]int32{p.a, p.b} {
			switch {
			case b.gated[node]:
				outside[node] = outside[node] || isPublic
			case !isPublic:
				b.private[node] = true
			}
		}
	}
	b.gates.Compounds = len(compounds)
	for gate := range b.gated {
		if !outside[gate] {
			delete(b.gated, gate)
			b.private[gate] = true
		}
	}
}

// innerNode is an end of a pair that is no gate.
func (b *builder) innerNode(p pair) (node int32, ok bool) {
	if !b.gated[p.a] {
		return p.a, true
	}
	return p.b, !b.gated[p.b]
}

// sets are disjoint sets of raw nodes.
//
// Source: Tarjan (1975), Efficiency of a good but not linear set union
// algorithm; the smaller number leads, so that names do not depend on order.
type sets []int32

func newSets(n int) sets {
	s := make(sets, n)
	for i := range s {
		s[i] = int32(i)
	}
	return s
}

func (s sets) find(i int32) int32 {
	for s[i] != i {
		s[i] = s[s[i]]
		i = s[i]
	}
	return i
}

func (s sets) join(i, j int32) {
	i, j = s.find(i), s.find(j)
	s[max(i, j)] = min(i, j)
}
