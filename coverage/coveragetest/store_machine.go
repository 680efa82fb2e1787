package coveragetest

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"kaimen/coverage"

	diff "github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

// storeMachine plays any order of calls on the store and on a plain map, and
// expects the same answers. Contents come from a few versions of each layer, so
// that snapshots share layers in all possible ways. Each play has studies of its
// own, so that a store serves some plays before its list grows long.
func storeMachine(t *testing.T, open func(t *testing.T) coverage.Store) {
	const playsPerStore = 10
	var store coverage.Store
	play := 0
	rapid.Check(t, func(rt *rapid.T) {
		if play%playsPerStore == 0 {
			store = open(t)
		}
		play++
		m := machine{
			store: store, studies: []string{fmt.Sprintf("play%d-a", play), fmt.Sprintf("play%d-b", play)},
			snapshots: map[coverage.SnapshotID]*coverage.Snapshot{}, put: map[coverage.SnapshotID]int{},
		}
		rt.Repeat(map[string]func(*rapid.T){
			"put":     m.doPut,
			"put old": m.doPutOld,
			"put if":  m.doPutIf,
			"get":     m.doGet,
			"current": m.doCurrent,
			"list":    m.doList,
			"delete":  m.doDelete,
		})
	})
}

type machine struct {
	store     coverage.Store
	studies   []string
	snapshots map[coverage.SnapshotID]*coverage.Snapshot
	put       map[coverage.SnapshotID]int // when, counted in puts
	puts      int
}

func (m *machine) ids() []coverage.SnapshotID {
	var ids []coverage.SnapshotID
	for id := range m.snapshots {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

func (m *machine) doPut(t *rapid.T) {
	layers := coverage.Layers{Roads: storeRoads(rapid.IntRange(2, 3).Draw(t, "roads"))}
	if n := rapid.IntRange(0, 2).Draw(t, "facilities"); n > 0 { // an empty layer comes back as nil
		layers.Facilities = storeFacilities()[:n]
	}
	if rapid.Bool().Draw(t, "parcels") {
		layers.Parcels = storeZones().Parcels
	}
	study := rapid.SampledFrom(m.studies).Draw(t, "study")
	s, err := coverage.NewSnapshot(storeStudy(study), layers, storeReport(), storeTime)
	if err != nil {
		t.Fatal(err)
	}
	m.keep(t, s)
}

// doPutOld brings back a snapshot that was put before, as another import of it.
func (m *machine) doPutOld(t *rapid.T) {
	if len(m.snapshots) == 0 {
		t.Skip("nothing to put again")
	}
	again := *m.snapshots[rapid.SampledFrom(m.ids()).Draw(t, "id")]
	again.ImportedAt = again.ImportedAt.Add(time.Duration(rapid.Int64Range(-1e15, 1e15).Draw(t, "later")))
	again.Report = coverage.Report{Guesses: []string{rapid.StringN(0, 10, 40).Draw(t, "guess")}}
	m.keep(t, &again)
}

// doPutIf puts what was put before on the condition that some snapshot, or none,
// is current.
func (m *machine) doPutIf(t *rapid.T) {
	if len(m.snapshots) == 0 {
		t.Skip("nothing to put")
	}
	s := m.snapshots[rapid.SampledFrom(m.ids()).Draw(t, "id")]
	wanted := rapid.SampledFrom(append(m.ids(), "")).Draw(t, "current")
	var have coverage.SnapshotID
	for _, info := range m.infos() {
		if info.Study.ID == s.Study.ID && info.Current {
			have = info.ID
		}
	}
	err := m.store.PutIf(t.Context(), s, wanted)
	switch {
	case wanted != have && coverage.CodeOf(err) != coverage.Conflict:
		t.Fatalf("put if %q while %q is current: %v; want conflict", wanted, have, err)
	case wanted == have && err != nil:
		t.Fatalf("put if: %v", err)
	case wanted == have:
		m.puts++
		m.put[s.ID] = m.puts
	}
}

func (m *machine) keep(t *rapid.T, s *coverage.Snapshot) {
	if err := m.store.Put(t.Context(), s); err != nil {
		t.Fatalf("put: %v", err)
	}
	m.puts++
	m.snapshots[s.ID], m.put[s.ID] = s, m.puts
}

func (m *machine) doGet(t *rapid.T) {
	id := rapid.SampledFrom(append(m.ids(), "0123456789abcdef0123")).Draw(t, "id")
	got, err := m.store.Get(t.Context(), id)
	want, ok := m.snapshots[id]
	if !ok {
		if coverage.CodeOf(err) != coverage.NotFound {
			t.Fatalf("get of an unknown id: %v; want not_found", err)
		}
		return
	}
	if d := diff.Diff(want, got); err != nil || d != "" {
		t.Fatalf("get: %v (-put +got):\n%s", err, d)
	}
}

func (m *machine) doDelete(t *rapid.T) {
	id := rapid.SampledFrom(append(m.ids(), "0123456789abcdef0123")).Draw(t, "id")
	want := coverage.NotFound
	for _, info := range m.infos() {
		if info.ID == id && info.Current {
			want = coverage.Conflict
		} else if info.ID == id {
			want = ""
		}
	}
	err := m.store.Delete(t.Context(), id)
	if want == "" && err != nil || want != "" && coverage.CodeOf(err) != want {
		t.Fatalf("delete: %v; want %q", err, want)
	}
	if want == "" {
		delete(m.snapshots, id)
	}
}

func (m *machine) doCurrent(t *rapid.T) {
	study := rapid.SampledFrom(m.studies).Draw(t, "study")
	info, err := m.store.Current(t.Context(), study)
	for _, want := range m.infos() {
		if want.Study.ID == study && want.Current {
			if d := diff.Diff(want, info); err != nil || d != "" {
				t.Fatalf("current: %v (-want +got):\n%s", err, d)
			}
			return
		}
	}
	if coverage.CodeOf(err) != coverage.NotFound {
		t.Fatalf("current of a study never put: %v; want not_found", err)
	}
}

// doList compares the whole list, as far as it is of this play.
func (m *machine) doList(t *rapid.T) {
	all, err := m.store.List(t.Context())
	if err != nil {
		t.Fatalf("list: %v", err)
	}
	var got []coverage.SnapshotInfo
	for _, info := range all {
		if slices.Contains(m.studies, info.Study.ID) {
			got = append(got, info)
		}
	}
	if d := diff.Diff(m.infos(), got); d != "" {
		t.Fatalf("list (-want +got):\n%s", d)
	}
}

func (m *machine) infos() []coverage.SnapshotInfo {
	var infos []coverage.SnapshotInfo
	for _, s := range m.snapshots {
		infos = append(infos, s.Info())
	}
	sortInfos(infos, m.put)
	return infos
}

// storeAnyLayer puts layers of random rows, and expects each back to the bit.
func storeAnyLayer(t *testing.T, store coverage.Store) {
	rapid.Check(t, func(rt *rapid.T) {
		layers := coverage.Layers{}
		switch rapid.SampledFrom([]string{"roads", "facilities", "zones", "demand"}).Draw(rt, "layer") {
		case "roads":
			layers.Roads = rapid.SliceOfNDistinct(rapid.Custom(anyRoad), 1, 5, func(r coverage.Road) string { return r.ID }).Draw(rt, "roads")
		case "facilities":
			layers.Facilities = rapid.SliceOfNDistinct(rapid.Custom(anyFacility), 1, 5, func(f coverage.Facility) string { return f.ID }).Draw(rt, "facilities")
		case "zones":
			layers.LandCover = rapid.SliceOfNDistinct(rapid.Custom(anyCover), 1, 5, func(c coverage.LandCover) string { return c.ID }).Draw(rt, "zones")
		case "demand":
			layers.Demand = rapid.SliceOfNDistinct(rapid.Custom(anyDemand), 1, 5, func(d coverage.Demand) string { return d.ID }).Draw(rt, "demand")
		}
		s, err := coverage.NewSnapshot(storeStudy("any"), layers, coverage.Report{}, storeTime)
		if err != nil {
			rt.Fatal(err)
		}
		if err := store.Put(rt.Context(), s); err != nil {
			rt.Fatalf("put: %v", err)
		}
		got, err := store.Get(rt.Context(), s.ID)
		if err != nil {
			rt.Fatalf("get: %v", err)
		}
		if d := diff.Diff(s, got); d != "" {
			rt.Fatalf("get (-put +got):\n%s", d)
		}
	})
}

// anyText is text a store may keep: any but the zero byte.
func anyText() *rapid.Generator[string] {
	return rapid.StringOfN(rapid.Rune().Filter(func(r rune) bool { return r != 0 }), 0, 12, -1)
}

func anyID() *rapid.Generator[string] {
	return anyText().Filter(func(s string) bool { return s != "" })
}

func anyPoint(t *rapid.T) orb.Point {
	return orb.Point{rapid.Float64Range(-180, 180).Draw(t, "lon"), rapid.Float64Range(-90, 90).Draw(t, "lat")}
}

func anyRoad(t *rapid.T) coverage.Road {
	r := coverage.Road{
		ID: anyID().Draw(t, "id"), Name: anyText().Draw(t, "name"), Class: anyText().Draw(t, "class"),
		Line:  rapid.SliceOfN(rapid.Custom(anyPoint), 2, 6).Draw(t, "line"),
		Tags:  rapid.MapOfN(anyText(), anyText(), 1, 4).Draw(t, "tags"),
		Nodes: nil,
	}
	r.Nodes = rapid.SliceOfN(rapid.Int64(), len(r.Line), len(r.Line)).Draw(t, "nodes")
	return r
}

func anyFacility(t *rapid.T) coverage.Facility {
	f := coverage.Facility{
		ID: anyID().Draw(t, "id"), Kind: anyText().Draw(t, "kind"), Name: anyText().Draw(t, "name"),
		Hours: anyText().Draw(t, "hours"), Address: anyText().Draw(t, "address"), At: anyPoint(t),
	}
	if rapid.Bool().Draw(t, "has capacity") {
		// Adding zero turns a negative zero, which no store keeps, into zero.
		capacity := rapid.Float64Range(-math.MaxFloat64, math.MaxFloat64).Draw(t, "capacity") + 0
		f.Capacity = &capacity
	}
	if rapid.Bool().Draw(t, "has entrances") {
		f.Entrances = rapid.SliceOfN(rapid.Custom(anyPoint), 1, 4).Draw(t, "entrances")
	}
	if rapid.Bool().Draw(t, "has outline") {
		f.Outline = anyArea().Draw(t, "outline")
	}
	return f
}

func anyArea() *rapid.Generator[orb.MultiPolygon] {
	ring := rapid.Map(rapid.SliceOfN(rapid.Custom(anyPoint), 3, 6), func(p []orb.Point) orb.Ring { return append(p, p[0]) })
	polygon := rapid.Map(rapid.SliceOfN(ring, 1, 3), func(r []orb.Ring) orb.Polygon { return r })
	return rapid.Map(rapid.SliceOfN(polygon, 1, 3), func(p []orb.Polygon) orb.MultiPolygon { return p })
}

func anyCover(t *rapid.T) coverage.LandCover {
	return coverage.LandCover{
		ID: anyID().Draw(t, "id"), Kind: anyText().Draw(t, "kind"), Name: anyText().Draw(t, "name"),
		Area: anyArea().Draw(t, "area"),
	}
}

func anyDemand(t *rapid.T) coverage.Demand {
	return coverage.Demand{
		ID: anyID().Draw(t, "id"), At: anyPoint(t), Building: anyText().Draw(t, "building"),
		Weights: rapid.MapOfN(
			anyText().Filter(func(s string) bool { return s != "id" && s != "building" }),
			// Amounts end where millionths become finer than a float64 column.
			rapid.Map(rapid.Int64Range(0, 8e9*int64(coverage.AmountUnit)), func(n int64) coverage.Amount { return coverage.Amount(n) }), 1, 4,
		).Draw(t, "weights"),
	}
}
