package analysis_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/accessibility"
	"kaimen/coverage/analysis"
	"kaimen/coverage/coveragetest"
)

// quarter is street with a shop at a, two at d, of known capacity:
//
//	a---b---c---d---P      100 m = 90 s from one to the next
//	S1          S2,S3      shops; people 100, 50, 30, 20
func quarter(t testing.TB) coverage.Layers {
	l := street(t)
	town := coveragetest.Draw(t, `a---b---c---d---P`)
	for i, at := range []rune{'a', 'd', 'd'} {
		capacity := float64(30 * (i + 1)) // 30, 60, 90
		l.Facilities = append(l.Facilities, coverage.Facility{ID: fmt.Sprintf("S%d", i+1), Kind: "shop", At: town.Nodes[at], Capacity: &capacity})
	}
	return l
}

// in is a question about the town within meters, by grid.
func in(t testing.TB, kind string, meters float64) analysis.CoverageRequest {
	t.Helper()
	c, err := analysis.Meters(meters)
	if err != nil {
		t.Fatal(err)
	}
	return analysis.CoverageRequest{Study: "town", Kind: kind, Level: coverage.LevelGrid, Cutoff: c}
}

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestOverviewSetsRulesAndAreasSideBySide(t *testing.T) {
	t.Parallel()
	e := ask(t, street(t))
	// The park P within 300 m: b, c, d (100 people); within 200 s: c and d (50).
	// They disagree on b, of the west grid, which holds no park: its 50 people
	// reach one that is not theirs, and the east grid's 50 reach their own.
	r := analysis.OverviewRequest{CoverageRequest: in(t, "", 300)}
	seconds := 200.0
	r.Options.Rules.CutoffS = &seconds
	r.Options.Levels = []coverage.Level{coverage.LevelStudy, coverage.LevelGrid}
	a := must[*analysis.OverviewAnswer](t)(e.Overview(context.Background(), r))
	var got []string
	for _, row := range a.Rows {
		got = append(got, fmt.Sprintf("%s %s %s: %v, %v in time, %v in distance, %v apart, %d inside, %d and %d reachable",
			row.Level, row.ID, row.Kind, row.Demand, row.Time.Covered, row.Distance.Covered, row.Disagree, row.FacilitiesInside,
			*row.Time.FacilitiesReachable, *row.Distance.FacilitiesReachable))
	}
	want := []string{
		"study town park: 200, 50 in time, 100 in distance, 50 apart, 1 inside, 1 and 1 reachable",
		"grid east park: 50, 50 in time, 50 in distance, 0 apart, 1 inside, 1 and 1 reachable",
		"grid west park: 150, 0 in time, 50 in distance, 50 apart, 0 inside, 0 and 1 reachable",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	k := a.Summary.Kinds[0]
	if a.Summary.Demand.Float() != 200 || *k.TimeRate != 0.25 || *k.DistanceRate != 0.5 || k.Disagree.Float() != 50 {
		t.Errorf("summary %+v", a.Summary)
	}
	// By distance, the rule of the cutoff: own area 50 of 200, all of whom reach it.
	if *k.OwnAreaRate != 0.25 || k.HoldsNotReaching != 0 || k.ReachesNotHolding.Float() != 50 {
		t.Errorf("own area: %+v", k)
	}
	// c is 200 m, d 100 m off: the mean of 30·200 and 20·100 over 50 is 160; half
	// of them, 25, have come with c; all of them too.
	east := a.Rows[1].Distance
	near(t, "mean_m", east.MeanM, 160)
	near(t, "median_m", east.MedianM, 200)
	near(t, "max_m", east.MaxM, 200)
}

func TestDisagreementsNameTheBuildings(t *testing.T) {
	t.Parallel()
	// As above: b alone, covered by the distance.
	r := analysis.DisagreementRequest{CoverageRequest: in(t, "park", 300)}
	seconds := 200.0
	r.Options.Rules.CutoffS = &seconds
	a := must[*analysis.DisagreementAnswer](t)(ask(t, street(t)).Disagreements(context.Background(), r))
	if len(a.Rows) != 1 || a.Rows[0].ID != "b" || a.Rows[0].Covered != "distance" || *a.Rows[0].ByTime != "P" || *a.Rows[0].Grid != "west" {
		t.Fatalf("rows %+v", a.Rows)
	}
	near(t, "nearest_s", a.Rows[0].NearestS, 270)
	near(t, "nearest_m", a.Rows[0].NearestM, 300)
	s := a.Summary
	if s.Both.Float() != 50 || s.DistanceOnly.Float() != 50 || s.TimeOnly != 0 || s.Neither.Float() != 100 || s.Demand.Float() != 200 {
		t.Errorf("summary %+v", s)
	}
	// 400 m are no tier, and then the other rule must be given.
	_, err := ask(t, street(t)).Disagreements(context.Background(), analysis.DisagreementRequest{CoverageRequest: in(t, "park", 400)})
	if coverage.CodeOf(err) != coverage.Invalid || !strings.Contains(fmt.Sprint(err), "15 minutes (1000 m)") {
		t.Errorf("error %v", err)
	}
}

func TestNearestOfSeveralNeeds(t *testing.T) {
	t.Parallel()
	// Two shops: of a the second nearest is S2 or S3, 300 m off; b 200; c 100; d 0.
	// A park: a 400, b 300, c 200, d 100. All needs are met with the park.
	needs := must[[]analysis.Need](t)(analysis.ParseNeeds([]string{"shop:2", "park"}))
	r := analysis.NearestRequest{CoverageRequest: in(t, "", 250), Options: analysis.NearestOptions{Needs: needs}}
	r.Level = coverage.LevelStudy
	a := must[*analysis.NearestAnswer](t)(ask(t, quarter(t)).Nearest(context.Background(), r))
	var got []string
	for _, row := range a.Rows {
		got = append(got, fmt.Sprintf("%s: %v covered, mean %.0f, median %.0f, p90 %.0f, max %.0f",
			row.Need, row.Covered, *row.MeanM, *row.MedianM, *row.P90M, *row.MaxM))
	}
	want := []string{
		// 100·300 + 50·200 + 30·100 + 20·0 = 43,000 over 200. In order of cost 20,
		// 50, 100 have come at 200 m, half of 200; nine tenths come with a.
		"shop:2: 100 covered, mean 215, median 200, p90 300, max 300",
		// 100·400 + 50·300 + 30·200 + 20·100 = 63,000 over 200.
		"park:1: 50 covered, mean 315, median 300, p90 400, max 400",
		"all: 50 covered, mean 315, median 300, p90 400, max 400",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, text := range []string{"", "shop:0", "shop:x", "shop:9", "+park"} {
		if _, err := analysis.ParseNeed(text); coverage.CodeOf(err) != coverage.Invalid {
			t.Errorf("%q is a need: %v", text, err)
		}
	}
}

func TestCatchmentsHoldAllDemand(t *testing.T) {
	t.Parallel()
	// Nearest shop: a and b (150 people) go to S1; c and d (50) to S2, which comes
	// before S3 at the same place. Within 50 m: a, d.
	a := must[*analysis.CatchmentAnswer](t)(ask(t, quarter(t)).Catchments(context.Background(), analysis.CatchmentRequest{CoverageRequest: in(t, "shop", 50)}))
	var got []string
	for _, row := range a.Rows {
		got = append(got, fmt.Sprintf("%s %v people, %v within, load %.2f", row.ID, row.Demand, row.Within, *row.Load))
	}
	want := []string{"S1 150 people, 100 within, load 5.00", "S2 50 people, 20 within, load 0.83", "S3 0 people, 0 within, load 0.00"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if s := a.Summary; s.Allotted.Float() != 200 || s.Demand.Float() != 200 || s.Overloaded != 1 || s.WithoutCapacity != 0 || s.Facilities != 3 {
		t.Errorf("summary %+v", s)
	}
	if a.Rows[0].MeanS == nil || a.Rows[2].MeanS != nil {
		t.Error("who has nobody has no mean, who has somebody has one")
	}
}

func TestCompletenessTellsWhatIsMissing(t *testing.T) {
	t.Parallel()
	// Within 250 m: a park for c, d; two shops for b, c, d; one shop for all but
	// nobody lacks one. So a has 1 of 3 (one shop), b 2, c and d all 3.
	needs := must[[]analysis.Need](t)(analysis.ParseNeeds([]string{"park", "shop:2", "shop"}))
	r := analysis.CompletenessRequest{CoverageRequest: in(t, "", 250), Options: analysis.CompletenessOptions{Needs: needs}}
	a := must[*analysis.CompletenessAnswer](t)(ask(t, quarter(t)).Completeness(context.Background(), r))
	s := a.Summary
	if s.Complete.Float() != 50 || *s.CompleteRate != 0.25 || s.Score != nil {
		t.Errorf("summary %+v", s)
	}
	near(t, "mean_reached", s.MeanReached, (100*1+50*2+50*3)/200.0)
	var counts []float64
	for _, c := range s.ByCount {
		counts = append(counts, c.Demand.Float())
	}
	if diff := cmp.Diff([]float64{0, 100, 50, 50}, counts); diff != "" {
		t.Error(diff)
	}
	west := a.Rows[1]
	if west.ID != "west" || !cmp.Equal(west.Missing, []string{"park:1"}) || !cmp.Equal(west.Lacking, []string{"shop:2"}) || west.Complete != 0 {
		t.Errorf("west %+v", west)
	}
	if *west.Reach["shop:1"] != 1 || math.Abs(*west.Reach["shop:2"]-1.0/3) > 1e-12 {
		t.Errorf("reach %v", west.Reach)
	}
}

func TestCircleOfTheLibrary(t *testing.T) {
	t.Parallel()
	a := must[*analysis.CompletenessAnswer](t)(ask(t, quarter(t)).Completeness(context.Background(), analysis.CompletenessRequest{CoverageRequest: in(t, "", 250)}))
	if a.Options.Circle != "circle-15" || len(a.Options.Required) < 8 || a.Summary.Needs != len(a.Options.Required) {
		t.Errorf("options %+v", a.Options)
	}
	for _, need := range a.Options.Required {
		if need.CutoffS == nil || need.CutoffM != nil {
			t.Errorf("under the time rule %s is held to %v s and %v m", need.Need, need.CutoffS, need.CutoffM)
		}
		if need.Rule == "" || need.Standard == "" {
			t.Errorf("%s names no rule and standard", need.Need)
		}
	}
	r := analysis.CompletenessRequest{CoverageRequest: in(t, "", 250), Options: analysis.CompletenessOptions{Rule: analysis.RuleBoth}}
	both := must[*analysis.CompletenessAnswer](t)(ask(t, quarter(t)).Completeness(context.Background(), r))
	for k, need := range both.Options.Required {
		if need.CutoffS == nil || need.CutoffM == nil {
			t.Errorf("under both rules %s has only one limit", need.Need)
		}
		if both.Summary.ByNeed[k].Covered > a.Summary.ByNeed[k].Covered {
			t.Errorf("%s: both rules cover more than one of them", need.Need)
		}
	}
}

func TestPerCapitaHoldsNeedAgainstWhatThereIs(t *testing.T) {
	t.Parallel()
	l := quarter(t)
	// Workers: 200 residents need 18 · 200 / 10,000 = 0.36. The center in the
	// west has 0.2 of a post for 150 people (0.27 needed), the east none (0.09).
	posts := 0.2
	l.Facilities = append(l.Facilities, coverage.Facility{ID: "C", Kind: "community_center", At: l.Demand[0].At, Staff: &posts})
	// Two grids, one of which is an institution: one needs a worker.
	l.Boundaries[1].Kind = coverage.KindDedicated // west
	rules := []string{"staffing/community-workers", "staffing/grid-workers"}
	r := analysis.PerCapitaRequest{CoverageRequest: in(t, "", 250), Options: analysis.PerCapitaOptions{Rules: rules}}
	a := must[*analysis.PerCapitaAnswer](t)(ask(t, l).PerCapita(context.Background(), r))
	var got []string
	for _, row := range append(a.Summary.Rules, a.Rows...) {
		got = append(got, fmt.Sprintf("%s %s: %v %s, need %.2f, have %.2f, short %.2f", row.ID, row.Rule, row.Demand, row.Weight, row.Need, *row.Have, *row.Shortfall))
	}
	want := []string{
		"town staffing/community-workers: 200 people, need 0.36, have 0.20, short 0.16",
		"town staffing/grid-workers: 1 grids, need 1.00, have 0.00, short 1.00",
		"east staffing/community-workers: 50 people, need 0.09, have 0.00, short 0.09",
		"west staffing/community-workers: 150 people, need 0.27, have 0.20, short 0.07",
		"east staffing/grid-workers: 1 grids, need 1.00, have 0.00, short 1.00",
		"west staffing/grid-workers: 0 grids, need 0.00, have 0.00, short 0.00",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if !warns(a.Warnings, coverage.ReasonNoFacility) {
		t.Errorf("that there is no service station is not told: %+v", a.Warnings)
	}
	// A center whose staff nobody knows: what there is stays open, and it is told.
	l = quarter(t)
	l.Facilities = append(l.Facilities, coverage.Facility{ID: "C", Kind: "community_center", At: l.Demand[0].At})
	a = must[*analysis.PerCapitaAnswer](t)(ask(t, l).PerCapita(context.Background(), r))
	if study := a.Summary.Rules[0]; study.Have != nil || study.Shortfall != nil || study.Unknown != 1 || !warns(a.Warnings, coverage.ReasonMissingValue) {
		t.Errorf("study %+v", study)
	}
}

func TestAccessibilityReturnsTheSupply(t *testing.T) {
	t.Parallel()
	// Shops within 150 m. S1 at a: a, b = 150 people, 30 places: 0.2 each. S2 and
	// S3 at d: c, d = 50 people, 60 and 90 places: 1.2 and 1.8. So a and b have
	// 0.2, c and d 3; the mean (150·0.2 + 50·3)/200 = 0.9, and 200 · 0.9 = 180.
	r := analysis.AccessibilityRequest{CoverageRequest: in(t, "shop", 150)}
	r.Options.Method = accessibility.TwoStep
	a := must[*analysis.AccessibilityAnswer](t)(ask(t, quarter(t)).Accessibility(context.Background(), r))
	s := a.Summary
	if s.Unit != "m" || s.Supply != 180 || s.SupplyReached != 180 || s.Pairs != 6 || s.Unserved != 0 {
		t.Errorf("summary %+v", s)
	}
	near(t, "mean_score", s.MeanScore, 0.9)
	if math.Abs(*s.MeanScore*s.Demand.Float()-s.SupplyReached) > 1e-9 {
		t.Errorf("the scores give out %v, there are %v", *s.MeanScore*s.Demand.Float(), s.SupplyReached)
	}
	if east := a.Rows[0]; *east.MinScore != 3 || *east.MaxScore != 3 || east.Demand.Float() != 50 {
		t.Errorf("east %+v", east)
	}
	if a.Options.Supply != analysis.SupplyCapacity || *s.Supplies[0].Ratio != 0.2 {
		t.Errorf("options %+v, supplies %+v", a.Options, s.Supplies)
	}
	// The park has no capacity, which 2sfca needs and cumulative does not.
	r.Kind = "park"
	if _, err := ask(t, quarter(t)).Accessibility(context.Background(), r); coverage.CodeOf(err) != coverage.Invalid || !strings.Contains(fmt.Sprint(err), "facilities") {
		t.Errorf("without capacity: %v", err)
	}
	r.Options.Method = accessibility.Cumulative
	must[*analysis.AccessibilityAnswer](t)(ask(t, quarter(t)).Accessibility(context.Background(), r))
}

func TestEquityFindsWorstAndFloor(t *testing.T) {
	t.Parallel()
	// Park within 300 m: b of the west (50 of 150), all 50 of the east.
	r := analysis.EquityRequest{CoverageRequest: in(t, "park", 300)}
	floor := 0.5
	r.Options.Floor = &floor
	a := must[*analysis.EquityAnswer](t)(ask(t, street(t)).Equity(context.Background(), r))
	s := a.Summary
	if *s.Worst != "west" || math.Abs(*s.WorstRate-1.0/3) > 1e-12 || *s.BestRate != 1 || s.BelowFloor != 1 || s.PeopleBelow.Float() != 150 {
		t.Errorf("summary %+v", s)
	}
	// Half of the people have one park in reach, half none: Gini 1/2.
	near(t, "gini", s.Gini, 0.5)
	if *a.Rows[1].Rank != 1 || *a.Rows[0].Rank != 2 || !a.Rows[1].BelowFloor || a.Rows[0].BelowFloor {
		t.Errorf("rows %+v", a.Rows)
	}
	// The cost to the park, in meters: a mean of 315 by people.
	r.Options.Of = analysis.OfCost
	a = must[*analysis.EquityAnswer](t)(ask(t, street(t)).Equity(context.Background(), r))
	near(t, "value of the west", a.Rows[1].Value, (100*400+50*300)/150.0)
}

func TestBuildingsAreCountedByHomesAndGround(t *testing.T) {
	t.Parallel()
	l := street(t)
	// Two houses beside the street: 12 homes near a, 8 near d; a shed nobody
	// lives in near d.
	house := func(id string, at orb.Point, homes int, use string) {
		l.Buildings = append(l.Buildings, coverage.Building{
			ID: id, Use: use, Households: homes,
			Area: box(orb.Point{at[0] - 0.00005, 0.0001}, orb.Point{at[0] + 0.00005, 0.0002}),
		})
	}
	house("H1", l.Demand[0].At, 12, "residential")
	house("H2", l.Demand[3].At, 8, "residential")
	house("shed", l.Demand[3].At, 0, "storage")
	r := in(t, "park", 200)
	r.Level, r.Cohort = coverage.LevelStudy, "dwellings"
	a := must[*analysis.CoverageResult](t)(ask(t, l).Coverage(context.Background(), r))
	if a.Totals.Demand.Float() != 20 || a.Totals.Covered.Float() != 8 {
		t.Errorf("dwellings %+v", a.Totals)
	}
	r.Cohort = "area" // both houses are of one size; the shed is not lived in
	a = must[*analysis.CoverageResult](t)(ask(t, l).Coverage(context.Background(), r))
	near(t, "coverage_rate", a.Totals.CoverageRate, 0.5)
	if side := 0.0001 * 111_195; math.Abs(a.Totals.Demand.Float()-2*side*side) > 0.01*side*side {
		t.Errorf("ground %v m², want %v", a.Totals.Demand, 2*side*side)
	}
}

func TestWhatNeedsNoRoadsIsAnsweredWithout(t *testing.T) {
	t.Parallel()
	l := quarter(t)
	l.Roads = nil
	e := ask(t, l)
	r := analysis.PerCapitaRequest{CoverageRequest: in(t, "", 250), Options: analysis.PerCapitaOptions{Rules: []string{"staffing/community-workers"}}}
	a := must[*analysis.PerCapitaAnswer](t)(e.PerCapita(context.Background(), r))
	near(t, "need", &a.Summary.Rules[0].Need, 0.36)
	if _, err := e.Catchments(context.Background(), analysis.CatchmentRequest{CoverageRequest: in(t, "park", 250)}); coverage.CodeOf(err) != coverage.Invalid {
		t.Errorf("catchments without roads: %v", err)
	}
	// Land and parks are all that an audit needs: the estate lies whole within
	// 500 m of the park.
	l.Demand = nil
	l.Estates = []coverage.Estate{{ID: "E", Area: box(orb.Point{105.003, 0}, orb.Point{105.004, 0.001})}}
	radius := 500.0
	audit := analysis.AuditRequest{CoverageRequest: analysis.CoverageRequest{Study: "town"}, Options: analysis.AuditOptions{RadiusM: &radius, Kinds: []string{"park"}}}
	b := must[*analysis.AuditAnswer](t)(ask(t, l).Audit(context.Background(), audit))
	near(t, "coverage_rate", b.Summary.CoverageRate, 1)
	if !warns(b.Warnings, analysis.StraightLine) {
		t.Errorf("that it is a straight line is not told: %+v", b.Warnings)
	}
}
