package coveragetest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"kaimen/coverage"
)

// A put on a condition that does not hold stores nothing; one whose condition
// holds is a Put.
func storePutIf(t *testing.T, store coverage.Store) {
	first, second := storeTown(t, "town", 0), storeTown(t, "town", 1)
	refused := func(s *coverage.Snapshot, current coverage.SnapshotID) {
		t.Helper()
		if err := store.PutIf(t.Context(), s, current); coverage.CodeOf(err) != coverage.Conflict {
			t.Errorf("put if %q: %v; want conflict", current, err)
		}
	}
	kept := func(s *coverage.Snapshot, current coverage.SnapshotID) {
		t.Helper()
		if err := store.PutIf(t.Context(), s, current); err != nil {
			t.Fatalf("put if %q: %v", current, err)
		}
		mustEqual(t, store, s)
		if info := mustCurrent(t, store, s.Study.ID); info.ID != s.ID {
			t.Errorf("current is %s, want %s", info.ID, s.ID)
		}
	}
	refused(first, "0123456789abcdef0123") // there is no study yet
	if infos := mustList(t, store); len(infos) != 0 {
		t.Errorf("a refused put left %v", infos)
	}
	kept(first, "")
	refused(second, "")
	refused(second, second.ID)
	if _, err := store.Get(t.Context(), second.ID); coverage.CodeOf(err) != coverage.NotFound {
		t.Errorf("get of what was refused: %v; want not_found", err)
	}
	kept(second, first.ID)
	kept(second, second.ID) // the same again
	refused(first, first.ID)
	kept(first, second.ID)
	kept(storeTown(t, "other", 0), "") // another study is none of their concern
}

// Many put on the same condition at once, and others without one: of those with
// one exactly one wins, in every round.
func storePutIfAtOnce(t *testing.T, store coverage.Store) {
	const writers, rounds = 8, 4
	base := storeTown(t, "race", 0)
	mustPut(t, store, base)
	for round := range rounds {
		var wait sync.WaitGroup
		var won atomic.Int32
		var winner atomic.Value
		for w := range writers {
			s := storeSnapshot(t, "race", coverage.Layers{Facilities: []coverage.Facility{{ID: fmt.Sprint(round, w), Kind: "school"}}})
			wait.Go(func() {
				switch err := store.PutIf(t.Context(), s, base.ID); {
				case err == nil:
					won.Add(1)
					winner.Store(s)
				case coverage.CodeOf(err) != coverage.Conflict:
					t.Errorf("put: %v; want conflict", err)
				}
			})
			wait.Go(func() { // puts of another study go on beside it
				if err := store.Put(t.Context(), storeTown(t, "beside", w%2)); err != nil {
					t.Errorf("put: %v", err)
				}
			})
		}
		wait.Wait()
		if won.Load() != 1 {
			t.Fatalf("%d of %d puts on one condition succeeded, want 1", won.Load(), writers)
		}
		base = winner.Load().(*coverage.Snapshot)
		if info := mustCurrent(t, store, "race"); info.ID != base.ID {
			t.Errorf("current is %s, want the winner %s", info.ID, base.ID)
		}
	}
}
