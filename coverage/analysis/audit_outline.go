package analysis

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/simplify"

	"kaimen/geo"
	"kaimen/geo/index"
)

// ground is a shape in meters, as the lines of its edge: together they close.
type ground struct {
	box   orb.Bound
	lines []orb.Ring
	boxes *index.Boxes // of the lines
}

func groundOf(lines []orb.Ring) ground {
	g := ground{lines: lines, boxes: index.NewBoxes(len(lines), func(i int) orb.Bound { return lines[i].Bound() })}
	for i, line := range lines {
		if i == 0 {
			g.box = line.Bound()
		}
		g.box = g.box.Union(line.Bound())
	}
	return g
}

// beside is what of the edge lies at the height of a box: all that a level line
// through the box meets.
func (g *ground) beside(box orb.Bound) orb.MultiPolygon {
	box.Min[0], box.Max[0] = math.Inf(-1), math.Inf(1)
	var lines orb.Polygon
	for _, i := range g.boxes.Meeting(box, nil) {
		lines = append(lines, g.lines[i])
	}
	return orb.MultiPolygon{lines}
}

// cut makes short lines of rings.
func cut(rings orb.Polygon) (lines []orb.Ring) {
	const edges = 16
	for _, ring := range rings {
		for i := 0; i+1 < len(ring); i += edges {
			lines = append(lines, ring[i:min(i+edges+1, len(ring))])
		}
	}
	return lines
}

// outlineSlack is how far the line about an outline may lie from the true one, in
// meters: below what drawing is good for.
const outlineSlack = 0.05

// outlineGround is the ground within a radius of an area: the area itself, and
// what lies near its edge, as grounds that may overlap. A radius of less than a
// meter adds nothing to the area.
//
// Holds: from a meter up, every place that is within the radius by outlineSlack is
// in it, and none that is beyond it by as much.
// Cost:  see rimAbout, for the places of edgePlaces.
func outlineGround(area orb.MultiPolygon, plane geo.Plane, radius float64) []ground {
	area = flat(area, plane)
	var list []ground
	for _, polygon := range area { // each by itself: two that overlap hold what they share
		list = append(list, groundOf(cut(polygon)))
	}
	if radius < 1 { // places would stand too dense for a large area
		return list
	}
	// A chord of length s stands off its arc by s²/8r, and so does the line about
	// two circles so far apart. Half of the slack is for this, half for what is
	// left out of the edge.
	const half = outlineSlack / 2
	step := math.Sqrt(8 * radius * half)
	return append(list, groundOf(rimAbout(edgePlaces(area, step, half), radius, step/radius)))
}

// edgePlaces are places along the edge of an area, of holes too, no more than step
// apart. Corners that lie within the tolerance of a straight line are left out.
// They are to the millimeter, each once, from west to east.
func edgePlaces(area orb.MultiPolygon, step, tolerance float64) (places []orb.Point) {
	thin := simplify.DouglasPeucker(tolerance)
	for _, polygon := range area {
		for _, ring := range polygon {
			line := thin.LineString(slices.Clone(orb.LineString(ring)))
			for i := 1; i < len(line); i++ {
				a, b := line[i-1], line[i]
				pieces := max(1, math.Ceil(math.Hypot(b[0]-a[0], b[1]-a[1])/step))
				for k := range int(pieces) {
					f := float64(k) / pieces
					places = append(places, orb.Point{to(a[0]+f*(b[0]-a[0]), 1e3), to(a[1]+f*(b[1]-a[1]), 1e3)})
				}
			}
		}
	}
	slices.SortFunc(places, func(a, b orb.Point) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	return slices.Compact(places)
}

// to rounds x to so many parts of a meter.
func to(x, parts float64) float64 { return math.Round(x*parts) / parts }

// rimAbout is what bounds the ground within a radius of any of some places, which
// run from west to east and differ: those arcs of the circles about them that lie
// in no other circle, each as chords over so many radians at most.
//
// Cost: O(n·k) for n places of which k lie within two radii of another, most of
// which are passed over by a distance.
func rimAbout(places []orb.Point, radius, step float64) (rim []orb.Ring) {
	for i, at := range places {
		for _, bare := range bareArcs(places, i, radius) {
			rim = append(rim, arc(at, radius, bare.from, bare.to, step))
		}
	}
	return rim
}

// bareArc is an arc of a circle that no other circle has covered yet.
type bareArc struct {
	span             // of directions, between 0 and 2π
	middle orb.Point // of the arc
	reach  float64   // meters from there to its ends
}

// bareArcs are the arcs of the circle about place i that lie in none about another.
// Those next to it come first: they leave little to be covered, or nothing.
func bareArcs(places []orb.Point, i int, radius float64) []bareArc {
	at := places[i]
	bare := layBare(at, radius, []span{{0, 2 * math.Pi}})
	for west, east := i-1, i+1; len(bare) > 0; {
		k := west
		if west < 0 || east < len(places) && places[east][0]-at[0] < at[0]-places[west][0] {
			k = east
			east++
		} else {
			west--
		}
		if k == len(places) || math.Abs(places[k][0]-at[0]) >= 2*radius {
			break
		}
		other := places[k]
		apart := math.Hypot(other[0]-at[0], other[1]-at[1])
		if apart >= 2*radius || !slices.ContainsFunc(bare, func(b bareArc) bool {
			return math.Hypot(other[0]-b.middle[0], other[1]-b.middle[1]) < radius+b.reach
		}) {
			continue
		}
		covered := coveredArc(math.Atan2(other[1]-at[1], other[0]-at[0]), math.Acos(apart/(2*radius)))
		var left []span
		for _, b := range bare {
			left = append(left, without([]span{b.span}, covered)...)
		}
		bare = layBare(at, radius, left)
	}
	return bare
}

func layBare(center orb.Point, radius float64, arcs []span) []bareArc {
	list := make([]bareArc, len(arcs))
	for i, s := range arcs {
		sin, cos := math.Sincos((s.from + s.to) / 2)
		list[i] = bareArc{s, orb.Point{center[0] + radius*cos, center[1] + radius*sin}, 2 * radius * math.Sin((s.to-s.from)/4)}
	}
	return list
}

// coveredArc is what lies within half of a direction, between 0 and 2π.
func coveredArc(direction, half float64) []span {
	from, to := direction-half, direction+half
	if from < 0 {
		from, to = from+2*math.Pi, to+2*math.Pi
	}
	if to > 2*math.Pi {
		return []span{{0, to - 2*math.Pi}, {from, 2 * math.Pi}}
	}
	return []span{{from, to}}
}

// arc is a part of a circle as chords. Its points are to the micrometer: there two
// arcs that meet have the same end, so that no level line passes between them.
func arc(center orb.Point, radius, from, until, step float64) orb.Ring {
	pieces := math.Ceil((until - from) / step)
	line := make(orb.Ring, int(pieces)+1)
	for i := range line {
		sin, cos := math.Sincos(from + (until-from)*float64(i)/pieces)
		line[i] = orb.Point{to(center[0]+radius*cos, 1e6), to(center[1]+radius*sin, 1e6)}
	}
	return line
}
