package export

import (
	"strings"

	"kaimen/coverage"
)

// DifferenceTable is what leads from one snapshot to another, a row for each row
// that came, went or changed, layer by layer: which, how, and by a change in
// which columns, joined by commas.
func DifferenceTable(d coverage.Difference, synthetic bool) Table {
	var columns []coverage.Column
	for _, name := range []string{"layer", "change", "id", "kind", "columns"} {
		columns = append(columns, coverage.Column{Name: name, Type: coverage.ColumnText})
	}
	return Table{
		Name: "changes", Synthetic: synthetic, Columns: columns, Head: differenceHead{d.From, d.To, d.Study},
		Rows: func(yield func(Row) bool) {
			for _, l := range d.Layers {
				for _, part := range []struct {
					change string
					rows   []coverage.Feature
				}{{"added", l.Added}, {"removed", l.Removed}} {
					for _, f := range part.rows {
						if !yield(Row{Values: []any{string(l.Layer), part.change, f.ID, f.Kind, ""}}) {
							return
						}
					}
				}
				for _, c := range l.Changed {
					if !yield(Row{Values: []any{string(l.Layer), "changed", c.ID, c.Kind, strings.Join(c.Columns, ",")}}) {
						return
					}
				}
			}
		},
	}
}

// differenceHead is a difference without its rows.
type differenceHead struct {
	From  coverage.SnapshotID `json:"from"`
	To    coverage.SnapshotID `json:"to"`
	Study []string            `json:"study"`
}
