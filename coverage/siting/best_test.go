package siting_test

import (
	"context"
	"math"
	"reflect"
	"runtime"
	"testing"

	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/siting"
	"kaimen/coverage/siting/instance"
)

// Best is held against trying every set of sites, on small problems of every
// model with every kind of bound.
func TestBestAgainstBruteForce(t *testing.T) {
	t.Parallel()
	checkAgainstBrute(t, siting.Best{}, []siting.Model{
		siting.MaxCover, siting.MaxMin, siting.Decay, siting.Median, siting.SetCover, siting.Center, siting.Backup,
		siting.Splittable, siting.SingleSource,
	})
}

// town is a problem large enough to be branched on, and solved in a second.
func town(model siting.Model, number int) *siting.Problem {
	p := instance.Town{Sites: 120, Demand: 900, SideMeters: 6_000, RadiusMeters: 900, Centers: 6, Seed: 5}.Problem()
	p.Model, p.Number = model, number
	if model == siting.SetCover {
		p.Number = 0
		for s := range p.Sites {
			p.Sites[s].Cost = 1
		}
	}
	return p
}

// The same question has the same answer, on any number of processors.
func TestBestRepeats(t *testing.T) {
	options := siting.Options{Seed: 7, Effort: 300}
	for _, model := range []siting.Model{siting.MaxCover, siting.SetCover} {
		p := town(model, 9)
		first, err := siting.Best{Options: options}.Solve(context.Background(), p)
		if err != nil {
			t.Fatal(err)
		}
		processors := runtime.GOMAXPROCS(1)
		second, err := siting.Best{Options: options}.Solve(context.Background(), p)
		runtime.GOMAXPROCS(processors)
		if err != nil || !reflect.DeepEqual(first, second) {
			t.Errorf("%s: %v and %v, error %v", model, first, second, err)
		}
	}
}

// Who watches sees plans and bounds come closer, and never pass each other.
func TestBestIsWatched(t *testing.T) {
	t.Parallel()
	var seen []siting.Progress
	p := town(siting.MaxCover, 9)
	watch := func(g siting.Progress) {
		g.Sites = append([]int32{}, g.Sites...)
		seen = append(seen, g)
	}
	plan, err := siting.Best{Options: siting.Options{Effort: 300, Watch: watch}}.Solve(context.Background(), p)
	if err != nil || len(seen) == 0 {
		t.Fatalf("%d reports, error %v", len(seen), err)
	}
	best, bound := 0.0, math.Inf(1)
	for _, g := range seen {
		value, err := siting.Value(p, g.Sites)
		if err != nil || value != g.Objective || g.Objective < best || g.Bound > bound || g.Objective > g.Bound || g.Done < 0 || g.Done > 1 {
			t.Fatalf("%+v after %v and %v: worth %v, error %v", g, best, bound, value, err)
		}
		best, bound = g.Objective, g.Bound
	}
	if plan.Objective != best || plan.Bound != bound {
		t.Errorf("the plan is %v of %v, the last report %v of %v", plan.Objective, plan.Bound, best, bound)
	}
}

// A search that is canceled hands over the best plan so far, with its bound.
func TestBestIsCanceled(t *testing.T) {
	t.Parallel()
	for _, model := range []siting.Model{siting.MaxCover, siting.SetCover} {
		ctx, cancel := context.WithCancel(context.Background())
		p := town(model, 12)
		plan, err := siting.Best{Options: siting.Options{Watch: func(siting.Progress) { cancel() }}}.Solve(ctx, p)
		cancel()
		if err != nil || plan.End != siting.EndCanceled && plan.End != siting.EndProven {
			t.Fatalf("%s: end %q, error %v", model, plan.End, err)
		}
		if value, err := siting.Value(p, plan.Sites); err != nil || value != plan.Objective {
			t.Errorf("%s: %v is worth %v, error %v", model, plan.Objective, value, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := (siting.Best{}).Solve(ctx, town(siting.SetCover, 0)); err != nil && coverage.CodeOf(err) == coverage.Invalid {
		t.Errorf("canceled before it began: %v", err)
	}
}

// Every point of a curve is the best plan of its number, and phases are what the
// beginnings of the last plan achieve.
func TestCurveAgainstBruteForce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t, siting.MaxCover)
		p.Floor, p.Number = 0, max(p.Number, 1)
		curve, err := siting.Best{Options: siting.Options{Effort: 50}}.Curve(context.Background(), p, p.Number)
		if err != nil {
			if bruteForce(p).ok && len(p.Faults()) == 0 {
				t.Fatalf("there is a plan: %v", err)
			}
			return
		}
		for _, point := range curve {
			q := *p
			q.Number = point.Number
			best := bruteForce(&q)
			if !best.ok || point.Objective != best.objective || point.Bound != best.objective || !point.Proven {
				t.Fatalf("%d sites: %+v, the best is %v", point.Number, point, best.objective)
			}
			if point.Phased != nil && *point.Phased > point.Objective {
				t.Fatalf("%d sites: %v on the way, and the best is %v", point.Number, *point.Phased, point.Objective)
			}
		}
	})
}
