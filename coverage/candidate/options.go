package candidate

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/standard"
	"kaimen/geo"
)

// Options say which sites are wanted. Only Kinds must be given.
type Options struct {
	Kinds []string // of facility; a site is held against the limits of each
	// Sources are where sites come from; with none, parcels and points, and
	// estates if a kind goes into estates.
	Sources []Source
	// Limits are by kind, each in place of DefaultLimits.
	Limits map[string]Limits
	// Costs are by kind; a kind without one costs 1 a site, so that the budget is
	// a number of sites.
	Costs map[string]CostModel
	// Library is where the sizes of kinds are from; nil for that which comes with
	// the program, which takes some 10 ms to read.
	Library *standard.Library
	// Within is where sites are wanted, in degrees; nil for everywhere.
	Within orb.MultiPolygon
	// Excluded is ground that the planner keeps free, in degrees.
	Excluded []orb.MultiPolygon
	// FrontageMeters is how near to a road an outline has frontage; 0 for 15,
	// which is half of a street of 18 m and a sidewalk and verge of 6 m.
	FrontageMeters float64
	// EntrancesApartMeters is how far entrances of a parcel are apart at least; 0
	// for 25. Entrances is how many it has at most; 0 for 4.
	EntrancesApartMeters float64
	Entrances            int
	// WayMeters is how far an estate's gate, or a point, may lie from the network;
	// 0 for 200, the most between two gates of a block (GB 50180-2018).
	WayMeters float64
	Estates   Estates
	// EveryMeters is how far places along roads are apart; 0 for 100.
	EveryMeters float64
	Points      []Point
}

// Estates say which housing estates are wanted.
type Estates struct {
	OnlyOld       bool // those on the renewal list
	MinHouseholds int  // 0 for any
}

// Point is a planner's own site.
type Point struct {
	ID, Name string
	At       orb.Point
	Kinds    []string // that may go there; none for any
	Cost     *int64   // nil for that of the kind's CostModel
	Capacity *float64 // nil if not known
}

// Limits are what a kind asks of a site. The zero value asks for nothing but a
// way to it and ground that nothing else stands on.
type Limits struct {
	MinAreaM2, MaxAreaM2 float64 // of a parcel; 0 for no limit
	MinWidthM            float64 // of the largest circle inside; 0 for no limit
	MinFrontageM         float64 // 0 for none
	MaxSlopePercent      float64 // 0 for no limit
	// The most of a parcel that may be covered, as a share of its area: by
	// buildings, water, the ground of facilities, and by what the planner excludes.
	MaxBuildings, MaxWater, MaxFacilities, MaxExcluded float64
	ByCar                                              bool // it is driven to: its roads are those of Networks.Drive
	InEstates                                          bool // it may go into a housing estate
	// Capacity is suggested from these: of a parcel a unit for each AreaPerUnitM2,
	// rounded down; of an estate UnitsPerHousehold, rounded up; MaxUnits at most.
	// 0 for no suggestion, and for no limit.
	AreaPerUnitM2, UnitsPerHousehold, MaxUnits float64
}

// CostModel is what a site costs, in the unit of the budget: the sum of its
// parts, rounded to the nearest.
type CostModel struct {
	Fixed   int64   // each site
	PerM2   float64 // of a parcel's area
	PerUnit float64 // of capacity, where it is known
}

// The largest figures that options may have: beyond what any site is, and small
// enough that costs add up.
const (
	mostMeters = 10_000.0
	mostAreaM2 = 1e9
	mostCost   = 1_000_000_000_000
	mostRate   = 1e6
	mostUnits  = 1e6
	leastEvery = 10.0 // meters; nearer places along a road are one site
)

func (o Options) filled() Options {
	o.FrontageMeters = cmp.Or(o.FrontageMeters, 15)
	o.EntrancesApartMeters = cmp.Or(o.EntrancesApartMeters, 25)
	o.Entrances = cmp.Or(o.Entrances, 4)
	o.WayMeters = cmp.Or(o.WayMeters, 200)
	o.EveryMeters = cmp.Or(o.EveryMeters, 100)
	return o
}

// faulty gathers the faults of options.
type faulty struct{ issues []coverage.Issue }

func (f *faulty) add(code, format string, args ...any) {
	f.issues = append(f.issues, coverage.Issue{Severity: coverage.SeverityError, Code: code, Message: fmt.Sprintf(format, args...)})
}

// between asks for low ≤ x ≤ high; NaN is neither.
func (f *faulty) between(what string, x, low, high float64) {
	if !(x >= low && x <= high) {
		f.add(coverage.ReasonBadValue, "%s is %v; give %v to %v", what, x, low, high)
	}
}

// faults lists all that is wrong with options that are filled in.
func (o *Options) faults(n Networks) []coverage.Issue {
	var f faulty
	o.checkKinds(&f)
	for _, s := range o.Sources {
		if !slices.Contains(Sources(), s) {
			f.add(coverage.ReasonUnknownParameter, "source %q is unknown; give any of %v", s, Sources())
		}
	}
	f.between("the distance to a road within which an outline has frontage, in meters,", o.FrontageMeters, 1, 200)
	f.between("the distance between entrances, in meters,", o.EntrancesApartMeters, 1, mostMeters)
	f.between("the number of entrances", float64(o.Entrances), 1, 100)
	f.between("the distance to the network, in meters,", o.WayMeters, 1, mostMeters)
	f.between("the distance between places along roads, in meters,", o.EveryMeters, leastEvery, mostMeters)
	f.between("the least number of households", float64(o.Estates.MinHouseholds), 0, 1e6)
	o.checkAreas(&f)
	o.checkPoints(&f)
	if n.Walk == nil {
		f.add(coverage.ReasonLayerMissing, "there is no network to walk on; build one of the roads")
	}
	return f.issues
}

func (o *Options) checkKinds(f *faulty) {
	if len(o.Kinds) == 0 {
		f.add(coverage.ReasonMissingValue, "no kind is given; name those that sites are wanted for, such as pocket_park")
	}
	for i, kind := range o.Kinds {
		switch {
		case kind == "":
			f.add(coverage.ReasonMissingValue, "kind %d is blank; give a facility kind, such as pocket_park", i+1)
		case slices.Contains(o.Kinds[:i], kind):
			f.add(coverage.ReasonDuplicateID, "kind %q is given twice; give it once", kind)
		}
	}
	for _, kind := range sortedKeys(o.Limits) {
		o.unasked(f, "limits", kind)
		l := o.Limits[kind]
		l.check(f, kind)
	}
	for _, kind := range sortedKeys(o.Costs) {
		o.unasked(f, "a cost", kind)
		c := o.Costs[kind]
		f.between("the fixed cost of "+kind, float64(c.Fixed), 0, mostCost)
		f.between("the cost a square meter of "+kind, c.PerM2, 0, mostRate)
		f.between("the cost a unit of "+kind, c.PerUnit, 0, mostRate)
	}
}

// unasked tells of figures for a kind that is not asked for: most likely a word
// is misspelled, and its figures would go unused.
func (o *Options) unasked(f *faulty, what, kind string) {
	if !slices.Contains(o.Kinds, kind) {
		f.add(coverage.ReasonUnknownParameter, "there is %s for %q, which is not asked for; add it to the kinds, or leave it out", what, kind)
	}
}

func (l *Limits) check(f *faulty, kind string) {
	f.between("the least area of "+kind+", in m²,", l.MinAreaM2, 0, mostAreaM2)
	f.between("the largest area of "+kind+", in m²,", l.MaxAreaM2, 0, mostAreaM2)
	if l.MaxAreaM2 > 0 && l.MinAreaM2 > l.MaxAreaM2 {
		f.add(coverage.ReasonBadValue, "%s takes at least %v m² and at most %v; give a least that is no more than the most", kind, l.MinAreaM2, l.MaxAreaM2)
	}
	f.between("the least width of "+kind+", in meters,", l.MinWidthM, 0, mostMeters)
	f.between("the least frontage of "+kind+", in meters,", l.MinFrontageM, 0, mostMeters)
	f.between("the steepest slope of "+kind+", in percent,", l.MaxSlopePercent, 0, 1000)
	f.between("the share of buildings on "+kind, l.MaxBuildings, 0, 1)
	f.between("the share of water on "+kind, l.MaxWater, 0, 1)
	f.between("the share of other facilities on "+kind, l.MaxFacilities, 0, 1)
	f.between("the share of excluded ground on "+kind, l.MaxExcluded, 0, 1)
	f.between("the area a unit of "+kind+", in m²,", l.AreaPerUnitM2, 0, mostAreaM2)
	f.between("the units a household of "+kind, l.UnitsPerHousehold, 0, 1000)
	f.between("the most units of "+kind, l.MaxUnits, 0, mostUnits)
}

func (o *Options) checkAreas(f *faulty) {
	if o.Within != nil && len(o.Within) == 0 {
		f.add(coverage.ReasonBadGeometry, "the area within which sites are wanted has no polygon; leave it out for everywhere")
	}
	checkArea(f, "the area within which sites are wanted", o.Within)
	for i, area := range o.Excluded {
		checkArea(f, fmt.Sprintf("excluded area %d", i+1), area)
	}
}

// checkArea asks for rings that enclose ground and do not cross themselves.
func checkArea(f *faulty, what string, area orb.MultiPolygon) {
	for _, polygon := range area {
		if len(polygon) == 0 {
			f.add(coverage.ReasonBadGeometry, "%s has a polygon without a ring; leave it out", what)
		}
		for _, ring := range polygon {
			if fault := ringFault(ring); fault != "" {
				f.add(coverage.ReasonBadGeometry, "%s: %s", what, fault)
			}
		}
	}
}

// ringFault says what is wrong with a ring in degrees; nothing if it encloses
// ground.
func ringFault(ring orb.Ring) string {
	for _, p := range ring {
		if !geo.OnEarth(p) {
			return fmt.Sprintf("%v is no place; give a longitude within ±180 and a latitude within ±90", p)
		}
	}
	if geo.Flat(ring) {
		return "a ring encloses nothing; give at least three corners that are not on one line"
	}
	if at, crosses := geo.SelfCrossing(ring); crosses {
		return fmt.Sprintf("a ring crosses itself at or near [%.5f, %.5f]; draw it anew", at[0], at[1])
	}
	return ""
}

func (o *Options) checkPoints(f *faulty) {
	seen := make(map[string]bool, len(o.Points))
	for i := range o.Points {
		p := &o.Points[i]
		name := fmt.Sprintf("point %d (%q)", i+1, p.ID)
		switch {
		case p.ID == "":
			f.add(coverage.ReasonMissingValue, "point %d has no id; give each one of its own", i+1)
		case seen[p.ID]:
			f.add(coverage.ReasonDuplicateID, "%s has the id of another; give each one of its own", name)
		}
		seen[p.ID] = true
		if !geo.OnEarth(p.At) {
			f.add(coverage.ReasonBadCoordinates, "%s lies at %v; give a longitude within ±180 and a latitude within ±90", name, p.At)
		}
		if p.Cost != nil {
			f.between("the cost of "+name, float64(*p.Cost), 0, mostCost)
		}
		if p.Capacity != nil {
			f.between("the capacity of "+name, *p.Capacity, 0, mostUnits)
		}
	}
}

// limits are those of the kinds asked for, along Kinds. The library is read only
// where a kind has none given.
func (o *Options) limits() (list []Limits, err error) {
	library := o.Library
	for _, kind := range o.Kinds {
		given, ok := o.Limits[kind]
		if !ok {
			if library == nil {
				if library, err = standard.Load(); err != nil {
					return nil, fmt.Errorf("read the sizes of kinds: %w", err)
				}
			}
			given = DefaultLimits(kind, library)
		}
		list = append(list, given)
	}
	return list, nil
}

// sources are those asked for, in their order, each once.
func (o *Options) sources(limits []Limits) (list []Source) {
	for _, s := range Sources() {
		asked := slices.Contains(o.Sources, s)
		if len(o.Sources) == 0 {
			inEstates := slices.ContainsFunc(limits, func(l Limits) bool { return l.InEstates })
			asked = s == SourceParcel || s == SourcePoint || s == SourceEstate && inEstates
		}
		if asked {
			list = append(list, s)
		}
	}
	return list
}

// cost is what a site of a kind costs.
func (o *Options) cost(kind string, areaM2 float64, capacity *float64) int64 {
	model, ok := o.Costs[kind]
	if !ok {
		return 1
	}
	sum := model.PerM2 * areaM2
	if capacity != nil {
		sum += model.PerUnit * *capacity
	}
	return model.Fixed + int64(math.Round(sum))
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
