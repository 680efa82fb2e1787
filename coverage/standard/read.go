package standard

import (
	"cmp"
	"slices"
	"strconv"

	"kaimen/coverage"
)

// source is one text that is put into a library.
type source struct {
	*reader
	library *Library
	local   bool // an override: what it names again is changed, not a fault

	seen map[string]bool // what this text has named, by "rule ", "circle " or "tier " and its id
}

// read puts the documents of one text into l and returns their faults, in the
// order of the text.
func (l *Library) read(name string, text []byte, local bool) *source {
	s := &source{
		reader: &reader{file: name, unread: make(map[string]bool)}, library: l, local: local, seen: make(map[string]bool),
	}
	for _, d := range s.documents(text) {
		s.document(d)
	}
	slices.SortStableFunc(s.issues, func(a, b coverage.Issue) int { return cmp.Compare(a.Line, b.Line) })
	return s
}

func (s *source) document(d *table) {
	standard, name, region := d.text("standard"), d.name("name"), d.name("region")
	rules := d.tables("rules")
	if d.has("rules") {
		d.missing("standard", "give the standard that the rules are of, as it is cited")
		d.missing("name", "give the standard's name as {zh: …, en: …}")
	}
	for _, t := range rules {
		s.rule(t, Rule{Standard: standard, StandardName: name, Region: region})
	}
	for _, t := range d.tables("circles") {
		s.circle(t)
	}
	for _, t := range d.tables("tiers") {
		s.tier(t)
	}
	if !d.has("rules") && !d.has("circles") && !d.has("tiers") {
		s.fault(d.line, "", coverage.ReasonMissingValue, "the document holds nothing; give rules, circles or tiers")
	}
	d.done("standard", "name", "region", "rules", "circles", "tiers")
}

// named tells whether a text names something for the second time, and says so.
func (s *source) named(t *table, what, id string) bool {
	key := what + " " + id
	if s.seen[key] {
		s.fault(t.line, id, coverage.ReasonDuplicateID, "the %s stands twice in this file; keep one", what)
		return true
	}
	s.seen[key] = true
	return false
}

// identify reads the id of a rule or a circle, by which messages call it from
// then on.
func (t *table) identify() string {
	t.missing("id", "give "+idForm)
	id := t.word("id", isID, idForm)
	if m := t.member("id"); m == nil || m.bad {
		return ""
	}
	t.id, t.way = id, ""
	return id
}

// circle reads a circle. One that the library has is replaced whole.
func (s *source) circle(t *table) {
	id := t.identify()
	c := Circle{ID: id, Name: t.name("name"), Source: t.text("source"), Verified: t.truth("verified"), WeightsSource: t.text("weights_source")}
	t.missing("name", "give it as {zh: …, en: …}")
	t.missing("source", "say where the list of needs is from")
	t.missing("needs", "give a list of needs")
	for _, inner := range t.tables("needs") {
		c.Needs = append(c.Needs, s.need(inner, c))
	}
	t.done("id", "name", "source", "verified", "weights_source", "needs")
	if id == "" || s.named(t, "circle", id) {
		return
	}
	l := s.library
	switch at := slices.IndexFunc(l.drafts, func(c Circle) bool { return c.ID == id }); {
	case at < 0:
		l.drafts = append(l.drafts, c)
	case s.local:
		l.drafts[at] = c
	default:
		s.fault(t.line, id, coverage.ReasonDuplicateID, "another file has a circle of this id; give each its own")
	}
}

// need reads one need of c, as far as c has been read.
func (s *source) need(t *table, c Circle) Need {
	t.missing("id", "give "+wordForm)
	n := Need{ID: t.word("id", isWord, wordForm), Name: t.name("name"), Kinds: t.words("kinds"), Count: t.count("count")}
	n.Minutes, n.Meters = t.plain("minutes"), t.plain("meters")
	n.Rule = t.text("rule")
	n.Weight = t.number("weight", leastFigure)
	t.missing("name", "give it as {zh: …, en: …}")
	t.done("id", "name", "kinds", "count", "minutes", "meters", "rule", "weight")
	if n.ID != "" && slices.ContainsFunc(c.Needs, func(o Need) bool { return o.ID == n.ID }) {
		s.fault(t.line, t.id, coverage.ReasonDuplicateID, "need %s stands twice; give each its own id", n.ID)
	}
	switch weighed := t.has("weight"); {
	case weighed && c.WeightsSource == "":
		t.fault(t.member("weight"), coverage.ReasonBadValue, "the circle has no weights_source; say where the weights are from, or leave them out")
	case !weighed && c.WeightsSource != "":
		t.missing("weight", "the circle has weights_source, and then each need must have its weight")
	}
	return n
}

// tier reads a tier. One of the same minutes that the library has is replaced.
func (s *source) tier(t *table) {
	tier := Tier{Minutes: t.plain("minutes"), Meters: t.plain("meters"), Verified: t.truth("verified"), Source: t.text("source")}
	t.missing("minutes", "give minutes on foot")
	t.missing("meters", "give the walking distance that the standard sets beside the minutes")
	t.missing("source", "say where the distance is from")
	t.done("minutes", "meters", "verified", "source")
	if tier.Minutes == 0 || tier.Meters == 0 {
		return
	}
	if s.named(t, "tier", strconv.FormatFloat(tier.Minutes, 'g', -1, 64)+" min") {
		return
	}
	l := s.library
	at, found := slices.BinarySearchFunc(l.tiers, tier.Minutes, func(t Tier, minutes float64) int { return cmp.Compare(t.Minutes, minutes) })
	if found {
		l.tiers[at] = tier
	} else {
		l.tiers = slices.Insert(l.tiers, at, tier)
	}
}

// checkTiers finds fault with a tier that reaches less far than one of fewer
// minutes.
func (s *source) checkTiers() {
	tiers := s.library.tiers
	for i := 1; i < len(tiers); i++ {
		if a, b := tiers[i-1], tiers[i]; b.Meters <= a.Meters {
			s.fault(0, "", coverage.ReasonBadValue, "tiers: %v minutes are %v m, and %v minutes are %v m; give more meters for more minutes",
				b.Minutes, b.Meters, a.Minutes, a.Meters)
		}
	}
}
