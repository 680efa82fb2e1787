package analysis_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/scenario"
)

// outlined is a park with an outline, its place somewhere else or inside.
func outlined(x, y float64, outline orb.MultiPolygon) coverage.Facility {
	f := park("1", x, y, 0)
	f.Outline = outline
	return f
}

// hollow is an area with holes.
func hollow(area orb.MultiPolygon, holes ...orb.MultiPolygon) orb.MultiPolygon {
	polygon := slices.Clone(area[0])
	for _, hole := range holes {
		ring := slices.Clone(hole[0][0])
		slices.Reverse(ring)
		polygon = append(polygon, ring)
	}
	return orb.MultiPolygon{polygon}
}

// The ground within r of a square of side a is the square, four strips a by r and
// four quarters of a circle: a² + 4ar + πr². A strip of land from its side outward
// is covered up to r. A ring round a hole of 1,200 m covers with r = 300 m all but
// the 600 m in its middle. Two squares in one outline, 1,400 m apart, do not touch
// with r = 500 m. The line about an outline lies up to 5 cm inside
// of the true one.
func TestAuditFromOutlines(t *testing.T) {
	t.Parallel()
	wide := plot(-1900, -1900, 1900, 1900)
	square := plot(-100, -100, 100, 100)
	circle := func(r float64) float64 { return math.Pi * r * r }
	ring := hollow(plot(-700, -700, 700, 700), plot(-600, -600, 600, 600))
	for _, tc := range []struct {
		name       string
		land       orb.MultiPolygon
		outline    orb.MultiPolygon
		r, covered float64
		line       float64 // meters of the true line on the land
	}{
		{"a square", wide, square, 500, 200*200 + 4*200*500 + circle(500), 4*200 + 2*math.Pi*500},
		{"a large square", wide, plot(-1000, -1000, 1000, 1000), 300, 4e6 + 4*2000*300 + circle(300), 4*2000 + 2*math.Pi*300},
		{"a small radius", wide, square, 10, 200*200 + 4*200*10 + circle(10), 4*200 + 2*math.Pi*10},
		{"a strip from its side", plot(100, -50, 1000, 50), square, 500, 500 * 100, 100},
		{"land around it", hollow(wide, square), square, 500, 4*200*500 + circle(500), 4*200 + 2*math.Pi*500},
		{"land within it", plot(-600, -600, 600, 600), plot(-1000, -1000, 1000, 1000), 100, 1200 * 1200, 0},
		{"a hole", plot(-600, -600, 600, 600), ring, 300, 1200*1200 - 600*600, 4 * 600},
		{
			"two parts", wide,
			orb.MultiPolygon{plot(-800, -100, -700, 0)[0], plot(700, -100, 800, 0)[0]},
			500, 2 * (100*100 + 4*100*500 + circle(500)), 2 * (4*100 + 2*math.Pi*500),
		},
		{
			"two parts that overlap", wide,
			orb.MultiPolygon{plot(-100, -100, 50, 100)[0], plot(-50, -100, 100, 100)[0]},
			500, 200*200 + 4*200*500 + circle(500), 4*200 + 2*math.Pi*500,
		},
		// Corners that lie in a line, and one that stands twice, change nothing.
		{
			"a square with many corners", wide,
			orb.MultiPolygon{{{xy(-100, -100), xy(0, -100), xy(0, -100), xy(100, -100), xy(100, 100), xy(-100, 100), xy(-100, 0), xy(-100, -100)}}},
			500, 200*200 + 4*200*500 + circle(500), 4*200 + 2*math.Pi*500,
		},
	} {
		at := tc.outline[0][0][0] // a corner of it: its circle is within r of the outline
		f := park("1", 0, 0, 0)
		f.At, f.Outline = at, tc.outline
		a := audit(t, audited([]orb.MultiPolygon{tc.land}, f), analysis.AuditOptions{RadiusM: &tc.r})
		short := tc.covered - a.Summary.CoveredM2
		if off := tc.line * 0.05; short < -tc.covered*1e-6-off/10 || short > off+tc.covered*1e-6 {
			t.Errorf("%s: %v m² are covered, want %.1f, and up to %.1f less", tc.name, a.Summary.CoveredM2, tc.covered, off)
		}
		if s := a.Summary; s.Used != 1 || s.FromOutline != 1 || s.FromPoints != 0 || len(a.Warnings) != 1 {
			t.Errorf("%s: %+v, warnings %+v", tc.name, s, a.Warnings)
		}
	}
}

// What is measured from points is told, with their number; a park that is moved
// leaves its outline behind, and an entrance outside of an outline still counts.
func TestAuditTellsWhatItMeasuresFrom(t *testing.T) {
	t.Parallel()
	square := outlined(0, 0, plot(-100, -100, 100, 100))
	layers := audited([]orb.MultiPolygon{plot(-1900, -1900, 1900, 1900)}, square, park("2", 1000, 0, 0), park("3", -1000, 0, 0))
	r := analysis.AuditRequest{
		CoverageRequest: analysis.CoverageRequest{Study: "town"}, Options: analysis.AuditOptions{RadiusM: meters(200)},
	}
	e := ask(t, layers)
	tell := func(outline, points int) {
		t.Helper()
		a, err := e.Audit(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		if s := a.Summary; s.FromOutline != outline || s.FromPoints != points || s.Used != 3 {
			t.Errorf("%+v", s)
		}
		if w := a.Warnings[1]; len(a.Warnings) != 2 || w.Code != "no_outline" || w.Count != points || !strings.Contains(w.Message, "no outline") {
			t.Errorf("warnings %+v", a.Warnings)
		}
	}
	tell(1, 2)
	to := xy(0, 1000)
	r.Scenario = &scenario.Scenario{Changes: []scenario.Change{{Verb: scenario.MoveFacility, Kind: "park", ID: "1", At: &to}}}
	tell(0, 3)

	square.Entrances = []orb.Point{xy(1000, 0)}
	a := audit(t, audited([]orb.MultiPolygon{plot(-1900, -1900, 1900, 1900)}, square), analysis.AuditOptions{RadiusM: meters(200)})
	want := 200*200 + 4*200*200 + 2*math.Pi*200*200
	if s := a.Summary; math.Abs(s.CoveredM2-want) > want/1000 {
		t.Errorf("%v m² are covered, want %.0f", s.CoveredM2, want)
	}
}

// On any outline, which may turn back, cross itself and have a second part: land of
// 1 m, every 50 m, is covered if it lies within the radius of the outline, by the
// plain distance to each of its edges, and not if it lies beyond; between these are
// those that the line about it may cut. And an outline never takes away.
func TestAuditFromAnyOutline(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var rings [][][2]float64
		var outline orb.MultiPolygon
		for range rapid.IntRange(1, 2).Draw(t, "parts") {
			within := rapid.Float64Range(-400, 400)
			x, y := within.Draw(t, "x"), within.Draw(t, "y")
			n := rapid.IntRange(3, 24).Draw(t, "corners")
			var ring [][2]float64
			for i := range n {
				far := rapid.Float64Range(2, 300).Draw(t, "far")
				sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
				ring = append(ring, [2]float64{x + far*cos, y + far*sin})
			}
			ring = append(ring, ring[0])
			var lls orb.Ring
			for _, p := range ring {
				lls = append(lls, xy(p[0], p[1]))
			}
			rings, outline = append(rings, ring), append(outline, orb.Polygon{lls})
		}
		r := rapid.Float64Range(1, 400).Draw(t, "radius")
		var land []orb.MultiPolygon
		sure, perhaps := 0.0, 0.0
		for x := -700.0; x <= 700; x += 50 {
			for y := -700.0; y <= 700; y += 50 {
				land = append(land, plot(x-0.5, y-0.5, x+0.5, y+0.5))
				switch d, half := distanceTo(rings, x, y), math.Sqrt2/2+0.06; {
				case d <= max(r-half, 0):
					sure++
				case d <= r+half:
					perhaps++
				}
			}
		}
		// The place is a corner, so that its circle has no part in what is asked.
		f := park("1", rings[0][0][0], rings[0][0][1], 0)
		before := audit(t, audited(land, f), analysis.AuditOptions{RadiusM: &r}).Summary
		f.Outline = outline
		after := audit(t, audited(land, f), analysis.AuditOptions{RadiusM: &r}).Summary
		const off = 0.01 // m²
		if after.CoveredM2 < sure-off || after.CoveredM2 > sure+perhaps+off {
			t.Fatalf("%v m² are covered, of %v for sure and %v perhaps", after.CoveredM2, sure, perhaps)
		}
		if after.CoveredM2 < before.CoveredM2-off {
			t.Fatalf("with the outline %v m² are covered, without %v", after.CoveredM2, before.CoveredM2)
		}
	})
}

// distanceTo is how far a place lies from areas, 0 within one.
func distanceTo(rings [][][2]float64, x, y float64) float64 {
	least := math.Inf(1)
	for _, ring := range rings {
		inside := false
		for i := 1; i < len(ring); i++ {
			a, b := ring[i-1], ring[i]
			dx, dy := b[0]-a[0], b[1]-a[1]
			share := min(max(((x-a[0])*dx+(y-a[1])*dy)/(dx*dx+dy*dy), 0), 1)
			least = min(least, math.Hypot(a[0]+share*dx-x, a[1]+share*dy-y))
			if (a[1] > y) != (b[1] > y) && x < a[0]+(y-a[1])/dy*dx {
				inside = !inside
			}
		}
		if inside {
			return 0
		}
	}
	return least
}

// A park of about 2 km round with a corner every 5 m, rough by 2 m, in a town of
// 400 estates.
func BenchmarkAuditFromOutline(b *testing.B) {
	const corners = 400
	var ring orb.Ring
	for i := range corners {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / corners)
		far := 318 + 2*math.Cos(float64(i*i))
		ring = append(ring, xy(far*cos, far*sin))
	}
	outline := orb.MultiPolygon{{append(ring, ring[0])}}
	var land []orb.MultiPolygon
	for i := range 20 {
		for k := range 20 {
			x, y := 100*float64(i)-1000, 100*float64(k)-1000
			land = append(land, plot(x, y, x+90, y+90))
		}
	}
	for _, r := range []float64{300, 500} {
		for name, f := range map[string]coverage.Facility{"point": park("1", 0, 0, 0), "outline": outlined(0, 0, outline)} {
			e, radius := ask(b, audited(land, f)), r
			b.Run(fmt.Sprintf("%s/radius=%v", name, r), func(b *testing.B) {
				for b.Loop() {
					radius += 1e-6 // another question each time: answers are kept
					_, err := e.Audit(context.Background(), analysis.AuditRequest{
						CoverageRequest: analysis.CoverageRequest{Study: "town"}, Options: analysis.AuditOptions{RadiusM: &radius},
					})
					if err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
