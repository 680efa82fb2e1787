package siting

import (
	"cmp"
	"math"
	"slices"
)

// What is settled of a site at a node of a search tree.
const (
	capacityFree int8 = 0
	capacityIn   int8 = 1
	capacityOut  int8 = -1
)

// capacityRelaxed is the most that the gains of single sites can add up to in a
// set that keeps the rules, or more: the first rule is kept with parts of sites
// allowed, the others only at their prices, and Apart not at all.
type capacityRelaxed struct {
	r     *capacityRules
	value float64
	size  float64   // the sum of the magnitudes that value was added up from
	part  []float64 // by site, 0..1: how much of it is opened
	over  []float64 // by rule but the first: the share of it that is not used
	// with and without are, by site, how much lower the value is at least if the
	// site must be opened, or must not.
	with, without []float64
	order         []int32
	gain          []float64 // less the prices
}

func newCapacityRelaxed(r *capacityRules) *capacityRelaxed {
	n := len(r.p.Sites)
	return &capacityRelaxed{
		r: r, part: make([]float64, n), over: make([]float64, max(len(r.rows)-1, 0)),
		with: make([]float64, n), without: make([]float64, n), gain: make([]float64, n),
	}
}

// solve finds the value for gains of 0 or more by site. price is by rule but the
// first, for all of what the rule allows; one below 0 counts as what it would be
// as 0, or more. It is false if the settled sites break the first rule.
func (x *capacityRelaxed) solve(gain, price []float64, settled []int8) bool {
	x.value, x.size, x.order = 0, 0, x.order[:0]
	left := x.priced(gain, price, settled)
	if left < 0 {
		return false
	}
	x.fill(left)
	for at := range x.over {
		row := &x.r.rows[at+1]
		x.over[at] = 1
		if price[at] < 0 {
			x.over[at] = 0 // its slack takes up what is not used
		}
		for _, j := range x.r.pool {
			if x.part[j] > 0 && row.use[j] > 0 {
				x.over[at] -= x.part[j] * share(row, j)
			}
		}
	}
	return true
}

// share is the part of a rule that a site uses.
func share(row *capacityRow, j int32) float64 {
	return float64(row.use[j]) / float64(row.most)
}

// priced takes the prices from the gains, opens what is settled so, and lists
// what is free. It returns what is left of the first rule.
func (x *capacityRelaxed) priced(gain, price []float64, settled []int8) int64 {
	left := int64(0)
	if len(x.r.rows) > 0 {
		left = x.r.rows[0].most
	}
	for at := range x.over {
		x.value += max(price[at], 0)
		x.size += max(price[at], 0)
	}
	for _, j := range x.r.pool {
		x.part[j], x.with[j], x.without[j] = 0, 0, 0
		if settled[j] == capacityOut {
			x.with[j] = math.Inf(1)
			continue
		}
		g := gain[j]
		for at := range x.over {
			if row := &x.r.rows[at+1]; row.use[j] > 0 {
				g -= price[at] * share(row, j)
			}
		}
		x.gain[j] = g
		if settled[j] == capacityFree {
			x.order = append(x.order, j)
			continue
		}
		x.part[j], x.without[j] = 1, math.Inf(1)
		x.value += g
		x.size += math.Abs(g)
		if len(x.r.rows) > 0 {
			left -= x.r.rows[0].use[j]
		}
	}
	return left
}

// fill opens free sites, those with most gain for what they use of the first rule
// first, until it is used up.
func (x *capacityRelaxed) fill(left int64) {
	use := func(int32) int64 { return 0 }
	if len(x.r.rows) > 0 {
		use = func(j int32) int64 { return x.r.rows[0].use[j] }
	}
	rate := func(j int32) float64 {
		if use(j) == 0 {
			return math.Inf(1)
		}
		return x.gain[j] / float64(use(j))
	}
	slices.SortFunc(x.order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(rate(b), rate(a)), cmp.Compare(a, b))
	})
	room, enough, next, full := left, 0.0, 0.0, false
	for _, j := range x.order {
		switch {
		case use(j) > left:
			x.with[j] = math.Inf(1)
		case x.gain[j] <= 0:
		case full:
			next = max(next, rate(j))
		default:
			x.part[j] = 1
			if use(j) > room {
				x.part[j] = float64(room) / float64(use(j))
				next = rate(j)
			}
			x.value += x.part[j] * x.gain[j]
			x.size += math.Abs(x.gain[j])
			room -= min(use(j), room)
			if full = room == 0 && use(j) > 0; full {
				enough = rate(j)
			}
		}
	}
	// One more site must buy its use from the least that is in; one fewer sells
	// its use to the best that is not.
	for _, j := range x.order {
		bought := x.gain[j] - enough*float64(use(j))
		sold := x.gain[j] - next*float64(use(j))
		x.with[j] = max(x.with[j], -bought, 0)
		x.without[j] = max(sold, 0)
	}
}
