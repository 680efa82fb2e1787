package web

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/paulmach/orb"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/singleflight"

	"kaimen/coverage"
	"kaimen/data/export"
	"kaimen/geo/tile"
	"kaimen/web/fail"
	"kaimen/web/lru"
)

// layerKey names the tiles of a layer of a snapshot, or of several joined by
// commas.
type layerKey struct{ study, snapshot, layer string }

// tileKey names one tile.
type tileKey struct {
	layerKey
	z, x, y uint32
}

// preparedBytes is how much of layers ready to be cut stays: all those of several
// cities.
const preparedBytes = 512 << 20

// tileSource keeps layers ready to be cut into tiles, and tiles ready to be
// sent.
type tileSource struct {
	layers   *lru.Cache[layerKey, *tileLayer]
	building singleflight.Group // a map asks for many tiles at once; the layer is built once
	encoded  *lru.Cache[tileKey, packedTile]
	packers  sync.Pool // of *tile.Packer
}

// packedTile is a tile as it is kept and sent: compressed, with the tag of what
// it unpacks to. Without bytes, nothing is to be drawn.
type packedTile struct {
	bytes []byte
	tag   string
}

// tileOverhead is what a tile takes beside its bytes: its key, its tag and its
// place in the cache.
const tileOverhead = 250

func newTileSource(bytes int) *tileSource {
	return &tileSource{
		layers:  lru.New[layerKey](preparedBytes, (*tileLayer).cost),
		encoded: lru.New[tileKey](bytes, func(t packedTile) int { return len(t.bytes) + tileOverhead }),
		packers: sync.Pool{New: func() any { return tile.NewPacker() }},
	}
}

// pack makes a tile as it is kept.
func (s *tileSource) pack(data []byte) packedTile {
	packer := s.packers.Get().(*tile.Packer)
	defer s.packers.Put(packer)
	return packedTile{packer.Pack(data), tagOf(data)}
}

// tileLayer is a layer ready to be cut into tiles. It is built once, then only
// read.
type tileLayer struct {
	name        string
	rule        export.TileRule
	table       coverage.Table
	columns     []coverage.Column // along rule.Columns
	places      []int             // of them, in the table
	set         *tile.Set         // by the places of rows in the table
	levels      [tile.MaxZoom + 1]func() *tile.Level
	bounds      orb.Bound // of the layer; of the study if the layer is empty
	attribution string
}

// cost is about what a layer takes with all its levels. One layer may take all
// the room there is.
func (l *tileLayer) cost() int { return min(preparedBytes, 5*l.set.Bytes()+1024) }

// tileNames lists the layers that have tiles, and the parts of boundaries.
func tileNames() []string {
	var list []string
	for _, r := range export.TileRules() {
		list = append(list, string(r.Layer))
	}
	for _, level := range coverage.Levels()[1:] {
		list = append(list, string(coverage.LayerBoundaries)+"."+string(level))
	}
	return list
}

// tileLayers finds the layers that a tile address names, at least one. Those
// that are asked for the first time are built side by side.
//
// Errors: not_found for a study, snapshot or layer there is not, or a layer that
// is named twice: names in a tile are unique (Mapbox Vector Tile Specification
// 2.1, section 4.1).
func (s *server) tileLayers(ctx context.Context, key layerKey) ([]*tileLayer, error) {
	names, known := strings.Split(key.layer, ","), tileNames()
	for i, name := range names {
		if !slices.Contains(known, name) {
			return nil, fail.New(http.StatusNotFound, coverage.NotFound, fmt.Sprintf(
				"layer %q has no tiles; there are %s, and several joined by commas", fail.Shown(name), commas(known)))
		}
		if slices.Contains(names[:i], name) {
			return nil, fail.New(http.StatusNotFound, coverage.NotFound, fmt.Sprintf("layer %s is named twice; name each once", name))
		}
	}
	layers := make([]*tileLayer, len(names))
	var building errgroup.Group
	for i, name := range names {
		building.Go(func() (err error) {
			layers[i], err = s.tileLayer(ctx, layerKey{key.study, key.snapshot, name})
			return err
		})
	}
	return layers, building.Wait()
}

// tileLayer is one of tileNames: a layer, or as boundaries.LEVEL those of one
// level.
//
// Errors: not_found for a study or snapshot there is not.
func (s *server) tileLayer(ctx context.Context, key layerKey) (*tileLayer, error) {
	if layer, ok := s.tiles.layers.Get(key); ok {
		return layer, nil
	}
	built, err, _ := s.tiles.building.Do(strings.Join([]string{key.study, key.snapshot, key.layer}, "/"), func() (any, error) {
		// It goes on when the one who asked first gives up: others wait for it.
		snapshot, err := s.snapshot(context.WithoutCancel(ctx), key.study, coverage.SnapshotID(key.snapshot))
		if err != nil {
			return nil, err
		}
		layer, err := newTileLayer(snapshot, key.layer)
		if err == nil {
			s.tiles.layers.Put(key, layer)
		}
		return layer, err
	})
	if err != nil {
		return nil, err
	}
	return built.(*tileLayer), nil
}

// snapshot is the current snapshot of a study, or an older one that the store
// still has.
func (s *server) snapshot(ctx context.Context, study string, id coverage.SnapshotID) (*coverage.Snapshot, error) {
	current, err := s.engine.Snapshot(ctx, study)
	if err != nil || current.ID == id {
		return current, err
	}
	older, err := s.store.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if older.Study.ID != study {
		return nil, coverage.Errorf(coverage.NotFound, "study %s has no snapshot %s; its current one is %s", study, id, current.ID)
	}
	return older, nil
}

// tileColumns are the rule of one of tileNames and the columns that it names.
func tileColumns(s *coverage.Snapshot, name string) (rule export.TileRule, columns []coverage.Column, err error) {
	layer, level, _ := strings.Cut(name, ".")
	rule, _ = export.TileRuleOf(layer)
	table, ok := s.Table(coverage.LayerName(layer))
	if !ok {
		return rule, nil, fmt.Errorf("a snapshot has no layer %s", layer)
	}
	if level != "" {
		rule = rule.Level(coverage.Level(level))
	}
	for _, c := range rule.Columns {
		i := columnAt(table.Columns, c.Name)
		if i < 0 {
			return rule, nil, fmt.Errorf("layer %s has no column %s", layer, c.Name)
		}
		columns = append(columns, table.Columns[i])
	}
	return rule, columns, nil
}

// newTileLayer prepares one of tileNames.
func newTileLayer(s *coverage.Snapshot, name string) (*tileLayer, error) {
	rule, columns, err := tileColumns(s, name)
	if err != nil {
		return nil, err
	}
	layer, level, _ := strings.Cut(name, ".")
	table, _ := s.Table(coverage.LayerName(layer))
	l := &tileLayer{
		name: name, rule: rule, table: table, columns: columns, bounds: s.Bounds(), attribution: strings.Join(s.Study.Attribution, "; "),
	}
	for _, c := range columns {
		l.places = append(l.places, columnAt(table.Columns, c.Name))
	}
	set, err := tile.NewSet(l.shapes(columnAt(table.Columns, "level"), level))
	if err != nil {
		return nil, fmt.Errorf("tiles of layer %s: %w", name, err)
	}
	l.set = set
	for z := range l.levels {
		l.levels[z] = sync.OnceValue(func() *tile.Level { return set.Level(z, z == tile.MaxZoom) })
	}
	return l, nil
}

func columnAt(columns []coverage.Column, name string) int {
	return slices.IndexFunc(columns, func(c coverage.Column) bool { return c.Name == name })
}

// shapes are those of all rows; of a level, with nothing in place of rows of
// others. They make the bounds of the layer.
func (l *tileLayer) shapes(at int, level string) iter.Seq[tile.Shape] {
	from := l.rule.From(l.table.Columns)
	return func(yield func(tile.Shape) bool) {
		empty := true
		for row := range l.table.Rows {
			shape := tile.Shape{Geometry: row.Geometry, From: from(row.Values)}
			switch {
			case level != "" && row.Values[at] != level:
				shape.Geometry = nil
			case empty:
				l.bounds, empty = row.Geometry.Bound(), false
			default:
				l.bounds = l.bounds.Union(row.Geometry.Bound())
			}
			if !yield(shape) {
				return
			}
		}
	}
}

// fields are the properties with their TileJSON types.
func (l *tileLayer) fields() map[string]string {
	fields := make(map[string]string, len(l.columns))
	for _, c := range l.columns {
		fields[c.Name] = export.TileFieldType(c.Type)
	}
	return fields
}

// encode cuts one tile; empty where there is nothing to draw. A feature's id is
// the place of its row in the layer, from 1.
func (l *tileLayer) encode(z, x, y uint32) ([]byte, error) {
	if int(z) < l.rule.MinZoom {
		return nil, nil
	}
	return l.levels[z]().Encode(l.name, x, y, l.told(int(z)))
}

// told is what is told of rows at a zoom. Text that is blank is left out: a map
// reads both alike.
func (l *tileLayer) told(z int) tile.Properties {
	var told tile.Properties
	var places []int
	for i, c := range l.rule.Columns {
		if c.From <= z {
			told.Keys, places = append(told.Keys, c.Name), append(places, l.places[i])
		}
	}
	values, all := make([]any, len(places)), make([]any, len(l.table.Columns))
	told.Values = func(row int) []any {
		all = l.table.At(row, all).Values
		for k, place := range places {
			if values[k] = all[place]; values[k] == "" {
				values[k] = nil
			}
		}
		return values
	}
	return told
}
