package analysis_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
)

// Of street the way to the park is 400, 300, 200 and 100 m for a (100 people), b
// (50), c (30) and d (20), 90 s for each 100 m; a and b are the west.
func TestDistributionCountsWhoIsWithin(t *testing.T) {
	t.Parallel()
	r := analysis.DistributionRequest{CoverageRequest: in(t, "park", 250)}
	step := 150.0
	r.Options = analysis.DistributionOptions{StepM: &step, Steps: 2, Zones: []string{"west"}}
	a := must[*analysis.DistributionAnswer](t)(ask(t, street(t)).Distribution(context.Background(), r))
	var got []string
	for _, row := range a.Rows {
		got = append(got, fmt.Sprintf("%s within %.0f m: %v more, %v", row.ID, *row.CutoffM, row.Demand, row.Within))
	}
	want := []string{
		// b is just 300 m off, and so within.
		"town within 150 m: 20 more, 20", "town within 300 m: 80 more, 100",
		"west within 150 m: 0 more, 0", "west within 300 m: 50 more, 50",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	town, west := a.Summary.Zones[0], a.Summary.Zones[1]
	if town.Demand.Float() != 200 || town.Covered.Float() != 50 || town.Beyond.Float() != 100 || town.Unreached != 0 || *town.CoverageRate != 0.25 {
		t.Errorf("town %+v", town)
	}
	if west.Demand.Float() != 150 || west.Covered != 0 || west.Beyond.Float() != 100 {
		t.Errorf("west %+v", west)
	}
	// Without a wish steps are of 100 m, up to 3 km.
	r.Options = analysis.DistributionOptions{}
	a = must[*analysis.DistributionAnswer](t)(ask(t, street(t)).Distribution(context.Background(), r))
	if len(a.Rows) != 30 || *a.Options.StepM != 100 || a.Rows[1].Within.Float() != 50 || a.Options.StepS != nil {
		t.Errorf("%d rows, options %+v", len(a.Rows), a.Options)
	}
}

func TestDistributionFaults(t *testing.T) {
	t.Parallel()
	tiny, minute := 0.01, 60.0
	r := analysis.DistributionRequest{CoverageRequest: in(t, "park", 250)}
	r.Options = analysis.DistributionOptions{StepM: &tiny, StepS: &minute, Steps: 1001, Zones: []string{"west", "moon"}}
	_, err := ask(t, street(t)).Distribution(context.Background(), r)
	told, ok := errors.AsType[*coverage.Error](err)
	if !ok || told.Code != coverage.Invalid {
		t.Fatalf("error %v", err)
	}
	for _, part := range []string{"step_min", "at least a second", "1001", `no zone "moon"`} {
		if !strings.Contains(fmt.Sprint(told.Issues), part) {
			t.Errorf("%q is not told: %v", part, told.Issues)
		}
	}
}

// Whatever the town and the step, the share within each is what coverage says of
// its cutoff, for the study and for every zone; and nobody is lost.
func TestDistributionAgreesWithCoverage(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := ask(t, served(t))
		r := analysis.DistributionRequest{CoverageRequest: question(t, "park", coverage.LevelGrid)}
		step := float64(rapid.IntRange(1, 900).Draw(t, "step"))
		r.Options.Steps = rapid.IntRange(1, 6).Draw(t, "steps")
		inUnit := analysis.Meters
		if r.Cutoff.Meters() != nil {
			r.Options.StepM = &step
		} else {
			r.Options.StepS = &step
			inUnit = func(s float64) (analysis.Cutoff, error) { return analysis.Minutes(s / 60) }
		}
		c, err := e.Coverage(context.Background(), r.CoverageRequest)
		answered(t, c, err)
		for _, row := range c.Rows {
			r.Options.Zones = append(r.Options.Zones, row.ID)
		}
		a, err := e.Distribution(context.Background(), r)
		answered(t, a, err)
		if len(a.Summary.Zones) != 1+len(c.Rows) || len(a.Rows) != len(a.Summary.Zones)*r.Options.Steps {
			t.Fatalf("%d zones with %d rows of %d", len(a.Summary.Zones), len(a.Rows), len(c.Rows))
		}
		for k := range r.Options.Steps {
			at := r.CoverageRequest
			at.Cutoff, err = inUnit(step * float64(k+1))
			answered(t, at, err)
			c, err := e.Coverage(context.Background(), at)
			answered(t, c, err)
			if got := a.Rows[k]; got.Within != c.Totals.Covered || cmp.Diff(got.WithinRate, c.Totals.CoverageRate) != "" {
				t.Fatalf("step %d of the study: %+v, coverage %+v", k, got, c.Totals)
			}
			for z, row := range c.Rows {
				if got := a.Rows[(z+1)*r.Options.Steps+k]; got.ID != row.ID || got.Within != row.Covered || cmp.Diff(got.WithinRate, row.CoverageRate) != "" {
					t.Fatalf("step %d: %+v, coverage %+v", k, got, row)
				}
			}
		}
		for i, zone := range a.Summary.Zones {
			last := a.Rows[(i+1)*r.Options.Steps-1]
			if last.Within+zone.Beyond+zone.Unreached != zone.Demand {
				t.Fatalf("%v within, %v beyond, %v unreached, in all %v", last.Within, zone.Beyond, zone.Unreached, zone.Demand)
			}
		}
	})
}
