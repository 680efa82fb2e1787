package siting

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// capacityProblem draws a small Splittable problem: all states of sites, empty and
// equal rows, weights of 0, and rules that the Required sites keep.
func capacityProblem(t *rapid.T) *Problem {
	sites, demand := rapid.IntRange(1, 8).Draw(t, "sites"), rapid.IntRange(0, 12).Draw(t, "demand")
	p := &Problem{Model: Splittable, Budget: NoBudget, Sites: make([]Site, sites), Demand: make([]Demand, demand), Reach: Reach{Start: []int64{0}}}
	unit := rapid.SampledFrom([]int64{1, 1, 10}).Draw(t, "unit")
	for j := range p.Sites {
		p.Sites[j] = Site{
			Cost: rapid.Int64Range(0, 5).Draw(t, "cost"), Capacity: unit * rapid.Int64Range(0, 15).Draw(t, "capacity"),
			State: rapid.SampledFrom([]State{Free, Free, Free, Free, Free, Existing, Required, Forbidden}).Draw(t, "state"),
		}
	}
	for i := range p.Demand {
		p.Demand[i] = Demand{Weight: unit * rapid.Int64Range(0, 9).Draw(t, "weight"), Area: -1}
		for j := range p.Sites {
			if rapid.IntRange(0, 2).Draw(t, "near") == 0 {
				p.Reach.Site = append(p.Reach.Site, int32(j))
			}
		}
		p.Reach.Start = append(p.Reach.Start, int64(len(p.Reach.Site)))
	}
	capacityRulesOf(t, p)
	return p
}

// capacityRulesOf draws rules, loose enough for the Required sites.
func capacityRulesOf(t *rapid.T, p *Problem) {
	number, cost := 0, int64(0)
	for _, site := range p.Sites {
		if site.State == Required {
			number, cost = number+1, cost+site.Cost
		}
	}
	if rapid.IntRange(0, 3).Draw(t, "numbered") > 0 {
		p.Number = max(number, rapid.IntRange(1, 4).Draw(t, "number"))
	}
	if rapid.IntRange(0, 2).Draw(t, "budgeted") == 0 || p.Number == 0 {
		p.Budget = cost + rapid.Int64Range(0, 8).Draw(t, "budget")
	}
	if rapid.IntRange(0, 2).Draw(t, "limited") == 0 {
		limit := Limit{Name: "kind"}
		for j := range p.Sites {
			if rapid.Bool().Draw(t, "of kind") {
				limit.Site, limit.Use = append(limit.Site, int32(j)), append(limit.Use, rapid.Int64Range(0, 3).Draw(t, "use"))
				if p.Sites[j].State == Required {
					limit.Most += limit.Use[len(limit.Use)-1]
				}
			}
		}
		limit.Most += rapid.Int64Range(0, 4).Draw(t, "most")
		p.Limits = append(p.Limits, limit)
	}
	for a := range p.Sites {
		for b := range a {
			settled := func(j int) bool { return p.Sites[j].State == Required || p.Sites[j].State == Existing }
			if !(settled(a) && settled(b)) && rapid.IntRange(0, 9).Draw(t, "apart") == 0 {
				p.Apart = append(p.Apart, [2]int32{int32(a), int32(b)})
			}
		}
	}
}

// capacityAllowed tells whether the rules of p allow opening the sites of a set,
// written from the meaning of the fields.
func capacityAllowed(p *Problem, set []int32) bool {
	in := make([]bool, len(p.Sites))
	cost := int64(0)
	for _, j := range set {
		if in[j] || p.Sites[j].State == Forbidden || p.Sites[j].State == Existing {
			return false
		}
		in[j] = true
		cost += p.Sites[j].Cost
	}
	for j, site := range p.Sites {
		if site.State == Required && !in[j] {
			return false
		}
	}
	for _, limit := range p.Limits {
		used := int64(0)
		for at, j := range limit.Site {
			if in[j] {
				used += limit.Use[at]
			}
		}
		if used > limit.Most {
			return false
		}
	}
	for _, pair := range p.Apart {
		a, b := pair[0], pair[1]
		if in[a] && (in[b] || p.Sites[b].State == Existing) || in[b] && p.Sites[a].State == Existing {
			return false
		}
	}
	return (p.Number == 0 || len(set) <= p.Number) && cost <= p.Budget
}

// capacitySets gives every set of sites that the rules allow.
func capacitySets(p *Problem, yield func(set []int32)) {
	for mask := range 1 << len(p.Sites) {
		var set []int32
		for j := range p.Sites {
			if mask>>j&1 == 1 {
				set = append(set, int32(j))
			}
		}
		if capacityAllowed(p, set) {
			yield(set)
		}
	}
}

// plainFlow is the most that the open sites can serve, by Ford and Fulkerson's
// method on a matrix: source, demand, sites, sink; one path at a time.
func plainFlow(p *Problem, open []int32) int64 {
	source, sink := 0, 1+len(p.Demand)+len(p.Sites)
	left := make([][]int64, sink+1)
	for v := range left {
		left[v] = make([]int64, sink+1)
	}
	for i, demand := range p.Demand {
		left[source][1+i] = demand.Weight
		for _, j := range p.Reach.Within(i, p.Cutoff-1) {
			left[1+i][1+len(p.Demand)+int(j)] = demand.Weight
		}
	}
	for _, j := range open {
		left[1+len(p.Demand)+int(j)][sink] = p.Sites[j].Capacity
	}
	total := int64(0)
	for {
		seen := make([]bool, sink+1)
		var walk func(v int, most int64) int64
		walk = func(v int, most int64) int64 {
			if v == sink {
				return most
			}
			seen[v] = true
			for to, room := range left[v] {
				if room == 0 || seen[to] {
					continue
				}
				if got := walk(to, min(most, room)); got > 0 {
					left[v][to] -= got
					left[to][v] += got
					return got
				}
			}
			return 0
		}
		got := walk(source, 1<<40)
		if got == 0 {
			return total
		}
		total += got
	}
}

// often checks a property on some thousand drawn problems.
func often(t *testing.T, property func(*rapid.T)) {
	t.Helper()
	for range 20 {
		rapid.Check(t, property)
	}
}

func openOf(p *Problem, set []int32) []int32 { return append(existing(p), set...) }

func TestFlowValueAgainstFordFulkerson(t *testing.T) {
	t.Parallel()
	often(t, func(t *rapid.T) {
		p := capacityProblem(t)
		capacitySets(p, func(set []int32) {
			if got, want := flowValue(p, set), float64(plainFlow(p, openOf(p, set))); got != want {
				t.Fatalf("flow of %v: got %v, want %v", set, got, want)
			}
		})
	})
}

// Sites are opened, closed and tried in any order: what is served is what a flow
// from nothing gives, and no capacity or weight is passed.
func TestFlowInSteps(t *testing.T) {
	t.Parallel()
	often(t, func(t *rapid.T) {
		p := capacityProblem(t)
		n := newFlowNet(p)
		f := newFlow(n)
		var open []int32
		for range rapid.IntRange(1, 15).Draw(t, "steps") {
			j := rapid.Int32Range(0, int32(len(p.Sites)-1)).Draw(t, "site")
			if p.Sites[j].State == Forbidden {
				continue
			}
			before := f.served
			at := slices.Index(open, j)
			switch {
			case at >= 0:
				open = slices.Delete(open, at, at+1)
				if lost := f.drop(j); lost != before-f.served {
					t.Fatalf("closing %d: lost %d, served %d after %d", j, lost, f.served, before)
				}
			default:
				load := slices.Clone(f.load)
				gain := f.gain(j)
				if f.served != before || !slices.Equal(load, f.load) {
					t.Fatalf("trying %d changed the flow", j)
				}
				open = append(open, j)
				if got := f.add(j); got != gain {
					t.Fatalf("opening %d: got %d, tried %d", j, got, gain)
				}
				for k := range load {
					if f.load[k] < load[k] {
						t.Fatalf("opening %d took load from %d", j, k)
					}
				}
			}
			checkFlow(t, f)
			if want := plainFlow(p, open); f.served != want {
				t.Fatalf("open %v: served %d, want %d", open, f.served, want)
			}
		}
	})
}

func checkFlow(t *rapid.T, f *flow) {
	n := f.net
	load, sum := make([]int64, len(n.room)), int64(0)
	for c, w := range n.weight {
		served := int64(0)
		for a := n.start[c]; a < n.start[c+1]; a++ {
			if f.on[a] < 0 || f.on[a] > 0 && !f.open[n.site[a]] {
				t.Fatalf("arc %d carries %d", a, f.on[a])
			}
			served += f.on[a]
			load[n.site[a]] += f.on[a]
		}
		if served+f.rest[c] != w || f.rest[c] < 0 {
			t.Fatalf("class %d of %d: served %d, rest %d", c, w, served, f.rest[c])
		}
		sum += served
	}
	for j, room := range n.room {
		if load[j] != f.load[j] || load[j] > room {
			t.Fatalf("site %d holds %d, noted %d, of %d", j, load[j], f.load[j], room)
		}
	}
	if sum != f.served {
		t.Fatalf("served %d, noted %d", sum, f.served)
	}
}

// Three places of 4, 5 and 6. Site 0 (existing, room 6) is near the first two,
// site 1 (room 7) near the last two. All of 0 is used, and all of 1: 13 served, 2
// not, whoever they are.
func TestAllot(t *testing.T) {
	t.Parallel()
	p := &Problem{
		Model: Splittable, Budget: NoBudget, Number: 1,
		Sites:  []Site{{Capacity: 6, State: Existing}, {Capacity: 7}, {Capacity: 9, State: Forbidden}},
		Demand: []Demand{{Weight: 4}, {Weight: 5}, {Weight: 6}},
		Reach:  Reach{Start: []int64{0, 2, 4, 6}, Site: []int32{0, 2, 0, 1, 1, 2}},
	}
	served, unserved := Allot(p, []int32{1, 2, 1, 9, -1})
	if want := []int64{6, 7, 0}; !slices.Equal(served, want) || unserved != 2 {
		t.Fatalf("got %v and %d unserved, want %v and 2", served, unserved, want)
	}
}

// What is served and what is not is all demand, and Existing sites serve what they
// do alone.
func TestAllotSums(t *testing.T) {
	t.Parallel()
	often(t, func(t *rapid.T) {
		p := capacityProblem(t)
		all := int64(0)
		for _, demand := range p.Demand {
			all += demand.Weight
		}
		alone, _ := Allot(p, nil)
		capacitySets(p, func(set []int32) {
			served, unserved := Allot(p, set)
			sum := unserved
			for j, load := range served {
				sum += load
				if p.Sites[j].State == Existing && load != alone[j] {
					t.Fatalf("existing site %d serves %d alone and %d beside %v", j, alone[j], load, set)
				}
			}
			if sum != all || float64(all-unserved) != flowValue(p, set) {
				t.Fatalf("beside %v: %v and %d unserved of %d", set, served, unserved, all)
			}
		})
	})
}
