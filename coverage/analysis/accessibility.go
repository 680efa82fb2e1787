package analysis

import (
	"context"
	"slices"
	"strings"

	"kaimen/coverage"
	"kaimen/coverage/accessibility"
	"kaimen/coverage/equity"
	"kaimen/coverage/network"
	"kaimen/coverage/reach"
)

// What a facility offers.
const (
	SupplyCapacity   = "capacity"
	SupplyFacilities = "facilities" // itself: each counts 1
	SupplyAreaM2     = "area_m2"
	SupplyStaff      = "staff"
)

func supplies() []string {
	return []string{SupplyCapacity, SupplyFacilities, SupplyAreaM2, SupplyStaff}
}

// offerOf is what a facility offers; nil where it is not known.
func offerOf(f *coverage.Facility, supply string) *float64 {
	switch supply {
	case SupplyCapacity:
		return f.Capacity
	case SupplyAreaM2:
		return f.AreaM2
	case SupplyStaff:
		return f.Staff
	}
	one := 1.0
	return &one
}

// AccessibilityOptions say how to score. Costs are seconds where the question's
// cutoff is a time, meters where it is a distance.
type AccessibilityOptions struct {
	accessibility.Options
	// Supply is what facilities offer: capacity for the methods that share it out,
	// else facilities, each counting 1.
	Supply string `json:"supply"`
}

// AccessibilitySummary is the study as a whole.
type AccessibilitySummary struct {
	Unit          string          `json:"unit"` // of costs: s or m
	Demand        coverage.Amount `json:"demand"`
	Unserved      coverage.Amount `json:"unserved"` // demand with a score of 0, or with nothing in reach
	Facilities    int             `json:"facilities"`
	Supply        float64         `json:"supply"`         // of all facilities
	SupplyReached float64         `json:"supply_reached"` // of those with demand in reach
	Pairs         int             `json:"pairs"`          // of demand points and facilities within the cutoff
	MeanScore     *float64        `json:"mean_score"`     // by demand
	Gini          *float64        `json:"gini"`           // of the scores, by demand
	Supplies      []SupplyRatio   `json:"supplies" nullable:"false"`
}

// SupplyRatio is what a facility offers beside the demand in its catchment.
type SupplyRatio struct {
	ID     string   `json:"id"`
	Kind   string   `json:"kind"`
	Name   string   `json:"name"`
	Supply float64  `json:"supply"`
	Demand *float64 `json:"demand"` // in its catchment, as the method weighs it; nil where it does not
	Ratio  *float64 `json:"ratio"`  // supply for each unit of that; nil where there is none
}

// AccessibilityRow is the scores of one zone.
type AccessibilityRow struct {
	ZoneHead
	Demand    coverage.Amount `json:"demand"`
	Unserved  coverage.Amount `json:"unserved"`
	MeanScore *float64        `json:"mean_score"` // by demand; nil where nobody has a score
	MinScore  *float64        `json:"min_score"`
	MaxScore  *float64        `json:"max_score"`
}

// The answers on accessibility.
type (
	AccessibilityRequest = Request[AccessibilityOptions]
	AccessibilityAnswer  = Answer[AccessibilityOptions, AccessibilitySummary, AccessibilityRow]
)

// Accessibility scores how well demand is served by the facilities of a kind
// within the cutoff, by any method of the accessibility room.
//
// Holds:  by 2sfca, e2sfca and 3sfca, the mean score times the demand is the
// supply reached.
// Errors: invalid with every fault of the request, such as facilities without
// the capacity that the method needs; not_found for the study.
// Cost:   a search within the cutoff for each facility, and a few passes over
// the pairs.
func (e *Engine) Accessibility(ctx context.Context, r AccessibilityRequest) (*AccessibilityAnswer, error) {
	return ask(ctx, e, indicator[AccessibilityOptions, AccessibilitySummary, AccessibilityRow]{
		name: "accessibility", kind: true, prepare: prepareAccessibility, find: findAccessibility,
	}, r)
}

func prepareAccessibility(_ *Engine, b *base, r *AccessibilityRequest) []coverage.Issue {
	o := &r.Options
	cutoff := float64(r.Cutoff.Value) / 1000
	if o.Zones == nil { // zones end by themselves
		o.Cutoff = &cutoff
	}
	issues := o.Validate()
	if r.Unfit != nil { // zones that could not be read are told there
		issues = slices.DeleteFunc(issues, func(i coverage.Issue) bool { return i.Source == "zones" })
	}
	for i := range issues {
		issues[i].Code = coverage.ReasonUnknownParameter // its source is a parameter, not a file
	}
	if o.Supply == "" {
		o.Supply = SupplyFacilities
		if o.Method.NeedsWeight() {
			o.Supply = SupplyCapacity
		}
	}
	if !slices.Contains(supplies(), o.Supply) {
		return append(issues, fault("supply", "%q is nothing that facilities offer; give one of %s", o.Supply, join(supplies())))
	}
	var lacking []string
	for i := range b.Facilities {
		if f := &b.Facilities[i]; f.Kind == r.Kind && offerOf(f, o.Supply) == nil {
			lacking = append(lacking, f.ID)
		}
	}
	if n := len(lacking); n > 0 {
		issues = append(issues, fault("supply", "the method needs the %s of every %s, and %d have none: %s; add it to the data, or ask with another supply: %s",
			o.Supply, r.Kind, n, strings.Join(lacking[:min(n, 20)], ", "), join(supplies())))
	}
	return issues
}

func findAccessibility(ctx context.Context, w *work[AccessibilityOptions], a *AccessibilityAnswer) error {
	scored, err := w.score(ctx, w.Options.Options, w.Options.Supply)
	if err != nil {
		return err
	}
	a.Summary = scored.summary
	a.Rows = w.scoreRows(scored)
	return nil
}

// scored is the scores of all demand points, NaN where one has none.
type scored struct {
	scores  []float64
	weights []coverage.Amount
	summary AccessibilitySummary
}

// score scores the demand; what lies outside all boundaries weighs nothing.
func (w *work[O]) score(ctx context.Context, o accessibility.Options, supply string) (*scored, error) {
	b := w.base
	pairs, sites, err := w.pairs(ctx)
	if err != nil {
		return nil, err
	}
	s := &scored{weights: weightsOf(b.Snapshot, w.Cohort)}
	people := make([]float64, len(s.weights))
	for i := range s.weights {
		if b.zones.Outside[i] {
			s.weights[i] = 0
		}
		people[i] = s.weights[i].Float()
		s.summary.Demand += s.weights[i]
	}
	offered := make([]float64, len(sites))
	for k, f := range sites {
		if x := offerOf(&b.Facilities[f], supply); x != nil {
			offered[k] = *x
		}
	}
	m, _ := accessibility.Rows(len(people), len(sites), pairs)
	result, err := accessibility.Score(m, people, offered, o)
	if err != nil {
		return nil, err
	}
	s.scores = result.Scores
	s.sum(w.Cutoff, m, people, offered)
	for k, f := range sites {
		ratio := SupplyRatio{ID: b.Facilities[f].ID, Kind: b.Facilities[f].Kind, Name: b.Facilities[f].Name, Supply: offered[k]}
		if result.Caught != nil {
			ratio.Demand = accessibility.Finite(result.Caught[k])
		}
		if result.Ratios != nil {
			ratio.Ratio = accessibility.Finite(result.Ratios[k])
		}
		s.summary.Supplies = append(s.summary.Supplies, ratio)
	}
	return s, nil
}

// pairs are the costs within the cutoff between demand points and the
// facilities of the kind, which sites lists.
func (w *work[O]) pairs(ctx context.Context) (pairs []accessibility.Pair, sites []int, err error) {
	_, wanted := w.grounds.facilitiesOf(w.base, w.Kind)
	byFacility := make([][]accessibility.Pair, len(wanted))
	err = w.grounds.scan(ctx, wanted, w.Cutoff, func(f int, found []reach.Target) {
		byFacility[f] = make([]accessibility.Pair, len(found))
		for i, t := range found {
			byFacility[f][i] = accessibility.Pair{Demand: t.Point, Cost: float64(t.Cost) / 1000}
		}
	})
	if err != nil {
		return nil, nil, err
	}
	for f := range wanted {
		if !wanted[f] {
			continue
		}
		for _, pair := range byFacility[f] {
			pair.Supply = int32(len(sites))
			pairs = append(pairs, pair)
		}
		sites = append(sites, f)
	}
	return pairs, sites, nil
}

// sum tells what holds for the study.
func (s *scored) sum(c Cutoff, m accessibility.Matrix, people, offered []float64) {
	t := &s.summary
	t.Unit, t.Facilities, t.Pairs, t.Supplies = "s", len(offered), len(m.Supply), []SupplyRatio{}
	if c.Metric == network.Length {
		t.Unit = "m"
	}
	reached := make([]bool, len(offered))
	for i := range people {
		if people[i] > 0 {
			for _, k := range m.Supply[m.First[i]:m.First[i+1]] {
				reached[k] = true
			}
		}
	}
	for k, x := range offered {
		t.Supply += x
		if reached[k] {
			t.SupplyReached += x
		}
	}
	if s.scores == nil {
		return
	}
	total, counted := 0.0, 0.0
	var values, weights []float64
	for i, x := range s.scores {
		if unserved(x) {
			t.Unserved += s.weights[i]
		}
		if people[i] == 0 || accessibility.Finite(x) == nil {
			continue
		}
		total, counted = total+people[i]*x, counted+people[i]
		values, weights = append(values, x), append(weights, people[i])
	}
	t.MeanScore = accessibility.Finite(total / counted)
	if gini, err := equity.Gini(values, weights); err == nil { // else all have nothing
		t.Gini = &gini
	}
}

func unserved(score float64) bool { return score == 0 || accessibility.Finite(score) == nil }

// scoreRows tells the scores by the zones of the level; none where the method
// gives supply a score and not demand.
func (w *work[O]) scoreRows(s *scored) []AccessibilityRow {
	rows := []AccessibilityRow{}
	if s.scores == nil {
		return rows
	}
	zones, home := w.base.zones.Of(w.Level), w.base.zones.HomeAt(w.Level)
	for k := range zones {
		rows = append(rows, AccessibilityRow{ZoneHead: headOf(&zones[k])})
	}
	sums, people := make([]float64, len(rows)), make([]float64, len(rows))
	for i, x := range s.scores {
		k := home(i)
		if k < 0 || s.weights[i] == 0 {
			continue
		}
		row := &rows[k]
		row.Demand += s.weights[i]
		if unserved(x) {
			row.Unserved += s.weights[i]
		}
		if accessibility.Finite(x) == nil {
			continue
		}
		sums[k], people[k] = sums[k]+x*s.weights[i].Float(), people[k]+s.weights[i].Float()
		row.MinScore, row.MaxScore = least(row.MinScore, x), most(row.MaxScore, x)
	}
	for k := range rows {
		rows[k].MeanScore = accessibility.Finite(sums[k] / people[k])
	}
	return rows
}

func least(a *float64, x float64) *float64 {
	if a != nil && *a <= x {
		return a
	}
	return &x
}

func most(a *float64, x float64) *float64 {
	if a != nil && *a >= x {
		return a
	}
	return &x
}
