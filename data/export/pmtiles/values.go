package pmtiles

import (
	"encoding/binary"
	"math"
)

// values are the cells of rows, one after another as bytes: half a million rows
// of boxed values would take many times as much.
type values struct {
	bytes []byte
	ends  []int // of each row in bytes
}

// Kinds of cells.
const (
	cellNone byte = iota
	cellText
	cellReal
	cellWhole
	cellNo
	cellYes
)

// add appends a row of cells, as export.Table.Cells makes them. Text that is
// blank is none: a map reads both alike.
func (v *values) add(row []any) {
	for _, cell := range row {
		switch cell := cell.(type) {
		case string:
			if cell == "" {
				v.bytes = append(v.bytes, cellNone)
				continue
			}
			v.bytes = binary.AppendUvarint(append(v.bytes, cellText), uint64(len(cell)))
			v.bytes = append(v.bytes, cell...)
		case float64:
			v.bytes = binary.LittleEndian.AppendUint64(append(v.bytes, cellReal), math.Float64bits(cell))
		case int64:
			v.bytes = binary.AppendVarint(append(v.bytes, cellWhole), cell)
		case bool:
			kind := cellNo
			if cell {
				kind = cellYes
			}
			v.bytes = append(v.bytes, kind)
		default:
			v.bytes = append(v.bytes, cellNone)
		}
	}
	v.ends = append(v.ends, len(v.bytes))
}

// read sets the cells of a row.
func (v *values) read(row int, cells []any) {
	at := 0
	if row > 0 {
		at = v.ends[row-1]
	}
	for i := range cells {
		kind := v.bytes[at]
		at++
		switch kind {
		case cellText:
			n, wide := binary.Uvarint(v.bytes[at:])
			at += wide
			cells[i] = string(v.bytes[at : at+int(n)])
			at += int(n)
		case cellReal:
			cells[i] = math.Float64frombits(binary.LittleEndian.Uint64(v.bytes[at:]))
			at += 8
		case cellWhole:
			n, wide := binary.Varint(v.bytes[at:])
			cells[i] = n
			at += wide
		case cellNo, cellYes:
			cells[i] = kind == cellYes
		default:
			cells[i] = nil
		}
	}
}
