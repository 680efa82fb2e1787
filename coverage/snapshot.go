package coverage

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"maps"
	"math"
	"regexp"
	"slices"
	"time"

	"github.com/paulmach/orb"
)

// Name is a name in the two languages of the product; either may be empty.
type Name struct {
	ZH string `json:"zh,omitempty" yaml:"zh" example:"口袋公园"`
	EN string `json:"en,omitempty" yaml:"en" example:"Pocket park"`
}

// Study is what stays the same from one snapshot to the next.
type Study struct {
	ID          string   `json:"id"` // lower case letters, digits, dashes
	Name        Name     `json:"name"`
	Synthetic   bool     `json:"synthetic"`             // made-up data, said in every output
	Attribution []string `json:"attribution,omitempty"` // who must be named where the data is shown
}

var studyID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// ValidStudyID tells whether id may name a study: lower case letters and
// digits in groups joined by single dashes, at most 63 characters.
func ValidStudyID(id string) bool { return len(id) <= 63 && studyID.MatchString(id) }

// SnapshotID is the hash of a snapshot's contents: 20 hexadecimal digits.
type SnapshotID string

// LayerHash is the hash of one layer's contents: 32 hexadecimal digits. Equal
// layers of different snapshots have equal hashes, and are stored once.
type LayerHash string

// Snapshot is one immutable version of all layers of a study. It is built
// once by NewSnapshot, then only read; any number of goroutines may share it.
type Snapshot struct {
	ID     SnapshotID
	Study  Study
	Hashes map[LayerName]LayerHash
	Layers
	Report     Report    // of the import; no part of the id
	ImportedAt time.Time // UTC; no part of the id
}

// NewSnapshot puts the layers in canonical order (by id), checks what must
// hold between their rows, and takes the hashes. It owns layers from then on.
//
// Errors: every issue of Layers.Check, as one invalid Error.
func NewSnapshot(study Study, layers Layers, report Report, importedAt time.Time) (*Snapshot, error) {
	return NewCheckedSnapshot(study, layers, report, importedAt)
}

// NewCheckedSnapshot is NewSnapshot for whoever has had Layers.Check look at the
// layers, found nothing, and changed no others than those named since: it
// looks at these alone. With none named it looks at all.
//
// Errors: every issue of Layers.Check in the layers named, as one invalid Error.
func NewCheckedSnapshot(study Study, layers Layers, report Report, importedAt time.Time, changed ...LayerName) (*Snapshot, error) {
	if !ValidStudyID(study.ID) {
		return nil, Errorf(Invalid, "study id %q: use lower case letters, digits and single dashes, at most 63", study.ID)
	}
	if issues := layers.Check(changed...); HasErrors(issues) {
		return nil, &Error{Code: Invalid, Message: "the layers do not fit together", Issues: issues}
	}
	layers.Sort()
	s := &Snapshot{Study: study, Layers: layers, Report: report, ImportedAt: importedAt.UTC()}
	s.Hashes = make(map[LayerName]LayerHash)
	for _, t := range s.Tables() {
		s.Hashes[t.Layer] = HashTable(t)
	}
	s.seal()
	return s, nil
}

// Next is the snapshot that follows s when the layers named have changed. It
// shares the others with s, their hashes too, and owns those named, which it
// checks and puts in order. s stays as it is.
//
// Errors: every issue of Layers.Check in the layers named, as one invalid Error.
// Cost:   that of the layers named alone.
func (s *Snapshot) Next(layers Layers, report Report, importedAt time.Time, changed ...LayerName) (*Snapshot, error) {
	if issues := layers.Check(changed...); HasErrors(issues) {
		return nil, &Error{Code: Invalid, Message: "the layers do not fit together", Issues: issues}
	}
	layers.Sort(changed...)
	next := &Snapshot{Study: s.Study, Layers: layers, Report: report, ImportedAt: importedAt.UTC(), Hashes: maps.Clone(s.Hashes)}
	for _, name := range changed {
		t, ok := next.Table(name)
		if !ok {
			return nil, Errorf(NotFound, "no layer is named %q", name)
		}
		next.Hashes[name] = HashTable(t)
	}
	next.seal()
	return next, nil
}

// seal sets the id, by the study's description and the hashes of all layers.
func (s *Snapshot) seal() {
	whole := sha256.New()
	meta, err := json.Marshal(s.Study)
	if err != nil {
		panic("coverage: a Study has a JSON form: " + err.Error())
	}
	whole.Write(meta)
	for _, layer := range LayerNames() {
		fmt.Fprintf(whole, "\n%s %s", layer, s.Hashes[layer])
	}
	s.ID = SnapshotID(hex.EncodeToString(whole.Sum(nil))[:20])
}

// Sort puts layers in the canonical order of a snapshot, by id: those named, or
// all if none is.
func (l *Layers) Sort(only ...LayerName) {
	for _, layer := range []struct {
		name LayerName
		sort func()
	}{
		{LayerBoundaries, func() {
			slices.SortFunc(l.Boundaries, func(a, b Boundary) int {
				return cmp.Or(cmp.Compare(a.Level.Rank(), b.Level.Rank()), cmp.Compare(a.ID, b.ID))
			})
		}},
		{LayerRoads, func() { slices.SortFunc(l.Roads, func(a, b Road) int { return cmp.Compare(a.ID, b.ID) }) }},
		{LayerFacilities, func() {
			slices.SortFunc(l.Facilities, func(a, b Facility) int {
				return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
			})
		}},
		{LayerDemand, func() { slices.SortFunc(l.Demand, func(a, b Demand) int { return cmp.Compare(a.ID, b.ID) }) }},
		{LayerBuildings, func() { slices.SortFunc(l.Buildings, func(a, b Building) int { return cmp.Compare(a.ID, b.ID) }) }},
		{LayerEstates, func() { slices.SortFunc(l.Estates, func(a, b Estate) int { return cmp.Compare(a.ID, b.ID) }) }},
		{LayerParcels, func() { slices.SortFunc(l.Parcels, func(a, b Parcel) int { return cmp.Compare(a.ID, b.ID) }) }},
		{LayerGates, func() { slices.SortFunc(l.Gates, func(a, b Gate) int { return cmp.Compare(a.ID, b.ID) }) }},
		{LayerLandCover, func() { slices.SortFunc(l.LandCover, func(a, b LandCover) int { return cmp.Compare(a.ID, b.ID) }) }},
		{LayerRequests, func() { slices.SortFunc(l.Requests, func(a, b Request) int { return cmp.Compare(a.ID, b.ID) }) }},
	} {
		if named(only, layer.name) {
			layer.sort()
		}
	}
}

// HashTable hashes a table's columns and rows, in the order they stand.
func HashTable(t Table) LayerHash {
	h := sha256.New()
	fmt.Fprintf(h, "%s %s %d\n", t.Layer, t.Shape, t.Len)
	for _, c := range t.Columns {
		fmt.Fprintf(h, "%s %s\n", c.Name, c.Type)
	}
	var buf []byte
	for row := range t.Rows {
		buf = appendGeometry(buf[:0], row.Geometry)
		for _, v := range row.Values {
			buf = appendValue(buf, v)
		}
		writeAll(h, buf)
	}
	return LayerHash(hex.EncodeToString(h.Sum(nil))[:32])
}

func writeAll(h hash.Hash, b []byte) {
	_, _ = h.Write(b) // hash.Hash: "it never returns an error"
}

func appendGeometry(b []byte, g orb.Geometry) []byte {
	switch g := g.(type) {
	case orb.Point:
		return appendPoints(b, g)
	case orb.LineString:
		return appendPoints(b, g...)
	case orb.MultiPolygon:
		b = binary.AppendUvarint(b, uint64(len(g)))
		for _, polygon := range g {
			b = binary.AppendUvarint(b, uint64(len(polygon)))
			for _, ring := range polygon {
				b = appendPoints(b, ring...)
			}
		}
		return b
	}
	panic(fmt.Sprintf("coverage: a table holds no %T", g))
}

func appendPoints(b []byte, points ...orb.Point) []byte {
	b = binary.AppendUvarint(b, uint64(len(points)))
	for _, p := range points {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(p[0]))
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(p[1]))
	}
	return b
}

// appendValue writes a type mark, then the value, so that "1" and 1 differ.
func appendValue(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, 'n')
	case string:
		b = binary.AppendUvarint(append(b, 's'), uint64(len(v)))
		return append(b, v...)
	case []byte:
		b = binary.AppendUvarint(append(b, 'b'), uint64(len(v)))
		return append(b, v...)
	case int64:
		return binary.AppendVarint(append(b, 'i'), v)
	case float64:
		return binary.LittleEndian.AppendUint64(append(b, 'r'), math.Float64bits(v))
	case bool:
		if v {
			return append(b, 't')
		}
		return append(b, 'f')
	}
	panic(fmt.Sprintf("coverage: a table holds no value of type %T", v))
}

// Bounds is the box of the study: of its boundaries if it has any, else of
// its demand and facilities, else of its roads.
func (l *Layers) Bounds() orb.Bound {
	var box orb.Bound
	empty := true
	add := func(b orb.Bound) {
		if empty {
			box, empty = b, false
			return
		}
		box = box.Union(b)
	}
	for i := range l.Boundaries {
		add(l.Boundaries[i].Area.Bound())
	}
	if empty {
		for i := range l.Demand {
			add(l.Demand[i].At.Bound())
		}
		for i := range l.Facilities {
			add(l.Facilities[i].At.Bound())
		}
	}
	if empty {
		for i := range l.Roads {
			add(l.Roads[i].Line.Bound())
		}
	}
	return box
}
