// Package hours reads when a facility or a gate is open, in the opening_hours
// notation of OpenStreetMap and in the forms that Chinese tables use, and
// answers whether it is open at a moment of the week.
//
// The week is all it knows: no dates, months, holidays, nor the sun. What
// speaks of those is refused by name and never guessed, for hours that are half
// understood would make places count as open that are shut.
package hours

import (
	"fmt"
	"slices"
	"strings"
)

const (
	dayMinutes  = 24 * 60
	weekMinutes = 7 * dayMinutes
)

// span is open from a minute of the week to another, that one not included;
// the week begins on Monday at 0:00.
type span struct{ from, to int }

// Hours are the minutes of a week at which something is open. The zero value
// is never open. It does not change and may be shared.
type Hours struct {
	spans []span // apart from each other, in order
}

// Always is open all week.
func Always() Hours { return Hours{[]span{{0, weekMinutes}}} }

// Open tells whether it is open in the minute that begins at m: hours of
// 08:00-17:00 are open at 08:00 and shut at 17:00. No moment outside the week
// is open.
//
// Cost: O(log n) in the number of spans.
func (h Hours) Open(m Moment) bool {
	at, ok := m.ofWeek()
	if !ok {
		return false
	}
	i, found := slices.BinarySearchFunc(h.spans, at, func(s span, at int) int { return s.from - at })
	return found || i > 0 && at < h.spans[i-1].to
}

// String writes the hours in opening_hours notation, the same for all that
// open and shut alike. Parse reads it back to the same hours.
func (h Hours) String() string {
	if len(h.spans) == 0 {
		return "off"
	}
	if h.spans[0] == (span{0, weekMinutes}) {
		return "24/7"
	}
	times, overnight := h.byDay()
	var rules []string
	for day, text := range times {
		if text == "" || slices.Index(times[:], text) < day {
			continue // shut, or told with an earlier day
		}
		var days daySet
		for other := day; other < 7; other++ {
			if times[other] == text {
				days |= 1 << other
			}
		}
		if days == allDays {
			return text
		}
		rules = append(rules, days.String()+" "+text)
	}
	if overnight {
		return strings.Join(rules, ", ") // a ; would drop what the night before left to the day
	}
	return strings.Join(rules, "; ")
}

// byDay writes the spans that begin on each day, and tells whether any goes on
// past midnight.
func (h Hours) byDay() (times [7]string, overnight bool) {
	spans := slices.Clone(h.spans)
	if last := len(spans) - 1; spans[0].from == 0 && spans[last].to == weekMinutes {
		spans[last].to += spans[0].to // the night from Sunday to Monday
		spans = spans[1:]
	}
	// A span longer than a day is told day by day.
	var parts []span
	for _, s := range spans {
		for s.to-s.from >= dayMinutes {
			midnight := (s.from/dayMinutes + 1) * dayMinutes
			parts = append(parts, span{s.from, midnight})
			s.from = midnight
		}
		if s.from < s.to {
			parts = append(parts, s)
		}
	}
	slices.SortFunc(parts, func(a, b span) int { return a.from%weekMinutes - b.from%weekMinutes })
	for _, s := range parts {
		day, start, end := s.from/dayMinutes%7, s.from%dayMinutes, s.from%dayMinutes+s.to-s.from
		if end > dayMinutes {
			end, overnight = end-dayMinutes, true
		}
		if times[day] != "" {
			times[day] += ","
		}
		times[day] += clock(start) + "-" + clock(end)
	}
	return times, overnight
}

// clock writes a minute of the day; the end of the day is 24:00.
func clock(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

// week is one flag for each minute.
type week [weekMinutes]bool

// set opens or shuts a span, of which what passes the end of the week belongs
// to its beginning.
func (w *week) set(from, to int, open bool) {
	for m := from; m < to; m++ {
		w[m%weekMinutes] = open
	}
}

// hours gathers the open minutes into spans.
func (w *week) hours() Hours {
	var h Hours
	for m := 0; m < weekMinutes; {
		if !w[m] {
			m++
			continue
		}
		from := m
		for m < weekMinutes && w[m] {
			m++
		}
		h.spans = append(h.spans, span{from, m})
	}
	return h
}
