package reach_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/coveragetest"
	"kaimen/coverage/network"
	"kaimen/coverage/reach"
)

func labelsOf(t testing.TB, n *network.Network, facilities ...orb.Point) *reach.Labels {
	t.Helper()
	l, err := reach.NewLabels(context.Background(), n, snaps(n, facilities...), network.Unreached, reach.Options{Direction: network.Toward})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// A facility on a road that is closed is out of use, and is told; once the
// road is open again, or the facility has another entrance, it serves again.
func TestFacilityOnAClosedRoad(t *testing.T) {
	t.Parallel()
	// One block is 90 s. P stands between c and d, Q at f.
	town := coveragetest.Draw(t, "a---b---c---d\n    |       |\n    e-------f")
	n := build(t, town.Roads, 0)
	p := town.Between('c', 'd', 0.5)
	l := labelsOf(t, n, p, town.Nodes['f'])
	seconds := func() [2]int {
		hit, ok := l.At(l.Network().Snap(town.Nodes['b']))
		if !ok {
			t.Fatal("no facility is within reach of b")
		}
		return [2]int{int(hit.Facility), int(hit.Cost+500) / 1000}
	}
	if got := seconds(); got != [2]int{0, 135} {
		t.Fatalf("from b: facility and seconds %v, want P a block and a half off", got)
	}
	road := n.Along(orb.LineString{town.Nodes['c'], town.Nodes['d']})
	closed, err := n.Patched(network.Patch{network.Close{Stretch: road[0]}})
	if err != nil {
		t.Fatal(err)
	}
	before := l.Mark()
	if err := l.To(t.Context(), closed); err != nil {
		t.Fatal(err)
	}
	if got := seconds(); got != [2]int{1, 270} || !slices.Equal(l.Closed(), []int32{0}) {
		t.Errorf("from b: facility and seconds %v, want Q three blocks off; closed: %v", got, l.Closed())
	}
	tied := l.Mark()
	if err := l.Move(t.Context(), 0, closed.Snap(town.Nodes['c'])); err != nil {
		t.Fatal(err)
	}
	if got := seconds(); got != [2]int{0, 90} || len(l.Closed()) != 0 {
		t.Errorf("from b: facility and seconds %v, want P entered at c; closed: %v", got, l.Closed())
	}
	l.Undo(tied)
	opened, err := closed.Patched(network.Patch{network.Open{Stretch: road[0]}})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.To(t.Context(), opened); err != nil {
		t.Fatal(err)
	}
	if got := seconds(); got != [2]int{0, 135} || len(l.Closed()) != 0 {
		t.Errorf("from b: facility and seconds %v, want P where it was; closed: %v", got, l.Closed())
	}
	l.Undo(before)
	if l.Network() != n || seconds() != [2]int{0, 135} {
		t.Error("undone, things are not as they were")
	}
	if _, err := l.Add(t.Context(), n.Snap(town.Nodes['b'])); err != nil {
		t.Fatal(err)
	}
	l.Forget()
	l.Undo(before)
	if got := seconds(); got != [2]int{2, 0} {
		t.Errorf("from b: facility and seconds %v; what is forgotten cannot be undone", got)
	}
}

// Changes that do not touch each other give the same ways in either order, in
// one patch or in two.
func TestPatchesCommute(t *testing.T) {
	t.Parallel()
	town := coveragetest.Draw(t, "a---b---c---d\n|   |   |   |\ne---f---g---h\n|   |   |   |\ni---j---k---l")
	n := build(t, town.Roads, 0)
	place := func(from, to rune, share float64) network.Position {
		return n.Nearest(town.Between(from, to, share), 1).Position
	}
	changes := []network.Change{
		network.Close{Stretch: n.Along(orb.LineString{town.Nodes['b'], town.Nodes['f']})[0]},
		network.Cut{At: place('g', 'h', 0.3)},
		network.Draw{From: network.End{Position: place('e', 'i', 0.25)}, To: network.End{Position: place('k', 'l', 0.5)}, Class: "footway"},
		network.Draw{From: network.End{Position: place('e', 'i', 0.75)}, To: network.End{Position: place('a', 'b', 0.5)}, Class: "steps"},
	}
	patched := func(n *network.Network, p ...network.Change) *network.Network {
		m, err := n.Patched(p)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	// Nobody goes from or to the road that is closed.
	town.Roads = slices.DeleteFunc(town.Roads, func(r coverage.Road) bool { return r.ID == "bf" })
	want := ways(t, patched(n, changes...), town)
	if cmp.Equal(want, ways(t, n, town)) {
		t.Fatal("the changes change nothing: the case shows nothing")
	}
	slices.Reverse(changes)
	if diff := cmp.Diff(want, ways(t, patched(n, changes...), town)); diff != "" {
		t.Errorf("in one order (-) and in the other (+):\n%s", diff)
	}
	if diff := cmp.Diff(want, ways(t, patched(patched(n, changes[1:3]...), changes[0], changes[3]), town)); diff != "" {
		t.Errorf("in one patch (-) and in two (+):\n%s", diff)
	}
}

// comb is a long street with a side road at each of its junctions.
func comb(junctions int64) (roads []coverage.Road) {
	for i := range junctions {
		x := 105 + float64(i)*0.0001
		roads = append(roads,
			coverage.Road{ID: fmt.Sprintf("s%d", i), Class: "footway", Nodes: []int64{i, i + 1}, Line: orb.LineString{{x, 0}, {x + 0.0001, 0}}},
			coverage.Road{ID: fmt.Sprintf("n%d", i), Class: "footway", Nodes: []int64{i, i + 100000}, Line: orb.LineString{{x, 0}, {x, 0.0001}}})
	}
	return roads
}

func TestCanceledEditChangesNothing(t *testing.T) {
	t.Parallel()
	n := build(t, comb(6000), 0)
	l := labelsOf(t, n, orb.Point{105, 0})
	want := all(l)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	far := n.Snap(orb.Point{105.6, 0})
	if err := l.Move(ctx, 0, far); !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v, want canceled", err)
	}
	if diff := cmp.Diff(want, all(l)); diff != "" {
		t.Fatalf("labels are not what they were:\n%.1000s", diff)
	}
	if err := l.Move(t.Context(), 0, far); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(all(labelsOf(t, n, orb.Point{105.6, 0})), all(l)); diff != "" {
		t.Fatalf("after that, searched anew (-) and repaired (+) differ:\n%.1000s", diff)
	}
}

// BenchmarkLabels is an edit and its undoing on a grid of streets, beside a
// search of all anew.
func BenchmarkLabels(b *testing.B) {
	const side = 100
	var roads []coverage.Road
	at := func(x, y int) orb.Point { return orb.Point{105 + float64(x)*0.001, float64(y) * 0.001} }
	street := func(x, y, toX, toY int) {
		roads = append(roads, coverage.Road{
			ID: fmt.Sprintf("%d-%d-%d-%d", x, y, toX, toY), Class: "footway",
			Nodes: []int64{int64(y*side + x), int64(toY*side + toX)}, Line: orb.LineString{at(x, y), at(toX, toY)},
		})
	}
	for y := range side {
		for x := range side {
			street(x, y, min(x+1, side-1), y)
			street(x, y, x, min(y+1, side-1))
		}
	}
	n := build(b, roads, 0)
	var facilities []orb.Point
	for i := range 60 {
		facilities = append(facilities, at(i*37%side, i*61%side))
	}
	l := labelsOf(b, n, facilities...)
	b.Run(fmt.Sprintf("facility/nodes=%d", n.NodeCount()), func(b *testing.B) {
		for i := range b.N {
			if _, err := l.Add(b.Context(), n.Snap(at(i*13%side, i*29%side))); err != nil {
				b.Fatal(err)
			}
			l.Undo(0)
		}
	})
	b.Run(fmt.Sprintf("road/nodes=%d", n.NodeCount()), func(b *testing.B) {
		for i := range b.N {
			x, y := i*13%(side-1), i*29%(side-1)
			m, err := n.Patched(network.Patch{network.Draw{
				From: network.End{Position: n.Snap(at(x, y)).Position}, To: network.End{Position: n.Snap(at(x+1, y+1)).Position}, Class: "footway",
			}})
			if err != nil {
				b.Fatal(err)
			}
			if err := l.To(b.Context(), m); err != nil {
				b.Fatal(err)
			}
			l.Undo(0)
		}
	})
	b.Run(fmt.Sprintf("anew/nodes=%d", n.NodeCount()), func(b *testing.B) {
		for range b.N {
			labelsOf(b, n, facilities...)
		}
	})
}
