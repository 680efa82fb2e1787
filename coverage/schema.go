package coverage

import (
	"encoding/binary"
	"encoding/json"
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
			{
				Column{"tags", ColumnText},
				func(r *Road) any { return encodeTags(r.Tags) },
				func(r *Road, v any) (err error) { r.Tags, err = decodeTags(v); return err },
			},
			{
				Column{"nodes", ColumnBlob},
				func(r *Road) any { return encodeNodes(r.Nodes) },
				func(r *Road, v any) (err error) { r.Nodes, err = decodeNodes(v, len(r.Line)); return err },
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
			Column{"entrances", ColumnText},
			func(f *Facility) any { return encodePoints(f.Entrances) },
			func(f *Facility, v any) (err error) { f.Entrances, err = decodePoints(v); return err },
		},
		optionalReal("area_m2", func(f *Facility) **float64 { return &f.AreaM2 }),
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
			Column{"kinds", ColumnText},
			func(p *Parcel) any { return strings.Join(p.Kinds, ",") },
			func(p *Parcel, v any) error {
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
		text("state", func(g *Gate) *string { return &g.State }),
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
		Column{name, ColumnText},
		func(t *T) any { return string(*field(t)) },
		func(t *T, v any) error {
			s, err := as[string](v)
			*field(t) = S(s)
			return err
		},
	}
}

func integer[T any](name string, field func(*T) *int) column[T] {
	return column[T]{
		Column{name, ColumnInteger},
		func(t *T) any { return int64(*field(t)) },
		func(t *T, v any) error {
			n, err := as[int64](v)
			*field(t) = int(n)
			return err
		},
	}
}

func boolean[T any](name string, field func(*T) *bool) column[T] {
	return column[T]{
		Column{name, ColumnBoolean},
		func(t *T) any { return *field(t) },
		func(t *T, v any) (err error) {
			*field(t), err = as[bool](v)
			return err
		},
	}
}

func optionalReal[T any](name string, field func(*T) **float64) column[T] {
	return column[T]{
		Column{name, ColumnReal},
		func(t *T) any {
			if p := *field(t); p != nil {
				return *p
			}
			return nil
		},
		func(t *T, v any) error {
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
		Column{name, ColumnReal},
		func(d *Demand) any {
			if a, ok := d.Weights[name]; ok {
				return a.Float()
			}
			return nil
		},
		func(d *Demand, v any) error {
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

// encodeTags writes tags as JSON; map keys come out in order.
func encodeTags(tags map[string]string) string {
	if len(tags) == 0 {
		return ""
	}
	b, err := json.Marshal(tags)
	if err != nil {
		panic("coverage: a map of strings has a JSON form: " + err.Error())
	}
	return string(b)
}

func decodeTags(v any) (map[string]string, error) {
	s, err := as[string](v)
	if err != nil || s == "" {
		return nil, err
	}
	var tags map[string]string
	if err := json.Unmarshal([]byte(s), &tags); err != nil {
		return nil, fmt.Errorf("not a JSON object of strings: %w", err)
	}
	return tags, nil
}

// encodePoints writes points as JSON, [[lon,lat],…]; nothing for none.
func encodePoints(points []orb.Point) string {
	if len(points) == 0 {
		return ""
	}
	b, err := json.Marshal(points)
	if err != nil {
		return "not finite" // Check tells it: no store would give it back
	}
	return string(b)
}

func decodePoints(v any) ([]orb.Point, error) {
	s, err := as[string](v)
	if err != nil || s == "" {
		return nil, err
	}
	var points []orb.Point
	if err := json.Unmarshal([]byte(s), &points); err != nil {
		return nil, fmt.Errorf("not a JSON list of lon, lat: %w", err)
	}
	return points, nil
}

// encodeNodes writes node ids as zig-zag varints of their differences.
func encodeNodes(nodes []int64) []byte {
	b := make([]byte, 0, 3*len(nodes)+8)
	last := int64(0)
	for _, n := range nodes {
		b = binary.AppendVarint(b, n-last)
		last = n
	}
	return b
}

// decodeNodes reads what encodeNodes wrote, which must be exactly count ids.
func decodeNodes(v any, count int) ([]int64, error) {
	b, err := as[[]byte](v)
	if err != nil {
		return nil, err
	}
	nodes := make([]int64, 0, count)
	last := int64(0)
	for len(b) > 0 && len(nodes) <= count {
		delta, n := binary.Varint(b)
		if n <= 0 {
			return nil, fmt.Errorf("node ids end in the middle of one")
		}
		last += delta
		nodes, b = append(nodes, last), b[n:]
	}
	if len(nodes) != count {
		return nil, fmt.Errorf("%d node ids on a line of %d points", len(nodes), count)
	}
	return nodes, nil
}
