package reach

import (
	"math/bits"
	"slices"

	"kaimen/coverage/network"
)

// batchSize is how many neighbors on the Hilbert curve a tabler searches from at
// once. Their reaches are much the same, so that what a node costs to look at
// is paid once for all of them, and its labels fill one line of a cache.
const batchSize = 16

// batch is what a node costs from each of that many sources; what is out of
// reach costs bound. They stand in fours, since the compiler does not lay out
// several steps of a loop by itself.
type batch [batchSize / 4][4]network.Cost

// everywhere is the same cost from all sources.
func everywhere(c network.Cost) (l batch) {
	for i := range l {
		l[i] = [4]network.Cost{c, c, c, c}
	}
	return l
}

// lower takes the way over from where it is cheaper.
func (l *batch) lower(from *batch, arc network.Cost) {
	for i := range l {
		f, t := &from[i], &l[i]
		t[0], t[1], t[2], t[3] = lesser(t[0], f[0]+arc), lesser(t[1], f[1]+arc), lesser(t[2], f[2]+arc), lesser(t[3], f[3]+arc)
	}
}

// lesser is min, which the compiler turns into a slower instruction.
func lesser(a, b network.Cost) network.Cost {
	if b < a {
		return b
	}
	return a
}

// below tells whether any cost is less than bound; both are below 2³¹.
func (l *batch) below(bound network.Cost) bool {
	any := network.Cost(0)
	for i := range l {
		t := &l[i]
		any |= (t[0] - bound) | (t[1] - bound) | (t[2] - bound) | (t[3] - bound)
	}
	return any>>31 != 0
}

// bitset is a set of small numbers that is read in order. Its second level has
// a bit for each word of the first that is not zero.
type bitset struct{ words, full []uint64 }

func newBitset(size int) bitset {
	words := size/64 + 1
	return bitset{make([]uint64, words), make([]uint64, words/64+1)}
}

func (b *bitset) add(i int32) {
	b.words[i>>6] |= 1 << (i & 63)
	b.full[i>>12] |= 1 << (i >> 6 & 63)
}

// takeFirst removes the least number and returns it; false if there is none. No
// number is less than from.
func (b *bitset) takeFirst(from int32) (i int32, ok bool) {
	for k := int(from >> 12); k < len(b.full); k++ {
		if b.full[k] == 0 {
			continue
		}
		word := k<<6 | bits.TrailingZeros64(b.full[k])
		i = int32(word<<6 | bits.TrailingZeros64(b.words[word]))
		b.remove(i)
		return i, true
	}
	return 0, false
}

// takeLast removes the largest number and returns it; none is more than from.
func (b *bitset) takeLast(from int32) (i int32, ok bool) {
	for k := int(from >> 12); k >= 0; k-- {
		if b.full[k] == 0 {
			continue
		}
		word := k<<6 | 63 - bits.LeadingZeros64(b.full[k])
		i = int32(word<<6 | 63 - bits.LeadingZeros64(b.words[word]))
		b.remove(i)
		return i, true
	}
	return 0, false
}

func (b *bitset) remove(i int32) {
	if b.words[i>>6] &^= 1 << (i & 63); b.words[i>>6] == 0 {
		b.full[i>>12] &^= 1 << (i >> 6 & 63)
	}
}

// tabler makes rows, and belongs to one goroutine at a time.
type tabler struct {
	h      *hierarchy
	bound  network.Cost
	slots  []int32 // by place: of its labels, 0 if it has none
	labels []batch // the first is of what is out of reach
	placed []int32 // the places with a slot
	met    []int32 // places found on the way forward
	ahead  bitset  // places still to be looked at
	nodes  bitset  // nodes within reach of any source
	sorted []int32 // slots of those nodes, in order of node
	names  []int32 // and the nodes
}

func newTabler(h *hierarchy, cutoff network.Cost) *tabler {
	size := len(h.node)
	return &tabler{
		h: h, bound: cutoff + 1, slots: make([]int32, size), labels: []batch{everywhere(cutoff + 1)},
		ahead: newBitset(size), nodes: newBitset(size),
	}
}

// fill makes the rows of count nodes, at most batchSize.
func (t *tabler) fill(r *Rows, start int32, count int) {
	for source := range int32(count) {
		place := t.h.place[start+source]
		t.labelsAt(place)[source/4][source%4] = 0
		t.ahead.add(place)
	}
	t.forward()
	t.back()
	t.order()
	r.Start, r.First, r.Cells = start, append(r.First[:0], 0), slices.Grow(r.Cells[:0], count*len(t.sorted))
	for source := range count {
		r.Cells = t.appendRow(r.Cells, source)
		r.First = append(r.First, int32(len(r.Cells)))
	}
	for _, place := range t.placed {
		t.slots[place] = 0
	}
	t.placed, t.labels = t.placed[:0], t.labels[:1]
}

// labelsAt are the labels of a place, which get a slot if they have none. They
// may move when another place gets one.
func (t *tabler) labelsAt(place int32) *batch {
	if t.slots[place] == 0 {
		t.slots[place] = int32(len(t.labels))
		t.labels = append(t.labels, t.labels[0])
		t.placed = append(t.placed, place)
	}
	return &t.labels[t.slots[place]]
}

// forward goes from the sources to what stands before them and is within reach
// that way. All of that is ahead again when it is done.
func (t *tabler) forward() {
	h := t.h
	for at, ok := t.ahead.takeLast(int32(len(h.node) - 1)); ok; at, ok = t.ahead.takeLast(at) {
		if !t.labelsAt(at).below(t.bound) {
			continue
		}
		t.met = append(t.met, at)
		for _, a := range h.out[h.firstOut[at]:h.firstOut[at+1]] {
			t.labelsAt(int32(a.Head)).lower(&t.labels[t.slots[at]], a.Cost)
			t.ahead.add(int32(a.Head))
		}
	}
	for _, place := range t.met {
		t.ahead.add(place)
	}
	t.met = t.met[:0]
}

// back goes over all that is within reach, from the first place to the last.
func (t *tabler) back() {
	h := t.h
	for at, ok := t.ahead.takeFirst(0); ok; at, ok = t.ahead.takeFirst(at) {
		to := t.labelsAt(at)
		for _, a := range h.in[h.firstIn[at]:h.firstIn[at+1]] {
			to.lower(&t.labels[t.slots[a.Head]], a.Cost)
		}
		if !to.below(t.bound) {
			continue
		}
		t.nodes.add(h.node[at])
		for _, place := range h.after[h.firstAfter[at]:h.firstAfter[at+1]] {
			t.ahead.add(place)
		}
	}
}

// order lists what is within reach in order of node.
func (t *tabler) order() {
	t.names, t.sorted = t.names[:0], t.sorted[:0]
	for node, ok := t.nodes.takeFirst(0); ok; node, ok = t.nodes.takeFirst(node) {
		t.names, t.sorted = append(t.names, node), append(t.sorted, t.slots[t.h.place[node]])
	}
}

// appendRow adds the row of a source. Every label is written, and kept if it is
// within bound; there must be room.
func (t *tabler) appendRow(cells []Cell, source int) []Cell {
	last := len(cells)
	cells = cells[:last+len(t.sorted)]
	names, four, one := t.names[:len(t.sorted)], source/4, source%4
	for i, slot := range t.sorted {
		c := t.labels[slot][four][one]
		cells[last] = Cell{names[i], c}
		_, kept := bits.Sub64(uint64(c), uint64(t.bound), 0)
		last += int(kept)
	}
	return cells[:last]
}
