package read_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"kaimen/data/read"
)

// Files that other people's code wrote hold the rows that were given to it:
// testdata/README.txt.
func TestParquetOfOthers(t *testing.T) {
	t.Parallel()
	const at = "2026-11-23T06:30:00.25Z"
	n := func(text string) json.Number { return json.Number(text) }
	want := []read.Record{
		{
			Line: 1,
			Geometry: orb.Polygon{
				{{105, 29}, {105.02, 29}, {105.02, 29.02}, {105, 29.02}, {105, 29}},
				{{105.005, 29.005}, {105.005, 29.01}, {105.01, 29.01}, {105.005, 29.005}},
			},
			Fields: map[string]any{"name": "东兴街道", "people": n("12045"), "id": n("511011001001"), "share": n("0.25"), "open": true, "day": "2026-11-23", "at": at},
		},
		{
			Line: 2,
			Geometry: orb.MultiPolygon{
				{{{105, 29}, {105.01, 29}, {105, 29.01}, {105, 29}}},
				{{{105.1, 29.1}, {105.11, 29.1}, {105.1, 29.11}, {105.1, 29.1}}},
			},
			Fields: map[string]any{"name": "西林街道", "people": n("0"), "id": n("511011001002"), "share": n("0.1"), "open": false, "day": "1969-12-31", "at": at},
		},
		{ // a height, which is passed over; an id that no floating-point number holds
			Line: 3, Geometry: orb.Point{105.05, 29.58},
			Fields: map[string]any{"name": nil, "people": n("-1"), "id": n("9007199254740993"), "share": nil, "open": nil, "day": nil, "at": at},
		},
		{
			Line: 4, Geometry: orb.LineString{{105, 29}, {105.5, 29.25}},
			Fields: map[string]any{"name": `a "b", c`, "people": nil, "id": n("-1"), "share": n("105.0552171"), "open": true, "day": "2000-02-29", "at": at},
		},
		{
			Line:   5,
			Fields: map[string]any{"name": "", "people": n("2147483647"), "id": n("0"), "share": n("0.0000001"), "open": false, "day": "1970-01-01", "at": at},
		},
	}
	for file, system := range map[string]string{"hyparquet.parquet": "EPSG:4490", "rust-zstd.parquet": "EPSG:4326"} {
		s, got := all(t, "testdata/"+file, read.Options{})
		if diff := cmp.Diff(want, got); diff != "" || s.CRS() != system {
			t.Errorf("%s, %s: %s", file, s.CRS(), diff)
		}
	}
}
