package sample

import (
	"math"

	"github.com/paulmach/orb"
)

// parcel is idle land.
type parcel struct {
	kinds string
	ring  []orb.Point
}

// park makes a block green: paths from the streets to a loop, and from the
// loop to the middle. On a hill the last part is steps.
func (t *town) park(rng *random, b *block, name string, hill bool) {
	b.use = "park"
	l := t.open(b)
	if l == nil {
		return
	}
	if name == "" {
		name = runeOf(rng, streetFirst) + runeOf(rng, streetLast) + pick(rng, []string{"公园", "游园", "绿地"})
		if hill {
			name = runeOf(rng, streetFirst) + runeOf(rng, streetLast) + "山公园"
		}
		name = t.names.branch(name)
	}
	t.covers = append(t.covers, cover{"green", name, l.outRing(l.land)})
	middle := centroidOf(l.land)
	top := l.node(middle)
	var loop []int
	ways := 0 // in from the streets; a quiet park has one
	const spokes = 10
	for k := range spokes {
		dir := heading(float64(k)*360/spokes + rng.between(-9, 9))
		edge := l.edge(middle, dir)
		ringPoint := add(middle, scale(dir, edge*rng.between(0.5, 0.62)))
		n := l.node(ringPoint)
		loop = append(loop, n)
		if k%2 == 0 && (ways == 0 || !b.quiet) {
			if gate, ok := l.attach(ringPoint, dir); ok {
				ways++
				l.way(footway, n, l.node(add(middle, scale(dir, edge))), gate)
			}
		}
		if hill && k%3 == 0 || !hill && k%5 == 0 {
			t.climb(rng, l, n, ringPoint, middle, top, hill)
		}
	}
	l.way(footway, append(loop, loop[0])...)
	t.spots = append(t.spots, spot{"park", name, l.out(middle), b.grid, int(areaOf(l.land))})
}

// climb leads from the loop to the top: a winding path, or on a hill steps
// with a landing.
func (t *town) climb(rng *random, l *lot, from int, foot, middle orb.Point, top int, hill bool) {
	half := lerp(foot, middle, 0.5)
	bend := min(9, 0.12*distance(foot, middle))
	turn := l.node(add(half, scale(left(unit(sub(middle, foot))), rng.between(-bend, bend))))
	if !hill {
		l.way(footway, from, turn, top)
		return
	}
	l.way(footway, from, turn)
	l.way(steps, turn, top)
}

// edge is how far the land goes from p in direction dir.
func (l *lot) edge(p, dir orb.Point) float64 {
	far := math.Inf(1)
	for i, a := range l.land {
		ab := sub(l.land[(i+1)%len(l.land)], a)
		den := cross(dir, ab)
		along, on := cross(sub(a, p), ab)/den, cross(sub(a, p), dir)/den
		if along > 0 && on >= 0 && on <= 1 {
			far = min(far, along)
		}
	}
	return far
}

// pocketPark is a small green with one path across.
func (t *town) pocketPark(b *block) {
	l := t.open(b)
	if l == nil {
		return
	}
	name := t.names.branch("口袋公园")
	t.covers = append(t.covers, cover{"green", name, l.outRing(l.land)})
	middle := centroidOf(l.land)
	south, okSouth := l.attach(middle, orb.Point{0, -1})
	north, okNorth := l.attach(middle, orb.Point{0, 1})
	if okSouth && okNorth {
		l.way(footway, south, l.node(middle), north)
	}
	t.spots = append(t.spots, spot{"pocket_park", name, l.out(middle), b.grid, int(areaOf(l.land))})
}

// carPark is paved ground with a drive in.
func (t *town) carPark(rng *random, b *block) {
	l := t.open(b)
	if l == nil {
		return
	}
	t.covers = append(t.covers, cover{"built", "", l.outRing(l.land)})
	middle := centroidOf(l.land)
	if street, ok := l.attach(middle, orb.Point{0, -1}); ok {
		l.way(service, street, l.node(middle))
	}
	t.spots = append(t.spots, spot{"parking", t.names.street(rng, residential) + "停车场", l.out(middle), b.grid, 0})
}

// idle turns the blocks set aside into parcels: whole when small, else a piece.
func (t *town) idle() {
	rng := newRandom(t.seed, "idle")
	for _, b := range t.blocks {
		if b.use != "idle" {
			continue
		}
		l := t.open(b)
		if l == nil {
			continue
		}
		if a := areaOf(l.land); a >= smallestParcel && a <= largestParcel {
			t.parcels = append(t.parcels, parcel{kindsFor(rng, a), l.outRing(l.land)})
			continue
		}
		t.idleCorners(rng, l)
	}
}

// idleCorners leaves one or two corners of a lot unused.
func (t *town) idleCorners(rng *random, l *lot) {
	wanted := rng.span(1, 2)
	n := len(l.land)
	for i := range n {
		if wanted == 0 {
			return
		}
		p := l.land[i]
		back, on := sub(l.land[(i+n-1)%n], p), sub(l.land[(i+1)%n], p)
		turn := cross(unit(on), unit(back))
		if turn < 0.7 || dot(unit(on), unit(back)) > 0.7 {
			continue
		}
		a, b := min(length(on)*0.9, rng.between(14, 62)), min(length(back)*0.9, rng.between(14, 48))
		for range 4 {
			x, y := scale(unit(on), a), scale(unit(back), b)
			// Off the land's very edge, so that the test for inside is not on it.
			q := add(p, add(scale(unit(on), 0.6), scale(unit(back), 0.6)))
			shape := []orb.Point{q, add(q, x), add(add(q, x), y), add(q, y)}
			if areaOf(shape) > smallestParcel*1.1 && l.free(shape) {
				l.taken = append(l.taken, shape)
				t.parcels = append(t.parcels, parcel{kindsFor(rng, areaOf(shape)), l.outRing(shape)})
				wanted--
				break
			}
			a, b = a*0.7, b*0.7
		}
	}
}

// kindsFor says what a piece of ground of that size may take.
func kindsFor(rng *random, area float64) string {
	switch {
	case area < 400:
		return pick(rng, []string{"pocket_park,drying_rack,charging_post", "ebike_charging,drying_rack", "pocket_park"})
	case area < 1500:
		return pick(rng, []string{"pocket_park,parking", "pocket_park,ebike_charging,rider_harbor", "pocket_park,parking,charging_post"})
	case rng.chance(0.25):
		return "" // anything
	}
	return pick(rng, []string{"pocket_park,parking,elder_care", "parking,market", "pocket_park,childcare,sports", "parking,park"})
}
