package data_test

import (
	"fmt"
	"testing"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/geo"
)

// A road along the equator from 0° to 0.02°, and parks beside it: one that it
// runs through, one whose edge is 11 m off it, one 111 m off, one whose gates
// are given, and a school at the site of the last, which has a gate of its own.
func parks() map[string]string {
	park := func(id, kind string, west, south, east, north float64) string {
		return feature(fmt.Sprintf(`"id":%q,"kind":%q`, id, kind), "Polygon",
			fmt.Sprintf("[[[%[1]g,%[2]g],[%[3]g,%[2]g],[%[3]g,%[4]g],[%[1]g,%[4]g],[%[1]g,%[2]g]]]", west, south, east, north))
	}
	return map[string]string{
		"study.yaml": study("  roads: [{file: roads.osm}]\n  facilities: [{file: parks.geojson}]\n  entrances: [{file: gates.csv}]"),
		"roads.osm": `<osm version="0.6"><node id="1" lon="0" lat="0"/><node id="2" lon="0.02" lat="0"/>
 <way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/></way></osm>`,
		"parks.geojson": collection(
			park("through", "park", 0.004, -0.001, 0.006, 0.001), park("beside", "park", 0.008, 0.0001, 0.010, 0.002),
			park("far", "park", 0.012, 0.001, 0.014, 0.003), park("gated", "park", 0.016, -0.001, 0.018, 0.001),
			park("gated", "school", 0.016, -0.001, 0.018, 0.001)),
		"gates.csv": "facility,kind,lon,lat\ngated,,0.017,0.001\ngated,school,0.017,-0.001\nnobody,,0.01,0\n",
	}
}

func TestEntrances(t *testing.T) {
	t.Parallel()
	s, report := mustImport(t, writeStudy(t, parks()))
	have := map[string]coverage.Facility{}
	for _, f := range s.Facilities {
		have[f.Kind+" "+f.ID] = f
	}
	for name, want := range map[string][]orb.Point{
		"park through": {{0.004, 0}, {0.006, 0}}, // where the road crosses its edge
		"park gated":   {{0.017, 0.001}},
		"school gated": {{0.017, -0.001}, {0.017, 0.001}},
	} {
		equal(t, name, fmt.Sprint(have[name].Entrances), fmt.Sprint(want))
	}
	// One entrance each, on the edge towards the road.
	for name, lat := range map[string]float64{"park beside": 0.0001, "park far": 0.001} {
		f := have[name]
		if len(f.Entrances) != 1 || f.Entrances[0][1] != lat {
			t.Errorf("%s: entered at %v", name, f.Entrances)
		}
	}
	// The ground is kept as it was drawn.
	equal(t, "outline", fmt.Sprint(have["park through"].Outline), fmt.Sprint(orb.MultiPolygon{{{{0.004, -0.001}, {0.006, -0.001}, {0.006, 0.001}, {0.004, 0.001}, {0.004, -0.001}}}}))
	// 0.002° by 0.002° of the equator.
	side := geo.Distance(orb.Point{}, orb.Point{0.002, 0})
	if a := have["park through"].AreaM2; a == nil || *a < side*side*0.9999 || *a > side*side*1.0001 {
		t.Errorf("area %v, want %v", a, side*side)
	}
	gates := report.Sources[2]
	equal(t, "layer", string(gates.Layer), "entrances")
	equal(t, "an entrance of nobody", fmt.Sprint(gates.SetAside), fmt.Sprint([]coverage.ReasonCount{{Code: "unknown_facility", Rows: 1}}))
	again, _ := mustImport(t, writeStudy(t, parks()))
	equal(t, "id of a second import", again.ID, s.ID)
}

// Points stay what they are: they are entered where they lie.
func TestPointsHaveNoEntrances(t *testing.T) {
	t.Parallel()
	s, _ := mustImport(t, writeStudy(t, town()))
	for _, f := range s.Facilities {
		equal(t, f.ID, f.Entrances == nil && f.Outline == nil, true)
		equal(t, f.ID+" is entered at", fmt.Sprint(f.EnteredAt()), fmt.Sprint([]orb.Point{f.At}))
	}
}
