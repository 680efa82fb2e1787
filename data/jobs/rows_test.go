package jobs_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"kaimen/coverage"
	"kaimen/coverage/job"
	"kaimen/data/jobs"
)

// Rows are listed without being read, each once however often it was answered,
// and are gone with the last job that answered them.
func TestRowsAreSaved(t *testing.T) {
	t.Parallel()
	stores(t, func(t *testing.T, store string) {
		q, _ := open(t, store, jobs.Options{Work: work})
		asked := func(args string) job.Job {
			return is(t, q, ask(t, q, job.Order{Kind: "table", Args: json.RawMessage(args)}).ID, job.Successful)
		}
		listed := func(f job.SavedFilter) (bodies []string) {
			list, err := q.Saved(t.Context(), f)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range list {
				body, err := q.Rows(t.Context(), s.ID)
				if err != nil || string(s.About) != `{"of":"`+strings.TrimPrefix(string(body), "rows of ")+`"}` || s.Kind != "table" || s.Study != "town" {
					t.Errorf("%v %+v %s", err, s, body)
				}
				bodies = append(bodies, string(body))
			}
			return bodies
		}
		if got := listed(job.SavedFilter{}); len(got) != 0 {
			t.Errorf("at first: %v", got)
		}
		both := asked(`["json","b","a"]`)
		again := asked(`["csv","b"]`) // in another form
		none := asked(`["json"]`)
		if len(both.Rows) != 2 || len(again.Rows) != 1 || again.Rows[0] != both.Rows[0] || len(none.Rows) != 0 || again.Result == both.Result {
			t.Errorf("%v, %v, %v", both, again, none)
		}
		for name, tc := range map[string]struct {
			f    job.SavedFilter
			want string
		}{
			"all":        {job.SavedFilter{}, "rows of b, rows of a"},
			"by id":      {job.SavedFilter{ID: both.Rows[1]}, "rows of a"},
			"by basis":   {job.SavedFilter{Basis: "s-b"}, "rows of b"},
			"by both":    {job.SavedFilter{ID: both.Rows[1], Basis: "s-b"}, ""},
			"by no such": {job.SavedFilter{ID: "none"}, ""},
		} {
			if got := strings.Join(listed(tc.f), ", "); got != tc.want {
				t.Errorf("%s: %s", name, got)
			}
		}
		// The second answer is not the first, and stays so when the first is removed.
		first := func() time.Time {
			list, err := q.Saved(t.Context(), job.SavedFilter{ID: again.Rows[0]})
			if err != nil || len(list) != 1 {
				t.Fatalf("%v %v", list, err)
			}
			return list[0].Answered
		}
		answered := first()
		if !answered.Equal(both.Finished) {
			t.Errorf("first answered at %s, want %s", answered, both.Finished)
		}
		if _, _, err := q.Drop(t.Context(), both.ID); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(listed(job.SavedFilter{}), ", "); got != "rows of b" || !first().Equal(answered) {
			t.Errorf("with one job removed: %s, answered at %s", got, first())
		}
		if _, err := q.Rows(t.Context(), both.Rows[1]); coverage.CodeOf(err) != coverage.NotFound {
			t.Errorf("rows whose job is removed: %v", err)
		}
		short, _ := open(t, store, jobs.Options{Keep: time.Microsecond})
		if err := short.Prune(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := listed(job.SavedFilter{}); len(got) != 0 {
			t.Errorf("after the time for which they are kept: %v", got)
		}
	})
}
