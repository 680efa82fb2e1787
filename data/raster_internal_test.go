package data

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"kaimen/coverage"
)

// The sum of many cells is, to the millionth, that of exact arithmetic.
func TestExactSum(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.OneOf(rapid.Float64Range(0, 1e6), rapid.Float64Range(0, 1e-3)), 0, 300).Draw(t, "cells")
		var sum exactSum
		exact := new(big.Rat)
		for _, x := range values {
			sum.add(x)
			exact.Add(exact, new(big.Rat).SetFloat64(x))
		}
		nearest, _ := exact.Float64()
		want, err := coverage.AmountOf(nearest)
		if err != nil {
			t.Fatal(err)
		}
		if have, err := coverage.AmountOf(sum.total()); err != nil || have-want > 1 || want-have > 1 {
			t.Fatalf("have %v (%v), want %v", have, err, want)
		}
	})
}
