package candidate_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"kaimen/coverage"
	"kaimen/coverage/candidate"
)

// 39 by 39 streets are 296 km of road, in 2,964 blocks.
func BenchmarkEdges(b *testing.B) {
	l := coverage.Layers{Roads: lattice(39, func(int) bool { return true })}
	n := candidate.Networks{Walk: build(b, l.Roads, "walk")}
	for _, every := range []float64{50, 100} {
		b.Run(fmt.Sprintf("km=296/every=%v", every), func(b *testing.B) {
			o := candidate.Options{Kinds: []string{"rider_harbor"}, Limits: map[string]candidate.Limits{"rider_harbor": {}}, Sources: []candidate.Source{candidate.SourceEdge}, EveryMeters: every}
			for b.Loop() {
				f, err := candidate.From(b.Context(), &l, n, o)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(len(f.Candidates)), "sites")
			}
		})
	}
}

// A plot and 20 houses in each block.
func BenchmarkParcels(b *testing.B) {
	l := coverage.Layers{Roads: lattice(39, func(int) bool { return true })}
	for i := range 1000 {
		x, y := 100*float64(i%38), 100*float64(i/38)
		l.Parcels = append(l.Parcels, parcel(fmt.Sprint(i), box(x+8, y+8, x+48, y+38)))
		for k := range 20 {
			west, south := x+10+17*float64(k%5), y+35+15*float64(k/5)
			l.Buildings = append(l.Buildings, coverage.Building{ID: fmt.Sprint(i, k), Area: box(west, south, west+12, south+10)})
		}
	}
	n := candidate.Networks{Walk: build(b, l.Roads, "walk")}
	o := candidate.Options{Kinds: []string{"plot"}, Limits: map[string]candidate.Limits{"plot": {MinAreaM2: 400, MinWidthM: 8, MinFrontageM: 3}}}
	b.Run("parcels=1000", func(b *testing.B) {
		for b.Loop() {
			if _, err := candidate.From(b.Context(), &l, n, o); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkApart(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	c := make([]candidate.Candidate, 50_000)
	for i := range c {
		c[i].At = at(20_000*r.Float64(), 20_000*r.Float64())
	}
	b.Run("sites=50k/meters=200", func(b *testing.B) {
		for b.Loop() {
			b.ReportMetric(float64(len(candidate.Apart(c, 200))), "pairs")
		}
	})
}
