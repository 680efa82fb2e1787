// Package xlsx writes tables as a workbook: a sheet each, and a last one that
// says what they are an answer to. Cells have types: text stays text, whatever
// it begins with, so that ids keep their leading zeros and all their digits and
// nothing runs as a formula. Numbers have the fifteen digits that spreadsheets
// reckon with.
package xlsx

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"kaimen/coverage"
	"kaimen/data/export"
)

// What a sheet holds, as the format has it.
const (
	maxRows   = 1 << 20
	maxColumn = 1 << 14
	maxCell   = 32_767 // characters
	maxName   = 31     // characters of the name of a sheet
)

// Write writes each table as a sheet. Shapes have no place in one: points
// have lon and lat, lines and areas are left out.
//
// Errors: too_large for more rows, columns or text than a sheet holds; what w
// returns.
func Write(w io.Writer, tables ...export.Table) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	for i, t := range tables {
		name := sheetName(t.Name)
		if i == 0 {
			err = f.SetSheetName("Sheet1", name)
		} else {
			_, err = f.NewSheet(name)
		}
		if err != nil {
			return fmt.Errorf("sheet %s: %w", name, err)
		}
		if err := writeSheet(f, name, placed(t).Cells(false)); err != nil {
			return err
		}
	}
	if err := writeAbout(f, tables); err != nil {
		return err
	}
	return writeOrdered(w, f)
}

// writeOrdered writes a workbook with its parts in the order of their names: the
// library's own order differs from one time to the next, and equal tables are
// to give equal bytes.
func writeOrdered(w io.Writer, f *excelize.File) error {
	whole, err := f.WriteToBuffer()
	if err != nil {
		return err
	}
	from, err := zip.NewReader(bytes.NewReader(whole.Bytes()), int64(whole.Len()))
	if err != nil {
		return err
	}
	slices.SortFunc(from.File, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	out := zip.NewWriter(w)
	for _, part := range from.File {
		if err := out.Copy(part); err != nil { // as it is, compressed
			return err
		}
	}
	return out.Close()
}

// placed is t with the place of its points as a column, where it has none.
func placed(t export.Table) export.Table {
	if t.Shape != coverage.ShapePoint {
		return t
	}
	for _, c := range t.Columns {
		if c.Type == export.ColumnPlace {
			return t
		}
	}
	out := t
	out.Columns = append(append([]coverage.Column{}, t.Columns...), coverage.Column{Name: "at", Type: export.ColumnPlace})
	out.Rows = func(yield func(export.Row) bool) {
		values := make([]any, 0, len(out.Columns))
		for row := range t.Rows {
			values = append(append(values[:0], row.Values...), row.Geometry)
			if !yield(export.Row{ID: row.ID, Geometry: row.Geometry, Values: values}) {
				return
			}
		}
	}
	return out
}

func writeSheet(f *excelize.File, name string, t export.Table) error {
	if len(t.Columns) > maxColumn {
		return coverage.Errorf(coverage.TooLarge, "table %s has %d columns; a sheet holds %d: take .gpkg or .csv", t.Name, len(t.Columns), maxColumn)
	}
	stream, err := f.NewStreamWriter(name)
	if err != nil {
		return fmt.Errorf("sheet %s: %w", name, err)
	}
	header := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		header[i] = c.Name
	}
	if err := stream.SetRow("A1", header); err != nil {
		return fmt.Errorf("sheet %s: %w", name, err)
	}
	n := 1
	for row := range t.Rows {
		if n++; n > maxRows {
			return coverage.Errorf(coverage.TooLarge, "table %s has more than the %d rows that a sheet holds: take .gpkg or .csv", t.Name, maxRows-1)
		}
		for i, v := range row.Values {
			if text, ok := v.(string); ok && utf8.RuneCountInString(text) > maxCell {
				return coverage.Errorf(coverage.TooLarge, "table %s: row %d: %s is longer than the %d characters that a cell holds: take .gpkg or .csv",
					t.Name, n-1, t.Columns[i].Name, maxCell)
			}
		}
		if err := stream.SetRow(fmt.Sprintf("A%d", n), row.Values); err != nil {
			return fmt.Errorf("sheet %s: row %d: %w", name, n, err)
		}
	}
	return stream.Flush()
}

// writeAbout writes what the tables are, one to a line, as JSON cut to cells.
func writeAbout(f *excelize.File, tables []export.Table) error {
	const name = "about"
	if _, err := f.NewSheet(name); err != nil {
		return err
	}
	stream, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	if err := stream.SetRow("A1", []any{"table", "about"}); err != nil {
		return err
	}
	for i, t := range tables {
		text, err := json.Marshal(t.Head)
		if err != nil {
			return fmt.Errorf("table %s: %w", t.Name, err)
		}
		if word := export.CoordWord(t.System); word != "" {
			text = append(text, " coord: "+word...)
		}
		line := []any{t.Name}
		for _, part := range pieces([]rune(string(text)), maxCell) {
			line = append(line, part)
		}
		if err := stream.SetRow(fmt.Sprintf("A%d", i+2), line); err != nil {
			return err
		}
	}
	return stream.Flush()
}

func pieces(text []rune, size int) (list []string) {
	for len(text) > size {
		list, text = append(list, string(text[:size])), text[size:]
	}
	return append(list, string(text))
}

// sheetName is a name cut to what a sheet may have.
func sheetName(name string) string {
	if r := []rune(name); len(r) > maxName {
		return string(r[:maxName])
	}
	return name
}
