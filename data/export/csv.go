package export

import (
	"bufio"
	"encoding/csv"
	"io"
	"strconv"
)

// CSVOptions says for whom a CSV file is written. The zero value is for
// programs.
type CSVOptions struct {
	// BOM puts a byte order mark first, without which Excel on a Chinese system
	// takes the file for GBK.
	BOM bool
	// Guard puts an apostrophe before text that a spreadsheet would run as a
	// formula: text that begins with = + - @, a tab or a carriage return.
	// Numbers are left as they are.
	Guard bool
}

const byteOrderMark = "\ufeff"

// table writes rows of cells. After an error it writes nothing more.
type table struct {
	out       *bufio.Writer
	csv       *csv.Writer
	o         CSVOptions
	synthetic bool
	cells     []string
	err       error
}

func newTable(w io.Writer, o CSVOptions, synthetic bool, columns ...string) *table {
	out := bufio.NewWriterSize(w, 1<<16)
	t := &table{out: out, csv: csv.NewWriter(out), o: o}
	if o.BOM {
		_, t.err = out.WriteString(byteOrderMark)
	}
	t.cells = append(t.cells, columns...)
	if synthetic {
		t.cells = append(t.cells, "synthetic")
	}
	t.end()
	t.synthetic = synthetic
	return t
}

// text adds a cell of text, guarded if asked.
func (t *table) text(s string) {
	if t.o.Guard && s != "" {
		switch s[0] {
		case '=', '+', '-', '@', '\t', '\r':
			s = "'" + s
		}
	}
	t.cells = append(t.cells, s)
}

func (t *table) number(x float64) {
	t.cells = append(t.cells, strconv.FormatFloat(x, 'f', -1, 64))
}

// end ends a row.
func (t *table) end() {
	if t.synthetic {
		t.cells = append(t.cells, "true")
	}
	if t.err == nil {
		t.err = t.csv.Write(t.cells)
	}
	t.cells = t.cells[:0]
}

func (t *table) close() error {
	t.csv.Flush()
	if t.err == nil {
		t.err = t.csv.Error()
	}
	if t.err == nil {
		t.err = t.out.Flush()
	}
	return t.err
}
