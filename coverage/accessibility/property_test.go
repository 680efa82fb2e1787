package accessibility_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"kaimen/coverage/accessibility"
)

// place is a drawn town: weights, capacities and some pairs, each once.
type place struct {
	weight, capacity []float64
	pairs            []accessibility.Pair
}

func drawPlace(t *rapid.T) place {
	amounts := rapid.SliceOfN(rapid.Map(rapid.IntRange(0, 500), func(n int) float64 { return float64(n) }), 1, 7)
	p := place{weight: amounts.Draw(t, "weight"), capacity: amounts.Draw(t, "capacity")}
	for i := range p.weight {
		for j := range p.capacity {
			if rapid.Bool().Draw(t, "pair") {
				p.pairs = append(p.pairs, accessibility.Pair{Demand: int32(i), Supply: int32(j), Cost: float64(rapid.IntRange(0, 60).Draw(t, "cost"))})
			}
		}
	}
	return p
}

func (p place) score(t *rapid.T, o accessibility.Options) accessibility.Result {
	m, repeated := accessibility.Rows(len(p.weight), len(p.capacity), p.pairs)
	if repeated != nil {
		t.Fatalf("pairs %v are repeated", repeated)
	}
	r, err := accessibility.Score(m, p.weight, p.capacity, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// drawDecay fills in a decay and its numbers; graded leaves step out.
func drawDecay(t *rapid.T, o accessibility.Options) accessibility.Options {
	x := func(name string, from, to float64) *float64 { return new(rapid.Float64Range(from, to).Draw(t, name)) }
	o.Decay = rapid.SampledFrom(accessibility.Decays()[1:]).Draw(t, "decay")
	switch o.Decay {
	case accessibility.DecayExponential, accessibility.DecayPower:
		o.Beta = x("beta", 0.001, 2)
	case accessibility.DecayGaussian:
		o.Sigma = x("sigma", 1, 40)
	case accessibility.DecayLogistic:
		o.Center, o.Spread = x("center", 1, 40), x("spread", 0.5, 20)
	case accessibility.DecayZones:
		o.Zones = []accessibility.Zone{{10, 1}, {20, *x("second", 0.5, 1)}, {40, *x("third", 0, 0.5)}}
	default:
		o.Cutoff = x("cutoff", 1, 60)
	}
	return o
}

var (
	catchments = []accessibility.Method{accessibility.TwoStep, accessibility.ThreeStep}
	all        = []accessibility.Method{accessibility.TwoStep, accessibility.ThreeStep, accessibility.Balanced, accessibility.Gravity}
)

// Σ_i P_i·A_i = Σ_i P_i Σ_j R_j·w_ij = Σ_j R_j Σ_i P_i·w_ij = Σ_j R_j·D_j, which
// is S_j for every supply with demand in its catchment and nothing for the rest.
// It holds for whatever w_ij the two steps have in common.
func TestCapacityIsSharedOutWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlace(t)
		o := accessibility.Options{Method: rapid.SampledFrom(catchments).Draw(t, "method")}
		if rapid.Bool().Draw(t, "zones") {
			o = accessibility.Options{Method: accessibility.Enhanced, Cutoff: new(rapid.Float64Range(1, 60).Draw(t, "cutoff"))}
		} else {
			o = drawDecay(t, o)
		}
		r := p.score(t, o)
		got, want := 0.0, 0.0
		for i, a := range r.Scores {
			got += p.weight[i] * a
		}
		for j, d := range r.Caught {
			if d > 0 {
				want += p.capacity[j]
			}
		}
		if math.Abs(got-want) > 1e-9*(1+want) {
			t.Fatalf("shared out %v, want %v", got, want)
		}
	})
}

// Of the balanced method, u_ij adds up to 1 for each demand with any reach, so
// Σ_j D_j = Σ_i P_i over these; and v_ij to 1 for each supply, so Σ_i A_i = Σ_j R_j.
func TestBalancedKeepsDemandAndService(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlace(t)
		r := p.score(t, accessibility.Options{Method: accessibility.Balanced, Decay: accessibility.DecayExponential, Beta: new(0.1)})
		reach := make([]bool, len(p.weight))
		for _, pair := range p.pairs {
			reach[pair.Demand] = true
		}
		var demand, caught, scores, ratios float64
		for i, p := range p.weight {
			if reach[i] {
				demand += p
			}
			scores += r.Scores[i]
		}
		for j, d := range r.Caught {
			caught += d
			if d > 0 {
				ratios += r.Ratios[j]
			}
		}
		if math.Abs(demand-caught) > 1e-9*(1+demand) || math.Abs(scores-ratios) > 1e-9*(1+ratios) {
			t.Fatalf("demand %v, caught %v; scores %v, ratios %v", demand, caught, scores, ratios)
		}
	})
}

func TestCumulativeIsWhatBruteForceCounts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlace(t)
		cutoff := float64(rapid.IntRange(1, 60).Draw(t, "cutoff"))
		larger := cutoff + float64(rapid.IntRange(0, 30).Draw(t, "more"))
		scores := p.score(t, accessibility.Options{Method: accessibility.Cumulative, Cutoff: &cutoff}).Scores
		wider := p.score(t, accessibility.Options{Method: accessibility.Cumulative, Cutoff: &larger}).Scores
		for i := range scores {
			want := 0.0
			for _, pair := range p.pairs {
				if int(pair.Demand) == i && pair.Cost <= cutoff {
					want += p.capacity[pair.Supply]
				}
			}
			if scores[i] != want || wider[i] < want {
				t.Fatalf("demand %d: %v within %v, want %v; %v within %v", i, scores[i], cutoff, want, wider[i], larger)
			}
		}
	})
}

func TestMoreSupplyNeverLowersWhatIsReached(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlace(t)
		o := accessibility.Options{Method: accessibility.Cumulative, Cutoff: new(30.0)}
		if rapid.Bool().Draw(t, "gravity") {
			o = drawDecay(t, accessibility.Options{Method: accessibility.Gravity})
		}
		before := p.score(t, o).Scores
		p.capacity = append(p.capacity, 10)
		for i := range p.weight {
			p.pairs = append(p.pairs, accessibility.Pair{Demand: int32(i), Supply: int32(len(p.capacity) - 1), Cost: float64(rapid.IntRange(0, 60).Draw(t, "cost"))})
		}
		for i, after := range p.score(t, o).Scores {
			if after < before[i] {
				t.Fatalf("demand %d falls from %v to %v", i, before[i], after)
			}
		}
	})
}

// Demand k times as large shares the same: each score is divided by k.
func TestMoreDemandSharesTheSame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlace(t)
		o := drawDecay(t, accessibility.Options{Method: rapid.SampledFrom(all[:3]).Draw(t, "method")})
		k := rapid.Float64Range(0.01, 100).Draw(t, "k")
		before := p.score(t, o).Scores
		weight := make([]float64, len(p.weight))
		for i, w := range p.weight {
			weight[i] = k * w
		}
		p.weight = weight
		for i, after := range p.score(t, o).Scores {
			if math.Abs(after*k-before[i]) > 1e-9*before[i] {
				t.Fatalf("demand %d: %v, by %v less %v", i, before[i], k, after)
			}
		}
	})
}

// In which order pairs come changes not a bit; which demand and supply stand
// first only the rounding.
func TestOrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlace(t)
		o := drawDecay(t, accessibility.Options{Method: rapid.SampledFrom(all).Draw(t, "method")})
		before := p.score(t, o).Scores
		q := place{p.weight, p.capacity, rapid.Permutation(p.pairs).Draw(t, "pairs")}
		for i, after := range q.score(t, o).Scores {
			if after != before[i] {
				t.Fatalf("demand %d: %v, with other order of pairs %v", i, before[i], after)
			}
		}
		n, s := int32(len(p.weight)-1), int32(len(p.capacity)-1)
		turned := place{make([]float64, n+1), make([]float64, s+1), nil}
		for i, w := range p.weight {
			turned.weight[int(n)-i] = w
		}
		for j, c := range p.capacity {
			turned.capacity[int(s)-j] = c
		}
		for _, pair := range p.pairs {
			turned.pairs = append(turned.pairs, accessibility.Pair{Demand: n - pair.Demand, Supply: s - pair.Supply, Cost: pair.Cost})
		}
		for i, after := range turned.score(t, o).Scores {
			if want := before[int(n)-i]; math.Abs(after-want) > 1e-12*want {
				t.Fatalf("demand %d: %v, turned round %v", i, want, after)
			}
		}
	})
}

// A gravity score of one supply of capacity 1 is the decay itself.
func TestDecaysFallFromOneToZero(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := drawDecay(t, accessibility.Options{Method: accessibility.Gravity})
		near := rapid.Float64Range(0, 1000).Draw(t, "near")
		far := near + rapid.Float64Range(0, 1000).Draw(t, "farther")
		p := place{[]float64{1, 1}, []float64{1}, []accessibility.Pair{{0, 0, near}, {1, 0, far}}}
		scores := p.score(t, o).Scores
		// Functions of the library may be off by a rounding.
		if scores[0] > 1 || scores[1] < 0 || scores[1] > scores[0]*(1+1e-15) {
			t.Fatalf("%v at %v, %v at %v", scores[0], near, scores[1], far)
		}
	})
}
