package reach_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kaimen/coverage"
	"kaimen/coverage/coveragetest"
	"kaimen/coverage/network"
	"kaimen/coverage/reach"
)

// ways are the meters between the middles of all roads of a town, rounded; -1
// where there is no way.
func ways(t *testing.T, n *network.Network, town coveragetest.Town) (meters [][]int) {
	t.Helper()
	var list []network.Snap
	for _, r := range town.Roads {
		s := n.Nearest(town.Between(rune(r.Nodes[0]), rune(r.Nodes[1]), 0.4), 1)
		if !s.OK() {
			t.Fatalf("no road %s", r.ID)
		}
		s.Offset = 0
		list = append(list, s)
	}
	points := reach.NewPoints(n, list)
	for i := range list {
		found, err := reach.NewScan(n, points, reach.Options{Metric: network.Length}).From(t.Context(), list[i], network.Unreached)
		if err != nil {
			t.Fatal(err)
		}
		row := make([]int, len(list))
		for k := range row {
			row[k] = -1
		}
		for _, target := range found {
			row[target.Point] = int(target.Cost+500) / 1000
		}
		meters = append(meters, row)
	}
	return meters
}

// Compounds behind gates of residents, and turn restrictions, bind on a patched
// network as they do on one built anew.
func TestPatchedLanes(t *testing.T) {
	t.Parallel()
	// g and h are gates, c lies between them; the public way from a to e is round
	// by x, y and z. Drawing c-y joins the compound to the street.
	estate := coveragetest.Draw(t, "        i\n        |\na---g---c---h---e\n|               |\n|               |\nx-------y-------z\n        |\n        w")
	// Four arms meet at v, and a road leads round from d to b.
	cross := coveragetest.Draw(t, "    b-------k\n    |       |\na---v---c   |\n    |       |\n    d-------m")
	gates := func(g, h string) []coverage.Gate {
		return []coverage.Gate{{ID: "g", Node: 'g', State: g}, {ID: "h", Node: 'h', State: h}}
	}
	turns := func(only bool) coveragetest.Town {
		town := cross.With()
		for i := range town.Roads {
			if town.Roads[i].ID == "av" {
				town.Roads[i].Turns = []coverage.Turn{{Via: 'v', To: "vc", Only: only}}
			}
		}
		return town
	}
	at := func(n *network.Network, town coveragetest.Town, place rune) network.Position {
		return n.Nearest(town.Nodes[place], 1).Position
	}
	draw := func(town coveragetest.Town, from, to rune) func(*network.Network) network.Patch {
		return func(n *network.Network) network.Patch {
			return network.Patch{network.Draw{
				From: network.End{Position: at(n, town, from)}, To: network.End{Position: at(n, town, to)}, Class: "footway",
			}}
		}
	}
	for _, tc := range []struct {
		name          string
		before, after coveragetest.Town
		was, is       []coverage.Gate
		change        func(n *network.Network) network.Patch
		same          bool // between the roads from before
	}{
		{"nothing", estate, estate, gates("residents", "residents"), gates("residents", "residents"), nil, true},
		{"a road out of the compound opens it", estate, estate.With("yc"), gates("residents", "residents"), gates("residents", "residents"), draw(estate, 'y', 'c'), false},
		{"a road from the gate does not", estate, estate.With("yg"), gates("residents", "residents"), gates("residents", "residents"), draw(estate, 'y', 'g'), false},
		{"nor does a road within it", estate, estate.With("ih"), gates("residents", "residents"), gates("residents", "residents"), draw(estate, 'i', 'h'), true},
		{
			"closing one of its gates", estate, estate, gates("residents", "residents"), gates("closed", "residents"),
			func(n *network.Network) network.Patch { return network.Patch{network.Cut{At: at(n, estate, 'g')}} }, false,
		},
		{
			"opening the one gate that is closed", estate, estate, gates("closed", "residents"), gates("open", "residents"),
			func(n *network.Network) network.Patch { return network.Patch{network.Join{At: at(n, estate, 'g')}} }, false,
		},
		{
			"opening one of its gates to everybody", estate, estate, gates("residents", "residents"), gates("open", "residents"),
			func(n *network.Network) network.Patch { return network.Patch{network.Join{At: at(n, estate, 'g')}} }, false,
		},
		{
			"closing one and opening it, which is for residents again", estate, estate, gates("residents", "residents"), gates("residents", "residents"),
			func(n *network.Network) network.Patch {
				return network.Patch{network.Cut{At: at(n, estate, 'g')}, network.Join{At: at(n, estate, 'g')}}
			}, true,
		},
		{"a road where one turn is forbidden", turns(false), turns(false).With("vm"), nil, nil, draw(cross, 'v', 'm'), false},
		{"a road where one turn is the only one", turns(true), turns(true).With("vm"), nil, nil, draw(cross, 'v', 'm'), false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			profile := network.Walk()
			profile.IslandMeters, profile.Turns = 0, true
			built := func(town coveragetest.Town, gates []coverage.Gate) *network.Network {
				n, _, err := network.Build(context.Background(), network.Ground{Roads: town.Roads, Gates: gates}, profile)
				if err != nil {
					t.Fatal(err)
				}
				return n
			}
			n := built(tc.before, tc.was)
			if tc.change != nil {
				before := ways(t, n, tc.before)
				m, err := n.Patched(tc.change(n))
				if err != nil {
					t.Fatal(err)
				}
				n = m
				if cmp.Equal(before, ways(t, n, tc.before)) != tc.same {
					t.Errorf("the ways between the roads from before stay: %v, want %v", !tc.same, tc.same)
				}
			}
			if diff := cmp.Diff(ways(t, built(tc.after, tc.is), tc.after), ways(t, n, tc.after)); diff != "" {
				t.Errorf("built anew (-) and patched (+) differ:\n%s", diff)
			}
		})
	}
}
