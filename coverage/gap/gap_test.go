package gap_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/gap"
	"kaimen/geo"
)

// here is where drawn points lie: on the equator, where the plane of an area is
// this one.
var here = geo.NewPlane(orb.Point{105, 0})

// person is a point of one person, in meters of here.
func person(x, y float64, covered bool) gap.Point {
	return gap.Point{At: here.ToLL(x, y), Covered: covered, Weight: coverage.AmountUnit}
}

func areas(t rapid.TB, points []gap.Point, o gap.Options) []gap.Area {
	t.Helper()
	list, err := gap.Areas(context.Background(), points, o)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func members(list []gap.Area) (points [][]int32) {
	for _, a := range list {
		points = append(points, a.Points)
	}
	return points
}

// holds counts the edges that a ray from p to the east crosses.
func holds(polygon orb.Polygon, p orb.Point) bool {
	inside := false
	for _, ring := range polygon {
		for i := 1; i < len(ring); i++ {
			a, b := ring[i-1], ring[i]
			if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < a[0]+(b[0]-a[0])*(p[1]-a[1])/(b[1]-a[1]) {
				inside = !inside
			}
		}
	}
	return inside
}

func TestDrawnAreas(t *testing.T) {
	t.Parallel()
	const disc = math.Pi * 120 * 120
	// What a chord d meters from the middle cuts off a disc.
	segment := func(d float64) float64 { return 120*120*math.Acos(d/120) - d*math.Sqrt(120*120-d*d) }
	ring := []gap.Point{person(0, 0, true)}
	for i := range 12 {
		angle := float64(i) * math.Pi / 6
		ring = append(ring, person(100*math.Cos(angle), 100*math.Sin(angle), false))
	}
	for _, tc := range []struct {
		name    string
		points  []gap.Point
		members [][]int32
		m2      float64 // of the first area; 0 if not reckoned
		holes   int     // of the first area
	}{
		{"nobody", nil, nil, 0, 0},
		{"all covered", []gap.Point{person(0, 0, true), person(50, 0, true)}, nil, 0, 0},
		{"one", []gap.Point{person(0, 0, false)}, [][]int32{{0}}, disc, 0},
		{"far apart", []gap.Point{person(0, 0, false), person(1000, 300, false)}, [][]int32{{0}, {1}}, disc, 0},
		{"so near that discs overlap by 69 m", []gap.Point{person(0, 0, false), person(230, 0, false)}, [][]int32{{0, 1}}, 2*disc - 2*segment(115), 0},
		{"not near enough", []gap.Point{person(0, 0, false), person(270, 0, false)}, [][]int32{{0}, {1}}, disc, 0},
		// Nearer to the covered one is what lies between x = -30 and 30.
		{"a covered one between", []gap.Point{person(-60, 0, false), person(0, 0, true), person(60, 0, false)}, [][]int32{{0}, {2}}, disc - segment(30), 0},
		{"a covered one beside", []gap.Point{person(0, 0, false), person(100, 0, true)}, [][]int32{{0}}, disc - segment(50), 0},
		{"a covered one beyond twice the radius", []gap.Point{person(0, 0, false), person(250, 0, true)}, [][]int32{{0}}, disc, 0},
		{"a ring round a covered one", ring, [][]int32{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}}, 0, 1},
		// The cell of the uncovered one is drawn, and the covered has the rest.
		{"both at one place", []gap.Point{person(3, 4, false), person(3, 4, true)}, [][]int32{{0}}, 400, 0},
		{"both at one place, others near", []gap.Point{person(3, 4, false), person(3, 4, true), person(300, 4, false)}, [][]int32{{0}, {2}}, 400, 0},
		{"two at one place", []gap.Point{person(3, 4, false), person(3, 4, false)}, [][]int32{{0, 1}}, disc, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got := areas(t, tc.points, gap.Options{})
			if diff := cmp.Diff(tc.members, members(got)); diff != "" {
				t.Fatalf("points by area: want (-), got (+)\n%s", diff)
			}
			if len(got) == 0 {
				return
			}
			// A disc drawn with cells of 20 m loses a little of its bulge.
			if tc.m2 > 0 && math.Abs(got[0].AreaM2-tc.m2) > 0.03*tc.m2 {
				t.Errorf("%.0f m², want %.0f within 3 %%", got[0].AreaM2, tc.m2)
			}
			if len(got[0].Polygon) != 1+tc.holes || got[0].CellMeters != 20 {
				t.Errorf("%d rings with cells of %v m, want %d, 20 m", len(got[0].Polygon), got[0].CellMeters, 1+tc.holes)
			}
		})
	}
}

// The most people first, of equals the first point; the place of an area is that
// of its largest point; who weighs nothing is not there.
func TestOrderAndPlace(t *testing.T) {
	t.Parallel()
	points := []gap.Point{person(0, 0, false), person(1000, 0, false), person(2000, 0, false), person(2050, 0, false), person(1005, 0, true)}
	points[3].Weight *= 4
	points[4].Weight = 0
	got := areas(t, points, gap.Options{})
	if diff := cmp.Diff([][]int32{{2, 3}, {0}, {1}}, members(got)); diff != "" {
		t.Fatal(diff)
	}
	if got[0].At != points[3].At || got[0].People != 5*coverage.AmountUnit || math.Abs(got[2].AreaM2-got[1].AreaM2) > 0.02*got[1].AreaM2 {
		t.Errorf("%+v", got)
	}
}

// Two points 70 km apart, with grids of at most 10,000 cells: of one grid for
// both there would be 12 million. A row of points over 20 km takes 1,000 columns
// of 20 m by 20 rows, so that its cells are doubled.
func TestGridsStaySmall(t *testing.T) {
	t.Parallel()
	far := areas(t, []gap.Point{person(0, 0, false), person(50_000, 50_000, false)}, gap.Options{MaxCells: 10_000})
	if len(far) != 2 || far[0].CellMeters != 20 || far[1].CellMeters != 20 {
		t.Errorf("%+v, want two areas with cells of 20 m", far)
	}
	var row []gap.Point
	for x := range 101 {
		row = append(row, person(200*float64(x), 0, false))
	}
	long := areas(t, row, gap.Options{MaxCells: 10_000})
	if len(long) != 1 || long[0].CellMeters != 40 || len(long[0].Points) != len(row) {
		t.Errorf("%d areas, the first with cells of %v m: want one, 40 m", len(long), long[0].CellMeters)
	}
	// A row round half the earth, of the widest radius.
	row = row[:0]
	for x := range 1800 {
		row = append(row, gap.Point{At: orb.Point{float64(x)/10 - 90, math.Mod(float64(x), 800) / 10}, Weight: 1})
	}
	_, err := gap.Areas(t.Context(), row, gap.Options{MaxCells: 10_000, RadiusMeters: 2000})
	if err != nil && coverage.CodeOf(err) != coverage.TooLarge {
		t.Errorf("error %v, want none or too_large", err)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	points := []gap.Point{
		{At: orb.Point{105, 91}, Weight: 1},
		{At: orb.Point{math.NaN(), 0}, Weight: 1, Covered: true},
		{At: orb.Point{math.NaN(), 0}}, // weighs nothing
		{At: orb.Point{105, 0}, Weight: -1},
	}
	_, err := gap.Areas(t.Context(), points, gap.Options{CellMeters: math.NaN(), RadiusMeters: -1, MaxCells: 5})
	var e *coverage.Error
	if !errors.As(err, &e) || e.Code != coverage.Invalid || len(e.Issues) != 6 {
		t.Fatalf("error %v, want six faults", err)
	}
	for _, o := range []gap.Options{{CellMeters: 0.5}, {CellMeters: 200}, {RadiusMeters: 2001}, {RadiusMeters: 19}, {RadiusMeters: math.Inf(1)}} {
		if _, err := gap.Areas(t.Context(), nil, o); coverage.CodeOf(err) != coverage.Invalid {
			t.Errorf("%+v: error %v, want invalid", o, err)
		}
	}
	if list := areas(t, nil, gap.Options{CellMeters: 200, RadiusMeters: 200}); len(list) != 0 {
		t.Errorf("areas of nobody: %+v", list)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := gap.Areas(ctx, city(30_000), gap.Options{CellMeters: 2}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want canceled", err)
	}
}

// city is so many points over 10 by 10 km, in blocks of which some are covered.
func city(count int) []gap.Point {
	random := rand.New(rand.NewPCG(1, 2))
	points := make([]gap.Point, count)
	for i := range points {
		x, y := random.Float64()*10_000, random.Float64()*10_000
		points[i] = person(x, y, math.Sin(x/700)+math.Sin(y/900) > 0)
	}
	return points
}

func BenchmarkAreas(b *testing.B) {
	for _, count := range []int{2_000, 20_000, 200_000} {
		b.Run(fmt.Sprintf("points=%dk", count/1000), func(b *testing.B) {
			points := city(count)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := gap.Areas(b.Context(), points, gap.Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
