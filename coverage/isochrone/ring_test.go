package isochrone_test

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/peterstace/simplefeatures/geom"
	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/isochrone"
	"kaimen/coverage/network"
	"kaimen/geo"
)

// units puts an area on the raster of 1e-7 degrees, as whole numbers from an
// origin: what is printed with seven decimals.
func units(t rapid.TB, m orb.MultiPolygon) geom.MultiPolygon {
	parts := make([]geom.Polygon, len(m))
	for i, polygon := range m {
		var rings []geom.LineString
		for _, ring := range polygon {
			var xy []float64
			for _, p := range ring {
				x, y := math.Round(p[0]*1e7), math.Round(p[1]*1e7)
				if x/1e7 != p[0] || y/1e7 != p[1] {
					t.Fatalf("%v lies off the raster", p)
				}
				xy = append(xy, x-105e7, y-29.5e7)
			}
			rings = append(rings, geom.NewLineString(geom.NewSequence(xy, geom.DimXY)))
		}
		parts[i] = geom.NewPolygon(rings)
	}
	return geom.NewMultiPolygon(parts)
}

// Whatever the town, water or not: rings are valid, lie in the next, hold all
// road within reach, and turn the way RFC 7946 has it.
func TestRingsAreValidNestedAndHoldWhatIsReached(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		d := drawer(t, s.n, s.metric, s.water...)
		rings := polygons(t, d, s.origins, s.minHole, s.cutoffs...)
		lines, err := d.Lines(t.Context(), s.origins, s.cutoffs)
		if err != nil {
			t.Fatal(err)
		}
		for i, ring := range rings {
			if lines[i].ReachedM != ring.ReachedM || ring.Cutoff != s.cutoffs[i] {
				t.Fatalf("polygon %+v, lines %+v", ring, lines[i])
			}
			if err := units(t, ring.Area).Validate(); err != nil {
				t.Fatal(err)
			}
			for _, polygon := range ring.Area {
				for k, r := range polygon {
					if geo.Winding(r) != map[bool]int{true: 1, false: -1}[k == 0] {
						t.Fatalf("ring %d turns the wrong way", k)
					}
				}
			}
			within(t, ring.Area, lines[i].Lines)
			if i == 0 {
				continue
			}
			if rings[i-1].AreaM2 > ring.AreaM2*(1+1e-9) {
				t.Fatalf("%v m² within %v m²", rings[i-1].AreaM2, ring.AreaM2)
			}
			out, err := geom.Difference(units(t, rings[i-1].Area).AsGeometry(), units(t, ring.Area).AsGeometry())
			if err != nil {
				t.Fatal(err)
			}
			if out.Area() > 1e-3 { // of a square centimeter
				t.Fatalf("ring %d sticks out of the next by %v cm²", i-1, out.Area())
			}
		}
	})
}

// within looks at a place every three meters or so of all lines.
func within(t rapid.TB, area orb.MultiPolygon, lines orb.MultiLineString) {
	t.Helper()
	for _, line := range lines {
		for i := 1; i < len(line); i++ {
			a, b := line[i-1], line[i]
			steps := math.Ceil(geo.Distance(a, b) / 3)
			for k := 0.0; k <= steps; k++ {
				p := orb.Point{a[0] + (b[0]-a[0])*k/max(steps, 1), a[1] + (b[1]-a[1])*k/max(steps, 1)}
				if !holds(area, p) {
					t.Fatalf("%v is reached and lies outside", p)
				}
			}
		}
	}
}

// canal has a street on either bank and a bridge over it at 250 m; water from
// 8 m to 16 m north of the southern street.
func canal(t *testing.T) (n *network.Network, water orb.MultiPolygon) {
	n = build(t, []coverage.Road{
		street("south", []int64{1, 2, 3}, orb.Point{0, 0}, orb.Point{250, 0}, orb.Point{300, 0}),
		street("north", []int64{4, 5, 6}, orb.Point{0, 24}, orb.Point{250, 24}, orb.Point{300, 24}),
		street("bridge", []int64{2, 5}, orb.Point{250, 0}, orb.Point{250, 24}),
	})
	var ring orb.Ring
	for _, p := range [][2]float64{{-200, 8}, {500, 8}, {500, 16}, {-200, 16}, {-200, 8}} {
		ring = append(ring, here.ToLL(p[0], p[1]))
	}
	return n, orb.MultiPolygon{{ring}}
}

// Before the bridge is reached the far bank is not drawn; then the bridge and
// the far bank are, and the water beside the bridge is not.
func TestWaterIsCrossedByBridgesAlone(t *testing.T) {
	t.Parallel()
	n, water := canal(t)
	origins := []network.Snap{n.Snap(here.ToLL(0, 0))}
	wet := polygons(t, drawer(t, n, network.Length, water), origins, 0, 150_000, 600_000)
	dry := polygons(t, drawer(t, n, network.Length), origins, 0, 150_000, 600_000)
	for _, tc := range []struct {
		name       string
		ring       isochrone.Ring
		x, y       float64
		wantInside bool
	}{
		{"the near bank", wet[0], 75, 6, true},
		{"the far bank, 18 m off, behind the water", wet[0], 75, 18, false},
		{"the far bank without water", dry[0], 75, 18, true},
		{"south of the street, away from the water", wet[0], 75, -18, true},
		{"the far street once it is reached", wet[1], 75, 24, true},
		{"the middle of the bridge", wet[1], 250, 12, true},
		{"north of the far street", wet[1], 75, 42, true},
	} {
		if got := holds(tc.ring.Area, here.ToLL(tc.x, tc.y)); got != tc.wantInside {
			t.Errorf("%s: inside %v", tc.name, got)
		}
	}
	if wet[0].AreaM2 >= dry[0].AreaM2 {
		t.Errorf("%v m² with water, %v without", wet[0].AreaM2, dry[0].AreaM2)
	}
}

// A river of 100 m: from the middle of its long bridge, water is drawn to a
// cell's diagonal on either side, and none from the banks beyond the same.
func TestAWideRiver(t *testing.T) {
	t.Parallel()
	n := build(t, []coverage.Road{street("r", []int64{1, 2, 3, 4},
		orb.Point{0, 0}, orb.Point{0, 50}, orb.Point{0, 150}, orb.Point{0, 300})})
	var ring orb.Ring
	for _, p := range [][2]float64{{-500, 50}, {500, 50}, {500, 150}, {-500, 150}, {-500, 50}} {
		ring = append(ring, here.ToLL(p[0], p[1]))
	}
	d := drawer(t, n, network.Length, orb.MultiPolygon{{ring}})
	all := polygons(t, d, []network.Snap{n.Snap(here.ToLL(0, 0))}, 0, 250_000)[0]
	for _, tc := range []struct {
		x, y float64
		want bool
	}{{0, 100, true}, {18, 100, false}, {-18, 75, false}, {12, 100, true}, {18, 20, true}, {18, 200, true}, {0, 265, true}} {
		if got := holds(all.Area, here.ToLL(tc.x, tc.y)); got != tc.want {
			t.Errorf("%v, %v: inside %v", tc.x, tc.y, got)
		}
	}
	// Up to the bank alone: 20 m around the corner on land, not into the river.
	bank := polygons(t, d, []network.Snap{n.Snap(here.ToLL(0, 0))}, 0, 49_000)[0]
	if holds(bank.Area, here.ToLL(0, 66)) || !holds(bank.Area, here.ToLL(-17, 40)) {
		t.Error("the ring runs out into the river, or is cut on land")
	}
}
