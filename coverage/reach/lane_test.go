package reach_test

import (
	"context"
	"math"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/coveragetest"
	"kaimen/coverage/hours"
	"kaimen/coverage/network"
	"kaimen/coverage/reach"
)

// profile is one of the program's own, that counts no piece as an island.
func profile(t fataler, id string) network.Profile {
	p, ok := network.Named(id)
	if !ok {
		t.Fatal("there is no profile " + id)
	}
	p.IslandMeters = 0
	return p
}

func buildFor(t fataler, g network.Ground, p network.Profile) (*network.Network, network.Report) {
	n, report, err := network.Build(context.Background(), g, p)
	if err != nil {
		t.Fatal(err)
	}
	return n, report
}

// meters is the shortest way between two places, infinite if there is none; it
// is the same seen from either end.
func meters(t fataler, n *network.Network, from, to orb.Point) float64 {
	costs := [2]float64{}
	for i, d := range []network.Direction{network.Away, network.Toward} {
		origin, target := from, to
		if d == network.Toward {
			origin, target = to, from
		}
		found, err := reach.NewScan(n, snaps(n, target), reach.Options{Metric: network.Length, Direction: d}).
			From(context.Background(), n.Snap(origin), network.Unreached)
		if err != nil {
			t.Fatal(err)
		}
		costs[i] = math.Inf(1)
		if len(found) == 1 {
			costs[i] = float64(found[0].Cost) / 1000
		}
	}
	if costs[0] != costs[1] && math.Abs(costs[0]-costs[1]) > 0.002 {
		t.Fatal("from the start it is ", costs[0], " m, from the end ", costs[1])
	}
	return costs[0]
}

// classed gives all roads a class.
func classed(town coveragetest.Town, class string) []coverage.Road {
	for i := range town.Roads {
		town.Roads[i].Class = class
	}
	return town.Roads
}

// roadAlong is the road that joins two nodes of a town, turned so that it runs
// from a to b.
func roadAlong(t *testing.T, town coveragetest.Town, a, b rune) *coverage.Road {
	t.Helper()
	for i := range town.Roads {
		r := &town.Roads[i]
		switch {
		case len(r.Nodes) == 2 && r.Nodes[0] == int64(a) && r.Nodes[1] == int64(b):
			return r
		case len(r.Nodes) == 2 && r.Nodes[0] == int64(b) && r.Nodes[1] == int64(a):
			r.Nodes[0], r.Nodes[1] = r.Nodes[1], r.Nodes[0]
			r.Line.Reverse()
			return r
		}
	}
	t.Fatalf("there is no road %c%c", a, b)
	return nil
}

// check holds the ways between places of a town against what they must be.
func check(t *testing.T, n *network.Network, town coveragetest.Town, want map[string]float64) {
	t.Helper()
	for way, blocks := range want {
		got := meters(t, n, town.Nodes[rune(way[0])], town.Nodes[rune(way[1])])
		if math.Abs(got-blocks*coveragetest.BlockMeters) > 0.05 && got != blocks {
			t.Errorf("%s: %.2f m, want %v blocks", way, got, blocks)
		}
	}
}

func TestOneWayRoads(t *testing.T) {
	t.Parallel()
	// From b one drives to c alone; back it is round by d, e, a.
	picture := `
        a---b---c---f
        |       |
        e-------d
    `
	town := coveragetest.Draw(t, picture)
	classed(town, "residential")
	roadAlong(t, town, 'b', 'c').Tags = map[string]string{"oneway": "yes"}
	n, _ := buildFor(t, network.Ground{Roads: town.Roads}, profile(t, "car"))
	check(t, n, town, map[string]float64{"bc": 1, "cb": 5, "fb": 6, "bf": 2})
	// From halfway along it one goes on to c, whichever way one wants.
	half := town.Between('b', 'c', 0.5)
	if got := meters(t, n, half, town.Nodes['b']); math.Abs(got-550) > 0.05 {
		t.Errorf("from halfway back to b: %v m, want 550", got)
	}
	if got := meters(t, n, town.Nodes['c'], half); math.Abs(got-550) > 0.05 {
		t.Errorf("from c to halfway: %v m, want 550", got)
	}
	if got := meters(t, n, town.Between('b', 'c', 0.75), town.Between('b', 'c', 0.25)); math.Abs(got-600+50) > 0.05 {
		t.Errorf("back along it: %v m, want all the way round, 550", got)
	}
	// People on foot are not bound.
	onFoot, _ := buildFor(t, network.Ground{Roads: town.Roads}, profile(t, "walk"))
	check(t, onFoot, town, map[string]float64{"bc": 1, "cb": 1})
	// Tagged the other way round it is open against its line.
	roadAlong(t, town, 'b', 'c').Tags = map[string]string{"oneway": "-1"}
	n, _ = buildFor(t, network.Ground{Roads: town.Roads}, profile(t, "car"))
	check(t, n, town, map[string]float64{"cb": 1, "bc": 5})
	// A bicycle may have an exception.
	roadAlong(t, town, 'b', 'c').Tags = map[string]string{"oneway": "yes", "oneway:bicycle": "no"}
	n, _ = buildFor(t, network.Ground{Roads: town.Roads}, profile(t, "bike"))
	check(t, n, town, map[string]float64{"bc": 1, "cb": 1})
}

// Who drives into a street that leads nowhere and is one-way cannot come back:
// a point beside it is tied to the road that is a little farther off.
func TestNoWayBackIsAnIsland(t *testing.T) {
	t.Parallel()
	town := coveragetest.Draw(t, `
        a-----------b

        .   c-------d
    `)
	town = town.With("bd")
	classed(town, "residential")
	roadAlong(t, town, 'd', 'c').Tags = map[string]string{"oneway": "yes"}
	n, _ := buildFor(t, network.Ground{Roads: town.Roads}, profile(t, "car"))
	s := n.Snap(town.Between('c', 'd', 0.5))
	if s.State != coverage.ReasonSnapped || math.Round(float64(s.Offset)/1000) != 100 {
		t.Errorf("tied as %+v, want to the street 100 m off", s)
	}
}

func TestGatesOfResidents(t *testing.T) {
	t.Parallel()
	// A compound g-h-i-j lies between two streets, with gates at g and j: through
	// it b and d would be 5 blocks apart, and round by x and y they are 7.
	town := coveragetest.Draw(t, `
            x-----------y
            |           |
            |           |
            |           |
        a---b           d---e
            |           |
            g---h---i---j
                |
                k
    `)
	gates := []coverage.Gate{
		{ID: "west", State: "residents", Node: 'g', At: town.Nodes['g']},
		{ID: "east", State: "residents", Node: 'j', At: town.Nodes['j']},
	}
	n, report := buildFor(t, network.Ground{Roads: town.Roads, Gates: gates}, profile(t, "walk"))
	if report.Gates.Residents != 2 || report.Gates.Compounds != 1 || len(report.Gates.Aside) != 0 {
		t.Errorf("gates: %+v", report.Gates)
	}
	check(t, n, town, map[string]float64{
		"bd": 7, "db": 7, "ae": 9, // nobody passes through
		"ak": 4, "ek": 5, "bh": 2, "di": 2, // people come in to stay, by either gate
		"ka": 4, "ke": 5, "hb": 2, "id": 2, // and leave
		"hi": 1, "ik": 2, // and go about inside
		"gh": 1, "jk": 3, // and a gate is a way in
	})
	// Part of the way from a gate to the first junction inside is inside too.
	inside := town.Between('g', 'h', 0.5)
	for _, tc := range []struct {
		name     string
		from, to orb.Point
		meters   float64
	}{
		{"out by the far gate", inside, town.Nodes['e'], 450},
		{"in by the far gate", town.Nodes['e'], inside, 450},
		{"out by the near gate", inside, town.Nodes['a'], 250},
		{"in by the near gate", town.Nodes['a'], inside, 250},
	} {
		if got := meters(t, n, tc.from, tc.to); math.Abs(got-tc.meters) > 0.05 {
			t.Errorf("%s: %v m, want %v", tc.name, got, tc.meters)
		}
	}
}

func TestClosedGatesCut(t *testing.T) {
	t.Parallel()
	town := coveragetest.Draw(t, `
        a---b---c
        |       |
        d---e---f
    `)
	drawn := town.Between('b', 'c', 0.5)
	for _, tc := range []struct {
		name string
		gate coverage.Gate
		id   string
		want map[string]float64
	}{
		{"on a node", coverage.Gate{ID: "g", State: "closed", Node: 'b'}, "walk", map[string]float64{"ac": 4, "ca": 4}},
		{"drawn beside a road", coverage.Gate{ID: "g", State: "closed", At: drawn}, "walk", map[string]float64{"bc": 5, "ab": 1}},
		{"open", coverage.Gate{ID: "g", State: "open", Node: 'b', Kind: "wall"}, "walk_detailed", map[string]float64{"ac": 2}},
		{"told by tags, to those who heed them", coverage.Gate{ID: "g", Node: 'b', Tags: map[string]string{"access": "no"}}, "walk_detailed", map[string]float64{"ac": 4}},
		{"told by tags, to those who do not", coverage.Gate{ID: "g", Node: 'b', Tags: map[string]string{"access": "no"}}, "walk", map[string]float64{"ac": 2}},
		{"a raised kerb under a wheelchair", coverage.Gate{ID: "g", Node: 'b', Kind: "kerb", Tags: map[string]string{"kerb": "raised"}}, "wheelchair", map[string]float64{"ac": 4}},
		{"a lowered kerb", coverage.Gate{ID: "g", Node: 'b', Kind: "kerb", Tags: map[string]string{"kerb": "lowered"}}, "wheelchair", map[string]float64{"ac": 2}},
		{"a stile before a stroller", coverage.Gate{ID: "g", Node: 'b', Kind: "stile"}, "stroller", map[string]float64{"ac": 4}},
		{"a stile on foot", coverage.Gate{ID: "g", Node: 'b', Kind: "stile"}, "walk_detailed", map[string]float64{"ac": 2}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			n, report := buildFor(t, network.Ground{Roads: town.Roads, Gates: []coverage.Gate{tc.gate}}, profile(t, tc.id))
			check(t, n, town, tc.want)
			if g := report.Gates; g.Open+g.Closed+g.Residents != 1 {
				t.Errorf("gates: %+v", g)
			}
		})
	}
	// By night the gate is shut, at no given hour it is open.
	gates := []coverage.Gate{{ID: "g", State: "open", Node: 'b', Hours: "06:00-22:00"}, {ID: "h", State: "open", Node: 'e', Hours: "sunrise-sunset"}}
	for moment, blocks := range map[string]float64{"": 2, "Mo 12:00": 2, "Su 23:00": 4} {
		g := network.Ground{Roads: town.Roads, Gates: gates}
		if moment != "" {
			when, err := hours.ParseMoment(moment)
			if err != nil {
				t.Fatal(err)
			}
			g.When = &when
		}
		n, report := buildFor(t, g, profile(t, "walk"))
		check(t, n, town, map[string]float64{"ac": blocks})
		if moment != "" && len(report.Gates.Unread) != 1 {
			t.Errorf("%s: hours that are not understood: %v", moment, report.Gates.Unread)
		}
	}
	_, report := buildFor(t, network.Ground{Roads: town.Roads, Gates: []coverage.Gate{
		{ID: "far", State: "closed", At: orb.Point{105.5, 0}}, {ID: "gone", State: "closed", Node: 999},
	}}, profile(t, "walk"))
	if len(report.Gates.Aside) != 2 {
		t.Errorf("gates on no road: %+v, want both named", report.Gates)
	}
}

func TestTurnRestrictions(t *testing.T) {
	t.Parallel()
	// From a one may not turn left at b toward c; a block farther one can turn.
	town := coveragetest.Draw(t, `
        .   c---f
            |   |
        a---b---d
            |
            e
    `)
	classed(town, "residential")
	bc := roadAlong(t, town, 'b', 'c').ID
	bd := roadAlong(t, town, 'b', 'd').ID
	for _, tc := range []struct {
		name string
		turn coverage.Turn
		want map[string]float64
	}{
		{"may not", coverage.Turn{Via: 'b', To: bc}, map[string]float64{"ac": 4, "ca": 2, "ec": 2, "ad": 2, "ae": 2, "af": 3}},
		{"must", coverage.Turn{Via: 'b', To: bd, Only: true}, map[string]float64{"ac": 4, "ae": 6, "ad": 2, "ec": 2}},
		{"elsewhere", coverage.Turn{Via: 'c', To: bc}, map[string]float64{"ac": 2}},
		{"to a road that is not there", coverage.Turn{Via: 'b', To: "?"}, map[string]float64{"ac": 2}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			roadAlong(t, town, 'a', 'b').Turns = []coverage.Turn{tc.turn}
			n, report := buildFor(t, network.Ground{Roads: town.Roads}, profile(t, "car"))
			check(t, n, town, tc.want)
			if report.Turns.Applied+report.Turns.Aside != 1 {
				t.Errorf("turns: %+v", report.Turns)
			}
			onFoot, _ := buildFor(t, network.Ground{Roads: town.Roads}, profile(t, "walk"))
			check(t, onFoot, town, map[string]float64{"ac": 2})
		})
	}
}

// The way there from one end is the way there from the other, whatever binds:
// meters fails if not. And nobody is faster for a restriction more. (A gate may
// change the road that a place is tied to, and so make its way shorter.)
func TestTowardIsAwayReversed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		roads := coveragetest.Roads().Draw(t, "roads")
		var nodes []int64
		for i := range roads {
			roads[i].Class = "residential"
			roads[i].Tags = map[string]string{"oneway": rapid.SampledFrom([]string{"", "yes", "-1", "no"}).Draw(t, "oneway")}
			nodes = append(nodes, roads[i].Nodes...)
		}
		plain, _ := buildFor(t, network.Ground{Roads: roads}, profile(t, "car"))
		for range rapid.IntRange(0, 4).Draw(t, "turns") {
			from := &roads[rapid.IntRange(0, len(roads)-1).Draw(t, "from")]
			from.Turns = append(from.Turns, coverage.Turn{
				Via:  rapid.SampledFrom([]int64{from.Nodes[0], from.Nodes[len(from.Nodes)-1]}).Draw(t, "via"),
				To:   roads[rapid.IntRange(0, len(roads)-1).Draw(t, "to")].ID,
				Only: rapid.Bool().Draw(t, "only"),
			})
		}
		var gates []coverage.Gate
		for i := range rapid.IntRange(0, 3).Draw(t, "gates") {
			gates = append(gates, coverage.Gate{
				ID:    string(rune('a' + i)),
				State: rapid.SampledFrom([]string{"closed", "residents"}).Draw(t, "state"),
				Node:  rapid.SampledFrom(nodes).Draw(t, "node"),
			})
		}
		turning, _ := buildFor(t, network.Ground{Roads: roads}, profile(t, "car"))
		gated, _ := buildFor(t, network.Ground{Roads: roads, Gates: gates}, profile(t, "car"))
		ends := places(t, "place")
		if len(ends) < 2 {
			return
		}
		meters(t, gated, ends[0], ends[1])
		free, restricted := meters(t, plain, ends[0], ends[1]), meters(t, turning, ends[0], ends[1])
		if restricted < free-0.05 {
			t.Fatalf("%v m with restrictions, %v without", restricted, free)
		}
	})
}
