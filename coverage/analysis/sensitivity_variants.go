package analysis

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/coverage/zonal"
)

// standing is the answer that variants are held against.
type standing struct {
	*work[SensitivityOptions]
	serving *serving
	zones   []zonal.Zone
	home    func(i int) int
	weights []coverage.Amount
	points  []int32           // the demand that counts
	covered []int32           // of that, what is covered
	demand  []coverage.Amount // by zone; the last is of none
	reach   []coverage.Amount // of that, what is covered

	total, totalCovered coverage.Amount
}

// variant is what becomes of the answer when one assumption is another.
type variant struct {
	family, id, name, note string
	shape                  orb.Geometry

	change coverage.Amount // of the demand covered
	zones  []zoneChange    // where there is any, by zone
}

// zoneChange is a change of the demand covered in a zone, by its place in Of;
// their number stands for the demand in none.
type zoneChange struct {
	zone   int
	change coverage.Amount
}

func standingOf(ctx context.Context, w *work[SensitivityOptions]) (*standing, error) {
	b := w.base
	found, err := w.grounds.serve(ctx, b, []string{w.Kind}, 1, w.Cutoff)
	if err != nil {
		return nil, err
	}
	s := &standing{work: w, serving: found, zones: b.zones.Of(w.Level), home: b.zones.HomeAt(w.Level), weights: weightsOf(b.Snapshot, w.Cohort)}
	s.demand, s.reach = make([]coverage.Amount, len(s.zones)+1), make([]coverage.Amount, len(s.zones)+1)
	for i, weight := range s.weights {
		if weight == 0 || b.zones.Outside[i] {
			continue
		}
		s.points = append(s.points, int32(i))
		s.total += weight
		s.demand[s.slot(i)] += weight
		if found.travel[i].Covered {
			s.covered = append(s.covered, int32(i))
			s.totalCovered += weight
			s.reach[s.slot(i)] += weight
		}
	}
	return s, nil
}

// slot is where a demand point that counts is added up.
func (s *standing) slot(i int) int {
	if k := s.home(i); k >= 0 {
		return k
	}
	return len(s.zones)
}

// weigh fills in what changes of a variant if, of some points that count, those
// are covered for which now holds.
func (s *standing) weigh(v variant, among []int32, now func(i int32) bool) variant {
	sums := make(map[int]coverage.Amount)
	for _, i := range among {
		is, was := now(i), s.serving.travel[i].Covered
		switch {
		case is && !was:
			sums[s.slot(int(i))] += s.weights[i]
		case was && !is:
			sums[s.slot(int(i))] -= s.weights[i]
		}
	}
	for zone, change := range sums {
		if change != 0 {
			v.zones = append(v.zones, zoneChange{zone, change})
			v.change += change
		}
	}
	slices.SortFunc(v.zones, func(a, b zoneChange) int { return a.zone - b.zone })
	return v
}

// vary makes the variants of a family, and counts what has nothing to vary.
func (s *standing) vary(ctx context.Context, family string) (variants []variant, leftOut int, err error) {
	switch family {
	case VarySpeed:
		return s.speeds(), 0, nil
	case VaryFacility:
		variants, err = s.shutFacilities(ctx)
		return variants, 0, err
	case VaryGate:
		return s.closed(ctx, s.gates())
	}
	return s.closed(ctx, s.bridges())
}

// speeds are those of people who go slower and faster.
func (s *standing) speeds() []variant {
	var list []variant
	for _, way := range []struct {
		id   string
		sign float64
	}{{"slower", -1}, {"faster", 1}} {
		factor := 1 + way.sign**s.Options.SpeedShare
		v := variant{family: VarySpeed, id: way.id, name: fmt.Sprintf("×%.4g", factor)}
		if s.Cutoff.Metric == network.Length {
			v.note = NoteDistance
			list = append(list, v)
			continue
		}
		if s.profile.FerryWaitSeconds > 0 && slices.ContainsFunc(s.base.Roads, func(r coverage.Road) bool { return r.Class == "ferry" }) {
			v.note = NoteFerries
		}
		// As far as now in a cutoff of so many times this one.
		longest := network.Cost(math.Round(float64(s.Cutoff.Value) * factor))
		list = append(list, s.weigh(v, s.points, func(i int32) bool {
			t := s.serving.travel[i]
			return t.Facility >= 0 && t.Milliseconds <= longest
		}))
	}
	return list
}

// shutFacilities are those with one facility of the kind shut.
func (s *standing) shutFacilities(ctx context.Context) ([]variant, error) {
	second, err := s.grounds.ways(ctx, s.serving.points, 2, s.Cutoff)
	if err != nil {
		return nil, err
	}
	served := make([][]int32, len(s.base.Facilities))
	for _, i := range s.covered {
		f := s.serving.travel[i].Facility
		served[f] = append(served[f], i)
	}
	var list []variant
	for f := range s.base.Facilities {
		if !s.serving.wanted[f] {
			continue
		}
		at := &s.base.Facilities[f]
		v := variant{family: VaryFacility, id: at.ID, name: at.Name, shape: at.At}
		list = append(list, s.weigh(v, served[f], func(i int32) bool { return second[i].Covered }))
	}
	return list, nil
}

// row tells a variant.
func (s *standing) row(v *variant) SensitivityRow {
	covered := s.totalCovered + v.change
	r := SensitivityRow{
		Family: v.family, ID: v.id, Name: v.name, Note: v.note, Shape: v.shape,
		Covered: covered, CoverageRate: rateOf(covered, s.total), Change: v.change,
	}
	if v.shape != nil {
		middle := v.shape.Bound().Center()
		r.Lon, r.Lat = &middle[0], &middle[1]
	}
	crossing := 0
	var most coverage.Amount
	for _, c := range v.zones {
		if c.zone == len(s.zones) {
			continue
		}
		r.ZonesChanged++
		if s.Options.Target != nil && s.meets(c.zone, 0) != s.meets(c.zone, c.change) {
			crossing++
		}
		if -c.change > most {
			most = -c.change
			zone := &s.zones[c.zone]
			r.LosesMost.ID, r.LosesMost.Name = &zone.ID, &zone.Name
		}
	}
	if most > 0 {
		r.LosesMost.Loss = &most
	}
	if s.Options.Target != nil {
		r.ZonesCrossing = &crossing
	}
	return r
}

// meets tells whether a zone reaches the target if its coverage changes so.
func (s *standing) meets(zone int, change coverage.Amount) bool {
	return reaches(s.reach[zone]+change, s.demand[zone], *s.Options.Target)
}

// reaches tells whether a share of a whole is a rate or more.
func reaches(part, whole coverage.Amount, rate float64) bool {
	return float64(part)/float64(whole) >= rate
}
