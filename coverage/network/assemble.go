package network

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/geo"
)

// assemble numbers the nodes and lays out the edges of the network.
func (b *builder) assemble(chains []chain) *Network {
	n := &Network{profile: b.profile}
	number := b.orderNodes(n, chains)
	b.number = number
	b.orderOf(chains, number)
	n.edges = make([]Edge, len(chains))
	n.firstInner = make([]int32, len(chains)+1)
	count := 0
	for _, c := range chains {
		count += len(c.nodes) - 2
	}
	n.inner, n.innerAlong = make([]vertex, 0, count), make([]uint32, 0, count)
	for i, c := range chains {
		b.appendEdge(n, i, c)
		n.edges[i].Tail, n.edges[i].Head = number[c.nodes[0]], number[c.nodes[len(c.nodes)-1]]
	}
	n.layIncident()
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
		for _, node := range []int32{c.nodes[0], c.nodes[len(c.nodes)-1]} {
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
	w := b.ways[c.way/2]
	along, against := w.along, w.against
	if c.way&1 == 1 {
		along, against = against, along
	}
	meters, there, back := 0.0, 0.0, 0.0 // there and back in meters of level ground
	for k, node := range c.nodes {
		if k > 0 {
			d := geo.Distance(b.at[c.nodes[k-1]], b.at[node])
			meters += d
			up, down := b.slowdown(c.nodes[k-1], node, d, w.sloped)
			there, back = there+float64(d*up), back+float64(d*down)
		}
		if k > 0 && k < len(c.nodes)-1 {
			n.inner = append(n.inner, vertexOf(b.at[node]))
			n.innerAlong = append(n.innerAlong, uint32(math.Round(meters*1000)))
		}
	}
	n.firstInner[i+1] = int32(len(n.inner))
	e := &n.edges[i]
	e.Length = uint32(math.Round(meters * 1000))
	e.times = [2]Cost{w.time(along, e.Length, there/meters), w.time(against, e.Length, back/meters)}
	if !w.stop {
		n.noStop = append(n.noStop, int32(i))
	}
}

// slowdown is how many times longer d meters between two raw nodes take than
// on level ground, there and back.
func (b *builder) slowdown(from, to int32, d float64, sloped bool) (there, back float64) {
	if b.heights == nil || !sloped || d == 0 {
		return 1, 1
	}
	climb := b.heights[to] - b.heights[from]
	if math.IsNaN(climb) {
		return 1, 1
	}
	return b.profile.Slope.slowdown(climb / d), b.profile.Slope.slowdown(-climb / d)
}

// time is the cost of an edge at a speed, slowed down so many times; Unreached
// where the speed is 0.
func (w *way) time(perHour, lengthMM uint32, slower float64) Cost {
	if perHour == 0 {
		return Unreached
	}
	t := timeAt(perHour, lengthMM)
	if slower > 1 || slower < 1 { // not for a length of 0, whose share is no number
		t = Cost(math.Round(float64(lengthMM) * 3600 / float64(perHour) * slower))
	}
	return t + w.waitMS
}

// layIncident lists the edges that meet at each node, in edge order; a loop
// stands there twice.
func (n *Network) layIncident() {
	n.places = int32(len(n.nodeAt))
	n.firstIncident = make([]int32, len(n.nodeAt)+1)
	for i := range n.edges {
		n.firstIncident[n.edges[i].Tail+1]++
		n.firstIncident[n.edges[i].Head+1]++
	}
	for i := range n.nodeAt {
		n.firstIncident[i+1] += n.firstIncident[i]
	}
	next := slices.Clone(n.firstIncident)
	n.incident = make([]int32, 2*len(n.edges))
	for i := range n.edges {
		for _, node := range [2]int32{n.edges[i].Tail, n.edges[i].Head} {
			n.incident[next[node]] = int32(i)
			next[node]++
		}
	}
}

func vertexOf(p orb.Point) vertex {
	return vertex{int32(math.Round(p[0] * vertexPerDegree)), int32(math.Round(p[1] * vertexPerDegree))}
}
