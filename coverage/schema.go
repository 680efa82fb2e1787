package coverage

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/paulmach/orb"
)

func boundarySchema() schema[Boundary] {
	return areaSchema(LayerBoundaries, func(b *Boundary) *orb.MultiPolygon { return &b.Area },
		text("id", func(b *Boundary) *string { return &b.ID }),
		text("level", func(b *Boundary) *Level { return &b.Level }),
		text("name", func(b *Boundary) *string { return &b.Name }),
		text("parent", func(b *Boundary) *string { return &b.Parent }),
		text("kind", func(b *Boundary) *string { return &b.Kind }),
	)
}

func roadSchema() schema[Road] {
	return schema[Road]{
		layer: LayerRoads, shape: ShapeLineString,
		geometry: func(r *Road) orb.Geometry { return r.Line },
		place: func(r *Road, g orb.Geometry) (ok bool) {
			r.Line, ok = g.(orb.LineString)
			return ok
		},
		columns: []column[Road]{
			text("id", func(r *Road) *string { return &r.ID }),
			text("name", func(r *Road) *string { return &r.Name }),
			text("class", func(r *Road) *string { return &r.Class }),
			tags(func(r *Road) *map[string]string { return &r.Tags }),
			{
				Column: Column{"nodes", ColumnBlob},
				get:    func(r *Road) any { return encodeNodes(r.Nodes) },
				set:    func(r *Road, v any) (err error) { r.Nodes, err = decodeNodes(v, len(r.Line)); return err },
			},
			{
				Column: Column{"heights_cm", ColumnBlob},
				get:    func(r *Road) any { return encodeHeights(r.Heights) },
				set:    func(r *Road, v any) (err error) { r.Heights, err = decodeHeights(v, len(r.Line)); return err },
			},
			{
				Column: Column{"turns", ColumnText},
				get:    func(r *Road) any { return encodeList(r.Turns) },
				set:    func(r *Road, v any) (err error) { r.Turns, err = decodeList[Turn](v); return err },
			},
		},
	}
}

func facilitySchema() schema[Facility] {
	return pointSchema(LayerFacilities, func(f *Facility) *orb.Point { return &f.At },
		text("id", func(f *Facility) *string { return &f.ID }),
		text("kind", func(f *Facility) *string { return &f.Kind }),
		text("name", func(f *Facility) *string { return &f.Name }),
		optionalReal("capacity", func(f *Facility) **float64 { return &f.Capacity }),
		text("hours", func(f *Facility) *string { return &f.Hours }),
		text("address", func(f *Facility) *string { return &f.Address }),
		column[Facility]{
			Column: Column{"entrances", ColumnText},
			get:    func(f *Facility) any { return encodeList(f.Entrances) },
			set:    func(f *Facility, v any) (err error) { f.Entrances, err = decodeList[orb.Point](v); return err },
		},
		optionalReal("area_m2", func(f *Facility) **float64 { return &f.AreaM2 }),
		sparse(optionalReal("staff", func(f *Facility) **float64 { return &f.Staff })),
		sparse(column[Facility]{
			Column: Column{"outline", ColumnBlob},
			get: func(f *Facility) any {
				if len(f.Outline) == 0 {
					return nil
				}
				return encodeArea(f.Outline)
			},
			set: func(f *Facility, v any) (err error) { f.Outline, err = decodeArea(v); return err },
		}),
	)
}

// demandSchema has one real column per weight name beside the fixed ones.
func demandSchema(weights []string) schema[Demand] {
	columns := []column[Demand]{
		text("id", func(d *Demand) *string { return &d.ID }),
		text("building", func(d *Demand) *string { return &d.Building }),
	}
	for _, name := range weights {
		columns = append(columns, weight(name))
	}
	return pointSchema(LayerDemand, func(d *Demand) *orb.Point { return &d.At }, columns...)
}

func buildingSchema() schema[Building] {
	return areaSchema(LayerBuildings, func(b *Building) *orb.MultiPolygon { return &b.Area },
		text("id", func(b *Building) *string { return &b.ID }),
		text("name", func(b *Building) *string { return &b.Name }),
		text("use", func(b *Building) *string { return &b.Use }),
		text("estate", func(b *Building) *string { return &b.Estate }),
		integer("floors", func(b *Building) *int { return &b.Floors }),
		integer("households", func(b *Building) *int { return &b.Households }),
	)
}

func estateSchema() schema[Estate] {
	return areaSchema(LayerEstates, func(e *Estate) *orb.MultiPolygon { return &e.Area },
		text("id", func(e *Estate) *string { return &e.ID }),
		text("name", func(e *Estate) *string { return &e.Name }),
		boolean("old", func(e *Estate) *bool { return &e.Old }),
		boolean("gated", func(e *Estate) *bool { return &e.Gated }),
		integer("year_built", func(e *Estate) *int { return &e.YearBuilt }),
		integer("buildings", func(e *Estate) *int { return &e.Buildings }),
		integer("households", func(e *Estate) *int { return &e.Households }),
	)
}

func parcelSchema() schema[Parcel] {
	return areaSchema(LayerParcels, func(p *Parcel) *orb.MultiPolygon { return &p.Area },
		text("id", func(p *Parcel) *string { return &p.ID }),
		text("name", func(p *Parcel) *string { return &p.Name }),
		column[Parcel]{
			Column: Column{"kinds", ColumnText},
			get:    func(p *Parcel) any { return strings.Join(p.Kinds, ",") },
			set: func(p *Parcel, v any) error {
				s, err := as[string](v)
				if s != "" {
					p.Kinds = strings.Split(s, ",")
				}
				return err
			},
		},
	)
}

func gateSchema() schema[Gate] {
	return pointSchema(LayerGates, func(g *Gate) *orb.Point { return &g.At },
		text("id", func(g *Gate) *string { return &g.ID }),
		text("estate", func(g *Gate) *string { return &g.Estate }),
		text("name", func(g *Gate) *string { return &g.Name }),
		text("kind", func(g *Gate) *string { return &g.Kind }),
		text("state", func(g *Gate) *string { return &g.State }),
		text("hours", func(g *Gate) *string { return &g.Hours }),
		integer("node", func(g *Gate) *int64 { return &g.Node }),
		tags(func(g *Gate) *map[string]string { return &g.Tags }),
	)
}

func landCoverSchema() schema[LandCover] {
	return areaSchema(LayerLandCover, func(c *LandCover) *orb.MultiPolygon { return &c.Area },
		text("id", func(c *LandCover) *string { return &c.ID }),
		text("kind", func(c *LandCover) *string { return &c.Kind }),
		text("name", func(c *LandCover) *string { return &c.Name }),
	)
}

func requestSchema() schema[Request] {
	return pointSchema(LayerRequests, func(q *Request) *orb.Point { return &q.At },
		text("id", func(q *Request) *string { return &q.ID }),
		text("kind", func(q *Request) *string { return &q.Kind }),
		text("state", func(q *Request) *string { return &q.State }),
		text("opened_at", func(q *Request) *string { return &q.OpenedAt }),
		text("closed_at", func(q *Request) *string { return &q.ClosedAt }),
	)
}

func areaSchema[T any](layer LayerName, area func(*T) *orb.MultiPolygon, columns ...column[T]) schema[T] {
	return schema[T]{
		layer: layer, shape: ShapeMultiPolygon, columns: columns,
		geometry: func(t *T) orb.Geometry { return *area(t) },
		place: func(t *T, g orb.Geometry) (ok bool) {
			*area(t), ok = g.(orb.MultiPolygon)
			return ok
		},
	}
}

func pointSchema[T any](layer LayerName, at func(*T) *orb.Point, columns ...column[T]) schema[T] {
	return schema[T]{
		layer: layer, shape: ShapePoint, columns: columns,
		geometry: func(t *T) orb.Geometry { return *at(t) },
		place: func(t *T, g orb.Geometry) (ok bool) {
			*at(t), ok = g.(orb.Point)
			return ok
		},
	}
}

func text[T any, S ~string](name string, field func(*T) *S) column[T] {
	return column[T]{
		Column: Column{name, ColumnText},
		get:    func(t *T) any { return string(*field(t)) },
		set: func(t *T, v any) error {
			s, err := as[string](v)
			*field(t) = S(s)
			return err
		},
	}
}

func integer[T any, N int | int64](name string, field func(*T) *N) column[T] {
	return column[T]{
		Column: Column{name, ColumnInteger},
		get:    func(t *T) any { return int64(*field(t)) },
		set: func(t *T, v any) error {
			n, err := as[int64](v)
			*field(t) = N(n)
			return err
		},
	}
}

func boolean[T any](name string, field func(*T) *bool) column[T] {
	return column[T]{
		Column: Column{name, ColumnBoolean},
		get:    func(t *T) any { return *field(t) },
		set: func(t *T, v any) (err error) {
			*field(t), err = as[bool](v)
			return err
		},
	}
}

func optionalReal[T any](name string, field func(*T) **float64) column[T] {
	return column[T]{
		Column: Column{name, ColumnReal},
		get: func(t *T) any {
			if p := *field(t); p != nil {
				return *p
			}
			return nil
		},
		set: func(t *T, v any) error {
			x, err := as[float64](v)
			if v != nil {
				*field(t) = &x
			}
			return err
		},
	}
}

func weight(name string) column[Demand] {
	return column[Demand]{
		Column: Column{name, ColumnReal},
		get: func(d *Demand) any {
			if a, ok := d.Weights[name]; ok {
				return a.Float()
			}
			return nil
		},
		set: func(d *Demand, v any) error {
			if v == nil {
				return nil
			}
			x, err := as[float64](v)
			if err != nil {
				return err
			}
			if d.Weights == nil {
				d.Weights = make(map[string]Amount)
			}
			d.Weights[name], err = AmountOf(x)
			return err
		},
	}
}

func tags[T any](field func(*T) *map[string]string) column[T] {
	return column[T]{
		Column: Column{"tags", ColumnText},
		get:    func(t *T) any { return encodeTags(*field(t)) },
		set:    func(t *T, v any) (err error) { *field(t), err = decodeTags(v); return err },
	}
}

// as is v as a T; the zero T for nil.
func as[T any](v any) (T, error) {
	t, ok := v.(T)
	if !ok && v != nil {
		return t, fmt.Errorf("%v is a %T, not a %T", v, v, t)
	}
	return t, nil
}

// weightNames lists the weight names found in demand, in order.
func weightNames(demand []Demand) []string {
	seen := make(map[string]bool)
	for i := range demand {
		for name := range demand[i].Weights {
			seen[name] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// weightColumns lists the real columns of a stored demand table: its weights.
func weightColumns(columns []Column) []string {
	var names []string
	for _, c := range columns {
		if c.Type == ColumnReal {
			names = append(names, c.Name)
		}
	}
	return names
}
