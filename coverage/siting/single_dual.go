package siting

import "math"

// singleDual bounds plans by prices: u of a place is what its travel counts as at
// once, whoever serves it; a site gains the price of what it takes less the travel,
// as a knapsack, and the rules say how many sites do. As the search tree looks for
// the largest, all is turned round: a plan's value is its travel below zero. After
// the places come the prices of the rules but the first.
//
// Source: Beasley (1993), Lagrangean heuristics for location problems.
type singleDual struct {
	n       *singleNet
	x       *capacityRelaxed
	k       singleKnapsack
	scale   []float64
	settled []int8  // by site of p
	banned  []bool  // by pair
	forced  []int32 // by demand: the pair it must use; -1 for none
	gain    []float64
	exact   []bool          // by site of p: gain is that of whole demand
	chosen  [][]capacityTag // by site of p: the pairs it takes, if opened
	held    [][]int32       // by site: the pairs it must take
	size    float64
	work    int64
}

func newSingleDual(n *singleNet) *singleDual {
	sites := len(n.p.Sites)
	d := &singleDual{
		n: n, x: newCapacityRelaxed(n.r), scale: make([]float64, len(n.demand)+max(len(n.r.rows)-1, 0)),
		banned: make([]bool, len(n.who)), forced: make([]int32, len(n.demand)), settled: make([]int8, sites),
		gain: make([]float64, sites), exact: make([]bool, sites), chosen: make([][]capacityTag, sites), held: make([][]int32, len(n.site)),
	}
	for at := range d.scale {
		d.scale[at] = 1
		if at >= len(n.demand) {
			d.scale[at] = float64(len(n.demand) + 1) // a price of a rule is worth about what all places are
		}
	}
	return d
}

// value is the bound at u, for what is settled, as a capacityFunction. Its tags
// are sites of p, and pairs, numbered on from the sites.
func (d *singleDual) value(u []float64) (float64, []float64, []capacityTag, bool) {
	n := d.n
	for s, j := range n.site {
		d.exact[j] = false
		if d.settled[j] != capacityOut && !d.gains(int32(s), u, false) {
			return 0, nil, nil, false
		}
	}
	value, size := 0.0, 0.0
	for _, j := range n.r.open {
		if !d.exact[j] && !d.gains(n.local[j], u, true) {
			return 0, nil, nil, false
		}
		value += d.gain[j]
		size += math.Abs(d.gain[j])
	}
	if !d.choose(u) {
		return 0, nil, nil, false
	}
	value += d.x.value
	size += d.x.size
	slope := make([]float64, len(u))
	for i := range n.demand {
		price := u[i]
		if beyond := float64(n.beyond[i]); !n.all && d.forced[i] < 0 && price >= beyond {
			price = beyond // some other site serves it, whichever has room
		} else {
			slope[i] = -1
		}
		value -= price
		size += math.Abs(price)
	}
	copy(slope[len(n.demand):], d.x.over)
	d.size = max(d.size, size)
	d.work += 8 * int64(len(d.n.r.pool)) // they are sorted
	return value, slope, d.tags(slope), true
}

// choose opens the sites that gain most. A gain that was only bounded is found
// exactly once its site is chosen, until all chosen ones are exact.
func (d *singleDual) choose(u []float64) bool {
	for again := true; again; {
		again = false
		if !d.x.solve(d.gain, u[len(d.n.demand):], d.settled) {
			return false
		}
		for _, j := range d.n.r.pool {
			if d.x.part[j] > 0 && !d.exact[j] {
				if !d.gains(d.n.local[j], u, true) {
					return false
				}
				again = true
			}
		}
	}
	return true
}

// tags lists what is chosen, and adds what the sites take to the slope.
func (d *singleDual) tags(slope []float64) (tags []capacityTag) {
	sites := int32(len(d.n.p.Sites))
	for _, list := range [][]int32{d.n.r.open, d.n.r.pool} {
		for _, j := range list {
			part := d.x.part[j]
			if d.n.p.Sites[j].State == Existing {
				part = 1
			}
			if part == 0 {
				continue
			}
			tags = append(tags, capacityTag{j, part})
			for _, tag := range d.chosen[j] {
				slope[d.n.who[tag.key]] += part * tag.part
				tags = append(tags, capacityTag{sites + tag.key, part * tag.part})
			}
		}
	}
	return tags
}

// gains finds what a site gains, or a bound of it. It is false if the site cannot
// hold what it must.
func (d *singleDual) gains(s int32, u []float64, exact bool) bool {
	n, j := d.n, d.n.site[s]
	room, base := n.room[s], 0.0
	d.chosen[j] = d.chosen[j][:0]
	for _, a := range d.held[s] {
		room -= n.load[n.who[a]]
		base += u[n.who[a]] - float64(n.cost[a])
		d.chosen[j] = append(d.chosen[j], capacityTag{a, 1})
	}
	if room < 0 {
		return false
	}
	items := d.k.items[:0]
	for a := n.first[s]; a < n.first[s+1]; a++ {
		i := n.who[a]
		if value := u[i] - float64(n.cost[a]); value > 0 && !d.banned[a] && d.forced[i] < 0 && n.load[i] <= room {
			items = append(items, singleItem{a, value, n.load[i]})
		}
	}
	d.work += int64(n.first[s+1] - n.first[s])
	d.k.items = items
	value, whole := d.k.loose(room)
	if exact && !whole {
		if better, ok := d.k.whole(room); ok {
			value = better
		}
	}
	d.exact[j] = exact || whole
	d.gain[j] = base + value
	for at, part := range d.k.part[:len(items)] {
		if part > 0 {
			d.chosen[j] = append(d.chosen[j], capacityTag{items[at].pair, part})
		}
	}
	return true
}

func (d *singleDual) margin() float64 { return margin(d.size, len(d.scale)+len(d.n.who)) }
