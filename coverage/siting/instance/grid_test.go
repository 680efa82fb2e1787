package instance

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Both indices of places find what a look at every pair finds, places on edges
// and corners of cells, and pairs exactly a radius apart, among them.
func TestIndicesFindAllPairs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		const side = 30
		// Quarters of a unit are edges of cells, and make whole distances.
		coordinate := rapid.OneOf(
			rapid.Map(rapid.IntRange(0, 4*side-1), func(q int) float64 { return float64(q) / 4 }),
			rapid.Float64Range(0, math.Nextafter(side, 0)),
		)
		place := rapid.Custom(func(t *rapid.T) point {
			return point{coordinate.Draw(t, "x"), coordinate.Draw(t, "y")}
		})
		at := rapid.SliceOfN(place, 0, 12).Draw(t, "sites")
		from := rapid.SliceOfN(place, 1, 30).Draw(t, "places")
		radius := rapid.OneOf(rapid.SampledFrom([]float64{0.25, 1, 5, 7.5, 30}), rapid.Float64Range(0.01, 50)).Draw(t, "radius")
		cells, bins := newGrid(at, side, radius), near(from, at, side, radius)
		want := within(len(from), len(at), func(i, j int) bool { return from[i].squared(at[j]) <= radius*radius })
		for i, place := range from {
			row, _ := want.Row(i)
			if got := cells.within(place, nil); !slices.Equal(got, row) {
				t.Fatalf("place %d: cells find %v of %v", i, got, row)
			}
			if got, _ := bins.Row(i); !slices.Equal(got, row) {
				t.Fatalf("place %d: bins find %v of %v", i, got, row)
			}
		}
	})
}

// 3-4-5 triangles have whole distances, which must not come out as one less.
func TestFlooredDistances(t *testing.T) {
	t.Parallel()
	for k := 1; k < 5000; k++ {
		x := float64(k)
		if got := (point{0, 0}).floored(point{3 * x, 4 * x}); got != uint32(5*k) {
			t.Fatalf("%d times the triangle: %d", k, got)
		}
	}
	if got := (point{1, 1}).floored(point{2, 2}); got != 1 {
		t.Errorf("the diagonal of a unit is floored to %d", got)
	}
}
