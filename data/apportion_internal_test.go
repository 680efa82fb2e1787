package data

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"kaimen/coverage"
)

// TestApportion: 10 seats for 6, 3 and 1 of ten are exact; 7 seats for 1, 1
// and 1 are 2 each with one over, which goes to the first; 10 for 47, 16, 158,
// 81 are the quotas 1.56, 0.53, 5.23, 2.68 with two over, for the largest
// remainders, .68 and .56.
func TestApportion(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		total         uint64
		weights, want []uint64
	}{
		{10, []uint64{6, 3, 1}, []uint64{6, 3, 1}},
		{7, []uint64{1, 1, 1}, []uint64{3, 2, 2}},
		{10, []uint64{47, 16, 158, 81}, []uint64{2, 0, 5, 3}},
		{0, []uint64{5}, []uint64{0}},
		{3, []uint64{0, 1}, []uint64{0, 3}},
	} {
		have := apportion(tc.total, tc.weights)
		for i := range tc.want {
			if have[i] != tc.want[i] {
				t.Errorf("%d over %v: %v, want %v", tc.total, tc.weights, have, tc.want)
				break
			}
		}
	}
}

// The parts add up, and each is its quota rounded down or up, by whole numbers
// of any size.
func TestApportionQuota(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.Uint64Range(0, 8e15).Draw(t, "total")
		weights := rapid.SliceOfN(rapid.Uint64Range(0, 1e12), 1, 30).Draw(t, "weights")
		weights[0]++ // not all zero
		whole := new(big.Int)
		for _, w := range weights {
			whole.Add(whole, new(big.Int).SetUint64(w))
		}
		sum := uint64(0)
		for i, part := range apportion(total, weights) {
			sum += part
			quota := new(big.Int).Mul(new(big.Int).SetUint64(total), new(big.Int).SetUint64(weights[i]))
			floor, rest := new(big.Int).DivMod(quota, whole, new(big.Int))
			if low := floor.Uint64(); part != low && (part != low+1 || rest.Sign() == 0) {
				t.Fatalf("part %d of %d is %d, its quota %v", i, total, part, floor)
			}
		}
		if sum != total {
			t.Fatalf("the parts are %d, the whole %d", sum, total)
		}
	})
}

// No place gets more elderly than people, and every weight adds up to the
// millionth.
func TestShareAll(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		amount := func(name string, most int64) coverage.Amount {
			return coverage.Amount(rapid.Int64Range(0, most).Draw(t, name))
		}
		people := amount("people", 5000*int64(coverage.AmountUnit))
		totals := map[string]coverage.Amount{
			"people": people - people%coverage.AmountUnit, "elderly": 0, "vehicles": amount("vehicles", 9000*int64(coverage.AmountUnit)),
		}
		elderly := amount("elderly", int64(people))
		totals["elderly"] = elderly - elderly%coverage.AmountUnit
		sums := map[string]coverage.Amount{}
		for _, share := range shareAll(totals, rapid.SliceOfN(rapid.Uint64Range(1, 1e9), 1, 40).Draw(t, "weights")) {
			if share["elderly"] > share["people"] {
				t.Fatalf("%v elderly among %v people", share["elderly"], share["people"])
			}
			for name, part := range share {
				sums[name] += part
			}
		}
		for name, total := range totals {
			if sums[name] != total {
				t.Fatalf("%s: %v, want %v", name, sums[name], total)
			}
		}
	})
}
