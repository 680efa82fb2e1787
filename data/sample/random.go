package sample

import (
	"cmp"
	"slices"
)

// random is SplitMix64 (Steele, Lea and Flood 2014, Fast splittable
// pseudorandom number generators): the same numbers on any machine and in any
// release of Go.
type random struct{ state uint64 }

// newRandom gives each subject a stream of its own, so that a change in how
// parks are drawn does not move a single school.
func newRandom(seed uint64, subject string) *random {
	h := uint64(14695981039346656037) // FNV-1a
	for i := range len(subject) {
		h = (h ^ uint64(subject[i])) * 1099511628211
	}
	return &random{seed ^ h}
}

func (r *random) next() uint64 {
	r.state += 0x9e3779b97f4a7c15
	z := r.state
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb
	return z ^ (z >> 31)
}

// float is in [0, 1).
func (r *random) float() float64 { return float64(r.next()>>11) / (1 << 53) }

func (r *random) between(low, high float64) float64 { return low + (high-low)*r.float() }

// intn is a whole number from 0 up to n, n left out.
func (r *random) intn(n int) int { return int(r.next() % uint64(n)) }

// span is a whole number from low to high, both included.
func (r *random) span(low, high int) int { return low + r.intn(high-low+1) }

func (r *random) chance(p float64) bool { return r.float() < p }

func pick[T any](r *random, from []T) T { return from[r.intn(len(from))] }

func shuffle[T any](r *random, s []T) {
	for i := len(s) - 1; i > 0; i-- {
		j := r.intn(i + 1)
		s[i], s[j] = s[j], s[i]
	}
}

// apportion deals total out in whole numbers in proportion to the weights, by
// largest remainder; the shares add up to total exactly. Ties go to the
// smaller index. With no weight at all every share is zero.
func apportion(total int, weights []int) []int {
	shares := make([]int, len(weights))
	sum := int64(0)
	for _, w := range weights {
		sum += int64(w)
	}
	if sum == 0 {
		return shares
	}
	order := make([]int, len(weights))
	left := total
	for i, w := range weights {
		order[i] = i
		shares[i] = int(int64(total) * int64(w) / sum)
		left -= shares[i]
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(int64(total)*int64(weights[b])%sum, int64(total)*int64(weights[a])%sum)
	})
	for _, i := range order[:left] {
		shares[i]++
	}
	return shares
}
