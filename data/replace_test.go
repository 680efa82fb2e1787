package data_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"kaimen/coverage"
	"kaimen/data"
)

// replace puts a file in the place of a layer, and holds what must be true of
// any: the other layers stay, and the report still adds up.
func replace(t *testing.T, base *coverage.Snapshot, f coverage.LayerFile) *coverage.Snapshot {
	t.Helper()
	s, report, err := data.ReplaceLayer(t.Context(), base, f, data.Options{Now: editTime})
	if err != nil {
		t.Fatalf("%s: %s", f.Name, allOf(err))
	}
	for layer, hash := range base.Hashes {
		if layer != f.Layer && s.Hashes[layer] != hash {
			t.Errorf("%s changed layer %s", f.Name, layer)
		}
	}
	if err := s.Verify(); err != nil {
		t.Error(err)
	}
	if !report.Reconciles() {
		t.Errorf("%s: read is not used + set aside: %+v", f.Name, report.Sources)
	}
	return s
}

// A layer replaced by the very file it came from is the same: every layer of the
// village leads back to the id of the whole import, roads with their crossings
// and areas with their entrances among them.
func TestReplacedByItself(t *testing.T) {
	t.Parallel()
	files := villageFiles()
	home := studyOf(t, files)
	for layer, name := range map[coverage.LayerName]string{
		coverage.LayerRoads: "roads.geojson", coverage.LayerBoundaries: "zones.geojson", coverage.LayerFacilities: "places.geojson",
		coverage.LayerDemand: "homes.geojson", coverage.LayerGates: "gates.geojson", coverage.LayerParcels: "land.geojson", coverage.LayerRequests: "asked.geojson",
	} {
		back := replace(t, home, coverage.LayerFile{Layer: layer, Name: name, Body: []byte(files[name])})
		if back.ID != home.ID {
			t.Errorf("%s: %s, want %s: %+v", layer, back.ID, home.ID, coverage.Compare(home, back))
		}
		gone := replace(t, home, coverage.LayerFile{Layer: layer, Name: name, Body: []byte(collectionOf())})
		if table, _ := gone.Table(layer); table.Len != 0 {
			t.Errorf("%s: %d rows of an empty file", layer, table.Len)
		}
		if again := replace(t, gone, coverage.LayerFile{Layer: layer, Name: name, Body: []byte(files[name])}); again.ID != home.ID {
			t.Errorf("%s: emptied and filled is %s, want %s", layer, again.ID, home.ID)
		}
		if len(gone.Report.Sources) != len(home.Report.Sources) {
			t.Errorf("%s: the report has sources %+v", layer, gone.Report.Sources)
		}
	}
}

// Roads of OpenStreetMap lead home as well; gates in their file are left out, as
// the study has its own.
func TestReplacedByOpenStreetMap(t *testing.T) {
	t.Parallel()
	home := studyOf(t, town())
	back := replace(t, home, coverage.LayerFile{Layer: coverage.LayerRoads, Name: "roads.osm", Body: []byte(townRoads)})
	if back.ID != home.ID {
		t.Errorf("%s, want %s: %+v", back.ID, home.ID, coverage.Compare(home, back))
	}
	gated := strings.Replace(townRoads, "</osm>", `<node id="9001" lat="29.58" lon="105.05"><tag k="barrier" v="gate"/></node><node id="9002" lat="29.581" lon="105.05"/>`+ // on another continent
		`<way id="9003"><nd ref="9001"/><nd ref="9002"/><tag k="highway" v="footway"/></way></osm>`, 1)
	s := replace(t, home, coverage.LayerFile{Layer: coverage.LayerRoads, Name: "roads.osm", Body: []byte(gated)})
	if len(s.Roads) != len(home.Roads)+1 || s.Hashes[coverage.LayerGates] != home.Hashes[coverage.LayerGates] {
		t.Errorf("%d roads, %d gates", len(s.Roads), len(s.Gates))
	}
	if !slices.ContainsFunc(s.Report.Guesses, func(g string) bool { return strings.Contains(g, "1 gates of roads.osm are left out") }) {
		t.Errorf("not told of the gate: %v", s.Report.Guesses)
	}
}

// Counts by zone become demand in the zones that the study has; settings of a
// source mean what they mean in a study.yaml.
func TestReplacedByCounts(t *testing.T) {
	t.Parallel()
	home := studyOf(t, villageFiles())
	s := replace(t, home, coverage.LayerFile{
		Layer: coverage.LayerDemand, Name: "人口.csv", Body: []byte("社区,人口,60岁以上\nw,300,30\ne,100.5,10\n"),
		Fields: map[string]string{"id": "社区"}, Zone: coverage.LevelCommunity, Spread: "network",
	})
	var people, elderly coverage.Amount
	for i := range s.Demand {
		people, elderly = people+s.Demand[i].Weights["people"], elderly+s.Demand[i].Weights["elderly"]
	}
	if people != 400_500_000 || elderly != 40*coverage.AmountUnit || len(s.Demand) < 4 {
		t.Errorf("%v people, %v elderly at %d points", people, elderly, len(s.Demand))
	}
	kinds := replace(t, home, coverage.LayerFile{
		Layer: coverage.LayerFacilities, Name: "poi.csv", CRS: "EPSG:4326", Kinds: map[string]string{"小学": "school"}, Where: "n > 1",
		Body: []byte("id,类别,lon,lat,n\n1,小学,105.05,29.58,2\n2,小学,105.05,29.58,1\n3,商店,105.05,29.58,5\n"),
	})
	if len(kinds.Facilities) != 1 || kinds.Facilities[0].Kind != "school" {
		t.Errorf("facilities %+v", kinds.Facilities)
	}
}

// Nothing comes of a file with faults, and each is told.
func TestReplacedWithFaults(t *testing.T) {
	t.Parallel()
	home := studyOf(t, villageFiles())
	for _, tc := range []struct {
		name string
		file coverage.LayerFile
		code coverage.ErrorCode
		want int // issues
	}{
		{"two rows", coverage.LayerFile{Layer: coverage.LayerDemand, Name: "a.csv", CRS: "EPSG:4326", Body: []byte("id,x,y,people\na,1,x,1\nb,1,2,-1\n")}, coverage.Invalid, 2},
		{"no system", coverage.LayerFile{Layer: coverage.LayerDemand, Name: "a.csv", Body: []byte("id,x,y,people\na,105.05,29.58,1\n")}, coverage.Invalid, 1},
		{"a setting of another layer", coverage.LayerFile{Layer: coverage.LayerDemand, Name: "a.csv", CRS: "EPSG:4326", Meet: "vertices", Body: []byte("id,x,y,people\na,105,29,1\n")}, coverage.Invalid, 1},
		{"a format that is none", coverage.LayerFile{Layer: coverage.LayerDemand, Name: "a.doc", CRS: "EPSG:4326", Body: []byte("x")}, coverage.Invalid, 1},
		{"a folder", coverage.LayerFile{Layer: coverage.LayerDemand, Name: "../a.csv"}, coverage.Invalid, 0},
		{"no name", coverage.LayerFile{Layer: coverage.LayerDemand}, coverage.Invalid, 0},
		{"no layer", coverage.LayerFile{Layer: "rivers", Name: "a.csv"}, coverage.NotFound, 0},
		{"zones without their parent", coverage.LayerFile{Layer: coverage.LayerBoundaries, Name: "z.geojson", Body: []byte(collectionOf(
			`{"type":"Feature","properties":{"id":"w","level":"community","parent":"s"},"geometry":{"type":"Polygon","coordinates":[[[105,29],[105.1,29],[105.1,29.1],[105,29]]]}}`))}, coverage.Invalid, 1},
	} {
		_, _, err := data.ReplaceLayer(t.Context(), home, tc.file, data.Options{Now: editTime})
		if coverage.CodeOf(err) != tc.code {
			t.Errorf("%s: %v; want %s", tc.name, err, tc.code)
		} else if refused, ok := errors.AsType[*coverage.Error](err); !ok || len(refused.Issues) != tc.want {
			t.Errorf("%s: %s; want %d", tc.name, allOf(err), tc.want)
		}
	}
}
