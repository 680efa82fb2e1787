package hours

import (
	"fmt"
	"math/bits"
	"strings"
	"time"
)

// dayNames are the days as opening_hours writes them, the week's first first.
var dayNames = [7]string{"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"}

// Moment is a minute of a week. The zero value is Sunday at 0:00.
type Moment struct {
	Weekday time.Weekday
	Minute  int // of the day, 0 to 1439
}

// ParseMoment reads a day and a time of day: "Mo 14:30", "周一 14:30".
//
// Errors: what is not understood, and at which character.
func ParseMoment(s string) (Moment, error) {
	p := parser{tokens: lex(s)}
	days := p.days()
	minute, ok := p.clock(dayMinutes - 1)
	if p.peek().kind != end {
		p.fail("a moment is a day and a time, such as Mo 14:30")
	} else if ok && !days.single() {
		p.faultAt(p.tokens[0], "a moment is one day and a time, such as Mo 14:30")
	}
	if err := p.err("moment", s); err != nil {
		return Moment{}, err
	}
	return Moment{time.Weekday((days.first() + 1) % 7), minute}, nil
}

// String writes the moment as ParseMoment reads it: "Mo 14:30".
func (m Moment) String() string {
	if _, ok := m.ofWeek(); !ok {
		return fmt.Sprintf("moment outside the week (%d, %d)", int(m.Weekday), m.Minute)
	}
	return dayNames[dayOf(m.Weekday)] + " " + clock(m.Minute)
}

// ofWeek counts the minutes from Monday at 0:00; not ok outside the week.
func (m Moment) ofWeek() (int, bool) {
	ok := m.Weekday >= time.Sunday && m.Weekday <= time.Saturday && m.Minute >= 0 && m.Minute < dayMinutes
	return dayOf(m.Weekday)*dayMinutes + m.Minute, ok
}

// dayOf counts days from Monday.
func dayOf(d time.Weekday) int { return (int(d) + 6) % 7 }

// daySet has a bit for each day, Monday's lowest.
type daySet uint8

const allDays daySet = 1<<7 - 1

// through is the days from one to another, over the end of the week if need be.
func through(from, to int) (days daySet) {
	for d := from; ; d = (d + 1) % 7 {
		days |= 1 << d
		if d == to {
			return days
		}
	}
}

func (s daySet) has(day int) bool { return s>>day&1 == 1 }

func (s daySet) single() bool { return bits.OnesCount8(uint8(s)) == 1 }

// first is the earliest day of the week that is in the set.
func (s daySet) first() int { return bits.TrailingZeros8(uint8(s)) }

// String writes runs of three days and more as ranges: "Mo-We,Fr,Sa".
func (s daySet) String() string {
	var parts []string
	for d := 0; d < 7; d++ {
		if !s.has(d) {
			continue
		}
		last := d
		for last < 6 && s.has(last+1) {
			last++
		}
		if last < d+2 {
			parts = append(parts, dayNames[d])
			continue
		}
		parts = append(parts, dayNames[d]+"-"+dayNames[last])
		d = last
	}
	return strings.Join(parts, ",")
}
