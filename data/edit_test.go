package data_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/data"
	"kaimen/data/sample"
)

var editTime = time.Date(2026, 11, 29, 8, 0, 0, 0, time.UTC)

// villageFiles are a study of every layer whose rows can be edited. One street
// runs along 29.58° north; its nodes are 0.001° apart, 97 m.
func villageFiles() map[string]string {
	return map[string]string{
		"study.yaml": `study: village
name: {zh: 小村, en: Village}
sources:
  roads:      [{file: roads.geojson}]
  boundaries: [{file: zones.geojson}]
  facilities: [{file: places.geojson}]
  demand:     [{file: homes.geojson}]
  gates:      [{file: gates.geojson}]
  parcels:    [{file: land.geojson}]
  requests:   [{file: asked.geojson}]
`,
		"roads.geojson": collectionOf(
			`{"type":"Feature","properties":{"id":"r1","class":"residential","name":"汉安路","surface":"asphalt"},"geometry":{"type":"LineString","coordinates":[[105.05,29.58],[105.06,29.58]]}}`,
			`{"type":"Feature","properties":{"id":"r2","class":"footway"},"geometry":{"type":"LineString","coordinates":[[105.055,29.575],[105.055,29.585]]}}`),
		"zones.geojson": collectionOf(
			`{"type":"Feature","properties":{"id":"s","level":"street"},"geometry":{"type":"Polygon","coordinates":[[[105.04,29.57],[105.07,29.57],[105.07,29.59],[105.04,29.59],[105.04,29.57]]]}}`,
			`{"type":"Feature","properties":{"id":"w","level":"community","parent":"s"},"geometry":{"type":"Polygon","coordinates":[[[105.04,29.57],[105.055,29.57],[105.055,29.59],[105.04,29.59],[105.04,29.57]]]}}`,
			`{"type":"Feature","properties":{"id":"e","level":"community","parent":"s"},"geometry":{"type":"Polygon","coordinates":[[[105.055,29.57],[105.07,29.57],[105.07,29.59],[105.055,29.59],[105.055,29.57]]]}}`),
		"places.geojson": collectionOf(
			point("105.051,29.5801", `"id":"1","kind":"school","name":"第一小学","capacity":400`),
			point("105.058,29.5801", `"id":"1","kind":"clinic","hours":"Mo-Fr 08:00-18:00"`),
			`{"type":"Feature","properties":{"id":"green","kind":"park"},"geometry":{"type":"Polygon","coordinates":[[[105.052,29.5801],[105.054,29.5801],[105.054,29.582],[105.052,29.582],[105.052,29.5801]]]}}`),
		"homes.geojson": collectionOf(
			point("105.0512,29.5802", `"id":"h1","people":100,"elderly":20`),
			point("105.0572,29.5798", `"id":"h2","people":50.5`)),
		"gates.geojson": collectionOf(point("105.056,29.58", `"id":"g1","name":"东门","state":"open"`)),
		"land.geojson":  collectionOf(`{"type":"Feature","properties":{"id":"p1","kinds":"park,school"},"geometry":{"type":"Polygon","coordinates":[[[105.056,29.581],[105.057,29.581],[105.057,29.582],[105.056,29.581]]]}}`),
		"asked.geojson": collectionOf(point("105.0515,29.58", `"id":"q1","kind":"park","opened_at":"2026-11-23"`)),
	}
}

func collectionOf(features ...string) string {
	return `{"type":"FeatureCollection","features":[` + strings.Join(features, ",\n") + `]}`
}

func point(at, properties string) string {
	return `{"type":"Feature","properties":{` + properties + `},"geometry":{"type":"Point","coordinates":[` + at + `]}}`
}

// studyOf imports a folder of such files.
func studyOf(t testing.TB, files map[string]string) *coverage.Snapshot {
	t.Helper()
	s, report, err := data.Import(t.Context(), writeStudy(t, files), data.Options{Now: editTime})
	if err != nil {
		t.Fatal(err, report.Issues)
	}
	return s
}

func edit(t testing.TB, base *coverage.Snapshot, layer coverage.LayerName, kind coverage.EditKind, feature, text string) coverage.Edited {
	t.Helper()
	before := base.Hashes[layer]
	e := coverage.Edit{Layer: layer, Kind: kind, Feature: feature, Text: json.RawMessage(text)}
	out, err := data.Edit(t.Context(), base, e, data.Options{Now: editTime})
	if err != nil {
		t.Fatalf("%s %s %s: %v", kind, layer, feature, allOf(err))
	}
	if table, _ := base.Table(layer); coverage.HashTable(table) != before {
		t.Fatalf("%s %s %s changed the snapshot it was made of", kind, layer, feature)
	}
	for name, hash := range out.Snapshot.Hashes {
		if table, _ := out.Snapshot.Table(name); coverage.HashTable(table) != hash {
			t.Fatalf("%s %s: the hash of %s is not that of its rows", kind, layer, name)
		}
		if name != layer && hash != base.Hashes[name] {
			t.Fatalf("%s %s changed %s", kind, layer, name)
		}
	}
	return out
}

func allOf(err error) string {
	if e, ok := errors.AsType[*coverage.Error](err); ok {
		return fmt.Sprint(e.Message, e.Issues)
	}
	return err.Error()
}

// Adding a row, changing it back and forth and deleting it leads home: the id is
// that of the contents.
func TestEditsLeadHome(t *testing.T) {
	t.Parallel()
	home := studyOf(t, villageFiles())
	added := map[coverage.LayerName][2]string{
		coverage.LayerBoundaries: {"n", `{"type":"Feature","id":"n","properties":{"level":"grid","parent":"w"},"geometry":{"type":"Polygon","coordinates":[[[105.041,29.571],[105.042,29.571],[105.042,29.572],[105.041,29.571]]]}}`},
		coverage.LayerFacilities: {"market/a/1", point("105.0531,29.5799", `"id":"a/1","kind":"market","name":"菜市场"`)},
		coverage.LayerDemand:     {"h0", point("105.0541,29.5799", `"id":"h0","people":3,"cats":1.5`)},
		coverage.LayerBuildings:  {"b", `{"type":"Feature","id":"b","properties":{"name":"1栋","floors":6},"geometry":{"type":"Polygon","coordinates":[[[105.041,29.571],[105.042,29.571],[105.042,29.572],[105.041,29.571]]]}}`},
		coverage.LayerEstates:    {"e1", `{"type":"Feature","id":"e1","properties":{"name":"小区","old":true},"geometry":{"type":"Polygon","coordinates":[[[105.041,29.571],[105.042,29.571],[105.042,29.572],[105.041,29.571]]]}}`},
		coverage.LayerParcels:    {"p0", `{"type":"Feature","id":"p0","properties":{"name":"空地"},"geometry":{"type":"Polygon","coordinates":[[[105.041,29.571],[105.042,29.571],[105.042,29.572],[105.041,29.571]]]}}`},
		coverage.LayerGates:      {"g0", point("105.0551,29.58", `"id":"g0","state":"closed"`)},
		coverage.LayerLandCover:  {"l", `{"type":"Feature","id":"l","properties":{"kind":"water"},"geometry":{"type":"Polygon","coordinates":[[[105.041,29.571],[105.042,29.571],[105.042,29.572],[105.041,29.571]]]}}`},
		coverage.LayerRequests:   {"q0", point("105.0515,29.58", `"id":"q0","kind":"clinic"`)},
	}
	for layer, row := range added {
		one := edit(t, home, layer, coverage.EditAdd, "", row[1])
		if !slices.Equal(one.Features, []string{row[0]}) || one.Snapshot.ID == home.ID {
			t.Errorf("%s: added %v, want %s; snapshot %s", layer, one.Features, row[0], one.Snapshot.ID)
			continue
		}
		two := edit(t, one.Snapshot, layer, coverage.EditPut, row[0], row[1])
		if two.Created || two.Snapshot != one.Snapshot {
			t.Errorf("%s: the same row again is a change: %s, %s", layer, one.Snapshot.ID, two.Snapshot.ID)
		}
		if layer == coverage.LayerDemand {
			if e := edit(t, two.Snapshot, layer, coverage.EditPatch, row[0], `{"properties":{"cats":null}}`); e.Snapshot.Demand[0].Weights["cats"] != 0 || len(e.Snapshot.Demand[0].Weights) != 1 {
				t.Errorf("a weight that was removed: %v", e.Snapshot.Demand[0].Weights)
			}
		}
		gone := edit(t, two.Snapshot, layer, coverage.EditRemove, row[0], "")
		if gone.Snapshot.ID != home.ID {
			t.Errorf("%s: added and deleted is %s, want %s", layer, gone.Snapshot.ID, home.ID)
		}
		if put := edit(t, home, layer, coverage.EditPut, row[0], row[1]); !put.Created || put.Snapshot.ID != one.Snapshot.ID {
			t.Errorf("%s: put %v is %s, want %s as if added", layer, put.Created, put.Snapshot.ID, one.Snapshot.ID)
		}
	}
	there := edit(t, home, coverage.LayerFacilities, coverage.EditPatch, "park/green", `{"properties":{"name":"绿园"}}`)
	back := edit(t, there.Snapshot, coverage.LayerFacilities, coverage.EditPatch, "park/green", `{"properties":{"name":null}}`)
	if there.Snapshot.ID == home.ID || back.Snapshot.ID != home.ID {
		t.Errorf("patched there %s and back %s, from %s", there.Snapshot.ID, back.Snapshot.ID, home.ID)
	}
	park := there.Snapshot.Facilities[slices.IndexFunc(there.Snapshot.Facilities, func(f coverage.Facility) bool { return f.Kind == "park" })]
	if len(park.Outline) == 0 || len(park.Entrances) == 0 || park.AreaM2 == nil {
		t.Errorf("a patch of the name lost what is not shown: %+v", park)
	}
	want := []coverage.EditReport{{Layer: coverage.LayerFacilities, Changed: 2}}
	if got := back.Snapshot.Report.Edits; !slices.Equal(got, want) || !back.Snapshot.Report.Reconciles() {
		t.Errorf("the report counts %v, want %v", got, want)
	}
}

// What GeoJSON does not show of a row stays with it: nodes, heights and turns of a
// road; node and tags of a gate, which loses the node when it moves; ground and
// entrances of a park, which gets others when it moves.
func TestEditKeepsWhatIsNotShown(t *testing.T) {
	t.Parallel()
	layers := studyOf(t, villageFiles()).Layers
	layers.Gates = []coverage.Gate{{ID: "g", Node: layers.Roads[0].Nodes[0], At: layers.Roads[0].Line[0], Tags: map[string]string{"bicycle": "yes"}}}
	layers.Roads[0].Heights = make([]float64, len(layers.Roads[0].Nodes))
	layers.Roads[0].Turns = []coverage.Turn{{Via: layers.Roads[0].Nodes[0], To: layers.Roads[1].ID}}
	base, err := coverage.NewSnapshot(coverage.Study{ID: "village"}, layers, coverage.Report{}, editTime)
	if err != nil {
		t.Fatal(err)
	}
	for _, there := range []struct {
		layer                coverage.LayerName
		feature, patch, back string
	}{
		{coverage.LayerRoads, "r1", `{"properties":{"name":"x","tags":{"lit":"yes"}}}`, `{"properties":{"name":"汉安路","tags":{"lit":null}}}`},
		{coverage.LayerGates, "g", `{"properties":{"name":"x"}}`, `{"properties":{"name":""}}`},
		{coverage.LayerFacilities, "park/green", `{"properties":{"hours":"24/7"}}`, `{"properties":{"hours":null}}`},
	} {
		one := edit(t, base, there.layer, coverage.EditPatch, there.feature, there.patch)
		two := edit(t, one.Snapshot, there.layer, coverage.EditPatch, there.feature, there.back)
		if one.Snapshot.ID == base.ID || two.Snapshot.ID != base.ID {
			t.Errorf("%s: there and back: %+v", there.feature, coverage.Compare(base, two.Snapshot))
		}
	}
	gate := edit(t, base, coverage.LayerGates, coverage.EditPatch, "g", `{"geometry":{"coordinates":[105.056,29.58]}}`).Snapshot.Gates[0]
	if gate.Node != 0 || gate.Tags["bicycle"] != "yes" || gate.State != "" {
		t.Errorf("a gate that moved: %+v", gate)
	}
	if said := edit(t, base, coverage.LayerGates, coverage.EditPatch, "g", `{"properties":{"state":"open"}}`).Snapshot.Gates[0]; said.State != "open" {
		t.Errorf("a gate that is said to be open: %+v", said)
	}
	moved := edit(t, base, coverage.LayerFacilities, coverage.EditPatch, "park/green", `{"geometry":{"type":"Point","coordinates":[105.0561,29.5802]}}`)
	at, _ := mustTable(t, moved.Snapshot, coverage.LayerFacilities).Find("park/green")
	if park := moved.Snapshot.Facilities[at]; len(park.Outline)+len(park.Entrances) != 0 || park.AreaM2 != nil {
		t.Errorf("a park that became a point: %+v", park)
	}
	given := edit(t, base, coverage.LayerFacilities, coverage.EditPatch, "park/green", `{"geometry":{"type":"Point","coordinates":[105.0561,29.5802]},"properties":{"entrances":[[105.0562,29.58]],"area_m2":900}}`)
	if park := given.Snapshot.Facilities[at]; len(park.Entrances) != 1 || park.AreaM2 == nil || *park.AreaM2 != 900 {
		t.Errorf("a park that moved with what is given: %+v", park)
	}
}

func mustTable(t testing.TB, s *coverage.Snapshot, layer coverage.LayerName) coverage.Table {
	t.Helper()
	table, ok := s.Table(layer)
	if !ok {
		t.Fatal(layer)
	}
	return table
}

// Who adds a place far from any road is told so, of this place alone: another
// kind may have its id. The report keeps it until the place moves.
func TestEditWarns(t *testing.T) {
	t.Parallel()
	base := studyOf(t, villageFiles())
	far := edit(t, base, coverage.LayerFacilities, coverage.EditAdd, "", point("105.065,29.588", `"id":"7","kind":"market"`))
	if w := far.Warnings; len(w) != 1 || w[0].Code != coverage.ReasonTooFar || w[0].Feature != "7" || w[0].Source != "" {
		t.Fatalf("warnings %+v", w)
	}
	beside := edit(t, far.Snapshot, coverage.LayerFacilities, coverage.EditAdd, "", point("105.0531,29.58", `"id":"7","kind":"bank"`))
	if len(beside.Warnings) != 0 {
		t.Errorf("told of another kind: %+v", beside.Warnings)
	}
	told := func(s *coverage.Snapshot) (n int) {
		for _, i := range s.Report.Issues {
			if i.Code == coverage.ReasonTooFar && i.Layer == coverage.LayerFacilities {
				n++
			}
		}
		return n
	}
	if told(beside.Snapshot) != told(base)+1 {
		t.Errorf("the report tells %d places that are too far, want %d", told(beside.Snapshot), told(base)+1)
	}
	near := edit(t, beside.Snapshot, coverage.LayerFacilities, coverage.EditPatch, "market/7", `{"geometry":{"coordinates":[105.0532,29.58]}}`)
	if len(near.Warnings) != 0 || told(near.Snapshot) != told(base) {
		t.Errorf("moved near a road: %+v", near.Warnings)
	}
	// A building that crosses itself is kept and told, as in an import; the report
	// forgets it with the building.
	bow := `{"type":"Feature","properties":{"id":"b"},"geometry":{"type":"Polygon","coordinates":[[[105.05,29.581],[105.052,29.583],[105.052,29.581],[105.05,29.582],[105.05,29.581]]]}}`
	crossed := edit(t, base, coverage.LayerBuildings, coverage.EditPut, "b", bow)
	if w := crossed.Warnings; len(w) == 0 || w[0].Code != coverage.ReasonSelfCrossing {
		t.Errorf("a ring that crosses itself: %+v", w)
	}
	gone := edit(t, crossed.Snapshot, coverage.LayerBuildings, coverage.EditRemove, "b", "")
	for _, i := range gone.Snapshot.Report.Issues {
		if i.Feature == "b" {
			t.Errorf("told of a building that is gone: %+v", i)
		}
	}
}

// All faults of all rows are told at once, each with its row, in the words of an
// import.
func TestEditFaults(t *testing.T) {
	t.Parallel()
	base := studyOf(t, villageFiles())
	square := `"geometry":{"type":"Polygon","coordinates":[[[105.041,29.571],[105.042,29.571],[105.042,29.572],[105.041,29.571]]]}`
	for _, tc := range []struct {
		name          string
		layer         coverage.LayerName
		kind          coverage.EditKind
		feature, text string
		code          coverage.ErrorCode
		want          []string // the start of "LINE FEATURE CODE: MESSAGE" of each
	}{
		{
			"three rows", coverage.LayerFacilities, coverage.EditAdd, "", collectionOf(
				point("105.05,29.58", `"id":"1","kind":"school"`),
				point("105.05,29.58", `"id":"x","capacity":-1,"colour":"red"`),
				point("205.05,29.58", `"kind":"school"`),
				point("105.05,29.58", `"id":"y","kind":"park"`),
				point("105.05,29.58", `"id":"y","kind":"park"`)), coverage.Invalid,
			[]string{
				"1 1 duplicate_id: the id stands already in the study", "2 x bad_value: facilities have no property \"colour\"; they have: address, area_m2",
				"2 x bad_value: capacity: -1 is negative", "3  missing_value: the id is blank", "3  bad_coordinates: ", "5 y duplicate_id: the id stands already in body",
			},
		},
		{"a kind that is blank", coverage.LayerFacilities, coverage.EditAdd, "", point("105.05,29.58", `"id":"x"`), coverage.Invalid, []string{"1 x missing_value: kind: it is blank"}},
		{"no people", coverage.LayerDemand, coverage.EditAdd, "", point("105.05,29.58", `"id":"x","elderly":2`), coverage.Invalid, []string{"1 x missing_value: people: it is blank"}},
		{"no place", coverage.LayerDemand, coverage.EditAdd, "", `{"type":"Feature","properties":{"id":"x","people":1},"geometry":null}`, coverage.Invalid, []string{"1 x no_coordinates: "}},
		{"a place that is removed", coverage.LayerDemand, coverage.EditPatch, "h1", `{"geometry":null}`, coverage.Invalid, []string{"1 h1 bad_geometry: it has no geometry member"}},
		{"an area that is a point", coverage.LayerParcels, coverage.EditAdd, "", point("105.05,29.58", `"id":"x"`), coverage.Invalid, []string{"1 x bad_geometry: a Polygon or MultiPolygon was expected"}},
		{
			"a zone that crosses itself", coverage.LayerBoundaries, coverage.EditAdd, "", `{"type":"Feature","properties":{"id":"x","level":"village"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]}}`, coverage.Invalid,
			[]string{`1 x bad_value: level: "village" is not one of`, "1 x self_crossing: "},
		},
		{"a zone of no parent", coverage.LayerBoundaries, coverage.EditAdd, "", `{"type":"Feature","properties":{"id":"x","level":"grid","parent":"z"},` + square + `}`, coverage.Invalid, []string{`1 x unknown_parent: its parent "z"`}},
		{"a parent that goes", coverage.LayerBoundaries, coverage.EditRemove, "s", "", coverage.Invalid, []string{`0 e unknown_parent: its parent "s"`, `0 w unknown_parent: its parent "s"`}},
		{"a parent inside", coverage.LayerBoundaries, coverage.EditPatch, "s", `{"properties":{"parent":"w"}}`, coverage.Invalid, []string{`1 s parent_cycle: its parent "w" is of level community`}},
		{"another name", coverage.LayerFacilities, coverage.EditPut, "school/1", point("105.05,29.58", `"id":"2","kind":"park"`), coverage.Invalid, []string{`1 1 bad_value: id: it is "2"`, `1 1 bad_value: kind: it is "park"`}},
		{"another name by its member", coverage.LayerDemand, coverage.EditPatch, "h1", `{"id":"h2"}`, coverage.Invalid, []string{`1 h1 bad_value: id: the feature says "h2"`}},
		{"a facility without kind", coverage.LayerFacilities, coverage.EditPut, "9", point("105.05,29.58", ``), coverage.Invalid, []string{`1 9 missing_value: "9" is no name of a facility`}},
		{"who asked", coverage.LayerRequests, coverage.EditAdd, "", point("105.05,29.58", `"id":"x","kind":"park","phone":"1"`), coverage.Invalid, []string{"1 x personal: phone: "}},
		{"what OpenStreetMap knows", coverage.LayerGates, coverage.EditPatch, "g1", `{"properties":{"node":5}}`, coverage.Invalid, []string{"1 g1 bad_value: node: it comes with a whole layer alone"}},
		{"columns of a table", coverage.LayerDemand, coverage.EditPatch, "h1", `{"properties":{"x":5}}`, coverage.Invalid, []string{"1 h1 bad_value: x: a feature's place is its geometry"}},
		{"a road", coverage.LayerRoads, coverage.EditAdd, "", `{"type":"Feature","properties":{"id":"x"},"geometry":null}`, coverage.Invalid, nil},
		{"a road that moves", coverage.LayerRoads, coverage.EditPatch, "r1", `{"geometry":{"coordinates":[[105.05,29.58],[105.06,29.581]]}}`, coverage.Invalid, []string{"1 r1 bad_geometry: single roads are neither added nor moved"}},
		{
			"tags and a class", coverage.LayerRoads, coverage.EditPatch, "r1", `{"properties":{"class":"river","tags":{"lit":5,"colour":"red"}}}`, coverage.Invalid,
			[]string{`1 r1 bad_value: class: "river" is not one of`, "1 r1 bad_value: tags: colour is no key", "1 r1 bad_value: tags: lit: a text"},
		},
		{"text that is no GeoJSON", coverage.LayerDemand, coverage.EditAdd, "", `[1,2`, coverage.Invalid, []string{"0  unreadable: "}},
		{"a patch that is no object", coverage.LayerDemand, coverage.EditPatch, "h1", `[1]`, coverage.Invalid, nil},
		{"nothing", coverage.LayerDemand, coverage.EditAdd, "", `{"type":"FeatureCollection","features":[]}`, coverage.Invalid, []string{"0  missing_value: it holds no feature"}},
		{"two for one", coverage.LayerDemand, coverage.EditPut, "h1", collectionOf(point("105.05,29.58", `"people":1`), point("105.05,29.58", `"people":2`)), coverage.Invalid, []string{"0  bad_value: one Feature was expected, not 2", "2 h1 duplicate_id: "}},
		{"a system that is not known", coverage.LayerDemand, coverage.EditAdd, "", `{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:1"}},"features":[` + point("1,1", `"id":"x","people":1`) + `]}`, coverage.Invalid, []string{"0  unknown_crs: "}},
		{"a row that is not there", coverage.LayerDemand, coverage.EditRemove, "h9", "", coverage.NotFound, nil},
		{"a row to patch that is not there", coverage.LayerFacilities, coverage.EditPatch, "1", "{}", coverage.NotFound, nil},
		{"a layer that is not there", "rivers", coverage.EditAdd, "", "{}", coverage.NotFound, nil},
	} {
		_, err := data.Edit(t.Context(), base, coverage.Edit{Layer: tc.layer, Kind: tc.kind, Feature: tc.feature, Text: json.RawMessage(tc.text)}, data.Options{})
		if coverage.CodeOf(err) != tc.code {
			t.Errorf("%s: %v; want %s", tc.name, err, tc.code)
			continue
		}
		var got []string
		for _, i := range err.(*coverage.Error).Issues {
			got = append(got, fmt.Sprintf("%d %s %s: %s", i.Line, i.Feature, i.Code, i.Message))
		}
		ok := len(got) == len(tc.want)
		for i := range min(len(got), len(tc.want)) {
			ok = ok && strings.HasPrefix(got[i], tc.want[i])
		}
		if !ok {
			t.Errorf("%s:\n got %s\nwant %s", tc.name, strings.Join(got, "\n     "), strings.Join(tc.want, "\n     "))
		}
	}
}

// BenchmarkEdit changes one facility of the sample district, with the walking
// network to be built and with it ready; and what it costs to make the snapshot
// anew without the rest.
func BenchmarkEdit(b *testing.B) {
	dir := b.TempDir()
	if _, err := sample.Write(b.Context(), dir, sample.Options{}); err != nil {
		b.Fatal(err)
	}
	base, _, err := data.Import(b.Context(), filepath.Join(dir, "study.yaml"), data.Options{Now: editTime})
	if err != nil {
		b.Fatal(err)
	}
	table, _ := base.Table(coverage.LayerFacilities)
	e := coverage.Edit{
		Layer: coverage.LayerFacilities, Kind: coverage.EditPatch, Feature: table.FeatureID(table.At(0, nil)), Text: json.RawMessage(`{"properties":{"capacity":123456}}`),
	}
	n, report, err := network.Build(b.Context(), network.Ground{Roads: base.Roads, Gates: base.Gates}, network.Walk())
	if err != nil {
		b.Fatal(err)
	}
	ready := func(context.Context) (*network.Network, network.Report, error) { return n, report, nil }
	for _, bc := range []struct {
		name string
		o    data.Options
	}{{"network to build", data.Options{}}, {"network ready", data.Options{Walking: ready}}} {
		b.Run(bc.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := data.Edit(b.Context(), base, e, bc.o); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("snapshot alone", func(b *testing.B) {
		for b.Loop() {
			if _, err := base.Next(base.Layers, coverage.Report{}, editTime, coverage.LayerFacilities); err != nil {
				b.Fatal(err)
			}
		}
	})
}
