package overlay_test

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"pgregory.net/rapid"

	"kaimen/geo/overlay"
)

// Zones drawn twice differ by millimeters along the same line. The shapes are
// on a millimeter grid, as those of an audit of zones are; an edge of the second
// lies a few millimeters off that of the first, and has points of its own.
func TestAreasAddUpWhereEdgesNearlyMeet(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		off := func(name string) float64 { return float64(rapid.IntRange(-3, 3).Draw(t, name)) / 1000 }
		n := rapid.IntRange(1, 12).Draw(t, "points")
		shape := func(west, east float64, jitter string) orb.MultiPolygon {
			ring := orb.Ring{{west, 0}, {east, 0}}
			for i := range n { // the eastern edge, upward
				ring = append(ring, orb.Point{east + off(jitter), math.Round(1000*100*float64(i+1)/float64(n+1)) / 1000})
			}
			ring = append(ring, orb.Point{east, 100}, orb.Point{west, 100}, orb.Point{west, 0})
			return orb.MultiPolygon{{ring}}
		}
		a := shape(0, 80, "first")
		b := shape(off("west"), 80+off("east"), "second")
		if rapid.Bool().Draw(t, "beside") {
			b = shape(80+off("west"), 160, "second")
		}
		both, err := overlay.Intersection(a, b)
		if err != nil {
			t.Fatal(err)
		}
		left, err := overlay.Difference(a, b)
		if err != nil {
			t.Fatal(err)
		}
		all, err := overlay.Union(a, b)
		if err != nil {
			t.Fatal(err)
		}
		area := func(m orb.MultiPolygon) float64 { return math.Abs(planar.Area(m)) }
		const slack = 0.01 // square meters: of a hundred meters of edge on a grid of a millimeter, a tenth
		if d := area(both) + area(left) - area(a); math.Abs(d) > slack {
			t.Fatalf("intersection %v and difference %v are %v m² off %v\n%v\n%v", area(both), area(left), d, area(a), a, b)
		}
		if d := area(a) + area(b) - area(both) - area(all); math.Abs(d) > slack {
			t.Fatalf("union %v is %v m² off\n%v\n%v", area(all), d, a, b)
		}
	})
}
