package geojson_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/geo/geojson"
)

func TestWriteLines(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	w := geojson.NewWriter(&out, geojson.Member{Name: "kaimen", Value: map[string]any{"b": 1, "a": "东兴"}})
	clockwise := orb.Ring{{0, 0}, {0, 4}, {4, 4}, {4, 0}}    // open, and the wrong way round
	hole := orb.Ring{{1, 1}, {2, 1}, {2, 2}, {1, 2}, {1, 1}} // counterclockwise: wrong for a hole
	triangle := orb.Ring{{0, 0}, {1, 0}, {1, 1}, {0, 0}}     // as it should be
	for _, f := range []struct {
		id     string
		g      orb.Geometry
		keys   []string
		values []any
	}{
		{"a", orb.Polygon{clockwise, hole}, []string{"z", "a"}, []any{nil, "q\"\n\xff\u2028"}},
		{"", orb.Point{105.123456789, -0.00000001}, []string{"i", "j", "f", "g", "t", "u"}, []any{7, int64(-8), 0.1, 1e21, true, false}},
		{"c", nil, []string{"n", "s"}, []any{json.Number("511011001001"), []string{"park"}}},
		{"d", orb.Collection{triangle, orb.Bound{Max: orb.Point{1, 1}}, orb.LineString{{1, 2}, {3, 4}}}, nil, nil},
		{"e", orb.MultiPolygon{{triangle}}, nil, nil},
		{"f", orb.MultiPoint{{1, 2}}, nil, nil},
		{"g", orb.MultiLineString{{{1, 2}, {3.5, 4}}}, nil, nil},
	} {
		if err := w.Write(f.id, f.g, f.keys, f.values); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), w.Close()); err != nil {
		t.Fatal(err)
	}
	want := `{"type":"FeatureCollection","kaimen":{"a":"东兴","b":1},"features":[
{"type":"Feature","id":"a","geometry":{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,4],[0,0]],[[1,1],[1,2],[2,2],[2,1],[1,1]]]},"properties":{"z":null,"a":"q\"\n\ufffd\u2028"}},
{"type":"Feature","geometry":{"type":"Point","coordinates":[105.1234568,0]},"properties":{"i":7,"j":-8,"f":0.1,"g":1e+21,"t":true,"u":false}},
{"type":"Feature","id":"c","geometry":null,"properties":{"n":511011001001,"s":["park"]}},
{"type":"Feature","id":"d","geometry":{"type":"GeometryCollection","geometries":[{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]},{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1],[0,0]]]},{"type":"LineString","coordinates":[[1,2],[3,4]]}]},"properties":{}},
{"type":"Feature","id":"e","geometry":{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]]]},"properties":{}},
{"type":"Feature","id":"f","geometry":{"type":"MultiPoint","coordinates":[[1,2]]},"properties":{}},
{"type":"Feature","id":"g","geometry":{"type":"MultiLineString","coordinates":[[[1,2],[3.5,4]]]},"properties":{}}
]}
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
	if clockwise[1] != (orb.Point{0, 4}) || hole[1] != (orb.Point{2, 1}) {
		t.Error("the geometry given was changed")
	}
}

func TestWriteNothing(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := geojson.NewWriter(&out).Close(); err != nil || out.String() != `{"type":"FeatureCollection","features":[]}`+"\n" {
		t.Errorf("%q, %v", out.String(), err)
	}
}

func TestWriteFaults(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		g      orb.Geometry
		keys   []string
		values []any
		want   string
	}{
		{"not a number", orb.Point{math.NaN(), 1}, nil, nil, `write feature 1 "x": the coordinate NaN`},
		{"infinite value", nil, []string{"v"}, []any{math.Inf(1)}, "v: +Inf"},
		{"counts differ", nil, []string{"v"}, nil, "1 names for 0 values"},
		{"cannot encode", nil, []string{"v"}, []any{func() {}}, "v: "},
	} {
		var out bytes.Buffer
		w := geojson.NewWriter(&out)
		err := w.Write("x", tc.g, tc.keys, tc.values)
		if err == nil || !strings.Contains(err.Error(), tc.want) || w.Close() != err {
			t.Errorf("%s: %v, want %q, and Close to repeat it", tc.name, err, tc.want)
		}
	}
	if err := geojson.NewWriter(&bytes.Buffer{}, geojson.Member{Name: "type", Value: 1}).Close(); err == nil {
		t.Error("a second type member was taken")
	}
	closed, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	if err := geojson.NewWriter(closed).Close(); err == nil {
		t.Error("the error of the file was lost")
	}
}

// Strings come out as encoding/json writes them without its HTML escapes.
func TestStringsAsEncodingJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
			rapid.StringOf(rapid.RuneFrom([]rune("\x00\b\f\x1f\x7f\"\\/<>&\u2028\u2029\ufffd东")))).Draw(t, "s")
		got, err := geojson.AppendFeature(nil, "", nil, []string{"s"}, []any{s})
		if err != nil {
			t.Fatal(err)
		}
		var text bytes.Buffer
		enc := json.NewEncoder(&text)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(s); err != nil {
			t.Fatal(err)
		}
		want := strings.TrimSpace(text.String())
		got = bytes.TrimSuffix(bytes.TrimPrefix(got, []byte(`{"type":"Feature","geometry":null,"properties":{"s":`)), []byte("}}"))
		var mine, theirs string
		if err := errors.Join(json.Unmarshal(got, &mine), json.Unmarshal([]byte(want), &theirs)); err != nil || mine != theirs {
			t.Fatalf("%s reads as %q, want %q (%v)", got, mine, theirs, err)
		}
		// Two control characters have a short form there and not here.
		if !strings.ContainsAny(s, "\b\f") && string(got) != want {
			t.Fatalf("%s, want %s", got, want)
		}
	})
}

// What is written reads back the same, for coordinates of seven decimals.
func TestWrittenReadsBack(t *testing.T) {
	t.Parallel()
	coordinate := rapid.Map(rapid.Int64Range(-1_800_000_000, 1_800_000_000), func(i int64) float64 { return float64(i) / 1e7 })
	rapid.Check(t, func(t *rapid.T) {
		line := make(orb.LineString, rapid.IntRange(2, 20).Draw(t, "n"))
		for i := range line {
			line[i] = orb.Point{coordinate.Draw(t, "lon"), coordinate.Draw(t, "lat")}
		}
		values := []any{
			rapid.String().Draw(t, "text"), rapid.Bool().Draw(t, "bool"), nil,
			rapid.Float64().Draw(t, "real"), rapid.Int64().Draw(t, "integer"),
		}
		id := rapid.StringN(1, 10, -1).Draw(t, "id")
		var out bytes.Buffer
		w := geojson.NewWriter(&out)
		if err := errors.Join(w.Write(id, line, []string{"a", "b", "c", "d", "e"}, values), w.Close()); err != nil {
			t.Fatal(err)
		}
		if err := geojson.Read(&out, func(f geojson.Feature) error {
			real, err := f.Properties["d"].(json.Number).Float64()
			integer, err2 := f.Properties["e"].(json.Number).Int64()
			got := []any{f.Properties["a"], f.Properties["b"], f.Properties["c"], real, integer}
			if diff := cmp.Diff(values, got); diff != "" || f.ID != id || !orb.Equal(f.Geometry, line) {
				t.Fatalf("%v: %s", f, diff)
			}
			return errors.Join(f.Err, err, err2)
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func BenchmarkWrite(b *testing.B) {
	ring := make(orb.Ring, 0, 1001)
	for i := range 1000 {
		a := 2 * math.Pi * float64(i) / 1000
		ring = append(ring, orb.Point{105 + math.Cos(a), 29 + math.Sin(a)})
	}
	ring = append(ring, ring[0])
	b.Run("points=1001", func(b *testing.B) {
		var buf []byte
		for b.Loop() {
			buf, _ = geojson.AppendFeature(buf[:0], "x", orb.Polygon{ring}, nil, nil)
		}
		b.SetBytes(int64(len(buf)))
	})
}
