package export

import (
	"fmt"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/zonal"
)

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

// CoverageTable is the zones with the members of their rows as columns. Without
// zones, rows have no shape; the study as a whole never has one. Demand that
// lies in no zone of the level (Outside) is no zone and has no row.
//
// Errors: zones that are not those of r.Rows, one for one.
func CoverageTable(r *analysis.CoverageResult, zones []zonal.Zone) (Table, error) {
	if zones != nil {
		if err := sameZones(zones, len(r.Rows), func(i int) string { return r.Rows[i].ID }); err != nil {
			return Table{}, err
		}
	}
	return rowsTable("coverage", coverageHead{
		head{r.Key, r.Study, r.Snapshot, r.Synthetic, r.Engine}, r.Question, r.Totals, r.Outside, r.Rules, r.Network, r.Warnings,
	}, r.Synthetic, r.Rows, func(i int) (string, orb.Geometry) { return r.Rows[i].ID, areaAt(zones, i) }), nil
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

// areaAt is the area of a zone; nil where it has none, or none is known.
func areaAt(zones []zonal.Zone, i int) orb.Geometry {
	if i >= len(zones) || len(zones[i].Area) == 0 {
		return nil
	}
	return zones[i].Area
}

// optionalReal is *x, or nil where x points to nothing.
func optionalReal(x *float64) any {
	if x == nil {
		return nil
	}
	return *x
}
