package main

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/paulmach/orb"

	"kaimen/coverage/network"
	"kaimen/coverage/reach"
	"kaimen/data/read"
	"kaimen/geo"
)

// walkSets are the extracts that have reference answers on foot.
var walkSets = []struct{ set, pbf string }{
	{"porto-alegre", "poa.osm.pbf"},
	{"monaco", "monaco-2012.osm.pbf"},
	{"liechtenstein", "liechtenstein-2015.osm.pbf"},
	{"cn-osm-samples", "shanghai-jingan-2026.osm.pbf"},
}

// onFoot builds the walking network of an extract by the rules that the
// references follow: no barriers, no slopes, no crossing of plazas.
func onFoot(t *testing.T, pbf string) (*network.Network, network.Report) {
	t.Helper()
	osm, err := read.OSM(t.Context(), pbf, read.OSMOptions{})
	if err != nil {
		t.Fatal(err)
	}
	n, report, err := network.Build(t.Context(), network.Ground{Roads: osm.Roads}, network.Walk())
	if err != nil {
		t.Fatal(err)
	}
	return n, report
}

// The network is as large as the reference's graph, vertex by vertex: what is
// contracted is still there as geometry.
func TestWalkingNetworkIsOfTheReferencesSize(t *testing.T) {
	t.Parallel()
	for _, tc := range walkSets {
		t.Run(tc.set, func(t *testing.T) {
			t.Parallel()
			n, report := onFoot(t, shared(t, tc.set, tc.pbf))
			text, err := os.ReadFile(shared(t, tc.set, "reference", "ref_graph_stats.json"))
			if err != nil {
				t.Fatal(err)
			}
			var want struct {
				Walk struct {
					Ways       int     `json:"ways"`
					Nodes      int     `json:"graph_nodes"`
					Kilometers float64 `json:"length_km"`
					Segments   int     `json:"segments"`
					Components int     `json:"components"`
				} `json:"walk"`
			}
			if err := json.Unmarshal(text, &want); err != nil {
				t.Fatal(err)
			}
			nodes, segments := n.NodeCount(), 0
			for e := range int32(n.EdgeCount()) {
				vertices := len(n.LineOf(e))
				nodes, segments = nodes+vertices-2, segments+vertices-1
			}
			t.Logf("ways %d (%d), nodes %d (%d), segments %d (%d), components %d (%d), %.3f km (%.3f)", report.Used, want.Walk.Ways,
				nodes, want.Walk.Nodes, segments, want.Walk.Segments, len(report.Components), want.Walk.Components, report.LengthMeters/1000, want.Walk.Kilometers)
			if report.Used != want.Walk.Ways {
				t.Errorf("%d ways, the reference has %d", report.Used, want.Walk.Ways)
			}
			if nodes != want.Walk.Nodes {
				t.Errorf("%d nodes, the reference has %d", nodes, want.Walk.Nodes)
			}
			if segments != want.Walk.Segments {
				t.Errorf("%d segments, the reference has %d", segments, want.Walk.Segments)
			}
			if len(report.Components) != want.Walk.Components {
				t.Errorf("%d components, the reference has %d", len(report.Components), want.Walk.Components)
			}
			if math.Abs(report.LengthMeters/1000-want.Walk.Kilometers) > 0.001*want.Walk.Kilometers {
				t.Errorf("%.3f km, the reference has %.3f", report.LengthMeters/1000, want.Walk.Kilometers)
			}
		})
	}
}

// What is within 5, 10 and 15 minutes at 5 km/h of a node: the length of road
// within 0.5 %, and as many nodes of the map, but for those so near the limit
// that the 0.1 % which ways may differ by decide.
func TestWalkingReach(t *testing.T) {
	t.Parallel()
	for _, tc := range walkSets {
		t.Run(tc.set, func(t *testing.T) {
			t.Parallel()
			n, _ := onFoot(t, shared(t, tc.set, tc.pbf))
			places := readTable(t, shared(t, tc.set, "reference", "ref_walk_nodes.csv"))
			origins := places.by("osm_node_id")
			reference := readTable(t, shared(t, tc.set, "reference", "ref_walk_reach.csv"))
			tree := reach.NewTree(n, reach.Options{Metric: network.Length})
			worst, apart := 0.0, 0
			for _, row := range reference.rows {
				at := origins[reference.text(row, "from_osm_node")]
				origin := n.Snap(orb.Point{places.number(at, "lon"), places.number(at, "lat")})
				origin.Offset = 0 // it is a node of the map: what is left is rounding
				limit := reference.number(row, "limit_m")
				if err := tree.From(t.Context(), []network.Snap{origin}, network.Cost(limit*1001)); err != nil {
					t.Fatal(err)
				}
				length, nodes := within(n, tree, network.Cost(math.Round(limit*1000)))
				_, fewest := within(n, tree, network.Cost(limit*999))
				_, most := within(n, tree, network.Cost(limit*1001))
				wantLength, wantNodes := reference.number(row, "edge_length_within_m"), int(reference.number(row, "graph_nodes_within"))
				difference := math.Abs(length-wantLength) / wantLength
				worst = max(worst, difference)
				if difference > 0.005 {
					t.Errorf("within %v m of %s: %.1f m of road, the reference has %v", limit, row[0], length, wantLength)
				}
				if nodes != wantNodes {
					apart++
				}
				if wantNodes < fewest || wantNodes > most {
					t.Errorf("within %v m of %s: %d nodes (%d to %d by 0.1 %% of the way), the reference has %d", limit, row[0], nodes, fewest, most, wantNodes)
				}
			}
			t.Logf("%d reaches: road at most %.4f %% apart, nodes alike in all but %d", len(reference.rows), 100*worst, apart)
		})
	}
}

// within is the length of road within a cutoff, in meters, and the number of
// nodes of the map on it: ends of edges and vertices between them.
func within(n *network.Network, tree *reach.Tree, cutoff network.Cost) (meters float64, nodes int) {
	ends := make(map[int32]bool)
	for _, part := range tree.Parts(cutoff) {
		meters += float64(part.To-part.From) / 1000
		edge, line := n.Edge(part.Edge), n.LineOf(part.Edge)
		if part.From == 0 {
			ends[edge.Tail] = true
		}
		if part.To == edge.Length {
			ends[edge.Head] = true
		}
		along := 0.0
		for i := 1; i < len(line)-1; i++ {
			along += 1000 * geo.Distance(line[i-1], line[i])
			if mm := uint32(math.Round(along)); mm >= part.From && mm <= part.To {
				nodes++
			}
		}
	}
	return meters, nodes + len(ends)
}
