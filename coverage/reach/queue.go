package reach

import (
	"math"
	"math/bits"
	"unsafe"

	"kaimen/coverage/network"
)

// bucketShift makes a bucket about eight seconds or eight meters of walking
// wide: less than the cost of most edges, so that a node is seldom labeled
// twice, and enough that few buckets are empty.
const bucketShift = 13

// queue is a ring of buckets, each a list of entries. One place behind the
// ring, at trash, takes the entries of arcs that lead to nothing better: it is
// written to and never read.
type queue struct {
	heads   []uint32 // [ring+1], by bucket: the newest entry, none if empty
	waiting []uint64 // one bit a bucket: perhaps not empty; the last word is of trash alone
	entries []entry
	used    int // of entries, in this run; taken ones are not used again until the next
}

// entry is a node waiting in a bucket. It is stale, and passed over, once the
// node has a label of another bucket.
type entry struct {
	node uint32
	next uint32 // the entry that came before it to the bucket
}

// none is the head of an empty bucket.
const none = math.MaxUint32

// ring is the number of buckets, a power of two.
func (q *queue) ring() int { return len(q.heads) - 1 }

// bucketOf is the bucket of a cost.
func (q *queue) bucketOf(c network.Cost) int { return int(c>>bucketShift) & (q.ring() - 1) }

// push queues a node; there must be room.
func (q *queue) push(node int32, c network.Cost) {
	bucket := q.bucketOf(c)
	q.entries[q.used] = entry{uint32(node), q.heads[bucket]}
	q.heads[bucket] = uint32(q.used)
	q.used++
	q.waiting[bucket>>6] |= 1 << (bucket & 63)
}

// reserve makes room for more entries, and for one that is written and not kept.
func (q *queue) reserve(more int) {
	if q.used+more < len(q.entries) {
		return
	}
	bigger := make([]entry, 2*len(q.entries)+more+1024)
	copy(bigger, q.entries[:q.used])
	q.entries = bigger
}

// nextBucket is the first bucket that may not be empty, round the ring from start.
func (q *queue) nextBucket(start int) (bucket int, found bool) {
	word, words := start>>6, q.ring()/64
	w := q.waiting[word] >> (start & 63) << (start & 63)
	for range words + 1 {
		if w != 0 {
			return word<<6 + bits.TrailingZeros64(w), true
		}
		if word++; word == words {
			word = 0
		}
		w = q.waiting[word]
	}
	return 0, false
}

// fit makes the ring long enough for all costs that can wait at one time: the
// spread of the seeds, and one arc beyond any of them.
func (q *queue) fit(seeds []Seed, longestArc network.Cost) {
	low, high := network.Unreached, network.Cost(0)
	for _, seed := range seeds {
		low, high = min(low, seed.Cost), max(high, seed.Cost)
	}
	span := uint64(longestArc)
	if high > low {
		span += uint64(high - low)
	}
	q.widen(span)
}

// widen makes the ring long enough for costs of a span.
func (q *queue) widen(span uint64) {
	size := max(64, q.ring())
	for uint64(size) < span>>bucketShift+2 {
		size *= 2
	}
	if size == q.ring() {
		return
	}
	q.heads = ofItsOwn[uint32](size + 1)
	q.waiting = ofItsOwn[uint64](size/64 + 1)
	q.drain()
}

// ofItsOwn is a slice that shares no cache line with another: both arrays of a
// queue are written to at every arc, and two searches on two processors would
// wait for each other's lines.
func ofItsOwn[T any](length int) []T {
	const line = 128 // bytes that processors fetch at a time, two lines of 64
	each := line / int(unsafe.Sizeof(*new(T)))
	return make([]T, length, (length+each-1)/each*each)
}

// drain empties the queue.
func (q *queue) drain() {
	for i := range q.heads {
		q.heads[i] = none
	}
	clear(q.waiting)
}
