package analysis

import (
	"context"
	"slices"

	"kaimen/coverage"
	"kaimen/coverage/gap"
)

// cause is why a demand point is not served, in the order in which causes are
// looked for; unknown for points that are served or do not count.
type cause int8

const (
	noRoad cause = iota
	closedGate
	stepsOnly
	river
	detour
	noFacility

	unknown cause = -1
)

// Causes names them, in their order.
func Causes() []string {
	return []string{"no_road", "closed_gate", "steps", "river", "detour", "no_facility"}
}

// noCauses is the summary of causes before anything is counted.
func noCauses() []GapCause {
	var list []GapCause
	for _, name := range Causes() {
		list = append(list, GapCause{Cause: name})
	}
	return list
}

// causesOf tells, for every point that is not covered, the first of these that
// holds:
//
//   - no_road: it is tied to no road or lies on an island, or no way leads to any
//     facility although there are some.
//   - closed_gate: it would be covered if everybody passed all gates at any hour.
//   - steps: it would be covered if steps were level footways. Not for those who
//     take steps like any other way.
//   - river: the facility nearest to it in a straight line is within the cutoff,
//     and water lies between: land cover of kind water in which neither of the
//     two stands.
//   - detour: a facility is within the cutoff in a straight line; what is missing
//     is a link.
//   - no_facility: none is.
//
// The cutoff in a straight line is its meters, or those of its time at the speed
// of the profile. What gates and steps change is found on networks built without
// them, and nothing else changed: points are tied anew.
//
// The cause of an area is that of most of its demand, of equals the first.
func causesOf(ctx context.Context, w *work[GapAreaOptions], found *serving, points []gap.Point) ([]cause, error) {
	causes := make([]cause, len(points))
	var open []int32 // points whose cause is not found yet
	some := slices.Contains(found.wanted, true)
	for i := range points {
		causes[i] = unknown
		switch {
		case points[i].Covered || points[i].Weight == 0:
		case w.grounds.demand.Snap(int32(i)).State != coverage.ReasonSnapped, some && found.travel[i].Facility < 0:
			causes[i] = noRoad
		default:
			open = append(open, int32(i))
		}
	}
	settle := func(c cause, holds func(i int32) bool) {
		open = slices.DeleteFunc(open, func(i int32) bool {
			if !holds(i) {
				return false
			}
			causes[i] = c
			return true
		})
	}
	if gates := w.grounds.report.Gates; some && gates.Closed+gates.Residents > 0 && len(open) > 0 {
		covered, err := w.coveredOn(ctx, w.base.ungated(), "")
		if err != nil {
			return nil, err
		}
		settle(closedGate, covered)
	}
	if some && len(open) > 0 && w.base.stepsMatter(&w.profile) {
		covered, err := w.coveredOn(ctx, w.base.stepless(), w.When)
		if err != nil {
			return nil, err
		}
		settle(stepsOnly, covered)
	}
	line := straightTo(w.base, found.wanted, w.Cutoff, &w.profile)
	for _, i := range open {
		at := points[i].At
		nearest, within := line.nearest(at)
		switch {
		case !within:
			causes[i] = noFacility
		case line.banks.between(at, nearest):
			causes[i] = river
		default:
			causes[i] = detour
		}
	}
	return causes, ctx.Err()
}

// coveredOn tells who is covered on another ground at a moment.
func (w *work[O]) coveredOn(ctx context.Context, b *base, when string) (func(i int32) bool, error) {
	g, err := b.grounds(ctx, w.profile, when)
	if err != nil {
		return nil, err
	}
	facilities, _ := g.facilitiesOf(b, w.Kind)
	travel, err := g.nearest(ctx, facilities, w.Cutoff)
	return func(i int32) bool { return travel[i].Covered }, err
}

// tellCauses sums the demand of a row's points by cause, there and in all.
func (r *GapAreaRow) tellCauses(all []GapCause, points []gap.Point, of []int32, causes []cause) {
	r.Causes = make(map[string]coverage.Amount)
	if causes == nil {
		return
	}
	var sums [noFacility + 1]coverage.Amount
	for _, i := range of {
		c := causes[i]
		sums[c] += points[i].Weight
		all[c].Demand += points[i].Weight
		all[c].Points++
	}
	most := noRoad
	for c, sum := range sums {
		r.Causes[all[c].Cause] = sum
		if sum > sums[most] {
			most = cause(c)
		}
	}
	all[most].Areas++
	r.Cause = &all[most].Cause
}
