package zonal

import (
	"math/bits"

	"kaimen/coverage"
)

// spread gathers the mean of weighted costs, and the costs by which half and
// nine tenths of the weight have arrived, by nearest rank. Costs come in
// ascending order. The zero spread is ready.
type spread struct {
	weight      coverage.Amount
	high, low   uint64 // the sum of weight times cost, exact, so that the order of equals changes nothing
	median, p90 uint32
	max         uint32
	half, tenth bool // whether median and p90 are known
}

// pass takes the next cost; total is the weight of all costs that will come.
func (s *spread) pass(w, total coverage.Amount, cost uint32) {
	high, low := bits.Mul64(uint64(w), uint64(cost))
	var carry uint64
	s.low, carry = bits.Add64(s.low, low, 0)
	s.high, _ = bits.Add64(s.high, high, carry)
	s.weight += w
	s.max = cost
	if !s.half && s.weight >= total-total/2 {
		s.median, s.half = cost, true
	}
	if !s.tenth && s.weight >= total-total/10 { // nine tenths, rounded up
		s.p90, s.tenth = cost, true
	}
}

// tell returns the mean, the median, the nine-tenths point and the largest cost
// in whole units (seconds, meters); nil over nothing.
func (s *spread) tell() (mean, median, p90, most *float64) {
	if s.weight == 0 {
		return nil, nil, nil, nil
	}
	sum := float64(s.high)*(1<<64) + float64(s.low)
	told := &[4]float64{sum / float64(s.weight) / 1000, float64(s.median) / 1000, float64(s.p90) / 1000, float64(s.max) / 1000}
	return &told[0], &told[1], &told[2], &told[3]
}
