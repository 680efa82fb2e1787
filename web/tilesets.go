package web

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"kaimen/coverage"
	"kaimen/geo/tile"
	"kaimen/web/ogc"
)

// collectionTiles are the tiles of layers as the collections STUDY.LAYER have
// them: each is cut as the layer of its name, and boundaries of a level as that
// level alone.
type collectionTiles struct{ *server }

// Has tells whether a collection is a layer with tiles.
func (t collectionTiles) Has(collection string) bool {
	_, layer, ok := strings.Cut(collection, ".")
	return ok && slices.Contains(tileNames(), layer)
}

// key names the layer of a collection in a snapshot.
func (t collectionTiles) key(ctx context.Context, version, collection string) (layerKey, error) {
	study, layer, _ := strings.Cut(collection, ".")
	if version == "" {
		current, err := t.store.Current(ctx, study)
		if err != nil {
			return layerKey{}, err
		}
		version = string(current.ID)
	}
	return layerKey{study, version, layer}, nil
}

// Set describes the tiles of a collection.
func (t collectionTiles) Set(ctx context.Context, version, collection string) (ogc.TileSet, error) {
	key, err := t.key(ctx, version, collection)
	if err != nil {
		return ogc.TileSet{}, err
	}
	snapshot, err := t.snapshot(ctx, key.study, coverage.SnapshotID(key.snapshot))
	if err != nil {
		return ogc.TileSet{}, err
	}
	rule, columns, err := tileColumns(snapshot, key.layer)
	if err != nil {
		return ogc.TileSet{}, err
	}
	return ogc.TileSet{
		Layer: key.layer, MinZoom: rule.MinZoom, MaxZoom: tile.MaxZoom, Columns: columns,
		TileJSON: fmt.Sprintf("/tiles/%s/%s/%s.json", key.study, key.snapshot, key.layer),
	}, nil
}

// Tile is one tile of a collection.
func (t collectionTiles) Tile(ctx context.Context, version, collection string, z, x, y uint32) (ogc.Tile, error) {
	key, err := t.key(ctx, version, collection)
	if err != nil {
		return ogc.Tile{}, err
	}
	packed, err := t.packed(ctx, tileKey{key, z, x, y})
	return ogc.Tile{Packed: packed.bytes, Tag: packed.tag}, err
}
