package tiff_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"kaimen/data/read/internal/tiff"
)

// draw is a grid of 2 by 2 cells with these tags, each one number; the cells
// begin at byte 8.
func draw(cells string, order binary.AppendByteOrder, tags ...uint32) []byte {
	b := []byte("II*\x00")
	if order == binary.BigEndian {
		b = []byte("MM\x00*")
	}
	b = order.AppendUint32(b, uint32(8+len(cells)))
	b = append(b, cells...)
	tags = append([]uint32{256, 2, 257, 2, 273, 8, 278, 2, 279, uint32(len(cells))}, tags...)
	b = order.AppendUint16(b, uint16(len(tags)/2))
	for i := 0; i < len(tags); i += 2 {
		b = order.AppendUint16(b, uint16(tags[i]))
		b = order.AppendUint16(b, 4)
		b = order.AppendUint32(b, 1)
		b = order.AppendUint32(b, tags[i+1])
	}
	return b
}

func FuzzImage(f *testing.F) {
	f.Add(draw("\x01\x02\x03\x04", binary.LittleEndian, 258, 8))
	f.Add(draw("\x03\x01\x02\x03\x04", binary.BigEndian, 258, 8, 259, 32773, 317, 2))
	f.Add(draw("\x80\x00\x40\x40\x40\x40", binary.LittleEndian, 258, 8, 259, 5))
	f.Add(draw("\x78\x9c\x62\x60\x40\x05\x80\x00\x00\x00\xff\xff", binary.LittleEndian, 258, 32, 259, 8, 339, 3, 317, 3))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := tiff.Open(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		out := make([]float64, min(m.Width, 64))
		for row := range min(m.Height, 64) {
			if err := m.Row(row, 0, out); err != nil {
				return
			}
		}
	})
}
