// Package dbf reads dBASE tables (.dbf), the attribute files of shapefiles.
//
// Source: the file layout of dBASE III and IV as ESRI (1998) builds on it.
package dbf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

const (
	headerBytes     = 32
	descriptorBytes = 32
	headerEnd       = 0x0D
	deletedMark     = '*'
)

// Field is a column.
type Field struct {
	Name     []byte // in the table's encoding, without padding
	Type     byte   // C text, N and F number, L true or false, D date; others are not read
	offset   int    // in a row
	length   int    // in bytes
	Decimals int
}

// Table is the header of an open file; it never changes.
type Table struct {
	Fields []Field
	// Language is the driver id (byte 29), which stands for an encoding; 0 says
	// nothing.
	Language byte
	// Rows counts all rows, those marked as deleted too.
	Rows     int
	rowBytes int
	start    int64
	file     io.ReaderAt
}

// Open reads the header of a table of size bytes. What it states is held
// against the size before anything is allocated for it.
//
// Errors: no table; more rows or columns than the file has bytes for.
func Open(file io.ReaderAt, size int64) (*Table, error) {
	var head [headerBytes]byte
	if size < headerBytes {
		return nil, fmt.Errorf("the file has %d bytes; a .dbf has a header of %d", size, headerBytes)
	}
	if _, err := file.ReadAt(head[:], 0); err != nil {
		return nil, err
	}
	t := &Table{
		Language: head[29], file: file,
		rowBytes: int(binary.LittleEndian.Uint16(head[10:])),
		start:    int64(binary.LittleEndian.Uint16(head[8:])),
	}
	rows := int64(binary.LittleEndian.Uint32(head[4:]))
	if t.start < headerBytes+1 || t.rowBytes < 1 {
		return nil, errors.New("this is no .dbf: its header states no room for columns or rows")
	}
	if need := t.start + rows*int64(t.rowBytes); need > size {
		return nil, fmt.Errorf("the header states %d rows of %d bytes, %d bytes in all, and the file has %d; it is cut off or damaged",
			rows, t.rowBytes, need, size)
	}
	t.Rows = int(rows)
	descriptors := make([]byte, t.start-headerBytes)
	if _, err := file.ReadAt(descriptors, headerBytes); err != nil {
		return nil, fmt.Errorf("the file ends in its header: %w", err)
	}
	return t, t.setFields(descriptors)
}

func (t *Table) setFields(b []byte) error {
	offset := 1 // after the mark of deletion
	for ; len(b) >= descriptorBytes && b[0] != headerEnd; b = b[descriptorBytes:] {
		name := b[:11]
		if end := bytes.IndexByte(name, 0); end >= 0 {
			name = name[:end]
		}
		f := Field{Name: bytes.TrimSpace(name), Type: b[11], offset: offset, length: int(b[16]), Decimals: int(b[17])}
		if offset += f.length; offset > t.rowBytes {
			return fmt.Errorf("column %d ends at byte %d of rows of %d bytes; the header is damaged", len(t.Fields)+1, offset, t.rowBytes)
		}
		t.Fields = append(t.Fields, f)
	}
	if len(t.Fields) == 0 {
		return errors.New("the header names no column")
	}
	return nil
}

// Row is the bytes of one row; they are valid until the next.
type Row []byte

// Deleted tells whether the row is marked as deleted.
func (r Row) Deleted() bool { return r[0] == deletedMark }

// Cell is what a field holds, from its first byte to before its padding or
// first zero byte.
func (r Row) Cell(f Field) []byte {
	b := r[f.offset : f.offset+f.length]
	if end := bytes.IndexByte(b, 0); end >= 0 {
		b = b[:end]
	}
	return bytes.Trim(b, " \t\r\n")
}

// Each hands over every row in order, from 0, those marked as deleted too, and
// returns f's error if it has one.
func (t *Table) Each(f func(i int, row Row) error) error {
	in := io.NewSectionReader(t.file, t.start, int64(t.Rows)*int64(t.rowBytes))
	// Rows are read many at a time; one row is at most 65,535 bytes.
	block := make([]byte, max(1, (1<<18)/t.rowBytes)*t.rowBytes)
	for i := 0; i < t.Rows; {
		n := min(len(block)/t.rowBytes, t.Rows-i)
		if _, err := io.ReadFull(in, block[:n*t.rowBytes]); err != nil {
			return fmt.Errorf("row %d: %w", i+1, err)
		}
		for k := range n {
			if err := f(i, block[k*t.rowBytes:(k+1)*t.rowBytes]); err != nil {
				return err
			}
			i++
		}
	}
	return nil
}
