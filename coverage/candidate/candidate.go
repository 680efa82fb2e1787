package candidate

import "github.com/paulmach/orb"

// Source is what a site comes of.
type Source string

// The sources of sites.
const (
	SourceParcel Source = "parcel" // idle land
	SourceEstate Source = "estate" // a housing estate
	SourceEdge   Source = "edge"   // a place along a road
	SourcePoint  Source = "point"  // a place that the planner gives
)

// Sources lists the sources, in the order in which candidates come.
func Sources() []Source {
	return []Source{SourceParcel, SourceEstate, SourceEdge, SourcePoint}
}

// Site is a place and what it comes of.
type Site struct {
	// ID tells sites apart: its source, a colon and Of; of a place along a road
	// "edge:<road>@<meters from the start of the road>".
	ID      string           `json:"id"`
	Kind    string           `json:"kind"` // of the facility that it is for
	Name    string           `json:"name,omitempty"`
	Source  Source           `json:"source"`
	Of      string           `json:"of"`               // id of the parcel, estate, road or point
	At      orb.Point        `json:"at"`               // lon, lat; inside the outline
	Outline orb.MultiPolygon `json:"-"`                // in degrees; nil where there is none
	AreaM2  float64          `json:"area_m2,omitzero"` // of the outline; 0 where there is none
}

// Candidate is a site where a facility of a kind may go. No two have the same ID
// and Kind: a parcel that suits two kinds is two candidates of one ID.
type Candidate struct {
	Site
	// Entrances are where people, or cars for kinds that they drive to, come in:
	// the one of the longest frontage first. Nil where At is the entrance.
	Entrances []orb.Point `json:"entrances,omitempty"`
	// WidthM is the diameter of the largest circle inside the outline, FrontageM
	// the length of outline along roads; 0 for what is no parcel.
	WidthM    float64 `json:"width_m,omitzero"`
	FrontageM float64 `json:"frontage_m,omitzero"`
	// SlopePercent is the slope of the ground; nil where the heights of roads
	// about it do not tell.
	SlopePercent *float64 `json:"slope_percent,omitempty"`
	Households   int      `json:"households,omitempty"` // of an estate; 0 if not known
	Capacity     *float64 `json:"capacity,omitempty"`   // given or suggested, in the unit of the kind; nil if not known
	Cost         int64    `json:"cost"`                 // in the unit of the budget
	Remarks      []Reason `json:"remarks,omitempty"`    // what should be looked at and does not bar it
}

// Rejected is a site where a facility of a kind may not go.
type Rejected struct {
	Site
	Reasons []Reason `json:"reasons"` // all of them, at least one
}

// Reason codes. They are stable: pages, scripts and tests key on them.
const (
	KindNotAllowed    = "kind_not_allowed"   // the parcel, estate or point is not for this kind
	TooSmall          = "too_small"          // less ground than the kind needs
	TooLarge          = "too_large"          // more ground than the kind is
	TooNarrow         = "too_narrow"         // no circle wide enough fits in
	NoFrontage        = "no_frontage"        // too little of its outline lies along a road
	TooSteep          = "too_steep"          // the ground slopes too much
	OverlapsBuilding  = "overlaps_building"  // buildings stand on it
	OverlapsWater     = "overlaps_water"     // water covers it
	OverlapsFacility  = "overlaps_facility"  // the ground of a facility that is there
	ExcludedArea      = "excluded_area"      // ground that the planner keeps free
	OutsideArea       = "outside_area"       // not in the area that was asked for
	NoWay             = "no_way"             // not tied to the network, or to an island of it alone
	TooFewHouseholds  = "too_few_households" // the estate is smaller than asked for
	HouseholdsUnknown = "households_unknown" // how large the estate is, no layer tells
	NotOld            = "not_old"            // no old estate, where only old ones are asked for
	Duplicate         = "duplicate"          // the same ground or place as one before it
	BadShape          = "bad_shape"          // its outline encloses nothing, or crosses itself
	HoldsFacility     = "holds_facility"     // a remark: a facility is there already
	NotCompared       = "not_compared"       // a remark: a shape about it could not be overlaid
)

// Reason is one thing that bars a site, with what was found and what is asked
// for.
type Reason struct {
	Code string `json:"code"`
	// Value was found and Limit is asked for, in Unit: m, m2, percent, households,
	// or share, of the area, 0 to 1. Without a unit there is no figure.
	Value   float64 `json:"value"`
	Limit   float64 `json:"limit"`
	Unit    string  `json:"unit,omitempty"`
	Message string  `json:"message"` // a sentence for people
}

// Found is what became of all sites. It is only read once made.
type Found struct {
	// Candidates and Rejected come by source, as Sources lists them, then as their
	// layer or list has them, then by kind as asked for.
	Candidates []Candidate
	Rejected   []Rejected
	// Notes are what holds of all sites: what could not be checked for want of a
	// layer, and what became of the places along roads that stand too close.
	Notes []string
}
