package analysis

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"kaimen/coverage"
	"kaimen/coverage/candidate"
	"kaimen/coverage/siting"
)

// problem makes the problem of a request, and tells every wish that cannot be
// met.
func (w *siteWork) problem(ctx context.Context) error {
	w.base = w.Options.viewed(w.base, w.Cohort)
	var err error
	if w.grounds, err = w.base.grounds(ctx, w.profile, w.When); err != nil {
		return err
	}
	found, err := w.engine.siteGrounds.get(ctx, w.groundKey(), w.ground)
	if err != nil {
		return err
	}
	w.siteGround = *found
	w.kinds = slices.Clone(found.kinds) // it is shared, and numbers are no part of it
	for k := range w.kinds {
		w.kinds[k].Number = w.Options.Kinds[k].Number
	}
	o := &w.Options
	p := &siting.Problem{Model: o.Model, Number: o.Number, Budget: siting.NoBudget}
	if o.Budget != nil {
		p.Budget = *o.Budget
	}
	if p.Sites, err = w.problemSites(); err != nil {
		return err
	}
	p.Demand, p.Areas = w.problemDemand()
	p.Reach = w.within
	w.p = p
	w.limit()
	w.aim(w.total)
	p.Apart = w.apart()
	return w.unmet()
}

// siteGround is what plans of one question have in common, whatever their number
// and budget: the candidates, and who reaches them.
type siteGround struct {
	kinds  []siteKind
	found  candidate.Found
	sites  []siteOf     // along the problem's
	rows   []siteDemand // likewise
	total  coverage.Amount
	scale  siteScale
	within siting.Reach
}

// weight is what a ground weighs among those that are kept.
func (g *siteGround) weight() int { return len(g.within.Site) + 100*len(g.sites) }

// groundKey is of all that the ground depends on.
func (w *siteWork) groundKey() Key {
	r := w.Request
	o := &r.Options
	o.Number, o.Budget, o.Share, o.Floor, o.AreaLevel, o.Required, o.Forbidden = 0, nil, nil, nil, "", nil, nil
	o.SpacingM, o.SpacingAll, o.PerUnit, o.Capacity, o.ClosedRoads = 0, false, 0, nil, nil
	o.Curve, o.Alternatives, o.Within, o.Effort, o.Seed, o.Details = 0, 0, nil, 0, 0, nil
	o.Kinds = slices.Clone(o.Kinds)
	for k := range o.Kinds {
		o.Kinds[k].Number = 0
	}
	return keyOf("site-ground", w.base.ID, r)
}

// ground lists the candidates and finds who reaches them.
func (w *siteWork) ground(ctx context.Context) (*siteGround, error) {
	of := *w
	of.siteGround = siteGround{scale: siteScale{1, 1}}
	if err := of.candidates(ctx); err != nil {
		return nil, err
	}
	of.total = of.listRows()
	if travels(of.Options.Model) {
		of.scale = scaleOf(of.total, 2*int64(of.searched()))
	}
	var err error
	of.within, err = of.reach(ctx, of.grounds)
	return &of.siteGround, err
}

// problemSites are the sites with their costs, capacities and states. Ids that
// mean no candidate are faults, and so are capacities that nobody knows.
func (w *siteWork) problemSites() ([]siting.Site, error) {
	o := &w.Options
	sites := make([]siting.Site, len(w.sites))
	var issues []coverage.Issue
	var unknown []string
	for s, of := range w.sites {
		capacity := o.Capacity
		switch {
		case of.candidate >= 0:
			c := &w.found.Candidates[of.candidate]
			sites[s].Cost = c.Cost
			capacity = first(c.Capacity, capacity)
		case of.facility >= 0:
			sites[s].State = siting.Existing
			capacity = first(w.base.Facilities[of.facility].Capacity, capacity)
		default:
			sites[s].Cost = o.Links[of.link].Cost
			continue
		}
		if !capacitated(o.Model) {
			continue
		}
		if capacity == nil {
			unknown = append(unknown, w.nameOf(int32(s)))
			continue
		}
		held, err := coverage.AmountOf(*capacity * o.PerUnit)
		if err != nil {
			issues = append(issues, fault("capacity", "the capacity of %s times per_unit is %v; give a smaller per_unit", w.nameOf(int32(s)), err))
		}
		sites[s].Capacity = w.scale.weightOf(held)
	}
	if n := len(unknown); n > 0 {
		issues = append(issues, fault("capacity", "the capacity of %d sites is not known: %s; give capacity, which counts for all of them, or add it to the data",
			n, strings.Join(unknown[:min(n, 20)], ", ")))
	}
	issues = append(issues, w.mark(sites, "required", o.Required, siting.Required)...)
	issues = append(issues, w.mark(sites, "forbidden", o.Forbidden, siting.Forbidden)...)
	if len(issues) > 0 {
		return nil, unanswerable(issues)
	}
	return sites, nil
}

// mark sets the state of those that ids name.
func (w *siteWork) mark(sites []siting.Site, option string, ids []string, state siting.State) (issues []coverage.Issue) {
	for i, id := range ids {
		list := w.named(id)
		for l := range w.Options.Links {
			if linkID(w.Options.Links[l].ID) == id {
				list = append(list, len(w.sites)-len(w.Options.Links)+l)
			}
		}
		if len(list) == 0 {
			f := fault(option, "%q is no candidate site; %s", id, w.whyNot(id))
			f.Line = i + 1
			issues = append(issues, f)
		}
		for _, s := range list {
			sites[s].State = state
		}
	}
	return issues
}

// whyNot says what became of an id that is no candidate.
func (w *siteWork) whyNot(id string) string {
	for i := range w.found.Rejected {
		r := &w.found.Rejected[i]
		if r.ID == id || r.Kind+"/"+r.ID == id {
			return "it was rejected: " + reasonWords(r.Reasons)
		}
	}
	return fmt.Sprintf("give the ids of candidates, such as parcel:12 or, of one of several kinds, %s/parcel:12", w.kinds[0].Kind)
}

func reasonWords(reasons []candidate.Reason) string {
	words := make([]string, len(reasons))
	for i := range reasons {
		words[i] = reasons[i].Message
	}
	return strings.Join(words, " ")
}

// problemDemand is the rows, with the area that each is counted to: that of its
// kind and its zone of the area level.
func (w *siteWork) problemDemand() (list []siting.Demand, areas int) {
	zones := w.base.zones.Of(w.Options.AreaLevel)
	home := w.base.zones.HomeAt(w.Options.AreaLevel)
	for k := range zones {
		w.zones = append(w.zones, SiteZone{ID: zones[k].ID, Name: zones[k].Name})
	}
	list = make([]siting.Demand, len(w.rows))
	for i, row := range w.rows {
		list[i] = siting.Demand{Weight: w.scale.weightOf(row.amount), Area: -1}
		if z := home(int(row.point)); z >= 0 {
			list[i].Area = row.kind*int32(len(zones)) + int32(z)
		}
	}
	return list, len(zones) * len(w.kinds)
}

// limit turns the numbers of kinds into limits. A number of sites does not count
// links.
func (w *siteWork) limit() {
	if len(w.kinds) == 1 && w.Options.Number == 0 && len(w.Options.Links) == 0 {
		w.p.Number = w.kinds[0].Number
		return
	}
	byKind := make([][]int32, len(w.kinds))
	var all []int32
	for s, of := range w.sites {
		if of.candidate >= 0 {
			byKind[of.kind], all = append(byKind[of.kind], int32(s)), append(all, int32(s))
		}
	}
	if len(w.Options.Links) > 0 && w.p.Number > 0 {
		w.p.Limits = append(w.p.Limits, siting.Limit{Name: "all kinds", Site: all, Most: int64(w.p.Number)})
		w.p.Number = 0
	}
	for k := range w.kinds {
		kind := &w.kinds[k]
		if kind.Number > 0 && len(byKind[k]) > 0 && (len(w.kinds) > 1 || w.p.Number == 0 || kind.Number < w.p.Number) {
			w.p.Limits = append(w.p.Limits, siting.Limit{Name: kind.Kind, Site: byKind[k], Most: int64(kind.Number)})
		}
	}
}

// aim sets what single models have.
func (w *siteWork) aim(total coverage.Amount) {
	o, p := &w.Options, w.p
	p.Cutoff = w.scale.travelOf(w.widest())
	switch {
	case o.Model == siting.Decay:
		for _, s := range o.Steps {
			c, _ := s.cutoff(w.Cutoff) // checked before
			p.Steps = append(p.Steps, siting.Step{Cutoff: w.scale.travelOf(c.Value), Share: int64(math.Round(s.Share * 1000))})
		}
		p.Cutoff = p.Steps[len(p.Steps)-1].Cutoff
	case travels(o.Model):
		p.Beyond = w.scale.travelOf(2 * w.searched())
	case o.Share != nil:
		p.Target = int64(math.Ceil(*o.Share * float64(w.scale.weightOf(total))))
	case o.Floor != nil:
		p.Floor = *o.Floor
	}
}

// apart lists the sites that are too close for both: candidates of one kind
// nearer than the spacing, or to a facility of the kind where that is asked; and
// a parcel, a point or a place along a road that two kinds would take. An estate
// may take several kinds.
func (w *siteWork) apart() [][2]int32 {
	var pairs [][2]int32
	if w.Options.SpacingM > 0 {
		for k := range w.kinds {
			pairs = append(pairs, w.tooNear(k)...)
		}
	}
	byPlace := make(map[string][]int32)
	for i := range w.found.Candidates {
		if c := &w.found.Candidates[i]; len(w.kinds) > 1 && c.Source != candidate.SourceEstate {
			for _, other := range byPlace[c.ID] {
				pairs = append(pairs, [2]int32{other, int32(i)})
			}
			byPlace[c.ID] = append(byPlace[c.ID], int32(i))
		}
	}
	slices.SortFunc(pairs, func(a, b [2]int32) int { return slices.Compare(a[:], b[:]) })
	return slices.Compact(pairs)
}

func (w *siteWork) tooNear(k int) (pairs [][2]int32) {
	var list []candidate.Candidate
	var sites []int32
	for s, of := range w.sites {
		switch {
		case of.kind != k:
		case of.candidate >= 0:
			list, sites = append(list, w.found.Candidates[of.candidate]), append(sites, int32(s))
		case of.facility >= 0 && w.Options.SpacingAll:
			list, sites = append(list, candidate.Candidate{Site: candidate.Site{At: w.base.Facilities[of.facility].At}}), append(sites, int32(s))
		}
	}
	for _, pair := range candidate.Apart(list, w.Options.SpacingM) {
		a, b := sites[pair[0]], sites[pair[1]]
		if w.sites[a].facility >= 0 && w.sites[b].facility >= 0 {
			continue
		}
		pairs = append(pairs, [2]int32{min(a, b), max(a, b)})
	}
	return pairs
}
