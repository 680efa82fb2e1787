package analysis

import (
	"context"
	"strconv"
	"strings"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/coverage/reach"
	"kaimen/coverage/zonal"
)

// Need is a number of facilities of any of some kinds, such as three markets.
type Need struct {
	Kinds []string `json:"kinds"`
	Count int      `json:"count"`
}

// String writes a need as ParseNeed reads it.
func (n Need) String() string { return strings.Join(n.Kinds, "+") + ":" + strconv.Itoa(n.Count) }

// ParseNeed reads "market", "market:3" or "park+pocket_park:2".
//
// Errors: invalid where the number is none from 1 to reach.MostNearest, or a
// kind is blank.
func ParseNeed(text string) (Need, error) {
	kinds, count, counted := strings.Cut(text, ":")
	n := Need{strings.Split(kinds, "+"), 1}
	if counted {
		var err error
		if n.Count, err = strconv.Atoi(count); err != nil || n.Count < 1 || n.Count > reach.MostNearest {
			return n, invalid("needs", "%q: %q is no number of facilities; give a kind and a number from 1 to %d, such as market:3", text, count, reach.MostNearest)
		}
	}
	for _, kind := range n.Kinds {
		if kind == "" {
			return n, invalid("needs", "%q names no kind; give a kind and a number, such as market:3 or park+pocket_park:1", text)
		}
	}
	return n, nil
}

// ParseNeeds is ParseNeed for a list: those without fault, and the faults of all
// others.
func ParseNeeds(texts []string) ([]Need, error) {
	var needs []Need
	errs := make([]error, len(texts))
	for i, text := range texts {
		var need Need
		if need, errs[i] = ParseNeed(text); errs[i] == nil {
			needs = append(needs, need)
		}
	}
	return needs, coverage.AllFaults(errs...)
}

// NearestOptions are what must be reached.
type NearestOptions struct {
	Needs []Need `json:"needs" nullable:"false"` // default: one of the question's kind
}

// NearestSummary is the study as a whole, need by need.
type NearestSummary struct {
	Needs []NearestRow `json:"needs" nullable:"false"`
}

// NearestRow is how far it is to one need in one zone, or to the last of all.
type NearestRow struct {
	Need string `json:"need"` // as ParseNeed reads it; "all" for the need that is met last
	zonal.Row
}

// Zone is what the row is about.
func (r *NearestRow) Zone() (coverage.Level, string) { return r.Level, r.ID }

// The answers on nearest facilities.
type (
	NearestRequest = Request[NearestOptions]
	NearestAnswer  = Answer[NearestOptions, NearestSummary, NearestRow]
)

// Nearest tells how far it is to the nearest, or the k-th nearest, facility of
// each need, and until all needs are met: three markets and one clinic.
//
// Errors: invalid with every fault of the request; not_found for the study.
// Cost:   a search for the k nearest, about k searches, for each need.
func (e *Engine) Nearest(ctx context.Context, r NearestRequest) (*NearestAnswer, error) {
	return ask(ctx, e, indicator[NearestOptions, NearestSummary, NearestRow]{
		name: "nearest", prepare: prepareNearest, find: findNearest,
	}, r)
}

func prepareNearest(e *Engine, b *base, r *NearestRequest) (issues []coverage.Issue) {
	if len(r.Options.Needs) == 0 && r.Unfit == nil { // else those given have faults
		return []coverage.Issue{fault("needs", "no need is given; name kinds with numbers, such as market:3; the study has %s", join(kindsOf(b.Snapshot)))}
	}
	for i, need := range r.Options.Needs {
		issues = append(issues, checkNeed(e, b, need, i)...)
	}
	return issues
}

// checkNeed finds fault with need i of a list.
func checkNeed(e *Engine, b *base, need Need, i int) (issues []coverage.Issue) {
	for _, kind := range need.Kinds {
		for _, issue := range e.checkKind(b, kind) {
			issue.Source, issue.Line = "needs", i+1
			issues = append(issues, issue)
		}
	}
	if need.Count < 1 || need.Count > reach.MostNearest {
		issues = append(issues, fault("needs", "%d is no number of facilities; give 1 to %d", need.Count, reach.MostNearest))
	}
	return issues
}

func findNearest(ctx context.Context, w *work[NearestOptions], a *NearestAnswer) error {
	weights := weightsOf(w.base.Snapshot, w.Cohort)
	all := zonal.Input{
		Weights: weights, Travel: make([]zonal.Travel, len(weights)),
		Facilities: make([]bool, len(w.base.Facilities)), Reached: make([][]int32, len(w.base.Facilities)),
	}
	for i := range all.Travel {
		all.Travel[i].Covered = true
	}
	tell := func(name string, in zonal.Input) {
		sum := w.base.zones.Sum(in)
		study, _ := sum.Rows(coverage.LevelStudy)
		a.Summary.Needs = append(a.Summary.Needs, NearestRow{name, study[0]})
		rows, _ := sum.Rows(w.Level)
		for _, row := range rows {
			a.Rows = append(a.Rows, NearestRow{name, row})
		}
	}
	for _, need := range w.Options.Needs {
		s, err := w.grounds.serve(ctx, w.base, need.Kinds, need.Count, w.Cutoff)
		if err != nil {
			return err
		}
		tell(need.String(), s.input(weights))
		for i := range all.Travel {
			all.Travel[i] = later(all.Travel[i], s.travel[i], w.Cutoff.Metric)
		}
		for f, wanted := range s.wanted {
			if wanted {
				all.Facilities[f], all.Reached[f] = true, s.reached[f]
			}
		}
	}
	if len(w.Options.Needs) > 1 {
		tell("all", all)
	}
	return nil
}

// later is the dearer of two ways in a metric; none if either is none.
func later(a, b zonal.Travel, m network.Metric) zonal.Travel {
	switch {
	case a.Facility < 0 || b.Facility < 0:
		return zonal.Travel{Facility: -1}
	case costOf(b, m) > costOf(a, m):
		b.Covered = a.Covered && b.Covered
		return b
	}
	a.Covered = a.Covered && b.Covered
	return a
}
