package accessibility

import (
	"math"

	"kaimen/coverage"
)

// Matrix is travel costs from demand to supply in compressed rows: the pairs of
// demand i are First[i] to First[i+1], their supplies strictly ascending. A pair
// that is missing is out of reach.
//
// The zero value is a matrix of no demand. It is only read here, so that
// goroutines may share it.
type Matrix struct {
	First  []int     // one for each demand, and one more
	Supply []int32   // of each pair
	Cost   []float64 // of each pair: finite, not negative
}

// Pair is one travel cost.
type Pair struct {
	Demand, Supply int32
	Cost           float64
}

// Rows puts pairs into a Matrix, whatever their order. A pair that stands more
// than once keeps its first cost; repeated has the positions of the others in
// pairs, by demand, supply and position.
//
// Holds:  the same pairs in another order give the same Matrix, unless some
// stand more than once.
// Cost:   O(pairs + demands + supplies).
// Panics: if a pair is of a demand or supply that is not below its count.
func Rows(demands, supplies int, pairs []Pair) (m Matrix, repeated []int) {
	// Sorted by supply, then by demand; either sort leaves equals as they are.
	order := make([]int, len(pairs))
	for k := range order {
		order[k] = k
	}
	order, _ = sorted(order, supplies, func(k int) int32 { return pairs[k].Supply })
	order, first := sorted(order, demands, func(k int) int32 { return pairs[k].Demand })
	m = Matrix{First: make([]int, demands+1), Supply: make([]int32, 0, len(pairs)), Cost: make([]float64, 0, len(pairs))}
	for i := range demands {
		for _, k := range order[first[i]:first[i+1]] {
			if n := len(m.Supply); n > m.First[i] && m.Supply[n-1] == pairs[k].Supply {
				repeated = append(repeated, k)
				continue
			}
			m.Supply = append(m.Supply, pairs[k].Supply)
			m.Cost = append(m.Cost, pairs[k].Cost)
		}
		m.First[i+1] = len(m.Supply)
	}
	return m, repeated
}

// sorted sorts items by a key below keys, equals staying in their order, and
// tells where each key begins.
func sorted(items []int, keys int, key func(int) int32) (out, first []int) {
	first = make([]int, keys+1)
	for _, k := range items {
		first[key(k)+1]++
	}
	for i := range keys {
		first[i+1] += first[i]
	}
	out = make([]int, len(items))
	next := append([]int(nil), first...)
	for _, k := range items {
		out[next[key(k)]] = k
		next[key(k)]++
	}
	return out, first
}

// Demands is how many places of demand there are.
func (m Matrix) Demands() int { return max(len(m.First)-1, 0) }

// check finds what keeps m from being used with so many supplies.
func (m Matrix) check(supplies int) []coverage.Issue {
	if len(m.First) > 0 && (m.First[0] != 0 || m.First[len(m.First)-1] != len(m.Supply)) || len(m.Supply) != len(m.Cost) {
		return []coverage.Issue{fault("matrix", "its rows do not fit its %d supplies and %d costs", len(m.Supply), len(m.Cost))}
	}
	var issues []coverage.Issue
	for i := range m.Demands() {
		if m.First[i] > m.First[i+1] || m.First[i+1] > len(m.Supply) {
			return append(issues, fault("matrix", "row %d ends before it begins", i))
		}
		last := int32(-1)
		for k := m.First[i]; k < m.First[i+1]; k++ {
			j, c := m.Supply[k], m.Cost[k]
			if j <= last || int(j) >= supplies {
				issues = append(issues, fault("matrix", "row %d has supply %d after %d; supplies must ascend and be below %d", i, j, last, supplies))
			}
			if !amount(c) {
				issues = append(issues, fault("matrix", "the cost from demand %d to supply %d is %v; give a number from 0 up", i, j, c))
			}
			last = j
		}
	}
	return issues
}

// checkAmounts finds what is no weight or capacity.
func checkAmounts(name string, list []float64) []coverage.Issue {
	var issues []coverage.Issue
	for i, x := range list {
		if !amount(x) {
			issues = append(issues, fault(name, "%s %d is %v; give a number from 0 up", name, i, x))
		}
	}
	return issues
}

// Finite is x, or nil for what is no number: a cost to nowhere, a ratio to
// nobody, a mean of nothing.
func Finite(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}

// amount tells whether x is finite and not negative.
func amount(x float64) bool { return x >= 0 && !math.IsInf(x, 1) }

func fault(source, format string, args ...any) coverage.Issue {
	return coverage.Faultf(coverage.ReasonBadValue, source, format, args...)
}

func invalid(issues []coverage.Issue) error {
	if len(issues) == 0 {
		return nil
	}
	return &coverage.Error{Code: coverage.Invalid, Message: "the scores cannot be computed", Issues: issues}
}
