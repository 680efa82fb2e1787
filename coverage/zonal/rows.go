package zonal

import (
	"cmp"
	"slices"

	"kaimen/coverage"
)

// Travel is the way from a demand point to its nearest facility.
type Travel struct {
	Milliseconds uint32
	Millimeters  uint32
	Facility     int32 // index in the snapshot's facilities, -1 if no way leads to any
	Covered      bool  // within the cutoff
}

// Row is the answer for one zone. Amounts are of the weight asked for. Times
// and distances are to the nearest facility, over the demand that can reach
// one at all, near or far; nil where there is none.
type Row struct {
	ID     string         `json:"id"`
	Name   string         `json:"name"`
	Level  coverage.Level `json:"level"`
	Parent string         `json:"parent"`

	Demand       coverage.Amount `json:"demand"`
	Covered      coverage.Amount `json:"covered"`
	CoverageRate *float64        `json:"coverage_rate"` // 0..1; nil where Demand is 0
	Uncovered    coverage.Amount `json:"uncovered"`     // Demand - Covered

	MeanS *float64 `json:"mean_s"`
	P90S  *float64 `json:"p90_s"` // the least time within which nine tenths arrive
	MeanM *float64 `json:"mean_m"`
	P90M  *float64 `json:"p90_m"`

	Unreached           coverage.Amount `json:"unreached"`            // with no way to any facility
	FacilitiesInside    int             `json:"facilities_inside"`    // of the kind, within the zone
	FacilitiesReachable int             `json:"facilities_reachable"` // of the kind, within the cutoff of somebody in the zone
}

// Input is what Summarize sums: all slices run along the snapshot's demand or
// facilities.
type Input struct {
	Weights    []coverage.Amount // by demand point
	Travel     []Travel          // by demand point
	Facilities []bool            // by facility: of the kind asked for
	Reached    [][]int32         // by facility: the demand points within its cutoff; nil if not asked for
}

// Summarize returns a row for every zone of a level, in the order of Zones.Of,
// and one for the demand of the study that lies in no zone of that level.
//
// Holds: over the rows and outside, Demand, Covered, Uncovered and Unreached
// add up exactly to the study's; demand outside all boundaries is in none.
func (z *Zones) Summarize(name coverage.Level, in Input) (rows []Row, outside Row) {
	zones := z.Of(name)
	at := z.zoneOfDemand(name)
	sums := make([]sum, len(zones)+1) // the last is for outside
	for i, t := range in.Travel {
		if z.Outside[i] || in.Weights[i] == 0 {
			continue
		}
		sums[slot(at(i), len(zones))].add(in.Weights[i], t)
	}
	z.countFacilities(name, in, sums)
	rows = make([]Row, len(zones))
	for k, zone := range zones {
		rows[k] = sums[k].row(zone)
	}
	return rows, sums[len(zones)].row(Zone{Level: name})
}

// slot puts a missing zone, -1, last.
func slot(zone int32, last int) int {
	if zone < 0 {
		return last
	}
	return int(zone)
}

func (z *Zones) zoneOfDemand(name coverage.Level) func(i int) int32 {
	if l := z.level(name); l != nil {
		return func(i int) int32 { return l.demand[i] }
	}
	return func(int) int32 { return 0 } // the study holds everything
}

func (z *Zones) countFacilities(name coverage.Level, in Input, sums []sum) {
	last := len(sums) - 1
	l := z.level(name)
	at := z.zoneOfDemand(name)
	mark := make([]int, len(sums)) // facility+1 that counted here last
	for f, wanted := range in.Facilities {
		if !wanted {
			continue
		}
		if !z.outsideFacilities[f] {
			inside := int32(0)
			if l != nil {
				inside = l.facilities[f]
			}
			sums[slot(inside, last)].inside++
		}
		if in.Reached == nil {
			continue
		}
		for _, i := range in.Reached[f] {
			if z.Outside[i] || in.Weights[i] == 0 {
				continue
			}
			if k := slot(at(int(i)), last); mark[k] != f+1 {
				mark[k] = f + 1
				sums[k].reachable++
			}
		}
	}
}

// sum gathers what a row needs.
type sum struct {
	demand, covered, unreached coverage.Amount
	ways                       []weighted
	inside, reachable          int
}

type weighted struct {
	weight coverage.Amount
	travel Travel
}

func (s *sum) add(w coverage.Amount, t Travel) {
	s.demand += w
	if t.Covered {
		s.covered += w
	}
	if t.Facility < 0 {
		s.unreached += w
		return
	}
	s.ways = append(s.ways, weighted{w, t})
}

func (s *sum) row(z Zone) Row {
	r := Row{
		ID: z.ID, Name: z.Name, Level: z.Level, Parent: z.Parent,
		Demand: s.demand, Covered: s.covered, Uncovered: s.demand - s.covered, Unreached: s.unreached,
		FacilitiesInside: s.inside, FacilitiesReachable: s.reachable,
	}
	if s.demand > 0 {
		rate := float64(s.covered) / float64(s.demand)
		r.CoverageRate = &rate
	}
	r.MeanS, r.P90S = s.spread(func(t Travel) uint32 { return t.Milliseconds })
	r.MeanM, r.P90M = s.spread(func(t Travel) uint32 { return t.Millimeters })
	return r
}

// spread is the weighted mean of a cost and its weighted nine-tenths point, by
// nearest rank, in whole units (seconds, meters); nil over nothing.
func (s *sum) spread(of func(Travel) uint32) (mean, p90 *float64) {
	if len(s.ways) == 0 {
		return nil, nil
	}
	slices.SortFunc(s.ways, func(a, b weighted) int {
		return cmp.Or(cmp.Compare(of(a.travel), of(b.travel)), cmp.Compare(a.weight, b.weight))
	})
	var total coverage.Amount
	product := 0.0
	for _, w := range s.ways {
		total += w.weight
		product += float64(w.weight) * float64(of(w.travel))
	}
	m := product / float64(total) / 1000
	need, below := total-total/10, coverage.Amount(0) // nine tenths, rounded up
	for _, w := range s.ways {
		below += w.weight
		if below >= need {
			p := float64(of(w.travel)) / 1000
			return &m, &p
		}
	}
	panic("zonal: the weights of all ways reach nine tenths of themselves")
}
