package equity_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/equity"
)

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-12 }

// Four people have 1, 1, 2 and 4 of 8. After each quarter of them the sums are
// 1/8, 2/8, 4/8 and 1; the two with 1 are one stretch.
//
// Twice the area: 0.5·(0+0.25) + 0.25·(0.25+0.5) + 0.25·(0.5+1) = 0.6875.
// Theil: the mean is 2, so x/μ is ½, ½, 1, 2: (½ln½ + ½ln½ + 0 + 2ln2)/4 = ln2/4.
func TestFourPeople(t *testing.T) {
	t.Parallel()
	values, weights := []float64{4, 1, 2, 1}, []float64{1, 1, 1, 1}
	curve, err := equity.Lorenz(values, weights)
	if err != nil {
		t.Fatal(err)
	}
	want := []equity.Point{{0, 0}, {0.5, 0.25}, {0.75, 0.5}, {1, 1}}
	if len(curve) != len(want) {
		t.Fatalf("curve %v, want %v", curve, want)
	}
	for k := range want {
		if curve[k] != want[k] {
			t.Errorf("curve %v, want %v", curve, want)
		}
	}
	if gini, err := equity.Gini(values, weights); err != nil || !near(gini, 0.3125) {
		t.Errorf("Gini %v, %v; want 0.3125", gini, err)
	}
	if theil, err := equity.Theil(values, weights); err != nil || !near(theil, math.Ln2/4) {
		t.Errorf("Theil %v, %v; want ln 2 / 4", theil, err)
	}
}

// One of four has all: the area is that of a triangle of base ¼ and height 1,
// so 1 - 2·⅛ = ¾; and Theil is ln 4.
func TestOneHasAll(t *testing.T) {
	t.Parallel()
	values, weights := []float64{0, 5}, []float64{3, 1}
	if gini, err := equity.Gini(values, weights); err != nil || !near(gini, 0.75) {
		t.Errorf("Gini %v, %v; want 0.75", gini, err)
	}
	if theil, err := equity.Theil(values, weights); err != nil || !near(theil, math.Log(4)) {
		t.Errorf("Theil %v, %v; want ln 4", theil, err)
	}
}

// With a line of 10, who has 10 does not fall short; 5 lacks a half, 0 all. Of
// 10 people, 2 and 3: headcount 0.5, gap (2·0.5 + 3)/10, severity (2·0.25 + 3)/10.
func TestShortOfTheLine(t *testing.T) {
	t.Parallel()
	p, err := equity.FGT([]float64{5, 0, 10, 99}, []float64{2, 3, 4, 1}, 10)
	if err != nil || !near(p.Headcount, 0.5) || !near(p.Gap, 0.4) || !near(p.Severity, 0.35) {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestPalmaByHand(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name                   string
		values, weights, order []float64
		want                   float64
	}{
		// Ten people in order: the first four have 1, 2, 3, 4, the last 20.
		{
			"ten places of one",
			[]float64{1, 2, 3, 4, 9, 9, 9, 9, 9, 20},
			[]float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
			[]float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10},
			20 / 2.5,
		},
		// The fourth tenth ends in the second place, which counts as poor; the ninth
		// ends in the third, which is in neither group. Poor: (3·1 + 3·2)/6.
		{"places on the boundaries", []float64{1, 2, 50, 6}, []float64{3, 3, 3.5, 0.5}, []float64{1, 2, 3, 4}, 6 / 1.5},
		// Equals stay together, whichever stands first.
		{"equals by order", []float64{1, 3, 50, 6}, []float64{4, 2, 3, 1}, []float64{1, 1, 2, 3}, 6 / (10. / 6)},
		{"nobody's order is unknown", []float64{1, 2, 7, 6}, []float64{4, 5, 0, 1}, []float64{1, 2, math.NaN(), 3}, 6},
		{"order falls", []float64{6, 2, 1}, []float64{1, 5, 4}, []float64{3, 2, -1}, 6},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got, err := equity.Palma(tc.values, tc.weights, tc.order)
			if err != nil || !near(got, tc.want) {
				t.Errorf("%v, %v; want %v", got, err, tc.want)
			}
		})
	}
}

func TestWhatCannotBeMeasured(t *testing.T) {
	t.Parallel()
	nan, inf := math.NaN(), math.Inf(1)
	for _, tc := range []struct {
		name            string
		values, weights []float64
	}{
		{"nothing", nil, nil},
		{"too few weights", []float64{1, 2}, []float64{1}},
		{"a value of NaN", []float64{1, nan}, []float64{1, 1}},
		{"a value below 0", []float64{1, -1}, []float64{1, 1}},
		{"a value without end", []float64{1, inf}, []float64{1, 1}},
		{"a weight of NaN", []float64{1, 1}, []float64{1, nan}},
		{"a weight below 0", []float64{1, 1}, []float64{1, -1}},
		{"nobody", []float64{1, 1}, []float64{0, 0}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, lorenz := equity.Lorenz(tc.values, tc.weights)
			_, gini := equity.Gini(tc.values, tc.weights)
			_, theil := equity.Theil(tc.values, tc.weights)
			_, fgt := equity.FGT(tc.values, tc.weights, 1)
			_, palma := equity.Palma(tc.values, tc.weights, tc.values)
			for what, err := range map[string]error{"Lorenz": lorenz, "Gini": gini, "Theil": theil, "FGT": fgt, "Palma": palma} {
				if coverage.CodeOf(err) != coverage.Invalid {
					t.Errorf("%s: error %v, want invalid", what, err)
				}
			}
		})
	}
	ones := []float64{1, 1}
	if _, err := equity.Gini([]float64{0, 0}, ones); coverage.CodeOf(err) != coverage.Invalid {
		t.Errorf("Gini of nothing: error %v", err)
	}
	if p, err := equity.FGT([]float64{0, 0}, ones, 1); err != nil || p != (equity.Poverty{Headcount: 1, Gap: 1, Severity: 1}) {
		t.Errorf("FGT of nothing: %v, error %v", p, err)
	}
	for _, line := range []float64{0, -1, nan, inf} {
		if _, err := equity.FGT(ones, ones, line); coverage.CodeOf(err) != coverage.Invalid {
			t.Errorf("a line of %v: error %v", line, err)
		}
	}
	for name, p := range map[string][3][]float64{
		"one place":              {{1}, {1}, {1}},
		"two of half the people": {{1, 2}, {1, 1}, {1, 2}},
		"the poor have nothing":  {{0, 1, 2}, {4, 5, 1}, {1, 2, 3}},
		"order unknown":          {{1, 1, 2}, {4, 5, 1}, {1, nan, 3}},
		"order missing":          {{1, 1, 2}, {4, 5, 1}, {1, 2}},
	} {
		if x, err := equity.Palma(p[0], p[1], p[2]); coverage.CodeOf(err) != coverage.Invalid {
			t.Errorf("%s: %v, error %v, want invalid", name, x, err)
		}
	}
}

// drawn is people with something.
func drawn(t *rapid.T) (values, weights []float64) {
	for range rapid.IntRange(1, 12).Draw(t, "places") {
		values = append(values, float64(rapid.IntRange(0, 100).Draw(t, "value")))
		weights = append(weights, float64(rapid.IntRange(0, 50).Draw(t, "weight")))
	}
	return append(values, 10), append(weights, 1) // not all 0
}

// measured is every measure without order.
func measured(t *rapid.T, values, weights []float64) [5]float64 {
	gini, err1 := equity.Gini(values, weights)
	theil, err2 := equity.Theil(values, weights)
	fgt, err3 := equity.FGT(values, weights, 40)
	for _, err := range []error{err1, err2, err3} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return [5]float64{gini, theil, fgt.Headcount, fgt.Gap, fgt.Severity}
}

func TestLorenzIsConvexAndGiniIsItsArea(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values, weights := drawn(t)
		curve, err := equity.Lorenz(values, weights)
		if err != nil {
			t.Fatal(err)
		}
		if curve[0] != (equity.Point{}) || curve[len(curve)-1] != (equity.Point{People: 1, Value: 1}) {
			t.Fatalf("from %v to %v", curve[0], curve[len(curve)-1])
		}
		area, slope := 0.0, 0.0
		for k := 1; k < len(curve); k++ {
			a, b := curve[k-1], curve[k]
			if b.Value > b.People+1e-12 {
				t.Fatalf("%v lies above the diagonal", b)
			}
			next := (b.Value - a.Value) / (b.People - a.People)
			if next < slope-1e-9 {
				t.Fatalf("the slope falls from %v to %v at %v", slope, next, a)
			}
			slope = next
			area += (b.People - a.People) * (a.Value + b.Value) / 2
		}
		gini := measured(t, values, weights)[0]
		if !near(gini, 1-2*area) || gini < 0 || gini >= 1 {
			t.Fatalf("Gini %v, area %v", gini, area)
		}
	})
}

// The definition: half the mean difference between two people, over the mean.
func TestGiniIsHalfTheMeanDifference(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values, weights := drawn(t)
		var people, total, difference float64
		for i, x := range values {
			people += weights[i]
			total += weights[i] * x
			for j, y := range values {
				difference += weights[i] * weights[j] * math.Abs(x-y)
			}
		}
		if got, want := measured(t, values, weights)[0], difference/(2*people*total); !near(got, want) {
			t.Fatalf("%v, want %v", got, want)
		}
	})
}

func TestScaleSplitAndOrderChangeNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values, weights := drawn(t)
		before := measured(t, values, weights)
		k := rapid.Float64Range(0.01, 100).Draw(t, "k")
		scaled := make([]float64, len(values))
		for i := range values {
			scaled[i] = k * values[i]
		}
		if after := measured(t, scaled, weights); !near(after[0], before[0]) || !near(after[1], before[1]) {
			t.Fatalf("scaled by %v: %v, before %v", k, after, before)
		}
		i := rapid.IntRange(0, len(values)-1).Draw(t, "split")
		part := rapid.Float64Range(0, 1).Draw(t, "part") * weights[i]
		split := append([]float64{values[i]}, values...)
		parts := append([]float64{part}, weights...)
		parts[i+1] -= part
		for m, after := range measured(t, split, parts) {
			if !near(after, before[m]) {
				t.Fatalf("place %d split: measure %d is %v, before %v", i, m, after, before[m])
			}
		}
	})
}

func TestEqualIsNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values, weights := drawn(t)
		x := rapid.Float64Range(40, 1e6).Draw(t, "x")
		for i := range values {
			values[i] = x
		}
		for m, got := range measured(t, values, weights) {
			if !near(got, 0) {
				t.Fatalf("measure %d is %v", m, got)
			}
		}
	})
}

// What one gives to a poorer one, without overtaking, lowers Gini and Theil.
func TestTransfer(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values, weights := drawn(t)
		poor := float64(rapid.IntRange(0, 50).Draw(t, "poor"))
		rich := poor + float64(rapid.IntRange(1, 50).Draw(t, "richer"))
		gift := rapid.Float64Range(0.01, 0.5).Draw(t, "gift") * (rich - poor)
		weights = append(weights, 1, 1)
		before := measured(t, append(values, poor, rich), weights)
		after := measured(t, append(values, poor+gift, rich-gift), weights)
		if after[0] >= before[0] || after[1] >= before[1] {
			t.Fatalf("before %v, after %v", before, after)
		}
	})
}

func TestShortfallIsNested(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values, weights := drawn(t)
		line := rapid.Float64Range(1, 100).Draw(t, "line")
		low, err1 := equity.FGT(values, weights, line)
		high, err2 := equity.FGT(values, weights, line+rapid.Float64Range(0, 50).Draw(t, "higher"))
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		const e = 1e-12
		switch {
		case low.Headcount > 1+e, low.Gap > low.Headcount+e, low.Severity > low.Gap+e, low.Severity < 0:
			t.Fatalf("%+v", low)
		case high.Headcount < low.Headcount-e, high.Gap < low.Gap-e, high.Severity < low.Severity-e:
			t.Fatalf("a higher line: %+v, before %+v", high, low)
		}
	})
}
