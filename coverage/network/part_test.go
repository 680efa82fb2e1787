package network_test

import (
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/geo"
)

// bent is one edge with a corner: 1,000 units east, then 500 north, on the
// equator, where both count alike: 11.12 m and 5.56 m.
func bent(t testing.TB) *network.Network {
	t.Helper()
	n, _, err := network.Build(t.Context(), network.Ground{Roads: []coverage.Road{{
		ID: "r", Class: "footway", Nodes: []int64{1, 2, 3}, Line: orb.LineString{{105, 0}, {105.0001, 0}, {105.0001, 0.00005}},
	}}}, network.Walk())
	if err != nil || n.EdgeCount() != 1 {
		t.Fatalf("%d edges: %v", n.EdgeCount(), err)
	}
	return n
}

func TestPartLine(t *testing.T) {
	t.Parallel()
	n := bent(t)
	length := n.Edge(0).Length
	whole := n.LineOf(0)
	corner := uint32(math.Round(1000 * geo.Distance(whole[0], whole[1])))
	for _, tc := range []struct {
		name     string
		from, to uint32
		want     orb.LineString
	}{
		{"all of it", 0, length, whole},
		{"up to the corner", 0, corner, whole[:2]},
		{"from the corner", corner, length, whole[1:]},
		{"the ends of both", corner / 2, corner + (length-corner)/2, orb.LineString{
			{(whole[0][0] + whole[1][0]) / 2, 0}, whole[1], {whole[2][0], whole[2][1] / 2},
		}},
		{"no length, at the tail", 0, 0, orb.LineString{whole[0], whole[0]}},
		{"no length, at the head", length, length, orb.LineString{whole[2], whole[2]}},
	} {
		got := n.PartLine(0, tc.from, tc.to, nil)
		near := slices.EqualFunc(got, tc.want, func(a, b orb.Point) bool { return geo.Distance(a, b) < 0.001 })
		if !near {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
	}
	if got := n.PartLine(0, 0, length, orb.LineString{{1, 2}}); len(got) != 4 || got[0] != (orb.Point{1, 2}) {
		t.Errorf("appended to a line: %v", got)
	}
}

// The pieces of a stretch are those of the whole edge, and their ranges lie end
// to end from one end of the stretch to the other.
func TestSegmentsMakeUpTheirStretch(t *testing.T) {
	t.Parallel()
	n := bent(t)
	length := n.Edge(0).Length
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.Uint32Range(0, length).Draw(t, "from")
		to := rapid.Uint32Range(from, length).Draw(t, "to")
		whole := slices.Collect(n.Segments(0, 0, length))
		at := from
		for s := range n.Segments(0, from, to) {
			k := slices.IndexFunc(whole, func(w network.Segment) bool { return w.Start == s.Start })
			if k < 0 || whole[k].A != s.A || whole[k].B != s.B || whole[k].End != s.End {
				t.Fatalf("%+v is no piece of the edge", s)
			}
			if s.From != at || s.To < s.From || s.From < s.Start || s.To > s.End {
				t.Fatalf("%+v does not go on from %d", s, at)
			}
			at = s.To
		}
		if at != to {
			t.Fatalf("the pieces from %d end at %d, not at %d", from, at, to)
		}
	})
}
