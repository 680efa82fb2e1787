package network_test

import (
	"context"
	"errors"
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

// on is the place on the network at a point that lies on a road.
func on(t *testing.T, n *network.Network, p orb.Point) network.Position {
	t.Helper()
	s := n.Nearest(p, 0.1)
	if !s.OK() {
		t.Fatalf("no road at %v", p)
	}
	return s.Position
}

func patched(t *testing.T, n *network.Network, changes ...network.Change) *network.Network {
	t.Helper()
	m, err := n.Patched(changes)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// rows are all the rows of a network.
func rows(n *network.Network) (all []any) {
	for _, m := range []network.Metric{network.Time, network.Length} {
		for _, d := range []network.Direction{network.Away, network.Toward} {
			first, arcs := n.Rows(m, d)
			all = append(all, first, arcs)
		}
	}
	return all
}

// Opening what was closed gives the rows there were, and no change at all
// gives the network itself.
func TestClosedAndOpened(t *testing.T) {
	t.Parallel()
	town := coveragetest.Draw(t, "a---b---c\n|   |   |\nd---e---f")
	n, _ := build(t, town.Roads)
	be := n.Whole(on(t, n, town.Between('b', 'e', 0.5)).Edge)
	closed := patched(t, n, network.Close{Stretch: be})
	if cmp.Equal(rows(n), rows(closed)) {
		t.Error("closing a road changes no row")
	}
	if diff := cmp.Diff(rows(n), rows(patched(t, closed, network.Open{Stretch: be}))); diff != "" {
		t.Errorf("before (-) and opened again (+) differ:\n%s", diff)
	}
	if patched(t, n) != n {
		t.Error("an empty patch makes another network")
	}
}

// The parts of a split edge add up to it, in both metrics, and lie where it lay.
func TestSplitEdgeAddsUp(t *testing.T) {
	t.Parallel()
	town := coveragetest.Draw(t, "a-------b\n        |\n    d   c")
	n, _ := build(t, town.Roads) // one edge round the corner, 300 m
	third := on(t, n, town.Between('a', 'b', 0.37))
	m := patched(t, n, network.Draw{From: network.End{Position: third}, To: network.End{Free: true, Point: town.Nodes['d']}, Class: "footway"})
	if m.EdgeCount() != 4 { // the edge that was split, its two parts and the road drawn
		t.Fatalf("%d edges, want 4", m.EdgeCount())
	}
	whole, left, right := n.Edge(0), m.Edge(1), m.Edge(2)
	if left.Length+right.Length != whole.Length || left.Forward(network.Time)+right.Forward(network.Time) != whole.Forward(network.Time) ||
		left.Backward(network.Time)+right.Backward(network.Time) != whole.Backward(network.Time) {
		t.Errorf("%+v and %+v do not add up to %+v", left, right, whole)
	}
	if m.Edge(0).Forward(network.Time) != network.Unreached {
		t.Error("one can still go along the edge that was split")
	}
	for _, along := range []uint32{0, 1, third.Along - 1, third.Along, third.Along + 1, 250_000, whole.Length} {
		p := network.Position{Edge: 0, Along: along}
		q, ok := m.Moved(p)
		if !ok || q.Edge == 0 || geo.Distance(m.PointAt(q), n.PointAt(p)) > 0.002 {
			t.Errorf("%+v is now %+v, %v: %v, was %v", p, q, ok, m.PointAt(q), n.PointAt(p))
		}
	}
	if line := m.LineOf(2); len(line) != 3 || geo.Distance(line[1], town.Nodes['b']) > 0.02 {
		t.Errorf("the second part runs along %v, want past b to the end", line)
	}
	if line := m.LineOf(3); len(line) != 2 || geo.Distance(line[1], town.Nodes['d']) > 0.02 {
		t.Errorf("the road drawn runs along %v, want to d", line)
	}
}

func TestPointsAreTiedToWhatIsThere(t *testing.T) {
	t.Parallel()
	// b-e is closed but for its last quarter; a road is drawn from a to d.
	town := coveragetest.Draw(t, "a---b---c\n    |\n    |\n    |\nd---e---f")
	n, _ := build(t, town.Roads)
	be := on(t, n, town.Between('b', 'e', 0.5)).Edge
	from, to := on(t, n, town.Nodes['b']), on(t, n, town.Between('b', 'e', 0.75))
	stretch := network.Stretch{Edge: be, From: min(n.Edge(be).Length, 0), To: to.Along}
	if n.PointAt(network.Position{Edge: be}) != n.PointAt(from) {
		stretch = network.Stretch{Edge: be, From: to.Along, To: n.Edge(be).Length}
	}
	m := patched(t, n,
		network.Close{Stretch: stretch},
		network.Draw{From: network.End{Position: on(t, n, town.Nodes['a'])}, To: network.End{Position: on(t, n, town.Nodes['d'])}, Class: "footway"})
	for _, tc := range []struct {
		name   string
		p      orb.Point
		meters float64
	}{
		{"on the road drawn", town.Between('a', 'd', 0.4), 0},
		{"on what is left of the road closed", town.Between('b', 'e', 0.9), 0},
		// 200 m long, closed from b: the nearest open place is 30 m on.
		{"on the road closed, near what is left", town.Between('b', 'e', 0.6), 30},
		{"on the road closed, near its junction", town.Between('b', 'e', 0.1), 20},
	} {
		s := m.Snap(tc.p)
		if !s.OK() || math.Abs(float64(s.Offset)/1000-tc.meters) > 0.1 || geo.Distance(s.At, tc.p)-tc.meters > 0.1 {
			t.Errorf("%s: %+v, want %v m off", tc.name, s, tc.meters)
		}
		if at := m.PointAt(s.Position); geo.Distance(at, s.At) > 0.02 {
			t.Errorf("%s: at %v, %+v lies at %v", tc.name, s.At, s.Position, at)
		}
	}
	if _, open := m.Moved(on(t, n, town.Between('b', 'e', 0.3))); open {
		t.Error("a place on the road closed is said to be open")
	}
	if _, open := m.Moved(on(t, n, town.Between('b', 'e', 0.8))); !open {
		t.Error("a place on what is left of the road is said to be closed")
	}
}

// A gate drawn across a road cuts it; what lies beyond is an island if short,
// and none once the gate is opened.
func TestCutAndJoin(t *testing.T) {
	t.Parallel()
	town := coveragetest.Draw(t, "a-------------------------------------------b---c")
	profile := network.Walk()
	profile.IslandMeters = 500
	n, _, err := network.Build(context.Background(), network.Ground{Roads: town.Roads}, profile)
	if err != nil {
		t.Fatal(err)
	}
	gate := on(t, n, town.Nodes['b'])
	state := func(n *network.Network) string { return n.Snap(town.Between('b', 'c', 0.9)).State }
	cut := patched(t, n, network.Cut{At: gate})
	if s := cut.Snap(town.Between('b', 'c', 0.9)); s.Offset < 80_000 || s.State != coverage.ReasonSnapped {
		t.Errorf("beyond the gate: %+v, want a tie to the main road", s)
	}
	joined := patched(t, cut, network.Join{At: gate})
	if s := joined.Snap(town.Between('b', 'c', 0.9)); s.Offset > 10 || state(joined) != coverage.ReasonSnapped {
		t.Errorf("once it is opened: %+v", s)
	}
	// So does a gate that was closed when the network was built.
	g := coverage.Gate{ID: "g", State: "closed", At: town.Nodes['b'], Node: 'b'}
	built, _, err := network.Build(context.Background(), network.Ground{Roads: town.Roads, Gates: []coverage.Gate{g}}, profile)
	if err != nil {
		t.Fatal(err)
	}
	open := patched(t, built, network.Join{At: on(t, built, town.Nodes['b'])})
	if s := open.Snap(town.Between('b', 'c', 0.9)); s.Offset > 10 {
		t.Errorf("once a gate built closed is opened: %+v", s)
	}
}

// The stretches under a line are those of its roads, whole where it runs along
// all of an edge; where there is no road there is none.
func TestAlong(t *testing.T) {
	t.Parallel()
	town := coveragetest.Draw(t, "a---b---c\n    |\n    d   e")
	n, _ := build(t, town.Roads)
	bd := on(t, n, town.Between('b', 'd', 0.5)).Edge
	bc := on(t, n, town.Between('b', 'c', 0.5)).Edge
	got := n.Along(orb.LineString{town.Nodes['d'], town.Nodes['b'], town.Nodes['c'], town.Nodes['e']})
	if diff := cmp.Diff([]network.Stretch{n.Whole(bd), n.Whole(bc)}, got); diff != "" {
		t.Error(diff)
	}
}

// All faults of all changes are told at once, and nothing is made.
func TestPatchRefuses(t *testing.T) {
	t.Parallel()
	town := coveragetest.Draw(t, "a---b---c\n    |\n    d")
	n, _ := build(t, town.Roads)
	none := network.Position{Edge: 99}
	far := network.Position{Edge: 0, Along: 1 << 30}
	free := func(lon, lat float64) network.End { return network.End{Free: true, Point: orb.Point{lon, lat}} }
	at, d := on(t, n, town.Between('a', 'b', 0.5)), on(t, n, town.Nodes['d'])
	whole := n.Whole(at.Edge)
	length := n.Edge(0).Length
	for _, tc := range []struct {
		name  string
		patch network.Patch
		want  []string
	}{
		{"places that there are not", network.Patch{
			network.Close{Stretch: network.Stretch{Edge: -1}},
			network.Open{Stretch: network.Stretch{Edge: 0, From: 5, To: 3}},
			network.Close{Stretch: network.Stretch{Edge: 0, From: 5, To: 5}},
			network.Cut{At: none},
			network.Join{At: far},
		}, []string{
			"change 1: edge -1 is not one of the network's 3",
			fmt.Sprintf("change 2: a stretch from 5 to 3 mm does not lie on edge 0, which is %d mm long", length),
			"change 3: the stretch at 5 mm of edge 0 is of no length; name its ends, or cut the road there",
			"change 4: edge 99 is not one of the network's 3",
			fmt.Sprintf("change 5: 1073741824 mm is beyond the end of edge 0, which is %d mm long", length),
		}},
		{"a road that cannot be drawn", network.Patch{
			network.Draw{From: network.End{Position: none}, To: free(math.NaN(), 0), Class: "motorway"},
		}, []string{
			"change 1: edge 99 is not one of the network's 3",
			"change 1: [NaN, 0] is not a longitude and latitude in degrees",
			`change 1: profile "walk" does not use a road of class "motorway" (class_not_allowed); draw one of another class`,
		}},
		{"roads of no length and of too much", network.Patch{
			network.Draw{From: free(105, 0), To: free(105, 0), Class: "footway"},
			network.Draw{From: free(105, 0), To: free(135, 0), Class: "footway"},
		}, []string{
			"change 1: a road of 0.000 m cannot be drawn; one of 1 mm to 1,000 km can",
			"change 2: a road of 3335852.407 m cannot be drawn; one of 1 mm to 1,000 km can",
		}},
		{"what an earlier change or its lack forbids", network.Patch{
			network.Open{Stretch: whole},
			network.Close{Stretch: whole},
			network.Cut{At: at},
			network.Draw{From: network.End{Position: at}, To: free(105, 0), Class: "footway"},
			network.Join{At: d},
			network.Cut{At: d},
		}, []string{
			fmt.Sprintf("change 1: nothing of edge %d is closed between 0 and %d mm", at.Edge, whole.To),
			fmt.Sprintf("change 3: the road is closed at %d mm of edge %d; there is nothing to cut", at.Along, at.Edge),
			fmt.Sprintf("change 4: the road is closed at %d mm of edge %d: no other can end there", at.Along, at.Edge),
			fmt.Sprintf("change 5: no gate is closed within 15 m of %d mm along edge %d", d.Along, d.Edge),
			fmt.Sprintf("change 6: %d mm along edge %d is the end of a road already; there is nothing to cut", d.Along, d.Edge),
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := n.Patched(tc.patch)
			var e *coverage.Error
			if !errors.As(err, &e) || e.Code != coverage.Invalid {
				t.Fatalf("error %v, want invalid", err)
			}
			var got []string
			for _, issue := range e.Issues {
				got = append(got, issue.Message)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
