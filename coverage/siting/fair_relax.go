package siting

import (
	"math"
	"sync"
)

// areaPrices is what makes a relaxation mind areas. Where weight covered in an
// area counts m times, the dual of a level is at most m times its weight:
//
//	floors   m ≥ 1, and each unit of m beyond 1 takes off what the area needs
//	rates    m ≥ 0 of all areas add up to 1; weights are shares of their area
//
// Whatever m is, the bound holds: of floors, since weight that is missing would
// be paid for, and of rates, since the least is no more than any mean. For given
// shares of sites the m that is best together with the duals is the root of an
// increasing function, so the method's step is exact in both, and converges as
// fast as it does without areas.
type areaPrices struct {
	rates bool
	of    []int32   // by row: its area
	sum   []float64 // by area: the weight of its rows
	won   []float64 // by area, of rates: what is won already
	need  []float64 // by area, of floors: what is to be won yet
	price []float64 // by area: m
	best  []float64 // m of the best bound
	size  float64   // of the numbers that prices bring into a bound, summed
	pull  []float64 // by row: what a unit of weight beyond its dual's bound pulls at m, times omega

	over, slope, stiff []float64 // by area
	mean               float64   // of stiff
}

// newAreaRelaxer relaxes a core of which every row has one level and an area;
// those of floors weigh what the core says, those of rates share of their area.
func newAreaRelaxer(c *core, a *areaPrices) *relaxer {
	x := newRelaxer(c, nil)
	x.areas, a.of = a, c.area
	n := len(a.price)
	a.sum, a.best = make([]float64, n), make([]float64, n)
	a.over, a.slope, a.stiff = make([]float64, n), make([]float64, n), make([]float64, n)
	a.pull = make([]float64, c.rows())
	return x
}

// weighAreas takes weights by row, and the size that duals will have of them.
func (x *relaxer) weighAreas(w []float64, size float64) {
	a := x.areas
	clear(x.column)
	x.w, x.scale = w, make([]float64, len(w))
	for l := range w {
		x.scale[l] = w[l] * size
		a.sum[a.of[l]] += w[l]
		a.pull[l] = float64(x.c.end[l]-x.c.start[l]) / size
		a.stiff[a.of[l]] += w[l] * a.pull[l]
		a.mean += w[l] * a.pull[l] / float64(len(a.price))
	}
	x.columns()
}

// resume starts from duals of rows, and prices of areas.
func (x *relaxer) resume(u, prices []float64) {
	copy(x.areas.price, prices)
	copy(x.u, u)
	clear(x.s)
	for r := range x.u {
		for _, site := range x.c.list[x.c.start[r]:x.c.start[r+1]] {
			x.s[site] += x.u[r]
		}
	}
	x.anchor()
}

// passAreas is a pass over rows of one level, which finds prices on its way.
func (x *relaxer) passAreas(alpha float64) {
	x.everyShard(func(h *shard) { x.aim(h) })
	a := x.areas
	if a.rates {
		a.meanPrices(x)
	} else {
		a.floorPrices(x)
	}
	x.everyShard(func(h *shard) { x.clip(h, alpha) })
	copy(x.sNew, x.shards[0].s)
	for i := 1; i < len(x.shards); i++ {
		for j, s := range x.shards[i].s {
			x.sNew[j] += s
		}
	}
	extra := 0.0
	a.size = 0
	for k, m := range a.price {
		if a.rates {
			extra += m * a.won[k]
			a.size += m * (a.sum[k] + a.won[k])
		} else {
			extra -= (m - 1) * a.need[k]
			a.size += m * (a.sum[k] + math.Abs(a.need[k]))
		}
	}
	a.size *= float64(len(a.price))
	x.shards[0].won += extra
}

func (x *relaxer) everyShard(do func(h *shard)) {
	if len(x.shards) == 1 {
		do(&x.shards[0])
		return
	}
	var wait sync.WaitGroup
	for i := range x.shards {
		wait.Go(func() { do(&x.shards[i]) })
	}
	wait.Wait()
}

// aim moves the duals of rows to where they would go without bounds.
func (x *relaxer) aim(h *shard) {
	c, bar := x.c, x.bar
	for r := h.from; r < h.to; r++ {
		row := c.list[c.start[r]:c.start[r+1]]
		a := -1.0
		for _, site := range row {
			a += bar[site]
		}
		x.uNew[r] = x.u[r] - x.omega*x.scale[r]/float64(len(row))*a
	}
}

// clip puts the duals of rows into the bounds that prices make.
func (x *relaxer) clip(h *shard, alpha float64) {
	c, s, price, of := x.c, h.s, x.areas.price, x.areas.of
	clear(s)
	won, du2, beta := 0.0, 0.0, 1-alpha
	for r := h.from; r < h.to; r++ {
		row := c.list[c.start[r]:c.start[r+1]]
		most, u, sigma := x.w[r]*price[of[r]], x.u[r], x.omega*x.scale[r]/float64(len(row))
		to := min(max(x.uNew[r], 0), most)
		if to > 0 {
			for _, site := range row {
				s[site] += to
			}
		}
		won += most - to
		d := to - u
		du2 += d * d / sigma
		x.uNew[r] = to
		x.u[r] = alpha*(2*to-u) + beta*x.u0[r]
	}
	h.won, h.du2 = won, du2
}

// pulls sums up, by area, how much duals beyond their bounds pull at prices, and
// how much less a higher price would let them.
func (a *areaPrices) pulls(x *relaxer) {
	clear(a.over)
	clear(a.slope)
	for r, k := range a.of {
		if beyond := x.uNew[r] - x.w[r]*a.price[k]; beyond > 0 {
			a.over[k] += beyond * a.pull[r]
			a.slope[k] += x.w[r] * a.pull[r]
		}
	}
	for k := range a.over {
		a.over[k] /= x.omega
		a.slope[k] /= x.omega
	}
}

// mostTries is after how many of Newton's steps prices are good enough: from one
// step of the relaxation to the next they hardly move, and two or three do.
const (
	mostTries = 12
	closeBy   = 1e-11
)

// floorPrices finds, area by area, the price at which what an area has to spare
// is what the duals pull with. That is concave and rising in the price, so from
// below Newton's steps never pass it.
func (a *areaPrices) floorPrices(x *relaxer) {
	for range mostTries {
		a.pulls(x)
		moved := false
		for k, m := range a.price {
			lack := a.over[k] - (a.sum[k] - a.need[k])
			next := 1.0
			if a.slope[k] > 0 {
				next = max(1, m+lack/a.slope[k])
			}
			moved = moved || math.Abs(next-m) > closeBy*m
			a.price[k] = next
		}
		if !moved {
			return
		}
	}
}

// meanPrices finds the prices, of sum 1, at which all areas with a price win the
// same rate, and the others no less.
func (a *areaPrices) meanPrices(x *relaxer) {
	for range mostTries {
		a.pulls(x)
		for k := range a.price {
			// Where nothing pulls there is no slope; a part of the steepest keeps
			// steps short, and so does one of the mean where there are no rows.
			const least = 0.02
			a.slope[k] = max(a.slope[k], least*max(a.stiff[k], a.mean)/x.omega)
		}
		moved := 0.0
		rate := a.evenRate()
		sum := 0.0
		for k, m := range a.price {
			next := max(0, m+(rate-a.rate(k))/a.slope[k])
			moved += math.Abs(next - m)
			a.over[k], sum = next, sum+next
		}
		for k, next := range a.over {
			a.price[k] = next / sum
		}
		if moved <= closeBy {
			return
		}
	}
}

// rate is what area k wins at its price.
func (a *areaPrices) rate(k int) float64 { return a.won[k] + a.sum[k] - a.over[k] }

// evenRate is the rate at which prices, each moved along its slope and none
// below 0, add up to 1: with all areas first, then without those that it would
// take below.
func (a *areaPrices) evenRate() (rate float64) {
	without := make([]bool, len(a.price))
	for range a.price {
		sum, slopes := 0.0, 0.0
		for k, m := range a.price {
			if !without[k] {
				sum += m - a.rate(k)/a.slope[k]
				slopes += 1 / a.slope[k]
			}
		}
		rate = (1 - sum) / slopes
		same := true
		for k, m := range a.price {
			if !without[k] && m+(rate-a.rate(k))/a.slope[k] < 0 {
				without[k], same = true, false
			}
		}
		if same {
			break
		}
	}
	return rate
}
