package data_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"kaimen/coverage"
)

// Four grids of 0.01° beside each other. A has three buildings: one home of 2
// floors, one of 1 floor with as much ground, and a school; B has only a road
// through its middle; C has nothing; D has a hospital alone.
func countedTown(source string) map[string]string {
	house := func(id, use string, lon float64, floors, households int) string {
		return feature(fmt.Sprintf(`"id":%q,"use":%q,"floors":%d,"households":%d`, id, use, floors, households), "Polygon",
			fmt.Sprintf("[[[%[1]g,0.002],[%[2]g,0.002],[%[2]g,0.003],[%[1]g,0.003],[%[1]g,0.002]]]", lon, lon+0.001))
	}
	var grids []string
	for i, id := range []string{"A", "B", "C", "D"} {
		grids = append(grids, feature(fmt.Sprintf(`"id":%q,"level":"grid"`, id), "Polygon", "["+square(float64(i)*0.01)+"]"))
	}
	return map[string]string{
		"study.yaml": study("  boundaries: [{file: grids.geojson}]\n  buildings: [{file: buildings.geojson}]\n" +
			"  roads: [{file: roads.osm}]\n  demand: [" + source + "]"),
		"grids.geojson": collection(grids...),
		"buildings.geojson": collection(house("a1", "residential", 0.001, 2, 10), house("a2", "", 0.004, 1, 30),
			house("a3", "school", 0.007, 4, 0), house("d1", "hospital", 0.034, 9, 0)),
		"roads.osm": `<osm version="0.6"><node id="1" lon="0.011" lat="0.005"/><node id="2" lon="0.019" lat="0.005"/>
 <way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/></way></osm>`,
		"counts.csv": "网格编号,人口,elderly,vehicles\nA,100,11,151\nB,90,9,0\nC,7,1,0\nD,40,0,3\n",
	}
}

const countSource = "{file: counts.csv, zone: grid, fields: {id: 网格编号, people: 人口}"

// sumsOf adds up the demand of each zone, which its ids begin with.
func sumsOf(s *coverage.Snapshot) map[string]string {
	sums := map[string]map[string]coverage.Amount{}
	for _, d := range s.Demand {
		zone, _, _ := strings.Cut(d.ID, "/")
		if sums[zone] == nil {
			sums[zone] = map[string]coverage.Amount{}
		}
		for name, w := range d.Weights {
			sums[zone][name] += w
		}
	}
	out := map[string]string{}
	for zone, w := range sums {
		out[zone] = fmt.Sprintf("%v %v %v", w["people"], w["elderly"], w["vehicles"])
	}
	return out
}

func TestCountsToBuildings(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, source, want string }{
		// Floors 2 : 1 of equal ground; the school is no home. 66.7 : 33.3 people
		// are 67 and 33; 11 elderly by people 7.37 : 3.63 are 7 and 4; vehicles
		// outnumber people and go by floors, 100.7 : 50.3 are 101 and 50.
		{"by floor area", countSource + ", spread: buildings}", "A/a1 67 7 101, A/a2 33 4 50"},
		// Households 10 : 30; elderly by people 25 : 75 are 2.75 and 8.25;
		// vehicles 37.75 and 113.25.
		{"by households", countSource + ", by: households}", "A/a1 25 3 38, A/a2 75 8 113"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s, report := mustImport(t, writeStudy(t, countedTown(tc.source)))
			var have []string
			for _, d := range s.Demand {
				if strings.HasPrefix(d.ID, "A/") {
					equal(t, "building", "A/"+d.Building, d.ID)
					have = append(have, fmt.Sprintf("%s %v %v %v", d.ID, d.Weights["people"], d.Weights["elderly"], d.Weights["vehicles"]))
				}
			}
			equal(t, "grid A", strings.Join(have, ", "), tc.want)
			sums := sumsOf(s)
			equal(t, "B in all", sums["B"], "90 9 0")
			equal(t, "C in all", sums["C"], "7 1 0")
			equal(t, "D in all", sums["D"], "40 0 3")
			i := slices.IndexFunc(report.Issues, func(i coverage.Issue) bool { return i.Code == coverage.ReasonNoRoad })
			if i < 0 || brief(report.Issues[i]) != "no_road counts.csv 4 C" || report.Issues[i].At == nil {
				t.Errorf("C without roads is not told: %v", report.Issues)
			}
			if d := s.Demand[len(s.Demand)-1]; d.ID != "D/d1" { // nobody lives elsewhere in D
				t.Errorf("the last is %s", d.ID)
			}
		})
	}
}

// The road of B is 0.008° of the equator, 889.6 m: 18 pieces of 49.4 m, five
// people each, all on the road.
func TestCountsAlongRoads(t *testing.T) {
	t.Parallel()
	s, _ := mustImport(t, writeStudy(t, countedTown(countSource+", spread: network}")))
	points := 0
	for _, d := range s.Demand {
		if strings.HasPrefix(d.ID, "B/road-") {
			points++
			equal(t, d.ID, d.Weights["people"], 5*coverage.AmountUnit)
			if d.At[1] != 0.005 || d.At[0] < 0.011 || d.At[0] > 0.019 {
				t.Errorf("%s is at %v", d.ID, d.At)
			}
		}
	}
	equal(t, "points", points, 18)
	equal(t, "A, without a road", sumsOf(s)["A"], "100 11 151")
	again, _ := mustImport(t, writeStudy(t, countedTown(countSource+", spread: network}")))
	equal(t, "id of a second import", again.ID, s.ID)
}

func TestCountFaults(t *testing.T) {
	t.Parallel()
	files := countedTown(countSource + "}")
	files["counts.csv"] = "网格编号,人口\nA,1\nX,2\nA,3\n"
	var have []string
	for _, i := range faultsOf(t, files) {
		have = append(have, brief(i))
	}
	wantLines(t, "faults", have, []string{"duplicate_id counts.csv 4 A", "unknown_zone counts.csv 3 X"})

	files = countedTown("{file: counts.csv, zone: province, spread: pigeons, by: guess}")
	faults := slices.DeleteFunc(faultsOf(t, files), func(i coverage.Issue) bool { return i.Code != coverage.ReasonBadManifest })
	equal(t, "faults of the manifest", len(faults), 3)
}
