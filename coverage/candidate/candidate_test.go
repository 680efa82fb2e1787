package candidate_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/candidate"
	"kaimen/coverage/network"
	"kaimen/geo"
)

// here is the middle of all that is drawn; x and y are meters from it.
var here = geo.NewPlane(orb.Point{105.06, 29.58})

func at(x, y float64) orb.Point { return here.ToLL(x, y) }

func ring(xy ...float64) (r orb.Ring) {
	for i := 0; i < len(xy); i += 2 {
		r = append(r, at(xy[i], xy[i+1]))
	}
	return append(r, r[0])
}

func box(west, south, east, north float64) orb.MultiPolygon {
	return orb.MultiPolygon{{ring(west, south, east, south, east, north, west, north)}}
}

// road is straight between two places; nodes are named by where they are, so that
// roads meet where they end at one place.
func road(id, class string, xy ...float64) coverage.Road {
	r := coverage.Road{ID: id, Class: class, Name: "Road " + id}
	for i := 0; i < len(xy); i += 2 {
		r.Nodes = append(r.Nodes, int64(xy[i]+10_000)*100_000+int64(xy[i+1]+10_000))
		r.Line = append(r.Line, at(xy[i], xy[i+1]))
	}
	return r
}

func build(t testing.TB, roads []coverage.Road, profile string) *network.Network {
	t.Helper()
	p, ok := network.Named(profile)
	if !ok {
		t.Fatalf("no profile %s", profile)
	}
	n, _, err := network.Build(t.Context(), network.Ground{Roads: roads}, p)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func from(t testing.TB, l coverage.Layers, o candidate.Options) candidate.Found {
	t.Helper()
	n := candidate.Networks{Walk: build(t, l.Roads, "walk"), Drive: build(t, l.Roads, "car")}
	found, err := candidate.From(t.Context(), &l, n, o)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// street is 1 km of road along y = 0, for people and cars.
func street() []coverage.Road { return []coverage.Road{road("s", "residential", -500, 0, 500, 0)} }

func parcel(id string, area orb.MultiPolygon, kinds ...string) coverage.Parcel {
	return coverage.Parcel{ID: id, Name: "Plot " + id, Kinds: kinds, Area: area}
}

// codes tells what became of a site: "-" for a candidate, else its reasons.
func codes(f candidate.Found, id, kind string) string {
	var list []string
	for i := range f.Candidates {
		if c := &f.Candidates[i]; c.ID == id && c.Kind == kind {
			list = append(list, "-")
		}
	}
	for i := range f.Rejected {
		r := &f.Rejected[i]
		if r.ID != id || r.Kind != kind {
			continue
		}
		var its []string
		for _, reason := range r.Reasons {
			its = append(its, reason.Code)
		}
		list = append(list, strings.Join(its, " "))
	}
	return strings.Join(list, " and ")
}

func near(t testing.TB, what string, got, want, within float64) {
	t.Helper()
	if !(math.Abs(got-want) <= within) {
		t.Errorf("%s is %v, want %v ± %v", what, got, want, within)
	}
}

// A plot of 40 by 20 m, 10 m off the street: 800 m², and a circle of 20 m fits in.
// Its south side, 40 m, lies 10 m off, and of the two sides beside it 5 m each lie
// within 15 m: 50 m of frontage. It is entered from the south.
func TestParcelIsMeasured(t *testing.T) {
	t.Parallel()
	f := from(t, coverage.Layers{Roads: street(), Parcels: []coverage.Parcel{parcel("p", box(0, 10, 40, 30))}},
		candidate.Options{Kinds: []string{"pocket_park"}})
	if len(f.Candidates) != 1 || len(f.Rejected) != 0 {
		t.Fatalf("%d candidates, rejected %v", len(f.Candidates), f.Rejected)
	}
	c := f.Candidates[0]
	if c.ID != "parcel:p" || c.Name != "Plot p" || c.Source != candidate.SourceParcel || c.Of != "p" || c.Cost != 1 || c.Capacity != nil || c.SlopePercent != nil {
		t.Errorf("got %+v", c)
	}
	near(t, "the area", c.AreaM2, 800, 0.5)
	near(t, "the width", c.WidthM, 20, 0.11)
	near(t, "the frontage", c.FrontageM, 50, 1)
	if len(c.Entrances) != 1 {
		t.Fatalf("%d entrances", len(c.Entrances))
	}
	x, y := here.ToXY(c.Entrances[0])
	near(t, "the entrance, north,", y, 10, 0.01)
	near(t, "the entrance, east,", x, 20, 5)
	x, y = here.ToXY(c.At)
	near(t, "the middle, north,", y, 20, 0.1)
	near(t, "the middle, east,", x, 20, 10.1)
	for _, missing := range []string{"no buildings", "no water", "outline", "heights"} {
		if !slices.ContainsFunc(f.Notes, func(note string) bool { return strings.Contains(note, missing) }) {
			t.Errorf("no note tells of %q: %q", missing, f.Notes)
		}
	}
}

// A plot of 300 by 30 m between the street and one 30 m beyond it has 300 m of
// frontage on either, and some on its short sides: three entrances on each, if so
// many are asked for. A plot at a corner has one for each street.
func TestEntrancesAreOnEverySide(t *testing.T) {
	t.Parallel()
	roads := append(street(), road("n", "residential", -500, 50, 500, 50), road("e", "residential", 500, 0, 500, 50))
	l := coverage.Layers{Roads: roads, Parcels: []coverage.Parcel{
		parcel("corner", box(440, 10, 490, 40)), parcel("long", box(-150, 10, 150, 40)),
	}}
	sides := func(c *candidate.Candidate) (south, north, east int) {
		for _, p := range c.Entrances {
			switch x, y := here.ToXY(p); {
			case math.Abs(y-10) < 0.1:
				south++
			case math.Abs(y-40) < 0.1:
				north++
			case math.Abs(x-490) < 0.1:
				east++
			}
		}
		return south, north, east
	}
	f := from(t, l, candidate.Options{Kinds: []string{"pocket_park"}, Entrances: 9})
	if len(f.Candidates) != 2 {
		t.Fatalf("rejected %v", f.Rejected)
	}
	if s, n, _ := sides(&f.Candidates[1]); s != 3 || n != 3 {
		t.Errorf("the long plot has %d entrances in the south and %d in the north, want 3 and 3", s, n)
	}
	// The middle of the east side lies within 15 + 10 m of both others.
	if s, n, _ := sides(&f.Candidates[0]); s == 0 || n == 0 {
		t.Errorf("the corner has %d entrances in the south and %d in the north", s, n)
	}
	near(t, "the frontage of the corner", f.Candidates[0].FrontageM, 50+50+30+5+5, 2)
	for i, p := range f.Candidates[1].Entrances {
		for _, q := range f.Candidates[1].Entrances[:i] {
			if geo.Distance(p, q) < 25 {
				t.Errorf("entrances %v and %v are nearer than 25 m", p, q)
			}
		}
	}
	f = from(t, l, candidate.Options{Kinds: []string{"pocket_park"}, Entrances: 2})
	if len(f.Candidates[1].Entrances) != 2 {
		t.Errorf("%d entrances, want 2", len(f.Candidates[1].Entrances))
	}
}

func TestReasonsOfParcels(t *testing.T) {
	t.Parallel()
	const park, cars = "pocket_park", "parking"
	// A footway south of the plots at y = 200 and an island far off.
	roads := append(street(), road("f", "footway", 500, 0, 500, 190, -500, 190), road("i", "residential", 0, 3000, 100, 3000))
	square := box(0, 10, 40, 30) // 800 m²
	for _, tc := range []struct {
		name   string
		parcel coverage.Parcel
		more   coverage.Layers
		o      candidate.Options
		park   string
		cars   string
	}{
		{name: "suits both", parcel: parcel("p", square), park: "-", cars: "-"},
		{name: "for parks alone", parcel: parcel("p", square, park), park: "-", cars: "kind_not_allowed"},
		// 19 × 20 m = 380 m² is below the 400 m² of a pocket park.
		{name: "small for a park", parcel: parcel("p", box(0, 10, 19, 30)), park: "too_small", cars: "-"},
		// 110 × 100 m = 11,000 m² is above 10,000 m².
		{name: "large for a park", parcel: parcel("p", box(0, 10, 110, 110)), park: "too_large", cars: "-"},
		// 7 m and 10 m are less than 8 m and 12 m.
		{name: "narrow", parcel: parcel("p", box(0, 10, 100, 17)), park: "too_narrow", cars: "too_narrow"},
		{name: "narrow for cars", parcel: parcel("p", box(0, 10, 100, 20)), park: "-", cars: "too_narrow"},
		// 200 m² and 5 m wide.
		{name: "small and narrow", parcel: parcel("p", box(0, 10, 40, 15)), park: "too_small too_narrow", cars: "too_small too_narrow"},
		// 20 m off the street, no outline is within 15 m.
		{name: "behind", parcel: parcel("p", box(0, 20, 40, 40)), park: "no_frontage", cars: "no_frontage"},
		{name: "behind, with 25 m", parcel: parcel("p", box(0, 20, 40, 40)), o: candidate.Options{FrontageMeters: 25}, park: "-", cars: "-"},
		// On the footway, 160 m off the street.
		{name: "on a footway", parcel: parcel("p", box(0, 160, 40, 180)), park: "-", cars: "no_frontage"},
		// 280 m off the street, more than 200 m.
		{name: "far from cars", parcel: parcel("p", box(0, 195, 40, 300), park), o: candidate.Options{WayMeters: 100}, park: "-", cars: "kind_not_allowed no_frontage no_way"},
		{name: "on an island", parcel: parcel("p", box(0, 3010, 40, 3030)), park: "no_frontage no_way", cars: "no_frontage no_way"},
		// 5 % of 800 m² are 40 m²: a house of 6 × 6 m may stand, one of 8 × 6 m not.
		{
			name: "a small house", parcel: parcel("p", square), park: "-", cars: "-",
			more: coverage.Layers{Buildings: []coverage.Building{{ID: "b", Area: box(10, 15, 16, 21)}}},
		},
		{
			name: "a house", parcel: parcel("p", square), park: "overlaps_building", cars: "overlaps_building",
			more: coverage.Layers{Buildings: []coverage.Building{{ID: "b", Area: box(10, 15, 18, 21)}}},
		},
		// Two of 6 × 6 m at one place are one; at two places they are 72 m².
		{
			name: "a house twice", parcel: parcel("p", square), park: "-", cars: "-",
			more: coverage.Layers{Buildings: []coverage.Building{{ID: "a", Area: box(10, 15, 16, 21)}, {ID: "b", Area: box(10, 15, 16, 21)}}},
		},
		{
			name: "two houses", parcel: parcel("p", square), park: "overlaps_building", cars: "overlaps_building",
			more: coverage.Layers{Buildings: []coverage.Building{{ID: "a", Area: box(10, 15, 16, 21)}, {ID: "b", Area: box(20, 15, 26, 21)}}},
		},
		{
			name: "a pond, and green", parcel: parcel("p", square), park: "overlaps_water", cars: "overlaps_water",
			more: coverage.Layers{LandCover: []coverage.LandCover{{ID: "g", Kind: "green", Area: square}, {ID: "w", Kind: "water", Area: box(30, 10, 50, 30)}}},
		},
		{
			name: "a round lake", parcel: parcel("p", square), park: "overlaps_water", cars: "overlaps_water",
			more: coverage.Layers{LandCover: []coverage.LandCover{{ID: "w", Kind: "water", Area: circle(20, 20, 500, 200)}}},
		},
		// Its shore, of 200 corners, cuts off a tenth of the plot or so.
		{
			name: "the shore of a round lake", parcel: parcel("p", square), park: "overlaps_water", cars: "overlaps_water",
			more: coverage.Layers{LandCover: []coverage.LandCover{{ID: "w", Kind: "water", Area: circle(535, 20, 500, 200)}}},
		},
		{
			name: "a lake beside it", parcel: parcel("p", square), park: "-", cars: "-",
			more: coverage.Layers{LandCover: []coverage.LandCover{{ID: "w", Kind: "water", Area: circle(545, 20, 500, 200)}}},
		},
		{
			name: "a park there", parcel: parcel("p", square), park: "overlaps_facility", cars: "overlaps_facility",
			more: coverage.Layers{Facilities: []coverage.Facility{{ID: "f", Kind: "park", At: at(20, 20), Outline: box(0, 0, 20, 50)}}},
		},
		{
			name: "a place there", parcel: parcel("p", square), park: "-", cars: "-",
			more: coverage.Layers{Facilities: []coverage.Facility{{ID: "f", Kind: "market", At: at(20, 20)}}},
		},
		{name: "kept free", parcel: parcel("p", square), o: candidate.Options{Excluded: []orb.MultiPolygon{box(-10, 10, 4, 30)}}, park: "excluded_area", cars: "excluded_area"},
		{name: "beside what is kept free", parcel: parcel("p", square), o: candidate.Options{Excluded: []orb.MultiPolygon{box(-10, 10, 0, 30)}}, park: "-", cars: "-"},
		{name: "outside", parcel: parcel("p", square), o: candidate.Options{Within: box(100, -100, 200, 100)}, park: "outside_area", cars: "outside_area"},
		{name: "inside", parcel: parcel("p", square), o: candidate.Options{Within: box(-100, -100, 200, 100)}, park: "-", cars: "-"},
		{name: "crosses itself", parcel: parcel("p", orb.MultiPolygon{{ring(0, 10, 40, 30, 40, 10, 0, 30)}}, cars), park: "kind_not_allowed bad_shape", cars: "bad_shape"},
		{name: "a line", parcel: parcel("p", orb.MultiPolygon{{ring(0, 10, 20, 10, 40, 10)}}), park: "bad_shape", cars: "bad_shape"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			l := tc.more
			l.Roads, l.Parcels = roads, []coverage.Parcel{tc.parcel}
			tc.o.Kinds = []string{park, cars}
			f := from(t, l, tc.o)
			if got := codes(f, "parcel:p", park); got != tc.park {
				t.Errorf("as a park: %s, want %s\n%v", got, tc.park, f.Rejected)
			}
			if got := codes(f, "parcel:p", cars); got != tc.cars {
				t.Errorf("as a car park: %s, want %s\n%v", got, tc.cars, f.Rejected)
			}
			for _, r := range f.Rejected {
				for _, reason := range r.Reasons {
					if !strings.HasSuffix(reason.Message, ".") || strings.Contains(reason.Message, "%!") || (reason.Unit == "") != (reason.Value == 0 && reason.Limit == 0) {
						t.Errorf("%+v is not a sentence with its figures", reason)
					}
				}
			}
		})
	}
}

func circle(x, y, radius float64, corners int) orb.MultiPolygon {
	var r orb.Ring
	for i := range corners {
		a := 2 * math.Pi * float64(i) / float64(corners)
		r = append(r, at(x+radius*math.Cos(a), y+radius*math.Sin(a)))
	}
	return orb.MultiPolygon{{append(r, r[0])}}
}

// A facility known as a point alone is remarked.
func TestFacilityOnParcelIsRemarked(t *testing.T) {
	t.Parallel()
	l := coverage.Layers{
		Roads: street(), Parcels: []coverage.Parcel{parcel("p", box(0, 10, 40, 30))},
		Facilities: []coverage.Facility{{ID: "f", Kind: "market", Name: "Old Market", At: at(20, 20)}, {ID: "g", Kind: "market", At: at(20, 40)}},
	}
	c := from(t, l, candidate.Options{Kinds: []string{"pocket_park"}}).Candidates[0]
	if len(c.Remarks) != 1 || c.Remarks[0].Code != candidate.HoldsFacility || !strings.Contains(c.Remarks[0].Message, "Old Market") {
		t.Errorf("remarks: %v", c.Remarks)
	}
}

// The second of two parcels with the same ground is barred. One that shares 80 %
// with another is a parcel of its own; so is one for what the other is not for.
func TestParcelListedTwice(t *testing.T) {
	t.Parallel()
	f := from(t, coverage.Layers{Roads: street(), Parcels: []coverage.Parcel{
		parcel("a", box(0, 10, 40, 30)), parcel("b", box(1, 10, 41, 30)), parcel("c", box(8, 10, 48, 30)),
		parcel("d", box(100, 10, 140, 30), "parking"), parcel("e", box(100, 10, 140, 30)), parcel("f", box(100, 10, 140, 30)),
	}}, candidate.Options{Kinds: []string{"pocket_park"}})
	for id, want := range map[string]string{"a": "-", "b": "duplicate", "c": "-", "d": "kind_not_allowed", "e": "-", "f": "duplicate"} {
		if got := codes(f, "parcel:"+id, "pocket_park"); got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
}

// The ground rises 6 m in 100 m to the east and 8 m in 100 m to the north: by 10 %.
func TestSlope(t *testing.T) {
	t.Parallel()
	roads := append(street(), road("n", "residential", -500, 40, 500, 40))
	roads = append(roads, road("a", "residential", 0, 0, 0, 40), road("b", "residential", 50, 0, 50, 40))
	for i := range roads {
		for _, p := range roads[i].Line {
			x, y := here.ToXY(p)
			roads[i].Heights = append(roads[i].Heights, math.Round(100*(300+0.06*x+0.08*y))/100)
		}
	}
	l := coverage.Layers{Roads: roads, Parcels: []coverage.Parcel{parcel("p", box(5, 10, 45, 30)), parcel("q", box(300, 10, 340, 30))}}
	f := from(t, l, candidate.Options{Kinds: []string{"pocket_park"}})
	if got := codes(f, "parcel:p", "pocket_park"); got != "too_steep" {
		t.Fatalf("got %s", got)
	}
	near(t, "the slope", f.Rejected[0].Reasons[0].Value, 10, 0.1)
	// Nobody knows the slope about q: it is not barred by it, and a note tells.
	if got := codes(f, "parcel:q", "pocket_park"); got != "-" || f.Candidates[0].SlopePercent != nil {
		t.Errorf("q: %s, slope %v", got, f.Candidates[0].SlopePercent)
	}
	if !slices.ContainsFunc(f.Notes, func(s string) bool { return strings.Contains(s, "slope of 1 of 2 parcels") }) {
		t.Errorf("notes: %q", f.Notes)
	}
	// Heights along one street tell nothing of the slope across it.
	l.Roads = roads[:1]
	if f := from(t, l, candidate.Options{Kinds: []string{"pocket_park"}}); codes(f, "parcel:p", "pocket_park") != "-" {
		t.Errorf("rejected %v", f.Rejected)
	}
}

// 800 m² at 30 m² a stall are 26 stalls. A site costs 1 unless there is a model.
func TestCapacityAndCost(t *testing.T) {
	t.Parallel()
	l := coverage.Layers{Roads: street(), Parcels: []coverage.Parcel{parcel("p", box(0, 10, 40, 30))}}
	o := candidate.Options{Kinds: []string{"parking", "ebike_charging"}}
	f := from(t, l, o)
	if len(f.Candidates) != 2 || *f.Candidates[0].Capacity != 26 || f.Candidates[0].Cost != 1 {
		t.Fatalf("got %+v, rejected %v", f.Candidates, f.Rejected)
	}
	// 800 m² take 320 bikes at 2.5 m²; at one site stand 100 at most.
	if *f.Candidates[1].Capacity != 100 {
		t.Errorf("room for %v e-bikes, want 100", *f.Candidates[1].Capacity)
	}
	o.Costs = map[string]candidate.CostModel{"parking": {Fixed: 1000, PerM2: 2.5, PerUnit: 100}}
	if got := from(t, l, o).Candidates[0].Cost; math.Abs(float64(got)-(1000+2000+2600)) > 2 {
		t.Errorf("costs %d, want 5600", got)
	}
}

func TestEstates(t *testing.T) {
	t.Parallel()
	l := coverage.Layers{
		Roads: street(),
		Estates: []coverage.Estate{
			{ID: "gated", Name: "Gated", Old: true, Households: 99, Area: box(0, 10, 100, 90)},
			{ID: "new", Households: 300, Area: box(110, 10, 200, 90)},
			{ID: "counted", Old: true, Area: box(-100, 10, -10, 90)},
			{ID: "unknown", Old: true, Area: box(-200, 10, -110, 90)},
			{ID: "remote", Old: true, Households: 50, Area: box(0, 500, 100, 600)},
		},
		// 30 homes in the west and 10 in the east of the estate that is counted.
		Buildings: []coverage.Building{
			{ID: "w", Estate: "counted", Households: 30, Area: box(-95, 40, -85, 50)}, {ID: "e", Estate: "counted", Households: 10, Area: box(-25, 40, -15, 50)},
		},
		Gates: []coverage.Gate{
			{ID: "1", Estate: "gated", At: at(50, 10), State: "residents"},
			{ID: "2", Estate: "gated", At: at(0, 50), State: "closed"},
			{ID: "3", Estate: "gated", At: at(100, 50)},
		},
		Facilities: []coverage.Facility{{ID: "f", Kind: "ebike_charging", At: at(150, 50)}, {ID: "g", Kind: "charging_post", At: at(155, 50)}},
	}
	o := candidate.Options{Kinds: []string{"ebike_charging", "pocket_park"}, Estates: candidate.Estates{OnlyOld: true, MinHouseholds: 45}}
	f := from(t, l, o)
	for id, want := range map[string]string{"gated": "-", "new": "not_old", "counted": "too_few_households", "unknown": "households_unknown", "remote": "no_way"} {
		if got := codes(f, "estate:"+id, "ebike_charging"); got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
		wantPark := strings.TrimSuffix("kind_not_allowed "+want, " -")
		if got := codes(f, "estate:"+id, "pocket_park"); got != wantPark {
			t.Errorf("%s as a park: %s, want %s", id, got, wantPark)
		}
	}
	// 0.7 · 99 = 69.3 e-bikes; the gates that are not closed.
	c := f.Candidates[0]
	if diff := cmp.Diff([]orb.Point{at(50, 10), at(100, 50)}, c.Entrances); diff != "" || *c.Capacity != 70 || c.Households != 99 {
		t.Errorf("capacity %v, entrances %s", *c.Capacity, diff)
	}
	o.Estates = candidate.Estates{}
	f = from(t, l, o)
	for _, c := range f.Candidates {
		x, y := here.ToXY(c.At)
		switch c.Of {
		case "counted": // three in four homes stand in the west, nearer to the middle of all
			if near(t, "where most live, east,", x, -90, 5); c.Households != 40 || c.Entrances != nil {
				t.Errorf("counted: %+v", c)
			}
		case "new":
			if len(c.Remarks) != 1 || !strings.Contains(c.Remarks[0].Message, "f (ebike_charging)") {
				t.Errorf("remarks: %v", c.Remarks)
			}
			// 0.7 · 300 = 210 e-bikes are more than one site takes.
			if *c.Capacity != 100 || x < 110 || x > 200 || y < 10 || y > 90 {
				t.Errorf("new: capacity %v at %v, %v", *c.Capacity, x, y)
			}
		case "unknown":
			if c.Capacity != nil || c.Households != 0 {
				t.Errorf("unknown: %+v", c)
			}
		}
	}
}

func TestPoints(t *testing.T) {
	t.Parallel()
	f := from(t, coverage.Layers{Roads: street()}, candidate.Options{
		Kinds: []string{"pocket_park", "parking"}, Excluded: []orb.MultiPolygon{box(90, -20, 110, 20)}, Within: box(-300, -900, 300, 900),
		Costs: map[string]candidate.CostModel{"parking": {Fixed: 7, PerUnit: 2}},
		Points: []candidate.Point{
			{ID: "a", At: at(0, 10), Capacity: new(30.0)},
			{ID: "b", At: at(0.3, 10.3), Cost: new(int64(40))},
			{ID: "c", At: at(50, 10), Kinds: []string{"parking"}},
			{ID: "d", At: at(50, 10), Kinds: []string{"pocket_park"}},
			{ID: "e", At: at(100, 10)},
			{ID: "f", At: at(0, 210)},
			{ID: "g", At: at(400, 210)},
			{ID: "h", At: at(60, 10), Cost: new(int64(0))},
		},
	})
	for id, want := range map[string][2]string{
		"a": {"-", "-"}, "b": {"duplicate", "duplicate"}, "c": {"kind_not_allowed", "-"}, "d": {"-", "kind_not_allowed"},
		"e": {"excluded_area", "excluded_area"}, "f": {"no_way", "no_way"}, "g": {"no_way outside_area", "no_way outside_area"}, "h": {"-", "-"},
	} {
		if got := [2]string{codes(f, "point:"+id, "pocket_park"), codes(f, "point:"+id, "parking")}; got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
	for _, c := range f.Candidates {
		want := map[string]int64{"apocket_park": 1, "aparking": 7 + 2*30, "cparking": 7, "dpocket_park": 1, "hparking": 0, "hpocket_park": 0}
		if c.Cost != want[c.Of+c.Kind] {
			t.Errorf("%s as %s costs %d, want %d", c.Of, c.Kind, c.Cost, want[c.Of+c.Kind])
		}
	}
}
