// Package parquet writes a table as GeoParquet 1.1: geometry as well-known
// binary, its box beside it in a column bbox, by which readers leave out what
// they do not look for. A table without shapes is plain Parquet.
package parquet

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"

	"kaimen/coverage"
	"kaimen/data/export"
	"kaimen/geo/crs"
)

// A row group ends with so many rows, or so many bytes of shapes and text; it
// is held until then.
const (
	groupRows  = 50_000
	groupBytes = 16 << 20
)

// Write writes t.
//
// Errors: what w returns; ctx.Err() if ctx ends first.
// Cost:   the rows of a row group are held.
func Write(ctx context.Context, w io.Writer, t export.Table) error {
	cells := t.Cells(true)
	out := parquet.NewWriter(w, schemaOf(t.Name, cells), parquet.Compression(&parquet.Zstd), parquet.CreatedBy("kaimen", "", ""))
	head, err := json.Marshal(t.Head)
	if err != nil {
		return fmt.Errorf("table %s: %w", t.Name, err)
	}
	out.SetKeyValueMetadata("kaimen", string(head))
	if word := export.CoordWord(t.System); word != "" {
		out.SetKeyValueMetadata("coord", word)
	}
	m := &maker{shaped: t.Shape != "", multi: t.Shape == coverage.ShapeMultiPolygon}
	n, size := 0, 0
	for row := range cells.Rows {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		made, err := m.row(row)
		if err != nil {
			return fmt.Errorf("row %d: %w", n+1, err)
		}
		if _, err := out.WriteRows([]parquet.Row{made}); err != nil {
			return fmt.Errorf("row %d: %w", n+1, err)
		}
		n++
		if size += m.bytes; n%groupRows == 0 || size >= groupBytes {
			if err := out.Flush(); err != nil {
				return err
			}
			size = 0
		}
	}
	if m.shaped {
		out.SetKeyValueMetadata("geo", m.metadata(t.Shape, t.System))
	}
	return out.Close()
}

// maker makes the rows of a file.
type maker struct {
	shaped bool
	multi  bool // areas are all lists of polygons
	values parquet.Row
	bytes  int // of the last row's text and shape
	box    orb.Bound
	placed bool // box holds something
}

// row is a row with its values in the order of schemaOf. It is valid until the
// next.
func (m *maker) row(r export.Row) (parquet.Row, error) {
	m.values, m.bytes = m.values[:0], 0
	for _, v := range r.Values {
		if text, ok := v.(string); ok {
			m.bytes += len(text)
		}
		m.add(v)
	}
	if !m.shaped {
		return m.values, nil
	}
	g := r.Geometry
	if m.multi {
		g = export.Multi(g)
	}
	if g == nil || g.Bound().IsEmpty() {
		for range 5 {
			m.add(nil)
		}
		return m.values, nil
	}
	blob, err := wkb.Marshal(g, binary.LittleEndian)
	if err != nil {
		return nil, err
	}
	m.bytes += len(blob)
	box := g.Bound()
	if !m.placed {
		m.box, m.placed = box, true
	}
	m.box = m.box.Union(box)
	m.values = append(m.values, parquet.ByteArrayValue(blob).Level(0, 1, len(m.values)))
	for _, x := range []float64{box.Min[0], box.Min[1], box.Max[0], box.Max[1]} {
		m.values = append(m.values, parquet.DoubleValue(x).Level(0, 1, len(m.values)))
	}
	return m.values, nil
}

// add adds a value, or a null.
func (m *maker) add(v any) {
	at := len(m.values)
	switch v := v.(type) {
	case string:
		m.values = append(m.values, parquet.ByteArrayValue([]byte(v)).Level(0, 1, at))
	case int64:
		m.values = append(m.values, parquet.Int64Value(v).Level(0, 1, at))
	case float64:
		m.values = append(m.values, parquet.DoubleValue(v).Level(0, 1, at))
	case bool:
		m.values = append(m.values, parquet.BooleanValue(v).Level(0, 1, at))
	default:
		m.values = append(m.values, parquet.NullValue().Level(0, 0, at))
	}
}

// kinds names shapes as the metadata does.
var kinds = map[coverage.Shape][]string{
	coverage.ShapePoint:         {"Point"},
	coverage.ShapeLineString:    {"LineString"},
	export.ShapeMultiLineString: {"MultiLineString"},
	coverage.ShapeMultiPolygon:  {"MultiPolygon"},
	export.ShapeAny:             {},
}

// metadata is what GeoParquet wants to know. Its default system is WGS 84,
// longitude first.
func (m *maker) metadata(shape coverage.Shape, s crs.System) string {
	path := func(side string) []string { return []string{boxColumn, side} }
	column := map[string]any{
		"encoding": "WKB", "geometry_types": kinds[shape],
		"covering": map[string]any{"bbox": map[string]any{
			"xmin": path("xmin"), "ymin": path("ymin"), "xmax": path("xmax"), "ymax": path("ymax"),
		}},
	}
	if s != crs.WGS84 {
		column["crs"] = s.PROJJSON()
	}
	if m.placed {
		column["bbox"] = []float64{m.box.Min[0], m.box.Min[1], m.box.Max[0], m.box.Max[1]}
	}
	text, err := json.Marshal(map[string]any{
		"version": "1.1.0", "primary_column": geometryColumn, "columns": map[string]any{geometryColumn: column},
	})
	if err != nil {
		panic("parquet: the metadata has a JSON form: " + err.Error()) // a bug: it is made of text and finite numbers
	}
	return string(text)
}
