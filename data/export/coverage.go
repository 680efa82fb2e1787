package export

import (
	"fmt"
	"io"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/zonal"
)

// CoverageCSV writes one line per zone of r, in the order of its rows, with the
// members of a row as columns. Demand that lies in no zone of the level
// (Outside) is no zone and has no line.
//
// Errors: what w returns.
func CoverageCSV(w io.Writer, r *analysis.CoverageResult, o CSVOptions) error {
	return rowsCSV(w, r.Rows, r.Synthetic, o)
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
	if err := sameZones(zones, len(r.Rows), func(i int) string { return r.Rows[i].ID }); err != nil {
		return err
	}
	return rowsGeoJSON(w, coverageHead{
		head{r.Key, r.Study, r.Snapshot, r.Synthetic, r.Engine}, r.Question, r.Totals, r.Outside, r.Rules, r.Network, r.Warnings,
	}, r.Rows, func(i int) (string, orb.Geometry) { return r.Rows[i].ID, areaOf(zones[i]) })
}

// sameZones holds zones against the ids of rows.
func sameZones(zones []zonal.Zone, rows int, id func(i int) string) error {
	if len(zones) != rows {
		return fmt.Errorf("%d zones for %d rows", len(zones), rows)
	}
	for i := range zones {
		if zones[i].ID != id(i) {
			return fmt.Errorf("row %d is of zone %q, not %q", i+1, id(i), zones[i].ID)
		}
	}
	return nil
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
