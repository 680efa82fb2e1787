package siting_test

import (
	"math/bits"
	"slices"

	"pgregory.net/rapid"

	"kaimen/coverage/siting"
)

// drawProblem draws a small problem without faults. It need not have a plan:
// limits and sites too close may leave none, which a solver has to find.
func drawProblem(t *rapid.T, model siting.Model) *siting.Problem {
	sites, demand := 9, 12
	if model == siting.SingleSource {
		sites, demand = 5, 6
	}
	p := &siting.Problem{Model: model, Budget: siting.NoBudget}
	drawSites(t, p, rapid.IntRange(1, sites).Draw(t, "sites"))
	drawDemand(t, p, rapid.IntRange(0, demand).Draw(t, "demand"))
	travels := model == siting.Median || model == siting.Center || model == siting.Decay || model == siting.SingleSource
	if !travels && one(t, 4, "no costs") {
		p.Reach.Cost = nil
	}
	if one(t, 2, "cutoff") {
		p.Cutoff = rapid.Uint32Range(1, 9).Draw(t, "cutoff")
	}
	drawApart(t, p)
	drawSize(t, p)
	switch model {
	case siting.SetCover:
		if most := reachable(p); most > 0 && one(t, 2, "target") {
			p.Target = rapid.Int64Range(1, most).Draw(t, "target")
		}
	case siting.MaxCover:
		if one(t, 2, "floor") {
			tab := tabulate(p)
			p.Floor = tab.rate(tab.allowed|tab.existing) * float64(rapid.IntRange(0, 4).Draw(t, "floor")) / 4
		}
	case siting.Decay:
		drawSteps(t, p)
	case siting.Median:
		if one(t, 2, "beyond") {
			p.Beyond = rapid.Uint32Range(9, 30).Draw(t, "beyond")
		}
	case siting.SingleSource:
		giveRoom(p)
	}
	return p
}

// one is true once in n times.
func one(t *rapid.T, n int, label string) bool {
	return rapid.IntRange(1, n).Draw(t, label) == n
}

func drawSites(t *rapid.T, p *siting.Problem, n int) {
	states := []siting.State{siting.Free, siting.Free, siting.Free, siting.Free, siting.Free, siting.Existing, siting.Required, siting.Forbidden}
	for range n {
		p.Sites = append(p.Sites, siting.Site{
			Cost:     rapid.Int64Range(0, 4).Draw(t, "cost"),
			Capacity: rapid.Int64Range(0, 15).Draw(t, "capacity"),
			State:    rapid.SampledFrom(states).Draw(t, "state"),
		})
	}
	free := slices.ContainsFunc(p.Sites, func(s siting.Site) bool { return s.State == siting.Free || s.State == siting.Required })
	if !free {
		p.Sites[0].State = siting.Free
	}
}

// drawDemand draws rows with holes, empty rows, and rows that stand there twice.
func drawDemand(t *rapid.T, p *siting.Problem, n int) {
	p.Areas = rapid.IntRange(1, 3).Draw(t, "areas")
	p.Reach.Start = []int64{0}
	p.Reach.Cost = []uint32{}
	type pair struct {
		site int32
		cost uint32
	}
	var row []pair
	for i := range n {
		d := siting.Demand{
			Weight: rapid.Int64Range(0, 6).Draw(t, "weight"),
			Area:   rapid.Int32Range(-1, int32(p.Areas-1)).Draw(t, "area"),
		}
		if p.Model == siting.MaxMin && i == 0 {
			d = siting.Demand{Weight: 3}
		}
		if p.Model == siting.SingleSource {
			d.Load = rapid.Int64Range(0, 4).Draw(t, "load")
		}
		p.Demand = append(p.Demand, d)
		if i == 0 || !one(t, 5, "again") {
			row = nil
			for j := range p.Sites {
				if cost := rapid.Uint32Range(0, 18).Draw(t, "travel"); cost < 9 {
					row = append(row, pair{int32(j), cost})
				}
			}
			slices.SortStableFunc(row, func(a, b pair) int { return int(a.cost) - int(b.cost) })
		}
		for _, r := range row {
			p.Reach.Site, p.Reach.Cost = append(p.Reach.Site, r.site), append(p.Reach.Cost, r.cost)
		}
		p.Reach.Start = append(p.Reach.Start, int64(len(p.Reach.Site)))
	}
	if p.Model == siting.MaxMin && n == 0 {
		p.Demand, p.Reach.Start = []siting.Demand{{Weight: 1}}, []int64{0, 0}
	}
}

// drawApart keeps only pairs that leave the required sites, and some site.
func drawApart(t *rapid.T, p *siting.Problem) {
	n := int32(len(p.Sites))
	if n < 2 {
		return
	}
	for range rapid.IntRange(0, 3).Draw(t, "pairs") {
		a, b := rapid.Int32Range(0, n-1).Draw(t, "one"), rapid.Int32Range(0, n-1).Draw(t, "other")
		fixed := func(j int32) bool { return p.Sites[j].State == siting.Required || p.Sites[j].State == siting.Existing }
		if a == b || fixed(a) && fixed(b) {
			continue
		}
		p.Apart = append(p.Apart, [2]int32{a, b})
		if tabulate(p).allowed == 0 {
			p.Apart = p.Apart[:len(p.Apart)-1]
		}
	}
}

func drawSize(t *rapid.T, p *siting.Problem) {
	tab := tabulate(p)
	most, least := bits.OnesCount(tab.allowed), max(1, bits.OnesCount(tab.required))
	var cost int64
	for j, s := range p.Sites {
		if tab.required>>j&1 == 1 {
			cost += s.Cost
		}
	}
	free := p.Model == siting.SetCover || p.Model == siting.Backup
	number := p.Model == siting.Median || p.Model == siting.Center || p.Model == siting.SingleSource
	if number || free && one(t, 3, "number") || !free && !one(t, 3, "no number") {
		p.Number = rapid.IntRange(least, most).Draw(t, "number")
	}
	for range rapid.IntRange(0, 2).Draw(t, "limits") {
		p.Limits = append(p.Limits, drawLimit(t, p))
	}
	if one(t, 3, "budget") || !free && p.Number == 0 && len(p.Limits) == 0 {
		p.Budget = cost + rapid.Int64Range(0, 10).Draw(t, "budget")
	}
}

func drawLimit(t *rapid.T, p *siting.Problem) siting.Limit {
	l := siting.Limit{Name: "kind", Most: rapid.Int64Range(0, 5).Draw(t, "most")}
	if rapid.Bool().Draw(t, "uses") {
		l.Use = []int64{}
	}
	var needed int64
	for j, s := range p.Sites {
		if rapid.Bool().Draw(t, "limited") {
			continue
		}
		use := int64(1)
		l.Site = append(l.Site, int32(j))
		if l.Use != nil {
			use = rapid.Int64Range(0, 3).Draw(t, "use")
			l.Use = append(l.Use, use)
		}
		if s.State == siting.Required {
			needed += use
		}
	}
	l.Most = max(l.Most, needed)
	return l
}

func drawSteps(t *rapid.T, p *siting.Problem) {
	step := siting.Step{Cutoff: 0, Share: 1000}
	for range rapid.IntRange(1, 3).Draw(t, "steps") {
		step.Cutoff += rapid.Uint32Range(1, 4).Draw(t, "step")
		step.Share = rapid.Int64Range(0, step.Share).Draw(t, "share")
		p.Steps = append(p.Steps, step)
	}
}

// reachable is the weight that all sites that may be open cover.
func reachable(p *siting.Problem) int64 {
	tab := tabulate(p)
	return tab.covered(tab.allowed|tab.existing, 1, anybody)
}

// giveRoom makes one site that may be open so large that it holds all demand,
// where the sites hold too little.
func giveRoom(p *siting.Problem) {
	if len(p.Faults()) == 0 {
		return
	}
	tab, room := tabulate(p), int64(0)
	for _, d := range p.Demand {
		room += max(d.Load, d.Weight)
	}
	first := tab.required
	if first == 0 {
		first = tab.allowed
	}
	p.Sites[bits.TrailingZeros(first)].Capacity = room
}
