package siting_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/siting"
)

// worse tells whether a is worse than b by more than slack.
func worse(m siting.Model, a, b, slack float64) bool {
	if m.Minimizes() {
		a, b = -a, -b
	}
	return a < b-slack
}

// slack is what sums of floats may be off by.
const slack = 1e-6

// judge is what is wrong with an answer to p.
func judge(p *siting.Problem, plan siting.Plan, err error) error {
	t, b := tabulate(p), bruteForce(p)
	if !b.ok {
		if coverage.CodeOf(err) != coverage.Invalid || err == nil {
			return fmt.Errorf("no plan can be, and the answer is %v with error %v", plan, err)
		}
		return nil
	}
	if err != nil {
		return fmt.Errorf("%v is possible, and the answer is the error %w", b.objective, err)
	}
	set, spent := uint(0), int64(0)
	for _, j := range plan.Sites {
		if set>>j&1 == 1 {
			return fmt.Errorf("site %d stands twice in %v", j, plan.Sites)
		}
		set, spent = set|1<<j, spent+p.Sites[j].Cost
	}
	value, ok := t.value(set)
	switch {
	case !ok:
		return fmt.Errorf("%v is no plan", plan.Sites)
	case plan.Spent != spent:
		return fmt.Errorf("%v costs %d, not %d", plan.Sites, spent, plan.Spent)
	case worse(p.Model, value, plan.Objective, slack):
		return fmt.Errorf("%v achieves %v, not %v", plan.Sites, value, plan.Objective)
	case p.Model != siting.SingleSource && math.Abs(value-plan.Objective) > slack:
		// Of SingleSource the plan may assign demand worse than can be.
		return fmt.Errorf("%v achieves %v, not %v", plan.Sites, value, plan.Objective)
	}
	if p.Model == siting.SingleSource {
		err = judgeAssigned(p, plan.Sites, plan.Assigned, plan.Objective)
	}
	return errors.Join(err, judgeBounds(p, plan, b), judgeOrder(t, plan))
}

func judgeBounds(p *siting.Problem, plan siting.Plan, b best) error {
	more := b.fewest > 0 && len(plan.Sites) > b.fewest
	switch {
	case more && plan.Proven:
		return fmt.Errorf("a proven plan has %d sites, and %d do", len(plan.Sites), b.fewest)
	case math.IsNaN(plan.Bound) || worse(p.Model, plan.Bound, b.objective, slack):
		return fmt.Errorf("the bound is %v, and %v can be", plan.Bound, b.objective)
	case !more && worse(p.Model, b.objective, plan.Objective, slack):
		return fmt.Errorf("the objective is %v, and the best is %v", plan.Objective, b.objective)
	case plan.Proven && math.Abs(plan.Objective-b.objective) > slack:
		return fmt.Errorf("%v is proven, and the best is %v", plan.Objective, b.objective)
	case !more && plan.Proven != (plan.Objective == plan.Bound):
		return fmt.Errorf("proven is %t with %v and bound %v", plan.Proven, plan.Objective, plan.Bound)
	case plan.Proven != (plan.End == siting.EndProven):
		return fmt.Errorf("proven is %t, and the end is %s", plan.Proven, plan.End)
	}
	return errors.Join(judgeSites(p, "with", plan.With, b.with), judgeSites(p, "without", plan.Without, b.without))
}

// judgeSites looks at bounds by site, of those sites that have a plan; an
// existing one is open by no plan and none can close it.
func judgeSites(p *siting.Problem, word string, bounds, best []float64) error {
	if bounds == nil {
		return nil
	}
	if len(bounds) != len(p.Sites) {
		return fmt.Errorf("%d bounds %s %d sites", len(bounds), word, len(p.Sites))
	}
	for j := range bounds {
		if p.Sites[j].State == siting.Existing {
			continue
		}
		if !math.IsNaN(best[j]) && (math.IsNaN(bounds[j]) || worse(p.Model, bounds[j], best[j], slack)) {
			return fmt.Errorf("%s site %d the bound is %v, and %v can be", word, j, bounds[j], best[j])
		}
	}
	return nil
}

// judgeAssigned looks at who goes where by a plan of SingleSource: all demand
// with weight to an open site, none of them beyond its capacity, and the travel
// in sum the objective.
func judgeAssigned(p *siting.Problem, plan []int32, assigned []int32, objective float64) error {
	t := tabulate(p)
	open := t.existing
	for _, j := range plan {
		open |= 1 << j
	}
	if len(assigned) != len(p.Demand) {
		return fmt.Errorf("%d are assigned of %d", len(assigned), len(p.Demand))
	}
	load, sum := make([]int64, len(p.Sites)), int64(0)
	for i, d := range p.Demand {
		if d.Weight == 0 {
			continue
		}
		j := assigned[i]
		if j < 0 || int(j) >= len(p.Sites) || open>>j&1 == 0 {
			return fmt.Errorf("demand %d goes to site %d, which is not open", i, j)
		}
		takes, travel := d.Load, t.travel[i][j]
		if takes == 0 {
			takes = d.Weight
		}
		if travel < 0 {
			travel = t.far()
		}
		if load[j] += takes; load[j] > p.Sites[j].Capacity {
			return fmt.Errorf("site %d takes %d of %d", j, load[j], p.Sites[j].Capacity)
		}
		sum += travel * d.Weight
	}
	if float64(sum) != objective {
		return fmt.Errorf("they travel %d, not %v", sum, objective)
	}
	return nil
}

// judgeOrder looks whether every site adds as much as any after it, and more
// than those of lower index.
func judgeOrder(t *table, plan siting.Plan) error {
	open := t.existing
	for k, j := range plan.Sites {
		adds, known := t.adds(open, j)
		if !known {
			return nil
		}
		for _, later := range plan.Sites[k+1:] {
			if other, _ := t.adds(open, later); other > adds+slack || other > adds-slack && later < j {
				return fmt.Errorf("in %v site %d adds %v, and site %d after it %v", plan.Sites, j, adds, later, other)
			}
		}
		open |= 1 << j
	}
	return nil
}

// adds is what site j adds to open ones; not known for models of which a part
// of a plan has no value.
func (t *table) adds(open uint, j int32) (float64, bool) {
	var value func(uint) float64
	switch t.Model {
	case siting.SetCover, siting.MaxCover, siting.Backup:
		value = func(open uint) float64 { return float64(t.covered(open, 1, anybody)) }
	case siting.Decay:
		value = t.decayed
	case siting.Median:
		value = func(open uint) float64 { return -t.traveled(open) }
	case siting.Splittable:
		value = t.served
	default:
		return 0, false
	}
	return value(open|1<<j) - value(open), true
}

// checkAgainstBrute solves a thousand small problems of every model, and some 60
// in short mode. Each is solved twice, for the same plan, and left as it is.
func checkAgainstBrute(t *testing.T, solver siting.Solver, models []siting.Model) {
	t.Helper()
	rounds := 10
	if testing.Short() {
		rounds = 3
	}
	for _, model := range models {
		t.Run(string(model), func(t *testing.T) {
			t.Parallel()
			for range rounds {
				rapid.Check(t, func(t *rapid.T) {
					p := drawProblem(t, model)
					before := fmt.Sprintf("%+v", *p)
					plan, err := solver.Solve(context.Background(), p)
					if fault := judge(p, plan, err); fault != nil {
						t.Fatalf("%v\nproblem %s\nplan %+v", fault, before, plan)
					}
					if after := fmt.Sprintf("%+v", *p); after != before {
						t.Fatalf("the problem was %s and is now %s", before, after)
					}
					if again, _ := solver.Solve(context.Background(), p); !reflect.DeepEqual(again, plan) {
						t.Fatalf("one problem has two plans\nproblem %s\nplan %+v\nplan %+v", before, plan, again)
					}
				})
			}
		})
	}
}
