package export

import (
	"encoding/json"
	"io"
	"strconv"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
	"kaimen/geo/geojson"
)

// isochronesHead is a result without its rows, which are the features.
type isochronesHead struct {
	head
	Question analysis.IsochronesQuestion `json:"question"`
	Network  []coverage.ReasonCount      `json:"network"`
	Warnings []analysis.Warning          `json:"warnings"`
}

// IsochronesGeoJSON writes one feature for each row, in their order: the
// outermost ring of an origin first, so that it lies beneath the others on a
// map. A row with nothing within reach has no geometry; the id of a feature is that
// of its origin, and the cutoff. All other members of r
// stand under the foreign member "kaimen".
//
// Errors: what w returns.
func IsochronesGeoJSON(w io.Writer, r *analysis.IsochronesResult) error {
	writer := geojson.NewWriter(w, geojson.Member{Name: "kaimen", Value: isochronesHead{
		head{r.Key, r.Study, r.Snapshot, r.Synthetic, r.Engine}, r.Question, r.Network, r.Warnings,
	}})
	keys := []string{"id", "cutoff_s", "cutoff_m", "direction", "profile", "state", "area_m2", "length_m", "reached_m"}
	for i := range r.Rows {
		row := &r.Rows[i]
		cutoff := row.CutoffS
		if cutoff == nil {
			cutoff = row.CutoffM
		}
		err := writer.Write(row.ID+"/"+strconv.FormatFloat(*cutoff, 'f', -1, 64), shapeOf(row), keys, []any{
			row.ID, optionalReal(row.CutoffS), optionalReal(row.CutoffM), row.Direction, row.Profile, row.State,
			optionalReal(row.AreaM2), optionalReal(row.LengthM), row.ReachedM,
		})
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
