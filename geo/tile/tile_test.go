package tile_test

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"pgregory.net/rapid"

	"kaimen/geo/tile"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		z, x, y uint32
		ok      bool
	}{
		{0, 0, 0, true},
		{0, 1, 0, false},
		{3, 7, 7, true},
		{3, 7, 8, false},
		{16, 1<<16 - 1, 0, true},
		{17, 0, 0, false},
		{math.MaxUint32, 0, 0, false},
	} {
		if err := tile.Check(tc.z, tc.x, tc.y); (err == nil) != tc.ok {
			t.Errorf("Check(%d, %d, %d) = %v", tc.z, tc.x, tc.y, err)
		}
	}
}

// The curve as the PMTiles specification draws it: the first four parts of a
// quarter go down, right and up, and each part is the same drawing turned. The
// walk over all tiles of a zoom never jumps; the single numbers are those that
// other programs assert.
func TestID(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		z, x, y uint32
		want    uint64
	}{{0, 0, 0, 0}, {1, 0, 0, 1}, {1, 0, 1, 2}, {1, 1, 1, 3}, {1, 1, 0, 4}, {2, 0, 0, 5}, {12, 3423, 1763, 19078479}} {
		if got := tile.ID(tc.z, tc.x, tc.y); got != tc.want {
			t.Errorf("ID(%d, %d, %d) = %d, want %d", tc.z, tc.x, tc.y, got, tc.want)
		}
	}
	next := uint64(0)
	for z := range uint32(8) {
		walk := quarters(z, 0)
		for i, at := range walk {
			if got := tile.ID(z, at[0], at[1]); got != next {
				t.Fatalf("ID(%d, %d, %d) = %d, want %d", z, at[0], at[1], got, next)
			}
			next++
			if i > 0 && max(at[0], walk[i-1][0])-min(at[0], walk[i-1][0])+max(at[1], walk[i-1][1])-min(at[1], walk[i-1][1]) != 1 {
				t.Fatalf("from %v to %v is a jump", walk[i-1], at)
			}
		}
	}
}

// quarters is the walk over a square of 2^z tiles a side, part by part: rule 0
// goes down, right, up; 1 right, down, left; 2 left, up, right; 3 up, left, down.
func quarters(z, rule uint32) [][2]uint32 {
	if z == 0 {
		return [][2]uint32{{0, 0}}
	}
	rules := [4][4][3]uint32{
		{{0, 0, 1}, {0, 1, 0}, {1, 1, 0}, {1, 0, 2}},
		{{0, 0, 0}, {1, 0, 1}, {1, 1, 1}, {0, 1, 3}},
		{{1, 1, 3}, {0, 1, 2}, {0, 0, 2}, {1, 0, 0}},
		{{1, 1, 2}, {1, 0, 3}, {0, 0, 3}, {0, 1, 1}},
	}
	var walk [][2]uint32
	for _, part := range rules[rule] {
		for _, at := range quarters(z-1, part[2]) {
			walk = append(walk, [2]uint32{part[0]<<(z-1) + at[0], part[1]<<(z-1) + at[1]})
		}
	}
	return walk
}

func TestBound(t *testing.T) {
	t.Parallel()
	// At zoom 1 the tile 1/0 is the north-east quarter of the map.
	b := tile.Bound(1, 1, 0)
	for i, want := range []float64{0, 0, 180, 85.0511} {
		got := []float64{b.Min[0], b.Min[1], b.Max[0], b.Max[1]}[i]
		if math.Abs(got-want) > 1e-4 {
			t.Errorf("Bound(1, 1, 0) = %v", b)
		}
	}
}

// feature is one shape with what is told of it.
type feature struct {
	Geometry orb.Geometry
	Keys     []string
	Values   []any
}

// at is the point in degrees that lies at x, y units of the tile 1/1/0, whose
// corner is 0°, 85.05° and whose side is 180°.
func at(x, y float64) orb.Point {
	lat := math.Atan(math.Sinh(math.Pi*(1-y/tile.Extent))) * 180 / math.Pi
	return orb.Point{x / tile.Extent * 180, lat}
}

// encode is the geometries and properties of the tile 1/1/0 at the last level,
// as any reader of tiles sees them.
func encode(t testing.TB, features ...feature) []*geojson.Feature {
	t.Helper()
	return decoded(t, bytesOf(t, true, features...))
}

func decoded(t testing.TB, b []byte) []*geojson.Feature {
	t.Helper()
	layers, err := mvt.Unmarshal(b)
	if err != nil {
		t.Fatal(err)
	}
	if len(layers) == 0 {
		return nil
	}
	if l := layers[0]; len(layers) != 1 || l.Name != "l" || l.Version != 2 || l.Extent != 4096 || len(l.Features) == 0 {
		t.Fatalf("%+v", layers)
	}
	return layers[0].Features
}

func bytesOf(t testing.TB, last bool, features ...feature) []byte {
	t.Helper()
	b, err := encoded(last, features...)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// encoded tells of each feature what it has: the keys of all are those of the
// layer.
func encoded(last bool, features ...feature) ([]byte, error) {
	set, err := setOf(features...)
	if err != nil {
		return nil, err
	}
	var told tile.Properties
	for _, f := range features {
		told.Keys = append(told.Keys, f.Keys...)
	}
	slices.Sort(told.Keys)
	told.Keys = slices.Compact(told.Keys)
	told.Values = func(place int) []any {
		f := features[place]
		values := make([]any, len(told.Keys))
		for i, key := range f.Keys {
			values[slices.Index(told.Keys, key)] = f.Values[i]
		}
		return values
	}
	return set.Level(1, last).Encode("l", 1, 0, told)
}

func setOf(features ...feature) (*tile.Set, error) {
	return tile.NewSet(func(yield func(tile.Shape) bool) {
		for _, f := range features {
			if !yield(tile.Shape{Geometry: f.Geometry}) {
				return
			}
		}
	})
}

func TestEncodeGeometry(t *testing.T) {
	t.Parallel()
	turned := ring(100, 100, 300, 300)
	slices.Reverse(turned)
	// What is to be read has y down, so the rings that ring draws have positive area.
	square := orb.Ring{{100, 100}, {300, 100}, {300, 300}, {100, 300}, {100, 100}}
	for _, tc := range []struct {
		name    string
		g, want orb.Geometry
	}{
		{"point", at(10, 20), orb.Point{10, 20}},
		{"points, one outside", orb.MultiPoint{at(1, 2), at(-300, 0), at(3, 4)}, orb.MultiPoint{{1, 2}, {3, 4}}},
		{"point in the buffer", at(-50, 4000), orb.Point{-50, 4000}},
		{"line", orb.LineString{at(10, 10), at(20, 10), at(20, 500)}, orb.LineString{{10, 10}, {20, 10}, {20, 500}}},
		{"line, straight point left out", orb.LineString{at(0, 0), at(50, 0), at(100, 0)}, orb.LineString{{0, 0}, {100, 0}}},
		{"line in two parts", orb.LineString{at(10, 10), at(-500, 10), at(-500, 90), at(10, 90)}, orb.MultiLineString{{{10, 10}, {-80, 10}}, {{-80, 90}, {10, 90}}}},
		{"lines", orb.MultiLineString{{at(1, 1), at(9, 1)}, {at(1, 5), at(9, 5)}}, orb.MultiLineString{{{1, 1}, {9, 1}}, {{1, 5}, {9, 5}}}},
		{"polygon", orb.Polygon{ring(100, 100, 300, 300)}, orb.Polygon{square}},
		{"polygon turned", orb.Polygon{turned}, orb.Polygon{square}},
		{"ring", ring(100, 100, 300, 300), orb.Polygon{square}},
		{"open ring", ring(100, 100, 300, 300)[:4], orb.Polygon{square}},
		{"box", orb.Bound{Min: at(100, 300), Max: at(300, 100)}, orb.Polygon{square}},
		{"hole", orb.Polygon{ring(100, 100, 300, 300), ring(150, 150, 200, 200)}, orb.Polygon{square, {{150, 150}, {150, 200}, {200, 200}, {200, 150}, {150, 150}}}},
		{"too small a hole", orb.Polygon{ring(100, 100, 300, 300), ring(150, 150, 152, 152)}, orb.Polygon{square}},
		{"cut to the window", orb.MultiPolygon{{ring(-1000, 4000, 200, 9000)}, {ring(9000, 0, 9100, 100)}}, orb.Polygon{{{-80, 4000}, {200, 4000}, {200, 4176}, {-80, 4176}, {-80, 4000}}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			before := orb.Clone(tc.g)
			got := encode(t, feature{Geometry: tc.g})
			if len(got) != 1 {
				t.Fatalf("%d features", len(got))
			}
			if diff := cmp.Diff(tc.want, canonical(got[0].Geometry)); diff != "" {
				t.Error(diff)
			}
			if !orb.Equal(before, tc.g) {
				t.Error("the geometry given was changed")
			}
		})
	}
}

// ring is a closed rectangle in degrees, given in units.
func ring(x0, y0, x1, y1 float64) orb.Ring {
	return orb.Ring{at(x0, y0), at(x1, y0), at(x1, y1), at(x0, y1), at(x0, y0)}
}

// canonical lets every ring of a polygon begin at its least point.
func canonical(g orb.Geometry) orb.Geometry {
	polygon, ok := g.(orb.Polygon)
	if !ok {
		return g
	}
	for i, ring := range polygon {
		open := ring[:len(ring)-1]
		least := 0
		for k, q := range open {
			if slices.Compare(q[:], open[least][:]) < 0 {
				least = k
			}
		}
		polygon[i] = slices.Concat(open[least:], open[:least+1])
	}
	return polygon
}

// The commands must be those of the examples in section 4.3.5 of the
// specification, to the byte: a reader would forgive a ring that ends with its
// first point and is then closed again. The commands' bytes stand in the tile
// after their field number and count; all of them are below 128.
func TestExamplesOfTheSpecification(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		g    orb.Geometry
		want []byte
	}{
		{"point", at(25, 17), []byte{9, 50, 34}},
		{"multi point", orb.MultiPoint{at(5, 7), at(3, 2)}, []byte{17, 10, 14, 3, 9}},
		{"linestring", orb.LineString{at(2, 2), at(2, 10), at(10, 10)}, []byte{9, 4, 4, 18, 0, 16, 16, 0}},
		{
			"multi linestring",
			orb.MultiLineString{{at(2, 2), at(2, 10), at(10, 10)}, {at(1, 1), at(3, 5)}},
			[]byte{9, 4, 4, 18, 0, 16, 16, 0, 9, 17, 17, 10, 4, 8},
		},
		{"polygon", orb.Polygon{{at(3, 6), at(8, 12), at(20, 34), at(3, 6)}}, []byte{9, 6, 12, 18, 10, 12, 24, 44, 15}},
		{"multi polygon", orb.MultiPolygon{
			{{at(0, 0), at(10, 0), at(10, 10), at(0, 10), at(0, 0)}},
			{
				{at(11, 11), at(20, 11), at(20, 20), at(11, 20), at(11, 11)},
				{at(13, 13), at(13, 17), at(17, 17), at(17, 13), at(13, 13)},
			},
		}, []byte{9, 0, 0, 26, 20, 0, 0, 20, 19, 0, 15, 9, 22, 2, 26, 18, 0, 0, 18, 17, 0, 15, 9, 4, 13, 26, 0, 8, 8, 0, 0, 7, 15}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			const geometryField = 4<<3 | 2
			want := append([]byte{geometryField, byte(len(tc.want))}, tc.want...)
			if got := bytesOf(t, true, feature{Geometry: tc.g}); !bytes.Contains(got, want) {
				t.Errorf("%v is not in %v", want, got)
			}
		})
	}
}

func TestInvisible(t *testing.T) {
	t.Parallel()
	for _, g := range []orb.Geometry{
		nil, at(5000, 0),
		orb.MultiPoint{},
		orb.LineString{},
		orb.LineString{at(5, 5)},
		orb.LineString{at(5, 5), at(5.1, 5.2)},
		orb.Polygon{},
		orb.Polygon{{}},
		orb.MultiPolygon{},
		orb.Polygon{{at(1, 1), at(3, 1), at(3, 3), at(1, 1)}},
		orb.Polygon{{at(1, 1), at(900, 1), at(1, 1)}},
		orb.Point{math.NaN(), 5},
		orb.LineString{{math.NaN(), 5}, {10, math.Inf(1)}},
	} {
		if got := bytesOf(t, false, feature{Geometry: g}); len(got) != 0 {
			t.Errorf("%v is drawn as %v", g, got)
		}
	}
	if got := bytesOf(t, false); len(got) != 0 {
		t.Errorf("a layer without features is %v", got)
	}
}

func TestProperties(t *testing.T) {
	t.Parallel()
	keys := []string{"s", "t", "f", "i", "n", "r", "j", "k", "none"}
	values := []any{"公园", true, false, 7, int64(-8), 0.5, json.Number("511011001001"), json.Number("1.5"), nil}
	got := encode(t,
		feature{Geometry: at(1, 1), Keys: keys, Values: values},
		feature{}, // without a place
		feature{Geometry: at(2, 2), Keys: []string{"f", "s"}, Values: []any{0.5, "公园"}})
	// The reader gives every number as a float64; a number read as text would stay text.
	want := geojson.Properties{
		"s": "公园", "t": true, "f": false, "i": 7.0, "n": -8.0, "r": 0.5, "j": 511011001001.0, "k": 1.5,
	}
	if diff := cmp.Diff(want, got[0].Properties); diff != "" || got[0].ID != 1.0 || got[1].ID != 3.0 {
		t.Error(diff, got[0].ID, got[1].ID)
	}
	if diff := cmp.Diff(geojson.Properties{"f": 0.5, "s": "公园"}, got[1].Properties); diff != "" {
		t.Error(diff)
	}
}

// A whole number is written as one and not as a double, which would round it:
// two that are next to each other beyond 2^53 differ in the bytes. Equal ones
// are one value, whatever their type.
func TestWholeNumbers(t *testing.T) {
	t.Parallel()
	of := func(values ...any) []byte {
		var features []feature
		for _, v := range values {
			features = append(features, feature{Geometry: at(1, 1), Keys: []string{"n"}, Values: []any{v}})
		}
		return bytesOf(t, true, features...)
	}
	const big = 1<<53 + 1
	if bytes.Equal(of(json.Number("9007199254740993")), of(json.Number("9007199254740992"))) {
		t.Error("a whole number was rounded")
	}
	if !bytes.Equal(of(json.Number("9007199254740993"), int64(big)), of(big, big)) {
		t.Error("the type of a whole number shows")
	}
}

func TestEncodeFaults(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		f    feature
		want string
	}{
		{feature{Geometry: orb.Collection{at(1, 1)}}, "shape 0: a GeometryCollection"},
		{feature{Geometry: at(1, 1), Keys: []string{"a"}, Values: []any{[]string{}}}, "layer l: feature 1: a: a tile holds no value of type []string"},
		{feature{Geometry: at(1, 1), Keys: []string{"a"}, Values: []any{json.Number("x")}}, "a: "},
	} {
		if _, err := encoded(true, tc.f); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%v, want %q", err, tc.want)
		}
	}
	set, err := setOf(feature{Geometry: at(1, 1)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := set.Level(1, true).Encode("l", 2, 0, tile.Properties{}); err == nil {
		t.Error("a tile that is not there was encoded")
	}
	few := tile.Properties{Keys: []string{"a"}, Values: func(int) []any { return nil }}
	if _, err := set.Level(1, true).Encode("l", 1, 0, few); err == nil || !strings.Contains(err.Error(), "1 names for 0 values") {
		t.Errorf("%v", err)
	}
}

// Whatever the polygon: outer rings have positive area and holes negative, all are closed, hold three places or more, repeat none
// in a row, and lie in the window.
func TestPolygonsKeepTheRules(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		coordinate := rapid.Float64Range(-6000, 10000)
		var polygon orb.Polygon
		for range rapid.IntRange(1, 3).Draw(rt, "rings") {
			var ring orb.Ring
			for range rapid.IntRange(0, 12).Draw(rt, "n") {
				x := coordinate.Draw(rt, "x")
				ring = append(ring, at(max(-4096, min(4096, x)), max(0, coordinate.Draw(rt, "y"))))
			}
			polygon = append(polygon, ring)
		}
		f := feature{Geometry: polygon}
		last := rapid.Bool().Draw(rt, "last")
		if !bytes.Equal(bytesOf(t, last, f), bytesOf(t, last, f)) {
			rt.Fatal("two answers")
		}
		for _, f := range decoded(t, bytesOf(t, last, f)) {
			// A reader tells polygons apart by the sign of their rings' area.
			drawn, ok := f.Geometry.(orb.MultiPolygon)
			if !ok {
				drawn = orb.MultiPolygon{f.Geometry.(orb.Polygon)}
			}
			for _, polygon := range drawn {
				for i, ring := range polygon {
					if fault := ringFault(ring, i == 0); fault != "" {
						rt.Fatalf("ring %d: %s: %v", i, fault, ring)
					}
				}
			}
		}
	})
}

func ringFault(ring orb.Ring, outer bool) string {
	if !ring.Closed() {
		return "not closed"
	}
	area := 0.0
	for i, b := range ring[1:] {
		a := ring[i]
		area += a[0]*b[1] - b[0]*a[1]
		if a == b {
			return "a place twice in a row"
		}
		if a[0] < -80 || a[0] > 4176 || a[1] < -80 || a[1] > 4176 {
			return "outside the window"
		}
	}
	if area == 0 || (area > 0) != outer {
		return "turns the wrong way"
	}
	return ""
}

// Whatever the lines: each part has two places or more, repeats none in a row,
// and lies in the window.
func TestLinesKeepTheRules(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		// Steps of a fraction of a unit make places that round to one.
		coordinate := rapid.OneOf(rapid.Float64Range(0, 8), rapid.Float64Range(-4096, 4500))
		var lines orb.MultiLineString
		for range rapid.IntRange(0, 3).Draw(rt, "lines") {
			var line orb.LineString
			for range rapid.IntRange(0, 12).Draw(rt, "n") {
				line = append(line, at(min(4096, coordinate.Draw(rt, "x")), max(0, coordinate.Draw(rt, "y"))))
			}
			lines = append(lines, line)
		}
		for _, f := range encode(t, feature{Geometry: lines}) {
			parts, ok := f.Geometry.(orb.MultiLineString)
			if !ok {
				parts = orb.MultiLineString{f.Geometry.(orb.LineString)}
			}
			for _, part := range parts {
				if b := part.Bound(); len(part) < 2 || b.Min[0] < -80 || b.Max[0] > 4176 || b.Min[1] < -80 || b.Max[1] > 4176 {
					rt.Fatalf("%v", part)
				}
				if len(slices.Compact(slices.Clone(part))) != len(part) {
					rt.Fatalf("a place twice in a row: %v", part)
				}
			}
		}
	})
}

func FuzzCheck(f *testing.F) {
	f.Add(uint32(1), uint32(1), uint32(0))
	f.Fuzz(func(t *testing.T, z, x, y uint32) {
		if tile.Check(z, x, y) != nil {
			return
		}
		if b := tile.Bound(z, x, y); !(b.Min[0] < b.Max[0] && b.Min[1] < b.Max[1]) {
			t.Errorf("Bound(%d, %d, %d) = %v", z, x, y, b)
		}
	})
}
