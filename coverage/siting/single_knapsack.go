package siting

import (
	"cmp"
	"slices"
)

// singleItem is demand that a site may take: what it gains by it, and its load.
type singleItem struct {
	pair  int32
	value float64
	load  int64
}

// singleExact is up to how many steps a knapsack is solved exactly.
const singleExact = 4_000_000

// singleKnapsack fills sites. It keeps its memory from one to the next.
type singleKnapsack struct {
	items []singleItem
	best  []float64
	taken []uint64
	part  []float64 // of the items, after loose or whole
	work  int64
}

// loose takes the items with most value for their load, and a part of the first
// that has no room: the most that the value can be, or more. exact tells that no
// part was needed.
func (k *singleKnapsack) loose(room int64) (value float64, exact bool) {
	slices.SortFunc(k.items, func(a, b singleItem) int {
		return cmp.Or(cmp.Compare(b.value*float64(a.load), a.value*float64(b.load)), cmp.Compare(a.pair, b.pair))
	})
	k.part = append(k.part[:0], make([]float64, len(k.items))...)
	k.work += 8 * int64(len(k.items))
	exact = true
	for at, item := range k.items {
		switch {
		case item.load <= room:
			k.part[at] = 1
			value += item.value
			room -= item.load
		default:
			k.part[at] = float64(room) / float64(item.load)
			return value + k.part[at]*item.value, room == 0
		}
	}
	return value, exact
}

// whole takes whole items only, those that give the most. It is false where that
// would take too long; then nothing is done.
func (k *singleKnapsack) whole(room int64) (value float64, ok bool) {
	d, sum := int64(0), int64(0)
	for _, item := range k.items {
		d = gcd(d, item.load)
		sum += item.load
	}
	if d = max(d, 1); min(room, sum)/d > singleExact/int64(len(k.items)+1) {
		return 0, false
	}
	size := int(min(room, sum) / d)
	k.best = append(k.best[:0], make([]float64, size+1)...)
	words := size/64 + 1
	k.taken = append(k.taken[:0], make([]uint64, words*len(k.items))...)
	k.work += int64(size+1) * int64(len(k.items))
	for at, item := range k.items {
		load, row := int(item.load/d), k.taken[at*words:(at+1)*words]
		for held := size; held >= load; held-- {
			if with := k.best[held-load] + item.value; with > k.best[held] {
				k.best[held] = with
				row[held/64] |= 1 << (held % 64)
			}
		}
	}
	held := size
	clear(k.part)
	for at := len(k.items) - 1; at >= 0; at-- {
		if k.taken[at*words+held/64]>>(held%64)&1 == 1 {
			k.part[at] = 1
			held -= int(k.items[at].load / d)
		}
	}
	return k.best[size], true
}
