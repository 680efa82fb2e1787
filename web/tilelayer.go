package web

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strings"

	"github.com/paulmach/orb"
	"golang.org/x/sync/singleflight"

	"kaimen/coverage"
	"kaimen/geo/index"
	"kaimen/geo/tile"
	"kaimen/web/fail"
	"kaimen/web/lru"
)

// tileRule says what of a layer goes into its tiles, and from which zoom on.
type tileRule struct {
	layer   coverage.LayerName
	columns []string // the properties, with those that zoom reads
	minZoom int
	by      string         // column that decides the zoom of a feature; empty if none
	zooms   map[string]int // by its value; a value not named takes other
	other   int
}

// tileRules lists the layers that have tiles, in the order in which a map
// draws them. Few features are drawn where they would fill the tile with ink.
func tileRules() []tileRule {
	return []tileRule{
		{
			layer: coverage.LayerBoundaries, columns: []string{"id", "level", "name", "parent", "kind"}, by: "level",
			zooms: map[string]int{"street": 0, "community": 8, "grid": 10}, other: 13,
		},
		{layer: coverage.LayerLandCover, columns: []string{"id", "kind", "name"}, minZoom: 6},
		{layer: coverage.LayerEstates, columns: []string{"id", "name", "old", "gated"}, minZoom: 12},
		{layer: coverage.LayerParcels, columns: []string{"id", "name", "kinds"}, minZoom: 12},
		{layer: coverage.LayerBuildings, columns: []string{"id", "use", "name"}, minZoom: 13},
		{
			layer: coverage.LayerRoads, columns: []string{"id", "class", "name"}, minZoom: 6, by: "class",
			zooms: map[string]int{
				"motorway": 6, "motorway_link": 6, "trunk": 6, "trunk_link": 6, "primary": 6, "primary_link": 6,
				"secondary": 9, "secondary_link": 9, "tertiary": 10, "tertiary_link": 10,
				"residential": 12, "unclassified": 12, "road": 12,
			}, other: 13,
		},
	}
}

// layerKey names the tiles of one layer of one snapshot.
type layerKey struct{ study, snapshot, layer string }

// tileKey names one tile.
type tileKey struct {
	layerKey
	z, x, y uint32
}

// keptLayers is how many layers stay ready: all those of four snapshots.
const keptLayers = 24

// tileSource keeps layers ready to be cut into tiles, and tiles ready to be
// sent.
type tileSource struct {
	layers   *lru.Cache[layerKey, *tileLayer]
	building singleflight.Group // a map asks for many tiles at once; the layer is built once
	encoded  *lru.Cache[tileKey, []byte]
}

// tileOverhead is what a tile takes beside its bytes: its key and its place in
// the cache.
const tileOverhead = 200

func newTileSource(bytes int) *tileSource {
	return &tileSource{
		layers:  lru.New[layerKey](keptLayers, func(*tileLayer) int { return 1 }),
		encoded: lru.New[tileKey](bytes, func(b []byte) int { return len(b) + tileOverhead }),
	}
}

// tileLayer is a layer ready to be cut into tiles. It is built once, then only
// read.
type tileLayer struct {
	rule        tileRule
	types       []coverage.ColumnType // along rule.columns
	rows        []coverage.Row        // values along rule.columns
	from        []int                 // zoom at which each row begins to show
	boxes       *index.Boxes
	bounds      orb.Bound // of the layer; of the study if the layer is empty
	attribution string
}

// tileLayer finds the layer that a tile address names.
//
// Errors: not_found for a study, snapshot or layer there is not.
func (s *server) tileLayer(ctx context.Context, key layerKey) (*tileLayer, error) {
	if layer, ok := s.tiles.layers.Get(key); ok {
		return layer, nil
	}
	at := slices.IndexFunc(tileRules(), func(r tileRule) bool { return string(r.layer) == key.layer })
	if at < 0 {
		var there []coverage.LayerName
		for _, r := range tileRules() {
			there = append(there, r.layer)
		}
		return nil, fail.New(http.StatusNotFound, coverage.NotFound, fmt.Sprintf(
			"layer %q has no tiles; there are %s", fail.Shown(key.layer), commas(names(there))))
	}
	built, err, _ := s.tiles.building.Do(strings.Join([]string{key.study, key.snapshot, key.layer}, "/"), func() (any, error) {
		// It goes on when the one who asked first gives up: others wait for it.
		snapshot, err := s.snapshot(context.WithoutCancel(ctx), key.study, coverage.SnapshotID(key.snapshot))
		if err != nil {
			return nil, err
		}
		layer, err := newTileLayer(snapshot, tileRules()[at])
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

func newTileLayer(s *coverage.Snapshot, rule tileRule) (*tileLayer, error) {
	table, ok := s.Table(rule.layer)
	if !ok {
		return nil, fmt.Errorf("a snapshot has no layer %s", rule.layer)
	}
	l := &tileLayer{rule: rule, bounds: s.Bounds(), attribution: strings.Join(s.Study.Attribution, "; ")}
	var places []int
	for _, name := range rule.columns {
		i := slices.IndexFunc(table.Columns, func(c coverage.Column) bool { return c.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("layer %s has no column %s", rule.layer, name)
		}
		places, l.types = append(places, i), append(l.types, table.Columns[i].Type)
	}
	l.rows = make([]coverage.Row, 0, table.Len)
	for row := range table.Rows {
		values := make([]any, len(places))
		for k, place := range places {
			values[k] = row.Values[place]
		}
		row.Values = values
		if len(l.rows) == 0 {
			l.bounds = row.Geometry.Bound()
		}
		l.bounds = l.bounds.Union(row.Geometry.Bound())
		l.rows, l.from = append(l.rows, row), append(l.from, rule.zoomOf(values))
	}
	l.boxes = index.NewBoxes(len(l.rows), func(i int) orb.Bound { return l.rows[i].Geometry.Bound() })
	return l, nil
}

// zoomOf is the zoom at which a feature with these values begins to show.
func (r tileRule) zoomOf(values []any) int {
	if r.by == "" {
		return r.minZoom
	}
	value, _ := values[slices.Index(r.columns, r.by)].(string)
	if zoom, ok := r.zooms[value]; ok {
		return zoom
	}
	return r.other
}

// fields are the properties with their TileJSON types.
func (l *tileLayer) fields() map[string]string {
	fields := make(map[string]string, len(l.types))
	for i, t := range l.types {
		switch t {
		case coverage.ColumnInteger, coverage.ColumnReal:
			fields[l.rule.columns[i]] = "Number"
		case coverage.ColumnBoolean:
			fields[l.rule.columns[i]] = "Boolean"
		default:
			fields[l.rule.columns[i]] = "String"
		}
	}
	return fields
}

// encode cuts one tile; empty where there is nothing to draw. A feature's id
// is its place in the layer, from 1.
func (l *tileLayer) encode(z, x, y uint32) ([]byte, error) {
	meeting := slices.DeleteFunc(l.boxes.Meeting(tile.BufferedBound(z, x, y), nil), func(i int) bool { return l.from[i] > int(z) })
	if len(meeting) == 0 {
		return nil, nil
	}
	return tile.Encode(string(l.rule.layer), z, x, y, l.features(meeting))
}

// features are the rows at these places. Properties that are blank are left
// out: a map reads both alike.
func (l *tileLayer) features(places []int) iter.Seq[tile.Feature] {
	return func(yield func(tile.Feature) bool) {
		for _, i := range places {
			f := tile.Feature{ID: uint64(i) + 1, Geometry: l.rows[i].Geometry}
			for k, v := range l.rows[i].Values {
				if v != nil && v != "" {
					f.Keys, f.Values = append(f.Keys, l.rule.columns[k]), append(f.Values, v)
				}
			}
			if !yield(f) {
				return
			}
		}
	}
}
