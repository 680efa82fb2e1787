package reach

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kaimen/coverage/network"
)

// graph draws arcs at random: some lead one way only, some cost nothing, some
// are given twice, some are loops.
func graph(t *rapid.T) (first []int32, arcs []network.Arc) {
	nodes := rapid.IntRange(1, 40).Draw(t, "nodes")
	costs := rapid.SampledFrom([]int{1, 3, 1000}).Draw(t, "costs") // few costs make many ties
	rows := make([][]network.Arc, nodes)
	for range rapid.IntRange(0, 3*nodes).Draw(t, "arcs") {
		from, to := rapid.IntRange(0, nodes-1).Draw(t, "from"), rapid.IntRange(0, nodes-1).Draw(t, "to")
		rows[from] = append(rows[from], network.Arc{Head: uint32(to), Cost: network.Cost(rapid.IntRange(0, costs).Draw(t, "cost"))})
		if rapid.Bool().Draw(t, "back") {
			rows[to] = append(rows[to], network.Arc{Head: uint32(from), Cost: network.Cost(rapid.IntRange(0, costs).Draw(t, "cost back"))})
		}
	}
	first = []int32{0}
	for _, row := range rows {
		arcs = append(arcs, row...)
		first = append(first, int32(len(arcs)))
	}
	return first, arcs
}

// floydWarshall is the cost of every pair.
func floydWarshall(first []int32, arcs []network.Arc) [][]uint64 {
	nodes := len(first) - 1
	costs := make([][]uint64, nodes)
	for v := range costs {
		costs[v] = slices.Repeat([]uint64{math.MaxUint32}, nodes)
		costs[v][v] = 0
		for _, a := range arcs[first[v]:first[v+1]] {
			costs[v][a.Head] = min(costs[v][a.Head], uint64(a.Cost))
		}
	}
	for k := range costs {
		for i := range costs {
			for j := range costs {
				costs[i][j] = min(costs[i][j], costs[i][k]+costs[k][j])
			}
		}
	}
	return costs
}

// Rows over a hierarchy are those of all pairs, one-way arcs, ties and arcs of
// no cost included; a worker serves one batch after another.
func TestHierarchyAgreesWithFloydWarshall(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		first, arcs := graph(t)
		cutoff := network.Cost(rapid.IntRange(0, 4000).Draw(t, "cutoff"))
		if rapid.Bool().Draw(t, "near") {
			cutoff %= 6
		}
		h, err := newHierarchy(context.Background(), first, arcs, cutoff)
		if err != nil {
			t.Fatal(err)
		}
		costs := floydWarshall(first, arcs)
		worker := newTabler(h, cutoff)
		for start := 0; start < len(costs); start += batchSize {
			var rows Rows
			worker.fill(&rows, int32(start), min(batchSize, len(costs)-start))
			for i := range rows.Len() {
				want := []Cell{}
				for node, c := range costs[start+i] {
					if c <= uint64(cutoff) {
						want = append(want, Cell{int32(node), network.Cost(c)})
					}
				}
				if diff := cmp.Diff(want, append([]Cell{}, rows.Row(i)...)); diff != "" {
					t.Fatalf("row %d:\n%s", start+i, diff)
				}
			}
		}
	})
}

// The least and the largest of a set, over several words of its second level.
func TestBitset(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		numbers := rapid.SliceOfDistinct(rapid.Int32Range(0, 20_000), rapid.ID).Draw(t, "numbers")
		b := newBitset(20_001)
		for _, upward := range []bool{true, false} {
			slices.Sort(numbers)
			take, at := b.takeFirst, int32(0)
			if !upward {
				slices.Reverse(numbers)
				take, at = b.takeLast, 20_000
			}
			for _, i := range numbers {
				b.add(i)
			}
			for _, want := range numbers {
				got, ok := take(at)
				if at = got; !ok || got != want {
					t.Fatalf("%d %v, want %d", got, ok, want)
				}
			}
			if got, ok := take(at); ok {
				t.Fatalf("%d of an empty set", got)
			}
		}
	})
}
