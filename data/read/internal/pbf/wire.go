package pbf

import (
	"encoding/binary"
	"errors"
)

var errWire = errors.New("a record is broken")

// message walks over the fields of a protobuf message.
type message struct {
	rest []byte
	// The field that next has found:
	number int
	value  uint64 // of a varint
	data   []byte // of a length-delimited field, nil for others
	err    error
}

// next moves to the next field; false at the end or at a fault, which is in err.
func (m *message) next() bool {
	if len(m.rest) == 0 || m.err != nil {
		return false
	}
	key, ok := m.varint()
	if !ok {
		return false
	}
	m.number, m.value, m.data = int(key>>3&0x1fffffff), 0, nil
	switch key & 7 {
	case 0:
		m.value, ok = m.varint()
		return ok
	case 1:
		return m.skip(8)
	case 5:
		return m.skip(4)
	case 2:
		n, ok := m.varint()
		if !ok {
			return false
		}
		if n > uint64(len(m.rest)) {
			m.err = errWire
			return false
		}
		m.data, m.rest = m.rest[:n:n], m.rest[n:]
		return true
	}
	m.err = errWire // groups, which OSM never uses, or noise
	return false
}

func (m *message) varint() (uint64, bool) {
	v, n := binary.Uvarint(m.rest)
	if n <= 0 {
		m.err = errWire
		return 0, false
	}
	m.rest = m.rest[n:]
	return v, true
}

func (m *message) skip(n int) bool {
	if len(m.rest) < n {
		m.err = errWire
		return false
	}
	m.rest = m.rest[n:]
	return true
}

// numbers walks over a packed list of varints.
type numbers struct {
	rest []byte
	bad  bool
}

// next returns the next number; false at the end or at a fault.
func (n *numbers) next() (uint64, bool) {
	if len(n.rest) == 0 {
		return 0, false
	}
	if b := n.rest[0]; b < 0x80 { // most numbers are small differences
		n.rest = n.rest[1:]
		return uint64(b), true
	}
	v, size := binary.Uvarint(n.rest)
	if size <= 0 {
		n.bad, n.rest = true, nil
		return 0, false
	}
	n.rest = n.rest[size:]
	return v, true
}

// signed undoes the zigzag form of sint64.
func signed(v uint64) int64 { return int64(v>>1) ^ -int64(v&1) }
