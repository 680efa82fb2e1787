package postgis_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"kaimen/coverage"

	"github.com/paulmach/orb"
)

// city is a snapshot with n roads of eight points each, of random places.
func city(t testing.TB, seed uint64, n int) *coverage.Snapshot {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 2))
	roads := make([]coverage.Road, n)
	for i := range roads {
		x, y := 105+random.Float64()/5, 29+random.Float64()/5
		r := coverage.Road{ID: fmt.Sprintf("way/%08d", i), Name: "汉安大道", Class: "residential", Tags: map[string]string{"oneway": "yes"}}
		for j := range 8 {
			r.Line = append(r.Line, orb.Point{x + float64(j)*1e-4, y + random.Float64()*1e-4})
			r.Nodes = append(r.Nodes, 7_000_000_000+random.Int64N(1_000_000))
		}
		roads[i] = r
	}
	s, err := coverage.NewSnapshot(coverage.Study{ID: "city"}, coverage.Layers{Roads: roads}, coverage.Report{}, time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func BenchmarkPut(b *testing.B) {
	store := open(b, freshURL(b))
	b.Run("roads=100k", func(b *testing.B) {
		for seed := uint64(0); b.Loop(); seed++ {
			b.StopTimer()
			s := city(b, seed, 100_000)
			b.StartTimer()
			if err := store.Put(b.Context(), s); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkGet(b *testing.B) {
	store := open(b, freshURL(b))
	s := city(b, 0, 100_000)
	if err := store.Put(b.Context(), s); err != nil {
		b.Fatal(err)
	}
	b.Run("roads=100k", func(b *testing.B) {
		for b.Loop() {
			if _, err := store.Get(b.Context(), s.ID); err != nil {
				b.Fatal(err)
			}
		}
	})
}
