package gpkg

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"kaimen/coverage"
)

// Put implements coverage.Store in one transaction.
//
// Errors: invalid, with every fault, for values that would not come back equal;
// unavailable while another process writes; ctx.Err() if ctx ends first.
// Cost:   about 12 µs a row of a new layer; layers already there are free.
func (s *Store) Put(ctx context.Context, snapshot *coverage.Snapshot) error {
	return s.putWhere(ctx, snapshot, func(*sql.Tx) error { return nil })
}

// PutIf implements coverage.Store. The transaction holds the file for itself
// from its beginning, so that what it finds to be current stays so.
//
// Errors: those of Put; conflict if another snapshot is current.
func (s *Store) PutIf(ctx context.Context, snapshot *coverage.Snapshot, current coverage.SnapshotID) error {
	return s.putWhere(ctx, snapshot, func(tx *sql.Tx) error {
		var have coverage.SnapshotID
		err := tx.QueryRowContext(ctx, "SELECT id FROM kaimen_snapshots WHERE study = ? ORDER BY put_order DESC LIMIT 1", snapshot.Study.ID).Scan(&have)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if have != current {
			return coverage.NotCurrent(snapshot.Study.ID, current, have)
		}
		return nil
	})
}

// putWhere puts a snapshot if may, which looks into the same transaction, has
// nothing against it.
func (s *Store) putWhere(ctx context.Context, snapshot *coverage.Snapshot, may func(*sql.Tx) error) error {
	if err := s.put(ctx, snapshot, may); err != nil {
		return s.fail(ctx, fmt.Sprintf("put study %s into", snapshot.Study.ID), err)
	}
	return nil
}

func (s *Store) put(ctx context.Context, snapshot *coverage.Snapshot, may func(*sql.Tx) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after Commit it does nothing
	if err := may(tx); err != nil {
		return err
	}
	fresh, err := newTables(ctx, tx, snapshot)
	if err != nil {
		return err
	}
	for _, t := range fresh {
		if err := writeLayer(ctx, tx, snapshot, t); err != nil {
			return fmt.Errorf("layer %s: %w", t.Layer, err)
		}
	}
	if err := writeSnapshot(ctx, tx, snapshot); err != nil {
		return err
	}
	return tx.Commit()
}

// newTables lists the layers that are not in the store yet.
func newTables(ctx context.Context, tx *sql.Tx, snapshot *coverage.Snapshot) ([]coverage.Table, error) {
	var fresh []coverage.Table
	for _, t := range snapshot.Tables() {
		var known int
		err := tx.QueryRowContext(ctx, "SELECT count(*) FROM kaimen_layers WHERE hash = ?",
			string(snapshot.Hashes[t.Layer])).Scan(&known)
		if err != nil {
			return nil, err
		}
		if known == 0 {
			fresh = append(fresh, t)
		}
	}
	return fresh, nil
}

// writeSnapshot makes the snapshot's row, or brings it to the front again.
func writeSnapshot(ctx context.Context, tx *sql.Tx, s *coverage.Snapshot) error {
	about, err1 := json.Marshal(s.Study)
	report, err2 := json.Marshal(s.Report)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	box := s.Bounds()
	_, err := tx.ExecContext(ctx, `INSERT INTO kaimen_snapshots
		(put_order, id, study, about, imported_at, min_lon, min_lat, max_lon, max_lat, report)
		VALUES ((SELECT coalesce(max(put_order), 0) + 1 FROM kaimen_snapshots), ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET
		put_order = excluded.put_order, imported_at = excluded.imported_at, report = excluded.report`,
		string(s.ID), s.Study.ID, string(about), s.ImportedAt.UTC().Format(time.RFC3339Nano),
		box.Min[0], box.Min[1], box.Max[0], box.Max[1], string(report))
	if err != nil {
		return err
	}
	for layer, hash := range s.Hashes {
		_, err := tx.ExecContext(ctx, "INSERT INTO kaimen_snapshot_layers VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
			string(s.ID), string(layer), string(hash))
		if err != nil {
			return err
		}
	}
	return nil
}
