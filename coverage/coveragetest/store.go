package coveragetest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kaimen/coverage"

	diff "github.com/google/go-cmp/cmp"
)

// Store runs on one implementation what every coverage.Store must do. Each
// subtest calls open for an empty store of its own, which open closes through
// t.Cleanup. What only one store can show (files, crashes, several processes)
// belongs to that store's tests.
func Store(t *testing.T, open func(t *testing.T) coverage.Store) {
	for _, tc := range []struct {
		name string
		test func(*testing.T, coverage.Store)
	}{
		{"an empty store has no study", storeEmpty},
		{"what is put comes back equal", storeRoundTrip},
		{"any layer comes back equal", storeAnyLayer},
		{"a study without layers is kept", storeWithoutLayers},
		{"weights may differ between snapshots", storeWeights},
		{"columns may have odd names", storeOddColumns},
		{"putting twice changes the time and the report", storeIdempotent},
		{"the last put is current", storeCurrent},
		{"list is by study, the newest first", storeOrder},
		{"not found names what there is", storeNotFound},
		{"a put may have a condition", storePutIf},
		{"of many puts on one condition one wins", storePutIfAtOnce},
		{"what is deleted is gone, and nothing else", storeDelete},
		{"the current snapshot cannot be deleted", storeDeleteCurrent},
		{"a layer deleted with its snapshot may come again", storeDeleteAndPut},
		{"readers see whole snapshots while others are deleted", storeDeleteConcurrent},
		{"a canceled put leaves no trace", storeCanceled},
		{"a canceled read says so", storeCanceledRead},
		{"readers see whole snapshots while writers write", storeConcurrent},
		{"writers of one snapshot agree", storeSameAtOnce},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.test(t, open(t))
		})
	}
	t.Run("any order of calls agrees with a map", func(t *testing.T) {
		t.Parallel()
		storeMachine(t, open)
	})
}

func storeEmpty(t *testing.T, store coverage.Store) {
	infos, err := store.List(t.Context())
	if err != nil || len(infos) != 0 {
		t.Errorf("List = %v, %v; an empty store lists nothing", infos, err)
	}
	_, err = store.Current(t.Context(), "anything")
	if coverage.CodeOf(err) != coverage.NotFound {
		t.Errorf("Current: %v; want not_found", err)
	}
}

func storeRoundTrip(t *testing.T, store coverage.Store) {
	mustKeep(t, store, storeTown(t, "full", 0))
}

func storeWithoutLayers(t *testing.T, store coverage.Store) {
	s := storeSnapshot(t, "bare", coverage.Layers{})
	mustKeep(t, store, s)
	info := mustCurrent(t, store, "bare")
	if len(info.Counts) != 0 {
		t.Errorf("counts are %v; empty layers are absent", info.Counts)
	}
}

// Two snapshots of one study differ in the weights they know; each comes back
// with its own, and a weight that a row lacks stays absent rather than zero.
func storeWeights(t *testing.T, store coverage.Store) {
	people := storeSnapshot(t, "weights", coverage.Layers{Demand: []coverage.Demand{
		{ID: "d1", Weights: map[string]coverage.Amount{"people": 3 * coverage.AmountUnit}},
		{ID: "d2"},
	}})
	cohorts := storeSnapshot(t, "weights", coverage.Layers{Demand: []coverage.Demand{
		{ID: "d1", Weights: map[string]coverage.Amount{"people": 3 * coverage.AmountUnit, "elderly": 0, "children": 1}},
		{ID: "d2", Weights: map[string]coverage.Amount{"people": 2_500_000}},
	}})
	mustKeep(t, store, people)
	mustKeep(t, store, cohorts)
	mustEqual(t, store, people)
}

// Weight names come from the sources of a study, so that any text may be the
// name of a column: one of the store's own, one that differs by case alone,
// one that is longer than a database takes, one that would end a statement.
func storeOddColumns(t *testing.T, store coverage.Store) {
	weights := map[string]coverage.Amount{}
	for i, name := range []string{
		"people", "People", "geom", "fid", "FID", "column_3", "老年人口", "a b", `say "now"`, "x'); DROP TABLE demand; --",
		"", "%s", "$1", "?", strings.Repeat("long", 16) + "a", strings.Repeat("long", 16) + "b", strings.Repeat("长", 30),
	} {
		weights[name] = coverage.Amount(i)
	}
	mustKeep(t, store, storeSnapshot(t, "columns", coverage.Layers{
		Demand: []coverage.Demand{{ID: "d1", Weights: weights}},
	}))
}

func storeIdempotent(t *testing.T, store coverage.Store) {
	s := storeTown(t, "again", 0)
	mustKeep(t, store, s)
	later := *s
	later.ImportedAt = s.ImportedAt.Add(time.Hour)
	later.Report = coverage.Report{Issues: []coverage.Issue{{
		Severity: coverage.SeverityWarning, Code: coverage.ReasonTooFar, Message: "the second import",
	}}}
	mustKeep(t, store, &later)
	if infos := mustList(t, store); len(infos) != 1 {
		t.Errorf("List has %d snapshots; the same contents are one snapshot", len(infos))
	}
}

func storeCurrent(t *testing.T, store coverage.Store) {
	first, second := storeTown(t, "moves", 0), storeTown(t, "moves", 1)
	other := storeTown(t, "stays", 2)
	mustKeep(t, store, other)
	// What is current is what was put last, whatever the import times say.
	first.ImportedAt = second.ImportedAt.Add(time.Hour)
	for _, s := range []*coverage.Snapshot{first, second, first} {
		mustPut(t, store, s)
		if info := mustCurrent(t, store, "moves"); info.ID != s.ID || !info.Current {
			t.Errorf("current is %s (%v), want %s", info.ID, info.Current, s.ID)
		}
	}
	if info := mustCurrent(t, store, "stays"); info.ID != other.ID {
		t.Errorf("the current snapshot of another study became %s", info.ID)
	}
	mustEqual(t, store, second) // no longer current, still there
}

func storeOrder(t *testing.T, store coverage.Store) {
	a1, a2, a3 := storeTown(t, "a", 0), storeTown(t, "a", 1), storeTown(t, "a", 2)
	// "a-b" sorts before "ab" byte by byte, and after it in most locales.
	ab, a_b, nine := storeTown(t, "ab", 0), storeTown(t, "a-b", 0), storeTown(t, "9", 0)
	for _, s := range []*coverage.Snapshot{a2, ab, a1, nine, a3, a_b, a2} {
		mustPut(t, store, s)
	}
	want := []coverage.SnapshotInfo{
		storeInfo(nine, true), storeInfo(a2, true), storeInfo(a3, false), storeInfo(a1, false), storeInfo(a_b, true), storeInfo(ab, true),
	}
	if d := diff.Diff(want, mustList(t, store)); d != "" {
		t.Errorf("List (-want +got):\n%s", d)
	}
}

func storeNotFound(t *testing.T, store coverage.Store) {
	mustPut(t, store, storeTown(t, "dongxing", 0))
	mustPut(t, store, storeTown(t, "porto-alegre", 0))
	_, err := store.Current(t.Context(), "dongxin")
	if coverage.CodeOf(err) != coverage.NotFound {
		t.Fatalf("Current of an unknown study: %v; want not_found", err)
	}
	for _, name := range []string{"dongxin", "dongxing", "porto-alegre"} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%q does not name %s", err, name)
		}
	}
	for _, id := range []coverage.SnapshotID{"", "0123456789abcdef0123", "'; --"} {
		if _, err := store.Get(t.Context(), id); coverage.CodeOf(err) != coverage.NotFound {
			t.Errorf("Get(%q): %v; want not_found", id, err)
		}
	}
}

// mustPut stores s.
func mustPut(t testing.TB, store coverage.Store, s *coverage.Snapshot) {
	t.Helper()
	if err := store.Put(t.Context(), s); err != nil {
		t.Fatalf("put: %v", err)
	}
}

// mustKeep puts s and expects it back, as itself and as the current one.
func mustKeep(t testing.TB, store coverage.Store, s *coverage.Snapshot) {
	t.Helper()
	mustPut(t, store, s)
	mustEqual(t, store, s)
	if d := diff.Diff(storeInfo(s, true), mustCurrent(t, store, s.Study.ID)); d != "" {
		t.Errorf("Current (-want +got):\n%s", d)
	}
}

func mustEqual(t testing.TB, store coverage.Store, want *coverage.Snapshot) {
	t.Helper()
	got, err := store.Get(t.Context(), want.ID)
	if err != nil {
		t.Fatalf("get: %v", err)
	}
	if d := diff.Diff(want, got); d != "" {
		t.Errorf("Get (-put +got):\n%s", d)
	}
}

func mustCurrent(t testing.TB, store coverage.Store, study string) coverage.SnapshotInfo {
	t.Helper()
	info, err := store.Current(t.Context(), study)
	if err != nil {
		t.Fatalf("current: %v", err)
	}
	return info
}

func mustList(t testing.TB, store coverage.Store) []coverage.SnapshotInfo {
	t.Helper()
	infos, err := store.List(t.Context())
	if err != nil {
		t.Fatalf("list: %v", err)
	}
	return infos
}

func storeInfo(s *coverage.Snapshot, current bool) coverage.SnapshotInfo {
	info := s.Info()
	info.Current = current
	return info
}

// storeSnapshot is a snapshot of the layers as they are, with a time that has
// nanoseconds and a report with something of everything in it.
func storeSnapshot(t testing.TB, study string, layers coverage.Layers) *coverage.Snapshot {
	t.Helper()
	s, err := coverage.NewSnapshot(storeStudy(study), layers, storeReport(), storeTime)
	if err != nil {
		if e, ok := errors.AsType[*coverage.Error](err); ok {
			t.Fatalf("%v: %v", err, e.Issues)
		}
		t.Fatal(err)
	}
	return s
}

// sortInfos puts infos in the order a List has, given the order of puts.
func sortInfos(infos []coverage.SnapshotInfo, put map[coverage.SnapshotID]int) {
	slices.SortFunc(infos, func(a, b coverage.SnapshotInfo) int {
		return cmp.Or(strings.Compare(a.Study.ID, b.Study.ID), put[b.ID]-put[a.ID])
	})
	for i := range infos {
		infos[i].Current = i == 0 || infos[i-1].Study.ID != infos[i].Study.ID
	}
}

func storeStudy(id string) coverage.Study {
	return coverage.Study{
		ID: id, Synthetic: true,
		Name:        coverage.Name{ZH: "示范区“" + id + "”", EN: fmt.Sprintf("Model <district> %s & 'more'", id)},
		Attribution: []string{"© nobody", "某某局"},
	}
}
