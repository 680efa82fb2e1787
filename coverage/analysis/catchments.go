package analysis

import (
	"context"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/coverage/zonal"
)

// CatchmentOptions: catchments have none of their own.
type CatchmentOptions struct{}

// CatchmentSummary tells what became of all demand.
type CatchmentSummary struct {
	Demand          coverage.Amount `json:"demand"`
	Allotted        coverage.Amount `json:"allotted"`         // to its nearest facility, near or far
	Within          coverage.Amount `json:"within"`           // of that, within the cutoff
	Unreached       coverage.Amount `json:"unreached"`        // with no way to any facility
	Facilities      int             `json:"facilities"`       // of the kind
	WithoutCapacity int             `json:"without_capacity"` // of these, whose capacity is not known
	Overloaded      int             `json:"overloaded"`       // whose load is above 1
}

// CatchmentRow is the demand that has one facility as its nearest.
type CatchmentRow struct {
	ID        string          `json:"id"`
	Kind      string          `json:"kind"`
	Name      string          `json:"name"`
	At        orb.Point       `json:"at"` // lon, lat
	Capacity  *float64        `json:"capacity"`
	Demand    coverage.Amount `json:"demand"` // allotted: nearest to this facility
	Within    coverage.Amount `json:"within"` // of it, within the cutoff
	Points    int             `json:"points"`
	Load      *float64        `json:"load"` // Demand over Capacity; nil where that is not known or 0
	MeanS     *float64        `json:"mean_s"`
	MedianS   *float64        `json:"median_s"`
	P90S      *float64        `json:"p90_s"`
	MaxS      *float64        `json:"max_s"`
	MeanM     *float64        `json:"mean_m"`
	MaxM      *float64        `json:"max_m"`
	Community *string         `json:"community"` // where the facility stands, nil if in none
}

// Place is where the facility stands.
func (c *CatchmentRow) Place() orb.Geometry { return c.At }

// The answers on catchments.
type (
	CatchmentRequest = Request[CatchmentOptions]
	CatchmentAnswer  = Answer[CatchmentOptions, CatchmentSummary, CatchmentRow]
)

// Catchments allots all demand to its nearest facility of a kind, and sets the
// load beside the capacity.
//
// Holds:  over the rows, Demand adds up to Allotted; Allotted and Unreached to
// the demand of the study.
// Errors: as Coverage.
// Cost:   as Coverage.
func (e *Engine) Catchments(ctx context.Context, r CatchmentRequest) (*CatchmentAnswer, error) {
	return ask(ctx, e, indicator[CatchmentOptions, CatchmentSummary, CatchmentRow]{
		name: "catchments", kind: true, find: findCatchments,
	}, r)
}

func findCatchments(ctx context.Context, w *work[CatchmentOptions], a *CatchmentAnswer) error {
	b, s := w.base, &a.Summary
	found, err := w.grounds.serve(ctx, b, []string{w.Kind}, 1, w.Cutoff)
	if err != nil {
		return err
	}
	in := found.input(weightsOf(b.Snapshot, w.Cohort))
	totals, _ := b.zones.Summarize(coverage.LevelStudy, in)
	s.Demand, s.Unreached = totals[0].Demand, totals[0].Unreached
	byFacility := b.zones.ByFacility(in, len(b.Facilities))
	site := b.zones.SiteAt(coverage.LevelCommunity)
	communities := b.zones.Of(coverage.LevelCommunity)
	for f := range b.Facilities {
		if !in.Facilities[f] {
			continue
		}
		row := catchmentOf(&b.Facilities[f], &byFacility[f])
		if k := site(f); k >= 0 && k < len(communities) {
			row.Community = &communities[k].ID
		}
		a.Rows = append(a.Rows, row)
		s.Facilities++
		s.Allotted += row.Demand
		s.Within += row.Within
		if row.Capacity == nil {
			s.WithoutCapacity++
		}
		if row.Load != nil && *row.Load > 1 {
			s.Overloaded++
		}
	}
	return nil
}

func catchmentOf(f *coverage.Facility, c *zonal.Catchment) CatchmentRow {
	row := CatchmentRow{
		ID: f.ID, Kind: f.Kind, Name: f.Name, At: f.At, Capacity: f.Capacity, Demand: c.Demand, Within: c.Covered, Points: c.Points,
		MeanS: c.MeanS, MedianS: c.MedianS, P90S: c.P90S, MaxS: c.MaxS, MeanM: c.MeanM, MaxM: c.MaxM,
	}
	row.Load = loadOf(c.Demand, f.Capacity)
	return row
}

// loadOf is demand over a capacity; nil where that is not known or 0.
func loadOf(demand coverage.Amount, capacity *float64) *float64 {
	if capacity == nil || *capacity <= 0 {
		return nil
	}
	load := demand.Float() / *capacity
	return &load
}

// costOf is a way in a metric; network.Unreached where there is none.
func costOf(t zonal.Travel, m network.Metric) network.Cost {
	switch {
	case t.Facility < 0:
		return network.Unreached
	case m == network.Time:
		return t.Milliseconds
	}
	return t.Millimeters
}
