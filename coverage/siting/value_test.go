package siting_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/siting"
)

// street is four places along a street and three sites: site 0 is there already.
//
//	demand  weight  area  site 0  site 1  site 2
//	0       10      0     1       5       -
//	1       20      0     4       2       9
//	2       30      1     -       3       3
//	3       40      1     -       -       7
//	4       50      none  -       -       -
func street(model siting.Model) *siting.Problem {
	return &siting.Problem{
		Model: model, Number: 2, Budget: siting.NoBudget, Cutoff: 5, Areas: 2,
		Sites: []siting.Site{{State: siting.Existing, Cost: 100}, {Cost: 3}, {Cost: 4}},
		Demand: []siting.Demand{
			{Weight: 10}, {Weight: 20}, {Weight: 30, Area: 1}, {Weight: 40, Area: 1}, {Weight: 50, Area: -1},
		},
		Reach: siting.Reach{
			Start: []int64{0, 2, 5, 7, 8, 8},
			Site:  []int32{0, 1, 1, 0, 2, 1, 2, 2},
			Cost:  []uint32{1, 5, 2, 4, 9, 3, 3, 7},
		},
		Steps: []siting.Step{{Cutoff: 2, Share: 1000}, {Cutoff: 4, Share: 500}, {Cutoff: 7, Share: 250}},
	}
}

func TestValueByHand(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		model siting.Model
		sites []int32
		want  float64
		rule  string // that is broken
	}{
		// Within 5: site 0 has demand 0 and 1, site 1 has 0, 1, 2; site 2 has 2.
		{siting.MaxCover, nil, 30, ""},
		{siting.MaxCover, []int32{1}, 60, ""},
		{siting.MaxCover, []int32{2}, 60, ""},
		{siting.MaxCover, []int32{2, 1}, 60, ""},
		{siting.SetCover, []int32{1}, 3, ""},
		{siting.SetCover, []int32{2, 1}, 7, ""},
		{siting.SetCover, nil, 0, "target"},
		// Of two: with site 1, demand 0 and 1; with both, 2 as well.
		{siting.Backup, []int32{1}, 30, ""},
		{siting.Backup, []int32{1, 2}, 60, ""},
		{siting.Backup, nil, 0, "target"},
		// Nearest are 1, 4, -, -: 10 + 20/2. With site 1: 1, 2, 3, -: 10+20+15.
		// With site 2: 1, 4, 3, 7: 10+10+15+10.
		{siting.Decay, nil, 20, ""},
		{siting.Decay, []int32{1}, 45, ""},
		{siting.Decay, []int32{2}, 45, ""},
		{siting.Decay, []int32{1, 2}, 55, ""},
		// Beyond is twice 9: 10*1 + 20*4 + 18*(30+40+50); with 1: 10 + 40 + 90 + 18*90;
		// with both 10 + 40 + 90 + 280 + 18*50.
		{siting.Median, nil, 2250, ""},
		{siting.Median, []int32{1}, 1760, ""},
		{siting.Median, []int32{1, 2}, 1320, ""},
		// Demand 4 has nobody to go to; 3 can be reached, by site 2 alone.
		{siting.Center, []int32{1}, 3, "reached"},
		{siting.Center, []int32{2}, 7, ""},
		// Area 0 is covered already, area 1 to 30 of 70; the 50 of no area count nowhere.
		{siting.MaxMin, nil, 0, ""},
		{siting.MaxMin, []int32{1}, 3. / 7, ""},
	} {
		t.Run(fmt.Sprint(tc.model, tc.sites), func(t *testing.T) {
			t.Parallel()
			got, err := siting.Value(street(tc.model), tc.sites)
			if math.Abs(got-tc.want) > 1e-12 {
				t.Errorf("value %v, not %v", got, tc.want)
			}
			if (err != nil) != (tc.rule != "") || err != nil && !strings.HasPrefix(err.Error(), tc.rule) {
				t.Errorf("error %v, not of %q", err, tc.rule)
			}
		})
	}
}

func TestBrokenRules(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		rule  string
		sites []int32
		wish  func(*siting.Problem)
	}{
		{"number", []int32{1, 2}, func(p *siting.Problem) { p.Number = 1 }},
		{"budget", []int32{1, 2}, func(p *siting.Problem) { p.Budget = 6 }},
		{"limit near", []int32{1}, func(p *siting.Problem) {
			p.Limits = []siting.Limit{{Name: "near", Site: []int32{0, 1}, Use: []int64{9, 2}, Most: 1}}
		}},
		{"apart", []int32{1, 2}, func(p *siting.Problem) { p.Apart = [][2]int32{{2, 1}} }},
		{"apart", []int32{1}, func(p *siting.Problem) { p.Apart = [][2]int32{{1, 0}} }},
		{"forbidden", []int32{1}, func(p *siting.Problem) { p.Sites[1].State = siting.Forbidden }},
		{"floor", nil, func(p *siting.Problem) { p.Floor = 0.4 }},
		{"required", []int32{2}, func(p *siting.Problem) { p.Sites[1].State = siting.Required }},
		{"sites", []int32{3}, func(*siting.Problem) {}},
		{"sites", []int32{-1}, func(*siting.Problem) {}},
		{"sites", []int32{1, 1}, func(*siting.Problem) {}},
		{"sites", []int32{0}, func(*siting.Problem) {}},
		{"model", []int32{1}, func(p *siting.Problem) { p.Model = siting.SingleSource }},
	} {
		p := street(siting.MaxCover)
		tc.wish(p)
		if _, err := siting.Value(p, tc.sites); err == nil || !strings.HasPrefix(err.Error(), tc.rule) {
			t.Errorf("%v: error %v, not of %q", tc.sites, err, tc.rule)
		}
	}
	// What exists uses nothing of a limit, and may stand close to what exists.
	p := street(siting.MaxCover)
	p.Sites[1].State = siting.Existing
	p.Limits = []siting.Limit{{Name: "near", Site: []int32{0, 1}, Most: 0}}
	p.Apart = [][2]int32{{0, 1}}
	if _, err := siting.Value(p, nil); err != nil {
		t.Error(err)
	}
}

// valued are the models that have a value of sites alone.
var valued = []siting.Model{
	siting.SetCover, siting.MaxCover, siting.Decay, siting.Median, siting.Center, siting.Backup, siting.MaxMin,
}

// Of any sites, plan or not, the rows and the table say the same.
func TestValueByTable(t *testing.T) {
	t.Parallel()
	for _, model := range valued {
		t.Run(string(model), func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				p := drawProblem(t, model)
				tab := tabulate(p)
				for range 20 {
					set := uint(rapid.Uint32Range(0, 1<<len(p.Sites)-1).Draw(t, "set")) &^ tab.existing
					got, err := siting.Value(p, members(set))
					want, ok := tab.value(set)
					if got != want || (err == nil) != ok {
						t.Fatalf("%v: %v with %v, and by table %v, a plan %t: %+v", members(set), got, err, want, ok, p)
					}
				}
			})
		})
	}
}

func members(set uint) (sites []int32) {
	for j := range int32(32) {
		if set>>j&1 == 1 {
			sites = append(sites, j)
		}
	}
	return sites
}

// listing solves by listing all sets and asking Value.
type listing struct{}

func (listing) String() string { return "listing" }

func (listing) Solve(_ context.Context, p *siting.Problem) (siting.Plan, error) {
	if issues := p.Faults(); len(issues) > 0 {
		return siting.Plan{}, &coverage.Error{Code: coverage.Invalid, Issues: issues}
	}
	plan, found := siting.Plan{}, false
	allowed := tabulate(p).allowed
	for set := range allowed + 1 {
		if set&^allowed != 0 {
			continue
		}
		value, err := siting.Value(p, members(set))
		if err != nil {
			continue
		}
		fewer := p.Model == siting.Backup && p.Number == 0 && len(members(set)) != len(plan.Sites)
		better := worse(p.Model, plan.Objective, value, 0)
		if fewer {
			better = len(members(set)) < len(plan.Sites)
		}
		if !found || better {
			plan.Sites, plan.Objective, found = members(set), value, true
		}
	}
	if !found {
		return siting.Plan{}, coverage.Errorf(coverage.Invalid, "there is no plan")
	}
	plan.Bound, plan.Proven, plan.End = plan.Objective, true, siting.EndProven
	for _, j := range plan.Sites {
		plan.Spent += p.Sites[j].Cost
	}
	sortByGain(p, plan.Sites)
	return plan, nil
}

func sortByGain(p *siting.Problem, sites []int32) {
	tab := tabulate(p)
	open := tab.existing
	slices.Sort(sites)
	for k := range sites {
		most := k
		for n := k; n < len(sites); n++ {
			a, known := tab.adds(open, sites[n])
			if b, _ := tab.adds(open, sites[most]); known && a > b {
				most = n
			}
		}
		first := sites[most]
		copy(sites[k+1:most+1], sites[k:most])
		sites[k] = first
		open |= 1 << first
	}
}

func TestListingPassesTheJudge(t *testing.T) {
	t.Parallel()
	checkAgainstBrute(t, listing{}, valued)
}

// A judge that lets anything pass is none.
func TestJudgeFindsFaults(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*siting.Problem, *siting.Plan){
		"objective too good": func(p *siting.Problem, plan *siting.Plan) { plan.Objective++; plan.Bound++ },
		"site left out": func(p *siting.Problem, plan *siting.Plan) {
			plan.Sites = plan.Sites[1:]
		},
		"bound too low": func(p *siting.Problem, plan *siting.Plan) {
			plan.Bound, plan.Proven, plan.End = plan.Bound-1, false, siting.EndEffort
		},
		"with too low":    func(p *siting.Problem, plan *siting.Plan) { plan.With = []float64{60, 59, 60} },
		"without too low": func(p *siting.Problem, plan *siting.Plan) { plan.Without = []float64{60, 59, 60} },
		"twice":           func(p *siting.Problem, plan *siting.Plan) { plan.Sites = []int32{1, 1} },
		"with is short":   func(p *siting.Problem, plan *siting.Plan) { plan.With = []float64{60} },
		"with is nothing": func(p *siting.Problem, plan *siting.Plan) { plan.With = []float64{60, math.NaN(), 60} },
		"bound is nothing": func(p *siting.Problem, plan *siting.Plan) {
			plan.Bound, plan.Proven, plan.End = math.NaN(), false, siting.EndEffort
		},
		"spent": func(p *siting.Problem, plan *siting.Plan) { plan.Spent++ },
		"proof": func(p *siting.Problem, plan *siting.Plan) { plan.Proven = false },
		"end":   func(p *siting.Problem, plan *siting.Plan) { plan.End = siting.EndEffort },
	} {
		p := street(siting.MaxCover)
		plan, err := listing{}.Solve(context.Background(), p)
		if fault := judge(p, plan, err); fault != nil {
			t.Fatal(fault)
		}
		spoil(p, &plan)
		if judge(p, plan, err) == nil {
			t.Errorf("%s: passes, %+v", name, plan)
		}
	}
	// Site 2 takes 15*30 + 11*40 off, and site 1 only 2*20 + 15*30.
	p := street(siting.Median)
	plan := siting.Plan{Sites: []int32{2, 1}, Objective: 1320, Bound: 1320, Proven: true, Spent: 7, End: siting.EndProven}
	if fault := judge(p, plan, nil); fault != nil {
		t.Error(fault)
	}
	plan.Sites = []int32{1, 2}
	if judge(p, plan, nil) == nil {
		t.Error("the site that adds less comes first, and passes")
	}
}

func TestAssignedByHand(t *testing.T) {
	t.Parallel()
	p := street(siting.SingleSource)
	p.Sites[0].Capacity, p.Sites[1].Capacity, p.Sites[2].Capacity = 60, 30, 90
	for _, tc := range []struct {
		plan, assigned []int32
		objective      float64
		good           bool
	}{
		// 10*1 + 20*4 + 30*3 + 40*7, and 50 go 18, to a site that has the room.
		{[]int32{1, 2}, []int32{0, 0, 1, 2, 2}, 1360, true},
		{[]int32{1, 2}, []int32{0, 0, 1, 2, 2}, 1359, false},
		{[]int32{1, 2}, []int32{0, 1, 2, 2, 0}, 1320, true},
		{[]int32{1, 2}, []int32{0, 1, 1, 2, 2}, 1320, false}, // site 1 takes 50
		{[]int32{2}, []int32{0, 0, 1, 2, 2}, 1360, false},    // and is not open
		{[]int32{1, 2}, []int32{0, 0, 1, 2, -1}, 1360, false},
		{[]int32{1, 2}, []int32{0, 0, 1, 2}, 1360, false},
	} {
		if err := judgeAssigned(p, tc.plan, tc.assigned, tc.objective); (err == nil) != tc.good {
			t.Errorf("%+v: %v", tc, err)
		}
	}
	// At 1320 everybody goes to the nearest of all sites: no way is shorter.
	if best := bruteForce(p); best.objective != 1320 {
		t.Errorf("the best is %v", best.objective)
	}
}
