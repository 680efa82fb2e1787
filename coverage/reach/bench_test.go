package reach_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"kaimen/coverage/network"
	"kaimen/coverage/reach"
	"kaimen/data/read"
)

// The cutoffs of the benchmarks: 15 minutes at 4 km/h, and 15 minutes at 5 km/h
// in meters.
const (
	quarter network.Cost = 15 * 60_000
	brisk   network.Cost = 1_250_000
)

// city is the road network of Porto Alegre on foot, read once.
var city = sync.OnceValues(func() (*network.Network, error) {
	root := os.Getenv("KAIMEN_SHARED_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	osm, err := read.OSM(context.Background(), filepath.Join(root, "porto-alegre", "poa.osm.pbf"), read.OSMOptions{})
	if err != nil {
		return nil, err
	}
	n, _, err := network.Build(context.Background(), network.Ground{Roads: osm.Roads}, network.Walk())
	return n, err
})

// onCity is the city, or skips where its file is not there.
func onCity(tb testing.TB) *network.Network {
	tb.Helper()
	n, err := city()
	if errors.Is(err, os.ErrNotExist) {
		tb.Skip("skipped: the shared data directory has no porto-alegre/poa.osm.pbf (set KAIMEN_SHARED_DATA)")
	}
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

// BenchmarkSearch is one search from every node in turn.
func BenchmarkSearch(b *testing.B) {
	n := onCity(b)
	for _, tc := range []struct {
		name    string
		options reach.Options
		cutoff  network.Cost
	}{
		{"15min", reach.Options{Metric: network.Time}, quarter},
		{"1250m", reach.Options{Metric: network.Length}, brisk},
		{"15min/both", reach.Options{Metric: network.Time, Both: true, Owners: true}, quarter},
		{"15min/safe", reach.Options{Metric: network.Time, Safe: true}, quarter},
	} {
		b.Run(fmt.Sprintf("%s/nodes=%dk", tc.name, n.NodeCount()/1000), func(b *testing.B) {
			s, seeds := reach.NewSearch(n, tc.options), make([]reach.Seed, 1)
			settled, node := 0, int32(0)
			b.ReportAllocs()
			for b.Loop() {
				seeds[0].Node = node
				if err := s.Run(b.Context(), seeds, tc.cutoff); err != nil {
					b.Fatal(err)
				}
				settled += len(s.Touched())
				if node++; int(node) == n.NodeCount() {
					node = 0
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(settled), "ns/node")
			b.ReportMetric(float64(settled)/float64(b.N), "nodes/search")
		})
	}
}

// BenchmarkSearchParallel is BenchmarkSearch with a workspace for each processor.
func BenchmarkSearchParallel(b *testing.B) {
	n := onCity(b)
	b.Run(fmt.Sprintf("15min/nodes=%dk", n.NodeCount()/1000), func(b *testing.B) {
		b.RunParallel(func(pb *testing.PB) {
			s, seeds := reach.NewSearch(n, reach.Options{Metric: network.Time}), make([]reach.Seed, 1)
			for pb.Next() {
				if seeds[0].Node++; int(seeds[0].Node) == n.NodeCount() {
					seeds[0].Node = 0
				}
				if err := s.Run(b.Context(), seeds, quarter); err != nil {
					b.Error(err)
				}
			}
		})
	})
}

// BenchmarkNearest is the nearest few of sixty facilities for the whole city; of
// one, with a workspace that is made anew each time.
func BenchmarkNearest(b *testing.B) {
	n := onCity(b)
	var sites []network.Snap
	for i := range 60 {
		sites = append(sites, n.Snap(n.NodeAt(int32(i*n.NodeCount()/60))))
	}
	points, o := reach.NewPoints(n, sites), reach.Options{Metric: network.Time, Direction: network.Toward}
	b.Run(fmt.Sprintf("k=1/nodes=%dk", n.NodeCount()/1000), func(b *testing.B) {
		for b.Loop() {
			if _, err := reach.NearestOf(b.Context(), n, points, quarter, o); err != nil {
				b.Fatal(err)
			}
		}
	})
	for _, k := range []int{2, 3, 8} {
		b.Run(fmt.Sprintf("k=%d/nodes=%dk", k, n.NodeCount()/1000), func(b *testing.B) {
			for b.Loop() {
				if _, err := reach.KNearestOf(b.Context(), n, points, k, quarter, o); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
