package shp

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"

	"kaimen/coverage"
	"kaimen/data/export"
)

// What the format has room for.
const (
	nameBytes  = 10
	textBytes  = 254
	maxFields  = 255
	maxNumber  = 24 // bytes of a number; a longer one is written with an exponent
	realDigits = 15 // behind the point, as declared; cells have the digits they need
)

// field is a column of a .dbf.
type field struct {
	name   string // of ten bytes at most
	column coverage.Column
	width  int
	cut    int // texts that were too long
}

// measure finds the fields of a table, as wide as their widest cell.
func measure(ctx context.Context, t export.Table) ([]field, error) {
	if len(t.Columns) > maxFields {
		return nil, coverage.Errorf(coverage.Unsupported, "table %s has %d columns, and a shapefile %d: take .gpkg or .csv", t.Name, len(t.Columns), maxFields)
	}
	fields := make([]field, len(t.Columns))
	names := shortNames(t.Columns)
	for i, c := range t.Columns {
		fields[i] = field{name: names[i], column: c, width: 1}
	}
	n := 0
	for row := range t.Rows {
		if n++; n%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		for i, v := range row.Values {
			text := cell(v)
			if len(text) > textBytes {
				fields[i].cut++
			}
			fields[i].width = max(fields[i].width, min(len(text), textBytes))
		}
	}
	if len(fields) == 0 { // the format wants one
		fields = append(fields, field{name: "id", width: 1, column: coverage.Column{Name: "id", Type: coverage.ColumnText}})
	}
	return fields, ctx.Err()
}

// shortNames cuts names to ten bytes, between characters, and numbers those
// that then are another's, whatever their case.
func shortNames(columns []coverage.Column) []string {
	taken := make(map[string]bool)
	names := make([]string, len(columns))
	for i, c := range columns {
		name := cutTo(c.Name, nameBytes)
		for n := 1; name == "" || taken[strings.ToUpper(name)]; n++ {
			end := "_" + strconv.Itoa(n)
			name = cutTo(c.Name, nameBytes-len(end)) + end
		}
		taken[strings.ToUpper(name)] = true
		names[i] = name
	}
	return names
}

// cutTo is text of at most so many bytes, cut between characters.
func cutTo(text string, bytes int) string {
	if len(text) <= bytes {
		return text
	}
	for bytes > 0 && !utf8.RuneStart(text[bytes]) {
		bytes--
	}
	return text[:bytes]
}

// cell is a value as it stands in a field; blank for nil.
func cell(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		if v {
			return "T"
		}
		return "F"
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		text := strconv.FormatFloat(v, 'f', -1, 64)
		if len(text) > maxNumber {
			text = strconv.FormatFloat(v, 'e', -1, 64)
		}
		return text
	}
	return ""
}

// fieldMap tells the full name of each field.
func fieldMap(fields []field) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	lines := [][]string{{"field", "name", "type", "cut"}}
	for _, f := range fields {
		lines = append(lines, []string{f.name, f.column.Name, string(f.column.Type), strconv.Itoa(f.cut)})
	}
	_ = w.WriteAll(lines) // a strings.Builder takes everything
	return b.String()
}

// dbf writes a table; the number of its rows is written last.
type dbf struct {
	file   *os.File
	out    *bufio.Writer
	fields []field
	record []byte
	rows   uint32
	bytes  int64
}

func newDBF(path string, fields []field) (*dbf, error) {
	file, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	size := 1
	for _, f := range fields {
		size += f.width
	}
	head := 32 + 32*len(fields) + 1
	// Version, a date (that of the format's own invention, so that equal tables
	// give equal files), rows, lengths of the header and of a record; no code
	// page: the .cpg has it.
	b := []byte{3, 95, 7, 26, 0, 0, 0, 0}
	b = binary.LittleEndian.AppendUint16(b, uint16(head))
	b = binary.LittleEndian.AppendUint16(b, uint16(size))
	b = append(b, make([]byte, 20)...)
	for _, f := range fields {
		var d [32]byte
		copy(d[:nameBytes], f.name)
		d[11], d[16] = 'C', byte(f.width)
		switch f.column.Type {
		case coverage.ColumnInteger:
			d[11] = 'N'
		case coverage.ColumnReal:
			d[11], d[17] = 'N', byte(max(min(realDigits, f.width-2), 0))
		case coverage.ColumnBoolean:
			d[11] = 'L'
		}
		b = append(b, d[:]...)
	}
	t := &dbf{file: file, out: bufio.NewWriterSize(file, 1<<16), fields: fields, record: make([]byte, 0, size), bytes: int64(head)}
	if size > 1<<16-1 {
		return nil, errors.Join(coverage.Errorf(coverage.Unsupported, "a row would be %d bytes wide, and a shapefile has 65535: take .gpkg or .csv", size), file.Close())
	}
	_, err = t.out.Write(append(b, '\r'))
	return t, err
}

func (t *dbf) write(values []any) error {
	t.record = append(t.record[:0], ' ') // not deleted
	for i, f := range t.fields {
		text := ""
		if i < len(values) {
			text = cutTo(cell(values[i]), f.width)
		}
		blank := strings.Repeat(" ", f.width-len(text))
		switch {
		case f.column.Type == coverage.ColumnBoolean && text == "":
			t.record = append(t.record, '?')
		case f.column.Type == coverage.ColumnText || f.column.Type == coverage.ColumnBoolean:
			t.record = append(append(t.record, text...), blank...)
		default:
			t.record = append(append(t.record, blank...), text...)
		}
	}
	t.rows++
	if t.bytes += int64(len(t.record)); t.bytes > maxBytes {
		return tooLarge()
	}
	if _, err := t.out.Write(t.record); err != nil {
		return fmt.Errorf("row %d: %w", t.rows, err)
	}
	return nil
}

func (t *dbf) close() error {
	err := errors.Join(t.out.WriteByte(0x1a), t.out.Flush())
	_, errAt := t.file.WriteAt(binary.LittleEndian.AppendUint32(nil, t.rows), 4)
	return errors.Join(err, errAt, t.file.Close())
}
