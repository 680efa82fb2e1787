package main

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/geo"
)

// networkRows measures how long a network takes to build and what it holds.
func networkRows(ctx context.Context, name string, s *coverage.Snapshot) (*network.Network, []row, error) {
	before := heapBytes()
	n, report, err := network.Build(ctx, network.GroundOf(s), network.Walk())
	if err != nil {
		return nil, nil, err
	}
	bytes := heapBytes() - before
	took, err := fastest(10, func() error {
		_, _, err := network.Build(ctx, network.GroundOf(s), network.Walk())
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	graph, index := n.Bytes()
	places := n.NodeCount() // nodes of the map: those of the network, and what its edges pass
	for e := range int32(n.EdgeCount()) {
		places += len(n.LineOf(e)) - 2
	}
	return n, []row{
		told(name+": network build", took[0]*1e3, "ms", fmt.Sprintf("%d nodes, %d edges, %.0f km", report.Nodes, report.Edges, report.LengthMeters/1000)),
		atMost(name+": network with its geometry, per node", float64(graph)/float64(n.NodeCount()), "bytes", 130,
			fmt.Sprintf("%.3g bytes for each of %d nodes of the map", float64(graph)/float64(places), places)),
		told(name+": the same with the grid for snapping, per node, by the heap", bytes/float64(n.NodeCount()), "bytes",
			fmt.Sprintf("%.3g MB in all; the grid %.3g bytes a node", bytes/1e6, float64(index)/float64(n.NodeCount()))),
	}, nil
}

// heapBytes is what is in use after a collection.
func heapBytes() float64 {
	runtime.GC()
	runtime.GC() // the first may have left what was being swept
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// snapRows ties points near roads to the insides of edges, against a plain look
// at every segment there is.
func snapRows(name string, n *network.Network) []row {
	const count, few = 100_000, 20
	shuffled := nearRoads(n, count)
	sorted := slices.Clone(shuffled)
	slices.SortFunc(sorted, func(a, b orb.Point) int {
		const cell = 0.0006 // degrees, about 64 m
		return cmp.Or(cmp.Compare(math.Floor(a[1]/cell), math.Floor(b[1]/cell)), cmp.Compare(a[0], b[0]))
	})
	snapAll := func(points []orb.Point) func() error {
		return func() error {
			for _, p := range points {
				n.Snap(p)
			}
			return nil
		}
	}
	took, _ := fastest(5, snapAll(sorted), snapAll(shuffled)) // neither can fail
	plainly, _ := fastest(2, func() error {
		for _, p := range shuffled[:few] {
			nearestPlainly(n, p)
		}
		return nil
	})
	yardstick := fmt.Sprintf("a look at every segment %.3g µs a point", plainly[0]/few*1e6)
	return []row{
		atMost(name+": 100,000 points to edges, in order of cell", took[0]*1e3, "ms", 40, yardstick),
		told(name+": 100,000 points to edges, in random order", took[1]*1e3, "ms", fmt.Sprintf("in order of cell %.3g ms", took[0]*1e3)),
	}
}

// nearRoads are points up to some 50 m from a vertex of an edge, always the same.
func nearRoads(n *network.Network, count int) []orb.Point {
	random := rand.New(rand.NewPCG(2026, 11))
	points := make([]orb.Point, count)
	for i := range points {
		line := n.LineOf(int32(random.IntN(n.EdgeCount())))
		at := line[random.IntN(len(line))]
		const spread = 0.001 // degrees, about 100 m
		points[i] = orb.Point{at[0] + spread*(random.Float64()-0.5), at[1] + spread*(random.Float64()-0.5)}
	}
	return points
}

// nearestPlainly is the least distance from p to any segment, in meters.
func nearestPlainly(n *network.Network, p orb.Point) float64 {
	perLat := geo.EarthRadiusMeters * math.Pi / 180
	perLon := perLat * math.Cos(p[1]*math.Pi/180)
	least := math.Inf(1)
	for e := range int32(n.EdgeCount()) {
		line := n.LineOf(e)
		for i := 1; i < len(line); i++ {
			ax, ay := (line[i-1][0]-p[0])*perLon, (line[i-1][1]-p[1])*perLat
			dx, dy := (line[i][0]-line[i-1][0])*perLon, (line[i][1]-line[i-1][1])*perLat
			share := 0.0
			if square := dx*dx + dy*dy; square > 0 {
				share = min(max(-(ax*dx+ay*dy)/square, 0), 1)
			}
			least = min(least, math.Hypot(ax+share*dx, ay+share*dy))
		}
	}
	return least
}
