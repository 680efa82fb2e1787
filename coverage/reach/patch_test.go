package reach_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/coverage/reach"
	"kaimen/geo"
)

// blocks is a town of 5 by 5 crossings about 200 m apart, none of whose roads
// lie over each other. Each road joins two crossings side by side.
type blocks struct {
	at    map[int64]orb.Point
	roads []coverage.Road // those there may be
}

func newBlocks(t *rapid.T) blocks {
	b := blocks{at: make(map[int64]orb.Point)}
	const side = 5
	for i := range int64(side * side) {
		jitter := func() float64 { return float64(rapid.IntRange(-4000, 4000).Draw(t, "jitter")) }
		x, y := float64(i%side)*20000+jitter(), float64(i/side)*20000+jitter()
		b.at[i+1] = orb.Point{float64(int(1050000000+x)) / 1e7, float64(int(300000000+y)) / 1e7}
	}
	for i := range int64(side * side) {
		if i%side < side-1 {
			b.roads = append(b.roads, b.road(i+1, i+2))
		}
		if i/side < side-1 {
			b.roads = append(b.roads, b.road(i+1, i+1+side))
		}
	}
	return b
}

func (b blocks) road(from, to int64) coverage.Road {
	return coverage.Road{
		ID: fmt.Sprintf("%02d-%02d", from, to), Class: "residential",
		Nodes: []int64{from, to}, Line: orb.LineString{b.at[from], b.at[to]},
	}
}

// A patched network answers as one does that is built of the roads as they
// then are: roads closed and drawn, gates closed and opened.
func TestPatchedIsAsBuiltAnew(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := newBlocks(t)
		profile := network.Walk()
		profile.IslandMeters = float64(rapid.SampledFrom([]int{0, 300, 900, 2500}).Draw(t, "island_m"))
		fates := rapid.SliceOfN(rapid.SampledFrom([]string{"keep", "keep", "keep", "keep", "close", "draw", "none"}), len(b.roads), len(b.roads)).Draw(t, "roads")
		var before, after []coverage.Road
		var drawn, closed []coverage.Road
		for i, fate := range fates {
			r := b.roads[i]
			switch fate {
			case "keep":
				before, after = append(before, r), append(after, r)
			case "close":
				before, closed = append(before, r), append(closed, r)
			case "draw":
				after, drawn = append(after, r), append(drawn, r)
			}
		}
		// No road is drawn to a gate: whether it then ends at it is not ours to say.
		gates := slices.DeleteFunc(rapid.SliceOfNDistinct(rapid.Int64Range(1, 25), 0, 4, rapid.ID).Draw(t, "gates"), func(node int64) bool {
			return slices.ContainsFunc(drawn, func(r coverage.Road) bool { return slices.Contains(r.Nodes, node) })
		})
		gate := func(state string) (list []coverage.Gate) {
			for i, node := range gates {
				g := coverage.Gate{ID: fmt.Sprint(i), Node: node, At: b.at[node], State: "closed"}
				if i%2 == 0 {
					g.State = state // these are opened or closed by the patch
				}
				list = append(list, g)
			}
			return list
		}
		states := rapid.Permutation([]string{"open", "closed"}).Draw(t, "states")
		base, _, err := network.Build(context.Background(), network.Ground{Roads: before, Gates: gate(states[0])}, profile)
		if err != nil {
			t.Fatal(err)
		}
		anew, _, err := network.Build(context.Background(), network.Ground{Roads: after, Gates: gate(states[1])}, profile)
		if err != nil {
			t.Fatal(err)
		}
		n := base
		change := func(c ...network.Change) {
			if len(c) == 0 {
				return
			}
			m, err := n.Patched(c)
			if err != nil {
				t.Fatalf("%v: %v", c, err)
			}
			n = m
		}
		// One patch a road or all in one: with all, every place is on base.
		for _, r := range drawn {
			change(network.Draw{From: end(n, r.Line[0]), To: end(n, r.Line[1]), Class: r.Class})
		}
		var patch network.Patch
		for _, r := range closed {
			for _, s := range n.Along(r.Line) {
				patch = append(patch, network.Close{Stretch: s})
			}
		}
		change(patch...)
		for i, node := range gates {
			if i%2 == 0 {
				changeGate(n, change, b.at[node], states[1] == "closed")
			}
		}
		var apart []orb.Point
		for _, node := range gates {
			apart = append(apart, b.at[node])
		}
		compareNetworks(t, n, anew, apart)
	})
}

// end is where a road is drawn from: a place on the network, or a free one.
func end(n *network.Network, at orb.Point) network.End {
	if s := n.Nearest(at, 0.02); s.OK() {
		return network.End{Position: s.Position}
	}
	return network.End{Free: true, Point: at}
}

// changeGate closes or opens a gate where there is road.
func changeGate(n *network.Network, change func(...network.Change), at orb.Point, shut bool) {
	s := n.Nearest(at, 0.02)
	if !s.OK() {
		return
	}
	c := network.Change(network.Join{At: s.Position})
	if shut {
		c = network.Cut{At: s.Position}
	}
	if _, err := n.Patched(network.Patch{c}); err == nil { // else it stands at the end of a road, and binds nobody
		change(c)
	}
}

// compareNetworks holds costs between places against each other. At a gate that
// is closed there are several places; none is taken.
func compareNetworks(t *rapid.T, n, anew *network.Network, gates []orb.Point) {
	const perEdge = 4 // what splitting an edge may round
	slack := int64(perEdge * anew.EdgeCount())
	var points []orb.Point
	for range 12 {
		points = append(points, orb.Point{
			105 + rapid.Float64Range(-0.001, 0.009).Draw(t, "lon"), 30 + rapid.Float64Range(-0.001, 0.009).Draw(t, "lat"),
		})
	}
	var ours, theirs []network.Snap
	for _, p := range points {
		a, b := n.Snap(p), anew.Snap(p)
		if a.State != b.State || absolute(int64(a.Offset)-int64(b.Offset)) > 20 {
			t.Fatalf("%v is tied %s at %d mm, on the network built anew %s at %d mm", p, a.State, a.Offset, b.State, b.Offset)
		}
		atGate := func(gate orb.Point) bool { return geo.Distance(gate, a.At) < 1 }
		if a.State != coverage.ReasonSnapped || slices.ContainsFunc(gates, atGate) {
			continue
		}
		// From here on both go from the same place on the road.
		b = anew.Snap(a.At)
		a.Offset, b.Offset = 0, 0
		ours, theirs = append(ours, a), append(theirs, b)
	}
	for _, o := range []reach.Options{
		{Metric: network.Time, Direction: network.Toward}, {Metric: network.Length, Direction: network.Away},
	} {
		for i := range ours {
			got, err := reach.NewScan(n, reach.NewPoints(n, ours), o).From(context.Background(), ours[i], network.Unreached)
			if err != nil {
				t.Fatal(err)
			}
			got = append([]reach.Target(nil), got...)
			want, err := reach.NewScan(anew, reach.NewPoints(anew, theirs), o).From(context.Background(), theirs[i], network.Unreached)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != len(want) {
				t.Fatalf("from %v %d places are reached, on the network built anew %d", ours[i], len(got), len(want))
			}
			for k := range got {
				if got[k].Point != want[k].Point || absolute(int64(got[k].Cost)-int64(want[k].Cost)) > slack {
					t.Fatalf("from %+v to %+v: %+v, on the network built anew %+v", ours[i], ours[got[k].Point], got[k], want[k])
				}
			}
		}
	}
}

func absolute(x int64) int64 { return max(x, -x) }

// What the test asks for is answered or refused, never half.
func wantInvalid(t *rapid.T, err error) {
	var e *coverage.Error
	if !errors.As(err, &e) || e.Code != coverage.Invalid || len(e.Issues) == 0 {
		t.Fatalf("error %v, want an invalid one with its faults", err)
	}
}
