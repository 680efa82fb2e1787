package reach

import (
	"context"
	"math"
	"runtime"

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

// tableBlock is how many rows are made before they are handed over: enough to
// keep the workers busy, few enough to keep memory small.
const tableBlock = 2048

// Table hands over the cost from every node to all nodes within cutoff, or from
// all nodes to every node where o searches Toward, some rows at a time in order
// of node. What is handed over lasts only during the call. The further nodes of
// a place have rows of their own.
//
// Units:  cutoff (inclusive) and costs in the unit of o.Metric; what o asks for
// beside that and Direction adds nothing. A cost above 2³¹ - 2, 24 days or
// 2,147 km, counts as out of reach.
// Errors: ctx.Err() if ctx ends first; the first error of rows.
// Cost:   a hierarchy of the network, about a microsecond a node in a city, then
// some nanoseconds a cell, on all processors. Memory: some 100 bytes a node,
// and the cells of 2,048 rows.
// Source: see hierarchy.
func Table(ctx context.Context, n *network.Network, o Options, cutoff network.Cost, rows func(*Rows) error) error {
	cutoff = min(cutoff, math.MaxInt32-1) // a sum of two must be a whole number of 32 bits
	first, arcs := n.Rows(o.Metric, o.Direction)
	h, err := newHierarchy(ctx, first, arcs, cutoff)
	if err != nil {
		return err
	}
	workers := make(chan *tabler, runtime.GOMAXPROCS(0)) // those that rest
	for range cap(workers) {
		workers <- newTabler(h, cutoff)
	}
	var chunks [tableBlock / batchSize]Rows
	for start := 0; start < n.NodeCount(); {
		work, workCtx := errgroup.WithContext(ctx)
		used := 0
		for ; used < len(chunks) && start < n.NodeCount(); used++ {
			chunk, from, count := &chunks[used], int32(start), min(batchSize, n.NodeCount()-start)
			worker := <-workers
			work.Go(func() error {
				defer func() { workers <- worker }()
				if workCtx.Err() == nil {
					worker.fill(chunk, from, count)
				}
				return workCtx.Err()
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
