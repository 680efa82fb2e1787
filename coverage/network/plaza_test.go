package network_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/coveragetest"
	"kaimen/coverage/network"
	"kaimen/geo"
)

// plazaOf is a closed footway round the nodes of a drawn town.
func plazaOf(town coveragetest.Town, around string) coverage.Road {
	road := coverage.Road{ID: "plaza", Class: "pedestrian", Tags: map[string]string{"area": "yes"}}
	for _, c := range around + around[:1] {
		road.Nodes, road.Line = append(road.Nodes, int64(c)), append(road.Line, town.Nodes[c])
	}
	return road
}

func buildAcross(t *testing.T, roads []coverage.Road) (*network.Network, network.Report) {
	t.Helper()
	n, report, err := network.Build(context.Background(), network.Ground{Roads: roads}, detailed(t))
	if err != nil {
		t.Fatal(err)
	}
	return n, report
}

// Roads join the plaza abdc at two opposite corners, a and d: one line leads
// across, as long as they are apart.
func TestPlazaIsCrossed(t *testing.T) {
	t.Parallel()
	town := coveragetest.Draw(t, `
        x---a       b


        .   c       d---y
    `)
	roads := append(town.Roads, plazaOf(town, "abdc"))
	want := geo.Distance(town.Nodes['a'], town.Nodes['d'])
	n, report := buildAcross(t, roads)
	diagonals := 0
	for e := range n.EdgeCount() {
		line := n.LineOf(int32(e))
		if len(line) == 2 && math.Abs(float64(n.Edge(int32(e)).Length)/1000-want) < 0.01 {
			diagonals++
		}
	}
	if diff := cmp.Diff(network.PlazaReport{Crossed: 1, Lines: 1}, report.Plazas); diff != "" || diagonals != 1 {
		t.Errorf("%d diagonals of %.1f m among %v; %s", diagonals, want, lengths(n), diff)
	}
	around, plain := build(t, roads)
	if around.EdgeCount() != n.EdgeCount()-1 || plain.Plazas.Crossed != 0 {
		t.Errorf("the walk profile has %d edges, the other %d", around.EdgeCount(), n.EdgeCount())
	}
}

// Lines across are only those that stay inside.
func TestLinesAcrossAPlaza(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, picture, around string
		change                func(*coverage.Road)
		lines                 int
	}{
		{"four roads, both diagonals", "1---a---b---2\n    |   |\n3---c---d---4", "abdc", nil, 2},
		{"two neighbors: the edge is there", "1---a---b---2\n    |   |\n    c---d", "abdc", nil, 0},
		// The plaza is an L, joined at b, e and c; from b to e leads across what it lacks.
		{"across a missing corner", "    a---b---1\n    |   |\n    |   d-------e---2\n    |           |\n3---c-----------f", "abdefc", nil, 2},
		{"the plaza of a class of cars", "1---a---b---2\n    |   |\n3---c---d---4", "abdc", func(r *coverage.Road) { r.Class = "service" }, 0},
		{"a ring that is no area", "1---a---b---2\n    |   |\n3---c---d---4", "abdc", func(r *coverage.Road) { r.Tags = nil }, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			town := coveragetest.Draw(t, tc.picture)
			plaza := plazaOf(town, tc.around)
			if tc.change != nil {
				tc.change(&plaza)
			}
			// Only what leads to a digit is road; the rest of the picture is the plaza's edge.
			roads := []coverage.Road{plaza}
			for _, r := range town.Roads {
				if r.ID[0] <= '9' || r.ID[len(r.ID)-1] <= '9' {
					roads = append(roads, r)
				}
			}
			if _, report := buildAcross(t, roads); report.Plazas.Lines != tc.lines || len(report.Plazas.Uncrossed) > 0 {
				t.Errorf("%+v, want %d lines", report.Plazas, tc.lines)
			}
		})
	}
}

// A plaza that is joined at 41 places is walked around, and named; so is one
// whose edge crosses itself.
func TestPlazasWalkedAround(t *testing.T) {
	t.Parallel()
	for _, joints := range []int{40, 41} {
		plaza := coverage.Road{ID: "p", Class: "pedestrian", Tags: map[string]string{"area": "yes"}}
		roads := []coverage.Road{}
		for i := range joints {
			angle := 2 * math.Pi * float64(i) / float64(joints)
			at := orb.Point{105 + 0.001*math.Cos(angle), 0.001 * math.Sin(angle)}
			out := orb.Point{105 + 0.002*math.Cos(angle), 0.002 * math.Sin(angle)}
			plaza.Nodes, plaza.Line = append(plaza.Nodes, int64(i+1)), append(plaza.Line, at)
			roads = append(roads, coverage.Road{
				ID: fmt.Sprintf("r%02d", i), Class: "footway", Nodes: []int64{int64(i + 1), int64(i + 101)}, Line: orb.LineString{at, out},
			})
		}
		plaza.Nodes, plaza.Line = append(plaza.Nodes, plaza.Nodes[0]), append(plaza.Line, plaza.Line[0])
		_, report := buildAcross(t, append(roads, plaza))
		want := network.PlazaReport{Crossed: 1, Lines: 40 * 37 / 2} // every pair but neighbors
		if joints > 40 {
			want = network.PlazaReport{Uncrossed: []string{"p"}}
		}
		if diff := cmp.Diff(want, report.Plazas); diff != "" {
			t.Errorf("%d joints: %s", joints, diff)
		}
	}
	town := coveragetest.Draw(t, "1---a---b---2\n    |   |\n3---c---d---4")
	_, report := buildAcross(t, append(town.Roads, plazaOf(town, "adbc")))
	if diff := cmp.Diff(network.PlazaReport{Uncrossed: []string{"plaza"}}, report.Plazas); diff != "" {
		t.Error(diff)
	}
}

// A line may graze a corner on its way across; one along the edge alone adds
// nothing. Steps are of 0.001°, so that the places are exactly in line.
func TestLinesThatTouchTheEdge(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		ring   [][2]float64
		joints []int // of the ring's vertices
		lines  int
	}{
		{"an L, past its inner corner", [][2]float64{{0, 0}, {1, 0}, {1, 1}, {2, 1}, {2, 2}, {0, 2}}, []int{0, 4}, 1},
		{"along a side with a vertex in its middle", [][2]float64{{0, 0}, {1, 0}, {2, 0}, {2, 1}, {0, 1}}, []int{0, 2}, 0},
		// Over the gap of a U and back in: outside on the way.
		{"a U, from tip to tip", [][2]float64{{0, 0}, {1, 0}, {1, 1}, {2, 1}, {2, 0}, {3, 0}, {3, 2}, {0, 2}}, []int{0, 5}, 0},
	} {
		plaza := coverage.Road{ID: "p", Class: "footway", Tags: map[string]string{"area": "yes"}}
		for i, p := range tc.ring {
			plaza.Nodes = append(plaza.Nodes, int64(i+1))
			plaza.Line = append(plaza.Line, orb.Point{p[0] * 0.001, p[1] * 0.001})
		}
		plaza.Nodes, plaza.Line = append(plaza.Nodes, 1), append(plaza.Line, plaza.Line[0])
		roads := []coverage.Road{plaza}
		for _, i := range tc.joints {
			at := plaza.Line[i]
			roads = append(roads, coverage.Road{
				ID: fmt.Sprint(i), Class: "footway", Nodes: []int64{plaza.Nodes[i], int64(100 + i)},
				Line: orb.LineString{at, {at[0] - 0.01, at[1] - 0.01}},
			})
		}
		if _, report := buildAcross(t, roads); report.Plazas.Lines != tc.lines {
			t.Errorf("%s: %+v, want %d lines", tc.name, report.Plazas, tc.lines)
		}
	}
}

// detailed is the profile that crosses plazas.
func detailed(t *testing.T) network.Profile {
	t.Helper()
	p, ok := network.Named("walk_detailed")
	if !ok || !p.CrossPlazas {
		t.Fatal("there is no profile walk_detailed that crosses plazas")
	}
	return p
}
