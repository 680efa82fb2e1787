package candidate

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/geo"
	"kaimen/geo/index"
	"kaimen/geo/overlay"
)

// ground is all that parcels are held against.
type ground struct {
	buildings, water, facilities *cover
	outlines                     []int // by area of facilities: the facility
	slopes                       *slopes
	parcels                      *index.Boxes
	lands                        []land // by parcel; without ground where it cannot be measured
}

// parcels holds idle land against the limits.
func (f *finder) parcels(ctx context.Context) error {
	if len(f.layers.Parcels) == 0 {
		f.note("The study has no parcels: no idle land is among the sites.")
		return nil
	}
	g := f.ground()
	unsloped := 0
	for i := range f.layers.Parcels {
		if err := ctx.Err(); err != nil {
			return err
		}
		if !f.parcel(g, i) {
			unsloped++
		}
	}
	if unsloped > 0 && g.slopes.known() {
		f.note("The slope of %d of %d parcels is not known: too few roads with heights lie about them.", unsloped, len(f.layers.Parcels))
	}
	return nil
}

// ground indexes the layers, and notes what is missing.
func (f *finder) ground() *ground {
	l := f.layers
	g := &ground{slopes: slopesOf(l.Roads), lands: make([]land, len(l.Parcels))}
	g.buildings = coverOf("buildings", len(l.Buildings), func(i int) orb.MultiPolygon { return l.Buildings[i].Area })
	var waters []int
	for i := range l.LandCover {
		if l.LandCover[i].Kind == "water" {
			waters = append(waters, i)
		}
	}
	g.water = coverOf("waters", len(waters), func(i int) orb.MultiPolygon { return l.LandCover[waters[i]].Area })
	for i := range l.Facilities {
		if len(l.Facilities[i].Outline) > 0 {
			g.outlines = append(g.outlines, i)
		}
	}
	g.facilities = coverOf("facilities", len(g.outlines), func(i int) orb.MultiPolygon { return l.Facilities[g.outlines[i]].Outline })
	g.parcels = index.NewBoxes(len(l.Parcels), func(i int) orb.Bound { return l.Parcels[i].Area.Bound() })
	for _, missing := range []struct {
		is   bool
		note string
	}{
		{len(l.Buildings) == 0, "The study has no buildings: whether any stand on a parcel is not checked."},
		{len(waters) == 0, "The study has no water among its land cover: whether a parcel lies under water is not checked."},
		{len(g.outlines) == 0, "No facility of the study has an outline: whether a parcel lies on the ground of one is not checked."},
		{!g.slopes.known(), "No road of the study has heights: the slope of parcels is not known, and bars none."},
	} {
		if missing.is {
			f.note("%s", missing.note)
		}
	}
	return g
}

// parcel holds one parcel against the limits of each kind, and tells whether its
// slope is known.
func (f *finder) parcel(g *ground, i int) (sloped bool) {
	p := &f.layers.Parcels[i]
	c := Candidate{Site: Site{ID: "parcel:" + p.ID, Name: p.Name, Source: SourceParcel, Of: p.ID, Outline: p.Area, At: geo.InteriorPoint(p.Area)}}
	l, fault := landOf(p.Area)
	if fault != "" {
		for _, kind := range f.o.Kinds {
			c.Kind = kind
			f.settle(c, append(notFor(p.Kinds, "parcel", kind), Reason{Code: BadShape, Message: "Its outline cannot be measured: " + fault + "."}))
		}
		return false
	}
	l.slope = g.slopes.of(&l)
	g.lands[i] = l
	c.At, c.AreaM2, c.WidthM, c.SlopePercent = l.at, l.areaM2, l.widthM, l.slope
	shares, remarks := f.shares(g, &l)
	common, twins := f.placed(l.at), g.twins(f.layers.Parcels, i)
	c.Remarks = append(remarks, f.onParcel(p)...)
	fronts := make(map[*network.Network]*front)
	for k, kind := range f.o.Kinds {
		limits := &f.limits[k]
		n := f.roads(limits)
		if fronts[n] == nil {
			fr := frontOf(n, &l, f.o.FrontageMeters)
			fronts[n] = &fr
		}
		c.Kind, c.FrontageM = kind, fronts[n].meters
		c.Entrances = fronts[n].entrances(&l, f.o.FrontageMeters, f.o.EntrancesApartMeters, f.o.Entrances)
		c.Capacity = limits.ofParcel(l.areaM2)
		c.Cost = f.o.cost(kind, l.areaM2, c.Capacity)
		reasons := notFor(p.Kinds, "parcel", kind)
		reasons = append(reasons, limits.measured(&l, kind)...)
		reasons = append(reasons, f.fronted(n, limits, fronts[n])...)
		reasons = append(reasons, limits.overlapped(shares)...)
		reasons = append(reasons, common...)
		f.settle(c, append(reasons, f.twice(twins, kind)...))
	}
	return l.slope != nil
}

// notFor bars a kind that a list of kinds does not name; an empty list bars none.
func notFor(kinds []string, what, kind string) []Reason {
	if len(kinds) == 0 || slices.Contains(kinds, kind) {
		return nil
	}
	return []Reason{{Code: KindNotAllowed, Message: fmt.Sprintf("The %s is for %s, not for %s.", what, listed(kinds), kind)}}
}

// measured holds area, width and slope against the limits.
func (l *Limits) measured(land *land, kind string) (reasons []Reason) {
	add := func(bars bool, code string, value, limit float64, unit, format string) {
		if bars {
			reasons = append(reasons, Reason{code, value, limit, unit, fmt.Sprintf(format, value, kind, limit)})
		}
	}
	area, width := land.areaM2, land.widthM
	add(area < l.MinAreaM2, TooSmall, area, l.MinAreaM2, "m2", "It has %.0f m²; %s needs %.0f m² or more.")
	add(l.MaxAreaM2 > 0 && area > l.MaxAreaM2, TooLarge, area, l.MaxAreaM2, "m2", "It has %.0f m²; %s takes %.0f m² at most.")
	add(width < l.MinWidthM, TooNarrow, width, l.MinWidthM, "m", "The largest circle inside is %.1f m wide; %s needs %.1f m or more.")
	if land.slope != nil && l.MaxSlopePercent > 0 {
		add(*land.slope > l.MaxSlopePercent, TooSteep, *land.slope, l.MaxSlopePercent, "percent", "The ground slopes by %.1f %%; %s takes %.1f %% at most.")
	}
	return reasons
}

// fronted holds the frontage against the limits.
func (f *finder) fronted(n *network.Network, l *Limits, fr *front) (reasons []Reason) {
	how := "walked on"
	if l.ByCar {
		how = "driven on"
	}
	if fr.meters < l.MinFrontageM {
		reasons = append(reasons, Reason{NoFrontage, fr.meters, l.MinFrontageM, "m", fmt.Sprintf(
			"%.1f m of its outline lie within %.0f m of a road that may be %s; %.1f m are needed.", fr.meters, f.o.FrontageMeters, how, l.MinFrontageM)})
	}
	if fr.away > f.o.WayMeters {
		text := fmt.Sprintf("It lies %.0f m from the nearest road that may be %s; sites lie within %.0f m of one.", fr.away, how, f.o.WayMeters)
		away := fr.away
		if math.IsInf(away, 1) {
			away = n.Profile().SnapMeters
			text = fmt.Sprintf("No road that may be %s, and is not cut off from the others, lies within %.0f m of it; sites lie within %.0f m of one.", how, away, f.o.WayMeters)
		}
		reasons = append(reasons, Reason{NoWay, away, f.o.WayMeters, "m", text})
	}
	return reasons
}

// shares are what of a parcel is covered, as shares of its area, and by what.
type shares struct {
	buildings, water, facilities, excluded float64
	on                                     []string // the facilities
}

// shares measures what covers a parcel, and remarks what could not be.
func (f *finder) shares(g *ground, l *land) (s shares, remarks []Reason) {
	for _, under := range []struct {
		cover *cover
		share *float64
	}{{g.buildings, &s.buildings}, {g.water, &s.water}, {g.facilities, &s.facilities}, {f.excluded, &s.excluded}} {
		share, on, err := under.cover.covered(l)
		if err != nil {
			remarks = append(remarks, Reason{Code: NotCompared, Message: fmt.Sprintf("How much of it lies under %s is not known in full: %v.", under.cover.name, err)})
		}
		*under.share = share
		if under.cover == g.facilities {
			for _, k := range on {
				s.on = append(s.on, called(&f.layers.Facilities[g.outlines[k]]))
			}
		}
	}
	return s, remarks
}

// overlapped holds what covers a parcel against the limits.
func (l *Limits) overlapped(s shares) (reasons []Reason) {
	for _, x := range []struct {
		code         string
		share, limit float64
		what         string
	}{
		{OverlapsBuilding, s.buildings, l.MaxBuildings, "Buildings stand on"},
		{OverlapsWater, s.water, l.MaxWater, "Water covers"},
		{OverlapsFacility, s.facilities, l.MaxFacilities, "The ground of " + listed(s.on) + " is"},
		{ExcludedArea, s.excluded, l.MaxExcluded, "What is to be kept free is"},
	} {
		if x.share > x.limit {
			reasons = append(reasons, Reason{x.code, x.share, x.limit, "share", fmt.Sprintf("%s %.1f %% of it; %.1f %% may be.", x.what, 100*x.share, 100*x.limit)})
		}
	}
	return reasons
}

// ofParcel suggests a capacity for so much ground; nil where the limits do not
// tell.
func (l *Limits) ofParcel(areaM2 float64) *float64 {
	if l.AreaPerUnitM2 <= 0 {
		return nil
	}
	return l.capped(math.Floor(areaM2 / l.AreaPerUnitM2))
}

func (l *Limits) capped(units float64) *float64 {
	if l.MaxUnits > 0 {
		units = min(units, l.MaxUnits)
	}
	return &units
}

// onParcel remarks facilities that are known as a point on the parcel: it may not
// be idle, or the point may be off.
func (f *finder) onParcel(p *coverage.Parcel) []Reason {
	area := index.NewAreas(1, func(int) orb.MultiPolygon { return p.Area })
	names := f.facilitiesAt(area, p.Area.Bound(), func(x *coverage.Facility) bool { return len(x.Outline) == 0 })
	if len(names) == 0 {
		return nil
	}
	return []Reason{{Code: HoldsFacility, Message: fmt.Sprintf("A facility stands on it by the map: %s.", listed(names))}}
}

// sameGround is how much of each of two parcels must be the other's for them to be
// one that was listed twice.
const sameGround = 0.9

// twin is a parcel with the same ground, and the share of it.
type twin struct {
	parcel int
	share  float64
}

// twins lists the parcels before one that have its ground.
func (g *ground) twins(parcels []coverage.Parcel, i int) (list []twin) {
	l := &g.lands[i]
	for _, k := range g.parcels.Meeting(parcels[i].Area.Bound(), nil) {
		if k >= i {
			break
		}
		other := g.lands[k].areaM2
		if min(l.areaM2, other) < sameGround*max(l.areaM2, other) {
			continue
		}
		shared, err := overlay.Intersection(l.xy, flat(parcels[k].Area, l.plane))
		if err != nil {
			continue // shapes that do not overlay are not the same
		}
		if share := planar.Area(shared) / max(l.areaM2, other); share >= sameGround {
			list = append(list, twin{k, share})
		}
	}
	return list
}

// twice bars a parcel for a kind that a twin of it is for too.
func (f *finder) twice(twins []twin, kind string) []Reason {
	for _, t := range twins {
		if other := &f.layers.Parcels[t.parcel]; notFor(other.Kinds, "parcel", kind) == nil {
			return []Reason{{Duplicate, t.share, sameGround, "share", fmt.Sprintf("It shares %.0f %% of its ground with parcel %s.", 100*t.share, other.ID)}}
		}
	}
	return nil
}
