package siting

import (
	"cmp"
	"math"
	"slices"
)

// singleWhole is up to how many pairs of demand and site all are listed, those too
// that are beyond reach. Beyond it, the bound lets any site serve those, however
// full it is.
const singleWhole = 4_000_000

// singleTable is up to how many pairs are looked up in a table, where not all are
// listed.
const singleTable = 20_000_000

// singleNear is how many of its nearest sites are tried for a place, and how many
// places are known as those about a site.
const singleNear = 24

// singleNet is a SingleSource problem with what does not count left out: places
// with neither weight nor load, and sites there is no choice of. Sites and demand
// are numbered anew.
type singleNet struct {
	p      *Problem
	r      *capacityRules
	demand []int32   // in p
	load   []int64   // by demand
	beyond []int64   // by demand: its travel to a site that is not in its row
	site   []int32   // in p
	local  []int32   // by site of p; -1 for none
	room   []int64   // by site
	first  []int32   // by site, and one more: its pairs
	who    []int32   // by pair, rising in every site
	cost   []int64   // by pair: weight times travel
	arcs   [][]int32 // by demand: its pairs
	table  []int64   // by site and demand: the cost of a pair, listed or not; nil where all are listed, or too many
	near   [][]int32 // by demand: the sites nearest to it
	about  [][]int32 // by site: the demand nearest to it
	large  []int32   // sites of p: the Required ones, then the others, those with most capacity first
	all    bool      // all pairs are listed
	total  int64     // load
	step   int64     // all costs, so all objectives, are multiples of it
}

// newSingleNet lists all pairs if there are at most whole.
func newSingleNet(p *Problem, whole int) *singleNet {
	n := &singleNet{p: p, r: newCapacityRules(p), local: slices.Repeat([]int32{-1}, len(p.Sites))}
	n.site = slices.Sorted(slices.Values(append(slices.Clone(n.r.open), n.r.pool...)))
	for s, j := range n.site {
		n.local[j] = int32(s)
		n.room = append(n.room, p.Sites[j].Capacity)
	}
	beyond := p.beyond()
	for i, d := range p.Demand {
		if d.Weight == 0 {
			continue
		}
		n.demand = append(n.demand, int32(i))
		n.load = append(n.load, d.load())
		n.beyond = append(n.beyond, d.Weight*beyond)
		n.total += d.load()
	}
	n.all = len(n.demand)*len(n.site) <= whole
	n.pairs()
	n.large = n.byRoom()
	return n
}

// pairs lists the pairs by site and by demand.
func (n *singleNet) pairs() {
	rows := make([][]capacityPair, len(n.site))
	n.near = make([][]int32, len(n.demand))
	seen := make([]int32, len(n.site))
	for i, of := range n.demand {
		sites, costs := n.p.Reach.Row(int(of))
		for at, j := range sites {
			s := n.local[j]
			if s < 0 {
				continue
			}
			seen[s] = int32(i) + 1
			rows[s] = append(rows[s], capacityPair{int32(i), costs[at], n.p.Demand[of].Weight * int64(costs[at])})
			if len(n.near[i]) < singleNear {
				n.near[i] = append(n.near[i], s)
			}
		}
		for s := range n.site {
			if n.all && seen[s] != int32(i)+1 {
				rows[s] = append(rows[s], capacityPair{int32(i), math.MaxUint32, n.beyond[i]})
			}
		}
	}
	n.first = append(n.first, 0)
	n.arcs = make([][]int32, len(n.demand))
	for _, row := range rows {
		for _, pair := range row {
			n.arcs[pair.who] = append(n.arcs[pair.who], int32(len(n.who)))
			n.who, n.cost = append(n.who, pair.who), append(n.cost, pair.cost)
			n.step = gcd(n.step, pair.cost)
		}
		n.first = append(n.first, int32(len(n.who)))
	}
	if !n.all {
		for _, cost := range n.beyond {
			n.step = gcd(n.step, cost)
		}
	}
	n.step = max(n.step, 1)
	n.tabulate()
	n.about = make([][]int32, len(n.site))
	for s, row := range rows {
		slices.SortStableFunc(row, func(a, b capacityPair) int { return cmp.Compare(a.travel, b.travel) })
		for _, pair := range row[:min(len(row), singleNear)] {
			n.about[s] = append(n.about[s], pair.who)
		}
	}
}

func (n *singleNet) tabulate() {
	if n.all || len(n.demand)*len(n.site) > singleTable {
		return
	}
	for s := range n.site {
		n.table = append(n.table, n.beyond...)
		row := n.table[s*len(n.demand):]
		for a := n.first[s]; a < n.first[s+1]; a++ {
			row[n.who[a]] = n.cost[a]
		}
	}
}

// capacityPair is demand of a site, its travel there, and what that adds to the
// objective.
type capacityPair struct {
	who    int32
	travel uint32
	cost   int64
}

// travel is what demand i served by site s adds to the objective.
func (n *singleNet) travel(i, s int32) int64 {
	from, to := n.first[s], n.first[s+1]
	if n.all {
		return n.cost[from+i]
	}
	if n.table != nil {
		return n.table[int(s)*len(n.demand)+int(i)]
	}
	if at, ok := slices.BinarySearch(n.who[from:to], i); ok {
		return n.cost[int(from)+at]
	}
	return n.beyond[i]
}

// arcSite is the site of a pair.
func (n *singleNet) arcSite(a int32) int32 {
	at, _ := slices.BinarySearchFunc(n.first, a, func(first, a int32) int {
		if first <= a {
			return -1
		}
		return 1
	})
	return int32(at) - 1
}

// worst is more than any plan's objective.
func (n *singleNet) worst() int64 {
	sum := n.step
	for i, arcs := range n.arcs {
		most := int64(0)
		if !n.all {
			most = n.beyond[i]
		}
		for _, a := range arcs {
			most = max(most, n.cost[a])
		}
		sum += most
	}
	return sum
}

func (n *singleNet) byRoom() []int32 {
	list := slices.Clone(n.r.pool)
	required := func(j int32) int {
		if n.p.Sites[j].State == Required {
			return 0
		}
		return 1
	}
	slices.SortFunc(list, func(a, b int32) int {
		return cmp.Or(required(a)-required(b), cmp.Compare(n.p.Sites[b].Capacity, n.p.Sites[a].Capacity), cmp.Compare(a, b))
	})
	return list
}

// least is how many sites hold all load if they are those with most capacity, and
// how much load is left over if all of them do not.
func (n *singleNet) least() (count int, short int64) {
	short = n.total
	for _, j := range n.r.open {
		short -= n.p.Sites[j].Capacity
	}
	for at, j := range n.large {
		if short <= 0 && n.p.Sites[j].State != Required {
			break
		}
		short -= n.p.Sites[j].Capacity
		count = at + 1
	}
	return count, max(short, 0)
}

// tooLarge is the load of the heaviest place, if no site can hold it, and the
// capacity of the largest site.
func (n *singleNet) tooLarge() (i int32, room int64, yes bool) {
	for _, r := range n.room {
		room = max(room, r)
	}
	heaviest := int64(math.MinInt64)
	for at, load := range n.load {
		if load > heaviest {
			i, heaviest = int32(at), load
		}
	}
	return i, room, len(n.load) > 0 && heaviest > room
}
