package data

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// On an even slope the height between cells is that of the slope, and a hole
// counts only where it has a share.
func TestBilinearOnASlope(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		slope := rapid.Float64Range(-50, 50)
		a, b, c := slope.Draw(t, "height"), slope.Draw(t, "east"), slope.Draw(t, "south")
		row := func(y float64) []float64 { return []float64{a + c*y, a + b + c*y, a + 2*b + c*y} }
		x, y := cell(rapid.Float64Range(0, 3).Draw(t, "column"), 3), cell(rapid.Float64Range(0, 2).Draw(t, "row"), 2)
		above, below := row(math.Floor(y)), row(math.Ceil(y))
		if have, want := bilinear(above, below, x, y), a+b*x+c*y; math.Abs(have-want) > 1e-9 {
			t.Fatalf("%v, want %v", have, want)
		}
		below[0] = math.NaN()
		if have := bilinear(above, below, x, y); math.IsNaN(have) != (x < 1) {
			t.Fatalf("%v beside a hole, at %v, %v", have, x, y)
		}
	})
}
