package geopackage

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"iter"

	"github.com/paulmach/orb"

	"kaimen/coverage"
)

// Tables makes the tables that every GeoPackage has, in an empty file.
//
//go:embed tables.sql
var Tables string

const (
	// ApplicationID is "GPKG" as a number, and UserVersion is GeoPackage 1.3.0:
	// what the file's header holds (OGC 12-128r17, clause 1.1.1.1.1).
	ApplicationID = 0x47504B47
	UserVersion   = 10300

	// WGS84 is the number of the system that shapes are in unless it is said.
	WGS84 = 4326
)

// Header writes what says that the file is a GeoPackage.
func Header() string {
	return fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;", ApplicationID, UserVersion)
}

// ColumnType is the name of a column's type in SQL.
func ColumnType(t coverage.ColumnType) string {
	switch t {
	case coverage.ColumnInteger:
		return "INTEGER"
	case coverage.ColumnReal:
		return "REAL"
	case coverage.ColumnBoolean:
		return "BOOLEAN"
	case coverage.ColumnBlob:
		return "BLOB"
	}
	return "TEXT"
}

// Fill writes the rows of a table by insert, whose arguments are a number from 1,
// the shape, in the system of number srs, if the table has shapes, and the values. It returns the box of each
// row that is somewhere, and of all of them; n is how many rows may be expected.
// It asks ctx itself every so often: handing it to each statement would start a
// watcher a row.
func Fill(ctx context.Context, insert *sql.Stmt, shapes bool, srs, n int, rows iter.Seq2[orb.Geometry, []any]) (cells []Cell, whole orb.Bound, err error) {
	const stride = 1024
	var blob []byte
	var args []any
	cells = make([]Cell, 0, n)
	fid := int64(0)
	for g, values := range rows {
		if fid%stride == 0 && ctx.Err() != nil {
			return nil, whole, ctx.Err()
		}
		fid++
		args = append(args[:0], fid)
		switch {
		case shapes && g == nil:
			args = append(args, nil)
		case shapes:
			if blob, err = AppendBlob(blob[:0], g, uint32(srs)); err != nil {
				return nil, whole, fmt.Errorf("row %d: %w", fid, err)
			}
			args = append(args, blob)
		}
		args = append(args, values...)
		if _, err := insert.Exec(args...); err != nil {
			return nil, whole, fmt.Errorf("row %d: %w", fid, err)
		}
		if !shapes || g == nil || Empty(g) {
			continue // it is nowhere, so no box query finds it
		}
		box := g.Bound()
		if len(cells) == 0 {
			whole = box
		}
		whole = whole.Union(box)
		cells = append(cells, CellOf(fid, box))
	}
	return cells, whole, ctx.Err()
}

// RegisterShapes tells other programs that a table has shapes, in its column
// geom, in the system of number srs, and an index over them.
func RegisterShapes(ctx context.Context, tx *sql.Tx, table string, shape coverage.Shape, srs int) error {
	if _, err := tx.ExecContext(ctx, "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)", table, string(shape), srs); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO gpkg_extensions VALUES (?, 'geom', 'gpkg_rtree_index',
		'http://www.geopackage.org/spec130/#extension_rtree', 'write-only')`, table)
	return err
}
