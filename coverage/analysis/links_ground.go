package analysis

import (
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/hours"
	"kaimen/coverage/links"
	"kaimen/geo"
	"kaimen/geo/index"
)

// addGates adds the gates that keep anybody out.
func (w *linkWork) addGates() {
	var when *hours.Moment
	if w.When != "" {
		if m, err := hours.ParseMoment(w.When); err == nil { // it was checked
			when = &m
		}
	}
	var binding []*coverage.Gate
	for i := range w.base.Gates {
		switch gate := &w.base.Gates[i]; {
		case !w.profile.Binds(gate, when):
		case slices.Contains(w.grounds.report.Gates.Aside, gate.ID):
			w.aside[coverage.ReasonNoRoad]++
		default:
			binding = append(binding, gate)
		}
	}
	// Two gates drawn beside a road may stand at one place of it.
	feet := make([]orb.Point, len(binding))
	for i, gate := range binding {
		feet[i] = w.grounds.network.Nearest(gate.At, gateMeters).At
	}
	const apart = 1 // meters
	boxes := index.NewBoxes(len(feet), func(i int) orb.Bound { return geo.Around(feet[i], apart) })
	for i, gate := range binding {
		near := boxes.Meeting(orb.Bound{Min: feet[i], Max: feet[i]}, nil)
		w.list = append(w.list, links.Candidate{ID: gate.ID, Source: links.Gate, Line: orb.LineString{gate.At}, Alone: len(near) == 1})
	}
}

// obstacles are the areas that a link may not cross.
type obstacles struct {
	kinds []string       // by area
	edges *index.Boxes   // of all rings
	of    []int          // by edge: its area
	lines [][2]orb.Point // by edge
	areas *index.Areas
}

// obstacles are those of some kinds. A gated estate bars by its wall alone: one
// may link two places inside.
func (b *base) obstacles(kinds []string) *obstacles {
	o := &obstacles{}
	var areas []orb.MultiPolygon
	add := func(kind string, list ...orb.MultiPolygon) {
		if slices.Contains(kinds, kind) {
			for _, area := range list {
				o.kinds, areas = append(o.kinds, kind), append(areas, area)
			}
		}
	}
	add(ObstacleWater, b.water()...)
	for i := range b.Buildings {
		add(ObstacleBuilding, b.Buildings[i].Area)
	}
	for i := range b.Estates {
		if b.Estates[i].Gated {
			add(ObstacleEstate, b.Estates[i].Area)
		}
	}
	for k, area := range areas {
		for _, polygon := range area {
			for _, ring := range polygon {
				for i := 1; i < len(ring); i++ {
					o.of, o.lines = append(o.of, k), append(o.lines, [2]orb.Point{ring[i-1], ring[i]})
				}
			}
		}
	}
	o.edges = index.NewBoxes(len(o.lines), func(i int) orb.Bound { return orb.MultiPoint(o.lines[i][:]).Bound() })
	o.areas = index.NewAreas(len(areas), func(i int) orb.MultiPolygon {
		if o.kinds[i] == ObstacleEstate {
			return nil
		}
		return areas[i]
	})
	return o
}

// blocking names what a line crosses: of several the first kind in the order of
// the areas; empty if nothing.
func (o *obstacles) blocking(line orb.LineString) string {
	first := len(o.kinds)
	for _, i := range o.edges.Meeting(line.Bound(), nil) {
		if o.of[i] < first && links.Crosses(line, o.lines[i][0], o.lines[i][1]) {
			first = o.of[i]
		}
	}
	if k, inside := o.areas.First(middle(line)); inside {
		first = min(first, k)
	}
	if first == len(o.kinds) {
		return ""
	}
	return o.kinds[first]
}
