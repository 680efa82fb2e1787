package siting_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"kaimen/coverage/siting"
	"kaimen/coverage/siting/instance"
)

// publishedFile is a file of the shared test data, or skips where it is not there.
func publishedFile(t *testing.T, name string) string {
	t.Helper()
	root := os.Getenv("KAIMEN_SHARED_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	path := filepath.Join(root, filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		t.Skipf("skipped: the shared data directory has no %s (set KAIMEN_SHARED_DATA)", name)
	}
	return path
}

// read is a problem that was read.
func read(t *testing.T) func(p *siting.Problem, err error) *siting.Problem {
	return func(p *siting.Problem, err error) *siting.Problem {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
}

// tolerance is how far from the best a plan may be, as a share of it.
type tolerance float64

// proof stands for a plan that must be the best, and proven to be.
const proof tolerance = 0

// meets holds a plan against the value of the best there is. Whatever the
// search did, no plan passes the best, no bound falls short of it, and what is
// proven is the best. The objective is what a plain loop finds that the sites
// achieve.
func meets(t *testing.T, p *siting.Problem, best int64, within tolerance) {
	t.Helper()
	options := siting.Options{} // a proof takes what it takes
	if within != proof {
		options.Effort = 2_000
	}
	plan, err := siting.Best{Options: options}.Solve(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	if got := achieved(p, plan.Sites); p.Model != siting.SingleSource && float64(got) != plan.Objective {
		t.Errorf("the plan says %v; its sites achieve %d", plan.Objective, got)
	}
	keeps(t, p, plan)
	short, loose := float64(best)-plan.Objective, plan.Bound-float64(best)
	if p.Model.Minimizes() {
		short, loose = -short, -loose
	}
	switch gap := short / float64(best); {
	case short < 0:
		t.Errorf("%v is better than the best there is, %d", plan.Objective, best)
	case loose < 0:
		t.Errorf("the bound %v shuts out the best there is, %d", plan.Bound, best)
	case plan.Proven && short != 0:
		t.Errorf("%v is said to be proven; the best is %d", plan.Objective, best)
	case within == proof && !plan.Proven:
		t.Errorf("%v is not proven (bound %v, end %s); the best is %d", plan.Objective, plan.Bound, plan.End, best)
	case gap > float64(within):
		t.Errorf("%v is %.3f %% from the best, %d; it should be within %.3f %%", plan.Objective, 100*gap, best, 100*float64(within))
	}
}

// keeps checks that a plan keeps to the number and the budget.
func keeps(t *testing.T, p *siting.Problem, plan siting.Plan) {
	t.Helper()
	var cost int64
	for _, j := range plan.Sites {
		cost += p.Sites[j].Cost
	}
	if cost != plan.Spent || cost > p.Budget || p.Number > 0 && len(plan.Sites) > p.Number {
		t.Errorf("%d sites of cost %d, said to be %d; the number is %d, the budget %d", len(plan.Sites), cost, plan.Spent, p.Number, p.Budget)
	}
}

// achieved is what sites achieve: the demand they cover, the travel to the nearest,
// the longest of it, or their cost if they cover the target and 0 if not. Every
// demand of the instances of travel reaches every site.
func achieved(p *siting.Problem, sites []int32) int64 {
	open := make([]bool, len(p.Sites))
	var cost int64
	for _, j := range sites {
		open[j] = true
		cost += p.Sites[j].Cost
	}
	var covered, coverable, travel, longest int64
	for i, d := range p.Demand {
		near, costs := p.Reach.Row(i)
		if len(near) > 0 {
			coverable += d.Weight
		}
		for k, j := range near {
			if !open[j] {
				continue
			}
			covered += d.Weight
			if costs != nil {
				travel += d.Weight * int64(costs[k])
				longest = max(longest, int64(costs[k]))
			}
			break
		}
	}
	switch p.Model {
	case siting.Median:
		return travel
	case siting.Center:
		return longest
	case siting.SetCover:
		if target := p.Target; covered < target || target == 0 && covered < coverable {
			return 0
		}
		return cost
	}
	return covered
}

// unlessShort skips what takes more than 5 s where tests must be short.
func unlessShort(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("skipped: takes more than 5 s (run without -short)")
	}
}

// The p-median and p-center problems of the OR-Library, best and proven so.
func TestPublishedGraphs(t *testing.T) {
	t.Parallel()
	for model, file := range map[siting.Model]string{siting.Median: "optima.txt", siting.Center: "p-center-optima.txt"} {
		best, err := instance.Optima(publishedFile(t, "facility-location/pmed/"+file))
		if err != nil {
			t.Fatal(err)
		}
		for k := 1; k <= 10; k++ {
			name := fmt.Sprintf("pmed%d", k)
			t.Run(string(model)+"/"+name, func(t *testing.T) {
				t.Parallel()
				if k != 5 {
					unlessShort(t)
				}
				p := read(t)(instance.PMed(publishedFile(t, "facility-location/pmed/"+name+".txt"), model))
				meets(t, p, best[name], proof)
			})
		}
	}
}

// Maximal covering in the plane: within a thousandth of the optimum.
func TestPublishedPlanes(t *testing.T) {
	t.Parallel()
	for _, known := range instance.Planes() {
		t.Run(fmt.Sprintf("%s/p=%d", filepath.Base(known.File), known.Number), func(t *testing.T) {
			t.Parallel()
			unlessShort(t)
			p := read(t)(instance.Plane(publishedFile(t, known.File), known.Radius, known.Number))
			meets(t, p, known.Value, 0.001)
		})
	}
}

// Sites with costs: every budget, every target, and all that can be covered,
// best and proven so.
func TestPublishedBudgets(t *testing.T) {
	t.Parallel()
	for _, known := range instance.GridBudgets() {
		t.Run(fmt.Sprintf("radius=%g/budget=%d", known.Radius, known.Budget), func(t *testing.T) {
			t.Parallel()
			p := read(t)(instance.BudgetGrid(publishedFile(t, known.File), known.Radius))
			p.Budget = known.Budget
			meets(t, p, known.Value, proof)
		})
	}
	for _, known := range instance.GridTargets() {
		t.Run(fmt.Sprintf("radius=%g/target=%d", known.Radius, known.Target), func(t *testing.T) {
			t.Parallel()
			p := read(t)(instance.BudgetGrid(publishedFile(t, known.File), known.Radius))
			p.Model, p.Target = siting.SetCover, known.Target
			meets(t, p, known.Value, proof)
		})
	}
}

// The census points of New York: within a thousandth of the best known plan of
// 50 sites, which no bound may shut out. A plan that is better would be news, and
// fails until the value is put right.
func TestPublishedNewYork(t *testing.T) {
	t.Parallel()
	unlessShort(t)
	plans, err := instance.Plans(publishedFile(t, "facility-location/mclp/optima.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, known := range plans {
		if known.Number != 50 {
			continue
		}
		p := read(t)(instance.NewYork(publishedFile(t, "facility-location/mclp/NewYork.txt"), known.Number))
		meets(t, p, known.Value, 0.001)
	}
}

// Capacitated p-median: within half a percent of the best.
func TestPublishedCapacities(t *testing.T) {
	t.Parallel()
	all, err := instance.PMedCap(publishedFile(t, "solver/capacitated/pmedcap-subset.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, known := range all {
		t.Run(fmt.Sprint(known.Number), func(t *testing.T) {
			t.Parallel()
			unlessShort(t)
			meets(t, known.Problem, known.Best, 0.005)
		})
	}
}

// A larger p-median problem: within a thousandth of the optimum.
func TestPublishedMedian(t *testing.T) {
	t.Parallel()
	unlessShort(t)
	known := instance.Medians()[0]
	p := read(t)(instance.TSPLIB(publishedFile(t, known.File), known.Number))
	meets(t, p, known.Value, 0.001)
}
