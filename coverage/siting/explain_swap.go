package siting

import (
	"context"
	"slices"
)

// explainOutcome is a plan and what it achieves.
type explainOutcome struct {
	site      int32 // that was opened to get there; -1 for none
	objective float64
	short     int64
	covered   int64 // weight, by what is to be made large beside the objective
}

// against tells an outcome as a change of another.
func (o explainOutcome) against(m Model, before explainOutcome) Change {
	loss := before.objective - o.objective
	if m.Minimizes() {
		loss = -loss
	}
	return Change{Objective: o.objective, Loss: loss, Short: o.short}
}

// better tells the better of two outcomes; equals go by index.
func (o explainOutcome) better(than explainOutcome, m Model) bool {
	switch {
	case o.short != than.short:
		return o.short < than.short
	case o.objective != than.objective:
		return o.objective < than.objective == m.Minimizes()
	case o.covered != than.covered:
		return o.covered > than.covered
	}
	return o.site < than.site
}

// explainSwapper tells what becomes of a plan if one of its sites closes, and another
// opens instead. Closing a site adds loss, opening one takes gain away; where a
// pair meets, extra is what both sums together miss.
type explainSwapper struct {
	*explainTally
	rules *explainRules
	start []int32 // by site of the plan, and one more: where its demand starts
	mine  []int32 // demand by the site that serves it, by area in that
	twice []int32 // of Backup: demand within of two, by either of them
	from  []int32 // as start, of twice

	bad, within2  int64   // what the plan leaves undone, and has within of two
	gain, gain2   []int64 // by site
	extra, extra2 []int64 // by site, for the one that is closed now
	loss, loss2   int64   // of the one that is closed now
	out           int     // its place in the order
	areas         *explainAreas
	center        *explainCenter
	demanded      int64 // weight to cover, of models that say so
}

func newExplainSwapper(ctx context.Context, t *explainTally) (*explainSwapper, error) {
	n := len(t.p.Sites)
	s := &explainSwapper{explainTally: t, rules: newExplainRules(t.p, t.sites), demanded: t.possible}
	s.gain, s.extra = make([]int64, n), make([]int64, n)
	if t.p.Model == SetCover && t.p.Target > 0 {
		s.demanded = t.p.Target
	}
	s.mine, s.start = s.bySite(func(i int32, to func(site int32)) { to(t.near[i]) })
	if t.p.Model == Backup {
		s.gain2, s.extra2 = make([]int64, n), make([]int64, n)
		s.twice, s.from = s.bySite(func(i int32, to func(site int32)) {
			if t.opens[i] == 2 {
				to(t.near[i])
				to(t.next[i])
			}
		})
	}
	if t.p.Model == Center {
		s.center = newExplainCenter(s)
		return s, nil
	}
	if t.p.Model == MaxMin || t.p.Model == MaxCover && t.p.Floor > 0 {
		s.areas = newExplainAreas(s)
	}
	for i := range t.p.Demand {
		if i%4096 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		s.add(i)
	}
	return s, nil
}

// bySite puts demand that has weight in lists by the sites of the plan: in every
// list in the order of areas, then of demand.
func (s *explainSwapper) bySite(of func(i int32, to func(site int32))) (list, start []int32) {
	start = make([]int32, len(s.sites)+2)
	order := s.byArea()
	count := func(site int32) {
		if site >= 0 && s.rank[site] >= s.existing {
			start[s.rank[site]-s.existing+2]++
		}
	}
	for _, i := range order {
		of(i, count)
	}
	for k := 2; k < len(start); k++ {
		start[k] += start[k-1]
	}
	list = make([]int32, start[len(start)-1])
	var now int32
	put := func(site int32) {
		if site >= 0 && s.rank[site] >= s.existing {
			at := &start[s.rank[site]-s.existing+1]
			list[*at] = now
			*at++
		}
	}
	for _, i := range order {
		now = i
		of(i, put)
	}
	return list, start[:len(start)-1]
}

// byArea lists demand that has weight: by area if the model minds areas, else as
// it stands.
func (s *explainSwapper) byArea() []int32 {
	list := make([]int32, 0, len(s.p.Demand))
	for i := range s.p.Demand {
		if s.p.Demand[i].Weight > 0 {
			list = append(list, int32(i))
		}
	}
	if s.p.Model == MaxMin || s.p.Floor > 0 {
		slices.SortStableFunc(list, func(a, b int32) int { return int(s.p.Demand[a].Area) - int(s.p.Demand[b].Area) })
	}
	return list
}

// add counts what every closed site could do for demand i.
func (s *explainSwapper) add(i int) {
	w := s.p.Demand[i].Weight
	if w == 0 {
		return
	}
	s.bad += w * s.nearGrade[i]
	if s.opens[i] >= 2 {
		s.within2 += w
	}
	row, costs := s.row(i)
	for k, site := range row {
		grade := s.grade(costs, k)
		if grade >= s.nearGrade[i] {
			break
		}
		s.gain[site] += w * (s.nearGrade[i] - grade)
	}
	if s.gain2 == nil || s.opens[i] != 1 {
		return
	}
	for _, site := range row {
		s.gain2[site] += w
	}
}

// remove closes the k-th site of the plan, for replace to fill the place. Each
// call starts from the whole plan.
func (s *explainSwapper) remove(ctx context.Context, k int) error {
	s.out = k
	if s.center != nil {
		return s.center.remove(ctx, k)
	}
	clear(s.extra)
	s.loss = 0
	for at, i := range s.mine[s.start[k]:s.start[k+1]] {
		if at%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		s.miss(i)
	}
	if s.extra2 != nil {
		s.missTwice(k)
	}
	if s.areas != nil {
		s.areas.remove(k)
	}
	return ctx.Err()
}

// miss counts demand that loses the site that serves it.
func (s *explainSwapper) miss(i int32) {
	w := s.p.Demand[i].Weight
	near, next := s.nearGrade[i], s.nextGrade[i]
	if next <= near {
		return // the next one does as well
	}
	s.loss += w * (next - near)
	row, costs := s.row(int(i))
	for k, site := range row {
		grade := s.grade(costs, k)
		if grade >= next {
			break
		}
		s.extra[site] += w * (next - max(grade, near))
	}
}

// missTwice counts demand that was within of the closed site and just one more,
// and demand that is within of no other, for which another is not a second.
func (s *explainSwapper) missTwice(k int) {
	clear(s.extra2)
	s.loss2 = 0
	for _, i := range s.twice[s.from[k]:s.from[k+1]] {
		w := s.p.Demand[i].Weight
		s.loss2 += w
		row, _ := s.row(int(i))
		for _, site := range row {
			s.extra2[site] += w
		}
	}
	for _, i := range s.mine[s.start[k]:s.start[k+1]] {
		if s.opens[i] != 1 {
			continue
		}
		row, _ := s.row(int(i))
		for _, site := range row {
			s.extra2[site] -= s.p.Demand[i].Weight
		}
	}
}

// now is the plan as it is.
func (s *explainSwapper) now() explainOutcome {
	if s.center != nil {
		return s.center.now()
	}
	o := s.sum(s.bad, s.within2, s.rules.spent)
	if s.areas != nil {
		s.areas.now(&o)
	}
	return o
}

// without is the plan without the closed site.
func (s *explainSwapper) without() explainOutcome {
	if s.center != nil {
		return s.center.without()
	}
	o := s.sum(s.bad+s.loss, s.within2-s.loss2, s.rules.spent-s.p.Sites[s.sites[s.out]].Cost)
	if s.areas != nil {
		s.areas.without(&o)
	}
	return o
}

// with is the plan with another site in place of the closed one.
func (s *explainSwapper) with(site int32) (o explainOutcome, ok bool) {
	if s.center != nil {
		return s.center.with(site)
	}
	within2 := s.within2 - s.loss2
	if s.extra2 != nil {
		within2 += s.gain2[site] + s.extra2[site]
	}
	o = s.sum(s.bad+s.loss-s.gain[site]-s.extra[site], within2, s.rules.spent-s.p.Sites[s.sites[s.out]].Cost+s.p.Sites[site].Cost)
	o.site = site
	if s.areas != nil {
		s.areas.with(&o)
	}
	return o, true
}

// replace lists the best sites to take the place of the closed one, best first,
// at most so many.
func (s *explainSwapper) replace(most int) []explainOutcome {
	var best []explainOutcome
	for site := range int32(len(s.p.Sites)) {
		if !s.rules.mayReplace(s.sites[s.out], site) {
			continue
		}
		o, ok := s.with(site)
		if !ok || len(best) == most && !o.better(best[most-1], s.p.Model) {
			continue
		}
		at := len(best)
		for at > 0 && o.better(best[at-1], s.p.Model) {
			at--
		}
		best = slices.Insert(best, at, o)
		best = best[:min(len(best), most)]
	}
	return best
}

// sum tells what sites achieve that leave so much undone, have so much within of
// two, and cost so much.
func (s *explainSwapper) sum(bad, within2, cost int64) explainOutcome {
	all := s.possible + s.unreachableWeight
	o := explainOutcome{site: -1, covered: all*s.none - bad}
	switch s.p.Model {
	case SetCover:
		o.objective, o.short = float64(cost), max(0, s.demanded-o.covered)
	case Backup:
		o.objective, o.short = float64(within2), max(0, s.demanded-o.covered)
	case Decay:
		o.objective = float64(o.covered) / 1000
	case Median:
		o.objective, o.covered = float64(bad), 0
	default:
		o.objective = float64(o.covered)
	}
	return o
}
