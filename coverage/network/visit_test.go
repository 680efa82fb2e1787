package network

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Two ways to one order: the stable sort of the standard library.
func TestByID(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		ids := rapid.SliceOf(rapid.OneOf(
			rapid.Int64(), rapid.Int64Range(-3, 3), rapid.Int64Range(1<<33, 1<<33+300),
			rapid.SampledFrom([]int64{math.MinInt64, math.MaxInt64}),
		)).Draw(t, "ids")
		var visits []visit
		for i, id := range ids {
			visits = append(visits, visit{id, int32(i)})
		}
		want := slices.Clone(visits)
		slices.SortStableFunc(want, func(a, b visit) int { return cmp.Compare(a.id, b.id) })
		if got := byID(visits); !slices.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
	})
}
