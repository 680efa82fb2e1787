package zonal

import (
	"kaimen/coverage"
)

// Zones divides a snapshot: the zones of each level, and the zone that each
// demand point and each facility falls into. It is built once, then only read.
//
// A point belongs to the innermost zone that holds it, and through that zone's
// parents to one zone of each outer level. So a zone's sum is the sum of the
// zones in it and of what lies in none of them.
type Zones struct {
	tree    *Tree
	members []members // by rank in tree
	study   Zone
	// Outside tells, by demand point, that it lies in no zone of any level. It
	// is never so in a study without zones. outsideFacilities is the same by
	// facility.
	Outside           []bool
	outsideFacilities []bool
}

// members holds, for one level, the zone of each point or -1.
type members struct {
	demand     []int32
	facilities []int32
}

// Divide assigns the demand and facilities of s to its zones.
//
// Cost: O((D+F) log Z) and the edges of the zones near each point.
func Divide(s *coverage.Snapshot) *Zones {
	z := &Zones{
		tree:              Arrange(s.Boundaries, s.Buildings),
		study:             Zone{ID: s.Study.ID, Name: studyName(s.Study), Level: coverage.LevelStudy},
		Outside:           make([]bool, len(s.Demand)),
		outsideFacilities: make([]bool, len(s.Facilities)),
	}
	z.members = make([]members, len(z.tree.tiers))
	for rank := range z.members {
		z.members[rank] = members{unassigned(len(s.Demand)), unassigned(len(s.Facilities))}
	}
	z.assignDemand(s)
	for i := range s.Facilities {
		home := z.tree.Innermost(s.Facilities[i].At)
		z.claim(home, i, func(m members) []int32 { return m.facilities })
		z.outsideFacilities[i] = home == NoZone && len(z.members) > 0
	}
	return z
}

func studyName(s coverage.Study) string {
	if s.Name.ZH != "" {
		return s.Name.ZH
	}
	return s.Name.EN
}

func unassigned(n int) []int32 {
	list := make([]int32, n)
	for i := range list {
		list[i] = -1
	}
	return list
}

// claim writes to the lists of every level the zone that point i falls into,
// from r outward.
func (z *Zones) claim(r Ref, i int, list func(members) []int32) {
	for r != NoZone {
		list(z.members[r.Rank])[i] = r.Zone
		r = z.tree.Parent(r)
	}
}

func (z *Zones) assignDemand(s *coverage.Snapshot) {
	for i := range s.Demand {
		home, outside := z.tree.Home(&s.Demand[i])
		z.claim(home, i, func(m members) []int32 { return m.demand })
		z.Outside[i] = outside
	}
}

// Levels lists the levels there are zones of, the study first.
func (z *Zones) Levels() []coverage.Level {
	return append([]coverage.Level{coverage.LevelStudy}, z.tree.Levels()...)
}

// Of lists the zones of a level in the order of their ids; nil if it has none.
func (z *Zones) Of(name coverage.Level) []Zone {
	if name == coverage.LevelStudy {
		return []Zone{z.study}
	}
	return z.tree.Zones(name)
}

// HoldingDemand is the zone of a level that demand point i lies in; false if
// it lies in none.
func (z *Zones) HoldingDemand(name coverage.Level, i int) (Zone, bool) {
	if m := z.level(name); m != nil && m.demand[i] >= 0 {
		return z.tree.Zones(name)[m.demand[i]], true
	}
	return Zone{}, false
}

// level is nil for the study and for a level without zones.
func (z *Zones) level(name coverage.Level) *members {
	if rank := z.tree.Rank(name); rank >= 0 {
		return &z.members[rank]
	}
	return nil
}
