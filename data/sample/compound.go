package sample

import (
	"slices"

	"github.com/paulmach/orb"
)

// layout says how a compound is built up: houses in rows on either side of one
// drive, a lane along each row. Lengths in meters.
type layout struct {
	use            string
	depth          float64 // of a house
	short, long    float64 // least and largest length of a house
	beside, behind float64 // gaps between houses of a row, and between rows
	floors         [2]int
	perFloor       float64 // homes a floor and meter of length; none where nobody lives
	lane           class
	from           float64 // share of the drive, from the south, left free of rows
	most           int     // houses; 0 for as many as fit
}

var (
	oldSlabs = layout{use: "residential", depth: 10.5, short: 19, long: 42, beside: 5, behind: 9, floors: [2]int{5, 7}, perFloor: 1 / 8.5, lane: footway}
	slabs    = layout{use: "residential", depth: 12.5, short: 30, long: 56, beside: 8, behind: 16, floors: [2]int{5, 7}, perFloor: 1 / 10.0, lane: footway}
	towers   = layout{use: "residential", depth: 17, short: 24, long: 34, beside: 13, behind: 27, floors: [2]int{13, 24}, perFloor: 1 / 7.5, lane: footway}
	lowRise  = layout{use: "residential", depth: 11, short: 12, long: 24, beside: 3, behind: 8, floors: [2]int{3, 5}, perFloor: 1 / 12.0, lane: footway}
	halls    = layout{use: "industrial", depth: 27, short: 45, long: 80, beside: 12, behind: 11, floors: [2]int{1, 2}, lane: service}
	offices  = layout{use: "office", depth: 18, short: 38, long: 62, beside: 14, behind: 24, floors: [2]int{5, 15}, lane: footway}
	wards    = layout{use: "hospital", depth: 20, short: 45, long: 70, beside: 16, behind: 22, floors: [2]int{5, 14}, lane: service}
	classes  = layout{use: "school", depth: 13, short: 40, long: 62, beside: 14, behind: 18, floors: [2]int{3, 5}, lane: footway, from: 0.45}
	faculty  = layout{use: "school", depth: 18, short: 45, long: 80, beside: 24, behind: 40, floors: [2]int{4, 7}, lane: footway, from: 0.2}
	hall     = layout{use: "station", depth: 42, short: 90, long: 130, beside: 20, behind: 30, floors: [2]int{1, 2}, lane: service, from: 0.3, most: 2}
	stalls   = layout{use: "market", depth: 24, short: 36, long: 60, beside: 8, behind: 10, floors: [2]int{1, 3}, lane: footway}
)

// compound is what was built on a lot.
type compound struct {
	lot      *lot
	houses   []*building
	gates    []*gate
	entrance orb.Point // where the drive comes in from the street
}

type gate struct {
	id, estate, name, state string
	node                    int
}

// build lays a compound out; nil if no house fits or no street can be reached.
// With open, lanes lead out to the streets too and nothing is called a gate.
func (t *town) build(rng *random, l *lot, how layout, open bool) *compound {
	middle := centroidOf(l.land)
	low, high := extent(l.land, orb.Point{1, 0})
	x := middle[0] + (high-low)*rng.between(-0.1, 0.1)
	if high-low < 2*how.short+26 && how.use == "residential" {
		// Too narrow for houses on both sides: the drive runs along one.
		x = low + (high-low)*rng.between(0.1, 0.14)
	}
	south, north, ok := l.column(x, middle[1])
	if !ok {
		return nil
	}
	c := &compound{lot: l}
	rows, lanes := c.rows(rng, how, x, south, north)
	if len(rows) == 0 {
		return nil
	}
	enter, okSouth := l.attach(orb.Point{x, south + 1}, orb.Point{0, -1})
	leave, okNorth := 0, false
	if !l.quiet || !okSouth {
		leave, okNorth = l.attach(orb.Point{x, north - 1}, orb.Point{0, 1})
	}
	if !okSouth && !okNorth {
		return nil
	}
	c.houses = rows
	var drive []int
	if okSouth {
		drive = append(drive, enter, c.gate(orb.Point{x, south}, "南门"))
		c.entrance = l.out(orb.Point{x, south})
	}
	for i, lane := range lanes {
		drive = append(drive, c.lane(how, x, lane, open && !l.quiet && i%2 == 0))
	}
	if okNorth {
		drive = append(drive, c.gate(orb.Point{x, north}, "北门"), leave)
		if !okSouth {
			c.entrance = l.out(orb.Point{x, north})
		}
	}
	l.way(service, drive...)
	if open {
		c.gates = nil
	}
	return c
}

// laneRun is the extent of a lane, and its y.
type laneRun struct{ y, from, to float64 }

// rows places the houses and says what lanes they need.
func (c *compound) rows(rng *random, how layout, x, south, north float64) ([]*building, []laneRun) {
	var houses []*building
	var lanes []laneRun
	y := south + 4 + how.from*(north-south)
	for y+4.5+how.depth <= north-1 && (how.most == 0 || len(houses) < how.most) {
		from, to, ok := c.lot.row(x, y)
		if !ok {
			break
		}
		lane := laneRun{y, x, x}
		place := func(x0, x1 float64) bool {
			shape := box(x0, y+4.5, x1, y+4.5+how.depth)
			if !c.lot.free(box(x0-1.5, y+3, x1+1.5, y+6+how.depth)) {
				return false
			}
			houses = append(houses, &building{
				use: how.use, floors: rng.span(how.floors[0], how.floors[1]), block: c.lot.block,
				perFloor: how.perFloor * (x1 - x0), ring: c.lot.outRing(shape),
			})
			c.lot.taken = append(c.lot.taken, shape)
			lane.from, lane.to = min(lane.from, x0+4), max(lane.to, x1-4)
			return true
		}
		for at := x + 6; at+how.short <= to-1; {
			at += how.shorten(how.fit(rng, to-1-at), func(long float64) bool { return place(at, at+long) })
		}
		for at := x - 6; at-how.short >= from+1; {
			at -= how.shorten(how.fit(rng, at-from-1), func(long float64) bool { return place(at-long, at) })
		}
		lane.from, lane.to = max(lane.from, from+3), min(lane.to, to-3)
		for lane.from < x && toRing(c.lot.land, orb.Point{lane.from, y}) < 2.5 {
			lane.from += 4
		}
		for lane.to > x && toRing(c.lot.land, orb.Point{lane.to, y}) < 2.5 {
			lane.to -= 4
		}
		if lane.from < x-8 || lane.to > x+8 {
			lanes = append(lanes, lane)
			y += 4.5 + how.depth + how.behind
			continue
		}
		y += 3 // no house fits here: a little farther on, perhaps
	}
	return houses, lanes
}

// shorten places a house of the length given or, where that does not fit, a
// shorter one; it returns how far to go on.
func (how layout) shorten(long float64, place func(float64) bool) float64 {
	for ; long >= how.short; long -= 4 {
		if place(long) {
			return long + how.beside
		}
	}
	return 5
}

// fit is the length of the next house: all that is left when that would be one
// house, else a usual one.
func (how layout) fit(rng *random, left float64) float64 {
	if left <= how.long {
		return left
	}
	return min(rng.between(how.short, how.long), left)
}

// gate makes the node where the drive leaves the land.
func (c *compound) gate(at orb.Point, name string) int {
	n := c.lot.node(at)
	c.gates = append(c.gates, &gate{name: name, state: "residents", node: n})
	return n
}

// lane lays a lane and returns its junction with the drive. With through, its
// ends lead on to the streets beside.
func (c *compound) lane(how layout, x float64, run laneRun, through bool) int {
	junction := c.lot.node(orb.Point{x, run.y})
	var nodes []int
	if run.from < x-8 {
		nodes = append(nodes, c.lot.node(orb.Point{run.from, run.y}))
	}
	nodes = append(nodes, junction)
	if run.to > x+8 {
		nodes = append(nodes, c.lot.node(orb.Point{run.to, run.y}))
	}
	if through {
		nodes = c.through(nodes, x, run)
	}
	c.lot.way(how.lane, nodes...)
	return junction
}

func (c *compound) through(nodes []int, x float64, run laneRun) []int {
	reach := func(at float64, dir orb.Point) (int, bool) {
		p := orb.Point{at, run.y}
		n, ok := c.lot.attach(p, dir)
		// A lane that would run far on outside its row is left as it is.
		return n, ok && distance(c.lot.town.mesh.at[n], c.lot.out(p)) < 45
	}
	if run.from < x-8 {
		if n, ok := reach(run.from, orb.Point{-1, 0}); ok {
			nodes = slices.Insert(nodes, 0, n)
		}
	}
	if run.to > x+8 {
		if n, ok := reach(run.to, orb.Point{1, 0}); ok {
			nodes = append(nodes, n)
		}
	}
	return nodes
}
