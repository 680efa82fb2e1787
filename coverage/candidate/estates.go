package candidate

import (
	"cmp"
	"context"
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/geo"
	"kaimen/geo/index"
)

// estate is what the layers tell of a housing estate beside its row.
type estate struct {
	homes      []home
	households int         // 0 if not known
	gates      []orb.Point // that people go through
}

// home is where somebody lives.
type home struct {
	at     orb.Point
	weight float64
}

// weightHouseholds is a weight of demand: homes.
const weightHouseholds = "households"

// estates holds housing estates against the limits.
func (f *finder) estates(ctx context.Context) error {
	if len(f.layers.Estates) == 0 {
		f.note("The study has no estates: none are among the sites.")
		return nil
	}
	list := f.homes()
	for i := range f.layers.Estates {
		if err := ctx.Err(); err != nil {
			return err
		}
		f.estate(&f.layers.Estates[i], &list[i])
	}
	return nil
}

// estate holds one estate against the limits of each kind.
func (f *finder) estate(x *coverage.Estate, e *estate) {
	c := Candidate{Site: Site{ID: "estate:" + x.ID, Name: x.Name, Source: SourceEstate, Of: x.ID, Outline: x.Area}}
	c.AreaM2 = geo.PlaneOf(x.Area.Bound()).MultiArea(x.Area)
	c.At, c.Households = e.middle(x), e.households
	common := f.wanted(x, e)
	if !(c.AreaM2 > 0) {
		common = append(common, Reason{Code: BadShape, Message: "Its outline encloses nothing."})
	}
	common = append(common, f.kept(c.At)...)
	common = append(common, f.placed(c.At)...)
	area := index.NewAreas(1, func(int) orb.MultiPolygon { return x.Area })
	for k, kind := range f.o.Kinds {
		limits := &f.limits[k]
		c.Kind, c.Capacity = kind, limits.ofEstate(e.households)
		c.Cost = f.o.cost(kind, 0, c.Capacity)
		var reasons []Reason
		if !limits.InEstates {
			reasons = append(reasons, Reason{Code: KindNotAllowed, Message: fmt.Sprintf("A housing estate is no place for %s.", kind)})
		}
		reasons = append(reasons, common...)
		entrances, barred := f.enter(limits, c.At, e.gates)
		c.Entrances, c.Remarks = entrances, nil
		if len(entrances) == 0 && len(barred) > 0 {
			reasons = append(reasons, barred...)
		} else {
			c.Remarks = append(c.Remarks, barred...)
		}
		there := f.facilitiesAt(area, x.Area.Bound(), func(y *coverage.Facility) bool { return y.Kind == kind })
		if len(there) > 0 {
			c.Remarks = append(c.Remarks, Reason{Code: HoldsFacility, Message: fmt.Sprintf("It has this kind already: %s.", listed(there))})
		}
		f.settle(c, reasons)
	}
}

// enter lists the gates that are tied to the network, and what keeps the others
// from it. An estate without gates is entered at its place.
func (f *finder) enter(l *Limits, at orb.Point, gates []orb.Point) (entrances []orb.Point, barred []Reason) {
	n := f.roads(l)
	if len(gates) == 0 {
		return nil, f.way(n, "It", at)
	}
	for _, gate := range gates {
		if reasons := f.way(n, fmt.Sprintf("Its gate at [%.5f, %.5f]", gate[0], gate[1]), gate); len(reasons) > 0 {
			barred = append(barred, reasons...)
			continue
		}
		entrances = append(entrances, gate)
	}
	return entrances, barred
}

// wanted holds an estate against what is asked of estates.
func (f *finder) wanted(x *coverage.Estate, e *estate) (reasons []Reason) {
	asked := f.o.Estates
	if asked.OnlyOld && !x.Old {
		reasons = append(reasons, Reason{Code: NotOld, Message: "It is not on the list of old estates to renew."})
	}
	switch least := asked.MinHouseholds; {
	case least == 0 || e.households >= least:
	case e.households == 0:
		reasons = append(reasons, Reason{HouseholdsUnknown, 0, float64(least), weightHouseholds, fmt.Sprintf("How many households it has is not known; %d are asked for.", least)})
	default:
		reasons = append(reasons, Reason{TooFewHouseholds, float64(e.households), float64(least), weightHouseholds, fmt.Sprintf("It has %d households; %d are asked for.", e.households, least)})
	}
	return reasons
}

// ofEstate suggests a capacity for so many households; nil where they are not
// known, or the limits do not tell.
func (l *Limits) ofEstate(households int) *float64 {
	if l.UnitsPerHousehold <= 0 || households == 0 {
		return nil
	}
	return l.capped(math.Ceil(float64(households) * l.UnitsPerHousehold))
}

// middle is the home that is nearest to the middle of all, by the households or
// people that live in each; without homes a place inside.
func (e *estate) middle(x *coverage.Estate) orb.Point {
	plane := geo.PlaneOf(x.Area.Bound())
	var mx, my, sum float64
	for _, h := range e.homes {
		px, py := plane.ToXY(h.at)
		mx, my, sum = mx+h.weight*px, my+h.weight*py, sum+h.weight
	}
	if sum <= 0 {
		return geo.InteriorPoint(x.Area)
	}
	mx, my = mx/sum, my/sum
	best, nearest := orb.Point{}, math.Inf(1)
	for _, h := range e.homes {
		px, py := plane.ToXY(h.at)
		if away := math.Hypot(px-mx, py-my); away < nearest {
			best, nearest = h.at, away
		}
	}
	return best
}

// homes finds who lives in each estate, and its gates. Demand counts as homes; the
// buildings do where an estate has no demand.
func (f *finder) homes() []estate {
	l := f.layers
	list := make([]estate, len(l.Estates))
	byID := make(map[string]int, len(l.Estates))
	for i := range l.Estates {
		byID[l.Estates[i].ID] = i
	}
	areas := index.NewAreas(len(l.Estates), func(i int) orb.MultiPolygon { return l.Estates[i].Area })
	built := make([]estate, len(l.Estates)) // as the buildings tell
	ofBuilding := make(map[string]int, len(l.Buildings))
	for i := range l.Buildings {
		b := &l.Buildings[i]
		at := geo.InteriorPoint(b.Area)
		k, ok := byID[b.Estate]
		if !ok {
			k, ok = areas.First(at)
		}
		if ok {
			ofBuilding[b.ID] = k
			built[k].homes = append(built[k].homes, home{at, float64(b.Households)})
			built[k].households += b.Households
		}
	}
	counted := make([]coverage.Amount, len(l.Estates))
	for i := range l.Demand {
		d := &l.Demand[i]
		k, ok := ofBuilding[d.Building]
		if !ok {
			k, ok = areas.First(d.At)
		}
		if ok {
			weight, known := d.Weights[weightHouseholds]
			counted[k] += weight
			if !known {
				weight = d.Weights[coverage.WeightPeople]
			}
			list[k].homes = append(list[k].homes, home{d.At, float64(weight)})
		}
	}
	for k := range list {
		if len(list[k].homes) == 0 {
			list[k].homes = built[k].homes
		}
		list[k].households = cmp.Or(l.Estates[k].Households, built[k].households, int(counted[k]/coverage.AmountUnit))
	}
	for i := range l.Gates {
		gate := &l.Gates[i]
		if k, ok := byID[gate.Estate]; ok && gate.State != "closed" {
			list[k].gates = append(list[k].gates, gate.At)
		}
	}
	return list
}
