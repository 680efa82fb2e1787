package siting

import (
	"cmp"
	"math"
	"slices"
)

// capacityDual bounds what can be served, by prices: u of a class is the part of
// its weight that counts as served at once, whoever serves it, and a site gains
// the rest from what it holds. After the classes come the prices of the rules but
// the first.
type capacityDual struct {
	s       *capacityPlanner
	x       *capacityRelaxed
	scale   []float64
	settled []int8
	order   []int32 // of classes, those with most to gain first
	key     []float64
	gain    []float64
	left    []float64
	size    float64 // the largest magnitude that a value was added up from
}

func newCapacityDual(s *capacityPlanner) *capacityDual {
	classes, sites := len(s.net.weight), len(s.p.Sites)
	d := &capacityDual{
		s: s, x: newCapacityRelaxed(s.r), scale: make([]float64, classes+max(len(s.r.rows)-1, 0)),
		order: make([]int32, classes), key: make([]float64, classes), gain: make([]float64, sites), left: make([]float64, sites),
	}
	all := 0.0
	for c, w := range s.net.weight {
		d.scale[c] = 1 / float64(w)
		d.order[c] = int32(c)
		all += float64(w)
	}
	for at := classes; at < len(d.scale); at++ {
		d.scale[at] = max(all, 1) // a price may be worth all demand, a part of a class only itself
	}
	return d
}

// start is the prices that the cut of the best plan gives.
func (d *capacityDual) start() []float64 {
	d.s.restart(d.s.best)
	u := make([]float64, len(d.scale))
	for c, scarce := range d.s.f.scarce() {
		if !scarce {
			u[c] = 1
		}
	}
	return u
}

// value is the bound at u, for what is settled, as a capacityFunction.
func (d *capacityDual) value(u []float64) (float64, []float64, []capacityTag, bool) {
	s, n := d.s, d.s.net
	d.sort(u)
	clear(d.gain)
	d.rooms()
	for _, c := range d.order {
		worth := 1 - u[c]
		if worth <= 0 {
			break
		}
		w := float64(n.weight[c])
		for _, j := range n.site[n.start[c]:n.start[c+1]] {
			if part := min(w, d.left[j]); part > 0 {
				d.gain[j] += part * worth
				d.left[j] -= part
			}
		}
	}
	s.work += 8*int64(len(n.site)) + 200*int64(len(u)) + 40*int64(len(s.r.pool)) // classes and sites are sorted
	if !d.x.solve(d.gain, u[len(n.weight):], d.settled) {
		return 0, nil, nil, false
	}
	slope := make([]float64, len(u))
	value, size := d.x.value, d.x.size
	for c, w := range n.weight {
		if u[c] > 0 {
			value += u[c] * float64(w)
			size += u[c] * float64(w)
			slope[c] = float64(w)
		}
	}
	for _, j := range s.r.open {
		value += d.gain[j]
		size += d.gain[j]
	}
	d.size = max(d.size, size)
	copy(slope[len(n.weight):], d.x.over)
	d.slopes(u, slope)
	var tags []capacityTag
	for _, j := range s.r.pool {
		if d.x.part[j] > 0 {
			tags = append(tags, capacityTag{j, d.x.part[j]})
		}
	}
	return value, slope, tags, true
}

// slopes takes from the slope what the opened sites serve.
func (d *capacityDual) slopes(u, slope []float64) {
	n := d.s.net
	d.rooms()
	for _, j := range d.s.r.pool {
		if d.x.part[j] == 0 {
			d.left[j] = 0
		}
	}
	for _, c := range d.order {
		if u[c] >= 1 {
			break
		}
		w := float64(n.weight[c])
		for _, j := range n.site[n.start[c]:n.start[c+1]] {
			part := min(w, d.left[j])
			if part <= 0 {
				continue
			}
			d.left[j] -= part
			if d.s.p.Sites[j].State != Existing {
				part *= d.x.part[j]
			}
			slope[c] -= part
		}
	}
}

// rooms gives every site that may be open its capacity.
func (d *capacityDual) rooms() {
	clear(d.left)
	for _, list := range [][]int32{d.s.r.open, d.s.r.pool} {
		for _, j := range list {
			if d.settled[j] != capacityOut {
				d.left[j] = float64(d.s.net.room[j])
			}
		}
	}
}

func (d *capacityDual) sort(u []float64) {
	copy(d.key, u)
	slices.SortFunc(d.order, func(a, b int32) int { return cmp.Or(cmp.Compare(d.key[a], d.key[b]), cmp.Compare(a, b)) })
}

// bound lowers the bound of a node by so many rounds. done tells that no plan in
// it can be better than the best known.
func (d *capacityDual) bound(node *capacityNode, settled []int8, rounds int) (tags []capacityTag, done bool) {
	s := d.s
	d.settled = settled
	b, ok := newCapacityBundle(d.value, d.scale, node.u, float64(s.value), &s.work)
	if !ok {
		return nil, true
	}
	defer func() { node.u = b.center }()
	near := 5e-4
	if node.above == nil {
		near = 5e-5 // all other nodes start from it
	}
	for round := 0; ; round++ {
		bound := s.rounded(b.best + d.margin())
		if bound < node.bound {
			node.bound = bound
			if node.above == nil {
				s.upper(float64(bound), 0, 1)
			}
		}
		if node.bound <= s.value {
			return nil, true
		}
		if round == rounds || s.over() {
			break
		}
		drop, ok := b.next()
		if !ok {
			return nil, true
		}
		if drop < near*(b.best-float64(s.value)) || drop < 1e-7*math.Abs(b.best) {
			break // what is left to gain is little of the gap
		}
	}
	return b.tags(), false
}

func (d *capacityDual) margin() float64 { return margin(d.size, len(d.scale)+len(d.s.p.Sites)) }

// fix settles the sites that every better plan of the node opens, and those that
// none does.
func (d *capacityDual) fix(node *capacityNode, settled []int8) (fixed []capacitySettled) {
	s := d.s
	value, _, _, ok := d.value(node.u)
	if !ok {
		return nil
	}
	value += d.margin()
	for _, j := range s.r.pool {
		switch {
		case settled[j] != capacityFree:
		case s.rounded(value-d.x.with[j]) <= s.value:
			fixed = append(fixed, capacitySettled{j, capacityOut})
		case s.rounded(value-d.x.without[j]) <= s.value:
			fixed = append(fixed, capacitySettled{j, capacityIn})
		}
	}
	return fixed
}

// note keeps the bounds of plans with and without each site. Where there is no
// such plan, they are endless.
func (d *capacityDual) note(node *capacityNode) {
	s := d.s
	value, _, _, ok := d.value(node.u)
	if !ok {
		return
	}
	value += d.margin()
	s.with, s.without = make([]float64, len(s.p.Sites)), make([]float64, len(s.p.Sites))
	for j := range s.with {
		s.with[j], s.without[j] = math.Inf(-1), value
		if s.p.Sites[j].State == Existing {
			s.with[j], s.without[j] = value, math.Inf(-1)
		}
	}
	for _, j := range s.r.pool {
		s.with[j], s.without[j] = value-d.x.with[j], value-d.x.without[j]
	}
}
