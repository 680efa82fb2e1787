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
	"pgregory.net/rapid"

	"kaimen/geo/tile"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		z, x, y uint32
		ok      bool
	}{
		{0, 0, 0, true}, {0, 1, 0, false}, {3, 7, 7, true}, {3, 7, 8, false},
		{22, 1<<22 - 1, 0, true}, {23, 0, 0, false}, {math.MaxUint32, 0, 0, false},
	} {
		if err := tile.Check(tc.z, tc.x, tc.y); (err == nil) != tc.ok {
			t.Errorf("Check(%d, %d, %d) = %v", tc.z, tc.x, tc.y, err)
		}
	}
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
	if wide := tile.BufferedBound(4, 3, 3); !wide.Contains(tile.Bound(4, 3, 3).Min) || !wide.Contains(tile.Bound(4, 3, 3).Max) {
		t.Error("the buffered box must hold the box")
	}
}

// at is the point in degrees that lies at x, y units of the tile 1/1/0, whose
// corner is 0°, 85.05° and whose side is 180°.
func at(x, y float64) orb.Point {
	lat := math.Atan(math.Sinh(math.Pi*(1-y/tile.Extent))) * 180 / math.Pi
	return orb.Point{x / tile.Extent * 180, lat}
}

func encode(t *testing.T, features ...tile.Feature) []decodedFeature {
	t.Helper()
	b, err := tile.Encode("l", 1, 1, 0, slices.Values(features))
	if err != nil {
		t.Fatal(err)
	}
	layers := decode(t, b)
	if len(layers) == 0 {
		return nil
	}
	if l := layers[0]; len(layers) != 1 || l.name != "l" || l.version != 2 || l.extent != 4096 {
		t.Fatalf("%+v", layers)
	}
	return layers[0].features
}

func TestEncodeGeometry(t *testing.T) {
	t.Parallel()
	ring := func(x0, y0, x1, y1 float64) orb.Ring {
		return orb.Ring{at(x0, y0), at(x1, y0), at(x1, y1), at(x0, y1), at(x0, y0)}
	}
	turned := ring(100, 100, 300, 300)
	slices.Reverse(turned)
	type cells = [][2]int32
	for _, tc := range []struct {
		name  string
		g     orb.Geometry
		kind  uint64
		parts []cells
	}{
		{"point", at(10, 20), 1, []cells{{{10, 20}}}},
		{"points, one outside", orb.MultiPoint{at(1, 2), at(-300, 0), at(3, 4)}, 1, []cells{{{1, 2}}, {{3, 4}}}},
		{"point in the buffer", at(-50, 4000), 1, []cells{{{-50, 4000}}}},
		{"line", orb.LineString{at(10, 10), at(20, 10), at(20, 500)}, 2, []cells{{{10, 10}, {20, 10}, {20, 500}}}},
		{"line, straight point left out", orb.LineString{at(0, 0), at(50, 0), at(100, 0)}, 2, []cells{{{0, 0}, {100, 0}}}},
		{"line in two parts", orb.LineString{at(10, 10), at(-500, 10), at(-500, 90), at(10, 90)}, 2, []cells{{{10, 10}, {-80, 10}}, {{-80, 90}, {10, 90}}}},
		{"lines", orb.MultiLineString{{at(1, 1), at(9, 1)}, {at(1, 5), at(9, 5)}}, 2, []cells{{{1, 1}, {9, 1}}, {{1, 5}, {9, 5}}}},
		{"polygon", orb.Polygon{ring(100, 100, 300, 300)}, 3, []cells{{{100, 100}, {300, 100}, {300, 300}, {100, 300}}}},
		{"polygon turned", orb.Polygon{turned}, 3, []cells{{{300, 100}, {300, 300}, {100, 300}, {100, 100}}}},
		{"open ring", turned[:4], 3, nil},
		{"hole", orb.Polygon{ring(100, 100, 300, 300), ring(150, 150, 200, 200)}, 3, []cells{
			{{100, 100}, {300, 100}, {300, 300}, {100, 300}}, {{150, 200}, {200, 200}, {200, 150}, {150, 150}},
		}},
		{"too small a hole", orb.Polygon{ring(100, 100, 300, 300), ring(150, 150, 152, 152)}, 3, []cells{{{100, 100}, {300, 100}, {300, 300}, {100, 300}}}},
		{"cut to the window", orb.MultiPolygon{{ring(-1000, 4000, 200, 9000)}, {ring(9000, 0, 9100, 100)}}, 3, []cells{{{200, 4000}, {200, 4176}, {-80, 4176}, {-80, 4000}}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			before := orb.Clone(tc.g)
			got := encode(t, tile.Feature{Geometry: tc.g})
			if len(got) != 1 {
				t.Fatalf("%d features", len(got))
			}
			if got[0].kind != tc.kind {
				t.Errorf("kind %d, want %d", got[0].kind, tc.kind)
			}
			if tc.parts != nil {
				if diff := cmp.Diff(canonical(tc.kind, tc.parts), canonical(tc.kind, got[0].parts)); diff != "" {
					t.Error(diff)
				}
			}
			if !orb.Equal(before, tc.g) {
				t.Error("the geometry given was changed")
			}
		})
	}
}

// canonical lets every ring begin at its least point.
func canonical(kind uint64, parts [][][2]int32) [][][2]int32 {
	out := make([][][2]int32, len(parts))
	for i, part := range parts {
		least := 0
		for k, c := range part {
			if slices.Compare(c[:], part[least][:]) < 0 {
				least = k
			}
		}
		if kind != 3 {
			least = 0
		}
		out[i] = append(slices.Clone(part[least:]), part[:least]...)
	}
	return out
}

func TestInvisible(t *testing.T) {
	t.Parallel()
	for _, g := range []orb.Geometry{
		nil, at(5000, 0), orb.MultiPoint{}, orb.LineString{}, orb.LineString{at(5, 5)},
		orb.LineString{at(5, 5), at(5.1, 5.2)}, orb.Polygon{}, orb.Polygon{{}}, orb.MultiPolygon{},
		orb.Polygon{{at(1, 1), at(3, 1), at(3, 3), at(1, 1)}}, orb.Polygon{{at(1, 1), at(900, 1), at(1, 1)}},
		orb.Point{math.NaN(), 5}, orb.LineString{{math.NaN(), 5}, {10, math.Inf(1)}},
	} {
		if got := encode(t, tile.Feature{Geometry: g}); got != nil {
			t.Errorf("%v is drawn as %v", g, got)
		}
	}
}

func TestProperties(t *testing.T) {
	t.Parallel()
	keys := []string{"s", "t", "f", "i", "n", "r", "j", "k", "none"}
	values := []any{"公园", true, false, 7, int64(-8), 0.5, json.Number("511011001001"), json.Number("1.5"), nil}
	got := encode(t,
		tile.Feature{ID: 9, Geometry: at(1, 1), Keys: keys, Values: values},
		tile.Feature{Geometry: at(2, 2), Keys: []string{"f", "s"}, Values: []any{0.5, "公园"}})
	want := map[string]any{
		"s": "公园", "t": true, "f": false, "i": int64(7), "n": int64(-8), "r": 0.5, "j": int64(511011001001), "k": 1.5,
	}
	if diff := cmp.Diff(want, got[0].properties); diff != "" || got[0].id != 9 || got[1].id != 0 {
		t.Error(diff, got)
	}
	if diff := cmp.Diff(map[string]any{"f": 0.5, "s": "公园"}, got[1].properties); diff != "" {
		t.Error(diff)
	}
}

func TestEncodeFaults(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		f    tile.Feature
		want string
	}{
		{tile.Feature{ID: 4, Geometry: orb.Collection{at(1, 1)}}, "layer l: feature 4: a GeometryCollection"},
		{tile.Feature{Geometry: at(1, 1), Keys: []string{"a"}}, "1 names for 0 values"},
		{tile.Feature{Geometry: at(1, 1), Keys: []string{"a"}, Values: []any{[]string{}}}, "a: a tile holds no value of type []string"},
		{tile.Feature{Geometry: at(1, 1), Keys: []string{"a"}, Values: []any{json.Number("x")}}, "a: "},
	} {
		if _, err := tile.Encode("l", 1, 1, 0, slices.Values([]tile.Feature{tc.f})); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%v, want %q", err, tc.want)
		}
	}
	if _, err := tile.Encode("l", 1, 2, 0, slices.Values([]tile.Feature{})); err == nil {
		t.Error("a tile that is not there was encoded")
	}
}

// Whatever the polygon: outer rings have positive area, holes negative, all are
// closed, hold three places or more, and lie in the window.
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
		f := tile.Feature{Geometry: polygon}
		first, err := tile.Encode("l", 1, 1, 0, slices.Values([]tile.Feature{f}))
		if err != nil {
			rt.Fatal(err)
		}
		again, _ := tile.Encode("l", 1, 1, 0, slices.Values([]tile.Feature{f}))
		if !bytes.Equal(first, again) {
			rt.Fatal("two answers")
		}
		for _, f := range encode(t, f) {
			for i, part := range f.parts {
				area := int64(0)
				for k, a := range part {
					b := part[(k+1)%len(part)]
					area += int64(a[0])*int64(b[1]) - int64(b[0])*int64(a[1])
					if a[0] < -80 || a[0] > 4176 || a[1] < -80 || a[1] > 4176 {
						rt.Fatalf("%v is outside the window", a)
					}
				}
				if len(part) < 3 || !f.closed[i] || (area > 0) != (i == 0) || area == 0 {
					rt.Fatalf("ring %d: area %d of %v, closed %t", i, area, part, f.closed[i])
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

func BenchmarkEncode(b *testing.B) {
	var features []tile.Feature
	for i := range 1000 {
		x, y := float64(i%40)*100, float64(i/40)*100
		ring := orb.Ring{at(x, y), at(x+50, y), at(x+50, y+50), at(x, y+50), at(x, y)}
		features = append(features, tile.Feature{ID: uint64(i), Geometry: orb.Polygon{ring}, Keys: []string{"n"}, Values: []any{i}})
	}
	b.Run("polygons=1000", func(b *testing.B) {
		for b.Loop() {
			if _, err := tile.Encode("l", 1, 1, 0, slices.Values(features)); err != nil {
				b.Fatal(err)
			}
		}
	})
}
