package export

import (
	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
)

// gapsHead is a result without its gaps, which are the features.
type gapsHead struct {
	head
	Question  analysis.Question  `json:"question"`
	Uncovered coverage.Amount    `json:"uncovered"`
	Warnings  []analysis.Warning `json:"warnings"`
}

// GapsTable is the gaps as points, in the order of r.
func GapsTable(r *analysis.GapsResult) Table {
	return rowsTable("gaps", gapsHead{
		head{r.Key, r.Study, r.Snapshot, r.Synthetic, r.Engine}, r.Question, r.Uncovered, r.Warnings,
	}, r.Synthetic, r.Gaps, func(i int) (string, orb.Geometry) { return r.Gaps[i].ID, r.Gaps[i].At })
}
