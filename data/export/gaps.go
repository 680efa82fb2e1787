package export

import (
	"io"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
)

// GapsCSV writes one line per gap, in the order of r, with its members as
// columns.
//
// Errors: what w returns.
func GapsCSV(w io.Writer, r *analysis.GapsResult, o CSVOptions) error {
	return rowsCSV(w, r.Gaps, r.Synthetic, o)
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
	return rowsGeoJSON(w, gapsHead{
		head{r.Key, r.Study, r.Snapshot, r.Synthetic, r.Engine}, r.Question, r.Uncovered, r.Warnings,
	}, r.Gaps, func(i int) (string, orb.Geometry) { return r.Gaps[i].ID, r.Gaps[i].At })
}
