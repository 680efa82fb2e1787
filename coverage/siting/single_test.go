package siting

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kaimen/coverage"
)

func planeProblem(xy [][2]float64, loads []int64, number int, capacity int64) *Problem {
	p := &Problem{Model: SingleSource, Budget: NoBudget, Number: number, Reach: Reach{Start: []int64{0}}}
	for i := range xy {
		p.Sites = append(p.Sites, Site{Capacity: capacity})
		p.Demand = append(p.Demand, Demand{Weight: 1, Load: loads[i], Area: -1})
		cost := func(j int32) uint32 { return uint32(math.Hypot(xy[i][0]-xy[j][0], xy[i][1]-xy[j][1]) + 1e-9) }
		row := make([]int32, len(xy))
		for j := range row {
			row[j] = int32(j)
		}
		slices.SortStableFunc(row, func(a, b int32) int { return int(cost(a)) - int(cost(b)) })
		for _, j := range row {
			p.Reach.Site, p.Reach.Cost = append(p.Reach.Site, j), append(p.Reach.Cost, cost(j))
		}
		p.Reach.Start = append(p.Reach.Start, int64(len(p.Reach.Site)))
	}
	return p
}

type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// checkSingle adds up a plan anew: what is assigned to whom, what sites hold, and
// the travel.
func checkSingle(t fataler, p *Problem, plan *Plan) {
	t.Helper()
	if !capacityAllowed(p, plan.Sites) {
		t.Fatalf("the rules do not allow %v", plan.Sites)
	}
	held, sum := make([]int64, len(p.Sites)), int64(0)
	for i, j := range plan.Assigned {
		if p.Demand[i].Weight == 0 {
			continue
		}
		if j < 0 || p.Sites[j].State != Existing && !slices.Contains(plan.Sites, j) {
			t.Fatalf("demand %d is assigned to %d, opened are %v", i, j, plan.Sites)
		}
		held[j] += singleLoad(p, i)
		sum += singleTravel(p, i, j)
	}
	for j, load := range held {
		if load > p.Sites[j].Capacity {
			t.Fatalf("site %d holds %d of %d", j, load, p.Sites[j].Capacity)
		}
	}
	if float64(sum) != plan.Objective || plan.Bound > plan.Objective || plan.Proven != (plan.Bound == plan.Objective) {
		t.Fatalf("travel %d, objective %v, bound %v, proven %v", sum, plan.Objective, plan.Bound, plan.Proven)
	}
}

func singleLoad(p *Problem, i int) int64 {
	if p.Demand[i].Load > 0 {
		return p.Demand[i].Load
	}
	return p.Demand[i].Weight
}

func singleTravel(p *Problem, i int, j int32) int64 {
	beyond := int64(p.Beyond)
	if beyond == 0 {
		for _, c := range p.Reach.Cost {
			beyond = max(beyond, 2*int64(c))
		}
	}
	sites, costs := p.Reach.Row(i)
	if at := slices.Index(sites, j); at >= 0 {
		return p.Demand[i].Weight * int64(costs[at])
	}
	return p.Demand[i].Weight * beyond
}

// singleProblem draws a tiny SingleSource problem.
func singleProblem(t *rapid.T) *Problem {
	p := capacityProblem(t)
	p.Model, p.Sites = SingleSource, p.Sites[:min(len(p.Sites), 5)]
	p.Demand = p.Demand[:min(len(p.Demand), 5)]
	p.Apart, p.Limits = nil, nil
	p.Reach = Reach{Start: []int64{0}, Cost: []uint32{}}
	p.Number, p.Budget = 0, NoBudget
	capacityRulesOf(t, p)
	p.Number = max(p.Number, 1)
	for _, site := range p.Sites {
		if site.State == Required {
			p.Number = max(p.Number, 3)
		}
	}
	for i := range p.Demand {
		if rapid.Bool().Draw(t, "loaded") {
			p.Demand[i].Load = rapid.Int64Range(0, 9).Draw(t, "load")
		}
		cost := uint32(0)
		for _, j := range rapid.Permutation(siteNumbers(len(p.Sites))).Draw(t, "row") {
			if rapid.IntRange(0, 3).Draw(t, "reached") > 0 {
				cost += rapid.Uint32Range(0, 6).Draw(t, "travel")
				p.Reach.Site, p.Reach.Cost = append(p.Reach.Site, j), append(p.Reach.Cost, cost)
			}
		}
		p.Reach.Start = append(p.Reach.Start, int64(len(p.Reach.Site)))
	}
	if rapid.Bool().Draw(t, "beyond") {
		p.Beyond = rapid.Uint32Range(20, 60).Draw(t, "travel beyond")
	}
	return p
}

func siteNumbers(n int) (list []int32) {
	for j := range n {
		list = append(list, int32(j))
	}
	return list
}

// bestAssignment is the least travel from the sites that are open, by trying all
// assignments, or -1 if none keeps the capacities.
func bestAssignment(p *Problem, open []int32) int64 {
	left := make([]int64, len(p.Sites))
	for _, j := range open {
		left[j] = p.Sites[j].Capacity
	}
	var from func(i int) int64
	from = func(i int) int64 {
		if i == len(p.Demand) {
			return 0
		}
		if p.Demand[i].Weight == 0 {
			return from(i + 1)
		}
		best := int64(-1)
		for _, j := range open {
			if left[j] < singleLoad(p, i) {
				continue
			}
			left[j] -= singleLoad(p, i)
			if rest := from(i + 1); rest >= 0 && (best < 0 || rest+singleTravel(p, i, j) < best) {
				best = rest + singleTravel(p, i, j)
			}
			left[j] += singleLoad(p, i)
		}
		return best
	}
	return from(0)
}

// So small a problem is proven, or it is told that nothing holds all demand.
func TestSingleSourceAgainstAllAssignments(t *testing.T) {
	t.Parallel()
	often(t, func(t *rapid.T) {
		p := singleProblem(t)
		best := int64(-1)
		endless := slices.Repeat([]float64{math.Inf(1)}, len(p.Sites))
		with, without := slices.Clone(endless), slices.Clone(endless)
		capacitySets(p, func(set []int32) {
			value := bestAssignment(p, openOf(p, set))
			if value < 0 {
				return
			}
			if best < 0 || value < best {
				best = value
			}
			for j := range p.Sites {
				if slices.Contains(set, int32(j)) || p.Sites[j].State == Existing {
					with[j] = min(with[j], float64(value))
				} else {
					without[j] = min(without[j], float64(value))
				}
			}
		})
		plan, err := Options{Seed: rapid.Uint64().Draw(t, "seed"), Effort: 100}.singleSource(context.Background(), p)
		if best < 0 {
			var e *coverage.Error
			if !errors.As(err, &e) || e.Code != coverage.Invalid || len(e.Issues) == 0 {
				t.Fatalf("no plan can be, and the error is %v", err)
			}
			return
		}
		if err != nil {
			t.Fatalf("best %d: %v", best, err)
		}
		checkSingle(t, p, &plan)
		if plan.Objective != float64(best) || !plan.Proven {
			t.Fatalf("plan %+v, best %d", plan, best)
		}
		for j := range plan.With {
			if with[j] < plan.With[j] || without[j] < plan.Without[j] {
				t.Fatalf("site %d: with %v of at least %v, without %v of at least %v", j, with[j], plan.With[j], without[j], plan.Without[j])
			}
		}
	})
}

// Where only pairs within reach are listed, demand beyond is served by a looser
// rule in the bound alone: plans are as true, and the bound still is one.
func TestSingleSourceOfListedPairs(t *testing.T) {
	t.Parallel()
	often(t, func(t *rapid.T) {
		p := singleProblem(t)
		best := int64(-1)
		capacitySets(p, func(set []int32) {
			if value := bestAssignment(p, openOf(p, set)); value >= 0 && (best < 0 || value < best) {
				best = value
			}
		})
		plan, err := Options{Seed: 1, Effort: 20}.single(context.Background(), newSingleNet(p, 0))
		if err != nil {
			if coverage.CodeOf(err) != coverage.Invalid {
				t.Fatal(err)
			}
			return // so hard to fit that no plan was met, or there is none
		}
		checkSingle(t, p, &plan)
		if plan.Objective < float64(best) || plan.Bound > float64(best) {
			t.Fatalf("plan of %v, bound %v, best %d", plan.Objective, plan.Bound, best)
		}
	})
}

// A bound at any prices whatever is one, the function is convex, and its slope a
// plane below it.
func TestSingleSourceBoundAtAnyPrices(t *testing.T) {
	t.Parallel()
	often(t, func(t *rapid.T) {
		p := singleProblem(t)
		n := newSingleNet(p, rapid.SampledFrom([]int{0, singleWhole}).Draw(t, "whole"))
		d := newSingleDual(n)
		for i := range d.forced {
			d.forced[i] = -1
		}
		for _, j := range n.r.must {
			d.settled[j] = capacityIn
		}
		u := make([]float64, len(d.scale))
		for at := range u {
			u[at] = rapid.Float64Range(-10, 120).Draw(t, "price")
		}
		value, slope, _, ok := d.value(u)
		capacitySets(p, func(set []int32) {
			if best := bestAssignment(p, openOf(p, set)); best >= 0 && (!ok || -value-d.margin() > float64(best)) {
				t.Fatalf("bound %v (%v), best %d", -value, ok, best)
			}
		})
		if !ok {
			return
		}
		other, plane := slices.Clone(u), value
		for at := range other {
			other[at] += rapid.Float64Range(-20, 20).Draw(t, "step")
			plane += slope[at] * (other[at] - u[at])
		}
		if there, _, _, _ := d.value(other); plane > there+1e-6*(1+math.Abs(there)) {
			t.Fatalf("the plane is %v where the function is %v", plane, there)
		}
	})
}

// singleTown is places and sites strewn by chance, nine tenths of all room needed.
func singleTown(size, number int, seed uint64) *Problem {
	random := rand.New(rand.NewPCG(seed, 2))
	xy, loads, total := make([][2]float64, size), make([]int64, size), int64(0)
	for i := range xy {
		xy[i] = [2]float64{float64(random.IntN(200)), float64(random.IntN(200))}
		loads[i] = int64(1 + random.IntN(20))
		total += loads[i]
	}
	return planeProblem(xy, loads, number, total*10/9/int64(number))
}

func TestSingleSourceIsTheSameAgain(t *testing.T) {
	t.Parallel()
	p := singleTown(60, 6, 5)
	first, err := Options{Seed: 7, Effort: 300}.singleSource(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Options{Seed: 7, Effort: 300}.singleSource(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, again); diff != "" {
		t.Fatal(diff)
	}
}

// A canceled search gives its best plan so far. What Watch is told only improves.
func TestSingleSourceCanceled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var last Progress
	o := Options{Watch: func(now Progress) {
		if last.Sites != nil && (now.Objective > last.Objective || now.Bound < last.Bound) || now.Objective < now.Bound {
			t.Errorf("%v to %v after %v to %v", now.Objective, now.Bound, last.Objective, last.Bound)
		}
		if last = now; now.Bound > 0 {
			cancel()
		}
	}}
	p := singleTown(120, 12, 6)
	plan, err := o.singleSource(ctx, p)
	if err != nil {
		t.Fatal(err)
	}
	checkSingle(t, p, &plan)
	if plan.End != EndCanceled || plan.Proven || plan.Objective > last.Objective || plan.Bound < last.Bound {
		t.Fatalf("plan of %v ends %v, last told %v", plan.Objective, plan.End, last.Objective)
	}
	if _, err := o.singleSource(ctx, p); !errors.Is(err, context.Canceled) {
		t.Fatalf("ended before it began: %v", err)
	}
}

// Two sites of 10 and one of 5 hold 25. Loads of 6, 6 and 6 sum to 18, which two
// sites of 10 hold, and one does not; but each holds only one of them, so three
// sites do no better than two: no plan serves all.
func TestSingleSourceTellsWhatIsMissing(t *testing.T) {
	t.Parallel()
	p := &Problem{
		Model: SingleSource, Budget: NoBudget, Number: 1, Sites: []Site{{Capacity: 10}, {Capacity: 10}, {Capacity: 5}},
		Demand: []Demand{{Weight: 6}, {Weight: 6}, {Weight: 6}},
		Reach:  Reach{Start: []int64{0, 1, 2, 3}, Site: []int32{0, 0, 1}, Cost: []uint32{1, 2, 3}},
	}
	for _, tc := range []struct {
		number int
		load   int64
		want   string
	}{
		{1, 6, "the least number that does is 2"},
		{3, 6, "no 3 sites hold all demand"},
		{3, 9, "2 more is needed"},
		{3, 11, "demand 0 takes 11, and the largest site holds 10"},
	} {
		p.Number, p.Demand[0].Load, p.Demand[1].Load, p.Demand[2].Load = tc.number, tc.load, tc.load, tc.load
		_, err := Options{Effort: 50}.singleSource(context.Background(), p)
		var e *coverage.Error
		if !errors.As(err, &e) || e.Code != coverage.Invalid || !slices.ContainsFunc(e.Issues, func(i coverage.Issue) bool { return strings.Contains(i.Message, tc.want) }) {
			t.Errorf("number %d, load %d: got %v, want %q", tc.number, tc.load, err, tc.want)
		}
	}
}
