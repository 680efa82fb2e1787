package overlay_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/geo/overlay"
)

func box(west, south, east, north float64) orb.MultiPolygon {
	return orb.MultiPolygon{{{{west, south}, {east, south}, {east, north}, {west, north}, {west, south}}}}
}

// area is the shoelace sum, holes taken off whichever way they run.
func area(m orb.MultiPolygon) float64 {
	sum := 0.0
	for _, polygon := range m {
		for i, ring := range polygon {
			twice := 0.0
			for k := 1; k < len(ring); k++ {
				twice += ring[k-1][0]*ring[k][1] - ring[k][0]*ring[k-1][1]
			}
			if a := math.Abs(twice) / 2; i == 0 {
				sum += a
			} else {
				sum -= a
			}
		}
	}
	return sum
}

func TestBoxes(t *testing.T) {
	t.Parallel()
	a, b := box(0, 0, 10, 10), box(6, 4, 16, 14)
	for _, tc := range []struct {
		name string
		do   func(a, b orb.MultiPolygon) (orb.MultiPolygon, error)
		want float64
	}{
		{"intersection", overlay.Intersection, 4 * 6},
		{"difference", overlay.Difference, 100 - 4*6},
		{"union", func(a, b orb.MultiPolygon) (orb.MultiPolygon, error) { return overlay.Union(a, b) }, 200 - 4*6},
	} {
		got, err := tc.do(a, b)
		if err != nil || area(got) != tc.want {
			t.Errorf("%s: area %v, %v; want %v", tc.name, area(got), err, tc.want)
		}
	}
	if got, err := overlay.Intersection(box(0, 0, 1, 1), box(1, 0, 2, 1)); err != nil || len(got) != 0 {
		t.Errorf("boxes side by side share %v, %v", got, err)
	}
	if got, ok := overlay.Distance(a, box(13, 14, 20, 20)); !ok || got != 5 {
		t.Errorf("distance %v, %t; want 5 (3 east, 4 north)", got, ok)
	}
	if got, err := overlay.Union(); got != nil || err != nil {
		t.Errorf("the union of nothing is %v, %v", got, err)
	}
}

// star is a ring round a center; the drawn radii make it wild, yet it never
// crosses itself, as its points come in the order of their angle.
func star(t *rapid.T, name string) orb.MultiPolygon {
	n := rapid.IntRange(3, 14).Draw(t, name+" points")
	cx := rapid.Float64Range(-40, 40).Draw(t, name+" x")
	cy := rapid.Float64Range(-40, 40).Draw(t, name+" y")
	ring := make(orb.Ring, 0, n+1)
	for i := range n {
		angle := 2 * math.Pi * float64(i) / float64(n)
		r := rapid.Float64Range(5, 60).Draw(t, fmt.Sprintf("%s r%d", name, i))
		ring = append(ring, orb.Point{millimeters(cx + r*math.Cos(angle)), millimeters(cy + r*math.Sin(angle))})
	}
	return orb.MultiPolygon{{append(ring, ring[0])}}
}

func millimeters(x float64) float64 { return math.Round(x*1000) / 1000 }

// What two areas share, and what each has alone, add up to each area and to
// their union.
func TestAreasAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := star(t, "a"), star(t, "b")
		shared, err1 := overlay.Intersection(a, b)
		onlyA, err2 := overlay.Difference(a, b)
		onlyB, err3 := overlay.Difference(b, a)
		all, err4 := overlay.Union(a, b)
		for _, err := range []error{err1, err2, err3, err4} {
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, sum := range [][2]float64{
			{area(shared) + area(onlyA), area(a)},
			{area(shared) + area(onlyB), area(b)},
			{area(shared) + area(onlyA) + area(onlyB), area(all)},
		} {
			if math.Abs(sum[0]-sum[1]) > 1e-6*(1+sum[1]) {
				t.Fatalf("%v is not %v", sum[0], sum[1])
			}
		}
	})
}

// The union of many holds exactly the points that any of them holds: looked at
// on a lattice, by the even-odd count of rays that knows nothing of overlays.
func TestUnionOfMany(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 9).Draw(t, "n")
		var list []orb.MultiPolygon
		for i := range n {
			list = append(list, star(t, fmt.Sprint(i)))
		}
		joined, err := overlay.Union(list...)
		if err != nil {
			t.Fatal(err)
		}
		for x := -100.03; x < 100; x += 7 {
			for y := -100.07; y < 100; y += 7 {
				want := false
				for _, m := range list {
					want = want || holds(m, x, y)
				}
				if got := holds(joined, x, y); got != want {
					t.Fatalf("%v, %v: in the union %t, in one of them %t", x, y, got, want)
				}
			}
		}
	})
}

// holds counts the edges that a ray from x, y to the east crosses.
func holds(m orb.MultiPolygon, x, y float64) bool {
	inside := false
	for _, polygon := range m {
		for _, ring := range polygon {
			for i := 1; i < len(ring); i++ {
				a, b := ring[i-1], ring[i]
				if (a[1] > y) != (b[1] > y) && x < a[0]+(b[0]-a[0])*(y-a[1])/(b[1]-a[1]) {
					inside = !inside
				}
			}
		}
	}
	return inside
}

// A hundred squares of a chessboard without gaps join to one, whatever order
// they come in.
func TestTiles(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var list []orb.MultiPolygon
		for i := range 100 {
			x, y := float64(i%10), float64(i/10)
			list = append(list, box(x, y, x+1, y+1))
		}
		joined, err := overlay.Union(rapid.Permutation(list).Draw(t, "order")...)
		if err != nil || len(joined) != 1 || len(joined[0]) != 1 || area(joined) != 100 {
			t.Fatalf("%d parts, area %v, %v", len(joined), area(joined), err)
		}
	})
}
