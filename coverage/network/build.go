package network

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/geo"
)

// Ground is what a network is built of: the roads, and the gates that stand on
// them.
type Ground struct {
	Roads []coverage.Road
	Gates []coverage.Gate
}

// GroundOf is the ground of a snapshot.
func GroundOf(s *coverage.Snapshot) Ground { return Ground{Roads: s.Roads, Gates: s.Gates} }

// Build makes the network of the roads that p may use.
//
// Two roads meet where they share a node id. A pair of nodes given twice in a
// row is passed over. Every component is kept. The result depends on the set
// of roads alone when their ids are distinct and they come in order of id, as
// they do in a Snapshot.
//
// Errors: ctx.Err() if ctx ends first. No roads give an empty network.
// Cost:   O(V log V) over all road vertices.
func Build(ctx context.Context, g Ground, p Profile) (*Network, Report, error) {
	b, roads := builder{profile: p, tally: coverage.Tally{}}, g.Roads
	// 1. Choose the roads and number their nodes.
	b.choose(roads)
	if err := ctx.Err(); err != nil {
		return nil, Report{}, err
	}
	// 2. Lay every pair of consecutive nodes as a link between raw nodes.
	b.link(roads)
	// 3. Follow chains of links from junction to junction: the edges.
	chains := b.chains()
	if err := ctx.Err(); err != nil {
		return nil, Report{}, err
	}
	// 4. Order nodes along a Hilbert curve and edges by their tails.
	n := b.assemble(chains)
	// 5. Label components, and lay the grid for snapping.
	pieces := n.labelComponents()
	n.grid = newGrid(n)
	return n, b.report(n, len(roads), pieces), nil
}

// builder holds the raw graph: one raw node for each node id.
type builder struct {
	profile Profile
	tally   coverage.Tally
	chosen  []int32 // indexes of roads
	raw     []int32 // raw node by visit: each node of each chosen road, in their order
	ids     []int64 // node id by raw node, ascending
	at      []orb.Point

	classes map[string]int32 // a number for each road class
	plazas  PlazaReport

	first []int32 // [raw nodes+1]
	links []link
}

// pair is two consecutive raw nodes on a road of a class.
type pair struct{ a, b, class int32 }

// link is one end of a pair of consecutive nodes on a road.
type link struct {
	to    int32
	class int32 // index of the road class: chains do not run across classes
	twin  int32 // the same pair seen from the other end
}

// choose gathers the usable roads and gives every node id a raw node, in order
// of the ids; its place is that of its first visit by a road.
func (b *builder) choose(roads []coverage.Road) {
	count := 0
	for i := range roads {
		ok, reason := b.profile.Access.allows(&roads[i])
		if !ok {
			b.tally.Add(reason, 0)
			continue
		}
		b.chosen = append(b.chosen, int32(i))
		count += len(roads[i].Nodes)
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
}

func (b *builder) link(roads []coverage.Road) {
	pairs := make([]pair, 0, len(b.raw))
	b.classes = make(map[string]int32)
	visits := b.raw // of the roads that are still to come
	for _, r := range b.chosen {
		road := &roads[r]
		class, known := b.classes[road.Class]
		if !known {
			class = int32(len(b.classes))
			b.classes[road.Class] = class
		}
		last := visits[0]
		for _, node := range visits[1:len(road.Nodes)] {
			if node != last {
				pairs = append(pairs, pair{last, node, class})
				last = node
			}
		}
		visits = visits[len(road.Nodes):]
	}
	if b.profile.CrossPlazas {
		pairs = b.crossPlazas(roads, pairs)
	}
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
		b.links[i] = link{to: p.b, class: p.class, twin: j}
		b.links[j] = link{to: p.a, class: p.class, twin: i}
	}
}

// junction tells whether chains end at a raw node.
func (b *builder) junction(node int32) bool {
	around := b.links[b.first[node]:b.first[node+1]]
	return len(around) != 2 || around[0].class != around[1].class
}

// chain is a run of raw nodes between two junctions, or round a ring.
type chain []int32

func (b *builder) chains() []chain {
	var out []chain
	done := make([]bool, len(b.links))
	// All chains stand in one array. One of k pairs has k+1 nodes, and each pair
	// has two links, so that it never grows.
	all := make(chain, 0, len(b.links))
	follow := func(start, i int32) {
		begin := len(all)
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
		out = append(out, b.oriented(all[begin:len(all):len(all)]))
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
	last := len(c) - 1
	if c[0] > c[last] || c[0] == c[last] && c[1] > c[last-1] {
		slices.Reverse(c)
	}
	return c
}

// assemble numbers the nodes and lays out the arrays of the network.
func (b *builder) assemble(chains []chain) *Network {
	n := &Network{profile: b.profile}
	number := b.orderNodes(n, chains)
	// A chain runs from its smaller to its larger raw node; turn it where the
	// numbers are the other way round.
	for _, c := range chains {
		if number[c[0]] > number[c[len(c)-1]] {
			slices.Reverse(c)
		}
	}
	slices.SortFunc(chains, func(a, b chain) int {
		return cmp.Or(
			cmp.Compare(number[a[0]], number[b[0]]),
			cmp.Compare(number[a[len(a)-1]], number[b[len(b)-1]]),
			slices.Compare(a, b),
		)
	})
	n.edges = make([]Edge, len(chains))
	n.firstVertex = make([]int32, len(chains)+1)
	count := 0
	for _, c := range chains {
		count += len(c)
	}
	n.vertices, n.along = make([]vertex, 0, count), make([]uint32, 0, count)
	for i, c := range chains {
		b.appendEdge(n, i, c)
		n.edges[i].Tail, n.edges[i].Head = number[c[0]], number[c[len(c)-1]]
	}
	n.layArcs()
	return n
}

// orderNodes gives every junction and ring start its place along a Hilbert
// curve over the network's box; ties (equal places) go by node id.
func (b *builder) orderNodes(n *Network, chains []chain) (number []int32) {
	number = make([]int32, len(b.ids))
	for i := range number {
		number[i] = -1
	}
	var ends []int32
	for _, c := range chains {
		for _, node := range []int32{c[0], c[len(c)-1]} {
			if number[node] < 0 {
				number[node] = 0
				ends = append(ends, node)
			}
		}
	}
	keys := hilbertKeys(b.at, ends)
	slices.SortFunc(ends, func(a, b int32) int {
		return cmp.Or(cmp.Compare(keys[a], keys[b]), cmp.Compare(a, b))
	})
	n.nodeAt = make([]vertex, len(ends))
	for i, node := range ends {
		number[node] = int32(i)
		n.nodeAt[i] = vertexOf(b.at[node])
	}
	return number
}

func (b *builder) appendEdge(n *Network, i int, c chain) {
	meters := 0.0
	for k, node := range c {
		if k > 0 {
			meters += geo.Distance(b.at[c[k-1]], b.at[node])
		}
		n.vertices = append(n.vertices, vertexOf(b.at[node]))
		n.along = append(n.along, uint32(math.Round(meters*1000)))
	}
	n.firstVertex[i+1] = int32(len(n.vertices))
	length := n.along[len(n.along)-1]
	cost := [2]Cost{Time: b.profile.TimeOf(length), Length: length}
	n.edges[i].Length, n.edges[i].Forward, n.edges[i].Backward = length, cost, cost
}

// layArcs fills the compressed rows from the edges, each row in edge order.
func (n *Network) layArcs() {
	n.firstArc = make([]int32, len(n.nodeAt)+1)
	for i := range n.edges {
		n.firstArc[n.edges[i].Tail+1]++
		n.firstArc[n.edges[i].Head+1]++
	}
	for i := range n.nodeAt {
		n.firstArc[i+1] += n.firstArc[i]
	}
	next := slices.Clone(n.firstArc)
	n.arcEdge = make([]int32, 2*len(n.edges))
	for m := range n.out {
		n.out[m], n.in[m] = make([]Arc, 2*len(n.edges)), make([]Arc, 2*len(n.edges))
	}
	for i := range n.edges {
		e := &n.edges[i]
		t := next[e.Tail]
		next[e.Tail]++
		h := next[e.Head]
		next[e.Head]++
		n.arcEdge[t], n.arcEdge[h] = int32(i), int32(i)
		for m := range n.out {
			n.out[m][t], n.in[m][t] = Arc{uint32(e.Head), e.Forward[m]}, Arc{uint32(e.Head), e.Backward[m]}
			n.out[m][h], n.in[m][h] = Arc{uint32(e.Tail), e.Backward[m]}, Arc{uint32(e.Tail), e.Forward[m]}
		}
	}
	for m := range n.out {
		if slices.Equal(n.out[m], n.in[m]) {
			n.in[m] = n.out[m]
		}
	}
}

func vertexOf(p orb.Point) vertex {
	return vertex{int32(math.Round(p[0] * vertexPerDegree)), int32(math.Round(p[1] * vertexPerDegree))}
}
