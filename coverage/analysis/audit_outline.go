package analysis

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/simplify"

	"kaimen/geo"
)

// ground is a shape in meters, with its box.
type ground struct {
	box   orb.Bound
	shape orb.MultiPolygon
}

// slackOf is how far the line about an outline may lie from the true one, in
// meters: 5 cm, and no more than the plane itself is off.
func slackOf(radius float64) float64 { return min(0.05, radius/10_000) }

// outlineGround is the ground within a radius of an area: the area itself, and
// what lies near its edge, as grounds that may overlap.
//
// Holds: every place that is farther within the radius than slackOf is in it, and
// none that is farther beyond it.
// Cost:  see rimAbout, for the places of edgePlaces.
func outlineGround(area orb.MultiPolygon, plane geo.Plane, radius float64) []ground {
	area = flat(area, plane)
	var list []ground
	for _, polygon := range area { // each by itself: two that overlap hold what they share
		list = append(list, ground{polygon.Bound(), orb.MultiPolygon{polygon}})
	}
	// A chord of length s stands off its arc by s²/8r, and so does the line about
	// two circles so far apart. Half of the slack is for this, half for what is
	// left out of the edge.
	half := slackOf(radius) / 2
	step := math.Sqrt(8 * radius * half)
	rim := rimAbout(edgePlaces(area, step, half), radius, step/radius)
	return append(list, ground{rim.Bound(), rim})
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
// in no other circle, each as chords over so many radians at most. Together they
// close, but each is a line, no ring; a level line needs no more.
//
// Cost: O(n·k log k) for n places of which k lie within two radii of another.
func rimAbout(places []orb.Point, radius, step float64) (rim orb.MultiPolygon) {
	var covered []span
	west := 0
	for i, at := range places {
		for places[west][0] < at[0]-2*radius {
			west++
		}
		covered = covered[:0]
		for k := west; k < len(places) && places[k][0] < at[0]+2*radius; k++ {
			dx, dy := places[k][0]-at[0], places[k][1]-at[1]
			if apart := math.Hypot(dx, dy); k != i && apart < 2*radius {
				covered = coverArc(covered, math.Atan2(dy, dx), math.Acos(apart/(2*radius)))
			}
		}
		slices.SortFunc(covered, func(a, b span) int { return cmp.Compare(a.from, b.from) })
		bare := 0.0
		for _, c := range append(covered, span{2 * math.Pi, 2 * math.Pi}) {
			if c.from > bare {
				rim = append(rim, orb.Polygon{arc(at, radius, bare, c.from, step)})
			}
			bare = max(bare, c.to)
		}
	}
	return rim
}

// coverArc adds what lies within half of a direction, between 0 and 2π.
func coverArc(covered []span, direction, half float64) []span {
	from, to := direction-half, direction+half
	if from < 0 {
		from, to = from+2*math.Pi, to+2*math.Pi
	}
	if to > 2*math.Pi {
		covered = append(covered, span{0, to - 2*math.Pi})
	}
	return append(covered, span{from, min(to, 2*math.Pi)})
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
