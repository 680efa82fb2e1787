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

// causeNames names them, in their order.
func causeNames() []string {
	return []string{"no_road", "closed_gate", "steps", "river", "detour", "no_facility"}
}

// noCauses is the summary of causes before anything is counted.
func noCauses() []GapCause {
	var list []GapCause
	for _, name := range causeNames() {
		list = append(list, GapCause{Cause: name})
	}
	return list
}

// roundabout is how many times longer than the straight line a way is that is no
// longer what streets are like: at right angles they make it √2 times as long at
// most, and there is some to go to and from them.
const roundabout = 1.5

// causesOf tells, for every point that is not covered, the first of these that
// holds:
//
//   - no_road: it is tied to no road or lies on an island, or no way leads to any
//     facility although there are some; unless it is a gate or steps that cut it
//     off, as the next two tell.
//   - closed_gate: it would be covered if everybody passed all gates at any hour.
//   - steps: it would be covered if steps were level footways. Not for those who
//     take steps like any other way.
//   - river: the facility nearest in a straight line is within the cutoff, the
//     way to any is roundabout for that, and water lies between: land cover of
//     kind water in which neither of the two stands.
//   - detour: the same without water: what is missing is a link.
//   - no_facility: there is none within the cutoff in a straight line, or the way
//     is as direct as streets are, and too long.
//
// The cutoff in a straight line is its meters, or those of its time at the speed
// of the profile. What gates and steps change is found on networks built without
// them, and nothing else changed: points are tied anew.
//
// The cause of an area is that of most of its demand, of equals the first.
func causesOf(ctx context.Context, w *work[GapAreaOptions], found *serving, points []gap.Point, line *straight) ([]cause, error) {
	causes := make([]cause, len(points))
	var open []int32 // points whose cause is not found yet
	some := slices.Contains(found.wanted, true)
	state := func(i int32) string { return w.grounds.demand.Snap(i).State }
	for i := range int32(len(points)) {
		causes[i] = unknown
		switch {
		case points[i].Covered || points[i].Weight == 0:
		case state(i) == coverage.ReasonTooFar:
			causes[i] = noRoad
		default:
			open = append(open, i)
		}
	}
	settle := func(c cause, holds func(i int32) bool) {
		open = slices.DeleteFunc(open, func(i int32) bool {
			if holds(i) {
				causes[i] = c
			}
			return causes[i] == c
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
	settle(noRoad, func(i int32) bool { return state(i) == coverage.ReasonIsland || some && found.travel[i].Facility < 0 })
	for _, i := range open {
		causes[i] = line.cause(points[i].At, float64(found.travel[i].Millimeters)/1000)
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
