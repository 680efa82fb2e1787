package siting

import (
	"container/heap"
	"context"
	"math"
	"math/rand/v2"
	"slices"
)

// search holds a choice of open sites of a core and changes it by moves that
// keep to the bounds.
type search struct {
	ctx   context.Context
	c     *core
	tally tally
	open  []bool
	list  []int32 // open sites, in no order
	place []int32 // by site: where it is in list
	spent int64
	used  []int64      // by limit
	held  [][]limitUse // by site, nil where there are no limits
	near  []int32      // by site: how many open sites it must be apart from
	extra *extras
	work  int64
	kept  []int32 // the best choice so far
	best  int64   // its value
	rand  *rand.Rand
}

type limitUse struct {
	limit int32
	use   int64
}

func newSearch(ctx context.Context, c *core, seed uint64) *search {
	s := &search{
		ctx: ctx, c: c, tally: newTally(c), open: make([]bool, c.sites()), place: make([]int32, c.sites()),
		used: make([]int64, len(c.limits)), extra: newExtras(c.sites()), best: math.MinInt64,
		rand: rand.New(rand.NewPCG(seed, 0x6b61696d656e)),
	}
	if len(c.limits) > 0 {
		s.held = make([][]limitUse, c.sites())
		for i := range c.limits {
			for k, site := range c.limits[i].Site {
				s.held[site] = append(s.held[site], limitUse{int32(i), c.limits[i].Use[k]})
			}
		}
	}
	if c.apart != nil {
		s.near = make([]int32, c.sites())
	}
	return s
}

// value is what the choice wins: less its cost, where sites are priced.
func (s *search) value() int64 {
	if s.c.priced {
		return s.tally.value() - s.spent
	}
	return s.tally.value()
}

func (s *search) price(site int32) int64 {
	if s.c.priced {
		return s.c.cost[site]
	}
	return 0
}

func (s *search) add(site int32) {
	s.tally.add(site)
	s.open[site] = true
	s.place[site] = int32(len(s.list))
	s.list = append(s.list, site)
	s.count(site, 1)
}

func (s *search) drop(site int32) {
	s.work += s.tally.drop(site)
	s.open[site] = false
	last := s.list[len(s.list)-1]
	s.list[s.place[site]], s.place[last] = last, s.place[site]
	s.list = s.list[:len(s.list)-1]
	s.count(site, -1)
}

func (s *search) count(site int32, sign int64) {
	s.work += int64(len(s.c.entries(site)))
	s.spent += sign * s.c.cost[site]
	if s.held != nil {
		for _, h := range s.held[site] {
			s.used[h.limit] += sign * h.use
		}
	}
	if s.near != nil {
		for _, other := range s.c.apart[site] {
			s.near[other] += int32(sign)
		}
	}
}

// fits tells whether site can be opened, in place of but, or beside all where
// but is -1.
func (s *search) fits(site, but int32) bool {
	spent, near := s.spent+s.c.cost[site], int32(0)
	if s.near != nil {
		near = s.near[site]
	}
	if but >= 0 {
		spent -= s.c.cost[but]
		if near > 0 && slices.Contains(s.c.apart[site], but) {
			near--
		}
	}
	if near > 0 || !s.c.priced && spent > s.c.budget {
		return false
	}
	if s.held == nil {
		return true
	}
	for _, h := range s.held[site] {
		used := s.used[h.limit] + h.use
		if but >= 0 {
			for _, b := range s.held[but] {
				if b.limit == h.limit {
					used -= b.use
				}
			}
		}
		if used > s.c.limits[h.limit].Most {
			return false
		}
	}
	return true
}

// keep remembers the choice if it is the best so far.
func (s *search) keep() bool {
	if v := s.value(); v > s.best {
		s.best = v
		s.kept = append(s.kept[:0], s.list...)
		return true
	}
	return false
}

// goTo changes the choice to the given one.
func (s *search) goTo(sites []int32) {
	for len(s.list) > 0 {
		s.drop(s.list[len(s.list)-1])
	}
	for _, site := range sites {
		s.add(site)
	}
}

// openWhatFits opens those of sites that keep to the bounds, in their order.
func (s *search) openWhatFits(sites []int32) {
	for _, site := range sites {
		if !s.open[site] && s.fits(site, -1) {
			s.add(site)
		}
	}
}

// offer is what a site is believed to win: an upper bound, since what one wins
// falls as others open.
type offer struct {
	site int32
	gain int64
	cost int64
	seen int // how many were open when it was weighed
}

// offers is a heap of the most gain for its cost, equals by index.
type offers []offer

func (o offers) Len() int      { return len(o) }
func (o offers) Swap(i, j int) { o[i], o[j] = o[j], o[i] }
func (o offers) Less(i, j int) bool {
	a, b := float64(o[i].gain)*float64(o[j].cost), float64(o[j].gain)*float64(o[i].cost)
	if a != b {
		return a > b
	}
	return o[i].site < o[j].site
}
func (o *offers) Push(any) {}
func (o *offers) Pop() any {
	last := (*o)[len(*o)-1]
	*o = (*o)[:len(*o)-1]
	return last
}

// greedy opens the site that wins most for its cost, as long as one fits and is
// worth its price.
//
// Source: Leskovec et al. (2007), Cost-effective outbreak detection in networks
// (lazy evaluation).
func (s *search) greedy(among []int32) {
	queue := make(offers, 0, len(among))
	for _, site := range among {
		if !s.open[site] && s.fits(site, -1) {
			queue = append(queue, offer{site, s.weigh(site), s.c.cost[site], len(s.list)})
		}
	}
	heap.Init(&queue)
	for len(queue) > 0 {
		top := &queue[0]
		switch {
		case !s.fits(top.site, -1), top.gain <= 0, top.gain < s.price(top.site):
			heap.Pop(&queue)
		case top.seen < len(s.list):
			top.gain, top.seen = s.weigh(top.site), len(s.list)
			heap.Fix(&queue, 0)
		default:
			s.add(top.site)
			heap.Pop(&queue)
		}
	}
	s.trim()
	s.keep()
}

func (s *search) weigh(site int32) int64 {
	s.work += int64(len(s.c.entries(site)))
	return s.tally.weigh(site, nil)
}

// trim closes sites that lose nothing, or less than their price.
func (s *search) trim() {
	for {
		worst, most := int32(-1), int64(0)
		for _, site := range s.list {
			saved := s.price(site) - s.tally.loss(site)
			if !s.c.priced && saved == 0 && s.c.cost[site] > 0 {
				saved = 1
			}
			if saved > most || saved == most && worst >= 0 && site < worst {
				worst, most = site, saved
			}
		}
		if worst < 0 {
			return
		}
		s.drop(worst)
	}
}

// move is opening a site, in place of another or beside all (-1), or only
// closing one (in is -1).
type move struct {
	in, out int32
	gain    int64
}

// bestFor is the best move that opens a site; its gain is the smallest number if
// there is none.
func (s *search) bestFor(site int32) move {
	s.work += int64(len(s.c.entries(site)) + len(s.list) + 20)
	gain := s.tally.weigh(site, s.extra) - s.price(site)
	best := move{site, -1, math.MinInt64}
	if s.fits(site, -1) {
		best.gain = gain
	}
	for _, out := range s.list {
		g := gain - s.tally.loss(out) + s.extra.of[out] + s.price(out)
		if (g > best.gain || g == best.gain && best.out >= 0 && out < best.out) && s.fits(site, out) {
			best.out, best.gain = out, g
		}
	}
	s.extra.clear()
	return best
}

func (s *search) apply(m move) {
	if m.out >= 0 {
		s.drop(m.out)
	}
	if m.in >= 0 {
		s.add(m.in)
	}
}

// climb makes moves that gain, going round the sites, until none does or the
// work is spent.
//
// Source: Resende and Werneck (2004), A hybrid heuristic for the p-median problem
// (gain, loss and extra).
func (s *search) climb(among []int32, work int64) {
	stop := s.work + work
	idle := 0
	for at := 0; idle < len(among) && s.work < stop; at = (at + 1) % len(among) {
		idle++
		if at%64 == 0 && s.ctx.Err() != nil {
			break
		}
		if site := among[at]; !s.open[site] {
			if m := s.bestFor(site); m.gain > 0 {
				s.apply(m)
				idle = 0
			}
		}
	}
	s.trim()
	s.keep()
}

// anneal makes moves that gain, and others by chance, less and less often, while
// it cools from hot to cold. It ends with a climb from the best choice.
func (s *search) anneal(among []int32, hot, cold float64, work int64) {
	if len(among) == 0 || len(s.list) == 0 {
		return
	}
	begin := s.work
	heat := hot
	for n := 0; s.work < begin+work; n++ {
		if n%64 == 0 {
			if s.ctx.Err() != nil {
				break
			}
			done := float64(s.work-begin) / float64(work)
			heat = hot * math.Pow(cold/hot, done)
		}
		site := among[s.rand.IntN(len(among))]
		if s.open[site] {
			s.work += 10
			continue
		}
		m := s.bestFor(site)
		if m.gain == math.MinInt64 || m.gain < 0 && s.rand.Float64() >= math.Exp(float64(m.gain)/heat) {
			continue
		}
		s.apply(m)
		if s.c.priced {
			s.trim()
		}
		s.keep()
	}
	s.goTo(s.kept)
	s.climb(among, work/4)
}
