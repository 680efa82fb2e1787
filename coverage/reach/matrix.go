package reach

import (
	"context"
	"runtime"
	"sync"

	"golang.org/x/sync/errgroup"

	"kaimen/coverage/network"
)

// matrixBlock is how many origins are worked on before their rows are handed
// over: enough to keep the workers busy, few enough to keep memory small.
const matrixBlock = 256

// Matrix hands over, origin by origin in order, the destinations within cutoff
// of each; a pair out of reach is absent. A row lasts only during the call.
//
// Input:  of o, the metric, the direction seen from the origins, and the second
// limit count; both costs are always told.
// Units:  cutoff (inclusive) and costs in the unit of the metric, straight ways counted.
// Errors: ctx.Err() if ctx ends first; the first error of row.
// Cost:   one search within cutoff per origin, on all processors.
func Matrix(ctx context.Context, n *network.Network, o Options, origins, destinations *Points, cutoff network.Cost, row func(origin int, reached []Target) error) error {
	o.Both = true
	pool := sync.Pool{New: func() any { return NewScan(n, destinations, o) }}
	rows := make([][]Target, matrixBlock)
	for start := 0; start < origins.Len(); start += matrixBlock {
		count := min(matrixBlock, origins.Len()-start)
		work, workCtx := errgroup.WithContext(ctx)
		work.SetLimit(runtime.GOMAXPROCS(0))
		for i := range count {
			work.Go(func() error {
				scan := pool.Get().(*Scan)
				defer pool.Put(scan)
				found, err := scan.From(workCtx, origins.snaps[start+i], cutoff)
				rows[i] = append(rows[i][:0], found...)
				return err
			})
		}
		if err := work.Wait(); err != nil {
			return err
		}
		for i := range count {
			if err := row(start+i, rows[i]); err != nil {
				return err
			}
		}
	}
	return nil
}
