package analysis

import (
	"context"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage"
)

// EstateOptions choose which estates are listed and what they are held against.
type EstateOptions struct {
	All   bool   `json:"all"`                    // those that are not old, too
	Needs []Need `json:"needs" nullable:"false"` // default: see everydayNeeds
	// StepProfile is who cannot take steps: wheelchair, the default, or stroller.
	StepProfile string `json:"step_profile"`
}

// EstateSummary is the list as a whole, and where the rest of the demand lives.
type EstateSummary struct {
	Estates         int              `json:"estates"`     // of the study
	Old             int              `json:"old"`         // of these
	Uninhabited     int              `json:"uninhabited"` // listed, without demand
	Demand          coverage.Amount  `json:"demand"`      // of the study, all of the cohort asked for
	InListed        coverage.Amount  `json:"in_listed"`
	InOther         coverage.Amount  `json:"in_other"` // in estates that are not listed
	InNone          coverage.Amount  `json:"in_none"`  // in no estate
	Unserved        coverage.Amount  `json:"unserved"` // this and the next: sums of the rows
	UnservedNeeds   coverage.Amount  `json:"unserved_needs"`
	ElderlyUnserved *coverage.Amount `json:"elderly_unserved" nullable:"true"`
	StepBarred      coverage.Amount  `json:"step_barred"`
	ChargingMissing int              `json:"charging_missing"`                // estates
	UnservedBefore  *coverage.Amount `json:"unserved_before" nullable:"true"` // without the scenario; nil without one
	UnservedChange  *coverage.Amount `json:"unserved_change" nullable:"true"`
	Needs           []EstateNeed     `json:"needs" nullable:"false"`
}

// EstateNeed is one need over all estates listed.
type EstateNeed struct {
	Need         string          `json:"need"`
	Covered      coverage.Amount `json:"covered"`
	CoverageRate *float64        `json:"coverage_rate"`
	MissingIn    int             `json:"missing_in"` // estates in whose list of missing needs it stands
}

// EstateRow is one estate.
type EstateRow struct {
	Rank       int                        `json:"rank"` // from 1
	ID         string                     `json:"id"`
	Name       string                     `json:"name"`
	Old        bool                       `json:"old"`
	Gated      bool                       `json:"gated"`
	YearBuilt  *int                       `json:"year_built"`               // nil if not known
	Buildings  int                        `json:"buildings"`                // in the layer of buildings; as the estate has it if there are none
	Households *int                       `json:"households"`               // as the estate has it; nil if not known
	Community  *string                    `json:"community"`                // that holds its middle; nil if none does
	Demand     coverage.Amount            `json:"demand"`                   // of the cohort asked for
	Cohorts    map[string]coverage.Amount `json:"cohorts" nullable:"false"` // of everybody: people, elderly, children, …
	EstateFigures
	UnservedChange *coverage.Amount `json:"unserved_change" nullable:"true"` // since before the scenario; nil without one
	Before         EstateBefore     `json:"before"`

	Area orb.MultiPolygon `json:"-"`
}

// EstateFigures are what a scenario may change of an estate. Amounts are of the
// cohort asked for.
type EstateFigures struct {
	Missing         []string                   `json:"missing" nullable:"false"`         // needs that less than half of its demand reaches
	Covered         map[string]coverage.Amount `json:"covered" nullable:"false"`         // by need
	Unserved        coverage.Amount            `json:"unserved"`                         // lacks one need or more
	UnservedRate    *float64                   `json:"unserved_rate"`                    // of Demand; nil without
	UnservedNeeds   coverage.Amount            `json:"unserved_needs"`                   // demand times needs lacked
	ElderlyUnserved *coverage.Amount           `json:"elderly_unserved" nullable:"true"` // elderly who lack one need or more; nil where nobody counted them
	// StepBarred has a way to a need, and none as short that is free of steps.
	StepBarred coverage.Amount `json:"step_barred"`

	ChargingInside            int      `json:"charging_inside"`             // charging posts and e-bike charging in its area
	ChargingInsideCapacity    *float64 `json:"charging_inside_capacity"`    // of those whose capacity is known; nil if of none
	ChargingReachable         int      `json:"charging_reachable"`          // within the cutoff of somebody who lives in it
	ChargingReachableCapacity *float64 `json:"charging_reachable_capacity"` // as ChargingInsideCapacity
	ChargingMissing           bool     `json:"charging_missing"`            // none inside and none reachable
}

// EstateBefore is EstateFigures without the scenario; all is nil without one.
type EstateBefore struct {
	Rank              *int             `json:"rank"`
	Missing           []string         `json:"missing"`
	Unserved          *coverage.Amount `json:"unserved" nullable:"true"`
	UnservedNeeds     *coverage.Amount `json:"unserved_needs" nullable:"true"`
	ElderlyUnserved   *coverage.Amount `json:"elderly_unserved" nullable:"true"`
	StepBarred        *coverage.Amount `json:"step_barred" nullable:"true"`
	ChargingInside    *int             `json:"charging_inside"`
	ChargingReachable *int             `json:"charging_reachable"`
	ChargingMissing   *bool            `json:"charging_missing"`
}

// Place is the area of the estate.
func (r *EstateRow) Place() orb.Geometry { return r.Area }

// The answers on estates.
type (
	EstateRequest = Request[EstateOptions]
	EstateAnswer  = Answer[EstateOptions, EstateSummary, EstateRow]
)

// weightElderly is the cohort that old estates are ranked by besides people.
const weightElderly = "elderly"

// WarningNoOldEstate is the code of the warning that no estate is marked as old,
// so that none is listed.
const WarningNoOldEstate = "no_old_estate"

// everydayNeeds are what an estate is held against unless needs are given: of
// the places of a 15-minute life circle those of everyday life. Kinds that the
// study lacks are left out.
func everydayNeeds() []Need {
	return []Need{
		{[]string{"elder_care"}, 1},
		{[]string{"clinic"}, 1},
		{[]string{"pharmacy"}, 1},
		{[]string{"market"}, 1},
		{[]string{"park", "pocket_park"}, 1},
		{[]string{"kindergarten"}, 1},
		{[]string{"school"}, 1},
		{[]string{"community_center"}, 1},
	}
}

// Estates ranks the old estates of a study by what their residents lack.
//
// Demand is of the estate of its building, else of the one whose area holds it.
// The first estate has the most UnservedNeeds; equals go by ElderlyUnserved, then
// by StepBarred, then those without charging first, then by id.
//
// StepBarred tells barriers from pace: it counts demand covered under the question
// whose shortest way by StepProfile to as many facilities of a need is longer than
// both its own way and the cutoff, the minutes of a cutoff being taken as the
// meters that the question's profile goes in them.
//
// Holds:  InListed, InOther and InNone add up to the demand of the study, and the
// rows to InListed; one more facility never raises Unserved nor UnservedNeeds.
// Errors: invalid with every fault of the request; not_found for the study.
// Cost:   two searches for each need, and one within the cutoff for each facility
// of the needs and of charging; twice that with a scenario.
func (e *Engine) Estates(ctx context.Context, r EstateRequest) (*EstateAnswer, error) {
	return ask(ctx, e, indicator[EstateOptions, EstateSummary, EstateRow]{
		name: "estates", prepare: prepareEstates, find: findEstates,
	}, r)
}

func prepareEstates(e *Engine, b *base, r *EstateRequest) (issues []coverage.Issue) {
	if len(b.Estates) == 0 {
		issues = append(issues, missing(coverage.LayerEstates, b.Study.ID))
	}
	o := &r.Options
	given := len(o.Needs) > 0
	if !given {
		o.Needs = presentNeeds(b)
	}
	if given || len(b.Facilities) > 0 {
		issues = append(issues, prepareNearest(e, b, &NearestRequest{Options: NearestOptions{Needs: o.Needs}})...)
	} else {
		issues = append(issues, missing(coverage.LayerFacilities, b.Study.ID))
	}
	seen := make(map[string]bool)
	for _, need := range o.Needs {
		if name := need.String(); seen[name] {
			issues = append(issues, fault("needs", "%s stands twice; name every need once", name))
		} else {
			seen[name] = true
		}
	}
	if o.StepProfile == "" {
		o.StepProfile = stepProfiles()[0]
	}
	if !slices.Contains(stepProfiles(), o.StepProfile) {
		issues = append(issues, fault("step_profile", "%q is no profile that is held up by steps; give %s", o.StepProfile, join(stepProfiles())))
	}
	return issues
}

// stepProfiles are those that take no steps without a ramp, the default first.
func stepProfiles() []string { return []string{"wheelchair", "stroller"} }

// presentNeeds are the everyday needs of which the study has any kind, with the
// scenario or without it: what a scenario takes away is still a need.
func presentNeeds(b *base) []Need {
	kinds := kindsOf(b.Snapshot)
	if b.whatIf != nil {
		kinds = append(kinds, kindsOf(b.whatIf.of.Snapshot)...)
	}
	return slices.DeleteFunc(everydayNeeds(), func(n Need) bool {
		return !slices.ContainsFunc(n.Kinds, func(kind string) bool { return slices.Contains(kinds, kind) })
	})
}

func findEstates(ctx context.Context, w *work[EstateOptions], a *EstateAnswer) error {
	is, err := estatesOf(ctx, w, w.base, w.grounds)
	if err != nil {
		return err
	}
	a.Rows = is.ranked(w.Options.All)
	a.Summary = is.summary(a.Rows)
	if w.base.whatIf != nil {
		before := w.base.whatIf.of.counted(w.Cohort)
		g, err := before.grounds(ctx, w.profile, w.When)
		if err != nil {
			return err
		}
		was, err := estatesOf(ctx, w, before, g)
		if err != nil {
			return err
		}
		remember(a, was.ranked(w.Options.All))
	}
	if !w.Options.All && a.Summary.Old == 0 {
		a.Warnings = append(a.Warnings, Warning{
			Code: WarningNoOldEstate, Layer: coverage.LayerEstates,
			Message: "no estate of the study is marked as old; ask for all to list every estate",
		})
	}
	return nil
}
