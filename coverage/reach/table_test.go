package reach_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kaimen/coverage/coveragetest"
	"kaimen/coverage/network"
	"kaimen/coverage/reach"
)

// table gathers all rows, which must come in order and without a gap.
func table(t fataler, n *network.Network, o reach.Options, cutoff network.Cost) [][]reach.Cell {
	var out [][]reach.Cell
	err := reach.Table(context.Background(), n, o, cutoff, func(r *reach.Rows) error {
		if int(r.Start) != len(out) || r.Len() == 0 {
			t.Fatal("rows start at", r.Start, "after", len(out))
		}
		for i := range r.Len() {
			out = append(out, append([]reach.Cell{}, r.Row(i)...))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) != n.NodeCount() {
		t.Fatal(len(out), "rows, want", n.NodeCount())
	}
	return out
}

// A row is what Bellman-Ford says of its node, in order of node; and the table
// of the other direction is the same with rows and columns exchanged.
func TestTableAgreesWithBellmanFord(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := build(t, coveragetest.Roads().Draw(t, "roads"), 0)
		o := reach.Options{
			Metric:    rapid.SampledFrom([]network.Metric{network.Time, network.Length}).Draw(t, "metric"),
			Direction: rapid.SampledFrom([]network.Direction{network.Away, network.Toward}).Draw(t, "direction"),
		}
		cutoff := network.Cost(rapid.IntRange(0, 9_000_000).Draw(t, "cutoff"))
		rows := table(t, n, o, cutoff)
		turned := make([][]reach.Cell, n.NodeCount())
		for v, row := range rows {
			var want []reach.Cell
			for node, a := range bellmanFord(n, o, []reach.Seed{{Node: int32(v)}}) {
				if a.cost <= uint64(cutoff) {
					want = append(want, reach.Cell{Node: int32(node), Cost: network.Cost(a.cost)})
				}
			}
			if diff := cmp.Diff(want, row); diff != "" {
				t.Fatalf("row %d:\n%s", v, diff)
			}
			for _, c := range row {
				turned[c.Node] = append(turned[c.Node], reach.Cell{Node: int32(v), Cost: c.Cost})
			}
		}
		o.Direction = 1 - o.Direction
		if n.NodeCount() > 0 {
			if diff := cmp.Diff(turned, table(t, n, o, cutoff)); diff != "" {
				t.Fatalf("the other direction:\n%s", diff)
			}
		}
	})
}

// On a city, of thousands of rows in many blocks: all that single searches say.
func TestTableOfACity(t *testing.T) {
	t.Parallel()
	n := onCity(t)
	o := reach.Options{Metric: network.Length}
	s := reach.NewSearch(n, o)
	pairs := 0
	for v, row := range table(t, n, o, brisk) {
		pairs += len(row)
		if err := s.Run(t.Context(), []reach.Seed{{Node: int32(v)}}, brisk); err != nil {
			t.Fatal(err)
		}
		if len(row) != len(s.Touched()) {
			t.Fatalf("row %d has %d cells, want %d", v, len(row), len(s.Touched()))
		}
		last := int32(-1)
		for _, c := range row {
			if c.Node <= last || c.Cost != s.Cost(c.Node) {
				t.Fatalf("row %d, after node %d: %+v, want %d", v, last, c, s.Cost(c.Node))
			}
			last = c.Node
		}
	}
	t.Logf("%d pairs of %d nodes", pairs, n.NodeCount())
}

func TestTableStops(t *testing.T) {
	t.Parallel()
	n := build(t, coveragetest.Draw(t, "a---b---c").Roads, 0)
	full := errors.New("the disk is full")
	if err := reach.Table(t.Context(), n, reach.Options{}, math.MaxUint32, func(*reach.Rows) error { return full }); !errors.Is(err, full) {
		t.Errorf("error %v, want that of the callback", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := reach.Table(ctx, n, reach.Options{}, math.MaxUint32, func(*reach.Rows) error { return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want canceled", err)
	}
}

// BenchmarkTable is every node of a city to all within a cutoff.
func BenchmarkTable(b *testing.B) {
	n := onCity(b)
	for _, tc := range []struct {
		name   string
		metric network.Metric
		cutoff network.Cost
	}{{"15min", network.Time, quarter}, {"1250m", network.Length, brisk}} {
		b.Run(fmt.Sprintf("%s/nodes=%dk", tc.name, n.NodeCount()/1000), func(b *testing.B) {
			pairs := 0
			for b.Loop() {
				err := reach.Table(b.Context(), n, reach.Options{Metric: tc.metric}, tc.cutoff, func(r *reach.Rows) error {
					pairs += len(r.Cells)
					return nil
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(pairs), "ns/pair")
		})
	}
}
