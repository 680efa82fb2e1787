package analysis

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// measure finds areas of a piece of land by level lines: between two heights at
// which no line begins, ends or crosses another, all lengths along a level line
// grow evenly, so that the length in the middle times the height is the area.
//
// Areas are all that an audit needs, and these are found without the shapes of
// what is left of land: where lines all but coincide, as those of neighbors drawn
// twice do, an overlay may not close, while here a wrong order costs next to
// nothing.
type measure struct {
	taken, circles, zones []orb.MultiPolygon // a circle may be any ground within a radius

	land, open     float64   // land that is not taken; of it, what no circle holds
	landIn, openIn []float64 // the same by zone
	outside        float64   // land that no zone holds
}

// edge is a line of one of the shapes, upward.
type edge struct {
	shape     int
	low, high orb.Point
}

// at is where an edge stands at a height.
func (e *edge) at(y float64) float64 {
	share := (y - e.low[1]) / (e.high[1] - e.low[1])
	return e.low[0] + share*(e.high[0]-e.low[0])
}

// run measures land.
//
// Cost: for e edges at the height of the land and k crossings in its box,
// O((e+k)·edges at one height).
func (m *measure) run(land orb.Polygon) {
	m.landIn, m.openIn = make([]float64, len(m.zones)), make([]float64, len(m.zones))
	shapes := append([]orb.MultiPolygon{{land}}, slices.Concat(m.taken, m.circles, m.zones)...)
	d := drawing{box: land.Bound()}
	d.heights = []float64{d.box.Min[1], d.box.Max[1]}
	for shape, area := range shapes {
		d.draw(shape, area)
	}
	slices.SortStableFunc(d.edges, func(a, b edge) int { return cmp.Compare(a.low[1], b.low[1]) })
	d.cross()
	line := newLevelLine(len(shapes))
	var active []int
	next := 0
	for i := 1; i < len(d.heights); i++ {
		height := d.heights[i] - d.heights[i-1]
		y := d.heights[i-1] + height/2
		for ; next < len(d.edges) && d.edges[next].low[1] <= y; next++ {
			active = append(active, next)
		}
		active = slices.DeleteFunc(active, func(k int) bool { return d.edges[k].high[1] <= y })
		line.at(y, d.edges, active)
		m.add(line, height)
	}
}

// drawing is what is to be seen of shapes at the height of a box.
type drawing struct {
	box   orb.Bound
	edges []edge // those beside the box, too: a shape begins and ends with them
	// heights are those within the box at which something in it changes.
	heights []float64
}

// draw takes the edges of a shape. Level ones hold nothing, but what they bound
// begins or ends at their height.
func (d *drawing) draw(shape int, area orb.MultiPolygon) {
	for _, polygon := range area {
		for _, ring := range polygon {
			for i := 1; i < len(ring); i++ {
				a, b := ring[i-1], ring[i]
				if a[1] > b[1] {
					a, b = b, a
				}
				if a[1] > d.box.Max[1] || b[1] < d.box.Min[1] {
					continue
				}
				e := edge{shape, a, b}
				if d.shows(&e) {
					d.mark(a[1])
					d.mark(b[1])
				}
				if a[1] < b[1] {
					d.edges = append(d.edges, e)
				}
			}
		}
	}
}

// shows tells whether an edge at the height of the box may be in it.
func (d *drawing) shows(e *edge) bool {
	return max(e.low[0], e.high[0]) >= d.box.Min[0] && min(e.low[0], e.high[0]) <= d.box.Max[0]
}

func (d *drawing) mark(y float64) {
	if y > d.box.Min[1] && y < d.box.Max[1] {
		d.heights = append(d.heights, y)
	}
}

// cross marks where edges in the box cross, and puts the heights in order.
func (d *drawing) cross() {
	var open []*edge // that have not ended at the height of the next
	for i := range d.edges {
		e := &d.edges[i]
		if !d.shows(e) {
			continue
		}
		open = slices.DeleteFunc(open, func(o *edge) bool { return o.high[1] <= e.low[1] })
		for _, o := range open {
			if y, ok := e.crosses(o); ok {
				d.mark(y)
			}
		}
		open = append(open, e)
	}
	slices.Sort(d.heights)
	d.heights = slices.Compact(d.heights)
}

// crosses is the height at which two edges of some height in common cross.
func (e *edge) crosses(o *edge) (y float64, ok bool) {
	from, to := max(e.low[1], o.low[1]), min(e.high[1], o.high[1])
	a, b := e.at(from)-o.at(from), e.at(to)-o.at(to)
	if a == b || math.Signbit(a) == math.Signbit(b) {
		return 0, false
	}
	return from + (to-from)*a/(a-b), true
}

// span is a stretch of a level line.
type span struct{ from, to float64 }

// levelLine is what the shapes hold of a level line, each its spans in order.
type levelLine struct {
	ends  [][]float64
	spans [][]span
}

func newLevelLine(shapes int) *levelLine {
	return &levelLine{make([][]float64, shapes), make([][]span, shapes)}
}

// at makes the spans at a height, at which the active edges stand.
func (l *levelLine) at(y float64, edges []edge, active []int) {
	for shape := range l.ends {
		l.ends[shape], l.spans[shape] = l.ends[shape][:0], l.spans[shape][:0]
	}
	for _, k := range active {
		e := &edges[k]
		l.ends[e.shape] = append(l.ends[e.shape], e.at(y))
	}
	for shape, ends := range l.ends {
		slices.Sort(ends)
		for i := 1; i < len(ends); i += 2 {
			l.spans[shape] = append(l.spans[shape], span{ends[i-1], ends[i]})
		}
	}
}

// add counts a level line for so much height.
func (m *measure) add(l *levelLine, height float64) {
	land, shapes := l.spans[0], l.spans[1:]
	for _, taken := range shapes[:len(m.taken)] {
		land = without(land, taken)
	}
	shapes = shapes[len(m.taken):]
	open := land
	for _, circle := range shapes[:len(m.circles)] {
		open = without(open, circle)
	}
	left := land
	for j, zone := range shapes[len(m.circles):] {
		m.landIn[j] += height * (length(land) - length(without(land, zone)))
		m.openIn[j] += height * (length(open) - length(without(open, zone)))
		left = without(left, zone)
	}
	m.land += height * length(land)
	m.open += height * length(open)
	m.outside += height * length(left)
}

// without is what is left of spans where others are taken away.
func without(spans, others []span) []span {
	if len(others) == 0 || len(spans) == 0 {
		return spans
	}
	var left []span
	for _, s := range spans {
		for _, o := range others {
			if o.to <= s.from || o.from >= s.to {
				continue
			}
			if o.from > s.from {
				left = append(left, span{s.from, o.from})
			}
			s.from = min(o.to, s.to)
		}
		if s.from < s.to {
			left = append(left, s)
		}
	}
	return left
}

func length(spans []span) (sum float64) {
	for _, s := range spans {
		sum += s.to - s.from
	}
	return sum
}
