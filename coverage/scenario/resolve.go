package scenario

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"kaimen/coverage"
	"kaimen/coverage/network"
)

// joinMeters is how far the end of a drawn road may lie from a road that it
// joins, a place from the road that it names, and a gate from its road.
const joinMeters = 15

// Resolved is what a scenario makes of a snapshot: the layers as it leaves
// them, and what becomes of the roads. It is only read once it is made.
type Resolved struct {
	// Facilities and Gates are the layers as the scenario leaves them, in the
	// order of a snapshot; the snapshot's own where nothing is changed.
	Facilities []coverage.Facility
	Gates      []coverage.Gate
	// Furnished tells that facilities, and Gated that gates were changed.
	Furnished, Gated bool
	// Drawn are the lines of the roads drawn.
	Drawn []orb.LineString

	steps  []step
	gates  map[string]int       // the number of the last change of a gate, by its id
	closed map[string][]stretch // what is closed of a road in the end, by its id
}

// step is one change of roads.
type step struct {
	number int // of the change, from 0
	change *Change
	road   *coverage.Road   // closed or opened
	lines  []orb.LineString // the stretches of it
}

// resolver makes changes one after another.
type resolver struct {
	*Resolved
	base   *coverage.Snapshot
	issues []coverage.Issue
	number int
	gone   map[[2]string]int // facilities removed, and by which change
}

// Resolve finds what the scenario names in a snapshot, and makes its changes of
// facilities and gates. All faults of all changes are found, those of Check
// among them; with any, Resolved is what the changes without fault make.
//
// Cost: a copy of the layers changed, and a search by id for each change.
func (s *Scenario) Resolve(base *coverage.Snapshot) (*Resolved, []coverage.Issue) {
	r := resolver{
		Resolved: &Resolved{Facilities: base.Facilities, Gates: base.Gates, gates: map[string]int{}, closed: map[string][]stretch{}},
		base:     base, gone: map[[2]string]int{},
	}
	if s.Empty() {
		return r.Resolved, nil
	}
	r.issues = s.Check()
	faulty := make(map[int]bool)
	for _, issue := range r.issues {
		faulty[issue.Line] = true
	}
	if faulty[0] {
		return r.Resolved, r.issues // nothing is known of places
	}
	changes := s.inWGS84()
	for i := range changes {
		if r.number = i; !faulty[i+1] {
			r.make(&changes[i])
		}
	}
	slices.SortStableFunc(r.issues, func(a, b coverage.Issue) int { return cmp.Compare(a.Line, b.Line) })
	return r.Resolved, r.issues
}

func (r *resolver) fault(c *Change, format string, args ...any) {
	r.issues = append(r.issues, c.issue(r.number, format, args...))
}

func (r *resolver) make(c *Change) {
	switch c.Verb {
	case AddFacility:
		r.addFacility(c)
	case RemoveFacility, MoveFacility:
		r.changeFacility(c)
	case CloseRoad:
		r.closeRoad(c)
	case OpenRoad:
		r.openRoad(c)
	case DrawRoad:
		r.drawRoad(c)
	case CloseGate, OpenGate:
		r.setGate(c)
	case AddGate:
		r.addGate(c)
	}
}

// facility is where a facility stands, or would.
func (r *resolver) facility(kind, id string) (at int, found bool) {
	return slices.BinarySearchFunc(r.Facilities, [2]string{kind, id}, func(f coverage.Facility, want [2]string) int {
		return cmp.Or(cmp.Compare(f.Kind, want[0]), cmp.Compare(f.ID, want[1]))
	})
}

// furnish makes the layer of facilities a copy, once.
func (r *resolver) furnish() {
	if !r.Furnished {
		r.Facilities, r.Furnished = slices.Clone(r.Facilities), true
	}
}

func (r *resolver) addFacility(c *Change) {
	at, there := r.facility(c.Kind, c.ID)
	if there {
		r.fault(c, "there is a facility %q of kind %q already; give another id, or move it", c.ID, c.Kind)
		return
	}
	r.furnish()
	delete(r.gone, [2]string{c.Kind, c.ID})
	r.Facilities = slices.Insert(r.Facilities, at, coverage.Facility{
		ID: c.ID, Kind: c.Kind, Name: c.Name, At: *c.At, Entrances: c.Entrances, Capacity: c.Capacity,
	})
}

func (r *resolver) changeFacility(c *Change) {
	name := [2]string{c.Kind, c.ID}
	at, found := r.facility(c.Kind, c.ID)
	switch removed, gone := r.gone[name]; {
	case gone:
		r.fault(c, "change %d has removed facility %q of kind %q", removed+1, c.ID, c.Kind)
		return
	case !found:
		r.fault(c, "%s", r.noFacility(c))
		return
	}
	r.furnish()
	if c.Verb == RemoveFacility {
		r.gone[name] = r.number
		r.Facilities = slices.Delete(r.Facilities, at, at+1)
		return
	}
	f := &r.Facilities[at]
	f.At, f.Entrances, f.Outline = *c.At, c.Entrances, nil // its ground stayed behind
}

// noFacility says that there is no such facility, and what comes near.
func (r *resolver) noFacility(c *Change) string {
	var ids, kinds []string
	for i := range r.Facilities {
		switch f := &r.Facilities[i]; {
		case f.Kind == c.Kind:
			ids = append(ids, f.ID)
		case f.ID == c.ID:
			kinds = append(kinds, f.Kind)
		}
	}
	text := fmt.Sprintf("there is no facility %q of kind %q", c.ID, c.Kind)
	switch {
	case len(kinds) > 0:
		return text + "; there is one of kind " + some(kinds)
	case len(ids) > 0:
		return text + "; those of the kind are " + some(ids)
	}
	return text + ", nor any of the kind"
}

// some lists the first few words and how many more there are.
func some(words []string) (text string) {
	const shown = 5
	for i, w := range words[:min(len(words), shown)] {
		if i > 0 {
			text += ", "
		}
		text += short(w)
	}
	if more := len(words) - shown; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// road finds a road of the study.
func (r *resolver) road(c *Change) *coverage.Road {
	at, found := slices.BinarySearchFunc(r.base.Roads, c.Road, func(road coverage.Road, id string) int { return cmp.Compare(road.ID, id) })
	if !found {
		r.fault(c, "the study has no road %q", c.Road)
		return nil
	}
	return &r.base.Roads[at]
}

func (r *resolver) closeRoad(c *Change) {
	road := r.road(c)
	if road == nil {
		return
	}
	m := measure(road.Line)
	part := stretch{0, m.length()}
	if c.From != nil {
		var ok bool
		if part, ok = r.between(c, m); !ok {
			return
		}
	}
	r.closed[road.ID] = joined(r.closed[road.ID], part)
	r.steps = append(r.steps, step{r.number, c, road, []orb.LineString{m.part(part)}})
}

// between is the stretch of a road between two places near it.
func (r *resolver) between(c *Change, m measured) (s stretch, ok bool) {
	ok = true
	var ends [2]float64
	for i, end := range []struct {
		name string
		at   orb.Point
	}{{"from", *c.From}, {"to", *c.To}} {
		along, meters := m.nearest(end.at)
		if meters > joinMeters {
			r.fault(c, "%s lies %.0f m from road %q; give a place within %d m of it", end.name, meters, c.Road, joinMeters)
			ok = false
		}
		ends[i] = along
	}
	s = stretch{min(ends[0], ends[1]), max(ends[0], ends[1])}
	if ok && s.to-s.from < minMeters {
		r.fault(c, "from and to are %.2f m apart along road %q; give %v m or more, or close a gate", s.to-s.from, c.Road, minMeters)
		ok = false
	}
	return s, ok
}

func (r *resolver) openRoad(c *Change) {
	road := r.road(c)
	if road == nil {
		return
	}
	closed := r.closed[road.ID]
	if len(closed) == 0 {
		r.fault(c, "no change before closes road %q; only what a change closed can be opened (a new road is drawn)", c.Road)
		return
	}
	m := measure(road.Line)
	s := step{r.number, c, road, nil}
	for _, part := range closed {
		s.lines = append(s.lines, m.part(part))
	}
	delete(r.closed, road.ID)
	r.steps = append(r.steps, s)
}

func (r *resolver) drawRoad(c *Change) {
	line := orb.LineString(c.Line)
	if meters := measure(line).length(); meters < minMeters || meters > maxDrawnMeters {
		r.fault(c, "the line is %.2f m long; one of %v m to %d km can be drawn", meters, minMeters, maxDrawnMeters/1000)
		return
	}
	used := func(p network.Profile) bool { return uses(&p, c.Class, c.Tags) }
	if !slices.ContainsFunc(network.Profiles(), used) {
		r.fault(c, "nobody may use a road of class %q with these tags; give an OpenStreetMap highway value such as footway, residential or cycleway", c.Class)
		return
	}
	r.Drawn = append(r.Drawn, line)
	r.steps = append(r.steps, step{r.number, c, nil, nil})
}

// maxDrawnMeters is the longest road drawn.
const maxDrawnMeters = 100_000

// gate is where a gate stands, or would.
func (r *resolver) gate(id string) (at int, found bool) {
	return slices.BinarySearchFunc(r.Gates, id, func(g coverage.Gate, id string) int { return cmp.Compare(g.ID, id) })
}

// regate makes the layer of gates a copy, once, and notes who changed a gate.
func (r *resolver) regate(id string) {
	if !r.Gated {
		r.Gates, r.Gated = slices.Clone(r.Gates), true
	}
	r.gates[id] = r.number
}

// setGate closes a gate to everybody, or opens it to everybody at any hour.
func (r *resolver) setGate(c *Change) {
	at, found := r.gate(c.Gate)
	if !found {
		r.fault(c, "the study has no gate %q", c.Gate)
		return
	}
	r.regate(c.Gate)
	r.Gates[at].State, r.Gates[at].Hours = "closed", ""
	if c.Verb == OpenGate {
		r.Gates[at].State = "open"
	}
}

func (r *resolver) addGate(c *Change) {
	id := c.Gate
	if id == "" {
		id = fmt.Sprintf("scenario-%d", r.number+1)
	}
	at, there := r.gate(id)
	if there {
		r.fault(c, "there is a gate %q already; give another id, or close or open it", id)
		return
	}
	r.regate(id)
	r.Gates = slices.Insert(r.Gates, at, coverage.Gate{ID: id, State: c.State, At: *c.At})
}
