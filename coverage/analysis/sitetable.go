package analysis

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"kaimen/coverage"
	"kaimen/coverage/siting"
)

// SiteTable asks for sites on ready-made costs instead of a study. Costs of travel
// and weights are in units of the asker's own.
type SiteTable struct {
	Model  siting.Model
	Number int
	Budget *float64
	Share  *float64
	Floor  *float64
	Cutoff *float64   // of covering models; nil for all pairs
	Steps  []SiteStep // of decay

	Curve, Alternatives int
	Within              *float64
	Effort              int
	Seed                uint64
	Deadline            time.Duration
	Watch               func(SitesProgress)

	Demand     []TableDemand
	Candidates []TableCandidate
	Pairs      []TablePair // each pair once; one that is missing is out of reach

	// Unfit is what whoever asks has found wrong already, as in CoverageRequest.
	Unfit error
}

// TableDemand is weight at a place; Area is what a floor and maxmin look at, empty
// for none.
type TableDemand struct {
	ID     string
	Weight float64
	Area   string
}

// TableCandidate is a site. Fixed is empty or free, required, existing or
// forbidden.
type TableCandidate struct {
	ID       string
	Cost     *float64 // nil for 1
	Fixed    string
	Capacity *float64
}

// TablePair is a cost of travel, by places in the lists.
type TablePair struct {
	Demand, Candidate int32
	Cost              float64
}

// TablePlan is the answer to a SiteTable. All figures are in the units of the
// tables.
type TablePlan struct {
	Model     siting.Model `json:"model"`
	Objective float64      `json:"objective"`
	Bound     float64      `json:"bound"`
	Gap       float64      `json:"gap"`
	Proven    bool         `json:"proven"`
	Sites     []string     `json:"sites" nullable:"false"` // the one that adds most first
	// GainCurve has, for each number of sites, the best plan, or, where no curve was
	// asked for, what the first so many of Sites achieve; of models with capacities
	// only what all do.
	GainCurve []TableCurvePoint `json:"gain_curve" nullable:"false"`

	End      string  `json:"end"`
	Complete bool    `json:"complete"`
	Spent    float64 `json:"spent"`
	// Demand is all weight. Before is within the cutoff of existing sites, Covered of
	// these and the plan; Unreachable is out of reach of every site.
	Demand       float64            `json:"demand"`
	Before       float64            `json:"before"`
	Covered      float64            `json:"covered"`
	CoverageRate *float64           `json:"coverage_rate"`
	Unreachable  float64            `json:"unreachable"`
	OutOfReach   []string           `json:"out_of_reach" nullable:"false"` // ids of that demand
	Reasons      []TableReason      `json:"reasons" nullable:"false"`
	Marks        []TableMark        `json:"marks" nullable:"false"`
	Alternatives []TableAlternative `json:"alternatives" nullable:"false"`
	Work         int64              `json:"work"`
	Nodes        int                `json:"nodes"`
	// What the integers of the search stood for: one of weight, of travel, and of
	// the cost of sites.
	WeightUnit float64 `json:"weight_unit"`
	TravelUnit float64 `json:"travel_unit"`
	CostUnit   float64 `json:"cost_unit"`
}

// TableCurvePoint is a point of the gain curve; Bound is nil where none was looked
// for.
type TableCurvePoint struct {
	Number    int      `json:"number"`
	Objective float64  `json:"objective"`
	Bound     *float64 `json:"bound"`
	Proven    bool     `json:"proven"`
	Phased    *float64 `json:"phased"`
}

// TableReason is why a site is in the plan; see SiteRow.
type TableReason struct {
	ID             string   `json:"id"`
	Cost           float64  `json:"cost"`
	Newly          float64  `json:"newly"`
	OnlyHere       float64  `json:"only_here"`
	Shared         float64  `json:"shared"`
	LossIfRemoved  *float64 `json:"loss_if_removed"`
	Substitute     *string  `json:"substitute"`
	SubstituteLoss *float64 `json:"substitute_loss"`
}

// TableMark is what is known of one site; see siting.Marks.
type TableMark struct {
	ID   string      `json:"id"`
	Mark siting.Mark `json:"mark"`
}

// TableAlternative is another plan about as good.
type TableAlternative struct {
	Objective float64  `json:"objective"`
	Added     []string `json:"added" nullable:"false"`
	Removed   []string `json:"removed" nullable:"false"`
}

// tableWork is a SiteTable with its problem.
type tableWork struct {
	SiteTable
	p     *siting.Problem
	areas []string
	// What one of the problem's integers stands for, as tens: 10^-weight and so on.
	weight, travel, cost int
}

// SitesOfTable chooses sites on ready-made costs.
//
// Decimals are kept exactly: weights, costs of sites and, where the model adds
// travel up, costs of travel are multiplied by the least power of ten, up to a
// million, that makes all of one list whole. Models that only ask whether a cost
// is within a cutoff compare it as it is.
//
// Errors: invalid with every fault of the tables and options, wishes that cannot
// be met among them; ctx.Err() if ctx ends before there is a plan.
func SitesOfTable(ctx context.Context, t SiteTable) (*TablePlan, error) {
	if t.Deadline > 0 {
		deadline, cancel := context.WithTimeout(ctx, t.Deadline)
		defer cancel()
		ctx = deadline
	}
	w, err := tableProblem(t)
	if err != nil {
		return nil, err
	}
	best := siting.Best{Options: siting.Options{Seed: t.Seed, Effort: t.Effort, Watch: w.watch()}}
	plan, err := best.Solve(ctx, w.p)
	if err != nil {
		return nil, w.words().err(err)
	}
	why, err := siting.Explain(context.WithoutCancel(ctx), w.p, plan.Sites)
	if err != nil {
		return nil, err
	}
	a := w.told(&plan, &why)
	if plan.End == siting.EndCanceled {
		a.End, a.Complete = endOf(ctx), false
		return a, nil
	}
	return a, w.more(ctx, a, &plan)
}

// TableProblem is the problem of a SiteTable, to be written as a model, and the
// names of its sites.
//
// Errors: as SitesOfTable.
func TableProblem(t SiteTable) (*siting.Problem, func(site int) string, error) {
	w, err := tableProblem(t)
	if err != nil {
		return nil, nil, err
	}
	return w.p, func(site int) string { return w.Candidates[site].ID }, nil
}

func (w *tableWork) words() faultWords {
	return faultWords{
		site: func(s int32) string { return w.Candidates[s].ID }, sites: len(w.Candidates),
		weight: func(x int64) string { return fmt.Sprint(w.weighed(x)) }, capacitated: capacitated(w.Model),
		source: map[string]string{"target": "share", "sites": "candidates", "apart": "candidates", "problem": "number"},
	}
}

func (w *tableWork) weighed(x int64) float64 { return float64(x) / math.Pow10(w.weight) }

// objective is one of the problem in the units of the tables.
func (w *tableWork) objective(x float64) float64 {
	switch w.Model {
	case siting.SetCover:
		return x/math.Pow10(w.cost) + 0 // no -0
	case siting.MaxMin:
		return x + 0
	case siting.Center:
		return x/math.Pow10(w.travel) + 0
	case siting.Median, siting.SingleSource:
		return x/math.Pow10(w.weight+w.travel) + 0
	}
	return x/math.Pow10(w.weight) + 0
}

func (w *tableWork) watch() func(siting.Progress) {
	if w.Watch == nil {
		return nil
	}
	return func(p siting.Progress) {
		w.Watch(progressOf(w.Model, p, w.objective, w.names))
	}
}

func (w *tableWork) names(sites []int32) []string {
	names := make([]string, len(sites))
	for i, s := range sites {
		names[i] = w.Candidates[s].ID
	}
	return names
}

// told is the answer without what takes further searches.
func (w *tableWork) told(plan *siting.Plan, why *siting.Explanation) *TablePlan {
	a := &TablePlan{
		Model: w.Model, Objective: w.objective(plan.Objective), Bound: w.objective(plan.Bound), Gap: plan.Gap(), Proven: plan.Proven,
		Sites: w.names(plan.Sites), GainCurve: []TableCurvePoint{}, End: string(plan.End), Complete: true,
		Spent: float64(plan.Spent) / math.Pow10(w.cost), OutOfReach: []string{}, Reasons: []TableReason{}, Marks: []TableMark{},
		Alternatives: []TableAlternative{}, Work: plan.Work, Nodes: plan.Nodes,
		WeightUnit: math.Pow10(-w.weight), TravelUnit: math.Pow10(-w.travel), CostUnit: math.Pow10(-w.cost),
	}
	before, open := make([]bool, len(w.p.Sites)), make([]bool, len(w.p.Sites))
	for s := range w.p.Sites {
		before[s] = w.p.Sites[s].State == siting.Existing
		open[s] = before[s]
	}
	for _, s := range plan.Sites {
		open[s] = true
	}
	var all, was, is, none int64
	for i, d := range w.p.Demand {
		within := w.p.Reach.Within(i, w.p.Cutoff)
		all += d.Weight
		if slices.ContainsFunc(within, func(s int32) bool { return before[s] }) {
			was += d.Weight
		}
		if slices.ContainsFunc(within, func(s int32) bool { return open[s] }) {
			is += d.Weight
		}
		if d.Weight > 0 && !slices.ContainsFunc(within, func(s int32) bool { return w.p.Sites[s].State != siting.Forbidden }) {
			none += d.Weight
			a.OutOfReach = append(a.OutOfReach, w.Demand[i].ID)
		}
	}
	a.Demand, a.Before, a.Covered, a.Unreachable = w.weighed(all), w.weighed(was), w.weighed(is), w.weighed(none)
	if all > 0 {
		rate := float64(is) / float64(all)
		a.CoverageRate = &rate
	}
	for n := range plan.Sites {
		if capacitated(w.Model) && n+1 < len(plan.Sites) {
			continue // what fewer sites have room for takes a search
		}
		phased := w.objective(firstOf(w.p, plan, n+1))
		a.GainCurve = append(a.GainCurve, TableCurvePoint{Number: n + 1, Objective: phased, Phased: &phased})
	}
	if last := len(a.GainCurve) - 1; last >= 0 {
		a.GainCurve[last].Bound, a.GainCurve[last].Proven = &a.Bound, a.Proven
	}
	w.reasons(a, why)
	within := defaultWithin
	for s, mark := range siting.Marks(w.p, plan, *first(w.Within, &within)) {
		a.Marks = append(a.Marks, TableMark{w.Candidates[s].ID, mark})
	}
	return a
}

// firstOf is what the first n sites of a plan achieve. Rules of the whole plan do
// not hold on the way.
func firstOf(p *siting.Problem, plan *siting.Plan, n int) float64 {
	if n == len(plan.Sites) {
		return plan.Objective
	}
	value, _ := siting.Value(p, plan.Sites[:n])
	return value
}

func (w *tableWork) reasons(a *TablePlan, why *siting.Explanation) {
	for _, r := range why.Sites {
		row := TableReason{
			ID: w.Candidates[r.Site].ID, Cost: float64(w.p.Sites[r.Site].Cost) / math.Pow10(w.cost),
			Newly: w.weighed(r.Newly), OnlyHere: w.weighed(r.OnlyHere), Shared: w.weighed(r.Shared),
		}
		if r.Removed != nil {
			loss := w.objective(r.Removed.Loss)
			row.LossIfRemoved = &loss
		}
		if r.Substitute != nil {
			loss := w.objective(r.Substitute.Loss)
			row.Substitute, row.SubstituteLoss = &w.Candidates[r.Substitute.Site].ID, &loss
		}
		a.Reasons = append(a.Reasons, row)
	}
}

// more adds what takes further searches; where ctx ends, what is not done is left
// out.
func (w *tableWork) more(ctx context.Context, a *TablePlan, plan *siting.Plan) error {
	further := siting.Best{Options: furtherOptions(w.Seed, w.Effort)}
	if w.Curve > 0 {
		list, err := siting.Best{Options: siting.Options{Seed: w.Seed, Effort: w.Effort}}.Curve(ctx, w.p, w.Curve)
		if err != nil && ctx.Err() == nil {
			return w.words().err(err)
		}
		a.GainCurve = []TableCurvePoint{}
		for _, c := range list {
			bound := w.objective(c.Bound)
			point := TableCurvePoint{c.Number, w.objective(c.Objective), &bound, c.Proven, nil}
			if c.Phased != nil {
				phased := w.objective(*c.Phased)
				point.Phased = &phased
			}
			a.GainCurve = append(a.GainCurve, point)
		}
	}
	if w.Alternatives > 0 && ctx.Err() == nil {
		within := defaultWithin
		list, err := siting.Alternatives(ctx, further, w.p, plan, *first(w.Within, &within), w.Alternatives)
		if err != nil && ctx.Err() == nil {
			return w.words().err(err)
		}
		for _, other := range list {
			a.Alternatives = append(a.Alternatives, TableAlternative{w.objective(other.Objective), w.names(other.Added), w.names(other.Removed)})
		}
	}
	if ctx.Err() != nil {
		a.Complete = false
	}
	return nil
}

// tableProblem checks the tables and makes the problem.
func tableProblem(t SiteTable) (*tableWork, error) {
	w := &tableWork{SiteTable: t, p: &siting.Problem{Model: t.Model, Number: t.Number, Budget: siting.NoBudget}}
	if w.Model == "" {
		w.Model = siting.MaxCover
		w.p.Model = w.Model
	}
	issues := w.checkOptions()
	issues = append(issues, w.problemDemand()...)
	issues = append(issues, w.problemSites()...)
	issues = append(issues, w.problemReach()...)
	if len(issues) > 0 {
		return nil, coverage.AllFaults(t.Unfit, unanswerable(issues))
	}
	if t.Unfit != nil {
		return nil, t.Unfit
	}
	issues = overreach(w.p, w.Share, w.Floor, func(k int) string { return "area " + w.areas[k] })
	words := w.words()
	for _, i := range w.p.Faults() {
		issues = append(issues, words.issue(i))
	}
	if len(issues) > 0 {
		return nil, unanswerable(issues)
	}
	return w, nil
}
