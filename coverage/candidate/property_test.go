package candidate_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/candidate"
	"kaimen/coverage/network"
	"kaimen/coverage/reach"
	"kaimen/geo"
)

// star is a ring about a place with corners at drawn distances, in meters, so
// that it does not cross itself.
func star(t *rapid.T, x, y float64) (xy orb.Ring) {
	corners := rapid.IntRange(3, 12).Draw(t, "corners")
	for i := range corners {
		a, r := 2*math.Pi*float64(i)/float64(corners), float64(rapid.IntRange(8, 60).Draw(t, "radius"))
		xy = append(xy, orb.Point{x + r*math.Cos(a), y + r*math.Sin(a)})
	}
	return append(xy, xy[0])
}

func onEarth(xy orb.Ring) (ll orb.Ring) {
	for _, p := range xy {
		ll = append(ll, at(p[0], p[1]))
	}
	return ll
}

// noLimits asks for nothing, so that every parcel is measured and taken.
func noLimits() candidate.Limits {
	return candidate.Limits{MaxBuildings: 1, MaxWater: 1, MaxFacilities: 1, MaxExcluded: 1}
}

// The largest circle on a raster of 2 m is no larger than the largest of all, and
// smaller by less than half a diagonal of the raster. The distance to a road that
// cannot change faster than one walks tells frontage to a quarter of a meter where
// it begins and ends; counting places of the outline every 5 cm tells it too.
func TestWidthAndFrontageAgainstTryingAll(t *testing.T) {
	t.Parallel()
	n := candidate.Networks{Walk: build(t, street(), "walk")}
	rapid.Check(t, func(t *rapid.T) {
		y := float64(rapid.IntRange(-80, 80).Draw(t, "y"))
		shape := star(t, 0, y)
		polygon := orb.Polygon{shape}
		if hole := orb.Ring(circleXY(0, y, 3)); rapid.Bool().Draw(t, "hole") && planar.DistanceFrom(orb.LineString(shape), orb.Point{0, y}) > 4 {
			polygon = append(polygon, hole)
		}
		area := orb.MultiPolygon{{onEarth(polygon[0])}}
		for _, hole := range polygon[1:] {
			area[0] = append(area[0], onEarth(hole))
		}
		l := coverage.Layers{Parcels: []coverage.Parcel{parcel("p", area)}}
		within := float64(rapid.IntRange(1, 40).Draw(t, "within"))
		found, err := candidate.From(t.Context(), &l, n, candidate.Options{
			Kinds: []string{"x"}, Limits: map[string]candidate.Limits{"x": noLimits()}, FrontageMeters: within,
		})
		if err != nil || len(found.Candidates) != 1 {
			t.Fatalf("%v, %v", err, found.Rejected)
		}
		c := found.Candidates[0]
		best := 0.0
		for x := -60.0; x <= 60; x += 2 {
			for dy := -60.0; dy <= 60; dy += 2 {
				if p := (orb.Point{x, y + dy}); planar.PolygonContains(polygon, p) {
					away := math.Inf(1)
					for _, r := range polygon {
						away = min(away, planar.DistanceFrom(orb.LineString(r), p))
					}
					best = max(best, away)
				}
			}
		}
		if c.WidthM/2 < best-0.06 || c.WidthM/2 > best+math.Sqrt2+0.01 {
			t.Fatalf("a circle of radius %v, by trying all %v", c.WidthM/2, best)
		}
		frontage, changes, was := 0.0, 0, false
		for i := 1; i < len(shape); i++ {
			a, b := shape[i-1], shape[i]
			length := math.Hypot(b[0]-a[0], b[1]-a[1])
			pieces := math.Ceil(length / 0.05)
			for k := range int(pieces) {
				share := (float64(k) + 0.5) / pieces
				is := math.Abs(a[1]+share*(b[1]-a[1])) <= within // the street is y = 0
				if is {
					frontage += length / pieces
				}
				if is != was {
					changes++
				}
				was = is
			}
		}
		// Sides that run along the edge of what counts may be told either way by
		// millimeters; these have no length in a star of such corners but by chance.
		if slack := 0.3 * float64(changes+len(shape)+1); math.Abs(c.FrontageM-frontage) > slack && !grazes(shape, within) {
			t.Fatalf("%v m of frontage, by trying all %v", c.FrontageM, frontage)
		}
	})
}

func circleXY(x, y, r float64) (ring []orb.Point) {
	for i := range 12 {
		a := 2 * math.Pi * float64(i) / 12
		ring = append(ring, orb.Point{x + r*math.Cos(a), y + r*math.Sin(a)})
	}
	return append(ring, ring[0])
}

// grazes tells whether a side runs along the edge of what counts as frontage.
func grazes(shape orb.Ring, within float64) bool {
	for i := 1; i < len(shape); i++ {
		for _, edge := range []float64{-within, within} {
			if math.Abs(shape[i-1][1]-edge) < 0.1 && math.Abs(shape[i][1]-edge) < 0.1 {
				return true
			}
		}
	}
	return false
}

// town draws parcels, buildings and water about the street.
func town(t *rapid.T) coverage.Layers {
	l := coverage.Layers{Roads: street()}
	area := func() orb.MultiPolygon {
		return orb.MultiPolygon{{onEarth(star(t, float64(rapid.IntRange(-400, 400).Draw(t, "x")), float64(rapid.IntRange(-90, 90).Draw(t, "y"))))}}
	}
	for i := range rapid.IntRange(1, 6).Draw(t, "parcels") {
		kinds := rapid.SampledFrom([][]string{nil, {"a"}, {"b", "a"}}).Draw(t, "kinds")
		l.Parcels = append(l.Parcels, parcel(fmt.Sprint(i), area(), kinds...))
	}
	for i := range rapid.IntRange(0, 4).Draw(t, "buildings") {
		l.Buildings = append(l.Buildings, coverage.Building{ID: fmt.Sprint(i), Area: area(), Households: i})
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "waters") {
		l.LandCover = append(l.LandCover, coverage.LandCover{ID: fmt.Sprint(i), Kind: "water", Area: area()})
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "estates") {
		l.Estates = append(l.Estates, coverage.Estate{ID: fmt.Sprint(i), Old: i%2 == 0, Households: 40 * i, Area: area()})
	}
	return l
}

func drawLimits(t *rapid.T) candidate.Limits {
	share := func(what string) float64 { return float64(rapid.IntRange(0, 10).Draw(t, what)) / 10 }
	return candidate.Limits{
		MinAreaM2: float64(rapid.IntRange(0, 4000).Draw(t, "least area")), MaxAreaM2: float64(rapid.SampledFrom([]int{0, 5000, 9000}).Draw(t, "most area")),
		MinWidthM: float64(rapid.IntRange(0, 50).Draw(t, "width")), MinFrontageM: float64(rapid.IntRange(0, 80).Draw(t, "frontage")),
		MaxBuildings: share("buildings"), MaxWater: share("water"), MaxFacilities: share("facilities"), MaxExcluded: share("excluded"),
		InEstates: rapid.Bool().Draw(t, "in estates"),
	}
}

// Every parcel, estate and point is in just one list for each kind; whoever is
// rejected has reasons, each once; and the same input gives the same answer.
func TestEverySiteIsInOneList(t *testing.T) {
	t.Parallel()
	n := candidate.Networks{Walk: build(t, street(), "walk")}
	rapid.Check(t, func(t *rapid.T) {
		l := town(t)
		o := candidate.Options{
			Kinds: []string{"a", "b"}, Limits: map[string]candidate.Limits{"a": drawLimits(t), "b": drawLimits(t)},
			Sources:  []candidate.Source{candidate.SourceEstate, candidate.SourceParcel, candidate.SourcePoint},
			Excluded: []orb.MultiPolygon{{{onEarth(star(t, 0, 0))}}},
			Points:   []candidate.Point{{ID: "1", At: at(0, 0)}, {ID: "2", At: at(0, 300)}},
		}
		f, err := candidate.From(t.Context(), &l, n, o)
		if err != nil {
			t.Fatal(err)
		}
		seen := make(map[string]int)
		for _, c := range f.Candidates {
			seen[c.ID+" "+c.Kind]++
		}
		for _, r := range f.Rejected {
			seen[r.ID+" "+r.Kind]++
			codes := make([]string, len(r.Reasons))
			for i := range codes {
				codes[i] = r.Reasons[i].Code
			}
			slices.Sort(codes)
			if len(codes) == 0 || len(slices.Compact(codes)) != len(r.Reasons) {
				t.Fatalf("%s has the reasons %v", r.ID, r.Reasons)
			}
		}
		for id, times := range seen {
			if times != 1 {
				t.Fatalf("%s is there %d times", id, times)
			}
		}
		if want := 2 * (len(l.Parcels) + len(l.Estates) + len(o.Points)); len(seen) != want {
			t.Fatalf("%d sites, want %d", len(seen), want)
		}
		again, err := candidate.From(t.Context(), &l, n, o)
		if diff := cmp.Diff(f, again); err != nil || diff != "" {
			t.Fatalf("%v %s", err, diff)
		}
	})
}

// What a stricter limit takes, a looser one takes too; and the order of parcels,
// none of which shares much ground with another, changes none of them.
func TestStricterLimitsTakeNoMore(t *testing.T) {
	t.Parallel()
	n := candidate.Networks{Walk: build(t, street(), "walk")}
	rapid.Check(t, func(t *rapid.T) {
		l := town(t)
		strict, loose := drawLimits(t), drawLimits(t)
		loose.MinAreaM2, loose.MinWidthM = min(loose.MinAreaM2, strict.MinAreaM2), min(loose.MinWidthM, strict.MinWidthM)
		loose.MinFrontageM, loose.MaxAreaM2 = min(loose.MinFrontageM, strict.MinFrontageM), 0
		loose.MaxBuildings, loose.MaxWater = max(loose.MaxBuildings, strict.MaxBuildings), max(loose.MaxWater, strict.MaxWater)
		loose.MaxFacilities, loose.MaxExcluded = max(loose.MaxFacilities, strict.MaxFacilities), max(loose.MaxExcluded, strict.MaxExcluded)
		taken := func(limits candidate.Limits, l coverage.Layers) (ids []string) {
			f, err := candidate.From(t.Context(), &l, n, candidate.Options{
				Kinds: []string{"a"}, Sources: []candidate.Source{candidate.SourceParcel}, Limits: map[string]candidate.Limits{"a": limits},
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range f.Candidates {
				ids = append(ids, c.ID)
			}
			slices.Sort(ids)
			return ids
		}
		few, many := taken(strict, l), taken(loose, l)
		for _, id := range few {
			if !slices.Contains(many, id) {
				t.Fatalf("%s is taken by %+v and not by %+v", id, strict, loose)
			}
		}
		turned := l
		turned.Parcels = slices.Clone(l.Parcels)
		slices.Reverse(turned.Parcels)
		if back := taken(strict, turned); len(back) != len(few) {
			t.Fatalf("%v in order, %v in reverse", few, back)
		}
	})
}

// Pairs are those that trying all finds, about the date line too.
func TestApartAgainstTryingAll(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		plane := geo.NewPlane(rapid.SampledFrom([]orb.Point{{105, 29}, {180, 5}, {-180, 60}, {0, 78}}).Draw(t, "where"))
		meters := float64(rapid.SampledFrom([]int{1, 30, 200, 5000}).Draw(t, "meters"))
		var c []candidate.Candidate
		for range rapid.IntRange(0, 30).Draw(t, "count") {
			x, y := float64(rapid.IntRange(-300, 300).Draw(t, "x")), float64(rapid.IntRange(-300, 300).Draw(t, "y"))
			c = append(c, candidate.Candidate{Site: candidate.Site{At: plane.ToLL(x, y)}})
		}
		var want [][2]int32
		for i := range c {
			for k := i + 1; k < len(c); k++ {
				if geo.Distance(c[i].At, c[k].At) < meters {
					want = append(want, [2]int32{int32(i), int32(k)})
				}
			}
		}
		if diff := cmp.Diff(want, candidate.Apart(c, meters)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestApartWithoutDistance(t *testing.T) {
	t.Parallel()
	c := make([]candidate.Candidate, 2)
	for _, meters := range []float64{0, -1, math.NaN()} {
		if pairs := candidate.Apart(c, meters); pairs != nil {
			t.Errorf("at %v m: %v", meters, pairs)
		}
	}
	if pairs := candidate.Apart(c, 1e-3); len(pairs) != 1 {
		t.Errorf("two at one place: %v", pairs)
	}
}

// lattice is streets 100 m apart, some left out, each block a road of its own.
func lattice(side int, keep func(i int) bool) (roads []coverage.Road) {
	i := 0
	for x := range side {
		for y := range side {
			for _, d := range [2][2]int{{1, 0}, {0, 1}} {
				if i++; x+d[0] < side && y+d[1] < side && keep(i) {
					roads = append(roads, road(fmt.Sprintf("%05d", i), "residential", 100*float64(x), 100*float64(y), 100*float64(x+d[0]), 100*float64(y+d[1])))
				}
			}
		}
	}
	return roads
}

// From every place of every road it is EveryMeters at most to a site; no two sites
// are within half of that of each other, along the way; and every site is on the
// road that its id names, so far from its start.
func TestPlacesAlongRoads(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		holes := rapid.SliceOfN(rapid.Bool(), 72, 72).Draw(t, "roads")
		roads := lattice(6, func(i int) bool { return holes[i-1] || i%3 == 0 })
		every := float64(rapid.SampledFrom([]int{10, 35, 70, 100, 130, 450}).Draw(t, "every"))
		walk, _ := network.Named("walk")
		walk.IslandMeters = 0 // every piece of road counts
		n, _, err := network.Build(t.Context(), network.Ground{Roads: roads}, walk)
		if err != nil {
			t.Fatal(err)
		}
		l := coverage.Layers{Roads: roads}
		f, err := candidate.From(t.Context(), &l, candidate.Networks{Walk: n}, candidate.Options{
			Kinds: []string{"a", "b"}, Sources: []candidate.Source{candidate.SourceEdge}, EveryMeters: every,
		})
		if err != nil {
			t.Fatal(err)
		}
		var snaps []network.Snap
		ids := make(map[string]bool)
		for i, c := range f.Candidates {
			if i%2 == 1 { // kinds take turns at each place
				if prior := f.Candidates[i-1]; prior.ID != c.ID || c.Kind != "b" {
					t.Fatalf("%s %s follows %s", c.ID, c.Kind, prior.ID)
				}
				continue
			}
			snaps = append(snaps, n.Snap(c.At))
			r := roads[slices.IndexFunc(roads, func(r coverage.Road) bool { return r.ID == c.Of })]
			gone := geo.Distance(r.Line[0], c.At)
			if want := fmt.Sprintf("edge:%s@%.0f", r.ID, gone); c.ID != want || ids[c.ID] {
				t.Fatalf("%s stands at %s, or twice", c.ID, want)
			}
			ids[c.ID] = true
		}
		points, limit := reach.NewPoints(n, snaps), network.Cost(every*1000)
		nearest, err := reach.NearestOf(t.Context(), n, points, limit+10, reach.Options{Metric: network.Length})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range roads {
			for k := range 21 {
				share := float64(k) / 20
				p := orb.Point{r.Line[0][0] + share*(r.Line[1][0]-r.Line[0][0]), r.Line[0][1] + share*(r.Line[1][1]-r.Line[0][1])}
				if _, ok := nearest.At(n.Snap(p)); !ok {
					t.Fatalf("from %v of road %s it is more than %v m to a site", share, r.ID, every)
				}
			}
		}
		scan := reach.NewScan(n, points, reach.Options{Metric: network.Length})
		for i, s := range snaps {
			found, err := scan.From(t.Context(), s, limit/2-10)
			if err != nil || len(found) != 1 || found[0].Point != int32(i) {
				t.Fatalf("%v: within half the distance of site %d are %v", err, i, found)
			}
		}
	})
}

// A road of 250 m has sites at 0, 100 and 200 m, and at its end, 50 m on: just not
// within half of 100 m. Cars may not use a footway.
func TestPlacesAlongOneRoad(t *testing.T) {
	t.Parallel()
	l := coverage.Layers{Roads: []coverage.Road{
		road("a", "residential", 0, 0, 60, 0, 250.5, 0), road("f", "footway", 0, 0, 0, 120),
		road("m", "residential", 0, 0, 0, -300),
	}}
	o := candidate.Options{
		Kinds: []string{"pocket_park", "parking"}, Sources: []candidate.Source{candidate.SourceEdge},
		Within: box(-1000, -210, 1000, 1000), Excluded: []orb.MultiPolygon{box(-10, -110, 10, -90)},
	}
	f := from(t, l, o)
	got := make(map[string][]string)
	for _, c := range f.Candidates {
		got[c.Kind] = append(got[c.Kind], strings.TrimPrefix(c.ID, "edge:"))
	}
	// Of f the start is a's, and the end is within 50 m of the place at 100 m. Of m
	// the start is a's too, 100 m is kept free, and the end lies outside.
	want := map[string][]string{"pocket_park": {"a@0", "a@100", "a@200", "a@250", "f@100", "m@200"}, "parking": {"a@0", "a@100", "a@200", "a@250", "m@200"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	// Places: a 4, f 3, m 4 (its end at 300 m is a multiple too).
	if len(f.Notes) != 2 || !strings.HasPrefix(f.Notes[0], "Of 11 places along roads 6 are sites of the profile walk; 0 lie on roads that it does not use or on cut-off ones, 1 outside the area asked for, 1 in areas to be kept free, and 3 within 50 m") {
		t.Errorf("notes: %q", f.Notes)
	}
}

// What is missing is told, and nothing else comes of it.
func TestMissingLayers(t *testing.T) {
	t.Parallel()
	var l coverage.Layers
	f, err := candidate.From(t.Context(), &l, candidate.Networks{Walk: build(t, nil, "walk")}, candidate.Options{
		Kinds: []string{"pocket_park"}, Sources: candidate.Sources(), Points: []candidate.Point{{ID: "a", At: at(0, 0)}},
	})
	if err != nil || len(f.Candidates) != 0 || len(f.Rejected) != 1 || codes(f, "point:a", "pocket_park") != "no_way" {
		t.Errorf("%v, %+v", err, f)
	}
	for _, what := range []string{"no parcels", "no estates", "no roads"} {
		if !slices.ContainsFunc(f.Notes, func(note string) bool { return strings.Contains(note, what) }) {
			t.Errorf("no note tells of %s: %q", what, f.Notes)
		}
	}
}

// A shape about a parcel that crosses itself is measured, or remarked; a parcel of
// two parts that share an edge is one, twice as wide.
func TestOddShapes(t *testing.T) {
	t.Parallel()
	bow := orb.MultiPolygon{{ring(0, 10, 40, 30, 40, 10, 0, 30)}} // half of the plot
	l := coverage.Layers{
		Roads: street(), Buildings: []coverage.Building{{ID: "b", Area: bow}},
		Parcels: []coverage.Parcel{parcel("p", box(0, 10, 40, 30)), parcel("q", append(box(100, 10, 111, 31), box(111, 10, 121, 31)...))},
	}
	f := from(t, l, candidate.Options{Kinds: []string{"pocket_park"}})
	if got := codes(f, "parcel:p", "pocket_park"); got != "overlaps_building" {
		if got != "-" || f.Candidates[0].Remarks[0].Code != candidate.NotCompared {
			t.Errorf("p: %s, candidates %v", got, f.Candidates)
		}
	}
	if got := codes(f, "parcel:q", "pocket_park"); got != "-" {
		t.Fatalf("q: %s", got)
	}
	q := f.Candidates[len(f.Candidates)-1]
	near(t, "the width of q", q.WidthM, 21, 0.11)
	near(t, "the area of q", q.AreaM2, 441, 0.5)
}

func TestCanceled(t *testing.T) {
	t.Parallel()
	l := coverage.Layers{
		Roads: street(), Parcels: []coverage.Parcel{parcel("p", box(0, 10, 40, 30))}, Estates: []coverage.Estate{{ID: "e", Area: box(0, 10, 40, 30)}},
	}
	n := candidate.Networks{Walk: build(t, l.Roads, "walk")}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, s := range candidate.Sources() {
		o := candidate.Options{Kinds: []string{"pocket_park"}, Sources: []candidate.Source{s}, Points: []candidate.Point{{ID: "a", At: at(0, 0)}}}
		if _, err := candidate.From(ctx, &l, n, o); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", s, err)
		}
	}
}
