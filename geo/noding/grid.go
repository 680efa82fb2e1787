package noding

import (
	"cmp"
	"math"
	"slices"
)

// grid lists the segments by the square cells they pass through. Cells are as
// wide as the mean segment is long, so that there are about two entries a
// segment, however uneven the lengths.
type grid struct {
	cell    int64
	entries []entry // by cell
}

type entry struct {
	column, row int64
	seg         int32
}

func newGrid(segs []segment) grid {
	total := 0.0
	for i := range segs {
		total += math.Hypot(float64(segs[i].b.x-segs[i].a.x), float64(segs[i].b.y-segs[i].a.y))
	}
	g := grid{cell: 16 + int64(total/float64(max(1, len(segs))))}
	for i := range segs {
		g.insert(&segs[i], int32(i))
	}
	slices.SortFunc(g.entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.column, b.column), cmp.Compare(a.row, b.row), cmp.Compare(a.seg, b.seg))
	})
	return g
}

func (g *grid) at(v int64) int64 {
	q := v / g.cell
	if v%g.cell < 0 {
		q--
	}
	return q
}

// insert adds a segment to every cell that it comes within two units of.
func (g *grid) insert(s *segment, seg int32) {
	const margin = 2
	a, b := ordered(s.a, s.b)
	for column := g.at(a.x - margin); column <= g.at(b.x+margin); column++ {
		low, high := a.y, b.y
		if a.x < b.x { // the part over this column alone
			slope := float64(b.y-a.y) / float64(b.x-a.x)
			height := func(x int64) int64 {
				return a.y + int64(math.Round(slope*float64(min(max(x, a.x), b.x)-a.x)))
			}
			low, high = height(column*g.cell-margin), height((column+1)*g.cell+margin)
		}
		if low > high {
			low, high = high, low
		}
		for row := g.at(low - 2*margin); row <= g.at(high+2*margin); row++ {
			g.entries = append(g.entries, entry{column, row, seg})
		}
	}
}

// pairs hands over every two segments that share a cell, some more than once.
func (g *grid) pairs(f func(i, j int32)) {
	for start := 0; start < len(g.entries); {
		end := start + 1
		for end < len(g.entries) && g.entries[end].column == g.entries[start].column && g.entries[end].row == g.entries[start].row {
			end++
		}
		for i := start; i < end; i++ {
			for j := i + 1; j < end; j++ {
				f(g.entries[i].seg, g.entries[j].seg)
			}
		}
		start = end
	}
}

// near hands over the segments of all cells of a box, some more than once.
func (g *grid) near(low, high place, f func(seg int32)) {
	for column := g.at(low.x); column <= g.at(high.x); column++ {
		from, to := g.at(low.y), g.at(high.y)
		i, _ := slices.BinarySearchFunc(g.entries, entry{column: column, row: from, seg: -1}, func(a, b entry) int {
			return cmp.Or(cmp.Compare(a.column, b.column), cmp.Compare(a.row, b.row), cmp.Compare(a.seg, b.seg))
		})
		for ; i < len(g.entries) && g.entries[i].column == column && g.entries[i].row <= to; i++ {
			f(g.entries[i].seg)
		}
	}
}
