package siting

import (
	"cmp"
	"math"
	"slices"
)

// project moves the shares of the sites along their gain, and back into the box
// and the budget.
func (x *relaxer) project() {
	c := x.c
	for j := range x.y {
		gain := x.s[j]
		if c.priced {
			gain -= float64(c.cost[j])
		}
		if x.column[j] > 0 {
			x.yNew[j] = x.y[j] + gain/(x.omega*x.column[j])
		} else {
			x.yNew[j] = x.y[j]
		}
	}
	if c.priced || c.budget == math.MaxInt64 {
		for j, y := range x.yNew {
			x.yNew[j] = min(max(y, 0), 1)
		}
		return
	}
	x.theta = x.price()
	for j := range x.yNew {
		x.yNew[j] = x.priced(j, x.theta)
	}
}

// priced is the share of a site where the budget has a price.
func (x *relaxer) priced(j int, theta float64) float64 {
	y := x.yNew[j]
	if theta > 0 && x.column[j] > 0 {
		y -= theta * float64(x.c.cost[j]) / (x.omega * x.column[j])
	}
	return min(max(y, 0), 1)
}

// price finds the price at which the budget is just spent, 0 if it is not spent
// at any: by Newton's method within a bracket, from the price found last.
func (x *relaxer) price() float64 {
	budget := float64(x.c.budget)
	low, high, theta := 0.0, math.Inf(1), x.theta
	for range 60 {
		spent, slope := -budget, 0.0
		for j := range x.yNew {
			cost := float64(x.c.cost[j])
			y := x.priced(j, theta)
			spent += cost * y
			if y > 0 && y < 1 && x.column[j] > 0 {
				slope += cost * cost / (x.omega * x.column[j])
			}
		}
		if spent > 0 {
			low = theta
		} else {
			high = theta
		}
		if math.Abs(spent) <= 1e-9*(budget+1) || theta == 0 && spent <= 0 || high <= low*(1+1e-13) {
			break
		}
		next := theta + spent/slope
		if slope == 0 || !(next > low && next < high) {
			switch {
			case !math.IsInf(high, 1):
				next = (low + high) / 2
			case low > 0:
				next = 2 * low
			default:
				next = 1
			}
			if spent <= 0 && low == 0 && slope == 0 {
				next = high / 4
			}
		}
		if next < 1e-12 {
			next = 0
		}
		theta = next
	}
	return theta
}

// note takes down the bound of the last step, if it is the best so far, and
// tells whether it is.
func (x *relaxer) note() bool {
	fixed := 0.0
	for i := range x.shards {
		fixed += x.shards[i].won
	}
	for i := range x.c.limits {
		fixed += x.vNew[i] * float64(x.c.limits[i].Most)
	}
	rest, theta := x.c.bestShares(x.sNew)
	if !(fixed+rest < x.best.value) {
		return false
	}
	b := &x.best
	b.value, b.fixed, b.theta = fixed+rest, fixed, theta
	copy(b.u, x.uNew)
	copy(b.s, x.sNew)
	copy(b.v, x.vNew)
	copy(b.y, x.yNew)
	b.margin = x.margin()
	if x.areas != nil {
		copy(x.areas.best, x.areas.price)
	}
	return true
}

// won is what the best bound takes for won, by row.
func (x *relaxer) won() []float64 {
	won := make([]float64, len(x.w))
	for r, w := range x.w {
		won[r] = w - x.best.u[r]
	}
	return won
}

// margin is no less than what rounding may have taken from the best bound: of a
// sum of numbers of one sign, at most their number times half the distance of
// neighbors, of the sum. Limits bring in the other sign, so sizes are summed.
func (x *relaxer) margin() float64 {
	size := math.Abs(x.best.fixed)
	for j := range x.best.s {
		size += math.Abs(x.best.s[j])
		if x.c.priced {
			size += float64(x.c.cost[j])
		}
	}
	for i := range x.best.v {
		size += x.best.v[i] * x.uses[i]
	}
	if x.areas != nil {
		size += x.areas.size
	}
	terms := float64(x.c.levels() + x.c.sites() + len(x.c.limits) + 10)
	return size * terms * 0x1p-52
}

// ceiling is the greatest whole value that the best bound leaves room for, with
// what is there already.
func (x *relaxer) ceiling() int64 { return x.c.ceiling(x.best.value + x.best.margin) }

func (c *core) ceiling(bound float64) int64 {
	if bound > math.MaxInt64/4 {
		return math.MaxInt64 / 4
	}
	return c.base + int64(math.Floor(bound))
}

// bestShares is the most that shares of sites within the budget add up to, and
// the prices of the budget at which that is met: those of the site that is the
// last to be opened, and of the first that is not.
func (c *core) bestShares(gain []float64) (sum float64, theta [2]float64) {
	switch {
	case c.priced:
		for j, g := range gain {
			sum += max(g-float64(c.cost[j]), 0)
		}
		return sum, theta
	case c.budget == math.MaxInt64:
		for _, g := range gain {
			sum += max(g, 0)
		}
		return sum, theta
	}
	order := make([]int32, 0, len(gain))
	for j, g := range gain {
		if g > 0 {
			order = append(order, int32(j))
		}
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(-cmp.Compare(gain[a]*float64(c.cost[b]), gain[b]*float64(c.cost[a])), cmp.Compare(a, b))
	})
	left := c.budget
	for _, j := range order {
		if c.cost[j] <= left {
			sum += gain[j]
			left -= c.cost[j]
			if c.cost[j] > 0 {
				theta[0] = gain[j] / float64(c.cost[j])
			}
			continue
		}
		price := gain[j] / float64(c.cost[j])
		sum += price * float64(left)
		theta[1] = price
		break
	}
	if left > 0 { // the last one is opened in part, at its price alone
		theta[0] = theta[1]
	}
	return sum, theta
}

// profits tells what opening each site adds to the bound where the budget has a
// price, and that bound. A plan that differs from the best shares in one site wins no more
// than the bound less the size of that site's profit.
func (b *dualBound) profits(c *core, theta float64, profit []float64) (bound float64) {
	bound = b.fixed
	if !c.priced && c.budget != math.MaxInt64 {
		bound += theta * float64(c.budget)
	}
	for j, s := range b.s {
		price := theta * float64(c.cost[j])
		if c.priced {
			price = float64(c.cost[j])
		}
		profit[j] = s - price
		bound += max(profit[j], 0)
	}
	return bound
}
