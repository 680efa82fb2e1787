package noding

import (
	"cmp"
	"slices"
)

// vertexAt is a place where a segment gets a vertex.
type vertexAt struct {
	seg   int32
	at    place
	along int64
}

// cut is one round of snap rounding: it gives every segment a vertex wherever
// a line that it may meet crosses it, or has a vertex right beside it. It tells
// whether any segment was cut.
//
// Rounds come to an end: a cut never raises the sum of the squared lengths of
// the segments, whole numbers, and each adds a segment.
func (n *noder) cut() bool {
	n.layOut()
	var cuts []vertexAt
	add := func(seg int32, at place) {
		if s := &n.segs[seg]; at != s.a && at != s.b {
			cuts = append(cuts, vertexAt{seg: seg, at: at, along: s.along(at)})
		}
	}
	touch := func(i, j int32) { // the vertices of j on i
		s, t := &n.segs[i], &n.segs[j]
		other := &n.strands[t.strand]
		if s.passes(t.a) && other.levelsAt(int(t.i)).holds(s.level) {
			add(i, t.a)
		}
		if s.passes(t.b) && other.levelsAt(int(t.i)+1).holds(s.level) {
			add(i, t.b)
		}
	}
	n.grid.pairs(func(i, j int32) {
		if n.strands[n.segs[i].strand].Vertices || n.strands[n.segs[j].strand].Vertices {
			return
		}
		touch(i, j)
		touch(j, i)
		if s, t := &n.segs[i], &n.segs[j]; s.level == t.level {
			if at, ok := crossing(s, t); ok {
				at = meeting(s, t, at)
				add(i, at)
				add(j, at)
			}
		}
	})
	n.insert(cuts, true)
	return len(cuts) > 0
}

// layOut lists the segments of all strands, and where they lie.
func (n *noder) layOut() {
	n.segs = n.segs[:0]
	for k := range n.strands {
		s := &n.strands[k]
		for i := 1; i < len(s.points); i++ {
			n.segs = append(n.segs, segment{a: s.points[i-1], b: s.points[i], strand: int32(k), i: int32(i - 1), level: s.Level})
		}
	}
	n.grid = newGrid(n.segs)
}

// insert gives segments their vertices. Those of a join are not counted.
func (n *noder) insert(cuts []vertexAt, counted bool) {
	slices.SortFunc(cuts, func(a, b vertexAt) int {
		return cmp.Or(cmp.Compare(a.seg, b.seg), cmp.Compare(a.along, b.along), a.at.compare(b.at))
	})
	// Of places equally far along a segment one is enough for this round: which of
	// them comes first would depend on the direction of the line.
	cuts = slices.CompactFunc(cuts, func(a, b vertexAt) bool { return a.seg == b.seg && a.along == b.along })
	for start := 0; start < len(cuts); {
		k := n.segs[cuts[start].seg].strand
		end := start
		for end < len(cuts) && n.segs[cuts[end].seg].strand == k {
			end++
		}
		s := &n.strands[k]
		points := make([]place, 0, len(s.points)+end-start)
		next := start
		for i, p := range s.points {
			points = append(points, p)
			for next < end && n.segs[cuts[next].seg].i == int32(i) {
				points = append(points, cuts[next].at)
				if _, known := n.cuts[cuts[next].at]; !known {
					n.cuts[cuts[next].at] = counted
				}
				next++
			}
		}
		s.points = points
		start = end
	}
}
