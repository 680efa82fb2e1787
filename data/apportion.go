package data

import (
	"cmp"
	"math/bits"
	"slices"

	"kaimen/coverage"
)

// apportion shares total whole units out in proportion to weights, by the
// method of the largest remainder; equal remainders go to the earlier place.
//
// Holds:  the parts add up to total; each is its exact share rounded down or
// up. The sum of the weights must be positive and fit a uint64.
// Source: Hamilton's method; Balinski and Young (1982), Fair Representation.
func apportion(total uint64, weights []uint64) []uint64 {
	sum := uint64(0)
	for _, w := range weights {
		sum += w
	}
	parts := make([]uint64, len(weights))
	remainders := make([]uint64, len(weights))
	order := make([]int, len(weights))
	left := total
	for i, w := range weights {
		high, low := bits.Mul64(total, w)
		parts[i], remainders[i] = bits.Div64(high, low, sum) // total·w/sum is at most total
		left -= parts[i]
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		return cmp.Or(cmp.Compare(remainders[j], remainders[i]), cmp.Compare(i, j))
	})
	for _, i := range order[:left] {
		parts[i]++
	}
	return parts
}

// shareOut shares an amount out in whole units, as people are; what a count
// has beyond them (an estimate of 12.5 people) goes to the largest weight.
func shareOut(total coverage.Amount, weights []uint64) []coverage.Amount {
	parts := make([]coverage.Amount, len(weights))
	for i, units := range apportion(uint64(total/coverage.AmountUnit), weights) {
		parts[i] = coverage.Amount(units) * coverage.AmountUnit
	}
	largest := 0
	for i, w := range weights {
		if w > weights[largest] {
			largest = i
		}
	}
	parts[largest] += total % coverage.AmountUnit
	return parts
}

// shareAll shares out every weight of a zone. People go by the weights given.
// Whatever does not outnumber the people (elderly, children, households) goes
// by the people, so that no place has more elderly than people.
func shareAll(totals map[string]coverage.Amount, weights []uint64) []map[string]coverage.Amount {
	out := make([]map[string]coverage.Amount, len(weights))
	for i := range out {
		out[i] = make(map[string]coverage.Amount, len(totals))
	}
	people := shareOut(totals[coverage.WeightPeople], weights)
	crowd := make([]uint64, len(people))
	for i, p := range people {
		crowd[i] = uint64(p / coverage.AmountUnit)
	}
	for name, total := range totals {
		parts := people
		if name != coverage.WeightPeople {
			by := weights
			if whole := totals[coverage.WeightPeople]; total <= whole && whole >= coverage.AmountUnit {
				by = crowd
			}
			parts = shareOut(total, by)
		}
		for i := range out {
			out[i][name] = parts[i]
		}
	}
	return out
}
