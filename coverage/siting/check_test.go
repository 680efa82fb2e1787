package siting_test

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/siting"
)

func TestDrawnProblemsHaveNoFaults(t *testing.T) {
	t.Parallel()
	for _, model := range siting.Models() {
		t.Run(string(model), func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				p := drawProblem(t, model)
				if issues := p.Faults(); len(issues) > 0 {
					t.Fatalf("%v: %+v", issues, p)
				}
			})
		})
	}
}

// Each fault is told once, by its list, with the value and the one to give.
func TestFaults(t *testing.T) {
	t.Parallel()
	type problem = *siting.Problem
	for _, tc := range []struct {
		model  siting.Model
		spoil  func(p problem)
		source string
		words  []string
	}{
		{"best", func(p problem) {}, "model", []string{`"best"`, "mclp"}},
		{siting.MaxCover, func(p problem) { p.Sites[1].Cost = -3 }, "sites", []string{"site 1", "-3"}},
		{siting.MaxCover, func(p problem) { p.Sites[1].Capacity = -3 }, "sites", []string{"capacity of site 1", "-3"}},
		{siting.MaxCover, func(p problem) { p.Sites[1].State = 7 }, "sites", []string{"site 1", "7"}},
		{siting.MaxCover, func(p problem) { p.Sites[0].Cost, p.Sites[1].Cost = math.MaxInt64/2, math.MaxInt64/2+1 }, "sites", []string{"costs"}},
		{siting.MaxCover, func(p problem) { p.Sites[0].Capacity, p.Sites[1].Capacity = math.MaxInt64, 1 }, "sites", []string{"capacities"}},
		{siting.MaxCover, func(p problem) { p.Sites[1].State, p.Sites[2].State = siting.Forbidden, siting.Existing }, "sites", []string{"of 3 sites", "2 exist"}},
		{siting.MaxCover, func(p problem) { p.Demand[2].Weight = -1 }, "demand", []string{"demand 2", "-1"}},
		{siting.MaxCover, func(p problem) { p.Demand[2].Load = -1 }, "demand", []string{"load of demand 2", "-1"}},
		{siting.MaxMin, func(p problem) { p.Demand[2].Area = 2 }, "demand", []string{"demand 2 is of area 2", "2 areas"}},
		{siting.MaxMin, func(p problem) { p.Demand[2].Area = -2 }, "demand", []string{"demand 2 is of area -2"}},
		{siting.MaxCover, func(p problem) { p.Demand[2].Weight = math.MaxInt64 }, "demand", []string{"larger unit"}},
		// Twice the largest travel, 9, is 18; of shares it is 1000.
		{siting.Median, func(p problem) { p.Demand[2].Weight = math.MaxInt64 / 18 }, "demand", []string{"times 18", "larger unit"}},
		{siting.Decay, func(p problem) { p.Demand[2].Weight = math.MaxInt64 / 1000 }, "demand", []string{"times 1000", "larger unit"}},
		{siting.SingleSource, func(p problem) {
			p.Demand[2].Load = math.MaxInt64 - 1
		}, "demand", []string{"loads"}},
		{siting.MaxCover, func(p problem) { p.Reach.Start = p.Reach.Start[1:] }, "reach", []string{"5 starts", "5 demand"}},
		{siting.MaxCover, func(p problem) { p.Reach.Start[5] = 9 }, "reach", []string{"end at 9", "8"}},
		{siting.MaxCover, func(p problem) { p.Reach.Start[2] = 1 }, "reach", []string{"row 1 starts at 2"}},
		{siting.MaxCover, func(p problem) { p.Reach.Cost = p.Reach.Cost[1:] }, "reach", []string{"7 costs for 8 sites"}},
		{siting.MaxCover, func(p problem) { p.Reach.Site[6] = 3 }, "reach", []string{"row 2 holds site 3"}},
		{siting.MaxCover, func(p problem) { p.Reach.Site[6] = -1 }, "reach", []string{"row 2 holds site -1"}},
		{siting.MaxCover, func(p problem) { p.Reach.Site[6] = 1 }, "reach", []string{"site 1 stands twice in row 2"}},
		{siting.MaxCover, func(p problem) { p.Reach.Cost[3] = 1 }, "reach", []string{"row 1", "cost of 1 follows 2"}},
		{siting.Median, func(p problem) { p.Reach.Cost = nil }, "reach", []string{"no costs", "pmedian"}},
		{siting.MaxCover, func(p problem) { p.Number = 3 }, "number", []string{"3 sites", "2 may be"}},
		{siting.MaxCover, func(p problem) { p.Apart = [][2]int32{{0, 1}} }, "number", []string{"2 sites", "1 may be"}},
		{siting.MaxCover, func(p problem) { p.Number = -1 }, "number", []string{"-1"}},
		{siting.MaxCover, func(p problem) { p.Number = 0 }, "number", []string{"budget"}},
		{siting.Center, func(p problem) { p.Number = 0 }, "number", []string{"pcenter"}},
		{siting.MaxCover, func(p problem) {
			p.Number, p.Sites[1].State, p.Sites[2].State = 1, siting.Required, siting.Required
		}, "number", []string{"1 sites may", "2 are required"}},
		{siting.MaxCover, func(p problem) { p.Budget = -1 }, "budget", []string{"-1"}},
		{siting.MaxCover, func(p problem) { p.Budget, p.Sites[2].State = 3, siting.Required }, "budget", []string{"is 3", "cost 4"}},
		{siting.MaxCover, func(p problem) { limit(p, 0, 2).Most = -1 }, "limits", []string{"(shops) is -1"}},
		{siting.MaxCover, func(p problem) { limit(p, 0, 3) }, "limits", []string{"site 3"}},
		{siting.MaxCover, func(p problem) { limit(p, 1, 1) }, "limits", []string{"site 1 stands twice"}},
		{siting.MaxCover, func(p problem) { limit(p, 0, 1).Use = []int64{1} }, "limits", []string{"1 uses for 2 sites"}},
		{siting.MaxCover, func(p problem) { limit(p, 0, 1).Use = []int64{1, -4} }, "limits", []string{"site 1 uses -4"}},
		{siting.MaxCover, func(p problem) { limit(p, 0, 1).Use = []int64{1, math.MaxInt64} }, "limits", []string{"add up"}},
		{siting.MaxCover, func(p problem) {
			p.Sites[2].State = siting.Required
			limit(p, 0, 2).Use = []int64{50, 6}
		}, "limits", []string{"is 5", "use 6"}},
		{siting.MaxCover, func(p problem) { p.Apart = [][2]int32{{1, 3}} }, "apart", []string{"1 and 3"}},
		{siting.MaxCover, func(p problem) { p.Apart = [][2]int32{{-1, 1}} }, "apart", []string{"-1 and 1"}},
		{siting.MaxCover, func(p problem) { p.Apart = [][2]int32{{1, 1}} }, "apart", []string{"site 1 and itself"}},
		{siting.MaxCover, func(p problem) {
			p.Apart, p.Sites[1].State, p.Sites[2].State = [][2]int32{{1, 2}}, siting.Required, siting.Required
		}, "apart", []string{"1 and 2 are both required"}},
		{siting.MaxCover, func(p problem) { p.Apart, p.Sites[1].State = [][2]int32{{0, 1}}, siting.Required }, "apart", []string{"site 1 is required", "site 0, which exists"}},
		// All within 5: demand 0, 1 and 2. Without site 1, which stands too close, demand 2 has site 2.
		{siting.SetCover, func(p problem) { p.Target = 61 }, "target", []string{"61", "cover 60"}},
		{siting.SetCover, func(p problem) { p.Target = -1 }, "target", []string{"-1"}},
		{siting.SetCover, func(p problem) { p.Target, p.Sites[1].State, p.Sites[2].State = 60, siting.Forbidden, siting.Existing }, "sites", []string{"none may"}},
		{siting.MaxCover, func(p problem) { p.Floor = 1.5 }, "floor", []string{"1.5"}},
		{siting.MaxCover, func(p problem) { p.Floor = math.NaN() }, "floor", []string{"NaN"}},
		// 3 of 7 is 0.42857.
		{siting.MaxCover, func(p problem) { p.Floor = 0.43 }, "floor", []string{"0.43", "area 1 is 0.4285"}},
		{siting.MaxMin, func(p problem) { p.Areas = 0 }, "areas", []string{"0 areas"}},
		{siting.MaxCover, func(p problem) { p.Areas, p.Floor = 0, 0.1 }, "areas", []string{"0 areas"}},
		{siting.MaxMin, func(p problem) {
			for i := range p.Demand {
				p.Demand[i].Area = -1
			}
		}, "areas", []string{"2 areas"}},
		{siting.Decay, func(p problem) { p.Steps = nil }, "steps", []string{"decay"}},
		{siting.Decay, func(p problem) { p.Steps[1].Cutoff = 2 }, "steps", []string{"step 1 ends at 2"}},
		{siting.Decay, func(p problem) { p.Steps[1].Share = 200 }, "steps", []string{"step 2 counts 250", "200"}},
		{siting.Decay, func(p problem) { p.Steps[0].Share = 1001 }, "steps", []string{"step 0 is 1001"}},
		{siting.Median, func(p problem) { p.Beyond = 8 }, "beyond", []string{"8", "9"}},
		// All demand takes 150. Site 0 holds 60, and one of the others 50 or 45.
		{siting.SingleSource, func(p problem) { p.Number, p.Sites[1].Capacity, p.Sites[2].Capacity = 1, 50, 45 }, "number", []string{"1 sites", "150", "at least 2"}},
		{siting.SingleSource, func(p problem) { p.Sites[1].Capacity, p.Sites[2].Capacity = 50, 39 }, "sites", []string{"149", "150", "1 more"}},
		{siting.SingleSource, func(p problem) { p.Demand[0].Load = 111; p.Sites[1].Capacity = 110; p.Sites[2].Capacity = 110 }, "sites", []string{"111", "110"}},
	} {
		p := street(tc.model)
		if tc.model == siting.SingleSource {
			p.Sites[0].Capacity, p.Sites[1].Capacity, p.Sites[2].Capacity = 60, 60, 60
		}
		tc.spoil(p)
		issues := p.Faults()
		if len(issues) != 1 {
			t.Errorf("%s with %s: %d faults: %v", tc.model, tc.words, len(issues), issues)
			continue
		}
		if issues[0].Source != tc.source || issues[0].Severity != coverage.SeverityError {
			t.Errorf("%s with %s: %+v", tc.model, tc.words, issues[0])
		}
		for _, w := range tc.words {
			if !strings.Contains(issues[0].Message, w) {
				t.Errorf("%s: %q does not hold %q", tc.model, issues[0].Message, w)
			}
		}
	}
}

// limit puts a limit of 5 on two sites.
func limit(p *siting.Problem, a, b int32) *siting.Limit {
	p.Limits = []siting.Limit{{Name: "shops", Site: []int32{a, b}, Most: 5}}
	return &p.Limits[0]
}

func TestAllFaultsAtOnce(t *testing.T) {
	t.Parallel()
	p := street(siting.Decay)
	p.Steps, p.Reach.Cost, p.Number, p.Budget, p.Sites[1].Cost = nil, nil, -1, -1, -1
	p.Apart = [][2]int32{{1, 1}}
	// A cost, a pair, steps, costs of travel, a number, a budget.
	if issues := p.Faults(); len(issues) != 6 {
		t.Errorf("%d faults: %v", len(issues), issues)
	}
	p = street(siting.MaxCover)
	p.Apart = make([][2]int32, 1000)
	issues := p.Faults()
	if last := issues[len(issues)-1].Message; len(issues) != 21 || !strings.Contains(last, "980 more") {
		t.Errorf("%d faults, the last %q", len(issues), last)
	}
}

// What is told as the nearest value that can be met can be met, and no more can.
func TestNearestWish(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t, siting.SetCover)
		p.Target = reachable(p)
		if issues := p.Faults(); len(issues) > 0 {
			t.Fatal(issues)
		}
		p.Target++
		if issues := p.Faults(); len(issues) != 1 || issues[0].Source != "target" {
			t.Fatal(issues)
		}
		p = drawProblem(t, siting.MaxCover)
		tab := tabulate(p)
		p.Floor = tab.rate(tab.allowed | tab.existing)
		if issues := p.Faults(); len(issues) > 0 {
			t.Fatal(issues)
		}
		if p.Floor = math.Nextafter(p.Floor, 2); p.Floor <= 1 && len(p.Faults()) == 0 {
			t.Fatalf("a floor of %v can be met", p.Floor)
		}
	})
}

// Nothing that a problem holds makes its check panic.
func TestFaultsOfAnything(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t, rapid.SampledFrom(siting.Models()).Draw(t, "model"))
		odd := rapid.SampledFrom([]int64{math.MinInt64, -1, 0, 1, 3, math.MaxInt64})
		short := rapid.Int32Range(-2, 12)
		for range 3 {
			switch rapid.IntRange(0, 9).Draw(t, "what") {
			case 0:
				p.Sites[0] = siting.Site{Cost: odd.Draw(t, "cost"), Capacity: odd.Draw(t, "capacity"), State: siting.Required}
			case 1:
				p.Demand = append(p.Demand, siting.Demand{Weight: odd.Draw(t, "weight"), Load: odd.Draw(t, "load"), Area: short.Draw(t, "area")})
			case 2:
				p.Reach.Start = append(p.Reach.Start, odd.Draw(t, "start"))
			case 3:
				p.Reach.Start[len(p.Reach.Start)/2] = odd.Draw(t, "start")
			case 4:
				p.Reach.Site = append(p.Reach.Site, short.Draw(t, "site"))
			case 5:
				p.Limits = append(p.Limits, siting.Limit{Site: []int32{short.Draw(t, "site")}, Use: []int64{odd.Draw(t, "use")}, Most: odd.Draw(t, "most")})
			case 6:
				p.Apart = append(p.Apart, [2]int32{short.Draw(t, "one"), short.Draw(t, "other")})
			case 7:
				p.Steps = append(p.Steps, siting.Step{Share: odd.Draw(t, "share")})
			case 8:
				p.Number, p.Budget, p.Target = int(odd.Draw(t, "number")), odd.Draw(t, "budget"), odd.Draw(t, "target")
			case 9:
				p.Areas, p.Floor, p.Sites = int(short.Draw(t, "areas")), rapid.Float64().Draw(t, "floor"), p.Sites[:len(p.Sites)-1]
				if len(p.Sites) == 0 {
					p.Sites = []siting.Site{{}}
				}
			}
		}
		for _, i := range p.Faults() {
			if i.Message == "" || i.Source == "" {
				t.Fatalf("%+v", i)
			}
		}
	})
}
