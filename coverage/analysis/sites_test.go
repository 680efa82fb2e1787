package analysis_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/candidate"
	"kaimen/coverage/coveragetest"
	"kaimen/coverage/scenario"
	"kaimen/coverage/siting"
)

// lane is a street with a park at its west end and a home at each corner; grids
// tile it at its middle.
//
//	P
//	a---b---c---d---e---f---g      100 m from one to the next
//	10  20  30  40  50  60  70     people, 280
//	|--- west ---|--- east ---|    a to c, d to g
func lane(t testing.TB) (coverage.Layers, []analysis.SitePoint) {
	t.Helper()
	town := coveragetest.Draw(t, `a---b---c---d---e---f---g`)
	l := coverage.Layers{Roads: town.Roads, Facilities: []coverage.Facility{{ID: "P", Kind: "park", At: town.Nodes['a']}}}
	var points []analysis.SitePoint
	for i, r := range []rune("abcdefg") {
		home := people(string(r), town.Nodes[r], float64(10*(i+1)))
		home.Weights["elderly"] = coverage.Amount(i) * coverage.AmountUnit
		l.Demand = append(l.Demand, home)
		if r != 'a' {
			points = append(points, analysis.SitePoint{ID: string(r), At: town.Nodes[r]})
		}
	}
	middle := (town.Nodes['c'][0] + town.Nodes['d'][0]) / 2
	l.Boundaries = []coverage.Boundary{
		{ID: "east", Level: coverage.LevelGrid, Area: box(orb.Point{middle, -1}, orb.Point{106, 60})},
		{ID: "west", Level: coverage.LevelGrid, Area: box(orb.Point{104, -1}, orb.Point{middle, 60})},
	}
	return l, points
}

// chosen asks for parks on the lane within 100 m: a site serves its corner and the
// two next to it.
func chosen(t testing.TB, l coverage.Layers, o analysis.SitesOptions) *analysis.SitesAnswer {
	t.Helper()
	a, err := ask(t, l).Sites(t.Context(), analysis.SitesRequest{CoverageRequest: in(t, "park", 100), Options: o})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func idsOf(a *analysis.SitesAnswer) (ids []string) {
	for _, row := range a.Rows {
		ids = append(ids, strings.TrimPrefix(row.ID, "point:"))
	}
	slices.Sort(ids)
	return ids
}

// P serves a and b, 30. One more serves most at f: e, f and g, 180. A second one
// at c or d serves c and d, 70: then all are served.
func TestSitesByNumber(t *testing.T) {
	t.Parallel()
	l, points := lane(t)
	a := chosen(t, l, analysis.SitesOptions{Number: 1, Points: points})
	s := a.Summary
	if diff := cmp.Diff([]string{"f"}, idsOf(a)); diff != "" || s.Objective != 210 || s.Bound != 210 || s.Gap != 0 || !s.Proven || s.End != "proven" || !s.Complete {
		t.Fatalf("%s %+v", diff, s)
	}
	if s.Before != 30*coverage.AmountUnit || s.After != 210*coverage.AmountUnit || s.Uncovered != 70*coverage.AmountUnit || s.Unreachable != 0 || s.Unit != "people" {
		t.Errorf("%+v", s)
	}
	// Without f all 180 are lost; at e instead d, e and f, 150, would be served.
	row := a.Rows[0]
	if row.Newly != 180*coverage.AmountUnit || row.OnlyHere != row.Newly || row.Shared != 0 || *row.LossIfRemoved != 180 || *row.SubstituteID != "point:e" || *row.SubstituteLoss != 30 {
		t.Errorf("%+v", row)
	}
	if diff := cmp.Diff([]analysis.SiteZone{{ID: "east", Demand: 180 * coverage.AmountUnit}}, row.Zones); diff != "" || row.Cohorts["elderly"] != (4+5+6)*coverage.AmountUnit {
		t.Errorf("%s %v", diff, row.Cohorts)
	}
	a = chosen(t, l, analysis.SitesOptions{Number: 2, Points: points, Curve: 3, Alternatives: 3})
	if a.Summary.Objective != 280 || a.Summary.AfterRate == nil || *a.Summary.AfterRate != 1 || a.Rows[0].ID != "point:f" {
		t.Errorf("%+v", a.Summary)
	}
	var curve []float64
	for _, c := range a.Summary.Curve {
		curve = append(curve, c.Objective)
	}
	// More than two add nothing.
	if diff := cmp.Diff([]float64{210, 280, 280}, curve); diff != "" {
		t.Error(diff)
	}
	if len(a.Summary.AlternativePlans) == 0 { // c or d, the other way
		t.Error("no plan as good is told")
	}
}

// Each model on the lane, worked out by hand.
func TestSitesByModel(t *testing.T) {
	t.Parallel()
	l, points := lane(t)
	half, budget := 0.5, int64(2)
	for _, tc := range []struct {
		name      string
		options   analysis.SitesOptions
		objective float64
		sites     int
	}{
		{"fewest for all", analysis.SitesOptions{Model: siting.SetCover}, 2, 2},
		// Half of 280 is 140; P has 30, so one site with 110 or more will do.
		{"fewest for half", analysis.SitesOptions{Model: siting.SetCover, Share: &half}, 1, 1},
		{"by budget", analysis.SitesOptions{Budget: &budget}, 280, 2},
		// Within 0 m all, within 100 m half: at f 60 + (50+70)/2, and P 10 + 20/2.
		{"decay", analysis.SitesOptions{Model: siting.Decay, Number: 1, Steps: []analysis.SiteStep{{Cutoff: 0.001, Share: 1}, {Cutoff: 100, Share: 0.5}}}, 140, 1},
		// At f: b 100·20, c 200·30, d 200·40, e 100·50 and g 100·70.
		{"least travel", analysis.SitesOptions{Model: siting.Median, Number: 1}, 28_000, 1},
		// From e nobody has more than 200 m: c to a, d 100, g 200. From d it is 300.
		{"least worst travel", analysis.SitesOptions{Model: siting.Center, Number: 1}, 200, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.options.Points = points
			a := chosen(t, l, tc.options)
			if got := a.Summary.Objective; got < tc.objective-1e-6 || got > tc.objective+1e-6 || len(a.Rows) != tc.sites || !a.Summary.Proven {
				t.Errorf("%v with %v, not %v with %d: %+v", got, idsOf(a), tc.objective, tc.sites, a.Summary)
			}
		})
	}
}

// Sites that must be, may not be, or stand too close.
func TestSitesThatAreFixed(t *testing.T) {
	t.Parallel()
	l, points := lane(t)
	for _, tc := range []struct {
		name    string
		options analysis.SitesOptions
		sites   []string
	}{
		{"required", analysis.SitesOptions{Number: 1, Required: []string{"point:b"}}, []string{"b"}},
		{"forbidden", analysis.SitesOptions{Number: 1, Forbidden: []string{"point:f"}}, []string{"e"}},
		// f and c serve all, 300 m apart; of those 350 m apart f and b lack d alone.
		{"spaced", analysis.SitesOptions{Number: 2, SpacingM: 350, Forbidden: []string{"point:g"}}, []string{"b", "f"}},
		{"of a name", analysis.SitesOptions{Number: 2, Required: []string{"park/point:b"}}, []string{"b", "f"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.options.Points = points
			if diff := cmp.Diff(tc.sites, idsOf(chosen(t, l, tc.options))); diff != "" {
				t.Error(diff)
			}
		})
	}
	// With 250 m to keep from P as well, b and c are out: d serves c and d.
	a := chosen(t, l, analysis.SitesOptions{Number: 2, SpacingM: 250, SpacingAll: true, Points: points})
	for _, id := range idsOf(a) {
		if id == "b" || id == "c" {
			t.Errorf("%v stand too close to the park", idsOf(a))
		}
	}
}

// A park and a market compete for a budget of 3: parks cost 2 and serve people,
// markets cost 1 and count each elderly ten times. There is no market yet.
func TestSitesOfSeveralKinds(t *testing.T) {
	t.Parallel()
	l, points := lane(t)
	budget := int64(3)
	a := chosen(t, l, analysis.SitesOptions{Budget: &budget, Points: points, Kinds: []analysis.SiteKind{
		{Kind: "park", Number: 1, Cost: 2}, {Kind: "market", Number: 1, Cohort: "elderly", Weight: 10},
	}})
	// The park goes to f, as before: 210. At f the market would serve 4, 5 and 6 of
	// the elderly, 150, but one place takes one kind: at e it serves 3, 4 and 5, 120;
	// at g 5 and 6, 110. The park at e and the market at f make 180 + 150, as much.
	if a.Summary.Objective != 330 || a.Summary.Spent != 3 || len(a.Rows) != 2 || a.Summary.Unit != "demand" {
		t.Errorf("%+v", a.Summary)
	}
	if a.Rows[0].Of == a.Rows[1].Of {
		t.Error("both are at one place")
	}
	for _, kind := range a.Summary.Kinds {
		if kind.Sites != 1 || kind.Candidates != 6 {
			t.Errorf("%+v", kind)
		}
	}
}

// A floor of 0.4 for either grid: the west has P's 30 of 60, the east none of 220.
// One site in the east is enough, so it costs nothing. A floor of 1 takes two
// sites; maxmin with one lifts the east by f to 180 of 220, and the west stays 0.5.
func TestSitesThatAreFair(t *testing.T) {
	t.Parallel()
	l, points := lane(t)
	floor := 0.4
	a := chosen(t, l, analysis.SitesOptions{Number: 1, Points: points, Floor: &floor})
	if f := a.Summary.Fair; f.Price == nil || *f.Price != 0 || *f.LeastRate != 0.5 {
		t.Errorf("%+v", a.Summary.Fair)
	}
	for _, area := range a.Summary.Areas {
		if *area.AfterRate < floor {
			t.Errorf("%+v", area)
		}
	}
}

// The link d-e lets d reach the park in two blocks; see deadEnd. A new park at d
// costs more than there is.
func TestALinkCompetesWithSites(t *testing.T) {
	t.Parallel()
	l, town := deadEnd(t)
	budget, dear := int64(5), int64(9)
	a, err := ask(t, l).Sites(t.Context(), analysis.SitesRequest{CoverageRequest: in(t, "park", 250), Options: analysis.SitesOptions{
		Budget: &budget, Points: []analysis.SitePoint{{ID: "d", At: town.Nodes['d'], Cost: &dear}},
		Links: []analysis.SiteLink{{ID: "gap", Cost: 5, Changes: []scenario.Change{drawn(town.Nodes['d'], town.Nodes['e'])}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Rows) != 1 || a.Rows[0].ID != "link:gap" || a.Rows[0].Newly != 10*coverage.AmountUnit || a.Summary.Objective != 15 || a.Summary.Spent != 5 {
		t.Errorf("%+v\n%+v", a.Rows, a.Summary)
	}
}

// Open requests stand where they are: three near f, one that is done near b.
func TestSitesForRequests(t *testing.T) {
	t.Parallel()
	l, points := lane(t)
	at := map[string]orb.Point{}
	for _, p := range points {
		at[p.ID] = p.At
	}
	for i, id := range []string{"e", "f", "g", "c"} {
		l.Requests = append(l.Requests, coverage.Request{ID: fmt.Sprint("r", i), Kind: "park", State: "open", At: at[id]})
	}
	l.Requests = append(l.Requests, coverage.Request{ID: "old", Kind: "park", State: "done", At: at["d"]}, coverage.Request{ID: "other", Kind: "noise", State: "open", At: at["d"]})
	a := chosen(t, l, analysis.SitesOptions{Number: 1, Points: points, Requests: true, RequestKinds: []string{"park"}})
	if a.Summary.Demand != 4*coverage.AmountUnit || a.Summary.Objective != 3 || a.Summary.Unit != "requests" || idsOf(a)[0] != "f" {
		t.Errorf("%+v", a.Summary)
	}
}

// A scenario changes what is there: with a park at f, 210 are served before, and
// only c and d are left to win.
func TestSitesUnderAScenario(t *testing.T) {
	t.Parallel()
	l, points := lane(t)
	q := in(t, "park", 100)
	q.Scenario = planned(added("new", "park", points[4].At))
	a, err := ask(t, l).Sites(t.Context(), analysis.SitesRequest{CoverageRequest: q, Options: analysis.SitesOptions{Number: 1, Points: points}})
	if err != nil {
		t.Fatal(err)
	}
	if a.Summary.Before != 210*coverage.AmountUnit || a.Summary.Objective != 280 || a.Rows[0].Newly != 70*coverage.AmountUnit || a.Question.Scenario.Changes != 1 {
		t.Errorf("%+v", a.Summary)
	}
}

// With c-d closed nobody west of it reaches f's side, and nothing changes for f.
func TestSitesUnderStress(t *testing.T) {
	t.Parallel()
	l, points := lane(t)
	a := chosen(t, l, analysis.SitesOptions{Number: 1, Points: points, Stability: true, ClosedRoads: []string{l.Roads[2].ID}})
	closed := 0
	for _, c := range a.Summary.Changes {
		if strings.Contains(c.Name, "closed") {
			closed++
		}
		if c.Failed != "" || c.Best < c.Achieved {
			t.Errorf("%+v", c)
		}
	}
	if closed != 1 || len(a.Summary.Changes) < 20 || a.Rows[0].Stability == nil || !(*a.Rows[0].Stability > 0.5) {
		t.Errorf("%d changes, %d closed: %+v", len(a.Summary.Changes), closed, a.Rows[0])
	}
}

// Every fault at once, each with what there is instead.
func TestSitesFaults(t *testing.T) {
	t.Parallel()
	l, points := lane(t)
	e := ask(t, l)
	share, floor, minus := 0.5, 0.99, int64(-1)
	for name, tc := range map[string]struct {
		options analysis.SitesOptions
		kind    string
		parts   []string
	}{
		"model":     {analysis.SitesOptions{Model: "best", Number: -2}, "park", []string{"model", "mclp", "-2"}},
		"many":      {analysis.SitesOptions{Curve: -1, Within: &floor, Budget: &minus, Share: &share, EveryM: 1, Sources: []candidate.Source{"moon"}}, "zoo", []string{"kind: ", "curve: ", "budget: ", "share: ", "moon", "between places"}},
		"no size":   {analysis.SitesOptions{}, "park", []string{"number: ", "budget"}},
		"too many":  {analysis.SitesOptions{Number: 9, Points: points}, "park", []string{"9 sites", "6 may be"}},
		"none":      {analysis.SitesOptions{Number: 1}, "park", []string{"no place for a new site"}},
		"unknown":   {analysis.SitesOptions{Number: 1, Points: points, Required: []string{"point:z"}}, "park", []string{`"point:z"`, "parcel:12"}},
		"both":      {analysis.SitesOptions{Number: 1, Points: points, Required: []string{"point:b"}, Forbidden: []string{"point:b"}}, "park", []string{"required and forbidden"}},
		"floor":     {analysis.SitesOptions{Number: 1, Points: points[4:], Floor: &floor}, "park", []string{"floor is 0.99", "grid west", "0.5"}},
		"capacity":  {analysis.SitesOptions{Model: siting.Splittable, Number: 1, Points: points}, "park", []string{"capacity", "7 sites", "point:b"}},
		"requests":  {analysis.SitesOptions{Number: 1, Points: points, Requests: true}, "park", []string{"requests layer"}},
		"road":      {analysis.SitesOptions{Number: 1, Points: points, Stability: true, ClosedRoads: []string{"none"}}, "park", []string{`"none" is no road`}},
		"link":      {analysis.SitesOptions{Number: 1, Points: points, Links: []analysis.SiteLink{{Cost: -1, Changes: []scenario.Change{added("x", "park", orb.Point{105, 29})}}}}, "park", []string{"no id", "-1", "open_gate"}},
		"two kinds": {analysis.SitesOptions{Points: points, Kinds: []analysis.SiteKind{{Kind: "park", Number: 9}, {Kind: "park", Number: 1, Weight: -1}}}, "", []string{"twice", "-1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := in(t, tc.kind, 100)
			_, err := e.Sites(t.Context(), analysis.SitesRequest{CoverageRequest: q, Options: tc.options})
			known, ok := errors.AsType[*coverage.Error](err)
			if !ok || known.Code != coverage.Invalid {
				t.Fatalf("%v", err)
			}
			var told []string
			for _, i := range known.Issues {
				told = append(told, i.String())
			}
			text := strings.Join(told, "\n")
			for _, part := range tc.parts {
				if !strings.Contains(text, part) {
					t.Errorf("%q is not told:\n%s", part, text)
				}
			}
		})
	}
}

// An answer that is whole is kept; one that is cut short is not, and says so.
func TestSitesAreKeptWhenWhole(t *testing.T) {
	t.Parallel()
	l, points := lane(t)
	e := ask(t, l)
	r := analysis.SitesRequest{CoverageRequest: in(t, "park", 100), Options: analysis.SitesOptions{Number: 1, Points: points}}
	r.Options.Watch = func(p analysis.SitesProgress) {
		if p.Objective > 210 || p.Bound != nil && *p.Bound < p.Objective || p.Done < 0 || p.Done > 1 {
			t.Errorf("%+v", p)
		}
	}
	first := must[*analysis.SitesAnswer](t)(e.Sites(t.Context(), r))
	r.Options.Watch, r.Options.Deadline = nil, time.Hour
	if again := must[*analysis.SitesAnswer](t)(e.Sites(t.Context(), r)); again != first {
		t.Error("the same question is answered twice")
	}
	if _, err := json.Marshal(first); err != nil {
		t.Error(err)
	}
	other := r
	other.Options.Seed = 1
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if a, err := e.Sites(ended, other); err == nil && a.Summary.Complete {
		t.Error("a search that was stopped before it began is told as complete")
	}
	if whole := must[*analysis.SitesAnswer](t)(e.Sites(t.Context(), other)); !whole.Summary.Complete {
		t.Error("what was cut short is kept")
	}
}

func TestSitesModel(t *testing.T) {
	t.Parallel()
	l, points := lane(t)
	e := ask(t, l)
	r := analysis.SitesRequest{CoverageRequest: in(t, "park", 100), Options: analysis.SitesOptions{Number: 1, Points: points}}
	for format, part := range map[string]string{"lp": "Maximize", "mps": "ROWS"} {
		write, err := e.SitesModel(t.Context(), r, format)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := write(&out); err != nil || !strings.Contains(out.String(), part) || !strings.Contains(out.String(), "point:f") {
			t.Errorf("%s: %v\n%.300s", format, err, out.String())
		}
	}
	if _, err := e.SitesModel(t.Context(), r, "xls"); coverage.CodeOf(err) != coverage.Invalid {
		t.Errorf("xls: %v", err)
	}
}

func TestParseSiteKinds(t *testing.T) {
	t.Parallel()
	cost := 600.0
	got, err := analysis.ParseSiteKinds([]string{"pocket_park:3", "parking"}, []string{"parking.cost=50000", "parking.min_area_m2=600", "parking.cohort=vehicles"})
	want := []analysis.SiteKind{{Kind: "pocket_park", Number: 3}, {Kind: "parking", Cost: 50000, Cohort: "vehicles", SiteLimits: analysis.SiteLimits{MinAreaM2: &cost}}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
	_, err = analysis.ParseSiteKinds([]string{"a:0", "b", "b", ""}, []string{"b.color=red", "c.cost=1", "cost", "b.cost=much"})
	if known, ok := errors.AsType[*coverage.Error](err); !ok || len(known.Issues) != 7 {
		t.Errorf("%v", err)
	}
}
