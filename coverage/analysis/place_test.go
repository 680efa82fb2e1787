package analysis_test

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
	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/coveragetest"
	"kaimen/geo"
)

func placeOf(t fataler, e *analysis.Engine, r analysis.CoverageRequest, o analysis.PlaceOptions) *analysis.PlaceAnswer {
	a, err := e.Place(context.Background(), analysis.PlaceRequest{CoverageRequest: r, Options: o})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// The west grid of quarter has 100 people at a and 50 at b; ways begin at a,
// where most of them live. From there it is 0 m to S1, and 300 m = 270 s to S2
// and S3; to the park P 400 m = 360 s.
func TestPlaceTellsOfAZone(t *testing.T) {
	t.Parallel()
	e := ask(t, quarter(t))
	a := placeOf(t, e, in(t, "", 300), analysis.PlaceOptions{Zone: "west", Kind: "park"})
	s := a.Summary
	if s.Demand.Float() != 150 || s.Points != 2 || s.Cohorts["people"].Float() != 150 || *s.Origin.Demand != "a" || s.Origin.State != "snapped" || *s.Origin.SnapM != 0 {
		t.Errorf("summary %+v", s)
	}
	var zones []string
	for _, z := range s.Zones {
		zones = append(zones, fmt.Sprint(z.Level, " ", z.ID))
	}
	if got := strings.Join(zones, ", "); got != "grid west, community community" {
		t.Errorf("zones %s", got)
	}
	// 300 m is the distance of the five-minute tier, so the time rule is 300 s: b,
	// with 300 m = 270 s to go, reaches P under both, and a under neither.
	park := a.Rows[0]
	if !park.Asked || park.Need != "park:1" || park.Covered.Float() != 50 || park.Uncovered.Float() != 100 ||
		park.Time.Covered.Float() != 50 || park.Distance.Covered.Float() != 50 || *park.Distance.MaxM != 400 || *park.Time.MaxS != 360 {
		t.Errorf("park %+v", park)
	}
	if *park.ReachS != 360 || *park.ReachM != 400 || *park.WithinTime || *park.WithinDistance || *park.NearestID != "P" || *park.PathM != 400 || *park.PathS != 360 {
		t.Errorf("from a: %+v", park)
	}
	town := coveragetest.Draw(t, `a---b---c---d---P`)
	first, last := orb.Point(park.Path[0]), orb.Point(park.Path[len(park.Path)-1])
	if geo.Distance(first, town.Nodes['a']) > 0.02 || geo.Distance(last, town.Nodes['P']) > 0.02 {
		t.Errorf("the way leads from %v to %v", first, last)
	}
}

// Of the shops, S1 at a is the nearest to all of the west grid, of 30 places
// for 150 people of the zone and, with nobody nearer to it elsewhere, a load of
// 5. The east grid's c and d have S2, the first of the two at d.
func TestPlaceTellsWhoServesAndWhatIsNext(t *testing.T) {
	t.Parallel()
	e := ask(t, quarter(t))
	shop := placeOf(t, e, in(t, "", 100), analysis.PlaceOptions{Zone: "west", Kind: "shop"}).Rows[0]
	var got []string
	for _, f := range shop.Nearest {
		got = append(got, fmt.Sprintf("%s %v m %v s %v", f.ID, f.ReachM, f.ReachS, *f.WithinDistance))
	}
	want := []string{"S1 0 m 0 s true", "S2 300 m 270 s false", "S3 300 m 270 s false"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(shop.Serving) != 1 || shop.Serving[0].ID != "S1" || shop.Serving[0].Demand.Float() != 150 || *shop.Serving[0].Load != 5 {
		t.Errorf("serving %+v", shop.Serving)
	}
	if shop.WithinTime != nil {
		t.Error("100 m is no tier, and has no time rule beside it")
	}
}

func TestPlaceOfAPointAndOfNobody(t *testing.T) {
	t.Parallel()
	l := street(t)
	l.Demand = l.Demand[:2] // the east grid stays without people
	e := ask(t, l)
	town := coveragetest.Draw(t, `a---b---c---d---P`)
	at := town.Between('c', 'd', 0.5)
	a := placeOf(t, e, in(t, "", 300), analysis.PlaceOptions{At: &at, Kind: "park"})
	if a.Summary.Zones[0].ID != "east" || a.Summary.Demand != 0 || a.Summary.Origin.Demand != nil || math.Abs(*a.Rows[0].ReachM-150) > 0.01 {
		t.Errorf("%+v; %v m", a.Summary, *a.Rows[0].ReachM)
	}
	if empty := placeOf(t, e, in(t, "", 300), analysis.PlaceOptions{Zone: "east", Kind: "park"}); empty.Rows[0].NearestID == nil || empty.Rows[0].Time.CoverageRate != nil {
		t.Errorf("a zone of nobody: %+v", empty.Rows[0])
	}
	// Ten kilometers off there is neither a zone nor a road.
	far := orb.Point{105.1, 0}
	none := placeOf(t, e, in(t, "", 300), analysis.PlaceOptions{At: &far, Kind: "park"})
	if r := none.Rows[0]; len(none.Summary.Zones) != 0 || none.Summary.Origin.State != "too_far" || none.Summary.Origin.SnapM != nil ||
		r.ReachS != nil || r.NearestID != nil || r.Path != nil || len(r.Nearest) != 0 || *r.WithinDistance {
		t.Errorf("%+v %+v", none.Summary, r)
	}
}

// A park at a, planned, is nearer than P.
func TestPlaceWhatIf(t *testing.T) {
	t.Parallel()
	e := ask(t, street(t))
	r := in(t, "", 300)
	r.Scenario = planned(added("new", "park", coveragetest.Draw(t, `a---b---c---d---P`).Nodes['a']))
	a := placeOf(t, e, r, analysis.PlaceOptions{Zone: "west", Kind: "park"})
	if row := a.Rows[0]; *row.NearestID != "new" || *row.PathM != 0 || row.Covered.Float() != 150 || row.Nearest[1].ID != "P" {
		t.Errorf("%+v", row)
	}
}

func TestPlaceErrors(t *testing.T) {
	t.Parallel()
	e := ask(t, street(t))
	at, off := orb.Point{105, 0}, orb.Point{500, 0}
	for _, tc := range []struct {
		name  string
		level coverage.Level
		o     analysis.PlaceOptions
		want  []string
	}{
		{"neither", "grid", analysis.PlaceOptions{}, []string{"by its id, or a place"}},
		{"both", "grid", analysis.PlaceOptions{Zone: "west", At: &at}, []string{"not both"}},
		{"all at once", "grid", analysis.PlaceOptions{Zone: "moon", Kind: "casino", Circle: "circle-9", Rule: "luck"}, []string{"moon", "casino", "circle-9", "luck"}},
		{"off the earth", "grid", analysis.PlaceOptions{At: &off}, []string{"500"}},
		{"no level", "galaxy", analysis.PlaceOptions{Zone: "west"}, []string{"galaxy"}},
	} {
		r := in(t, "", 300)
		r.Level = tc.level
		_, err := e.Place(t.Context(), analysis.PlaceRequest{CoverageRequest: r, Options: tc.o})
		known, ok := errors.AsType[*coverage.Error](err)
		if !ok || known.Code != coverage.Invalid {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		told := fmt.Sprint(known.Issues)
		for _, word := range tc.want {
			if !strings.Contains(told, word) {
				t.Errorf("%s: %s is not in %s", tc.name, word, told)
			}
		}
	}
}

// Whatever the town, a place says of each zone what the other questions say.
func TestPlaceAgreesWithTheOtherQuestions(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := served(t)
		e, q := ask(t, l), question(t, "", rapid.SampledFrom([]coverage.Level{"study", "community", "grid"}).Draw(t, "level"))
		kinds := map[string]bool{}
		for i := range l.Facilities {
			kinds[l.Facilities[i].Kind] = true
		}
		for _, kind := range []string{"park", "market"} {
			if kinds[kind] {
				q.Kind = kind
				checkPlaces(t, e, q)
			}
		}
	})
}

// checkPlaces compares the place of every zone with Coverage, Nearest,
// Completeness and Catchments.
func checkPlaces(t fataler, e *analysis.Engine, q analysis.CoverageRequest) {
	ctx, rule := context.Background(), "distance"
	kind := q.Kind
	cover, err := e.Coverage(ctx, q)
	nearest, err2 := e.Nearest(ctx, analysis.NearestRequest{CoverageRequest: q, Options: analysis.NearestOptions{Needs: []analysis.Need{{Kinds: []string{kind}, Count: 1}}}})
	circle, err3 := e.Completeness(ctx, analysis.CompletenessRequest{CoverageRequest: q, Options: analysis.CompletenessOptions{Rule: rule}})
	catchments, err4 := e.Catchments(ctx, analysis.CatchmentRequest{CoverageRequest: q})
	for _, err := range []error{err, err2, err3, err4} {
		if err != nil {
			t.Fatal(err)
		}
	}
	allotted := coverage.Amount(0)
	for k, want := range cover.Rows {
		a := placeOf(t, e, q, analysis.PlaceOptions{Zone: want.ID, Kind: kind, Rule: rule})
		row, s := &a.Rows[0], a.Summary
		if s.Demand != want.Demand || row.Covered != want.Covered || row.Uncovered != want.Uncovered || *row.Distance.Covered != want.Covered || *row.Distance.FacilitiesReachable != want.FacilitiesReachable {
			t.Fatal(fmt.Sprintf("%s: %+v, coverage %+v", want.ID, row, want))
		}
		far := nearest.Rows[k]
		if d := row.Distance; cmp.Diff([]*float64{d.CoverageRate, d.MeanM, d.MedianM, d.P90M, d.MaxM}, []*float64{far.CoverageRate, far.MeanM, far.MedianM, far.P90M, far.MaxM}) != "" {
			t.Fatal(fmt.Sprintf("%s: %+v, nearest %+v", want.ID, d, far))
		}
		whole := circle.Rows[k]
		if s.Complete != whole.Complete || cmp.Diff(s.MeanReached, whole.MeanReached) != "" || !slices.Equal(s.Missing, whole.Missing) || !slices.Equal(s.Lacking, whole.Lacking) {
			t.Fatal(fmt.Sprintf("%s: %+v, completeness %+v", want.ID, s, whole))
		}
		checkNearest(t, row)
		for _, f := range row.Serving {
			allotted += f.Demand
			c := slices.IndexFunc(catchments.Rows, func(c analysis.CatchmentRow) bool { return c.ID == f.ID })
			if c < 0 || catchments.Rows[c].Demand != f.Allotted || cmp.Diff(catchments.Rows[c].Load, f.Load) != "" {
				t.Fatal(fmt.Sprintf("%s: %+v, catchment %d", want.ID, f, c))
			}
		}
	}
	if cover.Outside == nil && allotted != catchments.Summary.Allotted {
		t.Fatal(fmt.Sprintf("the zones are served %v, the catchments hold %v", allotted, catchments.Summary.Allotted))
	}
}

// checkNearest holds the way to what is told of it.
func checkNearest(t fataler, row *analysis.PlaceRow) {
	for i, f := range row.Nearest {
		if i > 0 && f.ReachM < row.Nearest[i-1].ReachM {
			t.Fatal(fmt.Sprintf("%s is behind a farther one", f.ID))
		}
	}
	if row.NearestID == nil {
		if len(row.Nearest) > 0 || row.ReachM != nil {
			t.Fatal("no way to a facility that is told")
		}
		return
	}
	if first := row.Nearest[0]; *row.NearestID != first.ID || *row.PathM != first.ReachM || *row.ReachM != first.ReachM || *row.PathS < first.ReachS {
		t.Fatal(fmt.Sprintf("a way of %v m, %v s to %+v", *row.PathM, *row.PathS, first))
	}
	drawn := 0.0
	for i := 1; i < len(row.Path); i++ {
		drawn += geo.Distance(row.Path[i-1], row.Path[i])
	}
	// Each vertex is drawn within a centimeter, each stretch of road counted to the
	// millimeter.
	if slack := 0.03*float64(len(row.Path)) + 1e-4*drawn + 0.05; math.Abs(drawn-*row.PathM) > slack {
		t.Fatal(fmt.Sprintf("the way is %v m and drawn as %v m", *row.PathM, drawn))
	}
}
