package analysis

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"kaimen/coverage"
	"kaimen/coverage/zonal"
	"kaimen/geo"
	"kaimen/geo/index"
	"kaimen/geo/overlay"
)

func findAudit(ctx context.Context, w *work[AuditOptions], a *AuditAnswer) error {
	plane := geo.PlaneOf(w.base.Bounds())
	circles, used := circlesOf(w.base, w.Options, plane, &a.Summary)
	land, err := landOf(ctx, w.base, w.Options.Land, plane)
	if err != nil {
		return err
	}
	zones := zonesOn(w.base.zones.Of(w.Level), plane)
	shares := make([]landShare, len(land))
	if err := each(len(land), func(i int) (err error) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		shares[i], err = share(land[i], circles, zones)
		return err
	}); err != nil {
		return err
	}
	a.Rows = auditRows(w, used)
	for _, s := range shares { // in order: sums of floats hang on it
		a.Summary.LandM2 += s.land
		a.Summary.CoveredM2 += s.land - s.open
		a.Summary.OutsideM2 += s.outside
		for _, in := range s.zones {
			a.Rows[in.zone].LandM2 += in.land
			a.Rows[in.zone].CoveredM2 += in.land - in.open
		}
	}
	for k := range a.Rows {
		row := &a.Rows[k]
		row.LandM2, row.CoveredM2, row.CoverageRate = auditFigures(row.LandM2, row.CoveredM2)
	}
	s := &a.Summary
	s.Method, s.OutsideM2 = StraightLine, squareCentimeters(s.OutsideM2)
	s.LandM2, s.CoveredM2, s.CoverageRate = auditFigures(s.LandM2, s.CoveredM2)
	tellAudit(w, a)
	return nil
}

// auditRows are the zones of the level without their figures.
func auditRows(w *work[AuditOptions], used []bool) []AuditRow {
	zones := w.base.zones.Of(w.Level)
	rows := make([]AuditRow, len(zones))
	for k := range zones {
		rows[k] = AuditRow{ZoneHead: headOf(&zones[k]), Method: StraightLine}
	}
	site := w.base.zones.SiteAt(w.Level)
	for f, ok := range used {
		if k := site(f); ok && k >= 0 {
			rows[k].FacilitiesInside++
		}
	}
	return rows
}

// tellAudit says what is left out, and of the question that neither ways nor
// people play a part.
func tellAudit(w *work[AuditOptions], a *AuditAnswer) {
	a.Question.Profile, a.Question.Cohort, a.Question.Direction, a.Question.CutoffS, a.Question.CutoffM = "", "", "", nil, nil
	a.Warnings = slices.DeleteFunc(a.Warnings, func(x Warning) bool { return x.Code != coverage.ReasonSynthetic })
	a.Warnings = append(a.Warnings, w.grounds.told...)
	a.Warnings = append(a.Warnings, Warning{
		Code:    StraightLine,
		Message: "covered is what lies within a radius in a straight line: it is no walking distance, and the way there may be much longer",
	})
	if a.Summary.Facilities == 0 {
		a.Warnings = append(a.Warnings, Warning{
			Code: coverage.ReasonNoFacility, Layer: coverage.LayerFacilities,
			Message: fmt.Sprintf("the study has no facility of the kinds %s", join(w.Options.Kinds)),
		})
	}
	for _, aside := range a.Summary.SetAside {
		if aside.Reason == AsideAreaUnknown {
			a.Warnings = append(a.Warnings, Warning{
				Code: AsideAreaUnknown, Layer: coverage.LayerFacilities, Count: aside.Facilities,
				Message: fmt.Sprintf("%d facilities of the kinds %s have no area, so that they are of no class and cover nothing; give their area_m2, or ask with radius_m",
					aside.Facilities, join(w.Options.Kinds)),
			})
		}
	}
}

// auditFigures rounds areas to square centimeters, below what drawing is good
// for, and tells their share.
func auditFigures(land, covered float64) (landM2, coveredM2 float64, rate *float64) {
	landM2 = squareCentimeters(land)
	coveredM2 = min(max(squareCentimeters(covered), 0), landM2)
	if landM2 > 0 {
		share := coveredM2 / landM2
		rate = &share
	}
	return landM2, coveredM2, rate
}

func squareCentimeters(m2 float64) float64 { return math.Round(m2*1e4) / 1e4 }

// circle is the ground within a radius of a place, as a polygon in meters.
type circle struct {
	center       orb.Point
	inner, outer float64 // meters from the center that are inside all round, and beyond which nothing is
	shape        orb.MultiPolygon
}

// corners makes a regular polygon differ from the circle of its area by 0.04 %
// of it: by 1/6 (2π/corners)².
const corners = 128

// circleAbout makes a circle. The polygon has exactly its area: its corners lie
// as much outside of the true line as the middles of its sides lie inside, which
// is at most 0.02 % of the radius.
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

// circlesOf are the circles about the facilities of the kinds, and which of them
// are used; it tells the summary what became of them.
func circlesOf(b *base, o AuditOptions, plane geo.Plane, s *AuditSummary) (list []circle, used []bool) {
	used = make([]bool, len(b.Facilities))
	s.SetAside, s.Classes = []AuditAside{}, make([]AuditClassCount, len(o.Classes))
	for i, class := range o.Classes {
		s.Classes[i].AuditClass = class
	}
	aside := map[string]int{}
	for f := range b.Facilities {
		x := &b.Facilities[f]
		if !slices.Contains(o.Kinds, x.Kind) {
			continue
		}
		s.Facilities++
		radius := 0.0
		switch k := classOf(o.Classes, x.AreaM2); {
		case o.RadiusM != nil:
			radius = *o.RadiusM
		case x.AreaM2 == nil:
			aside[AsideAreaUnknown]++
			continue
		case k < 0:
			aside[AsideNoClass]++
			continue
		default:
			radius = o.Classes[k].Meters
			s.Classes[k].Facilities++
		}
		used[f] = true
		s.Used++
		for _, at := range append([]orb.Point{x.At}, x.Entrances...) {
			list = append(list, circleAbout(flatPoint(plane, at), radius))
		}
	}
	for _, reason := range []string{AsideAreaUnknown, AsideNoClass} {
		if n := aside[reason]; n > 0 {
			s.SetAside = append(s.SetAside, AuditAside{reason, n})
		}
	}
	return list, used
}

// classOf is the class of an area, -1 if it is of none.
func classOf(classes []AuditClass, areaM2 *float64) int {
	return slices.IndexFunc(classes, func(c AuditClass) bool {
		return areaM2 != nil && *areaM2 >= c.MinAreaM2 && *areaM2 < c.end()
	})
}

// landOf is the land to be served, in meters: shapes that share no ground. What
// several areas hold is of the first of them.
func landOf(ctx context.Context, b *base, land string, plane geo.Plane) ([]orb.MultiPolygon, error) {
	areas := flat(landAreas(b, land), plane)
	boxes := index.NewBoxes(len(areas), func(i int) orb.Bound { return areas[i].Bound() })
	own := make([]orb.MultiPolygon, len(areas))
	err := each(len(areas), func(i int) (err error) {
		own[i] = areas[i]
		for _, k := range boxes.Meeting(areas[i].Bound(), nil) {
			if k >= i || ctx.Err() != nil {
				break
			}
			if own[i], err = overlay.Difference(own[i], areas[k]); err != nil {
				return err
			}
		}
		return ctx.Err()
	})
	return own, err
}

// landAreas are the areas of a kind of land, in degrees.
func landAreas(b *base, land string) (areas []orb.MultiPolygon) {
	switch land {
	case LandEstates:
		for i := range b.Estates {
			areas = append(areas, b.Estates[i].Area)
		}
	case LandBuildings:
		lived := b.livedIn()
		for i := range b.Buildings {
			if lived(i) {
				areas = append(areas, b.Buildings[i].Area)
			}
		}
	case LandCover:
		for i := range b.LandCover {
			if built(b.LandCover[i]) {
				areas = append(areas, b.LandCover[i].Area)
			}
		}
	}
	return areas
}

// flat puts areas on a plane.
func flat(areas []orb.MultiPolygon, plane geo.Plane) []orb.MultiPolygon {
	out := make([]orb.MultiPolygon, len(areas))
	for i, area := range areas {
		for _, polygon := range area {
			var rings orb.Polygon
			for _, ring := range polygon {
				points := make(orb.Ring, len(ring))
				for k, ll := range ring {
					points[k] = flatPoint(plane, ll)
				}
				rings = append(rings, points)
			}
			out[i] = append(out[i], rings)
		}
	}
	return out
}

func flatPoint(plane geo.Plane, ll orb.Point) orb.Point {
	x, y := plane.ToXY(ll)
	return orb.Point{x, y}
}

// zonesOnPlane are the zones of a level, in meters; the study is everywhere.
type zonesOnPlane struct {
	everywhere bool
	areas      []orb.MultiPolygon
	holding    *index.Areas
	edges      *index.Boxes // of all rings
	owners     []int        // by edge: its zone
}

func zonesOn(zones []zonal.Zone, plane geo.Plane) *zonesOnPlane {
	if len(zones) == 1 && zones[0].Level == coverage.LevelStudy {
		return &zonesOnPlane{everywhere: true}
	}
	areas := make([]orb.MultiPolygon, len(zones))
	for k := range zones {
		areas[k] = zones[k].Area
	}
	z := &zonesOnPlane{areas: flat(areas, plane)}
	z.holding = index.NewAreas(len(z.areas), func(i int) orb.MultiPolygon { return z.areas[i] })
	var edges []orb.Bound
	for k, area := range z.areas {
		for _, polygon := range area {
			for _, ring := range polygon {
				for i := 1; i < len(ring); i++ {
					edges = append(edges, orb.MultiPoint{ring[i-1], ring[i]}.Bound())
					z.owners = append(z.owners, k)
				}
			}
		}
	}
	z.edges = index.NewBoxes(len(edges), func(i int) orb.Bound { return edges[i] })
	return z
}

// about tells which zones land lies in: wholly, where no edge of the zone comes
// near its box, or perhaps in part. Most land needs no overlay then.
func (z *zonesOnPlane) about(land orb.MultiPolygon) (whole, partly []int) {
	for _, i := range z.edges.Meeting(land.Bound(), nil) {
		partly = append(partly, z.owners[i])
	}
	slices.Sort(partly)
	partly = slices.Compact(partly)
	for _, k := range z.holding.Holding(land[0][0][0], nil) {
		if _, crossed := slices.BinarySearch(partly, k); !crossed {
			whole = append(whole, k)
		}
	}
	return whole, partly
}

// landShare is one piece of land: its area, what no circle holds of it, what no
// zone does, and its parts by zone.
type landShare struct {
	land, open, outside float64
	zones               []zoneShare
}

type zoneShare struct {
	zone       int
	land, open float64
}

// share measures a piece of land.
func share(land orb.MultiPolygon, circles []circle, zones *zonesOnPlane) (s landShare, err error) {
	if len(land) == 0 {
		return s, nil
	}
	open, err := uncovered(land, circles)
	if err != nil {
		return s, err
	}
	s.land, s.open = planar.Area(land), planar.Area(open)
	if zones.everywhere {
		s.zones = []zoneShare{{0, s.land, s.open}}
		return s, nil
	}
	whole, partly := zones.about(land)
	for _, k := range whole {
		s.zones = append(s.zones, zoneShare{k, s.land, s.open})
	}
	left := land
	for _, k := range partly {
		inside, err := overlay.Intersection(land, zones.areas[k])
		if err != nil {
			return s, err
		}
		bare, err := overlay.Intersection(open, zones.areas[k])
		if err != nil {
			return s, err
		}
		s.zones = append(s.zones, zoneShare{k, planar.Area(inside), planar.Area(bare)})
		if left, err = overlay.Difference(left, zones.areas[k]); err != nil {
			return s, err
		}
	}
	if len(whole) == 0 {
		s.outside = planar.Area(left)
	}
	return s, nil
}

// uncovered is the land that no circle holds: each takes its own away, so that
// what several hold counts once, and no union of all is needed.
func uncovered(land orb.MultiPolygon, circles []circle) (orb.MultiPolygon, error) {
	box := land.Bound()
	if slices.ContainsFunc(circles, func(c circle) bool { return c.holds(box) }) {
		return nil, nil
	}
	for i := range circles {
		var err error
		if land, err = overlay.Difference(land, circles[i].shape); err != nil || len(land) == 0 {
			return nil, err
		}
	}
	return land, nil
}
