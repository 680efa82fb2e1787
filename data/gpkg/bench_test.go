package gpkg_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"kaimen/coverage"
	"kaimen/data/gpkg"

	"github.com/paulmach/orb"
)

// city is a snapshot with n roads of eight points each, of random places.
func city(t testing.TB, n int) *coverage.Snapshot {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
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
	s := city(b, 100_000)
	b.Run("roads=100k", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			store := open(b, filepath.Join(b.TempDir(), "store.gpkg"))
			b.StartTimer()
			if err := store.Put(b.Context(), s); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkGet(b *testing.B) {
	s := city(b, 100_000)
	store, err := gpkg.Open(filepath.Join(b.TempDir(), "store.gpkg"))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = store.Close() }()
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
