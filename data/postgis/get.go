package postgis

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"kaimen/coverage"

	"github.com/jackc/pgx/v5"
)

// Get implements coverage.Store. The layers read are checked against their
// hashes.
//
// Errors: not_found; conflict if another program changed a layer since.
// Cost:   about 9 µs a row.
func (s *Store) Get(ctx context.Context, id coverage.SnapshotID) (*coverage.Snapshot, error) {
	// A snapshot deleted while it is read is not there on the next try, or there
	// anew. A table that is still missing after several was dropped by others.
	const tries = 5
	snapshot, err := s.get(ctx, id)
	for range tries - 1 {
		if !outrun(err) {
			break
		}
		snapshot, err = s.get(ctx, id)
	}
	if outrun(err) {
		return nil, coverage.Errorf(coverage.Conflict,
			"snapshot %s: a table of it was dropped from %s; import the study again (%v)", id, s.name, err)
	}
	if err != nil {
		return nil, s.fail(ctx, fmt.Sprintf("get snapshot %s from", id), err)
	}
	return snapshot, nil
}

func (s *Store) get(ctx context.Context, id coverage.SnapshotID) (*coverage.Snapshot, error) {
	tables, err := s.tablesOf(ctx, id)
	if err != nil {
		return nil, err
	}
	// What one such transaction reads is of one moment, whatever is put meanwhile.
	tx, err := s.pool.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }() // it only read
	// The moment is that of the first query, which LOCK is not: what is locked
	// by then is there to the end.
	if len(tables) > 0 {
		if _, err := tx.Exec(ctx, "LOCK TABLE "+strings.Join(tables, ", ")+" IN ACCESS SHARE MODE"); err != nil {
			return nil, err
		}
	}
	snapshot := &coverage.Snapshot{ID: id, Hashes: make(map[coverage.LayerName]coverage.LayerHash)}
	var about, imported, report string
	err = tx.QueryRow(ctx, fmt.Sprintf("SELECT about, imported_at, report FROM %s WHERE id = $1", s.table("snapshots")),
		string(id)).Scan(&about, &imported, &report)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, coverage.NoSnapshot(id)
	}
	if err != nil {
		return nil, err
	}
	snapshot.ImportedAt, err = time.Parse(time.RFC3339Nano, imported)
	err = errors.Join(err, json.Unmarshal([]byte(about), &snapshot.Study), json.Unmarshal([]byte(report), &snapshot.Report))
	if err != nil {
		return nil, err
	}
	kept, err := s.keptLayers(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	for _, k := range kept {
		snapshot.Hashes[k.Layer] = k.hash
		if k.Len == 0 {
			continue
		}
		if !slices.Contains(tables, s.table(k.name)) {
			return nil, errMoved
		}
		if err := s.fill(ctx, tx, k, &snapshot.Layers); err != nil {
			return nil, err
		}
	}
	return snapshot, snapshot.Verify()
}

// keptLayer is a layer as the store has it: a Table without rows yet, and
// where they are.
type keptLayer struct {
	coverage.Table
	hash coverage.LayerHash
	name string // of its table; empty for an empty layer
}

// tablesOf names the tables of a snapshot in SQL, in the order in which Delete
// drops them; none for a snapshot that is not there.
func (s *Store) tablesOf(ctx context.Context, id coverage.SnapshotID) ([]string, error) {
	rows, err := s.pool.Query(ctx, fmt.Sprintf(`SELECT l.table_name FROM %s s JOIN %s l ON l.hash = s.hash
		WHERE s.snapshot = $1 AND l.table_name IS NOT NULL ORDER BY s.layer`, s.table("snapshot_layers"), s.table("layers")), string(id))
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (string, error) {
		var name string
		err := row.Scan(&name)
		return s.table(name), err
	})
}

func (s *Store) keptLayers(ctx context.Context, tx pgx.Tx, id coverage.SnapshotID) ([]keptLayer, error) {
	rows, err := tx.Query(ctx, fmt.Sprintf(`SELECT l.layer, l.hash, l.shape, l.fields, l.row_count, coalesce(l.table_name, '')
		FROM %s s JOIN %s l ON l.hash = s.hash WHERE s.snapshot = $1 ORDER BY s.layer`,
		s.table("snapshot_layers"), s.table("layers")), string(id))
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (k keptLayer, err error) {
		var fields string
		if err := row.Scan(&k.Layer, &k.hash, &k.Shape, &fields, &k.Len, &k.name); err != nil {
			return k, err
		}
		return k, json.Unmarshal([]byte(fields), &k.Columns)
	})
}

// fill reads the rows of k into layers.
func (s *Store) fill(ctx context.Context, tx pgx.Tx, k keptLayer, layers *coverage.Layers) error {
	names := coverage.FieldNames(k.Columns)
	for i := range names {
		names[i] = pgx.Identifier{names[i]}.Sanitize()
	}
	rows, err := tx.Query(ctx, fmt.Sprintf("SELECT geom, %s FROM %s ORDER BY fid", strings.Join(names, ", "), s.table(k.name)))
	if err != nil {
		return fmt.Errorf("layer %s: %w", k.Layer, err)
	}
	defer rows.Close()
	var broken error
	k.Rows = func(yield func(coverage.Row) bool) {
		for rows.Next() {
			row, err := scan(rows)
			if err != nil {
				broken = err
				return
			}
			if !yield(row) {
				return
			}
		}
	}
	if err := layers.Fill(k.Table); err != nil {
		return err
	}
	if err := errors.Join(broken, rows.Err()); err != nil {
		return fmt.Errorf("layer %s: %w", k.Layer, err)
	}
	return nil
}

func scan(rows pgx.Rows) (coverage.Row, error) {
	values, err := rows.Values()
	if err != nil {
		return coverage.Row{}, err
	}
	shape, ok := values[0].([]byte)
	if !ok {
		return coverage.Row{}, fmt.Errorf("its geometry came as a %T", values[0])
	}
	geometry, err := decode(shape)
	return coverage.Row{Geometry: geometry, Values: values[1:]}, err
}
