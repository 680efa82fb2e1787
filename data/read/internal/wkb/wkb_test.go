package wkb_test

import (
	"encoding/binary"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	orbwkb "github.com/paulmach/orb/encoding/wkb"

	"kaimen/data/read/internal/wkb"
)

func hexed(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// kinds is a geometry of every kind.
func kinds() []orb.Geometry {
	ring := orb.Ring{{0, 0}, {9, 0}, {9, 9}, {0, 0}}
	hole := orb.Ring{{3, 2}, {5, 4}, {5, 2}, {3, 2}}
	line := orb.LineString{{1, 2}, {3, 4}}
	area := orb.Polygon{ring, hole}
	return []orb.Geometry{
		orb.Point{105, 29},
		orb.MultiPoint{{1, 2}, {3, 4}},
		line,
		orb.MultiLineString{line, line},
		area,
		orb.MultiPolygon{area, {ring}},
		orb.Collection{orb.Point{1, 2}, area, orb.Collection{line}},
	}
}

// What orb writes is read back, in both orders of bytes.
func TestParse(t *testing.T) {
	t.Parallel()
	for _, g := range kinds() {
		for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
			b, err := orbwkb.Marshal(g, order)
			if err != nil {
				t.Fatal(err)
			}
			got, err := wkb.Parse(b)
			if err != nil || got != nil && !orb.Equal(got, g) {
				t.Errorf("%v: %v, %v", g, got, err)
			}
		}
	}
}

// One and two with a third number and a fourth, ISO and extended.
func TestMoreNumbers(t *testing.T) {
	t.Parallel()
	const one, two, nine = "000000000000F03F", "0000000000000040", "0000000000002240"
	for _, text := range []string{
		"01 01000000" + one + two,
		"01 E9030000" + one + two + nine,        // 1001, with z
		"01 D1070000" + one + two + nine,        // 2001, with m
		"01 B90B0000" + one + two + nine + nine, // 3001, both
		"01 01000080" + one + two + nine,
		"01 010000E0 E6100000" + one + two + nine + nine,
		"00 00000001 3FF0000000000000 4000000000000000",
	} {
		if g, err := wkb.Parse(hexed(t, text)); err != nil || g != (orb.Point{1, 2}) {
			t.Errorf("%s: %v, %v", text, g, err)
		}
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ text, want string }{
		{"", "ends early"},
		{"07", "no order of bytes is 7"},
		{"01 02000000 FFFFFFFF", "states 4294967295 parts and has 0 bytes"},
		{"01 08000000", "kind 8 (a curve or a surface) is not read"},
		{"01 A00F0000", "no geometry is of kind 4000"},
		{strings.Repeat("01 07000000 01000000 ", 20), "more than 8 deep"},
		{"01 04000000 01000000 01 02000000 02000000" + strings.Repeat("00", 32), "part 1 is a LineString in a MultiPoint"},
		{"01 03000000 01000000 01000000" + strings.Repeat("00", 16), "ring 1 has 1 points"},
		{"01 01000000 000000000000F07F 0000000000000000", "not a number"},
		{"01 07000000 00000000 00", "1 bytes stand after"},
	} {
		_, err := wkb.Parse(hexed(t, tc.text))
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v, want %s", tc.text, err, tc.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, g := range kinds() {
		if b, err := orbwkb.Marshal(g); err == nil {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		g, err := wkb.Parse(b)
		if err != nil || g == nil {
			return
		}
		again, err := orbwkb.Marshal(g)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := wkb.Parse(again); err != nil || !orb.Equal(g, back) {
			t.Errorf("%v became %v, %v", g, back, err)
		}
	})
}

// blob puts well-known binary behind the head of a GeoPackage's geometry, with
// an envelope of the kind and size.
func blob(kind byte, envelope int, body []byte) []byte {
	head := append([]byte{'G', 'P', 0, kind<<1 | 1, 0xe6, 0x10, 0, 0}, make([]byte, envelope)...)
	return append(head, body...)
}

func TestParseBlob(t *testing.T) {
	t.Parallel()
	body := hexed(t, "01 01000000 0000000000405a40 0000000000003d40")
	for kind, envelope := range []int{0, 32, 48, 48, 64} {
		g, err := wkb.ParseBlob(blob(byte(kind), envelope, body))
		if err != nil || !orb.Equal(g, orb.Point{105, 29}) {
			t.Errorf("envelope %d: %v, %v", kind, g, err)
		}
	}
	for _, tc := range []struct {
		blob []byte
		want string
	}{
		{nil, "not of the GeoPackage form"},
		{[]byte("GX\x00\x01\x00\x00\x00\x00"), "not of the GeoPackage form"},
		{blob(5, 64, body), "envelope of kind 5"},
		{blob(4, 48, nil), "ends in its envelope"},
		{blob(0, 0, body[:9]), "ends early"},
	} {
		if _, err := wkb.ParseBlob(tc.blob); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%x: %v, want %s", tc.blob, err, tc.want)
		}
	}
}

// FuzzBlob: what stands before the geometry decides nothing but where it
// begins.
func FuzzBlob(f *testing.F) {
	body := hexed(f, "01 01000000 0000000000405a40 0000000000003d40")
	for kind, envelope := range []int{0, 32, 48, 48, 64} {
		f.Add(blob(byte(kind), envelope, body))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := wkb.ParseBlob(b)
		if err != nil {
			return
		}
		start := []int{8, 40, 56, 56, 72}[b[3]>>1&7]
		if want, err := wkb.Parse(b[start:]); err != nil || !orb.Equal(got, want) && got != nil {
			t.Errorf("%x is %v, and without its head %v, %v", b, got, want, err)
		}
	})
}
