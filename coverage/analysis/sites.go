package analysis

import (
	"context"
	"time"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/candidate"
	"kaimen/coverage/siting"
)

// SitesOptions say what a plan of new sites should achieve, with what, and where
// they may go. Zero values stand for defaults, which the answer has filled in.
type SitesOptions struct {
	Model siting.Model `json:"model"` // default mclp
	// Number is how many sites to open beside the existing ones, at most, over all
	// kinds; 0 for any. Budget is what they may cost; nil for any.
	Number int    `json:"number"`
	Budget *int64 `json:"budget"`
	// Share is the share of all demand that lscp is to cover; nil for all that can
	// be.
	Share *float64 `json:"share"`
	// Floor is the least rate of coverage, 0..1, of any zone of AreaLevel in mclp;
	// maxmin lifts the zone of the least rate.
	Floor     *float64       `json:"floor"`
	AreaLevel coverage.Level `json:"area_level"`             // default that of the question
	Steps     []SiteStep     `json:"steps" nullable:"false"` // of decay; default see defaultSteps
	Kinds     []SiteKind     `json:"kinds" nullable:"false"`

	Sources       []candidate.Source `json:"sources" nullable:"false"` // default see candidate.Options
	EveryM        float64            `json:"every_m"`                  // between places along roads; default 100
	OnlyOld       bool               `json:"only_old"`                 // of estates
	MinHouseholds int                `json:"min_households"`           // of estates; 0 for any
	SpacingM      float64            `json:"spacing_m"`                // least distance between new sites of a kind, in a straight line; 0 for any
	SpacingAll    bool               `json:"spacing_existing"`         // from existing facilities of the kind, too
	Excluded      orb.MultiPolygon   `json:"excluded"`                 // ground to be kept free, in degrees
	Points        []SitePoint        `json:"points" nullable:"false"`  // the planner's own places
	Required      []string           `json:"required" nullable:"false"`
	Forbidden     []string           `json:"forbidden" nullable:"false"`
	Links         []SiteLink         `json:"links" nullable:"false"`

	// Requests counts open requests of residents, where they are, in place of the
	// cohort; those of RequestKinds, or all.
	Requests     bool     `json:"requests"`
	RequestKinds []string `json:"request_kinds" nullable:"false"`
	// PerUnit is how much demand a unit of capacity serves, default 1, and Capacity
	// that of sites whose own is not known. Both are of models with capacities.
	PerUnit  float64  `json:"per_unit"`
	Capacity *float64 `json:"capacity"`
	// SearchTimes is how far models of travel look for sites, in cutoffs; default 3.
	// Demand that reaches none so near counts as twice as far away.
	SearchTimes float64 `json:"search_times"`

	Curve        int      `json:"curve"`        // the best plans for 1 to so many sites, too; 0 for none
	Alternatives int      `json:"alternatives"` // how many other plans about as good are listed
	Within       *float64 `json:"within"`       // how much worse passes for as good, as a share; default 0.01
	Stability    bool     `json:"stability"`    // whether the plan is put to the test
	ClosedRoads  []string `json:"closed_roads" nullable:"false"`
	Effort       int      `json:"effort"` // see siting.Options
	Seed         uint64   `json:"seed"`
	Details      *bool    `json:"details"` // whether all candidates and what was rejected are listed; default true

	// Deadline ends the search by the clock; 0 for never. What it has by then is
	// the answer, which is not kept.
	Deadline time.Duration `json:"-"`
	// Watch hears of every better plan or bound while the search goes on; nil for
	// nobody.
	Watch func(SitesProgress) `json:"-"`
}

// SiteStep is the share of its weight that demand counts up to a cutoff, in
// minutes, or in meters where the question's cutoff is.
type SiteStep struct {
	Cutoff float64 `json:"cutoff" example:"10"`
	Share  float64 `json:"share" minimum:"0" maximum:"1" example:"0.6"`
}

// SiteKind is one kind of facility of a plan.
type SiteKind struct {
	Kind      string   `json:"kind" example:"pocket_park"`
	Number    int      `json:"number,omitempty" minimum:"0" doc:"How many to open at most; 0 for any." example:"3"`
	CutoffMin *float64 `json:"cutoff_min,omitempty" doc:"Cutoff of this kind in minutes; default that of the question." example:"15"`
	CutoffM   *float64 `json:"cutoff_m,omitempty" doc:"Cutoff of this kind in meters." example:"1000"`
	Cohort    string   `json:"cohort,omitempty" doc:"Whom this kind serves; default that of the question." example:"vehicles"`
	Weight    float64  `json:"weight,omitempty" doc:"What its demand counts for beside that of other kinds; default 1." example:"1"`

	Cost        int64   `json:"cost,omitempty" minimum:"0" doc:"Of each site. Without any cost a site costs 1, so that the budget is a number of sites." example:"50000"`
	CostPerM2   float64 `json:"cost_per_m2,omitempty" minimum:"0" doc:"Of the area of a parcel." example:"200"`
	CostPerUnit float64 `json:"cost_per_unit,omitempty" minimum:"0" doc:"Of capacity." example:"8000"`
	SiteLimits
}

// SiteLimits are what a kind asks of a site, each in place of the default of the
// kind: see candidate.DefaultLimits. 0 is no limit.
type SiteLimits struct {
	MinAreaM2         *float64 `json:"min_area_m2,omitempty" doc:"Of a parcel." example:"400"`
	MaxAreaM2         *float64 `json:"max_area_m2,omitempty" doc:"Of a parcel." example:"10000"`
	MinWidthM         *float64 `json:"min_width_m,omitempty" doc:"Of the largest circle inside a parcel." example:"8"`
	MinFrontageM      *float64 `json:"min_frontage_m,omitempty" doc:"Of a parcel's outline along a road." example:"8"`
	MaxSlopePercent   *float64 `json:"max_slope_percent,omitempty" example:"15"`
	MaxBuildings      *float64 `json:"max_buildings,omitempty" doc:"Share of a parcel that buildings may cover." example:"0.1"`
	MaxWater          *float64 `json:"max_water,omitempty" example:"0"`
	MaxFacilities     *float64 `json:"max_facilities,omitempty" example:"0"`
	MaxExcluded       *float64 `json:"max_excluded,omitempty" example:"0"`
	ByCar             *bool    `json:"by_car,omitempty" doc:"Whether it is driven to: its frontage is on roads for cars."`
	InEstates         *bool    `json:"in_estates,omitempty" doc:"Whether it may go into a housing estate."`
	AreaPerUnitM2     *float64 `json:"area_per_unit_m2,omitempty" doc:"Of a parcel for each unit of capacity." example:"25"`
	UnitsPerHousehold *float64 `json:"units_per_household,omitempty" doc:"Capacity of an estate for each household." example:"0.2"`
	MaxUnits          *float64 `json:"max_units,omitempty" doc:"Largest capacity of a site." example:"100"`
}

// SitePoint is a place that the planner has in mind.
type SitePoint struct {
	ID       string    `json:"id" example:"corner"`
	Name     string    `json:"name,omitempty" example:"The corner by the school"`
	At       orb.Point `json:"at" doc:"Longitude and latitude." example:"[105.07,29.59]"`
	Kinds    []string  `json:"kinds,omitempty" nullable:"false" doc:"That may go there; none for any." example:"[\"pocket_park\"]"`
	Cost     *int64    `json:"cost,omitempty" doc:"Default: that of the kind." example:"1"`
	Capacity *float64  `json:"capacity,omitempty" example:"60"`
}

// SitesProgress is where a search stands.
type SitesProgress struct {
	Objective float64  `json:"objective"`
	Bound     *float64 `json:"bound"` // nil if none is known yet
	Gap       *float64 `json:"gap"`
	Done      float64  `json:"done"` // share of the effort that is spent
	Sites     []string `json:"sites" nullable:"false"`
}

// SiteRow is one site of a plan. Newly, OnlyHere and Shared add weight of all
// kinds as the model counts it; see siting.Reason.
type SiteRow struct {
	Rank       int       `json:"rank"` // the site that adds most is 1
	ID         string    `json:"id"`
	Name       string    `json:"name"`
	Kind       string    `json:"kind"`
	Source     string    `json:"source"` // parcel, estate, edge, point or link
	Of         string    `json:"of"`     // id of the parcel, estate, road, point or link
	At         orb.Point `json:"at"`
	Required   bool      `json:"required"`
	Cost       int64     `json:"cost"`
	Capacity   *float64  `json:"capacity"`
	AreaM2     *float64  `json:"area_m2"`
	Households *int      `json:"households"` // of an estate

	Newly    coverage.Amount `json:"newly"`     // that it serves beside existing sites and those before it
	OnlyHere coverage.Amount `json:"only_here"` // that is worse off if it closes
	Shared   coverage.Amount `json:"shared"`    // that other sites serve as well
	// LossIfRemoved is by how much the objective is worse without it, in the unit of
	// the objective; nil for models with capacities.
	LossIfRemoved *float64 `json:"loss_if_removed"`
	// The best site to open instead, and by how much the objective is worse then.
	SubstituteID   *string  `json:"substitute_id"`
	SubstituteName *string  `json:"substitute_name"`
	SubstituteLoss *float64 `json:"substitute_loss"`

	Mark      siting.Mark                `json:"mark"`
	Stability *float64                   `json:"stability"` // share of the changes whose best plan opens it, too; nil if not asked
	Cohorts   map[string]coverage.Amount `json:"cohorts" nullable:"false"`
	Zones     []SiteZone                 `json:"zones" nullable:"false"`   // of the area level: where those live whom it newly serves, most first
	Remarks   []string                   `json:"remarks" nullable:"false"` // what should be looked at
}

// SiteZone is how much of something lies in a zone.
type SiteZone struct {
	ID     string          `json:"id"`
	Name   string          `json:"name"`
	Demand coverage.Amount `json:"demand"`
}

// Place is where the site is.
func (r *SiteRow) Place() orb.Geometry { return r.At }

// The answers on new sites.
type (
	SitesRequest = Request[SitesOptions]
	SitesAnswer  = Answer[SitesOptions, SitesSummary, SiteRow]
)

// Sites chooses where facilities should go next, proves how far the choice can be
// from the best one, and says why each site is in it.
//
// Demand is that of the study within its boundaries. Facilities of the kind that
// are there serve theirs first. Who reaches a candidate is found on the network as
// for a facility: toward it, by any of its entrances.
//
// A search that ctx or the deadline ends gives the best plan so far, and what
// would need more searches is left out of the answer, which is not kept. Answers
// that were not cut short are.
//
// Units:  costs in milliseconds or millimeters and weights in millionths, or, where
// weight times travel would not fit, in larger units; see siteScale.
// Errors: invalid with every fault of the request, wishes that cannot be met among
// them; not_found for the study; ctx.Err() if ctx ends before there is a plan.
// Cost:   listing candidates, a search within the cutoff for each, and what Effort
// allows; a curve, alternatives, a floor and stability take a search for each plan.
func (e *Engine) Sites(ctx context.Context, r SitesRequest) (*SitesAnswer, error) {
	if r.Options.Deadline > 0 {
		deadline, cancel := context.WithTimeout(ctx, r.Options.Deadline)
		defer cancel()
		ctx = deadline
	}
	w, err := e.sitesWork(ctx, r)
	if err != nil {
		return nil, err
	}
	if kept, ok := e.answers.peek(w.key); ok {
		return kept.(*SitesAnswer), nil
	}
	select {
	case e.searches <- struct{}{}:
		defer func() { <-e.searches }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	a, err := w.plan(ctx)
	if err != nil || !a.Summary.Complete {
		return a, err
	}
	whole, err := e.answers.get(context.WithoutCancel(ctx), a.Key, func(context.Context) (any, error) { return a, nil })
	if err != nil {
		return nil, err
	}
	return whole.(*SitesAnswer), nil
}

// sitesWork resolves a request.
func (e *Engine) sitesWork(ctx context.Context, r SitesRequest) (*siteWork, error) {
	named := len(r.Options.Kinds) > 0 // else the question names the kind
	b, resolved, profile, err := e.askedFor(ctx, r.CoverageRequest, !named, onNetwork)
	if b == nil {
		return nil, err
	}
	r.CoverageRequest = resolved
	if issues := prepareSites(ctx, e, b, &r); len(issues) > 0 {
		err = coverage.AllFaults(err, unanswerable(issues))
	}
	if err != nil {
		return nil, err
	}
	return &siteWork{work: work[SitesOptions]{engine: e, base: b, profile: profile, Request: r}, key: keyOf("sites", b.ID, r)}, nil
}

// siteWork is a request for sites with all that it is answered from.
type siteWork struct {
	work[SitesOptions]
	siteGround
	key   Key
	p     *siting.Problem
	zones []SiteZone // of the area level
}
