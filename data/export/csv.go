package export

import (
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/paulmach/orb"
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

const (
	byteOrderMark = "\ufeff"
	csvBuffer     = 1 << 16
)

// table writes rows of cells, as encoding/csv would, without making a text of
// each number and shape: half a million rows leave nothing behind. After an
// error it writes nothing more.
type table struct {
	out       io.Writer
	buf       []byte
	o         CSVOptions
	synthetic bool
	cells     int // of the row that is being written
	err       error
}

func newTable(w io.Writer, o CSVOptions, synthetic bool, columns ...string) *table {
	t := &table{out: w, o: o, buf: make([]byte, 0, csvBuffer+4096)}
	if o.BOM {
		t.buf = append(t.buf, byteOrderMark...)
	}
	for _, name := range columns {
		t.quoted(name)
	}
	if synthetic {
		t.quoted("synthetic")
	}
	t.end()
	t.synthetic = synthetic
	return t
}

// next begins a cell.
func (t *table) next() {
	if t.cells > 0 {
		t.buf = append(t.buf, ',')
	}
	t.cells++
}

// text adds a cell of text, guarded if asked.
func (t *table) text(s string) {
	if t.o.Guard && s != "" {
		switch s[0] {
		case '=', '+', '-', '@', '\t', '\r':
			s = "'" + s
		}
	}
	t.quoted(s)
}

// quoted adds a cell with quotes about it where they are needed (RFC 4180,
// section 2): also about text that begins with a blank, which readers may cut.
func (t *table) quoted(s string) {
	t.next()
	first, _ := utf8.DecodeRuneInString(s)
	if s == "" || !strings.ContainsAny(s, ",\"\r\n") && !unicode.IsSpace(first) && s != `\.` {
		t.buf = append(t.buf, s...)
		return
	}
	t.buf = append(t.buf, '"')
	for i := range len(s) {
		if s[i] == '"' {
			t.buf = append(t.buf, '"')
		}
		t.buf = append(t.buf, s[i])
	}
	t.buf = append(t.buf, '"')
}

func (t *table) blank() { t.next() }

func (t *table) number(x float64) {
	t.next()
	t.buf = strconv.AppendFloat(t.buf, x, 'f', -1, 64)
}

func (t *table) whole(n int64) {
	t.next()
	t.buf = strconv.AppendInt(t.buf, n, 10)
}

func (t *table) truth(b bool) {
	t.next()
	t.buf = strconv.AppendBool(t.buf, b)
}

// shape adds a cell of well-known text, which has commas.
func (t *table) shape(g orb.Geometry) {
	t.next()
	if g == nil {
		return
	}
	start := len(t.buf)
	t.buf = appendWKT(append(t.buf, '"'), g)
	if _, point := g.(orb.Point); point { // the one without a comma
		t.buf = append(t.buf[:start], t.buf[start+1:]...)
		return
	}
	t.buf = append(t.buf, '"')
}

// end ends a row.
func (t *table) end() {
	if t.synthetic {
		t.truth(true)
	}
	t.buf, t.cells = append(t.buf, '\n'), 0
	if len(t.buf) >= csvBuffer {
		t.flush()
	}
}

func (t *table) flush() {
	if t.err == nil && len(t.buf) > 0 {
		_, t.err = t.out.Write(t.buf)
	}
	t.buf = t.buf[:0]
}

func (t *table) close() error {
	t.flush()
	return t.err
}
