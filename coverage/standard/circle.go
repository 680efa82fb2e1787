package standard

import (
	"slices"

	"kaimen/coverage"
)

// Circle is a set of kinds that a service circle should hold. It is only read:
// what it points to is shared.
type Circle struct {
	ID       string        `json:"circle"`
	Name     coverage.Name `json:"name"`
	Source   string        `json:"source"`   // where the list is from; figures are of their rules
	Verified bool          `json:"verified"` // the list was read in Source, not recalled
	Needs    []Need        `json:"needs"`
	// WeightsSource is where the weights of the needs are from; empty if they
	// have none.
	WeightsSource string `json:"weights_source,omitempty"`
}

// Need is one thing that a circle should hold: Count facilities of any of
// Kinds, within Minutes or Meters on foot.
type Need struct {
	ID      string        `json:"need"` // a short word, unique in the circle
	Name    coverage.Name `json:"name"`
	Kinds   []string      `json:"kinds"` // any of them serves
	Count   int           `json:"count"` // at least 1
	Minutes float64       `json:"minutes,omitempty"`
	Meters  float64       `json:"meters,omitempty"`
	Rule    string        `json:"rule,omitempty"`   // id of the Rule that asks for it
	Weight  *float64      `json:"weight,omitempty"` // in its circle's score; only with WeightsSource
}

// Circles lists the circles as written; those that overrides added come last.
func (l *Library) Circles() []Circle { return slices.Clone(l.circles) }

// Circle is the circle with this id.
func (l *Library) Circle(id string) (Circle, bool) {
	for _, c := range l.circles {
		if c.ID == id {
			return c, true
		}
	}
	return Circle{}, false
}

// resolve fills in what needs leave to their rules, and finds fault with needs
// that nobody can say the distance of. A need's own kinds, count and limits win
// over those of its rule's Reach. It runs when all files are read, so that a
// local distance holds in the circles too.
func (l *Library) resolve(r *reader) {
	l.circles = make([]Circle, len(l.drafts))
	for i, draft := range l.drafts {
		draft.Needs = slices.Clone(draft.Needs)
		for k := range draft.Needs {
			l.resolveNeed(r, draft.ID, &draft.Needs[k])
		}
		l.circles[i] = draft
	}
}

func (l *Library) resolveNeed(r *reader, circle string, n *Need) {
	fault := func(code, format string, args ...any) {
		r.fault(0, circle, code, "need "+n.ID+": "+format, args...)
	}
	if n.Rule != "" {
		rule, ok := l.Rule(n.Rule)
		if !ok {
			fault(coverage.ReasonBadValue, "rule: there is no rule %s; give the id of a rule of the library, or leave it out", short(n.Rule))
			return
		}
		if near := rule.Reach; near != nil {
			n.follow(near)
		}
	}
	if n.Count == 0 {
		n.Count = 1
	}
	if r.unread[circle] || r.unread[n.Rule] {
		return // told already
	}
	if len(n.Kinds) == 0 {
		fault(coverage.ReasonMissingValue, "kinds is missing; give a list of kinds, or a rule with reach")
	}
	if n.Minutes == 0 && n.Meters == 0 {
		fault(coverage.ReasonMissingValue, "minutes and meters are missing; give one of them, or a rule with reach")
	}
}

// follow takes from a rule what the need does not say itself. Minutes and
// meters go together: a need that gives either has its own limits.
func (n *Need) follow(near *Reach) {
	if len(n.Kinds) == 0 {
		n.Kinds = near.Kinds
	}
	if n.Count == 0 {
		n.Count = near.Count
	}
	if n.Minutes == 0 && n.Meters == 0 {
		n.Minutes, n.Meters = near.Minutes, near.Meters
	}
}
