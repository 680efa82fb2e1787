package index

import (
	"slices"

	"github.com/paulmach/orb"
	"github.com/tidwall/rtree"
)

// Boxes tells which of many boxes meet a box. It never changes and may be
// shared by goroutines. Make one with NewBoxes.
type Boxes struct {
	tree rtree.RTreeG[int]
}

// NewBoxes prepares n boxes, asked for one after the other. An empty box
// (orb.Bound.IsEmpty) meets nothing.
func NewBoxes(n int, box func(i int) orb.Bound) *Boxes {
	b := &Boxes{}
	for i := range n {
		if bound := box(i); !bound.IsEmpty() {
			b.tree.Insert(bound.Min, bound.Max, i)
		}
	}
	return b
}

// Meeting appends the boxes that share at least a point with query to list, in
// ascending order, and returns it.
func (b *Boxes) Meeting(query orb.Bound, list []int) []int {
	if query.IsEmpty() {
		return list
	}
	start := len(list)
	b.tree.Search(query.Min, query.Max, func(_, _ [2]float64, i int) bool {
		list = append(list, i)
		return true
	})
	slices.Sort(list[start:])
	return list
}
