package zonal

import (
	"github.com/paulmach/orb"

	"kaimen/coverage"
)

// Amounts sums the weights of the demand points that a test holds for, by the
// zones of a level in the order of Of; the last sum is of the demand of the
// study in none of them.
func (z *Zones) Amounts(name coverage.Level, weights []coverage.Amount, holds func(i int) bool) []coverage.Amount {
	home := z.homes(name)
	sums := make([]coverage.Amount, len(z.Of(name))+1)
	for i, w := range weights {
		if w != 0 && !z.Outside[i] && holds(i) {
			sums[home(int32(i))] += w
		}
	}
	return sums
}

// HomeAt tells, for a level, the place in Of of the zone that each demand point
// lies in, -1 where it lies in none or outside all boundaries.
func (z *Zones) HomeAt(name coverage.Level) func(i int) int {
	home, last := z.homes(name), len(z.Of(name))
	return func(i int) int {
		if k := home(int32(i)); k < last && !z.Outside[i] {
			return k
		}
		return -1
	}
}

// SiteAt is HomeAt for facilities.
func (z *Zones) SiteAt(name coverage.Level) func(f int) int {
	l := z.level(name)
	return func(f int) int {
		switch {
		case z.outsideFacilities[f]:
			return -1
		case l == nil:
			return 0
		}
		return int(l.facilities[f])
	}
}

// PlaceAt finds, for a level, the zone that a place falls into, as its place in
// Of; -1 for none. The study holds what lies in a zone of any level, and all
// where there are no zones.
func (z *Zones) PlaceAt(name coverage.Level) func(p orb.Point) int {
	rank := z.tree.Rank(name)
	return func(p orb.Point) int {
		home := z.tree.Innermost(p)
		if rank < 0 {
			if home == NoZone && len(z.members) > 0 {
				return -1
			}
			return 0
		}
		for home != NoZone && home.Rank != rank {
			home = z.tree.Parent(home)
		}
		return int(home.Zone) // -1 of NoZone
	}
}

// Holding tells, for a level, whether the zone of a demand point holds a
// facility of those wanted.
func (z *Zones) Holding(name coverage.Level, wanted []bool) func(i int) bool {
	held := make([]bool, len(z.Of(name)))
	site, home := z.SiteAt(name), z.HomeAt(name)
	for f, ok := range wanted {
		if k := site(f); ok && k >= 0 {
			held[k] = true
		}
	}
	return func(i int) bool {
		k := home(i)
		return k >= 0 && held[k]
	}
}

// CountInside counts, by the zones of a level in the order of Of, the zones of
// an inner level within each that a test holds for.
func (z *Zones) CountInside(inner, outer coverage.Level, holds func(*Zone) bool) []int {
	counts := make([]int, len(z.Of(outer)))
	rank, around := z.tree.Rank(inner), z.tree.Rank(outer)
	for k := range z.tree.Zones(inner) {
		if !holds(&z.tree.Zones(inner)[k]) {
			continue
		}
		if outer == coverage.LevelStudy {
			counts[0]++
			continue
		}
		for r := (Ref{rank, int32(k)}); r != NoZone && r.Rank >= around; r = z.tree.Parent(r) {
			if r.Rank == around {
				counts[r.Zone]++
			}
		}
	}
	return counts
}
