package isochrone_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/coveragetest"
	"kaimen/coverage/isochrone"
	"kaimen/coverage/network"
	"kaimen/coverage/reach"
	"kaimen/geo"
)

// here is where drawn towns lie: on the equator, where the plane of a ring is
// this one.
var here = geo.NewPlane(orb.Point{105, 0})

func build(t rapid.TB, roads []coverage.Road) *network.Network {
	t.Helper()
	profile := network.Walk()
	profile.IslandMeters = 0
	n, _, err := network.Build(context.Background(), network.Ground{Roads: roads}, profile)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// street is a footway through places in meters of here, by the numbers of its nodes.
func street(id string, nodes []int64, xy ...orb.Point) coverage.Road {
	r := coverage.Road{ID: id, Class: "footway", Nodes: nodes}
	for _, p := range xy {
		r.Line = append(r.Line, here.ToLL(p[0], p[1]))
	}
	return r
}

func drawer(t rapid.TB, n *network.Network, m network.Metric, water ...orb.MultiPolygon) *isochrone.Drawer {
	t.Helper()
	g, err := isochrone.NewGround(n, water, isochrone.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return g.NewDrawer(reach.Options{Metric: m})
}

func polygons(t rapid.TB, d *isochrone.Drawer, origins []network.Snap, minHole float64, cutoffs ...network.Cost) []isochrone.Ring {
	t.Helper()
	rings, err := d.Polygons(context.Background(), origins, cutoffs, minHole)
	if err != nil {
		t.Fatal(err)
	}
	return rings
}

// holds counts the edges that a ray from p to the east crosses.
func holds(m orb.MultiPolygon, p orb.Point) bool {
	inside := false
	for _, polygon := range m {
		for _, ring := range polygon {
			for i := 1; i < len(ring); i++ {
				a, b := ring[i-1], ring[i]
				if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < a[0]+(b[0]-a[0])*(p[1]-a[1])/(b[1]-a[1]) {
					inside = !inside
				}
			}
		}
	}
	return inside
}

// toSegment is the distance from x, y to the line from a to b, in meters.
func toSegment(x, y float64, a, b orb.Point) float64 {
	ax, ay := here.ToXY(a)
	bx, by := here.ToXY(b)
	dx, dy := bx-ax, by-ay
	share := 0.0
	if square := dx*dx + dy*dy; square > 0 {
		share = min(max(((x-ax)*dx+(y-ay)*dy)/square, 0), 1)
	}
	return math.Hypot(x-ax-share*dx, y-ay-share*dy)
}

func toLines(x, y float64, lines orb.MultiLineString) float64 {
	least := math.Inf(1)
	for _, line := range lines {
		for i := 1; i < len(line); i++ {
			least = min(least, toSegment(x, y, line[i-1], line[i]))
		}
	}
	return least
}

// Two blocks of 100 m at a right angle. The buffer of 20 m about them has two
// capsules of 2·20·100 + π·20² = 5,256.6 m² each, less what they share at the
// corner: three quarters of a disc and the square between them, 942.5 + 400.
func TestAnLOfTwoStreets(t *testing.T) {
	t.Parallel()
	town := coveragetest.Draw(t, `
		a---b
		|
		c`)
	n := build(t, town.Roads)
	d := drawer(t, n, network.Length)
	origins := []network.Snap{n.Snap(town.Nodes['a'])}
	ring := polygons(t, d, origins, 0, 500_000)[0]
	const want = 2*(4000+math.Pi*400) - 3*math.Pi*100 - 400
	if math.Abs(ring.AreaM2-want) > 0.02*want {
		t.Errorf("area %.1f m², want %.1f within 2 %%", ring.AreaM2, want)
	}
	if math.Abs(ring.ReachedM-200) > 0.01 {
		t.Errorf("%v m within reach, want 200", ring.ReachedM)
	}
	// The bound told: buffer and diagonal, 14.2 m.
	both, err := d.Lines(t.Context(), origins, []network.Cost{500_000})
	if err != nil {
		t.Fatal(err)
	}
	farthest := 0.0
	for x := -60.0; x < 160; x += 1.3 {
		for y := -160.0; y < 60; y += 1.3 {
			distance, inside := toLines(x, y, both[0].Lines), holds(ring.Area, here.ToLL(x, y))
			if distance < 20-14.2 && !inside || distance > 20+14.2 && inside {
				t.Fatalf("%.1f, %.1f is %.1f m from the street: inside %v", x, y, distance, inside)
			}
			if inside != (distance <= 20) {
				farthest = max(farthest, math.Abs(distance-20))
			}
		}
	}
	t.Logf("drawn and true outline are at most %.2f m apart", farthest)
	if farthest > 5 { // the worst is the inner corner, cut off by up to half a cell
		t.Errorf("drawn and true outline are up to %.2f m apart", farthest)
	}
}

// Half a block from the origin, the ring ends 20 m beyond the place reached.
func TestRingsEndWithinABlock(t *testing.T) {
	t.Parallel()
	town := coveragetest.Draw(t, `a---b---c`)
	n := build(t, town.Roads)
	ring := polygons(t, drawer(t, n, network.Time), []network.Snap{n.Snap(town.Nodes['a'])}, 0, 135_000)[0] // 1.5 blocks
	for x, want := range map[float64]bool{-15: true, -25: false, 100: true, 165: true, 175: false} {
		if got := holds(ring.Area, here.ToLL(x, 0)); got != want {
			t.Errorf("%v m from a: inside %v", x, got)
		}
	}
	if math.Abs(ring.ReachedM-150) > 0.01 {
		t.Errorf("%v m within reach, want 150", ring.ReachedM)
	}
}

// A ring road of 4 by 4 blocks leaves a hole of 360 by 360 m in its middle.
func TestHolesAreKeptOrFilled(t *testing.T) {
	t.Parallel()
	town := coveragetest.Draw(t, `
		a---------------b
		|               |
		|               |
		|               |
		|               |
		|               |
		|               |
		|               |
		d---------------c`)
	n := build(t, town.Roads)
	d := drawer(t, n, network.Length)
	origins := []network.Snap{n.Snap(town.Nodes['a'])}
	kept := polygons(t, d, origins, 129_000, 1_600_000)[0]
	filled := polygons(t, d, origins, 131_000, 1_600_000)[0]
	if len(kept.Area) != 1 || len(kept.Area[0]) != 2 || len(filled.Area) != 1 || len(filled.Area[0]) != 1 {
		t.Fatalf("kept: %d parts; filled: %d", len(kept.Area), len(filled.Area))
	}
	if hole := filled.AreaM2 - kept.AreaM2; math.Abs(hole-360*360) > 400 {
		t.Errorf("the hole has %.0f m², want 129,600", hole)
	}
}

func TestNothingWithinReach(t *testing.T) {
	t.Parallel()
	town := coveragetest.Draw(t, `a---b`)
	n := build(t, town.Roads)
	d := drawer(t, n, network.Length)
	far := n.Snap(here.ToLL(0, 5000))
	near := n.Snap(here.ToLL(0, 50))
	for name, origins := range map[string][]network.Snap{
		"no origin": nil, "an origin without road": {far}, "a road farther than the cutoff": {near},
	} {
		for _, ring := range polygons(t, d, origins, 0, 10_000, 49_000) {
			if ring.Area != nil || ring.AreaM2 != 0 || ring.ReachedM != 0 {
				t.Errorf("%s: %+v", name, ring)
			}
		}
	}
	// With 50 m spent, what is left of 50 m is the place itself, and its disc,
	// drawn by chords of at most a diagonal: an octagon has nine tenths of it.
	if ring := polygons(t, d, []network.Snap{near}, 0, 50_000)[0]; math.Abs(ring.AreaM2-math.Pi*400) > 0.1*math.Pi*400 || ring.ReachedM != 0 {
		t.Errorf("a place alone: %.1f m², %v m of road", ring.AreaM2, ring.ReachedM)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	// A line of 70 km on the slant needs 5,000 by 5,000 cells.
	n := build(t, []coverage.Road{street("r", []int64{1, 2}, orb.Point{0, 0}, orb.Point{50_000, 50_000})})
	d := drawer(t, n, network.Length)
	origins := []network.Snap{n.Snap(here.ToLL(0, 0))}
	_, err := d.Polygons(t.Context(), origins, []network.Cost{99_000_000}, 0)
	if coverage.CodeOf(err) != coverage.TooLarge {
		t.Errorf("70 km: %v", err)
	}
	if lines, err := d.Lines(t.Context(), origins, []network.Cost{99_000_000}); err != nil || len(lines[0].Lines) != 1 {
		t.Errorf("70 km as a line: %v", err)
	}
	for _, cutoffs := range [][]network.Cost{nil, {2, 1}} {
		if _, err := d.Polygons(t.Context(), origins, cutoffs, 0); err == nil {
			t.Errorf("cutoffs %v were taken", cutoffs)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.Lines(ctx, origins, []network.Cost{1}); !errors.Is(err, context.Canceled) {
		t.Errorf("a canceled drawing: %v", err)
	}
	for _, o := range []isochrone.Options{{CellMeters: 0.5}, {CellMeters: 10, BufferMeters: 14}, {CellMeters: math.NaN()}, {BufferMeters: 501}, {CellMeters: 101, BufferMeters: 400}} {
		if _, err := isochrone.NewGround(n, nil, o); err == nil {
			t.Errorf("%+v was taken", o)
		}
	}
}

// A street ends at 89.99 degrees north, where a degree of longitude is short:
// the ring is drawn, if a little stretched.
func TestNearThePole(t *testing.T) {
	t.Parallel()
	n := build(t, []coverage.Road{{ID: "r", Class: "footway", Nodes: []int64{1, 2}, Line: orb.LineString{{10, 89.9899}, {10, 89.99}}}})
	rings := polygons(t, drawer(t, n, network.Length), []network.Snap{n.Snap(orb.Point{10, 89.99})}, 0, 100_000)
	if len(rings[0].Area) != 1 || !holds(rings[0].Area, orb.Point{10, 89.98995}) {
		t.Errorf("%+v", rings[0])
	}
}

// scene is a random town with random cutoffs, water and holes to fill.
type scene struct {
	n       *network.Network
	water   []orb.MultiPolygon
	origins []network.Snap
	metric  network.Metric
	cutoffs []network.Cost
	minHole float64
}

func drawScene(t *rapid.T) scene {
	s := scene{n: build(t, coveragetest.Roads().Draw(t, "roads"))}
	corner := rapid.Custom(func(t *rapid.T) orb.Point {
		return orb.Point{rapid.Float64Range(105, 105.02).Draw(t, "lon"), rapid.Float64Range(29.5, 29.52).Draw(t, "lat")}
	})
	for range rapid.IntRange(0, 3).Draw(t, "waters") {
		at := corner.Draw(t, "water")
		w, h := rapid.Float64Range(0.0001, 0.01).Draw(t, "width"), rapid.Float64Range(0.00005, 0.01).Draw(t, "height")
		s.water = append(s.water, orb.MultiPolygon{{{at, {at[0] + w, at[1] + h/3}, {at[0] + w, at[1] + h}, {at[0], at[1] + h}, at}}})
	}
	for range rapid.IntRange(1, 3).Draw(t, "origins") {
		if s.n.NodeCount() == 0 {
			break // all ways went from a node to itself
		}
		at := s.n.NodeAt(rapid.Int32Range(0, int32(s.n.NodeCount())-1).Draw(t, "origin"))
		s.origins = append(s.origins, s.n.Snap(orb.Point{at[0] + rapid.Float64Range(-0.0003, 0.0003).Draw(t, "off"), at[1]}))
	}
	s.metric = rapid.SampledFrom([]network.Metric{network.Time, network.Length}).Draw(t, "metric")
	c := network.Cost(0)
	for range rapid.IntRange(1, 4).Draw(t, "cutoffs") {
		c += rapid.Uint32Range(0, 800_000).Draw(t, "cutoff")
		s.cutoffs = append(s.cutoffs, c)
	}
	s.minHole = rapid.SampledFrom([]float64{0, 0, 1000, 50_000, 1e18}).Draw(t, "min hole")
	return s
}

// A ring is the same whatever other rings are asked for, and whatever was
// drawn before with the same memory.
func TestARingDependsOnItsCutoffAlone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		d := drawer(t, s.n, s.metric, s.water...)
		together := polygons(t, d, s.origins, s.minHole, s.cutoffs...)
		for i, c := range s.cutoffs {
			if diff := cmp.Diff(together[i], polygons(t, d, s.origins, s.minHole, c)[0]); diff != "" {
				t.Fatalf("cutoff %d of %v (-) and alone (+):\n%s", c, s.cutoffs, diff)
			}
		}
	})
}
