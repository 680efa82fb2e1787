package analysis

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/coverage/scenario"
	"kaimen/coverage/siting"
)

// Ends of a search beside those of a plan.
const endDeadline = "deadline"

// CutShort is the code of the warning that an answer lacks what was asked for.
const CutShort = "cut_short"

// lesserEffort is the part of the effort that each further plan has, which is
// only compared with the plan.
const lesserEffort = 10

// plan finds the answer.
func (w *siteWork) plan(ctx context.Context) (*SitesAnswer, error) {
	if err := w.problem(ctx); err != nil {
		return nil, err
	}
	o := w.Options
	o.Watch, o.Deadline = nil, 0
	a := &SitesAnswer{
		Key: w.key, Study: w.base.Study.ID, Snapshot: w.base.ID, Synthetic: w.base.Study.Synthetic, Engine: EngineVersion,
		Question: question(w.CoverageRequest), Options: o, Rows: []SiteRow{}, Warnings: []Warning{},
	}
	a.Warnings = w.warned()
	best := siting.Best{Options: siting.Options{Seed: o.Seed, Effort: o.Effort, Watch: w.watch()}}
	plan, err := best.Solve(ctx, w.p)
	if err != nil {
		return nil, w.words().err(err)
	}
	whole := context.WithoutCancel(ctx) // what is found is told, also when the search was stopped
	why, err := siting.Explain(whole, w.p, plan.Sites)
	if err != nil {
		return nil, err
	}
	marks := siting.Marks(w.p, &plan, *o.Within)
	s := &a.Summary
	w.sum(s, &plan, &why, marks)
	a.Rows = w.planRows(&plan, &why, marks)
	if plan.End == siting.EndCanceled {
		s.End = endOf(ctx)
		s.lack()
	} else if err := w.more(ctx, a, &plan); err != nil {
		return nil, err
	}
	if !s.Complete {
		a.Warnings = append(a.Warnings, Warning{Code: CutShort, Message: "the search was stopped before it was done: the plan is the best so far, and what takes further searches is left out"})
	}
	return a, nil
}

// warned are the warnings of the question, with those on facilities of every kind.
func (w *siteWork) warned() (list []Warning) {
	states := w.base.states(w.grounds, w.kinds[0].Cohort)
	for k := range w.kinds {
		r := w.CoverageRequest
		r.Kind = w.kinds[k].Kind
		for _, warning := range w.engine.warnings(w.base, w.grounds, r, states) {
			if k == 0 || warning.Layer == coverage.LayerFacilities {
				list = append(list, warning)
			}
		}
	}
	return append([]Warning{}, list...)
}

// endOf says what stopped a search.
func endOf(ctx context.Context) string {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return endDeadline
	}
	return string(siting.EndCanceled)
}

// lack marks an answer as cut short.
func (s *SitesSummary) lack() { s.Complete = false }

// watch tells whoever asked where the search stands; nil for nobody.
func (w *siteWork) watch() func(siting.Progress) {
	if w.Options.Watch == nil {
		return nil
	}
	return func(p siting.Progress) {
		w.Options.Watch(progressOf(w.p.Model, p, w.objective, w.namesOf))
	}
}

// progressOf puts where a search stands in the words of whoever asked.
func progressOf(m siting.Model, p siting.Progress, objective func(float64) float64, names func([]int32) []string) SitesProgress {
	told := SitesProgress{Objective: objective(p.Objective), Done: p.Done, Sites: names(p.Sites)}
	stand := siting.Plan{Objective: p.Objective, Bound: p.Bound}
	known := p.Bound >= p.Objective
	if m.Minimizes() {
		known = p.Bound <= p.Objective && p.Bound >= 0
	}
	if bound := objective(p.Bound); known && finite(bound) {
		gap := stand.Gap()
		told.Bound, told.Gap = &bound, &gap
	}
	return told
}

// furtherOptions are those of a search that is only compared with the plan.
func furtherOptions(seed uint64, effort int) siting.Options {
	return siting.Options{Seed: seed, Effort: max(1, cmp.Or(effort, siteEffort)/lesserEffort)}
}

// more adds what takes further searches. Where ctx ends, what is not done is left
// out.
func (w *siteWork) more(ctx context.Context, a *SitesAnswer, plan *siting.Plan) error {
	s, o := &a.Summary, &w.Options
	further := siting.Best{Options: furtherOptions(o.Seed, o.Effort)}
	var err error
	stopped := func() bool {
		if ctx.Err() != nil {
			s.lack()
			err = nil
			return true
		}
		return err != nil
	}
	if err = w.fairness(ctx, s, further); stopped() {
		return err
	}
	if o.Curve > 0 {
		s.Curve, err = w.curve(ctx, further, o.Curve)
		if stopped() {
			return err
		}
	}
	if o.Alternatives > 0 {
		var list []siting.Alternative
		list, err = siting.Alternatives(ctx, further, w.p, plan, *o.Within, o.Alternatives)
		if stopped() {
			return err
		}
		w.alternatives(s, plan, list)
	}
	if o.Stability {
		err = w.stress(ctx, a, further, plan)
		if stopped() {
			return err
		}
	}
	return nil
}

// siteEffort is what a search may take where nothing is said: that of siting.
const siteEffort = 20_000

func (w *siteWork) alternatives(s *SitesSummary, plan *siting.Plan, list []siting.Alternative) {
	for _, other := range list {
		worse := 0.0
		if plan.Objective != 0 {
			worse = (plan.Objective - other.Objective) / plan.Objective
		}
		if w.p.Model.Minimizes() {
			worse = -worse
		}
		s.AlternativePlans = append(s.AlternativePlans, SiteAlternative{
			Objective: w.objective(other.Objective), Worse: worse + 0, Added: w.namesOf(other.Added), Removed: w.namesOf(other.Removed),
		})
	}
}

// fairness finds what the same means cover where no zone is looked at.
func (w *siteWork) fairness(ctx context.Context, s *SitesSummary, b siting.Best) error {
	if w.p.Model != siting.MaxMin && w.Options.Floor == nil {
		return nil
	}
	p := *w.p
	p.Model, p.Floor = siting.MaxCover, 0
	plan, err := b.Solve(ctx, &p)
	if err != nil {
		return err
	}
	open := w.opened(plan.Sites)
	after, byArea := w.covered(open)
	bound := w.scale.amount(int64(plan.Bound))
	price := after - s.After
	s.Fair = SiteFair{
		Without: &after, WithoutBound: &bound, Price: &price, PriceShare: rateOf(price, after),
		LeastWithout: w.leastRate(byArea), LeastRate: s.Fair.LeastRate,
	}
	return nil
}

// stress puts the plan to the test: weights and cutoffs that change, and roads
// that close.
func (w *siteWork) stress(ctx context.Context, a *SitesAnswer, b siting.Best, plan *siting.Plan) error {
	o := siting.StabilityOptions{Seed: w.Options.Seed, Step: w.scale.travelOf(stabilityStep)}
	if !travels(w.p.Model) {
		o.Known = w.p.Cutoff + w.scale.travelOf(stabilityStep)
	}
	for _, road := range w.Options.ClosedRoads {
		_, g, err := w.groundsWith(ctx, []scenario.Change{{Verb: scenario.CloseRoad, Road: road}})
		if err != nil {
			return err
		}
		p := *w.p
		if p.Reach, err = w.reach(ctx, g); err != nil {
			return err
		}
		o.Variants = append(o.Variants, siting.Variant{Name: fmt.Sprintf("road %s closed", road), Problem: &p})
	}
	found, err := siting.Stress(ctx, b, w.p, plan, o)
	if err != nil {
		return err
	}
	words := w.words()
	for _, v := range found.Variants {
		a.Summary.Changes = append(a.Summary.Changes, SiteChange{
			Name: w.changeName(v.Name), Short: w.scale.amount(v.Short), Achieved: w.objective(v.Achieved), Best: w.objective(v.Best), Bound: w.objective(v.Bound), Proven: v.Proven,
			Regret: v.Regret, RegretMost: v.RegretMost, Broken: words.named(v.Broken), Failed: words.named(v.Failed), Sites: w.namesOf(v.Sites),
		})
	}
	for _, v := range found.Skipped {
		a.Summary.Skipped = append(a.Summary.Skipped, SiteSkipped{w.changeName(v.Name), v.Reason})
	}
	for k, site := range plan.Sites {
		share := found.Opened[site]
		a.Rows[k].Stability = &share
	}
	return nil
}

// changeName tells a cutoff that moves in the unit of the question.
func (w *siteWork) changeName(name string) string {
	what, by, split := strings.Cut(name, " ")
	step, err := strconv.ParseInt(by, 10, 64)
	if !split || err != nil || by[0] != '+' && by[0] != '-' {
		return name
	}
	unit := "s"
	if w.Cutoff.Metric == network.Length {
		unit = "m"
	}
	return fmt.Sprintf("%s %+d %s", what, step*w.scale.travel/1000, unit)
}

// opened tells the sites that are open: those, and the ones that are there.
func (w *siteWork) opened(sites []int32) []bool {
	open := make([]bool, len(w.sites))
	for s := range w.p.Sites {
		open[s] = w.p.Sites[s].State == siting.Existing
	}
	for _, s := range sites {
		open[s] = true
	}
	return open
}

// planRows are the opened sites.
func (w *siteWork) planRows(plan *siting.Plan, why *siting.Explanation, marks []siting.Mark) []SiteRow {
	rows := []SiteRow{}
	for k, reason := range why.Sites {
		row := w.rowOf(reason.Site)
		row.Rank, row.Mark = k+1, marks[reason.Site]
		row.Newly, row.OnlyHere, row.Shared = w.scale.amount(reason.Newly), w.scale.amount(reason.OnlyHere), w.scale.amount(reason.Shared)
		if reason.Removed != nil {
			loss := w.objective(reason.Removed.Loss)
			row.LossIfRemoved = &loss
		}
		if sub := reason.Substitute; sub != nil {
			id, name, loss := w.nameOf(sub.Site), w.rowOf(sub.Site).Name, w.objective(sub.Loss)
			row.SubstituteID, row.SubstituteName, row.SubstituteLoss = &id, &name, &loss
		}
		w.live(&row, reason.NewlyDemand)
		rows = append(rows, row)
	}
	return rows
}

// rowOf is what is known of a site itself.
func (w *siteWork) rowOf(site int32) SiteRow {
	of, state := w.sites[site], w.p.Sites[site]
	row := SiteRow{Cost: state.Cost, Required: state.State == siting.Required, Remarks: []string{}}
	switch {
	case of.link >= 0:
		l := &w.Options.Links[of.link]
		row.ID, row.Name, row.Source, row.Of, row.At = linkID(l.ID), l.Name, sourceLink, l.ID, l.place(w.base)
	case of.candidate >= 0:
		c := &w.found.Candidates[of.candidate]
		row.ID, row.Name, row.Kind, row.Source, row.Of, row.At = c.ID, c.Name, c.Kind, string(c.Source), c.Of, c.At
		row.Capacity, row.AreaM2, row.Households, row.Remarks = c.Capacity, positive(decimeters(c.AreaM2)), known(c.Households), messages(c.Remarks)
	default:
		f := &w.base.Facilities[of.facility]
		row.ID, row.Name, row.Kind, row.At, row.Capacity = f.ID, f.Name, f.Kind, f.At, f.Capacity
	}
	return row
}

// live tells who it is that a site newly serves, and where they live.
func (w *siteWork) live(row *SiteRow, demand []int32) {
	points := make([]int32, 0, len(demand))
	seen := make(map[int32]bool, len(demand))
	byZone := make(map[int]coverage.Amount)
	for _, i := range demand {
		d := w.rows[i]
		if !seen[d.point] {
			seen[d.point] = true
			points = append(points, d.point)
		}
		if area := w.p.Demand[i].Area; area >= 0 {
			byZone[int(area)%len(w.zones)] += d.amount
		}
	}
	row.Cohorts, row.Zones = w.base.cohortsAt(points), []SiteZone{}
	for z, amount := range byZone {
		row.Zones = append(row.Zones, SiteZone{w.zones[z].ID, w.zones[z].Name, amount})
	}
	slices.SortFunc(row.Zones, func(a, b SiteZone) int { return cmp.Or(cmp.Compare(b.Demand, a.Demand), cmp.Compare(a.ID, b.ID)) })
}
