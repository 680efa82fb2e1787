package analysis_test

import (
	"context"
	"testing"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
)

// What a warning says in English stands in its fields, too.
func TestWarningFields(t *testing.T) {
	t.Parallel()
	town := street(t)
	// A park too far from any road, and a home in no zone.
	town.Facilities = append(town.Facilities, coverage.Facility{ID: "far", Kind: "park", At: orb.Point{105, 1}})
	town.Demand = append(town.Demand, people("hermit", orb.Point{105, 1}, 3))
	r, err := ask(t, town).Coverage(context.Background(), analysis.CoverageRequest{Study: "town", Kind: "park", Level: coverage.LevelGrid})
	if err != nil {
		t.Fatal(err)
	}
	layers := make(map[coverage.LayerName]int)
	edges := 0
	for _, w := range r.Warnings {
		if w.Code != coverage.ReasonEdgeOfData {
			layers[w.Layer] += w.Count
			continue
		}
		// The roads end within the study; 15 minutes at 4 km/h are 1,000 m.
		edges++
		if w.HaveM == nil || *w.HaveM != 0 || w.NeededM == nil || *w.NeededM != 1000 {
			t.Errorf("edge of data: %+v", w)
		}
	}
	if edges != 1 || layers[coverage.LayerFacilities] != 1 || layers[coverage.LayerDemand] != 1 || len(layers) != 2 {
		t.Errorf("%d warnings of the edge, rows by layer %v: %+v", edges, layers, r.Warnings)
	}
}
