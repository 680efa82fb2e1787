package geojson

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/paulmach/orb"
)

// Limits of what is read. They are far above any honest file.
const (
	maxDepth        = 64        // brackets inside brackets of one feature
	maxFeatureBytes = 256 << 20 // text of one feature
)

// Feature is one feature as it stands in the file.
type Feature struct {
	// ID is the id member, a number as it is written; empty if there is none.
	ID string
	// Index counts the features from 1.
	Index int
	// Offset is where the feature begins, in bytes from the start of the file.
	Offset int64
	// Geometry is nil if it is null or wrong. Third coordinates are left out.
	// Whether positions lie on the earth is not looked at.
	Geometry orb.Geometry
	// Properties holds string, json.Number (so that 511011001001 stays what it
	// is), bool, nil, and []any and map[string]any of these. Never nil.
	Properties map[string]any
	// Keys lists the names in Properties in the order of the file.
	Keys []string
	// Err says what of RFC 7946 the feature breaks, all faults together; nil if
	// it is sound. What could be read is there all the same.
	Err error
}

// Reader reads the features of one GeoJSON text: a FeatureCollection, a single
// Feature, or Features one after the other (newline-delimited, or with record
// separators as in RFC 8142). It serves one goroutine and one pass.
type Reader struct {
	source *source
	dec    *json.Decoder
	index  int
	crs    string
	coord  string
}

// NewReader returns a Reader of r. A byte order mark is passed over.
func NewReader(r io.Reader) *Reader {
	s := &source{r: bufio.NewReaderSize(r, 1<<16)}
	dec := json.NewDecoder(s)
	dec.UseNumber()
	return &Reader{source: s, dec: dec}
}

// Read hands every feature of a GeoJSON text to each, in order. An error of
// each ends the reading and is returned as it is.
//
// Errors: text that is not JSON, not UTF-8, nested deeper than 64 or of an
// unknown type, with the number of the feature and the byte it begins at. A
// fault inside one feature is in its Err and does not end the reading.
func Read(r io.Reader, each func(Feature) error) error { return NewReader(r).Each(each) }

// CRS is the name in the crs member that GeoJSON had before RFC 7946, as
// "urn:ogc:def:crs:EPSG::4544"; empty if the text has none. It is known for
// certain only after Each, as the member may stand at the end.
func (r *Reader) CRS() string { return r.crs }

// CoordMember is a foreign member by which our own files tell another system
// than WGS 84, the only one that RFC 7946 has.
const CoordMember = "coord"

// Coord is the text of that member; empty if there is none. It is known as CRS
// is, and may mean something else in files of others.
func (r *Reader) Coord() string { return r.coord }

// Each is Read on this Reader. A second call finds nothing left.
func (r *Reader) Each(each func(Feature) error) error {
	for roots := 0; ; roots++ {
		token, err := r.dec.Token()
		if errors.Is(err, io.EOF) {
			if roots == 0 {
				return errors.New("the file is empty")
			}
			return nil
		}
		if err != nil {
			return r.fault(err)
		}
		if token != json.Delim('{') {
			return r.fault(fmt.Errorf("a GeoJSON object was expected, not %v", token))
		}
		if err := r.root(roots, each); err != nil {
			return err
		}
	}
}

// root reads the members of one object at the outermost level.
func (r *Reader) root(roots int, each func(Feature) error) error {
	start := r.offset() - 1
	members := make(map[string]json.RawMessage)
	features := false
	for r.dec.More() {
		token, err := r.dec.Token()
		if err != nil {
			return r.fault(err)
		}
		name, _ := token.(string) // a member's name is always a string
		if name == "features" {
			if features || roots > 0 {
				return r.fault(errors.New("only one list of features may stand in a file"))
			}
			features = true
			if err := r.features(each); err != nil {
				return err
			}
			continue
		}
		raw, err := r.raw()
		if err != nil {
			return r.fault(fmt.Errorf("member %q: %w", name, err))
		}
		switch name {
		case "type", "id", "geometry", "properties", "crs", CoordMember:
			members[name] = raw
		}
	}
	if _, err := r.dec.Token(); err != nil { // the closing brace
		return r.fault(err)
	}
	if crs, ok := members["crs"]; ok {
		r.crs = crsName(crs)
	}
	if coord, ok := members[CoordMember]; ok {
		r.coord = textOf(coord)
	}
	kind := textOf(members["type"])
	switch {
	case kind == "FeatureCollection" && features && roots == 0:
		return nil
	case kind == "Feature" && !features && (roots == 0 || r.index > 0):
		r.index++
		return each(r.feature(members, start))
	case kind == "FeatureCollection" && !features:
		return r.fault(errors.New("the FeatureCollection has no list of features"))
	case kind == "":
		return r.fault(errors.New(`the object has no "type"; it must be FeatureCollection or Feature`))
	}
	return r.fault(fmt.Errorf("a FeatureCollection or Features were expected, not an object of type %q", kind))
}

// features reads the array of a FeatureCollection.
func (r *Reader) features(each func(Feature) error) error {
	token, err := r.dec.Token()
	if err != nil {
		return r.fault(err)
	}
	if token != json.Delim('[') {
		return r.fault(fmt.Errorf("features: a list was expected, not %v", token))
	}
	for r.dec.More() {
		raw, err := r.raw()
		if err != nil {
			return r.fault(err)
		}
		r.index++
		start := r.offset() - int64(len(raw))
		members, ok := membersOf(raw)
		if !ok {
			return r.faultAt(start, errors.New("a Feature was expected"))
		}
		if err := each(r.feature(members, start)); err != nil {
			return err
		}
	}
	if _, err := r.dec.Token(); err != nil {
		return r.fault(err)
	}
	return nil
}

// raw reads one value as text.
func (r *Reader) raw() (json.RawMessage, error) {
	r.source.budget = maxFeatureBytes
	var raw json.RawMessage
	if err := r.dec.Decode(&raw); err != nil {
		return nil, err
	}
	if !utf8.Valid(raw) {
		return nil, errNotUTF8
	}
	if depth(raw) > maxDepth {
		return nil, fmt.Errorf("nested deeper than %d levels", maxDepth)
	}
	return raw, nil
}

var errNotUTF8 = errors.New("the text is not UTF-8; if it is Chinese text in GBK, say so with encoding: gbk")

// feature makes a Feature of its members.
func (r *Reader) feature(members map[string]json.RawMessage, start int64) Feature {
	f := Feature{Index: r.index, Offset: start, Properties: map[string]any{}}
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }

	if textOf(members["type"]) != "Feature" {
		fault(`its type is not "Feature"`)
	}
	if id, ok := members["id"]; ok {
		var known bool
		if f.ID, known = idText(id); !known {
			fault("its id is neither text nor a number")
		}
	}
	if raw, ok := members["geometry"]; !ok {
		fault("it has no geometry member; write null for none")
	} else if g, err := parseGeometry(raw); err != nil {
		fault("geometry: %w", err)
	} else {
		f.Geometry = g
	}
	if raw, ok := members["properties"]; !ok {
		fault("it has no properties member; write null for none")
	} else if properties, keys, err := parseProperties(raw); err != nil {
		fault("properties: %w", err)
	} else if properties != nil {
		f.Properties, f.Keys = properties, keys
	}
	f.Err = errors.Join(faults...)
	return f
}

func idText(raw json.RawMessage) (id string, ok bool) {
	switch {
	case raw[0] == '"':
		return id, json.Unmarshal(raw, &id) == nil
	case raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9':
		return string(raw), true
	}
	return "", false
}

// parseProperties returns nil for null.
func parseProperties(raw json.RawMessage) (properties map[string]any, keys []string, err error) {
	if string(raw) == "null" {
		return nil, nil, nil
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	if token, err := dec.Token(); err != nil || token != json.Delim('{') {
		return nil, nil, errors.New("an object or null was expected")
	}
	properties = make(map[string]any)
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return nil, nil, err
		}
		name, _ := token.(string)
		var value any
		if err := dec.Decode(&value); err != nil {
			return nil, nil, fmt.Errorf("%q: %w", name, err)
		}
		if _, twice := properties[name]; twice {
			return nil, nil, fmt.Errorf("%q stands there twice", name)
		}
		properties[name] = value
		keys = append(keys, name)
	}
	return properties, keys, nil
}

func crsName(raw json.RawMessage) string {
	var crs struct {
		Properties struct {
			Name string `json:"name"`
		} `json:"properties"`
	}
	_ = json.Unmarshal(raw, &crs) // another form of it names nothing
	return crs.Properties.Name
}

// fault puts the place that was reached before an error.
func (r *Reader) fault(err error) error { return r.faultAt(r.offset(), err) }

// offset is how many bytes of the file have been used.
func (r *Reader) offset() int64 { return r.dec.InputOffset() + r.source.skipped }

func (r *Reader) faultAt(offset int64, err error) error {
	where := fmt.Sprintf("byte %d", offset)
	if r.index > 0 {
		where = fmt.Sprintf("feature %d, byte %d", r.index, offset)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("the text ends in the middle")
	}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		err = fmt.Errorf("not JSON: %s", strings.TrimPrefix(syntax.Error(), "json: "))
	}
	return fmt.Errorf("%s: %w", where, err)
}

// source passes over a byte order mark, turns record separators (RFC 8142) to
// blanks, and ends a feature that grows past its budget.
type source struct {
	r       *bufio.Reader
	started bool
	skipped int64
	budget  int
}

func (s *source) Read(p []byte) (int, error) {
	if !s.started {
		s.started, s.budget = true, maxFeatureBytes
		if mark, _ := s.r.Peek(3); string(mark) == "\uFEFF" {
			_, _ = s.r.Discard(3) // they were just peeked at
			s.skipped = 3
		}
	}
	if s.budget <= 0 {
		return 0, fmt.Errorf("one feature is larger than %d bytes", maxFeatureBytes)
	}
	n, err := s.r.Read(p)
	s.budget -= n
	for i, c := range p[:n] {
		if c == 0x1e {
			p[i] = ' '
		}
	}
	return n, err
}
