package coverage_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/coverage"
)

func square(x, y float64) orb.MultiPolygon {
	return orb.MultiPolygon{{{{x, y}, {x + 1, y}, {x + 1, y + 1}, {x, y + 1}, {x, y}}}}
}

// full is a study with a row in every layer.
func full() coverage.Layers {
	stalls := 120.0
	return coverage.Layers{
		Boundaries: []coverage.Boundary{
			{ID: "g1", Level: coverage.LevelGrid, Parent: "c1", Kind: coverage.KindDedicated, Area: square(105, 29)},
			{ID: "c1", Level: coverage.LevelCommunity, Name: "新江社区", Area: square(105, 29)},
		},
		Roads: []coverage.Road{{
			ID: "7", Name: "汉安大道", Class: "primary", Nodes: []int64{9, -3, 1 << 40},
			Line: orb.LineString{{105, 29}, {105.1, 29}, {105.1, 29.1}}, Tags: map[string]string{"foot": "yes", "bridge": "yes"},
		}},
		Facilities: []coverage.Facility{
			{ID: "p", Kind: "parking", Capacity: &stalls, At: orb.Point{105, 29}},
			{ID: "p", Kind: "market", At: orb.Point{105, 29}}, // two functions at one site
		},
		Demand: []coverage.Demand{
			{ID: "b", At: orb.Point{105, 29}, Weights: map[string]coverage.Amount{"people": 3 * coverage.AmountUnit}},
			{ID: "a", At: orb.Point{105, 29}, Weights: map[string]coverage.Amount{"people": 0, "elderly": 1}, Building: "B"},
		},
		Buildings: []coverage.Building{{ID: "B", Floors: 6, Households: 24, Estate: "E", Area: square(105, 29)}},
		Estates:   []coverage.Estate{{ID: "E", Old: true, Gated: true, YearBuilt: 1998, Area: square(105, 29)}},
		Parcels:   []coverage.Parcel{{ID: "I", Kinds: []string{"parking", "pocket_park"}, Area: square(105, 29)}},
		Gates:     []coverage.Gate{{ID: "G", Estate: "E", State: "open", At: orb.Point{105, 29}}},
		LandCover: []coverage.LandCover{{ID: "W", Kind: "water", Name: "大清流河", Area: square(105, 29)}},
		Requests:  []coverage.Request{{ID: "Q", Kind: "停车难", State: "办结", OpenedAt: "2026-11-20T08:30:00", ClosedAt: "2026-11-23", At: orb.Point{105, 29}}},
	}
}

func snapshot(t testing.TB, l coverage.Layers) *coverage.Snapshot {
	t.Helper()
	s, err := coverage.NewSnapshot(coverage.Study{ID: "town"}, l, coverage.Report{}, time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTablesHoldTheWholeLayer(t *testing.T) {
	t.Parallel()
	s := snapshot(t, full())
	var back coverage.Layers
	for _, table := range s.Tables() {
		if err := back.Fill(table); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(s.Layers, back); diff != "" {
		t.Error(diff)
	}
	var names []coverage.LayerName
	for _, table := range s.Tables() {
		names = append(names, table.Layer)
	}
	if diff := cmp.Diff(coverage.LayerNames(), names); diff != "" {
		t.Error(diff)
	}
}

func TestIDIsOfTheContentAlone(t *testing.T) {
	t.Parallel()
	s := snapshot(t, full())
	shuffled := full()
	shuffled.Demand[0], shuffled.Demand[1] = shuffled.Demand[1], shuffled.Demand[0]
	shuffled.Boundaries[0], shuffled.Boundaries[1] = shuffled.Boundaries[1], shuffled.Boundaries[0]
	other, err := coverage.NewSnapshot(coverage.Study{ID: "town"}, shuffled, coverage.Report{Guesses: []string{"x"}}, time.Unix(9, 0))
	if err != nil {
		t.Fatal(err)
	}
	if other.ID != s.ID {
		t.Error("the order of rows, the report or the time of import changes the id")
	}
	// Every change of content changes the id, and the hash of its own layer alone.
	for name, change := range map[coverage.LayerName]func(*coverage.Layers){
		coverage.LayerBoundaries: func(l *coverage.Layers) { l.Boundaries[0].Name = "x" },
		coverage.LayerRoads:      func(l *coverage.Layers) { l.Roads[0].Nodes[1]-- },
		coverage.LayerFacilities: func(l *coverage.Layers) { l.Facilities[0].Capacity = nil },
		coverage.LayerDemand:     func(l *coverage.Layers) { l.Demand[0].Weights["people"]++ },
		coverage.LayerBuildings:  func(l *coverage.Layers) { l.Buildings[0].Floors++ },
		coverage.LayerEstates:    func(l *coverage.Layers) { l.Estates[0].Old = false },
		coverage.LayerParcels:    func(l *coverage.Layers) { l.Parcels[0].Kinds = nil },
		coverage.LayerGates:      func(l *coverage.Layers) { l.Gates[0].At[0] = math.Nextafter(105, 106) },
		coverage.LayerRequests:   func(l *coverage.Layers) { l.Requests[0].ClosedAt = "2026-11-22" },
		coverage.LayerLandCover:  func(l *coverage.Layers) { l.LandCover[0].Area[0][0][1][0] += 1e-9 },
	} {
		l := full()
		change(&l)
		changed := snapshot(t, l)
		if changed.ID == s.ID {
			t.Errorf("a change in %s does not change the id", name)
		}
		for layer, hash := range changed.Hashes {
			if (hash != s.Hashes[layer]) != (layer == name) {
				t.Errorf("a change in %s: hash of %s is %s, was %s", name, layer, hash, s.Hashes[layer])
			}
		}
	}
	renamed, err := coverage.NewSnapshot(coverage.Study{ID: "town", Synthetic: true}, full(), coverage.Report{}, time.Unix(0, 0))
	if err != nil || renamed.ID == s.ID {
		t.Errorf("a study marked synthetic has the id of one that is not (%v)", err)
	}
}

func TestCheckFindsEveryFault(t *testing.T) {
	t.Parallel()
	l := coverage.Layers{
		Boundaries: []coverage.Boundary{
			{ID: "g1", Level: coverage.LevelGrid, Parent: "nowhere"},
			{ID: "g2", Level: coverage.LevelGrid, Parent: "g2"},
			{ID: "g3", Level: coverage.LevelGrid, Parent: "g1"},
			{ID: "s1", Level: "continent"},
			{ID: "g1", Level: coverage.LevelGrid},
		},
		Facilities: []coverage.Facility{{ID: "a", Kind: "school"}, {ID: "a", Kind: "clinic"}, {ID: "a", Kind: "school"}, {ID: "a", Kind: "school"}},
		Demand:     []coverage.Demand{{ID: ""}},
	}
	got := make(map[string]int)
	for _, i := range l.Check() {
		got[fmt.Sprint(i.Layer, " ", i.Code)]++
	}
	want := map[string]int{
		"boundaries duplicate_id": 1, "boundaries unknown_parent": 1, "boundaries parent_cycle": 2, "boundaries bad_value": 1,
		"facilities duplicate_id": 1, "demand missing_value": 1,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, err := coverage.NewSnapshot(coverage.Study{ID: "town"}, l, coverage.Report{}, time.Now()); coverage.CodeOf(err) != coverage.Invalid {
		t.Errorf("NewSnapshot takes it: %v", err)
	}
	// A layer that is looked at alone has the faults that it has among all.
	all, apart := len(l.Check()), 0
	for _, layer := range []coverage.LayerName{coverage.LayerBoundaries, coverage.LayerFacilities, coverage.LayerDemand, coverage.LayerRoads} {
		for _, i := range l.Check(layer) {
			apart++
			if i.Layer != layer {
				t.Errorf("looking at %s finds %v", layer, i)
			}
		}
	}
	if apart != all {
		t.Errorf("%d faults one by one, %d at once", apart, all)
	}
}

// What is said to have changed since the check is looked at, and all if nothing
// is said.
func TestCheckedSnapshot(t *testing.T) {
	t.Parallel()
	l := coverage.Layers{Demand: []coverage.Demand{{ID: "a"}, {ID: "a"}}}
	for _, tc := range []struct {
		changed []coverage.LayerName
		refused bool
	}{
		{nil, true},
		{[]coverage.LayerName{coverage.LayerRoads, coverage.LayerDemand}, true},
		{[]coverage.LayerName{coverage.LayerRoads}, false},
	} {
		_, err := coverage.NewCheckedSnapshot(coverage.Study{ID: "town"}, l, coverage.Report{}, time.Now(), tc.changed...)
		if (err != nil) != tc.refused {
			t.Errorf("changed %v: %v", tc.changed, err)
		}
	}
}

// What a store could not give back as it is must not become a snapshot.
func TestValuesNoStoreKeepsAreRefused(t *testing.T) {
	t.Parallel()
	nan, minus := math.NaN(), math.Copysign(0, -1)
	l := coverage.Layers{
		Facilities: []coverage.Facility{
			{ID: "f1", Kind: "park", Capacity: &nan},
			{ID: "f2", Kind: "park", Capacity: &minus},
			{ID: "f3", Kind: "park", Name: "a\x00b"},
			{ID: "f4", Kind: "park", Address: "\xb6\xab"}, // GBK read as if it were UTF-8
			{ID: "f5", Kind: "park", At: orb.Point{105, math.Inf(1)}},
			{ID: "f6", Kind: "park"},
		},
		Demand:  []coverage.Demand{{ID: "d", Weights: map[string]coverage.Amount{"id": 1}}},                // a second column id
		Parcels: []coverage.Parcel{{ID: "p1", Area: orb.MultiPolygon{{{{0, 0}, {1, 0}, {1, 1}, {0, 1}}}}}}, // not closed
	}
	var got []string
	for _, i := range l.Check() {
		got = append(got, i.Feature)
	}
	if diff := cmp.Diff([]string{"f1", "f2", "f3", "f4", "f5", "", "p1"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestStudyIDs(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]bool{
		"porto-alegre": true, "a": true, "511011": true,
		"": false, "Porto": false, "a--b": false, "-a": false, "a-": false, "东兴": false, "a/b": false, "a b": false,
	} {
		if coverage.ValidStudyID(id) != want {
			t.Errorf("%q: valid %v, want %v", id, !want, want)
		}
	}
}

func TestAmounts(t *testing.T) {
	t.Parallel()
	for _, x := range []float64{math.NaN(), math.Inf(1), -1, 1e10} {
		if a, err := coverage.AmountOf(x); err == nil {
			t.Errorf("%v is taken as %v", x, a)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		x := float64(rapid.Int64Range(0, 8e15).Draw(t, "millionths")) / 1e6
		a, err := coverage.AmountOf(x)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		var back coverage.Amount
		if err := json.Unmarshal(text, &back); err != nil || back != a {
			t.Fatalf("%d written as %s reads as %d (%v)", a, text, back, err)
		}
		if a.Float() != x {
			t.Fatalf("%v millionths are %v, want %v", int64(a), a.Float(), x)
		}
	})
}

func TestReportReconciles(t *testing.T) {
	t.Parallel()
	r := coverage.Report{Sources: []coverage.SourceReport{{Read: 5, Used: 3, SetAside: []coverage.ReasonCount{{Rows: 2}}}}}
	if !r.Reconciles() {
		t.Error("5 = 3 + 2 is said not to add up")
	}
	r.Sources[0].Used = 4
	if r.Reconciles() {
		t.Error("5 = 4 + 2 is said to add up")
	}
}

func TestAColumnAddedLaterIsThereOnlyWhereItIsFilled(t *testing.T) {
	t.Parallel()
	// Tables written before facilities had a staff or an outline keep their columns,
	// and so their hash; they are read with neither known.
	before, _ := snapshot(t, full()).Table(coverage.LayerFacilities)
	posts := 3.0
	for name, fill := range map[string]func(*coverage.Facility){
		"staff":   func(f *coverage.Facility) { f.Staff = &posts },
		"outline": func(f *coverage.Facility) { f.Outline = square(105, 29) },
	} {
		layers := full()
		fill(&layers.Facilities[0])
		after, _ := snapshot(t, layers).Table(coverage.LayerFacilities)
		if len(after.Columns) != len(before.Columns)+1 || after.Columns[len(before.Columns)].Name != name {
			t.Errorf("columns %v, then %v", before.Columns, after.Columns)
		}
	}
	var back coverage.Layers
	if err := back.Fill(before); err != nil || back.Facilities[0].Staff != nil || back.Facilities[0].Outline != nil {
		t.Errorf("read %+v, %v", back.Facilities[0], err)
	}
}

// An outline comes back to the bit; what is cut, or says that it holds more than
// there is, is an error and no large allocation.
func TestOutlinesOfFacilities(t *testing.T) {
	t.Parallel()
	layers := full()
	outline := append(square(105.1, 29.3), orb.Polygon{
		{{0.1 + 0.2, 29}, {106, 29}, {106, 30}, {0.1 + 0.2, 29}},
		{{math.Copysign(0, -1), 29.5}, {105.5, math.SmallestNonzeroFloat64}, {105.5, 29.6}, {math.Copysign(0, -1), 29.5}},
	})
	layers.Facilities[0].Outline = outline
	table, _ := layers.Table(coverage.LayerFacilities)
	var back coverage.Layers
	if err := back.Fill(table); err != nil {
		t.Fatal(err)
	}
	got := back.Facilities[0].Outline
	if diff := cmp.Diff(outline, got); diff != "" || !math.Signbit(got[1][1][0][0]) || back.Facilities[1].Outline != nil {
		t.Errorf("%s", diff)
	}
	place := slices.IndexFunc(table.Columns, func(c coverage.Column) bool { return c.Name == "outline" })
	for row := range table.Rows {
		b, _ := row.Values[place].([]byte)
		if b == nil {
			continue
		}
		broken := [][]byte{append(slices.Clone(b), 0), bytes.Repeat([]byte{255}, 9), append(bytes.Repeat([]byte{255}, 9), 1)}
		for n := 1; n < len(b); n++ {
			broken = append(broken, b[:n])
		}
		for _, bad := range broken {
			row.Values[place] = bad
			bad := coverage.Table{Layer: table.Layer, Shape: table.Shape, Columns: table.Columns, Len: 1, Rows: slices.Values([]coverage.Row{row})}
			if err := back.Fill(bad); err == nil || !strings.Contains(err.Error(), "column outline") {
				t.Errorf("%d bytes of %d: %v", len(row.Values[place].([]byte)), len(b), err)
			}
		}
	}
	// What no store would give back is told, as of other areas.
	open, endless := square(105, 29), square(105, 29)
	open[0][0] = open[0][0][:4]
	endless[0][0][1][0] = math.Inf(1)
	for want, bad := range map[string]orb.MultiPolygon{"must end where it starts": open, "not a finite number": endless} {
		layers.Facilities[0].Outline = bad
		if issues := layers.Check(coverage.LayerFacilities); len(issues) != 1 || !strings.Contains(issues[0].Message, want) || !strings.HasPrefix(issues[0].Message, "outline: ") {
			t.Errorf("%v, want %q", issues, want)
		}
	}
	// What leads from one to the other is named by its column.
	after := full()
	after.Facilities[0].Outline = outline
	d := coverage.Compare(snapshot(t, full()), snapshot(t, after))
	if len(d.Layers) != 1 || len(d.Layers[0].Changed) != 1 || !slices.Equal(d.Layers[0].Changed[0].Columns, []string{"outline"}) {
		t.Errorf("%+v", d)
	}
}

// A row by its place is the row met there on the way through.
func TestRowsByPlace(t *testing.T) {
	t.Parallel()
	layers := coverage.Layers{
		Facilities: []coverage.Facility{{ID: "a", Kind: "school", At: orb.Point{105, 29}}, {ID: "b", Kind: "shop", At: orb.Point{106, 29}, Outline: square(106, 29)}},
		Parcels:    []coverage.Parcel{{ID: "p", Kinds: []string{"park"}, Area: square(105, 29)}},
	}
	for _, table := range layers.Tables() {
		i := 0
		for row := range table.Rows {
			if diff := cmp.Diff(row, table.At(i, nil)); diff != "" {
				t.Errorf("%s, row %d: %s", table.Layer, i, diff)
			}
			i++
		}
		if i != table.Len {
			t.Errorf("%s has %d rows, not %d", table.Layer, i, table.Len)
		}
	}
}
