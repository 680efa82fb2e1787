package sample

import (
	"testing"

	"pgregory.net/rapid"
)

// These two look at unexported parts: shares and insets are what the exact
// totals and the distance between houses and streets rest on.

// Shares add up to the total, and each is its exact part rounded up or down.
func TestApportion(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.IntRange(0, 300000).Draw(t, "total")
		weights := rapid.SliceOfN(rapid.IntRange(0, 100000), 1, 40).Draw(t, "weights")
		sum := 0
		for _, w := range weights {
			sum += w
		}
		if sum == 0 {
			total = 0
		}
		dealt := 0
		for i, share := range apportion(total, weights) {
			dealt += share
			if sum > 0 && (share < total*weights[i]/sum || share > total*weights[i]/sum+1) {
				t.Fatalf("share %d of weight %d in %d of %d", share, weights[i], sum, total)
			}
		}
		if dealt != total {
			t.Fatalf("%d dealt out of %d", dealt, total)
		}
	})
}

// A 100 by 80 rectangle drawn in by 10 on all sides is 80 by 60; drawn in by
// 20 at its foot and 10 elsewhere, 80 by 50. By 45 nothing is left of it.
func TestInset(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		depth []float64
		want  float64
	}{
		{"all round", []float64{10, 10, 10, 10}, 4800},
		{"more at the foot", []float64{20, 10, 10, 10}, 4000},
		{"too deep", []float64{45, 45, 45, 45}, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got := inset(box(0, 0, 100, 80), tc.depth)
			if tc.want == 0 {
				if got != nil {
					t.Errorf("got %v, want nothing", got)
				}
				return
			}
			if a := areaOf(got); a < tc.want-0.1 || a > tc.want+0.1 {
				t.Errorf("area %v of %v, want %v", a, got, tc.want)
			}
		})
	}
}
