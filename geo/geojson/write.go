package geojson

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/paulmach/orb"
)

// Member is a further member of a FeatureCollection, written before its
// features, or of a Feature. Value is anything encoding/json can write.
type Member struct {
	Name  string
	Value any
}

// Writer writes a FeatureCollection, one feature to a line, holding one feature
// in memory. It serves one goroutine. After an error every call returns it.
type Writer struct {
	out    *bufio.Writer
	buf    []byte
	err    error
	count  int
	closed bool
}

// NewWriter begins a FeatureCollection with the members of head. Nothing need
// be checked before Close, which returns the first error of all.
//
// Errors: (from Write or Close) a head member named type or features, one that
// does not encode, and what w returns.
func NewWriter(w io.Writer, head ...Member) *Writer {
	writer := &Writer{out: bufio.NewWriterSize(w, 1<<16)}
	b := append(writer.buf, `{"type":"FeatureCollection"`...)
	for _, m := range head {
		if m.Name == "type" || m.Name == "features" {
			writer.err = fmt.Errorf("a FeatureCollection has its own member %q", m.Name)
			return writer
		}
		b = appendString(append(b, ','), m.Name)
		if b, writer.err = appendJSON(append(b, ':'), m.Value); writer.err != nil {
			writer.err = fmt.Errorf("member %q: %w", m.Name, writer.err)
			return writer
		}
	}
	writer.flush(append(b, `,"features":[`...))
	return writer
}

// Write adds one feature. An empty id is left out; a nil geometry is null. The
// properties are the keys with the values at the same place, in that order.
//
// Values may be nil, string, bool, int, int64, float64, Real, json.Number, or what
// encoding/json can write. Outer rings are turned counterclockwise, holes
// clockwise, and open rings closed; the geometry given is not changed.
//
// Errors: numbers that are not finite, keys and values of unequal count, values
// that do not encode, with the feature's id; nothing is written of it then.
func (w *Writer) Write(id string, g orb.Geometry, keys []string, values []any) error {
	if w.err == nil && w.closed {
		w.err = errors.New("the FeatureCollection is closed already")
	}
	if w.err != nil {
		return w.err
	}
	b := w.buf[:0]
	if w.count > 0 {
		b = append(b, ',')
	}
	b, err := AppendFeature(append(b, '\n'), id, g, keys, values)
	if err != nil {
		w.err = fmt.Errorf("write feature %d %q: %w", w.count+1, id, err)
		return w.err
	}
	w.count++
	w.flush(b)
	return w.err
}

// Close ends the FeatureCollection and hands all that is left to the underlying
// writer, which it does not close. A second Close does nothing.
func (w *Writer) Close() error {
	if w.err != nil || w.closed {
		return w.err
	}
	w.closed = true
	end := "]}\n"
	if w.count > 0 {
		end = "\n]}\n"
	}
	w.flush(append(w.buf[:0], end...))
	if w.err == nil {
		w.err = w.out.Flush()
	}
	return w.err
}

func (w *Writer) flush(b []byte) {
	w.buf = b
	_, w.err = w.out.Write(b)
}

// AppendFeature appends one feature, as Writer.Write writes it, to b. Further
// members stand behind its own.
func AppendFeature(b []byte, id string, g orb.Geometry, keys []string, values []any, more ...Member) ([]byte, error) {
	if len(keys) != len(values) {
		return b, fmt.Errorf("%d names for %d values", len(keys), len(values))
	}
	b = append(b, `{"type":"Feature"`...)
	if id != "" {
		b = appendString(append(b, `,"id":`...), id)
	}
	b, err := AppendGeometry(append(b, `,"geometry":`...), g)
	if err != nil {
		return b, err
	}
	b = append(b, `,"properties":{`...)
	for i, key := range keys {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, key)
		if b, err = appendJSON(append(b, ':'), values[i]); err != nil {
			return b, fmt.Errorf("%s: %w", key, err)
		}
	}
	b = append(b, '}')
	for _, m := range more {
		b = appendString(append(b, ','), m.Name)
		if b, err = appendJSON(append(b, ':'), m.Value); err != nil {
			return b, fmt.Errorf("member %q: %w", m.Name, err)
		}
	}
	return append(b, '}'), nil
}

// Real is a number that shows, by a decimal point, that it need not be whole:
// programs that take the type of a column from its first values look for it.
type Real float64

func appendReal(b []byte, x float64) ([]byte, error) {
	start := len(b)
	b, err := appendNumber(b, x)
	if err == nil && !bytes.ContainsAny(b[start:], ".e") {
		b = append(b, ".0"...)
	}
	return b, err
}

// appendJSON takes the common types itself and leaves the rest to encoding/json.
func appendJSON(b []byte, value any) ([]byte, error) {
	switch v := value.(type) {
	case nil:
		return append(b, "null"...), nil
	case string:
		return appendString(b, v), nil
	case bool:
		if v {
			return append(b, "true"...), nil
		}
		return append(b, "false"...), nil
	case int:
		return appendInt(b, int64(v)), nil
	case int64:
		return appendInt(b, v), nil
	case float64:
		return appendNumber(b, v)
	case Real:
		return appendReal(b, float64(v))
	}
	text, err := json.Marshal(value)
	if err != nil {
		return b, err
	}
	return append(b, text...), nil
}
