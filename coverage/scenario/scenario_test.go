package scenario_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/coverage/scenario"
	"kaimen/geo"
	"kaimen/geo/crs"
)

// whole has a change of each kind with all its members.
const whole = `{
  "name": {"zh": "打通断头路", "en": "open a dead end"},
  "crs": "WGS 84",
  "changes": [
    {"change": "add_facility", "id": "n1", "kind": "pocket_park", "name": "新园", "at": [105.01, 30], "entrances": [[105.011, 30]], "capacity": 3},
    {"change": "remove_facility", "kind": "park", "id": "p1"},
    {"change": "move_facility", "kind": "park", "id": "p2", "at": [105.02, 30], "entrances": [[105.02, 30.001], [105.02, 29.999]]},
    {"change": "close_road", "road": "w1", "from": [105, 30], "to": [105.001, 30]},
    {"change": "open_road", "road": "w1"},
    {"change": "draw_road", "line": [[105, 30], [105, 30.01]], "class": "footway", "tags": {"surface": "asphalt", "lit": "yes"}},
    {"change": "close_gate", "gate": "g1"},
    {"change": "open_gate", "gate": "g1"},
    {"change": "add_gate", "gate": "g2", "at": [105.001, 30], "state": "residents"}
  ]
}`

func read(t testing.TB, text string) *scenario.Scenario {
	t.Helper()
	s, err := scenario.Read(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%v: %+v", err, issues(err))
	}
	return s
}

// issues are the faults of an error.
func issues(err error) []coverage.Issue {
	e, _ := errors.AsType[*coverage.Error](err)
	if e == nil {
		return nil
	}
	return e.Issues
}

func messages(list []coverage.Issue) (texts []string) {
	for _, i := range list {
		texts = append(texts, i.Message)
	}
	return texts
}

// What is written is read the same, in the same order, and has the same hash
// whatever it is called.
func TestWrittenIsReadTheSame(t *testing.T) {
	t.Parallel()
	s := read(t, whole)
	if len(s.Changes) != 9 || s.Name.ZH != "打通断头路" || *s.Changes[0].Capacity != 3 || s.Changes[5].Tags["lit"] != "yes" {
		t.Errorf("read %+v", s)
	}
	again := read(t, asJSON(t, s))
	if diff := cmp.Diff(s, again); diff != "" {
		t.Error(diff)
	}
	again.Name = coverage.Name{}
	if s.Hash() != again.Hash() {
		t.Error("the name is part of the hash")
	}
	again.Changes[0], again.Changes[1] = again.Changes[1], again.Changes[0]
	if s.Hash() == again.Hash() {
		t.Error("the order is not part of the hash")
	}
	if read(t, "\ufeff"+`{"changes":[]}`).Empty() == false {
		t.Error("no changes are not empty")
	}
}

// All faults of a file are told at once, each with the number of its change.
func TestFaultsOfFiles(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, text string
		want       []string
	}{
		{"no JSON", "{\n\"changes\": [}", []string{"line 2: invalid character '}' looking for beginning of value"}},
		{"not UTF-8", "{\"name\":{\"zh\":\"\xb9\xab\"},\"changes\":[]}", []string{"the text is not UTF-8; save it as UTF-8"}},
		{"no object", `[]`, []string{"[] is no object; give {…}"}},
		{"no changes", `{"name":{"en":1,"fr":"x"},"chnages":[]}`, []string{
			"1 is no text", "it takes zh and en", "it takes name, crs and changes", "changes is missing; give a list, which may be empty",
		}},
		{"a system in meters", `{"crs":"EPSG:4544","changes":[]}`, []string{
			`crs "EPSG:4544" is in meters; give places in degrees of WGS 84, GCJ-02 or BD-09`,
		}},
		{"members of all sorts", `{"changes":[
			{"change":"close_road","road":5,"colour":"red","road":"w1"},
			{"change":"paint_road"},
			{"change":"add_facility","id":"a","kind":"park","at":[1,2,3],"capacity":"many"},
			{"change":"draw_road","line":[[1,2],[null,3]],"class":"footway","tags":{"lit":true}},
			{"change":"move_facility","id":"a","kind":"park","at":null,"road":"w1"},
			{"change":"close_road","road":"w1","from":[181,0]},
			"open everything"
		]}`, []string{
			"change 1 (close_road): road stands twice", "change 1 (close_road): road: 5 is no text", "change 1 (close_road): colour: no change has such a member",
			`change 2 (paint_road): "paint_road" is no change; give one of add_facility, remove_facility, move_facility, close_road, open_road, draw_road, close_gate, open_gate, add_gate`,
			"change 3 (add_facility): at: [1,2,3] is no place; give [longitude, latitude]", `change 3 (add_facility): capacity: "many" is no number`,
			"change 4 (draw_road): line: point 2: [null,3] is no place; give [longitude, latitude]", "change 4 (draw_road): tags: lit: true is no text",
			"change 5 (move_facility): at is missing", "change 5 (move_facility): road has no place in it; it takes kind, id, at, entrances",
			"change 6 (close_road): give from and to, or neither for the whole road", "change 6 (close_road): [181, 0] is no longitude and latitude in degrees",
			`change 7: "open everything" is no object; give {…}`,
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := scenario.Read(strings.NewReader(tc.text))
			if coverage.CodeOf(err) != coverage.Invalid {
				t.Fatalf("error %v", err)
			}
			if diff := cmp.Diff(tc.want, messages(issues(err))); diff != "" {
				t.Error(diff)
			}
			for _, i := range issues(err) {
				if strings.HasPrefix(i.Message, "change ") != (i.Line > 0) {
					t.Errorf("%q is told of change %d", i.Message, i.Line)
				}
			}
		})
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	if _, err := scenario.Read(strings.NewReader(strings.Repeat(" ", 5<<20))); coverage.CodeOf(err) != coverage.TooLarge {
		t.Errorf("5 MiB: %v", err)
	}
	many := `{"changes":[` + strings.Repeat(`{"change":"open_gate","gate":"g"},`, 1000) + `{"change":"open_gate","gate":"g"}]}`
	if _, err := scenario.Read(strings.NewReader(many)); len(issues(err)) != 1 || !strings.Contains(issues(err)[0].Message, "at most 1000") {
		t.Errorf("1,001 changes: %v", err)
	}
	line := make([]orb.Point, 9_000)
	long := scenario.Scenario{Changes: slices.Repeat([]scenario.Change{{Verb: scenario.DrawRoad, Class: "path", Line: line}}, 6)}
	if got := messages(long.Check()); !slices.Equal(got, []string{"54000 points of lines and entrances; at most 50000 are taken"}) {
		t.Errorf("54,000 points: %v", got)
	}
	nan := math.NaN()
	s := scenario.Scenario{Changes: []scenario.Change{{Verb: scenario.AddFacility, Kind: strings.Repeat("k", 501), ID: "i", At: &orb.Point{nan, 0}, Capacity: &nan}}}
	if got := s.Check(); len(got) != 3 || s.Hash() == "" {
		t.Errorf("what is no number: %v", got)
	}
}

// town has one straight road of 200 m from west to east, a ferry beyond it, a
// gate in its middle and two facilities.
func town(t testing.TB) *coverage.Snapshot {
	t.Helper()
	plane := geo.NewPlane(orb.Point{105, 30})
	at := func(x, y float64) orb.Point { return plane.ToLL(x, y) }
	capacity := 5.0
	s, err := coverage.NewSnapshot(coverage.Study{ID: "town"}, coverage.Layers{
		Roads: []coverage.Road{
			{ID: "f1", Class: "ferry", Tags: map[string]string{"foot": "yes"}, Nodes: []int64{3, 4}, Line: orb.LineString{at(200, 0), at(300, 0)}},
			{ID: "w1", Class: "footway", Nodes: []int64{1, 2, 3}, Line: orb.LineString{at(0, 0), at(100, 0), at(200, 0)}},
		},
		Facilities: []coverage.Facility{
			{ID: "p1", Kind: "park", At: at(0, 10), Entrances: []orb.Point{at(0, 5)}, Capacity: &capacity, Outline: orb.MultiPolygon{{{at(0, 5), at(9, 5), at(0, 15), at(0, 5)}}}},
			{ID: "p2", Kind: "park", At: at(50, 10)},
		},
		Gates: []coverage.Gate{{ID: "g1", State: "open", Hours: "06:00-22:00", Node: 2, At: at(100, 0)}},
	}, coverage.Report{}, storedAt)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestResolvedLayers(t *testing.T) {
	t.Parallel()
	base := town(t)
	before := asJSON(t, base.Facilities) + asJSON(t, base.Gates)
	at := orb.Point{105.01, 30}
	r, faults := (&scenario.Scenario{Changes: []scenario.Change{
		{Verb: scenario.AddFacility, Kind: "clinic", ID: "c", At: &at},
		{Verb: scenario.RemoveFacility, Kind: "park", ID: "p2"},
		{Verb: scenario.MoveFacility, Kind: "park", ID: "p1", At: &at},
		{Verb: scenario.CloseGate, Gate: "g1"},
		{Verb: scenario.AddGate, At: &at, State: "closed"},
	}}).Resolve(base)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	// The layers stand in the order of a snapshot, by kind and id; what is moved
	// keeps all but its place; its entrances and its ground stay behind.
	want := []coverage.Facility{{ID: "c", Kind: "clinic", At: at}, {ID: "p1", Kind: "park", At: at, Capacity: base.Facilities[0].Capacity}}
	if diff := cmp.Diff(want, r.Facilities); diff != "" {
		t.Error(diff)
	}
	gates := []coverage.Gate{{ID: "g1", State: "closed", Node: 2, At: base.Gates[0].At}, {ID: "scenario-5", State: "closed", At: at}}
	if diff := cmp.Diff(gates, r.Gates); diff != "" {
		t.Error(diff)
	}
	if after := asJSON(t, base.Facilities) + asJSON(t, base.Gates); after != before {
		t.Errorf("the snapshot was changed:\n%s\n%s", before, after)
	}
	var none *scenario.Scenario
	if r, faults := none.Resolve(base); len(faults) > 0 || r.Furnished || r.Gated {
		t.Error("no scenario changes something")
	}
}

func TestFaultsAgainstASnapshot(t *testing.T) {
	t.Parallel()
	near, far, here := orb.Point{105.0005, 30}, orb.Point{105.0005, 30.01}, orb.Point{105.01, 30}
	_, faults := (&scenario.Scenario{Changes: []scenario.Change{
		{Verb: scenario.AddFacility, Kind: "park", ID: "p1", At: &here},
		{Verb: scenario.RemoveFacility, Kind: "park", ID: "p3"},
		{Verb: scenario.RemoveFacility, Kind: "school", ID: "p1"},
		{Verb: scenario.RemoveFacility, Kind: "zoo", ID: "z"},
		{Verb: scenario.RemoveFacility, Kind: "park", ID: "p1"},
		{Verb: scenario.MoveFacility, Kind: "park", ID: "p1", At: &here},
		{Verb: scenario.CloseRoad, Road: "w9"},
		{Verb: scenario.CloseRoad, Road: "w1", From: &near, To: &far},
		{Verb: scenario.CloseRoad, Road: "w1", From: &near, To: &near},
		{Verb: scenario.OpenRoad, Road: "w1"},
		{Verb: scenario.DrawRoad, Line: []orb.Point{here, near}, Class: "footwy"},
		{Verb: scenario.DrawRoad, Line: []orb.Point{near, near}, Class: "footway"},
		{Verb: scenario.CloseGate, Gate: "g9"},
		{Verb: scenario.AddGate, Gate: "g1", At: &near, State: "closed"},
		{Verb: scenario.AddGate, At: &near, State: "ajar"},
	}}).Resolve(town(t))
	want := []string{
		`change 1 (add_facility): there is a facility "p1" of kind "park" already; give another id, or move it`,
		`change 2 (remove_facility): there is no facility "p3" of kind "park"; those of the kind are p1, p2`,
		`change 3 (remove_facility): there is no facility "p1" of kind "school"; there is one of kind park`,
		`change 4 (remove_facility): there is no facility "z" of kind "zoo", nor any of the kind`,
		`change 6 (move_facility): change 5 has removed facility "p1" of kind "park"`,
		`change 7 (close_road): the study has no road "w9"`,
		`change 8 (close_road): to lies 1112 m from road "w1"; give a place within 15 m of it`,
		`change 9 (close_road): from and to are 0.00 m apart along road "w1"; give 0.2 m or more, or close a gate`,
		`change 10 (open_road): no change before closes road "w1"; only what a change closed can be opened (a new road is drawn)`,
		`change 11 (draw_road): nobody may use a road of class "footwy" with these tags; give an OpenStreetMap highway value such as footway, residential or cycleway`,
		`change 12 (draw_road): the line is 0.00 m long; one of 0.2 m to 100 km can be drawn`,
		`change 13 (close_gate): the study has no gate "g9"`,
		`change 14 (add_gate): there is a gate "g1" already; give another id, or close or open it`,
		`change 15 (add_gate): "ajar" is no state of a gate; give closed, residents, open`,
	}
	if diff := cmp.Diff(want, messages(faults)); diff != "" {
		t.Error(diff)
	}
}

// apply makes a scenario's roads for a profile.
func apply(t *testing.T, profile string, changes ...scenario.Change) (*network.Network, []coverage.Issue, error) {
	t.Helper()
	base := town(t)
	r, faults := (&scenario.Scenario{Changes: changes}).Resolve(base)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	p, _ := network.Named(profile)
	roads, _ := r.Roads(base, &p)
	n, report, err := network.Build(t.Context(), network.Ground{Roads: roads, Gates: r.Gates}, p)
	if err != nil {
		t.Fatal(err)
	}
	return r.Apply(n, report.Gates.Aside)
}

// What does nothing for a profile is told, and is no fault: the next profile
// may use it.
func TestWhatDoesNothingIsTold(t *testing.T) {
	t.Parallel()
	west, off := orb.Point{105, 30}, orb.Point{105, 30.001}
	gate := orb.Point{105.05, 30}
	drawn := scenario.Change{Verb: scenario.DrawRoad, Line: []orb.Point{west, off}, Class: "motorway"}
	for _, tc := range []struct {
		name, profile string
		change        scenario.Change
		want          []string
	}{
		{"a motorway, on foot", "walk", drawn, []string{`change 1 (draw_road): profile walk does not use a road of class "motorway" with these tags: nothing changes`}},
		{"a road on which there are no cars", "car", scenario.Change{Verb: scenario.CloseRoad, Road: "w1"}, []string{`change 1 (close_road): profile car does not use this part of road "w1": nothing changes`}},
		{"a gate on no road", "walk", scenario.Change{Verb: scenario.AddGate, Gate: "x", At: &gate, State: "closed"}, []string{`change 1: gate "x" is on no road of profile walk within 15 m, and binds nobody`}},
		{"a free end", "walk", scenario.Change{Verb: scenario.DrawRoad, Line: []orb.Point{west, off}, Class: "path"}, []string{`change 1 (draw_road): its end at [105, 30.001] is more than 15 m from any road that profile walk uses, and meets none`}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, told, err := apply(t, tc.profile, tc.change)
			if diff := cmp.Diff(tc.want, messages(told)); err != nil || diff != "" {
				t.Errorf("%v\n%s", err, diff)
			}
			for _, i := range told {
				if i.Severity != coverage.SeverityWarning || i.Line != 1 {
					t.Errorf("%+v", i)
				}
			}
		})
	}
}

// The end of a drawn road moves up to 15 m to the road it joins; one line too
// short to do so at both ends is refused.
func TestEndsJoin(t *testing.T) {
	t.Parallel()
	plane := geo.NewPlane(orb.Point{105, 30})
	start, end := plane.ToLL(50, 14), plane.ToLL(150, 14)
	n, told, err := apply(t, "walk", scenario.Change{Verb: scenario.DrawRoad, Line: []orb.Point{start, plane.ToLL(100, 100), end}, Class: "path"})
	if err != nil || len(told) > 0 {
		t.Fatalf("%v, %v", told, err)
	}
	line := n.LineOf(int32(n.EdgeCount() - 1))
	for e := range int32(n.EdgeCount()) {
		if l := n.LineOf(e); len(l) == 3 && geo.Distance(l[1], plane.ToLL(100, 100)) < 1 {
			line = l
		}
	}
	if len(line) != 3 || geo.Distance(line[0], plane.ToLL(50, 0)) > 0.1 || geo.Distance(line[2], plane.ToLL(150, 0)) > 0.1 {
		t.Errorf("drawn along %v", line)
	}
	top := plane.ToLL(50, 10)
	_, _, err = apply(t, "walk", scenario.Change{Verb: scenario.DrawRoad, Line: []orb.Point{plane.ToLL(50, 0), top}, Class: "path"})
	if got := messages(issues(err)); len(got) != 1 || !strings.HasPrefix(got[0], "change 1 (draw_road): both ends join the roads at [105.0005") {
		t.Errorf("both ends at one place: %v", got)
	}
}

// Nobody gets on or off a ferry on its way, so that it is not found by its
// place: it is closed as a whole, by building the network without it.
func TestFerryIsClosedAsAWhole(t *testing.T) {
	t.Parallel()
	base := town(t)
	walk := network.Walk()
	walk.NoStop, walk.Access.Classes = []string{"ferry"}, append(walk.Access.Classes, "ferry")
	whole := &scenario.Scenario{Changes: []scenario.Change{{Verb: scenario.CloseRoad, Road: "f1"}}}
	r, _ := whole.Resolve(base)
	roads, anew := r.Roads(base, &walk)
	if !anew || len(roads) != 1 || roads[0].ID != "w1" || len(base.Roads) != 2 {
		t.Errorf("built of %v, anew %v", roads, anew)
	}
	part := &scenario.Scenario{Changes: whole.Changes}
	part.Changes = []scenario.Change{{Verb: scenario.CloseRoad, Road: "f1", From: &base.Roads[0].Line[0], To: &base.Roads[0].Line[1]}}
	r, _ = part.Resolve(base)
	n, _, err := network.Build(t.Context(), network.Ground{Roads: base.Roads}, walk)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err = r.Apply(n, nil); len(issues(err)) != 1 || !strings.Contains(issues(err)[0].Message, "can only be closed as a whole") {
		t.Errorf("part of a ferry: %v", err)
	}
}

// A plaza that people cross is closed with the ways across it: a and c, at two
// corners of a square of 100 m, then lie nowhere together.
func TestPlazaIsClosedWithTheWaysAcross(t *testing.T) {
	t.Parallel()
	plane := geo.NewPlane(orb.Point{105, 30})
	a, b, c, d := plane.ToLL(0, 0), plane.ToLL(100, 0), plane.ToLL(100, 100), plane.ToLL(0, 100)
	base, err := coverage.NewSnapshot(coverage.Study{ID: "town"}, coverage.Layers{Roads: []coverage.Road{
		{ID: "p", Class: "pedestrian", Tags: map[string]string{"area": "yes"}, Nodes: []int64{1, 2, 3, 4, 1}, Line: orb.LineString{a, b, c, d, a}},
		{ID: "w1", Class: "footway", Nodes: []int64{1, 5}, Line: orb.LineString{a, plane.ToLL(-100, 0)}},
		{ID: "w2", Class: "footway", Nodes: []int64{3, 6}, Line: orb.LineString{c, plane.ToLL(200, 100)}},
	}}, coverage.Report{}, storedAt)
	if err != nil {
		t.Fatal(err)
	}
	r, faults := (&scenario.Scenario{Changes: []scenario.Change{{Verb: scenario.CloseRoad, Road: "p"}}}).Resolve(base)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	for profile, want := range map[string]bool{"walk": false, "walk_detailed": true} {
		p, _ := network.Named(profile)
		roads, anew := r.Roads(base, &p)
		n, _, err := network.Build(t.Context(), network.Ground{Roads: roads}, p)
		if err != nil {
			t.Fatal(err)
		}
		n, told, err := r.Apply(n, nil)
		if err != nil || len(told) > 0 || anew != want {
			t.Fatalf("%s: built anew %v: %v, %v", profile, anew, told, err)
		}
		if s := n.Nearest(plane.ToLL(50, 50), 40); s.OK() {
			t.Errorf("%s: the middle of the plaza is still on a road, at %v", profile, s.At)
		}
		if s := n.Nearest(plane.ToLL(50, 0), 10); s.OK() {
			t.Errorf("%s: the edge of the plaza is still a road, at %v", profile, s.At)
		}
	}
}

// Places in GCJ-02 mean the same as in WGS 84.
func TestPlacesInGCJ02(t *testing.T) {
	t.Parallel()
	at := orb.Point{105.0571, 29.5823}
	shifted := crs.MustParse("GCJ-02").FromWGS84(at)
	s := &scenario.Scenario{CRS: "gcj02", Changes: []scenario.Change{{Verb: scenario.AddFacility, Kind: "park", ID: "n", At: &shifted, Entrances: []orb.Point{shifted}}}}
	r, faults := s.Resolve(town(t))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	got := r.Facilities[0]
	if geo.Distance(got.At, at) > 0.01 || geo.Distance(got.Entrances[0], at) > 0.01 || geo.Distance(shifted, at) < 100 {
		t.Errorf("%v became %v, want %v", shifted, got.At, at)
	}
	if s.Changes[0].Entrances[0] != shifted {
		t.Error("the scenario itself was changed")
	}
}

// What is read without fault is within bounds, and is written and read the same.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{whole, `{"changes":[]}`, `{"changes":[{"change":"draw_road","line":[[1e-7,-0],[2,3]],"class":"path","tags":{"a":"b"}}]}`, `{"changes":[[[[`, "\ufeff{}"} {
		f.Add([]byte(seed))
	}
	base := town(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := scenario.Read(strings.NewReader(string(text)))
		if err != nil {
			if code := coverage.CodeOf(err); code != coverage.Invalid && code != coverage.TooLarge {
				t.Fatalf("error %v", err)
			}
			return
		}
		if faults := s.Check(); len(faults) > 0 {
			t.Fatalf("read with faults %v", faults)
		}
		again, err := scenario.Read(strings.NewReader(asJSON(t, s)))
		if err != nil || again.Hash() != s.Hash() {
			t.Fatalf("read again: %v, %s and %s", err, s.Hash(), again.Hash())
		}
		s.Resolve(base)
	})
}
