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

// Zones divides a snapshot: the zones of each level, and the zone that each
// demand point and each facility falls into. It is built once, then only read.
//
// A point belongs to the innermost zone that holds it, and through that zone's
// parents to one zone of each outer level. Parents are taken by id where the
// boundary names one, else by place. So a zone's sum is the sum of the zones
// in it and of what lies in none of them.
type Zones struct {
	levels []*level // outermost first; the study itself is not among them
	study  Zone
	// Outside tells, by demand point, that it lies in no zone of any level. It
	// is never so in a study without zones. outsideFacilities is the same by
	// facility.
	Outside           []bool
	outsideFacilities []bool
}

// level holds the zones of one level, with the zone of each point or -1.
type level struct {
	name       coverage.Level
	zones      []Zone
	parent     []ref
	areas      *index.Areas
	demand     []int32
	facilities []int32
}

// ref is a zone by the rank of its level in Zones.levels and its place there.
type ref struct {
	rank int
	zone int32
}

// none is the ref of no zone.
var none = ref{-1, -1}

// Divide assigns the demand and facilities of s to its zones.
//
// Cost: O((D+F) log Z) and the edges of the zones near each point.
func Divide(s *coverage.Snapshot) *Zones {
	z := &Zones{
		study:             Zone{ID: s.Study.ID, Name: studyName(s.Study), Level: coverage.LevelStudy},
		Outside:           make([]bool, len(s.Demand)),
		outsideFacilities: make([]bool, len(s.Facilities)),
	}
	z.collect(s)
	z.findParents()
	z.assignDemand(s)
	for i := range s.Facilities {
		home := z.innermost(s.Facilities[i].At, len(z.levels))
		z.claim(home, i, func(l *level) []int32 { return l.facilities })
		z.outsideFacilities[i] = home == none && len(z.levels) > 0
	}
	return z
}

func studyName(s coverage.Study) string {
	if s.Name.ZH != "" {
		return s.Name.ZH
	}
	return s.Name.EN
}

// collect lists the zones of every level that has any, outermost first.
func (z *Zones) collect(s *coverage.Snapshot) {
	for _, name := range coverage.Levels()[1:] {
		l := &level{name: name}
		for i := range s.Boundaries {
			if b := &s.Boundaries[i]; b.Level == name {
				l.zones = append(l.zones, Zone{b.ID, b.Name, name, b.Parent, b.Kind, b.Area})
			}
		}
		if name == coverage.LevelBuilding {
			for i := range s.Buildings {
				b := &s.Buildings[i]
				l.zones = append(l.zones, Zone{b.ID, b.Name, name, "", b.Use, b.Area})
			}
		}
		if len(l.zones) == 0 {
			continue
		}
		l.areas = index.NewAreas(len(l.zones), func(i int) orb.MultiPolygon { return l.zones[i].Area })
		l.demand = unassigned(len(s.Demand))
		l.facilities = unassigned(len(s.Facilities))
		l.parent = make([]ref, len(l.zones))
		z.levels = append(z.levels, l)
	}
}

func unassigned(n int) []int32 {
	list := make([]int32, n)
	for i := range list {
		list[i] = -1
	}
	return list
}

// findParents links every zone to the one around it: the boundary it names as
// its parent, else the innermost zone of an outer level that holds it.
func (z *Zones) findParents() {
	byID := make(map[string]ref) // boundaries of the levels gone through so far
	for rank, l := range z.levels {
		for k := range l.zones {
			zone := &l.zones[k]
			parent, named := byID[zone.Parent]
			if !named {
				parent = z.innermost(geo.InteriorPoint(zone.Area), rank)
			}
			l.parent[k] = parent
			zone.Parent = ""
			if parent != none {
				zone.Parent = z.levels[parent.rank].zones[parent.zone].ID
			}
		}
		for k := range l.zones {
			byID[l.zones[k].ID] = ref{rank, int32(k)}
		}
	}
}

// innermost is the zone that holds p of the innermost level outside limit.
// Where zones of one level overlap, the one first by id has the point.
func (z *Zones) innermost(p orb.Point, limit int) ref {
	for rank := limit - 1; rank >= 0; rank-- {
		if zone, ok := z.levels[rank].areas.First(p); ok {
			return ref{rank, int32(zone)}
		}
	}
	return none
}

// claim writes to the lists of every level the zone that point i falls into,
// from r outward.
func (z *Zones) claim(r ref, i int, list func(*level) []int32) {
	for r != none {
		l := z.levels[r.rank]
		list(l)[i] = r.zone
		r = l.parent[r.zone]
	}
}

func (z *Zones) assignDemand(s *coverage.Snapshot) {
	building := make(map[string]ref)
	if n := len(z.levels); n > 0 && z.levels[n-1].name == coverage.LevelBuilding {
		for k := range z.levels[n-1].zones {
			building[z.levels[n-1].zones[k].ID] = ref{n - 1, int32(k)}
		}
	}
	for i := range s.Demand {
		d := &s.Demand[i]
		home, known := building[d.Building]
		if !known {
			home = z.innermost(d.At, len(z.levels))
		}
		z.claim(home, i, func(l *level) []int32 { return l.demand })
		z.Outside[i] = home == none && len(z.levels) > 0
	}
}

// Levels lists the levels there are zones of, the study first.
func (z *Zones) Levels() []coverage.Level {
	names := []coverage.Level{coverage.LevelStudy}
	for _, l := range z.levels {
		names = append(names, l.name)
	}
	return names
}

// Of lists the zones of a level in the order of their ids; nil if it has none.
func (z *Zones) Of(name coverage.Level) []Zone {
	if name == coverage.LevelStudy {
		return []Zone{z.study}
	}
	if l := z.level(name); l != nil {
		return l.zones
	}
	return nil
}

// HoldingDemand is the zone of a level that demand point i lies in; false if
// it lies in none.
func (z *Zones) HoldingDemand(name coverage.Level, i int) (Zone, bool) {
	if l := z.level(name); l != nil && l.demand[i] >= 0 {
		return l.zones[l.demand[i]], true
	}
	return Zone{}, false
}

func (z *Zones) level(name coverage.Level) *level {
	for _, l := range z.levels {
		if l.name == name {
			return l
		}
	}
	return nil
}
