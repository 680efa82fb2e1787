package web

import (
	"context"
	"time"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/siting"
	"kaimen/web/fail"
)

// tablePlanBody is demand, sites and the costs between them, which the asker has
// made, and what to achieve.
type tablePlanBody struct {
	Model        string            `json:"model,omitempty" doc:"lscp, mclp, decay, pmedian, pcenter, backup, capacitated, single_source or maxmin. Default: mclp." example:"mclp"`
	P            int               `json:"p,omitempty" minimum:"0" doc:"How many sites to open at most, beside existing ones." example:"4"`
	Budget       optional[float64] `json:"budget,omitempty" doc:"What they may cost at most." example:"3"`
	Share        optional[float64] `json:"share,omitempty" doc:"Of lscp: the share of all demand to cover." example:"0.9"`
	Floor        optional[float64] `json:"floor,omitempty" doc:"Of mclp: the least rate of coverage of any area." example:"0.5"`
	Cutoff       optional[float64] `json:"cutoff,omitempty" doc:"The largest cost that counts as covered, inclusive. Default: all pairs." example:"5000"`
	Steps        string            `json:"steps,omitempty" doc:"Of decay: costs and what demand counts up to them." example:"300=1,600=0.6"`
	Curve        int               `json:"curve,omitempty" doc:"The best plans for 1 to so many sites, too." example:"5"`
	Alternatives int               `json:"alternatives,omitempty" doc:"How many other plans about as good to list." example:"3"`
	Within       optional[float64] `json:"within,omitempty" doc:"How much worse passes for as good, as a share. Default: 0.01." example:"0.01"`
	Effort       int               `json:"effort,omitempty" doc:"How hard to search, in millions of pairs. Default: 20,000." example:"20000"`
	Seed         uint64            `json:"seed,omitempty" doc:"Of random choice." example:"1"`
	DeadlineS    optional[float64] `json:"deadline_s,omitempty" doc:"Seconds until the search ends with the best plan so far; up to 600. Default: 20." example:"20"`
	Demand       []tableDemand     `json:"demand" nullable:"false"`
	Candidates   []tableCandidate  `json:"candidates" nullable:"false"`
	Pairs        []scorePair       `json:"pairs" nullable:"false" doc:"The costs, from demand to candidates; a pair that is missing is out of reach."`
}

type tableDemand struct {
	ID     string  `json:"id" example:"a"`
	Weight float64 `json:"weight" minimum:"0" example:"120"`
	Area   string  `json:"area,omitempty" doc:"What a floor and maxmin look at." example:"c1"`
}

type tableCandidate struct {
	ID       string            `json:"id" example:"s"`
	Cost     optional[float64] `json:"cost,omitempty" doc:"Default: 1." example:"1"`
	Fixed    string            `json:"fixed,omitempty" doc:"required, existing or forbidden; blank for free." example:"required"`
	Capacity optional[float64] `json:"capacity,omitempty" doc:"Needed by capacitated and single_source, in the unit of weights." example:"60"`
}

// plan chooses sites on the tables of a body; all faults are told.
func (b *tablePlanBody) plan(ctx context.Context) (*analysis.TablePlan, error) {
	steps, err := analysis.ParseSiteSteps(b.Steps)
	seconds, errDeadline := planDeadline(b.DeadlineS, planSeconds)
	t := analysis.SiteTable{
		Model: siting.Model(b.Model), Number: b.P, Budget: b.Budget.pointer(), Share: b.Share.pointer(), Floor: b.Floor.pointer(),
		Cutoff: b.Cutoff.pointer(), Steps: steps, Curve: b.Curve, Alternatives: b.Alternatives, Within: b.Within.pointer(),
		Effort: b.Effort, Seed: b.Seed, Deadline: seconds,
	}
	var faults unfit
	demand := faults.index("demand", len(b.Demand), func(i int) string { return b.Demand[i].ID })
	sites := faults.index("candidates", len(b.Candidates), func(i int) string { return b.Candidates[i].ID })
	for _, d := range b.Demand {
		t.Demand = append(t.Demand, analysis.TableDemand(d))
	}
	for i := range b.Candidates {
		c := &b.Candidates[i]
		t.Candidates = append(t.Candidates, analysis.TableCandidate{ID: c.ID, Cost: c.Cost.pointer(), Fixed: c.Fixed, Capacity: c.Capacity.pointer()})
	}
	seen := make(map[[2]int32]bool, len(b.Pairs))
	for k, p := range b.Pairs {
		from, known := demand[p.Origin]
		if !known {
			faults.add("pairs", k, "the origin %q is no demand", fail.Shown(p.Origin))
		}
		to, there := sites[p.Destination]
		if !there {
			faults.add("pairs", k, "the destination %q is no candidate", fail.Shown(p.Destination))
		}
		if !known || !there {
			continue
		}
		if seen[[2]int32{from, to}] {
			faults.add("pairs", k, "%s to %s stands before, too; give each pair once", fail.Shown(p.Origin), fail.Shown(p.Destination))
		}
		seen[[2]int32{from, to}] = true
		t.Pairs = append(t.Pairs, analysis.TablePair{Demand: from, Candidate: to, Cost: p.Cost})
	}
	t.Unfit = coverage.AllFaults(err, errDeadline, faults.err())
	return analysis.SitesOfTable(ctx, t)
}

// planDeadline is how long a search may go on.
func planDeadline(given optional[float64], unsaid float64) (time.Duration, error) {
	seconds := unsaid
	if given.Set {
		seconds = given.Value
	}
	if !(seconds > 0 && seconds <= mostPlanSeconds) {
		return 0, &coverage.Error{Code: coverage.Invalid, Message: "the request cannot be answered", Issues: []coverage.Issue{{
			Severity: coverage.SeverityError, Code: coverage.ReasonUnknownParameter, Source: "deadline_s",
			Message: "deadline_s must be above 0 and at most 600; give seconds, such as 20",
		}}}
	}
	return time.Duration(seconds * float64(time.Second)), nil
}
