package ogc

import (
	"cmp"
	"context"
	"sort"
	"strings"
	"sync"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/geo/index"
	"kaimen/web/lru"
)

// How many snapshots are kept ready with their indexes, and how many by the
// description of their collections alone, which is small.
const (
	keptOpen      = 8
	keptDescribed = 1024
)

// Snapshots is the Source over the layers of studies: each layer that has rows
// is the collection STUDY.LAYER. Boundaries are a collection for each level,
// STUDY.boundaries.LEVEL; the outlines of facilities, which have a place too,
// are a collection of their own, so that each has one type of geometry.
type Snapshots struct {
	store     coverage.Snapshots
	get       func(ctx context.Context, study string, id coverage.SnapshotID) (*coverage.Snapshot, error)
	open      *lru.Cache[coverage.SnapshotID, []*layer]
	described *lru.Cache[coverage.SnapshotID, []Info]
}

// NewSnapshots reads the list of studies from store and their snapshots by get,
// which may know some already; nil takes them from the store.
func NewSnapshots(store coverage.Snapshots, get func(ctx context.Context, study string, id coverage.SnapshotID) (*coverage.Snapshot, error)) *Snapshots {
	if get == nil {
		get = func(ctx context.Context, _ string, id coverage.SnapshotID) (*coverage.Snapshot, error) {
			return store.Get(ctx, id)
		}
	}
	return &Snapshots{
		store: store, get: get,
		open:      lru.New[coverage.SnapshotID](keptOpen, func([]*layer) int { return 1 }),
		described: lru.New[coverage.SnapshotID](keptDescribed, func([]Info) int { return 1 }),
	}
}

// List describes the collections of every study, or of one snapshot.
func (s *Snapshots) List(ctx context.Context, version string) ([]Info, error) {
	infos, err := s.store.List(ctx)
	if err != nil {
		return nil, err
	}
	var list []Info
	found := version == ""
	for _, info := range infos {
		if version == "" && !info.Current || version != "" && string(info.ID) != version {
			continue
		}
		found = true
		of, ok := s.described.Get(info.ID)
		if !ok {
			if _, err := s.layers(ctx, info.Study.ID, info.ID); err != nil {
				return nil, err
			}
			of, _ = s.described.Get(info.ID)
		}
		list = append(list, of...)
	}
	if !found {
		return nil, coverage.NoSnapshot(coverage.SnapshotID(version))
	}
	return list, nil
}

// Open returns the collection of a layer.
func (s *Snapshots) Open(ctx context.Context, version, id string) (Collection, error) {
	study, _, _ := strings.Cut(id, ".")
	snapshot := coverage.SnapshotID(version)
	if version == "" {
		current, err := s.store.Current(ctx, study)
		if err != nil {
			return nil, err
		}
		snapshot = current.ID
	}
	layers, err := s.layers(ctx, study, snapshot)
	if err != nil {
		return nil, err
	}
	var there []string
	for _, l := range layers {
		if l.info.ID == id {
			return l, nil
		}
		there = append(there, l.info.ID)
	}
	return nil, coverage.Errorf(coverage.NotFound, "there is no collection %q; of this study there are: %s", shown(id), strings.Join(there, ", "))
}

func (s *Snapshots) layers(ctx context.Context, study string, id coverage.SnapshotID) ([]*layer, error) {
	if layers, ok := s.open.Get(id); ok && layers[0].study == study {
		return layers, nil
	}
	snapshot, err := s.get(ctx, study, id)
	if err != nil {
		return nil, err
	}
	if snapshot.Study.ID != study {
		return nil, coverage.Errorf(coverage.NotFound, "snapshot %s is of study %s and has no collections of %s", id, snapshot.Study.ID, study)
	}
	layers := layersOf(snapshot)
	infos := make([]Info, len(layers))
	for i, l := range layers {
		infos[i] = l.info
	}
	s.described.Put(id, infos)
	if len(layers) > 0 {
		s.open.Put(id, layers)
	}
	return layers, nil
}

// layer is the collection of one table, or of a part of it.
type layer struct {
	study    string
	info     Info
	table    coverage.Table
	places   []int // of its rows in the table; nil where it has them all
	columns  []int // of its properties in the table
	id, kind int   // columns; kind is -1 where id alone names a row
	geometry func(place int, row coverage.Row) orb.Geometry
	boxes    func() *index.Boxes
}

// Info describes the layer.
func (l *layer) Info() *Info { return &l.info }

// At returns one row as a feature.
func (l *layer) At(i int, values []any) Feature {
	row, geometry := l.row(i, values)
	f := Feature{Geometry: geometry}
	f.ID, _ = row.Values[l.id].(string)
	if l.kind >= 0 {
		kind, _ := row.Values[l.kind].(string)
		f.ID = kind + "/" + f.ID
	}
	for k, c := range l.columns { // in ascending order, so that none is overwritten before it is taken
		row.Values[k] = row.Values[c]
	}
	f.Values = row.Values[:len(l.columns)]
	return f
}

// row is a row of the table, with its shape here.
func (l *layer) row(i int, values []any) (coverage.Row, orb.Geometry) {
	if l.places != nil {
		i = l.places[i]
	}
	row := l.table.At(i, values)
	return row, l.geometry(i, row)
}

// bound is the box of a row.
func (l *layer) bound(i int) orb.Bound {
	_, geometry := l.row(i, nil)
	return geometry.Bound()
}

// Meeting asks the index, which is made when it is first needed.
func (l *layer) Meeting(box orb.Bound) []int { return l.boxes().Meeting(box, nil) }

// Find looks for an id among rows that stand in the order of their ids. Of
// facilities that is kind first, then id; either may hold a slash. The id of a
// facility without its kind is found where one facility alone has it.
func (l *layer) Find(id string) (int, bool) {
	if l.kind < 0 {
		return l.search("", id)
	}
	for i, c := range id {
		if c != '/' {
			continue
		}
		if place, ok := l.search(id[:i], id[i+1:]); ok {
			return place, true
		}
	}
	found := placesWhere(l.info.Len, func(i int) bool { return strings.HasSuffix(l.At(i, nil).ID, "/"+id) })
	if len(found) != 1 {
		return 0, false
	}
	return found[0], true
}

func (l *layer) search(kind, id string) (int, bool) {
	return sort.Find(l.info.Len, func(i int) int {
		row, _ := l.row(i, nil)
		have, _ := row.Values[l.id].(string)
		haveKind := ""
		if l.kind >= 0 {
			haveKind, _ = row.Values[l.kind].(string)
		}
		return cmp.Or(cmp.Compare(kind, haveKind), cmp.Compare(id, have))
	})
}

// layersOf makes the collections of a snapshot, in the order of its layers.
func layersOf(s *coverage.Snapshot) []*layer {
	var list []*layer
	for _, t := range s.Tables() {
		switch {
		case t.Len == 0:
		case t.Layer == coverage.LayerBoundaries:
			for _, level := range coverage.Levels()[1:] {
				places := placesWhere(len(s.Boundaries), func(i int) bool { return s.Boundaries[i].Level == level })
				if len(places) > 0 {
					list = append(list, newLayer(s, t, "."+string(level), places))
				}
			}
		default:
			list = append(list, newLayer(s, t, "", nil))
			if t.Layer != coverage.LayerFacilities {
				continue
			}
			if places := placesWhere(len(s.Facilities), func(i int) bool { return len(s.Facilities[i].Outline) > 0 }); len(places) > 0 {
				list = append(list, newLayer(s, t, ".outlines", places))
			}
		}
	}
	return list
}

func placesWhere(n int, wanted func(i int) bool) (places []int) {
	for i := range n {
		if wanted(i) {
			places = append(places, i)
		}
	}
	return places
}

func newLayer(s *coverage.Snapshot, t coverage.Table, part string, places []int) *layer {
	l := &layer{study: s.Study.ID, table: t, places: places, kind: -1}
	l.geometry = func(_ int, row coverage.Row) orb.Geometry { return row.Geometry }
	text := textOf(string(t.Layer) + part)
	l.info = Info{
		ID: s.Study.ID + "." + string(t.Layer) + part, Title: text.titled(s.Study), Description: text.description(s.Study),
		Attribution: s.Study.Attribution, Synthetic: s.Study.Synthetic, Shape: t.Shape, Region: s.Bounds(), Len: t.Len,
		Extent: emptyBound,
	}
	if places != nil {
		l.info.Len = len(places)
	}
	if part == ".outlines" {
		l.info.Shape = coverage.ShapeMultiPolygon
		l.geometry = func(place int, _ coverage.Row) orb.Geometry { return s.Facilities[place].Outline }
	}
	for i, c := range t.Columns {
		switch c.Name {
		case "id":
			l.id = i
		case "kind":
			if t.Layer == coverage.LayerFacilities {
				l.kind = i
			}
		}
		if c.Type != coverage.ColumnBlob {
			l.columns, l.info.Columns = append(l.columns, i), append(l.info.Columns, c)
		}
	}
	for i := range l.info.Len {
		if i == 0 {
			l.info.Extent = l.bound(i)
		}
		l.info.Extent = l.info.Extent.Union(l.bound(i))
	}
	l.info.Hash = string(s.Hashes[t.Layer]) + hashOf(l.info.ID, l.info.Title, l.info.Description, l.info.Attribution, l.info.Region)
	l.boxes = sync.OnceValue(func() *index.Boxes {
		return index.NewBoxes(l.info.Len, l.bound)
	})
	return l
}
