package sample

import (
	"math"

	"github.com/paulmach/orb"
)

// class is what a street is for: its OSM highway value and its width between
// the buildings' property lines, in meters.
type class struct {
	highway  string
	width    float64 // of the carriageway, as tagged
	corridor float64 // with sidewalks and verges
}

var (
	primary      = class{"primary", 24, 38}
	secondary    = class{"secondary", 18, 30}
	tertiary     = class{"tertiary", 14, 24}
	residential  = class{"residential", 9, 16}
	living       = class{"living_street", 6, 11}
	unclassified = class{"unclassified", 6, 12}
	track        = class{"track", 3.5, 8}
	service      = class{"service", 4.5, 8}
	footway      = class{"footway", 2.5, 4}
	steps        = class{"steps", 2.5, 4}
)

// street is a way of the network; its path expands with the mesh.
type street struct {
	class
	name   string
	path   []int
	bridge bool
	oneway bool
	// A broken street lacks the piece between the two nodes of its gap.
	broken bool
	gap    [2]int
	level  int // 0 arterial, 1 between grids, 2 between blocks, 3 inside a lot
}

// columnStreets and rowStreets name the arterials, in the order of the lattice.
var columnStreets = []struct {
	class
	name string
}{
	{tertiary, "西环路"},
	{tertiary, "新江路"},
	{secondary, "文英街"},
	{secondary, "滨江西路"},
	{secondary, "滨江东路"},
	{secondary, "汉安街"},
	{primary, "汉安大道"},
	{tertiary, "栖霞路"},
	{secondary, "星桥街"},
	{tertiary, "东环路"},
	{tertiary, "东外环路"},
}

var rowStreets = []struct {
	class
	name string
}{
	{tertiary, "南环路"},
	{tertiary, "椑木路"},
	{secondary, "大千路"},
	{primary, "东兴大道"},
	{secondary, "中兴路"},
	{tertiary, "平安路"},
	{primary, "西林大道"},
	{tertiary, "兰桂路"},
	{secondary, "甜城大道"},
	{tertiary, "五星路"},
	{tertiary, "北环路"},
}

// arterials lays streets along the lattice wherever a cell lies beside.
func (p *planner) arterials() {
	for i, s := range columnStreets {
		var run []int
		for j := range len(rows) - 1 {
			run = p.extend(run, p.beside(i, j), p.sides[[4]int{i, j, i, j + 1}], s.class, s.name)
		}
		p.lay(run, s.class, s.name)
	}
	for j, s := range rowStreets {
		var run []int
		for i := range len(columns) - 1 {
			used := i != westBank && p.across(i, j) && !p.merged[[4]int{i, j, i + 1, j}]
			run = p.extend(run, used, p.sides[[4]int{i, j, i + 1, j}], s.class, s.name)
		}
		p.lay(run, s.class, s.name)
	}
}

// beside tells whether a cell touches the lattice edge from (i,j) up the column.
func (p *planner) beside(i, j int) bool {
	_, one := p.blocks[[2]int{i, j}]
	_, two := p.blocks[[2]int{i - 1, j}]
	return one || two
}

// across is beside for the lattice edge from (i,j) along the row.
func (p *planner) across(i, j int) bool {
	_, one := p.blocks[[2]int{i, j}]
	_, two := p.blocks[[2]int{i, j - 1}]
	return one || two
}

// extend lengthens the run by a side in use; one not in use ends the run.
func (p *planner) extend(run []int, used bool, side []int, c class, name string) []int {
	switch {
	case !used:
		p.lay(run, c, name)
		return nil
	case run == nil:
		return append([]int(nil), side...)
	}
	return append(run, side[1:]...)
}

func (p *planner) lay(run []int, c class, name string) {
	if len(run) > 1 {
		p.streets = append(p.streets, &street{class: c, name: name, path: run})
	}
}

// bridges joins the banks at the bridge rows. A bridge shares nodes with the
// bank roads at its two ends and with nothing between.
func (p *planner) bridges() {
	for j := range rows {
		name := bridgeRows[j]
		if name == "" {
			continue
		}
		path := []int{p.crossing(westBank, j), p.crossing(eastBank, j)}
		p.streets = append(p.streets, &street{class: rowStreets[j].class, name: name, path: path, bridge: true})
	}
}

// riverside draws the water, and a promenade on each embankment that reaches
// the bank road by steps.
func (p *planner) riverside() {
	p.water = p.strip(-waterHalf, waterHalf, 1200)
	green := promenadeHalf + 3
	p.covers = append(p.covers,
		cover{"green", "滨江西绿带", p.strip(-green, -waterHalf-1, -150)},
		cover{"green", "滨江东绿带", p.strip(waterHalf+1, green, -150)})
	for _, bank := range []struct {
		column int
		u      float64
		name   string
	}{{westBank, -promenadeHalf, "滨江西步道"}, {eastBank, promenadeHalf, "滨江东步道"}} {
		var walk []int
		for j := range len(rows) - 1 {
			if !p.beside(bank.column, j) {
				continue
			}
			road := p.sides[[4]int{bank.column, j, bank.column, j + 1}]
			for k := 1; k < len(road)-1; k++ {
				u, v := p.onBank(bank.column, j, float64(k)/float64(len(road)-1))
				n := p.mesh.node(bend(math.Copysign(promenadeHalf, u), v))
				walk = append(walk, n)
				if k%3 == 1 {
					p.streets = append(p.streets, &street{class: steps, path: []int{road[k], n}, level: 3})
				}
			}
		}
		p.streets = append(p.streets, &street{class: footway, name: bank.name, path: walk, level: 3})
	}
}

func (p *planner) onBank(column, j int, t float64) (u, v float64) {
	_, low := p.straight(column, j)
	_, high := p.straight(column, j+1)
	return columns[column], low + (high-low)*t
}

// strip is the ground between two distances from the river's middle, west ones
// negative, from beyond meters before the first row to as many past the last.
func (p *planner) strip(west, east, beyond float64) []orb.Point {
	low, high := rows[0]-beyond, rows[len(rows)-1]+beyond
	var ring []orb.Point
	for v := low; v <= high; v += 60 {
		ring = append(ring, bend(east, v))
	}
	for k := len(ring) - 1; k >= 0; k-- {
		ring = append(ring, bend(west, low+60*float64(k)))
	}
	return ring
}

// countryRoads lead on from the ends of the larger arterials, so that people at
// the town's edge are not cut off by the edge of the map.
func (p *planner) countryRoads() {
	for _, s := range append([]*street(nil), p.streets...) {
		if s.bridge || s.level == 3 || s.class == tertiary {
			continue
		}
		path := p.mesh.points(s.path)
		n := len(path)
		p.countryRoad(s.path[n-1], path[n-2], s)
		p.countryRoad(s.path[0], path[1], s)
	}
}

// countryRoad goes on from a node, away from the point before it, unless that
// is into the town or the river.
func (p *planner) countryRoad(from int, before orb.Point, s *street) {
	at := p.mesh.at[from]
	dir := unit(sub(at, before))
	wide := p.strip(-waterHalf-60, waterHalf+60, 1200)
	path := []int{from}
	for k := 1; k <= 8; k++ {
		sway := 22 * math.Sin(float64(k)*0.9+at[0])
		q := add(add(at, scale(dir, float64(k)*115)), scale(left(dir), sway))
		for _, b := range p.blocks {
			if b != nil && inside(p.mesh.points(b.ring), q) {
				return
			}
		}
		if inside(wide, q) {
			return
		}
		path = append(path, p.mesh.node(q))
	}
	p.streets = append(p.streets, &street{class: unclassified, name: s.name, path: path, level: 3})
}
