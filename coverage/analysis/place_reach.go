package analysis

import (
	"cmp"
	"context"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/coverage/reach"
	"kaimen/coverage/zonal"
	"kaimen/geo"
)

// further is how many facilities are told beyond those that must be near.
const further = 2

// seen is how facilities lie to a place: by facility, the least cost in each
// metric, Unreached where no way leads to it; and the entrance it is entered by
// in the metric of the question.
type seen struct {
	milliseconds, millimeters []network.Cost
	entrance                  []network.Snap
}

// lookFrom searches from a place to all facilities.
//
// Cost: two searches over the network.
func (w *work[O]) lookFrom(ctx context.Context, p *place) (seen, error) {
	g := w.grounds
	var snaps []network.Snap
	var owners []int
	for f := range g.facilities {
		for _, snap := range g.facilities[f] {
			snaps, owners = append(snaps, snap), append(owners, f)
		}
	}
	doors := reach.NewPoints(g.network, snaps)
	s := seen{entrance: make([]network.Snap, len(g.facilities))}
	for _, m := range []network.Metric{network.Time, network.Length} {
		least := make([]network.Cost, len(g.facilities))
		for f := range least {
			least[f] = network.Unreached
		}
		scan := reach.NewScan(g.network, doors, reach.Options{Metric: m, Direction: network.Away})
		found, err := scan.From(ctx, p.snap, network.Unreached)
		if err != nil {
			return s, err
		}
		for _, door := range found {
			f := owners[door.Point]
			if door.Cost >= least[f] {
				continue
			}
			least[f] = door.Cost
			if m == w.Cutoff.Metric {
				s.entrance[f] = snaps[door.Point]
			}
		}
		if m == network.Time {
			s.milliseconds = least
		} else {
			s.millimeters = least
		}
	}
	return s, nil
}

// in are the costs of a metric.
func (s *seen) in(m network.Metric) []network.Cost {
	if m == network.Time {
		return s.milliseconds
	}
	return s.millimeters
}

// tellNearest writes the facilities of a need as they are seen from the place,
// and the way to the first.
func (w *work[O]) tellNearest(ctx context.Context, r *PlaceRow, p *place, s seen) error {
	b := w.base
	byTime, byLength := s.order(b, r.Kinds, network.Time), s.order(b, r.Kinds, network.Length)
	if r.Count <= len(byTime) {
		seconds, meters := float64(s.milliseconds[byTime[r.Count-1]])/1000, float64(s.millimeters[byLength[r.Count-1]])/1000
		r.ReachS, r.ReachM = &seconds, &meters
	}
	r.WithinTime, r.WithinDistance = withinLimit(r.ReachS, r.CutoffS), withinLimit(r.ReachM, r.CutoffM)
	order := byTime
	if w.Cutoff.Metric == network.Length {
		order = byLength
	}
	r.Nearest = []PlaceFacility{}
	for _, f := range order[:min(r.Count+further, len(order))] {
		at := &b.Facilities[f]
		seconds, meters := float64(s.milliseconds[f])/1000, float64(s.millimeters[f])/1000
		r.Nearest = append(r.Nearest, PlaceFacility{
			at.ID, at.Kind, at.Name, at.At, seconds, meters, withinLimit(&seconds, r.CutoffS), withinLimit(&meters, r.CutoffM),
		})
	}
	if len(order) == 0 {
		return nil
	}
	return w.tellPath(ctx, r, p, &s, order[0])
}

// tellPath writes the way to a facility.
func (w *work[O]) tellPath(ctx context.Context, r *PlaceRow, p *place, s *seen, f int) error {
	path, ok, err := reach.Between(ctx, w.grounds.network, p.snap, s.entrance[f], s.in(w.Cutoff.Metric)[f],
		reach.Options{Metric: w.Cutoff.Metric, Direction: network.Toward, Both: true})
	if err != nil || !ok {
		return err
	}
	seconds, meters := float64(path.Milliseconds)/1000, float64(path.Millimeters)/1000
	to := &w.base.Facilities[f]
	r.NearestID, r.NearestName, r.PathS, r.PathM = &to.ID, &to.Name, &seconds, &meters
	r.Path = drawnPath(p.origin.At, &path, to, w.grounds.facilities[f])
	return nil
}

// order lists the facilities of some kinds that are reached, the nearest first,
// equals in their order.
func (s *seen) order(b *base, kinds []string, m network.Metric) []int {
	var list []int
	costs := s.in(m)
	for f := range b.Facilities {
		if costs[f] != network.Unreached && slices.Contains(kinds, b.Facilities[f].Kind) {
			list = append(list, f)
		}
	}
	slices.SortStableFunc(list, func(x, y int) int { return cmp.Compare(costs[x], costs[y]) })
	return list
}

// withinLimit tells whether a cost is within a limit; nil without a limit.
func withinLimit(value, limit *float64) *bool {
	if limit == nil {
		return nil
	}
	ok := value != nil && *value <= *limit
	return &ok
}

// serving lists the facilities of some kinds that the demand of a place has as
// its nearest, with their load by all demand.
func (w *work[O]) serving(ctx context.Context, p *place, kinds []string) ([]ServingFacility, error) {
	b := w.base
	found, err := w.grounds.serve(ctx, b, kinds, 1, w.Cutoff)
	if err != nil {
		return nil, err
	}
	here := allotted(found.travel, p.weights, len(b.Facilities))
	list := []ServingFacility{}
	for _, kind := range kinds {
		ofKind, err := w.grounds.serve(ctx, b, []string{kind}, 1, w.Cutoff)
		if err != nil {
			return nil, err
		}
		all := allotted(ofKind.travel, p.study, len(b.Facilities))
		for f := range b.Facilities {
			if at := &b.Facilities[f]; at.Kind == kind && here[f] > 0 {
				list = append(list, ServingFacility{at.ID, kind, at.Name, at.At, here[f], all[f], at.Capacity, loadOf(all[f], at.Capacity)})
			}
		}
	}
	slices.SortStableFunc(list, func(x, y ServingFacility) int { return cmp.Compare(y.Demand, x.Demand) })
	return list, nil
}

// allotted sums weights by the facility that each demand point has as its
// nearest.
func allotted(travel []zonal.Travel, weights []coverage.Amount, facilities int) []coverage.Amount {
	sums := make([]coverage.Amount, facilities)
	for i, t := range travel {
		if t.Facility >= 0 {
			sums[t.Facility] += weights[i]
		}
	}
	return sums
}

// inside is a point inside a zone; of the study, the middle of its box.
func (b *base) inside(z *zonal.Zone) orb.Point {
	if len(z.Area) == 0 {
		return b.Bounds().Center()
	}
	return geo.InteriorPoint(z.Area)
}
