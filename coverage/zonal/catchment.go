package zonal

import "kaimen/coverage"

// Catchment is the demand that has one facility as its nearest.
type Catchment struct {
	Demand, Covered            coverage.Amount // Covered: of it, within the cutoff
	Points                     int
	MeanS, MedianS, P90S, MaxS *float64
	MeanM, MedianM, P90M, MaxM *float64
}

// ByFacility sums an input by the facility that each demand point has as its
// nearest, along the snapshot's facilities.
//
// Holds: over the facilities, Demand adds up to that of the study less what
// reaches none.
func (z *Zones) ByFacility(in Input, facilities int) []Catchment {
	s := z.Sum(in)
	tallies := make([]tally, facilities)
	list := make([]Catchment, facilities)
	for _, i := range s.ways[0] {
		t := in.Travel[i]
		tallies[t.Facility].add(in.Weights[i], t)
		list[t.Facility].Points++
	}
	for m := range s.ways {
		for _, i := range s.ways[m] {
			t := in.Travel[i]
			tallies[t.Facility].pass(m, in.Weights[i], t.cost(m))
		}
	}
	for f := range list {
		a, c := &tallies[f], &list[f]
		c.Demand, c.Covered = a.demand, a.covered
		c.MeanS, c.MedianS, c.P90S, c.MaxS = a.spreads[0].tell()
		c.MeanM, c.MedianM, c.P90M, c.MaxM = a.spreads[1].tell()
	}
	return list
}
