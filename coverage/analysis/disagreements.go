package analysis

import (
	"cmp"
	"context"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage"
)

// DisagreementOptions are the two rules; the one that the question's cutoff is
// not of is that of the same tier, unless given.
type DisagreementOptions struct {
	Rules Rules `json:"rules"`
}

// DisagreementSummary counts the demand by what the rules say of it.
type DisagreementSummary struct {
	Demand       coverage.Amount `json:"demand"`
	Both         coverage.Amount `json:"both"`          // covered under both rules
	Neither      coverage.Amount `json:"neither"`       // under neither
	TimeOnly     coverage.Amount `json:"time_only"`     // within the time alone
	DistanceOnly coverage.Amount `json:"distance_only"` // within the distance alone
	Points       int             `json:"points"`        // on which they disagree
}

// Disagreement is a demand point on which the rules disagree.
type DisagreementRow struct {
	ID        string          `json:"id"`
	At        orb.Point       `json:"at"`       // lon, lat
	Building  string          `json:"building"` // empty if not known
	Demand    coverage.Amount `json:"demand"`
	Covered   string          `json:"covered"`   // the rule that covers it: time or distance
	NearestS  *float64        `json:"nearest_s"` // by the fastest way
	NearestM  *float64        `json:"nearest_m"` // by the shortest way
	ByTime    *string         `json:"by_time"`   // id of the facility that is nearest in time
	ByMeters  *string         `json:"by_meters"` // and in distance
	Grid      *string         `json:"grid"`      // ids of the zones it lies in, nil if none
	Community *string         `json:"community"`
	Street    *string         `json:"street"`
}

// Place is where the row lies.
func (d *DisagreementRow) Place() orb.Geometry { return d.At }

// The answers of the disagreements.
type (
	DisagreementRequest = Request[DisagreementOptions]
	DisagreementAnswer  = Answer[DisagreementOptions, DisagreementSummary, DisagreementRow]
)

// Disagreements lists the buildings on which the time rule and the distance
// rule disagree, those of most demand first, equals by id.
//
// Errors: as Overview; a cutoff that has no other rule.
// Cost:   two searches for nearest facilities, one within each cutoff for every
// facility.
func (e *Engine) Disagreements(ctx context.Context, r DisagreementRequest) (*DisagreementAnswer, error) {
	return ask(ctx, e, indicator[DisagreementOptions, DisagreementSummary, DisagreementRow]{
		name: "disagreements", kind: true, find: findDisagreements,
		prepare: func(e *Engine, _ *base, r *DisagreementRequest) []coverage.Issue {
			r.Options.Rules = e.rulesOf(r.Cutoff, r.Options.Rules)
			if rules := r.Options.Rules; rules.CutoffS == nil || rules.CutoffM == nil {
				return []coverage.Issue{fault("cutoff", "the cutoff is no tier of the service circle, so that it has no other rule; give one of %s, or both cutoffs", e.tierWords())}
			}
			return nil
		},
	}, r)
}

func findDisagreements(ctx context.Context, w *work[DisagreementOptions], a *DisagreementAnswer) error {
	b := w.base
	weights := weightsOf(b.Snapshot, w.Cohort)
	pair, err := w.bothRules(ctx, []string{w.Kind}, 1, w.Options.Rules, weights)
	if err != nil {
		return err
	}
	s := &a.Summary
	for i, weight := range weights {
		if weight == 0 || b.zones.Outside[i] {
			continue
		}
		byTime, byDistance := pair.time.in.Travel[i], pair.distance.in.Travel[i]
		s.Demand += weight
		switch {
		case byTime.Covered && byDistance.Covered:
			s.Both += weight
		case byTime.Covered:
			s.TimeOnly += weight
		case byDistance.Covered:
			s.DistanceOnly += weight
		default:
			s.Neither += weight
		}
		if byTime.Covered == byDistance.Covered {
			continue
		}
		d := &b.Demand[i]
		row := DisagreementRow{ID: d.ID, At: d.At, Building: d.Building, Demand: weight, Covered: "distance"}
		if byTime.Covered {
			row.Covered = "time"
		}
		// A way within either cutoff leads to some facility, so both searches found one.
		seconds, meters := float64(byTime.Milliseconds)/1000, float64(byDistance.Millimeters)/1000
		row.NearestS, row.NearestM = &seconds, &meters
		row.ByTime, row.ByMeters = &b.Facilities[byTime.Facility].ID, &b.Facilities[byDistance.Facility].ID
		row.Grid, row.Community, row.Street = b.zonesHolding(i)
		a.Rows = append(a.Rows, row)
	}
	s.Points = len(a.Rows)
	slices.SortFunc(a.Rows, func(a, b DisagreementRow) int {
		return cmp.Or(cmp.Compare(b.Demand, a.Demand), cmp.Compare(a.ID, b.ID))
	})
	return nil
}

// zonesHolding are the ids of the zones that a demand point lies in, nil if none.
func (b *base) zonesHolding(i int) (grid, community, street *string) {
	at := func(level coverage.Level) *string {
		if zone, ok := b.zones.HoldingDemand(level, i); ok {
			return &zone.ID
		}
		return nil
	}
	return at(coverage.LevelGrid), at(coverage.LevelCommunity), at(coverage.LevelStreet)
}
