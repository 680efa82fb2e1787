package data

import (
	"math"
	"slices"

	"kaimen/coverage"
	"kaimen/geo"
)

// layer says how the rows of a layer become its values.
type layer struct {
	name  coverage.LayerName
	shape shape
	// fields may be named in the manifest; demand has weights beside them.
	fields []field
	// kinds are the only values of the field kind; empty if any is allowed.
	kinds []string
	// add reads a row and, if it is sound, appends its value.
	add func(r *row, into *coverage.Layers)
}

// shape is what marks a row's place.
type shape int

const (
	atPoint   shape = iota // a point
	atPlace                // a point, or an area that a point is taken from
	inArea                 // a polygon or several
	alongLine              // a line or several
	nowhere                // no place of its own: a count of a zone
)

// field is one of our names for a column.
type field struct {
	name string
	// needed fields must have a column, or a constant in the manifest.
	needed bool
}

// positionFields are the fields of a table that has points.
var positionFields = []string{"x", "y"}

// layers is every layer in the order in which it is read.
func layers() []layer {
	return []layer{
		{
			coverage.LayerBoundaries, inArea, fields("id!", "level!", "name", "parent", "kind"),
			[]string{coverage.KindDedicated},
			addBoundary,
		},
		{coverage.LayerRoads, alongLine, roadFields(), nil, addRoad},
		{layerElevation, nowhere, nil, nil, nil},
		{
			coverage.LayerFacilities, atPlace,
			fields("id!", "kind!", "x", "y", "name", "capacity", "hours", "address", "area_m2", "staff", "entrances"), nil, addFacility,
		},
		{layerEntrances, atPoint, fields("facility!", "kind", "x", "y"), nil, addEntrance},
		{coverage.LayerDemand, atPoint, fields("id!", "x", "y", "people!", "building"), nil, addDemand},
		{
			coverage.LayerBuildings, inArea,
			fields("id!", "name", "use", "estate", "floors", "households"), nil, addBuilding,
		},
		{
			coverage.LayerEstates, inArea,
			fields("id!", "name", "old", "gated", "year_built", "buildings", "households"), nil, addEstate,
		},
		{coverage.LayerParcels, inArea, fields("id!", "name", "kinds"), nil, addParcel},
		{coverage.LayerGates, atPoint, fields("id!", "x", "y", "estate", "name", "kind", "state", "hours"), nil, addGate},
		{
			coverage.LayerLandCover, inArea, fields("id!", "kind!", "name"),
			[]string{"water", "green", "farmland", "built"},
			addLandCover,
		},
		{coverage.LayerRequests, atPoint, fields("id!", "kind!", "x", "y", "state", "opened_at", "closed_at"), nil, addRequest},
	}
}

// layerOf is the layer as a source fills it: demand comes as points, or as
// counts by zone.
func layerOf(l layer, s *Source) layer {
	if l.name == coverage.LayerDemand && s.Zone != "" {
		return countLayer()
	}
	return l
}

// fields makes fields of their names; a needed one ends in an exclamation mark.
func fields(names ...string) []field {
	out := make([]field, len(names))
	for i, name := range names {
		last := len(name) - 1
		out[i] = field{name: name}
		if name[last] == '!' {
			out[i] = field{name: name[:last], needed: true}
		}
	}
	return out
}

func (l layer) has(name string) bool {
	return slices.ContainsFunc(l.fields, func(f field) bool { return f.name == name })
}

func (l layer) needs(name string) bool {
	return slices.Contains(l.fields, field{name: name, needed: true})
}

func (l layer) fieldNames() []string {
	out := make([]string, len(l.fields))
	for i, f := range l.fields {
		out[i] = f.name
	}
	return out
}

// usualWeights are taken from columns of these names without being asked for.
var usualWeights = []string{"people", "elderly", "children", "households", "vehicles"}

func addBoundary(r *row, into *coverage.Layers) {
	b := coverage.Boundary{
		ID: r.id(), Level: r.level(), Name: r.text("name"), Parent: r.text("parent"), Kind: r.kind(false), Area: r.area(),
	}
	if r.keep(b.ID) {
		into.Boundaries = append(into.Boundaries, b)
	}
}

func addFacility(r *row, into *coverage.Layers) {
	f := coverage.Facility{
		ID: r.id(), Kind: r.kind(true), Name: r.text("name"), At: r.point(),
		Hours: r.text("hours"), Address: r.text("address"),
	}
	f.Capacity, f.AreaM2, f.Staff = r.quantity("capacity"), r.quantity("area_m2"), r.quantity("staff")
	f.Entrances = r.positions("entrances")
	if len(r.ground) > 0 {
		area := math.Round(geo.PlaneOf(r.ground.Bound()).MultiArea(r.ground)*100) / 100
		f.Outline, f.AreaM2 = r.ground, &area
	}
	if r.keep(facilityKey(&f)) {
		into.Facilities = append(into.Facilities, f)
		r.sites[f.ID] = append(r.sites[f.ID], f.Kind)
	}
}

// facilityKey is what must differ among facilities, in the words of
// coverage.Layers.Check.
func facilityKey(f *coverage.Facility) string { return f.ID + " of kind " + f.Kind }

func addDemand(r *row, into *coverage.Layers) {
	d := coverage.Demand{ID: r.id(), At: r.point(), Building: r.text("building"), Weights: r.weights()}
	if r.keep(d.ID) {
		into.Demand = append(into.Demand, d)
	}
}

func addBuilding(r *row, into *coverage.Layers) {
	b := coverage.Building{
		ID: r.id(), Name: r.text("name"), Use: r.text("use"), Estate: r.text("estate"),
		Floors: r.count("floors"), Households: r.count("households"), Area: r.area(),
	}
	if r.keep(b.ID) {
		into.Buildings = append(into.Buildings, b)
	}
}

func addEstate(r *row, into *coverage.Layers) {
	e := coverage.Estate{
		ID: r.id(), Name: r.text("name"), Old: r.boolean("old"), Gated: r.boolean("gated"),
		YearBuilt: r.count("year_built"), Buildings: r.count("buildings"), Households: r.count("households"),
		Area: r.area(),
	}
	if r.keep(e.ID) {
		into.Estates = append(into.Estates, e)
	}
}

func addParcel(r *row, into *coverage.Layers) {
	p := coverage.Parcel{ID: r.id(), Name: r.text("name"), Kinds: r.list("kinds"), Area: r.area()}
	if r.keep(p.ID) {
		into.Parcels = append(into.Parcels, p)
	}
}

func addLandCover(r *row, into *coverage.Layers) {
	l := coverage.LandCover{ID: r.id(), Kind: r.kind(true), Name: r.text("name"), Area: r.area()}
	if r.keep(l.ID) {
		into.LandCover = append(into.LandCover, l)
	}
}
