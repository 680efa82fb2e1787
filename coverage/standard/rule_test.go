package standard_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"kaimen/coverage"
	"kaimen/coverage/standard"
)

func load(t testing.TB) *standard.Library {
	t.Helper()
	l, err := standard.Load()
	if err != nil {
		for _, i := range issues(err) {
			t.Log(i)
		}
		t.Fatal(err)
	}
	return l
}

// Whatever a rule says, a reader must be able to tell of what, in which unit
// and from where; and a figure that was only recalled is not printed as a clause.
func TestRulesAreComplete(t *testing.T) {
	t.Parallel()
	l := load(t)
	seen := make(map[string]bool)
	for _, r := range l.Rules() {
		if seen[r.ID] {
			t.Errorf("%s stands twice", r.ID)
		}
		seen[r.ID] = true
		for what, text := range map[string]string{
			"standard": r.Standard, "standard in Chinese": r.StandardName.ZH, "standard in English": r.StandardName.EN,
			"name in Chinese": r.Name.ZH, "name in English": r.Name.EN, "unit": r.Unit, "source": r.Source,
		} {
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s has no %s", r.ID, what)
			}
		}
		if !slices.Contains(standard.Bounds(), r.Bound) {
			t.Errorf("%s is bound %q", r.ID, r.Bound)
		}
		if ranged := r.Bound == standard.BoundRange; ranged != (r.Min != nil && r.Max != nil) || ranged == (r.Value != nil) {
			t.Errorf("%s is bound %s with value %v, min %v, max %v", r.ID, r.Bound, r.Value, r.Min, r.Max)
		}
		if !r.Verified && r.Clause != "" {
			t.Errorf("%s was recalled and names clause %s", r.ID, r.Clause)
		}
		if recalled := strings.Contains(r.Source, "recalled"); recalled && r.Verified {
			t.Errorf("%s is verified, and recalled by its source", r.ID)
		}
		if r.Local {
			t.Errorf("%s counts as local", r.ID)
		}
		for _, kind := range kindsOf(r) {
			if !l.Known(kind) {
				t.Errorf("%s is of kind %s, which has no name", r.ID, kind)
			}
		}
		if got, ok := l.Rule(r.ID); !ok || got.Name != r.Name {
			t.Errorf("%s is not found by its id", r.ID)
		}
	}
	if _, ok := l.Rule("gb50180-2018/moats"); ok {
		t.Error("a rule was found that nobody wrote")
	}
}

func kindsOf(r standard.Rule) []string {
	switch {
	case r.Ratio != nil:
		return r.Ratio.Kinds
	case r.Reach != nil:
		return r.Reach.Kinds
	case r.Radius != nil:
		return r.Radius.Kinds
	case r.Size != nil:
		return r.Size.Kinds
	}
	return nil
}

// What the figures must be, from the published sources that their rules name:
// those read there are verified, those recalled are not. lo and hi are the
// ends of a range; hi is 0 for a single value.
func TestFigures(t *testing.T) {
	t.Parallel()
	l := load(t)
	for _, want := range []struct {
		id       string
		bound    standard.Bound
		lo, hi   float64
		verified bool
		clause   string
		role     string
	}{
		// Tiers.
		{"gb50180-2018/walk-15min", "range", 800, 1000, true, "", ""},
		{"gb50180-2018/population-15min", "range", 50_000, 100_000, true, "", ""},
		{"gb50180-2018/dwellings-15min", "range", 17_000, 32_000, true, "", ""},
		{"gb50180-2018/walk-10min", "about", 500, 0, true, "", ""},
		{"gb50180-2018/population-10min", "range", 15_000, 25_000, true, "", ""},
		{"gb50180-2018/dwellings-10min", "range", 5_000, 8_000, true, "", ""},
		{"gb50180-2018/land-10min", "range", 32, 50, true, "", ""},
		{"gb50180-2018/population-5min", "range", 5_000, 12_000, false, "", ""},
		{"gb50180-2018/population-block", "range", 1_000, 3_000, true, "2.0.5", ""},
		{"gb50180-2018/land-block", "range", 2, 4, true, "", ""},
		{"tdt1062-2021/tier-outer", "about", 15, 0, true, "", ""},
		{"shanghai-2016/population", "range", 50_000, 100_000, true, "", ""},
		{"shanghai-2016/day-care-time", "most", 10, 0, true, "", "reach"},
		{"shanghai-2024-draft/population-city", "range", 30_000, 50_000, true, "", ""},
		{"shanghai-2024-draft/bus-inner", "most", 300, 0, true, "", "reach"},
		{"shanghai-2024-draft/bus-outer", "most", 500, 0, true, "", "reach"},
		{"shanghai-2024-draft/center-area", "least", 800, 0, true, "", "size"},
		{"mofcom-2021/market", "about", 15, 0, true, "", "reach"},
		{"mofcom-2021/pharmacy", "about", 15, 0, true, "", "reach"},
		// Green space.
		{"gb50180-2018/green-15min", "least", 2, 0, true, "4.0.4", "ratio"},
		{"gb50180-2018/green-10min", "least", 1, 0, true, "", "ratio"},
		{"gb50180-2018/green-5min", "least", 1, 0, false, "", "ratio"},
		{"gb50180-2018/park-area-10min", "least", 10_000, 0, true, "", ""},
		{"gb50180-2018/park-area-15min", "least", 50_000, 0, false, "", ""},
		{"gb50180-2018/renewal-floor", "least", 0.7, 0, true, "4.0.5", ""},
		{"pocket-parks-2022/size", "range", 400, 10_000, true, "", "size"},
		{"park-audit-2021/park-radius", "most", 500, 0, true, "", "radius"},
		{"garden-city/park-radius", "most", 300, 0, false, "", "radius"},
		{"gb55014-2021/green-per-person", "least", 8, 0, true, "", "ratio"},
		{"gb55014-2021/park-cover", "least", 0.8, 0, true, "", ""},
		// Community facilities.
		{"complete-community-2020/station-area", "about", 800, 0, true, "", "size"},
		{"complete-community-2020/kindergarten-floor", "least", 2200, 0, true, "", "size"},
		{"complete-community-2020/nursery-area", "least", 200, 0, true, "", "size"},
		{"complete-community-2020/elder-care-area", "least", 350, 0, true, "", "size"},
		{"complete-community-2020/clinic-area", "least", 120, 0, true, "", "size"},
		{"complete-community-2020/supermarket-area", "least", 300, 0, true, "", "size"},
		{"complete-community-2020/parking-new", "least", 1, 0, true, "", "ratio"},
		{"complete-community-2020/ev-ready-new", "least", 1, 0, true, "", ""},
		{"complete-community-2020/fitness-area", "least", 150, 0, false, "", "size"},
		{"green-community/clinic-area", "least", 150, 0, true, "", "size"},
		{"community-service/complex-area", "least", 600, 0, true, "", ""},
		{"community-service/floor-area", "least", 30, 0, true, "", "ratio"},
		{"elder-care/yinchuan-new", "least", 30, 0, true, "", "ratio"},
		{"elder-care/yinchuan-built", "least", 20, 0, true, "", "ratio"},
		{"childcare/anhui-distance", "most", 300, 0, true, "", "reach"},
		{"childcare/places", "least", 4.5, 0, false, "", "ratio"},
		{"gb50180-before-2018/kindergarten", "most", 300, 0, true, "", "reach"},
		{"gb50180-before-2018/primary-school", "most", 500, 0, true, "", "reach"},
		{"gb50180-before-2018/middle-school", "most", 1000, 0, true, "", "reach"},
		{"gb50180-2018/kindergarten", "most", 300, 0, false, "", "reach"},
		{"gb50180-2018/clinic", "most", 300, 0, false, "", "reach"},
		{"gb50180-2018/market", "most", 500, 0, false, "", "reach"},
		{"gb50180-2018/health-center", "most", 1000, 0, false, "", "reach"},
		{"staffing/community-workers", "least", 18, 0, true, "", "ratio"},
		{"staffing/community-workers-changji", "least", 25, 0, true, "", "ratio"},
		{"staffing/grid-workers", "least", 1, 0, false, "", "ratio"},
		// Roads and barriers.
		{"gb50180-2018/road-density", "least", 8, 0, true, "6.0.2", ""},
		{"gb50180-2018/road-spacing", "most", 300, 0, true, "", ""},
		{"gb50180-2018/gate-spacing", "most", 200, 0, true, "", ""},
		{"gb50180-before-2018/dead-end-length", "most", 120, 0, true, "", ""},
		{"gb50180-before-2018/turning-head", "least", 12, 0, false, "", ""},
		{"barrier-free/ramp-grade", "least", 12, 0, true, "", ""},
		{"barrier-free/ramp-rise", "most", 0.75, 0, true, "", ""},
		{"barrier-free/stall-grade", "least", 50, 0, true, "", ""},
		// Parking and charging.
		{"gb50220-95/parking", "most", 300, 0, false, "", "reach"},
		{"gbt51149-2016/share-built", "least", 0.85, 0, false, "", ""},
		{"gbt51328-2018/parking-land", "range", 0.5, 1, false, "", ""},
		{"charging/hainan-housing", "least", 1, 0, true, "", ""},
		{"charging/hainan-offices", "least", 0.25, 0, true, "", ""},
		{"charging/gbt51313-public", "least", 0.1, 0, false, "", ""},
		{"charging/weifang-radius", "most", 1000, 0, true, "", "reach"},
		{"charging/ebike-area", "least", 2.5, 0, true, "", ""},
		// Walking.
		{"walking/adults", "range", 1.272, 1.462, true, "", ""},
		{"walking/over-60", "about", 1.24, 0, true, "", ""},
		{"walking/over-80", "about", 0.95, 0, false, "", ""},
		{"walking/study-speed", "range", 0.89, 1.22, true, "", ""},
	} {
		r, ok := l.Rule(want.id)
		if !ok {
			t.Errorf("there is no rule %s", want.id)
			continue
		}
		lo, hi := r.Value, (*float64)(nil)
		if want.bound == standard.BoundRange {
			lo, hi = r.Min, r.Max
		}
		if r.Bound != want.bound || lo == nil || *lo != want.lo || hi != nil && *hi != want.hi {
			t.Errorf("%s is %s %v, %v; want %s %v, %v", r.ID, r.Bound, lo, hi, want.bound, want.lo, want.hi)
		}
		if r.Verified != want.verified || r.Clause != want.clause || roleOf(r) != want.role {
			t.Errorf("%s: verified %v, clause %q, role %q; want %v, %q, %q", r.ID, r.Verified, r.Clause, roleOf(r), want.verified, want.clause, want.role)
		}
	}
}

func roleOf(r standard.Rule) string {
	switch {
	case r.Ratio != nil:
		return "ratio"
	case r.Reach != nil:
		return "reach"
	case r.Radius != nil:
		return "radius"
	case r.Size != nil:
		return "size"
	}
	return ""
}

// The roles carry what an answer needs.
func TestRoles(t *testing.T) {
	t.Parallel()
	l := load(t)
	rule := func(id string) standard.Rule {
		r, ok := l.Rule(id)
		if !ok {
			t.Fatalf("there is no rule %s", id)
		}
		return r
	}
	for _, tc := range []struct {
		id     string
		supply standard.Supply
		weight string
		per    float64
		kinds  string
	}{
		{"gb50180-2018/green-15min", standard.SupplyAreaM2, "people", 1, "park pocket_park"},
		{"complete-community-2020/parking-new", standard.SupplyCapacity, "households", 1, "parking"},
		{"childcare/places", standard.SupplyCapacity, "people", 1000, "nursery childcare"},
		{"staffing/community-workers", standard.SupplyStaff, "people", 10_000, "community_center"},
		{"staffing/grid-workers", standard.SupplyStaff, standard.WeightGrids, 1, "service_station"},
		{"community-service/floor-area", standard.SupplyAreaM2, "households", 100, "community_center"},
	} {
		got := rule(tc.id).Ratio
		if got == nil || got.Supply != tc.supply || got.Weight != tc.weight || got.Per != tc.per || strings.Join(got.Kinds, " ") != tc.kinds {
			t.Errorf("%s: %+v", tc.id, got)
		}
	}
	// Residential land within 500 m of parks of 5,000 m² and more, and within
	// 300 m of those of 2,000 to 5,000 m².
	radius := rule("park-audit-2021/park-radius").Radius
	if radius == nil || radius.Land != "residential" || len(radius.Classes) != 2 {
		t.Fatalf("park radius %+v", radius)
	}
	large, small := radius.Classes[0], radius.Classes[1]
	if *large.MinAreaM2 != 5000 || large.MaxAreaM2 != nil || large.Meters != 500 {
		t.Errorf("large parks %+v", large)
	}
	if *small.MinAreaM2 != 2000 || *small.MaxAreaM2 != 5000 || small.Meters != 300 {
		t.Errorf("small parks %+v", small)
	}
	if clinic := rule("gb50180-2018/clinic").Reach; clinic.Meters != 300 || clinic.Minutes != 5 || clinic.Count != 1 {
		t.Errorf("clinic %+v", clinic)
	}
}

// Rules come by the names of their files, whatever the standards are called.
func TestOrderOfRules(t *testing.T) {
	t.Parallel()
	var files []string
	for _, r := range load(t).Rules() {
		file, _, _ := strings.Cut(r.ID, "/")
		if len(files) == 0 || files[len(files)-1] != file {
			files = append(files, file)
		}
	}
	if !slices.IsSorted(files) {
		t.Errorf("%v", files)
	}
}

// JSON of a rule leaves out what it does not have.
func TestRuleAsJSON(t *testing.T) {
	t.Parallel()
	r, _ := load(t).Rule("pocket-parks-2022/size")
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"rule":"pocket-parks-2022/size","standard":"住建部办公厅通知 2022-08-09",` +
		`"standard_name":{"zh":"关于推动口袋公园建设的通知","en":"Notice on building pocket parks, 9 August 2022"},` +
		`"name":{"zh":"口袋公园面积","en":"Area of a pocket park"},"bound":"range","min":400,"max":10000,"unit":"m2",` +
		`"source":"sdenews.com and singtaousa, on the notice of 9 August 2022","verified":true,"local":false,"size":{"kinds":["pocket_park"]}}`
	if string(text) != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
}

// Every circle can be answered: each need has kinds with names, a count and a
// distance; and none has a weight, as none was published.
func TestCircles(t *testing.T) {
	t.Parallel()
	l := load(t)
	var ids []string
	for _, c := range l.Circles() {
		ids = append(ids, c.ID)
		if c.Name.ZH == "" || c.Name.EN == "" || c.Source == "" || c.WeightsSource != "" || len(c.Needs) == 0 {
			t.Errorf("circle %s: %+v", c.ID, c)
		}
		seen := make(map[string]bool)
		for _, n := range c.Needs {
			if seen[n.ID] || n.Name.ZH == "" || n.Name.EN == "" || n.Count < 1 || n.Minutes <= 0 || n.Weight != nil || len(n.Kinds) == 0 {
				t.Errorf("circle %s: need %+v", c.ID, n)
			}
			seen[n.ID] = true
			for _, kind := range n.Kinds {
				if !l.Known(kind) {
					t.Errorf("circle %s: need %s: kind %s has no name", c.ID, n.ID, kind)
				}
			}
		}
	}
	if want := []string{"circle-5", "circle-10", "circle-15", "complete-community"}; !slices.Equal(ids, want) {
		t.Errorf("circles %v, want %v", ids, want)
	}
	if _, ok := l.Circle("circle-60"); ok {
		t.Error("a circle was found that nobody wrote")
	}
	c, _ := l.Circle("circle-15")
	for _, want := range []standard.Need{
		{ID: "elder_care", Kinds: []string{"elder_care"}, Minutes: 5, Meters: 300},
		{ID: "health", Kinds: []string{"clinic", "hospital"}, Minutes: 15, Meters: 1000},
		{ID: "green", Kinds: []string{"park", "pocket_park"}, Minutes: 15, Meters: 1000},
		{ID: "pharmacy", Kinds: []string{"pharmacy"}, Minutes: 15, Meters: 1000},
	} {
		i := slices.IndexFunc(c.Needs, func(n standard.Need) bool { return n.ID == want.ID })
		if i < 0 || !slices.Equal(c.Needs[i].Kinds, want.Kinds) || c.Needs[i].Minutes != want.Minutes || c.Needs[i].Meters != want.Meters {
			t.Errorf("circle-15: need %s: %+v", want.ID, c.Needs)
		}
	}
}

// The rings under both rules are those that the rules of the standard name.
func TestTiersAgreeWithRules(t *testing.T) {
	t.Parallel()
	l := load(t)
	for i, id := range []string{"gb50180-2018/walk-5min", "gb50180-2018/walk-10min", "gb50180-2018/walk-15min"} {
		r, _ := l.Rule(id)
		tier := l.Tiers()[i]
		if upper := r.Upper(); upper == nil || *upper != tier.Meters || r.Verified != tier.Verified {
			t.Errorf("%s: %+v, and the tier %+v", id, r, tier)
		}
	}
}

func issues(err error) []coverage.Issue {
	if e, ok := asError(err); ok {
		return e.Issues
	}
	return nil
}
