package analysis_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/accessibility"
	"kaimen/coverage/analysis"
)

// served is a random town whose facilities have capacities, of two kinds.
func served(t *rapid.T) coverage.Layers {
	l := town(t)
	for i := range l.Facilities {
		capacity := rapid.Float64Range(0, 500).Draw(t, "capacity")
		l.Facilities[i].Capacity = &capacity
		if rapid.Bool().Draw(t, "shop") {
			l.Facilities[i].Kind = "market"
		}
	}
	return l
}

func question(t *rapid.T, kind string, level coverage.Level) analysis.CoverageRequest {
	return analysis.CoverageRequest{Study: "town", Kind: kind, Level: level, Cutoff: anyCutoff(t)}
}

func answered[T any](t *rapid.T, v T, err error) T {
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Whatever the zones, an overview adds up to the study, and agrees with the
// coverage of each kind on its own.
func TestOverviewAgreesWithCoverage(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := ask(t, served(t))
		r := analysis.OverviewRequest{CoverageRequest: question(t, "", coverage.LevelGrid)}
		meters := float64(rapid.IntRange(1, 5000).Draw(t, "other"))
		seconds := float64(rapid.IntRange(1, 5000).Draw(t, "seconds"))
		r.Options = analysis.OverviewOptions{
			Rules:  analysis.Rules{CutoffS: &seconds, CutoffM: &meters},
			Kinds:  []string{"park", "market"}, // either may be absent from the town
			Levels: []coverage.Level{coverage.LevelStudy, coverage.LevelGrid},
		}
		a, err := e.Overview(context.Background(), r)
		answered(t, a, err)
		for _, row := range a.Rows {
			one := r.CoverageRequest
			one.Kind, one.Level = row.Kind, row.Level
			c, err := e.Coverage(context.Background(), one)
			answered(t, c, err)
			for _, other := range c.Rows {
				if other.ID != row.ID {
					continue
				}
				if other.Demand != row.Demand || other.Covered != *row.Distance.Covered || other.FacilitiesReachable != *row.Distance.FacilitiesReachable {
					t.Fatalf("%s %s: %+v, alone %+v", row.Kind, row.ID, row, other)
				}
			}
			if most := max(*row.Time.Covered, *row.Distance.Covered) - min(*row.Time.Covered, *row.Distance.Covered); *row.Disagree < most || *row.Disagree > row.Demand {
				t.Fatalf("%v disagree, where the rules cover %v and %v", row.Disagree, row.Time.Covered, row.Distance.Covered)
			}
		}
	})
}

// Demand allotted to facilities and demand that reaches none is all there is.
func TestAllottedDemandSumsToTheWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, err := ask(t, served(t)).Catchments(context.Background(), analysis.CatchmentRequest{CoverageRequest: question(t, "park", coverage.LevelStudy)})
		answered(t, a, err)
		var sum coverage.Amount
		points := 0
		for _, row := range a.Rows {
			sum, points = sum+row.Demand, points+row.Points
			if row.Within > row.Demand {
				t.Fatalf("%s: %v within of %v", row.ID, row.Within, row.Demand)
			}
		}
		if s := a.Summary; sum != s.Allotted || s.Allotted+s.Unreached != s.Demand {
			t.Fatalf("allotted %v, rows %v, unreached %v, in all %v", s.Allotted, sum, s.Unreached, s.Demand)
		}
	})
}

// Scores of floating catchments, weighted by demand, give out all supply that
// somebody reaches, and no more.
func TestCatchmentScoresReturnTheSupplyReached(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := analysis.AccessibilityRequest{CoverageRequest: question(t, "park", coverage.LevelGrid)}
		r.Options.Method = rapid.SampledFrom([]accessibility.Method{accessibility.TwoStep, accessibility.Enhanced, accessibility.ThreeStep}).Draw(t, "method")
		if r.Options.Method == accessibility.ThreeStep {
			r.Options.Decay = accessibility.DecayLinear
		}
		a, err := ask(t, served(t)).Accessibility(context.Background(), r)
		answered(t, a, err)
		s := a.Summary
		if s.MeanScore == nil {
			return // no demand at all
		}
		given := *s.MeanScore * s.Demand.Float()
		// Where a decay is 0 at its very end, what is reached there alone gives nothing.
		if given > s.SupplyReached*(1+1e-9) {
			t.Fatalf("%s gives out %v of %v", r.Options.Method, given, s.SupplyReached)
		}
		if r.Options.Method != accessibility.ThreeStep && math.Abs(given-s.SupplyReached) > 1e-6*(1+s.SupplyReached) {
			t.Fatalf("%s gives out %v of %v", r.Options.Method, given, s.SupplyReached)
		}
	})
}

// Another facility and a larger cutoff never leave a circle less complete.
func TestCompletenessNeverFalls(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := served(t)
		needs, err := analysis.ParseNeeds([]string{"park:2", "market", "park+market:3"})
		answered(t, needs, err)
		r := analysis.CompletenessRequest{CoverageRequest: question(t, "", coverage.LevelGrid), Options: analysis.CompletenessOptions{Needs: needs}}
		tell := func(l coverage.Layers, cutoff analysis.Cutoff) *analysis.CompletenessAnswer {
			r.Cutoff = cutoff
			a, err := ask(t, l).Completeness(context.Background(), r)
			return answered(t, a, err)
		}
		cutoff := r.Cutoff
		before := tell(l, cutoff)
		larger := cutoff
		larger.Value += uint32(rapid.IntRange(0, 1_000_000).Draw(t, "more"))
		sum := coverage.Amount(0)
		for _, c := range before.Summary.ByCount {
			sum += c.Demand
		}
		if sum != before.Summary.Demand {
			t.Fatalf("by count %v, in all %v", sum, before.Summary.Demand)
		}
		more := l
		more.Facilities = append(l.Facilities[:len(l.Facilities):len(l.Facilities)], coverage.Facility{ID: "new", Kind: "market", At: l.Demand[0].At})
		for name, after := range map[string]*analysis.CompletenessAnswer{"a larger cutoff": tell(l, larger), "a facility more": tell(more, cutoff)} {
			if after.Summary.Complete < before.Summary.Complete {
				t.Fatalf("%s leaves %v complete, before %v", name, after.Summary.Complete, before.Summary.Complete)
			}
			for k := range before.Summary.ByNeed {
				if after.Summary.ByNeed[k].Covered < before.Summary.ByNeed[k].Covered {
					t.Fatalf("%s leaves %s less covered", name, needs[k])
				}
			}
		}
	})
}

// Shares of equity stay within their bounds, and the curve is convex.
func TestEquityKeepsItsBounds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := analysis.EquityRequest{CoverageRequest: question(t, "park", coverage.LevelGrid)}
		r.Options.Of = rapid.SampledFrom([]string{analysis.OfReach, analysis.OfCost}).Draw(t, "of")
		a, err := ask(t, served(t)).Equity(context.Background(), r)
		answered(t, a, err)
		s := a.Summary
		if s.Gini == nil {
			return
		}
		if *s.Gini < -1e-12 || *s.Gini > 1 || *s.Theil < -1e-12 {
			t.Fatalf("Gini %v, Theil %v", *s.Gini, *s.Theil)
		}
		slope := 0.0
		for i := 1; i < len(s.Lorenz); i++ {
			p, q := s.Lorenz[i-1], s.Lorenz[i]
			if q.People-p.People < 1e-12 {
				continue
			}
			next := (q.Value - p.Value) / (q.People - p.People)
			if next < slope-1e-6 {
				t.Fatalf("the curve bends down at %v: %v after %v", p, next, slope)
			}
			slope = next
		}
	})
}

// Every indicator refuses what it cannot answer, with what there is instead.
func TestIndicatorsNameEveryFault(t *testing.T) {
	t.Parallel()
	e := ask(t, quarter(t))
	bad := analysis.CoverageRequest{Study: "town", Kind: "unicorn", Level: "planet", Profile: "swim", Cohort: "dogs"}
	negative, nan := -1.0, math.NaN()
	for name, tc := range map[string]struct {
		err   error
		words []string
	}{
		"overview": {
			errorOf(e.Overview(t.Context(), analysis.OverviewRequest{CoverageRequest: bad, Options: analysis.OverviewOptions{Kinds: []string{"yeti"}, Levels: []coverage.Level{"moon"}}})),
			[]string{"yeti", "moon", "planet", "swim", "dogs", "park", "grid", "walk", "people"},
		},
		"nearest": {
			errorOf(e.Nearest(t.Context(), analysis.NearestRequest{CoverageRequest: bad, Options: analysis.NearestOptions{Needs: []analysis.Need{{Kinds: []string{"yeti"}, Count: 99}}}})),
			[]string{"yeti", "99", "planet"},
		},
		"no need": {errorOf(e.Nearest(t.Context(), analysis.NearestRequest{CoverageRequest: bad})), []string{"market:3", "park"}},
		"catchments": {
			errorOf(e.Catchments(t.Context(), analysis.CatchmentRequest{CoverageRequest: bad})), []string{"unicorn", "planet", "swim", "dogs", "park", "shop"},
		},
		"completeness": {
			errorOf(e.Completeness(t.Context(), analysis.CompletenessRequest{CoverageRequest: bad, Options: analysis.CompletenessOptions{Circle: "circle-99", Rule: "luck"}})),
			[]string{"circle-99", "circle-15", "luck", "distance", "planet"},
		},
		"per capita": {
			errorOf(e.PerCapita(t.Context(), analysis.PerCapitaRequest{CoverageRequest: bad, Options: analysis.PerCapitaOptions{Rules: []string{"no/rule", "complete-community-2020/parking-new"}}})),
			[]string{"no/rule", "staffing/community-workers", "households", "planet"},
		},
		"accessibility": {
			errorOf(e.Accessibility(t.Context(), analysis.AccessibilityRequest{CoverageRequest: bad, Options: analysis.AccessibilityOptions{Supply: "love", Options: accessibility.Options{Method: "magic"}}})),
			[]string{"magic", "2sfca", "love", "capacity", "planet"},
		},
		"beta": {
			errorOf(e.Accessibility(t.Context(), analysis.AccessibilityRequest{CoverageRequest: in(t, "shop", 100), Options: analysis.AccessibilityOptions{Options: accessibility.Options{Method: accessibility.Gravity, Decay: accessibility.DecayExponential, Beta: &nan}}})),
			[]string{"beta", "NaN"},
		},
		"equity": {
			errorOf(e.Equity(t.Context(), analysis.EquityRequest{CoverageRequest: bad, Options: analysis.EquityOptions{Of: "luck", Cohorts: []string{"cats"}, Floor: &negative}})),
			[]string{"luck", "reach", "cats", "people", "-1", "planet"},
		},
	} {
		if coverage.CodeOf(tc.err) != coverage.Invalid {
			t.Errorf("%s: %v", name, tc.err)
			continue
		}
		wantWords(t, name, tc.err, tc.words)
	}
	_, err := e.Equity(t.Context(), analysis.EquityRequest{CoverageRequest: analysis.CoverageRequest{Study: "atlantis", Kind: "park"}})
	if coverage.CodeOf(err) != coverage.NotFound {
		t.Errorf("unknown study: %v", err)
	}
}

func errorOf[T any](_ T, err error) error { return err }

func wantWords(t *testing.T, name string, err error, words []string) {
	t.Helper()
	refused, _ := errors.AsType[*coverage.Error](err)
	text := fmt.Sprint(refused.Issues)
	for _, word := range words {
		if !strings.Contains(text, word) {
			t.Errorf("%s: the faults do not name %s: %s", name, word, text)
		}
	}
}
