package export

import (
	"reflect"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
)

// answerHead is an answer without its rows, which are the table.
type answerHead[O, S any] struct {
	head
	Question analysis.Question  `json:"question"`
	Options  O                  `json:"options"`
	Summary  S                  `json:"summary"`
	Warnings []analysis.Warning `json:"warnings"`
}

// AnswerTable is the rows of an indicator's answer, with the members of a row
// as columns: members of members as parent_member, lists joined by semicolons,
// and a map as one column for each key that any row has. A row has its own
// place, or the area of its zone, which shapes finds; without shapes, rows of
// zones have none.
func AnswerTable[O, S, R any](name string, a *analysis.Answer[O, S, R], shapes func(coverage.Level, string) orb.Geometry) Table {
	return rowsTable(name, answerHead[O, S]{
		head{a.Key, a.Study, a.Snapshot, a.Synthetic, a.Engine}, a.Question, a.Options, a.Summary, a.Warnings,
	}, a.Synthetic, a.Rows, func(i int) (string, orb.Geometry) { return "", geometryOf(&a.Rows[i], shapes) })
}

// RowsTable is rows without shapes, with their members as columns as AnswerTable
// has them; head is what they are an answer to.
func RowsTable[R any](name string, head any, rows []R) Table {
	return rowsTable(name, head, false, rows, func(int) (string, orb.Geometry) { return "", nil })
}

// rowsTable is a table of rows, each with the id and the shape that place
// gives it.
func rowsTable[R any](name string, head any, synthetic bool, rows []R, place func(i int) (id string, shape orb.Geometry)) Table {
	list := columnsOf(rows)
	columns := make([]coverage.Column, len(list))
	for i, c := range list {
		columns[i] = coverage.Column{Name: c.name, Type: c.kind}
	}
	return Table{
		Name: name, Head: head, Synthetic: synthetic, Columns: columns,
		Shape: shapeOfAll(len(rows), func(i int) orb.Geometry { _, g := place(i); return g }),
		Rows: func(yield func(Row) bool) {
			values := make([]any, len(list))
			for i := range rows {
				row := reflect.ValueOf(&rows[i]).Elem()
				for k, c := range list {
					values[k] = c.of(row)
				}
				id, shape := place(i)
				if !yield(Row{id, shape, values}) {
					return
				}
			}
		},
	}
}

// geometryOf is the shape of a row; nil where it has none, or an empty one.
func geometryOf(row any, shapes func(coverage.Level, string) orb.Geometry) orb.Geometry {
	switch row := row.(type) {
	case analysis.Placed:
		return row.Place()
	case analysis.Zoned:
		if shapes != nil {
			return shapes(row.Zone())
		}
	}
	return nil
}
