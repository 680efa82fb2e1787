package dbf_test

import (
	"bytes"
	"strings"
	"testing"

	"kaimen/data/read/internal/dbf"
)

// FuzzTable: nothing panics, and no more rows come out than there are bytes.
func FuzzTable(f *testing.F) {
	head := "\x03\x00\x00\x00\x02\x00\x00\x00\x41\x00\x05\x00" + strings.Repeat("\x00", 20)
	column := "name\x00\x00\x00\x00\x00\x00\x00C\x00\x00\x00\x00\x04\x00" + strings.Repeat("\x00", 14)
	f.Add([]byte(head + column + "\x0D" + " abc *\xe4\xba\x8b\xe4"))
	f.Fuzz(func(t *testing.T, b []byte) {
		table, err := dbf.Open(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		rows := 0
		if err := table.Each(func(_ int, row dbf.Row) error {
			rows++
			for _, f := range table.Fields {
				cell := row.Cell(f)
				if !bytes.HasPrefix(cell, dbf.Whole(cell)) || !bytes.HasPrefix(cell, dbf.WholeGB(cell)) {
					t.Errorf("%q is not the beginning of itself", cell)
				}
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
		if rows > len(b) {
			t.Errorf("%d rows of %d bytes", rows, len(b))
		}
	})
}
