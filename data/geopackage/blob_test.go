package geopackage

import (
	"encoding/hex"
	"reflect"
	"testing"

	"github.com/paulmach/orb"
)

// The headers are worked out by hand from clause 2.1.3 of the standard: "GP",
// version 0, flags, 4326 (e6100000), then for lines minx, maxx, miny, maxy.
func TestBlobHeader(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		g    orb.Geometry
		want string // the header in hexadecimal
	}{
		{"a point has no envelope", orb.Point{1, 2}, "47500001" + "e6100000"},
		{"a line has one", orb.LineString{{1, 4}, {2, 3}}, "47500003" + "e6100000" +
			"000000000000f03f" + "0000000000000040" + "0000000000000840" + "0000000000001040"},
		{"nothing says it is empty", orb.MultiPolygon{}, "47500011" + "e6100000"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			b, err := AppendBlob(nil, tc.g, 4326)
			if err != nil {
				t.Fatal(err)
			}
			if got := hex.EncodeToString(b[:len(tc.want)/2]); got != tc.want {
				t.Errorf("header %s, want %s", got, tc.want)
			}
			if back, err := ParseBlob(b); err != nil || !reflect.DeepEqual(back, tc.g) {
				t.Errorf("read back as %v, %v", back, err)
			}
		})
	}
}

// Whatever bytes come, ParseBlob answers or refuses; what it reads, written
// and read again, is the same.
func FuzzParseBlob(f *testing.F) {
	for _, g := range []orb.Geometry{
		orb.Point{105, 29}, orb.LineString{{1, 2}, {3, 4}}, orb.MultiPolygon{{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}}}, orb.MultiPolygon{},
	} {
		b, err := AppendBlob(nil, g, 4326)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
		f.Add(b[:len(b)-1])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		g, err := ParseBlob(b)
		if err != nil || !orb.Equal(g, g) { // NaN differs from itself
			return
		}
		again, err := AppendBlob(nil, g, 4326)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := ParseBlob(again); err != nil || !orb.Equal(g, back) {
			t.Errorf("%v was read back as %v, %v", g, back, err)
		}
	})
}
