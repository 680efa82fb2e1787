package gpkg

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"kaimen/coverage"
	"kaimen/data/geopackage"
)

// Get implements coverage.Store. The layers read are checked against their
// hashes.
//
// Errors: not_found; conflict if another program changed a layer since.
// Cost:   about 6 µs a row.
func (s *Store) Get(ctx context.Context, id coverage.SnapshotID) (*coverage.Snapshot, error) {
	snapshot, err := s.get(ctx, id)
	if err != nil {
		return nil, s.fail(ctx, fmt.Sprintf("get snapshot %s from", id), err)
	}
	return snapshot, nil
}

func (s *Store) get(ctx context.Context, id coverage.SnapshotID) (*coverage.Snapshot, error) {
	// What one transaction reads is of one moment, whatever is put meanwhile.
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }() // it only read
	snapshot := &coverage.Snapshot{ID: id, Hashes: make(map[coverage.LayerName]coverage.LayerHash)}
	var about, imported, report string
	err = tx.QueryRowContext(ctx, "SELECT about, imported_at, report FROM kaimen_snapshots WHERE id = ?",
		string(id)).Scan(&about, &imported, &report)
	if errors.Is(err, sql.ErrNoRows) {
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
	kept, err := keptLayers(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	for _, k := range kept {
		snapshot.Hashes[k.Layer] = k.hash
		if k.Len == 0 {
			continue
		}
		if err := k.fill(ctx, tx, &snapshot.Layers); err != nil {
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
	name string // of the feature table; empty for an empty layer
}

func keptLayers(ctx context.Context, tx *sql.Tx, id coverage.SnapshotID) ([]keptLayer, error) {
	rows, err := tx.QueryContext(ctx, `SELECT l.layer, l.hash, l.shape, l.fields, l.row_count, coalesce(l.table_name, '')
		FROM kaimen_snapshot_layers s JOIN kaimen_layers l ON l.hash = s.hash WHERE s.snapshot = ? ORDER BY l.layer`, string(id))
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var kept []keptLayer
	for rows.Next() {
		var k keptLayer
		var fields string
		if err := rows.Scan(&k.Layer, &k.hash, &k.Shape, &fields, &k.Len, &k.name); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(fields), &k.Columns); err != nil {
			return nil, fmt.Errorf("layer %s: its columns: %w", k.Layer, err)
		}
		kept = append(kept, k)
	}
	return kept, rows.Err()
}

// fill reads the rows of k into layers.
func (k keptLayer) fill(ctx context.Context, tx *sql.Tx, layers *coverage.Layers) error {
	names := coverage.FieldNames(k.Columns)
	for i := range names {
		names[i] = geopackage.Quote(names[i])
	}
	rows, err := tx.QueryContext(ctx, fmt.Sprintf("SELECT geom, %s FROM %s ORDER BY fid", strings.Join(names, ", "), geopackage.Quote(k.name)))
	if err != nil {
		return fmt.Errorf("layer %s: %w", k.Layer, err)
	}
	defer func() { _ = rows.Close() }()
	var broken error
	k.Rows = func(yield func(coverage.Row) bool) {
		for rows.Next() {
			row, err := scan(rows, k.Columns)
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

func scan(rows *sql.Rows, columns []coverage.Column) (coverage.Row, error) {
	var blob sql.RawBytes // ours until the next row, which ParseBlob does not outlive
	values := make([]any, len(columns))
	into := make([]any, 1+len(columns))
	into[0] = &blob
	for i := range values {
		into[1+i] = &values[i]
	}
	if err := rows.Scan(into...); err != nil {
		return coverage.Row{}, err
	}
	for i, c := range columns {
		if n, ok := values[i].(int64); ok && c.Type == coverage.ColumnBoolean {
			values[i] = n != 0
		}
	}
	geometry, err := geopackage.ParseBlob(blob)
	return coverage.Row{Geometry: geometry, Values: values}, err
}
