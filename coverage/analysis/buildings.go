package analysis

import (
	"context"
	"slices"
	"sync"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/coverage/reach"
	"kaimen/coverage/zonal"
	"kaimen/geo"
)

// The weights that buildings have, beside those of the demand layer: homes, and
// ground in square meters. They count where the demand has no weight of the
// same name.
const (
	weightDwellings = "dwellings"
	weightArea      = "area"
)

func buildingWeights() []string { return []string{weightDwellings, weightArea} }

// counted is b as a cohort counts it: its demand points or, for the homes and
// the ground of buildings, its buildings in their place.
func (b *base) counted(cohort string) *base {
	if len(b.Buildings) == 0 || !slices.Contains(buildingWeights(), cohort) || slices.Contains(cohortsOf(b.Snapshot), cohort) {
		return b
	}
	return b.byBuildings()
}

// livedIn tells which buildings people live in. Where no building has a use, all
// are taken to be lived in.
func (b *base) livedIn() func(i int) bool {
	used := slices.ContainsFunc(b.Buildings, func(x coverage.Building) bool { return x.Use != "" })
	return func(i int) bool {
		x := &b.Buildings[i]
		return !used || x.Use == "residential" || x.Households > 0
	}
}

// asBuildings is b with its buildings as demand: each stands at a point inside
// it and weighs its homes and, if people live in it, its ground.
func (b *base) asBuildings() *base {
	snapshot := *b.Snapshot
	snapshot.Demand = make([]coverage.Demand, len(b.Buildings))
	lived := b.livedIn()
	plane := geo.PlaneOf(b.Bounds())
	for i := range b.Buildings {
		x := &b.Buildings[i]
		weights := map[string]coverage.Amount{weightDwellings: coverage.Amount(x.Households) * coverage.AmountUnit}
		if lived(i) {
			ground, err := coverage.AmountOf(plane.MultiArea(x.Area))
			if err == nil { // else it is larger than any building
				weights[weightArea] = ground
			}
		}
		snapshot.Demand[i] = coverage.Demand{ID: x.ID, At: geo.InteriorPoint(x.Area), Weights: weights, Building: x.ID}
	}
	return b.seenAs(&snapshot)
}

// seenAs is b with the demand of another snapshot of it.
func (b *base) seenAs(snapshot *coverage.Snapshot) *base {
	return (&base{
		Snapshot: snapshot, zones: zonal.Divide(snapshot), whatIf: b.whatIf, countedOf: b,
		byProfile: newCache[string, *grounds](len(network.Profiles())),
	}).lazily()
}

// recounted is the grounds of b's origin with the demand of b tied to them.
func (b *base) recounted(ctx context.Context, p network.Profile, when string) (*grounds, error) {
	before, err := b.countedOf.grounds(ctx, p, when)
	if err != nil {
		return nil, err
	}
	g := *before
	g.demand = b.tieDemand(g.network)
	g.served = newServed(len(b.Demand))
	return &g, ctx.Err()
}

func (b *base) tieDemand(n *network.Network) *reach.Points {
	demand := make([]network.Snap, len(b.Demand))
	for i := range b.Demand {
		demand[i] = n.Snap(b.Demand[i].At)
	}
	return reach.NewPoints(n, demand)
}

// lazily makes other views of b when they are first asked for.
func (b *base) lazily() *base {
	b.byBuildings = sync.OnceValue(b.asBuildings)
	b.cohorts = sync.OnceValue(b.listCohorts)
	b.gapRadius = sync.OnceValue(b.radiusOfGaps)
	b.ungated, b.stepless = sync.OnceValue(b.withoutGates), sync.OnceValue(b.withoutSteps)
	return b
}
