package data_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/data"
)

// ledger is the rows of three layers as a client keeps them: their features by
// layer and id.
type ledger map[coverage.LayerName]map[string]string

// files are the study as one would import it.
func (l ledger) files() map[string]string {
	files := villageFiles()
	for layer, name := range map[coverage.LayerName]string{
		coverage.LayerFacilities: "places.geojson", coverage.LayerDemand: "homes.geojson", coverage.LayerParcels: "land.geojson",
	} {
		var features []string
		for _, id := range slices.Sorted(maps.Keys(l[layer])) {
			features = append(features, l[layer][id])
		}
		files[name] = collectionOf(features...)
	}
	return files
}

// anyRow draws a feature of a layer with an id.
func anyRow(t *rapid.T, layer coverage.LayerName, feature string) string {
	lon := 105.05 + float64(rapid.IntRange(0, 90).Draw(t, "lon"))/10_000
	at := fmt.Sprintf("%.4f,29.5802", lon)
	square := fmt.Sprintf(`{"type":"Polygon","coordinates":[[[%[1]v,29.5801],[%[2]v,29.5801],[%[2]v,29.582],[%[1]v,29.5801]]]}`, lon, lon+0.002)
	switch layer {
	case coverage.LayerFacilities:
		kind, id, _ := strings.Cut(feature, "/")
		properties := fmt.Sprintf(`"id":%q,"kind":%q,"name":%q`, id, kind, rapid.SampledFrom([]string{"", "名", "a \"b\""}).Draw(t, "name"))
		if rapid.Bool().Draw(t, "capacity") {
			properties += fmt.Sprintf(`,"capacity":%d`, rapid.IntRange(0, 500).Draw(t, "places"))
		}
		if rapid.Bool().Draw(t, "as an area") {
			return `{"type":"Feature","properties":{` + properties + `},"geometry":` + square + `}`
		}
		return point(at, properties)
	case coverage.LayerDemand:
		properties := fmt.Sprintf(`"id":%q,"people":%d`, feature, rapid.IntRange(0, 99).Draw(t, "people"))
		if rapid.Bool().Draw(t, "elderly") {
			properties += `,"elderly":1.5`
		}
		return point(at, properties)
	}
	return fmt.Sprintf(`{"type":"Feature","properties":{"id":%q,"kinds":%q},"geometry":%s}`, feature, rapid.SampledFrom([]string{"", "park", "school,park"}).Draw(t, "kinds"), square)
}

// Any sequence of edits leaves the snapshot that an import of the rows it leaves
// would make: same rows, same id. What the edits were and in which order is
// forgotten.
func TestEditsEqualAnImport(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		rows := ledger{coverage.LayerFacilities: {}, coverage.LayerDemand: {}, coverage.LayerParcels: {}}
		now := studyOf(t, rows.files())
		ids := map[coverage.LayerName][]string{
			coverage.LayerFacilities: {"school/1", "park/1", "park/a/b"}, coverage.LayerDemand: {"h1", "h2", "h3"}, coverage.LayerParcels: {"p1", "p2"},
		}
		for range rapid.IntRange(1, 12).Draw(rt, "edits") {
			layer := rapid.SampledFrom(slices.Sorted(maps.Keys(rows))).Draw(rt, "layer")
			feature := rapid.SampledFrom(ids[layer]).Draw(rt, "feature")
			_, there := rows[layer][feature]
			text := anyRow(rt, layer, feature)
			e := coverage.Edit{Layer: layer, Feature: feature, Text: json.RawMessage(text)}
			switch e.Kind = rapid.SampledFrom([]coverage.EditKind{coverage.EditAdd, coverage.EditPut, coverage.EditPatch, coverage.EditRemove}).Draw(rt, "kind"); e.Kind {
			case coverage.EditAdd:
				if e.Feature = ""; there {
					continue
				}
			case coverage.EditPatch:
				if !there {
					continue
				}
				// A patch with all members of a row, and null for those it lacks.
				e.Text = patchTo(rt, layer, text)
			case coverage.EditRemove:
				if !there {
					continue
				}
				e.Text = nil
			}
			out, err := data.Edit(t.Context(), now, e, data.Options{Now: editTime})
			if err != nil {
				rt.Fatalf("%s %s %s: %s", e.Kind, layer, feature, allOf(err))
			}
			now = out.Snapshot
			if e.Kind == coverage.EditRemove {
				delete(rows[layer], feature)
			} else {
				rows[layer][feature] = text
			}
		}
		want := studyOf(t, rows.files())
		if now.ID != want.ID {
			rt.Fatalf("edited %s, imported %s:\n%+v", now.ID, want.ID, coverage.Compare(want, now))
		}
		if len(now.Report.Network) != len(want.Report.Network) {
			rt.Fatalf("the report ties %+v, want %+v", now.Report.Network, want.Report.Network)
		}
		for i, n := range want.Report.Network {
			if !slices.Equal(n.States, now.Report.Network[i].States) {
				rt.Fatalf("the report ties %+v, want %+v", now.Report.Network[i], n)
			}
		}
	})
}

// patchTo is a merge patch that leads from any row of a layer to this one.
func patchTo(t *rapid.T, layer coverage.LayerName, text string) json.RawMessage {
	var feature map[string]any
	if err := json.Unmarshal([]byte(text), &feature); err != nil {
		t.Fatal(err)
	}
	properties, _ := feature["properties"].(map[string]any)
	for _, name := range map[coverage.LayerName][]string{
		coverage.LayerFacilities: {"capacity", "name"}, coverage.LayerDemand: {"elderly"}, coverage.LayerParcels: {"kinds"},
	}[layer] {
		if _, ok := properties[name]; !ok {
			properties[name] = nil
		}
	}
	delete(feature, "type")
	patch, err := json.Marshal(feature)
	if err != nil {
		t.Fatal(err)
	}
	return patch
}
