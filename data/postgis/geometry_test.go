package postgis

import (
	"encoding/hex"
	"reflect"
	"testing"

	"github.com/paulmach/orb"
)

// The bytes of a point are worked out by hand: byte order 1, type 1 with the
// flag of a coordinate system (0x20000000), 4326, then 1 and 2.
func TestEncodePoint(t *testing.T) {
	t.Parallel()
	b, err := encode(orb.Point{1, 2})
	if err != nil {
		t.Fatal(err)
	}
	const want = "01" + "01000020" + "e6100000" + "000000000000f03f" + "0000000000000040"
	if got := hex.EncodeToString(b); got != want {
		t.Errorf("encoded as %s, want %s", got, want)
	}
}

func TestShapesComeBack(t *testing.T) {
	t.Parallel()
	for _, g := range []orb.Geometry{
		orb.Point{105, 29},
		orb.LineString{{1, 2}, {3, 4}},
		orb.MultiPolygon{
			{{{0, 0}, {9, 0}, {9, 9}, {0, 0}}, {{4, 1}, {5, 1}, {5, 2}, {4, 1}}},
			{{{20, 0}, {21, 0}, {21, 1}, {20, 0}}},
		},
		orb.MultiPolygon{},
	} {
		b, err := encode(g)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := decode(b); err != nil || !reflect.DeepEqual(back, g) {
			t.Errorf("%v came back as %v, %v", g, back, err)
		}
	}
	if _, err := encode(orb.Polygon{}); err == nil {
		t.Error("a polygon, which no table holds, was encoded")
	}
}

// A line of four billion points in thirteen bytes is refused before anything
// makes room for it.
func TestDeclaredCountsAreChecked(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"01" + "02000020" + "e6100000" + "ffffffff",
		"01" + "06000000" + "ffffffff",
		"01" + "06000000" + "01000000" + "01" + "03000000" + "ffffffff",
		"00" + "00000002" + "7fffffff",
		"01" + "07000000" + "00000000", // a collection, which no table holds
		"01",
		"",
	} {
		b, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		if g, err := decode(b); err == nil {
			t.Errorf("%s was read as %v", text, g)
		}
	}
}

// Whatever bytes come, decode answers or refuses; what it reads, written and
// read again, is the same.
func FuzzDecode(f *testing.F) {
	for _, g := range []orb.Geometry{
		orb.Point{105, 29}, orb.LineString{{1, 2}, {3, 4}}, orb.MultiPolygon{{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}}}, orb.MultiPolygon{},
	} {
		b, err := encode(g)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
		f.Add(b[:len(b)-1])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		g, err := decode(b)
		if err != nil || !orb.Equal(g, g) { // NaN differs from itself
			return
		}
		again, err := encode(g)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := decode(again); err != nil || !orb.Equal(g, back) {
			t.Errorf("%v was read back as %v, %v", g, back, err)
		}
	})
}
