package analysis

import (
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/zonal"
	"kaimen/geo"
	"kaimen/geo/index"
)

// landOf is the land to be served, polygon by polygon, in meters.
func landOf(b *base, land string, plane geo.Plane) (pieces []orb.Polygon) {
	for _, area := range landAreas(b, land) {
		pieces = append(pieces, flat(area, plane)...)
	}
	return pieces
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

// flat puts an area on a plane.
func flat(area orb.MultiPolygon, plane geo.Plane) orb.MultiPolygon {
	area = area.Clone()
	for _, polygon := range area {
		for _, ring := range polygon {
			for i, ll := range ring {
				ring[i] = flatPoint(plane, ll)
			}
		}
	}
	return area
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
	z := &zonesOnPlane{areas: make([]orb.MultiPolygon, len(zones))}
	for k := range zones {
		z.areas[k] = flat(zones[k].Area, plane)
	}
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
// near its box, or perhaps in part.
func (z *zonesOnPlane) about(land orb.Polygon) (whole, partly []int) {
	if z.everywhere {
		return []int{0}, nil
	}
	for _, i := range z.edges.Meeting(land.Bound(), nil) {
		partly = append(partly, z.owners[i])
	}
	slices.Sort(partly)
	partly = slices.Compact(partly)
	for _, k := range z.holding.Holding(land[0][0], nil) {
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

// auditedLand is all that the pieces of land are measured against.
type auditedLand struct {
	pieces  []orb.Polygon
	boxes   *index.Boxes // of the pieces
	circles []circle
	grounds []ground     // about outlines
	near    *index.Boxes // of the grounds
	zones   *zonesOnPlane
}

// share measures piece i: what pieces before it do not hold, too, so that ground
// that several hold counts once.
func (l *auditedLand) share(i int) (s landShare) {
	land := l.pieces[i]
	box := land.Bound()
	var m measure
	for _, k := range l.boxes.Meeting(box, nil) {
		if k < i {
			m.taken = append(m.taken, orb.MultiPolygon{l.pieces[k]})
		}
	}
	covered := slices.ContainsFunc(l.circles, func(c circle) bool { return c.holds(box) })
	for k := range l.circles {
		if c := &l.circles[k]; !covered && !c.misses(box) {
			m.circles = append(m.circles, c.shape)
		}
	}
	if !covered {
		for _, k := range l.near.Meeting(box, nil) {
			m.circles = append(m.circles, l.grounds[k].beside(box))
		}
	}
	whole, partly := l.zones.about(land)
	for _, k := range partly {
		m.zones = append(m.zones, l.zones.areas[k])
	}
	m.run(land)
	if covered {
		m.open = 0
		clear(m.openIn)
	}
	s.land, s.open = m.land, m.open
	for _, k := range whole {
		s.zones = append(s.zones, zoneShare{k, m.land, m.open})
	}
	for j, k := range partly {
		s.zones = append(s.zones, zoneShare{k, m.landIn[j], m.openIn[j]})
	}
	if len(whole) == 0 {
		s.outside = m.outside
	}
	return s
}
