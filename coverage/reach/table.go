package reach

import (
	"context"
	"math/bits"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"kaimen/coverage/network"
)

// Cell is a node within reach of the node that a row is of.
type Cell struct {
	Node int32
	Cost network.Cost
}

// Rows are the rows of some consecutive nodes in compressed form: who is within
// reach of each, in order of node, the node itself among them at no cost.
type Rows struct {
	Start int32   // the node of row 0
	First []int32 // [rows+1], into Cells
	Cells []Cell
}

// Len is the number of rows.
func (r *Rows) Len() int { return len(r.First) - 1 }

// Row is the row of node Start + i.
func (r *Rows) Row(i int) []Cell { return r.Cells[r.First[i]:r.First[i+1]] }

const (
	// tableChunk is how many neighbors on the Hilbert curve one worker takes at a
	// time: their searches go over the same memory.
	tableChunk = 64
	// tableChunks is how many chunks are worked on before they are handed over:
	// enough to keep the workers busy, few enough to keep memory small.
	tableChunks = 32
)

// Table hands over the cost from every node to all nodes within cutoff, or from
// all nodes to every node where o searches Toward, some rows at a time in order
// of node. What is handed over lasts only during the call.
//
// Units:  cutoff (inclusive) and costs in the unit of o.Metric; what else o
// asks for, but Direction and Safe, adds nothing.
// Errors: ctx.Err() if ctx ends first; the first error of rows.
// Cost:   one search within cutoff per node, on all processors, and a step for
// each cell: rows are put in order without comparing. Memory: the cells of
// 2,048 rows, and 12 bytes a node for each processor.
func Table(ctx context.Context, n *network.Network, o Options, cutoff network.Cost, rows func(*Rows) error) error {
	o.Both, o.Owners, o.OtherCutoff = false, false, 0
	workers := make(chan *tabler, runtime.GOMAXPROCS(0)) // those that rest
	for range cap(workers) {
		workers <- newTabler(n, o)
	}
	var chunks [tableChunks]Rows
	for start := 0; start < n.NodeCount(); {
		work, workCtx := errgroup.WithContext(ctx)
		used := 0
		for ; used < tableChunks && start < n.NodeCount(); used++ {
			chunk, from, count := &chunks[used], int32(start), min(tableChunk, n.NodeCount()-start)
			worker := <-workers
			work.Go(func() error {
				defer func() { workers <- worker }()
				return worker.fill(workCtx, chunk, from, count, cutoff)
			})
			start += count
		}
		if err := work.Wait(); err != nil {
			return err
		}
		for i := range used {
			if err := rows(&chunks[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// tabler makes rows, and belongs to one goroutine at a time.
type tabler struct {
	search *Search
	seeds  [1]Seed
	// One bit for each node of a row, and one for each word of those that is not
	// zero: a row is in order once its bits are read from the first to the last.
	nodes, words []uint64
}

func newTabler(n *network.Network, o Options) *tabler {
	words := n.NodeCount()/64 + 1
	return &tabler{search: NewSearch(n, o), nodes: make([]uint64, words), words: make([]uint64, words/64+1)}
}

// fill makes the rows of count nodes.
func (t *tabler) fill(ctx context.Context, r *Rows, start int32, count int, cutoff network.Cost) error {
	r.Start, r.First, r.Cells = start, append(r.First[:0], 0), r.Cells[:0]
	for node := start; node < start+int32(count); node++ {
		t.seeds[0].Node = node
		if err := t.search.Run(ctx, t.seeds[:], cutoff); err != nil {
			return err
		}
		r.Cells = t.appendRow(r.Cells)
		r.First = append(r.First, int32(len(r.Cells)))
	}
	return ctx.Err() // a search looks at it only now and then
}

// appendRow adds the nodes of the last search in order.
func (t *tabler) appendRow(cells []Cell) []Cell {
	touched, labels := t.search.Touched(), t.search.narrow
	for _, node := range touched {
		t.nodes[node>>6] |= 1 << (node & 63)
		t.words[node>>12] |= 1 << (node >> 6 & 63)
	}
	last := len(cells)
	cells = slices.Grow(cells, len(touched))[:last+len(touched)]
	for i, words := range t.words {
		for ; words != 0; words &= words - 1 {
			word := i<<6 | bits.TrailingZeros64(words)
			for set := t.nodes[word]; set != 0; set &= set - 1 {
				node := word<<6 | bits.TrailingZeros64(set)
				cells[last] = Cell{int32(node), labels[node]}
				last++
			}
			t.nodes[word] = 0
		}
		t.words[i] = 0
	}
	return cells
}
