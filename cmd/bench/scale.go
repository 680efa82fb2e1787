package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/coverage/reach"
	"kaimen/data/read"
)

// scaleRows measures one search on networks many times as large: copies of the
// city laid side by side, and a state, whose streets are others. What a search
// costs must depend on what it reaches, not on what lies beyond.
func scaleRows(ctx context.Context, name string, n *network.Network, roads []coverage.Road, extract string) ([]row, error) {
	var rows []row
	compare := func(what string, roads []coverage.Road) error {
		large, _, err := network.Build(ctx, network.Ground{Roads: roads}, network.Walk())
		if err != nil {
			return err
		}
		var settled [2]int
		round := func(i int, n *network.Network) func() error {
			search, nodes := reach.NewSearch(n, reach.Options{Metric: network.Time}), stretches(n)
			return func() (err error) {
				settled[i], err = runEach(ctx, search, nodes, quarter)
				return err
			}
		}
		took, err := fastest(20, round(0, n), round(1, large))
		if err != nil {
			return err
		}
		base, far := took[0]/float64(settled[0])*1e9, took[1]/float64(settled[1])*1e9
		rows = append(rows, atMost(what+": 15-minute search, times the cost of a node in "+name, far/base, "×", 1.3,
			fmt.Sprintf("%.3g and %.3g ns a node; %d and %d nodes", far, base, large.NodeCount(), n.NodeCount())))
		return nil
	}
	if extract != "" {
		osm, err := read.OSM(ctx, extract, read.OSMOptions{})
		if err != nil {
			return nil, err
		}
		if err := compare("Delaware", osm.Roads); err != nil {
			return nil, err
		}
	}
	for _, side := range []int{3, 8} {
		if err := compare(fmt.Sprintf("%s, %d copies", name, side*side), tiled(roads, side)); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// stretches are nodes in order, as who asks for all would search from them:
// twenty runs of some hundred neighbors, spread over the network.
func stretches(n *network.Network) (nodes []int32) {
	const runs, length = 20, 400
	for r := range runs {
		start := r * n.NodeCount() / runs
		for node := start; node < min(start+length, (r+1)*n.NodeCount()/runs); node++ {
			nodes = append(nodes, int32(node))
		}
	}
	return nodes
}

// tiled lays side × side copies of roads beside each other, 100 m apart or so,
// each joined to those to its east and north by one road.
func tiled(roads []coverage.Road, side int) []coverage.Road {
	box := roads[0].Line.Bound()
	low, high := roads[0].Nodes[0], roads[0].Nodes[0]
	for _, r := range roads {
		box = box.Union(r.Line.Bound())
		low, high = min(low, slices.Min(r.Nodes)), max(high, slices.Max(r.Nodes))
	}
	const gap = 0.001 // degrees
	width, height := box.Max[0]-box.Min[0]+gap, box.Max[1]-box.Min[1]+gap
	ends := outermost(roads)
	var out []coverage.Road
	for y := range side {
		for x := range side {
			move := func(id int64, p orb.Point, x, y int) (int64, orb.Point) {
				return id - low + int64(y*side+x)*(high-low+1) + 1, orb.Point{p[0] + float64(x)*width, p[1] + float64(y)*height}
			}
			for _, r := range roads {
				r.ID = fmt.Sprintf("%s/%d/%d", r.ID, x, y)
				nodes, line := make([]int64, len(r.Nodes)), make(orb.LineString, len(r.Line))
				for i := range r.Nodes {
					nodes[i], line[i] = move(r.Nodes[i], r.Line[i], x, y)
				}
				r.Nodes, r.Line = nodes, line
				out = append(out, r)
			}
			for i, step := range [2][2]int{{1, 0}, {0, 1}} {
				if x+step[0] == side || y+step[1] == side {
					continue
				}
				from, to := ends[2*i], ends[2*i+1]
				a, at := move(from.id, from.at, x, y)
				b, bt := move(to.id, to.at, x+step[0], y+step[1])
				out = append(out, coverage.Road{ID: fmt.Sprintf("join/%d/%d/%d", i, x, y), Class: "footway", Nodes: []int64{a, b}, Line: orb.LineString{at, bt}})
			}
		}
	}
	return out
}

// end is a node of a road.
type end struct {
	id int64
	at orb.Point
}

// outermost are the ends farthest east, west, north and south.
func outermost(roads []coverage.Road) (ends [4]end) {
	for i := range ends {
		axis, sign := i/2, float64(1-2*(i%2))
		for k, r := range roads {
			for v, at := range r.Line {
				if k+v == 0 || sign*at[axis] > sign*ends[i].at[axis] {
					ends[i] = end{r.Nodes[v], at}
				}
			}
		}
	}
	return ends
}
