package siting_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/siting"
)

// quarters is a square town, cut into columns by rows of areas; sites and demand
// stand anywhere in it, and a site covers what is within radius, in sides.
func quarters(model siting.Model, seed uint64, sites, demand, columns, rows int, radius float64) *siting.Problem {
	r := rand.New(rand.NewPCG(seed, 9))
	p := &siting.Problem{Model: model, Budget: siting.NoBudget, Areas: columns * rows, Reach: siting.Reach{Start: []int64{0}}}
	at := make([][2]float64, sites)
	for j := range at {
		at[j] = [2]float64{r.Float64(), r.Float64()}
		p.Sites = append(p.Sites, siting.Site{Cost: 1})
	}
	for range demand {
		x, y := r.Float64(), r.Float64()
		area := int(x*float64(columns)) + columns*int(y*float64(rows))
		p.Demand = append(p.Demand, siting.Demand{Weight: 1 + r.Int64N(100), Area: int32(area)})
		for j, s := range at {
			if math.Hypot(s[0]-x, s[1]-y) <= radius {
				p.Reach.Site = append(p.Reach.Site, int32(j))
			}
		}
		p.Reach.Start = append(p.Reach.Start, int64(len(p.Reach.Site)))
	}
	return p
}

// medium is a problem of 40 sites, of which 8 may be opened; a floor is a part
// of the best least rate, so that it can be met.
func medium(t *testing.T, model siting.Model, seed uint64) *siting.Problem {
	p := quarters(siting.MaxMin, seed, 40, 300, 3, 2, 0.15)
	p.Number = 8
	if model == siting.MaxCover {
		p.Floor = 0.95 * solved(t, siting.Best{}, p).Objective
		p.Model = model
	}
	return p
}

func solved(t *testing.T, b siting.Best, p *siting.Problem) siting.Plan {
	t.Helper()
	plan, err := b.Solve(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	value, broken := siting.Value(p, plan.Sites)
	if broken != nil || value != plan.Objective {
		t.Fatalf("the plan has the value %v with %v, and is told to have %v", value, broken, plan.Objective)
	}
	if math.IsInf(plan.Bound, 0) || plan.Bound < plan.Objective || plan.Proven != (plan.Bound == plan.Objective) {
		t.Fatalf("%v with the bound %v, proven %t", plan.Objective, plan.Bound, plan.Proven)
	}
	return plan
}

var fairModels = []siting.Model{siting.MaxMin, siting.MaxCover}

// No plan of another program is above the bound, and none of ours above its
// optimum; those of this size are proven.
func TestFairAgainstPrograms(t *testing.T) {
	t.Parallel()
	found := programs(t)
	if testing.Short() || found["cbc"] == nil {
		t.Skip("cbc takes some seconds for each")
	}
	for _, model := range fairModels {
		t.Run(string(model), func(t *testing.T) {
			t.Parallel()
			proven := 0
			for seed := range uint64(2) {
				p := medium(t, model, seed)
				plan, a := solved(t, siting.Best{}, p), cbc(t, written(t, p, ".mps"))
				slack := 1e-6 * (1 + a.objective)
				if !a.ok || plan.Objective > a.objective+slack || plan.Bound < a.objective-slack {
					t.Errorf("of %d: %v with the bound %v, and cbc finds %+v", seed, plan.Objective, plan.Bound, a)
				}
				if plan.Proven {
					proven++
				}
			}
			if proven < 1 {
				t.Errorf("%d of 2 are proven", proven)
			}
		})
	}
}

// Small problems are proven, whatever bounds they have.
func TestSmallFairPlansAreProven(t *testing.T) {
	t.Parallel()
	for _, model := range fairModels {
		t.Run(string(model), func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				p := drawProblem(t, model)
				if plan, err := (siting.Best{}).Solve(context.Background(), p); err == nil && !plan.Proven {
					t.Fatalf("%+v", plan)
				}
			})
		})
	}
}

var told = regexp.MustCompile(`the best least rate is (\d\.\d+)`)

// A floor just as high as the best least rate can be met. One above it cannot,
// and the error tells that rate, rounded down to four places.
func TestNearestFloor(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t, siting.MaxMin)
		best := bruteForce(p).objective
		all := tabulate(p)
		most := all.rate(all.allowed | all.existing)
		p.Model, p.Floor = siting.MaxCover, best
		if _, err := (siting.Best{}).Solve(context.Background(), p); err != nil {
			t.Fatal(err)
		}
		if p.Floor = most; most <= best {
			return
		}
		_, err := siting.Best{}.Solve(context.Background(), p)
		var fault *coverage.Error
		if !errors.As(err, &fault) || fault.Code != coverage.Invalid || len(fault.Issues) != 1 {
			t.Fatalf("the best least rate is %v, and with a floor of %v there is %v", best, most, err)
		}
		message := fault.Issues[0].Message
		words := told.FindStringSubmatch(message)
		if words == nil {
			t.Fatal(message)
		}
		rate, err := strconv.ParseFloat(words[1], 64)
		if err != nil || rate > best || rate < best-1e-4 {
			t.Fatalf("the best least rate is %v, and %q", best, message)
		}
	})
}

// Two areas of two people each, and a site for each person. Two sites give every
// area a half at best.
func TestFloorTooHigh(t *testing.T) {
	t.Parallel()
	p := &siting.Problem{Model: siting.MaxCover, Areas: 2, Number: 2, Budget: siting.NoBudget, Floor: 0.6}
	p.Reach.Start = []int64{0}
	for i := range int32(4) {
		p.Sites = append(p.Sites, siting.Site{Cost: 1})
		p.Demand = append(p.Demand, siting.Demand{Weight: 1, Area: i / 2})
		p.Reach.Site, p.Reach.Start = append(p.Reach.Site, i), append(p.Reach.Start, int64(i+1))
	}
	_, err := siting.Best{}.Solve(context.Background(), p)
	var fault *coverage.Error
	if !errors.As(err, &fault) {
		t.Fatal(err)
	}
	for _, words := range []string{"at most 2 sites", "0.6", "0.5000"} {
		if !strings.Contains(fault.Issues[0].Message, words) {
			t.Errorf("%q does not hold %q", fault.Issues[0].Message, words)
		}
	}
	p.Floor = 0.5
	if plan := solved(t, siting.Best{}, p); plan.Objective != 2 || !plan.Proven {
		t.Errorf("%+v", plan)
	}
}

// What the least rate leaves over covers more: area 0 has nobody whom a site
// reaches, so its rate is 0 whatever is opened, and yet area 1 is served.
func TestMaxMinSpendsTheRest(t *testing.T) {
	t.Parallel()
	p := &siting.Problem{
		Model: siting.MaxMin, Areas: 2, Number: 1, Budget: siting.NoBudget,
		Sites:  []siting.Site{{}, {}},
		Demand: []siting.Demand{{Weight: 5}, {Weight: 1, Area: 1}, {Weight: 2, Area: 1}},
		Reach:  siting.Reach{Start: []int64{0, 0, 1, 2}, Site: []int32{0, 1}},
	}
	plan := solved(t, siting.Best{}, p)
	if !reflect.DeepEqual(plan.Sites, []int32{1}) || plan.Objective != 0 || !plan.Proven {
		t.Errorf("%+v", plan)
	}
}

// Weights that float64 cannot hold: nothing overflows, and rates that are one
// float64 are told apart.
func TestFairWithLargeWeights(t *testing.T) {
	t.Parallel()
	const half = math.MaxInt64/2 - 1
	p := &siting.Problem{
		Areas: 1, Number: 1, Budget: siting.NoBudget, Sites: []siting.Site{{}, {}},
		Demand: []siting.Demand{{Weight: half}, {Weight: half + 1}},
		Reach:  siting.Reach{Start: []int64{0, 1, 2}, Site: []int32{0, 1}},
	}
	for _, p.Model = range fairModels {
		p.Floor = 0.25
		if plan := solved(t, siting.Best{}, p); !reflect.DeepEqual(plan.Sites, []int32{1}) || !plan.Proven {
			t.Errorf("%s: %+v", p.Model, plan)
		}
	}
}

// A problem too large to be proven has a plan, a bound, and a search that only
// gets better.
func TestFairOfADistrict(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("a district takes some seconds")
	}
	for _, model := range fairModels {
		t.Run(string(model), func(t *testing.T) {
			p := quarters(model, 1, 2_000, 20_000, 8, 6, 0.08)
			p.Number, p.Floor = 40, 0.3
			objective, bound := math.Inf(-1), math.Inf(1)
			plan := solved(t, siting.Best{Options: siting.Options{Effort: 500, Watch: func(g siting.Progress) {
				if g.Objective < objective || g.Bound > bound || g.Bound < g.Objective || g.Done < 0 || g.Done > 1 {
					t.Errorf("from %v with the bound %v to %+v", objective, bound, g)
				}
				objective, bound = g.Objective, g.Bound
			}}}, p)
			t.Logf("%v with the bound %v, work %d", plan.Objective, plan.Bound, plan.Work)
			if plan.Gap() > 0.2 || plan.Objective < objective {
				t.Errorf("%v with the bound %v, after %v", plan.Objective, plan.Bound, objective)
			}
		})
	}
}

// The same problem has the same plan, with all that is told of it; of this size
// rows are dealt with on two processors, and so are nodes.
func TestFairTwice(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it takes some seconds")
	}
	for _, model := range fairModels {
		p := quarters(model, 3, 900, 9_000, 5, 4, 0.12)
		p.Number, p.Floor = 20, 0.3
		b := siting.Best{Options: siting.Options{Effort: 500}}
		plan := solved(t, b, p)
		if again := solved(t, b, p); !reflect.DeepEqual(again, plan) {
			t.Errorf("%s: one problem has two plans", model)
		}
		if plan.Nodes == 0 || len(p.Reach.Site) < 300_000 {
			t.Errorf("%d nodes and %d pairs: not what is to be tried", plan.Nodes, len(p.Reach.Site))
		}
	}
}

// A search that is canceled has the best plan so far; of one that was canceled
// before it began, there is a plan or the reason that there is none.
func TestFairCanceled(t *testing.T) {
	t.Parallel()
	for _, model := range fairModels {
		t.Run(string(model), func(t *testing.T) {
			t.Parallel()
			p := quarters(model, 2, 300, 3_000, 5, 4, 0.08)
			p.Number, p.Floor = 30, 0.1
			ctx, cancel := context.WithCancel(context.Background())
			plan, err := siting.Best{Options: siting.Options{Watch: func(siting.Progress) { cancel() }}}.Solve(ctx, p)
			if err != nil || plan.End != siting.EndCanceled || plan.Proven {
				t.Errorf("%v: %+v", err, plan)
			}
			if _, err := siting.Value(p, plan.Sites); err != nil {
				t.Error(err)
			}
			if plan, err = (siting.Best{}).Solve(ctx, p); !errors.Is(err, context.Canceled) && (err != nil || plan.End != siting.EndCanceled) {
				t.Errorf("%v: %+v", err, plan)
			}
		})
	}
}
