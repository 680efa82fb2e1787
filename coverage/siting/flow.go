package siting

import (
	"encoding/binary"
	"slices"
)

// flowNet is who may be served where: classes of demand, each of all places that
// are within reach of the same sites, and the sites, which hold only so much.
type flowNet struct {
	room   []int64 // by site: its capacity
	weight []int64 // by class
	start  []int32 // by class, and one more: its arcs
	site   []int32 // by arc
	first  []int32 // by site, and one more: its entries in arc
	arc    []int32 // arcs by site
	class  []int32 // as arc
	cut    int64   // weight that no site here reaches
}

// newFlowNet merges the demand of p that is within reach of sites not Forbidden.
// Which demand goes together does not change what can be served, since it may be
// split.
func newFlowNet(p *Problem) *flowNet {
	n := &flowNet{room: make([]int64, len(p.Sites)), start: []int32{0}}
	for j, site := range p.Sites {
		if site.State != Forbidden {
			n.room[j] = site.Capacity
		}
	}
	known := map[string]int32{}
	row, key := []int32(nil), []byte(nil)
	for i, demand := range p.Demand {
		if demand.Weight == 0 {
			continue
		}
		row, key = row[:0], key[:0]
		for _, j := range p.Reach.Within(i, p.cutoff()) {
			if n.room[j] > 0 {
				row = append(row, j)
			}
		}
		slices.Sort(row)
		for _, j := range row {
			key = binary.LittleEndian.AppendUint32(key, uint32(j))
		}
		c, seen := known[string(key)]
		switch {
		case len(row) == 0:
			n.cut += demand.Weight
		case seen:
			n.weight[c] += demand.Weight
		default:
			known[string(key)] = int32(len(n.weight))
			n.weight = append(n.weight, demand.Weight)
			n.site = append(n.site, row...)
			n.start = append(n.start, int32(len(n.site)))
		}
	}
	n.turn()
	return n
}

// turn lists the arcs by site.
func (n *flowNet) turn() {
	n.first = make([]int32, len(n.room)+1)
	for _, j := range n.site {
		n.first[j+1]++
	}
	for j := range n.room {
		n.first[j+1] += n.first[j]
	}
	n.arc, n.class = make([]int32, len(n.site)), make([]int32, len(n.site))
	next := slices.Clone(n.first)
	for c := range n.weight {
		for a := n.start[c]; a < n.start[c+1]; a++ {
			j := n.site[a]
			n.arc[next[j]], n.class[next[j]] = a, int32(c)
			next[j]++
		}
	}
}

// flowMove is a change of what one arc carries.
type flowMove struct {
	arc, class int32
	by         int64
}

// flow is how the demand of a net is served by the sites that are open: always as
// much as can be. Opening or closing a site starts from what there is.
//
// Source: Dinic (1970), Algorithm for solution of a problem of maximum flow in
// networks with power estimation; from the side of the sites.
type flow struct {
	net    *flowNet
	open   []bool
	on     []int64 // by arc
	rest   []int64 // by class: what is not served
	load   []int64 // by site
	served int64
	many   []int32    // by class: how many arcs carry some of it
	which  []int32    // by class: the sum of their numbers, so the arc if there is one
	log    []flowMove // what was changed, since undo may be asked for
	work   int64      // arcs looked at

	// Of a phase: how many moves a site or class is away from a site with room, if
	// it was seen in this phase, and which of its arcs come next.
	phase               int32
	siteSeen, classSeen []int32
	siteLevel, siteNext []int32
	classLevel          []int32
	classArc, classEnd  []int32
	last                int32
	queue               []int32
	one                 [1]int32
}

func newFlow(n *flowNet) *flow {
	sites, classes := len(n.room), len(n.weight)
	return &flow{
		net: n, open: make([]bool, sites), on: make([]int64, len(n.site)), rest: slices.Clone(n.weight), load: make([]int64, sites),
		siteSeen: make([]int32, sites), siteLevel: make([]int32, sites), siteNext: make([]int32, sites),
		classSeen: make([]int32, classes), classLevel: make([]int32, classes), classArc: make([]int32, classes), classEnd: make([]int32, classes),
		many: make([]int32, classes), which: make([]int32, classes),
	}
}

// add opens a site and returns how much more is served. Only paths from the new
// site can serve more: had another one a path now, it had one before.
func (f *flow) add(j int32) int64 {
	before := f.served
	f.open[j] = true
	f.one[0] = j
	f.augment(f.one[:])
	return f.served - before
}

// drop closes a site and returns how much less is served, after others took over
// what they can.
func (f *flow) drop(j int32) int64 {
	before := f.served
	n := f.net
	for at := n.first[j]; at < n.first[j+1]; at++ {
		if on := f.on[n.arc[at]]; on > 0 {
			f.shift(n.arc[at], n.class[at], -on)
		}
	}
	f.work += int64(n.first[j+1] - n.first[j])
	f.open[j] = false
	var spare []int32
	for k, open := range f.open {
		if open && f.load[k] < n.room[k] {
			spare = append(spare, int32(k))
		}
	}
	f.augment(spare)
	return before - f.served
}

// gain is what add would return. Nothing is changed.
func (f *flow) gain(j int32) int64 {
	at := len(f.log)
	got := f.add(j)
	f.undo(at)
	f.open[j] = false
	return got
}

// undo takes back all moves from that place of the log on; what is open is left
// to the caller.
func (f *flow) undo(at int) {
	for k := len(f.log) - 1; k >= at; k-- {
		f.shift(f.log[k].arc, f.log[k].class, -f.log[k].by)
	}
	f.log = f.log[:at]
}

func (f *flow) shift(arc, class int32, by int64) {
	before := f.on[arc]
	switch f.on[arc] = before + by; {
	case before == 0:
		f.many[class]++
		f.which[class] += arc
	case before+by == 0:
		f.many[class]--
		f.which[class] -= arc
	}
	f.load[f.net.site[arc]] += by
	f.rest[class] -= by
	f.served += by
	f.log = append(f.log, flowMove{arc, class, by})
}

// set opens just the sites of list, in its order.
func (f *flow) set(list []int32) {
	for j := range f.open {
		f.open[j] = false
	}
	clear(f.on)
	clear(f.load)
	clear(f.many)
	clear(f.which)
	f.work += int64(len(f.on)) / 4
	copy(f.rest, f.net.weight)
	f.served = 0
	for _, j := range list {
		f.add(j)
		f.log = f.log[:0]
	}
}

// augment serves more from the sites of from until no path is left.
func (f *flow) augment(from []int32) {
	for f.spread(from) {
		for _, j := range from {
			if want := f.net.room[j] - f.load[j]; want > 0 {
				f.push(j, want)
			}
		}
	}
}

// spread finds how far every site and class is from a site of from that has room.
// It stops at the first distance with demand that is not served, and is false
// where there is none.
func (f *flow) spread(from []int32) bool {
	n := f.net
	f.phase++
	f.queue = f.queue[:0]
	for _, j := range from {
		if f.load[j] < n.room[j] {
			f.see(j, 0)
		}
	}
	f.last = -1
	for head := 0; head < len(f.queue); head++ {
		j := f.queue[head]
		level := f.siteLevel[j]
		if f.last >= 0 && level >= f.last {
			break
		}
		f.work += int64(n.first[j+1] - n.first[j])
		for _, c := range n.class[n.first[j]:n.first[j+1]] {
			if f.classSeen[c] == f.phase {
				continue
			}
			from, to := n.start[c], n.start[c+1]
			if f.many[c] == 1 {
				from, to = f.which[c], f.which[c]+1
			}
			f.classSeen[c], f.classLevel[c], f.classArc[c], f.classEnd[c] = f.phase, level+1, from, to
			if f.rest[c] > 0 {
				f.last = level + 1
				continue
			}
			f.work += int64(to - from)
			for a := from; a < to; a++ {
				if k := n.site[a]; f.on[a] > 0 && f.siteSeen[k] != f.phase {
					f.see(k, level+1)
				}
			}
		}
	}
	return f.last >= 0
}

func (f *flow) see(j, level int32) {
	f.siteSeen[j], f.siteLevel[j], f.siteNext[j] = f.phase, level, f.net.first[j]
	f.queue = append(f.queue, j)
}

// push gives site j up to want more, and returns how much it got.
func (f *flow) push(j int32, want int64) (got int64) {
	n := f.net
	for ; f.siteNext[j] < n.first[j+1]; f.siteNext[j]++ {
		at := f.siteNext[j]
		c := n.class[at]
		f.work++
		if f.classSeen[c] != f.phase || f.classLevel[c] != f.siteLevel[j]+1 {
			continue
		}
		if part := f.take(c, want-got); part > 0 {
			f.shift(n.arc[at], c, part)
			got += part
		}
		if got == want {
			break
		}
	}
	return got
}

// take frees up to want of class c: what is not served, and what a site gives up
// that gets other demand for it.
func (f *flow) take(c int32, want int64) (got int64) {
	n := f.net
	got = min(f.rest[c], want)
	if f.classLevel[c] >= f.last {
		return got
	}
	for ; got < want && f.classArc[c] < f.classEnd[c]; f.classArc[c]++ {
		a := f.classArc[c]
		k := n.site[a]
		f.work++
		if f.on[a] == 0 || f.siteSeen[k] != f.phase || f.siteLevel[k] != f.classLevel[c] {
			continue
		}
		if part := f.push(k, min(f.on[a], want-got)); part > 0 {
			f.shift(a, c, -part)
			got += part
		}
		if got == want {
			break
		}
	}
	return got
}

// scarce tells the classes whose demand another site would serve to some use: not
// served wholly, or served by a site that would serve such a class instead.
func (f *flow) scarce() []bool {
	n := f.net
	yes, seen := make([]bool, len(n.weight)), make([]bool, len(n.room))
	var queue []int32
	mark := func(c int32) {
		if !yes[c] {
			yes[c], queue = true, append(queue, c)
		}
	}
	for c, rest := range f.rest {
		if rest > 0 {
			mark(int32(c))
		}
	}
	for len(queue) > 0 {
		c := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		for a := n.start[c]; a < n.start[c+1]; a++ {
			j := n.site[a]
			if !f.open[j] || seen[j] {
				continue
			}
			seen[j] = true
			for at := n.first[j]; at < n.first[j+1]; at++ {
				if f.on[n.arc[at]] > 0 {
					mark(n.class[at])
				}
			}
		}
	}
	return yes
}

// flowValue is the most demand that the Existing sites and those of sites can
// serve within their capacities and the cutoff, where the demand of a place may be
// split.
func flowValue(p *Problem, sites []int32) float64 {
	f := newFlow(newFlowNet(p))
	f.set(append(existing(p), sites...))
	return float64(f.served)
}

func existing(p *Problem) (list []int32) {
	for j := range p.Sites {
		if p.Sites[j].State == Existing {
			list = append(list, int32(j))
		}
	}
	return list
}

// Allot tells how full each site gets if the most demand within the cutoff is
// served, that of a place split where this helps: what it serves, by index in
// p.Sites and 0 where it is not open, and how much demand is left unserved, be it
// within reach of a full site or of none.
//
// The Existing sites are filled first, each in turn, then sites in the order
// given. A site that was filled serves no less when more are opened, though it may
// change whom it serves.
//
// Input:    sites to open beside the Existing ones, as in Plan.Sites; one named
// twice, Forbidden or out of range counts nothing.
// Units:    those of Demand.Weight.
// Cost:     a maximum flow, of some passes over the pairs within the cutoff.
func Allot(p *Problem, sites []int32) (served []int64, unserved int64) {
	f := newFlow(newFlowNet(p))
	list := existing(p)
	for _, j := range sites {
		if j >= 0 && int(j) < len(p.Sites) && p.Sites[j].State != Forbidden && !slices.Contains(list, j) {
			list = append(list, j)
		}
	}
	f.set(list)
	unserved = f.net.cut
	for _, rest := range f.rest {
		unserved += rest
	}
	return f.load, unserved
}
