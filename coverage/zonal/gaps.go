package zonal

import (
	"context"
	"strings"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/geo/overlay"
)

// gaps finds the ground of every zone that none of the zones in it holds, and
// the holes between the outermost zones.
func (a *audit) gaps(ctx context.Context) error {
	children := make(map[Ref][]Ref)
	for rank, l := range a.tree.tiers {
		if !a.tiles(rank) {
			continue
		}
		for k, parent := range l.parent {
			children[parent] = append(children[parent], Ref{rank, int32(k)})
		}
	}
	for rank, l := range a.tree.tiers {
		for k := range l.zones {
			if err := ctx.Err(); err != nil {
				return err
			}
			around := Ref{rank, int32(k)}
			if list := children[around]; len(list) > 0 {
				a.gapsIn(&l.zones[k], a.shapes[rank][k], list)
			}
		}
	}
	if list := children[NoZone]; len(list) > 1 {
		a.gapsIn(nil, nil, list)
	}
	return nil
}

// gapsIn tells the gaps that the zones of list leave in the zone around them,
// or, without one, the holes that they enclose.
func (a *audit) gapsIn(zone *Zone, around orb.MultiPolygon, list []Ref) {
	shapes := make([]orb.MultiPolygon, len(list))
	for i, ref := range list {
		shapes[i] = a.shapes[ref.Rank][ref.Zone]
	}
	first := a.tree.At(list[0])
	joined, err := overlay.Union(shapes...)
	if err != nil {
		a.incomparable(first, "the zones beside it", err)
		return
	}
	if zone == nil {
		around = holes(joined) // a hole may hold zones of its own
	}
	left, err := overlay.Difference(around, joined)
	if err != nil {
		a.incomparable(first, "the zones beside it", err)
		return
	}
	rank := list[0].Rank // the outermost of them
	pieces, area := a.sort(rank, left)
	a.reports[rank].Gaps += len(pieces)
	a.reports[rank].GapM2 += area
	for _, p := range pieces {
		near := a.near(p.shape, list, shapes)
		beside := beside(near)
		if zone == nil {
			if len(near) > 0 {
				first = near[0]
			}
			a.warn(coverage.ReasonGap, first, a.inside(p.shape),
				"a hole of %.0f m² between the zones, %s; people there count in no zone; draw the zones so that they meet", p.area, beside)
			continue
		}
		a.warn(coverage.ReasonGap, zone, a.inside(p.shape),
			"%.0f m² of it lie in no %s, %s; people there count in it, but in none of its parts; draw these so that they meet",
			p.area, first.Level, beside)
	}
}

// holes are the holes of areas as areas of their own.
func holes(m orb.MultiPolygon) orb.MultiPolygon {
	var out orb.MultiPolygon
	for _, polygon := range m {
		for _, ring := range polygon[min(1, len(polygon)):] {
			out = append(out, orb.Polygon{ring})
		}
	}
	return out
}

// near lists the zones that border on a gap.
func (a *audit) near(gap orb.Polygon, list []Ref, shapes []orb.MultiPolygon) []*Zone {
	const meets = 0.01
	box := gap.Bound().Pad(meets)
	var zones []*Zone
	for i, ref := range list {
		if !shapes[i].Bound().Intersects(box) {
			continue
		}
		if d, ok := overlay.Distance(orb.MultiPolygon{gap}, shapes[i]); ok && d <= meets {
			zones = append(zones, a.tree.At(ref))
		}
	}
	return zones
}

// beside names zones, at most five.
func beside(zones []*Zone) string {
	const named = 5
	var ids []string
	for _, zone := range zones[:min(len(zones), named)] {
		ids = append(ids, zone.ID)
	}
	switch {
	case len(zones) == 0:
		return "beside none of its zones"
	case len(zones) > named:
		ids = append(ids, "…")
	}
	return "beside " + strings.Join(ids, ", ")
}
