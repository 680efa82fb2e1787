package tile

import (
	"encoding/json"
	"fmt"
	"iter"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
)

// version is the major version of the specification that the tiles follow.
const version = 2

// Feature is one shape to draw, in degrees, with its properties: Values stand
// at the places of Keys, and of a key given twice the last value counts. A
// value is a string, bool, int, int64, float64, json.Number or nil, which
// leaves the key out.
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
// Cost:    all that is drawn is held until the bytes are written.
// Source:  Mapbox Vector Tile Specification 2.1, sections 4.1 to 4.4.
func Encode(layer string, z, x, y uint32, features iter.Seq[Feature]) ([]byte, error) {
	if err := Check(z, x, y); err != nil {
		return nil, err
	}
	f := newFrame(z, x, y)
	window := BufferedBound(z, x, y)
	var drawn []*geojson.Feature
	for feature := range features {
		if feature.Geometry == nil || !feature.Geometry.Bound().Intersects(window) {
			continue
		}
		shown, err := f.feature(feature)
		if err != nil {
			return nil, fmt.Errorf("layer %s: feature %d: %w", layer, feature.ID, err)
		}
		if shown != nil {
			drawn = append(drawn, shown)
		}
	}
	if len(drawn) == 0 {
		return nil, nil // the specification wants a feature in every layer
	}
	b, err := mvt.Marshal(mvt.Layers{{Name: layer, Version: version, Extent: Extent, Features: drawn}})
	if err != nil {
		return nil, fmt.Errorf("layer %s: %w", layer, err)
	}
	return b, nil
}

// feature is f as it is drawn; nil if nothing of it is to be seen.
func (f frame) feature(feature Feature) (*geojson.Feature, error) {
	shape, err := f.draw(feature.Geometry)
	if err != nil || shape == nil {
		return nil, err
	}
	out := geojson.NewFeature(shape)
	if feature.ID != 0 {
		out.ID = feature.ID
	}
	if len(feature.Keys) != len(feature.Values) {
		return nil, fmt.Errorf("%d names for %d values", len(feature.Keys), len(feature.Values))
	}
	for i, key := range feature.Keys {
		value, err := plain(feature.Values[i])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		if value != nil {
			out.Properties[key] = value
		}
	}
	return out, nil
}

// plain is a value in one of the types that a tile holds. The encoder would
// write nil as a word, a json.Number as text and a list as JSON, and an int
// beside an equal int64 as two values.
func plain(value any) (any, error) {
	switch v := value.(type) {
	case nil, string, bool, int64, float64:
		return v, nil
	case int:
		return int64(v), nil
	case json.Number:
		if i, err := v.Int64(); err == nil {
			return i, nil
		}
		return v.Float64()
	}
	return nil, fmt.Errorf("a tile holds no value of type %T", value)
}
