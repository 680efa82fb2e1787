package sample

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/paulmach/orb"
)

// building is one footprint.
type building struct {
	id, use  string
	name     string
	estate   *estate
	floors   int
	perFloor float64 // homes a floor
	block    *block
	ring     []orb.Point

	households, people, elderly, children, vehicles int
}

// estate is a housing compound.
type estate struct {
	id, name   string
	old, gated bool
	year       int
	houses     []*building
	gates      []*gate
	ring       []orb.Point
	block      *block
	entrance   orb.Point
	households int
}

// cover is ground with a kind: green, farmland, water, built.
type cover struct {
	kind, name string
	ring       []orb.Point
}

// spot is a public place that a block was given to.
type spot struct {
	kind, name string
	at         orb.Point
	grid       int
	areaM2     int // of its ground; 0 where that does not matter
}

// furnish gives every block a use and builds it up.
func (t *town) furnish() error {
	rng := newRandom(t.seed, "uses")
	t.institutions(rng)
	t.spare(rng)
	if err := t.oldEstates(rng); err != nil {
		return err
	}
	for _, b := range t.blocks {
		if b.use != "" {
			continue
		}
		if t.grids[b.grid].rural() {
			t.fields(rng, b)
			continue
		}
		t.ordinary(rng, b)
	}
	return nil
}

// spaced picks up to n blocks that fit, in random order, no two closer than
// apart, and marks their use.
func (t *town) spaced(rng *random, n int, use string, apart float64, fits func(*block) bool) []*block {
	order := slices.Clone(t.blocks)
	shuffle(rng, order)
	var out []*block
	for _, b := range order {
		if len(out) == n {
			break
		}
		near := slices.ContainsFunc(out, func(o *block) bool { return distance(o.middle, b.middle) < apart })
		if b.use != "" || near || t.grids[b.grid].rural() || !fits(b) {
			continue
		}
		b.use = use
		out = append(out, b)
	}
	return out
}

// spare sets blocks aside for what a town keeps between its houses.
func (t *town) spare(rng *random) {
	between := func(low, high float64) func(*block) bool {
		return func(b *block) bool { return b.area >= low && b.area <= high && !b.quiet }
	}
	for _, b := range t.spaced(rng, 5, "park", 900, func(b *block) bool { return b.density < 0.55 && b.area > 16000 }) {
		t.park(rng, b, "", true)
	}
	for _, b := range t.spaced(rng, 17, "park", 520, between(8000, 40000)) {
		t.park(rng, b, "", false)
	}
	for _, b := range t.spaced(rng, 14, "school", 560, between(15000, 50000)) {
		t.campus(rng, b, classes, "school", "")
	}
	for _, b := range t.spaced(rng, 6, "market", 700, between(7000, 20000)) {
		t.campus(rng, b, stalls, "market", "")
	}
	for _, b := range t.spaced(rng, pocketParks, "pocket_park", 550, between(4000, 14000)) {
		t.pocketPark(b)
	}
	for _, b := range t.spaced(rng, carParks, "parking", 700, between(7000, 17000)) {
		t.carPark(rng, b)
	}
	t.spaced(rng, 26, "idle", 260, func(b *block) bool { return b.area < 22000-10000*b.density })
}

// institutions builds up the dedicated grids.
func (t *town) institutions(rng *random) {
	how := map[string]layout{"hospital": wards, "school": classes, "college": faculty, "station": hall, "market": stalls}
	for _, b := range t.blocks {
		name := t.grids[b.grid].name
		switch b.use {
		case "":
		case "park":
			t.park(rng, b, name, name == "玉峰山公园")
		case "college":
			t.campus(rng, b, how[b.use], "school", name)
		default:
			t.campus(rng, b, how[b.use], b.use, name)
		}
	}
}

// campus builds a compound where nobody lives, with a playing field on the
// ground that its houses leave free. It tells whether there are any houses.
func (t *town) campus(rng *random, b *block, how layout, kind, name string) bool {
	at, built := b.middle, false
	if l := t.open(b); l != nil {
		if c := t.build(rng, l, how, false); c != nil {
			for _, h := range c.houses {
				h.name = name
			}
			t.buildings = append(t.buildings, c.houses...)
			at, built = c.entrance, true
			if kind == "school" {
				t.pitch(l, name)
			}
		}
	}
	t.spots = append(t.spots, spot{kind, name, at, b.grid, 0})
	return built
}

// pitch lays the largest playing field that fits.
func (t *town) pitch(l *lot, name string) {
	west, east := extent(l.land, orb.Point{1, 0})
	south, north := extent(l.land, orb.Point{0, 1})
	for _, size := range [][2]float64{{110, 68}, {90, 56}, {68, 105}, {70, 44}, {50, 32}, {34, 24}} {
		for y := south + 3; y+size[1] < north; y += 6 {
			for x := west + 3; x+size[0] < east; x += 6 {
				shape := box(x, y, x+size[0], y+size[1])
				if l.free(shape) {
					l.taken = append(l.taken, shape)
					t.covers = append(t.covers, cover{"green", name, l.outRing(shape)})
					return
				}
			}
		}
	}
}

// spareOld is how many old compounds are built beyond those on the list.
const spareOld = 22

// oldEstates builds more old compounds than are wanted, so that there is a
// choice for the renewal list.
func (t *town) oldEstates(rng *random) error {
	built := 0
	for _, b := range t.spaced(rng, 130, "old", 0, func(b *block) bool { return b.density > 0.42 && b.area > 10000 && b.area < 24000 }) {
		b.use = ""
		if built == oldEstates+spareOld {
			continue
		}
		if e := t.estate(rng, b, oldSlabs, rng.chance(0.45)); e != nil {
			built++
			e.year = rng.span(1978, 1999)
		}
	}
	if err := t.renew(); err != nil {
		return err
	}
	for _, e := range t.estates {
		e.name = t.names.estate(rng, e.old)
	}
	return nil
}

// renew chooses the estates of the renewal list: the first oldEstates, with the
// fullest exchanged for the emptiest of the rest, or the other way round, while
// that brings their houses nearer to oldBuildings, and the last few houses
// left unbuilt.
func (t *town) renew() error {
	n := min(oldEstates, len(t.estates))
	chosen, rest := slices.Clone(t.estates[:n]), slices.Clone(t.estates[n:])
	size := func(a, b *estate) int { return cmp.Compare(len(a.houses), len(b.houses)) }
	total := 0
	for _, e := range chosen {
		total += len(e.houses)
	}
	for len(rest) > 0 && total != oldBuildings {
		slices.SortStableFunc(chosen, size)
		slices.SortStableFunc(rest, size)
		out, in := len(chosen)-1, 0
		if total < oldBuildings {
			out, in = 0, len(rest)-1
		}
		change := len(rest[in].houses) - len(chosen[out].houses)
		if total > oldBuildings && (change >= 0 || total+change < oldBuildings) || total < oldBuildings && change <= 0 {
			break
		}
		chosen[out], rest[in] = rest[in], chosen[out]
		total += change
	}
	if n < oldEstates || total < oldBuildings {
		return fmt.Errorf("only %d old estates with %d buildings fit", n, total)
	}
	for ; total > oldBuildings; total-- {
		slices.SortStableFunc(chosen, size)
		e := chosen[len(chosen)-1]
		e.houses = e.houses[:len(e.houses)-1]
	}
	for _, e := range chosen {
		e.old = true
	}
	return nil
}

// estate builds homes on a block; nil if the block does not suit.
func (t *town) estate(rng *random, b *block, how layout, gated bool) *estate {
	l := t.open(b)
	if l == nil {
		return nil
	}
	c := t.build(rng, l, how, !gated)
	if c == nil {
		return nil
	}
	e := &estate{gated: gated, houses: c.houses, gates: c.gates, ring: l.outRing(l.land), block: b, entrance: c.entrance}
	for _, h := range e.houses {
		h.estate = e
	}
	b.use = "residential"
	t.estates = append(t.estates, e)
	return e
}

// ordinary gives a block in town to homes, shops, works, or nothing yet.
func (t *town) ordinary(rng *random, b *block) {
	roll := rng.float()
	shops := 0.11 + 0.1*b.density*b.density
	switch {
	case roll < shops && !b.quiet:
		t.shops(rng, b)
		return
	case b.density < 0.4 && roll < 0.38:
		t.works(rng, b)
		return
	case roll < shops+0.07 && !b.quiet:
		if t.campus(rng, b, offices, "office", "") {
			b.use = "office"
			return
		}
	}
	how, year := slabs, rng.span(2000, 2012)
	switch {
	case b.area > 17000 && rng.chance(0.5-0.3*b.density):
		how, year = towers, rng.span(2010, 2024)
	case b.area < 15000 && rng.chance(0.3):
		how, year = lowRise, rng.span(1992, 2008)
	}
	for _, try := range []layout{how, slabs, lowRise} {
		if e := t.estate(rng, b, try, try.short != lowRise.short); e != nil {
			e.year = year
			e.name = t.names.estate(rng, false)
			return
		}
	}
	t.shops(rng, b)
}

// works is a yard of halls.
func (t *town) works(rng *random, b *block) {
	b.use = "industrial"
	l := t.open(b)
	if l == nil {
		return
	}
	if c := t.build(rng, l, halls, false); c != nil {
		t.buildings = append(t.buildings, c.houses...)
		t.idleCorners(rng, l)
	}
	t.covers = append(t.covers, cover{"built", "", l.outRing(l.land)})
}

// shops stand along the streets of a block, round a yard.
func (t *town) shops(rng *random, b *block) {
	b.use = "commercial"
	l := t.open(b)
	if l == nil {
		return
	}
	if rng.chance(0.3) {
		t.idleCorners(rng, l)
	}
	for i, a := range l.land {
		z := l.land[(i+1)%len(l.land)]
		dir, long := unit(sub(z, a)), distance(a, z)
		for at := 2.0; at+14 < long; {
			w := min(rng.between(16, 38), long-2-at)
			depth := rng.between(12, 17)
			p := add(add(a, scale(dir, at+w/2)), scale(left(dir), 1.5+depth/2))
			shape := rectangle(p, dir, w-1.2, depth)
			if l.free(shape) {
				l.taken = append(l.taken, shape)
				t.buildings = append(t.buildings, &building{
					use: "commercial", floors: rng.span(2, 2+int(5*b.density)), block: b, ring: l.outRing(shape),
				})
				at += w
				continue
			}
			at += 6
		}
	}
}

// fields are farmland with a few farmhouses along the lanes.
func (t *town) fields(rng *random, b *block) {
	b.use = "farmland"
	l := t.open(b)
	if l == nil {
		return
	}
	t.covers = append(t.covers, cover{"farmland", "", l.outRing(l.land)})
	hamlet := &estate{}
	for i, a := range l.land {
		z := l.land[(i+1)%len(l.land)]
		dir, long := unit(sub(z, a)), distance(a, z)
		if long < 30 || !rng.chance(0.35) {
			continue
		}
		for at := rng.between(8, 20); at+14 < long && len(hamlet.houses) < 9; at += rng.between(15, 34) {
			p := add(add(a, scale(dir, at)), scale(left(dir), rng.between(7, 14)))
			shape := rectangle(p, dir, rng.between(9, 13), rng.between(8, 10.5))
			if l.free(shape) {
				l.taken = append(l.taken, shape)
				hamlet.houses = append(hamlet.houses, &building{
					use: "residential", floors: rng.span(2, 3), perFloor: 0.5, block: b, ring: l.outRing(shape),
				})
			}
		}
	}
	t.buildings = append(t.buildings, hamlet.houses...)
}
