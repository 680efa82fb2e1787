package coverage

import (
	"sort"
	"strings"
)

// FeatureID names a row as GeoJSON and addresses do: by its id, or for a
// facility, as those of two kinds may share one, by "kind/id". It is empty for
// columns without an id.
func (t Table) FeatureID(r Row) string {
	id, kind := t.textColumn("id"), t.textColumn("kind")
	if t.Layer == LayerFacilities {
		return textOf(r, kind) + "/" + textOf(r, id)
	}
	return textOf(r, id)
}

// Find returns the place of the row with this FeatureID; false if there is none.
// The rows are in canonical order.
//
// Cost: O(log n); O(n) for boundaries, which are ordered by level first.
func (t Table) Find(feature string) (int, bool) {
	id, kind := t.textColumn("id"), t.textColumn("kind")
	switch t.Layer {
	case LayerBoundaries:
		for i := range t.Len {
			if textOf(t.At(i, nil), id) == feature {
				return i, true
			}
		}
		return 0, false
	case LayerFacilities:
		for slash := range len(feature) { // either part may hold one of its own
			if feature[slash] != '/' {
				continue
			}
			i, found := sort.Find(t.Len, func(i int) int {
				row := t.At(i, nil)
				if c := strings.Compare(feature[:slash], textOf(row, kind)); c != 0 {
					return c
				}
				return strings.Compare(feature[slash+1:], textOf(row, id))
			})
			if found {
				return i, true
			}
		}
		return 0, false
	}
	return sort.Find(t.Len, func(i int) int { return strings.Compare(feature, textOf(t.At(i, nil), id)) })
}

// textColumn is the place of a column; -1 if there is none.
func (t Table) textColumn(name string) int {
	for i, c := range t.Columns {
		if c.Name == name {
			return i
		}
	}
	return -1
}

// textOf is the text in a column; empty where there is none.
func textOf(r Row, column int) string {
	if column < 0 {
		return ""
	}
	s, _ := r.Values[column].(string)
	return s
}
