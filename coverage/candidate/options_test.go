package candidate_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/candidate"
	"kaimen/coverage/standard"
)

// All faults are told at once.
func TestFaultsOfOptions(t *testing.T) {
	t.Parallel()
	bow := orb.MultiPolygon{{ring(0, 0, 10, 10, 10, 0, 0, 10)}}
	l := coverage.Layers{Roads: street()}
	_, err := candidate.From(t.Context(), &l, candidate.Networks{}, candidate.Options{
		Kinds: []string{"parking", "", "parking"}, Sources: []candidate.Source{"moon"},
		Limits: map[string]candidate.Limits{
			"parking": {MinAreaM2: 100, MaxAreaM2: 50, MinWidthM: -1, MinFrontageM: math.NaN(), MaxSlopePercent: -1, MaxBuildings: 2, ByCar: true},
			"park":    {},
		},
		Costs:  map[string]candidate.CostModel{"parking": {Fixed: -1, PerM2: math.Inf(1), PerUnit: -1}, "clinic": {}},
		Within: orb.MultiPolygon{}, Excluded: []orb.MultiPolygon{bow},
		FrontageMeters: -1, EntrancesApartMeters: -1, Entrances: -1, WayMeters: -1, EveryMeters: 5, Estates: candidate.Estates{MinHouseholds: -1},
		Points: []candidate.Point{{ID: "", At: at(0, 0)}, {ID: "a", At: orb.Point{200, 0}}, {ID: "a", At: at(0, 0), Cost: new(int64(-1)), Capacity: new(math.NaN())}},
	})
	var e *coverage.Error
	if !errors.As(err, &e) || e.Code != coverage.Invalid {
		t.Fatalf("got %v", err)
	}
	text := fmt.Sprint(e.Issues)
	for _, want := range []string{
		"kind 2 is blank", `"parking" is given twice`, `source "moon"`, "at least 100 m² and at most 50", "the least width of parking", "the least frontage",
		"the steepest slope", "the share of buildings", `limits for "park"`, "the fixed cost", "the cost a square meter", "the cost a unit", `a cost for "clinic"`,
		"has no polygon", "excluded area 1: a ring crosses itself", "has frontage", "distance between entrances", "number of entrances", "distance to the network",
		"distance between places along roads", "least number of households", "point 1 has no id", "lies at [200 0]", "has the id of another",
		"the cost of point 3", "the capacity of point 3", "no network to walk on", "no network to drive on",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no issue tells of %q", want)
		}
	}
	if len(e.Issues) != 29 {
		t.Errorf("%d issues: %v", len(e.Issues), e.Issues)
	}
	n := candidate.Networks{Walk: build(t, street(), "walk")}
	if _, err := candidate.From(t.Context(), &l, n, candidate.Options{}); coverage.CodeOf(err) != coverage.Invalid || !strings.Contains(err.Error(), "no kind") {
		t.Errorf("without kinds: %v", err)
	}
}

// Sizes are those of the library, a local rule before others, and one of a region
// nowhere.
func TestSizesAreOfTheLibrary(t *testing.T) {
	t.Parallel()
	library, err := standard.Load()
	if err != nil {
		t.Fatal(err)
	}
	l := candidate.DefaultLimits("pocket_park", library)
	if l.MinAreaM2 != 400 || l.MaxAreaM2 != 10_000 || l.ByCar || l.InEstates {
		t.Errorf("got %+v", l)
	}
	local, err := library.With("local.yaml", []byte("standard: a town\nname: {zh: 某市, en: A town}\nrules:\n  - {id: pocket-parks-2022/size, bound: range, min: 300, max: 5000, unit: m2, source: a town}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if l := candidate.DefaultLimits("pocket_park", local); l.MinAreaM2 != 300 || l.MaxAreaM2 != 5000 {
		t.Errorf("with a local rule: %+v", l)
	}
	if l := candidate.DefaultLimits("ebike_charging", library); l.MaxUnits != 100 || l.AreaPerUnitM2 != 2.5 {
		t.Errorf("e-bikes: %+v", l)
	}
	// Rooms have floors: what standards say of their area bounds no parcel.
	if l := candidate.DefaultLimits("elder_care", library); l.MinAreaM2 != 0 || !l.InEstates || l.MaxBuildings != 1 {
		t.Errorf("rooms: %+v", l)
	}
}
