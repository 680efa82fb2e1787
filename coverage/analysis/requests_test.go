package analysis_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"kaimen/coverage"
	"kaimen/coverage/analysis"
)

// square is a unit of ground, in hundredths of a degree east and north of
// [105, 29].
func square(west, south, east, north float64) orb.MultiPolygon {
	at := func(x, y float64) orb.Point { return orb.Point{105 + x/100, 29 + y/100} }
	return orb.MultiPolygon{{{at(west, south), at(east, south), at(east, north), at(west, north), at(west, south)}}}
}

func here(x, y float64) orb.Point { return orb.Point{105 + x/100, 29 + y/100} }

// hotline is a street of two communities, the west one with a grid that is half
// of it, and a place that is in the street and in neither community:
//
//	0      2      4      5
//	| grid | west | east | street alone
//
// 1,500 people live in the grid, 500 in the rest of the west, 250 in the east.
func hotline(requests ...coverage.Request) coverage.Layers {
	people := func(n float64) map[string]coverage.Amount {
		a, err := coverage.AmountOf(n)
		if err != nil {
			panic(err)
		}
		return map[string]coverage.Amount{"people": a}
	}
	return coverage.Layers{
		Boundaries: []coverage.Boundary{
			{ID: "street", Level: coverage.LevelStreet, Area: square(0, 0, 6, 2)},
			{ID: "east", Level: coverage.LevelCommunity, Parent: "street", Area: square(4, 0, 5, 2)},
			{ID: "west", Level: coverage.LevelCommunity, Parent: "street", Area: square(0, 0, 4, 2)},
			{ID: "grid", Level: coverage.LevelGrid, Parent: "west", Area: square(0, 0, 2, 2)},
		},
		Demand:   []coverage.Demand{{ID: "a", At: here(1, 1), Weights: people(1500)}, {ID: "b", At: here(3, 1), Weights: people(500)}, {ID: "c", At: here(4.5, 1), Weights: people(250)}},
		Requests: requests,
	}
}

// sixCalls and one more, far outside. In the west: three lamps done in 0, 10
// and 30 days, one dispatched, one that waits. In the east: one withdrawn.
func sixCalls() []coverage.Request {
	return []coverage.Request{
		{ID: "1", Kind: "lamp", State: "已办结", OpenedAt: "2026-01-01T23:59:00", ClosedAt: "2026-01-01", At: here(1, 1)},
		{ID: "2", Kind: "lamp", State: "done", OpenedAt: "2026-01-10", ClosedAt: "2026-01-20T00:00:01+08:00", At: here(1, 1)},
		{ID: "3", Kind: "lamp", State: "who knows", OpenedAt: "2026-02-01", ClosedAt: "2026-03-03", At: here(3, 1)},
		{ID: "4", Kind: "parking", State: "已派单", OpenedAt: "2026-02-10", At: here(3, 1)},
		{ID: "5", Kind: "parking", OpenedAt: "2026-02-05", At: here(3, 1)},
		{ID: "6", Kind: "parking", State: "Cancelled", OpenedAt: "2026-02-20", ClosedAt: "2026-02-21", At: here(4.5, 1)},
		{ID: "7", Kind: "noise", State: "who knows", At: here(50, 50)},
	}
}

func countRequests(t testing.TB, l coverage.Layers, level coverage.Level, o analysis.RequestCountOptions) *analysis.RequestCountAnswer {
	t.Helper()
	r := analysis.RequestCountRequest{CoverageRequest: analysis.CoverageRequest{Study: "town", Level: level}, Options: o}
	return must[*analysis.RequestCountAnswer](t)(ask(t, l).RequestCounts(context.Background(), r))
}

func toldOf(f analysis.RequestFigures) string {
	days := func(n *int) string {
		if n == nil {
			return "-"
		}
		return fmt.Sprint(*n)
	}
	oldest, rate := "-", "-"
	if f.Oldest != nil {
		oldest = *f.Oldest
	}
	if f.DoneRate != nil {
		rate = fmt.Sprint(*f.DoneRate)
	}
	return fmt.Sprintf("%d: %d open, %d doing, %d done, %d dropped; %s done; %d timed, %s, %s days; oldest %s; %d undated",
		f.Total, f.Open, f.Doing, f.Done, f.Dropped, rate, f.Timed, days(f.MedianDays), days(f.P90Days), oldest, f.Undated)
}

func TestRequestCounts(t *testing.T) {
	t.Parallel()
	a := countRequests(t, hotline(sixCalls()...), coverage.LevelCommunity, analysis.RequestCountOptions{})
	got := []string{toldOf(a.Summary.RequestFigures), toldOf(a.Summary.Outside)}
	for _, kind := range a.Summary.Kinds {
		got = append(got, kind.Kind+" "+toldOf(kind.RequestFigures))
	}
	for _, row := range a.Rows {
		got = append(got, fmt.Sprintf("%s %s; %v people, %v for 1,000; %v", row.ID, toldOf(row.RequestFigures), row.Residents, *row.Per1000, row.ByKind))
	}
	want := []string{
		"7: 2 open, 1 doing, 3 done, 1 dropped; 0.5 done; 3 timed, 10, 30 days; oldest 2026-02-05; 1 undated",
		"1: 1 open, 0 doing, 0 done, 0 dropped; 0 done; 0 timed, -, - days; oldest -; 1 undated", // not known is open
		"lamp 3: 0 open, 0 doing, 3 done, 0 dropped; 1 done; 3 timed, 10, 30 days; oldest -; 0 undated",
		"noise 1: 1 open, 0 doing, 0 done, 0 dropped; 0 done; 0 timed, -, - days; oldest -; 1 undated",
		"parking 3: 1 open, 1 doing, 0 done, 1 dropped; 0 done; 0 timed, -, - days; oldest 2026-02-05; 0 undated",
		"east 1: 0 open, 0 doing, 0 done, 1 dropped; - done; 0 timed, -, - days; oldest -; 0 undated; 250 people, 4 for 1,000; map[parking:1]",
		"west 5: 1 open, 1 doing, 3 done, 0 dropped; 0.6 done; 3 timed, 10, 30 days; oldest 2026-02-05; 0 undated; 2000 people, 2.5 for 1,000; map[lamp:3 parking:2]",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	states := []analysis.RequestState{
		{State: "", Stage: "open", Known: true, Requests: 1},
		{State: "Cancelled", Stage: "dropped", Known: true, Requests: 1},
		{State: "done", Stage: "done", Known: true, Requests: 1},
		{State: "who knows", Stage: "open", Known: false, Requests: 2},
		{State: "已办结", Stage: "done", Known: true, Requests: 1},
		{State: "已派单", Stage: "doing", Known: true, Requests: 1},
	}
	if d := cmp.Diff(states, a.Summary.States); d != "" {
		t.Errorf("states (-want +got):\n%s", d)
	}
	codes := ""
	for _, w := range a.Warnings {
		codes += fmt.Sprintf("%s %d, ", w.Code, w.Count)
	}
	if codes != fmt.Sprintf("unknown_state 2, %s 1, ", coverage.ReasonOutside) {
		t.Errorf("warnings: %s", codes)
	}
}

func TestRequestsChosen(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		o    analysis.RequestCountOptions
		want int
	}{
		{"by kind", analysis.RequestCountOptions{Kinds: []string{"parking", "noise", "noise"}}, 4},
		{"by stage", analysis.RequestCountOptions{States: []string{"doing", "dropped"}}, 2},
		{"by the study's own word, whatever became of it", analysis.RequestCountOptions{States: []string{"who knows"}}, 2},
		{"by both", analysis.RequestCountOptions{States: []string{"done", "who knows"}}, 4},
		{"from a day on, the day itself among it", analysis.RequestCountOptions{Since: "2026-02-05"}, 3},
		{"up to a day, its last minute among it", analysis.RequestCountOptions{Until: "2026-01-01"}, 1},
		{"of one day", analysis.RequestCountOptions{Since: "2026-02-10", Until: "2026-02-10"}, 1},
		{"none", analysis.RequestCountOptions{Kinds: []string{"noise"}, States: []string{"done"}}, 0},
	} {
		if a := countRequests(t, hotline(sixCalls()...), coverage.LevelStudy, tc.o); a.Summary.Total != tc.want || len(a.Rows) != 1 {
			t.Errorf("%s: %d requests, want %d", tc.name, a.Summary.Total, tc.want)
		}
	}
	l := hotline(sixCalls()...)
	for _, tc := range []struct {
		o     analysis.RequestCountOptions
		parts []string
	}{
		{analysis.RequestCountOptions{Kinds: []string{"zoo"}, States: []string{"lost"}, Since: "yesterday"}, []string{"lamp, noise, parking", "open, doing, done, dropped", "已办结", `"yesterday" is no day`}},
		{analysis.RequestCountOptions{Since: "2026-02-02", Until: "2026-02-01"}, []string{"before since"}},
	} {
		_, err := ask(t, l).RequestCounts(context.Background(), analysis.RequestCountRequest{CoverageRequest: analysis.CoverageRequest{Study: "town"}, Options: tc.o})
		text := fmt.Sprint(faultsOf(err))
		for _, part := range tc.parts {
			if !strings.Contains(text, part) {
				t.Errorf("%q is not told: %v", part, text)
			}
		}
	}
	l.Requests = nil
	_, err := ask(t, l).RequestCounts(context.Background(), analysis.RequestCountRequest{CoverageRequest: analysis.CoverageRequest{Study: "town"}})
	if !strings.Contains(fmt.Sprint(faultsOf(err)), "no requests layer") {
		t.Errorf("without the layer: %v", err)
	}
}

// Without people and without zones there are figures still.
func TestRequestsAlone(t *testing.T) {
	t.Parallel()
	a := countRequests(t, coverage.Layers{Requests: sixCalls()}, coverage.LevelStudy, analysis.RequestCountOptions{})
	if len(a.Rows) != 1 || a.Rows[0].Total != 7 || a.Rows[0].Per1000 != nil || a.Summary.Residents != nil || a.Summary.Outside.Total != 0 {
		t.Errorf("%+v", a)
	}
}

// Whatever is asked of whatever requests, the zones of a level and what lies in
// none of them add up to the whole, kinds too; a zone has what its own level's
// zones within it have; and each figure is the one that a plain count finds.
func TestRequestsAddUp(t *testing.T) {
	t.Parallel()
	words := []string{"", "open", "已接单", "done", "canceled", "done", "待处理", "?"}
	rapid.Check(t, func(t *rapid.T) {
		var requests []coverage.Request
		for i := range rapid.IntRange(1, 30).Draw(t, "requests") {
			q := coverage.Request{
				ID: fmt.Sprintf("q%02d", i), Kind: rapid.SampledFrom([]string{"lamp", "parking"}).Draw(t, "kind"), State: rapid.SampledFrom(words).Draw(t, "state"),
				At: here(float64(rapid.IntRange(-1, 6).Draw(t, "x"))+0.37, float64(rapid.IntRange(-1, 2).Draw(t, "y"))+0.37),
			}
			day := func(name string) string {
				n := rapid.IntRange(-1, 60).Draw(t, name)
				if n < 0 {
					return ""
				}
				return time.Date(2026, 1, 1+n, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
			}
			q.OpenedAt, q.ClosedAt = day("opened"), day("closed")
			requests = append(requests, q)
		}
		l := hotline(requests...)
		o := analysis.RequestCountOptions{Since: rapid.SampledFrom([]string{"", "2026-01-20"}).Draw(t, "since"), Until: rapid.SampledFrom([]string{"", "2026-02-10"}).Draw(t, "until")}
		e := ask(t, l)
		rows := make(map[string]analysis.RequestCountRow)
		var whole analysis.RequestFigures
		for i, level := range []coverage.Level{coverage.LevelStudy, coverage.LevelStreet, coverage.LevelCommunity, coverage.LevelGrid} {
			a, err := e.RequestCounts(context.Background(), analysis.RequestCountRequest{
				CoverageRequest: analysis.CoverageRequest{Study: "town", Level: level}, Options: o,
			})
			if err != nil {
				t.Fatal(err)
			}
			if i == 0 {
				whole = a.Summary.RequestFigures
			}
			sum, kinds := counts(a.Summary.Outside), [6]int{}
			for _, row := range a.Rows {
				sum = plus(sum, counts(row.RequestFigures))
				if level != coverage.LevelStudy {
					rows[row.ID] = row
				}
			}
			for _, kind := range a.Summary.Kinds {
				kinds = plus(kinds, counts(kind.RequestFigures))
			}
			if sum != counts(a.Summary.RequestFigures) || kinds != sum || cmp.Diff(whole, a.Summary.RequestFigures) != "" {
				t.Fatalf("%s: rows and outside %v, kinds %v, summary %v", level, sum, kinds, a.Summary.RequestFigures)
			}
		}
		for id, within := range map[string][4]float64{"street": {0, 0, 6, 2}, "west": {0, 0, 4, 2}, "east": {4, 0, 5, 2}, "grid": {0, 0, 2, 2}} {
			var days []int
			total := 0
			for _, q := range requests {
				x, y := (q.At[0]-105)*100, (q.At[1]-29)*100
				if x < within[0] || x >= within[2] || y < within[1] || y >= within[3] || (o.Since != "" || o.Until != "") && q.OpenedAt == "" ||
					q.OpenedAt < o.Since || o.Until != "" && q.OpenedAt > o.Until {
					continue
				}
				total++
				if q.State != "canceled" && q.OpenedAt != "" && q.ClosedAt >= q.OpenedAt {
					from, _ := time.Parse(time.DateOnly, q.OpenedAt)
					to, _ := time.Parse(time.DateOnly, q.ClosedAt)
					days = append(days, int(to.Sub(from).Hours()/24))
				}
			}
			row := rows[id]
			if row.Total != total || row.Timed != len(days) {
				t.Fatalf("%s: %s; by hand %d, timed %v", id, toldOf(row.RequestFigures), total, days)
			}
			for _, q := range []struct {
				got    *int
				tenths int
			}{{row.MedianDays, 5}, {row.P90Days, 9}} {
				if q.got == nil {
					continue
				}
				atMost := len(slices.DeleteFunc(slices.Clone(days), func(d int) bool { return d > *q.got }))
				less := len(slices.DeleteFunc(slices.Clone(days), func(d int) bool { return d >= *q.got }))
				if atMost*10 < q.tenths*len(days) || less*10 >= q.tenths*len(days) {
					t.Fatalf("%s: %d tenths within %d days of %v", id, q.tenths, *q.got, days)
				}
			}
		}
	})
}

// faultsOf are the messages of all issues of an error.
func faultsOf(err error) (list []string) {
	if e, ok := errors.AsType[*coverage.Error](err); ok {
		for _, issue := range e.Issues {
			list = append(list, issue.Message)
		}
	}
	return list
}

func counts(f analysis.RequestFigures) [6]int {
	return [6]int{f.Total, f.Open, f.Doing, f.Done, f.Dropped, f.Timed}
}

func plus(a, b [6]int) [6]int {
	for i := range a {
		a[i] += b[i]
	}
	return a
}
