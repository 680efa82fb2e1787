package postgis

import (
	"context"
	"errors"
	"fmt"

	"kaimen/coverage"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Delete implements coverage.Store in one transaction. It waits for puts under
// way to end, and they for it: a layer that is in use again stays.
//
// Errors: not_found; conflict for a current snapshot; unavailable if the server
// is; ctx.Err() if ctx ends first.
// Cost:   a few statements a layer, however many rows it has.
func (s *Store) Delete(ctx context.Context, id coverage.SnapshotID) error {
	if err := s.delete(ctx, id); err != nil {
		return s.fail(ctx, fmt.Sprintf("delete snapshot %s from", id), err)
	}
	return nil
}

func (s *Store) delete(ctx context.Context, id coverage.SnapshotID) error {
	tx, err := s.pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }() // after Commit it does nothing
	if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", s.deleteLock()); err != nil {
		return err
	}
	if err := s.mayGo(ctx, tx, id); err != nil {
		return err
	}
	kept, err := s.keptLayers(ctx, tx, id)
	if err != nil {
		return err
	}
	for _, statement := range []string{
		fmt.Sprintf("DELETE FROM %s WHERE snapshot = $1", s.table("snapshot_layers")),
		fmt.Sprintf("DELETE FROM %s WHERE id = $1", s.table("snapshots")),
	} {
		if _, err := tx.Exec(ctx, statement, string(id)); err != nil {
			return err
		}
	}
	// Readers take the tables in this same order, so that none of them and we
	// wait for each other.
	for _, k := range kept {
		if err := s.dropUnused(ctx, tx, k); err != nil {
			return fmt.Errorf("layer %s: %w", k.Layer, err)
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return tx.Commit(context.WithoutCancel(ctx)) // as in Put
}

// deleteLock names the lock that puts share and a delete has for itself: a put
// relies on the layers that it found to be there already.
func (s *Store) deleteLock() string { return s.schema + " delete" }

// mayGo refuses the ids of no snapshot and of a current one.
func (s *Store) mayGo(ctx context.Context, tx pgx.Tx, id coverage.SnapshotID) error {
	var study string
	var current bool
	err := tx.QueryRow(ctx, fmt.Sprintf(`SELECT study, put_order = (SELECT max(put_order) FROM %[1]s o WHERE o.study = s.study)
		FROM %[1]s s WHERE id = $1`, s.table("snapshots")), string(id)).Scan(&study, &current)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return coverage.NoSnapshot(id)
	case err == nil && current:
		return coverage.StillCurrent(id, study)
	}
	return err
}

// dropUnused removes a layer that no snapshot uses, and its table.
func (s *Store) dropUnused(ctx context.Context, tx pgx.Tx, k keptLayer) error {
	done, err := tx.Exec(ctx, fmt.Sprintf("DELETE FROM %s WHERE hash = $1 AND NOT EXISTS (SELECT FROM %s WHERE hash = $1)",
		s.table("layers"), s.table("snapshot_layers")), string(k.hash))
	if err != nil || done.RowsAffected() == 0 || k.name == "" {
		return err
	}
	_, err = tx.Exec(ctx, "DROP TABLE "+s.table(k.name))
	return err
}

// errMoved says that a snapshot came between a reader's look for its tables and
// the reading.
var errMoved = errors.New("the snapshot was put meanwhile")

// outrun tells that a reader came upon tables that were dropped or made
// after it had looked which there are.
func outrun(err error) bool {
	const undefinedTable = "42P01"
	told, ok := errors.AsType[*pgconn.PgError](err)
	return errors.Is(err, errMoved) || ok && told.Code == undefinedTable
}
