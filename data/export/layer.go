package export

import "kaimen/coverage"

// LayerHead says what a layer file holds. It stands under "kaimen" and depends
// on the layer and its study alone, not on the snapshot it was taken from.
type LayerHead struct {
	Study       string             `json:"study"`
	Layer       coverage.LayerName `json:"layer"`
	Hash        coverage.LayerHash `json:"hash"` // of the whole layer
	Synthetic   bool               `json:"synthetic"`
	Attribution []string           `json:"attribution,omitempty"`
}

// LayerHeadOf is the head of a layer of a snapshot.
func LayerHeadOf(s *coverage.Snapshot, layer coverage.LayerName) LayerHead {
	return LayerHead{
		Study: s.Study.ID, Layer: layer, Hash: s.Hashes[layer], Synthetic: s.Study.Synthetic, Attribution: s.Study.Attribution,
	}
}

// LayerTable is a layer as a table of its rows. The id of a feature is that of
// its row; as facilities of two kinds may share one, theirs is "kind/id".
func LayerTable(head LayerHead, t coverage.Table) Table {
	return Table{
		Name: string(t.Layer), Head: head, Synthetic: head.Synthetic, Columns: t.Columns, Shape: t.Shape, WKT: true,
		Rows: func(yield func(Row) bool) {
			for row := range t.Rows {
				if !yield(Row{t.FeatureID(row), row.Geometry, row.Values}) {
					return
				}
			}
		},
	}
}
