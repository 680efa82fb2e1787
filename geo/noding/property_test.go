package noding_test

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	compare "github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/geo/noding"
)

// tangle draws lines in a box so small that crossings, touches and overlaps
// abound: span raster units wide, about as many centimeters.
func tangle(t *rapid.T) []noding.Line {
	span := rapid.SampledFrom([]int{4, 30, 1000, 100_000}).Draw(t, "span")
	lines := make([]noding.Line, rapid.IntRange(1, 9).Draw(t, "lines"))
	for i := range lines {
		lines[i] = noding.Line{
			ID:              fmt.Sprintf("l%d", i),
			Level:           rapid.SampledFrom([]int{0, 0, 0, 1, -1, 2}).Draw(t, "level"),
			Directed:        rapid.Bool().Draw(t, "directed"),
			ToleranceMeters: rapid.SampledFrom([]float64{0, 0.1, 1}).Draw(t, "tolerance"),
		}
		for range rapid.IntRange(1, 5).Draw(t, "points") {
			x, y := rapid.IntRange(0, span).Draw(t, "x"), rapid.IntRange(0, span).Draw(t, "y")
			lines[i].Points = append(lines[i].Points, unit(x, y))
		}
	}
	return lines
}

// unit is a point of the raster near 105° E, 30° N.
func unit(x, y int) orb.Point {
	return orb.Point{float64(1_050_000_000+x) / 1e7, float64(300_000_000+y) / 1e7}
}

// whole is a point in units from unit(0, 0): small whole numbers, so that side
// is exact.
func whole(p orb.Point) orb.Point {
	return orb.Point{math.Round(p[0]*1e7) - 1_050_000_000, math.Round(p[1]*1e7) - 300_000_000}
}

// side is 1 if c lies left of the line from a to b, -1 right, 0 on it.
func side(a, b, c orb.Point) int {
	return cmp.Compare((b[0]-a[0])*(c[1]-a[1]), (b[1]-a[1])*(c[0]-a[0]))
}

// No two segments of one level have a point in common but a vertex of both,
// with one node id. Every pair is compared, with exact predicates.
func TestNothingCrosses(t *testing.T) {
	t.Parallel()
	type stretch struct {
		a, b  orb.Point
		m, n  int64
		level int
	}
	rapid.Check(t, func(t *rapid.T) {
		lines := tangle(t)
		var all []stretch
		for k, l := range node(lines).Lines {
			for i := 1; i < len(l.Points); i++ {
				all = append(all, stretch{whole(l.Points[i-1]), whole(l.Points[i]), l.Nodes[i-1], l.Nodes[i], lines[k].Level})
			}
		}
		inside := func(p orb.Point, s stretch) bool { // on s, ends aside
			box := orb.MultiPoint{s.a, s.b}.Bound()
			return p != s.a && p != s.b && box.Contains(p) && side(s.a, s.b, p) == 0
		}
		for i, s := range all {
			for _, u := range all[:i] {
				if s.level != u.level {
					continue
				}
				if inside(s.a, u) || inside(s.b, u) || inside(u.a, s) || inside(u.b, s) {
					t.Fatalf("%v and %v touch without a shared vertex", s, u)
				}
				if side(s.a, s.b, u.a)*side(s.a, s.b, u.b) < 0 && side(u.a, u.b, s.a)*side(u.a, u.b, s.b) < 0 {
					t.Fatalf("%v and %v cross", s, u)
				}
				for _, same := range []bool{(s.a == u.a) == (s.m == u.m), (s.b == u.b) == (s.n == u.n), (s.a == u.b) == (s.m == u.n), (s.b == u.a) == (s.n == u.m)} {
					if !same {
						t.Fatalf("%v and %v: places and nodes disagree", s, u)
					}
				}
			}
		}
	})
}

// A line keeps its length but for its joins and the raster: each vertex it has
// got or had may lie a cell off. It keeps its first and last point, joins aside.
func TestLengthIsKept(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		lines := tangle(t)
		r := node(lines)
		for k, l := range r.Lines {
			want, slack, joined := plane.Length(lines[k].Points), 0.02*float64(len(l.Points)+len(lines[k].Points)), false
			for _, j := range r.Joins {
				if j.Meters > max(noding.NoiseMeters, lines[j.Line].ToleranceMeters) {
					t.Fatalf("join %+v is longer than its tolerance", j)
				}
				if j.Line == k {
					slack, joined = slack+j.Meters, true
				}
			}
			if got := plane.Length(l.Points); math.Abs(got-want) > slack {
				t.Fatalf("line %d is %f m long, was %f", k, got, want)
			}
			if len(l.Points) > 0 && !joined && (whole(l.Points[0]) != whole(lines[k].Points[0]) ||
				whole(l.Points[len(l.Points)-1]) != whole(lines[k].Points[len(lines[k].Points)-1])) {
				t.Fatalf("line %d from %v became %v", k, lines[k].Points, l.Points)
			}
		}
	})
}

// Noding the result again changes nothing and joins nothing.
func TestIdempotent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		lines := tangle(t)
		once := node(lines)
		again := slices.Clone(lines)
		for i := range again {
			again[i].Points = once.Lines[i].Points
		}
		twice := node(again)
		if diff := compare.Diff(once.Lines, twice.Lines); diff != "" || len(twice.Joins) > 0 || twice.Cuts > 0 {
			t.Fatalf("joins %v, cuts %d, lines %s", twice.Joins, twice.Cuts, diff)
		}
	})
}

// The order of the lines makes no difference, nor does the direction in which
// they were drawn, if their ends lie apart.
func TestOrderAndDirection(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		lines := tangle(t)
		want := node(lines)
		order := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)).Perm(len(lines))
		turn := rapid.Bool().Draw(t, "turn")
		for _, l := range lines {
			turn = turn && whole(l.Points[0]) != whole(l.Points[len(l.Points)-1])
		}
		shuffled := make([]noding.Line, len(lines))
		for to, from := range order {
			shuffled[to] = lines[from]
			if turn {
				shuffled[to].Points = slices.Clone(lines[from].Points)
				slices.Reverse(shuffled[to].Points)
			}
		}
		got := node(shuffled)
		if got.Cuts != want.Cuts || len(got.Joins) != len(want.Joins) {
			t.Fatalf("%d cuts, %d joins; want %d, %d", got.Cuts, len(got.Joins), want.Cuts, len(want.Joins))
		}
		for i := range got.Joins {
			got.Joins[i].Line, got.Joins[i].Other = order[got.Joins[i].Line], order[got.Joins[i].Other]
		}
		if diff := compare.Diff(want.Joins, got.Joins); diff != "" {
			t.Fatal(diff)
		}
		for to, from := range order {
			have := got.Lines[to]
			if turn {
				slices.Reverse(have.Points)
				slices.Reverse(have.Nodes)
				have.Kept = want.Lines[from].Kept // a piece passed twice is kept where it is passed first
			}
			if diff := compare.Diff(want.Lines[from], have); diff != "" {
				t.Fatalf("line %d: %s", from, diff)
			}
		}
	})
}

// Lines along the eight winds between places ten units apart cross at whole
// and half places only, so that the nodes are known: the ends, and every place
// that lies on two lines not parallel, the halves rounded up.
func TestAgreesWithEveryPair(t *testing.T) {
	t.Parallel()
	winds := [][2]int{{1, 0}, {1, 1}, {0, 1}, {-1, 1}}
	rapid.Check(t, func(t *rapid.T) {
		var lines []noding.Line
		type ray struct{ x, y, wind, length int }
		var rays []ray
		want := map[orb.Point]bool{}
		for i := range rapid.IntRange(1, 12).Draw(t, "lines") {
			r := ray{
				100 * rapid.IntRange(0, 12).Draw(t, "x"), 100 * rapid.IntRange(0, 12).Draw(t, "y"),
				rapid.IntRange(0, 3).Draw(t, "wind"), 100 * rapid.IntRange(1, 12).Draw(t, "length"),
			}
			rays = append(rays, r)
			from, to := unit(r.x, r.y), unit(r.x+winds[r.wind][0]*r.length, r.y+winds[r.wind][1]*r.length)
			lines = append(lines, noding.Line{ID: fmt.Sprint(i), Points: orb.LineString{from, to}})
			want[whole(from)], want[whole(to)] = true, true
		}
		for _, r := range rays {
			for _, s := range rays {
				if r.wind == s.wind {
					continue
				}
				a, b := winds[r.wind], winds[s.wind]
				det := a[0]*b[1] - a[1]*b[0]
				k, l := (s.x-r.x)*b[1]-(s.y-r.y)*b[0], (s.x-r.x)*a[1]-(s.y-r.y)*a[0]
				if det < 0 {
					det, k, l = -det, -k, -l
				}
				// The places are multiples of 50, so the division by det, 1 or 2, leaves none over.
				if k >= 0 && l >= 0 && k <= r.length*det && l <= s.length*det {
					want[whole(unit(r.x+a[0]*k/det, r.y+a[1]*k/det))] = true
				}
			}
		}
		got := map[orb.Point]bool{}
		for _, l := range node(lines).Lines {
			for _, p := range l.Points {
				got[whole(p)] = true
			}
		}
		if diff := compare.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

// A city's worth of crossing streets: 200 by 200 straight lines, 40,000
// crossings, each found once.
func TestManyLines(t *testing.T) {
	t.Parallel()
	r := node(streets(200))
	if r.Cuts != 40_000 || len(r.Joins) != 0 {
		t.Errorf("%d cuts, %d joins", r.Cuts, len(r.Joins))
	}
}

func streets(n int) []noding.Line {
	var lines []noding.Line
	for i := range n {
		at, end := float64(i)*50+25, float64(n)*50
		lines = append(lines, line(fmt.Sprintf("e%03d", i), 0, at, end, at+7), line(fmt.Sprintf("n%03d", i), at, 0, at-7, end))
	}
	return lines
}

func BenchmarkNode(b *testing.B) {
	for _, n := range []int{50, 100, 200} {
		lines := streets(n)
		b.Run(fmt.Sprintf("crossings=%d", n*n), func(b *testing.B) {
			for b.Loop() {
				node(lines)
			}
		})
	}
}

// Lines a centimeter apart, at angles so narrow that each crossing lies within
// the raster's grain of the last, must not creep along each other: the lines of
// this tangle once got thousands of vertices, one unit apart.
func TestNarrowAngles(t *testing.T) {
	t.Parallel()
	bent := func(id string, xy ...int) noding.Line {
		l := noding.Line{ID: id}
		for i := 0; i < len(xy); i += 2 {
			l.Points = append(l.Points, unit(xy[i], xy[i+1]))
		}
		return l
	}
	r := node([]noding.Line{
		bent("a", 2, 5, 0, 3, 30527, 984, 2, 3, 5, 212),
		bent("b", 790, 127, 25033, 1, 82263, 40, 4763, 375, 529, 0),
	})
	for i, l := range r.Lines {
		if len(l.Points) > 40 {
			t.Errorf("line %d has %d vertices", i, len(l.Points))
		}
	}
	// One street drawn ten times, a centimeter off each time.
	var street []noding.Line
	for i := range 10 {
		street = append(street, bent(fmt.Sprint(i), 0, i%3, 50_000, (i*7)%4, 90_000, 30_000+(i*5)%3))
	}
	r = node(street)
	for i, l := range r.Lines {
		if len(l.Points) > 300 { // 45 pairs, a few meetings each
			t.Errorf("street %d has %d vertices", i, len(l.Points))
		}
	}
}
