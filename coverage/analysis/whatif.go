package analysis

import (
	"context"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/coverage/scenario"
	"kaimen/coverage/zonal"
)

// WhatIf is the scenario that a question is asked under.
type WhatIf struct {
	Hash    string        `json:"hash"` // of its changes, in their order
	Name    coverage.Name `json:"name"`
	Changes int           `json:"changes"`
}

func whatIfOf(s *scenario.Scenario) *WhatIf {
	if s.Empty() {
		return nil
	}
	return &WhatIf{s.Hash(), s.Name, len(s.Changes)}
}

// whatIf is what a scenario makes of a base.
type whatIf struct {
	of       *base
	asked    *scenario.Scenario
	resolved *scenario.Resolved
}

// scenario is the one that b is under; nil for none.
func (b *base) scenario() *scenario.Scenario {
	if b.whatIf == nil {
		return nil
	}
	return b.whatIf.asked
}

// under is what a scenario makes of a base: itself if nothing is changed. A
// scenario with faults gives the error, and what its changes without fault
// make, so that the faults of a request can be told beside them.
func (e *Engine) under(ctx context.Context, b *base, s *scenario.Scenario) (*base, error) {
	if s.Empty() {
		return b, nil
	}
	resolved, issues := s.Resolve(b.Snapshot)
	if len(issues) > 0 {
		err := &coverage.Error{Code: coverage.Invalid, Message: "the scenario cannot be used", Issues: issues}
		snapshot := *b.Snapshot
		snapshot.Facilities = resolved.Facilities
		return (&base{Snapshot: &snapshot, zones: b.zones, whatIf: &whatIf{b, s, resolved}}).lazily(), err
	}
	// The name is part of the key: it is told with the answer.
	return e.whatIfs.get(ctx, keyOf("scenario", b.ID, s), func(context.Context) (*base, error) {
		return b.changed(s, resolved), nil
	})
}

// changed is what a scenario without faults makes of b.
func (b *base) changed(s *scenario.Scenario, resolved *scenario.Resolved) *base {
	snapshot := *b.Snapshot // of the same id: the scenario is told beside it
	snapshot.Facilities, snapshot.Gates = resolved.Facilities, resolved.Gates
	changed := (&base{
		Snapshot: &snapshot, zones: b.zones, whatIf: &whatIf{b, s, resolved},
		byProfile: newCache[string, *grounds](len(network.Profiles())),
	}).lazily()
	if resolved.Furnished {
		changed.zones = zonal.Divide(&snapshot)
	}
	return changed
}

// changedGrounds makes the roads as the scenario leaves them and ties all
// points anew: whatever a road closed or drawn does to what is near and what is
// an island, they lie where they would on a network built of those roads.
// Without a change of roads the demand stays as it was tied.
func (b *base) changedGrounds(ctx context.Context, p network.Profile, when string) (*grounds, error) {
	var before *grounds
	roads, anew := b.whatIf.resolved.Roads(b.Snapshot, &p)
	if anew {
		n, report, err := b.build(ctx, p, when, roads)
		if err != nil {
			return nil, err
		}
		before = &grounds{network: n, report: report}
	} else {
		var err error
		if before, err = b.whatIf.of.grounds(ctx, p, when); err != nil {
			return nil, err
		}
	}
	n, issues, err := b.whatIf.resolved.Apply(before.network, before.report.Gates.Aside)
	if err != nil {
		return nil, err
	}
	var g *grounds
	if n == before.network && !anew {
		same := *before
		g = &same
		g.furnish(b)
	} else {
		g = b.tied(n, before.report)
		for _, line := range b.whatIf.resolved.Drawn {
			g.roadBounds = g.roadBounds.Union(line.Bound())
		}
	}
	for _, i := range issues {
		g.told = append(g.told, Warning{Code: i.Code, Message: i.Message, Count: 1, Layer: i.Layer})
	}
	return g, ctx.Err()
}
