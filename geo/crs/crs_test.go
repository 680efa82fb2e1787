package crs_test

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/geo"
	"kaimen/geo/crs"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, want string }{
		{"EPSG:4326", "EPSG:4326 (WGS 84)"},
		{"wgs 84", "EPSG:4326 (WGS 84)"},
		{"urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326 (WGS 84)"},
		{"http://www.opengis.net/def/crs/EPSG/0/4544", "EPSG:4544 (CGCS2000 / 3-degree Gauss-Kruger CM 105E)"},
		{"cgcs2000", "EPSG:4490 (CGCS2000)"},
		{"epsg:3857", "EPSG:3857 (WGS 84 / Pseudo-Mercator)"},
		{"gcj02", "GCJ-02"},
		{"BD-09", "BD-09"},
		{"EPSG:4491", "EPSG:4491 (CGCS2000 / Gauss-Kruger zone 13)"},
		{"EPSG:4502", "EPSG:4502 (CGCS2000 / Gauss-Kruger CM 75E)"},
		{"EPSG:4523", "EPSG:4523 (CGCS2000 / 3-degree Gauss-Kruger zone 35)"},
		{"4554", "EPSG:4554 (CGCS2000 / 3-degree Gauss-Kruger CM 135E)"},
		{"urn:ogc:def:crs:EPSG::32648", "EPSG:32648 (WGS 84 / UTM zone 48N)"},
		{"EPSG:32722", "EPSG:32722 (WGS 84 / UTM zone 22S)"},
	} {
		s, err := crs.Parse(tc.name)
		if err != nil || s.String() != tc.want {
			t.Errorf("Parse(%q) = %v, %v; want %s", tc.name, s, err, tc.want)
			continue
		}
		if again, err := crs.Parse(s.Name()); err != nil || again != s {
			t.Errorf("Parse(%q) is not %v again", s.Name(), s)
		}
	}
}

func TestParseUnknown(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "EPSG:", "EPSG:4555", "EPSG:32661", "EPSG:2383", "Beijing 1954", "-4326x"} {
		_, err := crs.Parse(name)
		if err == nil || !strings.Contains(err.Error(), "GCJ-02") || !strings.Contains(err.Error(), strconv.Quote(name)) {
			t.Errorf("Parse(%q): %v; want an error with the name and what is known", name, err)
		}
	}
}

func TestGaussKrugerCheckValue(t *testing.T) {
	t.Parallel()
	ll := orb.Point{105.05, 29.58}
	for _, tc := range []struct {
		name string
		want orb.Point
	}{
		{"EPSG:4544", orb.Point{504844.4993, 3273557.8976}},
		{"EPSG:4523", orb.Point{35504844.4993, 3273557.8976}}, // the same zone with its number before
	} {
		got := crs.MustParse(tc.name).FromWGS84(ll)
		if math.Abs(got[0]-tc.want[0]) > 1e-4 || math.Abs(got[1]-tc.want[1]) > 1e-4 {
			t.Errorf("%s: %.4f, want %.4f", tc.name, got, tc.want)
		}
	}
}

// sharedData is a folder of the shared test data; the test is skipped without it.
func sharedData(t *testing.T, name string) string {
	t.Helper()
	root := os.Getenv("KAIMEN_SHARED_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	path := filepath.Join(root, name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("shared test data is not there: %v", err)
	}
	return path
}

// 166 Chinese cities, converted by another program. The published formulas
// agree with each other to a meter.
func TestCities(t *testing.T) {
	t.Parallel()
	file, err := os.Open(sharedData(t, "cn-encoding-crs/china-cities-wgs84-gcj02-bd09.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		at := func(column int) orb.Point {
			x, _ := strconv.ParseFloat(row[column], 64)
			y, _ := strconv.ParseFloat(row[column+1], 64)
			return orb.Point{x, y}
		}
		wgs := at(4)
		for i, name := range []string{"GCJ-02", "BD-09", "EPSG:3857"} {
			s, there := crs.MustParse(name), at(6+2*i)
			if d := geo.Distance(s.ToWGS84(there), wgs); d > 1 {
				t.Errorf("%s %s to WGS 84: %.2f m off", row[3], name, d)
			}
			if d := geo.Distance(s.ToWGS84(s.FromWGS84(wgs)), wgs); d > 1e-4 {
				t.Errorf("%s %s and back: %g m off", row[3], name, d)
			}
			if got := s.FromWGS84(wgs); s.InDegrees() && geo.Distance(got, there) > 1 {
				t.Errorf("%s to %s: %v, want %v", row[3], name, got, there)
			} else if !s.InDegrees() && math.Hypot(got[0]-there[0], got[1]-there[1]) > 0.02 {
				t.Errorf("%s to %s: %v, want %v", row[3], name, got, there)
			}
		}
	}
	if len(rows) != 167 {
		t.Errorf("%d rows, want a header and 166 cities", len(rows))
	}
}

func TestNothingIsShiftedAbroad(t *testing.T) {
	t.Parallel()
	for _, p := range []orb.Point{{183, 45}, {-51.21, -30.03}, {9.5, 47.1}, {139.7, 35.7}} {
		for _, name := range []string{"GCJ-02", "BD-09"} {
			s := crs.MustParse(name)
			if s.FromWGS84(p) != p || s.ToWGS84(p) != p {
				t.Errorf("%s shifts %v", name, p)
			}
		}
	}
}

func TestRoundTrips(t *testing.T) {
	t.Parallel()
	names := []string{"EPSG:4326", "EPSG:4490", "EPSG:3857", "GCJ-02", "BD-09"}
	for _, code := range []int{4491, 4501, 4502, 4512, 4513, 4533, 4534, 4544, 4554, 32648, 32660, 32748} {
		names = append(names, fmt.Sprintf("EPSG:%d", code))
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := crs.MustParse(name)
			rapid.Check(t, func(t *rapid.T) {
				// Inside the box of the shift by more than the shift.
				ll := orb.Point{rapid.Float64Range(73, 136).Draw(t, "lon"), rapid.Float64Range(2, 55).Draw(t, "lat")}
				if m := zoneMeridian(name); m != 0 {
					// A grid is for its own zone and its neighbors.
					ll[0] = m + rapid.Float64Range(-10, 10).Draw(t, "off")
					ll[0] = math.Remainder(ll[0], 360)
				}
				back := s.ToWGS84(s.FromWGS84(ll))
				if math.Abs(math.Remainder(back[0]-ll[0], 360)) > 1e-9 || math.Abs(back[1]-ll[1]) > 1e-9 {
					t.Fatalf("%v came back as %v", ll, back)
				}
			})
		})
	}
}

// zoneMeridian is the central meridian of a grid by its code, 0 for the others.
func zoneMeridian(name string) float64 {
	code, _ := strconv.Atoi(strings.TrimPrefix(name, "EPSG:"))
	switch {
	case code >= 32701:
		return float64(6*(code-32700) - 183)
	case code >= 32601:
		return float64(6*(code-32600) - 183)
	case code >= 4534 && code <= 4554:
		return float64(75 + 3*(code-4534))
	case code >= 4513 && code <= 4533:
		return float64(75 + 3*(code-4513))
	case code >= 4502 && code <= 4512:
		return float64(75 + 6*(code-4502))
	case code >= 4491 && code <= 4501:
		return float64(75 + 6*(code-4491))
	}
	return 0
}

// PROJ agrees within a millimeter, up to 4° from the meridian.
func TestAgainstPROJ(t *testing.T) {
	t.Parallel()
	program, err := exec.LookPath("cs2cs")
	if err != nil {
		t.Skip("cs2cs of PROJ is not installed")
	}
	for _, code := range []int{3857, 4491, 4496, 4501, 4502, 4507, 4512, 4513, 4523, 4533, 4534, 4544, 4554, 32601, 32648, 32722} {
		name := fmt.Sprintf("EPSG:%d", code)
		s := crs.MustParse(name)
		var in strings.Builder
		var points []orb.Point
		for _, lat := range []float64{0.5, 18.2, 29.58, 41, 53.5} {
			for _, off := range []float64{-4, -1.5, 0, 0.05, 3} {
				p := orb.Point{math.Remainder(zoneMeridian(name)+off, 360), lat}
				if code > 32700 && code < 32800 {
					p[1] = -lat
				}
				points = append(points, p)
				fmt.Fprintf(&in, "%.9f %.9f\n", p[1], p[0])
			}
		}
		from := "EPSG:4490" // the CGCS2000 grids are of this datum: no shift between
		if code == 3857 || code > 32600 {
			from = "EPSG:4326"
		}
		run := exec.Command(program, "-f", "%.5f", from, name)
		run.Stdin = strings.NewReader(in.String())
		out, err := run.Output()
		if err != nil {
			t.Fatalf("cs2cs %s: %v", name, err)
		}
		for i, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
			var a, b float64
			if _, err := fmt.Sscan(line, &a, &b); err != nil {
				t.Fatalf("%s: %q: %v", name, line, err)
			}
			want := orb.Point{a, b}
			if code < 4600 && code != 3857 {
				want = orb.Point{b, a} // northing first, as the authority has it
			}
			got := s.FromWGS84(points[i])
			if math.Hypot(got[0]-want[0], got[1]-want[1]) > 1e-3 {
				t.Errorf("%s %v: %.4f, PROJ has %.4f", name, points[i], got, want)
			}
		}
	}
}

func TestGeometryIsACopy(t *testing.T) {
	t.Parallel()
	s := crs.MustParse("GCJ-02")
	p, q := orb.Point{105.0584389, 29.5802333}, orb.Point{105.1, 29.6}
	wp, wq := s.ToWGS84(p), s.ToWGS84(q)
	line := orb.LineString{p, q}
	for _, tc := range []struct{ in, want orb.Geometry }{
		{p, wp},
		{line, orb.LineString{wp, wq}},
		{orb.MultiPoint{p, q}, orb.MultiPoint{wp, wq}},
		{orb.MultiLineString{line}, orb.MultiLineString{{wp, wq}}},
		{orb.Polygon{{p, q, p}}, orb.Polygon{{wp, wq, wp}}},
		{orb.MultiPolygon{{{p, q, p}}}, orb.MultiPolygon{{{wp, wq, wp}}}},
		{orb.Collection{p, line}, orb.Collection{wp, orb.LineString{wp, wq}}},
	} {
		if got := s.Geometry(tc.in); !orb.Equal(got, tc.want) {
			t.Errorf("Geometry(%v) = %v, want %v", tc.in, got, tc.want)
		}
	}
	if line[0] != p || s.Geometry(nil) != nil {
		t.Error("the geometry given was changed")
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"EPSG:4326", "GCJ-02", "urn:ogc:def:crs:EPSG::4544", "https://www.opengis.net/def/crs/OGC/1.3/CRS84", "::", "urn:ogc:def:crs:"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		s, err := crs.Parse(name)
		if err != nil {
			return
		}
		if again, err := crs.Parse(s.Name()); err != nil || again != s {
			t.Errorf("%q is %s, which is %v, %v", name, s.Name(), again, err)
		}
		s.FromWGS84(s.ToWGS84(orb.Point{math.MaxFloat64, math.NaN()}))
	})
}

func ExampleParse() {
	s, err := crs.Parse("epsg:4544")
	fmt.Println(s, err)
	xy := s.FromWGS84(orb.Point{105.05, 29.58})
	fmt.Printf("%.3f east, %.3f north\n", xy[0], xy[1])
	// Output:
	// EPSG:4544 (CGCS2000 / 3-degree Gauss-Kruger CM 105E) <nil>
	// 504844.499 east, 3273557.898 north
}
