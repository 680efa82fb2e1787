package geo_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/geo"
)

func TestSelfCrossing(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name    string
		ring    orb.Ring
		crosses bool
		at      orb.Point
	}{
		{"square", orb.Ring{{0, 0}, {2, 0}, {2, 2}, {0, 2}, {0, 0}}, false, orb.Point{}},
		{"open square", orb.Ring{{0, 0}, {2, 0}, {2, 2}, {0, 2}}, false, orb.Point{}},
		{"repeated points", orb.Ring{{0, 0}, {0, 0}, {2, 0}, {2, 0}, {2, 2}, {0, 2}, {0, 0}, {0, 0}}, false, orb.Point{}},
		{"bow tie", orb.Ring{{0, 0}, {2, 2}, {2, 0}, {0, 2}, {0, 0}}, true, orb.Point{1, 1}},
		{"vertex on an edge", orb.Ring{{0, 0}, {4, 0}, {4, 4}, {2, 0}, {0, 4}, {0, 0}}, true, orb.Point{2, 0}},
		{"vertex twice", orb.Ring{{0, 0}, {2, 2}, {4, 0}, {4, 4}, {2, 2}, {0, 4}, {0, 0}}, true, orb.Point{2, 2}},
		{"spike", orb.Ring{{0, 0}, {4, 0}, {4, 2}, {6, 2}, {4, 2}, {4, 4}, {0, 4}, {0, 0}}, true, orb.Point{6, 2}},
		{"spike at the seam", orb.Ring{{-2, 0}, {0, 0}, {4, 0}, {4, 4}, {0, 4}, {0, 0}, {-2, 0}}, true, orb.Point{0, 0}},
		{"shared stretch", orb.Ring{{0, 0}, {6, 0}, {6, 4}, {4, 4}, {4, 0}, {2, 0}, {2, 4}, {0, 4}, {0, 0}}, true, orb.Point{4, 0}},
		{"straight on", orb.Ring{{0, 0}, {1, 0}, {2, 0}, {2, 2}, {0, 2}, {0, 0}}, false, orb.Point{}},
		{"flat, turning at both ends", orb.Ring{{0, 0}, {1, 0}, {2, 0}, {0, 0}}, true, orb.Point{0, 0}},
		{"two points", orb.Ring{{0, 0}, {1, 0}, {0, 0}}, false, orb.Point{}},
		{"one point", orb.Ring{{1, 1}, {1, 1}, {1, 1}, {1, 1}}, false, orb.Point{}},
		{"empty", nil, false, orb.Point{}},
		{"noise", orb.Ring{{0, 0}, {math.NaN(), 1}, {2, 0}, {2, math.Inf(1)}, {2, 2}, {0, 2}, {0, 0}}, false, orb.Point{}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			at, crosses := geo.SelfCrossing(tc.ring)
			if crosses != tc.crosses || at != tc.at {
				t.Errorf("SelfCrossing = %v, %t; want %v, %t", at, crosses, tc.at, tc.crosses)
			}
		})
	}
}

// A ring on a small grid, where touching is common, is judged as by comparing
// every pair of edges with whole numbers.
func TestSelfCrossingAgainstEveryPair(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		coordinate := rapid.IntRange(0, 6)
		n := rapid.IntRange(3, 9).Draw(t, "n")
		ring := make(orb.Ring, 0, n)
		for range n {
			p := orb.Point{float64(coordinate.Draw(t, "x")), float64(coordinate.Draw(t, "y"))}
			if len(ring) > 0 && (ring[len(ring)-1] == p || ring[0] == p) {
				continue
			}
			ring = append(ring, p)
		}
		if len(ring) < 3 {
			return
		}
		_, got := geo.SelfCrossing(ring)
		if want := everyPair(ring); got != want {
			t.Fatalf("SelfCrossing(%v) = %t, want %t", ring, got, want)
		}
	})
}

func everyPair(ring orb.Ring) bool {
	n := len(ring)
	cross := func(a, b, c orb.Point) float64 { return (b[0]-a[0])*(c[1]-a[1]) - (b[1]-a[1])*(c[0]-a[0]) }
	on := func(p, a, b orb.Point) bool {
		return cross(a, b, p) == 0 && math.Min(a[0], b[0]) <= p[0] && p[0] <= math.Max(a[0], b[0]) &&
			math.Min(a[1], b[1]) <= p[1] && p[1] <= math.Max(a[1], b[1])
	}
	for i := range n {
		for j := i + 1; j < n; j++ {
			a, b, c, d := ring[i], ring[(i+1)%n], ring[j], ring[(j+1)%n]
			switch {
			case j == i+1: // b == c: only a fold back is a fault
				if on(d, a, b) || on(a, c, d) {
					return true
				}
			case i == 0 && j == n-1: // d == a
				if on(b, c, d) || on(c, a, b) {
					return true
				}
			case on(c, a, b) || on(d, a, b) || on(a, c, d) || on(b, c, d):
				return true
			case cross(a, b, c)*cross(a, b, d) < 0 && cross(c, d, a)*cross(c, d, b) < 0:
				return true
			}
		}
	}
	return false
}

// A wavy circle of 100,000 points is sound; with one far vertex moved across
// the ring it is not. Both are told in a fraction of a second.
func TestSelfCrossingOfManyPoints(t *testing.T) {
	t.Parallel()
	ring := wavy(100_000)
	start := time.Now()
	if at, crosses := geo.SelfCrossing(ring); crosses {
		t.Fatalf("crosses at %v", at)
	}
	ring[40_000] = orb.Point{105 - (ring[40_000][0] - 105), 29 - (ring[40_000][1]-29)*1.5}
	if _, crosses := geo.SelfCrossing(ring); !crosses {
		t.Error("the crossing was not found")
	}
	if d := time.Since(start); d > 10*time.Second {
		t.Errorf("took %v", d)
	}
}

func wavy(n int) orb.Ring {
	ring := make(orb.Ring, 0, n+1)
	for i := range n {
		angle := 2 * math.Pi * float64(i) / float64(n)
		r := 1 + 0.2*math.Sin(300*angle)
		ring = append(ring, orb.Point{105 + r*math.Cos(angle), 29 + r*math.Sin(angle)})
	}
	return append(ring, ring[0])
}

func BenchmarkSelfCrossing(b *testing.B) {
	for _, n := range []int{100, 100_000} {
		ring := wavy(n)
		b.Run(fmt.Sprintf("points=%d", n), func(b *testing.B) {
			for b.Loop() {
				geo.SelfCrossing(ring)
			}
		})
	}
}

func ExampleSelfCrossing() {
	bowTie := orb.Ring{{0, 0}, {2, 2}, {2, 0}, {0, 2}, {0, 0}}
	at, crosses := geo.SelfCrossing(bowTie)
	fmt.Println(crosses, at)
	// Output: true [1 1]
}
