package read_test

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"os/exec"
	"slices"
	"strconv"
	"testing"

	"github.com/paulmach/orb"

	"kaimen/data/read"
	"kaimen/geo/geojson"
)

// tool is a program of GDAL, the oracle of these tests; without it they are
// skipped.
func tool(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s of GDAL is not installed", name)
	}
	return path
}

// run returns what a program prints.
func run(t testing.TB, program string, args ...string) []byte {
	t.Helper()
	var faults bytes.Buffer
	c := exec.Command(tool(t, program), args...)
	c.Stderr = &faults
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s %v: %v: %s", program, args, err, &faults)
	}
	return out
}

// gdalFeatures is a layer as GDAL reads it.
func gdalFeatures(t testing.TB, path string, args ...string) []geojson.Feature {
	t.Helper()
	args = append([]string{"-f", "GeoJSONSeq", "-lco", "COORDINATE_PRECISION=15", "/vsistdout/", path}, args...)
	var out []geojson.Feature
	if err := geojson.NewReader(bytes.NewReader(run(t, "ogr2ogr", args...))).Each(func(f geojson.Feature) error {
		if f.Err != nil {
			return f.Err
		}
		out = append(out, f)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

// all reads a file to its end.
func all(t testing.TB, path string, o read.Options) (read.Source, []read.Record) {
	t.Helper()
	s, err := read.Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	var out []read.Record
	if err := s.Each(func(r read.Record) error {
		out = append(out, r)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return s, out
}

// sameAsGDAL compares records with features: columns, values and positions.
func sameAsGDAL(t testing.TB, got []read.Record, want []geojson.Feature) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d records, GDAL has %d", len(got), len(want))
	}
	for i, g := range got {
		if g.Err != nil {
			t.Errorf("record %d: %v", i+1, g.Err)
		}
		for name, w := range want[i].Properties {
			if v, there := g.Fields[name]; !there || !sameValue(v, w) {
				t.Fatalf("record %d, %s: %#v, GDAL has %#v", i+1, name, v, w)
			}
		}
		if len(g.Fields) != len(want[i].Properties) {
			t.Fatalf("record %d has %d columns, in GDAL %d: %v", i+1, len(g.Fields), len(want[i].Properties), g.Fields)
		}
		if a, b := flat(g.Geometry), flat(want[i].Geometry); !sameNumbers(a, b) {
			t.Fatalf("record %d lies at %v, in GDAL at %v", i+1, g.Geometry, want[i].Geometry)
		}
	}
}

func sameValue(a, b any) bool {
	if a == nil || b == nil {
		return a == b
	}
	x, errA := strconv.ParseFloat(fmt.Sprint(a), 64)
	y, errB := strconv.ParseFloat(fmt.Sprint(b), 64)
	if errA == nil && errB == nil {
		return math.Abs(x-y) <= 1e-12*math.Abs(y)
	}
	return fmt.Sprint(a) == fmt.Sprint(b)
}

func sameNumbers(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return math.Abs(x-y) <= 1e-9*math.Max(1, math.Abs(y)) })
}

// flat is a geometry as numbers, in a form in which the turn of rings, and the
// order of holes and of the polygons of one shape, do not matter.
func flat(g orb.Geometry) []float64 {
	var out []float64
	points := func(ps []orb.Point) {
		for _, p := range ps {
			out = append(out, p[0], p[1])
		}
		out = append(out, -1e30)
	}
	polygon := func(p orb.Polygon) {
		var rings []orb.Ring
		for _, r := range p {
			if r.Orientation() == orb.CW {
				r = slices.Clone(r)
				slices.Reverse(r)
			}
			rings = append(rings, r)
		}
		slices.SortFunc(rings[1:], compareRings)
		for _, r := range rings {
			points(r)
		}
	}
	switch g := g.(type) {
	case orb.Point:
		points([]orb.Point{g})
	case orb.MultiPoint:
		points(g)
	case orb.LineString:
		points(g)
	case orb.MultiLineString:
		for _, l := range g {
			points(l)
		}
	case orb.Polygon:
		polygon(g)
	case orb.MultiPolygon:
		g = slices.Clone(g)
		slices.SortFunc(g, func(a, b orb.Polygon) int { return compareRings(a[0], b[0]) })
		for _, p := range g {
			polygon(p)
		}
	}
	return out
}

func compareRings(a, b orb.Ring) int {
	x, y := a.Bound(), b.Bound()
	return cmp.Or(cmp.Compare(x.Min[0], y.Min[0]), cmp.Compare(x.Min[1], y.Min[1]), cmp.Compare(x.Max[0], y.Max[0]))
}
