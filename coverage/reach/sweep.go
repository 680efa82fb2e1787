package reach

import "math/bits"

// The loops of a search. Each empties bucket after bucket, from a given one on
// and at most so many, and returns where to go on and whether there is more.
//
// Whether an arc leads to something better is a coin toss that no processor
// foresees, so no branch depends on it: the label is written either way, and
// the entry goes to its bucket or to trash, where the next one overwrites it.
// better is all ones or zero. Measured on a city on foot, this and the narrow
// label took a search from 46 to 30 ns a node, and leaving out bounds checks
// (unchecked.go) to 20.

// sweepNarrow is sweepNarrowUnchecked with bounds checks.
func (s *Search) sweepNarrow(bucket, rounds int) (next int, more bool) {
	labels, heads, waiting := s.narrow, s.heads, s.waiting
	trash, mask := uint64(s.ring()), uint64(s.ring()-1)
	for ; rounds > 0; rounds-- {
		if bucket, more = s.nextBucket(bucket); !more {
			return 0, false
		}
		for heads[bucket] != none {
			e := s.entries[heads[bucket]]
			heads[bucket] = e.next
			cost := uint64(labels[e.node])
			if cost>>bucketShift&mask != uint64(bucket) {
				continue
			}
			row := s.arcs[s.first[e.node]:s.first[e.node+1]]
			s.reserve(len(row))
			for _, a := range row {
				sum, old := cost+uint64(a.Cost), uint64(labels[a.Head])
				_, borrow := bits.Sub64(sum, old, 0)
				better := -borrow
				labels[a.Head] = uint32(old ^ (old^sum)&better)
				s.touched[s.reached] = int32(a.Head)
				s.reached += int(((old ^ uint64(s.bound)) - 1) >> 63 & better)
				b := trash ^ (trash^sum>>bucketShift&mask)&better
				s.entries[s.used] = entry{a.Head, heads[b]}
				heads[b] = uint32(s.used)
				waiting[b>>6] |= 1 << (b & 63)
				s.used += int(borrow)
			}
		}
		waiting[bucket>>6] &^= 1 << (bucket & 63)
	}
	return bucket, true
}

// sweepWide is sweepWideUnchecked with bounds checks.
func (s *Search) sweepWide(bucket, rounds int) (next int, more bool) {
	labels, heads, waiting := s.wide, s.heads, s.waiting
	trash, mask := uint64(s.ring()), uint64(s.ring()-1)
	for ; rounds > 0; rounds-- {
		if bucket, more = s.nextBucket(bucket); !more {
			return 0, false
		}
		for heads[bucket] != none {
			e := s.entries[heads[bucket]]
			heads[bucket] = e.next
			from := labels[e.node]
			if from.key>>(32+bucketShift)&mask != uint64(bucket) {
				continue
			}
			start, end := s.first[e.node], s.first[e.node+1]
			s.reserve(int(end - start))
			for i := start; i < end; i++ {
				a := s.arcs[i]
				to := label{from.key + uint64(a.Cost)<<32, from.other}
				if s.others != nil {
					to.other += uint64(s.others[i].Cost)
				}
				old := labels[a.Head]
				_, borrow := bits.Sub64(to.other, old.other, 0)
				_, borrow = bits.Sub64(to.key, old.key, borrow)
				better := -borrow
				labels[a.Head] = label{old.key ^ (old.key^to.key)&better, old.other ^ (old.other^to.other)&better}
				s.touched[s.reached] = int32(a.Head)
				s.reached += int(((old.key>>32 ^ uint64(s.bound)) - 1) >> 63 & better)
				b := trash ^ (trash^to.key>>(32+bucketShift)&mask)&better
				s.entries[s.used] = entry{a.Head, heads[b]}
				heads[b] = uint32(s.used)
				waiting[b>>6] |= 1 << (b & 63)
				s.used += int(borrow)
			}
		}
		waiting[bucket>>6] &^= 1 << (bucket & 63)
	}
	return bucket, true
}
