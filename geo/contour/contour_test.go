package contour_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/peterstace/simplefeatures/geom"
	"pgregory.net/rapid"

	"kaimen/geo"
	"kaimen/geo/contour"
)

// drawn makes a grid of digits, ten lattice units from one to the next, with a
// rim of 9 around it. A dot is a 9, too.
func drawn(picture string) contour.Grid {
	lines := strings.Fields(picture)
	g := blank(len(lines[0])+2, len(lines)+2)
	for y, line := range lines {
		for x, c := range line {
			if c != '.' {
				g.Values[(len(lines)-y)*g.Columns+x+1] = uint32(c - '0')
			}
		}
	}
	return g
}

func blank(columns, rows int) contour.Grid {
	g := contour.Grid{
		Columns: columns, Rows: rows, Values: make([]uint32, columns*rows),
		StepX: 10, StepY: 10, PerUnit: 1, Weigh: func(v uint32) int64 { return int64(v) * 1000 },
	}
	for i := range g.Values {
		g.Values[i] = 9
	}
	return g
}

func polygons(t rapid.TB, g contour.Grid, threshold uint32, minHole int64) orb.MultiPolygon {
	t.Helper()
	out, err := new(contour.Tracer).Polygons(g, threshold, minHole)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// One value of 3 among nines, threshold 6: half the way out on each side, at
// five of the ten units, a diamond about the value at 10, 10.
func TestOneValueIsADiamond(t *testing.T) {
	t.Parallel()
	got := polygons(t, drawn("3"), 6, 0)
	want := orb.MultiPolygon{{{{10, 5}, {15, 10}, {10, 15}, {5, 10}, {10, 5}}}}
	if !cmp.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// Holes stand with the ring around them, islands in holes are polygons of their
// own, and what is left out of a filled hole is its island too.
func TestRingsWithinRings(t *testing.T) {
	t.Parallel()
	g := drawn(`
		0000000.000
		0999990.090
		0900090.000
		0909090....
		0900090....
		0999990....
		0000000....`)
	for _, tc := range []struct {
		minHole int64
		want    string
	}{
		// The great ring with its hole, the ring in it with its own hole, and the
		// small one at the upper right, which comes last as it begins farther north.
		{0, "2 2 2"},
		// Holes of one value have legs of less than 10 units: under 200 square units.
		{200, "2 1 1"},
		// The hole about the inner ring, 5 values wide, is filled with all it holds.
		{5000, "1 1"},
	} {
		var counts []string
		for _, polygon := range polygons(t, g, 4, tc.minHole) {
			counts = append(counts, fmt.Sprint(len(polygon)))
		}
		if got := strings.Join(counts, " "); got != tc.want {
			t.Errorf("holes below %d filled: rings by polygon %s, want %s", tc.minHole, got, tc.want)
		}
	}
}

// Opposite corners are apart, both ways round.
func TestSaddles(t *testing.T) {
	t.Parallel()
	for _, picture := range []string{"09\n90", "90\n09"} {
		if got := polygons(t, drawn(picture), 4, 0); len(got) != 2 {
			t.Errorf("%q gives %d polygons, want 2", picture, len(got))
		}
	}
	// Four around a value that is not: they are apart from each other, so that
	// there is no hole.
	if got := polygons(t, drawn("909\n090\n909"), 4, 0); len(got) != 4 || len(got[0]) != 1 {
		t.Errorf("a checkerboard gives %v", got)
	}
}

func TestGridsThatDoNotFit(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*contour.Grid){
		"too few values":     func(g *contour.Grid) { g.Values = g.Values[1:] },
		"too many columns":   func(g *contour.Grid) { g.Columns = math.MaxInt / 2 },
		"no rows":            func(g *contour.Grid) { g.Rows, g.Values = 0, nil },
		"steps too short":    func(g *contour.Grid) { g.StepX = 1 },
		"steps too long":     func(g *contour.Grid) { g.StepY = 1 << 40 },
		"no unit":            func(g *contour.Grid) { g.PerUnit = math.NaN() },
		"no weight":          func(g *contour.Grid) { g.Weigh = nil },
		"within at the rim":  func(g *contour.Grid) { g.Values[0] = 1 },
		"within at the side": func(g *contour.Grid) { g.Values[2*g.Columns-1] = 1 },
	} {
		g := drawn("3")
		spoil(&g)
		if got, err := new(contour.Tracer).Polygons(g, 6, 0); err == nil {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// field draws a grid of few different values, so that equal ones, saddles and
// values at the threshold are frequent.
func field(t *rapid.T, name string) contour.Grid {
	g := blank(rapid.IntRange(3, 12).Draw(t, name+" columns"), rapid.IntRange(3, 12).Draw(t, name+" rows"))
	g.StepX, g.StepY = rapid.Int64Range(2, 12).Draw(t, name+" step x"), rapid.Int64Range(2, 12).Draw(t, name+" step y")
	g.West, g.South = rapid.Int64Range(-1e9, 1e9).Draw(t, name+" west"), rapid.Int64Range(-9e8, 9e8).Draw(t, name+" south")
	g.PerUnit = 1e7
	for y := 1; y < g.Rows-1; y++ {
		for x := 1; x < g.Columns-1; x++ {
			g.Values[y*g.Columns+x] = rapid.Uint32Range(0, 8).Draw(t, "value")
		}
	}
	return g
}

func toGeom(m orb.MultiPolygon) geom.MultiPolygon {
	parts := make([]geom.Polygon, len(m))
	for i, polygon := range m {
		var rings []geom.LineString
		for _, ring := range polygon {
			var xy []float64
			for _, p := range ring {
				xy = append(xy, p[0], p[1])
			}
			rings = append(rings, geom.NewLineString(geom.NewSequence(xy, geom.DimXY)))
		}
		parts[i] = geom.NewPolygon(rings)
	}
	return geom.NewMultiPolygon(parts)
}

// units is m in lattice units, which the coordinates must be exactly.
func units(t *rapid.T, g contour.Grid, m orb.MultiPolygon) orb.MultiPolygon {
	out := make(orb.MultiPolygon, len(m))
	for i, polygon := range m {
		for _, ring := range polygon {
			var whole orb.Ring
			for _, p := range ring {
				q := orb.Point{math.Round(p[0] * g.PerUnit), math.Round(p[1] * g.PerUnit)}
				if q[0]/g.PerUnit != p[0] || q[1]/g.PerUnit != p[1] {
					t.Fatalf("%v lies off the lattice", p)
				}
				whole = append(whole, orb.Point{q[0] - float64(g.West), q[1] - float64(g.South)})
			}
			out[i] = append(out[i], whole)
		}
	}
	return out
}

// Whatever the field, the polygons are valid, outer rings counterclockwise and
// holes clockwise, and hold the values within and no others.
func TestPolygonsAreValidAndHoldWhatIsWithin(t *testing.T) {
	t.Parallel()
	var tracer contour.Tracer // one for all: nothing may be left of the grid before
	rapid.Check(t, func(t *rapid.T) {
		g := field(t, "field")
		threshold := rapid.Uint32Range(0, 8).Draw(t, "threshold")
		got, err := tracer.Polygons(g, threshold, 0)
		if err != nil {
			t.Fatal(err)
		}
		if !cmp.Equal(got, polygons(t, g, threshold, 0)) {
			t.Fatal("a tracer used before draws otherwise")
		}
		whole := units(t, g, got)
		if err := toGeom(whole).Validate(); err != nil {
			t.Fatal(err)
		}
		for _, polygon := range whole {
			for i, ring := range polygon {
				if at, crosses := geo.SelfCrossing(ring); crosses {
					t.Fatalf("a ring meets itself at %v", at)
				}
				if geo.Winding(ring) != map[bool]int{true: 1, false: -1}[i == 0] || ring[0] != ring[len(ring)-1] {
					t.Fatalf("ring %d: %v", i, ring)
				}
			}
		}
		for i, v := range g.Values {
			x, y := float64(i%g.Columns)*float64(g.StepX), float64(i/g.Columns)*float64(g.StepY)
			if got := holds(whole, x, y); got != (v <= threshold) {
				t.Fatalf("value %v at %v, %v: held %v", v, x, y, got)
			}
		}
	})
}

// holds counts the edges that a ray from x, y to the east crosses; no edge
// passes through a place of the grid.
func holds(m orb.MultiPolygon, x, y float64) bool {
	inside := false
	for _, polygon := range m {
		for _, ring := range polygon {
			for i := 1; i < len(ring); i++ {
				a, b := ring[i-1], ring[i]
				if (a[1] > y) != (b[1] > y) && x < a[0]+(b[0]-a[0])*(y-a[1])/(b[1]-a[1]) {
					inside = !inside
				}
			}
		}
	}
	return inside
}

func area(m orb.MultiPolygon) float64 {
	twice := 0.0
	for _, polygon := range m {
		for _, ring := range polygon {
			for k := 1; k < len(ring); k++ {
				twice += ring[k-1][0]*ring[k][1] - ring[k][0]*ring[k-1][1]
			}
		}
	}
	return twice / 2
}

// A lower field or a higher threshold draws all that was drawn before, exactly,
// with the same small holes filled.
func TestPolygonsNest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		high := field(t, "field")
		low := high
		low.Values = append([]uint32{}, high.Values...)
		for i := range low.Values {
			if x, y := i%low.Columns, i/low.Columns; x > 0 && y > 0 && x < low.Columns-1 && y < low.Rows-1 {
				low.Values[i] = low.Values[i] - min(low.Values[i], rapid.SampledFrom([]uint32{0, 0, 0, 1, 2, 8}).Draw(t, "lower"))
			}
		}
		threshold := rapid.Uint32Range(0, 8).Draw(t, "threshold")
		more := rapid.Uint32Range(threshold, 8).Draw(t, "higher threshold")
		minHole := rapid.SampledFrom([]int64{0, 0, 50, 200, 1000}).Draw(t, "min hole")
		inner := units(t, high, polygons(t, high, threshold, minHole))
		outer := units(t, low, polygons(t, low, more, minHole))
		if area(inner) > area(outer) {
			t.Fatalf("area %v within %v", area(inner), area(outer))
		}
		if err := toGeom(inner).Validate(); err != nil {
			t.Fatal(err)
		}
		left, err := geom.Difference(toGeom(inner).AsGeometry(), toGeom(outer).AsGeometry())
		if err != nil {
			t.Fatal(err)
		}
		if left.Area() > 1e-6 {
			t.Fatalf("%v square units stick out of\n%v", left.Area(), outer)
		}
	})
}

func BenchmarkPolygons(b *testing.B) {
	const size = 220
	g := blank(size, size)
	for y := range g.Values {
		g.Values[y] = 9000
	}
	for y := 1; y < size-1; y++ {
		for x := 1; x < size-1; x++ {
			g.Values[y*size+x] = uint32(4000 + 4000*math.Sin(float64(x)/3)*math.Cos(float64(y)/4))
		}
	}
	var tracer contour.Tracer
	for b.Loop() {
		if _, err := tracer.Polygons(g, 5000, 0); err != nil {
			b.Fatal(err)
		}
	}
}

func ExampleTracer_Polygons() {
	var tracer contour.Tracer
	square, err := tracer.Polygons(contour.Grid{
		Columns: 3, Rows: 3, Values: []uint32{8, 8, 8, 8, 0, 8, 8, 8, 8},
		StepX: 4, StepY: 4, PerUnit: 1, Weigh: func(v uint32) int64 { return int64(v) },
	}, 4, 0)
	fmt.Println(square, err)
	// Output: [[[[4 2] [6 4] [4 6] [2 4] [4 2]]]] <nil>
}
