package reach

import (
	"context"
	"encoding/binary"
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
	// dirty tells which blocks of nodes the row has any of: a byte for each, so
	// that marking one waits for nothing that was written before.
	dirty []byte
}

// tableBlock is how many nodes a byte of dirty stands for: so few that a marked
// block is mostly full, so many that there are few to look at.
const tableBlock = 16

func newTabler(n *network.Network, o Options) *tabler {
	blocks := (n.NodeCount() + tableBlock - 1) / tableBlock
	return &tabler{search: NewSearch(n, o), dirty: make([]byte, (blocks+7)/8*8)}
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

// appendRow adds the nodes of the last search in order: it marks the blocks they
// are in, and takes from those, from the first to the last, what has a label.
func (t *tabler) appendRow(cells []Cell) []Cell {
	touched, labels, bound := t.search.Touched(), t.search.narrow, uint64(t.search.bound)
	least, most := len(t.dirty), -1
	for _, node := range touched {
		block := int(node) / tableBlock
		t.dirty[block] = 1
		least, most = min(least, block), max(most, block)
	}
	last := len(cells)
	// Every label of a block is written, and kept if it is within bound.
	cells = slices.Grow(cells, len(touched)+1)[:last+len(touched)+1]
	for at := least / 8 * 8; at <= most; at += 8 {
		for marks := binary.LittleEndian.Uint64(t.dirty[at:]); marks != 0; marks &= marks - 1 {
			first := (at + bits.TrailingZeros64(marks)/8) * tableBlock
			for i, label := range labels[first:min(first+tableBlock, len(labels))] {
				cells[last] = Cell{int32(first + i), label}
				_, kept := bits.Sub64(uint64(label), bound, 0)
				last += int(kept)
			}
		}
		binary.LittleEndian.PutUint64(t.dirty[at:], 0)
	}
	return cells[:last]
}
