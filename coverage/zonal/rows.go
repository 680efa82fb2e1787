package zonal

import (
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

	MeanS   *float64 `json:"mean_s"`
	P90S    *float64 `json:"p90_s"` // the least time within which nine tenths arrive
	MeanM   *float64 `json:"mean_m"`
	P90M    *float64 `json:"p90_m"`
	MedianS *float64 `json:"median_s"` // the least time within which half arrive
	MaxS    *float64 `json:"max_s"`
	MedianM *float64 `json:"median_m"`
	MaxM    *float64 `json:"max_m"`

	Unreached           coverage.Amount `json:"unreached"`            // with no way to any facility
	FacilitiesInside    int             `json:"facilities_inside"`    // of the kind, within the zone
	FacilitiesReachable int             `json:"facilities_reachable"` // of the kind, within the cutoff of somebody in the zone
}

// Input is what a Sum is taken of: all slices run along the snapshot's demand
// or facilities.
type Input struct {
	Weights    []coverage.Amount // by demand point
	Travel     []Travel          // by demand point
	Facilities []bool            // by facility: of the kind asked for
	Reached    [][]int32         // by facility: the demand points within its cutoff; nil if not asked for
}

// Sum is an Input put in order, ready to be told by the zones of any level. It
// is built once, then only read.
type Sum struct {
	zones *Zones
	in    Input
	// ways are the demand points that count and reach a facility, by time and by
	// distance, equals by their place in the list.
	ways [2][]int32
}

// Summarize is Sum for a single level.
func (z *Zones) Summarize(name coverage.Level, in Input) (rows []Row, outside Row) {
	return z.Sum(in).Rows(name)
}

// Sum puts an input in order.
//
// Cost: two sorts of the demand.
func (z *Zones) Sum(in Input) *Sum {
	s := &Sum{zones: z, in: in}
	for m := range s.ways {
		s.ways[m] = s.sorted(m)
	}
	return s
}

// cost is a way by time (0) or by distance (1).
func (t Travel) cost(metric int) uint32 {
	if metric == 0 {
		return t.Milliseconds
	}
	return t.Millimeters
}

// counts tells whether a demand point counts anywhere.
func (s *Sum) counts(i int) bool { return s.in.Weights[i] != 0 && !s.zones.Outside[i] }

// sorted lists the points by cost. The cost and the place of a point make one
// number, which sorts several times faster than a pair.
func (s *Sum) sorted(metric int) []int32 {
	keys := make([]uint64, 0, len(s.in.Travel))
	for i, t := range s.in.Travel {
		if t.Facility >= 0 && s.counts(i) {
			keys = append(keys, uint64(t.cost(metric))<<32|uint64(uint32(i)))
		}
	}
	slices.Sort(keys)
	list := make([]int32, len(keys))
	for k, key := range keys {
		list[k] = int32(uint32(key))
	}
	return list
}

// Rows returns a row for every zone of a level, in the order of Zones.Of, and
// one for the demand of the study that lies in no zone of that level.
//
// Holds: over the rows and outside, Demand, Covered, Uncovered and Unreached
// add up exactly to the study's; demand outside all boundaries is in none.
// Cost:  O(demand + zones), and the demand reached by each facility.
func (s *Sum) Rows(name coverage.Level) (rows []Row, outside Row) {
	rows = make([]Row, len(s.zones.Of(name)))
	outside = s.Each(name, func(k int, r Row) { rows[k] = r })
	return rows, outside
}

// Each is Rows for whoever takes the rows one by one: k is the place of a row's
// zone in Zones.Of.
func (s *Sum) Each(name coverage.Level, take func(k int, r Row)) (outside Row) {
	z := s.zones
	zones := z.Of(name)
	home := z.homes(name)
	tallies := make([]tally, len(zones)+1) // the last is for outside
	for i, t := range s.in.Travel {
		if s.counts(i) {
			tallies[home(int32(i))].add(s.in.Weights[i], t)
		}
	}
	for m := range s.ways {
		for _, i := range s.ways[m] {
			tallies[home(i)].pass(m, s.in.Weights[i], s.in.Travel[i].cost(m))
		}
	}
	s.countFacilities(name, tallies)
	for k := range zones {
		take(k, tallies[k].row(&zones[k]))
	}
	return tallies[len(zones)].row(&Zone{Level: name})
}

// homes tells where a demand point counts at a level: the place of its zone in
// Of, or their number where it lies in none.
func (z *Zones) homes(name coverage.Level) func(i int32) int {
	l := z.level(name)
	if l == nil {
		return func(int32) int { return 0 } // the study holds everything
	}
	last := len(z.Of(name))
	return func(i int32) int { return slot(l.demand[i], last) }
}

// slot puts a missing zone, -1, last.
func slot(zone int32, last int) int {
	if zone < 0 {
		return last
	}
	return int(zone)
}

func (s *Sum) countFacilities(name coverage.Level, tallies []tally) {
	z := s.zones
	last := len(tallies) - 1
	l := z.level(name)
	home := z.homes(name)
	mark := make([]int, len(tallies)) // facility+1 that counted here last
	for f, wanted := range s.in.Facilities {
		if !wanted {
			continue
		}
		if !z.outsideFacilities[f] {
			inside := int32(0)
			if l != nil {
				inside = l.facilities[f]
			}
			tallies[slot(inside, last)].inside++
		}
		if s.in.Reached == nil {
			continue
		}
		for _, i := range s.in.Reached[f] {
			if !s.counts(int(i)) {
				continue
			}
			if k := home(i); mark[k] != f+1 {
				mark[k] = f + 1
				tallies[k].reachable++
			}
		}
	}
}

// tally gathers what a row needs. The ways of a zone are told to it twice: all
// of them for the weights, then in order of cost.
type tally struct {
	demand, covered, unreached coverage.Amount
	inside, reachable          int
	spreads                    [2]spread
}

func (a *tally) add(w coverage.Amount, t Travel) {
	a.demand += w
	if t.Covered {
		a.covered += w
	}
	if t.Facility < 0 {
		a.unreached += w
	}
}

// pass takes the next dearer way.
func (a *tally) pass(metric int, w coverage.Amount, cost uint32) {
	a.spreads[metric].pass(w, a.demand-a.unreached, cost)
}

func (a *tally) row(z *Zone) Row {
	r := Row{
		ID: z.ID, Name: z.Name, Level: z.Level, Parent: z.Parent,
		Demand: a.demand, Covered: a.covered, Uncovered: a.demand - a.covered, Unreached: a.unreached,
		FacilitiesInside: a.inside, FacilitiesReachable: a.reachable,
	}
	if a.demand > 0 {
		rate := float64(a.covered) / float64(a.demand)
		r.CoverageRate = &rate
	}
	r.MeanS, r.MedianS, r.P90S, r.MaxS = a.spreads[0].tell()
	r.MeanM, r.MedianM, r.P90M, r.MaxM = a.spreads[1].tell()
	return r
}
