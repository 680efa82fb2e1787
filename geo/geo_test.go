package geo_test

import (
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/geo"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s = %.9g, want %.9g within %g", what, got, want, tolerance)
	}
}

func TestDistance(t *testing.T) {
	t.Parallel()
	quarter := math.Pi / 2 * geo.EarthRadiusMeters // a quarter of a great circle
	near(t, "one degree along the equator", geo.Distance(orb.Point{0, 0}, orb.Point{1, 0}), quarter/90, 1e-6)
	near(t, "equator to pole", geo.Distance(orb.Point{12, 0}, orb.Point{99, 90}), quarter, 1e-6)
	near(t, "antipodes", geo.Distance(orb.Point{0, 0}, orb.Point{180, 0}), 2*quarter, 1e-6)
	near(t, "over the date line", geo.Distance(orb.Point{179.5, 0}, orb.Point{-179.5, 0}), quarter/90, 1e-6)
	near(t, "nowhere", geo.Distance(orb.Point{105, 29}, orb.Point{105, 29}), 0, 0)
}

func TestOnEarth(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		p    orb.Point
		want bool
	}{
		{orb.Point{180, -90}, true},
		{orb.Point{180.0001, 0}, false},
		{orb.Point{0, 90.0001}, false},
		{orb.Point{math.NaN(), 0}, false},
		{orb.Point{0, math.Inf(1)}, false},
	} {
		if got := geo.OnEarth(tc.p); got != tc.want {
			t.Errorf("OnEarth(%v) = %t", tc.p, got)
		}
	}
}

// Within 10 km the plane and the sphere agree to a ten-thousandth, and the way
// back from the plane comes home.
func TestPlaneAgreesWithDistance(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		center := orb.Point{rapid.Float64Range(-180, 180).Draw(t, "lon"), rapid.Float64Range(-55, 55).Draw(t, "lat")}
		plane := geo.NewPlane(center)
		at := func(name string) (x, y float64) {
			return rapid.Float64Range(-5000, 5000).Draw(t, name+"x"), rapid.Float64Range(-5000, 5000).Draw(t, name+"y")
		}
		ax, ay := at("a")
		bx, by := at("b")
		a, b := plane.ToLL(ax, ay), plane.ToLL(bx, by)
		flat, sphere := math.Hypot(bx-ax, by-ay), geo.Distance(a, b)
		if math.Abs(flat-sphere) > 1e-3*flat+1e-3 {
			t.Fatalf("%v to %v: %.3f m flat, %.3f m on the sphere", a, b, flat, sphere)
		}
		if x, y := plane.ToXY(a); math.Abs(x-ax) > 1e-6 || math.Abs(y-ay) > 1e-6 {
			t.Fatalf("%v, %v came back as %v, %v", ax, ay, x, y)
		}
	})
}

// square is a closed ring with its lower left corner at x, y meters.
func square(plane geo.Plane, x, y, side float64) orb.Ring {
	return orb.Ring{
		plane.ToLL(x, y), plane.ToLL(x+side, y), plane.ToLL(x+side, y+side), plane.ToLL(x, y+side), plane.ToLL(x, y),
	}
}

func TestArea(t *testing.T) {
	t.Parallel()
	plane := geo.NewPlane(orb.Point{105.05, 29.58})
	outer, hole := square(plane, 0, 0, 100), square(plane, 10, 10, 20)
	near(t, "a square", plane.Area(orb.Polygon{outer}), 10000, 1e-3)
	near(t, "less its hole", plane.Area(orb.Polygon{outer, hole}), 9600, 1e-3)
	near(t, "two", plane.MultiArea(orb.MultiPolygon{{outer, hole}, {square(plane, 500, 0, 10)}}), 9700, 1e-3)
	slices.Reverse(outer)
	near(t, "turned", plane.RingArea(outer), -10000, 1e-3)
	near(t, "open", plane.RingArea(outer[:4]), -10000, 1e-3)
	near(t, "turned polygon", plane.Area(orb.Polygon{outer, hole}), 9600, 1e-3)
	near(t, "nothing", plane.Area(nil), 0, 0)
	near(t, "length", plane.Length(orb.LineString(hole)), 80, 1e-6)
}

func TestPlaneAcrossTheDateLine(t *testing.T) {
	t.Parallel()
	plane := geo.PlaneOf(orb.Bound{Min: orb.Point{178, -1}, Max: orb.Point{180, 1}})
	if plane.Center() != (orb.Point{179, 0}) {
		t.Errorf("center %v", plane.Center())
	}
	degree := geo.EarthRadiusMeters * math.Pi / 180
	x, _ := plane.ToXY(orb.Point{-179, 0})
	near(t, "two degrees east", x, 2*degree, 1e-6)
	near(t, "and back", plane.ToLL(x, 0)[0], -179, 1e-9)
	x, _ = geo.NewPlane(orb.Point{-179, 0}).ToXY(orb.Point{179, 0})
	near(t, "two degrees west", x, -2*degree, 1e-6)
	near(t, "and back", geo.NewPlane(orb.Point{-179, 0}).ToLL(x, 0)[0], 179, 1e-9)
	var zero geo.Plane
	if zero.ToLL(5, 5) != (orb.Point{}) {
		t.Error("the zero Plane knows only its center")
	}
}

func TestSideIsExact(t *testing.T) {
	t.Parallel()
	a, b := orb.Point{0.1, 0.1}, orb.Point{0.3, 0.3}
	// Equal coordinates lie on the diagonal, the next float does not: rounded
	// products cannot tell the two apart.
	on := orb.Point{0.2, 0.2}
	above := orb.Point{0.2, math.Nextafter(0.2, 1)}
	below := orb.Point{0.2, math.Nextafter(0.2, 0)}
	if l, m, r := geo.Side(a, b, above), geo.Side(a, b, on), geo.Side(a, b, below); l != 1 || m != 0 || r != -1 {
		t.Errorf("Side = %d %d %d, want 1 0 -1", l, m, r)
	}
	for _, p := range []orb.Point{{math.NaN(), 1}, {math.Inf(1), 1}} {
		if got := geo.Side(a, b, p); got != 0 {
			t.Errorf("Side of %v = %d", p, got)
		}
	}
	// Huge and tiny coordinates, whose products leave the range of float64.
	for _, unit := range []float64{1e300, 1e-200} {
		if got := geo.Side(orb.Point{}, orb.Point{unit, unit}, orb.Point{unit, 2 * unit}); got != 1 {
			t.Errorf("Side at %g = %d, want 1", unit, got)
		}
	}
}

func TestWind(t *testing.T) {
	t.Parallel()
	plane := geo.NewPlane(orb.Point{105, 29})
	outer, hole := square(plane, 0, 0, 100), square(plane, 10, 10, 20)
	slices.Reverse(outer)
	before := slices.Clone(outer)
	got := geo.WindAll(orb.MultiPolygon{{outer, hole}})[0]
	if geo.Winding(got[0]) != 1 || geo.Winding(got[1]) != -1 {
		t.Error("outer must run counterclockwise, hole clockwise")
	}
	if !slices.Equal(outer, before) || geo.Winding(hole) != 1 {
		t.Error("the polygon given was changed")
	}
	flat := orb.Ring{{0, 0}, {1, 1}, {2, 2}, {0, 0}}
	if geo.Winding(flat) != 0 || !slices.Equal(geo.WoundFor(flat, true), flat) {
		t.Error("a ring without area has no direction and is left alone")
	}
	if open := before[:4]; !slices.Equal(geo.Closed(open), before) || len(open) != 4 {
		t.Error("Closed must add the first point and leave the ring given alone")
	}
}

func TestFlatRings(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		ring orb.Ring
		want bool
	}{
		{nil, true},
		{orb.Ring{{1, 1}, {1, 1}, {1, 1}, {1, 1}}, true},
		{orb.Ring{{0, 0}, {1, 1}, {3, 3}, {0, 0}}, true},
		{orb.Ring{{0, 0}, {0, 0}, {1, 1}, {1, 1.0000001}, {0, 0}}, false},
		{orb.Ring{{0, 0}, {1, 0}, {0, 1}, {1, 1}, {0, 0}}, false}, // a bow-tie: no signed area, but not flat
	} {
		if got := geo.Flat(tc.ring); got != tc.want {
			t.Errorf("%v: flat %v, want %v", tc.ring, got, tc.want)
		}
	}
}

// A box about a point holds places at that distance in every direction.
func TestAroundHoldsItsCircle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at := orb.Point{rapid.Float64Range(-170, 170).Draw(t, "lon"), rapid.Float64Range(-80, 80).Draw(t, "lat")}
		meters := rapid.Float64Range(1, 5000).Draw(t, "meters")
		turn := rapid.Float64Range(0, 2*math.Pi).Draw(t, "turn")
		x, y := 0.999*meters*math.Cos(turn), 0.999*meters*math.Sin(turn)
		if p := geo.NewPlane(at).ToLL(x, y); !geo.Around(at, meters).Contains(p) {
			t.Fatalf("%v, %v m from %v, is outside", p, meters, at)
		}
	})
}
