package export

import (
	"io"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/geo/geojson"
)

// gapColumns are the properties of a gap. CSV has lon and lat after the id.
func gapColumns() []string {
	return []string{
		"id", "demand", "reason", "nearest_id", "nearest_name", "nearest_s", "nearest_m", "grid", "community", "street",
	}
}

// GapsCSV writes one line per gap, in the order of r.
//
// Errors: what w returns.
func GapsCSV(w io.Writer, r *analysis.GapsResult, o CSVOptions) error {
	columns := append([]string{"id", "lon", "lat"}, gapColumns()[1:]...)
	t := newTable(w, o, r.Synthetic, columns...)
	for i := range r.Gaps {
		g := &r.Gaps[i]
		t.text(g.ID)
		t.number(g.At[0])
		t.number(g.At[1])
		t.amount(g.Demand)
		t.text(g.Reason)
		t.optionalText(g.NearestID)
		t.optionalText(g.NearestName)
		t.optional(g.NearestS)
		t.optional(g.NearestM)
		t.optionalText(g.Grid)
		t.optionalText(g.Community)
		t.optionalText(g.Street)
		t.end()
	}
	return t.close()
}

// gapsHead is a result without its gaps, which are the features.
type gapsHead struct {
	head
	Question  analysis.Question  `json:"question"`
	Uncovered coverage.Amount    `json:"uncovered"`
	Warnings  []analysis.Warning `json:"warnings"`
}

// GapsGeoJSON writes the gaps as points, in the order of r. All other members
// of r stand under the foreign member "kaimen".
//
// Errors: what w returns.
func GapsGeoJSON(w io.Writer, r *analysis.GapsResult) error {
	writer := geojson.NewWriter(w, geojson.Member{Name: "kaimen", Value: gapsHead{
		head{r.Key, r.Study, r.Snapshot, r.Synthetic, r.Engine}, r.Question, r.Uncovered, r.Warnings,
	}})
	keys := gapColumns()
	for i := range r.Gaps {
		g := &r.Gaps[i]
		err := writer.Write(g.ID, g.At, keys, []any{
			g.ID, g.Demand, g.Reason, optionalWord(g.NearestID), optionalWord(g.NearestName),
			optionalReal(g.NearestS), optionalReal(g.NearestM), optionalWord(g.Grid), optionalWord(g.Community), optionalWord(g.Street),
		})
		if err != nil {
			return err
		}
	}
	return writer.Close()
}
