package coverage

import (
	"context"
	"io"
	"time"

	"github.com/paulmach/orb"
)

// Snapshots keeps immutable snapshots. Implementations may be shared by any
// number of goroutines.
type Snapshots interface {
	// Put stores s and makes it the current snapshot of its study, all or
	// nothing: after an error or a crash the store is as it was. A layer
	// already there (by hash) is not written again; putting a snapshot that is
	// already there only makes it current again, with its new import time and
	// report.
	Put(ctx context.Context, s *Snapshot) error
	// PutIf is Put on the condition that the snapshot current is that of the study
	// of s; with an empty current, that the study has none. Of any number who put
	// on the same condition at once, one succeeds.
	// Errors: those of Put; conflict, and nothing is stored, if it does not hold.
	PutIf(ctx context.Context, s *Snapshot, current SnapshotID) error
	// Get returns the snapshot with this id, equal to the one that was put.
	// Errors: not_found.
	Get(ctx context.Context, id SnapshotID) (*Snapshot, error)
	// Current describes the newest snapshot of a study. Errors: not_found,
	// naming the studies there are.
	Current(ctx context.Context, study string) (SnapshotInfo, error)
	// List describes every snapshot, ordered by study, the newest first.
	List(ctx context.Context) ([]SnapshotInfo, error)
	// Delete removes a snapshot, and with it the layers that no other snapshot
	// uses, all or nothing. Who reads it meanwhile gets all of it, or not_found.
	// Errors: not_found; conflict for the current snapshot of a study, which
	// stays until another is put.
	Delete(ctx context.Context, id SnapshotID) error
}

// Store is what a server needs to keep.
type Store interface {
	Snapshots
	// Scenarios are those that are kept beside the snapshots.
	Scenarios() Scenarios
	io.Closer
}

// SnapshotInfo describes a snapshot without its rows.
type SnapshotInfo struct {
	ID         SnapshotID        `json:"snapshot"`
	Study      Study             `json:"study"`
	ImportedAt time.Time         `json:"imported_at"`
	Bounds     orb.Bound         `json:"-"`
	Counts     map[LayerName]int `json:"counts"` // rows by layer; empty layers are absent
	Current    bool              `json:"current"`
}

// StillCurrent is a store's answer to a Delete of the snapshot that a study
// stands on: conflict.
func StillCurrent(id SnapshotID, study string) error {
	return Errorf(Conflict, "snapshot %s is the current one of study %s and stays; import another version of the study first", id, study)
}

// NotCurrent is a store's answer to a PutIf whose condition does not hold:
// conflict. current is what the study stands on instead; empty for nothing.
func NotCurrent(study string, wanted, current SnapshotID) error {
	switch {
	case wanted == "":
		return Errorf(Conflict, "there is a study %s already, and its current snapshot is %s", study, current)
	case current == "":
		return Errorf(Conflict, "there is no study %s, and snapshot %s was to be its current one", study, wanted)
	}
	return Errorf(Conflict, "the current snapshot of study %s is %s by now, no longer %s; read the study again and decide", study, current, wanted)
}

// Info describes s. Whether it is current is for a store to say.
func (s *Snapshot) Info() SnapshotInfo {
	counts := make(map[LayerName]int)
	for _, t := range s.Tables() {
		if t.Len > 0 {
			counts[t.Layer] = t.Len
		}
	}
	return SnapshotInfo{ID: s.ID, Study: s.Study, ImportedAt: s.ImportedAt, Bounds: s.Bounds(), Counts: counts}
}
