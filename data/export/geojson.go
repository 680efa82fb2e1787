package export

import (
	"bufio"
	"io"

	"kaimen/coverage"
	"kaimen/geo/geojson"
)

// WriteGeoJSON writes the rows of t as features, holding one at a time, with
// its columns as properties; places and bytes are left out. Its head stands
// under the foreign member "kaimen".
//
// Errors: what w returns; numbers that are not finite.
func WriteGeoJSON(w io.Writer, t Table) error {
	writer := geojson.NewWriter(w, geojson.Member{Name: "kaimen", Value: t.Head})
	keys, pick := properties(t)
	for row := range t.Rows {
		if err := writer.Write(row.ID, row.Geometry, keys, pick(row.Values)); err != nil {
			return err
		}
	}
	return writer.Close()
}

// WriteGeoJSONSeq writes the rows of t as a sequence of features, each a line
// by itself; with separators, after the record separator of RFC 8142. The head
// has no place in a sequence; rows of a synthetic study say so themselves.
//
// Errors: those of WriteGeoJSON.
func WriteGeoJSONSeq(w io.Writer, t Table, separators bool) error {
	out := bufio.NewWriterSize(w, 1<<16)
	keys, pick := properties(t)
	if t.Synthetic {
		keys = append(keys, "synthetic")
	}
	var b []byte
	for row := range t.Rows {
		b = b[:0]
		if separators {
			b = append(b, recordSeparator)
		}
		values := pick(row.Values)
		if t.Synthetic {
			values = append(values, true)
		}
		var err error
		if b, err = geojson.AppendFeature(b, row.ID, row.Geometry, keys, values); err != nil {
			return err
		}
		if _, err := out.Write(append(b, '\n')); err != nil {
			return err
		}
	}
	return out.Flush()
}

const recordSeparator = 0x1e

// properties are the columns that a feature has, and what finds their values.
func properties(t Table) (keys []string, pick func(values []any) []any) {
	var places []int
	for i, c := range t.Columns {
		if c.Type != ColumnPlace && c.Type != coverage.ColumnBlob {
			keys, places = append(keys, c.Name), append(places, i)
		}
	}
	out := make([]any, len(keys), len(keys)+1)
	return keys, func(values []any) []any {
		for k, place := range places {
			out[k] = values[place]
		}
		return out
	}
}
