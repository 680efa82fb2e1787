package postgis

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// The three types of EWKB a table holds, and the flag of a coordinate system.
const (
	typePoint        = 1
	typeLineString   = 2
	typePolygon      = 3
	typeMultiPolygon = 6
	flagSRID         = 0x20000000

	pointBytes = 2 * 8
)

var errShort = errors.New("the geometry says it is longer than it is")

// guard walks over EWKB without reading its numbers, and refuses counts that
// the bytes cannot hold: go-geom makes room for what is declared, up to 64 GiB,
// before it looks for it.
func guard(b []byte) error {
	kind, order, b, err := head(b)
	if err != nil {
		return err
	}
	switch kind {
	case typePoint:
		_, err = skip(b, 1)
	case typeLineString:
		_, err = skipRun(b, order)
	case typeMultiPolygon:
		var n int
		if n, b, err = count(b, order); err != nil {
			return err
		}
		for range n {
			if b, err = skipPolygon(b); err != nil {
				return err
			}
		}
	default:
		err = fmt.Errorf("a table holds no geometry of type %d", kind)
	}
	return err
}

func head(b []byte) (kind uint32, order binary.ByteOrder, rest []byte, err error) {
	if len(b) < 5 {
		return 0, nil, nil, errShort
	}
	order = binary.BigEndian
	if b[0] == 1 {
		order = binary.LittleEndian
	}
	kind, b = order.Uint32(b[1:]), b[5:]
	if kind&flagSRID == 0 {
		return kind, order, b, nil
	}
	if len(b) < 4 {
		return 0, nil, nil, errShort
	}
	return kind &^ flagSRID, order, b[4:], nil
}

func skipPolygon(b []byte) ([]byte, error) {
	kind, order, b, err := head(b)
	if err == nil && kind != typePolygon {
		err = fmt.Errorf("a multipolygon holds no geometry of type %d", kind)
	}
	if err != nil {
		return nil, err
	}
	n, b, err := count(b, order)
	if err != nil {
		return nil, err
	}
	for range n {
		if b, err = skipRun(b, order); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// skipRun skips a line's or a ring's count of points, and the points.
func skipRun(b []byte, order binary.ByteOrder) ([]byte, error) {
	if len(b) < 4 {
		return nil, errShort
	}
	return skip(b[4:], int(order.Uint32(b)))
}

func skip(b []byte, points int) ([]byte, error) {
	if len(b)/pointBytes < points {
		return nil, errShort
	}
	return b[points*pointBytes:], nil
}

// count reads how many parts follow, each of four bytes or more.
func count(b []byte, order binary.ByteOrder) (int, []byte, error) {
	if len(b) < 4 {
		return 0, nil, errShort
	}
	n, rest := int(order.Uint32(b)), b[4:]
	if n > len(rest)/4 {
		return 0, nil, errShort
	}
	return n, rest, nil
}
