package gap_test

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/coverage/gap"
)

// degree is a degree of latitude, and at the equator of longitude, in meters.
const degree = math.Pi * 6_371_008.8 / 180

func TestSpacingOfALattice(t *testing.T) {
	t.Parallel()
	var points []orb.Point
	for x := range 12 {
		for y := range 12 { // 400 m apart, each place twice
			at := orb.Point{float64(x) * 400 / degree, float64(y) * 400 / degree}
			points = append(points, at, at)
		}
	}
	if s := gap.Spacing(points); math.Abs(s-400) > 0.5 {
		t.Errorf("spacing %v, want 400", s)
	}
	// A few far away are not what most are like.
	points = append(points, orb.Point{1, 1}, orb.Point{-1, 1})
	if s := gap.Spacing(points); math.Abs(s-400) > 0.5 {
		t.Errorf("with two far away: %v, want 400", s)
	}
	for _, few := range [][]orb.Point{nil, {{1, 1}}, {{1, 1}, {1, 1}, {2, 2}}} {
		if s := gap.Spacing(few); s != 0 {
			t.Errorf("%v: spacing %v, want 0", few, s)
		}
	}
	for spacing, want := range map[float64]float64{0: gap.DefaultRadius, 20: gap.DefaultRadius, 400: 288, 1e6: gap.MostRadius} {
		if r := gap.RadiusOf(spacing); r != want {
			t.Errorf("radius of %v: %v, want %v", spacing, r, want)
		}
	}
}

func TestSpacingAgreesWithALookAtAllPairs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(20, 60).Draw(t, "points")
		points := make([]orb.Point, n)
		for i := range points {
			points[i] = orb.Point{float64(rapid.IntRange(0, 60).Draw(t, "x")) / 1000, float64(rapid.IntRange(0, 60).Draw(t, "y")) / 1000}
		}
		s := gap.Spacing(points)
		distinct, within := map[orb.Point]bool{}, 0
		for _, p := range points {
			distinct[p] = true
		}
		if len(distinct) < 20 {
			return
		}
		for p := range distinct {
			for q := range distinct {
				if p != q && math.Hypot(p[0]-q[0], p[1]-q[1])*degree <= s*1.0001 {
					within++
					break
				}
			}
		}
		if within*10 < len(distinct)*9 {
			t.Fatalf("within %v m of another are %d of %d", s, within, len(distinct))
		}
	})
}
