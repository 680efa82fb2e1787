package reach_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/coveragetest"
	"kaimen/coverage/network"
	"kaimen/coverage/reach"
)

// edits is a random course of edits to labels.
type edits struct {
	t       *rapid.T
	labels  *reach.Labels
	n       *network.Network
	doors   [][]network.Snap // by facility
	cuts    []network.Position
	closed  []network.Stretch
	options reach.Options
	cutoff  network.Cost
}

func newEdits(t *rapid.T) *edits {
	roads := coveragetest.Roads().Draw(t, "roads")
	var gates []coverage.Gate
	for i := range roads {
		roads[i].Tags = map[string]string{"oneway": rapid.SampledFrom([]string{"", "", "yes", "-1"}).Draw(t, "oneway")}
		via := rapid.SampledFrom(roads[i].Nodes).Draw(t, "via")
		to := rapid.SampledFrom(roads).Draw(t, "to")
		switch rapid.IntRange(0, 4).Draw(t, "what") {
		case 0:
			roads[i].Turns = []coverage.Turn{{Via: via, To: to.ID, Only: rapid.Bool().Draw(t, "only")}}
		case 1:
			state := rapid.SampledFrom([]string{"residents", "residents", "closed"}).Draw(t, "state")
			gates = append(gates, coverage.Gate{ID: roads[i].ID, Node: via, State: state})
		}
	}
	profile := network.Walk()
	profile.IslandMeters = 0
	if rapid.Bool().Draw(t, "bound") {
		profile.OneWay, profile.Turns = []string{"oneway"}, true
	}
	n, _, err := network.Build(context.Background(), network.Ground{Roads: roads, Gates: gates}, profile)
	if err != nil {
		t.Fatal(err)
	}
	e := &edits{t: t, n: n, cutoff: network.Cost(rapid.IntRange(0, 4_000_000).Draw(t, "cutoff"))}
	e.options = reach.Options{
		Metric:    rapid.SampledFrom([]network.Metric{network.Time, network.Length}).Draw(t, "metric"),
		Direction: rapid.SampledFrom([]network.Direction{network.Away, network.Toward}).Draw(t, "direction"),
		Both:      rapid.Bool().Draw(t, "both"),
	}
	for range rapid.IntRange(0, 3).Draw(t, "facilities") {
		e.doors = append(e.doors, e.entrances())
	}
	e.labels = e.fresh()
	return e
}

// entrances draws one to three places on the network, or off it.
func (e *edits) entrances() (list []network.Snap) {
	for _, p := range places(e.t, "doors")[:1] {
		list = append(list, e.n.Snap(p))
		if rapid.Bool().Draw(e.t, "two doors") && list[0].OK() { // two, perhaps on one edge
			second := list[0]
			second.Along = uint32(rapid.IntRange(0, int(e.n.Edge(second.Edge).Length)).Draw(e.t, "along"))
			list = append(list, second)
		}
	}
	return list
}

// points are the facilities as they now are on the network.
func (e *edits) points() *reach.Points {
	var all []network.Snap
	var owners []int32
	for owner, doors := range e.doors {
		for _, s := range doors {
			var open bool
			if s.OK() {
				if s.Position, open = e.n.Moved(s.Position); !open {
					s = network.Snap{State: coverage.ReasonTooFar}
				}
			}
			all, owners = append(all, s), append(owners, int32(owner))
		}
	}
	return reach.NewOwned(e.n, all, owners)
}

// fresh are labels made at once.
func (e *edits) fresh() *reach.Labels {
	l, err := reach.NewLabels(context.Background(), e.n, e.points(), e.cutoff, e.options)
	if err != nil {
		e.t.Fatal(err)
	}
	return l
}

// all are the labels of every node.
func all(l *reach.Labels) (hits []reach.Hit) {
	for node := range int32(l.Network().NodeCount()) {
		hit, _ := l.Node(node)
		hits = append(hits, hit)
	}
	return hits
}

// compare holds the labels against new ones and those of a Nearest.
func (e *edits) compare() {
	if diff := cmp.Diff(all(e.fresh()), all(e.labels)); diff != "" {
		e.t.Fatalf("searched anew (-) and repaired (+) differ:\n%s", diff)
	}
	nearest, err := reach.NearestOf(context.Background(), e.n, e.points(), e.cutoff, e.options)
	if err != nil {
		e.t.Fatal(err)
	}
	for _, p := range places(e.t, "homes") {
		s := e.n.Snap(p)
		want, wantOK := nearest.At(s)
		if got, ok := e.labels.At(s); ok != wantOK || got != want {
			e.t.Fatalf("from %v: %+v %v, searched anew %+v %v", p, got, ok, want, wantOK)
		}
	}
}

// facility edits a facility.
func (e *edits) facility() {
	ctx := context.Background()
	doors := e.entrances()
	i := rapid.IntRange(0, len(e.doors)).Draw(e.t, "facility")
	var err error
	switch {
	case i == len(e.doors):
		var number int32
		number, err = e.labels.Add(ctx, doors...)
		if int(number) != i {
			e.t.Fatalf("facility %d, want %d", number, i)
		}
		e.doors = append(slices.Clip(e.doors), doors)
	case rapid.Bool().Draw(e.t, "remove"):
		err = e.labels.Remove(ctx, int32(i))
		e.doors = slices.Clone(e.doors)
		e.doors[i] = nil
	default:
		err = e.labels.Move(ctx, int32(i), doors...)
		e.doors = slices.Clone(e.doors)
		e.doors[i] = doors
	}
	if err != nil {
		e.t.Fatal(err)
	}
}

// roads changes the network; a change that is refused leaves it.
func (e *edits) roads() {
	var patch network.Patch
	for range rapid.IntRange(0, 3).Draw(e.t, "changes") {
		if c := e.change(); c != nil {
			patch = append(patch, c)
		}
	}
	n, err := e.n.Patched(patch)
	if err != nil {
		wantInvalid(e.t, err)
		return
	}
	if err := e.labels.To(context.Background(), n); err != nil {
		e.t.Fatal(err)
	}
	e.n = n
}

func (e *edits) change() network.Change {
	position := func() (network.Position, bool) {
		s := e.n.Snap(places(e.t, "at")[0])
		return s.Position, s.OK()
	}
	p, ok := position()
	q, other := position()
	if !ok || !other {
		return nil
	}
	whole := e.n.Whole(p.Edge)
	switch rapid.IntRange(0, 6).Draw(e.t, "change") {
	case 0:
		e.closed = append(e.closed, whole)
		return network.Close{Stretch: whole}
	case 1:
		part := network.Stretch{Edge: p.Edge, From: p.Along, To: whole.To}
		e.closed = append(e.closed, part)
		return network.Close{Stretch: part}
	case 2:
		if len(e.closed) > 0 {
			return network.Open{Stretch: rapid.SampledFrom(e.closed).Draw(e.t, "open")}
		}
	case 3:
		e.cuts = append(e.cuts, p)
		return network.Cut{At: p}
	case 4:
		if len(e.cuts) > 0 {
			return network.Join{At: rapid.SampledFrom(e.cuts).Draw(e.t, "join")}
		}
	case 5:
		tags := map[string]string{"oneway": rapid.SampledFrom([]string{"", "yes"}).Draw(e.t, "oneway")}
		return network.Draw{From: network.End{Position: p}, To: network.End{Position: q}, Class: "footway", Tags: tags}
	default:
		return network.Draw{
			From: network.End{Position: p}, To: network.End{Free: true, Point: places(e.t, "free")[0]}, Class: "steps",
			Via: places(e.t, "via")[:1],
		}
	}
	return nil
}

// After any course of edits, labels are what a search from all facilities over
// the roads as they are gives; and undone, they are what they were.
func TestLabelsAreKept(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := newEdits(t)
		type state struct {
			mark  reach.Mark
			hits  []reach.Hit
			n     *network.Network
			doors [][]network.Snap
		}
		var states []state
		keep := func() { states = append(states, state{e.labels.Mark(), all(e.labels), e.n, e.doors}) }
		keep()
		for range rapid.IntRange(1, 6).Draw(t, "edits") {
			switch rapid.IntRange(0, 5).Draw(t, "edit") {
			case 0, 1:
				e.facility()
			case 2: // and on from a state that was before
				k := rapid.IntRange(0, len(states)-1).Draw(t, "back")
				was := states[k]
				e.labels.Undo(was.mark)
				e.n, e.doors, states = was.n, was.doors, states[:k+1]
				if diff := cmp.Diff(was.hits, all(e.labels)); diff != "" {
					t.Fatalf("before (-) and undone (+) differ:\n%s", diff)
				}
			default:
				e.roads()
			}
			e.compare()
			keep()
		}
		e.labels.Undo(0)
		if diff := cmp.Diff(states[0].hits, all(e.labels)); diff != "" {
			t.Fatalf("at first (-) and all undone (+) differ:\n%s", diff)
		}
	})
}

func TestLabelsRefuse(t *testing.T) {
	t.Parallel()
	n := build(t, coveragetest.Draw(t, "a---b---c").Roads, 0)
	l, err := reach.NewLabels(t.Context(), n, snaps(n), network.Unreached, reach.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var e *coverage.Error
	if err := l.Remove(t.Context(), 3); !errors.As(err, &e) || e.Code != coverage.Invalid {
		t.Errorf("a facility that there is not: %v, want invalid", err)
	}
	if err := l.To(t.Context(), build(t, nil, 0)); !errors.As(err, &e) || e.Code != coverage.Invalid {
		t.Errorf("another network: %v, want invalid", err)
	}
}
