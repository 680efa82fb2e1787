package export

import (
	"fmt"
	"io"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/zonal"
	"kaimen/geo/geojson"
)

// rowColumns are the members of a row, in the order in which they are written.
func rowColumns() []string {
	return []string{
		"id", "name", "level", "parent", "demand", "covered", "coverage_rate", "uncovered",
		"mean_s", "p90_s", "mean_m", "p90_m", "unreached", "facilities_inside", "facilities_reachable",
	}
}

// CoverageCSV writes one line per zone of r, in the order of its rows. Demand
// that lies in no zone of the level (Outside) is no zone and has no line.
//
// Errors: what w returns.
func CoverageCSV(w io.Writer, r *analysis.CoverageResult, o CSVOptions) error {
	t := newTable(w, o, r.Synthetic, rowColumns()...)
	for i := range r.Rows {
		row := &r.Rows[i]
		t.text(row.ID)
		t.text(row.Name)
		t.text(string(row.Level))
		t.text(row.Parent)
		t.amount(row.Demand)
		t.amount(row.Covered)
		t.optional(row.CoverageRate)
		t.amount(row.Uncovered)
		t.optional(row.MeanS)
		t.optional(row.P90S)
		t.optional(row.MeanM)
		t.optional(row.P90M)
		t.amount(row.Unreached)
		t.count(row.FacilitiesInside)
		t.count(row.FacilitiesReachable)
		t.end()
	}
	return t.close()
}

// coverageHead is a result without its rows, which are the features.
type coverageHead struct {
	head
	Question analysis.Question      `json:"question"`
	Totals   zonal.Row              `json:"totals"`
	Outside  *zonal.Row             `json:"outside"`
	Rules    []analysis.Rule        `json:"rules"`
	Network  []coverage.ReasonCount `json:"network"`
	Warnings []analysis.Warning     `json:"warnings"`
}

// CoverageGeoJSON writes the zones with their rows as properties. All other
// members of r stand under the foreign member "kaimen". The study as a whole
// has no outline of its own: its geometry is null.
//
// Errors: zones that are not those of r.Rows, one for one; what w returns.
func CoverageGeoJSON(w io.Writer, r *analysis.CoverageResult, zones []zonal.Zone) error {
	if len(zones) != len(r.Rows) {
		return fmt.Errorf("%d zones for %d rows", len(zones), len(r.Rows))
	}
	writer := geojson.NewWriter(w, geojson.Member{Name: "kaimen", Value: coverageHead{
		head{r.Key, r.Study, r.Snapshot, r.Synthetic, r.Engine}, r.Question, r.Totals, r.Outside, r.Rules, r.Network, r.Warnings,
	}})
	keys := rowColumns()
	for i := range r.Rows {
		row := &r.Rows[i]
		if zones[i].ID != row.ID {
			return fmt.Errorf("row %d is of zone %q, not %q", i+1, row.ID, zones[i].ID)
		}
		err := writer.Write(row.ID, areaOf(zones[i]), keys, []any{
			row.ID, row.Name, string(row.Level), row.Parent,
			row.Demand, row.Covered, optionalReal(row.CoverageRate), row.Uncovered,
			optionalReal(row.MeanS), optionalReal(row.P90S), optionalReal(row.MeanM), optionalReal(row.P90M),
			row.Unreached, row.FacilitiesInside, row.FacilitiesReachable,
		})
		if err != nil {
			return err
		}
	}
	return writer.Close()
}

func areaOf(z zonal.Zone) orb.Geometry {
	if len(z.Area) == 0 {
		return nil
	}
	return z.Area
}

// optionalReal is *x, or nil where x points to nothing.
func optionalReal(x *float64) any {
	if x == nil {
		return nil
	}
	return *x
}

// optionalWord is *s, or nil where s points to nothing.
func optionalWord(s *string) any {
	if s == nil {
		return nil
	}
	return *s
}
