package links_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/links"
	"kaimen/coverage/network"
	"kaimen/data/read"
)

// cityTown is Porto Alegre on foot with ten kinds of sixty facilities each and a
// demand point on every fourth edge; it skips where the city's file is not there.
func cityTown(b *testing.B) (*network.Network, *ground) {
	b.Helper()
	root := os.Getenv("KAIMEN_SHARED_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	file := filepath.Join(root, "porto-alegre", "poa.osm.pbf")
	if _, err := os.Stat(file); err != nil {
		b.Skip("skipped: the shared data directory has no porto-alegre/poa.osm.pbf (set KAIMEN_SHARED_DATA)")
	}
	osm, err := read.OSM(b.Context(), file, read.OSMOptions{})
	if err != nil {
		b.Fatal(err)
	}
	g := &ground{roads: osm.Roads, profile: network.Walk(), metric: network.Time, cutoff: 900_000}
	n := g.build(b)
	at := func(k int) network.Position {
		e := int32(k * 131 % n.EdgeCount())
		return network.Position{Edge: e, Along: n.Edge(e).Length / 3}
	}
	for k := range n.EdgeCount() / 4 {
		g.demand, g.weights = append(g.demand, n.PointAt(at(4*k))), append(g.weights, coverage.AmountUnit)
	}
	g.facilities = make([][][]orb.Point, 10)
	for k := range 600 {
		g.facilities[k%10] = append(g.facilities[k%10], []orb.Point{n.PointAt(at(k * n.EdgeCount() / 600))})
	}
	return n, g
}

// BenchmarkCity looks for the missing links of a city, and scores them: those
// known at once to change nothing, those repaired, and, as the yardstick, all
// demand searched anew for one link after the other.
func BenchmarkCity(b *testing.B) {
	n, g := cityTown(b)
	o := links.Options{MaxMeters: 150, MinDetourMeters: 800, SameMeters: 100, DeadEnds: true, Links: true, Class: "footway"}
	found, err := links.Find(b.Context(), n, o)
	if err != nil {
		b.Fatal(err)
	}
	list := found.Candidates
	town := g.on(n)
	b.Run(fmt.Sprintf("find/nodes=%d", n.NodeCount()), func(b *testing.B) {
		for b.Loop() {
			if _, err := links.Find(b.Context(), n, o); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(found.Considered), "considered")
		b.ReportMetric(float64(len(list)), "candidates")
	})
	b.Run(fmt.Sprintf("gains/kinds=10/candidates=%d", len(list)), func(b *testing.B) {
		var s *links.Scores
		for b.Loop() {
			if s, err = links.Gains(b.Context(), town, list, nil); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(len(list)*b.N)/b.Elapsed().Seconds(), "links/s")
		b.ReportMetric(float64(s.Pruned)/float64(len(list)), "pruned")
	})
	b.Run("anew/kinds=10", func(b *testing.B) {
		i := 0
		for b.Loop() {
			c := &list[i%len(list)]
			if _, err := links.Between(context.Background(), town, g.on(drawn(b, n, c))); err != nil {
				b.Fatal(err)
			}
			i++
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "links/s")
	})
}
