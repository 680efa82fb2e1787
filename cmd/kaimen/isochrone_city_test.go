package main

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"

	"kaimen/coverage/isochrone"
	"kaimen/coverage/network"
	"kaimen/coverage/reach"
	"kaimen/data/read"
)

// cityNetwork is the walking network of Porto Alegre.
func cityNetwork(t testing.TB) *network.Network {
	t.Helper()
	osm, err := read.OSM(t.Context(), shared(t, "porto-alegre", "poa.osm.pbf"), read.OSMOptions{})
	if err != nil {
		t.Fatal(err)
	}
	n, _, err := network.Build(t.Context(), network.Ground{Roads: osm.Roads}, network.Walk())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func cityGround(t testing.TB, n *network.Network) *isochrone.Ground {
	t.Helper()
	g, err := isochrone.NewGround(n, nil, isochrone.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// placesIn are random places within 300 m of random nodes.
func placesIn(n *network.Network, count int) []network.Snap {
	random := rand.New(rand.NewPCG(1, 2))
	places := make([]network.Snap, count)
	for i := range places {
		at := n.NodeAt(int32(random.IntN(n.NodeCount())))
		places[i] = n.Snap(orb.Point{at[0] + random.NormFloat64()*0.001, at[1] + random.NormFloat64()*0.001})
	}
	return places
}

// quarter is 15 minutes, in milliseconds.
const quarter network.Cost = 15 * 60_000

func BenchmarkIsochroneQuarter(b *testing.B) {
	n := cityNetwork(b)
	places := placesIn(n, 64)
	d := cityGround(b, n).NewDrawer(reach.Options{Metric: network.Time})
	tree := reach.NewTree(n, reach.Options{Metric: network.Time})
	b.Run("search", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			if err := tree.From(b.Context(), places[i%64:i%64+1], quarter); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("search and parts", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			if err := tree.From(b.Context(), places[i%64:i%64+1], quarter); err != nil {
				b.Fatal(err)
			}
			tree.Parts(quarter)
		}
	})
	b.Run("polygon", func(b *testing.B) {
		vertices := 0
		for i := 0; b.Loop(); i++ {
			rings, err := d.Polygons(b.Context(), places[i%64:i%64+1], []network.Cost{quarter}, 0)
			if err != nil {
				b.Fatal(err)
			}
			for _, polygon := range rings[0].Area {
				for _, ring := range polygon {
					vertices += len(ring)
				}
			}
		}
		b.ReportMetric(math.Round(float64(vertices)/float64(b.N)), "vertices/op")
	})
	b.Run("three rings", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			if _, err := d.Polygons(b.Context(), places[i%64:i%64+1], []network.Cost{quarter / 3, 2 * quarter / 3, quarter}, 0); err != nil {
				b.Fatal(err)
			}
		}
	})
}
