package network_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/coveragetest"
	"kaimen/coverage/network"
	"kaimen/geo"
)

func build(t testing.TB, roads []coverage.Road) (*network.Network, network.Report) {
	t.Helper()
	n, report, err := network.Build(context.Background(), network.Ground{Roads: roads}, network.Walk())
	if err != nil {
		t.Fatal(err)
	}
	return n, report
}

// lengths lists the edges' lengths in meters, rounded, in order.
func lengths(n *network.Network) []int {
	var list []int
	for e := range n.EdgeCount() {
		list = append(list, int(math.Round(float64(n.Edge(int32(e)).Length)/1000)))
	}
	slices.Sort(list)
	return list
}

func TestChainsBecomeOneEdge(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, picture string
		extra         []string
		want          []int
	}{
		{"a street of three blocks is one edge", `a---b---c---d`, nil, []int{300}},
		{"a junction ends edges", "a---b---c\n    |\n    d", nil, []int{100, 100, 100}},
		{"a ring without a junction is one edge", "a---b\n|   |\nc---d", nil, []int{400}},
		{"a ring with a tail: the tail and the ring", "a---b---e\n|   |\nc---d", nil, []int{100, 400}},
		{"two ways between two junctions stay two", "e---a---b---f\n    |   |\n    c---d", nil, []int{100, 100, 100, 300}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			n, _ := build(t, coveragetest.Draw(t, tc.picture).With(tc.extra...).Roads)
			if diff := cmp.Diff(tc.want, lengths(n)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestClassChangeEndsAnEdge(t *testing.T) {
	t.Parallel()
	town := coveragetest.Draw(t, `a---b---c---d`)
	for i := range town.Roads {
		if town.Roads[i].ID == "cd" {
			town.Roads[i].Class = "steps"
		}
	}
	n, _ := build(t, town.Roads)
	if diff := cmp.Diff([]int{100, 200}, lengths(n)); diff != "" {
		t.Error(diff)
	}
}

func TestAccess(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		class  string
		tags   map[string]string
		reason string // empty: usable
	}{
		{"residential", nil, ""},
		{"steps", nil, ""},
		{"motorway", nil, network.DeniedByClass},
		{"trunk", nil, network.DeniedByClass},
		{"trunk", map[string]string{"foot": "yes"}, ""},
		{"trunk", map[string]string{"foot": "no"}, network.DeniedByTag},
		{"service", map[string]string{"access": "private"}, network.DeniedByTag},
		{"service", map[string]string{"access": "no", "foot": "designated"}, ""},
		{"service", map[string]string{"access": "destination"}, ""},
		{"cycleway", map[string]string{"foot": "use_sidepath"}, network.DeniedByTag},
		{"primary", map[string]string{"oneway": "yes"}, ""},
		{"proposed", nil, network.DeniedByClass},
		{"proposed", map[string]string{"foot": "yes"}, network.DeniedByClass},
	} {
		town := coveragetest.Draw(t, `a---b`)
		town.Roads[0].Class, town.Roads[0].Tags = tc.class, tc.tags
		_, report := build(t, town.Roads)
		got := ""
		if len(report.Denied) > 0 {
			got = report.Denied[0].Code
		}
		if got != tc.reason || report.Used+len(report.Denied) != 1 {
			t.Errorf("%s %v: reason %q, used %d; want %q", tc.class, tc.tags, got, report.Used, tc.reason)
		}
	}
}

func TestComponentsAreKeptAndIslandsTold(t *testing.T) {
	t.Parallel()
	// 1.1 km of street and 1.2 km apart from it, and a stub of 100 m: with a
	// limit of 1 km the stub alone is an island.
	town := coveragetest.Draw(t, `
        a-------------------------------------------b

        c---d

        e-----------------------------------------------f
    `)
	profile := network.Walk()
	profile.IslandMeters = 1000
	_, report, err := network.Build(context.Background(), network.Ground{Roads: town.Roads}, profile)
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Components) != 3 || report.Islands() != 1 {
		t.Fatalf("components %+v", report.Components)
	}
	if last := report.Components[2]; !last.Island || math.Round(last.LengthMeters) != 100 || last.Edges != 1 {
		t.Errorf("the shortest piece is %+v", last)
	}
	// The longest piece is no island, however short.
	if _, report := build(t, town.Roads); report.Islands() != 2 || report.Components[0].Island {
		t.Errorf("components %+v", report.Components)
	}
}

// The network holds each usable stretch of road once: edge lengths add up to
// the lengths of the pairs of nodes, and times to the profile's speed.
func TestLengthsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		roads := coveragetest.Roads().Draw(t, "roads")
		want := 0.0
		for _, r := range roads {
			for i := 1; i < len(r.Line); i++ {
				if r.Nodes[i] != r.Nodes[i-1] {
					want += geo.Distance(r.Line[i-1], r.Line[i])
				}
			}
		}
		n, report, err := network.Build(context.Background(), network.Ground{Roads: roads}, network.Walk())
		if err != nil {
			t.Fatal(err)
		}
		got := 0.0
		for e := range n.EdgeCount() {
			edge := n.Edge(int32(e))
			got += float64(edge.Length) / 1000
			if edge.Tail > edge.Head || edge.Forward(network.Length) != edge.Length {
				t.Fatalf("edge %d: %+v", e, edge)
			}
			if want := float64(edge.Length) * 0.9; math.Abs(float64(edge.Forward(network.Time))-want) > 0.5 {
				t.Fatalf("edge %d of %d mm takes %d ms at 4 km/h", e, edge.Length, edge.Forward(network.Time))
			}
		}
		if math.Abs(got-want) > 0.0006*float64(n.EdgeCount()+1) || math.Abs(report.LengthMeters-got) > 1e-6 {
			t.Fatalf("edges add up to %f m, roads to %f m", got, want)
		}
	})
}

// Snapping agrees with measuring every segment of every edge.
func TestSnapAgreesWithBruteForce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		profile := network.Walk()
		profile.IslandMeters = 0
		n, _, err := network.Build(context.Background(), network.Ground{Roads: coveragetest.Roads().Draw(t, "roads")}, profile)
		if err != nil {
			t.Fatal(err)
		}
		p := orb.Point{
			rapid.Float64Range(104.985, 105.035).Draw(t, "lon"),
			rapid.Float64Range(29.485, 29.535).Draw(t, "lat"),
		}
		want := math.Inf(1)
		plane := geo.NewPlane(p)
		for e := range n.EdgeCount() {
			line := n.LineOf(int32(e))
			for i := 1; i < len(line); i++ {
				want = min(want, distanceToOrigin(plane, line[i-1], line[i]))
			}
		}
		got := n.Snap(p)
		if want > profile.SnapMeters {
			if got.State != coverage.ReasonTooFar {
				t.Fatalf("%v is %f m off but %+v", p, want, got)
			}
			return
		}
		if !got.OK() || math.Abs(float64(got.Offset)/1000-want) > 0.002 {
			t.Fatalf("%v: offset %d mm, want %f m (%s)", p, got.Offset, want, got.State)
		}
		if d := geo.Distance(p, got.At); math.Abs(d-want) > 0.01+want*1e-5 {
			t.Fatalf("%v: At lies %f m off, want %f", p, d, want)
		}
		if got.Along > n.Edge(got.Edge).Length {
			t.Fatalf("%v: %d mm along an edge of %d", p, got.Along, n.Edge(got.Edge).Length)
		}
	})
}

func distanceToOrigin(plane geo.Plane, a, b orb.Point) float64 {
	ax, ay := plane.ToXY(a)
	bx, by := plane.ToXY(b)
	dx, dy := bx-ax, by-ay
	share := 0.0
	if square := dx*dx + dy*dy; square > 0 {
		share = min(max(-(ax*dx+ay*dy)/square, 0), 1)
	}
	return math.Hypot(ax+share*dx, ay+share*dy)
}

func TestSnapStates(t *testing.T) {
	t.Parallel()
	// A street of 1.1 km, and 200 m north of it an island of one block.
	town := coveragetest.Draw(t, `
        c---d



        a-------------------------------------------b
    `)
	n, _ := build(t, town.Roads)
	north := func(p orb.Point, meters float64) orb.Point {
		return orb.Point{p[0], p[1] + meters/geo.EarthRadiusMeters*180/math.Pi}
	}
	onIsland := n.Snap(town.Between('c', 'd', 0.5))
	if !onIsland.OK() || math.Round(float64(onIsland.Offset)/1000) != 200 {
		t.Errorf("a point on the island goes to %+v, want the street 200 m off", onIsland)
	}
	if s := n.Snap(north(town.Nodes['c'], 850)); s.State != coverage.ReasonIsland || !s.OK() || math.Round(float64(s.Offset)/1000) != 850 {
		t.Errorf("850 m from the island and 1,050 m from the street: %+v, want island", s)
	}
	if s := n.Snap(north(town.Nodes['c'], 5000)); s.State != coverage.ReasonTooFar || s.OK() {
		t.Errorf("5 km off: %+v, want too_far", s)
	}
	if s := n.Snap(north(town.Nodes['b'], 30)); !s.OK() || math.Round(float64(s.Offset)/1000) != 30 {
		t.Errorf("30 m off the end: %+v", s)
	}
	empty, _ := build(t, nil)
	if s := empty.Snap(orb.Point{105, 29}); s.State != coverage.ReasonTooFar {
		t.Errorf("on an empty network: %+v, want too_far", s)
	}
}

func TestPartsOfAnEdge(t *testing.T) {
	t.Parallel()
	n, _ := build(t, coveragetest.Draw(t, `a-------b`).Roads)
	e := n.Edge(0)
	p := network.Position{Edge: 0, Along: e.Length / 4}
	for _, m := range []network.Metric{network.Time, network.Length} {
		if sum := n.ToTail(p, m) + n.FromHead(p, m); absDiff(sum, e.Backward(m)) > 1 {
			t.Errorf("metric %d: the two parts backward make %d of %d", m, sum, e.Backward(m))
		}
		if sum := n.FromTail(p, m) + n.ToHead(p, m); absDiff(sum, e.Forward(m)) > 1 {
			t.Errorf("metric %d: the two parts forward make %d of %d", m, sum, e.Forward(m))
		}
	}
	q := network.Position{Edge: 0, Along: e.Length / 2}
	if d, ok := n.Direct(p, q, network.Length); !ok || d != q.Along-p.Along {
		t.Errorf("direct way %d, %v", d, ok)
	}
}

func absDiff(a, b network.Cost) network.Cost { return max(a, b) - min(a, b) }
