package data_test

import (
	"bytes"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
)

// shapeRow is a row of GeoParquet with the columns that any layer here needs.
type shapeRow struct {
	ID       string  `parquet:"id"`
	Level    string  `parquet:"level"`
	Class    string  `parquet:"class"`
	Name     string  `parquet:"名称"`
	People   float64 `parquet:"人口"`
	Geometry []byte  `parquet:"geometry"`
}

// geoParquet is a file of one row. Without a crs it is in longitude and
// latitude, as the format has it.
func geoParquet(t *testing.T, shape orb.Geometry, row shapeRow) string {
	t.Helper()
	var err error
	if row.Geometry, err = wkb.Marshal(shape); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := parquet.NewGenericWriter[shapeRow](&out, parquet.KeyValueMetadata("geo",
		`{"version":"1.1.0","primary_column":"geometry","columns":{"geometry":{"encoding":"WKB","geometry_types":[]}}}`))
	if _, err := w.Write([]shapeRow{row}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// GeoParquet gives areas, lines and points as GeoJSON does.
func TestGeoParquet(t *testing.T) {
	t.Parallel()
	sources := func(ending string) string {
		return study("  boundaries: [{file: z" + ending + "}]\n  buildings: [{file: b" + ending + "}]\n  roads: [{file: r" + ending + "}]\n" +
			"  facilities: [{file: f" + ending + ", kind: park}]\n  demand: [{file: d" + ending + "}]")
	}
	ring := orb.Polygon{{{0, 0}, {0.01, 0}, {0.01, 0.01}, {0, 0.01}, {0, 0}}}
	const ringText = "[[[0,0],[0.01,0],[0.01,0.01],[0,0.01],[0,0]]]"
	packed, _ := mustImport(t, writeStudy(t, map[string]string{
		"study.yaml": sources(".parquet"),
		"z.parquet":  geoParquet(t, ring, shapeRow{ID: "z", Level: "grid", Name: "一格"}),
		"b.parquet":  geoParquet(t, ring, shapeRow{ID: "b", Name: "一号楼"}),
		"r.parquet":  geoParquet(t, orb.LineString{{0, 0.005}, {0.01, 0.005}}, shapeRow{ID: "r", Class: "primary", Name: "汉安大道"}),
		"f.parquet":  geoParquet(t, orb.Point{0.005, 0.0051}, shapeRow{ID: "f", Name: "公园"}),
		"d.parquet":  geoParquet(t, orb.MultiPoint{{0.004, 0.0051}}, shapeRow{ID: "d", People: 12.5}),
	}))
	plain, _ := mustImport(t, writeStudy(t, map[string]string{
		"study.yaml": sources(".geojson"),
		"z.geojson":  collection(feature(`"id":"z","level":"grid","名称":"一格"`, "Polygon", ringText)),
		"b.geojson":  collection(feature(`"id":"b","名称":"一号楼"`, "Polygon", ringText)),
		"r.geojson":  collection(feature(`"id":"r","class":"primary","名称":"汉安大道"`, "LineString", "[[0,0.005],[0.01,0.005]]")),
		"f.geojson":  collection(feature(`"id":"f","名称":"公园"`, "Point", "[0.005,0.0051]")),
		"d.geojson":  collection(feature(`"id":"d","人口":12.5`, "Point", "[0.004,0.0051]")),
	}))
	equal(t, "name", packed.Boundaries[0].Name, "一格")
	equal(t, "snapshot", packed.ID, plain.ID)
}
