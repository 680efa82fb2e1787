package accessibility_test

import (
	"math"
	"testing"

	"kaimen/coverage"
	"kaimen/coverage/accessibility"
)

// Three villages and two clinics; costs in minutes:
//
//	        X (12 beds)   Y (30 beds)
//	A 100         5            -
//	B 200        15           10
//	C  50         -           30
func villages() (m accessibility.Matrix, weight, capacity []float64) {
	m, _ = accessibility.Rows(3, 2, []accessibility.Pair{{0, 0, 5}, {1, 0, 15}, {1, 1, 10}, {2, 1, 30}})
	return m, []float64{100, 200, 50}, []float64{12, 30}
}

func TestScoresByHand(t *testing.T) {
	t.Parallel()
	inf, e := math.Inf(1), math.Exp
	zones := []accessibility.Zone{{10, 1}, {20, 0.5}}
	for _, tc := range []struct {
		name                   string
		options                accessibility.Options
		scores, caught, ratios []float64
	}{
		// B is exactly 15 from X: inside.
		{"cumulative", accessibility.Options{Method: "cumulative", Cutoff: new(15.0)}, []float64{12, 42, 0}, nil, nil},
		{"gravity", accessibility.Options{Method: "gravity", Decay: "exponential", Beta: new(0.1)}, []float64{12 * e(-0.5), 12*e(-1.5) + 30*e(-1), 30 * e(-3)}, nil, nil},
		{"gravity that ends", accessibility.Options{Method: "gravity", Decay: "exponential", Beta: new(0.1), Cutoff: new(10.0)}, []float64{12 * e(-0.5), 30 * e(-1), 0}, nil, nil},
		{"nearest", accessibility.Options{Method: "nearest"}, []float64{5, 10, 30}, nil, nil},
		{"nearest within", accessibility.Options{Method: "nearest", Cutoff: new(10.0)}, []float64{5, 10, inf}, nil, nil},
		// X serves A and B: 12/300 = 0.04. Y serves B alone: 30/200 = 0.15.
		{"2sfca", accessibility.Options{Method: "2sfca", Cutoff: new(15.0)}, []float64{0.04, 0.19, 0}, []float64{300, 200}, []float64{0.04, 0.15}},
		{"ratio", accessibility.Options{Method: "ratio", Cutoff: new(15.0)}, nil, []float64{300, 200}, []float64{0.04, 0.15}},
		{"nobody within reach", accessibility.Options{Method: "2sfca", Cutoff: new(1.0)}, []float64{0, 0, 0}, []float64{0, 0}, []float64{math.NaN(), math.NaN()}},
		// X: 100 + 0.5·200 = 200, so 0.06; Y: 200, so 0.15. B has 0.5·0.06 + 0.15.
		{"e2sfca", accessibility.Options{Method: "e2sfca", Zones: zones}, []float64{0.06, 0.18, 0}, []float64{200, 200}, []float64{0.06, 0.15}},
		// The thirds of 30 are 10, 20, 30 with 1, 0.68, 0.22. X: 100 + 0.68·200 = 236.
		// Y: 200 + 0.22·50 = 211.
		{
			"e2sfca by thirds",
			accessibility.Options{Method: "e2sfca", Cutoff: new(30.0)},
			[]float64{12. / 236, 0.68*12/236 + 30./211, 0.22 * 30 / 211},
			[]float64{236, 211},
			[]float64{12. / 236, 30. / 211},
		},
		// B weighs X with 0.5 and Y with 1, so a third of it turns to X and two thirds
		// to Y. X: 100·1·1 + 200·(1/3)·0.5 = 400/3, so 0.09. Y: 200·(2/3)·1, so 0.225.
		// A: 0.09. B: (1/3)·0.5·0.09 + (2/3)·0.225 = 0.015 + 0.15.
		{"3sfca", accessibility.Options{Method: "3sfca", Decay: "zones", Zones: zones}, []float64{0.09, 0.165, 0}, []float64{400. / 3, 400. / 3}, []float64{0.09, 0.225}},
		// X has A and a third of B, 500/3, so 0.072; Y two thirds of B, so 0.225. Of
		// the service of X, 1/1.5 goes to A and 0.5/1.5 to B; that of Y to B.
		{"bfca", accessibility.Options{Method: "bfca", Decay: "zones", Zones: zones}, []float64{0.048, 0.249, 0}, []float64{500. / 3, 400. / 3}, []float64{0.072, 0.225}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			m, weight, capacity := villages()
			r, err := accessibility.Score(m, weight, capacity, tc.options)
			if err != nil {
				t.Fatal(err)
			}
			same(t, "scores", r.Scores, tc.scores)
			same(t, "caught", r.Caught, tc.caught)
			same(t, "ratios", r.Ratios, tc.ratios)
		})
	}
}

// same compares within 1e-12 of the value.
func same(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %v, want %v", what, got, want)
	}
	for i := range got {
		if !near(got[i], want[i]) {
			t.Errorf("%s: %d is %v, want %v", what, i, got[i], want[i])
		}
	}
}

func near(a, b float64) bool {
	return a == b || math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= 1e-12*max(math.Abs(a), math.Abs(b))
}

// Without capacities every supply counts for nearest; with them, those without
// any do not.
func TestNearestPassesOverSupplyWithoutCapacity(t *testing.T) {
	t.Parallel()
	m, _, _ := villages()
	for _, tc := range []struct{ capacity, want []float64 }{
		{nil, []float64{5, 10, 30}},
		{[]float64{1, 0}, []float64{5, 15, math.Inf(1)}},
	} {
		r, err := accessibility.Score(m, nil, tc.capacity, accessibility.Options{Method: accessibility.Nearest})
		if err != nil {
			t.Fatal(err)
		}
		same(t, "scores", r.Scores, tc.want)
	}
}

// Each decay at costs where its value is known.
func TestDecays(t *testing.T) {
	t.Parallel()
	must := func(d accessibility.Decay, err error) accessibility.Decay {
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, tc := range []struct {
		name       string
		decay      accessibility.Decay
		cost, want float64
	}{
		{"step at its cutoff", must(accessibility.Step(10)), 10, 1},
		{"step beyond", must(accessibility.Step(10)), math.Nextafter(10, 11), 0},
		{"exponential", must(accessibility.Exponential(math.Ln2 / 7)), 14, 0.25},
		{"power", must(accessibility.Power(2)), 4, 1. / 16},
		{"power at 0 counts as at 1", must(accessibility.Power(2)), 0, 1},
		{"gaussian at sigma", must(accessibility.Gaussian(10)), 10, 1 / math.Sqrt(math.E)},
		{"gaussian to zero at 0", must(accessibility.GaussianToZero(10)), 0, 1},
		{"gaussian to zero at its cutoff", must(accessibility.GaussianToZero(10)), 10, 0},
		{"gaussian to zero halfway", must(accessibility.GaussianToZero(10)), 5, (math.Exp(-1./8) - math.Exp(-1./2)) / (1 - math.Exp(-1./2))},
		{"logistic at 0", must(accessibility.Logistic(20, 5)), 0, 1},
		// At the center the lower part is 2; the upper is 1 + exp(-4π/√3).
		{"logistic at its center", must(accessibility.Logistic(20, 5)), 20, (1 + math.Exp(-4*math.Pi/math.Sqrt(3))) / 2},
		{"linear", must(accessibility.Linear(40)), 10, 0.75},
		{"linear at its cutoff", must(accessibility.Linear(40)), 40, 0},
		{"linear beyond", must(accessibility.Linear(40)), 50, 0},
		{"the end of a zone", must(accessibility.Zoned([]accessibility.Zone{{10, 1}, {20, 0.68}})), 10, 1},
		{"the next zone", must(accessibility.Zoned([]accessibility.Zone{{10, 1}, {20, 0.68}})), 10.1, 0.68},
		{"beyond all zones", must(accessibility.Zoned([]accessibility.Zone{{10, 1}, {20, 0.68}})), 20.1, 0},
	} {
		if got := tc.decay(tc.cost); math.Abs(got-tc.want) > 1e-10 {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
	}
}

// All faults are told, each with its parameter.
func TestOptionsThatAreRefused(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	for _, tc := range []struct {
		name    string
		options accessibility.Options
		sources []string
	}{
		{"no method", accessibility.Options{}, []string{"method"}},
		{"an unknown method and a bad number", accessibility.Options{Method: "huff", Cutoff: new(0.0)}, []string{"method", "cutoff"}},
		{"an unknown decay", accessibility.Options{Method: "2sfca", Decay: "cosine", Cutoff: new(1.0)}, []string{"decay"}},
		{"a decay that the method does not take", accessibility.Options{Method: "cumulative", Decay: "linear", Cutoff: new(1.0)}, []string{"decay"}},
		{"no decay", accessibility.Options{Method: "bfca", Cutoff: new(1.0)}, []string{"decay"}},
		{"a decay of nearest", accessibility.Options{Method: "nearest", Decay: "step"}, []string{"decay"}},
		{"a number of nearest", accessibility.Options{Method: "nearest", Beta: new(1.0)}, []string{"beta"}},
		{"no cutoff", accessibility.Options{Method: "2sfca"}, []string{"cutoff"}},
		{"a cutoff below 0", accessibility.Options{Method: "2sfca", Cutoff: new(-1.0)}, []string{"cutoff"}},
		{"a cutoff of NaN", accessibility.Options{Method: "2sfca", Cutoff: &nan}, []string{"cutoff"}},
		{"a cutoff without end", accessibility.Options{Method: "2sfca", Cutoff: new(math.Inf(1))}, []string{"cutoff"}},
		{"half a logistic, and beta", accessibility.Options{Method: "gravity", Decay: "logistic", Center: new(1.0), Beta: new(2.0)}, []string{"beta", "spread"}},
		{"zones and a cutoff", accessibility.Options{Method: "e2sfca", Cutoff: new(1.0), Zones: []accessibility.Zone{{1, 1}}}, []string{"cutoff"}},
		{"neither zones nor a cutoff", accessibility.Options{Method: "e2sfca"}, []string{"zones"}},
		{"zones of a step", accessibility.Options{Method: "2sfca", Cutoff: new(1.0), Zones: []accessibility.Zone{{1, 1}}}, []string{"zones"}},
		{"no zone", accessibility.Options{Method: "e2sfca", Zones: []accessibility.Zone{}}, []string{"zones"}},
		{"zones that fall back, and weigh more", accessibility.Options{Method: "e2sfca", Zones: []accessibility.Zone{{2, 0.5}, {1, 0.6}}}, []string{"zones", "zones"}},
		{"a weight above 1 and one of NaN", accessibility.Options{Method: "e2sfca", Zones: []accessibility.Zone{{1, 2}, {2, nan}}}, []string{"zones", "zones"}},
		{"zones that weigh nothing", accessibility.Options{Method: "e2sfca", Zones: []accessibility.Zone{{1, 0}}}, []string{"zones"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			issues := tc.options.Validate()
			var sources []string
			for _, i := range issues {
				sources = append(sources, i.Source)
			}
			if len(sources) != len(tc.sources) {
				t.Fatalf("faults %v, want of %v", issues, tc.sources)
			}
			for k := range sources {
				if sources[k] != tc.sources[k] {
					t.Errorf("fault %v, want of %s", issues[k], tc.sources[k])
				}
			}
			m, weight, capacity := villages()
			if _, err := accessibility.Score(m, weight, capacity, tc.options); coverage.CodeOf(err) != coverage.Invalid {
				t.Errorf("error %v, want invalid", err)
			}
		})
	}
}

func TestInputThatIsRefused(t *testing.T) {
	t.Parallel()
	rows := func(first []int, supply []int32, cost []float64) accessibility.Matrix {
		return accessibility.Matrix{First: first, Supply: supply, Cost: cost}
	}
	good := rows([]int{0, 1}, []int32{0}, []float64{1})
	one := []float64{1}
	for _, tc := range []struct {
		name             string
		m                accessibility.Matrix
		weight, capacity []float64
	}{
		{"no weights", good, nil, one},
		{"no capacities", good, one, nil},
		{"too many weights", good, []float64{1, 2}, one},
		{"a weight of NaN", good, []float64{math.NaN()}, one},
		{"a weight below 0", good, []float64{-1}, one},
		{"a capacity without end", good, one, []float64{math.Inf(1)}},
		{"a cost below 0", rows([]int{0, 1}, []int32{0}, []float64{-1}), one, one},
		{"a cost of NaN", rows([]int{0, 1}, []int32{0}, []float64{math.NaN()}), one, one},
		{"a supply that is not there", rows([]int{0, 1}, []int32{1}, []float64{1}), one, one},
		{"a supply twice", rows([]int{0, 2}, []int32{0, 0}, []float64{1, 1}), one, one},
		{"rows beyond the pairs", rows([]int{0, 2}, []int32{0}, []float64{1}), one, one},
		{"a row that ends before it begins", rows([]int{0, 2, 1}, []int32{0}, []float64{1}), []float64{1, 1}, one},
		{"a ratio beyond all numbers", good, []float64{1e-300}, []float64{1e300}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if r, err := accessibility.Score(tc.m, tc.weight, tc.capacity, accessibility.Options{Method: "2sfca", Cutoff: new(2.0)}); coverage.CodeOf(err) != coverage.Invalid {
				t.Errorf("%v, error %v, want invalid", r, err)
			}
		})
	}
}

// exp(-600) is 1e-261 and exp(-745) hardly a number at all: neither counts, so
// that nobody is told to have a supply to himself from the other end of the
// world, and no ratio leaves the numbers.
func TestWeightsNextToNothingAreNothing(t *testing.T) {
	t.Parallel()
	for _, cost := range []float64{600, 745} {
		m, _ := accessibility.Rows(1, 1, []accessibility.Pair{{0, 0, cost}})
		for _, method := range []accessibility.Method{accessibility.TwoStep, accessibility.ThreeStep, accessibility.Balanced} {
			r, err := accessibility.Score(m, []float64{1}, []float64{1}, accessibility.Options{Method: method, Decay: accessibility.DecayExponential, Beta: new(1.0)})
			if err != nil || r.Scores[0] != 0 || r.Caught[0] != 0 {
				t.Errorf("%s at %v: %+v, %v", method, cost, r, err)
			}
		}
	}
}

func TestRowsKeepTheFirstOfEqualPairs(t *testing.T) {
	t.Parallel()
	m, repeated := accessibility.Rows(2, 3, []accessibility.Pair{{1, 2, 5}, {0, 1, 7}, {1, 0, 3}, {1, 2, 4}, {1, 2, 5}})
	same(t, "cost", m.Cost, []float64{7, 3, 5})
	if len(repeated) != 2 || repeated[0] != 3 || repeated[1] != 4 {
		t.Errorf("repeated %v, want [3 4]", repeated)
	}
}

func TestZonesFromText(t *testing.T) {
	t.Parallel()
	zones, err := accessibility.ParseZones("600=1, 1200 = 0.68,1800=.22")
	if err != nil || len(zones) != 3 || zones[1] != (accessibility.Zone{To: 1200, Weight: 0.68}) {
		t.Errorf("%v, %v", zones, err)
	}
	if zones, err := accessibility.ParseZones(" "); zones != nil || err != nil {
		t.Errorf("blank: %v, %v", zones, err)
	}
	for _, text := range []string{"600", "600=", "=1", "a=b", "1=1,,2=0"} {
		if _, err := accessibility.ParseZones(text); coverage.CodeOf(err) != coverage.Invalid {
			t.Errorf("%q: error %v, want invalid", text, err)
		}
	}
}
