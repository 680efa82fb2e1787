package analysis

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"kaimen/coverage"
)

// RequestCountOptions choose the requests of residents that are counted.
type RequestCountOptions struct {
	Kinds  []string `json:"kinds" nullable:"false"`  // default: all
	States []string `json:"states" nullable:"false"` // stages, or states in the words of the study; default: all
	Since  string   `json:"since"`                   // first day of opening, 2006-01-02, inclusive; empty for any
	Until  string   `json:"until"`                   // last day of opening, inclusive; empty for any
}

// RequestFigures are what is told of a number of requests. Nothing in them
// tells who asked.
type RequestFigures struct {
	Total      int      `json:"total"`       // Open + Doing + Done + Dropped
	Open       int      `json:"open"`        // wait for somebody
	Doing      int      `json:"doing"`       // dispatched or accepted
	Done       int      `json:"done"`        // done, rated or not
	Dropped    int      `json:"dropped"`     // withdrawn or turned down
	DoneRate   *float64 `json:"done_rate"`   // of those not dropped; nil where there are none
	Timed      int      `json:"timed"`       // of those done: with a day of opening and a day of closing that is not before it
	MedianDays *int     `json:"median_days"` // within so many days half of those timed were done; nil for none
	P90Days    *int     `json:"p90_days"`    // the same of nine tenths
	Oldest     *string  `json:"oldest_open"` // day of opening of the oldest that is open or being done; nil for none
	Undated    int      `json:"undated"`     // without a day of opening
}

// RequestCountSummary is all requests that the options choose, wherever they lie.
type RequestCountSummary struct {
	RequestFigures
	Residents *coverage.Amount `json:"residents"` // of the cohort; nil for a study without demand
	Per1000   *float64         `json:"per_1000"`  // requests for 1,000 of them; nil without any
	// Outside are those in no zone of the level: with them, the rows add up to the
	// summary.
	Outside RequestFigures `json:"outside"`
	Kinds   []RequestKind  `json:"kinds" nullable:"false"`  // by kind
	States  []RequestState `json:"states" nullable:"false"` // the words of the study, and how they are read
}

// size is what the lists weigh among answers that are kept.
func (s *RequestCountSummary) size() int { return len(s.Kinds) + len(s.States) }

// RequestKind is the requests of one kind.
type RequestKind struct {
	Kind string `json:"kind"`
	RequestFigures
}

// RequestState is a state as the study names it.
type RequestState struct {
	State    string `json:"state"` // empty for none
	Stage    string `json:"stage"` // of those without a day of closing
	Known    bool   `json:"known"` // one that is not known counts as open until there is a day of closing
	Requests int    `json:"requests"`
}

// RequestCountRow is the requests in one zone.
type RequestCountRow struct {
	ZoneHead
	RequestFigures
	Residents *coverage.Amount `json:"residents"`
	Per1000   *float64         `json:"per_1000"`
	ByKind    map[string]int   `json:"by_kind"` // how many of each kind
}

// The answers on requests of residents.
type (
	RequestCountRequest = Request[RequestCountOptions]
	RequestCountAnswer  = Answer[RequestCountOptions, RequestCountSummary, RequestCountRow]
)

// RequestCounts tells, zone by zone, what residents asked for and what became of
// it. Of the question, level and cohort alone play a part.
//
// Units:  days are those of the calendar, as they were written: done on the day
// it was opened is 0.
// Holds:  at every level, the counts of the rows and of Outside add up to those of
// the summary; so do those of the kinds.
// Errors: invalid with every fault of the request; not_found for the study.
// Cost:   O(requests · (log zones + log requests)).
func (e *Engine) RequestCounts(ctx context.Context, r RequestCountRequest) (*RequestCountAnswer, error) {
	return ask(ctx, e, indicator[RequestCountOptions, RequestCountSummary, RequestCountRow]{
		name: "requests", on: onLand, prepare: prepareRequests, find: findRequests,
	}, r)
}

func prepareRequests(_ *Engine, b *base, r *RequestCountRequest) (issues []coverage.Issue) {
	o := &r.Options
	o.Kinds, o.States = inOrder(o.Kinds), inOrder(o.States)
	// What plays no part makes no other answer.
	r.Profile, r.When, r.Cutoff, r.Scenario = "", "", Cutoff{}, nil
	if len(b.Requests) == 0 {
		return []coverage.Issue{missing(coverage.LayerRequests, b.Study.ID)}
	}
	kinds, states := make(map[string]bool), make(map[string]bool)
	for i := range b.Requests {
		kinds[b.Requests[i].Kind], states[b.Requests[i].State] = true, true
	}
	delete(states, "")
	for _, kind := range o.Kinds {
		if !kinds[kind] {
			issues = append(issues, fault("kinds", "study %s has no requests of the kind %q; it has %s", b.Study.ID, kind, join(slices.Sorted(maps.Keys(kinds)))))
		}
	}
	for _, state := range o.States {
		if !states[state] && !slices.Contains(stages(), state) {
			issues = append(issues, fault("states", "study %s has no requests in the state %q; give %s, or a state of its own: %s",
				b.Study.ID, state, join(stages()), join(slices.Sorted(maps.Keys(states)))))
		}
	}
	for _, day := range []struct{ name, text string }{{"since", o.Since}, {"until", o.Until}} {
		if _, err := time.Parse(time.DateOnly, day.text); err != nil && day.text != "" {
			issues = append(issues, fault(day.name, "%q is no day; give one such as 2026-11-23", day.text))
		}
	}
	if len(issues) == 0 && o.Until != "" && o.Since > o.Until {
		issues = append(issues, fault("until", "%s is before since, %s; give a later day", o.Until, o.Since))
	}
	return issues
}

// inOrder is a list without order or repetition in its one form, which is a list
// in JSON, too, where it is empty.
func inOrder(list []string) []string {
	return append([]string{}, slices.Compact(slices.Sorted(slices.Values(list)))...)
}

// requestCase is one request as it is counted.
type requestCase struct {
	stage  string
	opened string // day; empty if not known
	days   int    // from opening to closing; -1 if not known
}

func caseOf(q *coverage.Request) requestCase {
	c := requestCase{opened: dayOf(q.OpenedAt), days: -1}
	c.stage, _ = stageOf(q)
	from, errFrom := time.Parse(time.DateOnly, c.opened)
	to, errTo := time.Parse(time.DateOnly, dayOf(q.ClosedAt))
	if c.stage == StageDone && errFrom == nil && errTo == nil && !to.Before(from) {
		c.days = int(to.Sub(from) / (24 * time.Hour))
	}
	return c
}

// dayOf is the day of a moment as a layer has it.
func dayOf(moment string) string { return moment[:min(len(moment), len(time.DateOnly))] }

// chosen tells whether the options choose a request, but for its day.
func (o *RequestCountOptions) chosen(q *coverage.Request, c requestCase) bool {
	return (len(o.Kinds) == 0 || slices.Contains(o.Kinds, q.Kind)) &&
		(len(o.States) == 0 || slices.Contains(o.States, c.stage) || slices.Contains(o.States, q.State))
}

func findRequests(_ context.Context, w *work[RequestCountOptions], a *RequestCountAnswer) error {
	b, o, s := w.base, &w.Options, &a.Summary
	zones, at := b.zones.Of(w.Level), b.zones.PlaceAt(w.Level)
	var all, outside []requestCase
	inside, byKind := make([][]requestCase, len(zones)), make(map[string][]requestCase)
	kinds, words := make([]map[string]int, len(zones)), make(map[string]int)
	leftOut, backward := 0, 0
	for i := range b.Requests {
		q := &b.Requests[i]
		c := caseOf(q)
		if !o.chosen(q, c) {
			continue
		}
		if c.opened == "" && (o.Since != "" || o.Until != "") {
			leftOut++
			continue
		}
		if c.opened < o.Since || o.Until != "" && c.opened > o.Until {
			continue
		}
		if c.days < 0 && c.stage == StageDone && c.opened != "" && q.ClosedAt != "" {
			backward++
		}
		all, byKind[q.Kind] = append(all, c), append(byKind[q.Kind], c)
		words[q.State]++
		k := at(q.At)
		if k < 0 {
			outside = append(outside, c)
			continue
		}
		if inside[k] = append(inside[k], c); kinds[k] == nil {
			kinds[k] = make(map[string]int)
		}
		kinds[k][q.Kind]++
	}
	s.RequestFigures, s.Outside, s.Kinds, s.States = figuresOfRequests(all), figuresOfRequests(outside), []RequestKind{}, statesOf(words)
	for _, kind := range slices.Sorted(maps.Keys(byKind)) {
		s.Kinds = append(s.Kinds, RequestKind{kind, figuresOfRequests(byKind[kind])})
	}
	residents := w.residents(w.Level)
	if study := w.residents(coverage.LevelStudy); study != nil {
		s.Residents, s.Per1000 = &study[0], perThousand(s.Total, study[0])
	}
	for k := range zones {
		row := RequestCountRow{ZoneHead: headOf(&zones[k]), RequestFigures: figuresOfRequests(inside[k]), ByKind: kinds[k]}
		if row.ByKind == nil {
			row.ByKind = map[string]int{}
		}
		if residents != nil {
			row.Residents, row.Per1000 = &residents[k], perThousand(row.Total, residents[k])
		}
		a.Rows = append(a.Rows, row)
	}
	a.Warnings = append(a.Warnings, requestWarnings(s, leftOut, backward)...)
	return nil
}

// residents sums the cohort by the zones of a level; nil for a study without it.
func (w *work[O]) residents(level coverage.Level) []coverage.Amount {
	if !slices.Contains(w.base.cohorts(), w.Cohort) {
		return nil
	}
	return w.base.zones.Amounts(level, weightsOf(w.base.Snapshot, w.Cohort), func(int) bool { return true })
}

func perThousand(requests int, residents coverage.Amount) *float64 {
	if residents <= 0 {
		return nil
	}
	x := float64(requests) * 1000 / residents.Float()
	return &x
}

func figuresOfRequests(cases []requestCase) (f RequestFigures) {
	var days []int
	for _, c := range cases {
		f.Total++
		f.Undated += oneIf(c.opened == "")
		switch c.stage {
		case StageOpen:
			f.Open++
		case StageDoing:
			f.Doing++
		case StageDone:
			f.Done++
		default:
			f.Dropped++
		}
		if c.days >= 0 {
			days = append(days, c.days)
		}
		if waits := c.stage == StageOpen || c.stage == StageDoing; waits && c.opened != "" && (f.Oldest == nil || c.opened < *f.Oldest) {
			f.Oldest = &c.opened
		}
	}
	if kept := f.Total - f.Dropped; kept > 0 {
		rate := float64(f.Done) / float64(kept)
		f.DoneRate = &rate
	}
	slices.Sort(days)
	f.Timed, f.MedianDays, f.P90Days = len(days), within(days, 5), within(days, 9)
	return f
}

// within is the least of sorted days within which so many tenths of them lie;
// nil for none.
func within(days []int, tenths int) *int {
	if len(days) == 0 {
		return nil
	}
	return &days[(len(days)*tenths+9)/10-1]
}

// statesOf tells how the words of the study are read.
func statesOf(words map[string]int) []RequestState {
	list := []RequestState{}
	for _, word := range slices.Sorted(maps.Keys(words)) {
		stage, known := stageOf(&coverage.Request{State: word})
		list = append(list, RequestState{word, stage, known, words[word]})
	}
	return list
}

// UnknownState is the code of the warning that a state is not known.
const UnknownState = "unknown_state"

func requestWarnings(s *RequestCountSummary, leftOut, backward int) (list []Warning) {
	warn := func(code string, count int, format string, args ...any) {
		if count > 0 {
			list = append(list, Warning{Code: code, Count: count, Layer: coverage.LayerRequests, Message: fmt.Sprintf(format, args...)})
		}
	}
	var unknown []string
	count := 0
	for _, state := range s.States {
		if !state.Known {
			unknown, count = append(unknown, state.State), count+state.Requests
		}
	}
	warn(UnknownState, count, "%d requests are in states that are not known and count as open until they have a day of closing: %s", count, join(unknown))
	warn(coverage.ReasonOutside, s.Outside.Total, "%d requests lie in no zone of the level; the rows are without them", s.Outside.Total)
	warn(coverage.ReasonMissingValue, leftOut, "%d requests have no day of opening and are left out, as since or until is given", leftOut)
	warn(coverage.ReasonBadValue, backward, "%d requests were closed before they were opened; how long they took is left out", backward)
	return list
}
