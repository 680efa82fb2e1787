package noding

import (
	"cmp"
	"slices"
)

// number gives every vertex its node. Vertices at one place are one node if
// their levels overlap, directly or by way of another vertex there.
func (n *noder) number() {
	type visit struct {
		at     place
		levels levels
		strand int32
		i      int32
	}
	var visits []visit
	for k := range n.strands {
		s := &n.strands[k]
		s.nodes = make([]int32, len(s.points))
		for i, p := range s.points {
			visits = append(visits, visit{p, s.levelsAt(i), int32(k), int32(i)})
		}
	}
	slices.SortFunc(visits, func(a, b visit) int {
		return cmp.Or(a.at.compare(b.at), cmp.Compare(a.levels.low, b.levels.low), cmp.Compare(a.levels.high, b.levels.high))
	})
	n.placeOf = n.placeOf[:0]
	high := 0 // of the node at hand
	for i, v := range visits {
		if i == 0 || v.at != visits[i-1].at || v.levels.low > high {
			n.placeOf = append(n.placeOf, v.at)
			high = v.levels.high
		}
		high = max(high, v.levels.high)
		n.strands[v.strand].nodes[v.i] = int32(len(n.placeOf) - 1)
	}
	n.nodeCount = int32(len(n.placeOf))
	n.link()
}

// link lists the distinct neighbors of every node.
func (n *noder) link() {
	type pair struct{ from, to int32 }
	var pairs []pair
	for k := range n.strands {
		nodes := n.strands[k].nodes
		for i := 1; i < len(nodes); i++ {
			pairs = append(pairs, pair{nodes[i-1], nodes[i]}, pair{nodes[i], nodes[i-1]})
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	pairs = slices.Compact(pairs)
	n.firstLink = make([]int32, n.nodeCount+1)
	n.links = n.links[:0]
	for _, p := range pairs {
		n.firstLink[p.from+1]++
		n.links = append(n.links, p.to)
	}
	for i := range n.nodeCount {
		n.firstLink[i+1] += n.firstLink[i]
	}
}

// neighbors are the nodes next to a node.
func (n *noder) neighbors(node int32) []int32 { return n.links[n.firstLink[node]:n.firstLink[node+1]] }

// result gives the lines back, with the stretches of each that are its own.
func (n *noder) result() Result {
	out := Result{Lines: make([]Noded, len(n.strands)), Joins: n.done}
	for k := range n.strands {
		s := &n.strands[k]
		for i, p := range s.points {
			out.Lines[k].Points = append(out.Lines[k].Points, p.point())
			out.Lines[k].Nodes = append(out.Lines[k].Nodes, int64(s.nodes[i])+1)
		}
	}
	for _, counted := range n.cuts {
		if counted {
			out.Cuts++
		}
	}
	slices.SortFunc(out.Joins, func(a, b Join) int {
		return cmp.Or(placeOf(a.At).compare(placeOf(b.At)), cmp.Compare(n.strands[a.Line].ID, n.strands[b.Line].ID))
	})
	n.keep(out.Lines)
	return out
}

// keep says which stretches of each line lie over none of a smaller id.
func (n *noder) keep(lines []Noded) {
	order := make([]int, len(lines))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(n.strands[a].ID, n.strands[b].ID) })
	type piece struct {
		from, to int64
		directed bool
	}
	taken := make(map[piece]bool)
	for _, k := range order {
		line := &lines[k]
		for i := 1; i < len(line.Nodes); i++ {
			p := piece{line.Nodes[i-1], line.Nodes[i], n.strands[k].Directed}
			if !p.directed && p.from > p.to {
				p.from, p.to = p.to, p.from
			}
			if taken[p] {
				continue
			}
			taken[p] = true
			if last := len(line.Kept) - 1; last >= 0 && line.Kept[last].Last == i-1 {
				line.Kept[last].Last = i
			} else {
				line.Kept = append(line.Kept, Span{i - 1, i})
			}
		}
	}
}
