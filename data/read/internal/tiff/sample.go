package tiff

import (
	"encoding/binary"
	"math"
)

// Formats of samples (tag 339).
const (
	formatUnsigned = 1
	formatSigned   = 2
	formatFloat    = 3
)

func readableSample(format, bits uint64) bool {
	switch format {
	case formatUnsigned, formatSigned:
		return bits == 8 || bits == 16 || bits == 32
	case formatFloat:
		return bits == 32 || bits == 64
	}
	return false
}

// sample is the number that b holds.
func sample(order binary.ByteOrder, format uint64, b []byte) float64 {
	switch {
	case format == formatFloat && len(b) == 4:
		return float64(math.Float32frombits(order.Uint32(b)))
	case format == formatFloat:
		return math.Float64frombits(order.Uint64(b))
	case format == formatSigned && len(b) == 1:
		return float64(int8(b[0]))
	case format == formatSigned && len(b) == 2:
		return float64(int16(order.Uint16(b)))
	case format == formatSigned:
		return float64(int32(order.Uint32(b)))
	case len(b) == 1:
		return float64(b[0])
	case len(b) == 2:
		return float64(order.Uint16(b))
	}
	return float64(order.Uint32(b))
}

// unpredict turns a row of differences into one of values, in place.
func (m *Image) unpredict(row []byte) {
	switch m.predictor {
	case 2:
		m.addUp(row)
	case 3:
		m.addUpFloats(row)
	}
}

// addUp undoes horizontal differencing: each sample is told as its difference
// to the one before of the same band, as whole numbers even if it is a float.
func (m *Image) addUp(row []byte) {
	step, order := m.samples*m.bytes, m.dir.order
	for i := step; i < len(row); i += m.bytes {
		switch m.bytes {
		case 1:
			row[i] += row[i-step]
		case 2:
			order.PutUint16(row[i:], order.Uint16(row[i:])+order.Uint16(row[i-step:]))
		case 4:
			order.PutUint32(row[i:], order.Uint32(row[i:])+order.Uint32(row[i-step:]))
		default:
			order.PutUint64(row[i:], order.Uint64(row[i:])+order.Uint64(row[i-step:]))
		}
	}
}

// addUpFloats undoes the floating point predictor: the row holds first the
// most significant bytes of all samples, then the next, and so on, each byte
// told as the difference to the one before.
func (m *Image) addUpFloats(row []byte) {
	for i := m.samples; i < len(row); i++ {
		row[i] += row[i-m.samples]
	}
	planes := append([]byte(nil), row...)
	n := len(row) / m.bytes
	for i := range n {
		for k := range m.bytes {
			at := k
			if m.dir.order == binary.LittleEndian {
				at = m.bytes - 1 - k
			}
			row[i*m.bytes+at] = planes[k*n+i]
		}
	}
}
