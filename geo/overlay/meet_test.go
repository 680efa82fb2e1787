package overlay_test

import (
	"testing"

	"github.com/paulmach/orb"

	"kaimen/geo/overlay"
)

// A square with a hole, and what lies in it, in its hole, on its edge, beside
// it; the same for every kind of shape.
func TestMeet(t *testing.T) {
	t.Parallel()
	ring := orb.MultiPolygon{{
		{{0, 0}, {10, 0}, {10, 10}, {0, 10}, {0, 0}},
		{{4, 4}, {4, 6}, {6, 6}, {6, 4}, {4, 4}},
	}}
	for _, tc := range []struct {
		name string
		g    orb.Geometry
		want bool
	}{
		{"nothing", nil, false},
		{"point in", orb.Point{1, 1}, true},
		{"point on the edge", orb.Point{10, 5}, true},
		{"point in the hole", orb.Point{5, 5}, false},
		{"point beside", orb.Point{11, 5}, false},
		{"points, one of them in", orb.MultiPoint{{11, 5}, {1, 1}}, true},
		{"line across", orb.LineString{{-1, -1}, {11, 11}}, true},
		{"line past a corner", orb.LineString{{9, 12}, {12, 9}}, false},
		{"line in the hole", orb.LineString{{4.5, 5}, {5.5, 5}}, false},
		{"lines, one of them across", orb.MultiLineString{{{20, 20}, {21, 21}}, {{-1, 1}, {11, 1}}}, true},
		{"box in the hole", orb.Bound{Min: orb.Point{4.5, 4.5}, Max: orb.Point{5.5, 5.5}}, false},
		{"box round all", orb.Bound{Min: orb.Point{-5, -5}, Max: orb.Point{15, 15}}, true},
		{"box that touches", orb.Bound{Min: orb.Point{10, 2}, Max: orb.Point{15, 3}}, true},
		{"polygon inside", orb.Polygon{{{1, 1}, {2, 1}, {2, 2}, {1, 1}}}, true},
		{"ring inside", orb.Ring{{1, 1}, {2, 1}, {2, 2}, {1, 1}}, true},
		{"collection", orb.Collection{orb.Point{5, 5}, orb.LineString{{-1, 1}, {11, 1}}}, true},
	} {
		if got := overlay.Meet(ring, tc.g); got != tc.want {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
		if got := overlay.Meet(tc.g, ring); got != tc.want {
			t.Errorf("%s, the other way round: %v, want %v", tc.name, got, tc.want)
		}
	}
}
