package parquet

import (
	"reflect"

	"github.com/parquet-go/parquet-go"

	"kaimen/coverage"
	"kaimen/data/export"
)

// Names of the columns of shapes. One of a table that is so called, too, gets
// a line under its name.
const (
	geometryColumn = "geometry"
	boxColumn      = "bbox"
)

// schemaOf is the columns of a table in their order, then those of its shapes.
// All may be null.
func schemaOf(name string, t export.Table) *parquet.Schema {
	var list []parquet.Field
	for _, c := range t.Columns {
		column := c.Name
		if t.Shape != "" && (column == geometryColumn || column == boxColumn) {
			column += "_"
		}
		list = append(list, &ordered{parquet.Optional(nodeOf(c.Type)), column, nil})
	}
	if t.Shape != "" {
		var sides []parquet.Field
		for _, side := range []string{"xmin", "ymin", "xmax", "ymax"} {
			sides = append(sides, &ordered{parquet.Leaf(parquet.DoubleType), side, nil})
		}
		box := &ordered{parquet.Group{}, boxColumn, sides}
		list = append(list,
			&ordered{parquet.Optional(parquet.Leaf(parquet.ByteArrayType)), geometryColumn, nil},
			&ordered{parquet.Optional(box), boxColumn, sides})
	}
	return parquet.NewSchema(name, &ordered{parquet.Group{}, name, list})
}

func nodeOf(t coverage.ColumnType) parquet.Node {
	switch t {
	case coverage.ColumnInteger:
		return parquet.Leaf(parquet.Int64Type)
	case coverage.ColumnReal:
		return parquet.Leaf(parquet.DoubleType)
	case coverage.ColumnBoolean:
		return parquet.Leaf(parquet.BooleanType)
	}
	return parquet.String()
}

// ordered is a node with a name and, if it is a group, its fields in the order
// given: a parquet.Group sorts them by name.
type ordered struct {
	parquet.Node
	name   string
	fields []parquet.Field
}

func (o *ordered) Name() string { return o.name }

func (o *ordered) Fields() []parquet.Field { return o.fields }

// Value is for rows that are Go structs, which those written here are not.
func (o *ordered) Value(base reflect.Value) reflect.Value { return base }
