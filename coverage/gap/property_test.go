package gap_test

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/gap"
	"kaimen/geo"
)

// scene is points strewn over some hundred meters of here.
type scene struct {
	points []gap.Point
	xy     [][2]float64
	width  float64
	o      gap.Options
}

func newScene(t *rapid.T) scene {
	s := scene{o: gap.Options{
		CellMeters:   rapid.SampledFrom([]float64{10, 20, 35}).Draw(t, "cell"),
		RadiusMeters: rapid.SampledFrom([]float64{35, 120}).Draw(t, "radius"),
	}}
	width := rapid.SampledFrom([]int{60, 300, 700}).Draw(t, "width")
	s.width = float64(width)
	for range rapid.IntRange(0, 25).Draw(t, "count") {
		x, y := float64(rapid.IntRange(0, width).Draw(t, "x")), float64(rapid.IntRange(0, width).Draw(t, "y"))
		p := person(x, y, rapid.Bool().Draw(t, "covered"))
		p.Weight = coverage.Amount(rapid.IntRange(0, 5).Draw(t, "weight"))
		s.points, s.xy = append(s.points, p), append(s.xy, [2]float64{x, y})
	}
	return s
}

func (s *scene) diagonal() float64 { return s.o.CellMeters * math.Sqrt2 * 1.001 }

// away is how far it is to the nearest uncovered and to the nearest covered
// point, by trying all.
func (s *scene) away(x, y float64) (open, covered float64) {
	open, covered = math.Inf(1), math.Inf(1)
	for i, p := range s.points {
		d := math.Hypot(x-s.xy[i][0], y-s.xy[i][1])
		switch {
		case p.Weight == 0:
		case p.Covered:
			covered = min(covered, d)
		default:
			open = min(open, d)
		}
	}
	return open, covered
}

// more is how much farther the nearest uncovered point is than the radius and the
// nearest covered one allow: of the ground of gaps it is below 0. It changes by
// at most two meters a meter.
func (s *scene) more(x, y float64) float64 {
	open, covered := s.away(x, y)
	return open - min(covered, s.o.RadiusMeters)
}

func TestAreasHoldEachUncoveredPointOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := newScene(t)
		list := areas(t, s.points, s.o)
		people, uncovered := coverage.Amount(0), coverage.Amount(0)
		in := make(map[int32]int)
		for k, a := range list {
			people += a.People
			if !slices.IsSorted(a.Points) || len(a.Points) == 0 || !holds(a.Polygon, a.At) {
				t.Fatalf("area %d: points %v, at %v", k, a.Points, a.At)
			}
			if k > 0 && (a.People > list[k-1].People || a.People == list[k-1].People && a.Points[0] < list[k-1].Points[0]) {
				t.Fatalf("area %d stands behind one of fewer people", k)
			}
			for _, i := range a.Points {
				in[i]++
			}
		}
		for i, p := range s.points {
			holding := 0
			for _, a := range list {
				if holds(a.Polygon, p.At) {
					holding++
				}
			}
			open, _ := s.away(s.xy[i][0], s.xy[i][1])
			switch {
			case p.Weight == 0:
			case p.Covered:
				// A corner of its cell is inside, at most a diagonal off; an uncovered
				// point is nearer to that corner, or in a cell that it bounds.
				if holding > 0 && open > 2*s.diagonal() {
					t.Fatalf("covered point %d lies in an area, %v m from any uncovered one", i, open)
				}
			default:
				uncovered += p.Weight
				if holding != 1 || in[int32(i)] != 1 {
					t.Fatalf("point %d lies in %d areas and is listed in %d", i, holding, in[int32(i)])
				}
			}
		}
		if people != uncovered {
			t.Fatalf("%v people in areas, %v uncovered", people, uncovered)
		}
	})
}

// A place of the ground of gaps by more than a cell is inside, one off it by more
// than a cell is outside; and points are in one area if a way over such ground
// joins them, and in two if none does over ground that is so within a cell.
func TestAreasAreTheGroundOfGaps(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := newScene(t)
		list := areas(t, s.points, s.o)
		step := s.o.CellMeters / 2
		// The raster goes beyond all ground.
		low := -s.o.RadiusMeters - 3*s.o.CellMeters
		side := int((s.width-2*low)/step) + 1
		wide := make([]float64, side*side)
		for k := range wide {
			x, y := low+float64(k%side)*step, low+float64(k/side)*step
			wide[k] = s.more(x, y)
			open, _ := s.away(x, y)
			holding := 0
			for _, a := range list {
				if a.Polygon.Bound().Contains(here.ToLL(x, y)) && holds(a.Polygon, here.ToLL(x, y)) {
					holding++
				}
			}
			switch {
			case holding > 1:
				t.Fatalf("%v, %v lies in %d areas", x, y, holding)
			case holding == 1 && wide[k] >= 2*s.diagonal() && open > 2*s.diagonal():
				t.Fatalf("%v, %v lies in an area, by %v m wrongly", x, y, wide[k])
			case holding == 0 && wide[k] <= -2*s.diagonal():
				t.Fatalf("%v, %v lies in no area, by %v m wrongly", x, y, wide[k])
			}
		}
		// From one place of the raster to the next, more changes by a step times two,
		// aslant by less than three.
		surely, maybe := flooded(wide, side, -2*s.diagonal()-3*step), flooded(wide, side, 2*s.diagonal()+3*step)
		at := func(i int32) int {
			return int(math.Round((s.xy[i][1]-low)/step))*side + int(math.Round((s.xy[i][0]-low)/step))
		}
		area := make(map[int32]int)
		for k, a := range list {
			for _, i := range a.Points {
				area[i] = k
			}
		}
		for i, k := range area {
			for j, m := range area {
				if surely[at(i)] >= 0 && surely[at(i)] == surely[at(j)] && k != m {
					t.Fatalf("points %d and %d are in two areas, and ground joins them", i, j)
				}
				// Cells of uncovered points are inside whatever is near.
				if k == m && maybe[at(i)] >= 0 && maybe[at(j)] >= 0 && maybe[at(i)] != maybe[at(j)] && !s.crowded() {
					t.Fatalf("points %d and %d are in one area, and no ground joins them", i, j)
				}
			}
		}
	})
}

// crowded tells whether a covered point is so near an uncovered one that cells
// are inside which are not of the ground.
func (s *scene) crowded() bool {
	for i, p := range s.points {
		if open, _ := s.away(s.xy[i][0], s.xy[i][1]); p.Covered && p.Weight > 0 && open < 2*s.diagonal() {
			return true
		}
	}
	return false
}

// flooded numbers the pieces of a raster where it is at most a level, -1 where it
// is above.
func flooded(values []float64, side int, level float64) []int {
	piece := make([]int, len(values))
	for k := range piece {
		piece[k] = -1
	}
	for k := range piece {
		if values[k] > level || piece[k] >= 0 {
			continue
		}
		piece[k] = k
		for stack := []int{k}; len(stack) > 0; {
			at := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			for _, d := range [4]int{1, -1, side, -side} {
				if next := at + d; next >= 0 && next < len(piece) && piece[next] < 0 && values[next] <= level {
					piece[next] = k
					stack = append(stack, next)
				}
			}
		}
	}
	return piece
}

// The order of points changes their numbers alone.
func TestOrderOfPointsChangesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := newScene(t)
		order := make([]int, len(s.points))
		for i := range order {
			order[i] = i
		}
		order = rapid.Permutation(order).Draw(t, "order")
		turned := make([]gap.Point, len(s.points))
		for i, p := range order {
			turned[i] = s.points[p]
		}
		type shape struct {
			Polygon orb.Polygon
			AreaM2  float64
			People  coverage.Amount
			Points  []int32
		}
		shapes := func(list []gap.Area, name func(int32) int32) (out []shape) {
			for _, a := range list {
				b := shape{a.Polygon, a.AreaM2, a.People, nil}
				for _, i := range a.Points {
					b.Points = append(b.Points, name(i))
				}
				slices.Sort(b.Points)
				out = append(out, b)
			}
			slices.SortFunc(out, func(a, b shape) int { return int(a.Points[0]) - int(b.Points[0]) })
			return out
		}
		want := shapes(areas(t, s.points, s.o), func(i int32) int32 { return i })
		got := shapes(areas(t, turned, s.o), func(i int32) int32 { return int32(order[i]) })
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

// The rings of a city's areas are simple, on the raster and rightly wound, and
// its areas apart; far from the equator too.
func TestAreasOfACityAreValid(t *testing.T) {
	t.Parallel()
	points := city(3_000)
	north := geo.NewPlane(orb.Point{25, 66})
	for i := range points {
		points[i].At = north.ToLL(here.ToXY(points[i].At))
	}
	list := areas(t, points, gap.Options{})
	if len(list) < 5 {
		t.Fatalf("only %d areas", len(list))
	}
	for k, a := range list {
		for r, ring := range a.Polygon {
			if at, crosses := geo.SelfCrossing(ring); crosses {
				t.Errorf("area %d crosses itself at %v", k, at)
			}
			if winding := geo.Winding(ring); (winding > 0) != (r == 0) || ring[0] != ring[len(ring)-1] {
				t.Errorf("ring %d of area %d winds by %d", r, k, winding)
			}
			for i, p := range ring {
				if math.Abs(p[0]*1e7-math.Round(p[0]*1e7)) > 1e-3 || math.Abs(p[1]*1e7-math.Round(p[1]*1e7)) > 1e-3 {
					t.Fatalf("%v is not on the raster", p)
				}
				for m, b := range list {
					if i%5 == 0 && m != k && b.Polygon.Bound().Contains(p) && holds(b.Polygon, p) {
						t.Errorf("area %d reaches into area %d at %v", k, m, p)
					}
				}
			}
		}
	}
}
