package tile_test

import (
	"encoding/binary"
	"math"
	"testing"
)

// A reader of the format, written from the specification, that is strict about
// what the writer promises.

type decodedTile struct {
	name     string
	version  uint64
	extent   uint64
	features []decodedFeature
}

type decodedFeature struct {
	id         uint64
	kind       uint64
	properties map[string]any
	parts      [][][2]int32 // one part each MoveTo
	closed     []bool
}

// fields calls f for each field of a message with its number or its bytes.
func fields(t *testing.T, b []byte, f func(number int, v uint64, data []byte)) {
	t.Helper()
	for len(b) > 0 {
		key, n := binary.Uvarint(b)
		if n <= 0 {
			t.Fatal("broken key")
		}
		b = b[n:]
		switch key & 7 {
		case 0:
			v, n := binary.Uvarint(b)
			if n <= 0 {
				t.Fatal("broken number")
			}
			b = b[n:]
			f(int(key>>3), v, nil)
		case 1:
			f(int(key>>3), binary.LittleEndian.Uint64(b), nil)
			b = b[8:]
		case 2:
			size, n := binary.Uvarint(b)
			f(int(key>>3), 0, b[n:n+int(size)])
			b = b[n+int(size):]
		default:
			t.Fatalf("wire type %d", key&7)
		}
	}
}

func numbers(t *testing.T, b []byte) (out []uint64) {
	t.Helper()
	for len(b) > 0 {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			t.Fatal("broken list")
		}
		out, b = append(out, v), b[n:]
	}
	return out
}

func decode(t *testing.T, b []byte) (out []decodedTile) {
	t.Helper()
	fields(t, b, func(number int, _ uint64, data []byte) {
		if number != 3 {
			t.Fatalf("field %d in a tile", number)
		}
		out = append(out, decodeLayer(t, data))
	})
	return out
}

func decodeLayer(t *testing.T, b []byte) decodedTile {
	t.Helper()
	var l decodedTile
	var keys []string
	var values []any
	var raw [][]byte
	fields(t, b, func(number int, v uint64, data []byte) {
		switch number {
		case 1:
			l.name = string(data)
		case 2:
			raw = append(raw, data)
		case 3:
			keys = append(keys, string(data))
		case 4:
			values = append(values, decodeValue(t, data))
		case 5:
			l.extent = v
		case 15:
			l.version = v
		}
	})
	for _, r := range raw {
		f := decodedFeature{properties: map[string]any{}}
		fields(t, r, func(number int, v uint64, data []byte) {
			switch number {
			case 1:
				f.id = v
			case 2:
				tags := numbers(t, data)
				for i := 0; i < len(tags); i += 2 {
					f.properties[keys[tags[i]]] = values[tags[i+1]]
				}
			case 3:
				f.kind = v
			case 4:
				decodeGeometry(t, &f, numbers(t, data))
			}
		})
		l.features = append(l.features, f)
	}
	return l
}

func decodeValue(t *testing.T, b []byte) (value any) {
	t.Helper()
	fields(t, b, func(number int, v uint64, data []byte) {
		switch number {
		case 1:
			value = string(data)
		case 3:
			value = math.Float64frombits(v)
		case 4:
			value = int64(v)
		case 6:
			value = int64(v>>1) ^ -int64(v&1)
		case 7:
			value = v == 1
		}
	})
	return value
}

func decodeGeometry(t *testing.T, f *decodedFeature, list []uint64) {
	t.Helper()
	var at [2]int32
	step := func() [2]int32 {
		for k := range at {
			at[k] += int32(list[k]>>1) ^ -int32(list[k]&1)
		}
		list = list[2:]
		return at
	}
	for len(list) > 0 {
		id, count := list[0]&7, list[0]>>3
		list = list[1:]
		switch {
		case id == 1 && (count == 1 || f.kind == 1 && count > 0):
			for range count {
				f.parts, f.closed = append(f.parts, [][2]int32{step()}), append(f.closed, false)
			}
		case id == 2 && count > 0 && f.kind != 1:
			last := len(f.parts) - 1
			for range count {
				before := at
				if step() == before {
					t.Error("a LineTo that goes nowhere")
				}
				f.parts[last] = append(f.parts[last], at)
			}
		case id == 7 && count == 1 && f.kind == 3:
			f.closed[len(f.closed)-1] = true
		default:
			t.Fatalf("command %d, count %d in kind %d", id, count, f.kind)
		}
	}
}
