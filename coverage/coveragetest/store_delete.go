package coveragetest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"kaimen/coverage"

	diff "github.com/google/go-cmp/cmp"
)

// Three versions of a study and one of another share layers in several ways.
// The oldest goes; all else stays to the bit.
func storeDelete(t *testing.T, store coverage.Store) {
	old, middle, now := storeTown(t, "town", 0), storeTown(t, "town", 1), storeTown(t, "town", 2)
	other := storeTown(t, "other", 0) // all its layers are those of old
	for _, s := range []*coverage.Snapshot{old, middle, other, now} {
		mustPut(t, store, s)
	}
	mustDelete(t, store, old.ID)
	if _, err := store.Get(t.Context(), old.ID); coverage.CodeOf(err) != coverage.NotFound {
		t.Errorf("get of what was deleted: %v; want not_found", err)
	}
	want := []coverage.SnapshotInfo{storeInfo(other, true), storeInfo(now, true), storeInfo(middle, false)}
	if d := diff.Diff(want, mustList(t, store)); d != "" {
		t.Errorf("List (-want +got):\n%s", d)
	}
	for _, s := range []*coverage.Snapshot{middle, now, other} {
		mustEqual(t, store, s)
	}
	for _, id := range []coverage.SnapshotID{old.ID, "", "0123456789abcdef0123", "'; --"} {
		if err := store.Delete(t.Context(), id); coverage.CodeOf(err) != coverage.NotFound {
			t.Errorf("Delete(%q): %v; want not_found", id, err)
		}
	}
}

func storeDeleteCurrent(t *testing.T, store coverage.Store) {
	first, second := storeTown(t, "town", 0), storeTown(t, "town", 1)
	mustPut(t, store, first)
	mustPut(t, store, second)
	mustPut(t, store, first) // which makes the second the older one
	if err := store.Delete(t.Context(), first.ID); coverage.CodeOf(err) != coverage.Conflict {
		t.Errorf("delete of the current snapshot: %v; want conflict", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := store.Delete(ctx, second.ID); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled delete: %v; want ctx.Err()", err)
	}
	mustEqual(t, store, first)
	mustEqual(t, store, second)
	mustDelete(t, store, second.ID)
	if info := mustCurrent(t, store, "town"); info.ID != first.ID {
		t.Errorf("current is %s, want %s", info.ID, first.ID)
	}
}

// The roads of a deleted version come again with the next import of them, and
// an unchanged layer outlives any number of versions.
func storeDeleteAndPut(t *testing.T, store coverage.Store) {
	a, b := storeTown(t, "town", 0), storeTown(t, "town", 1)
	mustPut(t, store, a)
	for range 3 {
		mustKeep(t, store, b)
		mustDelete(t, store, a.ID)
		mustKeep(t, store, a)
		mustDelete(t, store, b.ID)
	}
	if infos := mustList(t, store); len(infos) != 1 {
		t.Errorf("List has %d snapshots, want 1", len(infos))
	}
}

// One goroutine puts the versions of a study in turn and deletes each when it
// is no longer current, another brings the same layers as a second study, and
// two readers look. What they are given is whole; what is gone is not_found.
func storeDeleteConcurrent(t *testing.T, store coverage.Store) {
	const rounds = 3
	versions := []*coverage.Snapshot{storeTown(t, "left", 0), storeTown(t, "left", 1), storeTown(t, "left", 2)}
	shared := []*coverage.Snapshot{storeTown(t, "right", 0), storeTown(t, "right", 1)}
	mustPut(t, store, versions[0])
	var writers, readers sync.WaitGroup
	done := make(chan struct{})
	writers.Go(func() { turnOver(t, store, versions, rounds) })
	writers.Go(func() { turnOver(t, store, shared, rounds) })
	for range 2 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					readWhole(t, store, versions)
				}
			}
		})
	}
	writers.Wait()
	close(done)
	readers.Wait()
	for _, info := range mustList(t, store) {
		if _, err := store.Get(t.Context(), info.ID); err != nil {
			t.Errorf("get of what is listed at the end: %v", err)
		}
	}
}

func turnOver(t *testing.T, store coverage.Store, versions []*coverage.Snapshot, rounds int) {
	for i := range rounds * len(versions) {
		now, before := versions[(i+1)%len(versions)], versions[i%len(versions)]
		if err := store.Put(t.Context(), now); err != nil {
			t.Errorf("put: %v", err)
		}
		if err := store.Delete(t.Context(), before.ID); err != nil && coverage.CodeOf(err) != coverage.NotFound {
			t.Errorf("delete: %v", err)
		}
	}
}

func readWhole(t *testing.T, store coverage.Store, versions []*coverage.Snapshot) {
	for _, want := range versions {
		got, err := store.Get(t.Context(), want.ID)
		if err != nil {
			if coverage.CodeOf(err) != coverage.NotFound {
				t.Errorf("get while it is deleted: %v", err)
			}
			continue
		}
		if d := diff.Diff(want.Layers, got.Layers); d != "" {
			t.Errorf("a reader sees (-put +got):\n%s", d)
		}
	}
}

func mustDelete(t testing.TB, store coverage.Store, id coverage.SnapshotID) {
	t.Helper()
	if err := store.Delete(t.Context(), id); err != nil {
		t.Fatalf("delete: %v", err)
	}
}
