package network_test

import (
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/coveragetest"
	"kaimen/coverage/network"
)

func named(t *testing.T, id string) network.Profile {
	t.Helper()
	p, ok := network.Named(id)
	if !ok {
		t.Fatalf("there is no profile %s", id)
	}
	return p
}

func TestProfilesAreComplete(t *testing.T) {
	t.Parallel()
	var ids []string
	for _, p := range network.Profiles() {
		ids = append(ids, p.ID)
		if p.Name.ZH == "" || p.Name.EN == "" || p.Source == "" {
			t.Errorf("profile %s lacks a name or a source", p.ID)
		}
	}
	if got := strings.Join(ids, " "); got != "walk walk_detailed elder child stroller wheelchair bike ebike car" {
		t.Errorf("profiles: %s", got)
	}
	if _, ok := network.Named("broom"); ok {
		t.Error("a profile nobody made")
	}
}

func TestProfilesTellAllFaults(t *testing.T) {
	t.Parallel()
	_, err := network.ParseProfiles([]byte(`
- {id: a, speed_m_per_h: 4, snap_m: 0, access: {classes: []}}
- {id: a, speed_m_per_h: 4000, snap_m: 10, access: {classes: [path]}, slope: {tobler: 3.5, table: [[0.1, 1], [0, 9]]},
   factors: {surface: {mud: 0}}}
`))
	if err == nil {
		t.Fatal("faulty profiles were taken")
	}
	for _, want := range []string{
		"profile a: speed_m_per_h is 4", "profile a: snap_m is 0", "access has no classes", `id "a" is blank or stands twice`,
		"tobler or a table, not both", "clip is 0", "do not ascend at 0", "factor at 0 is 9", "surface=mud is 0",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q:\n%v", want, err)
		}
	}
	for _, text := range []string{"", "[]", "- {id: a, sped: 3}", "{"} {
		if _, err := network.ParseProfiles([]byte(text)); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}

// street is one road of 1 km along the equator with a node at each end.
func street(class string, tags map[string]string, heights ...float64) coverage.Road {
	length := 1000 / 111195.0797
	return coverage.Road{
		ID: "r", Class: class, Nodes: []int64{1, 2}, Line: orb.LineString{{105, 0}, {105 + length, 0}}, Tags: tags, Heights: heights,
	}
}

// What a kilometer takes there and back, in seconds worked out by hand.
func TestTimesOfAKilometer(t *testing.T) {
	t.Parallel()
	tobler := func(grade float64) float64 { return math.Exp(3.5 * (math.Abs(grade+0.05) - 0.05)) }
	tags := func(pairs ...string) map[string]string {
		m := make(map[string]string)
		for i := 0; i < len(pairs); i += 2 {
			m[pairs[i]] = pairs[i+1]
		}
		return m
	}
	for _, tc := range []struct {
		name        string
		profile     string
		road        coverage.Road
		there, back float64 // seconds; 0 where it is closed
	}{
		{"on foot", "walk", street("footway", nil), 900, 900},
		{"steps like a path", "walk", street("steps", nil), 900, 900},
		{"the old on foot", "elder", street("footway", nil), 1125, 1125},
		{"the old up steps", "elder", street("steps", tags("incline", "up")), 3000, 2400},
		{"the old down steps", "elder", street("steps", tags("incline", "-30%")), 2400, 3000},
		{"the old on steps of either way", "elder", street("steps", nil), 2700, 2700},
		{"uphill", "walk", street("footway", nil, 0, 100), 900 * tobler(0.1), 900 * tobler(-0.1)},
		{"gently downhill is fastest", "walk", street("footway", nil, 50, 0), 900 * math.Exp(-0.175), 900 * math.Exp(0.175)},
		{"no steeper than believed", "walk", street("footway", nil, 0, 900), 900 * tobler(0.4), 900 * tobler(-0.4)},
		{"a bridge over a valley", "walk", street("footway", tags("bridge", "yes"), 0, 100), 900, 900},
		{"a wheelchair on gravel", "wheelchair", street("footway", tags("surface", "gravel")), 3600 / 2.9 / 0.7, 3600 / 2.9 / 0.7},
		{"a stroller on bad sand", "stroller", street("path", tags("surface", "sand", "smoothness", "bad")), 1000 / 0.32, 1000 / 0.32},
		{"a bicycle uphill", "bike", street("residential", nil, 0, 45), 300 / 0.6, 300 / (1.2 + 0.1*15.0/70)},
		{"a car", "car", street("residential", nil), 180, 180},
		{"a car on a one-way road", "car", street("residential", tags("oneway", "yes")), 180, 0},
		{"a car against its line", "car", street("primary", tags("oneway", "-1")), 0, 90},
		{"a car below a limit", "car", street("primary", tags("maxspeed", "20")), 180, 180},
		{"a car below one in miles", "car", street("primary", tags("maxspeed", "10 mph")), 3600 / 16.09344, 3600 / 16.09344},
		{"a car on a motorway", "car", street("motorway", nil), 40, 0},
		{"a roundabout", "car", street("primary", tags("junction", "roundabout")), 90, 0},
		{"a ferry that says how long", "car", street("ferry", tags("duration", "00:12")), 720 + 600, 720 + 600},
		{"a ferry that does not", "bike", street("ferry", nil), 450 + 600, 450 + 600},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			n, report, err := network.Build(t.Context(), network.Ground{Roads: []coverage.Road{tc.road}}, named(t, tc.profile))
			if err != nil || n.EdgeCount() != 1 {
				t.Fatalf("%d edges, denied %v, %v", n.EdgeCount(), report.Denied, err)
			}
			e := n.Edge(0)
			along, against := e.Forward(network.Time), e.Backward(network.Time)
			if n.NodeAt(e.Tail)[0] != 105 {
				along, against = against, along
			}
			for _, way := range []struct {
				name string
				got  network.Cost
				want float64
			}{{"there", along, tc.there}, {"back", against, tc.back}} {
				switch {
				case way.want == 0 && way.got != network.Unreached:
					t.Errorf("%s: %d ms, want closed", way.name, way.got)
				case way.want > 0 && math.Abs(float64(way.got)/1000-way.want) > 0.03*way.want/100+0.005:
					t.Errorf("%s: %.3f s, want %.3f", way.name, float64(way.got)/1000, way.want)
				}
			}
		})
	}
}

func TestWhoMayUseWhat(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		profile, class string
		tags           map[string]string
		reason         string
	}{
		{"wheelchair", "steps", nil, network.DeniedByClass},
		{"wheelchair", "steps", map[string]string{"ramp:wheelchair": "yes"}, ""},
		{"wheelchair", "footway", map[string]string{"wheelchair": "no"}, network.DeniedByTag},
		{"wheelchair", "footway", map[string]string{"incline": "10%"}, network.DeniedBySlope},
		{"wheelchair", "footway", map[string]string{"incline": "-8%"}, ""},
		{"wheelchair", "footway", map[string]string{"width": "0.8"}, network.DeniedByWidth},
		{"wheelchair", "footway", map[string]string{"smoothness": "horrible"}, network.DeniedByTag},
		{"stroller", "steps", map[string]string{"ramp": "yes"}, ""},
		{"bike", "footway", map[string]string{"bicycle": "no"}, network.DeniedByTag},
		{"bike", "motorway", nil, network.DeniedByClass},
		{"car", "footway", nil, network.DeniedByClass},
		{"car", "residential", map[string]string{"motor_vehicle": "no"}, network.DeniedByTag},
		{"car", "residential", map[string]string{"motorcar": "yes", "motor_vehicle": "no"}, ""},
		{"car", "residential", map[string]string{"motor_vehicle": "destination", "access": "no"}, ""},
		{"car", "service", map[string]string{"area": "yes"}, network.DeniedByGround},
		{"car", "service", map[string]string{"area": "yes", "access": "yes"}, ""},
		{"walk", "ferry", nil, network.DeniedByClass},
	} {
		_, report, err := network.Build(t.Context(), network.Ground{Roads: []coverage.Road{street(tc.class, tc.tags)}}, named(t, tc.profile))
		got := ""
		if len(report.Denied) > 0 {
			got = report.Denied[0].Code
		}
		if err != nil || got != tc.reason {
			t.Errorf("%s on %s %v: %q, want %q (%v)", tc.profile, tc.class, tc.tags, got, tc.reason, err)
		}
	}
}

// Nobody steps off on a ferry: a point by the water is tied to the quay.
func TestNobodyStopsOnAFerry(t *testing.T) {
	t.Parallel()
	town := coveragetest.Draw(t, `
        a---b-------------------c---d
    `)
	for i := range town.Roads {
		if len(town.Roads[i].Nodes) == 2 && town.Roads[i].Nodes[0] == 'b' && town.Roads[i].Nodes[1] == 'c' {
			town.Roads[i].Class = "ferry"
		}
	}
	p := named(t, "bike")
	p.IslandMeters = 0
	n, _, err := network.Build(t.Context(), network.Ground{Roads: town.Roads}, p)
	if err != nil {
		t.Fatal(err)
	}
	s := n.Snap(town.Between('b', 'c', 0.25))
	if !s.OK() || math.Round(float64(s.Offset)/1000) != 125 {
		t.Errorf("tied as %+v, want to b, 125 m off", s)
	}
}
