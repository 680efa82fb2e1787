package main

import (
	"math"
	"testing"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/coverage/reach"
	"kaimen/data/read"
)

// Directed driving distances between random OSM nodes, computed by a program
// that shares nothing with ours: within 0.1 %. It obeys one-way rules and
// access, and neither barriers nor turn restrictions nor ferries.
func TestCarDistances(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ set, file string }{
		{"porto-alegre", "poa.osm.pbf"},
		{"monaco", "monaco-2012.osm.pbf"},
		{"liechtenstein", "liechtenstein-2015.osm.pbf"},
		{"cn-osm-samples", "shanghai-jingan-2026.osm.pbf"},
	} {
		t.Run(tc.set, func(t *testing.T) {
			t.Parallel()
			osm, err := read.OSM(t.Context(), shared(t, tc.set, tc.file), read.OSMOptions{})
			if err != nil {
				t.Fatal(err)
			}
			var roads []coverage.Road
			for _, r := range osm.Roads {
				if r.Class != "ferry" {
					r.Turns = nil
					roads = append(roads, r)
				}
			}
			car, _ := network.Named("car")
			car.NoStop = nil // the nodes of the reference lie on motorways too
			n, _, err := network.Build(t.Context(), network.Ground{Roads: roads}, car)
			if err != nil {
				t.Fatal(err)
			}
			table := readTable(t, shared(t, tc.set, "reference", "ref_car_od.csv"))
			compared, worst := 0, 0.0
			for _, row := range table.rows {
				var ends [2]network.Snap
				for i, end := range []string{"from", "to"} {
					ends[i] = n.Snap(orb.Point{table.number(row, end+"_lon"), table.number(row, end+"_lat")})
				}
				found, err := reach.NewScan(n, reach.NewPoints(n, ends[1:]), reach.Options{Metric: network.Length}).From(t.Context(), ends[0], network.Unreached)
				if err != nil || len(found) != 1 {
					t.Fatalf("%s to %s: %v, %v", row[0], row[1], found, err)
				}
				got, want := float64(found[0].Cost)/1000, table.number(row, "shortest_m")
				difference := max(0, math.Abs(got-want)-0.05) / want // it is rounded to 0.1 m
				worst = max(worst, difference)
				compared++
				if difference > 0.001 {
					t.Errorf("%s to %s: %.1f m, reference %.1f (%d and %d mm off the road)", row[0], row[1], got, want, ends[0].Offset, ends[1].Offset)
				}
			}
			if compared == 0 {
				t.Fatal("the reference holds no pair")
			}
			t.Logf("%d pairs, at most %.4f %% apart", compared, 100*worst)
		})
	}
}
