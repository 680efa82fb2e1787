package data_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"kaimen/coverage"
)

// A street with a gate in its middle and a turn that is not allowed at its end;
// a barrier off the roads, a restriction without a via, and a ferry.
const gatedRoads = `<osm version="0.6">
<node id="1" lon="0" lat="0"/>
<node id="2" lon="0.01" lat="0"><tag k="barrier" v="gate"/><tag k="foot" v="private"/></node>
<node id="3" lon="0.02" lat="0"/><node id="4" lon="0.02" lat="0.01"/>
<node id="5" lon="0.03" lat="0.01"><tag k="barrier" v="bollard"/></node>
<way id="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="residential"/></way>
<way id="2"><nd ref="3"/><nd ref="4"/><tag k="highway" v="residential"/></way>
<way id="3"><nd ref="4"/><nd ref="1"/><tag k="route" v="ferry"/></way>
<relation id="1"><member type="way" ref="1" role="from"/><member type="node" ref="3" role="via"/><member type="way" ref="2" role="to"/>
<tag k="type" v="restriction"/><tag k="restriction" v="no_left_turn"/></relation>
<relation id="2"><member type="way" ref="1" role="from"/><member type="way" ref="2" role="to"/>
<tag k="type" v="restriction"/><tag k="restriction" v="no_left_turn"/></relation>
</osm>`

// Of two extracts the second begins where the first has its gate.
const nextRoads = `<osm version="0.6">
<node id="2" lon="0.01" lat="0"><tag k="barrier" v="gate"/><tag k="foot" v="private"/></node><node id="9" lon="0.01" lat="0.02"/>
<way id="9"><nd ref="2"/><nd ref="9"/><tag k="highway" v="path"/></way>
</osm>`

func TestGatesAndTurnsOfOSM(t *testing.T) {
	t.Parallel()
	s, report := mustImport(t, writeStudy(t, map[string]string{
		"study.yaml": study("  roads: [{file: a.osm}, {file: b.osm}]\n  gates: [{file: gates.csv}]"),
		"a.osm":      gatedRoads, "b.osm": nextRoads,
		"gates.csv": "出入口编号,经度,纬度,出入口名称,类型,状态,开放时间\nE,0.005,0,东门,lift_gate,仅限业主,06:00-22:00\nW,0.006,0,西门,,常开,\nN,0.007,0,,bollard,,\n",
	}))
	want := []coverage.Gate{
		{ID: "E", Name: "东门", Kind: "lift_gate", State: "residents", Hours: "06:00-22:00", At: orb.Point{0.005, 0}},
		{ID: "N", Kind: "bollard", At: orb.Point{0.007, 0}}, // as bollards are
		{ID: "W", Name: "西门", State: "open", At: orb.Point{0.006, 0}},
		{ID: "node/2", Kind: "gate", Node: 2, At: orb.Point{0.01, 0}, Tags: map[string]string{"foot": "private"}},
	}
	if diff := cmp.Diff(want, s.Gates); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]coverage.Turn{{Via: 3, To: "2"}}, s.Roads[0].Turns); diff != "" {
		t.Error(diff)
	}
	equal(t, "ferry", s.Roads[2].Class, "ferry")
	var rows []string
	for _, r := range report.Sources {
		rows = append(rows, fmt.Sprint(r))
	}
	wantLines(t, "balance", rows, []string{
		"{roads a.osm 3 3 [] []}", "{gates a.osm 2 1 [{not_road 1 0}] []}", "{turns a.osm 2 1 [{missing_member 1 0}] []}",
		"{roads b.osm 1 1 [] []}", "{gates b.osm 1 0 [{duplicate_id 1 0}] []}",
		"{gates gates.csv 3 3 [] []}",
	})
	equal(t, "reconciles", report.Reconciles(), true)
}

func TestGateFaults(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, gates, want, words string }{
		{"an id of OpenStreetMap's", "id,x,y\nnode/2,1,1\n", "duplicate_id gates.csv 2 node/2", "a.osm"},
		{"state", "id,x,y,状态\nG,1,1,半开\n", "bad_value gates.csv 2 G", `state (column 状态): "半开" is not one of`},
	} {
		faults := faultsOf(t, map[string]string{
			"study.yaml": study("  roads: [{file: a.osm}]\n  gates: [{file: gates.csv}]"), "a.osm": gatedRoads, "gates.csv": tc.gates,
		})
		if len(faults) != 1 || brief(faults[0]) != tc.want || !strings.Contains(faults[0].Message, tc.words) {
			t.Errorf("%s: have %s", tc.name, list(faults))
		}
	}
}

// A bureau's gate 3 m from a barrier of the map is that barrier: its word
// stands, the map adds the node and what was blank. One 30 m off is another.
func TestGatesOfTwoSourcesAreOne(t *testing.T) {
	t.Parallel()
	s, report := mustImport(t, writeStudy(t, map[string]string{
		"study.yaml": study("  roads: [{file: a.osm}]\n  gates: [{file: gates.csv}]"), "a.osm": gatedRoads,
		"gates.csv": "id,x,y,name,state\nE,0.01002,0.00002,东门,closed\nF,0.01003,0,侧门,open\nG,0.0103,0,,open\n",
	}))
	want := []coverage.Gate{
		{ID: "E", Name: "东门", Kind: "gate", State: "closed", Node: 2, At: orb.Point{0.01, 0}, Tags: map[string]string{"foot": "private"}},
		{ID: "F", Name: "侧门", State: "open", At: orb.Point{0.01003, 0}}, // the barrier is taken
		{ID: "G", State: "open", At: orb.Point{0.0103, 0}},
	}
	if diff := cmp.Diff(want, s.Gates); diff != "" {
		t.Error(diff)
	}
	for _, r := range report.Sources {
		if r.Layer == coverage.LayerGates && r.Source == "a.osm" {
			equal(t, "balance", fmt.Sprint(r), "{gates a.osm 2 0 [{duplicate 1 0} {not_road 1 0}] []}")
		}
	}
	equal(t, "reconciles", report.Reconciles(), true)
}
