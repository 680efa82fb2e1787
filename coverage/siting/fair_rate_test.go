package siting

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// Rates are told apart as fractions, also where both are one float64.
func TestRatesAreExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		weight := rapid.OneOf(rapid.Int64Range(1, 20), rapid.Int64Range(1, math.MaxInt64/4))
		s := &areaSet{unit: 1, all: []int64{weight.Draw(t, "all"), weight.Draw(t, "other")}}
		won := make([]int64, 2)
		for k := range won {
			won[k] = rapid.Int64Range(0, s.all[k]).Draw(t, "won")
		}
		rate := func(k int, w int64) *big.Rat { return big.NewRat(w, s.all[k]) }
		least := s.least(won)
		if rate(least, won[least]).Cmp(rate(1-least, won[1-least])) > 0 {
			t.Fatalf("%v of %v: the least is that of area %d", won, s.all, least)
		}
		// One unit less than what is beyond is not beyond.
		for k, w := range s.beyond(least, won[least]) {
			if r := rate(least, won[least]); rate(k, w).Cmp(r) <= 0 || rate(k, w-1).Cmp(r) > 0 {
				t.Fatalf("beyond %d of %d are %d of %d", won[least], s.all[least], w, s.all[k])
			}
		}
	})
}

// A bound on rates is rounded to a rate that there is, and never below one that
// it lets pass. Fifths and sevenths below 0.5 are 2/5 and 3/7, of which the
// latter is more.
func TestBoundsAreRoundedToRates(t *testing.T) {
	t.Parallel()
	s := &areaSet{unit: 2, all: []int64{10, 14}} // five and seven units
	if got := s.rounded(0.5); got != 6./14 {
		t.Errorf("below 0.5 the largest rate is %v", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.Int64Range(1, 1<<50).Draw(t, "all")
		s := &areaSet{unit: 1, all: []int64{all}}
		won := rapid.Int64Range(0, all).Draw(t, "won")
		if got := s.within(0, s.rate(0, won)); got != won {
			t.Fatalf("of %d, within the rate of %d are %d", all, won, got)
		}
	})
	huge := &areaSet{unit: 1, all: []int64{math.MaxInt64 - 1}}
	if got := huge.within(0, 1); got != math.MaxInt64-1 {
		t.Errorf("within a rate of 1 are %d", got)
	}
}

// drawDuals is rows of one site each in some areas, with duals on their way.
func drawDuals(t *rapid.T, rates bool) (*relaxer, *areaPrices) {
	n := rapid.IntRange(1, 4).Draw(t, "areas")
	a := &areaPrices{rates: rates, price: make([]float64, n), won: make([]float64, n), need: make([]float64, n)}
	for k := range a.price {
		a.price[k] = 1
		if rates {
			a.price[k] = 1 / float64(n)
		}
	}
	c := &core{start: []int32{0}, firsts: []int32{0}, id: []int32{0}, cost: []int64{1}, budget: 1}
	var w []float64
	for r := range int32(12) {
		c.list, c.start, c.firsts = append(c.list, 0), append(c.start, r+1), append(c.firsts, r+1)
		c.end, c.weight = append(c.end, r+1), append(c.weight, 1)
		c.area = append(c.area, int32(int(r)%n))
		w = append(w, float64(rapid.IntRange(1, 9).Draw(t, "weight")))
	}
	c.finish()
	x := newAreaRelaxer(c, a)
	x.weighAreas(w, 1)
	x.omega = rapid.SampledFrom([]float64{0.3, 1, 7}).Draw(t, "omega")
	for r := range x.uNew {
		x.uNew[r] = 3 * float64(rapid.IntRange(-5, 30).Draw(t, "dual"))
	}
	for k := range a.need {
		// At least a unit is to spare, so that some price is enough.
		a.need[k] = a.sum[k] - 1 - float64(rapid.IntRange(0, 8).Draw(t, "spare"))
	}
	return x, a
}

// The price of a floor is 1 where the duals pull with less than what an area has
// to spare, and else the one at which they pull with just that.
func TestFloorPrices(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		x, a := drawDuals(t, false)
		a.floorPrices(x)
		a.pulls(x)
		for k, m := range a.price {
			lack := a.over[k] - (a.sum[k] - a.need[k])
			if m < 1 || lack > 1e-6 || m > 1 && lack < -1e-6 {
				t.Fatalf("area %d of price %v lacks %v", k, m, lack)
			}
		}
	})
}

// Prices of rates add up to 1 whatever the duals are; and with some tries more,
// areas with a price have one rate, and none has less.
func TestMeanPrices(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		x, a := drawDuals(t, true)
		for range 50 {
			a.meanPrices(x)
			sum := 0.0
			for _, m := range a.price {
				if m < 0 {
					t.Fatalf("prices %v", a.price)
				}
				sum += m
			}
			if math.Abs(sum-1) > 1e-12 {
				t.Fatalf("prices %v add up to %v", a.price, sum)
			}
		}
		a.pulls(x)
		least := math.Inf(1)
		for k := range a.price {
			least = min(least, a.rate(k))
		}
		for k, m := range a.price {
			if m > 1e-6 && a.rate(k) > least+1e-5 {
				t.Fatalf("prices %v: area %d has a rate of %v, and some area one of %v", a.price, k, a.rate(k), least)
			}
		}
	})
}
