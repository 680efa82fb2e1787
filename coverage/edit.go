package coverage

import "encoding/json"

// EditKind is what an Edit does.
type EditKind string

// The kinds of edits.
const (
	EditAdd    EditKind = "add"    // rows that are not there yet
	EditPut    EditKind = "put"    // one row, there or not
	EditPatch  EditKind = "patch"  // some members of one row
	EditRemove EditKind = "remove" // one row
)

// Edit is a change of single rows of one layer. It is plain data; the zero value
// is none.
type Edit struct {
	Layer LayerName
	Kind  EditKind
	// Feature is the FeatureID of the one row; empty for EditAdd.
	Feature string
	// Text is GeoJSON: a Feature or a FeatureCollection for EditAdd, a Feature for
	// EditPut; for EditPatch a merge patch (RFC 7396) of the Feature as Snapshot
	// tables show it. Nil for EditRemove.
	Text json.RawMessage
}

// Edited is what an Edit made of a snapshot.
type Edited struct {
	Snapshot *Snapshot // that of before, if nothing changed
	Features []string  // FeatureIDs of the rows that came or changed, in the order of the text
	Created  bool      // the row of an EditPut was not there before
	Warnings []Issue   // about these rows
}

// LayerFile is a file that takes the place of a layer, with what a study.yaml
// would say of it. Its members are those of a source there.
type LayerFile struct {
	Layer LayerName `json:"layer"`
	Name  string    `json:"name"` // of the file, without a folder; its ending names the format
	Body  []byte    `json:"-"`

	CRS             string            `json:"crs,omitempty"`
	Encoding        string            `json:"encoding,omitempty"`
	Table           string            `json:"table,omitempty"` // of a file that holds several; a source's layer
	Fields          map[string]string `json:"fields,omitempty"`
	Level           Level             `json:"level,omitempty"`
	Kind            string            `json:"kind,omitempty"`
	Kinds           map[string]string `json:"kinds,omitempty"`
	Classes         map[string]string `json:"classes,omitempty"`
	Where           string            `json:"where,omitempty"`
	Meet            string            `json:"meet,omitempty"`
	ToleranceMeters *float64          `json:"tolerance_m,omitempty"`
	Zone            Level             `json:"zone,omitempty"`
	Spread          string            `json:"spread,omitempty"`
	By              string            `json:"by,omitempty"`
}
