package analysis

import (
	"maps"
	"slices"

	"kaimen/coverage"
	"kaimen/coverage/network"
	"kaimen/coverage/scenario"
)

// The classes of road that steps are, and are taken for.
const steps, footway = "steps", "footway"

// keptViews is for how many profiles a view keeps networks: few are asked for
// at a time, and each takes as much as one of the study.
const keptViews = 2

// viewed is b with another snapshot. What b was made of is seen the same way.
func (b *base) viewed(s *coverage.Snapshot, view func(*base) *base) *base {
	v := &base{Snapshot: s, zones: b.zones, byProfile: newCache[string, *grounds](keptViews)}
	if b.countedOf != nil {
		v.countedOf = view(b.countedOf)
		return v
	}
	if b.whatIf != nil {
		w := *b.whatIf
		w.of = view(w.of)
		v.whatIf = &w
	}
	return v
}

// withoutGates is b as if everybody passed all gates, those of a scenario too.
func (b *base) withoutGates() *base {
	snapshot := *b.Snapshot
	snapshot.Gates = nil
	return b.viewed(&snapshot, func(b *base) *base { return b.ungated() })
}

// withoutSteps is b as if all steps, those of a scenario too, were level
// footways.
func (b *base) withoutSteps() *base {
	snapshot := *b.Snapshot
	snapshot.Roads = slices.Clone(b.Roads)
	for i := range snapshot.Roads {
		if road := &snapshot.Roads[i]; road.Class == steps {
			road.Class, road.Tags = footway, leveled(road.Tags)
		}
	}
	v := b.viewed(&snapshot, func(b *base) *base { return b.stepless() })
	if v.whatIf != nil {
		// Without faults, as before: roads, gates and facilities have kept their ids.
		v.whatIf.resolved, _ = withoutDrawnSteps(b.whatIf.asked).Resolve(v.whatIf.of.Snapshot)
	}
	return v
}

// leveled are the tags of steps without what tells of their form. A bridge is
// level whatever heights say.
func leveled(tags map[string]string) map[string]string {
	tags = maps.Clone(tags)
	if tags == nil {
		tags = make(map[string]string)
	}
	for _, key := range []string{"incline", "width", "surface", "smoothness", "wheelchair", "stroller", "bicycle"} {
		delete(tags, key)
	}
	tags["bridge"] = "yes"
	return tags
}

// withoutDrawnSteps is a scenario that draws footways for steps.
func withoutDrawnSteps(s *scenario.Scenario) *scenario.Scenario {
	other := *s
	other.Changes = slices.Clone(s.Changes)
	for i := range other.Changes {
		if c := &other.Changes[i]; c.Class == steps {
			c.Class, c.Tags = footway, leveled(c.Tags)
		}
	}
	return &other
}

// stepsMatter tells whether there are steps that a profile refuses or is slower
// on, and would walk if they were footways.
func (b *base) stepsMatter(p *network.Profile) bool {
	takes := func(class string) bool { return slices.Contains(p.Access.Classes, class) }
	if p.Steps == nil && takes(steps) || !takes(footway) {
		return false
	}
	if slices.ContainsFunc(b.Roads, func(r coverage.Road) bool { return r.Class == steps }) {
		return true
	}
	s := b.scenario()
	return s != nil && slices.ContainsFunc(s.Changes, func(c scenario.Change) bool { return c.Class == steps })
}
