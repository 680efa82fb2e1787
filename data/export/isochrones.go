package export

import (
	"encoding/json"
	"io"
	"strconv"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
)

// isochronesHead is a result without its rows, which are the features.
type isochronesHead struct {
	head
	Question analysis.IsochronesQuestion `json:"question"`
	Network  []coverage.ReasonCount      `json:"network"`
	Warnings []analysis.Warning          `json:"warnings"`
}

// IsochronesTable is the rows of r in their order: the outermost ring of an
// origin first, so that it lies beneath the others on a map. A row with nothing
// within reach has no geometry; the id of a feature is that of its origin, and
// the cutoff.
func IsochronesTable(r *analysis.IsochronesResult) Table {
	return Table{
		Name: "isochrones", Synthetic: r.Synthetic, Columns: isochroneColumns(),
		Head: isochronesHead{
			head{r.Key, r.Study, r.Snapshot, r.Synthetic, r.Engine}, r.Question, r.Network, r.Warnings,
		},
		Shape: shapeOfAll(len(r.Rows), func(i int) orb.Geometry { return shapeOf(&r.Rows[i]) }),
		Rows: func(yield func(Row) bool) {
			for i := range r.Rows {
				row := &r.Rows[i]
				cutoff := row.CutoffS
				if cutoff == nil {
					cutoff = row.CutoffM
				}
				if !yield(Row{row.ID + "/" + strconv.FormatFloat(*cutoff, 'f', -1, 64), shapeOf(row), []any{
					row.ID, optionalReal(row.CutoffS), optionalReal(row.CutoffM), row.Direction, row.Profile, row.State,
					optionalReal(row.AreaM2), optionalReal(row.LengthM), row.ReachedM,
				}}) {
					return
				}
			}
		},
	}
}

func isochroneColumns() []coverage.Column {
	return []coverage.Column{
		{Name: "id", Type: coverage.ColumnText},
		{Name: "cutoff_s", Type: coverage.ColumnReal},
		{Name: "cutoff_m", Type: coverage.ColumnReal},
		{Name: "direction", Type: coverage.ColumnText},
		{Name: "profile", Type: coverage.ColumnText},
		{Name: "state", Type: coverage.ColumnText},
		{Name: "area_m2", Type: coverage.ColumnReal},
		{Name: "length_m", Type: coverage.ColumnReal},
		{Name: "reached_m", Type: coverage.ColumnReal},
	}
}

func shapeOf(row *analysis.Isochrone) orb.Geometry {
	switch {
	case len(row.Area) > 0:
		return row.Area
	case len(row.Lines) > 0:
		return row.Lines
	}
	return nil
}

// IsochronesJSON writes r as it is, without the shapes.
//
// Errors: what w returns.
func IsochronesJSON(w io.Writer, r *analysis.IsochronesResult) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(r)
}
