package coveragetest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"kaimen/coverage"

	diff "github.com/google/go-cmp/cmp"
)

// Put is cut off before it starts and at several moments after. Whether it was
// done by then is a matter of luck; that it is all or nothing is not.
func storeCanceled(t *testing.T, store coverage.Store) {
	kept := storeTown(t, "cut", 0)
	mustPut(t, store, kept)
	for i, wait := range []time.Duration{0, time.Millisecond, 3 * time.Millisecond, 10 * time.Millisecond, 30 * time.Millisecond} {
		s := storeSnapshot(t, "cut", coverage.Layers{Roads: storeRoads(8000 + i)})
		ctx, cancel := context.WithTimeout(t.Context(), wait)
		err := store.Put(ctx, s)
		cancel()
		if err == nil {
			mustEqual(t, store, s)
			mustPut(t, store, kept)
			continue
		}
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("put cut off after %v: %v; want ctx.Err()", wait, err)
		}
		if _, err := store.Get(t.Context(), s.ID); coverage.CodeOf(err) != coverage.NotFound {
			t.Errorf("after %v: get of the snapshot cut off: %v; want not_found", wait, err)
		}
		if info := mustCurrent(t, store, "cut"); info.ID != kept.ID {
			t.Errorf("after %v: current is %s, want %s as before", wait, info.ID, kept.ID)
		}
	}
	// The store goes on working, with the very layer that was cut off.
	mustKeep(t, store, storeSnapshot(t, "cut", coverage.Layers{Roads: storeRoads(8000)}))
}

func storeCanceledRead(t *testing.T, store coverage.Store) {
	s := storeTown(t, "reads", 0)
	mustPut(t, store, s)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err1 := store.Get(ctx, s.ID)
	_, err2 := store.List(ctx)
	_, err3 := store.Current(ctx, "reads")
	for _, err := range []error{err1, err2, err3} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%v; want ctx.Err()", err)
		}
	}
	mustEqual(t, store, s)
}

// Two studies are written over and over, each by its own goroutine, while two
// readers look. Whatever they see as current must be there, whole, and equal
// to what was put; and no reader sees a study go back to an older version.
func storeConcurrent(t *testing.T, store coverage.Store) {
	const versions = 8
	put := make(map[coverage.SnapshotID]*coverage.Snapshot)
	age := make(map[coverage.SnapshotID]int)
	studies := map[string][]*coverage.Snapshot{"left": nil, "right": nil}
	for study := range studies {
		for v := range versions {
			s := storeTown(t, study, v)
			studies[study] = append(studies[study], s)
			put[s.ID], age[s.ID] = s, v
		}
		mustPut(t, store, studies[study][0])
	}
	var writers, readers sync.WaitGroup
	done := make(chan struct{})
	for _, snapshots := range studies {
		writers.Go(func() {
			for _, s := range snapshots {
				if err := store.Put(t.Context(), s); err != nil {
					t.Errorf("put: %v", err)
				}
			}
		})
	}
	for range 2 {
		readers.Go(func() {
			seen := map[string]int{}
			for last := false; !last && !t.Failed(); {
				select {
				case <-done:
					last = true // one more look, at the end state
				default:
				}
				lookAround(t, store, put, age, seen)
			}
		})
	}
	writers.Wait()
	close(done)
	readers.Wait()
	for study, snapshots := range studies {
		if info := mustCurrent(t, store, study); info.ID != snapshots[versions-1].ID {
			t.Errorf("%s: current is version %d, want the last", study, age[info.ID])
		}
	}
}

func lookAround(t *testing.T, store coverage.Store, put map[coverage.SnapshotID]*coverage.Snapshot,
	age map[coverage.SnapshotID]int, seen map[string]int,
) {
	infos, err := store.List(t.Context())
	if err != nil {
		t.Errorf("list: %v", err)
		return
	}
	for _, info := range infos {
		if !info.Current {
			continue
		}
		if age[info.ID] < seen[info.Study.ID] {
			t.Errorf("%s went back from version %d to %d", info.Study.ID, seen[info.Study.ID], age[info.ID])
		}
		seen[info.Study.ID] = age[info.ID]
		got, err := store.Get(t.Context(), info.ID)
		if err != nil {
			t.Errorf("get: %v", err)
			return
		}
		if d := diff.Diff(put[info.ID], got); d != "" {
			t.Errorf("a reader sees (-put +got):\n%s", d)
		}
	}
}

// The same contents arrive from several sides at once, alone and as part of
// two studies; all puts succeed, and there is one snapshot of each.
func storeSameAtOnce(t *testing.T, store coverage.Store) {
	var all sync.WaitGroup
	for i := range 8 {
		s := storeTown(t, []string{"one", "two"}[i%2], 0)
		all.Go(func() {
			if err := store.Put(t.Context(), s); err != nil {
				t.Errorf("put: %v", err)
			}
		})
	}
	all.Wait()
	want := []coverage.SnapshotInfo{storeInfo(storeTown(t, "one", 0), true), storeInfo(storeTown(t, "two", 0), true)}
	if d := diff.Diff(want, mustList(t, store)); d != "" {
		t.Errorf("List (-want +got):\n%s", d)
	}
	mustEqual(t, store, storeTown(t, "one", 0))
}
