package analysis

import (
	"cmp"
	"slices"
	"strings"

	"kaimen/coverage"
)

// What is concluded from coverage. Zones are ranked by coverage rate, the lowest
// first; of equals goes first who has more uncovered, then by id. Zones that
// nothing is missing in are not ranked.
const (
	LowestRate       = "lowest_rate"        // which zone ranks first
	MostUncovered    = "most_uncovered"     // which zone has the most uncovered demand, the first by id of equals
	LowestInOrder    = "lowest_in_order"    // the five zones that rank first, in order
	StudyMeetsTarget = "study_meets_target" // the study reaches the target
	StudyBelowTarget = "study_below_target" // or does not
	ZoneMeetsTarget  = "zone_meets_target"  // a zone with demand reaches the target
	ZoneBelowTarget  = "zone_below_target"
)

// rankedZones is how many zones LowestInOrder tells.
const rankedZones = 5

// Conclusion is what the answer says of zones or the study, and whether every
// variant says so too.
type Conclusion struct {
	Conclusion string   `json:"conclusion"`
	Subject    string   `json:"subject"` // ids of zones, joined by semicolons; the study's; empty where no zone is ranked
	Stands     bool     `json:"stands"`
	Broken     int      `json:"broken"`                     // variants that say otherwise
	BrokenBy   []string `json:"broken_by" nullable:"false"` // those of them that lose most, as family:id, up to the limit
	Variants   int      `json:"variants"`                   // that it was held against
}

// ranks are the conclusions that compare zones.
type ranks struct {
	lowest    []int // zones, in order
	uncovered int   // zone, -1 for none
}

// first is the zone that ranks first, -1 for none.
func (r ranks) first() int {
	if len(r.lowest) == 0 {
		return -1
	}
	return r.lowest[0]
}

// conclude draws conclusions and holds them against variants.
//
// Cost: a pass over the zones for each variant that changes any.
func (s *standing) conclude(variants []variant) []Conclusion {
	order := slices.Clone(variants)
	slices.SortStableFunc(order, func(a, b variant) int { return cmp.Compare(a.change, b.change) })
	now := s.rank(s.reach)
	rate, uncovered := s.concludes(LowestRate, now.first()), s.concludes(MostUncovered, now.uncovered)
	lowest, study := s.concludes(LowestInOrder, now.lowest...), s.ofStudy()
	zones := s.ofZones()
	reach := slices.Clone(s.reach)
	for i := range order {
		v := &order[i]
		if study != nil && reaches(s.totalCovered+v.change, s.total, *s.Options.Target) != (study.Conclusion == StudyMeetsTarget) {
			s.breaks(study, v)
		}
		if len(v.zones) == 0 {
			continue
		}
		for _, c := range v.zones {
			reach[c.zone] += c.change
			if zone := zones[c.zone]; zone != nil && s.meets(c.zone, c.change) != (zone.Conclusion == ZoneMeetsTarget) {
				s.breaks(zone, v)
			}
		}
		then := s.rank(reach)
		if then.first() != now.first() {
			s.breaks(rate, v)
		}
		if then.uncovered != now.uncovered {
			s.breaks(uncovered, v)
		}
		if !slices.Equal(then.lowest, now.lowest) {
			s.breaks(lowest, v)
		}
		for _, c := range v.zones {
			reach[c.zone] -= c.change
		}
	}
	list := []Conclusion{}
	for _, c := range append([]*Conclusion{rate, uncovered, lowest, study}, zones...) {
		if c != nil {
			c.Variants = len(variants)
			list = append(list, *c)
		}
	}
	return list
}

// concludes is a conclusion on some zones; -1 is none.
func (s *standing) concludes(name string, zones ...int) *Conclusion {
	var ids []string
	for _, zone := range zones {
		if zone >= 0 {
			ids = append(ids, s.zones[zone].ID)
		}
	}
	return &Conclusion{Conclusion: name, Subject: strings.Join(ids, ";"), Stands: true, BrokenBy: []string{}}
}

// breaks notes that a variant says otherwise.
func (s *standing) breaks(c *Conclusion, v *variant) {
	c.Stands = false
	c.Broken++
	if len(c.BrokenBy) < *s.Options.Limit {
		c.BrokenBy = append(c.BrokenBy, v.family+":"+v.id)
	}
}

// ofStudy tells whether the study reaches the target; nil without one, or
// without demand.
func (s *standing) ofStudy() *Conclusion {
	if s.Options.Target == nil || s.total == 0 {
		return nil
	}
	c := s.concludes(StudyBelowTarget)
	if reaches(s.totalCovered, s.total, *s.Options.Target) {
		c.Conclusion = StudyMeetsTarget
	}
	c.Subject = s.base.Study.ID
	return c
}

// ofZones tells the same of every zone with demand, by zone and with a last one
// that is nil.
func (s *standing) ofZones() []*Conclusion {
	list := make([]*Conclusion, len(s.zones)+1)
	if s.Options.Target == nil {
		return list
	}
	for zone := range s.zones {
		switch {
		case s.demand[zone] == 0:
		case s.meets(zone, 0):
			list[zone] = s.concludes(ZoneMeetsTarget, zone)
		default:
			list[zone] = s.concludes(ZoneBelowTarget, zone)
		}
	}
	return list
}

// rank compares zones by what is covered in each.
func (s *standing) rank(reach []coverage.Amount) ranks {
	r := ranks{uncovered: -1}
	before := func(a, b int) bool {
		rateA, rateB := float64(reach[a])/float64(s.demand[a]), float64(reach[b])/float64(s.demand[b])
		return cmp.Or(cmp.Compare(rateA, rateB), cmp.Compare(s.demand[b]-reach[b], s.demand[a]-reach[a]), a-b) < 0
	}
	for zone := range s.zones {
		missing := s.demand[zone] - reach[zone]
		if missing == 0 {
			continue
		}
		if r.uncovered < 0 || missing > s.demand[r.uncovered]-reach[r.uncovered] {
			r.uncovered = zone
		}
		at := len(r.lowest)
		for at > 0 && before(zone, r.lowest[at-1]) {
			at--
		}
		if r.lowest = slices.Insert(r.lowest, at, zone); len(r.lowest) > rankedZones {
			r.lowest = r.lowest[:rankedZones]
		}
	}
	return r
}
