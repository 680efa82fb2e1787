package analysis

import (
	"cmp"
	"context"
	"math"
	"slices"

	"kaimen/coverage"
	"kaimen/coverage/candidate"
	"kaimen/coverage/siting"
)

// What is taken where nothing is said, and the most that is taken.
const (
	defaultSearchTimes = 3
	mostSearchTimes    = 20
	defaultWithin      = 0.01
	mostCurve          = 200
	mostAlternatives   = 50
	mostEffort         = 1_000_000 // some quarter of an hour
	defaultEvery       = 100       // meters, as candidate has it
)

// travels tells models that mind how far it is, beyond being within the cutoff.
func travels(m siting.Model) bool {
	return m == siting.Median || m == siting.Center || m == siting.SingleSource
}

func capacitated(m siting.Model) bool { return m == siting.Splittable || m == siting.SingleSource }

// needsSize tells models that would open every site without a number or a budget.
func needsSize(m siting.Model) bool { return m != siting.SetCover && m != siting.Backup }

// defaultSteps are 5, 10 and 15 minutes, or the meters that the standard sets
// beside them, with shares 1, 0.6 and 0.3: each counts a little over half of the
// one before. That lies between a Gaussian over three zones, 1, 0.68 and 0.22 (Luo
// and Qi 2009), and halving at every step.
func defaultSteps(c Cutoff) []SiteStep {
	if c.Meters() != nil {
		return []SiteStep{{300, 1}, {500, 0.6}, {1000, 0.3}}
	}
	return []SiteStep{{5, 1}, {10, 0.6}, {15, 0.3}}
}

// prepareSites fills in defaults and tells every fault of the options.
func prepareSites(ctx context.Context, e *Engine, b *base, r *SitesRequest) (issues []coverage.Issue) {
	o := &r.Options
	if o.Model == "" {
		o.Model = siting.MaxCover
	}
	if len(o.Kinds) == 0 && r.Kind != "" {
		o.Kinds = []SiteKind{{Kind: r.Kind, Number: o.Number}}
	}
	issues = append(issues, o.fillKinds(e, b, r)...)
	issues = append(issues, o.checkSize()...)
	issues = append(issues, o.fillModel(b, r)...)
	issues = append(issues, o.checkPlaces(b)...)
	issues = append(issues, o.checkMore()...)
	if len(o.Kinds) > 0 {
		issues = append(issues, candidateFaults(ctx, o.candidateOptions(e))...)
	}
	issues = append(issues, checkLinks(b, o.Links)...)
	o.fill(e)
	return issues
}

// fill fills in what has the same default for all models. Lists that are not
// given are empty ones, so that the same question has one form.
func (o *SitesOptions) fill(e *Engine) {
	details, within := true, defaultWithin
	o.Details, o.Within = first(o.Details, &details), first(o.Within, &within)
	o.EveryM, o.Effort = cmp.Or(o.EveryM, defaultEvery), cmp.Or(o.Effort, siteEffort)
	if len(o.Sources) == 0 {
		o.Sources = []candidate.Source{candidate.SourceParcel}
		if slices.ContainsFunc(o.Kinds, func(k SiteKind) bool { return k.applied(e).InEstates }) {
			o.Sources = append(o.Sources, candidate.SourceEstate)
		}
		o.Sources = append(o.Sources, candidate.SourcePoint)
	}
	o.Steps, o.Points, o.Links = filled(o.Steps), filled(o.Points), filled(o.Links)
	o.Required, o.Forbidden, o.RequestKinds, o.ClosedRoads = filled(o.Required), filled(o.Forbidden), filled(o.RequestKinds), filled(o.ClosedRoads)
}

// filled is a list that is not nil.
func filled[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// fillKinds checks the kinds. Those without a cohort have that of the question.
func (o *SitesOptions) fillKinds(e *Engine, b *base, r *SitesRequest) (issues []coverage.Issue) {
	o.Kinds = slices.Clone(o.Kinds) // of the caller
	cohorts := b.cohorts()
	add := func(i int, format string, args ...any) {
		f := fault("kinds", format, args...)
		f.Line = i + 1
		issues = append(issues, f)
	}
	if len(o.Kinds) == 0 && r.Unfit == nil {
		add(-1, "no kind is given; name one, or several with their numbers, such as pocket_park:3,parking:4")
	}
	for i := range o.Kinds {
		k := &o.Kinds[i]
		if k.Kind != r.Kind { // that of the question is checked with it
			for _, issue := range e.checkKind(b, k.Kind) {
				add(i, "%s", issue.Message)
			}
		}
		if k.Number < 0 {
			add(i, "the number of %s is %d; give 1 or more, or 0 for any", k.Kind, k.Number)
		}
		if k.Weight == 0 {
			k.Weight = 1
		}
		if !(k.Weight > 0 && k.Weight <= 1000) {
			add(i, "the weight of %s is %v; give a number above 0, up to 1,000", k.Kind, k.Weight)
		}
		if k.Cohort == "" {
			k.Cohort = r.Cohort
		}
		if o.Requests {
			k.Cohort = cohortRequests
		} else if !slices.Contains(cohorts, k.Cohort) && k.Cohort != r.Cohort {
			add(i, "%q is no cohort of study %s; it has %s", k.Cohort, b.Study.ID, join(cohorts))
		} else if b.counted(k.Cohort) != b {
			add(i, "%s counts buildings and %s the demand layer, and one plan counts one of them; ask with one cohort for all kinds", k.Cohort, r.Cohort)
		}
		issues = append(issues, k.checkCutoff(i, r.Cutoff, o.Model)...)
	}
	return issues
}

// checkCutoff checks a cutoff of a kind's own, which is by the same rule as that
// of the question, so that all kinds can be held against one.
func (k *SiteKind) checkCutoff(i int, asked Cutoff, m siting.Model) (issues []coverage.Issue) {
	if k.CutoffMin == nil && k.CutoffM == nil {
		return nil
	}
	add := func(format string, args ...any) {
		f := fault("kinds", format, args...)
		f.Line = i + 1
		issues = append(issues, f)
	}
	switch {
	case travels(m) || m == siting.Decay:
		add("%s has a cutoff of its own, which the model %s has no use for; leave it out", k.Kind, m)
	case k.CutoffMin != nil && k.CutoffM != nil:
		add("%s has a cutoff in minutes and one in meters; give one", k.Kind)
	case (k.CutoffMin == nil) != (asked.Seconds() == nil):
		add("the cutoff of %s is by another rule than that of the question; give all in minutes, or all in meters", k.Kind)
	default:
		if _, err := k.cutoff(asked); err != nil {
			add("the cutoff of %s is none; give a number above 0, up to a day or 100 km", k.Kind)
		}
	}
	return issues
}

// cutoff is that of the kind.
func (k *SiteKind) cutoff(asked Cutoff) (Cutoff, error) {
	switch {
	case k.CutoffMin != nil:
		return Minutes(*k.CutoffMin)
	case k.CutoffM != nil:
		return Meters(*k.CutoffM)
	}
	return asked, nil
}

// checkSize checks how much may be opened.
func (o *SitesOptions) checkSize() (issues []coverage.Issue) {
	sum, any := 0, len(o.Kinds) == 0
	for _, k := range o.Kinds {
		sum += max(k.Number, 0)
		any = any || k.Number == 0
	}
	if o.Number < 0 {
		issues = append(issues, fault("number", "the number of sites is %d; give 1 or more, or 0 for any", o.Number))
	}
	if o.Number == 0 && !any && (travels(o.Model) || o.Model == siting.Backup) {
		o.Number = sum
	}
	if o.Budget != nil && *o.Budget < 0 {
		issues = append(issues, fault("budget", "the budget is %d; give 0 or more", *o.Budget))
	}
	switch {
	case travels(o.Model) && o.Number == 0:
		issues = append(issues, fault("number", "the model %s needs a number of sites to open; give 1 or more", o.Model))
	case needsSize(o.Model) && o.Number == 0 && o.Budget == nil && any:
		issues = append(issues, fault("number", "the model %s would open every site; give a number of sites, or a budget", o.Model))
	}
	return issues
}

// fillModel fills in and checks what single models have.
func (o *SitesOptions) fillModel(b *base, r *SitesRequest) (issues []coverage.Issue) {
	issues = o.checkModel()
	if o.AreaLevel == "" {
		o.AreaLevel = r.Level
	}
	if levels := b.zones.Levels(); !slices.Contains(levels, o.AreaLevel) {
		issues = append(issues, fault("area_level", "%q is no level of study %s; it has %s", o.AreaLevel, b.Study.ID, join(levels)))
	}
	if o.Model == siting.Decay {
		if len(o.Steps) == 0 {
			o.Steps = defaultSteps(r.Cutoff)
		}
		issues = append(issues, checkSteps(o.Steps, func(s SiteStep) bool {
			_, err := s.cutoff(r.Cutoff)
			return err == nil
		})...)
	}
	if travels(o.Model) {
		if o.SearchTimes == 0 {
			o.SearchTimes = defaultSearchTimes
		}
		if !(o.SearchTimes >= 1 && o.SearchTimes <= mostSearchTimes) {
			issues = append(issues, fault("search_times", "search_times is %v; give cutoffs from 1 to %d", o.SearchTimes, mostSearchTimes))
		}
	}
	if capacitated(o.Model) {
		if o.PerUnit == 0 {
			o.PerUnit = 1
		}
		if !(o.PerUnit > 0 && o.PerUnit <= 1e6) {
			issues = append(issues, fault("per_unit", "per_unit is %v; give the demand that a unit of capacity serves, above 0 and up to 1,000,000", o.PerUnit))
		}
		if o.Capacity != nil && !(*o.Capacity >= 0 && *o.Capacity <= 1e6) {
			issues = append(issues, fault("capacity", "capacity is %v; give units from 0 to 1,000,000", *o.Capacity))
		}
	}
	return issues
}

// checkModel checks the model, and what is of single models alone.
func (o *SitesOptions) checkModel() (issues []coverage.Issue) {
	if !slices.Contains(siting.Models(), o.Model) {
		return []coverage.Issue{fault("model", "%q is no model; there are %s", o.Model, join(siting.Models()))}
	}
	only := func(given bool, name, of string) {
		if given {
			issues = append(issues, fault(name, "%s is of %s, and the model is %s; leave it out, or ask for another model", name, of, o.Model))
		}
	}
	only(o.Share != nil && o.Model != siting.SetCover, "share", "lscp")
	only(o.Floor != nil && o.Model != siting.MaxCover, "floor", "mclp")
	only(len(o.Steps) > 0 && o.Model != siting.Decay, "steps", "decay")
	only(o.PerUnit != 0 && !capacitated(o.Model), "per_unit", "capacitated and single_source")
	only(o.Capacity != nil && !capacitated(o.Model), "capacity", "capacitated and single_source")
	only(o.SearchTimes != 0 && !travels(o.Model), "search_times", "pmedian, pcenter and single_source")
	only(len(o.Links) > 0 && !linked(o.Model), "links", "mclp, lscp, decay and maxmin")
	if o.Share != nil && !(*o.Share > 0 && *o.Share <= 1) {
		issues = append(issues, fault("share", "share is %v; give a share of all demand above 0, up to 1", *o.Share))
	}
	if o.Floor != nil && !(*o.Floor >= 0 && *o.Floor <= 1) {
		issues = append(issues, fault("floor", "floor is %v; give a rate of coverage from 0 to 1", *o.Floor))
	}
	return issues
}

// checkSteps checks steps, of which fits tells whether a cutoff is one.
func checkSteps(steps []SiteStep, fits func(SiteStep) bool) (issues []coverage.Issue) {
	for i, s := range steps {
		add := func(format string, args ...any) {
			f := fault("steps", format, args...)
			f.Line = i + 1
			issues = append(issues, f)
		}
		if !fits(s) {
			add("%v is no cutoff; give one above 0, up to a day or 100 km", s.Cutoff)
		}
		if !(s.Share >= 0 && s.Share <= 1) {
			add("the share of step %v is %v; give 0 to 1", s.Cutoff, s.Share)
		}
		if i == 0 {
			continue
		}
		if last := steps[i-1]; !(s.Cutoff > last.Cutoff) {
			add("the step of %v follows that of %v; give rising cutoffs", s.Cutoff, last.Cutoff)
		} else if s.Share > last.Share {
			add("the share of step %v is %v, more than that of the nearer step, %v; give falling shares", s.Cutoff, s.Share, last.Share)
		}
	}
	return issues
}

// cutoff is that of the step, by the rule of the question.
func (s SiteStep) cutoff(asked Cutoff) (Cutoff, error) {
	if asked.Meters() != nil {
		return Meters(s.Cutoff)
	}
	return Minutes(s.Cutoff)
}

// checkPlaces checks where sites may come from, as far as listing candidates
// does not.
func (o *SitesOptions) checkPlaces(b *base) (issues []coverage.Issue) {
	if !(o.SpacingM >= 0 && o.SpacingM <= maxMeters) {
		issues = append(issues, fault("spacing_m", "spacing_m is %v; give meters from 0 to %d", o.SpacingM, maxMeters))
	}
	if o.SpacingAll && o.SpacingM == 0 {
		issues = append(issues, fault("spacing_existing", "there is no spacing to keep from existing facilities; give spacing_m"))
	}
	for _, id := range o.Required {
		if slices.Contains(o.Forbidden, id) {
			issues = append(issues, fault("required", "%q is required and forbidden; leave one of them out", id))
		}
	}
	if o.Requests && len(b.Requests) == 0 {
		issues = append(issues, missing(coverage.LayerRequests, b.Study.ID))
	} else if !o.Requests && len(o.RequestKinds) > 0 {
		issues = append(issues, fault("request_kinds", "kinds of requests are given, and requests are not counted; ask for requests"))
	}
	if len(o.ClosedRoads) > 0 && !o.Stability {
		issues = append(issues, fault("closed_roads", "closed roads are given, and stability is not asked for; ask for stability"))
	}
	known := make(map[string]bool, len(b.Roads))
	if len(o.ClosedRoads) > 0 {
		for i := range b.Roads {
			known[b.Roads[i].ID] = true
		}
	}
	for _, id := range o.ClosedRoads {
		if !known[id] {
			issues = append(issues, fault("closed_roads", "%q is no road of study %s; give ids of its roads", id, b.Study.ID))
		}
	}
	return issues
}

// checkMore checks what is told beside the plan, and how hard it is searched.
func (o *SitesOptions) checkMore() (issues []coverage.Issue) {
	between := func(name string, x, most int) {
		if x < 0 || x > most {
			issues = append(issues, fault(name, "%s is %d; give 0 to %d", name, x, most))
		}
	}
	between("curve", o.Curve, mostCurve)
	between("alternatives", o.Alternatives, mostAlternatives)
	between("effort", o.Effort, mostEffort)
	if o.Within != nil && !(*o.Within >= 0 && *o.Within <= 1) {
		issues = append(issues, fault("within", "within is %v; give a share of the objective from 0 to 1", *o.Within))
	}
	if o.Deadline < 0 || o.Deadline.Seconds() > math.MaxInt32 {
		issues = append(issues, fault("deadline_s", "the deadline is %v; give a time above 0", o.Deadline))
	}
	return issues
}
