package sample

import (
	"bytes"
	"strconv"
	"time"
)

// requestsPer1000 is how many requests there are for 1,000 residents.
const requestsPer1000 = 6

// writeRequests draws what residents ask for where they live, of the days of 2026
// until the end of October, and what becomes of it: most is done, the rest
// waits, is on its way or was withdrawn.
func (t *town) writeRequests(b *bytes.Buffer) {
	kinds := []string{"lighting", "parking", "noise", "greening", "waste", "handrail"}
	states := []string{"已评单", "已办结", "已办结", "已办结", "已办结", "已办结", "已办结", "已接单", "已派单", "已点单", "已撤单"}
	rng := newRandom(t.seed, "requests")
	first := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	table(b, []string{"id", "kind", "state", "opened_at", "closed_at", "lon", "lat"}, func(row func(...string)) {
		n := 0
		for _, h := range t.buildings {
			if !rng.chance(float64(h.people*requestsPer1000) / 1000) {
				continue
			}
			n++
			state, kind := pick(rng, states), pick(rng, kinds)
			opened, closed := first.AddDate(0, 0, rng.intn(304)), ""
			if state == "已评单" || state == "已办结" {
				closed = opened.AddDate(0, 0, min(rng.intn(12), rng.intn(40))).Format(time.DateOnly)
			}
			lon, lat := lonLat(centroidOf(h.ring))
			row("Q"+strconv.Itoa(10000 + n)[1:], kind, state, opened.Format(time.DateOnly), closed, lon, lat)
		}
	})
}
