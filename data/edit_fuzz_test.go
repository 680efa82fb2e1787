package data_test

import (
	"encoding/json"
	"testing"

	"kaimen/coverage"
	"kaimen/data"
)

// FuzzEdit changes a study by any text: it is refused with an error of ours, or
// gives a snapshot whose layers are those of its hashes; the study stays as it is.
func FuzzEdit(f *testing.F) {
	for _, text := range []string{
		`{"properties":{"name":null,"capacity":7,"entrances":[[105.05,29.58]]}}`, `{"geometry":{"type":"Polygon","coordinates":[[[105,29],[105.1,29],[105.1,29.1],[105,29]]]}}`,
		point("105.05,29.58", `"id":"9","kind":"school","people":3,"level":"grid"`), `{"properties":{"tags":{"lit":"yes","surface":null},"class":"footway"}}`,
		`{"properties":{"entrances":"[[1]]","tags":"{"}}`, `{"geometry":{"type":"GeometryCollection","geometries":[]}}`, `{"type":"FeatureCollection","features":[null]}`, `{"properties":{"id":[1],"kind":{}}}`,
	} {
		for layer := range coverage.LayerNames() {
			for kind := range 3 {
				f.Add(byte(layer), byte(kind), text)
			}
		}
	}
	base := studyOf(f, villageFiles())
	f.Fuzz(func(t *testing.T, layer, kind byte, text string) {
		layers := coverage.LayerNames()
		e := coverage.Edit{
			Layer: layers[int(layer)%len(layers)], Kind: []coverage.EditKind{coverage.EditAdd, coverage.EditPut, coverage.EditPatch}[kind%3], Text: json.RawMessage(text),
		}
		table, _ := base.Table(e.Layer)
		switch {
		case e.Kind == coverage.EditAdd:
		case table.Len > 0:
			e.Feature = table.FeatureID(table.At(0, nil))
		default:
			e.Feature = "new/1"
		}
		before := coverage.HashTable(table)
		out, err := data.Edit(t.Context(), base, e, data.Options{Now: editTime})
		if err != nil {
			if coverage.CodeOf(err) == coverage.Internal {
				t.Fatalf("%v: %v", e, err)
			}
		} else if err := out.Snapshot.Verify(); err != nil {
			t.Fatal(err)
		}
		if after, _ := base.Table(e.Layer); coverage.HashTable(after) != before {
			t.Fatal("the study changed")
		}
	})
}
