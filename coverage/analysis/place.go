package analysis

import (
	"context"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/coverage/zonal"
)

// PlaceOptions say which place is asked about, and what it is held against.
type PlaceOptions struct {
	Zone string     `json:"zone,omitempty"` // id of a zone of the question's level; either this or At
	At   *orb.Point `json:"at,omitempty"`   // lon, lat
	Kind string     `json:"kind,omitempty"` // asked about beside the circle, within the question's cutoff
	// Circle is of the standards library; default circle-15. Rule is which limit of
	// a need counts where one is to be met, as in CompletenessOptions.
	Circle string `json:"circle"`
	Rule   string `json:"rule"`
	// Required is what follows of the above, with both limits of every need; that
	// of Kind is the first.
	Required []RequiredNeed `json:"required" nullable:"false"`
}

// PlaceSummary is what the place is, and who lives there.
type PlaceSummary struct {
	Zones        []ZoneHead                 `json:"zones" nullable:"false"`   // that of the question's level, then those that hold it, the innermost first; none where At lies in none
	Demand       coverage.Amount            `json:"demand"`                   // of the zone, as all amounts here
	Points       int                        `json:"points"`                   // demand points in the zone
	Cohorts      map[string]coverage.Amount `json:"cohorts"`                  // every cohort of the demand
	Complete     coverage.Amount            `json:"complete"`                 // demand that reaches all needs of the circle
	CompleteRate *float64                   `json:"complete_rate"`            //
	MeanReached  *float64                   `json:"mean_reached"`             // needs of the circle met, the mean over the demand
	Needs        int                        `json:"needs"`                    // of the circle
	Missing      []string                   `json:"missing" nullable:"false"` // needs of the circle that nobody in the zone reaches
	Lacking      []string                   `json:"lacking" nullable:"false"` // needs that some do not reach
	Origin       PlaceOrigin                `json:"origin"`
	Network      []coverage.ReasonCount     `json:"network" nullable:"false"` // how the demand of the zone sits on the network
}

// PlaceOrigin is where the ways to facilities begin: At or, for a zone, its
// demand point of most demand, of equals the first by id; without demand, a
// point inside it.
type PlaceOrigin struct {
	At     orb.Point `json:"at"`     // lon, lat
	Demand *string   `json:"demand"` // id of the demand point; nil if it is none
	State  string    `json:"state"`  // how it sits on the network
	SnapM  *float64  `json:"snap_m"` // in a straight line to its road; nil if it is tied to none
}

// PlaceRow is one need: what the zone has of it, and the way from the origin.
type PlaceRow struct {
	RequiredNeed
	Asked      bool            `json:"asked"`      // it is the question's kind, and not of the circle
	Facilities int             `json:"facilities"` // of its kinds, in the study and beside it
	Covered    coverage.Amount `json:"covered"`    // by the limits that count
	Uncovered  coverage.Amount `json:"uncovered"`
	Time       TimeFigures     `json:"time"`
	Distance   DistanceFigures `json:"distance"`

	ReachS         *float64        `json:"reach_s"`                  // from the origin by the fastest way; nil where none leads to so many
	ReachM         *float64        `json:"reach_m"`                  // by the shortest way
	WithinTime     *bool           `json:"within_time"`              // nil without that limit
	WithinDistance *bool           `json:"within_distance"`          //
	Nearest        []PlaceFacility `json:"nearest" nullable:"false"` // from the origin, nearest first: as many as must be near, and two more
	NearestID      *string         `json:"nearest_id"`               // the first of them; nil, with all up to Path, where no way leads to any
	NearestName    *string         `json:"nearest_name"`             //
	PathS          *float64        `json:"path_s"`                   // of the way to the first of them
	PathM          *float64        `json:"path_m"`                   //
	Path           [][2]float64    `json:"path"`                     // lon, lat: from the origin to its road, along roads, to the entrance

	Serving []ServingFacility `json:"serving" nullable:"false"` // nearest to somebody in the zone, those of most demand first
}

// PlaceFacility is a facility as it is seen from the origin.
type PlaceFacility struct {
	ID             string    `json:"id"`
	Kind           string    `json:"kind"`
	Name           string    `json:"name"`
	At             orb.Point `json:"at"`      // lon, lat
	ReachS         float64   `json:"reach_s"` // by the fastest way
	ReachM         float64   `json:"reach_m"` // by the shortest way
	WithinTime     *bool     `json:"within_time"`
	WithinDistance *bool     `json:"within_distance"`
}

// ServingFacility is a facility that demand of the zone has as its nearest, in
// the metric of the question's cutoff.
type ServingFacility struct {
	ID       string          `json:"id"`
	Kind     string          `json:"kind"`
	Name     string          `json:"name"`
	At       orb.Point       `json:"at"`     // lon, lat
	Demand   coverage.Amount `json:"demand"` // of the zone
	Allotted coverage.Amount `json:"allotted"`
	Capacity *float64        `json:"capacity"`
	Load     *float64        `json:"load"` // as in the catchments of its kind
}

// Place is the way to the nearest.
func (r *PlaceRow) Place() orb.Geometry {
	if len(r.Path) == 0 {
		return nil
	}
	line := make(orb.LineString, len(r.Path))
	for i, at := range r.Path {
		line[i] = at
	}
	return line
}

// size is what a list of so many weighs among the answers kept.
func (s *PlaceSummary) size() int { return len(s.Zones) + len(s.Network) }

// The answers on places.
type (
	PlaceRequest = Request[PlaceOptions]
	PlaceAnswer  = Answer[PlaceOptions, PlaceSummary, PlaceRow]
)

// Place tells of one zone, or of the zone about a point, who lives there, how
// much of a service circle they reach and what is missing; and of the point, or
// of where most of the zone live, which facilities are nearest and how one gets
// there.
//
// Holds:  the figures are those that Coverage, Nearest, Completeness and
// Catchments give of the zone.
// Errors: invalid with every fault of the request; not_found for the study.
// Cost:   that of Coverage for each need under both rules, which are kept, and
// two searches from the origin.
func (e *Engine) Place(ctx context.Context, r PlaceRequest) (*PlaceAnswer, error) {
	return ask(ctx, e, indicator[PlaceOptions, PlaceSummary, PlaceRow]{
		name: "place", prepare: preparePlace, find: findPlace,
	}, r)
}

func preparePlace(e *Engine, b *base, r *PlaceRequest) (issues []coverage.Issue) {
	o := &r.Options
	switch {
	case (o.Zone == "") == (o.At == nil):
		issues = append(issues, fault("zone", "give the zone that is asked about by its id, or a place by at, and not both"))
	case o.At != nil:
		issues = checkPlaces("at", []Place{{ID: "origin", At: *o.At}})
	case b.zoneAt(r.Level, o.Zone) < 0 && b.zones.Of(r.Level) != nil: // else the level is at fault
		issues = append(issues, fault("zone", "%q is no zone of level %s of study %s", o.Zone, r.Level, b.Study.ID))
	}
	o.Required = []RequiredNeed{}
	if o.Kind != "" {
		issues = append(issues, e.checkKind(b, o.Kind)...)
		rules := e.rulesOf(r.Cutoff, Rules{})
		asked := Need{[]string{o.Kind}, 1}
		o.Required = append(o.Required, RequiredNeed{
			Need: asked.String(), Name: e.library.Kind(o.Kind).Name, Kinds: asked.Kinds, Count: 1, CutoffS: rules.CutoffS, CutoffM: rules.CutoffM,
		})
	}
	circle, faults := e.circle(&o.Circle, &o.Rule)
	for _, need := range circle.Needs {
		o.Required = append(o.Required, e.required(need, &CompletenessOptions{Rule: RuleBoth}, r.Cutoff))
	}
	return append(issues, faults...)
}

// zoneAt is the place of a zone among those of its level; -1 if there is none of
// this id.
func (b *base) zoneAt(level coverage.Level, id string) int {
	return slices.IndexFunc(b.zones.Of(level), func(z zonal.Zone) bool { return z.ID == id })
}

// holding lists a zone and those that hold it, the innermost first; the study only
// if it is the zone itself.
func (b *base) holding(z *zonal.Zone) []ZoneHead {
	list := []ZoneHead{headOf(z)}
	levels := b.zones.Levels()
	for rank := slices.Index(levels, z.Level) - 1; rank > 0 && z.Parent != ""; rank-- {
		if k := b.zoneAt(levels[rank], z.Parent); k >= 0 {
			z = &b.zones.Of(levels[rank])[k]
			list = append(list, headOf(z))
		}
	}
	return list
}

// place is a zone with its demand, and where ways begin.
type place struct {
	zone    *zonal.Zone       // nil for none
	weights []coverage.Amount // by demand point; 0 for those elsewhere
	study   []coverage.Amount // by demand point; 0 for those outside of the study
	points  []int32           // of the zone
	origin  PlaceOrigin
	snap    network.Snap
}

// placeOf finds what is asked about.
func (w *work[O]) placeOf(o *PlaceOptions) place {
	b, p := w.base, place{weights: make([]coverage.Amount, len(w.base.Demand)), study: weightsOf(w.base.Snapshot, w.Cohort)}
	for i := range p.study {
		if b.zones.Outside[i] {
			p.study[i] = 0
		}
	}
	k := b.zoneAt(w.Level, o.Zone)
	if o.At != nil {
		k = b.zones.PlaceAt(w.Level)(*o.At)
	}
	most := int32(-1)
	if k >= 0 {
		p.zone = &b.zones.Of(w.Level)[k]
		home := b.zones.HomeAt(w.Level)
		for i := range b.Demand {
			if home(i) != k {
				continue
			}
			p.weights[i] = b.Demand[i].Weights[w.Cohort]
			p.points = append(p.points, int32(i))
			if p.weights[i] > 0 && (most < 0 || p.weights[i] > p.weights[most]) {
				most = int32(i)
			}
		}
	}
	switch {
	case o.At != nil:
		p.origin.At = *o.At
		p.snap = w.grounds.network.Snap(p.origin.At)
	case most >= 0:
		p.origin.At, p.origin.Demand = b.Demand[most].At, &b.Demand[most].ID
		p.snap = w.grounds.demand.Snap(most)
	default:
		p.origin.At = b.inside(p.zone)
		p.snap = w.grounds.network.Snap(p.origin.At)
	}
	p.origin.State = p.snap.State
	if p.snap.OK() {
		meters := float64(p.snap.Offset) / 1000
		p.origin.SnapM = &meters
	}
	return p
}

func findPlace(ctx context.Context, w *work[PlaceOptions], a *PlaceAnswer) error {
	b, o, s := w.base, &w.Options, &a.Summary
	p := w.placeOf(o)
	seen, err := w.lookFrom(ctx, &p)
	if err != nil {
		return err
	}
	var circle []RequiredNeed
	met := make([]uint64, len(b.Demand)) // a bit for each need of the circle
	for k := range o.Required {
		need := &o.Required[k]
		row := PlaceRow{RequiredNeed: *need, Asked: o.Kind != "" && k == 0}
		pair, err := w.bothRules(ctx, need.Kinds, need.Count, Rules{CutoffS: need.CutoffS, CutoffM: need.CutoffM}, p.weights)
		if err != nil {
			return err
		}
		counted := pair.under(o.Rule)
		if row.Asked {
			counted = pair.under(ruleOf(w.Cutoff))
		} else {
			circle = append(circle, *need)
			for _, i := range p.points {
				if counted.covered(int(i)) {
					met[i] |= 1 << (len(circle) - 1)
				}
			}
		}
		row.tell(b, &p, pair, counted)
		if err := w.tellNearest(ctx, &row, &p, seen); err != nil {
			return err
		}
		if row.Serving, err = w.serving(ctx, &p, need.Kinds); err != nil {
			return err
		}
		a.Rows = append(a.Rows, row)
	}
	w.describe(s, &p, met, circle)
	return nil
}

// under is a pair of rules without those that do not count by a rule: a need
// with only one limit is held to that.
func (p twoRules) under(rule string) twoRules {
	switch {
	case rule == RuleTime && p.time != nil:
		p.distance = nil
	case rule == RuleDistance && p.distance != nil:
		p.time = nil
	}
	return p
}

// ruleOf is the rule that a cutoff is of.
func ruleOf(c Cutoff) string {
	if c.Metric == network.Length {
		return RuleDistance
	}
	return RuleTime
}

// tell writes what the zone has of a need.
func (r *PlaceRow) tell(b *base, p *place, pair, counted twoRules) {
	for i, weight := range p.weights {
		switch {
		case weight == 0:
		case counted.covered(i):
			r.Covered += weight
		default:
			r.Uncovered += weight
		}
	}
	for _, wanted := range pair.any().in.Facilities {
		if wanted {
			r.Facilities++
		}
	}
	// The weights are of the zone alone, so that the row of the study is its row.
	var figures [1]OverviewRow
	pair.rows(b.zones, coverage.LevelStudy, "", figures[:])
	r.Time, r.Distance = figures[0].Time, figures[0].Distance
}

// describe tells what the place is; met are the needs of the circle that each
// demand point reaches.
func (w *work[O]) describe(s *PlaceSummary, p *place, met []uint64, circle []RequiredNeed) {
	b := w.base
	s.Zones, s.Origin = []ZoneHead{}, p.origin
	s.Cohorts, s.Points = b.cohortsAt(p.points), len(p.points)
	row := tallyCircle(b.zones, coverage.LevelStudy, p.weights, met, circle)[0].row(&zonal.Zone{}, circle)
	s.Demand, s.Complete, s.CompleteRate, s.MeanReached = row.Demand, row.Complete, row.CompleteRate, row.MeanReached
	s.Needs, s.Missing, s.Lacking = len(circle), row.Missing, row.Lacking
	if p.zone != nil {
		s.Zones = b.holding(p.zone)
	}
	tally := coverage.Tally{}
	for _, i := range p.points {
		tally.Add(w.grounds.demand.Snap(i).State, p.weights[i])
	}
	s.Network = tally.Counts()
}
