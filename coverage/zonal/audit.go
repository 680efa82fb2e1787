package zonal

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/geo"
	"kaimen/geo/index"
	"kaimen/geo/overlay"
)

// Tolerance tells a sliver, which comes of drawing one line twice, from a gap
// or an overlap that somebody may live in.
type Tolerance struct {
	WidthMeters float64 // the mean width, 2·area/perimeter, below which it is a sliver
	AreaM2      float64 // the area below which it is one
}

// Slivers is the usual Tolerance: two meters are about the error of a boundary
// drawn from an image, and a hundred square meters hold no home of a survey.
var Slivers = Tolerance{WidthMeters: 2, AreaM2: 100}

// walls is the Tolerance for buildings: outlines drawn from images overlap by a
// wall where houses stand in a row.
var walls = Tolerance{WidthMeters: 1, AreaM2: 5}

// sliver tells whether a polygon in meters is one.
func (t Tolerance) sliver(p orb.Polygon) bool {
	area, round := xyArea(p), 0.0
	for _, ring := range p {
		for i := 1; i < len(ring); i++ {
			round += math.Hypot(ring[i][0]-ring[i-1][0], ring[i][1]-ring[i-1][1])
		}
	}
	return area < t.AreaM2 || 2*area < t.WidthMeters*round
}

// audit is one run of Audit. Shapes are in meters of the plane, on a
// millimeter grid, so that edges drawn alike are alike.
type audit struct {
	tree    *Tree
	plane   geo.Plane
	limit   Tolerance
	shapes  [][]orb.MultiPolygon // by rank and zone
	reports []coverage.LevelReport
	issues  []coverage.Issue
	thin    []piece // by rank: the largest sliver, to show one place
}

// piece is a polygon of a finding with its area.
type piece struct {
	shape orb.Polygon
	area  float64
}

// Audit looks at how the zones of a tree fit together: zones without a parent,
// gaps and overlaps between the zones of one level, zones that reach beyond
// their parent, and zones that stand twice. Every issue is a warning with its
// place; slivers are only counted, and told once for each level. Buildings need
// not tile anything nor keep within their parent: of them, parents, overlaps
// and those that stand twice are told, the first twenty of each one by one.
//
// Holds:  the order of the zones changes nothing.
// Errors: ctx.Err() if ctx ends first.
// Cost:   an overlay for every two zones whose boxes meet, and one union for
// each parent.
func Audit(ctx context.Context, t *Tree, limit Tolerance) ([]coverage.LevelReport, []coverage.Issue, error) {
	a := &audit{tree: t, limit: limit, plane: planeOf(t), thin: make([]piece, len(t.tiers))}
	for rank, l := range t.tiers {
		a.reports = append(a.reports, coverage.LevelReport{Level: l.name, Zones: len(l.zones)})
		shapes := make([]orb.MultiPolygon, len(l.zones))
		for k := range l.zones {
			shapes[k] = a.toXY(l.zones[k].Area)
			a.reports[rank].AreaM2 += a.plane.MultiArea(l.zones[k].Area)
		}
		a.shapes = append(a.shapes, shapes)
	}
	for rank := range t.tiers {
		a.parents(rank)
		if err := a.overlaps(ctx, rank); err != nil {
			return nil, nil, err
		}
		if !a.tiles(rank) {
			continue
		}
		a.names(rank)
		if err := a.outside(ctx, rank); err != nil {
			return nil, nil, err
		}
	}
	if err := a.gaps(ctx); err != nil {
		return nil, nil, err
	}
	a.tellSlivers()
	for i := range a.reports {
		r := &a.reports[i]
		for _, area := range []*float64{&r.AreaM2, &r.GapM2, &r.OverlapM2, &r.OutsideM2, &r.SliverM2} {
			*area = math.Round(*area)
		}
	}
	return a.reports, a.issues, nil
}

// tiles tells whether the zones of a level ought to cover their parents.
func (a *audit) tiles(rank int) bool { return a.tree.tiers[rank].name != coverage.LevelBuilding }

// limitOf is what counts as a sliver between the zones of a level.
func (a *audit) limitOf(rank int) Tolerance {
	if a.tiles(rank) {
		return a.limit
	}
	return walls
}

func planeOf(t *Tree) geo.Plane {
	var box orb.Bound
	for i, l := range t.tiers {
		for k := range l.zones {
			if b := l.zones[k].Area.Bound(); i == 0 && k == 0 {
				box = b
			} else {
				box = box.Union(b)
			}
		}
	}
	return geo.PlaneOf(box)
}

func (a *audit) toXY(m orb.MultiPolygon) orb.MultiPolygon {
	out := make(orb.MultiPolygon, len(m))
	for i, polygon := range m {
		out[i] = make(orb.Polygon, len(polygon))
		for k, ring := range polygon {
			flat := make(orb.Ring, len(ring))
			for j, ll := range ring {
				x, y := a.plane.ToXY(ll)
				flat[j] = orb.Point{math.Round(x*1000) / 1000, math.Round(y*1000) / 1000}
			}
			out[i][k] = flat
		}
	}
	return out
}

// inside is a place in a piece, in degrees.
func (a *audit) inside(p orb.Polygon) *orb.Point {
	xy := geo.InteriorPoint(orb.MultiPolygon{p})
	at := a.plane.ToLL(xy[0], xy[1])
	return &at
}

func (a *audit) warn(code string, zone *Zone, at *orb.Point, format string, args ...any) {
	layer := coverage.LayerBoundaries
	a.issues = append(a.issues, coverage.Issue{
		Severity: coverage.SeverityWarning, Code: code, Layer: layer, Feature: zone.ID, At: at, Message: fmt.Sprintf(format, args...),
	})
}

// sort parts a finding into pieces worth telling, the largest first, and
// slivers, which are counted for a level.
func (a *audit) sort(rank int, m orb.MultiPolygon) (pieces []piece, area float64) {
	for _, polygon := range m {
		p := piece{polygon, xyArea(polygon)}
		if a.limitOf(rank).sliver(polygon) {
			a.reports[rank].Slivers++
			a.reports[rank].SliverM2 += p.area
			if p.area > a.thin[rank].area {
				a.thin[rank] = p
			}
			continue
		}
		pieces = append(pieces, p)
		area += p.area
	}
	slices.SortStableFunc(pieces, func(p, q piece) int {
		switch {
		case p.area > q.area:
			return -1
		case p.area < q.area:
			return 1
		}
		return 0
	})
	return pieces, area
}

// incomparable tells of two shapes that no overlay could be made of.
func (a *audit) incomparable(zone *Zone, with string, err error) {
	at := geo.InteriorPoint(zone.Area)
	a.warn(coverage.ReasonBadGeometry, zone, &at, "it could not be compared with %s, so that gaps and overlaps there are not told: %v", with, err)
}

// parents counts how the parents of a level were found.
func (a *audit) parents(rank int) {
	l, r := a.tree.tiers[rank], &a.reports[rank]
	for k := range l.zones {
		zone := &l.zones[k]
		if zone.Kind == coverage.KindDedicated {
			r.Dedicated++
		}
		switch {
		case l.named[k]:
			r.ByID++
		case l.parent[k] != NoZone:
			r.ByPlace++
		case rank > 0:
			if r.Orphans++; a.tiles(rank) || r.Orphans <= listed {
				at := geo.InteriorPoint(zone.Area)
				a.warn(coverage.ReasonOrphan, zone, &at,
					"it lies in no zone of an outer level (%s) and names none as its parent; look at its place, or name its parent",
					join(a.tree.Levels()[:rank]))
			}
		}
	}
	if more := r.Orphans - listed; more > 0 && !a.tiles(rank) {
		a.warn(coverage.ReasonOrphan, &Zone{}, nil, "%d more of level %s lie in no zone of an outer level", more, l.name)
	}
}

// listed is how many findings about buildings are told one by one.
const listed = 20

func join(levels []coverage.Level) string {
	words := make([]string, len(levels))
	for i, l := range levels {
		words[i] = string(l)
	}
	return strings.Join(words, ", ")
}

// names finds zones of one level with one name in one parent.
func (a *audit) names(rank int) {
	l := a.tree.tiers[rank]
	type home struct {
		parent Ref
		name   string
	}
	first := make(map[home]string)
	for k := range l.zones {
		zone := &l.zones[k]
		if zone.Name == "" {
			continue
		}
		other, taken := first[home{l.parent[k], zone.Name}]
		if !taken {
			first[home{l.parent[k], zone.Name}] = zone.ID
			continue
		}
		a.reports[rank].Duplicates++
		at := geo.InteriorPoint(zone.Area)
		a.warn(coverage.ReasonDuplicateZone, zone, &at, "%s of the same parent has the same name %q; look whether one of them stands twice", other, zone.Name)
	}
}

// overlaps compares every two zones of a level whose boxes meet.
func (a *audit) overlaps(ctx context.Context, rank int) error {
	l, shapes := a.tree.tiers[rank], a.shapes[rank]
	boxes := index.NewBoxes(len(shapes), func(i int) orb.Bound { return shapes[i].Bound() })
	var near []int
	for i := range shapes {
		if err := ctx.Err(); err != nil {
			return err
		}
		near = boxes.Meeting(shapes[i].Bound(), near[:0])
		for _, j := range near {
			if j <= i || !a.tiles(rank) && tooThin(shapes[i].Bound(), shapes[j].Bound()) {
				continue
			}
			shared, err := overlay.Intersection(shapes[i], shapes[j])
			if err != nil {
				a.incomparable(&l.zones[i], l.zones[j].ID, err)
				continue
			}
			a.overlap(rank, i, j, shared)
		}
	}
	a.tellMore(rank)
	return nil
}

// tooThin tells whether the shared part of two boxes is so small that what the
// buildings in them share is a sliver: no overlay is needed to know it.
func tooThin(a, b orb.Bound) bool {
	width, height := min(a.Max[0], b.Max[0])-max(a.Min[0], b.Min[0]), min(a.Max[1], b.Max[1])-max(a.Min[1], b.Min[1])
	return width*height < walls.AreaM2
}

func (a *audit) overlap(rank, i, j int, shared orb.MultiPolygon) {
	pieces, area := a.sort(rank, shared)
	if len(pieces) == 0 {
		return
	}
	r, zone, other := &a.reports[rank], &a.tree.tiers[rank].zones[i], &a.tree.tiers[rank].zones[j]
	const same = 0.999
	if area >= same*max(xyAreas(a.shapes[rank][i]), xyAreas(a.shapes[rank][j])) {
		if r.Duplicates++; a.tiles(rank) || r.Duplicates <= listed {
			a.warn(coverage.ReasonDuplicateZone, other, a.inside(pieces[0].shape), "%s has the same ground; leave one of them out", zone.ID)
		}
		return
	}
	r.Overlaps++
	r.OverlapM2 += area
	switch {
	case a.tiles(rank):
		a.warn(coverage.ReasonOverlap, zone, a.inside(pieces[0].shape),
			"it overlaps %s by %.0f m²; people there count in %s, the first by id; draw the line between them once", other.ID, area, zone.ID)
	case r.Overlaps <= listed:
		a.warn(coverage.ReasonOverlap, zone, a.inside(pieces[0].shape),
			"it overlaps the building %s by %.0f m²; that ground counts in both when people are shared out by floor area; draw one of them anew", other.ID, area)
	}
}

// tellMore tells how many findings about the overlaps of buildings were not
// told one by one.
func (a *audit) tellMore(rank int) {
	r := &a.reports[rank]
	if a.tiles(rank) {
		return
	}
	if more := r.Overlaps - listed; more > 0 {
		a.warn(coverage.ReasonOverlap, &Zone{}, nil, "%d more pairs of buildings overlap", more)
	}
	if more := r.Duplicates - listed; more > 0 {
		a.warn(coverage.ReasonDuplicateZone, &Zone{}, nil, "%d more buildings stand twice", more)
	}
}

// outside compares every zone with its parent.
func (a *audit) outside(ctx context.Context, rank int) error {
	l, r := a.tree.tiers[rank], &a.reports[rank]
	for k := range l.zones {
		parent := l.parent[k]
		if parent == NoZone {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		zone, around := &l.zones[k], a.tree.At(parent)
		beyond, err := overlay.Difference(a.shapes[rank][k], a.shapes[parent.Rank][parent.Zone])
		if err != nil {
			a.incomparable(zone, around.ID, err)
			continue
		}
		pieces, area := a.sort(rank, beyond)
		if len(pieces) == 0 {
			continue
		}
		r.Outside++
		r.OutsideM2 += area
		a.warn(coverage.ReasonOutsideParent, zone, a.inside(pieces[0].shape),
			"%.0f m² of it, %.1f %%, lie outside its parent %s; its people count there all the same; look which of the two is drawn wrong",
			area, 100*area/xyAreas(a.shapes[rank][k]), around.ID)
	}
	return nil
}

// tellSlivers tells, once a level, what is too thin to be told one by one.
func (a *audit) tellSlivers() {
	for rank, r := range a.reports {
		if r.Slivers == 0 {
			continue
		}
		a.warn(coverage.ReasonSliver, &Zone{}, a.inside(a.thin[rank].shape),
			"%d slivers between zones of level %s, %.0f m² in all, each narrower than %g m or smaller than %g m²; the largest, of %.0f m², is here",
			r.Slivers, r.Level, r.SliverM2, a.limit.WidthMeters, a.limit.AreaM2, a.thin[rank].area)
	}
}

func xyArea(p orb.Polygon) float64 {
	sum := 0.0
	for i, ring := range p {
		twice := 0.0
		for k := 1; k < len(ring); k++ {
			ax, ay := ring[k-1][0]-ring[0][0], ring[k-1][1]-ring[0][1]
			bx, by := ring[k][0]-ring[0][0], ring[k][1]-ring[0][1]
			twice += ax*by - bx*ay
		}
		if area := math.Abs(twice) / 2; i == 0 {
			sum += area
		} else {
			sum -= area
		}
	}
	return sum
}

func xyAreas(m orb.MultiPolygon) float64 {
	sum := 0.0
	for _, p := range m {
		sum += xyArea(p)
	}
	return sum
}
