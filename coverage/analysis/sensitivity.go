package analysis

import (
	"cmp"
	"context"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage"
)

// The families of assumptions that are moved, in the order in which they are
// told. Each variant of a family moves one of them and leaves all others.
const (
	VarySpeed    = "speed"    // all go slower, or faster, by a share
	VaryFacility = "facility" // one facility of the kind is shut
	VaryGate     = "gate"     // one gate is closed to everybody
	VaryBridge   = "bridge"   // one bridge is closed
)

func varied() []string { return []string{VarySpeed, VaryFacility, VaryGate, VaryBridge} }

// What a variant is told with.
const (
	// NoteDistance: ways are no longer or shorter at another speed.
	NoteDistance = "distance_rule"
	// NoteFerries: ferries were sped up as all else, waiting included, which they
	// are not; the figures are not exact where ways lead over one.
	NoteFerries = "ferries_scaled"
)

// SensitivityOptions choose what is moved, and what is concluded.
type SensitivityOptions struct {
	Vary       []string `json:"vary" nullable:"false"` // families; default: all
	SpeedShare *float64 `json:"speed_share"`           // by which all go slower or faster, between 0 and 1; default 0.1
	Limit      *int     `json:"limit"`                 // variants of a family told as rows; default 20
	Target     *float64 `json:"target"`                // coverage rate 0..1 that zones and study should reach; default none
}

// SensitivitySummary is the answer as it stands, and how far it moves.
type SensitivitySummary struct {
	Demand       coverage.Amount `json:"demand"`
	Covered      coverage.Amount `json:"covered"`
	CoverageRate *float64        `json:"coverage_rate"`
	Variants     int             `json:"variants"` // of all families
	Families     []FamilySummary `json:"families" nullable:"false"`
	Conclusions  []Conclusion    `json:"conclusions" nullable:"false"`
}

// FamilySummary is how far the variants of a family move the demand covered.
type FamilySummary struct {
	Family      string           `json:"family"`
	Variants    int              `json:"variants"`                     // all that were computed
	LeftOut     int              `json:"left_out"`                     // gates and bridges of the study with nothing to close
	WorstChange *coverage.Amount `json:"worst_change" nullable:"true"` // least of all changes; nil without variants
	MeanChange  *float64         `json:"mean_change"`
	BestChange  *coverage.Amount `json:"best_change" nullable:"true"`
}

// SensitivityRow is one variant. Changes are after less before: negative where
// coverage is lost.
type SensitivityRow struct {
	Family        string          `json:"family"`
	ID            string          `json:"id"` // of the facility or gate, of the first road of the bridge; slower or faster
	Name          string          `json:"name"`
	Note          string          `json:"note"` // NoteDistance or NoteFerries; mostly empty
	Lon           *float64        `json:"lon"`  // where it is, of a bridge the middle; nil for the speed
	Lat           *float64        `json:"lat"`
	Covered       coverage.Amount `json:"covered"`
	CoverageRate  *float64        `json:"coverage_rate"`
	Change        coverage.Amount `json:"change"`
	ZonesChanged  int             `json:"zones_changed"`  // whose covered amount is another
	ZonesCrossing *int            `json:"zones_crossing"` // of these, that come to lie on the other side of the target; nil without one
	LosesMost     ZoneLoss        `json:"loses_most"`

	Shape orb.Geometry `json:"-"` // a point or, of a bridge, the lines of its roads
}

// ZoneLoss is the zone that loses most, the first by id of equals; all nil where
// none loses.
type ZoneLoss struct {
	ID   *string          `json:"id"`
	Name *string          `json:"name"`
	Loss *coverage.Amount `json:"loss" nullable:"true"` // above 0
}

// Place is where the facility, the gate or the bridge is; nil for the speed.
func (r *SensitivityRow) Place() orb.Geometry { return r.Shape }

// The answers on what moves conclusions.
type (
	SensitivityRequest = Request[SensitivityOptions]
	SensitivityAnswer  = Answer[SensitivityOptions, SensitivitySummary, SensitivityRow]
)

// Sensitivity moves the assumptions of a coverage question a little, one at a
// time, and tells what of its answer stands. Rows are the worst variants of each
// family, by family, then by the demand lost, equals by id.
//
// Speed: by the time rule, who goes at 1+x times the speed covers in the cutoff
// what took 1+x cutoffs, so that no way is searched anew. That is exact on foot,
// but for the rounding of each edge to a millisecond. By the distance rule speed
// changes nothing.
//
// Facility: whose nearest one is shut goes to the second nearest. That is exact.
//
// Gate, bridge: roads are cut at the gate, or closed along the bridge, and the
// ways repaired. All demand and facilities stay tied to the place on the road
// where they were: those on a closed road reach nothing and serve nobody, and
// those cut off with an island stay there. A scenario that closes the same ties
// them anew to what is left, perhaps across the wall, and may tell of less loss.
// What lies on a gate to the millimeter lies on one side of it then.
//
// A bridge is the roads tagged bridge, other than no, that hang together by
// nodes that they share: carriageways and footways side by side are bridges of
// their own. Left out, and counted, are gates and bridges with nothing to close:
// those on no road that the profile uses, those closed already, gates at the end
// of a road; and bridges with roads that are more than their line to the profile
// (motorways by car, ferries, plazas that it crosses). Roads that a scenario
// draws are no bridges.
//
// Errors: invalid with every fault of the request; not_found for the study.
// Cost:   two searches; then for each gate and bridge a copy of the network's
// rows, a repair, and a look at all demand covered. Gates go to all processors.
func (e *Engine) Sensitivity(ctx context.Context, r SensitivityRequest) (*SensitivityAnswer, error) {
	return ask(ctx, e, indicator[SensitivityOptions, SensitivitySummary, SensitivityRow]{
		name: "sensitivity", kind: true, prepare: prepareSensitivity, find: findSensitivity,
	}, r)
}

// What is told where nothing else is asked for.
const (
	defaultSpeedShare = 0.1
	defaultVariants   = 20
)

func prepareSensitivity(_ *Engine, _ *base, r *SensitivityRequest) (issues []coverage.Issue) {
	o := &r.Options
	for _, family := range o.Vary {
		if !slices.Contains(varied(), family) {
			issues = append(issues, fault("vary", "%q cannot be varied; give some of %s", family, join(varied())))
		}
	}
	asked := o.Vary
	o.Vary = slices.DeleteFunc(varied(), func(family string) bool { return len(asked) > 0 && !slices.Contains(asked, family) })
	share, limit := defaultSpeedShare, defaultVariants
	if o.SpeedShare == nil {
		o.SpeedShare = &share
	}
	if o.Limit == nil {
		o.Limit = &limit
	}
	if x := *o.SpeedShare; !(x > 0 && x < 1) {
		issues = append(issues, fault("speed_share", "speed_share is %v; give a share above 0 and below 1, such as %v", x, defaultSpeedShare))
	}
	if *o.Limit < 0 {
		issues = append(issues, fault("limit", "limit is %d; give the number of variants to tell of each family, 0 or more", *o.Limit))
	}
	if o.Target != nil && !(*o.Target >= 0 && *o.Target <= 1) {
		issues = append(issues, fault("target", "target is %v; give a coverage rate from 0 to 1, such as 0.9", *o.Target))
	}
	return issues
}

func findSensitivity(ctx context.Context, w *work[SensitivityOptions], a *SensitivityAnswer) error {
	s, err := standingOf(ctx, w)
	if err != nil {
		return err
	}
	sum := &a.Summary
	sum.Demand, sum.Covered, sum.CoverageRate = s.total, s.totalCovered, rateOf(s.totalCovered, s.total)
	var all []variant
	for _, family := range w.Options.Vary {
		variants, leftOut, err := s.vary(ctx, family)
		if err != nil {
			return err
		}
		slices.SortStableFunc(variants, func(a, b variant) int { return cmp.Or(cmp.Compare(a.change, b.change), cmp.Compare(a.id, b.id)) })
		sum.Families = append(sum.Families, familyOf(family, variants, leftOut))
		for i := range variants[:min(len(variants), *w.Options.Limit)] {
			a.Rows = append(a.Rows, s.row(&variants[i]))
		}
		all = append(all, variants...)
	}
	sum.Variants = len(all)
	sum.Conclusions = s.conclude(all)
	return nil
}

// familyOf sums up variants, the worst first.
func familyOf(family string, variants []variant, leftOut int) FamilySummary {
	f := FamilySummary{Family: family, Variants: len(variants), LeftOut: leftOut}
	if len(variants) == 0 {
		return f
	}
	var sum coverage.Amount
	for i := range variants {
		sum += variants[i].change
	}
	mean := sum.Float() / float64(len(variants))
	worst, best := variants[0].change, variants[len(variants)-1].change
	f.WorstChange, f.MeanChange, f.BestChange = &worst, &mean, &best
	return f
}
