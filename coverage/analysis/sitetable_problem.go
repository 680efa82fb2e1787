package analysis

import (
	"math"
	"slices"
	"strings"

	"kaimen/coverage"
	"kaimen/coverage/siting"
)

// mostDecimals is how many digits behind the point are kept.
const mostDecimals = 6

// decimalsOf is the least number of digits behind the point that all values have;
// false if some have more than are kept.
func decimalsOf(values ...float64) (digits int, ok bool) {
	for _, x := range values {
		for ; digits <= mostDecimals; digits++ {
			// A decimal number is a hair off what it says, at most 1 in 2^53.
			if scaled := x * math.Pow10(digits); math.Abs(scaled-math.Round(scaled)) <= 1e-15*math.Abs(scaled) {
				break
			}
		}
		if digits > mostDecimals {
			return mostDecimals, false
		}
	}
	return digits, true
}

// scaled is a value in units of so many digits behind the point.
func scaled(x float64, digits int) int64 { return int64(math.Round(x * math.Pow10(digits))) }

// mostWhole keeps a scaled sum exact in a float64.
const mostWhole = 1 << 53

// whole finds the digits of a list of amounts from 0 up whose sum stays exact.
func whole(name, what string, values []float64) (digits int, issues []coverage.Issue) {
	sum := 0.0
	for i, x := range values {
		if !(x >= 0) || math.IsInf(x, 1) {
			f := fault(name, "%s is %v; give a number from 0 up", what, x)
			f.Line = i + 1
			issues = append(issues, f)
			continue
		}
		sum += x
	}
	if len(issues) > 0 {
		return 0, issues
	}
	digits, ok := decimalsOf(values...)
	switch {
	case !ok:
		issues = append(issues, fault(name, "%s has more than %d digits behind the point, which would not be kept exactly; round it", what, mostDecimals))
	case sum*math.Pow10(digits) > mostWhole:
		issues = append(issues, fault(name, "%s adds up to %v with %d digits behind the point, more than is kept exactly; round it, or give it in a larger unit", what, sum, digits))
	}
	return digits, issues
}

func (w *tableWork) checkOptions() (issues []coverage.Issue) {
	o := SitesOptions{
		Model: w.Model, Number: w.Number, Share: w.Share, Floor: w.Floor, Steps: w.Steps, Curve: w.Curve,
		Alternatives: w.Alternatives, Within: w.Within, Effort: w.Effort, Deadline: w.Deadline,
	}
	if w.Budget != nil {
		some := int64(1) // the budget itself is checked with the costs
		o.Budget = &some
	}
	issues = append(issues, o.checkModel()...)
	if slices.Contains(siting.Models(), w.Model) {
		issues = append(issues, o.checkSize()...)
	}
	if w.Model == siting.Decay {
		if len(w.Steps) == 0 {
			issues = append(issues, fault("steps", "decay needs steps; give cutoffs with what demand counts up to them, such as 300=1,600=0.6"))
		}
		issues = append(issues, checkSteps(w.Steps, func(s SiteStep) bool { return s.Cutoff >= 0 && !math.IsInf(s.Cutoff, 1) })...)
	}
	if w.Cutoff != nil && !(*w.Cutoff >= 0) {
		issues = append(issues, fault("cutoff", "cutoff is %v; give a cost from 0 up", *w.Cutoff))
	}
	return append(issues, o.checkMore()...)
}

func (w *tableWork) problemDemand() (issues []coverage.Issue) {
	values := make([]float64, 0, len(w.Demand)+len(w.Candidates))
	for _, d := range w.Demand {
		values = append(values, d.Weight)
	}
	if len(values) == 0 {
		return []coverage.Issue{fault("demand", "there is no demand; give rows with an id and a weight")}
	}
	w.weight, issues = whole("demand", "the weight", values)
	if capacitated(w.Model) { // capacities are in the unit of weights
		var held []float64
		for _, c := range w.Candidates {
			if c.Capacity != nil {
				held = append(held, *c.Capacity)
			}
		}
		digits, faults := whole("candidates", "the capacity", held)
		w.weight, issues = max(w.weight, digits), append(issues, faults...)
	}
	index := make(map[string]int32)
	for _, d := range w.Demand {
		area := int32(-1)
		if d.Area != "" {
			k, known := index[d.Area]
			if !known {
				k = int32(len(w.areas))
				index[d.Area] = k
				w.areas = append(w.areas, d.Area)
			}
			area = k
		}
		w.p.Demand = append(w.p.Demand, siting.Demand{Weight: scaled(max(d.Weight, 0), w.weight), Area: area})
	}
	w.p.Areas = len(w.areas)
	if (w.Model == siting.MaxMin || w.Floor != nil) && len(w.areas) == 0 {
		issues = append(issues, fault("demand", "no demand has an area, which maxmin and a floor look at; add a column area"))
	}
	total := int64(0)
	for _, d := range w.p.Demand {
		total += d.Weight
	}
	if w.Share != nil {
		w.p.Target = int64(math.Ceil(*w.Share*float64(total) - 1e-6))
	}
	if w.Floor != nil {
		w.p.Floor = *w.Floor
	}
	return issues
}

// stateOf reads what is fixed about a site.
func stateOf(fixed string) (siting.State, bool) {
	switch strings.ToLower(strings.TrimSpace(fixed)) {
	case "", "0", "false", "no", "free":
		return siting.Free, true
	case "1", "true", "yes", "required":
		return siting.Required, true
	case "existing":
		return siting.Existing, true
	case "forbidden":
		return siting.Forbidden, true
	}
	return siting.Free, false
}

func (w *tableWork) problemSites() (issues []coverage.Issue) {
	costs := make([]float64, 0, len(w.Candidates)+1)
	for _, c := range w.Candidates {
		cost := 1.0
		costs = append(costs, *first(c.Cost, &cost))
	}
	if w.Budget != nil {
		costs = append(costs, *w.Budget)
	}
	w.cost, issues = whole("candidates", "the cost", costs)
	if w.Budget != nil {
		w.p.Budget = scaled(*w.Budget, w.cost)
	}
	for j, c := range w.Candidates {
		state, ok := stateOf(c.Fixed)
		site := siting.Site{Cost: scaled(max(costs[j], 0), w.cost), State: state}
		add := func(format string, args ...any) {
			f := fault("candidates", format, args...)
			f.Line, f.Feature = j+1, c.ID
			issues = append(issues, f)
		}
		if !ok {
			add("%q is nothing that a site may be fixed as; give required, existing, forbidden, or leave it blank", c.Fixed)
		}
		if capacitated(w.Model) {
			if c.Capacity == nil {
				add("the capacity of %s is missing, which the model %s needs", c.ID, w.Model)
			} else {
				site.Capacity = scaled(max(*c.Capacity, 0), w.weight)
			}
		}
		w.p.Sites = append(w.p.Sites, site)
	}
	return issues
}

// problemReach makes rows of the pairs. Travel is kept exactly where it is added
// up or compared; else each cost is only held against cutoffs.
func (w *tableWork) problemReach() (issues []coverage.Issue) {
	measured := travels(w.Model)
	costs := make([]float64, 0, len(w.Pairs))
	most := 0.0
	for k, pair := range w.Pairs {
		if !(pair.Cost >= 0) || math.IsInf(pair.Cost, 1) {
			f := fault("pairs", "the cost is %v; give a number from 0 up", pair.Cost)
			f.Line = k + 1
			issues = append(issues, f)
			continue
		}
		most = max(most, pair.Cost)
		costs = append(costs, pair.Cost)
	}
	if measured && len(issues) == 0 {
		var ok bool
		w.travel, ok = decimalsOf(costs...)
		switch {
		case !ok:
			issues = append(issues, fault("pairs", "costs have more than %d digits behind the point, which the model %s would not keep exactly; round them", mostDecimals, w.Model))
		case 2*most*math.Pow10(w.travel) >= math.MaxUint32:
			issues = append(issues, fault("pairs", "the largest cost is %v and costs have %d digits behind the point, more than is kept exactly; round them, or give them in a larger unit", most, w.travel))
		}
	}
	if len(issues) > 0 {
		return issues
	}
	w.p.Cutoff = siting.NoCutoff
	if measured && w.Cutoff != nil {
		w.p.Cutoff = uint32(min(math.Floor(*w.Cutoff*math.Pow10(w.travel)+1e-9), math.MaxUint32))
	}
	found := make([][]sitePair, len(w.Candidates))
	for _, pair := range w.Pairs {
		cost, reached := w.travelOf(pair.Cost)
		if reached {
			found[pair.Candidate] = append(found[pair.Candidate], sitePair{pair.Demand, cost})
		}
	}
	w.p.Reach = siteRows(len(w.Demand), found)
	for k, s := range w.Steps {
		w.p.Steps = append(w.p.Steps, siting.Step{Cutoff: uint32(k), Share: int64(math.Round(s.Share * 1000))})
	}
	return nil
}

// travelOf is a cost as the problem has it: scaled where travel adds up, the step
// that it falls into in decay, else nothing but that it is within.
func (w *tableWork) travelOf(x float64) (cost uint32, reached bool) {
	switch {
	case travels(w.Model):
		return uint32(scaled(x, w.travel)), true
	case w.Model == siting.Decay:
		for k, s := range w.Steps {
			if x <= s.Cutoff {
				return uint32(k), true
			}
		}
		return 0, false
	}
	return 0, w.Cutoff == nil || x <= *w.Cutoff
}
