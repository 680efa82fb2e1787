package reach

import (
	"math/bits"
	"unsafe"

	"kaimen/coverage/network"
)

// This file is the only one of the room that leaves out bounds checks. Why each
// index is in bounds:
//
//   - nodes come from arcs and entries, which hold nodes of the network, and
//     labels and first have one element (and first one more) for each;
//   - touched has one element more than there are nodes, and each node enters it
//     once a run, so that a place past the last in use is always there;
//   - buckets are masked to the ring, or trash, for which heads and waiting have
//     a place;
//   - before each row is walked, reserve makes room for an entry an arc and one more.
//
// Every line has its twin in sweep.go; a test holds the two against each other.

// sweepNarrowUnchecked empties buckets for a search that keeps costs alone.
func (s *Search) sweepNarrowUnchecked(bucket, rounds int) (next int, more bool) {
	labels, touched := unsafe.Pointer(unsafe.SliceData(s.narrow)), unsafe.Pointer(unsafe.SliceData(s.touched))
	heads, waiting := unsafe.Pointer(unsafe.SliceData(s.heads)), unsafe.Pointer(unsafe.SliceData(s.waiting))
	first, arcs := unsafe.Pointer(unsafe.SliceData(s.first)), unsafe.Pointer(unsafe.SliceData(s.arcs))
	entries, room := unsafe.Pointer(unsafe.SliceData(s.entries)), uint64(len(s.entries))
	trash, mask, bound := uint64(s.ring()), uint64(s.ring()-1), uint64(s.bound)
	used, reached := uint64(s.used), uint64(s.reached)
	defer func() { s.used, s.reached = int(used), int(reached) }()
	for ; rounds > 0; rounds-- {
		if bucket, more = s.nextBucket(bucket); !more {
			return 0, false
		}
		head := (*uint32)(unsafe.Add(heads, bucket*4))
		for *head != none {
			e := *(*entry)(unsafe.Add(entries, uintptr(*head)*8))
			*head = e.next
			cost := uint64(*(*uint32)(unsafe.Add(labels, uintptr(e.node)*4)))
			if cost>>bucketShift&mask != uint64(bucket) {
				continue
			}
			i := uint64(*(*uint32)(unsafe.Add(first, uintptr(e.node)*4)))
			end := uint64(*(*uint32)(unsafe.Add(first, uintptr(e.node)*4+4)))
			if used+end-i >= room {
				s.used = int(used)
				s.reserve(int(end - i))
				entries, room = unsafe.Pointer(unsafe.SliceData(s.entries)), uint64(len(s.entries))
			}
			for ; i < end; i++ {
				a := *(*network.Arc)(unsafe.Add(arcs, i*8))
				at := (*uint32)(unsafe.Add(labels, uintptr(a.Head)*4))
				sum, old := cost+uint64(a.Cost), uint64(*at)
				_, borrow := bits.Sub64(sum, old, 0)
				better := -borrow
				*at = uint32(old ^ (old^sum)&better)
				*(*uint32)(unsafe.Add(touched, reached*4)) = a.Head
				reached += ((old ^ bound) - 1) >> 63 & better
				b := trash ^ (trash^sum>>bucketShift&mask)&better
				h := (*uint32)(unsafe.Add(heads, b*4))
				*(*entry)(unsafe.Add(entries, used*8)) = entry{a.Head, *h}
				*h = uint32(used)
				*(*uint64)(unsafe.Add(waiting, b>>6<<3)) |= 1 << (b & 63)
				used += borrow
			}
		}
		*(*uint64)(unsafe.Add(waiting, bucket>>6<<3)) &^= 1 << (bucket & 63)
	}
	return bucket, true
}

// sweepWideUnchecked empties buckets for a search that keeps owners, or costs in
// both metrics.
func (s *Search) sweepWideUnchecked(bucket, rounds int) (next int, more bool) {
	labels, touched := unsafe.Pointer(unsafe.SliceData(s.wide)), unsafe.Pointer(unsafe.SliceData(s.touched))
	heads, waiting := unsafe.Pointer(unsafe.SliceData(s.heads)), unsafe.Pointer(unsafe.SliceData(s.waiting))
	first, arcs := unsafe.Pointer(unsafe.SliceData(s.first)), unsafe.Pointer(unsafe.SliceData(s.arcs))
	entries, room := unsafe.Pointer(unsafe.SliceData(s.entries)), uint64(len(s.entries))
	trash, mask, bound := uint64(s.ring()), uint64(s.ring()-1), uint64(s.bound)
	used, reached := uint64(s.used), uint64(s.reached)
	defer func() { s.used, s.reached = int(used), int(reached) }()
	// Without a second metric every arc adds nothing to it: one arc of no cost,
	// read again and again.
	var nothing network.Arc
	others, stride := unsafe.Pointer(&nothing), uint64(0)
	if s.others != nil {
		others, stride = unsafe.Pointer(unsafe.SliceData(s.others)), 8
	}
	for ; rounds > 0; rounds-- {
		if bucket, more = s.nextBucket(bucket); !more {
			return 0, false
		}
		head := (*uint32)(unsafe.Add(heads, bucket*4))
		for *head != none {
			e := *(*entry)(unsafe.Add(entries, uintptr(*head)*8))
			*head = e.next
			from := *(*label)(unsafe.Add(labels, uintptr(e.node)*16))
			if from.key>>(32+bucketShift)&mask != uint64(bucket) {
				continue
			}
			i := uint64(*(*uint32)(unsafe.Add(first, uintptr(e.node)*4)))
			end := uint64(*(*uint32)(unsafe.Add(first, uintptr(e.node)*4+4)))
			if used+end-i >= room {
				s.used = int(used)
				s.reserve(int(end - i))
				entries, room = unsafe.Pointer(unsafe.SliceData(s.entries)), uint64(len(s.entries))
			}
			for ; i < end; i++ {
				a := *(*network.Arc)(unsafe.Add(arcs, i*8))
				key := from.key + uint64(a.Cost)<<32
				other := from.other + uint64((*network.Arc)(unsafe.Add(others, i*stride)).Cost)
				at := (*label)(unsafe.Add(labels, uintptr(a.Head)*16))
				old := *at
				_, borrow := bits.Sub64(other, old.other, 0)
				_, borrow = bits.Sub64(key, old.key, borrow)
				better := -borrow
				at.key, at.other = old.key^(old.key^key)&better, old.other^(old.other^other)&better
				*(*uint32)(unsafe.Add(touched, reached*4)) = a.Head
				reached += ((old.key>>32 ^ bound) - 1) >> 63 & better
				b := trash ^ (trash^key>>(32+bucketShift)&mask)&better
				h := (*uint32)(unsafe.Add(heads, b*4))
				*(*entry)(unsafe.Add(entries, used*8)) = entry{a.Head, *h}
				*h = uint32(used)
				*(*uint64)(unsafe.Add(waiting, b>>6<<3)) |= 1 << (b & 63)
				used += borrow
			}
		}
		*(*uint64)(unsafe.Add(waiting, bucket>>6<<3)) &^= 1 << (bucket & 63)
	}
	return bucket, true
}
