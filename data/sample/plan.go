package sample

import (
	"math"

	"github.com/paulmach/orb"
)

// The town is laid out in two straight coordinates, u across the river and v
// along it, both in meters, and then bent: warp gives the river its meanders,
// and the streets beside it follow, less and less with distance.

// columns are the lines along the river; banks are two of them.
var columns = []float64{-1780, -1230, -660, -85, 85, 470, 960, 1480, 2020, 2580, 3100}

// rows are the lines across the river.
var rows = []float64{-2720, -2190, -1640, -1120, -590, -60, 480, 1040, 1570, 2130, 2700}

const (
	westBank = 3 // index of a column
	eastBank = 4
	// waterHalf is half the width of the water; between it and the bank roads
	// lies the embankment with its promenade.
	waterHalf     = 50.0
	promenadeHalf = 66.0
	turnDegrees   = -14.0
)

// bridgeRows are the rows that cross the river. The other rows end at its banks.
var bridgeRows = map[int]string{3: "东兴大桥", 6: "西林大桥", 8: "甜城大桥"}

// center is a place where the town is dense: its share of the peak density and
// the distance at which that falls to a half.
type center struct {
	u, v, weight, radius float64
}

var centers = []center{{420, -120, 1, 1250}, {-420, 150, 0.55, 750}, {1500, 1150, 0.55, 800}, {1300, -1300, 0.4, 700}}

// ruralBelow is the density under which there are fields instead of blocks.
const ruralBelow = 0.2

// superblock is a face between arterials.
type superblock struct {
	ring []int
	west bool
}

// planner lays out the arterials.
type planner struct {
	*town
	rng    *random
	nodes  map[[2]int]int // of the crossings, by column and row
	sides  map[[4]int][]int
	blocks map[[2]int]*superblock
	merged map[[4]int]bool // lattice edges that no street runs along
}

// bend moves a point from the straight plan to the plane of the town.
func bend(u, v float64) orb.Point {
	swing := 400*math.Sin(v*2*math.Pi/5600+0.5) + 120*math.Sin(v*2*math.Pi/2300+2)
	fade := 1 / (1 + u*u/(1700*1700))
	p := orb.Point{u + swing*fade - 500, v + 130*math.Sin(u/1300+1) - 100}
	return snapped(toFrame(p, heading(turnDegrees)))
}

// density is how built-up the town is at a place of its plane, about 0 to 1.
func density(p orb.Point) float64 {
	sum := 0.0
	for _, c := range centers {
		d := distance(p, bend(c.u, c.v)) / c.radius
		sum += c.weight / (1 + d*d*d*d)
	}
	return min(1, sum)
}

// plan draws river, arterials and superblocks.
func (t *town) plan() []superblock {
	p := &planner{
		town: t, rng: newRandom(t.seed, "plan"), nodes: make(map[[2]int]int),
		sides: make(map[[4]int][]int), blocks: make(map[[2]int]*superblock), merged: make(map[[4]int]bool),
	}
	p.cells()
	out := p.superblocks()
	p.arterials()
	p.bridges()
	p.riverside()
	p.countryRoads()
	return out
}

// crossing is the node where a column meets a row, made when first asked for.
func (p *planner) crossing(i, j int) int {
	key := [2]int{i, j}
	if n, ok := p.nodes[key]; ok {
		return n
	}
	u, v := p.straight(i, j)
	p.nodes[key] = p.mesh.node(bend(u, v))
	return p.nodes[key]
}

// straight is the place of a crossing in the plan: off the lattice by up to 70
// meters, but on the banks exactly, where both sides move together.
func (p *planner) straight(i, j int) (u, v float64) {
	r := newRandom(p.seed, "crossing"+string(rune('A'+i))+string(rune('A'+j)))
	if i == westBank || i == eastBank {
		return columns[i], rows[j] + newRandom(p.seed, "bank"+string(rune('A'+j))).between(-60, 60)
	}
	return columns[i] + r.between(-70, 70), rows[j] + r.between(-70, 70)
}

// side is the run of nodes between two neighboring crossings, bent like the river.
func (p *planner) side(i, j, k, l int) []int {
	if nodes, ok := p.sides[[4]int{i, j, k, l}]; ok {
		return nodes
	}
	u0, v0 := p.straight(i, j)
	u1, v1 := p.straight(k, l)
	pieces := int(math.Round(math.Sqrt((u1-u0)*(u1-u0)+(v1-v0)*(v1-v0)) / 85))
	nodes := []int{p.crossing(i, j)}
	for s := 1; s < pieces; s++ {
		t := float64(s) / float64(pieces)
		nodes = append(nodes, p.mesh.node(bend(u0+(u1-u0)*t, v0+(v1-v0)*t)))
	}
	nodes = append(nodes, p.crossing(k, l))
	p.sides[[4]int{i, j, k, l}] = nodes
	return nodes
}

// cells chooses the cells of the lattice that belong to the town and draws
// their rings.
func (p *planner) cells() {
	for j := range len(rows) - 1 {
		for i := range len(columns) - 1 {
			if i == westBank {
				continue // the river
			}
			u, v := (columns[i]+columns[i+1])/2, (rows[j]+rows[j+1])/2
			a, b := (u-600)/2420, v/2750
			if a*a+b*b > 0.97+p.rng.between(-0.12, 0.1) {
				continue
			}
			ring := append([]int(nil), p.side(i, j, i+1, j)...)
			ring = append(ring, p.side(i+1, j, i+1, j+1)[1:]...)
			ring = append(ring, backward(p.side(i, j+1, i+1, j+1))[1:]...)
			ring = append(ring, backward(p.side(i, j, i, j+1))[1:]...)
			p.blocks[[2]int{i, j}] = &superblock{ring: ring[:len(ring)-1], west: i < westBank}
		}
	}
}

func backward(nodes []int) []int {
	out := make([]int, len(nodes))
	for i, n := range nodes {
		out[len(nodes)-1-i] = n
	}
	return out
}

// superblocks returns the cells in order, a few joined with their neighbor
// across a row, so that not every arterial runs through.
func (p *planner) superblocks() []superblock {
	var out []superblock
	for j := range len(rows) - 1 {
		for i := range len(columns) - 1 {
			b, upper := p.blocks[[2]int{i, j}], p.blocks[[2]int{i, j + 1}]
			if b == nil {
				continue
			}
			if upper != nil && bridgeRows[j+1] == "" && p.rng.chance(0.17) {
				b.ring = p.join(b.ring, upper.ring)
				p.blocks[[2]int{i, j + 1}] = nil // still a cell in use, for the streets round it
				p.merged[[4]int{i, j + 1, i + 1, j + 1}] = true
			}
			out = append(out, *b)
		}
	}
	return out
}

// join returns the ring round two faces that share one run of nodes.
func (p *planner) join(one, two []int) []int {
	ways := make(map[[2]int]bool)
	next := make(map[int]int)
	for _, f := range [][]int{one, two} {
		for i := range f {
			ways[[2]int{f[i], f[(i+1)%len(f)]}] = true
		}
	}
	start := -1
	for _, f := range [][]int{one, two} {
		for i := range f {
			a, b := f[i], f[(i+1)%len(f)]
			if !ways[[2]int{b, a}] {
				next[a], start = b, a
			}
		}
	}
	ring := []int{start}
	for n := next[start]; n != start; n = next[n] {
		ring = append(ring, n)
	}
	return ring
}
