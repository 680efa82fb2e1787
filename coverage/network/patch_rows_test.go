package network

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/coveragetest"
)

// This test looks inside: rows that are spliced must be those that are laid
// from all edges at once, and the network patched must stay as it was.

// arrays are those of a network that searches and looks around walk.
type arrays struct {
	FirstOut, FirstIn, Incident []int32
	Out, In                     [2][]Arc
	Edges                       []Edge
	NodeAt                      []vertex
	Onto                        map[int32][]int32
	Off                         map[int32]int32
	Component                   []int32
	Inside                      []bool
}

func arraysOf(n *Network) arrays {
	a := arrays{
		FirstOut: n.firstOut, FirstIn: n.firstIn, Out: n.out, In: n.in, Onto: n.onto, Off: n.off, Inside: n.lanes.inside,
	}
	for e := range n.EdgeCount() {
		a.Edges = append(a.Edges, *n.Edge(int32(e)))
	}
	for node := range int32(n.NodeCount()) {
		a.NodeAt, a.Incident = append(a.NodeAt, n.vertexAt(node)), append(a.Incident, n.EdgesAt(node)...)
		if node < n.places || int(node) >= len(n.nodeAt) {
			a.Component = append(a.Component, n.label(node))
		}
	}
	return a
}

func (a arrays) clone() arrays {
	c := func(s []int32) []int32 { return append([]int32{}, s...) }
	a.FirstOut, a.FirstIn, a.Incident, a.Component = c(a.FirstOut), c(a.FirstIn), c(a.Incident), c(a.Component)
	for m := range a.Out {
		a.Out[m], a.In[m] = append([]Arc{}, a.Out[m]...), append([]Arc{}, a.In[m]...)
	}
	a.Edges, a.NodeAt = append([]Edge{}, a.Edges...), append([]vertex{}, a.NodeAt...)
	a.Inside = append([]bool{}, a.Inside...)
	onto, off := cloned(a.Onto), cloned(a.Off)
	for end, list := range onto {
		onto[end] = c(list)
	}
	a.Onto, a.Off = onto, off
	return a
}

// bound draws roads with gates, one-way roads and turn restrictions.
func bound(t *rapid.T) *Network {
	roads := coveragetest.Roads().Draw(t, "roads")
	var gates []coverage.Gate
	for i := range roads {
		roads[i].Tags = map[string]string{"oneway": rapid.SampledFrom([]string{"", "", "yes", "-1"}).Draw(t, "oneway")}
		node := rapid.SampledFrom(roads[i].Nodes).Draw(t, "node")
		switch rapid.IntRange(0, 4).Draw(t, "what") {
		case 0:
			to := rapid.SampledFrom(roads).Draw(t, "to").ID
			roads[i].Turns = []coverage.Turn{{Via: node, To: to, Only: rapid.Bool().Draw(t, "only")}}
		case 1, 2:
			state := rapid.SampledFrom([]string{"residents", "residents", "closed"}).Draw(t, "state")
			gates = append(gates, coverage.Gate{ID: roads[i].ID, Node: node, State: state})
		}
	}
	p := Walk()
	p.Turns = true
	if rapid.Bool().Draw(t, "one-way") {
		p.OneWay = []string{"oneway"}
	}
	n, _, err := Build(context.Background(), Ground{Roads: roads, Gates: gates}, p)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func anyChange(t *rapid.T, n *Network) Change {
	place := func() Position {
		e := int32(rapid.IntRange(0, n.EdgeCount()-1).Draw(t, "edge"))
		length := n.Edge(e).Length
		return Position{e, rapid.SampledFrom([]uint32{0, length / 3, length / 2, length}).Draw(t, "along")}
	}
	p, q := place(), place()
	s := Stretch{p.Edge, 0, max(p.Along, 1)}
	switch rapid.IntRange(0, 6).Draw(t, "change") {
	case 0:
		return Close{s}
	case 1:
		return Open{s}
	case 2:
		return Cut{p}
	case 3:
		return Join{p}
	case 4:
		free := End{Free: true, Point: orb.Point{105, 29.5 + float64(rapid.IntRange(0, 1).Draw(t, "free"))/1000}}
		return Draw{From: End{Position: p}, To: free, Class: "footway"}
	default:
		tags := map[string]string{"oneway": rapid.SampledFrom([]string{"", "yes"}).Draw(t, "oneway")}
		return Draw{From: End{Position: p}, To: End{Position: q}, Class: "footway", Tags: tags}
	}
}

func TestPatchedRowsAreThoseLaidAtOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := bound(t)
		if n.EdgeCount() == 0 {
			return
		}
		for range rapid.IntRange(1, 5).Draw(t, "patches") {
			var patch Patch
			for range rapid.IntRange(1, 3).Draw(t, "changes") {
				patch = append(patch, anyChange(t, n))
			}
			before := arraysOf(n).clone()
			m, err := n.Patched(patch)
			if diff := cmp.Diff(before, arraysOf(n).clone(), cmp.AllowUnexported(Edge{}, vertex{})); diff != "" {
				t.Fatalf("the network was changed:\n%s", diff)
			}
			var refused *coverage.Error
			if errors.As(err, &refused) && len(refused.Issues) > 0 {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			anew := *m
			anew.layArcs()
			// A place no road is left at has an empty row either way; those that an edge
			// was taken from keep none of it.
			opts := cmp.Options{cmpopts.EquateEmpty(), cmp.AllowUnexported(Edge{}, vertex{})}
			if diff := cmp.Diff(arraysOf(&anew), arraysOf(m), opts); diff != "" {
				t.Fatalf("laid at once (-) and spliced (+) differ:\n%s", diff)
			}
			checkIncident(t, m)
			n = m
		}
	})
}

// checkIncident holds the edges at each place against those that end there:
// all but the ones that were split.
func checkIncident(t *rapid.T, n *Network) {
	ends := make(map[int32][]int32)
	for e := range int32(n.EdgeCount()) {
		at := n.over.pieceOf(e)
		live := false
		for _, piece := range n.over.on(at.root) {
			live = live || piece == e
		}
		if live {
			ends[n.Edge(e).Tail] = append(ends[n.Edge(e).Tail], e)
			ends[n.Edge(e).Head] = append(ends[n.Edge(e).Head], e)
		}
	}
	for node := range int32(n.NodeCount()) {
		place := node
		if node >= n.places {
			place = n.copyOf[node-n.places]
		}
		if diff := cmp.Diff(ends[place], n.EdgesAt(node), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("edges that end at node %d (-) and that meet there (+) differ:\n%s", node, diff)
		}
	}
}
