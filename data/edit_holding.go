package data

import (
	"slices"
	"strings"

	"kaimen/coverage"
)

// holding is what edits do with the rows of a layer, whatever their type.
type holding interface {
	// keys hands over the key of each row among claims.
	keys(l *coverage.Layers, take func(i int, key string))
	// count is how many rows there are.
	count(l *coverage.Layers) int
	// clear leaves the layer without rows.
	clear(l *coverage.Layers)
	// splice puts the rows of base that are not gone before those of into.
	splice(into, base *coverage.Layers, gone map[int]bool)
	// adopt gives the last row of into what it has of the one at a place of base
	// and GeoJSON does not show. moved tells that it stands elsewhere now.
	adopt(into, base *coverage.Layers, at int, moved bool)
}

// held is the holding of a layer of rows of type T.
type held[T any] struct {
	rows func(*coverage.Layers) *[]T
	key  func(*T) string
	keep func(row, before *T, moved bool)
}

func (h held[T]) keys(l *coverage.Layers, take func(int, string)) {
	rows := *h.rows(l)
	for i := range rows {
		take(i, h.key(&rows[i]))
	}
}

func (h held[T]) count(l *coverage.Layers) int { return len(*h.rows(l)) }

func (h held[T]) clear(l *coverage.Layers) { *h.rows(l) = nil }

func (h held[T]) splice(into, base *coverage.Layers, gone map[int]bool) {
	before, fresh := *h.rows(base), *h.rows(into)
	all := make([]T, 0, len(before)+len(fresh))
	for i := range before {
		if !gone[i] {
			all = append(all, before[i])
		}
	}
	all = append(all, fresh...)
	if len(all) == 0 {
		all = nil // as a store gives an empty layer back
	}
	*h.rows(into) = all
}

func (h held[T]) adopt(into, base *coverage.Layers, at int, moved bool) {
	rows := *h.rows(into)
	h.keep(&rows[len(rows)-1], &(*h.rows(base))[at], moved)
}

// holdingOf is the holding of a layer that is there.
func holdingOf(name coverage.LayerName) holding {
	type layers = coverage.Layers
	switch name {
	case coverage.LayerBoundaries:
		return held[coverage.Boundary]{
			func(l *layers) *[]coverage.Boundary { return &l.Boundaries }, func(b *coverage.Boundary) string { return b.ID },
			func(b, before *coverage.Boundary, moved bool) { stay(&b.Area, before.Area, moved) },
		}
	case coverage.LayerRoads:
		return held[coverage.Road]{func(l *layers) *[]coverage.Road { return &l.Roads }, func(r *coverage.Road) string { return r.ID }, keepRoad}
	case coverage.LayerFacilities:
		return held[coverage.Facility]{func(l *layers) *[]coverage.Facility { return &l.Facilities }, facilityKey, keepFacility}
	case coverage.LayerDemand:
		return held[coverage.Demand]{
			func(l *layers) *[]coverage.Demand { return &l.Demand }, func(d *coverage.Demand) string { return d.ID },
			func(d, before *coverage.Demand, moved bool) { stay(&d.At, before.At, moved) },
		}
	case coverage.LayerBuildings:
		return held[coverage.Building]{
			func(l *layers) *[]coverage.Building { return &l.Buildings }, func(b *coverage.Building) string { return b.ID },
			func(b, before *coverage.Building, moved bool) { stay(&b.Area, before.Area, moved) },
		}
	case coverage.LayerEstates:
		return held[coverage.Estate]{
			func(l *layers) *[]coverage.Estate { return &l.Estates }, func(e *coverage.Estate) string { return e.ID },
			func(e, before *coverage.Estate, moved bool) { stay(&e.Area, before.Area, moved) },
		}
	case coverage.LayerParcels:
		return held[coverage.Parcel]{
			func(l *layers) *[]coverage.Parcel { return &l.Parcels }, func(p *coverage.Parcel) string { return p.ID },
			func(p, before *coverage.Parcel, moved bool) { stay(&p.Area, before.Area, moved) },
		}
	case coverage.LayerGates:
		return held[coverage.Gate]{func(l *layers) *[]coverage.Gate { return &l.Gates }, func(g *coverage.Gate) string { return g.ID }, keepGate}
	case coverage.LayerLandCover:
		return held[coverage.LandCover]{
			func(l *layers) *[]coverage.LandCover { return &l.LandCover }, func(c *coverage.LandCover) string { return c.ID },
			func(c, before *coverage.LandCover, moved bool) { stay(&c.Area, before.Area, moved) },
		}
	case coverage.LayerRequests:
		return held[coverage.Request]{
			func(l *layers) *[]coverage.Request { return &l.Requests }, func(q *coverage.Request) string { return q.ID },
			func(q, before *coverage.Request, moved bool) { stay(&q.At, before.At, moved) },
		}
	}
	panic("data: no layer is named " + string(name))
}

// stay gives a row the place that it had, to the bit, unless it moved.
func stay[P any](place *P, before P, moved bool) {
	if !moved {
		*place = before
	}
}

// keepFacility keeps the ground of a facility, by which its size is known.
func keepFacility(f, before *coverage.Facility, moved bool) {
	if moved {
		return
	}
	f.At, f.Outline = before.At, before.Outline
	if len(f.Outline) > 0 {
		f.AreaM2 = before.AreaM2
	}
}

// keepGate keeps what a gate is in OpenStreetMap's words, and the node that it
// stands on. One that moved stands on the road nearest to it.
func keepGate(g, before *coverage.Gate, moved bool) {
	g.Tags = before.Tags
	if moved {
		return
	}
	g.At, g.Node = before.At, before.Node
}

// keepRoad keeps the line of a road and all that hangs on its nodes.
func keepRoad(r, before *coverage.Road, _ bool) {
	r.Line, r.Nodes, r.Heights, r.Turns = before.Line, before.Nodes, before.Heights, before.Turns
}

// nameOf is the id of a FeatureID, and of a facility its kind, which ends at the
// first slash.
func nameOf(layer coverage.LayerName, feature string) (id, kind string) {
	if layer != coverage.LayerFacilities {
		return feature, ""
	}
	kind, id, found := strings.Cut(feature, "/")
	if !found {
		return feature, ""
	}
	return id, kind
}

// fits tells whether zones are to be held against each other when a layer
// changes.
func fits(layer coverage.LayerName) bool {
	return slices.Contains([]coverage.LayerName{coverage.LayerBoundaries, coverage.LayerBuildings}, layer)
}
