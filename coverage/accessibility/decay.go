package accessibility

import (
	"math"
	"slices"

	"kaimen/coverage"
)

// Decay is the weight of a cost: from 0 to 1, and never higher for a higher
// cost. It may be called from several goroutines.
type Decay func(cost float64) float64

// Step counts all up to the cutoff alike: 1 if cost ≤ cutoff, else 0.
//
// Errors: invalid unless cutoff is above 0 and finite; so it is with every
// parameter of the decays below.
// Source: Luo and Wang (2003), Measures of spatial accessibility to health care.
func Step(cutoff float64) (Decay, error) {
	return func(cost float64) float64 {
		if cost <= cutoff {
			return 1
		}
		return 0
	}, invalid(positive("cutoff", cutoff))
}

// Exponential is exp(-beta·cost).
//
// Source: Wilson (1971), A family of spatial interaction models.
func Exponential(beta float64) (Decay, error) {
	return func(cost float64) float64 { return math.Exp(-beta * cost) }, invalid(positive("beta", beta))
}

// Power is cost^-beta. A cost below 1 counts as 1, without which the weight
// would rise above 1 and, at cost 0, beyond all bounds; so the answer depends on
// the unit of cost.
//
// Source: Hansen (1959), How accessibility shapes land use.
func Power(beta float64) (Decay, error) {
	return func(cost float64) float64 { return math.Pow(max(cost, 1), -beta) }, invalid(positive("beta", beta))
}

// Gaussian is exp(-cost² / (2·sigma²)): 0.61 at sigma, 0.14 at twice as much.
//
// Source: Ingram (1971), The concept of accessibility.
func Gaussian(sigma float64) (Decay, error) {
	return func(cost float64) float64 {
		z := cost / sigma
		return math.Exp(-z * z / 2)
	}, invalid(positive("sigma", sigma))
}

// GaussianToZero is a Gaussian that comes down to 0 at the cutoff:
// (exp(-(cost/cutoff)²/2) - exp(-1/2)) / (1 - exp(-1/2)), and 0 beyond.
//
// Source: Dai (2010), Black residential segregation, disparities in spatial
// access to health care facilities, and late-stage breast cancer diagnosis.
func GaussianToZero(cutoff float64) (Decay, error) {
	end := math.Exp(-0.5)
	return func(cost float64) float64 {
		if cost >= cutoff {
			return 0
		}
		z := cost / cutoff
		return (math.Exp(-z*z/2) - end) / (1 - end)
	}, invalid(positive("cutoff", cutoff))
}

// Logistic is the fall of a logistic distribution with the mean center and the
// standard deviation spread, scaled to 1 at cost 0:
// (1 + exp(-center·π/(spread·√3))) / (1 + exp((cost-center)·π/(spread·√3))).
//
// Source: Bauer and Groneberg (2016), Measuring spatial accessibility of health
// care providers: introduction of a variable distance decay function.
func Logistic(center, spread float64) (Decay, error) {
	k := math.Pi / (spread * math.Sqrt(3))
	top := 1 + math.Exp(-center*k)
	return func(cost float64) float64 {
		return top / (1 + math.Exp((cost-center)*k))
	}, invalid(append(positive("center", center), positive("spread", spread)...))
}

// Linear is 1 - cost/cutoff, and 0 from the cutoff on.
func Linear(cutoff float64) (Decay, error) {
	return func(cost float64) float64 { return max(1-cost/cutoff, 0) }, invalid(positive("cutoff", cutoff))
}

// Zone is a ring of costs that weigh alike, from the end of the zone before
// (from 0 for the first) up to To, inclusive.
type Zone struct {
	To     float64 `json:"to"`
	Weight float64 `json:"weight"`
}

// Zoned is the weight of the first zone that holds the cost, and 0 beyond the
// last.
//
// Errors: invalid without a zone; unless ends ascend from above 0; unless
// weights lie in 0..1, do not rise, and the first is above 0.
// Source: Luo and Qi (2009), An enhanced two-step floating catchment area
// method; with 1, 0.68 and 0.22 up to 10, 20 and 30 minutes.
func Zoned(zones []Zone) (Decay, error) {
	zones = slices.Clone(zones)
	return func(cost float64) float64 {
		for _, z := range zones {
			if cost <= z.To {
				return z.Weight
			}
		}
		return 0
	}, invalid(checkZones(zones))
}

func checkZones(zones []Zone) []coverage.Issue {
	if len(zones) == 0 {
		return []coverage.Issue{fault("zones", "there is no zone; give ends and weights, such as 600=1,1200=0.68,1800=0.22")}
	}
	var issues []coverage.Issue
	before := Zone{To: 0, Weight: 1}
	for i, z := range zones {
		if !(z.To > before.To) || math.IsInf(z.To, 1) {
			issues = append(issues, fault("zones", "zone %d ends at %v, after %v; ends must ascend from above 0", i+1, z.To, before.To))
		}
		if !(z.Weight >= 0 && z.Weight <= before.Weight) {
			issues = append(issues, fault("zones", "zone %d weighs %v, after %v; weights lie from 0 to 1 and do not rise", i+1, z.Weight, before.Weight))
		}
		before = z
	}
	if zones[0].Weight == 0 {
		issues = append(issues, fault("zones", "zone 1 weighs 0, so that nothing would count; give it a weight up to 1"))
	}
	return issues
}

// thirds are the zones of Luo and Qi (2009) for another cutoff.
func thirds(cutoff float64) []Zone {
	return []Zone{{cutoff / 3, 1}, {2 * cutoff / 3, 0.68}, {cutoff, 0.22}}
}

// positive finds fault with a parameter that is not above 0 and finite.
func positive(name string, x float64) []coverage.Issue {
	if x > 0 && !math.IsInf(x, 1) {
		return nil
	}
	return []coverage.Issue{fault(name, "%s is %v; give a number above 0", name, x)}
}

// within is a decay that ends at a cutoff, inclusive.
func (d Decay) within(cutoff float64) Decay {
	return func(cost float64) float64 {
		if cost <= cutoff {
			return d(cost)
		}
		return 0
	}
}
