package analysis

import (
	"cmp"
	"math"
	"slices"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/coverage/siting"
)

// largestUnreachable is how many places that nobody can serve are told one by one.
const largestUnreachable = 20

func finite(x float64) bool { return !math.IsInf(x, 0) && !math.IsNaN(x) }

// objective is one of the problem in the unit of the answer.
func (w *siteWork) objective(x float64) float64 {
	weight := float64(w.scale.weight) / float64(coverage.AmountUnit)
	travel := float64(w.scale.travel) / 1000
	switch w.Options.Model {
	case siting.SetCover, siting.MaxMin:
		return x + 0 // no -0
	case siting.Center:
		return x*travel + 0
	case siting.Median, siting.SingleSource:
		return x*weight*travel + 0
	}
	return x*weight + 0
}

// meaning says what the objective counts.
func (w *siteWork) meaning() (unit, meaning string) {
	way, who := "s", w.kinds[0].Cohort
	if w.Cutoff.Metric == network.Length {
		way = "m"
	}
	for k := range w.kinds {
		if w.kinds[k].Cohort != who || w.kinds[k].Weight != 1 {
			who = "demand"
		}
	}
	switch w.Options.Model {
	case siting.SetCover:
		return "cost", "the cost of new sites; the least such that all that can be is covered, or the share asked for"
	case siting.MaxCover:
		return who, "demand within the cutoff of an existing or a new site; the most"
	case siting.Decay:
		return who, "demand, each place by the share of the nearest step that it has a site in; the most"
	case siting.Median:
		return who + "·" + way, "the way of all demand to its nearest site, existing or new; the least. What reaches none as far as is searched counts twice that far"
	case siting.Center:
		return way, "the way of whoever has the longest one to the nearest site, of all who reach any as far as is searched; the least"
	case siting.Backup:
		return who, "demand within the cutoff of two sites, where all that can be has one; the most"
	case siting.Splittable:
		return who, "demand that sites within the cutoff have room for; the most"
	case siting.SingleSource:
		return who + "·" + way, "the way of all demand to the site that has room for it; the least"
	}
	return "rate", "the rate of coverage of the zone that is covered least; the largest"
}

// sum fills in what holds for the plan as a whole.
func (w *siteWork) sum(s *SitesSummary, plan *siting.Plan, why *siting.Explanation, marks []siting.Mark) {
	*s = SitesSummary{
		Model: w.Options.Model, Objective: w.objective(plan.Objective), Bound: w.objective(plan.Bound), Gap: plan.Gap(), Proven: plan.Proven,
		End: string(plan.End), Complete: true, Sites: len(plan.Sites), Spent: plan.Spent, Budget: w.Options.Budget,
		Short: w.scale.amount(why.Short), CandidateCount: len(w.found.Candidates), RejectedCount: len(w.found.Rejected),
		Work: plan.Work, Nodes: plan.Nodes, RejectedBy: w.rejectedBy(), Notes: append([]string{}, w.found.Notes...),
		Kinds: []SiteSum{}, Areas: []SiteArea{}, UnreachableLargest: []SitePlace{}, Curve: []SiteCurvePoint{},
		AlternativePlans: []SiteAlternative{}, Changes: []SiteChange{}, Skipped: []SiteSkipped{},
	}
	s.Unit, s.Meaning = w.meaning()
	before, beforeBy := w.covered(w.opened(nil))
	open := w.opened(plan.Sites)
	after, afterBy := w.covered(open)
	s.Before, s.After = before, after
	demand := make([]coverage.Amount, w.p.Areas)
	for i, row := range w.rows {
		s.Demand += row.amount
		if area := w.p.Demand[i].Area; area >= 0 {
			demand[area] += row.amount
		}
	}
	s.BeforeRate, s.AfterRate = rateOf(before, s.Demand), rateOf(after, s.Demand)
	w.sumUnreachable(s)
	s.Uncovered = s.Demand - s.After - s.Unreachable
	s.MeanBefore, s.MeanAfter = w.mean(w.opened(nil)), w.mean(open)
	w.sumKinds(s, plan)
	for area := range demand {
		if demand[area] == 0 {
			continue
		}
		z := w.zones[area%len(w.zones)]
		s.Areas = append(s.Areas, SiteArea{
			w.kinds[area/len(w.zones)].Kind, z.ID, z.Name, demand[area], beforeBy[area], afterBy[area],
			rateOf(beforeBy[area], demand[area]), rateOf(afterBy[area], demand[area]),
		})
	}
	if w.p.Model == siting.MaxMin || w.Options.Floor != nil {
		s.Fair.LeastRate = w.leastRate(afterBy)
	}
	for i := range w.found.Candidates {
		switch marks[i] {
		case siting.MarkIn:
			s.Marks.In++
		case siting.MarkOut:
			s.Marks.Out++
		case siting.MarkInterchangeable:
			s.Marks.Interchangeable++
		default:
			s.Marks.Open++
		}
	}
	s.list(w, marks, open)
}

// covered is the demand within the cutoff of any open site, in all and by area.
func (w *siteWork) covered(open []bool) (all coverage.Amount, byArea []coverage.Amount) {
	byArea = make([]coverage.Amount, w.p.Areas)
	for i, row := range w.rows {
		if !slices.ContainsFunc(w.p.Reach.Within(i, w.p.Cutoff), func(s int32) bool { return open[s] }) {
			continue
		}
		all += row.amount
		if area := w.p.Demand[i].Area; area >= 0 {
			byArea[area] += row.amount
		}
	}
	return all, byArea
}

// leastRate is the rate of the area that is covered least; nil if there is none
// with demand.
func (w *siteWork) leastRate(covered []coverage.Amount) (rate *float64) {
	demand := make([]coverage.Amount, w.p.Areas)
	for i, row := range w.rows {
		if area := w.p.Demand[i].Area; area >= 0 {
			demand[area] += row.amount
		}
	}
	for area := range demand {
		if r := rateOf(covered[area], demand[area]); r != nil {
			rate = least(rate, *r)
		}
	}
	return rate
}

// mean is the mean way to the nearest open site, of demand that has one as far as
// is known: within the cutoff, or as far as models of travel search.
func (w *siteWork) mean(open []bool) *float64 {
	sum, weight := 0.0, 0.0
	for i, row := range w.rows {
		_, shift := w.horizon(&w.kinds[row.kind])
		sites, costs := w.p.Reach.Row(i)
		for k, s := range sites {
			if !open[s] {
				continue
			}
			if travels(w.p.Model) || costs[k] <= w.p.Cutoff {
				sum += float64(row.amount) * (float64(costs[k])*float64(w.scale.travel) - float64(shift))
				weight += float64(row.amount)
			}
			break
		}
	}
	if weight == 0 {
		return nil
	}
	mean := sum / weight / 1000
	return &mean
}

// sumUnreachable tells the demand beyond the cutoff of every site, the largest
// first.
func (w *siteWork) sumUnreachable(s *SitesSummary) {
	var list []int
	for i, row := range w.rows {
		free := func(site int32) bool { return w.p.Sites[site].State != siting.Forbidden }
		if !slices.ContainsFunc(w.p.Reach.Within(i, w.p.Cutoff), free) {
			s.Unreachable += row.amount
			s.UnreachablePoints++
			list = append(list, i)
		}
	}
	slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(w.rows[b].amount, w.rows[a].amount) })
	for _, i := range list[:min(len(list), largestUnreachable)] {
		row := w.rows[i]
		d := &w.base.Demand[row.point]
		s.UnreachableLargest = append(s.UnreachableLargest, SitePlace{d.ID, w.kinds[row.kind].Kind, d.At, row.amount})
	}
}

// sumKinds tells each kind by itself.
func (w *siteWork) sumKinds(s *SitesSummary, plan *siting.Plan) {
	for k := range w.kinds {
		kind := &w.kinds[k]
		sum := SiteSum{
			Kind: kind.Kind, Cohort: kind.Cohort, CutoffS: kind.reach.Seconds(), CutoffM: kind.reach.Meters(),
			Existing: len(kind.existing), Number: kind.Number,
		}
		for _, of := range w.sites {
			sum.Candidates += oneIf(of.kind == k && of.candidate >= 0)
		}
		for _, site := range plan.Sites {
			if w.sites[site].kind == k {
				sum.Sites++
				sum.Spent += w.p.Sites[site].Cost
			}
		}
		s.Kinds = append(s.Kinds, sum)
	}
	before, after := w.opened(nil), w.opened(plan.Sites)
	for i, row := range w.rows {
		sum := &s.Kinds[row.kind]
		amount := w.base.Demand[row.point].Weights[sum.Cohort]
		sum.Demand += amount
		within := w.p.Reach.Within(i, w.p.Cutoff)
		if slices.ContainsFunc(within, func(site int32) bool { return before[site] }) {
			sum.Before += amount
		}
		if slices.ContainsFunc(within, func(site int32) bool { return after[site] }) {
			sum.After += amount
		}
	}
	for k := range s.Kinds {
		sum := &s.Kinds[k]
		sum.BeforeRate, sum.AfterRate = rateOf(sum.Before, sum.Demand), rateOf(sum.After, sum.Demand)
	}
}
