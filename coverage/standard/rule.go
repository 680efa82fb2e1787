package standard

import (
	"math"
	"slices"

	"kaimen/coverage"
)

// Bound tells how a rule's figure binds.
type Bound string

// The bounds. Standards that say "more than" stand under BoundLeast, with their
// words in the source: no figure here is so exact that the difference shows.
const (
	BoundLeast Bound = "least" // Value or more
	BoundMost  Bound = "most"  // Value or less
	BoundRange Bound = "range" // Min to Max, both included
	BoundAbout Bound = "about" // near Value; how near, the standard does not say
)

// Bounds lists the bounds.
func Bounds() []Bound { return []Bound{BoundLeast, BoundMost, BoundRange, BoundAbout} }

// Supply is what a Ratio counts at facilities.
type Supply string

// The supplies.
const (
	SupplyCapacity   Supply = "capacity"   // places, stalls, beds
	SupplyAreaM2     Supply = "area_m2"    // square meters: of floor for rooms, of ground for parks
	SupplyFacilities Supply = "facilities" // the facilities themselves
	SupplyStaff      Supply = "staff"      // people who work there
)

// Supplies lists the supplies.
func Supplies() []Supply {
	return []Supply{SupplyCapacity, SupplyAreaM2, SupplyFacilities, SupplyStaff}
}

// WeightGrids is the one weight of a Ratio that no demand carries: the number
// of ordinary grids, those that are not one institution.
const WeightGrids = "grids"

// Rule is one figure of a standard. At most one of Ratio, Reach, Radius and
// Size says how a program can hold data against it; a rule with none is there
// to be read. Rules are only read: what they point to is shared.
type Rule struct {
	ID           string        `json:"rule"`     // unique in a Library
	Standard     string        `json:"standard"` // as it is cited: GB 50180-2018
	StandardName coverage.Name `json:"standard_name"`
	Region       coverage.Name `json:"region,omitzero"`  // the only place where it holds; empty for everywhere
	Clause       string        `json:"clause,omitempty"` // only where the source names it
	Name         coverage.Name `json:"name"`
	Bound        Bound         `json:"bound"`
	Value        *float64      `json:"value,omitempty"` // of every bound but BoundRange
	Min          *float64      `json:"min,omitempty"`   // of BoundRange
	Max          *float64      `json:"max,omitempty"`   // of BoundRange
	Unit         string        `json:"unit"`            // m, m2, m2/person; a share is a fraction, 0 to 1
	Source       string        `json:"source"`          // where the figure is from
	Verified     bool          `json:"verified"`        // it was read in Source, not recalled
	Local        bool          `json:"local"`           // changed or added by a local override

	Ratio  *Ratio  `json:"ratio,omitempty"`
	Reach  *Reach  `json:"reach,omitempty"`
	Radius *Radius `json:"radius,omitempty"`
	Size   *Size   `json:"size,omitempty"`
}

// Ratio is supply for demand: what is needed is Value · weight / Per, in the
// unit of Supply, over the facilities of all Kinds together.
type Ratio struct {
	Kinds  []string `json:"kinds"`
	Supply Supply   `json:"supply"`
	Weight string   `json:"weight"` // a weight of demand, or WeightGrids
	Per    float64  `json:"per"`    // units of the weight, above 0
}

// Reach is a number of facilities that everybody should have near. Where both
// limits are given they say the same in two ways, and an answer tells both.
type Reach struct {
	Kinds   []string `json:"kinds"`             // any of them serves
	Count   int      `json:"count"`             // at least 1
	Minutes float64  `json:"minutes,omitempty"` // on foot; 0 for no such limit
	Meters  float64  `json:"meters,omitempty"`  // along the way; 0 for no such limit
}

// Radius is the straight distance that sites serve, by their size. Land of
// the use named by Land that lies within it of any site is served.
type Radius struct {
	Kinds   []string      `json:"kinds"`
	Land    string        `json:"land"`
	Classes []RadiusClass `json:"classes"` // no two hold the same size
}

// RadiusClass is one class of size; nil leaves that side open.
type RadiusClass struct {
	MinAreaM2 *float64 `json:"min_area_m2,omitempty" example:"400"`   // included
	MaxAreaM2 *float64 `json:"max_area_m2,omitempty" example:"10000"` // not included
	Meters    float64  `json:"meters" example:"500"`
}

// low is the least size of a class.
func (c RadiusClass) low() float64 {
	if c.MinAreaM2 == nil {
		return 0
	}
	return *c.MinAreaM2
}

// high is the size at which a class ends.
func (c RadiusClass) high() float64 {
	if c.MaxAreaM2 == nil {
		return math.Inf(1)
	}
	return *c.MaxAreaM2
}

// overlaps tells whether some size is in both classes.
func (c RadiusClass) overlaps(o RadiusClass) bool {
	return max(c.low(), o.low()) < min(c.high(), o.high())
}

// Size is how large each facility or site of the kinds should be: the rule's
// figures bound its square meters.
type Size struct {
	Kinds []string `json:"kinds"`
}

// Upper is the largest figure that the rule names: Max of a range, else Value.
func (r *Rule) Upper() *float64 {
	if r.Bound == BoundRange {
		return r.Max
	}
	return r.Value
}

// Rules lists the rules in the order of their files' names, then as written;
// those that overrides added come last.
func (l *Library) Rules() []Rule { return slices.Clone(l.rules) }

// Rule is the rule with this id.
func (l *Library) Rule(id string) (Rule, bool) {
	if i := l.ruleAt(id); i >= 0 {
		return l.rules[i], true
	}
	return Rule{}, false
}

// ruleAt is the place of a rule in l.rules; -1 if it has none.
func (l *Library) ruleAt(id string) int {
	return slices.IndexFunc(l.rules, func(r Rule) bool { return r.ID == id })
}
