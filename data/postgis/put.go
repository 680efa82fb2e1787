package postgis

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"kaimen/coverage"

	"github.com/jackc/pgx/v5"
)

// columnTypes gives each column type its name in SQL.
var columnTypes = map[coverage.ColumnType]string{
	coverage.ColumnText:    "text",
	coverage.ColumnInteger: "bigint",
	coverage.ColumnReal:    "double precision",
	coverage.ColumnBoolean: "boolean",
	coverage.ColumnBlob:    "bytea",
}

// tableDigits of a hash name a table: 48 bits, so that among a million layers
// two share a name once in some five hundred stores; that Put is refused.
const tableDigits = 12

// Put implements coverage.Store in one transaction.
//
// Errors: invalid, with every fault, for values that would not come back equal;
// unavailable if the server is; ctx.Err() if ctx ends first.
// Cost:   about 14 µs a row of a new layer; layers already there are free.
func (s *Store) Put(ctx context.Context, snapshot *coverage.Snapshot) error {
	return s.putWhere(ctx, snapshot, func(pgx.Tx) error { return nil })
}

// PutIf implements coverage.Store. Whoever puts a snapshot of the same study
// waits, so that what is found to be current stays so.
//
// Errors: those of Put; conflict if another snapshot is current.
func (s *Store) PutIf(ctx context.Context, snapshot *coverage.Snapshot, current coverage.SnapshotID) error {
	return s.putWhere(ctx, snapshot, func(tx pgx.Tx) error {
		var have coverage.SnapshotID
		err := tx.QueryRow(ctx, fmt.Sprintf("SELECT id FROM %s WHERE study = $1 ORDER BY put_order DESC LIMIT 1", s.table("snapshots")),
			snapshot.Study.ID).Scan(&have)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
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
func (s *Store) putWhere(ctx context.Context, snapshot *coverage.Snapshot, may func(pgx.Tx) error) error {
	if err := s.put(ctx, snapshot, may); err != nil {
		return s.fail(ctx, fmt.Sprintf("put study %s into", snapshot.Study.ID), err)
	}
	return nil
}

func (s *Store) put(ctx context.Context, snapshot *coverage.Snapshot, may func(pgx.Tx) error) error {
	tx, err := s.pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }() // after Commit it does nothing
	if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 0))", s.deleteLock()); err != nil {
		return err
	}
	// Every put of a study takes this lock, with a condition or without; all take
	// it before those of layers, so that no two wait for each other.
	if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", s.schema+" study "+snapshot.Study.ID); err != nil {
		return err
	}
	if err := may(tx); err != nil {
		return err
	}
	fresh, err := s.newTables(ctx, tx, snapshot)
	if err != nil {
		return err
	}
	for _, t := range fresh {
		if err := s.writeLayer(ctx, tx, snapshot.Hashes[t.Layer], t); err != nil {
			return fmt.Errorf("layer %s: %w", t.Layer, err)
		}
	}
	if err := s.writeSnapshot(ctx, tx, snapshot); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	// Cut off in the middle, a commit may be done or not, and nobody knows.
	return tx.Commit(context.WithoutCancel(ctx))
}

// newTables lists the layers that are not in the store yet, once it is sure
// that all of them may be kept. Whoever brings the same layer at the same time
// waits here; all take their locks in the order of the layers, so that no two
// wait for each other.
func (s *Store) newTables(ctx context.Context, tx pgx.Tx, snapshot *coverage.Snapshot) ([]coverage.Table, error) {
	known, err := s.knownLayers(ctx, tx, snapshot)
	if err != nil {
		return nil, err
	}
	var missing []coverage.Table
	for _, t := range snapshot.Tables() {
		if hash := snapshot.Hashes[t.Layer]; !known[hash] {
			missing = append(missing, t)
			if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", s.schema+" "+string(hash)); err != nil {
				return nil, err
			}
		}
	}
	if len(missing) == 0 {
		return nil, nil
	}
	if known, err = s.knownLayers(ctx, tx, snapshot); err != nil { // who came first may be done by now
		return nil, err
	}
	var fresh []coverage.Table
	for _, t := range missing {
		if !known[snapshot.Hashes[t.Layer]] {
			fresh = append(fresh, t)
		}
	}
	return fresh, nil
}

func (s *Store) knownLayers(ctx context.Context, tx pgx.Tx, snapshot *coverage.Snapshot) (map[coverage.LayerHash]bool, error) {
	rows, err := tx.Query(ctx, fmt.Sprintf("SELECT hash FROM %s WHERE hash = ANY($1)", s.table("layers")),
		slices.Collect(maps.Values(snapshot.Hashes)))
	if err != nil {
		return nil, err
	}
	hashes, err := pgx.CollectRows(rows, pgx.RowTo[coverage.LayerHash])
	known := make(map[coverage.LayerHash]bool)
	for _, hash := range hashes {
		known[hash] = true
	}
	return known, err
}

// writeLayer makes, fills and indexes one layer's table; an empty layer has none.
func (s *Store) writeLayer(ctx context.Context, tx pgx.Tx, hash coverage.LayerHash, t coverage.Table) error {
	var table *string
	if t.Len > 0 {
		name := fmt.Sprintf("%s_%s", t.Layer, hash[:tableDigits])
		table = &name
		if err := s.writeRows(ctx, tx, name, t); err != nil {
			return err
		}
	}
	fields, err := json.Marshal(t.Columns)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, fmt.Sprintf("INSERT INTO %s VALUES ($1, $2, $3, $4, $5, $6)", s.table("layers")),
		string(hash), string(t.Layer), string(t.Shape), string(fields), t.Len, table)
	return err
}

func (s *Store) writeRows(ctx context.Context, tx pgx.Tx, table string, t coverage.Table) error {
	names := coverage.FieldNames(t.Columns)
	var create strings.Builder
	fmt.Fprintf(&create, "CREATE TABLE %s (fid bigint PRIMARY KEY, geom geometry(%s, %d) NOT NULL", s.table(table), t.Shape, srsWGS84)
	for i, c := range t.Columns {
		fmt.Fprintf(&create, ", %s %s", pgx.Identifier{names[i]}.Sanitize(), columnTypes[c.Type])
	}
	create.WriteString(")")
	if _, err := tx.Exec(ctx, create.String()); err != nil {
		return err
	}
	source := newRowSource(t)
	defer source.stop()
	columns := append([]string{"fid", "geom"}, names...)
	if _, err := tx.CopyFrom(ctx, pgx.Identifier{s.schema, table}, columns, source); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, fmt.Sprintf("CREATE INDEX ON %[1]s USING gist (geom); ANALYZE %[1]s", s.table(table)))
	return err
}

// writeSnapshot makes the snapshot's row, or brings it to the front again.
func (s *Store) writeSnapshot(ctx context.Context, tx pgx.Tx, snapshot *coverage.Snapshot) error {
	about, err1 := json.Marshal(snapshot.Study)
	report, err2 := json.Marshal(snapshot.Report)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	box := snapshot.Bounds()
	_, err := tx.Exec(ctx, fmt.Sprintf(`INSERT INTO %s
		(id, study, about, imported_at, min_lon, min_lat, max_lon, max_lat, report)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (id) DO UPDATE SET
		put_order = excluded.put_order, imported_at = excluded.imported_at, report = excluded.report`, s.table("snapshots")),
		string(snapshot.ID), snapshot.Study.ID, string(about), snapshot.ImportedAt.UTC().Format(time.RFC3339Nano),
		box.Min[0], box.Min[1], box.Max[0], box.Max[1], string(report))
	if err != nil {
		return err
	}
	var layers []coverage.LayerName
	var hashes []coverage.LayerHash
	for layer, hash := range snapshot.Hashes {
		layers, hashes = append(layers, layer), append(hashes, hash)
	}
	_, err = tx.Exec(ctx, fmt.Sprintf(`INSERT INTO %s SELECT $1, unnest($2::text[]), unnest($3::text[])
		ON CONFLICT DO NOTHING`, s.table("snapshot_layers")), string(snapshot.ID), layers, hashes)
	return err
}
