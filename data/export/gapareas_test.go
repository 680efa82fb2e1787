package export_test

import (
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/data/export"
)

// A path is a list of places: a member in GeoJSON, null where there is none, and
// no column of a table. Maps become a column for each key.
func TestListsOfPlacesAreNoColumns(t *testing.T) {
	t.Parallel()
	a := &analysis.GapAreaAnswer{Study: "town", Rows: []analysis.GapAreaRow{
		{ID: "a", At: orb.Point{105, 29.5}, Path: [][2]float64{{105, 29.5}, {105.001, 29.5}}, Cohorts: map[string]coverage.Amount{"people": coverage.AmountUnit}},
		{ID: "b", At: orb.Point{105.1, 29.5}},
	}}
	table := written(t, func(b *strings.Builder) error { return answerCSV(b, a, export.CSVOptions{}) })
	lines := strings.Split(table, "\n")
	if head := "," + lines[0] + ","; strings.Contains(head, ",path,") || !strings.Contains(head, ",cohorts_people,") || !strings.Contains(head, ",path_m,") {
		t.Errorf("columns %s", lines[0])
	}
	for _, line := range lines[1:3] {
		if strings.Count(line, ",") != strings.Count(lines[0], ",") || strings.Contains(line, "105.001") {
			t.Errorf("line %s", line)
		}
	}
	features := written(t, func(b *strings.Builder) error { return answerGeoJSON(b, a, nil) })
	for _, want := range []string{`"path":[[105,29.5],[105.001,29.5]]`, `"path":null`, `"cohorts_people":1`} {
		if !strings.Contains(features, want) {
			t.Errorf("%s is not in %s", want, features)
		}
	}
	if words := export.Words(a.Rows[0]); strings.Contains(words, "path=") {
		t.Errorf("words %s", words)
	}
}
