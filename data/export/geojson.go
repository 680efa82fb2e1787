package export

import (
	"bufio"
	"io"

	"kaimen/coverage"
	"kaimen/geo/crs"
	"kaimen/geo/geojson"
)

// WriteGeoJSON writes the rows of t as features, holding one at a time, with
// its columns as properties; places and bytes are left out. Its head stands
// under the foreign member "kaimen". The standard knows WGS 84 alone: another
// system is told by a foreign member "coord".
//
// Errors: what w returns; numbers that are not finite.
func WriteGeoJSON(w io.Writer, t Table) error {
	head := []geojson.Member{{Name: "kaimen", Value: t.Head}}
	if t.System != crs.WGS84 {
		head = append(head, geojson.Member{Name: geojson.CoordMember, Value: CoordWord(t.System)})
	}
	writer := geojson.NewWriter(w, head...)
	keys, pick := properties(t)
	for row := range t.Rows {
		if err := writer.Write(row.ID, row.Geometry, keys, pick(row.Values)); err != nil {
			return err
		}
	}
	return writer.Close()
}

// AppendFeature appends one row of a layer to b as the feature that WriteGeoJSON
// makes of it. Further members, given as JSON, stand behind the others.
//
// Errors: numbers that are not finite.
func AppendFeature(b []byte, t coverage.Table, row coverage.Row, more ...geojson.Member) ([]byte, error) {
	keys, pick := properties(Table{Columns: t.Columns})
	return geojson.AppendFeature(b, t.FeatureID(row), row.Geometry, keys, pick(row.Values), more...)
}

// WriteGeoJSONSeq writes the rows of t as a sequence of features, each a line
// by itself; with separators, after the record separator of RFC 8142. The head
// has no place in a sequence; rows of a synthetic study say so themselves, and
// so do those of another system than WGS 84.
//
// Errors: those of WriteGeoJSON.
func WriteGeoJSONSeq(w io.Writer, t Table, separators bool) error {
	out := bufio.NewWriterSize(w, 1<<16)
	keys, pick := properties(t)
	var more []any
	if t.Synthetic {
		keys, more = append(keys, "synthetic"), append(more, true)
	}
	if t.System != crs.WGS84 {
		keys, more = append(keys, geojson.CoordMember), append(more, CoordWord(t.System))
	}
	var b []byte
	for row := range t.Rows {
		b = b[:0]
		if separators {
			b = append(b, recordSeparator)
		}
		var err error
		if b, err = geojson.AppendFeature(b, row.ID, row.Geometry, keys, append(pick(row.Values), more...)); err != nil {
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
	out := make([]any, len(keys), len(keys)+2)
	return keys, func(values []any) []any {
		for k, place := range places {
			out[k] = values[place]
		}
		return out
	}
}
