package export

import "io"

// WriteCSV writes one line per row of t, with its cells as columns, holding
// one row at a time. Shapes have a column, wkt, where t asks for it.
//
// Errors: what w returns.
func WriteCSV(w io.Writer, t Table, o CSVOptions) error {
	cells := t.Cells(false)
	var names []string
	for _, c := range cells.Columns {
		names = append(names, c.Name)
	}
	if t.WKT {
		names = append(names, CoordFile("wkt", t.System))
	}
	out := newTable(w, o, false, names...) // synthetic is one of the cells
	for row := range cells.Rows {
		for _, v := range row.Values {
			out.value(v)
		}
		if t.WKT {
			out.shape(row.Geometry)
		}
		if out.end(); out.err != nil {
			return out.err
		}
	}
	return out.close()
}

// value adds a cell of any kind.
func (t *table) value(v any) {
	switch v := v.(type) {
	case nil:
		t.blank()
	case string:
		t.text(v)
	case float64:
		t.number(v)
	case int64:
		t.whole(v)
	case bool:
		t.truth(v)
	}
}
