package siting

import (
	"math"
	"slices"
)

// capacityCut is a plane below a convex function: how far below it is at the
// center, its slope there, and what the relaxed problem chose where it was taken.
type capacityCut struct {
	below float64
	slope []float64
	tags  []capacityTag
}

// capacityTag is how much of something, a site or a pair, the relaxed problem
// chose.
type capacityTag struct {
	key  int32
	part float64
}

// capacityFunction is a convex function to make small: its value at u, a slope
// there, which it may keep, and what was chosen for it. ok is false where it has
// no value, and then it has none anywhere.
type capacityFunction func(u []float64) (value float64, slope []float64, tags []capacityTag, ok bool)

// capacityBundle is a proximal bundle method: planes taken where the function was
// looked at stand for it from below, and the next look is where these and the
// distance to the best point so far are least. It needs far fewer looks than a
// subgradient method, and the weights of its planes give parts of sites.
//
// Source: Kiwiel (1990), Proximity control in bundle methods for convex
// nondifferentiable minimization.
type capacityBundle struct {
	f      capacityFunction
	scale  []float64 // a step along variable i is this times as long
	most   int       // planes kept
	center []float64
	value  float64 // at center
	best   float64 // the least value seen anywhere
	cuts   []capacityCut
	gram   [][]float64
	weight []float64
	step   float64
	nulls  int
	work   *int64 // is counted up by the numbers that are looked at
}

// newCapacityBundle starts at u, which it keeps. near is a guess of the least
// value. It is false where the function has no value.
func newCapacityBundle(f capacityFunction, scale, u []float64, near float64, work *int64) (*capacityBundle, bool) {
	b := &capacityBundle{f: f, scale: scale, center: u, most: 60, work: work}
	if len(u) > 200_000 {
		b.most = 15 // planes are as long as u
	}
	value, slope, tags, ok := f(u)
	if !ok {
		return nil, false
	}
	b.value, b.best = value, value
	b.keep(capacityCut{slope: slope, tags: tags})
	b.step = max(value-near, math.Abs(value)*1e-4, 1e-9) / max(b.gram[0][0], 1e-12)
	return b, true
}

// keep adds a plane, and makes room for it first.
func (b *capacityBundle) keep(cut capacityCut) {
	if len(b.cuts) >= b.most {
		b.shrink()
	}
	row := make([]float64, len(b.cuts)+1)
	for at := range b.cuts {
		row[at] = b.dot(b.cuts[at].slope, cut.slope)
		b.gram[at] = append(b.gram[at], row[at])
	}
	row[len(b.cuts)] = b.dot(cut.slope, cut.slope)
	b.gram = append(b.gram, row)
	b.cuts = append(b.cuts, cut)
	b.weight = append(b.weight, 0)
	if len(b.cuts) == 1 {
		b.weight[0] = 1
	}
}

func (b *capacityBundle) dot(x, y []float64) (sum float64) {
	*b.work += int64(len(x))
	for i, scale := range b.scale {
		sum += scale * x[i] * y[i]
	}
	return sum
}

// shrink drops the planes that have no weight and lie deepest, till a quarter of
// the room is free. If all have weight, the lightest become one, by their weights.
func (b *capacityBundle) shrink() {
	order := make([]int, len(b.cuts))
	for at := range order {
		order[at] = at
	}
	slices.SortStableFunc(order, func(x, y int) int {
		switch {
		case b.weight[x] > b.weight[y]:
			return -1
		case b.weight[x] < b.weight[y]:
			return 1
		case b.cuts[x].below < b.cuts[y].below:
			return -1
		case b.cuts[x].below > b.cuts[y].below:
			return 1
		}
		return 0
	})
	kept := order[:b.most*3/4]
	merged, sum := b.merge(order[len(kept)-1:])
	if sum > 0 {
		kept = kept[:len(kept)-1]
	}
	slices.Sort(kept)
	cuts, weight := make([]capacityCut, 0, b.most), make([]float64, 0, b.most)
	for _, at := range kept {
		cuts, weight = append(cuts, b.cuts[at]), append(weight, b.weight[at])
	}
	if sum > 0 {
		cuts, weight = append(cuts, merged), append(weight, sum)
	}
	b.cuts, b.weight, b.gram = nil, nil, nil
	for _, cut := range cuts {
		b.keep(cut)
	}
	copy(b.weight, weight)
}

// merge is the mean of planes by weight, and their weight.
func (b *capacityBundle) merge(list []int) (mean capacityCut, sum float64) {
	for _, at := range list {
		sum += b.weight[at]
	}
	if sum == 0 {
		return mean, 0
	}
	mean.slope = make([]float64, len(b.center))
	for _, at := range list {
		part := b.weight[at] / sum
		if part == 0 {
			continue
		}
		cut := &b.cuts[at]
		mean.below += part * cut.below
		for i, g := range cut.slope {
			mean.slope[i] += part * g
		}
		for _, tag := range cut.tags {
			mean.tags = append(mean.tags, capacityTag{tag.key, part * tag.part})
		}
	}
	mean.tags = addTags(mean.tags)
	return mean, sum
}

// addTags adds up equal keys.
func addTags(tags []capacityTag) []capacityTag {
	slices.SortStableFunc(tags, func(x, y capacityTag) int { return int(x.key) - int(y.key) })
	out := tags[:0]
	for _, tag := range tags {
		if n := len(out); n > 0 && out[n-1].key == tag.key {
			out[n-1].part += tag.part
			continue
		}
		out = append(out, tag)
	}
	return out
}

// tags is what was chosen, by the weights of the planes: where the function is
// least, it is the relaxed problem's choice in parts.
func (b *capacityBundle) tags() []capacityTag {
	all := make([]int, len(b.cuts))
	for at := range all {
		all[at] = at
	}
	mean, _ := b.merge(all)
	return mean.tags
}

// next takes one step. It returns how much lower the planes let the function be,
// and false where it has no value any more.
func (b *capacityBundle) next() (drop float64, ok bool) {
	b.weigh()
	direction := make([]float64, len(b.center))
	below, square := 0.0, 0.0
	for at := range b.cuts {
		w := b.weight[at]
		if w == 0 {
			continue
		}
		below += w * b.cuts[at].below
		*b.work += int64(len(direction))
		for i, g := range b.cuts[at].slope {
			direction[i] -= b.step * w * g
		}
		for other := range b.cuts {
			square += w * b.weight[other] * b.gram[at][other]
		}
	}
	drop = below + b.step*square
	u := make([]float64, len(b.center))
	for i, d := range direction {
		direction[i] = d * b.scale[i]
		u[i] = b.center[i] + direction[i]
	}
	value, slope, tags, ok := b.f(u)
	if !ok {
		return drop, false
	}
	b.best = min(b.best, value)
	along := 0.0
	for i, g := range slope {
		along += g * direction[i]
	}
	fell := b.value - value
	cut := capacityCut{below: max(fell+along, 0), slope: slope, tags: tags}
	if fell >= 0.1*drop && fell > 0 {
		b.move(u, value, fell)
		cut.below = 0
		if fell > 0.5*drop && b.nulls == 0 {
			b.step *= 2
		}
		b.nulls = 0
	} else if b.nulls++; b.nulls >= 4 && cut.below > below {
		b.step *= max(0.3, 1/(2*(1-fell/max(drop, 1e-300))))
		b.nulls = 1
	}
	b.keep(cut)
	return drop, true
}

// move makes u the center. A plane lies as much less deep as the function fell,
// and as its slope says.
func (b *capacityBundle) move(u []float64, value, fell float64) {
	for at := range b.cuts {
		along := 0.0
		for other := range b.cuts {
			along -= b.step * b.weight[other] * b.gram[at][other]
		}
		b.cuts[at].below = max(b.cuts[at].below-fell-along, 0)
	}
	b.center, b.value = u, value
}

// weigh finds the weights of the planes, which sum to 1, whose mean has the least
// of depth and half the square of slope times step. Two weights are changed at a
// time, those that promise most. In the end all slopes are the drop that the step
// promises; they need not be alike more closely than matters for it.
func (b *capacityBundle) weigh() {
	n := len(b.cuts)
	slope := make([]float64, n)
	for at := range slope {
		slope[at] = b.cuts[at].below
		for other, w := range b.weight {
			slope[at] += b.step * w * b.gram[at][other]
		}
	}
	for range 40*n + 50 {
		*b.work += int64(2 * n)
		up, down := 0, -1
		for at, s := range slope {
			if s < slope[up] {
				up = at
			}
			if b.weight[at] > 0 && (down < 0 || s > slope[down]) {
				down = at
			}
		}
		gain := slope[down] - slope[up]
		if gain <= 2e-3*math.Abs(slope[up])+1e-15 {
			return
		}
		by := b.weight[down]
		if bend := b.step * (b.gram[up][up] + b.gram[down][down] - 2*b.gram[up][down]); bend > 0 {
			by = min(by, gain/bend)
		}
		b.weight[up] += by
		if b.weight[down] -= by; b.weight[down] < 1e-12 {
			b.weight[down] = 0
		}
		for at := range slope {
			slope[at] += by * b.step * (b.gram[at][up] - b.gram[at][down])
		}
	}
}
