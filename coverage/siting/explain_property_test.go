package siting_test

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"kaimen/coverage/siting"
)

// explainWorth is what a unit of weight is worth with some sites open, by the one that
// serves it: the larger the better, math.Inf(-1) for none.
func explainWorth(p *siting.Problem, i int, open []bool) (best float64, by []int32) {
	best = math.Inf(-1)
	for j := range p.Sites {
		travel, ok := explainTravel(p, i, j)
		if !ok || !open[j] {
			continue
		}
		w := 0.0
		switch p.Model {
		case siting.Decay:
			w = float64(explainShare(p, travel))
		case siting.Median, siting.Center, siting.SingleSource:
			w = -float64(travel)
		}
		if w > best {
			best = w
		}
		by = append(by, int32(j))
	}
	return best, by
}

// Newly, OnlyHere and what serves whom, by opening and closing every site.
func TestExplainTellsWhoIsServed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := explainDraw(t, siting.Models())
		sites := explainDrawSites(t, p)
		e, err := siting.Explain(t.Context(), p, sites)
		if err != nil {
			t.Fatal(err)
		}
		for k, r := range e.Sites {
			var newly []int32
			people, only := int64(0), int64(0)
			before, with, all := explainOpen(p, sites[:k]), explainOpen(p, sites[:k+1]), explainOpen(p, sites)
			less := explainOpen(p, append(slices.Clone(sites[:k]), sites[k+1:]...))
			for i, d := range p.Demand {
				if d.Weight == 0 {
					continue
				}
				old, _ := explainWorth(p, i, before)
				now, _ := explainWorth(p, i, with)
				if now > old {
					newly, people = append(newly, int32(i)), people+d.Weight
				}
				full, _ := explainWorth(p, i, all)
				if without, _ := explainWorth(p, i, less); without < full {
					only += d.Weight
				}
			}
			if r.Site != sites[k] || !slices.Equal(r.NewlyDemand, newly) || r.Newly != people || r.OnlyHere != only {
				t.Fatalf("site %d: newly %v of %d, only here %d; want %v of %d, %d", r.Site, r.NewlyDemand, r.Newly, r.OnlyHere, newly, people, only)
			}
			if want := explainShared(p, sites, sites[k]); r.Shared != want {
				t.Fatalf("site %d shares %d, want %d", r.Site, r.Shared, want)
			}
		}
		checkExplainServed(t, p, sites, &e)
	})
}

// explainPlaces ranks open sites for demand i: by travel where it counts, existing
// sites first, then the order of the plan.
func explainPlaces(p *siting.Problem, i int, sites []int32) (order []int32) {
	_, order = explainWorth(p, i, explainOpen(p, sites))
	slices.SortFunc(order, func(a, b int32) int {
		byTravel := 0
		switch p.Model {
		case siting.Decay, siting.Median, siting.Center, siting.SingleSource:
			x, _ := explainTravel(p, i, int(a))
			y, _ := explainTravel(p, i, int(b))
			byTravel = cmp.Compare(x, y)
		}
		return cmp.Or(byTravel, cmp.Compare(slices.Index(sites, a), slices.Index(sites, b)), cmp.Compare(a, b))
	})
	return order
}

// explainShared is the weight that a site could serve and does not lose by closing.
func explainShared(p *siting.Problem, sites []int32, site int32) (shared int64) {
	for i, d := range p.Demand {
		order := explainPlaces(p, i, sites)
		at := slices.Index(order, site)
		if p.Model == siting.Median || p.Model == siting.Center || p.Model == siting.SingleSource {
			if at > 1 {
				continue
			}
		}
		open := explainOpen(p, sites)
		full, _ := explainWorth(p, i, open)
		open[site] = false
		if without, _ := explainWorth(p, i, open); at >= 0 && without == full {
			shared += d.Weight
		}
	}
	return shared
}

func checkExplainServed(t *rapid.T, p *siting.Problem, sites []int32, e *siting.Explanation) {
	everywhere := explainOpen(p, explainAllowed(p))
	var unreachable []int32
	away, uncovered := int64(0), int64(0)
	for i, d := range p.Demand {
		want := int32(-1)
		if order := explainPlaces(p, i, sites); len(order) > 0 {
			want = order[0]
		}
		if e.Served[i] != want {
			t.Fatalf("demand %d is served by %d, want %d", i, e.Served[i], want)
		}
		_, could := explainWorth(p, i, everywhere)
		if d.Weight > 0 && len(could) == 0 {
			unreachable, away = append(unreachable, int32(i)), away+d.Weight
		} else if want < 0 {
			uncovered += d.Weight
		}
	}
	if !slices.Equal(e.Unreachable, unreachable) || e.UnreachableWeight != away || e.Uncovered != uncovered {
		t.Fatalf("unreachable %v of %d, uncovered %d; want %v, %d, %d", e.Unreachable, e.UnreachableWeight, e.Uncovered, unreachable, away, uncovered)
	}
}

// Removed and Substitute, by taking the site out and trying every other one.
func TestExplainTellsWhatBecomesOfThePlan(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := explainDraw(t, explainModels)
		sites := explainDrawSites(t, p)
		e, err := siting.Explain(t.Context(), p, sites)
		if err != nil {
			t.Fatal(err)
		}
		objective, short := explainPlainly(p, sites)
		if e.Short != short {
			t.Fatalf("the plan is short of %d, want %d", e.Short, short)
		}
		sign := 1.0
		if p.Model.Minimizes() {
			sign = -1
		}
		for k, r := range e.Sites {
			rest := append(slices.Clone(sites[:k]), sites[k+1:]...)
			want := siting.Change{}
			want.Objective, want.Short = explainPlainly(p, rest)
			want.Loss = sign * (objective - want.Objective)
			if *r.Removed != want {
				t.Fatalf("without site %d: %+v, want %+v", r.Site, *r.Removed, want)
			}
			best, found := explainBestInstead(p, sites, k)
			if (r.Substitute != nil) != found {
				t.Fatalf("site %d: substitute %+v, want one: %v", r.Site, r.Substitute, found)
			}
			if !found {
				continue
			}
			best.Loss = sign * (objective - best.Objective)
			if *r.Substitute != best {
				t.Fatalf("instead of site %d: %+v, want %+v", r.Site, *r.Substitute, best)
			}
		}
	})
}

// explainBestInstead tries every site in place of the k-th.
func explainBestInstead(p *siting.Problem, sites []int32, k int) (best siting.Substitute, found bool) {
	if p.Sites[sites[k]].State == siting.Required {
		return best, false
	}
	covered := int64(0)
	for _, j := range explainAllowed(p) {
		if slices.Contains(sites, j) {
			continue
		}
		swapped := slices.Clone(sites)
		swapped[k] = j
		now := siting.Substitute{Site: j}
		now.Objective, now.Short = explainPlainly(p, swapped)
		if !explainSwapKeeps(p, sites, k, j) || p.Model == siting.Center && now.Short > 0 {
			continue
		}
		reached := explainReached(p, swapped)
		better := cmp.Compare(now.Objective, best.Objective)
		if !p.Model.Minimizes() {
			better = -better
		}
		if !found || cmp.Or(cmp.Compare(now.Short, best.Short), better, cmp.Compare(covered, reached)) < 0 {
			best, covered, found = now, reached, true
		}
	}
	return best, found
}

// explainReached is what breaks ties of the objective, where it is not travel.
func explainReached(p *siting.Problem, sites []int32) (weight int64) {
	if p.Model == siting.Median || p.Model == siting.Center || p.Model == siting.Decay {
		return 0
	}
	for i, d := range p.Demand {
		if _, by := explainWorth(p, i, explainOpen(p, sites)); len(by) > 0 {
			weight += d.Weight
		}
	}
	return weight
}

// explainSwapKeeps tells whether site j breaks no rule when it is opened instead: the
// budget, its own limits and its own distances.
func explainSwapKeeps(p *siting.Problem, sites []int32, k int, j int32) bool {
	swapped := slices.Clone(sites)
	swapped[k] = j
	about := *p
	about.Limits, about.Apart = nil, nil
	for _, l := range p.Limits {
		if slices.Contains(l.Site, j) {
			about.Limits = append(about.Limits, l)
		}
	}
	for _, pair := range p.Apart {
		if pair[0] == j || pair[1] == j {
			about.Apart = append(about.Apart, pair)
		}
	}
	return explainKeeps(&about, swapped)
}
