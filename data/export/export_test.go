package export_test

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/zonal"
	"kaimen/data/export"
	"kaimen/geo/geojson"
)

func number(x float64) *float64 { return &x }

func text(s string) *string { return &s }

// result has two zones: one with everything, one where nothing is known.
func result(synthetic bool) *analysis.CoverageResult {
	full := zonal.Row{
		ID: "007", Name: "=East, \"the\" old\n一", Level: coverage.LevelCommunity, Parent: "s",
		Demand: 3 * coverage.AmountUnit, Covered: 1, CoverageRate: number(1.0 / 3), Uncovered: 3*coverage.AmountUnit - 1,
		MeanS: number(0.30000000000000004), P90S: number(600), MeanM: number(1e21), P90M: number(-0.001),
		Unreached: 1_500_000, FacilitiesInside: 2, FacilitiesReachable: 3,
	}
	return &analysis.CoverageResult{
		Key: "k", Study: "town", Snapshot: "abc", Synthetic: synthetic, Engine: "1",
		Question: analysis.Question{Kind: "park", Level: coverage.LevelCommunity, CutoffS: number(900)},
		Totals:   full, Rules: []analysis.Rule{}, Network: []coverage.ReasonCount{}, Warnings: []analysis.Warning{},
		Rows: []zonal.Row{full, {ID: "8", Level: coverage.LevelCommunity}},
	}
}

func zones() []zonal.Zone {
	square := orb.MultiPolygon{{{{0, 0}, {0, 1}, {1, 1}, {1, 0}, {0, 0}}}} // clockwise, to be turned
	return []zonal.Zone{{ID: "007", Area: square}, {ID: "8"}}
}

func written(t testing.TB, write func(*strings.Builder) error) string {
	t.Helper()
	var b strings.Builder
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestCoverageCSV(t *testing.T) {
	t.Parallel()
	const head = "id,name,level,parent,demand,covered,coverage_rate,uncovered,mean_s,p90_s,mean_m,p90_m,median_s,max_s,median_m,max_m,unreached,facilities_inside,facilities_reachable"
	const quoted = "\"=East, \"\"the\"\" old\n一\""
	const numbers = ",community,s,3,0.000001,0.3333333333333333,2.999999,0.30000000000000004,600,1000000000000000000000,-0.001,,,,,1.5,2,3"
	const blank = "8,,community,,0,0,,0,,,,,,,,,0,0,0"
	for _, tc := range []struct {
		name      string
		o         export.CSVOptions
		synthetic bool
		want      string
	}{
		{"for programs", export.CSVOptions{}, false, head + "\n007," + quoted + numbers + "\n" + blank + "\n"},
		{"made up", export.CSVOptions{}, true, head + ",synthetic\n007," + quoted + numbers + ",true\n" + blank + ",true\n"},
		// The apostrophe stands before text alone; -0.001 stays a number.
		{
			"for spreadsheets",
			export.CSVOptions{BOM: true, Guard: true},
			false,
			"\ufeff" + head + "\n007," + strings.Replace(quoted, "=East", "'=East", 1) + numbers + "\n" + blank + "\n",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got := written(t, func(b *strings.Builder) error { return coverageCSV(b, result(tc.synthetic), tc.o) })
			if got != tc.want {
				t.Errorf("got\n%q\nwant\n%q", got, tc.want)
			}
		})
	}
}

func TestCoverageGeoJSON(t *testing.T) {
	t.Parallel()
	got := written(t, func(b *strings.Builder) error { return coverageGeoJSON(b, result(true), zones()) })
	var file struct {
		Kaimen struct {
			Key       string
			Synthetic bool
			Outside   any
			Totals    map[string]any
			Rows      any
		}
	}
	if err := json.Unmarshal([]byte(got), &file); err != nil {
		t.Fatal(err)
	}
	if file.Kaimen.Key != "k" || !file.Kaimen.Synthetic || file.Kaimen.Totals["id"] != "007" || file.Kaimen.Rows != nil {
		t.Errorf("head: %+v", file.Kaimen)
	}
	var features []geojson.Feature
	if err := geojson.Read(strings.NewReader(got), func(f geojson.Feature) error { features = append(features, f); return f.Err }); err != nil {
		t.Fatal(err)
	}
	if len(features) != 2 || features[0].Properties["uncovered"] != json.Number("2.999999") ||
		features[1].Properties["coverage_rate"] != nil || features[1].Geometry != nil {
		t.Fatalf("features: %+v", features)
	}
	ring := features[0].Geometry.(orb.MultiPolygon)[0][0]
	if ring.Orientation() != orb.CCW {
		t.Error("the outer ring is clockwise")
	}
	// The properties of a feature are the members of a row, all of them.
	var row map[string]any
	if err := json.Unmarshal(mustJSON(t, result(true).Rows[0]), &row); err != nil {
		t.Fatal(err)
	}
	for name := range row {
		if _, ok := features[0].Properties[name]; !ok {
			t.Errorf("property %s is missing", name)
		}
	}
	if len(features[0].Properties) != len(row) {
		t.Errorf("%d properties, want %d", len(features[0].Properties), len(row))
	}
}

// The members beside the features are those of the JSON form, no more, no less.
func TestHeadsAreComplete(t *testing.T) {
	t.Parallel()
	gaps := &analysis.GapsResult{}
	for _, tc := range []struct {
		list   string
		answer any
		file   string
	}{
		{"rows", result(false), written(t, func(b *strings.Builder) error { return coverageGeoJSON(b, result(false), zones()) })},
		{"gaps", gaps, written(t, func(b *strings.Builder) error { return gapsGeoJSON(b, gaps) })},
		{"rows", comparison(), written(t, func(b *strings.Builder) error { return compareGeoJSON(b, comparison(), zones()) })},
		{"rows", rings(), written(t, func(b *strings.Builder) error { return isochronesGeoJSON(b, rings()) })},
	} {
		var want map[string]any
		var file struct{ Kaimen map[string]any }
		if err := errors.Join(json.Unmarshal(mustJSON(t, tc.answer), &want), json.Unmarshal([]byte(tc.file), &file)); err != nil {
			t.Fatal(err)
		}
		delete(want, tc.list)
		if !reflect.DeepEqual(file.Kaimen, want) {
			t.Errorf("kaimen is %v, want %v", file.Kaimen, want)
		}
	}
}

func mustJSON(t testing.TB, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestZonesMustBeThoseOfTheRows(t *testing.T) {
	t.Parallel()
	swapped := []zonal.Zone{{ID: "8"}, {ID: "007"}}
	for _, wrong := range [][]zonal.Zone{{}, zones()[:1], swapped} {
		if err := coverageGeoJSON(&strings.Builder{}, result(false), wrong); err == nil {
			t.Errorf("%d zones that are not the rows' were taken", len(wrong))
		}
	}
}

func TestGaps(t *testing.T) {
	t.Parallel()
	r := &analysis.GapsResult{Synthetic: true, Uncovered: 7 * coverage.AmountUnit, Gaps: []analysis.Gap{
		{
			ID: "h2", At: orb.Point{105.06, 29.5}, Demand: 5 * coverage.AmountUnit, Reason: "beyond_cutoff",
			NearestID: text("-1"), NearestName: text("Park"), NearestS: number(1000.5), NearestM: number(1111), Street: text("s"),
		},
		{ID: "h1", At: orb.Point{105.05, 29.5}, Demand: 2 * coverage.AmountUnit, Reason: "no_path"},
	}}
	want := "id,lon,lat,demand,reason,nearest_id,nearest_name,nearest_s,nearest_m,grid,community,street,synthetic\n" +
		"h2,105.06,29.5,5,beyond_cutoff,'-1,Park,1000.5,1111,,,s,true\n" +
		"h1,105.05,29.5,2,no_path,,,,,,,,true\n"
	if got := written(t, func(b *strings.Builder) error { return gapsCSV(b, r, export.CSVOptions{Guard: true}) }); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	var ids []string
	err := geojson.Read(strings.NewReader(written(t, func(b *strings.Builder) error { return gapsGeoJSON(b, r) })),
		func(f geojson.Feature) error {
			ids = append(ids, fmt.Sprintf("%v %v %v %v", f.ID, f.Geometry, f.Properties["nearest_id"], f.Properties["demand"]))
			return f.Err
		})
	if want := []string{"h2 [105.06 29.5] -1 5", "h1 [105.05 29.5] <nil> 2"}; err != nil || !reflect.DeepEqual(ids, want) {
		t.Errorf("features %q, want %q: %v", ids, want, err)
	}
}

func TestMatrix(t *testing.T) {
	t.Parallel()
	pairs := []analysis.Pair{{Origin: "a", Destination: "+b", CostS: 174.069, CostM: 193.41}, {Origin: "a", Destination: "c", CostS: 0, CostM: 0}}
	for n := range len(pairs) + 1 {
		var table, object strings.Builder
		asCSV := export.NewMatrixCSV(&table, false, export.CSVOptions{Guard: true})
		asJSON := export.NewMatrixJSON(&object, true)
		for _, p := range pairs[:n] {
			if err := errors.Join(asCSV.Write(p), asJSON.Write(p)); err != nil {
				t.Fatal(err)
			}
		}
		report := analysis.MatrixReport{Snapshot: "abc", Pairs: n}
		if err := errors.Join(asCSV.Close(report), asJSON.Close(report)); err != nil {
			t.Fatal(err)
		}
		lines := []string{"origin,destination,cost_s,cost_m", "a,'+b,174.069,193.41", "a,c,0,0"}
		if want := strings.Join(lines[:n+1], "\n") + "\n"; table.String() != want {
			t.Errorf("%d pairs: got %q, want %q", n, table.String(), want)
		}
		var got struct {
			Rows     []analysis.Pair
			Pairs    int
			Snapshot string
			Warnings []analysis.Warning
		}
		if err := json.Unmarshal([]byte(object.String()), &got); err != nil {
			t.Fatalf("%d pairs: %v in %s", n, err, object.String())
		}
		if len(got.Rows) != n || got.Pairs != n || got.Snapshot != "abc" || got.Rows == nil || got.Warnings == nil {
			t.Errorf("%d pairs: %+v", n, got)
		}
	}
}

func TestLayer(t *testing.T) {
	t.Parallel()
	layers := coverage.Layers{
		Facilities: []coverage.Facility{{ID: "1", Kind: "park", At: orb.Point{1, 2}, Outline: orb.MultiPolygon{{{{0, 1}, {2, 1}, {1, 4}, {0, 1}}}}}, {ID: "1", Kind: "school", At: orb.Point{3, 4}, Capacity: number(30)}},
		Roads:      []coverage.Road{{ID: "w", Nodes: []int64{1, 2}, Line: orb.LineString{{0, 0}, {1, 1}}}},
	}
	ids := map[coverage.LayerName][]string{coverage.LayerFacilities: {"park/1", "school/1"}, coverage.LayerRoads: {"w"}}
	for _, table := range layers.Tables() {
		head := export.LayerHead{Study: "town", Layer: table.Layer, Hash: coverage.HashTable(table), Synthetic: true}
		var got []string
		file := written(t, func(b *strings.Builder) error { return layerGeoJSON(b, head, table) })
		err := geojson.Read(strings.NewReader(file), func(f geojson.Feature) error {
			got = append(got, f.ID)
			columns := 0
			for _, c := range table.Columns {
				_, there := f.Properties[c.Name]
				if there == (c.Type == coverage.ColumnBlob) {
					t.Errorf("%s: property %s: %v", table.Layer, c.Name, there)
				}
				if there {
					columns++
				}
			}
			if columns != len(f.Properties) {
				t.Errorf("%s: %d properties are no columns", table.Layer, len(f.Properties)-columns)
			}
			return f.Err
		})
		if err != nil || !reflect.DeepEqual(got, ids[table.Layer]) || !strings.Contains(file, `"synthetic":true`) {
			t.Errorf("%s: %v: %v in %s", table.Layer, got, err, file)
		}
	}
}

// full is a disk without room.
type full struct{ left int }

func (w *full) Write(b []byte) (int, error) {
	if len(b) > w.left {
		return 0, os.ErrClosed
	}
	w.left -= len(b)
	return len(b), nil
}

// An error of the writer is not lost in a buffer.
func TestWriterErrorsAreTold(t *testing.T) {
	t.Parallel()
	table, _ := (&coverage.Layers{}).Table(coverage.LayerRoads)
	for name, write := range map[string]func(*full) error{
		"coverage csv":     func(w *full) error { return coverageCSV(w, result(false), export.CSVOptions{BOM: true}) },
		"coverage geojson": func(w *full) error { return coverageGeoJSON(w, result(false), zones()) },
		"gaps csv":         func(w *full) error { return gapsCSV(w, &analysis.GapsResult{}, export.CSVOptions{}) },
		"gaps geojson":     func(w *full) error { return gapsGeoJSON(w, &analysis.GapsResult{}) },
		"rings geojson":    func(w *full) error { return isochronesGeoJSON(w, rings()) },
		"rings json":       func(w *full) error { return export.IsochronesJSON(w, rings()) },
		"layer":            func(w *full) error { return layerGeoJSON(w, export.LayerHead{}, table) },
		"matrix csv": func(w *full) error {
			return export.NewMatrixCSV(w, false, export.CSVOptions{}).Close(analysis.MatrixReport{})
		},
		"matrix json": func(w *full) error { return export.NewMatrixJSON(w, false).Close(analysis.MatrixReport{}) },
	} {
		if err := write(&full{left: 3}); !errors.Is(err, os.ErrClosed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whatever the text, a CSV file gives it back, and guarded text never begins
// as a formula.
func TestTextSurvivesCSV(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := strings.ReplaceAll(rapid.String().Draw(t, "name"), "\r\n", "\n") // which CSV makes one
		guard := rapid.Bool().Draw(t, "guard")
		r := &analysis.CoverageResult{Rows: []zonal.Row{{ID: "x", Name: name}}}
		var b strings.Builder
		if err := coverageCSV(&b, r, export.CSVOptions{Guard: guard}); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
		if err != nil || len(rows) != 2 {
			t.Fatalf("%d rows: %v", len(rows), err)
		}
		got := rows[1][1]
		if guard && got != "" && strings.ContainsRune("=+-@\t\r", rune(got[0])) {
			t.Fatalf("%q is a formula", got)
		}
		if got != name && !(guard && got == "'"+name) {
			t.Fatalf("%q came back as %q", name, got)
		}
	})
}

func ExampleWriteCSV() {
	rate := 0.8
	r := &analysis.CoverageResult{Rows: []zonal.Row{{
		ID: "c1", Name: "East", Level: coverage.LevelCommunity, Demand: 100 * coverage.AmountUnit,
		Covered: 80 * coverage.AmountUnit, CoverageRate: &rate, Uncovered: 20 * coverage.AmountUnit,
	}}}
	if err := coverageCSV(os.Stdout, r, export.CSVOptions{}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// id,name,level,parent,demand,covered,coverage_rate,uncovered,mean_s,p90_s,mean_m,p90_m,median_s,max_s,median_m,max_m,unreached,facilities_inside,facilities_reachable
	// c1,East,community,,100,80,0.8,20,,,,,,,,,0,0,0
}
