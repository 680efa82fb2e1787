package analysis

import (
	"cmp"
	"context"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/zonal"
)

// GapsResult is the demand beyond the cutoff, point by point.
type GapsResult struct {
	Key       Key                 `json:"key"`
	Study     string              `json:"study"`
	Snapshot  coverage.SnapshotID `json:"snapshot"`
	Synthetic bool                `json:"synthetic"`
	Engine    string              `json:"engine"`
	Question  Question            `json:"question"`
	Uncovered coverage.Amount     `json:"uncovered"` // over all gaps
	Gaps      []Gap               `json:"gaps" nullable:"false"`
	Warnings  []Warning           `json:"warnings" nullable:"false"`
}

// First is r with its largest n gaps alone; Uncovered stays that of all.
func (r *GapsResult) First(n int) *GapsResult {
	first := *r
	first.Gaps = r.Gaps[:min(n, len(r.Gaps))]
	return &first
}

// Gap is a demand point that reaches no facility within the cutoff.
type Gap struct {
	ID     string          `json:"id"`
	At     orb.Point       `json:"at"` // lon, lat
	Demand coverage.Amount `json:"demand"`
	Reason string          `json:"reason"` // beyond_cutoff, no_path, too_far, island

	NearestID   *string  `json:"nearest_id"` // nil where no way leads to any
	NearestName *string  `json:"nearest_name"`
	NearestS    *float64 `json:"nearest_s"`
	NearestM    *float64 `json:"nearest_m"`

	Grid      *string `json:"grid"` // ids of the zones it lies in, nil if none
	Community *string `json:"community"`
	Street    *string `json:"street"`
}

// Why demand is not covered, beside the states of being tied to no road.
const (
	GapBeyondCutoff = "beyond_cutoff" // the nearest facility is farther than the cutoff
	GapNoPath       = "no_path"       // no way leads to any facility
)

// Gaps lists the uncovered demand of a coverage request, the largest first,
// equals by id. Points without demand, and demand outside all boundaries, are
// not in it: the sum is the Uncovered of the coverage totals.
//
// Errors and cost: as Coverage.
func (e *Engine) Gaps(ctx context.Context, r CoverageRequest) (*GapsResult, error) {
	return answer(ctx, e, e.gaps, "gaps", r, e.findGaps)
}

func (e *Engine) findGaps(ctx context.Context, b *base, g *grounds, r CoverageRequest, key Key) (*GapsResult, error) {
	points, _ := g.facilitiesOf(b, r.Kind)
	travel, err := g.nearest(ctx, points, r.Cutoff)
	if err != nil {
		return nil, err
	}
	result := &GapsResult{
		Key: key, Study: b.Study.ID, Snapshot: b.ID, Synthetic: b.Study.Synthetic,
		Engine: EngineVersion, Question: question(r), Gaps: []Gap{}, Warnings: e.warnings(b, g, r, b.states(g, r.Cohort)),
	}
	for i := range b.Demand {
		weight := b.Demand[i].Weights[r.Cohort]
		if weight > 0 && !travel[i].Covered && !b.zones.Outside[i] {
			result.Uncovered += weight
			result.Gaps = append(result.Gaps, b.gap(i, weight, travel[i], g.demand.Snap(int32(i)).State))
		}
	}
	slices.SortFunc(result.Gaps, func(a, b Gap) int {
		return cmp.Or(cmp.Compare(b.Demand, a.Demand), cmp.Compare(a.ID, b.ID))
	})
	return result, nil
}

func (b *base) gap(i int, weight coverage.Amount, t zonal.Travel, state string) Gap {
	d := &b.Demand[i]
	gap := Gap{ID: d.ID, At: d.At, Demand: weight, Reason: GapBeyondCutoff}
	switch {
	case state != coverage.ReasonSnapped:
		gap.Reason = state
	case t.Facility < 0:
		gap.Reason = GapNoPath
	default:
		f := &b.Facilities[t.Facility]
		seconds, meters := float64(t.Milliseconds)/1000, float64(t.Millimeters)/1000
		gap.NearestID, gap.NearestName, gap.NearestS, gap.NearestM = &f.ID, &f.Name, &seconds, &meters
	}
	gap.Grid, gap.Community, gap.Street = b.zonesHolding(i)
	return gap
}
