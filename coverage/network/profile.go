package network

import (
	"math"
	"slices"

	"kaimen/coverage"
)

// Cost is a travel cost: milliseconds or millimeters, as its Metric says.
type Cost = uint32

// Unreached is the cost of what no path leads to.
const Unreached Cost = math.MaxUint32

// Metric says what a path adds up. The two never mix in one array.
type Metric int

// The two metrics of every network.
const (
	Time   Metric = iota // milliseconds
	Length               // millimeters
)

// Other is the metric that is not m.
func (m Metric) Other() Metric { return 1 - m }

// Profile is a way of getting about, as data.
type Profile struct {
	ID   string        // "walk"
	Name coverage.Name // for people
	// SpeedMetersPerHour is the speed on level ground, and the speed at which
	// the straight way from a point to its road is counted.
	SpeedMetersPerHour uint32
	// SnapMeters is the farthest a point may lie from its road.
	SnapMeters float64
	// IslandMeters is the length below which a piece of network cut off from
	// the rest is an island: points are not tied to it if other road is near.
	// Most such pieces are gaps in the map, not on the ground.
	IslandMeters float64
	// CrossPlazas lets people walk straight across open ground (closed ways with
	// area=yes), from every place where a road joins it to every other; else they
	// walk along its edge. The lines across count in the network's length.
	CrossPlazas bool
	// Access decides which roads may be used.
	Access Access
}

// Access is the rule for which roads a profile may use, in OSM terms.
type Access struct {
	// Classes may be used unless a tag denies it; Explicit only where a tag in
	// Keys permits it.
	Classes, Explicit []string
	// Keys are read in order, the special before the general ("foot", then
	// "access"); the first that permits or denies decides.
	Keys []string
	// Permit and Deny are the values that open or close a road, by key. Values
	// in neither list leave the decision to the next key.
	Permit, Deny map[string][]string
}

// Walk is the default profile: 4.0 km/h on all roads that people may walk on.
// At this speed 15 minutes are 1,000 m, the upper end of the national
// standard's distance for a 15-minute circle (GB 50180-2018: 800–1,000 m).
//
// Motorways and trunk roads count only where foot is tagged as allowed; a foot
// tag outranks the general access tag; one-way rules, barriers and gates do
// not bind people on foot; steps are walked at the same speed as a path.
func Walk() Profile {
	return Profile{
		ID:                 "walk",
		Name:               coverage.Name{ZH: "步行", EN: "On foot"},
		SpeedMetersPerHour: 4000,
		SnapMeters:         1000,
		IslandMeters:       5000,
		Access: Access{
			Classes: []string{
				"footway", "path", "pedestrian", "steps", "living_street", "residential", "service",
				"unclassified", "tertiary", "tertiary_link", "secondary", "secondary_link", "primary",
				"primary_link", "track", "cycleway", "road", "bridleway", "corridor",
			},
			Explicit: []string{"motorway", "motorway_link", "trunk", "trunk_link"},
			Keys:     []string{"foot", "access"},
			Permit:   map[string][]string{"foot": {"yes", "designated", "permissive", "destination", "official"}},
			Deny: map[string][]string{
				"foot":   {"no", "private", "use_sidepath"},
				"access": {"no", "private"},
			},
		},
	}
}

// WalkAcross is Walk with plazas crossed, not only walked around: truer on the
// ground, but no longer to be compared with figures made along their edges.
func WalkAcross() Profile {
	p := Walk()
	p.ID, p.Name, p.CrossPlazas = "walk_across", coverage.Name{ZH: "步行（穿行广场）", EN: "On foot, across plazas"}, true
	return p
}

// Profiles lists the profiles that requests may name.
func Profiles() []Profile { return []Profile{Walk()} }

// TimeOf is the time in milliseconds to cover lengthMM millimeters at the
// profile's speed, rounded to the nearest.
func (p Profile) TimeOf(lengthMM uint32) Cost {
	perHour := uint64(p.SpeedMetersPerHour) // = millimeters per 3.6 s
	return Cost((uint64(lengthMM)*3600 + perHour/2) / perHour)
}

// OffsetCost is the cost in m of the straight way of offsetMM millimeters
// between a point and its road.
func (p Profile) OffsetCost(m Metric, offsetMM uint32) Cost {
	if m == Time {
		return p.TimeOf(offsetMM)
	}
	return offsetMM
}

// Reasons why a profile may not use a road.
const (
	DeniedByClass = "class_not_allowed" // the road class is not for this profile
	DeniedByTag   = "access_denied"     // a tag closes the road to this profile
)

// allows tells whether the profile may use r, and if not, why.
func (a Access) allows(r *coverage.Road) (ok bool, reason string) {
	permitted := false
	for _, key := range a.Keys {
		value, set := r.Tags[key]
		if !set {
			continue
		}
		if slices.Contains(a.Permit[key], value) {
			permitted = true
			break
		}
		if slices.Contains(a.Deny[key], value) {
			return false, DeniedByTag
		}
	}
	if slices.Contains(a.Classes, r.Class) || permitted && slices.Contains(a.Explicit, r.Class) {
		return true, ""
	}
	return false, DeniedByClass
}
