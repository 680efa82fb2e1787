package hours

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxLength bounds what is read; OpenStreetMap keeps 255 characters.
const maxLength = 1000

// Parse reads opening hours.
//
// Input:  rules of days, spans of time and off, parted by semicolons or commas:
//
//	"24/7", "Mo-Fr 08:00-12:00,14:00-18:00; Sa 09:00-12:00; Su off",
//	"Fr-Mo 22:00-06:00", "周一至周五 08:00-17:00，周六 9:00-12:00", "每天 全天".
//
// Rules:  a rule after a semicolon stands in place of all before it on the days
// that it names, what the night before left to them as well; off with a time
// shuts that time alone; a rule after a comma adds to those before it. A span
// that ends no later than it begins ends on the next day.
// Errors: every rule that is not wholly understood: which part, at which
// character, and why.
// Cost:   O(n); a text of more than 1,000 characters is refused.
// Source: OpenStreetMap wiki, Key:opening_hours/specification, 0.7.2.
func Parse(s string) (Hours, error) {
	if utf8.RuneCountInString(s) > maxLength {
		return Hours{}, fmt.Errorf("opening hours of more than %d characters", maxLength)
	}
	p := parser{tokens: lex(s)}
	var w week
	opens, shuts := false, false // whether any rule opens; whether one shuts a part of the week
	for n, more := 0, true; more; n++ {
		r := p.rule()
		if n > 0 && !r.adds && r.replacesAll() {
			p.faultAt(r.first, "it names no days, and so would undo all rules before it: name its days")
		}
		opens = opens || !r.shut
		shuts = shuts || r.shut && !r.shutsAll()
		r.apply(&w)
		more = p.nextRule()
	}
	if shuts && !opens {
		p.faultAt(p.tokens[0], "it says when it is shut and not when it is open")
	}
	if err := p.err("opening hours", s); err != nil {
		return Hours{}, err
	}
	return w.hours(), nil
}

// rule is one part of the hours.
type rule struct {
	first token
	adds  bool // stands after a comma
	named bool // says its days; else days is all
	days  daySet
	times []span // minutes of the day, the end up to 48:00; none for all day
	shut  bool
}

// shutsAll tells whether nothing is open after the rule.
func (r rule) shutsAll() bool { return r.shut && r.days == allDays && len(r.times) == 0 }

// replacesAll tells whether the rule undoes all before it without saying so.
func (r rule) replacesAll() bool { return !r.named && (!r.shut || len(r.times) == 0) }

// apply writes the rule over what those before it left.
func (r rule) apply(w *week) {
	for d := range 7 {
		if from := d * dayMinutes; r.days.has(d) && !r.adds && (!r.shut || len(r.times) == 0) {
			w.set(from, from+dayMinutes, false)
		}
	}
	times := r.times
	if len(times) == 0 {
		times = []span{{0, dayMinutes}}
	}
	for d := range 7 {
		for _, t := range times {
			if r.days.has(d) {
				w.set(d*dayMinutes+t.from, d*dayMinutes+t.to, !r.shut)
			}
		}
	}
}

// parser walks over tokens. After the first fault of a rule the rest of it is
// passed over, so that each rule tells one fault.
type parser struct {
	tokens []token
	i      int
	faults []string
	adds   bool // the rule to come stands after a comma
}

func (p *parser) peek() token { return p.tokens[p.i] }

// take goes past the next token if it is of the kind.
func (p *parser) take(k kind) (token, bool) {
	t := p.peek()
	if t.kind != k || k == end {
		return t, false
	}
	p.i++
	return t, true
}

// nextAfter is the kind of the token after the next.
func (p *parser) nextAfter() kind { return p.tokens[min(p.i+1, len(p.tokens)-1)].kind }

// fail tells that the next token is not understood, and passes over the rest of
// the rule.
func (p *parser) fail(expected string) {
	t := p.peek()
	if t.why != "" {
		expected = t.why
	}
	p.faultAt(t, expected)
	p.skip()
}

// skip passes over the rest of the rule.
func (p *parser) skip() {
	for p.peek().kind != end && p.peek().kind != semicolon {
		p.i++
	}
}

func (p *parser) faultAt(t token, why string) {
	what := fmt.Sprintf("%q", t.text)
	if t.kind == end {
		what = "the end"
	}
	p.faults = append(p.faults, fmt.Sprintf("%s (character %d): %s", what, t.at, why))
}

// err is every fault, with the text they are of.
func (p *parser) err(what, text string) error {
	if len(p.faults) == 0 {
		return nil
	}
	return errors.New(fmt.Sprintf("%s %q: ", what, text) + strings.Join(p.faults, "; "))
}

// nextRule goes on to the next rule, if there is one. A semicolon at the end is
// let pass.
func (p *parser) nextRule() bool {
	if _, ok := p.take(semicolon); ok {
		p.adds = false
		return p.peek().kind != end
	}
	if _, ok := p.take(comma); ok {
		p.adds = true
		if p.peek().kind == day {
			return true
		}
		p.fail("after a comma stands a day or a span of time, such as Mo or 08:00-17:00")
		return p.nextRule()
	}
	return false
}

// rule reads days, times and whether they are open; each may be missing, but
// not all.
func (p *parser) rule() rule {
	r := rule{first: p.peek(), adds: p.adds, days: allDays}
	faults := len(p.faults)
	_, timed := p.take(always)
	if !timed && p.peek().kind == day {
		r.days, r.named = p.days(), true
		p.take(colon) // "Mo-Fr: 08:00-17:00"
	}
	if !timed {
		r.times, timed = p.times()
	}
	if len(p.faults) > faults {
		p.skip()
		return r
	}
	_, opened := p.take(open)
	if !opened {
		_, r.shut = p.take(shut)
	}
	switch k := p.peek().kind; {
	case k != end && k != semicolon && k != comma:
		p.fail("days, times and off are understood, such as Mo-Fr 08:00-17:00; Sa off")
	case !timed && !r.named && !r.shut && !opened:
		p.fail("a rule with days or times is missing here")
	case !timed && !r.shut && (!r.named || r.first.chinese()):
		p.faultAt(r.first, "it says no time: write 全天 or 24/7 if it is open all day")
	}
	return r
}

// days reads days and ranges of days: Mo-Fr,Su, 周一至五, 周一、三.
func (p *parser) days() (days daySet) {
	chinese := false
	one := func() (token, bool) {
		t := p.peek()
		if t.kind == day || t.kind == bareDay && chinese {
			p.i++
			chinese = t.chinese()
			return t, true
		}
		p.fail("a day is missing here, such as Mo")
		return t, false
	}
	for {
		from, ok := one()
		if !ok {
			return days
		}
		days |= from.days
		if _, ranged := p.take(dash); ranged {
			to, ok := one()
			if !ok {
				return days
			}
			if from.days.single() && to.days.single() {
				days |= through(from.days.first(), to.days.first())
			} else {
				p.faultAt(to, "a range goes from one day to another, such as Mo-Fr")
			}
		}
		if k := p.nextAfter(); p.peek().kind != comma || k != day && (k != bareDay || !chinese) {
			return days
		}
		p.i++
	}
}

// times reads spans of time; not ok if there are none.
func (p *parser) times() (times []span, ok bool) {
	for {
		if _, whole := p.take(wholeDay); whole {
			times = append(times, span{0, dayMinutes})
		} else if p.peek().kind == number {
			from, fine := p.clock(dayMinutes - 1)
			if !fine {
				return nil, false
			}
			if _, fine = p.take(dash); !fine {
				p.fail("a span of time has a beginning and an end, such as 08:00-17:00")
				return nil, false
			}
			to, fine := p.clock(2 * dayMinutes)
			if !fine {
				return nil, false
			}
			if to <= from {
				to += dayMinutes
			}
			times = append(times, span{from, to})
		} else {
			return times, len(times) > 0
		}
		if k := p.nextAfter(); p.peek().kind != comma || k != number && k != wholeDay {
			return times, true
		}
		p.i++
	}
}

// clock reads a time of day of at most so many minutes.
func (p *parser) clock(most int) (minute int, ok bool) {
	const form = "a time has hours and minutes, such as 08:00"
	start := p.peek()
	h, ok := p.take(number)
	if !ok {
		p.fail(form)
		return 0, false
	}
	if _, ok = p.take(colon); !ok {
		p.fail(form)
		return 0, false
	}
	m := p.peek()
	if m.kind != number || utf8.RuneCountInString(m.text) != 2 {
		p.fail(form)
		return 0, false
	}
	p.i++
	minute = h.value*60 + m.value
	if m.value > 59 || minute > most {
		start.text += ":" + m.text
		p.faultAt(start, "it is no time of the day; the last is "+clock(most))
		return 0, false
	}
	return minute, true
}
