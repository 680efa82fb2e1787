package analysis_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/standard"
	"kaimen/geo"
)

// xy is a place in meters east and north of the middle of the audited town.
func xy(x, y float64) orb.Point { return geo.NewPlane(orb.Point{105, 0}).ToLL(x, y) }

// plot is a rectangle in such meters.
func plot(x0, y0, x1, y1 float64) orb.MultiPolygon { return box(xy(x0, y0), xy(x1, y1)) }

// audited is a town of 4 by 4 km about its middle, in a west and an east half,
// with the land of some estates and some parks. Its road and its resident play no
// part.
func audited(land []orb.MultiPolygon, parks ...coverage.Facility) coverage.Layers {
	layers := coverage.Layers{
		Roads: []coverage.Road{{ID: "r", Class: "footway", Nodes: []int64{1, 2}, Line: orb.LineString{xy(0, 0), xy(100, 0)}}},
		Boundaries: []coverage.Boundary{
			{ID: "east", Level: coverage.LevelGrid, Area: plot(0, -2000, 2000, 2000)},
			{ID: "west", Level: coverage.LevelGrid, Area: plot(-2000, -2000, 0, 2000)},
		},
		Demand:     []coverage.Demand{people("p", xy(50, 0), 1)},
		Facilities: parks,
	}
	for i, area := range land {
		layers.Estates = append(layers.Estates, coverage.Estate{ID: fmt.Sprint("e", i), Area: area})
	}
	return layers
}

// park is one at a place, with so many square meters; 0 for not known.
func park(id string, x, y, areaM2 float64) coverage.Facility {
	f := coverage.Facility{ID: id, Kind: "park", At: xy(x, y)}
	if areaM2 > 0 {
		f.AreaM2 = &areaM2
	}
	return f
}

func audit(t fataler, layers coverage.Layers, o analysis.AuditOptions) *analysis.AuditAnswer {
	a, err := ask(t, layers).Audit(context.Background(), analysis.AuditRequest{
		CoverageRequest: analysis.CoverageRequest{Study: "town", Level: coverage.LevelGrid}, Options: o,
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func meters(m float64) *float64 { return &m }

// With r = 500 m: a square in the circle is covered whole; a plot that holds the
// circle by πr². The plot from 0 to 400 m both ways has its far corner, 566 m off,
// outside: of it √(r²-400²) = 300 m by 400 are covered, and what lies under the arc
// from x = 300 to 400, ∫√(r²-x²) = ½ [x√(r²-x²) + r² asin(x/r)] = ½ r² (asin 0.8 -
// asin 0.6), for 400·300 - 300·400 is nothing. Two circles r apart share the lens
// r² (2π/3 - √3/2).
func TestAuditOfPlots(t *testing.T) {
	t.Parallel()
	const r = 500.0
	circle := math.Pi * r * r
	middle := park("1", 0, 0, 0)
	for _, tc := range []struct {
		name          string
		land          []orb.MultiPolygon
		parks         []coverage.Facility
		area, covered float64
	}{
		{"a square in the circle", []orb.MultiPolygon{plot(-100, -100, 100, 100)}, []coverage.Facility{middle}, 40_000, 40_000},
		{"a square outside", []orb.MultiPolygon{plot(400, 400, 500, 500)}, []coverage.Facility{middle}, 10_000, 0},
		{"the circle in a plot", []orb.MultiPolygon{plot(-1000, -1000, 1000, 1000)}, []coverage.Facility{middle}, 4e6, circle},
		{"half of it", []orb.MultiPolygon{plot(0, -1000, 1000, 1000)}, []coverage.Facility{middle}, 2e6, circle / 2},
		{"a quarter", []orb.MultiPolygon{plot(0, 0, 1000, 1000)}, []coverage.Facility{middle}, 1e6, circle / 4},
		{"a corner outside", []orb.MultiPolygon{plot(0, 0, 400, 400)}, []coverage.Facility{middle}, 160_000, 120_000 + r*r/2*(math.Asin(0.8)-math.Asin(0.6))},
		{
			"two circles count once",
			[]orb.MultiPolygon{plot(-1000, -1000, 1000, 1000)},
			[]coverage.Facility{park("1", -250, 0, 0), park("2", 250, 0, 0)},
			4e6, 2*circle - r*r*(2*math.Pi/3-math.Sqrt(3)/2),
		},
		{
			"an entrance is another middle",
			[]orb.MultiPolygon{plot(-2000, -1000, 2000, 1000)},
			[]coverage.Facility{{ID: "1", Kind: "park", At: xy(-800, 0), Entrances: []orb.Point{xy(800, 0)}}},
			8e6, 2 * circle,
		},
		{
			"land drawn twice counts once",
			[]orb.MultiPolygon{plot(-100, -100, 100, 100), plot(-100, -100, 100, 100), plot(0, -100, 200, 100)},
			[]coverage.Facility{middle},
			60_000, 60_000,
		},
		{
			"a cross counts its middle once",
			[]orb.MultiPolygon{plot(-300, -50, 300, 50), plot(-100, -200, 100, 200)},
			[]coverage.Facility{middle},
			120_000, 120_000,
		},
		{"no park", []orb.MultiPolygon{plot(-100, -100, 100, 100)}, nil, 40_000, 0},
	} {
		a := audit(t, audited(tc.land, tc.parks...), analysis.AuditOptions{RadiusM: meters(r)})
		// 0.1 %, and a square meter in what ought to be nothing.
		if s := a.Summary; math.Abs(s.LandM2-tc.area) > tc.area/1e6 || math.Abs(s.CoveredM2-tc.covered) > tc.covered/1000+0.1 {
			t.Errorf("%s: %v of %v m² are covered, want %.1f of %v", tc.name, s.CoveredM2, s.LandM2, tc.covered, tc.area)
		}
		if math.Abs(*a.Summary.CoverageRate-tc.covered/tc.area) > 0.001 {
			t.Errorf("%s: rate %v", tc.name, *a.Summary.CoverageRate)
		}
	}
}

// A strip of 100 m astride the line between the zones, 300 m of it to the west,
// 100 m to the east, and a square in no zone: the rows add up to the rest.
func TestAuditByZone(t *testing.T) {
	t.Parallel()
	a := audit(t, audited([]orb.MultiPolygon{plot(-300, 0, 100, 100), plot(2500, 0, 2600, 100)}, park("1", 0, 50, 0), park("far", 3000, 0, 0)),
		analysis.AuditOptions{RadiusM: meters(200)})
	if len(a.Rows) != 2 || a.Rows[0].ID != "east" || a.Rows[1].ID != "west" {
		t.Fatalf("rows %+v", a.Rows)
	}
	east, west := a.Rows[0], a.Rows[1]
	// The circle of 200 m about the line reaches over the strip to x = ±√(200²-50²)
	// at its edges and ±200 in its middle.
	under := 2 * (200*200*math.Asin(0.25)/2 + 25*math.Sqrt(200*200-50*50)) // half of the strip
	for _, tc := range []struct {
		name      string
		got, want float64
	}{
		{"land in the east", east.LandM2, 10_000},
		{"land in the west", west.LandM2, 30_000},
		{"covered in the east", east.CoveredM2, 10_000},
		{"covered in the west", west.CoveredM2, under},
		{"in no zone", a.Summary.OutsideM2, 10_000},
		{"in all", a.Summary.LandM2, 50_000},
	} {
		if math.Abs(tc.got-tc.want) > tc.want/1000 {
			t.Errorf("%s: %v m², want %.1f", tc.name, tc.got, tc.want)
		}
	}
	if east.FacilitiesInside+west.FacilitiesInside != 1 || a.Summary.Used != 2 {
		t.Errorf("parks %+v", a.Rows)
	}
	// All rows, the question and the warnings say how it was measured.
	if east.Method != analysis.StraightLine || a.Summary.Method != analysis.StraightLine || a.Options.Method != analysis.StraightLine {
		t.Error("the method is not told")
	}
	if len(a.Warnings) != 2 || a.Warnings[0].Code != "straight_line" || !strings.Contains(a.Warnings[0].Message, "no walking distance") {
		t.Errorf("warnings %+v", a.Warnings)
	}
	if q := a.Question; q.Profile != "" || q.CutoffS != nil || q.CutoffM != nil {
		t.Errorf("the question tells of ways: %+v", q)
	}
	// At the level of the study there is one row, of all land.
	whole, err := ask(t, audited([]orb.MultiPolygon{plot(2500, 0, 2600, 100)})).Audit(t.Context(), analysis.AuditRequest{
		CoverageRequest: analysis.CoverageRequest{Study: "town", Level: coverage.LevelStudy},
	})
	if err != nil || len(whole.Rows) != 1 || whole.Rows[0].LandM2 != whole.Summary.LandM2 || whole.Summary.OutsideM2 != 0 {
		t.Errorf("%v: %+v", err, whole)
	}
}

// Five parks far apart, each in the middle of its own plot of 1.2 km: of 5,000 m²
// one serves 500 m, of 2,000 m² 300 m; of 1,999 m² it is of no class, and without
// an area of none that anybody knows.
func TestAuditByClass(t *testing.T) {
	t.Parallel()
	layers := audited(
		[]orb.MultiPolygon{plot(-1800, -600, -600, 600), plot(-600, -600, 600, 600), plot(600, -600, 1800, 600)},
		park("large", -1200, 0, 5000), park("small", 0, 0, 2000), park("tiny", 1200, 0, 1999), park("unknown", 1200, 100, 0),
		coverage.Facility{ID: "s", Kind: "school", At: xy(1200, 0)},
	)
	a := audit(t, layers, analysis.AuditOptions{})
	want := math.Pi * (500*500 + 300*300)
	if s := a.Summary; math.Abs(s.CoveredM2-want) > want/1000 || s.Facilities != 4 || s.Used != 2 {
		t.Errorf("covered %v m², want %.0f: %+v", s.CoveredM2, want, s)
	}
	if diff := cmp.Diff([]analysis.AuditAside{{Reason: "area_unknown", Facilities: 1}, {Reason: "no_class", Facilities: 1}}, a.Summary.SetAside); diff != "" {
		t.Error(diff)
	}
	if c := a.Summary.Classes; len(c) != 2 || c[0].Meters != 500 || c[0].Facilities != 1 || c[1].Meters != 300 || c[1].Facilities != 1 {
		t.Errorf("classes %+v", c)
	}
	if w := a.Warnings; len(w) != 3 || w[2].Code != "area_unknown" || w[2].Count != 1 {
		t.Errorf("warnings %+v", w)
	}
	// By the rule for small parks those of 400 to below 5,000 m² serve 300 m.
	a = audit(t, layers, analysis.AuditOptions{Rule: "garden-city/park-radius"})
	if s := a.Summary; s.Used != 2 || math.Abs(s.CoveredM2-2*math.Pi*300*300) > 500 {
		t.Errorf("another rule: %+v", s)
	}
	// With one radius all are used, by their kinds.
	a = audit(t, layers, analysis.AuditOptions{RadiusM: meters(100), Kinds: []string{"park", "school"}})
	if s := a.Summary; s.Used != 5 || len(s.SetAside) != 0 || len(s.Classes) != 0 {
		t.Errorf("one radius: %+v", s)
	}
}

// Land is that of estates; without them of homes, not of shops; without these
// built ground, not water.
func TestLandOfAnAudit(t *testing.T) {
	t.Parallel()
	layers := audited([]orb.MultiPolygon{plot(0, 0, 100, 100)})
	layers.Buildings = []coverage.Building{
		{ID: "b1", Use: "residential", Area: plot(0, 0, 10, 10)}, {ID: "b2", Use: "commercial", Area: plot(20, 0, 30, 10)},
	}
	layers.LandCover = []coverage.LandCover{
		{ID: "c1", Kind: "built", Area: plot(0, 0, 50, 50)}, {ID: "c2", Kind: "water", Area: plot(50, 0, 90, 50)},
	}
	near := func(land string, want float64) {
		t.Helper()
		a := audit(t, layers, analysis.AuditOptions{Land: land})
		if math.Abs(a.Summary.LandM2-want) > want/1e6 {
			t.Errorf("%s: %v m², want %v", a.Options.Land, a.Summary.LandM2, want)
		}
	}
	near("", 10_000)
	near("buildings", 100)
	near("landcover", 2500)
	layers.Estates = nil
	near("", 100)
	layers.Buildings = layers.Buildings[1:]
	near("", 2500)
}

// Every fault is told at once, with what may be given instead.
func TestAuditsThatCannotBeMade(t *testing.T) {
	t.Parallel()
	e := ask(t, audited([]orb.MultiPolygon{plot(0, 0, 100, 100)}))
	for _, tc := range []struct {
		o    analysis.AuditOptions
		says []string
	}{
		{analysis.AuditOptions{Land: "sea", RadiusM: meters(-5), Kinds: []string{"unicorn"}}, []string{
			`land: "sea" is no land; give one of estates, buildings, landcover, of which study town has estates`,
			"radius_m: -5 is no radius; give meters above 0 and up to 100000", `kinds: "unicorn"`,
		}},
		{analysis.AuditOptions{Rule: "roads"}, []string{`rule: "roads" is no rule with a radius; there are garden-city/park-radius, park-audit-2021/park-radius`}},
		{analysis.AuditOptions{RadiusM: meters(math.NaN()), Classes: []standard.RadiusClass{}}, []string{
			"radius_m: NaN is no radius", "radius_m: more than one of rule, radius_m and classes is given", "classes: no class is given",
		}},
		{analysis.AuditOptions{Land: "buildings", Classes: []standard.RadiusClass{
			{MinAreaM2: meters(2000), MaxAreaM2: meters(5000), Meters: 300},
			{MinAreaM2: meters(4000), Meters: math.Inf(1)},
			{MinAreaM2: meters(100), MaxAreaM2: meters(100), Meters: 50},
			{MinAreaM2: meters(math.NaN()), Meters: 50},
		}}, []string{
			"buildings", "class 2: +Inf is no radius", "class 2: it overlaps class 1, from 2000 to below 5000 m²",
			"class 3: no area is from 100 to below 100 m²", "class 4: min_area_m2 is NaN",
		}},
	} {
		_, err := e.Audit(t.Context(), analysis.AuditRequest{CoverageRequest: analysis.CoverageRequest{Study: "town"}, Options: tc.o})
		var faults *coverage.Error
		if !errors.As(err, &faults) || faults.Code != coverage.Invalid {
			t.Fatal(err)
		}
		text := ""
		for _, issue := range faults.Issues {
			text += fmt.Sprintf("%s: %s\n", issue.Source, issue.Message)
		}
		for _, want := range tc.says {
			if !strings.Contains(text, want) {
				t.Errorf("%q is not told:\n%s", want, text)
			}
		}
	}
}

// On any plots and parks: the covered share agrees with 20,000 places thrown at
// random, whose share is off by √(p(1-p)/20,000) ≤ 0.36 % once in three times, and
// by five times that once in 1.7 million; the rows add up; nothing that is added
// takes away; and the same question gives the same bytes.
func TestAuditOfAnyTown(t *testing.T) {
	t.Parallel()
	const side, throws = 3000.0, 20_000 // all lies within 1.5 km of the middle
	rapid.Check(t, func(t *rapid.T) {
		within := rapid.Float64Range(-side/2, side/2)
		var land []orb.MultiPolygon
		var plots [][4]float64
		for range rapid.IntRange(1, 6).Draw(t, "plots") {
			x, y := within.Draw(t, "x"), within.Draw(t, "y")
			p := [4]float64{x, y, min(x+rapid.Float64Range(20, 900).Draw(t, "wide"), side/2+10), min(y+rapid.Float64Range(20, 900).Draw(t, "high"), side/2+10)}
			plots, land = append(plots, p), append(land, plot(p[0], p[1], p[2], p[3]))
		}
		var parks []coverage.Facility
		var at [][2]float64
		for i := range rapid.IntRange(0, 6).Draw(t, "parks") {
			x, y := within.Draw(t, "px"), within.Draw(t, "py")
			parks, at = append(parks, park(fmt.Sprint(i), x, y, 0)), append(at, [2]float64{x, y})
		}
		r := rapid.Float64Range(30, 800).Draw(t, "radius")
		a := audit(t, audited(land, parks...), analysis.AuditOptions{RadiusM: &r})
		on := func(x, y float64) (onLand, covered bool) {
			for _, p := range plots {
				onLand = onLand || x >= p[0] && x < p[2] && y >= p[1] && y < p[3]
			}
			for _, p := range at {
				covered = covered || math.Hypot(x-p[0], y-p[1]) <= r
			}
			return onLand, onLand && covered
		}
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		var hits [2]int
		const wide = side + 20
		for range throws {
			onLand, covered := on((random.Float64()-0.5)*wide, (random.Float64()-0.5)*wide)
			if onLand {
				hits[0]++
			}
			if covered {
				hits[1]++
			}
		}
		for i, got := range []float64{a.Summary.LandM2, a.Summary.CoveredM2} {
			thrown := float64(hits[i]) / throws * wide * wide
			if tolerance := 5 * 0.0036 * wide * wide; math.Abs(got-thrown) > tolerance {
				t.Fatalf("figure %d is %v m², by random places %v", i, got, thrown)
			}
		}
		var rows [2]float64
		for _, row := range a.Rows {
			rows[0] += row.LandM2
			rows[1] += row.CoveredM2
		}
		if math.Abs(rows[0]-a.Summary.LandM2) > 1e-6*a.Summary.LandM2 || math.Abs(rows[1]-a.Summary.CoveredM2) > 1e-6*a.Summary.LandM2 {
			t.Fatalf("rows %v, summary %+v", rows, a.Summary)
		}
		larger := r * 1.1
		more := append(parks[:len(parks):len(parks)], park("more", within.Draw(t, "mx"), within.Draw(t, "my"), 0))
		const rounding = 0.01 // m²
		for _, b := range []*analysis.AuditAnswer{
			audit(t, audited(land, parks...), analysis.AuditOptions{RadiusM: &larger}), audit(t, audited(land, more...), analysis.AuditOptions{RadiusM: &r}),
		} {
			if b.Summary.CoveredM2 < a.Summary.CoveredM2-rounding {
				t.Fatalf("more covers %v m², less %v", b.Summary.CoveredM2, a.Summary.CoveredM2)
			}
		}
		one, _ := json.Marshal(a)
		other, _ := json.Marshal(audit(t, audited(land, parks...), analysis.AuditOptions{RadiusM: &r}))
		if string(one) != string(other) {
			t.Fatalf("%s\n%s", one, other)
		}
	})
}
