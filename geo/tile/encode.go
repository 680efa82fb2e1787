package tile

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
)

// version is the major version of the specification that the tiles follow.
const version = 2

var window = orb.Bound{
	Min: orb.Point{-buffer, -buffer},
	Max: orb.Point{Extent + buffer, Extent + buffer},
}

// Properties are what is told of the shapes of a layer.
type Properties struct {
	Keys []string
	// Values gives those of a shape by its place, along Keys; the list may be used
	// again for the next. A value is a string, bool, int, int64, float64,
	// json.Number or nil, which leaves the key out.
	Values func(place int) []any
}

// Encode cuts a tile of the level: one layer with the shapes that are seen in it
// or in a small buffer around it. The id of a feature is its place and one.
// Nothing to be seen is no bytes. Tiles of several layers are the layers' bytes
// one after the other.
//
// Holds:   equal input gives equal bytes.
// Errors:  a tile that Check refuses; a value of another type; values of another
// count than keys, with the feature's id.
// Cost:    O(points of the shapes that meet the tile); what is drawn is held
// until the bytes are written.
// Source:  Mapbox Vector Tile Specification 2.1, sections 4.1 to 4.4.
func (l *Level) Encode(layer string, x, y uint32, told Properties) ([]byte, error) {
	if err := Check(l.z, x, y); err != nil {
		return nil, err
	}
	var drawn []*geojson.Feature
	for _, i := range l.meeting(x, y) {
		f := &l.figures[i]
		shape := l.cut(f, x, y)
		if shape == nil {
			continue
		}
		feature, err := featureOf(int(f.place), shape, told)
		if err != nil {
			return nil, fmt.Errorf("layer %s: feature %d: %w", layer, f.place+1, err)
		}
		drawn = append(drawn, feature)
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

// featureOf is a shape with what is told of it.
func featureOf(place int, shape orb.Geometry, told Properties) (*geojson.Feature, error) {
	out := geojson.NewFeature(shape)
	out.ID = uint64(place) + 1
	if len(told.Keys) == 0 {
		return out, nil
	}
	values := told.Values(place)
	if len(told.Keys) != len(values) {
		return nil, fmt.Errorf("%d names for %d values", len(told.Keys), len(values))
	}
	for i, key := range told.Keys {
		value, err := plain(values[i])
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

// cut is what of a figure is seen in the window of a tile, in its units; nil if
// that is nothing.
func (l *Level) cut(f *figure, x, y uint32) orb.Geometry {
	corner := point{int32(x) << extentBits, int32(y) << extentBits}
	west, south := f.min.x-corner.x, f.max.y-corner.y
	east, north := f.max.x-corner.x, f.min.y-corner.y
	const low, high = -buffer, Extent + buffer
	if east < low || west > high || south < low || north > high {
		return nil
	}
	whole := west >= low && east <= high && north >= low && south <= high
	switch f.kind {
	case dots:
		return l.cutDots(f, corner)
	case lines:
		return l.cutLines(f, corner, whole)
	}
	return l.cutAreas(f, corner, whole)
}

// moved are the points of a part in the units of a tile.
func (l *Level) moved(part int, corner point, room int) []orb.Point {
	points := l.pointsOf(part)
	out := make([]orb.Point, len(points), len(points)+room)
	for i, p := range points {
		out[i] = orb.Point{float64(p.x - corner.x), float64(p.y - corner.y)}
	}
	return out
}

func (l *Level) cutDots(f *figure, corner point) orb.Geometry {
	seen := slices.DeleteFunc(orb.MultiPoint(l.moved(int(f.first), corner, 0)), func(p orb.Point) bool { return !window.Contains(p) })
	if len(seen) == 0 {
		return nil
	}
	return seen
}

func (l *Level) cutLines(f *figure, corner point, whole bool) orb.Geometry {
	var seen orb.MultiLineString
	for i := int(f.first); i < int(f.end); i++ {
		line := orb.LineString(l.moved(i, corner, 0))
		if whole {
			seen = append(seen, line)
			continue
		}
		for _, part := range clip.LineString(window, line) {
			if part = onGrid(part); len(part) >= 2 {
				seen = append(seen, part)
			}
		}
	}
	if len(seen) == 0 {
		return nil
	}
	return seen
}

func (l *Level) cutAreas(f *figure, corner point, whole bool) orb.Geometry {
	var seen orb.MultiPolygon
	lost := false // the outer ring, and its holes with it
	for i := int(f.first); i < int(f.end); i++ {
		hole := l.parts[i].hole
		if hole && lost {
			continue
		}
		ring := l.cutRing(i, corner, whole)
		switch {
		case !hole:
			if lost = ring == nil; !lost {
				seen = append(seen, orb.Polygon{ring})
			}
		case ring != nil:
			last := len(seen) - 1
			seen[last] = append(seen[last], ring)
		}
	}
	if len(seen) == 0 {
		return nil
	}
	return seen
}

// cutRing is a closed ring that turns as it did; nil if little is left of it.
func (l *Level) cutRing(part int, corner point, whole bool) orb.Ring {
	ring := orb.Ring(l.moved(part, corner, 1))
	ring = append(ring, ring[0])
	if whole {
		return ring
	}
	ring = onGrid(clip.Ring(window, ring))
	if len(ring) < 4 {
		return nil
	}
	area := 0.0 // twice, and exact on the grid
	for i := range ring[1:] {
		area += ring[i][0]*ring[i+1][1] - ring[i+1][0]*ring[i][1]
	}
	if l.parts[part].hole {
		area = -area
	}
	if area < minArea {
		return nil
	}
	return ring
}

// onGrid rounds points where they are and leaves out those equal to the one
// before. All of them are in the window.
func onGrid[S ~[]orb.Point](points S) S {
	for i, q := range points {
		points[i] = orb.Point{float64(int(q[0]+buffer+0.5) - buffer), float64(int(q[1]+buffer+0.5) - buffer)}
	}
	return slices.Compact(points)
}
