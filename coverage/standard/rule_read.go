package standard

import (
	"cmp"
	"slices"
	"strings"

	"kaimen/coverage"
)

// rule reads one rule of a document; of holds what the document says of all of
// its rules. In an override, a rule that the library has is changed in what is
// given; what tells where its figure is from begins anew: the source must be
// given, and it counts as recalled and has no clause unless the override says
// otherwise.
func (s *source) rule(t *table, of Rule) {
	id := t.identify()
	at := s.library.ruleAt(id)
	again := id != "" && s.named(t, "rule", id)
	rule := of
	switch changed := at >= 0 && (s.local || again); {
	case changed:
		rule = s.library.rules[at]
		rule.Standard, rule.StandardName, rule.Region = of.Standard, of.StandardName, of.Region
	case id != "" || !s.local: // of an override without id nobody knows whether it is new
		t.missing("name", "give it as {zh: …, en: …}")
		t.missing("bound", "give one of "+listed(Bounds()))
		t.missing("unit", "give the unit of the figures")
	}
	t.missing("source", "say where the figure is from")
	rule.ID, rule.Local = id, s.local
	t.sayings(&rule)
	t.figures(&rule)
	t.role(&rule)
	t.done("id", "clause", "name", "bound", "value", "min", "max", "unit", "source", "verified", "ratio", "reach", "radius", "size")
	switch {
	case id == "" || again:
	case at < 0:
		s.library.rules = append(s.library.rules, rule)
	case s.local:
		s.library.rules[at] = rule
	default:
		s.fault(t.line, id, coverage.ReasonDuplicateID, "another file has a rule of this id; give each its own")
	}
}

// sayings reads what a rule says in words.
func (t *table) sayings(r *Rule) {
	if t.has("name") {
		r.Name = t.name("name")
	}
	if t.has("unit") {
		r.Unit = t.text("unit")
	}
	r.Source, r.Verified, r.Clause = t.text("source"), t.truth("verified"), ""
	clause := t.take("clause")
	if clause == nil {
		return
	}
	if text, ok := textOf(clause.value); ok && text == "" {
		return // the one member that may be blank
	}
	r.Clause = t.text("clause")
	if verified := t.member("verified"); !clause.bad && !r.Verified && (verified == nil || !verified.bad) {
		t.fault(clause, coverage.ReasonBadValue, "%s stands beside a figure that was not read in its source; set verified: true, or leave the clause out", short(r.Clause))
	}
}

// figures reads a rule's bound and its figures. A bound that is given begins
// anew: figures of the bound before do not stay.
func (t *table) figures(r *Rule) {
	if t.has("bound") {
		r.Bound = choice(t, "bound", Bounds())
		r.Value, r.Min, r.Max = nil, nil, nil
	}
	for _, f := range []struct {
		name string
		into **float64
	}{{"value", &r.Value}, {"min", &r.Min}, {"max", &r.Max}} {
		if t.has(f.name) {
			*f.into = t.number(f.name, 0)
		}
	}
	needed, barred := []string{"value"}, []string{"min", "max"}
	switch r.Bound {
	case "":
		return // told already
	case BoundRange:
		needed, barred = barred, needed
	}
	for _, name := range barred {
		if m := t.member(name); m != nil {
			t.fault(m, coverage.ReasonBadValue, "bound %s takes %s; leave it out, or give another bound", r.Bound, listed(needed))
		}
	}
	for _, name := range needed {
		if r.figure(name) == nil {
			t.missing(name, "bound "+string(r.Bound)+" takes "+listed(needed))
		}
	}
	if r.Min != nil && r.Max != nil && *r.Min > *r.Max {
		t.r.fault(t.line, t.id, coverage.ReasonBadValue, "min: %v is above max, %v; swap them", *r.Min, *r.Max)
	}
}

func (r *Rule) figure(name string) *float64 {
	switch name {
	case "min":
		return r.Min
	case "max":
		return r.Max
	}
	return r.Value
}

// role reads how a program can apply a rule. What is given takes the place of
// the role before.
func (t *table) role(r *Rule) {
	var given []string
	for _, name := range []string{"ratio", "reach", "radius", "size"} {
		if t.has(name) {
			given = append(given, name)
		}
	}
	if len(given) > 1 {
		t.r.fault(t.line, t.id, coverage.ReasonBadValue, "%s stand together; keep one", listed(given))
	}
	if len(given) > 0 {
		r.Ratio, r.Reach, r.Radius, r.Size = t.ratio(), t.reach(), t.radius(), t.size()
	}
	t.agree(r)
}

// agree finds fault with a role that does not go with the rule's figures: a
// figure that stands twice must be the same.
func (t *table) agree(r *Rule) {
	fault := func(format string, args ...any) {
		t.r.fault(t.line, t.id, coverage.ReasonBadValue, format, args...)
	}
	upper := r.Upper()
	if r.Ratio != nil && r.Bound == BoundRange {
		fault("ratio: it takes one value, and bound range has none; give bound least, most or about")
	}
	if r.Size != nil && r.Unit != "" && r.Unit != "m2" {
		fault("unit: %s does not go with size, which bounds square meters; give m2", short(r.Unit))
	}
	if upper == nil {
		return
	}
	same := func(what string, x float64, unit string) {
		if r.Unit == unit && x > 0 && x != *upper {
			fault("%s: %v is not the rule's own figure, %v %s; give the same in both", what, x, *upper, unit)
		}
	}
	if r.Reach != nil {
		same("reach.meters", r.Reach.Meters, "m")
		same("reach.minutes", r.Reach.Minutes, "min")
	}
	if r.Radius != nil && len(r.Radius.Classes) > 0 {
		widest := slices.MaxFunc(r.Radius.Classes, func(a, b RadiusClass) int { return cmp.Compare(a.Meters, b.Meters) })
		same("radius: the widest class", widest.Meters, "m")
	}
}

func (t *table) ratio() *Ratio {
	in := t.table("ratio")
	if in == nil {
		return nil
	}
	in.missing("kinds", "give the kinds that supply")
	in.missing("supply", "give one of "+listed(Supplies()))
	in.missing("weight", "give a weight of demand, or "+WeightGrids)
	in.missing("per", "give the number of units of the weight that the value is for")
	ratio := &Ratio{Kinds: in.words("kinds"), Supply: choice(in, "supply", Supplies()), Weight: in.word("weight", isWord, wordForm), Per: in.plain("per")}
	in.done("kinds", "supply", "weight", "per")
	return ratio
}

func (t *table) reach() *Reach {
	in := t.table("reach")
	if in == nil {
		return nil
	}
	in.missing("kinds", "give the kinds of which any serves")
	reach := &Reach{Kinds: in.words("kinds"), Count: 1, Minutes: in.plain("minutes"), Meters: in.plain("meters")}
	if in.has("count") {
		reach.Count = in.count("count")
	}
	if !in.has("minutes") {
		in.missing("meters", "give meters, minutes or both")
	}
	in.done("kinds", "count", "minutes", "meters")
	return reach
}

func (t *table) size() *Size {
	in := t.table("size")
	if in == nil {
		return nil
	}
	in.missing("kinds", "give the kinds whose area is bounded")
	size := &Size{Kinds: in.words("kinds")}
	in.done("kinds")
	return size
}

func (t *table) radius() *Radius {
	in := t.table("radius")
	if in == nil {
		return nil
	}
	in.missing("kinds", "give the kinds that serve")
	in.missing("land", "give the use of the land that is served: residential")
	in.missing("classes", "give a list of classes of size, or one class without sizes")
	radius := &Radius{Kinds: in.words("kinds"), Land: in.word("land", isWord, wordForm)}
	for _, c := range in.tables("classes") {
		c.missing("meters", "give the straight distance that sites of the class serve")
		class := RadiusClass{MinAreaM2: c.number("min_area_m2", 0), MaxAreaM2: c.number("max_area_m2", leastFigure), Meters: c.plain("meters")}
		c.done("min_area_m2", "max_area_m2", "meters")
		if class.low() >= class.high() {
			t.r.fault(c.line, t.id, coverage.ReasonBadValue, "%smin_area_m2: %v is not below max_area_m2, %v; a class holds sizes from min up to, not including, max",
				c.way, class.low(), class.high())
		} else if i := slices.IndexFunc(radius.Classes, class.overlaps); i >= 0 {
			t.r.fault(c.line, t.id, coverage.ReasonBadValue, "%smin_area_m2: the class holds sizes that class %d holds too; let each begin where another ends", c.way, i+1)
		}
		radius.Classes = append(radius.Classes, class)
	}
	in.done("kinds", "land", "classes")
	return radius
}

// choice is a member's text that must be one of a list; "" if it is not.
func choice[T ~string](t *table, name string, list []T) T {
	text := T(t.text(name))
	if slices.Contains(list, text) {
		return text
	}
	if m := t.member(name); m != nil && !m.bad {
		t.fault(m, coverage.ReasonBadValue, "%s is none of them; give one of %s", short(string(text)), listed(list))
	}
	return ""
}

// listed is a list for a message.
func listed[T ~string](list []T) string {
	texts := make([]string, len(list))
	for i, v := range list {
		texts[i] = string(v)
	}
	return strings.Join(texts, ", ")
}
