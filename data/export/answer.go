package export

import (
	"fmt"
	"io"
	"reflect"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/geo/geojson"
)

// AnswerCSV writes one line per row of an indicator's answer, with the members
// of a row as columns: members of members as parent_member, a place as lon and
// lat, lists joined by semicolons, and a map as one column for each key that any
// row has. Lists of places, such as the line of a path, are left out.
//
// Errors: what w returns.
func AnswerCSV[O, S, R any](w io.Writer, a *analysis.Answer[O, S, R], o CSVOptions) error {
	return rowsCSV(w, a.Rows, a.Synthetic, o)
}

// rowsCSV writes rows as AnswerCSV does.
func rowsCSV[R any](w io.Writer, rows []R, synthetic bool, o CSVOptions) error {
	columns := slices.DeleteFunc(columnsOf(rows), func(c column) bool { return c.line })
	names := make([]string, 0, len(columns)+1)
	for _, c := range columns {
		if c.place {
			names = append(names, "lon", "lat")
			continue
		}
		names = append(names, c.name)
	}
	t := newTable(w, o, synthetic, names...)
	for i := range rows {
		row := reflect.ValueOf(&rows[i]).Elem()
		for _, c := range columns {
			t.value(c.of(row))
		}
		t.end()
	}
	return t.close()
}

// value adds a cell of any kind; a place takes two.
func (t *table) value(v any) {
	switch v := v.(type) {
	case nil:
		t.optional(nil)
	case string:
		t.text(v)
	case coverage.Amount:
		t.amount(v)
	case float64:
		t.number(v)
	case int:
		t.count(v)
	case bool:
		t.cells = append(t.cells, fmt.Sprint(v))
	case orb.Point:
		t.number(v[0])
		t.number(v[1])
	default:
		panic(fmt.Sprintf("export: no cell takes a %T", v)) // a bug in this program: see flatten
	}
}

// answerHead is an answer without its rows, which are the features.
type answerHead[O, S any] struct {
	head
	Question analysis.Question  `json:"question"`
	Options  O                  `json:"options"`
	Summary  S                  `json:"summary"`
	Warnings []analysis.Warning `json:"warnings"`
}

// AnswerGeoJSON writes the rows of an indicator's answer as features, with the
// columns of AnswerCSV, and lists of places, as properties; all other members of a stand under the
// foreign member "kaimen". A row has its own place, or the area of its zone,
// which shapes finds.
//
// Errors: what w returns.
func AnswerGeoJSON[O, S, R any](w io.Writer, a *analysis.Answer[O, S, R], shapes func(coverage.Level, string) orb.Geometry) error {
	return rowsGeoJSON(w, answerHead[O, S]{
		head{a.Key, a.Study, a.Snapshot, a.Synthetic, a.Engine}, a.Question, a.Options, a.Summary, a.Warnings,
	}, a.Rows, func(i int) (string, orb.Geometry) { return "", geometryOf(&a.Rows[i], shapes) })
}

// rowsGeoJSON writes rows as features, each with the id and the shape that
// place gives it, and head as the foreign member "kaimen".
func rowsGeoJSON[R any](w io.Writer, head any, rows []R, place func(i int) (id string, shape orb.Geometry)) error {
	writer := geojson.NewWriter(w, geojson.Member{Name: "kaimen", Value: head})
	var columns []column
	var keys []string
	for _, c := range columnsOf(rows) {
		if !c.place {
			columns, keys = append(columns, c), append(keys, c.name)
		}
	}
	values := make([]any, len(columns))
	for i := range rows {
		row := reflect.ValueOf(&rows[i]).Elem()
		for k, c := range columns {
			values[k] = c.of(row)
		}
		id, shape := place(i)
		if err := writer.Write(id, shape, keys, values); err != nil {
			return err
		}
	}
	return writer.Close()
}

func geometryOf(row any, shapes func(coverage.Level, string) orb.Geometry) orb.Geometry {
	switch row := row.(type) {
	case analysis.Placed:
		return row.Place()
	case analysis.Zoned:
		return shapes(row.Zone())
	}
	return nil
}
