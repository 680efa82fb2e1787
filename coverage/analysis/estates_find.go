package analysis

import (
	"cmp"
	"context"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/coverage/zonal"
	"kaimen/geo"
	"kaimen/geo/index"
)

// estateTable is a row for every estate of a base, and what lives in none.
type estateTable struct {
	b     *base
	needs []Need
	rows  []EstateRow // along Snapshot.Estates
	none  coverage.Amount
	homes []int // by demand point: its estate; -1 for none and for what counts nowhere
}

// estatesOf holds all estates of a base against the needs.
func estatesOf(ctx context.Context, w *work[EstateOptions], b *base, g *grounds) (*estateTable, error) {
	areas := index.NewAreas(len(b.Estates), func(i int) orb.MultiPolygon { return b.Estates[i].Area })
	t := &estateTable{b: b, needs: w.Options.Needs, rows: make([]EstateRow, len(b.Estates))}
	weights := weightsOf(b.Snapshot, w.Cohort)
	t.describe(areas)
	t.settle(weights)
	lacks, err := t.reach(ctx, w, g, weights)
	if err != nil {
		return nil, err
	}
	t.lack(weights, lacks)
	charging, err := g.serve(ctx, b, chargingKinds(), 1, w.Cutoff)
	if err != nil {
		return nil, err
	}
	t.charge(charging, areas, weights)
	return t, nil
}

func chargingKinds() []string { return []string{"charging_post", "ebike_charging"} }

// describe fills in what the layers say of each estate, and finds the estate of
// each demand point.
func (t *estateTable) describe(areas *index.Areas) {
	b := t.b
	byID := make(map[string]int, len(b.Estates))
	for i := range b.Estates {
		byID[b.Estates[i].ID] = i
	}
	communities := b.zones.Of(coverage.LevelCommunity)
	around := index.NewAreas(len(communities), func(i int) orb.MultiPolygon { return communities[i].Area })
	ofBuilding := make(map[string]int, len(b.Buildings))
	counted := make([]int, len(b.Estates))
	for i := range b.Buildings {
		x := &b.Buildings[i]
		estate, ok := byID[x.Estate]
		if !ok {
			estate, ok = areas.First(geo.InteriorPoint(x.Area))
		}
		if ok {
			ofBuilding[x.ID] = estate
			counted[estate]++
		}
	}
	for i := range b.Estates {
		x := &b.Estates[i]
		t.rows[i] = EstateRow{
			ID: x.ID, Name: x.Name, Old: x.Old, Gated: x.Gated, YearBuilt: known(x.YearBuilt), Households: known(x.Households),
			Buildings: cmp.Or(counted[i], x.Buildings), Cohorts: make(map[string]coverage.Amount), Area: x.Area,
		}
		if k, ok := around.First(geo.InteriorPoint(x.Area)); ok {
			t.rows[i].Community = &communities[k].ID
		}
	}
	t.homes = make([]int, len(b.Demand))
	for i := range b.Demand {
		d := &b.Demand[i]
		estate, ok := ofBuilding[d.Building]
		if !ok {
			estate, ok = areas.First(d.At)
		}
		if !ok || b.zones.Outside[i] {
			estate = -1
		}
		t.homes[i] = estate
	}
}

// known is a number of which 0 stands for not known.
func known(n int) *int {
	if n == 0 {
		return nil
	}
	return &n
}

// settle sums up who lives in each estate.
func (t *estateTable) settle(weights []coverage.Amount) {
	cohorts := cohortsOf(t.b.Snapshot)
	for k := range t.rows {
		for _, cohort := range cohorts {
			t.rows[k].Cohorts[cohort] = 0
		}
		if slices.Contains(cohorts, weightElderly) {
			t.rows[k].ElderlyUnserved = new(coverage.Amount)
		}
	}
	for i, home := range t.homes {
		if home < 0 {
			if !t.b.zones.Outside[i] {
				t.none += weights[i]
			}
			continue
		}
		t.rows[home].Demand += weights[i]
		for cohort, weight := range t.b.Demand[i].Weights {
			t.rows[home].Cohorts[cohort] += weight
		}
	}
}

// reach takes one need after the other, and tells how many each demand point
// lacks.
func (t *estateTable) reach(ctx context.Context, w *work[EstateOptions], g *grounds, weights []coverage.Amount) (lacks []int, err error) {
	level, err := withoutSteps(ctx, w, t.b, g)
	if err != nil {
		return nil, err
	}
	lacks = make([]int, len(t.homes))
	barred := make([]bool, len(t.homes))
	for k := range t.rows {
		t.rows[k].Missing, t.rows[k].Covered = []string{}, make(map[string]coverage.Amount)
	}
	limit := w.usualLength()
	for _, need := range t.needs {
		s, err := g.serve(ctx, t.b, need.Kinds, need.Count, w.Cutoff)
		if err != nil {
			return nil, err
		}
		points, _ := level.facilitiesOf(t.b, need.Kinds...)
		rolled, err := level.ways(ctx, points, need.Count, Cutoff{network.Length, network.Unreached})
		if err != nil {
			return nil, err
		}
		for i, way := range s.travel {
			if !way.Covered {
				lacks[i]++
				continue
			}
			barred[i] = barred[i] || longer(rolled[i], max(limit, way.Millimeters))
		}
		t.cover(need.String(), s.travel, weights)
	}
	for i, home := range t.homes {
		if home >= 0 && barred[i] {
			t.rows[home].StepBarred += weights[i]
		}
	}
	return lacks, nil
}

// cover counts who reaches a need, and lists it as missing where they are less
// than half.
func (t *estateTable) cover(need string, travel []zonal.Travel, weights []coverage.Amount) {
	for k := range t.rows {
		t.rows[k].Covered[need] = 0
	}
	for i, home := range t.homes {
		if home >= 0 && travel[i].Covered {
			t.rows[home].Covered[need] += weights[i]
		}
	}
	for k := range t.rows {
		if row := &t.rows[k]; 2*row.Covered[need] < row.Demand {
			row.Missing = append(row.Missing, need)
		}
	}
}

// lack counts who lacks what.
func (t *estateTable) lack(weights []coverage.Amount, lacks []int) {
	for i, home := range t.homes {
		if home < 0 || lacks[i] == 0 {
			continue
		}
		row := &t.rows[home]
		row.Unserved += weights[i]
		row.UnservedNeeds += weights[i] * coverage.Amount(lacks[i])
		if row.ElderlyUnserved != nil {
			*row.ElderlyUnserved += t.b.Demand[i].Weights[weightElderly]
		}
	}
	for k := range t.rows {
		t.rows[k].UnservedRate = rateOf(t.rows[k].Unserved, t.rows[k].Demand)
	}
}

// charge counts the charging in each estate and within reach of it.
func (t *estateTable) charge(s *serving, areas *index.Areas, weights []coverage.Amount) {
	add := func(count *int, capacity **float64, f int) {
		*count++
		if given := t.b.Facilities[f].Capacity; given != nil {
			if *capacity == nil {
				*capacity = new(float64)
			}
			**capacity += *given
		}
	}
	seen := make([]int, len(t.rows)) // facility+1 that was counted here last
	var holding []int
	for f, wanted := range s.wanted {
		if !wanted {
			continue
		}
		holding = areas.Holding(t.b.Facilities[f].At, holding[:0])
		for _, k := range holding {
			add(&t.rows[k].ChargingInside, &t.rows[k].ChargingInsideCapacity, f)
		}
		for _, i := range s.reached[f] {
			if k := t.homes[i]; k >= 0 && weights[i] > 0 && seen[k] != f+1 {
				seen[k] = f + 1
				add(&t.rows[k].ChargingReachable, &t.rows[k].ChargingReachableCapacity, f)
			}
		}
	}
	for k := range t.rows {
		t.rows[k].ChargingMissing = t.rows[k].ChargingInside == 0 && t.rows[k].ChargingReachable == 0
	}
}
