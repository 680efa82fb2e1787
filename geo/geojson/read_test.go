package geojson_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"kaimen/geo/geojson"
)

func readAll(t testing.TB, text string) ([]geojson.Feature, error) {
	t.Helper()
	var features []geojson.Feature
	err := geojson.Read(strings.NewReader(text), func(f geojson.Feature) error {
		features = append(features, f)
		return nil
	})
	return features, err
}

const point = `{"type":"Point","coordinates":[105.05,29.58]}`

func TestReadForms(t *testing.T) {
	t.Parallel()
	feature := `{"type":"Feature","id":"a","geometry":` + point + `,"properties":{"n":511011001001,"名":"园"}}`
	for _, tc := range []struct {
		name, text string
		want       int
	}{
		{"collection", `{"type":"FeatureCollection","features":[` + feature + `]}`, 1},
		{"type last", `{"features":[` + feature + `],"x":{"y":[1]},"type":"FeatureCollection"}`, 1},
		{"no features", `{"type":"FeatureCollection","features":[]}`, 0},
		{"byte order mark", "\uFEFF" + `{"type":"FeatureCollection","features":[` + feature + `]}`, 1},
		{"single", feature, 1},
		{"lines", feature + "\n" + feature + "\n", 2},
		{"record separators", "\x1e" + feature + "\n\x1e" + feature + "\n", 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			features, err := readAll(t, tc.text)
			if err != nil || len(features) != tc.want {
				t.Fatalf("%d features, %v; want %d", len(features), err, tc.want)
			}
			for i, f := range features {
				want := geojson.Feature{
					ID: "a", Index: i + 1, Offset: f.Offset, Geometry: orb.Point{105.05, 29.58},
					Properties: map[string]any{"n": json.Number("511011001001"), "名": "园"},
					Keys:       []string{"n", "名"},
				}
				if diff := cmp.Diff(want, f); diff != "" {
					t.Error(diff)
				}
				if !strings.HasPrefix(tc.text[f.Offset:], `{"type":"Feature"`) {
					t.Errorf("offset %d is not where the feature begins", f.Offset)
				}
			}
		})
	}
}

func TestReadGeometries(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		text string
		want orb.Geometry
	}{
		{point, orb.Point{105.05, 29.58}},
		{`{"coordinates" : [ 1e1 , -2.5, 300 ], "type":"Point"}`, orb.Point{10, -2.5}},
		{`{"type":"MultiPoint","coordinates":[[1,2],[3,4]]}`, orb.MultiPoint{{1, 2}, {3, 4}}},
		{`{"type":"LineString","coordinates":[[1,2],[3,4]]}`, orb.LineString{{1, 2}, {3, 4}}},
		{`{"type":"MultiLineString","coordinates":[[[1,2],[3,4]]]}`, orb.MultiLineString{{{1, 2}, {3, 4}}}},
		{`{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}`, orb.Polygon{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}}},
		{`{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]]]}`, orb.MultiPolygon{{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}}}},
		{`{"type":"GeometryCollection","geometries":[` + point + `]}`, orb.Collection{orb.Point{105.05, 29.58}}},
		{`null`, nil},
	} {
		features, err := readAll(t, `{"type":"Feature","geometry":`+tc.text+`,"properties":null}`)
		if err != nil || len(features) != 1 || features[0].Err != nil {
			t.Errorf("%s: %v, %v", tc.text, features, err)
		} else if diff := cmp.Diff(tc.want, features[0].Geometry); diff != "" {
			t.Errorf("%s: %s", tc.text, diff)
		}
	}
}

// A fault of one feature is told with it; the others are read.
func TestFaultsOfAFeature(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ feature, fault string }{
		{`{"type":"Feature","properties":{}}`, "no geometry member"},
		{`{"type":"Feature","geometry":null}`, "no properties member"},
		{`{"type":"feature","geometry":null,"properties":null}`, `type is not "Feature"`},
		{`{"type":"Feature","id":true,"geometry":null,"properties":null}`, "id is neither"},
		{`{"type":"Feature","geometry":null,"properties":[]}`, "an object or null"},
		{`{"type":"Feature","geometry":null,"properties":{"a":1,"a":2}}`, `"a" stands there twice`},
		{`{"type":"Feature","geometry":5,"properties":null}`, "an object with type"},
		{`{"type":"Feature","geometry":{"type":"Circle"},"properties":null}`, `"Circle"`},
		{`{"type":"Feature","geometry":{"type":"Point"},"properties":null}`, "a list was expected"},
		{`{"type":"Feature","geometry":{"type":"Point","coordinates":[1]},"properties":null}`, "two numbers"},
		{`{"type":"Feature","geometry":{"type":"Point","coordinates":[1,null]},"properties":null}`, "not a number"},
		{`{"type":"Feature","geometry":{"type":"Point","coordinates":["1","2"]},"properties":null}`, "not a number"},
		{`{"type":"Feature","geometry":{"type":"Point","coordinates":[1e999,2]},"properties":null}`, "not a number"},
		{`{"type":"Feature","geometry":{"type":"LineString","coordinates":[[1,2]]},"properties":null}`, "two positions"},
		{`{"type":"Feature","geometry":{"type":"Polygon","coordinates":[]},"properties":null}`, "needs a ring"},
		{`{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[0,0]]]},"properties":null}`, "four positions"},
		{`{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]},"properties":null}`, "not closed at [0, 0]"},
		{`{"type":"Feature","geometry":{"type":"GeometryCollection","geometries":[null]},"properties":null}`, "member 1"},
		{`{"type":"Feature","geometry":{"type":"GeometryCollection","coordinates":[]},"properties":null}`, "a list of geometries"},
	} {
		features, err := readAll(t, `{"type":"FeatureCollection","features":[`+tc.feature+`,{"type":"Feature","geometry":null,"properties":null}]}`)
		if err != nil || len(features) != 2 || features[1].Err != nil {
			t.Errorf("%s: %v, %v", tc.feature, features, err)
		} else if f := features[0].Err; f == nil || !strings.Contains(f.Error(), tc.fault) {
			t.Errorf("%s: fault %v, want %q", tc.feature, f, tc.fault)
		}
	}
	features, _ := readAll(t, `{"type":"Feature","id":[]}`)
	if text := features[0].Err.Error(); strings.Count(text, "\n") != 2 {
		t.Errorf("%q: want the three faults together", text)
	}
}

func TestFaultsOfTheFile(t *testing.T) {
	t.Parallel()
	sound := `{"type":"Feature","geometry":null,"properties":null}`
	deep := strings.Repeat("[", 5000) + strings.Repeat("]", 5000)
	for _, tc := range []struct{ name, text, want string }{
		{"empty", " \n", "the file is empty"},
		{"not JSON", "id,name\n", "not JSON"},
		{"a list", "[]", "object was expected"},
		{"cut", `{"type":"FeatureCollection","features":[` + sound + `,{"type":"Fea`, "feature 1, byte 93: the text ends in the middle"},
		{"cut after a feature", `{"type":"FeatureCollection","features":[` + sound, "ends in the middle"},
		{"no type", `{"features":[]}`, `no "type"`},
		{"no features", `{"type":"FeatureCollection"}`, "no list of features"},
		{"features no list", `{"type":"FeatureCollection","features":{}}`, "a list was expected"},
		{"features twice", `{"type":"FeatureCollection","features":[],"features":[]}`, "only one list"},
		{"feature no object", `{"type":"FeatureCollection","features":[7]}`, "feature 1, byte 40: a Feature was expected"},
		{"bare geometry", point, `type "Point"`},
		{"deep", `{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,"properties":{"x":` + deep + `}}]}`, "deeper than 64"},
		{"deep foreign member", `{"x":` + deep + `}`, "deeper than 64"},
		{"very deep", `{"x":` + strings.Repeat("[", 1e6), "depth"},
		{"GBK", "{\"type\":\"Feature\",\"geometry\":null,\"properties\":{\"n\":\"\xd6\xd0\"}}", "encoding: gbk"},
		{"two collections", `{"type":"FeatureCollection","features":[]} {"type":"FeatureCollection","features":[]}`, "only one list"},
		{"collection, then feature", `{"type":"FeatureCollection","features":[]} ` + sound, "type \"Feature\""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := readAll(t, tc.text)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%v, want %q", err, tc.want)
			}
		})
	}
}

func TestReadStops(t *testing.T) {
	t.Parallel()
	stop := errors.New("enough")
	text := strings.Repeat(`{"type":"Feature","geometry":null,"properties":null}`+"\n", 3)
	n := 0
	err := geojson.Read(strings.NewReader(text), func(geojson.Feature) error {
		n++
		return stop
	})
	if err != stop || n != 1 {
		t.Errorf("%v after %d features", err, n)
	}
}

func TestCRSMember(t *testing.T) {
	t.Parallel()
	r := geojson.NewReader(strings.NewReader(
		`{"type":"FeatureCollection","features":[],"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4544"}}}`))
	if err := r.Each(func(geojson.Feature) error { return nil }); err != nil || r.CRS() != "urn:ogc:def:crs:EPSG::4544" {
		t.Errorf("%q, %v", r.CRS(), err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"type":"FeatureCollection","features":[{"type":"Feature","id":7,"geometry":` + point + `,"properties":{"a":null}}]}`))
	f.Add([]byte(`{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]},"properties":null}` + "\n\x1e{}"))
	f.Add([]byte(`{"features":[[]]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		_ = geojson.Read(strings.NewReader(string(text)), func(feature geojson.Feature) error {
			if feature.Offset < 0 || feature.Offset >= int64(len(text)) {
				t.Errorf("offset %d of %d", feature.Offset, len(text))
			}
			if feature.Err != nil {
				return nil
			}
			// What is accepted can be written and reads back the same.
			first, err := geojson.AppendGeometry(nil, feature.Geometry)
			if err != nil {
				t.Fatal(err)
			}
			again, err := readAll(t, `{"type":"Feature","geometry":`+string(first)+`,"properties":null}`)
			if err != nil || again[0].Err != nil {
				t.Fatalf("%s: %v %v", first, err, again)
			}
			return nil
		})
	})
}

func ExampleRead() {
	text := `{"type":"Feature","id":"p1","geometry":{"type":"Point","coordinates":[105.05,29.58]},"properties":{"name":"Park"}}`
	err := geojson.Read(strings.NewReader(text), func(f geojson.Feature) error {
		fmt.Println(f.Index, f.ID, f.Geometry, f.Properties["name"])
		return nil
	})
	fmt.Println(err)
	// Output:
	// 1 p1 [105.05 29.58] Park
	// <nil>
}

func BenchmarkRead(b *testing.B) {
	ring := strings.TrimSuffix(strings.Repeat("[105.0512345,29.5812345],", 500), ",")
	feature := `{"type":"Feature","id":"a","geometry":{"type":"Polygon","coordinates":[[` + ring + `]]},"properties":{"id":"a","n":5,"name":"东兴"}}`
	text := `{"type":"FeatureCollection","features":[` + strings.TrimSuffix(strings.Repeat(feature+",", 1000), ",") + `]}`
	b.Run("features=1000/points=500", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			if err := geojson.Read(strings.NewReader(text), func(f geojson.Feature) error { return f.Err }); err != nil {
				b.Fatal(err)
			}
		}
	})
}
