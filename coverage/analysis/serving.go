package analysis

import (
	"context"
	"runtime"
	"slices"
	"strings"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/coverage/reach"
	"kaimen/coverage/zonal"
)

// served keeps how the facilities of some kinds serve the demand, by kinds,
// rank and cutoff. Many indicators stand on the same.
type served = cache[servedKey, *serving]

type servedKey struct {
	kinds  string
	rank   int
	cutoff Cutoff
}

// How many servings are kept: one for each kind of a district under both rules,
// and some; fewer where each is large, of some ten megabytes in a city.
const (
	mostServings  = 128
	leastServings = 8
	servedPoints  = 1_000_000 // demand points over all that are kept
)

func newServed(demand int) *served {
	return newCache[servedKey, *serving](max(leastServings, min(mostServings, servedPoints/max(demand, 1))))
}

// serving is how facilities serve the demand.
type serving struct {
	travel  []zonal.Travel // by demand point: the way to the nearest, or the k-th nearest
	wanted  []bool         // by facility: of the kinds
	reached [][]int32      // by facility: the demand points within the cutoff
	points  *reach.Points
}

// input joins a serving with the weights of a cohort.
func (s *serving) input(weights []coverage.Amount) zonal.Input {
	return zonal.Input{Weights: weights, Travel: s.travel, Facilities: s.wanted, Reached: s.reached}
}

// serve finds, for all demand, the rank-th nearest facility of any of the
// kinds, and for every facility the demand within the cutoff.
func (g *grounds) serve(ctx context.Context, b *base, kinds []string, rank int, c Cutoff) (*serving, error) {
	key := servedKey{strings.Join(kinds, "\x00"), rank, c}
	return g.served.get(ctx, key, func(ctx context.Context) (*serving, error) {
		s := &serving{}
		s.points, s.wanted = g.facilitiesOf(b, kinds...)
		var err error
		if s.travel, err = g.ways(ctx, s.points, rank, c); err != nil {
			return nil, err
		}
		s.reached, err = g.withinCutoff(ctx, s.wanted, c)
		return s, err
	})
}

// ways is the way from every demand point to its nearest facility, or to its
// rank-th nearest, however far.
func (g *grounds) ways(ctx context.Context, facilities *reach.Points, rank int, c Cutoff) ([]zonal.Travel, error) {
	if rank <= 1 {
		return g.nearest(ctx, facilities, c)
	}
	nearest, err := reach.KNearestOf(ctx, g.network, facilities, rank, network.Unreached,
		reach.Options{Metric: c.Metric, Direction: network.Toward, Both: true})
	if err != nil {
		return nil, err
	}
	travel := make([]zonal.Travel, g.demand.Len())
	var hits []reach.Hit
	for i := range travel {
		hits = nearest.At(g.demand.Snap(int32(i)), hits[:0])
		travel[i] = travelOf(c, hits, rank)
	}
	return travel, nil
}

// travelOf is the way to the rank-th of some hits, nearest first.
func travelOf(c Cutoff, hits []reach.Hit, rank int) zonal.Travel {
	if len(hits) < rank {
		return zonal.Travel{Facility: -1}
	}
	hit := hits[rank-1]
	t := zonal.Travel{Facility: hit.Facility, Covered: hit.Cost <= c.Value, Milliseconds: hit.Cost, Millimeters: hit.Other}
	if c.Metric == network.Length {
		t.Milliseconds, t.Millimeters = hit.Other, hit.Cost
	}
	return t
}

// withinCutoff lists, for every facility wanted, the demand points within the
// cutoff.
func (g *grounds) withinCutoff(ctx context.Context, wanted []bool, c Cutoff) ([][]int32, error) {
	reached := make([][]int32, len(wanted))
	err := g.scan(ctx, wanted, c, func(f int, found []reach.Target) {
		reached[f] = make([]int32, len(found))
		for i, target := range found {
			reached[f][i] = target.Point
		}
	})
	return reached, err
}

// scan finds the demand within the cutoff of every facility wanted, and hands it
// to keep, which is called for one facility once, from any goroutine; what it is
// given lasts only during the call. All processors take their share.
func (g *grounds) scan(ctx context.Context, wanted []bool, c Cutoff, keep func(f int, found []reach.Target)) error {
	var list []int
	for f := range wanted {
		if wanted[f] {
			list = append(list, f)
		}
	}
	workers := max(min(runtime.GOMAXPROCS(0), len(list)/minScans), 1)
	return each(workers, func(worker int) error {
		scan := reach.NewScan(g.network, g.demand, reach.Options{Metric: c.Metric, Direction: network.Toward})
		for k := worker; k < len(list); k += workers {
			found, err := scan.FromAny(ctx, g.facilities[list[k]], c.Value)
			if err != nil {
				return err
			}
			keep(list[k], found)
		}
		return nil
	})
}

// minScans is how many facilities are worth a worker of their own.
const minScans = 8

// facilitiesOf ties the facilities of some kinds to the network, each by all of
// its entrances. Those of other kinds lie on no edge.
func (g *grounds) facilitiesOf(b *base, kinds ...string) (points *reach.Points, wanted []bool) {
	var snaps []network.Snap
	var owners []int32
	wanted = make([]bool, len(g.facilities))
	for i := range g.facilities {
		if !slices.Contains(kinds, b.Facilities[i].Kind) {
			continue
		}
		wanted[i] = true
		for _, snap := range g.facilities[i] {
			snaps, owners = append(snaps, snap), append(owners, int32(i))
		}
	}
	return reach.NewOwned(g.network, snaps, owners), wanted
}
