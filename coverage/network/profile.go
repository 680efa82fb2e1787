package network

import (
	"math"

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

// Profile is a way of getting about, as data (profiles.yaml). Speeds are in
// meters an hour.
type Profile struct {
	ID   string        `yaml:"id"` // "walk"
	Name coverage.Name `yaml:"name"`
	// SpeedMetersPerHour is the speed on level ground on roads of no other speed.
	SpeedMetersPerHour uint32 `yaml:"speed_m_per_h"`
	// OffsetMetersPerHour is the speed at which the straight way from a point to
	// its road is counted: on foot, from the stall. 0 stands for the speed itself.
	OffsetMetersPerHour uint32 `yaml:"offset_m_per_h"`
	// Source is where the speed is from; Verified tells whether it was read there.
	Source   string `yaml:"source"`
	Verified bool   `yaml:"verified"`
	// SnapMeters is the farthest a point may lie from its road.
	SnapMeters float64 `yaml:"snap_m"`
	// IslandMeters is the length below which a piece of network cut off from
	// the rest is an island: points are not tied to it if other road is near.
	// Most such pieces are gaps in the map, not on the ground.
	IslandMeters float64 `yaml:"island_m"`

	// ClassSpeeds are speeds by class of road. MaxSpeed lets a maxspeed tag
	// lower them.
	ClassSpeeds map[string]uint32 `yaml:"class_speeds_m_per_h"`
	MaxSpeed    bool              `yaml:"maxspeed"`
	// Factors change the speed by a tag's value: key, value, factor.
	Factors map[string]map[string]float64 `yaml:"factors"`
	// Steps are the speeds on steps, nil where they are those of other ways.
	Steps *Steps `yaml:"steps"`
	Slope Slope  `yaml:"slope"`
	// Steepest is the steepest grade that an incline tag may tell of, 0 for any;
	// NarrowestMeters the narrowest a width tag may.
	Steepest        float64 `yaml:"steepest"`
	NarrowestMeters float64 `yaml:"narrowest_m"`
	// FerryWaitSeconds is waited at each ferry.
	FerryWaitSeconds uint32 `yaml:"ferry_wait_s"`
	// NoStop are the classes of road on which nobody starts or ends.
	NoStop []string `yaml:"no_stop"`
	// CrossPlazas lets people walk straight across open ground (closed ways with
	// area=yes), from every place where a road joins it to every other; else they
	// walk along its edge. The lines across count in the network's length.
	CrossPlazas bool `yaml:"cross_plazas"`
	// OneWay are the tags that bind to one direction, the special before the
	// general; none for those whom no one-way rule binds. Roundabouts and roads
	// of OneWayClasses are one-way without a tag.
	OneWay        []string `yaml:"one_way"`
	OneWayClasses []string `yaml:"one_way_classes"`
	// Turns tells whether turn restrictions bind.
	Turns bool  `yaml:"turns"`
	Gates Rules `yaml:"gates"`
	// Access decides which roads may be used.
	Access Access `yaml:"access"`
}

// Steps are speeds up and down. Which way is up an incline tag says; without
// one a flight takes the mean of both times.
type Steps struct {
	UpMetersPerHour   uint32 `yaml:"up_m_per_h"`
	DownMetersPerHour uint32 `yaml:"down_m_per_h"`
}

// Slope says how a grade changes the speed on level ground. The zero value
// leaves it.
type Slope struct {
	// Tobler is the k of speed = exp(-k·|grade + 0.05|), taken relative to level
	// ground; 0 for none.
	//
	// Source: Tobler (1993), Three presentations on geographical analysis and
	// modeling, NCGIA 93-1: k = 3.5.
	Tobler float64 `yaml:"tobler"`
	// Table is the factor of the speed by grade, straight between its rows and
	// level beyond them; grades ascend.
	Table [][2]float64 `yaml:"table"`
	// Clip is the steepest grade believed: terrain models see walls and houses.
	Clip float64 `yaml:"clip"`
}

// Rules say which gates a profile may pass. Those with a state of their own
// bind everybody: closed, or for residents.
type Rules struct {
	// Tagged tells whether barriers bind of which only tags are known.
	Tagged bool `yaml:"tagged"`
	// Closed are the kinds of barrier that cannot be passed unless a tag says so.
	Closed []string `yaml:"closed"`
	// Kerbs are the values of kerb that cannot be passed.
	Kerbs []string `yaml:"kerbs"`
}

// Access is the rule for which roads a profile may use, in OSM terms.
type Access struct {
	// Classes may be used unless a tag denies it; those of OnlyWhere only where
	// one of the tags named has one of the values.
	Classes   []string                       `yaml:"classes"`
	OnlyWhere map[string]map[string][]string `yaml:"only_where"`
	// Keys are read in order, the special before the general ("foot", then
	// "access"); the first that permits or denies decides.
	Keys []string `yaml:"keys"`
	// Permit and Deny are the values that open or close a road, by key; "*" is
	// any that the other list does not have. Values in neither list leave the
	// decision to the next key.
	Permit map[string][]string `yaml:"permit"`
	Deny   map[string][]string `yaml:"deny"`
	// Shut are values that close a road whatever the other tags say.
	Shut map[string][]string `yaml:"shut"`
	// NoAreas keeps off open ground (area=yes) unless a tag permits it.
	NoAreas bool `yaml:"no_areas"`
}

// TimeOf is the time in milliseconds to cover lengthMM millimeters at the
// profile's speed, rounded to the nearest.
func (p *Profile) TimeOf(lengthMM uint32) Cost { return timeAt(p.SpeedMetersPerHour, lengthMM) }

// Fastest is the highest speed on level ground on any road, in meters an hour.
func (p *Profile) Fastest() uint32 {
	fastest := p.SpeedMetersPerHour
	for _, speed := range p.ClassSpeeds {
		fastest = max(fastest, speed)
	}
	return fastest
}

// OffsetCost is the cost in m of the straight way of offsetMM millimeters
// between a point and its road.
func (p *Profile) OffsetCost(m Metric, offsetMM uint32) Cost {
	switch {
	case m == Length:
		return offsetMM
	case p.OffsetMetersPerHour > 0:
		return timeAt(p.OffsetMetersPerHour, offsetMM)
	}
	return p.TimeOf(offsetMM)
}

// timeAt is the time in milliseconds for lengthMM millimeters at a speed in
// meters an hour, that is, in millimeters in 3.6 s.
func timeAt(perHour, lengthMM uint32) Cost {
	return Cost((uint64(lengthMM)*3600 + uint64(perHour)/2) / uint64(perHour))
}
