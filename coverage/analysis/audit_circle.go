package analysis

import (
	"context"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/standard"
	"kaimen/geo"
)

// circle is the ground within a radius of a place, as a polygon in meters.
type circle struct {
	center       orb.Point
	inner, outer float64 // meters from the center that are inside all round, and beyond which nothing is
	shape        orb.MultiPolygon
}

// corners makes a regular polygon differ from the circle of its area by 0.04 %
// of it: by 1/6 (2π/corners)².
const corners = 128

// circleAbout makes a circle. The polygon has its area: its corners lie outside of
// the true line by 0.02 % of the radius, the middles of its sides inside by 0.01 %.
func circleAbout(center orb.Point, radius float64) circle {
	const step = 2 * math.Pi / corners
	outer := radius * math.Sqrt(step/math.Sin(step))
	ring := make(orb.Ring, corners, corners+1)
	for i := range ring {
		sin, cos := math.Sincos(step * float64(i))
		ring[i] = orb.Point{center[0] + outer*cos, center[1] + outer*sin}
	}
	return circle{center, outer * math.Cos(step/2), outer, orb.MultiPolygon{{append(ring, ring[0])}}}
}

// holds tells whether all of a box is inside.
func (c *circle) holds(b orb.Bound) bool {
	dx := max(c.center[0]-b.Min[0], b.Max[0]-c.center[0])
	dy := max(c.center[1]-b.Min[1], b.Max[1]-c.center[1])
	return math.Hypot(dx, dy) < c.inner
}

// misses tells whether nothing of a box is inside.
func (c *circle) misses(b orb.Bound) bool {
	dx := max(b.Min[0]-c.center[0], 0, c.center[0]-b.Max[0])
	dy := max(b.Min[1]-c.center[1], 0, c.center[1]-b.Max[1])
	return math.Hypot(dx, dy) > c.outer
}

// radiiOf is how far each facility of the kinds serves, 0 for those that are not
// used; it tells the summary what became of them.
func radiiOf(b *base, o AuditOptions, s *AuditSummary) []float64 {
	radii := make([]float64, len(b.Facilities))
	s.SetAside, s.Classes = []AuditAside{}, make([]AuditClassCount, len(o.Classes))
	for i, class := range o.Classes {
		s.Classes[i].RadiusClass = class
	}
	aside := map[string]int{}
	for f := range b.Facilities {
		x := &b.Facilities[f]
		if !slices.Contains(o.Kinds, x.Kind) {
			continue
		}
		s.Facilities++
		switch k := classOf(o.Classes, x.AreaM2); {
		case o.RadiusM != nil:
			radii[f] = *o.RadiusM
		case x.AreaM2 == nil:
			aside[AsideAreaUnknown]++
			continue
		case k < 0:
			aside[AsideNoClass]++
			continue
		default:
			radii[f] = o.Classes[k].Meters
			s.Classes[k].Facilities++
		}
		s.Used++
		if len(x.Outline) > 0 {
			s.FromOutline++
		} else {
			s.FromPoints++
		}
	}
	for _, reason := range []string{AsideAreaUnknown, AsideNoClass} {
		if n := aside[reason]; n > 0 {
			s.SetAside = append(s.SetAside, AuditAside{reason, n})
		}
	}
	return radii
}

// servedBy is the ground within the radii of facilities: circles about places, and
// grounds about outlines. An outline only adds to the circles, as an entrance may
// lie outside of it.
func servedBy(ctx context.Context, facilities []coverage.Facility, radii []float64, plane geo.Plane) (circles []circle, grounds []ground, err error) {
	var drawn []int
	for f, radius := range radii {
		if radius == 0 {
			continue
		}
		x := &facilities[f]
		for _, at := range append([]orb.Point{x.At}, x.Entrances...) {
			circles = append(circles, circleAbout(flatPoint(plane, at), radius))
		}
		if len(x.Outline) > 0 {
			drawn = append(drawn, f)
		}
	}
	about := make([][]ground, len(drawn))
	err = each(len(drawn), func(i int) error {
		about[i] = outlineGround(facilities[drawn[i]].Outline, plane, radii[drawn[i]])
		return ctx.Err()
	})
	return circles, slices.Concat(about...), err
}

// classOf is the class of an area, -1 if it is of none.
func classOf(classes []standard.RadiusClass, areaM2 *float64) int {
	return slices.IndexFunc(classes, func(c standard.RadiusClass) bool {
		from, to := areasOf(c)
		return areaM2 != nil && *areaM2 >= from && *areaM2 < to
	})
}
