package coveragetest

import (
	"fmt"
	"math"
	"testing"
	"time"

	"kaimen/coverage"

	"github.com/paulmach/orb"
)

// storeTime has nanoseconds, which a store must not round.
var storeTime = time.Date(2026, 11, 23, 8, 30, 15, 123456789, time.UTC)

func storeReport() coverage.Report {
	at := orb.Point{105.0571, 29.5823}
	return coverage.Report{
		Sources: []coverage.SourceReport{{
			Layer: coverage.LayerFacilities, Source: "poi 表.csv", Read: 3, Used: 2,
			SetAside: []coverage.ReasonCount{{Code: coverage.ReasonTooFar, Rows: 1, People: 1_500_001}},
		}},
		Network: []coverage.NetworkReport{{
			Layer: coverage.LayerDemand, Profile: "walk", States: []coverage.ReasonCount{{Code: coverage.ReasonSnapped, Rows: 2}},
		}},
		Issues: []coverage.Issue{{
			Severity: coverage.SeverityWarning, Code: coverage.ReasonTooFar, Layer: coverage.LayerFacilities,
			Source: "poi 表.csv", Line: 41, Feature: "f'1", At: &at, Message: "离最近的道路 812 m <太远>",
		}},
		Guesses: []string{"encoding: GB 18030"},
	}
}

// storeTown is a snapshot with rows in every layer and, among them, what a
// store may trip over: holes, several parts, blank and quoted and Chinese text,
// capacities of nothing and of zero, extreme coordinates and integers. Variants
// of one study share all layers but roads and demand.
func storeTown(t testing.TB, study string, variant int) *coverage.Snapshot {
	t.Helper()
	layers := storeZones()
	layers.Roads = storeRoads(2 + variant)
	layers.Facilities = storeFacilities()
	layers.Demand = []coverage.Demand{
		{
			ID: "d1", At: orb.Point{105.05, 29.58}, Building: "b1",
			Weights: map[string]coverage.Amount{"people": coverage.Amount(variant + 1), "elderly": 1_234_567_890_123},
		},
		{ID: "d2", At: orb.Point{0, 0}},
	}
	layers.Gates = []coverage.Gate{
		{ID: "g1", Estate: "e1", Name: "东门", State: "open", At: orb.Point{105.06, 29.59}},
		{ID: "g2", Kind: "lift_gate", Hours: "Mo-Su 06:00-22:00", Node: math.MaxInt64, At: orb.Point{105.06, 29.6}, Tags: map[string]string{"foot": "yes"}},
	}
	return storeSnapshot(t, study, layers)
}

func storeZones() coverage.Layers {
	return coverage.Layers{
		Boundaries: []coverage.Boundary{
			{ID: "s1", Level: coverage.LevelStreet, Name: "东兴街道", Area: storeArea(0)},
			{ID: "c1", Level: coverage.LevelCommunity, Name: "Comunità \"à\"", Parent: "s1", Area: storeArea(1)},
			{ID: "g1", Level: coverage.LevelGrid, Parent: "c1", Kind: coverage.KindDedicated, Area: storeArea(2)},
		},
		Buildings: []coverage.Building{{ID: "b1", Name: "1栋", Use: "residential", Estate: "e1", Floors: 18, Households: 72, Area: storeArea(3)}},
		Estates: []coverage.Estate{
			{ID: "e1", Name: "滨江花园", Old: true, YearBuilt: 1987, Buildings: 6, Households: math.MaxInt64, Area: storeArea(4)},
			{ID: "e2", Gated: true, YearBuilt: -1, Area: storeArea(5)},
		},
		Parcels: []coverage.Parcel{
			{ID: "p1", Name: "边角地", Kinds: []string{"pocket_park", "parking"}, Area: storeArea(6)},
			{ID: "p2", Area: storeArea(7)},
		},
		Requests: []coverage.Request{
			{ID: "q1", Kind: "停车难", State: "已办结", OpenedAt: "2026-11-01T08:30:00", ClosedAt: "2026-11-03", At: orb.Point{105.05, 29.58}},
			{ID: "q2", At: orb.Point{105, 29}},
		},
		LandCover: []coverage.LandCover{{ID: "w1", Kind: "water", Name: "沱江", Area: storeArea(8)}},
	}
}

func storeFacilities() []coverage.Facility {
	none, many, odd := 0.0, 1e300, 0.1+0.2
	return []coverage.Facility{
		{ID: "f1", Kind: "park", At: orb.Point{-180, -90}},
		{ID: "f1", Kind: "school", Name: "第一小学 🏫", At: orb.Point{180, 90}, Capacity: &none, Hours: "Mo-Fr 08:00-17:00", Address: "a;b'c\"d\\e\n\t"},
		{
			ID: "f2", Kind: "school", At: orb.Point{105.05712345678901, 29.5823}, Capacity: &many,
			Entrances: []orb.Point{{105.05712345678902, 29.58}, {105.0571, 29.5800000000001}}, AreaM2: &odd, Staff: &odd,
		},
		{ID: "f3", Kind: "school", At: orb.Point{math.Copysign(0, -1), math.SmallestNonzeroFloat64}, Capacity: &odd},
		{ID: "f4", Kind: "park", At: orb.Point{105.001, 29.501}, Outline: append(storeArea(9), orb.Polygon{{
			{math.Copysign(0, -1), math.SmallestNonzeroFloat64}, {105.05712345678901, 0}, {105.05712345678902, 29.58}, {math.Copysign(0, -1), math.SmallestNonzeroFloat64},
		}})},
	}
}

func storeRoads(n int) []coverage.Road {
	roads := make([]coverage.Road, n)
	for i := range roads {
		x := 105 + float64(i)/1000
		roads[i] = coverage.Road{
			ID: fmt.Sprintf("r%05d", i), Name: "汉安大道", Class: "residential",
			Nodes: []int64{int64(i), int64(i) + 1, -int64(i)},
			Line:  orb.LineString{{x, 29}, {x + 0.0005, 29.001}, {x + 0.001, 29}},
			Tags:  map[string]string{"oneway": "yes", "名": "值 \"引\""},
		}
	}
	roads[0].Tags = nil
	roads[0].Heights, roads[0].Turns = []float64{-154.31, 0, 8848.86}, []coverage.Turn{{Via: -1, To: "r00001", Only: true}, {To: "r \"2\""}}
	roads[1].Nodes = []int64{math.MinInt64, 0, math.MaxInt64}
	return roads
}

// storeArea is two squares, the first with a hole; each i gives another place.
func storeArea(i int) orb.MultiPolygon {
	x, y := 105+float64(i)/100, 29.5
	return orb.MultiPolygon{
		{storeRing(x, y, 0.004), storeRing(x+0.001, y+0.001, 0.001)},
		{storeRing(x+0.006, y, 0.001)},
	}
}

func storeRing(x, y, side float64) orb.Ring {
	return orb.Ring{{x, y}, {x + side, y}, {x + side, y + side}, {x, y + side}, {x, y}}
}
