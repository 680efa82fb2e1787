package sample

import (
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"
)

// grid is a face made of blocks, or of one institution.
type grid struct {
	ring       []int
	middle     orb.Point
	area       float64
	density    float64
	west       bool
	kind       string // of the institution it is dedicated to; empty for an ordinary grid
	name       string
	id         string
	community  int
	people     int
	unfinished bool // see postpone
}

func (g *grid) rural() bool { return g.density < ruralBelow }

// block is a face with streets round it and one use.
type block struct {
	ring    []int
	grid    int
	middle  orb.Point
	area    float64
	density float64
	use     string
	quiet   bool // beside a broken street: one way in, so that the block is no way round
}

func (t *town) newGrid(ring []int, west bool) *grid {
	p := t.mesh.points(ring)
	c := centroidOf(p)
	return &grid{ring: ring, middle: c, area: areaOf(p), density: density(c), west: west}
}

// divide cuts the superblocks into exactly gridCount grids, always the one with
// the most in it, then the ordinary grids into blocks.
func (t *town) divide(superblocks []superblock) error {
	rng := newRandom(t.seed, "divide")
	for _, s := range superblocks {
		t.grids = append(t.grids, t.newGrid(s.ring, s.west))
	}
	stuck := make(map[*grid]bool)
	for len(t.grids) < ordinaryGrids+dedicatedGrids {
		i := t.heaviest(stuck)
		if i < 0 {
			return fmt.Errorf("only %d grids fit", len(t.grids))
		}
		g := t.grids[i]
		one, two, path, ok := t.split(rng, g.ring, false)
		if !ok {
			stuck[g] = true
			continue
		}
		t.grids[i] = t.newGrid(one, g.west)
		t.grids = append(t.grids, t.newGrid(two, g.west))
		t.lay(rng, path, 1, g.density)
	}
	if err := t.dedicate(); err != nil {
		return err
	}
	t.postpone(rng)
	for i, g := range t.grids {
		t.subdivide(rng, g.ring, i)
	}
	for _, g := range t.grids {
		g.ring = t.mesh.expandRing(g.ring)
	}
	for i, s := range t.streets {
		t.trace(i, s)
	}
	return nil
}

// trace notes on each edge that the street runs there.
func (t *town) trace(i int, s *street) {
	path := t.mesh.expand(s.path)
	for k := 1; k < len(path); k++ {
		t.mesh.street[edgeOf(path[k-1], path[k])] = i
	}
}

func (t *town) heaviest(stuck map[*grid]bool) int {
	best, most := -1, 0.0
	for i, g := range t.grids {
		if w := g.area * (g.density + 0.07); !stuck[g] && w > most {
			best, most = i, w
		}
	}
	return best
}

// split cuts a face across its longer side, somewhere near the middle, trying a
// few lines before it gives up. Lengthwise turns the cut along that side.
func (t *town) split(rng *random, ring []int, lengthwise bool) (one, two, path []int, ok bool) {
	points := t.mesh.points(t.mesh.expandRing(ring))
	axis, long, short := longAxis(points)
	if lengthwise || long < 1.2*short && rng.chance(0.5) {
		axis = left(axis)
	}
	low, high := extent(points, axis)
	middle := centroidOf(points)
	for try := range 14 {
		at := low + (high-low)*rng.between(0.4, 0.6)
		through := add(middle, scale(axis, at-dot(middle, axis)))
		dir := left(axis)
		tilt := rng.between(-0.16, 0.16)
		dir = unit(add(dir, scale(axis, tilt)))
		bow := rng.between(-0.06, 0.06)
		if try > 8 {
			bow = 0
		}
		if try == 11 {
			axis = left(axis)
			low, high = extent(points, axis)
		}
		one, two, path, ok = t.mesh.cut(ring, through, dir, bow)
		if ok && t.sound(one) && t.sound(two) {
			return one, two, path, true
		}
	}
	return nil, nil, nil, false
}

// sound tells whether a face is fat enough to be worth having. A cut that left
// an unsound face is dropped; the nodes it put on the sides do no harm.
func (t *town) sound(ring []int) bool {
	p := t.mesh.points(ring)
	_, long, short := longAxis(p)
	return short > 45 && long < 3.8*short && areaOf(p) > 0.55*long*short && simple(p)
}

// lay adds the street of a cut; what it is follows from what it divides.
func (t *town) lay(rng *random, path []int, level int, density float64) {
	c := living
	switch {
	case density < ruralBelow && level == 2:
		c = track
	case density < ruralBelow:
		c = unclassified
	case level == 1 && rng.chance(0.25):
		c = tertiary
	case level == 1 || rng.chance(0.45):
		c = residential
	}
	name := ""
	if c.highway != "track" {
		name = t.names.street(rng, c)
	}
	t.streets = append(t.streets, &street{
		class: c, name: name, path: path, level: level,
		oneway: c.highway == "residential" && level == 2 && density > 0.7 && rng.chance(0.3),
	})
}

// subdivide cuts a grid into blocks: small ones where the town is dense, none
// among fields and institutions.
func (t *town) subdivide(rng *random, ring []int, index int) {
	g := t.grids[index]
	p := t.mesh.points(t.mesh.expandRing(ring))
	area, d := areaOf(p), density(centroidOf(p))
	largest := 14000 + 16000*(1-d)*(1-d)
	if g.rural() {
		largest = 120000
	}
	if g.kind == "" && area > largest*rng.between(1.1, 2.1) {
		one, two, path, ok := t.split(rng, ring, g.unfinished)
		if ok {
			t.lay(rng, path, 2, d)
		}
		if ok && !g.unfinished {
			t.subdivide(rng, one, index)
			t.subdivide(rng, two, index)
			return
		}
		if ok {
			t.addBlock(one, index)
			t.addBlock(two, index)
			return
		}
	}
	t.addBlock(ring, index)
}

func (t *town) addBlock(ring []int, index int) {
	p := t.mesh.points(t.mesh.expandRing(ring))
	c := centroidOf(p)
	t.blocks = append(t.blocks, &block{
		ring: ring, grid: index, middle: c, area: areaOf(p), density: density(c), use: t.grids[index].kind,
	})
}

// postpone picks the grids of the newer quarters whose inner streets are not
// finished: each has one street, along its length, and large blocks beside it.
// Their streets are where dead ends lie far apart on foot.
func (t *town) postpone(rng *random) {
	order := slices.Clone(t.grids)
	shuffle(rng, order)
	var chosen []*grid
	for _, g := range order {
		near := slices.ContainsFunc(chosen, func(o *grid) bool { return distance(o.middle, g.middle) < apartPairs+20 })
		if near || g.kind != "" || g.rural() || g.area < 55000 || len(chosen) == deadEndPairs+8 {
			continue
		}
		g.unfinished = true
		chosen = append(chosen, g)
	}
}

// institution is one row of the table of dedicated grids.
type institution struct {
	kind, name string
	// Where it fits: hectares and density.
	minArea, maxArea, minDensity, maxDensity float64
}

// institutions are the dedicated grids, those called 新江 on the west bank. The
// names are made up.
var institutions = []institution{
	{"college", "川南学院", 9, 30, 0.15, 0.8},
	{"station", "内江东站", 6, 30, 0.1, 0.6},
	{"hospital", "东兴区人民医院", 3, 8, 0.5, 1},
	{"hospital", "东兴区中医医院", 3, 9, 0.3, 1},
	{"hospital", "新江医院", 3, 9, 0.25, 0.9},
	{"park", "大千公园", 5, 14, 0.4, 1},
	{"park", "西林公园", 5, 16, 0.25, 0.9},
	{"park", "新江公园", 4, 16, 0.2, 0.8},
	{"park", "玉峰山公园", 8, 30, 0.1, 0.5},
	{"school", "东兴中学", 3, 8, 0.5, 1},
	{"school", "西林实验学校", 3, 9, 0.3, 1},
	{"school", "大千小学", 3, 7, 0.5, 1},
	{"school", "平安路学校", 3, 9, 0.3, 1},
	{"school", "新江中学", 3, 9, 0.25, 0.9},
	{"school", "星桥学校", 3, 10, 0.2, 0.8},
	{"market", "东兴农贸市场", 2, 6, 0.6, 1},
	{"market", "兰桂农贸市场", 2, 8, 0.3, 0.9},
	{"market", "新江农贸市场", 2, 8, 0.2, 0.9},
	{"station", "东兴汽车客运站", 3, 10, 0.25, 0.8},
}

// dedicate gives each institution the grid that suits it and is farthest from
// what was placed before.
func (t *town) dedicate() error {
	var taken []*grid
	for _, inst := range institutions {
		var best *grid
		most := -1.0
		for _, g := range t.grids {
			ha := g.area / 10000
			fits := ha >= inst.minArea && ha <= inst.maxArea && g.density >= inst.minDensity && g.density <= inst.maxDensity
			if g.kind != "" || !fits || g.west != strings.HasPrefix(inst.name, "新江") {
				continue
			}
			away := 900.0
			for _, o := range taken {
				away = min(away, distance(o.middle, g.middle)*weightOf(o.kind == inst.kind))
			}
			if away > most {
				best, most = g, away
			}
		}
		if best == nil {
			return fmt.Errorf("no grid suits %s", inst.name)
		}
		best.kind, best.name = inst.kind, inst.name
		taken = append(taken, best)
	}
	return nil
}

// weightOf keeps institutions of one kind three times as far apart as others.
func weightOf(same bool) float64 {
	if same {
		return 1
	}
	return 3
}

// neighbors lists for each grid the grids that share an edge with it.
func (t *town) neighbors() [][]int {
	owner := make(map[[2]int]int)
	for i, g := range t.grids {
		for k := range g.ring {
			owner[[2]int{g.ring[k], g.ring[(k+1)%len(g.ring)]}] = i
		}
	}
	out := make([][]int, len(t.grids))
	for i, g := range t.grids {
		for k := range g.ring {
			o, ok := owner[[2]int{g.ring[(k+1)%len(g.ring)], g.ring[k]}]
			if ok && !slices.Contains(out[i], o) {
				out[i] = append(out[i], o)
			}
		}
	}
	return out
}
