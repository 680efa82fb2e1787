package analysis

import (
	"context"
	"math"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/coverage/zonal"
)

// How finely a distribution is told unless asked otherwise, and at most.
const (
	stepSeconds = 60
	stepMeters  = 100
	leastSteps  = 30
	mostSteps   = 1000
)

// DistributionOptions choose how finely a distribution is told, and of whom.
type DistributionOptions struct {
	StepS *float64 `json:"step_s"` // one of the two is set, by the metric of the cutoff; default a minute, or 100 m
	StepM *float64 `json:"step_m"`
	Steps int      `json:"steps"`                  // default: up to twice the cutoff, but at least 30
	Zones []string `json:"zones" nullable:"false"` // ids of zones of the level that are told beside the study
}

// DistributionSummary is who is told of: the study first, then each zone that was asked for.
type DistributionSummary struct {
	Zones []DistributionZone `json:"zones" nullable:"false"`
}

// DistributionZone is the demand of one zone as a whole.
type DistributionZone struct {
	ZoneHead
	Demand       coverage.Amount `json:"demand"`
	Covered      coverage.Amount `json:"covered"` // within the cutoff
	CoverageRate *float64        `json:"coverage_rate"`
	Beyond       coverage.Amount `json:"beyond"`    // farther than the last step
	Unreached    coverage.Amount `json:"unreached"` // no way leads to any
}

// DistributionRow is one step of one zone: who has the nearest facility within
// the cutoff, but not within that of the step before.
type DistributionRow struct {
	ZoneHead
	CutoffS    *float64        `json:"cutoff_s"` // one of the two is set; inclusive
	CutoffM    *float64        `json:"cutoff_m"`
	Demand     coverage.Amount `json:"demand"`
	Within     coverage.Amount `json:"within"` // of this step and all before
	WithinRate *float64        `json:"within_rate"`
}

// The answers on distributions.
type (
	DistributionRequest = Request[DistributionOptions]
	DistributionAnswer  = Answer[DistributionOptions, DistributionSummary, DistributionRow]
)

func (s *DistributionSummary) size() int { return len(s.Zones) }

// Distribution tells how much demand has the nearest facility within each of a
// row of cutoffs, for the study and for zones of its level.
//
// Holds:  the within_rate of a step is the coverage rate of a question with its
// cutoff, exactly; the steps, beyond and unreached of a zone add up to its demand.
// Errors: invalid with every fault of the request; not_found for the study.
// Cost:   as Coverage.
func (e *Engine) Distribution(ctx context.Context, r DistributionRequest) (*DistributionAnswer, error) {
	return ask(ctx, e, indicator[DistributionOptions, DistributionSummary, DistributionRow]{
		name: "distribution", kind: true, prepare: prepareDistribution, find: findDistribution,
	}, r)
}

func prepareDistribution(_ *Engine, b *base, r *DistributionRequest) (issues []coverage.Issue) {
	o := &r.Options
	mine, other, usual, names := &o.StepS, o.StepM, float64(stepSeconds), [2]string{"step_min", "step_m"}
	if r.Cutoff.Metric == network.Length {
		mine, other, usual, names = &o.StepM, o.StepS, stepMeters, [2]string{"step_m", "step_min"}
	}
	if other != nil {
		issues = append(issues, fault(names[1], "the cutoff is of the other rule; give %s", names[0]))
	}
	if *mine == nil {
		*mine = &usual
	}
	if **mine < 1 {
		issues = append(issues, fault(names[0], "a step is too small; give at least a second, or a meter"))
	}
	if o.Steps == 0 {
		upTo := 2 * float64(r.Cutoff.Value) / 1000
		o.Steps = int(min(max(leastSteps, math.Ceil(upTo / **mine)), mostSteps))
	}
	if o.Steps < 1 || o.Steps > mostSteps {
		issues = append(issues, fault("steps", "%d is no number of steps; give 1 to %d", o.Steps, mostSteps))
	}
	for i, id := range o.Zones {
		if b.zoneAt(r.Level, id) < 0 {
			issue := fault("zones", "study %s has no zone %q of level %s", b.Study.ID, id, r.Level)
			issue.Line = i + 1
			issues = append(issues, issue)
		}
	}
	o.Zones = append([]string{}, o.Zones...) // a list in JSON, too, where there are none
	return issues
}

func findDistribution(ctx context.Context, w *work[DistributionOptions], a *DistributionAnswer) error {
	found, err := w.grounds.serve(ctx, w.base, []string{w.Kind}, 1, w.Cutoff)
	if err != nil {
		return err
	}
	weights := weightsOf(w.base.Snapshot, w.Cohort)
	tell := func(level coverage.Level, at int) {
		d := newDistribution(w, headOf(&w.base.zones.Of(level)[at]))
		home := w.base.zones.HomeAt(level)
		for i, weight := range weights {
			if weight != 0 && home(i) == at {
				d.add(weight, found.travel[i])
			}
		}
		zone, rows := d.told()
		a.Summary.Zones = append(a.Summary.Zones, zone)
		a.Rows = append(a.Rows, rows...)
	}
	tell(coverage.LevelStudy, 0)
	for _, id := range w.Options.Zones {
		if w.Level != coverage.LevelStudy {
			tell(w.Level, w.base.zoneAt(w.Level, id))
		}
	}
	return nil
}

// distribution gathers the demand of one zone by cost.
type distribution struct {
	zone   DistributionZone
	cutoff Cutoff
	step   uint64 // milliseconds or millimeters
	steps  []coverage.Amount
}

func newDistribution(w *work[DistributionOptions], head ZoneHead) *distribution {
	step := first(w.Options.StepS, w.Options.StepM)
	return &distribution{
		zone: DistributionZone{ZoneHead: head}, cutoff: w.Cutoff,
		step: uint64(math.Round(*step * 1000)), steps: make([]coverage.Amount, w.Options.Steps),
	}
}

func (d *distribution) add(weight coverage.Amount, t zonal.Travel) {
	d.zone.Demand += weight
	if t.Covered {
		d.zone.Covered += weight
	}
	if t.Facility < 0 {
		d.zone.Unreached += weight
		return
	}
	// Cutoffs are inclusive: a cost of just one step is within the first.
	k := max(uint64(costOf(t, d.cutoff.Metric)), 1)
	k = (k - 1) / d.step
	if k >= uint64(len(d.steps)) {
		d.zone.Beyond += weight
		return
	}
	d.steps[k] += weight
}

func (d *distribution) told() (DistributionZone, []DistributionRow) {
	d.zone.CoverageRate = rateOf(d.zone.Covered, d.zone.Demand)
	rows := make([]DistributionRow, len(d.steps))
	var within coverage.Amount
	for k, demand := range d.steps {
		within += demand
		rows[k] = DistributionRow{ZoneHead: d.zone.ZoneHead, Demand: demand, Within: within, WithinRate: rateOf(within, d.zone.Demand)}
		end := float64(d.step*uint64(k+1)) / 1000
		if d.cutoff.Metric == network.Time {
			rows[k].CutoffS = &end
		} else {
			rows[k].CutoffM = &end
		}
	}
	return d.zone, rows
}
