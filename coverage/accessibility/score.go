package accessibility

import (
	"math"

	"kaimen/coverage"
)

// Result is the scores of all demand, and what each supply has to give.
type Result struct {
	// Scores are of each demand; nil for Ratio. Nearest has +Inf where nothing is
	// within reach, all others 0.
	Scores []float64
	// Caught is the demand in the catchment of each supply, weighted as its
	// method does, and Ratios its capacity divided by that: NaN where there is
	// none. Both are nil for Cumulative, Gravity and Nearest.
	Caught, Ratios []float64
}

// Score scores every demand of m by the method of o. The formulas stand in the
// package's text.
//
// Input:    weight is of each demand, capacity of each supply; either may be nil
// where the method does not need it. Nearest, given capacities, passes over
// supply without any. A supply of capacity 0 draws demand in 3sfca and bfca as
// any other does, and demand of weight 0 takes its share of service in bfca:
// leave out what must not.
// Units:    scores of nearest are costs; of cumulative and gravity, capacity; of
// all others, capacity for one unit of demand.
// Holds:    sums go by demand, then by supply, so that equal input gives equal
// bits.
// Errors:   invalid, with every fault of o, m, weight and capacity; or if a score
// is too large for a number.
// Cost:     O(pairs), and the memory of one or two numbers a pair.
func Score(m Matrix, weight, capacity []float64, o Options) (Result, error) {
	if err := invalid(append(o.Validate(), checkInput(m, weight, capacity, o.Method)...)); err != nil {
		return Result{}, err
	}
	decay, err := o.decay()
	if err != nil {
		return Result{}, err
	}
	var r Result
	switch o.Method {
	case Nearest:
		r.Scores = nearest(m, capacity, o.Cutoff)
	case Cumulative, Gravity:
		r.Scores = reached(m, capacity, weights(m, decay))
	case ThreeStep:
		f := weights(m, decay)
		g := shares(m, f)
		for k := range g {
			g[k] *= f[k]
		}
		r = catchment(m, weight, capacity, g, g)
	case Balanced:
		f := weights(m, decay)
		r = catchment(m, weight, capacity, shares(m, f), sharesBySupply(m, f, len(capacity)))
	default: // Ratio, TwoStep, Enhanced
		f := weights(m, decay)
		r = catchment(m, weight, capacity, f, f)
	}
	if o.Method == Ratio {
		r.Scores = nil
	}
	return r, r.check(o.Method)
}

func checkInput(m Matrix, weight, capacity []float64, method Method) []coverage.Issue {
	var issues []coverage.Issue
	if weight == nil && method.NeedsWeight() || weight != nil && len(weight) != m.Demands() {
		issues = append(issues, fault("weight", "there are %d weights and %d places of demand; give one for each", len(weight), m.Demands()))
	}
	supplies := len(capacity)
	if capacity == nil {
		supplies = math.MaxInt
		if method.NeedsCapacity() {
			issues = append(issues, fault("capacity", "there are no capacities, and the method %s needs them; give one for each supply", method))
		}
	}
	issues = append(issues, m.check(supplies)...)
	issues = append(issues, checkAmounts("weight", weight)...)
	return append(issues, checkAmounts("capacity", capacity)...)
}

// check finds numbers that became too large.
func (r Result) check(method Method) error {
	var issues []coverage.Issue
	for i, x := range r.Scores {
		if math.IsNaN(x) || math.IsInf(x, 1) && method != Nearest {
			issues = append(issues, fault("scores", "the score of demand %d is too large for a number; weights, capacities and decay differ too much in size", i))
		}
	}
	for j, x := range r.Ratios {
		if math.IsInf(x, 1) {
			issues = append(issues, fault("scores", "the ratio of supply %d is too large for a number; weights, capacities and decay differ too much in size", j))
		}
	}
	return invalid(issues)
}

// least is the lowest weight that counts; it is far below any that matters, and
// far above those by which to divide would leave all numbers behind.
const least = 1e-100

// weights are the decay of each pair.
func weights(m Matrix, d Decay) []float64 {
	out := make([]float64, len(m.Cost))
	for k, c := range m.Cost {
		if w := d(c); w >= least {
			out[k] = w
		}
	}
	return out
}

// shares are weights divided by the sum of the pair's demand; 0 if that is 0.
func shares(m Matrix, w []float64) []float64 {
	out := make([]float64, len(w))
	for i := range m.Demands() {
		row := w[m.First[i]:m.First[i+1]]
		sum := 0.0
		for _, x := range row {
			sum += x
		}
		if sum == 0 {
			continue
		}
		for k, x := range row {
			out[m.First[i]+k] = x / sum
		}
	}
	return out
}

// sharesBySupply are weights divided by the sum of the pair's supply; 0 if that
// is 0.
func sharesBySupply(m Matrix, w []float64, supplies int) []float64 {
	sums := make([]float64, supplies)
	for k, j := range m.Supply {
		sums[j] += w[k]
	}
	out := make([]float64, len(w))
	for k, j := range m.Supply {
		if sums[j] != 0 {
			out[k] = w[k] / sums[j]
		}
	}
	return out
}

// nearest is the least cost to a supply with capacity, within the cutoff.
func nearest(m Matrix, capacity []float64, cutoff *float64) []float64 {
	out := make([]float64, m.Demands())
	for i := range out {
		out[i] = math.Inf(1)
		for k := m.First[i]; k < m.First[i+1]; k++ {
			if capacity != nil && capacity[m.Supply[k]] == 0 || cutoff != nil && m.Cost[k] > *cutoff {
				continue
			}
			out[i] = min(out[i], m.Cost[k])
		}
	}
	return out
}

// reached is the sum of what supply gives, each pair weighted. What is NaN is
// not there.
func reached(m Matrix, give, w []float64) []float64 {
	out := make([]float64, m.Demands())
	for i := range out {
		sum := 0.0
		for k := m.First[i]; k < m.First[i+1]; k++ {
			if x := give[m.Supply[k]]; w[k] != 0 && !math.IsNaN(x) {
				sum += x * w[k]
			}
		}
		out[i] = sum
	}
	return out
}

// catchment is what all floating catchments have in common: demand is laid on
// supply by the weights out, and what each then has to give comes back by the
// weights in.
func catchment(m Matrix, weight, capacity, out, in []float64) Result {
	r := Result{Caught: make([]float64, len(capacity)), Ratios: make([]float64, len(capacity))}
	for i, p := range weight {
		for k := m.First[i]; k < m.First[i+1]; k++ {
			r.Caught[m.Supply[k]] += p * out[k]
		}
	}
	for j, s := range capacity {
		r.Ratios[j] = math.NaN()
		if r.Caught[j] > 0 {
			r.Ratios[j] = s / r.Caught[j]
		}
	}
	r.Scores = reached(m, r.Ratios, in)
	return r
}
