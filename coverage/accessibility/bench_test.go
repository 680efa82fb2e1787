package accessibility_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"kaimen/coverage/accessibility"
)

// million is 1,000 demands and 1,000 supplies, with a pair for each two.
func million() (pairs []accessibility.Pair, weight, capacity []float64) {
	random := rand.New(rand.NewPCG(1, 2))
	const n = 1000
	for i := range int32(n) {
		weight, capacity = append(weight, float64(random.IntN(2000))), append(capacity, float64(random.IntN(500)))
		for j := range int32(n) {
			pairs = append(pairs, accessibility.Pair{Demand: i, Supply: j, Cost: 60 * random.Float64()})
		}
	}
	random.Shuffle(len(pairs), func(a, b int) { pairs[a], pairs[b] = pairs[b], pairs[a] })
	return pairs, weight, capacity
}

func BenchmarkScore(b *testing.B) {
	pairs, weight, capacity := million()
	m, _ := accessibility.Rows(len(weight), len(capacity), pairs)
	for _, o := range []accessibility.Options{
		{Method: accessibility.TwoStep, Cutoff: new(30.0)},
		{Method: accessibility.TwoStep, Decay: accessibility.DecayExponential, Beta: new(0.05)},
		{Method: accessibility.Enhanced, Cutoff: new(30.0)},
		{Method: accessibility.Balanced, Decay: accessibility.DecayExponential, Beta: new(0.05)},
	} {
		b.Run(fmt.Sprintf("%s/%s/pairs=1M", o.Method, o.DecayName()), func(b *testing.B) {
			for b.Loop() {
				if _, err := accessibility.Score(m, weight, capacity, o); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(pairs))*float64(b.N)/b.Elapsed().Seconds(), "pairs/s")
		})
	}
}

func BenchmarkRows(b *testing.B) {
	pairs, weight, capacity := million()
	b.Run("pairs=1M", func(b *testing.B) {
		for b.Loop() {
			accessibility.Rows(len(weight), len(capacity), pairs)
		}
		b.ReportMetric(float64(len(pairs))*float64(b.N)/b.Elapsed().Seconds(), "pairs/s")
	})
}
