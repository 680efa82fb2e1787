package accessibility_test

import (
	"fmt"

	"kaimen/coverage/accessibility"
)

// Two villages share a clinic of 30 beds; the second has one of 12 as well.
func ExampleScore() {
	m, _ := accessibility.Rows(2, 2, []accessibility.Pair{
		{Demand: 0, Supply: 0, Cost: 600}, // seconds
		{Demand: 1, Supply: 0, Cost: 900},
		{Demand: 1, Supply: 1, Cost: 300},
	})
	people, beds := []float64{400, 200}, []float64{30, 12}
	r, err := accessibility.Score(m, people, beds, accessibility.Options{Method: accessibility.TwoStep, Cutoff: new(900.0)})
	if err != nil {
		panic(err)
	}
	fmt.Printf("beds per person: %.2f at each clinic, %.2f in each village\n", r.Ratios, r.Scores)
	// Output: beds per person: [0.05 0.06] at each clinic, [0.05 0.11] in each village
}
