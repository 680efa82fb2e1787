package siting

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// The best of all sets that the rules allow lies between plan and bound; and so
// do the best sets with and without each site. So small a problem is proven.
func TestSplittableAgainstAllSets(t *testing.T) {
	t.Parallel()
	often(t, func(t *rapid.T) {
		p := capacityProblem(t)
		best := -1.0
		with, without := slices.Repeat([]float64{math.Inf(-1)}, len(p.Sites)), slices.Repeat([]float64{math.Inf(-1)}, len(p.Sites))
		capacitySets(p, func(set []int32) {
			value := flowValue(p, set)
			best = max(best, value)
			for j := range p.Sites {
				if slices.Contains(set, int32(j)) || p.Sites[j].State == Existing {
					with[j] = max(with[j], value)
				} else {
					without[j] = max(without[j], value)
				}
			}
		})
		seed := rapid.Uint64().Draw(t, "seed")
		plan, err := Options{Seed: seed, Effort: 50}.splittable(context.Background(), p)
		if err != nil {
			t.Fatal(err)
		}
		if !capacityAllowed(p, plan.Sites) || flowValue(p, plan.Sites) != plan.Objective {
			t.Fatalf("plan %v of %v: allowed %v, serves %v", plan.Sites, plan.Objective, capacityAllowed(p, plan.Sites), flowValue(p, plan.Sites))
		}
		if plan.Objective != best || !plan.Proven || plan.Bound != best || plan.End != EndProven {
			t.Fatalf("plan %+v, best %v", plan, best)
		}
		for j := range plan.With {
			if with[j] > plan.With[j] || without[j] > plan.Without[j] {
				t.Fatalf("site %d: with %v of at most %v, without %v of at most %v", j, with[j], plan.With[j], without[j], plan.Without[j])
			}
		}
		checkCapacityOrder(t, p, &plan)
	})
}

// checkCapacityOrder checks that every site adds most to those before it.
func checkCapacityOrder(t *rapid.T, p *Problem, plan *Plan) {
	for at, j := range plan.Sites {
		before := plan.Sites[:at:at]
		added := flowValue(p, append(slices.Clone(before), j))
		for _, k := range plan.Sites[at+1:] {
			other := flowValue(p, append(slices.Clone(before), k))
			if other > added || other == added && k < j {
				t.Fatalf("order %v: after %v, %d adds more than %d", plan.Sites, before, k, j)
			}
		}
	}
}

// A bound at any prices whatever is one: no set serves more.
func TestSplittableBoundAtAnyPrices(t *testing.T) {
	t.Parallel()
	often(t, func(t *rapid.T) {
		p := capacityProblem(t)
		s := &capacityPlanner{ctx: context.Background(), p: p, r: newCapacityRules(p), net: newFlowNet(p)}
		d := newCapacityDual(s)
		d.settled = make([]int8, len(p.Sites))
		for _, j := range s.r.must {
			d.settled[j] = capacityIn
		}
		u := make([]float64, len(d.scale))
		for at := range u {
			u[at] = rapid.Float64Range(-1, 2).Draw(t, "price")
			if at >= len(s.net.weight) {
				u[at] *= 20
			}
		}
		value, slope, _, ok := d.value(u)
		best := -1.0
		capacitySets(p, func(set []int32) { best = max(best, flowValue(p, set)) })
		if !ok || value+d.margin() < best {
			t.Fatalf("bound %v (%v), best %v", value, ok, best)
		}
		// It is convex, and the slope a plane below it.
		other := slices.Clone(u)
		for at := range other {
			other[at] += rapid.Float64Range(-0.5, 0.5).Draw(t, "step")
		}
		there, _, _, _ := d.value(other)
		plane := value
		for at := range u {
			plane += slope[at] * (other[at] - u[at])
		}
		if plane > there+1e-6*(1+math.Abs(there)) {
			t.Fatalf("the plane is %v where the function is %v", plane, there)
		}
	})
}

// capacityTown is places and sites strewn by chance; a place reaches the sites
// within 15 of 100.
func capacityTown(sites, demand, number int, seed uint64) *Problem {
	random := rand.New(rand.NewPCG(seed, 1))
	p := &Problem{Model: Splittable, Budget: NoBudget, Number: number, Reach: Reach{Start: []int64{0}}}
	at := make([][2]float64, sites)
	for j := range at {
		at[j] = [2]float64{random.Float64() * 100, random.Float64() * 100}
		p.Sites = append(p.Sites, Site{Cost: 1, Capacity: 10 * int64(demand) / int64(sites) * int64(10+random.IntN(40)) / 10})
	}
	for range demand {
		x, y := random.Float64()*100, random.Float64()*100
		p.Demand = append(p.Demand, Demand{Weight: int64(1 + random.IntN(20)), Area: -1})
		for j, xy := range at {
			if math.Hypot(x-xy[0], y-xy[1]) <= 15 {
				p.Reach.Site = append(p.Reach.Site, int32(j))
			}
		}
		p.Reach.Start = append(p.Reach.Start, int64(len(p.Reach.Site)))
	}
	return p
}

func TestSplittableIsTheSameAgain(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it takes some seconds")
	}
	p := capacityTown(60, 400, 8, 3)
	first, err := Options{Seed: 7, Effort: 500}.splittable(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Options{Seed: 7, Effort: 500}.splittable(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, again); diff != "" {
		t.Fatal(diff)
	}
	if first.Gap() > 0.01 {
		t.Errorf("gap %.4f of %v: 60 sites are within a percent", first.Gap(), first.Objective)
	}
}

// A canceled search gives its best plan so far. What Watch is told only improves.
func TestSplittableCanceled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var last Progress
	o := Options{Watch: func(now Progress) {
		if last.Sites != nil && (now.Objective < last.Objective || now.Bound > last.Bound) || now.Objective > now.Bound {
			t.Errorf("%v to %v after %v to %v", now.Objective, now.Bound, last.Objective, last.Bound)
		}
		last = now
		cancel()
	}}
	p := capacityTown(200, 1000, 30, 4)
	plan, err := o.splittable(ctx, p)
	if err != nil {
		t.Fatal(err)
	}
	if plan.End != EndCanceled || plan.Proven || flowValue(p, plan.Sites) != plan.Objective || plan.Objective < last.Objective {
		t.Fatalf("plan of %v ends %v, last told %v", plan.Objective, plan.End, last.Objective)
	}
	if _, err := o.splittable(ctx, p); err != context.Canceled {
		t.Fatalf("ended before it began: %v", err)
	}
}
