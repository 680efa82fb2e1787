package coverage

import (
	"fmt"
	"iter"
	"slices"

	"github.com/paulmach/orb"
)

// LayerName names a layer, in URLs, tables and files alike.
type LayerName string

// The layers of a study.
const (
	LayerBoundaries LayerName = "boundaries"
	LayerRoads      LayerName = "roads"
	LayerFacilities LayerName = "facilities"
	LayerDemand     LayerName = "demand"
	LayerBuildings  LayerName = "buildings"
	LayerEstates    LayerName = "estates"
	LayerParcels    LayerName = "parcels"
	LayerGates      LayerName = "gates"
	LayerLandCover  LayerName = "landcover"
	LayerRequests   LayerName = "requests"
)

// LayerNames lists all layers in the order in which they are hashed and shown.
func LayerNames() []LayerName {
	return []LayerName{
		LayerBoundaries, LayerRoads, LayerFacilities, LayerDemand,
		LayerBuildings, LayerEstates, LayerParcels, LayerGates, LayerLandCover, LayerRequests,
	}
}

// IsLayer tells whether a layer has this name.
func IsLayer(name LayerName) bool { return slices.Contains(LayerNames(), name) }

// Shape is the one geometry type all rows of a table have.
type Shape string

// The shapes, as GeoPackage and PostGIS name them.
const (
	ShapePoint        Shape = "POINT"
	ShapeLineString   Shape = "LINESTRING"
	ShapeMultiPolygon Shape = "MULTIPOLYGON"
)

// ColumnType is the type of a column's values in Go and in a store.
type ColumnType string

// The column types; a value is of the named Go type, or nil for "not known".
const (
	ColumnText    ColumnType = "text"    // string
	ColumnInteger ColumnType = "integer" // int64
	ColumnReal    ColumnType = "real"    // float64
	ColumnBoolean ColumnType = "boolean" // bool
	ColumnBlob    ColumnType = "blob"    // []byte
)

// Column is one attribute of a table.
type Column struct {
	Name string
	Type ColumnType
}

// Table is the tabular face of a layer: what stores keep, files carry and the
// hash is taken of. Rows come in canonical order (by id), each valid until the
// next: its Geometry may be kept, its Values are to be copied.
type Table struct {
	Layer   LayerName
	Shape   Shape
	Columns []Column
	Len     int
	Rows    iter.Seq[Row]
	// At returns the row at a place, counted from 0 to Len-1, without those
	// before it. Its Values go into the list given, where that is long enough,
	// which saves making one. Nil for a table that is read through only, as from a
	// file.
	At func(i int, values []any) Row
}

// Row is one feature of a Table. Values stand in the order of its Columns.
type Row struct {
	Geometry orb.Geometry // of the table's Shape
	Values   []any
}

// Tables returns the tabular face of every layer, empty ones too, in the order
// of LayerNames.
func (l *Layers) Tables() []Table {
	tables := make([]Table, 0, len(LayerNames()))
	for _, name := range LayerNames() {
		t, _ := l.Table(name) // each of these names is known
		tables = append(tables, t)
	}
	return tables
}

// Table returns the tabular face of one layer; false for an unknown name.
func (l *Layers) Table(name LayerName) (Table, bool) {
	switch name {
	case LayerBoundaries:
		return tableOf(boundarySchema(), l.Boundaries), true
	case LayerRoads:
		return tableOf(roadSchema(), l.Roads), true
	case LayerFacilities:
		return tableOf(facilitySchema(), l.Facilities), true
	case LayerDemand:
		return tableOf(demandSchema(weightNames(l.Demand)), l.Demand), true
	case LayerBuildings:
		return tableOf(buildingSchema(), l.Buildings), true
	case LayerEstates:
		return tableOf(estateSchema(), l.Estates), true
	case LayerParcels:
		return tableOf(parcelSchema(), l.Parcels), true
	case LayerGates:
		return tableOf(gateSchema(), l.Gates), true
	case LayerLandCover:
		return tableOf(landCoverSchema(), l.LandCover), true
	case LayerRequests:
		return tableOf(requestSchema(), l.Requests), true
	}
	return Table{}, false
}

// Fill sets the layer that t holds from its rows: the inverse of Tables.
//
// Errors: a layer, column or value that does not fit the schema, by name.
func (l *Layers) Fill(t Table) (err error) {
	switch t.Layer {
	case LayerBoundaries:
		l.Boundaries, err = rowsOf(boundarySchema(), t)
	case LayerRoads:
		l.Roads, err = rowsOf(roadSchema(), t)
	case LayerFacilities:
		l.Facilities, err = rowsOf(facilitySchema(), t)
	case LayerDemand:
		l.Demand, err = rowsOf(demandSchema(weightColumns(t.Columns)), t)
	case LayerBuildings:
		l.Buildings, err = rowsOf(buildingSchema(), t)
	case LayerEstates:
		l.Estates, err = rowsOf(estateSchema(), t)
	case LayerParcels:
		l.Parcels, err = rowsOf(parcelSchema(), t)
	case LayerGates:
		l.Gates, err = rowsOf(gateSchema(), t)
	case LayerLandCover:
		l.LandCover, err = rowsOf(landCoverSchema(), t)
	case LayerRequests:
		l.Requests, err = rowsOf(requestSchema(), t)
	default:
		err = fmt.Errorf("no layer is named %q", t.Layer)
	}
	if err != nil {
		return fmt.Errorf("layer %s: %w", t.Layer, err)
	}
	return nil
}

// schema ties a layer's Go type to its tabular face, one line a column.
type schema[T any] struct {
	layer    LayerName
	shape    Shape
	geometry func(*T) orb.Geometry
	place    func(*T, orb.Geometry) bool // false if the geometry is of another type
	columns  []column[T]
}

// column reads and writes one field. set gets a value of the column's type or nil.
type column[T any] struct {
	Column
	get func(*T) any
	set func(*T, any) error
	// sparse leaves the column out of a table in which no row has a value. What is
	// added to a schema later is sparse: tables from before keep their hash.
	sparse bool
}

func sparse[T any](c column[T]) column[T] {
	c.sparse = true
	return c
}

// filled is the schema without the sparse columns that no row has a value of.
func (s schema[T]) filled(rows []T) schema[T] {
	s.columns = slices.DeleteFunc(slices.Clone(s.columns), func(c column[T]) bool {
		return c.sparse && !slices.ContainsFunc(rows, func(row T) bool { return c.get(&row) != nil })
	})
	return s
}

func tableOf[T any](s schema[T], rows []T) Table {
	s = s.filled(rows)
	columns := make([]Column, len(s.columns))
	for i, c := range s.columns {
		columns[i] = c.Column
	}
	at := func(i int, values []any) Row {
		values = slices.Grow(values[:0], len(s.columns))[:len(s.columns)]
		for c := range s.columns {
			values[c] = s.columns[c].get(&rows[i])
		}
		return Row{Geometry: s.geometry(&rows[i]), Values: values}
	}
	return Table{
		Layer: s.layer, Shape: s.shape, Columns: columns, Len: len(rows), At: at,
		Rows: func(yield func(Row) bool) {
			values := make([]any, len(s.columns))
			for i := range rows {
				if !yield(at(i, values)) {
					return
				}
			}
		},
	}
}

func rowsOf[T any](s schema[T], t Table) ([]T, error) {
	place := make([]int, len(s.columns)) // where each of our columns stands in t
	for i, c := range s.columns {
		place[i] = -1
		for j, have := range t.Columns {
			if have.Name == c.Name {
				place[i] = j
			}
		}
		if place[i] < 0 && !c.sparse {
			return nil, fmt.Errorf("column %s is missing", c.Name)
		}
	}
	var out []T
	if t.Len > 0 {
		out = make([]T, 0, t.Len)
	}
	for row := range t.Rows {
		var item T
		if !s.place(&item, row.Geometry) {
			return nil, fmt.Errorf("row %d: a %s was expected, not %T", len(out)+1, s.shape, row.Geometry)
		}
		for i, c := range s.columns {
			if place[i] < 0 {
				continue
			}
			if err := c.set(&item, row.Values[place[i]]); err != nil {
				return nil, fmt.Errorf("row %d: column %s: %w", len(out)+1, c.Name, err)
			}
		}
		out = append(out, item)
	}
	return out, nil
}
