package scenario

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/network"
)

// uses tells whether a profile may use a road of a class with these tags.
func uses(p *network.Profile, class string, tags map[string]string) bool {
	road := coverage.Road{ID: "r", Class: class, Tags: tags, Nodes: []int64{1, 2}, Line: orb.LineString{{0, 0}, {0.001, 0}}}
	n, _, err := network.Build(context.Background(), network.Ground{Roads: []coverage.Road{road}}, *p) // too small to be worth ending early
	return err == nil && n.EdgeCount() > 0
}

// Roads are those that a network of a profile is to be built of, and whether it
// has to be built: gates are part of how it is laid, and some roads are more in
// it than their line. Else the network of the snapshot serves, and Apply does
// the rest.
func (r *Resolved) Roads(base *coverage.Snapshot, p *network.Profile) (roads []coverage.Road, anew bool) {
	closed := func(road coverage.Road) bool {
		return len(r.closed[road.ID]) > 0 && beyondLine(p, &road)
	}
	if slices.ContainsFunc(base.Roads, closed) {
		return slices.DeleteFunc(slices.Clone(base.Roads), closed), true
	}
	return base.Roads, r.Gated
}

// beyondLine tells whether a road is not to be closed by its line: nobody of the
// profile stops on it, so that it is not found by its place, or people go
// straight across it.
func beyondLine(p *network.Profile, road *coverage.Road) bool {
	return slices.Contains(p.NoStop, road.Class) || p.CrossPlazas && road.Tags["area"] == "yes"
}

// Apply makes the changes of roads on a network of the snapshot's roads, or of
// Roads, of which aside are the gates that stand on none of them.
//
// A drawn road joins the road nearest to each of its ends, if there is one
// within 15 m: the end moves there. Changes that do nothing for the profile,
// and ends that meet no road, are told as warnings.
//
// Errors: invalid, with every change that cannot be made.
// Cost:   a copy of the network's rows for each run of roads closed and opened,
// of roads drawn apart, and of roads drawn to each other.
func (r *Resolved) Apply(n *network.Network, aside []string) (*network.Network, []coverage.Issue, error) {
	a := applier{base: n, now: n}
	for _, id := range slices.Sorted(maps.Keys(r.gates)) {
		if slices.Contains(aside, id) {
			a.told = append(a.told, coverage.Issue{
				Severity: coverage.SeverityWarning, Code: coverage.ReasonTooFar, Source: sourceName, Line: r.gates[id] + 1, Layer: coverage.LayerGates,
				Message: fmt.Sprintf("change %d: gate %q is on no road of profile %s within %d m, and binds nobody", r.gates[id]+1, short(id), n.Profile().ID, joinMeters),
			})
		}
	}
	for i := range r.steps {
		switch s := &r.steps[i]; {
		case s.change.Verb == DrawRoad:
			a.draw(s)
		case beyondLine(n.Profile(), s.road):
			a.wholeOnly(s)
		default:
			a.shut(s)
		}
	}
	a.flush()
	slices.SortStableFunc(a.told, func(x, y coverage.Issue) int { return x.Line - y.Line })
	if len(a.faults) > 0 {
		return nil, nil, &coverage.Error{Code: coverage.Invalid, Message: "the scenario cannot be used", Issues: a.faults}
	}
	return a.now, a.told, nil
}

// applier makes changes of roads one after another.
type applier struct {
	base, now *network.Network
	pending   network.Patch // what waits to be made of now, and of which steps it is
	of        []*step
	lines     []measured // of the roads drawn among it: then all of it is
	told      []coverage.Issue
	faults    []coverage.Issue
}

func (a *applier) warn(s *step, code, format string, args ...any) {
	issue := s.change.issue(s.number, format, args...)
	issue.Severity, issue.Code, issue.Layer = coverage.SeverityWarning, code, coverage.LayerRoads
	a.told = append(a.told, issue)
}

// flush makes the changes that wait: all in one or, to tell which cannot be
// made, one after another.
func (a *applier) flush() {
	n, err := a.now.Patched(a.pending)
	if err == nil {
		a.now = n
	} else {
		for i, s := range a.of {
			a.patch(s, a.pending[i])
		}
	}
	a.pending, a.of, a.lines = nil, nil, nil
}

// patch makes one change of the network.
func (a *applier) patch(s *step, c network.Change) {
	n, err := a.now.Patched(network.Patch{c})
	if err == nil {
		a.now = n
		return
	}
	e, ok := errors.AsType[*coverage.Error](err)
	if !ok {
		e = &coverage.Error{Issues: []coverage.Issue{{Message: err.Error()}}}
	}
	for _, issue := range e.Issues {
		a.faults = append(a.faults, s.change.issue(s.number, "%s", strings.TrimPrefix(issue.Message, "change 1: ")))
	}
}

// shut closes the stretches of a road, or opens them.
func (a *applier) shut(s *step) {
	if len(a.lines) > 0 {
		a.flush()
	}
	found := false
	for _, line := range s.lines {
		for _, part := range a.base.Along(line) {
			if part.From == part.To {
				continue
			}
			found = true
			if s.change.Verb == CloseRoad {
				a.pending = append(a.pending, network.Close{Stretch: part})
			} else {
				a.pending = append(a.pending, network.Open{Stretch: part})
			}
			a.of = append(a.of, s)
		}
	}
	if !found {
		a.warn(s, coverage.ReasonNotWalkable, "profile %s does not use this part of road %q: nothing changes", a.base.Profile().ID, short(s.road.ID))
	}
}

// wholeOnly refuses to close part of a road that Roads has left out.
func (a *applier) wholeOnly(s *step) {
	if s.change.From != nil {
		a.faults = append(a.faults, s.change.issue(s.number,
			"profile %s does not stop on road %q, or goes straight across it: it can only be closed as a whole; leave from and to out", a.base.Profile().ID, short(s.road.ID)))
	}
}

// draw draws a road on the network as it is by now.
func (a *applier) draw(s *step) {
	if p := a.base.Profile(); !uses(p, s.change.Class, s.change.Tags) {
		a.warn(s, coverage.ReasonNotWalkable, "profile %s does not use a road of class %q with these tags: nothing changes", p.ID, short(s.change.Class))
		return
	}
	line := s.change.Line
	start, end := line[0], line[len(line)-1]
	if len(a.lines) == 0 || a.nearDrawn(start) || a.nearDrawn(end) {
		a.flush()
	}
	d := network.Draw{
		From: a.end(s, "start", start), To: a.end(s, "end", end),
		Via: line[1 : len(line)-1], Class: s.change.Class, Tags: s.change.Tags,
	}
	if !d.From.Free && d.From == d.To && len(d.Via) == 0 {
		a.faults = append(a.faults, s.change.issue(s.number, "both ends join the roads at %s; draw a longer one", placeText(a.now.PointAt(d.From.Position))))
		return
	}
	a.pending, a.of, a.lines = append(a.pending, d), append(a.of, s), append(a.lines, measure(line))
}

// nearDrawn tells whether a road that waits to be drawn may lie where another
// would end: then that has to be looked for with it drawn. It moves its ends, too.
func (a *applier) nearDrawn(p orb.Point) bool {
	return slices.ContainsFunc(a.lines, func(m measured) bool {
		_, meters := m.nearest(p)
		return meters <= 3*joinMeters
	})
}

// end is how a drawn road ends at a place.
func (a *applier) end(s *step, name string, at orb.Point) network.End {
	if snap := a.now.Nearest(at, joinMeters); snap.OK() {
		return network.End{Position: snap.Position}
	}
	a.warn(s, coverage.ReasonTooFar, "its %s at %s is more than %d m from any road that profile %s uses, and meets none",
		name, placeText(at), joinMeters, a.base.Profile().ID)
	a.told[len(a.told)-1].At = &at
	return network.End{Free: true, Point: at}
}

func placeText(p orb.Point) string {
	return fmt.Sprintf("[%v, %v]", math.Round(p[0]*1e7)/1e7, math.Round(p[1]*1e7)/1e7)
}
