package sample

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/paulmach/orb"
)

// facility is a place of service.
type facility struct {
	id, kind, name, hours, address string
	capacity, areaM2, staff        int // 0 if it has none
	at                             orb.Point
}

// offer says how many facilities of a kind there are beside those that have
// a block of their own, and what they are like.
type offer struct {
	kind, suffix, hours string
	count               int
	low, high           int // capacity
}

// offers are dealt out over the communities, more to the central ones; some
// communities get none, as in life.
var offers = []offer{
	{"elder_care", "养老服务站", "Mo-Su 08:00-18:00", 22, 20, 60},
	{"youth_home", "青少年之家", "Mo-Su 09:00-18:00", 20, 30, 60},
	{"childcare", "托育点", "Mo-Fr 07:30-18:30", 19, 20, 50},
	{"rider_harbor", "骑手港湾", "24/7", 23, 0, 0},
	{"nursery", "公办托儿所", "Mo-Fr 07:30-18:00", 3, 60, 90},
	{"charging_post", "充电桩", "24/7", 6, 6, 16},
	{"ebike_charging", "电动自行车充电棚", "24/7", 6, 20, 40},
	{"drying_rack", "晾晒区", "24/7", 4, 20, 60},
	{"kindergarten", "幼儿园", "Mo-Fr 07:30-17:30", 36, 180, 360},
	{"clinic", "卫生服务站", "Mo-Su 08:00-20:00", 34, 0, 0},
	{"pharmacy", "药店", "Mo-Su 08:00-22:00", 64, 0, 0},
	{"library", "图书室", "Tu-Su 09:00-17:00", 5, 40, 120},
	{"sports", "健身活动场", "Mo-Su 06:00-22:00", 11, 0, 0},
}

// serve places all facilities.
func (t *town) serve() {
	rng := newRandom(t.seed, "facilities")
	sites := t.sites()
	t.offices(rng, sites)
	t.stations(rng, sites)
	for _, o := range offers {
		t.deal(rng, sites, o)
	}
	t.own(rng)
	t.hire()
	for i := range t.facilities {
		t.facilities[i].id = fmt.Sprintf("F%04d", i+1)
	}
}

// hire deals the workers of the communities out to their centers, about along
// the people there, and puts one worker for the grid into every station.
func (t *town) hire() {
	rng := newRandom(t.seed, "staff")
	people := make([]int, len(t.communities))
	for i, c := range t.communities {
		for _, g := range c.grids {
			people[i] += t.grids[g].people * rng.span(70, 130)
		}
	}
	posts := apportion(communityWorkers, people)
	for i := range t.facilities {
		switch f := &t.facilities[i]; f.kind {
		case "community_center": // one to a community, in their order
			f.staff, posts = posts[0], posts[1:]
		case "service_station":
			f.staff = 1
		}
	}
}

// sites lists by grid the places open to all: shops, gates of estates, and
// houses of estates without gates.
func (t *town) sites() [][]orb.Point {
	out := make([][]orb.Point, len(t.grids))
	for _, b := range t.buildings {
		if b.use == "commercial" || b.estate != nil && !b.estate.gated {
			out[b.block.grid] = append(out[b.block.grid], centroidOf(b.ring))
		}
	}
	for _, e := range t.estates {
		if e.gated {
			out[e.block.grid] = append(out[e.block.grid], e.entrance)
		}
	}
	for _, b := range t.buildings {
		if g := b.block.grid; len(out[g]) == 0 {
			out[g] = append(out[g], centroidOf(b.ring))
		}
	}
	for i, g := range t.grids {
		if len(out[i]) == 0 { // nothing is built there: at its corner, where streets meet
			out[i] = append(out[i], lerp(t.mesh.at[g.ring[0]], g.middle, 0.05))
		}
	}
	return out
}

// site takes a place in the grid; the last one is shared.
func site(rng *random, sites [][]orb.Point, grid int) orb.Point {
	list := sites[grid]
	k := rng.intn(len(list))
	p := list[k]
	if len(list) > 1 {
		sites[grid] = slices.Delete(list, k, k+1)
	}
	return p
}

func (t *town) add(f facility, grid int) {
	c := t.communities[t.grids[grid].community]
	f.address = streetNames[c.street].name + c.name.short()
	t.facilities = append(t.facilities, f)
}

// offices are the street halls and community centers, each near the middle of
// what it is for.
func (t *town) offices(rng *random, sites [][]orb.Point) {
	for s, name := range streetNames {
		var all []int
		for _, c := range t.communities {
			if c.street == s {
				all = append(all, c.grids...)
			}
		}
		g := t.central(all, t.middleOf(all))
		t.add(facility{kind: "street_hall", name: name.name + "便民服务中心", hours: "Mo-Fr 09:00-17:00", at: site(rng, sites, g)}, g)
	}
	for _, c := range t.communities {
		g := t.central(c.grids, c.middle)
		t.add(facility{kind: "community_center", name: c.name.short() + "党群服务中心", hours: "Mo-Su 09:00-17:30", at: site(rng, sites, g)}, g)
	}
}

// central is the ordinary grid nearest to p, empty ones only if there is no other.
func (t *town) central(grids []int, p orb.Point) int {
	rank := func(g int) float64 {
		d := distance(t.grids[g].middle, p)
		if t.grids[g].people == 0 {
			d += 1e6
		}
		return d
	}
	return slices.MinFunc(grids, func(a, b int) int { return cmp.Compare(rank(a), rank(b)) })
}

// stations go one to a grid, the fuller grids first; the emptiest go without.
func (t *town) stations(rng *random, sites [][]orb.Point) {
	type ranked struct {
		grid int
		rank float64
	}
	var order []ranked
	for i, g := range t.grids {
		if g.kind == "" {
			order = append(order, ranked{i, float64(g.people) * rng.between(0.35, 1)})
		}
	}
	slices.SortStableFunc(order, func(a, b ranked) int { return cmp.Compare(b.rank, a.rank) })
	order = order[:serviceStations]
	slices.SortFunc(order, func(a, b ranked) int { return cmp.Compare(t.grids[a.grid].id, t.grids[b.grid].id) })
	for _, r := range order {
		t.add(facility{
			kind: "service_station", name: t.grids[r.grid].name + "服务站", hours: "Mo-Su 08:30-18:00",
			at: site(rng, sites, r.grid),
		}, r.grid)
	}
}

// deal puts the facilities of an offer into communities drawn by chance, the
// central ones first, then into one of the fuller grids of each.
func (t *town) deal(rng *random, sites [][]orb.Point, o offer) {
	type ranked struct {
		c    *community
		rank float64
	}
	var order []ranked
	for round := range 2 {
		for _, c := range t.communities {
			d := density(c.middle)
			order = append(order, ranked{c, (d*d + 0.02) * rng.between(0.4, 1) / (1 + 0.25*float64(round))})
		}
	}
	slices.SortStableFunc(order, func(a, b ranked) int { return cmp.Compare(b.rank, a.rank) })
	for i, r := range order[:o.count] {
		grid := r.c.grids[0]
		for range 4 {
			if g := pick(rng, r.c.grids); t.grids[g].kind == "" && t.grids[g].people >= t.grids[grid].people {
				grid = g
			}
		}
		f := facility{kind: o.kind, name: r.c.name.short() + o.suffix, hours: o.hours, at: site(rng, sites, grid)}
		if slices.ContainsFunc(order[:i], func(b ranked) bool { return b.c == r.c }) {
			f.name = r.c.name.short() + "第二" + o.suffix
		}
		if o.high > 0 {
			f.capacity = rng.span(o.low, o.high)
		}
		t.add(f, grid)
	}
}

// own are the facilities with a block or a grid of their own.
func (t *town) own(rng *random) {
	hours := map[string]string{
		"park": "Mo-Su 06:00-22:00", "pocket_park": "24/7", "school": "Mo-Fr 07:30-18:00",
		"hospital": "24/7", "market": "Mo-Su 06:00-19:00", "parking": "24/7",
	}
	suffix := map[string]string{"school": "小学", "market": "农贸市场"}
	stalls := apportion(parkingStalls, []int{3, 2, 3, 4})
	for _, s := range t.spots {
		h, offered := hours[s.kind]
		if !offered {
			continue // stations and yards are no facility kind
		}
		f := facility{kind: s.kind, name: s.name, hours: h, at: s.at, areaM2: s.areaM2}
		if f.name == "" {
			f.name = t.names.branch(runeOf(rng, streetFirst) + runeOf(rng, streetLast) + suffix[s.kind])
		}
		switch s.kind {
		case "parking":
			f.capacity, stalls = stalls[0], stalls[1:]
		case "school":
			f.capacity = 45 * rng.span(18, 48)
		case "hospital":
			f.capacity = 10 * rng.span(20, 60)
		}
		t.add(f, s.grid)
	}
}
