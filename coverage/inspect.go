package coverage

import "github.com/paulmach/orb"

// How something about a file came to be known.
const (
	KnownGiven = "given" // whoever asked said so
	KnownFile  = "file"  // the file itself says so
	KnownBytes = "bytes" // its content leaves no other choice
	KnownUsual = "usual" // what such a file has as a rule
	KnownGuess = "guess" // likely, and to be confirmed
	KnownNot   = "none"  // nothing tells
)

// Understood is one thing that was understood of a file, and how.
type Understood struct {
	Value string `json:"value"`
	How   string `json:"how" enum:"given,file,bytes,usual,guess,none" doc:"given: asked for; file: the file says so; bytes: its content leaves no other choice; usual: as a rule; guess: likely, to be confirmed; none: nothing tells."`
	Why   string `json:"why,omitempty" doc:"What it stands on, in English."`
}

// Inspection is how a file is understood before it is imported, by the rules of
// an import, and what would become of its rows. Nothing is stored for it.
type Inspection struct {
	// Settings are what was understood, as they are to be given to an import: it
	// then reads the file in the same way.
	Settings LayerFile    `json:"settings"`
	Format   string       `json:"format"` // its ending
	Layer    Understood   `json:"layer"`
	Encoding Understood   `json:"encoding"` // blank where the format has its own
	Table    Understood   `json:"table"`
	Tables   []string     `json:"tables"` // of a file that may hold several
	CRS      Understood   `json:"crs"`
	Systems  []SystemFit  `json:"systems"` // those that may be meant where the file says none, the likeliest first
	Columns  []ColumnSeen `json:"columns"`
	Fields   []FieldBound `json:"fields"`
	Shapes   []string     `json:"shapes"` // types of its geometries
	Rows     int          `json:"rows"`
	Report   Report       `json:"report"`
	// Issues counts those of the report in full, be they listed or not.
	Issues int        `json:"issues"`
	Bounds *orb.Bound `json:"-"` // of the rows that can be drawn; nil for none
	// Preview is the rows that would be used, in WGS 84; of many every so many-th.
	Preview []PreviewRow `json:"-"`
	Drawn   int          `json:"-"` // how many could be shown
}

// SystemFit is a coordinate system in which the positions of a file may be.
type SystemFit struct {
	CRS  string   `json:"crs"`
	Miss *float64 `json:"miss" doc:"How far its points lie from the roads of the study, in meters, or how many outside its boundaries, in percent; null where there is nothing to measure by."`
	Unit string   `json:"unit,omitempty" enum:"m,percent"`
}

// ColumnSeen is a column of a file.
type ColumnSeen struct {
	Name    string      `json:"name"`
	Type    string      `json:"type" enum:"text,number,date,boolean,other,blank"`
	Blank   int         `json:"blank" doc:"Rows in which it is blank."`
	Unique  bool        `json:"unique" doc:"No row is blank, and no two are alike."`
	Samples []string    `json:"samples" doc:"The first values."`
	Values  []ValueSeen `json:"values,omitempty" doc:"All values with their rows, the most frequent first, where there are few."`
}

// ValueSeen is a value and how many rows have it.
type ValueSeen struct {
	Value string `json:"value"`
	Rows  int    `json:"rows"`
}

// FieldBound is a field of the layer and the column that it is taken from.
type FieldBound struct {
	Field  string `json:"field"`
	Needed bool   `json:"needed"`
	Column string `json:"column,omitempty" doc:"Blank where the field is not taken."`
	How    string `json:"how" enum:"given,file,usual,guess,none" doc:"given: asked for; file: the column has the field's own name; usual: the id of each feature; guess: by a usual name; none: not taken."`
}

// PreviewRow is a row as it would be drawn.
type PreviewRow struct {
	ID       string
	Kind     string
	Name     string
	Geometry orb.Geometry
}
