package noding

import (
	"context"
	"math"

	"github.com/paulmach/orb"
)

// NoiseMeters is the distance below which an end counts as lying on a line
// whatever the tolerance: the raster may have moved both by a centimeter.
const NoiseMeters = 0.03

// MaxSegmentDegrees is the longest that a segment may reach east or north.
// Sums of whole numbers would overflow beyond.
const MaxSegmentDegrees = 100

// Line is a line to be noded. IDs must differ; they break ties.
type Line struct {
	ID     string
	Points orb.LineString // longitude, latitude in degrees
	// Level tells lines apart that cross without meeting: 0 on the ground, 1 a
	// bridge, -1 a tunnel. A line meets others of its own level; at its two ends
	// it also meets those of any level between its own and the ground, as a
	// bridge begins and ends on the road that leads to it.
	Level int
	// Directed lines may be used one way alone. Two pieces over the same ground
	// are duplicates if both may be used both ways, or both the same way.
	Directed bool
	// Vertices says that the line was drawn with a vertex wherever it meets
	// another: what crosses it elsewhere passes over or under it, and ends are
	// joined to its vertices alone.
	Vertices bool
	// ToleranceMeters is the gap up to which an end of this line is joined.
	ToleranceMeters float64
}

// Noded is what became of a Line. It has no points if all of the line lies in
// one cell of the raster.
type Noded struct {
	Points orb.LineString
	Nodes  []int64 // as many as Points; lines meet where they share one
	Kept   []Span  // the stretches that no line of smaller ID covers, in order
}

// Span is a stretch of a Noded line: the vertices First to Last, both included.
type Span struct{ First, Last int }

// Join is an end that missed a line, and was led on to it.
type Join struct {
	At     orb.Point // where the end was
	Meters float64   // how far it missed
	Line   int       // index of the line with the end
	Other  int       // index of the line it was joined to; may be the same line
}

// Result is what Node returns. Lines are in the order given.
type Result struct {
	Lines []Noded
	Joins []Join // by place, from west to east
	// Cuts is the number of places where a line got a vertex because another
	// meets it there, those of Joins aside.
	Cuts int
}

// Node finds where lines meet, and gives every vertex a node id.
//
//   - Points are moved to the raster, at most half a cell each way.
//   - Where two lines of one level cross or touch, both have a vertex there,
//     unless one of them meets others at its vertices alone.
//   - An end at which nothing meets, and which lies at most its line's
//     tolerance off another line or end, is led there by one more vertex. It is
//     not, if the way along the lines is less than four tolerances already: that
//     is an overshoot, or a bend of the line itself.
//
// Holds:   no two lines of one level cross except at a shared node, save those
// with Vertices set. Noding the
// result again changes nothing. Neither the order of the lines makes a
// difference nor the direction of those whose ends lie apart: nodes are numbered
// from 1 by place, west to east, then south to north, then from the lowest level up.
// Errors:  ctx.Err() if ctx ends first.
// Cost:    O(n log n) for n vertices of lines as met on maps.
//
// Coordinates must be finite degrees on the earth, and no segment longer than
// MaxSegmentDegrees.
func Node(ctx context.Context, lines []Line) (Result, error) {
	n := newNoder(lines)
	for {
		for more := true; more; {
			if err := ctx.Err(); err != nil {
				return Result{}, err
			}
			more = n.cut()
		}
		n.number()
		joins, forced := n.joins()
		if len(joins) == 0 {
			break
		}
		n.apply(joins, forced)
	}
	return n.result(), nil
}

// place is a raster point.
type place struct{ x, y int64 }

const perDegree = 1e7

func placeOf(p orb.Point) place {
	return place{int64(math.Round(p[0] * perDegree)), int64(math.Round(p[1] * perDegree))}
}

func (p place) point() orb.Point {
	return orb.Point{float64(p.x) / perDegree, float64(p.y) / perDegree}
}

func (p place) compare(q place) int {
	switch {
	case p.x < q.x || p.x == q.x && p.y < q.y:
		return -1
	case p == q:
		return 0
	}
	return 1
}

// levels is a range of levels, both ends included.
type levels struct{ low, high int }

func (l levels) holds(level int) bool       { return l.low <= level && level <= l.high }
func (l levels) overlaps(other levels) bool { return l.low <= other.high && other.low <= l.high }

// strand is a line at work.
type strand struct {
	*Line
	points []place
	nodes  []int32
}

// levelsAt is where the i-th vertex may meet other lines.
func (s *strand) levelsAt(i int) levels {
	if i == 0 || i == len(s.points)-1 {
		return levels{min(0, s.Level), max(0, s.Level)}
	}
	return levels{s.Level, s.Level}
}

// noder holds the lines between rounds.
type noder struct {
	strands []strand
	segs    []segment
	grid    grid
	cuts    map[place]bool // where vertices were added; false for a join's
	done    []Join

	nodeCount int32
	firstLink []int32 // [nodes+1], into links
	links     []int32 // the neighbors of each node, each once
	placeOf   []place // by node
}

func newNoder(lines []Line) *noder {
	n := &noder{strands: make([]strand, len(lines)), cuts: make(map[place]bool)}
	for i := range lines {
		points := make([]place, 0, len(lines[i].Points))
		for _, p := range lines[i].Points {
			if at := placeOf(p); len(points) == 0 || at != points[len(points)-1] {
				points = append(points, at)
			}
		}
		if len(points) == 1 {
			points = nil
		}
		n.strands[i] = strand{Line: &lines[i], points: points}
	}
	return n
}
