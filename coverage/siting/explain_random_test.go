package siting_test

import (
	"cmp"
	"context"
	"math"
	"slices"

	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/siting"
)

// explainModels lists the models that Explain tells all of.
var explainModels = []siting.Model{
	siting.SetCover, siting.MaxCover, siting.Decay, siting.Median, siting.Center, siting.Backup, siting.MaxMin,
}

// explainDraw is a small problem of one of the models, with few different costs
// and weights, so that there are many ties.
func explainDraw(t *rapid.T, models []siting.Model) *siting.Problem {
	small := func(from, to int, name string) int { return rapid.IntRange(from, to).Draw(t, name) }
	p := &siting.Problem{Model: rapid.SampledFrom(models).Draw(t, "model"), Budget: siting.NoBudget, Areas: small(1, 3, "areas")}
	for range small(1, 8, "sites") {
		p.Sites = append(p.Sites, siting.Site{
			Cost:     int64(small(0, 3, "cost")),
			Capacity: int64(small(0, 9, "capacity")),
			State:    siting.State(max(0, small(-4, 3, "state"))),
		})
	}
	p.Reach.Start = []int64{0}
	all := make([]int32, len(p.Sites))
	for j := range all {
		all[j] = int32(j)
	}
	for range small(0, 12, "demand") {
		p.Demand = append(p.Demand, siting.Demand{Weight: int64(small(0, 4, "weight")), Area: int32(small(-1, p.Areas-1, "area"))})
		row := rapid.Permutation(all).Draw(t, "row")[:small(0, len(all), "reached")]
		costs := make([]uint32, len(row))
		for k := range costs {
			costs[k] = uint32(small(0, 6, "travel"))
		}
		slices.Sort(costs)
		p.Reach.Site, p.Reach.Cost = append(p.Reach.Site, row...), append(p.Reach.Cost, costs...)
		p.Reach.Start = append(p.Reach.Start, int64(len(p.Reach.Site)))
	}
	p.Cutoff = uint32(small(0, 6, "cutoff"))
	p.Number = small(1, len(p.Sites), "number")
	switch p.Model {
	case siting.SetCover:
		p.Number, p.Target = 0, int64(small(0, 12, "target"))
	case siting.Decay:
		p.Steps = []siting.Step{{Cutoff: 1, Share: 1000}, {Cutoff: 3, Share: 400}, {Cutoff: 5, Share: int64(100 * small(0, 4, "share"))}}
	case siting.MaxCover:
		p.Floor = []float64{0, 0, 0.25, 1. / 3}[small(0, 3, "floor")]
	case siting.Median:
		p.Beyond = []uint32{0, 20}[small(0, 1, "beyond")]
	}
	switch p.Model {
	case siting.SetCover, siting.MaxCover, siting.Backup, siting.MaxMin:
		if small(0, 4, "no costs") == 0 {
			p.Reach.Cost = nil
		}
	}
	explainDrawRules(t, p)
	return p
}

func explainDrawRules(t *rapid.T, p *siting.Problem) {
	site := rapid.Int32Range(0, int32(len(p.Sites)-1))
	if rapid.Bool().Draw(t, "budgeted") {
		p.Budget = rapid.Int64Range(0, 9).Draw(t, "budget")
	}
	for range rapid.IntRange(0, 2).Draw(t, "limits") {
		sites := rapid.SliceOfNDistinct(site, 1, len(p.Sites), rapid.ID[int32]).Draw(t, "limited")
		limit := siting.Limit{Name: "kind", Site: sites, Most: int64(rapid.IntRange(0, 4).Draw(t, "most"))}
		if rapid.Bool().Draw(t, "uses") {
			for range sites {
				limit.Use = append(limit.Use, int64(rapid.IntRange(0, 2).Draw(t, "use")))
			}
		}
		p.Limits = append(p.Limits, limit)
	}
	for range rapid.IntRange(0, 3).Draw(t, "pairs") {
		if pair := rapid.SliceOfNDistinct(site, 0, 2, rapid.ID[int32]).Draw(t, "apart"); len(pair) == 2 {
			p.Apart = append(p.Apart, [2]int32{pair[0], pair[1]})
		}
	}
}

// explainAllowed lists the sites that may be opened.
func explainAllowed(p *siting.Problem) (list []int32) {
	for j, s := range p.Sites {
		if s.State == siting.Free || s.State == siting.Required {
			list = append(list, int32(j))
		}
	}
	return list
}

// explainDrawSites is some sites that may be opened, in any order.
func explainDrawSites(t *rapid.T, p *siting.Problem) []int32 {
	list := explainAllowed(p)
	if len(list) == 0 {
		return nil
	}
	return rapid.Permutation(list).Draw(t, "order")[:rapid.IntRange(0, len(list)).Draw(t, "open")]
}

// explainOpen tells which sites are open, existing ones included.
func explainOpen(p *siting.Problem, sites []int32) []bool {
	open := make([]bool, len(p.Sites))
	for j, s := range p.Sites {
		open[j] = s.State == siting.Existing
	}
	for _, j := range sites {
		open[j] = true
	}
	return open
}

// explainTravel is what demand i travels to a site, if it serves it at all.
func explainTravel(p *siting.Problem, i, site int) (uint32, bool) {
	sites, costs := p.Reach.Row(i)
	k := slices.Index(sites, int32(site))
	if k < 0 {
		return 0, false
	}
	if costs == nil {
		return 0, true
	}
	switch p.Model {
	case siting.Median, siting.Center, siting.SingleSource:
		return costs[k], true
	case siting.Decay:
		return costs[k], explainShare(p, costs[k]) > 0
	}
	return costs[k], p.Cutoff == 0 || costs[k] <= p.Cutoff
}

func explainShare(p *siting.Problem, travel uint32) int64 {
	for _, s := range p.Steps {
		if travel <= s.Cutoff {
			return s.Share
		}
	}
	return 0
}

// explainPlainly tells what sites achieve and fall short of, demand by demand and site
// by site: slow, and by the definitions alone.
func explainPlainly(p *siting.Problem, sites []int32) (objective float64, short int64) {
	open := explainOpen(p, sites)
	covered, possible, twice, decayed, traveled, worst := int64(0), int64(0), int64(0), int64(0), int64(0), uint32(0)
	in, all := make([]int64, p.Areas), make([]int64, p.Areas)
	beyond := int64(p.Beyond)
	if beyond == 0 && len(p.Reach.Cost) > 0 {
		beyond = 2 * int64(slices.Max(p.Reach.Cost))
	}
	for i, d := range p.Demand {
		count, could, nearest := 0, false, uint32(math.MaxUint32)
		for j := range p.Sites {
			travel, ok := explainTravel(p, i, j)
			could = could || ok && p.Sites[j].State != siting.Forbidden
			if ok && open[j] {
				count, nearest = count+1, min(nearest, travel)
			}
		}
		if d.Area >= 0 {
			all[d.Area] += d.Weight
		}
		if could {
			possible += d.Weight
		}
		if count == 0 {
			traveled += d.Weight * beyond
			continue
		}
		if d.Area >= 0 {
			in[d.Area] += d.Weight
		}
		covered += d.Weight
		decayed += d.Weight * explainShare(p, nearest)
		traveled += d.Weight * int64(nearest)
		if d.Weight > 0 {
			worst = max(worst, nearest)
		}
		if count > 1 {
			twice += d.Weight
		}
	}
	switch p.Model {
	case siting.SetCover:
		for _, j := range sites {
			objective += float64(p.Sites[j].Cost)
		}
		return objective, max(0, cmp.Or(p.Target, possible)-covered)
	case siting.Decay:
		return float64(decayed) / 1000, 0
	case siting.Median:
		return float64(traveled), 0
	case siting.Center:
		return float64(worst), possible - covered
	case siting.Backup:
		return float64(twice), possible - covered
	case siting.MaxMin:
		least := math.Inf(1)
		for a := range all {
			if all[a] > 0 {
				least = min(least, float64(in[a])/float64(all[a]))
			}
		}
		if math.IsInf(least, 1) {
			least = 0
		}
		return least, 0
	}
	for a := range all {
		for n := in[a]; float64(n) < p.Floor*float64(all[a])-1e-9; n++ {
			short++
		}
	}
	return float64(covered), short
}

// explainKeeps tells whether sites keep all rules but the number.
func explainKeeps(p *siting.Problem, sites []int32) bool {
	open, spent := explainOpen(p, sites), int64(0)
	for _, j := range sites {
		spent += p.Sites[j].Cost
		for _, pair := range p.Apart {
			if (pair[0] == j || pair[1] == j) && open[pair[0]] && open[pair[1]] {
				return false
			}
		}
	}
	for _, l := range p.Limits {
		used := int64(0)
		for k, j := range l.Site {
			if slices.Contains(sites, j) && l.Use != nil {
				used += l.Use[k]
			} else if slices.Contains(sites, j) {
				used++
			}
		}
		if used > l.Most {
			return false
		}
	}
	return spent <= p.Budget
}

// explainEverySet is a Solver that tries every set of sites.
type explainEverySet struct{}

// errExplainNoPlan is what a Solver says of a wish that cannot be met.
var errExplainNoPlan = coverage.Errorf(coverage.Invalid, "no set of sites keeps all rules")

func (explainEverySet) String() string { return "every set" }

func (explainEverySet) Solve(ctx context.Context, p *siting.Problem) (siting.Plan, error) {
	if ctx.Err() != nil {
		return siting.Plan{}, ctx.Err()
	}
	worst := math.Inf(-1)
	if p.Model.Minimizes() {
		worst = math.Inf(1)
	}
	plan := siting.Plan{Objective: worst, Proven: true, End: siting.EndProven}
	for range p.Sites {
		plan.With, plan.Without = append(plan.With, worst), append(plan.Without, worst)
	}
	better := func(a, b float64) bool { return a != b && a < b == p.Model.Minimizes() }
	list := explainAllowed(p)
	found := false
	for set := range 1 << len(list) {
		var sites []int32
		for k, j := range list {
			if set>>k&1 == 1 {
				sites = append(sites, j)
			}
		}
		open := explainOpen(p, sites)
		missing := slices.ContainsFunc(list, func(j int32) bool { return p.Sites[j].State == siting.Required && !open[j] })
		if missing || p.Number > 0 && len(sites) > p.Number || !explainKeeps(p, sites) {
			continue
		}
		objective, short := explainPlainly(p, sites)
		if short > 0 {
			continue
		}
		if !found || better(objective, plan.Objective) {
			plan.Sites, plan.Objective, found = sites, objective, true
		}
		for j := range p.Sites {
			if open[j] && better(objective, plan.With[j]) {
				plan.With[j] = objective
			} else if !open[j] && better(objective, plan.Without[j]) {
				plan.Without[j] = objective
			}
		}
	}
	plan.Bound = plan.Objective
	if !found {
		return siting.Plan{}, errExplainNoPlan
	}
	return plan, nil
}
