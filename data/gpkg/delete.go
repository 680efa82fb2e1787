package gpkg

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"kaimen/coverage"
	"kaimen/data/geopackage"
)

// Delete implements coverage.Store in one transaction. The file keeps its size:
// the next imports fill the room that was freed.
//
// Errors: not_found; conflict for a current snapshot; unavailable while another
// process writes; ctx.Err() if ctx ends first.
// Cost:   one pass over the pages of the layers that go.
func (s *Store) Delete(ctx context.Context, id coverage.SnapshotID) error {
	if err := s.delete(ctx, id); err != nil {
		return s.fail(ctx, fmt.Sprintf("delete snapshot %s from", id), err)
	}
	return nil
}

func (s *Store) delete(ctx context.Context, id coverage.SnapshotID) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after Commit it does nothing
	if err := mayGo(ctx, tx, id); err != nil {
		return err
	}
	kept, err := keptLayers(ctx, tx, id)
	if err != nil {
		return err
	}
	for _, statement := range []string{
		"DELETE FROM kaimen_snapshot_layers WHERE snapshot = ?", "DELETE FROM kaimen_snapshots WHERE id = ?",
	} {
		if _, err := tx.ExecContext(ctx, statement, string(id)); err != nil {
			return err
		}
	}
	for _, k := range kept {
		if err := k.dropUnused(ctx, tx); err != nil {
			return fmt.Errorf("layer %s: %w", k.Layer, err)
		}
	}
	return tx.Commit()
}

// mayGo refuses the ids of no snapshot and of a current one.
func mayGo(ctx context.Context, tx *sql.Tx, id coverage.SnapshotID) error {
	var study string
	var current bool
	err := tx.QueryRowContext(ctx, `SELECT study, put_order = (SELECT max(put_order) FROM kaimen_snapshots o WHERE o.study = s.study)
		FROM kaimen_snapshots s WHERE id = ?`, string(id)).Scan(&study, &current)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return coverage.NoSnapshot(id)
	case err == nil && current:
		return coverage.StillCurrent(id, study)
	}
	return err
}

// dropUnused removes a layer that no snapshot uses: its table, the spatial
// index over it, and its lines in the tables about tables. Triggers go with
// their table, and none of them fires.
func (k keptLayer) dropUnused(ctx context.Context, tx *sql.Tx) error {
	done, err := tx.ExecContext(ctx, `DELETE FROM kaimen_layers WHERE hash = ?1
		AND NOT EXISTS (SELECT 1 FROM kaimen_snapshot_layers WHERE hash = ?1)`, string(k.hash))
	if err != nil {
		return err
	}
	if gone, err := done.RowsAffected(); err != nil || gone == 0 || k.name == "" {
		return err
	}
	for _, table := range []string{"gpkg_extensions", "gpkg_geometry_columns", "gpkg_contents"} {
		if _, err := tx.ExecContext(ctx, "DELETE FROM "+table+" WHERE table_name = ?", k.name); err != nil {
			return err
		}
	}
	for _, table := range []string{geopackage.IndexName(k.name), k.name} {
		if _, err := tx.ExecContext(ctx, "DROP TABLE "+geopackage.Quote(table)); err != nil {
			return err
		}
	}
	return nil
}
