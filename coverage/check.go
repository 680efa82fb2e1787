package coverage

import (
	"fmt"
	"math"
	"slices"
)

// Check reports what must hold between the rows of the layers and does not:
// ids that stand twice, parents that are not there, are not of an outer level,
// or lead in a circle; and values that no store would give back as they are.
// All faults are found, each with its layer and feature. If layers are named,
// it looks at those alone.
func (l *Layers) Check(only ...LayerName) []Issue {
	var c checker
	for _, ids := range []struct {
		layer LayerName
		rows  int
		id    func(i int) string
	}{
		{LayerBoundaries, len(l.Boundaries), func(i int) string { return l.Boundaries[i].ID }},
		{LayerRoads, len(l.Roads), func(i int) string { return l.Roads[i].ID }},
		{LayerFacilities, len(l.Facilities), func(i int) string { return l.Facilities[i].ID + " of kind " + l.Facilities[i].Kind }},
		{LayerDemand, len(l.Demand), func(i int) string { return l.Demand[i].ID }},
		{LayerBuildings, len(l.Buildings), func(i int) string { return l.Buildings[i].ID }},
		{LayerEstates, len(l.Estates), func(i int) string { return l.Estates[i].ID }},
		{LayerParcels, len(l.Parcels), func(i int) string { return l.Parcels[i].ID }},
		{LayerGates, len(l.Gates), func(i int) string { return l.Gates[i].ID }},
		{LayerLandCover, len(l.LandCover), func(i int) string { return l.LandCover[i].ID }},
		{LayerRequests, len(l.Requests), func(i int) string { return l.Requests[i].ID }},
	} {
		if named(only, ids.layer) {
			c.unique(ids.layer, ids.rows, ids.id)
		}
	}
	if named(only, LayerBoundaries) {
		c.parents(l.Boundaries)
	}
	if named(only, LayerFacilities) {
		for i := range l.Facilities {
			if text := pointsFault(l.Facilities[i].Entrances...); text != "" {
				c.fault(ReasonBadValue, LayerFacilities, l.Facilities[i].ID, "entrances: %s", text)
			}
			if text := shapeFault(l.Facilities[i].Outline); text != "" {
				c.fault(ReasonBadValue, LayerFacilities, l.Facilities[i].ID, "outline: %s", text)
			}
		}
	}
	if named(only, LayerRoads) {
		for i := range l.Roads {
			if text := heightsFault(&l.Roads[i]); text != "" {
				c.fault(ReasonBadValue, LayerRoads, l.Roads[i].ID, "heights: %s", text)
			}
		}
	}
	for _, name := range LayerNames() {
		if t, ok := l.Table(name); ok && named(only, name) {
			c.issues = append(c.issues, t.faults()...)
		}
	}
	return c.issues
}

// named tells whether a layer is among those named, or none is.
func named(only []LayerName, layer LayerName) bool {
	return len(only) == 0 || slices.Contains(only, layer)
}

// heightsFault says what keeps the heights of a road from being kept; nothing
// if they may be.
func heightsFault(r *Road) string {
	if len(r.Heights) > 0 && len(r.Heights) != len(r.Nodes) {
		return fmt.Sprintf("%d heights for %d nodes", len(r.Heights), len(r.Nodes))
	}
	for _, h := range r.Heights {
		if !(math.Abs(h) < 10_000) || math.Round(h*100)/100 != h {
			return fmt.Sprintf("%v is no height in meters, below 10,000 and to the centimeter", h)
		}
	}
	return ""
}

type checker struct{ issues []Issue }

func (c *checker) fault(code string, layer LayerName, feature, format string, args ...any) {
	c.issues = append(c.issues, Issue{
		Severity: SeverityError, Code: code, Layer: layer, Feature: feature,
		Message: fmt.Sprintf(format, args...),
	})
}

func (c *checker) unique(layer LayerName, n int, id func(int) string) {
	count := make(map[string]int, n)
	for i := range n {
		key := id(i)
		if key == "" {
			c.fault(ReasonMissingValue, layer, "", "the id is blank; name its column under fields")
			continue
		}
		count[key]++
		if count[key] == 2 { // once a feature, however often it stands there
			c.fault(ReasonDuplicateID, layer, key, "the id stands more than once in %s; ids must differ", layer)
		}
	}
}

func (c *checker) parents(boundaries []Boundary) {
	byID := make(map[string]*Boundary, len(boundaries))
	for i := range boundaries {
		byID[boundaries[i].ID] = &boundaries[i]
	}
	for i := range boundaries {
		b := &boundaries[i]
		if b.Level.Rank() <= 0 {
			c.fault(ReasonBadValue, LayerBoundaries, b.ID,
				"level %q is not one of street, community, grid, building", b.Level)
		}
		if b.Parent == "" {
			continue
		}
		parent, ok := byID[b.Parent]
		switch {
		case !ok:
			c.fault(ReasonUnknownParent, LayerBoundaries, b.ID,
				"its parent %q is no boundary of this study", b.Parent)
		case parent == b:
			c.fault(ReasonParentCycle, LayerBoundaries, b.ID, "it is its own parent")
		case parent.Level.Rank() >= b.Level.Rank():
			// Levels fall strictly from parent to child, so no longer cycle is possible.
			c.fault(ReasonParentCycle, LayerBoundaries, b.ID,
				"its parent %q is of level %s, which is not outside %s", b.Parent, parent.Level, b.Level)
		}
	}
}
