package export_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/data/export"
	"kaimen/geo/geojson"
)

// rings has a ring, and a row with nothing within reach.
func rings() *analysis.IsochronesResult {
	return &analysis.IsochronesResult{
		Key: "k", Study: "town", Snapshot: "abc", Synthetic: true, Engine: "1",
		Question: analysis.IsochronesQuestion{Origins: 1, Profile: "walk", Direction: "away", CutoffsS: []float64{300, 900}, As: "polygons"},
		Network:  []coverage.ReasonCount{}, Warnings: []analysis.Warning{},
		Rows: []analysis.Isochrone{
			{
				ID: "a", CutoffS: number(900), Direction: "away", Profile: "walk", State: "snapped", AreaM2: number(1234567.5), ReachedM: 40,
				Area: orb.MultiPolygon{{{{0, 0}, {0.0000001, 0}, {0.0000001, 0.0000001}, {0, 0}}}},
			},
			{ID: "a", CutoffS: number(300), Direction: "away", Profile: "walk", State: "snapped", AreaM2: number(0)},
		},
	}
}

// The properties of a feature are the members of its row, and the shape is the
// geometry, to the last of seven decimals.
func TestIsochronesGeoJSON(t *testing.T) {
	t.Parallel()
	file := written(t, func(b *strings.Builder) error { return isochronesGeoJSON(b, rings()) })
	var got []string
	err := geojson.Read(strings.NewReader(file), func(f geojson.Feature) error {
		var row map[string]any
		if err := json.Unmarshal(mustJSON(t, rings().Rows[len(got)]), &row); err != nil {
			t.Fatal(err)
		}
		if len(f.Properties) != len(row) {
			t.Errorf("properties %v, row %v", f.Properties, row)
		}
		for name := range row {
			if _, ok := f.Properties[name]; !ok {
				t.Errorf("property %s is missing", name)
			}
		}
		got = append(got, fmt.Sprint(f.ID, " ", f.Geometry, " ", f.Properties["area_m2"]))
		return f.Err
	})
	want := []string{"a/900 [[[[0 0] [1e-07 0] [1e-07 1e-07] [0 0]]]] 1234567.5", "a/300 <nil> 0"}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("features %q, want %q: %v", got, want, err)
	}
	text := written(t, func(b *strings.Builder) error { return export.IsochronesJSON(b, rings()) })
	if !strings.HasPrefix(text, `{"key":"k"`) || strings.Contains(text, "coordinates") || !strings.HasSuffix(text, "}\n") {
		t.Errorf("as JSON: %s", text)
	}
}
