package shp_test

import (
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"kaimen/data/read/internal/shp"
)

// FuzzReader: nothing panics, there are no more shapes than records, and what
// is a polygon has closed rings.
func FuzzReader(f *testing.F) {
	head := string(binary.BigEndian.AppendUint32(nil, 9994)) + strings.Repeat("\x00", 96)
	point := "\x00\x00\x00\x01\x00\x00\x00\x0a\x01\x00\x00\x00" + strings.Repeat("\x00", 16)
	ring := "\x00\x00\x00\x02\x00\x00\x00\x38\x05\x00\x00\x00" + strings.Repeat("\x00", 32) + "\x01\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00" + strings.Repeat("\x00\x01", 32)
	f.Add(head + point + ring)
	f.Fuzz(func(t *testing.T, text string) {
		r, err := shp.NewReader(strings.NewReader(text), int64(len(text)))
		if err != nil {
			return
		}
		for {
			g, err := r.Next()
			if _, fault := errors.AsType[shp.Fault](err); err != nil && !fault {
				if err != io.EOF && r.Shapes*8 > len(text) {
					t.Errorf("%d shapes of %d bytes", r.Shapes, len(text))
				}
				return
			}
			if p, ok := g.(orb.Polygon); ok {
				for _, ring := range p {
					if !ring.Closed() {
						t.Errorf("ring %v", ring)
					}
				}
			}
		}
	})
}
