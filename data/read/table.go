package read

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// table is a CSV file, RFC 4180 but for its delimiter.
type table struct {
	ownEncoding
	name    string
	csv     *csv.Reader
	header  []string // blank where a column has no name
	columns []string
	row     int // row of the last record
	line    int // line on which that record ended
}

func openTable(name string, r io.Reader) (Source, error) { return newTable(name, r, 0) }

func openTabs(name string, r io.Reader) (Source, error) { return newTable(name, r, '\t') }

// newTable reads the header. A delimiter of 0 is found out from it.
func newTable(name string, r io.Reader, delimiter rune) (Source, error) {
	in := bufio.NewReaderSize(r, 1<<16)
	if delimiter == 0 {
		delimiter = delimiterOf(in)
	}
	t := &table{name: name, csv: csv.NewReader(in)}
	t.csv.Comma, t.csv.FieldsPerRecord, t.csv.ReuseRecord = delimiter, -1, true
	header, err := t.next()
	if err == io.EOF {
		return nil, errors.New("the file is empty")
	}
	if err != nil {
		return nil, fmt.Errorf("row %d: %w", t.row, err)
	}
	if t.header, t.columns, err = headerOf(header); err != nil {
		return nil, fmt.Errorf("row %d: %w", t.row, err)
	}
	return t, nil
}

// delimiterOf counts the candidates outside quotes in the first line; the most
// frequent wins, the comma when none is there.
func delimiterOf(in *bufio.Reader) rune {
	text, _ := in.Peek(1 << 15) // a short file gives what it has
	best, most := ',', 0
	for _, candidate := range []byte{',', ';', '\t'} {
		count, quoted := 0, false
		for _, c := range text {
			if c == '"' {
				quoted = !quoted
			}
			if !quoted && (c == '\n' || c == '\r') {
				break
			}
			if !quoted && c == candidate {
				count++
			}
		}
		if count > most {
			best, most = rune(candidate), count
		}
	}
	return best
}

// headerOf returns a header's cells without outer blanks, blank where a column
// has no name, and the columns that have one.
//
// Errors: no name at all; names that stand twice.
func headerOf(cells []string) (header, columns []string, err error) {
	var twice []string
	for _, name := range cells {
		name = strings.TrimSpace(name)
		header = append(header, name)
		if name == "" {
			continue // spreadsheets leave such columns behind; they have no name to be asked for by
		}
		if slices.Contains(columns, name) {
			if !slices.Contains(twice, name) {
				twice = append(twice, name)
			}
			continue
		}
		columns = append(columns, name)
	}
	switch {
	case len(columns) == 0:
		err = errors.New("the header names no column")
	case len(twice) > 0:
		err = fmt.Errorf("the header names more than one column %s; give each its own name", strings.Join(twice, ", "))
	}
	return header, columns, err
}

// next reads a record and counts its row. An error that is not a fault of this
// record alone ends the reading.
func (t *table) next() ([]string, error) {
	cells, err := t.csv.Read()
	if err == io.EOF {
		return nil, err
	}
	var start, end int
	parse, broken := errors.AsType[*csv.ParseError](err)
	switch {
	case broken:
		start, end = parse.StartLine, parse.Line
		err = faultOfRow{plainQuoteError(parse.Err)}
	case err != nil:
		return nil, err
	default:
		start, _ = t.csv.FieldPos(0)
		end = start
		for _, cell := range cells {
			end += strings.Count(cell, "\n")
		}
	}
	// The lines between the last record and this one were blank.
	t.row += 1 + start - (t.line + 1)
	t.line = end
	for _, cell := range cells {
		switch {
		case !utf8.ValidString(cell):
			return nil, errNotUTF8
		case strings.ContainsRune(cell, 0):
			return nil, errors.New("the text holds a zero byte; this is no table of text, or it is in another encoding, such as utf-16")
		}
	}
	return cells, err
}

// faultOfRow is a fault after which the next row can be read.
type faultOfRow struct{ error }

func plainQuoteError(err error) error {
	switch {
	case errors.Is(err, csv.ErrBareQuote):
		return errors.New(`a cell has a " inside; put the cell in quotes and write "" for it`)
	case errors.Is(err, csv.ErrQuote):
		return errors.New(`a quoted cell does not end before the next delimiter; a " inside is written ""`)
	}
	return err
}

func (t *table) Columns() []string { return slices.Clone(t.columns) }

func (t *table) CRS() string { return "" }

func (t *table) Notes() []string { return nil }

func (t *table) Close() error { return nil }

func (t *table) Each(f func(Record) error) error {
	return t.eachRow(func(cells []string, fault error) error {
		record := Record{Line: t.row, Fields: make(map[string]any, len(t.columns)), Err: fault}
		t.fill(&record, cells)
		return f(record)
	})
}

// eachRow hands over the cells of row after row, none for a row that cannot be
// read, with its fault; rows of nothing but blank cells are passed over.
func (t *table) eachRow(f func(cells []string, fault error) error) error {
	for {
		cells, err := t.next()
		if err == io.EOF {
			return nil
		}
		fault, ofRow := errors.AsType[faultOfRow](err)
		if err != nil && !ofRow {
			return fmt.Errorf("read %s: row %d: %w", t.name, t.row, err)
		}
		if ofRow {
			cells = nil
		}
		width := 0
		for i, cell := range cells {
			if strings.TrimSpace(cell) != "" {
				width = i + 1
			}
		}
		err = fault.error
		if !ofRow {
			if width == 0 {
				continue // spreadsheets leave rows of nothing but delimiters behind
			}
			err = t.misfit(cells, width)
		}
		if err := f(cells, err); err != nil {
			return err
		}
	}
}

// fill sets the fields of a record.
func (t *table) fill(record *Record, cells []string) {
	for i, cell := range cells {
		if i >= len(t.header) || t.header[i] == "" {
			continue
		}
		if cell = strings.TrimSpace(cell); cell == "" {
			record.Fields[t.header[i]] = nil
		} else {
			record.Fields[t.header[i]] = cell
		}
	}
}

// misfit is the fault of a row whose cells, the last of width not blank, are not
// those of the header.
func (t *table) misfit(cells []string, width int) error {
	if len(cells) < len(t.header) || width > len(t.header) {
		return fmt.Errorf("the row has %d cells, the header %d", len(cells), len(t.header))
	}
	return nil
}
