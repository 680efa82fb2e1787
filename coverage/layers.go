package coverage

import "github.com/paulmach/orb"

// Level is one of the four boundary levels, or the study as a whole.
type Level string

// The levels, outermost first. LevelStudy is never stored: it is the whole.
const (
	LevelStudy     Level = "study"
	LevelStreet    Level = "street"
	LevelCommunity Level = "community"
	LevelGrid      Level = "grid"
	LevelBuilding  Level = "building"
)

// Levels lists what a question may be asked by, outermost first.
func Levels() []Level {
	return []Level{LevelStudy, LevelStreet, LevelCommunity, LevelGrid, LevelBuilding}
}

// Rank is the place of l in Levels, 0 for the study; -1 for an unknown level.
func (l Level) Rank() int {
	for i, known := range Levels() {
		if l == known {
			return i
		}
	}
	return -1
}

// KindDedicated marks a grid that is one institution, such as a hospital or a
// school, rather than a residential grid.
const KindDedicated = "dedicated"

// Boundary is one zone of a level. Together the grids tile their community,
// the communities their street.
type Boundary struct {
	ID     string
	Level  Level
	Name   string
	Parent string // id of a boundary of an outer level; empty at the outermost
	Kind   string // empty, or KindDedicated
	Area   orb.MultiPolygon
}

// Road is one way that people or vehicles may use. Topology is by node id:
// two roads meet where they share one, and nowhere else.
type Road struct {
	ID    string
	Name  string
	Class string // the OSM highway value, "footway", "residential", …
	// Nodes and Line have equal length, at least 2.
	Nodes []int64
	Line  orb.LineString
	// Tags holds the further OSM keys that the network rules read.
	Tags map[string]string
	// Heights are meters above sea level at Nodes, to the centimeter; nil where
	// they are not known.
	Heights []float64
	// Turns are the turn restrictions that bind vehicles coming along this road.
	Turns []Turn
}

// Turn is a turn restriction on vehicles that come along a road to its node
// Via: the road To may not be taken there or, if Only, must be.
type Turn struct {
	Via  int64  `json:"via"`
	To   string `json:"to"`
	Only bool   `json:"only,omitempty"`
}

// Facility is a place that people go to. A site with several functions is
// several facilities with one ID: (Kind, ID) is unique.
type Facility struct {
	ID       string
	Kind     string
	Name     string
	At       orb.Point
	Capacity *float64 // places, stalls, beds, in the unit of the kind; nil if not known
	Hours    string   // OSM opening_hours notation; empty if not known
	Address  string
	// Entrances are where people enter it; nil when At is the entrance. A park is
	// entered at its gates, not at its middle.
	Entrances []orb.Point
	Outline   orb.MultiPolygon // of its ground, in degrees; nil where only a point is known
	AreaM2    *float64         // of its ground, where its shape is known
	Staff     *float64         // people who work there, in full posts; nil if not known
}

// EnteredAt lists where a facility is entered: its entrances, else At.
func (f *Facility) EnteredAt() []orb.Point {
	if len(f.Entrances) > 0 {
		return f.Entrances
	}
	return []orb.Point{f.At}
}

// Demand is people (or homes, or cars) at a point.
type Demand struct {
	ID string
	At orb.Point
	// Weights is by weight name: "people" always; "households", "vehicles" and
	// cohorts such as "elderly" or "children" where the source has them.
	Weights map[string]Amount
	// Building is the id of the building these people live in, if known.
	Building string
}

// WeightPeople is the weight every Demand carries: residents.
const WeightPeople = "people"

// Building is a footprint on the map, the innermost level of a roll-up.
type Building struct {
	ID         string
	Name       string
	Use        string // residential, school, …; empty if not known
	Estate     string // id of its estate; empty if none
	Floors     int    // 0 if not known
	Households int    // 0 if not known or none
	Area       orb.MultiPolygon
}

// Estate is a housing compound.
type Estate struct {
	ID         string
	Name       string
	Old        bool // on the renewal list of old estates
	Gated      bool // entered through its gates only
	YearBuilt  int  // 0 if not known
	Buildings  int
	Households int
	Area       orb.MultiPolygon
}

// Parcel is idle land that may take a facility.
type Parcel struct {
	ID    string
	Name  string
	Kinds []string // facility kinds allowed; empty means any
	Area  orb.MultiPolygon
}

// Gate is a place on a road that not everybody may pass: a way into an estate,
// a bollard, a kerb.
type Gate struct {
	ID     string
	Estate string // id of the estate it leads into; empty if none or not known
	Name   string
	Kind   string // the OSM barrier value: gate, lift_gate, bollard, kerb, …; empty for a plain gate
	State  string // open, closed, or residents, who enter or leave by it but do not pass through; empty means as Kind and Tags say
	Hours  string // when it is open, in OSM opening_hours notation; empty for always
	// Node is the node of the roads that it stands on; 0 where it is not known,
	// and then it stands on the road nearest to At.
	Node int64
	At   orb.Point
	// Tags holds the further OSM keys that the network rules read.
	Tags map[string]string
}

// Request is what a resident asked for, at a place. Nothing of it tells who.
type Request struct {
	ID       string
	Kind     string // what it is about, in the words of the study
	State    string // as the source names it: open, dispatched, done, …; empty if not known
	OpenedAt string // 2006-01-02, or with 2006-01-02T15:04:05; empty if not known
	ClosedAt string // the same; empty while it is open
	At       orb.Point
}

// LandCover is ground that shows on the map and bounds what can be walked.
type LandCover struct {
	ID   string
	Kind string // water, green, farmland, built
	Name string
	Area orb.MultiPolygon
}

// Layers is the content of a study. Any layer may be empty.
type Layers struct {
	Boundaries []Boundary
	Roads      []Road
	Facilities []Facility
	Demand     []Demand
	Buildings  []Building
	Estates    []Estate
	Parcels    []Parcel
	Gates      []Gate
	LandCover  []LandCover
	Requests   []Request
}
