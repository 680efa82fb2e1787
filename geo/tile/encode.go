package tile

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"iter"
	"math"

	"github.com/paulmach/orb"
)

// Feature is one shape to draw, in degrees, with its properties: Values stand
// at the places of Keys. A value is a string, bool, int, int64, float64,
// json.Number or nil, which leaves the key out.
type Feature struct {
	ID       uint64 // 0 for none
	Geometry orb.Geometry
	Keys     []string
	Values   []any
}

// Encode writes one layer of the tile z/x/y. Shapes are cut to the tile and a
// small buffer, made simpler by less than what a screen shows, and left out if
// nothing can be seen of them. Tiles of several layers are the layers' bytes
// one after the other; a layer without visible features has none.
//
// Holds:   the shapes given are not changed; equal input gives equal bytes.
// Errors:  a tile that Check refuses; a geometry collection; a value of another
// type; keys and values of unequal count, with the feature's id.
// Source:  Mapbox Vector Tile Specification 2.1, sections 4.1 to 4.4.
func Encode(layer string, z, x, y uint32, features iter.Seq[Feature]) ([]byte, error) {
	if err := Check(z, x, y); err != nil {
		return nil, err
	}
	l := layerWriter{keys: map[string]uint64{}, values: map[string]uint64{}}
	f := newFrame(z, x, y)
	window := BufferedBound(z, x, y)
	for feature := range features {
		if feature.Geometry == nil || !feature.Geometry.Bound().Intersects(window) {
			continue
		}
		kind, commands, err := f.draw(feature.Geometry)
		if err == nil && len(commands) > 0 {
			err = l.add(feature, kind, commands)
		}
		if err != nil {
			return nil, fmt.Errorf("layer %s: feature %d: %w", layer, feature.ID, err)
		}
	}
	return l.finish(layer), nil
}

// layerWriter gathers features, and keys and values once each in the order in
// which they first come.
type layerWriter struct {
	features             []byte
	keys, values         map[string]uint64
	keyBytes, valueBytes []byte
}

func (l *layerWriter) add(f Feature, kind uint64, commands []uint32) error {
	if len(f.Keys) != len(f.Values) {
		return fmt.Errorf("%d names for %d values", len(f.Keys), len(f.Values))
	}
	var tags []byte
	for i, key := range f.Keys {
		value, err := appendValue(nil, f.Values[i])
		if err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		if value == nil {
			continue
		}
		tags = binary.AppendUvarint(tags, intern(l.keys, &l.keyBytes, 3, key))
		tags = binary.AppendUvarint(tags, intern(l.values, &l.valueBytes, 4, string(value)))
	}
	var body []byte
	if f.ID != 0 {
		body = appendNumber(body, 1, f.ID)
	}
	if len(tags) > 0 {
		body = appendBytes(body, 2, tags)
	}
	body = appendNumber(body, 3, kind)
	var geometry []byte
	for _, c := range commands {
		geometry = binary.AppendUvarint(geometry, uint64(c))
	}
	body = appendBytes(body, 4, geometry)
	l.features = appendBytes(l.features, 2, body)
	return nil
}

// intern returns the number of an entry, adding it at its first use.
func intern(known map[string]uint64, out *[]byte, field int, entry string) uint64 {
	n, ok := known[entry]
	if !ok {
		n = uint64(len(known))
		known[entry] = n
		*out = appendBytes(*out, field, []byte(entry))
	}
	return n
}

func (l *layerWriter) finish(name string) []byte {
	if len(l.features) == 0 {
		return nil
	}
	var body []byte
	body = appendBytes(body, 1, []byte(name))
	body = append(body, l.features...)
	body = append(body, l.keyBytes...)
	body = append(body, l.valueBytes...)
	body = appendNumber(body, 5, Extent)
	body = appendNumber(body, 15, 2) // version
	return appendBytes(nil, 3, body)
}

// appendValue writes a Value message; nil for nil.
func appendValue(b []byte, value any) ([]byte, error) {
	switch v := value.(type) {
	case nil:
		return nil, nil
	case string:
		return appendBytes(b, 1, []byte(v)), nil
	case bool:
		if v {
			return appendNumber(b, 7, 1), nil
		}
		return appendNumber(b, 7, 0), nil
	case int:
		return appendInteger(b, int64(v)), nil
	case int64:
		return appendInteger(b, v), nil
	case float64:
		b = binary.AppendUvarint(b, 3<<3|1)
		return binary.LittleEndian.AppendUint64(b, math.Float64bits(v)), nil
	case json.Number:
		if i, err := v.Int64(); err == nil {
			return appendInteger(b, i), nil
		}
		x, err := v.Float64()
		if err != nil {
			return nil, err
		}
		return appendValue(b, x)
	}
	return nil, fmt.Errorf("a tile holds no value of type %T", value)
}

func appendInteger(b []byte, v int64) []byte {
	if v < 0 {
		return appendNumber(b, 6, uint64(v<<1)^uint64(v>>63)) // sint: short for small negatives
	}
	return appendNumber(b, 4, uint64(v))
}

func appendNumber(b []byte, field int, v uint64) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(b, uint64(field)<<3), v)
}

func appendBytes(b []byte, field int, data []byte) []byte {
	b = binary.AppendUvarint(b, uint64(field)<<3|2)
	b = binary.AppendUvarint(b, uint64(len(data)))
	return append(b, data...)
}
