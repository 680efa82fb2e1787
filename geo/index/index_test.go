package index_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/geo/index"
)

func box(x0, y0, x1, y1 float64) orb.Polygon {
	return orb.Polygon{{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}, {x0, y0}}}
}

func TestHolding(t *testing.T) {
	t.Parallel()
	ring := box(0, 0, 10, 10)
	ring = append(ring, box(4, 4, 6, 6)[0]) // a hole
	areas := []orb.MultiPolygon{
		{ring},
		{box(20, 0, 30, 10), box(5, 5, 8, 8)},    // two parts, one over the first area
		{{{{40, 0}, {50, 10}, {40, 10}}}},        // open ring
		{},                                       // nothing
		{{{{60, 0}, {61, 0}, {62, 0}, {60, 0}}}}, // flat
		{box(70, 0, 80, 10), box(70, 0, 80, 10)}, // the same part twice
		{{{{90, 0}, {math.NaN(), 5}, {90, 10}}}}, // noise does no harm
	}
	index := index.NewAreas(len(areas), func(i int) orb.MultiPolygon { return areas[i] })
	for _, tc := range []struct {
		p    orb.Point
		want []int
	}{
		{orb.Point{1, 1}, []int{0}},
		{orb.Point{4.5, 4.5}, nil},
		{orb.Point{5.5, 5.5}, []int{1}},
		{orb.Point{7, 7}, []int{0, 1}},
		{orb.Point{25, 5}, []int{1}},
		{orb.Point{41, 5}, []int{2}},
		{orb.Point{49, 5}, nil},
		{orb.Point{61, 0}, nil},
		{orb.Point{75, 5}, []int{5}},
		{orb.Point{0, 5}, []int{0}},   // left edge
		{orb.Point{10, 5}, nil},       // right edge
		{orb.Point{5, 0}, []int{0}},   // bottom edge
		{orb.Point{5, 10}, nil},       // top edge
		{orb.Point{4, 5}, nil},        // left edge of the hole
		{orb.Point{6, 4.5}, []int{0}}, // right edge of the hole
		{orb.Point{-1, 5}, nil},
		{orb.Point{math.NaN(), 5}, nil},
		{orb.Point{5, math.Inf(1)}, nil},
	} {
		got := index.Holding(tc.p, nil)
		if !slices.Equal(got, tc.want) {
			t.Errorf("Holding(%v) = %v, want %v", tc.p, got, tc.want)
		}
		first, ok := index.First(tc.p)
		if ok != (len(tc.want) > 0) || ok && first != tc.want[0] {
			t.Errorf("First(%v) = %d, %t, want of %v", tc.p, first, ok, tc.want)
		}
	}
	if got := index.Holding(orb.Point{7, 7}, []int{9}); !slices.Equal(got, []int{9, 0, 1}) {
		t.Errorf("appended %v", got)
	}
}

// tiling cuts a square into cells with crooked corners, each a triangle pair or
// a quadrilateral. Neighbors share their vertices.
func tiling(n int, crook func() float64) []orb.MultiPolygon {
	at := make([][]orb.Point, n+1)
	for i := range at {
		at[i] = make([]orb.Point, n+1)
		for j := range at[i] {
			p := orb.Point{float64(j), float64(i)}
			if i > 0 && i < n && j > 0 && j < n {
				p[0], p[1] = p[0]+crook(), p[1]+crook()
			}
			at[i][j] = p
		}
	}
	var out []orb.MultiPolygon
	for i := range n {
		for j := range n {
			a, b, c, d := at[i][j], at[i][j+1], at[i+1][j+1], at[i+1][j]
			if (i+j)%3 == 0 {
				out = append(out, orb.MultiPolygon{{{a, b, c, a}}}, orb.MultiPolygon{{{a, c, d, a}}})
			} else {
				out = append(out, orb.MultiPolygon{{{a, d, c, b, a}}}) // turned the other way
			}
		}
	}
	return out
}

// Every point inside a tiling is in exactly one tile: points anywhere, on the
// vertices, and as near to the middle of edges as float64 gets.
func TestTilingHoldsEachPointOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "n")
		offset := rapid.Float64Range(-0.3, 0.3)
		areas := tiling(n, func() float64 { return offset.Draw(t, "crook") })
		index := index.NewAreas(len(areas), func(i int) orb.MultiPolygon { return areas[i] })
		var points []orb.Point
		for range 20 {
			at := rapid.Float64Range(0, float64(n))
			points = append(points, orb.Point{at.Draw(t, "x"), at.Draw(t, "y")})
		}
		for _, area := range areas {
			for i, p := range area[0][0][1:] {
				q := area[0][0][i]
				points = append(points, p, orb.Point{(p[0] + q[0]) / 2, (p[1] + q[1]) / 2})
			}
		}
		for _, p := range points {
			if p[0] >= float64(n) || p[1] >= float64(n) {
				continue // the far sides of the whole belong to no tile
			}
			if got := index.Holding(p, nil); len(got) != 1 {
				t.Fatalf("%v is in tiles %v", p, got)
			}
		}
	})
}

// many is 300 wavy areas of 1,000 vertices.
func many() []orb.MultiPolygon {
	var out []orb.MultiPolygon
	for i := range 300 {
		var ring orb.Ring
		for k := range 1000 {
			angle := 2 * math.Pi * float64(k) / 1000
			r := 0.45 + 0.04*math.Sin(40*angle)
			ring = append(ring, orb.Point{float64(i%20) + r*math.Cos(angle), float64(i/20) + r*math.Sin(angle)})
		}
		out = append(out, orb.MultiPolygon{{append(ring, ring[0])}})
	}
	return out
}

func randomPoints(n int) []orb.Point {
	r := rand.New(rand.NewPCG(1, 2))
	out := make([]orb.Point, n)
	for i := range out {
		out[i] = orb.Point{r.Float64()*20 - 0.5, r.Float64()*15 - 0.5}
	}
	return out
}

// 100,000 points in 300 areas of 1,000 vertices: as by the definition, and in a
// moment.
func TestManyPoints(t *testing.T) {
	t.Parallel()
	areas := many()
	index := index.NewAreas(len(areas), func(i int) orb.MultiPolygon { return areas[i] })
	start := time.Now()
	points := randomPoints(100_000)
	inside := 0
	for _, p := range points {
		if _, ok := index.First(p); ok {
			inside++
		}
	}
	if d := time.Since(start); d > 10*time.Second {
		t.Errorf("took %v", d)
	}
	// Each area is π (0.45² + 0.04²/2) of a unit square.
	want := math.Pi * (0.45*0.45 + 0.04*0.04/2) * 1e5
	if math.Abs(float64(inside)-want) > 0.01*1e5 {
		t.Errorf("%d inside, want about %.0f", inside, want)
	}
}

func TestBoxes(t *testing.T) {
	t.Parallel()
	boxes := []orb.Bound{
		{Min: orb.Point{2, 2}, Max: orb.Point{3, 3}},
		{Min: orb.Point{0, 0}, Max: orb.Point{1, 1}},
		{Min: orb.Point{1, 1}, Max: orb.Point{0, 0}}, // empty
		{Min: orb.Point{1, 1}, Max: orb.Point{1, 1}}, // a point
	}
	index := index.NewBoxes(len(boxes), func(i int) orb.Bound { return boxes[i] })
	for _, tc := range []struct {
		query orb.Bound
		want  []int
	}{
		{orb.Bound{Min: orb.Point{0, 0}, Max: orb.Point{9, 9}}, []int{0, 1, 3}},
		{orb.Bound{Min: orb.Point{1, 1}, Max: orb.Point{2, 2}}, []int{0, 1, 3}}, // touching counts
		{orb.Bound{Min: orb.Point{4, 0}, Max: orb.Point{9, 9}}, nil},
		{orb.Bound{Min: orb.Point{9, 9}, Max: orb.Point{0, 0}}, nil},
	} {
		if got := index.Meeting(tc.query, nil); !slices.Equal(got, tc.want) {
			t.Errorf("Meeting(%v) = %v, want %v", tc.query, got, tc.want)
		}
	}
}

func BenchmarkHolding(b *testing.B) {
	areas := many()
	b.Run("prepare/areas=300/vertices=1000", func(b *testing.B) {
		for b.Loop() {
			index.NewAreas(len(areas), func(i int) orb.MultiPolygon { return areas[i] })
		}
	})
	index := index.NewAreas(len(areas), func(i int) orb.MultiPolygon { return areas[i] })
	points := randomPoints(100_000)
	b.Run("areas=300/vertices=1000/points=100k", func(b *testing.B) {
		var list []int
		for b.Loop() {
			for _, p := range points {
				list = index.Holding(p, list[:0])
			}
		}
	})
}

func ExampleAreas_Holding() {
	grids := []orb.MultiPolygon{{box(0, 0, 1, 1)}, {box(1, 0, 2, 1)}}
	areas := index.NewAreas(len(grids), func(i int) orb.MultiPolygon { return grids[i] })
	fmt.Println(areas.Holding(orb.Point{1, 0.5}, nil)) // on the edge that both share
	// Output: [1]
}
