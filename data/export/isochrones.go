package export

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/geo/geojson"
)

// isochronesHead is a result without its rows, which are the features.
type isochronesHead struct {
	Key       analysis.Key                `json:"key"`
	Study     string                      `json:"study"`
	Snapshot  coverage.SnapshotID         `json:"snapshot"`
	Synthetic bool                        `json:"synthetic"`
	Engine    string                      `json:"engine"`
	Question  analysis.IsochronesQuestion `json:"question"`
	Network   []coverage.ReasonCount      `json:"network"`
	Warnings  []analysis.Warning          `json:"warnings"`
}

// IsochronesGeoJSON writes one feature for each row, in their order: the
// outermost ring of an origin first, so that it lies beneath the others on a
// map. A row with nothing within reach has no geometry. All other members of r
// stand under the foreign member "kaimen".
//
// Errors: what w returns.
func IsochronesGeoJSON(w io.Writer, r *analysis.IsochronesResult) error {
	writer := geojson.NewWriter(w, geojson.Member{Name: "kaimen", Value: isochronesHead{
		r.Key, r.Study, r.Snapshot, r.Synthetic, r.Engine, r.Question, r.Network, r.Warnings,
	}})
	for i := range r.Rows {
		row := &r.Rows[i]
		cutoff, limit := "cutoff_s", row.CutoffS
		if limit == nil {
			cutoff, limit = "cutoff_m", row.CutoffM
		}
		size, value := "area_m2", row.AreaM2
		if value == nil {
			size, value = "length_m", row.LengthM
		}
		err := writer.Write(fmt.Sprintf("%s/%v", row.ID, *limit), shapeOf(row),
			[]string{"id", cutoff, "direction", "profile", "state", size, "reached_m"},
			[]any{row.ID, optionalReal(limit), row.Direction, row.Profile, row.State, optionalReal(value), row.ReachedM})
		if err != nil {
			return err
		}
	}
	return writer.Close()
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
