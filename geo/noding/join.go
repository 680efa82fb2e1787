package noding

import (
	"cmp"
	"math"
	"slices"

	"kaimen/geo"
)

// detour is how many tolerances long the way along the lines may be for an end
// to count as joined already.
const detour = 4

// metric turns raster units into meters near one place.
type metric struct{ x, y float64 }

func metricAt(p place) metric {
	perUnit := geo.EarthRadiusMeters * math.Pi / 180 / perDegree
	return metric{perUnit * math.Cos(float64(p.y)/perDegree*math.Pi/180), perUnit}
}

func (m metric) distance(a, b place) float64 {
	return math.Hypot(float64(b.x-a.x)*m.x, float64(b.y-a.y)*m.y)
}

// closest is the raster point next to where a segment comes closest to p, and
// how far off the segment is there.
func (m metric) closest(s *segment, p place) (place, float64) {
	a, b := ordered(s.a, s.b) // the same whichever way the segment runs
	dx, dy := float64(b.x-a.x)*m.x, float64(b.y-a.y)*m.y
	px, py := float64(p.x-a.x)*m.x, float64(p.y-a.y)*m.y
	share := min(1, max(0, (px*dx+py*dy)/(dx*dx+dy*dy)))
	at := place{a.x + scaled(share, b.x-a.x), a.y + scaled(share, b.y-a.y)}
	return at, math.Hypot(px-share*dx, py-share*dy)
}

// end is a line's end at which nothing else meets, with where it may be led.
type end struct {
	strand int32
	last   bool // the last vertex, not the first
	at     place
	levels levels
	limit  float64 // tolerance
	metric metric
	reach  map[int32]float64 // nodes near along the lines, with the way there

	// The best target so far: a place and its distance, the smallest id of a
	// line there, and the segments that need a vertex at it.
	target place
	meters float64
	other  int32
	cuts   []int32
}

// joins finds the ends to be joined in this round, nearest first, and the
// vertices that their targets need. An end whose target is another end that is
// joined in this round waits for the next.
func (n *noder) joins() (chosen []*end, forced []vertexAt) {
	var ends []*end
	for k := range n.strands {
		s := &n.strands[k]
		if len(s.points) == 0 {
			continue
		}
		for _, i := range []int{0, len(s.points) - 1} {
			if len(n.neighbors(s.nodes[i])) != 1 {
				continue
			}
			if e := n.newEnd(int32(k), i); n.aim(e) {
				ends = append(ends, e)
			}
		}
	}
	slices.SortFunc(ends, func(a, b *end) int {
		return cmp.Or(cmp.Compare(a.meters, b.meters), a.at.compare(b.at), a.target.compare(b.target),
			cmp.Compare(n.strands[a.strand].ID, n.strands[b.strand].ID))
	})
	busy := make(map[place]bool)
	for _, e := range ends {
		if busy[e.at] || busy[e.target] {
			continue
		}
		busy[e.at], busy[e.target] = true, true
		chosen = append(chosen, e)
		for _, seg := range e.cuts {
			forced = append(forced, vertexAt{seg: seg, at: e.target, along: n.segs[seg].along(e.target)})
		}
	}
	return chosen, forced
}

func (n *noder) newEnd(k int32, i int) *end {
	s := &n.strands[k]
	e := &end{
		strand: k, last: i > 0, at: s.points[i], levels: s.levelsAt(i), limit: max(NoiseMeters, s.ToleranceMeters),
		metric: metricAt(s.points[i]), meters: math.Inf(1),
	}
	e.reach = map[int32]float64{s.nodes[i]: 0}
	// Few nodes are this near: looking at them again when a shorter way is found
	// needs no queue.
	stack := []int32{s.nodes[i]}
	for len(stack) > 0 {
		node := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for _, next := range n.neighbors(node) {
			way := e.reach[node] + e.metric.distance(n.placeOf[node], n.placeOf[next])
			if known, ok := e.reach[next]; way <= detour*e.limit && (!ok || way < known) {
				e.reach[next] = way
				stack = append(stack, next)
			}
		}
	}
	return e
}

// aim finds what an end is to be joined to.
func (n *noder) aim(e *end) bool {
	wide := int64(math.Ceil(e.limit/max(e.metric.x, e.metric.y*1e-3))) + 1
	high := int64(math.Ceil(e.limit/e.metric.y)) + 1
	n.grid.near(place{e.at.x - wide, e.at.y - high}, place{e.at.x + wide, e.at.y + high}, func(seg int32) {
		s := &n.segs[seg]
		strand := &n.strands[s.strand]
		for _, i := range []int{int(s.i), int(s.i) + 1} {
			node := strand.nodes[i]
			if _, joined := e.reach[node]; !joined && e.levels.overlaps(strand.levelsAt(i)) {
				e.offer(n, strand.points[i], e.metric.distance(e.at, strand.points[i]), s.strand, -1)
			}
		}
		if strand.Vertices || n.strands[e.strand].Vertices {
			return
		}
		at, meters := e.metric.closest(s, e.at)
		if at != s.a && at != s.b && e.levels.holds(s.level) && !e.joined(s, strand, at) {
			e.offer(n, at, meters, s.strand, seg)
		}
	})
	return e.meters <= e.limit
}

// joined tells whether the way along the lines to a place on a segment is short.
func (e *end) joined(s *segment, strand *strand, at place) bool {
	for i, corner := range []place{s.a, s.b} {
		if way, ok := e.reach[strand.nodes[int(s.i)+i]]; ok && way+e.metric.distance(corner, at) <= detour*e.limit {
			return true
		}
	}
	return false
}

// offer takes a target if it is the best so far; of equally near ones that with
// the smaller place. seg is the segment that would need a vertex there, or -1.
func (e *end) offer(n *noder, at place, meters float64, other, seg int32) {
	switch order := cmp.Or(cmp.Compare(meters, e.meters), at.compare(e.target)); {
	case meters > e.limit || order > 0:
		return
	case order < 0:
		e.target, e.meters, e.other, e.cuts = at, meters, other, nil
	case n.strands[other].ID < n.strands[e.other].ID:
		e.other = other
	}
	if seg >= 0 && !slices.Contains(e.cuts, seg) {
		e.cuts = append(e.cuts, seg)
	}
}

// apply leads ends on to their targets.
func (n *noder) apply(chosen []*end, forced []vertexAt) {
	n.insert(forced, false) // first: it counts on the vertices as they are
	for _, e := range chosen {
		n.done = append(n.done, Join{At: e.at.point(), Meters: e.meters, Line: int(e.strand), Other: int(e.other)})
		s := &n.strands[e.strand]
		switch {
		case e.target == e.at:
		case e.last:
			s.points = append(slices.Clip(s.points), e.target)
		default:
			s.points = slices.Insert(slices.Clip(s.points), 0, e.target)
		}
	}
}
