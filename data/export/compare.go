package export

import (
	"io"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/zonal"
	"kaimen/geo/geojson"
)

// comparedColumns are the columns of a compared zone: what it is, then each
// figure before, after and the change of it.
func comparedColumns() []string {
	columns := []string{"id", "name", "level", "parent", "demand"}
	for _, f := range figures() {
		columns = append(columns, f.name+"_before", f.name+"_after", f.name+"_change")
	}
	return columns
}

// figure is one of analysis.Figures by name.
type figure struct {
	name string
	of   func(f *analysis.Figures) any // an amount, a count, or a number that may be nil
}

func figures() []figure {
	return []figure{
		{"covered", func(f *analysis.Figures) any { return f.Covered }},
		{"coverage_rate", func(f *analysis.Figures) any { return optionalReal(f.CoverageRate) }},
		{"uncovered", func(f *analysis.Figures) any { return f.Uncovered }},
		{"mean_s", func(f *analysis.Figures) any { return optionalReal(f.MeanS) }},
		{"p90_s", func(f *analysis.Figures) any { return optionalReal(f.P90S) }},
		{"mean_m", func(f *analysis.Figures) any { return optionalReal(f.MeanM) }},
		{"p90_m", func(f *analysis.Figures) any { return optionalReal(f.P90M) }},
		{"unreached", func(f *analysis.Figures) any { return f.Unreached }},
		{"facilities_inside", func(f *analysis.Figures) any { return f.FacilitiesInside }},
		{"facilities_reachable", func(f *analysis.Figures) any { return f.FacilitiesReachable }},
	}
}

// CompareCSV writes one line per zone of r, in the order of its rows.
//
// Errors: what w returns.
func CompareCSV(w io.Writer, r *analysis.CompareResult, o CSVOptions) error {
	t := newTable(w, o, r.Synthetic, comparedColumns()...)
	for i := range r.Rows {
		row := &r.Rows[i]
		t.text(row.ID)
		t.text(row.Name)
		t.text(string(row.Level))
		t.text(row.Parent)
		t.amount(row.Demand)
		for _, f := range figures() {
			for _, side := range []*analysis.Figures{&row.Before, &row.After, &row.Change} {
				switch x := f.of(side).(type) {
				case coverage.Amount:
					t.amount(x)
				case int:
					t.count(x)
				case float64:
					t.number(x)
				default:
					t.optional(nil)
				}
			}
		}
		t.end()
	}
	return t.close()
}

// compareHead is a comparison without its rows, which are the features.
type compareHead struct {
	head
	Question analysis.Question     `json:"question"`
	Totals   analysis.Compared     `json:"totals"`
	Points   analysis.PointChanges `json:"points"`
	Warnings []analysis.Warning    `json:"warnings"`
}

// CompareGeoJSON writes the zones with the columns of CompareCSV as properties.
// All other members of r stand under the foreign member "kaimen".
//
// Errors: zones that are not those of r.Rows, one for one; what w returns.
func CompareGeoJSON(w io.Writer, r *analysis.CompareResult, zones []zonal.Zone) error {
	if err := sameZones(zones, len(r.Rows), func(i int) string { return r.Rows[i].ID }); err != nil {
		return err
	}
	writer := geojson.NewWriter(w, geojson.Member{Name: "kaimen", Value: compareHead{
		head{r.Key, r.Study, r.Snapshot, r.Synthetic, r.Engine}, r.Question, r.Totals, r.Points, r.Warnings,
	}})
	keys := comparedColumns()
	for i := range r.Rows {
		row := &r.Rows[i]
		values := []any{row.ID, row.Name, string(row.Level), row.Parent, row.Demand}
		for _, f := range figures() {
			values = append(values, f.of(&row.Before), f.of(&row.After), f.of(&row.Change))
		}
		if err := writer.Write(row.ID, areaOf(zones[i]), keys, values); err != nil {
			return err
		}
	}
	return writer.Close()
}
