package data_test

import (
	"path/filepath"
	"testing"

	"kaimen/coverage"
	"kaimen/data/sample"
)

// TestSample: the district that comes with the program is imported whole:
// every row is used, every home and facility is on the network and inside.
func TestSample(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "sample")
	if _, err := sample.Write(t.Context(), dir, sample.Options{}); err != nil {
		t.Fatal(err)
	}
	s, report := mustImport(t, filepath.Join(dir, "study.yaml"))
	equal(t, "synthetic", s.Study.Synthetic, true)
	equal(t, "guesses", len(report.Guesses), 0)
	for _, source := range report.Sources {
		if source.Layer == coverage.LayerGates && source.Source == "roads.osm" {
			// Every gate is a barrier of the roads too, and counts once.
			equal(t, "barriers that are gates", rowsAside(source, coverage.ReasonDuplicate), source.Read)
			continue
		}
		equal(t, source.Source+": rows used", source.Used, source.Read)
		equal(t, source.Source+" has rows", source.Used > 0, true)
	}
	equal(t, "homes on the network", stateOf(report, coverage.LayerDemand, coverage.ReasonSnapped).Rows, len(s.Demand))
	equal(t, "facilities on the network", stateOf(report, coverage.LayerFacilities, coverage.ReasonSnapped).Rows, len(s.Facilities))
	logReport(t, s, report)
}

func rowsAside(s coverage.SourceReport, code string) int {
	for _, c := range s.SetAside {
		if c.Code == code {
			return c.Rows
		}
	}
	return 0
}
