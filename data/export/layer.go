package export

import (
	"io"

	"kaimen/coverage"
	"kaimen/geo/geojson"
)

// LayerHead says what a layer file holds. It stands under "kaimen" and depends
// on the layer and its study alone, not on the snapshot it was taken from.
type LayerHead struct {
	Study       string             `json:"study"`
	Layer       coverage.LayerName `json:"layer"`
	Hash        coverage.LayerHash `json:"hash"` // of the whole layer
	Synthetic   bool               `json:"synthetic"`
	Attribution []string           `json:"attribution,omitempty"`
}

// LayerGeoJSON writes the rows of t, each column a property, holding one row at
// a time. Columns of type blob are left out: GeoJSON has no bytes. The id of a
// feature is that of its row; as facilities of two kinds may share one, theirs
// is "kind/id".
//
// Errors: what w returns; coordinates that are not finite.
func LayerGeoJSON(w io.Writer, head LayerHead, t coverage.Table) error {
	var keys []string
	var places []int
	id, kind := -1, -1
	for i, c := range t.Columns {
		switch c.Name {
		case "id":
			id = i
		case "kind":
			kind = i
		}
		if c.Type != coverage.ColumnBlob {
			keys, places = append(keys, c.Name), append(places, i)
		}
	}
	writer := geojson.NewWriter(w, geojson.Member{Name: "kaimen", Value: head})
	values := make([]any, len(keys))
	for row := range t.Rows {
		for k, place := range places {
			values[k] = row.Values[place]
		}
		feature := textAt(row, id)
		if t.Layer == coverage.LayerFacilities {
			feature = textAt(row, kind) + "/" + feature
		}
		if err := writer.Write(feature, row.Geometry, keys, values); err != nil {
			return err
		}
	}
	return writer.Close()
}

// textAt is the text in a column, empty where there is none.
func textAt(row coverage.Row, column int) string {
	if column < 0 {
		return ""
	}
	s, _ := row.Values[column].(string)
	return s
}
