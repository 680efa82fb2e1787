package analysis

import (
	"context"
	"runtime"
	"slices"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/coverage/reach"
	"kaimen/coverage/siting"
)

// siteDemand is a row of the problem: a demand point as one kind counts it.
type siteDemand struct {
	kind, point int32
	amount      coverage.Amount // of the kind's cohort, times its weight
}

// siteScale is what the integers of a problem stand for: a unit of weight so many
// millionths, a unit of travel so many milliseconds or millimeters.
//
// Both are 1 but where weight times travel of a model of travel would not fit 60
// bits. Then weights are whole thousandths, then travel whole seconds or meters,
// then weights whole people, as far as is needed, each rounded to the nearest.
type siteScale struct{ weight, travel int64 }

// scaleOf finds the scale for so much weight in all and so much travel at most.
func scaleOf(weight coverage.Amount, travel int64) siteScale {
	const most = 1 << 60
	s := siteScale{1, 1}
	for _, s = range []siteScale{{1, 1}, {1000, 1}, {1000, 1000}, {1_000_000, 1000}} {
		if travel <= 0 || int64(weight)/s.weight <= most/max(1, travel/s.travel) {
			break
		}
	}
	return s
}

func (s siteScale) weightOf(a coverage.Amount) int64 { return (int64(a) + s.weight/2) / s.weight }

// amount is a weight of the problem as an amount.
func (s siteScale) amount(weight int64) coverage.Amount { return coverage.Amount(weight * s.weight) }

func (s siteScale) travelOf(c network.Cost) uint32 {
	return uint32((int64(c) + s.travel/2) / s.travel)
}

// listRows lists the demand that counts: inside the boundaries, with weight.
func (w *siteWork) listRows() (total coverage.Amount) {
	for k := range w.kinds {
		kind := &w.kinds[k]
		for i := range w.base.Demand {
			amount := w.base.Demand[i].Weights[kind.Cohort]
			if kind.Weight != 1 {
				amount = coverage.Amount(float64(amount) * kind.Weight)
			}
			if amount > 0 && !w.base.zones.Outside[i] {
				w.rows = append(w.rows, siteDemand{int32(k), int32(i), amount})
				total += amount
			}
		}
	}
	return total
}

// horizon is how far a kind's sites are looked for, and shift what is added to
// its travel so that one cutoff holds for all kinds.
func (w *siteWork) horizon(k *siteKind) (limit, shift network.Cost) {
	switch {
	case travels(w.Options.Model):
		return w.searched(), 0
	case w.Options.Model == siting.Decay:
		last, _ := w.Options.Steps[len(w.Options.Steps)-1].cutoff(w.Cutoff) // checked before
		return last.Value + w.slack(), 0
	}
	return k.reach.Value + w.slack(), w.widest() - k.reach.Value
}

// searched is how far models of travel look.
func (w *siteWork) searched() network.Cost {
	return network.Cost(float64(w.Cutoff.Value) * w.Options.SearchTimes)
}

// slack is how much farther than any cutoff travel is known: a minute, or what is
// walked in it, about 60 m, where the plan is put to the test.
func (w *siteWork) slack() network.Cost {
	if w.Options.Stability {
		return stabilityStep
	}
	return 0
}

const stabilityStep = 60_000 // milliseconds or millimeters

// widest is the largest cutoff of the kinds.
func (w *siteWork) widest() (c network.Cost) {
	for k := range w.kinds {
		c = max(c, w.kinds[k].reach.Value)
	}
	return c
}

// sitePair is a row that a site is within reach of.
type sitePair struct {
	row  int32
	cost uint32
}

// reach finds who reaches every site on some grounds, in rows by demand, nearest
// first, equals by site.
//
// Cost: a search for each site, and 16 bytes for each pair while rows are made.
func (w *siteWork) reach(ctx context.Context, g *grounds) (siting.Reach, error) {
	snaps := w.snapsOf(g)
	rowOf := make([][]int32, len(w.kinds))
	for k := range rowOf {
		rowOf[k] = slices.Repeat([]int32{-1}, g.demand.Len())
	}
	for i, row := range w.rows {
		rowOf[row.kind][row.point] = int32(i)
	}
	found := make([][]sitePair, len(w.sites))
	workers := max(min(runtime.GOMAXPROCS(0), len(w.sites)/minScans), 1)
	err := each(workers, func(worker int) error {
		scan := reach.NewScan(g.network, g.demand, reach.Options{Metric: w.Cutoff.Metric, Direction: network.Toward})
		for s := worker; s < len(w.sites); s += workers {
			if w.sites[s].kind < 0 {
				continue
			}
			kind := w.sites[s].kind
			limit, shift := w.horizon(&w.kinds[kind])
			targets, err := scan.FromAny(ctx, snaps[s], limit)
			if err != nil {
				return err
			}
			for _, t := range targets {
				if row := rowOf[kind][t.Point]; row >= 0 {
					found[s] = append(found[s], sitePair{row, w.scale.travelOf(t.Cost + shift)})
				}
			}
		}
		return nil
	})
	if err != nil {
		return siting.Reach{}, err
	}
	if err := w.reachLinks(ctx, g, rowOf, found); err != nil {
		return siting.Reach{}, err
	}
	return siteRows(len(w.rows), found), ctx.Err()
}

// siteRows turns lists by site into rows by demand, by counting.
func siteRows(demand int, found [][]sitePair) siting.Reach {
	r := siting.Reach{Start: make([]int64, demand+1)}
	for _, pairs := range found {
		for _, pair := range pairs {
			r.Start[pair.row+1]++
		}
	}
	for i := range demand {
		r.Start[i+1] += r.Start[i]
	}
	next := slices.Clone(r.Start[:demand])
	keys := make([]uint64, r.Start[demand])
	for s, pairs := range found {
		for _, pair := range pairs {
			keys[next[pair.row]] = uint64(pair.cost)<<32 | uint64(s)
			next[pair.row]++
		}
		found[s] = nil // to be reused by what follows
	}
	r.Site, r.Cost = make([]int32, len(keys)), make([]uint32, len(keys))
	for i := range demand {
		row := keys[r.Start[i]:r.Start[i+1]]
		slices.Sort(row)
		for k, key := range row {
			at := r.Start[i] + int64(k)
			r.Site[at], r.Cost[at] = int32(uint32(key)), uint32(key>>32)
		}
	}
	return r
}
