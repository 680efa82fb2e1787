package export

import (
	"kaimen/coverage"
	"kaimen/coverage/analysis"
)

// head is what every answer says of itself, whatever was asked.
type head struct {
	Key       analysis.Key        `json:"key"`
	Study     string              `json:"study"`
	Snapshot  coverage.SnapshotID `json:"snapshot"`
	Synthetic bool                `json:"synthetic"`
	Engine    string              `json:"engine"`
}
