package reach_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/coveragetest"
	"kaimen/coverage/network"
	"kaimen/coverage/reach"
	"kaimen/geo"
)

// spelled names the nodes of a town that a line passes, each once where it turns
// about one; a place that is none is a dot.
func spelled(town coveragetest.Town, line orb.LineString) (word string) {
	for _, p := range line {
		name := "."
		for c, at := range town.Nodes {
			if geo.Distance(p, at) < 0.1 {
				name = string(c)
			}
		}
		if name == "." || !strings.HasSuffix(word, name) {
			word += name
		}
	}
	return word
}

func TestPathsOfDrawnTowns(t *testing.T) {
	t.Parallel()
	blocks := coveragetest.Draw(t, `
        a---b---c
        |   |   |
        d---e---f
    `)
	// From b one drives to c alone; back it is round by d, e, a.
	oneWay := coveragetest.Draw(t, `
        a---b---c---f
        |       |
        e-------d
    `)
	roadAlong(t, oneWay, 'b', 'c').Tags = map[string]string{"oneway": "yes"}
	// A compound with gates at g and j, which nobody passes through.
	estate := coveragetest.Draw(t, `
            x-----------y
            |           |
        a---b           d---e
            |           |
            g---h---i---j
                |
                k
    `)
	gates := []coverage.Gate{{ID: "g", State: "residents", Node: 'g'}, {ID: "j", State: "residents", Node: 'j'}}
	// From a one may not turn left at v toward c.
	cross := coveragetest.Draw(t, `
        .   c---f
            |   |
        a---v---d
            |
            e
    `)
	roadAlong(t, cross, 'a', 'v').Turns = []coverage.Turn{{Via: 'v', To: roadAlong(t, cross, 'c', 'v').ID}}
	type place struct {
		a, b  rune
		share float64
	}
	node := func(c rune) place { return place{c, c, 0} }
	for _, tc := range []struct {
		name     string
		town     coveragetest.Town
		gates    []coverage.Gate
		from, to place
		line     string
		meters   float64
		legs     int
	}{
		// Home is 50 m from b, the facility 25 m from e on the same edge b-a-d-e:
		// along it they are 50+100+75 m apart.
		{"an edge between two parts of one", blocks, nil, place{'a', 'b', 0.5}, place{'e', 'd', 0.25}, ".be.", 175, 3},
		{"along one edge", blocks, nil, place{'a', 'b', 0.5}, place{'d', 'e', 0.25}, ".ad.", 175, 1},
		{"along one edge, back", blocks, nil, place{'d', 'e', 0.25}, place{'a', 'b', 0.5}, ".da.", 175, 1},
		{"from node to node", blocks, nil, node('b'), node('e'), "be", 100, 1},
		{"from a bend on", blocks, nil, node('a'), node('c'), "abc", 200, 2},
		{"to the same place", blocks, nil, place{'a', 'b', 0.5}, place{'a', 'b', 0.5}, "..", 0, 0},
		{"to the same junction", blocks, nil, node('b'), node('b'), "b", 0, 0},
		{"with a one-way road", oneWay, nil, node('b'), node('f'), "bcf", 200, 2},
		{"against a one-way road", oneWay, nil, node('f'), node('b'), "fcdeab", 600, 2},
		{"back on a one-way road", oneWay, nil, place{'b', 'c', 0.75}, place{'b', 'c', 0.25}, ".cdeab.", 550, 3},
		{"past gates of residents", estate, gates, node('b'), node('d'), "bxyd", 500, 1},
		{"in by a gate", estate, gates, node('a'), node('k'), "abghk", 400, 4},
		{"out by a gate", estate, gates, node('k'), node('e'), "khijde", 500, 4},
		{"round a turn that is forbidden", cross, nil, node('a'), node('c'), "avdfc", 400, 2},
		{"a turn that is not", cross, nil, node('e'), node('c'), "evc", 200, 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			roads := append([]coverage.Road{}, tc.town.Roads...)
			for i := range roads {
				roads[i].Class = "residential"
			}
			n, _ := buildFor(t, network.Ground{Roads: roads, Gates: tc.gates}, profile(t, "car"))
			place := func(p place) network.Snap { return n.Snap(tc.town.Between(p.a, p.b, p.share)) }
			for _, m := range []network.Metric{network.Time, network.Length} {
				for _, d := range []network.Direction{network.Toward, network.Away} {
					home, facility := place(tc.from), place(tc.to)
					if d == network.Away { // people set out from the facility
						home, facility = facility, home
					}
					p, ok, err := reach.Between(t.Context(), n, home, facility, network.Unreached, reach.Options{Metric: m, Direction: d})
					if err != nil || !ok {
						t.Fatal("no path", err)
					}
					// Nodes lie on a raster of 1 cm, so that a place may be tied a few
					// millimeters off its own.
					long := slices.DeleteFunc(slices.Clone(p.Legs), func(leg reach.Leg) bool { return leg.To-leg.From < 10 })
					if got := spelled(tc.town, p.Line); got != tc.line || len(long) != tc.legs {
						t.Errorf("metric %d, direction %d: %s in legs %+v, want %s in %d", m, d, got, p.Legs, tc.line, tc.legs)
					}
					if got := float64(p.Millimeters) / 1000; math.Abs(got-tc.meters) > 0.05 {
						t.Errorf("metric %d, direction %d: %v m, want %v", m, d, got, tc.meters)
					}
				}
			}
		})
	}
}

// A facility's own place, 40 m off its road: there and back it is 80 m, of which
// no road is part.
func TestPathOfStraightWaysOnly(t *testing.T) {
	t.Parallel()
	town := coveragetest.Draw(t, "a---b---c")
	n := build(t, town.Roads, 0)
	off := n.Snap(orb.Point{town.Between('a', 'b', 0.3)[0], 40 / 111195.08})
	p, ok, err := reach.Between(t.Context(), n, off, off, network.Unreached, reach.Options{Direction: network.Toward})
	if err != nil || !ok || len(p.Legs) != 0 || len(p.Line) != 2 || p.Line[0] != p.Line[1] {
		t.Fatalf("%+v %v %v, want a way without legs", p, ok, err)
	}
	// At 4 km/h.
	if math.Abs(float64(p.Millimeters)-80_000) > 2 || math.Abs(float64(p.Milliseconds)-72_000) > 2 {
		t.Errorf("%d mm, %d ms, want 80,000 and 72,000", p.Millimeters, p.Milliseconds)
	}
	if _, ok, err := reach.Between(t.Context(), n, off, off, 71_000, reach.Options{}); ok || err != nil {
		t.Errorf("found beyond the cutoff: %v", err)
	}
}

// Roads of no length hold the labels of their ends up in a circle: b, c, e and g
// are at one place, and a path of 200 m goes from a through some of them to f.
func TestPathThroughRoadsOfNoLength(t *testing.T) {
	t.Parallel()
	town := coveragetest.Draw(t, "a---b   f\n\nc   e   g")
	for _, c := range "ceg" {
		town.Nodes[c] = town.Nodes['b']
	}
	n := build(t, town.With("bc", "ce", "eb", "eg", "cg", "bg", "gf").Roads, 0)
	place, facility := n.Snap(town.Nodes['a']), n.Snap(town.Nodes['f'])
	for _, o := range []reach.Options{{Metric: network.Length}, {Metric: network.Time, Both: true}, {Metric: network.Time, Direction: network.Toward}} {
		p, ok, err := reach.Between(t.Context(), n, place, facility, network.Unreached, o)
		if err != nil || !ok || math.Abs(float64(p.Millimeters)-200_000) > 50 {
			t.Errorf("%+v: %+v %v %v, want 200 m", o, p, ok, err)
		}
	}
}

// changed is a random network: one-way roads, turn restrictions, gates, roads
// closed, drawn and cut.
func changed(t *rapid.T) *network.Network {
	roads := coveragetest.Roads().Draw(t, "roads")
	var nodes []int64
	for i := range roads {
		roads[i].Class = "residential"
		roads[i].Tags = map[string]string{"oneway": rapid.SampledFrom([]string{"", "", "yes", "-1"}).Draw(t, "oneway")}
		nodes = append(nodes, roads[i].Nodes...)
	}
	for range rapid.IntRange(0, 4).Draw(t, "turns") {
		from := &roads[rapid.IntRange(0, len(roads)-1).Draw(t, "from")]
		from.Turns = append(from.Turns, coverage.Turn{
			Via:  rapid.SampledFrom(from.Nodes).Draw(t, "via"),
			To:   roads[rapid.IntRange(0, len(roads)-1).Draw(t, "to")].ID,
			Only: rapid.Bool().Draw(t, "only"),
		})
	}
	var gates []coverage.Gate
	for i := range rapid.IntRange(0, 3).Draw(t, "gates") {
		gates = append(gates, coverage.Gate{
			ID: string(rune('a' + i)), State: rapid.SampledFrom([]string{"closed", "residents"}).Draw(t, "state"),
			Node: rapid.SampledFrom(nodes).Draw(t, "node"),
		})
	}
	n, _ := buildFor(t, network.Ground{Roads: roads, Gates: gates}, profile(t, "car"))
	for range rapid.IntRange(0, 4).Draw(t, "changes") {
		if n.EdgeCount() == 0 {
			break
		}
		spot := func() network.Position {
			e := int32(rapid.IntRange(0, n.EdgeCount()-1).Draw(t, "edge"))
			return network.Position{Edge: e, Along: rapid.Uint32Range(0, n.Edge(e).Length).Draw(t, "along")}
		}
		at := spot()
		change := rapid.SampledFrom([]network.Change{
			network.Close{Stretch: network.Stretch{Edge: at.Edge, From: at.Along / 2, To: at.Along}},
			network.Draw{From: network.End{Position: at}, To: network.End{Position: spot()}, Class: "residential"},
			network.Cut{At: at},
		}).Draw(t, "change")
		if m, err := n.Patched(network.Patch{change}); err == nil { // else nothing is there to be changed so
			n = m
		}
	}
	return n
}

// A path costs what At says, and is a way that one may go: from leg to leg over
// nodes that lead onward, drawn without a gap.
func TestPathsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := changed(t)
		o := reach.Options{
			Metric:    rapid.SampledFrom([]network.Metric{network.Time, network.Length}).Draw(t, "metric"),
			Direction: rapid.SampledFrom([]network.Direction{network.Away, network.Toward}).Draw(t, "direction"),
			Both:      rapid.Bool().Draw(t, "both"),
		}
		var doors, homes []network.Snap
		var owners []int32
		for i, p := range places(t, "doors") {
			doors, owners = append(doors, n.Snap(p)), append(owners, int32(i/2))
		}
		for _, p := range append(places(t, "homes"), places(t, "more homes")...) {
			homes = append(homes, n.Snap(p))
		}
		homes = append(homes, doors...)
		if n.EdgeCount() > 0 { // places at the ends of edges, and facilities too
			for range 4 {
				e := int32(rapid.IntRange(0, n.EdgeCount()-1).Draw(t, "edge"))
				at := network.Position{Edge: e, Along: rapid.SampledFrom([]uint32{0, n.Edge(e).Length}).Draw(t, "end")}
				if at, open := n.Moved(at); open { // else a patch has split or closed the edge
					homes = append(homes, network.Snap{Position: at, At: n.PointAt(at), State: coverage.ReasonSnapped})
				}
			}
			doors, owners = append(doors, homes[len(homes)-1]), append(owners, 0)
		}
		cutoff := rapid.SampledFrom([]network.Cost{network.Unreached, 400_000}).Draw(t, "cutoff")
		nearest, err := reach.NearestOf(context.Background(), n, reach.NewOwned(n, doors, owners), cutoff, o)
		if err != nil {
			t.Fatal(err)
		}
		for _, home := range homes {
			checkPath(t, n, o, nearest, home, doors, owners)
		}
	})
}

func checkPath(t rapid.TB, n *network.Network, o reach.Options, nearest *reach.Nearest, home network.Snap, doors []network.Snap, owners []int32) {
	t.Helper()
	hit, ok := nearest.At(home)
	p, found := nearest.Path(home)
	if ok != found {
		t.Fatalf("from %+v: found %v, by path %v", home, ok, found)
	}
	if !ok {
		return
	}
	entered := false
	for i, door := range doors {
		entered = entered || door == p.Entrance && owners[i] == p.Facility
	}
	if !entered || p.Facility != hit.Facility {
		t.Fatalf("%+v leads to %d, want %+v by one of %+v", p, p.Facility, hit, doors)
	}
	costs := [2]uint64{}
	for m := range costs {
		costs[m] = uint64(n.Profile().OffsetCost(network.Metric(m), home.Offset)) + uint64(n.Profile().OffsetCost(network.Metric(m), p.Entrance.Offset))
		for _, leg := range p.Legs {
			costs[m] += uint64(legCost(n, leg, network.Metric(m)))
		}
	}
	if costs != [2]uint64{uint64(p.Milliseconds), uint64(p.Millimeters)} || costs[o.Metric] != uint64(hit.Cost) || o.Both && costs[o.Metric.Other()] != uint64(hit.Other) {
		t.Fatalf("%+v adds up to %d, want %+v", p, costs, hit)
	}
	from, to := home.Position, p.Entrance.Position
	if o.Direction == network.Away {
		from, to = to, from
	}
	if !mayGo(n, from, to, p.Legs) {
		t.Fatalf("from %+v to %+v one may not go by %+v", from, to, p.Legs)
	}
	checkLine(t, n, from, to, p)
	if again, _ := nearest.Path(home); len(again.Legs) != len(p.Legs) || again.Millimeters != p.Millimeters {
		t.Fatalf("once %+v, once %+v", p, again)
	}
}

// legCost is what a leg costs, Unreached if it is closed.
func legCost(n *network.Network, leg reach.Leg, m network.Metric) network.Cost {
	e := n.Edge(leg.Edge)
	switch whole := leg.From == 0 && leg.To == e.Length; {
	case whole && leg.Backward:
		return e.Backward(m)
	case whole:
		return e.Forward(m)
	}
	from, to := begin(leg), finish(leg)
	c, _ := n.Direct(from, to, m)
	return c
}

func begin(leg reach.Leg) network.Position {
	if leg.Backward {
		return network.Position{Edge: leg.Edge, Along: leg.To}
	}
	return network.Position{Edge: leg.Edge, Along: leg.From}
}

func finish(leg reach.Leg) network.Position {
	leg.Backward = !leg.Backward
	return begin(leg)
}

// mayGo tries the legs as one who goes them does, over the nodes that are come
// to: a leg may be part of the edge of the first place or the last, else it is a
// whole edge.
func mayGo(n *network.Network, from, to network.Position, legs []reach.Leg) bool {
	if len(legs) == 0 && from == to || len(legs) == 1 && begin(legs[0]) == from && finish(legs[0]) == to {
		return true
	}
	onward := func(node int32, legs []reach.Leg) bool {
		for {
			for _, head := range []bool{false, true} { // on to the last place
				first, more := n.Onto(to.Edge, head)
				stands := first == node
				for _, further := range more {
					stands = stands || further == node
				}
				atEnd := len(legs) == 0 && to.Along == endOf(n, to.Edge, head)
				last := len(legs) == 1 && finish(legs[0]) == to && begin(legs[0]) == network.Position{Edge: to.Edge, Along: endOf(n, to.Edge, head)}
				if stands && (atEnd || last) {
					return true
				}
			}
			if len(legs) == 0 || legs[0].From != 0 || legs[0].To != n.Edge(legs[0].Edge).Length {
				return false
			}
			next, ok := n.Step(node, legs[0].Edge, !legs[0].Backward)
			if !ok {
				return false
			}
			node, legs = next, legs[1:]
		}
	}
	for _, head := range []bool{false, true} {
		end := network.Position{Edge: from.Edge, Along: endOf(n, from.Edge, head)}
		node := n.Off(from.Edge, head)
		if from == end && onward(node, legs) || len(legs) > 0 && begin(legs[0]) == from && finish(legs[0]) == end && onward(node, legs[1:]) {
			return true
		}
	}
	return false
}

func endOf(n *network.Network, edge int32, head bool) uint32 {
	if head {
		return n.Edge(edge).Length
	}
	return 0
}

// checkLine holds a line against its legs: it starts and ends where they do, and
// is as long as they are.
func checkLine(t rapid.TB, n *network.Network, from, to network.Position, p reach.Path) {
	t.Helper()
	const centimeter = 0.012 // what a vertex is rounded to
	if len(p.Line) < 2 || geo.Distance(p.Line[0], n.PointAt(from)) > 2*centimeter || geo.Distance(p.Line[len(p.Line)-1], n.PointAt(to)) > 2*centimeter {
		t.Fatalf("%v does not go from %v to %v", p.Line, n.PointAt(from), n.PointAt(to))
	}
	drawn, gone := 0.0, 0.0
	for i := 1; i < len(p.Line); i++ {
		drawn += geo.Distance(p.Line[i-1], p.Line[i])
	}
	for i, leg := range p.Legs {
		gone += float64(leg.To-leg.From) / 1000
		if i > 0 && geo.Distance(n.PointAt(finish(p.Legs[i-1])), n.PointAt(begin(leg))) > 2*centimeter {
			t.Fatalf("leg %+v does not start where %+v ends", leg, p.Legs[i-1])
		}
	}
	if slack := 2 * centimeter * float64(len(p.Line)); math.Abs(drawn-gone) > slack {
		t.Fatalf("the line is %.3f m long, its legs %.3f", drawn, gone)
	}
}

// The same in a city on foot: 1,000 places to 60 facilities.
func TestPathsOfACity(t *testing.T) {
	t.Parallel()
	n := onCity(t)
	var sites []network.Snap
	var owners []int32
	for i := range 60 {
		sites = append(sites, n.Snap(n.NodeAt(int32(i*n.NodeCount()/60))))
		owners = append(owners, int32(i))
	}
	o := reach.Options{Metric: network.Time, Direction: network.Toward, Both: true}
	nearest, err := reach.NearestOf(t.Context(), n, reach.NewPoints(n, sites), network.Unreached, o)
	if err != nil {
		t.Fatal(err)
	}
	legs, points := 0, 0
	for i := range 1000 {
		at := n.NodeAt(int32((i*2 + 1) * n.NodeCount() / 2000))
		// Some 30 m off the junction, so that places lie along edges.
		home := n.Snap(orb.Point{at[0] + 3e-4*math.Sin(float64(i)), at[1] + 3e-4*math.Cos(float64(i))})
		checkPath(t, n, o, nearest, home, sites, owners)
		p, _ := nearest.Path(home)
		legs, points = legs+len(p.Legs), points+len(p.Line)
	}
	if legs < 10_000 {
		t.Errorf("1,000 paths have %d legs and %d points: they cannot be of a city", legs, points)
	}
}
