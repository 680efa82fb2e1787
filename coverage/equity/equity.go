package equity

import (
	"cmp"
	"math"
	"slices"

	"kaimen/coverage"
)

// Point is one point of a Lorenz curve: the poorest share of the people has so
// much of the whole.
type Point struct {
	People float64 `json:"people_share"`
	Value  float64 `json:"value_share"`
}

// Lorenz is the Lorenz curve: people in the order of their values, the lowest
// first, and what share of the sum of all values the first of them have. Between
// two points it is straight.
//
// Input:  people with equal values are one stretch.
// Holds:  begins at (0, 0), ends at (1, 1), is convex and nowhere above the
// diagonal.
// Errors: invalid, with every fault, if the slices differ in length, a value or
// weight is negative or not finite, or either adds up to 0.
// Cost:   O(n log n).
// Source: Lorenz (1905), Methods of measuring the concentration of wealth.
func Lorenz(values, weights []float64) ([]Point, error) {
	groups, err := grouped(values, weights)
	if err != nil {
		return nil, err
	}
	people, total := sums(groups)
	curve := make([]Point, 1, len(groups)+1)
	var p, v float64
	for _, g := range groups {
		p += g.weight
		v += g.weight * g.value
		curve = append(curve, Point{p / people, v / total})
	}
	curve[len(curve)-1] = Point{1, 1} // as it is but for rounding
	return curve, nil
}

// Gini is the Gini coefficient, 1 less twice the area under the Lorenz curve: 0
// if all have the same, toward 1 if one has all.
//
// Holds:  scaling all values changes nothing; what a richer gives to a poorer,
// without overtaking, lowers it.
// Errors: as Lorenz.
// Source: Gini (1912), Variabilità e mutabilità.
func Gini(values, weights []float64) (float64, error) {
	curve, err := Lorenz(values, weights)
	if err != nil {
		return 0, err
	}
	area2 := 0.0
	for k := 1; k < len(curve); k++ {
		area2 += (curve[k].People - curve[k-1].People) * (curve[k].Value + curve[k-1].Value)
	}
	return max(1-area2, 0), nil
}

// Theil is the index T of Theil: the mean of (x/μ)·ln(x/μ), where μ is the mean
// value, and 0·ln 0 is 0. It is 0 if all have the same, and at most the
// logarithm of how many people there are.
//
// Errors: as Lorenz.
// Source: Theil (1967), Economics and information theory.
func Theil(values, weights []float64) (float64, error) {
	groups, err := grouped(values, weights)
	if err != nil {
		return 0, err
	}
	people, total := sums(groups)
	mean := total / people
	sum := 0.0
	for _, g := range groups {
		if x := g.value / mean; x > 0 {
			sum += g.weight / people * x * math.Log(x)
		}
	}
	return max(sum, 0), nil
}

// Poverty is how much people fall short of a line, each from 0 to 1.
type Poverty struct {
	Headcount float64 `json:"fgt0"` // the share of people below the line
	Gap       float64 `json:"fgt1"` // the mean of what they lack, as a share of the line
	Severity  float64 `json:"fgt2"` // the mean of its square
}

// FGT is the measures of Foster, Greer and Thorbecke: the mean over all people
// of ((line - x)/line)^α for those with x < line, and 0 for the others, with α
// of 0, 1 and 2. Who has just as much as the line does not fall short of it; the
// authors count them, which alters the headcount alone.
//
// Holds:  Headcount ≥ Gap ≥ Severity; a higher line lowers none.
// Errors: as Lorenz, but that values may add up to 0; a line that is not above 0
// and finite.
// Source: Foster, Greer and Thorbecke (1984), A class of decomposable poverty
// measures.
func FGT(values, weights []float64, line float64) (Poverty, error) {
	issues := check(values, weights)
	if !(line > 0) || math.IsInf(line, 1) {
		issues = append(issues, fault("line", "the line is %v; give a number above 0", line))
	}
	if err := invalid(issues); err != nil {
		return Poverty{}, err
	}
	var p Poverty
	people := 0.0
	for i, x := range values {
		people += weights[i]
		if x < line {
			lack := (line - x) / line
			p.Headcount += weights[i]
			p.Gap += weights[i] * lack
			p.Severity += weights[i] * lack * lack
		}
	}
	return Poverty{p.Headcount / people, p.Gap / people, p.Severity / people}, nil
}

// Palma is the mean value of the richest tenth of the people over that of the
// poorest four tenths, by order (such as income). Palma's own ratio is of shares
// of income; of means it is as high for all to be equal (1) whatever the shares
// of people.
//
// People of one place, and of places with equal order, stay together. The
// poorest are all places up to and with the one in which the fourth tenth of the
// people ends. The richest are all places after the one in which the ninth tenth
// ends; that one itself is in neither group. With places of many people the
// groups are larger, and smaller, than their names say.
//
// Input:  order may be NaN where the weight is 0.
// Errors: as Lorenz, also for order, which may be negative; if no place is after
// the ninth tenth; if the poorest have 0.
// Source: Palma (2011), Homogeneous middles vs. heterogeneous tails.
func Palma(values, weights, order []float64) (float64, error) {
	issues := check(values, weights)
	if len(order) != len(values) {
		issues = append(issues, fault("order", "there are %d values of order and %d places; give one for each", len(order), len(values)))
	}
	for i := range min(len(order), len(weights)) {
		if weights[i] != 0 && (math.IsNaN(order[i]) || math.IsInf(order[i], 0)) {
			issues = append(issues, fault("order", "the order of place %d is %v; give a number where people are", i, order[i]))
		}
	}
	if err := invalid(issues); err != nil {
		return 0, err
	}
	var places []int
	people := 0.0
	for i, w := range weights {
		if w != 0 {
			places = append(places, i)
			people += w
		}
	}
	slices.SortStableFunc(places, func(a, b int) int { return cmp.Compare(order[a], order[b]) })
	poorest, richest := tails(places, weights, order, people)
	poor, rich := meanOf(places[:poorest], values, weights), meanOf(places[richest:], values, weights)
	switch {
	case richest == len(places):
		return 0, invalid([]coverage.Issue{fault("order", "the last place by order holds a tenth of the people or more, so that the richest cannot be told apart; give smaller places")})
	case poor == 0:
		return 0, invalid([]coverage.Issue{fault("values", "the poorest four tenths have 0 on average, so that there is no ratio to them")})
	}
	return rich / poor, nil
}

// tails finds how many places, in their order, are the poorest, and where the
// richest begin.
func tails(places []int, weights, order []float64, people float64) (poorest, richest int) {
	richest = len(places)
	sum := 0.0
	for k, i := range places {
		sum += weights[i]
		if k+1 < len(places) && order[places[k+1]] == order[i] {
			continue // equals stay together
		}
		// Ten times whole people is exact, a tenth is not.
		if poorest == 0 && 10*sum >= 4*people {
			poorest = k + 1
		}
		if 10*sum >= 9*people {
			return poorest, k + 1
		}
	}
	return poorest, richest
}

func meanOf(places []int, values, weights []float64) float64 {
	var sum, people float64
	for _, i := range places {
		sum += weights[i] * values[i]
		people += weights[i]
	}
	return sum / people
}

// group is people with one value.
type group struct{ value, weight float64 }

// grouped puts people with equal values together, the lowest first, and those of
// no weight away.
func grouped(values, weights []float64) ([]group, error) {
	issues := check(values, weights)
	if err := invalid(issues); err != nil {
		return nil, err
	}
	var all []group
	for i, x := range values {
		if weights[i] != 0 {
			all = append(all, group{x, weights[i]})
		}
	}
	// By weight as well, so that sums do not depend on the order of the input.
	slices.SortFunc(all, func(a, b group) int { return cmp.Or(cmp.Compare(a.value, b.value), cmp.Compare(a.weight, b.weight)) })
	groups := all[:0]
	for _, g := range all {
		if n := len(groups); n > 0 && groups[n-1].value == g.value {
			groups[n-1].weight += g.weight
			continue
		}
		groups = append(groups, g)
	}
	if _, total := sums(groups); !(total > 0) || math.IsInf(total, 1) {
		return nil, invalid([]coverage.Issue{fault("values", "the values add up to %v over all people; shares need a sum above 0", total)})
	}
	return groups, nil
}

func sums(groups []group) (people, total float64) {
	for _, g := range groups {
		people += g.weight
		total += g.weight * g.value
	}
	return people, total
}

// check finds every value and weight that cannot be used.
func check(values, weights []float64) []coverage.Issue {
	var issues []coverage.Issue
	if len(values) != len(weights) {
		issues = append(issues, fault("weights", "there are %d weights and %d values; give one for each", len(weights), len(values)))
	}
	for _, list := range []struct {
		name string
		of   []float64
	}{{"values", values}, {"weights", weights}} {
		for i, x := range list.of {
			if !(x >= 0) || math.IsInf(x, 1) {
				issues = append(issues, fault(list.name, "number %d is %v; give a number from 0 up", i, x))
			}
		}
	}
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	if len(issues) == 0 && (sum == 0 || math.IsInf(sum, 1)) {
		issues = append(issues, fault("weights", "the weights add up to %v; shares need a sum above 0", sum))
	}
	return issues
}

func fault(source, format string, args ...any) coverage.Issue {
	return coverage.Faultf(coverage.ReasonBadValue, source, format, args...)
}

func invalid(issues []coverage.Issue) error {
	if len(issues) == 0 {
		return nil
	}
	return &coverage.Error{Code: coverage.Invalid, Message: "the measures cannot be computed", Issues: issues}
}
