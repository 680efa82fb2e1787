package gpkg

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"kaimen/coverage"
	"kaimen/data/geopackage"

	"github.com/paulmach/orb"
)

// tableDigits of a hash name a table: 48 bits, so that among a million layers
// two share a name once in some five hundred stores; that Put is refused.
const tableDigits = 12

// guard keeps a feature table as it was written. It also makes the triggers
// needless that would keep the spatial index in step with edits.
const guard = `CREATE TRIGGER "guard_%[1]s_%[2]s" BEFORE %[2]s ON "%[1]s" BEGIN
	SELECT RAISE(ABORT, 'a snapshot does not change: edit a copy of this layer and import it again'); END;`

// writeLayer writes one layer: its feature table, the spatial index over it,
// its lines in the GeoPackage's own tables, and ours. An empty layer has no
// feature table.
func writeLayer(ctx context.Context, tx *sql.Tx, s *coverage.Snapshot, t coverage.Table) error {
	hash := string(s.Hashes[t.Layer])
	var table sql.NullString
	if t.Len > 0 {
		table = sql.NullString{String: fmt.Sprintf("%s_%s", t.Layer, hash[:tableDigits]), Valid: true}
		box, err := writeRows(ctx, tx, table.String, t)
		if err != nil {
			return err
		}
		if err := register(ctx, tx, s, t, table.String, box); err != nil {
			return err
		}
	}
	fields, err := json.Marshal(t.Columns)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO kaimen_layers VALUES (?, ?, ?, ?, ?, ?)",
		hash, string(t.Layer), string(t.Shape), string(fields), t.Len, table)
	return err
}

// writeRows makes and fills the feature table and its index; it returns the
// box round all rows.
func writeRows(ctx context.Context, tx *sql.Tx, table string, t coverage.Table) (orb.Bound, error) {
	names := coverage.FieldNames(t.Columns)
	create := fmt.Sprintf("CREATE TABLE %s (fid INTEGER PRIMARY KEY NOT NULL, geom %s", geopackage.Quote(table), t.Shape)
	for i, c := range t.Columns {
		create += fmt.Sprintf(", %s %s", geopackage.Quote(names[i]), geopackage.ColumnType(c.Type))
	}
	if _, err := tx.ExecContext(ctx, create+")"); err != nil {
		return orb.Bound{}, err
	}
	insert, err := tx.PrepareContext(ctx, fmt.Sprintf("INSERT INTO %s VALUES (?, ?%s)",
		geopackage.Quote(table), strings.Repeat(", ?", len(t.Columns))))
	if err != nil {
		return orb.Bound{}, err
	}
	defer func() { _ = insert.Close() }()
	cells, box, err := geopackage.Fill(ctx, insert, true, geopackage.WGS84, t.Len, func(yield func(orb.Geometry, []any) bool) {
		for row := range t.Rows {
			if !yield(row.Geometry, row.Values) {
				return
			}
		}
	})
	if err != nil {
		return orb.Bound{}, err
	}
	return box, geopackage.WriteIndex(ctx, tx, table, cells)
}

// register tells other programs of a feature table, and closes it to them.
func register(ctx context.Context, tx *sql.Tx, s *coverage.Snapshot, t coverage.Table, table string, box orb.Bound) error {
	const stamp = "2006-01-02T15:04:05.000Z"
	identifier := fmt.Sprintf("%s %s %s (%s)", s.Study.ID, t.Layer, s.ImportedAt.Format("2006-01-02"), s.Hashes[t.Layer][:tableDigits])
	description := fmt.Sprintf("%s of %s, one version of them; read only", t.Layer, s.Study.ID)
	_, err := tx.ExecContext(ctx, "INSERT INTO gpkg_contents VALUES (?, 'features', ?, ?, ?, ?, ?, ?, ?, ?)",
		table, identifier, description, s.ImportedAt.Format(stamp), box.Min[0], box.Min[1], box.Max[0], box.Max[1], geopackage.WGS84)
	if err != nil {
		return err
	}
	if err := geopackage.RegisterShapes(ctx, tx, table, t.Shape, geopackage.WGS84); err != nil {
		return err
	}
	for _, change := range []string{"INSERT", "UPDATE", "DELETE"} {
		if _, err := tx.ExecContext(ctx, fmt.Sprintf(guard, table, change)); err != nil {
			return err
		}
	}
	return nil
}
