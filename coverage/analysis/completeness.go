package analysis

import (
	"context"
	"slices"

	"kaimen/coverage"
	"kaimen/coverage/standard"
	"kaimen/coverage/zonal"
)

// The rules that a need may be held to.
const (
	RuleTime     = "time"
	RuleDistance = "distance"
	RuleBoth     = "both"
)

// maxNeeds is how many needs a circle may have: one bit each.
const maxNeeds = 64

// CompletenessOptions choose what the circle should hold.
type CompletenessOptions struct {
	Circle string `json:"circle"` // of the standards library; default circle-15; empty where Needs are given
	// Needs are instead of a circle's; each is held to the question's cutoff.
	Needs []Need `json:"needs" nullable:"false"`
	// Rule is which limit of a need counts: time, distance or both; default time.
	// A need with only one limit is held to that.
	Rule string `json:"rule"`
	// Uniform holds every need of the circle to the question's cutoff.
	Uniform bool `json:"uniform"`
	// Required is what follows of the above.
	Required []RequiredNeed `json:"required" nullable:"false"`
	// WeightsSource is where the weights of the score are from; empty if there are
	// none, and then there is no score.
	WeightsSource string `json:"weights_source,omitempty"`
}

// RequiredNeed is one thing that must be near, and the rule that says so.
type RequiredNeed struct {
	Need     string        `json:"need"`
	Name     coverage.Name `json:"name"`
	Kinds    []string      `json:"kinds"`
	Count    int           `json:"count"`
	CutoffS  *float64      `json:"cutoff_s"` // at least one of the two is set
	CutoffM  *float64      `json:"cutoff_m"`
	Rule     string        `json:"rule,omitempty"`     // id in the standards library
	Standard string        `json:"standard,omitempty"` // as it is cited
	Clause   string        `json:"clause,omitempty"`
	Verified bool          `json:"verified"` // the rule was read in its source
	Weight   *float64      `json:"weight,omitempty"`
}

// CompletenessSummary is the study as a whole.
type CompletenessSummary struct {
	Demand       coverage.Amount   `json:"demand"`
	Needs        int               `json:"needs"`
	Complete     coverage.Amount   `json:"complete"` // demand that reaches all
	CompleteRate *float64          `json:"complete_rate"`
	MeanReached  *float64          `json:"mean_reached"` // needs met, the mean over the demand
	Score        *float64          `json:"score"`        // the weights met over all weights, the mean over the demand
	ByNeed       []NeedShare       `json:"by_need" nullable:"false"`
	ByCount      []CompletenessFor `json:"by_count" nullable:"false"` // from 0 needs met to all
}

// NeedShare is how many reach one need.
type NeedShare struct {
	Need         string          `json:"need"`
	Covered      coverage.Amount `json:"covered"`
	CoverageRate *float64        `json:"coverage_rate"`
	Facilities   int             `json:"facilities"` // of its kinds, in the study and beside it
	Rule         string          `json:"rule"`
	Verified     bool            `json:"verified"`
}

// CompletenessFor is the demand that has just so many needs met.
type CompletenessFor struct {
	Reached int             `json:"reached"`
	Demand  coverage.Amount `json:"demand"`
}

// CompletenessRow is one zone.
type CompletenessRow struct {
	ZoneHead
	Demand       coverage.Amount     `json:"demand"`
	Complete     coverage.Amount     `json:"complete"`
	CompleteRate *float64            `json:"complete_rate"`
	MeanReached  *float64            `json:"mean_reached"`
	Score        *float64            `json:"score"`
	Missing      []string            `json:"missing" nullable:"false"` // needs that nobody in the zone reaches
	Lacking      []string            `json:"lacking" nullable:"false"` // needs that some do not reach
	Reach        map[string]*float64 `json:"reach"`                    // coverage rate by need
}

// The answers on completeness.
type (
	CompletenessRequest = Request[CompletenessOptions]
	CompletenessAnswer  = Answer[CompletenessOptions, CompletenessSummary, CompletenessRow]
)

// Completeness tells how much of a service circle each zone reaches, and what
// is missing.
//
// Holds:  over the rows and what lies in none of them, Demand and Complete add
// up to the study's; a score is given only by weights with a source.
// Errors: invalid with every fault of the request; not_found for the study.
// Cost:   for each need, as Coverage.
func (e *Engine) Completeness(ctx context.Context, r CompletenessRequest) (*CompletenessAnswer, error) {
	return ask(ctx, e, indicator[CompletenessOptions, CompletenessSummary, CompletenessRow]{
		name: "completeness", prepare: prepareCompleteness, find: findCompleteness,
	}, r)
}

func prepareCompleteness(e *Engine, b *base, r *CompletenessRequest) (issues []coverage.Issue) {
	o := &r.Options
	o.Needs = append([]Need{}, o.Needs...) // a list in JSON, too, where there are none
	o.Required, o.WeightsSource = []RequiredNeed{}, ""
	if len(o.Needs) > 0 {
		issues = checkRule(&o.Rule)
		if o.Circle != "" {
			issues = append(issues, fault("circle", "give a circle or needs, not both"))
		}
		for i, need := range o.Needs {
			issues = append(issues, checkNeed(e, b, need, i)...)
			o.Required = append(o.Required, RequiredNeed{
				Need: need.String(), Kinds: need.Kinds, Count: need.Count, CutoffS: r.Cutoff.Seconds(), CutoffM: r.Cutoff.Meters(),
			})
		}
	} else {
		circle, faults := e.circle(&o.Circle, &o.Rule)
		issues = append(issues, faults...)
		o.WeightsSource = circle.WeightsSource
		for _, need := range circle.Needs {
			o.Required = append(o.Required, e.required(need, o, r.Cutoff))
		}
	}
	if n := len(o.Required); n > maxNeeds {
		issues = append(issues, fault("needs", "%d needs; at most %d are taken at once", n, maxNeeds))
	}
	return issues
}

// circle finds a circle and checks which limit of its needs counts; defaults are
// filled in.
func (e *Engine) circle(id, rule *string) (circle standard.Circle, issues []coverage.Issue) {
	issues = checkRule(rule)
	if *id == "" {
		*id = "circle-15"
	}
	circle, ok := e.library.Circle(*id)
	if !ok {
		var ids []string
		for _, c := range e.library.Circles() {
			ids = append(ids, c.ID)
		}
		issues = append(issues, fault("circle", "%q is no circle of the standards library; it has %s", *id, join(ids)))
	}
	return circle, issues
}

// checkRule fills in the rule that counts where none is given.
func checkRule(rule *string) []coverage.Issue {
	if *rule == "" {
		*rule = RuleTime
	}
	if rules := []string{RuleTime, RuleDistance, RuleBoth}; !slices.Contains(rules, *rule) {
		return []coverage.Issue{fault("rule", "%q is no rule; give %s", *rule, join(rules))}
	}
	return nil
}

// required is a need of a circle with the limits that count.
func (e *Engine) required(need standard.Need, o *CompletenessOptions, c Cutoff) RequiredNeed {
	n := RequiredNeed{Need: need.ID, Name: need.Name, Kinds: need.Kinds, Count: need.Count, Rule: need.Rule, Weight: need.Weight}
	if rule, ok := e.library.Rule(need.Rule); ok {
		n.Standard, n.Clause, n.Verified = rule.Standard, rule.Clause, rule.Verified
	}
	if o.Uniform {
		n.CutoffS, n.CutoffM = c.Seconds(), c.Meters()
		return n
	}
	if seconds := need.Minutes * 60; seconds > 0 && (o.Rule != RuleDistance || need.Meters == 0) {
		n.CutoffS = &seconds
	}
	if meters := need.Meters; meters > 0 && (o.Rule != RuleTime || need.Minutes == 0) {
		n.CutoffM = &meters
	}
	return n
}

func findCompleteness(ctx context.Context, w *work[CompletenessOptions], a *CompletenessAnswer) error {
	b := w.base
	weights := weightsOf(b.Snapshot, w.Cohort)
	met := make([]uint64, len(weights)) // a bit for each need
	facilities := make([]int, len(w.Options.Required))
	for k, need := range w.Options.Required {
		pair, err := w.bothRules(ctx, need.Kinds, need.Count, Rules{CutoffS: need.CutoffS, CutoffM: need.CutoffM}, weights)
		if err != nil {
			return err
		}
		for i := range met {
			if pair.covered(i) {
				met[i] |= 1 << k
			}
		}
		for _, wanted := range pair.any().in.Facilities {
			if wanted {
				facilities[k]++
			}
		}
	}
	study := tallyCircle(b.zones, coverage.LevelStudy, weights, met, w.Options.Required)[0]
	a.Summary = study.summary(w.Options.Required, facilities)
	zones := b.zones.Of(w.Level)
	for k, t := range tallyCircle(b.zones, w.Level, weights, met, w.Options.Required)[:len(zones)] {
		a.Rows = append(a.Rows, t.row(&zones[k], w.Options.Required))
	}
	return nil
}

// covered tells whether a demand point is covered under all rules asked for.
func (p twoRules) covered(i int) bool {
	return (p.time == nil || p.time.in.Travel[i].Covered) && (p.distance == nil || p.distance.in.Travel[i].Covered)
}

// any is one of the rules asked for; of a facility's kind both say the same.
func (p twoRules) any() *ruled {
	if p.time != nil {
		return p.time
	}
	return p.distance
}

// circleTally gathers what a zone needs.
type circleTally struct {
	demand  coverage.Amount
	byNeed  []coverage.Amount
	byCount []coverage.Amount
	score   float64 // weights met times demand
	weights float64 // of all needs; 0 where there are none
}

// tallyCircle sums by the zones of a level; the last is for none of them.
func tallyCircle(z *zonal.Zones, level coverage.Level, weights []coverage.Amount, met []uint64, needs []RequiredNeed) []circleTally {
	tallies := make([]circleTally, len(z.Of(level))+1)
	for k := range tallies {
		tallies[k].byNeed, tallies[k].byCount = make([]coverage.Amount, len(needs)), make([]coverage.Amount, len(needs)+1)
	}
	home := z.HomeAt(level)
	for i, weight := range weights {
		if weight == 0 || z.Outside[i] {
			continue
		}
		k := home(i)
		if k < 0 {
			k = len(tallies) - 1
		}
		tallies[k].add(weight, met[i], needs)
	}
	return tallies
}

func (t *circleTally) add(weight coverage.Amount, met uint64, needs []RequiredNeed) {
	t.demand += weight
	count, score, all := 0, 0.0, 0.0
	for k, need := range needs {
		if need.Weight != nil {
			all += *need.Weight
		}
		if met&(1<<k) == 0 {
			continue
		}
		count++
		t.byNeed[k] += weight
		if need.Weight != nil {
			score += *need.Weight
		}
	}
	t.byCount[count] += weight
	t.score += score * weight.Float()
	t.weights = all
}

func (t *circleTally) complete() coverage.Amount { return t.byCount[len(t.byCount)-1] }

// means are the needs met and the score, over the demand.
func (t *circleTally) means() (reached, score *float64) {
	if t.demand == 0 {
		return nil, nil
	}
	sum := coverage.Amount(0)
	for _, covered := range t.byNeed {
		sum += covered
	}
	mean := sum.Float() / t.demand.Float()
	if t.weights == 0 {
		return &mean, nil
	}
	s := t.score / t.demand.Float() / t.weights
	return &mean, &s
}

func (t *circleTally) summary(needs []RequiredNeed, facilities []int) CompletenessSummary {
	s := CompletenessSummary{
		Demand: t.demand, Needs: len(needs), Complete: t.complete(), CompleteRate: rateOf(t.complete(), t.demand),
		ByNeed: []NeedShare{}, ByCount: []CompletenessFor{},
	}
	s.MeanReached, s.Score = t.means()
	for k, need := range needs {
		s.ByNeed = append(s.ByNeed, NeedShare{need.Need, t.byNeed[k], rateOf(t.byNeed[k], t.demand), facilities[k], need.Rule, need.Verified})
	}
	for n, demand := range t.byCount {
		s.ByCount = append(s.ByCount, CompletenessFor{n, demand})
	}
	return s
}

func (t *circleTally) row(z *zonal.Zone, needs []RequiredNeed) CompletenessRow {
	r := CompletenessRow{
		ZoneHead: headOf(z), Demand: t.demand, Complete: t.complete(), CompleteRate: rateOf(t.complete(), t.demand),
		Missing: []string{}, Lacking: []string{}, Reach: make(map[string]*float64),
	}
	r.MeanReached, r.Score = t.means()
	for k, need := range needs {
		r.Reach[need.Need] = rateOf(t.byNeed[k], t.demand)
		switch {
		case t.demand == 0 || t.byNeed[k] == t.demand:
		case t.byNeed[k] == 0:
			r.Missing = append(r.Missing, need.Need)
		default:
			r.Lacking = append(r.Lacking, need.Need)
		}
	}
	return r
}
