package zonal

import (
	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/geo"
	"kaimen/geo/index"
)

// Zone is one area of a level.
type Zone struct {
	ID     string
	Name   string
	Level  coverage.Level
	Parent string           // id of the zone around it, of the next outer level there is; empty if none
	Kind   string           // of a boundary, or the use of a building
	Area   orb.MultiPolygon // empty for the study
}

// Tree is the zones of every level with the zone around each. It is built
// once, then only read.
//
// A parent is the boundary that a zone names, else the innermost zone of an
// outer level that holds the zone's interior point.
type Tree struct {
	tiers     []*tier        // outermost first; the study itself is not among them
	buildings map[string]Ref // zones of the level building by id
}

// tier holds the zones of one level.
type tier struct {
	name   coverage.Level
	zones  []Zone
	parent []Ref
	named  []bool // the zone names its parent
	areas  *index.Areas
}

// Ref is a zone of a Tree: the rank of its level among those there are,
// outermost first, and its place there.
type Ref struct {
	Rank int
	Zone int32
}

// NoZone is the Ref of no zone.
var NoZone = Ref{-1, -1}

// Arrange finds the levels there are, and the parent of every zone. Buildings
// are zones of the innermost level, beside boundaries of that level.
//
// Input: both lists in the order of a snapshot: where zones of one level
// overlap, the first has the ground.
// Cost:  O(Z log Z) and the edges of the zones near each zone.
func Arrange(boundaries []coverage.Boundary, buildings []coverage.Building) *Tree {
	t := &Tree{buildings: make(map[string]Ref)}
	for _, name := range coverage.Levels()[1:] {
		l := &tier{name: name}
		for i := range boundaries {
			if b := &boundaries[i]; b.Level == name {
				l.zones = append(l.zones, Zone{b.ID, b.Name, name, b.Parent, b.Kind, b.Area})
			}
		}
		if name == coverage.LevelBuilding {
			for i := range buildings {
				b := &buildings[i]
				l.zones = append(l.zones, Zone{b.ID, b.Name, name, "", b.Use, b.Area})
			}
		}
		if len(l.zones) == 0 {
			continue
		}
		l.areas = index.NewAreas(len(l.zones), func(i int) orb.MultiPolygon { return l.zones[i].Area })
		l.parent, l.named = make([]Ref, len(l.zones)), make([]bool, len(l.zones))
		t.tiers = append(t.tiers, l)
	}
	t.findParents()
	return t
}

// findParents links every zone to the one around it.
func (t *Tree) findParents() {
	byID := make(map[string]Ref) // zones of the levels gone through so far
	for rank, l := range t.tiers {
		for k := range l.zones {
			zone := &l.zones[k]
			parent, named := byID[zone.Parent]
			if !named {
				parent = t.innermost(geo.InteriorPoint(zone.Area), rank)
			}
			l.parent[k], l.named[k] = parent, named
			zone.Parent = ""
			if parent != NoZone {
				zone.Parent = t.At(parent).ID
			}
		}
		for k := range l.zones {
			byID[l.zones[k].ID] = Ref{rank, int32(k)}
			if l.name == coverage.LevelBuilding {
				t.buildings[l.zones[k].ID] = Ref{rank, int32(k)}
			}
		}
	}
}

// Innermost is the zone that holds p of the innermost level there is; NoZone
// if none does.
func (t *Tree) Innermost(p orb.Point) Ref { return t.innermost(p, len(t.tiers)) }

// Home is the zone that a demand point belongs to: the building it names, if
// that is a zone, else the innermost zone that holds its place. It is outside
// if there are zones and none is its own; without zones nothing is outside.
func (t *Tree) Home(d *coverage.Demand) (home Ref, outside bool) {
	home, known := t.buildings[d.Building]
	if !known {
		home = t.Innermost(d.At)
	}
	return home, home == NoZone && len(t.tiers) > 0
}

// innermost looks only at levels outside limit.
func (t *Tree) innermost(p orb.Point, limit int) Ref {
	for rank := limit - 1; rank >= 0; rank-- {
		if zone, ok := t.tiers[rank].areas.First(p); ok {
			return Ref{rank, int32(zone)}
		}
	}
	return NoZone
}

// At is a zone of the tree.
func (t *Tree) At(r Ref) *Zone { return &t.tiers[r.Rank].zones[r.Zone] }

// Parent is the zone around a zone; NoZone at the outermost.
func (t *Tree) Parent(r Ref) Ref { return t.tiers[r.Rank].parent[r.Zone] }

// Levels lists the levels there are zones of, outermost first.
func (t *Tree) Levels() []coverage.Level {
	names := make([]coverage.Level, len(t.tiers))
	for i, l := range t.tiers {
		names[i] = l.name
	}
	return names
}

// Rank is the place of a level in Levels; -1 if it has no zones.
func (t *Tree) Rank(name coverage.Level) int {
	for rank, l := range t.tiers {
		if l.name == name {
			return rank
		}
	}
	return -1
}

// Zones lists the zones of a level in the order of their ids; nil if it has
// none.
func (t *Tree) Zones(name coverage.Level) []Zone {
	if rank := t.Rank(name); rank >= 0 {
		return t.tiers[rank].zones
	}
	return nil
}
