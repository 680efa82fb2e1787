package analysis

import (
	"context"
	"runtime"
	"slices"
	"sync"

	"kaimen/coverage"
	"kaimen/coverage/zonal"
)

// OverviewOptions choose what an overview holds.
type OverviewOptions struct {
	Kinds  []string         `json:"kinds" nullable:"false"`  // default: all the study has
	Levels []coverage.Level `json:"levels" nullable:"false"` // default: the level of the question
	Rules  Rules            `json:"rules"`
}

// Rules are the two rules that demand is held against, side by side.
type Rules struct {
	CutoffS *float64 `json:"cutoff_s"` // of the time rule; nil where there is none
	CutoffM *float64 `json:"cutoff_m"` // of the distance rule
	TierSource
}

// OverviewSummary is the study as a whole, kind by kind.
type OverviewSummary struct {
	Demand coverage.Amount `json:"demand"`
	Kinds  []KindOverview  `json:"kinds" nullable:"false"`
}

// KindOverview sets what an administrator counts, an area that holds a facility,
// beside what residents have, one that they reach.
type KindOverview struct {
	Kind         string          `json:"kind"`
	Facilities   int             `json:"facilities"` // within the study
	TimeRate     *float64        `json:"time_rate"`
	DistanceRate *float64        `json:"distance_rate"`
	Disagree     coverage.Amount `json:"disagree"` // demand covered under one of the rules alone
	// The rest is told for the level of the question and the rule of its cutoff.
	OwnAreaRate       *float64        `json:"own_area_rate"`      // of the demand, in a zone that holds one
	HoldsNotReaching  coverage.Amount `json:"holds_not_reaching"` // its zone holds one, and it reaches none
	ReachesNotHolding coverage.Amount `json:"reaches_not_holding"`
}

// OverviewRow is one kind in one zone.
type OverviewRow struct {
	ZoneHead
	Kind             string           `json:"kind"`
	Demand           coverage.Amount  `json:"demand"`
	Time             TimeFigures      `json:"time"`
	Distance         DistanceFigures  `json:"distance"`
	Disagree         *coverage.Amount `json:"disagree" nullable:"true"` // covered under one of the rules alone; nil without the other
	FacilitiesInside int              `json:"facilities_inside"`
}

// TimeFigures are those of the fastest ways; DistanceFigures of the shortest.
// All are nil where the rule was not asked for.
type TimeFigures struct {
	Covered             *coverage.Amount `json:"covered" nullable:"true"`
	CoverageRate        *float64         `json:"coverage_rate"`
	MeanS               *float64         `json:"mean_s"`
	MedianS             *float64         `json:"median_s"`
	P90S                *float64         `json:"p90_s"`
	MaxS                *float64         `json:"max_s"`
	FacilitiesReachable *int             `json:"facilities_reachable"`
}

// DistanceFigures: see TimeFigures.
type DistanceFigures struct {
	Covered             *coverage.Amount `json:"covered" nullable:"true"`
	CoverageRate        *float64         `json:"coverage_rate"`
	MeanM               *float64         `json:"mean_m"`
	MedianM             *float64         `json:"median_m"`
	P90M                *float64         `json:"p90_m"`
	MaxM                *float64         `json:"max_m"`
	FacilitiesReachable *int             `json:"facilities_reachable"`
}

// The answers of the overview.
type (
	OverviewRequest = Request[OverviewOptions]
	OverviewAnswer  = Answer[OverviewOptions, OverviewSummary, OverviewRow]
)

// Overview tells the coverage of many kinds at many levels under both rules.
//
// Errors: invalid with every fault of the request; not_found for the study.
// Cost:   for each kind and rule, a search for the nearest and one within the
// cutoff for each facility; then a pass over the demand for each level. Kinds go
// to all processors.
func (e *Engine) Overview(ctx context.Context, r OverviewRequest) (*OverviewAnswer, error) {
	return ask(ctx, e, indicator[OverviewOptions, OverviewSummary, OverviewRow]{
		name: "overview", prepare: prepareOverview, find: findOverview,
	}, r)
}

func prepareOverview(e *Engine, b *base, r *OverviewRequest) (issues []coverage.Issue) {
	o := &r.Options
	for _, kind := range o.Kinds {
		issues = append(issues, e.checkKind(b, kind)...)
	}
	if len(o.Kinds) == 0 {
		o.Kinds = slices.SortedFunc(slices.Values(kindsOf(b.Snapshot)), e.library.Order)
	}
	if len(o.Levels) == 0 {
		o.Levels = []coverage.Level{r.Level}
	}
	for _, level := range o.Levels {
		if levels := b.zones.Levels(); !slices.Contains(levels, level) {
			issues = append(issues, fault("levels", "%q is no level of study %s; it has %s", level, b.Study.ID, join(levels)))
		}
	}
	o.Rules = e.rulesOf(r.Cutoff, o.Rules)
	return issues
}

// rulesOf is the cutoff of a question under its rule and, under the other one,
// the cutoff given, else that of the same tier, else none.
func (e *Engine) rulesOf(c Cutoff, given Rules) Rules {
	other, source, _ := e.otherRule(c)
	if given.CutoffS != nil || given.CutoffM != nil {
		source = TierSource{} // the pair is the asker's own
	}
	if other.Value == 0 {
		return Rules{first(c.Seconds(), given.CutoffS), first(c.Meters(), given.CutoffM), source}
	}
	return Rules{first(c.Seconds(), given.CutoffS, other.Seconds()), first(c.Meters(), given.CutoffM, other.Meters()), source}
}

// first is the first that is not nil.
func first[T any](list ...*T) *T {
	for _, x := range list {
		if x != nil {
			return x
		}
	}
	return nil
}

func findOverview(ctx context.Context, w *work[OverviewOptions], a *OverviewAnswer) error {
	weights := weightsOf(w.base.Snapshot, w.Cohort)
	kinds, ofKind := w.Options.Kinds, 0 // rows of each kind
	for _, level := range w.Options.Levels {
		ofKind += len(w.base.zones.Of(level))
	}
	a.Rows = make([]OverviewRow, ofKind*len(kinds))
	a.Summary.Kinds = make([]KindOverview, len(kinds))
	demand := make([]coverage.Amount, len(kinds))
	err := each(len(kinds), func(i int) (err error) {
		a.Summary.Kinds[i], demand[i], err = overviewOf(ctx, w, kinds[i], weights, a.Rows[i*ofKind:(i+1)*ofKind])
		return err
	})
	if len(kinds) > 0 {
		a.Summary.Demand = demand[0] // of all kinds the same
	}
	return err
}

// each calls work for 0 to n-1, on all processors, and returns the error of the
// least of those that failed.
func each(n int, work func(i int) error) error {
	errs := make([]error, n)
	next := make(chan int, n)
	for i := range n {
		next <- i
	}
	close(next)
	var busy sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		busy.Go(func() {
			for i := range next {
				errs[i] = work(i)
			}
		})
	}
	busy.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// overviewOf tells one kind, and writes its rows, level by level.
func overviewOf(ctx context.Context, w *work[OverviewOptions], kind string, weights []coverage.Amount, rows []OverviewRow) (k KindOverview, demand coverage.Amount, err error) {
	pair, err := w.bothRules(ctx, []string{kind}, 1, w.Options.Rules, weights)
	if err != nil {
		return k, 0, err
	}
	for _, level := range w.Options.Levels {
		n := len(w.base.zones.Of(level))
		pair.rows(w.base.zones, level, kind, rows[:n])
		rows = rows[n:]
	}
	var study [1]OverviewRow
	pair.rows(w.base.zones, coverage.LevelStudy, kind, study[:])
	k = KindOverview{
		Kind: kind, Facilities: study[0].FacilitiesInside,
		TimeRate: study[0].Time.CoverageRate, DistanceRate: study[0].Distance.CoverageRate,
	}
	if study[0].Disagree != nil {
		k.Disagree = *study[0].Disagree
	}
	k.ownArea(w.base.zones, w.Level, pair.asked(w.Cutoff).in, study[0].Demand)
	return k, study[0].Demand, nil
}

// ownArea counts the demand in zones that hold a facility against that which
// reaches one.
func (k *KindOverview) ownArea(zones *zonal.Zones, level coverage.Level, in zonal.Input, demand coverage.Amount) {
	inside := zones.Holding(level, in.Facilities)
	var holds coverage.Amount
	for i, weight := range in.Weights {
		if weight == 0 || zones.Outside[i] {
			continue
		}
		held, reaches := inside(i), in.Travel[i].Covered
		switch {
		case held && !reaches:
			k.HoldsNotReaching += weight
		case reaches && !held:
			k.ReachesNotHolding += weight
		}
		if held {
			holds += weight
		}
	}
	k.OwnAreaRate = rateOf(holds, demand)
}

// rateOf is a share of a whole, nil of nothing.
func rateOf(part, whole coverage.Amount) *float64 {
	if whole == 0 {
		return nil
	}
	rate := float64(part) / float64(whole)
	return &rate
}
