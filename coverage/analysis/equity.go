package analysis

import (
	"cmp"
	"context"
	"slices"

	"kaimen/coverage"
	"kaimen/coverage/accessibility"
	"kaimen/coverage/equity"
	"kaimen/coverage/network"
	"kaimen/coverage/zonal"
)

// What may be spread over people.
const (
	OfReach = "reach" // how many facilities are within the cutoff
	OfCost  = "cost"  // the cost to the nearest, in the metric of the cutoff
)

// EquityOptions choose what is looked at.
type EquityOptions struct {
	Of      string   `json:"of"`                       // reach or cost; default reach
	Cohorts []string `json:"cohorts" nullable:"false"` // to be set side by side; default all
	Floor   *float64 `json:"floor"`                    // the coverage rate that no zone should be below; nil for none
}

// EquitySummary is how evenly the demand is served.
type EquitySummary struct {
	Demand       coverage.Amount `json:"demand"`
	CoverageRate *float64        `json:"coverage_rate"`
	Left         coverage.Amount `json:"left"` // demand that has no value: no way leads to any facility
	Gini         *float64        `json:"gini"` // of what Options.Of says; nil where nobody has any
	Theil        *float64        `json:"theil"`
	Palma        *float64        `json:"palma"` // the mean of the tenth with most over that of the four tenths with least
	Worst        *string         `json:"worst"` // id of the zone with the lowest coverage rate, of equals that with most demand uncovered
	WorstName    *string         `json:"worst_name"`
	WorstRate    *float64        `json:"worst_rate"`
	BestRate     *float64        `json:"best_rate"`
	BelowFloor   int             `json:"below_floor"`        // zones
	PeopleBelow  coverage.Amount `json:"demand_below_floor"` // their demand
	Cohorts      []CohortEquity  `json:"cohorts" nullable:"false"`
	Lorenz       []equity.Point  `json:"lorenz" nullable:"false"`
}

// CohortEquity is the coverage of one cohort.
type CohortEquity struct {
	Cohort       string          `json:"cohort"`
	Demand       coverage.Amount `json:"demand"`
	Covered      coverage.Amount `json:"covered"`
	CoverageRate *float64        `json:"coverage_rate"`
	MeanS        *float64        `json:"mean_s"`
	MeanM        *float64        `json:"mean_m"`
}

// EquityRow is one zone among the others.
type EquityRow struct {
	ZoneHead
	Demand       coverage.Amount `json:"demand"`
	Covered      coverage.Amount `json:"covered"`
	CoverageRate *float64        `json:"coverage_rate"`
	Rank         *int            `json:"rank"`  // 1 for the lowest rate, of equals for that with most demand uncovered; nil without demand
	Value        *float64        `json:"value"` // the mean of what Options.Of says
	BelowFloor   bool            `json:"below_floor"`
}

// The answers on equity.
type (
	EquityRequest = Request[EquityOptions]
	EquityAnswer  = Answer[EquityOptions, EquitySummary, EquityRow]
)

// Equity tells how evenly a kind of facility serves people, cohorts and zones.
//
// Errors: invalid with every fault of the request; not_found for the study.
// Cost:   as Coverage.
func (e *Engine) Equity(ctx context.Context, r EquityRequest) (*EquityAnswer, error) {
	return ask(ctx, e, indicator[EquityOptions, EquitySummary, EquityRow]{
		name: "equity", kind: true, prepare: prepareEquity, find: findEquity,
	}, r)
}

func prepareEquity(_ *Engine, b *base, r *EquityRequest) (issues []coverage.Issue) {
	o := &r.Options
	if o.Of == "" {
		o.Of = OfReach
	}
	if o.Of != OfReach && o.Of != OfCost {
		issues = append(issues, fault("of", "%q is nothing to look at; give %s or %s", o.Of, OfReach, OfCost))
	}
	if o.Floor != nil && !(*o.Floor > 0 && *o.Floor <= 1) {
		issues = append(issues, fault("floor", "%v is no coverage rate; give a number above 0 and up to 1, such as 0.6", *o.Floor))
	}
	known := cohortsOf(b.counted(r.Cohort).Snapshot)
	for _, cohort := range o.Cohorts {
		if !slices.Contains(known, cohort) {
			issues = append(issues, fault("cohorts", "%q is no cohort of study %s; it has %s", cohort, b.Study.ID, join(known)))
		}
	}
	if len(o.Cohorts) == 0 {
		o.Cohorts = known
	}
	return issues
}

func findEquity(ctx context.Context, w *work[EquityOptions], a *EquityAnswer) error {
	b, s := w.base, &a.Summary
	found, err := w.grounds.serve(ctx, b, []string{w.Kind}, 1, w.Cutoff)
	if err != nil {
		return err
	}
	in := found.input(weightsOf(b.Snapshot, w.Cohort))
	sum := b.zones.Sum(in)
	study, _ := sum.Rows(coverage.LevelStudy)
	s.Demand, s.CoverageRate = study[0].Demand, study[0].CoverageRate
	s.Cohorts = coverageByCohort(w, in)
	rows, _ := sum.Rows(w.Level)
	values := valuesOf(w.Options.Of, w.Cutoff.Metric, in)
	a.Rows = equityRows(w, rows, values)
	s.spread(a.Rows)
	return s.measure(b.zones, in, values)
}

// coverageByCohort is the coverage of each, with the same ways.
func coverageByCohort(w *work[EquityOptions], in zonal.Input) []CohortEquity {
	list := []CohortEquity{}
	for _, cohort := range w.Options.Cohorts {
		in.Weights, in.Facilities, in.Reached = weightsOf(w.base.Snapshot, cohort), nil, nil
		rows, _ := w.base.zones.Summarize(coverage.LevelStudy, in)
		list = append(list, CohortEquity{cohort, rows[0].Demand, rows[0].Covered, rows[0].CoverageRate, rows[0].MeanS, rows[0].MeanM})
	}
	return list
}

// valuesOf is what each demand point has; nil where it has none.
func valuesOf(of string, m network.Metric, in zonal.Input) []*float64 {
	values := make([]*float64, len(in.Travel))
	if of == OfCost {
		for i, t := range in.Travel {
			if t.Facility >= 0 {
				x := float64(costOf(t, m)) / 1000
				values[i] = &x
			}
		}
		return values
	}
	counts := make([]float64, len(in.Travel))
	for _, points := range in.Reached {
		for _, i := range points {
			counts[i]++
		}
	}
	for i := range values {
		values[i] = &counts[i]
	}
	return values
}

func equityRows(w *work[EquityOptions], from []zonal.Row, values []*float64) []EquityRow {
	floor := w.Options.Floor
	zones, home := w.base.zones.Of(w.Level), w.base.zones.HomeAt(w.Level)
	weights := weightsOf(w.base.Snapshot, w.Cohort)
	sums, people := make([]float64, len(from)), make([]float64, len(from))
	for i, x := range values {
		if k := home(i); k >= 0 && x != nil {
			sums[k], people[k] = sums[k]+*x*weights[i].Float(), people[k]+weights[i].Float()
		}
	}
	rows := make([]EquityRow, len(from))
	for k := range from {
		rows[k] = EquityRow{
			ZoneHead: headOf(&zones[k]), Demand: from[k].Demand, Covered: from[k].Covered, CoverageRate: from[k].CoverageRate,
			Value: accessibility.Finite(sums[k] / people[k]),
		}
		rows[k].BelowFloor = floor != nil && rows[k].CoverageRate != nil && *rows[k].CoverageRate < *floor
	}
	return rows
}

// spread ranks the zones, and tells the first and the last.
func (s *EquitySummary) spread(rows []EquityRow) {
	var order []int
	for k := range rows {
		if rows[k].CoverageRate != nil {
			order = append(order, k)
		}
		if rows[k].BelowFloor {
			s.BelowFloor++
			s.PeopleBelow += rows[k].Demand
		}
	}
	slices.SortStableFunc(order, func(i, j int) int {
		x, y := &rows[i], &rows[j]
		return cmp.Or(cmp.Compare(*x.CoverageRate, *y.CoverageRate), cmp.Compare(y.Demand-y.Covered, x.Demand-x.Covered))
	})
	for place, k := range order {
		rank := place + 1
		rows[k].Rank = &rank
	}
	if len(order) > 0 {
		worst, best := &rows[order[0]], &rows[order[len(order)-1]]
		s.Worst, s.WorstName, s.WorstRate, s.BestRate = &worst.ID, &worst.Name, worst.CoverageRate, best.CoverageRate
	}
}

// measure takes the measures of all values. Where nobody has anything there is
// nothing to be uneven, and they stay nil.
func (s *EquitySummary) measure(z *zonal.Zones, in zonal.Input, values []*float64) error {
	s.Lorenz = []equity.Point{}
	var list, weights []float64
	total := 0.0
	for i, x := range values {
		if in.Weights[i] == 0 || z.Outside[i] {
			continue
		}
		if x == nil {
			s.Left += in.Weights[i]
			continue
		}
		list, weights = append(list, *x), append(weights, in.Weights[i].Float())
		total += *x * in.Weights[i].Float()
	}
	if total == 0 {
		return nil
	}
	m, _, err := equity.Measure(list, weights, list, nil) // without a Palma ratio the poorest have nothing
	if err != nil {
		return err
	}
	s.Gini, s.Theil, s.Palma, s.Lorenz = &m.Gini, &m.Theil, m.Palma, m.Lorenz
	return nil
}
