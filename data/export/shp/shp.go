// Package shp writes a table as a zipped shapefile: .shp, .shx and .dbf with
// UTF-8 text (.cpg), the coordinate system (.prj), the full names of fields
// (_fields.csv), since the format has ten bytes for a name, and what the table
// is an answer to (_about.txt). A table without shapes is a .dbf alone.
//
// Source: ESRI Shapefile Technical Description, July 1998; dBASE III+.
package shp

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"kaimen/coverage"
	"kaimen/data/export"
)

// Write writes t as a .zip, by way of temporary files. Texts are cut to the 254
// bytes that a field holds; _fields.csv says where.
//
// Errors: unsupported for a table of several kinds of shapes or with more than
// 255 fields; too_large for one beyond 2 GB; what w returns.
// Cost:   two passes over the rows; no row is held.
func Write(ctx context.Context, w io.Writer, t export.Table) (err error) {
	if t.Shape == export.ShapeAny {
		return coverage.Errorf(coverage.Unsupported, "table %s has shapes of several kinds, and a shapefile one: take .gpkg or .geojson", t.Name)
	}
	cells := t.Cells(true)
	fields, err := measure(ctx, cells)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "kaimen-export-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	base := filepath.Join(dir, t.Name)
	if err := writeFiles(ctx, base, cells, fields); err != nil {
		return err
	}
	about, err := json.Marshal(t.Head)
	if err != nil {
		return fmt.Errorf("table %s: %w", t.Name, err)
	}
	if word := export.CoordWord(t.System); word != "" {
		about = append(about, "\ncoord: "+word...)
	}
	notes := []note{{".cpg", "UTF-8"}, {"_fields.csv", fieldMap(fields)}, {"_about.txt", string(about) + "\n"}}
	endings := []string{".dbf"}
	if t.Shape != "" {
		endings = append(endings, ".shp", ".shx")
		notes = append(notes, note{".prj", t.System.ESRI()})
	}
	return pack(w, t.Name, base, endings, notes)
}

// note is a small file of the archive.
type note struct{ ending, text string }

func writeFiles(ctx context.Context, base string, t export.Table, fields []field) (err error) {
	table, err := newDBF(base+".dbf", fields)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, table.close()) }()
	var shapes *shapeFile
	if t.Shape != "" {
		if shapes, err = newShapeFile(base, t.Shape); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, shapes.close()) }()
	}
	for row := range t.Rows {
		if table.rows%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if err := table.write(row.Values); err != nil {
			return err
		}
		if shapes != nil {
			if err := shapes.write(row.Geometry); err != nil {
				return fmt.Errorf("row %d: %w", table.rows, err)
			}
		}
	}
	return ctx.Err()
}

func pack(w io.Writer, name, base string, endings []string, notes []note) error {
	archive := zip.NewWriter(w)
	for _, ending := range endings {
		out, err := archive.Create(name + ending)
		if err != nil {
			return err
		}
		in, err := os.Open(base + ending)
		if err != nil {
			return err
		}
		_, err = io.Copy(out, in)
		if err := errors.Join(err, in.Close()); err != nil {
			return err
		}
	}
	for _, n := range notes {
		out, err := archive.Create(name + n.ending)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(out, n.text); err != nil {
			return err
		}
	}
	return archive.Close()
}

// maxBytes is what programs agree to read of one file.
const maxBytes = 1<<31 - 1

func tooLarge() error {
	return coverage.Errorf(coverage.TooLarge, "the shapefile would be larger than the 2 GB that programs read: take .gpkg or .parquet")
}
