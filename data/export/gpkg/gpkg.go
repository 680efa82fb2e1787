// Package gpkg writes tables as a GeoPackage 1.3: a feature table each with its
// spatial index, or a table of attributes where rows have no shape.
package gpkg

import (
	"context"
	"database/sql"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/paulmach/orb"
	_ "modernc.org/sqlite" // the driver named "sqlite"

	"kaimen/coverage"
	"kaimen/data/export"
	"kaimen/data/geopackage"
)

//go:embed metadata.sql
var metadataSQL string

const (
	// loose: the file is no one else's while it is made, and is thrown away on an
	// error.
	loose = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
	// stamp is the time of last change, which the standard wants; that of the
	// data stands in the metadata, and equal tables give equal files.
	stamp = "1970-01-01T00:00:00.000Z"
)

// Write writes tables into one GeoPackage, by way of a temporary file. The
// names of the tables differ.
//
// Errors: what w returns; a disk without room.
// Cost:   some 60 bytes of memory a row, for the index, packed when all rows are
// known.
func Write(ctx context.Context, w io.Writer, tables ...export.Table) (err error) {
	dir, err := os.MkdirTemp("", "kaimen-export-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "out.gpkg")
	if err := writeFile(ctx, path, tables); err != nil {
		return fmt.Errorf("write a GeoPackage: %w", err)
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, file)
	return errors.Join(err, file.Close())
}

func writeFile(ctx context.Context, path string, tables []export.Table) (err error) {
	name := url.URL{Path: filepath.ToSlash(path)}
	db, err := sql.Open("sqlite", "file:"+name.EscapedPath())
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := db.ExecContext(ctx, loose+geopackage.Header()); err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after Commit it does nothing
	if _, err := tx.ExecContext(ctx, geopackage.Tables+metadataSQL); err != nil {
		return err
	}
	for _, t := range tables {
		if err := writeTable(ctx, tx, t); err != nil {
			return fmt.Errorf("table %s: %w", t.Name, err)
		}
	}
	return tx.Commit()
}

func writeTable(ctx context.Context, tx *sql.Tx, t export.Table) error {
	cells := t.Cells(true)
	names := coverage.FieldNames(cells.Columns)
	columns := []string{"fid INTEGER PRIMARY KEY NOT NULL"}
	if t.Shape != "" {
		columns = append(columns, "geom "+string(t.Shape))
	}
	for i, c := range cells.Columns {
		columns = append(columns, geopackage.Quote(names[i])+" "+geopackage.ColumnType(c.Type))
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("CREATE TABLE %s (%s)", geopackage.Quote(t.Name), strings.Join(columns, ", "))); err != nil {
		return err
	}
	insert, err := tx.PrepareContext(ctx, fmt.Sprintf("INSERT INTO %s VALUES (?%s)",
		geopackage.Quote(t.Name), strings.Repeat(", ?", len(columns)-1)))
	if err != nil {
		return err
	}
	defer func() { _ = insert.Close() }()
	srs, err := geopackage.Register(ctx, tx, t.System)
	if err != nil {
		return err
	}
	index, box, err := geopackage.Fill(ctx, insert, t.Shape != "", srs, 0, func(yield func(orb.Geometry, []any) bool) {
		for row := range cells.Rows {
			if t.Shape == coverage.ShapeMultiPolygon {
				row.Geometry = export.Multi(row.Geometry)
			}
			if !yield(row.Geometry, row.Values) {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	if err := register(ctx, tx, t, srs, box, len(index) > 0); err != nil {
		return err
	}
	if t.Shape != "" {
		if err := geopackage.WriteIndex(ctx, tx, t.Name, index); err != nil {
			return err
		}
	}
	return describe(ctx, tx, t)
}

// register names a table in those of the GeoPackage.
func register(ctx context.Context, tx *sql.Tx, t export.Table, number int, box orb.Bound, placed bool) error {
	kind, bounds, srs := "features", []any{nil, nil, nil, nil}, any(number)
	if placed {
		bounds = []any{box.Min[0], box.Min[1], box.Max[0], box.Max[1]}
	}
	if t.Shape == "" {
		kind, srs = "attributes", nil
	}
	args := append(append([]any{t.Name, kind, t.Name, stamp}, bounds...), srs)
	if _, err := tx.ExecContext(ctx, "INSERT INTO gpkg_contents VALUES (?, ?, ?, '', ?, ?, ?, ?, ?, ?)", args...); err != nil || t.Shape == "" {
		return err
	}
	return geopackage.RegisterShapes(ctx, tx, t.Name, t.Shape, number)
}

// describe keeps the head of a table as its metadata.
func describe(ctx context.Context, tx *sql.Tx, t export.Table) error {
	text, err := json.Marshal(t.Head)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO gpkg_metadata (md_standard_uri, mime_type, metadata)
		VALUES ('https://www.rfc-editor.org/rfc/rfc8259', 'application/json', ?)`, string(text))
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO gpkg_metadata_reference VALUES ('table', ?, NULL, NULL, ?, last_insert_rowid(), NULL)`, t.Name, stamp)
	return err
}
