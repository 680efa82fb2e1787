package network

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/hours"
	"kaimen/geo"
)

// Ground is what a network is built of: the roads, and the gates that stand on
// them.
type Ground struct {
	Roads []coverage.Road
	Gates []coverage.Gate
	// When says which gates are open by their hours; nil for those that are ever.
	When *hours.Moment
}

// GroundOf is the ground of a snapshot.
func GroundOf(s *coverage.Snapshot) Ground { return Ground{Roads: s.Roads, Gates: s.Gates} }

// Build makes the network of the roads that p may use.
//
// Two roads meet where they share a node id. A pair of nodes given twice in a
// row is passed over. Every component is kept. The result depends on the set
// of roads and gates alone when their ids are distinct and they come in order
// of id, as they do in a Snapshot.
//
// Errors: ctx.Err() if ctx ends first. No roads give an empty network.
// Cost:   O(V log V) over all road vertices.
func Build(ctx context.Context, g Ground, p Profile) (*Network, Report, error) {
	b := builder{profile: p, tally: coverage.Tally{}}
	// 1. Choose the roads and number their nodes.
	roads, gates := b.standGates(g)
	b.choose(roads)
	if err := ctx.Err(); err != nil {
		return nil, Report{}, err
	}
	// 2. Lay every pair of consecutive nodes as a link between raw nodes, and
	// cut them at gates that nobody passes.
	pairs := b.pairs(roads)
	pairs = b.shutGates(gates, pairs)
	b.link(pairs)
	// 3. Follow chains of links from junction to junction: the edges.
	chains := b.chains()
	if err := ctx.Err(); err != nil {
		return nil, Report{}, err
	}
	// 4. Order nodes along a Hilbert curve and edges by their tails.
	n := b.assemble(chains)
	// 5. Label components, lay the arcs and the grid for snapping.
	pieces := n.labelComponents()
	b.layLanes(n, roads, chains)
	n.grid = newGrid(n)
	n.cuts, n.line = b.cutsOf(), new(lineage)
	return n, b.report(n, len(roads), pieces), nil
}

// builder holds the raw graph: one raw node for each node id, and one for each
// road end at a gate that nobody passes.
type builder struct {
	profile Profile
	tally   coverage.Tally
	chosen  []int32 // indexes of roads
	raw     []int32 // raw node by visit: each node of each chosen road, in their order
	ids     []int64 // node id by raw node; ascending up to those of shut gates
	at      []orb.Point
	heights []float64 // by raw node, NaN if not known; nil if slopes change nothing

	ways    []way
	wayFor  map[way]int32
	plazas  PlazaReport
	gates   GateReport
	turns   TurnReport
	gated   map[int32]bool    // raw nodes of gates for residents
	private map[int32]bool    // raw nodes inside their compounds
	cuts    map[int32][]int32 // the road ends that gates cut apart, by the raw node that was there

	first []int32 // [raw nodes+1]
	links []link

	number []int32 // node by raw node, -1 inside a chain
}

// pair is two consecutive raw nodes on a road. Its way is an index of ways,
// doubled; the last bit is set for a road that runs from b to a.
type pair struct{ a, b, way, road int32 }

// link is one end of a pair of consecutive nodes on a road.
type link struct {
	to   int32
	way  int32 // as in pair, seen from the node that the link leaves
	twin int32 // the same pair seen from the other end
	road int32 // index of the road
}

// choose gathers the usable roads and gives every node id a raw node, in order
// of the ids; its place is that of its first visit by a road.
func (b *builder) choose(roads []coverage.Road) {
	count, high := 0, false
	for i := range roads {
		ok, reason := b.profile.allows(&roads[i])
		if !ok {
			b.tally.Add(reason, 0)
			continue
		}
		b.chosen = append(b.chosen, int32(i))
		count += len(roads[i].Nodes)
		high = high || roads[i].Heights != nil
	}
	visits := make([]visit, 0, count)
	places := make([]orb.Point, 0, count)
	for _, r := range b.chosen {
		for k, id := range roads[r].Nodes {
			visits = append(visits, visit{id, int32(len(visits))})
			places = append(places, roads[r].Line[k])
		}
	}
	b.raw = make([]int32, count)
	var last int64
	for _, v := range byID(visits) {
		if len(b.ids) == 0 || v.id != last {
			b.ids, b.at = append(b.ids, v.id), append(b.at, places[v.order])
			last = v.id
		}
		b.raw[v.order] = int32(len(b.ids) - 1)
	}
	if high && b.profile.Slope.bends() {
		b.raise(roads)
	}
}

// raise gives raw nodes their heights, each that of its first visit.
func (b *builder) raise(roads []coverage.Road) {
	b.heights = make([]float64, len(b.ids))
	for i := range b.heights {
		b.heights[i] = math.NaN()
	}
	visits := b.raw // of the roads that are still to come
	for _, r := range b.chosen {
		for k, h := range roads[r].Heights {
			if math.IsNaN(b.heights[visits[k]]) {
				b.heights[visits[k]] = h
			}
		}
		visits = visits[len(roads[r].Nodes):]
	}
}

// pairs lists every pair of consecutive nodes, those across plazas too.
func (b *builder) pairs(roads []coverage.Road) []pair {
	pairs := make([]pair, 0, len(b.raw))
	b.wayFor = make(map[way]int32)
	visits := b.raw // of the roads that are still to come
	for _, r := range b.chosen {
		road := &roads[r]
		along := b.way(road)
		last := visits[0]
		for _, node := range visits[1:len(road.Nodes)] {
			if node != last {
				pairs = append(pairs, pair{last, node, along, r})
				last = node
			}
		}
		visits = visits[len(road.Nodes):]
	}
	if b.profile.CrossPlazas {
		pairs = b.crossPlazas(roads, pairs)
	}
	return pairs
}

// way is the way of a road as a pair along it has it.
func (b *builder) way(r *coverage.Road) int32 {
	w := b.profile.wayOf(r)
	w.sloped = w.sloped && b.heights != nil
	i, known := b.wayFor[w]
	if !known {
		i = int32(len(b.ways))
		b.ways, b.wayFor[w] = append(b.ways, w), i
	}
	return 2 * i
}

// turned is a pair's way seen from its other end.
func (b *builder) turned(way int32) int32 {
	if b.ways[way/2].even() {
		return way
	}
	return way ^ 1
}

func (b *builder) link(pairs []pair) {
	b.first = make([]int32, len(b.ids)+1)
	for _, p := range pairs {
		b.first[p.a+1]++
		b.first[p.b+1]++
	}
	for i := range b.ids {
		b.first[i+1] += b.first[i]
	}
	b.links = make([]link, 2*len(pairs))
	next := slices.Clone(b.first)
	for _, p := range pairs {
		i, j := next[p.a], next[p.b]
		next[p.a], next[p.b] = i+1, j+1
		b.links[i] = link{to: p.b, way: p.way, twin: j, road: p.road}
		b.links[j] = link{to: p.a, way: b.turned(p.way), twin: i, road: p.road}
	}
}

// junction tells whether chains end at a raw node.
func (b *builder) junction(node int32) bool {
	around := b.links[b.first[node]:b.first[node+1]]
	return len(around) != 2 || around[0].way != b.turned(around[1].way) || b.gated[node]
}

// chain is a run of raw nodes between two junctions, or round a ring.
type chain struct {
	nodes []int32
	way   int32    // as in pair, from the first node on
	roads [2]int32 // of its first and of its last pair
}

func (b *builder) chains() []chain {
	var out []chain
	done := make([]bool, len(b.links))
	// All chains stand in one array. One of k pairs has k+1 nodes, and each pair
	// has two links, so that it never grows.
	all := make([]int32, 0, len(b.links))
	follow := func(start, i int32) {
		begin := len(all)
		c := chain{way: b.links[i].way, roads: [2]int32{b.links[i].road, 0}}
		all = append(all, start)
		for {
			done[i], done[b.links[i].twin] = true, true
			node := b.links[i].to
			all = append(all, node)
			if node == start || b.junction(node) {
				break
			}
			onward := b.first[node]
			if done[onward] {
				onward++
			}
			i = onward
		}
		c.nodes, c.roads[1] = all[begin:len(all):len(all)], b.links[i].road
		out = append(out, b.oriented(c))
	}
	walk := func(fromJunctions bool) {
		for node := range int32(len(b.ids)) {
			if b.junction(node) != fromJunctions {
				continue
			}
			for i := b.first[node]; i < b.first[node+1]; i++ {
				if !done[i] {
					follow(node, i)
				}
			}
		}
	}
	walk(true)
	walk(false) // what is left are rings without a junction: each starts at its smallest node id
	return out
}

// oriented gives a chain the one direction that does not depend on where the
// walk began: toward the larger of its ends, and round a loop toward the
// smaller of the start's neighbors.
func (b *builder) oriented(c chain) chain {
	last := len(c.nodes) - 1
	if c.nodes[0] > c.nodes[last] || c.nodes[0] == c.nodes[last] && c.nodes[1] > c.nodes[last-1] {
		return b.reversed(c)
	}
	return c
}

// reversed turns a chain round, in place.
func (b *builder) reversed(c chain) chain {
	slices.Reverse(c.nodes)
	return chain{c.nodes, b.turned(c.way), [2]int32{c.roads[1], c.roads[0]}}
}

// lineMeters is the length of a line.
func lineMeters(line orb.LineString) (meters float64) {
	for i := 1; i < len(line); i++ {
		meters += geo.Distance(line[i-1], line[i])
	}
	return meters
}

// orderOf puts chains in the order of their edges, and turns each so that it
// runs from the smaller to the larger node by number.
func (b *builder) orderOf(chains []chain, number []int32) {
	for i, c := range chains {
		if number[c.nodes[0]] > number[c.nodes[len(c.nodes)-1]] {
			chains[i] = b.reversed(c)
		}
	}
	slices.SortFunc(chains, func(a, b chain) int {
		return cmp.Or(
			cmp.Compare(number[a.nodes[0]], number[b.nodes[0]]),
			cmp.Compare(number[a.nodes[len(a.nodes)-1]], number[b.nodes[len(b.nodes)-1]]),
			slices.Compare(a.nodes, b.nodes),
			cmp.Compare(a.way, b.way),
		)
	})
}
