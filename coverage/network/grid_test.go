package network_test

import (
	"testing"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/network"
)

// A road on the other side of the earth changes nothing of where a place near
// the first one is tied, and the network fits into memory: between the two lie
// more than 10¹¹ cells of 48 m.
func TestFarApart(t *testing.T) {
	t.Parallel()
	near := coverage.Road{ID: "a", Class: "residential", Nodes: []int64{1, 2, 3}, Line: orb.LineString{{105.05, 29.58}, {105.051, 29.58}, {105.06, 29.58}}}
	far := coverage.Road{ID: "b", Class: "residential", Nodes: []int64{4, 5}, Line: orb.LineString{{-70.05, -33.4}, {-70, -33.4}}}
	profile := network.Walk()
	profile.IslandMeters = 0
	alone, _, err := network.Build(t.Context(), network.Ground{Roads: []coverage.Road{near}}, profile)
	if err != nil {
		t.Fatal(err)
	}
	both, _, err := network.Build(t.Context(), network.Ground{Roads: []coverage.Road{near, far}}, profile)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []orb.Point{{105.0501, 29.5801}, {105.0599, 29.5799}, {105.055, 29.5805}, {105.055, 29.6}, {105.0495, 29.58}} {
		want, got := alone.Snap(p), both.Snap(p)
		if want.State != got.State || want.Offset != got.Offset {
			t.Errorf("%v: %s at %d mm, alone %s at %d mm", p, got.State, got.Offset, want.State, want.Offset)
		}
	}
}
