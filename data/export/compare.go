package export

import (
	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/coverage/zonal"
)

// comparedColumns are the columns of a compared zone: what it is, then each
// figure before, after and the change of it.
func comparedColumns() []coverage.Column {
	var columns []coverage.Column
	for _, name := range []string{"id", "name", "level", "parent"} {
		columns = append(columns, coverage.Column{Name: name, Type: coverage.ColumnText})
	}
	columns = append(columns, coverage.Column{Name: "demand", Type: coverage.ColumnReal})
	for _, f := range figures() {
		kind := coverage.ColumnReal
		if _, count := f.of(&analysis.Figures{}).(int); count {
			kind = coverage.ColumnInteger
		}
		for _, side := range []string{"_before", "_after", "_change"} {
			columns = append(columns, coverage.Column{Name: f.name + side, Type: kind})
		}
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

// compareHead is a comparison without its rows, which are the features.
type compareHead struct {
	head
	Question analysis.Question     `json:"question"`
	Totals   analysis.Compared     `json:"totals"`
	Points   analysis.PointChanges `json:"points"`
	Warnings []analysis.Warning    `json:"warnings"`
}

// CompareTable is the zones of r with each figure before, after and its change.
// Without zones, rows have no shape.
//
// Errors: zones that are not those of r.Rows, one for one.
func CompareTable(r *analysis.CompareResult, zones []zonal.Zone) (Table, error) {
	if zones != nil {
		if err := sameZones(zones, len(r.Rows), func(i int) string { return r.Rows[i].ID }); err != nil {
			return Table{}, err
		}
	}
	return Table{
		Name: "compare", Synthetic: r.Synthetic, Columns: comparedColumns(),
		Head: compareHead{
			head{r.Key, r.Study, r.Snapshot, r.Synthetic, r.Engine}, r.Question, r.Totals, r.Points, r.Warnings,
		},
		Shape: shapeOfAll(len(r.Rows), func(i int) orb.Geometry { return areaAt(zones, i) }),
		Rows: func(yield func(Row) bool) {
			for i := range r.Rows {
				row := &r.Rows[i]
				values := []any{row.ID, row.Name, string(row.Level), row.Parent, row.Demand}
				for _, f := range figures() {
					values = append(values, f.of(&row.Before), f.of(&row.After), f.of(&row.Change))
				}
				if !yield(Row{row.ID, areaAt(zones, i), values}) {
					return
				}
			}
		},
	}, nil
}
