package web_test

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/geo"
)

// Of every community and grid of the sample, the place says what completeness
// and coverage say of it, under all three rules; and each way drawn is as long
// as it is told to be.
func TestPlacesOfTheSample(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: one request after the other, which the short run, under the race detector, learns nothing from")
	}
	t.Parallel()
	d := openDistrict(t)
	read := func(into any, path string, args ...any) {
		t.Helper()
		sent := d.ask(http.MethodGet, "/api/v1/studies/dongxing-sample/"+fmt.Sprintf(path, args...), "")
		if sent.answer.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s", path, sent.text)
		}
		if err := json.Unmarshal(sent.text, into); err != nil {
			t.Fatal(err)
		}
	}
	for _, level := range []string{"community", "grid"} {
		for rule, cutoff := range map[string]string{"time": "cutoff_min=10", "distance": "cutoff_m=500", "both": "cutoff_min=15"} {
			var circle analysis.CompletenessAnswer
			var cover analysis.CoverageResult
			read(&circle, "completeness?level=%s&rule=%s&f=json", level, rule)
			read(&cover, "coverage?kind=pocket_park&level=%s&%s&f=json", level, cutoff)
			for k, want := range circle.Rows {
				var a analysis.PlaceAnswer
				read(&a, "place?kind=pocket_park&zone=%s&level=%s&rule=%s&%s&f=json", want.ID, level, rule, cutoff)
				if problem := placeDiffers(&a, &want); problem != "" {
					t.Fatalf("%s by %s: %s", want.ID, rule, problem)
				}
				asked, row := &a.Rows[0], &cover.Rows[k]
				if row.ID != want.ID || asked.Covered != row.Covered || asked.Uncovered != row.Uncovered {
					t.Fatalf("%s: %v and %v, coverage has %+v", want.ID, asked.Covered, asked.Uncovered, row)
				}
			}
		}
	}
}

// placeDiffers tells what of a place is not as completeness has it.
func placeDiffers(a *analysis.PlaceAnswer, want *analysis.CompletenessRow) string {
	s := &a.Summary
	if d := cmp.Diff(
		[]any{s.Demand, s.Complete, s.CompleteRate, s.MeanReached, s.Missing, s.Lacking, s.Cohorts["people"]},
		[]any{want.Demand, want.Complete, want.CompleteRate, want.MeanReached, want.Missing, want.Lacking, want.Demand},
	); d != "" {
		return d
	}
	for i := range a.Rows {
		r := &a.Rows[i]
		if rate, ok := want.Reach[r.Need]; ok && rate != nil && float64(r.Covered)/float64(s.Demand) != *rate {
			return fmt.Sprintf("%s reaches %v of %v, not %v", r.Need, r.Covered, s.Demand, *rate)
		}
		served := coverage.Amount(0)
		for _, f := range r.Serving {
			served += f.Demand
		}
		if served != s.Demand { // the whole sample lies on one network
			return fmt.Sprintf("%s: %v of %v are served", r.Need, served, s.Demand)
		}
		drawn := 0.0
		for k := 1; k < len(r.Path); k++ {
			drawn += geo.Distance(orb.Point(r.Path[k-1]), orb.Point(r.Path[k]))
		}
		if slack := 0.03*float64(len(r.Path)) + 1e-4*drawn; math.Abs(drawn-*r.PathM) > slack {
			return fmt.Sprintf("%s: a way of %v m is drawn as %v m", r.Need, *r.PathM, drawn)
		}
	}
	return ""
}

func TestPlaceErrors(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const of = "/api/v1/studies/town/place"
	for query, location := range map[string]string{
		"":                           "query.zone",
		"?zone=c-east&at=105,29":     "query.zone",
		"?at=105":                    "query.at",
		"?zone=moon":                 "query.zone",
		"?zone=c-east&circle=square": "query.circle",
		"?zone=c-east&rule=luck":     "query.rule",
		"?zone=c-east&kind=casino":   "query.kind",
	} {
		got := b.get(t, of+query)
		var told struct {
			Errors []struct{ Location string }
		}
		if err := json.Unmarshal(got.Body.Bytes(), &told); err != nil || got.Code != http.StatusUnprocessableEntity || len(told.Errors) == 0 || told.Errors[0].Location != location {
			t.Errorf("%s: %d %s", query, got.Code, got.Body)
		}
	}
}
